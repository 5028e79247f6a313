# SPDX-License-Identifier: Apache-2.0
"""Convolutions and fully connected layers on cores with DSP instructions: two pixels at a time.

A row's pixels are widened to 16 bits two by two (for a window: gathered, borders filled with the
zero point, which is what makes folding it into the bias exact), then multiplied with the weights
of two output channels at a time; see ``tvm_tiny_dsp.h`` for the arithmetic.
"""

from typing import Any

import numpy as np

from tvm_tiny._tvm import T
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.schedules.packing import Packed, Product, pack
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule

HEADER = "tvm_tiny_dsp.h"


class DspMatrix(ScheduleRule):
    """conv2d without groups and fully_connected as a product of matrices, rows as they come."""

    name = "dsp-matrix"

    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Accept what can be packed; ``func`` is replaced, not transformed."""
        del func, core
        reason = _reason(node)
        if reason:
            return Declined(self.name, reason)
        packed = pack(_product(node))
        if isinstance(packed, str):
            return Declined(self.name, packed)
        constants = {
            "weight": _constant(f"{node.name}_packed", packed.weights),
            "table": _constant(f"{node.name}_table", packed.table),
        }
        groups = -(-_product(node).weights.shape[1] // 4)
        bytes_words = groups if _gathers_bytes(node) else 0
        words = 4 * groups + 3 + bytes_words
        why = "two pixels by two channels, SMLAD on widened activations and paired weights"
        if packed.constant_channels:
            why += f"; {packed.constant_channels} channels are constant"
        return Scheduled(
            _function(node, packed, words),
            self.name,
            why,
            constants=constants,
            scratch_bytes=4 * words,
            headers=(HEADER,),
        )


def _reason(node: Node) -> str:
    if node.op not in ("conv2d", "fully_connected"):
        return "not a matrix product"
    if any(t.data is None for t in node.operands[1:]):
        return "weights computed at run time"
    if node.attrs.get("groups", 1) != 1:
        return "groups"
    return ""


def _product(node: Node) -> Product:
    weights, bias, multiplier, shift = (
        np.asarray(t.data).astype(np.int64) for t in node.operands[1:]
    )
    low, high = node.attrs["activation"]
    return Product(
        weights=weights.reshape(len(weights), -1) - node.attrs.get("weight_zero_point", 0),
        bias=bias,
        multiplier=multiplier,
        shift=shift,
        input_zero_point=node.attrs["input_zero_point"],
        output_zero_point=node.attrs["output_zero_point"],
        activation=(low, high),
    )


def _constant(name: str, data: Any) -> Tensor:
    return Tensor(name, data.shape, str(data.dtype), data=data)


def _is_pointwise(node: Node) -> bool:
    if node.op == "fully_connected":
        return True
    return node.operands[1].shape[1:3] == (1, 1) and not any(node.attrs["padding"])


def _gathers_bytes(node: Node) -> bool:
    return not _is_pointwise(node) and node.operands[0].shape[3] % 4 != 0


def _limits_negatives(node: Node) -> int:
    """1 if negative results all become the zero point: rounding ties need no care then."""
    return int(node.attrs["output_zero_point"] == -128)


def _function(node: Node, packed: Packed, words: int) -> Any:
    if node.op == "fully_connected":
        return _fully_connected(node, packed, words)
    return _pointwise(node, packed, words) if _is_pointwise(node) else _window(node, packed, words)


def _fully_connected(node: Node, packed: Packed, words: int) -> Any:
    size, count = node.operands[0].row_size, node.output.row_size
    channels, out_channels = node.operands[1].shape[1], node.output.shape[-1]
    pixels = count // out_channels
    low, high = node.attrs["activation"]
    relu = _limits_negatives(node)
    weights, entries = packed.weights.size, packed.table.size

    @T.prim_func(s_tir=True)
    def row(
        x: T.Buffer((size,), "int8"),
        w: T.Buffer((weights,), "int16"),
        table: T.Buffer((entries,), "int32"),
        scratch: T.Buffer((words,), "int32"),
        y: T.Buffer((count,), "int8"),
    ):
        with T.sblock("row"):
            T.reads(x[0:size], w[0:weights], table[0:entries])
            T.writes(scratch[0:words], y[0:count])
            T.evaluate(
                T.call_extern(
                    "int32",
                    "tvm_tiny_dsp_matrix_row",
                    x.access_ptr("r"),
                    w.access_ptr("r"),
                    table.access_ptr("r"),
                    scratch.access_ptr("rw"),
                    y.access_ptr("w"),
                    pixels,
                    channels,
                    channels,
                    out_channels,
                    relu,
                )
            )
            if (low, high) != (-128, 127):
                T.evaluate(
                    T.call_extern(
                        "int32", "tvm_tiny_dsp_clamp", y.access_ptr("rw"), count, low, high
                    )
                )

    return row


def _pointwise(node: Node, packed: Packed, words: int) -> Any:
    size, count = node.operands[0].size, node.output.row_size
    channels, out_channels = node.operands[0].shape[3], node.output.shape[-1]
    pixels, step = count // out_channels, channels * node.attrs["strides"][1]
    low, high = node.attrs["activation"]
    relu = _limits_negatives(node)
    weights, entries = packed.weights.size, packed.table.size

    @T.prim_func(s_tir=True)
    def row(
        x: T.Buffer((size,), "int8"),
        x_rows: T.Buffer((1,), "int32"),
        w: T.Buffer((weights,), "int16"),
        table: T.Buffer((entries,), "int32"),
        scratch: T.Buffer((words,), "int32"),
        y: T.Buffer((count,), "int8"),
        k_begin: T.int32,
        k_end: T.int32,
    ):
        with T.sblock("row"):
            T.reads(x[0:size], x_rows[0:1], w[0:weights], table[0:entries])
            T.writes(scratch[0:words], y[0:count])
            T.evaluate(
                T.call_extern(
                    "int32",
                    "tvm_tiny_dsp_matrix_row",
                    x.access_ptr("r", offset=x_rows[0]),
                    w.access_ptr("r"),
                    table.access_ptr("r"),
                    scratch.access_ptr("rw"),
                    y.access_ptr("w"),
                    pixels,
                    step,
                    channels,
                    out_channels,
                    relu,
                )
            )
            if (low, high) != (-128, 127):
                T.evaluate(
                    T.call_extern(
                        "int32", "tvm_tiny_dsp_clamp", y.access_ptr("rw"), count, low, high
                    )
                )

    return row


def _window(node: Node, packed: Packed, words: int) -> Any:
    size, count = node.operands[0].size, node.output.row_size
    width, channels = node.operands[0].shape[2:]
    out_channels, height_taps, width_taps, _ = node.operands[1].shape
    pixels, stride, dilation = (
        count // out_channels,
        node.attrs["strides"][1],
        node.attrs["dilation"][1],
    )
    micro_kernel = "tvm_tiny_dsp_first_row" if channels % 4 else "tvm_tiny_dsp_conv_row"
    left, fill = -node.attrs["padding"][1], node.attrs["input_zero_point"]
    low, high = node.attrs["activation"]
    relu = _limits_negatives(node)
    weights, entries = packed.weights.size, packed.table.size

    @T.prim_func(s_tir=True)
    def row(
        x: T.Buffer((size,), "int8"),
        x_rows: T.Buffer((height_taps,), "int32"),
        w: T.Buffer((weights,), "int16"),
        table: T.Buffer((entries,), "int32"),
        scratch: T.Buffer((words,), "int32"),
        y: T.Buffer((count,), "int8"),
        k_begin: T.int32,
        k_end: T.int32,
    ):
        with T.sblock("row"):
            T.reads(x[0:size], x_rows[0:height_taps], w[0:weights], table[0:entries])
            T.writes(scratch[0:words], y[0:count])
            T.evaluate(
                T.call_extern(
                    "int32",
                    micro_kernel,
                    x.access_ptr("r"),
                    x_rows.access_ptr("r"),
                    w.access_ptr("r"),
                    table.access_ptr("r"),
                    scratch.access_ptr("rw"),
                    y.access_ptr("w"),
                    k_begin,
                    k_end,
                    width,
                    channels,
                    height_taps,
                    width_taps,
                    stride,
                    dilation,
                    left,
                    fill,
                    pixels,
                    out_channels,
                    relu,
                )
            )
            if (low, high) != (-128, 127):
                T.evaluate(
                    T.call_extern(
                        "int32", "tvm_tiny_dsp_clamp", y.access_ptr("rw"), count, low, high
                    )
                )

    return row
