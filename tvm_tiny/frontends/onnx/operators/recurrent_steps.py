# SPDX-License-Identifier: Apache-2.0
"""The steps of LSTM, GRU and RNN nodes: every product, sum and function on a grid of int16.

* Gates in front of their function: steps of 2^-12 in [-8, 8[ (beyond it sigmoid and tanh end).
* Gates behind it, and the hidden state, which is their mean or product: 2^-15 in [-1, 1[.
* An LSTM's cell state: no larger than the steps so far, nor than the forget gate's largest value
  (of the weights) lets it become; the next power of two.

Source: the definitions of the operators in the ONNX standard.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from tvm_tiny._tvm import constant, relax
from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.arithmetic.recurrent import GATE_SCALE as GATE
from tvm_tiny.arithmetic.recurrent import UNIT_SCALE as UNIT
from tvm_tiny.frontends.onnx.graph import Array
from tvm_tiny.frontends.onnx.operators.shapes import shape_of
from tvm_tiny.frontends.onnx.record import Importing

_op: Any = relax.op
WIDE: Final = element_type("int16")
_TWICE: Final = 2 * UNIT


@dataclass(frozen=True, eq=False)
class CellWeights:
    """Stored int8[outputs, inputs], scales [1] or [outputs], one zero point."""

    stored: Array
    scales: Array
    zero_point: int

    def rows(self, begin: int, end: int) -> CellWeights:
        """Some of the outputs."""
        scales = self.scales if self.scales.size == 1 else self.scales[begin:end]
        return CellWeights(self.stored[begin:end], scales, self.zero_point)

    def largest(self) -> Array:
        """float64[outputs]: sums of the sizes of the real weights."""
        steps = np.abs(self.stored.astype(np.int64) - self.zero_point).sum(axis=1)
        return steps * self.scales.astype(np.float64)


@dataclass(eq=False)
class Direction:
    """One direction of a node while it is unrolled.

    Attributes:
        x: float[T, I] on a grid of int16.
        most: largest size of an input.
        bias: [2, gates * units]: of the input's products, of the hidden state's.
        hidden, cell: initial states float[1, units], None: zero.
        last: states behind the last step.
    """

    importer: Importing
    x: Any
    most: float
    units: int
    w: CellWeights
    r: CellWeights
    bias: Array
    hidden: Any
    cell: Any
    last: list[Any] = field(default_factory=list[Any])

    def grid(self, value: Any, scale: float) -> Any:
        """A float expression in int16 of a scale, as float again."""
        return on_grid(self.importer, value, scale)

    def linear(self, x: Any, weights: CellWeights, bias: Array | None) -> Any:
        """The products of x with weights, on the grid of gates."""
        zero = constant(np.array(weights.zero_point, np.int32))
        scales = weights.scales if weights.scales.size > 1 else weights.scales.reshape(())
        stored = constant(np.ascontiguousarray(weights.stored.T))
        real = _op.dequantize(stored, constant(scales), zero, 1, "float32")
        made = self.importer.bb.emit(_op.matmul(x, self.importer.bb.emit(real)))
        if bias is not None and np.any(bias):
            made = self.importer.bb.emit(_op.add(made, constant(bias.astype(np.float32))))
        return self.grid(made, GATE)

    def step(self, gates: Any, at: int) -> Any:
        """Row ``at`` of [T, n]."""
        return self.part(gates, at, at + 1, 0)

    def part(self, value: Any, begin: int, end: int, axis: int = 1) -> Any:
        """A slice; the whole as it is."""
        if (begin, end) == (0, shape_of(value)[axis]):
            return value
        return self.importer.bb.emit(_op.strided_slice(value, [axis], [begin], [end], [1]))

    def sigmoid(self, value: Any) -> Any:
        """Of gates."""
        return self.grid(_op.sigmoid(value), UNIT)

    def tanh(self, value: Any) -> Any:
        """Of gates, or of a cell state."""
        return self.grid(_op.tanh(value), UNIT)

    def sum(self, a: Any, b: Any, scale: float) -> Any:
        """A + b, either may be left out."""
        if a is None or b is None:
            return b if a is None else a
        return self.grid(_op.add(a, b), scale)


def on_grid(importer: Importing, value: Any, scale: float) -> Any:
    """Quantised to int16 and dequantised, symmetrically."""
    params = constant(np.array(scale, np.float32)), constant(np.array(0, np.int32))
    value = importer.bb.normalize(value)
    value = value if isinstance(value, relax.Var) else importer.bb.emit(value)
    stored = importer.bb.emit(_op.quantize(value, *params, axis=0, out_dtype=WIDE.name))
    return importer.bb.emit(_op.dequantize(stored, *params, axis=0, out_dtype="float32"))


def lstm(d: Direction, order: Sequence[int]) -> list[Any]:
    """Gates i, o, f, c: c' = f * c + i * c~, h' = o * tanh(c')."""
    n = d.units
    scale = _cell_scale(d, len(order))
    gates = d.linear(d.x, d.w, d.bias.sum(axis=0))
    h, c, out = d.hidden, d.cell, list[Any]()
    c = None if c is None else d.grid(c, scale)
    for at in order:
        beside = None if h is None else d.linear(h, d.r, None)
        total = d.sum(d.step(gates, at), beside, GATE)
        open_ = d.sigmoid(d.part(total, 0, 3 * n))
        fresh = d.tanh(d.part(total, 3 * n, 4 * n))
        added = d.grid(_op.multiply(d.part(open_, 0, n), fresh), scale)
        kept = None if c is None else d.grid(_op.multiply(d.part(open_, 2 * n, 3 * n), c), scale)
        c = d.sum(kept, added, scale)
        h = d.grid(_op.multiply(d.part(open_, n, 2 * n), d.tanh(c)), UNIT)
        out.append(h)
    d.last = [h, c]
    return out


def _cell_scale(d: Direction, steps: int) -> float:
    """Step of a power of two whose int16 hold every cell state."""
    n = d.units
    most = d.w.largest() * d.most + d.r.largest() + np.abs(d.bias).sum(axis=0)
    forgets = 1.0 / (1.0 + np.exp(-np.minimum(most[2 * n : 3 * n].max(), 30.0)))
    limit = min(float(steps), 1.0 / max(1.0 - forgets, 1e-12))
    limit += WIDE.high * UNIT if d.cell is not None else 0.0
    return 2.0 ** (max(math.ceil(math.log2(limit)), 0) - 15)


def gru(d: Direction, order: Sequence[int], *, before_reset: bool) -> list[Any]:
    """Gates z, r, h: h' = h~ - z * (h~ - h), the reset gate before or behind the product."""
    n, r = d.units, d.r
    bias = d.bias.sum(axis=0)
    if before_reset:
        bias[2 * n :] = d.bias[0, 2 * n :]
    gates = d.linear(d.x, d.w, bias)
    own = d.bias[1, 2 * n :]
    h, out = d.hidden, list[Any]()
    if h is None:
        h = _zeros(d)
    for at in order:
        row = d.step(gates, at)
        beside = d.linear(h, r.rows(0, 2 * n), None)
        open_ = d.sigmoid(d.sum(d.part(row, 0, 2 * n), beside, GATE))
        z, reset = d.part(open_, 0, n), d.part(open_, n, 2 * n)
        if before_reset:
            made = d.linear(h, r.rows(2 * n, 3 * n), own)
            made = d.grid(_op.multiply(reset, made), GATE)
        else:
            kept = d.grid(_op.multiply(reset, h), UNIT)
            made = d.linear(kept, r.rows(2 * n, 3 * n), None)
        fresh = d.tanh(d.sum(d.part(row, 2 * n, 3 * n), made, GATE))
        apart = d.grid(_op.multiply(z, d.grid(_op.subtract(fresh, h), _TWICE)), _TWICE)
        h = d.grid(_op.subtract(fresh, apart), UNIT)
        out.append(h)
    d.last = [h]
    return out


def rnn(d: Direction, order: Sequence[int]) -> list[Any]:
    """One gate: tanh of W x + R h is the state."""
    gates = d.linear(d.x, d.w, d.bias.sum(axis=0))
    h, out = d.hidden, list[Any]()
    for at in order:
        beside = None if h is None else d.linear(h, d.r, None)
        h = d.tanh(d.sum(d.step(gates, at), beside, GATE))
        out.append(h)
    d.last = [h]
    return out


def _zeros(d: Direction) -> Any:
    params = constant(np.array(UNIT, np.float32)), constant(np.array(0, np.int32))
    stored = constant(np.zeros((1, d.units), WIDE.name))
    return d.importer.bb.emit(_op.dequantize(stored, *params, axis=0, out_dtype="float32"))
