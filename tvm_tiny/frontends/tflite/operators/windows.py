# SPDX-License-Identifier: Apache-2.0
"""Operators that slide a window: convolutions and pools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.frontends.tflite.conversion import Conversion, dequantised, real_values
from tvm_tiny.frontends.tflite.operators.dense import bias_of, check_bias
from tvm_tiny.frontends.tflite.record import (
    B,
    Call,
    Fault,
    Operand,
    Record,
    Shape,
    W,
    X,
    register,
)

_op: Any = _tvm.relax.op
_SAME: Final = 0
_VALID: Final = 1
_WINDOW = {"padding": (0, "b", 0), "stride_w": (1, "i", 0), "stride_h": (2, "i", 0)}


def windows(size: int, window: int, stride: int, padding: int) -> int:
    """Output extent of a sliding window (TFLite ``ComputeOutSize``)."""
    if padding == _SAME:
        return -(-size // stride)
    return (size - window) // stride + 1 if size >= window else 0


def same_padding(
    kind: int, size: Sequence[int], window: Sequence[int], strides: Sequence[int]
) -> tuple[int, int, int, int]:
    """[top, left, bottom, right] of SAME padding (TFLite ``ComputePaddingWithOffset``)."""
    if kind == _VALID:
        return 0, 0, 0, 0
    totals = [
        max(0, (-(-n // s) - 1) * s + k - n) for n, k, s in zip(size, window, strides, strict=True)
    ]
    top, left = totals[0] // 2, totals[1] // 2
    return top, left, totals[0] - top, totals[1] - left


def _slide(call: Call, kernel: Sequence[int]) -> tuple[int, int]:
    """Output height and width under a window."""
    if call.options["padding"] not in (_SAME, _VALID):
        raise Fault(f"padding {call.options['padding']}", "it is SAME (0) or VALID (1)")
    strides = call.bounded("stride_h", "stride_w")
    dilation = call.bounded("dilation_h", "dilation_w") if "dilation_h" in call.options else (1, 1)
    sizes = call.operand(0, 4).shape[1:3]
    out = [
        windows(n, (k - 1) * d + 1, s, call.options["padding"])
        for n, k, d, s in zip(sizes, kernel, dilation, strides, strict=True)
    ]
    if min(out) < 1:
        raise Fault(f"a window of {tuple(kernel)} does not fit an image of {sizes}")
    return out[0], out[1]


def conv_shape(call: Call) -> list[Shape]:
    """Of CONV_2D."""
    x, w = call.operand(0, 4).shape, call.operand(1, 4).shape
    if x[3] % w[3] or w[0] % (x[3] // w[3]):
        raise Fault(f"{x[3]} input channels do not fit weights of shape {w}")
    check_bias(call, 2, w[0])
    return [(x[0], *_slide(call, w[1:3]), w[0])]


def depthwise_shape(call: Call) -> list[Shape]:
    """Of DEPTHWISE_CONV_2D."""
    x, w = call.operand(0, 4).shape, call.operand(1, 4).shape
    (multiplier,) = call.bounded("depth_multiplier")
    if w[0] != 1 or w[3] != x[3] * multiplier:
        raise Fault(f"{x[3]} channels times {multiplier} do not fit weights of shape {w}")
    check_bias(call, 2, w[3])
    return [(x[0], *_slide(call, w[1:3]), w[3])]


def transpose_conv_shape(call: Call) -> list[Shape]:
    """The size that the model says: the interpreter computes whatever of it the windows reach.

    An operand that is computed at run time is not read there either: the result's shape counts.
    """
    x, w = call.operand(2, 4).shape, call.operand(1, 4).shape
    known = call.operand(0).data is not None
    wanted = tuple(call.integers(0)) if known else call.outputs[0].shape
    strides = call.bounded("stride_h", "stride_w")
    check_bias(call, 3, w[0], data=2)
    if len(wanted) != 4 or x[3] != w[3] or wanted[0] != x[0] or wanted[3] != w[0]:
        raise Fault(f"input {x} and weights {w} do not make a result {wanted}")
    for n, size, k, s in zip(wanted[1:3], x[1:3], w[1:3], strides, strict=True):
        whole = windows(n, k, s, call.options["padding"]) == size
        if n < 1 or not (whole or -s < _uncovered(n, size, k, s, call) < k):
            raise Fault(f"input {x}, weights {w}, strides {strides} do not make {wanted}")
    return [wanted]


def _uncovered(extent: int, size: int, kernel: int, stride: int, call: Call) -> int:
    """How much of a full result is cut off behind the declared one; below 0: what is missing."""
    begin = same_padding(call.options["padding"], (extent, 1), (kernel, 1), (stride, 1))[0]
    return (size - 1) * stride + kernel - begin - extent


def pool_shape(call: Call) -> list[Shape]:
    """Of a pool."""
    x = call.operand(0, 4).shape
    return [(x[0], *_slide(call, call.bounded("filter_h", "filter_w")), x[3])]


def geometry(call: Call, kernel: Sequence[int]) -> dict[str, Any]:
    """Strides, dilation and padding of a Relax convolution."""
    strides = [int(call.options["stride_h"]), int(call.options["stride_w"])]
    dilation = [int(call.options["dilation_h"]), int(call.options["dilation_w"])]
    window = [(k - 1) * d + 1 for k, d in zip(kernel, dilation, strict=True)]
    pads = same_padding(call.options["padding"], call.operand(0).shape[1:3], window, strides)
    return {"strides": strides, "dilation": dilation, "padding": list(pads)}


def _no_zero_point(call: Call) -> None:
    """TensorFlow Lite Micro's int8 kernels take weights to be symmetric; uint8 ones do not."""
    weights = call.operand(1)
    if weights.quantised and not weights.unsigned and weights.zero_points.any():
        why = "TFLM's int8 convolutions take symmetric weights (zero point 0)"
        do = "quantise weights symmetrically"
        raise Fault("weights with a zero point", why, do, code="TT1203")


def _conv(call: Conversion) -> Any:
    weights = call.operand(1)
    hwio = _weights(call, (1, 2, 3, 0), 3)
    groups = call.operand(0).shape[3] // weights.shape[3]
    out = _op.nn.conv2d(
        call.real(0), hwio, groups=groups, data_layout="NHWC", kernel_layout="HWIO",
        **geometry(call, weights.shape[1:3]),
    )  # fmt: skip
    return call.activated(bias_of(call, out, 2))


def _depthwise(call: Conversion) -> Any:
    """A grouped convolution; per-channel weights are dequantised while their axis is whole."""
    _, height, width, channels = call.operand(1).shape
    inputs = call.operand(0).shape[3]
    single = inputs == 1
    weights = _weights(call, (0, 1, 2, 3), 3)
    shape = (height, width, 1, channels) if single else (height, width, channels, 1)
    out = _op.nn.conv2d(
        call.real(0), _op.reshape(weights, shape), groups=inputs, data_layout="NHWC",
        kernel_layout="HWIO" if single else "HWOI", **geometry(call, (height, width)),
    )  # fmt: skip
    return call.activated(bias_of(call, out, 2))


def _weights(call: Conversion, order: tuple[int, ...], axis: int) -> Any:
    """Weights in another order of dimensions, as floats; their scales go along ``axis`` then.

    Weights of legacy uint8 models have a zero point: it is subtracted here, in 16 bits if need be.
    """
    tensor = call.operand(1)
    if call.floats or not tensor.quantised:
        return _tvm.constant(np.transpose(real_values(tensor), order))
    if tensor.unsigned:
        wide = np.transpose(tensor.array(), order).astype(np.int16) - tensor.zero_point
        narrow = wide if np.any(wide != wide.astype(Q8.numpy)) else wide.astype(Q8.numpy)
        symmetric = replace(tensor, zero_points=np.zeros(1, np.int64))
        return dequantised(_tvm.constant(narrow), symmetric, axis)
    return dequantised(_tvm.constant(np.transpose(tensor.array(), order)), tensor, axis)


def _transpose_conv(call: Conversion) -> Any:
    """The full result, cropped (or extended) to the declared output size."""
    weight, data, result = call.operand(1), call.operand(2), call.outputs[0]
    strides = (int(call.options["stride_h"]), int(call.options["stride_w"]))
    out_size, kernel = result.shape[1:3], weight.shape[1:3]
    top, left, _, _ = same_padding(call.options["padding"], out_size, kernel, strides)
    full = [(n - 1) * s + k for n, s, k in zip(data.shape[1:3], strides, kernel, strict=True)]
    ends = [full[0] - top - out_size[0], full[1] - left - out_size[1]]
    out = _op.nn.conv2d_transpose(
        call.real(2),
        _weights(call, (3, 0, 1, 2), 1),
        strides=strides,
        padding=(top, left, max(ends[0], 0), max(ends[1], 0)),
        output_padding=(max(-ends[0], 0), max(-ends[1], 0)),
        data_layout="NHWC",
        kernel_layout="IOHW",
    )
    return call.activated(bias_of(call, out, 3, data=2))


def _pool(call: Conversion) -> Any:
    window = (int(call.options["filter_h"]), int(call.options["filter_w"]))
    strides = (int(call.options["stride_h"]), int(call.options["stride_w"]))
    data = call.operand(0)
    pads = same_padding(call.options["padding"], data.shape[1:3], window, strides)
    if call.op.kind == "MAX_POOL_2D":
        pooled = _op.nn.max_pool2d(call.stored(0), window, strides, pads, layout="NHWC")
        return call.limited(pooled)
    if data.unsigned and not call.floats:
        return _unsigned_average(call, window, strides, pads)
    # TFLM averages integers as they are: the result has the input's quantisation.
    out = _op.nn.avg_pool2d(call.real(0), window, strides, pads, layout="NHWC")
    return call.activated(out, like=data)


def _unsigned_average(
    call: Conversion, window: Sequence[int], strides: Sequence[int], pads: Sequence[int]
) -> Any:
    """The average of uint8 values, ties up, in the input's quantisation."""
    result = call.outputs[0]
    attrs = {
        "kernel": list(window),
        "strides": list(strides),
        "dilation": [1, 1],
        "padding": list(pads),
        "activation": call.limits(result),
        "unsigned": 1,
    }
    return call.emit("avg_pool2d", [call.stored(0)], attrs)


_SIZE: Final = Operand("unread", ("int32", "int64"), ("int32", "int64"))
POOL: Final = {
    **_WINDOW,
    "filter_w": (3, "i", 0),
    "filter_h": (4, "i", 0),
    "activation": (5, "b", 0),
}

register(
    Record(
        "CONV_2D",
        _conv,
        "Conv2DOptions",
        {
            **_WINDOW,
            "activation": (3, "b", 0),
            "dilation_w": (4, "i", 1),
            "dilation_h": (5, "i", 1),
        },
        operands=(X, W, B.maybe),
        shapes=conv_shape,
        constraint=_no_zero_point,
    )
)
register(
    Record(
        "DEPTHWISE_CONV_2D",
        _depthwise,
        "DepthwiseConv2DOptions",
        {
            **_WINDOW,
            "depth_multiplier": (3, "i", 0),
            "activation": (4, "b", 0),
            "dilation_w": (5, "i", 1),
            "dilation_h": (6, "i", 1),
        },
        operands=(X, W, B.maybe),
        shapes=depthwise_shape,
        constraint=_no_zero_point,
        per_channel=3,
    )
)
register(
    Record(
        "TRANSPOSE_CONV",
        _transpose_conv,
        "TransposeConvOptions",
        {**_WINDOW, "activation": (3, "b", 0)},
        operands=(_SIZE, W, X, B.maybe),
        shapes=transpose_conv_shape,
        constraint=_no_zero_point,
        float_form=False,
    )
)
for _name in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
    register(Record(_name, _pool, "Pool2DOptions", POOL, shapes=pool_shape))
