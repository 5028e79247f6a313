# SPDX-License-Identifier: Apache-2.0
"""Unary int8 operators as a table of all 256 results (``tvm_tiny.quant``'s ``*_lut``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import te
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Columns, Operator, register, same_columns
from tvm_tiny.operators.conv import Kind
from tvm_tiny.operators.elementwise import int32


def _whole_table(node: Node) -> str | None:
    """The table is a constant of 256 int8 results."""
    table = node.operands[1]
    if table.data is None or table.shape != (256,) or table.dtype != "int8":
        return f"it is {table.dtype}{list(table.shape)}"
    return None


@register
class Lut(Operator):
    """RELU, RELU6, LEAKY_RELU, HARD_SWISH, LOGISTIC, TANH, int8 QUANTIZE: y = table[x + 128]."""

    name = "lut"
    operand_names = ("x", "table")
    elementwise = True
    constraints = (_whole_table,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0]

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.ROW, Access.WHOLE)

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        return same_columns(node, begin, end)

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), "int8", "x")
        table = te.placeholder((256,), "int8", "table")
        y = te.compute(x.shape, lambda i: table[x[i].astype("int32") + int32(128)], "y")
        return te.create_prim_func([x, table, y])
