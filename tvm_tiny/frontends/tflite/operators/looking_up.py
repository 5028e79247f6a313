# SPDX-License-Identifier: Apache-2.0
"""What is read at places that are known at run time; CAST at run time."""

from __future__ import annotations

import math
from typing import Any, Final

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import (
    Call,
    Fault,
    Operand,
    Record,
    Shape,
    W,
    lookup,
    register,
)

_op: Any = _tvm.relax.op
PLACES: Final = Operand("activation", ("int32",), ())
DATA: Final = Operand("activation", ("int8", "float32"), ())
_WHOLE: Final = ("int32", "int16", "int8", "uint32", "float32", "bool")
_MADE: Final = ("int8", "int16", "int32", "uint32", "float32", "bool")


def _parts(call: Conversion, data: Any, extents: Shape, places: Any, count: int) -> Any:
    """The parts of data at ``count`` places, in the result's shape."""
    lines = call.bound(call.emit("reshape", [places], {"shape": [count, len(extents)]}))
    made = call.bound(call.emit("gather", [data, lines], {"extents": list(extents)}))
    return _op.reshape(made, call.outputs[0].shape)


def _embedding_shape(call: Call) -> list[Shape]:
    places, table = call.operand(0, 1).shape, call.operand(1).shape
    if len(table) < 2:
        raise Fault(f"a table of shape {table}")
    if call.outputs[0].dtype != call.operand(1).dtype:
        raise Fault("a table of integers looked up as float32", code="TT1203")
    return [(places[0], *table[1:])]


def _embedding(call: Conversion) -> Any:
    table, count = call.operand(1).shape, call.operand(0).shape[0]
    return _parts(call, call.stored(1), table[:1], call.stored(0), count)


def _gather_nd_shape(call: Call) -> list[Shape]:
    data, places = call.operand(0).shape, call.operand(1).shape
    if not data or not places or not 1 <= places[-1] <= min(len(data), 5):
        raise Fault(f"places {places} of data {data}")
    return [(*places[:-1], *data[places[-1] :])]


def _gather_nd(call: Conversion) -> Any:
    data, places = call.operand(0).shape, call.operand(1).shape
    count = math.prod(places[:-1])
    return _parts(call, call.stored(0), data[: places[-1]], call.stored(1), count)


def _gather_shape(call: Call) -> list[Shape]:
    """Where places are not known: along any dimension."""
    known = lookup_constant(call)
    if known is not None:
        return known
    data, places = call.operand(0).shape, call.operand(1)
    axis = call.axis(int(call.options["axis"]), len(data))
    if places.dtype != "int32" or call.options["batch_dims"]:
        what = f"places of type {places.dtype}, {call.options['batch_dims']} batch dimensions"
        raise Fault(what, "computed places are int32, without them", code="TT1203")
    return [(*data[:axis], *places.shape, *data[axis + 1 :])]


def _gather(call: Conversion) -> Any:
    if call.operand(1).data is not None:
        assert _CONSTANT.convert is not None
        return _CONSTANT.convert(call)
    data, places = call.operand(0).shape, call.operand(1).shape
    axis = call.axis(int(call.options["axis"]), len(data))
    before, count = math.prod(data[:axis]), math.prod(places)
    table = call.stored(0)
    if before == 1:
        if axis:
            table = call.bound(call.emit("reshape", [table], {"shape": list(data[axis:])}))
        return _parts(call, table, data[axis : axis + 1], call.stored(1), count)
    # Parts lie together: the dimensions in front go behind the one of the places, and back.
    flat = call.bound(_op.reshape(table, (before, data[axis], math.prod(data[axis + 1 :]))))
    turned = call.bound(_op.permute_dims(flat, (1, 0, 2)))
    lines = call.bound(call.emit("reshape", [call.stored(1)], {"shape": [count, 1]}))
    found = call.bound(call.emit("gather", [turned, lines], {"extents": [data[axis]]}))
    rows = call.bound(_op.reshape(found, (count, before, math.prod(data[axis + 1 :]))))
    return _op.reshape(call.bound(_op.permute_dims(rows, (1, 0, 2))), call.outputs[0].shape)


def lookup_constant(call: Call) -> list[Shape] | None:
    """The shapes of a gather whose places are in the file."""
    return _CONSTANT.shapes(call) if call.operand(1).data is not None else None


def _cast(call: Conversion) -> Any:
    return call.emit("cast", [call.stored(0)], {"dtype": call.outputs[0].dtype})


_found = lookup("GATHER")
assert _found is not None
_CONSTANT: Final = _found
register(
    Record(
        "GATHER",
        _gather,
        "GatherOptions",
        dict(_CONSTANT.fields),
        operands=(_CONSTANT.operands[0], Operand("activation", ("int32", "int64"), ())),
        shapes=_gather_shape,
        float_form=False,
    )
)
register(
    Record(
        "GATHER_ND",
        _gather_nd,
        "GatherNdOptions",
        defaults=True,
        operands=(DATA, PLACES),
        shapes=_gather_nd_shape,
        float_form=False,
    )
)
register(
    Record(
        "EMBEDDING_LOOKUP",
        _embedding,
        defaults=True,
        operands=(PLACES, W.also("float32")),
        result_type=("int8", "float32"),
        shapes=_embedding_shape,
        float_form=False,
    )
)
register(
    Record(
        "CAST",
        _cast,
        "CastOptions",
        defaults=True,
        operands=(Operand("activation", _WHOLE, ()),),
        result_type=_MADE,
        scaled=False,
        float_form=False,
    )
)
