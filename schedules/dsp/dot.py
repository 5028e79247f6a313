# SPDX-License-Identifier: Apache-2.0
"""Fully connected layers of one long row on cores with DSP instructions; see ``tvm_tiny_dot.h``.

What ``dsp-vector`` does not take (sums of more than 24 bits, outputs that are no multiple of four)
``dsp-matrix`` does with four bytes of workspace an input. For a long row that is more than all
else in the arena: here nothing is widened ahead.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.dsp.recurrent import by_words
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_dot.h"
_SHORT = 256
"""Up to here the workspace of ``dsp-matrix`` is small."""


class DspDot(ScheduleRule):
    """fully_connected of one position with many inputs."""

    name = "dsp-dot"
    element_types = frozenset({"int8"})

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept constant int8 weights; ``func`` is replaced, not transformed."""
        del func, core
        form = lookup(node.op).form
        if not isinstance(form, Products) or form.windowed:
            return Declined(self.name, "not a fully connected layer")
        inputs, outputs = node.operands[0].row_size, node.output.row_size
        if inputs <= _SHORT or node.output.shape[-1] != outputs:
            return Declined(self.name, f"{inputs} inputs, or several positions in a row")
        constants = dot_constants(node)
        if constants is None:
            return Declined(self.name, "weights computed at run time")
        if node.operands[0].data is not None:
            return Declined(self.name, "a constant input")
        func = _kernel(node, constants)
        why = "activations widened as they are read, sums of 32 bits"
        return Scheduled(func, self.name, why, constants=constants, headers=(HEADER,))


def dot_constants(node: Node) -> dict[str, Tensor] | None:
    """Weights, those of four outputs word by word; and bias, multiplier, shift of every output."""
    weight, bias, multiplier, shift = (t.data for t in node.operands[1:])
    if weight is None or bias is None or multiplier is None or shift is None:
        return None
    if weight.dtype != Q8.numpy or bias.dtype != np.int32:
        return None
    wide = weight.astype(np.int64) - int(node.attrs["weight_zero_point"])
    if not Q8.holds(wide):
        return None
    narrow = wide.astype(Q8.numpy)
    fours = len(narrow) // 4 * 4
    groups = narrow[:fours].reshape(-1, 4, narrow.shape[1]).transpose(1, 0, 2)
    packed = [by_words(groups).reshape(-1), narrow[fours:].reshape(-1)]
    sums = bias.astype(np.int64) - int(node.attrs["input_zero_point"]) * wide.sum(1)
    table = np.stack([_wrapped(sums), multiplier, shift], axis=1).astype(np.int32)
    named = {"weight": np.concatenate(packed), "table": table.reshape(-1)}
    return {
        role: Tensor(f"{node.name}_{role}", a.shape, a.dtype.name, data=np.ascontiguousarray(a))
        for role, a in named.items()
    }


def _wrapped(sums: Any) -> Any:
    """Modulo 2^32, as the sum that they are part of."""
    return (sums + (1 << 31)) % (1 << 32) - (1 << 31)


def _kernel(node: Node, constants: dict[str, Tensor]) -> Any:
    inputs, outputs = node.operands[0].row_size, node.output.row_size
    low, high = node.attrs["activation"]
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((inputs,), Q8.name))
        w, table = (TIR.arg(k, TIR.buffer((t.size,), t.dtype)) for k, t in constants.items())
        y = TIR.arg("y", TIR.buffer((outputs,), Q8.name))
        with TIR.sblock("product"):
            TIR.reads(x[0:inputs], w[0 : w.shape[0]], table[0 : table.shape[0]])
            TIR.writes(y[0:outputs])
            pointers = *(v.access_ptr("r") for v in (x, w, table)), y.access_ptr("w")
            numbers = inputs, outputs, node.attrs["output_zero_point"], low, high
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_dot_row", *pointers, *numbers))
    return builder.get()
