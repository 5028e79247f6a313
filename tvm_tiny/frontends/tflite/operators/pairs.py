# SPDX-License-Identifier: Apache-2.0
"""Operators of several tensors, element by element: each is the integer operator itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from tvm_tiny.arithmetic import pairs, quant
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.luts import rsqrt_scale
from tvm_tiny.frontends.tflite.conversion import ACTIVATIONS, Conversion
from tvm_tiny.frontends.tflite.model import TFLiteTensor
from tvm_tiny.frontends.tflite.operators.binary import broadcast, broadcast_all
from tvm_tiny.frontends.tflite.record import X8, Call, Fault, M, Operand, Record, X, register

# Not int16: TFLM has no kernel but GREATER's, whose parameters it never sets.
COMPARED: Final = Operand("activation", ("int8", "int32", "int64", "float32", "bool"), ())
TRUTH: Final = Operand("activation", ("bool",), ())
_CHOICE: Final = replace(M, types=tuple(t for t in M.types if t != "bool"))
"""What SELECT_V2 chooses from; its condition is of another type."""
_RELATIONS: Final = (
    ("EQUAL", "EqualOptions"),
    ("NOT_EQUAL", "NotEqualOptions"),
    ("LESS", "LessOptions"),
    ("LESS_EQUAL", "LessEqualOptions"),
    ("GREATER", "GreaterOptions"),
    ("GREATER_EQUAL", "GreaterEqualOptions"),
)


def scale_of(tensor: TFLiteTensor) -> pairs.Quantisation:
    """Scale and zero point of a tensor."""
    return tensor.scale, tensor.zero_point


def _three(call: Conversion) -> tuple[pairs.Quantisation, ...]:
    """Of both operands and the result."""
    return tuple(scale_of(t) for t in (call.operand(0), call.operand(1), call.outputs[0]))


def _both(call: Conversion) -> list[Any]:
    return [call.stored(0), call.stored(1)]


def _squared_difference(call: Conversion) -> Any:
    a, b, y = _three(call)
    attrs = pairs.squared_difference_params(a, b, y, call.operand(0).dtype)
    return call.emit("squared_difference", _both(call), attrs)


def _div(call: Conversion) -> Any:
    a, b, y = _three(call)
    kind = ACTIVATIONS[int(call.options.get("activation", 0))]
    return call.emit("div", _both(call), pairs.div_params(a, b, y, kind))


def _compare(call: Conversion) -> Any:
    attrs: dict[str, Any] = {"relation": call.op.kind.lower()}
    if call.operand(0).dtype == Q8.name:
        attrs |= pairs.compare_params(scale_of(call.operand(0)), scale_of(call.operand(1)))
    return call.emit("compare", _both(call), attrs)


def _scales_below_one(call: Call) -> None:
    """TFLM stops where a scale is 1 or more."""
    scales = [t.scale for t in call.inputs if t is not None and t.dtype == Q8.name]
    if any(s >= 1.0 for s in scales):
        why = "TFLM compares numbers of a scale below 1"
        raise Fault(f"operands of scale {max(scales)}", why, code="TT1203")


def _logical(call: Conversion) -> Any:
    function = call.op.kind.removeprefix("LOGICAL_").lower()
    operands = [call.stored(i) for i in range(len(call.inputs))]
    return call.emit("logical", operands, {"function": function})


def _select(call: Conversion) -> Any:
    return call.emit("select", [call.stored(i) for i in range(3)], {})


def _one_type(call: Call) -> None:
    """What is chosen from, and the result, have one type."""
    types = {t.dtype for t in (call.operand(1), call.operand(2), call.outputs[0])}
    if len(types) > 1:
        raise Fault(f"a choice between {', '.join(sorted(types))}")


def _add_n(call: Conversion) -> Any:
    x, y = scale_of(call.operand(0)), scale_of(call.outputs[0])
    operands = [call.stored(i) for i in range(len(call.inputs))]
    return call.emit("add_n", operands, pairs.add_n_params(x, y))


def _equal_operands(call: Call) -> None:
    """At least two, all of one shape and quantisation."""
    kinds = {(t.shape, t.scale, t.zero_point) for t in call.inputs if t is not None}
    if len(call.inputs) < 2 or len(kinds) > 1:
        raise Fault(f"{len(call.inputs)} operands of {len(kinds)} kinds", "TFLM wants one kind")


def _rsqrt(call: Conversion) -> Any:
    if call.operand(0).dtype == "int16":
        multiplier, shift = rsqrt_scale(call.operand(0).scale, call.outputs[0].scale)
        attrs = {"multiplier": multiplier, "shift": shift}
        return call.emit("rsqrt16", [call.stored(0)], attrs)
    table = quant.rsqrt_lut(*scale_of(call.operand(0)), *scale_of(call.outputs[0]))
    return call.emit("lut", [call.stored(0), table], {})


def _elu(call: Conversion) -> Any:
    table = quant.elu_lut(*scale_of(call.operand(0)), *scale_of(call.outputs[0]))
    return call.emit("lut", [call.stored(0), table], {})


def _own(name: str, convert: Any, options: str = "", **more: Any) -> None:
    """An operator of integers only."""
    register(Record(name, convert, options, defaults=True, float_form=False, **more))


_own(
    "SQUARED_DIFFERENCE",
    _squared_difference,
    "SquaredDifferenceOptions",
    operands=(X, X),
    shapes=broadcast,
)
_own(
    "DIV",
    _div,
    "DivOptions",
    fields={"activation": (0, "b", 0)},
    operands=(X8, X8),
    shapes=broadcast,
)
for _name, _options in _RELATIONS:
    _own(
        _name,
        _compare,
        _options,
        operands=(COMPARED, COMPARED),
        result_type="bool",
        shapes=broadcast,
        constraint=_scales_below_one,
    )
for _name, _options, _count in (
    ("LOGICAL_AND", "LogicalAndOptions", 2),
    ("LOGICAL_OR", "LogicalOrOptions", 2),
    ("LOGICAL_NOT", "LogicalNotOptions", 1),
):
    _own(_name, _logical, _options, operands=(TRUTH,) * _count, shapes=broadcast_all)
_own(
    "SELECT_V2",
    _select,
    "SelectV2Options",
    operands=(TRUTH, _CHOICE, _CHOICE),
    result_type=_CHOICE.types,
    shapes=broadcast_all,
    constraint=_one_type,
)
_own(
    "ADD_N",
    _add_n,
    "AddNOptions",
    operands=(X8.repeated,),
    constraint=_equal_operands,
)
_own("RSQRT", _rsqrt, operands=(X,))
_own("ELU", _elu, operands=(X8,))
