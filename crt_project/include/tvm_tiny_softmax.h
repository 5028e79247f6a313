/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Softmax of long rows: exponentials come from a table, one entry for each difference to the
 * maximum. Cores with DSP instructions take four elements at a time, their loops in the order in
 * which a Cortex-M7 issues most of them in pairs (found by search over its timing).
 */
#ifndef TVM_TINY_SOFTMAX_H
#define TVM_TINY_SOFTMAX_H

#include <stdint.h>

#include "tvm_tiny_kernels.h"

/* Loops in assembly take 13 registers: compilers that do not optimise have fewer. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) &&                      \
    defined(__OPTIMIZE__) && !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_SOFTMAX_ASM 1
#else
#define TVM_TINY_SOFTMAX_ASM 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The largest of count elements, at least 1. */
static inline int32_t tvm_tiny_softmax_peak(const int8_t *x, int32_t count)
{
    int32_t peak = -128, i = 0;
#if TVM_TINY_SOFTMAX_ASM
    uint32_t most = 0x80808080u, word;
    for (; i + 4 <= count; i += 4) {
        __builtin_memcpy(&word, x + i, sizeof(word));
        __asm__("ssub8 %1, %0, %2\n\tsel %0, %0, %2" : "+r"(most), "=&r"(peak) : "r"(word) : "cc");
    }
    word = most >> 16 | most << 16;
    __asm__("ssub8 %1, %0, %2\n\tsel %0, %0, %2" : "+r"(most), "=&r"(peak) : "r"(word) : "cc");
    peak = (int8_t)(uint8_t)most;
    peak = (int8_t)(uint8_t)(most >> 8) > peak ? (int8_t)(uint8_t)(most >> 8) : peak;
#endif
    for (; i < count; ++i) {
        peak = x[i] > peak ? x[i] : peak;
    }
    return peak;
}

/* The sum of count exponentials in steps of 2^-19, each rounded; 10 cycles for four. */
static inline int32_t tvm_tiny_softmax_sum(const int8_t *x, const int32_t *exps, int32_t count,
                                           int32_t peak)
{
    int32_t total = 0, i = 0;
#if TVM_TINY_SOFTMAX_ASM
    const int8_t *at = x;
    const int8_t *const end = x + (count & ~3);
    if (count >= 4) {
        uint32_t p, q, r, s;
        __asm__ volatile("1:\n\t"
                         "ldr %[p], [%[x]], #4\n\t"
                         "usub8 %[p], %[peaks], %[p]\n\t"
                         "uxtb %[q], %[p]\n\t"
                         "uxtb %[r], %[p], ror #8\n\t"
                         "uxtb %[s], %[p], ror #16\n\t"
                         "ldr %[q], [%[exps], %[q], lsl #2]\n\t"
                         "lsr %[p], %[p], #24\n\t"
                         "ldr %[r], [%[exps], %[r], lsl #2]\n\t"
                         "smmlar %[total], %[q], %[twelve], %[total]\n\t" /* (entry + 2^11) >> 12 */
                         "ldr %[s], [%[exps], %[s], lsl #2]\n\t"
                         "ldr %[p], [%[exps], %[p], lsl #2]\n\t"
                         "smmlar %[total], %[r], %[twelve], %[total]\n\t"
                         "cmp %[x], %[end]\n\t"
                         "smmlar %[total], %[s], %[twelve], %[total]\n\t"
                         "smmlar %[total], %[p], %[twelve], %[total]\n\t"
                         "bne 1b\n\t"
                         : [x] "+r"(at), [total] "+r"(total), [p] "=&r"(p), [q] "=&r"(q),
                           [r] "=&r"(r), [s] "=&r"(s)
                         : [exps] "r"(exps), [peaks] "r"((uint32_t)(peak & 0xff) * 0x01010101u),
                           [twelve] "r"(1 << 20), [end] "r"(end)
                         : "cc", "memory");
    }
    i = count & ~3;
#endif
    for (; i < count; ++i) {
        total += tvm_tiny_shift_right(exps[peak - x[i]], 12);
    }
    return total;
}

/*
 * y = exponential * scale / 2^(31 + exponent), rounded, less 128; 22 cycles for four. TFLite rounds
 * twice, to 2^-31 and then: both ties go up, as nothing is negative. From a scale of 2^30 twice that
 * less 2^32 is its factor, and the 2^32 comes back as the exponential itself; below (Newton's last
 * bits at sums of just less than a power of two) the loop in C goes on.
 */
static inline void tvm_tiny_softmax_shares(const int8_t *x, const int32_t *exps, int8_t *y,
                                           int32_t count, int32_t peak, int32_t scale,
                                           int32_t exponent)
{
    int32_t i = 0;
#if TVM_TINY_SOFTMAX_ASM
    if (count >= 4 && scale >> 30 != 0) {
        const int8_t *const end = x + (count & ~3);
        uint32_t p, q, r, s, t;
        __asm__ volatile(
            "1:\n\t"
            "ldr %[s], [%[x]], #4\n\t"
            "cmp %[x], %[end]\n\t"
            "usub8 %[s], %[peaks], %[s]\n\t"
            "uxtb %[p], %[s]\n\t"
            "uxtb %[q], %[s], ror #8\n\t"
            "uxtb %[r], %[s], ror #16\n\t"
            "ldr %[p], [%[exps], %[p], lsl #2]\n\t"
            "ldr %[q], [%[exps], %[q], lsl #2]\n\t"
            "add %[t], %[half], %[p]\n\t"
            "lsr %[s], %[s], #24\n\t"
            "ldr %[r], [%[exps], %[r], lsl #2]\n\t"
            "smmlar %[p], %[p], %[scale], %[t]\n\t"
            "add %[t], %[half], %[q]\n\t"
            "ldr %[s], [%[exps], %[s], lsl #2]\n\t"
            "smmlar %[q], %[q], %[scale], %[t]\n\t"
            "add %[t], %[half], %[r]\n\t"
            "smmlar %[r], %[r], %[scale], %[t]\n\t"
            "add %[t], %[half], %[s]\n\t"
            "smmlar %[s], %[s], %[scale], %[t]\n\t"
            "lsr %[p], %[p], %[shift]\n\t"
            "lsr %[r], %[r], %[shift]\n\t"
            "usat %[p], #8, %[p]\n\t"
            "lsr %[s], %[s], %[shift]\n\t"
            "usat %[r], #8, %[r]\n\t"
            "lsr %[q], %[q], %[shift]\n\t"
            "usat %[s], #8, %[s]\n\t"
            "usat %[q], #8, %[q]\n\t"
            "orr %[p], %[p], %[r], lsl #16\n\t"
            "orr %[q], %[q], %[s], lsl #16\n\t"
            "orr %[p], %[p], %[q], lsl #8\n\t"
            "eor %[p], %[p], #0x80808080\n\t"
            "str %[p], [%[y]], #4\n\t"
            "bne 1b\n\t"
            : [x] "+r"(x), [y] "+r"(y), [p] "=&r"(p), [q] "=&r"(q), [r] "=&r"(r), [s] "=&r"(s),
              [t] "=&r"(t)
            : [exps] "r"(exps), [peaks] "r"((uint32_t)(peak & 0xff) * 0x01010101u),
              [scale] "r"((uint32_t)scale * 2u), [half] "r"((uint32_t)1 << (exponent - 1)),
              [shift] "r"(exponent), [end] "r"(end)
            : "cc", "memory");
        count &= 3;
    }
#endif
    for (; i < count; ++i) {
        const int32_t part = tvm_tiny_high_mul(scale, exps[peak - x[i]]);
        y[i] = (int8_t)tvm_tiny_clamp(tvm_tiny_shift_right(part, exponent) - 128, -128, 127);
    }
}

/* exps[d]: tvm_tiny_softmax_exp of the difference -d, 0 where that is below diff_min; depth 1 to 4095. */
static inline void tvm_tiny_softmax_row(const int8_t *x, const int32_t *exps, int8_t *y,
                                        int32_t depth)
{
    const int32_t peak = tvm_tiny_softmax_peak(x, depth);
    const int32_t total = tvm_tiny_softmax_sum(x, exps, depth, peak);
    const int32_t scale = tvm_tiny_softmax_scale(total);
    int32_t i;
    if (scale == 0) {
        for (i = 0; i < depth; ++i) {
            y[i] = -128;
        }
        return;
    }
    tvm_tiny_softmax_shares(x, exps, y, depth, peak, scale, tvm_tiny_softmax_exponent(total));
}

#ifdef __cplusplus
}
#endif

#endif
