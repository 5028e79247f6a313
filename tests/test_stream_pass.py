# SPDX-License-Identifier: Apache-2.0
"""Row streaming as a pass, the list of plans, the picture of the arena."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import tvm

import tvm_tiny
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.memory.plan import MemoryPlan
from tvm_tiny.passes.plan_memory import PLAN_ATTRIBUTE, attached_plan, plan_memory
from tvm_tiny.passes.stream.decide import plan_stream
from tvm_tiny.passes.stream.pareto import pareto_points
from tvm_tiny.passes.stream_rows import StreamRows
from tvm_tiny.report.picture import svg, terminal
from tvm_tiny.testing.models import mobilenet_v2, tiny_convnet


def _planned(stream: StreamRows) -> tuple[Any, MemoryPlan]:
    module = tvm_tiny.build(tiny_convnet()).compiled.module
    planned = tvm.transform.Sequential([stream])(module)
    assert attached_plan(module) is None
    plan = attached_plan(planned)
    assert plan is not None
    tvm.ir.assert_structural_equal(
        planned["main"].without_attr(PLAN_ATTRIBUTE), module["main"], map_free_vars=True
    )
    return planned, plan


def test_stream_rows_leaves_the_module_as_it_is_but_for_the_plan() -> None:
    planned, plan = _planned(StreamRows())
    assert plan == plan_stream(extract(planned))
    assert any(s.kind == "stream" for s in plan.segments)


def test_stream_rows_with_given_segments() -> None:
    names = [n.name for n in tvm_tiny.build(tiny_convnet()).compiled.graph.nodes]
    segments = (tuple(names[:4]), *((n,) for n in names[4:]))
    _, plan = _planned(StreamRows(segments=segments))
    assert [s.nodes for s in plan.segments] == [tuple(s) for s in segments]
    assert [s.kind for s in plan.segments] == ["stream"] + ["layer"] * (len(names) - 4)
    # Depthwise 3x3 and the skip hold the stem's rows; the pointwise and the sum go row by row.
    stem, depthwise, pointwise = names[:3]
    assert plan.rings == {stem: 3, depthwise: 1, pointwise: 1}


def test_pareto_points_get_smaller_and_slower() -> None:
    graph = tvm_tiny.build(mobilenet_v2(0.35, 48, classes=10)).compiled.graph
    points = pareto_points(graph)
    assert len(points) > 2
    for faster, smaller in pairwise(points):
        assert faster.arena_bytes > smaller.arena_bytes
        assert faster.streamed_calls < smaller.streamed_calls
    assert points[0].arena_bytes == plan_memory(graph).arena_bytes
    assert all(p.extra_macs == 0 for p in points)


def test_picture_shows_rings_and_is_well_formed() -> None:
    graph = tvm_tiny.build(tiny_convnet()).compiled.graph
    plan = plan_stream(graph)
    text = terminal(plan, graph, height=12)
    assert len(text.splitlines()) == 13
    assert "=" in text
    root = ElementTree.fromstring(svg(plan, graph, "a & b"))
    titles = [t.text or "" for t in root.iter("{http://www.w3.org/2000/svg}title")]
    assert sum(": ring" in t for t in titles) == len(plan.rings)
    assert any(t.startswith("stream of") for t in titles)
