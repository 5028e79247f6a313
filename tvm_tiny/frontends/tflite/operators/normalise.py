# SPDX-License-Identifier: Apache-2.0
"""LOG_SOFTMAX, L2_NORMALIZATION, and products of two activations."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.arithmetic import pairs
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.operators.pairs import scale_of
from tvm_tiny.frontends.tflite.operators.rearranging import repeated
from tvm_tiny.frontends.tflite.record import X8, Call, Fault, Record, Shape, X, register, same_shape

_op: Any = _tvm.relax.op


def _some_dimension(call: Call) -> list[Shape]:
    if not call.operand(0).shape:
        raise Fault("an input without a dimension")
    return same_shape(call)


def _log_softmax(call: Conversion) -> Any:
    attrs = pairs.log_softmax_params(call.operand(0).scale)
    return call.emit("log_softmax", [call.stored(0)], attrs)


def _l2_normalization(call: Conversion) -> Any:
    attrs = {"zero_point": call.operand(0).zero_point}
    return call.emit("l2_normalization", [call.stored(0)], attrs)


def _no_activation(call: Call) -> None:
    if call.options.get("activation", 0):
        raise Fault("a fused activation", "TFLM takes none here", code="TT1203")


def matmul_shape(call: Call) -> list[Shape]:
    """Of BATCH_MATMUL."""
    a, b = call.operand(0).shape, call.operand(1).shape
    if not (2 <= len(a) <= 5 and 2 <= len(b) <= 5):
        raise Fault(f"operands {a} and {b}", "they have 2 to 5 dimensions")
    try:
        batches = np.broadcast_shapes(a[:-2], b[:-2])
    except ValueError as error:
        raise Fault(f"batches of {a} and {b} do not broadcast") from error
    rows, depth = (a[-1], a[-2]) if call.options["adj_x"] else a[-2:]
    inner, columns = (b[-1], b[-2]) if call.options["adj_y"] else b[-2:]
    if depth != inner:
        raise Fault(f"operands {a} and {b} do not fit")
    return [(*batches, rows, columns)]


def in_runs(call: Call) -> bool:
    """A matrix of b serves all batches of a, or as many neighbours each; nothing is repeated."""
    a, b = call.operand(0).shape, call.operand(1).shape
    rank = max(len(a), len(b))
    left, right = ((*(1,) * (rank - len(s)), *s)[:-2] for s in (a, b))
    wide = [i for i, (m, n) in enumerate(zip(left, right, strict=True)) if m != n]
    if any(left[i] == 1 < right[i] for i in wide):
        return False
    tail = range(min(wide), rank - 2) if wide else ()
    return all(right[i] == 1 for i in tail)


def _swapped(x: Any, rank: int) -> Any:
    return _op.permute_dims(x, [*range(rank - 2), rank - 1, rank - 2])


def rows_and_matrix(call: Conversion) -> tuple[Any, Any]:
    """The operands of ``matmul``: rows of a, b transposed as TFLM has it: its columns together."""
    a, b, y = call.operand(0), call.operand(1), call.outputs[0]
    left = call.stored(0)
    if call.options["adj_x"]:
        left = call.bound(_swapped(left, len(a.shape)))
    *batches, rows, _ = y.shape
    depth = a.shape[-2] if call.options["adj_x"] else a.shape[-1]
    right, matrix, ours = call.stored(1), b.shape[-2:], b.shape[:-2]
    if not in_runs(call):
        left = repeated(call, left, (*a.shape[:-2], rows, depth), (*batches, rows, depth))
        right, ours = repeated(call, right, b.shape, (*batches, *matrix)), tuple(batches)
    left = call.bound(_op.reshape(left, (1, math.prod(batches) * rows, 1, depth)))
    if not call.options["adj_y"]:
        right, matrix = call.bound(_swapped(right, len(ours) + 2)), matrix[::-1]
    return left, call.bound(_op.reshape(right, (math.prod(ours), *matrix)))


def _matmul(call: Conversion) -> Any:
    a, b, y = call.operand(0), call.operand(1), call.outputs[0]
    left, right = rows_and_matrix(call)
    attrs = pairs.matmul_params(scale_of(a), scale_of(b), scale_of(y), a.dtype)
    attrs["transposed"] = 1
    made = call.bound(call.emit("matmul", [left, right], attrs))
    return _op.reshape(made, y.shape)


register(
    Record(
        "LOG_SOFTMAX",
        _log_softmax,
        "LogSoftmaxOptions",
        defaults=True,
        operands=(X8,),
        shapes=_some_dimension,
        quantisation={"int8": (1 / 16, Q8.high)},
        float_form=False,
    )
)
register(
    Record(
        "L2_NORMALIZATION",
        _l2_normalization,
        "L2NormOptions",
        {"activation": (0, "b", 0)},
        defaults=True,
        operands=(X8,),
        shapes=_some_dimension,
        constraint=_no_activation,
        float_form=False,
    )
)
register(
    Record(
        "BATCH_MATMUL",
        _matmul,
        "BatchMatMulOptions",
        {"adj_x": (0, "?", False), "adj_y": (1, "?", False)},
        operands=(X, X),
        shapes=matmul_shape,
        float_form=False,
    )
)
