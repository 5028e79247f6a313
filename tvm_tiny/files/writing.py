# SPDX-License-Identifier: Apache-2.0
"""Writing files and folders whole or not at all, on the disk before it is said to be done.

A folder is written beside its place, flushed, and exchanged with what is there in one step where
the system has that (renameat2), in two renames where it has not: then a crash between them leaves
no folder and both beside its place. ``restore`` puts the old one back and removes what a crash
left; every writer begins with it, and so do readers of a project folder.

    parent/out                      the folder
    parent/.out.tvm_tiny-new        being written; after the exchange the old one, being removed
    parent/.out.tvm_tiny-old        the old one, where two renames are needed
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Final

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.files import system
from tvm_tiny.files.locking import Busy, locked
from tvm_tiny.files.reading import exists, inside

_NEW: Final = ".tvm_tiny-new"
_OLD: Final = ".tvm_tiny-old"
_LONGEST_NAME_BYTES: Final = 200
_WAIT_S: Final = 60.0
_MODE: Final = 0o755


def write_file(path: Path, data: bytes) -> Path:
    """Write one file, whole or not at all; returns its path.

    Raises:
        UsageError: TT6010, it cannot be written.
    """
    with reported(path, "cannot write the file"):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, data)
    return path


def replace_file(path: Path, data: bytes, *, durable: bool = True) -> None:
    """The same in a folder that is there, raising ``OSError``; what a crash left is removed.

    A name that is a link is written where the link ends. ``durable=False`` does not wait for the
    disk: for caches, whose contents are checked when they are read.
    """
    target = _place(path) if path.is_symlink() else path
    if target.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    _check_kind(target)
    with _locked(target.parent):
        fresh = target.with_name(_beside(target.name, _NEW))
        _remove(fresh)
        try:
            write_new(fresh, data, durable=durable)
            system.SYSTEM.rename(fresh, target)
        except OSError:
            with contextlib.suppress(OSError):
                _remove(fresh)
            raise
        if durable:
            system.SYSTEM.sync_folder(target.parent)


def write_new(path: Path, data: bytes, *, durable: bool = True) -> None:
    """A new file with these bytes, on the disk."""
    handle = system.SYSTEM.create(path)
    try:
        _write_all(handle, data)
        if durable:
            system.SYSTEM.sync(handle)
    finally:
        system.SYSTEM.close(handle)


def _check_kind(path: Path) -> None:
    """Nothing but a regular file is replaced: a rename would put one in a device's place."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a folder", str(path))
    if path.exists() and not path.is_file():
        raise FileExistsError(errno.EEXIST, "is a device, a FIFO or a socket", str(path))


def append(path: Path, data: bytes) -> None:
    """Add bytes to the end of a file; they are on the disk when this returns."""
    handle = system.SYSTEM.open_to_append(path)
    try:
        _write_all(handle, data)
        system.SYSTEM.sync(handle)
    finally:
        system.SYSTEM.close(handle)


def write_folder(folder: Path, files: Mapping[str, bytes], ours: Iterable[str]) -> None:
    """Make ``folder`` hold ``files``, and of what was in it all that is not ``ours``.

    Args:
        folder: its name may be a link to a folder.
        files: relative path with ``/`` to contents.
        ours: relative paths of files that were written before and go if they are not in ``files``.

    Raises:
        OSError: it cannot be written; the folder is as it was.
        FileExistsError: a file is in the way that is not ours.
    """
    place = _place(folder)
    _check_name(place)
    place.parent.mkdir(parents=True, exist_ok=True)
    with _locked(place.parent):
        _restore(place)
        fresh = place.with_name(_beside(place.name, _NEW))
        try:
            _stage(fresh, place, files, set(ours))
            _put(fresh, place)
        except OSError:
            with contextlib.suppress(OSError):
                _restore(place)
            raise
        system.SYSTEM.sync_folder(place.parent)
        with contextlib.suppress(OSError):  # the next run removes it
            _remove(fresh)
            _remove(place.with_name(_beside(place.name, _OLD)))


def restore(folder: Path) -> None:
    """Undo what a crash of ``write_folder`` left: a folder that is missing comes back."""
    try:
        place = _place(folder)
    except ValueError:  # a zero byte: no folder has such a name
        return
    if not place.name:
        return  # the root: nothing is beside it
    beside = [place.with_name(_beside(place.name, end)) for end in (_NEW, _OLD)]
    if any(map(exists, beside)):
        with contextlib.suppress(OSError, UsageError), _locked(place.parent):
            _restore(place)


def check_writable(path: Path) -> None:
    """Whether a file or folder can be made or replaced there, as far as can be told before.

    Raises:
        OSError: no: a name that is too long, a file where a folder is needed, no permission.
    """
    place = _place(path)
    _check_name(place)
    with contextlib.suppress(FileNotFoundError):
        if stat.S_ISLNK(os.lstat(place).st_mode):  # behind all links is one: it leads to itself
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    parent = place.parent
    while not exists(parent):
        parent = parent.parent
    if not parent.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(parent))
    if not os.access(parent, os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "cannot be written to", str(parent))


def check_file(path: Path) -> None:
    """Refuse a place for a file before the work whose result goes there.

    Raises:
        UsageError: TT6010, a file cannot be written there.
    """
    with reported(path, "cannot write the file"):
        check_writable(path)
        _check_kind(path)


@contextlib.contextmanager
def reported(path: Path, what: str) -> Generator[None, None, None]:
    """Turn ``OSError`` into the UsageError TT6010 that names the path."""
    try:
        yield
    except Busy as err:
        problem = Problem(str(err), str(path), do="wait for its end, or write to another folder")
        raise UsageError(what, (problem,), "TT6010") from err
    except (OSError, ValueError) as err:  # ValueError: a zero byte in the path
        where = getattr(err, "filename", None) or path
        why = getattr(err, "strerror", None) or str(err)
        raise UsageError(what, (Problem(why, where=str(where)),), "TT6010") from err


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[system.SYSTEM.write(handle, bytes(view[: 1 << 24])) :]


def _place(folder: Path) -> Path:
    """The folder's own absolute path, behind links."""
    return Path(os.path.realpath(folder))


def _check_name(place: Path) -> None:
    """Refuse the root: there is no place beside it to write first."""
    if not place.name:
        why = "it is the root of the file system: name a folder in it"
        raise IsADirectoryError(errno.EISDIR, why, str(place))


def is_leftover(path: Path) -> bool:
    """Whether it is what a crash left of a write; the next write of that name removes it."""
    return path.name.startswith(".") and path.name.endswith((_NEW, _OLD))


def _beside(name: str, end: str) -> str:
    """A hidden name for ``name``, short enough for file systems."""
    raw = os.fsencode(name)
    if len(raw) > _LONGEST_NAME_BYTES:
        name = hashlib.sha256(raw).hexdigest()
    return f".{name}{end}"


@contextlib.contextmanager
def _locked(parent: Path) -> Generator[None, None, None]:
    with locked(parent, _WAIT_S):
        yield


def _restore(place: Path) -> None:
    fresh, old = (place.with_name(_beside(place.name, end)) for end in (_NEW, _OLD))
    if exists(old) and not exists(place):
        system.SYSTEM.rename(old, place)
        system.SYSTEM.sync_folder(place.parent)
    for rest in (fresh, old):
        _remove(rest)


def _stage(fresh: Path, place: Path, files: Mapping[str, bytes], ours: set[str]) -> None:
    """Write the new folder beside the old one, everything in it on the disk."""
    mode = _MODE
    system.SYSTEM.mkdir(fresh)
    made = {fresh}
    for name, data in sorted(files.items()):
        if not inside(fresh, name):
            raise ValueError(f"path leads out of the folder: {name}")
        path = fresh / name
        _folders(path.parent, made)
        write_new(path, data)
    if exists(place):
        mode = stat.S_IMODE(place.stat().st_mode)
        _keep(fresh, place, ours | set(files), set(ours), made)
    for path in sorted(made, reverse=True):
        system.SYSTEM.sync_folder(path)
    if stat.S_IMODE(fresh.stat().st_mode) != mode:
        system.SYSTEM.chmod(fresh, mode)


def _keep(fresh: Path, place: Path, known: set[str], ours: set[str], made: set[Path]) -> None:
    """Take over what the project did not write: every other file, link and folder, by links."""
    for parent, folders, names in os.walk(place):
        here = Path(parent)
        relative = here.relative_to(place)
        linked = [n for n in folders if (here / n).is_symlink()]
        folders[:] = [n for n in folders if n not in linked]
        if not folders and not names and not linked and relative.parts:
            if relative.as_posix() in known:
                raise FileExistsError(errno.EEXIST, "is in the way, not the project's", str(here))
            _folders(fresh / relative, made)
        for name in sorted([*names, *linked]):
            path = (relative / name).as_posix()
            if path in ours:
                continue
            if path in known or exists(fresh / path):
                raise FileExistsError(
                    errno.EEXIST, "is in the way, not the project's", str(here / name)
                )
            target = fresh / path
            if not inside(fresh, path):  # a new file has the name of an old folder
                raise FileExistsError(errno.EEXIST, "its folder's name is needed", str(here / name))
            _folders(target.parent, made)
            system.SYSTEM.link(here / name, target)


def _folders(path: Path, made: set[Path]) -> None:
    missing: list[Path] = []
    while path not in made:
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        system.SYSTEM.mkdir(folder)
        made.add(folder)


def _put(fresh: Path, place: Path) -> None:
    if not exists(place):
        system.SYSTEM.rename(fresh, place)
    elif not system.SYSTEM.exchange(fresh, place):
        system.SYSTEM.rename(place, place.with_name(_beside(place.name, _OLD)))
        system.SYSTEM.rename(fresh, place)


def _remove(path: Path) -> None:
    """Remove a file, a link or a whole folder, if it is there; never through links."""
    if not exists(path):
        return
    if path.is_symlink() or not path.is_dir():
        system.SYSTEM.unlink(path)
        return
    for parent, folders, names in os.walk(path, topdown=False):
        for name in names:
            system.SYSTEM.unlink(Path(parent) / name)
        for name in folders:
            child = Path(parent) / name
            (system.SYSTEM.unlink if child.is_symlink() else system.SYSTEM.rmdir)(child)
    system.SYSTEM.rmdir(path)
