# SPDX-License-Identifier: Apache-2.0
"""BATCH_MATMUL of two activations (TFLite ``reference/batch_matmul.h``): a row of a at a time.

Attention is two of these with a softmax between them. The first operand and the result go by rows,
the second is there whole: in a stream one row of scores is all that there ever is of them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from tvm_tiny._tvm import te
from tvm_tiny.arithmetic.int16 import reduced_multipliers
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register
from tvm_tiny.operators.conv import requantised
from tvm_tiny.operators.elementwise import int32, rescaling_limits
from tvm_tiny.operators.fields import AxisField, meeting
from tvm_tiny.operators.forms import TwoActivations
from tvm_tiny.operators.kinds import Unlinked
from tvm_tiny.operators.turning import Answer, Operands

_DEEPEST: Final = {"int8": (1 << 31) // (255 * 255) - 1, "int16": 1 << 16}


def filled_up(depth: int) -> int:
    """Bytes of a column of b whose columns all begin at words."""
    return -(-depth // 4) * 4


def shares_matrices(node: Node) -> str | None:
    """The result's rows are those of a; b has a matrix for all of them, or for each run of them."""
    a, b = (t.shape for t in node.operands)
    if len(a) != 4 or len(b) != 3 or a[0] != 1 or a[1] % b[0]:
        return f"a is {list(a)}, b is {list(b)}"
    inner = b[2] if node.attrs["transposed"] else b[1]
    filled = node.attrs["transposed"] and inner == filled_up(a[3])
    return None if filled or inner == a[3] else f"a has {a[3]} columns, b has {inner} rows"


def _sums_fit(node: Node) -> str | None:
    """The sum of products fits: at most 33024 of int8, 65536 of int16."""
    depth = node.operands[0].shape[-1]
    most = _DEEPEST.get(node.operands[0].dtype, depth)
    return f"there are {depth}" if depth > most else None


@register
class MatMul(Unlinked):
    """BATCH_MATMUL: a[1, M, W, K] times b[B, K, N] -> [1, M, W, N]; M / B rows share a matrix of b.

    Attributes: transposed (1: b is [B, N, K], K may be filled up to words), a_zero_point,
    b_zero_point, multiplier, shift, output_zero_point, activation. int16 sums are of 64 bits; they
    are rescaled by the multiplier reduced to 16 bits, and rounded once.
    """

    name = "matmul"
    by_steps = True
    form = TwoActivations()
    operand_names = ("a", "b")
    scalar_names = ("first",)
    priced_like = "fully_connected"
    constraints = (rescaling_limits, shares_matrices, _sums_fit)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        (a, dtype), (b, _) = operands
        return (*a[:-1], b[1] if attrs["transposed"] else b[2]), dtype

    def access(self, node: Node) -> tuple[Access, ...]:
        del node
        return Access.ROW, Access.WHOLE

    def row_call(self, node: Node, row: int) -> RowCall:
        b = node.operands[1].shape
        share = node.output.rows // b[0]
        return RowCall(((row,), ()), (row // share * b[1] * b[2],))

    def macs(self, node: Node) -> int:
        return node.output.size * node.operands[0].shape[-1]

    def field(self, node: Node, fields: Sequence[AxisField]) -> AxisField:
        """Every element of a depends on some of its row, and on all of b along its axis."""
        if len(fields) == 1:
            return fields[0]
        first, second = fields
        whole = first.whole or second.whole
        extent = node.activations[1].shape[second.dim] if second.dim >= 0 else 1
        return replace(meeting([first]), whole=whole or extent > 1)

    def turned(self, ops: Operands, attrs: Mapping[str, Any], shape: tuple[int, ...]) -> Answer:
        """Its rows are steps of time already."""
        del ops, attrs, shape
        return None

    def kernel(self, node: Node) -> Any:
        a, b = node.operands
        depth, width, attrs = a.shape[-1], node.output.shape[-1], node.attrs
        vectors = a.row_size // depth
        wide = "int64" if a.dtype == "int16" else "int32"
        x = te.placeholder((vectors, depth), a.dtype, "a")
        y = te.placeholder((math.prod(b.shape),), b.dtype, "b")
        first = te.var("first", "int32")
        k = te.reduce_axis((0, depth), "k")
        zeros = tuple(int32(attrs[f"{n}_zero_point"]) for n in ("a", "b"))

        def term(r: Any, c: Any) -> Any:
            at = first + (c * b.shape[-1] + k if attrs["transposed"] else k * width + c)
            left, right = x[r, k].astype("int32") - zeros[0], y[at].astype("int32") - zeros[1]
            product = left * right
            return te.sum(product if wide == "int32" else product.astype(wide), axis=k)

        total = te.compute((vectors, width), term, "total")
        reduced = wide == "int64"
        given = attrs["multiplier"], attrs["shift"]
        multiplier, shift = reduced_scale(*given) if reduced else given

        def result(r: Any, c: Any) -> Any:
            scale = int32(multiplier), int32(shift)
            return requantised(total[r, c], *scale, attrs, a.dtype, reduced)

        return te.create_prim_func([x, y, te.compute((vectors, width), result, "y"), first])


def reduced_scale(multiplier: int, shift: int) -> tuple[int, int]:
    """Multiplier of 16 bits and right shift of ``tvm_tiny_requantize_once``."""
    small, right = reduced_multipliers(np.array([multiplier]), np.array([shift]))
    return int(small[0]), int(right[0])
