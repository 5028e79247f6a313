# SPDX-License-Identifier: Apache-2.0
"""Products of two activations on cores with DSP instructions; see ``tvm_tiny_matmul.h``."""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import TwoActivations
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_matmul.h"
_SCALE = ("a_zero_point", "b_zero_point", "multiplier", "shift", "output_zero_point")


class DspMatMul(ScheduleRule):
    """Four columns at a time of a product whose second matrix is transposed."""

    name = "dsp-matmul"
    element_types = frozenset({"int8"})

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept int8 operands, the second transposed; ``func`` is replaced, not transformed."""
        del func, core
        if not isinstance(lookup(node.op).form, TwoActivations):
            return Declined(self.name, "not a product of two activations")
        if not node.attrs["transposed"]:
            return Declined(self.name, "columns of the second matrix do not lie together")
        why = "four columns at a time, the row is widened once for them"
        return Scheduled(_kernel(node), self.name, why, headers=(HEADER,))


def _kernel(node: Node) -> Any:
    a, b = node.operands
    depth, width = a.shape[-1], node.output.shape[-1]
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("a", TIR.buffer((depth,), "int8"))
        matrix = TIR.arg("b", TIR.buffer((b.size,), "int8"))
        y = TIR.arg("y", TIR.buffer((width,), "int8"))
        first = TIR.arg("first", TIR.int32())
        with TIR.sblock("product"):
            TIR.reads(x[0:depth], matrix[0 : b.size])
            TIR.writes(y[0:width])
            pointers = (
                x.access_ptr("r"),
                matrix.access_ptr("r", offset=first),
                y.access_ptr("w"),
            )
            numbers = depth, width, *(node.attrs[k] for k in _SCALE), *node.attrs["activation"]
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_matmul_row", *pointers, *numbers))
    return builder.get()
