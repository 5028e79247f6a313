# SPDX-License-Identifier: Apache-2.0
"""Graphs worth planning beside the one that came: means by rows (``twice.py`` has more).

What they need (workspaces, an order, work added) and how they are analysed. The search itself is in
``passes/plan/frontier.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.carried import is_copy
from tvm_tiny.operators.reduce import adds_up_by_rows
from tvm_tiny.passes.decision.rewrite import Rewrite, first_of, is_part
from tvm_tiny.passes.recompute.arrange import arrange
from tvm_tiny.passes.recompute.geometry import Patched
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.stream.network import Network, build_network


@dataclass(frozen=True)
class SearchTask:
    """What is planned.

    Attributes:
        graph: as it came.
        scratch_bytes: node name -> workspace.
        unit: bytes of a unit of the arena.
        fed: graph input that comes by rows, "" for none.
        in_place: see ``build_network``.
    """

    graph: Graph
    scratch_bytes: Mapping[str, int]
    unit: int
    fed: str
    in_place: bool | tuple[str, ...]

    def network(self, rewrites: Sequence[Rewrite], order: Sequence[str]) -> Network:
        """Analyse the rewritten graph, as near to an order of the graph as it can be."""
        graph = apply_rewrites(self.graph, rewrites)
        scratch = rewritten_scratch(graph, self.scratch_bytes)
        order = rewritten_order(order, graph)
        return build_network(graph, order, scratch, self.fed, self.in_place)


def rewritten_scratch(graph: Graph, scratch_bytes: Mapping[str, int]) -> dict[str, int]:
    """Workspace of every node, those included that only the plan made."""
    out: dict[str, int] = {}
    for node in graph.nodes:
        if node.op == "patch":
            size = arrange(node.attrs["geometry"], scratch_bytes).size_bytes
        else:
            known = scratch_bytes.get(first_of(node.name), 0)
            size = max(known, lookup(node.op).state_bytes(node))
        if size:
            out[node.name] = size
    return out


def by_rows(graph: Graph) -> tuple[Rewrite, ...]:
    """Means whose operand is so large that adding it up row by row may save memory."""
    return tuple(
        Rewrite("by_rows", (n.name,))
        for n in graph.nodes
        if adds_up_by_rows(n)
        and n.operands[0].nbytes > 2 * (n.operands[0].row_bytes + 4 * n.operands[0].shape[-1])
    )


def rewritten_order(order: Sequence[str], graph: Graph) -> list[str]:
    """An execution order for a rewritten graph that keeps to the old one where it can."""
    at = {name: i for i, name in enumerate(order)}
    place: dict[str, float] = {}
    for node in graph.nodes:
        if node.name in at:
            place[node.name] = at[node.name]
        elif node.op == "patch":
            place[node.name] = max(at[n] for n in _makers(node) if n in at)
        elif is_part(node.name):  # some channels: all blocks where the last layer by blocks was
            place[node.name] = at[_last_part(node, graph)] + graph.nodes.index(node) / (1 << 20)
        elif is_copy(node):
            reader = graph.nodes[graph.nodes.index(node) + 1]
            makers = [reader.name, *(_makers(reader) if reader.op == "patch" else ())]
            place[node.name] = max(at[n] for n in makers if n in at) - 1e-3
        else:  # a view of a patch, or something made again: where the graph has it
            place[node.name] = place[graph.nodes[graph.nodes.index(node) - 1].name] + 1e-3
    return sorted(place, key=lambda n: place[n])


def _last_part(node: Node, graph: Graph) -> str:
    """The last of the layers that run by blocks of channels with a block of one of them."""
    while True:
        readers = (n for n in graph.nodes if node.output in n.operands and is_part(n.name))
        after = next(readers, None)
        if after is None:
            return first_of(node.name)
        node = after


def extra_macs(graph: Graph, rewrites: Sequence[Rewrite]) -> int:
    """Multiply-accumulates that rewrites add."""
    before = sum(lookup(n.op).macs(n) for n in graph.nodes)
    return sum(lookup(n.op).macs(n) for n in apply_rewrites(graph, rewrites).nodes) - before


def _makers(node: Node) -> list[str]:
    """What may have made a patch's result before: its last layer, or patches of fewer layers."""
    return [name for layer in _layers(node) for name in (layer, f"{layer}_patch")]


def _layers(node: Node) -> list[str]:
    """A node, or the layers of a patch."""
    if node.op != "patch":
        return [node.name]
    geometry: Patched = node.attrs["geometry"]
    return [n.name for n in geometry.nodes]
