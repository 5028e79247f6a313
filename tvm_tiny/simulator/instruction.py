# SPDX-License-Identifier: Apache-2.0
"""What the timing model knows of one instruction, and its operands taken apart."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import capstone
import capstone.arm as cs_arm

from tvm_tiny.targets.pipeline_model import Port, Result

Reads = tuple[tuple[str, Port], ...]
Writes = tuple[tuple[str, Result], ...]


class Unit(Enum):
    """What an instruction occupies, as far as two cannot share it."""

    NONE = "none"  # nop, it: only a slot
    ALU = "alu"
    DSP = "dsp"  # also bit fields: only one, and only as the older
    MAC = "mac"
    LOAD = "load"
    STORE = "store"
    BRANCH = "branch"
    FPU = "fpu"
    OTHER = "other"


class Shifter(Enum):
    """How an instruction uses the early shifter."""

    NONE = "none"
    PLAIN = "plain"  # the shift is all it does
    INLINE = "inline"  # a shifted operand or shifted constant
    FIELD = "field"  # ubfx, bfi, rev, pkh, sxta*, ssat


class Fp(Enum):
    """Part of the FPU that an instruction uses; two of one part never pair."""

    NONE = "none"
    ADD = "add"  # vadd, vsub
    ARITHMETIC = "arithmetic"
    FUSED = "fused"  # every multiply-accumulate
    MOVE = "move"
    CONSTANT = "constant"
    WORD = "word"  # load or store of 32 bits
    DOUBLE = "double"  # ... of more


@dataclass(frozen=True, slots=True)
class Instruction:
    """What the model knows of one instruction.

    ``early`` marks what may run in the early stage: adders only as the older of a pair.
    ``offset_bytes`` is None where the address is not base plus constant. ``width_bytes`` is of
    one access. ``needs_word`` marks accesses that fault if not aligned to 4.
    """

    name: str
    size_bytes: int
    unit: Unit = Unit.ALU
    reads: Reads = ()
    writes: Writes = ()
    cycles: int = 1
    alone: bool = False
    ends_block: bool = False
    may_fall_through: bool = False
    early: bool = False
    shifter: Shifter = Shifter.NONE
    fp: Fp = Fp.NONE
    sets_flags: bool = False
    reads_flags: bool = False
    base: str = ""
    offset_bytes: int | None = None
    new_base: bool = False
    width_bytes: int = 0
    needs_word: bool = False


def registers_of(name: str) -> tuple[str, ...]:
    """Split a double register into its two singles; everything else is itself."""
    if name[0] == "d" and name[1:].isdigit():
        first = 2 * int(name[1:])
        return (f"s{first}", f"s{first + 1}")
    return (name,)


def is_fp(register: str) -> bool:
    """Is it a single precision register (``sp`` is not)?"""
    return register[0] == "s" and register[1:].isdigit()


@dataclass(slots=True)
class InstructionOperands:
    """Operands of one instruction, taken apart."""

    registers: list[str] = field(default_factory=list[str])  # in order, doubles as one
    immediate: int | None = None  # the last
    shifted: bool = False  # the last register has a shift
    base: str = ""
    index: str = ""
    displacement: int = 0
    mnemonic: str = ""  # in full
    conditional: bool = False
    new_base: bool = False

    @property
    def singles(self) -> list[str]:
        """All registers, doubles as two singles."""
        return [single for name in self.registers for single in registers_of(name)]


def operands_of(insn: capstone.CsInsn) -> InstructionOperands:
    """Take the operands of a disassembled instruction apart."""
    found = InstructionOperands(
        mnemonic=str(insn.mnemonic),
        conditional=insn.cc not in (cs_arm.ARM_CC_AL, cs_arm.ARM_CC_INVALID),
        new_base=bool(insn.writeback),
    )
    for operand in insn.operands:
        if operand.type == cs_arm.ARM_OP_REG:
            found.registers.append(str(insn.reg_name(operand.reg)))
            found.immediate = None
            found.shifted = operand.shift.type != cs_arm.ARM_SFT_INVALID
        elif operand.type == cs_arm.ARM_OP_IMM:
            found.immediate = int(operand.imm)
        elif operand.type == cs_arm.ARM_OP_MEM:
            found.base = str(insn.reg_name(operand.mem.base) or "")
            found.index = str(insn.reg_name(operand.mem.index) or "")
            found.displacement = int(operand.mem.disp)
    return found
