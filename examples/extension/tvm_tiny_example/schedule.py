# SPDX-License-Identifier: Apache-2.0
"""How the kernel of ``negate`` is scheduled: four elements in a round."""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import IRModule, Schedule
from tvm_tiny.graph import Node
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

_ROUND = 4


class NegateByFour(ScheduleRule):
    """Unroll the only loop by four, where the row has a multiple of that."""

    name = "negate-by-four"

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Take rows of ``negate`` with a multiple of four elements."""
        del core
        if node.op != "negate":
            return Declined(self.name, f"{node.op} is not negate")
        if node.output.row_size % _ROUND:
            return Declined(self.name, f"rows of {node.output.row_size} elements")
        schedule = Schedule(IRModule({"main": func}))
        (loop,) = schedule.get_loops(schedule.get_sblock("y"))
        _, inner = schedule.split(loop, [None, _ROUND])
        schedule.unroll(inner)
        return Scheduled(schedule.mod["main"], self.name, "four elements in a round")


RULES = [NegateByFour()]
