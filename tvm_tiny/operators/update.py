# SPDX-License-Identifier: Apache-2.0
"""DYNAMIC_UPDATE_SLICE (TFLM ``dynamic_update_slice.cc``): a part of a tensor replaced."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.kinds import ANY, INT32, INT64, Seeing, stored_type
from tvm_tiny.operators.places import element_strides


def _part_fits(node: Node) -> str | None:
    """The part has the tensor's rank and type, no larger extents, and a start in each dimension."""
    x, part, start = node.operands
    fits = (
        len(x.shape) == len(part.shape) >= 1
        and all(p <= n for p, n in zip(part.shape, x.shape, strict=True))
        and x.dtype == part.dtype
        and start.shape == (len(x.shape),)
    )
    return None if fits else f"{part.dtype}{list(part.shape)} in {x.dtype}{list(x.shape)}"


@register
class UpdateSlice(Seeing):
    """DYNAMIC_UPDATE_SLICE: x with ``part`` in place of what is there from ``start`` on.

    start int32[rank] or int64[rank], a constant or computed; moved inside where it is not.
    """

    name = "update_slice"
    operand_names = ("x", "part", "start")
    scalar_names = ("row",)
    priced_like = "strided_slice"
    constraints = (_part_fits,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0]

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return Access.ROW, Access.WHOLE, Access.WHOLE

    def row_call(self, node: Node, row: int) -> RowCall:
        del node
        return RowCall(((row,), (), ()), (row,))

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return ANY, ANY, INT32 | INT64

    def kernel(self, node: Node) -> Any:
        tx, tp, ts = node.operands
        rank = len(tx.shape)
        width, channels = (1, 1, *tx.shape)[-2:]
        x = te.placeholder((width * channels,), stored_type(tx.dtype), "x")
        part = te.placeholder((tp.size,), stored_type(tp.dtype), "part")
        start = te.placeholder((rank,), ts.dtype, "start")
        row = te.var("row", "int32")
        steps = element_strides(tp.shape)

        def place(dim: int, w: Any, c: Any) -> Any:
            if dim == rank - 1:
                return c
            if dim == rank - 2:
                return w
            return row // math.prod(tx.shape[dim + 1 : rank - 2]) % tx.shape[dim]

        def element(w: Any, c: Any) -> Any:
            at: Any = int32(0)
            inside: list[Any] = []
            for dim, (extent, size) in enumerate(zip(tx.shape, tp.shape, strict=True)):
                if size == extent:
                    at = at + place(dim, w, c) * steps[dim]
                    continue
                most, least = (tirx.const(v, ts.dtype) for v in (extent - size, 0))
                first = te.max(te.min(start[dim], most), least).astype("int32")
                offset = place(dim, w, c) - first
                inside += [offset >= 0, offset < size]
                at = at + offset * steps[dim]
            old = x[w * channels + c]
            return tirx.if_then_else(tirx.all(*inside), part[at], old) if inside else part[at]

        return te.create_prim_func(
            [x, part, start, te.compute((width, channels), element, "y"), row]
        )
