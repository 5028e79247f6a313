# SPDX-License-Identifier: Apache-2.0
"""Python's collector of cycles, seldom for as long as a build takes.

A build makes millions of small objects that reference counts free, beside TVM's hundreds of
thousands that stay: the collector would walk those again and again (10 to 20 % of a build's CPU)
and find next to nothing. Other compilers in Python do likewise, e.g. mypy.
"""

from __future__ import annotations

import contextlib
import gc
import threading
from collections.abc import Generator

_OBJECTS = 200_000
"""Objects made and not freed before the collector looks: some 20 MB."""
_LOCK = threading.Lock()
_INSIDE: list[tuple[int, int, int]] = []
"""What was set before the first of those that are inside came."""


@contextlib.contextmanager
def seldom() -> Generator[None, None, None]:
    """Have the collector look seldom until the last of those who asked for it is done.

    What was set before is set again then; a collector that is off, or more patient, stays so.
    """
    with _LOCK:
        before = gc.get_threshold()
        _INSIDE.append(before)
        if 0 < before[0] < _OBJECTS:
            gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        with _LOCK:
            first = _INSIDE[0]
            _INSIDE.pop()
            if not _INSIDE:
                gc.set_threshold(*first)
