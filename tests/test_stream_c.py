# SPDX-License-Identifier: Apache-2.0
"""Streamed segments as C: the same bytes as layer by layer, whatever lies in dead bytes."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from fuzz import VISION, profile
from hypothesis import given
from hypothesis import strategies as st
from strategies_models import graphs as models
from stream_builds import cut, same_bytes, scratch, with_plan
from stream_machine import StreamMachine

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.passes.plan_memory import PlanOptions
from tvm_tiny.passes.stream.decide import plan_segments
from tvm_tiny.samples import random_samples
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


class _Poisoned:
    """Runs a model on the host and overwrites, after every report of the trace, dead bytes."""

    def __init__(self, artifact: Artifact) -> None:
        from tvm_tiny.toolchain import build_host_library

        spec = artifact.spec
        path = build_host_library(artifact.project_dir(), spec, trace=True)
        self.spec, self.library = spec, ctypes.CDLL(str(path))
        self.arena = np.zeros(spec.arena_bytes + 16, np.uint8)
        self.start = -self.arena.ctypes.data % 8
        self.live = StreamMachine(
            artifact.compiled.graph, artifact.compiled.plan, scratch(artifact)
        )
        self.dead = self.live.dead_after_calls()
        self.names = artifact.compiled.emitted.step_nodes
        self.rng = np.random.default_rng(5)
        self.poisoned = 0

    def _poison(self, call: tuple[str, int]) -> None:
        dead = self.dead[call]
        arena = self.arena[self.start :][: self.spec.arena_bytes]
        arena[dead] = self.rng.integers(0, 256, int(dead.sum()), np.uint8)
        self.poisoned += int(dead.sum())

    def run(self, sample: Any) -> list[npt.NDArray[Any]]:
        def layer_done(layer: int) -> None:
            self._poison((self.names[layer], self.live.last_row(self.names[layer])))

        def row_done(layer: int, row: int) -> None:
            self._poison((self.names[layer], row))

        layer = ctypes.CFUNCTYPE(None, ctypes.c_int32)(layer_done)
        row = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_int32)(row_done)
        self.library.tvm_tiny_host_on_layer(layer)
        self.library.tvm_tiny_host_on_row(row)
        ins = [np.ascontiguousarray(sample[io.name]) for io in self.spec.inputs]
        outs = [np.zeros(io.shape, io.dtype) for io in self.spec.outputs]
        pointers = [(ctypes.c_void_p * len(a))(*(x.ctypes.data for x in a)) for a in (ins, outs)]
        run = getattr(self.library, f"{self.spec.model}_run")
        address = ctypes.c_void_p(self.arena.ctypes.data + self.start)
        assert run(address, *pointers) == 0
        return outs


@pytest.mark.parametrize("row_fed", [False, True])
def test_poison_in_dead_bytes_changes_nothing(row_fed: bool) -> None:
    model = mobilenet_v2(0.35, 48, classes=10)
    layers = tvm_tiny.build(model, optimize="speed")
    least = tvm_tiny.build(model, optimize="ram", row_fed=row_fed)
    assert any(s.kind == "stream" for s in least.compiled.plan.segments)
    poisoned = _Poisoned(least)
    for sample in random_samples(layers.spec.inputs, 2, 3):
        want = layers.run(sample, "host").outputs
        got = poisoned.run(sample)
        for value, expected in zip(got, want.values(), strict=True):
            np.testing.assert_array_equal(value, expected)
    assert poisoned.poisoned > 100_000
