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


def _product() -> bytes:
    """Attention in short: scores of queries and keys, softmax, mixture."""
    net = QdqNet("product", 5)
    x, memory = net.input("tokens", (1, 9, 16), 1 / 64, 3), net.input("m", (1, 7, 16), 1 / 64, 3)
    q, k = net.matmul(x, "q", (16, 8)), net.matmul(memory, "k", (16, 8))
    turned = net.op("Transpose", [k], "turned", 0.05, -7, perm=[0, 2, 1])
    scores = net.op("MatMul", [q, turned], "scores", 0.2, 3)
    shares = net.op("Softmax", [scores], "shares", 1 / 256, -128, axis=-1)
    return _finished(
        net, net.op("MatMul", [shares, net.matmul(memory, "v", (16, 8))], "it", 0.05, -7)
    )


def _blocks(kind: str, mode: str) -> Callable[[], bytes]:
    def build() -> bytes:
        net, x = _image(kind, 13, (1, 8, 6, 10))
        attrs = {"mode": mode} if mode else {}
        return _finished(net, net.op(kind, [x], "it", 0.05, _ZERO, blocksize=2, **attrs))

    return build


def _norm(
    kind: str, shape: tuple[int, ...], opset: int = 17, offsets: bool = True, **attrs: Any
) -> Callable[[], bytes]:
    def build() -> bytes:
        net = QdqNet(kind, 9, opset)
        x = net.input("x", shape, 1 / 40, -9)
        rng = np.random.default_rng(2)
        inner = shape[attrs.get("axis", -1) :]
        operands = [net.constant("gamma", rng.uniform(0.5, 1.5, inner).astype(np.float32))]
        if offsets:
            operands.append(net.constant("beta", rng.normal(0, 0.3, inner).astype(np.float32)))
        return _finished(net, net.op(kind, [x, *operands], "it", 1 / 40, 5, **attrs))

    return build


def _quotient() -> bytes:
    """Divided by values that are far from 0."""
    net, x = _image("quotient", 13)
    below = net.op("Sigmoid", [x], "below", 1 / 256, -128)
    below = net.op("HardSigmoid", [below], "far", 1 / 200, -128, alpha=0.5, beta=0.5)
    return _finished(net, net.op("Div", [x, below], "it", 0.1, 4))


def _float_end(*kinds: str) -> Callable[[], bytes]:
    """Functions of one number behind each other; nothing quantises the result."""

    def build() -> bytes:
        net, x = _image("end", 17)
        half = net.constant("half", np.array(0.5, np.float32))
        for place, kind in enumerate(kinds):
            operands = [x, half] if kind in ("Sub", "Mul", "Add", "Div") else [x]
            x = net.plain(kind, operands, f"it{place}")
        return _finished(net, x)

    return build


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
    Case("attention", _product, transposes=1),
    Case("layer norm", _norm("LayerNormalization", (1, 9, 16)), transposes=0),
    Case("layer norm of an image", _norm("LayerNormalization", (1, 3, 4, 5), axis=1), transposes=0),
    Case("rms norm", _norm("RMSNormalization", (1, 9, 16), 23, False), transposes=0),
    Case("quotient", _quotient),
    Case("float end", _float_end("Sub", "Div")),
    Case("float end of functions", _float_end("Softplus", "Mul")),
    *(Case(kind.lower(), _op(kind, 0.05, 0, opset, **attrs)) for kind, opset, attrs in (
        ("Elu", 13, {"alpha": 0.7}), ("Selu", 13, {}), ("Celu", 13, {"alpha": 1.3}),
        ("Softplus", 13, {}), ("Softsign", 13, {}), ("Gelu", 20, {"approximate": "tanh"}),
        ("Mish", 18, {}), ("ThresholdedRelu", 13, {"alpha": 0.4}), ("Shrink", 13, {"lambd": 0.6}),
        ("Erf", 13, {}), ("Exp", 13, {}), ("Neg", 13, {}), ("Sin", 13, {}), ("Cos", 13, {}),
        ("Floor", 13, {}), ("Ceil", 13, {}), ("Round", 13, {}), ("Sign", 13, {}),
        ("Pow", 13, {"exponent_": _float(2.0)}),
    )),
    Case("gather neighbours", _op("Gather", places_=_ints(1, 2, 3), axis=2)),
    Case("gather in steps", _op("Gather", places_=_ints(0, 2, 4), axis=-1)),
    Case("gather anywhere", _op("Gather", places_=_ints(4, 1, -1), axis=1)),
    Case("gather one", _op("Gather", place_=np.array(3, np.int64), axis=2)),
    Case("tile", _op("Tile", counts_=_ints(1, 2, 1, 3))),
    Case("expand", _op("Expand", shape_=_ints(2, 6, 10, 7))),
    Case("depth to space", _blocks("DepthToSpace", "DCR"), transposes=3),
    Case("depth to space by columns", _blocks("DepthToSpace", "CRD"), transposes=3),
    Case("space to depth", _blocks("SpaceToDepth", ""), transposes=3),
    Case("global max pool", _op("GlobalMaxPool"), transposes=1),
    Case("smallest of the image", _op("ReduceMin", axes=[2, 3], keepdims=0), transposes=1),
    Case("pad by reflection", _op("Pad", pads_=_ints(0, 0, 2, 1, 0, 0, 1, 3), mode="reflect")),
    Case("pad by the edge", _op("Pad", pads_=_ints(0, 0, 2, 1, 0, 0, 1, 3), mode="edge")),
    Case("pad by less", _op("Pad", pads_=_ints(0, 0, -2, 1, 0, 0, 1, -3))),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Every case."""
    yield from CASES
