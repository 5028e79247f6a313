# SPDX-License-Identifier: Apache-2.0
"""Row streaming as a pass, the list of plans, layers in place."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import tvm

import tvm_tiny
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.plan.in_place import IN_PLACE_ATTRIBUTE, InPlace, InplaceDepthwise
from tvm_tiny.passes.plan.memory_pass import PlanMemory
from tvm_tiny.passes.plan.on_module import PLAN_ATTRIBUTE, attached_plan
from tvm_tiny.passes.plan.pareto import pareto_points
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.stream_rows import StreamRows
from tvm_tiny.testing.models import mobilenet_v2, tiny_convnet
from tvm_tiny.testing.net import Net


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
    graph = tvm_tiny.build(mobilenet_v2(0.35, 64, classes=10)).compiled.graph
    points = pareto_points(graph)
    assert len(points) > 3
    for faster, smaller in pairwise(points):
        assert faster.arena_bytes > smaller.arena_bytes
        assert faster.cycles < smaller.cycles
    assert points[0].arena_bytes == plan_memory(graph).arena_bytes
    assert points[0].extra_macs == 0 <= points[-1].extra_macs
    none = pareto_points(graph, recompute=0.0)
    assert all(p.extra_macs == 0 for p in none)
    assert points[-1].arena_bytes < none[-1].arena_bytes


# In place


def _in_place(step: InPlace, model: bytes) -> tuple[Any, dict[str, Any]]:
    module = tvm_tiny.build(model).compiled.module
    marked = tvm.transform.Sequential([step])(module)
    tvm.ir.assert_structural_equal(
        marked["main"].without_attr(IN_PLACE_ATTRIBUTE), module["main"], map_free_vars=True
    )
    return marked, json.loads(str(marked["main"].attrs[IN_PLACE_ATTRIBUTE]))


def _depthwise_chain() -> bytes:
    net = Net("chain", 1)
    x = net.input((1, 8, 6, 4))
    x = net.depthwise(x, name="one")
    x = net.conv(x, 4, kernel=1, name="two")
    return net.finish(net.depthwise(x, name="three"))


def test_inplace_depthwise_names_depthwise_layers_and_their_spare_rows() -> None:
    marked, found = _in_place(InplaceDepthwise(), _depthwise_chain())
    graph = extract(marked)
    depthwise = [n for n in graph.nodes if n.op == "depthwise_conv2d"]
    assert list(found) == sorted(n.name for n in depthwise)
    # 3x3 over rows of 24 bytes: two rows.
    for node in depthwise:
        operand = node.operands[0].name
        assert found[node.name] == [
            {"operand": operand, "ascending": -48, "descending": 48, "spare_bytes": 48}
        ]


def test_memory_plan_keeps_to_what_inplace_depthwise_named() -> None:
    module = tvm_tiny.build(_depthwise_chain()).compiled.module
    some = attached_plan(tvm.transform.Sequential([InplaceDepthwise(), PlanMemory()])(module))
    every = attached_plan(tvm.transform.Sequential([InPlace(), PlanMemory()])(module))
    free = attached_plan(PlanMemory()(module))
    assert some is not None
    assert every is not None
    ops = {n.name: n.op for n in extract(module).nodes}
    assert {ops[o.node] for o in some.overlaps} == {"depthwise_conv2d"}
    assert every == free
    assert some.arena_bytes == 2 * 192  # the pointwise in the middle needs both its tensors
    assert every.arena_bytes == 192 + 48


def test_an_operand_that_lives_on_is_not_named() -> None:
    _, found = _in_place(InPlace(), tiny_convnet())
    graph = tvm_tiny.build(tiny_convnet()).compiled.graph
    depthwise = next(n for n in graph.nodes if n.op == "depthwise_conv2d")
    assert depthwise.name not in found  # its operand is the skip
