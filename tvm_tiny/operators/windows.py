# SPDX-License-Identifier: Apache-2.0
"""Base classes of operators that slide a window, and of those with trained weights."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from tvm_tiny.graph import Node
from tvm_tiny.operators import turning, value_ranges
from tvm_tiny.operators.base import (
    Access,
    Array,
    Columns,
    RowCall,
    valid_range,
    window_columns,
    window_taps,
)
from tvm_tiny.operators.channel_links import Bools, ChannelMix, Indices, Links, tap_patterns
from tvm_tiny.operators.fields import AxisField, Pair, window
from tvm_tiny.operators.kinds import INT8, INT16, INT32, INT64, Arithmetic
from tvm_tiny.operators.turning import Answer, Operands
from tvm_tiny.operators.value_ranges import Range, any_value
from tvm_tiny.operators.work import Work, counted, row_extents


class Windowed(Arithmetic):
    """Slides a window over the rows and columns of its first operand, NHWC.

    Attributes: strides, dilation ([h, w]), padding ([top, left, bottom, right]).
    """

    scalar_names = ("k_begin", "k_end")
    weight_turn: ClassVar[tuple[int, ...]] = ()
    """Axes of the weights with rows and columns exchanged; () without weights."""

    @abstractmethod
    def kernel_size(self, node: Node) -> Pair:
        """Taps of the window (rows, columns)."""

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

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        first = fields[0]
        if first.dim not in (1, 2):
            return first
        axis = first.dim - 1
        return window(first, axis, node, self.kernel_size(node)[axis])

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        return turning.window(ops, dict(attrs), shape, self.weight_turn)


class Weighted(Arithmetic):
    """Sums of products with weights: x, weight, bias, multiplier, shift; requantised."""

    operand_names: ClassVar[tuple[str, ...]] = ("x", "weight", "bias", "multiplier", "shift")

    def constant_weights(self, node: Node) -> bool:
        """Whether all but the first operand are known."""
        return all(t.data is not None for t in node.operands[1:])

    def weight_count(self, node: Node) -> int:
        return node.operands[1].size

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        """int8 by int8 (int16 where weights of uint8 lost a zero point), sums in int32.

        int16 by int8 has sums of 32 or 64 bits.
        """
        if node.operands[0].dtype == "int16":
            return INT16, INT8, INT32 | INT64, INT32 | INT16, INT32
        return INT8, INT8 | INT16, INT32, INT32, INT32


class Mixing(Weighted):
    """Weights [O, .., I]: sums over all channels of operand 0, other channels come out."""

    @abstractmethod
    def tap_patterns(self, node: Node, taps: int) -> Bools:
        """Which of the taps lie inside the tensor, bool[P, taps]; see ``ChannelMix``."""

    def channel_mix(self, node: Node) -> ChannelMix | None:
        """With constant weights and without groups every channel can go alone."""
        if not self.constant_weights(node) or node.attrs.get("groups", 1) != 1:
            return None
        weight = value_ranges.contents(node.operands[1]).astype(np.int64)
        weight -= node.attrs.get("weight_zero_point", 0)
        flat = weight.reshape(weight.shape[0], -1, weight.shape[-1])
        return ChannelMix(flat, self.tap_patterns(node, flat.shape[1]))

    def channel_links(self, node: Node) -> Links:
        """What does not mix one by one (groups, weights made at run time) stays whole."""
        del node
        return None

    def with_channels(
        self, operand: int, array: Array, rows: Indices | None, columns: Indices | None
    ) -> Array:
        """Outputs are the first dimension of every constant, inputs the last of the weights."""
        array = array if rows is None else array[rows]
        return array[..., columns] if operand == 1 and columns is not None else array

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        mix = self.channel_mix(node)
        if mix is None:
            return any_value(node.output)
        zero_point = node.attrs["input_zero_point"]
        terms = value_ranges.over_channels(mix.weight, operands[0], zero_point)
        return value_ranges.accumulated(node, terms, mix.inside)

    def work(self, node: Node) -> Work:
        """Every tap of every pixel is read for all channels of the result at once."""
        pixels, channels = row_extents(node)
        macs = self.macs(node) / max(1, node.output.rows)
        return counted(node, macs, pixels * (macs / node.output.row_size), pixels, channels)


class MixingWindow(Mixing, Windowed):
    """A convolution over all channels."""

    weight_turn = (0, 2, 1, 3)

    def tap_patterns(self, node: Node, taps: int) -> Bools:
        del taps
        return tap_patterns(node, self.kernel_size(node))
