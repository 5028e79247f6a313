# SPDX-License-Identifier: Apache-2.0
"""A board on unicorn: its memories, its start-up code, semihosting; registers are plain memory.

Unlike ``simulator.Machine`` nothing is put in place: only the flash is filled, as a probe would,
so what start-up copies and clears is put to the test. Peripherals do nothing.
"""

from __future__ import annotations

from pathlib import Path

import unicorn.arm_const as arm
import unicorn.unicorn_const as uc_const
from unicorn.unicorn import Uc, UcError

from tvm_tiny.boards.data import Board, Region
from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.simulator.doubles import Doubles
from tvm_tiny.simulator.image import load_image
from tvm_tiny.simulator.semihosting import Semihosting

_PAGE_BYTES = 4096
_MASK = 0xFFFFFFFF
_SYSTEM = 0xE0000000
_SYSTEM_BYTES = 1 << 20
_RUBBISH = b"\xa5"
"""What RAM holds at power-on: nothing that start-up forgot to clear may look right."""

_RP2040_BOOT = (0x20041F00, 0x18000000)
"""Where the RP2040's ROM puts the second boot stage, and its serial interface."""


class SimulatedBoard:
    """One program in one board's flash.

    Attributes:
        board: its memory map.
        faults: what went wrong, in words.
    """

    def __init__(self, board: Board, elf: Path) -> None:
        """Map the memories and fill the flash.

        Raises:
            DeviceError: TT5001, not a program, or not for this memory map.
        """
        self.board = board
        self.faults: list[str] = []
        self.image = load_image(elf)
        self.engine = Uc(uc_const.UC_ARCH_ARM, uc_const.UC_MODE_THUMB)
        self.engine.ctl_set_cpu_model(getattr(arm, f"UC_CPU_ARM_{board.target.unicorn_model}"))
        self._map()
        self._fill()
        self._semihosting = Semihosting(self.engine)
        if board.target.fpu == "double":
            doubles = Doubles(self.engine)
            self.engine.hook_add(uc_const.UC_HOOK_INSN_INVALID, lambda *_: doubles.handle())
        self.engine.hook_add(uc_const.UC_HOOK_MEM_INVALID, self._on_access)
        self.engine.hook_add(uc_const.UC_HOOK_INTR, self._on_exception)

    def run(self, timeout_s: float = 300.0) -> tuple[int, str]:
        """Run from reset to the semihosting exit; return (exit code, what was printed).

        Raises:
            DeviceError: TT5001, a fault, or no end within the time.
        """
        self._semihosting.clear()
        stack, entry = self._reset()
        self.engine.reg_write(arm.UC_ARM_REG_SP, stack)
        self.engine.reg_write(arm.UC_ARM_REG_LR, _MASK)
        try:
            self.engine.emu_start(entry | 1, 0xFFFFFFFE, timeout=max(1, int(timeout_s * 1e6)))
        except UcError as error:
            self.faults.append(str(error))
        code = self._semihosting.exit_code
        if self.faults or code is None:
            pc = int(self.engine.reg_read(arm.UC_ARM_REG_PC))
            where = f"{self.image.function_at(pc)} at 0x{pc:08x} on {self.board.name}"
            what = "; ".join(self.faults) or f"no end after {timeout_s:g} s"
            problem = Problem(what, where=where, why=self._semihosting.text[-500:])
            raise DeviceError("the firmware failed on the simulator", (problem,))
        return code, self._semihosting.text

    def _reset(self) -> tuple[int, int]:
        """Stack pointer and address that the core starts with."""
        flash = self.board.flash
        if self.board.boot.kind == "rp2040":  # the ROM copies the second stage and calls it
            at, _ = _RP2040_BOOT
            self.engine.mem_write(at, bytes(self.engine.mem_read(flash.origin, 256)))
            return at, at
        offset = self.board.boot.length_bytes
        words = bytes(self.engine.mem_read(flash.origin + offset, 8))
        return int.from_bytes(words[:4], "little"), int.from_bytes(words[4:], "little")

    def _map(self) -> None:
        read_only = uc_const.UC_PROT_READ | uc_const.UC_PROT_EXEC
        for region in self.board.regions:
            access = read_only if region.kind == "flash" else uc_const.UC_PROT_ALL
            size = -(-region.length_bytes // _PAGE_BYTES) * _PAGE_BYTES
            self.engine.mem_map(region.origin, size, access)
            if region.kind not in ("flash", "inputs"):
                self.engine.mem_write(region.origin, _RUBBISH * region.length_bytes)
        pages = {_RP2040_BOOT[1]} if self.board.boot.kind == "rp2040" else set[int]()
        enables = [w for region in self.board.regions for w in region.enable]
        for write in (*self.board.startup, *enables):
            pages.add(write.address & -_PAGE_BYTES)
        for page in pages:
            self.engine.mem_map(page, _PAGE_BYTES, uc_const.UC_PROT_READ | uc_const.UC_PROT_WRITE)
        self.engine.mem_map(_SYSTEM, _SYSTEM_BYTES, uc_const.UC_PROT_ALL)

    def _fill(self) -> None:
        flash: Region = self.board.flash
        for segment in self.image.segments:
            end = segment.load_address + len(segment.data)
            if segment.data and not flash.origin <= segment.load_address <= end <= flash.end:
                problem = Problem(f"{len(segment.data)} bytes at 0x{segment.load_address:08x}")
                raise DeviceError("the program is not in the board's flash", (problem,))
            if segment.data:
                self.engine.mem_write(segment.load_address, segment.data)

    def _on_access(
        self, engine: Uc, access: int, address: int, size: int, value: int, data: object
    ) -> bool:
        self.faults.append(f"{size}-byte access to address 0x{address:08x}")
        engine.emu_stop()
        return False

    def _on_exception(self, engine: Uc, number: int, data: object) -> None:
        if not self._semihosting.handle():
            self.faults.append(f"exception {number}")
            engine.emu_stop()
