# SPDX-License-Identifier: Apache-2.0
"""The rule that takes every kernel: straight loops, accumulators in registers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tvm_tiny._tvm import IRModule, Schedule
from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules.loops import unroll_innermost
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core


class Plain(ScheduleRule):
    """Fuse each reduction named ``acc*`` into the loop nest of its consumer.

    before:  for i, j: acc[i, j] += ..        after:  for i, j:
             for i, j: y[i, j] = f(acc[i, j])             acc = 0; for k: acc += ..;
                                                          y[i, j] = f(acc)
    """

    name = "plain"
    element_types = frozenset(ELEMENT_TYPES)

    def __init__(self, unroll: int = 1) -> None:
        """Choose how many rounds of the innermost loops become one."""
        self.unroll = unroll

    def knobs(self, node: Node) -> Mapping[str, tuple[int, ...]]:
        """Loops that TVM unrolls; the compiler may do so anyway."""
        del node
        return {"unroll": (1, 2, 4, 8)}

    def declines(self, node: Node, core: Core) -> str | None:
        """Nothing."""
        del node, core
        return ""

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept any row kernel."""
        del core
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
        headers = lookup(node.op).headers
        return Scheduled(schedule.mod["main"], self.name, why, headers=headers)


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
