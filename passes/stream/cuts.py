# SPDX-License-Identifier: Apache-2.0
"""Where to cut: the execution order split into segments, as a path over a graph of cuts.

A cut is a position in the order; an edge from cut a to cut b is the segment of the nodes between,
run layer by layer (one node) or streamed. Its weight is the memory that must be there while it
runs. The least arena is a path whose heaviest edge is lightest; among the paths below a limit the
fastest is the one with the fewest streamed row calls, as dispatching them is what streaming costs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import inf

from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.memory.safe_distance import safe_distance
from tvm_tiny.passes.memory.storage import Reach
from tvm_tiny.passes.stream.demand import Streamed, simulate
from tvm_tiny.passes.stream.network import Network, NodeWork
from tvm_tiny.passes.stream.sweep import Known, passing_units, swept
from tvm_tiny.passes.stream.units import (
    busy_units,
    live_around,
    most_units,
    reach_of,
    storage_units,
)

MAX_SEGMENT = 250
"""Nodes in a segment: the generated schedule counts them in a byte."""

_ROOMY = 8

_CALL_STEPS, _SEGMENT_STEPS, _CALLS_A_STEP = 2, 80, 64
"""Steps of a call in an order, of weighing a segment, and how many of its calls count one more."""


@dataclass(frozen=True, eq=False)
class PossibleSegment:
    """A possible segment.

    Attributes:
        net: the network.
        first: position of the first node.
        end: position behind the last.
        fed: graph input whose rows come one by one here, "" for none.
        stream: False: one node, layer by layer.
        calls: row calls.
        reach: (dying input, result) -> how far they may overlap.
        weight_units: memory while it runs, everything that is live there included.
    """

    net: Network
    first: int
    end: int
    fed: str
    stream: bool
    calls: int
    reach: Mapping[tuple[str, str], Reach]
    weight_units: int

    @cached_property
    def streamed(self) -> Streamed:
        """Its rows, rings and overlaps: simulated when they are asked for."""
        return simulate(self.net, self.first, self.end, self.fed)

    @cached_property
    def cost(self) -> float:
        """Streamed calls; between equals what weighs less leaves more room for placement."""
        return (self.calls if self.stream else 0) + self.weight_units / (1 << 40)


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

    @cached_property
    def _ascending(self) -> tuple[PossibleSegment, ...]:
        """The segments by their first positions, then by their ends."""
        return tuple(piece for _, piece in sorted(self.pieces.items()))

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
        for piece in self._ascending:
            before = known.get(piece.first)
            if before is None or piece.weight_units > limit_units:
                continue
            heavy = piece.weight_units / max(limit_units, 1)  # 0: nothing lies in the arena
            cost = before + (heavy**_ROOMY if roomy else piece.cost)
            last = piece.end
            if last not in known or cost < known[last]:
                known[last], came[last] = cost, piece.first
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
    known: Known | None = None,
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
        known: short segments that were weighed before, of whatever graph; it is added to.
    """
    growing = _Growing(net, (unit, fed, ceiling_units, max_nodes), budget or Budget())
    growing.known = known if known is not None else {}
    pieces = [piece for end in range(1, len(net.works) + 1) for piece in growing.ending_at(end)]
    return Cuts(net, {(p.first, p.end): p for p in sorted(pieces, key=_span)}, unit, fed)


def _span(piece: PossibleSegment) -> tuple[int, int]:
    return piece.first, piece.end


class _Growing:
    """Segments end by end; those that begin at a position grow until nothing more can be gained."""

    def __init__(self, net: Network, how: tuple[int, str, int | None, int], budget: Budget) -> None:
        self._net, self._budget = net, budget
        self._unit, self._fed, self._ceiling, self._longest = how
        self._fed_until = net.last_use[self._fed] if self._fed else -1
        self._open: list[int] = []
        self.known: Known = {}
        self._kept_until: tuple[int, list[int]] = 0, []
        self._around = [
            sum(storage_units(net, n, self._unit) for n in _live_before(net, at) if n != self._fed)
            for at in range(len(net.works))
        ]

    def ending_at(self, end: int) -> Iterator[PossibleSegment]:
        """The segments that end at a position; to be asked in ascending order."""
        net, fed = self._net, self._fed
        self._open.append(end - 1)
        if not self._waits_for_fed(end - 1, end):
            read = fed if end > self._fed_until >= end - 1 else ""
            piece = make_piece(net, end - 1, end, self._unit, stream=bool(read), fed=read)
            self._budget.spend(_CALL_STEPS * piece.calls)
            yield piece
        self._open = [first for first in self._open if self._goes_on(first, end)]
        wanted = [first for first in self._open if first < end - 1 and self._weighs(first, end)]
        if wanted:
            yield from self._swept(wanted, end)

    def _waits_for_fed(self, first: int, end: int) -> bool:
        """Whether the segment would part the fed input's rows from one of its readers."""
        until = self._fed_until
        return bool(self._fed) and first <= until and (first > 0 or end <= until)

    def _goes_on(self, first: int, end: int) -> bool:
        """Whether segments that begin at a position may end at another or behind it."""
        if not _interleaves(self._net.works[first], self._net.works[end - 1]):
            return False
        if first == end - 1 or self._waits_for_fed(first, end):
            return True
        if self._ceiling is not None and self._around[first] > 2 * self._ceiling:
            return False
        must = bool(self._fed) and not first and end == self._fed_until + 1
        longest = self._longest
        if self._fed and not first:
            longest = max(longest, self._fed_until + 1)
        return end - first <= longest and (must or not self._budget.cut)

    def _weighs(self, first: int, end: int) -> bool:
        """Whether a segment is worth looking at."""
        if self._waits_for_fed(first, end):
            return False
        if self._ceiling is None:
            return True
        return self._around[first] + self._kept(end)[first] <= 2 * self._ceiling

    def _kept(self, end: int) -> list[int]:
        """Units made from every position on and needed at an end or behind it."""
        if self._kept_until[0] != end:
            net, kept = self._net, [0] * (end + 1)
            for at in range(end - 1, -1, -1):
                name = net.works[at].output
                keeps = name and name != self._fed and net.last_use[name] >= end
                kept[at] = kept[at + 1] + (storage_units(net, name, self._unit) if keeps else 0)
            self._kept_until = end, kept
        return self._kept_until[1]

    def _swept(self, wanted: list[int], end: int) -> Iterator[PossibleSegment]:
        fed = self._fed if not wanted[0] else ""
        span, passing = (wanted[0], end), passing_units(self._net, end, self._unit)
        ceiling = inf if self._ceiling is None else self._ceiling
        most = {first: ceiling - passing[first] for first in wanted}
        calls, weights = swept(self._net, self._unit, span, most, fed, self.known)
        self._budget.spend(_CALL_STEPS * calls)
        for found in weights:
            self._budget.spend(_SEGMENT_STEPS + calls // _CALLS_A_STEP)
            first, units = found.first, passing[found.first] + found.units
            if units <= ceiling:
                read = "" if first else fed
                yield PossibleSegment(
                    self._net, first, end, read, True, found.calls, found.reach, units
                )
            if found.ring_units > 2 * ceiling:
                # More nodes only add rings; those that are busy in turns share bytes.
                self._open.remove(found.first)


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
    streamed, layer = simulate(net, first, end, fed), not stream
    live = live_around(net, first, end, fed)
    passing = sum(storage_units(net, n, unit) for n in live if n not in streamed.busy)
    units = {n: busy_units(net, streamed, n, unit) for n in streamed.busy}
    reach = _reaches(net, streamed, unit, layer)
    weight = passing + most_units(units, reach, streamed.busy)
    return PossibleSegment(net, first, end, fed, stream, len(streamed.calls), reach, weight)


def _reaches(
    net: Network, streamed: Streamed, unit: int, layer: bool
) -> dict[tuple[str, str], Reach]:
    """Safe distances in units; rows run down only where a layer has one dying operand."""
    out: dict[tuple[str, str], Reach] = {}
    for (x, y), limit in streamed.below_bytes.items():
        above = _descending(net, streamed.first, x) if layer and net.may_overlap(y) else None
        found = reach_of(net, (x, y), limit, above, unit)
        if found is not None:
            out[x, y] = found
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
