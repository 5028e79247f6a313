# SPDX-License-Identifier: Apache-2.0
"""The rewrite ``carry``: rows that a window reads again are copied to a ring of their own.

before:  y = depthwise_conv2d(h)                     ring of h: k rows, all the time
after:   h_kept = strided_slice(h); y = carried(h, h_kept)
                                                     h_kept: k - 1 rows; h: a row, now and then

Cost: a copy of every row; no multiply-accumulates. Ref: the line buffers of k - 1 rows of stencil
pipelines; that all layers of a stream share the memory of their newest rows is ours.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import OUTSIDE, Access, lookup
from tvm_tiny.operators.carried import CARRIED

CARRY = "_carry"
"""Ends the names of copies."""

MAX_TAPS = 64


@dataclass(frozen=True)
class Carry:
    """What is carried for a reader.

    Attributes:
        old: taps of the window that are read from the copies.
        first: row of the tensor that is copied first.
        count: of copied rows.
    """

    old: int
    first: int
    count: int


def carry_of(node: Node) -> Carry | str:
    """How a node's window can be carried, or why not."""
    operator = lookup(node.op)
    if node.op == CARRIED or "old" in node.attrs or operator.is_view or operator.written:
        return "it has no window of its own"
    x = node.operands[0]
    windowed = not operator.state_bytes(node) and operator.access(node)[0] is Access.WINDOW
    if not windowed or x.data is not None:
        return "it does not slide a window over its input"
    if len(x.shape) != 4 or x.shape[0] != 1 or sum(t.name == x.name for t in node.operands) > 1:
        return "its input has no rows of one image"
    calls = [lookup(node.op).row_call(node, r).rows[0] for r in range(node.output.rows)]
    return _regular(calls)


def _regular(calls: list[tuple[int, ...]]) -> Carry | str:
    taps = len(calls[0])
    starts = [_start(c) for c in calls]
    if len(calls) < 2 or not 1 < taps <= MAX_TAPS or None in starts:
        return "its window does not move on by a fixed number of neighbouring rows"
    first = [s for s in starts if s is not None]
    moves = {b - a for a, b in pairwise(first)}
    (move, *more) = moves
    if more or not 0 < move < taps:
        return "its window does not move on by a fixed number of neighbouring rows"
    old = taps - 1
    used = sorted({i for c in calls for k, i in enumerate(c) if k < old and i != OUTSIDE})
    if not used:
        return "it reads no row twice"
    return Carry(old, used[0], used[-1] - used[0] + 1)


def _start(taps: tuple[int, ...]) -> int | None:
    """Row under the first tap, even if that lies outside; None if taps are not neighbours."""
    starts = {i - k for k, i in enumerate(taps) if i != OUTSIDE}
    return starts.pop() if len(starts) == 1 else None


def carried_nodes(node: Node, carry: Carry, copy_name: str) -> tuple[Node, Node]:
    """The copy, and the reader that uses it."""
    x = node.operands[0]
    n, _, width, channels = x.shape
    kept = Tensor(f"{x.name}_{node.name}_kept", (n, carry.count, width, channels), x.dtype,
                  scale=x.scale, zero_point=x.zero_point)  # fmt: skip
    attrs = {
        "begin": [0, carry.first, 0, 0],
        "strides": [1] * 4,
        "shape": list(kept.shape),
        "carries": True,
    }
    copy = Node(copy_name, "strided_slice", (x,), kept, attrs, node.layer)
    operands = (*node.operands, kept)
    how = {"old": carry.old, "first": carry.first}
    if node.op == "patch":
        return copy, replace(node, operands=operands, attrs={**node.attrs, **how})
    inner = {"op": node.op, "attrs": node.attrs, **how}
    return copy, replace(node, op=CARRIED, operands=operands, attrs=inner)
