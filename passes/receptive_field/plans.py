# SPDX-License-Identifier: Apache-2.0
"""What halos cost: work that patches repeat, bytes that the rings of a stream hold.

Both come from the planner itself: patches from ``passes/recompute/geometry``, rings from the
simulation of ``passes/stream/demand``.
"""

from __future__ import annotations

from dataclasses import dataclass

from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.receptive_field.stage import Stage
from tvm_tiny.passes.recompute.arrange import arrange
from tvm_tiny.passes.recompute.geometry import make_geometry
from tvm_tiny.passes.stream.demand import simulate
from tvm_tiny.passes.stream.network import build_network

PATCHES = (2, 4)


@dataclass(frozen=True)
class PatchOverhead:
    """The early stage run patch by patch.

    Attributes:
        wanted: patches along each axis that were asked for.
        bands: along the rows; the least divisor of the rows that is not smaller.
        tiles: along the columns.
        macs: of the stage, layer by layer.
        recomputed_macs: what the patches add.
        workspace_bytes: rings of a patch's inner tensors.
        refused: why the stage cannot run as patches, "" if it can; then all figures are 0.
    """

    wanted: int
    bands: int
    tiles: int
    macs: int
    recomputed_macs: int
    workspace_bytes: int
    refused: str = ""

    @property
    def share(self) -> float:
        """Recomputed work as a share of the stage's."""
        return self.recomputed_macs / self.macs if self.macs else 0.0


@dataclass(frozen=True)
class StreamOverhead:
    """The early stage run as one stream.

    Attributes:
        ring_bytes: of the rings of all tensors made and used up inside, and of the input's.
        rings: tensor -> (rows held, rows in all).
        whole_bytes: the same tensors kept whole.
    """

    ring_bytes: int
    rings: tuple[tuple[str, int, int], ...]
    whole_bytes: int


def patch_overhead(graph: Graph, stage: Stage, wanted: int) -> PatchOverhead:
    """Run the stage as ``wanted`` x ``wanted`` patches."""
    nodes = graph.nodes[stage.first : stage.end]
    macs = sum(lookup(n.op).macs(n) for n in nodes)
    rows, columns = nodes[-1].output.shape[1:3]
    bands = next((n for n in range(wanted, rows + 1) if rows % n == 0), rows)
    tiles = min(wanted, columns)
    made = make_geometry(nodes, rows // bands, tiles)
    if isinstance(made, str):
        return PatchOverhead(wanted, bands, tiles, macs, 0, 0, made)
    return PatchOverhead(
        wanted, bands, len(made.tiles), macs, made.macs - macs, arrange(made, {}).size_bytes
    )


def stream_overhead(graph: Graph, stage: Stage) -> StreamOverhead:
    """Run the stage as one stream, its input (NHWC, int8) as rows arrive."""
    nodes = graph.nodes[stage.first : stage.end]
    made = {n.output.name for n in nodes}
    read = {t.name: t for n in nodes for t in n.activations if t.name not in made}
    alone = Graph(tuple(read.values()), (nodes[-1].output,), nodes)
    fed = next(iter(read)) if len(read) == 1 else ""
    net = build_network(alone, [n.name for n in nodes], fed=fed)
    found = simulate(net, 0, len(nodes), fed)
    rings = tuple((n, held, net.tensors[n].rows) for n, held in found.rings.items())
    held = sum(net.tensors[name].row_bytes * rows for name, rows, _ in rings)
    whole = sum(net.tensors[name].nbytes for name, _, _ in rings)
    return StreamOverhead(held, rings, whole)
