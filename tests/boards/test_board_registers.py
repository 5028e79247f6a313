# SPDX-License-Identifier: Apache-2.0
"""Registers that start-up sets are the vendor's: names, addresses, fields.

SVD files: pyOCD's, and, where ``TVM_TINY_SVD`` names a folder with those, ST's own by chip
(``STM32H743.svd``), which hold what pyOCD's leave out: H7, F7, G4, WB.
"""

from __future__ import annotations

import importlib.util
import os
import re
import xml.etree.ElementTree as Xml
import zipfile
from functools import cache
from pathlib import Path

import pytest

from tvm_tiny.boards import Board, load_board
from tvm_tiny.device.uarts import UartStep

PYOCD = importlib.util.find_spec("pyocd")
OWN = Path(os.environ.get("TVM_TINY_SVD", "/nowhere"))

SVD_OF = {
    "nucleo-f429zi": "STM32F429x.svd",
    "nucleo-f411re": "STM32F41x.svd",
    "nucleo-l432kc": "STM32L4x2.svd",
    "nucleo-l476rg": "STM32L4x5.svd",
    "nrf52840-dk": "nrf52840.svd",
    "microbit-v2": "nrf52833.svd",
}
"""Boards whose chip, or one of its family with the same registers, pyOCD has the description of."""

OWN_SVD_OF = {
    "nucleo-h743zi2": "STM32H743.svd",
    "arduino-portenta-h7": "STM32H747_CM7.svd",
    "nucleo-h7a3zi-q": "STM32H7A3.svd",
    "nucleo-f767zi": "STM32F767.svd",
    "stm32f746g-disco": "STM32F746.svd",
    "nucleo-f446re": "STM32F446.svd",
    "nucleo-f429zi": "STM32F429.svd",
    "nucleo-f411re": "STM32F411.svd",
    "nucleo-f401re": "STM32F401.svd",
    "stm32f4-disco": "STM32F407.svd",
    "nucleo-f103rb": "STM32F103.svd",
    "nucleo-g474re": "STM32G474.svd",
    "nucleo-l432kc": "STM32L432.svd",
    "nucleo-l476rg": "STM32L476.svd",
    "nucleo-l4r5zi": "STM32L4R5.svd",
    "nucleo-wb55rg": "STM32WB55_CM4.svd",
    "nucleo-h563zi": "STM32H563.svd",
    "nucleo-u575zi-q": "STM32U575.svd",
}
"""Boards and ST's own files."""

INCOMPLETE = {
    ("STM32F429x.svd", "PWR_CR"),
    ("STM32F429x.svd", "PWR_CSR"),
    ("STM32F41x.svd", "PWR_CR"),
    ("STM32F407.svd", "PWR_CR"),
}
"""Registers of which an old file leaves fields out (the over-drive came later)."""

_CHIP = re.compile(r"^(?P<group>[A-Z]+[0-9]?)[_.](?P<register>[A-Z0-9]+)\b")


@cache
def registers(name: str) -> dict[int, tuple[str, int]]:
    """Address -> (name, bits that belong to a field)."""
    root = Xml.fromstring(_text(name))
    found: dict[int, tuple[str, int]] = {}
    nodes = {p.findtext("name", ""): p for p in root.iter("peripheral")}
    for group, peripheral in nodes.items():
        base = int(peripheral.findtext("baseAddress", "0"), 0)
        source = nodes.get(peripheral.get("derivedFrom", ""), peripheral)
        for register in source.iter("register"):
            address = base + int(register.findtext("addressOffset", "0"), 0)
            bits = sum({1 << b for f in register.iter("field") for b in _bits(f)})
            found[address] = (f"{group}_{register.findtext('name', '')}", bits)
    return found


def _text(name: str) -> bytes:
    if (OWN / name).is_file():
        return (OWN / name).read_bytes()
    assert PYOCD is not None
    assert PYOCD.origin is not None
    folder = Path(PYOCD.origin).parent / "debug" / "svd"
    with zipfile.ZipFile(folder / "svd_data.zip") as archive:
        return archive.read(name)


def _bits(field: Xml.Element) -> range:
    if (text := field.findtext("bitRange")) is not None:
        high, low = map(int, text.strip("[]").split(":"))
        return range(low, high + 1)
    low = int(field.findtext("bitOffset", field.findtext("lsb", "0")), 0)
    if (msb := field.findtext("msb")) is not None:
        return range(low, int(msb, 0) + 1)
    return range(low, low + int(field.findtext("bitWidth", "1"), 0))


def writes(board: Board) -> list[UartStep]:
    steps = [w for speed in board.clock.speeds for w in (*speed.steps, *speed.uart)]
    return [*steps, *board.startup]  # type: ignore[list-item]


@pytest.mark.parametrize("name", OWN_SVD_OF)
def test_every_register_is_in_sts_own_files(name: str) -> None:
    """The serial line's and those that switch memories on, too; masks have no reserved bits."""
    if not (OWN / OWN_SVD_OF[name]).is_file():
        pytest.skip("no such file in the folder TVM_TINY_SVD")
    board, known = load_board(name), registers(OWN_SVD_OF[name])
    enables = [w for region in board.regions for w in region.enable]
    line = board.uart.setup if board.uart else ()
    checked = [*writes(board), *enables, *line]
    assert checked
    for write in checked:
        assert write.address in known, f"{write.address:#x}: {write.why}"
        register, fields = known[write.address]
        whole = write.mask in (0xFFFF, 0xFFFFFFFF)  # BRR: an old file has its parts only
        if (OWN_SVD_OF[name], register) not in INCOMPLETE:
            assert whole or write.mask & ~fields == 0, f"{register}: {write.mask & ~fields:#x}"


@pytest.mark.skipif(PYOCD is None, reason="no pyOCD: its SVD files (extra 'boards')")
@pytest.mark.parametrize("name", SVD_OF)
def test_every_register_is_the_vendors(name: str) -> None:
    board, known = load_board(name), registers(SVD_OF[name])
    assert len(known) > 100
    checked = writes(board)
    assert checked
    for write in checked:
        assert write.address in known, f"{write.address:#x}: {write.why}"
        register, fields = known[write.address]
        if (SVD_OF[name], register) not in INCOMPLETE:
            assert write.mask & ~fields == 0, f"{register}: {write.mask & ~fields:#x} is reserved"
        said = _CHIP.match(write.why)
        if said:
            group, own = register.split("_", 1)
            assert group in (said["group"], "Flash"), f"{register} is called {write.why}"
            assert own == said["register"], f"{register} is called {write.why}"
