# SPDX-License-Identifier: Apache-2.0
"""Tensors whose dimensions lie in another order than the program says.

A ``Value`` is a tensor of the program (its *logical* shape) together with the Relax expression
that holds it (its *physical* form) and the layout between them. A transpose changes only the
layout; code is emitted when an operator asks for a physical form (``LayoutBuilder.physical``).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny._tvm import constant, constant_value, relax

Layout = tuple[int, ...]
"""Per physical dimension the logical axis it holds, or ``UNIT``."""

UNIT = -1
"""A physical dimension of extent 1 that the logical shape has not (1-D operators run as 2-D)."""


_MOVED = "tvm_tiny_moved"


def identity(rank: int) -> Layout:
    """The layout in which nothing has moved."""
    return tuple(range(rank))


def channels_last(rank: int) -> Layout:
    """NHWC for a logical NCHW shape (any number of spatial axes)."""
    return (0, *range(2, rank), 1) if rank > 2 else identity(rank)


@dataclass(frozen=True, eq=False)
class Dequantised:
    """A ``dequantize`` that has not been emitted: its operands and the logical channel axis."""

    source: Value
    scale: Any
    zero_point: Any
    axis: int
    dtype: str


@dataclass(frozen=True, eq=False)
class Flattened:
    """A feature map flattened to [N, C*H*W] while its bytes still lie in ``layout`` order."""

    shape: tuple[int, ...]
    layout: Layout

    @property
    def order(self) -> npt.NDArray[np.int64]:
        """Logical index of each physical element of a row."""
        inner = self.shape[1:]
        index = np.arange(math.prod(inner)).reshape(inner)
        return index.transpose([a - 1 for a in self.layout[1:]]).reshape(-1)


@dataclass(frozen=True, eq=False)
class Value:
    """A tensor: logical shape, and how its bytes lie.

    Attributes:
        shape: logical shape.
        layout: per physical dimension the logical axis.
        expr: the physical expression; None for a ``lazy`` value.
        lazy: a dequantize to be emitted where it is read, in the layout the reader wants.
        flat: set for flattened feature maps that have not been put into logical order.
        name: name of the variable in the program.
        forms: physical forms already emitted.
    """

    shape: tuple[int, ...]
    layout: Layout
    expr: Any = None
    lazy: Dequantised | None = None
    flat: Flattened | None = None
    name: str = ""
    forms: dict[Layout, Any] = field(default_factory=dict[Layout, Any])

    @property
    def is_constant(self) -> bool:
        """Whether the contents are known at compile time."""
        if self.lazy is not None:
            return self.lazy.source.is_constant
        return constant_value(self.expr) is not None

    @property
    def moved(self) -> bool:
        """Whether the bytes lie in another order than the logical shape says."""
        return self.flat is not None or not same_order(
            self.shape, self.layout, identity(len(self.shape))
        )


def physical_shape(shape: Sequence[int], layout: Layout) -> tuple[int, ...]:
    """Extents of the physical dimensions."""
    return tuple(1 if a == UNIT else shape[a] for a in layout)


def same_order(shape: Sequence[int], a: Layout, b: Layout) -> bool:
    """Whether two layouts put the bytes in the same order (axes of extent 1 may lie anywhere)."""

    def large(layout: Layout) -> list[int]:
        return [axis for axis in layout if axis != UNIT and shape[axis] != 1]

    return large(a) == large(b)


class LayoutBuilder:
    """Emits the physical forms of values into a Relax block builder."""

    def __init__(self, block: Any) -> None:
        self._block = block
        self._taken: set[str] = set()

    def emit(self, expr: Any, name: str = "") -> Any:
        """Bind an expression to a variable of this name, if it is not taken yet.

        What the program has no name for gets one that no variable of the program will ask for.
        """
        fresh = name if name and name not in self._taken else _MOVED
        self._taken.add(name)
        return self._block.emit(expr, fresh)

    def physical(self, value: Value, layout: Layout | None = None) -> Any:
        """The expression that holds a value in ``layout`` (default: the logical order)."""
        want = identity(len(value.shape)) if layout is None else layout
        if want not in value.forms:
            value.forms[want] = self._physical(value, want)
        return value.forms[want]

    def as_it_lies(self, value: Value) -> Any:
        """The expression that holds a value in whatever order its bytes lie."""
        if value.lazy is None:
            return value.expr
        if value.layout not in value.forms or value.flat is not None:
            form = self._dequantised(value, value.lazy, self.as_it_lies(value.lazy.source))
            if value.flat is not None:
                return form
            value.forms[value.layout] = form
        return value.forms[value.layout]

    def _physical(self, value: Value, want: Layout) -> Any:
        if value.lazy is not None:
            source = self.physical(value.lazy.source, want)
            return self._dequantised(value, value.lazy, source, want)
        if value.flat is not None:
            return self.permuted(self._unflattened(value, value.flat), want)
        return self.permuted(value, want)

    def _dequantised(
        self, value: Value, lazy: Dequantised, source: Any, layout: Layout | None = None
    ) -> Any:
        layout = value.layout if layout is None else layout
        axis = layout.index(lazy.axis) if lazy.axis in layout else 0
        call = relax.op.dequantize(source, lazy.scale, lazy.zero_point, axis, lazy.dtype)
        return self.emit(call, value.name)

    def _unflattened(self, value: Value, flat: Flattened) -> Value:
        before = physical_shape(flat.shape, flat.layout)
        apart = Value(flat.shape, flat.layout, self.reshaped(value.expr, before))
        ordered = self.physical(apart)
        return Value(value.shape, identity(2), self.reshaped(ordered, value.shape))

    def permuted(self, value: Value, want: Layout) -> Any:
        """Emit reshape and transpose from ``value.layout`` to ``want`` (constants: computed)."""
        target = physical_shape(value.shape, want)
        if same_order(value.shape, value.layout, want):
            return self.reshaped(value.expr, target)
        have = [a for a in value.layout if a != UNIT]
        plain = self.reshaped(value.expr, [value.shape[a] for a in have])
        axes = [have.index(a) for a in want if a != UNIT]
        array = constant_value(plain)
        if array is not None:
            turned = constant(np.ascontiguousarray(array.transpose(axes)))
        else:
            turned = self.emit(relax.op.permute_dims(plain, axes))
        return self.reshaped(turned, target)

    def reshaped(self, expr: Any, shape: Sequence[int]) -> Any:
        """Emit a reshape unless the expression has this shape already."""
        array = constant_value(expr)
        if array is not None:
            return constant(array.reshape(shape)) if array.shape != tuple(shape) else expr
        if tuple(int(d) for d in expr.ty.shape) == tuple(shape):
            return expr
        return self.emit(relax.op.reshape(expr, list(shape)))
