# SPDX-License-Identifier: Apache-2.0
"""A double of ``files.system.System`` that fails, or dies, at the n-th operation.

Dead, it does nothing any more: what cleans up after an error does not run after a power cut. A
write that is interrupted has written the half of its bytes.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tvm_tiny.files import system
from tvm_tiny.files.system import System

OPERATIONS = (
    "create", "open_to_append", "write", "sync", "truncate", "mkdir", "chmod", "link", "rename",
    "exchange", "sync_folder", "unlink", "rmdir",
)  # fmt: skip


class Killed(BaseException):
    """The power is gone."""


class FaultyDisk(System):
    """Counts operations; at the n-th something happens.

    Args:
        at: number of the operation, from 0; -1: never.
        error: what it raises, an errno; None: the power goes.
        lasting: every later operation that needs room fails as well, as on a full disk.
        exchange: whether folders can be exchanged.
    """

    def __init__(
        self,
        at: int = -1,
        error: int | None = None,
        *,
        lasting: bool = False,
        exchange: bool = True,
    ) -> None:
        self.at, self.error, self.lasting, self.can_exchange = at, error, lasting, exchange
        self.done: list[tuple[str, str]] = []
        self.dead = False
        self._open: dict[int, str] = {}

    def _step(self, name: str, what: str, half: Callable[[], Any] | None = None) -> None:
        if self.dead:
            raise Killed
        number = len(self.done)
        self.done.append((name, what))
        needs_room = name in ("create", "open_to_append", "write", "mkdir", "link")
        if number == self.at or (self.lasting and 0 <= self.at < number and needs_room):
            if half:
                half()
            if self.error is None:
                self.dead = True
                raise Killed
            raise OSError(self.error, os.strerror(self.error), what)

    def create(self, path: Path) -> int:
        self._step("create", str(path))
        handle = super().create(path)
        self._open[handle] = str(path)
        return handle

    def open_to_append(self, path: Path) -> int:
        self._step("open_to_append", str(path))
        handle = super().open_to_append(path)
        self._open[handle] = str(path)
        return handle

    def write(self, handle: int, data: bytes) -> int:
        half = data[: len(data) // 2]
        self._step("write", self._open[handle], lambda: os.write(handle, half))
        return super().write(handle, data)

    def sync(self, handle: int) -> None:
        self._step("sync", self._open[handle])

    def close(self, handle: int) -> None:
        super().close(handle)

    def exchange(self, one: Path, other: Path) -> bool:
        if not self.can_exchange:
            return False
        self._step("exchange", str(other))
        return super().exchange(one, other)


def _counted(name: str) -> Callable[..., Any]:
    def operation(self: FaultyDisk, *args: Any) -> Any:
        self._step(name, str(args[-1] if name in ("link", "rename") else args[0]))
        return None if name == "sync_folder" else getattr(System, name)(self, *args)

    return operation


for _name in ("truncate", "mkdir", "chmod", "link", "rename", "sync_folder", "unlink", "rmdir"):
    setattr(FaultyDisk, _name, _counted(_name))


@contextmanager
def disk(double: System) -> Iterator[System]:
    """Put a double in the system's place."""
    before, system.SYSTEM = system.SYSTEM, double
    try:
        yield double
    finally:
        system.SYSTEM = before


def every_fault(write: Callable[[], Any], **options: Any) -> Iterator[tuple[FaultyDisk, str]]:
    """Doubles for each operation that ``write`` makes: killed there, and each error there.

    ``write`` is run once undisturbed to count. The caller sets the scene anew for each.
    """
    counting = FaultyDisk(**options)
    with disk(counting):
        write()
    for at, (name, _) in enumerate(counting.done):
        yield FaultyDisk(at, **options), f"killed at {at} ({name})"
        for error in (errno.EIO, errno.EROFS):
            yield FaultyDisk(at, error, **options), f"{errno.errorcode[error]} at {at} ({name})"
        full = FaultyDisk(at, errno.ENOSPC, lasting=True, **options)
        yield full, f"disk full from {at} ({name})"
