# SPDX-License-Identifier: Apache-2.0
"""Operators of one tensor whose elements have too many values for a table of all results.

Sources: TFLite ``reference/requantize.h``, ``integer_ops/leaky_relu.h``, ``integer_ops/logistic.h``
and ``integer_ops/tanh.h`` (their int16 functions).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.arithmetic.luts import RSQRT_SPARE
from tvm_tiny.arithmetic.recurrent import TABLE_ENTRIES
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Kind, register
from tvm_tiny.operators.conv import requantised
from tvm_tiny.operators.elementwise import int32, limited, rescaled, rescaling_limits
from tvm_tiny.operators.forms import Sigmoid
from tvm_tiny.operators.kinds import INT16, INT32, QUANTISED_TYPES, UINT16, OneByOne

Attrs = Mapping[str, Any]


class _Unary(OneByOne):
    """By arithmetic on an element held as int32."""

    constraints = (rescaling_limits,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (QUANTISED_TYPES,)

    @abstractmethod
    def element(self, x: Any, tables: Sequence[Any], node: Node) -> Any:
        """One result from an element held as int32 and the constant operands."""

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), node.operands[0].dtype, "x")
        tables = [
            te.placeholder(t.shape, t.dtype, name)
            for t, name in zip(node.operands[1:], self.operand_names[1:], strict=True)
        ]
        y = te.compute(x.shape, lambda i: self.element(x[i].astype("int32"), tables, node), "y")
        return te.create_prim_func([x, *tables, y])


@register
class Rescale(_Unary):
    """QUANTIZE between integer types, RELU: another scale, zero point and type, then a clamp.

    Attributes: input_zero_point, multiplier, shift, output_zero_point, activation ([low, high]),
    dtype (of the result).
    """

    name = "rescale"

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (QUANTISED_TYPES | INT32,)

    def infer(self, operands: Sequence[Kind], attrs: Attrs) -> Kind:
        return operands[0][0], str(attrs["dtype"])

    def element(self, x: Any, tables: Sequence[Any], node: Node) -> Any:
        del tables
        attrs = node.attrs
        scale = int32(attrs["multiplier"]), int32(attrs["shift"])
        value = x - int32(attrs["input_zero_point"])
        kind = node.operands[0].elements
        most = max(abs(end - int(attrs["input_zero_point"])) for end in kind.limits)
        narrow = most << (max(int(attrs["shift"]), 0) + 1) < 1 << 31
        return requantised(value, *scale, attrs, node.output.dtype, narrow=narrow)


@register
class Abs(_Unary):
    """ABS of more values than a table has room for: |x - input_zero_point|, rescaled.

    Attributes: as for ``rescale`` without dtype.
    """

    name = "abs"

    def element(self, x: Any, tables: Sequence[Any], node: Node) -> Any:
        del tables
        attrs = node.attrs
        scale = int32(attrs["multiplier"]), int32(attrs["shift"])
        value = x - int32(attrs["input_zero_point"])
        size = te.max(value, int32(0) - value)
        return requantised(size, *scale, attrs, node.output.dtype)


@register
class LeakyRelu(_Unary):
    """LEAKY_RELU: x where x >= 0, else alpha * x.

    Attributes: input_zero_point, output_zero_point, positive_multiplier, positive_shift,
    negative_multiplier, negative_shift, negative_sign (1, or -1 for a negative alpha).
    """

    name = "leaky_relu"

    def element(self, x: Any, tables: Sequence[Any], node: Node) -> Any:
        del tables
        attrs = node.attrs
        value = x - int32(attrs["input_zero_point"])
        same = rescaled(value, attrs["positive_multiplier"], attrs["positive_shift"])
        slope = rescaled(value, attrs["negative_multiplier"], attrs["negative_shift"])
        slope = slope if attrs["negative_sign"] > 0 else int32(0) - slope
        chosen = tirx.if_then_else(value >= 0, same, slope) + int32(attrs["output_zero_point"])
        return limited(chosen, node.output.dtype)


@register
class Rsqrt16(_Unary):
    """RSQRT of int16: 1 / sqrt(x); of numbers that are not above 0 the largest, where TFLM stops.

    Attributes: multiplier, shift (``luts.rsqrt_scale``).
    """

    name = "rsqrt16"
    headers = ("tvm_tiny_functions.h",)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (INT16,)

    def element(self, x: Any, tables: Sequence[Any], node: Node) -> Any:
        del tables
        root = tirx.call_extern("int32", "tvm_tiny_inverse_root", x)
        right = tirx.call_extern("int32", "tvm_tiny_inverse_root_shift", x)
        args = int32(1), root, int32(RSQRT_SPARE) - right
        data = tirx.call_extern("int32", "tvm_tiny_requantize", *args)
        value = rescaled(data, node.attrs["multiplier"], node.attrs["shift"])
        largest = int32(node.output.elements.high)
        return limited(tirx.if_then_else(x > 0, value, largest), node.output.dtype)


@register
class Clip(_Unary):
    """RELU6 and clamps that keep the scale. Attributes: activation ([low, high])."""

    name = "clip"
    constraints = ()

    def narrowed(self, node: Node, low: int, high: int) -> tuple[int, int] | None:
        least, most = (int(limit) for limit in node.attrs["activation"])
        ends = min(max(low, least), most), min(max(high, least), most)
        return ends if ends[0] < ends[1] else None

    def element(self, x: Any, tables: Sequence[Any], node: Node) -> Any:
        del tables
        low, high = node.attrs["activation"]
        return te.max(te.min(x, int32(high)), int32(low)).astype(node.output.dtype)


def _table_of_sigmoid(node: Node) -> str | None:
    """The table is a constant of 513 uint16."""
    table = node.operands[1]
    if table.data is None or table.shape != (TABLE_ENTRIES,):
        return f"it is {table.dtype}{list(table.shape)}"
    return None


class _Sigmoid(_Unary):
    """LOGISTIC and TANH: a table of the logistic function, interpolated."""

    operand_names = ("x", "table")
    constraints = (_table_of_sigmoid,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return INT16, UINT16

    def element(self, x: Any, tables: Sequence[Any], node: Node) -> Any:
        (table,) = tables
        shift = int(node.attrs["shift"])
        argument = x * int32(node.attrs["multiplier"])
        if shift:
            argument = (argument + int32(1 << (shift - 1))) >> int32(shift)
        name = f"tvm_tiny_{self.name}"
        place = tirx.call_extern("int32", f"{name}_place", argument) + int32(TABLE_ENTRIES // 2)
        ends = (table[place + offset].astype("int32") for offset in (0, 1))
        return tirx.call_extern("int32", name, argument, *ends).astype("int16")


@register
class Logistic16(_Sigmoid):
    """LOGISTIC of int16: to scale 2^-15. Attributes: multiplier, shift (to the right)."""

    name = "logistic16"
    form = Sigmoid("tvm_tiny_logistic16_row")


@register
class Tanh16(_Sigmoid):
    """TANH of int16: to scale 2^-15; attributes as for ``logistic16``."""

    name = "tanh16"
    form = Sigmoid("tvm_tiny_tanh16_row")
