# SPDX-License-Identifier: Apache-2.0
"""What is read at places that are known at run time, and what changes an element's type.

Sources: TFLM ``gather.cc``, ``gather_nd.cc``, ``embedding_lookup.cc``, ``cast.cc``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.kinds import ANY, INT32, OneByOne, Seeing, stored_type


def _places_fit(node: Node) -> str | None:
    """Every line of places has one number for each of the data's first dimensions."""
    data, places = (t.shape for t in node.operands)
    depth = len(node.attrs["extents"])
    if len(places) == 2 and places[1] == depth and tuple(node.attrs["extents"]) == data[:depth]:
        return None
    return f"data {list(data)}, places {list(places)}, extents {node.attrs['extents']}"


@register
class Gather(Seeing):
    """GATHER, GATHER_ND, EMBEDDING_LOOKUP: parts of data at places known at run time.

    data[D0, .., Dk, rest], places int32[M, k + 1] -> [1, M, 1, rest], a part a row. TFLM stops at a
    place outside of the data; here the nearest one is read. Attributes: extents (D0, .., Dk).
    """

    name = "gather"
    operand_names = ("data", "places")
    scalar_names = ("row",)
    priced_like = "strided_slice"
    constraints = (_places_fit,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        (data, dtype), (places, _) = operands
        return (1, places[0], 1, math.prod(data[len(attrs["extents"]) :])), dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return Access.WHOLE, Access.WHOLE

    def row_call(self, node: Node, row: int) -> RowCall:
        del node
        return RowCall(((), ()), (row,))

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return ANY, INT32

    def kernel(self, node: Node) -> Any:
        data, places = node.operands
        extents, depth = node.attrs["extents"], node.output.shape[-1]
        x = te.placeholder((data.size,), stored_type(data.dtype), "data")
        at = te.placeholder((places.size,), places.dtype, "places")
        row = te.var("row", "int32")

        def element(c: Any) -> Any:
            first: Any = int32(0)
            for k, extent in enumerate(extents):
                place = at[row * len(extents) + k]
                inside = te.max(te.min(place, int32(extent - 1)), int32(0))
                first = first * extent + inside
            return x[first * depth + c]

        return te.create_prim_func([x, at, te.compute((depth,), element, "y"), row])


@register
class Cast(OneByOne):
    """CAST: the same numbers in another type, truncated as in C. Attributes: dtype."""

    name = "cast"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return operands[0][0], str(attrs["dtype"])

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (ANY,)

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), stored_type(node.operands[0].dtype), "x")
        y = te.compute(x.shape, lambda i: self._element(x[i], node), "y")
        return te.create_prim_func([x, y])

    def _element(self, value: Any, node: Node) -> Any:
        """A bool says whether it is not 0."""
        if node.output.dtype != "bool":
            return value.astype(node.output.dtype)
        return (value != tirx.const(0, stored_type(node.operands[0].dtype))).astype("uint8")
