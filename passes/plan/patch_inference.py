# SPDX-License-Identifier: Apache-2.0
"""Patch-based inference as a pass: layers run tile by tile, what tiles share is computed again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.plan.follow import follow_plan, plan_rewritten
from tvm_tiny.passes.plan.on_module import attached_plan, with_plan
from tvm_tiny.passes.plan.plan_memory import options_for
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.tiny_pass import TinyPass


@dataclass(frozen=True)
class PatchInference(TinyPass):
    """Choose layers that run as patches, and places for what is left; write them on ``main``.

    before:  def main(x): h = tvm_tiny.conv2d(x, ...); y = tvm_tiny.conv2d(h, ...); return y
    after:   R.func_attr({"tvm_tiny.memory_plan": '{"rewrites": [{"kind": "patch",
                 "nodes": ["h", "y"], "rows": 2, "tiles": 3, ...}], ...}'})
             def main(x): ... the same ...

    A patch makes ``rows`` rows of its last layer's result at a call, one of ``tiles`` tiles across
    the width after another. Inside, layers run row by row on demand and keep only rows of a tile's
    width. Results are the same, to the bit.

    Cost: halos. For w columns (or h rows) of a result, a layer of kernel k, stride s and dilation d
    reads (w - 1) s + (k - 1) d + 1 columns, whatever lies in the padding left out; the layer that
    makes them computes that many, and so on back to the first. Neighbouring tiles compute
    max(0, (k - 1) d + 1 - s) columns of it twice, neighbouring bands as many rows.
    ``MemoryPlan.rewrites`` and the report say what a patch costs in multiply-accumulates.

    Preconditions: integer operators only (what ``extract`` takes). Layers of a patch make NHWC
    tensors of one image with windows or element by element (convolutions, pooling, additions,
    tables, concatenations of channels); nobody else reads what they make but the last; ``rows``
    divides the rows of the result.

    A plan that is there (``PlanMemory``, ``StreamRows``) keeps its order and segments when patches
    are given; a patch runs where its last layer ran. Planned after it, ``StreamRows`` and
    ``PlanMemory`` keep the patches.

    Attributes:
        patches: (node names as in ``extract``, rows, tiles) each; empty: chosen, together with
            streams, for the least arena or for ``limit_bytes``.
        limit_bytes: where patches are chosen, no more than it takes for an arena of this.
        recompute: where patches are chosen, multiply-accumulates that they may add, as a share of
            the model's.
        row_fed: where patches are chosen, the rows of the only input come one by one.
        scratch_bytes: node name -> workspace of its kernel.
        options: how hard to look.
    """

    patches: tuple[tuple[tuple[str, ...], int, int], ...] = ()
    limit_bytes: int | None = None
    recompute: float = 0.25
    row_fed: bool = False
    scratch_bytes: Mapping[str, int] = field(default_factory=dict[str, int])
    options: PlanOptions = field(default_factory=PlanOptions)

    def transform_module(self, mod: Any) -> Any:
        """Attach the plan.

        Raises:
            UsageError: layers that cannot be patched, all of them; otherwise see ``plan_stream``.
        """
        graph, options = extract(mod), options_for(mod, self.options)
        if self.patches:
            plan = self._given(graph, attached_plan(mod), options)
        else:
            plan = plan_stream(
                graph,
                self.scratch_bytes,
                options,
                limit_bytes=self.limit_bytes,
                row_fed=self.row_fed,
                recompute=self.recompute,
            )
        return with_plan(mod, plan)

    def _given(self, graph: Graph, known: MemoryPlan | None, options: PlanOptions) -> MemoryPlan:
        before = known.rewrites if known else ()
        rewrites = _checked(graph, before, self.patches)
        if known is None:
            return plan_rewritten(graph, rewrites, self.scratch_bytes, options)
        return follow_plan(graph, known, rewrites, self.scratch_bytes, options)


def _checked(
    graph: Graph,
    before: tuple[Rewrite, ...],
    patches: tuple[tuple[tuple[str, ...], int, int], ...],
) -> tuple[Rewrite, ...]:
    """The patches as rewrites; every one that does not fit is reported."""
    done: tuple[Rewrite, ...] = ()
    problems: list[Problem] = []
    for nodes, rows, tiles in patches:
        rewrite = Rewrite("patch", tuple(nodes), rows, tiles)
        try:
            apply_rewrites(graph, (*before, *done, rewrite))
        except UsageError as error:
            problems += error.problems
        else:
            done = (*done, rewrite)
    if problems:
        raise UsageError("these layers cannot run as patches", tuple(problems))
    return done
