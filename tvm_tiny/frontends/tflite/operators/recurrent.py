# SPDX-License-Identifier: Apache-2.0
"""State and recurrent layers: variables, UNIDIRECTIONAL_SEQUENCE_LSTM, SVDF."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.arithmetic.element_types import QUANTISED
from tvm_tiny.arithmetic.recurrent import LstmScales, lstm_params, sigmoid_table, svdf_params
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.model import TFLiteTensor
from tvm_tiny.frontends.tflite.record import (
    X8,
    B,
    Call,
    Fault,
    Operand,
    Record,
    Shape,
    W,
    X,
    register,
)

_op: Any = _tvm.relax.op
_TANH: Final = 4
_ABSENT: Final = Operand("activation", (), optional=True)
_STATE: Final = Operand("state", QUANTISED)
_X_WEIGHTS, _H_WEIGHTS, _BIASES = range(1, 5), range(5, 9), range(12, 16)
_HIDDEN, _CELL = 18, 19
_WIDE: Final = "int64"
"""Type of the biases beside int16."""

for _name, _table, _fields in (
    ("CALL_ONCE", "CallOnceOptions", {"init_subgraph_index": (0, "i", 0)}),
    ("VAR_HANDLE", "VarHandleOptions", {"container": (0, "s", ""), "shared_name": (1, "s", "")}),
    ("READ_VARIABLE", "", {}),
    ("ASSIGN_VARIABLE", "", {}),
):
    # Resolved before the check (``states``): they never reach a converter.
    register(Record(_name, None, _table, fields=_fields, float_form=False))


def _refuse(what: str, why: str = "", do: str = "") -> None:
    raise Fault(what, why, do, code="TT1203")


def _state(call: Call, index: int, dtype: str, elements: int) -> TFLiteTensor:
    tensor = call.operand(index)
    if not tensor.variable or tensor.dtype != dtype or not tensor.quantised:
        _refuse(f"state '{tensor.name}' is {tensor.dtype}", f"it must be a variable {dtype} tensor")
    if int(np.prod(tensor.shape)) != elements:
        raise Fault(f"state '{tensor.name}' of shape {tensor.shape} for {elements} elements")
    return tensor


def _lstm_shape(call: Call) -> list[Shape]:
    x = call.operand(0, 3).shape
    units = call.operand(_X_WEIGHTS[0], 2).shape[0]
    for indices, columns in ((_X_WEIGHTS, x[2]), (_H_WEIGHTS, units)):
        for i in indices:
            if call.operand(i, 2).shape != (units, columns):
                raise Fault(f"weights {call.operand(i).shape}, not {(units, columns)}")
    for i in _BIASES:
        if call.operand(i).shape != (units,):
            raise Fault(f"a bias of shape {call.operand(i).shape} for {units} units")
    return [(x[0], x[1], units)]


def _lstm_check(call: Call) -> None:
    """What the fused form may have."""
    x, options = call.operand(0).shape, call.options
    if x[1 if options["time_major"] else 0] != 1:
        do = "convert with a static batch of one: tf.keras.Input(batch_shape=(1, ...))"
        _refuse(f"an input of shape {x}", "a batch of more than one sequence", do)
    if options["gate_activation"] != _TANH:
        _refuse(f"activation {options['gate_activation']}", "TANH is supported")
    if options["proj_clip"] or not options["cell_clip"] >= 0:
        _refuse("a projection, or a limit of the cell state below 0")
    units = call.operand(_X_WEIGHTS[0]).shape[0]
    kind = call.operand(0).dtype
    hidden, cell = _state(call, _HIDDEN, kind, units), _state(call, _CELL, "int16", units)
    for i in _BIASES:
        if call.operand(i).dtype != (_WIDE if kind == "int16" else "int32"):
            what = f"a bias '{call.operand(i).name}' of type {call.operand(i).dtype}"
            _refuse(what, f"TFLM reads int64 beside int16, int32 beside int8; x is {kind}")
    result = call.outputs[0]
    if (hidden.scale, hidden.zero_point) != (result.scale, result.zero_point):
        _refuse("the hidden state and the result have different scales")
    for i in (*_X_WEIGHTS, *_H_WEIGHTS):
        if call.operand(i).scales.size != 1 or call.operand(i).zero_point:
            _refuse(f"weights '{call.operand(i).name}' need one scale and no zero point")
    try:
        clip, wide = float(options["cell_clip"]), kind == "int16"
        lstm_params(_scales(call), hidden.zero_point, clip, wide=wide)
    except UnsupportedError as error:
        _refuse(error.message)
    del cell


def _scales(call: Call) -> LstmScales:
    return LstmScales(
        call.operand(0).scale,
        [call.operand(i).scale for i in _X_WEIGHTS],
        call.operand(_HIDDEN).scale,
        [call.operand(i).scale for i in _H_WEIGHTS],
        call.operand(_CELL).scale,
    )


def _lstm(call: Conversion) -> Any:
    """A step is a row: the sequence as [1, T, 1, I]."""
    x, hidden = call.operand(0), call.operand(_HIDDEN)
    wide = x.dtype == "int16"
    wx, wh = (np.stack([call.constant(i) for i in indices]) for indices in (_X_WEIGHTS, _H_WEIGHTS))
    bias = np.stack([call.constant(i) for i in _BIASES]).astype(np.int64)
    x_bias, h_bias = (
        (b - zero_point * w.astype(np.int64).sum(2)).astype(np.int64 if wide else np.int32)
        for b, w, zero_point in (
            (bias, wx, x.zero_point),
            (np.zeros_like(bias), wh, hidden.zero_point),
        )
    )
    clip = float(call.options["cell_clip"])
    attrs = lstm_params(_scales(call), hidden.zero_point, clip, wide=wide)
    steps = int(np.prod(x.shape[:2]))
    rows = call.bound(_op.reshape(call.stored(0), (1, steps, 1, x.shape[2])))
    operands = [rows, wx, wh, x_bias, h_bias, sigmoid_table(), call.stored(_HIDDEN)]
    made = call.bound(call.emit("lstm", [*operands, call.stored(_CELL)], attrs))
    return _op.reshape(made, call.outputs[0].shape)


register(
    Record(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        _lstm,
        "UnidirectionalSequenceLSTMOptions",
        fields={
            "gate_activation": (0, "b", 0),
            "cell_clip": (1, "f", 0.0),
            "proj_clip": (2, "f", 0.0),
            "time_major": (3, "?", False),
        },
        operands=(
            X, *(W,) * 8, *(_ABSENT,) * 3, *(B,) * 4, *(_ABSENT,) * 2, _STATE, _STATE,
            *(_ABSENT,) * 4,
        ),
        shapes=_lstm_shape,
        constraint=_lstm_check,
        float_form=False,
    )
)  # fmt: skip


def _svdf_shape(call: Call) -> list[Shape]:
    x, feature = call.operand(0, 2).shape, call.operand(1, 2).shape
    time, (rank,) = call.operand(2, 2).shape, call.bounded("rank")
    if feature[1] != x[1] or time[0] != feature[0] or feature[0] % rank:
        raise Fault(f"input {x}, weights {feature}, over time {time}, rank {rank}")
    bias = call.operand(3)
    if bias.shape != (feature[0] // rank,):
        raise Fault(f"a bias of shape {bias.shape} for {feature[0] // rank} units")
    return [(x[0], feature[0] // rank)]


def _svdf_check(call: Call) -> None:
    if call.operand(0).shape[0] != 1:
        _refuse("a batch of more than one", do="convert with a batch of one")
    time = call.operand(2)
    _state(call, 4, time.dtype, int(np.prod(time.shape)))
    for index in (1, 2):
        tensor = call.operand(index)
        if tensor.scales.size != 1 or tensor.zero_point:
            _refuse(f"weights '{tensor.name}' need one scale and no zero point")


def _svdf(call: Conversion) -> Any:
    x, feature, time, state, result = (
        *(call.operand(i) for i in (0, 1, 2, 4)), call.outputs[0],
    )  # fmt: skip
    rank = int(call.options["rank"])
    attrs = svdf_params(
        (x.scale, x.zero_point),
        feature.scale,
        time.scale,
        (state.scale, state.zero_point),
        (result.scale, result.zero_point),
    )
    operands = [call.stored(0), *(call.constant(i) for i in (1, 2, 3)), call.stored(4)]
    return call.emit("svdf", operands, {**attrs, "rank": rank})


register(
    Record(
        "SVDF",
        _svdf,
        "SVDFOptions",
        fields={"rank": (0, "i", 0), "activation": (1, "b", 0)},
        operands=(X8, W, W.also("int16"), B, _STATE),
        shapes=_svdf_shape,
        constraint=_svdf_check,
        float_form=False,
    )
)
