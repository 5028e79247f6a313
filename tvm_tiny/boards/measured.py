# SPDX-License-Identifier: Apache-2.0
"""Cycles that a board counts, layer by layer: its firmware, on a line, asked as any device is.

``simulated`` in place of a port is the simulated board: the same firmware, its start-up code and
its line, so the whole way can be gone without a board.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from tvm_tiny.boards.data import Board
from tvm_tiny.boards.firmware import DEVICE, Linked, link
from tvm_tiny.boards.flashers import choose
from tvm_tiny.boards.running import carry_out, make_job
from tvm_tiny.boards.simulated import SimulatedBoard
from tvm_tiny.device.board import QEMU_BOARD, BoardSession, DeviceProfile
from tvm_tiny.device.transports import SerialTransport, SocketTransport, Transport, qemu
from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.report.model import Report
from tvm_tiny.result import Built, bench_input
from tvm_tiny.run.samples import check_inputs
from tvm_tiny.toolchain.build import find_compiler

SIMULATED = "simulated"
_FLASH_S = 120.0
_BAUD = 115200
_TRACED = replace(DEVICE, name="device-traced", defines=("-DTVM_TINY_TRACE=1",))


class SimulatedTransport:
    """The line of a simulated board."""

    def __init__(self, board: SimulatedBoard, slower: float = 1.0) -> None:
        self._board = board
        self._out = bytearray(board.serve(b"", slower=slower))

    def write(self, data: bytes) -> None:
        """Send bytes, and run the firmware until it has dealt with them."""
        self._out += self._board.serve(data)

    def read(self, timeout_s: float) -> bytes:
        """What has come; a firmware that is at work goes on."""
        del timeout_s
        if not self._out:
            self._out += self._board.serve(b"")
        data, self._out = bytes(self._out), bytearray()
        return data

    def close(self) -> None:
        """Nothing to give back."""


@dataclass(frozen=True)
class Where:
    """How to get at a board.

    Attributes:
        line: serial port, ``tcp:HOST:PORT``, or ``simulated``.
        runner: that flashes; "": the board's first.
        probe: its serial number; "": the only one.
        slower: of a simulated board: ticks for a cycle of the model.
    """

    line: str
    runner: str = ""
    probe: str = ""
    slower: float = 1.0


def device_firmware(built: Built, board: Board, report: Report) -> Linked:
    """The firmware that serves the line and counts layers, linked for a board."""
    options = built.options
    tool = find_compiler(options.compiler)
    return link(built.project_dir(), built.spec, board, report, tool, options.opt, _TRACED)


def measure(built: Built, board: Board, report: Report, where: Where) -> DeviceProfile:
    """Flash a build's device firmware and count one run of the bench's input.

    Raises:
        DoesNotFitError, UsageError, ToolchainError, DeviceError: as linking, flashing and talking
            do; TT5009, the board has no counter of cycles.
    """
    elf = device_firmware(built, board, report).check()
    with BoardSession(_line(board, elf, where), built.spec) as session:
        samples, _ = check_inputs(bench_input(built.spec), built.spec.inputs)
        session.run(samples[0])  # caches hold what a run leaves there, as in the model
        _, counted = session.run(samples[0], layers=session.info.traced)
    if counted.cycles is None:
        problem = Problem(f"it counts {counted.clock.value}", where=board.name)
        raise DeviceError("the board counts no cycles", (problem,), "TT5009")
    return counted


def _line(board: Board, firmware: Path, where: Where) -> Transport:
    if where.line == SIMULATED:
        return SimulatedTransport(SimulatedBoard(board, firmware), where.slower)
    if board.name == QEMU_BOARD and not where.line:
        return qemu(firmware, board.probe.qemu_machine)
    job = make_job(board, firmware, where.probe, semihosting=False)
    carry_out(choose(board, where.runner), job, lambda _: None, _FLASH_S)
    if where.line.startswith("tcp:"):
        host, _, port = where.line.removeprefix("tcp:").rpartition(":")
        return SocketTransport(host, int(port))
    port, _, baud = where.line.partition(",")
    return SerialTransport(port, int(baud or _BAUD))
