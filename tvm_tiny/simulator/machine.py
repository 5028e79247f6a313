# SPDX-License-Identifier: Apache-2.0
"""A Cortex-M without a board: runs a linked program on unicorn.

Memory map of QEMU's ``mps2-an500``: flash 4 MB at 0, SRAM 4 MB at 0x20000000, PSRAM 16 MB at
0x60000000, and the private peripheral bus as plain memory, so that start-up code which enables
the FPU runs. Functions can be called from Python without any start-up code.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import unicorn.arm_const as arm
import unicorn.unicorn_const as uc_const
from unicorn.unicorn import Uc, UcError

from tvm_tiny.errors import DeviceError, Problem, UsageError
from tvm_tiny.simulator.console import Console
from tvm_tiny.simulator.doubles import Doubles
from tvm_tiny.simulator.image import Image, LoadedBytes, load_image
from tvm_tiny.simulator.limit import cpu_limit
from tvm_tiny.simulator.profile import Profiler
from tvm_tiny.targets import load_core

_LOG = logging.getLogger(__name__)

_PAGE_BYTES = 1024
_RETURN_ADDRESS = 0x1FFF0000  # no memory of the board; a call ends when control gets there
_STACK_BASE = 0x28000000  # unmapped below, so that an overflow faults instead of overwriting data
_STACK_LIMIT_BYTES = 1 << 20
_PAINT = 0xA5
_MASK = 0xFFFFFFFF
_ARGUMENT_REGISTERS = (
    arm.UC_ARM_REG_R0,
    arm.UC_ARM_REG_R1,
    arm.UC_ARM_REG_R2,
    arm.UC_ARM_REG_R3,
)
_ACCESS_NAMES = {
    uc_const.UC_MEM_READ_UNMAPPED: "read of",
    uc_const.UC_MEM_WRITE_UNMAPPED: "write to",
    uc_const.UC_MEM_FETCH_UNMAPPED: "jump to",
    uc_const.UC_MEM_READ_PROT: "read of protected",
    uc_const.UC_MEM_WRITE_PROT: "write to read-only",
    uc_const.UC_MEM_FETCH_PROT: "jump to data at",
}


_EXCEPTIONS = {  # number of the engine -> name, and what it means if that is known
    1: ("undefined instruction", ""),
    2: ("SVC", ""),
    3: ("prefetch abort", ""),
    4: ("data abort", ""),
    7: ("breakpoint", ""),
    8: ("exception return", ""),
    17: ("usage fault: no coprocessor", "the core has no FPU, or it is not enabled"),
    18: ("usage fault: invalid state", "a jump to an address without the Thumb bit?"),
}


@dataclass(frozen=True)
class MappedRegion:
    """One memory of the board."""

    name: str
    address: int
    size_bytes: int


FLASH = MappedRegion("flash", 0x00000000, 4 << 20)
SRAM = MappedRegion("sram", 0x20000000, 4 << 20)
PSRAM = MappedRegion("psram", 0x60000000, 16 << 20)
SYSTEM = MappedRegion("system", 0xE0000000, 1 << 20)


def _home(segment: LoadedBytes) -> MappedRegion | None:
    """Return the memory that holds a running segment as a whole."""
    end = segment.run_address + segment.size_bytes
    for region in (FLASH, SRAM, PSRAM):
        if region.address <= segment.run_address <= end <= region.address + region.size_bytes:
            return region
    return None


class Machine:
    """One simulated board with one program loaded.

    Example::

        machine = Machine(Path("net.elf"))
        arena = machine.alloc(20_000)
        status = machine.call("net_run", arena, inputs, outputs)
    """

    def __init__(self, elf: Path | bytes, core: str = "cortex-m7") -> None:
        """Load the program; .data is in place and .bss zero, as after start-up code.

        Raises:
            DeviceError: the file is no program, or does not fit the memory map.
            UsageError: TT6002, unknown core.
        """
        self.core = load_core(core)
        self.image: Image = load_image(elf)
        self.last_stack_bytes = 0
        # UC_MODE_MCLASS would make every model a Cortex-M33 (unicorn 2.1.4)
        self._uc = Uc(uc_const.UC_ARCH_ARM, uc_const.UC_MODE_THUMB)
        self._uc.ctl_set_cpu_model(getattr(arm, f"UC_CPU_ARM_{self.core.unicorn_model}"))
        self._fault: Problem | None = None
        self._has_run = False
        self._map_memory()
        self._free = self._load()
        _LOG.debug("program ends: %s", self._free)
        self._console = Console(self._uc)
        if self.core.fpu == "double":
            doubles = Doubles(self._uc)
            self._uc.hook_add(uc_const.UC_HOOK_INSN_INVALID, lambda engine, data: doubles.handle())
        self._uc.hook_add(uc_const.UC_HOOK_MEM_INVALID, self._on_invalid_access)
        self._uc.hook_add(uc_const.UC_HOOK_INTR, self._on_exception)

    @property
    def engine(self) -> Uc:
        """The unicorn engine, for counters and tests."""
        return self._uc

    # ------------------------------------------------------------------ memory

    def symbol(self, name: str) -> int:
        """Return the address of a symbol; a function's has the Thumb bit set."""
        return self.image.symbol(name)

    def read(self, address: int, size_bytes: int) -> bytes:
        """Return bytes of memory; a DeviceError if there is no memory."""
        try:
            return bytes(self._uc.mem_read(address, size_bytes))
        except UcError as error:
            raise self._no_memory("read", address, size_bytes) from error

    def write(self, address: int, data: bytes) -> None:
        """Write bytes to memory (also to flash); a DeviceError if there is no memory."""
        try:
            self._uc.mem_write(address, bytes(data))
        except UcError as error:
            raise self._no_memory("write", address, len(data)) from error

    def register(self, index: int) -> int:
        """Return r0 to r15 as an unsigned number; for callbacks."""
        names = {13: arm.UC_ARM_REG_SP, 14: arm.UC_ARM_REG_LR, 15: arm.UC_ARM_REG_PC}
        if not 0 <= index <= 15:
            raise UsageError(f"no register r{index}")
        return int(self._uc.reg_read(names.get(index, arm.UC_ARM_REG_R0 + index))) & _MASK

    def alloc(self, size_bytes: int, align: int = 8) -> int:
        """Reserve zeroed memory, in PSRAM and, when that is full, in SRAM after .bss.

        Raises:
            DeviceError: neither has that much left.
            UsageError: negative size, or an alignment that is no power of two.
        """
        if size_bytes < 0 or align < 1 or align & (align - 1):
            raise UsageError(f"cannot allocate {size_bytes} bytes aligned to {align}")
        for region in (PSRAM, SRAM):
            address = -(-self._free[region.name] // align) * align
            if address + size_bytes <= region.address + region.size_bytes:
                self._free[region.name] = address + size_bytes
                self._uc.mem_write(address, bytes(size_bytes))
                return address
        left = [r.address + r.size_bytes - self._free[r.name] for r in (PSRAM, SRAM)]
        problem = Problem(
            f"{size_bytes} bytes asked for",
            why=f"{left[0]} bytes of PSRAM and {left[1]} bytes of SRAM are left",
            do="use fewer or smaller buffers, or a new Machine",
        )
        raise DeviceError("the simulated board has not enough memory", (problem,))

    def on(self, symbol: str | int, callback: Callable[[Machine], None]) -> None:
        """Call ``callback(machine)`` whenever control enters a function."""
        address = self._address(symbol) & ~1

        def entered(engine: Uc, at: int, size: int, data: object) -> None:
            callback(self)

        self._uc.hook_add(uc_const.UC_HOOK_CODE, entered, begin=address, end=address)
        self._uc.ctl_flush_tb()

    # ------------------------------------------------------------------ running

    def call(
        self,
        function: str | int,
        *arguments: int,
        timeout_s: float = 60.0,
        stack_bytes: int = 65536,
        profile: Profiler | None = None,
    ) -> int:
        """Call a function with 32-bit arguments (AAPCS) and return r0 (unsigned).

        The callbacks of ``on`` run; with ``profile`` the whole call is counted. Afterwards
        ``last_stack_bytes`` says how much stack it used. ``timeout_s`` is in CPU seconds.

        Raises:
            DeviceError: a bad access, a fault, a stack overflow or no return within the timeout.
        """
        if not 64 <= stack_bytes <= _STACK_LIMIT_BYTES:
            raise UsageError(f"stack_bytes {stack_bytes} is not within 64 to {_STACK_LIMIT_BYTES}")
        stack_bytes &= ~7
        self._uc.mem_write(_STACK_BASE, bytes([_PAINT]) * stack_bytes)
        rest = arguments[4:]
        top = (_STACK_BASE + stack_bytes - 4 * len(rest)) & ~7
        for index, value in enumerate(rest):
            self._uc.mem_write(top + 4 * index, (value & _MASK).to_bytes(4, "little"))
        for register, value in zip(_ARGUMENT_REGISTERS, arguments, strict=False):
            self._uc.reg_write(register, value & _MASK)
        self._uc.reg_write(arm.UC_ARM_REG_SP, top)
        self._uc.reg_write(arm.UC_ARM_REG_LR, _RETURN_ADDRESS | 1)
        try:
            self._run(self._address(function) | 1, timeout_s, profile)
        finally:
            painted = bytes(self._uc.mem_read(_STACK_BASE, stack_bytes))
            untouched = len(painted) - len(painted.lstrip(bytes([_PAINT])))
            self.last_stack_bytes = max(0, top - _STACK_BASE - (untouched & ~3))
        return int(self._uc.reg_read(arm.UC_ARM_REG_R0)) & _MASK

    def run_program(
        self,
        *,
        timeout_s: float = 300.0,
        profile: Profiler | None = None,
        start: str | None = None,
        stop: str | None = None,
        region: int = 0,
    ) -> tuple[int, str]:
        """Run from the reset handler to the semihosting exit; return (exit code, output).

        Args:
            timeout_s: limit of the run in CPU seconds of the host.
            profile: counts from each entry of ``start`` to the next entry of ``stop``.
            start: function symbol; None counts from reset.
            stop: function symbol; None counts to the end.
            region: only the region-th such stretch, counted from 1; 0 for all.

        Raises:
            DeviceError: a fault, a timeout, or the program ends without the exit call.
        """
        if self._has_run:
            self._reset_memory()
        vectors = self.read(FLASH.address, 8)
        self._uc.reg_write(arm.UC_ARM_REG_SP, int.from_bytes(vectors[:4], "little"))
        self._uc.reg_write(arm.UC_ARM_REG_LR, _MASK)
        self._console.clear()
        if profile is not None:
            profile.set_region(start, stop, region)
        self._run(int.from_bytes(vectors[4:], "little") | 1, timeout_s, profile)
        if self._console.exit_code is None:
            raise self._device_error("the program stopped without the semihosting exit", "")
        return self._console.exit_code, self._console.text

    def _run(self, entry: int, timeout_s: float, profile: Profiler | None) -> None:
        self._fault = None
        self._has_run = True
        if profile is not None:
            profile.attach(self._uc, self.image, self.core)
            self._uc.ctl_flush_tb()  # hooks only show in code translated after them
        finished = False
        try:
            self._emulate(entry, timeout_s)
            finished = True
        finally:
            if profile is not None:
                self._uc.ctl_flush_tb()
                profile.detach(finished)

    def _emulate(self, entry: int, timeout_s: float) -> None:
        try:
            with cpu_limit(timeout_s, self._uc.emu_stop):
                self._uc.emu_start(entry, _RETURN_ADDRESS)
        except UcError as error:
            self._fault = self._fault or self._bad_jump() or self._bad_instruction(error)
            raise self._device_error(f"the core faulted: {error}", "") from error
        if self._fault is not None:
            raise DeviceError(f"the simulated core faulted: {self._fault.what}", (self._fault,))
        pc = int(self._uc.reg_read(arm.UC_ARM_REG_PC)) & ~1
        if pc != _RETURN_ADDRESS and self._console.exit_code is None:
            why = f"no end after {timeout_s:g} s of CPU: an endless loop?"
            raise self._device_error("timeout", why, "raise timeout_s if the code is just slow")

    # ------------------------------------------------------------------ set-up

    def _map_memory(self) -> None:
        read_only = uc_const.UC_PROT_READ | uc_const.UC_PROT_EXEC
        in_flash = [s for s in self.image.segments if s.run_address < FLASH.size_bytes]
        # Programs linked to run from the code SRAM keep their data there.
        writable = any(s.writable for s in in_flash)
        everything = uc_const.UC_PROT_ALL
        self._uc.mem_map(FLASH.address, FLASH.size_bytes, everything if writable else read_only)
        for region in (SRAM, PSRAM, SYSTEM):
            self._uc.mem_map(region.address, region.size_bytes, everything)
        no_code = uc_const.UC_PROT_READ | uc_const.UC_PROT_WRITE
        self._uc.mem_map(_STACK_BASE, _STACK_LIMIT_BYTES, no_code)
        self._uc.mem_map(_RETURN_ADDRESS, _PAGE_BYTES, read_only)

    def _load(self) -> dict[str, int]:
        """Write the segments; return the end of the program in each memory."""
        ends = {region.name: region.address for region in (SRAM, PSRAM)}
        for segment in self.image.segments:
            home = _home(segment)
            if home is None:
                raise self._no_memory("load", segment.run_address, segment.size_bytes)
            for address in {segment.load_address, segment.run_address}:
                self.write(address, segment.data)
            end = segment.run_address + segment.size_bytes
            ends[home.name] = max(ends.get(home.name, 0), end)
        return ends

    def _reset_memory(self) -> None:
        for region in (SRAM, PSRAM):
            self._uc.mem_write(region.address, bytes(region.size_bytes))
        self._free = self._load()

    def _address(self, symbol: str | int) -> int:
        return self.symbol(symbol) if isinstance(symbol, str) else symbol

    # ------------------------------------------------------------------ faults

    def _on_invalid_access(
        self, engine: Uc, access: int, address: int, size: int, value: int, data: object
    ) -> bool:
        name = _ACCESS_NAMES.get(access, "access to")
        why = "there is no such memory on the board"
        if _STACK_BASE - _STACK_LIMIT_BYTES <= address < _STACK_BASE:
            why = "the stack is too small: raise stack_bytes, or look for unbounded recursion"
        elif address < FLASH.size_bytes:
            why = "flash cannot be written: a null pointer, or a constant that is modified?"
        self._fault = self._problem(f"{size}-byte {name} address 0x{address:08x}", why)
        engine.emu_stop()
        return False

    def _bad_jump(self) -> Problem | None:
        """The engine does not report fetches outside memory as invalid accesses."""
        pc = int(self._uc.reg_read(arm.UC_ARM_REG_PC)) & ~1
        try:
            self._uc.mem_read(pc, 2)
        except UcError:
            why = "a function pointer or a return address was overwritten"
            return self._problem(f"jump to address 0x{pc:08x}", why)
        return None

    def _bad_instruction(self, error: UcError) -> Problem | None:
        if error.errno != uc_const.UC_ERR_INSN_INVALID:
            return None
        pc = int(self._uc.reg_read(arm.UC_ARM_REG_PC)) & ~1
        code = int.from_bytes(self._uc.mem_read(pc, 2), "little")
        why = f"{self.core.name} ({self.core.architecture}) has no such instruction"
        return self._problem(f"invalid instruction 0x{code:04x}", why)

    def _on_exception(self, engine: Uc, number: int, data: object) -> None:
        if self._console.handle():
            return
        name, why = _EXCEPTIONS.get(number, (f"exception {number}", ""))
        if name == "data abort" and not self.core.unaligned_access:
            name, why = "unaligned access", f"{self.core.name} takes aligned addresses only"
        why = why or "the program has no handler for it in the simulator"
        self._fault = self._problem(name, why)
        engine.emu_stop()

    def _problem(self, what: str, why: str, do: str = "") -> Problem:
        pc = int(self._uc.reg_read(arm.UC_ARM_REG_PC)) & ~1
        lr = int(self._uc.reg_read(arm.UC_ARM_REG_LR)) & _MASK
        where = f"{self.image.function_at(pc)} at 0x{pc:08x}"
        caller = f"called from {self.image.function_at(lr)} (lr 0x{lr:08x})"
        return Problem(what, where, f"{why}; {caller}" if why else caller, do)

    def _device_error(self, what: str, why: str, do: str = "") -> DeviceError:
        problem = self._fault or self._problem(what, why, do)
        return DeviceError(
            f"the simulated core stopped: {problem.what}, in {problem.where}", (problem,)
        )

    def _no_memory(self, verb: str, address: int, size_bytes: int) -> DeviceError:
        problem = Problem(
            f"cannot {verb} {size_bytes} bytes at 0x{address:08x}",
            why="the board has flash 4 MB at 0, SRAM 4 MB at 0x20000000, PSRAM 16 MB at 0x60000000",
            do="link the program for this memory map (QEMU's mps2-an500)",
        )
        return DeviceError("no such memory on the simulated board", (problem,))
