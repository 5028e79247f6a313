# SPDX-License-Identifier: Apache-2.0
"""Binary operators with numpy broadcasting: add, sub, mul, maximum, minimum, prelu.

Arithmetic: TFLite's int8 and int16 reference kernels (``integer_ops/add.h``, ``sub.h``,
``integer_ops/mul.h``, ``maximum_minimum.h``, ``prelu.h``).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.arithmetic.fixed_point import multiply_by_quantized_multiplier
from tvm_tiny.graph import Node
from tvm_tiny.operators.backward import Backward
from tvm_tiny.operators.base import register
from tvm_tiny.operators.broadcasting import Broadcasting
from tvm_tiny.operators.broadcasting import row_shape as row_shape
from tvm_tiny.operators.conv import requantised
from tvm_tiny.operators.forms import Extreme, Product, Sum
from tvm_tiny.operators.kinds import INT8
from tvm_tiny.operators.value_ranges import Ints, Range, any_value, requantised_range

Attrs = Mapping[str, Any]


def int32(value: Any) -> Any:
    """A constant of the kernel's arithmetic."""
    return tirx.const(int(value), "int32")


def peak(x: Any, axis: Any, low: int) -> Any:
    """The largest of values of at least ``low`` held as int32, along reduction axes."""

    def larger(a: Any, b: Any) -> Any:
        return te.max(a, b)

    return te.comm_reducer(larger, lambda dtype: tirx.const(low, dtype))(x, axis=axis)


def limited(value: Any, dtype: str) -> Any:
    """An int32 value saturated to a type."""
    low, high = element_type(dtype).limits
    return te.max(te.min(value, int32(high)), int32(low)).astype(dtype)


def rescaled(x: Any, multiplier: int, shift: int) -> Any:
    """``MultiplyByQuantizedMultiplier`` by constants."""
    args = (x, int32(multiplier), int32(shift))
    return tirx.call_extern("int32", "tvm_tiny_requantize", *args)


def rescaling_limits(node: Node) -> str | None:
    """Every rescaling is by 2^-32 to 2^30 (multiplier 0 to 2^31 - 1, shift -31 to 30)."""
    for name, value in node.attrs.items():
        if name.endswith("multiplier") and not 0 <= value < 1 << 31:
            return f"{name} is {value}"
        if name.endswith("shift") and name != "left_shift" and not -31 <= value <= 30:
            return f"{name} is {value}"
    return None


class Binary(Broadcasting):
    """Shared by arithmetic of two broadcast operands."""

    operand_names: ClassVar[tuple[str, ...]] = ("a", "b")
    constraints = (rescaling_limits,)

    @abstractmethod
    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        """One element of the result from elements of its type."""

    def elements(self, values: Sequence[Any], node: Node) -> Any:
        return self.element(values[0], values[1], node.attrs)


def _term(x: Any, operand: str, attrs: Attrs) -> Any:
    """``(x - zero_point) * 2^left_shift`` on the common scale of a sum."""
    multiplier, shift = attrs[f"{operand}_multiplier"], attrs[f"{operand}_shift"]
    value = x.astype("int32") - int32(attrs[f"{operand}_zero_point"])
    if (multiplier, shift) == (1 << 30, 0) and attrs["left_shift"] > 0:
        # Half of an even number is exact: the operand with the larger scale is not rounded.
        return value * int32(1 << (attrs["left_shift"] - 1))
    return rescaled(value * int32(1 << attrs["left_shift"]), multiplier, shift)


class _Sum(Binary):
    """Shared by ``add`` and ``sub``."""

    sign: ClassVar[int]

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        first, second = _term(a, "a", attrs), _term(b, "b", attrs)
        total = first + second if self.sign > 0 else first - second
        scale = int32(attrs["multiplier"]), int32(attrs["shift"])
        return requantised(total, *scale, attrs, str(a.dtype))

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        attrs = node.attrs
        if max(attrs["a_shift"], attrs["b_shift"]) > 0:
            return any_value(node.output)  # a left shift may wrap: not monotone
        first, second = (
            [_term_value(attrs, name, x) for x in (r.low, r.high)]
            for name, r in zip("ab", operands, strict=True)
        )
        if self.sign < 0:
            second = [-second[1], -second[0]]
        scale = attrs["multiplier"], attrs["shift"]
        low, high = first[0] + second[0], first[1] + second[1]
        return requantised_range(low, high, scale, attrs, node.output.dtype)

    def variant(self, node: Node) -> str:
        """How many operands are rescaled: one with the larger scale is not."""
        attrs = node.attrs
        alone = [(attrs[f"{x}_multiplier"], attrs[f"{x}_shift"]) == (1 << 30, 0) for x in "ab"]
        return f"{2 - sum(alone)} rescaled"


def _term_value(attrs: Attrs, operand: str, value: Ints) -> Ints:
    shifted = (value - attrs[f"{operand}_zero_point"]) << attrs["left_shift"]
    return multiply_by_quantized_multiplier(
        shifted, attrs[f"{operand}_multiplier"], attrs[f"{operand}_shift"]
    )


@register
class Add(_Sum):
    """ADD: a + b, both rescaled to twice the larger scale first.

    Attributes: a_zero_point, b_zero_point, left_shift, a_multiplier, a_shift, b_multiplier,
    b_shift, multiplier, shift, output_zero_point, activation ([low, high]).
    """

    name = "add"
    limits = True
    backward = Backward.SUM
    sign = 1
    form = Sum(1)


@register
class Sub(_Sum):
    """SUB: a - b; attributes as for ``add``."""

    name = "sub"
    limits = True
    backward = Backward.DIFFERENCE
    sign = -1
    form = Sum(-1)


@register
class Mul(Binary):
    """MUL: a * b.

    Attributes: a_zero_point, b_zero_point, multiplier, shift, output_zero_point, activation.
    """

    name = "mul"
    limits = True
    backward = Backward.PRODUCT
    form = Product()

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        left = a.astype("int32") - int32(attrs["a_zero_point"])
        right = b.astype("int32") - int32(attrs["b_zero_point"])
        scale = int32(attrs["multiplier"]), int32(attrs["shift"])
        return requantised(left * right, *scale, attrs, str(a.dtype))

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        (a, b), attrs = operands, node.attrs
        za, zb = attrs["a_zero_point"], attrs["b_zero_point"]
        corners = np.stack([(x - za) * (y - zb) for x in (a.low, a.high) for y in (b.low, b.high)])
        scale = attrs["multiplier"], attrs["shift"]
        low, high = corners.min(axis=0), corners.max(axis=0)
        return requantised_range(low, high, scale, attrs, node.output.dtype)


class _Extreme(Binary):
    """Shared by both."""

    largest: ClassVar[bool]

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        del attrs
        return te.max(a, b) if self.largest else te.min(a, b)

    def value_range(self, node: Node, operands: Sequence[Range]) -> Range:
        del node
        choose = np.maximum if self.largest else np.minimum
        a, b = operands
        return Range(choose(a.low, b.low), choose(a.high, b.high))


@register
class Maximum(_Extreme):
    """MAXIMUM of the stored integers; all three tensors share one quantisation."""

    name = "maximum"
    largest = True
    form = Extreme(largest=True)


@register
class Minimum(_Extreme):
    """MINIMUM of the stored integers; all three tensors share one quantisation."""

    name = "minimum"
    largest = False
    form = Extreme(largest=False)


@register
class Prelu(Binary):
    """PRELU: x where x >= 0, else alpha * x.

    Attributes: input_zero_point, alpha_zero_point, output_zero_point, positive_multiplier,
    positive_shift, negative_multiplier, negative_shift.
    """

    name = "prelu"
    operand_names = ("x", "alpha")

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        return (INT8,) * len(node.operands)

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        x = a.astype("int32") - int32(attrs["input_zero_point"])
        alpha = b.astype("int32") - int32(attrs["alpha_zero_point"])
        same = rescaled(x, attrs["positive_multiplier"], attrs["positive_shift"])
        scaled = rescaled(x * alpha, attrs["negative_multiplier"], attrs["negative_shift"])
        value = tirx.if_then_else(x >= 0, same, scaled) + int32(attrs["output_zero_point"])
        return limited(value, str(a.dtype))
