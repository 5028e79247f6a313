# SPDX-License-Identifier: Apache-2.0
"""The borders to float32 (TFLite ``reference/quantize.h``, ``reference/dequantize.h``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Operator, register
from tvm_tiny.operators.conv import Kind
from tvm_tiny.operators.elementwise import int32


def _positive_scale(node: Node) -> str | None:
    """The scale is a positive, finite, normal float32 number."""
    scale = np.float32(node.attrs["scale"])
    if not np.isfinite(scale) or scale < np.finfo(np.float32).tiny:
        return f"it is {node.attrs['scale']}"
    return None


def _scale_bits(node: Node) -> Any:
    """The scale as int32: TVM prints float constants with too few digits."""
    return int32(np.float32(node.attrs["scale"]).view(np.int32))


@register
class Quantize(Operator):
    """QUANTIZE: x float32 -> int8, ``round(x / scale) + zero_point``, saturated.

    The quotient is float32, ties round away from zero. Where TFLite's conversion to int32 is
    undefined, values saturate and a NaN becomes the zero point. Attributes: scale (float32),
    zero_point.
    """

    name = "quantize"
    constraints = (_positive_scale,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0][0], "int8"

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), "float32", "x")
        rest = (_scale_bits(node), int32(node.attrs["zero_point"]))

        def value(i: Any) -> Any:
            return tirx.call_extern("int32", "tvm_tiny_quantize", x[i], *rest).astype("int8")

        return te.create_prim_func([x, te.compute(x.shape, value, "y")])


@register
class Dequantize(Operator):
    """DEQUANTIZE: x int8 -> float32, ``(x - zero_point) * scale``.

    Attributes: scale (float32), zero_point.
    """

    name = "dequantize"
    constraints = (_positive_scale,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0][0], "float32"

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), "int8", "x")
        rest = (_scale_bits(node), int32(node.attrs["zero_point"]))

        def value(i: Any) -> Any:
            wide = x[i].astype("int32")
            return tirx.call_extern("float32", "tvm_tiny_dequantize", wide, *rest)

        return te.create_prim_func([x, te.compute(x.shape, value, "y")])
