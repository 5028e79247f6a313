# SPDX-License-Identifier: Apache-2.0
"""All segments that end at one position, weighed from one order of calls.

The order of the calls of a segment holds for every shorter one that ends at the same position
(``calls.py``), and with it the rows that rings hold and when. So the order is found once and the
nodes are added from the last to the first: each adds its ring, workspace and results to what is in
use at every call. The weights are those of ``cuts.make_piece``, which simulates a segment alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from tvm_tiny.graph import Node
from tvm_tiny.passes.memory.bound import best_overlap
from tvm_tiny.passes.memory.storage import Reach
from tvm_tiny.passes.stream.calls import INPUT, CallOrder
from tvm_tiny.passes.stream.network import NEVER, Network, NodeWork, Read
from tvm_tiny.passes.stream.units import reach_of, ring_units, saved_units, storage_units

Calls = npt.NDArray[np.int64]
"""Indices of calls, ascending, or units at every call."""

KNOWN_NODES = 12
"""Longer windows are not remembered."""


@dataclass(frozen=True)
class Weight:
    """What is known of a segment without simulating it alone.

    Attributes:
        first: position of the first node.
        calls: row calls.
        ring_units: of all rings together.
        reach: (dying input, result) -> how far they may overlap.
        units: memory while it runs, but for what only passes by.
    """

    first: int
    calls: int
    ring_units: int
    reach: dict[tuple[str, str], Reach]
    units: int


@dataclass(frozen=True)
class _Made:
    """A result that may grow over a dying input: its maker, its units, when it is in use."""

    name: str
    at: int
    units: int
    begins: Calls
    ends: Calls


@dataclass
class _Dying:
    """An input that is used up: its units, who reads it here, the last call that does."""

    units: int
    readers: dict[int, Read]
    until: int = -1


class Sweep:
    """The segments between a position and an end.

    Attributes:
        calls: row calls of the longest.
    """

    def __init__(self, net: Network, unit: int, first: int, end: int, fed: str) -> None:
        """Find the order; ``fed`` is the graph input that the first node reads by rows, or ""."""
        self._net, self._unit, self._first, self._end, self._fed = net, unit, first, end, fed
        order = CallOrder(net, first, end, fed)
        order.make_all()
        self._order, self.calls = order, len(order.calls)
        self._times = _times(order.calls, [*([INPUT] if fed else []), *range(first, end)])
        self._level: Calls = np.zeros(self.calls, np.int64)
        self._ring_units = self._calls = 0
        self._results: list[_Made] = []
        self._dying: dict[str, _Dying] = {}
        self._limits: dict[tuple[str, str], int] = {}
        self._saves: dict[tuple[str, str], _Made] = {}

    def weights(
        self, wanted: Iterable[int], most: Callable[[int], float] = lambda _: inf
    ) -> Iterator[Weight]:
        """The segments that begin at these positions, the last first.

        Of those that weigh more than ``most`` says for a position ``reach`` is left empty.
        """
        asked = set(wanted)
        for at in range(self._end - 1, self._first - 1, -1):
            self._enter(at)
            if at in asked:
                if self._fed and not at:
                    self._ring(INPUT, self._fed)
                    self._calls += len(self._times[INPUT])
                units = self._most()
                reach = self._reaches() if units <= most(at) else {}
                yield Weight(at, self._calls, self._ring_units, reach, units)

    def _enter(self, at: int) -> None:
        """One node more at the beginning."""
        work, times = self._net.works[at], self._times[at]
        self._calls += len(times)
        if not len(times):
            return
        if work.output:
            self._drop(work.output)
            if self._net.last_use[work.output] < self._end:
                self._ring(at, work.output)
            else:
                units = storage_units(self._net, work.output, self._unit)
                self._whole(at, work.output, units, self.calls - 1, grows=True)
        if work.scratch_bytes:
            units = -(-work.scratch_bytes // self._unit)
            if work.adds_up:
                self._level[times[0] : times[-1] + 1] += units
            else:
                self._level[times] += units
        for read in work.reads:
            self._read(at, read)

    def _read(self, at: int, read: Read) -> None:
        """One reader more of what may die in the segment."""
        net, name = self._net, read.storage
        if name not in net.tensors or net.last_use[name] >= self._end or name == self._fed:
            return
        if name not in self._dying:
            self._dying[name] = _Dying(storage_units(net, name, self._unit), {})
        dying = self._dying[name]
        dying.readers[at] = read
        until = int(self._times[at][-1])
        if until > dying.until:
            self._level[dying.until + 1 : until + 1] += dying.units
            dying.until = until
        for made in self._results:
            self._pair(name, made, at, read)

    def _drop(self, name: str) -> None:
        """It is made in the segment now."""
        dying = self._dying.pop(name, None)
        if dying is not None:
            self._level[: dying.until + 1] -= dying.units
            for made in self._results:
                self._limits.pop((name, made.name), None)
                self._saves.pop((name, made.name), None)

    def _whole(self, at: int, name: str, units: int, until: int, *, grows: bool) -> None:
        begin = int(self._times[at][0])
        self._level[begin : until + 1] += units
        if grows:
            self._add_result(_Made(name, at, units, np.array([begin]), np.array([until])))

    def _ring(self, at: int, name: str) -> None:
        """What is made and used up inside, in use while a row of it is still read."""
        order, whole = self._order, self._order.rows[at]
        readers = order.readers.get(name, ())
        copied = at == INPUT and any(self._net.works[c].copies for c, _ in readers)
        begins, ends, held = self._stretches(at, readers)
        least = 2 if copied else 1
        rows = whole if name in self._net.viewed else max(least, min(whole, held))
        units = ring_units(self._net, name, rows, self._unit)
        self._ring_units += units
        grows = at != INPUT and order.kept_whole(name)
        if rows >= whole:
            until = max(int(self._times[c][-1]) for c in (at, *(c for c, _ in readers)))
            self._whole(at, name, units, until, grows=grows)
        elif at != INPUT or rows > 1:  # a single fed row is used where the caller has it
            change = np.zeros(self.calls + 1, np.int64)
            change[begins] += units
            change[ends + 1] -= units
            self._level += np.cumsum(change[:-1])
            if grows:
                self._add_result(_Made(name, at, units, begins, ends))

    def _stretches(self, at: int, readers: Sequence[tuple[int, Read]]) -> tuple[Calls, Calls, int]:
        """When a ring is in use (first and last calls), and the rows that it holds at most."""
        made = self._times[at]
        calls = np.concatenate([made, *(self._times[c] for c, _ in readers)])
        calls.sort()
        rows = np.searchsorted(made, calls, "right")
        lowest = np.full(len(calls), NEVER, np.int64)
        for reader, read in readers:
            done = np.searchsorted(self._times[reader], calls, "right")
            np.minimum(lowest, read.arrays["since"][done], out=lowest)
        makes = np.zeros(len(calls), np.bool_)
        makes[np.searchsorted(calls, made)] = True
        empty = lowest >= rows
        before = np.concatenate([[True], empty[:-1]])
        begins, ends = calls[makes & before], calls[empty & (makes | ~before)]
        adds_up = at != INPUT and self._net.works[at].adds_up
        held = 1 if adds_up else int((rows - lowest)[makes].max())
        return begins, ends, max(1, held)

    def _reaches(self) -> dict[tuple[str, str], Reach]:
        """(dying input, result) of the last segment -> how far they may overlap."""
        dying = sorted(self._dying, key=self._entered)
        pairs = [(name, made.name) for made in self._results for name in dying]
        return {pair: how for pair in pairs if (how := self._how(pair)) is not None}

    def _entered(self, name: str) -> tuple[int, int]:
        """Its first reader, and where among what that reads."""
        reader = min(self._dying[name].readers)
        reads = [r.storage for r in self._net.works[reader].reads]
        return reader, reads.index(name)

    def _add_result(self, made: _Made) -> None:
        self._results.insert(0, made)
        for name, dying in self._dying.items():
            for at, read in dying.readers.items():
                self._pair(name, made, at, read)

    def _pair(self, name: str, made: _Made, at: int, read: Read) -> None:
        """What a reader says of how far an input and a result may overlap, and what that saves."""
        makes, reads = self._times[made.at], self._times[at]
        if reads[-1] < makes[0]:
            return  # it has read everything before
        pair, exact = (name, made.name), read.exact and at == made.at
        limit = _limit(self._net.works[made.at], makes, reads, read, exact)
        self._limits[pair] = min(limit, self._limits.get(pair, limit))
        self._saves[pair] = made

    def _how(self, pair: tuple[str, str]) -> Reach | None:
        whole = self._net.sizes_bytes[pair[0]][0]
        limit = min(whole, self._limits.get(pair, whole))
        return reach_of(self._net, pair, limit, None, self._unit)

    def _most(self) -> int:
        """Units at the fullest call, less what inputs and results share there."""
        if not self._saves:
            return int(self._level.max(initial=0))
        marks = {0, self.calls}
        units: dict[str, int] = {}
        saves: list[tuple[str, str, int]] = []
        for (name, result), made in self._saves.items():
            how, dying = self._how((name, result)), self._dying[name]
            if how is not None and (saved := best_overlap(dying.units, made.units, how)):
                saves.append((name, result, saved))
                marks |= {dying.until + 1, *made.begins.tolist(), *(made.ends + 1).tolist()}
                units[name], units[result] = dying.units, made.units
        edges = sorted(marks)
        tops = np.maximum.reduceat(self._level, edges[:-1]).tolist()
        most = 0
        for begin, top in sorted(zip(edges, tops, strict=False), key=lambda t: -t[1]):
            if top <= most:
                break
            live = [
                save
                for save in saves
                if begin <= self._dying[save[0]].until and _in_use(self._saves[save[:2]], begin)
            ]
            most = max(most, top - saved_units(units, live))
        return most


Known = dict[Hashable, tuple[int, tuple[Weight, ...]]]
"""What windows of nodes weighed before, from their first position on, and the calls of the longest:
graphs that share most of their nodes ask for most of them again."""


def swept(
    net: Network,
    unit: int,
    span: tuple[int, int],
    most: Mapping[int, float],
    fed: str,
    known: Known,
) -> tuple[int, list[Weight]]:
    """Row calls of the longest segment, and the weights of those that begin at some positions.

    Args:
        net: the network.
        unit: bytes of a unit of the arena.
        span: position of the first node and the one behind the last.
        most: first positions, and up to which weight it matters how far things may overlap.
        fed: graph input that the first node reads by rows, or "".
        known: what was weighed before; it is added to.
    """
    first, end = span
    if end - first > KNOWN_NODES:
        sweep = Sweep(net, unit, first, end, fed)
        return sweep.calls, list(sweep.weights(most, most.__getitem__))
    key = _signature(net, first, end, fed)
    if key not in known:
        sweep = Sweep(net, unit, first, end, fed)
        found = tuple(replace(w, first=w.first - first) for w in sweep.weights(range(first, end)))
        known[key] = sweep.calls, found
    calls, found = known[key]
    return calls, [replace(w, first=w.first + first) for w in found if w.first + first in most]


def _signature(net: Network, first: int, end: int, fed: str) -> Hashable:
    """Everything that the weights of a window's segments depend on."""
    parts: list[Hashable] = [fed]
    for work in net.works[first:end]:
        parts += (_content(work.node), work.output, work.rows, work.scratch_bytes)
        parts += (work.adds_up, work.copies, work.output in net.viewed)
        if work.output:
            parts += (net.last_use[work.output] < end, net.may_overlap(work.output))
        for name in (r.storage for r in work.reads):
            parts += (name, net.sizes_bytes.get(name), net.maker[name] >= first)
            parts.append(net.last_use.get(name, end) < end)
    return tuple(parts)


_CONTENTS: WeakKeyDictionary[Node, Hashable] = WeakKeyDictionary()


def _content(node: Node) -> Hashable:
    """What the rows that a node reads depend on; rewritten graphs make equal nodes anew."""
    if node not in _CONTENTS:
        tensors = tuple((t.name, t.shape, t.dtype) for t in (*node.operands, node.output))
        attrs = tuple(
            (key, value if isinstance(value, (int, float, str)) else repr(value))
            for key, value in sorted(node.attrs.items())
        )
        _CONTENTS[node] = node.op, tensors, attrs
    return _CONTENTS[node]


def passing_units(net: Network, end: int, unit: int) -> list[int]:
    """Units of what is made before every position and needed at an end or behind it."""
    made, last, sizes_bytes = net.lives_array
    needed = last >= end
    units = np.maximum(1, -(-sizes_bytes[needed] // unit))
    counts = np.bincount(made[needed], units, len(net.works) + 1)
    return np.cumsum(counts).astype(np.int64).tolist()


def _times(calls: Sequence[int], positions: Sequence[int]) -> dict[int, Calls]:
    """Position -> its calls."""
    found = np.asarray(calls, np.int64)
    order = np.argsort(found, kind="stable")
    edges = np.searchsorted(found[order], [*positions, positions[-1] + 1])
    return {p: order[edges[i] : edges[i + 1]] for i, p in enumerate(positions)}


def _in_use(made: _Made, call: int) -> bool:
    at = int(np.searchsorted(made.begins, call, "right")) - 1
    return at >= 0 and call <= int(made.ends[at])


def _limit(work: NodeWork, makes: Calls, reads: Calls, read: Read, exact: bool) -> int:
    """How far above an input's start a result may start: its rows lie below what is still read.

    Args:
        work: what makes the result.
        makes: its calls.
        reads: those of a reader of the input.
        read: how it reads.
        exact: both are one node, which may write its row exactly over the row that it reads.
    """
    width = work.node.output.row_bytes
    row = np.arange(len(makes))
    done = np.searchsorted(reads, makes, "left")
    if work.adds_up:
        row = np.zeros_like(row)
    limit = NEVER
    if exact:
        limit = int((read.arrays["starts"][row] - row * width).min())
        done = row + 1
    since = read.arrays["since_bytes"][done]
    still = since < NEVER
    if still.any():
        limit = min(limit, int((since - (row + 1) * width)[still].min()))
    return limit
