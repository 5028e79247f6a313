# SPDX-License-Identifier: Apache-2.0
"""Compiled objects by the hash of everything that went into them, in the user's cache folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

LIMIT_BYTES = 512 * 2**20
"""The oldest entries go when the cache is larger than this."""


def cache_directory() -> Path:
    """The folder: ``$TVM_TINY_CACHE``, or ``tvm_tiny`` in the platform's cache folder."""
    chosen = os.environ.get("TVM_TINY_CACHE")
    if chosen:
        return Path(chosen)
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

    Works without a cache when its folder cannot be written. Entries appear atomically.
    """
    entry = cache_directory() / key[:2] / f"{key}{suffix}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".tvm_tiny-") as scratch:
        # The suffix stays: compilers look at it.
        fresh = Path(scratch) / f"out{suffix}"
        try:
            shutil.copyfile(entry, fresh)
            os.utime(entry)
        except OSError:
            make(fresh)
            with contextlib.suppress(OSError):
                _store(fresh, entry)
        fresh.replace(target)


def _store(source: Path, entry: Path) -> None:
    entry.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=entry.parent)
    os.close(handle)
    try:
        shutil.copyfile(source, name)
        Path(name).replace(entry)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def prune(limit_bytes: int = LIMIT_BYTES) -> int:
    """Remove the entries used longest ago until the cache is small enough.

    Returns:
        Bytes removed.
    """
    entries: list[tuple[float, int, Path]] = []
    for path in cache_directory().glob("??/*"):
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
