# SPDX-License-Identifier: Apache-2.0
"""Fixed-point arithmetic of TensorFlow Lite Micro's int8 kernels, exact, on numpy integers.

Source: TFLite ``kernels/internal/common.h`` (double rounding) and gemmlowp
``fixedpoint/fixedpoint.h``, the library that TFLM takes its fixed-point functions from. Qm.n below
is a 32 bit number with m integer bits and n = 31 - m fractional bits.

Every function takes a Python int or an integer array and computes in int64; results are int64.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.errors import UnsupportedError

Ints = npt.NDArray[np.int64]
IntLike = int | npt.NDArray[Any]

INT32_MAX: Final = (1 << 31) - 1
INT32_MIN: Final = -(1 << 31)
_MAX_LEFT_SHIFT: Final = 30

_EXP_MINUS_ONE_EIGHTH: Final = 1895147668
_ONE_THIRD: Final = 715827883
# exp(-2^k) as Q0.31 for k = -2, -1, 0, 1, 2, 3, 4.
_EXP_OF_MINUS_POWER: Final = (
    (-2, 1672461947),
    (-1, 1302514674),
    (0, 790015084),
    (1, 290630308),
    (2, 39332535),
    (3, 720401),
    (4, 242),
)
_48_OVER_17: Final = 1515870810
_MINUS_32_OVER_17: Final = -1010580540


def wrap_int32(x: IntLike) -> Ints:
    """Keep the low 32 bits as a signed number: what 32 bit hardware does on overflow."""
    return ((np.asarray(x, np.int64) + (1 << 31)) & 0xFFFFFFFF) - (1 << 31)


def saturating_rounding_doubling_high_mul(a: IntLike, b: IntLike) -> Ints:
    """Product of two int32 divided by 2^31, rounded to nearest (ties up), saturated.

    gemmlowp divides towards zero after adding a nudge that depends on the product's sign; that is
    ``floor((a * b + 2^30) / 2^31)`` for both signs.
    """
    product = np.asarray(a, np.int64) * np.asarray(b, np.int64)
    return np.minimum((product + (1 << 30)) >> 31, INT32_MAX)


def rounding_divide_by_pot(x: IntLike, exponent: IntLike) -> Ints:
    """``x / 2^exponent`` rounded to nearest, ties away from zero; exponent 0 to 31."""
    value, power = np.asarray(x, np.int64), np.asarray(exponent, np.int64)
    mask = (np.int64(1) << power) - 1
    threshold = (mask >> 1) + (value < 0)
    return (value >> power) + ((value & mask) > threshold)


def multiply_by_quantized_multiplier(x: IntLike, multiplier: IntLike, shift: IntLike) -> Ints:
    """TFLite's ``MultiplyByQuantizedMultiplier``: about ``x * multiplier * 2^(shift - 31)``.

    Double rounding: the doubling high multiplication rounds and the right shift rounds again. A
    left shift that overflows wraps round.

    Args:
        x: int32 values.
        multiplier: 0 to 2^31 - 1; a number, or an array that broadcasts with ``x``.
        shift: -31 to 30, positive to the left; a number, or an array that broadcasts with ``x``.
    """
    amount = np.asarray(shift, np.int64)
    shifted = wrap_int32(np.asarray(x, np.int64) << np.maximum(amount, 0))
    high = saturating_rounding_doubling_high_mul(shifted, multiplier)
    return rounding_divide_by_pot(high, np.maximum(-amount, 0))


def _saturating_shift_left(x: Ints, amount: int) -> Ints:
    return np.clip(x << amount, INT32_MIN, INT32_MAX)


def exp_on_negative_values(a: IntLike, integer_bits: int) -> Ints:
    """Gemmlowp's ``exp_on_negative_values``: Q0.31 of exp(a).

    Args:
        a: zero or negative, in Q(integer_bits).
        integer_bits: of the argument, 0 to 5.
    """
    value = np.asarray(a, np.int64)
    fraction_bits = 31 - integer_bits
    quarter = 1 << (fraction_bits - 2)
    # a = (number in [-1/4, 0)) - (a multiple of 1/4); the multiple is done bit by bit.
    below_quarter = (value & (quarter - 1)) - quarter
    result = _exp_between_minus_quarter_and_zero(below_quarter << integer_bits)
    remainder = below_quarter - value
    for exponent, factor in _EXP_OF_MINUS_POWER:
        if integer_bits > exponent:
            bit = (remainder >> (fraction_bits + exponent)) & 1
            scaled = saturating_rounding_doubling_high_mul(result, factor)
            result = np.where(bit != 0, scaled, result)
    return np.where(value == 0, INT32_MAX, result)


def _exp_between_minus_quarter_and_zero(a: Ints) -> Ints:
    """Taylor series of degree 4 about -1/8, all in Q0.31."""
    mul = saturating_rounding_doubling_high_mul
    x = a + (1 << 28)
    x2 = mul(x, x)
    x3, x4 = mul(x2, x), mul(x2, x2)
    high_terms = mul(rounding_divide_by_pot(x4, 2) + x3, _ONE_THIRD) + x2
    return _EXP_MINUS_ONE_EIGHTH + mul(
        _EXP_MINUS_ONE_EIGHTH, x + rounding_divide_by_pot(high_terms, 1)
    )


def _reciprocal_of_half_denominator(a: Ints) -> Ints:
    """Q2.29 of 2 / (1 + a) for Q0.31 ``a`` in [0, 1]: three Newton-Raphson steps."""
    mul = saturating_rounding_doubling_high_mul
    half_denominator = (a + INT32_MAX + 1) >> 1
    x = _48_OVER_17 + mul(half_denominator, _MINUS_32_OVER_17)
    for _ in range(3):
        error = (1 << 29) - mul(half_denominator, x)
        x = x + _saturating_shift_left(mul(x, error), 2)
    return x


def one_over_one_plus_x(a: IntLike) -> Ints:
    """Gemmlowp's ``one_over_one_plus_x_for_x_in_0_1``, Q0.31 to Q0.31."""
    return _saturating_shift_left(_reciprocal_of_half_denominator(np.asarray(a, np.int64)), 1)


def logistic(a: IntLike, integer_bits: int) -> Ints:
    """Gemmlowp's ``logistic``: Q0.31 of 1 / (1 + exp(-a)) for ``a`` in Q(integer_bits)."""
    value = np.asarray(a, np.int64)
    positive = one_over_one_plus_x(exp_on_negative_values(-np.abs(value), integer_bits))
    result = np.where(value > 0, positive, INT32_MAX - positive)
    return np.where(value == 0, 1 << 30, result)


def tanh(a: IntLike, integer_bits: int) -> Ints:
    """Gemmlowp's hyperbolic tangent as Q0.31, for ``a`` in Q(integer_bits)."""
    value = np.asarray(a, np.int64)
    # exp(-2|a|): the same bits with one integer bit more are twice the number.
    decay = exp_on_negative_values(-np.abs(value), integer_bits + 1)
    x = _reciprocal_of_half_denominator(decay)
    size = _saturating_shift_left(x - (1 << 29), 2)
    return np.where(value == 0, 0, np.where(value < 0, -size, size))


def inverse_root(x: int) -> tuple[int, int]:
    """TFLite's ``GetInvSqrtQuantizedMultiplierExp``: 1 / sqrt(x) as a multiplier and a right shift.

    Five steps of Newton and Raphson in Q3.28; 0 counts as 1.
    """
    if x <= 1:
        return INT32_MAX, 0
    mul = saturating_rounding_doubling_high_mul
    right = 11
    while x >= 1 << 29:
        x, right = x // 4, right + 1
    pairs = (31 - x.bit_length()) // 2 - 1
    right -= pairs
    half = rounding_divide_by_pot((x << 2 * pairs) >> 1, 1)
    guess = np.asarray(1 << 28, np.int64)
    for _ in range(5):
        cube = _saturating_shift_left(mul(mul(guess, guess), guess), 6)
        guess = _saturating_shift_left(mul((1 << 28) + (1 << 27), guess) - mul(half, cube), 3)
    root = int(mul(guess, 1518500250))
    return (root << -right, 0) if right < 0 else (root, right)


def quantize_multiplier(real: float) -> tuple[int, int]:
    """TFLite's ``QuantizeMultiplier``: ``real`` as ``multiplier * 2^(shift - 31)``.

    The multiplier is 0, or its size is 2^30 to 2^31 - 1. A ``real`` below about 2^-32 becomes 0.
    """
    multiplier, shift = unlimited_multiplier(real)
    if shift > _MAX_LEFT_SHIFT:
        raise UnsupportedError(f"rescaling by {real:.6g} overflows 32 bits (limit 2^30)")
    return multiplier, shift


def unlimited_multiplier(real: float) -> tuple[int, int]:
    """``quantize_multiplier`` without its limit on the left shift."""
    if not math.isfinite(real):
        raise UnsupportedError(f"rescaling by {real} is not possible")
    if real == 0.0:
        return 0, 0
    fraction, shift = math.frexp(real)
    fixed = round_half_away(fraction * (1 << 31))
    if fixed == 1 << 31:
        fixed, shift = 1 << 30, shift + 1
    if shift < -31:
        return 0, 0
    return fixed, shift


def round_half_away(x: float) -> int:
    """``std::round``; exact for numbers of 24 significant bits and for numbers below 2^52."""
    size = math.floor(abs(x) + 0.5)
    return size if x >= 0 else -size


def checked_scale(value: float) -> np.float32:
    """A scale as TFLite stores it."""
    scale = np.float32(value)
    if not np.isfinite(scale) or scale <= 0:
        raise UnsupportedError(f"a scale of {value} is not a positive finite float32 number")
    return scale


def quantised(real: float, scale: np.float32, zero_point: int) -> int:
    """``real`` on an integer scale, quotient in float32, ties away from zero, not clamped."""
    steps = float(np.float32(real) / scale)
    if not abs(steps) < 2.0**31:
        raise UnsupportedError(f"{real} at a scale of {scale} is outside int32")
    return zero_point + round_half_away(steps)


def input_radius(integer_bits: int, left_shift: int) -> int:
    """Largest distance that stays inside Q(integer_bits) once it is shifted left."""
    return (((1 << integer_bits) - 1) << (31 - integer_bits)) >> left_shift
