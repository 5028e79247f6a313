# SPDX-License-Identifier: Apache-2.0
"""Weights of matrix products in the layouts that the micro-kernels read, decided offline.

Exact or not at all: every accumulator is bounded from its weights; what does not fit the paired
weights of ``tvm_tiny_dsp.h`` takes those of ``tvm_tiny_wide.h``. Output channels that have one
value whatever the input is become a product with zero. The input's zero point is in the bias.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import wrap_int32
from tvm_tiny.schedules.requantise import SCALE, Ints, Requantisation, find_line

SUM_LIMIT = (1 << 31) // SCALE - 1
"""Largest absolute sum, bias included, that the accumulator holds."""

_CONSTANT_SHIFT = 8
_MAX_EXPONENT = 15
_STEEP_TRIALS = 1 << 16

LINE_SHIFTS = (15, 11, 7, 3)
"""Shifts of lines that there are micro-kernels for; few, so that layers share them."""


@dataclass(frozen=True, eq=False)
class MatrixProduct:
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

    @property
    def requantisation(self) -> Requantisation:
        """What becomes of the sums."""
        return Requantisation(self.multiplier, self.shift, self.output_zero_point, self.activation)

    @property
    def folded_bias(self) -> Ints:
        """The bias for activations that are taken as they are, with their zero point."""
        return self.bias - self.input_zero_point * self.weights.sum(axis=1)


@dataclass(frozen=True, eq=False)
class Packed:
    """What the micro-kernels read.

    Attributes:
        weights: int16, pairs of output channels interleaved, one word of padding at the end.
        table: int32, pairs of output channels interleaved, two words of padding at the end. Exact:
            bias, multiplier, rounding, shift; a line, or exact in two words: bias, multiplier.
        line_shift: of the line; 0: TFLite's two roundings; below 0: see ``short_table``.
        constant_channels: how many channels do not depend on the input.
    """

    weights: npt.NDArray[np.int16]
    table: npt.NDArray[np.int32]
    line_shift: int
    constant_channels: int


@dataclass(frozen=True, eq=False)
class LiveProduct:
    """A product whose constant channels are known: their weights are zero, ``value`` counts."""

    product: MatrixProduct
    weights: Ints
    bias: Ints
    low: Ints
    high: Ints
    value: Ints
    fixed: npt.NDArray[np.bool_]


def pack(product: MatrixProduct, *, short: bool = False) -> Packed | str:
    """Pack a product in pairs; a text says why it cannot be.

    Args:
        product: what to pack.
        short: tables of two words a channel also where there is no line, if there can be one.
    """
    live = live_product(product)
    reason = _reason(live)
    if reason:
        return reason
    for shift in LINE_SHIFTS:
        table = line_table(live, shift, SCALE, folded(live))
        if table is not None:
            break
    else:
        shift, table = 0, exact_table(live)
    if isinstance(table, str):
        return table
    if short and shift == 0:
        shift, table = short_table(live, table) or (shift, table)
    return Packed(_interleaved(live.weights), paired(table), shift, int(live.fixed.sum()))


def pack_wide(product: MatrixProduct) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int32]] | str:
    """Weights [O, 4 groups] and table [O, 3] of any product, or why they cannot be."""
    if not Q8.holds(product.weights):
        return "weights beyond int8"
    channels, inputs = product.weights.shape
    full = np.zeros((channels, -(-inputs // 4) * 4), np.int8)
    full[:, :inputs] = product.weights
    bias = wrap_int32(product.folded_bias)
    table = np.stack([bias, product.multiplier, product.shift], axis=1)
    return full.reshape(-1), table.reshape(-1).astype(np.int32)


def live_product(product: MatrixProduct) -> LiveProduct:
    """Find the channels that do not depend on the input."""
    weights, bias = product.weights.copy(), product.folded_bias
    low, high = _bounds(weights, bias)
    first, last = (product.requantisation.results(sums) for sums in (low, high))
    # A left shift may wrap round, then bounds say nothing.
    reach = np.maximum(np.abs(low), np.abs(high)) << np.maximum(product.shift, 0)
    fixed = (first == last) & (reach < 1 << 31)
    weights[fixed] = 0
    return LiveProduct(product, weights, bias, low, high, first, fixed)


def exact_table(live: LiveProduct, scale: int = SCALE, bias: Ints | None = None) -> Ints | str:
    """[O, 4]: TFLite's own two roundings of sums that are scaled by a power of two.

    Channels that round once (multipliers of one half and more) are in the same words.

    Args:
        live: the product.
        scale: of the sums.
        bias: [O], scaled: what the accumulators begin with; that of paired weights if None.
    """
    bits = scale.bit_length() - 2  # what the first rounding shifts, seen from the high word
    product, fixed = live.product, live.fixed
    bias = folded(live) if bias is None else bias
    exponent = -product.shift
    steep = ~fixed & (exponent < 1)
    if np.any(exponent[~fixed] > _MAX_EXPONENT):
        return f"a multiplier below 2^-{_MAX_EXPONENT}"
    half = np.int64(1) << np.clip(exponent - 1, 0, _MAX_EXPONENT)
    zero_point = np.int64(product.output_zero_point)
    table = np.zeros((len(fixed), 4), np.int64)
    table[:, 0] = bias
    table[:, 1] = product.multiplier
    steps = half + (zero_point << np.clip(exponent, 0, _MAX_EXPONENT))
    table[:, 2] = scale // 4 + (scale // 2) * steps
    table[:, 3] = exponent + bits
    table[fixed] = 0
    table[fixed, 2] = live.value[fixed] << _CONSTANT_SHIFT
    table[fixed, 3] = _CONSTANT_SHIFT
    for channel in np.flatnonzero(steep):
        row = _steep_row(live, int(channel), scale)
        if row is None:
            return "multipliers too large"
        table[channel] = row
        table[channel, 0] += bias[channel]
    return table


def _steep_row(live: LiveProduct, channel: int, scale: int) -> list[int] | None:
    """A row of ``exact_table`` for a channel that rounds once, its bias without that of the sum.

    The kernels take one off the results of negative accumulators. So much is added to sums that
    none but those of results below -128 is negative, and taken off behind the multiplication: of
    many such numbers one whose product is next to a whole high word.
    """
    what = live.product
    multiplier, left = int(what.multiplier[channel]), int(what.shift[channel])
    shift = scale.bit_length() - 2 - left
    if shift < 1 or multiplier < 1 << 30 or not _left_shifts_fit(live):
        return None
    reach = -Q8.low + abs(what.output_zero_point) + 2
    near = (reach << (31 - left)) // multiplier + 1
    sums = np.clip(np.arange(-near, near + 1), live.low[channel], live.high[channel])
    every = scale * near + np.arange(_STEEP_TRIALS)
    behind = (every * multiplier) & ((1 << 32) - 1)
    at = np.zeros(len(live.fixed), bool)
    at[channel] = True
    wanted = what.requantisation.part(at).results(sums[None])[0]
    order = np.argsort(behind, kind="stable")
    for at_hand in (*order[:8], *order[:-9:-1]):
        added = every[at_hand]
        rounding = (1 << (shift - 1)) + (what.output_zero_point << shift)
        # To the nearest: a little below a whole number is as good as a little above.
        rounding -= (int(added) * multiplier + (1 << 31)) >> 32
        total = scale * sums + added
        high = (total * multiplier >> 32) - (total < 0) * (scale // 2)
        ends = scale * np.array([live.low[channel], live.high[channel]]) + added
        same = np.array_equal(np.clip((high + rounding) >> shift, *what.activation), wanted)
        if same and np.abs(ends).max() < 1 << 31:
            return [int(added), multiplier, rounding, shift]
    return None


def short_table(live: LiveProduct, exact: Ints) -> tuple[int, Ints] | None:
    """The same as ``exact_table`` in two words a channel, or None where they do not hold it.

    Multipliers lie between 2^30 and 2^31: their two highest bits say how far the channel's exponent
    is above the layer's least, and the layer's zero point and exponent are all else that roundings
    and shifts are made of (``tvm_tiny_dsp_unpack``).

    Args:
        live: the product.
        exact: [O, 4], its table for sums scaled by ``SCALE``.

    Returns:
        -1 - (256 * least exponent + zero point + 128), and the table [O, 2].
    """
    moving = ~live.fixed
    if not moving.any():
        return None
    exponent, multiplier = -live.product.shift, live.product.multiplier
    least = int(exponent[moving].min())
    if least < 1:
        return None
    above = np.where(moving, exponent - least, 0)
    normal = (multiplier >= 1 << 30) & (multiplier < 1 << 31)
    if np.any(above > 3) or not normal[moving].all():
        return None
    zero_point = live.product.output_zero_point
    table = np.stack([exact[:, 0], multiplier & ((1 << 30) - 1) | above << 30], axis=1)
    # A constant is what a product of its bias with 2^30 comes to.
    constant = (live.value - zero_point) << (least + SCALE.bit_length())
    if np.any(np.abs(constant[live.fixed]) >= 1 << 31):
        return None
    table[live.fixed] = 0
    table[live.fixed, 0] = constant[live.fixed]
    return -1 - (256 * least + zero_point + 128), table


def pack_shared(product: MatrixProduct) -> Packed | None:
    """Pack channels that have one multiplier: a word of bias each, then the multiplier's.

    The roundings are TFLite's two; ``line_shift`` and the multiplier's word are those of
    ``short_table``. None where channels differ or a constant cannot be made of a bias.
    """
    live = live_product(product)
    exact = exact_table(live)
    if _reason(live) or isinstance(exact, str):
        return None
    short = short_table(live, exact)
    if short is None:
        return None
    line, table = short
    moving = np.flatnonzero(~live.fixed)
    if not moving.size or np.any(table[moving, 1] != table[moving[0], 1]):
        return None
    multiplier, shift = (v[moving[0]] for v in (product.multiplier, product.shift))
    scale = np.ldexp(float(multiplier), int(shift) - 31)
    sums = np.rint((live.value - product.output_zero_point) / scale).astype(np.int64)
    alike = replace(
        product.requantisation,
        multiplier=np.full_like(sums, multiplier),
        shift=np.full_like(sums, shift),
    )
    made = alike.results(sums[:, None])[:, 0] == live.value
    if np.any(live.fixed & ~(made & (np.abs(sums) <= SUM_LIMIT))):
        return None
    biases = np.where(live.fixed, sums * SCALE, table[:, 0])
    words = wrap_int32(np.append(biases, [table[moving[0], 1], 0])).astype(np.int32)
    return Packed(_interleaved(live.weights), words, line, int(live.fixed.sum()))


def folded(live: LiveProduct) -> Ints:
    """The bias as paired weights and widened activations need it, [O]."""
    return live.bias * SCALE - Q8.high * live.weights[:, 0::2].sum(axis=1)


def line_table(live: LiveProduct, shift: int, scale: int, bias: Ints) -> Ints | None:
    """[O, 2]: lines with TFLite's steps of sums that are scaled; None where there are none.

    Args:
        live: the product.
        shift: of the line.
        scale: of the sums.
        bias: [O], scaled: what the accumulators begin with before the line's own bias.
    """
    moving = ~live.fixed
    low, high = live.low[moving], live.high[moving]
    if not _left_shifts_fit(live):
        return None
    line = find_line(live.product.requantisation.part(moving), low, high, shift, scale)
    if line is None:
        return None
    ends = np.concatenate([scale * low + line.bias, scale * high + line.bias])
    if np.any(np.abs(ends) >= 1 << 31):
        return None
    table = np.zeros((len(moving), 2), np.int64)
    # A product with zero: high word of 2^30 times (value << shift + 2).
    table[:, 0] = live.value << (shift + 2)
    table[:, 1] = 1 << 30
    table[moving, 0] = bias[moving] + line.bias
    table[moving, 1] = line.multiplier
    return table


def _left_shifts_fit(live: LiveProduct) -> bool:
    reach = np.maximum(np.abs(live.low), np.abs(live.high)) << np.maximum(live.product.shift, 0)
    return bool(np.all(reach[~live.fixed] < 1 << 31))


def _bounds(weights: Ints, bias: Ints) -> tuple[Ints, Ints]:
    """Smallest and largest sum of each channel over all int8 inputs."""
    positive, negative = np.maximum(weights, 0), np.minimum(weights, 0)
    low = Q8.low * positive.sum(axis=1) + Q8.high * negative.sum(axis=1) + bias
    high = Q8.high * positive.sum(axis=1) + Q8.low * negative.sum(axis=1) + bias
    return low, high


def _reason(live: LiveProduct) -> str:
    moving = ~live.fixed
    if np.any(np.maximum(np.abs(live.low), np.abs(live.high)) >= 1 << 31):
        return "a sum may need more than 32 bits"
    if np.any(np.maximum(-live.low[moving], live.high[moving]) > SUM_LIMIT):
        return "a sum may need more than 24 bits"
    if np.abs(live.weights).max(initial=0) > Q8.high:
        return f"weights beyond {-Q8.high} to {Q8.high}"
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


def paired(table: Ints) -> npt.NDArray[np.int32]:
    """[O, values] to [O / 2, values, 2 channels], flat, and two words."""
    full = _even(wrap_int32(table))
    blocks = full.reshape(-1, 2, table.shape[1]).transpose(0, 2, 1)
    return np.append(blocks.reshape(-1), [0, 0]).astype(np.int32)


def _even(array: Ints) -> Ints:
    """One more row of zeros if their number is odd."""
    rest = [(0, len(array) % 2)] + [(0, 0)] * (array.ndim - 1)
    return np.pad(array, rest)
