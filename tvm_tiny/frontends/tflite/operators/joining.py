# SPDX-License-Identifier: Apache-2.0
"""Tensors put together and taken apart."""

from __future__ import annotations

import itertools
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import Call, Fault, I, M, Record, Shape, register

_op: Any = _tvm.relax.op
_PARTS = {"num": (0, "i", 0)}
_STACK = {"num": (0, "i", 0), "axis": (1, "i", 0)}


def _concat_shape(call: Call) -> list[Shape]:
    if call.options["activation"]:
        raise Fault("CONCATENATION with an activation", "TFLM ignores it", code="TT1203")
    shapes = [call.operand(i).shape for i in range(len(call.inputs))]
    axis = call.axis(call.options["axis"], len(shapes[0]))
    rests = {(*s[:axis], -1, *s[axis + 1 :]) for s in shapes}
    if len(rests) != 1:
        raise Fault(f"shapes {shapes[:8]} along axis {axis}")
    return [(*shapes[0][:axis], sum(s[axis] for s in shapes), *shapes[0][axis + 1 :])]


def _split_shape(call: Call) -> list[Shape]:
    x, axes, count = call.operand(1).shape, call.integers(0), len(call.outputs)
    axis = call.axis(axes[0] if len(axes) == 1 else len(x), len(x))
    if call.options["num"] != count or x[axis] % count:
        raise Fault(f"{x} in {call.options['num']} parts along axis {axis}")
    return [(*x[:axis], x[axis] // count, *x[axis + 1 :])] * count


def _split_v_shape(call: Call) -> list[Shape]:
    x, sizes, axes = call.operand(0).shape, call.integers(1), call.integers(2)
    axis = call.axis(axes[0] if len(axes) == 1 else len(x), len(x))
    if sizes.count(-1) == 1:
        sizes[sizes.index(-1)] = x[axis] - sum(sizes) - 1
    if len(sizes) != len(call.outputs) or min(sizes, default=0) < 1 or sum(sizes) != x[axis]:
        raise Fault(f"{x} in parts of {sizes[:16]} along axis {axis}")
    return [(*x[:axis], size, *x[axis + 1 :]) for size in sizes]


def _pack_shape(call: Call) -> list[Shape]:
    shapes = {call.operand(i).shape for i in range(len(call.inputs))}
    if len(shapes) != 1 or call.options["num"] != len(call.inputs):
        raise Fault(f"{call.options['num']} tensors of shapes {sorted(shapes)[:8]}")
    shape = shapes.pop()
    axis = call.axis(call.options["axis"], len(shape) + 1)
    return [(*shape[:axis], len(call.inputs), *shape[axis:])]


def _unpack_shape(call: Call) -> list[Shape]:
    x = call.operand(0).shape
    axis = call.axis(call.options["axis"], len(x))
    if not call.options["num"] == len(call.outputs) == x[axis]:
        raise Fault(f"{x} in {call.options['num']} parts along axis {axis}")
    return [(*x[:axis], *x[axis + 1 :])] * len(call.outputs)


def _concat(call: Conversion) -> Any:
    """Bytes, as TensorFlow Lite Micro joins them (it wants one scale, and no activation)."""
    stored = [call.stored(i) for i in range(len(call.inputs))]
    return _op.concat(stored, int(call.options["axis"]))


def _split(call: Conversion, data: int, axis: int) -> Any:
    extents = [t.shape[axis] for t in call.outputs]
    if len(extents) == 1:
        return [call.stored(data)]
    ends = list(itertools.accumulate(extents[:-1]))
    whole = call.bound(_op.split(call.stored(data), ends, axis))
    return [_tvm.relax.TupleGetItem(whole, place) for place in range(len(extents))]


def _pack(call: Conversion) -> Any:
    axis = call.axis(int(call.options["axis"]), len(call.outputs[0].shape))
    parts = [_op.expand_dims(call.stored(i), [axis]) for i in range(len(call.inputs))]
    return _op.concat(parts, axis)


def _unpack(call: Conversion) -> Any:
    shape = call.operand(0).shape
    axis = call.axis(int(call.options["axis"]), len(shape))
    if len(call.outputs) == 1:
        return [_op.reshape(call.stored(0), call.outputs[0].shape)]
    whole = call.bound(_op.split(call.stored(0), list(range(1, shape[axis])), axis))
    return [
        _op.squeeze(_tvm.relax.TupleGetItem(whole, place), [axis])
        for place in range(len(call.outputs))
    ]


register(
    Record(
        "CONCATENATION",
        _concat,
        "ConcatenationOptions",
        {"axis": (0, "i", 0), "activation": (1, "b", 0)},
        operands=(M.repeated,),
        shapes=_concat_shape,
        scaled=False,
    )
)
register(
    Record(
        "SPLIT",
        lambda call: _split(call, 1, call.axis(call.integers(0)[0], len(call.operand(1).shape))),
        "SplitOptions",
        _PARTS,
        operands=(I, M),
        results=0,
        shapes=_split_shape,
    )
)
register(
    Record(
        "SPLIT_V",
        lambda call: _split(call, 0, call.axis(call.integers(2)[0], len(call.operand(0).shape))),
        "SplitVOptions",
        _PARTS,
        operands=(M, I, I),
        results=0,
        shapes=_split_v_shape,
    )
)
register(
    Record(
        "PACK",
        _pack,
        "PackOptions",
        _STACK,
        operands=(M.repeated,),
        shapes=_pack_shape,
        scaled=False,
    )
)
register(
    Record(
        "UNPACK", _unpack, "UnpackOptions", _STACK, operands=(M,), results=0, shapes=_unpack_shape
    )
)
