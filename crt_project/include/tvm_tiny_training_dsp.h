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
#else
#define TVM_TINY_TRAIN_RARE
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

/* Of sums * factor / 2^shift, the factors `step` apart; narrow: sums are of 16 bits. */
static inline void tvm_tiny_train_factor_scale(const int32_t *factors, int32_t step, int32_t shift,
                                               int32_t narrow, struct tvm_tiny_train_scale *scale)
{
    int32_t shifts[4], least = 64, most = -64, i;
    for (i = 0; i < 4; ++i) {
        shifts[i] = shift - tvm_tiny_train_exponent(factors[i * step]);
        least = shifts[i] < least ? shifts[i] : least;
        most = shifts[i] > most ? shifts[i] : most;
    }
    scale->up = least >= 16 && most <= 32 ? 0 : narrow && least >= 8 && most <= 24 ? 8 : -1;
    for (i = 0; i < 4; ++i) {
        const int32_t left = 32 - scale->up - shifts[i];
        scale->by[i] = scale->up < 0 ? 0
                                     : tvm_tiny_train_mantissa(factors[i * step]) *
                                           ((int32_t)1 << (left & 31));
    }
}

static inline int32_t tvm_tiny_train_rounded(int32_t x, int32_t by, uint32_t random)
{
    return (int32_t)(((int64_t)x * by + (int64_t)random) >> 32);
}

/* Four neighbouring elements, the first of an even index; scale: not up < 0. */
static inline void tvm_tiny_train_four_rounded(const int32_t *x,
                                               const struct tvm_tiny_train_scale *scale,
                                               int32_t key, int32_t index, int32_t limit,
                                               int32_t *peak, int16_t *y)
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
    y[0] = (int16_t)v0;
    y[1] = (int16_t)v1;
    y[2] = (int16_t)v2;
    y[3] = (int16_t)v3;
}

/* Which of the four elements from `at` on pass; see tvm_tiny_train_scale_row. */
static inline uint32_t tvm_tiny_train_passing(const uint8_t *bits, const int8_t *x, int32_t at,
                                              int32_t low, int32_t high)
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
static TVM_TINY_TRAIN_RARE void tvm_tiny_train_four_single(const int32_t *x, const int32_t *factors,
                                                           int32_t step, int32_t shift, int32_t key,
                                                           int32_t index, int32_t limit,
                                                           int32_t *peak, int16_t *y)
{
    int32_t i;
    for (i = 0; i < 4; ++i) {
        y[i] = (int16_t)(factors != NULL
                             ? tvm_tiny_train_scaled(x[i], factors[i * step], shift, key, index + i,
                                                     limit, peak)
                             : tvm_tiny_train_gradient(x[i], shift, key, index + i, limit, peak));
    }
}

/* Four neighbouring elements as scale says, or each by itself. */
static inline void tvm_tiny_train_four(const int32_t *x, const struct tvm_tiny_train_scale *scale,
                                       const int32_t *factors, int32_t step, int32_t shift,
                                       int32_t key, int32_t index, int32_t limit, int32_t *peak,
                                       int16_t *y)
{
    if (scale->up >= 0 && (index & 1) == 0) {
        tvm_tiny_train_four_rounded(x, scale, key, index, limit, peak, y);
    } else {
        tvm_tiny_train_four_single(x, factors, step, shift, key, index, limit, peak, y);
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
static inline int32_t tvm_tiny_train_scale_row(const int16_t *g, const int32_t *factors,
                                               const uint8_t *bits, const int8_t *x, int16_t *y,
                                               int32_t count, int32_t channels, int32_t low,
                                               int32_t high, int32_t index, int32_t shift,
                                               int32_t key, int32_t limit, int32_t *peak)
{
    const int32_t one = channels == 1, pitch = one ? 4 : channels;
    int32_t largest = *peak, at = 0, c;
    struct tvm_tiny_train_scale scale;
    int32_t four[4];
    if ((channels & 3) == 0 || one) {
        /* Four channels (of all pixels) at a time: their factors are looked at once. */
        for (c = 0; c < pitch; c += 4) {
            const int32_t *const own = factors + (one ? 0 : c);
            tvm_tiny_train_factor_scale(own, !one, shift, 1, &scale);
            for (at = c; at + 4 <= count; at += pitch) {
                tvm_tiny_train_widened(g + at, tvm_tiny_train_passing(bits, x, at, low, high),
                                       (index & 1) == 0 && scale.up > 0 ? scale.up : 0, four);
                tvm_tiny_train_four(four, &scale, own, !one, shift, key, index + at, limit,
                                    &largest, y + at);
            }
        }
        at = count & ~3;
    }
    c = one ? 0 : at % channels;
    for (; at < count; ++at) {
        const int32_t passes = bits != NULL ? bits[at >> 3] >> (at & 7) & 1
                               : x != NULL  ? x[at] > low && x[at] < high
                                            : 1;
        y[at] = (int16_t)tvm_tiny_train_scaled(passes ? g[at] : 0, factors[c], shift, key,
                                               index + at, limit, &largest);
        c = one || c + 1 == channels ? 0 : c + 1;
    }
    *peak = largest;
    return 0;
}

/*
 * What a row of a gradient towards x becomes behind its sums: elements, or (with factors) what lies
 * behind the clamp and scale of x, too. count: factors, 1 or one a channel; bits, x, low, high: as in
 * tvm_tiny_train_scale_row; index: of the row's first element.
 */
struct tvm_tiny_train_end {
    const int32_t *factors;
    int32_t count;
    const uint8_t *bits;
    const int8_t *x;
    int32_t low, high, index, shift, key, limit;
};

static inline void tvm_tiny_train_end_scale(const struct tvm_tiny_train_end *end, int32_t channel,
                                            struct tvm_tiny_train_scale *scale)
{
    if (end->factors == NULL) {
        tvm_tiny_train_plain_scale(end->shift, scale);
    } else {
        tvm_tiny_train_factor_scale(end->factors + (end->count > 1 ? channel : 0), end->count > 1,
                                    end->shift, 0, scale);
    }
}

/* Four sums, of the element at a place of the row on, which is of a channel. */
static inline void tvm_tiny_train_end_four(const struct tvm_tiny_train_end *end,
                                           const struct tvm_tiny_train_scale *scale, int32_t *sums,
                                           int32_t at, int32_t channel, int32_t *peak, int16_t *y)
{
    const int32_t *const factors =
        end->factors == NULL ? NULL : end->factors + (end->count > 1 ? channel : 0);
    if (factors != NULL) {
        const uint32_t passing = tvm_tiny_train_passing(end->bits, end->x, at, end->low, end->high);
        sums[0] &= -(int32_t)(passing & 1u);
        sums[1] &= -(int32_t)(passing >> 1 & 1u);
        sums[2] &= -(int32_t)(passing >> 2 & 1u);
        sums[3] &= -(int32_t)(passing >> 3 & 1u);
    }
    tvm_tiny_train_four(sums, scale, factors, end->count > 1, end->shift, end->key, end->index + at,
                        end->limit, peak, y + at);
}

/*
 * The weights of four inputs and all outputs in words of two outputs: words[4 * k + i] has those of
 * input i and outputs 2 k and 2 k + 1; an odd output's partner is 0.
 */
static inline void tvm_tiny_train_widen_weights(const int8_t *w, int32_t pitch, int32_t outputs,
                                                uint32_t *words)
{
    int32_t o;
    for (o = 0; o < outputs; o += 2) {
#if TVM_TINY_DSP_ASM
        const uint32_t a = tvm_tiny_dsp_load(w);
        const uint32_t b = o + 1 < outputs ? tvm_tiny_dsp_load(w + pitch) : 0u;
        const uint32_t ae = tvm_tiny_wide_even(a), be = tvm_tiny_wide_even(b);
        const uint32_t ao = tvm_tiny_wide_odd(a), bo = tvm_tiny_wide_odd(b);
        words[0] = tvm_tiny_train_lows(ae, be);
        words[1] = tvm_tiny_train_lows(ao, bo);
        words[2] = tvm_tiny_train_highs(ae, be);
        words[3] = tvm_tiny_train_highs(ao, bo);
#else
        int32_t i;
        for (i = 0; i < 4; ++i) {
            const int32_t a = w[i], b = o + 1 < outputs ? w[pitch + i] : 0;
            words[i] = ((uint32_t)a & 0xffffu) | (uint32_t)b << 16;
        }
#endif
        words += 4;
        w += 2 * pitch;
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
    int32_t stride, int32_t left, int32_t columns, int32_t width, const int32_t *factors,
    int32_t factor_count, const uint8_t *bits, const int8_t *x, int32_t low, int32_t most,
    int32_t index, int32_t shift, int32_t key, int32_t limit, int32_t *peak)
{
    const struct tvm_tiny_train_end ending = {factors, factor_count, bits,  x,   low,
                                              most,    index,        shift, key, limit};
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
            for (ix = 0; ix < width; ++ix) {
                uint32_t sums[4] = {0, 0, 0, 0};
                int32_t totals[4];
                tvm_tiny_train_four_inputs(from, widened, outputs, sums);
                totals[0] = (int32_t)sums[0];
                totals[1] = (int32_t)sums[1];
                totals[2] = (int32_t)sums[2];
                totals[3] = (int32_t)sums[3];
                tvm_tiny_train_end_four(&ending, &scale, totals, ix * inputs + c, c, &largest, y);
                from += outputs;
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

/* The same of a depthwise convolution, one output a channel; channels a multiple of 4. */
static inline int32_t tvm_tiny_train_depthwise_grad_x_row(
    const int16_t *g, const int32_t *g_rows, const int8_t *weights, int16_t *y, int32_t t_begin,
    int32_t t_end, int32_t above, int32_t channels, int32_t wide, int32_t stride_high,
    int32_t stride, int32_t left, int32_t columns, int32_t width, const int32_t *factors,
    int32_t factor_count, const uint8_t *bits, const int8_t *x, int32_t low, int32_t most,
    int32_t index, int32_t shift, int32_t key, int32_t limit, int32_t *peak)
{
    const struct tvm_tiny_train_end ending = {factors, factor_count, bits,  x,   low,
                                              most,    index,        shift, key, limit};
    struct tvm_tiny_train_scale scale;
    int32_t largest = *peak, ix, c;
    for (c = 0; c < channels; c += 4) {
        tvm_tiny_train_end_scale(&ending, c, &scale);
        for (ix = 0; ix < width; ++ix) {
            const int32_t place = ix + left;
            const int32_t first = tvm_tiny_train_first(place - (wide - 1), stride);
            const int32_t taps = tvm_tiny_train_end(place, stride, columns) - first;
            int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, t;
            for (t = t_begin; t < t_end; ++t) {
                const int32_t tap = (above - t * stride_high) * wide + place - first * stride;
                const int16_t *from = g + g_rows[t] + first * channels + c;
                const int8_t *w = weights + tap * channels + c;
                int32_t n;
                for (n = taps; n > 0; --n) {
                    const uint32_t word = tvm_tiny_dsp_load(w);
                    const uint32_t even = tvm_tiny_wide_even(word), odd = tvm_tiny_wide_odd(word);
                    const uint32_t low_half = tvm_tiny_train_pair(from);
                    const uint32_t high_half = tvm_tiny_train_pair(from + 2);
                    s0 = tvm_tiny_train_ll(even, low_half, s0);
                    s1 = tvm_tiny_train_lh(odd, low_half, s1);
                    s2 = tvm_tiny_train_hl(even, high_half, s2);
                    s3 = tvm_tiny_train_hh(odd, high_half, s3);
                    from += channels;
                    w -= stride * channels;
                }
            }
            {
                int32_t sums[4] = {s0, s1, s2, s3};
                tvm_tiny_train_end_four(&ending, &scale, sums, ix * channels + c, c, &largest, y);
            }
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
    int16_t *velocity;
    int32_t decay, apply;
    int8_t *fraction, *weights;
    int32_t bits, low, most, rate, shift, key;
};

/* Moves four neighbouring weights by the sums of their gradients. */
static inline void tvm_tiny_train_move_four(const struct tvm_tiny_train_step *step,
                                            const int32_t *sums, int32_t factor, int32_t at)
{
    const int32_t bits = step->bits;
    int32_t i;
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
 * An update of weights int8 [outputs][high][wide][inputs] of a convolution of one group, four
 * inputs at a time; inputs: a multiple of 4, the channels from `begin` on of
 * `channels`. velocity: NULL, or what lies between gradients and weights (times decay / 2^15, and
 * weights move by it if `apply`). fraction: further bits, as many as `bits` (NULL for 0). image: rows
 * and columns of x, then of g.
 */
static inline int32_t
tvm_tiny_train_update(const int8_t *x, const int16_t *g, const int32_t *factors, int16_t *velocity,
                      int32_t decay, int32_t apply, int8_t *fraction, int8_t *weights,
                      int32_t outputs, int32_t high, int32_t wide, int32_t inputs, int32_t channels,
                      int32_t begin, int32_t stride_high, int32_t stride, int32_t top, int32_t left,
                      int32_t height, int32_t width, int32_t rows, int32_t columns,
                      int32_t zero_point, int32_t bits, int32_t low, int32_t most, int32_t rate,
                      int32_t shift, int32_t key)
{
    const uint32_t zeros = ((uint32_t)zero_point & 0xffffu) | (uint32_t)zero_point << 16;
    const struct tvm_tiny_train_step step = {velocity, decay, apply, fraction, weights, bits,
                                             low,      most,  rate,  shift,    key};
    int32_t o, ky, kx, c;
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
                for (c = 0; c < inputs; c += 4) {
                    const int32_t at = ((o * high + ky) * wide + kx) * inputs + c;
                    int32_t sums[8];
                    tvm_tiny_train_products(from + (some ? c : 0), grads + (some ? o : 0),
                                            some ? tall : 0, span, stride * channels,
                                            stride_high * width * channels, outputs,
                                            columns * outputs, zeros, second, sums);
                    tvm_tiny_train_move_four(&step, sums, factors[o], at);
                    if (second != 0) {
                        tvm_tiny_train_move_four(&step, sums + 4, factors[o + 1],
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
