# SPDX-License-Identifier: Apache-2.0
"""A board's file from a CMSIS pack."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tvm_tiny.boards import load_board
from tvm_tiny.boards.packs import board_file, devices
from tvm_tiny.errors import UsageError

PDSC = """<?xml version="1.0"?>
<package><devices><family Dfamily="F" Dvendor="V:1">
  <processor Dcore="{core}" DcoreVersion="r0p1"/>
  <memory name="RAM" access="rwx" start="0x20000000" size="0x8000" default="1"/>
  <subFamily DsubFamily="S"><processor Dclock="72000000"/>
    <device Dname="CHIP1"><memory id="IROM1" start="0x08000000" size="0x10000" startup="1"/>
    </device>
    <device Dname="CHIP2"><memory id="IROM1" start="0x08000000" size="0x20000" startup="1"/>
      <memory name="CCM */ int x;" access="rw" start="0x10000000" size="0x2000"/>
      <variant Dvariant="CHIP2X"><memory id="IROM1" start="0x08000000" size="0x40000"/></variant>
    </device>
  </subFamily></family></devices></package>
"""


def pack(folder: Path, text: str = PDSC.format(core="Cortex-M4"), name: str = "V.F.pdsc") -> Path:
    path = folder / "V.F.1.0.0.pack"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, text)
        archive.writestr("Flash/loader.FLM", "x")
    return path


def test_what_a_level_says_holds_below(tmp_path: Path) -> None:
    found = devices(pack(tmp_path))
    assert set(found) == {"CHIP1", "CHIP2", "CHIP2X"}
    assert found["CHIP1"].hz == 72_000_000
    sizes = {n: {m.name: m.size_bytes for m in d.memories} for n, d in found.items()}
    assert sizes["CHIP1"] == {"RAM": 0x8000, "IROM1": 0x10000}
    assert sizes["CHIP2X"]["IROM1"] == 0x40000


def test_the_file_is_a_board(tmp_path: Path) -> None:
    path = tmp_path / "chip2.toml"
    path.write_text(board_file(pack(tmp_path), "chip2"))
    board = load_board(str(path))
    assert board.core == "cortex-m4"
    assert board.flash.length_bytes == 0x20000
    assert [(r.name, r.origin) for r in board.rams] == [("SRAM", 0x10000000), ("SRAM1", 0x20000000)]
    assert all(r.timing is None for r in board.regions)


@pytest.mark.parametrize(
    ("text", "device", "message"),
    [
        (PDSC.format(core="Cortex-M4"), "CHIP9", "no device"),
        (PDSC.format(core="Cortex-A7"), "CHIP1", "no compiler"),
        ("<package>", "CHIP1", "not a CMSIS pack"),
        (PDSC.format(core="Cortex-M4").replace("0x8000", "many"), "CHIP1", "not a CMSIS pack"),
    ],
)
def test_wrong_packs_are_refused(tmp_path: Path, text: str, device: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        board_file(pack(tmp_path, text), device)
    assert caught.value.code == "TT6307"


def test_no_pack_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.pack").write_bytes(b"PK?")
    for path in (tmp_path / "x.pack", tmp_path / "none.pack", pack(tmp_path, name="a/b.pdsc")):
        with pytest.raises(UsageError):
            devices(path)
