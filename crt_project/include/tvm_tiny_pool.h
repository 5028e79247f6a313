/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pooling on words of four channels, two of them at a time. A table has the offsets of a window's
 * taps; neighbouring windows that lie inside the tensor share it.
 *
 * An average rounds its ties away from zero. With M = 2^28 / count, rounded up and never 2^28 / count
 * itself, the line
 *
 *     (M * sum / 2^16 + 2^11) / 2^12, rounded down both times,
 *
 * is that average for every sum of up to 256 int8: M is too large by less than one in 2^16, so ties of
 * positive sums stay where they are, those of negative ones fall below, and nothing else comes near
 * a step. SMLAWB and SMLAWT are its first half, USAT (with 128 added) is its second.
 */
#ifndef TVM_TINY_POOL_H
#define TVM_TINY_POOL_H

#include "tvm_tiny_channels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Channels and taps of the loops in assembly: at least, at most. */
#define TVM_TINY_POOL_CHANNELS 8
#define TVM_TINY_POOL_TAPS 32
/* Taps of an unrolled loop, the first round of it entered in the middle. */
#define TVM_TINY_POOL_ROUND 9
/* Half of the second divisor, and 128 results. */
#define TVM_TINY_POOL_ROUNDING ((1 << 11) + (128 << 12))

static inline int32_t tvm_tiny_pool_multiplier(int32_t count)
{
    return (1 << 28) / count + 1;
}

/* The average of a sum of int16, 128 added. */
static inline uint32_t tvm_tiny_pool_average(int32_t sum, int32_t multiplier)
{
#if TVM_TINY_CHANNELS_ASM
    uint32_t result;
    __asm__("smlawb %0, %1, %2, %3\n\tusat %0, #8, %0, asr #12"
            : "=r"(result)
            : "r"(multiplier), "r"(sum), "r"(TVM_TINY_POOL_ROUNDING));
    return result;
#else
    const int32_t high = (int32_t)(((int64_t)(int16_t)(uint16_t)sum * multiplier) >> 16);
    return (uint32_t)((high + TVM_TINY_POOL_ROUNDING) >> 12);
#endif
}

#if TVM_TINY_CHANNELS_ASM
#define TVM_TINY_POOL_UNUSED __attribute__((unused))

/*
 * Registers: r0 x, r1 next offset, r2 y, r3 channel, r8 r9 words of a tap, r10 rounds, r11 r12 where
 * the channels of an offset 0 are, lr offset. Stack: entry, table, channels, .., .., registers, step,
 * pixels, rounds, taps that the first round leaves out, two constants.
 */
#define TVM_TINY_POOL_BEGIN(start) \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #16\n" \
    "    ldr r4, [sp, #68]\n" \
    "    adr.w r5, 2f\n" \
    "    mov r6, #28\n" \
    "    mla r5, r4, r6, r5\n" \
    "    orr r5, r5, #1\n" \
    "    str r5, [sp]\n" \
    "    str r1, [sp, #4]\n" \
    "    str r3, [sp, #8]\n" \
    "0:\n" \
    "    mov r3, #0\n" \
    "1:\n" \
    "    ldr r1, [sp, #4]\n" \
    "    ldr r10, [sp, #64]\n" \
    "    ldr r9, [sp]\n" \
    "    add r12, r0, r3\n" \
    "    ldr lr, [r1], #4\n" \
    start \
    "    add r11, r12, #4\n" \
    "    ldr r8, [r12, lr]\n" \
    "    bx r9\n" \
    "2:\n"

/* Words of results in r8 and r10; on to the next channels, the last of which overlap, and pixels. */
#define TVM_TINY_POOL_END \
    "    ldr r12, [sp, #8]\n" \
    "    add lr, r2, r3\n" \
    "    add r3, r3, #8\n" \
    "    str r8, [lr]\n" \
    "    sub r9, r12, #8\n" \
    "    str r10, [lr, #4]\n" \
    "    cmp r3, r12\n" \
    "    bge 3f\n" \
    "    cmp r3, r9\n" \
    "    it gt\n" \
    "    movgt r3, r9\n" \
    "    b 1b\n" \
    "3:\n" \
    "    ldr r9, [sp, #60]\n" \
    "    ldr r8, [sp, #56]\n" \
    "    add r2, r2, r12\n" \
    "    subs r9, r9, #1\n" \
    "    add r0, r0, r8\n" \
    "    str r9, [sp, #60]\n" \
    "    bne 0b\n" \
    "    add sp, sp, #16\n" \
    "    pop {r4-r12, pc}\n"

#define TVM_TINY_POOL_TEXT_OF(x) #x
#define TVM_TINY_POOL_TEXT(x) TVM_TINY_POOL_TEXT_OF(x)

/* 28 bytes of code a tap. */
#define TVM_TINY_POOL_TAP(taps) \
    ".rept " TVM_TINY_POOL_TEXT(TVM_TINY_POOL_ROUND) "\n" \
    taps \
    ".endr\n" \
    "    subs r10, r10, #1\n" \
    "    bne 2b\n"

#define TVM_TINY_POOL_FUNCTION(name, code) \
    static __attribute__((naked, noinline, unused, aligned(4))) void name( \
        const int8_t *x TVM_TINY_POOL_UNUSED, const int32_t *offsets TVM_TINY_POOL_UNUSED, \
        int8_t *y TVM_TINY_POOL_UNUSED, int32_t channels TVM_TINY_POOL_UNUSED, \
        int32_t step TVM_TINY_POOL_UNUSED, int32_t pixels TVM_TINY_POOL_UNUSED, \
        int32_t rounds TVM_TINY_POOL_UNUSED, int32_t skipped TVM_TINY_POOL_UNUSED, \
        uint32_t first TVM_TINY_POOL_UNUSED, uint32_t second TVM_TINY_POOL_UNUSED) \
    { \
        __asm__ volatile(code); \
    }

/* Constants: multiplier, rounding. */
TVM_TINY_POOL_FUNCTION(tvm_tiny_pool_averages,
    TVM_TINY_POOL_BEGIN(
    "    mov r4, #0\n"
    "    mov r5, #0\n"
    "    mov r6, #0\n"
    "    mov r7, #0\n")
    TVM_TINY_POOL_TAP(
    "    sxtab16 r4, r4, r8\n"
    "    ldr.w r9, [r11, lr]\n"
    "    sxtab16 r5, r5, r8, ror #8\n"
    "    ldr lr, [r1], #4\n"
    "    sxtab16 r6, r6, r9\n"
    "    sxtab16 r7, r7, r9, ror #8\n"
    "    ldr.w r8, [r12, lr]\n")
    "    ldr r11, [sp, #72]\n"
    "    ldr r12, [sp, #76]\n"
    "    smlawb r8, r11, r4, r12\n"
    "    smlawb r9, r11, r5, r12\n"
    "    smlawt r4, r11, r4, r12\n"
    "    smlawt r5, r11, r5, r12\n"
    "    usat r8, #8, r8, asr #12\n"
    "    smlawb r10, r11, r6, r12\n"
    "    usat r9, #8, r9, asr #12\n"
    "    smlawb lr, r11, r7, r12\n"
    "    usat r4, #8, r4, asr #12\n"
    "    smlawt r6, r11, r6, r12\n"
    "    usat r5, #8, r5, asr #12\n"
    "    smlawt r7, r11, r7, r12\n"
    "    orr r8, r8, r9, lsl #8\n"
    "    usat r10, #8, r10, asr #12\n"
    "    orr r8, r8, r4, lsl #16\n"
    "    usat lr, #8, lr, asr #12\n"
    "    orr r8, r8, r5, lsl #24\n"
    "    usat r6, #8, r6, asr #12\n"
    "    orr r10, r10, lr, lsl #8\n"
    "    usat r7, #8, r7, asr #12\n"
    "    orr r10, r10, r6, lsl #16\n"
    "    eor r8, r8, #0x80808080\n"
    "    orr r10, r10, r7, lsl #24\n"
    "    eor r10, r10, #0x80808080\n"
    TVM_TINY_POOL_END)

/* Constants: four times the smallest result, and the largest. */
TVM_TINY_POOL_FUNCTION(tvm_tiny_pool_maxima,
    TVM_TINY_POOL_BEGIN(
    "    ldr r4, [sp, #72]\n"
    "    ldr r5, [sp, #72]\n")
    TVM_TINY_POOL_TAP(
    "    ssub8 r6, r8, r4\n"
    "    ldr.w r9, [r11, lr]\n"
    "    sel r4, r8, r4\n"
    "    ldr lr, [r1], #4\n"
    "    ssub8 r6, r9, r5\n"
    "    sel r5, r9, r5\n"
    "    ldr.w r8, [r12, lr]\n")
    "    ldr r9, [sp, #76]\n"
    "    ssub8 r6, r9, r4\n"
    "    sel r8, r4, r9\n"
    "    ssub8 r6, r9, r5\n"
    "    sel r10, r5, r9\n"
    TVM_TINY_POOL_END)
#endif

/* What all windows of a row share. */
typedef struct {
    const int8_t *x;
    const int32_t *rows;
    int32_t begin, end, channels;
} tvm_tiny_pool_rows;

/* Averages of four channels of one window. */
static inline void tvm_tiny_pool_average_word(const tvm_tiny_pool_rows *in, int32_t first,
                                              int32_t taps, int32_t channel, int8_t *y,
                                              int32_t multiplier)
{
    const int8_t *const from = in->x + first * in->channels + channel;
    uint32_t even = 0, odd = 0, word;
    int32_t k, i;
    for (k = in->begin; k < in->end; ++k) {
        const int8_t *tap = from + in->rows[k];
        for (i = 0; i < taps; ++i) {
            const uint32_t four = tvm_tiny_channels_load(tap);
            even = tvm_tiny_channels_add_even(even, four);
            odd = tvm_tiny_channels_add_odd(odd, four);
            tap += in->channels;
        }
    }
    word = tvm_tiny_pool_average((int32_t)even, multiplier);
    word |= tvm_tiny_pool_average((int32_t)odd, multiplier) << 8;
    word |= tvm_tiny_pool_average((int32_t)(even >> 16), multiplier) << 16;
    word |= tvm_tiny_pool_average((int32_t)(odd >> 16), multiplier) << 24;
    tvm_tiny_channels_store(y + channel, word ^ 0x80808080u);
}

/* Maxima of four channels of one window. */
static inline void tvm_tiny_pool_maximum_word(const tvm_tiny_pool_rows *in, int32_t first,
                                              int32_t taps, int32_t channel, int8_t *y,
                                              uint32_t low, uint32_t high)
{
    const int8_t *const from = in->x + first * in->channels + channel;
    uint32_t peaks = low;
    int32_t k, i;
    for (k = in->begin; k < in->end; ++k) {
        const int8_t *tap = from + in->rows[k];
        for (i = 0; i < taps; ++i) {
            peaks = tvm_tiny_channels_larger(tvm_tiny_channels_load(tap), peaks);
            tap += in->channels;
        }
    }
    tvm_tiny_channels_store(y + channel, tvm_tiny_channels_smaller(peaks, high));
}

/* One window, all channels, at least four; the last four may overlap those before. */
static inline void tvm_tiny_pool_window(const tvm_tiny_pool_rows *in, int32_t first, int32_t taps,
                                        int8_t *y, int32_t largest, uint32_t low, uint32_t high)
{
    const int32_t multiplier =
        largest ? 0 : tvm_tiny_pool_multiplier((in->end - in->begin) * taps);
    int32_t i;
    for (i = 0; i < in->channels; i += 4) {
        const int32_t channel = i < in->channels - 4 ? i : in->channels - 4;
        if (largest) {
            tvm_tiny_pool_maximum_word(in, first, taps, channel, y, low, high);
        } else {
            tvm_tiny_pool_average_word(in, first, taps, channel, y, multiplier);
        }
    }
}

/* `pixels` windows, `stride` columns apart, each of `taps` columns; the first begins at `first`. */
static inline void tvm_tiny_pool_windows(const tvm_tiny_pool_rows *in, int32_t first, int32_t taps,
                                         int32_t stride, int32_t pixels, int8_t *y,
                                         int32_t largest, uint32_t low, uint32_t high)
{
    int32_t i;
#if TVM_TINY_CHANNELS_ASM
    const int32_t count = (in->end - in->begin) * taps;
    if (in->channels >= TVM_TINY_POOL_CHANNELS && count <= TVM_TINY_POOL_TAPS) {
        int32_t offsets[TVM_TINY_POOL_TAPS + 1], *offset = offsets;
        const int32_t rounds = (count + TVM_TINY_POOL_ROUND - 1) / TVM_TINY_POOL_ROUND;
        const int32_t skipped = rounds * TVM_TINY_POOL_ROUND - count;
        const int8_t *const from = in->x + first * in->channels;
        const int32_t step = stride * in->channels;
        int32_t k;
        for (k = in->begin; k < in->end; ++k) {
            for (i = 0; i < taps; ++i) {
                *offset++ = in->rows[k] + i * in->channels;
            }
        }
        *offset = offsets[0]; /* read ahead, not used */
        if (largest) {
            tvm_tiny_pool_maxima(from, offsets, y, in->channels, step, pixels, rounds, skipped,
                                 low, high);
        } else {
            tvm_tiny_pool_averages(from, offsets, y, in->channels, step, pixels, rounds, skipped,
                                   (uint32_t)tvm_tiny_pool_multiplier(count),
                                   TVM_TINY_POOL_ROUNDING);
        }
        return;
    }
#endif
    for (i = 0; i < pixels; ++i) {
        tvm_tiny_pool_window(in, first + i * stride, taps, y, largest, low, high);
        y += in->channels;
    }
}

/* A row of windows, those that leave the tensor one by one. */
static inline void tvm_tiny_pool_row(const tvm_tiny_pool_rows *in, int8_t *y, int32_t kernel,
                                     int32_t stride, int32_t pad, int32_t width, int32_t out_width,
                                     int32_t largest, uint32_t low, uint32_t high)
{
    int32_t column = 0;
    while (column < out_width) {
        const int32_t first = column * stride - pad, last = first + kernel;
        const int32_t begin = first > 0 ? first : 0, end = last < width ? last : width;
        int32_t pixels = 1;
        if (first >= 0 && last <= width) {
            pixels += (width - last) / stride;
            pixels = pixels < out_width - column ? pixels : out_width - column;
        }
        tvm_tiny_pool_windows(in, begin, end - begin, stride, pixels, y, largest, low, high);
        y += pixels * in->channels;
        column += pixels;
    }
}

/* A row of averages of at most 256 elements. */
static inline void tvm_tiny_avg_pool_row(const int8_t *x, const int32_t *rows, int8_t *y,
                                         int32_t k_begin, int32_t k_end, int32_t kernel,
                                         int32_t stride, int32_t pad, int32_t width,
                                         int32_t out_width, int32_t channels, int32_t low,
                                         int32_t high)
{
    const tvm_tiny_pool_rows in = {x, rows, k_begin, k_end, channels};
    int32_t i;
    tvm_tiny_pool_row(&in, y, kernel, stride, pad, width, out_width, 0, 0, 0);
    for (i = 0; (low > -128 || high < 127) && i < out_width * channels; ++i) {
        y[i] = (int8_t)tvm_tiny_clamp(y[i], low, high);
    }
}

/* A row of maxima; low and high: four times the limit of the result. */
static inline void tvm_tiny_max_pool_row(const int8_t *x, const int32_t *rows, int8_t *y,
                                         int32_t k_begin, int32_t k_end, int32_t kernel,
                                         int32_t stride, int32_t pad, int32_t width,
                                         int32_t out_width, int32_t channels, uint32_t low,
                                         uint32_t high)
{
    const tvm_tiny_pool_rows in = {x, rows, k_begin, k_end, channels};
    tvm_tiny_pool_row(&in, y, kernel, stride, pad, width, out_width, 1, low, high);
}

#ifdef __cplusplus
}
#endif

#endif
