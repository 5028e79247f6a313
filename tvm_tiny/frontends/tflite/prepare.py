# SPDX-License-Identifier: Apache-2.0
"""What is done to a TFLite model before it is checked: known values computed, uint8 made int8.

before:  x uint8 (scale s, zero point 131) -> CONV_2D -> SHAPE, STRIDED_SLICE, PACK -> RESHAPE
after:   x int8 (scale s, zero point 3) -> CONV_2D -> RESHAPE to a constant shape
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.frontends.tflite.file import read_tflite
from tvm_tiny.frontends.tflite.model import TFLiteFile, TFLiteOperator, TFLiteTensor
from tvm_tiny.frontends.tflite.record import Array, Call, Fault, lookup, lookup_for

log = logging.getLogger(__name__)
SIGN: Final = 128
"""Between a uint8 and the int8 that stands for it."""


def with_shapes(
    file: TFLiteFile, shapes: Mapping[str, Sequence[int]], batch: int | None
) -> TFLiteFile:
    """The model's inputs with other extents where it left them open.

    Args:
        file: as read.
        shapes: input name (the tensor's or the signature's) -> shape.
        batch: for the first dimension of inputs that leave it open.

    Raises:
        UnsupportedError: TT1101, no input has such a name.
    """
    tensors = list(file.tensors)
    names = file.input_names or ("",) * len(file.inputs)
    inputs = {i: n for i, n in zip(file.inputs, names, strict=True) if 0 <= i < len(tensors)}
    known = {name for i, n in inputs.items() for name in (n, tensors[i].name) if name}
    unknown = [name for name in shapes if name not in known]
    if unknown:
        do = f"the inputs are {[name or tensors[i].name for i, name in inputs.items()]}"
        problems = tuple(Problem("no such input", f"input '{name}'", do=do) for name in unknown)
        raise UnsupportedError("a shape is given to an unknown input", problems, "TT1101")
    for index, name in inputs.items():
        tensor = tensors[index]
        given = shapes.get(name or tensor.name, shapes.get(tensor.name))
        shape = tensor.shape if given is None else tuple(given)
        if given is None and batch is not None and 0 in tensor.open_axes:
            shape = (batch, *shape[1:])
        tensors[index] = replace(tensor, shape=shape)
    return replace(file, tensors=tuple(tensors))


def fold_known(file: TFLiteFile) -> TFLiteFile:
    """Compute every operator whose operands are known, by its record's ``evaluate``.

    Results whose extents the model left open get the shape that their operator makes. An operator
    that cannot be computed (its operands do not fit together) stays for the check to say so.
    Tensors keep their indices.
    """
    tensors = list(file.tensors)
    kept: list[TFLiteOperator] = []
    for op in file.operators:
        made = _evaluated(op, tensors)
        if made is None:
            kept.append(op)
            for index, shape in _inferred(op, tensors):
                tensors[index] = replace(tensors[index], shape=shape)
            continue
        for index, array in zip(op.outputs, made, strict=True):
            data = np.frombuffer(np.ascontiguousarray(array).tobytes(), np.uint8)
            shape = tuple(int(d) for d in array.shape)
            tensors[index] = replace(tensors[index], shape=shape, data=data)
    log.debug("%d operators over constants computed", len(file.operators) - len(kept))
    return replace(file, tensors=tuple(tensors), operators=tuple(kept))


def resolved_shapes(data: bytes) -> dict[int, tuple[int, ...]]:
    """Extents that a TFLite model leaves open and its operators say: tensor index to shape.

    Converters write 1 for an open extent. Where an operator makes another (SPACE_TO_BATCH_ND of a
    batch of 1) the file's own shapes contradict each other.
    """
    file = read_tflite(data)
    after = fold_known(file).tensors
    pairs = zip(file.tensors, after, strict=True)
    return {a.index: b.shape for a, b in pairs if a.shape != b.shape and a.open_axes}


def _inferred(
    op: TFLiteOperator, tensors: Sequence[TFLiteTensor]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Results with open extents, and their shapes; none where the operator cannot say."""
    record = lookup_for(op, tensors)
    if record is None or not any(tensors[i].open_axes for i in op.outputs):
        return
    call = Call(tensors, op)
    if any(t is not None and min(t.shape, default=1) < 1 for t in call.inputs):
        return
    try:
        record.roles(call)
        found = (record.infer or record.shapes)(call)
    except (Fault, ValueError, TypeError, ArithmeticError, IndexError):
        return
    yield from zip(op.outputs, found, strict=False)


def _evaluated(op: TFLiteOperator, tensors: Sequence[TFLiteTensor]) -> list[Array] | None:
    record = lookup(op.kind)
    if record is None or record.evaluate is None:
        return None
    call = Call(tensors, op)
    if not all(t.known and t.data is None for t in call.outputs):
        return None
    values: list[Any] = []
    for tensor in call.inputs:
        sound = tensor is None or (tensor.known and min(tensor.shape, default=1) >= 0)
        if not sound:
            return None
        has = tensor is not None and tensor.data is not None and tensor.data.size == tensor.nbytes
        values.append(tensor.array() if has and tensor is not None else None)
    if not record.by_shape and any(v is None for v in values):
        return None
    try:
        with np.errstate(all="ignore"):
            record.roles(call)
            made = record.evaluate(call, values)
    except (Fault, ValueError, TypeError, ArithmeticError, IndexError):
        return None
    fits = made is not None and len(made) == len(call.outputs)
    return made if fits else None


def shift_unsigned(file: TFLiteFile) -> TFLiteFile:
    """Every uint8 tensor with a scale as int8: values and zero point 128 less, the same numbers.

    TFLite's kernels of uint8 read ``x - zero_point`` and add the result's zero point behind all
    rounding; that is the same integer then. Where they round otherwise (averages of uint8 round
    half up, of int8 away from zero) the operator's record asks ``unsigned``.
    """
    if not any(_is_unsigned(t) for t in file.tensors):
        return file
    tensors = tuple(_shifted(t) if _is_unsigned(t) else t for t in file.tensors)
    return replace(file, tensors=tensors)


def _is_unsigned(tensor: TFLiteTensor) -> bool:
    return tensor.dtype == "uint8" and tensor.quantised


def _shifted(tensor: TFLiteTensor) -> TFLiteTensor:
    data = None if tensor.data is None else tensor.data ^ np.uint8(SIGN)
    zero_points = tensor.zero_points - SIGN
    return replace(tensor, dtype=Q8.name, zero_points=zero_points, data=data, unsigned=True)
