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
 * rounds it exactly as TFLite's doubling high multiplication does. A multiplier of one half and
 * more doubles bias and weights further. In short records they are scaled so that one shift does
 * for all channels: see tvm_tiny_depthwise_relu.
 *
 * Cores with DSP instructions run assembly written by schedules/dsp/generator, which makes a
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
#ifdef TVM_TINY_SINGLE_ISSUE
#include "tvm_tiny_depthwise_single_by3.h"
#include "tvm_tiny_depthwise_single_by4.h"
#include "tvm_tiny_depthwise_single_by5.h"
#else
#include "tvm_tiny_depthwise_by3.h"
#include "tvm_tiny_depthwise_by4.h"
#include "tvm_tiny_depthwise_by5.h"
#endif
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
 * point, limited to int8. rounding = 2^(shift - 1) + (zero point << shift), shift 0 to 31. Bit 31
 * beside a shift that is not 0: there are ties.
 */
static inline int8_t tvm_tiny_depthwise_result(int32_t sum, int32_t multiplier, int32_t rounding,
                                               int32_t shift)
{
    const int32_t sign = (sum & shift) < 0 ? -1 : 0;
    const int64_t product = (int64_t)sum * multiplier + ((int64_t)1 << 31);
    const int32_t result = ((int32_t)(product >> 32) + (rounding + sign)) >> (shift & 31);
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/*
 * The same where results are no less than the zero point, which is -128: ties of negative sums do
 * not matter. Weights and bias are scaled so that all channels need the same shift.
 */
static inline int8_t tvm_tiny_depthwise_relu(int32_t sum, int32_t multiplier, int32_t rounding)
{
    const int32_t product = (int32_t)(((int64_t)sum * multiplier) >> 32);
    const int32_t result = (product + rounding) >> TVM_TINY_DEPTHWISE_RELU_SHIFT;
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
        *y = relu ? tvm_tiny_depthwise_relu(sum, record[1], record[2])
                  : tvm_tiny_depthwise_result(sum, record[1], record[2], record[3]);
        x += distance;
        y += channels;
    }
}

#if TVM_TINY_DEPTHWISE_ASM
/* Highest window and narrowest row of the kernels in assembly. */
#define TVM_TINY_DEPTHWISE_HIGHEST 16
#define TVM_TINY_DEPTHWISE_NARROWEST 3

/* Less code: widths and windows are constants and choose functions, so the others are not linked. */
#if defined(TVM_TINY_COMPACT) && defined(__OPTIMIZE__)
#define TVM_TINY_DEPTHWISE_CHOOSER inline __attribute__((always_inline))
#else
#define TVM_TINY_DEPTHWISE_CHOOSER inline
#endif

/* How many of `count` things are best done at a time: 3, 4 or 5; the last ones may overlap. */
static TVM_TINY_DEPTHWISE_CHOOSER int32_t tvm_tiny_depthwise_chunk(int32_t count)
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

/* Who gathers: 3, 4, 5 or 7 rows at once, or (0) entry by entry. */
static TVM_TINY_DEPTHWISE_CHOOSER int32_t tvm_tiny_depthwise_gatherer(int32_t rows, int32_t used)
{
    const int32_t chunk = tvm_tiny_depthwise_chunk(used);
    void (*const gather)(void) = rows == 3   ? TVM_TINY_DEPTHWISE_PICK(chunk, gather, _3)
                                 : rows == 4 ? TVM_TINY_DEPTHWISE_PICK(chunk, gather, _4)
                                 : rows == 5 ? TVM_TINY_DEPTHWISE_PICK(chunk, gather, _5)
                                 : rows == 7 ? TVM_TINY_DEPTHWISE_PICK(chunk, gather, _7)
                                             : TVM_TINY_DEPTHWISE_PICK(chunk, gather, );
    return (int32_t)(uintptr_t)gather;
}

/* Are `present` of `high` rows all, and is there one who gathers so many at once? */
static inline int32_t tvm_tiny_depthwise_at_once(int32_t present, int32_t high)
{
    return present == high && (high == 3 || high == 4 || high == 5 || high == 7);
}

/* Makes channels of a row, or of two, whose borders are in the workspace already. */
typedef void (*tvm_tiny_depthwise_kernel)(const int32_t *job);

static TVM_TINY_DEPTHWISE_CHOOSER tvm_tiny_depthwise_kernel tvm_tiny_depthwise_choose(
    int32_t chunk, int32_t taps_high, int32_t taps_wide, int32_t stride, int32_t relu,
    int32_t out_rows)
{
    const int32_t size = taps_high == taps_wide && stride < 3 ? 2 * taps_high + stride : 0;
    return out_rows == 2    ? TVM_TINY_DEPTHWISE_PICK(chunk, rows, _3)
        : size == 7 && relu ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _3_1)
        : size == 8 && relu ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _3_2)
        : size == 11 && relu ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _5_1)
#ifndef TVM_TINY_SINGLE_ISSUE
        : size == 12 && relu ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _5_2)
        : size == 7          ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _3_1_long)
        : size == 11         ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _5_1_long)
        : size == 12         ? TVM_TINY_DEPTHWISE_PICK(chunk, window, _5_2_long)
#endif
        : relu ? TVM_TINY_DEPTHWISE_PICK(chunk, short, )
               : TVM_TINY_DEPTHWISE_PICK(chunk, long, );
}

/* Words of the entries of a job. */
#define TVM_TINY_DEPTHWISE_ENTRIES_WORDS (3 * (TVM_TINY_DEPTHWISE_HIGHEST / 2 + 2))

/*
 * The job of tvm_tiny_depthwise_row or (out_rows 2) tvm_tiny_depthwise_two_rows, the borders of the
 * workspace being filled. row_bytes: distance of rows of outputs; gather: who brings in the rows,
 * at once if it can. Returns how many outputs are made at a time.
 */
static inline int32_t tvm_tiny_depthwise_prepare(int32_t *job, int32_t *entries, const int8_t *x,
                                                 const int32_t *rows, const int32_t *records,
                                                 int32_t *scratch, int8_t *y, int32_t begin,
                                                 int32_t end, int32_t channels, int32_t taps_high,
                                                 int32_t taps_wide, int32_t stride, int32_t left,
                                                 int32_t used, int32_t out_width, int32_t fill,
                                                 int32_t out_rows, int32_t row_bytes,
                                                 int32_t gather)
{
    const int32_t step = (taps_high + 1) >> 1, words = (step * taps_wide + 1) & ~1;
    const int32_t high = taps_high + out_rows - 1;
    const int32_t at_once = tvm_tiny_depthwise_at_once(end - begin, high);
    const int32_t chunk = tvm_tiny_depthwise_chunk(out_width);
    int32_t i;
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
    job[TVM_TINY_DEPTHWISE_GATHER] = gather;
    job[TVM_TINY_DEPTHWISE_INSIDE] = tvm_tiny_depthwise_address(scratch + left * step);
    job[TVM_TINY_DEPTHWISE_X_ADVANCE] = 4 * (chunk * step * stride - words);
    job[TVM_TINY_DEPTHWISE_Y_ADVANCE] = chunk * channels;
    job[TVM_TINY_DEPTHWISE_Y_ROW] = row_bytes;
    if (at_once) {
        for (i = 0; i < high; ++i) {
            job[TVM_TINY_DEPTHWISE_ROW0 + i] = tvm_tiny_depthwise_address(x + rows[i]);
        }
    } else {
        tvm_tiny_depthwise_entries(x, rows, job, entries, begin, end);
    }
    return chunk;
}

/* All channels of a row or two. */
static inline void tvm_tiny_depthwise_fast(const int8_t *x, const int32_t *rows,
                                           const int32_t *records, int32_t *scratch, int8_t *y,
                                           int32_t begin, int32_t end, int32_t channels,
                                           int32_t taps_high, int32_t taps_wide, int32_t stride,
                                           int32_t left, int32_t used, int32_t out_width,
                                           int32_t fill, int32_t relu, int32_t out_rows,
                                           int32_t row_bytes)
{
    int32_t job[TVM_TINY_DEPTHWISE_JOB_WORDS], entries[TVM_TINY_DEPTHWISE_ENTRIES_WORDS];
    const int32_t high = taps_high + out_rows - 1;
    const int32_t gather = tvm_tiny_depthwise_gatherer(
        tvm_tiny_depthwise_at_once(end - begin, high) ? high : 0, used);
    const int32_t chunk = tvm_tiny_depthwise_prepare(
        job, entries, x, rows, records, scratch, y, begin, end, channels, taps_high, taps_wide,
        stride, left, used, out_width, fill, out_rows, row_bytes, gather);
    tvm_tiny_depthwise_choose(chunk, taps_high, taps_wide, stride, relu, out_rows)(job);
}
#endif

/* Zero points before and behind the columns of the tensor; everywhere if rows are absent. */
static inline void tvm_tiny_depthwise_borders(int32_t *scratch, int32_t step, int32_t left,
                                              int32_t used, int32_t columns, int32_t fill,
                                              int32_t absent)
{
    const int32_t padding = tvm_tiny_depthwise_pack(fill, fill);
    int32_t i;
    for (i = 0; i < (absent ? (left + used) * step : left * step); ++i) {
        scratch[i] = padding;
    }
    for (i = (left + used) * step; i < columns * step + 4; ++i) {
        scratch[i] = padding;
    }
}

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
    int32_t c, m;
    tvm_tiny_depthwise_borders(scratch, step, left, used, columns, fill, end - begin < taps_high);
#if TVM_TINY_DEPTHWISE_ASM
    if (multiplier == 1 && taps_high <= TVM_TINY_DEPTHWISE_HIGHEST && begin < end &&
        used >= TVM_TINY_DEPTHWISE_NARROWEST && out_width >= TVM_TINY_DEPTHWISE_NARROWEST) {
        tvm_tiny_depthwise_fast(x, rows, records, scratch, y, begin, end, channels, taps_high,
                                taps_wide, stride, left, used, out_width, fill, relu, 1, 0);
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

/* Four rows in the workspace, two to a word: the second to the fourth move up by one. */
static inline void tvm_tiny_depthwise_next_row(int32_t *columns, int32_t count)
{
    int32_t i;
    for (i = 0; i < count; ++i) {
        const uint32_t low = (uint32_t)columns[2 * i], high = (uint32_t)columns[2 * i + 1];
        columns[2 * i] = (int32_t)(low >> 16 | high << 16);
        columns[2 * i + 1] = (int32_t)(high >> 16);
    }
}

/*
 * Two neighbouring output rows of windows of 3 by 3, stride 1, short records. rows: element offsets
 * of the four rows under them, begin to end - 1 inside the tensor; a row of outputs is out_width *
 * channels elements. All rows of a channel are read before any output of it is written: outputs may
 * lie over rows under the windows, channel over channel. The rest as for tvm_tiny_depthwise_row.
 */
static inline void tvm_tiny_depthwise_two_rows(const int8_t *x, const int32_t *rows,
                                               const int32_t *records, int32_t *scratch, int8_t *y,
                                               int32_t begin, int32_t end, int32_t channels,
                                               int32_t left, int32_t used, int32_t columns,
                                               int32_t out_width, int32_t fill)
{
    int32_t c;
    tvm_tiny_depthwise_borders(scratch, 2, left, used, columns, fill, end - begin < 4);
#if TVM_TINY_DEPTHWISE_ASM
    if (begin < end && used >= TVM_TINY_DEPTHWISE_NARROWEST &&
        out_width >= TVM_TINY_DEPTHWISE_NARROWEST) {
        tvm_tiny_depthwise_fast(x, rows, records, scratch, y, begin, end, channels, 3, 3, 1, left,
                                used, out_width, fill, 1, 2, out_width * channels);
        return;
    }
#endif
    for (c = 0; c < channels; ++c) {
        int32_t *const inside = scratch + 2 * left;
        tvm_tiny_depthwise_gather(x + c, rows, inside, begin, end, channels, 4, used, fill);
        tvm_tiny_depthwise_outputs(scratch, records, y + c, out_width, 6, 2, channels, 1);
        tvm_tiny_depthwise_next_row(inside, used);
        tvm_tiny_depthwise_outputs(scratch, records, y + out_width * channels + c,
                                   out_width, 6, 2, channels, 1);
        records += TVM_TINY_DEPTHWISE_HEAD + 6;
    }
}

/* Limits a row to low..high. */
static inline void tvm_tiny_depthwise_clamp(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    int32_t i = 0;
#if TVM_TINY_DEPTHWISE_ASM
    const uint32_t least = (uint32_t)(low & 0xff) * 0x01010101u;
    const uint32_t most = (uint32_t)(high & 0xff) * 0x01010101u;
    uint32_t word, result;
    for (; i + 4 <= count; i += 4) {
        __builtin_memcpy(&word, y + i, sizeof(word));
        __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(result) : "r"(word), "r"(least) : "cc");
        __asm__("ssub8 %0, %1, %2\n\tsel %0, %2, %1" : "=&r"(word) : "r"(result), "r"(most) : "cc");
        __builtin_memcpy(y + i, &word, sizeof(word));
    }
#endif
    for (; i < count; ++i) {
        const int32_t value = y[i] < low ? low : y[i];
        y[i] = (int8_t)(value > high ? high : value);
    }
}

#ifdef __cplusplus
}
#endif

#endif
