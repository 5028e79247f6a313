# SPDX-License-Identifier: Apache-2.0
"""What ``optimize`` and the limits mean: which memory plan a build takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.plan.decide import NO_LIMIT, plan_affordable, plan_stream
from tvm_tiny.passes.plan.estimate import estimate_layers_cycles, estimate_plan_cycles
from tvm_tiny.passes.plan.pareto import ParetoPoint, pareto_points, point_of, undominated
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.workspaces import workspaces_of
from tvm_tiny.schedules.rule import Scheduled
from tvm_tiny.targets import Core

OBJECTIVES = ("balanced", "speed", "ram", "flash")
"""``balanced``: the least arena that is hardly slower than layer by layer and computes nothing
twice. ``speed``: the fastest plan, layer by layer. ``ram``: the least arena. ``flash``: the plan of
``balanced`` with kernels of less code."""

DESPERATE = 1.0
"""Share of the multiply-accumulates that may be added where a limit cannot be kept otherwise."""

SLOWER = 0.1
"""How much slower ``balanced`` may be, as a share of the cycles of layer by layer."""


@dataclass(frozen=True)
class Objective:
    """What is wanted.

    Attributes:
        optimize: one of ``OBJECTIVES``.
        arena_bytes: the arena to keep to, with the fastest plan that does (or the least arena);
            with ``ram`` only whether something may be computed twice to keep to it.
        row_fed: the caller hands in the input row by row.
        recompute: multiply-accumulates that a plan may add, as a share of the model's. None: none,
            unless nothing keeps to ``arena_bytes`` without.
        search: how hard to look.
    """

    optimize: str = "balanced"
    arena_bytes: int | None = None
    row_fed: bool = False
    recompute: float | None = None
    search: PlanOptions = field(default_factory=PlanOptions)


def choose_plan(
    graph: Graph,
    schedules: Mapping[str, Scheduled],
    core: Core,
    objective: Objective,
    scratch_bytes: Mapping[str, int] | None = None,
) -> MemoryPlan:
    """The plan for an objective.

    Args:
        graph: the integer graph.
        schedules: node name to its kernel.
        core: the target core: its estimated cycles decide.
        objective: what is wanted.
        scratch_bytes: node name to workspace, instead of what the schedules say.

    Raises:
        UsageError: row-fed where that is impossible.
    """
    scratch = workspaces_of(graph, schedules, core) if scratch_bytes is None else scratch_bytes
    limit, share, row_fed = objective.arena_bytes, objective.recompute, objective.row_fed
    stream = partial(plan_stream, graph, scratch, objective.search, row_fed=row_fed)
    if objective.optimize == "ram":
        plan = stream(recompute=share or 0.0)
        if limit is None or share is not None or plan.arena_bytes <= limit:
            return plan
    if limit is not None:
        return stream(limit_bytes=limit, recompute=DESPERATE if share is None else share)
    if objective.optimize == "speed":
        return (
            stream(limit_bytes=NO_LIMIT)
            if row_fed
            else plan_memory(graph, scratch, objective.search)
        )
    cost = plan_cost(graph, schedules, core)
    allowed = (1 + SLOWER) * estimate_layers_cycles(graph, schedules, core)
    return plan_affordable(
        graph, lambda p: cost(p) <= allowed, scratch, objective.search, row_fed=row_fed
    )


def plan_points(
    graph: Graph,
    kernels: Mapping[str, Mapping[str, Scheduled]],
    core: Core,
    search: PlanOptions | None = None,
    *,
    row_fed: bool = False,
    recompute: float = 1.0,
) -> tuple[ParetoPoint, ...]:
    """The plans worth choosing from, of every objective's kernels that a build would take.

    Args:
        graph: the integer graph.
        kernels: ``balanced`` and ``speed`` to node names to kernels: the first are those that plans
            are looked for with, of the others there is the plan that is fastest.
        core: the target core: its estimated cycles tell which plan is faster.
        search: how hard to look.
        row_fed: the rows of the only input come one by one.
        recompute: multiply-accumulates that a plan may add, as a share of the model's.

    Raises:
        UsageError: see ``plan_stream``.
    """
    usual, fast = kernels["balanced"], kernels["speed"]
    cost = plan_cost(graph, usual, core)
    workspaces = workspaces_of(graph, usual, core)
    found = pareto_points(
        graph, workspaces, search, row_fed=row_fed, recompute=recompute, cost=cost
    )
    points = [replace(p, kernels="balanced") for p in found]
    if any(fast[name].rule != made.rule for name, made in usual.items()):
        objective = Objective("speed", row_fed=row_fed, search=search or PlanOptions())
        plan = choose_plan(graph, fast, core, objective)
        point = point_of(graph, plan, plan_cost(graph, fast, core))
        points.append(replace(point, kernels="speed"))
    return undominated(points)


def plan_cost(
    graph: Graph, schedules: Mapping[str, Scheduled], core: Core
) -> Callable[[MemoryPlan], float]:
    """Estimated cycles of a plan, as a function of it."""
    return lambda plan: estimate_plan_cycles(graph, plan, schedules, core)


def scratch_of(schedules: Mapping[str, Scheduled]) -> dict[str, int]:
    """Node name to the bytes of its kernel's workspace, where it has one."""
    return {name: s.scratch_bytes for name, s in schedules.items() if s.scratch_bytes}
