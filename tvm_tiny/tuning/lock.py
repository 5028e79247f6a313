# SPDX-License-Identifier: Apache-2.0
"""One session at a time in a folder: a lock that the system drops when its holder ends or dies."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tvm_tiny.errors import Problem, UsageError

LOCK = "lock"

if sys.platform == "win32":
    import msvcrt

    def _take(handle: int) -> None:
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_session(folder: Path) -> Generator[None, None, None]:
    """Keep other sessions out of a folder.

    Raises:
        UsageError: TT6105, another session is at work there.
    """
    with (folder / LOCK).open("a", encoding="utf-8") as file:
        try:
            _take(file.fileno())
        except OSError as err:
            problem = Problem("another session is at work here", where=str(folder),
                              do="wait for its end, or use another folder")  # fmt: skip
            raise UsageError("the tuning database is in use", (problem,), "TT6105") from err
        yield
