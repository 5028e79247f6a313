# SPDX-License-Identifier: Apache-2.0
"""Finds the instruction order and the registers of a straight piece of assembly.

A block is a list of operations on *virtual* registers, each written once. The solver is a list
scheduler with look-ahead and restarts: it issues into the pipeline model of the core (for the
Cortex-M7 the table in ``targets/cortex-m7.toml`` and the pairing rules of
``tvm_tiny.simulator.timing``; for cores of one instruction a cycle their own table), never
has more values alive than there are registers, and keeps the cheapest of many orders. It is
deterministic: the same block and seed give the same text.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tvm_tiny.schedules.dsp.generator.ops import Op
from tvm_tiny.simulator import single_issue
from tvm_tiny.simulator.instruction import Instruction, Unit
from tvm_tiny.simulator.timing import Pipeline, units_pair
from tvm_tiny.targets import Core, decoding_timing
from tvm_tiny.targets.pipeline_model import Port, SingleIssueTiming


@dataclass(frozen=True)
class Block:
    """Operations in a natural order, and the registers they may use.

    Attributes:
        ops: in an order in which they could run.
        fixed: virtual -> register, for what comes in, goes out or stays.
        pool: registers for all others.
        kept: virtuals whose registers are needed behind the block.
        spent: virtuals that come in and whose registers are free behind their last use.
    """

    ops: Sequence[Op]
    fixed: Mapping[str, str]
    pool: Sequence[str]
    kept: frozenset[str] = frozenset()
    spent: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Solved:
    """Text in its final order, and what it costs."""

    lines: tuple[str, ...]
    cycles: int


class _Trial:
    """One pass of the list scheduler; ``lead`` is how far loads run ahead of their use."""

    dual = True

    def __init__(self, block: Block, rng: random.Random, lead: float, noise: float) -> None:
        self._ops = block.ops
        self._home = dict(block.fixed)
        come_in = {v for v in block.fixed if not self._written(block, v)}
        self._kept = block.kept | (come_in - block.spent)
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
        self._made = come_in
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
            older = None if younger or not self.dual else op
            if older is None:
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
            self._ready_at[name] = self.cycle, decoding_timing().latency[result]
        self.order.append(Op(op.text.format(**names), _renamed(op.what, names)))


class _SingleTrial(_Trial):
    """For cores of one instruction a cycle: loads in rows, as many as registers allow.

    Whatever computes goes first, in natural order; loads wait until nothing else is left, then
    ``row`` of them follow each other. Results are taken to be there at once.
    """

    dual = False

    def __init__(self, block: Block, rng: random.Random, lead: float, noise: float) -> None:
        super().__init__(block, rng, lead, noise)
        self._row = rng.randint(2, 9)
        self._spare = rng.randint(0, 5)
        self._gap = rng.randint(0, 12)
        self._left = 0

    def _pick(self, older: Op | None) -> tuple[int, int] | None:
        del older
        best: dict[bool, tuple[float, int]] = {}
        front = min((i for i in self._pending if i not in self._first_use), default=0)
        for index in self._pending:
            op = self._ops[index]
            if self._first_use.get(index, 0) > front + 2 * self._ahead:
                continue
            if any(name not in self._made for name in op.sources) or not self._fits(op):
                continue
            loads = op.what.unit is Unit.LOAD
            key = self._rank[index], index
            if loads not in best or key < best[loads]:
                best[loads] = key
        more = self._left > 0 and len(self._free) > self._spare
        waits = False not in best or best[False][1] > front + self._gap
        loads = True in best and (more or waits)
        if not best:
            return None
        self._left = (self._left or self._row) - 1 if loads else 0
        return best[loads][1], self.cycle


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


def cycles(ops: Iterable[Op], timing: SingleIssueTiming | None = None) -> int:
    """Cycles of operations with real registers, everything they read at hand."""
    code = [op.what for op in ops]
    if timing is not None:
        return int(single_issue.block_cost(timing, code).straight_cycles)
    pipeline = Pipeline(decoding_timing(), unknown_banks_differ=False)
    pipeline.run(code, [None] * len(code))
    return pipeline.cycle


def solve(block: Block, rounds: int = 120, seed: int = 1, *, core: Core) -> Solved:
    """The cheapest order found.

    Raises:
        ValueError: no order fits the registers.
    """
    rng = random.Random(seed)
    timing = core.timing
    kind = _SingleTrial if timing else _Trial
    best: Solved | None = None
    for index in range(rounds):
        trial = kind(block, rng, lead=rng.uniform(0, 14), noise=0.5 + 8 * index / rounds)
        if not trial.run():
            continue
        cost = cycles(trial.order, timing)
        if best is None or cost < best.cycles:
            best = Solved(tuple(op.text for op in trial.order), cost)
    if best is None:
        raise ValueError("more values alive than registers")
    return best
