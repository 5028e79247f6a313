# SPDX-License-Identifier: Apache-2.0
"""The plans worth choosing from: less arena for more time."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.budget import Watch
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions, fitting
from tvm_tiny.passes.plan.follow_rows import row_schedule
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.space import Space
from tvm_tiny.passes.recompute.geometry import Patched

_POINTS = 8


@dataclass(frozen=True)
class ParetoPoint:
    """A plan and what it costs.

    Attributes:
        plan: the plan.
        arena_bytes: its arena.
        streamed_calls: row calls, and narrow ones of patches, that go through a schedule.
        extra_macs: multiply-accumulates beyond layer by layer.
        cycles: of a run, as ``cost`` said; without ``cost`` streamed calls and extra MACs.
        kernels: of which objective (``objective.plan_points``), "" for those that were given.
    """

    plan: MemoryPlan
    arena_bytes: int
    streamed_calls: int
    extra_macs: int
    cycles: float
    kernels: str = ""


def pareto_points(
    graph: Graph,
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
    *,
    row_fed: bool = False,
    recompute: float = 1.0,
    cost: Callable[[MemoryPlan], float] | None = None,
) -> tuple[ParetoPoint, ...]:
    """Plans from the fastest to the least arena, none worse than another in both.

    Args:
        graph: the integer graph.
        scratch_bytes: node name -> workspace in bytes.
        options: how hard to look.
        row_fed: the rows of the only input come one by one.
        recompute: multiply-accumulates that a plan may add, as a share of the model's.
        cost: estimated cycles of a plan (``tvm_tiny.passes.plan.objective.plan_cost``).

    Raises:
        UsageError: see ``plan_stream``.
    """
    options = fitting(options, graph)
    watch = Watch(options.seconds)
    layers = plan_memory(graph, scratch_bytes, options)
    space = Space(graph, layers, scratch_bytes or {}, options, row_fed, watch)
    found = [] if row_fed else [layers]
    found += space.plans(space.macs_of(recompute), _POINTS)
    points = undominated(point_of(graph, plan, cost) for plan in found)
    points = undominated(_shown(p, space, graph, cost) for p in points)
    return tuple(replace(p, plan=replace(p.plan, cut=space.cut)) for p in points)


def undominated(points: Iterable[ParetoPoint]) -> tuple[ParetoPoint, ...]:
    """By cycles, each with less arena than those before."""
    out: list[ParetoPoint] = []
    for point in sorted(points, key=lambda p: (p.cycles, p.arena_bytes)):
        if not out or point.arena_bytes < out[-1].arena_bytes:
            out.append(point)
    return tuple(out)


def _shown(
    point: ParetoPoint,
    space: Space,
    graph: Graph,
    cost: Callable[[MemoryPlan], float] | None,
) -> ParetoPoint:
    """The point, if the least arena for its work is no more; else the plan of the latter.

    A search is not exhaustive: by chance a plan for a limit may be a little better than what
    ``optimize="ram"`` finds for the same work. No point is shown that a build does not give.
    """
    if point.plan is space.layers:
        return point
    least = space.least(point.extra_macs)
    return point if least.arena_bytes <= point.arena_bytes else point_of(graph, least, cost)


def point_of(
    graph: Graph, plan: MemoryPlan, cost: Callable[[MemoryPlan], float] | None
) -> ParetoPoint:
    """A plan and what it costs; see ``pareto_points`` for ``cost``."""
    streamed = {n for s in plan.segments if s.kind != "layer" for n in s.nodes}
    made = sum(_dispatched(node, row, streamed) for node, row in row_schedule(plan, graph))
    extra = extra_macs(graph, plan)
    return ParetoPoint(plan, plan.arena_bytes, made, extra, cost(plan) if cost else made + extra)


def _dispatched(node: Node, row: int, streamed: Container[str]) -> int:
    """Rows, or narrow rows of a patch, that a call makes by a schedule."""
    if node.op == "patch":
        geometry: Patched = node.attrs["geometry"]
        return len(geometry.bands[row].calls) * len(geometry.tiles)
    return int(node.name in streamed)


def extra_macs(graph: Graph, plan: MemoryPlan) -> int:
    """Multiply-accumulates that a plan executes beyond layer by layer."""
    executed = sum(
        lookup(node.op).macs(node) / lookup(node.op).calls(node)
        for node, _ in row_schedule(plan, graph)
    )
    return round(executed) - sum(lookup(n.op).macs(n) for n in graph.nodes)
