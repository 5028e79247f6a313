# SPDX-License-Identifier: Apache-2.0
"""Validation finds what differs, and names it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import UsageError
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.testing.onnx_models import MODELS
from tvm_tiny.validate.compare import LayerCheck


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), name="tiny")


def with_reference(artifact: Artifact, model: bytes) -> Artifact:
    """The same compiled code, judged by another model."""
    return dataclasses.replace(artifact, loaded=dataclasses.replace(artifact.loaded, data=model))


def one_weight_changed(model: bytes, artifact: Artifact, layer: str) -> bytes:
    """The model with one weight of a layer turned round."""
    node = next(n for n in artifact.compiled.graph.nodes if n.layer == layer)
    weight = next(t.data for t in node.operands if t.data is not None and t.dtype == "int8")
    at = model.index(weight.tobytes())
    place = at + int(np.argmax(np.abs(weight.reshape(-1).astype(int))))
    return model[:place] + bytes([(256 - model[place]) % 256]) + model[place + 1 :]


def test_an_equal_model_is_exact_on_every_layer(artifact: Artifact) -> None:
    result = artifact.validate(on="host", samples=3)
    assert result.bit_exact
    assert result.passed
    assert result.not_compared == ()
    assert [c.layer for c in result.layers][-1] == "output"
    assert all(c.elements > 0 for c in result.layers)


@pytest.mark.parametrize("layer", ["block/depthwise", "down/pointwise"])
@pytest.mark.parametrize("on", ["host", "simulator"])
def test_the_first_layer_that_differs_is_named(artifact: Artifact, layer: str, on: str) -> None:
    """Flattened weights: both layers keep TFLite's order, so their bytes are found in the file."""
    model = one_weight_changed(tiny_convnet(), artifact, layer)
    assert model != tiny_convnet()
    result = with_reference(artifact, model).validate(on=on, samples=2)
    assert not result.passed
    first = result.first_difference
    assert first is not None
    assert first.layer == layer
    assert first.max_difference >= 1
    assert first.mean_difference > 0
    assert result.worst_sample in (0, 1)


def test_the_worst_sample_is_the_one_that_differs() -> None:
    check = LayerCheck("layer", "tensor")
    check.add(np.array([1, 2], np.int8), np.array([1, 5], np.int8))
    assert (check.different, check.elements, check.max_difference) == (1, 2, 3.0)
    assert check.mean_difference == 1.5
    check.add(np.array([127], np.int8), np.array([-128], np.int8))
    assert check.max_difference == 255.0


def test_float_outputs_compare_nan_as_equal() -> None:
    check = LayerCheck("layer", "tensor")
    check.add(np.array([np.nan, 1], np.float32), np.array([np.nan, 1], np.float32))
    assert check.different == 0


@pytest.mark.parametrize("name", MODELS)
def test_onnx_layers_are_within_a_step_of_onnxruntime(name: str) -> None:
    artifact = tvm_tiny.build(MODELS[name](), name=name)
    result = artifact.validate(on="host", samples=4)
    layers = [c for c in result.layers if c.layer != "output"]
    assert layers
    assert max(c.max_difference for c in layers) <= 1
    assert result.passed


def test_qemu_judges_the_outputs_only(artifact: Artifact) -> None:
    import shutil

    if shutil.which("qemu-system-arm") is None:
        pytest.skip("qemu-system-arm is not installed")
    result = artifact.validate(on="qemu", samples=1)
    assert result.bit_exact
    assert {c.layer for c in result.layers} == {"output"}


def test_a_relax_module_has_no_reference(artifact: Artifact) -> None:
    relax = tvm_tiny.build(artifact.loaded.module, name="tiny")
    sample = random_samples(relax.spec.inputs, 1, 0)[0]
    (name,) = (io.source for io in relax.spec.inputs)
    (value,) = sample.values()
    np.testing.assert_array_equal(
        relax.run({name: value}, on="host").output,
        artifact.run({artifact.spec.inputs[0].source: value}, on="host").output,
    )
    with pytest.raises(UsageError, match="TT6008"):
        relax.validate(samples=1)
