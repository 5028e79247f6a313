# SPDX-License-Identifier: Apache-2.0
"""Small float models, and float layers between integer ones, bit-equal with tflite-micro."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

WINDOW = {"padding": "SAME", "stride_h": 1, "stride_w": 1}
RNG = np.random.default_rng(4)


class Floats:
    """A float model under construction."""

    def __init__(self) -> None:
        self.w, self.count = TFLiteWriter("floats"), 0

    def values(self, *shape: int) -> TensorRef:
        self.count += 1
        array = RNG.normal(0, 0.5, shape).astype(np.float32)
        return self.w.constant(f"c{self.count}", array)

    def op(self, kind: str, inputs: Any, shape: Any, **options: Any) -> TensorRef:
        self.count += 1
        name = f"{kind.lower()}{self.count}"
        return self.w.op(kind, inputs, shape, None, name=name, dtype="float32", **options)


def net(m: Floats, x: TensorRef) -> TensorRef:
    """A convolution, a depthwise one, a skip, a pool, a mean, a dense layer, a softmax."""
    x = m.op("CONV_2D", [x, m.values(4, 3, 3, 2), m.values(4)], (1, 6, 7, 4), activation="RELU6",
             **WINDOW)  # fmt: skip
    y = m.op("DEPTHWISE_CONV_2D", [x, m.values(1, 3, 3, 4), m.values(4)], (1, 6, 7, 4),
             depth_multiplier=1, **WINDOW)  # fmt: skip
    x = m.op("ADD", [x, y], (1, 6, 7, 4), activation="RELU")
    pool = {"padding": "VALID", "stride_h": 2, "stride_w": 2, "filter_h": 2, "filter_w": 2}
    x = m.op("AVERAGE_POOL_2D", [x], (1, 3, 3, 4), **pool)
    axes = m.w.constant("axes", np.array([1, 2], np.int32))
    x = m.op("MEAN", [x, axes], (1, 4))
    return m.op("FULLY_CONNECTED", [x, m.values(5, 4), m.values(5)], (1, 5))


def throughout() -> bytes:
    m = Floats()
    x = m.w.input("x", (1, 6, 7, 2), dtype="float32")
    m.w.output(net(m, x))
    return m.w.finish()


def between() -> bytes:
    """int8 -> DEQUANTIZE -> the same layers -> RESHAPE -> QUANTIZE -> int8 layers."""
    m = Floats()
    x = m.w.input("x", (1, 6, 7, 2), scale=0.03, zero_point=4)
    y = m.op("RESHAPE", [net(m, m.op("DEQUANTIZE", [x], x.shape))], (5,), new_shape=(5,))
    q = m.w.op("QUANTIZE", [y], (5,), 0.05, -3, name="q")
    m.w.output(m.w.op("ADD", [q, q], (5,), 0.11, 2, name="y"), y)
    return m.w.finish()


def widened() -> bytes:
    """Weights of int8 that a DEQUANTIZE widens."""
    m = Floats()
    x = m.w.input("x", (3, 8), dtype="float32")
    weights = m.w.constant("w", RNG.integers(-127, 128, (4, 8)).astype(np.int8), scale=0.02)
    real = m.op("DEQUANTIZE", [weights], (4, 8))
    m.w.output(m.op("FULLY_CONNECTED", [x, real, None], (3, 4)))
    return m.w.finish()


MODELS = {"throughout": throughout, "between": between, "widened": widened}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("optimize", ["speed", "ram"])
def test_bits_equal_tflite_micro(name: str, optimize: str) -> None:
    data = MODELS[name]()
    reference = TFLMReference(data)
    artifact = tvm_tiny.build(data, target="cortex-m7", optimize=optimize)
    info = reference.tensors[reference.input_indices[0]]
    for _ in range(3):
        x = RNG.normal(0, 2, info.shape).astype(np.float32)
        if info.dtype == "int8":
            x = RNG.integers(-128, 128, info.shape).astype(np.int8)
        wanted, made = reference.run({"x": x}), artifact.run({"x": x}, on="host").outputs
        assert list(made) == list(wanted)
        for key, values in wanted.items():
            np.testing.assert_array_equal(made[key], values, err_msg=key)


@pytest.mark.simulator
@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m0plus"])
def test_cores_make_the_same_bits(core: str) -> None:
    data = throughout()
    artifact = tvm_tiny.build(data, target=core)
    x = RNG.normal(0, 2, (1, 6, 7, 2)).astype(np.float32)
    wanted = TFLMReference(data).run({"x": x})
    made = artifact.run({"x": x}, on="simulator").outputs
    for key, values in wanted.items():
        np.testing.assert_array_equal(made[key], values)
