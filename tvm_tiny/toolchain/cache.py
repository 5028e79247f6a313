# SPDX-License-Identifier: Apache-2.0
"""Compiled objects by the hash of everything that went into them, in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from tvm_tiny.files.reading import UnreadableError, exists, read_bounded
from tvm_tiny.files.writing import replace_file

_log = logging.getLogger(__name__)
ENTRY_LIMIT_BYTES = 1 << 28
_MAGIC = b"tvm_tiny"
_HEAD_BYTES = len(_MAGIC) + 32
LIMIT_BYTES = 512 * 2**20
"""The oldest entries go when the cache is larger than this."""


def cache_directory() -> Path | None:
    """The folder: ``$TVM_TINY_CACHE``, or ``tvm_tiny`` in the platform's cache folder.

    None where there is neither that variable nor a home.
    """
    chosen = os.environ.get("TVM_TINY_CACHE")
    if chosen:
        return Path(chosen)
    try:
        return _platform_folder()
    except RuntimeError:  # no HOME, and no entry for this user
        return None


def _platform_folder() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA")
        return (Path(base) if base else Path.home() / "AppData" / "Local") / "tvm_tiny" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tvm_tiny"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tvm_tiny"


def digest(parts: Iterable[bytes | str]) -> str:
    """SHA-256 of a sequence of parts; lengths are hashed too, so parts cannot run together."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "little"))
        state.update(data)
    return state.hexdigest()


def get_or_make(key: str, suffix: str, target: Path, make: Callable[[Path], None]) -> None:
    """Put the entry ``key`` at ``target``; ``make(path)`` is called if the cache lacks it.

    An entry holds the SHA-256 of its contents: one that is damaged, or of no bytes, is as good as
    none and is made again. Works without a cache when its folder cannot be written. Entries appear
    atomically.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = cache_directory()
    entry = folder / key[:2] / f"{key}{suffix}" if folder else None
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".tvm_tiny-") as scratch:
        # The suffix stays: compilers look at it.
        fresh = Path(scratch) / f"out{suffix}"
        data = _load(entry) if entry else None
        if data is None:
            make(fresh)
            if entry:
                with contextlib.suppress(OSError):
                    _store(fresh.read_bytes(), entry)
        else:
            fresh.write_bytes(data)
        fresh.replace(target)


def forget(key: str, suffix: str) -> None:
    """Drop an entry: what it holds is whole but of no use."""
    folder = cache_directory()
    if folder:
        with contextlib.suppress(OSError):
            (folder / key[:2] / f"{key}{suffix}").unlink()


def _load(entry: Path) -> bytes | None:
    """An entry's contents, if it is there and whole."""
    if not exists(entry):
        return None
    try:
        data = read_bounded(entry, ENTRY_LIMIT_BYTES, links=False)
        with contextlib.suppress(OSError):
            os.utime(entry)
    except UnreadableError as err:
        _log.warning("cache entry %s cannot be read (%s): made again", entry, err)
        return None
    head, contents = data[:_HEAD_BYTES], data[_HEAD_BYTES:]
    if not contents or head != _head(contents):
        _log.warning("cache entry %s is damaged: made again", entry)
        return None
    return contents


def _head(contents: bytes) -> bytes:
    return _MAGIC + hashlib.sha256(contents).digest()


def _store(contents: bytes, entry: Path) -> None:
    if contents:
        entry.parent.mkdir(parents=True, exist_ok=True)
        if exists(entry) and not entry.is_file():
            entry.unlink()  # a pipe, a device: writing would not replace it
        replace_file(entry, _head(contents) + contents, durable=False)


def prune(limit_bytes: int = LIMIT_BYTES) -> int:
    """Remove the entries used longest ago until the cache is small enough.

    Returns:
        Bytes removed.
    """
    entries: list[tuple[float, int, Path]] = []
    folder = cache_directory()
    for path in folder.glob("??/*") if folder else ():
        with contextlib.suppress(OSError):
            status = path.stat()
            entries.append((status.st_mtime, status.st_size, path))
    excess = sum(size for _, size, _ in entries) - limit_bytes
    removed = 0
    for _, size, path in sorted(entries):
        if removed >= excess:
            break
        with contextlib.suppress(OSError):
            path.unlink()
            removed += size
    return removed
