# SPDX-License-Identifier: Apache-2.0
"""Which layers to run as patches: a ladder of graphs, each rung less memory for more work.

At every rung the heaviest segment of the best path is taken; of the patches round its largest
rings the one that saves most memory for the work that it adds is applied, and the path is searched
again. Greedy, so that it answers in seconds; every rung is a complete plan with its own proof of
what its segments need.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.errors import UsageError
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.reduce import adds_up_by_rows
from tvm_tiny.passes.recompute.arrange import arrange
from tvm_tiny.passes.recompute.geometry import Patched
from tvm_tiny.passes.recompute.rewrite import AGAIN, Rewrite, apply_rewrites
from tvm_tiny.passes.stream.cuts import Cuts, Piece, busy_units, live_together, make_piece
from tvm_tiny.passes.stream.network import Network, build_network

_TILES = (2, 3, 4, 6, 8)
_LONGEST = 8
_BIG_RINGS = 3
_MOST_TWICE = 3
_FREE = 0.005
"""Share of the model's work below which patches are as good as free."""


@dataclass(frozen=True)
class Task:
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
            known = scratch_bytes.get(node.name.removesuffix(AGAIN), 0)
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


def made_twice(graph: Graph) -> list[tuple[Rewrite, ...]]:
    """Tensors to make a second time, the largest ones, then more and more.

    A tensor that one layer reads early and another late, when the early one's result is complete (a
    pool over the whole image that scales it: squeeze-and-excite), must be kept whole in between.
    Made again from a smaller tensor before it, it passes twice and is a ring both times.
    """
    found: list[tuple[int, Rewrite]] = []
    consumers = graph.consumers()
    for node in graph.nodes:
        readers = consumers.get(node.output.name, [])
        if len(readers) > 1 and _depends(graph, readers[-1], readers[0]):
            chain = _chain(graph, node)
            if chain:
                found.append(
                    (node.output.nbytes, Rewrite("again", chain, readers=(readers[-1].name,)))
                )
    sizes = sorted({size for size, _ in found}, reverse=True)
    return [tuple(r for size, r in found if size >= least) for least in sizes[:_MOST_TWICE]]


def _depends(graph: Graph, late: Node, early: Node) -> bool:
    made = {early.output.name}
    for node in graph.nodes:
        if any(t.name in made for t in node.activations):
            made.add(node.output.name)
    return late.output.name in made


def _chain(graph: Graph, node: Node) -> tuple[str, ...]:
    """Layers that make a tensor from one of at most half its size, none if there are none."""
    makers = {n.output.name: n for n in graph.nodes}
    chain: list[str] = []
    at: Node | None = node
    while at is not None and len(chain) < _LONGEST:
        chain.insert(0, at.name)
        sources = {t.name: t for t in at.activations}
        if len(sources) != 1 or lookup(at.op).state_bytes(at):
            return ()
        (source,) = sources.values()
        if 2 * source.nbytes <= node.output.nbytes:
            return tuple(chain)
        at = makers.get(source.name)
    return ()


def rewritten_order(order: Sequence[str], graph: Graph) -> list[str]:
    """An execution order for a rewritten graph that keeps to the old one where it can."""
    at = {name: i for i, name in enumerate(order)}
    place: dict[str, float] = {}
    for node in graph.nodes:
        if node.name in at:
            place[node.name] = at[node.name]
        elif node.op == "patch":
            place[node.name] = max(at[n] for n in _makers(node) if n in at)
        else:  # a view of a patch, or something made again: where the graph has it
            place[node.name] = place[graph.nodes[graph.nodes.index(node) - 1].name] + 1e-3
    return sorted(place, key=lambda n: place[n])


def extra_macs(graph: Graph, rewrites: Sequence[Rewrite]) -> int:
    """Multiply-accumulates that rewrites add."""
    before = sum(lookup(n.op).macs(n) for n in graph.nodes)
    return sum(lookup(n.op).macs(n) for n in apply_rewrites(graph, rewrites).nodes) - before


def best_patch(
    task: Task, cuts: Cuts, path: Sequence[Piece], done: Sequence[Rewrite], budget: int
) -> tuple[Rewrite, ...] | None:
    """Rewrites with the patch that makes the heaviest segment lighter at the best price.

    Args:
        task: what is planned.
        cuts: of the graph with ``done`` applied.
        path: its best path.
        done: rewrites so far; patches among them may grow.
        budget: multiply-accumulates that all rewrites together may add.

    Returns:
        None if no patch makes it lighter.
    """
    heavy = max(path, key=lambda p: p.weight_units)
    order = [w.node.name for w in cuts.net.works]
    base = sum(lookup(n.op).macs(n) for n in task.graph.nodes)
    before = extra_macs(task.graph, done)
    best: tuple[float, tuple[Rewrite, ...]] | None = None
    for rewrite in _candidates(cuts, heavy):
        rewrites = (*(d for d in done if not set(d.nodes) <= set(rewrite.nodes)), rewrite)
        try:
            new = apply_rewrites(task.graph, rewrites)
        except UsageError:
            continue
        added = sum(lookup(n.op).macs(n) for n in new.nodes) - base
        if added > budget:
            continue
        weight = _weight(task, rewrites, order, heavy, cuts)
        price = (heavy.weight_units - weight) / (max(0, added - before) + base * _FREE)
        if weight < heavy.weight_units and (best is None or price > best[0]):
            best = price, rewrites
    return best[1] if best else None


def _weight(
    task: Task, rewrites: Sequence[Rewrite], order: Sequence[str], heavy: Piece, cuts: Cuts
) -> int:
    """Weight of the same segment in a rewritten graph."""
    net = task.network(rewrites, order)
    old = {w.node.name for w in cuts.net.works[: heavy.streamed.first]}
    later = {w.node.name for w in cuts.net.works[heavy.streamed.end :]}
    first = sum(w.node.name in old for w in net.works)
    end = len(net.works) - sum(w.node.name in later for w in net.works)
    fed = task.fed if task.fed in heavy.streamed.rings else ""
    stream = end > first + 1 or bool(fed)
    return make_piece(net, first, end, task.unit, stream=stream, fed=fed).weight_units


def _candidates(cuts: Cuts, heavy: Piece) -> Iterator[Rewrite]:
    """Patches of a few layers round the largest rings of a segment."""
    seen: set[tuple[int, int]] = set()
    for name in _largest(cuts, heavy):
        for first, end in _windows(cuts.net, heavy, name):
            if (first, end) not in seen:
                seen.add((first, end))
                yield from _patches(cuts.net, heavy, first, end)


def _windows(net: Network, heavy: Piece, name: str) -> Iterator[tuple[int, int]]:
    """Layers that make and use up a tensor, with up to two before."""
    maker, last = net.maker[name], net.last_use[name]
    for first in range(max(heavy.streamed.first, maker - 2), maker + 1):
        for end in range(last + 1, min(heavy.streamed.end, first + _LONGEST) + 1):
            yield first, end


def _patches(net: Network, heavy: Piece, first: int, end: int) -> Iterator[Rewrite]:
    nodes = tuple(n for w in net.works[first:end] for n in _layers(w.node))
    result = net.works[end - 1].node.output
    # Several rows at a call where the result is kept whole anyway: rings hold single rows.
    # All rows at a call: a strip across the width, streamed, no halo above and below.
    heights = {1, 2, 4, result.rows} if end == heavy.streamed.end else {1}
    for tiles in _TILES:
        for rows in sorted(heights):
            if 2 * tiles <= result.shape[-2] and result.rows % rows == 0:
                yield Rewrite("patch", nodes, rows, tiles)


def _makers(node: Node) -> list[str]:
    """What may have made a patch's result before: its last layer, or patches of fewer layers."""
    return [name for layer in _layers(node) for name in (layer, f"{layer}_patch")]


def _layers(node: Node) -> list[str]:
    """A node, or the layers of a patch."""
    if node.op != "patch":
        return [node.name]
    geometry: Patched = node.attrs["geometry"]
    return [n.name for n in geometry.nodes]


def _largest(cuts: Cuts, heavy: Piece) -> list[str]:
    """The largest rings that are in use at the fullest call."""
    net, busy = cuts.net, heavy.streamed.busy
    units = {n: busy_units(net, heavy.streamed, n, cuts.unit) for n in busy}
    fullest = max(live_together(busy), key=lambda names: sum(units[n] for n in names))
    inner = [n for n in fullest if n in heavy.streamed.rings and net.maker[n] >= 0]
    return sorted(inner, key=lambda n: -units[n])[:_BIG_RINGS]
