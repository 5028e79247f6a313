# SPDX-License-Identifier: Apache-2.0
"""The rule that takes every kernel: straight loops, accumulators in registers."""

from __future__ import annotations

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

    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Accept any row kernel."""
        del node, core
        schedule = Schedule(IRModule({"main": func}))
        for block in schedule.get_child_blocks(schedule.get_sblock("root")):
            name = str(schedule.get(block).name_hint)
            if name.startswith("acc"):
                _fuse(schedule, block)
        _decompose(schedule)
        return Scheduled(schedule.mod["main"], self.name, "straight loops")


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
