# SPDX-License-Identifier: Apache-2.0
"""Resizing images, bit for bit as TensorFlow Lite Micro does.

Which input rows an output row needs, and with what weight, is known at compile time and goes into
the row table and a scalar. The same for columns is an integer formula inside the kernel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators import channel_links, turning
from tvm_tiny.operators.base import Access, Kind, RowCall, register
from tvm_tiny.operators.channel_links import Links
from tvm_tiny.operators.conv import placeholder
from tvm_tiny.operators.fields import AxisField, Pair
from tvm_tiny.operators.kinds import ANY, Arithmetic
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range

_LARGEST = 16383  # columns: twice an index times an extent, or an index times 2**16, fit int32
_LINE_BITS = 16
_FRACTION_BITS = 10  # resize_bilinear.h: positions are in 1/1024 of a pixel
_ONE = 1 << _FRACTION_BITS


def corners_or_centers(node: Node) -> str | None:
    """half_pixel_centers and align_corners exclude each other in RESIZE_BILINEAR."""
    both = node.attrs["align_corners"] and node.attrs["half_pixel_centers"]
    return "both are set; TensorFlow Lite Micro refuses this" if both else None


def image_is_small(node: Node) -> str | None:
    """A resized image has at most 16383 rows and columns."""
    extents = (*node.operands[0].shape[1:3], *node.attrs["output_size"])
    return f"the largest extent is {max(extents)}" if max(extents) > _LARGEST else None


def reads_inside(node: Node) -> str | None:
    """Every position of RESIZE_BILINEAR must lie inside the input.

    TensorFlow Lite Micro rounds the scale to 1/1024, so that very large enlargements of a
    small image read behind its end.
    """
    for axis, (extent, size) in enumerate(
        zip(node.operands[0].shape[1:3], node.attrs["output_size"], strict=True)
    ):
        low, _, _ = Positions.of(node, axis).at(size - 1)
        if low >= extent:
            return f"enlarging {extent} to {size} reads position {low}"
    return None


class Resize(Arithmetic):
    """What both ways of resizing share."""

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        (batch, _, _, channels), dtype = operands[0]
        height, width = attrs["output_size"]
        return (batch, height, width, channels), dtype

    def channel_links(self, node: Node) -> Links:
        return channel_links.same(node)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        """Between the values of the channel."""
        del node
        return operands[0]

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        """Element o reads next to o * extent / size: at most how far, for every o."""
        first = fields[0]
        if first.dim not in (1, 2):
            return first
        extent, size = node.activations[0].shape[first.dim], node.output.shape[first.dim]
        ratio = Fraction(extent, size)
        spans = [_source(node, o, extent, size) for o in range(size)]
        low = min(begin - o * ratio for o, (begin, _) in enumerate(spans))
        high = max(last - o * ratio for o, (_, last) in enumerate(spans))
        return replace(
            first,
            jump=first.jump * ratio,
            start=first.start + first.jump * low,
            size=first.size + first.jump * (high - low),
            exact=first.exact and extent == size,
        )

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        return turning.window(ops, dict(attrs), shape)


def _source(node: Node, place: int, extent: int, size: int) -> Pair:
    """First and last input position of a resized element (a bound of one for rounding)."""
    if node.attrs["align_corners"] and size > 1:
        at = Fraction(place * (extent - 1), size - 1)
    elif node.attrs["half_pixel_centers"]:
        at = Fraction(2 * place + 1, 2) * Fraction(extent, size) - Fraction(1, 2)
    else:
        at = Fraction(place * extent, size)
    low, high = at.__floor__(), at.__ceil__()
    return min(max(low, 0), extent - 1), min(max(high, 0), extent - 1)


@lru_cache(maxsize=64)
def nearest_indices(
    extent: int, size: int, *, align_corners: bool, centers: bool
) -> tuple[int, ...]:
    """Input index of each output index (``GetNearestNeighbor``), in float32 as there."""
    f32 = np.float32
    if align_corners and size > 1:
        scale = f32(extent - 1) / f32(size - 1)
    else:
        scale = f32(extent) / f32(size)
    places = (np.arange(size, dtype=f32) + f32(0.5 if centers else 0.0)) * scale
    # std::round: halves away from zero; positions are not negative. The sum is exact in float64.
    whole = np.floor(places.astype(np.float64) + 0.5) if align_corners else np.floor(places)
    return tuple(int(i) for i in np.clip(whole, 0, extent - 1))


@dataclass(frozen=True)
class IndexLine:
    """``(i * slope + offset) / divisor``, and the few ``i`` where that is wrong by ``delta``."""

    slope: int
    offset: int
    divisor: int
    deltas: tuple[tuple[int, int], ...] = ()

    @classmethod
    def fitted(cls, indices: Sequence[int], slope: int, divisor: int) -> IndexLine:
        """The line of a given slope that misses the staircase least, corrected where it does."""
        places = np.arange(len(indices), dtype=np.int64) * slope
        steps = np.asarray(indices, dtype=np.int64)
        lowest = int((steps * divisor - places).max())
        highest = int(((steps + 1) * divisor - 1 - places).min())
        if lowest <= highest:
            return cls(slope, lowest, divisor)
        tries = [(max(0, at), (places + max(0, at)) // divisor) for at in (lowest, highest)]
        offset, found = min(tries, key=lambda t: int(np.count_nonzero(t[1] != steps)))
        wrong = np.flatnonzero(found != steps)
        deltas = tuple((int(i), int(steps[i] - found[i])) for i in wrong)
        return cls(slope, offset, divisor, deltas)

    def at(self, i: Any) -> Any:
        """The index for an ``i`` that is a TIR expression."""
        value = tirx.indexdiv(i * self.slope + self.offset, self.divisor)
        for place, delta in self.deltas:
            value = value + tirx.if_then_else(i == place, delta, 0)
        return value


def line_through(indices: Sequence[int], ratio: tuple[int, int]) -> IndexLine:
    """The cheapest integer line through a staircase of about ``ratio``; always exact.

    A power of two as the divisor is a shift. It fails on wide rows, where the exact ratio does it,
    and only where float32 rounded a position across an integer there are corrections.
    """
    slope, divisor = ratio
    for shift in range(_LINE_BITS + 1):
        nearest = round((slope << shift) / divisor)
        for near in (nearest, nearest - 1, nearest + 1):
            line = IndexLine.fitted(indices, near, 1 << shift)
            if not line.deltas and near >= 0:
                return line
    return IndexLine.fitted(indices, 2 * slope, 2 * divisor)


def column_line(node: Node) -> IndexLine:
    """Input column of each output column of a RESIZE_NEAREST_NEIGHBOR."""
    extent, size = node.operands[0].shape[2], node.attrs["output_size"][1]
    corners = bool(node.attrs["align_corners"]) and size > 1
    return line_through(_nearest(node, 1), (extent - corners, size - corners))


def _nearest(node: Node, axis: int) -> tuple[int, ...]:
    return nearest_indices(
        node.operands[0].shape[1 + axis],
        node.attrs["output_size"][axis],
        align_corners=bool(node.attrs["align_corners"]),
        centers=bool(node.attrs["half_pixel_centers"]),
    )


@register
class ResizeNearest(Resize):
    """RESIZE_NEAREST_NEIGHBOR: x[N,H,W,C] -> [N,h,w,C], ``reference/resize_nearest_neighbor.h``.

    Attributes: output_size ([h, w]), align_corners, half_pixel_centers.
    """

    name = "resize_nearest"

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        """It moves elements of any type."""
        del node
        return (ANY,)

    priced_like = "resize_nearest"
    constraints = (image_is_small,)

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.ROW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        batch, out_row = divmod(row, node.output.shape[1])
        return RowCall(((batch * node.operands[0].shape[1] + _nearest(node, 0)[out_row],),))

    def kernel(self, node: Node) -> Any:
        x = placeholder(node.operands[0], "x", row=True)
        line = column_line(node)
        shape = node.output.shape[2:]
        y = te.compute(shape, lambda w, c: x[line.at(w), c], "y")
        return te.create_prim_func([x, y])


@dataclass(frozen=True)
class Positions:
    """``ComputeInterpolationValuesInteger``: position ``i * scale + offset`` in 1/1024 pixel."""

    extent: int
    scale: int
    offset: int

    @classmethod
    def of(cls, node: Node, axis: int) -> Positions:
        """Positions along the height (axis 0) or the width (axis 1)."""
        extent, size = node.operands[0].shape[1 + axis], node.attrs["output_size"][axis]
        scale = (_ONE * extent + size // 2) // size
        if node.attrs["align_corners"] and size > 1:
            scale = (_ONE * (extent - 1) + (size - 1) // 2) // (size - 1)
        centers = bool(node.attrs["half_pixel_centers"])
        return cls(extent, scale, scale // 2 - _ONE // 2 if centers else 0)

    def at(self, i: int) -> tuple[int, int, int]:
        """Lower index, upper index, and the fraction between them (below 0 left of index 0)."""
        place = i * self.scale + self.offset
        low = max(place, 0) >> _FRACTION_BITS
        high = min((place + _ONE - 1) >> _FRACTION_BITS, self.extent - 1)
        return low, high, place - _ONE * low

    def at_expression(self, i: Any) -> tuple[Any, Any, Any]:
        """The same for a TIR expression."""
        place = i * self.scale + self.offset
        bits = tirx.const(_FRACTION_BITS, "int32")
        low = tirx.shift_right(te.max(place, 0) if self.offset < 0 else place, bits)
        high = te.min(tirx.shift_right(place + (_ONE - 1), bits), self.extent - 1)
        return low, high, place - low * _ONE


@register
class ResizeBilinear(Resize):
    """RESIZE_BILINEAR: x[N,H,W,C] -> [N,h,w,C], ``ResizeBilinearInteger``.

    Weights are in 1/1024 and the sum in 1/2**20, rounded half away from zero. Weights
    add up to 2**20 and none exceeds 1.5 * 1.5 of that, so int32 holds the sum of int8 terms
    (the reference uses int64). Attributes: output_size, align_corners, half_pixel_centers; unsigned
    (1: the values stand for uint8, each 128 more: halves round up).
    """

    name = "resize_bilinear"
    priced_like = "resize_bilinear"
    scalar_names = ("fraction",)
    constraints = (image_is_small, corners_or_centers, reads_inside)

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.WINDOW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        batch, out_row = divmod(row, node.output.shape[1])
        low, high, fraction = Positions.of(node, 0).at(out_row)
        first = batch * node.operands[0].shape[1]
        return RowCall(((first + low, first + high),), (fraction,))

    def kernel(self, node: Node) -> Any:
        tx = node.operands[0]
        channels = tx.shape[3]
        x = te.placeholder((tx.size,), tx.dtype, "x")
        rows = te.placeholder((2,), "int32", "x_rows")
        fraction = te.var("fraction", "int32")
        columns = Positions.of(node, 1)

        def element(w: Any, c: Any) -> Any:
            low, high, part = columns.at_expression(w)

            def mixed(row: Any) -> Any:
                left = x[row + low * channels + c].astype("int32")
                right = x[row + high * channels + c].astype("int32")
                return left * (_ONE - part) + right * part

            return mixed(rows[0]) * (_ONE - fraction) + mixed(rows[1]) * fraction

        def rounded(value: Any) -> Any:
            total = te.var("total", "int32")
            half = 1 << (2 * _FRACTION_BITS - 1)
            # half away from zero without a division: one less where the sum is not positive
            below = tirx.shift_right(total - 1, tirx.const(31, "int32"))
            bits = tirx.const(2 * _FRACTION_BITS, "int32")
            if node.attrs.get("unsigned", 0):
                return tirx.shift_right(value + half, bits)
            return tirx.Let(total, value, tirx.shift_right(total + half + below, bits))

        y = te.compute(
            node.output.shape[2:], lambda w, c: rounded(element(w, c)).astype(tx.dtype), "y"
        )
        return te.create_prim_func([x, rows, y, fraction])
