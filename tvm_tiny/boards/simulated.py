# SPDX-License-Identifier: Apache-2.0
"""A board on unicorn: its memories, its start-up code, semihosting, what it sends on its line.

Unlike ``simulator.Machine`` nothing is put in place: only the flash is filled, as a probe would,
so what start-up copies and clears is put to the test. Other peripherals are plain memory.
"""

from __future__ import annotations

from pathlib import Path

import unicorn.arm_const as arm
import unicorn.unicorn_const as uc_const
from unicorn.unicorn import Uc, UcError

from tvm_tiny.boards.clock_tree import Registers, registers_of
from tvm_tiny.boards.data import Board
from tvm_tiny.boards.regions import Region
from tvm_tiny.boards.serial_line import SerialLine, line_of
from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.simulator.console import Console
from tvm_tiny.simulator.doubles import Doubles
from tvm_tiny.simulator.image import load_image
from tvm_tiny.simulator.limit import cpu_limit
from tvm_tiny.simulator.profile import Profiler
from tvm_tiny.simulator.ticking import Ticks

_PAGE_BYTES = 4096
_MASK = 0xFFFFFFFF
_SYSTEM = 0xE0000000
_SYSTEM_BYTES = 1 << 20
_DWT, _CYCCNT = 0xE0001000, 0xE0001004
_IDLE_LOOKS = 16
"""Looks for a byte that is not there, one after another: firmware waits."""

_EXIT = "tvm_tiny_port_exit"
_RUBBISH = b"\xa5"
"""What RAM holds at power-on: nothing that start-up forgot to clear may look right."""

_RP2040_BOOT = (0x20041F00, 0x18000000)
"""Where the RP2040's ROM puts the second boot stage, and its serial interface."""


class SimulatedBoard:
    """One program in one board's flash.

    Attributes:
        board: its memory map.
        faults: what went wrong, in words.
        registers: of peripherals that start-up code sets; ``registers.core_hz`` is the clock.
        line: its serial line, None where that is not known.
        ticks: the core's counter of cycles once ``serve`` runs.
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
        self.registers: Registers = registers_of(board)
        uart = line_of(board)
        self.ticks: Ticks | None = None
        self._started = False
        self.line = SerialLine(uart, self._memory, self.engine.mem_write) if uart else None
        self._map()
        self._fill()
        self._console = Console(self.engine)
        if board.target.fpu == "double":
            doubles = Doubles(self.engine)
            self.engine.hook_add(uc_const.UC_HOOK_INSN_INVALID, lambda *_: doubles.handle())
        self.engine.hook_add(uc_const.UC_HOOK_MEM_INVALID, self._on_access)
        self.engine.hook_add(uc_const.UC_HOOK_INTR, self._on_exception)

    def run(self, timeout_s: float = 300.0, profile: Profiler | None = None) -> tuple[int, str]:
        """Run from reset to the firmware's exit; return (exit code, what was printed).

        The exit is semihosting's, or the entry of ``tvm_tiny_port_exit`` in firmware that prints on
        the serial line; what was printed is the text of both.

        Args:
            timeout_s: in CPU seconds of this computer.
            profile: counts the bench's second run.

        Raises:
            DeviceError: TT5001, a fault, or no end within the time.
        """
        self._console.clear()
        self._watch_exit()
        stack, entry = self._reset()
        self.engine.reg_write(arm.UC_ARM_REG_SP, stack)
        self.engine.reg_write(arm.UC_ARM_REG_LR, _MASK)
        if profile is not None:
            profile.set_region("tvm_tiny_bench_start", "tvm_tiny_bench_stop", 1)
            profile.attach(self.engine, self.image, self.board.target)
            self.engine.ctl_flush_tb()  # hooks only show in code translated after them
        try:
            with cpu_limit(timeout_s, self.engine.emu_stop):
                self.engine.emu_start(entry | 1, 0xFFFFFFFE)
        except UcError as error:
            self.faults.append(str(error))
        finally:
            if profile is not None:
                profile.detach(not self.faults)
        code = self._console.exit_code
        if self.faults or code is None:
            pc = int(self.engine.reg_read(arm.UC_ARM_REG_PC))
            where = f"{self.image.function_at(pc)} at 0x{pc:08x} on {self.board.name}"
            what = "; ".join(self.faults) or f"no end after {timeout_s:g} s of CPU"
            problem = Problem(what, where=where, why=self._console.text[-500:])
            raise DeviceError("the firmware failed on the simulator", (problem,))
        return code, self._console.text + (self.line.text if self.line else "")

    def serve(self, data: bytes, timeout_s: float = 600.0, slower: float = 1.0) -> bytes:
        """Give firmware bytes on its line, run it until it waits for more; what it has sent.

        Args:
            data: bytes.
            timeout_s: in CPU seconds of this computer.
            slower: see ``Ticks``; taken at the first call, which begins with a reset.

        Raises:
            DeviceError: TT5001, a fault, or no end within the time.
        """
        line = self.line
        if line is None:
            raise DeviceError("the board has no line", (Problem("no [uart]", self.board.name),))
        if not self._started:
            self._started = True
            stack, entry = self._reset()
            self.engine.reg_write(arm.UC_ARM_REG_SP, stack)
            self.engine.reg_write(arm.UC_ARM_REG_LR, _MASK)
            self.engine.reg_write(arm.UC_ARM_REG_PC, entry | 1)
            self.ticks = Ticks(self.engine, self.image, self.board.target, slower)
            self.engine.hook_add(uc_const.UC_HOOK_BLOCK, self._stop_when_idle)
        line.feed(data)
        late: list[bool] = []

        def stop() -> None:
            late.append(True)
            self.engine.emu_stop()

        try:
            with cpu_limit(timeout_s, stop):
                pc = int(self.engine.reg_read(arm.UC_ARM_REG_PC))
                self.engine.emu_start(pc | 1, 0xFFFFFFFE)
        except UcError as error:
            self.faults.append(str(error))
        if self.faults or late:
            what = "; ".join(self.faults) or f"no end after {timeout_s:g} s of CPU"
            where = self.image.function_at(int(self.engine.reg_read(arm.UC_ARM_REG_PC)))
            problem = Problem(what, where=f"{where} on {self.board.name}")
            raise DeviceError("the firmware failed on the simulator", (problem,))
        return line.take()

    def _stop_when_idle(self, engine: Uc, address: int, size: int, data: object) -> None:
        """At the beginning of a block: nothing is half done there."""
        if self.line and self.line.asked_for_nothing >= _IDLE_LOOKS:
            engine.emu_stop()

    def _watch_exit(self) -> None:
        """The port to a serial line has nowhere to exit to: it stays in a function of that name."""
        at = self.image.symbols.get(_EXIT)
        if at is None or not self.line:
            return
        at &= ~1

        def on_exit(engine: Uc, address: int, size: int, data: object) -> None:
            self._console.end(int(engine.reg_read(arm.UC_ARM_REG_R0)))

        self.engine.hook_add(uc_const.UC_HOOK_CODE, on_exit, begin=at, end=at)

    def _memory(self, address: int, count: int) -> bytes:
        return bytes(self.engine.mem_read(address, count))

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
        # A project's script may put code where only the code bus sees a part of a RAM.
        parts = (self.board.divided or self.board).of_kind("code")
        for region in {r.origin: r for r in (*self.board.regions, *parts)}.values():
            access = read_only if region.kind == "flash" else uc_const.UC_PROT_ALL
            size = -(-region.length_bytes // _PAGE_BYTES) * _PAGE_BYTES
            self.engine.mem_map(region.origin, size, access)
            if region.kind not in ("flash", "inputs"):
                self.engine.mem_write(region.origin, _RUBBISH * region.length_bytes)
        pages = {_RP2040_BOOT[1]} if self.board.boot.kind == "rp2040" else set[int]()
        enables = [w for region in self.board.regions for w in region.enable]
        speed = self.board.clock.speed(self.board.run_hz)
        steps = speed.steps if speed else ()
        for write in (*self.board.startup, *enables, *steps):
            pages.add(write.address & -_PAGE_BYTES)
        pages |= {p for p in self.line.pages if p < _SYSTEM} if self.line else set[int]()
        for page in pages:
            self.engine.mmio_map(page, _PAGE_BYTES, self._on_read, page, self._on_write, page)
        behind = _DWT + _PAGE_BYTES
        self.engine.mem_map(_SYSTEM, _DWT - _SYSTEM, uc_const.UC_PROT_ALL)
        self.engine.mmio_map(_DWT, _PAGE_BYTES, self._on_read, _DWT, self._on_write, _DWT)
        self.engine.mem_map(behind, _SYSTEM + _SYSTEM_BYTES - behind, uc_const.UC_PROT_ALL)

    def _fill(self) -> None:
        flash: Region = self.board.flash
        for segment in self.image.segments:
            end = segment.load_address + len(segment.data)
            if segment.data and not flash.origin <= segment.load_address <= end <= flash.end:
                problem = Problem(f"{len(segment.data)} bytes at 0x{segment.load_address:08x}")
                raise DeviceError("the program is not in the board's flash", (problem,))
            if segment.data:
                self.engine.mem_write(segment.load_address, segment.data)

    def _on_read(self, engine: Uc, offset: int, size: int, page: int) -> int:
        word = self.registers.read(page + offset)
        if page + offset == _CYCCNT:
            return self.ticks.now if self.ticks else word
        if self.line:
            word = self.line.read(page + (offset & ~3), word)
        return word >> 8 * (offset & 3) & ((1 << 8 * size) - 1)

    def _on_write(self, engine: Uc, offset: int, size: int, value: int, page: int) -> None:
        if size == 4:
            self.registers.write(page + offset, value)
        if self.line:
            self.line.write(page + offset, value)
        if self.registers.faults:
            self.faults += self.registers.faults
            engine.emu_stop()

    def _on_access(
        self, engine: Uc, access: int, address: int, size: int, value: int, data: object
    ) -> bool:
        self.faults.append(f"{size}-byte access to address 0x{address:08x}")
        engine.emu_stop()
        return False

    def _on_exception(self, engine: Uc, number: int, data: object) -> None:
        if not self._console.handle():
            self.faults.append(f"exception {number}")
            engine.emu_stop()
