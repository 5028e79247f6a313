# SPDX-License-Identifier: Apache-2.0
"""Moves on values that layout rules share: reshape, transpose, broadcast, constants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tvm_tiny._tvm import constant_value
from tvm_tiny.passes.layout.values import (
    UNIT,
    Dequantised,
    Flattened,
    Layout,
    LayoutBuilder,
    Value,
    channels_last,
    identity,
    physical_shape,
    same_order,
)


class LayoutRewriter:
    """What the rules share: the builder, and helpers that know how values broadcast."""

    def __init__(self, builder: LayoutBuilder) -> None:
        self.builder = builder

    def made(self, call: Any, shape: Sequence[int], layout: Layout, name: str) -> Value:
        """Emit a call whose physical result has ``layout``."""
        return Value(tuple(shape), layout, self.builder.emit(call, name))

    def operand(self, value: Value, shape: Sequence[int], layout: Layout) -> Any:
        """An operand that broadcasts against a physical tensor of ``shape`` in ``layout``.

        Constants lose their leading dimensions of extent 1: a bias stays a vector.
        """
        rank = len(shape)
        if len(value.shape) < rank:
            value = self.reshaped(value, (1,) * (rank - len(value.shape)) + value.shape)
        if value.is_constant:
            value = self.stripped(self.turned(value, layout))
            return self.builder.physical(value)
        return self.builder.physical(value, layout)

    def turned(self, value: Value, layout: Layout) -> Value:
        """A constant as a plain value whose logical shape is its shape in ``layout``."""
        shape = physical_shape(value.shape, layout)
        if value.lazy is None:
            return Value(shape, identity(len(shape)), self.builder.physical(value, layout))
        lazy = value.lazy
        source = self.turned(lazy.source, layout)
        axis = layout.index(lazy.axis) if lazy.axis in layout else 0
        moved = Dequantised(source, lazy.scale, lazy.zero_point, axis, lazy.dtype)
        return Value(shape, source.layout, None, moved, None, value.name)

    def stripped(self, value: Value) -> Value:
        """Without leading dimensions of extent 1 (one dimension at least is kept)."""
        shape = value.shape
        while len(shape) > 1 and shape[0] == 1:
            shape = shape[1:]
        return self.reshaped(value, shape)

    def transposed(self, value: Value, axes: Sequence[int]) -> Value:
        """Renumber the axes; nothing is emitted."""
        shape = tuple(value.shape[a] for a in axes)
        layout = tuple(a if a == UNIT else list(axes).index(a) for a in value.layout)
        lazy = value.lazy
        if lazy is not None:
            axis = list(axes).index(lazy.axis)
            source = self.transposed(lazy.source, axes)
            lazy = Dequantised(source, lazy.scale, lazy.zero_point, axis, lazy.dtype)
        return Value(shape, layout, value.expr, lazy, None, value.name)

    def reshaped(self, value: Value, shape: Sequence[int], name: str = "") -> Value:
        """Reshape a value, leaving its bytes as they lie where that is possible."""
        shape = tuple(shape)
        if shape == value.shape:
            return value
        if value.lazy is not None:
            return self._reshaped_lazily(value, value.lazy, shape)
        if value.flat is not None:
            return self._unflattened(value, value.flat, shape, name)
        layout = _squeezed_layout(value, shape)
        if layout is None and not value.moved:
            layout = identity(len(shape))
        if layout is not None:
            expr = self.builder.reshaped(value.expr, physical_shape(shape, layout))
            return Value(shape, layout, expr)
        if len(shape) == 2 and shape[0] == value.shape[0] == 1 and value.layout[0] == 0:
            expr = self.builder.reshaped(value.expr, shape)
            return Value(shape, identity(2), expr, None, Flattened(value.shape, value.layout))
        return Value(shape, identity(len(shape)), self._logical(value, shape))

    def _logical(self, value: Value, shape: Sequence[int]) -> Any:
        return self.builder.reshaped(self.builder.physical(value), shape)

    def _unflattened(
        self, value: Value, flat: Flattened, shape: tuple[int, ...], name: str
    ) -> Value:
        if shape == flat.shape:
            expr = self.builder.reshaped(value.expr, physical_shape(shape, flat.layout))
            return Value(shape, flat.layout, expr, name=name)
        return Value(shape, identity(len(shape)), self._logical(value, shape))

    def _reshaped_lazily(self, value: Value, lazy: Dequantised, shape: tuple[int, ...]) -> Value:
        axis = _same_axis(value.shape, shape, lazy)
        if axis is None:
            return Value(shape, identity(len(shape)), self._logical(value, shape))
        source = self.reshaped(lazy.source, shape)
        moved = Dequantised(source, lazy.scale, lazy.zero_point, axis, lazy.dtype)
        return Value(shape, source.layout, None, moved, source.flat, value.name)


def _same_axis(old: Sequence[int], new: Sequence[int], lazy: Dequantised) -> int | None:
    """The channel axis of a dequantize after a reshape of its operand; None: there is none."""
    scale = constant_value(lazy.scale)
    if scale is not None and scale.size == 1:
        return 0
    before = math.prod(old[: lazy.axis])
    for axis, extent in enumerate(new):
        if extent == old[lazy.axis] and math.prod(new[:axis]) == before:
            return axis
    return None


def _squeezed_layout(value: Value, shape: tuple[int, ...]) -> Layout | None:
    """Layout after a reshape that only adds or removes extents of 1; None: it does more."""
    old = [a for a, extent in enumerate(value.shape) if extent != 1]
    new = [a for a, extent in enumerate(shape) if extent != 1]
    if [value.shape[a] for a in old] != [shape[a] for a in new]:
        return None
    lies = tuple(new[old.index(a)] for a in value.layout if a in old)
    rank = len(shape)
    units = tuple(a for a in range(rank) if a not in new)
    for layout in (identity(rank), channels_last(rank)):
        if same_order(shape, layout, lies):
            return layout
    return (*units, *lies)
