# SPDX-License-Identifier: Apache-2.0
"""Given segments, placed: which layers run together is decided, only places are looked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.carried import copies_of
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions, fitting
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.plan.workspaces import Workspaces
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.recompute.search import rewritten_scratch
from tvm_tiny.passes.stream.cuts import MAX_SEGMENT, Cuts, PossibleSegment, make_piece
from tvm_tiny.passes.stream.freeze import frozen_plan
from tvm_tiny.passes.stream.network import MAX_ROWS, Network, build_network
from tvm_tiny.passes.stream.placing import place


def plan_segments(
    graph: Graph,
    segments: Sequence[Sequence[str]],
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
    *,
    row_fed: bool = False,
    rewrites: tuple[Rewrite, ...] = (),
) -> MemoryPlan:
    """Place the given segments: of several nodes (or fed by rows) streamed, of one layer by layer.

    Args:
        graph: the integer graph.
        segments: node names, together an execution order; views included.
        scratch_bytes: node name -> workspace in bytes; of a ``Workspaces``, those of the layers
            that run then.
        options: how hard to look.
        row_fed: the caller hands in the rows of the only input one by one; all its readers must be
            in the first segment.
        rewrites: what is done to the graph first; the segments name the nodes that are there then.

    Raises:
        UsageError: the rewrites do not fit the graph; the segments are not an execution order, or
            cannot be streamed.
    """
    options = fitting(options, graph)
    order = [name for segment in segments for name in segment]
    graph = apply_rewrites(graph, rewrites)
    _check_order(graph, order)
    fed = graph.inputs[0].name if row_fed else ""
    if isinstance(scratch_bytes, Workspaces):
        scratch_bytes = scratch_bytes.of(graph)
    scratch = rewritten_scratch(graph, scratch_bytes or {})
    net = build_network(graph, order, scratch, fed, options.in_place)
    if row_fed:
        check_fed(graph, net)
    _check_carried(graph, segments)
    path: list[PossibleSegment] = []
    at, unit = 0, options.alignment_bytes
    for segment in segments:
        end = at + len(segment)
        here = fed if at == 0 else ""
        stream = len(segment) > 1 or bool(here)
        if stream:
            _check_stream(net, at, end, here)
        path.append(make_piece(net, at, end, unit, stream=stream, fed=here))
        at = end
    cuts = Cuts(net, {(p.first, p.end): p for p in path}, unit, fed)
    return replace(frozen_plan(cuts, place(cuts, path, options), None), rewrites=rewrites)


def is_order(graph: Graph, order: Sequence[str]) -> bool:
    """Whether names of nodes are all of the graph's, each behind what it reads."""
    return not _wrong(graph, order)


def _check_order(graph: Graph, order: Sequence[str]) -> None:
    problems = _wrong(graph, order)
    if problems:
        raise UsageError("the segments are not an execution order", tuple(problems))


def _wrong(graph: Graph, order: Sequence[str]) -> list[Problem]:
    made = {t.name for t in graph.sources}
    nodes = {n.name: n for n in graph.nodes}
    problems: list[Problem] = []
    for name in order:
        if name not in nodes:
            problems.append(Problem("no such node", where=name))
            continue
        missing = [t.name for t in nodes[name].activations if t.name not in made]
        if missing:
            problems.append(Problem(f"'{missing[0]}' is not made before", where=name))
        made.add(nodes[name].output.name)
    if sorted(order) != sorted(nodes):
        problems.append(Problem("every node must be in one segment, once"))
    return problems


def _check_carried(graph: Graph, segments: Sequence[Sequence[str]]) -> None:
    """Raise unless windows in two places are in one stream with the copies that they read."""
    segment = {name: i for i, names in enumerate(segments) for name in names}
    makers = {n.output.name: n.name for n in graph.nodes}
    alone = [
        Problem("its copied rows are made in another segment", where=n.name)
        for n in graph.nodes
        if (copies := copies_of(n)) is not None and segment[makers[copies.name]] != segment[n.name]
    ]
    if alone:
        raise UsageError("carried rows need a stream", tuple(alone))


def _check_stream(net: Network, first: int, end: int, fed: str) -> None:
    """Raise unless the nodes can run as one stream."""
    problems = [
        Problem(f"more than {MAX_ROWS} rows", where=w.node.name)
        for w in net.works[first:end]
        if w.rows and not w.streams
    ]
    if end - first > MAX_SEGMENT:
        problems.append(Problem(f"{end - first} nodes in a segment, at most {MAX_SEGMENT}"))
    if fed and net.last_use[fed] >= end:
        problems.append(Problem("the fed input is read behind the first segment"))
    if problems:
        raise UsageError("this segment cannot be streamed", tuple(problems))


def check_fed(graph: Graph, net: Network) -> None:
    """Raise unless the model has one input of several rows that streams can begin with."""
    fed = graph.inputs[0]
    if len(graph.inputs) != 1:
        why = f"it has {len(graph.inputs)} inputs"
    elif fed.rows < 2:
        why = f"its input '{fed.source or fed.name}' has a single row"
    elif any(not w.streams and w.rows for w in net.works[: net.last_use[fed.name] + 1]):
        why = f"an operator has more than {MAX_ROWS:,} rows"
    elif fed.name in {t.name for t in graph.outputs}:
        why = "its input is also an output"
    elif net.last_use[fed.name] < 0:
        why = f"its input '{fed.source or fed.name}' is not used"
    elif fed.name in net.viewed:
        why = f"its input is read in another shape by layer {_other_shape(graph)}"
    else:
        return
    problem = Problem(f"the model cannot be fed by rows: {why}", do="leave out row_fed")
    raise UsageError("the model cannot be fed by rows", (problem,), code="TT6017")


def _other_shape(graph: Graph) -> str:
    """The layers that read a reshaped input, quoted."""
    views = {graph.inputs[0].name}
    readers: list[str] = []
    for node in graph.nodes:
        if any(t.name in views for t in node.activations):
            if lookup(node.op).is_view:
                views.add(node.output.name)
            elif node.operands[0].name != graph.inputs[0].name:
                readers.append(f"'{node.layer}' ({node.op})")
    return ", ".join(readers) or "nobody"
