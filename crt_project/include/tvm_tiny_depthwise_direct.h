/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Depthwise convolution with windows of 3 by 3 straight from the tensor, for cores that issue two
 * instructions: no workspace is written and read again. For rows of at least three outputs with stride
 * 1 and a border of one column at both ends, and for stride 2.
 *
 * Record of a channel: its head as in tvm_tiny_depthwise.h, then for every row of the window the
 * words (w0, w1) and (w1, w2), scaled as there.
 */
#ifndef TVM_TINY_DEPTHWISE_DIRECT_H
#define TVM_TINY_DEPTHWISE_DIRECT_H

#include "tvm_tiny_depthwise.h"

#if TVM_TINY_DEPTHWISE_ASM && !defined(TVM_TINY_SINGLE_ISSUE)
#define TVM_TINY_DEPTHWISE_DIRECT_ASM 1
#include "tvm_tiny_depthwise_direct_rows_dual.h"
#else
#define TVM_TINY_DEPTHWISE_DIRECT_ASM 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a record; outputs at a time with stride 2. */
#define TVM_TINY_DEPTHWISE_DIRECT_WORDS (TVM_TINY_DEPTHWISE_HEAD + 6)
#define TVM_TINY_DEPTHWISE_DIRECT_STEP 4

#if TVM_TINY_DEPTHWISE_DIRECT_ASM
/* How many outputs are made at a time, unless the whole row is: cycles are nearly as outputs. */
static inline int32_t tvm_tiny_depthwise_direct_step(int32_t stride, int32_t out_width)
{
    const int32_t fours = 5 * ((out_width + 3) / 4), fives = 6 * ((out_width + 4) / 5);
    return stride == 2 || fours < fives ? TVM_TINY_DEPTHWISE_DIRECT_STEP : 5;
}

/* The kernel of a row; short and long records. */
#define TVM_TINY_DEPTHWISE_DIRECT_KIND(name)                                                       \
    (relu ? tvm_tiny_depthwise_direct_##name##_short : tvm_tiny_depthwise_direct_##name##_long)

static inline void tvm_tiny_depthwise_direct_run(const int32_t *job, int32_t stride,
                                                 int32_t out_width, int32_t left, int32_t right,
                                                 int32_t relu)
{
    void (*const run)(const int32_t *) =
        stride == 2      ? (left ? (right ? TVM_TINY_DEPTHWISE_DIRECT_KIND(steps_left_right)
                                          : TVM_TINY_DEPTHWISE_DIRECT_KIND(steps_left))
                                 : (right ? TVM_TINY_DEPTHWISE_DIRECT_KIND(steps_right)
                                          : TVM_TINY_DEPTHWISE_DIRECT_KIND(steps)))
        : out_width > 6  ? (tvm_tiny_depthwise_direct_step(1, out_width) == 4
                                ? TVM_TINY_DEPTHWISE_DIRECT_KIND(rows4)
                                : TVM_TINY_DEPTHWISE_DIRECT_KIND(rows5))
        : out_width == 3 ? TVM_TINY_DEPTHWISE_DIRECT_KIND(whole3)
        : out_width == 4 ? TVM_TINY_DEPTHWISE_DIRECT_KIND(whole4)
        : out_width == 5 ? TVM_TINY_DEPTHWISE_DIRECT_KIND(whole5)
                         : TVM_TINY_DEPTHWISE_DIRECT_KIND(whole6);
    run(job);
}
#else
/* A channel's sum and result at one place; rows that are absent are NULL. */
static inline int8_t tvm_tiny_depthwise_direct_one(const int8_t *const *rows, const int32_t *record,
                                                   int32_t column, int32_t width, int32_t channels,
                                                   int32_t fill, int32_t relu)
{
    int32_t sum = record[0], i, j;
    for (i = 0; i < 3; ++i) {
        const uint32_t first = (uint32_t)record[TVM_TINY_DEPTHWISE_HEAD + 2 * i];
        const uint32_t second = (uint32_t)record[TVM_TINY_DEPTHWISE_HEAD + 2 * i + 1];
        for (j = 0; j < 3; ++j) {
            const int32_t at = column + j;
            const uint32_t weight = j == 0 ? first : j == 1 ? first >> 16 : second >> 16;
            const int32_t inside = rows[i] != NULL && at >= 0 && at < width;
            sum += (int16_t)(uint16_t)weight * (inside ? rows[i][at * channels] : fill);
        }
    }
    return relu ? tvm_tiny_depthwise_relu(sum, record[1], record[2])
                : tvm_tiny_depthwise_result(sum, record[1], record[2], record[3]);
}
#endif

/*
 * One output row. rows: element offset of the row under each vertical tap, begin to end - 1 inside
 * the tensor. left, right: whether the first and the last window begin and end outside it. width:
 * columns of the tensor; stride 2: at least STEP outputs, more with a border on the left.
 */
static inline void tvm_tiny_depthwise_direct_row(const int8_t *x, const int32_t *rows,
                                                 const int32_t *records, int8_t *y, int32_t begin,
                                                 int32_t end, int32_t channels, int32_t stride,
                                                 int32_t left, int32_t right, int32_t width,
                                                 int32_t out_width, int32_t fill, int32_t relu)
{
    int32_t i;
#if TVM_TINY_DEPTHWISE_DIRECT_ASM
    const int32_t step = tvm_tiny_depthwise_direct_step(stride, out_width);
    const int32_t steps = out_width - step - (left ? step : 0);
    const int8_t none = (int8_t)fill;
    int32_t job[TVM_TINY_DEPTHWISE_DIRECT_JOB_WORDS];
    (void)width;
    job[TVM_TINY_DEPTHWISE_DIRECT_RECORD] = tvm_tiny_depthwise_address(records);
    job[TVM_TINY_DEPTHWISE_DIRECT_Y] = tvm_tiny_depthwise_address(y);
    for (i = 0; i < 3; ++i) {
        const int32_t inside = i >= begin && i < end;
        const int32_t apart = inside ? channels : 0;
        const int32_t row = tvm_tiny_depthwise_address(inside ? x + rows[i] : &none);
        job[TVM_TINY_DEPTHWISE_DIRECT_ROW0 + i] = row - (left ? apart : 0);
        job[TVM_TINY_DEPTHWISE_DIRECT_APART0 + i] = apart;
        job[TVM_TINY_DEPTHWISE_DIRECT_INC0 + i] = inside;
        job[TVM_TINY_DEPTHWISE_DIRECT_FINAL0 + i] = stride * (out_width - step) * apart;
    }
    job[TVM_TINY_DEPTHWISE_DIRECT_Y_FINAL] = (out_width - step) * channels;
    job[TVM_TINY_DEPTHWISE_DIRECT_CHANNELS] = channels;
    job[TVM_TINY_DEPTHWISE_DIRECT_LEFT] = channels;
    job[TVM_TINY_DEPTHWISE_DIRECT_FILL] = fill;
    job[TVM_TINY_DEPTHWISE_DIRECT_BLOCKS] = steps > 0 ? (steps + step - 1) / step : 0;
    tvm_tiny_depthwise_direct_run(job, stride, out_width, left, right, relu);
#else
    const int8_t *place[3];
    int32_t c, o;
    (void)right;
    for (c = 0; c < channels; ++c) {
        for (i = 0; i < 3; ++i) {
            place[i] = i >= begin && i < end ? x + rows[i] + c : NULL;
        }
        for (o = 0; o < out_width; ++o) {
            y[o * channels + c] = tvm_tiny_depthwise_direct_one(place, records, o * stride - left,
                                                                width, channels, fill, relu);
        }
        records += TVM_TINY_DEPTHWISE_DIRECT_WORDS;
    }
#endif
}

#ifdef __cplusplus
}
#endif

#endif
