# SPDX-License-Identifier: Apache-2.0
"""What is negated twice is as it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.passes.tiny_pass import FunctionRewriter, RewritePass


@dataclass(frozen=True)
class NegateTwice(RewritePass):
    """Read what was negated twice where it was.

    before:  a = negate(x, total=-1)
             y = negate(a, total=-1)
    after:   x, wherever y was read

    Needs:   -1 - q of an int8 is one, so nothing was clamped; y is no output that must stay.
    Cost:    none; saves two passes over the tensor.
    """

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """Rewrite the second of two."""
        first = walk.producer(call.args[0], "negate") if call.args else None
        if _tvm.integer_op_name(call) != "negate" or first is None:
            return None
        x = first.args[0]
        exact = all(_tvm.call_attrs(c)["total"] == -1 for c in (first, call))
        return x if exact and walk.can_alias(variable, x) else None


PASSES = [NegateTwice()]
