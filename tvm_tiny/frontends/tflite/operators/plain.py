# SPDX-License-Identifier: Apache-2.0
"""Operators of float32 and int32 as they are, element by element, in rows and over axes.

What a model computes on floats between DEQUANTIZE and QUANTIZE, and small float models; integers
that count. Each is the operator itself, bit for bit; ``docs/operators.md`` says which.
"""

from __future__ import annotations

import math
from typing import Any, Final

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.operators.binary import broadcast
from tvm_tiny.frontends.tflite.operators.reductions import (
    one_axis,
    reduced_shape,
    reduction_attrs,
    without_axis,
)
from tvm_tiny.frontends.tflite.record import (
    Call,
    Fault,
    I,
    Operand,
    Record,
    Shape,
    lookup,
    register_plain,
    same_shape,
)
from tvm_tiny.operators.plain import bits_of

_op: Any = _tvm.relax.op
F: Final = Operand("activation", ("float32",), ())
N: Final = Operand("activation", ("float32", "int32"), ())
_FLOAT_END: Final = 3.4028234663852886e38
_LIMITS: Final = {1: (0.0, None), 2: (-1.0, 1.0), 3: (0.0, 6.0)}


def limits_of(call: Call, dtype: str = "float32") -> dict[str, Any]:
    """The fused activation as an attribute; of no activation TFLM limits floats to finite ones."""
    low, high = _LIMITS.get(int(call.options.get("activation", 0)), (None, None))
    if dtype == "int32":
        if low is None:
            return {}
        return {"limits": [int(low), (1 << 31) - 1 if high is None else int(high)]}
    ends = (-_FLOAT_END if low is None else low, _FLOAT_END if high is None else high)
    return {"limits": [bits_of(end) for end in ends]}


def plain(name: str, convert: Any, **more: Any) -> None:
    """A plain form; its options are those of the operator's other record."""
    known = lookup(name)
    given: dict[str, Any] = {"defaults": True, "float_form": False, "scaled": False}
    if known is not None:
        given |= {"options": known.options, "fields": known.fields}
    register_plain(Record(name, convert, **{**given, **more}))


def _pair(function: str, active: bool) -> Any:
    def convert(call: Conversion) -> Any:
        attrs: dict[str, Any] = {"function": function}
        # TFLM's ADD of int32 has no activation, whatever the file says.
        if active and (function, call.operand(0).dtype) != ("add", "int32"):
            attrs |= limits_of(call, call.operand(0).dtype)
        return call.emit("plain_pair", [call.stored(0), call.stored(1)], attrs)

    return convert


for _name, _function, _active, _operand in (
    ("ADD", "add", True, N),
    ("SUB", "sub", True, N),
    ("MUL", "mul", True, N),
    ("DIV", "div", True, N),
    ("MAXIMUM", "maximum", False, N),
    ("MINIMUM", "minimum", False, N),
    ("SQUARED_DIFFERENCE", "squared_difference", False, N),
    ("FLOOR_DIV", "floor_div", False, F),
    ("FLOOR_MOD", "floor_mod", False, F),
    ("PRELU", "prelu", False, F),
):
    plain(_name, _pair(_function, _active), operands=(_operand, _operand), shapes=broadcast)


def _function_of(name: str) -> Any:
    return lambda call: call.emit("plain_function", [call.stored(0)], {"function": name})


def _leaky(call: Conversion) -> Any:
    alpha = bits_of(float(call.options["alpha"]))
    attrs = {"function": "leaky_relu", "arguments": [alpha]}
    return call.emit("plain_function", [call.stored(0)], attrs)


def _relu6(call: Conversion) -> Any:
    attrs = {"function": "limited", "arguments": [bits_of(0.0), bits_of(6.0)]}
    return call.emit("plain_function", [call.stored(0)], attrs)


for _name in (
    "ABS", "NEG", "EXP", "LOG", "SIN", "COS", "SQRT", "RSQRT", "SQUARE", "FLOOR", "CEIL", "ROUND",
    "RELU", "ELU", "HARD_SWISH", "LOGISTIC", "TANH",
):  # fmt: skip
    plain(_name, _function_of(_name.lower()), operands=(F,))
plain("LEAKY_RELU", _leaky, operands=(F,))
plain("RELU6", _relu6, operands=(F,))


def _add_n(call: Conversion) -> Any:
    total = call.stored(0)
    for i in range(1, len(call.inputs)):
        attrs = {"function": "add"}
        total = call.bound(call.emit("plain_pair", [total, call.stored(i)], attrs))
    return total


def _one_shape(call: Call) -> list[Shape]:
    shapes = {t.shape for t in call.inputs if t is not None}
    if len(shapes) != 1 or len(call.inputs) < 2:
        raise Fault(f"{len(call.inputs)} operands of shapes {sorted(shapes)}")
    return same_shape(call)


plain("ADD_N", _add_n, operands=(F.repeated,), shapes=_one_shape)


def _some_dimension(call: Call) -> list[Shape]:
    if not call.operand(0).shape:
        raise Fault("an input without a dimension")
    return same_shape(call)


def _softmax(call: Conversion) -> Any:
    attrs = {"beta": bits_of(float(call.options["beta"]))}
    return call.emit("plain_softmax", [call.stored(0)], attrs)


plain("SOFTMAX", _softmax, operands=(F,), shapes=_some_dimension)
plain(
    "LOG_SOFTMAX",
    lambda call: call.emit("plain_log_softmax", [call.stored(0)], {}),
    operands=(F,),
    shapes=_some_dimension,
)
plain(
    "L2_NORMALIZATION",
    lambda call: call.emit("plain_l2_normalization", [call.stored(0)], {}),
    operands=(F,),
    shapes=_some_dimension,
)


def _reduction(name: str) -> Any:
    return lambda call: call.emit(name, [call.stored(0)], reduction_attrs(call))


for _name in ("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"):
    plain(_name, _reduction(f"plain_{_name.lower()}"), operands=(F, I), shapes=reduced_shape)


def split_at(shape: Shape, axis: int) -> tuple[int, int, int, int]:
    """The shape [1, outer, extent of the axis, inner]."""
    return 1, math.prod(shape[:axis]), shape[axis], math.prod(shape[axis + 1 :])


def _place(call: Conversion) -> Any:
    columns = split_at(call.operand(0).shape, one_axis(call))
    x = call.bound(_op.reshape(call.stored(0), columns))
    attrs = {"largest": int(call.op.kind == "ARG_MAX")}
    found = call.bound(call.emit("plain_place", [x], attrs))
    return _op.reshape(found, call.outputs[0].shape)


for _name in ("ARG_MAX", "ARG_MIN"):
    plain(_name, _place, operands=(F, I), result_type="int32", shapes=without_axis)
