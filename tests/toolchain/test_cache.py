# SPDX-License-Identifier: Apache-2.0
"""The cache heals: whatever it holds is checked by content, and made again if it is damaged."""

from __future__ import annotations

import errno
import logging
import multiprocessing
from pathlib import Path

import pytest
from faulty_disk import FaultyDisk, Killed, disk, every_fault

from tvm_tiny.toolchain import cache
from tvm_tiny.toolchain.cache import digest, get_or_make

GOOD = b"contents" * 100
KEY = digest(["key"])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TVM_TINY_CACHE", str(tmp_path / "cache"))
    return tmp_path


def fetch(folder: Path, contents: bytes = GOOD) -> bool:
    """Get the entry; whether it had to be made."""
    made: list[Path] = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_bytes(contents)

    get_or_make(KEY, ".o", folder / "out.o", make)
    assert (folder / "out.o").read_bytes() == contents
    return bool(made)


def entry(folder: Path) -> Path:
    (found,) = (folder / "cache").glob("??/*.o")
    return found


def test_made_once(folder: Path) -> None:
    assert [fetch(folder) for _ in range(3)] == [True, False, False]


@pytest.mark.parametrize("damage", ["empty", "cut", "bit", "grown", "link", "fifo", "folder"])
def test_damage_heals_and_is_named(
    folder: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    fetch(folder)
    path = entry(folder)
    data = path.read_bytes()
    path.unlink()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "cut":
        path.write_bytes(data[:-5])
    elif damage == "bit":
        path.write_bytes(data[:-5] + bytes([data[-5] ^ 1]) + data[-4:])
    elif damage == "grown":
        path.write_bytes(data + b"x")
    elif damage == "link":
        (folder / "elsewhere").write_bytes(data)
        path.symlink_to(folder / "elsewhere")
    elif damage == "fifo":
        import os

        os.mkfifo(path)
    else:
        path.mkdir()
    with caplog.at_level(logging.WARNING):
        assert fetch(folder)
    assert str(path) in caplog.text
    if damage not in ("folder", "link"):
        assert not fetch(folder)


def test_every_fault_of_the_cache(folder: Path) -> None:
    count = 0
    for double, what in every_fault(lambda: fetch(folder)):
        for path in (folder / "cache").glob("??/*"):
            path.unlink()
        with disk(double):
            try:
                fetch(folder)
            except Killed:
                assert double.error is None
        count += 1
        fetch(folder)
        assert not fetch(folder), what
    assert count >= 12


@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EROFS, errno.EIO])
def test_no_room_is_no_failure(folder: Path, error: int) -> None:
    with disk(FaultyDisk(0, error, lasting=True)):
        assert fetch(folder)
        assert fetch(folder)


def test_no_home_is_no_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("TVM_TINY_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", no_home)
    assert cache.cache_directory() is None
    assert fetch(folder)
    assert cache.prune() == 0


def test_two_processes_at_once(folder: Path) -> None:
    def work(name: str) -> None:
        for number in range(50):
            key = digest([str(number % 5)])
            target = folder / name / "out.o"
            get_or_make(key, ".o", target, lambda path, n=number: path.write_bytes(b"%d" % (n % 5)))
            assert target.read_bytes() == b"%d" % (number % 5)

    context = multiprocessing.get_context("fork")
    workers = [context.Process(target=work, args=(name,)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
