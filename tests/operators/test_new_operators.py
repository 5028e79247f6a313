# SPDX-License-Identifier: Apache-2.0
"""Operators that docs/extending.md adds: from TFLite and ONNX, bit-exact on every core."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import tvm_tiny
from tvm_tiny.targets import cores
from tvm_tiny.testing.onnx_models import QdqNet
from tvm_tiny.testing.tflite_writer import TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

CORES = [core.name for core in cores()]
SHAPE = (1, 5, 3, 6)
Array = npt.NDArray[Any]
OneInput = Callable[[], bytes]


def reduce_max(*axes: int, keep: bool) -> OneInput:
    def build() -> bytes:
        w = TFLiteWriter("largest")
        x = w.input("x", SHAPE, scale=0.1, zero_point=-7)
        where = w.constant("axes", np.array(axes, np.int32))
        every = {a % 4 for a in axes}
        shape = [1 if i in every else d for i, d in enumerate(SHAPE) if keep or i not in every]
        w.output(w.op("REDUCE_MAX", [x, where], shape, 0.1, -7, name="y", keep_dims=keep))
        return w.finish()

    return build


def absolute(scale: float, zero_point: int) -> OneInput:
    def build() -> bytes:
        w = TFLiteWriter("absolute")
        x = w.input("x", SHAPE, scale=0.1, zero_point=-7)
        w.output(w.op("ABS", [x], SHAPE, scale, zero_point, name="y"))
        return w.finish()

    return build


def abs_onnx() -> bytes:
    net = QdqNet("absolute", 3)
    x = net.input("x", (1, 6, 5, 3), 0.1, -7)
    net.output(net.op("Abs", [x], "y", 0.1, -7), None)
    return net.finish()


def reduce_max_onnx() -> bytes:
    net = QdqNet("largest", 3)
    x = net.input("x", (1, 6, 5, 3), 0.1, -7)
    net.output(net.op("ReduceMax", [x], "y", 0.1, -7, axes=[2, 3], keepdims=1), None)
    return net.finish()


TFLITE = {
    "abs of one scale": absolute(0.1, -7),
    "abs rescaled": absolute(0.0613, -128),
    "abs saturated": absolute(0.037, 90),
    "reduce_max rows and columns": reduce_max(1, 2, keep=True),
    "reduce_max channels": reduce_max(-1, keep=False),
    "reduce_max rows": reduce_max(1, keep=False),
    "reduce_max all": reduce_max(0, 1, 2, 3, keep=True),
}


def samples(shape: tuple[int, ...], count: int = 4) -> Array:
    x = np.random.default_rng(5).integers(-128, 128, (count, *shape)).astype(np.int8)
    x[0], x[1] = -128, 127
    return x


def real(stored: Array) -> Array:
    """What integers of scale 0.1 and zero point -7 stand for."""
    steps = stored.astype(np.float64) + 7
    return (np.float64(np.float32(0.1)) * steps).astype(np.float32)


@pytest.mark.parametrize("target", CORES)
@pytest.mark.parametrize("name", TFLITE)
def test_tflite_equals_tflite_micro(name: str, target: str) -> None:
    model = TFLITE[name]()
    artifact = tvm_tiny.build(model, target=target)
    x = samples(SHAPE)
    reference = TFLMReference(model)
    wanted = np.stack([next(iter(reference.run({"x": s}).values())) for s in x])
    np.testing.assert_array_equal(artifact.run(x, on="simulator").output, wanted)


@pytest.mark.parametrize("target", CORES)
def test_abs_of_onnx(target: str) -> None:
    artifact = tvm_tiny.build(abs_onnx(), target=target)
    assert "lut" in {n.op for n in artifact.compiled.graph.nodes}
    x = samples((1, 6, 5, 3))
    made = artifact.run(real(x), on="simulator").output
    sizes = np.clip(np.abs(x.astype(np.int32) + 7) - 7, -128, 127)
    np.testing.assert_array_equal(made, real(sizes))


@pytest.mark.parametrize("target", CORES)
def test_reduce_max_of_onnx(target: str) -> None:
    artifact = tvm_tiny.build(reduce_max_onnx(), target=target)
    assert "reduce_max" in {n.op for n in artifact.compiled.graph.nodes}
    x = samples((1, 6, 5, 3))
    made = artifact.run(real(x), on="simulator").output
    np.testing.assert_array_equal(made, real(x.max(axis=(3, 4), keepdims=True)))
