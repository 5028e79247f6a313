# SPDX-License-Identifier: Apache-2.0
"""Operators that put values elsewhere: padding, other shapes, transposition.

They act on integers as they are, whatever quantisation the file declares for their result, as
TensorFlow Lite Micro does.
"""

from __future__ import annotations

import math
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import Call, Fault, I, M, Record, Shape, V, register

_op: Any = _tvm.relax.op


def _pad_shape(call: Call) -> list[Shape]:
    x, flat = call.operand(0).shape, call.integers(1)
    if len(flat) != 2 * len(x) or min(flat, default=0) < 0:
        raise Fault(f"padding {flat[:16]} of {len(x)} dimensions")
    if len(call.inputs) == 3 and math.prod(call.operand(2).shape) != 1:
        raise Fault("the padding value is not one number")
    return [tuple(d + flat[2 * i] + flat[2 * i + 1] for i, d in enumerate(x))]


def view_shape(call: Call) -> list[Shape]:
    """What the file declares, if it has as many elements."""
    x, y = call.operand(0).shape, call.outputs[0].shape
    if math.prod(x) != math.prod(y):
        raise Fault(f"{x} cannot become {y}")
    return [y]


def _reshape_infer(call: Call) -> list[Shape]:
    """What operand 1 says, -1 for what is left; without it what the file declares."""
    wanted = call.optional(1)
    new = wanted.integers() if wanted is not None else None
    if new is None:
        return view_shape(call)
    total, known = math.prod(call.operand(0).shape), math.prod(d for d in new if d != -1)
    if new.count(-1) == 1 and known > 0:
        new[new.index(-1)] = total // known
    if min(new, default=1) < 1 or math.prod(new) != total:
        raise Fault(f"{call.operand(0).shape} cannot become {new}")
    return [tuple(new)]


def _expand_infer(call: Call) -> list[Shape]:
    """The input with an extent of 1 at the axis of operand 1."""
    x, axes = call.operand(0).shape, call.integers(1)
    if len(axes) != 1:
        raise Fault(f"axes {axes[:4]}", "it is one")
    axis = call.axis(axes[0], len(x) + 1)
    return [(*x[:axis], 1, *x[axis:])]


def _squeeze_infer(call: Call) -> list[Shape]:
    """The input without as many extents of 1 as the file says: the result's are in its order."""
    x, declared, opened = call.operand(0).shape, call.outputs[0].shape, call.outputs[0].open_axes
    surplus, made = len(x) - len(declared), list[int]()
    for extent in x:
        place = len(made)
        fits = place < len(declared) and (place in opened or declared[place] == extent)
        if extent == 1 and surplus and not (fits and declared[place] == 1):
            surplus -= 1
        else:
            made.append(extent)
    if surplus:
        raise Fault(f"{x} cannot become {declared}")
    return [tuple(made)]


_INFER = {"RESHAPE": _reshape_infer, "EXPAND_DIMS": _expand_infer, "SQUEEZE": _squeeze_infer}


def _transpose_shape(call: Call) -> list[Shape]:
    x, axes = call.operand(0).shape, call.integers(1)
    if sorted(axes) != list(range(len(x))):
        raise Fault(f"axes {axes[:16]} of {len(x)} dimensions")
    return [tuple(x[a] for a in axes)]


def _pad(call: Conversion) -> Any:
    """PAD with the result's zero point, PADV2 with the given value."""
    result, value = call.outputs[0], 0.0
    if len(call.inputs) == 3:
        value = call.constant(2).reshape(-1)[0].item()
    elif result.quantised and not call.floats:
        value = result.zero_point
    return _op.nn.pad(call.stored(0), call.integers(1), pad_value=value)


def view(call: Conversion) -> Any:
    """The same bytes in the shape that the file declares."""
    return _op.reshape(call.stored(0), call.outputs[0].shape)


register(Record("PAD", _pad, "PadOptions", defaults=True, operands=(M, I), shapes=_pad_shape))
register(
    Record(
        "PADV2",
        _pad,
        "PadV2Options",
        defaults=True,
        operands=(M, I, V.also("int32", "float32")),
        shapes=_pad_shape,
    )
)
for _name, _table, _operands in (
    ("RESHAPE", "ReshapeOptions", (M, I.maybe)),
    ("SQUEEZE", "SqueezeOptions", (M,)),
    ("EXPAND_DIMS", "ExpandDimsOptions", (M, I)),
):
    register(
        Record(
            _name,
            view,
            _table,
            defaults=True,
            operands=_operands,
            shapes=view_shape,
            infer=_INFER[_name],
        )
    )
register(
    Record(
        "TRANSPOSE",
        lambda call: _op.permute_dims(call.stored(0), tuple(call.integers(1))),
        "TransposeOptions",
        defaults=True,
        operands=(M, I),
        shapes=_transpose_shape,
    )
)
