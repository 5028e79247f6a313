/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Depthwise convolution with windows of 5 by 5 and 7 by 7 straight from the tensor: no workspace is
 * written and read again. For rows of 3 to 5 outputs, made at a time, and of 6 to 10, made in two
 * halves of 5 that may overlap.
 *
 * Record of a channel, stride 2: its head as in tvm_tiny_depthwise.h; for every row of the window
 * words of two scaled weights (w0, w1), (w2, w3) and so on. Stride 1: bias, multiplier, rounding,
 * scale, shift (of long records); for every row words w1 + w0 2^21, w3 + w2 2^21 and so on. The
 * scale is what weights and bias are multiplied by in tvm_tiny_depthwise.h; the bias is less by
 * scale 2^20, which is in every field of a sum: see schedules/dsp/generator/large.py.
 */
#ifndef TVM_TINY_DEPTHWISE_LARGE_H
#define TVM_TINY_DEPTHWISE_LARGE_H

#include "tvm_tiny_depthwise.h"

#if TVM_TINY_DEPTHWISE_ASM
#ifdef TVM_TINY_SINGLE_ISSUE
#include "tvm_tiny_depthwise_large5_single.h"
#include "tvm_tiny_depthwise_large7_single.h"
#else
#include "tvm_tiny_depthwise_large5_dual.h"
#include "tvm_tiny_depthwise_large7_dual.h"
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Words in front of the weights, stride 1 and 2; bits of a field; outputs of half a row. */
#define TVM_TINY_DEPTHWISE_LARGE_HEAD(stride) ((stride) == 1 ? 5 : 4)
#define TVM_TINY_DEPTHWISE_LARGE_FIELD 21
#define TVM_TINY_DEPTHWISE_LARGE_HALF 5

#if TVM_TINY_DEPTHWISE_ASM && defined(__OPTIMIZE__)
#define TVM_TINY_DEPTHWISE_LARGE_INLINE inline __attribute__((always_inline))
#else
#define TVM_TINY_DEPTHWISE_LARGE_INLINE inline
#endif

#if TVM_TINY_DEPTHWISE_ASM
/* Everything about a row of outputs; outputs: at a time. */
static inline void tvm_tiny_depthwise_large_prepare(int32_t *job, const int8_t *x,
                                                    const int32_t *rows, const int32_t *records,
                                                    int8_t *y, int32_t begin, int32_t end,
                                                    int32_t channels, int32_t size, int32_t stride,
                                                    int32_t left, int32_t out_width, int32_t fill)
{
    const int32_t field = TVM_TINY_DEPTHWISE_LARGE_FIELD;
    const int32_t behind = out_width - TVM_TINY_DEPTHWISE_LARGE_HALF;
    const int32_t words = TVM_TINY_DEPTHWISE_LARGE_HEAD(stride) + size * ((size + 1) >> 1);
    int32_t i;
    job[TVM_TINY_DEPTHWISE_LARGE_RECORD] = tvm_tiny_depthwise_address(records);
    job[TVM_TINY_DEPTHWISE_LARGE_Y] = tvm_tiny_depthwise_address(y);
    job[TVM_TINY_DEPTHWISE_LARGE_Y_FINAL] = behind * channels;
    job[TVM_TINY_DEPTHWISE_LARGE_CHANNELS] = channels;
    job[TVM_TINY_DEPTHWISE_LARGE_LEFT] = channels;
    job[TVM_TINY_DEPTHWISE_LARGE_FILL] = fill;
    job[TVM_TINY_DEPTHWISE_LARGE_CELL] =
        stride == 1 ? fill * (1 + (1 << field)) : tvm_tiny_depthwise_pack(fill, fill);
    job[TVM_TINY_DEPTHWISE_LARGE_HIGH] = 1 << (3 * field - 33) | 1 << (2 * field - 33);
    job[TVM_TINY_DEPTHWISE_LARGE_RECORD_BYTES] = 4 * words;
    for (i = 0; i < size; ++i) {
        const int32_t inside = i >= begin && i < end;
        const int32_t apart = inside ? channels : 0;
        job[TVM_TINY_DEPTHWISE_LARGE_ROW0 + i] =
            inside ? tvm_tiny_depthwise_address(x + rows[i])
                   : tvm_tiny_depthwise_address(job + TVM_TINY_DEPTHWISE_LARGE_FILL);
        job[TVM_TINY_DEPTHWISE_LARGE_APART0 + i] = apart;
        job[TVM_TINY_DEPTHWISE_LARGE_INC0 + i] = inside;
        job[TVM_TINY_DEPTHWISE_LARGE_FINAL0 + i] = (behind * stride - left) * apart;
    }
}
#else
/* Weight of a column from a row's words. */
static inline int32_t tvm_tiny_depthwise_large_weight(const int32_t *words, int32_t column,
                                                      int32_t stride)
{
    const int32_t word = words[column >> 1], one = 1 << TVM_TINY_DEPTHWISE_LARGE_FIELD;
    const uint32_t bits = (uint32_t)word & (uint32_t)(one - 1);
    const int32_t low = (int32_t)bits - (bits >= (uint32_t)(one >> 1) ? one : 0);
    if (stride == 2) {
        return (int16_t)(uint16_t)((column & 1) != 0 ? (uint32_t)word >> 16 : (uint32_t)word);
    }
    return (column & 1) != 0 ? low : (word - low) / one;
}

/* A channel's result at one place; rows that are absent are NULL. */
static inline int8_t tvm_tiny_depthwise_large_one(const int8_t *const *rows, const int32_t *record,
                                                  int32_t column, int32_t width, int32_t channels,
                                                  int32_t size, int32_t stride, int32_t fill,
                                                  int32_t relu)
{
    const int32_t *words = record + TVM_TINY_DEPTHWISE_LARGE_HEAD(stride);
    const int32_t half = stride == 1 ? 1 << (TVM_TINY_DEPTHWISE_LARGE_FIELD - 1) : 0;
    const uint32_t scale = stride == 1 ? (uint32_t)record[3] : 1u;
    int32_t products = 0, sum, i, j;
    for (i = 0; i < size; ++i) {
        for (j = 0; j < size; ++j) {
            const int32_t at = column + j, inside = rows[i] != NULL && at >= 0 && at < width;
            products += tvm_tiny_depthwise_large_weight(words, j, stride) *
                        (inside ? rows[i][at * channels] : fill);
        }
        words += (size + 1) >> 1;
    }
    sum = (int32_t)((uint32_t)record[0] + (uint32_t)(products + half) * scale);
    return relu ? tvm_tiny_depthwise_relu(sum, record[1], record[2])
                : tvm_tiny_depthwise_result(sum, record[1], record[2], record[stride == 1 ? 4 : 3]);
}
#endif

/*
 * One output row. rows: element offset of the row under each vertical tap, begin to end - 1 inside
 * the tensor. left, right: columns of the first and of the last window outside it. width: columns
 * of the tensor.
 */
static TVM_TINY_DEPTHWISE_LARGE_INLINE void
tvm_tiny_depthwise_large_row(const int8_t *x, const int32_t *rows, const int32_t *records,
                             int8_t *y, int32_t begin, int32_t end, int32_t channels, int32_t size,
                             int32_t stride, int32_t left, int32_t right, int32_t width,
                             int32_t out_width, int32_t fill, int32_t relu)
{
#if TVM_TINY_DEPTHWISE_ASM
    int32_t job[TVM_TINY_DEPTHWISE_LARGE_JOB_WORDS];
    const int32_t whole = out_width <= TVM_TINY_DEPTHWISE_LARGE_HALF ? out_width : 0;
    (void)width;
    tvm_tiny_depthwise_large_prepare(job, x, rows, records, y, begin, end, channels, size, stride,
                                     left, out_width, fill);
    switch (((size * 10 + stride) * 10 + whole) * 100 + 10 * left + right) {
        TVM_TINY_DEPTHWISE_LARGE5_CASES
        TVM_TINY_DEPTHWISE_LARGE7_CASES
    default:
        break;
    }
#else
    const int8_t *place[7];
    int32_t c, o, i;
    (void)right;
    for (c = 0; c < channels; ++c) {
        for (i = 0; i < size; ++i) {
            place[i] = i >= begin && i < end ? x + rows[i] + c : NULL;
        }
        for (o = 0; o < out_width; ++o) {
            y[o * channels + c] = tvm_tiny_depthwise_large_one(
                place, records, o * stride - left, width, channels, size, stride, fill, relu);
        }
        records += TVM_TINY_DEPTHWISE_LARGE_HEAD(stride) + size * ((size + 1) >> 1);
    }
#endif
}

#ifdef __cplusplus
}
#endif

#endif
