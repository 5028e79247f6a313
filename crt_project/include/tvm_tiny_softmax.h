/* SPDX-License-Identifier: Apache-2.0 */
/* Softmax of long rows: exponentials come from a table, one entry for each difference to the
 * maximum. */
#ifndef TVM_TINY_SOFTMAX_H
#define TVM_TINY_SOFTMAX_H

#include <stdint.h>

#include "tvm_tiny_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * exps[d]: tvm_tiny_softmax_exp of the difference -d, 0 where that is below diff_min; d up to
 * entries - 1, 0 beyond. depth 1 to 4095.
 */
static inline void tvm_tiny_softmax_row(const int8_t *x, const int32_t *exps, int8_t *y,
                                        int32_t depth, int32_t entries)
{
    int32_t peak = -128, total = 0, scale, exponent, i;
    for (i = 0; i < depth; ++i) {
        peak = x[i] > peak ? x[i] : peak;
    }
    for (i = 0; i < depth; ++i) {
        const int32_t d = peak - x[i];
        total += d < entries ? tvm_tiny_shift_right(exps[d], 12) : 0;
    }
    scale = tvm_tiny_softmax_scale(total);
    exponent = tvm_tiny_softmax_exponent(total);
    for (i = 0; i < depth; ++i) {
        const int32_t d = peak - x[i];
        const int32_t part = tvm_tiny_high_mul(scale, d < entries ? exps[d] : 0);
        y[i] = (int8_t)tvm_tiny_clamp(tvm_tiny_shift_right(part, exponent) - 128, -128, 127);
    }
}

#ifdef __cplusplus
}
#endif

#endif
