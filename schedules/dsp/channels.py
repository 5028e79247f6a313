# SPDX-License-Identifier: Apache-2.0
"""Pooling, means, sums and tables, four channels at a time; see ``tvm_tiny_channels.h``."""

from __future__ import annotations

import functools
import math
from typing import Any

from tvm_tiny._tvm import TIR
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Pooling, Reduced, Table
from tvm_tiny.operators.pool import is_unsigned
from tvm_tiny.operators.reduce import inside_row, walk_of
from tvm_tiny.schedules.dsp.row_kernels import RowKernel, call, one_call
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_channels.h"
_POOLS = "tvm_tiny_pool.h"
_TAPS = 256  # values whose sum fits 16 bits
_WORD = 4


class DspChannels(ScheduleRule):
    """Pooling, mean and sum over whole pixels, lut: words of four channels."""

    name = "dsp-channels"

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept rows of at least four channels; ``func`` is replaced, not transformed."""
        del func, core
        form = lookup(node.op).form
        match form:
            case Pooling():
                made = _pool(node, form)
            case Reduced():
                made = _mean_rows(node) if form.by_rows else _mean(node)
            case Table():
                made = _table(node)
            case _:
                made = "neither pooling nor a mean nor a table"
        if isinstance(made, str):
            return Declined(self.name, made)
        header = _POOLS if isinstance(form, Pooling) else HEADER
        return Scheduled(made, self.name, "four channels in a word", headers=(header,))


def _repeated(value: int) -> int:
    """A byte in all four of a word."""
    return (value & 0xFF) * 0x01010101


def _pool(node: Node, form: Pooling) -> Any:
    height, width = (int(k) for k in node.attrs["kernel"])
    channels = node.output.shape[3]
    if channels < _WORD:
        return f"{channels} channels"
    low, high = (int(limit) for limit in node.attrs["activation"])
    stride, pad = node.attrs["strides"][1], node.attrs["padding"][1]
    walk = (width, stride, pad, node.operands[0].shape[2], node.output.shape[2], channels)
    if form.largest:
        name = "tvm_tiny_max_pool_row"
        limits: tuple[Any, ...] = tuple(TIR.uint32(_repeated(limit)) for limit in (low, high))
    elif is_unsigned(node):
        return "an average of uint8 values"
    elif height * width > _TAPS:
        return f"{height * width} elements in a window"
    else:
        name, limits = "tvm_tiny_avg_pool_row", (low, high)
    rest = (*walk, *limits)
    size, out_size = node.operands[0].size, node.output.row_size

    return one_call(
        name,
        [("x", size, Q8.name), ("x_rows", height, "int32")],
        [("y", out_size, Q8.name)],
        rest,
        scalars=("k_begin", "k_end"),
    )


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

    kernel = RowKernel()
    with (
        kernel.body([("x", size, Q8.name), ("y", out_size, Q8.name)], ["base"]) as (x, y, base),
        TIR.serial(0, pixels) as p,
        TIR.sblock("pixel"),
    ):
        q = TIR.axis.spatial(pixels, p)
        TIR.reads(x[0:size])
        TIR.writes(y[q * channels : q * channels + channels])
        source = x.access_ptr("r", offset=base + q * pixel_step)
        result = y.access_ptr("w", offset=q * channels)
        TIR.evaluate(call("tvm_tiny_mean_row", source, result, *rest))
    return kernel.func


def _mean_rows(node: Node) -> Any:
    pixels, channels = node.operands[0].shape[-2:]
    if channels < _WORD:
        return f"{channels} channels"
    attrs, size = node.attrs, pixels * channels
    offset = attrs["input_zero_point"] * node.operands[0].rows * pixels
    last_step = (attrs["multiplier"], attrs["shift"], attrs["output_zero_point"])
    rest = (pixels, channels, offset, *last_step)

    return one_call(
        "tvm_tiny_mean_add_row",
        [("x", size, Q8.name), ("total", channels, "int32")],
        [("y", channels, Q8.name)],
        rest,
        scalars=("first", "last"),
        updated=("total",),
    )


def _table(node: Node) -> Any:
    size = node.output.row_size
    if size < _WORD:
        return f"{size} elements in a row"

    return _table_row(size)


@functools.cache
def _table_row(size: int) -> Any:
    """The same function for all rows of a size: nothing of the layer is in it."""
    inputs = [("x", size, Q8.name), ("table", Q8.levels, Q8.name)]
    return one_call("tvm_tiny_table_row", inputs, [("y", size, Q8.name)], (size,))
