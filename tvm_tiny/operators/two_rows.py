# SPDX-License-Identifier: Apache-2.0
"""Two neighbouring rows of a windowed layer in one call. Only the emitter makes this operator.

before:  k(x, rows[3], y + 0); k(x, rows[3], y + 96); ...       a call for every output row
after:   k2(x, rows[4], y + 0); k2(x, rows[4], y + 192); ...    a call for every two
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import (
    Access,
    Kind,
    Operator,
    RowCall,
    lookup,
    register_planned,
    valid_range,
)


def two_rows(node: Node) -> Node:
    """The node whose row k is rows 2k and 2k + 1 of ``node``; an odd last row is left out."""
    n, h, w, c = node.output.shape
    output = replace(node.output, shape=(n, h // 2, 2 * w, c))
    return replace(node, name=f"{node.name}_two_rows", op=TwoRows.name, output=output,
                   attrs={**node.attrs, "single": node})  # fmt: skip


@register_planned
class TwoRows(Operator):
    """Rows of a windowed operator with vertical stride and dilation 1, two by two.

    Attributes: those of the layer, and single (the node that makes one row).
    """

    name = "two_rows"
    scalar_names = ("k_begin", "k_end")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        """As the layer's, rows joined."""
        del operands
        output = two_rows(attrs["single"]).output
        return output.shape, output.dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        single: Node = node.attrs["single"]
        return lookup(single.op).access(single)

    def row_call(self, node: Node, row: int) -> RowCall:
        single: Node = node.attrs["single"]
        first, second = (lookup(single.op).row_call(single, 2 * row + i) for i in (0, 1))
        taps = (*first.rows[0], second.rows[0][-1])
        return RowCall((taps, *first.rows[1:]), valid_range(taps))

    def macs(self, node: Node) -> int:
        """Of the layer."""
        single: Node = node.attrs["single"]
        return lookup(single.op).macs(single)

    def kernel(self, node: Node) -> Any:
        """There is no unscheduled one: schedules bring it (``Scheduled.two_rows``)."""
        raise NotImplementedError(f"{node.name} has a scheduled kernel only")
