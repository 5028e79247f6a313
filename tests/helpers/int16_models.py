# SPDX-License-Identifier: Apache-2.0
"""Models of 16x8 quantisation: int16 activations, int8 weights, biases of 64 bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

SHAPE = (1, 6, 6, 4)
SCALE = 1 / 4096
ONE = 1 / 32768


class Int16Model:
    """A model under construction; every operator reads one input and is an output of its own."""

    def __init__(self, seed: int, shape: Sequence[int] = SHAPE) -> None:
        self.writer, self.rng = TFLiteWriter("int16"), np.random.default_rng(seed)
        self.shape = tuple(shape)
        self.x = self.writer.input("x", shape, scale=SCALE, dtype="int16")
        self._count = 0

    def name(self, what: str) -> str:
        """A name that no other tensor has."""
        self._count += 1
        return f"{what}{self._count}"

    def ints(self, values: Any) -> TensorRef:
        """Constant int32 indices."""
        return self.writer.constant(self.name("i"), np.asarray(values, np.int32))

    def op(
        self,
        kind: str,
        operands: Sequence[TensorRef | None] | None = None,
        shape: Sequence[int] | None = None,
        scale: float = SCALE,
        dtype: str = "int16",
        **options: Any,
    ) -> TensorRef:
        """An operator on the input, or on ``operands``."""
        shape = self.shape if shape is None else shape
        inputs = [self.x] if operands is None else list(operands)
        name = self.name(kind.lower())
        real = None if dtype == "float32" else scale
        return self.writer.op(kind, inputs, shape, real, 0, name=name, dtype=dtype, **options)

    def weights(self, shape: Sequence[int], axis: int = 0) -> TensorRef:
        """int8 weights with a scale a channel."""
        scales = self.rng.uniform(0.002, 0.01, shape[axis])
        values = self.rng.integers(-127, 128, tuple(shape)).astype(np.int8)
        return self.writer.constant(self.name("w"), values, scale=scales, zero_point=0, axis=axis)

    def bias(self, weights: TensorRef, dtype: str, scale: float = SCALE) -> TensorRef:
        """A bias on the scale of input times weights."""
        count = len(weights.scale)
        values = self.rng.integers(-100_000, 100_000, count).astype(dtype)
        scales = [scale * w for w in weights.scale]
        return self.writer.constant(self.name("b"), values, scale=scales)

    def finish(self, *outputs: TensorRef) -> bytes:
        """The file; ``outputs`` are the model's."""
        self.writer.output(*outputs)
        return self.writer.finish()


def unary() -> bytes:
    """One tensor in, one out."""
    m = Int16Model(1)
    pool = {"padding": "VALID", "stride_h": 2, "stride_w": 2, "filter_h": 2, "filter_w": 2}
    return m.finish(
        m.op("RELU", scale=1 / 5000),
        m.op("RELU6"),
        m.op("LEAKY_RELU", scale=1 / 3000, alpha=0.1),
        m.op("LEAKY_RELU", scale=1 / 3000, alpha=-0.3),
        m.op("LOGISTIC", scale=ONE),
        m.op("TANH", scale=ONE),
        m.op("SOFTMAX", scale=ONE, beta=1.0),
        m.op("AVERAGE_POOL_2D", shape=(1, 3, 3, 4), **pool),
        m.op("MAX_POOL_2D", shape=(1, 3, 3, 4), **pool),
        m.op("MEAN", [m.x, m.ints([1, 2])], (1, 4), 1 / 5000),
        m.op("SUM", [m.x, m.ints([2])], (1, 6, 4), 1 / 700),
    )


def binary() -> bytes:
    """Two operands, broadcast and not, and a fused activation."""
    m = Int16Model(2)
    b = m.writer.input("b", SHAPE, scale=1 / 5000, dtype="int16")
    c = m.writer.constant("c", m.rng.integers(-(1 << 15), 1 << 15, 4).astype(np.int16), scale=ONE)
    outputs = [
        m.op(kind, [m.x, other], scale=1 / 3000)
        for kind in ("ADD", "SUB", "MUL")
        for other in (b, c)
    ]
    outputs += [m.op("ADD", [m.x, b], scale=1 / 3000, activation="RELU6")]
    outputs += [m.op(kind, [m.x, m.x]) for kind in ("MAXIMUM", "MINIMUM")]
    return m.finish(*outputs)


def linear() -> bytes:
    """Convolutions and fully connected layers; biases of 64 and of 32 bits, and none."""
    m = Int16Model(3)
    window = {"padding": "SAME", "stride_h": 1, "stride_w": 1}
    outputs: list[TensorRef] = []

    def add(
        kind: str, weights: TensorRef, shape: Sequence[int], dtype: str, **options: Any
    ) -> None:
        biases = [m.bias(weights, dtype)] if dtype else []
        operands = [m.x, weights, *biases]
        if kind == "TRANSPOSE_CONV":
            operands = [m.ints(shape), weights, m.x, *biases]
        outputs.append(m.op(kind, operands, shape, 1 / 2000, **options))

    for dtype in ("int64", "int32", ""):
        add("CONV_2D", m.weights((5, 3, 3, 4)), (1, 6, 6, 5), dtype, activation="RELU", **window)
        flat = (1, 7)
        add("FULLY_CONNECTED", m.weights((7, 144)), flat, dtype)
    for dtype in ("int64", ""):
        deep = {**window, "depth_multiplier": 2}
        add("DEPTHWISE_CONV_2D", m.weights((1, 3, 3, 8), 3), (1, 6, 6, 8), dtype, **deep)
        twice = {"padding": "SAME", "stride_h": 2, "stride_w": 2}
        add("TRANSPOSE_CONV", m.weights((3, 3, 3, 4)), (1, 12, 12, 3), dtype, **twice)
    return m.finish(*outputs)


def moving() -> bytes:
    """Bytes that go elsewhere."""
    m = Int16Model(4)
    pads = m.ints([[0, 0], [1, 2], [1, 1], [0, 3]])
    value = m.writer.constant("v", np.array([5], np.int16), scale=SCALE)
    axis = m.writer.constant("axis", np.array([3], np.int32))
    parts = m.writer.op_multi(
        "SPLIT",
        [axis, m.x],
        [(1, 6, 6, 2)] * 2,
        SCALE,
        names=["left", "right"],
        dtype="int16",
        num_splits=2,
    )
    return m.finish(
        m.op("PAD", [m.x, pads], (1, 9, 8, 7)),
        m.op("PADV2", [m.x, pads, value], (1, 9, 8, 7)),
        m.op("RESHAPE", shape=(1, 36, 4)),
        m.op("TRANSPOSE", [m.x, m.ints([0, 3, 1, 2])], (1, 4, 6, 6)),
        m.op("CONCATENATION", [m.x, m.x], (1, 6, 6, 8), axis=3),
        m.op("SLICE", [m.x, m.ints([0, 1, 1, 0]), m.ints([1, 3, 3, 4])], (1, 3, 3, 4)),
        m.op("PACK", [m.x, m.x], (2, *SHAPE), values_count=2, axis=0),
        m.op("RESIZE_NEAREST_NEIGHBOR", [m.x, m.ints([12, 12])], (1, 12, 12, 4)),
        *parts,
    )


def borders() -> bytes:
    """Into int16, out of it, and between its scales and int8's."""
    m = Int16Model(5)
    real = m.writer.input("real", SHAPE, dtype="float32")
    narrow = m.op("QUANTIZE", scale=1 / 16, dtype="int8")
    return m.finish(
        m.op("QUANTIZE", scale=1 / 3000),
        m.op("QUANTIZE", [real], scale=1 / 9000),
        narrow,
        m.op("QUANTIZE", [narrow], scale=1 / 700),
        m.op("DEQUANTIZE", dtype="float32"),
    )


def network(shape: Sequence[int] = (1, 12, 10, 4)) -> bytes:
    """A small convolutional network from float to float, as a converter writes it."""
    m = Int16Model(6, shape)
    _, height, width, _ = shape
    window = {"padding": "SAME", "stride_h": 1, "stride_w": 1}
    x = m.x

    def conv(x: TensorRef, kind: str, outputs: int, **options: Any) -> TensorRef:
        depthwise = kind == "DEPTHWISE_CONV_2D"
        kernel = (1, 3, 3, outputs) if depthwise else (outputs, 3, 3, x.shape[3])
        weights = m.weights(kernel, 3 if depthwise else 0)
        bias = m.bias(weights, "int64", x.scale[0])
        size = (1, height, width, outputs)
        return m.op(kind, [x, weights, bias], size, 1 / 3000, **window, **options)

    x = conv(x, "CONV_2D", 6, activation="RELU")
    y = conv(x, "DEPTHWISE_CONV_2D", 6, depth_multiplier=1)
    x = m.op("ADD", [x, y], (1, height, width, 6), 1 / 2500)
    x = conv(x, "CONV_2D", 8, activation="RELU6")
    x = m.op("MEAN", [x, m.ints([1, 2])], (1, 8), 1 / 9000)
    weights = m.weights((5, 8))
    x = m.op("FULLY_CONNECTED", [x, weights, m.bias(weights, "int64", 1 / 9000)], (1, 5), 1 / 4000)
    return m.finish(m.op("SOFTMAX", [x], (1, 5), ONE, beta=1.0))


GROUPS: dict[str, Callable[[], bytes]] = {
    "unary": unary,
    "binary": binary,
    "linear": linear,
    "moving": moving,
    "borders": borders,
}
