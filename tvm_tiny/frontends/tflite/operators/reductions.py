# SPDX-License-Identifier: Apache-2.0
"""Reductions over constant axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import Call, Fault, I, Record, Shape, X, register

_op: Any = _tvm.relax.op


def axes_of(call: Call) -> list[int]:
    """The axes in operand 1 from the front, ascending; one may be named twice."""
    rank = len(call.operand(0).shape)
    return sorted({call.axis(a, rank) for a in call.integers(1)})


def reduction_attrs(call: Call) -> dict[str, Any]:
    """Attributes of an integer operator that reduces."""
    return {"axes": axes_of(call), "keep_dims": int(bool(call.options["keep_dims"]))}


def one_axis(call: Call) -> int:
    """The only axis in operand 1, from the front."""
    axes = call.integers(1)
    if len(axes) != 1:
        raise Fault(f"axes {axes[:4]}", "it is one")
    return call.axis(axes[0], len(call.operand(0).shape))


def without_axis(call: Call) -> list[Shape]:
    """Without the only axis in operand 1."""
    shape, axis = call.operand(0).shape, one_axis(call)
    return [(*shape[:axis], *shape[axis + 1 :])]


def reduced_shape(call: Call) -> list[Shape]:
    """Without the axes in operand 1, or with ones in their place."""
    x, axes = call.operand(0).shape, axes_of(call)
    if not axes:
        raise Fault("a reduction over no axis", code="TT1203")
    if call.options["keep_dims"]:
        return [tuple(1 if i in axes else d for i, d in enumerate(x))]
    return [tuple(d for i, d in enumerate(x) if i not in axes)]


def _reduction(relax_op: Callable[..., Any]) -> Callable[[Conversion], Any]:
    def convert(call: Conversion) -> Any:
        keep_dims = bool(call.options["keep_dims"])
        return call.result(relax_op(call.real(0), axes_of(call), keep_dims))

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
