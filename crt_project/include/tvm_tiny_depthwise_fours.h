/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Depthwise convolution, an output of four channels at a time, for cores with the DSP instructions:
 * rows of one to three columns, where tvm_tiny_depthwise.h has nothing to share between outputs, and
 * dilated windows.
 *
 * The taps of an output are words of four channels wherever they lie; a table has their addresses,
 * those outside the tensor a row of zero points. Two SXTB16 widen a word; SMLABB and SMLATT add two
 * of its products to a sum each.
 *
 * Record of four channels: four biases; for every tap two words of weights, channels 0 2 and 1 3;
 * four multipliers, roundings and (long records) shifts, each as in tvm_tiny_depthwise.h. The last
 * record is of the last four channels, whether or not the one before has some of them.
 *
 * Cores that issue two instructions have kernels for each number of taps up to 25.
 */
#ifndef TVM_TINY_DEPTHWISE_FOURS_H
#define TVM_TINY_DEPTHWISE_FOURS_H

#include "tvm_tiny_depthwise.h"

#if TVM_TINY_DEPTHWISE_ASM
#ifdef TVM_TINY_SINGLE_ISSUE
#include "tvm_tiny_depthwise_single_narrow.h"
#else
#include "tvm_tiny_depthwise_fours_dual.h"
#include "tvm_tiny_depthwise_narrow.h"
#endif
#endif

#if TVM_TINY_DEPTHWISE_ASM && !defined(TVM_TINY_SINGLE_ISSUE) && defined(__OPTIMIZE__)
#define TVM_TINY_DEPTHWISE_FOURS_STRAIGHT 25
#define TVM_TINY_DEPTHWISE_FOURS_INLINE inline __attribute__((always_inline))
#else
#define TVM_TINY_DEPTHWISE_FOURS_STRAIGHT 0
#define TVM_TINY_DEPTHWISE_FOURS_INLINE inline
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a record in front of the weights; taps in a round of the assembly, taps at most. */
#define TVM_TINY_DEPTHWISE_FOURS_HEAD 4
#define TVM_TINY_DEPTHWISE_FOURS_ROUND 8
#define TVM_TINY_DEPTHWISE_FOURS_TAPS 64

#if !TVM_TINY_DEPTHWISE_ASM
/* Channel `lane` of a record. */
static inline int8_t tvm_tiny_depthwise_fours_one(const int32_t *record, const int8_t *const *taps,
                                                  int32_t channel, int32_t lane, int32_t count,
                                                  int32_t relu)
{
    const int32_t *const weights = record + TVM_TINY_DEPTHWISE_FOURS_HEAD + (lane & 1);
    const int32_t *const end = record + TVM_TINY_DEPTHWISE_FOURS_HEAD + 2 * count + lane;
    int32_t sum = record[lane], i;
    for (i = 0; i < count; ++i) {
        const uint32_t pair = (uint32_t)weights[2 * i];
        sum += (int16_t)(uint16_t)(lane < 2 ? pair : pair >> 16) * taps[i][channel + lane];
    }
    return relu ? tvm_tiny_depthwise_relu(sum, end[0], end[4])
                : tvm_tiny_depthwise_result(sum, end[0], end[4], end[8]);
}
#endif

/* All channels (at least four) of one output; taps: `count` addresses and two more. */
static TVM_TINY_DEPTHWISE_FOURS_INLINE void
tvm_tiny_depthwise_fours_output(const int32_t *records, int8_t *y, const int8_t *const *taps,
                                int32_t channels, int32_t count, int32_t relu, int32_t straight)
{
#if TVM_TINY_DEPTHWISE_ASM
    const int32_t rounds =
        (count + TVM_TINY_DEPTHWISE_FOURS_ROUND - 1) / TVM_TINY_DEPTHWISE_FOURS_ROUND;
    const int32_t skipped = rounds * TVM_TINY_DEPTHWISE_FOURS_ROUND - count;
#if TVM_TINY_DEPTHWISE_FOURS_STRAIGHT
    if (straight && count <= TVM_TINY_DEPTHWISE_FOURS_STRAIGHT) {
        TVM_TINY_DEPTHWISE_FOURS_CALL(records, y, taps, channels)
        return;
    }
#endif
    (void)straight;
    if (relu) {
        tvm_tiny_depthwise_fours_relu(records, y, taps, channels, rounds, skipped);
    } else {
        tvm_tiny_depthwise_fours(records, y, taps, channels, rounds, skipped);
    }
#else
    int32_t at, lane;
    (void)straight;
    for (at = 0; at < channels; at += 4) {
        const int32_t channel = at < channels - 4 ? at : channels - 4;
        for (lane = 0; lane < 4; ++lane) {
            y[channel + lane] =
                tvm_tiny_depthwise_fours_one(records, taps, channel, lane, count, relu);
        }
        records += TVM_TINY_DEPTHWISE_FOURS_HEAD + 2 * count + (relu ? 8 : 12);
    }
#endif
}

/* Where the taps of the window are whose first column is `column`; `none` outside the tensor. */
static inline void tvm_tiny_depthwise_fours_taps(const int8_t **tap, const int8_t *x,
                                                 const int32_t *rows, const int8_t *none,
                                                 int32_t begin, int32_t end, int32_t channels,
                                                 int32_t taps_high, int32_t taps_wide,
                                                 int32_t dilation, int32_t column, int32_t width)
{
    int32_t ky, kx;
    for (ky = 0; ky < taps_high; ++ky) {
        const int32_t inside = ky >= begin && ky < end;
        int32_t at = column;
        for (kx = 0; kx < taps_wide; ++kx) {
            *tap++ = inside && at >= 0 && at < width ? x + rows[ky] + at * channels : none;
            at += dilation;
        }
    }
}

/*
 * One output row. rows: element offset of the row under each vertical tap, begin to end - 1 inside
 * the tensor. left: columns of padding in front. scratch: `channels` bytes, for zero points.
 * straight: kernels for a number of taps.
 */
static TVM_TINY_DEPTHWISE_FOURS_INLINE void
tvm_tiny_depthwise_fours_row(const int8_t *x, const int32_t *rows, const int32_t *records,
                             int32_t *scratch, int8_t *y, int32_t begin, int32_t end,
                             int32_t channels, int32_t taps_high, int32_t taps_wide, int32_t stride,
                             int32_t dilation, int32_t left, int32_t width, int32_t out_width,
                             int32_t fill, int32_t relu, int32_t straight)
{
    const int8_t *taps[TVM_TINY_DEPTHWISE_FOURS_TAPS + 2];
    int8_t *const none = (int8_t *)scratch;
    const int32_t count = taps_high * taps_wide, reach = (taps_wide - 1) * dilation;
    int32_t i, o;
    for (i = 0; i < channels; ++i) {
        none[i] = (int8_t)fill;
    }
    taps[count] = none;
    taps[count + 1] = none;
    for (o = 0; o < out_width; ++o) {
        const int32_t column = o * stride - left;
        if (o > 0 && column >= stride && column + reach < width) {
            /* As the window before, `stride` columns on. */
            for (i = begin * taps_wide; i < end * taps_wide; ++i) {
                taps[i] += stride * channels;
            }
        } else {
            tvm_tiny_depthwise_fours_taps(taps, x, rows, none, begin, end, channels, taps_high,
                                          taps_wide, dilation, column, width);
        }
        tvm_tiny_depthwise_fours_output(records, y + o * channels, taps, channels, count, relu,
                                        straight);
    }
}

#ifdef __cplusplus
}
#endif

#endif
