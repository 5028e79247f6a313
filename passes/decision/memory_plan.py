# SPDX-License-Identifier: Apache-2.0
"""A memory plan: order, offsets, and what is known about them. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import msgspec

from tvm_tiny.passes.decision.budget import CUT_WORDS, Cut
from tvm_tiny.passes.decision.rewrite import Rewrite

Proof = Literal["any order", "this order", "these segments", "none"]

PROOF_WORDS: Mapping[str, str] = {
    "any order": "layer by layer, in any order",
    "this order": "layers and plain streams in this order",
    "these segments": "these segments",
}
"""Among which plans an arena is proven minimal: copies of rows, patches and blocks are others."""


@dataclass(frozen=True)
class Overlap:
    """An output that lies (partly) over an operand that dies at its node.

    Attributes:
        node: the node.
        operand: the operand tensor, as the node names it.
        output: the output tensor.
        distance_bytes: offset of the output minus offset of the operand.
        safe_bytes: the largest distance that is safe (rows descending: the smallest).
        shared_bytes: bytes that belong to both.
        descending: the rows must run from the last to the first.
    """

    node: str
    operand: str
    output: str
    distance_bytes: int
    safe_bytes: int
    shared_bytes: int
    descending: bool


@dataclass(frozen=True)
class Segment:
    """Nodes whose rows run together.

    ``layer``: one node, all its rows. ``stream``: several, interleaved row by row on demand (see
    ``passes/stream/demand.py``, which gives the schedule for these nodes).

    Attributes:
        kind: how the rows run.
        nodes: node names.
        descending: from the last row to the first.
    """

    kind: Literal["layer", "stream"]
    nodes: tuple[str, ...]
    descending: bool = False


@dataclass(frozen=True)
class MemoryPlan:
    """Where everything lies and when it runs.

    Attributes:
        order: node names in execution order, views included.
        segments: the same in groups whose rows run together.
        offsets: tensor name -> byte offset in the arena, for every tensor that lives there (views
            have their operand's offset; float32 graph inputs and outputs are the caller's memory).
        scratch_offsets: node name -> byte offset of its workspace.
        steps: tensor name -> first and last step at which its bytes are in use: -1 is before the
            first step (inputs), ``len(order)`` after the last (outputs). Views share a lifetime.
        overlaps: outputs placed over dying operands.
        arena_bytes: size of the arena, a multiple of ``alignment_bytes``.
        lower_bound_bytes: no plan of this form needs less, in whatever order the nodes run. The
            form: layer by layer, every layer's rows in one direction (ascending where several
            operands die), outputs over dying operands only where that is allowed, these scratch
            sizes, this alignment. Rows that some reader leaves out are not counted, though plans
            keep them: where they decide, nothing is proven (``passes/memory/unread.py``). Of plans
            with streams: for this order, however it is cut into layers and plain streams (every
            layer once, rings of whole rows, other tensors whole until their last reader); of plans
            with patches, carried windows or blocks of channels: for these segments alone.
        order_bound_bytes: the same for this order and these segments; at least
            ``lower_bound_bytes``.
        live_bytes_per_step: bytes of the arena in use at every step, shared bytes counted once.
        peak_node: the node of the fullest step ("" for a graph without nodes).
        proof: for what ``arena_bytes`` is proven minimal.
        alignment_bytes: of every offset.
        rings: tensor name -> rows that are kept of it: row i lies in slot i % rows.
        fed_input: graph input whose rows the caller hands in, "" for none; the rows that it must
            keep are in ``rings``.
        state_bytes: at the end of the arena, where a row-fed run stands between two calls.
        rewrites: what is done to the graph before it is run this way; nodes and tensors above are
            those of the rewritten graph.
        cut: what stopped the search: "" (nothing: all that it looks at was looked at), ``steps``
            (counted: the same plan on every machine) or ``seconds`` (the clock: the plan need not
            come again).
    """

    order: tuple[str, ...]
    segments: tuple[Segment, ...]
    offsets: Mapping[str, int]
    scratch_offsets: Mapping[str, int]
    steps: Mapping[str, tuple[int, int]]
    overlaps: tuple[Overlap, ...]
    arena_bytes: int
    lower_bound_bytes: int
    order_bound_bytes: int
    live_bytes_per_step: tuple[int, ...]
    peak_node: str
    proof: Proof
    alignment_bytes: int
    rings: Mapping[str, int] = field(default_factory=dict[str, int])
    fed_input: str = ""
    state_bytes: int = 0
    rewrites: tuple[Rewrite, ...] = ()
    cut: Cut = ""

    @property
    def optimal(self) -> bool:
        """Whether the arena is proven minimal, at least for this order (see ``proof``)."""
        return self.proof != "none"

    @property
    def gap_bytes(self) -> int:
        """Arena minus what is proven to be needed for this order; 0 if and only if optimal."""
        return self.arena_bytes - self.order_bound_bytes

    def to_dict(self) -> dict[str, Any]:
        """As plain JSON types."""
        out: dict[str, Any] = msgspec.to_builtins(asdict(self))
        return {**out, "optimal": self.optimal, "gap_bytes": self.gap_bytes}

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> MemoryPlan:
        """The plan that ``to_dict`` wrote.

        Raises:
            msgspec.ValidationError: a field is missing or has the wrong type.
        """
        return msgspec.convert(dict(data), MemoryPlan)

    def __str__(self) -> str:
        """Arena, proof, and a line per tensor in order of its offset."""
        if self.optimal:
            proof = f"minimal for {PROOF_WORDS[self.proof]}"
        else:
            proof = f"not proven minimal, gap {self.gap_bytes} bytes"
        lines = [
            f"arena {self.arena_bytes} bytes, {proof}; any order needs {self.lower_bound_bytes}",
            f"fullest step: {self.peak_node or '-'}",
            *([f"search {CUT_WORDS[self.cut]}"] if self.cut else ()),
            "  offset  steps        tensor",
        ]
        for name in sorted(self.offsets, key=lambda n: (self.offsets[n], self.steps[n])):
            first, last = self.steps[name]
            ring = f" (ring of {self.rings[name]} rows)" if name in self.rings else ""
            lines.append(f"{self.offsets[name]:8d}  {first:4d}..{last:<4d}  {name}{ring}")
        lines += [
            f"{at:8d}  scratch of {name}" for name, at in sorted(self.scratch_offsets.items())
        ]
        lines += [
            f"{o.node}: {o.output} over {o.operand} at {o.distance_bytes:+d}"
            f" (safe {o.safe_bytes:+d}), {o.shared_bytes} bytes shared,"
            f" rows {'descending' if o.descending else 'ascending'}"
            for o in self.overlaps
        ]
        return "\n".join(lines)
