# SPDX-License-Identifier: Apache-2.0
"""SLICE and STRIDED_SLICE: begin, end, strides and masks resolved to plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tvm_tiny import _tvm
from tvm_tiny.frontends.tflite.conversion import Conversion
from tvm_tiny.frontends.tflite.record import Call, Fault, I, M, Record, Shape, register

_op: Any = _tvm.relax.op
_MASKS: Final = ("begin", "end", "ellipsis", "new_axis", "shrink_axis")


@dataclass(frozen=True)
class SlicePlan:
    """A strided slice with every dimension spelt out.

    ``end`` is what Relax wants: exclusive, and for a negative stride that runs through element 0
    it lies one extent before the start (``-extent - 1``). ``shape`` is the result's, with dropped
    dimensions kept as 1.
    """

    begin: tuple[int, ...]
    end: tuple[int, ...]
    strides: tuple[int, ...]
    shape: tuple[int, ...]


def strided_slice_plan(
    shape: Sequence[int],
    begin: Sequence[int],
    end: Sequence[int],
    strides: Sequence[int],
    masks: tuple[int, int, int],
) -> SlicePlan:
    """Resolve masks and negative indices (TFLite ``strided_slice_logic.h``).

    Args:
        shape: of the operand.
        begin: first element per dimension; dimensions left out are taken whole.
        end: exclusive.
        strides: not 0.
        masks: begin mask, end mask and shrink-axis mask.
    """
    begins: list[int] = []
    ends: list[int] = []
    steps: list[int] = []
    extents: list[int] = []
    for axis, extent in enumerate(shape):
        if axis >= len(begin):
            start, stop, step = 0, extent, 1
        else:
            bits = tuple(bool(mask >> axis & 1) for mask in masks)
            start, stop, step = _axis(extent, begin[axis], end[axis], strides[axis], bits)
        count = max(0, -((start - stop) // step))
        begins.append(start)
        ends.append(stop if stop >= 0 else -extent - 1)
        steps.append(step)
        extents.append(count)
    return SlicePlan(tuple(begins), tuple(ends), tuple(steps), tuple(extents))


def _axis(
    extent: int, begin: int, end: int, step: int, bits: tuple[bool, ...]
) -> tuple[int, int, int]:
    begin_masked, end_masked, shrink = bits
    forward = step > 0
    start = begin + extent if begin < 0 else begin
    if shrink:
        start = min(max(start, 0), extent - 1)
        return start, start + 1, 1
    low, high = (0, extent) if forward else (-1, extent - 1)
    if begin_masked:
        start = 0 if forward else extent - 1
    stop = end + extent if end < 0 else end
    if end_masked:
        stop = extent if forward else -1
    return min(max(start, low), high), min(max(stop, low), high), step


def _slice_shape(call: Call) -> list[Shape]:
    x, begin, sizes = call.operand(0).shape, call.integers(1), call.integers(2)
    if not len(x) == len(begin) == len(sizes):
        raise Fault(f"slice from {begin[:8]} of {sizes[:8]} in {x}")
    out = [d - b if n == -1 else n for d, b, n in zip(x, begin, sizes, strict=True)]
    if any(b < 0 or n < 1 or b + n > d for d, b, n in zip(x, begin, out, strict=True)):
        raise Fault(f"slice from {begin} of {sizes} in {x}")
    return [tuple(out)]


def strided_slice_shape(call: Call) -> list[Shape]:
    """The result's shape, without the dimensions that are dropped."""
    x = call.operand(0).shape
    begin, end, strides = (call.integers(i) for i in (1, 2, 3))
    if call.options["ellipsis_mask"] or call.options["new_axis_mask"]:
        raise Fault("ellipsis or new-axis mask", "TFLM has neither", code="TT1203")
    if not len(begin) == len(end) == len(strides) <= len(x) or 0 in strides:
        raise Fault(f"slice from {begin[:8]} to {end[:8]} in steps of {strides[:8]} in {x}")
    shrink = call.options["shrink_axis_mask"]
    plan = slice_plan(call)
    if min(plan.shape, default=1) < 1:
        raise Fault(f"an empty slice of {x}")
    kept = [d for i, d in enumerate(plan.shape) if i >= len(begin) or not shrink >> i & 1]
    return [tuple(kept)]


def slice_plan(call: Call) -> SlicePlan:
    """What a STRIDED_SLICE reads."""
    masks = tuple(call.options[f"{name}_mask"] for name in ("begin", "end", "shrink_axis"))
    begin, end, strides = (call.integers(i) for i in (1, 2, 3))
    return strided_slice_plan(call.operand(0).shape, begin, end, strides, masks)


def _slice(call: Conversion) -> Any:
    begin, shape = call.integers(1), call.outputs[0].shape
    end = [b + n for b, n in zip(begin, shape, strict=True)]
    return _op.strided_slice(call.stored(0), axes=list(range(len(shape))), begin=begin, end=end)


def _strided_slice(call: Conversion) -> Any:
    """With begin, end and shrink-axis masks."""
    plan, shape = slice_plan(call), call.outputs[0].shape
    axes = list(range(len(plan.begin)))
    out = _op.strided_slice(call.stored(0), axes, plan.begin, plan.end, plan.strides)
    return out if plan.shape == shape else _op.reshape(out, shape)


register(
    Record("SLICE", _slice, "SliceOptions", defaults=True, operands=(M, I, I), shapes=_slice_shape)
)
register(
    Record(
        "STRIDED_SLICE",
        _strided_slice,
        "StridedSliceOptions",
        {f"{name}_mask": (i, "i", 0) for i, name in enumerate(_MASKS)},
        operands=(M, I, I, I),
        shapes=strided_slice_shape,
    )
)
