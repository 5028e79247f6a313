# SPDX-License-Identifier: Apache-2.0
"""Binary operators on int8 with numpy broadcasting: add, sub, mul, maximum, minimum, prelu.

Arithmetic: TFLite's int8 reference kernels (``integer_ops/add.h``, ``sub.h``,
``integer_ops/mul.h``, ``maximum_minimum.h``, ``prelu.h``). An operand that has fewer rows than the
result is broadcast by ``row_call``: the kernel always gets the one row it needs.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import Access, Columns, Operator, RowCall, register, same_columns
from tvm_tiny.operators.conv import Kind, requantised

Attrs = Mapping[str, Any]


def row_shape(tensor: Tensor) -> tuple[int, int]:
    """(W, C) of a tensor's rows, whatever its rank."""
    width, channels = (1, 1, *tensor.shape)[-2:]
    return width, channels


def int32(value: Any) -> Any:
    """A constant of the kernel's arithmetic."""
    return tirx.const(int(value), "int32")


def peak(x: Any, axis: Any) -> Any:
    """The largest of int8 values held as int32, along reduction axes."""

    def larger(a: Any, b: Any) -> Any:
        return te.max(a, b)

    return te.comm_reducer(larger, lambda dtype: tirx.const(-128, dtype))(x, axis=axis)


def rescaled(x: Any, multiplier: int, shift: int) -> Any:
    """``MultiplyByQuantizedMultiplier`` by constants."""
    args = (x, int32(multiplier), int32(shift))
    return tirx.call_extern("int32", "tvm_tiny_requantize", *args)


def _no_int8(node: Node) -> str | None:
    """Operands and result are int8."""
    wrong = sorted({t.dtype for t in (*node.operands, node.output)} - {"int8"})
    return f"there is a tensor of type {wrong[0]}" if wrong else None


def _rescaling_limits(node: Node) -> str | None:
    """Every rescaling is by 2^-32 to 2^30 (multiplier 0 to 2^31 - 1, shift -31 to 30)."""
    for name, value in node.attrs.items():
        if name.endswith("multiplier") and not 0 <= value < 1 << 31:
            return f"{name} is {value}"
        if name.endswith("shift") and name != "left_shift" and not -31 <= value <= 30:
            return f"{name} is {value}"
    return None


class Binary(Operator):
    """Shared by operators of two broadcast operands."""

    operand_names: ClassVar[tuple[str, ...]] = ("a", "b")
    elementwise = True
    constraints = (_no_int8, _rescaling_limits)

    def infer(self, operands: Sequence[Kind], attrs: Attrs) -> Kind:
        del attrs
        shape = np.broadcast_shapes(operands[0][0], operands[1][0])
        return tuple(int(d) for d in shape), operands[0][1]

    def access(self, node: Node) -> tuple[Access, ...]:
        return tuple(Access.ROW for _ in node.operands)

    def row_call(self, node: Node, row: int) -> RowCall:
        leading = node.output.shape[:-2]
        index = np.unravel_index(row, leading) if leading else ()
        return RowCall(tuple((_broadcast_row(t, index),) for t in node.operands))

    def columns(self, node: Node, begin: int, end: int) -> Columns | None:
        return same_columns(node, begin, end)

    @abstractmethod
    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        """One element of the result from int8 elements."""

    def kernel(self, node: Node) -> Any:
        shapes = [row_shape(t) for t in node.operands]
        out = row_shape(node.output)
        if all(s in (out, (1, 1)) for s in shapes):
            # No operand repeats inside a row: one loop.
            shapes, out = [(1, w * c) for w, c in shapes], (1, out[0] * out[1])
        a, b = (
            te.placeholder((w * c,), t.dtype, name)
            for (w, c), t, name in zip(shapes, node.operands, self.operand_names, strict=True)
        )

        def value(i: Any) -> Any:
            at_a, at_b = (_offset(s, out, i) for s in shapes)
            return self.element(a[at_a], b[at_b], node.attrs)

        if out[0] == 1:
            y = te.compute((out[1],), lambda c: value((0, c)), "y")
        else:
            y = te.compute(out, lambda p, c: value((p, c)), "y")
        return te.create_prim_func([a, b, y])


def _broadcast_row(tensor: Tensor, index: Sequence[Any]) -> int:
    """The operand's row that goes into the result's row at ``index`` (its leading dimensions)."""
    row = 0
    leading = tensor.shape[:-2]
    tail = index[len(index) - len(leading) :]
    for size, i in zip(leading, tail, strict=True):
        row = row * size + (int(i) if size > 1 else 0)
    return row


def _offset(shape: tuple[int, int], out: tuple[int, int], i: tuple[Any, Any]) -> Any:
    """Element offset inside an operand's row; dimensions of size 1 repeat."""
    column = i[0] * shape[1] if shape[0] == out[0] else 0
    return column + i[1] if shape[1] == out[1] else column


def _term(x: Any, operand: str, attrs: Attrs) -> Any:
    """``(x - zero_point) * 2^left_shift`` on the common scale of a sum."""
    multiplier, shift = attrs[f"{operand}_multiplier"], attrs[f"{operand}_shift"]
    value = x.astype("int32") - int32(attrs[f"{operand}_zero_point"])
    if (multiplier, shift) == (1 << 30, 0) and attrs["left_shift"] > 0:
        # Half of an even number is exact: the operand with the larger scale is not rounded.
        return value * int32(1 << (attrs["left_shift"] - 1))
    return rescaled(value * int32(1 << attrs["left_shift"]), multiplier, shift)


@register
class Add(Binary):
    """ADD: a + b, both rescaled to twice the larger scale first.

    Attributes: a_zero_point, b_zero_point, left_shift, a_multiplier, a_shift, b_multiplier,
    b_shift, multiplier, shift, output_zero_point, activation ([low, high]).
    """

    name = "add"

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        total = _term(a, "a", attrs) + _term(b, "b", attrs)
        return requantised(total, int32(attrs["multiplier"]), int32(attrs["shift"]), attrs)


@register
class Sub(Binary):
    """SUB: a - b; attributes as for ``add``."""

    name = "sub"

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        total = _term(a, "a", attrs) - _term(b, "b", attrs)
        return requantised(total, int32(attrs["multiplier"]), int32(attrs["shift"]), attrs)


@register
class Mul(Binary):
    """MUL: a * b.

    Attributes: a_zero_point, b_zero_point, multiplier, shift, output_zero_point, activation.
    """

    name = "mul"

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        left = a.astype("int32") - int32(attrs["a_zero_point"])
        right = b.astype("int32") - int32(attrs["b_zero_point"])
        return requantised(left * right, int32(attrs["multiplier"]), int32(attrs["shift"]), attrs)


@register
class Maximum(Binary):
    """MAXIMUM of the stored integers; all three tensors share one quantisation."""

    name = "maximum"

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        del attrs
        return te.max(a, b)


@register
class Minimum(Binary):
    """MINIMUM of the stored integers; all three tensors share one quantisation."""

    name = "minimum"

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        del attrs
        return te.min(a, b)


@register
class Prelu(Binary):
    """PRELU: x where x >= 0, else alpha * x.

    Attributes: input_zero_point, alpha_zero_point, output_zero_point, positive_multiplier,
    positive_shift, negative_multiplier, negative_shift.
    """

    name = "prelu"
    operand_names = ("x", "alpha")

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        x = a.astype("int32") - int32(attrs["input_zero_point"])
        alpha = b.astype("int32") - int32(attrs["alpha_zero_point"])
        same = rescaled(x, attrs["positive_multiplier"], attrs["positive_shift"])
        scaled = rescaled(x * alpha, attrs["negative_multiplier"], attrs["negative_shift"])
        value = tirx.if_then_else(x >= 0, same, scaled) + int32(attrs["output_zero_point"])
        return te.max(te.min(value, int32(127)), int32(-128)).astype("int8")
