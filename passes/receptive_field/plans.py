# SPDX-License-Identifier: Apache-2.0
"""What halos cost: work that patches repeat, bytes that the rings of a stream hold.

Both come from the planner itself: patches from ``passes/recompute/geometry``, rings from the
simulation of ``passes/stream/demand``.
"""

from __future__ import annotations

from dataclasses import dataclass

from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.receptive_field.stage import Stage
from tvm_tiny.passes.recompute.arrange import arrange
from tvm_tiny.passes.recompute.geometry import Patched, make_geometry
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


@dataclass(frozen=True)
class PlanOverhead:
    """What a plan computes twice and keeps in rings.

    Attributes:
        arena_bytes: of the plan.
        recomputed_macs: what patches and layers that run twice add.
        ring_bytes: of all its rings.
        patches: (last layer, layers in it, MACs that it adds) of every patch.
        streams: (first layer, last layer, bytes of its rings) of every stream.
    """

    arena_bytes: int
    recomputed_macs: int
    ring_bytes: int
    patches: tuple[tuple[str, int, int], ...]
    streams: tuple[tuple[str, str, int], ...]


def plan_overhead(graph: Graph, plan: MemoryPlan) -> PlanOverhead:
    """What a plan of a graph costs beyond running every layer once, and whole."""
    planned = planned_graph(plan, graph)
    nodes = {n.name: n for n in planned.nodes}
    patches: list[tuple[str, int, int]] = []
    for node in planned.nodes:
        if node.op == "patch":
            inside: Patched = node.attrs["geometry"]
            once = sum(lookup(n.op).macs(n) for n in inside.nodes)
            patches.append((node.layer or node.name, len(inside.nodes), inside.macs - once))
    tensors = {t.name: t for t in planned.tensors()}
    held = {n: tensors[n].row_bytes * rows for n, rows in plan.rings.items() if n in tensors}
    streams: list[tuple[str, str, int]] = []
    for segment in plan.segments:
        if segment.kind == "stream":
            layers = [nodes[n].layer or n for n in segment.nodes]
            own = sum(held.get(nodes[n].output.name, 0) for n in segment.nodes)
            streams.append((layers[0], layers[-1], own))
    macs = [sum(lookup(n.op).macs(n) for n in g.nodes) for g in (graph, planned)]
    total = sum(held.values())
    return PlanOverhead(plan.arena_bytes, macs[1] - macs[0], total, tuple(patches), tuple(streams))


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
