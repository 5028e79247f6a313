/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums of products of int8 vectors, four at a time: weights are bytes, no workspace, 32 bits of sum.
 * Even and odd bytes of both sides are widened apart, so that SMLAD adds
 * the right products.
 */
#ifndef TVM_TINY_DOT_H
#define TVM_TINY_DOT_H

#include "tvm_tiny_wide.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * sums[r] += row r of four rows of weights times x. The rows lie word by word beside each other,
 * filled up to words: four bytes of row 0, four of row 1, .. x is read to its end and not beyond.
 */
static inline int32_t tvm_tiny_dot_four(const int8_t *x, const int8_t *w, int32_t count, int32_t *sums)
{
    uint32_t s0 = (uint32_t)sums[0], s1 = (uint32_t)sums[1];
    uint32_t s2 = (uint32_t)sums[2], s3 = (uint32_t)sums[3];
    int32_t i = count >> 2;
#if TVM_TINY_DSP_ASM
    uint32_t even, odd, a, b, c, d;
    if (i > 0) {
        /* A word is widened beside the products of the one before; loads run ahead of their use. */
        __asm__ volatile(
            "    ldr %[e], [%[x]], #4\n"
            "    ldr %[a], [%[w]]\n"
            "1:\n"
            "    sxtb16 %[o], %[e], ror #8\n"
            "    ldr %[b], [%[w], #4]\n"
            "    sxtb16 %[e], %[e]\n"
            "    ldr %[c], [%[w], #8]\n"
            "    sxtb16 %[d], %[a]\n"
            "    subs %[i], %[i], #1\n"
            "    sxtb16 %[a], %[a], ror #8\n"
            "    smlad %[s0], %[d], %[e], %[s0]\n"
            "    sxtb16 %[d], %[b]\n"
            "    smlad %[s0], %[a], %[o], %[s0]\n"
            "    sxtb16 %[b], %[b], ror #8\n"
            "    smlad %[s1], %[d], %[e], %[s1]\n"
            "    sxtb16 %[d], %[c]\n"
            "    smlad %[s1], %[b], %[o], %[s1]\n"
            "    sxtb16 %[c], %[c], ror #8\n"
            "    ldr %[b], [%[w], #12]\n"
            "    smlad %[s2], %[d], %[e], %[s2]\n"
            "    add %[w], %[w], #16\n"
            "    sxtb16 %[d], %[b]\n"
            "    smlad %[s2], %[c], %[o], %[s2]\n"
            "    sxtb16 %[b], %[b], ror #8\n"
            "    smlad %[s3], %[d], %[e], %[s3]\n"
            "    itt ne\n"
            "    ldrne %[a], [%[w]]\n"
            "    ldrne %[e], [%[x]], #4\n"
            "    smlad %[s3], %[b], %[o], %[s3]\n"
            "    bne 1b\n"
            : [x] "+r"(x), [w] "+r"(w), [i] "+r"(i), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2),
              [s3] "+r"(s3), [e] "=&r"(even), [o] "=&r"(odd), [a] "=&r"(a), [b] "=&r"(b),
              [c] "=&r"(c), [d] "=&r"(d)
            :
            : "cc", "memory");
    }
#else
    for (; i > 0; --i) {
        const uint32_t word = tvm_tiny_dsp_load(x);
        const uint32_t even = tvm_tiny_wide_even(word), odd = tvm_tiny_wide_odd(word);
        uint32_t *const sum[4] = {&s0, &s1, &s2, &s3};
        int32_t r;
        for (r = 0; r < 4; ++r) {
            const uint32_t row = tvm_tiny_dsp_load(w + 4 * r);
            *sum[r] = tvm_tiny_wide_add(tvm_tiny_wide_even(row), even, *sum[r]);
            *sum[r] = tvm_tiny_wide_add(tvm_tiny_wide_odd(row), odd, *sum[r]);
        }
        x += 4;
        w += 16;
    }
#endif
    for (i = 0; i < (count & 3); ++i) {
        s0 += (uint32_t)(w[i] * x[i]);
        s1 += (uint32_t)(w[4 + i] * x[i]);
        s2 += (uint32_t)(w[8 + i] * x[i]);
        s3 += (uint32_t)(w[12 + i] * x[i]);
    }
    sums[0] = (int32_t)s0;
    sums[1] = (int32_t)s1;
    sums[2] = (int32_t)s2;
    sums[3] = (int32_t)s3;
    return 0;
}

/* sum + weights * x over the last inputs of a row. */
static inline uint32_t tvm_tiny_dot_rest(const int8_t *x, const int8_t *w, int32_t count, uint32_t sum)
{
    int32_t i;
    for (i = 0; i < count; ++i) {
        sum += (uint32_t)(w[i] * x[i]);
    }
    return sum;
}

/* sum + weights * x. */
static inline int32_t tvm_tiny_dot_one(const int8_t *x, const int8_t *w, int32_t count, int32_t sum)
{
    uint32_t s0 = (uint32_t)sum, s1 = 0;
    int32_t i;
    for (i = count >> 3; i > 0; --i) {
        const uint32_t a = tvm_tiny_dsp_load(x), b = tvm_tiny_dsp_load(x + 4);
        const uint32_t c = tvm_tiny_dsp_load(w), d = tvm_tiny_dsp_load(w + 4);
        s0 = tvm_tiny_wide_add(tvm_tiny_wide_even(c), tvm_tiny_wide_even(a), s0);
        s1 = tvm_tiny_wide_add(tvm_tiny_wide_odd(c), tvm_tiny_wide_odd(a), s1);
        s0 = tvm_tiny_wide_add(tvm_tiny_wide_even(d), tvm_tiny_wide_even(b), s0);
        s1 = tvm_tiny_wide_add(tvm_tiny_wide_odd(d), tvm_tiny_wide_odd(b), s1);
        x += 8;
        w += 8;
    }
    return (int32_t)tvm_tiny_dot_rest(x, w, count & 7, s0 + s1);
}

/*
 * A row of a fully connected layer. Weights: of every four outputs as tvm_tiny_dot_four reads them,
 * the last ones as they lie. Table: bias, multiplier and shift of every output.
 */
static inline int32_t tvm_tiny_dot_row(const int8_t *x, const int8_t *w, const int32_t *table,
                                       int8_t *y, int32_t inputs, int32_t outputs,
                                       int32_t zero_point, int32_t low, int32_t high)
{
    const int32_t block = ((inputs + 3) & ~3) * 4;
    int32_t left = outputs;
    while (left > 0) {
        int32_t sums[4] = {0, 0, 0, 0};
        const int32_t count = left < 4 ? 1 : 4;
        int32_t i;
        if (count == 4) {
            (void)tvm_tiny_dot_four(x, w, inputs, sums);
        } else {
            sums[0] = tvm_tiny_dot_one(x, w, inputs, 0);
        }
        for (i = 0; i < count; ++i) {
            const int8_t value = tvm_tiny_wide_result((uint32_t)sums[i], table, zero_point);
            *y++ = (int8_t)tvm_tiny_clamp(value, low, high);
            table += 3;
        }
        w += count == 4 ? block : inputs;
        left -= count;
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
