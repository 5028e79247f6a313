# SPDX-License-Identifier: Apache-2.0
"""Limits that the operator in front can keep itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.operators import lookup
from tvm_tiny.passes.call_node import call_node
from tvm_tiny.passes.tiny_pass import BOOKKEEPING, FunctionRewriter, RewritePass

_PLACE = ("layer", "index")
_SOURCE = "output_source"


@dataclass(frozen=True)
class FuseClip(RewritePass):
    """Make a clip, or a table that is one, the limits of the operator that it follows.

    before:  c = conv2d(x, w, .., activation=[-128, 127])
             y = lut(c, [-8, .., -8, -7, .., 90, .., 90])
    after:   y = conv2d(x, w, .., activation=[-8, 90])

    A Relu or Clip that was quantised apart, with the scale of what it limits (PyTorch's PT2E
    quantiser gives both one scale), comes as such a table.

    Needs:   the operator limits its results last (``Operator.limits``), nobody else reads them; on
             the integers that it makes the table is a clip (``Operator.narrowed``); the model has
             the clipped tensor if it has that before it: what is validated stays so.
    Cost:    none; saves the table, a pass over the tensor, and the tensor before it.
    """

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """Rewrite a clip behind a fitting operator."""
        del variable
        name, kind = _tvm.integer_op_name(call), _tvm.tensor_type(call)
        before = walk.value_of(call.args[0]) if call.args else None
        limiting = _tvm.integer_op_name(before)
        if name is None or kind is None or before is None or limiting is None:
            return None
        if not lookup(limiting).limits:
            return None
        node = call_node(name, call.args, _tvm.call_attrs(call), kind)
        if node is None or walk.uses(call.args[0]) != 1:
            return None
        attrs, clipped = _tvm.call_attrs(before), _tvm.call_attrs(call)
        if attrs.get(_SOURCE) and not clipped.get(_SOURCE):
            return None
        low, high = attrs["activation"]
        limits = lookup(name).narrowed(node, int(low), int(high))
        if limits is None:
            return None
        own = {k: v for k, v in clipped.items() if k in BOOKKEEPING}
        own = {k: v for k, v in own.items() if k not in _PLACE}
        merged = {**attrs, **own, "activation": list(limits)}
        return _tvm.integer_call(limiting, list(before.args), merged)
