/* SPDX-License-Identifier: Apache-2.0 */
/*
 * float32 operators: the arithmetic of TensorFlow Lite Micro's reference kernels, operation by
 * operation. Elementary functions are our own, so that every core and compiler gives the same bits:
 * computed in float64 and rounded once, within 1 unit in the last place.
 *
 * Sums must not be contracted to fused multiply-adds: GCC does not with -std=c99; clang, and GCC in
 * its own dialects, are told here.
 */
#ifndef TVM_TINY_FLOATS_H
#define TVM_TINY_FLOATS_H

#include "tvm_tiny_kernels.h"

#ifdef __clang__
#pragma STDC FP_CONTRACT OFF
#elif defined(__GNUC__) && !defined(__STRICT_ANSI__)
#pragma GCC optimize("fp-contract=off")
#endif

#ifdef __cplusplus
extern "C" {
#endif

static inline int32_t tvm_tiny_float_bits(float x)
{
    union {
        float value;
        int32_t bits;
    } pun;
    pun.value = x;
    return pun.bits;
}

/* 2^exponent as float64, exponent -1022 to 1023. */
static inline double tvm_tiny_power_of_two(int32_t exponent)
{
    union {
        uint64_t bits;
        double value;
    } pun;
    pun.bits = (uint64_t)(exponent + 1023) << 52;
    return pun.value;
}

static inline float tvm_tiny_float_infinity(void)
{
    return tvm_tiny_float(0x7f800000);
}
static inline float tvm_tiny_float_nan(void)
{
    return tvm_tiny_float(0x7fc00000);
}

/* std::max(a, b), std::min(a, b): a where neither is less. */
static inline float tvm_tiny_float_maximum(float a, float b)
{
    return a < b ? b : a;
}
static inline float tvm_tiny_float_minimum(float a, float b)
{
    return b < a ? b : a;
}

/* A sum or product; names for what is written as an operator elsewhere. */
static inline float tvm_tiny_float_add(float a, float b)
{
    return a + b;
}
static inline float tvm_tiny_float_sub(float a, float b)
{
    return a - b;
}
static inline float tvm_tiny_float_mul(float a, float b)
{
    return a * b;
}
static inline float tvm_tiny_float_div(float a, float b)
{
    return a / b;
}

static inline float tvm_tiny_float_squared_difference(float a, float b)
{
    const float difference = a - b;
    return difference * difference;
}

/* total + a * b, both rounded. */
static inline float tvm_tiny_float_more(float total, float a, float b)
{
    const float product = a * b;
    return total + product;
}

/* x limited to low..high; the limits by their bits. */
static inline float tvm_tiny_float_limited(float x, int32_t low, int32_t high)
{
    return tvm_tiny_float_minimum(tvm_tiny_float_maximum(x, tvm_tiny_float(low)),
                                  tvm_tiny_float(high));
}

static inline float tvm_tiny_float_abs(float x)
{
    return tvm_tiny_float(tvm_tiny_float_bits(x) & 0x7fffffff);
}

static inline float tvm_tiny_float_neg(float x)
{
    return -x;
}
static inline float tvm_tiny_float_square(float x)
{
    return x * x;
}

/* The largest integer that is not above x; keeps the sign of 0. */
static inline float tvm_tiny_float_floor(float x)
{
    float whole;
    if (!(tvm_tiny_float_abs(x) < 8388608.0f)) {
        return x;
    }
    whole = (float)(int32_t)x;
    whole = whole > x ? whole - 1.0f : whole;
    return whole == x ? x : whole;
}

static inline float tvm_tiny_float_ceil(float x)
{
    return -tvm_tiny_float_floor(-x);
}

/* Halves to the even neighbour, as TFLite's RoundToNearest. */
static inline float tvm_tiny_float_round(float x)
{
    const float below = tvm_tiny_float_floor(x);
    const float rest = x - below;
    const float half = below * 0.5f;
    if (rest < 0.5f || (rest == 0.5f && tvm_tiny_float_floor(half) == half)) {
        return below;
    }
    return below + 1.0f;
}

/* Correctly rounded: the root of an integer, digit by digit. */
static inline float tvm_tiny_float_sqrt(float x)
{
    int32_t bits = tvm_tiny_float_bits(x);
    int32_t exponent = bits >> 23;
    uint64_t rest;
    uint64_t root = 0;
    uint64_t bit = (uint64_t)1 << 50;
    if (x == 0.0f || !(x < tvm_tiny_float_infinity())) {
        return x;
    }
    if (bits < 0) {
        return tvm_tiny_float_nan();
    }
    bits &= 0x7fffff;
    if (exponent == 0) {
        exponent = 1;
        while ((bits & 0x800000) == 0) {
            bits = (int32_t)((uint32_t)bits << 1);
            --exponent;
        }
    }
    bits |= 0x800000;
    exponent -= 127;
    /* A number of 51 or 52 bits, whose root has 26: one more than the result and a half. */
    rest = (uint64_t)bits << (27 + (exponent & 1));
    exponent = (exponent - (exponent & 1)) / 2;
    while (bit != 0u) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
        bit >>= 2;
    }
    /* Of 26 bits two are rounded away; a rest makes the last one odd. */
    root |= rest != 0u ? 1u : 0u;
    root = (root >> 2) + ((root & 3u) > 2u || (root & 7u) == 6u ? 1u : 0u);
    return tvm_tiny_float(((exponent + 126) << 23) + (int32_t)root);
}

static inline float tvm_tiny_float_rsqrt(float x)
{
    return 1.0f / tvm_tiny_float_sqrt(x);
}

/* exp(x) for x from -745 to 709. */
static inline double tvm_tiny_wide_exp(double x)
{
    const double steps = x * 1.4426950408889634;
    const int32_t power = (int32_t)(steps < 0.0 ? steps - 0.5 : steps + 0.5);
    const double r =
        (x - (double)power * 0.693147180369123816490) - (double)power * 1.90821492927058770002e-10;
    double sum = 1.0;
    int32_t k;
    for (k = 13; k > 0; --k) {
        sum = 1.0 + r * sum / (double)k;
    }
    return sum * tvm_tiny_power_of_two(power / 2) * tvm_tiny_power_of_two(power - power / 2);
}

static inline float tvm_tiny_float_exp(float x)
{
    if (!(x < 89.0f)) {
        return x >= 89.0f ? tvm_tiny_float_infinity() : x;
    }
    return x < -105.0f ? 0.0f : (float)tvm_tiny_wide_exp((double)x);
}

/* exp(x) - 1, x from -40 to 89. */
static inline double tvm_tiny_wide_less_one(double x)
{
    if (x < 0.001 && x > -0.001) {
        return x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0))));
    }
    return tvm_tiny_wide_exp(x) - 1.0;
}

static inline float tvm_tiny_float_elu(float x)
{
    if (!(x < 0.0f)) {
        return x;
    }
    return x < -40.0f ? -1.0f : (float)tvm_tiny_wide_less_one((double)x);
}

static inline float tvm_tiny_float_tanh(float x)
{
    const double size = (double)tvm_tiny_float_abs(x);
    double value;
    if (!(size < 20.0)) {
        return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x;
    }
    value = tvm_tiny_wide_less_one(2.0 * size);
    value = value / (value + 2.0);
    return x == 0.0f ? x : (float)(x < 0.0f ? -value : value);
}

static inline float tvm_tiny_float_logistic(float x)
{
    if (x > 16.619047164916992188f) {
        return 1.0f;
    }
    return x < -9.0f ? tvm_tiny_float_exp(x) : 1.0f / (1.0f + tvm_tiny_float_exp(-x));
}

/* The natural logarithm: 2 artanh((m - 1) / (m + 1)) of the mantissa. */
static inline float tvm_tiny_float_log(float x)
{
    int32_t bits = tvm_tiny_float_bits(x);
    int32_t power = 0;
    double s;
    double square;
    double sum = 0.0;
    int32_t k;
    if (x == 0.0f) {
        return -tvm_tiny_float_infinity();
    }
    if (!(x < tvm_tiny_float_infinity()) || x < 0.0f) {
        return x < 0.0f ? tvm_tiny_float_nan() : x;
    }
    if (bits < 0x800000) {
        bits = tvm_tiny_float_bits(x * 8388608.0f);
        power = -23;
    }
    power += (bits - 0x3f3504f3) >> 23;
    bits -= (int32_t)((uint32_t)((bits - 0x3f3504f3) >> 23) << 23);
    s = (double)tvm_tiny_float(bits);
    s = (s - 1.0) / (s + 1.0);
    square = s * s;
    for (k = 21; k > 0; k -= 2) {
        sum = sum * square + 1.0 / (double)k;
    }
    return (float)(2.0 * s * sum + (double)power * 0.69314718055994530942);
}

/* x in quarters of a turn modulo 4: the nearest whole number, and the rest times pi / 2. */
static inline int32_t tvm_tiny_quarters(float x, double *rest)
{
    /* 2 / pi, from 2^32 on. */
    static const uint32_t digits[8] = {0x00000000u, 0xa2f9836eu, 0x4e441529u, 0xfc2757d1u,
                                       0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu};
    const int32_t bits = tvm_tiny_float_bits(x) & 0x7fffffff;
    const int32_t exponent = (bits >> 23) - 150;
    const uint64_t mantissa = (uint64_t)((bits & 0x7fffff) | 0x800000);
    uint64_t window;
    uint64_t product;
    uint32_t below;
    int32_t first;
    int32_t at;
    if (exponent < -4) {
        const double turns = (double)tvm_tiny_float_abs(x) * 0.63661977236758134308;
        const int32_t whole = (int32_t)(turns + 0.5);
        *rest = ((double)tvm_tiny_float_abs(x) - (double)whole * 1.57079632673412561417) -
                (double)whole * 6.07710050650619224932e-11;
        return whole & 3;
    }
    /* 64 bits of x / mantissa * 2 / pi from the weight of 2 on, and 32 below them. */
    first = exponent + 30;
    at = first >> 5;
    first &= 31;
    window = (uint64_t)digits[at] << 32 | digits[at + 1];
    below = digits[at + 2];
    if (first != 0) {
        const uint32_t more = digits[at + 3];
        window = window << first | below >> (32 - first);
        below = below << first | more >> (32 - first);
    }
    product = mantissa * window + (mantissa * below >> 32);
    at = (int32_t)((product + ((uint64_t)1 << 61)) >> 62);
    *rest = (double)(int64_t)(product - ((uint64_t)at << 62)) *
            (1.57079632679489661923 / 4611686018427387904.0);
    return at & 3;
}

/* sin(r) (odd 0) or cos(r) (odd 1) of a rest of at most pi / 4. */
static inline double tvm_tiny_wide_wave(double r, int32_t odd)
{
    const double square = r * r;
    double sum = 1.0;
    int32_t k;
    for (k = 16 - (odd != 0 ? 2 : 0); k > 0; k -= 2) {
        const double next = odd != 0 ? (double)(k * (k - 1)) : (double)(k * (k + 1));
        sum = 1.0 - square * sum / next;
    }
    return odd != 0 ? sum : r * sum;
}

static inline float tvm_tiny_float_sin(float x)
{
    double rest;
    double value;
    int32_t quarter;
    if (!(tvm_tiny_float_abs(x) < tvm_tiny_float_infinity())) {
        return tvm_tiny_float_nan();
    }
    if (x == 0.0f) {
        return x;
    }
    quarter = tvm_tiny_quarters(x, &rest);
    value = tvm_tiny_wide_wave(rest, quarter & 1);
    value = (quarter & 2) != 0 ? -value : value;
    return (float)(x < 0.0f ? -value : value);
}

static inline float tvm_tiny_float_cos(float x)
{
    double rest;
    double value;
    int32_t quarter;
    if (!(tvm_tiny_float_abs(x) < tvm_tiny_float_infinity())) {
        return tvm_tiny_float_nan();
    }
    quarter = tvm_tiny_quarters(x, &rest) + 1;
    value = tvm_tiny_wide_wave(rest, quarter & 1);
    return (float)((quarter & 2) != 0 ? -value : value);
}

static inline float tvm_tiny_float_relu(float x)
{
    return tvm_tiny_float_maximum(0.0f, x);
}

static inline float tvm_tiny_float_hard_swish(float x)
{
    const float gate = tvm_tiny_float_maximum(0.0f, x + 3.0f);
    return x * tvm_tiny_float_minimum(6.0f, gate) / 6.0f;
}

/* x where x > 0, else x * slope; the slope by its bits. */
static inline float tvm_tiny_float_leaky_relu(float x, int32_t slope)
{
    return x > 0.0f ? x : x * tvm_tiny_float(slope);
}

static inline float tvm_tiny_float_prelu(float x, float slope)
{
    return x >= 0.0f ? x : x * slope;
}

/* floor of the quotient in float64. */
static inline float tvm_tiny_float_floor_div(float a, float b)
{
    const double quotient = (double)a / (double)b;
    double whole;
    if (!(quotient < 4503599627370496.0 && quotient > -4503599627370496.0)) {
        return (float)quotient;
    }
    whole = (double)(int64_t)quotient;
    whole = whole > quotient ? whole - 1.0 : whole;
    return (float)(whole == 0.0 ? quotient * 0.0 : whole);
}

/* The remainder of |a| / |b|, exact: long division of the mantissas. */
static inline float tvm_tiny_float_remainder(float a, float b)
{
    float rest = tvm_tiny_float_abs(a);
    const float divisor = tvm_tiny_float_abs(b);
    if (!(rest < tvm_tiny_float_infinity()) || !(divisor > 0.0f)) {
        return tvm_tiny_float_nan();
    }
    while (rest >= divisor) {
        float part = divisor;
        while (rest - part >= part) {
            part *= 2.0f;
        }
        rest -= part;
    }
    return a < 0.0f ? -rest : rest;
}

static inline float tvm_tiny_float_floor_mod(float a, float b)
{
    const float rest = tvm_tiny_float_remainder(a, b);
    return rest != 0.0f && (b < 0.0f) != (rest < 0.0f) ? rest + b : rest;
}

/* Where place of a resized image lies in the other one; scale by its bits. */
static inline float tvm_tiny_float_place(int32_t place, int32_t scale, int32_t centers)
{
    const float at = (float)place;
    if (centers != 0) {
        const float center = (at + 0.5f) * tvm_tiny_float(scale);
        return center - 0.5f;
    }
    return at * tvm_tiny_float(scale);
}

/* The pixels before and behind a place. */
static inline int32_t tvm_tiny_float_low(float place)
{
    const int32_t low = (int32_t)tvm_tiny_float_floor(place);
    return low > 0 ? low : 0;
}

static inline int32_t tvm_tiny_float_high(float place, int32_t last)
{
    const int32_t high = (int32_t)tvm_tiny_float_ceil(place);
    return high < last ? high : last;
}

/* Four pixels (above and below of the first column, then of the second) by their shares. */
static inline float tvm_tiny_float_between(float a, float b, float c, float d, int32_t row,
                                           float place)
{
    const float down = tvm_tiny_float(row);
    const float right = place - (float)tvm_tiny_float_low(place);
    const float up = 1.0f - down;
    const float left = 1.0f - right;
    const float first = a * up * left;
    const float second = b * down * left;
    const float third = c * up * right;
    const float fourth = d * down * right;
    return first + second + third + fourth;
}

/* int32 as TensorFlow Lite Micro has it where C defines it; sums and products wrap. */
static inline int32_t tvm_tiny_whole_add(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t tvm_tiny_whole_sub(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline int32_t tvm_tiny_whole_mul(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a * (uint32_t)b);
}

/* Towards 0; by 0 it is 0. */
static inline int32_t tvm_tiny_whole_div(int32_t a, int32_t b)
{
    if (b == -1) {
        return tvm_tiny_whole_sub(0, a);
    }
    return b == 0 ? 0 : a / b;
}

static inline int32_t tvm_tiny_whole_maximum(int32_t a, int32_t b)
{
    return a < b ? b : a;
}
static inline int32_t tvm_tiny_whole_minimum(int32_t a, int32_t b)
{
    return b < a ? b : a;
}

static inline int32_t tvm_tiny_whole_squared_difference(int32_t a, int32_t b)
{
    const int32_t difference = tvm_tiny_whole_sub(a, b);
    return tvm_tiny_whole_mul(difference, difference);
}

#ifdef __cplusplus
}
#endif

#endif
