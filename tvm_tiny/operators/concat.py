# SPDX-License-Identifier: Apache-2.0
"""Concatenation: any rank, any element type (TFLite ``concatenation.h``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators import channel_links, turning
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import (
    OUTSIDE,
    Access,
    Array,
    Columns,
    Kind,
    RowCall,
    register,
    same_columns,
)
from tvm_tiny.operators.channel_links import Link, Links
from tvm_tiny.operators.fields import AxisField, concatenated
from tvm_tiny.operators.kinds import Moving, stored_type
from tvm_tiny.operators.places import (
    Shape,
    coordinates,
    flat_index,
    last_two,
    row_output,
    split_at_borders,
)
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range


def _axis(attrs: Mapping[str, Any], rank: int) -> int:
    axis = int(attrs["axis"])
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} of a tensor with {rank} dimensions")
    return axis % rank


@register
class Concat(Moving):
    """CONCATENATION: the operands one after another along ``axis``.

    Along a row dimension (the two innermost) every output row needs that row of each operand.
    Along an outer dimension an output row is a copy of one row of the operand number ``source``;
    the rows of the others are OUTSIDE. Constant operands are whole and indexed by ``row``.
    The kernel has only the scalars that it uses.
    """

    name = "concat"
    backward = Backward.JOINED
    priced_like = "concat"
    operand_names = ("x",)
    scalar_names = ("source", "row")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        shapes = [shape for shape, _ in operands]
        axis = _axis(attrs, len(shapes[0]))
        rests = {(*s[:axis], *s[axis + 1 :]) for s in shapes}
        if len(rests) != 1 or len({len(s) for s in shapes}) != 1:
            raise ValueError(f"shapes {shapes} cannot be joined along axis {axis}")
        extent = sum(s[axis] for s in shapes)
        return (*shapes[0][:axis], extent, *shapes[0][axis + 1 :]), operands[0][1]

    def access(self, node: Node) -> tuple[Access, ...]:
        live = Access.ROW if _joins_rows(node) else Access.WINDOW
        return tuple(Access.WHOLE if t.data is not None else live for t in node.operands)

    def row_call(self, node: Node, row: int) -> RowCall:
        source, rows = self._sources(node, row)
        accesses = self.access(node)
        taken = tuple(
            () if a is Access.WHOLE else (at,) for at, a in zip(rows, accesses, strict=True)
        )
        scalars = () if _joins_rows(node) else (source,)
        if Access.WHOLE in accesses:
            scalars = (*scalars, max(rows[source], 0))
        return RowCall(taken, scalars)

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        if _axis(node.attrs, len(node.output.shape)) != len(node.output.shape) - 1:
            return None
        return same_columns(node, begin, end)

    def _sources(self, node: Node, row: int) -> tuple[int, list[int]]:
        """Number of the operand that is read, and the row of each operand."""
        if _joins_rows(node):
            return 0, [row] * len(node.operands)
        axis = _axis(node.attrs, len(node.output.shape))
        place = list(coordinates(row, node.output.shape[:-2]))
        source = 0
        while place[axis] >= node.operands[source].shape[axis]:
            place[axis] -= node.operands[source].shape[axis]
            source += 1
        rows = [OUTSIDE] * len(node.operands)
        rows[source] = flat_index(place, node.operands[source].shape[:-2])
        return source, rows

    def channel_links(self, node: Node) -> Links:
        rank = len(node.output.shape)
        if any(t.data is not None for t in node.operands):
            return None
        numbers = range(len(node.operands))
        if _axis(node.attrs, rank) != rank - 1:
            return tuple(link for k in numbers for link in channel_links.whole(node, k))
        out: list[Link] = []
        first = 0
        for number in numbers:
            every = np.arange(node.operands[number].shape[-1])
            out.append(Link(number, every, every + first))
            first += len(every)
        return tuple(out)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        rank = len(node.output.shape)
        if _axis(node.attrs, rank) == rank - 1:
            low, high = ([r.low for r in operands], [r.high for r in operands])
            return Range(np.concatenate(low), np.concatenate(high))
        first, *rest = operands
        for other in rest:
            first = first.joined(other)
        return first

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        return concatenated(node, fields)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: Shape) -> Answer:
        return turning.concatenation(ops, dict(attrs), shape)

    def moved(self, operands: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        return np.concatenate(operands, axis=attrs["axis"])

    def copied(self, node: Node) -> int | None:
        """One operand alone."""
        return 0 if len(node.operands) == 1 else None

    def kernel(self, node: Node) -> Any:
        source, row = te.var("source", "int32"), te.var("row", "int32")
        params: list[Any] = []
        reads: list[Any] = []
        accesses = self.access(node)
        for index, (tensor, access) in enumerate(zip(node.operands, accesses, strict=True)):
            name = f"x{index}"
            width, channels = last_two(tensor.shape, 1)
            extent = width * channels if access is Access.ROW else tensor.size
            x = te.placeholder((extent,), stored_type(tensor.dtype), name)
            params.append(x)
            first: Any = 0 if access is Access.ROW else row * (width * channels)
            if access is Access.WINDOW:
                taps = te.placeholder((1,), "int32", f"{name}_rows")
                params.append(taps)
                first = taps[0]
            reads.append(_reader(x, first, channels))
        choose = _joined if _joins_rows(node) else _selected
        y = row_output(node, choose(node, reads, source))
        scalars = [] if _joins_rows(node) else [source]
        scalars += [row] if Access.WHOLE in accesses else []
        return split_at_borders(te.create_prim_func([*params, y, *scalars]))


def _joins_rows(node: Node) -> bool:
    rank = len(node.output.shape)
    return _axis(node.attrs, rank) >= rank - 2


def _reader(x: Any, first: Any, channels: int) -> Any:
    return lambda w, c: x[first + w * channels + c]


def _selected(node: Node, reads: Sequence[Any], source: Any) -> Any:
    """Element (w, c) of the operand number ``source``."""
    del node

    def element(w: Any, c: Any) -> Any:
        value = reads[-1](w, c)
        for index in reversed(range(len(reads) - 1)):
            value = tirx.if_then_else(source == index, reads[index](w, c), value)
        return value

    return element


def _joined(node: Node, reads: Sequence[Any], source: Any) -> Any:
    """Element (w, c) of operands side by side along the width or the channels."""
    del source
    rank = len(node.output.shape)
    axis = _axis(node.attrs, rank)
    along_channels = axis == rank - 1
    starts = [0, *accumulate(t.shape[axis] for t in node.operands)]

    def element(w: Any, c: Any) -> Any:
        at = c if along_channels else w
        value: Any = None
        for index in reversed(range(len(reads))):
            shifted = at - starts[index]
            read = reads[index](w, shifted) if along_channels else reads[index](shifted, c)
            if value is None:
                value = read
            else:
                value = tirx.if_then_else(tirx.likely(at < starts[index + 1]), read, value)
        return value

    return element
