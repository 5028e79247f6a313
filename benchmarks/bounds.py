# SPDX-License-Identifier: Apache-2.0
"""Arenas that no plan of a space can undercut, computed without the planner's search.

    python benchmarks/bounds.py MODEL.tflite ... [--mobilenet 0.35 144] [--share 0.2 0.6]

The space: tensors that squeeze-and-excite reads twice are kept, or made again from the tensor that
their block begins with (which is then there whole: the second pass begins behind the pool), in any
parts of their channels. Not in it: blocks whose beginning is itself made again. Counted: tensors
and rows that windows read; not counted: workspaces, tables, where a run stands, results.

* By rows of all columns: with a share s of a tensor's channels kept, ``source + s * tensor + (1 -
  s) * rows of the window + a row``, which is least at s = 0 or s = 1; at s = 1 the tensor alone.
  The bound is the largest over all tensors.
* By bands of any rows and any tiles of columns (``--share``): ``source + s * tensor + (1 - s) *
  rows of the window in a tile``, for the work of what tiles and bands share. The bound is the
  least arena for which the work that all tensors need together is within the share.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, prod
from pathlib import Path
from typing import Any

from tvm_tiny.checking import checked_graph
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import Span, lookup
from tvm_tiny.passes.recompute.twice import Late, find_late
from tvm_tiny.testing.models import mobilenet_v2


def bound(graph: Graph) -> list[tuple[str, int, int]]:
    """Per tensor that passes twice its name, what it needs kept, and made again."""
    names = {n.name: n for n in graph.nodes}
    out: list[tuple[str, int, int]] = []
    for late in find_late(graph):
        row = names[late.chain[-1]].output.row_bytes
        again = late.source_bytes + late.ring_bytes + row
        out.append((names[late.chain[-1]].layer, late.size_bytes, again))
    return out


@dataclass(frozen=True)
class Again:
    """A tensor made again by bands and tiles: bytes of the rows that windows read, and work."""

    ring_bytes: int
    macs: int


def _spans(node: Node, parts: Sequence[Span], *, across: bool) -> list[Span]:
    """Rows or columns of a layer's input for those of its result."""
    out: list[Span] = []
    for begin, end in parts:
        if across:
            found = lookup(node.op).columns(node, begin, end)
            out.append((found.reads[0] if found else None) or (0, node.operands[0].shape[2]))
        else:
            calls = [lookup(node.op).row_call(node, r) for r in range(begin, end)]
            needed = [n for c in calls if (n := c.needed(0, node.operands[0].rows))]
            out.append((min(n.start for n in needed), max(n.stop for n in needed)))
    return out


def _cut(length: int, part: int) -> list[Span]:
    return [(b, min(length, b + part)) for b in range(0, length, part)]


def again(chain: Sequence[Node], rows: int, columns: int) -> Again:
    """The layers by bands of so many rows, tiles of so many columns.

    In the first band the source is there whole. Of what a window reads as many rows are there at
    once as one of its calls in that band needs.
    """
    _, height, width, _ = chain[-1].output.shape
    down, across = _cut(height, rows), _cut(width, columns)
    ring = macs = 0
    for at in range(len(chain) - 1, -1, -1):
        node = chain[at]
        made = sum(e - b for b, e in down) * sum(e - b for b, e in across)
        macs += round(lookup(node.op).macs(node) / prod(node.output.shape[1:3]) * made)
        first = range(*down[0])
        down, across = _spans(node, down, across=False), _spans(node, across, across=True)
        if at:
            x = node.operands[0]
            calls = (lookup(node.op).row_call(node, r).needed(0, x.rows) for r in first)
            most = max(len(n) for n in calls if n)
            wide = max(e - b for b, e in across)
            ring += most * wide * x.shape[3] if most > 1 else 0
    return Again(ring, macs)


def least_macs(late: Late, ways: Sequence[Again], limit: int) -> float:
    """Work that a tensor needs to stay within a limit; infinite if it cannot."""
    if late.size_bytes <= limit:
        return 0.0
    least = inf
    for way in ways:
        room, whole = limit - late.source_bytes - way.ring_bytes, late.size_bytes - way.ring_bytes
        if room >= 0:
            least = min(least, way.macs * (1 - min(1.0, room / max(1, whole))))
    return least


def tiled_bound(graph: Graph, share: float) -> int:
    """The least arena for which all tensors that pass twice need no more than a share of work."""
    names = {n.name: n for n in graph.nodes}
    found: list[tuple[Late, list[Again]]] = []
    for late in find_late(graph):
        chain = [names[n] for n in late.chain]
        _, height, width, _ = chain[-1].output.shape
        parts = product(range(1, height + 1), range(1, width + 1))
        found.append((late, [again(chain, r, c) for r, c in parts]))
    allowed = share * sum(lookup(n.op).macs(n) for n in graph.nodes)
    low, high = 0, max((v.size_bytes for v, _ in found), default=0)
    while low < high:
        middle = (low + high) // 2
        if sum(least_macs(v, ways, middle) for v, ways in found) <= allowed:
            high = middle
        else:
            low = middle + 1
    return high


def main() -> int:
    """Print the bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--mobilenet", nargs=2, action="append", metavar=("WIDTH", "SIZE"))
    parser.add_argument("--share", nargs="+", type=float, default=[])
    given = parser.parse_args()
    models: list[tuple[str, Any]] = [(m.stem, m) for m in given.models]
    for width, size in given.mobilenet or ():
        models.append((f"mobilenet_v2 {width} {size}", mobilenet_v2(float(width), int(size))))
    for name, model in models:
        graph = checked_graph(model)
        found = bound(graph)
        least = max((min(kept, again) for _, kept, again in found), default=0)
        print(f"{name}: at least {least:,} B")
        for layer, kept, again in found:
            print(f"  {layer}: {kept:,} B kept, {again:,} B made again by rows of all columns")
        for share in given.share:
            least = tiled_bound(graph, share)
            print(f"  by bands and tiles within {share:.0%}: at least {least:,} B")
    return 0


if __name__ == "__main__":
    sys.exit(main())
