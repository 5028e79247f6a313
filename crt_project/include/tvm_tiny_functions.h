/* SPDX-License-Identifier: Apache-2.0 */
/* Division, roots and logarithms of TensorFlow Lite Micro's integer kernels (gemmlowp). */
#ifndef TVM_TINY_FUNCTIONS_H
#define TVM_TINY_FUNCTIONS_H

#include "tvm_tiny_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* x * 2^amount, saturated; amount 0 to 30. */
static inline int32_t tvm_tiny_saturated_left(int32_t x, int32_t amount)
{
    const int32_t most = INT32_MAX >> amount;
    if (x > most) {
        return INT32_MAX;
    }
    return x < -most - 1 ? INT32_MIN : tvm_tiny_shift_left(x, amount);
}

/* x * 2^exponent: to the left saturated, to the right rounded; exponent -31 to 30. */
static inline int32_t tvm_tiny_scaled_by_power(int32_t x, int32_t exponent)
{
    return exponent < 0 ? tvm_tiny_shift_right(x, -exponent) : tvm_tiny_saturated_left(x, exponent);
}

/*
 * a / b * multiplier * 2^(shift - 31), |a| and |b| up to 255 (DivElementwise). Quotients below half a
 * step, which TFLite shifts by more than 31 bits, and quotients by 0 are what its published
 * interpreter makes of them: the shift is taken modulo 32, and 1 / 0 is about -0.7.
 */
static inline int32_t tvm_tiny_divide(int32_t a, int32_t b, int32_t multiplier, int32_t shift)
{
    const int32_t above = b < 0 ? -a : a;
    const int32_t below = b < 0 ? -b : b;
    const int32_t zeros = tvm_tiny_leading_zeros((uint32_t)below);
    /* Bits that repeat the sign. */
    const int32_t headroom =
        tvm_tiny_leading_zeros((uint32_t)(above < 0 ? -2 * above - 1 : above)) -
        (above < 0 ? 0 : 1);
    const int32_t right = 31 - zeros + headroom - shift;
    int32_t value = -1515870788;
    if (below != 0) {
        const uint32_t normal = (uint32_t)below << zeros;
        value = tvm_tiny_one_over_one_plus((int32_t)(normal - ((uint32_t)1 << 31)));
    }
    value = tvm_tiny_high_mul(tvm_tiny_shift_left(above, headroom), value);
    value = tvm_tiny_high_mul(value, multiplier);
    if (right > 31) {
        return (value >> (right & 31)) + (value >= 0 ? 1 : 0);
    }
    return tvm_tiny_shift_right(value, right);
}

/* Pairs of bits that take x, 2 or more, to 2^27 to 2^29 - 1; negative: to the right. */
static inline int32_t tvm_tiny_root_pairs(int32_t x)
{
    return (tvm_tiny_leading_zeros((uint32_t)x) - 1) / 2 - 1;
}

/* The multiplier of 1 / sqrt(x), x >= 0: Newton-Raphson in Q3.28 (GetInvSqrtQuantizedMultiplierExp). */
static inline int32_t tvm_tiny_inverse_root(int32_t x)
{
    const int32_t pairs = tvm_tiny_root_pairs(x);
    int32_t value = x;
    int32_t guess = (int32_t)1 << 28;
    int32_t half;
    int32_t i;
    if (x <= 1) {
        return INT32_MAX;
    }
    value = pairs < 0 ? x / 4 : tvm_tiny_shift_left(x, 2 * pairs);
    half = tvm_tiny_shift_right(value >> 1, 1);
    for (i = 0; i < 5; ++i) {
        const int32_t square = tvm_tiny_high_mul(guess, guess);
        const int32_t cube = tvm_tiny_saturated_left(tvm_tiny_high_mul(square, guess), 6);
        const int32_t step = tvm_tiny_high_mul(((int32_t)1 << 28) + ((int32_t)1 << 27), guess) -
                             tvm_tiny_high_mul(half, cube);
        guess = tvm_tiny_saturated_left(step, 3);
    }
    guess = tvm_tiny_high_mul(guess, 1518500250);
    return pairs > 11 ? tvm_tiny_shift_left(guess, pairs - 11) : guess;
}

/* The right shift that belongs to it. */
static inline int32_t tvm_tiny_inverse_root_shift(int32_t x)
{
    const int32_t pairs = tvm_tiny_root_pairs(x);
    return x <= 1 || pairs > 11 ? 0 : 11 - pairs;
}

/* One element of a vector of length 1, in steps of 1/128: x / sqrt(sum of squares). */
static inline int32_t tvm_tiny_normalised(int32_t x, int32_t root, int32_t right)
{
    return tvm_tiny_clamp(tvm_tiny_requantize(x, root, 7 - right), -128, 127);
}

/* One result of a softmax of int8 in steps of 1/65536, zero point -32768; see tvm_tiny_softmax_result. */
static inline int32_t tvm_tiny_softmax_wide(int32_t diff, int32_t multiplier, int32_t shift,
                                            int32_t diff_min, int32_t scale, int32_t exponent)
{
    int32_t value;
    if (diff < diff_min) {
        return -32768;
    }
    value = tvm_tiny_high_mul(scale, tvm_tiny_softmax_exp(diff, multiplier, shift));
    return tvm_tiny_clamp(tvm_tiny_shift_right(value, exponent - 8) - 32768, -32768, 32767);
}

/* log(x) as Q5.26, for x >= 1 in Q12.19 (log_x_for_x_greater_than_or_equal_to_1). */
static inline int32_t tvm_tiny_log(int32_t x)
{
    /* Two ways to normalise x, to the half and to the root of the half: the better one counts. */
    const int32_t zeros = tvm_tiny_leading_zeros((uint32_t)x);
    const int32_t first = tvm_tiny_saturated_left(
        tvm_tiny_high_mul(tvm_tiny_saturated_left(x, zeros - 1), 1518500250), 1);
    const int32_t first_power =
        tvm_tiny_scaled_by_power(12 - zeros, 25) + tvm_tiny_shift_right(536870912, 6);
    const int32_t headroom = tvm_tiny_leading_zeros((uint32_t)tvm_tiny_high_mul(x, 1518500250)) - 1;
    const int32_t second = tvm_tiny_saturated_left(x, headroom);
    const int32_t second_power =
        tvm_tiny_scaled_by_power(12 - headroom, 25) - tvm_tiny_shift_right(536870912, 6);
    const int32_t r = first < second ? first : second;
    const int32_t power = first_power > second_power ? first_power : second_power;
    /* A rational function about the fourth root of the half, 1805811301. */
    const int64_t sum = (int64_t)r + 1805811301;
    const int32_t p = (int32_t)((sum + (sum >= 0 ? 1 : -1)) / 2);
    const int32_t q = 2 * (r - 1805811301);
    const int32_t square = tvm_tiny_high_mul(q, q);
    const int32_t above =
        tvm_tiny_high_mul(q, r) + tvm_tiny_high_mul(tvm_tiny_high_mul(q, square), 117049297);
    const int32_t inner = 1057819769 + q + tvm_tiny_high_mul(127690142, square);
    const int32_t below = tvm_tiny_high_mul(p, inner) + tvm_tiny_high_mul(638450708, q);
    const int32_t inverse = tvm_tiny_one_over_one_plus(below);
    const int32_t log = tvm_tiny_high_mul(power, 1488522236) +
                        tvm_tiny_high_mul(tvm_tiny_shift_right(above, 6), inverse);
    return tvm_tiny_saturated_left(log, 1);
}

/* The least difference to the row's maximum whose logarithm is not the smallest number. */
static inline int32_t tvm_tiny_log_softmax_least(int32_t log, int32_t divisor, int32_t shift,
                                                 int32_t diff_min)
{
    const int32_t least = tvm_tiny_requantize(log + INT32_MIN, divisor, shift);
    return least > diff_min - 1 ? least : diff_min - 1;
}

/* One result of LOG_SOFTMAX in steps of 1/16, zero point 127. */
static inline int32_t tvm_tiny_log_softmax(int32_t diff, int32_t multiplier, int32_t shift,
                                           int32_t log, int32_t least)
{
    int32_t value;
    if (diff <= least) {
        return -128;
    }
    value = tvm_tiny_high_mul(tvm_tiny_shift_left(diff, shift), multiplier) - log;
    return tvm_tiny_clamp(tvm_tiny_shift_right(value, 31 - 5 - 4) + 127, -128, 127);
}

#ifdef __cplusplus
}
#endif

#endif
