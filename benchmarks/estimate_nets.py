# SPDX-License-Identifier: Apache-2.0
"""Nets whose layers cover shapes and operators that ``fit_estimates.py`` measures."""

from __future__ import annotations

from itertools import product

import numpy as np

from tvm_tiny.testing.net import Net
from tvm_tiny.testing.tflite_writer import TensorRef

_SIZES = ((9, 16, 8), (6, 6, 32), (8, 13, 5))
"""Height, width, channels of the tensors that operators without weights are measured on."""


def nets() -> dict[str, bytes]:
    """Name to model."""
    found = {f"operators_{h}x{w}x{c}": _operators(h, w, c) for h, w, c in _SIZES}
    return found | {"products": _products(), "depthwise": _depthwise(), "columns": _columns()}


def _products() -> bytes:
    net = Net("products", 1)
    ends: list[TensorRef] = []
    for size, channels in ((14, 3), (12, 8), (7, 24), (1, 40)):
        x = net.input((1, size, size, channels), name=f"image{size}")
        for kernel, stride, made in product((1, 3), (1, 2), (6, 16)):
            if kernel <= size:
                ends.append(net.conv(x, made, kernel=kernel, stride=stride))
        ends.append(net.conv(x, 48, kernel=1, activation="RELU6"))
    for inputs, outputs in ((30, 10), (64, 32), (200, 12), (128, 128)):
        ends.append(net.dense(net.input((1, inputs), name=f"vector{inputs}"), outputs))
    return net.finish(*ends)


def _columns() -> bytes:
    """Convolutions whose rows are one pixel: gates, sequences, tiles of one column."""
    net = Net("columns", 6)
    ends: list[TensorRef] = []
    for rows, channels in ((1, 8), (1, 96), (1, 240), (5, 16), (9, 40), (4, 112)):
        x = net.input((1, rows, 1, channels), name=f"column{rows}x{channels}")
        for made in (4, 24, 96):
            ends.append(net.conv(x, made, kernel=1, activation="RELU6"))
            ends.append(net.conv(x, made, kernel=1))
        if rows > 3:
            ends.append(net.conv(x, 16, kernel=3, activation="RELU6"))
            ends.append(net.conv(x, 8, kernel=3, stride=2))
    return net.finish(*ends)


def _depthwise() -> bytes:
    net = Net("depthwise", 2)
    ends: list[TensorRef] = []
    for width, channels in ((3, 24), (6, 16), (7, 30), (10, 8), (17, 12), (24, 4)):
        x = net.input((1, 9, width, channels), name=f"image{width}")
        for kernel, stride in product((3, 5, 7), (1, 2)):
            ends.append(net.depthwise(x, kernel=kernel, stride=stride, activation="RELU6"))
    return net.finish(*ends)


def _operators(height: int, width: int, channels: int) -> bytes:
    """One layer of every operator that has no weights, on a tensor of this size."""
    net = Net("operators", 3)
    shape = (1, height, width, channels)
    x, other = net.input(shape, name="image"), net.input(shape, name="other")
    real = net.writer.input("real", shape, dtype="float32")
    one_sided = net.unary("RELU", x)
    ends = [
        net.add(x, other),
        net.add(x, one_sided),
        net.add(x, other, activation="RELU"),
        net.average_pool(x, 2),
        net.average_pool(x, 3),
        net.global_mean(x, keep_dims=True),
        *(net.unary(kind, x) for kind in ("SOFTMAX", "LOGISTIC", "HARD_SWISH")),
    ]
    gate = net.unary("LOGISTIC", net.global_mean(x, keep_dims=True))
    ends.append(net.scale_channels(x, gate))
    ends += [_binary(net, kind, x, other) for kind in ("SUB", "MUL", "MAXIMUM", "MINIMUM")]
    ends += [_max_pool(net, x, 2, 2), _max_pool(net, x, 3, 1), *_moved(net, x, other)]
    ends += [_transpose_conv(net, x), _prelu(net, x)]
    quantised = net.writer.op("QUANTIZE", [real], shape, 1 / 64, -1, name="quantised")
    lut = net.unary("RELU", quantised)
    ends.append(net.writer.op("DEQUANTIZE", [lut], shape, None, name="reals", dtype="float32"))
    return net.finish(*ends)


def _binary(net: Net, kind: str, x: TensorRef, other: TensorRef) -> TensorRef:
    scale = x.scale[0] if kind[0] == "M" and kind != "MUL" else 2 * x.scale[0]
    return net.writer.op(kind, [x, other], x.shape, scale, x.zero_point[0], name=kind.lower())


def _like(net: Net, kind: str, inputs: list[TensorRef], shape: list[int], name: str) -> TensorRef:
    x = inputs[0]
    return net.writer.op(kind, inputs, shape, x.scale[0], x.zero_point[0], name=name)


def _max_pool(net: Net, x: TensorRef, window: int, stride: int) -> TensorRef:
    _, h, w, c = x.shape
    shape = (1, (h - window) // stride + 1, (w - window) // stride + 1, c)
    return net.writer.op(
        "MAX_POOL_2D",
        [x],
        shape,
        x.scale[0],
        x.zero_point[0],
        name=f"max_pool{window}",
        padding="VALID",
        stride_h=stride,
        stride_w=stride,
        filter_h=window,
        filter_w=window,
    )


def _moved(net: Net, x: TensorRef, other: TensorRef) -> list[TensorRef]:
    """Operators that move values."""
    _, h, w, c = x.shape

    def ints(name: str, values: object) -> TensorRef:
        return net.writer.constant(name, np.array(values, np.int32))

    axis = net.writer.op(
        "CONCATENATION",
        [x, other],
        (1, h, w, 2 * c),
        x.scale[0],
        x.zero_point[0],
        name="concat",
        axis=3,
    )
    pads = ints("pads", [[0, 0], [1, 1], [2, 1], [0, 0]])
    size = ints("size", [2 * h, 2 * w])
    begin, extent = ints("begin", [0, 1, 1, 0]), ints("extent", [1, h - 2, w - 2, c])
    return [
        axis,
        _like(net, "PAD", [x, pads], [1, h + 2, w + 3, c], "pad"),
        _like(net, "TRANSPOSE", [x, ints("order", [0, 2, 1, 3])], [1, w, h, c], "transpose"),
        _like(net, "SLICE", [x, begin, extent], [1, h - 2, w - 2, c], "slice"),
        _like(net, "RESIZE_NEAREST_NEIGHBOR", [x, size], [1, 2 * h, 2 * w, c], "nearest"),
        _like(net, "RESIZE_BILINEAR", [x, size], [1, 2 * h, 2 * w, c], "bilinear"),
    ]


def _transpose_conv(net: Net, x: TensorRef) -> TensorRef:
    _, h, w, c = x.shape
    values = np.random.default_rng(4).integers(-127, 128, (4, 3, 3, c)).astype(np.int8)
    weights = net.writer.constant("up/weights", values, scale=0.01)
    shape = net.writer.constant("up/shape", np.array([1, 2 * h, 2 * w, 4], np.int32))
    return net.writer.op(
        "TRANSPOSE_CONV",
        [shape, weights, x],
        (1, 2 * h, 2 * w, 4),
        0.1,
        0,
        name="up",
        padding="SAME",
        stride_h=2,
        stride_w=2,
    )


def _prelu(net: Net, x: TensorRef) -> TensorRef:
    values = np.random.default_rng(5).integers(-127, 128, (1, 1, x.shape[3])).astype(np.int8)
    alpha = net.writer.constant("alpha", values, scale=0.01)
    return _like(net, "PRELU", [x, alpha], list(x.shape), "prelu")
