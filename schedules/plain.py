# SPDX-License-Identifier: Apache-2.0
"""The rule that takes every kernel: straight loops, accumulators in registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tvm_tiny._tvm import IRModule, Schedule
from tvm_tiny.graph import Node
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule


class Plain(ScheduleRule):
    """Fuse each reduction named ``acc*`` into the loop nest of its consumer.

    before:  for i, j: acc[i, j] += ..        after:  for i, j:
             for i, j: y[i, j] = f(acc[i, j])             acc = 0; for k: acc += ..;
                                                          y[i, j] = f(acc)
    """

    name = "plain"

    def __init__(self, unroll: int = 1) -> None:
        """Choose how many rounds of the innermost loops become one."""
        self.unroll = unroll

    def knobs(self, node: Node) -> Mapping[str, tuple[int, ...]]:
        """Loops that TVM unrolls; the compiler may do so anyway."""
        del node
        return {"unroll": (1, 2, 4, 8)}

    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Accept any row kernel."""
        del node, core
        schedule = Schedule(IRModule({"main": func}))
        for block in schedule.get_child_blocks(schedule.get_sblock("root")):
            name = str(schedule.get(block).name_hint)
            if name.startswith("acc"):
                _fuse(schedule, block)
        _decompose(schedule)
        why = "straight loops"
        if self.unroll > 1:
            unroll_innermost(schedule, self.unroll)
            why += f", {self.unroll} rounds in one"
        return Scheduled(schedule.mod["main"], self.name, why)


def _fuse(schedule: Any, block: Any) -> None:
    """Compute a reduction where its only consumer needs it."""
    consumers = schedule.get_consumers(block)
    if len(consumers) != 1:
        return
    loops = schedule.get_loops(consumers[0])
    spatial = sum(1 for v in schedule.get(block).iter_vars if v.iter_type == 0)
    if len(loops) >= spatial > 0:
        schedule.compute_at(block, loops[spatial - 1])


def _decompose(schedule: Any) -> None:
    """Move each reduction's initialisation in front of its reduction loops."""
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        statement = schedule.get(block)
        if statement.init is None:
            continue
        loops = schedule.get_loops(block)
        reductions = sum(1 for v in statement.iter_vars if v.iter_type != 0)
        schedule.decompose_reduction(block, loops[len(loops) - reductions])


def unroll_innermost(schedule: Any, rounds: int) -> None:
    """Unroll the innermost loop of every block whose extent is a multiple of ``rounds``."""
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        for loop in schedule.get_loops(block)[-1:]:
            extent = getattr(schedule.get(loop).extent, "value", 0)
            if extent and extent % rounds == 0:
                _, inner = schedule.split(loop, [None, rounds])
                schedule.unroll(inner)
