# SPDX-License-Identifier: Apache-2.0
"""From cuts to a plan: segments chosen, rings and tensors placed, the decision as plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.passes.memory.placement import PlacementProblem, height, search_placement
from tvm_tiny.passes.memory.plan import MemoryPlan, Overlap, Proof, Segment
from tvm_tiny.passes.memory.solver import solve_placement
from tvm_tiny.passes.memory.storage import Reach
from tvm_tiny.passes.plan_memory import PlanOptions, plan_memory
from tvm_tiny.passes.stream.cuts import (
    Cuts,
    Piece,
    build_cuts,
    span_units,
    storage_units,
    units_together,
)
from tvm_tiny.passes.stream.demand import scratch_name
from tvm_tiny.passes.stream.network import Network, build_network

STATE_HEAD_BYTES = 12
_SHORT = 10
"""Segments of up to this many nodes are looked at first: their best plan bounds the others."""
_ATTEMPTS = 6
"""Paths to place, from the lightest on, until one meets its bound."""


@dataclass(frozen=True)
class Item:
    """Something to place: a storage, a ring or a node's scratch, with its first and last call."""

    name: str
    units: int
    first: int
    last: int


@dataclass(frozen=True)
class Placed:
    """A path with a place for everything.

    Attributes:
        path: segments in order.
        items: what is placed.
        starts: where, in units.
        reach: (dying input, result) -> how far they may overlap.
        bound: units that this path needs at least.
    """

    path: tuple[Piece, ...]
    items: tuple[Item, ...]
    starts: tuple[int, ...]
    reach: Mapping[tuple[str, str], Reach]
    bound: int

    @property
    def units(self) -> int:
        """Height of the arena in units."""
        return max((s + i.units for s, i in zip(self.starts, self.items, strict=True)), default=0)


def plan_stream(
    graph: Graph,
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
    *,
    limit_bytes: int | None = None,
    row_fed: bool = False,
) -> MemoryPlan:
    """Choose segments, rings and places.

    Args:
        graph: the integer graph.
        scratch_bytes: node name -> workspace in bytes.
        options: how hard to look; the order is that of the layer-by-layer plan.
        limit_bytes: None: the least arena. Otherwise the fastest plan whose arena keeps to it, or
            the least arena if none does (compare ``arena_bytes``).
        row_fed: the caller hands in the rows of the only input one by one.

    Raises:
        UsageError: a bad option, or row-fed with several inputs.
    """
    options = options or PlanOptions()
    layers = plan_memory(graph, scratch_bytes, options)
    if limit_bytes is not None and layers.arena_bytes <= limit_bytes and not row_fed:
        return layers
    fed = graph.inputs[0].name if row_fed else ""
    net = build_network(graph, layers.order, scratch_bytes, fed)
    if row_fed:
        _check_fed(graph, net)
    cuts, least = _cuts(net, layers, limit_bytes, fed)
    if limit_bytes is None:
        best = _least_arena(cuts, least, options)
    else:
        best = _within(cuts, least, limit_bytes // options.alignment_bytes, options)
    if best.units * options.alignment_bytes >= layers.arena_bytes and not row_fed:
        return layers
    return _plan(graph, cuts, best, least, options)


def _check_fed(graph: Graph, net: Network) -> None:
    """Raise unless the model has one input of several rows that streams can begin with."""
    fed = graph.inputs[0]
    if len(graph.inputs) != 1:
        why = f"it has {len(graph.inputs)} inputs"
    elif fed.rows < 2:
        why = f"its input '{fed.source or fed.name}' has a single row"
    elif any(not w.streams and w.rows for w in net.works[: net.last_use[fed.name] + 1]):
        why = "an operator has too many rows"
    elif fed.name in {t.name for t in graph.outputs}:
        why = "its input is also an output"
    elif fed.name in net.viewed or net.last_use[fed.name] < 0:
        why = "its input is reshaped or not used"
    else:
        return
    problem = Problem(f"the model cannot be fed by rows: {why}", do="leave out row_fed")
    raise UsageError("the model cannot be fed by rows", (problem,), code="TT6017")


def _cuts(net: Network, layers: MemoryPlan, limit_bytes: int | None, fed: str) -> tuple[Cuts, int]:
    """Cuts worth looking at, and the least weight of any path."""
    unit = layers.alignment_bytes
    short = build_cuts(net, unit, fed=fed, ceiling_units=None, max_nodes=_SHORT)
    ceiling = short.least_units()
    full = build_cuts(net, unit, fed=fed, ceiling_units=ceiling)
    least = full.least_units()
    if limit_bytes is None or limit_bytes // unit <= least:
        return full, least
    merged = {k: p for k, p in short.pieces.items() if p.weight_units <= limit_bytes // unit}
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


def place(cuts: Cuts, path: Sequence[Piece], options: PlanOptions) -> Placed:
    """Give everything that a path needs a place in the arena."""
    items, reach = _items(cuts, path), {k: r for p in path for k, r in p.reach.items()}
    problem = _problem(items, reach)
    bound = _bound(items, reach)
    starts = search_placement(problem, bound, options.tries, options.seed)
    if height(problem, starts) > bound:
        starts, bound = solve_placement(problem, starts, bound, options.solver_time, options.seed)
    return Placed(tuple(path), tuple(items), tuple(starts), reach, bound)


def _items(cuts: Cuts, path: Sequence[Piece]) -> list[Item]:
    net, unit = cuts.net, cuts.unit
    first: dict[str, int] = {n: -1 for n in net.tensors if net.maker[n] < 0 and n != cuts.fed}
    last: dict[str, int] = {}
    units: dict[str, int] = {n: storage_units(net, n, unit) for n in first}
    base = 0
    for piece in path:
        for name, (begin, end) in piece.streamed.spans.items():
            if name not in first:
                first[name] = base + begin
                units[name] = span_units(net, piece.streamed, name, unit)
            last[name] = base + end
        base += len(piece.streamed.calls)
    for name in first:
        if net.last_use.get(name, 0) >= len(net.works):
            last[name] = base
    return [Item(n, units[n], first[n], max(first[n], last.get(n, -1))) for n in first]


def _problem(items: Sequence[Item], reach: Mapping[tuple[str, str], Reach]) -> PlacementProblem:
    """Who must keep what distance; see ``passes/memory/placement.py``."""
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    lists: list[list[tuple[int, int, int]]] = [[] for _ in items]
    for j, b in enumerate(items):
        for i, a in enumerate(items[:j]):
            if a.first > b.last or b.first > a.last:
                continue
            apart = a.units, b.units
            if (a.name, b.name) in reach:
                how = reach[a.name, b.name]
                apart = how.above, how.below
            elif (b.name, a.name) in reach:
                how = reach[b.name, a.name]
                apart = how.below, how.above
            if sum(apart) > 0:
                pairs[i, j] = apart
                lists[i].append((j, *apart))
                lists[j].append((i, apart[1], apart[0]))
    return PlacementProblem(tuple(i.units for i in items), pairs, tuple(map(tuple, lists)), {}, {})


def _bound(items: Sequence[Item], reach: Mapping[tuple[str, str], Reach]) -> int:
    """The fullest call, whatever the placement."""
    units = {i.name: i.units for i in items}
    most = 0
    for now in {i.first for i in items}:
        live = [i.name for i in items if i.first <= now <= i.last]
        most = max(most, units_together(units, reach, live))
    return most


def _plan(graph: Graph, cuts: Cuts, placed: Placed, least: int, options: PlanOptions) -> MemoryPlan:
    """Back from units and positions to bytes and names."""
    net, unit = cuts.net, cuts.unit
    start = {i.name: s for i, s in zip(placed.items, placed.starts, strict=True)}
    offsets = {m: start[n] * unit for n in net.tensors if n in start for m in net.members[n]}
    rings = {
        n: rows
        for p in placed.path
        if p.stream
        for n, rows in p.streamed.rings.items()
        if rows < net.tensors[n].rows or n == cuts.fed
    }
    overlaps = _overlaps(cuts, placed, start)
    down = {o.node for o in overlaps if o.descending}
    segments = tuple(_segment(net, p, down) for p in placed.path)
    live = _live(placed, unit)
    names = tuple(w.node.name for w in net.works)
    state = _state_bytes(placed) if cuts.fed else 0
    return MemoryPlan(
        order=names,
        segments=segments,
        offsets=offsets,
        scratch_offsets={
            w.node.name: start[s] * unit
            for w in net.works
            if (s := scratch_name(w.node.name)) in start
        },
        steps=_steps(net, placed),
        overlaps=overlaps,
        arena_bytes=placed.units * unit + state,
        lower_bound_bytes=least * unit + state,
        order_bound_bytes=placed.bound * unit + state,
        live_bytes_per_step=live,
        peak_node=names[live.index(max(live))] if live else "",
        proof=_proof(placed, least),
        alignment_bytes=unit,
        rings=rings,
        fed_input=cuts.fed,
        state_bytes=state,
    )


def _state_bytes(placed: Placed) -> int:
    """Mark, counts and one count a layer of the longest stream (``struct stream_state``)."""
    nodes = max(p.streamed.end - p.streamed.first for p in placed.path if p.stream)
    return -(-(STATE_HEAD_BYTES + 2 * nodes) // 4) * 4


def _proof(placed: Placed, least: int) -> Proof:
    if placed.units == least:
        return "this order"
    return "these segments" if placed.units == placed.bound else "none"


def _segment(net: Network, piece: Piece, down: set[str]) -> Segment:
    first, end = piece.streamed.first, piece.streamed.end
    names = tuple(w.node.name for w in net.works[first:end])
    if piece.stream:
        return Segment("stream", names)
    return Segment("layer", names, names[0] in down)


def _steps(net: Network, placed: Placed) -> dict[str, tuple[int, int]]:
    """First and last step of every tensor; in a stream everything lives from end to end."""
    begin: dict[int, int] = {}
    final: dict[int, int] = {}
    for piece in placed.path:
        for at in range(piece.streamed.first, piece.streamed.end):
            begin[at], final[at] = piece.streamed.first, piece.streamed.end - 1
    count = len(net.works)
    out: dict[str, tuple[int, int]] = {}
    for item in placed.items:
        if item.name not in net.tensors:
            continue
        made, used = net.maker[item.name], net.last_use[item.name]
        span = begin.get(made, -1), count if used >= count else final.get(used, -1)
        for member in net.members[item.name]:
            out[member] = span
    return out


def _live(placed: Placed, unit: int) -> tuple[int, ...]:
    """Bytes of the union of everything live in a node's segment, per node."""
    out: list[int] = []
    base = 0
    for piece in placed.path:
        calls = max(1, len(piece.streamed.calls))
        spans = sorted(
            (start, start + item.units)
            for item, start in zip(placed.items, placed.starts, strict=True)
            if item.first < base + calls and item.last >= base
        )
        total = reached = 0
        for low, high in spans:
            total += max(0, high - max(low, reached))
            reached = max(reached, high)
        out += [total * unit] * (piece.streamed.end - piece.streamed.first)
        base += len(piece.streamed.calls)
    return tuple(out)


def _overlaps(cuts: Cuts, placed: Placed, start: Mapping[str, int]) -> tuple[Overlap, ...]:
    net, unit = cuts.net, cuts.unit
    out: list[Overlap] = []
    for piece in placed.path:
        for (x, y), how in piece.reach.items():
            x_at, y_at = start[x] * unit, start[y] * unit
            ends = min(x_at + net.tensors[x].nbytes, y_at + net.tensors[y].nbytes)
            if ends <= max(x_at, y_at):
                continue
            ascending = how.below_bytes is not None and y_at - x_at <= how.below_bytes
            safe = how.below_bytes if ascending else how.above_bytes
            assert safe is not None  # the placement keeps to one of the two
            out.append(
                Overlap(
                    node=net.works[net.maker[y]].node.name,
                    operand=x,
                    output=y,
                    distance_bytes=y_at - x_at,
                    safe_bytes=safe,
                    shared_bytes=ends - max(x_at, y_at),
                    descending=not ascending,
                )
            )
    return tuple(out)
