# SPDX-License-Identifier: Apache-2.0
"""A placed path as plain data: bytes and names instead of units and positions."""

from __future__ import annotations

from collections.abc import Mapping

from tvm_tiny.graph import Node, scratch_name
from tvm_tiny.passes.decision.memory_plan import MemoryPlan, Overlap, Proof, Segment
from tvm_tiny.passes.stream.cuts import Cuts, PossibleSegment
from tvm_tiny.passes.stream.network import Network
from tvm_tiny.passes.stream.placing import Placed

_STATE_HEAD_BYTES = 12


def frozen_plan(cuts: Cuts, placed: Placed, least: int | None) -> MemoryPlan:
    """Back from units and positions to bytes and names.

    Args:
        cuts: of which the path is one.
        placed: the path with places.
        least: units that every path needs, as far as plain segments go; None: the segments were
            given, nothing is known about others.
    """
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
    state = _state_bytes(net, placed) if cuts.fed else 0
    return MemoryPlan(
        order=names,
        segments=segments,
        offsets=offsets,
        scratch_offsets=_scratch_offsets(net, placed, start, unit),
        steps=_steps(net, placed),
        overlaps=overlaps,
        arena_bytes=placed.units * unit + state,
        lower_bound_bytes=(placed.bound if least is None else least) * unit + state,
        order_bound_bytes=placed.bound * unit + state,
        live_bytes_per_step=live,
        peak_node=names[live.index(max(live))] if live else "",
        proof=_proof(placed, least),
        alignment_bytes=unit,
        rings=rings,
        fed_input=cuts.fed,
        state_bytes=state,
    )


def _state_bytes(net: Network, placed: Placed) -> int:
    """Mark, counts and one count a layer of the longest stream (``struct stream_state``)."""
    spans = [range(p.first, p.end) for p in placed.path if p.stream]
    nodes = max(sum(_layers(net.works[at].node) for at in span) for span in spans)
    return -(-(_STATE_HEAD_BYTES + 2 * nodes) // 4) * 4


def _layers(node: Node) -> int:
    """Layers of the model that a node stands for."""
    return len(node.attrs["geometry"].nodes) if node.op == "patch" else 1


def _proof(placed: Placed, least: int | None) -> Proof:
    if placed.units == least:
        return "this order"
    return "these segments" if placed.units == placed.bound else "none"


def _scratch_offsets(
    net: Network, placed: Placed, start: Mapping[str, int], unit: int
) -> dict[str, int]:
    """Node name -> its workspace."""
    names = [w.node.name for p in placed.path for w in net.works[p.first : p.end]]
    return {n: start[key] * unit for n in names if (key := scratch_name(n)) in start}


def _segment(net: Network, piece: PossibleSegment, down: set[str]) -> Segment:
    first, end = piece.first, piece.end
    works = net.works[first:end]
    names = tuple(w.node.name for w in works)
    if piece.stream and any(w.rows for w in works):  # views alone make no rows
        return Segment("stream", names)
    return Segment("layer", names, names[0] in down)


def _steps(net: Network, placed: Placed) -> dict[str, tuple[int, int]]:
    """First and last step of every tensor; in a stream everything lives from end to end."""
    begin: dict[int, int] = {}
    final: dict[int, int] = {}
    for piece in placed.path:
        for at in range(piece.first, piece.end):
            begin[at], final[at] = piece.first, piece.end - 1
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
        calls = max(1, piece.calls)
        spans = sorted(
            (start, start + item.units)
            for item, start in zip(placed.items, placed.starts, strict=True)
            if item.first < base + calls and item.last >= base
        )
        total = reached = 0
        for low, high in spans:
            total += max(0, high - max(low, reached))
            reached = max(reached, high)
        out += [total * unit] * (piece.end - piece.first)
        base += piece.calls
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
