# SPDX-License-Identifier: Apache-2.0
"""What is being done, told to whoever shows it; nothing is shown here, and by default to nobody.

``stage("planning")`` at the beginning of something that may take long, ``stage("running", 3, 8)``
again as it goes on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from contextvars import ContextVar

Listener = Callable[[str, int, int], None]
"""Takes what is done, how much of it, and of how much; 0 of 0 where that is not known."""

_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


def stage(what: str, done: int = 0, total: int = 0) -> None:
    """Say what is being done."""
    listener = _LISTENER.get()
    if listener:
        listener(what, done, total)


@contextlib.contextmanager
def told(listener: Listener | None) -> Generator[None, None, None]:
    """Within the block ``listener`` is told; None: nobody."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)
