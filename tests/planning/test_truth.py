# SPDX-License-Identifier: Apache-2.0
"""What planners say of themselves is true, whatever the network."""

from __future__ import annotations

import pytest
from fuzz import VISION
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from planner_nets import nets
from strategies_models import graphs

import tvm_tiny
from tvm_tiny.errors import UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.limits import arena_limit
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.plan.objective import Objective, choose_plan, plan_cost
from tvm_tiny.passes.plan.pareto import extra_macs, pareto_points
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import tiny_convnet

FAST = PlanOptions(solver_time=0.1, steps=200_000)
WHOLE = (Phase.explicit, Phase.reuse, Phase.generate)
"""Shrinking plans again and again: not for networks of this size."""
FEW = settings(max_examples=3, deadline=None, phases=WHOLE, derandomize=True)
MANY = settings(max_examples=15, deadline=None, phases=WHOLE, derandomize=True)


def _macs(graph: Graph) -> int:
    return sum(lookup(n.op).macs(n) for n in graph.nodes)


def _least_is_least(graph: Graph, row_fed: bool, share: float) -> None:
    points = pareto_points(graph, None, FAST, row_fed=row_fed, recompute=share)
    total = _macs(graph)
    for point in points:
        assert point.extra_macs <= share * total
        allowed = (point.extra_macs + 0.5) / total if point.extra_macs else 0.0
        least = plan_stream(graph, None, FAST, row_fed=row_fed, recompute=allowed)
        assert least.arena_bytes <= point.arena_bytes, (point.extra_macs, share)
    arenas = [p.arena_bytes for p in points]
    assert arenas == sorted(arenas, reverse=True)
    assert [p.cycles for p in points] == sorted(p.cycles for p in points)


def _work_is_kept_to(graph: Graph, row_fed: bool) -> None:
    """And more work never gives a larger arena."""
    layers = plan_memory(graph, None, FAST)
    last = 1 << 30
    for share in (0.0, 0.05, 0.2, 1.0):
        plan = plan_stream(graph, None, FAST, row_fed=row_fed, recompute=share)
        assert plan.arena_bytes <= last
        last = plan.arena_bytes
        assert extra_macs(graph, plan) <= share * _macs(graph)
        assert plan.arena_bytes >= plan.order_bound_bytes
        assert row_fed or plan.arena_bytes <= layers.arena_bytes


def _limits_hold(graph: Graph, row_fed: bool, part: float) -> None:
    """A limit is kept by a plan of no more arena, or the answer is the least arena there is."""
    most = plan_memory(graph, None, FAST).arena_bytes
    least = plan_stream(graph, None, FAST, row_fed=row_fed, recompute=1.0)
    limit = int(least.arena_bytes + part * (most - least.arena_bytes))
    plan = plan_stream(graph, None, FAST, limit_bytes=limit, row_fed=row_fed, recompute=1.0)
    assert plan.arena_bytes <= max(limit, least.arena_bytes)
    tight = least.arena_bytes - 4
    missed = plan_stream(graph, None, FAST, limit_bytes=tight, row_fed=row_fed, recompute=1.0)
    assert missed.arena_bytes == least.arena_bytes, "no verb finds less than the least"
    allowed = (extra_macs(graph, plan) + 0.5) / _macs(graph) if extra_macs(graph, plan) else 0.0
    same = plan_stream(graph, None, FAST, row_fed=row_fed, recompute=allowed)
    assert same.arena_bytes <= plan.arena_bytes, "nor for that work"


def _limited(model: bytes, part: float, row_fed: bool) -> None:
    """No limit gives a plan that is worse in both RAM and cycles than the plan for none."""
    core = load_core("cortex-m7")
    built = tvm_tiny.build(model, optimize="speed", row_fed=row_fed).compiled
    graph, schedules = built.graph, built.schedules
    cost = plan_cost(graph, schedules, core)
    free = choose_plan(graph, schedules, core, Objective(row_fed=row_fed, search=FAST))
    limit = int(part * free.arena_bytes)
    plan = choose_plan(
        graph, schedules, core, Objective(arena_bytes=limit, row_fed=row_fed, search=FAST)
    )
    worse = plan.arena_bytes >= free.arena_bytes and cost(plan) > cost(free)
    assert not worse, (plan.arena_bytes, free.arena_bytes, cost(plan), cost(free))


@settings(FEW, max_examples=4)
@given(graphs(VISION, (3, 6)), st.floats(0.3, 0.999), st.booleans())
def test_no_limit_makes_a_plan_worse_in_both(model: bytes, part: float, row_fed: bool) -> None:
    try:
        _limited(model, part, row_fed)
    except UsageError:
        assert row_fed, "only rows may be what a model does not have"


@pytest.mark.slow
@FEW
@given(nets(2), st.booleans(), st.sampled_from([0.1, 0.5, 1.0]))
def test_ram_is_the_least_arena_that_any_point_shows(
    graph: Graph, row_fed: bool, share: float
) -> None:
    _least_is_least(graph, row_fed, share)


@pytest.mark.slow
@FEW
@given(nets(2), st.booleans())
def test_plans_add_no_more_work_than_they_may(graph: Graph, row_fed: bool) -> None:
    _work_is_kept_to(graph, row_fed)


@pytest.mark.slow
@FEW
@given(nets(2), st.booleans(), st.floats(0, 1))
def test_limits_hold(graph: Graph, row_fed: bool, part: float) -> None:
    _limits_hold(graph, row_fed, part)


@pytest.mark.slow
@MANY
@given(nets(6), st.booleans(), st.floats(0, 1))
def test_all_of_it_on_many_networks(graph: Graph, row_fed: bool, part: float) -> None:
    _least_is_least(graph, row_fed, 1.0)
    _work_is_kept_to(graph, row_fed)
    _limits_hold(graph, row_fed, part)


def test_a_limit_that_the_default_keeps_changes_nothing() -> None:
    free, limited = (tvm_tiny.build(tiny_convnet(), ram=ram) for ram in (None, "64K"))
    assert limited.compiled.plan == free.compiled.plan
    assert limited.spec == free.spec


@pytest.mark.simulator
def test_a_limit_counts_every_buffer_of_a_run() -> None:
    """What a limit leaves to the arena is what the report counts beside it."""
    built = tvm_tiny.build(tiny_convnet(), optimize="speed", dma_input=True)
    memory = built.report.memory
    assert memory.dma_bytes > 0
    assert arena_limit(built, memory.used_bytes) == memory.arena_bytes
