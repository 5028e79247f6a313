# SPDX-License-Identifier: Apache-2.0
"""Whatever a plan adds to a graph has an estimate: every objective, row-fed and not."""

from __future__ import annotations

from dataclasses import replace

import pytest

import tvm_tiny
from tvm_tiny._tvm import register_target_tag
from tvm_tiny.frontends.loader import load
from tvm_tiny.passes.decision.rewrite import AGAIN
from tvm_tiny.passes.plan.estimate import kernel_of
from tvm_tiny.passes.plan.objective import plan_cost, scratch_of
from tvm_tiny.passes.plan.pareto import pareto_points
from tvm_tiny.passes.recompute.geometry import Patched, make_geometry
from tvm_tiny.pipeline import integer_graph
from tvm_tiny.schedules.apply import schedule_kernels
from tvm_tiny.schedules.rule import rule_of_part
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.testing.net import Net

BLOCK = ("stem", "block_depthwise", "block_pointwise", "block_add")


def residual(size: int) -> bytes:
    """A block whose input is read twice: plans that recompute run its first layer again."""
    net = Net("residual", 0)
    x = net.input((1, size, size, 3))
    a = net.conv(x, 4, activation="RELU")
    b = net.conv(net.conv(a, 4, activation="RELU"), 4)
    c = net.add(a, b)
    return net.finish(net.dense(net.global_mean(net.conv(c, 8, stride=2), keep_dims=False), 4))


def test_a_patch_of_a_layer_that_runs_again_has_an_estimate() -> None:
    """Patches hold nodes that the plan added: priced as what they repeat."""
    built = tvm_tiny.build(residual(16), optimize="speed")
    node = next(n for n in built.compiled.graph.nodes if n.name in built.compiled.schedules)
    again = replace(node, name=f"{node.name}{AGAIN}")
    assert kernel_of(again.name, built.compiled.schedules) is built.compiled.schedules[node.name]
    assert kernel_of(node.name, built.compiled.schedules) is built.compiled.schedules[node.name]


@pytest.mark.parametrize("row_fed", [False, True])
def test_every_plan_of_a_residual_net(row_fed: bool) -> None:
    built = tvm_tiny.build(residual(16), optimize="speed", row_fed=row_fed)
    graph, schedules = built.compiled.graph, built.compiled.schedules
    cost = plan_cost(graph, schedules, load_core("cortex-m7"))
    points = pareto_points(graph, scratch_of(schedules), row_fed=row_fed, recompute=1.0, cost=cost)
    assert points
    assert all(cost(point.plan) > 0 for point in points)


@pytest.mark.parametrize("target", ["cortex-m7", "cortex-m4", "cortex-m0plus"])
def test_a_narrow_row_is_priced_by_the_kernel_that_it_gets(target: str) -> None:
    """Told from shapes, by the rules themselves: nothing is scheduled for an estimate."""
    core = load_core(target)
    register_target_tag(core.name)
    graph = integer_graph(load(tiny_convnet()).module)
    layers = schedule_kernels(graph, core)
    block = [n for n in graph.nodes if n.name in BLOCK]
    others = 0
    for tiles in (2, block[-1].output.shape[2]):
        geometry = make_geometry(block, 2, tiles)
        assert isinstance(geometry, Patched)
        for variant in geometry.variants:
            made = schedule_kernels(replace(graph, nodes=variant.nodes), core)
            for whole, narrow in zip(block, variant.nodes, strict=True):
                rule = rule_of_part(layers[whole.name], whole, narrow, core)
                assert rule == made[narrow.name].rule
                others += rule != layers[whole.name].rule
    assert (others > 0) == core.dsp
