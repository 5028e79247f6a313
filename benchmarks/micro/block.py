# SPDX-License-Identifier: Apache-2.0
"""Finds the instruction order and the registers of a straight piece of assembly.

A block is a list of operations on *virtual* registers, each written once. The solver is a list
scheduler with look-ahead and restarts: it issues into the pipeline model of the core (the table in
``tvm_tiny.targets.timing_cortex_m7``, the pairing rules of ``tvm_tiny.simulator.timing``), never
has more values alive than there are registers, and keeps the cheapest of many orders. It is
deterministic: the same block and seed give the same text.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tvm_tiny.simulator.instruction import Instruction, Shifter, Unit
from tvm_tiny.simulator.timing import Pipeline, units_pair
from tvm_tiny.targets.timing_cortex_m7 import CORTEX_M7, Port, Result

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


def shift(name: str, target: str, source: str, amount: str) -> Op:
    """asr or ror by a register."""
    text = f"{name} {{{target}}},{{{source}}},{{{amount}}}"
    reads = ((source, Port.EARLY), (amount, Port.EARLY))
    made = _op(text, name, Unit.ALU, reads, (target, Result.LATE_ALU))
    return Op(text, replace(made.what, early=True, shifter=Shifter.PLAIN))


def add_shifted(target: str, a: str, b: str, how: str) -> Op:
    """A sum with an inline shift, such as ``asr #31``."""
    text = f"add {{{target}}},{{{a}}},{{{b}}},{how}"
    reads = ((a, Port.LATE), (b, Port.SHIFTER))
    made = _op(text, "add", Unit.ALU, reads, (target, Result.LATE_ALU))
    return Op(text, replace(made.what, shifter=Shifter.INLINE))


def plain(name: str, target: str, a: str, b: str | int) -> Op:
    """add, sub or subs of registers or a small constant."""
    operand = f"#{b}" if isinstance(b, int) else f"{{{b}}}"
    reads: Reads = ((a, Port.EARLY),) if isinstance(b, int) else ((a, Port.EARLY), (b, Port.EARLY))
    text = f"{name} {{{target}}},{{{a}}},{operand}"
    made = _op(text, name[:3], Unit.ALU, reads,
               (target, Result.LATE_ALU))  # fmt: skip
    return Op(text, replace(made.what, early=True, sets_flags=name == "subs"))


def saturate_shifted(target: str, source: str, amount: int) -> Op:
    """Shift right by a constant, then limit to int8."""
    made = saturate(target, source)
    return Op(f"{made.text},asr #{amount}", made.what)


def _address(base: str) -> Reads:
    return () if base == "sp" else ((base, Port.ADDRESS),)


@dataclass(frozen=True)
class Block:
    """Operations in a natural order, and the registers they may use.

    Attributes:
        ops: in an order in which they could run.
        fixed: virtual -> register, for what comes in, goes out or stays.
        pool: registers for all others.
        kept: virtuals whose registers are needed behind the block.
    """

    ops: Sequence[Op]
    fixed: Mapping[str, str]
    pool: Sequence[str]
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Solved:
    """Text in its final order, and what it costs."""

    lines: tuple[str, ...]
    cycles: int


class _Trial:
    """One pass of the list scheduler; ``lead`` is how far loads run ahead of their use."""

    def __init__(self, block: Block, rng: random.Random, lead: float, noise: float) -> None:
        self._ops = block.ops
        self._home = dict(block.fixed)
        self._kept = block.kept | {v for v in block.fixed if not self._written(block, v)}
        self._free = list(block.pool)
        self._readers: dict[str, int] = {}
        for op in block.ops:
            for name in op.sources:
                self._readers[name] = self._readers.get(name, 0) + 1
        self._rank = _ranks(block.ops, rng, lead, noise)
        self._first_use = _first_uses(block.ops)
        self._ahead = 2 + 2 * lead
        self._ready_at: dict[str, tuple[int, tuple[int, ...]]] = {}
        self._pending = set(range(len(block.ops)))
        self._made = {v for v in block.fixed if not self._written(block, v)}
        self.order: list[Op] = []
        self.cycle = 0

    @staticmethod
    def _written(block: Block, name: str) -> bool:
        return any(name in op.targets for op in block.ops)

    def run(self) -> bool:
        """Order everything; False if registers run out."""
        older: Op | None = None
        while self._pending:
            found = self._pick(older)
            if found is None and older is None:
                return False
            if found is None:
                self.cycle, older = self.cycle + 1, None
                continue
            index, at = found
            op = self._ops[index]
            younger = older is not None
            self.cycle = at
            self._issue(index)
            older = None if younger else op
            if younger:
                self.cycle += 1
        return True

    def _pick(self, older: Op | None) -> tuple[int, int] | None:
        best: tuple[tuple[float, float], int, int] | None = None
        front = min((i for i in self._pending if i not in self._first_use), default=0)
        for index in self._pending:
            op = self._ops[index]
            if self._first_use.get(index, 0) > front + self._ahead:
                continue
            if any(name not in self._made for name in op.sources) or not self._fits(op):
                continue
            at = max(self.cycle, self._operands(op))
            if older is not None and (at > self.cycle or not _pairs(older.what, op.what)):
                continue
            key = (float(at), self._rank[index])
            if best is None or key < best[0]:
                best = key, index, at
        return None if best is None else (best[1], best[2])

    def _operands(self, op: Op) -> int:
        cycle = 0
        for name, port in op.what.reads:
            if name in self._ready_at:
                issued, latency = self._ready_at[name]
                cycle = max(cycle, issued + latency[Port.LATE if port is Port.EARLY else port])
        return cycle

    def _fits(self, op: Op) -> bool:
        wanted = sum(name not in self._home for name in op.targets)
        return wanted <= len(self._free) + len(self._dying(op))

    def _dying(self, op: Op) -> list[str]:
        names = (n for n in op.sources if self._readers[n] == 1 and n not in self._kept)
        return [self._home[n] for n in names]

    def _issue(self, index: int) -> None:
        op = self._ops[index]
        self._pending.remove(index)
        names = {name: self._home[name] for name in op.sources}
        self._free = [*self._dying(op), *self._free]
        for name in op.sources:
            self._readers[name] -= 1
        for name, result in op.what.writes:
            if name not in self._home:
                self._home[name] = self._free.pop(0)
            names[name] = self._home[name]
            self._made.add(name)
            self._ready_at[name] = self.cycle, CORTEX_M7.latency[result]
        self.order.append(Op(op.text.format(**names), _renamed(op.what, names)))


def _renamed(what: Instruction, names: Mapping[str, str]) -> Instruction:
    return replace(
        what,
        reads=tuple((names[n], p) for n, p in what.reads),
        writes=tuple((names[n], r) for n, r in what.writes),
        base=names.get(what.base, what.base),
    )


def _pairs(older: Instruction, younger: Instruction) -> bool:
    if not units_pair(older, younger):
        return False
    if older.unit is not Unit.LOAD or younger.unit is not Unit.LOAD:
        return True
    known = older.offset_bytes is not None and younger.offset_bytes is not None
    if older.base != younger.base or not known:
        return False
    return bool(((older.offset_bytes or 0) ^ (younger.offset_bytes or 0)) & 4)


def _first_uses(ops: Sequence[Op]) -> dict[int, int]:
    """For every load, the place of the first operation that needs it and is no load."""
    readers: dict[str, list[int]] = {}
    for index, op in enumerate(ops):
        for name in op.sources:
            readers.setdefault(name, []).append(index)
    found: dict[int, int] = {}
    for index in reversed(range(len(ops))):
        op = ops[index]
        if op.what.unit is Unit.LOAD:
            uses = readers.get(op.targets[0], [index])
            found[index] = min(found.get(i, i) for i in uses)
    return found


def _ranks(ops: Sequence[Op], rng: random.Random, lead: float, noise: float) -> list[float]:
    """What comes first: the natural order, loads ``lead`` places before their first use."""
    first = _first_uses(ops)
    ranks: list[float] = []
    for index, op in enumerate(ops):
        rank = float(index)
        if op.what.unit is Unit.LOAD and op.targets:
            rank = first[index] - lead
        ranks.append(rank + rng.uniform(0, noise))
    return ranks


def cycles(ops: Iterable[Op]) -> int:
    """Cycles of operations with real registers, everything they read at hand."""
    code = [op.what for op in ops]
    pipeline = Pipeline(CORTEX_M7, unknown_banks_differ=False)
    pipeline.run(code, [None] * len(code))
    return pipeline.cycle


def solve(block: Block, rounds: int = 120, seed: int = 1) -> Solved:
    """The cheapest order found.

    Raises:
        ValueError: no order fits the registers.
    """
    rng = random.Random(seed)
    best: Solved | None = None
    for index in range(rounds):
        trial = _Trial(block, rng, lead=rng.uniform(0, 14), noise=0.5 + 8 * index / rounds)
        if not trial.run():
            continue
        cost = cycles(trial.order)
        if best is None or cost < best.cycles:
            best = Solved(tuple(op.text for op in trial.order), cost)
    if best is None:
        raise ValueError("more values alive than registers")
    return best
