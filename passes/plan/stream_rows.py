# SPDX-License-Identifier: Apache-2.0
"""Row streaming as a pass: decides which layers run interleaved, row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.plan.follow import scratch_of_layers
from tvm_tiny.passes.plan.on_module import attached_rewrites, with_plan
from tvm_tiny.passes.plan.plan_memory import options_for
from tvm_tiny.passes.plan.segments import plan_segments
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.tiny_pass import TinyPass


@dataclass(frozen=True)
class StreamRows(TinyPass):
    """Choose segments whose layers run row by row, their rings and places; write them on ``main``.

    before:  def main(x): h = tvm_tiny.conv2d(x, ...); y = tvm_tiny.conv2d(h, ...); return y
    after:   R.func_attr({"tvm_tiny.memory_plan":
                 '{"segments": [{"kind": "stream", "nodes": ["h", "y"]}], "rings": {"h": 3}, ...}'})
             def main(x): ... the same ...

    Inside a segment only as many rows of a tensor are kept as are still read (a ring); nothing is
    computed twice. Cost: dispatching each row call (some tens of cycles). Precondition: integer
    operators only (what ``extract`` takes). Replaces a plan that is there, but for its patches
    (``PatchInference``); after ``InPlace`` or ``InplaceDepthwise`` only the outputs they name
    overlap operands.

    Attributes:
        segments: node names (those of ``extract``) in order, a segment each; empty: chosen for the
            least arena, or for ``limit_bytes``.
        limit_bytes: take the fastest plan whose arena keeps to this.
        row_fed: the rows of the only input come one by one.
        scratch_bytes: node name -> workspace of its kernel.
        options: how hard to look.
    """

    segments: tuple[tuple[str, ...], ...] = ()
    limit_bytes: int | None = None
    row_fed: bool = False
    scratch_bytes: Mapping[str, int] = field(default_factory=dict[str, int])
    options: PlanOptions = field(default_factory=PlanOptions)

    def transform_module(self, mod: Any) -> Any:
        """Attach the plan; see ``plan_stream`` and ``plan_segments`` for the errors."""
        kept, options = attached_rewrites(mod), options_for(mod, self.options)
        graph = extract(mod)
        if self.segments:
            plan = plan_segments(
                graph,
                self.segments,
                self.scratch_bytes,
                options,
                row_fed=self.row_fed,
                rewrites=kept,
            )
        else:
            graph = apply_rewrites(graph, kept)
            plan = plan_stream(
                graph,
                scratch_of_layers(graph, self.scratch_bytes),
                options,
                limit_bytes=self.limit_bytes,
                row_fed=self.row_fed,
            )
            plan = replace(plan, rewrites=(*kept, *plan.rewrites))
        return with_plan(mod, plan)
