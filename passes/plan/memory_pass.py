# SPDX-License-Identifier: Apache-2.0
"""The arena planner as a pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.plan.follow import plan_rewritten
from tvm_tiny.passes.plan.on_module import attached_rewrites, with_plan
from tvm_tiny.passes.plan.plan_memory import options_for
from tvm_tiny.passes.tiny_pass import TinyPass


@dataclass(frozen=True)
class PlanMemory(TinyPass):
    """Decide where every tensor lies, and write the decision on ``main``.

    before:  def main(x): y = tvm_tiny.conv2d(x, ...); return y
    after:   R.func_attr({"tvm_tiny.memory_plan": '{"order": ["conv"], "offsets": {...}, ...}'})
             def main(x): y = tvm_tiny.conv2d(x, ...); return y

    Needs integer operators only (what ``extract`` takes). Names are those of ``extract``. After
    ``InPlace`` or ``InplaceDepthwise`` only the outputs they name overlap operands. Replaces a plan
    that is there, but for its patches.
    """

    scratch_bytes: Mapping[str, int] = field(default_factory=dict[str, int])
    options: PlanOptions = field(default_factory=PlanOptions)

    def transform_module(self, mod: Any) -> Any:
        """Attach the plan; see ``plan_memory`` for the errors."""
        options = options_for(mod, self.options)
        plan = plan_rewritten(extract(mod), attached_rewrites(mod), self.scratch_bytes, options)
        return with_plan(mod, plan)
