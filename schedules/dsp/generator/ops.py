# SPDX-License-Identifier: Apache-2.0
"""Operations on virtual registers: text for the assembler, and what the core sees of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tvm_tiny.simulator.instruction import Instruction, Shifter, Unit
from tvm_tiny.targets.pipeline_model import Port, Result

Reads = tuple[tuple[str, Port], ...]


@dataclass(frozen=True)
class Op:
    """One operation: text with ``{name}`` for every virtual register, and what the core sees.

    Attributes:
        text: of the assembler.
        what: its timing; registers are virtual names.
    """

    text: str
    what: Instruction

    @property
    def sources(self) -> list[str]:
        """Registers it reads."""
        return list(dict.fromkeys(name for name, _ in self.what.reads))

    @property
    def targets(self) -> list[str]:
        """Registers it writes."""
        return [name for name, _ in self.what.writes]


def _op(text: str, name: str, unit: Unit, reads: Reads, write: tuple[str, Result] | None) -> Op:
    return Op(text, Instruction(name, 4, unit, reads, (write,) if write else ()))


def mac(name: str, target: str, a: str, b: str, total: str) -> Op:
    """A multiplication into a sum: smlad, smlabt, smmlar, mla, .."""
    reads = ((total, Port.ACCUMULATOR), (a, Port.FACTOR), (b, Port.FACTOR))
    text = f"{name} {{{target}}},{{{a}}},{{{b}}},{{{total}}}"
    return _op(text, name, Unit.MAC, reads, (target, Result.MAC))


def mac_long(name: str, targets: tuple[str, str], a: str, b: str, totals: tuple[str, str]) -> Op:
    """A multiplication into a sum of 64 bits (smlal): low and high word in the same registers."""
    reads = (*((t, Port.ACCUMULATOR) for t in totals), (a, Port.FACTOR), (b, Port.FACTOR))
    text = f"{name} {{{targets[0]}}},{{{targets[1]}}},{{{a}}},{{{b}}}"
    made = _op(text, name, Unit.MAC, reads, (targets[0], Result.MAC))
    return Op(text, replace(made.what, writes=tuple((t, Result.MAC) for t in targets)))


def load(target: str, base: str, offset: int = 0, name: str = "ldr") -> Op:
    """A load from a constant offset; ``sp`` is a base that is no virtual register."""
    result = Result.WORD_LOAD if name == "ldr" else Result.NARROW_LOAD
    place = base if base == "sp" else f"{{{base}}}"
    text = f"{name} {{{target}}},[{place}{f',#{offset}' if offset else ''}]"
    made = _op(text, name, Unit.LOAD, _address(base), (target, result))
    width = 4 if name == "ldr" else 1
    return Op(text, replace(made.what, base=base, offset_bytes=offset, width_bytes=width))


def load_at(target: str, base: str, index: str, shift: int, name: str = "ldrsb") -> Op:
    """A load from base + (index << shift)."""
    text = f"{name} {{{target}}},[{{{base}}},{{{index}}}{f',lsl #{shift}' if shift else ''}]"
    result = Result.WORD_LOAD if name == "ldr" else Result.NARROW_LOAD
    reads = ((base, Port.ADDRESS), (index, Port.ADDRESS))
    made = _op(text, name, Unit.LOAD, reads, (target, result))
    return Op(text, replace(made.what, base=base, width_bytes=4 if name == "ldr" else 1))


def store(value: str, base: str, index: str | int = 0, shift: int = 0, name: str = "str") -> Op:
    """A store to base + constant, or base + (index << shift)."""
    reads: Reads = ((value, Port.STORE_DATA), *_address(base))
    if isinstance(index, int):
        place = base if base == "sp" else f"{{{base}}}"
        place += f",#{index}" if index else ""
    else:
        place = f"{{{base}}},{{{index}}}{f',lsl #{shift}' if shift else ''}"
        reads = (*reads, (index, Port.ADDRESS))
    made = _op(f"{name} {{{value}}},[{place}]", name, Unit.STORE, reads, None)
    offset = index if isinstance(index, int) else None
    width = 4 if name == "str" else 1
    return Op(made.text, replace(made.what, base=base, offset_bytes=offset, width_bytes=width))


def pack(target: str, low: str, high: str) -> Op:
    """Low halves of two registers to one word (pkhbt)."""
    text = f"pkhbt {{{target}}},{{{low}}},{{{high}}},lsl #16"
    reads = ((low, Port.LATE), (high, Port.SHIFTER))
    made = _op(text, "pkhbt", Unit.DSP, reads, (target, Result.LATE_ALU))
    return Op(text, replace(made.what, shifter=Shifter.FIELD))


def saturate(target: str, source: str) -> Op:
    """Limit to int8."""
    text = f"ssat {{{target}}},#8,{{{source}}}"
    made = _op(text, "ssat", Unit.DSP, ((source, Port.SHIFTER),), (target, Result.SATURATED))
    return Op(text, replace(made.what, shifter=Shifter.FIELD))


def shift(name: str, target: str, source: str, amount: str | int) -> Op:
    """Shift by a register or a constant: asr or ror."""
    constant = isinstance(amount, int)
    text = f"{name} {{{target}}},{{{source}}},{f'#{amount}' if constant else f'{{{amount}}}'}"
    reads: Reads = ((source, Port.EARLY),)
    reads = reads if isinstance(amount, int) else (*reads, (amount, Port.EARLY))
    made = _op(text, name, Unit.ALU, reads, (target, Result.LATE_ALU))
    return Op(text, replace(made.what, early=True, shifter=Shifter.PLAIN))


def field(target: str, source: str, bits: int) -> Op:
    """The lowest bits of a word, as an unsigned number."""
    text = f"ubfx {{{target}}},{{{source}}},#0,#{bits}"
    made = _op(text, "ubfx", Unit.DSP, ((source, Port.SHIFTER),), (target, Result.LATE_ALU))
    return Op(text, replace(made.what, shifter=Shifter.FIELD))


def inline(name: str, target: str, a: str, b: str, how: str) -> Op:
    """A sum, a difference or an or with an inline shift of its second operand."""
    text = f"{name} {{{target}}},{{{a}}},{{{b}}},{how}"
    reads = ((a, Port.LATE), (b, Port.SHIFTER))
    made = _op(text, name, Unit.ALU, reads, (target, Result.LATE_ALU))
    return Op(text, replace(made.what, shifter=Shifter.INLINE))


def add_shifted(target: str, a: str, b: str, how: str) -> Op:
    """A sum with an inline shift, such as ``asr #31``."""
    return inline("add", target, a, b, how)


def plain(name: str, target: str, a: str, b: str | int) -> Op:
    """add, adds, sub or subs of registers or a small constant."""
    operand = f"#{b}" if isinstance(b, int) else f"{{{b}}}"
    reads: Reads = ((a, Port.EARLY),) if isinstance(b, int) else ((a, Port.EARLY), (b, Port.EARLY))
    text = f"{name} {{{target}}},{{{a}}},{operand}"
    made = _op(text, name[:3], Unit.ALU, reads,
               (target, Result.LATE_ALU))  # fmt: skip
    return Op(text, replace(made.what, early=True, sets_flags=name in ("subs", "adds")))


def product(name: str, target: str, a: str, b: str) -> Op:
    """A multiplication without sum: mul, smmul, .."""
    reads = ((a, Port.FACTOR), (b, Port.FACTOR))
    return _op(f"{name} {{{target}}},{{{a}}},{{{b}}}", name, Unit.MAC, reads, (target, Result.MAC))


def parallel(name: str, target: str, a: str, b: str) -> Op:
    """Two half words at once: sadd16, ssub16."""
    reads = ((a, Port.LATE), (b, Port.LATE))
    text = f"{name} {{{target}}},{{{a}}},{{{b}}}"
    return _op(text, name, Unit.DSP, reads, (target, Result.LATE_ALU))


def widen_bytes(target: str, source: str, *, odd: bool) -> Op:
    """Bytes 0 and 2 of a word (``odd``: 1 and 3) to half words."""
    text = f"sxtb16 {{{target}}},{{{source}}}{',ror #8' if odd else ''}"
    return _op(text, "sxtb16", Unit.DSP, ((source, Port.LATE),), (target, Result.LATE_ALU))


def mask_sign(target: str, mask: str, source: str) -> Op:
    """The mask if the source is negative, else 0."""
    text = f"and {{{target}}},{{{mask}}},{{{source}}},asr #31"
    reads = ((mask, Port.LATE), (source, Port.SHIFTER))
    made = _op(text, "and", Unit.ALU, reads, (target, Result.LATE_ALU))
    return Op(text, replace(made.what, shifter=Shifter.INLINE))


def constant(target: str, value: int) -> Op:
    """A constant that one instruction makes: 0 to 65535, or the complement of a byte."""
    name = "mov" if value >= 0 else "mvn"
    text = f"{name} {{{target}}},#{value if value >= 0 else ~value}"
    return _op(text, name, Unit.ALU, (), (target, Result.LATE_ALU))


def word(target: str, value: int) -> list[Op]:
    """Any 32 bits."""
    low = _op(f"movw {{{target}_low}},#{value & 0xFFFF}", "movw", Unit.ALU, (),
              (f"{target}_low", Result.LATE_ALU))  # fmt: skip
    text = f"movt {{{target}}},#{value >> 16}"
    reads = ((f"{target}_low", Port.LATE),)
    return [low, _op(text, "movt", Unit.ALU, reads, (target, Result.LATE_ALU))]


def saturate_shifted(target: str, source: str, amount: int | str) -> Op:
    """Shift right by a constant, then limit to int8."""
    made = saturate(target, source)
    return Op(f"{made.text},asr #{amount}", made.what)


def _address(base: str) -> Reads:
    return () if base == "sp" else ((base, Port.ADDRESS),)
