/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matrix products for cores without the DSP instructions (Cortex-M0+, M3): one pixel by four output
 * channels. Inputs and weights are bytes as they lie; a window is copied together first, the input's
 * zero point wherever it leaves the tensor. Weights: a row of `count` bytes a channel, the number of
 * channels filled up to a multiple of four.
 *
 * On a Cortex-M0+ a load takes two cycles and every product needs one: five loads, four products,
 * four sums and the index are 19 cycles for four products; compilers reload pointers and sums.
 *
 * Requantisation: results and tables of tvm_tiny_dsp.h, 256 times the sum; the high word of a product
 * is put together from halves of words, as the core has none.
 */
#ifndef TVM_TINY_SMALL_H
#define TVM_TINY_SMALL_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) && defined(__thumb__) && !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_SMALL_ASM 1
#define TVM_TINY_SMALL_NAKED __attribute__((naked, noinline, unused, aligned(4)))
#define TVM_TINY_SMALL_UNUSED __attribute__((unused))
#else
#define TVM_TINY_SMALL_ASM 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

#if TVM_TINY_SMALL_ASM
/* One input of four channels; r0 x, r1 r5 r6 r7 weights, r2 index, r8 to r11 sums. */
#if defined(__thumb2__)
#define TVM_TINY_SMALL_STEP \
    "    ldrsb r3, [r0, r2]\n" \
    "    ldrsb r4, [r1, r2]\n" \
    "    ldrsb r12, [r5, r2]\n" \
    "    ldrsb lr, [r6, r2]\n" \
    "    mla r8, r3, r4, r8\n" \
    "    ldrsb r4, [r7, r2]\n" \
    "    mla r9, r3, r12, r9\n" \
    "    mla r10, r3, lr, r10\n" \
    "    mla r11, r3, r4, r11\n"
#else
#define TVM_TINY_SMALL_STEP \
    "    ldrsb r3, [r0, r2]\n" \
    "    ldrsb r4, [r1, r2]\n" \
    "    muls r4, r3, r4\n" \
    "    add r8, r4\n" \
    "    ldrsb r4, [r5, r2]\n" \
    "    muls r4, r3, r4\n" \
    "    add r9, r4\n" \
    "    ldrsb r4, [r6, r2]\n" \
    "    muls r4, r3, r4\n" \
    "    add r10, r4\n" \
    "    ldrsb r4, [r7, r2]\n" \
    "    muls r4, r3, r4\n" \
    "    add r11, r4\n"
#endif

/* sums[i] = products of x and row i of w, i from 0 to 3; count is at least 1. */
static TVM_TINY_SMALL_NAKED void tvm_tiny_small_sums(const int8_t *x TVM_TINY_SMALL_UNUSED,
                                                     const int8_t *w TVM_TINY_SMALL_UNUSED,
                                                     int32_t count TVM_TINY_SMALL_UNUSED,
                                                     int32_t *sums TVM_TINY_SMALL_UNUSED)
{
    __asm__ volatile(
        ".syntax unified\n"
        "    push {r3-r7, lr}\n"
        "    mov r4, r8\n"
        "    mov r5, r9\n"
        "    mov r6, r10\n"
        "    mov r7, r11\n"
        "    push {r4-r7}\n"
        "    adds r5, r1, r2\n"
        "    adds r6, r5, r2\n"
        "    adds r7, r6, r2\n"
        "    movs r4, #0\n"
        "    mov r8, r4\n"
        "    mov r9, r4\n"
        "    mov r10, r4\n"
        "    mov r11, r4\n"
        "    subs r2, #1\n"
        "1:\n"
        "    movs r4, #3\n"
        "    ands r4, r2\n"
        "    cmp r4, #3\n"
        "    beq 2f\n"
        TVM_TINY_SMALL_STEP
        "    subs r2, #1\n"
        "    bpl 1b\n"
        "    b 3f\n"
        "2:\n"
        TVM_TINY_SMALL_STEP
        "    subs r2, #1\n"
        TVM_TINY_SMALL_STEP
        "    subs r2, #1\n"
        TVM_TINY_SMALL_STEP
        "    subs r2, #1\n"
        TVM_TINY_SMALL_STEP
        "    subs r2, #1\n"
        "    bpl 2b\n"
        "3:\n"
        "    ldr r3, [sp, #16]\n"
        "    mov r4, r8\n"
        "    mov r5, r9\n"
        "    mov r6, r10\n"
        "    mov r7, r11\n"
        "    stmia r3!, {r4-r7}\n"
        "    pop {r4-r7}\n"
        "    mov r8, r4\n"
        "    mov r9, r5\n"
        "    mov r10, r6\n"
        "    mov r11, r7\n"
        "    pop {r3-r7, pc}\n"
    );
}
#else
static inline void tvm_tiny_small_sums(const int8_t *x, const int8_t *w, int32_t count,
                                       int32_t *sums)
{
    int32_t i, k;
    for (i = 0; i < 4; ++i) {
        sums[i] = 0;
        for (k = 0; k < count; ++k) {
            sums[i] += x[k] * w[i * count + k];
        }
    }
}
#endif

/* High word of a * b, b not negative. */
static inline int32_t tvm_tiny_small_high(int32_t a, int32_t b)
{
#if TVM_TINY_SMALL_ASM && !defined(__thumb2__)
    const uint32_t low = (uint32_t)a & 0xffffu, b_low = (uint32_t)b & 0xffffu;
    const int32_t high = a >> 16, b_high = b >> 16;
    /* high * b_low and low * b_high have 32 bits with their sign; their sum is made in two. */
    const uint32_t carry = low * b_low >> 16;
    const int32_t first = high * (int32_t)b_low;
    const uint32_t second = low * (uint32_t)b_high;
    const uint32_t middle = ((uint32_t)first & 0xffffu) + (second & 0xffffu) + carry;
    return high * b_high + (first >> 16) + (int32_t)(second >> 16) + (int32_t)(middle >> 16);
#else
    return (int32_t)(((int64_t)a * b) >> 32);
#endif
}

/* 256 times the sum, to int8: by TFLite's two roundings (bias, multiplier, rounding, shift)... */
static inline int8_t tvm_tiny_small_exact(int32_t sum, const int32_t *table)
{
    const int32_t scaled = (int32_t)(((uint32_t)sum << 8) + (uint32_t)table[0]);
    const int32_t high = tvm_tiny_small_high(scaled, table[1]);
    const int32_t result = (high + (scaled < 0 ? -128 : 0) + table[2]) >> table[3];
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/* ... or by a line (bias, multiplier). */
static inline int8_t tvm_tiny_small_line(int32_t sum, const int32_t *table, int32_t line)
{
    const int32_t scaled = (int32_t)(((uint32_t)sum << 8) + (uint32_t)table[0]);
    const int32_t result = tvm_tiny_small_high(scaled, table[1]) >> line;
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/* All channels of one pixel; line: its shift, 0: exact. */
static inline void tvm_tiny_small_pixel(const int8_t *x, const int8_t *w, const int32_t *table,
                                        int8_t *y, int32_t count, int32_t channels, int32_t line)
{
    const int32_t entry = line > 0 ? 2 : 4;
    int32_t channel, i;
    for (channel = 0; channel < channels; channel += 4) {
        const int32_t many = channels - channel < 4 ? channels - channel : 4;
        int32_t sums[4];
        tvm_tiny_small_sums(x, w, count, sums);
        for (i = 0; i < many; ++i) {
            *y++ = line > 0 ? tvm_tiny_small_line(sums[i], table, line)
                            : tvm_tiny_small_exact(sums[i], table);
            table += entry;
        }
        w += 4 * count;
    }
}

/* A window, tap by tap; taps outside are filled with the zero point. */
static inline void tvm_tiny_small_gather(const int8_t *x, const int32_t *rows, int8_t *to,
                                         int32_t begin, int32_t end, int32_t column,
                                         int32_t taps_high, int32_t taps_wide, int32_t dilation,
                                         int32_t width, int32_t channels, int32_t fill)
{
    int32_t ky, kx, i;
    for (ky = 0; ky < taps_high; ++ky) {
        for (kx = 0; kx < taps_wide; ++kx) {
            const int32_t at = column + kx * dilation;
            if (ky >= begin && ky < end && at >= 0 && at < width) {
                const int8_t *const from = x + rows[ky] + at * channels;
                for (i = 0; i < channels; ++i) {
                    to[i] = from[i];
                }
            } else {
                for (i = 0; i < channels; ++i) {
                    to[i] = (int8_t)fill;
                }
            }
            to += channels;
        }
    }
}

/*
 * One output row of a convolution. rows: element offset of the row under each vertical tap, begin to
 * end - 1 inside the tensor. scratch: a window; not used for windows of 1 by 1 without padding.
 */
static inline void tvm_tiny_small_row(const int8_t *x, const int32_t *rows, const int8_t *w,
                                      const int32_t *table, int8_t *scratch, int8_t *y,
                                      int32_t begin, int32_t end, int32_t taps_high,
                                      int32_t taps_wide, int32_t stride, int32_t dilation,
                                      int32_t left, int32_t width, int32_t channels,
                                      int32_t out_width, int32_t outputs, int32_t fill,
                                      int32_t line, int32_t pointwise)
{
    const int32_t count = taps_high * taps_wide * channels;
    int32_t o;
    for (o = 0; o < out_width; ++o) {
        const int8_t *from = scratch;
        if (pointwise) {
            from = x + rows[0] + o * stride * channels;
        } else {
            tvm_tiny_small_gather(x, rows, scratch, begin, end, o * stride - left, taps_high,
                                  taps_wide, dilation, width, channels, fill);
        }
        tvm_tiny_small_pixel(from, w, table, y + o * outputs, count, outputs, line);
    }
}

/* Taps of a window of a depthwise convolution at most. */
#define TVM_TINY_SMALL_TAPS 64

/*
 * One output row of a depthwise convolution, `multiplier` outputs a channel. Weights: the taps of an
 * output side by side.
 */
static inline void tvm_tiny_small_depthwise(const int8_t *x, const int32_t *rows, const int8_t *w,
                                            const int32_t *table, int8_t *y, int32_t begin,
                                            int32_t end, int32_t taps_high, int32_t taps_wide,
                                            int32_t stride, int32_t dilation, int32_t left,
                                            int32_t width, int32_t channels, int32_t out_width,
                                            int32_t multiplier, int32_t fill, int32_t line)
{
    const int32_t count = taps_high * taps_wide, entry = line > 0 ? 2 : 4;
    const int8_t *taps[TVM_TINY_SMALL_TAPS];
    int32_t o, ky, kx, c, m, k;
    for (o = 0; o < out_width; ++o) {
        const int8_t **tap = taps;
        int32_t whole = 1;
        const int8_t *weights = w;
        const int32_t *row = table;
        for (ky = 0; ky < taps_high; ++ky) {
            for (kx = 0; kx < taps_wide; ++kx) {
                const int32_t at = o * stride - left + kx * dilation;
                const int32_t inside = ky >= begin && ky < end && at >= 0 && at < width;
                whole &= inside;
                *tap++ = inside ? x + rows[ky] + at * channels : NULL;
            }
        }
        for (c = 0; c < channels; ++c) {
            for (m = 0; m < multiplier; ++m) {
                int32_t sum = 0;
                if (whole) {
                    for (k = 0; k < count; ++k) {
                        sum += taps[k][c] * *weights++;
                    }
                } else {
                    for (k = 0; k < count; ++k) {
                        sum += (taps[k] != NULL ? taps[k][c] : fill) * *weights++;
                    }
                }
                *y++ = line > 0 ? tvm_tiny_small_line(sum, row, line)
                                : tvm_tiny_small_exact(sum, row);
                row += entry;
            }
        }
    }
}

/* Limits a row to low..high. */
static inline void tvm_tiny_small_clamp(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    int32_t i;
    for (i = 0; i < count; ++i) {
        y[i] = (int8_t)(y[i] < low ? low : y[i] > high ? high : y[i]);
    }
}

#ifdef __cplusplus
}
#endif

#endif
