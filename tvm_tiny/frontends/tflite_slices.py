# SPDX-License-Identifier: Apache-2.0
"""What STRIDED_SLICE reads, from TFLite's begin, end, strides and masks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
