# SPDX-License-Identifier: Apache-2.0
"""FULLY_CONNECTED, and the bias of everything that has one."""

from __future__ import annotations

import logging
import math
from dataclasses import replace
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.frontends.tflite.conversion import Conversion, dequantised
from tvm_tiny.frontends.tflite.model import TFLiteTensor
from tvm_tiny.frontends.tflite.record import B, Call, Fault, Record, Shape, W, X, register

log = logging.getLogger(__name__)
_op: Any = _tvm.relax.op


def check_bias(call: Call, index: int, channels: int, data: int = 0) -> None:
    """Refuse a bias that does not have one value a channel, or that TFLM would misread.

    int8 activations have int32 biases. Of int16 ones TFLM's depthwise and transposed convolutions
    read 64 bits a channel, whatever the type: of int32 beyond its end.
    """
    bias, x = call.optional(index), call.operand(data)
    if bias is None:
        return
    if math.prod(bias.shape) != channels:
        raise Fault(f"a bias of shape {bias.shape} for {channels} channels")
    what = f"a bias '{bias.name}' of type {bias.dtype} beside {x.dtype} activations"
    if x.dtype == Q8.name and bias.dtype == "int64":
        raise Fault(what, "TFLM wants int32 there", code="TT1203")
    if x.dtype != "int16" or bias.dtype != "int32":
        return
    ends = bias.behind is None or bias.behind.size < bias.nbytes
    if call.op.kind == "DEPTHWISE_CONV_2D" or (call.op.kind == "TRANSPOSE_CONV" and ends):
        why = "TFLM reads it as int64, beyond its end"
        raise Fault(what, why, "convert it with int64 biases (the default)", code="TT1203")


def bias_of(call: Conversion, real: Any, index: int, data: int = 0) -> Any:
    """Add operand ``index`` if it is there.

    The scale of a bias is input * weight, as TensorFlow Lite Micro has it, whatever the file says.
    """
    bias, weights = call.optional(index), call.operand(1)
    if bias is None:
        return real
    if call.floats or bias.dtype == "float32":
        return _op.add(real, call.stored(index))
    scales = np.float32(call.operand(data).scales[0]) * weights.scales.astype(np.float32)
    scale = _tvm.constant(scales if scales.size > 1 else scales.reshape(()))
    wide_sums = call.operand(data).dtype == "int16" and call.op.kind == "TRANSPOSE_CONV"
    if bias.dtype == "int64" or wide_sums:
        values = bias.array() if bias.dtype == "int64" else _misread(call, bias)
        wide = _op.astype(_tvm.constant(values), "float32")  # Relax dequantises no int64
        return _op.add(real, _op.multiply(wide, scale))
    zero = _tvm.constant(np.zeros((), np.int32))
    return _op.add(real, _op.dequantize(call.stored(index), scale, zero, axis=0))


def _misread(call: Conversion, bias: TFLiteTensor) -> Any:
    """An int32 bias as int64: what lies in the file behind it is part of it for TFLM."""
    assert bias.data is not None
    assert bias.behind is not None
    log.warning(
        "%s: bias '%s' is int32, which TensorFlow Lite Micro reads as int64; so do we",
        call.op.kind,
        bias.name,
    )
    whole = np.concatenate([bias.data, bias.behind])
    return np.frombuffer(whole.tobytes(), np.dtype("<i8")).astype(np.int64)


def dense_shape(call: Call) -> list[Shape]:
    """Of FULLY_CONNECTED: what the file declares, if it fits."""
    if call.options["weights_format"]:
        raise Fault("shuffled weights", "only the default weights format", code="TT1203")
    x, (units, depth) = call.operand(0).shape, call.operand(1, 2).shape
    check_bias(call, 2, units)
    batches, rest = divmod(math.prod(x), depth)
    declared = call.outputs[0].shape
    if rest or not declared or declared[-1] != units or math.prod(declared[:-1]) != batches:
        raise Fault(f"input {x} and weights {(units, depth)} do not make a result {declared}")
    return [declared]


def dense_infer(call: Call) -> list[Shape]:
    """Of FULLY_CONNECTED, whatever the file declares."""
    x, (units, depth) = call.operand(0).shape, call.operand(1, 2).shape
    if call.options["keep_num_dims"] and x and x[-1] == depth:
        return [(*x[:-1], units)]
    batches, rest = divmod(math.prod(x), depth)
    if rest:
        raise Fault(f"input {x} and weights {(units, depth)} do not fit")
    return [(batches, units)]


def _fully_connected(call: Conversion) -> Any:
    """The input is read as (batches, depth of the weights); these may be computed at run time."""
    data, weights, result = call.operand(0), call.operand(1), call.outputs[0]
    depth, stored = weights.shape[1], call.stored(0)
    flat = (math.prod(data.shape) // depth, depth)
    if data.shape != flat:
        stored = call.bound(_op.reshape(stored, flat))
    x = stored if call.floats or not data.quantised else dequantised(stored, data)
    matrix = _op.permute_dims(call.stored(1), [1, 0])
    if weights.quantised and not call.floats:
        matrix = dequantised(matrix, weights, 1)
    out = call.activated(bias_of(call, _op.matmul(x, matrix), 2))
    same = result.shape == (flat[0], weights.shape[0])
    return out if same else _op.reshape(out, result.shape)


register(
    Record(
        "FULLY_CONNECTED",
        _fully_connected,
        "FullyConnectedOptions",
        {
            "activation": (0, "b", 0),
            "weights_format": (1, "b", 0),
            "keep_num_dims": (2, "?", False),
        },
        operands=(X, replace(W, computed=True), B.maybe),
        shapes=dense_shape,
        infer=dense_infer,
    )
)
