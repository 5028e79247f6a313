# SPDX-License-Identifier: Apache-2.0
"""From cuts to a plan: segments chosen, rings and tensors placed, the decision as plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.memory.plan import MemoryPlan
from tvm_tiny.passes.plan_memory import PlanOptions, plan_memory
from tvm_tiny.passes.recompute.rewrite import Rewrite, apply_rewrites
from tvm_tiny.passes.recompute.search import (
    Task,
    best_patch,
    by_rows,
    extra_macs,
    made_twice,
    rewritten_scratch,
)
from tvm_tiny.passes.stream.cuts import MAX_SEGMENT, Cuts, Piece, build_cuts, make_piece
from tvm_tiny.passes.stream.freeze import frozen_plan
from tvm_tiny.passes.stream.network import MAX_ROWS, Network, build_network
from tvm_tiny.passes.stream.placing import Placed, place

_SHORT = 10
"""Segments of up to this many nodes are looked at first: their best plan bounds the others."""
NO_LIMIT = 1 << 62
"""More bytes than any arena: the fastest plan."""
_MAX_RUNGS = 24
"""Of recomputation."""
_ATTEMPTS = 6
"""Paths to place, from the lightest on, until one meets its bound."""


def plan_stream(
    graph: Graph,
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
    *,
    limit_bytes: int | None = None,
    row_fed: bool = False,
    recompute: float = 0.0,
) -> MemoryPlan:
    """Choose segments, rings, places and, where that is allowed, what is computed twice.

    Args:
        graph: the integer graph.
        scratch_bytes: node name -> workspace in bytes.
        options: how hard to look; the order is that of the layer-by-layer plan.
        limit_bytes: None: the least arena. Otherwise the fastest plan whose arena keeps to it, or
            the least arena if none does (compare ``arena_bytes``).
        row_fed: the caller hands in the rows of the only input one by one.
        recompute: multiply-accumulates that may be added, as a share of the model's.

    Raises:
        UsageError: a bad option, or row-fed with several inputs.
    """
    options = options or PlanOptions()
    layers = plan_memory(graph, scratch_bytes, options)
    if limit_bytes is not None and layers.arena_bytes <= limit_bytes and not row_fed:
        return layers
    best: MemoryPlan | None = None
    for rung in _rungs(graph, layers, scratch_bytes, options, row_fed, recompute):
        found = _planned(rung, layers, options, limit_bytes)
        if best is None or found.arena_bytes < best.arena_bytes:
            best = found
        if limit_bytes is not None and best.arena_bytes <= limit_bytes:
            break
    assert best is not None  # there is always the graph as it is
    return layers if best.arena_bytes >= layers.arena_bytes and not row_fed else best


def plan_ladder(
    graph: Graph,
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
    *,
    row_fed: bool = False,
    recompute: float = 1.0,
) -> Iterator[MemoryPlan]:
    """Plans of less and less arena that compute more and more twice; see ``plan_stream``.

    The first is the least arena without.

    Raises:
        UsageError: a bad option, or row-fed with several inputs.
    """
    options = options or PlanOptions()
    layers = plan_memory(graph, scratch_bytes, options)
    least = NO_LIMIT
    for rung in _rungs(graph, layers, scratch_bytes, options, row_fed, recompute):
        plan = _planned(rung, layers, options, None)
        if plan.arena_bytes < least:
            least = plan.arena_bytes
            yield plan


@dataclass(frozen=True)
class _Rung:
    """A rewritten graph, in its order."""

    rewrites: tuple[Rewrite, ...]
    net: Network
    fed: str


def _planned(
    rung: _Rung, layers: MemoryPlan, options: PlanOptions, limit_bytes: int | None
) -> MemoryPlan:
    cuts, least = _cuts(rung.net, layers, limit_bytes, rung.fed)
    if limit_bytes is None:
        best = _least_arena(cuts, least, options)
    else:
        best = _within(cuts, least, limit_bytes // options.alignment_bytes, options)
    return replace(frozen_plan(cuts, best, least), rewrites=rung.rewrites)


def _rungs(
    graph: Graph,
    layers: MemoryPlan,
    scratch_bytes: Mapping[str, int] | None,
    options: PlanOptions,
    row_fed: bool,
    recompute: float,
) -> Iterator[_Rung]:
    """Graphs to plan, each with less memory for more work than the one before."""
    fed = graph.inputs[0].name if row_fed else ""
    task = Task(graph, scratch_bytes or {}, options.alignment_bytes, fed, options.in_place)
    rewrites = by_rows(graph)
    net = task.network(rewrites, layers.order)
    if row_fed:
        _check_fed(graph, net)
    yield _Rung(rewrites, net, fed)
    budget = int(recompute * sum(lookup(n.op).macs(n) for n in graph.nodes))
    base = rewrites
    for twice in made_twice(graph):
        if extra_macs(graph, twice) <= budget:
            rewrites = (*base, *twice)
            yield _Rung(rewrites, task.network(rewrites, layers.order), fed)
    for _ in range(_MAX_RUNGS if budget else 0):
        net = task.network(rewrites, layers.order)
        cuts, least = _cuts(net, layers, None, fed)
        path = cuts.path(least)
        assert path is not None  # least is the weight of a path
        found = best_patch(task, cuts, path, rewrites, budget)
        if found is None:
            return
        rewrites = found
        yield _Rung(rewrites, task.network(rewrites, layers.order), fed)


def plan_affordable(
    graph: Graph,
    affordable: Callable[[MemoryPlan], bool],
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
    *,
    row_fed: bool = False,
) -> MemoryPlan:
    """The least arena of the plans that make nothing twice and are affordable.

    Args:
        graph: the integer graph.
        affordable: whether a plan may be taken; fewer streamed row calls are no less affordable.
        scratch_bytes: node name -> workspace in bytes.
        options: how hard to look.
        row_fed: the caller hands in the rows of the only input one by one.

    Returns:
        Layer by layer if nothing else is affordable (row-fed: the fewest streamed row calls).

    Raises:
        UsageError: see ``plan_stream``.
    """
    options = options or PlanOptions()
    layers = plan_memory(graph, scratch_bytes, options)
    rung = next(_rungs(graph, layers, scratch_bytes, options, row_fed, 0.0))
    plan = _planned(rung, layers, options, None)
    if plan.arena_bytes >= layers.arena_bytes and not row_fed:
        return layers
    if affordable(plan):
        return plan
    cuts = _cuts(rung.net, layers, NO_LIMIT, rung.fed)
    found = _cheaper(cuts, affordable, options, rung.rewrites)
    if found is None or (found.arena_bytes >= layers.arena_bytes and not row_fed):
        return layers
    return found


def _cheaper(
    known: tuple[Cuts, int],
    affordable: Callable[[MemoryPlan], bool],
    options: PlanOptions,
    rewrites: tuple[Rewrite, ...],
) -> MemoryPlan | None:
    """The least arena of the paths that are affordable, by bisection over their weights.

    Row-fed models have no other plan than a streamed one: the fastest, affordable or not.
    """
    cuts, least = known
    weights = [w for w in cuts.thresholds() if w >= least]
    found: MemoryPlan | None = None
    low, high = 0, len(weights) - 1
    while low <= high:
        middle = (low + high) // 2
        path = cuts.path(weights[middle])
        assert path is not None  # no weight is below the least of a path
        plan = replace(frozen_plan(cuts, place(cuts, path, options), least), rewrites=rewrites)
        fastest = bool(cuts.fed) and middle == len(weights) - 1
        if affordable(plan) or fastest:
            found = plan if found is None or plan.arena_bytes <= found.arena_bytes else found
            high = middle - 1
        else:
            low = middle + 1
    return found


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
        scratch_bytes: node name -> workspace in bytes.
        options: how hard to look.
        row_fed: the caller hands in the rows of the only input one by one; all its readers must be
            in the first segment.
        rewrites: what is done to the graph first; the segments name the nodes that are there then.

    Raises:
        UsageError: the rewrites do not fit the graph; the segments are not an execution order, or
            cannot be streamed.
    """
    options = options or PlanOptions()
    order = [name for segment in segments for name in segment]
    graph = apply_rewrites(graph, rewrites)
    _check_order(graph, order)
    fed = graph.inputs[0].name if row_fed else ""
    scratch = rewritten_scratch(graph, scratch_bytes or {})
    net = build_network(graph, order, scratch, fed, options.in_place)
    if row_fed:
        _check_fed(graph, net)
    path: list[Piece] = []
    at, unit = 0, options.alignment_bytes
    for segment in segments:
        end = at + len(segment)
        here = fed if at == 0 else ""
        stream = len(segment) > 1 or bool(here)
        if stream:
            _check_stream(net, at, end, here)
        path.append(make_piece(net, at, end, unit, stream=stream, fed=here))
        at = end
    cuts = Cuts(net, {(p.streamed.first, p.streamed.end): p for p in path}, unit, fed)
    least = max((p.weight_units for p in path), default=0)
    return replace(frozen_plan(cuts, place(cuts, path, options), least), rewrites=rewrites)


def _check_order(graph: Graph, order: Sequence[str]) -> None:
    made = {t.name for t in graph.inputs}
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
    if problems:
        raise UsageError("the segments are not an execution order", tuple(problems))


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


def _check_fed(graph: Graph, net: Network) -> None:
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


def _cuts(net: Network, layers: MemoryPlan, limit_bytes: int | None, fed: str) -> tuple[Cuts, int]:
    """Cuts worth looking at, and the least weight of any path."""
    unit = layers.alignment_bytes
    short = build_cuts(net, unit, fed=fed, ceiling_units=None, max_nodes=_SHORT)
    ceiling = short.least_units()
    full = build_cuts(net, unit, fed=fed, ceiling_units=ceiling)
    known = {**short.pieces, **full.pieces}
    least = Cuts(net, known, unit, fed).least_units()
    heaviest = max(ceiling, 0 if limit_bytes is None else limit_bytes // unit)
    merged = {k: p for k, p in short.pieces.items() if p.weight_units <= heaviest}
    return Cuts(net, {**merged, **full.pieces}, unit, fed), least


def _least_arena(cuts: Cuts, least: int, options: PlanOptions) -> Placed:
    """Place the lightest paths until one meets the bound of all."""
    best: Placed | None = None
    seen: list[list[Piece]] = []
    for limit in [least, *(w for w in cuts.thresholds() if w > least)]:
        for roomy in (False, True):
            if best is not None and (best.units <= limit or len(seen) >= _ATTEMPTS):
                return best
            path = cuts.path(limit, roomy=roomy)
            assert path is not None  # least is the weight of a path
            if path in seen:
                continue
            seen.append(path)
            placed = place(cuts, path, options)
            if best is None or placed.units < best.units:
                best = placed
    assert best is not None
    return best


def _within(cuts: Cuts, least: int, limit: int, options: PlanOptions) -> Placed:
    """The fastest path whose placement keeps to the limit; else the least arena."""
    weights = [w for w in cuts.thresholds() if least <= w <= limit]
    for weight in list(reversed(weights))[:: max(1, len(weights) // _ATTEMPTS)]:
        path = cuts.path(weight)
        if path is not None:
            placed = place(cuts, path, options)
            if placed.units <= limit:
                return placed
    return _least_arena(cuts, least, options)
