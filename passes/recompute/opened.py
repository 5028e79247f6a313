# SPDX-License-Identifier: Apache-2.0
"""Patches opened: the layers inside, their kernels, their workspace, their schedule as one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.carried import plain
from tvm_tiny.passes.recompute.arrange import Arranged, arrange
from tvm_tiny.passes.recompute.geometry import Patched
from tvm_tiny.schedules.rule import Scheduled


@dataclass(frozen=True)
class PatchScheduled(Scheduled):
    """What stands for a patch's schedule.

    Attributes:
        arranged: its workspace as planned; the layers' own workspaces may be smaller.
    """

    arranged: Arranged = field(default_factory=lambda: Arranged({}, 0))


def opened(graph: Graph) -> Iterator[Node]:
    """Every node that has a kernel of its own: of patches the layers of all variants."""
    for node in graph.nodes:
        if node.op == "patch":
            for variant in node.attrs["geometry"].variants:
                yield from variant.nodes
        else:
            yield plain(node)


def executed(graph: Graph, order: Sequence[str]) -> list[Node]:
    """Layers in execution order, those of patches as the model has them."""
    nodes = {n.name: n for n in graph.nodes}
    out: list[Node] = []
    for name in order:
        node = nodes[name]
        out += node.attrs["geometry"].nodes if node.op == "patch" else [node]
    return out


def patch_schedule(node: Node, scratch_bytes: Mapping[str, int]) -> PatchScheduled:
    """A patch as the planner and the emitter see a kernel; workspaces as they were planned."""
    geometry: Patched = node.attrs["geometry"]
    arranged = arrange(geometry, scratch_bytes)
    why = f"{geometry.rows} rows at a call, {len(geometry.tiles)} tiles"
    size = arranged.size_bytes
    return PatchScheduled(None, "patch", why, constants={}, scratch_bytes=size, arranged=arranged)
