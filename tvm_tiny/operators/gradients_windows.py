# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM117 (nested loops of generated code are written as nested loops)
"""Gradients through windows: convolutions, depthwise and fully connected layers, pools.

A result row needs the rows of g whose windows reach it: at most ceil(KH / stride). Without dilation
they are neighbours, so the kernel is told the first of them (``Access.WINDOW``), as in
``transpose_conv2d``. Weights are read as they lie: no transposed copy.

Attributes: strides, padding ([top, left, ..]), kernel, shape (of the result). Fully connected
layers are 1 x 1 convolutions of one row.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from tvm_tiny._tvm import TIR, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import OUTSIDE, Access, Kind, RowCall, register_planned, valid_range
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.gradient_forms import GradientTowardsX
from tvm_tiny.operators.gradients import (
    Body,
    Gradient,
    TrainingOperator,
    block_of,
    factor_of,
    passes,
    train_call,
)
from tvm_tiny.operators.kinds import ANY


class WindowGrad(Gradient):
    """What gradients through windows share."""

    scalar_names = ("row", "k_begin", "k_end", "above")
    clamped: ClassVar[bool] = False
    """Whether ``grad_scale`` follows at once. Operands behind the weights: multiplier and shift of
    ``grad_scale``, x (int8, what was clamped, or ``clamp_bits`` of it). Attributes also: low,
    high."""

    def access(self, node: Node) -> tuple[Access, ...]:
        whole = (Access.WINDOW, *(Access.WHOLE,) * (len(node.operands) - 1))
        return (*whole[:6], Access.ROW, *whole[7:]) if self.clamped else whole

    def row_call(self, node: Node, row: int) -> RowCall:
        """Taps: the rows of g from the first that could reach this row; above: its tap there."""
        high, stride = int(node.attrs["kernel"][0]), int(node.attrs["strides"][0])
        height = node.operands[0].rows
        place = row + int(node.attrs["padding"][0])
        first = (place - high + stride) // stride  # may be negative
        count = -(-high // stride)
        taps = tuple(
            i if 0 <= i < height and 0 <= place - i * stride < high else OUTSIDE
            for i in range(first, first + count)
        )
        access = self.access(node)
        rest = ((row,) if a is Access.ROW else () for a in access[1:])
        return RowCall((taps, *rest), (row, *valid_range(taps), place - first * stride))

    def columns_of(self, node: Node, k: Body, column: Any) -> tuple[Any, Any]:
        """(first column of g whose window reaches a column, how many do)."""
        wide, stride = int(node.attrs["kernel"][1]), int(node.attrs["strides"][1])
        count = node.operands[0].row_size // self.outputs(node)
        place = column + int(node.attrs["padding"][1])
        first = train_call("first", place - int32(wide - 1), int32(stride))
        end = train_call("end", place, int32(stride), int32(count))
        TIR.buffer_store(k.local, first, [2])
        TIR.buffer_store(k.local, end, [3])
        return k.local[2], tirx.max(k.local[3] - k.local[2], int32(0))

    def finish(self, node: Node, k: Body, at: Any, total: Any, channel: Any) -> None:
        """Element ``at`` of the row, of a channel, from its sum."""
        if not self.clamped:
            self.store(node, k, at, total)
            return
        passing = tirx.Select(passes(node, k, 6, at), total, int32(0))
        many = node.operands[4].size > 1
        self.store(node, k, at, passing, factor_of(k, channel if many else 0))

    def outputs(self, node: Node) -> int:
        """Channels of g."""
        return node.operands[0].shape[-1]

    def tap(self, node: Node, k: Body, t: Any, ox: Any, column: Any) -> tuple[Any, Any]:
        """The tap of the window (row, column) under which an element is."""
        stride = node.attrs["strides"]
        ky = k.scalars["above"] - t * int32(stride[0])
        kx = column + int32(node.attrs["padding"][1]) - ox * int32(stride[1])
        return ky, kx

    def clear(self, k: Body, count: int) -> None:
        """Set the sums to 0."""
        for b in range(count):
            TIR.buffer_store(k.local, int32(0), [8 + b])

    def add(self, k: Body, b: int, value: Any) -> None:
        """Add to sum ``b``."""
        TIR.buffer_store(k.local, k.local[8 + b] + value, [8 + b])


@register_planned
class Conv2DGradX(WindowGrad):
    """The gradient of ``conv2d`` or ``fully_connected`` towards x: g with the weights turned.

    g[1, OH, OW, O] (of the int32 sums), weight int8[O, KH, KW, I / groups] -> [1, H, W, I]. A last
    operand ``learned`` has the weights of its input channels from ``first`` on.
    """

    name = "conv2d_grad_x"
    form = GradientTowardsX()
    operand_names: ClassVar[tuple[str, ...]] = ("g", "state", "peaks", "weight", "learned")
    learned_at: ClassVar[int] = 4

    def macs(self, node: Node) -> int:
        taps = int(node.attrs["kernel"][0]) * int(node.attrs["kernel"][1])
        inputs = node.operands[3].size // (taps * self.outputs(node))
        return node.operands[0].size * taps * inputs

    def body(self, node: Node, k: Body) -> None:
        high, wide = (int(n) for n in node.attrs["kernel"])
        outputs, groups = self.outputs(node), int(node.attrs.get("groups", 1))
        inputs = node.operands[3].size // (outputs * high * wide)
        self.prepare(node, k)
        each, part_of = outputs // groups, (0, 0)
        if len(node.operands) > self.learned_at:
            part_of = int(node.attrs["first"]), node.operands[self.learned_at].shape[-1]
        block = block_of(math.gcd(inputs, *part_of))
        with TIR.serial(0, node.output.row_size // (groups * inputs)) as ix:
            first, count = self.columns_of(node, k, ix)
            with TIR.serial(0, groups) as part, TIR.serial(0, inputs // block) as c:
                self.clear(k, block)
                with TIR.serial(k.scalars["k_begin"], k.scalars["k_end"]) as t:
                    with TIR.serial(0, count) as n:
                        ky, kx = self.tap(node, k, t, first + n, ix)
                        with TIR.serial(0, each) as o:
                            channel = part * each + o
                            at = k["g_rows"][t] + (first + n) * outputs + channel
                            g = k["g"][at].astype("int32")
                            tap = (channel * high + ky) * wide + kx
                            self.add_block(k, g, tap, (c * block, block, inputs), part_of)
                channel = part * inputs + c * block
                base = ix * (groups * inputs) + channel
                for b in range(block):
                    self.finish(node, k, base + b, k.local[8 + b], channel + b)

    def add_block(
        self, k: Body, g: Any, tap: Any, block: tuple[Any, int, int], learned: tuple[int, int]
    ) -> None:
        """Add g times the weights of a block of inputs, wherever they lie."""
        channel, count, inputs = block
        first, own = learned
        for b in range(count):
            weight = k["weight"][tap * inputs + channel + b].astype("int32")
            if own:
                inside = tirx.all(channel >= first, channel < first + own)
                other = k["learned"][tap * own + channel + b - first].astype("int32")
                weight = tirx.if_then_else(inside, other, weight)
            self.add(k, b, g * weight)


@register_planned
class DepthwiseGradX(WindowGrad):
    """The gradient of ``depthwise_conv2d`` towards x: weight int8[KH, KW, C * M], g[.., C * M]."""

    name = "depthwise_grad_x"
    form = GradientTowardsX(depthwise=True)
    operand_names: ClassVar[tuple[str, ...]] = ("g", "state", "peaks", "weight")

    def macs(self, node: Node) -> int:
        return node.operands[0].size * node.operands[3].size // self.outputs(node)

    def body(self, node: Node, k: Body) -> None:
        wide, outputs = int(node.attrs["kernel"][1]), self.outputs(node)
        channels = node.output.shape[-1]
        each = outputs // channels
        self.prepare(node, k)
        with TIR.serial(0, node.output.row_size // channels) as ix:
            first, count = self.columns_of(node, k, ix)
            with TIR.serial(0, channels) as c:
                self.clear(k, 1)
                with TIR.serial(k.scalars["k_begin"], k.scalars["k_end"]) as t:
                    with TIR.serial(0, count) as n, TIR.serial(0, each) as m:
                        ky, kx = self.tap(node, k, t, first + n, ix)
                        channel = c * each + m
                        at = k["g_rows"][t] + (first + n) * outputs + channel
                        w = k["weight"][(ky * wide + kx) * outputs + channel].astype("int32")
                        self.add(k, 0, k["g"][at].astype("int32") * w)
                self.finish(node, k, ix * channels + c, k.local[8], c)


@register_planned
class Conv2DGradClamped(Conv2DGradX):
    """``conv2d_grad_x``, then ``grad_scale``: rounded once. See ``WindowGrad.clamped``."""

    name = "conv2d_grad_clamped"
    form = GradientTowardsX(clamped=True)
    operand_names = ("g", "state", "peaks", "weight", "multiplier", "shift", "x", "learned")
    clamped = True
    learned_at = 7


@register_planned
class DepthwiseGradClamped(DepthwiseGradX):
    """``depthwise_grad_x``, then ``grad_scale``: rounded once. See ``WindowGrad.clamped``."""

    name = "depthwise_grad_clamped"
    form = GradientTowardsX(depthwise=True, clamped=True)
    operand_names = ("g", "state", "peaks", "weight", "multiplier", "shift", "x")
    clamped = True


@register_planned
class AvgPoolGrad(WindowGrad):
    """The gradient of ``avg_pool2d``: the sum of g over the windows that an element is in.

    Attributes: factor (1 / elements of a window).
    """

    name = "avg_pool_grad"
    operand_names = ("g", "state", "peaks")

    def body(self, node: Node, k: Body) -> None:
        channels = self.outputs(node)
        self.prepare(node, k)
        with TIR.serial(0, node.output.row_size // channels) as ix:
            first, count = self.columns_of(node, k, ix)
            with TIR.serial(0, channels) as c:
                self.clear(k, 1)
                with TIR.serial(k.scalars["k_begin"], k.scalars["k_end"]) as t:
                    with TIR.serial(0, count) as n:
                        at = k["g_rows"][t] + (first + n) * channels + c
                        self.add(k, 0, k["g"][at].astype("int32"))
                self.store(node, k, ix * channels + c, k.local[8], int32(node.attrs["factor"]))


@register_planned
class MaxPoolGrad(WindowGrad):
    """The gradient of ``max_pool2d``: g goes to the first largest element of its window.

    Operand ``index``: ``max_pool_index`` of the forward run, int16 of g's shape, whole.
    """

    name = "max_pool_grad"
    operand_names = ("g", "state", "peaks", "index")

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.WINDOW, Access.WHOLE, Access.WHOLE, Access.WINDOW)

    def row_call(self, node: Node, row: int) -> RowCall:
        call = super().row_call(node, row)
        return RowCall((*call.rows[:3], call.rows[0]), call.scalars)

    def body(self, node: Node, k: Body) -> None:
        wide, channels = int(node.attrs["kernel"][1]), self.outputs(node)
        self.prepare(node, k)
        with TIR.serial(0, node.output.row_size // channels) as ix:
            first, count = self.columns_of(node, k, ix)
            with TIR.serial(0, channels) as c:
                self.clear(k, 1)
                with TIR.serial(k.scalars["k_begin"], k.scalars["k_end"]) as t:
                    with TIR.serial(0, count) as n:
                        ky, kx = self.tap(node, k, t, first + n, ix)
                        place = (first + n) * channels + c
                        here = k["index"][k["index_rows"][t] + place].astype("int32")
                        g = k["g"][k["g_rows"][t] + place].astype("int32")
                        hit = here == ky * wide + kx
                        self.add(k, 0, tirx.Select(hit, g, int32(0)))
                self.store(node, k, ix * channels + c, k.local[8])


@register_planned
class MaxPoolIndex(TrainingOperator):
    """Which element of each window is its first largest: tap row * KW + tap column, int16.

    Attributes of ``max_pool2d``. Reads x by windows, as the pool does.
    """

    name = "max_pool_index"
    scalar_names = ("k_begin", "k_end")

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del operands
        return tuple(attrs["shape"]), "int16"

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.WINDOW,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (ANY,)

    def row_call(self, node: Node, row: int) -> RowCall:
        stride, pad = int(node.attrs["strides"][0]), int(node.attrs["padding"][0])
        height = node.operands[0].shape[1]
        places = (row * stride - pad + tap for tap in range(int(node.attrs["kernel"][0])))
        taps = tuple(i if 0 <= i < height else OUTSIDE for i in places)
        return RowCall((taps,), valid_range(taps))

    def body(self, node: Node, k: Body) -> None:
        (_, _, width, channels), wide = node.operands[0].shape, int(node.attrs["kernel"][1])
        stride, left = int(node.attrs["strides"][1]), int(node.attrs["padding"][1])
        best, where = 0, 1
        with TIR.serial(0, node.output.row_size // channels) as ox:
            with TIR.serial(0, channels) as c:
                TIR.buffer_store(k.local, int32(-1000), [best])
                TIR.buffer_store(k.local, int32(0), [where])
                with TIR.serial(k.scalars["k_begin"], k.scalars["k_end"]) as ky:
                    with TIR.serial(0, wide) as kx:
                        column = ox * stride + kx - left
                        inside = tirx.all(column >= 0, column < width)
                        with TIR.If(inside), TIR.Then():
                            at = k["x_rows"][ky] + column * channels + c
                            value = k["x"][at].astype("int32")
                            with TIR.If(value > k.local[best]), TIR.Then():
                                TIR.buffer_store(k.local, value, [best])
                                TIR.buffer_store(k.local, ky * wide + kx, [where])
                TIR.buffer_store(k["y"], k.local[where].astype("int16"), [ox * channels + c])
