# SPDX-License-Identifier: Apache-2.0
"""Whatever a plan adds to a graph has an estimate: every objective, row-fed and not."""

from __future__ import annotations

from dataclasses import replace

import pytest

import tvm_tiny
from tvm_tiny.passes.decision.rewrite import AGAIN
from tvm_tiny.passes.plan.estimate import kernel_of
from tvm_tiny.passes.plan.objective import plan_cost, scratch_of
from tvm_tiny.passes.plan.pareto import pareto_points
from tvm_tiny.targets import load_core
from tvm_tiny.testing.net import Net


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
