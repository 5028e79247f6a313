# SPDX-License-Identifier: Apache-2.0
"""Fully connected layers of one row on cores with DSP instructions, without workspace.

``dsp-matrix`` widens its activations once into a workspace; for one vector the workspace would be
larger than the layer's own tensors. Here they are widened as they are read, a group of four for
four output channels at once; see ``tvm_tiny_vector.h``.
"""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.dsp.matrix import COMPACT_HEADER, packed_product, shared_product
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_vector.h"


class DspVector(ScheduleRule):
    """fully_connected of one position: inputs and outputs in multiples of four."""

    name = "dsp-vector"

    def __init__(self, compact: int = 0) -> None:
        """Choose smaller tables.

        Args:
            compact: 1 for tables of two words a channel wherever they hold it, of one where all
                have the same multiplier, and more cycles.
        """
        self.compact = compact

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept what can be packed; ``func`` is replaced, not transformed."""
        del func, core
        form = lookup(node.op).form
        if not isinstance(form, Products) or form.windowed:
            return Declined(self.name, "not a fully connected layer")
        inputs, outputs = node.operands[0].row_size, node.output.row_size
        if node.output.shape[-1] != outputs:
            return Declined(self.name, "several positions in a row")
        if any(t.data is None for t in node.operands[1:]):
            return Declined(self.name, "weights computed at run time")
        if node.operands[0].data is not None:
            return Declined(self.name, "a constant input")
        if inputs % 4 or outputs % 4:
            return Declined(self.name, "inputs or outputs that are no multiple of four")
        shared = shared_product(node) if self.compact else None
        packed = shared or packed_product(node, short=bool(self.compact))
        if isinstance(packed, str):
            return Declined(self.name, packed)
        product, constants = packed
        function = "tvm_tiny_vector_shared" if shared else "tvm_tiny_vector_product"
        return Scheduled(
            _row(node, constants, product.line_shift, function),
            self.name,
            "four channels at a time, activations widened as they are read",
            constants=constants,
            headers=(COMPACT_HEADER, HEADER) if self.compact else (HEADER,),
        )


def _row(node: Node, constants: dict[str, Tensor], line: int, function: str) -> Any:
    inputs, outputs = node.operands[0].row_size, node.output.row_size
    low, high = node.attrs["activation"]
    weights, entries = constants["weight"].size, constants["table"].size
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((inputs,), Q8.name))
        w = TIR.arg("w", TIR.buffer((weights,), "int16"))
        table = TIR.arg("table", TIR.buffer((entries,), "int32"))
        y = TIR.arg("y", TIR.buffer((outputs,), Q8.name))
        with TIR.sblock("product"):
            TIR.reads(x[0:inputs], w[0:weights], table[0:entries])
            TIR.writes(y[0:outputs])
            pointers = *(v.access_ptr("r") for v in (x, w, table)), y.access_ptr("w")
            sizes = inputs // 4, outputs, line
            TIR.evaluate(TIR.call_extern("int32", function, *pointers, *sizes))
            if (low, high) != Q8.limits:
                limits = y.access_ptr("rw"), outputs, low, high
                TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_dsp_clamp", *limits))
    return builder.get()
