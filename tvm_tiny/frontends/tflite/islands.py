# SPDX-License-Identifier: Apache-2.0
"""Float functions of one int8 value, between DEQUANTIZE and QUANTIZE: a table of 256 results.

before:  x int8 -> DEQUANTIZE -> ELU (float32) -> QUANTIZE -> y int8
after:   x int8 -> TABLE -> y int8

The table holds what TensorFlow Lite Micro's float kernels make of each of the 256 numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from tvm_tiny.arithmetic import float_functions
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.float_functions import ACTIVATIONS, BINARY, FUNCTIONS, Floats
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteTensor
from tvm_tiny.frontends.tflite.record import X8, Record, V, register

TABLE = "TABLE"
"""Kind of the operator that is made."""

_LONGEST = 32


def fold_islands(file: TFLiteFile) -> TFLiteFile:
    """Replace every such chain by a table; what nobody reads any more is left out."""
    makers = {i: op for op in file.operators for i in op.outputs}
    tensors = list(file.tensors)
    operators: list[TFLiteOperator] = []
    for op in file.operators:
        chain = _chain(op, makers, tensors)
        if chain is None:
            operators.append(op)
            continue
        table = _table(op, chain, tensors)
        index = len(tensors)
        tensors.append(_constant(index, table))
        source = chain[0].inputs[0]
        operators.append(replace(op, kind=TABLE, inputs=(source, index), options_table=""))
    if len(tensors) == len(file.tensors):
        return file
    kept = _read(file, operators)
    return replace(file, tensors=tuple(tensors), operators=tuple(kept))


def _chain(
    op: TFLiteOperator, makers: Mapping[int, TFLiteOperator], tensors: Sequence[TFLiteTensor]
) -> list[TFLiteOperator] | None:
    """DEQUANTIZE and the functions behind it, in front of a QUANTIZE; None if it is something else.

    A DEQUANTIZE alone is not one: a change of scale is an operator of its own.
    """
    if op.kind != "QUANTIZE" or len(op.inputs) != 1 or tensors[op.outputs[0]].dtype != Q8.name:
        return None
    out: list[TFLiteOperator] = []
    index = op.inputs[0]
    while len(out) < _LONGEST:
        maker = makers.get(index)
        if maker is None:
            return None
        out.insert(0, maker)
        if not maker.inputs or maker.inputs[0] < 0:
            return None
        if maker.kind == "DEQUANTIZE":
            source = tensors[maker.inputs[0]]
            whole = source.dtype == Q8.name and source.scales.size == 1 and source.data is None
            return out if whole and len(out) > 1 else None
        place = _argument(maker, tensors)
        if place is None:
            return None
        index = maker.inputs[place]
    return None


def _argument(op: TFLiteOperator, tensors: Sequence[TFLiteTensor]) -> int | None:
    """Which operand a function of one float32 value is of; the other one is a number."""
    if any(i < 0 or tensors[i].dtype != "float32" for i in (*op.inputs, *op.outputs)):
        return None
    if len(op.inputs) == 1 and (op.kind in FUNCTIONS or op.kind == "LEAKY_RELU"):
        return 0
    if op.kind not in BINARY or len(op.inputs) != 2:
        return None
    numbers = [_number(tensors[i]) is not None for i in op.inputs]
    return numbers.index(False) if sum(numbers) == 1 else None


def _number(tensor: TFLiteTensor) -> np.float32 | None:
    if tensor.data is None or tensor.data.size != tensor.nbytes or tensor.nbytes != 4:
        return None
    return np.float32(tensor.array().reshape(-1)[0])


def _table(
    quantise: TFLiteOperator, chain: Sequence[TFLiteOperator], tensors: Sequence[TFLiteTensor]
) -> np.ndarray[tuple[int], np.dtype[np.int8]]:
    source, result = tensors[chain[0].inputs[0]], tensors[quantise.outputs[0]]
    values = float_functions.dequantised_bytes(source.scale, source.zero_point)
    with np.errstate(all="ignore"):
        for op in chain[1:]:
            values = _applied(op, values, tensors)
        return float_functions.quantised_bytes(values, result.scale, result.zero_point)


def _applied(op: TFLiteOperator, x: Floats, tensors: Sequence[TFLiteTensor]) -> Floats:
    if op.kind == "LEAKY_RELU":
        return float_functions.leaky(float(op.options["alpha"]))(x)
    if op.kind in FUNCTIONS:
        return FUNCTIONS[op.kind](x)
    operands = [x if _number(tensors[i]) is None else _number(tensors[i]) for i in op.inputs]
    made = BINARY[op.kind](*operands)
    low, high = ACTIVATIONS[int(op.options.get("activation", 0))]
    return np.clip(made, np.float32(low), np.float32(high))


def _constant(index: int, table: np.ndarray[tuple[int], np.dtype[np.int8]]) -> TFLiteTensor:
    nothing = np.zeros(0)
    return TFLiteTensor(
        index,
        f"table_{index}",
        table.shape,
        Q8.name,
        nothing.astype(np.float32),
        nothing.astype(np.int64),
        0,
        table.view(np.uint8),
    )


def _read(file: TFLiteFile, operators: Sequence[TFLiteOperator]) -> list[TFLiteOperator]:
    """Without float operators whose results nobody reads."""
    ends = {*file.outputs, *(s.following for s in file.states)}
    kept: list[TFLiteOperator] = []
    for op in reversed(operators):
        floats = all(file.tensors[i].dtype == "float32" for i in op.outputs)
        if floats and not any(i in ends for i in op.outputs):
            continue
        ends |= {*op.inputs}
        kept.append(op)
    return kept[::-1]


register(
    Record(
        TABLE,
        lambda call: call.emit("lut", [call.stored(0), call.stored(1)], {}),
        operands=(X8, V),
        float_form=False,
    )
)
