/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of a product of two activations: four columns at a time, each a row of the transposed second
 * matrix. What is read of the first one is widened once for four products, less its zero point on the
 * way; the second one's zero point counts once a row, as a multiple of that row's sum.
 */
#ifndef TVM_TINY_MATMUL_H
#define TVM_TINY_MATMUL_H

#include "tvm_tiny_wide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* base + bytes 0 and 2 of a word, as two half words. */
static inline uint32_t tvm_tiny_matmul_even(uint32_t base, uint32_t word)
{
#if TVM_TINY_DSP_ASM
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2" : "=r"(result) : "r"(base), "r"(word));
    return result;
#else
    const uint32_t wide = tvm_tiny_wide_even(word);
    return ((base + wide) & 0xffffu) | ((base & 0xffff0000u) + (wide & 0xffff0000u));
#endif
}

/* base + bytes 1 and 3. */
static inline uint32_t tvm_tiny_matmul_odd(uint32_t base, uint32_t word)
{
#if TVM_TINY_DSP_ASM
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(base), "r"(word));
    return result;
#else
    return tvm_tiny_matmul_even(base, word >> 8);
#endif
}

/* sum + four products: a row's word, and the other row's word widened. */
static inline uint32_t tvm_tiny_matmul_add(const int8_t *row, uint32_t even, uint32_t odd,
                                           uint32_t sum)
{
    const uint32_t word = tvm_tiny_dsp_load(row);
    return tvm_tiny_wide_add(tvm_tiny_wide_odd(word), odd,
                             tvm_tiny_wide_add(tvm_tiny_wide_even(word), even, sum));
}

/* Adds the products of a, less its zero point, and four rows of b. */
static inline void tvm_tiny_matmul_four(const int8_t *a, const int8_t *b, int32_t depth,
                                        int32_t zero, uint32_t sums[4])
{
    const uint32_t base = ((uint32_t)-zero & 0xffffu) * 0x10001u;
    const int8_t *const end = a + (depth & ~3);
    const int8_t *const b1 = b + depth, *const b2 = b1 + depth, *const b3 = b2 + depth;
    uint32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    int32_t i = 0;
    for (; a + i != end; i += 4) {
        const uint32_t word = tvm_tiny_dsp_load(a + i);
        const uint32_t even = tvm_tiny_matmul_even(base, word),
                       odd = tvm_tiny_matmul_odd(base, word);
        s0 = tvm_tiny_matmul_add(b + i, even, odd, s0);
        s1 = tvm_tiny_matmul_add(b1 + i, even, odd, s1);
        s2 = tvm_tiny_matmul_add(b2 + i, even, odd, s2);
        s3 = tvm_tiny_matmul_add(b3 + i, even, odd, s3);
    }
    for (; i < depth; ++i) {
        const int32_t value = a[i] - zero;
        s0 += (uint32_t)(value * b[i]);
        s1 += (uint32_t)(value * b1[i]);
        s2 += (uint32_t)(value * b2[i]);
        s3 += (uint32_t)(value * b3[i]);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/*
 * y[c] = (a - a_zero) * (b[c] - b_zero), rescaled, c = 0 .. width - 1; b: width rows of depth bytes.
 */
static inline int32_t tvm_tiny_matmul_row(const int8_t *a, const int8_t *b, int8_t *y,
                                          int32_t depth, int32_t width, int32_t a_zero,
                                          int32_t b_zero, int32_t multiplier, int32_t shift,
                                          int32_t y_zero, int32_t low, int32_t high)
{
    const int8_t *row = b;
    int32_t c = 0, i, r;
    uint32_t first = 0;
    if (b_zero != 0) {
        for (i = 0; i < depth; ++i) {
            first -= (uint32_t)(b_zero * (a[i] - a_zero));
        }
    }
    for (; c + 4 <= width; c += 4) {
        uint32_t sums[4];
        sums[0] = sums[1] = sums[2] = sums[3] = first;
        tvm_tiny_matmul_four(a, row, depth, a_zero, sums);
        row += 4 * depth;
        for (r = 0; r < 4; ++r) {
            const int32_t value = tvm_tiny_requantize((int32_t)sums[r], multiplier, shift);
            y[c + r] = (int8_t)tvm_tiny_clamp(value + y_zero, low, high);
        }
    }
    for (; c < width; ++c) {
        uint32_t sum = first;
        for (i = 0; i < depth; ++i) {
            sum += (uint32_t)((a[i] - a_zero) * *row++);
        }
        i = tvm_tiny_requantize((int32_t)sum, multiplier, shift) + y_zero;
        y[c] = (int8_t)tvm_tiny_clamp(i, low, high);
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
