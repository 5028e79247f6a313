# SPDX-License-Identifier: Apache-2.0
"""Convolutions between SPACE_TO_BATCH_ND and BATCH_TO_SPACE_ND are convolutions with dilation."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

ZERO = 5


def _ints(w: TFLiteWriter, name: str, values: Any) -> TensorRef:
    return w.constant(name, np.array(values, np.int32))


def _blocks(
    w: TFLiteWriter, x: TensorRef, kind: str, block: Any, ends: Any, name: str
) -> TensorRef:
    operands = [x, _ints(w, f"{name}_block", block), _ints(w, f"{name}_ends", ends)]
    count, whole = math.prod(block), kind == "SPACE_TO_BATCH_ND"
    sides = [
        (d + sum(e)) // b if whole else d * b - sum(e)
        for d, b, e in zip(x.shape[1:-1], block, ends, strict=True)
    ]
    batch = x.shape[0] * count if whole else x.shape[0] // count
    shape = (batch, *sides, x.shape[-1])
    return w.op(kind, operands, shape, x.scale[0], x.zero_point[0], name=name)


def _conv(w: TFLiteWriter, x: TensorRef, kernel: tuple[int, int], **options: Any) -> TensorRef:
    depthwise, channels = options.pop("depthwise", False), 4
    shape = (1, *kernel, channels) if depthwise else (channels, *kernel, x.shape[3])
    rng = np.random.default_rng(1)
    weights = w.constant("weights", rng.integers(-127, 128, shape, dtype=np.int8), scale=0.01)
    bias = w.constant("bias", rng.integers(-500, 500, channels, dtype=np.int32), scale=0.001)
    stride = options.get("stride_h", 1)
    sides = [(d - k) // stride + 1 for d, k in zip(x.shape[1:3], kernel, strict=True)]
    options |= {"depth_multiplier": 1} if depthwise else {}
    kind = "DEPTHWISE_CONV_2D" if depthwise else "CONV_2D"
    return w.op(
        kind, [x, weights, bias], (x.shape[0], *sides, channels), 0.2, -3,
        name="conv", padding="VALID", stride_w=stride, **options,
    )  # fmt: skip


def _sequence(*, ends: Any = ((0, 0),), crops: Any = ((0, 0),), twice: bool = False) -> bytes:
    """What Keras writes for Conv1D with a dilation: an image of one row between the two."""
    w = TFLiteWriter("sequence")
    x = w.input("x", (1, 20, 3), scale=0.1, zero_point=ZERO)
    y = _blocks(w, x, "SPACE_TO_BATCH_ND", [2], ends, "many")
    shape = (y.shape[0], 1, *y.shape[1:])
    y = w.op("EXPAND_DIMS", [y, _ints(w, "one", [1])], shape, 0.1, ZERO, name="image")
    y = _conv(w, y, (1, 3))
    flat = (y.shape[0], *y.shape[2:])
    y = w.op("RESHAPE", [y, _ints(w, "flat", flat)], flat, 0.2, -3, name="steps")
    if twice:
        w.output(y)
    w.output(_blocks(w, y, "BATCH_TO_SPACE_ND", [2], crops, "y"))
    return w.finish()


def _image(ends: Any, crops: Any, *, apart: bool = False, **options: Any) -> bytes:
    """``apart``: padded in front, with the integer 0."""
    w = TFLiteWriter("image")
    x = w.input("x", (1, 5, 7, 4), scale=0.1, zero_point=ZERO)
    if apart:
        pads = ((0, 0), *ends, (0, 0))
        shape = tuple(d + sum(p) for d, p in zip(x.shape, pads, strict=True))
        zero = w.constant("zero", np.zeros(1, np.int8), scale=0.1, zero_point=ZERO)
        x = w.op("PADV2", [x, _ints(w, "pads", pads), zero], shape, 0.1, ZERO, name="padded")
        ends = ((0, 0), (0, 0))
    y = _conv(w, _blocks(w, x, "SPACE_TO_BATCH_ND", [2, 2], ends, "many"), (2, 2), **options)
    w.output(_blocks(w, y, "BATCH_TO_SPACE_ND", [2, 2], crops, "y"))
    return w.finish()


def _kinds(data: bytes) -> list[str]:
    return [op.kind for op in inspect_tflite(data).operators]


PADDED = ((1, 2), (1, 0)), ((0, 1), (0, 0))
FOLDED = {
    "sequence": (_sequence(), ["RESHAPE", "CONV_2D", "RESHAPE"]),
    "padded image": (_image(*PADDED), ["PADV2", "CONV_2D"]),
    "depthwise": (_image(*PADDED, depthwise=True), ["PADV2", "DEPTHWISE_CONV_2D"]),
    "padding cropped": (_image(((0, 1), (1, 0)), ((0, 1), (1, 0))), ["CONV_2D"]),
}
KEPT = {
    "another result": _sequence(twice=True),
    "more cropped than padded": _sequence(crops=((1, 1),)),
    "strides": _image(((0, 1), (1, 0)), ((0, 0), (0, 0)), stride_h=2),
}


# The reference pads in SPACE_TO_BATCH_ND with memory that it never wrote.
TRUTH = {
    "padded image": _image(*PADDED, apart=True),
    "depthwise": _image(*PADDED, apart=True, depthwise=True),
}


@pytest.mark.parametrize("name", FOLDED)
def test_it_is_one_convolution_and_the_integers_are_the_same(name: str) -> None:
    data, kinds = FOLDED[name]
    assert _kinds(data) == kinds
    artifact, reference = tvm_tiny.build(data, name="dilated"), TFLMReference(TRUTH.get(name, data))
    for sample in random_samples(artifact.spec.inputs, 1, 2):
        (made,) = artifact.run(sample, on="host").outputs.values()
        (want,) = reference.run(sample).values()
        np.testing.assert_array_equal(made, want)


@pytest.mark.parametrize("name", KEPT)
def test_what_is_not_one_stays(name: str) -> None:
    assert {"SPACE_TO_BATCH_ND", "BATCH_TO_SPACE_ND"} <= set(_kinds(KEPT[name]))
