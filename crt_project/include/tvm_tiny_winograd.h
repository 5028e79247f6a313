/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Convolutions three taps wide with stride 1 by Winograd's F(4,3) along the width, exact in integers.
 *
 * Four neighbouring outputs y read six columns d. With the transforms scaled by 24,
 *
 *     24 f y = A^T ((f G w) . (B^T d)),
 *
 *     B^T d: 4 d0 - 5 d2 + d4               G w:  6 w0
 *            -4 (d1 + d2) + d3 + d4              -4 (w0 + w1 + w2)
 *            4 (d1 - d2) - d3 + d4               -4 (w0 - w1 + w2)
 *            -2 d1 - d2 + 2 d3 + d4              w0 + 2 w1 + 4 w2
 *            2 d1 - d2 - 2 d3 + d4               w0 - 2 w1 + 4 w2
 *            4 d1 - 5 d3 + d5                    24 w2
 *
 * six products of int16 (|B^T d| <= 1280, |G w| <= 3072) instead of twelve. Products are summed over
 * rows and channels first, modulo 2^32; the results are exact if 24 f y fits, which is checked when
 * the weights are packed. f scales up to what int16 holds, for the sake of the requantisation.
 *
 * Two tiles, eight pixels, are transformed at a time: for every row of taps, for every two channels
 * (0 2, 1 3, 4 6, ..) a word of both tiles at every point; points in the order 1 0 2 3 4 5.
 * Weights: for every pair of output channels, point and two input channels a word of both channels;
 * two words more at the end, which are read and not used. Table, for every pair of channels, of both:
 * bias (24 f times), multiplier, rounding, shift; or (line > 0) bias and multiplier.
 */
#ifndef TVM_TINY_WINOGRAD_H
#define TVM_TINY_WINOGRAD_H

#include "tvm_tiny_dsp.h"

#if TVM_TINY_DSP_ASM
/* What becomes of a pair of channels' sums; called by assembly only. */
typedef void tvm_tiny_winograd_end(void);
#ifdef TVM_TINY_SINGLE_ISSUE
#include "tvm_tiny_winograd_single.h"
#else
#include "tvm_tiny_winograd_dual.h"
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define TVM_TINY_WINOGRAD_PIXELS 8
#define TVM_TINY_WINOGRAD_COLUMNS 10
/* Words of two channels of two tiles. */
#define TVM_TINY_WINOGRAD_WORDS 12
/* Of workspace between the words and the columns: read ahead. */
#define TVM_TINY_WINOGRAD_SPARE 14
/* Pieces (of six words) in a round of the sums. */
#define TVM_TINY_WINOGRAD_ROUND 8

#if !TVM_TINY_DSP_ASM
/* Two int16 in a word. */
static inline int32_t tvm_tiny_winograd_pack(int32_t low, int32_t high)
{
    return (int32_t)(((uint32_t)low & 0xffffu) | (uint32_t)high << 16);
}

/* The points of one channel of a tile. */
static inline void tvm_tiny_winograd_points(const int8_t *x, int32_t pitch, int32_t points[6])
{
    const int32_t d0 = x[0], d1 = x[pitch], d2 = x[2 * pitch], d3 = x[3 * pitch];
    const int32_t d4 = x[4 * pitch], d5 = x[5 * pitch];
    points[0] = d3 + d4 - 4 * (d1 + d2);
    points[1] = 4 * d0 - 5 * d2 + d4;
    points[2] = d4 - d3 + 4 * (d1 - d2);
    points[3] = 2 * (d3 - d1) + d4 - d2;
    points[4] = 2 * (d1 - d3) + d4 - d2;
    points[5] = 4 * d1 - 5 * d3 + d5;
}

/* Ten columns, `pitch` apart, of groups of four channels. */
static inline void tvm_tiny_winograd_transform(const int8_t *x, int32_t pitch, int32_t *out,
                                               int32_t groups)
{
    int32_t group, half, tile, i;
    for (group = 0; group < groups; ++group) {
        for (half = 0; half < 2; ++half) {
            for (tile = 0; tile < 2; ++tile) {
                const int8_t *const from = x + 4 * group + half + 4 * tile * pitch;
                int32_t low[6], high[6];
                tvm_tiny_winograd_points(from, pitch, low);
                tvm_tiny_winograd_points(from + 2, pitch, high);
                for (i = 0; i < 6; ++i) {
                    out[2 * i + tile] = tvm_tiny_winograd_pack(low[i], high[i]);
                }
            }
            out += TVM_TINY_WINOGRAD_WORDS;
        }
    }
}

/* Sum of one channel of a tile at a point; u and w: its first words. */
static inline uint32_t tvm_tiny_winograd_sum(const int32_t *u, const int16_t *w, int32_t words)
{
    uint32_t sum = 0;
    int32_t i;
    for (i = 0; i < words; ++i) {
        const uint32_t x = (uint32_t)u[TVM_TINY_WINOGRAD_WORDS * i];
        sum += (uint32_t)((int16_t)(uint16_t)x * w[4 * i]);
        sum += (uint32_t)((int16_t)(uint16_t)(x >> 16) * w[4 * i + 1]);
    }
    return sum;
}

/* 24 f times the sum by TFLite's two roundings: the sum times 64 comes first, as f is 8. */
static inline int8_t tvm_tiny_winograd_exact(uint32_t sum, const int32_t *table)
{
    const int32_t scaled = (int32_t)(sum * 0xaaaaaaabu); /* a third, modulo 2^32 */
    int32_t result = (int32_t)(((int64_t)scaled * table[2]) >> 32);
    result = (result + (scaled < 0 ? -32 : 0) + table[4]) >> table[6];
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/* All channels of eight pixels. */
static inline void tvm_tiny_winograd_products(const int32_t *u, const int16_t *w,
                                              const int32_t *table, int8_t *y, int32_t words,
                                              int32_t outputs, int32_t line)
{
    int32_t o, tile, i;
    for (o = 0; o < outputs; ++o) {
        const int32_t *const entry = table + (line > 0 ? 4 : 8) * (o >> 1) + (o & 1);
        for (tile = 0; tile < 2; ++tile) {
            uint32_t m[6], sums[4];
            for (i = 0; i < 6; ++i) {
                const int16_t *const at = w + 4 * words * (6 * (o >> 1) + i) + 2 * (o & 1);
                m[i] = tvm_tiny_winograd_sum(u + 2 * i + tile, at, words);
            }
            m[0] += (uint32_t)entry[0];
            sums[0] = m[1] + m[0] + m[2] + m[3] + m[4];
            sums[1] = m[0] - m[2] + 2 * (m[3] - m[4]);
            sums[2] = m[0] + m[2] + 4 * (m[3] + m[4]);
            sums[3] = m[0] - m[2] + 8 * (m[3] - m[4]) + m[5];
            for (i = 0; i < 4; ++i) {
                y[(4 * tile + i) * outputs + o] =
                    line > 0 ? tvm_tiny_dsp_line((int32_t)sums[i], entry[2], line)
                             : tvm_tiny_winograd_exact(sums[i], entry);
            }
        }
    }
}
#endif

/* Ten columns from `column` on as they are, or where there are none the zero point. */
static inline void tvm_tiny_winograd_copy(const int8_t *row, int8_t *to, int32_t column,
                                          int32_t width, int32_t channels, int32_t fill)
{
    const int32_t last = column + TVM_TINY_WINOGRAD_COLUMNS;
    const int32_t from = column < 0 ? 0 : column, inside = last > width ? width : last;
    const int32_t until = inside < from ? from : inside;
    int32_t i;
    for (i = 0; i < (from - column) * channels; ++i) {
        *to++ = (int8_t)fill;
    }
    tvm_tiny_dsp_copy(to, row + from * channels, (until - from) * channels);
    to += (until - from) * channels;
    for (i = 0; i < (last - until) * channels; ++i) {
        *to++ = (int8_t)fill;
    }
}

/*
 * One output row, at least eight pixels wide. rows: element offset of the row under each of `taps`
 * vertical taps, begin to end - 1 inside the tensor. left: columns of padding in front. channels: a
 * multiple of four, taps * channels one of twelve; outputs: an even number. scratch: words of all
 * rows, spare ones, ten columns as bytes.
 */
static inline void tvm_tiny_winograd_row(const int8_t *x, const int32_t *rows, const int16_t *w,
                                         const int32_t *table, int32_t *scratch, int8_t *y,
                                         int32_t begin, int32_t end, int32_t taps, int32_t width,
                                         int32_t channels, int32_t out_width, int32_t outputs,
                                         int32_t left, int32_t fill, int32_t line)
{
    const int32_t groups = channels >> 2, row = 2 * groups * TVM_TINY_WINOGRAD_WORDS;
    int8_t *const columns = (int8_t *)(scratch + taps * row + TVM_TINY_WINOGRAD_SPARE);
    int32_t at, ky;
    for (at = 0; at < out_width; at += TVM_TINY_WINOGRAD_PIXELS) {
        const int32_t last = out_width - TVM_TINY_WINOGRAD_PIXELS;
        const int32_t pixel = at < last ? at : last, column = pixel - left;
        const int32_t whole = column >= 0 && column + TVM_TINY_WINOGRAD_COLUMNS <= width;
        for (ky = 0; ky < taps; ++ky) {
            const int32_t inside = ky >= begin && ky < end;
            const int8_t *from = columns;
            if (inside && whole) {
                from = x + rows[ky] + column * channels;
            } else {
                tvm_tiny_winograd_copy(inside ? x + rows[ky] : x, columns, column,
                                       inside ? width : 0, channels, fill);
            }
            tvm_tiny_winograd_transform(from, channels, scratch + ky * row, groups);
        }
#if TVM_TINY_DSP_ASM
        {
            const int32_t pieces = taps * channels / 12;
            const int32_t rounds =
                (pieces + TVM_TINY_WINOGRAD_ROUND - 1) / TVM_TINY_WINOGRAD_ROUND;
            tvm_tiny_winograd_end *const ends = line == 3    ? tvm_tiny_winograd_ends_3
                                       : line == 7  ? tvm_tiny_winograd_ends_7
                                       : line == 11 ? tvm_tiny_winograd_ends_11
                                       : line == 15 ? tvm_tiny_winograd_ends_15
                                                    : tvm_tiny_winograd_ends;
            tvm_tiny_winograd_sums(scratch, w, table, y + pixel * outputs, outputs >> 1, outputs,
                                   rounds, rounds * TVM_TINY_WINOGRAD_ROUND - pieces,
                                   line > 0 ? 16 : 32, ends);
        }
#else
        tvm_tiny_winograd_products(scratch, w, table, y + pixel * outputs, 2 * taps * groups,
                                   outputs, line);
#endif
    }
}

#ifdef __cplusplus
}
#endif

#endif
