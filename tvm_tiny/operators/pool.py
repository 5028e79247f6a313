# SPDX-License-Identifier: Apache-2.0
"""Pooling (TFLite ``integer_ops/pooling.h``); one quantisation in and out, no rescaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import (
    Access,
    Columns,
    Operator,
    RowCall,
    register,
    valid_range,
    window_columns,
    window_taps,
)
from tvm_tiny.operators.conv import Kind, conv_extent
from tvm_tiny.operators.elementwise import int32, peak


def _rank_4(node: Node) -> str | None:
    """The input is NHWC (rank 4) int8."""
    x = node.operands[0]
    if len(x.shape) == 4 and x.dtype == "int8":
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


class _Pool(Operator):
    """Shared by both kinds of pooling."""

    scalar_names = ("k_begin", "k_end")
    constraints = (_rank_4, _no_dilation, _window_inside)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        (n, h, w, c), dtype = operands[0]
        top, left, bottom, right = attrs["padding"]
        (kh, kw), (sh, sw) = attrs["kernel"], attrs["strides"]
        height = conv_extent(h, kh, sh, 1, (top, bottom))
        return (n, height, conv_extent(w, kw, sw, 1, (left, right)), c), dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.WINDOW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        height = node.operands[0].shape[1]
        batch, y = divmod(row, node.output.shape[1])
        stride, pad = node.attrs["strides"][0], node.attrs["padding"][0]
        taps = window_taps(y, node.attrs["kernel"][0], stride, 1, pad, height)
        shifted = tuple(i if i < 0 else batch * height + i for i in taps)
        return RowCall((shifted,), valid_range(taps))

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        return window_columns(node, begin, end, node.attrs["kernel"][1], 1)


class _Window:
    """The kernel's parameters and the elements under the window."""

    def __init__(self, node: Node) -> None:
        self.kh, self.kw = (int(k) for k in node.attrs["kernel"])
        self.stride, self.pad = int(node.attrs["strides"][1]), int(node.attrs["padding"][1])
        self.width, self.channels = node.operands[0].shape[2:]
        self.out_width = node.output.shape[2]
        self.x = te.placeholder((node.operands[0].size,), "int8", "x")
        self.rows = te.placeholder((self.kh,), "int32", "x_rows")
        self.begin, self.end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        self.ky = te.reduce_axis((self.begin, self.end), "ky")
        self.kx = te.reduce_axis((0, self.kw), "kx")
        self.shape = (self.out_width, self.channels)

    def element(self, ox: Any, c: Any, outside: Any) -> Any:
        """The element under tap (ky, kx), ``outside`` where the column lies in the padding."""
        column = ox * self.stride + self.kx - self.pad
        value = self.x[self.rows[self.ky] + column * self.channels + c]
        inside = tirx.all(column >= 0, column < self.width)
        return tirx.if_then_else(inside, value.astype("int32"), outside)

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
    return te.max(te.min(value, int32(high)), int32(low)).astype("int8")


@register
class AvgPool2D(_Pool):
    """AVERAGE_POOL_2D: x[N,H,W,C] -> int8; padding does not count, ties round away from zero.

    Attributes: kernel, strides, dilation ([1, 1]), padding ([top, left, bottom, right]),
    activation ([low, high]).
    """

    name = "avg_pool2d"

    def kernel(self, node: Node) -> Any:
        w = _Window(node)
        acc = te.compute(
            w.shape,
            lambda ox, c: te.sum(w.element(ox, c, int32(0)), axis=[w.ky, w.kx]),
            "acc",
        )

        def mean(ox: Any, c: Any) -> Any:
            count = w.lines(node) * w.columns(ox)
            value = tirx.call_extern("int32", "tvm_tiny_average", acc[ox, c], count)
            return _clamped(value, node)

        y = te.compute(w.shape, mean, "y")
        return te.create_prim_func([w.x, w.rows, y, w.begin, w.end])


@register
class MaxPool2D(_Pool):
    """MAX_POOL_2D: x[N,H,W,C] -> int8; attributes as for ``avg_pool2d``."""

    name = "max_pool2d"

    def kernel(self, node: Node) -> Any:
        w = _Window(node)
        low = int32(-128)
        acc = te.compute(w.shape, lambda ox, c: peak(w.element(ox, c, low), [w.ky, w.kx]), "acc")
        y = te.compute(w.shape, lambda ox, c: _clamped(acc[ox, c], node), "y")
        return te.create_prim_func([w.x, w.rows, y, w.begin, w.end])
