/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of training on cores with the DSP instructions: the same integers as the loops that they
 * stand for. Gradients are int16, weights int8 as they lie, wherever they lie: nothing is packed
 * ahead, no second copy is turned. Sums are of 32 bits, as gradients are limited so that they fit.
 *
 * A word of four int8 becomes two words of two int16 by SXTB16: elements 0 2 and 1 3.
 */
#ifndef TVM_TINY_TRAINING_DSP_H
#define TVM_TINY_TRAINING_DSP_H

#include "tvm_tiny_training.h"
#include "tvm_tiny_wide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Of functions that are rarely called: they are not to be copied to every place. */
#if defined(__GNUC__)
#define TVM_TINY_TRAIN_RARE __attribute__((noinline, unused))
#define TVM_TINY_TRAIN_ROLLED _Pragma("GCC unroll 1")
#else
#define TVM_TINY_TRAIN_RARE
#define TVM_TINY_TRAIN_ROLLED
#endif

/* Two int16 from any even address. */
static inline uint32_t tvm_tiny_train_pair(const int16_t *x)
{
#if TVM_TINY_DSP_ASM
    uint32_t word;
    __builtin_memcpy(&word, x, 4);
    return word;
#else
    return (uint32_t)(uint16_t)x[0] | (uint32_t)(uint16_t)x[1] << 16;
#endif
}

/* The low halves of a and b, to two neighbours from any even address. */
static inline void tvm_tiny_train_store(int16_t *y, uint32_t a, uint32_t b)
{
#if TVM_TINY_DSP_ASM
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(a) : "r"(a), "r"(b));
    __builtin_memcpy(y, &a, 4);
#else
    y[0] = (int16_t)(uint16_t)a;
    y[1] = (int16_t)(uint16_t)b;
#endif
}

/* a - b of both halves. */
static inline uint32_t tvm_tiny_train_less(uint32_t a, uint32_t b)
{
#if TVM_TINY_DSP_ASM
    __asm__("ssub16 %0, %1, %2" : "=r"(a) : "r"(a), "r"(b));
    return a;
#else
    return ((a - b) & 0xffffu) | ((a & 0xffff0000u) - (b & 0xffff0000u));
#endif
}

/* The low halves of a and b; the high ones. */
static inline uint32_t tvm_tiny_train_lows(uint32_t a, uint32_t b)
{
    return (a & 0xffffu) | b << 16;
}

static inline uint32_t tvm_tiny_train_highs(uint32_t a, uint32_t b)
{
    return a >> 16 | (b & 0xffff0000u);
}

/* sum + half of a times half of b: low low, low high, high low, high high. */
static inline int32_t tvm_tiny_train_ll(uint32_t a, uint32_t b, int32_t sum)
{
    return sum + (int16_t)(uint16_t)a * (int16_t)(uint16_t)b;
}

static inline int32_t tvm_tiny_train_lh(uint32_t a, uint32_t b, int32_t sum)
{
    return sum + (int16_t)(uint16_t)a * ((int32_t)b >> 16);
}

static inline int32_t tvm_tiny_train_hl(uint32_t a, uint32_t b, int32_t sum)
{
    return sum + ((int32_t)a >> 16) * (int16_t)(uint16_t)b;
}

static inline int32_t tvm_tiny_train_hh(uint32_t a, uint32_t b, int32_t sum)
{
    return sum + ((int32_t)a >> 16) * ((int32_t)b >> 16);
}

/*
 * How four sums become elements of a gradient: element i is sum[i] * 2^up * by[i] / 2^32, rounded by
 * 32 random bits, which is one SMLAL. up < 0: not so, each by itself.
 */
struct tvm_tiny_train_scale {
    int32_t by[4];
    int32_t up;
};

/* Of sums / 2^shift. */
static inline void tvm_tiny_train_plain_scale(int32_t shift, struct tvm_tiny_train_scale *scale)
{
    const int32_t by = shift > 1 && shift < 32 ? (int32_t)1 << (32 - shift) : 0;
    scale->by[0] = by;
    scale->by[1] = by;
    scale->by[2] = by;
    scale->by[3] = by;
    scale->up = by != 0 ? 0 : -1;
}

/* Factors, as tvm_tiny_train_factor reads them, `step` (0 or 1) apart; multipliers NULL: none. */
struct tvm_tiny_train_by {
    const int32_t *multipliers;
    const int8_t *shifts;
    int32_t step;
};

static inline int32_t tvm_tiny_train_by_factor(const struct tvm_tiny_train_by *by, int32_t at)
{
    return tvm_tiny_train_factor(by->multipliers[at * by->step], by->shifts[at * by->step]);
}

/* Of sums * factor / 2^shift, of the channels from `channel` on; narrow: sums are of 16 bits. */
static inline void tvm_tiny_train_factor_scale(const struct tvm_tiny_train_by *by, int32_t channel,
                                               int32_t shift, int32_t narrow,
                                               struct tvm_tiny_train_scale *scale)
{
    int32_t factors[4], shifts[4], least = 64, most = -64, i;
    for (i = 0; i < 4; ++i) {
        factors[i] = tvm_tiny_train_by_factor(by, channel + i);
        shifts[i] = shift - tvm_tiny_train_exponent(factors[i]);
        least = shifts[i] < least ? shifts[i] : least;
        most = shifts[i] > most ? shifts[i] : most;
    }
    scale->up = least >= 16 && most <= 32 ? 0 : narrow && least >= 8 && most <= 24 ? 8 : -1;
    for (i = 0; i < 4; ++i) {
        const int32_t left = 32 - scale->up - shifts[i];
        scale->by[i] =
            scale->up < 0 ? 0 : tvm_tiny_train_mantissa(factors[i]) * ((int32_t)1 << (left & 31));
    }
}

static inline int32_t tvm_tiny_train_rounded(int32_t x, int32_t by, uint32_t random)
{
    return (int32_t)(((int64_t)x * by + (int64_t)random) >> 32);
}

/* Four neighbouring elements, the first of an even index; scale: not up < 0. */
static TVM_TINY_DSP_INLINE void
tvm_tiny_train_four_rounded(const int32_t *x, const struct tvm_tiny_train_scale *scale, int32_t key,
                            int32_t index, int32_t limit, int32_t *peak, int16_t *y)
{
    const uint32_t step = 0x9E3779B1u;
    uint32_t a = (uint32_t)key + ((uint32_t)index >> 1) * step, b = a + step;
    int32_t v0, v1, v2, v3, seen;
    a ^= a >> 16;
    b ^= b >> 16;
    a *= 0x85EBCA6Bu;
    b *= 0x85EBCA6Bu;
    a ^= a >> 13;
    b ^= b >> 13;
    a *= 0xC2B2AE35u;
    b *= 0xC2B2AE35u;
    a ^= a >> 16;
    b ^= b >> 16;
    v0 = tvm_tiny_train_rounded(x[0], scale->by[0], a);
    v1 = tvm_tiny_train_rounded(x[1], scale->by[1], a << 16 | a >> 16);
    v2 = tvm_tiny_train_rounded(x[2], scale->by[2], b);
    v3 = tvm_tiny_train_rounded(x[3], scale->by[3], b << 16 | b >> 16);
    seen = (v0 ^ v0 >> 31) | (v1 ^ v1 >> 31) | (v2 ^ v2 >> 31) | (v3 ^ v3 >> 31);
    *peak |= seen | (int32_t)((uint32_t)(v0 | v1 | v2 | v3) >> 31);
    if (seen >= limit) {
        v0 = v0 > limit ? limit : v0 < -limit ? -limit : v0;
        v1 = v1 > limit ? limit : v1 < -limit ? -limit : v1;
        v2 = v2 > limit ? limit : v2 < -limit ? -limit : v2;
        v3 = v3 > limit ? limit : v3 < -limit ? -limit : v3;
    }
    tvm_tiny_train_store(y, (uint32_t)v0, (uint32_t)v1);
    tvm_tiny_train_store(y + 2, (uint32_t)v2, (uint32_t)v3);
}

/* Which of the four elements from `at` on pass; see tvm_tiny_train_scale_row. */
static TVM_TINY_DSP_INLINE uint32_t tvm_tiny_train_passing(const uint8_t *bits, const int8_t *x,
                                                           int32_t at, int32_t low, int32_t high)
{
    uint32_t out = 15u;
    int32_t i;
    if (bits != NULL && (at & 7) <= 4) {
        return (uint32_t)bits[at >> 3] >> (at & 7) & 15u;
    }
    if (bits != NULL) {
        const uint32_t next = (at & 7) > 4 ? bits[(at >> 3) + 1] : 0u;
        return (bits[at >> 3] | next << 8) >> (at & 7) & 15u;
    }
    if (x != NULL) {
        out = 0;
        for (i = 0; i < 4; ++i) {
            out |= (uint32_t)(x[at + i] > low && x[at + i] < high) << i;
        }
    }
    return out;
}

/* Four neighbouring elements each by itself: sum * factor / 2^shift, or without factors sum / 2^shift. */
static TVM_TINY_TRAIN_RARE void tvm_tiny_train_four_single(const int32_t *x,
                                                           const struct tvm_tiny_train_by *by,
                                                           int32_t channel, int32_t shift,
                                                           int32_t key, int32_t index,
                                                           int32_t limit, int32_t *peak, int16_t *y)
{
    int32_t i;
    TVM_TINY_TRAIN_ROLLED
    for (i = 0; i < 4; ++i) {
        const int32_t factor = by != NULL ? tvm_tiny_train_by_factor(by, channel + i) : 1 << 8;
        y[i] = (int16_t)tvm_tiny_train_scaled(x[i], factor, shift, key, index + i, limit, peak);
    }
}

/* Four neighbouring elements as scale says, or each by itself; by: NULL for no factors. */
static TVM_TINY_DSP_INLINE void
tvm_tiny_train_four(const int32_t *x, const struct tvm_tiny_train_scale *scale,
                    const struct tvm_tiny_train_by *by, int32_t channel, int32_t shift, int32_t key,
                    int32_t index, int32_t limit, int32_t *peak, int16_t *y)
{
    if (scale->up >= 0 && (index & 1) == 0) {
        tvm_tiny_train_four_rounded(x, scale, key, index, limit, peak, y);
    } else {
        tvm_tiny_train_four_single(x, by, channel, shift, key, index, limit, peak, y);
    }
}

/* Four gradients times 2^up, where they pass. */
static inline void tvm_tiny_train_widened(const int16_t *g, uint32_t passing, int32_t up,
                                          int32_t *x)
{
    x[0] = -(int32_t)(passing & 1u) & (int32_t)((uint32_t)g[0] << up);
    x[1] = -(int32_t)(passing >> 1 & 1u) & (int32_t)((uint32_t)g[1] << up);
    x[2] = -(int32_t)(passing >> 2 & 1u) & (int32_t)((uint32_t)g[2] << up);
    x[3] = -(int32_t)(passing >> 3 & 1u) & (int32_t)((uint32_t)g[3] << up);
}

/*
 * A row of count gradients times factors, one a channel (or one for all), where nothing was
 * clamped. bits: one bit an element; else x, strictly within low and high; neither: all pass.
 */
static inline int32_t tvm_tiny_train_scale_row(const int16_t *g, const int32_t *multipliers,
                                               const int8_t *shifts, const uint8_t *bits,
                                               const int8_t *x, int16_t *y, int32_t count,
                                               int32_t channels, int32_t low, int32_t high,
                                               int32_t index, int32_t shift, int32_t key,
                                               int32_t limit, int32_t *peak)
{
    const int32_t one = channels == 1, pitch = one ? 4 : channels;
    const struct tvm_tiny_train_by by = {multipliers, shifts, !one};
    int32_t largest = *peak, at = 0, c;
    struct tvm_tiny_train_scale scale;
    int32_t four[4];
    if ((channels & 3) == 0 || one) {
        /* Four channels (of all pixels) at a time: their factors are looked at once. */
        for (c = 0; c < pitch; c += 4) {
            tvm_tiny_train_factor_scale(&by, c, shift, 1, &scale);
            for (at = c; at + 4 <= count; at += pitch) {
                tvm_tiny_train_widened(g + at, tvm_tiny_train_passing(bits, x, at, low, high),
                                       (index & 1) == 0 && scale.up > 0 ? scale.up : 0, four);
                tvm_tiny_train_four(four, &scale, &by, c, shift, key, index + at, limit, &largest,
                                    y + at);
            }
        }
        at = count & ~3;
    }
    c = one ? 0 : at % channels;
    for (; at < count; ++at) {
        const int32_t passes = bits != NULL ? bits[at >> 3] >> (at & 7) & 1
                               : x != NULL  ? x[at] > low && x[at] < high
                                            : 1;
        y[at] = (int16_t)tvm_tiny_train_scaled(passes ? g[at] : 0, tvm_tiny_train_by_factor(&by, c),
                                               shift, key, index + at, limit, &largest);
        c = one || c + 1 == channels ? 0 : c + 1;
    }
    *peak = largest;
    return 0;
}

/*
 * A row of count sums of two gradients of the exponents first and other; shift: the result's exponent
 * less the first's. See GradAdd.
 */
static inline int32_t tvm_tiny_train_add_row(const int16_t *g, const int16_t *h, int16_t *y,
                                             int32_t count, int32_t first, int32_t other,
                                             int32_t index, int32_t shift, int32_t key,
                                             int32_t limit, int32_t *peak)
{
    const int32_t least = first < other ? first : other, most = first < other ? other : first;
    const int32_t unit = least > most - 15 ? least : most - 15;
    const int32_t g_up = first > unit ? first - unit : 0, h_up = other > unit ? other - unit : 0;
    const int32_t g_far = unit - first > 31 ? 31 : unit - first;
    const int32_t h_far = unit - other > 31 ? 31 : unit - other;
    const int32_t g_down = g_far > 0 ? g_far : 0, h_down = h_far > 0 ? h_far : 0;
    struct tvm_tiny_train_scale scale;
    int32_t largest = *peak, at, i;
    shift += first - unit;
    tvm_tiny_train_plain_scale(shift, &scale);
    for (at = 0; at + 4 <= count; at += 4) {
        int32_t four[4];
        for (i = 0; i < 4; ++i) {
            four[i] = (g[at + i] * (1 << g_up) >> g_down) + (h[at + i] * (1 << h_up) >> h_down);
        }
        tvm_tiny_train_four(four, &scale, NULL, 0, shift, key, index + at, limit, &largest, y + at);
    }
    for (at = count & ~3; at < count; ++at) {
        const int32_t sum = (g[at] * (1 << g_up) >> g_down) + (h[at] * (1 << h_up) >> h_down);
        y[at] = (int16_t)tvm_tiny_train_gradient(sum, shift, key, index + at, limit, &largest);
    }
    *peak = largest;
    return 0;
}

/*
 * A row of pixels that all get the gradients g of their channels (a multiple of 4) times a factor (at
 * most 1).
 */
static inline int32_t tvm_tiny_train_spread_row(const int16_t *g, int16_t *y, int32_t pixels,
                                                int32_t channels, int32_t factor, int32_t index,
                                                int32_t shift, int32_t key, int32_t limit,
                                                int32_t *peak)
{
    const int32_t multiplier = tvm_tiny_train_mantissa(factor) * (1 << 16);
    const int8_t power = (int8_t)(tvm_tiny_train_exponent(factor) + 15);
    const struct tvm_tiny_train_by by = {&multiplier, &power, 0};
    struct tvm_tiny_train_scale scale;
    int32_t largest = *peak, c, p;
    tvm_tiny_train_factor_scale(&by, 0, shift, 1, &scale);
    for (c = 0; c < channels; c += 4) {
        const int32_t up = (index & 1) == 0 && scale.up > 0 ? scale.up : 0;
        for (p = 0; p < pixels; ++p) {
            const int32_t at = p * channels + c;
            int32_t four[4];
            tvm_tiny_train_widened(g + c, 15u, up, four);
            tvm_tiny_train_four(four, &scale, &by, 0, shift, key, index + at, limit, &largest,
                                y + at);
        }
    }
    *peak = largest;
    return 0;
}

#if TVM_TINY_DSP_ASM
/* mask where the bytes of x lie strictly within limits, 0 elsewhere, added up; above: low + 1, below:
 * high - 1, in every byte. */
static inline uint32_t tvm_tiny_train_inside(const int8_t *x, uint32_t above, uint32_t below,
                                             uint32_t mask)
{
    uint32_t out, rest;
    __asm__("ssub8 %1, %2, %3\n\tsel %0, %5, %6\n\tssub8 %1, %4, %2\n\tsel %0, %0, %6\n\t"
            "usad8 %0, %0, %6"
            : "=&r"(out), "=&r"(rest)
            : "r"(tvm_tiny_dsp_load(x)), "r"(above), "r"(below), "r"(mask), "r"(0)
            : "cc");
    return out;
}
#endif

/* Bits of count elements, whether they lie strictly within low (below 127) and high (above -128). */
static inline int32_t tvm_tiny_train_bits_row(const int8_t *x, uint8_t *y, int32_t count,
                                              int32_t low, int32_t high)
{
    int32_t at = 0, i;
#if TVM_TINY_DSP_ASM
    const uint32_t above = (uint32_t)((low + 1) & 255) * 0x01010101u;
    const uint32_t below = (uint32_t)((high - 1) & 255) * 0x01010101u;
    for (; at + 8 <= count; at += 8) {
        *y++ = (uint8_t)(tvm_tiny_train_inside(x + at, above, below, 0x08040201u) +
                         tvm_tiny_train_inside(x + at + 4, above, below, 0x80402010u));
    }
#endif
    for (; at < count; at += 8) {
        const int32_t some = count - at < 8 ? count - at : 8;
        uint32_t all = 0;
        for (i = 0; i < some; ++i) {
            all |= (uint32_t)(x[at + i] > low && x[at + i] < high) << i;
        }
        *y++ = (uint8_t)all;
    }
    return 0;
}

/*
 * What a row of a gradient towards x becomes behind its sums: elements, or (with factors) what lies
 * behind the clamp and scale of x, too; bits, x, low, high: as in tvm_tiny_train_scale_row; index: of
 * the row's first element.
 */
struct tvm_tiny_train_end {
    struct tvm_tiny_train_by by;
    const uint8_t *bits;
    const int8_t *x;
    int32_t low, high, index, shift, key, limit;
};

static inline void tvm_tiny_train_end_scale(const struct tvm_tiny_train_end *end, int32_t channel,
                                            struct tvm_tiny_train_scale *scale)
{
    if (end->by.multipliers == NULL) {
        tvm_tiny_train_plain_scale(end->shift, scale);
    } else {
        tvm_tiny_train_factor_scale(&end->by, channel, end->shift, 0, scale);
    }
}

/* Four sums, of the element at a place of the row on, which is of a channel. */
static TVM_TINY_DSP_INLINE void tvm_tiny_train_end_four(const struct tvm_tiny_train_end *end,
                                                        const struct tvm_tiny_train_scale *scale,
                                                        int32_t *sums, int32_t at, int32_t channel,
                                                        int32_t *peak, int16_t *y)
{
    const struct tvm_tiny_train_by *const by = end->by.multipliers == NULL ? NULL : &end->by;
    if (by != NULL) {
        const uint32_t passing = tvm_tiny_train_passing(end->bits, end->x, at, end->low, end->high);
        sums[0] &= -(int32_t)(passing & 1u);
        sums[1] &= -(int32_t)(passing >> 1 & 1u);
        sums[2] &= -(int32_t)(passing >> 2 & 1u);
        sums[3] &= -(int32_t)(passing >> 3 & 1u);
    }
    tvm_tiny_train_four(sums, scale, by, channel, end->shift, end->key, end->index + at, end->limit,
                        peak, y + at);
}

/*
 * The weights of four inputs and all outputs in words of two outputs: words[4 * k + i] has those of
 * input i and outputs 2 k and 2 k + 1; an odd output's partner is 0.
 */
static inline void tvm_tiny_train_widen_weights(const int8_t *w, int32_t pitch, int32_t outputs,
                                                uint32_t *words)
{
    int32_t pairs = outputs >> 1, i;
#if TVM_TINY_DSP_ASM
    if (pairs > 0) {
        uint32_t a, b, c, d, t;
        __asm__ volatile("1:\n"
                         "    ldr %[a], [%[w]]\n"
                         "    ldr %[b], [%[w], %[pitch]]\n"
                         "    adds %[words], %[words], #16\n"
                         "    sxtb16 %[c], %[a]\n"
                         "    add %[w], %[w], %[pitch], lsl #1\n"
                         "    sxtb16 %[a], %[a], ror #8\n"
                         "    sxtb16 %[t], %[b]\n"
                         "    subs %[n], %[n], #1\n"
                         "    sxtb16 %[b], %[b], ror #8\n"
                         "    pkhbt %[d], %[c], %[t], lsl #16\n"
                         "    pkhtb %[t], %[t], %[c], asr #16\n"
                         "    str %[d], [%[words], #-16]\n"
                         "    pkhbt %[d], %[a], %[b], lsl #16\n"
                         "    str %[t], [%[words], #-8]\n"
                         "    pkhtb %[b], %[b], %[a], asr #16\n"
                         "    str %[d], [%[words], #-12]\n"
                         "    str %[b], [%[words], #-4]\n"
                         "    bne 1b\n"
                         : [w] "+r"(w), [words] "+r"(words), [n] "+r"(pairs), [a] "=&r"(a),
                           [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d), [t] "=&r"(t)
                         : [pitch] "r"(pitch)
                         : "cc", "memory");
    }
#endif
    for (; pairs > 0; --pairs) {
        for (i = 0; i < 4; ++i) {
            words[i] = ((uint32_t)(int32_t)w[i] & 0xffffu) | (uint32_t)(int32_t)w[pitch + i] << 16;
        }
        words += 4;
        w += 2 * pitch;
    }
    for (i = 0; (outputs & 1) != 0 && i < 4; ++i) {
        words[i] = (uint32_t)(int32_t)w[i] & 0xffffu;
    }
}

/* sums[0..3] += gradients of all outputs of a pixel times such words. */
static inline void tvm_tiny_train_four_inputs(const int16_t *g, const uint32_t *words,
                                              int32_t outputs, uint32_t *sums)
{
    uint32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    const uint32_t *const end = words + 4 * (outputs >> 1);
#if TVM_TINY_DSP_ASM
    const uint32_t *const most = words + 4 * (outputs >> 3 << 2);
#define TVM_TINY_TRAIN_TWO_OUTPUTS(g, at)                                                          \
    "    ldr %[b], [%[w], #" #at " + 4]\n"                                                         \
    "    smlad %[s0], %[a], %[" #g "], %[s0]\n"                                                    \
    "    ldr %[c], [%[w], #" #at " + 8]\n"                                                         \
    "    smlad %[s1], %[b], %[" #g "], %[s1]\n"                                                    \
    "    ldr %[b], [%[w], #" #at " + 12]\n"                                                        \
    "    smlad %[s2], %[c], %[" #g "], %[s2]\n"
    if (words != most) {
        uint32_t g0, g1, w0, w1, w2;
        __asm__ volatile(
            "1:\n"
            "    ldr %[g], [%[p]]\n"
            "    ldr %[a], [%[w]]\n"
            "    ldr %[h], [%[p], #4]\n" TVM_TINY_TRAIN_TWO_OUTPUTS(
                g, 0) "    ldr %[a], [%[w], #16]\n"
                      "    smlad %[s3], %[b], %[g], %[s3]\n"
                      "    ldr %[g], [%[p], #8]\n" TVM_TINY_TRAIN_TWO_OUTPUTS(
                          h, 16) "    ldr %[a], [%[w], #32]\n"
                                 "    smlad %[s3], %[b], %[h], %[s3]\n"
                                 "    ldr %[h], [%[p], #12]\n" TVM_TINY_TRAIN_TWO_OUTPUTS(
                                     g, 32) "    ldr %[a], [%[w], #48]\n"
                                            "    smlad %[s3], %[b], %[g], %[s3]\n"
                                            "    adds %[p], #16\n" TVM_TINY_TRAIN_TWO_OUTPUTS(
                                                h, 48) "    adds %[w], #64\n"
                                                       "    smlad %[s3], %[b], %[h], %[s3]\n"
                                                       "    cmp %[w], %[e]\n"
                                                       "    bne 1b\n"
            : [p] "+r"(g), [w] "+r"(words), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2),
              [s3] "+r"(s3), [g] "=&r"(g0), [h] "=&r"(g1), [a] "=&r"(w0), [b] "=&r"(w1),
              [c] "=&r"(w2)
            : [e] "r"(most)
            : "cc", "memory");
    }
#undef TVM_TINY_TRAIN_TWO_OUTPUTS
#endif
    while (words != end) {
        const uint32_t both = tvm_tiny_train_pair(g);
        s0 = tvm_tiny_wide_add(words[0], both, s0);
        s1 = tvm_tiny_wide_add(words[1], both, s1);
        s2 = tvm_tiny_wide_add(words[2], both, s2);
        s3 = tvm_tiny_wide_add(words[3], both, s3);
        words += 4;
        g += 2;
    }
    if ((outputs & 1) != 0) {
        const uint32_t last = (uint32_t)(uint16_t)g[0];
        s0 = tvm_tiny_wide_add(words[0], last, s0);
        s1 = tvm_tiny_wide_add(words[1], last, s1);
        s2 = tvm_tiny_wide_add(words[2], last, s2);
        s3 = tvm_tiny_wide_add(words[3], last, s3);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/*
 * sums[i] += count words of g times those of column i of words, sums[4 + i] the same of h; two
 * elements each, four columns. Two columns at a time: a multiplication and a load a cycle.
 */
static inline void tvm_tiny_train_two_by_four(const int16_t *g, const int16_t *h,
                                              const uint32_t *words, int32_t count, uint32_t *sums)
{
    int32_t half;
    for (half = 0; half < 4; half += 2) {
        const uint32_t *w = words + half;
        const int16_t *p = g, *q = h;
        uint32_t s0 = sums[half], s1 = sums[half + 1], s2 = sums[half + 4], s3 = sums[half + 5];
        int32_t left = count;
#if TVM_TINY_DSP_ASM
        if (left > 2) {
            const uint32_t *const end = w + 4 * ((left + 1) >> 1 << 1) - 4;
            uint32_t a, b, c, u, v;
            left = (left - 1) & 1;
            __asm__ volatile("    ldr %[a], [%[w]], #16\n"
                             "    ldr %[b], [%[w], #-12]\n"
                             "    ldr %[u], [%[p]], #4\n"
                             "    ldr %[v], [%[q]], #4\n"
                             "1:\n"
                             "    smlad %[s0], %[a], %[u], %[s0]\n"
                             "    ldr %[c], [%[w]], #16\n"
                             "    smlad %[s1], %[b], %[u], %[s1]\n"
                             "    ldr %[u], [%[p]], #4\n"
                             "    smlad %[s3], %[b], %[v], %[s3]\n"
                             "    ldr %[b], [%[w], #-12]\n"
                             "    smlad %[s2], %[a], %[v], %[s2]\n"
                             "    ldr %[v], [%[q]], #4\n"
                             "    smlad %[s0], %[c], %[u], %[s0]\n"
                             "    ldr %[a], [%[w]], #16\n"
                             "    smlad %[s1], %[b], %[u], %[s1]\n"
                             "    ldr %[u], [%[p]], #4\n"
                             "    smlad %[s3], %[b], %[v], %[s3]\n"
                             "    ldr %[b], [%[w], #-12]\n"
                             "    cmp %[w], %[e]\n"
                             "    smlad %[s2], %[c], %[v], %[s2]\n"
                             "    ldr %[v], [%[q]], #4\n"
                             "    bne 1b\n"
                             "    smlad %[s0], %[a], %[u], %[s0]\n"
                             "    smlad %[s1], %[b], %[u], %[s1]\n"
                             "    smlad %[s2], %[a], %[v], %[s2]\n"
                             "    smlad %[s3], %[b], %[v], %[s3]\n"
                             : [p] "+r"(p), [q] "+r"(q), [w] "+r"(w), [s0] "+r"(s0), [s1] "+r"(s1),
                               [s2] "+r"(s2), [s3] "+r"(s3), [a] "=&r"(a), [b] "=&r"(b),
                               [c] "=&r"(c), [u] "=&r"(u), [v] "=&r"(v)
                             : [e] "r"(end)
                             : "cc", "memory");
        }
#endif
        for (; left > 0; --left) {
            const uint32_t a = w[0], b = w[1];
            const uint32_t u = tvm_tiny_train_pair(p), v = tvm_tiny_train_pair(q);
            s0 = tvm_tiny_wide_add(a, u, s0);
            s1 = tvm_tiny_wide_add(b, u, s1);
            s2 = tvm_tiny_wide_add(a, v, s2);
            s3 = tvm_tiny_wide_add(b, v, s3);
            w += 4;
            p += 2;
            q += 2;
        }
        sums[half] = s0;
        sums[half + 1] = s1;
        sums[half + 4] = s2;
        sums[half + 5] = s3;
    }
}

/*
 * A row of the gradient towards x of a convolution of one group: g with the weights turned. Four
 * inputs at a time for all pixels: their weights are widened once for the row, into words (four for
 * every two outputs of every tap). Weights [outputs][high][wide][inputs], inputs a multiple of 4;
 * if `learned` is not NULL, it has those of `count` inputs from `begin` on (multiples of 4). above:
 * the tap of this row in row 0 of g_rows, the next one's stride_high less.
 */
static inline int32_t tvm_tiny_train_grad_x_row(
    const int16_t *g, const int32_t *g_rows, const int8_t *weights, const int8_t *learned,
    int32_t begin, int32_t count, int32_t *words, int16_t *y, int32_t t_begin, int32_t t_end,
    int32_t above, int32_t outputs, int32_t inputs, int32_t high, int32_t wide, int32_t stride_high,
    int32_t stride, int32_t left, int32_t columns, int32_t width, const int32_t *multipliers,
    const int8_t *shifts, int32_t factors, const uint8_t *bits, const int8_t *x, int32_t low,
    int32_t most, int32_t index, int32_t shift, int32_t key, int32_t limit, int32_t *peak)
{
    const struct tvm_tiny_train_end ending = {
        {multipliers, shifts, factors > 1}, bits, x, low, most, index, shift, key, limit};
    const int32_t single = wide == 1 && stride == 1 && left == 0 && t_end - t_begin == 1;
    const int32_t tap_words = 4 * ((outputs + 1) >> 1);
    uint32_t *const widened = (uint32_t *)(void *)words;
    struct tvm_tiny_train_scale scale;
    int32_t largest = *peak, c, t, kx, ix;
    for (c = 0; c < inputs; c += 4) {
        const int32_t own = learned != NULL && c >= begin && c < begin + count;
        const int8_t *const from = own ? learned + (c - begin) : weights + c;
        const int32_t each = own ? count : inputs;
        for (t = t_begin; t < t_end; ++t) {
            const int32_t ky = above - t * stride_high;
            for (kx = 0; kx < wide; ++kx) {
                tvm_tiny_train_widen_weights(from + (ky * wide + kx) * each, high * wide * each,
                                             outputs,
                                             widened + ((t - t_begin) * wide + kx) * tap_words);
            }
        }
        tvm_tiny_train_end_scale(&ending, c, &scale);
        if (single != 0) {
            const int16_t *from = g + g_rows[t_begin];
            for (ix = 0; ix < width; ix += 2) {
                uint32_t sums[8] = {0, 0, 0, 0, 0, 0, 0, 0};
                const int32_t many = ix + 1 < width ? 2 : 1;
                const int32_t rest = outputs & ~1;
                int32_t k;
                if (many == 2) {
                    tvm_tiny_train_two_by_four(from, from + outputs, widened, outputs >> 1, sums);
                } else {
                    tvm_tiny_train_four_inputs(from, widened, rest, sums);
                }
                for (k = 0; k < many; ++k) {
                    int32_t totals[4], i;
                    for (i = 0; i < 4; ++i) {
                        uint32_t sum = sums[4 * k + i];
                        if (rest != outputs) {
                            sum = tvm_tiny_wide_add(widened[2 * rest + i],
                                                    (uint32_t)(uint16_t)from[rest], sum);
                        }
                        totals[i] = (int32_t)sum;
                    }
                    tvm_tiny_train_end_four(&ending, &scale, totals, (ix + k) * inputs + c, c,
                                            &largest, y);
                    from += outputs;
                }
            }
            continue;
        }
        for (ix = 0; ix < width; ++ix) {
            const int32_t place = ix + left;
            const int32_t first = tvm_tiny_train_first(place - (wide - 1), stride);
            const int32_t end = tvm_tiny_train_end(place, stride, columns);
            uint32_t sums[4] = {0, 0, 0, 0};
            int32_t ox;
            for (t = t_begin; t < t_end; ++t) {
                const int16_t *const row = g + g_rows[t];
                for (ox = first; ox < end; ++ox) {
                    const int32_t tap = (t - t_begin) * wide + place - ox * stride;
                    tvm_tiny_train_four_inputs(row + ox * outputs, widened + tap * tap_words,
                                               outputs, sums);
                }
            }
            {
                int32_t totals[4] = {(int32_t)sums[0], (int32_t)sums[1], (int32_t)sums[2],
                                     (int32_t)sums[3]};
                tvm_tiny_train_end_four(&ending, &scale, totals, ix * inputs + c, c, &largest, y);
            }
        }
    }
    *peak = largest;
    return 0;
}

/*
 * Sums of four channels over count taps, of each of which `taps` has the bytes to its place in g and
 * in the weights.
 */
static inline void tvm_tiny_train_taps(const int16_t *g, const int8_t *w, const int32_t *taps,
                                       int32_t count, int32_t *sums)
{
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    const int32_t *const end = taps + 2 * count;
#if TVM_TINY_DSP_ASM
    if (count > 0) {
        uint32_t word, even, low, high;
        __asm__ volatile(
            "1:\n"
            "    ldrd %[low], %[word], [%[taps]], #8\n"
            "    cmp %[taps], %[end]\n"
            "    ldr %[word], [%[w], %[word]]\n"
            "    ldr %[high], [%[g4], %[low]]\n"
            "    sxtb16 %[even], %[word]\n"
            "    ldr %[low], [%[g], %[low]]\n"
            "    sxtb16 %[word], %[word], ror #8\n"
            "    smlatb %[s2], %[even], %[high], %[s2]\n"
            "    smlatt %[s3], %[word], %[high], %[s3]\n"
            "    smlabb %[s0], %[even], %[low], %[s0]\n"
            "    smlabt %[s1], %[word], %[low], %[s1]\n"
            "    bne 1b\n"
            : [taps] "+r"(taps), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3),
              [word] "=&r"(word), [even] "=&r"(even), [low] "=&r"(low), [high] "=&r"(high)
            : [g] "r"(g), [g4] "r"(g + 2), [w] "r"(w), [end] "r"(end)
            : "cc", "memory");
    }
#else
    for (; taps != end; taps += 2) {
        const int16_t *const from = g + (taps[0] >> 1);
        const int8_t *const by = w + taps[1];
        s0 += from[0] * by[0];
        s1 += from[1] * by[1];
        s2 += from[2] * by[2];
        s3 += from[3] * by[3];
    }
#endif
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/*
 * The same of a depthwise convolution, one output a channel; channels a multiple of 4. scratch: two
 * words a tap that can reach an element, and five for every four channels.
 */
static inline int32_t tvm_tiny_train_depthwise_grad_x_row(
    const int16_t *g, const int32_t *g_rows, const int8_t *weights, int32_t *scratch, int16_t *y,
    int32_t t_begin, int32_t t_end, int32_t above, int32_t channels, int32_t wide,
    int32_t stride_high, int32_t stride, int32_t left, int32_t columns, int32_t width,
    const int32_t *multipliers, const int8_t *shifts, int32_t factors, const uint8_t *bits,
    const int8_t *x, int32_t low, int32_t most, int32_t index, int32_t shift, int32_t key,
    int32_t limit, int32_t *peak)
{
    const struct tvm_tiny_train_end ending = {
        {multipliers, shifts, factors > 1}, bits, x, low, most, index, shift, key, limit};
    struct tvm_tiny_train_scale *const scales = (struct tvm_tiny_train_scale *)(void *)scratch;
    int32_t *const taps = scratch + 5 * (channels >> 2);
    int32_t largest = *peak, ix, c;
    for (c = 0; c < channels; c += 4) {
        tvm_tiny_train_end_scale(&ending, c, scales + (c >> 2));
    }
    for (ix = 0; ix < width; ++ix) {
        const int32_t place = ix + left;
        const int32_t first = tvm_tiny_train_first(place - (wide - 1), stride);
        const int32_t end = tvm_tiny_train_end(place, stride, columns);
        int32_t count = 0, t, ox;
        for (t = t_begin; t < t_end; ++t) {
            for (ox = first; ox < end; ++ox) {
                const int32_t tap = (above - t * stride_high) * wide + place - ox * stride;
                taps[2 * count] = 2 * (g_rows[t] + ox * channels);
                taps[2 * count + 1] = tap * channels;
                ++count;
            }
        }
        for (c = 0; c < channels; c += 4) {
            int32_t sums[4];
            tvm_tiny_train_taps(g + c, weights + c, taps, count, sums);
            tvm_tiny_train_end_four(&ending, scales + (c >> 2), sums, ix * channels + c, c,
                                    &largest, y);
        }
    }
    *peak = largest;
    return 0;
}

/*
 * Sums of the products of four inputs and two outputs (sums[4..7] the second's) over rows by columns
 * pixels. x and g go on by x_step and g_step from pixel to pixel, x_row and g_row from row to row.
 * zeros: the input's zero point, twice. second: elements from an output to the other, 0 or 1.
 */
static inline void tvm_tiny_train_products(const int8_t *x, const int16_t *g, int32_t rows,
                                           int32_t columns, int32_t x_step, int32_t x_row,
                                           int32_t g_step, int32_t g_row, uint32_t zeros,
                                           int32_t second, int32_t *sums)
{
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;
    for (; rows > 0; --rows) {
        const int8_t *a = x;
        const int16_t *b = g;
        int32_t n;
        for (n = columns; n > 0; --n) {
            const uint32_t word = tvm_tiny_dsp_load(a);
            const uint32_t both = second != 0 ? tvm_tiny_train_pair(b) : (uint32_t)(uint16_t)*b;
            const uint32_t even = tvm_tiny_train_less(tvm_tiny_wide_even(word), zeros);
            const uint32_t odd = tvm_tiny_train_less(tvm_tiny_wide_odd(word), zeros);
            s0 = tvm_tiny_train_ll(even, both, s0);
            s1 = tvm_tiny_train_ll(odd, both, s1);
            s2 = tvm_tiny_train_hl(even, both, s2);
            s3 = tvm_tiny_train_hl(odd, both, s3);
            t0 = tvm_tiny_train_lh(even, both, t0);
            t1 = tvm_tiny_train_lh(odd, both, t1);
            t2 = tvm_tiny_train_hh(even, both, t2);
            t3 = tvm_tiny_train_hh(odd, both, t3);
            a += x_step;
            b += g_step;
        }
        x += x_row;
        g += g_row;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
    sums[4] = t0;
    sums[5] = t1;
    sums[6] = t2;
    sums[7] = t3;
}

/*
 * What an update of weights is told: see tvm_tiny_train_update.
 */
struct tvm_tiny_train_step {
    const int32_t *multipliers;
    const int8_t *shifts;
    int32_t numerator, exponent;
    int16_t *velocity;
    int32_t decay, apply;
    int8_t *fraction, *weights;
    int32_t bits, low, most, rate, shift, key;
};

/* The factor of an output's gradients. */
static inline int32_t tvm_tiny_train_step_rate(const struct tvm_tiny_train_step *step, int32_t o)
{
    return tvm_tiny_train_rate(step->multipliers[o], step->shifts[o], step->numerator,
                               step->exponent);
}

/*
 * Moves four neighbouring weights by the sums of their gradients, where nothing lies between and the
 * shift (of the upper word) is 1 to 29: as tvm_tiny_train_moved does, whose results fit.
 */
static TVM_TINY_DSP_INLINE void tvm_tiny_train_move_words(const struct tvm_tiny_train_step *step,
                                                          const int32_t *sums, int32_t by,
                                                          int32_t more, int32_t at)
{
    int8_t *const w = step->weights + at;
    int32_t i;
    for (i = 0; i < 4; i += 2) {
        const uint32_t even = tvm_tiny_train_random(step->key, at + i);
        const uint32_t odd = even << 16 | even >> 16;
        const int64_t first = (int64_t)((uint64_t)(even >> (32 - more)) << 32 | even << more);
        const int64_t second = (int64_t)((uint64_t)(odd >> (32 - more)) << 32 | odd << more);
        const int32_t a = w[i] - ((int32_t)(((int64_t)sums[i] * by + first) >> 32) >> more);
        const int32_t b =
            w[i + 1] - ((int32_t)(((int64_t)sums[i + 1] * by + second) >> 32) >> more);
        w[i] = (int8_t)(a > step->most ? step->most : a < step->low ? step->low : a);
        w[i + 1] = (int8_t)(b > step->most ? step->most : b < step->low ? step->low : b);
    }
}

/* Moves four neighbouring weights by the sums of their gradients. */
static inline void tvm_tiny_train_move_four(const struct tvm_tiny_train_step *step,
                                            const int32_t *sums, int32_t factor, int32_t at)
{
    const int32_t bits = step->bits;
    const int32_t more = step->shift - tvm_tiny_train_exponent(factor) - 32;
    int32_t i;
    if (step->velocity == NULL && bits == 0 && (at & 1) == 0 && more >= 1 && more < 30) {
        tvm_tiny_train_move_words(step, sums, tvm_tiny_train_mantissa(factor) * step->rate, more,
                                  at);
        return;
    }
    for (i = 0; i < 4; ++i, ++at) {
        int32_t value = step->weights[at], drive = 0;
        if (step->velocity != NULL) {
            drive = tvm_tiny_train_velocity(step->velocity[at], step->decay, sums[i], factor,
                                            step->rate, step->shift, step->key, at, 32767);
            step->velocity[at] = (int16_t)drive;
            if (step->apply == 0) {
                continue;
            }
        }
        if (bits > 0) {
            value = value * (1 << bits) + step->fraction[at];
        }
        value =
            step->velocity != NULL
                ? tvm_tiny_train_driven(value, drive, bits, step->key, at, step->low, step->most)
                : tvm_tiny_train_moved(value, sums[i], factor, step->rate, step->shift, step->key,
                                       at, step->low, step->most);
        if (bits > 0) {
            const int32_t whole = (value + (1 << (bits - 1))) >> bits;
            step->fraction[at] = (int8_t)(value - whole * (1 << bits));
            value = whole;
        }
        step->weights[at] = (int8_t)value;
    }
}

/*
 * Words of two pixels, of four inputs less their zero points: words[4 * k + i] has input i of pixels
 * 2 k and 2 k + 1, an odd one's partner is 0.
 */
static inline void tvm_tiny_train_widen_pixels(const int8_t *x, int32_t pixels, int32_t pitch,
                                               uint32_t zeros, uint32_t *words)
{
    for (; pixels > 0; pixels -= 2) {
        const uint32_t a = tvm_tiny_dsp_load(x);
        const uint32_t ae = tvm_tiny_train_less(tvm_tiny_wide_even(a), zeros);
        const uint32_t ao = tvm_tiny_train_less(tvm_tiny_wide_odd(a), zeros);
        uint32_t be = 0, bo = 0;
        if (pixels > 1) {
            const uint32_t b = tvm_tiny_dsp_load(x + pitch);
            be = tvm_tiny_train_less(tvm_tiny_wide_even(b), zeros);
            bo = tvm_tiny_train_less(tvm_tiny_wide_odd(b), zeros);
        }
        words[0] = tvm_tiny_train_lows(ae, be);
        words[1] = tvm_tiny_train_lows(ao, bo);
        words[2] = tvm_tiny_train_highs(ae, be);
        words[3] = tvm_tiny_train_highs(ao, bo);
        words += 4;
        x += 2 * pitch;
    }
}

/*
 * An update of weights [outputs][inputs] of a window of one element, all pixels in a row: sums over
 * two pixels a multiplication. scratch: for `some` inputs (a multiple of 4) at a time, two words of
 * two pixels each, and two of two outputs.
 */
static inline void tvm_tiny_train_update_points(const int8_t *x, const int16_t *g,
                                                const struct tvm_tiny_train_step *step,
                                                int32_t *scratch, int32_t some, int32_t outputs,
                                                int32_t inputs, int32_t channels, int32_t pixels,
                                                uint32_t zeros)
{
    const int32_t pairs = (pixels + 1) >> 1;
    uint32_t *const words = (uint32_t *)(void *)scratch;
    int16_t *const own = (int16_t *)(void *)(scratch + some * pairs), *const next = own + 2 * pairs;
    int32_t from, c, o, p;
    for (from = 0; from < inputs; from += some) {
        const int32_t end = from + some < inputs ? from + some : inputs;
        for (c = from; c < end; c += 4) {
            tvm_tiny_train_widen_pixels(x + c, pixels, channels, zeros, words + (c - from) * pairs);
        }
        for (o = 0; o < outputs; o += 2) {
            const int32_t second = o + 1 < outputs;
            const int32_t rate = tvm_tiny_train_step_rate(step, o);
            const int32_t next_rate = tvm_tiny_train_step_rate(step, o + second);
            const int16_t *grads = g + o;
            own[2 * pairs - 1] = 0;
            next[2 * pairs - 1] = 0;
            for (p = 0; p < pixels; ++p) {
                own[p] = grads[0];
                next[p] = grads[second];
                grads += outputs;
            }
            for (c = from; c < end; c += 4) {
                uint32_t sums[8] = {0, 0, 0, 0, 0, 0, 0, 0};
                int32_t totals[8], i;
                tvm_tiny_train_two_by_four(own, next, words + (c - from) * pairs, pairs, sums);
                for (i = 0; i < 8; ++i) {
                    totals[i] = (int32_t)sums[i];
                }
                tvm_tiny_train_move_four(step, totals, rate, o * inputs + c);
                if (second != 0) {
                    tvm_tiny_train_move_four(step, totals + 4, next_rate, (o + 1) * inputs + c);
                }
            }
        }
    }
}

/*
 * An update of weights int8 [outputs][high][wide][inputs] of a convolution of one group, four
 * inputs at a time; inputs: a multiple of 4, the channels from `begin` on of
 * `channels`. velocity: NULL, or what lies between gradients and weights (times decay / 2^15, and
 * weights move by it if `apply`). fraction: further bits, as many as `bits` (NULL for 0). image: rows
 * and columns of x, then of g. scratch, some: of tvm_tiny_train_update_points; some is 0 for windows
 * that are none of one element.
 */
static inline int32_t
tvm_tiny_train_update(const int8_t *x, const int16_t *g, const int32_t *multipliers,
                      const int8_t *shifts, int32_t numerator, int32_t exponent, int16_t *velocity,
                      int32_t decay, int32_t apply, int8_t *fraction, int8_t *weights,
                      int32_t *scratch, int32_t some, int32_t outputs, int32_t high, int32_t wide,
                      int32_t inputs, int32_t channels, int32_t begin, int32_t stride_high,
                      int32_t stride, int32_t top, int32_t left, int32_t height, int32_t width,
                      int32_t rows, int32_t columns, int32_t zero_point, int32_t bits, int32_t low,
                      int32_t most, int32_t rate, int32_t shift, int32_t key)
{
    const uint32_t zeros = ((uint32_t)zero_point & 0xffffu) | (uint32_t)zero_point << 16;
    const struct tvm_tiny_train_step step = {multipliers, shifts, numerator, exponent, velocity,
                                             decay,       apply,  fraction,  weights,  bits,
                                             low,         most,   rate,      shift,    key};
    int32_t o, ky, kx, c;
    if (some > 0) {
        tvm_tiny_train_update_points(x + begin, g, &step, scratch, some, outputs, inputs, channels,
                                     rows * columns, zeros);
        return 0;
    }
    for (ky = 0; ky < high; ++ky) {
        const int32_t oy = tvm_tiny_train_first(top - ky, stride_high);
        const int32_t bottom = height - 1 + top - ky;
        const int32_t tall = bottom < 0 ? 0 : tvm_tiny_train_end(bottom, stride_high, rows) - oy;
        for (kx = 0; kx < wide; ++kx) {
            const int32_t ox = tvm_tiny_train_first(left - kx, stride);
            const int32_t right = width - 1 + left - kx;
            const int32_t span = right < 0 ? 0 : tvm_tiny_train_end(right, stride, columns) - ox;
            const int32_t some = tall > 0 && span > 0;
            const int32_t place = (oy * stride_high + ky - top) * width + ox * stride + kx - left;
            const int8_t *const from = some ? x + place * channels + begin : x;
            const int16_t *const grads = some ? g + (oy * columns + ox) * outputs : g;
            for (o = 0; o < outputs; o += 2) {
                const int32_t second = o + 1 < outputs;
                const int32_t factor = tvm_tiny_train_step_rate(&step, o);
                const int32_t next_factor = tvm_tiny_train_step_rate(&step, o + second);
                for (c = 0; c < inputs; c += 4) {
                    const int32_t at = ((o * high + ky) * wide + kx) * inputs + c;
                    int32_t sums[8];
                    tvm_tiny_train_products(from + (some ? c : 0), grads + (some ? o : 0),
                                            some ? tall : 0, span, stride * channels,
                                            stride_high * width * channels, outputs,
                                            columns * outputs, zeros, second, sums);
                    tvm_tiny_train_move_four(&step, sums, factor, at);
                    if (second != 0) {
                        tvm_tiny_train_move_four(&step, sums + 4, next_factor,
                                                 at + high * wide * inputs);
                    }
                }
            }
        }
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
