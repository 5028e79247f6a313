# SPDX-License-Identifier: Apache-2.0
"""Transposed convolution as a gather.

TFLite's int8 reference (``reference/integer_ops/transpose_conv.h``) scatters every input element
into an int32 image of the whole output. Gathered, output row r sums over the few input rows i
with ``0 <= r + top - i * stride < KH``; int32 sums do not depend on the order, so the result is
the same and the scratch image (four times the output) is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import OUTSIDE, Access, Operator, RowCall, register, valid_range
from tvm_tiny.operators.conv import Kind, placeholder, requantised


def _taps(kernel: int, stride: int) -> int:
    """Input rows (or columns) that can reach one output row (or column)."""
    return -(-kernel // stride)


@register
class TransposeConv2D(Operator):
    """TRANSPOSE_CONV: x[N,H,W,I], weight[O,KH,KW,I], bias, multiplier, shift [O] -> int8.

    Attributes: strides, padding ([top, left, bottom, right], cropped from the full result),
    output_size ([h, w]), input_zero_point, output_zero_point, activation ([low, high]).
    Scalars: the taps that lie inside, and ``phase``, the kernel row of the last tap.
    """

    name = "transpose_conv2d"
    operand_names = ("x", "weight", "bias", "multiplier", "shift")
    scalar_names = ("k_begin", "k_end", "phase")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        height, width = attrs["output_size"]
        return (operands[0][0][0], height, width, operands[1][0][0]), "int8"

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.WINDOW, *(Access.WHOLE for _ in node.operands[1:]))

    def row_call(self, node: Node, row: int) -> RowCall:
        height, kernel = node.operands[0].shape[1], node.operands[1].shape[1]
        stride = node.attrs["strides"][0]
        batch, out_row = divmod(row, node.output.shape[1])
        last, phase = divmod(out_row + node.attrs["padding"][0], stride)
        taps: list[int] = []
        for back in reversed(range(_taps(kernel, stride))):
            i = last - back
            inside = 0 <= i < height and phase + back * stride < kernel
            taps.append(batch * height + i if inside else OUTSIDE)
        rest = ((),) * (len(node.operands) - 1)
        return RowCall((tuple(taps), *rest), (*valid_range(taps), phase))

    def macs(self, node: Node) -> int:
        # every input element meets every weight of its channel (what is cropped counts)
        return node.operands[0].size * node.operands[1].size // node.operands[1].shape[3]

    def kernel(self, node: Node) -> Any:
        tx, tw, tb, tm, ts = node.operands
        out_channels, kh, kw, channels = tw.shape
        stride_h, stride_w = node.attrs["strides"]
        left, width = node.attrs["padding"][1], tx.shape[2]
        taps_h, taps_w = _taps(kh, stride_h), _taps(kw, stride_w)
        x = te.placeholder((tx.size,), "int8", "x")
        rows = te.placeholder((taps_h,), "int32", "x_rows")
        names = self.operand_names[1:]
        w, b, m, s = (placeholder(t, n) for t, n in zip((tw, tb, tm, ts), names, strict=True))
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        phase = te.var("phase", "int32")
        ty = te.reduce_axis((begin, end), "ty")
        back, ci = te.reduce_axis((0, taps_w), "back"), te.reduce_axis((0, channels), "ci")
        zero_point = tirx.const(node.attrs["input_zero_point"], "int32")

        def product(ox: Any, oc: Any) -> Any:
            ky = phase + (taps_h - 1 - ty) * stride_h
            kx = tirx.indexmod(ox + left, stride_w) + back * stride_w
            col = tirx.indexdiv(ox + left, stride_w) - back
            value = x[rows[ty] + col * channels + ci].astype("int32") - zero_point
            term = value * w[oc, ky, kx, ci].astype("int32")
            inside = tirx.all(col >= 0, col < width, kx < kw)
            return te.sum(tirx.if_then_else(inside, term, 0), axis=[ty, back, ci])

        shape = (node.output.shape[2], out_channels)
        acc = te.compute(shape, product, "acc")
        y = te.compute(
            shape,
            lambda ox, oc: requantised(acc[ox, oc] + b[oc], m[oc], s[oc], node.attrs),
            "y",
        )
        return te.create_prim_func([x, rows, w, b, m, s, y, begin, end, phase])
