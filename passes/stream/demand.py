# SPDX-License-Identifier: Apache-2.0
"""Demand-driven simulation of a segment: which row when, how large the rings, what may overlap.

The rows of the segment's results are asked for one after another; a row that is asked for asks
first for the rows that it reads and that are not there yet. So everything is made as late as
possible and a ring holds no more than what is still read. Nothing is made twice.

Ref: line buffers of stencil pipelines, e.g. Hegarty et al. 2014, "Darkroom".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.passes.stream.network import NEVER, Network, Read

Stretch = tuple[int, int]
"""First and last call, inclusive."""

INPUT = -1
"""Stands for "the caller hands in a row" in a row-fed segment's schedule."""


@dataclass(frozen=True)
class Streamed:
    """A simulated segment.

    Attributes:
        first: position of the first node.
        end: position behind the last.
        calls: positions of the nodes in the order of their row calls (each takes its rows in
            ascending order; ``INPUT``: the next row of the fed input comes).
        rings: storage made and used up inside -> rows that it must hold. (A fed input of which
            one row is held needs no memory: the row is used where the caller has it.)
        busy: storage that comes to life or dies here, or a node's workspace -> when its bytes are
            in use: first and last call (indices into ``calls``) of each stretch. A ring is in use
            only while it holds a row that is still read: others may lie there in between.
        below_bytes: (dying input, result) -> the result may start at the input's start plus this
            many bytes or anywhere below, as far as this pair goes.
    """

    first: int
    end: int
    calls: tuple[int, ...]
    rings: Mapping[str, int]
    busy: Mapping[str, tuple[Stretch, ...]]
    below_bytes: Mapping[tuple[str, str], int]


class _Run:
    """State of a simulation."""

    def __init__(
        self, net: Network, first: int, end: int, fed: str, rows: Sequence[Stretch] = ()
    ) -> None:
        self.net, self.first, self.end = net, first, end
        self.made: dict[int, int] = dict.fromkeys(range(first, end), 0)
        self.calls: list[int] = []
        self.inner = {
            work.output: at
            for at in range(first, end)
            if (work := net.works[at]).output and net.last_use[work.output] < end
        }
        if fed:
            self.inner[fed] = INPUT
            self.made[INPUT] = 0
        self.rings = dict.fromkeys(self.inner, 1)
        self.readers: dict[str, list[tuple[int, Read]]] = {}
        self.asks: dict[int, list[tuple[int, Read]]] = {}
        for at in range(first, end):
            self.asks[at] = []
            for read in net.works[at].reads:
                self.readers.setdefault(read.storage, []).append((at, read))
                maker = INPUT if read.storage == fed else read.maker
                if maker in self.made:
                    self.asks[at].append((maker, read))
        self.rows = {at: net.works[at].rows for at in range(first, end)}
        if fed:
            self.rows[INPUT] = net.tensors[fed].rows
            self.asks[INPUT] = []
        self.fed = fed
        self.until: dict[int, int] = dict(self.rows)
        for at, (begin, stop) in enumerate(rows):
            self.made[at], self.until[at] = begin, stop
        self.busy: dict[str, list[Stretch]] = {n: [] for n in self.inner}
        self._open: dict[str, int] = {}
        self._watch_overlaps()

    def _watch_overlaps(self) -> None:
        """Inputs that die here, and results that may grow over them."""
        net = self.net
        self.dying = [
            s
            for s in self.readers
            if s in net.tensors
            and s not in self.inner
            and net.maker[s] < self.first
            and net.last_use[s] < self.end
        ]
        self.below: dict[tuple[str, str], int] = {}
        self.grows: dict[int, str] = {}
        for at in range(self.first, self.end):
            name = net.works[at].output
            if name and self.dying and (name not in self.inner or self._kept_whole(name)):
                self.grows[at] = name
                for x in self.dying:
                    self.below[x, name] = net.tensors[x].nbytes

    def _kept_whole(self, name: str) -> bool:
        """Whether a storage made and used up inside is needed with all its rows at once."""
        rows = self.rows[self.inner[name]]
        readers = self.readers.get(name, ())
        return name in self.net.viewed or any(r.until[0] == rows for _, r in readers)

    def make(self, at: int, upto: int) -> None:
        """Have the node at ``at`` make its rows below ``upto``, and all that they need."""
        stack = [(at, upto)]
        made, asks = self.made, self.asks
        while stack:
            now, goal = stack[-1]
            row = made[now]
            if row >= goal:
                stack.pop()
                continue
            for maker, read in asks[now]:
                need = read.until[row]
                if made[maker] < need:
                    stack.append((maker, need))
                    break
            else:
                self._call(now, row)

    def _call(self, at: int, row: int) -> None:
        if at in self.grows:
            self._limit(at, row)
        now = len(self.calls)
        self.calls.append(at)
        self.made[at] = row + 1
        name = self.fed if at == INPUT else self.net.works[at].output
        if name in self.rings:
            self._open.setdefault(name, now)
            held = row + 1 - self._lowest(name) if self._by_rows(at) else 1
            if held > self.rings[name]:
                self.rings[name] = held
            self._close(name, now)
        if at != INPUT:
            for read in self.net.works[at].reads:
                if read.storage in self._open:
                    self._close(read.storage, now)

    def _by_rows(self, at: int) -> bool:
        """Whether a call makes a row (and is not one of several that add up to one)."""
        return at == INPUT or not self.net.works[at].adds_up

    def still_open(self, name: str) -> int:
        """Call since which a ring has held rows that are still read, -1 if it holds none."""
        return self._open.get(name, -1)

    def _lowest(self, name: str) -> int:
        """First row of a ring that somebody still reads."""
        made, until = self.made, self.until
        return min(
            (r.since[made[c]] for c, r in self.readers.get(name, ()) if made[c] < until[c]),
            default=NEVER,
        )

    def _close(self, name: str, now: int) -> None:
        """End the stretch of a ring whose rows are all used up."""
        if self._lowest(name) >= self.made[self.inner[name]]:
            self.busy[name].append((self._open.pop(name), now))

    def _limit(self, at: int, row: int) -> None:
        """What row ``row`` of a growing result says about the dying inputs."""
        name, node = self.grows[at], self.net.works[at].node
        row = row if self._by_rows(at) else 0
        width = node.output.row_bytes
        for x in self.dying:
            limit = self.below[x, name]
            for reader, read in self.readers[x]:
                if reader == at and read.exact:
                    # Element i is read before it is written: equal starts are still fine.
                    limit = min(limit, read.starts[row] - row * width)
                    since = read.since_bytes[row + 1]
                else:
                    since = read.since_bytes[self.made[reader]]
                if since < NEVER:
                    limit = min(limit, since - (row + 1) * width)
            self.below[x, name] = limit


def simulate(net: Network, first: int, end: int, fed: str = "") -> Streamed:
    """Simulate the nodes at positions ``first`` to ``end`` (exclusive) as one stream.

    Args:
        net: the network.
        first: position of the first node.
        end: position behind the last.
        fed: the graph input whose rows the caller hands in, "" for none: it becomes a ring. All
            its readers must be in the segment.
    """
    run = _Run(net, first, end, fed)
    read = {r.storage for at in range(first, end) for r in net.works[at].reads}
    sinks = [a for a in range(first, end) if run.rows[a] and net.works[a].output not in read]
    _balanced(run, sinks)
    # Rows that nobody in the segment reads: results, and what is left of the others.
    for at in range(first, end):
        run.make(at, run.rows[at])
    if fed:
        run.make(INPUT, run.rows[INPUT])
    for name, at in run.inner.items():
        whole = run.rows[at]
        # A layer by itself (its result unused) is made whole.
        keep = name in net.viewed or (end == first + 1 and not fed)
        run.rings[name] = whole if keep else min(whole, run.rings[name])
    return Streamed(first, end, tuple(run.calls), run.rings, _busy(run), run.below)


@dataclass(frozen=True)
class Rows:
    """Some rows of the last node's result, made on demand.

    Attributes:
        calls: positions of the nodes in the order of their row calls.
        rings: inner storage -> rows held.
        busy: inner storage, or ``scratch_name`` of a node -> stretches of calls.
    """

    calls: tuple[int, ...]
    rings: Mapping[str, int]
    busy: Mapping[str, tuple[Stretch, ...]]


def simulate_rows(net: Network, rows: Sequence[Stretch]) -> Rows:
    """Make a range of rows of the last node's result and no row that it does not need.

    Args:
        net: the network, all of it.
        rows: per node the first row that is needed and the one behind the last.
    """
    run = _Run(net, 0, len(net.works), "", rows)
    last = len(net.works) - 1
    run.make(last, rows[last][1])
    final = len(run.calls) - 1
    busy = {n: (*s, (run.still_open(n), final)) if run.still_open(n) >= 0 else tuple(s)
            for n, s in run.busy.items()}  # fmt: skip
    for at, work in enumerate(net.works):
        busy[scratch_name(work.node.name)] = tuple(
            (i, i) for i, c in enumerate(run.calls) if c == at
        )
    return Rows(tuple(run.calls), run.rings, busy)


def _busy(run: _Run) -> dict[str, tuple[Stretch, ...]]:
    """When each storage's bytes are in use, as far as that is decided in this segment."""
    first_call: dict[int, int] = {}
    last_call: dict[int, int] = {}
    for index, at in enumerate(run.calls):
        first_call.setdefault(at, index)
        last_call[at] = index
    busy: dict[str, tuple[Stretch, ...]] = {}
    final = len(run.calls) - 1
    for at in first_call:
        name = run.fed if at == INPUT else run.net.works[at].output
        if name in run.inner and run.rings[name] < run.rows[at]:
            if not (at == INPUT and run.rings[name] == 1):
                busy[name] = tuple(run.busy[name])
        elif name:
            used = [last_call[at], *(last_call[c] for c, _ in run.readers.get(name, ()))]
            busy[name] = ((first_call[at], max(used) if name in run.inner else final),)
    for name in run.dying:
        busy[name] = ((0, max(last_call[c] for c, _ in run.readers[name])),)
    for at in first_call:
        if at != INPUT and run.net.works[at].scratch_bytes:
            calls = [i for i, c in enumerate(run.calls) if c == at]
            whole = run.net.works[at].adds_up
            stretches = ((calls[0], calls[-1]),) if whole else tuple((i, i) for i in calls)
            busy[scratch_name(run.net.works[at].node.name)] = stretches
    return busy


def scratch_name(node: str) -> str:
    """What a node's workspace is called (no tensor can be)."""
    return f"scratch of {node}"


def _balanced(run: _Run, sinks: Sequence[int]) -> None:
    """Ask for the rows of all results in step."""
    while True:
        todo = [a for a in sinks if run.made[a] < run.rows[a]]
        if not todo:
            return
        at = min(todo, key=lambda a: (run.made[a] / run.rows[a], a))
        run.make(at, run.made[at] + 1)
