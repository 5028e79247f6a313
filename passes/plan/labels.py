# SPDX-License-Identifier: Apache-2.0
"""Streams of options with two costs, memory and work: the ones that no other is better than.

From a joint the options are put behind one another; a *label* is what such a run of options holds
while layers above it work (a sum), how much more it holds at most (a maximum), and the work it
adds. Labels that another one beats in all three are dropped. At every joint a label is a possible
segment: it weighs what it holds and its input or its result, whichever is larger (the result may
grow over a dying input: a bound; what a plan needs is known once it is placed).

Ref: two-cost shortest paths by labels: Hansen 1980; Martins 1984.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.plan.cells import Cells, StreamWay

MAX_LABELS = 48
"""Kept at a joint; those between are left out evenly."""

MAX_JOINTS = 64
"""A segment spans at most so many joints, the one with a fed input excepted."""


@dataclass(frozen=True)
class Label:
    """A run of options from one joint to another.

    Attributes:
        waiting: bytes that all hold while something above them works.
        top: bytes that one of them holds at most beyond that.
        work: added.
        macs: multiply-accumulates among it.
        option: the last one, None for the empty run.
        before: the run without it.
    """

    waiting: int = 0
    top: int = 0
    work: float = 0.0
    macs: int = 0
    option: StreamWay | None = None
    before: Label | None = None

    def options(self) -> list[StreamWay]:
        """In order."""
        out: list[StreamWay] = []
        at: Label | None = self
        while at is not None and at.option is not None:
            out.append(at.option)
            at = at.before
        return out[::-1]


@dataclass(frozen=True)
class LabelledSegment:
    """A possible segment: a label and the weight that is estimated for it."""

    first: int
    end: int
    weight_bytes: int
    work: float
    label: Label


def stretches(
    cells: Cells, fed: str, ceiling_bytes: int, budget: Budget
) -> dict[tuple[int, int], tuple[LabelledSegment, ...]]:
    """Segments between joints that weigh no more than a ceiling, undominated, by (first, end)."""
    out: dict[tuple[int, int], tuple[LabelledSegment, ...]] = {}
    fed_until = cells.net.last_use[fed] if fed else -1
    for start in range(len(cells.joints) - 1):
        first = cells.joints[start]
        if fed and 0 < first <= fed_until:
            continue
        for end, labels in _from(cells, start, bool(fed) and not first, ceiling_bytes, budget):
            base = max(cells.sizes[first], cells.sizes[end])
            made = [
                LabelledSegment(first, end, base + k.waiting + k.top, k.work, k)
                for k in labels
                if base + k.waiting + k.top <= ceiling_bytes
            ]
            if made and end > fed_until:
                out[first, end] = tuple(_frontier(made))
    return out


def _frontier(found: Sequence[LabelledSegment]) -> Iterator[LabelledSegment]:
    """By ascending weight, each with less work than those before."""
    least = float("inf")
    for stretch in sorted(found, key=lambda s: (s.weight_bytes, s.work)):
        if stretch.work < least:
            least = stretch.work
            yield stretch


def _from(
    cells: Cells, start: int, fed: bool, ceiling: int, budget: Budget
) -> Iterator[tuple[int, list[Label]]]:
    """Labels of the segments that begin at a joint, joint by joint."""
    first = cells.joints[start]
    here: dict[int, list[Label]] = {first: [Label()]}
    last = len(cells.joints) if fed else min(len(cells.joints), start + MAX_JOINTS + 1)
    for joint in cells.joints[start:last]:
        labels = here.pop(joint, None)
        if not labels:
            continue
        if joint > first:
            labels = _kept(labels, budget)
            yield joint, labels
        room = ceiling - cells.sizes[first]
        for option in cells.options.get(joint, ()):
            whole = joint == first and not fed
            if whole and option.needs_rows:
                continue
            waits = option.whole_waiting_bytes if whole else option.waiting_bytes
            peak = option.whole_peak_bytes if whole else option.peak_bytes
            for label in labels:
                if label.option is not None and label.option.ends:
                    continue
                waiting, top = label.waiting + waits, max(label.top, peak - waits)
                if waiting + top <= room:
                    work, macs = label.work + option.work, label.macs + option.macs
                    new = Label(waiting, top, work, macs, option, label)
                    here.setdefault(option.end, []).append(new)
        if not here or budget.cut:
            return


def _kept(labels: Sequence[Label], budget: Budget) -> list[Label]:
    """Labels that none beats, and no more than ``MAX_LABELS`` of them."""
    if not budget.spend(2 * len(labels)):
        return []
    out: list[Label] = []
    waits, totals = list[int](), list[int]()  # of the lightest so far: these rise, those fall
    for label in sorted(labels, key=lambda k: (k.work, k.waiting + k.top, k.waiting)):
        total = label.waiting + label.top
        at = bisect_right(waits, label.waiting)
        if at and totals[at - 1] <= total:
            continue
        out.append(label)
        at = bisect_left(waits, label.waiting)
        end = at
        while end < len(waits) and totals[end] >= total:
            end += 1
        waits[at:end], totals[at:end] = [label.waiting], [total]
    if len(out) > MAX_LABELS:
        out.sort(key=lambda k: (k.waiting + k.top, k.work))
        out = [out[i * (len(out) - 1) // (MAX_LABELS - 1)] for i in range(MAX_LABELS)]
    return out


@dataclass(frozen=True)
class Edge:
    """A segment as an edge between two cuts.

    Attributes:
        first: position of its first node.
        end: position behind its last.
        weight: bytes.
        work: that it adds.
        macs: multiply-accumulates among it.
        calls: streamed row calls.
        made: the options it is made of; None: its nodes as they are.
        number: among the edges between the same cuts.
        creep: bytes that its result must lie below a dying input, as far as that is known: what
            creeps down through many segments needs room above or below.
    """

    first: int
    end: int
    weight: int
    work: float = 0.0
    macs: int = 0
    calls: int = 0
    made: LabelledSegment | None = None
    number: int = 0
    creep: int = 0

    @property
    def price(self) -> float:
        """Multiply-accumulates, and among equals what else there is to do."""
        return self.macs + self.work / (1 << 30)


def least_work(
    by_first: Mapping[int, Sequence[Edge]], end: int, limit: int, cost: Callable[[Edge], float]
) -> list[Edge] | None:
    """The cheapest path whose edges all weigh ``limit`` or less; lighter ones among equals.

    Args:
        by_first: edges by the cut that they begin at.
        end: the last cut.
        limit: on the weight of every edge, more than 0.
        cost: of an edge.
    """
    known: dict[int, tuple[float, float]] = {0: (0.0, 0.0)}
    came: dict[int, Edge] = {}
    for at in range(end):
        if at not in known:
            continue
        work, tie = known[at]
        for edge in by_first.get(at, ()):
            if edge.weight > limit:
                continue
            total = work + cost(edge)
            old = known.get(edge.end)
            if old is None or total <= old[0]:
                new = total, tie + (edge.weight / limit) ** 8
                if old is None or new < old:
                    known[edge.end], came[edge.end] = new, edge
    if end not in known:
        return None
    path: list[Edge] = []
    at = end
    while at:
        path.append(came[at])
        at = came[at].first
    return path[::-1]


def price(edge: Edge) -> float:
    """See ``Edge.price``."""
    return edge.price
