# SPDX-License-Identifier: Apache-2.0
"""LOGISTIC and TANH of int16, two elements at a time.

One element is a chain: a place in the table, two loads, a product, two shifts. On cores that issue
in order two chains side by side cost little more than one. See ``tvm_tiny_kernels.h``.
"""

from __future__ import annotations

from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Sigmoid
from tvm_tiny.schedules.dsp.row_kernels import one_call
from tvm_tiny.schedules.rule import Scheduled, Written
from tvm_tiny.targets import Core


class DspSigmoid(Written):
    """logistic16 and tanh16."""

    name = "dsp-sigmoid"
    element_types = frozenset({"int16"})

    def _declines(self, node: Node, core: Core) -> str:
        del core
        fits = isinstance(lookup(node.op).form, Sigmoid)
        return "" if fits else "not LOGISTIC or TANH of int16"

    def _written(self, node: Node) -> Scheduled:
        size, table = node.output.row_size, node.operands[1]
        form = lookup(node.op).form
        assert isinstance(form, Sigmoid)  # _declines has asked
        func = one_call(
            form.function,
            [("x", size, "int16"), ("table", table.size, "uint16")],
            [("y", size, "int16")],
            (size, node.attrs["multiplier"], node.attrs["shift"]),
        )
        return Scheduled(func, self.name, "two elements at a time, their chains side by side")
