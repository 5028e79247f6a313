# SPDX-License-Identifier: Apache-2.0
"""Functions of one value, softmax, and the ways in and out of the integers."""

from __future__ import annotations

import math
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.arithmetic import int16
from tvm_tiny.arithmetic.element_types import QUANTISED, element_type
from tvm_tiny.arithmetic.quant import (
    SIGNED_UNIT,
    UNIT,
    activation_range,
    rescale_params,
    softmax_params,
)
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import (
    X8,
    Call,
    Fault,
    Operand,
    Record,
    Shape,
    register,
    same_shape,
)

_op: Any = _tvm.relax.op
_TO_ONE = {"int8": UNIT, "int16": (int16.RESULT_SCALE, 0)}
_TO_ONE_SIGNED = {"int8": SIGNED_UNIT, "int16": (int16.RESULT_SCALE, 0)}
"""What LOGISTIC and TANH make."""
_SOFTMAX_RESULTS = {
    ("int8", "int8"): UNIT,
    ("int8", "int16"): (1 / 65536, element_type("int16").low),
    ("int16", "int16"): _TO_ONE["int16"],
}


def _leaky_relu_shape(call: Call) -> list[Shape]:
    if not math.isfinite(call.options["alpha"]):
        raise Fault(f"alpha = {call.options['alpha']}")
    return same_shape(call)


def _softmax_shape(call: Call) -> list[Shape]:
    beta = float(call.options["beta"])
    if not (math.isfinite(beta) and beta > 0) or not call.operand(0).shape:
        raise Fault(f"beta = {beta}, input of shape {call.operand(0).shape}")
    return same_shape(call)


def _relu6(call: Conversion) -> Any:
    """TensorFlow Lite Micro clamps the integers on the input's scale and never rescales."""
    data = call.operand(0)
    if call.floats or not data.quantised:
        return _op.clip(call.stored(0), 0, 6)
    limits = activation_range("relu6", data.scale, data.zero_point, data.dtype)
    return _op.clip(call.stored(0), *limits)


def _hard_swish(call: Conversion) -> Any:
    x = call.real(0)
    three, six = (_tvm.relax.const(v, "float32") for v in (3.0, 6.0))
    gate = _op.clip(_op.add(x, three), min=0.0, max=6.0)
    return call.result(_op.divide(_op.multiply(x, gate), six))


def _softmax(call: Conversion) -> Any:
    """With ``beta``, over the last dimension; of int8 to int16 the integer operator itself."""
    x, y = call.operand(0), call.outputs[0]
    if x.dtype != y.dtype:
        attrs = softmax_params(float(call.options["beta"]), x.scale)
        return call.emit("softmax_wide", [call.stored(0)], attrs)
    value, beta = call.real(0), float(call.options["beta"])
    if beta != 1.0:
        value = _op.multiply(value, _tvm.relax.const(beta, "float32"))
    return call.result(_op.nn.softmax(value, axis=-1))


def _softmax_result(call: Call) -> None:
    """int8 makes int8 or int16 of its own scales, int16 makes int16."""
    x, y = call.operand(0), call.outputs[0]
    if not x.quantised and x.dtype == y.dtype:
        return
    fixed = _SOFTMAX_RESULTS.get((x.dtype, y.dtype))
    if fixed is None:
        raise Fault(f"a softmax of {x.dtype} to {y.dtype}", code="TT1103")
    scale, zero_point = fixed
    if not math.isclose(y.scale, scale, rel_tol=1e-3) or y.zero_point != zero_point:
        why = f"TFLite's SOFTMAX makes scale {scale}, zero point {zero_point}"
        raise Fault(f"a result of scale {y.scale}, zero point {y.zero_point}", why)


def _quantize(call: Conversion) -> Any:
    """Between int8 and int16 by QDQ, to and from int32 the integer operator itself."""
    x, y = call.operand(0), call.outputs[0]
    if "int32" not in (x.dtype, y.dtype):
        return call.result(call.real(0))
    attrs = rescale_params(x.scale, x.zero_point, y.scale, y.zero_point)
    attrs |= {"activation": list(element_type(y.dtype).limits), "dtype": y.dtype}
    return call.emit("rescale", [call.stored(0)], attrs)


def _from_integers(call: Call) -> None:
    """int32 is made of integers only."""
    if call.outputs[0].dtype == "int32" and call.operand(0).dtype == "float32":
        raise Fault("float32 quantised to int32", code="TT1103")
    whole = call.operand(0).dtype == "int32"
    if whole and (call.outputs[0].dtype == "int32" or call.operand(0).scales.size != 1):
        raise Fault("int32 quantised to int32, or without a scale", code="TT1103")


register(
    Record("ABS", lambda call: call.result(_op.abs(call.real(0))), "AbsOptions", defaults=True)
)
register(Record("RELU", lambda call: call.result(_op.nn.relu(call.real(0)))))
register(Record("RELU6", _relu6))
register(
    Record(
        "LEAKY_RELU",
        lambda call: call.result(_op.nn.leakyrelu(call.real(0), float(call.options["alpha"]))),
        "LeakyReluOptions",
        {"alpha": (0, "f", 0.0)},
        shapes=_leaky_relu_shape,
    )
)
register(Record("HARD_SWISH", _hard_swish, "HardSwishOptions", defaults=True, operands=(X8,)))
register(
    Record(
        "LOGISTIC",
        lambda call: call.result(_op.sigmoid(call.real(0))),
        quantisation=_TO_ONE,
    )
)
register(
    Record("TANH", lambda call: call.result(_op.tanh(call.real(0))), quantisation=_TO_ONE_SIGNED)
)
register(
    Record(
        "SOFTMAX",
        _softmax,
        "SoftmaxOptions",
        {"beta": (0, "f", 0.0)},
        result_type=("int8", "int16", "float32"),
        shapes=_softmax_shape,
        constraint=_softmax_result,
    )
)
register(
    Record(
        "QUANTIZE",
        _quantize,
        "QuantizeOptions",
        defaults=True,
        operands=(Operand("activation", ("int8", "int16", "int32", "float32")),),
        result_type=(*QUANTISED, "int32"),
        constraint=_from_integers,
    )
)
register(
    Record(
        "DEQUANTIZE",
        lambda call: call.real(0),
        "DequantizeOptions",
        defaults=True,
        result_type="float32",
    )
)
