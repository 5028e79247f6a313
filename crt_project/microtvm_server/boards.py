# SPDX-License-Identifier: Apache-2.0
"""Boards with a chip: what the programs that flash call it, where its serial port is.

``boards.json`` beside this file is made from tvm_tiny's board files (``tvm_tiny.boards.table``).
"""

from __future__ import annotations

import json
import typing
from pathlib import Path

_FILE = Path(__file__).parent / "boards.json"


class Chip(typing.NamedTuple):
    """A board with a flash memory.

    Attributes:
        name: of the board.
        core: of its chip.
        flash_origin: first address of its flash.
        flash_bytes: its size.
        runners: programs that can flash it, best first.
        openocd_files: OpenOCD's ``-f`` options.
        openocd_transport: where the interface has to be told, else "".
        openocd_speed_khz: of the probe; 0: the files' own.
        pyocd_target: pyOCD's name of the chip.
        jlink_device: SEGGER's name of the chip.
        usb: vendor and product of what carries its serial port.
        baud: speed of that.
    """

    name: str
    core: str
    flash_origin: int
    flash_bytes: int
    runners: typing.Sequence[str]
    openocd_files: typing.Sequence[str]
    openocd_transport: str
    openocd_speed_khz: int
    pyocd_target: str
    jlink_device: str
    usb: typing.Sequence[str]
    baud: int


def read_chips() -> dict[str, Chip]:
    """All of them by name."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    return {row["name"]: Chip(**row) for row in rows}


CHIPS = read_chips()
EMULATED = ("mps2-an500", "host")
"""QEMU, and this computer: started when the transport opens, with nothing to flash."""
