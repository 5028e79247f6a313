# SPDX-License-Identifier: Apache-2.0
"""Convolutions, pools, fully connected layers and products of float32."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.operators.dense import dense_infer, dense_shape
from tvm_tiny.frontends.tflite.operators.normalise import matmul_shape, rows_and_matrix
from tvm_tiny.frontends.tflite.operators.plain import F, N, limits_of, plain
from tvm_tiny.frontends.tflite.operators.resize import CORNERS, resized_shape
from tvm_tiny.frontends.tflite.operators.windows import (
    POOL,
    conv_shape,
    depthwise_shape,
    geometry,
    pool_shape,
    same_padding,
    transpose_conv_shape,
)
from tvm_tiny.frontends.tflite.record import I

_op: Any = _tvm.relax.op


def _bias(call: Conversion, index: int, channels: int) -> Any:
    """The bias as a vector; zeros where there is none, as the reference adds."""
    bias = call.optional(index)
    if bias is None:
        return np.zeros(channels, np.float32)
    if bias.data is not None:
        return call.constant(index).reshape(channels)
    return call.bound(_op.reshape(call.stored(index), (channels,)))


def _conv(call: Conversion) -> Any:
    weights = call.operand(1)
    groups = call.operand(0).shape[3] // weights.shape[3]
    attrs = {**geometry(call, weights.shape[1:3]), "groups": groups, **limits_of(call)}
    operands = [call.stored(0), call.stored(1), _bias(call, 2, weights.shape[0])]
    return call.emit("plain_conv2d", operands, attrs)


def _depthwise(call: Conversion) -> Any:
    _, height, width, channels = call.operand(1).shape
    weights = call.bound(_op.reshape(call.stored(1), (height, width, channels)))
    if call.operand(1).data is not None:
        weights = call.constant(1).reshape(height, width, channels)
    attrs = {**geometry(call, (height, width)), **limits_of(call)}
    operands = [call.stored(0), weights, _bias(call, 2, channels)]
    return call.emit("plain_depthwise_conv2d", operands, attrs)


def _transpose_conv(call: Conversion) -> Any:
    weights, size = call.operand(1), call.outputs[0].shape[1:3]
    strides = [int(call.options["stride_h"]), int(call.options["stride_w"])]
    pads = same_padding(call.options["padding"], size, weights.shape[1:3], strides)
    attrs = {"strides": strides, "padding": list(pads), "output_size": list(size)}
    operands = [call.stored(2), call.stored(1), _bias(call, 3, weights.shape[0])]
    return call.emit("plain_transpose_conv2d", operands, {**attrs, **limits_of(call)})


def _fully_connected(call: Conversion) -> Any:
    units, depth = call.operand(1).shape
    flat = (math.prod(call.operand(0).shape) // depth, depth)
    x = call.stored(0)
    if call.operand(0).shape != flat:
        x = call.bound(_op.reshape(x, flat))
    operands = [x, call.stored(1), _bias(call, 2, units)]
    out = call.emit("plain_fully_connected", operands, limits_of(call))
    same = call.outputs[0].shape == (flat[0], units)
    return out if same else _op.reshape(call.bound(out), call.outputs[0].shape)


def _matmul(call: Conversion) -> Any:
    rows, matrix = rows_and_matrix(call)
    made = call.bound(call.emit("plain_matmul", [rows, matrix], {"transposed": 1}))
    return _op.reshape(made, call.outputs[0].shape)


def _pool(call: Conversion) -> Any:
    window = [int(call.options["filter_h"]), int(call.options["filter_w"])]
    strides = [int(call.options["stride_h"]), int(call.options["stride_w"])]
    pads = same_padding(call.options["padding"], call.operand(0).shape[1:3], window, strides)
    attrs = {"kernel": window, "strides": strides, "dilation": [1, 1], "padding": list(pads)}
    name = {"AVERAGE_POOL_2D": "avg", "MAX_POOL_2D": "max", "L2_POOL_2D": "l2"}[call.op.kind]
    return call.emit(f"plain_{name}_pool2d", [call.stored(0)], {**attrs, **limits_of(call)})


plain("CONV_2D", _conv, operands=(F, F, F.maybe), shapes=conv_shape)
plain("DEPTHWISE_CONV_2D", _depthwise, operands=(F, F, F.maybe), shapes=depthwise_shape)
plain("TRANSPOSE_CONV", _transpose_conv, operands=(I, F, F, F.maybe), shapes=transpose_conv_shape)
plain(
    "FULLY_CONNECTED",
    _fully_connected,
    operands=(F, F, F.maybe),
    shapes=dense_shape,
    infer=dense_infer,
)
plain("BATCH_MATMUL", _matmul, operands=(F, F), shapes=matmul_shape)
for _name in ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"):
    plain(_name, _pool, options="Pool2DOptions", fields=POOL, operands=(F,), shapes=pool_shape)


def _resized(name: str) -> Any:
    def convert(call: Conversion) -> Any:
        attrs: dict[str, Any] = {k: int(call.options[k]) for k in CORNERS}
        attrs["output_size"] = call.integers(1)
        return call.emit(name, [call.stored(0)], attrs)

    return convert


plain("RESIZE_BILINEAR", _resized("plain_resize_bilinear"), operands=(F, I), shapes=resized_shape)
plain("RESIZE_NEAREST_NEIGHBOR", _resized("resize_nearest"), operands=(N, I), shapes=resized_shape)
