/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Means, tables and what pooling (tvm_tiny_pool.h) is made of, four channels at a time: the four
 * bytes of a word. Sums are two
 * 16-bit halves a register (SXTAB16: two additions an instruction; 256 of them fit), the larger of
 * four bytes is SSUB8 and SEL. Words may be unaligned: DSP cores load them so.
 */
#ifndef TVM_TINY_CHANNELS_H
#define TVM_TINY_CHANNELS_H

#include <stdint.h>

#include "tvm_tiny_kernels.h"

#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && \
    !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_CHANNELS_ASM 1
#else
#define TVM_TINY_CHANNELS_ASM 0
#endif

/* As many additions of an int8 as 16 bits hold. */
#define TVM_TINY_CHANNELS_TAPS 256

#ifdef __cplusplus
extern "C" {
#endif

/* Four bytes from any address, the first one lowest (the targets are little-endian). */
static inline uint32_t tvm_tiny_channels_load(const int8_t *x)
{
#if TVM_TINY_CHANNELS_ASM
    uint32_t word;
    __builtin_memcpy(&word, x, 4);
    return word;
#else
    return (uint32_t)(uint8_t)x[0] | (uint32_t)(uint8_t)x[1] << 8 | (uint32_t)(uint8_t)x[2] << 16 |
           (uint32_t)(uint8_t)x[3] << 24;
#endif
}

static inline void tvm_tiny_channels_store(int8_t *y, uint32_t word)
{
#if TVM_TINY_CHANNELS_ASM
    __builtin_memcpy(y, &word, 4);
#else
    y[0] = (int8_t)(word & 0xffu);
    y[1] = (int8_t)(word >> 8 & 0xffu);
    y[2] = (int8_t)(word >> 16 & 0xffu);
    y[3] = (int8_t)(word >> 24);
#endif
}

/* Bytes 0 and 2 of a word onto the halves of sums, modulo 2^16. */
static inline uint32_t tvm_tiny_channels_add_even(uint32_t sums, uint32_t word)
{
#if TVM_TINY_CHANNELS_ASM
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2" : "=r"(result) : "r"(sums), "r"(word));
    return result;
#else
    const int32_t first = (int8_t)(word & 0xffu), second = (int8_t)(word >> 16 & 0xffu);
    const uint32_t low = sums + (uint32_t)first, high = (sums >> 16) + (uint32_t)second;
    return (low & 0xffffu) | high << 16;
#endif
}

/* Bytes 1 and 3. */
static inline uint32_t tvm_tiny_channels_add_odd(uint32_t sums, uint32_t word)
{
#if TVM_TINY_CHANNELS_ASM
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(sums), "r"(word));
    return result;
#else
    return tvm_tiny_channels_add_even(sums, word >> 8);
#endif
}

/* The larger of each pair of bytes. */
static inline uint32_t tvm_tiny_channels_larger(uint32_t a, uint32_t b)
{
    uint32_t result;
#if TVM_TINY_CHANNELS_ASM
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(result) : "r"(a), "r"(b) : "cc");
#else
    int32_t shift;
    result = 0;
    for (shift = 0; shift < 32; shift += 8) {
        const int8_t p = (int8_t)(a >> shift & 0xffu), q = (int8_t)(b >> shift & 0xffu);
        result |= (uint32_t)(uint8_t)(p > q ? p : q) << shift;
    }
#endif
    return result;
}

/* The smaller of each pair of bytes. */
static inline uint32_t tvm_tiny_channels_smaller(uint32_t a, uint32_t b)
{
    return ~tvm_tiny_channels_larger(~a, ~b);
}

/* `taps` times 4 * words channels, `step` bytes apart, onto sums: even and odd ones of each word. */
static inline void tvm_tiny_channels_add(const int8_t *x, int32_t taps, int32_t step, int32_t words,
                                         uint32_t sums[4])
{
    uint32_t a = sums[0], b = sums[1], c = sums[2], d = sums[3];
    for (; taps > 0; --taps) {
        const uint32_t first = tvm_tiny_channels_load(x);
        if (words == 2) {
            const uint32_t second = tvm_tiny_channels_load(x + 4);
            c = tvm_tiny_channels_add_even(c, second);
            d = tvm_tiny_channels_add_odd(d, second);
        }
        a = tvm_tiny_channels_add_even(a, first);
        b = tvm_tiny_channels_add_odd(b, first);
        x += step;
    }
    sums[0] = a;
    sums[1] = b;
    sums[2] = c;
    sums[3] = d;
}

/* Halves of sums onto totals, channel by channel; sums are 0 again. */
static inline void tvm_tiny_channels_widen(uint32_t sums[4], int32_t words, int32_t totals[8])
{
    int32_t i;
    for (i = 0; i < words; ++i) {
        const uint32_t even = sums[2 * i], odd = sums[2 * i + 1];
        totals[4 * i] += (int16_t)(even & 0xffffu);
        totals[4 * i + 1] += (int16_t)(odd & 0xffffu);
        totals[4 * i + 2] += (int16_t)(even >> 16);
        totals[4 * i + 3] += (int16_t)(odd >> 16);
        sums[2 * i] = sums[2 * i + 1] = 0;
    }
}

/* Channels of one mean: outer times taps elements, rescaled. */
static inline void tvm_tiny_mean_group(const int8_t *x, int8_t *y, int32_t words, int32_t outer,
                                       int32_t outer_step, int32_t taps, int32_t step,
                                       int32_t offset, int32_t multiplier, int32_t shift,
                                       int32_t zero_point)
{
    uint32_t sums[4] = {0, 0, 0, 0};
    int32_t totals[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    int32_t i, k;
    for (k = 0; k < outer; ++k) {
        const int8_t *from = x + k * outer_step;
        int32_t left = taps;
        while (left > 0) {
            const int32_t some = left < TVM_TINY_CHANNELS_TAPS ? left : TVM_TINY_CHANNELS_TAPS;
            tvm_tiny_channels_add(from, some, step, words, sums);
            if (outer * taps > TVM_TINY_CHANNELS_TAPS) {
                tvm_tiny_channels_widen(sums, words, totals);
            }
            from += some * step;
            left -= some;
        }
    }
    tvm_tiny_channels_widen(sums, words, totals);
    for (i = 0; i < 4 * words; ++i) {
        const int32_t mean = tvm_tiny_requantize(totals[i] - offset, multiplier, shift);
        y[i] = (int8_t)tvm_tiny_clamp(mean + zero_point, -128, 127);
    }
}

/* Means (or sums) of channels that lie side by side; offset: the zero points that were summed. */
static inline void tvm_tiny_mean_row(const int8_t *x, int8_t *y, int32_t channels, int32_t outer,
                                     int32_t outer_step, int32_t taps, int32_t step, int32_t offset,
                                     int32_t multiplier, int32_t shift, int32_t zero_point)
{
    int32_t c = 0;
    for (; c + 8 <= channels; c += 8) {
        tvm_tiny_mean_group(x + c, y + c, 2, outer, outer_step, taps, step, offset, multiplier,
                            shift, zero_point);
    }
    for (; c + 4 <= channels; c += 4) {
        tvm_tiny_mean_group(x + c, y + c, 1, outer, outer_step, taps, step, offset, multiplier,
                            shift, zero_point);
    }
    /* Not from c on: GCC loses count of it. */
    for (c = channels - channels % 4; c < channels; ++c) {
        int32_t total = -offset, k, i;
        for (k = 0; k < outer; ++k) {
            for (i = 0; i < taps; ++i) {
                total += x[k * outer_step + i * step + c];
            }
        }
        total = tvm_tiny_requantize(total, multiplier, shift) + zero_point;
        y[c] = (int8_t)tvm_tiny_clamp(total, -128, 127);
    }
}

/*
 * A row of a mean (or sum) over all rows: `pixels` of channels onto totals, which `first` sets; what
 * they came to goes to y with the `last`.
 */
static inline void tvm_tiny_mean_add_row(const int8_t *x, int32_t *totals, int8_t *y,
                                         int32_t first, int32_t last, int32_t pixels,
                                         int32_t channels, int32_t offset, int32_t multiplier,
                                         int32_t shift, int32_t zero_point)
{
    int32_t c = 0, i;
    while (c < channels) {
        const int32_t words = channels - c >= 8 ? 2 : channels - c >= 4;
        const int32_t count = words > 0 ? 4 * words : 1;
        uint32_t sums[4] = {0, 0, 0, 0};
        int32_t row[8] = {0, 0, 0, 0, 0, 0, 0, 0};
        const int8_t *from = x + c;
        int32_t left = pixels;
        while (words > 0 && left > 0) {
            const int32_t some = left < TVM_TINY_CHANNELS_TAPS ? left : TVM_TINY_CHANNELS_TAPS;
            tvm_tiny_channels_add(from, some, channels, words, sums);
            tvm_tiny_channels_widen(sums, words, row);
            from += some * channels;
            left -= some;
        }
        for (; left > 0; --left) {
            row[0] += *from;
            from += channels;
        }
        for (i = 0; i < count; ++i) {
            totals[c + i] = row[i] + (first != 0 ? 0 : totals[c + i]);
        }
        c += count;
    }
    for (c = 0; last != 0 && c < channels; ++c) {
        const int32_t mean = tvm_tiny_requantize(totals[c] - offset, multiplier, shift);
        y[c] = (int8_t)tvm_tiny_clamp(mean + zero_point, -128, 127);
    }
}

/* y = the larger, or the smaller, of a and b. */
static inline void tvm_tiny_extreme_row(const int8_t *a, const int8_t *b, int8_t *y, int32_t count,
                                        int32_t larger)
{
    int32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const uint32_t p = tvm_tiny_channels_load(a + i), q = tvm_tiny_channels_load(b + i);
        tvm_tiny_channels_store(y + i, larger != 0 ? tvm_tiny_channels_larger(p, q)
                                                   : tvm_tiny_channels_smaller(p, q));
    }
    for (; i < count; ++i) {
        y[i] = (a[i] > b[i]) == (larger != 0) ? a[i] : b[i];
    }
}

/* y = table[x + 128]. */
static inline void tvm_tiny_table_row(const int8_t *x, const int8_t *table, int8_t *y,
                                      int32_t count)
{
    int32_t i = 0;
    for (; i + 4 <= count; i += 4) {
        const uint32_t at = tvm_tiny_channels_load(x + i) ^ 0x80808080u;
        const uint32_t low = (uint32_t)(uint8_t)table[at & 0xffu] |
                             (uint32_t)(uint8_t)table[at >> 8 & 0xffu] << 8;
        const uint32_t high = (uint32_t)(uint8_t)table[at >> 16 & 0xffu] |
                              (uint32_t)(uint8_t)table[at >> 24] << 8;
        tvm_tiny_channels_store(y + i, low | high << 16);
    }
    for (; i < count; ++i) {
        y[i] = table[x[i] + 128];
    }
}

#ifdef __cplusplus
}
#endif

#endif
