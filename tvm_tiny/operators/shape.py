# SPDX-License-Identifier: Apache-2.0
"""Operators that move data and compute nothing: any rank, any element type.

TFLite copies the integers whatever the quantisation of operands and result is (its converter
makes them equal), so these kernels know no scales. Sources: ``reference/pad.h``,
``transpose.h``, ``concatenation.h``, ``strided_slice.h``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Any

from tvm_tiny._tvm import IRModule, Schedule, te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import (
    OUTSIDE,
    Access,
    Columns,
    Operator,
    RowCall,
    register,
    same_columns,
)
from tvm_tiny.operators.conv import Kind, placeholder

Shape = tuple[int, ...]


def coordinates(index: int, dims: Sequence[int]) -> Shape:
    """Coordinates of element ``index`` of a row-major array with extents ``dims``."""
    out: list[int] = []
    for extent in reversed(dims):
        index, place = divmod(index, extent)
        out.append(place)
    return tuple(reversed(out))


def flat_index(place: Sequence[int], dims: Sequence[int]) -> int:
    """Inverse of ``coordinates``."""
    index = 0
    for at, extent in zip(place, dims, strict=True):
        index = index * extent + at
    return index


def element_strides(shape: Sequence[int]) -> Shape:
    """Elements between neighbours along each dimension of a dense array."""
    return tuple(math.prod(shape[d + 1 :]) for d in range(len(shape)))


def _last_two(values: Sequence[Any], default: Any) -> tuple[Any, Any]:
    """The entries of the two row dimensions; a vector is one row of width 1."""
    padded = (default, default, *values)
    return padded[-2], padded[-1]


def _row_output(node: Node, value: Any) -> Any:
    """The compute of the output row: ``value(w, c)`` for each of its elements."""
    return te.compute(_last_two(node.output.shape, 1), value, "y")


def _split_at_borders(func: Any) -> Any:
    """Have TVM's LoopPartition cut every loop where a ``likely`` condition changes.

    before:  for c in 0..5: y[c] = a[c] if c < 3 else b[c - 3]
    after:   for c in 0..3: y[c] = a[c];  for c in 0..2: y[c + 3] = b[c]
    """
    schedule = Schedule(IRModule({"main": func}))
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        for loop in schedule.get_loops(block):
            schedule.annotate(loop, "pragma_loop_partition_hint", True)
    return schedule.mod["main"]


def pads_are_valid(node: Node) -> str | None:
    """Padding amounts must not be negative and the value must be an int8."""
    if any(amount < 0 for pair in node.attrs["pads"] for amount in pair):
        return f"the padding is {node.attrs['pads']}"
    value = int(node.attrs["value"])
    if node.output.dtype == "int8" and not -128 <= value <= 127:
        return f"the padding value is {value}"
    return None


@register
class Pad(Operator):
    """PAD, PADV2: x -> x with a border of ``value``.

    Attributes: pads ([before, after] per dimension), value (int8). A row that lies in the border
    is told so by the scalar ``inside``; its input row is the nearest one and is not read.
    """

    name = "pad"
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

    def kernel(self, node: Node) -> Any:
        x = placeholder(node.operands[0], "x", row=True)
        inside = te.var("inside", "int32")
        value = tirx.const(node.attrs["value"], node.output.dtype)
        pads = _last_two(node.attrs["pads"], [0, 0])

        def element(*place: Any) -> Any:
            source = [at - before for at, (before, _) in zip(place, pads, strict=True)]
            known = [inside != 0]
            for at, extent, (before, after) in zip(source, x.shape, pads, strict=True):
                known += [tirx.likely(at >= 0)] if before else []
                known += [tirx.likely(at < extent)] if after else []
            return tirx.if_then_else(tirx.all(*known), x[tuple(source)], value)

        return _split_at_borders(te.create_prim_func([x, _row_output(node, element), inside]))


def axes_are_a_permutation(node: Node) -> str | None:
    """The axes of a transpose must be a permutation."""
    axes = node.attrs["axes"]
    return None if sorted(axes) == list(range(len(axes))) else f"the axes are {axes}"


@register
class Transpose(Operator):
    """TRANSPOSE: dimension d of the result is dimension ``axes[d]`` of x.

    Where rows stay rows (possibly transposed in themselves) the kernel needs one input row;
    otherwise an output row collects elements of many and reads the whole tensor from the
    element offset ``first``.
    """

    name = "transpose"
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

    def kernel(self, node: Node) -> Any:
        tx, axes = node.operands[0], node.attrs["axes"]
        if _keeps_rows(axes):
            x = placeholder(tx, "x", row=True)
            swapped = axes[-1] != len(axes) - 1
            y = _row_output(node, lambda w, c: x[c, w] if swapped else x[w, c])
            return te.create_prim_func([x, y])
        x = te.placeholder((tx.size,), tx.dtype, "x")
        first = te.var("first", "int32")
        strides = element_strides(tx.shape)
        step_w, step_c = strides[axes[-2]], strides[axes[-1]]
        y = _row_output(node, lambda w, c: x[first + w * step_w + c * step_c])
        return te.create_prim_func([x, y, first])


def _keeps_rows(axes: Sequence[int]) -> bool:
    rank = len(axes)
    return {*axes[-2:]} == {*range(max(rank - 2, 0), rank)}


def _axis(attrs: Mapping[str, Any], rank: int) -> int:
    axis = int(attrs["axis"])
    if not -rank <= axis < rank:
        raise ValueError(f"axis {axis} of a tensor with {rank} dimensions")
    return axis % rank


@register
class Concat(Operator):
    """CONCATENATION: the operands one after another along ``axis``.

    Along a row dimension (the two innermost) every output row needs that row of each operand.
    Along an outer dimension an output row is a copy of one row of the operand number ``source``;
    the rows of the others are OUTSIDE. Constant operands are whole and indexed by ``row``.
    The kernel has only the scalars that it uses.
    """

    name = "concat"
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

    def kernel(self, node: Node) -> Any:
        source, row = te.var("source", "int32"), te.var("row", "int32")
        params: list[Any] = []
        reads: list[Any] = []
        accesses = self.access(node)
        for index, (tensor, access) in enumerate(zip(node.operands, accesses, strict=True)):
            name = f"x{index}"
            width, channels = _last_two(tensor.shape, 1)
            extent = width * channels if access is Access.ROW else tensor.size
            x = te.placeholder((extent,), tensor.dtype, name)
            params.append(x)
            first: Any = 0 if access is Access.ROW else row * (width * channels)
            if access is Access.WINDOW:
                taps = te.placeholder((1,), "int32", f"{name}_rows")
                params.append(taps)
                first = taps[0]
            reads.append(_reader(x, first, channels))
        choose = _joined if _joins_rows(node) else _selected
        y = _row_output(node, choose(node, reads, source))
        scalars = [] if _joins_rows(node) else [source]
        scalars += [row] if Access.WHOLE in accesses else []
        return _split_at_borders(te.create_prim_func([*params, y, *scalars]))


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
class StridedSlice(Operator):
    """STRIDED_SLICE, SLICE, SPLIT, UNPACK: element i of a dimension is x at begin + i * stride.

    Attributes: begin (0 or more), strides (not 0, may be negative), shape of the result; all per
    dimension of x, none left out (dropping dimensions is a ``reshape``).
    """

    name = "strided_slice"
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

    def kernel(self, node: Node) -> Any:
        x = placeholder(node.operands[0], "x", row=True)
        (bw, bc), (sw, sc) = (
            _last_two(node.attrs["begin"], 0),
            _last_two(node.attrs["strides"], 1),
        )
        y = _row_output(node, lambda w, c: x[bw + w * sw, bc + c * sc])
        return te.create_prim_func([x, y])


@register
class Reshape(Operator):
    """RESHAPE, SQUEEZE, EXPAND_DIMS: the same bytes under another ``shape``."""

    name = "reshape"
    is_view = True

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        shape, dtype = operands[0]
        if math.prod(attrs["shape"]) != math.prod(shape):
            raise ValueError(f"a tensor of shape {shape} cannot be viewed as {attrs['shape']}")
        return tuple(attrs["shape"]), dtype

    def kernel(self, node: Node) -> Any:
        """A view has no kernel.

        Raises:
            LookupError: always.
        """
        raise LookupError(f"{node.op} ({node.layer}) is a view and has no kernel")
