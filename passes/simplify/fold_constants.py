# SPDX-License-Identifier: Apache-2.0
"""Operators whose result is known at compile time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Product
from tvm_tiny.operators.value_ranges import Range, any_value
from tvm_tiny.passes.call_node import call_node
from tvm_tiny.passes.tiny_pass import FunctionRewriter, RewritePass


@dataclass(frozen=True)
class FoldConstants(RewritePass):
    """Compute operators on constants, and products whose other operand does not count.

    before:  c = transpose(constant([[1, 2], [3, 4]]), axes=[1, 0])
             y = add(x, c, ..)
             z = mul(y, constant(zero point), ..)      (the first step of an unrolled LSTM)
    after:   y = add(x, constant([[1, 3], [2, 4]]), ..)
             z = constant(zero point)

    Which do: ``Operator.folded``; products where the ends of ``Operator.value_range`` meet.

    Needs:   the result is not an output of the model (an output needs an operator that writes
             it); a quantised float is finite.
    Cost:    none at run time. A result larger than its operands grows flash; above ``max_bytes``
             the operator stays.
    """

    max_bytes: int = 1 << 24

    def rewrite(self, walk: FunctionRewriter, variable: Any, call: Any) -> Any | None:
        """Replace a foldable call by its constant."""
        name, kind = _tvm.integer_op_name(call), _tvm.tensor_type(variable)
        if name is None or kind is None or walk.is_output(variable):
            return None
        shape, dtype = kind
        if np.prod(shape, dtype=object) * np.dtype(dtype).itemsize > self.max_bytes:
            return None
        arrays = [_tvm.constant_value(arg) for arg in call.args]
        node = call_node(name, call.args, _tvm.call_attrs(call), kind)
        if node is None:
            return None
        if all(array is not None and np.all(np.isfinite(array)) for array in arrays):
            result = lookup(name).folded(node)
        elif any(array is not None for array in arrays):
            result = _only_value(node)
        else:
            return None
        if result is None:
            return None
        return _tvm.constant(result.astype(dtype, copy=False).reshape(shape))


def _only_value(node: Node) -> npt.NDArray[Any] | None:
    """The result that a product has for every input, if there is but one; integers only."""
    operator = lookup(node.op)
    if node.output.elements.is_float or not isinstance(operator.form, Product):
        return None
    ranges = [
        any_value(tensor) if tensor.data is None else Range.of(tensor.data)
        for tensor in node.operands
    ]
    found = operator.value_range(node, ranges)
    return np.broadcast_to(found.low, node.output.shape) if np.all(found.constant) else None
