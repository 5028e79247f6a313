# SPDX-License-Identifier: Apache-2.0
"""Weights of four bits: convolutions and fully connected layers, against tflite-micro."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

WINDOW = {"padding": "SAME", "stride_h": 1, "stride_w": 1}
LAYERS: dict[str, tuple[tuple[int, ...], int, tuple[int, ...], dict[str, Any]]] = {
    "CONV_2D": ((5, 3, 3, 3), 0, (1, 5, 6, 5), WINDOW),
    "DEPTHWISE_CONV_2D": ((1, 3, 3, 6), 3, (1, 5, 6, 6), {**WINDOW, "depth_multiplier": 2}),
    "FULLY_CONNECTED": ((7, 90), 0, (1, 7), {}),
}


CASES = [(k, p) for k in LAYERS for p in (True, False) if not (k == "FULLY_CONNECTED" and p)]
"""TFLM takes one scale for the weights of a fully connected layer of four bits."""


@pytest.mark.parametrize(("kind", "per_channel"), CASES)
def test_weights_of_four_bits(kind: str, per_channel: bool) -> None:
    shape, axis, result, options = LAYERS[kind]
    rng = np.random.default_rng(len(kind))
    w = TFLiteWriter("narrow")
    x = w.input("x", (1, 5, 6, 3), scale=0.04, zero_point=-7)
    weights = rng.integers(-8, 8, shape).astype(np.int8)
    scales = rng.uniform(0.05, 0.2, shape[axis] if per_channel else 1)
    narrow = w.constant("w", weights, scale=scales, axis=axis if per_channel else 0, int4=True)
    bias = rng.integers(-900, 900, shape[axis]).astype(np.int32)
    inputs: list[TensorRef | None] = [x, narrow, w.constant("b", bias, scale=scales * 0.04)]
    w.output(w.op(kind, inputs, result, 0.11, 5, name="y", **options))
    data = w.finish()
    reference, artifact = TFLMReference(data), tvm_tiny.build(data, target="cortex-m7")
    for _ in range(2):
        given = rng.integers(-128, 128, (1, 5, 6, 3)).astype(np.int8)
        (wanted,) = reference.run({"x": given}).values()
        np.testing.assert_array_equal(artifact.run({"x": given}, on="host").output, wanted)
