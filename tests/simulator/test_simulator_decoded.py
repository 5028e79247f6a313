# SPDX-License-Identifier: Apache-2.0
"""Decoded instructions are kept from process to process, and a damaged file is as good as none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tvm_tiny.simulator.decoded import Decoded, DecodedStore
from tvm_tiny.simulator.instruction import Instruction, Unit

ADD = Decoded(Instruction("add", 2, Unit.ALU, (), ()))
IT = Decoded(Instruction("it", 2, Unit.ALU, (), ()), predicates=2)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TVM_TINY_CACHE", str(tmp_path))
    return tmp_path


def _files(folder: Path) -> list[Path]:
    return sorted(folder.rglob("decoded-*.msgpack"))


def test_what_one_process_decodes_the_next_has(folder: Path) -> None:
    store = DecodedStore()
    assert not store.table
    store.table.update({"4408": ADD, "bf04": IT})
    store.save()
    assert len(_files(folder)) == 1
    assert DecodedStore().table == {"4408": ADD, "bf04": IT}


def test_nothing_new_is_not_written(folder: Path) -> None:
    DecodedStore().save()
    assert not _files(folder)
    store = DecodedStore()
    store.table["4408"] = ADD
    store.save()
    (path,) = _files(folder)
    path.unlink()
    store.save()
    assert not _files(folder)


@pytest.mark.parametrize("damage", [b"", b"\xc1", b"\x81\xa44408\x93", b"\x81\xa44408\xc0"])
def test_a_damaged_file_is_as_good_as_none(folder: Path, damage: bytes) -> None:
    store = DecodedStore()
    store.table["4408"] = ADD
    store.save()
    (path,) = _files(folder)
    path.write_bytes(damage)
    assert DecodedStore().table == {}


def test_a_folder_that_cannot_be_written_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "file"
    taken.write_text("in the way")
    monkeypatch.setenv("TVM_TINY_CACHE", str(taken))
    store = DecodedStore()
    store.table["4408"] = ADD
    store.save()
    assert taken.read_text() == "in the way"
