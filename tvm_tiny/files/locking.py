# SPDX-License-Identifier: Apache-2.0
"""Locks that the system drops when their holder ends or dies, and that leave no file behind.

On POSIX a folder itself is locked (flock(2)), on Windows a file in it. Where a file system has no
locks, or the folder cannot be opened, work goes on without: then two writers at once may each fail,
but a folder is exchanged whole all the same.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Generator
from pathlib import Path
from typing import Final

from tvm_tiny.files.platform import open_to_lock, take_lock

_POLL_S: Final = 0.02
_TAKEN: Final = (errno.EAGAIN, errno.EACCES, errno.EWOULDBLOCK, errno.EDEADLK)


class Busy(OSError):  # noqa: N818
    """Somebody else holds the lock."""


@contextlib.contextmanager
def locked(folder: Path, wait_s: float = 0.0) -> Generator[None, None, None]:
    """Keep other processes, and threads, that do the same out of a folder.

    Raises:
        Busy: another one holds it after ``wait_s`` seconds.
    """
    try:
        handle = open_to_lock(folder)
    except OSError:
        yield  # it cannot be written to either, which its writer will say
        return
    try:
        _wait(handle, folder, time.monotonic() + wait_s)
        yield
    finally:
        os.close(handle)


def _wait(handle: int, folder: Path, end: float) -> None:
    while True:
        try:
            return take_lock(handle)
        except OSError as err:
            if err.errno not in _TAKEN:
                return
            if time.monotonic() >= end:
                raise Busy(err.errno, "another process is writing here", str(folder)) from err
        time.sleep(_POLL_S)


__all__ = ["Busy", "locked"]
