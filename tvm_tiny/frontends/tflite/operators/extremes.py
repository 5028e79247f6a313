# SPDX-License-Identifier: Apache-2.0
"""Reductions that compare: the smallest element, whether all are true, where the extreme is."""

from __future__ import annotations

from typing import Any

from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.operators.pairs import TRUTH, scale_of
from tvm_tiny.frontends.tflite.operators.reductions import (
    one_axis,
    reduced_shape,
    reduction_attrs,
    without_axis,
)
from tvm_tiny.frontends.tflite.record import X8, Call, Fault, I, Record, register


def _reduction(call: Conversion) -> Any:
    return call.emit(call.op.kind.lower(), [call.stored(0)], reduction_attrs(call))


def _one_quantisation(call: Call) -> None:
    if scale_of(call.operand(0)) != scale_of(call.outputs[0]):
        raise Fault("a result of another scale", "TFLM compares the stored integers")


def _place(call: Conversion) -> Any:
    attrs = {"axes": [one_axis(call)], "keep_dims": 0, "dtype": call.outputs[0].dtype}
    return call.emit(call.op.kind.lower(), [call.stored(0)], attrs)


for _name, _operand, _constraint in (
    ("REDUCE_MIN", X8, _one_quantisation),
    ("REDUCE_ALL", TRUTH, None),
):
    register(
        Record(
            _name,
            _reduction,
            "ReducerOptions",
            {"keep_dims": (0, "?", False)},
            defaults=True,
            operands=(_operand, I),
            shapes=reduced_shape,
            constraint=_constraint,
            float_form=False,
        )
    )
for _name, _options in (("ARG_MAX", "ArgMaxOptions"), ("ARG_MIN", "ArgMinOptions")):
    register(
        Record(
            _name,
            _place,
            _options,
            defaults=True,
            operands=(X8, I),
            result_type=("int32", "int64"),
            shapes=without_axis,
            float_form=False,
        )
    )
