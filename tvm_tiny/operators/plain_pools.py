# SPDX-License-Identifier: Apache-2.0
"""Pools and reductions of float32, in the order of TFLite's reference kernels.

Sources: TFLite ``reference/pooling.h``, ``reduce.h``, ``arg_min_max.h``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from tvm_tiny._tvm import TIR, IRBuilder, te, tirx
from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, register
from tvm_tiny.operators.channel_links import Links
from tvm_tiny.operators.elementwise import int32, row_shape
from tvm_tiny.operators.forms import Loops
from tvm_tiny.operators.kinds import FLOAT32, Seeing
from tvm_tiny.operators.plain import (
    HEADERS,
    bits_of,
    float_call,
    float_constant,
    float_of,
    limited_float,
)
from tvm_tiny.operators.pool import Pool, PoolWindow
from tvm_tiny.operators.reduce import Reduction, axes_exist
from tvm_tiny.operators.value_ranges import Range, any_value

_LOW, _HIGH = (bits_of(float(end)) for end in element_type("float32").limits)


def _extreme(x: Any, axes: Any, largest: bool) -> Any:
    """The largest or smallest along reduction axes, as ``std::max`` and ``std::min`` choose."""
    name = "maximum" if largest else "minimum"
    bits = _LOW if largest else _HIGH
    reducer = te.comm_reducer(
        lambda a, b: float_call(name, a, b), lambda dtype: float_of(bits), name=name
    )
    return reducer(x, axis=axes)


class _PlainPool(Pool):
    headers = HEADERS
    form = Loops()

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (FLOAT32,)

    def channel_links(self, node: Node) -> Links:
        del node
        return None

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        del operands
        return any_value(node.output)

    def combined(self, w: PoolWindow, ox: Any, c: Any) -> Any:
        """What the elements under a window come to."""
        raise NotImplementedError

    def result(self, total: Any, count: Any) -> Any:
        """The result of that of ``count`` elements (float32)."""
        raise NotImplementedError

    def kernel(self, node: Node) -> Any:
        w = PoolWindow(node)
        acc = te.compute(w.shape, lambda ox, c: self.combined(w, ox, c), "acc")

        def element(ox: Any, c: Any) -> Any:
            count = (w.lines(node) * w.columns(ox)).astype("float32")
            return limited_float(self.result(acc[ox, c], count), node.attrs)

        y = te.compute(w.shape, element, "y")
        return te.create_prim_func([w.x, w.rows, y, w.begin, w.end])


@register
class PlainAvgPool2D(_PlainPool):
    """AVERAGE_POOL_2D of float32; padding does not count. As ``avg_pool2d``; limits (bits)."""

    name = "plain_avg_pool2d"
    priced_like = "avg_pool2d"

    def combined(self, w: PoolWindow, ox: Any, c: Any) -> Any:
        return te.sum(w.element(ox, c, tirx.const(0.0, "float32"), "float32"), axis=[w.ky, w.kx])

    def result(self, total: Any, count: Any) -> Any:
        return float_call("div", total, count)


@register
class PlainL2Pool2D(_PlainPool):
    """L2_POOL_2D of float32: the root of the mean square. As ``avg_pool2d``; limits (bits)."""

    name = "plain_l2_pool2d"
    priced_like = "avg_pool2d"

    def combined(self, w: PoolWindow, ox: Any, c: Any) -> Any:
        value = w.element(ox, c, tirx.const(0.0, "float32"), "float32")
        return te.sum(float_call("square", value), axis=[w.ky, w.kx])

    def result(self, total: Any, count: Any) -> Any:
        return float_call("sqrt", float_call("div", total, count))


@register
class PlainMaxPool2D(_PlainPool):
    """MAX_POOL_2D of float32. As ``max_pool2d``; limits (bits)."""

    name = "plain_max_pool2d"
    priced_like = "max_pool2d"

    def combined(self, w: PoolWindow, ox: Any, c: Any) -> Any:
        return _extreme(w.element(ox, c, float_of(_LOW), "float32"), [w.ky, w.kx], largest=True)

    def result(self, total: Any, count: Any) -> Any:
        del count
        return total


class _PlainReduction(Reduction):
    """Along any axes, elements in ascending order."""

    headers = HEADERS
    form = Loops()
    constraints = (axes_exist,)
    held = "float32"

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (FLOAT32,)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        del operands
        return any_value(node.output)

    def finished(self, node: Node, count: int) -> Callable[[Any], Any]:
        del node, count
        return lambda value: value


@register
class PlainMean(_PlainReduction):
    """MEAN of float32 over axes: the sum, divided. Attributes: axes, keep_dims."""

    name = "plain_mean"

    def finished(self, node: Node, count: int) -> Callable[[Any], Any]:
        del node
        return lambda total: float_call("div", total, float_constant(float(count)))


@register
class PlainSum(_PlainReduction):
    """SUM of float32 over axes. Attributes: axes, keep_dims."""

    name = "plain_sum"


@register
class PlainMaximum(_PlainReduction):
    """REDUCE_MAX of float32 over axes. Attributes: axes, keep_dims."""

    name = "plain_reduce_max"
    largest: ClassVar[bool] = True

    def combined(self, value: Any, axes: Any, node: Node) -> Any:
        del node
        return _extreme(value, axes, self.largest)


@register
class PlainMinimum(PlainMaximum):
    """REDUCE_MIN of float32 over axes. Attributes: axes, keep_dims."""

    name = "plain_reduce_min"
    largest = False


@register
class PlainPlace(Seeing):
    """ARG_MAX, ARG_MIN of float32 down the columns: x[.., I, C] -> int32[.., 1, C], the first.

    Attributes: largest (1: ARG_MAX).
    """

    name = "plain_place"
    priced_like = "mean"

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        shape = operands[0][0]
        return (*shape[:-2], 1, shape[-1]), "int32"

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.ROW,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (FLOAT32,)

    def kernel(self, node: Node) -> Any:
        width, channels = row_shape(node.operands[0])
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            x = TIR.arg("x", TIR.buffer((width * channels,), "float32"))
            y = TIR.arg("y", TIR.buffer((channels,), "int32"))
            with TIR.sblock("root"):
                TIR.reads(x[0 : width * channels])
                TIR.writes(y[0:channels])
                best = TIR.alloc_buffer((1,), "float32", scope="global")
                with TIR.serial(0, channels) as c:
                    TIR.buffer_store(best, x[c], [0])
                    TIR.buffer_store(y, int32(0), [c])
                    with TIR.serial(0, width) as i:
                        value = x[i * channels + c]
                        better = value > best[0] if node.attrs["largest"] else value < best[0]
                        with TIR.If(better), TIR.Then():
                            TIR.buffer_store(best, value, [0])
                            TIR.buffer_store(y, i, [c])
        return builder.get()
