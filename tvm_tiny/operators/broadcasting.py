# SPDX-License-Identifier: Apache-2.0
"""Operators that work element by element on operands with numpy broadcasting.

An operand that has fewer rows than the result is broadcast by ``row_call``: the kernel always gets
the one row it needs.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tvm_tiny._tvm import te
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import channel_links, turning
from tvm_tiny.operators.base import Access, Columns, Kind, RowCall, same_columns
from tvm_tiny.operators.channel_links import Links
from tvm_tiny.operators.kinds import Arithmetic, Elementwise, stored_type
from tvm_tiny.operators.turning import Answer, Operands

Attrs = Mapping[str, Any]


def row_shape(tensor: Tensor) -> tuple[int, int]:
    """(W, C) of a tensor's rows, whatever its rank."""
    width, channels = (1, 1, *tensor.shape)[-2:]
    return width, channels


class Broadcasting(Elementwise, Arithmetic):
    """Element i of the result from element i of every operand, which broadcast."""

    elementwise = True
    priced_like = "mul"

    def infer(self, operands: Sequence[Kind], attrs: Attrs) -> Kind:
        del attrs
        shape = np.broadcast_shapes(*(shape for shape, _ in operands))
        return tuple(int(d) for d in shape), operands[0][1]

    def access(self, node: Node) -> tuple[Access, ...]:
        return tuple(Access.ROW for _ in node.operands)

    def row_call(self, node: Node, row: int) -> RowCall:
        leading = node.output.shape[:-2]
        index = np.unravel_index(row, leading) if leading else ()
        return RowCall(tuple((_broadcast_row(t, index),) for t in node.operands))

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        return same_columns(node, begin, end)

    def channel_links(self, node: Node) -> Links:
        return channel_links.broadcast(node)

    def turned(self, ops: Operands, attrs: Attrs, shape: tuple[int, ...]) -> Answer:
        return turning.broadcast(ops, dict(attrs), shape)

    @abstractmethod
    def elements(self, values: Sequence[Any], node: Node) -> Any:
        """One element of the result from one of each operand, as they are stored."""

    def names(self, node: Node) -> Sequence[str]:
        """Of the kernel's operands."""
        del node
        return self.operand_names

    def kernel(self, node: Node) -> Any:
        shapes = [row_shape(t) for t in node.operands]
        out = row_shape(node.output)
        if all(s in (out, (1, 1)) for s in shapes):
            # No operand repeats inside a row: one loop.
            shapes, out = [(1, w * c) for w, c in shapes], (1, out[0] * out[1])
        operands = [
            te.placeholder((w * c,), stored_type(t.dtype), name)
            for (w, c), t, name in zip(shapes, node.operands, self.names(node), strict=True)
        ]

        def value(i: Any) -> Any:
            at = (_offset(s, out, i) for s in shapes)
            read = [x[place] for x, place in zip(operands, at, strict=True)]
            return self.elements(read, node)

        if out[0] == 1:
            y = te.compute((out[1],), lambda c: value((0, c)), "y")
        else:
            y = te.compute(out, lambda p, c: value((p, c)), "y")
        return te.create_prim_func([*operands, y])


def _broadcast_row(tensor: Tensor, index: Sequence[Any]) -> int:
    """The operand's row that goes into the result's row at ``index`` (its leading dimensions)."""
    row = 0
    leading = tensor.shape[:-2]
    tail = index[len(index) - len(leading) :]
    for size, i in zip(leading, tail, strict=True):
        row = row * size + (int(i) if size > 1 else 0)
    return row


def _offset(shape: tuple[int, int], out: tuple[int, int], i: tuple[Any, Any]) -> Any:
    """Element offset inside an operand's row; dimensions of size 1 repeat."""
    column = i[0] * shape[1] if shape[0] == out[0] else 0
    return column + i[1] if shape[1] == out[1] else column
