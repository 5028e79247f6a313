# SPDX-License-Identifier: Apache-2.0
"""What ``optimize`` and the limits mean: which memory plan a build takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tvm_tiny.estimate import estimate_layers_cycles, estimate_plan_cycles
from tvm_tiny.graph import Graph
from tvm_tiny.passes.plan_memory import MemoryPlan, plan_memory
from tvm_tiny.passes.stream.decide import NO_LIMIT, plan_affordable, plan_stream
from tvm_tiny.schedules.rule import Scheduled

OBJECTIVES = ("balanced", "speed", "ram", "flash")
"""``balanced``: the least arena that is hardly slower than layer by layer and computes nothing
twice. ``speed``: the fastest plan, layer by layer. ``ram``: the least arena. ``flash``: layer by
layer, without the schedules of streams."""

DESPERATE = 1.0
"""Share of the multiply-accumulates that may be added where a limit cannot be kept otherwise."""

SLOWER = 0.02
"""How much slower ``balanced`` may be, as a share of the cycles of layer by layer."""


@dataclass(frozen=True)
class Objective:
    """What is wanted.

    Attributes:
        optimize: one of ``OBJECTIVES``.
        arena_bytes: the arena to keep to, with the fastest plan that does (or the least arena);
            ``ram`` ignores it.
        row_fed: the caller hands in the input row by row.
        recompute: multiply-accumulates that a plan may add, as a share of the model's. None: none,
            unless nothing keeps to ``arena_bytes`` without.
    """

    optimize: str = "balanced"
    arena_bytes: int | None = None
    row_fed: bool = False
    recompute: float | None = None


def choose_plan(
    graph: Graph,
    schedules: Mapping[str, Scheduled],
    core: str,
    objective: Objective,
    scratch_bytes: Mapping[str, int] | None = None,
) -> MemoryPlan:
    """The plan for an objective.

    Args:
        graph: the integer graph.
        schedules: node name to its kernel.
        core: name of the target core: its estimated cycles decide.
        objective: what is wanted.
        scratch_bytes: node name to workspace, instead of what the schedules say.

    Raises:
        UsageError: row-fed where that is impossible.
    """
    scratch = scratch_of(schedules) if scratch_bytes is None else scratch_bytes
    row_fed, share = objective.row_fed, objective.recompute
    if objective.optimize == "ram":
        return plan_stream(graph, scratch, row_fed=row_fed, recompute=share or 0.0)
    if objective.arena_bytes is not None:
        share = DESPERATE if share is None else share
        return plan_stream(
            graph, scratch, limit_bytes=objective.arena_bytes, row_fed=row_fed, recompute=share
        )
    if objective.optimize != "balanced":
        if row_fed:
            return plan_stream(graph, scratch, limit_bytes=NO_LIMIT, row_fed=True)
        return plan_memory(graph, scratch)
    cost = plan_cost(graph, schedules, core)
    allowed = (1 + SLOWER) * estimate_layers_cycles(graph, schedules, core)
    return plan_affordable(graph, lambda p: cost(p) <= allowed, scratch, row_fed=row_fed)


def plan_cost(
    graph: Graph, schedules: Mapping[str, Scheduled], core: str
) -> Callable[[MemoryPlan], float]:
    """Estimated cycles of a plan, as a function of it."""
    return lambda plan: estimate_plan_cycles(graph, plan, schedules, core)


def scratch_of(schedules: Mapping[str, Scheduled]) -> dict[str, int]:
    """Node name to the bytes of its kernel's workspace, where it has one."""
    return {name: s.scratch_bytes for name, s in schedules.items() if s.scratch_bytes}
