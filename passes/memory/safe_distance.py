# SPDX-License-Identifier: Apache-2.0
"""How far an output may reach into a dying operand.

An output placed ``d`` bytes after the start of operand x does no harm as long as output row r
covers no byte of x that the call for row r or a later call still reads. Rows made in ascending
order let y lie below x and reach into it, rows made in descending order let it lie above:

        x     | 0 | 1 | 2 | 3 |          1x1 convolution, equal rows: the pair
        y | 0 | 1 | 2 | 3 |              costs one row more than x alone
    or  y         | 0 | 1 | 2 | 3 |      (descending)

With one direction only, a chain of layers could but sink; with both it goes to and fro.

Everything is counted in bytes, so strides, expansions, crops and views need no cases of their own.

Ref: the idea of computing a safe overlap from the access pattern is that of "diagonal memory
optimisation" (Blacker, Shafik, Yakovlev 2021); here it is evaluated on the row calls themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Operator, RowCall, lookup

MAX_ROWS = 1 << 16
"""Outputs of more rows than this (a hostile model) are not analysed: no overlap."""


def safe_distance(node: Node, operand_index: int, *, descending: bool = False) -> int | None:
    """How far y may reach into the operand x, which must die at this node.

    Rows ascending: the largest distance D, in bytes, such that y may lie at ``offset(x) + d`` for
    every d <= D. Rows descending: the smallest D such that it may for every d >= D. Either may be
    negative or positive. All uses of the same tensor by the node count. Elementwise operators read
    element i before they write it, so ascending they may go exactly over an operand row.

    Args:
        node: any node of the integer graph.
        operand_index: position in ``node.operands``; x there has the row view it is used with.
        descending: rows are made from the last to the first.

    Returns:
        The distance, or None where no overlap is possible: constants, views, operands that every
        row reads, and whatever keeps y wholly apart from x.
    """
    operator = lookup(node.op)
    tensor = node.operands[operand_index]
    y = node.output
    if operator.state_bytes(node):
        return None  # the calls add up to a result that is there after the last
    if operator.is_view or tensor.data is not None or not 0 < y.rows <= MAX_ROWS:
        return None
    calls = [operator.row_call(node, row) for row in range(y.rows)]
    same = [i for i, t in enumerate(node.operands) if t.name == tensor.name]
    if descending and operator.ordered:
        return None
    if descending:
        distance = max(_descending(node, calls, i) for i in same)
        return distance if distance < tensor.nbytes else None
    distance = min(_ascending(node, operator, calls, i) for i in same)
    return distance if distance > -y.nbytes else None


def _descending(node: Node, calls: Sequence[RowCall], index: int) -> int:
    """Least distance in bytes, at least that of y ending where x starts."""
    x, y = node.operands[index], node.output
    limit = -y.nbytes
    later = 0  # end of what the calls for rows <= row read
    for row, call in enumerate(calls):
        rows = call.needed(index, x.rows)
        later = max(later, rows.stop * x.row_bytes if rows else 0)
        if later:
            limit = max(limit, later - row * y.row_bytes)
    return limit


def _ascending(node: Node, operator: Operator, calls: Sequence[RowCall], index: int) -> int:
    """Safe distance towards one operand position, in bytes, at most the operand's size."""
    x, y = node.operands[index], node.output
    exact = (
        operator.elementwise
        and operator.access(node)[index] is Access.ROW
        and x.row_bytes == y.row_bytes
    )
    limit = x.nbytes  # y at the end of x: disjoint
    later = x.nbytes  # first byte of x that the calls for rows > row still read
    for row in range(len(calls) - 1, -1, -1):
        rows = calls[row].needed(index, x.rows)
        start = rows.start * x.row_bytes if rows else x.nbytes
        if exact and rows:
            # The call reads element i before it writes element i: equal starts are still fine.
            limit = min(limit, start - row * y.row_bytes)
            limit = min(limit, later - (row + 1) * y.row_bytes)
        later = min(later, start)
        if not exact and later < x.nbytes:
            limit = min(limit, later - (row + 1) * y.row_bytes)
    return limit
