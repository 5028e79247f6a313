# SPDX-License-Identifier: Apache-2.0
"""Layers of whose weights a share is learned: some input channels lie apart, in the arena.

The last operand, ``learned`` int8 [O, .., count], has the weights of input channels ``first`` to
``first + count - 1``; the others are the layer's own constants (MCUNetV3's sparse update; there
channels are sorted first). The integers are those of the layer with such weights.
"""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import Columns, register_planned
from tvm_tiny.operators.conv import Conv2D, FullyConnected, finished, placeholder
from tvm_tiny.operators.gradient_forms import SharedProducts

_TYPES = tuple(frozenset({t}) for t in ("int8", "int8", "int32", "int32", "int32", "int8"))
_OPERANDS = ("x", "weight", "bias", "multiplier", "shift", "learned")


def weight_of(node: Node, w: Any, learned: Any, place: tuple[Any, ...], channel: Any) -> Any:
    """The weight at a place (output, taps) and an input channel, wherever it lies."""
    first, count = int(node.attrs["first"]), learned.shape[-1]
    inside = tirx.all(channel >= first, channel < first + count)
    own = learned[(*place, channel - first)].astype("int32")
    return tirx.if_then_else(inside, own, w[(*place, channel)].astype("int32"))


@register_planned
class LearnedConv2D(Conv2D):
    """``conv2d`` of one group with a share of its weights apart; attributes also: first."""

    name = "learned_conv2d"
    backward = Backward.NONE  # it is what a training graph made of such a layer
    operand_names = _OPERANDS
    form = SharedProducts(windowed=True)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return _TYPES

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        """Rows are made whole: what is learned is not made twice."""
        del node, begin, end
        return None

    def kernel(self, node: Node) -> Any:
        tx, tw = node.operands[:2]
        kh, kw = self.kernel_size(node)
        channels, outputs = tx.shape[3], tw.shape[0]
        x = te.placeholder((tx.size,), tx.dtype, "x")
        rows = te.placeholder((kh,), "int32", "x_rows")
        w, b, m, s, learned = (
            placeholder(t, n) for t, n in zip(node.operands[1:], _OPERANDS[1:], strict=True)
        )
        begin, end = te.var("k_begin", "int32"), te.var("k_end", "int32")
        ky = te.reduce_axis((begin, end), "ky")
        kx, ci = te.reduce_axis((0, kw), "kx"), te.reduce_axis((0, channels), "ci")
        zero_point = tirx.const(node.attrs["input_zero_point"], "int32")
        stride, left = node.attrs["strides"][1], node.attrs["padding"][1]

        def product(ox: Any, oc: Any) -> Any:
            column = ox * stride + kx - left
            value = x[rows[ky] + column * channels + ci].astype("int32") - zero_point
            term = value * weight_of(node, w, learned, (oc, ky, kx), ci)
            inside = tirx.all(column >= 0, column < tx.shape[2])
            return te.sum(tirx.if_then_else(inside, term, 0), axis=[ky, kx, ci])

        shape = (node.output.shape[2], outputs)
        acc = te.compute(shape, product, "acc")
        y = te.compute(shape, lambda ox, oc: finished(acc[ox, oc], b[oc], m[oc], s[oc], node), "y")
        return te.create_prim_func([x, rows, w, b, m, s, learned, y, begin, end])


@register_planned
class LearnedFullyConnected(FullyConnected):
    """``fully_connected`` with a share of its weights apart; attributes also: first."""

    name = "learned_fully_connected"
    backward = Backward.NONE  # it is what a training graph made of such a layer
    operand_names = _OPERANDS
    form = SharedProducts(windowed=False)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return _TYPES

    def kernel(self, node: Node) -> Any:
        tx, tw = node.operands[:2]
        x = placeholder(tx, "x", row=True)
        w, b, m, s, learned = (
            placeholder(t, n) for t, n in zip(node.operands[1:], _OPERANDS[1:], strict=True)
        )
        ci = te.reduce_axis((0, tw.shape[1]), "ci")
        zero_point = tirx.const(node.attrs["input_zero_point"], "int32")

        def product(p: Any, oc: Any) -> Any:
            value = x[p, ci].astype("int32") - zero_point
            return te.sum(value * weight_of(node, w, learned, (oc,), ci), axis=[ci])

        shape = (x.shape[0], tw.shape[0])
        acc = te.compute(shape, product, "acc")
        y = te.compute(shape, lambda p, oc: finished(acc[p, oc], b[oc], m[oc], s[oc], node), "y")
        return te.create_prim_func([x, w, b, m, s, learned, y])
