# SPDX-License-Identifier: Apache-2.0
"""Where to cut: the execution order split into segments, as a path over a graph of cuts.

A cut is a position in the order; an edge from cut a to cut b is the segment of the nodes between,
run layer by layer (one node) or streamed. Its weight is the memory that must be there while it
runs. The least arena is a path whose heaviest edge is lightest; among the paths below a limit the
fastest is the one with the fewest streamed row calls, as dispatching them is what streaming costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.graph import scratch_name
from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.memory.bound import best_overlap
from tvm_tiny.passes.memory.safe_distance import safe_distance
from tvm_tiny.passes.memory.storage import Reach
from tvm_tiny.passes.stream.demand import Streamed, simulate
from tvm_tiny.passes.stream.network import Network, NodeWork

MAX_SEGMENT = 250
"""Nodes in a segment: the generated schedule counts them in a byte."""

_ROOMY = 8


@dataclass(frozen=True)
class PossibleSegment:
    """A possible segment.

    Attributes:
        streamed: its rows, rings and overlaps.
        stream: False: one node, layer by layer.
        reach: (dying input, result) -> how far they may overlap.
        weight_units: memory while it runs, everything that is live there included.
    """

    streamed: Streamed
    stream: bool
    reach: Mapping[tuple[str, str], Reach]
    weight_units: int

    @property
    def cost(self) -> float:
        """Streamed calls; between equals what weighs less leaves more room for placement."""
        calls = len(self.streamed.calls) if self.stream else 0
        return calls + self.weight_units / (1 << 40)


@dataclass(frozen=True)
class Cuts:
    """The graph of cuts.

    Attributes:
        net: what is cut.
        pieces: (first position, end) -> segment.
        unit: bytes of a unit.
        fed: graph input that the caller hands in by rows, "" for none.
    """

    net: Network
    pieces: Mapping[tuple[int, int], PossibleSegment]
    unit: int
    fed: str

    def thresholds(self) -> list[int]:
        """Weights at which better paths may appear, ascending."""
        return sorted({p.weight_units for p in self.pieces.values()})

    def least_units(self) -> int:
        """Weight of the heaviest edge of the best path (bisection over the weights)."""
        weights = self.thresholds()
        low, high = 0, len(weights) - 1
        while low < high:
            middle = (low + high) // 2
            if self.path(weights[middle]) is None:
                low = middle + 1
            else:
                high = middle
        return weights[low] if weights else 0

    def path(self, limit_units: int, *, roomy: bool = False) -> list[PossibleSegment] | None:
        """The fastest path whose segments all weigh ``limit_units`` or less.

        Args:
            limit_units: weight of the heaviest segment.
            roomy: not the fastest but the one with few heavy segments: easier to place.
        """
        known: dict[int, float] = {0: 0.0}
        came: dict[int, int] = {}
        end = len(self.net.works)
        for (first, last), piece in sorted(self.pieces.items()):
            if first not in known or piece.weight_units > limit_units:
                continue
            heavy = piece.weight_units / max(limit_units, 1)  # 0: nothing lies in the arena
            cost = heavy**_ROOMY if roomy else piece.cost
            if last not in known or known[first] + cost < known[last]:
                known[last], came[last] = known[first] + cost, first
        if end not in known:
            return None
        path: list[PossibleSegment] = []
        while end:
            path.append(self.pieces[came[end], end])
            end = came[end]
        return path[::-1]


def build_cuts(
    net: Network,
    unit: int,
    *,
    fed: str = "",
    ceiling_units: int | None = None,
    max_nodes: int = MAX_SEGMENT,
    budget: Budget | None = None,
) -> Cuts:
    """Weigh every segment that may be part of a plan.

    Args:
        net: the network in its order.
        unit: bytes of a unit of the arena.
        fed: graph input that the caller hands in by rows; all its readers are in one segment.
        ceiling_units: segments that weigh more are left out.
        max_nodes: longest segment, the one with the fed input excepted.
        budget: what the search may do; single layers, and the shortest segment that a fed input
            needs, are weighed even if it is used up.
    """
    budget = budget or Budget()
    pieces: dict[tuple[int, int], PossibleSegment] = {}
    for first in range(len(net.works)):
        longest = max_nodes if first or not fed else max(max_nodes, net.last_use[fed] + 1)
        for piece in _from(net, first, first + longest, (unit, fed, ceiling_units), budget):
            pieces[first, piece.streamed.end] = piece
    return Cuts(net, pieces, unit, fed)


def _from(
    net: Network, first: int, last: int, how: tuple[int, str, int | None], budget: Budget
) -> Iterator[PossibleSegment]:
    """Segments that begin at ``first`` and end at ``last`` or before."""
    unit, fed, ceiling = how
    fed_until = net.last_use[fed] if fed else -1
    around = sum(storage_units(net, n, unit) for n in _live_before(net, first) if n != fed)
    inside: dict[str, int] = {}
    for end in range(first + 1, min(len(net.works), last) + 1):
        work, single = net.works[end - 1], end == first + 1
        if not single and not _interleaves(net.works[first], work):
            return
        if work.output and work.output != fed:
            inside[work.output] = storage_units(net, work.output, unit)
        inside = {n: u for n, u in inside.items() if net.last_use[n] >= end}
        if fed and first <= fed_until and (first > 0 or end <= fed_until):
            continue
        if ceiling is not None and around + sum(inside.values()) > 2 * ceiling and not single:
            if around > 2 * ceiling:
                return
            continue
        if budget.cut and not single and not (fed and not first and end == fed_until + 1):
            return
        streamed = simulate(net, first, end, fed if end > fed_until >= first else "")
        budget.spend(4 * len(streamed.calls))
        piece = _weigh(net, streamed, unit, single and streamed_is_layer(streamed, fed))
        if ceiling is None or piece.weight_units <= ceiling or single:
            yield piece
        if ceiling is not None and _ring_units(net, streamed, unit) > 2 * ceiling:
            return  # more nodes only add rings; those that are busy in turns share bytes


def _interleaves(first: NodeWork, last: NodeWork) -> bool:
    """Whether a segment may begin and end with these nodes, as far as their rows go."""
    return all(w.streams or not w.rows for w in (first, last))


def _live_before(net: Network, first: int) -> list[str]:
    """Whole storages made before a position and needed at it or behind."""
    return [name for name, at, last in net.lives if at < first <= last]


def make_piece(
    net: Network, first: int, end: int, unit: int, *, stream: bool, fed: str = ""
) -> PossibleSegment:
    """The segment of the nodes at ``first`` to ``end`` (exclusive).

    Args:
        net: the network.
        first: position of the first node.
        end: position behind the last.
        unit: bytes of a unit of the arena.
        stream: row by row; False needs a single node.
        fed: graph input whose rows come one by one, if this segment reads it.
    """
    return _weigh(net, simulate(net, first, end, fed), unit, not stream)


def streamed_is_layer(streamed: Streamed, fed: str) -> bool:
    """Whether a segment of one node runs as an ordinary layer."""
    return not (fed and fed in streamed.rings)


def storage_units(net: Network, name: str, unit: int) -> int:
    """Units of a whole storage."""
    return max(1, -(-net.sizes_bytes[name][0] // unit))


def ring_units(net: Network, name: str, rows: int, unit: int) -> int:
    """Units of a ring of ``rows`` rows; nothing for the fed rows that are used where they come."""
    return max(1, -(-net.sizes_bytes[name][1] * rows // unit))


def _ring_units(net: Network, streamed: Streamed, unit: int) -> int:
    return sum(ring_units(net, n, r, unit) for n, r in streamed.rings.items())


def live_around(net: Network, first: int, end: int, fed: str) -> list[str]:
    """Whole storages that are there while the segment runs: passing by, read, or made for later."""
    return [
        name
        for name, at, last in net.lives
        if at < end and ((at < first <= last) or (first <= at and end <= last)) and name != fed
    ]


def busy_units(net: Network, streamed: Streamed, name: str, unit: int) -> int:
    """Units of whatever is busy in the segment: ring, whole storage or workspace."""
    if name in streamed.rings:
        return ring_units(net, name, streamed.rings[name], unit)
    if name in net.tensors:
        return storage_units(net, name, unit)
    works = net.works[streamed.first : streamed.end]
    return next(-(-w.scratch_bytes // unit) for w in works if scratch_name(w.node.name) == name)


def _weigh(net: Network, streamed: Streamed, unit: int, layer: bool) -> PossibleSegment:
    fed = next((n for n in streamed.rings if net.maker[n] < 0), "")
    live = live_around(net, streamed.first, streamed.end, fed)
    passing = sum(storage_units(net, n, unit) for n in live if n not in streamed.busy)
    units = {n: busy_units(net, streamed, n, unit) for n in streamed.busy}
    reach = _reaches(net, streamed, unit, layer)
    return PossibleSegment(
        streamed, not layer, reach, passing + most_units(units, reach, streamed.busy)
    )


def live_together(busy: Mapping[str, Sequence[tuple[int, int]]]) -> list[list[str]]:
    """Everything that is in use at some call, each combination once."""
    names = list(busy)
    events: dict[int, int] = {}
    for bit, name in enumerate(names):
        for begin, end in busy[name]:
            # A stretch may follow another of the same name at once: toggles cancel.
            events[begin] = events.get(begin, 0) ^ 1 << bit
            events[end + 1] = events.get(end + 1, 0) ^ 1 << bit
    now, seen = 0, set[int]()
    for at in sorted(events):
        now ^= events[at]
        seen.add(now)
    return [[n for bit, n in enumerate(names) if mask >> bit & 1] for mask in sorted(seen)]


def most_units(
    units: Mapping[str, int],
    reach: Mapping[tuple[str, str], Reach],
    busy: Mapping[str, Sequence[tuple[int, int]]],
) -> int:
    """Most ``units_together`` of all that is in use at some call."""
    bits = {name: 1 << bit for bit, name in enumerate(busy)}
    starts: dict[int, list[int]] = {}
    for name, stretches in busy.items():
        for begin, end in stretches:
            for at, size in ((begin, units[name]), (end + 1, -units[name])):
                event = starts.setdefault(at, [0, 0])
                event[0] ^= bits[name]
                event[1] += size
    pairs = [
        (bits[x] | bits[y], x, y, best_overlap(units[x], units[y], how))
        for (x, y), how in reach.items()
        if x in bits and y in bits
    ]
    most = now = total = 0
    for at in sorted(starts):
        toggled, size = starts[at]
        now ^= toggled
        total += size
        if total > most:
            live = [pair[1:] for pair in pairs if pair[0] & now == pair[0]]
            most = max(most, total - _saved(units, live) if live else total)
    return most


def units_together(
    units: Mapping[str, int], reach: Mapping[tuple[str, str], Reach], live: Sequence[str]
) -> int:
    """Units that what is live at one call needs at least."""
    pairs = [
        (x, y, best_overlap(units[x], units[y], how))
        for (x, y), how in reach.items()
        if x in live and y in live
    ]
    return sum(units[n] for n in live) - _saved(units, pairs)


def _saved(units: Mapping[str, int], pairs: Sequence[tuple[str, str, int]]) -> int:
    """Units that dying inputs and results share, by what each pair could."""
    by_input: dict[str, int] = {}
    by_result: dict[str, int] = {}
    for x, y, shared in pairs:
        by_input[x] = by_input.get(x, 0) + shared
        by_result[y] = by_result.get(y, 0) + shared
    return min(
        sum(min(units[x], s) for x, s in by_input.items()),
        sum(min(units[y], s) for y, s in by_result.items()),
    )


def _reaches(
    net: Network, streamed: Streamed, unit: int, layer: bool
) -> dict[tuple[str, str], Reach]:
    """Safe distances in units; rows run down only where a layer has one dying operand."""
    out: dict[tuple[str, str], Reach] = {}
    for (x, y), limit in streamed.below_bytes.items():
        if not net.may_overlap(y):
            continue
        above = _descending(net, streamed.first, x) if layer else None
        if limit <= -net.sizes_bytes[y][0] and above is None:
            continue
        x_units, y_units = (storage_units(net, n, unit) for n in (x, y))
        out[x, y] = Reach(
            below_bytes=limit,
            above_bytes=above,
            below=min(y_units, -(limit // unit)),
            above=x_units if above is None else min(x_units, -(-above // unit)),
        )
    if layer and len(out) > 1:
        # Rows of a layer over several dying operands run up.
        out = {
            (x, y): Reach(r.below_bytes, None, r.below, storage_units(net, x, unit))
            for (x, y), r in out.items()
        }
    return out


def _descending(net: Network, at: int, storage: str) -> int | None:
    """Safe distance of a layer whose rows run from the last to the first, all uses of x."""
    node = net.works[at].node
    members = net.members[storage]
    found = [
        safe_distance(node, i, descending=True)
        for i, t in enumerate(node.operands)
        if t.data is None and t.name in members
    ]
    known = [d for d in found if d is not None]
    return max(known) if len(known) == len(found) and known else None
