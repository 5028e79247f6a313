# SPDX-License-Identifier: Apache-2.0
"""One pass of the list scheduler of ``block``: an order of the operations, and their registers.

What does not depend on the order is found once a block (``Question``): a solver asks for a hundred
orders of it and more.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

from tvm_tiny.schedules.dsp.generator.ops import Op
from tvm_tiny.simulator.instruction import Instruction, Unit
from tvm_tiny.simulator.timing import units_pair
from tvm_tiny.targets import decoding_timing
from tvm_tiny.targets.pipeline_model import Port


class Question:
    """Operations that want an order, with all that holds in any order of them.

    Attributes:
        ops: in an order in which they could run.
        fixed: virtual -> register, for what comes in, goes out or stays.
        pool: registers for all others.
        kept: virtuals whose registers are never free.
        sources: by operation, the virtuals it reads.
        targets: by operation, those that it writes.
        wanted: by operation, how many registers of the pool it needs.
        waits: by operation, how many of its sources others make.
        uses: by operation, 0; for loads, the place of the first reader that is no load.
        loads: by operation, is it a load?
        others: places of what is no load, ascending.
        readers: virtual -> how many operations read it.
        users: virtual -> places of the operations that read it.
    """

    def __init__(
        self,
        ops: Sequence[Op],
        fixed: Mapping[str, str],
        pool: Sequence[str],
        kept: Set[str],
        spent: Set[str],
    ) -> None:
        """Take a block apart; the parts are those of ``block.Block``."""
        self.ops, self.fixed, self.pool = ops, fixed, pool
        written = {name for op in ops for name in op.targets}
        come_in = {name for name in fixed if name not in written}
        self.kept = kept | (come_in - spent)
        self.sources = [op.sources for op in ops]
        self.targets = [op.targets for op in ops]
        self.wanted = [sum(name not in fixed for name in names) for names in self.targets]
        self.waits = [sum(name not in come_in for name in names) for names in self.sources]
        self.loads = [op.what.unit is Unit.LOAD for op in ops]
        self.others = [i for i, load in enumerate(self.loads) if not load]
        self.users: dict[str, list[int]] = {}
        for index, names in enumerate(self.sources):
            for name in names:
                self.users.setdefault(name, []).append(index)
        self.readers = {name: len(users) for name, users in self.users.items()}
        first = _first_uses(ops, self.users)
        self.uses = [first.get(i, 0) for i in range(len(ops))]
        latency = decoding_timing().latency
        self._latency = {name: latency[result] for op in ops for name, result in op.what.writes}
        self._names = [
            (*read, *made) for read, made in zip(self.sources, self.targets, strict=True)
        ]
        self._pairs: dict[tuple[int, int], bool] = {}
        self._renamed: dict[tuple[int, tuple[str, ...]], Instruction] = {}

    def ranks(self, rng: random.Random, lead: float, noise: float) -> list[float]:
        """What comes first: the natural order, loads ``lead`` places before their first use."""
        return [
            (self.uses[i] - lead if load else float(i)) + rng.uniform(0, noise)
            for i, load in enumerate(self.loads)
        ]

    def operands_at(self, index: int, made_at: Mapping[str, int]) -> int:
        """First cycle that an operation's operands allow; ``made_at``: when each was issued."""
        cycle = 0
        for name, port in self.ops[index].what.reads:
            if name in made_at:
                late = Port.LATE if port is Port.EARLY else port
                cycle = max(cycle, made_at[name] + self._latency[name][late])
        return cycle

    def pairs(self, older: int, younger: int) -> bool:
        """Can the two issue together?"""
        found = self._pairs.get((older, younger))
        if found is None:
            found = _pairs(self.ops[older].what, self.ops[younger].what)
            self._pairs[older, younger] = found
        return found

    def renamed(self, index: int, home: Mapping[str, str]) -> Instruction:
        """What the core sees of an operation whose virtuals live in those registers."""
        what = self.ops[index].what
        names = self._names[index]
        key = index, tuple([home[n] for n in names])
        found = self._renamed.get(key)
        if found is None:
            found = self._renamed[key] = replace(
                what,
                reads=tuple((home[n], p) for n, p in what.reads),
                writes=tuple((home[n], r) for n, r in what.writes),
                base=home[what.base] if what.base in names else what.base,
            )
        return found


class Trial:
    """An order for cores of two instructions a cycle.

    ``lead`` is how far loads run ahead of their use, ``noise`` how much chance has a say.
    """

    def __init__(self, question: Question, rng: random.Random, lead: float, noise: float) -> None:
        """Begin with an empty order."""
        self._question = question
        self._home = dict(question.fixed)
        self._free = list(question.pool)
        self._readers = dict(question.readers)
        self._rank = question.ranks(rng, lead, noise)
        self._ahead = 2 + 2 * lead
        self._waits = list(question.waits)
        self._made_at: dict[str, int] = {}
        self._issued = [False] * len(question.ops)
        self._fronts = 0
        self._cycle = 0
        self._order: list[int] = []
        self._ready: dict[int, int] = {i: 0 for i, n in enumerate(self._waits) if not n}
        """Operations whose operands are made -> first cycle that these allow."""

    def run(self) -> bool:
        """Order everything; False if registers run out."""
        older: int | None = None
        while len(self._order) < len(self._issued):
            found = self._pick(older)
            if found is None:
                if older is None:
                    return False
                self._cycle, older = self._cycle + 1, None
                continue
            index, self._cycle = found
            self._issue(index)
            if older is None and self._leaves_room():
                older = index
            else:
                self._cycle, older = self._cycle + 1, None
        return True

    def lines(self) -> tuple[str, ...]:
        """The text in its order."""
        home = self._home
        return tuple(self._question.ops[i].text.format(**home) for i in self._order)

    def instructions(self) -> list[Instruction]:
        """What the core sees of it."""
        return [self._question.renamed(i, self._home) for i in self._order]

    def _leaves_room(self) -> bool:
        """Can another instruction issue in the cycle of the first?"""
        return True

    def _front(self) -> int:
        """First place in the natural order that is no load and still to come."""
        others = self._question.others
        while self._fronts < len(others) and self._issued[others[self._fronts]]:
            self._fronts += 1
        return others[self._fronts] if self._fronts < len(others) else 0

    def _pick(self, older: int | None) -> tuple[int, int] | None:
        """What to issue, and when; behind ``older`` only what issues together with it."""
        question, now, rank = self._question, self._cycle, self._rank
        uses, limit = question.uses, self._front() + self._ahead
        best, best_at, best_rank = -1, 0, 0.0
        for index, operands in self._ready.items():
            if uses[index] > limit or (older is not None and operands > now):
                continue
            at = operands if operands > now else now
            if best >= 0 and (at > best_at or (at == best_at and rank[index] >= best_rank)):
                continue
            if older is not None and not question.pairs(older, index):
                continue
            if self._fits(index):
                best, best_at, best_rank = index, at, rank[index]
        return None if best < 0 else (best, best_at)

    def _fits(self, index: int) -> bool:
        wanted, free = self._question.wanted[index], len(self._free)
        return wanted <= free or wanted <= free + len(self._dying(index))

    def _dying(self, index: int) -> list[str]:
        """Registers that nobody needs behind an operation."""
        readers, kept = self._readers, self._question.kept
        names = self._question.sources[index]
        return [self._home[n] for n in names if readers[n] == 1 and n not in kept]

    def _issue(self, index: int) -> None:
        question = self._question
        del self._ready[index]
        self._issued[index] = True
        self._free = [*self._dying(index), *self._free]
        for name in question.sources[index]:
            self._readers[name] -= 1
        targets = question.targets[index]
        for name in targets:
            if name not in self._home:
                self._home[name] = self._free.pop(0)
            self._made_at[name] = self._cycle
        for name in targets:
            for user in question.users.get(name, ()):
                self._waits[user] -= 1
                if not self._waits[user]:
                    self._ready[user] = question.operands_at(user, self._made_at)
        self._order.append(index)


class SingleTrial(Trial):
    """For cores of one instruction a cycle: loads in rows, as many as registers allow.

    Whatever computes goes first, in natural order; loads wait until nothing else is left, then
    ``row`` of them follow each other. Results are taken to be there at once.
    """

    def __init__(self, question: Question, rng: random.Random, lead: float, noise: float) -> None:
        """Draw how long rows are, and what they leave free."""
        super().__init__(question, rng, lead, noise)
        self._row = rng.randint(2, 9)
        self._spare = rng.randint(0, 5)
        self._gap = rng.randint(0, 12)
        self._left = 0

    def _leaves_room(self) -> bool:
        return False

    def _pick(self, older: int | None) -> tuple[int, int] | None:
        del older
        question, rank = self._question, self._rank
        best: dict[bool, tuple[float, int]] = {}
        front = self._front()
        limit = front + 2 * self._ahead
        for index in self._ready:
            if question.uses[index] > limit:
                continue
            loads = question.loads[index]
            key = rank[index], index
            if (loads not in best or key < best[loads]) and self._fits(index):
                best[loads] = key
        more = self._left > 0 and len(self._free) > self._spare
        waits = False not in best or best[False][1] > front + self._gap
        loads = True in best and (more or waits)
        if not best:
            return None
        self._left = (self._left or self._row) - 1 if loads else 0
        return best[loads][1], self._cycle


def _pairs(older: Instruction, younger: Instruction) -> bool:
    if not units_pair(older, younger):
        return False
    if older.unit is not Unit.LOAD or younger.unit is not Unit.LOAD:
        return True
    known = older.offset_bytes is not None and younger.offset_bytes is not None
    if older.base != younger.base or not known:
        return False
    return bool(((older.offset_bytes or 0) ^ (younger.offset_bytes or 0)) & 4)


def _first_uses(ops: Sequence[Op], users: Mapping[str, Sequence[int]]) -> dict[int, int]:
    """For every load, the place of the first operation that needs it and is no load."""
    found: dict[int, int] = {}
    for index in reversed(range(len(ops))):
        op = ops[index]
        if op.what.unit is Unit.LOAD:
            places = users.get(op.targets[0], [index])
            found[index] = min(found.get(i, i) for i in places)
    return found
