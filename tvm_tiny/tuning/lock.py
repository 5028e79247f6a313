# SPDX-License-Identifier: Apache-2.0
"""One session at a time in a folder: a lock that the system drops when its holder ends or dies."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files.platform import take_lock
from tvm_tiny.files.writing import reported

LOCK = "lock"
# Neither is a link followed nor a FIFO's reader waited for.
_FLAGS = (
    os.O_RDWR
    | os.O_CREAT
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


@contextmanager
def only_session(folder: Path) -> Generator[None, None, None]:
    """Keep other sessions out of a folder.

    Raises:
        UsageError: TT6105, another session is at work there; TT6010, nothing can be written there.
    """
    path = folder / LOCK
    with reported(path, "cannot write the tuning database"):
        handle = os.open(path, _FLAGS, 0o666)
    with os.fdopen(handle, "ab"):
        try:
            take_lock(handle)
        except OSError as err:
            problem = Problem("another session is at work here", where=str(folder),
                              do="wait for its end, or use another folder")  # fmt: skip
            raise UsageError("the tuning database is in use", (problem,), "TT6105") from err
        yield
