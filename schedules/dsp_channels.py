# SPDX-License-Identifier: Apache-2.0
"""Pooling, means, sums and tables, four channels at a time; see ``tvm_tiny_channels.h``."""

from __future__ import annotations

import math
from typing import Any

from tvm_tiny._tvm import T
from tvm_tiny.graph import Node
from tvm_tiny.operators.reduce import inside_row, walk_of
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule

HEADER = "tvm_tiny_channels.h"
_TAPS = 256  # int8 values whose sum fits 16 bits
_WORD = 4


class DspChannels(ScheduleRule):
    """Pooling, mean and sum over whole pixels, lut: words of four channels."""

    name = "dsp-channels"

    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Accept rows of at least four channels; ``func`` is replaced, not transformed."""
        del func, core
        if node.op not in _MAKERS:
            return Declined(self.name, "neither pooling nor a mean nor a table")
        made = _MAKERS[node.op](node)
        if isinstance(made, str):
            return Declined(self.name, made)
        return Scheduled(made, self.name, "four channels in a word", headers=(HEADER,))


def _repeated(value: int) -> int:
    """An int8 in all four bytes of a word."""
    return (value & 0xFF) * 0x01010101


def _inside(node: Node, axis: int) -> bool:
    """Do all windows lie inside the tensor along height (0) or width (1)?"""
    size, out = node.operands[0].shape[1 + axis], node.output.shape[1 + axis]
    kernel, stride = node.attrs["kernel"][axis], node.attrs["strides"][axis]
    before = node.attrs["padding"][axis]
    return before == 0 and (out - 1) * stride + kernel <= size


def _pool(node: Node) -> Any:
    height, width = (int(k) for k in node.attrs["kernel"])
    channels = node.output.shape[3]
    if channels < _WORD:
        return f"{channels} channels"
    low, high = (int(limit) for limit in node.attrs["activation"])
    stride, pad = node.attrs["strides"][1], node.attrs["padding"][1]
    walk = (width, stride, pad, node.operands[0].shape[2], node.output.shape[2], channels)
    columns = int(_inside(node, 1))
    if node.op == "max_pool2d":
        name, before = "tvm_tiny_max_pool_row", (columns,)
        limits: tuple[Any, ...] = tuple(T.uint32(_repeated(limit)) for limit in (low, high))
    elif height * width > _TAPS:
        return f"{height * width} elements in a window"
    else:
        name, limits = "tvm_tiny_avg_pool_row", (low, high)
        before = (height if _inside(node, 0) else 0, columns)
    rest = (*before, *walk, *limits)
    size, out_size = node.operands[0].size, node.output.row_size

    @T.prim_func(s_tir=True)
    def row(
        x: T.Buffer((size,), "int8"),
        x_rows: T.Buffer((height,), "int32"),
        y: T.Buffer((out_size,), "int8"),
        k_begin: T.int32,
        k_end: T.int32,
    ):
        with T.sblock("row"):
            T.reads(x[0:size], x_rows[0:height])
            T.writes(y[0:out_size])
            T.evaluate(
                T.call_extern(
                    "int32",
                    name,
                    x.access_ptr("r"),
                    x_rows.access_ptr("r"),
                    y.access_ptr("w"),
                    k_begin,
                    k_end,
                    *rest,
                )
            )

    return row


def _mean(node: Node) -> Any:
    walk = walk_of(node)
    pixels, channels = (1, 1, *node.output.shape)[-2:]
    pixel_step, step = (0, 0, *walk.output)[-2:]
    if pixels > 1 and pixel_step == channels * step:
        pixels, channels = 1, pixels * channels
    if step != 1 or channels < _WORD:
        return "no four results whose elements lie side by side"
    reduced = list(walk.reduced)
    if len(reduced) > 2:
        return "more than two dimensions that are apart"
    x = node.operands[0]
    size, out_size = x.row_size if inside_row(node) else x.size, node.output.row_size
    *front, taps = reduced
    count = math.prod(extent for extent, _ in reduced)
    outer = front[0] if front else (1, 0)
    attrs = node.attrs
    last = (attrs["multiplier"], attrs["shift"], attrs["output_zero_point"])
    rest = (channels, *outer, *taps, attrs["input_zero_point"] * count, *last)

    @T.prim_func(s_tir=True)
    def row(x: T.Buffer((size,), "int8"), y: T.Buffer((out_size,), "int8"), base: T.int32):
        for p in range(pixels):
            with T.sblock("pixel"):
                q = T.axis.spatial(pixels, p)
                T.reads(x[0:size])
                T.writes(y[q * channels : q * channels + channels])
                T.evaluate(
                    T.call_extern(
                        "int32",
                        "tvm_tiny_mean_row",
                        x.access_ptr("r", offset=base + q * pixel_step),
                        y.access_ptr("w", offset=q * channels),
                        *rest,
                    )
                )

    return row


def _mean_rows(node: Node) -> Any:
    pixels, channels = node.operands[0].shape[-2:]
    if channels < _WORD:
        return f"{channels} channels"
    attrs, size = node.attrs, pixels * channels
    offset = attrs["input_zero_point"] * node.operands[0].rows * pixels
    last_step = (attrs["multiplier"], attrs["shift"], attrs["output_zero_point"])
    rest = (pixels, channels, offset, *last_step)

    @T.prim_func(s_tir=True)
    def row(
        x: T.Buffer((size,), "int8"),
        total: T.Buffer((channels,), "int32"),
        y: T.Buffer((channels,), "int8"),
        first: T.int32,
        last: T.int32,
    ):
        with T.sblock("row"):
            T.reads(x[0:size], total[0:channels])
            T.writes(total[0:channels], y[0:channels])
            T.evaluate(
                T.call_extern(
                    "int32",
                    "tvm_tiny_mean_add_row",
                    x.access_ptr("r"),
                    total.access_ptr("rw"),
                    y.access_ptr("w"),
                    first,
                    last,
                    *rest,
                )
            )

    return row


def _table(node: Node) -> Any:
    size = node.output.row_size
    if size < _WORD:
        return f"{size} elements in a row"

    @T.prim_func(s_tir=True)
    def row(
        x: T.Buffer((size,), "int8"),
        table: T.Buffer((256,), "int8"),
        y: T.Buffer((size,), "int8"),
    ):
        with T.sblock("row"):
            T.reads(x[0:size], table[0:256])
            T.writes(y[0:size])
            T.evaluate(
                T.call_extern(
                    "int32",
                    "tvm_tiny_table_row",
                    x.access_ptr("r"),
                    table.access_ptr("r"),
                    y.access_ptr("w"),
                    size,
                )
            )

    return row


_MAKERS = {
    "avg_pool2d": _pool,
    "max_pool2d": _pool,
    "mean": _mean,
    "mean_rows": _mean_rows,
    "sum": _mean,
    "lut": _table,
}
