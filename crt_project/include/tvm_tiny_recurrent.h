/* SPDX-License-Identifier: Apache-2.0 */
/* Scalars of the recurrent layers: what an LSTM does behind the products of its gates. */
#ifndef TVM_TINY_RECURRENT_H
#define TVM_TINY_RECURRENT_H

#include "tvm_tiny_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline int32_t tvm_tiny_clamp16(int32_t x)
{
#if defined(__GNUC__) && !defined(__clang__) && defined(__thumb2__) && !defined(TVM_TINY_PLAIN_C)
    __asm__("ssat %0, #16, %0" : "+r"(x));
    return x;
#else
    return tvm_tiny_clamp(x, -32768, 32767);
#endif
}

/* x / 2^shift, rounded down, saturated. */
static inline int32_t tvm_tiny_lstm_narrowed(int32_t x, int32_t shift)
{
#if defined(__GNUC__) && !defined(__clang__) && defined(__thumb2__) && defined(__OPTIMIZE__) && \
    !defined(TVM_TINY_PLAIN_C)
    if (__builtin_constant_p(shift) && shift > 0) {
        int32_t low;
        __asm__("ssat %0, #16, %1, asr %2" : "=r"(low) : "r"(x), "i"(shift));
        return low;
    }
#endif
    return tvm_tiny_clamp16(x >> shift);
}

/* x * multiplier / 2^31, rounded; 2 * x fits. GCC makes a product of 64 bits of it, and two moves. */
static inline int32_t tvm_tiny_lstm_high(int32_t x, int32_t multiplier)
{
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && !defined(TVM_TINY_PLAIN_C)
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(tvm_tiny_shift_left(x, 1)), "r"(multiplier));
    return high;
#else
    return tvm_tiny_requantize_narrow(x, multiplier, 0);
#endif
}

/* tvm_tiny_requantize_narrow, as int16. */
static inline int32_t tvm_tiny_lstm_scale(int32_t x, int32_t multiplier, int32_t shift)
{
    if (shift < 0) {
        const int32_t high = tvm_tiny_lstm_high(x, multiplier);
        const int32_t round = (int32_t)1 << (-shift - 1);
        return tvm_tiny_lstm_narrowed(high + (high >> 31) + round, -shift);
    }
    return tvm_tiny_clamp16(tvm_tiny_requantize_narrow(x, multiplier, shift));
}

/*
 * sigmoid as Q0.15 of x in Q3.12, -32768 to 32767; table: 65536 * sigmoid(i / 24), i from -256 to
 * 256. As tvm_tiny_logistic16 has it: its ends are far away.
 */
static inline int32_t tvm_tiny_lstm_sigmoid(int32_t x, const uint16_t *table)
{
    const int32_t wide = 3 * x;
    const uint16_t *const at = table + (wide >> 9);
    const int32_t entry = at[256], next = at[257];
    return (entry * 512 + (wide & 511) * (next - entry) + 512 + (wide >> 31)) >> 10;
}

/* tanh as Q0.15 of x * multiplier / 2^shift, rounded; multiplier is three times the input's scale
 * in steps of 2^-12. */
static inline int32_t tvm_tiny_lstm_tanh(int32_t x, int32_t multiplier, int32_t shift,
                                         const uint16_t *table)
{
    const int32_t round = shift > 0 ? (int32_t)1 << (shift - 1) : 0;
    const int32_t wide = (x * multiplier + round) >> shift;
    const uint16_t *const at = table + 256 + tvm_tiny_tanh16_place(wide);
    return tvm_tiny_tanh16(wide, at[0], at[1]);
}

/* tvm_tiny_lstm_scale for a multiplier of 2^30, any x below 2^31 - 1, shift below 0. */
static inline int32_t tvm_tiny_lstm_halve(int32_t x, int32_t shift)
{
    const int32_t high = (x + 1) >> 1;
    return tvm_tiny_lstm_narrowed(high + (high >> 31) + ((int32_t)1 << (-shift - 1)), -shift);
}

/* The sum of both parts of a cell state, limited to clip where that is not 0. */
static inline int32_t tvm_tiny_lstm_cell(int32_t kept, int32_t added, int32_t clip)
{
    const int32_t sum = tvm_tiny_clamp16(kept + added);
    return clip > 0 ? tvm_tiny_clamp(sum, -clip, clip) : sum;
}

#ifdef __cplusplus
}
#endif

#endif
