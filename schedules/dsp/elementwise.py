# SPDX-License-Identifier: Apache-2.0
"""Sums, products and quantisation, four elements at a time; see ``tvm_tiny_elementwise.h``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR, IRModule, Schedule
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import multiply_by_quantized_multiplier
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.elementwise import row_shape
from tvm_tiny.operators.forms import Extreme, Product, Quantisation, Square, Sum
from tvm_tiny.schedules.dsp.affine import sum_constants
from tvm_tiny.schedules.dsp.row_kernels import Buffer, RowKernel, call, one_call
from tvm_tiny.schedules.loops import unroll_innermost
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule, packed_tensors
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_elementwise.h"
_WORDS = "tvm_tiny_channels.h"
_INT32_MAX = (1 << 31) - 1
_FOURS = "four elements at a time"
_WIDEST = 255  # |a - zero point|
_SHORTEST = 4  # elements in a row that a word of results takes
_FURTHEST = 1 << 14  # of a square's terms: the difference's square, doubled, is below 2^31
_PRODUCT_SHIFTS = 12  # tvm_tiny_product_row_1 to _12


class DspElementwise(ScheduleRule):
    """add, sub, mul, squared_difference, maximum, minimum and quantize."""

    name = "dsp-elementwise"

    def __init__(self, unroll: int = 1) -> None:
        """Choose how many fours a round takes."""
        self.unroll = unroll

    def knobs(self, node: Node) -> Mapping[str, tuple[int, ...]]:
        """Fours in a round."""
        del node
        return {"unroll": (1, 2, 4)}

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept what 32 bits can hold; ``func`` is replaced, not transformed."""
        del func, core
        form = lookup(node.op).form
        made: _Made | str = "not a sum, a product, a square, an extreme or a quantisation"
        match form:
            case Sum():
                made = _sum(node, form)
            case Product():
                made = _by_table(node) or _product(node)
            case Square():
                made = _square(node)
            case Extreme():
                made = _extreme(node, form)
            case Quantisation():
                made = _quantisation(node)
            case _:
                pass
        if isinstance(made, str):
            return Declined(self.name, made)
        func, why = made.func, made.why
        if self.unroll > 1 and why == _FOURS:
            schedule = Schedule(IRModule({"main": func}))
            unroll_innermost(schedule, self.unroll)
            func, why = schedule.mod["main"], f"{why}, {self.unroll} times a round"
        headers = (made.header,)
        return Scheduled(func, self.name, why, constants=made.constants, headers=headers)


@dataclass(frozen=True)
class _Made:
    """A kernel, and what is to be said of it."""

    func: Any
    why: str = _FOURS
    header: str = HEADER
    constants: Mapping[str, Tensor] | None = None


@dataclass(frozen=True)
class _Rescaling:
    """``(2 x * multiplier + rounding) >> shift`` with the zero point folded into the rounding."""

    multiplier: int
    rounding: int
    shift: int


def _rescaling(
    attrs: Mapping[str, Any], name: str, widest: int, zero_point: int = 0
) -> _Rescaling | str:
    """Constants for values up to ``widest``, or why they do not fit."""
    multiplier, shift = attrs[f"{name}multiplier"], -attrs[f"{name}shift"]
    if shift < 1:
        return "a multiplier of at least one half"
    rounding = (1 << (shift - 1)) + (zero_point << shift)
    if shift > 31 or abs(rounding) + widest > _INT32_MAX or 2 * widest > _INT32_MAX:
        return "a rescaling that needs more than 32 bits"
    return _Rescaling(multiplier, rounding, shift)


def _full_range(attrs: Mapping[str, Any]) -> bool:
    return tuple(attrs["activation"]) == Q8.limits


def _term(attrs: Mapping[str, Any], name: str) -> tuple[int, ...] | str:
    """left, offset, multiplier, rounding, shift of one operand of a sum."""
    left, zero_point = attrs["left_shift"], attrs[f"{name}_zero_point"]
    if (attrs[f"{name}_multiplier"], attrs[f"{name}_shift"]) == (1 << 30, 0) and left > 0:
        return left - 1, zero_point << (left - 1), 0, 0, 0
    found = _rescaling(attrs, f"{name}_", _WIDEST << left)
    if isinstance(found, str):
        return found
    # the doubling multiplication takes twice the value
    return left + 1, zero_point << (left + 1), found.multiplier, found.rounding, found.shift


@dataclass(frozen=True)
class _Operand:
    """An operand of a row of ``outer`` times ``inner`` elements: steps of both indices."""

    size: int
    outer: int
    inner: int


def _walk(node: Node) -> tuple[tuple[int, int], tuple[_Operand, ...]]:
    """(outer, inner) of the loops and the operands' places; no operand repeats: one loop."""
    shapes = [row_shape(t) for t in node.operands]
    out = row_shape(node.output)
    if all(s in (out, (1, 1)) for s in shapes):
        shapes, out = [(1, w * c) for w, c in shapes], (1, out[0] * out[1])
    operands = tuple(
        _Operand(w * c, c if w == out[0] > 1 else 0, int(c == out[1] > 1)) for w, c in shapes
    )
    return out, operands


def _rows(node: Node, function: str, rest: tuple[int, ...]) -> Any:
    """Calls of ``function(a, b, y, count, ..)``; None where an operand repeats its elements."""
    (_, inner), (left, right) = _walk(node)
    if left.inner == 0 or right.inner == 0:
        return None
    return _row_by_row(node, function, (inner, *rest))


def _row_by_row(node: Node, function: str, rest: Sequence[Any], *, swapped: bool = False) -> Any:
    """Calls of ``function(a, b, y, ..)``, or of b and a, one for each of the outer steps."""
    (outer, inner), (left, right) = _walk(node)
    size = outer * inner

    kernel = RowKernel()
    with (
        kernel.body(_operands(left, right, size)) as (a, b, y),
        TIR.serial(0, outer) as p,
        TIR.sblock("row"),
    ):
        q = TIR.axis.spatial(outer, p)
        TIR.reads(a[0 : left.size], b[0 : right.size])
        TIR.writes(y[q * inner : q * inner + inner])
        first = a.access_ptr("r", offset=q * left.outer)
        second = b.access_ptr("r", offset=q * right.outer)
        result = y.access_ptr("w", offset=q * inner)
        given = (second, first) if swapped else (first, second)
        TIR.evaluate(call(function, *given, result, *rest))
    return kernel.func


def _repeated(node: Node, function: str, zeros: Sequence[int], rest: tuple[int, ...]) -> Any:
    """Calls of ``function(row, number, y, count, zero points, ..)``; None for other operands."""
    (_, inner), (left, right) = _walk(node)
    if left.inner == right.inner or inner < _SHORTEST:
        return None
    swapped = left.inner == 0
    order = zeros[::-1] if swapped else zeros
    return _row_by_row(node, function, (inner, *order, *rest), swapped=swapped)


def _operands(left: _Operand, right: _Operand, size: int) -> list[Buffer]:
    return [("a", left.size, Q8.name), ("b", right.size, Q8.name), ("y", size, Q8.name)]


def _binary(node: Node, four: str, one: str, rest: tuple[int, ...]) -> Any:
    """Loops that call ``four(a, b, y, steps of a and b, ..)`` and, for what is left, ``one``."""
    (outer, inner), (left, right) = _walk(node)
    fours, ones, size = inner // 4, inner % 4, outer * inner

    kernel = RowKernel()
    with kernel.body(_operands(left, right, size)) as (a, b, y):
        with TIR.grid(outer, fours) as (p, i), TIR.sblock("four"):
            q, v = TIR.axis.remap("SS", [p, i])
            TIR.reads(a[0 : left.size], b[0 : right.size])
            TIR.writes(y[q * inner + v * 4 : q * inner + v * 4 + 4])
            first = a.access_ptr("r", offset=q * left.outer + v * 4 * left.inner)
            second = b.access_ptr("r", offset=q * right.outer + v * 4 * right.inner)
            result = y.access_ptr("w", offset=q * inner + v * 4)
            TIR.evaluate(call(four, first, second, result, left.inner, right.inner, *rest))
        with TIR.grid(outer, ones) as (p, i), TIR.sblock("one"):
            q, v = TIR.axis.remap("SS", [p, i])
            TIR.reads(a[0 : left.size], b[0 : right.size])
            TIR.writes(y[q * inner + fours * 4 + v])
            first = a[q * left.outer + (fours * 4 + v) * left.inner]
            second = b[q * right.outer + (fours * 4 + v) * right.inner]
            value = call(one, first, second, *rest, dtype=Q8.name)
            TIR.buffer_store(y, value, [q * inner + fours * 4 + v])
    return kernel.func


def _sum(node: Node, form: Sum) -> _Made | str:
    attrs = node.attrs
    if not _full_range(attrs):
        return "a clamp"
    found = sum_constants(form.sign, attrs)
    if found is not None:
        rest = (found.a_factor, found.b_factor, found.offset)
        func = _rows(node, "tvm_tiny_sum_row", rest)
        if func is not None:
            return _Made(func, "one rescaling, the same result for all pairs of operands")
    first, second = _term(attrs, "a"), _term(attrs, "b")
    last = _rescaling(attrs, "", 2 * (_WIDEST << attrs["left_shift"]), attrs["output_zero_point"])
    if isinstance(first, str) or isinstance(second, str) or isinstance(last, str):
        return next(found for found in (first, second, last) if isinstance(found, str))
    rest = (form.sign, *first, *second, last.multiplier, last.rounding, last.shift)
    return _Made(_binary(node, "tvm_tiny_sum4", "tvm_tiny_sum", rest))


def _halves(value: int) -> int:
    """``value`` in both halves of a word, as int32."""
    low = value & 0xFFFF
    return (low | low << 16) - (1 << 32 if low >> 15 else 0)


def _product(node: Node) -> _Made | str:
    attrs = node.attrs
    if not _full_range(attrs):
        return "a clamp"
    last = _rescaling(attrs, "", _WIDEST * _WIDEST, attrs["output_zero_point"])
    if isinstance(last, str):
        return last
    zero_points = attrs["a_zero_point"], attrs["b_zero_point"]
    rounding = last.rounding + (128 << last.shift)
    if last.shift <= _PRODUCT_SHIFTS and rounding + _WIDEST * _WIDEST <= _INT32_MAX:
        zeros = [_halves(-z) for z in zero_points]
        rest = (*zeros, last.multiplier, rounding)
        func = _rows(node, f"tvm_tiny_product_row_{last.shift}", rest)
        if func is not None:
            return _Made(func, "rows of words")
        func = _repeated(node, f"tvm_tiny_product_same_{last.shift}", zeros, rest[2:])
        if func is not None:
            return _Made(func, "rows of words times a number each")
    rest = (*zero_points, last.multiplier, last.rounding, last.shift)
    return _Made(_binary(node, "tvm_tiny_product4", "tvm_tiny_product", rest))


def _by_table(node: Node) -> _Made | None:
    """Products with one constant number: 256 results at most."""
    attrs, size = node.attrs, node.output.row_size
    numbers = [t for t in node.operands if t.data is not None and t.size == 1]
    if (
        len(numbers) != 1
        or size < _SHORTEST
        or node.output.size != max(t.size for t in node.operands)
    ):
        return None
    constant = node.operands.index(numbers[0])
    zero_points = attrs["a_zero_point"], attrs["b_zero_point"]
    factor = int(np.asarray(numbers[0].data).item()) - zero_points[constant]
    products = (Q8.values - zero_points[1 - constant]) * factor
    scaled = multiply_by_quantized_multiplier(products, attrs["multiplier"], attrs["shift"])
    results = np.clip(scaled + attrs["output_zero_point"], *attrs["activation"])
    table = packed_tensors(node, table=("products", results.astype(Q8.numpy)))
    inputs = [("x", size, Q8.name), ("table", results.size, Q8.name)]
    func = one_call("tvm_tiny_table_row", inputs, [("y", size, Q8.name)], (size,))
    return _Made(func, "a product with one number, from a table", _WORDS, table)


def _square(node: Node) -> _Made | str:
    attrs = node.attrs
    if not _full_range(attrs):
        return "a clamp"
    terms = _term(attrs, "a"), _term(attrs, "b")
    for name, term in zip("ab", terms, strict=True):
        if isinstance(term, str):
            return term
        if _furthest(attrs, name) >= _FURTHEST:
            return "a difference of more than 16 bits"
    last = _rescaling(attrs, "", _INT32_MAX // 2, attrs["output_zero_point"])
    if isinstance(last, str):
        return last
    (_, inner), (left, right) = _walk(node)
    steps = (left.inner, right.inner)
    rest = (inner, *steps, *terms[0], *terms[1], last.multiplier, last.rounding, last.shift)
    func = _row_by_row(node, "tvm_tiny_square_row", rest)
    return _Made(func, "four squares at a time, a repeated term once")


def _furthest(attrs: Mapping[str, Any], name: str) -> int:
    """How far from 0 an operand's term may be."""
    ends = np.array(Q8.limits) - attrs[f"{name}_zero_point"]
    wide = ends << attrs["left_shift"]
    scale = attrs[f"{name}_multiplier"], attrs[f"{name}_shift"]
    return int(np.abs(multiply_by_quantized_multiplier(wide, *scale)).max())


def _quantisation(node: Node) -> _Made | str:
    scale = np.float32(node.attrs["scale"])
    with np.errstate(over="ignore"):
        inverse = np.float32(1024) / scale
    if not np.isfinite(inverse) or inverse < np.finfo(np.float32).tiny:
        return "a scale without a reciprocal"
    bits, inverse_bits = int(scale.view(np.int32)), int(inverse.view(np.int32))
    size, zero_point = node.output.row_size, node.attrs["zero_point"]

    row = one_call(
        "tvm_tiny_quantize_row",
        [("x", size, "float32")],
        [("y", size, Q8.name)],
        (size, bits, inverse_bits, zero_point),
    )
    return _Made(row, "a product, and a division only near ties")


def _extreme(node: Node, form: Extreme) -> _Made | str:
    func = _rows(node, "tvm_tiny_extreme_row", (int(form.largest),))
    if func is None:
        return "an operand that repeats its elements"
    return _Made(func, "four elements in a word", _WORDS)
