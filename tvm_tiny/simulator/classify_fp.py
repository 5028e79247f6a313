# SPDX-License-Identifier: Apache-2.0
"""Which part of the FPU an instruction takes and where it reads its registers."""

from __future__ import annotations

import re
from dataclasses import replace

from tvm_tiny.simulator.instruction import (
    Fp,
    Instruction,
    InstructionOperands,
    Unit,
    is_fp,
    registers_of,
)
from tvm_tiny.targets.pipeline_model import Port, Result, Timing

_FUSED = re.compile(r"v(?:n?ml|fn?m)[as]$")


def floating_point(blank: Instruction, ops: InstructionOperands, timing: Timing) -> Instruction:
    """Arithmetic, conversions, moves and system registers of the FPU; not memory."""
    double = ".f64" in ops.mnemonic
    name = blank.name
    if name in ("vmrs", "vmsr"):
        return replace(blank, unit=Unit.OTHER, alone=True, cycles=timing.fixed_cycles[name])
    if name in ("vmov", "fconsts", "fconstd", "fmdhr", "fmdlr"):
        return _fp_move(blank, ops)
    first = ops.registers[:1]
    sums = [s for r in first for s in registers_of(r)]
    rest = [s for r in ops.registers[1:] for s in registers_of(r)]
    if _FUSED.match(name):
        chained = "ml" in name
        cycles = timing.double_chained_cycles if chained else timing.double_fused_cycles
        result = Result.FP_CHAINED if chained else Result.FP_FUSED
        return replace(
            blank,
            unit=Unit.FPU,
            fp=Fp.FUSED,
            cycles=cycles if double else 1,
            reads=tuple((s, Port.FP_ACCUMULATOR) for s in sums)
            + tuple((s, Port.FP_FACTOR) for s in rest),
            writes=tuple((s, result) for s in sums),
        )
    compares = name.startswith("vcmp")
    port = Port.FP_FACTOR if "mul" in name else Port.FP_OPERAND
    return replace(
        blank,
        unit=Unit.FPU,
        fp=Fp.ADD if name in ("vadd", "vsub") else Fp.ARITHMETIC,
        cycles=_cycles(timing, name, double),
        reads=tuple((s, port) for s in (ops.singles if compares else rest)),
        writes=() if compares else tuple((s, Result.FP) for s in sums),
    )


def _cycles(timing: Timing, name: str, double: bool) -> int:
    if name in ("vdiv", "vsqrt"):
        if double:
            return timing.double_divide_cycles
        return timing.fp_divide_cycles if name == "vdiv" else timing.fp_root_cycles
    if not double:
        return 1
    return timing.double_multiply_cycles if "mul" in name else timing.double_other_cycles


def _fp_move(blank: Instruction, ops: InstructionOperands) -> Instruction:
    registers = ops.singles
    core = [r for r in registers if not is_fp(r)]
    floats = [r for r in registers if is_fp(r)]
    if not core:
        targets = registers_of(ops.registers[0])
        sources = registers[len(targets) :]
        return replace(
            blank,
            unit=Unit.FPU,
            fp=Fp.MOVE if sources else Fp.CONSTANT,
            reads=tuple((s, Port.FROM_FPU) for s in sources),
            writes=tuple((s, Result.FP_MOVED) for s in targets),
        )
    to_core = not is_fp(registers[0])
    reads = [(s, Port.FROM_FPU) for s in floats] if to_core else [(r, Port.TO_FPU) for r in core]
    writes = (
        [(r, Result.LATE_ALU) for r in core] if to_core else [(s, Result.FP_MOVED) for s in floats]
    )
    return replace(
        blank,
        unit=Unit.FPU,
        fp=Fp.MOVE,
        alone=len(registers) > 2,
        reads=tuple(reads),
        writes=tuple(writes),
    )
