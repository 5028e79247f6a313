# SPDX-License-Identifier: Apache-2.0
"""What lies where in the arena, and when: the plan as the pictures and the report show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tvm_tiny.passes.decision.memory_plan import PROOF_WORDS, MemoryPlan
from tvm_tiny.report.model import Placement, Report, SegmentInfo

if TYPE_CHECKING:
    from tvm_tiny.graph import Graph


@dataclass(frozen=True)
class Stretch:
    """Steps [first, last] of the execution order that run together.

    ``by_rows``: their rows are interleaved, everything in them lives from end to end.
    """

    first: int
    last: int
    by_rows: bool


@dataclass(frozen=True)
class ArenaMap:
    """A plan, ready to be drawn.

    Attributes:
        arena_bytes: height.
        lower_bound_bytes: no plan of this form needs less.
        proof: for what the arena is proven minimal.
        layers: node names in execution order, views included; step i is ``layers[i]``.
        stretches: the segments.
        things: everything that lies in the arena, views left out.
        peak_step: a step of the fullest segment.
    """

    arena_bytes: int
    lower_bound_bytes: int
    proof: str
    layers: tuple[str, ...]
    stretches: tuple[Stretch, ...]
    things: tuple[Placement, ...]
    peak_step: int

    @property
    def at_peak(self) -> list[Placement]:
        """What lies in the arena at the peak, largest first."""
        return at_step(self.things, self.peak_step)

    @property
    def peak_bytes(self) -> int:
        """Bytes in use at the peak, shared bytes counted once."""
        return union_bytes(self.at_peak)

    @property
    def peak_stretch(self) -> int:
        """Number of the fullest segment."""
        hits = [i for i, s in enumerate(self.stretches) if s.first <= self.peak_step <= s.last]
        return hits[0] if hits else 0

    def headline(self) -> str:
        """Arena and lower bound in a line."""
        words = PROOF_WORDS.get(self.proof)
        proof = f"minimal for {words}" if words else "not proven minimal"
        return f"arena {self.arena_bytes:,} B, {proof}; lower bound {self.lower_bound_bytes:,} B"

    def peak_line(self) -> str:
        """Bytes and place of the peak in a line."""
        return f"peak {self.peak_bytes:,} B {self._peak_place()}"

    def _peak_place(self) -> str:
        """The layer, or the segment it belongs to."""
        if not self.stretches:
            return "nowhere"
        stretch = self.stretches[self.peak_stretch]
        names = self.layers[stretch.first], self.layers[stretch.last]
        if not stretch.by_rows:
            return f"at layer {stretch.first} '{names[0]}'"
        return (
            f"in segment {self.peak_stretch}: layers {stretch.first} '{names[0]}' to"
            f" {stretch.last} '{names[1]}', row by row"
        )


def from_plan(
    plan: MemoryPlan, graph: Graph, scratch_bytes: Mapping[str, int] | None = None
) -> ArenaMap:
    """The map of a plan.

    Args:
        plan: of ``graph``.
        graph: the integer graph.
        scratch_bytes: node name -> workspace in bytes.
    """
    placements = tuple(placed(plan, graph, scratch_bytes or {}))
    return ArenaMap(
        plan.arena_bytes,
        plan.lower_bound_bytes,
        plan.proof,
        plan.order,
        _stretches([SegmentInfo(s.kind, list(s.nodes)) for s in plan.segments]),
        tuple(p for p in placements if p.kind != "view"),
        plan.order.index(plan.peak_node) if plan.peak_node else 0,
    )


def from_report(report: Report) -> ArenaMap:
    """The map that a report describes."""
    plan = report.plan
    return ArenaMap(
        report.memory.arena_bytes,
        report.memory.lower_bound_bytes,
        plan.proof,
        tuple(name for s in plan.segments for name in s.layers),
        _stretches(plan.segments),
        tuple(p for p in plan.placements if p.kind != "view"),
        plan.peak_step,
    )


def placed(plan: MemoryPlan, graph: Graph, scratch_bytes: Mapping[str, int]) -> Iterator[Placement]:
    """Tensors, rings, workspaces, and the state of a row-fed run."""
    from tvm_tiny.operators import lookup  # TVM with it: not for who reads a report

    tensors = {t.name: t for t in graph.tensors()}
    views = {n.output.name for n in graph.nodes if lookup(n.op).is_view}
    for name, offset in plan.offsets.items():
        if name not in tensors or name not in plan.steps:
            continue
        tensor, ring = tensors[name], plan.rings.get(name, 0)
        if name == plan.fed_input and ring == 1:
            continue  # used where the caller has it
        kind = "ring" if ring else "view" if name in views else "tensor"
        size = tensor.row_bytes * ring if ring else tensor.nbytes
        first, last = plan.steps[name]
        yield Placement(name, offset, size, first, last, ring, kind, tensor.rows)
    at = {name: i for i, name in enumerate(plan.order)}
    together = {n: s.nodes for s in plan.segments for n in s.nodes}
    for node, offset in plan.scratch_offsets.items():
        first, last = at[together[node][0]], at[together[node][-1]]
        yield Placement(node, offset, scratch_bytes.get(node, 0), first, last, 0, "workspace")
    if plan.state_bytes:
        start = plan.arena_bytes - plan.state_bytes
        yield Placement("run state", start, plan.state_bytes, -1, len(plan.order), 0, "state")


def _stretches(segments: Sequence[SegmentInfo]) -> tuple[Stretch, ...]:
    out: list[Stretch] = []
    at = 0
    for segment in segments:
        if segment.layers:
            end = at + len(segment.layers)
            out.append(Stretch(at, end - 1, segment.kind != "layer"))
            at = end
    return tuple(out)


def at_step(things: Sequence[Placement], step: int) -> list[Placement]:
    """What lies in the arena at a step, largest first."""
    here = [p for p in things if p.first_step <= step <= p.last_step and p.bytes]
    return sorted(here, key=lambda p: (-p.bytes, p.offset, p.tensor))


def union_bytes(things: Sequence[Placement]) -> int:
    """Bytes of the union of these places."""
    total = reached = 0
    for thing in sorted(things, key=lambda p: p.offset):
        end = thing.offset + thing.bytes
        total += max(0, end - max(thing.offset, reached))
        reached = max(reached, end)
    return total


def described(thing: Placement) -> str:
    """What a thing is: ``ring of 3 of 96 rows``."""
    if thing.kind == "ring":
        return f"ring of {thing.ring_rows} of {thing.rows} rows"
    return {"state": "kept between calls"}.get(thing.kind, thing.kind)
