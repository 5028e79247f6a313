# SPDX-License-Identifier: Apache-2.0
"""CUMSUM, and DYNAMIC_UPDATE_SLICE."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.quant import add_params
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.operators.plain import F, plain, split_at
from tvm_tiny.frontends.tflite.operators.reductions import one_axis
from tvm_tiny.frontends.tflite.record import (
    X8,
    Call,
    Fault,
    I,
    Operand,
    Record,
    Shape,
    register,
    same_shape,
)

_op: Any = _tvm.relax.op
_MOVED: Final = Operand("activation", ("int8", "int16", "int32", "int64", "float32", "bool"), ())
_STARTS: Final = Operand("places", ("int32", "int64"), ())


def _cumsum_shape(call: Call) -> list[Shape]:
    one_axis(call)
    return same_shape(call)


def _cumsum(call: Conversion) -> Any:
    """Down the columns of [1, outer, the axis, inner]."""
    x, y = call.operand(0), call.outputs[0]
    attrs: dict[str, Any] = {n: int(bool(call.options[n])) for n in ("exclusive", "reverse")}
    if x.dtype == Q8.name:
        one = (x.scale, x.zero_point)
        attrs |= add_params(*one, *one, y.scale, y.zero_point)
    columns = call.bound(_op.reshape(call.stored(0), split_at(x.shape, one_axis(call))))
    made = call.bound(call.emit("cumulative_sum", [columns], attrs))
    return _op.reshape(made, y.shape)


def _update_shape(call: Call) -> list[Shape]:
    x, part, starts = call.operand(0), call.operand(1), call.operand(2)
    if len(part.shape) != len(x.shape) or starts.shape != (len(x.shape),):
        raise Fault(f"a part {part.shape} at {starts.shape} places of {x.shape}")
    if any(p > n for p, n in zip(part.shape, x.shape, strict=True)):
        raise Fault(f"a part {part.shape} of {x.shape}")
    return same_shape(call)


def _update(call: Conversion) -> Any:
    start = call.stored(2)
    if call.operand(2).data is not None:
        start = np.clip(call.constant(2), -(1 << 31), (1 << 31) - 1).astype(np.int32)
    return call.emit("update_slice", [call.stored(0), call.stored(1), start], {})


_FIELDS: Final = {"exclusive": (0, "?", False), "reverse": (1, "?", False)}
register(
    Record(
        "CUMSUM",
        _cumsum,
        "CumsumOptions",
        _FIELDS,
        defaults=True,
        operands=(X8, I),
        shapes=_cumsum_shape,
        float_form=False,
    )
)
plain("CUMSUM", _cumsum, operands=(F, I), shapes=_cumsum_shape)
register(
    Record(
        "DYNAMIC_UPDATE_SLICE",
        _update,
        "DynamicUpdateSliceOptions",
        defaults=True,
        operands=(_MOVED, _MOVED, _STARTS),
        shapes=_update_shape,
        float_form=False,
        scaled=False,
    )
)
