# SPDX-License-Identifier: Apache-2.0
"""Convolutions and fully connected layers.

Arithmetic: TFLite's reference kernels (``reference/integer_ops/conv.h``, ``depthwise_conv.h``,
``fully_connected.h``): accumulation of ``(x - input_zero_point) * w``, bias, requantisation, clamp
to the fused activation's range. int8 activations: int32 sums, requantised with double rounding.
int16 activations: the same where the file has an int32 bias; with an int64 bias 64 bit sums and a
multiplier of 16 bits that rounds once (its type, int16, says so). Sums are computed in 32 bits
wherever these weights cannot make more of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators import turning, value_ranges
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import Access, Kind, register
from tvm_tiny.operators.channel_links import Bools, Indices, Link, Links, tap_patterns
from tvm_tiny.operators.fields import AxisField, reshaped
from tvm_tiny.operators.forms import Products
from tvm_tiny.operators.kinds import stored_type
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range, any_value
from tvm_tiny.operators.windows import Mixing, MixingWindow, Weighted, Windowed
from tvm_tiny.operators.work import covered_by_windows


def placeholder(tensor: Tensor, name: str, *, row: bool = False) -> Any:
    """A kernel parameter for an operand; ``row``: one row (W, C) of it instead of the tensor."""
    shape = tensor.shape if not row else _row_shape(tensor)
    return te.placeholder(shape, stored_type(tensor.dtype), name)


def _row_shape(tensor: Tensor) -> tuple[int, int]:
    width = tensor.shape[-2] if len(tensor.shape) > 1 else 1
    return width, tensor.shape[-1] if tensor.shape else 1


def requantised(
    acc: Any,
    multiplier: Any,
    shift: Any,
    attrs: Mapping[str, Any],
    dtype: str = Q8.name,
    reduced: bool = False,
    narrow: bool = False,
) -> Any:
    """``clamp(MultiplyByQuantizedMultiplier(acc) + output_zero_point)`` as ``dtype``.

    ``reduced``: by a multiplier of 16 bits, one rounding of a 64 bit product. ``narrow``: ``acc``
    keeps within the bounds of ``tvm_tiny_requantize_narrow``, the same in fewer instructions.
    """
    if reduced:
        wide = acc.astype("int64"), multiplier.astype("int32"), shift
        scaled = tirx.call_extern("int32", "tvm_tiny_requantize_once", *wide)
    else:
        name = "tvm_tiny_requantize_narrow" if narrow else "tvm_tiny_requantize"
        scaled = tirx.call_extern("int32", name, acc, multiplier, shift)
    low, high = attrs["activation"]
    value = scaled + tirx.const(int(attrs["output_zero_point"]), "int32")
    return te.max(te.min(value, tirx.const(high, "int32")), tirx.const(low, "int32")).astype(dtype)


def sum_type(node: Node, channel_axis: int = 0) -> str:
    """Type that holds every sum of a product: int64 only where TFLite's is and weights need it.

    Args:
        node: x, weight, bias, multiplier, shift.
        channel_axis: of the output channels in the weights.
    """
    weight, bias, multiplier = node.operands[1:4]
    if multiplier.dtype != "int16":
        return "int32"
    if weight.data is None or bias.data is None:
        return "int64"
    most = sum_limit(node, channel_axis) + int(np.abs(bias.data.astype(np.int64)).max())
    return "int32" if most < 1 << 31 else "int64"


def sum_limit(node: Node, channel_axis: int = 0) -> int:
    """No sum of products (without bias) of constant weights is larger, whatever its sign."""
    x, weight = node.operands[:2]
    assert weight.data is not None
    rows = np.moveaxis(np.abs(weight.data.astype(np.int64)), channel_axis, 0)
    zero_point = int(node.attrs.get("input_zero_point", 0)) if x.dtype == "int16" else 0
    far = max(zero_point - x.elements.low, x.elements.high - zero_point)
    return int(rows.reshape(rows.shape[0], -1).sum(axis=1).max()) * far


def widened(term: Any, dtype: str) -> Any:
    """A product as a term of sums of ``dtype``."""
    return term if dtype == "int32" else term.astype(dtype)


def finished(acc: Any, bias: Any, multiplier: Any, shift: Any, node: Node) -> Any:
    """A result from the sum of products, its bias and its rescaling."""
    total = acc + (bias if str(bias.dtype) == str(acc.dtype) else bias.astype(acc.dtype))
    reduced = node.operands[3].dtype == "int16"
    return requantised(total, multiplier, shift, node.attrs, node.output.dtype, reduced)


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


def column(node: Node, ox: Any, kx: Any) -> Any:
    """The operand's column under tap ``kx`` of output column ``ox``."""
    stride, dilation = node.attrs["strides"][1], node.attrs["dilation"][1]
    return ox * stride + kx * dilation - node.attrs["padding"][1]


def inside_columns(node: Node, col: Any, kernel_width: int) -> Any:
    """Whether column ``col`` exists: two comparisons, which TVM can prove where nothing is padded.

    With taps so far apart that all are padding, two comparisons exclude each other, and compilers
    warn of it: then it is one, unsigned only where the taps lie on both sides (of a single tap it
    would be a negative constant, which TVM cannot make unsigned).
    """
    width, columns = node.operands[0].shape[2], node.output.shape[2]
    taps = [column(node, ox, kx) for ox in range(columns) for kx in range(kernel_width)]
    if any(0 <= tap < width for tap in taps):
        return tirx.all(col >= 0, col < width)
    if all(tap < 0 for tap in taps):
        return col >= 0
    return col.astype("uint32") < tirx.const(width, "uint32")


@register
class Conv2D(MixingWindow):
    """CONV_2D: x[N,H,W,I], weight[O,KH,KW,I/groups], bias[O], multiplier[O], shift[O] -> as x.

    Attributes: strides, dilation ([h, w]), padding ([top, left, bottom, right]), groups,
    input_zero_point, output_zero_point, activation ([low, high]).
    """

    name = "conv2d"
    limits = True
    backward = Backward.WEIGHTED
    form = Products(windowed=True)
    priced_like = "conv2d"

    def kernel_size(self, node: Node) -> tuple[int, int]:
        return node.operands[1].shape[1], node.operands[1].shape[2]

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        weight = operands[1][0]
        n, h, w = _conv_shape(operands[0][0], (weight[1], weight[2]), attrs)
        return (n, h, w, weight[0]), operands[0][1]

    def macs(self, node: Node) -> int:
        _, kh, kw, channels = node.operands[1].shape
        return node.output.size * kh * kw * channels

    def variant(self, node: Node) -> str:
        """How the windows of a row lie in memory."""
        if node.output.shape[2] == 1:
            return "one pixel"
        if node.operands[1].shape[1:3] == (1, 1):
            return "1x1"
        kind = "words" if node.operands[0].shape[3] % 4 == 0 else "bytes"
        return f"window of {kind} by {node.attrs['strides'][1]}"

    def kernel(self, node: Node) -> Any:
        tx, tw, tb, tm, ts = node.operands
        kh, kw = self.kernel_size(node)
        channels = tx.shape[3]
        out_channels, group = tw.shape[0], tw.shape[3]
        x = te.placeholder((tx.size,), tx.dtype, "x")
        rows = te.placeholder((kh,), "int32", "x_rows")
        w, b, m, s = (
            placeholder(t, n) for t, n in zip((tw, tb, tm, ts), self.operand_names[1:], strict=True)
        )
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        ky = te.reduce_axis((begin, end), "ky")
        kx, ci = te.reduce_axis((0, kw), "kx"), te.reduce_axis((0, group), "ci")
        zero_point = tirx.const(node.attrs["input_zero_point"], "int32")
        per_group = out_channels // node.attrs["groups"]
        sums = sum_type(node)

        def product(ox: Any, oc: Any) -> Any:
            col = column(node, ox, kx)
            first = (oc // per_group) * group if node.attrs["groups"] > 1 else 0
            value = x[rows[ky] + col * channels + first + ci].astype("int32") - zero_point
            term = value * w[oc, ky, kx, ci].astype("int32")
            inside = inside_columns(node, col, kw)
            chosen = tirx.if_then_else(inside, term, 0)
            return te.sum(widened(chosen, sums), axis=[ky, kx, ci])

        acc = te.compute((node.output.shape[2], out_channels), product, "acc")
        y = te.compute(
            (node.output.shape[2], out_channels),
            lambda ox, oc: finished(acc[ox, oc], b[oc], m[oc], s[oc], node),
            "y",
        )
        return te.create_prim_func([x, rows, w, b, m, s, y, begin, end])


@register
class DepthwiseConv2D(Weighted, Windowed):
    """DEPTHWISE_CONV_2D: x[N,H,W,C], weight[KH,KW,C*M], bias, multiplier, shift [C*M] -> as x.

    Output channel ``c * M + m`` reads input channel ``c``. Attributes as for ``conv2d`` without
    groups.
    """

    name = "depthwise_conv2d"
    limits = True
    backward = Backward.WEIGHTED
    form = Products(windowed=True, depthwise=True)
    priced_like = "depthwise_conv2d"
    weight_turn = (1, 0, 2)

    def kernel_size(self, node: Node) -> tuple[int, int]:
        return node.operands[1].shape[0], node.operands[1].shape[1]

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        weight = operands[1][0]
        n, h, w = _conv_shape(operands[0][0], (weight[0], weight[1]), attrs)
        return (n, h, w, weight[2]), operands[0][1]

    def macs(self, node: Node) -> int:
        kh, kw = self.kernel_size(node)
        return node.output.size * kh * kw

    def channel_links(self, node: Node) -> Links:
        """Channel j of the result comes from channel j / M."""
        if not self.constant_weights(node):
            return None
        outer = np.arange(node.output.shape[3])
        return (Link(0, self._sources(node), outer),)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        if not self.constant_weights(node):
            return any_value(node.output)
        weight = value_ranges.contents(node.operands[1]).astype(np.int64)
        flat, x = weight.reshape(-1, weight.shape[2]), operands[0].take(self._sources(node))
        low, high = value_ranges.products(flat, x, node.attrs["input_zero_point"])
        inside = tap_patterns(node, self.kernel_size(node))
        return value_ranges.accumulated(node, (low.T, high.T), inside)

    def _sources(self, node: Node) -> Indices:
        """The channel of the operand for each of the result."""
        outputs, inputs = node.output.shape[3], node.operands[0].shape[3]
        return np.arange(outputs) // (outputs // inputs)

    def covered_columns(self, node: Node, operand: int) -> float:
        return covered_by_windows(node, operand, self.kernel_size(node)[1])

    def variant(self, node: Node) -> str:
        """The window's size and stride."""
        high, wide = self.kernel_size(node)
        return f"{high}x{wide} by {node.attrs['strides'][1]}"

    def kernel(self, node: Node) -> Any:
        tx, tw, tb, tm, ts = node.operands
        kh, kw = self.kernel_size(node)
        channels = tx.shape[3]
        out_channels = tw.shape[2]
        depth_multiplier = out_channels // channels
        x = te.placeholder((tx.size,), tx.dtype, "x")
        rows = te.placeholder((kh,), "int32", "x_rows")
        w, b, m, s = (
            placeholder(t, n) for t, n in zip((tw, tb, tm, ts), self.operand_names[1:], strict=True)
        )
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        sums = sum_type(node, channel_axis=2)
        ky, kx = te.reduce_axis((begin, end), "ky"), te.reduce_axis((0, kw), "kx")
        zero_point = tirx.const(node.attrs["input_zero_point"], "int32")

        def product(ox: Any, oc: Any) -> Any:
            col = column(node, ox, kx)
            value = (
                x[rows[ky] + col * channels + oc // depth_multiplier].astype("int32") - zero_point
            )
            term = value * w[ky, kx, oc].astype("int32")
            inside = inside_columns(node, col, kw)
            chosen = tirx.if_then_else(inside, term, 0)
            return te.sum(widened(chosen, sums), axis=[ky, kx])

        acc = te.compute((node.output.shape[2], out_channels), product, "acc")
        y = te.compute(
            (node.output.shape[2], out_channels),
            lambda ox, oc: finished(acc[ox, oc], b[oc], m[oc], s[oc], node),
            "y",
        )
        return te.create_prim_func([x, rows, w, b, m, s, y, begin, end])


@register
class FullyConnected(Mixing):
    """FULLY_CONNECTED: x[..., I], weight[O,I], bias[O], multiplier[O], shift[O] -> [..., O] as x.

    Attributes: input_zero_point, weight_zero_point, output_zero_point, activation.
    """

    name = "fully_connected"
    limits = True
    backward = Backward.WEIGHTED
    form = Products(windowed=False)
    priced_like = "fully_connected"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return (*operands[0][0][:-1], operands[1][0][0]), operands[0][1]

    def access(self, node: Node) -> tuple[Access, ...]:
        """Weights are read whole, also where they are no constants."""
        return (Access.ROW, *(Access.WHOLE,) * (len(node.operands) - 1))

    def macs(self, node: Node) -> int:
        return node.output.size * node.operands[1].shape[1]

    def tap_patterns(self, node: Node, taps: int) -> Bools:
        """Nothing is padded."""
        del node
        return np.ones((1, taps), np.bool_)

    def kernel_size(self, node: Node) -> tuple[int, int]:
        del node
        return 1, 1

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        """Rows of vectors stay rows; what lies inside a vector is seen whole, as weights are."""
        rows = reshaped(node, node.activations[0], fields[0])
        if len(fields) == 1:
            return rows
        others = zip(fields[1:], node.activations[1:], strict=True)
        seen = any(f.whole or (f.dim >= 0 and t.shape[f.dim] > 1) for f, t in others)
        return replace(rows, whole=rows.whole or seen)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        del shape
        return turning.last_axis(ops, dict(attrs))

    def variant(self, node: Node) -> str:
        """One vector in a row, or several."""
        return "one pixel" if node.output.row_size == node.output.shape[-1] else "pixels"

    def kernel(self, node: Node) -> Any:
        tx, tw, tb, tm, ts = node.operands
        x = placeholder(tx, "x", row=True)
        w, b, m, s = (
            placeholder(t, n) for t, n in zip((tw, tb, tm, ts), self.operand_names[1:], strict=True)
        )
        ci = te.reduce_axis((0, tw.shape[1]), "ci")
        x_zero = tirx.const(node.attrs["input_zero_point"], "int32")
        sums = sum_type(node)
        w_zero = tirx.const(node.attrs["weight_zero_point"], "int32")

        def product(p: Any, oc: Any) -> Any:
            term = (x[p, ci].astype("int32") - x_zero) * (w[oc, ci].astype("int32") - w_zero)
            return te.sum(widened(term, sums), axis=[ci])

        shape = (x.shape[0], tw.shape[0])
        acc = te.compute(shape, product, "acc")
        y = te.compute(
            shape,
            lambda p, oc: finished(acc[p, oc], b[oc], m[oc], s[oc], node),
            "y",
        )
        return te.create_prim_func([x, w, b, m, s, y])
