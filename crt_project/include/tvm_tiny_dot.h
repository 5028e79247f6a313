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

/*
 * sums[r] = bias[r] + the same of weights in pairs: a half word 256 * b + a holds those of rows 0 and 1 (or 2 and 3)
 * for one input, its low byte is a again. Words: rows 0 1 of inputs 0 2 and of inputs 1 3, then rows
 * 2 3. Sums of products of rows 1 and 3 keep within 24 bits; b is -127 or more where a is below 0.
 */
static inline int32_t tvm_tiny_dot_pairs(const int8_t *x, const int8_t *w, int32_t count,
                                         const int32_t *bias, int32_t *sums)
{
    uint32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int32_t i = count >> 2;
#if TVM_TINY_DSP_ASM
    uint32_t even, odd, a, b, c;
    if (i > 0) {
        __asm__ volatile(
            "    ldr %[e], [%[x]], #4\n"
            "1:\n"
            "    sxtb16 %[o], %[e], ror #8\n"
            "    ldr %[a], [%[w]], #4\n"
            "    sxtb16 %[e], %[e]\n"
            "    ldr %[b], [%[w]], #4\n"
            "    sxtb16 %[c], %[a]\n"
            "    smlad %[s1], %[a], %[e], %[s1]\n"
            "    ldr %[a], [%[w]], #4\n"
            "    smlad %[s0], %[c], %[e], %[s0]\n"
            "    sxtb16 %[c], %[b]\n"
            "    smlad %[s1], %[b], %[o], %[s1]\n"
            "    ldr %[b], [%[w]], #4\n"
            "    smlad %[s0], %[c], %[o], %[s0]\n"
            "    sxtb16 %[c], %[a]\n"
            "    smlad %[s3], %[a], %[e], %[s3]\n"
            "    subs %[i], %[i], #1\n"
            "    smlad %[s2], %[c], %[e], %[s2]\n"
            "    sxtb16 %[c], %[b]\n"
            "    smlad %[s3], %[b], %[o], %[s3]\n"
            "    it ne\n"
            "    ldrne %[e], [%[x]], #4\n"
            "    smlad %[s2], %[c], %[o], %[s2]\n"
            "    bne 1b\n"
            : [x] "+r"(x), [w] "+r"(w), [i] "+r"(i), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2),
              [s3] "+r"(s3), [e] "=&r"(even), [o] "=&r"(odd), [a] "=&r"(a), [b] "=&r"(b),
              [c] "=&r"(c)
            :
            : "cc", "memory");
    }
#else
    for (; i > 0; --i) {
        const uint32_t word = tvm_tiny_dsp_load(x);
        int32_t k;
        for (k = 0; k < 2; ++k) {
            const uint32_t halves = k == 0 ? tvm_tiny_wide_even(word) : tvm_tiny_wide_odd(word);
            const uint32_t first = tvm_tiny_dsp_load(w + 4 * k);
            const uint32_t second = tvm_tiny_dsp_load(w + 8 + 4 * k);
            s0 = tvm_tiny_wide_add(tvm_tiny_wide_even(first), halves, s0);
            s1 = tvm_tiny_wide_add(first, halves, s1);
            s2 = tvm_tiny_wide_add(tvm_tiny_wide_even(second), halves, s2);
            s3 = tvm_tiny_wide_add(second, halves, s3);
        }
        x += 4;
        w += 16;
    }
#endif
    s1 = (uint32_t)((int32_t)(s1 - s0) >> 8);
    s3 = (uint32_t)((int32_t)(s3 - s2) >> 8);
    for (i = 0; i < (count & 3); ++i) {
        const int8_t *const half = w + 4 * (i & 1) + 2 * (i >> 1);
        s0 += (uint32_t)(half[0] * x[i]);
        s1 += (uint32_t)((half[1] + (half[0] < 0 ? 1 : 0)) * x[i]);
        s2 += (uint32_t)(half[8] * x[i]);
        s3 += (uint32_t)((half[9] + (half[8] < 0 ? 1 : 0)) * x[i]);
    }
    sums[0] = (int32_t)((uint32_t)bias[0] + s0);
    sums[1] = (int32_t)((uint32_t)bias[1] + s1);
    sums[2] = (int32_t)((uint32_t)bias[2] + s2);
    sums[3] = (int32_t)((uint32_t)bias[3] + s3);
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
