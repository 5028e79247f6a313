# SPDX-License-Identifier: Apache-2.0
"""Why a plan is not smaller: what is said adds up to what the plan needs."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from planner_graphs import Build
from planner_nets import convolution, depthwise, nets

from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.plan.segments import plan_segments
from tvm_tiny.passes.plan.why import fullest, in_words

FAST = PlanOptions(solver_time=0.1, steps=200_000)


def test_a_ring_says_whose_window_it_is_for() -> None:
    build = Build()
    x = convolution(build, build.input(1, 8, 8, 4), 32)
    graph = build.graph(convolution(build, depthwise(build, x, 3, 1), 4))
    plan = plan_segments(graph, [["n0", "n1", "n2"]])
    why = fullest(plan, graph)
    assert why is not None
    assert why.need_bytes <= plan.arena_bytes
    assert why.nodes == ("n0", "n1", "n2")
    ring = next(v for v in why.live if v.name == "t0")
    assert ring.size_bytes == 3 * 8 * 32
    assert ring.reason == "3 of 8 rows: 'n1' reads 3 at a call"
    assert f"{ring.size_bytes:,} B  t0: 3 of 8 rows" in "\n".join(in_words(why))


def test_a_whole_tensor_says_who_waits_for_it() -> None:
    build = Build()
    x = build.input(1, 4, 4, 4)
    y = convolution(build, x, 16)
    graph = build.graph(convolution(build, convolution(build, y, 16), 4))
    why = fullest(plan_segments(graph, [["n0"], ["n1"], ["n2"]]), graph)
    assert why is not None
    assert [v.reason for v in why.live if v.name == "t0"] == ["whole, until 'n1' has read it"]
    assert fullest(plan_stream(Graph((x,), (x,), ())), Graph((x,), (x,), ())) is None


@settings(max_examples=3, deadline=None)
@given(nets(), st.booleans())
def test_what_is_said_is_what_the_plan_needs(graph: Graph, row_fed: bool) -> None:
    plan = plan_stream(graph, None, FAST, row_fed=row_fed, recompute=0.5)
    why = fullest(plan, graph)
    assert why is not None
    assert why.need_bytes <= plan.arena_bytes
    assert sum(v.size_bytes for v in why.live) >= why.need_bytes
    assert all(v.size_bytes > 0 and v.reason for v in why.live)
