# SPDX-License-Identifier: Apache-2.0
"""Numbers as they are, element by element: float32, and int32 that stands for itself.

What a model computes between DEQUANTIZE and QUANTIZE, and models of float32. Every operation
rounds as TFLite's reference kernel does (``tvm_tiny_floats.h``), so results are the same bits;
elementary functions are within 2 units in the last place, and the same on all cores.

Sources: TFLite ``reference/add.h``, ``sub.h``, ``mul.h``, ``div.h``, ``floor_div.h``,
``floor_mod.h``, ``prelu.h``, ``cast.cc``; TFLM ``elementwise.cc``.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import register
from tvm_tiny.operators.broadcasting import Attrs, Broadcasting
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.kinds import FLOAT32, INT32, OneByOne

HEADERS: Final = ("tvm_tiny_floats.h",)
NUMBERS: Final = FLOAT32 | INT32
_WHOLE: Final = frozenset({"add", "sub", "mul", "div", "maximum", "minimum", "squared_difference"})
_FLOAT: Final = _WHOLE | {"floor_div", "floor_mod", "prelu"}
FUNCTIONS: Final = frozenset(
    {
        "abs", "neg", "exp", "log", "sin", "cos", "sqrt", "rsqrt", "square", "floor", "ceil",
        "round", "relu", "elu", "hard_swish", "logistic", "tanh", "leaky_relu", "limited",
    }
)  # fmt: skip
"""Of one float32 number."""


def bits_of(value: float) -> int:
    """The bits of a float32 as int32: TVM prints float constants with too few digits."""
    return int(struct.unpack("<i", struct.pack("<f", value))[0])


def float_call(name: str, *args: Any) -> Any:
    """A function of ``tvm_tiny_floats.h`` that makes a float32."""
    return tirx.call_extern("float32", f"tvm_tiny_float_{name}", *args)


def float_of(bits: int) -> Any:
    """A float32 of a kernel's arithmetic by its bits."""
    return tirx.call_extern("float32", "tvm_tiny_float", int32(bits))


def float_constant(value: float) -> Any:
    """A number of a kernel's arithmetic, as float32."""
    return float_of(bits_of(value))


def limited_float(value: Any, attrs: Attrs) -> Any:
    """The fused activation: limits by their bits, none where there are none."""
    limits = attrs.get("limits")
    return value if limits is None else float_call("limited", value, *map(int32, limits))


def _known_pair(node: Node) -> str | None:
    """The function is one of its operands' type."""
    known = _FLOAT if node.operands[0].dtype == "float32" else _WHOLE
    function = node.attrs["function"]
    return None if function in known else f"{function} of {node.operands[0].dtype}"


@register
class PlainPair(Broadcasting):
    """ADD, SUB, MUL, DIV, MAXIMUM, ... of float32 or int32 as they are; int32 wraps.

    Attributes: function; limits (of float32: bits of the fused activation's, of int32: numbers).
    """

    name = "plain_pair"
    operand_names = ("a", "b")
    headers = HEADERS
    constraints = (_known_pair,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        first = frozenset({node.operands[0].dtype}) & NUMBERS or NUMBERS
        return first, first

    def elements(self, values: Sequence[Any], node: Node) -> Any:
        attrs = node.attrs
        if node.operands[0].dtype == "float32":
            return limited_float(float_call(str(attrs["function"]), *values), attrs)
        value = tirx.call_extern("int32", f"tvm_tiny_whole_{attrs['function']}", *values)
        limits = attrs.get("limits")
        if limits is None:
            return value
        return tirx.call_extern("int32", "tvm_tiny_clamp", value, *map(int32, limits))


def _known_function(node: Node) -> str | None:
    """The function is a known one of float32."""
    return None if node.attrs["function"] in FUNCTIONS else str(node.attrs["function"])


@register
class PlainFunction(OneByOne):
    """EXP, LOGISTIC, RELU, ... of float32.

    Attributes: function; arguments (further ones, int32: bits of a slope or of limits).
    """

    name = "plain_function"
    headers = HEADERS
    constraints = (_known_function,)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (FLOAT32,)

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), "float32", "x")
        rest = [int32(a) for a in node.attrs.get("arguments", ())]
        function = str(node.attrs["function"])
        y = te.compute(x.shape, lambda i: float_call(function, x[i], *rest), "y")
        return te.create_prim_func([x, y])
