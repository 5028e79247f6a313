# SPDX-License-Identifier: Apache-2.0
"""Operators that move data and compute nothing: any rank, any element type.

TFLite copies the integers whatever the quantisation of operands and result is (its converter
makes them equal), so these kernels know no scales. Sources: ``reference/pad.h``,
``transpose.h``, ``concatenation.h``, ``strided_slice.h``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators import channel_links, turning
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import (
    Access,
    Array,
    Kind,
    RowCall,
    register,
)
from tvm_tiny.operators.channel_links import Link, Links, last_extent
from tvm_tiny.operators.conv import placeholder
from tvm_tiny.operators.fields import AxisField, reshaped
from tvm_tiny.operators.kinds import Moving, stored_type
from tvm_tiny.operators.places import (
    Shape,
    coordinates,
    element_strides,
    flat_index,
    last_two,
    row_output,
    split_at_borders,
)
from tvm_tiny.operators.plain import float_constant
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range, any_value


def pads_are_valid(node: Node) -> str | None:
    """Padding amounts must not be negative and the value must be of the tensor's type."""
    if any(amount < 0 for pair in node.attrs["pads"] for amount in pair):
        return f"the padding is {node.attrs['pads']}"
    if node.output.elements.is_float:
        return None
    value = int(node.attrs["value"])
    if not node.output.elements.contains(value):
        return f"the padding value is {value}"
    return None


def _border(node: Node) -> Any:
    """The value that a border has; a float by its bits."""
    kind = stored_type(node.output.dtype)
    if not node.output.elements.is_float:
        return tirx.const(int(node.attrs["value"]), kind)
    return float_constant(node.attrs["value"])


@register
class Pad(Moving):
    """PAD, PADV2: x -> x with a border of ``value``.

    Attributes: pads ([before, after] per dimension), value (int8). A row that lies in the border
    is told so by the scalar ``inside``; its input row is the nearest one and is not read.
    """

    name = "pad"
    backward = Backward.PADDED
    fills = True
    priced_like = "pad"
    scalar_names = ("inside",)
    constraints = (pads_are_valid,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        shape, dtype = operands[0]
        return tuple(d + sum(p) for d, p in zip(shape, attrs["pads"], strict=True)), dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.ROW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        dims = node.operands[0].shape[:-2]
        place = coordinates(row, node.output.shape[:-2])
        wanted = [at - p[0] for at, p in zip(place, node.attrs["pads"], strict=False)]
        nearest = [min(max(at, 0), d - 1) for at, d in zip(wanted, dims, strict=True)]
        return RowCall(((flat_index(nearest, dims),),), (int(nearest == wanted),))

    def channel_links(self, node: Node) -> Links:
        return None if any(node.attrs["pads"][-1]) else channel_links.same(node)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        attrs, x = node.attrs, operands[0]
        if node.output.elements.is_float:
            return any_value(node.output)
        value = np.full(last_extent(node.output.shape), attrs["value"])
        low, high = (
            np.pad(end, attrs["pads"][-1], constant_values=attrs["value"])
            for end in (x.low, x.high)
        )
        wide = Range(low, high)
        return wide.joined(Range(value, value)) if np.any(attrs["pads"][:-1]) else wide

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        first = fields[0]
        before = node.attrs["pads"][first.dim][0] if first.dim >= 0 else 0
        return replace(first, start=first.start - before * first.jump)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: Shape) -> Answer:
        del shape
        return turning.padding(ops, dict(attrs))

    def moved(self, operands: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        return np.pad(operands[0], attrs["pads"], constant_values=attrs["value"])

    def copied(self, node: Node) -> int | None:
        return None if np.any(node.attrs["pads"]) else 0

    def kernel(self, node: Node) -> Any:
        x = placeholder(node.operands[0], "x", row=True)
        inside = te.var("inside", "int32")
        value = _border(node)
        pads = last_two(node.attrs["pads"], [0, 0])

        def element(*place: Any) -> Any:
            source = [at - before for at, (before, _) in zip(place, pads, strict=True)]
            known = [inside != 0]
            for at, extent, (before, after) in zip(source, x.shape, pads, strict=True):
                known += [tirx.likely(at >= 0)] if before else []
                known += [tirx.likely(at < extent)] if after else []
            return tirx.if_then_else(tirx.all(*known), x[tuple(source)], value)

        return split_at_borders(te.create_prim_func([x, row_output(node, element), inside]))


def axes_are_a_permutation(node: Node) -> str | None:
    """The axes of a transpose must be a permutation."""
    axes = node.attrs["axes"]
    return None if sorted(axes) == list(range(len(axes))) else f"the axes are {axes}"


@register
class Transpose(Moving):
    """TRANSPOSE: dimension d of the result is dimension ``axes[d]`` of x.

    Where rows stay rows (possibly transposed in themselves) the kernel needs one input row;
    otherwise an output row collects elements of many and reads the whole tensor from the
    element offset ``first``.
    """

    name = "transpose"
    backward = Backward.TRANSPOSED
    priced_like = "transpose"
    scalar_names = ("first",)
    constraints = (axes_are_a_permutation,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        shape, dtype = operands[0]
        if sorted(attrs["axes"]) != list(range(len(shape))):
            raise ValueError(f"axes {attrs['axes']} are no permutation of {len(shape)} dimensions")
        return tuple(shape[a] for a in attrs["axes"]), dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.ROW if _keeps_rows(node.attrs["axes"]) else Access.WHOLE,)

    def row_call(self, node: Node, row: int) -> RowCall:
        axes, shape = node.attrs["axes"], node.operands[0].shape
        place = coordinates(row, node.output.shape[:-2])
        if _keeps_rows(axes):
            source = [0] * len(place)
            for at, axis in zip(place, axes, strict=False):
                source[axis] = at
            return RowCall(((flat_index(source, shape[:-2]),),))
        strides = element_strides(shape)
        first = sum(at * strides[axis] for at, axis in zip(place, axes, strict=False))
        return RowCall(((),), (first,))

    def channel_links(self, node: Node) -> Links:
        last = node.attrs["axes"][-1] == len(node.output.shape) - 1
        return channel_links.same(node) if last else None

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        last = node.attrs["axes"][-1] == len(node.output.shape) - 1
        return operands[0] if last else operands[0].spread(last_extent(node.output.shape))

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        first, axes = fields[0], list(node.attrs["axes"])
        return first if first.dim < 0 else replace(first, dim=axes.index(first.dim))

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: Shape) -> Answer:
        """Reads the shape that it permutes."""
        del ops, attrs, shape
        return None

    def moved(self, operands: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        return np.transpose(operands[0], attrs["axes"])

    def copied(self, node: Node) -> int | None:
        axes = list(node.attrs["axes"])
        return 0 if axes == list(range(len(axes))) else None

    def reads_nchw(self, node: Node) -> bool:
        return list(node.attrs["axes"]) == [0, 2, 3, 1]

    def joined(
        self, attrs: Mapping[str, Any], before: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        return {**attrs, "axes": [before["axes"][a] for a in attrs["axes"]]}

    def viewed(self, node: Node) -> Shape | None:
        """Only dimensions of extent 1 move."""
        axes, shape = node.attrs["axes"], node.operands[0].shape
        moved = [a for a in axes if shape[a] != 1]
        return tuple(shape[a] for a in axes) if moved == sorted(moved) else None

    def kernel(self, node: Node) -> Any:
        tx, axes = node.operands[0], node.attrs["axes"]
        if _keeps_rows(axes):
            x = placeholder(tx, "x", row=True)
            swapped = axes[-1] != len(axes) - 1
            y = row_output(node, lambda w, c: x[c, w] if swapped else x[w, c])
            return te.create_prim_func([x, y])
        x = te.placeholder((tx.size,), stored_type(tx.dtype), "x")
        first = te.var("first", "int32")
        strides = element_strides(tx.shape)
        step_w, step_c = strides[axes[-2]], strides[axes[-1]]
        y = row_output(node, lambda w, c: x[first + w * step_w + c * step_c])
        return te.create_prim_func([x, y, first])


def _keeps_rows(axes: Sequence[int]) -> bool:
    rank = len(axes)
    return {*axes[-2:]} == {*range(max(rank - 2, 0), rank)}


def slice_is_inside(node: Node) -> str | None:
    """A slice must lie inside its operand and its strides must not be zero."""
    a = node.attrs
    dims = zip(node.operands[0].shape, a["begin"], a["strides"], a["shape"], strict=True)
    for d, (extent, begin, stride, count) in enumerate(dims):
        last = begin + (count - 1) * stride
        if stride == 0 or count < 1 or not (0 <= begin < extent and 0 <= last < extent):
            return f"dimension {d} of {extent}: {count} elements from {begin} in steps of {stride}"
    return None


@register
class StridedSlice(Moving):
    """STRIDED_SLICE, SLICE, SPLIT, UNPACK: element i of a dimension is x at begin + i * stride.

    Attributes: begin (0 or more), strides (not 0, may be negative), shape of the result; all per
    dimension of x, none left out (dropping dimensions is a ``reshape``).
    """

    name = "strided_slice"
    backward = Backward.SLICED
    priced_like = "strided_slice"
    constraints = (slice_is_inside,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        shape, dtype = operands[0]
        if {len(attrs[k]) for k in ("begin", "strides", "shape")} != {len(shape)}:
            raise ValueError(f"begin, strides and shape need {len(shape)} entries each")
        return tuple(attrs["shape"]), dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.ROW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        place = coordinates(row, node.output.shape[:-2])
        steps = zip(node.attrs["begin"], node.attrs["strides"], place, strict=False)
        source = [begin + at * stride for begin, stride, at in steps]
        return RowCall(((flat_index(source, node.operands[0].shape[:-2]),),))

    def channel_links(self, node: Node) -> Links:
        whole = node.attrs["begin"][-1] == 0 and node.attrs["strides"][-1] == 1
        return channel_links.same(node) if whole else None

    def resized_attrs(self, attrs: Mapping[str, Any], channels: int) -> Mapping[str, Any]:
        return {**attrs, "shape": [*attrs["shape"][:-1], channels]}

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        begin, stride = node.attrs["begin"][-1], node.attrs["strides"][-1]
        return operands[0].take(begin + np.arange(last_extent(node.output.shape)) * stride)

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        first = fields[0]
        if first.dim < 0:
            return first
        begin, step = (int(node.attrs[k][first.dim]) for k in ("begin", "strides"))
        moved = replace(first, start=first.start + begin * first.jump)
        if step > 0:
            return replace(moved, jump=first.jump * step)
        extent = node.output.shape[first.dim]  # mirrored: from the other end, the hull is a bound
        start = moved.start + (extent - 1) * step * first.jump
        return replace(moved, jump=first.jump * -step, start=start, exact=False)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: Shape) -> Answer:
        return turning.slicing(ops, dict(attrs), shape)

    def moved(self, operands: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        dims = zip(attrs["begin"], attrs["strides"], attrs["shape"], strict=True)
        places = (begin + np.arange(count) * stride for begin, stride, count in dims)
        return operands[0][np.ix_(*places)]

    def copied(self, node: Node) -> int | None:
        shape, a = node.operands[0].shape, node.attrs
        steps = [s for s, extent in zip(a["strides"], shape, strict=True) if extent > 1]
        whole = tuple(a["shape"]) == shape and not any(a["begin"])
        return 0 if whole and all(s == 1 for s in steps) else None

    def kernel(self, node: Node) -> Any:
        x = placeholder(node.operands[0], "x", row=True)
        (bw, bc), (sw, sc) = (
            last_two(node.attrs["begin"], 0),
            last_two(node.attrs["strides"], 1),
        )
        y = row_output(node, lambda w, c: x[bw + w * sw, bc + c * sc])
        return te.create_prim_func([x, y])


@register
class Reshape(Moving):
    """RESHAPE, SQUEEZE, EXPAND_DIMS: the same bytes under another ``shape``."""

    name = "reshape"
    backward = Backward.RESHAPED
    is_view = True

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        shape, dtype = operands[0]
        if math.prod(attrs["shape"]) != math.prod(shape):
            raise ValueError(f"a tensor of shape {shape} cannot be viewed as {attrs['shape']}")
        return tuple(attrs["shape"]), dtype

    def channel_links(self, node: Node) -> Links:
        """Outer dimensions may go into the innermost; its channels then repeat."""
        inner, outer = last_extent(node.operands[0].shape), last_extent(node.output.shape)
        if outer % inner or not node.output.shape:
            return None
        every = np.arange(outer)
        return (Link(0, every % inner, every),)

    def resized_attrs(self, attrs: Mapping[str, Any], channels: int) -> Mapping[str, Any]:
        return {**attrs, "shape": [*attrs["shape"][:-1], channels]}

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        x, channels = operands[0], last_extent(node.output.shape)
        if channels % len(x.low):
            return x.spread(channels)
        return x.take(np.arange(channels) % len(x.low))

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        return reshaped(node, node.activations[0], fields[0])

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: Shape) -> Answer:
        """A view is what joins a turned tensor and its shape in the model (``TurnRows``)."""
        del ops, attrs, shape
        return None

    def moved(self, operands: Sequence[Array], attrs: Mapping[str, Any]) -> Array:
        return operands[0].reshape(attrs["shape"])

    def copied(self, node: Node) -> int | None:
        return 0 if node.operands[0].shape == tuple(node.attrs["shape"]) else None

    def reads_nchw(self, node: Node) -> bool:
        """One channel, or one pixel: the permutation moves nothing."""
        shape = node.operands[0].shape
        return (
            len(shape) == 4 and node.output.shape == tuple(shape[a] for a in (0, 2, 3, 1)) != shape
        )

    def joined(
        self, attrs: Mapping[str, Any], before: Mapping[str, Any]
    ) -> Mapping[str, Any] | None:
        del before
        return attrs

    def kernel(self, node: Node) -> Any:
        """A view has no kernel.

        Raises:
            LookupError: always.
        """
        raise LookupError(f"{node.op} ({node.layer}) is a view and has no kernel")
