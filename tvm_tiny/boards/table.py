# SPDX-License-Identifier: Apache-2.0
"""The boards as the Project API server knows them: ``microtvm_server/boards.json``.

The server runs without this package; after a change of the boards' files:
``python -m tvm_tiny.boards.table > crt_project/microtvm_server/boards.json``.
"""

from __future__ import annotations

import json
import sys

from tvm_tiny.boards.data import Board, boards
from tvm_tiny.crt_project.microtvm_server.boards import Chip


def chip_of(board: Board) -> Chip:
    """What programs that flash have to know of a board."""
    probe = board.probe
    return Chip(
        name=board.name,
        core=board.core,
        flash_origin=board.flash.origin,
        flash_bytes=board.flash.length_bytes,
        runners=probe.runners,
        openocd_files=probe.openocd_files,
        openocd_transport=probe.openocd_transport,
        openocd_speed_khz=probe.openocd_speed_khz,
        pyocd_target=probe.pyocd_target,
        jlink_device=probe.jlink_device,
        usb=board.serial.usb,
        baud=board.serial.baud,
    )


def served(board: Board) -> bool:
    """Whether the server can flash a board and talk to it."""
    flashed = set(board.probe.runners) - {"simulator", "qemu"}
    return bool(board.uart and flashed) and not board.probe.qemu_machine


def server_table() -> str:
    """The file's text: every board with a line to talk over and a program that flashes it.

    QEMU's is apart; the simulator is no program that the server could start.
    """
    rows = (chip_of(b)._asdict() for b in boards() if served(b))
    return "[\n" + ",\n".join(map(json.dumps, rows)) + "\n]\n"


if __name__ == "__main__":
    sys.stdout.write(server_table())
