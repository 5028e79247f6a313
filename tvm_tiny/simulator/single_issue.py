# SPDX-License-Identifier: Apache-2.0
"""Cycles of straight code on a core that starts one instruction at a time, in order.

The sum of what the manual's table says for each instruction, and what neighbours cost or save each
other: overlapped loads, addresses computed too late, float results needed at once. A block costs
the same however it was entered.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from tvm_tiny.simulator.instruction import Fp, Instruction, Unit
from tvm_tiny.simulator.timing import BlockCost
from tvm_tiny.targets.pipeline_model import Port, SingleIssueTiming

_LONG = re.compile(r"[us]mull")
_LONG_SUM = re.compile(r"[us]mlal|umaal|smlsld")
_SUM = re.compile(r"ml[as]$|smla|smls|smml[as]")
_MULTIPLE = re.compile(r"v?(?:ldm|stm|push|pop)")
_COMPUTES = (Unit.ALU, Unit.DSP, Unit.MAC)
_ACCESSES = (Unit.LOAD, Unit.STORE)


def block_cost(timing: SingleIssueTiming, code: Sequence[Instruction]) -> BlockCost:
    """Cost a block; nothing is predicted, so nothing is mispredicted."""
    if not code:
        return BlockCost(0.0, 0.0, 0.0, 0.0)
    cycles = sum(_cycles(timing, instruction) for instruction in code)
    cycles += sum(_between(timing, first, second) for first, second in pairwise(code))
    return BlockCost(
        float(cycles), float(cycles), 0.0, 0.0, taken_cycles=_taken_cycles(timing, code[-1])
    )


def _cycles(timing: SingleIssueTiming, instruction: Instruction) -> int:
    """What an instruction takes by itself."""
    name, unit = instruction.name, instruction.unit
    words = _words(instruction)
    if words > 1 or _MULTIPLE.match(name):
        return timing.multiple_base_cycles + words
    if unit is Unit.LOAD:
        return timing.load_cycles
    if unit is Unit.STORE:
        indexed = instruction.offset_bytes is None
        return timing.indexed_store_cycles if indexed else timing.store_cycles
    if unit is Unit.MAC:
        return _product_cycles(timing, name)
    if unit is Unit.FPU:
        if name in ("vdiv", "vsqrt"):
            return timing.fp_divide_cycles
        return timing.fp_fused_cycles if instruction.fp is Fp.FUSED else 1
    if name in ("sdiv", "udiv"):
        return timing.divide_cycles
    if name == "it":
        return timing.it_cycles
    if name in ("tbb", "tbh"):
        return timing.load_cycles
    return timing.system_cycles if unit is Unit.OTHER else 1


def _product_cycles(timing: SingleIssueTiming, name: str) -> int:
    if _LONG_SUM.match(name):
        return timing.long_multiply_add_cycles
    if _LONG.match(name):
        return timing.long_multiply_cycles
    return timing.multiply_add_cycles if _SUM.match(name) else timing.multiply_cycles


def _words(instruction: Instruction) -> int:
    """How many registers an access moves; 0 if it is none."""
    moves = instruction.unit in _ACCESSES or _MULTIPLE.match(instruction.name)
    if not moves:
        return 0
    loaded = [r for r, _ in instruction.writes if (r, Port.ADDRESS) not in instruction.reads]
    stored = [r for r, p in instruction.reads if p in (Port.STORE_DATA, Port.FP_STORE_DATA)]
    return len(loaded) + len(stored)


def _between(timing: SingleIssueTiming, first: Instruction, second: Instruction) -> int:
    """What the second of two neighbours loses (or saves, if negative) because of the first."""
    written = {register for register, _ in first.writes}
    if second.unit in _ACCESSES and _words(second) <= 1:
        addressed = any(r in written for r, p in second.reads if p is Port.ADDRESS)
        if addressed:
            return timing.address_stall_cycles if first.unit in _COMPUTES else 0
        costs_two = _cycles(timing, second) > 1
        return -1 if timing.loads_overlap and first.unit is Unit.LOAD and costs_two else 0
    if first.unit is Unit.FPU and first.fp in (Fp.ADD, Fp.ARITHMETIC, Fp.FUSED):
        needed = any(register in written for register, _ in second.reads)
        return timing.fp_result_stall_cycles if needed else 0
    return 0


def _taken_cycles(timing: SingleIssueTiming, last: Instruction) -> float:
    """What is added when control goes elsewhere after a block's last instruction."""
    extra = timing.call_extra_cycles if last.name == "bl" else 0
    if last.name == "pop":
        extra = timing.pop_pc_extra_cycles
    return float(timing.taken_cycles + extra)
