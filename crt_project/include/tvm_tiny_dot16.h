/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums of products of int16 vectors and int8 weights, four at a time: weights are bytes, widened in
 * registers, no workspace. Products sum up in 32 bits: the compiler sees to it that they suffice.
 */
#ifndef TVM_TINY_DOT16_H
#define TVM_TINY_DOT16_H

#include "tvm_tiny_wide.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * sums[r] = bias[r] + row r of four rows of weights times x. The rows lie word by word beside each
 * other, filled up to words with zeros: inputs 0 2 1 3 of row 0, of row 1, .. x is read to its end
 * and not beyond.
 */
static inline int32_t tvm_tiny_dot16_four(const int16_t *x, const int8_t *w, int32_t count,
                                          const int64_t *bias, int64_t *sums)
{
    uint32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int32_t i;
    for (i = count >> 2; i > 0; --i) {
        const uint32_t first = tvm_tiny_dsp_load((const int8_t *)(const void *)x);
        const uint32_t second = tvm_tiny_dsp_load((const int8_t *)(const void *)(x + 2));
        const uint32_t a = tvm_tiny_dsp_load(w), b = tvm_tiny_dsp_load(w + 4);
        const uint32_t c = tvm_tiny_dsp_load(w + 8), d = tvm_tiny_dsp_load(w + 12);
        s0 = tvm_tiny_wide_add(tvm_tiny_wide_even(a), first, s0);
        s1 = tvm_tiny_wide_add(tvm_tiny_wide_even(b), first, s1);
        s2 = tvm_tiny_wide_add(tvm_tiny_wide_even(c), first, s2);
        s3 = tvm_tiny_wide_add(tvm_tiny_wide_even(d), first, s3);
        s0 = tvm_tiny_wide_add(tvm_tiny_wide_odd(a), second, s0);
        s1 = tvm_tiny_wide_add(tvm_tiny_wide_odd(b), second, s1);
        s2 = tvm_tiny_wide_add(tvm_tiny_wide_odd(c), second, s2);
        s3 = tvm_tiny_wide_add(tvm_tiny_wide_odd(d), second, s3);
        x += 4;
        w += 16;
    }
    for (i = 0; i < (count & 3); ++i) {
        const int32_t at = i == 1 || i == 2 ? 3 - i : i;
        s0 += (uint32_t)(w[at] * x[i]);
        s1 += (uint32_t)(w[at + 4] * x[i]);
        s2 += (uint32_t)(w[at + 8] * x[i]);
        s3 += (uint32_t)(w[at + 12] * x[i]);
    }
    sums[0] = bias[0] + (int32_t)s0;
    sums[1] = bias[1] + (int32_t)s1;
    sums[2] = bias[2] + (int32_t)s2;
    sums[3] = bias[3] + (int32_t)s3;
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
