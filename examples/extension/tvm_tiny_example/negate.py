# SPDX-License-Identifier: Apache-2.0
"""NEG: y = -x on one scale, in integers ``clamp(zero_x + zero_y - q_x)``."""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import te
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import Call, Fault, Record, Shape, same_shape
from tvm_tiny.frontends.tflite.record import register as register_tflite
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import register
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.kinds import Arithmetic, OneByOne


@register
class Negate(OneByOne, Arithmetic):
    """y = clamp(total - x), ``total`` the sum of both zero points."""

    name = "negate"
    operand_names = ("x",)

    def kernel(self, node: Node) -> Any:
        """One row."""
        total = int32(node.attrs["total"])
        x = te.placeholder((node.operands[0].row_size,), "int8", "x")

        def negated(i: Any) -> Any:
            value = total - x[i].astype("int32")
            return te.max(te.min(value, int32(Q8.high)), int32(Q8.low)).astype("int8")

        return te.create_prim_func([x, te.compute(x.shape, negated, "y")])


def _one_scale(call: Call) -> list[Shape]:
    x, y = call.operand(0), call.outputs[0]
    if x.scale != y.scale:
        raise Fault(f"scales {x.scale} and {y.scale}", "only zero points may differ")
    return same_shape(call)


def _convert(call: Conversion) -> Any:
    total = call.operand(0).zero_point + call.outputs[0].zero_point
    return call.emit("negate", [call.stored(0)], {"total": total})


register_tflite(Record("NEG", _convert, "NegOptions", defaults=True, shapes=_one_scale))
