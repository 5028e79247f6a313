# SPDX-License-Identifier: Apache-2.0
"""Weights of matrix products in the layout that ``tvm_tiny_dsp.h`` reads, decided offline.

Exact or not at all: every accumulator is bounded from its weights, and what does not fit declines.
Output channels that have one value whatever the input is become a product with zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.fixed_point import multiply_by_quantized_multiplier, wrap_int32

Ints = npt.NDArray[np.int64]

SCALE = 256
"""The accumulator is this many times the sum."""

SUM_LIMIT = (1 << 31) // SCALE - 1
"""Largest absolute sum, bias included, that the accumulator holds."""

_CONSTANT_SHIFT = 8
_MAX_EXPONENT = 15
_TABLE_WORDS = 4


@dataclass(frozen=True, eq=False)
class Product:
    """``y[o] = requantise(sum_k (a[k] - input_zero_point) * weights[o, k] + bias[o])``.

    Attributes:
        weights: int64 [O, K], values of int8.
        bias: int64 [O].
        multiplier: int64 [O], 0 to 2^31 - 1.
        shift: int64 [O], as TFLite has it: positive to the left.
        input_zero_point: of a.
        output_zero_point: of y.
        activation: smallest and largest y.
    """

    weights: Ints
    bias: Ints
    multiplier: Ints
    shift: Ints
    input_zero_point: int
    output_zero_point: int
    activation: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Packed:
    """What the micro-kernels read.

    Attributes:
        weights: int16, pairs of output channels interleaved, one word of padding at the end.
        table: int32 [pairs, 8]: bias, multiplier, rounding, shift of both channels.
        constant_channels: how many channels do not depend on the input.
    """

    weights: npt.NDArray[np.int16]
    table: npt.NDArray[np.int32]
    constant_channels: int


def pack(product: Product) -> Packed | str:
    """Pack a product; a text says why it cannot be."""
    weights = product.weights.copy()
    bias = product.bias - product.input_zero_point * weights.sum(axis=1)
    low, high = _bounds(weights, bias)
    scaled_low, scaled_high = (_requantised(product, sums) for sums in (low, high))
    # A left shift may wrap round, then bounds say nothing.
    reach = np.maximum(np.abs(low), np.abs(high)) << np.maximum(product.shift, 0)
    fixed = (scaled_low == scaled_high) & (reach < 1 << 31)
    weights[fixed] = 0
    reason = _reason(product, ~fixed, low, high, weights)
    if reason:
        return reason
    table = np.zeros((len(bias), _TABLE_WORDS), np.int64)
    exponent = -product.shift
    half = np.int64(1) << np.clip(exponent - 1, 0, _MAX_EXPONENT)
    zero_point = np.int64(product.output_zero_point)
    table[:, 0] = bias * SCALE - 127 * weights[:, 0::2].sum(axis=1)
    table[:, 1] = product.multiplier
    table[:, 2] = 64 + 128 * (half + (zero_point << np.clip(exponent, 0, _MAX_EXPONENT)))
    table[:, 3] = exponent + 7
    table[fixed] = 0
    table[fixed, 2] = scaled_low[fixed] << _CONSTANT_SHIFT
    table[fixed, 3] = _CONSTANT_SHIFT
    return Packed(_interleaved(weights), _paired(table), int(fixed.sum()))


def _bounds(weights: Ints, bias: Ints) -> tuple[Ints, Ints]:
    """Smallest and largest sum of each channel over all int8 inputs."""
    positive, negative = np.maximum(weights, 0), np.minimum(weights, 0)
    low = -128 * positive.sum(axis=1) + 127 * negative.sum(axis=1) + bias
    high = 127 * positive.sum(axis=1) - 128 * negative.sum(axis=1) + bias
    return low, high


def _requantised(product: Product, sums: Ints) -> Ints:
    """TFLite's result for the given sums; requantisation is monotone, so bounds give bounds."""
    scaled = multiply_by_quantized_multiplier(wrap_int32(sums), product.multiplier, product.shift)
    return np.clip(np.asarray(scaled, np.int64) + product.output_zero_point, *product.activation)


def _reason(product: Product, live: Any, low: Ints, high: Ints, weights: Ints) -> str:
    exponent = -product.shift[live]
    if np.any(np.maximum(np.abs(low), np.abs(high)) >= 1 << 31):
        return "a sum may need more than 32 bits"
    if np.any(np.maximum(-low[live], high[live]) > SUM_LIMIT):
        return "a sum may need more than 24 bits"
    if np.any(exponent < 1):
        return "a multiplier of at least one half"
    if np.any(exponent > _MAX_EXPONENT):
        return f"a multiplier below 2^-{_MAX_EXPONENT}"
    if np.abs(weights).max(initial=0) > 127:
        return "weights beyond -127 to 127"
    return ""


def _pairs(weights: Ints) -> Ints:
    """[O, K] to [O, groups, 2]: 256 * odd + even, inputs filled up with zero to groups of four."""
    channels, inputs = weights.shape
    full = np.zeros((channels, -(-inputs // 4) * 4), np.int64)
    full[:, :inputs] = weights
    return (256 * full[:, 1::2] + full[:, 0::2]).reshape(channels, -1, 2)


def _interleaved(weights: Ints) -> npt.NDArray[np.int16]:
    """[O, K] to [O / 2, groups, 2 channels, 2 pairs], flat, and one word."""
    pairs = _even(_pairs(weights))
    groups = pairs.shape[1]
    blocks = pairs.reshape(-1, 2, groups, 2).transpose(0, 2, 1, 3)
    return np.append(blocks.reshape(-1), [0, 0]).astype(np.int16)


def _paired(table: Ints) -> npt.NDArray[np.int32]:
    """[O, 4] to [O / 2, 4 values, 2 channels], flat."""
    full = _even(wrap_int32(table))
    return full.reshape(-1, 2, _TABLE_WORDS).transpose(0, 2, 1).reshape(-1).astype(np.int32)


def _even(array: Ints) -> Ints:
    """One more row of zeros if their number is odd."""
    rest = [(0, len(array) % 2)] + [(0, 0)] * (array.ndim - 1)
    return np.pad(array, rest)
