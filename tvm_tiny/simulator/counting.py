# SPDX-License-Identifier: Apache-2.0
"""What a counter collects, and the counter in Python for hosts without a C compiler.

``native.NativeCounter`` (``counter.c``) does the same at native speed. Blocks are static: from
the address jumped to, up to the next instruction that may change the flow of control.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import unicorn.arm_const as arm
import unicorn.unicorn_const as uc_const
from unicorn.unicorn import Uc

from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.simulator.memory import MemoryModel, PythonMemory, Waits

OUTSIDE_LAYERS = -1
IT_STATE = 0x0600FC00  # of xPSR

Describe = Callable[[int], tuple[int, int, float]]
"""Block address -> (address after it, address of its last instruction, cycles it takes, about)."""


@dataclass(frozen=True)
class CountingLimits:
    """What to count. Addresses without the Thumb bit.

    Attributes:
        start: counting begins on entry; None counts from the beginning.
        stop: counting ends on entry.
        marker: function whose entry ends the layer with the index in r0.
        region: only the region-th stretch from start to stop, counted from 1; 0 for all.
        half_words: of code that may be executed; an instruction is one or two. 0: any number.
    """

    start: int | None = None
    stop: int | None = None
    marker: int | None = None
    region: int = 0
    half_words: int = 0


def too_long(half_words: int) -> DeviceError:
    """What is raised for a program that was stopped at its limit."""
    problem = Problem(f"more than {half_words:,} half words of code were executed")
    return DeviceError("the program did not end within its limit", (problem,))


@dataclass
class Tally:
    """Sums of one block within one layer."""

    address: int
    layer: int
    count: int = 0
    taken: int = 0
    mispredicted: int = 0
    repeated: int = 0
    unaligned_loads: int = 0


@dataclass
class MemoryAccess:
    """Memory accesses of one instruction of one block.

    ``other_bank``: loads that hit another 8-byte half (address bit 2) than the load before.
    ``off_word``: accesses of 4 bytes or more at an address that is no multiple of 4.
    """

    block: int
    instruction: int
    loads: int = 0
    other_bank: int = 0
    unaligned_loads: int = 0
    unaligned_stores: int = 0
    off_word: int = 0


class Counter(Protocol):
    """Counts from its construction until ``finish``; ``waits`` is then what memories cost."""

    waits: list[Waits]

    def finish(self) -> tuple[list[Tally], list[MemoryAccess], int]:
        """Unhook; return sums per block and layer, accesses, and the number of regions seen."""
        ...


@dataclass
class _Branch:
    """Predictor entry: a 2-bit counter and the last target."""

    strength: int = 1
    target: int = -1


@dataclass
class _Block:
    address: int
    end: int
    branch: _Branch
    open: Tally
    cycles: float = 0.0


class PythonCounter:
    """Counts through Python hooks: the same numbers as the native counter, slower."""

    def __init__(
        self,
        engine: Uc,
        describe: Describe,
        limits: CountingLimits,
        memory: MemoryModel | None = None,
    ) -> None:
        """Hook into ``engine``."""
        self._memory = PythonMemory(memory) if memory else None
        self.waits: list[Waits] = []
        self._engine, self._describe, self._limits = engine, describe, limits
        self._blocks: dict[int, _Block] = {}
        self._branches: dict[int, _Branch] = {}
        self._sums: dict[tuple[int, int], Tally] = {}
        self._accesses: dict[tuple[int, int], MemoryAccess] = {}
        self._touched: dict[int, _Block] = {}
        self._current: _Block | None = None
        self._reached = 0
        self._last_load = 0
        self._regions = 0
        self._executed = 0
        self._active = limits.start is None
        accesses = uc_const.UC_HOOK_MEM_READ | uc_const.UC_HOOK_MEM_WRITE
        self._hooks = [
            engine.hook_add(uc_const.UC_HOOK_BLOCK, self._on_block),
            engine.hook_add(accesses, self._on_access),
        ]

    def finish(self) -> tuple[list[Tally], list[MemoryAccess], int]:
        """Unhook; return sums per block and layer, accesses, and the number of regions seen."""
        for hook in self._hooks:
            self._engine.hook_del(hook)
        if self._exceeded():
            raise too_long(self._limits.half_words)
        self._commit(OUTSIDE_LAYERS)
        self._active, self._current = False, None
        self.waits = self._memory.sums() if self._memory else []
        return list(self._sums.values()), list(self._accesses.values()), self._regions

    def _on_block(self, engine: Uc, address: int, size: int, data: object) -> None:
        current = self._current
        if current is not None and address == self._reached < current.end:
            self._reached += size  # the emulator cut the block here
            return
        self._switch_region(address)
        if not self._active:
            if self._memory:  # the caches fill before the count begins
                self._memory.fetch(address, address + size, size / 2)
            return
        if self._current is not None:
            _follow(self._current, address)
        if address == self._limits.marker:
            layer = int(engine.reg_read(arm.UC_ARM_REG_R0)) & 0xFFFFFFFF
            self._commit(layer - (layer >> 31 << 32))
        block = self._blocks.get(address) or self._new_block(address)
        block.open.count += 1
        if self._memory:
            self._memory.fetch(address, block.end, block.cycles)
        self._executed += (block.end - block.address) // 2
        if self._exceeded():
            engine.emu_stop()
        self._touched[address] = self._current = block
        self._reached = address + size

    def _exceeded(self) -> bool:
        return 0 < self._limits.half_words < self._executed

    def _new_block(self, address: int) -> _Block:
        end, last, cycles = self._describe(address)
        branch = self._branches.setdefault(last, _Branch())
        block = _Block(address, end, branch, Tally(address, OUTSIDE_LAYERS), cycles)
        self._blocks[address] = block
        return block

    def _switch_region(self, address: int) -> None:
        if self._active and address == self._limits.stop:
            self._commit(OUTSIDE_LAYERS)
            self._active, self._current = False, None
        if not self._active and address == self._limits.start:
            self._regions += 1
            self._active = self._limits.region in (0, self._regions)
            self._current = None
            if self._active and self._memory:
                self._memory.restart()

    def _commit(self, layer: int) -> None:
        if self._memory:
            self._memory.commit(layer)
        for block in self._touched.values():
            total = self._sums.setdefault((block.address, layer), Tally(block.address, layer))
            total.count += block.open.count
            total.taken += block.open.taken
            total.mispredicted += block.open.mispredicted
            total.repeated += block.open.repeated
            total.unaligned_loads += block.open.unaligned_loads
            block.open = Tally(block.address, OUTSIDE_LAYERS)
        self._touched.clear()

    def _on_access(
        self, engine: Uc, kind: int, address: int, size: int, value: int, data: object
    ) -> None:
        # See end_it_block in counter.c: unicorn leaves the IT state set after a memory hook.
        xpsr = int(engine.reg_read(arm.UC_ARM_REG_XPSR))
        if xpsr & IT_STATE:
            engine.reg_write(arm.UC_ARM_REG_XPSR, xpsr & ~IT_STATE)
        if self._memory:
            self._memory.data(address, kind == uc_const.UC_MEM_WRITE)
        block = self._current
        if block is None:
            return
        pc = int(engine.reg_read(arm.UC_ARM_REG_PC)) & ~1
        access = self._accesses.setdefault((block.address, pc), MemoryAccess(block.address, pc))
        unaligned = bool(address % size)
        access.off_word += size >= 4 and bool(address % 4)
        if kind == uc_const.UC_MEM_WRITE:
            access.unaligned_stores += unaligned
            return
        access.loads += 1
        access.unaligned_loads += unaligned
        block.open.unaligned_loads += unaligned
        access.other_bank += (address ^ self._last_load) >> 2 & 1
        self._last_load = address


def _follow(block: _Block, address: int) -> None:
    """Account for control going from ``block`` to ``address``."""
    branch, sums = block.branch, block.open
    expected = branch.strength > 1
    if address == block.end:
        sums.mispredicted += expected
        branch.strength = max(0, branch.strength - 1)
    else:
        sums.taken += 1
        sums.mispredicted += not expected or branch.target != address
        branch.strength = min(3, branch.strength + 1)
        branch.target = address
    sums.repeated += block.address == address
