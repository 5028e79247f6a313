/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matrix products of widened activations and paired weights: layouts and arithmetic in
 * tvm_tiny_dsp.h. Inline assembly, two pixels by two channels or one by four at a time, and the
 * plain C that it equals.
 */
#ifndef TVM_TINY_DSP_PRODUCT_H
#define TVM_TINY_DSP_PRODUCT_H

#include "tvm_tiny_dsp_straight.h"

#ifdef __cplusplus
extern "C" {
#endif

#if TVM_TINY_DSP_ASM
/* sum + a.low * b.low + a.high * b.high, modulo 2^32. */
static inline int32_t tvm_tiny_dsp_smlad(int32_t a, int32_t b, int32_t sum)
{
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
}

/* Channel `lane` of the pair at w and table for `pixels` (1 or 2) pixels as they are gathered. */
static inline void tvm_tiny_dsp_channel(const int32_t *x, int32_t pixels, const int16_t *w,
                                        const int32_t *table, int32_t lane, int32_t groups,
                                        int32_t line, int8_t *y, int32_t apart)
{
    int32_t sum = table[lane], second = sum, i;
    w += 2 * lane;
    for (i = groups; i > 0; --i) {
        int32_t pairs, even;
        __builtin_memcpy(&pairs, w, sizeof(pairs));
        __asm__("sxtb16 %0, %1" : "=r"(even) : "r"(pairs));
        sum = tvm_tiny_dsp_smlad(pairs, x[0], sum);
        if (pixels == 2) {
            second = tvm_tiny_dsp_smlad(pairs, x[1], second);
            second = tvm_tiny_dsp_smlad(even, x[2], second);
        }
        sum = tvm_tiny_dsp_smlad(even, x[2 * pixels - 1], sum);
        x += 2 * pixels;
        w += 4;
    }
    y[0] = tvm_tiny_dsp_result(sum, table, lane, line);
    if (pixels == 2) {
        y[apart] = tvm_tiny_dsp_result(second, table, lane, line);
    }
}
#else
/* Channel `lane` of the pair at w and table for one pixel; its groups are stride words apart. */
static inline int8_t tvm_tiny_dsp_one(const int32_t *x, int32_t apart, int32_t stride,
                                      const int16_t *w, const int32_t *table, int32_t lane,
                                      int32_t groups, int32_t line)
{
    int32_t sum = table[lane];
    int32_t i;
    w += 2 * lane;
    for (i = 0; i < groups; ++i) {
        sum = tvm_tiny_dsp_sum(sum, tvm_tiny_dsp_group(w[4 * i], w[4 * i + 1], x[0], x[apart]));
        x += stride;
    }
    return tvm_tiny_dsp_result(sum, table, lane, line);
}

/* The same for `pixels` (1 or 2) pixels as they are gathered. */
static inline void tvm_tiny_dsp_channel(const int32_t *x, int32_t pixels, const int16_t *w,
                                        const int32_t *table, int32_t lane, int32_t groups,
                                        int32_t line, int8_t *y, int32_t apart)
{
    const int32_t behind = 2 * pixels - 1;
    y[0] = tvm_tiny_dsp_one(x, behind, 2 * pixels, w, table, lane, groups, line);
    if (pixels == 2) {
        y[apart] = tvm_tiny_dsp_one(x + 1, 1, 4, w, table, lane, groups, line);
    }
}
#endif

#if TVM_TINY_DSP_ASM
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_pairs, TVM_TINY_DSP_PAIRS_EXACT)
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_pairs_3, TVM_TINY_DSP_PAIRS_LINE("3"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_pairs_7, TVM_TINY_DSP_PAIRS_LINE("7"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_pairs_11, TVM_TINY_DSP_PAIRS_LINE("11"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_pairs_15, TVM_TINY_DSP_PAIRS_LINE("15"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_fours,
                      TVM_TINY_DSP_FOURS_SUMS("32") TVM_TINY_DSP_FOURS_EXACT)
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_fours_3,
                      TVM_TINY_DSP_FOURS_SUMS("16") TVM_TINY_DSP_FOURS_LINE("3"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_fours_7,
                      TVM_TINY_DSP_FOURS_SUMS("16") TVM_TINY_DSP_FOURS_LINE("7"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_fours_11,
                      TVM_TINY_DSP_FOURS_SUMS("16") TVM_TINY_DSP_FOURS_LINE("11"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_fours_15,
                      TVM_TINY_DSP_FOURS_SUMS("16") TVM_TINY_DSP_FOURS_LINE("15"))

/* `line` is a constant: one call is left. */
#define TVM_TINY_DSP_CHOOSE(name, ...) \
    switch (line) { \
    case 3: name##_3(__VA_ARGS__); break; \
    case 7: name##_7(__VA_ARGS__); break; \
    case 11: name##_11(__VA_ARGS__); break; \
    case 15: name##_15(__VA_ARGS__); break; \
    default: name(__VA_ARGS__); break; \
    }
#endif

#if TVM_TINY_DSP_ASM
/* Some channels with a short table, two by two or (apart 0: one pixel) four by four. */
static inline void tvm_tiny_dsp_short_table(const int32_t *x, const int16_t *w,
                                            const int32_t *table, int8_t *y, int32_t groups,
                                            int32_t channels, int32_t apart, int32_t line)
{
    const int32_t many = apart == 0 ? 4 : 2;
    const int32_t round = apart == 0 ? TVM_TINY_DSP_ROUND_ONE : TVM_TINY_DSP_ROUND;
    const int32_t rounds = (groups + round - 1) / round;
    int32_t entry[TVM_TINY_DSP_UNPACKED] = {0}, i;
    for (i = 0; i + many <= channels; i += many) {
        tvm_tiny_dsp_unpack(table + 2 * i, entry, line);
        if (apart == 0) {
            tvm_tiny_dsp_unpack(table + 2 * i + 4, entry + 8, line);
            tvm_tiny_dsp_fours(x, w + 2 * groups * i, entry, y + i, groups, many, 0, rounds,
                               rounds * round - groups);
        } else {
            tvm_tiny_dsp_pairs(x, w + 2 * groups * i, entry, y + i, groups, many, apart, rounds,
                               rounds * round - groups);
        }
    }
}
#endif

/*
 * All channels of two neighbouring pixels; groups of the two alternate: x0 x1 y1 y0. y: channels
 * of the first pixel, those of the second `apart` behind.
 */
static TVM_TINY_DSP_CHOOSER void tvm_tiny_dsp_two_pixels(const int32_t *x, const int16_t *w,
                                                         const int32_t *table, int8_t *y,
                                                         int32_t groups, int32_t channels,
                                                         int32_t apart, int32_t line)
{
    int32_t i = 0;
#if TVM_TINY_DSP_ASM
    if (channels > 1) {
        i = channels & ~1;
        if (line < 0) {
            tvm_tiny_dsp_short_table(x, w, table, y, groups, i, apart, line);
        } else
#if TVM_TINY_DSP_STRAIGHT
        if (groups <= TVM_TINY_DSP_STRAIGHT) {
            TVM_TINY_DSP_STRAIGHT_CALL(x, w, table, y, groups, channels, apart, 1, 0)
        } else
#endif
        {
            const int32_t rounds = (groups + TVM_TINY_DSP_ROUND - 1) / TVM_TINY_DSP_ROUND;
            TVM_TINY_DSP_CHOOSE(tvm_tiny_dsp_pairs, x, w, table, y, groups, channels, apart,
                                rounds, rounds * TVM_TINY_DSP_ROUND - groups)
        }
    }
#endif
    for (; i < channels; ++i) {
        const int16_t *const weights = w + 4 * groups * (i >> 1);
        const int32_t *const row = table + TVM_TINY_DSP_TABLE_WORDS(line) * (i >> 1);
        tvm_tiny_dsp_channel(x, 2, weights, row, i & 1, groups, line, y + i, apart);
    }
}

/* All channels of one pixel, groups x y one after the other. */
static TVM_TINY_DSP_CHOOSER void tvm_tiny_dsp_one_pixel(const int32_t *x, const int16_t *w,
                                                        const int32_t *table, int8_t *y,
                                                        int32_t groups, int32_t channels,
                                                        int32_t line)
{
    int32_t i = 0;
#if TVM_TINY_DSP_ASM
    if (channels > 3) {
        i = channels & ~3;
        if (line < 0) {
            tvm_tiny_dsp_short_table(x, w, table, y, groups, i, 0, line);
        } else {
            const int32_t rounds = (groups + TVM_TINY_DSP_ROUND_ONE - 1) / TVM_TINY_DSP_ROUND_ONE;
            TVM_TINY_DSP_CHOOSE(tvm_tiny_dsp_fours, x, w, table, y, groups, channels, 0, rounds,
                                rounds * TVM_TINY_DSP_ROUND_ONE - groups)
        }
    }
#endif
    for (; i < channels; ++i) {
        tvm_tiny_dsp_channel(x, 1, w + 4 * groups * (i >> 1),
                             table + TVM_TINY_DSP_TABLE_WORDS(line) * (i >> 1), i & 1, groups, line,
                             y + i, 0);
    }
}

/* All channels of one or two pixels. */
static TVM_TINY_DSP_CHOOSER void tvm_tiny_dsp_product(const int32_t *x, const int16_t *w,
                                                      const int32_t *table, int8_t *y,
                                                      int32_t pixels, int32_t groups,
                                                      int32_t channels, int32_t apart,
                                                      int32_t line)
{
    if (pixels == 2) {
        tvm_tiny_dsp_two_pixels(x, w, table, y, groups, channels, apart, line);
    } else {
        tvm_tiny_dsp_one_pixel(x, w, table, y, groups, channels, line);
    }
}

#ifdef __cplusplus
}
#endif

#endif
