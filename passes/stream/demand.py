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

from tvm_tiny.graph import scratch_name
from tvm_tiny.passes.stream.calls import INPUT, CallOrder, Stretch
from tvm_tiny.passes.stream.network import NEVER, Network


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


class _Run(CallOrder):
    """State of a simulation."""

    def __init__(
        self, net: Network, first: int, end: int, fed: str, rows: Sequence[Stretch] = ()
    ) -> None:
        super().__init__(net, first, end, fed, rows)
        self.rings = dict.fromkeys(self.inner, 1)
        self.busy: dict[str, list[Stretch]] = {n: [] for n in self.inner}
        self._open: dict[str, int] = {}
        self._prepare_rings()
        self._watch_overlaps()

    def _prepare_rings(self) -> None:
        """What every call looks up: the ring that it fills, those that it reads, their readers."""
        works, span = self.net.works, range(self.first, self.end)
        self._fills = {at: works[at].output for at in span if works[at].output in self.inner}
        self._reads = {
            at: [r.storage for r in works[at].reads if r.storage in self.inner] for at in span
        }
        self._adds_up = {at for at in span if works[at].adds_up}
        if self.fed:
            self._fills[INPUT], self._reads[INPUT] = self.fed, []
        self._since = {
            name: [(at, read.since) for at, read in self.readers.get(name, ())]
            for name in self.inner
        }

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
        self.grows: dict[int, tuple[str, int]] = {}
        """Node -> what it makes and bytes of a row of it."""
        sizes_bytes = {x: net.tensors[x].nbytes for x in self.dying}
        for at in range(self.first, self.end):
            name = net.works[at].output
            if name and self.dying and (name not in self.inner or self.kept_whole(name)):
                self.grows[at] = name, net.works[at].node.output.row_bytes
                for x, size_bytes in sizes_bytes.items():
                    self.below[x, name] = size_bytes

    def _call(self, at: int, row: int) -> None:
        if at in self.grows:
            self._limit(at, row)
        now = len(self.calls)
        self.calls.append(at)
        self.made[at] = row + 1
        name = self._fills.get(at)
        if name is not None:
            self._open.setdefault(name, now)
            lowest = self._lowest(name)
            held = 1 if at in self._adds_up else row + 1 - lowest
            if held > self.rings[name]:
                self.rings[name] = held
            if lowest > row:
                self.busy[name].append((self._open.pop(name), now))
        for storage in self._reads[at]:
            if storage in self._open and self._lowest(storage) >= self.made[self.inner[storage]]:
                self.busy[storage].append((self._open.pop(storage), now))
        if at in self._ahead:
            self._copy_ahead(at, row)

    def still_open(self, name: str) -> int:
        """Call since which a ring has held rows that are still read, -1 if it holds none."""
        return self._open.get(name, -1)

    def _lowest(self, name: str) -> int:
        """First row of a ring that somebody still reads."""
        made, until, lowest = self.made, self.until, NEVER
        for reader, since in self._since[name]:
            row = made[reader]
            if row < until[reader] and since[row] < lowest:
                lowest = since[row]
        return lowest

    def _limit(self, at: int, row: int) -> None:
        """What row ``row`` of a growing result says about the dying inputs."""
        name, width = self.grows[at]
        row = 0 if at in self._adds_up else row
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
    run.make_all()
    for name, at in run.inner.items():
        whole = run.rows[at]
        # A layer by itself (its result unused) is made whole.
        keep = name in net.viewed or (end == first + 1 and not fed)
        run.rings[name] = whole if keep else min(whole, run.rings[name])
    if fed and any(net.works[c].copies for c, _ in run.readers.get(fed, ())):
        run.rings[fed] = max(2, run.rings[fed])  # copies and new rows are in the arena
    return Streamed(first, end, tuple(run.calls), run.rings, _busy(run), run.below)


@dataclass(frozen=True)
class DemandedRows:
    """Some rows of the last node's result, made on demand.

    Attributes:
        calls: positions of the nodes in the order of their row calls.
        rings: inner storage -> rows held.
        busy: inner storage, or ``scratch_name`` of a node -> stretches of calls.
    """

    calls: tuple[int, ...]
    rings: Mapping[str, int]
    busy: Mapping[str, tuple[Stretch, ...]]


def simulate_rows(net: Network, rows: Sequence[Stretch]) -> DemandedRows:
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
    return DemandedRows(tuple(run.calls), run.rings, busy)


def _busy(run: _Run) -> dict[str, tuple[Stretch, ...]]:
    """When each storage's bytes are in use, as far as that is decided in this segment."""
    calls, final = run.calls, len(run.calls) - 1
    last_call = dict(zip(calls, range(final + 1), strict=True))
    first_call = dict(zip(reversed(calls), range(final, -1, -1), strict=True))
    busy: dict[str, tuple[Stretch, ...]] = {}
    for at in last_call:
        name = run.fed if at == INPUT else run.net.works[at].output
        if name in run.inner and run.rings[name] < run.rows[at]:
            if not (at == INPUT and run.rings[name] == 1):
                busy[name] = tuple(run.busy[name])
        elif name:
            used = [last_call[at], *(last_call[c] for c, _ in run.readers.get(name, ()))]
            busy[name] = ((first_call[at], max(used) if name in run.inner else final),)
    for name in run.dying:
        busy[name] = ((0, max(last_call[c] for c, _ in run.readers[name])),)
    workspaces = {
        at: list[Stretch]()
        for at in last_call
        if at != INPUT and run.net.works[at].scratch_bytes and not run.net.works[at].adds_up
    }
    for index, at in enumerate(calls if workspaces else ()):
        if at in workspaces:
            workspaces[at].append((index, index))
    for at in last_call:
        if at != INPUT and (work := run.net.works[at]).scratch_bytes:
            whole = ((first_call[at], last_call[at]),)
            busy[scratch_name(work.node.name)] = tuple(workspaces.get(at, whole))
    return busy
