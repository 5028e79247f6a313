# SPDX-License-Identifier: Apache-2.0
"""Element by element of several operands: differences squared, quotients, comparisons, choices.

Sources: TFLite ``reference/div.h``, ``comparisons.h``, ``select.h``, ``add_n.h``; TFLM
``squared_difference.cc``, ``logical_common.cc``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from tvm_tiny._tvm import tirx
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Kind, register
from tvm_tiny.operators.broadcasting import Attrs, Broadcasting
from tvm_tiny.operators.conv import requantised
from tvm_tiny.operators.elementwise import Binary, int32, rescaled, rescaling_limits
from tvm_tiny.operators.forms import Loops, Square
from tvm_tiny.operators.kinds import BOOL, INT8

COMPARED: Final = frozenset({"int8", "int32", "int64", "float32", "bool"})
_RELATIONS: Final = {
    "equal": lambda a, b: a == b,
    "not_equal": lambda a, b: a != b,
    "less": lambda a, b: a < b,
    "less_equal": lambda a, b: a <= b,
    "greater": lambda a, b: a > b,
    "greater_equal": lambda a, b: a >= b,
}


def _shifted(x: Any, operand: str, attrs: Attrs) -> Any:
    """``(x - zero_point) * 2^left_shift``, rescaled."""
    value = x.astype("int32") - int32(attrs[f"{operand}_zero_point"])
    wide = value * int32(1 << attrs["left_shift"])
    return rescaled(wide, attrs[f"{operand}_multiplier"], attrs[f"{operand}_shift"])


@register
class SquaredDifference(Binary):
    """SQUARED_DIFFERENCE: (a - b)^2.

    Both are rescaled to twice the larger scale first, int8 in steps of 2^-7. Attributes: as for
    ``add``.
    """

    name = "squared_difference"
    form = Square()

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        difference = _shifted(a, "a", attrs) - _shifted(b, "b", attrs)
        scale = int32(attrs["multiplier"]), int32(attrs["shift"])
        return requantised(difference * difference, *scale, attrs, str(a.dtype))


def _quotients_fit(node: Node) -> str | None:
    """The quotient of the scales is below 2^21."""
    shift = node.attrs["shift"]
    return f"it is rescaled by 2^{shift}" if shift > 21 else None


@register
class Div(Binary):
    """DIV: a / b, int8.

    Where TFLM's kernel is not defined (b is 0, or the quotient is far below a step) the result is
    the one of its published interpreter.

    Attributes: a_zero_point, b_zero_point, multiplier, shift, output_zero_point, activation.
    """

    name = "div"
    form = Loops()
    headers = ("tvm_tiny_functions.h",)
    constraints = (rescaling_limits, _quotients_fit)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        return (INT8,) * len(node.operands)

    def element(self, a: Any, b: Any, attrs: Attrs) -> Any:
        above = a.astype("int32") - int32(attrs["a_zero_point"])
        below = b.astype("int32") - int32(attrs["b_zero_point"])
        scale = int32(attrs["multiplier"]), int32(attrs["shift"])
        value = tirx.call_extern("int32", "tvm_tiny_divide", above, below, *scale)
        low, high = (int32(v) for v in attrs["activation"])
        value = value + int32(attrs["output_zero_point"])
        return tirx.call_extern("int32", "tvm_tiny_clamp", value, low, high).astype("int8")


@register
class Compare(Broadcasting):
    """EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL: one bool (a byte) an element.

    int8 operands are rescaled by their scales, in steps of 2^-8, and the rounded numbers compared;
    other types are compared as they are. Attributes: relation; of int8 also those that ``add`` has
    for its operands.
    """

    name = "compare"
    operand_names = ("a", "b")
    constraints = (rescaling_limits,)

    def infer(self, operands: Sequence[Kind], attrs: Attrs) -> Kind:
        return super().infer(operands, attrs)[0], "bool"

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        first = node.operands[0].dtype
        return (frozenset({first}) & COMPARED or COMPARED,) * 2

    def elements(self, values: Sequence[Any], node: Node) -> Any:
        attrs, (a, b) = node.attrs, values
        if node.operands[0].elements is Q8:
            a, b = _shifted(a, "a", attrs), _shifted(b, "b", attrs)
        return _RELATIONS[attrs["relation"]](a, b).astype("uint8")


@register
class Logical(Broadcasting):
    """LOGICAL_AND, LOGICAL_OR, LOGICAL_NOT of bools. Attributes: function ("and", "or", "not")."""

    name = "logical"
    operand_names = ("a", "b")

    def names(self, node: Node) -> Sequence[str]:
        return self.operand_names[: len(node.operands)]

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        return (BOOL,) * len(node.operands)

    def elements(self, values: Sequence[Any], node: Node) -> Any:
        zero = tirx.const(0, "uint8")
        held = [v != zero for v in values]
        function = node.attrs["function"]
        if function == "not":
            return (values[0] == zero).astype("uint8")
        both = tirx.all(*held) if function == "and" else tirx.any(*held)
        return both.astype("uint8")


@register
class Select(Broadcasting):
    """SELECT_V2: x where the condition holds, else y; the stored integers."""

    name = "select"
    operand_names = ("condition", "x", "y")

    def infer(self, operands: Sequence[Kind], attrs: Attrs) -> Kind:
        return super().infer(operands, attrs)[0], operands[1][1]

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        taken = frozenset({node.operands[1].dtype})
        return BOOL, taken, taken

    def elements(self, values: Sequence[Any], node: Node) -> Any:
        condition, x, y = values
        return tirx.if_then_else(condition != tirx.const(0, "uint8"), x, y)


def _one_shape(node: Node) -> str | None:
    """All operands have one shape."""
    shapes = {t.shape for t in node.operands}
    return None if len(shapes) == 1 else f"they have {sorted(shapes)}"


def _few(node: Node) -> str | None:
    """At most 14 operands (the sum is int32)."""
    return f"there are {len(node.operands)}" if len(node.operands) > 14 else None


@register
class AddN(Broadcasting):
    """ADD_N: the sum of two or more int8 tensors of one scale, rounded once.

    Attributes: input_zero_point, left_shift, multiplier, shift, output_zero_point, activation.
    """

    name = "add_n"
    constraints = (rescaling_limits, _one_shape, _few)

    def names(self, node: Node) -> Sequence[str]:
        return [f"x{i}" for i in range(len(node.operands))]

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        return (INT8,) * len(node.operands)

    def elements(self, values: Sequence[Any], node: Node) -> Any:
        attrs = node.attrs
        total = values[0].astype("int32")
        for value in values[1:]:
            total = total + value.astype("int32")
        # Half of an even number is exact, so the sum may come first. TFLM's starts at the integer
        # 0, which is a zero point more than there are operands.
        total = total - int32((len(values) + 1) * attrs["input_zero_point"])
        wide = total * int32(1 << (attrs["left_shift"] - 1))
        scale = int32(attrs["multiplier"]), int32(attrs["shift"])
        return requantised(wide, *scale, attrs, "int8")
