# SPDX-License-Identifier: Apache-2.0
"""Unary int8 operators as a table of all 256 results (``*_lut`` of ``tvm_tiny.arithmetic``)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny._tvm import te
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import Array, register
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.forms import Table
from tvm_tiny.operators.kinds import INT8, OneByOne
from tvm_tiny.operators.value_ranges import Range, contents


def _whole_table(node: Node) -> str | None:
    """The table is a constant of 256 int8 results."""
    table = node.operands[1]
    if table.data is None or table.shape != (256,) or table.dtype != Q8.name:
        return f"it is {table.dtype}{list(table.shape)}"
    return None


@register
class Lut(OneByOne):
    """RELU, RELU6, LEAKY_RELU, HARD_SWISH, LOGISTIC, TANH, int8 QUANTIZE: y = table[x + 128]."""

    name = "lut"
    backward = Backward.TABLE
    operand_names = ("x", "table")
    form = Table()
    constraints = (_whole_table,)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        table, x = contents(node.operands[1]).astype(np.int64), operands[0]
        spans = [table[a + 128 : b + 129] for a, b in zip(x.low, x.high, strict=True)]
        return Range(np.array([s.min() for s in spans]), np.array([s.max() for s in spans]))

    def folded(self, node: Node) -> Array | None:
        x, table = (t.data for t in node.operands)
        return None if x is None or table is None else table[x.astype(np.int32) + 128]

    def narrowed(self, node: Node, low: int, high: int) -> tuple[int, int] | None:
        table = node.operands[1].data
        if table is None:
            return None
        found = table[low + 128 : high + 129].astype(np.int32)
        least, most = int(found.min()), int(found.max())
        clips = np.array_equal(found, np.clip(np.arange(low, high + 1), least, most))
        return (least, most) if clips and least < most else None

    def copied(self, node: Node) -> int | None:
        table = node.operands[1].data
        same = table is not None and np.array_equal(table, Q8.values)
        return 0 if same else None

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        return INT8, INT8

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), Q8.name, "x")
        table = te.placeholder((256,), Q8.name, "table")
        y = te.compute(x.shape, lambda i: table[x[i].astype("int32") + int32(128)], "y")
        return te.create_prim_func([x, table, y])
