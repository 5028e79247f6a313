# SPDX-License-Identifier: Apache-2.0
"""LSTM, GRU and RNN nodes: step by step, every product, sum and function on a grid of int16.

The quantisers around a node say what goes in and comes out; what is between has known ranges:

* gates in front of their function: steps of 2^-12 in [-8, 8[ (beyond it sigmoid and tanh end);
* gates behind it, and the hidden state, which is their mean or product: 2^-15 in [-1, 1[;
* an LSTM's cell state: no larger than the steps so far, nor than the forget gate's largest value
  (of the weights) lets it become; the next power of two.

Source: the definitions of the operators in the ONNX standard. Weights stay the model's integers;
the result is rounded to the model's grid once, where its quantiser stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import constant, relax
from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.frontends.onnx.graph import Array, OnnxNode
from tvm_tiny.frontends.onnx.operators.shapes import shape_of
from tvm_tiny.frontends.onnx.record import (
    ANYWHERE,
    Check,
    Importing,
    Record,
    Unusable,
    only,
    register,
)

_op: Any = relax.op
_WIDE: Final = element_type("int16")
_GATE: Final = 2.0**-12
_UNIT: Final = 2.0**-15
_TWICE: Final = 2.0**-14
_MOST_STEPS: Final = 256
_QUANTISE: Final = (
    "quantise it too: quantize_static(.., op_types_to_quantize=[.., 'LSTM', 'GRU', 'RNN'])"
)


@dataclass(frozen=True, eq=False)
class _Weights:
    """Stored int8[outputs, inputs], scales [1] or [outputs], one zero point."""

    stored: Array
    scales: Array
    zero_point: int

    def rows(self, begin: int, end: int) -> _Weights:
        """Some of the outputs."""
        scales = self.scales if self.scales.size == 1 else self.scales[begin:end]
        return _Weights(self.stored[begin:end], scales, self.zero_point)

    def largest(self) -> Array:
        """float64[outputs]: sums of the sizes of the real weights."""
        steps = np.abs(self.stored.astype(np.int64) - self.zero_point).sum(axis=1)
        return steps * self.scales.astype(np.float64)


@dataclass(eq=False)
class _Direction:
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
    w: _Weights
    r: _Weights
    bias: Array
    hidden: Any
    cell: Any
    last: list[Any] = field(default_factory=list[Any])

    def grid(self, value: Any, scale: float) -> Any:
        """A float expression in int16 of a scale, as float again."""
        return on_grid(self.importer, value, scale)

    def linear(self, x: Any, weights: _Weights, bias: Array | None) -> Any:
        """The products of x with weights, on the grid of gates."""
        zero = constant(np.array(weights.zero_point, np.int32))
        scales = weights.scales if weights.scales.size > 1 else weights.scales.reshape(())
        stored = constant(np.ascontiguousarray(weights.stored.T))
        real = _op.dequantize(stored, constant(scales), zero, 1, "float32")
        made = self.importer.bb.emit(_op.matmul(x, self.importer.bb.emit(real)))
        if bias is not None and np.any(bias):
            made = self.importer.bb.emit(_op.add(made, constant(bias.astype(np.float32))))
        return self.grid(made, _GATE)

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
        return self.grid(_op.sigmoid(value), _UNIT)

    def tanh(self, value: Any) -> Any:
        """Of gates, or of a cell state."""
        return self.grid(_op.tanh(value), _UNIT)

    def sum(self, a: Any, b: Any, scale: float) -> Any:
        """a + b, either may be left out."""
        if a is None or b is None:
            return b if a is None else a
        return self.grid(_op.add(a, b), scale)


def on_grid(importer: Importing, value: Any, scale: float) -> Any:
    """Quantised to int16 and dequantised, symmetrically."""
    params = constant(np.array(scale, np.float32)), constant(np.array(0, np.int32))
    value = importer.bb.normalize(value)
    value = value if isinstance(value, relax.Var) else importer.bb.emit(value)
    stored = importer.bb.emit(_op.quantize(value, *params, axis=0, out_dtype=_WIDE.name))
    return importer.bb.emit(_op.dequantize(stored, *params, axis=0, out_dtype="float32"))


def _lstm(d: _Direction, order: Sequence[int]) -> list[Any]:
    """Gates i, o, f, c: c' = f * c + i * c~, h' = o * tanh(c')."""
    n = d.units
    scale = _cell_scale(d, len(order))
    gates = d.linear(d.x, d.w, d.bias.sum(axis=0))
    h, c, out = d.hidden, d.cell, list[Any]()
    c = None if c is None else d.grid(c, scale)
    for at in order:
        beside = None if h is None else d.linear(h, d.r, None)
        total = d.sum(d.step(gates, at), beside, _GATE)
        open_ = d.sigmoid(d.part(total, 0, 3 * n))
        fresh = d.tanh(d.part(total, 3 * n, 4 * n))
        added = d.grid(_op.multiply(d.part(open_, 0, n), fresh), scale)
        kept = None if c is None else d.grid(_op.multiply(d.part(open_, 2 * n, 3 * n), c), scale)
        c = d.sum(kept, added, scale)
        h = d.grid(_op.multiply(d.part(open_, n, 2 * n), d.tanh(c)), _UNIT)
        out.append(h)
    d.last = [h, c]
    return out


def _cell_scale(d: _Direction, steps: int) -> float:
    """Step of a power of two whose int16 hold every cell state."""
    n = d.units
    most = d.w.largest() * d.most + d.r.largest() + np.abs(d.bias).sum(axis=0)
    forgets = 1.0 / (1.0 + np.exp(-np.minimum(most[2 * n : 3 * n].max(), 30.0)))
    limit = min(float(steps), 1.0 / max(1.0 - forgets, 1e-12))
    limit += _WIDE.high * _UNIT if d.cell is not None else 0.0
    return 2.0 ** (max(math.ceil(math.log2(limit)), 0) - 15)


def _gru(d: _Direction, order: Sequence[int], *, before_reset: bool) -> list[Any]:
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
        open_ = d.sigmoid(d.sum(d.part(row, 0, 2 * n), beside, _GATE))
        z, reset = d.part(open_, 0, n), d.part(open_, n, 2 * n)
        if before_reset:
            made = d.linear(h, r.rows(2 * n, 3 * n), own)
            made = d.grid(_op.multiply(reset, made), _GATE)
        else:
            kept = d.grid(_op.multiply(reset, h), _UNIT)
            made = d.linear(kept, r.rows(2 * n, 3 * n), None)
        fresh = d.tanh(d.sum(d.part(row, 2 * n, 3 * n), made, _GATE))
        apart = d.grid(_op.multiply(z, d.grid(_op.subtract(fresh, h), _TWICE)), _TWICE)
        h = d.grid(_op.subtract(fresh, apart), _UNIT)
        out.append(h)
    d.last = [h]
    return out


def _rnn(d: _Direction, order: Sequence[int]) -> list[Any]:
    """h' = tanh(W x + R h)."""
    gates = d.linear(d.x, d.w, d.bias.sum(axis=0))
    h, out = d.hidden, list[Any]()
    for at in order:
        beside = None if h is None else d.linear(h, d.r, None)
        h = d.tanh(d.sum(d.step(gates, at), beside, _GATE))
        out.append(h)
    d.last = [h]
    return out


def _zeros(d: _Direction) -> Any:
    params = constant(np.array(_UNIT, np.float32)), constant(np.array(0, np.int32))
    stored = constant(np.zeros((1, d.units), _WIDE.name))
    return d.importer.bb.emit(_op.dequantize(stored, *params, axis=0, out_dtype="float32"))


_GATES: Final = {"LSTM": 4, "GRU": 3, "RNN": 1}
_FUNCTIONS: Final = {
    "LSTM": ["Sigmoid", "Tanh", "Tanh"],
    "GRU": ["Sigmoid", "Tanh"],
    "RNN": ["Tanh"],
}


def _convert(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    operands = [*inputs, *[None] * (8 - len(inputs))]
    x, most = _input(importer, node, operands[0])
    steps = shape_of(x)[0]
    lengths = importer.constant_of(node.input(4))
    if node.input(4) and (lengths is None or np.any(lengths != steps)):
        raise Unusable("sequences of several lengths", f"all {steps} steps are computed")
    kinds = {"bidirectional": (0, 1), "reverse": (1,)}
    turned = kinds.get(str(node.attrs.get("direction", "forward")), (0,))
    rows: list[list[Any]] = []
    last: list[list[Any]] = []
    for place, backwards in enumerate(turned):
        d = _direction(importer, node, operands, (x, most), place, len(turned))
        order = list(range(steps))[::-1] if backwards else list(range(steps))
        made = _unroller(node)(d, order)
        rows.append(made[::-1] if backwards else made)
        last.append(d.last)
    return _results(importer, node, rows, last)


def _unroller(node: OnnxNode) -> Callable[[_Direction, Sequence[int]], list[Any]]:
    if node.op == "GRU":
        before = bool(node.attrs.get("linear_before_reset", 0))
        return lambda d, order: _gru(d, order, before_reset=before)
    return _lstm if node.op == "LSTM" else _rnn


def _input(importer: Importing, node: OnnxNode, x: Any) -> tuple[Any, float]:
    """The sequence float[T, I] on a grid of int16 without a zero point, and its largest size."""
    shape = shape_of(x)
    if len(shape) != 3 or shape[1] != 1:
        raise Unusable(f"a sequence of shape {shape}", "one sample runs at a time")
    steps, _, depth = shape
    if steps > _MOST_STEPS:
        do = f"export at most {_MOST_STEPS} steps, or one with its states as inputs and outputs"
        raise Unusable(f"{steps} steps in one node", "each becomes layers of its own", do)
    source = importer.bb.lookup_binding(x) if isinstance(x, relax.Var) else x
    while source is not None and str(getattr(source.op, "name", "")) != "relax.dequantize":
        args = [a for a in getattr(source, "args", ()) if isinstance(a, relax.Var)]
        source = importer.bb.lookup_binding(args[0]) if len(args) == 1 else None
    if source is None:
        raise Unusable(f"its input '{node.input(0)}' is not quantised", "", _QUANTISE)
    scale, zero = (np.asarray(_tvm.constant_value(a)) for a in source.args[1:3])
    if scale.size != 1:
        raise Unusable(f"an input of {scale.size} scales", "one is supported")
    stored = _tvm.tensor_type(source.args[0])
    low, high = element_type(stored[1] if stored is not None else "int8").limits
    zero_point = int(zero.reshape(-1)[0])
    most = max(high - zero_point, zero_point - low)
    if most > _WIDE.high + 1:
        raise Unusable(f"an input of {stored} with zero point {zero_point}", "use a symmetric one")
    step = float(scale.reshape(-1)[0])
    flat = importer.bb.emit(_op.reshape(x, (steps, depth)))
    wide = stored is not None and stored[1] == _WIDE.name and zero_point == 0
    return flat if wide else on_grid(importer, flat, step), most * step


def _direction(
    importer: Importing,
    node: OnnxNode,
    operands: Sequence[Any],
    x: tuple[Any, float],
    place: int,
    count: int,
) -> _Direction:
    gates = _GATES[node.op]
    w, r = (_weights(importer, node, operands[at], at, place, count) for at in (1, 2))
    units, depth = r.stored.shape[1], shape_of(x[0])[1]
    if w.stored.shape != (gates * units, depth) or r.stored.shape != (gates * units, units):
        raise Unusable(f"weights {w.stored.shape} and {r.stored.shape} for inputs of {depth}")
    if int(node.attrs.get("hidden_size", units)) != units:
        raise Unusable(f"hidden_size={node.attrs['hidden_size']}", f"its weights have {units}")
    bias = np.zeros((count, 2, gates * units))
    if operands[3] is not None:
        known = _real(importer, operands[3])
        if known is None or known.size != bias.size:
            raise Unusable("its bias is computed at run time, or of another size")
        bias = known.astype(np.float64).reshape(bias.shape)
    states = [_state(importer, node, operands[at], place, units, count) for at in (5, 6)]
    hidden = None if states[0] is None else on_grid(importer, states[0], _UNIT)
    cell = states[1] if node.op == "LSTM" else None
    return _Direction(importer, *x, units, w, r, bias[place].copy(), hidden, cell)


def _weights(
    importer: Importing, node: OnnxNode, expr: Any, at: int, place: int, count: int
) -> _Weights:
    call = importer.bb.lookup_binding(expr) if isinstance(expr, relax.Var) else None
    name = "" if call is None else str(getattr(call.op, "name", ""))
    stored = _tvm.constant_value(call.args[0]) if name == "relax.dequantize" else None
    if stored is None or stored.dtype.name != "int8" or stored.ndim != 3 or len(stored) != count:
        what = f"operand {at} '{node.input(at)}' is no constant of int8[{count}, n, m]"
        raise Unusable(what, "its integers are not known", _QUANTISE)
    scale, zero = (np.asarray(_tvm.constant_value(a)).reshape(-1) for a in call.args[1:3])
    axis = int(call.attrs.axis) % 3
    if scale.size > 1 and axis == 0:
        scale, zero = scale[place : place + 1], zero[place : place + 1] if zero.size > 1 else zero
    elif scale.size > 1 and axis != 1:
        raise Unusable(f"scales along axis {axis} of operand {at}", "axis 0 or 1 is supported")
    if np.any(zero != zero[0]):
        raise Unusable(f"zero points of operand {at}", "one a tensor is supported")
    return _Weights(stored[place], scale.astype(np.float32), int(zero[0]))


def _real(importer: Importing, expr: Any) -> Array | None:
    """The real numbers of a constant, or of a dequantised one."""
    known = _tvm.constant_value(expr)
    call = importer.bb.lookup_binding(expr) if isinstance(expr, relax.Var) else None
    if known is not None or call is None:
        return known
    if str(getattr(call.op, "name", "")) != "relax.dequantize":
        return None
    values = [_tvm.constant_value(a) for a in call.args[:3]]
    if any(v is None for v in values):
        return None
    stored, scale, zero = (np.asarray(v) for v in values)
    shape = [1] * stored.ndim
    if scale.size > 1:
        shape[int(call.attrs.axis)] = scale.size
    offset = zero.reshape(shape) if zero.size > 1 else zero.reshape(-1)[0]
    steps = stored.astype(np.int64) - offset
    return (steps * scale.astype(np.float64).reshape(shape)).astype(np.float32)


def _state(
    importer: Importing, node: OnnxNode, expr: Any, place: int, units: int, count: int
) -> Any:
    """An initial state float[1, units]; None: zero."""
    if expr is None:
        return None
    shape = shape_of(expr)
    if math.prod(shape) != count * units:
        raise Unusable(f"an initial state of shape {shape} for {units} units")
    known = _real(importer, expr)
    if known is not None and not np.any(known):
        return None
    if known is not None:
        raise Unusable(
            "an initial state that is a constant other than 0",
            "",
            "make it an input of the model, quantised",
        )
    flat = importer.bb.emit(_op.reshape(expr, (count, units)))
    return importer.bb.emit(_op.strided_slice(flat, [0], [place], [place + 1], [1]))


def _results(
    importer: Importing,
    node: OnnxNode,
    rows: Sequence[Sequence[Any]],
    last: Sequence[Sequence[Any]],
) -> Any:
    """Y, Y_h and Y_c, as many as the node has."""
    count, steps, units = len(rows), len(rows[0]), shape_of(rows[0][0])[1]
    parts = [row for at in range(steps) for row in (direction[at] for direction in rows)]
    whole = importer.bb.emit(_op.concat(parts, 0)) if len(parts) > 1 else parts[0]
    made = [importer.bb.normalize(_op.reshape(whole, (steps, count, 1, units)))]
    for state in range(1, len(node.outputs)):
        ends = [direction[state - 1] for direction in last]
        joined = importer.bb.emit(_op.concat(ends, 0)) if count > 1 else ends[0]
        made.append(importer.bb.normalize(_op.reshape(joined, (count, 1, units))))
    return relax.Tuple(made) if len(made) > 1 else made[0]


def _functions(op: str) -> Check:
    def check(value: Any) -> str | None:
        wanted = _FUNCTIONS[op]
        if value in (wanted, wanted * 2):
            return None
        return f"{', '.join(wanted)} are supported"

    return check


for _name in _GATES:
    register(
        Record(
            _name,
            (3, 7 if _name == "LSTM" else 6),
            {
                "hidden_size": ANYWHERE,
                "direction": only("forward", "reverse", "bidirectional"),
                "layout": only(0),
                "activations": _functions(_name),
                "input_forget": only(0),
                "linear_before_reset": only(0, 1),
            },
            outputs=3 if _name == "LSTM" else 2,
            convert=_convert,
            gridded=True,
        )
    )
