# SPDX-License-Identifier: Apache-2.0
"""The borders to uint8: a model of uint8 computes on int8 inside, each value 128 less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tvm_tiny._tvm import te, tirx
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Array, Columns, Kind, register, same_columns
from tvm_tiny.operators.kinds import AtBorder

_OTHER: Final = {"uint8": "int8", "int8": "uint8"}


def _sign(dtype: str) -> int:
    """The bits 0x80 as a value of the type: -128 of int8, 128 of uint8."""
    return Q8.low if dtype == Q8.name else -Q8.low


def _bytes_only(node: Node) -> str | None:
    """One of operand and result is int8, the other uint8."""
    kinds = (node.operands[0].dtype, node.output.dtype)
    return None if _OTHER.get(kinds[0]) == kinds[1] else f"they are {kinds[0]} and {kinds[1]}"


@register
class ShiftUnsigned(AtBorder):
    """uint8 to int8 or back: y = x ^ 0x80, which is x - 128 or x + 128 in eight bits."""

    name = "shift_unsigned"
    elementwise = True
    priced_like = "lut"
    constraints = (_bytes_only,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        shape, dtype = operands[0]
        return shape, _OTHER.get(dtype, dtype)

    def folded(self, node: Node) -> Array | None:
        x = node.operands[0].data
        return (
            None
            if x is None
            else x.view(node.output.dtype)
            ^ node.output.elements.numpy.type(_sign(node.output.dtype))
        )

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (frozenset(_OTHER),)

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        return same_columns(node, begin, end)

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), node.operands[0].dtype, "x")
        sign = tirx.const(_sign(node.operands[0].dtype), x.dtype)
        y = te.compute(x.shape, lambda i: (x[i] ^ sign).astype(node.output.dtype), "y")
        return te.create_prim_func([x, y])
