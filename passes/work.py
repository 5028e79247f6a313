# SPDX-License-Identifier: Apache-2.0
"""The work of a module, call by call: no graph is needed for a sum."""

from __future__ import annotations

from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import lookup


def module_macs(module: Any) -> int:
    """Multiply-accumulates of all integer calls of ``main`` whose shapes are static."""
    bindings = [b for block in module["main"].body.blocks for b in block.bindings]
    return sum(_macs(b.var, b.value) for b in bindings if hasattr(b, "value"))


def _macs(variable: Any, value: Any) -> int:
    op = _tvm.integer_op_name(value) if isinstance(value, relax.Call) else None
    output = _tensor(variable)
    if op is None or output is None:
        return 0
    operands = [_tensor(arg) for arg in value.args]
    known = tuple(t for t in operands if t is not None)
    if len(known) != len(operands):
        return 0
    return lookup(op).macs(Node("", op, known, output, _tvm.call_attrs(value)))


def _tensor(expr: Any) -> Tensor | None:
    kind = _tvm.tensor_type(expr)
    return Tensor("", tuple(kind[0]), kind[1]) if kind is not None else None
