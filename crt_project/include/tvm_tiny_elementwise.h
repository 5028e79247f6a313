/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elementwise operators, four elements at a time, their constants known to the compiler: sums and
 * products of two int8 tensors, float32 to int8. No branch depends on the data but one in
 * quantisation that is almost never taken. Four instructions requantise (SMMLAR, the rounding and
 * the zero point in its accumulator), and four elements in flight hide their latencies.
 */
#ifndef TVM_TINY_ELEMENTWISE_H
#define TVM_TINY_ELEMENTWISE_H

#include <stdint.h>

#include "tvm_tiny_kernels.h"

#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && \
    !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_ELEMENTWISE_ASM 1
#else
#define TVM_TINY_ELEMENTWISE_ASM 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * x / 2 times multiplier / 2^31, ties up; plus rounding, less one below 0; to be shifted. With
 * rounding = 2^(shift - 1) + (zero point << shift) the shift rounds ties away from zero.
 */
static inline int32_t tvm_tiny_scaled(int32_t x, int32_t multiplier, int32_t rounding)
{
    const int32_t sign = rounding + (x >> 31);
#if TVM_TINY_ELEMENTWISE_ASM
    int32_t result;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(multiplier), "r"(sign));
    return result;
#else
    return (int32_t)(((int64_t)x * multiplier + ((int64_t)1 << 31)) >> 32) + sign;
#endif
}

/* x limited to int8. */
static inline int8_t tvm_tiny_int8(int32_t x)
{
#if TVM_TINY_ELEMENTWISE_ASM
    int32_t result;
    __asm__("ssat %0, #8, %1" : "=r"(result) : "r"(x));
    return (int8_t)result;
#else
    return (int8_t)(x < -128 ? -128 : x > 127 ? 127 : x);
#endif
}

/*
 * a * 2^left - offset, rescaled by multiplier / 2^(shift + 32); shift 0: by a power of two that is
 * in `left` already.
 */
static inline int32_t tvm_tiny_term(int32_t a, int32_t left, int32_t offset, int32_t multiplier,
                                    int32_t rounding, int32_t shift)
{
    const int32_t x = (int32_t)((uint32_t)a << left) - offset;
    return shift == 0 ? x : tvm_tiny_scaled(x, multiplier, rounding) >> shift;
}

/* One sum of two terms, rescaled. sign is 1, or -1 for a difference. */
static inline int8_t tvm_tiny_sum(int32_t a, int32_t b, int32_t sign, int32_t a_left,
                                  int32_t a_offset, int32_t a_multiplier, int32_t a_rounding,
                                  int32_t a_shift, int32_t b_left, int32_t b_offset,
                                  int32_t b_multiplier, int32_t b_rounding, int32_t b_shift,
                                  int32_t multiplier, int32_t rounding, int32_t shift)
{
    const int32_t x = tvm_tiny_term(a, a_left, a_offset, a_multiplier, a_rounding, a_shift);
    const int32_t y = tvm_tiny_term(b, b_left, b_offset, b_multiplier, b_rounding, b_shift);
    const int32_t total = (x + sign * y) * 2;
    return tvm_tiny_int8(tvm_tiny_scaled(total, multiplier, rounding) >> shift);
}

/* Four sums; a step of 0 repeats an operand. */
static inline void tvm_tiny_sum4(const int8_t *a, const int8_t *b, int8_t *y, int32_t a_step,
                                 int32_t b_step, int32_t sign, int32_t a_left, int32_t a_offset,
                                 int32_t a_multiplier, int32_t a_rounding, int32_t a_shift,
                                 int32_t b_left, int32_t b_offset, int32_t b_multiplier,
                                 int32_t b_rounding, int32_t b_shift, int32_t multiplier,
                                 int32_t rounding, int32_t shift)
{
    int8_t r[4];
    int32_t i;
    for (i = 0; i < 4; ++i) {
        r[i] = tvm_tiny_sum(a[i * a_step], b[i * b_step], sign, a_left, a_offset, a_multiplier,
                            a_rounding, a_shift, b_left, b_offset, b_multiplier, b_rounding, b_shift, multiplier,
                            rounding, shift);
    }
    y[0] = r[0];
    y[1] = r[1];
    y[2] = r[2];
    y[3] = r[3];
}

/* One product, rescaled. */
static inline int8_t tvm_tiny_product(int32_t a, int32_t b, int32_t a_zero_point,
                                      int32_t b_zero_point, int32_t multiplier, int32_t rounding,
                                      int32_t shift)
{
    const int32_t twice = (a - a_zero_point) * (2 * b - 2 * b_zero_point);
    return tvm_tiny_int8(tvm_tiny_scaled(twice, multiplier, rounding) >> shift);
}

/* Four products. */
static inline void tvm_tiny_product4(const int8_t *a, const int8_t *b, int8_t *y, int32_t a_step,
                                     int32_t b_step, int32_t a_zero_point, int32_t b_zero_point,
                                     int32_t multiplier, int32_t rounding, int32_t shift)
{
    int8_t r[4];
    int32_t i;
    for (i = 0; i < 4; ++i) {
        r[i] = tvm_tiny_product(a[i * a_step], b[i * b_step], a_zero_point, b_zero_point,
                                multiplier, rounding, shift);
    }
    y[0] = r[0];
    y[1] = r[1];
    y[2] = r[2];
    y[3] = r[3];
}

/*
 * As tvm_tiny_quantize; inverse_bits: 1024 / scale. A quotient from a multiplication is wrong by
 * less than 1/16 of 1/1024; where that may change the rounding, and only there, it is divided.
 */
static inline int8_t tvm_tiny_quantize_quickly(float x, int32_t scale_bits, int32_t inverse_bits,
                                               int32_t zero_point)
{
#if TVM_TINY_ELEMENTWISE_ASM && defined(__ARM_FP)
    float scaled = x * tvm_tiny_float(inverse_bits);
    int32_t whole;
    /* saturates, and makes 0 of a NaN: C leaves both undefined */
    __asm__("vcvt.s32.f32 %0, %0" : "+t"(scaled));
    __asm__("vmov %0, %1" : "=r"(whole) : "t"(scaled));
    if ((((uint32_t)whole + 514u) & 1023u) > 4u) {
        return tvm_tiny_int8((((whole >> 1) + 256) >> 9) + zero_point);
    }
#else
    (void)inverse_bits;
#endif
    return (int8_t)tvm_tiny_quantize(x, scale_bits, zero_point);
}

/* Four of them. */
static inline void tvm_tiny_quantize4(const float *x, int8_t *y, int32_t scale_bits,
                                      int32_t inverse_bits, int32_t zero_point)
{
    const int8_t a = tvm_tiny_quantize_quickly(x[0], scale_bits, inverse_bits, zero_point);
    const int8_t b = tvm_tiny_quantize_quickly(x[1], scale_bits, inverse_bits, zero_point);
    const int8_t c = tvm_tiny_quantize_quickly(x[2], scale_bits, inverse_bits, zero_point);
    const int8_t d = tvm_tiny_quantize_quickly(x[3], scale_bits, inverse_bits, zero_point);
    y[0] = a;
    y[1] = b;
    y[2] = c;
    y[3] = d;
}

#ifdef __cplusplus
}
#endif

#endif
