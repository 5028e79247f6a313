# SPDX-License-Identifier: Apache-2.0
"""Arenas that no plan of a space can undercut, computed without the planner's search.

    python benchmarks/bounds.py MODEL.tflite ... [--mobilenet 0.35 144]

The space: tensors that squeeze-and-excite reads twice are kept, or made again from the tensor that
their block begins with (which is then there whole: the second pass begins behind the pool), in any
parts of their channels, by rows of all columns. Not in it: tiles of columns inside the second pass,
and blocks whose beginning is itself made again. Counted: tensors and rows that windows read;
not counted: workspaces, tables, where a run stands. Of every such tensor: with a share s of its
channels kept, ``source + s * tensor + (1 - s) * rows of the window + a row``, which is least at s =
0 or s = 1; at s = 1 the tensor alone. The bound is the largest over all tensors.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from tvm_tiny.checking import checked_graph
from tvm_tiny.graph import Graph
from tvm_tiny.passes.recompute.twice import find_late
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


def main() -> int:
    """Print the bounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="*", type=Path)
    parser.add_argument("--mobilenet", nargs=2, action="append", metavar=("WIDTH", "SIZE"))
    given = parser.parse_args()
    models: list[tuple[str, Any]] = [(m.stem, m) for m in given.models]
    for width, size in given.mobilenet or ():
        models.append((f"mobilenet_v2 {width} {size}", mobilenet_v2(float(width), int(size))))
    for name, model in models:
        found = bound(checked_graph(model))
        least = max((min(kept, again) for _, kept, again in found), default=0)
        print(f"{name}: at least {least:,} B")
        for layer, kept, again in found:
            print(f"  {layer}: {kept:,} B kept, {again:,} B made again by rows of all columns")
    return 0


if __name__ == "__main__":
    sys.exit(main())
