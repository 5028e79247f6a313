# SPDX-License-Identifier: Apache-2.0
"""Convolutions, fully connected layers and products of two activations of float32.

Sums go in the order of TFLite's reference kernels (``reference/conv.h``,
``depthwiseconv_float.h``, ``transpose_conv.h``, ``fully_connected.h``, ``batch_matmul.h``), each
product and each sum rounded: results are the same bits. Weights may be constants or activations.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import register
from tvm_tiny.operators.channel_links import ChannelMix, Links
from tvm_tiny.operators.conv import (
    Conv2D,
    DepthwiseConv2D,
    FullyConnected,
    column,
    inside_columns,
    placeholder,
)
from tvm_tiny.operators.forms import Loops
from tvm_tiny.operators.kinds import FLOAT32
from tvm_tiny.operators.matmul import MatMul, shares_matrices
from tvm_tiny.operators.plain import HEADERS, float_call, limited_float
from tvm_tiny.operators.transpose_conv import TransposeConv2D, phase_taps
from tvm_tiny.operators.value_ranges import Range, any_value
from tvm_tiny.operators.windows import Weighted


def _zero() -> Any:
    return tirx.const(0.0, "float32")


def _summed(acc: Any, bias: Any, shape: tuple[int, int], node: Node) -> Any:
    """The row of the result: sums, bias, fused activation."""

    def element(p: Any, c: Any) -> Any:
        return limited_float(float_call("add", acc[p, c], bias[c]), node.attrs)

    return te.compute(shape, element, "y")


class _PlainWeighted(Weighted):
    """Operands x, weight, bias; nothing is known of floats, and channels stay whole."""

    operand_names = ("x", "weight", "bias")
    headers = HEADERS
    limits = False
    form = Loops()

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        return (FLOAT32,) * len(node.operands)

    def channel_mix(self, node: Node) -> ChannelMix | None:
        del node
        return None

    def channel_links(self, node: Node) -> Links:
        del node
        return None

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        del operands
        return any_value(node.output)


@register
class PlainConv2D(_PlainWeighted, Conv2D):
    """CONV_2D of float32: x[N,H,W,I], weight[O,KH,KW,I/groups], bias[O].

    Attributes: strides, dilation, padding, groups as for ``conv2d``; limits (bits).
    """

    name = "plain_conv2d"
    backward = Backward.NONE  # gradients are of integers
    priced_like = "conv2d"

    def kernel(self, node: Node) -> Any:
        tx, tw, tb = node.operands
        (kh, kw), channels = self.kernel_size(node), tx.shape[3]
        out_channels, group = tw.shape[0], tw.shape[3]
        x = te.placeholder((tx.size,), tx.dtype, "x")
        rows = te.placeholder((kh,), "int32", "x_rows")
        w, b = placeholder(tw, "weight"), placeholder(tb, "bias")
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        ky = te.reduce_axis((begin, end), "ky")
        kx, ci = te.reduce_axis((0, kw), "kx"), te.reduce_axis((0, group), "ci")
        per_group = out_channels // node.attrs["groups"]

        def product(ox: Any, oc: Any) -> Any:
            col = column(node, ox, kx)
            first = (oc // per_group) * group if node.attrs["groups"] > 1 else 0
            term = x[rows[ky] + col * channels + first + ci] * w[oc, ky, kx, ci]
            inside = inside_columns(node, col, kw)
            return te.sum(tirx.if_then_else(inside, term, _zero()), axis=[ky, kx, ci])

        shape = (node.output.shape[2], out_channels)
        acc = te.compute(shape, product, "acc")
        return te.create_prim_func([x, rows, w, b, _summed(acc, b, shape, node), begin, end])


@register
class PlainDepthwiseConv2D(_PlainWeighted, DepthwiseConv2D):
    """DEPTHWISE_CONV_2D of float32: x[N,H,W,C], weight[KH,KW,C*M], bias[C*M].

    Attributes: strides, dilation, padding as for ``conv2d``; limits (bits).
    """

    name = "plain_depthwise_conv2d"
    backward = Backward.NONE  # gradients are of integers
    priced_like = "depthwise_conv2d"

    def kernel(self, node: Node) -> Any:
        tx, tw, tb = node.operands
        (kh, kw), channels = self.kernel_size(node), tx.shape[3]
        out_channels = tw.shape[2]
        x = te.placeholder((tx.size,), tx.dtype, "x")
        rows = te.placeholder((kh,), "int32", "x_rows")
        w, b = placeholder(tw, "weight"), placeholder(tb, "bias")
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        ky, kx = te.reduce_axis((begin, end), "ky"), te.reduce_axis((0, kw), "kx")

        def product(ox: Any, oc: Any) -> Any:
            col = column(node, ox, kx)
            term = x[rows[ky] + col * channels + oc // (out_channels // channels)] * w[ky, kx, oc]
            inside = inside_columns(node, col, kw)
            return te.sum(tirx.if_then_else(inside, term, _zero()), axis=[ky, kx])

        shape = (node.output.shape[2], out_channels)
        acc = te.compute(shape, product, "acc")
        return te.create_prim_func([x, rows, w, b, _summed(acc, b, shape, node), begin, end])


@register
class PlainTransposeConv2D(_PlainWeighted, TransposeConv2D):
    """TRANSPOSE_CONV of float32: x[N,H,W,I], weight[O,KH,KW,I], bias[O].

    The reference scatters input by input; here each result gathers them in the same order.
    Attributes: strides, padding, output_size as for ``transpose_conv2d``; limits (bits).
    """

    name = "plain_transpose_conv2d"
    priced_like = "transpose_conv2d"

    def kernel(self, node: Node) -> Any:
        tx, tw, tb = node.operands
        out_channels, kh, kw, channels = tw.shape
        stride_h, stride_w = node.attrs["strides"]
        left, width = node.attrs["padding"][1], tx.shape[2]
        taps_h, taps_w = phase_taps(kh, stride_h), phase_taps(kw, stride_w)
        x = te.placeholder((tx.size,), tx.dtype, "x")
        rows = te.placeholder((taps_h,), "int32", "x_rows")
        w, b = placeholder(tw, "weight"), placeholder(tb, "bias")
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        phase = te.var("phase", "int32")
        ty = te.reduce_axis((begin, end), "ty")
        tx_tap, ci = te.reduce_axis((0, taps_w), "tx"), te.reduce_axis((0, channels), "ci")

        def product(ox: Any, oc: Any) -> Any:
            back = taps_w - 1 - tx_tap
            ky = phase + (taps_h - 1 - ty) * stride_h
            kx = tirx.indexmod(ox + left, stride_w) + back * stride_w
            col = tirx.indexdiv(ox + left, stride_w) - back
            term = x[rows[ty] + col * channels + ci] * w[oc, ky, kx, ci]
            inside = tirx.all(col >= 0, col < width, kx < kw)
            return te.sum(tirx.if_then_else(inside, term, _zero()), axis=[ty, tx_tap, ci])

        shape = (node.output.shape[2], out_channels)
        acc = te.compute(shape, product, "acc")
        y = _summed(acc, b, shape, node)
        return te.create_prim_func([x, rows, w, b, y, begin, end, phase])


@register
class PlainFullyConnected(_PlainWeighted, FullyConnected):
    """FULLY_CONNECTED of float32: x[..., I], weight[O,I], bias[O] -> [..., O].

    Attributes: limits (bits).
    """

    name = "plain_fully_connected"
    backward = Backward.NONE  # gradients are of integers
    priced_like = "fully_connected"

    def kernel(self, node: Node) -> Any:
        tx, tw, tb = node.operands
        x = placeholder(tx, "x", row=True)
        w, b = placeholder(tw, "weight"), placeholder(tb, "bias")
        ci = te.reduce_axis((0, tw.shape[1]), "ci")
        shape = (x.shape[0], tw.shape[0])
        acc = te.compute(shape, lambda p, oc: te.sum(x[p, ci] * w[oc, ci], axis=[ci]), "acc")
        return te.create_prim_func([x, w, b, _summed(acc, b, shape, node)])


@register
class PlainMatMul(MatMul):
    """BATCH_MATMUL of float32: a[1, M, 1, K] times b[B, K, N]; see ``matmul``.

    Attributes: transposed (1: b is [B, N, K]).
    """

    name = "plain_matmul"
    form = Loops()
    headers = HEADERS
    constraints = (shares_matrices,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return FLOAT32, FLOAT32

    def kernel(self, node: Node) -> Any:
        a, b = node.operands
        depth, width = a.shape[-1], node.output.shape[-1]
        x = te.placeholder((depth,), "float32", "a")
        y = te.placeholder((math.prod(b.shape),), "float32", "b")
        first = te.var("first", "int32")
        k = te.reduce_axis((0, depth), "k")

        def total(c: Any) -> Any:
            at = first + (c * depth + k if node.attrs["transposed"] else k * width + c)
            return te.sum(x[k] * y[at], axis=k)

        return te.create_prim_func([x, y, te.compute((width,), total, "y"), first])
