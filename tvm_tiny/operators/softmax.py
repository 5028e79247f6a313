# SPDX-License-Identifier: Apache-2.0
"""Softmax over the last dimension (TFLite ``reference/softmax.h``, int8 in and out)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import IRModule, Schedule, te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Operator, register
from tvm_tiny.operators.conv import Kind
from tvm_tiny.operators.elementwise import int32, peak, row_shape

# The sum of exponentials is Q12.19; one more largest element would overflow it.
_MAX_DEPTH = 4095


def _int8(node: Node) -> str | None:
    """Operand and result are int8, of rank 1 or more."""
    x = node.operands[0]
    if x.dtype == node.output.dtype == "int8" and x.shape:
        return None
    return f"it is {x.dtype}{list(x.shape)}"


def _depth_limit(node: Node) -> str | None:
    """The last dimension has at most 4095 elements (TFLite's sum has 12 integer bits)."""
    depth = node.operands[0].shape[-1]
    return f"it has {depth}" if depth > _MAX_DEPTH else None


@register
class Softmax(Operator):
    """SOFTMAX: x[..., C] -> int8[..., C] with scale 1/256 and zero point -128.

    Where the exponentials (largest: 1) sum to 512 or more, TFLM stops the program; here every
    result is then 0.

    Attributes: multiplier, shift, diff_min (``quant.softmax_params``).
    """

    name = "softmax"
    constraints = (_int8, _depth_limit)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0]

    def kernel(self, node: Node) -> Any:
        width, depth = row_shape(node.operands[0])
        scale = tuple(int32(node.attrs[k]) for k in ("multiplier", "shift"))
        limit = int32(node.attrs["diff_min"])
        x = te.placeholder((width, depth), "int8", "x")
        i, j = te.reduce_axis((0, depth), "i"), te.reduce_axis((0, depth), "j")

        def call(name: str, *args: Any) -> Any:
            return tirx.call_extern("int32", f"tvm_tiny_softmax_{name}", *args)

        def diff(p: Any, c: Any) -> Any:
            return x[p, c].astype("int32") - highest[p]

        highest = te.compute((width,), lambda p: peak(x[p, i].astype("int32"), i), "highest")
        total = te.compute(
            (width,), lambda p: te.sum(call("term", diff(p, j), *scale, limit), axis=j), "total"
        )
        inverse = te.compute((width,), lambda p: call("scale", total[p]), "inverse")
        exponent = te.compute((width,), lambda p: call("exponent", total[p]), "exponent")

        def result(p: Any, c: Any) -> Any:
            return call("result", diff(p, c), *scale, limit, inverse[p], exponent[p]).astype("int8")

        y = te.compute((width, depth), result, "y")
        return _position_by_position(te.create_prim_func([x, y]))


def _position_by_position(func: Any) -> Any:
    """Finish one position before the next, so that the intermediate results are scalars.

    before:  for p: highest[p] = ..; for p: total[p] = ..; ..; for p, c: y[p, c] = ..
    after:   for p: highest = ..; total = ..; ..; for c: y[p, c] = ..
    """
    schedule = Schedule(IRModule({"main": func}))
    position = schedule.get_loops(schedule.get_sblock("y"))[0]
    for name in ("exponent", "inverse", "total", "highest"):
        schedule.compute_at(schedule.get_sblock(name), position)
    return schedule.mod["main"]
