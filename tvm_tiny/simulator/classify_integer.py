# SPDX-License-Identifier: Apache-2.0
"""Which unit an integer, branch or memory instruction takes and where it reads its registers."""

from __future__ import annotations

import re
from dataclasses import replace

from tvm_tiny.simulator.instruction import (
    Fp,
    Instruction,
    InstructionOperands,
    Reads,
    Shifter,
    Unit,
    Writes,
    registers_of,
)
from tvm_tiny.targets.pipeline_model import Port, Result, Timing

COMPARE = frozenset(("cmp", "cmn", "tst", "teq"))
_PLAIN_SHIFTS = frozenset(("lsl", "lsr", "asr", "ror", "rrx"))
_ADDERS = frozenset(("add", "sub", "addw", "subw", "mov", "movw", "adr"))
_OTHER_ALU = frozenset(
    ("adc", "sbc", "rsb", "neg", "and", "orr", "orn", "eor", "bic", "mvn", "movt")
)
_ALU = COMPARE | _PLAIN_SHIFTS | _ADDERS | _OTHER_ALU
_WIDE_IMMEDIATE = frozenset(("movw", "movt", "addw", "subw", "adr"))
_ONE_SOURCE = frozenset(("mov", "mvn", "movw", "adr", "rrx", "rsb", "neg"))
_LONG_SUM = re.compile(r"[us]mlal|umaal|smlsld")
_SATURATING = re.compile(r"[us]sat|qdadd|qdsub|qadd|qsub|uq|q|usad")
_STOPS = frozenset(("bkpt", "svc", "udf"))


def _is_shifted_constant(value: int) -> bool:
    """Does the immediate need the shifter: not 8 bits, nor a repetition of 8 bits [N]?"""
    value &= 0xFFFFFFFF
    low, second = value & 0xFF, value >> 8 & 0xFF
    repeated = (low * 0x00010001, second * 0x01000100, low * 0x01010101)
    return value > 0xFF and value not in repeated


def branch(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Branches: registers are addresses, but cbz compares in the late unit."""
    compares = blank.name in ("cbz", "cbnz")
    registers = [*ops.registers, *(r for r in (ops.base, ops.index) if r)]
    table = blank.name in ("tbb", "tbh")
    conditional = ops.conditional
    return replace(
        blank,
        unit=Unit.BRANCH,
        reads=tuple((r, Port.LATE if compares else Port.ADDRESS) for r in registers),
        alone=table,
        cycles=timing.table_branch_cycles if table else 1,
        ends_block=True,
        may_fall_through=compares or (blank.name == "b" and conditional),
    )


def divide(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Division blocks the core."""
    return replace(
        blank,
        unit=Unit.OTHER,
        alone=True,
        cycles=timing.divide_cycles,
        reads=tuple((r, Port.LATE) for r in ops.registers[-2:]),
        writes=((ops.registers[0], Result.LATE_ALU),),
    )


def system(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """System instructions, and whatever is not known: alone, a fixed time."""
    key = "cps" if blank.name.startswith("cps") else blank.name
    return replace(
        blank,
        unit=Unit.OTHER,
        alone=True,
        cycles=timing.fixed_cycles.get(key, 1),
        reads=tuple((r, Port.LATE) for r in ops.registers[1:]),
        writes=tuple((r, Result.LATE_ALU) for r in ops.registers[:1]),
        ends_block=blank.name in _STOPS,
    )


def slot_only(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Instructions that take an issue slot and nothing else."""
    return replace(blank, unit=Unit.NONE)


def parallel(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Parallel and saturating arithmetic; saturation shifts its operand first."""
    shifts = bool(re.match(r"[us]sat|qd", blank.name))
    port = Port.SHIFTER if shifts else Port.LATE
    result = Result.SATURATED if _SATURATING.match(blank.name) else Result.LATE_ALU
    return replace(
        blank,
        unit=Unit.DSP,
        shifter=Shifter.FIELD if shifts else Shifter.NONE,
        reads=tuple((r, port) for r in ops.registers[1:]),
        writes=((ops.registers[0], result),),
    )


def bit_field(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Extensions, bit fields, reversals, packing: DSP unit, most use the early shifter."""
    name, target, sources = blank.name, ops.registers[0], ops.registers[1:]
    plain_extension = re.match(r"[us]xt[bh]", name) is not None
    ports = [Port.LATE if plain_extension else Port.SHIFTER] * len(sources)
    if name == "pkhbt" or re.match(r"[us]xta", name):
        ports = [Port.LATE, Port.SHIFTER]
    reads = list(zip(sources, ports, strict=False))
    if name in ("bfi", "bfc"):
        reads.insert(0, (target, Port.LATE))
    return replace(
        blank,
        unit=Unit.DSP,
        shifter=Shifter.NONE if plain_extension else Shifter.FIELD,
        reads=tuple(reads),
        writes=((target, Result.REVERSE if name[:2] in ("re", "rb") else Result.LATE_ALU),),
    )


def multiply(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Every multiplication, with or without accumulator."""
    registers = ops.registers
    targets = registers[:1]
    if _LONG_SUM.match(blank.name) or blank.name in ("umull", "smull"):
        targets, factors = registers[:2], registers[2:4]
        sums = [] if blank.name in ("umull", "smull") else targets
    elif len(registers) == 2:
        factors, sums = registers, []
    else:
        factors, sums = registers[1:3], registers[3:4]
    return replace(
        blank,
        unit=Unit.MAC,
        reads=tuple((r, Port.ACCUMULATOR) for r in sums) + tuple((r, Port.FACTOR) for r in factors),
        writes=tuple((r, Result.MAC) for r in targets),
    )


def arithmetic(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Adders, logic, moves, compares and plain shifts."""
    name, registers = blank.name, ops.registers
    plain_shift = name in _PLAIN_SHIFTS or (name == "mov" and ops.shifted)
    constant = ops.immediate if not plain_shift and name not in _WIDE_IMMEDIATE else None
    inline = (ops.shifted and not plain_shift) or (
        constant is not None and not ops.shifted and _is_shifted_constant(constant)
    )
    sources = registers if name in COMPARE else registers[1:]
    operand_count = len(registers) + (ops.immediate is not None)
    if name == "movt" or (operand_count == 2 and name not in COMPARE and name not in _ONE_SOURCE):
        sources = registers[:1] + sources
    early = plain_shift or (name in _ADDERS and not inline)
    reads = [(r, Port.EARLY if early else Port.LATE) for r in sources]
    if ops.shifted and not plain_shift and reads:
        reads[-1] = (reads[-1][0], Port.SHIFTER)
    to_pc = name not in COMPARE and registers[0] == "pc"
    shifter = Shifter.PLAIN if plain_shift else Shifter.INLINE if inline else Shifter.NONE
    return replace(
        blank,
        unit=Unit.ALU,
        early=early,
        shifter=shifter,
        reads=tuple(reads),
        writes=() if name in COMPARE else ((registers[0], Result.LATE_ALU),),
        reads_flags=blank.reads_flags or name in ("adc", "sbc", "rrx"),
        ends_block=to_pc,
    )


def multiple(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Load and store multiple, push, pop: two words a cycle, alone."""
    fp, on_stack = blank.name[0] == "v", "p" in blank.name[:2]
    base = "sp" if on_stack else ops.registers[0]
    data = [s for r in ops.registers[0 if on_stack else 1 :] for s in registers_of(r)]
    load = "ld" in blank.name or "pop" in blank.name
    reads: Reads = ((base, Port.ADDRESS),)
    writes: Writes = ((base, Result.NEW_BASE),)
    if load:
        writes += tuple((r, Result.FP_LOAD if fp else Result.WORD_LOAD) for r in data)
    else:
        reads += tuple((r, Port.FP_STORE_DATA if fp else Port.STORE_DATA) for r in data)
    return replace(
        blank,
        unit=Unit.OTHER,
        fp=Fp.DOUBLE if fp else Fp.NONE,
        alone=True,
        cycles=max(1, (len(data) + 1) // 2),
        reads=reads,
        writes=writes,
        needs_word=True,
        ends_block=load and "pc" in data,
    )


def memory(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Single and double loads and stores, preloads, exclusives."""
    name, data = blank.name, ops.singles
    fp, load = name[0] == "v", "ld" in name
    width = 1 if name.endswith("b") and "ex" not in name else 2 if name.endswith("h") else 4
    reads: Reads = tuple((r, Port.ADDRESS) for r in (ops.base, ops.index) if r)
    writes: Writes = ((ops.base, Result.NEW_BASE),) if ops.new_base else ()
    if load:
        narrow = Result.WORD_LOAD if width == 4 else Result.NARROW_LOAD
        writes += tuple((r, Result.FP_LOAD if fp else narrow) for r in data)
    else:
        reads += tuple((r, Port.FP_STORE_DATA if fp else Port.STORE_DATA) for r in data)
    fixed = not ops.index and ops.base != "pc"
    double = name in ("ldrd", "strd")
    return replace(
        blank,
        unit=Unit.LOAD if load else Unit.STORE,
        fp=Fp.NONE if not fp else Fp.DOUBLE if len(data) == 2 else Fp.WORD,
        alone=double or "ex" in name or (fp and len(data) == 2),
        reads=reads,
        writes=writes,
        base=ops.base,
        offset_bytes=ops.displacement if fixed else None,
        new_base=ops.new_base,
        width_bytes=width,
        needs_word=double or fp or "ex" in name,
        ends_block=load and "pc" in data,
    )
