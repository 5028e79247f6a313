# SPDX-License-Identifier: Apache-2.0
"""Convolutions and fully connected layers on cores without DSP instructions.

One pixel by four channels in assembly; layouts and arithmetic in ``tvm_tiny_small.h``.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import wrap_int32
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.packing import (
    LINE_SHIFTS,
    SUM_LIMIT,
    Ints,
    MatrixProduct,
    exact_table,
    line_table,
    live_product,
)
from tvm_tiny.schedules.requantise import SCALE
from tvm_tiny.schedules.rule import Scheduled, Written, packed_tensors
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_small.h"
_CHANNELS = 4


class SmallMatrix(Written):
    """conv2d and fully_connected: bytes times bytes, four sums in registers."""

    name = "small-matrix"

    def _declines(self, node: Node, core: Core) -> str:
        del core
        return _reason(node)

    def _written(self, node: Node) -> Scheduled | str:
        weights = np.asarray(node.operands[1].data).astype(np.int64)
        packed = pack(node, weights.reshape(len(weights), -1))
        if isinstance(packed, str):
            return packed
        weights, table, line = packed
        constants = packed_tensors(node, weight=("packed", weights), table=("table", table))
        windowed = _is_windowed(node)
        gathered = windowed and not _is_pointwise(node)
        words = -(-node.operands[1].size // _rows(node) // 4) if gathered else 0
        make = _convolution if windowed else _dense
        return Scheduled(
            make(node, weights.size, table.size, line, words),
            self.name,
            "one pixel by four channels, sums in registers",
            constants=constants,
            scratch_bytes=4 * words,
            headers=(HEADER,),
        )


def _is_windowed(node: Node) -> bool:
    form = lookup(node.op).form
    return isinstance(form, Products) and form.windowed


def _rows(node: Node) -> int:
    """Output channels."""
    return node.operands[1].shape[0]


def _reason(node: Node) -> str:
    form = lookup(node.op).form
    if not isinstance(form, Products) or form.depthwise:
        return "not a matrix product"
    if node.attrs.get("groups", 1) != 1:
        return operands_reason(node) or "groups of channels"
    return operands_reason(node)


def operands_reason(node: Node) -> str:
    """Why its operands are none of these kernels', "" where they are."""
    if any(t.data is None for t in node.operands[1:]):
        return "weights computed at run time"
    if any(t.elements is not Q8 for t in (node.operands[0], node.operands[1], node.output)):
        return f"not {Q8.name}"
    return ""


def _is_pointwise(node: Node) -> bool:
    return node.operands[1].shape[1:3] == (1, 1) and not any(node.attrs["padding"])


def pack(node: Node, weights: Ints) -> tuple[Any, Any, int] | str:
    """Weights [O, K], filled up to groups of four channels, table, shift of the line."""
    bias, multiplier, shift = (np.asarray(t.data).astype(np.int64) for t in node.operands[2:])
    low, high = node.attrs["activation"]
    values = weights - node.attrs.get("weight_zero_point", 0)
    zero_points = node.attrs["input_zero_point"], node.attrs["output_zero_point"]
    live = live_product(
        MatrixProduct(values, bias, multiplier, shift, *zero_points, activation=(low, high))
    )
    reach = np.maximum(np.abs(live.low), np.abs(live.high))
    if np.any(reach[~live.fixed] > SUM_LIMIT) or np.any(reach >= 1 << 31):
        return "a sum may need more than 24 bits"
    if not Q8.holds(live.weights):
        return f"weights beyond {Q8.name}"
    table: Ints | str | None = None
    line = 0
    start = SCALE * live.bias
    for line in (*LINE_SHIFTS, 0):
        table = line_table(live, line, SCALE, start) if line else exact_table(live, SCALE, start)
        if table is not None:
            break
    if table is None or isinstance(table, str):
        return table or "no requantisation"
    more = (0, -len(values) % _CHANNELS), (0, 0)
    packed = np.pad(live.weights, more).reshape(-1).astype(Q8.numpy)
    return packed, wrap_int32(table).reshape(-1).astype(np.int32), line


def clamp(node: Node, y: Any, count: int) -> None:
    """The call that limits a row to the activation's range, where that is needed."""
    low, high = node.attrs["activation"]
    if (low, high) != Q8.limits:
        limits = y.access_ptr("rw"), count, low, high
        TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_small_clamp", *limits))


def _convolution(node: Node, weights: int, entries: int, line: int, words: int) -> Any:
    size, count = node.operands[0].size, node.output.row_size
    outputs, high, wide, inputs = node.operands[1].shape
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((size,), Q8.name))
        x_rows = TIR.arg("x_rows", TIR.buffer((high,), "int32"))
        w = TIR.arg("w", TIR.buffer((weights,), Q8.name))
        table = TIR.arg("table", TIR.buffer((entries,), "int32"))
        scratch = TIR.arg("scratch", TIR.buffer((4 * words,), Q8.name)) if words else None
        y = TIR.arg("y", TIR.buffer((count,), Q8.name))
        k_begin = TIR.arg("k_begin", TIR.int32())
        k_end = TIR.arg("k_end", TIR.int32())
        with TIR.sblock("row"):
            TIR.reads(x[0:size], x_rows[0:high], w[0:weights], table[0:entries])
            written = [y[0:count]] if scratch is None else [scratch[0 : 4 * words], y[0:count]]
            TIR.writes(*written)
            pointers = [v.access_ptr("r") for v in (x, x_rows, w, table)]
            room = y.access_ptr("w") if scratch is None else scratch.access_ptr("rw")
            sizes = high, wide, node.attrs["strides"][1], node.attrs["dilation"][1]
            sizes += node.attrs["padding"][1], node.operands[0].shape[2], inputs
            sizes += node.output.shape[2], outputs, node.attrs["input_zero_point"], line
            arguments = *pointers, room, y.access_ptr("w"), k_begin, k_end, *sizes, int(not words)
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_small_row", *arguments))
            clamp(node, y, count)
    return builder.get()


def _dense(node: Node, weights: int, entries: int, line: int, words: int) -> Any:
    del words
    outputs = _rows(node)
    inputs = node.operands[1].size // outputs
    size, count = node.operands[0].row_size, node.output.row_size
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((size,), Q8.name))
        w = TIR.arg("w", TIR.buffer((weights,), Q8.name))
        table = TIR.arg("table", TIR.buffer((entries,), "int32"))
        y = TIR.arg("y", TIR.buffer((count,), Q8.name))
        with TIR.sblock("row"):
            TIR.reads(x[0:size], w[0:weights], table[0:entries])
            TIR.writes(y[0:count])
            for at in range(count // outputs):
                pointers = [x.access_ptr("r", offset=at * inputs)]
                pointers += [v.access_ptr("r") for v in (w, table)]
                pointers += [y.access_ptr("w", offset=at * outputs)]
                sizes = inputs, outputs, line
                name = "tvm_tiny_small_pixel"
                TIR.evaluate(TIR.call_extern("int32", name, *pointers, *sizes))
            clamp(node, y, count)
    return builder.get()
