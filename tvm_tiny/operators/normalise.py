# SPDX-License-Identifier: Apache-2.0
"""LOG_SOFTMAX and L2_NORMALIZATION of int8, along the last dimension.

Sources: TFLite ``reference/log_softmax.h`` (``LogSoftmaxQuantized``) and
``integer_ops/l2normalization.h``.
"""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import register
from tvm_tiny.operators.elementwise import int32, peak, row_shape
from tvm_tiny.operators.softmax import AlongLast, depth_limit, position_by_position, too_deep

_HEADERS = ("tvm_tiny_functions.h",)
_MAX_SQUARES = 1 << 15


def _call(name: str, *args: Any) -> Any:
    return tirx.call_extern("int32", f"tvm_tiny_{name}", *args)


@register
class LogSoftmax(AlongLast):
    """LOG_SOFTMAX: x[..., C] -> int8[..., C] with scale 1/16 and zero point 127.

    Attributes: those of ``softmax``; divisor, divisor_shift (from logarithms to differences).
    """

    name = "log_softmax"
    headers = _HEADERS
    constraints = (depth_limit,)

    def kernel(self, node: Node) -> Any:
        width, depth = row_shape(node.operands[0])
        scale = tuple(int32(node.attrs[k]) for k in ("multiplier", "shift"))
        back = tuple(int32(node.attrs[k]) for k in ("divisor", "divisor_shift", "diff_min"))
        x = te.placeholder((width, depth), Q8.name, "x")
        i, j = te.reduce_axis((0, depth), "i"), te.reduce_axis((0, depth), "j")

        def diff(p: Any, c: Any) -> Any:
            return x[p, c].astype("int32") - highest[p]

        def term(p: Any) -> Any:
            return te.sum(_call("softmax_term", diff(p, j), *scale, back[2]), axis=j)

        low = node.operands[0].elements.low
        highest = te.compute((width,), lambda p: peak(x[p, i].astype("int32"), i, low), "highest")
        total = te.compute((width,), term, "total")
        log = te.compute((width,), lambda p: _call("log", total[p]), "log")
        least = te.compute((width,), lambda p: _call("log_softmax_least", log[p], *back), "least")

        def result(p: Any, c: Any) -> Any:
            return _call("log_softmax", diff(p, c), *scale, log[p], least[p]).astype(Q8.name)

        y = te.compute((width, depth), result, "y")
        names = ("least", "log", "total", "highest")
        return position_by_position(te.create_prim_func([x, y]), names)


def _squares_fit(node: Node) -> str | None:
    """The last dimension has at most 32768 elements (the sum of squares is int32)."""
    return too_deep(node, _MAX_SQUARES)


@register
class L2Normalization(AlongLast):
    """L2_NORMALIZATION: x / sqrt(sum of x^2), int8 in steps of 1/128. Attributes: zero_point."""

    name = "l2_normalization"
    headers = _HEADERS
    constraints = (_squares_fit,)

    def kernel(self, node: Node) -> Any:
        width, depth = row_shape(node.operands[0])
        zero_point = int32(node.attrs["zero_point"])
        x = te.placeholder((width, depth), Q8.name, "x")
        i = te.reduce_axis((0, depth), "i")

        def value(p: Any, c: Any) -> Any:
            return x[p, c].astype("int32") - zero_point

        total = te.compute((width,), lambda p: te.sum(value(p, i) * value(p, i), axis=i), "total")
        scale = te.compute((width,), lambda p: _call("inverse_root", total[p]), "scale")
        right = te.compute((width,), lambda p: _call("inverse_root_shift", total[p]), "right")

        def result(p: Any, c: Any) -> Any:
            return _call("normalised", value(p, c), scale[p], right[p]).astype(Q8.name)

        y = te.compute((width, depth), result, "y")
        return position_by_position(te.create_prim_func([x, y]), ("right", "scale", "total"))
