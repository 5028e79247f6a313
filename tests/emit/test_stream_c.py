# SPDX-License-Identifier: Apache-2.0
"""Streamed segments as C: the same bytes as layer by layer, whatever lies in dead bytes."""

from __future__ import annotations

import numpy as np
import pytest
from fuzz import VISION, profile
from hypothesis import given
from hypothesis import strategies as st
from poison import Poisoned
from strategies_models import graphs as models
from stream_builds import cut, same_bytes, scratch, with_plan

import tvm_tiny
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.plan.segments import plan_segments
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import mobilenet_v2, squeeze_excite, tiny_convnet

QUICK = PlanOptions(solver_time=0.1)


@profile(8)
@given(models(VISION, (3, 12)), st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_streamed_c_equals_layer_by_layer(model: bytes, sizes: list[int]) -> None:
    layers = tvm_tiny.build(model, optimize="speed")
    graph = layers.compiled.graph
    segments = cut(layers.compiled.plan.order, sizes)
    plan = plan_segments(graph, segments, scratch(layers), QUICK)
    same_bytes(layers, with_plan(layers, plan))


@pytest.mark.parametrize("row_fed", [False, True])
@pytest.mark.parametrize(
    "model", [tiny_convnet(), squeeze_excite(), mobilenet_v2(0.35, 48, classes=10)]
)
def test_least_arena_gives_the_same_bytes(model: bytes, row_fed: bool) -> None:
    layers = tvm_tiny.build(model, optimize="speed")
    least = tvm_tiny.build(model, optimize="ram", row_fed=row_fed)
    same_bytes(layers, least)


@pytest.mark.parametrize("row_fed", [False, True])
def test_poison_in_dead_bytes_changes_nothing(row_fed: bool) -> None:
    model = mobilenet_v2(0.35, 48, classes=10)
    layers = tvm_tiny.build(model, optimize="speed")
    least = tvm_tiny.build(model, optimize="ram", row_fed=row_fed)
    assert any(s.kind == "stream" for s in least.compiled.plan.segments)
    poisoned = Poisoned(least)
    for sample in random_samples(layers.spec.inputs, 2, 3):
        want = layers.run(sample, "host").outputs
        got = poisoned.run(sample)
        for value, expected in zip(got, want.values(), strict=True):
            np.testing.assert_array_equal(value, expected)
    assert poisoned.poisoned > 100_000
