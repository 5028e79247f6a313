# SPDX-License-Identifier: Apache-2.0
"""The plans of a graph as paths over its cuts, with two costs: memory and work.

Nodes are positions in the execution order, edges are segments: those of ``passes/stream/cuts.py``
(layers and plain streams, from any position to any other) and streams of options between joints
(``cells.py``, ``labels.py``: carried windows, patches). For a limit on the weight of all edges the
path of least work is found; edges weighed by estimate are weighed as they will be placed as soon as
a path uses them, until the best path has none left. What is made twice for late readers
(``made_twice``) gives further graphs, searched likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from tvm_tiny.errors import UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.plan.cells import find_cells
from tvm_tiny.passes.plan.labels import (
    Edge,
    LabelledSegment,
    least_work,
    price,
    stretches,
)
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.recompute.search import SearchTask, rewritten_scratch
from tvm_tiny.passes.stream.cuts import Cuts, PossibleSegment, make_piece
from tvm_tiny.passes.stream.network import Network, build_network

_ROUNDS = 400
"""Paths looked at for one limit."""

_ROOMY, _CREEP = 8, 4.0
"""How much more a heavy segment counts than light ones, and room that a result takes below."""


@dataclass(frozen=True)
class Path:
    """Segments from the first node to the last.

    Attributes:
        rewrites: what is done to the graph.
        segments: names of the nodes that run then.
        weight_bytes: of the heaviest segment.
        macs: multiply-accumulates added.
        work: the same and what else there is to do.
    """

    rewrites: tuple[Rewrite, ...]
    segments: tuple[tuple[str, ...], ...]
    weight_bytes: int
    macs: int
    work: float


@dataclass
class Searched:
    """One graph (with its ``base`` of rewrites) and its edges."""

    task: SearchTask
    base: tuple[Rewrite, ...]
    base_macs: int
    net: Network
    edges: Iterable[Edge]
    budget: Budget
    _by_first: dict[int, list[Edge]] = field(default_factory=dict[int, list[Edge]])
    _exact: set[tuple[int, int, int]] = field(default_factory=set[tuple[int, int, int]])

    def __post_init__(self) -> None:
        """Edges by the cut that they begin at."""
        for edge in self.edges:
            self._by_first.setdefault(edge.first, []).append(edge)

    def steps(self) -> int:
        """What looking for a path counts."""
        return sum(map(len, self._by_first.values())) // 2

    def path(self, limit_bytes: int, cost: Callable[[Edge], float] = price) -> Path | None:
        """The cheapest path whose segments weigh no more than a limit.

        Limits only ever get tighter: edges that weigh more are forgotten.
        """
        self._forget(limit_bytes)
        for _ in range(_ROUNDS):
            found = least_work(self._by_first, len(self.net.works), limit_bytes, cost)
            if found is None:
                return None
            new = [k for e in found if (k := (e.first, e.end, e.number)) not in self._exact]
            for key in new:
                self._weigh(key)
            if not new:
                return self._as_path(found)
            if self.budget.watch.over:
                return None
        return self._weighed(limit_bytes, cost)

    def _weighed(self, limit_bytes: int, cost: Callable[[Edge], float]) -> Path | None:
        """The cheapest path of edges that are no estimates."""
        known = {
            first: [e for e in edges if e.made is None or (e.first, e.end, e.number) in self._exact]
            for first, edges in self._by_first.items()
        }
        found = least_work(known, len(self.net.works), limit_bytes, cost)
        return None if found is None else self._as_path(found)

    def roomy(self, limit_bytes: int, share: float) -> Path | None:
        """A path within a limit that has few heavy segments.

        What is spent beyond the cheapest path makes other segments lighter: segments that are all
        near the limit may be light enough one by one, yet not all be placed.

        Args:
            limit_bytes: on the weight of every segment, more than 0.
            share: what a multiply-accumulate counts beside a segment at the limit.
        """

        def cost(edge: Edge) -> float:
            heavy = (edge.weight / limit_bytes) ** _ROOMY
            return heavy + _CREEP * edge.creep / limit_bytes + share * edge.macs

        return self.path(limit_bytes, cost)

    def _forget(self, limit_bytes: int) -> None:
        for first, edges in self._by_first.items():
            self._by_first[first] = [e for e in edges if e.weight <= limit_bytes]

    def _weigh(self, key: tuple[int, int, int]) -> None:
        self._exact.add(key)
        at = self._by_first[key[0]]
        place = next(i for i, e in enumerate(at) if (e.first, e.end, e.number) == key)
        edge = at[place]
        if edge.made is None:
            return
        found = weigh(self.task, self.net, edge.made)
        if found is None:
            del at[place]
        else:
            weight, creep, macs = found
            at[place] = replace(edge, weight=weight, creep=creep, macs=macs)

    def _as_path(self, edges: Sequence[Edge]) -> Path:
        rewrites, segments = list(self.base), list[tuple[str, ...]]()
        for edge in edges:
            if edge.made is not None:
                options = edge.made.label.options()
                rewrites += [r for o in options for r in o.rewrites]
                segments.append(tuple(n for o in options for n in o.names))
            else:
                works = self.net.works[edge.first : edge.end]
                segments.append(tuple(w.node.name for w in works))
        weight = max((e.weight for e in edges), default=0)
        macs = self.base_macs + sum(e.macs for e in edges)
        work = self.base_macs + sum(e.work for e in edges)
        return Path(tuple(rewrites), tuple(segments), weight, macs, work)


def weigh(task: SearchTask, net: Network, stretch: LabelledSegment) -> tuple[int, int, int] | None:
    """Bytes that a segment of options needs, simulated as it will run, its creep and what it adds.

    None if it cannot run.
    """
    options = stretch.label.options()
    works = net.works[stretch.first : stretch.end]
    made = {w.node.output.name for w in works}
    inputs = {t.name: t for w in works for t in w.node.activations if t.name not in made}
    graph = Graph(tuple(inputs.values()), (works[-1].node.output,), tuple(w.node for w in works))
    scratch = {w.node.name: w.scratch_bytes for w in works if w.scratch_bytes}
    fed = task.fed if task.fed in inputs else ""
    try:
        graph = apply_rewrites(graph, [r for o in options for r in o.rewrites])
    except UsageError:
        return None
    names = [n for o in options for n in o.names]
    sub = build_network(graph, names, rewritten_scratch(graph, scratch), fed, task.in_place)
    stream = len(names) > 1 or bool(fed)
    piece = make_piece(sub, 0, len(names), task.unit, stream=stream, fed=fed)
    added = sum(lookup(n.op).macs(n) for n in graph.nodes)
    added -= sum(lookup(w.node.op).macs(w.node) for w in works)
    return piece.weight_units * task.unit, _creep(piece) * task.unit, added


def _creep(piece: PossibleSegment) -> int:
    return max((min(r.below, r.above) for r in piece.reach.values()), default=0)


def search_graph(
    task: SearchTask,
    base: tuple[Rewrite, ...],
    order: Sequence[str],
    cuts: Cuts | None,
    ceiling_bytes: int,
    most_macs: int,
    budget: Budget,
) -> Searched:
    """Find the edges of one graph.

    Args:
        task: what is planned.
        base: rewrites that all its plans share.
        order: execution order of the graph as it came.
        cuts: plain segments of the rewritten graph, if they are known.
        ceiling_bytes: segments that weigh more are left out.
        most_macs: multiply-accumulates that a plan may add.
        budget: what the search may do.
    """
    graph = apply_rewrites(task.graph, base)
    net = cuts.net if cuts else task.network(base, order)
    cells = find_cells(net, graph, task.fed, most_macs, budget)
    edges: dict[tuple[int, int, int], Edge] = {}
    for (first, end), piece in (cuts.pieces if cuts else {}).items():
        edges[first, end, 0] = plain_edge(piece, task.unit)
    for (first, end), group in stretches(cells, task.fed, ceiling_bytes, budget).items():
        for number, found in enumerate(group, 1):
            edges[first, end, number] = Edge(
                first,
                end,
                found.weight_bytes,
                found.work,
                found.label.macs,
                sum(o.calls for o in found.label.options()),
                found,
                number,
            )
    macs = sum(lookup(n.op).macs(n) for n in graph.nodes)
    macs -= sum(lookup(n.op).macs(n) for n in task.graph.nodes)
    return Searched(task, base, macs, net, tuple(edges.values()), budget)


def plain_edge(piece: PossibleSegment, unit: int) -> Edge:
    """A segment in which nothing is copied or made again."""
    calls = piece.calls if piece.stream else 0
    weight, creep = piece.weight_units * unit, _creep(piece) * unit
    return Edge(piece.first, piece.end, weight, calls=calls, creep=creep)
