/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Depthwise convolution with weights of one byte: half the constants of tvm_tiny_depthwise.h, whose
 * kernels are called channel by channel with records that are put together on the stack.
 *
 * Record of a channel: bias (zero point folded in) and multiplier, a word each; a byte, the shift to
 * the right; the weights, row by row. A multiplier of 0 belongs to a channel whose result is the
 * bias.
 */
#ifndef TVM_TINY_DEPTHWISE_BYTES_H
#define TVM_TINY_DEPTHWISE_BYTES_H

#include "tvm_tiny_depthwise.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes of a record in front of the weights; words of taps that a widened record has at most. */
#define TVM_TINY_DEPTHWISE_BYTES_HEAD 9
#define TVM_TINY_DEPTHWISE_BYTES_WORDS 28

/* One copy for all layers. */
#if TVM_TINY_DEPTHWISE_ASM
#define TVM_TINY_DEPTHWISE_SHARED __attribute__((noinline, unused))
#else
#define TVM_TINY_DEPTHWISE_SHARED inline
#define TVM_TINY_DEPTHWISE_CHOOSER inline
#endif

#ifdef TVM_TINY_SPEED_BEGIN
TVM_TINY_SPEED_BEGIN
#endif
/* Two half words; GCC inlines nothing that is compiled for size into what is not. */
static inline int32_t tvm_tiny_depthwise_halves(int32_t low, int32_t high)
{
    return (int32_t)(((uint32_t)low & 0xffffu) | (uint32_t)high << 16);
}

/* A word, little endian. */
static inline int32_t tvm_tiny_depthwise_word(const int8_t *x)
{
    return (int32_t)((uint32_t)(uint8_t)x[0] | (uint32_t)(uint8_t)x[1] << 8 |
                     (uint32_t)(uint8_t)x[2] << 16 | (uint32_t)(uint8_t)x[3] << 24);
}

/* value * 2^bits, bits 0 to 31. */
static inline int32_t tvm_tiny_depthwise_scaled(int32_t value, int32_t bits)
{
    return (int32_t)((uint32_t)value << bits);
}

/* A record as tvm_tiny_depthwise.h has it. */
static TVM_TINY_DEPTHWISE_SHARED void tvm_tiny_depthwise_widen(const int8_t *bytes, int32_t *record,
                                                               int32_t taps_high, int32_t taps_wide,
                                                               int32_t zero_point, int32_t relu)
{
    const int32_t multiplier = tvm_tiny_depthwise_word(bytes + 4), right = bytes[8];
    const int32_t bits =
        relu ? TVM_TINY_DEPTHWISE_RELU_SHIFT + 1 - right : 1 - (right < 0 ? right : 0);
    const int8_t *const weights = bytes + TVM_TINY_DEPTHWISE_BYTES_HEAD;
    int32_t *word = record + TVM_TINY_DEPTHWISE_HEAD;
    int32_t bias = tvm_tiny_depthwise_word(bytes), value = zero_point, i, j;
    if (multiplier == 0) {
        value = bias;
        bias = 0;
    }
    record[0] = tvm_tiny_depthwise_scaled(bias, bits);
    record[1] = multiplier;
    if (relu) {
        record[2] = (right > 0 ? 1 << (bits - 2) : 0) + (1 << (TVM_TINY_DEPTHWISE_RELU_SHIFT - 1)) +
                    tvm_tiny_depthwise_scaled(value, TVM_TINY_DEPTHWISE_RELU_SHIFT);
        record[3] = 0;
    } else if (right > 0) {
        record[2] = (1 << (right - 1)) + tvm_tiny_depthwise_scaled(value, right);
        record[3] = (int32_t)((uint32_t)right | 0x80000000u);
    } else {
        record[2] = value;
        record[3] = 0;
    }
    if (taps_high == 3 && taps_wide == 3) {
        for (j = 0; j < 3; ++j) {
            word[2 * j] =
                tvm_tiny_depthwise_halves(tvm_tiny_depthwise_scaled(weights[j], bits),
                                          tvm_tiny_depthwise_scaled(weights[j + 3], bits));
            word[2 * j + 1] =
                tvm_tiny_depthwise_halves(tvm_tiny_depthwise_scaled(weights[j + 6], bits), 0);
        }
        return;
    }
    for (j = 0; j < taps_wide; ++j) {
        for (i = 0; i < taps_high; i += 2) {
            const int8_t *const tap = weights + i * taps_wide + j;
            const int32_t below = i + 1 < taps_high ? tap[taps_wide] : 0;
            *word++ = tvm_tiny_depthwise_halves(tvm_tiny_depthwise_scaled(*tap, bits),
                                                tvm_tiny_depthwise_scaled(below, bits));
        }
    }
    *word = 0;
}
#ifdef TVM_TINY_SPEED_BEGIN
TVM_TINY_SPEED_END
#endif

#if TVM_TINY_DEPTHWISE_ASM
/* All channels of a row by the functions given: who gathers, and who computes. */
static TVM_TINY_DEPTHWISE_SHARED void
tvm_tiny_depthwise_bytes_fast(const int8_t *x, const int32_t *rows, const int8_t *records,
                              int32_t *scratch, int8_t *y, int32_t begin, int32_t end,
                              int32_t channels, int32_t record_bytes, int32_t taps_high,
                              int32_t taps_wide, int32_t stride, int32_t left, int32_t used,
                              int32_t columns, int32_t out_width, int32_t fill, int32_t zero_point,
                              int32_t relu, int32_t gather, tvm_tiny_depthwise_kernel run)
{
    /* Words behind a record are read ahead. */
    int32_t record[TVM_TINY_DEPTHWISE_HEAD + TVM_TINY_DEPTHWISE_BYTES_WORDS + 3];
    int32_t job[TVM_TINY_DEPTHWISE_JOB_WORDS], entries[TVM_TINY_DEPTHWISE_ENTRIES_WORDS], c;
    (void)tvm_tiny_depthwise_prepare(job, entries, x, rows, record, scratch, y, begin, end,
                                     channels, taps_high, taps_wide, stride, left, used, out_width,
                                     fill, 1, 0, gather);
    job[TVM_TINY_DEPTHWISE_LEFT] = 1;
    tvm_tiny_depthwise_borders(scratch, (taps_high + 1) >> 1, left, used, columns, fill,
                               end - begin < taps_high);
    for (c = 0; c < channels; ++c) {
        tvm_tiny_depthwise_widen(records, record, taps_high, taps_wide, zero_point, relu);
        job[TVM_TINY_DEPTHWISE_CHANNEL] = c;
        job[TVM_TINY_DEPTHWISE_Y] = tvm_tiny_depthwise_address(y + c);
        run(job);
        records += record_bytes;
    }
}
#endif

/* The same without assembly. */
static TVM_TINY_DEPTHWISE_SHARED void tvm_tiny_depthwise_bytes_plain(
    const int8_t *x, const int32_t *rows, const int8_t *records, int32_t *scratch, int8_t *y,
    int32_t begin, int32_t end, int32_t channels, int32_t record_bytes, int32_t taps_high,
    int32_t taps_wide, int32_t stride, int32_t left, int32_t used, int32_t columns,
    int32_t out_width, int32_t fill, int32_t zero_point, int32_t relu)
{
    int32_t record[TVM_TINY_DEPTHWISE_HEAD + TVM_TINY_DEPTHWISE_BYTES_WORDS + 3];
    const int32_t step = (taps_high + 1) >> 1; /* words of a column */
    int32_t c;
    tvm_tiny_depthwise_borders(scratch, step, left, used, columns, fill, end - begin < taps_high);
    for (c = 0; c < channels; ++c) {
        tvm_tiny_depthwise_widen(records + c * record_bytes, record, taps_high, taps_wide,
                                 zero_point, relu);
        tvm_tiny_depthwise_gather(x + c, rows, scratch + left * step, begin, end, channels,
                                  taps_high, used, fill);
        tvm_tiny_depthwise_outputs(scratch, record, y + c, out_width, (step * taps_wide + 1) & ~1,
                                   stride * step, channels, relu);
    }
}

/*
 * One output row, as tvm_tiny_depthwise_row makes it, of `record_bytes` a channel; windows of up to
 * TVM_TINY_DEPTHWISE_BYTES_WORDS words, one output a channel.
 */
static TVM_TINY_DEPTHWISE_CHOOSER void tvm_tiny_depthwise_bytes_row(
    const int8_t *x, const int32_t *rows, const int8_t *records, int32_t *scratch, int8_t *y,
    int32_t begin, int32_t end, int32_t channels, int32_t record_bytes, int32_t taps_high,
    int32_t taps_wide, int32_t stride, int32_t left, int32_t used, int32_t columns,
    int32_t out_width, int32_t fill, int32_t zero_point, int32_t relu)
{
#if TVM_TINY_DEPTHWISE_ASM
    if (taps_high <= TVM_TINY_DEPTHWISE_HIGHEST && begin < end &&
        used >= TVM_TINY_DEPTHWISE_NARROWEST && out_width >= TVM_TINY_DEPTHWISE_NARROWEST) {
        const int32_t all = tvm_tiny_depthwise_at_once(end - begin, taps_high);
        tvm_tiny_depthwise_bytes_fast(
            x, rows, records, scratch, y, begin, end, channels, record_bytes, taps_high, taps_wide,
            stride, left, used, columns, out_width, fill, zero_point, relu,
            tvm_tiny_depthwise_gatherer(all ? taps_high : 0, used),
            tvm_tiny_depthwise_choose(tvm_tiny_depthwise_chunk(out_width), taps_high, taps_wide,
                                      stride, relu, 1));
        return;
    }
#endif
    tvm_tiny_depthwise_bytes_plain(x, rows, records, scratch, y, begin, end, channels, record_bytes,
                                   taps_high, taps_wide, stride, left, used, columns, out_width,
                                   fill, zero_point, relu);
}

#ifdef __cplusplus
}
#endif

#endif
