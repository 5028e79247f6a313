# SPDX-License-Identifier: Apache-2.0
"""Single operators in small QDQ ONNX models; the extents of an image are all different."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny.testing.onnx_models import QdqNet

_SHAPE = (1, 6, 10, 7)
_SCALE = 1 / 50
_ZERO = -4


@dataclass(frozen=True)
class Case:
    """A model with one operator of interest.

    Attributes:
        transposes: how many are left, the one at the model's input and any at its output included.
    """

    name: str
    build: Callable[[], bytes]
    transposes: int = 2

    def __str__(self) -> str:
        return self.name


def _image(name: str, opset: int = 13, shape: tuple[int, ...] = _SHAPE) -> tuple[QdqNet, str]:
    """A net whose operator reads the result of a convolution (so it lies in NHWC)."""
    net = QdqNet(name, 7, opset)
    x = net.input("image", shape, 1 / 64, 3)
    return net, net.conv(x, "before", (shape[1], shape[1], 1, 1))


def _finished(net: QdqNet, x: str) -> bytes:
    net.output(x, None)
    return net.finish()


def _op(
    kind: str, scale: float = 0.05, zero: int = _ZERO, opset: int = 13, **attrs: Any
) -> Callable[[], bytes]:
    def build() -> bytes:
        net, x = _image(kind, opset)
        constants = {k: v for k, v in attrs.items() if isinstance(v, np.ndarray)}
        plain = {k: v for k, v in attrs.items() if k not in constants and k != "_"}
        operands = [net.constant(name, value) for name, value in constants.items()]
        return _finished(net, net.op(kind, [x, *operands], "it", scale, zero, **plain))

    return build


def _ints(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


def _float(value: float) -> np.ndarray:
    return np.array(value, np.float32)


def _conv(shape: tuple[int, ...], **attrs: Any) -> Callable[[], bytes]:
    def build() -> bytes:
        net, x = _image("conv")
        return _finished(net, net.conv(x, "it", shape, **attrs))

    return build


def _two(
    kind: str, scale: float, zero: int, swapped: bool = False, **attrs: Any
) -> Callable[[], bytes]:
    """An operator of two feature maps on different scales."""

    def build() -> bytes:
        net, x = _image(kind)
        other = net.op("Sigmoid", [x], "other", 1 / 200, -100)
        operands = [other, x] if swapped else [x, other]
        return _finished(net, net.op(kind, operands, "it", scale, zero, **attrs))

    return build


def _with_constant(kind: str, shape: tuple[int, ...], scale: float) -> Callable[[], bytes]:
    def build() -> bytes:
        net, x = _image(kind)
        values = np.random.default_rng(3).integers(-127, 128, shape).astype(np.int8)
        constant = net.quantised_constant("constant", values, 1 / 60)
        return _finished(net, net.op(kind, [x, constant], "it", scale, 9))

    return build


def _split() -> bytes:
    net, x = _image("split")
    left, right = net.split(x, ["left", "right"], 1)
    return _finished(net, net.op("Add", [left, right], "it", 0.08, 0))


def _transposed() -> bytes:
    """Transposes of the model's own round a convolution: NHWC outside, NCHW inside."""
    net = QdqNet("transposed", 3)
    x = net.input("image", (1, 10, 7, 6), 1 / 64, 3)
    x = net.op("Transpose", [x], "to_nchw", 1 / 64, 3, perm=[0, 3, 1, 2])
    x = net.conv(x, "conv", (8, 6, 3, 3), pads=[1, 1, 1, 1])
    return _finished(net, net.op("Transpose", [x], "it", 0.05, -4, perm=[0, 2, 3, 1]))


def _reshaped() -> bytes:
    """A reshape that is no flattening: the map has to be put into order for it."""
    net, x = _image("reshaped")
    shape = net.constant("shape", _ints(0, 3, -1))
    return _finished(net, net.op("Reshape", [x, shape], "it", 0.05, -4))


def _restored() -> bytes:
    """Flattened and back: nothing has to move."""
    net, x = _image("restored")
    x = net.op("Flatten", [x], "flat", 0.05, -4)
    shape = net.constant("shape", _ints(1, 6, 10, 7))
    x = net.op("Reshape", [x, shape], "back", 0.05, -4)
    return _finished(net, net.conv(x, "it", (5, 6, 1, 1)))


def _token_matmul() -> bytes:
    """MatMul over the last axis of a three-dimensional tensor."""
    net = QdqNet("tokens", 5)
    x = net.input("tokens", (1, 9, 16), 1 / 64, 3)
    return _finished(net, net.matmul(x, "it", (16, 11)))


CASES = (
    Case("conv dilated", _conv((8, 6, 3, 3), dilations=[2, 2], pads=[2, 2, 2, 2])),
    Case("conv grouped", _conv((8, 3, 3, 3), group=2)),
    Case("conv strided same lower", _conv((8, 6, 3, 2), strides=[2, 3], auto_pad="SAME_LOWER")),
    Case("conv valid", _conv((8, 6, 4, 3), auto_pad="VALID", per_tensor=True)),
    Case("depthwise multiplier 2", _conv((12, 1, 3, 3), group=6, pads=[0, 1, 2, 1])),
    Case(
        "conv transpose",
        _conv((6, 8, 3, 3), transposed=True, strides=[2, 2], pads=[1, 1, 1, 1],
              output_padding=[1, 1]),
    ),
    Case("conv transpose plain", _conv((6, 5, 2, 2), transposed=True, strides=[2, 2])),
    Case("add", _two("Add", 0.06, 5)),
    Case("sub", _two("Sub", 0.06, 5)),
    Case("mul", _two("Mul", 0.03, -8)),
    Case("max", _two("Max", 0.05, -4)),
    Case("min", _two("Min", 0.05, -4)),
    Case("concat channels", _two("Concat", 0.05, -4, axis=1)),
    Case("concat rows", _two("Concat", 0.05, -4, axis=-2)),
    Case("concat wide then narrow", _two("Concat", 0.06, 0, axis=1)),
    Case("concat narrow then wide", _two("Concat", 0.06, 0, swapped=True, axis=1)),
    Case("add constant per channel", _with_constant("Add", (1, 6, 1, 1), 0.06)),
    Case("mul constant map", _with_constant("Mul", (1, 6, 10, 7), 0.06)),
    Case("mul constant row", _with_constant("Mul", (7,), 0.06)),
    Case("average pool", _op("AveragePool", kernel_shape=[3, 2], strides=[2, 1])),
    Case("average pool same", _op("AveragePool", kernel_shape=[3, 3], auto_pad="SAME_UPPER")),
    Case(
        "average pool counts padding",
        _op("AveragePool", kernel_shape=[3, 3], pads=[1, 1, 1, 1], count_include_pad=1),
    ),
    Case(
        "average pool rounds up",
        _op("AveragePool", kernel_shape=[3, 3], strides=[2, 2], ceil_mode=1),
    ),
    Case("average pool new scale", _op("AveragePool", 0.051, 3, kernel_shape=[2, 2])),
    Case("global average pool", _op("GlobalAveragePool", 0.01, -20), transposes=1),
    Case("max pool", _op("MaxPool", kernel_shape=[2, 3], strides=[2, 2], pads=[0, 1, 1, 1])),
    Case(
        "max pool rounds up",
        _op("MaxPool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], ceil_mode=1),
    ),
    Case("mean of the image", _op("ReduceMean", 0.01, -20, axes=[2, 3], keepdims=0), transposes=1),
    Case("mean of the rows", _op("ReduceMean", 0.03, -20, axes=[2], keepdims=1)),
    Case("mean over channels", _op("ReduceMean", 0.03, -20, axes=[1], keepdims=0), transposes=1),
    Case("mean, axes an operand", _op("ReduceMean", 0.01, 0, 18, axes_=_ints(2, 3))),
    Case("sum", _op("ReduceSum", 0.3, -20, axes_=_ints(-2, -1))),
    Case("pad", _op("Pad", pads_=_ints(0, 0, 1, 2, 0, 0, 0, 1))),
    Case("pad channels", _op("Pad", pads_=_ints(0, 1, 0, 0, 0, 2, 0, 0))),
    Case("pad by a value", _op("Pad", pads_=_ints(0, 0, 1, 1, 0, 0, 1, 1), value_=_float(1.5))),
    Case("slice", _op("Slice", starts_=_ints(1, -6), ends_=_ints(5, -1), axes_=_ints(1, 2))),
    Case("split", _split),
    Case("resize nearest", _op("Resize", roi_=np.zeros(0, np.float32),
         scales_=np.array([1, 1, 2, 3], np.float32), mode="nearest")),
    Case("resize nearest floor", _op("Resize", roi_=np.zeros(0, np.float32),
         scales_=np.array([1, 1, 2, 2], np.float32), mode="nearest", nearest_mode="floor",
         coordinate_transformation_mode="asymmetric")),
    Case("resize linear", _op("Resize", roi_=np.zeros(0, np.float32),
         scales_=np.array([1, 1, 2, 2], np.float32), mode="linear")),
    Case("resize linear corners", _op("Resize", roi_=np.zeros(0, np.float32),
         scales_=np.zeros(0, np.float32), sizes_=_ints(1, 6, 13, 12), mode="linear",
         coordinate_transformation_mode="align_corners")),
    Case("relu", _op("Relu", 0.04, -128)),
    Case("clip", _op("Clip", 0.03, -128, low=_float(0.0), high=_float(6.0))),
    Case("clip from below", _op("Clip", 0.05, -4, low=_float(-1.0))),
    Case("leaky relu", _op("LeakyRelu", 0.045, -60, alpha=0.2)),
    Case("prelu", _with_constant("PRelu", (6, 1, 1), 0.05)),
    Case("prelu float slope", _op("PRelu", slope=np.linspace(0, 0.4, 6, dtype=np.float32)
         .reshape(6, 1, 1))),
    Case("hard swish", _op("HardSwish", 0.04, -110, 14)),
    Case("hard sigmoid", _op("HardSigmoid", 1 / 256, -128, alpha=1 / 6, beta=0.5)),
    Case("sigmoid", _op("Sigmoid", 1 / 256, -128)),
    Case("sigmoid new scale", _op("Sigmoid", 1 / 250, -120)),
    Case("tanh", _op("Tanh", 1 / 128, 0)),
    Case("softmax over channels", _op("Softmax", 1 / 256, -128, axis=1)),
    Case("softmax over columns", _op("Softmax", 1 / 256, -128, axis=-1)),
    Case("softmax new scale", _op("Softmax", 1 / 255, -128, axis=1)),
    Case("squeeze and unsqueeze", _op("Unsqueeze", axes_=_ints(0))),
    Case("transposes of the model", _transposed, transposes=0),
    Case("reshape", _reshaped),
    Case("flattened and back", _restored),
    Case("matmul of tokens", _token_matmul, transposes=0),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every case."""
    yield from CASES
