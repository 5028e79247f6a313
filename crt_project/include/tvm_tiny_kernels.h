/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Micro-functions of tvm_tiny's row kernels: the fixed-point arithmetic of TensorFlow Lite Micro's
 * int8 and int16 reference kernels, to the last bit. Qm.n is a 32 bit number with m integer bits and
 * n = 31 - m fractional bits.
 *
 * C99; integers are two's complement and >> of a negative number is arithmetic, as in every
 * compiler for the targets. Nothing overflows for arguments in the ranges given.
 */
#ifndef TVM_TINY_KERNELS_H
#define TVM_TINY_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* a * b / 2^31, rounded to nearest, ties up; not for a = b = INT32_MIN. One SMULL and an ADC. */
static inline int32_t tvm_tiny_high_mul(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* x / 2^exponent, rounded to nearest, ties away from zero; exponent 0 to 31. */
static inline int32_t tvm_tiny_shift_right(int32_t x, int32_t exponent)
{
    const uint32_t mask = ((uint32_t)1 << exponent) - 1u;
    const uint32_t rest = (uint32_t)x & mask;
    const uint32_t half = (mask >> 1) + (x < 0 ? 1u : 0u);
    return (x >> exponent) + (rest > half ? 1 : 0);
}

/* x * 2^amount modulo 2^32; amount 0 to 31. */
static inline int32_t tvm_tiny_shift_left(int32_t x, int32_t amount)
{
    return (int32_t)((uint32_t)x << amount);
}

/*
 * x * multiplier * 2^(shift - 31): left shift, then rounding multiplication, then rounding right
 * shift. multiplier 0 to 2^31 - 1, shift -31 to 31. MultiplyByQuantizedMultiplier in TFLite.
 */
static inline int32_t tvm_tiny_requantize(int32_t x, int32_t multiplier, int32_t shift)
{
    if (shift > 0) {
        return tvm_tiny_high_mul(tvm_tiny_shift_left(x, shift), multiplier);
    }
    return tvm_tiny_shift_right(tvm_tiny_high_mul(x, multiplier), -shift);
}

/*
 * tvm_tiny_requantize where x * 2^(shift + 1) fits in 32 bits (shift 0 and less: 2 * x): one SMMULR
 * instead of a product of 64 bits, and no branch where shift is a constant.
 */
static inline int32_t tvm_tiny_requantize_narrow(int32_t x, int32_t multiplier, int32_t shift)
{
    const int32_t left = shift > 0 ? shift : 0;
    const int64_t wide = (int64_t)tvm_tiny_shift_left(x, left + 1) * multiplier;
    const int32_t high = (int32_t)((wide + ((int64_t)1 << 31)) >> 32);
    if (shift >= 0) {
        return high;
    }
    return (high + (high >> 31) + ((int32_t)1 << (-shift - 1))) >> -shift;
}

/*
 * x * multiplier / 2^shift, rounded once, ties up: MultiplyByQuantizedMultiplier of 64 bit sums in
 * TFLite. |x| < 2^47, multiplier 0 to 2^15 - 1, shift 8 to 46.
 */
static inline int32_t tvm_tiny_requantize_once(int64_t x, int32_t multiplier, int32_t shift)
{
    return (int32_t)((x * multiplier + ((int64_t)1 << (shift - 1))) >> shift);
}

/* x limited to low..high. */
static inline int32_t tvm_tiny_clamp(int32_t x, int32_t low, int32_t high)
{
    x = x < low ? low : x;
    return x > high ? high : x;
}

/* sum / count, rounded to nearest, ties away from zero; |sum| + count / 2 fits, count > 0. */
static inline int32_t tvm_tiny_average(int32_t sum, int32_t count)
{
    const int32_t half = count / 2;
    return (sum > 0 ? sum + half : sum - half) / count;
}

/* Leading zero bits; 32 for 0. */
static inline int32_t tvm_tiny_leading_zeros(uint32_t x)
{
    int32_t zeros = 32;
    while (x != 0u) {
        x >>= 1;
        --zeros;
    }
    return zeros;
}

/* exp(a) as Q0.31, for a <= 0 in Q5.26 (gemmlowp, exp_on_negative_values). */
static inline int32_t tvm_tiny_exp(int32_t a)
{
    /* exp(-2^k) as Q0.31 for k = -2 .. 4. */
    static const int32_t factors[7] = {1672461947, 1302514674, 790015084, 290630308,
                                       39332535,   720401,     242};
    const int32_t quarter = (int32_t)1 << 24;
    const int32_t below = (int32_t)((uint32_t)a & (uint32_t)(quarter - 1)) - quarter;
    const uint32_t steps = ((uint32_t)below - (uint32_t)a) >> 24; /* in quarters, 0 to 127 */
    /* Taylor series about -1/8 for the part in [-1/4, 0). */
    const int32_t x = below * 32 + ((int32_t)1 << 28);
    const int32_t x2 = tvm_tiny_high_mul(x, x);
    const int32_t x3 = tvm_tiny_high_mul(x2, x);
    const int32_t x4 = tvm_tiny_high_mul(x2, x2);
    const int32_t high = tvm_tiny_high_mul(tvm_tiny_shift_right(x4, 2) + x3, 715827883) + x2;
    int32_t result = 1895147668 + tvm_tiny_high_mul(1895147668, x + tvm_tiny_shift_right(high, 1));
    int32_t k;
    for (k = 0; k < 7; ++k) {
        if (((steps >> k) & 1u) != 0u) {
            result = tvm_tiny_high_mul(result, factors[k]);
        }
    }
    return a == 0 ? INT32_MAX : result;
}

/* 1 / (1 + a) as Q0.31, for a in Q0.31, 0 to 1: Newton-Raphson in Q2.29 (gemmlowp). */
static inline int32_t tvm_tiny_one_over_one_plus(int32_t a)
{
    const int32_t half_denominator = (int32_t)(((uint32_t)a + (uint32_t)INT32_MAX + 1u) >> 1);
    int32_t x = 1515870810 + tvm_tiny_high_mul(half_denominator, -1010580540);
    int32_t i;
    for (i = 0; i < 3; ++i) {
        const int32_t error = ((int32_t)1 << 29) - tvm_tiny_high_mul(half_denominator, x);
        x += tvm_tiny_high_mul(x, error) * 4;
    }
    return x > INT32_MAX / 2 ? INT32_MAX : x * 2;
}

/* exp of a difference to the row's maximum, as Q0.31; diff_min <= diff <= 0. */
static inline int32_t tvm_tiny_softmax_exp(int32_t diff, int32_t multiplier, int32_t shift)
{
    return tvm_tiny_exp(tvm_tiny_high_mul(tvm_tiny_shift_left(diff, shift), multiplier));
}

/* The same as a term of the row's sum, Q12.19; 0 below diff_min. */
static inline int32_t tvm_tiny_softmax_term(int32_t diff, int32_t multiplier, int32_t shift,
                                            int32_t diff_min)
{
    if (diff < diff_min) {
        return 0;
    }
    return tvm_tiny_shift_right(tvm_tiny_softmax_exp(diff, multiplier, shift), 12);
}

/*
 * The mantissa of 1 / sum as Q0.31; sum of at most 4095 terms, at least 1, in Q12.19. From 512 on
 * every result rounds to 0 (TFLM stops there: its shift would be 32): 0 stands for that.
 */
static inline int32_t tvm_tiny_softmax_scale(int32_t sum)
{
    const int32_t zeros = tvm_tiny_leading_zeros((uint32_t)sum);
    const uint32_t normal = (uint32_t)sum << zeros;
    return zeros < 4 ? 0 : tvm_tiny_one_over_one_plus((int32_t)(normal - ((uint32_t)1 << 31)));
}

/* The right shift that takes exp * mantissa to a result in steps of 1/256. */
static inline int32_t tvm_tiny_softmax_exponent(int32_t sum)
{
    const int32_t zeros = tvm_tiny_leading_zeros((uint32_t)sum);
    return 12 - (zeros < 4 ? 4 : zeros) + 31 - 8;
}

/* One result: exp(diff) * scale, scale 1/256, zero point -128. */
static inline int32_t tvm_tiny_softmax_result(int32_t diff, int32_t multiplier, int32_t shift,
                                              int32_t diff_min, int32_t scale, int32_t exponent)
{
    int32_t value;
    if (diff < diff_min) {
        return -128;
    }
    value = tvm_tiny_high_mul(scale, tvm_tiny_softmax_exp(diff, multiplier, shift));
    return tvm_tiny_clamp(tvm_tiny_shift_right(value, exponent) - 128, -128, 127);
}

/* Between two entries of a table, 128 steps apart; value's low 7 bits say where. */
static inline int32_t tvm_tiny_interpolate(int32_t entry, int32_t next, int32_t value)
{
    return entry + (((next - entry) * (value & 127) + 64) >> 7);
}

/* Place of a difference to the row's maximum in the table of exponentials, -2^15 to 2^15 - 1. */
static inline int32_t tvm_tiny_softmax16_place(int32_t diff, int32_t multiplier, int32_t shift)
{
    return tvm_tiny_clamp(tvm_tiny_requantize(diff, multiplier, shift) + 32767, -32768, 32767);
}

/* Place of a sum of exponentials (Q16.15, at least 1) in the table of 1 / (1 + x). */
static inline int32_t tvm_tiny_softmax16_inverse(int32_t sum)
{
    const int32_t zeros = tvm_tiny_leading_zeros((uint32_t)sum);
    const int64_t normal = (((int64_t)sum << (zeros - 1)) + ((int64_t)1 << 13)) >> 14;
    return tvm_tiny_clamp((int32_t)normal - 98304, -32768, 32767);
}

/* One result in steps of 2^-15: an exponential times the mantissa of 1 / sum. */
static inline int32_t tvm_tiny_softmax16_result(int32_t exponential, int32_t inverse, int32_t sum)
{
    const int32_t shift = 31 - tvm_tiny_leading_zeros((uint32_t)sum);
    const int64_t product = (int64_t)exponential * inverse + ((int64_t)1 << (shift - 1));
    return tvm_tiny_clamp((int32_t)(product >> shift), 0, 32767);
}

/*
 * LOGISTIC and TANH of int16 by a table of the logistic function in steps of 1/24 from -256 to 256
 * of them (TFLite's sigmoid_table_uint16 and its reflection). x: the argument times 3 * 4096; entry
 * and next: the table at the place of x (tvm_tiny_logistic16_place, tvm_tiny_tanh16_place, counted
 * from its middle) and behind it. Results in steps of 2^-15. No branch: both ends of the table are
 * flat.
 */
static inline int32_t tvm_tiny_sigmoid_place(int32_t steps)
{
#if defined(__GNUC__) && !defined(__clang__) && defined(__thumb2__) && !defined(TVM_TINY_PLAIN_C)
    __asm__("ssat %0, #9, %0" : "+r"(steps));
    return steps;
#else
    return tvm_tiny_clamp(steps, -256, 255);
#endif
}

static inline int32_t tvm_tiny_logistic16_place(int32_t x)
{
    return tvm_tiny_sigmoid_place(x >> 9);
}

static inline int32_t tvm_tiny_logistic16(int32_t x, int32_t entry, int32_t next)
{
    const int32_t inside = entry * 512 + (x & 511) * (next - entry);
    int32_t value = inside + 512 + (x >> 31); /* 0 to 2^25 + 511, to be limited to 1 to 32767 */
#if defined(__GNUC__) && !defined(__clang__) && defined(__thumb2__) && !defined(TVM_TINY_PLAIN_C)
    __asm__("usat %0, #15, %0, asr #10" : "+r"(value));
#else
    value = value >> 10 < 32767 ? value >> 10 : 32767;
#endif
    return value - ((value - 1) >> 31);
}

static inline int32_t tvm_tiny_tanh16_place(int32_t x)
{
    return tvm_tiny_sigmoid_place(x >> 8);
}

static inline int32_t tvm_tiny_tanh16(int32_t x, int32_t entry, int32_t next)
{
    const int32_t inside = entry * 256 + (x & 255) * (next - entry);
    return ((inside + 128 + (x >> 31)) >> 8) - 32768;
}

/* Once in every kernel: its shift is a constant there. */
#if defined(__GNUC__)
#define TVM_TINY_KERNELS_INLINE inline __attribute__((always_inline))
#else
#define TVM_TINY_KERNELS_INLINE inline
#endif

/* count elements, two at a time; argument: (x * multiplier) / 2^shift, ties up. y may be x. */
static TVM_TINY_KERNELS_INLINE void tvm_tiny_logistic16_row(const int16_t *x, const uint16_t *table,
                                                            int16_t *y, int32_t count,
                                                            int32_t multiplier, int32_t shift)
{
    const int32_t half = shift > 0 ? (int32_t)1 << (shift - 1) : 0;
    int32_t i;
    for (i = 0; i + 1 < count; i += 2) {
        const int32_t a = (x[i] * multiplier + half) >> shift;
        const int32_t b = (x[i + 1] * multiplier + half) >> shift;
        const uint16_t *const p = table + 256 + tvm_tiny_logistic16_place(a);
        const uint16_t *const q = table + 256 + tvm_tiny_logistic16_place(b);
        const int32_t first = tvm_tiny_logistic16(a, p[0], p[1]);
        const int32_t second = tvm_tiny_logistic16(b, q[0], q[1]);
        y[i] = (int16_t)first;
        y[i + 1] = (int16_t)second;
    }
    if (i < count) {
        const int32_t a = (x[i] * multiplier + half) >> shift;
        const uint16_t *const p = table + 256 + tvm_tiny_logistic16_place(a);
        y[i] = (int16_t)tvm_tiny_logistic16(a, p[0], p[1]);
    }
}

static TVM_TINY_KERNELS_INLINE void tvm_tiny_tanh16_row(const int16_t *x, const uint16_t *table,
                                                        int16_t *y, int32_t count,
                                                        int32_t multiplier, int32_t shift)
{
    const int32_t half = shift > 0 ? (int32_t)1 << (shift - 1) : 0;
    int32_t i;
    for (i = 0; i + 1 < count; i += 2) {
        const int32_t a = (x[i] * multiplier + half) >> shift;
        const int32_t b = (x[i + 1] * multiplier + half) >> shift;
        const uint16_t *const p = table + 256 + tvm_tiny_tanh16_place(a);
        const uint16_t *const q = table + 256 + tvm_tiny_tanh16_place(b);
        const int32_t first = tvm_tiny_tanh16(a, p[0], p[1]);
        const int32_t second = tvm_tiny_tanh16(b, q[0], q[1]);
        y[i] = (int16_t)first;
        y[i + 1] = (int16_t)second;
    }
    if (i < count) {
        const int32_t a = (x[i] * multiplier + half) >> shift;
        const uint16_t *const p = table + 256 + tvm_tiny_tanh16_place(a);
        y[i] = (int16_t)tvm_tiny_tanh16(a, p[0], p[1]);
    }
}

/* A float32 given by its bits (generated code must not lose digits of a constant). */
static inline float tvm_tiny_float(int32_t bits)
{
    union {
        int32_t bits;
        float value;
    } pun;
    pun.bits = bits;
    return pun.value;
}

/*
 * x / scale + zero_point as int8, ties away from zero, saturated. A quotient outside int32 is
 * undefined in TFLite; here it saturates, and a NaN becomes the zero point.
 */
static inline int32_t tvm_tiny_quantize(float x, int32_t scale_bits, int32_t zero_point)
{
    const float quotient = x / tvm_tiny_float(scale_bits);
    int32_t whole;
    float rest;
    if (!(quotient < 512.0f && quotient > -512.0f)) {
        return quotient >= 512.0f ? 127 : quotient <= -512.0f ? -128 : zero_point;
    }
    whole = (int32_t)quotient;
    rest = quotient - (float)whole;
    whole += rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0;
    return tvm_tiny_clamp(whole + zero_point, -128, 127);
}

/* The same as an integer of up to 16 bits, low..high. */
static inline int32_t tvm_tiny_quantize_to(float x, int32_t scale_bits, int32_t zero_point,
                                           int32_t low, int32_t high)
{
    const float quotient = x / tvm_tiny_float(scale_bits);
    int32_t whole;
    float rest;
    if (!(quotient < 131072.0f && quotient > -131072.0f)) {
        return quotient >= 131072.0f ? high : quotient <= -131072.0f ? low : zero_point;
    }
    whole = (int32_t)quotient;
    rest = quotient - (float)whole;
    whole += rest >= 0.5f ? 1 : rest <= -0.5f ? -1 : 0;
    return tvm_tiny_clamp(whole + zero_point, low, high);
}

/* (x - zero_point) * scale; the product is exact before its one rounding to float32. */
static inline float tvm_tiny_dequantize(int32_t x, int32_t scale_bits, int32_t zero_point)
{
    return (float)(x - zero_point) * tvm_tiny_float(scale_bits);
}

#ifdef __cplusplus
}
#endif

#endif
