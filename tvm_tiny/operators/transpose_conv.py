# SPDX-License-Identifier: Apache-2.0
"""Transposed convolution as a gather.

TFLite's int8 reference (``reference/integer_ops/transpose_conv.h``) scatters every input element
into an int32 image of the whole output. Gathered, output row r sums over the few input rows i
with ``0 <= r + top - i * stride < KH``; int32 sums do not depend on the order, so the result is
the same and the scratch image (four times the output) is gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators import turning, value_ranges
from tvm_tiny.operators.base import OUTSIDE, Access, Kind, RowCall, register, valid_range
from tvm_tiny.operators.channel_links import Bools
from tvm_tiny.operators.conv import finished, placeholder, sum_type, widened
from tvm_tiny.operators.fields import AxisField
from tvm_tiny.operators.forms import Scattered
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range, any_value
from tvm_tiny.operators.windows import Mixing
from tvm_tiny.operators.work import Work, row_work


def phase_taps(kernel: int, stride: int) -> int:
    """Input rows (or columns) that can reach one output row (or column)."""
    return -(-kernel // stride)


@register
class TransposeConv2D(Mixing):
    """TRANSPOSE_CONV: x[N,H,W,I], weight[O,KH,KW,I], bias, multiplier, shift [O] -> as x.

    Attributes: strides, padding ([top, left, bottom, right], cropped from the full result),
    output_size ([h, w]), input_zero_point, output_zero_point, activation ([low, high]).
    Scalars: the taps that lie inside, and ``phase``, the kernel row of the last tap.
    """

    name = "transpose_conv2d"
    limits = True
    form = Scattered()
    priced_like = "transpose_conv2d"
    scalar_names = ("k_begin", "k_end", "phase")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        height, width = attrs["output_size"]
        return (operands[0][0][0], height, width, operands[1][0][0]), operands[0][1]

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.WINDOW, *(Access.WHOLE for _ in node.operands[1:]))

    def row_call(self, node: Node, row: int) -> RowCall:
        height, kernel = node.operands[0].shape[1], node.operands[1].shape[1]
        stride = node.attrs["strides"][0]
        batch, out_row = divmod(row, node.output.shape[1])
        last, phase = divmod(out_row + node.attrs["padding"][0], stride)
        taps: list[int] = []
        for back in reversed(range(phase_taps(kernel, stride))):
            i = last - back
            inside = 0 <= i < height and phase + back * stride < kernel
            taps.append(batch * height + i if inside else OUTSIDE)
        rest = ((),) * (len(node.operands) - 1)
        return RowCall((tuple(taps), *rest), (*valid_range(taps), phase))

    def macs(self, node: Node) -> int:
        # every input element meets every weight of its channel (what is cropped counts)
        return node.operands[0].size * node.operands[1].size // node.operands[1].shape[3]

    def work(self, node: Node) -> Work:
        """Each input row meets the taps that reach a row of the result."""
        return row_work(self, node)

    def tap_patterns(self, node: Node, taps: int) -> Bools:
        """Each output position sees some subset of the taps: none, or any one alone."""
        del node
        return np.concatenate([np.zeros((1, taps), np.bool_), np.eye(taps, dtype=np.bool_)])

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        """Over all subsets of the taps."""
        mix = self.channel_mix(node)
        if mix is None:
            return any_value(node.output)
        zero_point = node.attrs["input_zero_point"]
        low, high = value_ranges.over_channels(mix.weight, operands[0], zero_point)
        ends = np.minimum(low, 0).sum(axis=1), np.maximum(high, 0).sum(axis=1)
        return value_ranges.biased(node, *ends)

    def kernel_size(self, node: Node) -> tuple[int, int]:
        _, height, width, _ = node.operands[1].shape
        return height, width

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        """Result o reads the inputs i with o = i * stride - before + tap."""
        first = fields[0]
        if first.dim not in (1, 2):
            return first
        axis = first.dim - 1
        stride, taps = int(node.attrs["strides"][axis]), self.kernel_size(node)[axis]
        before = int(node.attrs["padding"][axis])
        return replace(
            first,
            jump=first.jump / stride,
            start=first.start + first.jump * Fraction(before - taps + 1, stride),
            size=first.size + first.jump * Fraction(taps - 1, stride),
            exact=first.exact and stride == 1,
        )

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        return turning.window(ops, dict(attrs), shape, (0, 2, 1, 3))

    def kernel(self, node: Node) -> Any:
        tx, tw, tb, tm, ts = node.operands
        out_channels, kh, kw, channels = tw.shape
        stride_h, stride_w = node.attrs["strides"]
        left, width = node.attrs["padding"][1], tx.shape[2]
        taps_h, taps_w = phase_taps(kh, stride_h), phase_taps(kw, stride_w)
        x = te.placeholder((tx.size,), tx.dtype, "x")
        rows = te.placeholder((taps_h,), "int32", "x_rows")
        names = self.operand_names[1:]
        w, b, m, s = (placeholder(t, n) for t, n in zip((tw, tb, tm, ts), names, strict=True))
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        phase = te.var("phase", "int32")
        ty = te.reduce_axis((begin, end), "ty")
        back, ci = te.reduce_axis((0, taps_w), "back"), te.reduce_axis((0, channels), "ci")
        sums = sum_type(node)
        zero_point = tirx.const(node.attrs["input_zero_point"], "int32")

        def product(ox: Any, oc: Any) -> Any:
            ky = phase + (taps_h - 1 - ty) * stride_h
            kx = tirx.indexmod(ox + left, stride_w) + back * stride_w
            col = tirx.indexdiv(ox + left, stride_w) - back
            value = x[rows[ty] + col * channels + ci].astype("int32") - zero_point
            term = value * w[oc, ky, kx, ci].astype("int32")
            inside = tirx.all(col >= 0, col < width, kx < kw)
            chosen = tirx.if_then_else(inside, term, 0)
            return te.sum(widened(chosen, sums), axis=[ty, back, ci])

        shape = (node.output.shape[2], out_channels)
        acc = te.compute(shape, product, "acc")
        y = te.compute(
            shape,
            lambda ox, oc: finished(acc[ox, oc], b[oc], m[oc], s[oc], node),
            "y",
        )
        return te.create_prim_func([x, rows, w, b, m, s, y, begin, end, phase])
