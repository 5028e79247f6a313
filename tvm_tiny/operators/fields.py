# SPDX-License-Identifier: Apache-2.0
"""Receptive field, jump and start along one axis, and how windows and moves change them.

Along one axis, element i of a tensor depends on the input's positions i * jump + start to
i * jump + start + size - 1, whatever of that lies in the padding. A window of k taps, stride s,
dilation d and p positions of padding in front makes of (jump, start, size)

    jump' = jump * s,   start' = start - p * jump,   size' = size + (k - 1) * d * jump

and where paths meet (additions, concatenations) the hull over all paths counts.

Ref: Araujo et al. 2019, "Computing Receptive Fields of Convolutional Neural Networks" (Distill).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import prod

from tvm_tiny.graph import Node, Tensor

Pair = tuple[int, int]
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class AxisField:
    """What a tensor's elements see along one axis of the model's input.

    Attributes:
        dim: the tensor's dimension that runs along this axis; -1 where it has none (any more).
        jump: positions of the input between neighbouring elements.
        start: first position that element 0 sees (negative: in the padding).
        size: positions that an element sees.
        whole: some element sees the whole extent of the input, whatever its size.
        exact: False where ``size`` is a bound (resized or mirrored images).
    """

    dim: int
    jump: Fraction = _ONE
    start: Fraction = _ZERO
    size: Fraction = _ONE
    whole: bool = False
    exact: bool = True


def sees_all(node: Node, fields: Sequence[AxisField]) -> AxisField:
    """Every element depends on all of every operand: the axis ends here."""
    met = meeting(fields)
    extents = (t.shape[f.dim] for t, f in zip(node.activations, fields, strict=True) if f.dim >= 0)
    return replace(met, dim=-1, whole=met.whole or any(extent > 1 for extent in extents))


def window(field: AxisField, axis: int, node: Node, taps: int) -> AxisField:
    """A sliding window over rows (axis 0) or columns (axis 1) of an NHWC tensor."""
    stride = int(node.attrs["strides"][axis])
    dilation = int(node.attrs.get("dilation", (1, 1))[axis])
    before = int(node.attrs["padding"][axis])
    return replace(
        field,
        jump=field.jump * stride,
        start=field.start - before * field.jump,
        size=field.size + (taps - 1) * dilation * field.jump,
    )


def reshaped(node: Node, x: Tensor, field: AxisField) -> AxisField:
    """A dimension survives if the sizes before it and its own are the same."""
    if field.dim < 0:
        return field
    old, new = x.shape, node.output.shape
    before, extent = prod(old[: field.dim]), old[field.dim]
    for dim, size in enumerate(new[:-1]):
        if extent > 1 and size == extent and prod(new[:dim]) == before:
            return replace(field, dim=dim)
    return replace(field, dim=-1, whole=field.whole or extent > 1)


def meeting(fields: Sequence[AxisField]) -> AxisField:
    """Paths that meet element by element: the hull of all that run along the same dimension.

    What has no extent along the axis (a gate) belongs to every element: it adds its mark only.
    """
    whole = any(f.whole for f in fields)
    running = [f for f in fields if f.dim >= 0] or list(fields)
    at = max(running, key=lambda f: f.jump)
    start = min(f.start for f in running)
    end = max(f.start + f.size for f in running)
    exact = all(f.exact and f.jump == at.jump for f in running)
    return AxisField(at.dim, at.jump, start, end - start, whole, exact)


def concatenated(node: Node, fields: Sequence[AxisField]) -> AxisField:
    """Concatenation: paths that meet, or lie one behind the other along the axis itself."""
    running = [f for f in fields if f.dim >= 0] or list(fields)
    at = max(running, key=lambda f: f.jump)
    if at.dim != int(node.attrs["axis"]) % len(node.output.shape):
        return meeting(fields)
    return replace(_in_line(node, running), whole=any(f.whole for f in fields))


def _in_line(node: Node, fields: Sequence[AxisField]) -> AxisField:
    """Where parts begin differs; the hull is a bound."""
    first, begin = fields[0], 0
    starts: list[Fraction] = []
    ends: list[Fraction] = []
    for field, tensor in zip(fields, node.activations, strict=False):
        starts.append(field.start - begin * field.jump)
        ends.append(starts[-1] + field.size)
        begin += tensor.shape[field.dim]
    low = min(starts)
    return replace(first, start=low, size=max(ends) - low, exact=len(fields) == 1)
