# SPDX-License-Identifier: Apache-2.0
"""Rows that some reader leaves out, for bounds that hold for every placement.

The model of ``placement.py`` keeps a storage whole from its maker to its last reader, and an output
below or above what is still read of a dying operand. If every reader reads every row, nothing is
lost by that. But of a convolution of 1 x 1 with stride 2 every other row is never read, and its
output, or anything else, could lie there; so could a tensor over rows that only an earlier reader
wanted. Such placements are not looked for: plans may be larger than the smallest one, and bounds
must not say that they are not.

Here a storage is, once it has been made, only what its reader of least rows reads, in whole units
of which nothing else may have a byte. What is being made counts whole: writing its rows harms
whatever lies there, read or not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import Access, lookup
from tvm_tiny.passes.memory.safe_distance import MAX_ROWS
from tvm_tiny.passes.memory.storage import Storage, Workload


def without_unread(graph: Graph, work: Workload) -> Workload:
    """The same problem for bounds: what some reader leaves out is not counted as kept.

    Args:
        graph: the graph that ``work`` describes.
        work: the problem as it is placed.

    Returns:
        ``work`` itself if every reader reads every row.
    """
    storages, steps = list(work.storages), list(work.steps)
    for at, node in enumerate(graph.nodes):
        if steps[at].is_view:
            continue
        gaps: set[int] = set()
        for x in steps[at].operands:
            storage = work.storages[x]
            spare = storage.units - _read_units(node, storage, work.alignment)
            if spare and not storage.is_output:  # its last reader, the caller, reads all of it
                gaps.add(x)
                storages[x] = replace(storage, spare=max(storages[x].spare, spare))
        if gaps:
            steps[at] = replace(steps[at], gaps=frozenset(gaps))
    if not any(step.gaps for step in steps):
        return work
    return replace(work, storages=tuple(storages), steps=tuple(steps))


def _read_units(node: Node, storage: Storage, unit: int) -> int:
    """Units of a storage that a node reads, those that it reads in part left out."""
    spans: set[tuple[int, int]] = set()
    uses = [
        (i, t) for i, t in enumerate(node.operands) if t.data is None and t.name in storage.members
    ]
    for index, tensor in uses:
        spans |= _read_bytes(node, index, tensor)
    total = 0
    for begin, stop in _joined(spans):
        first = -(-begin // unit)
        end = storage.units if stop >= storage.nbytes else stop // unit
        total += max(0, end - first)
    return total


def _read_bytes(node: Node, index: int, tensor: Tensor) -> set[tuple[int, int]]:
    """First and last byte (exclusive) of what every call reads of an operand."""
    operator = lookup(node.op)
    if operator.updates or operator.access(node)[index] is Access.WHOLE:
        return {(0, tensor.nbytes)}
    calls = operator.calls(node)
    if calls > MAX_ROWS:
        return set()  # a hostile model: nothing is known
    needed = (operator.row_call(node, row).needed(index, tensor.rows) for row in range(calls))
    return {(r.start * tensor.row_bytes, r.stop * tensor.row_bytes) for r in needed if r}


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch made one, ascending."""
    out: list[tuple[int, int]] = []
    for begin, stop in sorted(spans):
        if out and begin <= out[-1][1]:
            out[-1] = out[-1][0], max(out[-1][1], stop)
        else:
            out.append((begin, stop))
    return out
