# SPDX-License-Identifier: Apache-2.0
"""Elementwise operators, softmax, batch normalisation.

Clip and Max, Min: Relax operators instead of TIR functions; PRelu: float slopes become int8.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import constant, relax
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.quant import SIGNED_UNIT, UNIT
from tvm_tiny.frontends.onnx.graph import OnnxNode
from tvm_tiny.frontends.onnx.operators.shapes import shape_of
from tvm_tiny.frontends.onnx.record import (
    AXIS,
    Importing,
    Record,
    Unusable,
    ignored,
    number,
    only,
    register,
)

_op: Any = relax.op


def _clip(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    limits: list[float] = []
    for operand, name, default in ((1, "min", -3.0e38), (2, "max", 3.0e38)):
        value = importer.constant_of(node.input(operand))
        number = node.attrs.get(name, default) if value is None else value.reshape(-1)[0]
        limits.append(default if np.isnan(number) else float(np.clip(number, -3.0e38, 3.0e38)))
    return _op.clip(inputs[0], *limits)


def _extremum(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del importer, attrs
    if len(inputs) == 1:
        return inputs[0]
    return (_op.maximum if node.op == "Max" else _op.minimum)(*inputs)


def _batch_norm(
    importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]
) -> Any:
    """Batch normalisation of float models: TVM's second and third result are for training."""
    if len({shape_of(a) for a in inputs[1:]}) != 1 or len(shape_of(inputs[0])) < 2:
        raise Unusable(f"parameters of shapes {[shape_of(a) for a in inputs[1:]]}")
    if importer.graph.quantised:
        return _scaled_channels(importer, node, inputs)
    made = importer.inherited(node, inputs, attrs)
    return made.fields[0] if isinstance(made, relax.Tuple) else made


def folded_norm(node: OnnxNode, parameters: Sequence[Any]) -> tuple[Any, Any]:
    """Batch normalisation as ``x * factor + offset``, one of each a channel, float64."""
    scale, bias, mean, variance = (np.asarray(p, np.float64).reshape(-1) for p in parameters)
    factor = scale / np.sqrt(variance + float(node.attrs.get("epsilon", 1e-5)))
    return factor, bias - mean * factor


def _scaled_channels(importer: Importing, node: OnnxNode, inputs: Sequence[Any]) -> Any:
    """Batch normalisation of quantised models: a depthwise convolution of one tap, exactly."""
    factor, offset = folded_norm(node, [importer.constant_of(n) for n in node.inputs[1:]])
    shape = shape_of(inputs[0])
    image = (shape[0], shape[1], math.prod(shape[2:]), 1)
    scales = np.where(factor == 0, 1.0, np.abs(factor) / Q8.high).astype(np.float32)
    signs = (np.sign(factor) * Q8.high).astype(Q8.numpy).reshape(-1, 1, 1, 1)
    zero = constant(np.zeros((), np.int32))
    weights = _op.dequantize(constant(signs), constant(scales), zero, 0, "float32")
    x = _op.reshape(inputs[0], image)
    out = _op.nn.conv2d(x, weights, groups=shape[1], data_layout="NCHW", kernel_layout="OIHW")
    bias = constant(offset.astype(np.float32).reshape(1, -1, 1, 1))
    return _op.reshape(_op.add(out, bias), shape)


def _prelu(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs, node
    shape, slope = shape_of(inputs[0]), shape_of(inputs[1])
    channels = shape[min(1, len(shape) - 1)]
    full = (1,) * (len(shape) - len(slope)) + tuple(slope)
    size = math.prod(slope)
    if size not in (1, channels) or (size > 1 and (len(shape) < 2 or full[1] != channels)):
        raise Unusable(f"slope {slope} for data {shape}", "one slope, or one a channel")
    alpha = inputs[1]
    array = _tvm.constant_value(alpha)
    if array is not None:
        step = np.float32(max(float(np.abs(array).max()), 1e-6) / Q8.high)
        integers = np.rint(array.reshape(-1) / step).astype(Q8.numpy)
        zero = constant(np.zeros((), np.int32))
        alpha = _op.dequantize(constant(integers), constant(np.array(step)), zero, 0, "float32")
    alpha = _op.broadcast_to(_op.reshape(alpha, [size]), [channels])
    return _op.nn.prelu(inputs[0], importer.bb.normalize(alpha), min(1, len(shape) - 1))


for _name in ("Add", "Sub", "Mul"):
    register(Record(_name, (2, 2), pointwise=True, corners=True))
register(Record("Div", (2, 2), pointwise=True))
for _name in ("Max", "Min"):
    register(Record(_name, (1, 2), convert=_extremum, pointwise=True))
for _name in ("Abs", "HardSwish"):
    register(Record(_name, pointwise=True))
register(Record("Relu", pointwise=True, within=True))
register(Record("Sigmoid", pointwise=True, range=UNIT))
register(Record("Tanh", pointwise=True, range=SIGNED_UNIT))
register(
    Record(
        "Clip",
        (1, 3),
        {"min": number, "max": number},
        (1, 2),
        convert=_clip,
        pointwise=True,
        within=True,
    )
)
register(Record("LeakyRelu", attrs={"alpha": number}, pointwise=True))
register(Record("HardSigmoid", attrs={"alpha": number, "beta": number}, pointwise=True))
register(Record("Softmax", attrs={"axis": AXIS}, range=UNIT))
register(Record("PRelu", (2, 2), constants=(1,), convert=_prelu))
register(
    Record(
        "BatchNormalization",
        (5, 5),
        {
            "epsilon": number,
            "momentum": ignored,  # of training only
            "training_mode": only(0),
            "spatial": only(1),
        },
        (1, 2, 3, 4),
        convert=_batch_norm,
        affine=folded_norm,
    )
)
