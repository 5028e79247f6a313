# SPDX-License-Identifier: Apache-2.0
"""A limit on a simulation in CPU seconds of the thread that simulates.

A busy computer makes a run longer, not dearer: what is limited is what the run takes. Counting its
instructions instead would make unicorn stop at every one of them.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator

_LOOK_S = 0.05


def _clock() -> Callable[[], float]:
    """CPU seconds of this thread, to be read from any; of the process where there is no such."""
    try:
        number = time.pthread_getcpuclockid(threading.get_ident())
    except (AttributeError, OSError):
        return time.process_time
    return lambda: time.clock_gettime(number)


@contextlib.contextmanager
def cpu_limit(seconds: float, stop: Callable[[], object]) -> Generator[None, None, None]:
    """Within the block ``stop`` is called, once, after that many CPU seconds of this thread."""
    clock, ended = _clock(), threading.Event()
    end_s = clock() + seconds

    def watch() -> None:
        # A thread cannot use more CPU than time passes: it is looked at when it may have.
        while not ended.wait(max(_LOOK_S, min(1.0, end_s - clock()))):
            if clock() >= end_s:
                stop()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
