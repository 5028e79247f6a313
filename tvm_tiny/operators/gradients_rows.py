# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: SIM117 (nested loops of generated code are written as nested loops)
"""Gradients of what works element by element: scales, clamps, sums, products, tables; losses."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from tvm_tiny._tvm import TIR, tirx
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import Access, Kind, RowCall, register_planned
from tvm_tiny.operators.elementwise import int32
from tvm_tiny.operators.gradient_forms import (
    GradientSum,
    PassingBits,
    ScaledGradient,
    SpreadGradient,
)
from tvm_tiny.operators.gradients import (
    HEAD,
    Body,
    Gradient,
    StateUpdate,
    TrainingOperator,
    factor_of,
    passes,
    train_call,
)


@register_planned
class ClampBits(TrainingOperator):
    """One bit an element of x int8: whether it is inside ]low, high[, so that gradients pass.

    What a clamp limited looks like the limits themselves. Element i of a row is bit i % 8 of byte
    i / 8: uint8[.., 1, ceil(W * C / 8)]. Attributes: low, high.
    """

    name = "clamp_bits"
    form = PassingBits()
    row_operands = (0,)

    def infer(self, operands: Sequence[Kind], attrs: Mapping[str, Any]) -> Kind:
        del attrs
        shape = operands[0][0]
        width = math.prod(shape[-2:])
        return (*shape[:-2], 1, -(-width // 8)), "uint8"

    def body(self, node: Node, k: Body) -> None:
        size = node.operands[0].row_size
        low, high = int32(node.attrs["low"]), int32(node.attrs["high"])
        with TIR.serial(0, size // 8) as i:
            _bits(k, i, 8, low, high)
        if size % 8:
            _bits(k, int32(size // 8), size % 8, low, high)


def _bits(k: Body, at: Any, count: int, low: Any, high: Any) -> None:
    total = int32(0)
    for bit in range(count):
        value = k["x"][at * 8 + bit].astype("int32")
        inside = tirx.all(value > low, value < high)
        total = total + tirx.Select(inside, int32(1 << bit), int32(0))
    TIR.buffer_store(k["y"], total.astype("uint8"), [at])


@register_planned
class GradScale(Gradient):
    """g times a factor a channel, of the last dimension: multiplier * 2^(shift - 31).

    multiplier int32[C] and shift int8[C], as forward layers have them, or [1] for all.

    Behind a clamp, its result ``x`` (or ``clamp_bits`` of it) says where nothing passes. Attributes
    low, high with x int8.
    """

    name = "grad_scale"
    form = ScaledGradient()
    operand_names = ("g", "state", "peaks", "multiplier", "shift", "x")
    row_operands = (0, 5)

    def body(self, node: Node, k: Body) -> None:
        self.prepare(node, k)
        channels = node.operands[3].size
        with TIR.serial(0, node.output.row_size // channels) as p:
            with TIR.serial(0, channels) as c:
                at = p * channels + c
                value = k["g"][at].astype("int32")
                if len(node.operands) > 5:
                    value = tirx.Select(passes(node, k, 5, at), value, int32(0))
                self.store(node, k, at, value, factor_of(k, c))


@register_planned
class GradAdd(Gradient):
    """The sum of two gradients, of exponents ``source`` and ``other``.

    The larger exponent's operand is shifted left by what they differ (at most 15, more does not
    count), so that the sum is exact and rounded once.
    """

    name = "grad_add"
    form = GradientSum()
    operand_names = ("g", "state", "peaks", "h")
    row_operands = (0, 3)

    def body(self, node: Node, k: Body) -> None:
        self.prepare(node, k)
        first = k["state"][HEAD + int(node.attrs["source"])]
        other = k["state"][HEAD + int(node.attrs["other"])]
        low = tirx.max(tirx.min(first, other), tirx.max(first, other) - int32(15))
        TIR.buffer_store(k.local, low, [2])
        TIR.buffer_store(k.local, k.local[1] + first - k.local[2], [1])
        for at, exponent in ((3, first), (4, other)):
            TIR.buffer_store(k.local, exponent - k.local[2], [at])
        with TIR.serial(0, node.output.row_size) as i:
            total = train_call("aligned", k["g"][i].astype("int32"), k.local[3])
            total = total + train_call("aligned", k["h"][i].astype("int32"), k.local[4])
            self.store(node, k, i, total)


@register_planned
class GradProduct(Gradient):
    """g times the other operand of a product, less its zero point; [1, 1, 1, C] is broadcast.

    Attributes: zero_point, factor.
    """

    name = "grad_product"
    operand_names = ("g", "state", "peaks", "x")

    def access(self, node: Node) -> tuple[Access, ...]:
        whole = node.operands[3].size != node.output.size
        return (Access.ROW, Access.WHOLE, Access.WHOLE, Access.WHOLE if whole else Access.ROW)

    def body(self, node: Node, k: Body) -> None:
        self.prepare(node, k)
        size = node.operands[3].size
        channels = size if size != node.output.size else node.output.row_size
        zero = int32(node.attrs["zero_point"])
        with TIR.serial(0, node.output.row_size // channels) as p:
            with TIR.serial(0, channels) as c:
                at = p * channels + c
                value = k["x"][c].astype("int32") - zero
                product = k["g"][at].astype("int32") * value
                self.store(node, k, at, product, int32(node.attrs["factor"]))


@register_planned
class GradProductSum(Gradient):
    """The gradient of a factor [1, 1, 1, C] of a product: g times the other, summed over pixels.

    A call adds a row to int32 sums in workspace, the last one rounds. Attributes: zero_point,
    factor, shape.
    """

    name = "grad_product_sum"
    operand_names = ("g", "state", "peaks", "x")
    scalar_names = ("row", "last")
    row_operands = (0, 3)

    def calls(self, node: Node) -> int:
        return node.operands[0].rows

    def state_bytes(self, node: Node) -> int:
        return 4 * node.output.size

    def row_call(self, node: Node, row: int) -> RowCall:
        rows = ((row,), (), (), (row,))
        return RowCall(rows, (row, int(row == self.calls(node) - 1)))

    def body(self, node: Node, k: Body) -> None:
        channels = node.output.size
        zero = int32(node.attrs["zero_point"])
        with TIR.If(k.scalars["row"] == 0), TIR.Then(), TIR.serial(0, channels) as c:
            TIR.buffer_store(k.total, int32(0), [c])
        with TIR.serial(0, node.operands[0].row_size // channels) as p:
            with TIR.serial(0, channels) as c:
                at = p * channels + c
                value = k["x"][at].astype("int32") - zero
                product = k["g"][at].astype("int32") * value
                TIR.buffer_store(k.total, k.total[c] + product, [c])
        with TIR.If(k.scalars["last"] == 1), TIR.Then():
            self.prepare(node, k)
            with TIR.serial(0, channels) as c:
                self.store_first(node, k, c)

    def store_first(self, node: Node, k: Body, c: Any) -> None:
        """Round a sum; the result is one row, whatever row was read."""
        only = Body(k.args, {**k.scalars, "row": int32(0)}, k.total, k.local)
        self.store(node, only, c, k.total[c], int32(node.attrs["factor"]))


@register_planned
class GradTable(Gradient):
    """The gradient of a table: g times the slope where x is; slope int32[256], factors."""

    name = "grad_table"
    operand_names = ("g", "state", "peaks", "slope", "x")
    row_operands = (0, 4)

    def body(self, node: Node, k: Body) -> None:
        self.prepare(node, k)
        with TIR.serial(0, node.output.row_size) as i:
            slope = k["slope"][k["x"][i].astype("int32") + 128]
            self.store(node, k, i, k["g"][i].astype("int32"), slope)


@register_planned
class GradSpread(Gradient):
    """The gradient of a mean or sum over pixels: g [.., C] at every pixel.

    g is read whole: it is one pixel. Attributes: factor, shape.
    """

    name = "grad_spread"
    form = SpreadGradient()
    row_operands = ()

    def body(self, node: Node, k: Body) -> None:
        self.prepare(node, k)
        channels = node.operands[0].size
        with TIR.serial(0, node.output.row_size // channels) as p:
            with TIR.serial(0, channels) as c:
                value = k["g"][c].astype("int32")
                self.store(node, k, p * channels + c, value, int32(node.attrs["factor"]))


@register_planned
class CrossEntropyGrad(Gradient):
    """softmax and cross entropy: probabilities of int8 logits less the label's 1, in Q0.15.

    Operands: logits, state, peaks, exponentials (int32[256], ``e^(-scale i) * 2^16``), label
    (int32[1]). Attributes: factor (the logits' scale).
    """

    name = "cross_entropy_grad"
    operand_names = ("logits", "state", "peaks", "exponentials", "label")
    row_operands = ()

    def body(self, node: Node, k: Body) -> None:
        self.prepare(node, k)
        count = node.output.size
        logits, table = k["logits"], k["exponentials"]
        largest = train_call("largest", logits.access_ptr("r"), int32(count))
        TIR.buffer_store(k.local, largest, [2])
        both = (logits.access_ptr("r"), int32(count), k.local[2], table.access_ptr("r"))
        TIR.buffer_store(k.local, train_call("total", *both), [3])
        with TIR.serial(0, count) as i:
            exponential = table[k.local[2] - logits[i].astype("int32")]
            value = train_call("probability", exponential, k.local[3])
            value = value - tirx.Select(k["label"][0] == i, int32(1 << 15), int32(0))
            self.store(node, k, i, value, int32(node.attrs["factor"]))


@register_planned
class SquaredErrorGrad(Gradient):
    """Mean squared error: result less target, both of the result's type; attributes: factor."""

    name = "squared_error_grad"
    operand_names = ("logits", "state", "peaks", "target")
    row_operands = (0, 3)

    def body(self, node: Node, k: Body) -> None:
        self.prepare(node, k)
        with TIR.serial(0, node.output.row_size) as i:
            value = k["logits"][i].astype("int32") - k["target"][i].astype("int32")
            self.store(node, k, i, value, int32(node.attrs["factor"]))


@register_planned
class TrainBegin(StateUpdate):
    """A step begins: its number, the exponents that the step before asks for, its learning rate.

    Operands: peaks, bits (int8, of each slot's limit), what must be there before (not read), the
    training state. Attributes: every, decay (of velocities, in 2^-15).
    """

    name = "train_begin"
    operand_names = ("peaks", "bits", "after")
    written = (0,)

    def body(self, node: Node, k: Body) -> None:
        pointers = (k["y"].access_ptr("rw"), k["peaks"].access_ptr("rw"), k["bits"].access_ptr("r"))
        numbers = (node.operands[1].size, int(node.attrs["every"]), int(node.attrs["decay"]))
        TIR.evaluate(train_call("begin", *pointers, *(int32(n) for n in numbers)))
