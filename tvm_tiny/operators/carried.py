# SPDX-License-Identifier: Apache-2.0
"""An operator whose window lies in two places: all rows but the newest in a ring, that one apart.

Only plans make this operator (rewrite ``carry``, ``passes/recompute/carry.py``). Every row is
copied to a ring of k - 1 rows (the last operand) once it has been read as the newest, so that it
needs memory of its own only while it is made and read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import (
    OUTSIDE,
    Access,
    Columns,
    Kind,
    Operator,
    RowCall,
    lookup,
    register_planned,
)

CARRIED = "carried"


@register_planned
class Carried(Operator):
    """The operator ``op`` with ``old`` taps of its first operand's window read from the last one.

    Attributes: op (name), old (the first taps), first (row i of the last operand is row
    ``first + i`` of the first one), attrs (those of ``op``).
    """

    name = CARRIED

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return lookup(attrs["op"]).infer(operands[:-1], attrs["attrs"])

    def access(self, node: Node) -> tuple[Access, ...]:
        return (*lookup(node.attrs["op"]).access(plain(node)), Access.WINDOW)

    def row_call(self, node: Node, row: int) -> RowCall:
        call = lookup(node.attrs["op"]).row_call(plain(node), row)
        return replace(call, rows=with_copies(node, call.rows))

    def calls(self, node: Node) -> int:
        return lookup(node.attrs["op"]).calls(plain(node))

    def macs(self, node: Node) -> int:
        return lookup(node.attrs["op"]).macs(plain(node))

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        return None

    def kernel(self, node: Node) -> Any:
        return lookup(node.attrs["op"]).kernel(plain(node))


def is_copy(node: Node) -> bool:
    """Whether a node makes the copies for a carried one."""
    return bool(node.attrs.get("carries"))


def with_copies(node: Node, rows: tuple[tuple[int, ...], ...]) -> tuple[tuple[int, ...], ...]:
    """Rows per operand of a carried node from those of the node as it was."""
    if "old" not in node.attrs:
        return rows
    old, first = node.attrs["old"], node.attrs["first"]
    kept = tuple(i - first if i != OUTSIDE and k < old else OUTSIDE for k, i in enumerate(rows[0]))
    new = tuple(OUTSIDE if k < old else i for k, i in enumerate(rows[0]))
    return (new, *rows[1:], kept)


def copies_of(node: Node) -> Tensor | None:
    """The copies that a carried node reads, None for any other node."""
    return node.operands[-1] if "old" in node.attrs else None


def plain(node: Node) -> Node:
    """The node whose kernel runs: a carried one as it was, any other as it is."""
    if "old" in node.attrs and node.op != CARRIED:  # a patch
        attrs = {k: v for k, v in node.attrs.items() if k not in ("old", "first")}
        return replace(node, operands=node.operands[:-1], attrs=attrs)
    if node.op != CARRIED:
        return node
    return replace(
        node, op=node.attrs["op"], operands=node.operands[:-1], attrs=node.attrs["attrs"]
    )
