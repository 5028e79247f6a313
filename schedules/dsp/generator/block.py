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
from dataclasses import dataclass

from tvm_tiny.schedules.dsp.generator.ops import Op
from tvm_tiny.schedules.dsp.generator.trial import Question, SingleTrial, Trial
from tvm_tiny.simulator import single_issue
from tvm_tiny.simulator.instruction import Instruction
from tvm_tiny.simulator.timing import Pipeline
from tvm_tiny.targets import Core, decoding_timing
from tvm_tiny.targets.pipeline_model import SingleIssueTiming


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


def cycles(ops: Iterable[Op], timing: SingleIssueTiming | None = None) -> int:
    """Cycles of operations with real registers, everything they read at hand."""
    return _cost([op.what for op in ops], timing)


def _cost(code: Sequence[Instruction], timing: SingleIssueTiming | None) -> int:
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
    question = Question(block.ops, block.fixed, block.pool, block.kept, block.spent)
    kind = SingleTrial if timing else Trial
    best: tuple[int, Trial] | None = None
    for index in range(rounds):
        trial = kind(question, rng, lead=rng.uniform(0, 14), noise=0.5 + 8 * index / rounds)
        if not trial.run():
            continue
        cost = _cost(trial.instructions(), timing)
        if best is None or cost < best[0]:
            best = cost, trial
    if best is None:
        raise ValueError("more values alive than registers")
    return Solved(best[1].lines(), best[0])
