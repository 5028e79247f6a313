# SPDX-License-Identifier: Apache-2.0
"""Reductions over constant axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import Call, Fault, I, Record, Shape, X, register

_op: Any = _tvm.relax.op


def reduced_shape(call: Call) -> list[Shape]:
    """Without the axes of operand 1, or with ones in their place."""
    x = call.operand(0).shape
    axes = {call.axis(a, len(x)) for a in call.integers(1)}
    if not axes:
        raise Fault("a reduction over no axis", code="TT1203")
    if call.options["keep_dims"]:
        return [tuple(1 if i in axes else d for i, d in enumerate(x))]
    return [tuple(d for i, d in enumerate(x) if i not in axes)]


def _reduction(relax_op: Callable[..., Any]) -> Callable[[Conversion], Any]:
    def convert(call: Conversion) -> Any:
        rank = len(call.operand(0).shape)
        axes = sorted({call.axis(a, rank) for a in call.integers(1)})  # one may be named twice
        return call.result(relax_op(call.real(0), axes, bool(call.options["keep_dims"])))

    return convert


for _name, _relax in (("MEAN", _op.mean), ("SUM", _op.sum), ("REDUCE_MAX", _op.max)):
    register(
        Record(
            _name,
            _reduction(_relax),
            "ReducerOptions",
            {"keep_dims": (0, "?", False)},
            defaults=True,
            operands=(X, I),
            shapes=reduced_shape,
        )
    )
