# SPDX-License-Identifier: Apache-2.0
"""Planning is bounded by counted work, and by the clock where that is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planner_nets import chain

import tvm_tiny
from tvm_tiny.errors import UsageError
from tvm_tiny.passes.decision.budget import CUT_WORDS, Budget, Watch, cut_of
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions, search_options
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.plan.pareto import pareto_points
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.space import Space
from tvm_tiny.report.text import text
from tvm_tiny.testing.models import tiny_convnet


@pytest.mark.parametrize(
    "bad",
    [
        {"plan_steps": 0},
        {"plan_steps": -1},
        {"plan_seconds": 0.0},
        {"plan_seconds": float("nan")},
        {"plan_seconds": float("inf")},
    ],
)
def test_bounds_are_positive_numbers(bad: dict[str, float]) -> None:
    with pytest.raises(UsageError) as caught:
        tvm_tiny.build(tiny_convnet(), **bad)
    assert caught.value.code == "TT6042"
    assert next(iter(bad)) in str(caught.value)


def test_fewer_steps_give_the_solver_less_time() -> None:
    whole, half = search_options(None, None), search_options(8_000_000, None)
    assert whole == PlanOptions()
    assert half.solver_budget == whole.solver_budget / 2


def test_counted_steps_give_the_same_plan_and_say_so() -> None:
    """Few steps: the best so far, the same twice, its gap known, and legal like any other."""
    built = [
        tvm_tiny.build(tiny_convnet(), optimize="ram", row_fed=True, plan_steps=2_000)
        for _ in range(2)
    ]
    plans = [b.compiled.plan for b in built]
    assert plans[0] == plans[1]
    assert plans[0].cut == "steps"
    assert built[0].spec == built[1].spec
    full = tvm_tiny.build(tiny_convnet(), optimize="ram", row_fed=True).compiled.plan
    assert full.cut == ""
    assert full.arena_bytes < plans[0].arena_bytes
    assert plans[0].gap_bytes == plans[0].arena_bytes - plans[0].order_bound_bytes
    assert CUT_WORDS["steps"] in str(plans[0])
    assert MemoryPlan.from_dict(plans[0].to_dict()) == plans[0]


@pytest.mark.simulator
def test_a_plan_that_the_clock_cut_says_so() -> None:
    built = tvm_tiny.build(tiny_convnet(), optimize="ram", row_fed=True, plan_seconds=1e-6)
    assert built.compiled.plan.cut == "seconds"
    assert built.report.plan.cut == "seconds"
    assert CUT_WORDS["seconds"] in " ".join(text(built.report).split())
    assert built.validate(samples=1, on="host").bit_exact


def test_a_clock_that_does_not_run_out_changes_nothing() -> None:
    graph = tvm_tiny.build(tiny_convnet(), optimize="speed").compiled.graph
    free = plan_stream(graph, recompute=0.5)
    assert plan_stream(graph, None, PlanOptions(seconds=1e6), recompute=0.5) == free
    late = plan_stream(graph, None, PlanOptions(seconds=1e-9), recompute=0.5)
    assert late.cut == "seconds"
    assert late.arena_bytes >= free.arena_bytes
    assert replace(late, cut="") != late
    points = pareto_points(graph, None, PlanOptions(seconds=1e-9))
    assert {p.plan.cut for p in points} == {"seconds"}


def test_budgets_tell_what_stopped_them() -> None:
    idle, used = Budget(10), Budget(10)
    assert used.spend(10)
    assert not used.spend(1)
    assert (used.cut, used.spent) == ("steps", 11)
    assert cut_of([idle], Watch()) == ""
    assert cut_of([idle, used], Watch(1e6)) == "steps"
    assert cut_of([idle, used], Watch(0.0)) == "seconds"


@pytest.mark.slow
def test_work_of_planning_is_linear_in_the_layers_of_a_chain() -> None:
    """Twice as many layers, no more than 2.2 times the counted steps."""
    spent: list[int] = []
    for blocks in (25, 50, 100):
        graph, options = chain(blocks), PlanOptions(solver_time=0.0)
        space = Space(graph, plan_memory(graph, None, options), {}, options, False)
        space.least(space.macs_of(0.2))
        assert (len(graph.nodes), space.cut) == (4 * blocks, "")
        spent.append(space.spent)
    assert spent[1] <= 2.2 * spent[0]
    assert spent[2] <= 2.2 * spent[1]
