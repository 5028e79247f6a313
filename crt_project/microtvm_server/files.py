# SPDX-License-Identifier: Apache-2.0
"""Reading what anybody may have made, and writing a folder that is there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import sys
import typing
from pathlib import Path

from .rpc import ServerError

MADE = "made"
"""In the cache folder: empty files named after the archives that tvm_tiny exported here."""


def read_bounded(path: Path, limit_bytes: int, what: str) -> bytes:
    """All bytes of a regular file; a device or a FIFO is none.

    Raises:
        ServerError: it is something else, larger, or cannot be read.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        if not stat.S_ISREG(os.stat(str(path)).st_mode):
            raise ServerError(f"{what} is not a regular file")
        with open(os.open(str(path), flags), "rb") as file:
            data = file.read(limit_bytes + 1)
    except (OSError, ValueError) as err:
        raise ServerError(f"cannot read {what}: {err}") from err
    if len(data) > limit_bytes:
        raise ServerError(f"{what} is larger than {limit_bytes >> 20} MiB")
    return data


def write_folder(target: Path, files: typing.Mapping[str, bytes]) -> None:
    """Make a folder that is not there: written beside its place, flushed, then renamed.

    What a killed run left beside it is removed first.

    Raises:
        OSError: it cannot be written; nothing is left.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.parent):
        fresh = target.with_name(f".{target.name[:200]}.tvm_tiny-new")
        _remove(fresh)
        try:
            fresh.mkdir()
            for name, data in sorted(files.items()):
                path = fresh.joinpath(*name.split("/"))
                path.parent.mkdir(parents=True, exist_ok=True)
                with path.open("xb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            for parent, _, _ in os.walk(str(fresh), topdown=False):
                _sync(Path(parent))
            if target.exists() or target.is_symlink():
                raise FileExistsError(17, "exists", str(target))
            fresh.rename(target)
        except OSError:
            _remove(fresh)
            raise
        _sync(target.parent)


def made_folder() -> Path | None:
    """Where tvm_tiny notes the archives that it exports; as in ``tvm_tiny.toolchain.cache``."""
    chosen = os.environ.get("TVM_TINY_CACHE")
    if chosen:
        return Path(chosen) / MADE
    try:
        home = Path.home()
    except (RuntimeError, KeyError):
        return None
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or str(home / "AppData" / "Local")
        return Path(base) / "tvm_tiny" / "Cache" / MADE
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "tvm_tiny" / MADE
    return Path(os.environ.get("XDG_CACHE_HOME") or str(home / ".cache")) / "tvm_tiny" / MADE


def made_here(sha256: str) -> bool:
    """Whether tvm_tiny exported an archive of this digest, for this user on this computer."""
    folder = made_folder()
    return folder is not None and os.path.lexists(str(folder / sha256))


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(str(path))


def _sync(folder: Path) -> None:
    if sys.platform == "win32":
        return
    handle = os.open(str(folder), os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems cannot
            os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _locked(folder: Path) -> typing.Generator[None, None, None]:
    """Keep other servers out, which might remove what this one writes."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    handle = os.open(str(folder), os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems cannot
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
