# SPDX-License-Identifier: Apache-2.0
"""Softmax over the last dimension (TFLite ``reference/softmax.h``): int8, and int16."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tvm_tiny._tvm import IRModule, Schedule, te, tirx
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Kind, register
from tvm_tiny.operators.channel_links import Links
from tvm_tiny.operators.elementwise import int32, peak, row_shape
from tvm_tiny.operators.forms import Loops, SoftmaxRow
from tvm_tiny.operators.kinds import INT8, INT16, Tabled

# The sum of exponentials is Q12.19; one more largest element would overflow it.
_MAX_DEPTH = 4095


def too_deep(node: Node, most: int) -> str | None:
    """Why the last dimension is none of at most so many elements; None: it is one."""
    shape = node.operands[0].shape
    if not shape:
        return "there is no dimension"
    return f"it has {shape[-1]}" if shape[-1] > most else None


def depth_limit(node: Node) -> str | None:
    """The last dimension has at most 4095 elements (TFLite's sum has 12 integer bits)."""
    return too_deep(node, _MAX_DEPTH)


class AlongLast(Tabled):
    """Every element of the last dimension counts in every result along it; int8 unless said."""

    priced_like = "softmax"

    def channel_links(self, node: Node) -> Links:
        """Every channel counts in every result."""
        del node
        return None

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (INT8,)


@register
class Softmax(AlongLast):
    """SOFTMAX: x[..., C] -> int8[..., C] with scale 1/256 and zero point -128.

    Where the exponentials (largest: 1) sum to 512 or more, TFLM stops the program; here every
    result is then 0.

    Attributes: multiplier, shift, diff_min (``quant.softmax_params``).
    """

    name = "softmax"
    element: ClassVar[str] = "result"
    form = SoftmaxRow()
    constraints = (depth_limit,)

    def kernel(self, node: Node) -> Any:
        width, depth = row_shape(node.operands[0])
        scale = tuple(int32(node.attrs[k]) for k in ("multiplier", "shift"))
        limit = int32(node.attrs["diff_min"])
        x = te.placeholder((width, depth), Q8.name, "x")
        i, j = te.reduce_axis((0, depth), "i"), te.reduce_axis((0, depth), "j")

        def call(name: str, *args: Any) -> Any:
            return tirx.call_extern("int32", f"tvm_tiny_softmax_{name}", *args)

        def diff(p: Any, c: Any) -> Any:
            return x[p, c].astype("int32") - highest[p]

        low = node.operands[0].elements.low
        highest = te.compute((width,), lambda p: peak(x[p, i].astype("int32"), i, low), "highest")
        total = te.compute(
            (width,), lambda p: te.sum(call("term", diff(p, j), *scale, limit), axis=j), "total"
        )
        inverse = te.compute((width,), lambda p: call("scale", total[p]), "inverse")
        exponent = te.compute((width,), lambda p: call("exponent", total[p]), "exponent")

        made = node.output.dtype

        def result(p: Any, c: Any) -> Any:
            ends = inverse[p], exponent[p]
            return call(self.element, diff(p, c), *scale, limit, *ends).astype(made)

        y = te.compute((width, depth), result, "y")
        names = ("exponent", "inverse", "total", "highest")
        return position_by_position(te.create_prim_func([x, y]), names)


@register
class SoftmaxWide(Softmax):
    """SOFTMAX of int8 to int16: x[..., C] -> int16[..., C], scale 1/65536, zero point -32768.

    Attributes: those of ``softmax``.
    """

    name = "softmax_wide"
    element = "wide"
    headers = ("tvm_tiny_functions.h",)
    form = Loops()

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return super().infer(operands, attrs)[0], "int16"


def position_by_position(func: Any, names: Sequence[str]) -> Any:
    """Finish one position before the next, so that the intermediate results are scalars.

    before:  for p: highest[p] = ..; for p: total[p] = ..; ..; for p, c: y[p, c] = ..
    after:   for p: highest = ..; total = ..; ..; for c: y[p, c] = ..
    """
    schedule = Schedule(IRModule({"main": func}))
    position = schedule.get_loops(schedule.get_sblock("y"))[0]
    for name in names:
        schedule.compute_at(schedule.get_sblock(name), position)
    return schedule.mod["main"]


_MAX_DEPTH16 = 65535
_ENTRIES16 = 513


def _depth_limit16(node: Node) -> str | None:
    """The last dimension has at most 65535 elements (the sum is Q16.15)."""
    return too_deep(node, _MAX_DEPTH16)


@register
class Softmax16(AlongLast):
    """SOFTMAX of int16: x[..., C] -> int16[..., C] with scale 2^-15 and zero point 0.

    ``exponentials`` and ``inverses`` are int16[513]: exp(x) from -10 to 0 and 1 / (1 + x) from 0 to
    1, interpolated (``arithmetic.int16``; TFLite ``SoftmaxInt16``). Attributes: multiplier, shift.
    """

    name = "softmax16"
    operand_names = ("x", "exponentials", "inverses")
    constraints = (_depth_limit16,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        return (INT16,) * len(node.operands)

    def kernel(self, node: Node) -> Any:
        width, depth = row_shape(node.operands[0])
        scale = tuple(int32(node.attrs[k]) for k in ("multiplier", "shift"))
        kind = node.operands[0].elements
        x = te.placeholder((width, depth), kind.name, "x")
        exps, tops = (
            te.placeholder((_ENTRIES16,), kind.name, name) for name in self.operand_names[1:]
        )
        i, j = te.reduce_axis((0, depth), "i"), te.reduce_axis((0, depth), "j")

        def call(name: str, *args: Any) -> Any:
            return tirx.call_extern("int32", f"tvm_tiny_{name}", *args)

        def entry(table: Any, place: Any) -> Any:
            at = int32(256) + (place >> int32(7))
            ends = (table[at + offset].astype("int32") for offset in (0, 1))
            return call("interpolate", *ends, place)

        def exponential(p: Any, c: Any) -> Any:
            difference = x[p, c].astype("int32") - highest[p]
            return entry(exps, call("softmax16_place", difference, *scale))

        highest = te.compute(
            (width,), lambda p: peak(x[p, i].astype("int32"), i, kind.low), "highest"
        )
        total = te.compute((width,), lambda p: te.sum(exponential(p, j), axis=j), "total")
        place = te.compute((width,), lambda p: call("softmax16_inverse", total[p]), "exponent")
        inverse = te.compute((width,), lambda p: entry(tops, place[p]), "inverse")

        def result(p: Any, c: Any) -> Any:
            value = call("softmax16_result", exponential(p, c), inverse[p], total[p])
            return value.astype(kind.name)

        y = te.compute((width, depth), result, "y")
        names = ("inverse", "exponent", "total", "highest")
        return position_by_position(te.create_prim_func([x, exps, tops, y]), names)
