# SPDX-License-Identifier: Apache-2.0
"""Operators that write what lasts from one run to the next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register_planned
from tvm_tiny.operators.fields import AxisField, meeting
from tvm_tiny.operators.forms import Queued
from tvm_tiny.operators.kinds import ANY, Plainly


def _fits(node: Node) -> str | None:
    """The new part has the state's type and is not larger than the state."""
    x, state = node.operands
    if x.dtype == state.dtype and x.size <= state.size:
        return None
    return f"it is {x.dtype}{list(x.shape)} for {state.dtype}{list(state.shape)}"


@register_planned
class Assign(Plainly):
    """ASSIGN_VARIABLE: the state moves up by the size of x, and x takes the end of it.

    Where x is as large as the state, it takes the state's place. Otherwise the state is a queue:
    what was in it first falls out (a window over time, ``passes/state/windows.py``).

    before:  state = [a b c d e],  x = [f g]
    after:   state = [c d e f g]
    """

    name = "assign"
    operand_names = ("x", "state")
    written = (1,)
    updates = True
    form = Queued()
    constraints = (_fits,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[1]

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        """Every type: it moves elements."""
        del node
        return ANY, ANY

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        del node
        return meeting(fields)

    def calls(self, node: Node) -> int:
        del node
        return 1

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.WHOLE, Access.WHOLE)

    def row_call(self, node: Node, row: int) -> RowCall:
        del node, row
        return RowCall(((), ()))

    def kernel(self, node: Node) -> Any:
        x, state = node.operands
        kept = state.size - x.size
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            new = TIR.arg("x", TIR.buffer((x.size,), x.dtype))
            TIR.arg("state", TIR.buffer((state.size,), state.dtype))
            y = TIR.arg("y", TIR.buffer((state.size,), state.dtype))
            with TIR.sblock("root"):
                TIR.reads(new[0 : x.size], y[0 : state.size])
                TIR.writes(y[0 : state.size])
                for size, to, source, first in ((kept, 0, y, x.size), (x.size, kept, new, 0)):
                    if size:
                        with TIR.serial(0, size) as i:
                            TIR.buffer_store(y, source[i + first], [i + to])
        return builder.get()
