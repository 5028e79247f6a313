# SPDX-License-Identifier: Apache-2.0
"""Pooling (TFLite ``integer_ops/pooling.h``); one quantisation in and out, no rescaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators import channel_links
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import Kind, register
from tvm_tiny.operators.channel_links import Links
from tvm_tiny.operators.conv import conv_extent
from tvm_tiny.operators.elementwise import int32, peak
from tvm_tiny.operators.fields import AxisField
from tvm_tiny.operators.forms import Pooling
from tvm_tiny.operators.value_ranges import Range
from tvm_tiny.operators.windows import Windowed
from tvm_tiny.operators.work import Work, counted, covered_by_windows, gathered, row_extents


def _rank_4(node: Node) -> str | None:
    """The input is NHWC (rank 4)."""
    x = node.operands[0]
    if len(x.shape) == 4:
        return None
    return f"it is {x.dtype}{list(x.shape)}"


def _no_dilation(node: Node) -> str | None:
    """The window has no dilation."""
    return None if tuple(node.attrs["dilation"]) == (1, 1) else f"it is {node.attrs['dilation']}"


def _window_inside(node: Node) -> str | None:
    """Every window holds at least one element of the tensor."""
    for axis in (0, 1):
        size, out = node.operands[0].shape[1 + axis], node.output.shape[1 + axis]
        kernel, stride = node.attrs["kernel"][axis], node.attrs["strides"][axis]
        pad = node.attrs["padding"][axis]
        if pad >= kernel or (out - 1) * stride - pad >= size:
            return f"a window of {kernel} and padding of {pad} do not meet {size} elements"
    return None


class Pool(Windowed):
    """Shared by both kinds of pooling."""

    constraints = (_rank_4, _no_dilation, _window_inside)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        (n, h, w, c), dtype = operands[0]
        top, left, bottom, right = attrs["padding"]
        (kh, kw), (sh, sw) = attrs["kernel"], attrs["strides"]
        height = conv_extent(h, kh, sh, 1, (top, bottom))
        return (n, height, conv_extent(w, kw, sw, 1, (left, right)), c), dtype

    def kernel_size(self, node: Node) -> tuple[int, int]:
        height, width = node.attrs["kernel"]
        return int(height), int(width)

    def channel_links(self, node: Node) -> Links:
        return channel_links.same(node)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        """Between the values of the channel, clamped."""
        return operands[0].clipped(*node.attrs["activation"])

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        """A window that covers the whole tensor at once is a global pool."""
        first = fields[0]
        if first.dim in (1, 2):
            extent = node.activations[0].shape[first.dim]
            alone = node.output.shape[first.dim] == 1
            if alone and self.kernel_size(node)[first.dim - 1] == extent:
                return replace(first, dim=-1, whole=first.whole or extent > 1)
        return super().field(node, fields)

    def work(self, node: Node) -> Work:
        """Elements under windows instead of multiply-accumulates."""
        pixels, channels = row_extents(node)
        reads, share = gathered(self, node)
        high, wide = self.kernel_size(node)
        return counted(
            node, float(node.output.row_size * high * wide) * share, reads, pixels, channels
        )

    def covered_columns(self, node: Node, operand: int) -> float:
        return covered_by_windows(node, operand, self.kernel_size(node)[1])


class PoolWindow:
    """The kernel's parameters and the elements under the window."""

    def __init__(self, node: Node) -> None:
        self.kh, self.kw = (int(k) for k in node.attrs["kernel"])
        self.stride, self.pad = int(node.attrs["strides"][1]), int(node.attrs["padding"][1])
        self.width, self.channels = node.operands[0].shape[2:]
        self.out_width = node.output.shape[2]
        self.x = te.placeholder((node.operands[0].size,), node.operands[0].dtype, "x")
        self.rows = te.placeholder((self.kh,), "int32", "x_rows")
        self.begin, self.end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        self.ky = te.reduce_axis((self.begin, self.end), "ky")
        self.kx = te.reduce_axis((0, self.kw), "kx")
        self.shape = (self.out_width, self.channels)

    def element(self, ox: Any, c: Any, outside: Any, dtype: str = "int32") -> Any:
        """The element under tap (ky, kx), ``outside`` where the column lies in the padding."""
        column = ox * self.stride + self.kx - self.pad
        value = self.x[self.rows[self.ky] + column * self.channels + c]
        inside = tirx.all(column >= 0, column < self.width)
        return tirx.if_then_else(inside, value.astype(dtype), outside)

    def columns(self, ox: Any) -> Any:
        """How many columns of the window lie inside."""
        last = (self.out_width - 1) * self.stride - self.pad + self.kw
        if self.pad == 0 and last <= self.width:
            return int32(self.kw)
        first = ox * self.stride - self.pad
        end = te.min(int32(self.kw), int32(self.width) - first)
        return end - te.max(int32(0), int32(0) - first)

    def lines(self, node: Node) -> Any:
        """How many rows of the window lie inside."""
        height = node.operands[0].shape[1]
        top = node.attrs["padding"][0]
        last = (node.output.shape[1] - 1) * node.attrs["strides"][0] - top + self.kh
        return int32(self.kh) if top == 0 and last <= height else self.end - self.begin


def _clamped(value: Any, node: Node) -> Any:
    low, high = node.attrs["activation"]
    return te.max(te.min(value, int32(high)), int32(low)).astype(node.output.dtype)


def is_unsigned(node: Node) -> bool:
    """Whether an average rounds as that of uint8 values."""
    return bool(node.attrs.get("unsigned", 0))


@register
class AvgPool2D(Pool):
    """AVERAGE_POOL_2D: x[N,H,W,C] -> as x; padding does not count, ties round away from zero.

    Attributes: kernel, strides, dilation ([1, 1]), padding ([top, left, bottom, right]),
    activation ([low, high]); unsigned (1: the values stand for uint8, each 128 more, whose ties
    round up; TFLite's uint8 ``AveragePool``).
    """

    name = "avg_pool2d"
    backward = Backward.AVERAGED
    form = Pooling(largest=False)
    priced_like = "avg_pool2d"

    def kernel(self, node: Node) -> Any:
        w = PoolWindow(node)
        acc = te.compute(
            w.shape,
            lambda ox, c: te.sum(w.element(ox, c, int32(0)), axis=[w.ky, w.kx]),
            "acc",
        )

        def mean(ox: Any, c: Any) -> Any:
            count = w.lines(node) * w.columns(ox)
            more = int32(128 if is_unsigned(node) else 0)
            total = acc[ox, c] + more * count if is_unsigned(node) else acc[ox, c]
            value = tirx.call_extern("int32", "tvm_tiny_average", total, count)
            return _clamped(value - more if is_unsigned(node) else value, node)

        y = te.compute(w.shape, mean, "y")
        return te.create_prim_func([w.x, w.rows, y, w.begin, w.end])


@register
class MaxPool2D(Pool):
    """MAX_POOL_2D: x[N,H,W,C] -> as x; attributes as for ``avg_pool2d``."""

    name = "max_pool2d"
    backward = Backward.LARGEST
    form = Pooling(largest=True)
    priced_like = "max_pool2d"

    def kernel(self, node: Node) -> Any:
        w = PoolWindow(node)
        low, axes = node.operands[0].elements.low, [w.ky, w.kx]

        def largest(ox: Any, c: Any) -> Any:
            return peak(w.element(ox, c, int32(low)), axes, low)

        acc = te.compute(w.shape, largest, "acc")
        y = te.compute(w.shape, lambda ox, c: _clamped(acc[ox, c], node), "y")
        return te.create_prim_func([w.x, w.rows, y, w.begin, w.end])
