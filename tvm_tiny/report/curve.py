# SPDX-License-Identifier: Apache-2.0
"""The plans worth choosing from, as plain data."""

from __future__ import annotations

from tvm_tiny.passes.plan.estimate import estimate_layers_cycles
from tvm_tiny.passes.plan.objective import plan_cost
from tvm_tiny.passes.plan.pareto import ParetoPoint, pareto_points
from tvm_tiny.passes.plan.workspaces import workspaces_of
from tvm_tiny.report.results import PlanPoint
from tvm_tiny.result import Built
from tvm_tiny.targets import load_core


def curve_of(built: Built, recompute: float = 1.0) -> list[PlanPoint]:
    """Plans of a build's model, from the fastest to the least arena.

    Args:
        built: the build, whatever its own plan.
        recompute: multiply-accumulates that a plan may add, as a share of the model's.
    """
    core = load_core(built.options.target)
    graph = built.compiled.graph
    schedules = {n.name: built.compiled.schedules[n.name] for n in graph.nodes
                 if n.name in built.compiled.schedules}  # fmt: skip
    cycles = estimate_layers_cycles(graph, schedules, core)
    points = pareto_points(
        graph,
        workspaces_of(graph, schedules, core),
        row_fed=built.options.row_fed,
        recompute=recompute,
        cost=plan_cost(graph, schedules, core),
    )
    return [point_info(p, cycles) for p in points]


def point_info(point: ParetoPoint, layers_cycles: float) -> PlanPoint:
    """A plan's figures as plain data."""
    share = point.cycles / layers_cycles - 1 if layers_cycles else 0.0
    return PlanPoint(
        arena_bytes=point.arena_bytes,
        extra_macs=point.extra_macs,
        cycles_estimated=round(point.cycles),
        slower=round(share, 6) + 0.0,  # never -0.0
        proof=point.plan.proof,
        segments_streamed=sum(s.kind != "layer" for s in point.plan.segments),
        row_calls=point.streamed_calls,
    )
