# SPDX-License-Identifier: Apache-2.0
"""Stage, time and what is left of commands that take over a second, on standard error.

On a terminal one line that changes and goes; elsewhere a line a stage. What takes less than a
second shows nothing.
"""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Generator
from typing import IO, Final

from tvm_tiny.stages import told

AFTER_S: Final = 1.0
_REFRESH_S: Final = 0.25
CLEAR: Final = "\r\x1b[2K"
_START: Final = "loading the compiler"
_BEGIN: Final = time.monotonic()


class Display:
    """Shows stages from a thread of its own: a stage may be one long call."""

    def __init__(self, stream: IO[str], after_s: float = AFTER_S) -> None:
        self._stream, self._live, self._after_s = stream, stream.isatty(), after_s
        self._lock, self._end = threading.Lock(), threading.Event()
        self._what, self._done, self._total = _START if self._live else "", 0, 0
        self._began = self._shown_from = time.monotonic()
        self._told = False
        self._printed = ""
        self._thread = threading.Thread(target=self._show_often, daemon=True)

    def tell(self, what: str, done: int, total: int) -> None:
        """A stage begins or goes on; "" ends it. See ``stages.Listener``."""
        with self._lock:
            if not self._told and not self._live:
                # Loading the compiler is a second of nearly every command: no line in a log.
                self._told, self._shown_from = True, time.monotonic()
            if what != self._what:
                self._began = time.monotonic()
            self._what, self._done, self._total = what, done, total
            if self._live and not what:
                self._write(CLEAR)
        if not self._live:
            self._show()

    def begin(self) -> None:
        """Start to show; where the system gives no thread, only what ``tell`` comes to is shown."""
        with contextlib.suppress(RuntimeError):
            self._thread.start()

    def end(self) -> None:
        """Stop, and leave a terminal's line empty."""
        self._end.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._live:
            self._write(CLEAR)

    def _show_often(self) -> None:
        while not self._end.wait(_REFRESH_S):
            self._show()

    def _show(self) -> None:
        with self._lock:
            now = time.monotonic()
            if not self._what or now - self._shown_from < self._after_s:
                return
            if self._live:
                self._write(f"{CLEAR}{self._text(now)}")
            elif self._what != self._printed:
                self._printed = self._what
                self._write(f"{self._text(now)}\n")

    def _text(self, now: float) -> str:
        text = f"{self._what} ({now - _BEGIN:.0f} s"
        if self._total and self._live:
            text += f", {self._done} of {self._total}"
            if self._done:
                left_s = (now - self._began) / self._done * (self._total - self._done)
                text += f", {left_s:.0f} s left"
        return f"{text})"

    def _write(self, text: str) -> None:
        # Nobody may read it, and what it is about goes on all the same.
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


@contextlib.contextmanager
def stages_shown(show: bool = True) -> Generator[None, None, None]:
    """Show the stages of the block; not if ``show`` is False, or something else shows progress."""
    if not show or sys.stderr is None:
        with told(None):
            yield
        return
    display = Display(sys.stderr)
    display.begin()
    try:
        with told(display.tell):
            yield
    finally:
        display.end()
