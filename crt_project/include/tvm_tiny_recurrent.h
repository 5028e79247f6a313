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

/*
 * sigmoid as Q0.15 of x in Q3.12, -32768 to 32767; table: 65536 * sigmoid(i / 24). As
 * tvm_tiny_logistic16 has it, without a branch: the table's end is far away.
 */
static inline int32_t tvm_tiny_lstm_sigmoid(int32_t x, const uint16_t *table)
{
    const int32_t wide = 3 * x, sign = wide >> 31, size = (wide ^ sign) - sign;
    const int32_t entry = table[size >> 9], next = table[(size >> 9) + 1];
    const int32_t value = entry * 512 + (size & 511) * (next - entry);
    return ((value ^ sign) + (sign & (1 << 25)) + 512) >> 10;
}

/* tanh as Q0.15 of x * multiplier / 2^shift, rounded; multiplier is three times the input's scale
 * in steps of 2^-12. As tvm_tiny_tanh16 has it, without a branch. */
static inline int32_t tvm_tiny_lstm_tanh(int32_t x, int32_t multiplier, int32_t shift,
                                         const uint16_t *table)
{
    const int32_t round = shift > 0 ? (int32_t)1 << (shift - 1) : 0;
    const int32_t wide = (x * multiplier + round) >> shift;
    const int32_t sign = wide >> 31, size = tvm_tiny_clamp((wide ^ sign) - sign, 0, 255 * 256);
    const int32_t place = size >> 8 < 254 ? size >> 8 : 254;
    const int32_t entry = table[place], next = table[place + 1]; /* the last one is 65535 */
    const int32_t value = entry * 256 + (size - place * 256) * (next - entry) - (1 << 23);
    return ((value ^ sign) + 128) >> 8;
}

/* tvm_tiny_requantize_narrow for a multiplier of 2^30, any x below 2^31 - 1, shift below 0. */
static inline int32_t tvm_tiny_lstm_halve(int32_t x, int32_t shift)
{
    const int32_t high = (x + 1) >> 1;
    return (high + (high >> 31) + ((int32_t)1 << (-shift - 1))) >> -shift;
}

/* Both halves of a gate, saturated, added and saturated. */
static inline int32_t tvm_tiny_lstm_gate(int32_t x, int32_t h)
{
    return tvm_tiny_clamp16(tvm_tiny_clamp16(x) + tvm_tiny_clamp16(h));
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
