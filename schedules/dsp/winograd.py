# SPDX-License-Identifier: Apache-2.0
"""Convolutions three taps wide by Winograd's F(4,3) along the width, for objective ``speed``.

Twice the products a cycle of ``dsp-matrix`` for four times its weights; layouts and arithmetic are
in ``tvm_tiny_winograd.h``. Source: Lavin and Gray, Fast Algorithms for Convolutional Neural
Networks, 2016, in one dimension and scaled to integers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.packing import (
    LINE_SHIFTS,
    Ints,
    LiveProduct,
    MatrixProduct,
    exact_table,
    line_table,
    live_product,
    paired,
)
from tvm_tiny.schedules.rule import Scheduled, Written, packed_tensors
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_winograd.h"
PIXELS = 8
"""Of a block: two tiles."""

_COLUMNS, _WORDS, _SPARE = 10, 12, 14  # as in the header
_G = np.array([[-4, -4, -4], [6, 0, 0], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]], np.int64)
"""Points in the order in which they are summed up."""

_EXACT_FACTOR, _LINE_FACTOR = 8, 10
_INT32_MAX = (1 << 31) - 1


class DspWinograd(Written):
    """conv2d of windows three taps wide, stride and dilation 1 along the width."""

    name = "dsp-winograd"

    def _declines(self, node: Node, core: Core) -> str:
        del core
        return _reason(node)

    def _written(self, node: Node) -> Scheduled | str:
        packed = _pack(_product(node))
        if isinstance(packed, str):
            return packed
        weights, table, line = packed
        constants = packed_tensors(node, weight=("winograd", weights), table=("table", table))
        return Scheduled(
            _function(node, weights.size, table.size, line),
            self.name,
            "Winograd's F(4,3) along the width: eight pixels by two channels",
            constants=constants,
            scratch_bytes=4 * _scratch_words(node),
            headers=(HEADER,),
        )


def _reason(node: Node) -> str:
    form = lookup(node.op).form
    if not isinstance(form, Products) or form.depthwise or not form.windowed:
        return "not a convolution"
    if any(t.data is None for t in node.operands[1:]):
        return "weights computed at run time"
    outputs, taps, wide, inputs = node.operands[1].shape
    if wide != 3 or node.attrs["strides"][1] != 1 or node.attrs["dilation"][1] != 1:
        return "not three taps wide with stride 1"
    if node.attrs["groups"] != 1:
        return "groups of channels"
    if inputs % 4 or taps * inputs % 12 or outputs % 2:
        return "channels that are no multiple of four, or an odd number of outputs"
    if node.attrs["padding"][1] > 2:
        return "windows that lie in the padding"
    if node.output.shape[2] < PIXELS:
        return f"rows of less than {PIXELS} pixels"
    return ""


def _product(node: Node) -> MatrixProduct:
    """[O, KH, 3, I] as [O, KH * I * 3]: the three taps of a channel side by side."""
    weights, bias, multiplier, shift = (
        np.asarray(t.data).astype(np.int64) for t in node.operands[1:]
    )
    low, high = node.attrs["activation"]
    return MatrixProduct(
        weights=weights.transpose(0, 1, 3, 2).reshape(len(weights), -1),
        bias=bias,
        multiplier=multiplier,
        shift=shift,
        input_zero_point=node.attrs["input_zero_point"],
        output_zero_point=node.attrs["output_zero_point"],
        activation=(low, high),
    )


def _pack(product: MatrixProduct) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int32], int] | str:
    """Weights, table and shift of the line (0: exact), or why there are none."""
    live = live_product(product)
    reach = np.maximum(np.abs(live.low), np.abs(live.high))
    if np.any(reach >= 1 << 31):
        return "a sum may need more than 32 bits"
    for factor, shifts in ((_LINE_FACTOR, LINE_SHIFTS), (_EXACT_FACTOR, (0,))):
        if np.any(24 * factor * reach[~live.fixed] > _INT32_MAX):
            continue
        for shift in shifts:
            table = _table(live, factor, shift)
            if isinstance(table, str):
                return table
            if table is not None:
                return _transformed(factor * live.weights), paired(table), shift
    return "a sum may need more than 23 bits"


def _table(live: LiveProduct, factor: int, shift: int) -> Ints | str | None:
    """Biases come as those of a sum that is scaled by 24 times the factor."""
    if shift:
        return line_table(live, shift, 24 * factor, 24 * factor * live.bias)
    table = exact_table(live, 8 * factor, 8 * factor * live.bias)
    if not isinstance(table, str):
        table[:, 0] *= 3
    return table


def _transformed(weights: Ints) -> npt.NDArray[np.int16]:
    """[O, KH * I * 3] to [O / 2, 6 points, KH * I / 2, 2 outputs, 2 inputs], and two words."""
    outputs = len(weights)
    points = np.einsum("pk,onk->opn", _G, weights.reshape(outputs, -1, 3))
    # Groups of four inputs: words of 0 and 2, then of 1 and 3.
    words = points.reshape(outputs // 2, 2, len(_G), -1, 2, 2).transpose(0, 2, 3, 5, 1, 4)
    return np.append(words.reshape(-1), np.zeros(4, np.int64)).astype(np.int16)


def _scratch_words(node: Node) -> int:
    _, taps, _, inputs = node.operands[1].shape
    return taps * (inputs // 2) * _WORDS + _SPARE + _COLUMNS * inputs // 4 + (inputs % 2)


def _function(node: Node, weights: int, entries: int, line: int) -> Any:
    size, count = node.operands[0].size, node.output.row_size
    outputs, taps, _, inputs = node.operands[1].shape
    low, high = node.attrs["activation"]
    words = _scratch_words(node)
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((size,), Q8.name))
        x_rows = TIR.arg("x_rows", TIR.buffer((taps,), "int32"))
        w = TIR.arg("w", TIR.buffer((weights,), "int16"))
        table = TIR.arg("table", TIR.buffer((entries,), "int32"))
        scratch = TIR.arg("scratch", TIR.buffer((words,), "int32"))
        y = TIR.arg("y", TIR.buffer((count,), Q8.name))
        k_begin = TIR.arg("k_begin", TIR.int32())
        k_end = TIR.arg("k_end", TIR.int32())
        with TIR.sblock("row"):
            TIR.reads(x[0:size], x_rows[0:taps], w[0:weights], table[0:entries])
            TIR.writes(scratch[0:words], y[0:count])
            pointers = [v.access_ptr("r") for v in (x, x_rows, w, table)]
            pointers += [scratch.access_ptr("rw"), y.access_ptr("w")]
            sizes = taps, node.operands[0].shape[2], inputs, node.output.shape[2], outputs
            kind = node.attrs["padding"][1], node.attrs["input_zero_point"], line
            arguments = *pointers, k_begin, k_end, *sizes, *kind
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_winograd_row", *arguments))
            if (low, high) != Q8.limits:
                limits = y.access_ptr("rw"), count, low, high
                TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_dsp_clamp", *limits))
    return builder.get()
