# SPDX-License-Identifier: Apache-2.0
"""The compiled program against onnxruntime, each layer on the inputs our own layer had."""

from __future__ import annotations

import importlib.util
from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.run.samples_on import execute
from tvm_tiny.testing.onnx_models import MODELS

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)


def _captured(model: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """One sample's inputs and our named tensors, by the model's names."""
    artifact = tvm_tiny.build(model, target="cortex-m7")
    rng = np.random.default_rng(2)
    sample = {
        io.name: rng.uniform(-2, 2, io.shape).astype(np.float32) for io in artifact.spec.inputs
    }
    tensors = {t.name: t for t in artifact.compiled.graph.tensors()}
    ours: dict[str, Any] = {}

    def consume(number: int, outputs: Any, captured: Any) -> None:
        del number, outputs
        named = {tensors[n].source: a for n, a in captured.items() if tensors[n].source}
        ours.update(named)

    execute(artifact, [sample], "host", layers=True, consume=consume)
    return {io.source: sample[io.name] for io in artifact.spec.inputs}, ours


@pytest.mark.parametrize("name", MODELS)
def test_program_layer_by_layer(name: str) -> None:
    from tvm_tiny.validate.onnx_layers import OnnxLayerReference

    model = MODELS[name](4)
    inputs, ours = _captured(model)
    wanted = OnnxLayerReference(model).run_layers(inputs, ours)
    assert len(wanted) >= 4
    for tensor, want in wanted.items():
        apart = np.abs(want.astype(np.float64) - ours[tensor].astype(np.float64))
        assert apart.max() <= 1.0, tensor


def test_difference_stays_in_its_layer() -> None:
    """An error in one tensor shows there, and not in the layers behind it."""
    from tvm_tiny.validate.onnx_layers import OnnxLayerReference

    model = MODELS["depthwise_separable"](4)
    inputs, ours = _captured(model)
    wrong = "block1/depthwise/quantised"
    ours[wrong] = np.clip(ours[wrong].astype(int) + 40, -128, 127).astype(np.int8)
    ours.pop("block1/pointwise/quantised")  # not compared: the reference computes on from ours
    wanted = OnnxLayerReference(model).run_layers(inputs, ours)
    apart = {n: np.abs(w.astype(int) - ours[n].astype(int)).max() for n, w in wanted.items()}
    assert apart[wrong] >= 30
    assert apart["stem/quantised"] <= 1
    assert apart["block2/pointwise/quantised"] <= 1
