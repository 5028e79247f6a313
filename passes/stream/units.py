# SPDX-License-Identifier: Apache-2.0
"""What takes how many units of the arena in a segment, and what is there at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tvm_tiny.graph import scratch_name
from tvm_tiny.passes.memory.bound import best_overlap
from tvm_tiny.passes.memory.storage import Reach
from tvm_tiny.passes.stream.demand import Streamed
from tvm_tiny.passes.stream.network import Network


def storage_units(net: Network, name: str, unit: int) -> int:
    """Units of a whole storage."""
    return max(1, -(-net.sizes_bytes[name][0] // unit))


def ring_units(net: Network, name: str, rows: int, unit: int) -> int:
    """Units of a ring of ``rows`` rows; nothing for the fed rows that are used where they come."""
    return max(1, -(-net.sizes_bytes[name][1] * rows // unit))


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
            most = max(most, total - saved_units(units, live) if live else total)
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
    return sum(units[n] for n in live) - saved_units(units, pairs)


def saved_units(units: Mapping[str, int], pairs: Sequence[tuple[str, str, int]]) -> int:
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


def reach_of(
    net: Network, pair: tuple[str, str], limit: int, above: int | None, unit: int
) -> Reach | None:
    """How far a dying input and a result may overlap; None: they may not.

    Args:
        net: the network.
        pair: the input and the result.
        limit: bytes that the result may start above the input's start, its rows running up.
        above: the safe distance of rows that run down, None if they do not.
        unit: bytes of a unit of the arena.
    """
    y = pair[1]
    if not net.may_overlap(y) or (limit <= -net.sizes_bytes[y][0] and above is None):
        return None
    x_units, y_units = (storage_units(net, n, unit) for n in pair)
    return Reach(
        below_bytes=limit,
        above_bytes=above,
        below=min(y_units, -(limit // unit)),
        above=x_units if above is None else min(x_units, -(-above // unit)),
    )
