# SPDX-License-Identifier: Apache-2.0
"""Depthwise convolutions on cores without DSP instructions: addresses of taps, one sum at a time.

See ``tvm_tiny_small.h``. Taps outside the tensor count as zero points, which are part of the bias;
requantisation is that of the matrix products.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.any_core.small_matrix import HEADER, clamp, operands_reason, pack
from tvm_tiny.schedules.rule import Scheduled, Written, packed_tensors
from tvm_tiny.targets import Core

_MOST_TAPS = 64  # TVM_TINY_SMALL_TAPS


class SmallDepthwise(Written):
    """depthwise_conv2d of up to 64 taps."""

    name = "small-depthwise"

    def _declines(self, node: Node, core: Core) -> str:
        del core
        return _reason(node)

    def _written(self, node: Node) -> Scheduled | str:
        weights = np.asarray(node.operands[1].data).astype(np.int64)
        packed = pack(node, weights.reshape(-1, weights.shape[2]).T)
        if isinstance(packed, str):
            return packed
        values, table, line = packed
        constants = packed_tensors(node, weight=("packed", values), table=("table", table))
        return Scheduled(
            _function(node, values.size, table.size, line),
            self.name,
            "an output at a time, taps wherever they lie",
            constants=constants,
            headers=(HEADER,),
        )


def _reason(node: Node) -> str:
    form = lookup(node.op).form
    if not isinstance(form, Products) or not form.depthwise:
        return "not a depthwise convolution"
    high, wide = node.operands[1].shape[:2]
    many = f"more than {_MOST_TAPS} taps" if high * wide > _MOST_TAPS else ""
    return operands_reason(node) or many


def _function(node: Node, weights: int, entries: int, line: int) -> Any:
    size, count = node.operands[0].size, node.output.row_size
    high, wide, outputs = node.operands[1].shape
    channels = node.operands[0].shape[3]
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((size,), Q8.name))
        x_rows = TIR.arg("x_rows", TIR.buffer((high,), "int32"))
        w = TIR.arg("w", TIR.buffer((weights,), Q8.name))
        table = TIR.arg("table", TIR.buffer((entries,), "int32"))
        y = TIR.arg("y", TIR.buffer((count,), Q8.name))
        k_begin = TIR.arg("k_begin", TIR.int32())
        k_end = TIR.arg("k_end", TIR.int32())
        with TIR.sblock("row"):
            TIR.reads(x[0:size], x_rows[0:high], w[0:weights], table[0:entries])
            TIR.writes(y[0:count])
            pointers = [v.access_ptr("r") for v in (x, x_rows, w, table)]
            pointers.append(y.access_ptr("w"))
            sizes = high, wide, node.attrs["strides"][1], node.attrs["dilation"][1]
            sizes += node.attrs["padding"][1], node.operands[0].shape[2], channels
            sizes += node.output.shape[2], outputs // channels, node.attrs["input_zero_point"]
            arguments = *pointers, k_begin, k_end, *sizes, line
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_small_depthwise", *arguments))
            clamp(node, y, count)
    return builder.get()
