# SPDX-License-Identifier: Apache-2.0
"""The few functions that change the disk, all in one place.

All writers go through ``SYSTEM``; tests put a double there that fails or dies at the n-th of them.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import shutil
import sys
from pathlib import Path
from typing import Final

from tvm_tiny.files.platform import exchange_call

_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_APPEND: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
_CHUNK_BYTES: Final = 1 << 24
"""macOS calls it so."""
_NO_EXCHANGE: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM)
"""What kernels and file systems say that cannot exchange."""


class System:
    """Operations on the disk, each of which either happens or raises ``OSError``."""

    def create(self, path: Path) -> int:
        """A new file, open to be written; an error if there is anything of that name."""
        return os.open(path, _CREATE | _BINARY, 0o644)

    def open_to_append(self, path: Path) -> int:
        """A file that grows at its end, made if there is none; never through a link."""
        return os.open(path, _APPEND | _BINARY, 0o644)

    def write(self, handle: int, data: bytes) -> int:
        """Write some of the bytes; how many."""
        return os.write(handle, data[:_CHUNK_BYTES])

    def sync(self, handle: int) -> None:
        """Return when the disk has the file."""
        os.fsync(handle)

    def close(self, handle: int) -> None:
        """Close a file."""
        os.close(handle)

    def truncate(self, path: Path, size_bytes: int) -> None:
        """Cut a file off."""
        os.truncate(path, size_bytes)

    def mkdir(self, path: Path) -> None:
        """A new folder."""
        path.mkdir()

    def chmod(self, path: Path, mode: int) -> None:
        """Set permissions."""
        path.chmod(mode)

    def link(self, source: Path, target: Path) -> None:
        """One more name for a file; a copy where file systems cannot; links stay links."""
        if source.is_symlink():
            target.symlink_to(os.readlink(source))
            return
        try:
            os.link(source, target, follow_symlinks=False)
        except (OSError, NotImplementedError):
            shutil.copy2(source, target, follow_symlinks=False)

    def rename(self, source: Path, target: Path) -> None:
        """Another name; what has that name, a file or an empty folder, goes."""
        os.replace(source, target)

    def exchange(self, one: Path, other: Path) -> bool:
        """Swap two folders' names in one step; False where the system cannot do that."""
        call = exchange_call()
        if call is None:
            return False
        if call(os.fsencode(one), os.fsencode(other)) == 0:
            return True
        number = ctypes.get_errno()
        if number in _NO_EXCHANGE:
            return False
        raise OSError(number, os.strerror(number), str(other))

    def sync_folder(self, path: Path) -> None:
        """Return when the disk has the folder's names; nothing on systems without that."""
        if sys.platform == "win32":
            return
        handle = os.open(path, os.O_RDONLY | _BINARY)
        try:
            with contextlib.suppress(OSError):  # some file systems cannot
                os.fsync(handle)
        finally:
            os.close(handle)

    def unlink(self, path: Path) -> None:
        """Remove a file or a link."""
        path.unlink()

    def rmdir(self, path: Path) -> None:
        """Remove an empty folder."""
        path.rmdir()


SYSTEM: System = System()
"""In use; ``writing`` looks it up at every call."""
