# SPDX-License-Identifier: Apache-2.0
"""LSTM, GRU and RNN nodes, unrolled (``recurrent_steps``).

The quantisers around a node say which integers go in and come out, its weights are the model's
own; what is between has known ranges. The result is rounded to the model's grid once, where its
quantiser stands.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.arithmetic.element_types import Q8, element_type
from tvm_tiny.arithmetic.recurrent import UNIT_SCALE as UNIT
from tvm_tiny.frontends.onnx.graph import Array, OnnxNode
from tvm_tiny.frontends.onnx.operators.recurrent_steps import (
    WIDE,
    CellWeights,
    Direction,
    gru,
    lstm,
    on_grid,
    rnn,
)
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
_MOST_STEPS: Final = 256
_QUANTISE: Final = (
    "quantise it too: quantize_static(.., op_types_to_quantize=[.., 'LSTM', 'GRU', 'RNN'])"
)
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


def _unroller(node: OnnxNode) -> Callable[[Direction, Sequence[int]], list[Any]]:
    if node.op == "GRU":
        before = bool(node.attrs.get("linear_before_reset", 0))
        return lambda d, order: gru(d, order, before_reset=before)
    return lstm if node.op == "LSTM" else rnn


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
    if most > WIDE.high + 1:
        raise Unusable(f"an input of {stored} with zero point {zero_point}", "use a symmetric one")
    step = float(scale.reshape(-1)[0])
    flat = importer.bb.emit(_op.reshape(x, (steps, depth)))
    wide = stored is not None and stored[1] == WIDE.name and zero_point == 0
    return flat if wide else on_grid(importer, flat, step), most * step


def _direction(
    importer: Importing,
    node: OnnxNode,
    operands: Sequence[Any],
    x: tuple[Any, float],
    place: int,
    count: int,
) -> Direction:
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
    hidden = None if states[0] is None else on_grid(importer, states[0], UNIT)
    cell = states[1] if node.op == "LSTM" else None
    return Direction(importer, *x, units, w, r, bias[place].copy(), hidden, cell)


def _weights(
    importer: Importing, node: OnnxNode, expr: Any, at: int, place: int, count: int
) -> CellWeights:
    call: Any = importer.bb.lookup_binding(expr) if isinstance(expr, relax.Var) else None
    name = str(getattr(getattr(call, "op", None), "name", ""))
    stored = _tvm.constant_value(call.args[0]) if name == "relax.dequantize" else None
    if stored is None or stored.dtype.name != Q8.name or stored.ndim != 3 or len(stored) != count:
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
    return CellWeights(stored[place], scale.astype(np.float32), int(zero[0]))


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
