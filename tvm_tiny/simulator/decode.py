# SPDX-License-Identifier: Apache-2.0
"""From machine code to what the timing model needs to know of an instruction.

Disassembly is capstone's; classification is by mnemonic and operands. See
``tvm_tiny.targets.timing_cortex_m7`` for what ports and results mean.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

import capstone
import capstone.arm as cs_arm

from tvm_tiny.targets.timing_cortex_m7 import Port, Result, Timing

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


_CONDITIONS = r"(?:eq|ne|hs|cs|lo|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)"
_FLAGGED = (
    "add sub adc sbc rsb neg and orr orn eor bic mov mvn lsl lsr asr ror rrx mul"
).split()  # what may carry an s
_COMPARE = frozenset(("cmp", "cmn", "tst", "teq"))
_PLAIN_SHIFTS = frozenset(("lsl", "lsr", "asr", "ror", "rrx"))
_ADDERS = frozenset(("add", "sub", "addw", "subw", "mov", "movw", "adr"))
_OTHER_ALU = frozenset(
    ("adc", "sbc", "rsb", "neg", "and", "orr", "orn", "eor", "bic", "mvn", "movt")
)
_ALU = _COMPARE | _PLAIN_SHIFTS | _ADDERS | _OTHER_ALU
_WIDE_IMMEDIATE = frozenset(("movw", "movt", "addw", "subw", "adr"))
_ONE_SOURCE = frozenset(("mov", "mvn", "movw", "adr", "rrx", "rsb", "neg"))
_BRANCHES = frozenset(("b", "bl", "blx", "bx", "cbz", "cbnz", "tbb", "tbh"))
_STOPS = frozenset(("bkpt", "svc", "udf"))
_MAC = re.compile(r"mul|ml[as]|[us]mull|[us]mlal|umaal|smul|smla|smml|smmul|smua|smus|smls")
_LONG_SUM = re.compile(r"[us]mlal|umaal|smlsld")
_PARALLEL = re.compile(r"(?:s|u|q|sh|uh|uq)(?:add8|add16|sub8|sub16|asx|sax)$")
_SATURATING = re.compile(r"[us]sat|qdadd|qdsub|qadd|qsub|uq|q|usad")
_FIELD = re.compile(r"[us]bfx$|bf[ic]$|rev|rbit$|pkh|[us]xt")
_MULTIPLE = re.compile(r"v?(?:ldm|stm|push|pop)")
_FUSED = re.compile(r"v(?:n?ml|fn?m)[as]$")


def _registers(name: str) -> tuple[str, ...]:
    """Split a double register into its two singles; everything else is itself."""
    if name[0] == "d" and name[1:].isdigit():
        first = 2 * int(name[1:])
        return (f"s{first}", f"s{first + 1}")
    return (name,)


def _is_fp(register: str) -> bool:
    return register[0] == "s" and register[1:].isdigit()


@dataclass(slots=True)
class _Operands:
    """Operands of one instruction, taken apart."""

    registers: list[str] = field(default_factory=list[str])  # in order, doubles as one
    immediate: int | None = None  # the last
    shifted: bool = False  # the last register has a shift
    base: str = ""
    index: str = ""
    displacement: int = 0
    memory: bool = False

    @property
    def singles(self) -> list[str]:
        return [single for name in self.registers for single in _registers(name)]


def _operands(insn: capstone.CsInsn) -> _Operands:
    found = _Operands()
    for operand in insn.operands:
        if operand.type == cs_arm.ARM_OP_REG:
            found.registers.append(str(insn.reg_name(operand.reg)))
            found.immediate = None
            found.shifted = operand.shift.type != cs_arm.ARM_SFT_INVALID
        elif operand.type == cs_arm.ARM_OP_IMM:
            found.immediate = int(operand.imm)
        elif operand.type == cs_arm.ARM_OP_MEM:
            found.memory = True
            found.base = str(insn.reg_name(operand.mem.base) or "")
            found.index = str(insn.reg_name(operand.mem.index) or "")
            found.displacement = int(operand.mem.disp)
    return found


def _name(insn: capstone.CsInsn, predicated: bool) -> tuple[str, bool]:
    """Return (mnemonic without width, condition and s, whether it sets flags)."""
    name = str(insn.mnemonic).split(".")[0]
    conditional = insn.cc not in (cs_arm.ARM_CC_AL, cs_arm.ARM_CC_INVALID)
    if conditional and (predicated or name[0] == "b"):
        name = re.sub(_CONDITIONS + "$", "", name)
    if name.startswith("it") and len(name) <= 5:
        return "it", False
    if name.endswith("s") and name[:-1] in _FLAGGED:
        return name[:-1], True
    return name, name in _COMPARE


def _is_shifted_constant(value: int) -> bool:
    """Does the immediate need the shifter: not 8 bits, nor a repetition of 8 bits [N]?"""
    value &= 0xFFFFFFFF
    low, second = value & 0xFF, value >> 8 & 0xFF
    repeated = (low * 0x00010001, second * 0x01000100, low * 0x01010101)
    return value > 0xFF and value not in repeated


class Decoder:
    """Decodes blocks: from an address to the next instruction that may change the flow."""

    def __init__(self, timing: Timing) -> None:
        """Decode for one core."""
        self._timing = timing
        mode = capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS | capstone.CS_MODE_V8
        self._capstone = capstone.Cs(capstone.CS_ARCH_ARM, mode)
        self._capstone.detail = True

    def block(self, code: bytes, address: int) -> tuple[Instruction, ...]:
        """Decode the block at the start of ``code``.

        It ends with the first branch (or breakpoint), at the end of ``code`` or before bytes
        that are no instruction.
        """
        block: list[Instruction] = []
        for instruction in self._instructions(code, address):
            block.append(instruction)
            if instruction.ends_block:
                break
        return tuple(block)

    def _instructions(self, code: bytes, address: int) -> Iterator[Instruction]:
        predicated = 0
        for insn in self._capstone.disasm(code, address):
            yield self._classify(insn, predicated > 0)
            predicated = max(0, predicated - 1)
            if re.fullmatch(r"it[te]{0,3}", str(insn.mnemonic)):
                predicated = len(str(insn.mnemonic)) - 1

    def _classify(self, insn: capstone.CsInsn, predicated: bool) -> Instruction:
        name, sets_flags = _name(insn, predicated)
        blank = Instruction(
            name, int(insn.size), sets_flags=sets_flags, reads_flags=predicated or name == "sel"
        )
        instruction = self._kind(name)(insn, blank, _operands(insn))
        if predicated and not instruction.ends_block:
            # If the condition fails the old value stays: it is an operand too.
            kept = tuple(
                (register, Port.FP_STORE_DATA if _is_fp(register) else Port.LATE)
                for register, _ in instruction.writes
            )
            instruction = replace(instruction, reads=instruction.reads + kept)
        return instruction

    def _kind(self, name: str) -> Callable[[capstone.CsInsn, Instruction, _Operands], Instruction]:
        single = name.startswith(("ldr", "str", "vldr", "vstr", "pld"))
        kinds = (
            (name in ("nop", "it"), _slot_only),
            (name in _BRANCHES, self._branch),
            (_MULTIPLE.match(name) is not None, _multiple),
            (single, _memory),
            (name[0] == "v", self._fp),
            (name in ("sdiv", "udiv"), self._divide),
            (_MAC.match(name) is not None, _multiply),
            (_is_dsp(name), _dsp),
            (_FIELD.match(name) is not None, _bit_field),
            (name in _ALU, _alu),
        )
        return next((classify for matches, classify in kinds if matches), self._other)

    def _branch(self, insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
        compares = blank.name in ("cbz", "cbnz")
        registers = [*ops.registers, *(r for r in (ops.base, ops.index) if r)]
        table = blank.name in ("tbb", "tbh")
        conditional = insn.cc not in (cs_arm.ARM_CC_AL, cs_arm.ARM_CC_INVALID)
        return replace(
            blank,
            unit=Unit.BRANCH,
            reads=tuple((r, Port.LATE if compares else Port.ADDRESS) for r in registers),
            alone=table,
            cycles=self._timing.table_branch_cycles if table else 1,
            ends_block=True,
            may_fall_through=compares or (blank.name == "b" and conditional),
        )

    def _divide(self, insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
        return replace(
            blank,
            unit=Unit.OTHER,
            alone=True,
            cycles=self._timing.divide_cycles,
            reads=tuple((r, Port.LATE) for r in ops.registers[-2:]),
            writes=((ops.registers[0], Result.LATE_ALU),),
        )

    def _other(self, insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
        key = "cps" if blank.name.startswith("cps") else blank.name
        return replace(
            blank,
            unit=Unit.OTHER,
            alone=True,
            cycles=self._timing.fixed_cycles.get(key, 1),
            reads=tuple((r, Port.LATE) for r in ops.registers[1:]),
            writes=tuple((r, Result.LATE_ALU) for r in ops.registers[:1]),
            ends_block=blank.name in _STOPS,
        )

    def _fp(self, insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
        double = ".f64" in str(insn.mnemonic)
        name, timing = blank.name, self._timing
        if name in ("vmrs", "vmsr"):
            return replace(blank, unit=Unit.OTHER, alone=True, cycles=timing.fixed_cycles[name])
        if name in ("vmov", "fconsts", "fconstd", "fmdhr", "fmdlr"):
            return _fp_move(blank, ops)
        first = ops.registers[:1]
        sums = [s for r in first for s in _registers(r)]
        rest = [s for r in ops.registers[1:] for s in _registers(r)]
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
            cycles=self._fp_cycles(name, double),
            reads=tuple((s, port) for s in (ops.singles if compares else rest)),
            writes=() if compares else tuple((s, Result.FP) for s in sums),
        )

    def _fp_cycles(self, name: str, double: bool) -> int:
        timing = self._timing
        if name in ("vdiv", "vsqrt"):
            if double:
                return timing.double_divide_cycles
            return timing.fp_divide_cycles if name == "vdiv" else timing.fp_root_cycles
        if not double:
            return 1
        return timing.double_multiply_cycles if "mul" in name else timing.double_other_cycles


def _slot_only(insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
    return replace(blank, unit=Unit.NONE)


def _is_dsp(name: str) -> bool:
    return bool(
        _PARALLEL.match(name)
        or name in ("qadd", "qsub", "qdadd", "qdsub", "sel", "clz", "usad8", "usada8")
        or re.match(r"[us]sat", name)
    )


def _dsp(insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
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


def _bit_field(insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
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


def _multiply(insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
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


def _alu(insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
    name, registers = blank.name, ops.registers
    plain_shift = name in _PLAIN_SHIFTS or (name == "mov" and ops.shifted)
    constant = ops.immediate if not plain_shift and name not in _WIDE_IMMEDIATE else None
    inline = (ops.shifted and not plain_shift) or (
        constant is not None and not ops.shifted and _is_shifted_constant(constant)
    )
    sources = registers if name in _COMPARE else registers[1:]
    operand_count = len(registers) + (ops.immediate is not None)
    if name == "movt" or (operand_count == 2 and name not in _COMPARE and name not in _ONE_SOURCE):
        sources = registers[:1] + sources
    early = plain_shift or (name in _ADDERS and not inline)
    reads = [(r, Port.EARLY if early else Port.LATE) for r in sources]
    if ops.shifted and not plain_shift and reads:
        reads[-1] = (reads[-1][0], Port.SHIFTER)
    to_pc = name not in _COMPARE and registers[0] == "pc"
    shifter = Shifter.PLAIN if plain_shift else Shifter.INLINE if inline else Shifter.NONE
    return replace(
        blank,
        unit=Unit.ALU,
        early=early,
        shifter=shifter,
        reads=tuple(reads),
        writes=() if name in _COMPARE else ((registers[0], Result.LATE_ALU),),
        reads_flags=blank.reads_flags or name in ("adc", "sbc", "rrx"),
        ends_block=to_pc,
    )


def _multiple(insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
    fp, on_stack = blank.name[0] == "v", "p" in blank.name[:2]
    base = "sp" if on_stack else ops.registers[0]
    data = [s for r in ops.registers[0 if on_stack else 1 :] for s in _registers(r)]
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


def _memory(insn: capstone.CsInsn, blank: Instruction, ops: _Operands) -> Instruction:
    name, data = blank.name, ops.singles
    fp, load = name[0] == "v", "ld" in name
    width = 1 if name.endswith("b") and "ex" not in name else 2 if name.endswith("h") else 4
    reads: Reads = tuple((r, Port.ADDRESS) for r in (ops.base, ops.index) if r)
    writes: Writes = ((ops.base, Result.NEW_BASE),) if insn.writeback else ()
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
        new_base=bool(insn.writeback),
        width_bytes=width,
        needs_word=double or fp or "ex" in name,
        ends_block=load and "pc" in data,
    )


def _fp_move(blank: Instruction, ops: _Operands) -> Instruction:
    registers = ops.singles
    core = [r for r in registers if not _is_fp(r)]
    floats = [r for r in registers if _is_fp(r)]
    if not core:
        targets = _registers(ops.registers[0])
        sources = registers[len(targets) :]
        return replace(
            blank,
            unit=Unit.FPU,
            fp=Fp.MOVE if sources else Fp.CONSTANT,
            reads=tuple((s, Port.FROM_FPU) for s in sources),
            writes=tuple((s, Result.FP_MOVED) for s in targets),
        )
    to_core = not _is_fp(registers[0])
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
