# SPDX-License-Identifier: Apache-2.0
"""Reductions that compare: REDUCE_MIN, REDUCE_ALL, ARG_MAX, ARG_MIN.

Sources: TFLM ``reduce_common.cc`` (``ReduceGeneric``), TFLite ``reference/arg_min_max.h``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Final

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Kind, register
from tvm_tiny.operators.elementwise import int32, peak
from tvm_tiny.operators.forms import Loops
from tvm_tiny.operators.kinds import BOOL, INT8
from tvm_tiny.operators.reduce import ReduceMax, axes_exist
from tvm_tiny.operators.value_ranges import Range, any_value

_PLACES: Final = 1 << 16


def _lowest(x: Any, axis: Any, high: int) -> Any:
    """The smallest of values of at most ``high`` held as int32, along reduction axes."""

    def smaller(a: Any, b: Any) -> Any:
        return te.min(a, b)

    return te.comm_reducer(smaller, lambda dtype: tirx.const(high, dtype))(x, axis=axis)


@register
class ReduceMin(ReduceMax):
    """REDUCE_MIN over axes, of the stored integers; one quantisation in and out.

    Attributes: axes, keep_dims.
    """

    name = "reduce_min"

    def combined(self, value: Any, axes: Any, node: Node) -> Any:
        return _lowest(value, axes, node.output.elements.high)


@register
class ReduceAll(ReduceMin):
    """REDUCE_ALL over axes: whether all bools are true. Attributes: axes, keep_dims."""

    name = "reduce_all"

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (BOOL,)


def _one_axis(node: Node) -> str | None:
    """One axis, of at most 65536 elements."""
    shape, axes = node.operands[0].shape, node.attrs["axes"]
    if len(axes) != 1:
        return f"there are {len(axes)}"
    extent = shape[axes[0]]
    return f"it has {extent} elements" if extent > _PLACES else None


class _Place(ReduceMax):
    """Where along an axis an extreme is first: the value and its place in one number."""

    constraints = (axes_exist, _one_axis)
    sign: ClassVar[int]

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return super().infer(operands, attrs)[0], str(attrs.get("dtype", "int32"))

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (INT8,)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        del operands
        return any_value(node.output)

    def combined(self, value: Any, axes: Any, node: Node) -> Any:
        key = value * int32(self.sign * _PLACES) + (int32(_PLACES - 1) - axes[0].var)
        return peak(key, axes, -(1 << 31))

    def finished(self, node: Node, count: int) -> Callable[[Any], Any]:
        del count
        dtype = node.output.dtype
        return lambda key: (int32(_PLACES - 1) - (key & int32(_PLACES - 1))).astype(dtype)


@register
class ArgMax(_Place):
    """ARG_MAX along an axis: the place of the largest element, of several the first.

    Attributes: axes (one), keep_dims, dtype (int32, or int64 which LiteRT has).
    """

    name = "arg_max"
    form = Loops()
    sign = 1


@register
class ArgMin(_Place):
    """ARG_MIN along an axis: the place of the smallest element, of several the first.

    Attributes: axes (one), keep_dims, dtype (int32, or int64 which LiteRT has).
    """

    name = "arg_min"
    form = Loops()
    sign = -1
