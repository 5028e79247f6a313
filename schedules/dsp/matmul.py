# SPDX-License-Identifier: Apache-2.0
"""Products of two activations on cores with DSP instructions; see ``tvm_tiny_matmul.h``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import TwoActivations
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_matmul.h"
_SCALE = ("a_zero_point", "b_zero_point", "multiplier", "shift", "output_zero_point")


_DEEPEST = 16512
"""Twice the sum of so many products of 255 by 255 fits 32 bits."""
_INT32_MAX = (1 << 31) - 1


class DspMatMul(ScheduleRule):
    """Two rows by two columns, or four columns, of a product by a transposed second matrix."""

    name = "dsp-matmul"
    element_types = frozenset({"int8"})

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept int8 operands, the second transposed; ``func`` is replaced, not transformed."""
        del func, core
        if not isinstance(lookup(node.op).form, TwoActivations):
            return Declined(self.name, "not a product of two activations")
        if not node.attrs["transposed"]:
            return Declined(self.name, "columns of the second matrix do not lie together")
        why_not = _not_by_pairs(node)
        if not why_not:
            why = "two rows, widened once, by two columns"
            size = _scratch_bytes(node)
            func = _by_pairs(node, size)
            return Scheduled(func, self.name, why, scratch_bytes=size, headers=(HEADER,))
        why = f"four columns at a time, the row is widened once for them ({why_not})"
        return Scheduled(_kernel(node), self.name, why, headers=(HEADER,))


def _eights(node: Node) -> int:
    return -(-node.operands[0].shape[-1] // 8)


def _scratch_bytes(node: Node) -> int:
    """Two rows as half words and two words more, two columns and a word each, four results."""
    return 32 * _eights(node) + 8 + 16 * _eights(node) + 8 + 4


def _not_by_pairs(node: Node) -> str:
    """Why two by two would not do; "": it would."""
    a, b = node.operands
    depth, pitch, attrs = a.shape[-1], b.shape[-1], node.attrs
    if attrs["shift"] > -1:
        return "a multiplier of at least one half"
    if depth > _DEEPEST:
        return "sums of more than 31 bits"
    furthest = 255 * 255 * depth + abs(_rounding(attrs))
    if furthest > _INT32_MAX:
        return "a rescaling that needs more than 32 bits"
    return "" if 8 * _eights(node) + 4 <= 2 * pitch else "columns are shorter than what is read"


def _rounding(attrs: Mapping[str, Any]) -> int:
    """Half of the last step and the zero point, 128 added."""
    shift = -attrs["shift"]
    return (1 << (shift - 1)) + ((attrs["output_zero_point"] + 128) << shift)


def _by_pairs(node: Node, scratch_bytes: int) -> Any:
    a, b = node.operands
    depth, pitch, attrs = a.shape[-1], b.shape[-1], node.attrs
    rows, width = a.row_size // depth, node.output.shape[-1]
    size = rows * width
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("a", TIR.buffer((rows * depth,), Q8.name))
        matrix = TIR.arg("b", TIR.buffer((b.size,), Q8.name))
        scratch = TIR.arg("scratch", TIR.buffer((scratch_bytes // 4,), "int32"))
        y = TIR.arg("y", TIR.buffer((size,), Q8.name))
        first = TIR.arg("first", TIR.int32())
        with TIR.sblock("product"):
            TIR.reads(x[0 : rows * depth], matrix[0 : b.size])
            TIR.writes(y[0:size], scratch[0 : scratch_bytes // 4])
            pointers = (
                x.access_ptr("r"),
                matrix.access_ptr("r", offset=first),
                scratch.access_ptr("rw"),
                y.access_ptr("w"),
            )
            zeros = attrs["a_zero_point"], attrs["b_zero_point"]
            scale = attrs["multiplier"], _rounding(attrs), -attrs["shift"]
            numbers = rows, depth, pitch, width, *zeros, *scale, *attrs["activation"]
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_matmul_rows", *pointers, *numbers))
    return builder.get()


def _kernel(node: Node) -> Any:
    a, b = node.operands
    depth, width = a.shape[-1], node.output.shape[-1]
    rows = a.row_size // depth
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("a", TIR.buffer((rows * depth,), Q8.name))
        matrix = TIR.arg("b", TIR.buffer((b.size,), Q8.name))
        y = TIR.arg("y", TIR.buffer((rows * width,), Q8.name))
        first = TIR.arg("first", TIR.int32())
        with TIR.serial(0, rows) as p, TIR.sblock("product"):
            r = TIR.axis.spatial(rows, p)
            TIR.reads(x[r * depth : r * depth + depth], matrix[0 : b.size])
            TIR.writes(y[r * width : r * width + width])
            pointers = (
                x.access_ptr("r", offset=r * depth),
                matrix.access_ptr("r", offset=first),
                y.access_ptr("w", offset=r * width),
            )
            scale = (node.attrs[k] for k in _SCALE)
            numbers = depth, b.shape[-1], width, *scale, *node.attrs["activation"]
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_matmul_row", *pointers, *numbers))
    return builder.get()
