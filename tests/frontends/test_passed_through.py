# SPDX-License-Identifier: Apache-2.0
"""Inputs that are also outputs of the model, with no operator in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

import tvm_tiny
from tvm_tiny.errors import UnsupportedError, UsageError
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.net import Net
from tvm_tiny.testing.onnx_models import QdqNet

SHAPE = (1, 6, 4, 3)


def _tflite(order: str) -> bytes:
    """Outputs in order: x the input, y a convolution of it."""
    net = Net("passed", 1)
    x = net.input(SHAPE)
    tensors = {"x": x} | ({"y": net.conv(x, 4, name="y")} if "y" in order else {})
    return net.finish(*(tensors[name] for name in order))


def _float() -> bytes:
    net = Net("passed", 1)
    x = net.writer.input("image", SHAPE, dtype="float32")
    y = net.writer.op("QUANTIZE", [x], SHAPE, 1 / 64, -1, name="q")
    return net.finish(net.conv(y, 4, name="y"), x)


def _onnx(passed: Sequence[str]) -> bytes:
    net = QdqNet("passed", 1)
    y = net.conv(net.input("image", (1, 3, 6, 4), 1 / 64, -1), "y", (4, 3, 3, 3), pads=[1] * 4)
    net.output(y, (1, 4, 6, 4))
    model = onnx.load_model_from_string(net.finish())
    for name in passed:
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    return bytes(model.SerializeToString())


MODELS = {
    "after": _tflite("yx"),
    "before": _tflite("xy"),
    "alone": _tflite("x"),
    "float": _float(),
    "onnx": _onnx(["image"]),
}


@pytest.mark.parametrize("name", MODELS)
def test_an_input_comes_out_as_it_went_in(name: str) -> None:
    artifact = tvm_tiny.build(MODELS[name], name="passed")
    (io,) = artifact.spec.inputs
    for sample in random_samples(artifact.spec.inputs, 2, 4):
        outputs = artifact.run(sample, "host").outputs
        np.testing.assert_array_equal(outputs[io.source], sample[io.name])
    result = artifact.validate(on="host", samples=2)
    assert result.bit_exact
    assert [c.tensor for c in result.layers if c.layer == "output"] == [
        io.source for io in artifact.spec.outputs
    ]


@pytest.mark.simulator
def test_on_the_simulated_core_likewise() -> None:
    assert tvm_tiny.build(_float(), name="passed").validate(samples=1).bit_exact


@pytest.mark.parametrize("name", ["after", "onnx"])
def test_such_an_input_cannot_be_fed_by_rows(name: str) -> None:
    with pytest.raises(UsageError, match=r"(?s)TT6017.*also an output"):
        tvm_tiny.build(MODELS[name], row_fed=True)


def test_a_constant_is_no_output() -> None:
    with pytest.raises(UnsupportedError, match=r"(?s)output 'y/scale'.*constant"):
        tvm_tiny.build(_onnx(["y/scale"]))
