# SPDX-License-Identifier: Apache-2.0
"""Bounds of every channel's values: interval arithmetic over whole channels.

An operator that is monotone in each operand (the requantisation too: multipliers are not negative)
gives the ends of its result by its own arithmetic at the ends of its operands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.arithmetic.fixed_point import INT32_MAX, INT32_MIN, multiply_by_quantized_multiplier
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.channel_links import Bools, Ints, last_extent

_ANYTHING = 1 << 62


@dataclass(frozen=True, eq=False)
class Range:
    """Least and greatest value of each channel, int64[channels]; inclusive."""

    low: Ints
    high: Ints

    @classmethod
    def full(cls, channels: int, dtype: str) -> Range:
        """Any value of an element type; of what int64 cannot hold nothing is said."""
        limits = element_type(dtype)
        beyond = limits.is_float or limits.high > _ANYTHING
        ends = (-_ANYTHING, _ANYTHING) if beyond else limits.limits
        return cls(np.full(channels, ends[0]), np.full(channels, ends[1]))

    @classmethod
    def of(cls, array: npt.NDArray[Any]) -> Range:
        """Of a constant tensor."""
        if array.dtype.kind == "f":
            return cls.full(last_extent(array.shape), "float32")
        wide = array.astype(np.int64).reshape(-1, last_extent(array.shape))
        return cls(wide.min(axis=0), wide.max(axis=0))

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        """Which channels have one value only, bool[channels]."""
        return self.low == self.high

    def take(self, channels: npt.NDArray[np.intp]) -> Range:
        """Of the given channels, in that order."""
        return Range(self.low[channels], self.high[channels])

    def joined(self, other: Range) -> Range:
        """Either of two."""
        return Range(np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    def clipped(self, low: int, high: int) -> Range:
        """After a clamp."""
        return Range(np.clip(self.low, low, high), np.clip(self.high, low, high))

    def spread(self, channels: int) -> Range:
        """Every channel may be any of these."""
        return Range(np.full(channels, self.low.min()), np.full(channels, self.high.max()))


def any_value(tensor: Tensor) -> Range:
    """Every value that a tensor's element type has."""
    return Range.full(last_extent(tensor.shape), tensor.dtype)


def contents(tensor: Tensor) -> npt.NDArray[Any]:
    """The contents of an operand that is known to be a constant."""
    assert tensor.data is not None
    return tensor.data


def requantised_range(
    low: Ints, high: Ints, scale: tuple[Any, Any], attrs: Mapping[str, Any], dtype: str
) -> Range:
    """Accumulator bounds to result bounds; what may overflow an int32 may be anything."""
    multiplier, shift = (np.asarray(s, np.int64) for s in scale)
    left = np.maximum(shift, 0)
    safe = (low << left >= INT32_MIN) & (high << left <= INT32_MAX)
    safe &= (low >= INT32_MIN) & (high <= INT32_MAX)
    ends = [
        multiply_by_quantized_multiplier(np.clip(x, INT32_MIN, INT32_MAX), multiplier, shift)
        for x in (low, high)
    ]
    activation = attrs.get("activation", element_type(dtype).limits)
    zero_point = attrs["output_zero_point"]
    bounded = Range(ends[0] + zero_point, ends[1] + zero_point).clipped(*activation)
    return Range(
        np.where(safe, bounded.low, activation[0]), np.where(safe, bounded.high, activation[1])
    )


def products(weight: Ints, x: Range, zero_point: int) -> tuple[Ints, Ints]:
    """Bounds of ``w * (x - zero_point)``, elementwise."""
    a, b = weight * (x.low - zero_point), weight * (x.high - zero_point)
    return np.minimum(a, b), np.maximum(a, b)


def over_channels(weight: Ints, x: Range, zero_point: int) -> tuple[Ints, Ints]:
    """Bounds of every tap's sum over the channels; weight int64[O, taps, I] -> int64[O, taps]."""
    positive, negative = np.maximum(weight, 0), np.minimum(weight, 0)
    low, high = x.low - zero_point, x.high - zero_point
    return positive @ low + negative @ high, positive @ high + negative @ low


def accumulated(node: Node, terms: tuple[Ints, Ints], inside: Bools) -> Range:
    """Bias plus bounds of each tap's term, int64[outputs, taps], over all window patterns."""
    taps = inside.astype(np.int64)
    return biased(node, (terms[0] @ taps.T).min(axis=1), (terms[1] @ taps.T).max(axis=1))


def biased(node: Node, low: Ints, high: Ints) -> Range:
    """A sum of products to the result: operands 2 to 4 are bias, multiplier, shift."""
    bias, multiplier, shift = (contents(t) for t in node.operands[2:5])
    wide = bias.astype(np.int64)
    dtype = node.output.dtype
    if multiplier.dtype == np.int16:  # rescaled otherwise, see ``operators/conv.py``
        return any_value(node.output).clipped(*node.attrs["activation"])
    return requantised_range(wide + low, wide + high, (multiplier, shift), node.attrs, dtype)
