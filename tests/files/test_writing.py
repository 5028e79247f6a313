# SPDX-License-Identifier: Apache-2.0
"""A folder is wholly old or wholly new at every fault of every write, and the next run works."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest
from faulty_disk import FaultyDisk, Killed, disk, every_fault

from tvm_tiny.errors import UsageError
from tvm_tiny.files.locking import Busy, locked
from tvm_tiny.files.reading import inside
from tvm_tiny.files.writing import append, replace_file, restore, write_file, write_folder

OLD = {"Makefile": b"old", "src/a.c": b"old a", "src/gone.c": b"old only", "deep/er/x": b"o"}
NEW = {"Makefile": b"new", "src/a.c": b"new a", "include/new.h": b"new only", "deep/er/x": b"n"}
THEIRS = {"notes.txt": b"mine", "src/mine.c": b"mine too", "build/object.o": b"\0" * 100}


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


def scene(parent: Path) -> Path:
    """A fresh parent with an earlier project in it, and with files of the user's."""
    folder = parent / "out"
    write_folder(folder, OLD, ())
    for name, data in THEIRS.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.mark.parametrize("exchange", [True, False], ids=["exchange", "two renames"])
def test_every_fault_over_an_earlier_project(tmp_path: Path, exchange: bool) -> None:
    count = 0
    folder = scene(tmp_path / "counted")
    doubles = every_fault(lambda: write_folder(folder, NEW, OLD), exchange=exchange)
    for number, (double, what) in enumerate(doubles):
        folder = scene(tmp_path / str(number))
        with disk(double), contextlib.suppress(OSError, Killed):
            write_folder(folder, NEW, OLD)
        if not folder.exists():
            assert not exchange, what
            assert len(list(folder.parent.iterdir())) == 2, what
        else:
            assert contents(folder) in (OLD | THEIRS, NEW | THEIRS), what
        if number % 2:  # the next command may read
            restore(folder)
            assert contents(folder) in (OLD | THEIRS, NEW | THEIRS), what
            assert [p.name for p in folder.parent.iterdir()] == ["out"], what
        write_folder(folder, NEW, [*OLD, *NEW])
        assert contents(folder) == NEW | THEIRS, what
        assert [p.name for p in folder.parent.iterdir()] == ["out"], what
        count += 1
    assert count > 80


def test_every_fault_of_a_first_save(tmp_path: Path) -> None:
    doubles = every_fault(lambda: write_folder(tmp_path / "c" / "out", NEW, ()))
    for number, (double, what) in enumerate(doubles):
        folder = tmp_path / str(number) / "out"
        with disk(double), contextlib.suppress(OSError, Killed):
            write_folder(folder, NEW, ())
        assert not folder.exists() or contents(folder) == NEW, what
        write_folder(folder, NEW, NEW)
        assert contents(folder) == NEW, what
        assert [p.name for p in folder.parent.iterdir()] == ["out"], what


def test_every_fault_of_a_file(tmp_path: Path) -> None:
    def write() -> None:
        replace_file(tmp_path / "f", b"new" * 100)

    for double, what in every_fault(write):
        (tmp_path / "f").write_bytes(b"old")
        with disk(double), contextlib.suppress(OSError, Killed):
            write()
        assert (tmp_path / "f").read_bytes() in (b"old", b"new" * 100), what
        write()
        assert (tmp_path / "f").read_bytes() == b"new" * 100, what
        assert [p.name for p in tmp_path.iterdir()] == ["f"], what


def test_everything_is_on_the_disk_before_names_change(tmp_path: Path) -> None:
    folder = scene(tmp_path)
    double = FaultyDisk()
    with disk(double):
        write_folder(folder, NEW, OLD)
    (swap,) = (i for i, (name, _) in enumerate(double.done) if name == "exchange")
    written = {what for name, what in double.done[:swap] if name == "create"}
    assert len(written) == len(NEW)
    last = {what: i for i, (name, what) in enumerate(double.done[:swap]) if name == "write"}
    synced = {what: i for i, (name, what) in enumerate(double.done[:swap]) if name == "sync"}
    assert all(synced[what] > last[what] for what in written)
    folders = {what for name, what in double.done[:swap] if name == "sync_folder"}
    assert {str(Path(w).parent) for w in written} <= folders
    assert ("sync_folder", str(folder.parent)) in double.done[swap:]


def test_real_kills(tmp_path: Path) -> None:
    """The same with processes that kill themselves."""

    class Deadly(FaultyDisk):
        def _step(self, name: str, what: str, half: object = None) -> None:
            try:
                super()._step(name, what, half)  # type: ignore[arg-type]
            except Killed:
                os.kill(os.getpid(), signal.SIGKILL)

    context = multiprocessing.get_context("fork")
    for at in range(0, 60, 4):
        folder = scene(tmp_path / str(at))

        def save(at: int = at, folder: Path = folder) -> None:
            with disk(Deadly(at)):
                write_folder(folder, NEW, OLD)

        child = context.Process(target=save)
        child.start()
        child.join()
        assert contents(folder) in (OLD | THEIRS, NEW | THEIRS)
        write_folder(folder, NEW, [*OLD, *NEW])
        assert contents(folder) == NEW | THEIRS
        assert [p.name for p in folder.parent.iterdir()] == ["out"]


def test_two_processes_at_once(tmp_path: Path) -> None:
    folder = scene(tmp_path)

    def save(word: bytes) -> None:
        for _ in range(20):
            write_folder(folder, dict.fromkeys(NEW, word), [*OLD, *NEW])

    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=save, args=(word,)) for word in (b"one", b"two")]
    for writer in writers:
        writer.start()
    seen = 0
    while any(writer.is_alive() for writer in writers):
        handle = os.open(folder, os.O_RDONLY)  # the folder as it is at one moment
        try:
            found = set()
            for name in NEW:
                with open(os.open(name, os.O_RDONLY, dir_fd=handle), "rb") as file:
                    found.add(file.read())
        except FileNotFoundError:
            continue  # it was the old one and is being removed
        finally:
            os.close(handle)
        seen += 1
        assert len(found) == 1 or b"old" in found
    assert seen
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert {v for k, v in contents(folder).items() if k in NEW} in ({b"one"}, {b"two"})
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_lock_is_waited_for_and_named(tmp_path: Path) -> None:
    with locked(tmp_path), pytest.raises(Busy), locked(tmp_path):
        pass
    began = time.process_time()
    with locked(tmp_path, 5.0):
        pass
    assert time.process_time() - began < 1


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.c").write_bytes(b"theirs")
    folder = tmp_path / "out"
    write_folder(folder, {"Makefile": b"1"}, ())
    (folder / "src").symlink_to(outside)
    (folder / "Makefile").unlink()
    (folder / "Makefile").symlink_to(outside / "a.c")
    with pytest.raises(OSError, match=r"needed|in the way"):
        write_folder(folder, NEW, ["Makefile", "src/a.c", "../outside/a.c", "/etc/hostname"])
    (folder / "src").unlink()
    write_folder(folder, NEW, ["Makefile", "src/a.c", "../outside/a.c"])
    assert (outside / "a.c").read_bytes() == b"theirs"
    assert contents(folder) == NEW
    assert not (folder / "Makefile").is_symlink()
    (tmp_path / ".out.tvm_tiny-new").symlink_to(outside)
    write_folder(folder, NEW, NEW)
    assert (outside / "a.c").read_bytes() == b"theirs"


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "", "a//b", ".", "a\\b", "c:d"])
def test_names_that_lead_out(tmp_path: Path, name: str) -> None:
    assert not inside(tmp_path, name)
    with pytest.raises(ValueError, match="leads out"):
        write_folder(tmp_path / "out", {name: b""}, ())


def test_their_file_in_the_way_is_kept(tmp_path: Path) -> None:
    folder = scene(tmp_path)
    (folder / "include").mkdir()
    (folder / "include" / "new.h").write_bytes(b"mine")
    with pytest.raises(FileExistsError):
        write_folder(folder, NEW, OLD)
    assert contents(folder) == OLD | THEIRS | {"include/new.h": b"mine"}
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_their_links_modes_and_empty_folders_stay(tmp_path: Path) -> None:
    folder = scene(tmp_path)
    (folder / "empty" / "er").mkdir(parents=True)
    (folder / "link").symlink_to("nowhere")
    (folder / "tools").symlink_to("src")
    folder.chmod(0o750)
    write_folder(folder, NEW, OLD)
    assert (folder / "empty" / "er").is_dir()
    assert os.readlink(folder / "link") == "nowhere"
    assert os.readlink(folder / "tools") == "src"
    assert folder.stat().st_mode & 0o777 == 0o750


def test_names_the_system_refuses(tmp_path: Path) -> None:
    for bad in (tmp_path / ("x" * 300), tmp_path / "a\0b", tmp_path / "file" / "out"):
        (tmp_path / "file").write_bytes(b"")
        with pytest.raises(UsageError) as caught:
            write_file(bad, b"")
        assert caught.value.code == "TT6010"
    write_file(tmp_path / ("x" * 255), b"1")
    write_folder(tmp_path / ("y" * 255), NEW, ())
    assert contents(tmp_path / ("y" * 255)) == NEW


def test_appending_is_on_the_disk(tmp_path: Path) -> None:
    double = FaultyDisk()
    with disk(double):
        append(tmp_path / "j", b"one\n")
        append(tmp_path / "j", b"two\n")
    assert (tmp_path / "j").read_bytes() == b"one\ntwo\n"
    assert [name for name, _ in double.done] == ["open_to_append", "write", "sync"] * 2


def test_nothing_but_a_regular_file_is_replaced(tmp_path: Path) -> None:
    """A rename over a device would leave a file in its place."""
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "link").symlink_to(tmp_path / "fifo")
    for name in ("fifo", "link"):
        with pytest.raises(UsageError, match="FIFO"):
            write_file(tmp_path / name, b"data")
    assert (tmp_path / "fifo").is_fifo()
    assert (tmp_path / "link").is_symlink()
