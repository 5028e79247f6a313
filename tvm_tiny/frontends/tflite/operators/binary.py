# SPDX-License-Identifier: Apache-2.0
"""Operators of two tensors that broadcast."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import X8, Call, Fault, Record, Shape, W, X, register

_op: Any = _tvm.relax.op


def broadcast(call: Call) -> list[Shape]:
    """Two operands broadcast as in NumPy."""
    return [_together(call.operand(0).shape, call.operand(1).shape)]


def broadcast_all(call: Call) -> list[Shape]:
    """All operands broadcast as in NumPy."""
    return [_together(*(t.shape for t in call.inputs if t is not None))]


def _together(*shapes: Shape) -> Shape:
    try:
        return np.broadcast_shapes(*shapes)
    except ValueError as error:
        what = " and ".join(str(s) for s in shapes)
        raise Fault(f"shapes {what} do not broadcast") from error


def _prelu_shape(call: Call) -> list[Shape]:
    (shape,) = broadcast(call)
    if shape != call.operand(0).shape:
        raise Fault(f"alpha {call.operand(1).shape} is larger than the input {shape}")
    return [shape]


def _arithmetic(relax_op: Callable[[Any, Any], Any]) -> Callable[[Conversion], Any]:
    return lambda call: call.really_activated(relax_op(call.real(0), call.real(1)))


def _extremum(relax_op: Callable[[Any, Any], Any]) -> Callable[[Conversion], Any]:
    """TensorFlow Lite Micro compares the integers as they are."""
    return lambda call: relax_op(call.stored(0), call.stored(1))


def _prelu(call: Conversion) -> Any:
    """max(x, 0) + alpha * min(x, 0), alpha broadcast."""
    x, zero = call.bound(call.real(0)), _tvm.relax.const(0.0, "float32")
    out = _op.add(_op.maximum(x, zero), _op.multiply(call.real(1), _op.minimum(x, zero)))
    return call.result(out)


for _name, _table, _relax in (
    ("ADD", "AddOptions", _op.add),
    ("SUB", "SubOptions", _op.subtract),
    ("MUL", "MulOptions", _op.multiply),
):
    register(
        Record(
            _name,
            _arithmetic(_relax),
            _table,
            {"activation": (0, "b", 0)},
            defaults=True,
            operands=(X, X),
            shapes=broadcast,
        )
    )
for _name, _relax in (("MAXIMUM", _op.maximum), ("MINIMUM", _op.minimum)):
    register(
        Record(
            _name,
            _extremum(_relax),
            "MaximumMinimumOptions",
            defaults=True,
            operands=(X, X),
            shapes=broadcast,
        )
    )
register(Record("PRELU", _prelu, operands=(X8, W), shapes=_prelu_shape, per_channel=-1))
