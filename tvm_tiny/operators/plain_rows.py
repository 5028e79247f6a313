# SPDX-License-Identifier: Apache-2.0
"""float32 along the last dimension: SOFTMAX, LOG_SOFTMAX, L2_NORMALIZATION; CUMSUM of any type.

Sources: TFLite ``reference/softmax.h``, ``log_softmax.h``, ``l2normalization.h``, ``cumsum.h``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, register
from tvm_tiny.operators.conv import requantised
from tvm_tiny.operators.elementwise import int32, rescaled, rescaling_limits, row_shape
from tvm_tiny.operators.kinds import FLOAT32, INT8, Seeing
from tvm_tiny.operators.plain import HEADERS, float_call, float_constant, float_of
from tvm_tiny.operators.softmax import AlongLast

_LOWEST = float(element_type("float32").low)


class _FloatRow(AlongLast):
    """Computes a vector of floats from a vector of floats."""

    headers = HEADERS
    constraints = ()

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (FLOAT32,)

    def vector(self, x: Any, y: Any, held: Any, at: Any, node: Node) -> None:
        """Statements that make the vector at element ``at`` of a row; ``held``: variables."""
        raise NotImplementedError

    def kernel(self, node: Node) -> Any:
        width, depth = row_shape(node.operands[0])
        size = width * depth
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            x = TIR.arg("x", TIR.buffer((size,), "float32"))
            y = TIR.arg("y", TIR.buffer((size,), "float32"))
            with TIR.sblock("root"):
                TIR.reads(x[0:size])
                TIR.writes(y[0:size])
                held = TIR.alloc_buffer((2,), "float32", scope="global")
                with TIR.serial(0, width) as p:
                    self.vector(x, y, held, p * depth, node)
        return builder.get()


def _largest(x: Any, held: Any, at: Any, depth: int) -> None:
    """The largest of a vector, into the first variable."""
    TIR.buffer_store(held, float_constant(_LOWEST), [0])
    with TIR.serial(0, depth) as c:
        TIR.buffer_store(held, float_call("maximum", held[0], x[at + c]), [0])


@register
class PlainSoftmax(_FloatRow):
    """SOFTMAX of float32. Attributes: beta (bits of a float32)."""

    name = "plain_softmax"

    def vector(self, x: Any, y: Any, held: Any, at: Any, node: Node) -> None:
        depth = node.operands[0].shape[-1]
        beta = float_of(node.attrs["beta"])
        _largest(x, held, at, depth)
        TIR.buffer_store(held, float_constant(0.0), [1])
        with TIR.serial(0, depth) as c:
            less = float_call("sub", x[at + c], held[0])
            power = float_call("exp", float_call("mul", less, beta))
            TIR.buffer_store(y, power, [at + c])
            TIR.buffer_store(held, float_call("add", held[1], y[at + c]), [1])
        with TIR.serial(0, depth) as c:
            TIR.buffer_store(y, float_call("div", y[at + c], held[1]), [at + c])


@register
class PlainLogSoftmax(_FloatRow):
    """LOG_SOFTMAX of float32."""

    name = "plain_log_softmax"

    def vector(self, x: Any, y: Any, held: Any, at: Any, node: Node) -> None:
        depth = node.operands[0].shape[-1]
        _largest(x, held, at, depth)
        TIR.buffer_store(held, float_constant(0.0), [1])
        with TIR.serial(0, depth) as c:
            less = float_call("sub", x[at + c], held[0])
            TIR.buffer_store(held, float_call("add", held[1], float_call("exp", less)), [1])
        TIR.buffer_store(held, float_call("log", held[1]), [1])
        with TIR.serial(0, depth) as c:
            less = float_call("sub", x[at + c], held[0])
            TIR.buffer_store(y, float_call("sub", less, held[1]), [at + c])


@register
class PlainL2Normalization(_FloatRow):
    """L2_NORMALIZATION of float32; lengths count as 10^-6 at least."""

    name = "plain_l2_normalization"

    def vector(self, x: Any, y: Any, held: Any, at: Any, node: Node) -> None:
        depth = node.operands[0].shape[-1]
        TIR.buffer_store(held, float_constant(0.0), [0])
        with TIR.serial(0, depth) as c:
            TIR.buffer_store(held, float_call("more", held[0], x[at + c], x[at + c]), [0])
        root = float_call("sqrt", held[0])
        TIR.buffer_store(held, float_call("maximum", root, float_constant(1e-6)), [1])
        with TIR.serial(0, depth) as c:
            TIR.buffer_store(y, float_call("div", x[at + c], held[1]), [at + c])


@register
class CumulativeSum(Seeing):
    """CUMSUM down the columns: y[.., i, c] is the sum of x[.., j, c] for j up to i.

    int8 sums are kept in steps of 2^-20 of twice the scale and start at the zero point, as TFLM's;
    float32 and int32 are added as they are. Attributes: exclusive (1: j below i), reverse (1: from
    the end); of int8 also those that ``add`` has for its first operand and its result.
    """

    name = "cumulative_sum"
    headers = HEADERS
    priced_like = "mean"
    constraints = (rescaling_limits,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0]

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return (Access.ROW,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (INT8 | FLOAT32,)

    def kernel(self, node: Node) -> Any:
        width, channels = row_shape(node.operands[0])
        size, dtype, attrs = width * channels, node.operands[0].dtype, node.attrs
        held_type = "float32" if dtype == "float32" else "int32"
        with IRBuilder() as builder, TIR.prim_func(s_tir=True):
            TIR.func_name("main")
            x = TIR.arg("x", TIR.buffer((size,), dtype))
            y = TIR.arg("y", TIR.buffer((size,), dtype))
            with TIR.sblock("root"):
                TIR.reads(x[0:size])
                TIR.writes(y[0:size])
                held = TIR.alloc_buffer((2,), held_type, scope="global")
                with TIR.serial(0, channels) as c:
                    TIR.buffer_store(held, self._term(int32(0), node, first=True), [0])
                    with TIR.serial(0, width) as i:
                        place = width - 1 - i if attrs["reverse"] else i
                        at = place * channels + c
                        # Read before it is written: the result may lie over the operand.
                        TIR.buffer_store(held, self._term(x[at], node), [1])
                        if attrs["exclusive"]:
                            TIR.buffer_store(y, self._result(held[0], node), [at])
                        total = held[0] + held[1]
                        if dtype == "float32":
                            total = float_call("add", held[0], held[1])
                        TIR.buffer_store(held, total, [0])
                        if not attrs["exclusive"]:
                            TIR.buffer_store(y, self._result(held[0], node), [at])
        return builder.get()

    def _term(self, x: Any, node: Node, first: bool = False) -> Any:
        """An element on the sum's scale; the sum's start is that of the integer 0."""
        attrs = node.attrs
        if node.operands[0].dtype == "float32":
            return float_constant(0.0) if first else x
        wide = (x.astype("int32") - int32(attrs["a_zero_point"])) * int32(1 << attrs["left_shift"])
        return rescaled(wide, attrs["a_multiplier"], attrs["a_shift"])

    def _result(self, total: Any, node: Node) -> Any:
        if node.operands[0].dtype == "float32":
            return total
        attrs = node.attrs
        return requantised(total, int32(attrs["multiplier"]), int32(attrs["shift"]), attrs)
