# SPDX-License-Identifier: Apache-2.0
"""Paths that no system takes, handed to the interface of Python: errors of ours, each time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

import tvm_tiny
from tvm_tiny.boards import load_board
from tvm_tiny.errors import TvmTinyError, UsageError
from tvm_tiny.files.arrays import array_path
from tvm_tiny.files.writing import restore, write_file
from tvm_tiny.frontends.loader import load
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.tuning.database import load_database

ENTRIES: dict[str, Callable[[Path], object]] = {
    "load": load,
    "load text": lambda path: load(str(path)),
    "compare": lambda path: tvm_tiny.compare(path, path),
    "Artifact.load": tvm_tiny.Artifact.load,
    "quantize": lambda path: tvm_tiny.quantize(path, {}),
    "quantize with": lambda path: tvm_tiny.quantize(tiny_convnet(), path),
    "write_file": lambda path: write_file(path, b""),
    "load_database": load_database,
    "load_board": load_board,  # type: ignore[dict-item]
    "load_core": load_core,  # type: ignore[dict-item]
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_names_that_no_system_takes(entry: str, tmp_path: Path) -> None:
    os.symlink("loop", tmp_path / "loop")
    os.mkfifo(tmp_path / "fifo")
    for name in ("x" * 300, "a\0b", "loop", "fifo", "fifo/x", f"{'x' * 300}.toml", "a\0b.toml"):
        with pytest.raises(TvmTinyError):
            ENTRIES[entry](tmp_path / name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["fifo", "loop"]


def test_nothing_is_restored_beside_the_root_or_no_name() -> None:
    restore(Path("/"))
    restore(Path("a\0b"))


@pytest.mark.parametrize("place", ["", ".", "/"])
def test_arrays_need_a_name(place: str) -> None:
    """``run -o .`` ended in TT9000."""
    with pytest.raises(UsageError) as caught:
        array_path(Path(place))
    assert caught.value.code == "TT6010"
