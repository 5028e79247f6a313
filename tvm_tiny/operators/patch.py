# SPDX-License-Identifier: Apache-2.0
"""Several layers as one: a band of rows of the last is made tile by tile, the rest on the way.

Only plans make this operator (``passes/recompute``). To everything else it is a row kernel like any
other: it asks for a window of rows of its operands, has workspace, and makes one output row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import OUTSIDE, Access, Kind, Operator, RowCall, register_planned
from tvm_tiny.operators.carried import with_copies


@register_planned
class Patch(Operator):
    """Layers run as patches: tiles of the last one's result, halos recomputed.

    Attributes: geometry (``passes/recompute/geometry.py``); of a carried one (``carried.py``, the
    copies are the last operand) old, first.
    """

    name = "patch"
    scalar_names = ("band",)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        """The result of the last layer, rows of a band joined."""
        del operands
        geometry = attrs["geometry"]
        return geometry.shape, geometry.nodes[-1].output.dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        return tuple(Access.WINDOW for _ in node.operands)

    def row_call(self, node: Node, row: int) -> RowCall:
        band, taps = node.attrs["geometry"].bands[row], node.attrs["geometry"].taps
        rows = tuple(
            tuple(i if 0 <= i < tensor.rows else OUTSIDE for i in range(first, first + count))
            for tensor, first, count in zip(node.operands, band.reads, taps, strict=False)
        )
        return RowCall(with_copies(node, rows), (row,))

    def macs(self, node: Node) -> int:
        """Halos included."""
        return int(node.attrs["geometry"].macs)

    def kernel(self, node: Node) -> Any:
        """There is no single kernel: the plan's layers have theirs."""
        raise NotImplementedError(f"{node.name} is made of several kernels")
