# SPDX-License-Identifier: Apache-2.0
"""Segments weighed together are what each is when it is simulated alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from planner_graphs import graphs, synthetic_operators
from planner_nets import chain, nets

from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.recompute.search import by_rows, rewritten_order, rewritten_scratch
from tvm_tiny.passes.stream.cuts import Cuts, build_cuts, make_piece
from tvm_tiny.passes.stream.network import Network, build_network
from tvm_tiny.passes.stream.sweep import Known

UNIT = 4


@pytest.fixture(autouse=True, scope="module")
def _operators() -> Iterator[None]:
    with synthetic_operators():
        yield


def _as_simulated(cuts: Cuts) -> None:
    for (first, end), piece in cuts.pieces.items():
        alone = make_piece(cuts.net, first, end, UNIT, stream=piece.stream, fed=piece.fed)
        assert piece.weight_units == alone.weight_units, (first, end)
        assert piece.reach == alone.reach, (first, end)
        assert list(piece.reach) == list(alone.reach)
        assert piece.calls == len(alone.streamed.calls), (first, end)
        assert piece.streamed == alone.streamed


def _streamable(net: Network, fed: str) -> int:
    """How many segments there are if nothing is left out."""
    works, until, count = net.works, net.last_use[fed] if fed else -1, 0
    for first in range(len(works)):
        for end in range(first + 1, len(works) + 1):
            rows = all(w.streams or not w.rows for w in works[first:end])
            parted = first <= until and (first > 0 or end <= until)
            count += (rows or end == first + 1) and not parted
    return count


def _all(net: Network, fed: str = "") -> None:
    cuts = build_cuts(net, UNIT, fed=fed)
    assert len(cuts.pieces) == _streamable(net, fed)
    assert list(cuts.pieces) == sorted(cuts.pieces)
    _as_simulated(cuts)


@settings(max_examples=100, deadline=None, derandomize=True)
@given(graphs())
def test_any_graph(case: tuple[Graph, dict[str, int]]) -> None:
    graph, scratch = case
    order = [n.name for n in graph.nodes]
    _all(build_network(graph, order, scratch))
    tensor = graph.inputs[0]
    fed = build_network(graph, order, scratch, tensor.name)
    reads = fed.last_use.get(tensor.name, -1)
    streams = all(w.streams for w in fed.works[: reads + 1] if w.rows)
    if 0 <= reads < len(order) and tensor.name not in fed.viewed and streams:
        _all(fed, tensor.name)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(nets(blocks=3))
def test_nets_with_means_by_rows(graph: Graph) -> None:
    rewrites = by_rows(graph)
    made = apply_rewrites(graph, rewrites)
    order = rewritten_order([n.name for n in graph.nodes], made)
    scratch = {n.name: 64 for n in graph.nodes[::3]}
    scratch = rewritten_scratch(made, scratch)
    _all(build_network(made, order, scratch))
    _all(build_network(made, order, scratch, graph.inputs[0].name), graph.inputs[0].name)


def test_heavy_segments_are_left_out_but_layers() -> None:
    graph = chain(8)
    net = build_network(graph, [n.name for n in graph.nodes])
    whole = build_cuts(net, UNIT)
    ceiling = whole.least_units()
    light = build_cuts(net, UNIT, ceiling_units=ceiling)
    assert light.least_units() == ceiling
    kept = {k for k, p in whole.pieces.items() if p.weight_units <= ceiling or k[1] == k[0] + 1}
    assert set(light.pieces) <= kept
    assert all(light.pieces[k].weight_units == whole.pieces[k].weight_units for k in light.pieces)


def test_a_budget_that_is_used_up_leaves_the_layers() -> None:
    graph = chain(8)
    net = build_network(graph, [n.name for n in graph.nodes])
    budget = Budget(1)
    few = build_cuts(net, UNIT, budget=budget)
    assert budget.cut == "steps"
    assert {(a, a + 1) for a in range(len(net.works))} <= set(few.pieces)
    assert len(few.pieces) < len(build_cuts(net, UNIT).pieces)


@settings(max_examples=10, deadline=None, derandomize=True)
@given(nets(blocks=3))
def test_what_was_weighed_before_is_the_same_in_another_graph(graph: Graph) -> None:
    order, known = [n.name for n in graph.nodes], Known()
    for rewrites in ((), by_rows(graph)):
        made = apply_rewrites(graph, rewrites)
        scratch = rewritten_scratch(made, {})
        net = build_network(made, rewritten_order(order, made), scratch)
        _as_simulated(build_cuts(net, UNIT, max_nodes=5, known=known))
    before = len(known)
    again = build_network(graph, order)
    _as_simulated(build_cuts(again, UNIT, max_nodes=5, known=known))
    assert len(known) == before
