# SPDX-License-Identifier: Apache-2.0
"""Convolutions and fully connected layers.

Arithmetic: TFLite's int8 reference kernels (``reference/integer_ops/conv.h``,
``depthwise_conv.h``, ``fully_connected.h``): int32 accumulation of ``(x - input_zero_point) * w``,
int32 bias, requantisation with double rounding, clamp to the fused activation's range.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node, Tensor
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

Kind = tuple[tuple[int, ...], str]


def placeholder(tensor: Tensor, name: str, *, row: bool = False) -> Any:
    """A kernel parameter for an operand; ``row``: one row (W, C) of it instead of the tensor."""
    shape = tensor.shape if not row else _row_shape(tensor)
    return te.placeholder(shape, tensor.dtype, name)


def _row_shape(tensor: Tensor) -> tuple[int, int]:
    width = tensor.shape[-2] if len(tensor.shape) > 1 else 1
    return width, tensor.shape[-1] if tensor.shape else 1


def requantised(acc: Any, multiplier: Any, shift: Any, attrs: Mapping[str, Any]) -> Any:
    """``clamp(MultiplyByQuantizedMultiplier(acc) + output_zero_point)`` as int8."""
    scaled = tirx.call_extern("int32", "tvm_tiny_requantize", acc, multiplier, shift)
    low, high = attrs["activation"]
    value = scaled + tirx.const(int(attrs["output_zero_point"]), "int32")
    return te.max(te.min(value, tirx.const(high, "int32")), tirx.const(low, "int32")).astype("int8")


def conv_extent(size: int, kernel: int, stride: int, dilation: int, pads: tuple[int, int]) -> int:
    """Output extent of a convolution along one dimension."""
    return (size + sum(pads) - (kernel - 1) * dilation - 1) // stride + 1


def _conv_shape(
    x: tuple[int, ...], kernel: tuple[int, int], attrs: Mapping[str, Any]
) -> tuple[int, int, int]:
    top, left, bottom, right = attrs["padding"]
    (sh, sw), (dh, dw) = attrs["strides"], attrs["dilation"]
    height = conv_extent(x[1], kernel[0], sh, dh, (top, bottom))
    width = conv_extent(x[2], kernel[1], sw, dw, (left, right))
    return x[0], height, width


class _Windowed(Operator):
    """Shared by operators that slide a vertical window over their first operand."""

    scalar_names = ("k_begin", "k_end")

    def kernel_size(self, node: Node) -> tuple[int, int]:
        raise NotImplementedError

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.WINDOW, *(Access.WHOLE for _ in node.operands[1:]))

    def row_call(self, node: Node, row: int) -> RowCall:
        height = node.operands[0].shape[1]
        batch, out_row = divmod(row, node.output.shape[1])
        taps = window_taps(
            out_row,
            self.kernel_size(node)[0],
            node.attrs["strides"][0],
            node.attrs["dilation"][0],
            node.attrs["padding"][0],
            height,
        )
        shifted = tuple(i if i < 0 else batch * height + i for i in taps)
        rest = ((),) * (len(node.operands) - 1)
        return RowCall((shifted, *rest), valid_range(taps))

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        kernel, dilation = self.kernel_size(node)[1], node.attrs["dilation"][1]
        return window_columns(node, begin, end, kernel, dilation)


def _column(node: Node, ox: Any, kx: Any) -> Any:
    stride, dilation = node.attrs["strides"][1], node.attrs["dilation"][1]
    return ox * stride + kx * dilation - node.attrs["padding"][1]


def _inside(node: Node, col: Any, kernel_width: int) -> Any:
    """Column ``col`` exists. Two comparisons, which TVM can prove where there is no padding.

    With taps so far apart that all are padding, two comparisons exclude each other, and compilers
    warn of it: then it is one.
    """
    width, columns = node.operands[0].shape[2], node.output.shape[2]
    taps = [_column(node, ox, kx) for ox in range(columns) for kx in range(kernel_width)]
    if any(0 <= tap < width for tap in taps):
        return tirx.all(col >= 0, col < width)
    return col.astype("uint32") < tirx.const(width, "uint32")


@register
class Conv2D(_Windowed):
    """CONV_2D: x[N,H,W,I], weight[O,KH,KW,I/groups], bias[O], multiplier[O], shift[O] -> int8.

    Attributes: strides, dilation ([h, w]), padding ([top, left, bottom, right]), groups,
    input_zero_point, output_zero_point, activation ([low, high]).
    """

    name = "conv2d"
    operand_names = ("x", "weight", "bias", "multiplier", "shift")

    def kernel_size(self, node: Node) -> tuple[int, int]:
        return node.operands[1].shape[1], node.operands[1].shape[2]

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        weight = operands[1][0]
        n, h, w = _conv_shape(operands[0][0], (weight[1], weight[2]), attrs)
        return (n, h, w, weight[0]), "int8"

    def macs(self, node: Node) -> int:
        _, kh, kw, channels = node.operands[1].shape
        return node.output.size * kh * kw * channels

    def kernel(self, node: Node) -> Any:
        tx, tw, tb, tm, ts = node.operands
        kh, kw = self.kernel_size(node)
        channels = tx.shape[3]
        out_channels, group = tw.shape[0], tw.shape[3]
        x = te.placeholder((tx.size,), "int8", "x")
        rows = te.placeholder((kh,), "int32", "x_rows")
        w, b, m, s = (
            placeholder(t, n) for t, n in zip((tw, tb, tm, ts), self.operand_names[1:], strict=True)
        )
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        ky = te.reduce_axis((begin, end), "ky")
        kx, ci = te.reduce_axis((0, kw), "kx"), te.reduce_axis((0, group), "ci")
        zero_point = tirx.const(node.attrs["input_zero_point"], "int32")
        per_group = out_channels // node.attrs["groups"]

        def product(ox: Any, oc: Any) -> Any:
            col = _column(node, ox, kx)
            first = (oc // per_group) * group if node.attrs["groups"] > 1 else 0
            value = x[rows[ky] + col * channels + first + ci].astype("int32") - zero_point
            term = value * w[oc, ky, kx, ci].astype("int32")
            inside = _inside(node, col, kw)
            return te.sum(tirx.if_then_else(inside, term, 0), axis=[ky, kx, ci])

        acc = te.compute((node.output.shape[2], out_channels), product, "acc")
        y = te.compute(
            (node.output.shape[2], out_channels),
            lambda ox, oc: requantised(acc[ox, oc] + b[oc], m[oc], s[oc], node.attrs),
            "y",
        )
        return te.create_prim_func([x, rows, w, b, m, s, y, begin, end])


@register
class DepthwiseConv2D(_Windowed):
    """DEPTHWISE_CONV_2D: x[N,H,W,C], weight[KH,KW,C*M], bias, multiplier, shift [C*M] -> int8.

    Output channel ``c * M + m`` reads input channel ``c``. Attributes as for ``conv2d`` without
    groups.
    """

    name = "depthwise_conv2d"
    operand_names = ("x", "weight", "bias", "multiplier", "shift")

    def kernel_size(self, node: Node) -> tuple[int, int]:
        return node.operands[1].shape[0], node.operands[1].shape[1]

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        weight = operands[1][0]
        n, h, w = _conv_shape(operands[0][0], (weight[0], weight[1]), attrs)
        return (n, h, w, weight[2]), "int8"

    def macs(self, node: Node) -> int:
        kh, kw = self.kernel_size(node)
        return node.output.size * kh * kw

    def kernel(self, node: Node) -> Any:
        tx, tw, tb, tm, ts = node.operands
        kh, kw = self.kernel_size(node)
        channels = tx.shape[3]
        out_channels = tw.shape[2]
        depth_multiplier = out_channels // channels
        x = te.placeholder((tx.size,), "int8", "x")
        rows = te.placeholder((kh,), "int32", "x_rows")
        w, b, m, s = (
            placeholder(t, n) for t, n in zip((tw, tb, tm, ts), self.operand_names[1:], strict=True)
        )
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        ky, kx = te.reduce_axis((begin, end), "ky"), te.reduce_axis((0, kw), "kx")
        zero_point = tirx.const(node.attrs["input_zero_point"], "int32")

        def product(ox: Any, oc: Any) -> Any:
            col = _column(node, ox, kx)
            value = (
                x[rows[ky] + col * channels + oc // depth_multiplier].astype("int32") - zero_point
            )
            term = value * w[ky, kx, oc].astype("int32")
            inside = _inside(node, col, kw)
            return te.sum(tirx.if_then_else(inside, term, 0), axis=[ky, kx])

        acc = te.compute((node.output.shape[2], out_channels), product, "acc")
        y = te.compute(
            (node.output.shape[2], out_channels),
            lambda ox, oc: requantised(acc[ox, oc] + b[oc], m[oc], s[oc], node.attrs),
            "y",
        )
        return te.create_prim_func([x, rows, w, b, m, s, y, begin, end])


@register
class FullyConnected(Operator):
    """FULLY_CONNECTED: x[..., I], weight[O,I], bias[O], multiplier[O], shift[O] -> int8[..., O].

    Attributes: input_zero_point, weight_zero_point, output_zero_point, activation.
    """

    name = "fully_connected"
    operand_names = ("x", "weight", "bias", "multiplier", "shift")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return (*operands[0][0][:-1], operands[1][0][0]), "int8"

    def macs(self, node: Node) -> int:
        return node.output.size * node.operands[1].shape[1]

    def kernel(self, node: Node) -> Any:
        tx, tw, tb, tm, ts = node.operands
        x = placeholder(tx, "x", row=True)
        w, b, m, s = (
            placeholder(t, n) for t, n in zip((tw, tb, tm, ts), self.operand_names[1:], strict=True)
        )
        ci = te.reduce_axis((0, tw.shape[1]), "ci")
        x_zero = tirx.const(node.attrs["input_zero_point"], "int32")
        w_zero = tirx.const(node.attrs["weight_zero_point"], "int32")

        def product(p: Any, oc: Any) -> Any:
            term = (x[p, ci].astype("int32") - x_zero) * (w[oc, ci].astype("int32") - w_zero)
            return te.sum(term, axis=[ci])

        shape = (x.shape[0], tw.shape[0])
        acc = te.compute(shape, product, "acc")
        y = te.compute(
            shape,
            lambda p, oc: requantised(acc[p, oc] + b[oc], m[oc], s[oc], node.attrs),
            "y",
        )
        return te.create_prim_func([x, w, b, m, s, y])
