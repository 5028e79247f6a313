# SPDX-License-Identifier: Apache-2.0
"""Why a plan's arena is not smaller: what is live at its fullest call, and who needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tvm_tiny.graph import Graph, scratch_name
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.recompute.search import rewritten_scratch
from tvm_tiny.passes.stream.cuts import PossibleSegment, make_piece
from tvm_tiny.passes.stream.network import NEVER, Network, build_network
from tvm_tiny.passes.stream.units import (
    busy_units,
    live_around,
    live_together,
    storage_units,
    units_together,
)

Reason = str
"""Why something is there, in words."""


@dataclass(frozen=True)
class Live:
    """Something that must be in the arena at the fullest call.

    Attributes:
        name: of the tensor, or of the layer whose workspace it is.
        size_bytes: of it.
        reason: who needs it, and how much of it.
    """

    name: str
    size_bytes: int
    reason: Reason


@dataclass(frozen=True)
class Fullest:
    """The call of a plan at which most must be there.

    Attributes:
        segment: number of its segment.
        nodes: that run in it.
        need_bytes: that the call needs at least, bytes shared in place counted once.
        live: what it consists of, largest first.
    """

    segment: int
    nodes: tuple[str, ...]
    need_bytes: int
    live: tuple[Live, ...]


def fullest(
    plan: MemoryPlan, graph: Graph, scratch_bytes: Mapping[str, int] | None = None
) -> Fullest | None:
    """The fullest call of a plan; None of a plan without layers.

    Args:
        plan: of ``graph``.
        graph: the integer graph, as it came.
        scratch_bytes: node name -> workspace in bytes, of the graph as it came.
    """
    new = planned_graph(plan, graph)
    scratch = rewritten_scratch(new, scratch_bytes or {})
    net = build_network(new, plan.order, scratch, plan.fed_input)
    best: Fullest | None = None
    at = 0
    for number, segment in enumerate(plan.segments):
        end = at + len(segment.nodes)
        fed = plan.fed_input if at == 0 else ""
        piece = make_piece(net, at, end, 1, stream=segment.kind == "stream", fed=fed)
        if best is None or piece.weight_units > best.need_bytes:
            live = _live(net, piece, fed)
            best = Fullest(number, segment.nodes, piece.weight_units, live)
        at = end
    return best


def _live(net: Network, piece: PossibleSegment, fed: str) -> tuple[Live, ...]:
    streamed = piece.streamed
    units = {n: busy_units(net, streamed, n, 1) for n in streamed.busy}
    together = live_together(streamed.busy)
    names = max(together, key=lambda n: units_together(units, piece.reach, n), default=[])
    passing = [n for n in live_around(net, streamed.first, streamed.end, fed) if n not in units]
    found = [Live(*_of(net, piece, n), _reason(net, piece, n)) for n in (*names, *passing)]
    return tuple(sorted(found, key=lambda v: (-v.size_bytes, v.name)))


def _of(net: Network, piece: PossibleSegment, name: str) -> tuple[str, int]:
    if name in net.tensors:
        busy = name in piece.streamed.busy
        size = busy_units(net, piece.streamed, name, 1) if busy else storage_units(net, name, 1)
        return net.tensors[name].source or name, size
    work = next(w for w in net.works if scratch_name(w.node.name) == name)
    return work.node.layer or work.node.name, work.scratch_bytes


def _reason(net: Network, piece: PossibleSegment, name: str) -> Reason:
    if name not in net.tensors:
        return "workspace of its kernel"
    streamed = piece.streamed
    last = net.last_use[name]
    if last >= len(net.works):
        return "an output of the model" if net.maker[name] >= 0 else "lasts from run to run"
    reader = net.works[last].node
    who = f"'{reader.layer or reader.name}'"
    if name not in streamed.rings:
        if streamed.first <= last < streamed.end:
            return f"whole, until {who} has read it"
        return f"whole, for {who} behind this segment"
    rows, all_rows = streamed.rings[name], net.tensors[name].rows
    window = _window(net, piece, name)
    return f"{rows} of {all_rows} rows: {who} reads {window} at a call"


def _window(net: Network, piece: PossibleSegment, name: str) -> int:
    """Most rows of a storage that one call of a reader needs."""
    works = net.works[piece.first : piece.end]
    spans = [
        until - since
        for work in works
        for read in work.reads
        if read.storage == name
        for until, since in zip(read.until, read.since, strict=False)
        if since < NEVER
    ]
    return max(spans, default=1)


def in_words(found: Fullest, *, listed: int = 8) -> list[str]:
    """Why the arena is not smaller, a line each."""
    first, last = found.nodes[0], found.nodes[-1]
    where = f"'{first}'" if first == last else f"'{first}' to '{last}'"
    lines = [
        f"not smaller: segment {found.segment}, {where}, needs {found.need_bytes:,} B at once:"
    ]
    lines += [f"  {v.size_bytes:>9,} B  {v.name}: {v.reason}" for v in found.live[:listed]]
    rest = found.live[listed:]
    if rest:
        lines.append(f"  {sum(v.size_bytes for v in rest):>9,} B  in {len(rest)} more")
    return lines
