# SPDX-License-Identifier: Apache-2.0
"""The borders to float32 (TFLite ``reference/quantize.h``, ``reference/dequantize.h``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tvm_tiny._tvm import te, tirx
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Array, Kind, register
from tvm_tiny.operators.channel_links import Links
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.forms import Quantisation
from tvm_tiny.operators.kinds import FLOAT32, QUANTISED_TYPES, AtBorder, Pointwise


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
class Quantize(Pointwise):
    """QUANTIZE: x float32 -> int8 or int16, ``round(x / scale) + zero_point``, saturated.

    The quotient is float32, ties round away from zero. Where TFLite's conversion to int32 is
    undefined, values saturate and a NaN becomes the zero point. Attributes: scale (float32),
    zero_point, dtype (int8 if absent).
    """

    name = "quantize"
    form = Quantisation()
    priced_like = "quantize"
    constraints = (_positive_scale,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        return operands[0][0], str(attrs.get("dtype", Q8.name))

    def channel_links(self, node: Node) -> Links:
        """The caller's float tensor stays whole."""
        del node
        return None

    def folded(self, node: Node) -> Array | None:
        """``AffineQuantize``: float32 division, halves away from zero, saturation."""
        x = node.operands[0].data
        if x is None:
            return None
        limits = np.iinfo(node.output.dtype)
        steps = (x / np.float32(node.attrs["scale"])).astype(np.float64)
        whole = np.copysign(np.floor(np.abs(steps) + 0.5), steps)
        wide = np.clip(whole + node.attrs["zero_point"], limits.min, limits.max)
        return wide.astype(node.output.dtype)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (FLOAT32,)

    def kernel(self, node: Node) -> Any:
        kind = node.output.elements
        x = te.placeholder((node.operands[0].row_size,), "float32", "x")
        rest = (_scale_bits(node), int32(node.attrs["zero_point"]))

        def value(i: Any) -> Any:
            if kind.name == Q8.name:
                return tirx.call_extern("int32", "tvm_tiny_quantize", x[i], *rest).astype(Q8.name)
            limits = map(int32, kind.limits)
            whole = tirx.call_extern("int32", "tvm_tiny_quantize_to", x[i], *rest, *limits)
            return whole.astype(kind.name)

        return te.create_prim_func([x, te.compute(x.shape, value, "y")])


@register
class Dequantize(AtBorder):
    """DEQUANTIZE: x int8 or int16 -> float32, ``(x - zero_point) * scale``.

    Attributes: scale (float32), zero_point.
    """

    name = "dequantize"
    priced_like = "dequantize"
    constraints = (_positive_scale,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        return operands[0][0], "float32"

    def folded(self, node: Node) -> Array | None:
        """``Dequantize``: the float32 scale times an integer, in double, rounded once."""
        x = node.operands[0].data
        if x is None:
            return None
        scale = np.float64(np.float32(node.attrs["scale"]))
        return (scale * (x.astype(np.int32) - node.attrs["zero_point"])).astype(np.float32)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return (QUANTISED_TYPES,)

    def kernel(self, node: Node) -> Any:
        x = te.placeholder((node.operands[0].row_size,), node.operands[0].dtype, "x")
        rest = (_scale_bits(node), int32(node.attrs["zero_point"]))

        def value(i: Any) -> Any:
            wide = x[i].astype("int32")
            return tirx.call_extern("float32", "tvm_tiny_dequantize", wide, *rest)

        return te.create_prim_func([x, te.compute(x.shape, value, "y")])
