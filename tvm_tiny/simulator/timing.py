# SPDX-License-Identifier: Apache-2.0
"""Cycles of straight code on an in-order core that issues two instructions a cycle.

The pipeline has an early and a late ALU; latencies are distances between issues (see
``tvm_tiny.targets.pipeline_model``). A block that follows itself is costed in its steady state,
with what the loop carries; any other starts with everything it reads at hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tvm_tiny.simulator.instruction import Fp, Instruction, Shifter, Unit
from tvm_tiny.targets.pipeline_model import Port, Result, Timing

_WARM_UP_ROUNDS = 4
_MEASURED_ROUNDS = 6
_LONG_AGO = -1000
_SETTLED = 100
"""Cycles after which what was written holds nothing up: more than any latency."""


@dataclass(frozen=True, slots=True)
class BlockCost:
    """Cycles of one execution of a block.

    Attributes:
        straight_cycles: entered from elsewhere.
        steady_cycles: each further round where the block follows itself.
        mispredicted_cycles: penalty of the branch at its end.
        credit_cycles: given back whenever that branch falls through.
        taken_cycles: added whenever control goes elsewhere after it.
    """

    straight_cycles: float
    steady_cycles: float
    mispredicted_cycles: float
    credit_cycles: float
    taken_cycles: float = 0.0


@dataclass(frozen=True, slots=True)
class Issue:
    """When an instruction issued; ``paired`` for the younger of a pair."""

    cycle: int
    paired: bool


class Pipeline:
    """Issues instructions one after another and remembers what is in flight."""

    def __init__(self, timing: Timing, unknown_banks_differ: bool) -> None:
        """Start empty; say how two loads to unrelated addresses shall behave."""
        self._timing = timing
        self._banks_differ = unknown_banks_differ
        self._ready: dict[str, tuple[int, tuple[int, ...]]] = {}
        self._flags = _LONG_AGO
        self._fused = _LONG_AGO
        self.cycle = 0

    def run(self, code: Sequence[Instruction], other_bank: Sequence[float | None]) -> list[Issue]:
        """Issue ``code``; ``other_bank``: per load, the share that met another bank."""
        issues: list[Issue] = []
        while len(issues) < len(code):
            issues += self.step(code, other_bank, len(issues))
        return issues

    def step(
        self, code: Sequence[Instruction], other_bank: Sequence[float | None], position: int
    ) -> list[Issue]:
        """Issue the instruction at a position of ``code``, and the next if the two pair."""
        older = code[position]
        younger = code[position + 1] if position + 1 < len(code) else None
        self.cycle = self._earliest(older, younger)
        self._retire(older, self._can_run_early(older, True, younger))
        issues = [Issue(self.cycle, False)]
        busy = older.cycles
        if younger is not None and self._pairs(older, younger, other_bank[position + 1]):
            self._retire(younger, self._can_run_early(younger, False, older))
            issues.append(Issue(self.cycle, True))
            busy = max(busy, younger.cycles)
        self.cycle += busy
        return issues

    def in_flight(self) -> object:
        """All that decides about what is issued from here on, counted from the present cycle."""
        ready = (
            (register, max(written - self.cycle, -_SETTLED), latencies)
            for register, (written, latencies) in self._ready.items()
        )
        since = (max(at - self.cycle, -_SETTLED) for at in (self._flags, self._fused))
        return frozenset(ready), *since

    def _operands_ready(self, instruction: Instruction) -> int:
        """First cycle all operands allow, with the late unit where there is a choice."""
        cycle = self._flags + 1 if instruction.reads_flags else _LONG_AGO
        for register, port in instruction.reads:
            written = self._ready.get(register)
            if written is not None:
                late = Port.LATE if port is Port.EARLY else port
                cycle = max(cycle, written[0] + written[1][late])
        return cycle

    def _earliest(self, older: Instruction, younger: Instruction | None) -> int:
        cycle = max(self.cycle, self._operands_ready(older))
        blocked = older.fp in (Fp.ADD, Fp.CONSTANT, Fp.DOUBLE)
        if blocked:
            cycle = max(cycle, self._fused + self._timing.after_fused_cycles + 1)
        return cycle

    def _can_run_early(
        self, instruction: Instruction, is_older: bool, partner: Instruction | None
    ) -> bool:
        """Is there a free early unit, and are the operands there for it?"""
        if not instruction.early:
            return False
        if instruction.shifter is Shifter.PLAIN:
            if partner is not None and partner.shifter in (Shifter.INLINE, Shifter.FIELD):
                return False
        elif not is_older:
            return False
        if instruction.reads_flags and self._flags >= self.cycle:
            return False
        ready = self._ready
        return all(
            ready[register][0] + ready[register][1][port] <= self.cycle
            for register, port in instruction.reads
            if register in ready
        )

    def _retire(self, instruction: Instruction, early: bool) -> None:
        latency = self._timing.latency
        written = self.cycle + instruction.cycles - 1
        for register, result in instruction.writes:
            kind = Result.EARLY_ALU if early and result is Result.LATE_ALU else result
            self._ready[register] = (written, latency[kind])
        if instruction.sets_flags:
            self._flags = self.cycle
        if instruction.fp is Fp.FUSED:
            self._fused = self.cycle

    def _pairs(self, older: Instruction, younger: Instruction, other_bank: float | None) -> bool:
        """Does ``younger`` issue in the cycle in which ``older`` just did?"""
        if older.unit is Unit.BRANCH or older.ends_block:
            return False
        if not units_pair(older, younger) or not self._banks_pair(older, younger, other_bank):
            return False
        waits = (Fp.ADD, Fp.CONSTANT, Fp.DOUBLE, Fp.WORD, Fp.MOVE)
        if younger.fp in waits and self.cycle <= self._fused + self._timing.after_fused_cycles:
            return False
        return self._operands_ready(younger) <= self.cycle

    def _banks_pair(
        self, older: Instruction, younger: Instruction, other_bank: float | None
    ) -> bool:
        if older.unit is not Unit.LOAD or younger.unit is not Unit.LOAD:
            return True
        if older.base == younger.base:
            if older.new_base:
                return False
            if older.offset_bytes is not None and younger.offset_bytes is not None:
                return bool((older.offset_bytes ^ younger.offset_bytes) & 4)
        known = self._timing.known_banks_share
        if other_bank is not None and not 1 - known < other_bank < known:
            return other_bank >= known
        return self._banks_differ


_ONE_OF_THEM = (Unit.STORE, Unit.MAC)
"""No two instructions of these issue together."""


def units_pair(older: Instruction, younger: Instruction) -> bool:
    """Can the core issue the two together, as far as its units go?"""
    if older.alone or younger.alone or younger.unit is Unit.DSP:
        return False
    if older.unit in _ONE_OF_THEM and younger.unit in _ONE_OF_THEM:
        return False
    if older.shifter is Shifter.INLINE and younger.shifter in (Shifter.INLINE, Shifter.FIELD):
        return False
    if younger.shifter is Shifter.INLINE and older.shifter in (Shifter.PLAIN, Shifter.FIELD):
        return False
    if younger.name != "movt":
        for register, _ in older.writes:
            if any(register == target for target, _ in younger.writes):
                return False
    loads = older.unit is younger.unit is Unit.LOAD  # the banks decide, for FP registers too
    return loads or _fp_pairs(older.fp, younger.fp)


def _fp_pairs(older: Fp, younger: Fp) -> bool:
    if Fp.NONE in (older, younger):
        return True
    parts = {Fp.ARITHMETIC if part is Fp.ADD else part for part in (older, younger)}
    if len(parts) == 1 or parts == {Fp.MOVE, Fp.CONSTANT}:
        return False
    return Fp.FUSED not in parts and Fp.DOUBLE not in parts


def block_cost(
    timing: Timing,
    code: Sequence[Instruction],
    other_bank: Sequence[float | None] | None = None,
    unaligned_store_share: float = 0.0,
    loops: bool = True,
) -> BlockCost:
    """Cost a block.

    Args:
        timing: the core.
        code: the instructions, in order.
        other_bank: for each instruction that loads, the share of its loads that met another bank
            than the load before, where known.
        unaligned_store_share: share of the stores that were not aligned.
        loops: False if the steady state is of no interest (it is then the straight cost).
    """
    if not code:
        return BlockCost(0.0, 0.0, timing.mispredicted_cycles, 0.0)
    shares = other_bank or [None] * len(code)
    weights = ((True, timing.unknown_banks_share), (False, 1 - timing.unknown_banks_share))
    if sum(instruction.unit is Unit.LOAD for instruction in code) < 2:
        weights = ((True, 1.0),)
    draining = _drain_cycles(timing, code, unaligned_store_share)
    straight = steady = credit = 0.0
    flag_distance = -_LONG_AGO
    for banks_differ, weight in weights:
        pipeline = Pipeline(timing, banks_differ)
        issues = pipeline.run(code, shares)
        once = max(float(pipeline.cycle), draining - timing.store_buffer.hidden_cycles)
        straight += weight * once
        rounds = _steady_cycles(timing, code, shares, banks_differ) if loops else once
        steady += weight * (max(rounds, draining) if loops else rounds)
        flag_distance = min(flag_distance, _flag_distance(code, issues))
        if banks_differ and code[-1].may_fall_through and not issues[-1].paired:
            credit = timing.not_taken_credit_cycles
    early = timing.early_flag_cycles <= flag_distance < -_LONG_AGO
    by_flags = code[-1].unit is Unit.BRANCH and code[-1].name[0] == "b"
    penalty = timing.mispredicted_early_cycles if early and by_flags else timing.mispredicted_cycles
    return BlockCost(straight, steady, penalty, credit, timing.taken_cycles)


def _steady_cycles(
    timing: Timing,
    code: Sequence[Instruction],
    shares: Sequence[float | None],
    banks_differ: bool,
) -> float:
    """Cycles of one round of an endless loop over ``code``: a mean over some rounds.

    Once a round begins with as much in flight as an earlier one, the rounds between repeat.
    """
    size, rounds = len(code), _WARM_UP_ROUNDS + _MEASURED_ROUNDS
    code, shares = list(code) * (rounds + 1), list(shares) * (rounds + 1)
    pipeline = Pipeline(timing, banks_differ)
    begins: list[int] = []
    """Cycle at which the first instruction of each round is issued."""
    seen: dict[object, tuple[int, int]] = {}
    position = 0
    while len(begins) <= rounds:
        for issue in pipeline.step(code, shares, position):
            if not position % size:
                begins.append(issue.cycle)
            position += 1
        if position % size <= 1 and len(begins) == -(-position // size):
            state = (position % size, pipeline.in_flight())
            now = (len(begins), pipeline.cycle)
            before = seen.setdefault(state, now)
            if before != now:
                _repeat(begins, now[0] - before[0], now[1] - before[1], rounds)
    return (begins[rounds] - begins[_WARM_UP_ROUNDS]) / _MEASURED_ROUNDS


def _repeat(begins: list[int], period: int, cycles: int, rounds: int) -> None:
    """Add the rounds that are still to come, each ``cycles`` behind the one a period before."""
    while len(begins) <= rounds:
        begins.append(begins[-period] + cycles)


def _drain_cycles(timing: Timing, code: Sequence[Instruction], unaligned_share: float) -> float:
    """Cycles the store buffer needs for the single stores of a block."""
    buffer = timing.store_buffer
    by_width = {1: buffer.byte_cycles, 2: buffer.half_cycles, 4: buffer.word_cycles}
    return sum(
        by_width[instruction.width_bytes] * (1 - unaligned_share)
        + buffer.unaligned_cycles * unaligned_share
        for instruction in code
        if instruction.unit is Unit.STORE
    )


def _flag_distance(code: Sequence[Instruction], issues: Sequence[Issue]) -> int:
    """Cycles from the last instruction that sets flags to the end of the block."""
    for instruction, issue in zip(reversed(code[:-1]), reversed(issues[:-1]), strict=True):
        if instruction.sets_flags:
            return issues[-1].cycle - issue.cycle
    return -_LONG_AGO
