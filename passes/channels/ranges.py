# SPDX-License-Identifier: Apache-2.0
"""Bounds of every channel's int8 values, for every possible input of the model.

Interval arithmetic: every operator says what its arithmetic makes of the ends of the intervals
(``Operator.value_range``). A channel whose ends meet is a constant.
"""

from __future__ import annotations

from typing import Any

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.operators import lookup
from tvm_tiny.operators.value_ranges import Range
from tvm_tiny.passes.channels.program import IntegerCalls


def channel_ranges(program: IntegerCalls) -> dict[Any, Range]:
    """The range of every int8 variable, of parameters too (any value)."""
    known = {v: Range.full(c, Q8.name) for v, c in program.channels.items()}
    for call in program.calls:
        if call.result not in known:
            continue
        operands = [
            Range.of(tensor.data) if tensor.data is not None else known.get(name)
            for name, tensor in zip(call.operands, call.node.operands, strict=True)
        ]
        inner = [r for r in operands if r is not None]
        if len(inner) == len(operands):
            known[call.result] = lookup(call.node.op).value_range(call.node, inner)
    return known
