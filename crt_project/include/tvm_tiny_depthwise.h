/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Depthwise convolution, a channel at a time, for cores with the DSP instructions.
 *
 * The rows under the window are brought into a workspace, two rows to a word of two int16 (the last
 * one alone where their number is odd), all words of a column side by side:
 *
 *     x[0][0] x[1][0] | x[2][0] .. | x[0][1] x[1][1] | x[2][1] .. | x[0][2] x[1][2] | ..
 *
 * so that every output is a sum of products of as many neighbouring words with the weights, which
 * are arranged in the same way: one SMLAD for two taps, nothing to sort out, and the zero point in
 * the workspace wherever the window leaves the tensor, so that no loop asks where it is. Loading
 * bytes costs no more slots than loading words (four channels side by side must be taken apart
 * again), no row needs to be aligned, and any number of channels will do.
 *
 * Record of a channel: twice the bias (zero point folded in), multiplier, rounding, shift, then the
 * weights times two, two to a word. The accumulator is thus twice the convolution, and SMMLAR
 * rounds it exactly as TFLite's doubling high multiplication does. In short records bias and
 * weights are scaled so that one shift does for all channels: see tvm_tiny_depthwise_relu.
 *
 * Cores with DSP instructions run assembly written by benchmarks/micro/write_depthwise.py, which makes a
 * row of all channels in one call; it needs rows of at least 3 columns and one output a channel.
 */
#ifndef TVM_TINY_DEPTHWISE_H
#define TVM_TINY_DEPTHWISE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && \
    !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_DEPTHWISE_ASM 1
#else
#define TVM_TINY_DEPTHWISE_ASM 0
#endif

#if TVM_TINY_DEPTHWISE_ASM
#include "tvm_tiny_depthwise_by3.h"
#include "tvm_tiny_depthwise_by4.h"
#include "tvm_tiny_depthwise_by5.h"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a record in front of the weights. */
#define TVM_TINY_DEPTHWISE_HEAD 4

/* Of every channel's result where records are of the short kind. */
#define TVM_TINY_DEPTHWISE_RELU_SHIFT 10

/* Two int16 in a word, low one first. */
static inline int32_t tvm_tiny_depthwise_pack(int32_t low, int32_t high)
{
    return (int32_t)(((uint32_t)low & 0xffffu) | (uint32_t)high << 16);
}

/* sum + products of the int16 in a and b (SMLAD). */
static inline int32_t tvm_tiny_depthwise_mac(int32_t a, int32_t b, int32_t sum)
{
#if TVM_TINY_DEPTHWISE_ASM
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
#else
    return sum + (int16_t)(uint16_t)a * (int16_t)(uint16_t)b +
           (int16_t)(uint16_t)((uint32_t)a >> 16) * (int16_t)(uint16_t)((uint32_t)b >> 16);
#endif
}

/*
 * sum / 2 times the multiplier / 2^31, ties up; then / 2^shift, ties away from zero; plus the zero
 * point, limited to int8. rounding = 2^(shift - 1) + (zero point << shift), shift 1 to 31.
 */
static inline int8_t tvm_tiny_depthwise_result(int32_t sum, const int32_t *record)
{
    const int32_t sign = sum < 0 ? -1 : 0;
    const int64_t product = (int64_t)sum * record[1] + ((int64_t)1 << 31);
    const int32_t result = ((int32_t)(product >> 32) + (record[2] + sign)) >> record[3];
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/*
 * The same where results are no less than the zero point, which is -128: ties of negative sums do
 * not matter. Weights and bias are scaled so that all channels need the same shift.
 */
static inline int8_t tvm_tiny_depthwise_relu(int32_t sum, const int32_t *record)
{
    const int32_t product = (int32_t)(((int64_t)sum * record[1]) >> 32);
    const int32_t result = (product + record[2]) >> TVM_TINY_DEPTHWISE_RELU_SHIFT;
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/* Brings the rows under the window into the workspace, for one channel: two rows to a word. */
static inline void tvm_tiny_depthwise_gather(const int8_t *x, const int32_t *rows, int32_t *out,
                                             int32_t begin, int32_t end, int32_t channels,
                                             int32_t taps_high, int32_t used, int32_t fill)
{
    const int32_t step = (taps_high + 1) >> 1;
    int32_t i, j;
    for (i = 0; i < taps_high; i += 2) {
        const int8_t *const low = i >= begin && i < end ? x + rows[i] : NULL;
        const int8_t *const high = i + 1 >= begin && i + 1 < end ? x + rows[i + 1] : NULL;
        for (j = 0; j < used; ++j) {
            out[(i >> 1) + j * step] =
                tvm_tiny_depthwise_pack(low != NULL ? low[j * channels] : fill,
                                        high != NULL ? high[j * channels] : fill);
        }
    }
}

/* The outputs of a channel: windows of `words` words, `distance` words apart. */
static inline void tvm_tiny_depthwise_outputs(const int32_t *x, const int32_t *record, int8_t *y,
                                              int32_t count, int32_t words, int32_t distance,
                                              int32_t channels, int32_t relu)
{
    int32_t i, o;
    for (o = 0; o < count; ++o) {
        int32_t sum = record[0];
        for (i = 0; i < words; ++i) {
            sum = tvm_tiny_depthwise_mac(x[i], record[TVM_TINY_DEPTHWISE_HEAD + i], sum);
        }
        *y = relu ? tvm_tiny_depthwise_relu(sum, record) : tvm_tiny_depthwise_result(sum, record);
        x += distance;
        y += channels;
    }
}

#if TVM_TINY_DEPTHWISE_ASM
/* Highest window and narrowest row of the kernels in assembly. */
#define TVM_TINY_DEPTHWISE_HIGHEST 16
#define TVM_TINY_DEPTHWISE_NARROWEST 3

/* How many of `count` things are best done at a time: 3, 4 or 5; the last ones may overlap. */
static inline int32_t tvm_tiny_depthwise_chunk(int32_t count)
{
    const int32_t threes = 4 * ((count + 2) / 3), fours = 5 * ((count + 3) / 4);
    const int32_t fives = 6 * ((count + 4) / 5);
    if (count >= 5 && fives <= fours && fives <= threes) {
        return 5;
    }
    return count >= 4 && fours <= threes ? 4 : 3;
}

static inline int32_t tvm_tiny_depthwise_address(const void *place)
{
    return (int32_t)(uintptr_t)place;
}

/*
 * What to gather: of pairs of rows low row, high row, place; of rows without partner row, how far
 * its words turn, place. Absent rows are in the workspace already.
 */
static inline void tvm_tiny_depthwise_entries(const int8_t *x, const int32_t *rows, int32_t *job,
                                              int32_t *entry, int32_t begin, int32_t end)
{
    const int32_t inside = job[TVM_TINY_DEPTHWISE_INSIDE];
    int32_t i;
    for (i = (begin + 1) & ~1; i + 1 < end; i += 2) {
        *entry++ = tvm_tiny_depthwise_address(x + rows[i]);
        *entry++ = tvm_tiny_depthwise_address(x + rows[i + 1]);
        *entry++ = inside + 2 * i;
        ++job[TVM_TINY_DEPTHWISE_PAIRS];
    }
    if ((begin & 1) != 0) {
        *entry++ = tvm_tiny_depthwise_address(x + rows[begin]);
        *entry++ = 16;
        *entry++ = inside + 2 * (begin - 1);
        ++job[TVM_TINY_DEPTHWISE_HALVES];
    }
    if (i < end) {
        *entry++ = tvm_tiny_depthwise_address(x + rows[i]);
        *entry++ = 0;
        *entry = inside + 2 * i;
        ++job[TVM_TINY_DEPTHWISE_HALVES];
    }
}

/* The kernel for 3, 4 or 5 things at a time. */
#define TVM_TINY_DEPTHWISE_PICK(chunk, before, after)   \
    ((chunk) == 5   ? tvm_tiny_depthwise_##before##5##after \
     : (chunk) == 4 ? tvm_tiny_depthwise_##before##4##after \
                    : tvm_tiny_depthwise_##before##3##after)

/* Who gathers: 3, 5 or 7 rows at once, or (0) entry by entry. */
static inline int32_t tvm_tiny_depthwise_gatherer(int32_t rows, int32_t used)
{
    const int32_t chunk = tvm_tiny_depthwise_chunk(used);
    void (*const gather)(void) = rows == 3   ? TVM_TINY_DEPTHWISE_PICK(chunk, gather, _3)
                                 : rows == 5 ? TVM_TINY_DEPTHWISE_PICK(chunk, gather, _5)
                                 : rows == 7 ? TVM_TINY_DEPTHWISE_PICK(chunk, gather, _7)
                                             : TVM_TINY_DEPTHWISE_PICK(chunk, gather, );
    return (int32_t)(uintptr_t)gather;
}

/* All channels of a row whose borders are in the workspace already. */
static inline void tvm_tiny_depthwise_run(const int32_t *job, int32_t chunk, int32_t taps_high,
                                          int32_t taps_wide, int32_t stride, int32_t relu)
{
    const int32_t size = relu && taps_high == taps_wide ? taps_high : 0;
    void (*const run)(const int32_t *) =
        size == 3 && stride == 1   ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _3_1)
        : size == 3 && stride == 2 ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _3_2)
        : size == 5 && stride == 1 ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _5_1)
        : relu                     ? TVM_TINY_DEPTHWISE_PICK(chunk, short, )
                                   : TVM_TINY_DEPTHWISE_PICK(chunk, long, );
    run(job);
}

/* tvm_tiny_depthwise_row, the borders of the workspace being filled. */
static inline void tvm_tiny_depthwise_fast(const int8_t *x, const int32_t *rows,
                                           const int32_t *records, int32_t *scratch, int8_t *y,
                                           int32_t begin, int32_t end, int32_t channels,
                                           int32_t taps_high, int32_t taps_wide, int32_t stride,
                                           int32_t left, int32_t used, int32_t out_width,
                                           int32_t fill, int32_t relu)
{
    const int32_t step = (taps_high + 1) >> 1, words = (step * taps_wide + 1) & ~1;
    const int32_t at_once =
        end - begin == taps_high && (taps_high == 3 || taps_high == 5 || taps_high == 7);
    const int32_t chunk = tvm_tiny_depthwise_chunk(out_width);
    int32_t job[TVM_TINY_DEPTHWISE_JOB_WORDS], i;
    int32_t entries[3 * (TVM_TINY_DEPTHWISE_HIGHEST / 2 + 2)];
    job[TVM_TINY_DEPTHWISE_RECORD] = tvm_tiny_depthwise_address(records);
    job[TVM_TINY_DEPTHWISE_Y] = tvm_tiny_depthwise_address(y);
    job[TVM_TINY_DEPTHWISE_CHANNEL] = 0;
    job[TVM_TINY_DEPTHWISE_CHANNELS] = channels;
    job[TVM_TINY_DEPTHWISE_SCRATCH] = tvm_tiny_depthwise_address(scratch);
    job[TVM_TINY_DEPTHWISE_ENTRIES] = tvm_tiny_depthwise_address(entries);
    job[TVM_TINY_DEPTHWISE_PAIRS] = 0;
    job[TVM_TINY_DEPTHWISE_HALVES] = 0;
    job[TVM_TINY_DEPTHWISE_USED] = used;
    job[TVM_TINY_DEPTHWISE_STEP] = 4 * step;
    job[TVM_TINY_DEPTHWISE_DISTANCE] = 4 * step * stride;
    job[TVM_TINY_DEPTHWISE_LOOPS] = words >> 1;
    job[TVM_TINY_DEPTHWISE_OUTPUTS] = out_width;
    job[TVM_TINY_DEPTHWISE_RECORD_BYTES] = 4 * (TVM_TINY_DEPTHWISE_HEAD + words);
    job[TVM_TINY_DEPTHWISE_FILL] = fill;
    job[TVM_TINY_DEPTHWISE_LEFT] = channels;
    job[TVM_TINY_DEPTHWISE_GATHER] = tvm_tiny_depthwise_gatherer(at_once ? taps_high : 0, used);
    job[TVM_TINY_DEPTHWISE_INSIDE] = tvm_tiny_depthwise_address(scratch + left * step);
    job[TVM_TINY_DEPTHWISE_X_ADVANCE] = 4 * (chunk * step * stride - words);
    job[TVM_TINY_DEPTHWISE_Y_ADVANCE] = chunk * channels;
    if (at_once) {
        for (i = 0; i < taps_high; ++i) {
            job[TVM_TINY_DEPTHWISE_ROW0 + i] = tvm_tiny_depthwise_address(x + rows[i]);
        }
    } else {
        tvm_tiny_depthwise_entries(x, rows, job, entries, begin, end);
    }
    tvm_tiny_depthwise_run(job, chunk, taps_high, taps_wide, stride, relu);
}
#endif

/*
 * One output row. rows: element offset of the row under each vertical tap, begin to end - 1 inside
 * the tensor. left: columns of padding in front. scratch: the words of `columns` columns and four
 * more. used: columns of the tensor among them. relu: the records are of the short kind.
 */
static inline void tvm_tiny_depthwise_row(const int8_t *x, const int32_t *rows,
                                          const int32_t *records, int32_t *scratch, int8_t *y,
                                          int32_t begin, int32_t end, int32_t channels,
                                          int32_t multiplier, int32_t taps_high, int32_t taps_wide,
                                          int32_t stride, int32_t left, int32_t used,
                                          int32_t columns, int32_t out_width, int32_t fill,
                                          int32_t relu)
{
    const int32_t step = (taps_high + 1) >> 1; /* words of a column */
    const int32_t words = (step * taps_wide + 1) & ~1;
    const int32_t padding = tvm_tiny_depthwise_pack(fill, fill);
    int32_t c, i, m;
    for (i = 0; i < left * step; ++i) {
        scratch[i] = padding;
    }
    if (end - begin < taps_high) {
        for (; i < (left + used) * step; ++i) {
            scratch[i] = padding;
        }
    }
    for (i = (left + used) * step; i < columns * step + 4; ++i) {
        scratch[i] = padding;
    }
#if TVM_TINY_DEPTHWISE_ASM
    if (multiplier == 1 && taps_high <= TVM_TINY_DEPTHWISE_HIGHEST && begin < end &&
        used >= TVM_TINY_DEPTHWISE_NARROWEST && out_width >= TVM_TINY_DEPTHWISE_NARROWEST) {
        tvm_tiny_depthwise_fast(x, rows, records, scratch, y, begin, end, channels, taps_high,
                                taps_wide, stride, left, used, out_width, fill, relu);
        return;
    }
#endif
    for (c = 0; c < channels; ++c) {
        tvm_tiny_depthwise_gather(x + c, rows, scratch + left * step, begin, end, channels,
                                  taps_high, used, fill);
        for (m = 0; m < multiplier; ++m) {
            tvm_tiny_depthwise_outputs(scratch, records, y, out_width, words, stride * step,
                                       channels * multiplier, relu);
            records += TVM_TINY_DEPTHWISE_HEAD + words;
            ++y;
        }
    }
}

/* Limits a row to low..high. */
static inline void tvm_tiny_depthwise_clamp(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    int32_t i;
    for (i = 0; i < count; ++i) {
        const int32_t value = y[i] < low ? low : y[i];
        y[i] = (int8_t)(value > high ? high : value);
    }
}

#ifdef __cplusplus
}
#endif

#endif
