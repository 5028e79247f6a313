# SPDX-License-Identifier: Apache-2.0
"""Operators over shapes and constants: computed while the model is imported.

Converters write them where a Keras model was traced with an open batch: SHAPE, STRIDED_SLICE, PACK,
RESHAPE. Integers wrap as in C; divisions truncate (DIV) or floor (FLOOR_DIV) as TFLite's do.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny.frontends.tflite.operators.slices import slice_plan, strided_slice_shape
from tvm_tiny.frontends.tflite.record import Array, Call, Evaluate, Operand, extend

LARGEST_KNOWN: Final = 1 << 20
"""Elements that an operator over constants may make: shapes are small, tables are in the file."""

_TYPES: Final = ("int32", "int64", "float32", "int8", "int16", "uint8", "bool")
_ANY: Final = Operand("activation", _TYPES, _TYPES)
_INTEGERS: Final = ("int32", "int64")


def result_dtype(call: Call, place: int = 0) -> np.dtype[Any]:
    """NumPy's name for a result's type."""
    return np.dtype(call.outputs[place].dtype)


def bounded(shape: Sequence[int]) -> tuple[int, ...]:
    """A shape of a result that is small enough to compute.

    Raises:
        ValueError: it is not.
    """
    if min(shape, default=0) < 0 or math.prod(shape) > LARGEST_KNOWN:
        raise ValueError(f"a constant of shape {tuple(shape)}")
    return tuple(shape)


def _shape(call: Call, values: Sequence[Array | None]) -> list[Array] | None:
    del values
    return [np.array(call.operand(0).shape, result_dtype(call))]


def _rank(call: Call, values: Sequence[Array | None]) -> list[Array] | None:
    del values
    return [np.array(len(call.operand(0).shape), result_dtype(call))]


def _zeros_like(call: Call, values: Sequence[Array | None]) -> list[Array] | None:
    """The integer 0, whatever the zero point, as TFLM's kernel writes it."""
    del values
    return [np.zeros(bounded(call.operand(0).shape), result_dtype(call))]


def _broadcast_args(call: Call, values: Sequence[Array]) -> list[Array]:
    shapes = (bounded([int(n) for n in v.reshape(-1)]) for v in values)
    return [np.array(np.broadcast_shapes(*shapes), result_dtype(call))]


def _range(call: Call, values: Sequence[Array]) -> list[Array]:
    start, limit, step = (v.reshape(()).item() for v in values)
    if step == 0:
        raise ValueError("a range in steps of 0")
    count = max(0, math.ceil((limit - start) / step))
    bounded((count,))
    return [(start + np.arange(count) * step).astype(result_dtype(call))]


def _fill(call: Call, values: Sequence[Array]) -> list[Array]:
    shape = bounded([int(v) for v in values[0].reshape(-1)])
    return [np.full(shape, values[1].reshape(()), result_dtype(call))]


def _cast(call: Call, values: Sequence[Array]) -> list[Array] | None:
    if call.operand(0).quantised or call.outputs[0].quantised:
        return None
    return [values[0].astype(result_dtype(call))]


def _gather(call: Call, values: Sequence[Array]) -> list[Array] | None:
    axis, batches = int(call.options["axis"]), int(call.options["batch_dims"])
    data, indices = values
    if batches or data.ndim == 0:
        return None
    axis = call.axis(axis, data.ndim)
    bounded((*data.shape[:axis], *indices.shape, *data.shape[axis + 1 :]))
    if indices.size and not 0 <= indices.min() <= indices.max() < data.shape[axis]:
        raise ValueError("an index outside of the tensor")
    return [np.take(data, indices, axis)]


def _product(call: Call, values: Sequence[Array]) -> list[Array] | None:
    axes = tuple(call.axis(int(a), values[0].ndim) for a in values[1].reshape(-1))
    keep = bool(call.options["keep_dims"])
    if values[0].dtype.name not in _INTEGERS:
        return None
    return [np.prod(values[0], axis=axes, keepdims=keep, dtype=values[0].dtype)]


def _tile(call: Call, values: Sequence[Array]) -> list[Array]:
    del call
    times = [int(v) for v in values[1].reshape(-1)]
    bounded([d * n for d, n in zip(values[0].shape, times, strict=True)])
    return [np.tile(values[0], times)]


def _broadcast_to(call: Call, values: Sequence[Array]) -> list[Array]:
    del call
    return [np.broadcast_to(values[0], bounded([int(v) for v in values[1].reshape(-1)]))]


def _where(call: Call, values: Sequence[Array]) -> list[Array]:
    del call
    return [np.where(values[0].astype(bool), values[1], values[2])]


def _truncated(a: Array, b: Array) -> Array:
    quotient = np.abs(a.astype(np.int64)) // np.abs(b.astype(np.int64))
    return np.sign(a.astype(np.int64)) * np.sign(b.astype(np.int64)) * quotient


def integer_arithmetic(
    function: Callable[..., Array],
) -> Callable[[Call, Sequence[Array]], list[Array] | None]:
    """Evaluation of an elementwise operator on plain integers; floats and scales are not for it."""

    def evaluate(call: Call, values: Sequence[Array]) -> list[Array] | None:
        quantised = any(t is not None and t.quantised for t in (*call.inputs, *call.outputs))
        if quantised or any(v.dtype.name not in _INTEGERS for v in values):
            return None
        if int(call.options.get("activation", 0)):
            return None
        bounded(np.broadcast_shapes(*(v.shape for v in values)))
        return [function(*values).astype(result_dtype(call))]

    return evaluate


def _elementwise(name: str, function: Callable[..., Array], count: int = 2, **more: Any) -> None:
    extend(name, integer_arithmetic(function), operands=(_ANY,) * count, **more)


extend("SHAPE", _shape, options="ShapeOptions", defaults=True, operands=(_ANY,), by_shape=True)
extend("RANK", _rank, options="RankOptions", defaults=True, operands=(_ANY,), by_shape=True)
extend(
    "ZEROS_LIKE", _zeros_like, options="ZerosLikeOptions", defaults=True, operands=(_ANY,),
    by_shape=True,
)  # fmt: skip
extend("BROADCAST_ARGS", _broadcast_args, defaults=True, operands=(_ANY,) * 2)
extend("RANGE", _range, defaults=True, operands=(_ANY,) * 3)
extend("FILL", _fill, defaults=True, operands=(_ANY,) * 2)
extend("CAST", _cast, defaults=True, operands=(_ANY,))
extend(
    "GATHER", _gather, options="GatherOptions",
    fields={"axis": (0, "i", 0), "batch_dims": (1, "i", 0)}, operands=(_ANY, _ANY),
)  # fmt: skip
extend(
    "REDUCE_PROD", _product, options="ReducerOptions", fields={"keep_dims": (0, "?", False)},
    defaults=True, operands=(_ANY, _ANY),
)  # fmt: skip
extend("TILE", _tile, defaults=True, operands=(_ANY, _ANY))
extend("BROADCAST_TO", _broadcast_to, defaults=True, operands=(_ANY, _ANY))
extend("SELECT", _where, defaults=True, operands=(_ANY,) * 3)
extend("SELECT_V2", _where, defaults=True, operands=(_ANY,) * 3)


def _moved(move: Callable[[Call, Sequence[Array]], Array]) -> Evaluate:
    """Evaluation of an operator that only moves values; several scales would move with them."""

    def evaluate(call: Call, values: Sequence[Any]) -> list[Array] | None:
        if any(t is not None and t.scales.size > 1 for t in call.inputs):
            return None
        return [move(call, values)]

    return evaluate


def _view(call: Call, values: Sequence[Array]) -> Array:
    return values[0].reshape(bounded(call.outputs[0].shape))


def _transposed(call: Call, values: Sequence[Array]) -> Array:
    del call
    return np.transpose(values[0], [int(a) for a in values[1].reshape(-1)])


def _joined(call: Call, values: Sequence[Array]) -> Array:
    return np.concatenate(values, call.axis(int(call.options["axis"]), values[0].ndim))


def _stacked(call: Call, values: Sequence[Array]) -> Array:
    return np.stack(values, call.axis(int(call.options["axis"]), values[0].ndim + 1))


def _sliced(call: Call, values: Sequence[Array]) -> Array:
    del call
    begin, sizes = (v.reshape(-1) for v in values[1:])
    ends = [d if n < 0 else b + n for b, n, d in zip(begin, sizes, values[0].shape, strict=True)]
    return values[0][tuple(slice(b, e) for b, e in zip(begin, ends, strict=True))]


def _strided(call: Call, values: Sequence[Array]) -> Array:
    (shape,), plan, out = strided_slice_shape(call), slice_plan(call), values[0]
    steps = zip(plan.begin, plan.strides, plan.shape, strict=True)
    for axis, (begin, stride, count) in enumerate(steps):
        out = np.take(out, begin + stride * np.arange(count), axis)
    return out.reshape(shape)


for _name in ("RESHAPE", "SQUEEZE", "EXPAND_DIMS"):
    extend(_name, _moved(_view))
extend("TRANSPOSE", _moved(_transposed))
extend("CONCATENATION", _moved(_joined))
extend("PACK", _moved(_stacked))
extend("SLICE", _moved(_sliced))
extend("STRIDED_SLICE", _moved(_strided))
extend("ADD", integer_arithmetic(np.add))
extend("SUB", integer_arithmetic(np.subtract))
extend("MUL", integer_arithmetic(np.multiply))
extend("MAXIMUM", integer_arithmetic(np.maximum))
extend("MINIMUM", integer_arithmetic(np.minimum))
_elementwise("DIV", _truncated, options="DivOptions", fields={"activation": (0, "b", 0)})
_elementwise("FLOOR_DIV", np.floor_divide)
_elementwise("FLOOR_MOD", np.mod)
_elementwise("NEG", np.negative, 1)
_elementwise("ABS", np.abs, 1)
for _name, _function in (
    ("EQUAL", np.equal),
    ("NOT_EQUAL", np.not_equal),
    ("LESS", np.less),
    ("LESS_EQUAL", np.less_equal),
    ("GREATER", np.greater),
    ("GREATER_EQUAL", np.greater_equal),
):
    _elementwise(_name, _function)
