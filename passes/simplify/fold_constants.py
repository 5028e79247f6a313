# SPDX-License-Identifier: Apache-2.0
"""Operators whose result is known at compile time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.operators import lookup
from tvm_tiny.passes.call_node import call_node
from tvm_tiny.passes.tiny_pass import FunctionRewriter, RewritePass


@dataclass(frozen=True)
class FoldConstants(RewritePass):
    """Compute operators that only move or recode constants.

    before:  c = transpose(constant([[1, 2], [3, 4]]), axes=[1, 0])
             y = add(x, c, ..)
    after:   y = add(x, constant([[1, 3], [2, 4]]), ..)

    Which do: ``Operator.folded``.

    Needs:   every operand is a constant; the result is not an output of the model (an output
             needs an operator that writes it); a quantised float is finite.
    Cost:    none at run time. A result larger than its operands grows flash; above ``max_bytes``
             the operator stays.
    """

    max_bytes: int = 1 << 24

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """Replace a foldable call by its constant."""
        name, kind = _tvm.integer_op_name(call), _tvm.tensor_type(variable)
        arrays = [_tvm.constant_value(arg) for arg in call.args]
        if name is None or kind is None or walk.is_output(variable):
            return None
        if not all(array is not None and np.all(np.isfinite(array)) for array in arrays):
            return None
        shape, dtype = kind
        if np.prod(shape, dtype=object) * np.dtype(dtype).itemsize > self.max_bytes:
            return None
        node = call_node(name, call.args, _tvm.call_attrs(call), kind)
        result = None if node is None else lookup(name).folded(node)
        if result is None:
            return None
        return _tvm.constant(result.astype(dtype, copy=False).reshape(shape))
