# SPDX-License-Identifier: Apache-2.0
"""Layer normalisation of int8 along the last dimension, rounded once.

TensorFlow Lite Micro has no kernel of it; ONNX has LayerNormalization. The reference is
``arithmetic.layer_norm``: integers throughout, the square root to 31 bits.
"""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import te, tirx
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.layer_norm import DEEPEST
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Array, register
from tvm_tiny.operators.channel_links import Indices
from tvm_tiny.operators.elementwise import int32, row_shape
from tvm_tiny.operators.kinds import INT8, INT32
from tvm_tiny.operators.softmax import AlongLast, position_by_position


def _deep_enough(node: Node) -> str | None:
    """The last dimension has at most 16384 elements (a sum has 23 bits)."""
    shape = node.operands[0].shape
    if not shape:
        return "there is no dimension"
    return f"it has {shape[-1]}" if shape[-1] > DEEPEST else None


def _call(dtype: str, name: str, *args: Any) -> Any:
    return tirx.call_extern(dtype, f"tvm_tiny_norm_{name}", *args)


@register
class LayerNorm(AlongLast):
    """Layer normalisation: (x - mean) / sqrt(variance + epsilon) * factor + offset, of int8.

    x[..., C], factors int32[C] in steps of 2^-fraction of the result's scale, offsets int32[C] in
    steps of 2^-12 of it. Attributes: zero_point (of x), centred (0: the mean is taken to be 0, as
    RMS normalisation has it), epsilon (of the variance, in steps of x squared, times C^2 * 256, as
    two int32: ``epsilon_high``, ``epsilon_low``), fraction, output_zero_point.
    """

    name = "layer_norm"
    operand_names = ("x", "factors", "offsets")
    headers = ("tvm_tiny_layer_norm.h",)
    constraints = (_deep_enough,)

    def with_channels(
        self, operand: int, array: Array, rows: Indices | None, columns: Indices | None
    ) -> Array:
        """Every channel counts: none is taken away."""
        return array if operand else super().with_channels(operand, array, rows, columns)

    def element_types(self, node: Node) -> tuple[frozenset[str], ...]:
        del node
        return INT8, INT32, INT32

    def kernel(self, node: Node) -> Any:
        width, depth = row_shape(node.operands[0])
        attrs = node.attrs
        centred = bool(attrs["centred"])
        epsilon = tuple(int32(attrs[k]) for k in ("epsilon_high", "epsilon_low"))
        rest = int32(attrs["fraction"]), int32(attrs["output_zero_point"])
        x = te.placeholder((width, depth), Q8.name, "x")
        factors, offsets = (
            te.placeholder((depth,), "int32", name) for name in self.operand_names[1:]
        )
        i, j = te.reduce_axis((0, depth), "i"), te.reduce_axis((0, depth), "j")

        def value(p: Any, c: Any) -> Any:
            return x[p, c].astype("int32") - int32(attrs["zero_point"])

        squares = te.compute(
            (width,), lambda p: te.sum(value(p, i) * value(p, i), axis=i), "squares"
        )
        total = te.compute((width,), lambda p: te.sum(value(p, j), axis=j), "total")

        def mean(p: Any) -> Any:
            return total[p] if centred else int32(0)

        def spread(p: Any) -> Any:
            return squares[p], mean(p), int32(depth), *epsilon

        inverse = te.compute((width,), lambda p: _call("int32", "inverse", *spread(p)), "inverse")
        right = te.compute((width,), lambda p: _call("int32", "shift", *spread(p)), "right")

        def result(p: Any, c: Any) -> Any:
            apart = value(p, c) * int32(depth) - mean(p)
            given = apart, inverse[p], right[p], factors[c], offsets[c], *rest
            return _call("int32", "result", *given).astype(Q8.name)

        y = te.compute((width, depth), result, "y")
        names = ("right", "inverse", *(("total",) if centred else ()), "squares")
        func = te.create_prim_func([x, factors, offsets, y])
        return position_by_position(func, names)
