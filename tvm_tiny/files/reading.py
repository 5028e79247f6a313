# SPDX-License-Identifier: Apache-2.0
"""Reading files that anybody may have made: regular ones only, of bounded size.

A path may be a link; what it ends at must be a regular file: a device never ends, a FIFO waits for
a writer that never comes. Inside a folder that is not ours to trust (``links=False``) links are not
followed. What a size says is not believed: reading stops one byte behind the limit.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import IO, Any, Final, TypeVar

import msgspec

JSON_LIMIT_BYTES: Final = 1 << 26
"""Reports, databases, sessions: what this project writes itself is a hundredth of it."""

_T = TypeVar("_T")
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
)
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a FIFO"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISLNK, "a link"),
)


class UnreadableError(ValueError):
    """A file that is not read; its text says why, without the path."""


def open_regular(path: Path, limit_bytes: int, *, links: bool = True) -> IO[bytes]:
    """An open regular file of at most ``limit_bytes`` bytes, as far as its size tells.

    Args:
        path: of the file.
        limit_bytes: its greatest size.
        links: whether the path itself may be a link.

    Raises:
        UnreadableError: it cannot be opened, is something else, or is larger.
    """
    try:
        # Not opened before it is known what it is: opening some devices does something.
        _regular(os.stat(path, follow_symlinks=links).st_mode)
        handle = os.open(path, _FLAGS | (0 if links else getattr(os, "O_NOFOLLOW", 0)))
    except UnreadableError:
        raise
    except OSError as err:
        raise UnreadableError(err.strerror or str(err)) from err
    except ValueError as err:  # a zero byte in the path
        raise UnreadableError(str(err)) from err
    try:
        status = os.fstat(handle)
        _regular(status.st_mode)
        if status.st_size > limit_bytes:
            raise UnreadableError(f"{status.st_size:,} B; the limit is {limit_bytes:,} B")
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_bounded(path: Path, limit_bytes: int, *, links: bool = True) -> bytes:
    """All bytes of a regular file.

    Raises:
        UnreadableError: as ``open_regular``; also for a file that is larger than it says.
    """
    try:
        with open_regular(path, limit_bytes, links=links) as file:
            data = file.read(limit_bytes + 1)
    except OSError as err:
        raise UnreadableError(err.strerror or str(err)) from err
    if len(data) > limit_bytes:
        raise UnreadableError(f"more than {limit_bytes:,} B")
    return data


def decode_json(data: bytes, kind: type[_T]) -> _T:
    """A value of a known form from JSON.

    Raises:
        UnreadableError: not JSON, not of that form, or nested deeper than anything of ours.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except RecursionError as err:
        raise UnreadableError("nested too deep") from err
    except (msgspec.MsgspecError, ValueError) as err:
        raise UnreadableError(str(err)) from err


def decode_toml(data: bytes) -> dict[str, Any]:
    """A table from TOML.

    Raises:
        UnreadableError: not TOML, or nested too deep.
    """
    try:
        return msgspec.toml.decode(data, type=dict[str, Any])
    except RecursionError as err:
        raise UnreadableError("nested too deep") from err
    except (msgspec.MsgspecError, ValueError) as err:
        raise UnreadableError(str(err)) from err


def read_json(
    path: Path, kind: type[_T], limit_bytes: int = JSON_LIMIT_BYTES, *, links: bool = True
) -> _T:
    """``read_bounded`` and ``decode_json``."""
    return decode_json(read_bounded(path, limit_bytes, links=links), kind)


def exists(path: Path) -> bool:
    """Whether there is anything, a dangling link included; False for names no system takes."""
    try:
        os.lstat(path)
    except (OSError, ValueError):
        return False
    return True


def inside(folder: Path, name: str) -> bool:
    """Whether ``name`` is a plain relative path whose folders, as far as there, are no links."""
    parts = name.split("/")
    if any(p in ("", ".", "..") or "\\" in p or "\0" in p or ":" in p for p in parts):
        return False
    place = folder
    for part in parts[:-1]:
        place = place / part
        try:
            if not stat.S_ISDIR(os.lstat(place).st_mode):
                return False
        except OSError as err:
            return err.errno == errno.ENOENT
    return True


def _regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        what = next((name for test, name in _KINDS if test(mode)), "something")
        raise UnreadableError(f"{what}, not a regular file")
