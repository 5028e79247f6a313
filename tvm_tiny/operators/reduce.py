# SPDX-License-Identifier: Apache-2.0
"""Mean and sum over any axes (TFLite ``reference/reduce.h``, ``QuantizedMeanOrSum``)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from tvm_tiny._tvm import TIR, IRBuilder, te
from tvm_tiny.graph import Node
from tvm_tiny.operators import channel_links, turning
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import Access, Kind, RowCall, lookup, register, register_planned
from tvm_tiny.operators.channel_links import Links, last_extent
from tvm_tiny.operators.conv import requantised
from tvm_tiny.operators.elementwise import int32, peak
from tvm_tiny.operators.fields import AxisField
from tvm_tiny.operators.forms import Loops, Reduced
from tvm_tiny.operators.kinds import Arithmetic, stored_type
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range, requantised_range
from tvm_tiny.operators.work import Work, counted, row_extents


def reduced_axes(rank: int, axes: Sequence[int]) -> tuple[int, ...]:
    """The axes from 0, sorted, each once (TFLite ``ResolveAxis``)."""
    return tuple(sorted({a + rank if a < 0 else a for a in axes}))


def axes_exist(node: Node) -> str | None:
    """Every axis is a dimension of the operand, negative ones from the end."""
    rank = len(node.operands[0].shape)
    bad = [a for a in node.attrs["axes"] if not -rank <= a < rank]
    return f"axis {bad[0]} of a tensor of rank {rank}" if bad else None


def _count_limit(node: Node) -> str | None:
    """The sum of the elements of one result is int32: 8388606 of int8, 32766 of int16."""
    count = node.operands[0].size // max(1, node.output.size)
    most = (1 << 31) // node.operands[0].elements.levels - 1
    return f"there are {count}" if count > most else None


@dataclass(frozen=True)
class Walk:
    """Element strides through the operand.

    Attributes:
        output: for each output dimension its stride in the operand (0 for a reduced one).
        reduced: (extent, stride) of the reduced dimensions, neighbours merged, outermost first.
    """

    output: tuple[int, ...]
    reduced: tuple[tuple[int, int], ...]


def _walk(shape: tuple[int, ...], axes: tuple[int, ...], keep_dims: bool) -> Walk:
    strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
    output = [0 if i in axes else s for i, s in enumerate(strides) if keep_dims or i not in axes]
    reduced: list[tuple[int, int]] = []
    for i in axes:
        if reduced and reduced[-1][1] == shape[i] * strides[i]:
            reduced[-1] = (reduced[-1][0] * shape[i], strides[i])
        else:
            reduced.append((shape[i], strides[i]))
    return Walk(tuple(output), tuple(reduced) or ((1, 0),))


class Reduction(Arithmetic):
    """Sum of ``x - input_zero_point``, rescaled. Mean and sum differ in their multiplier only."""

    scalar_names = ("base",)
    form = Reduced()
    priced_like = "mean"
    constraints = (axes_exist, _count_limit)
    held: ClassVar[str] = "int32"
    """Type that elements are combined in."""

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        shape, dtype = operands[0]
        axes = reduced_axes(len(shape), attrs["axes"])
        if attrs["keep_dims"]:
            return tuple(1 if i in axes else d for i, d in enumerate(shape)), dtype
        return tuple(d for i, d in enumerate(shape) if i not in axes), dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.ROW if inside_row(node) else Access.WHOLE,)

    def row_call(self, node: Node, row: int) -> RowCall:
        if inside_row(node):
            return RowCall(((row,),), (0,))
        leading = node.output.shape[:-2]
        index = np.unravel_index(row, leading) if leading else ()
        strides = walk_of(node).output
        base = sum(int(i) * s for i, s in zip(index, strides, strict=False))
        return RowCall(((),), (base,))

    def channel_links(self, node: Node) -> Links:
        """Channels that are summed up stay whole."""
        return None if self.joins_channels(node) else channel_links.same(node)

    def joins_channels(self, node: Node) -> bool:
        """Whether channels are among the axes."""
        rank = len(node.operands[0].shape)
        return any(a % rank == rank - 1 for a in node.attrs["axes"])

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        x, attrs = operands[0], node.attrs
        count = node.operands[0].size // max(1, node.output.size)
        if self.joins_channels(node):
            x = x.spread(last_extent(node.output.shape))
        zero_point = attrs["input_zero_point"]
        low, high = (x.low - zero_point) * count, (x.high - zero_point) * count
        last = {"output_zero_point": attrs["output_zero_point"]}
        scale = attrs["multiplier"], attrs["shift"]
        return requantised_range(low, high, scale, last, node.output.dtype)

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        """An axis that is summed up is seen whole."""
        first, shape = fields[0], node.activations[0].shape
        axes = {int(a) % len(shape) for a in node.attrs["axes"]}
        if first.dim in axes:
            return replace(first, dim=-1, whole=first.whole or shape[first.dim] > 1)
        if first.dim < 0 or node.attrs["keep_dims"]:
            return first
        return replace(first, dim=first.dim - sum(a < first.dim for a in axes))

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        del shape
        return turning.reduction(ops, dict(attrs))

    def work(self, node: Node) -> Work:
        """The operand's elements, shared among the rows of the result."""
        macs, rows = self.macs(node), max(1, node.output.rows)
        return counted(node, macs / rows, node.operands[0].size / rows, *row_extents(node))

    def kernel(self, node: Node) -> Any:
        tx = node.operands[0]
        walk = walk_of(node)
        width, channels = (1, 1, *node.output.shape)[-2:]
        step_p, step_c = (0, 0, *walk.output)[-2:]
        if width == 1 or step_p == channels * step_c:
            width, channels = 1, width * channels
        extent = tx.row_size if inside_row(node) else tx.size
        x = te.placeholder((extent,), stored_type(tx.dtype), "x")
        base = te.var("base", "int32")
        axes = [te.reduce_axis((0, extent), f"r{i}") for i, (extent, _) in enumerate(walk.reduced)]

        def total(p: Any, c: Any) -> Any:
            at = base + p * step_p + c * step_c
            for axis, (_, stride) in zip(axes, walk.reduced, strict=True):
                at = at + axis * stride
            return self.combined(x[at].astype(self.held), axes, node)

        acc = te.compute((width, channels), total, "acc")
        count = math.prod(extent for extent, _ in walk.reduced)
        finish = self.finished(node, count)
        y = te.compute((width, channels), lambda p, c: finish(acc[p, c]), "y")
        return te.create_prim_func([x, y, base])

    def combined(self, value: Any, axes: Any, node: Node) -> Any:
        """One number of all elements, int32, along the reduction axes: their sum."""
        del node
        return te.sum(value, axis=axes)

    def finished(self, node: Node, count: int) -> Callable[[Any], Any]:
        """The result from that number of ``count`` elements: less their zero points, rescaled."""
        offset = int32(node.attrs["input_zero_point"] * count)
        multiplier, shift = int32(node.attrs["multiplier"]), int32(node.attrs["shift"])
        kind = node.output.elements
        attrs = {**node.attrs, "activation": list(kind.limits)}
        return lambda total: requantised(total - offset, multiplier, shift, attrs, kind.name)


def inside_row(node: Node) -> bool:
    """Each output row needs one input row: only W and C are reduced, and they stay as ones."""
    rank = len(node.operands[0].shape)
    axes = reduced_axes(rank, node.attrs["axes"])
    return rank >= 2 and bool(node.attrs["keep_dims"]) and all(a >= rank - 2 for a in axes)


def walk_of(node: Node) -> Walk:
    """How a mean or sum goes through its operand."""
    shape = node.operands[0].shape
    axes = reduced_axes(len(shape), node.attrs["axes"])
    return _walk(shape, axes, bool(node.attrs["keep_dims"]))


@register
class Mean(Reduction):
    """MEAN over axes; the division is part of the multiplier (``quant.mean_params``).

    Attributes: axes, keep_dims, input_zero_point, output_zero_point, multiplier, shift.
    """

    name = "mean"
    backward = Backward.SPREAD


@register
class ReduceSum(Reduction):
    """SUM over axes; attributes as for ``mean``."""

    name = "sum"
    backward = Backward.SPREAD


@register
class ReduceMax(Reduction):
    """REDUCE_MAX over axes, of the stored integers; one quantisation in and out.

    Attributes: axes, keep_dims.
    """

    name = "reduce_max"
    form = Loops()
    constraints = (axes_exist,)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        channels = last_extent(node.output.shape)
        return operands[0].spread(channels) if self.joins_channels(node) else operands[0]

    def combined(self, value: Any, axes: Any, node: Node) -> Any:
        return peak(value, axes, node.output.elements.low)

    def finished(self, node: Node, count: int) -> Callable[[Any], Any]:
        del count
        return lambda largest: largest.astype(stored_type(node.output.dtype))


@register_planned
class MeanRows(Reduction):
    """``mean`` or ``sum`` over H and W of an NHWC tensor (N = 1; over H of one column), by rows.

    The calls add up in int32 workspace (4 bytes a channel), the last one rescales: same integers,
    and the operand need never be there whole. Attributes: those of ``mean``.
    """

    name = "mean_rows"
    form = Reduced(by_rows=True)
    scalar_names = ("first", "last")

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.ROW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        return RowCall(((row,),), (int(row == 0), int(row == self.calls(node) - 1)))

    def calls(self, node: Node) -> int:
        return node.operands[0].rows

    def priced_as(self, node: Node) -> Node:
        """The same elements are read and summed."""
        return replace(node, op="mean")

    def state_bytes(self, node: Node) -> int:
        return 4 * node.operands[0].shape[-1]

    def kernel(self, node: Node) -> Any:
        width, channels = node.operands[0].shape[-2:]
        offset = int32(node.attrs["input_zero_point"] * node.operands[0].rows * width)
        multiplier, shift = int32(node.attrs["multiplier"]), int32(node.attrs["shift"])
        kind = node.output.elements
        attrs = {**node.attrs, "activation": list(kind.limits)}
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            x = TIR.arg("x", TIR.buffer((width * channels,), kind.name))
            total = TIR.arg("total", TIR.buffer((channels,), "int32"))
            y = TIR.arg("y", TIR.buffer((channels,), kind.name))
            first, last = TIR.arg("first", TIR.int32()), TIR.arg("last", TIR.int32())
            with TIR.sblock("root"):
                TIR.reads(x[0 : width * channels], total[0:channels])
                TIR.writes(total[0:channels], y[0:channels])
                with TIR.serial(0, channels) as c:
                    TIR.buffer_store(total, TIR.if_then_else(first == 1, 0, total[c]), [c])
                with TIR.serial(0, width) as p, TIR.serial(0, channels) as c:
                    value = total[c] + x[p * channels + c].astype("int32")
                    TIR.buffer_store(total, value, [c])
                with TIR.If(last == 1), TIR.Then(), TIR.serial(0, channels) as c:
                    mean = requantised(total[c] - offset, multiplier, shift, attrs, kind.name)
                    TIR.buffer_store(y, mean, [c])
        return builder.get()


def adds_up_by_rows(node: Node) -> bool:
    """Whether a node can run as ``mean_rows``: over rows and columns, or rows of one column."""
    shape = node.operands[0].shape
    if lookup(node.op).form != Reduced() or len(shape) != 4 or not shape[0] == 1 < shape[1]:
        return False
    axes = reduced_axes(4, node.attrs["axes"])
    return axes == (1, 2) or (axes == (1,) and shape[2] == 1)
