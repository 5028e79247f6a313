# SPDX-License-Identifier: Apache-2.0
"""What a plan runs: its graph, and every row call in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.memory_plan import MemoryPlan, Segment
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.stream.calls import INPUT
from tvm_tiny.passes.stream.demand import simulate
from tvm_tiny.passes.stream.network import build_network


@lru_cache(maxsize=16)
def _planned(graph: Graph, rewrites: tuple[Rewrite, ...]) -> Graph:
    return apply_rewrites(graph, rewrites)


def planned_graph(plan: MemoryPlan, graph: Graph) -> Graph:
    """The graph that a plan runs: the model's, rewritten as the plan says."""
    return _planned(graph, plan.rewrites) if plan.rewrites else graph


def row_schedule(plan: MemoryPlan, graph: Graph) -> Iterator[tuple[Node, int]]:
    """Every row call in the order of execution: (node, output row). Views have none."""
    graph = planned_graph(plan, graph)
    by_name = {node.name: node for node in graph.nodes}
    for segment in plan.segments:
        if segment.kind == "stream":
            yield from stream_schedule(plan, graph, segment)
            continue
        for name in segment.nodes:
            node = by_name[name]
            if lookup(node.op).is_view:
                continue
            rows = range(lookup(node.op).calls(node))
            for row in reversed(rows) if segment.descending else rows:
                yield node, row


def stream_schedule(plan: MemoryPlan, graph: Graph, segment: Segment) -> Iterator[tuple[Node, int]]:
    """The row calls of a streamed segment in order."""
    nodes = [n for n in segment_calls(plan, graph, segment) if n is not None]
    made: dict[str, int] = {}
    for node in nodes:
        row = made.get(node.name, 0)
        made[node.name] = row + 1
        yield node, row


def segment_calls(plan: MemoryPlan, graph: Graph, segment: Segment) -> list[Node | None]:
    """Whose next row is made, call by call; None: the next row of the fed input comes."""
    graph = planned_graph(plan, graph)
    net = build_network(graph, plan.order, fed=plan.fed_input)
    first = plan.order.index(segment.nodes[0])
    fed = plan.fed_input if first == 0 else ""
    streamed = simulate(net, first, first + len(segment.nodes), fed)
    return [None if at == INPUT else net.works[at].node for at in streamed.calls]
