/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the products of tvm_tiny_dsp_product.h read: one or two pixels, or windows, of a row kernel,
 * widened to groups of four (tvm_tiny_dsp.h). Taps outside the tensor are filled with the input's
 * zero point.
 */
#ifndef TVM_TINY_DSP_GATHER_H
#define TVM_TINY_DSP_GATHER_H

#include "tvm_tiny_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

#if TVM_TINY_DSP_ASM
/*
 * Registers: r0 r1 activations, r2 groups, r3 out, lr mask, r4 to r7 and r8 to r11 a group each.
 * Two groups a round, an odd one first; nothing behind the last group is read.
 */
static TVM_TINY_DSP_NAKED void tvm_tiny_dsp_widen_two(const int8_t *a TVM_TINY_DSP_UNUSED,
                                                      const int8_t *b TVM_TINY_DSP_UNUSED,
                                                      int32_t groups TVM_TINY_DSP_UNUSED,
                                                      int32_t *out TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "    push {r4-r11, lr}\n"
        "    mov lr, #0x007f007f\n"
        "    lsrs r2, r2, #1\n"
#ifdef TVM_TINY_SINGLE_ISSUE
        "    bcc 2f\n"
#endif
        "    ldr r8, [r0], #4\n"
        "    ldr r9, [r1], #4\n"
#ifndef TVM_TINY_SINGLE_ISSUE
        "    bcc 2f\n"
#endif
        "    rev16 r11, r8\n"
        "    rev16 r10, r9\n"
        "    eor r11, r11, lr\n"
        "    sxtb16 r8, r8, ror #8\n"
        "    eor r10, r10, lr\n"
        "    sxtb16 r9, r9, ror #8\n"
        "    cmp r2, #0\n"
        "    stm r3!, {r8-r11}\n"
        "    beq 3f\n"
#ifndef TVM_TINY_SINGLE_ISSUE
        "    ldr r8, [r0], #4\n"
        "    ldr r9, [r1], #4\n"
#endif
#ifdef TVM_TINY_SINGLE_ISSUE
        "2:\n"
        "    ldr r8, [r0]\n"
        "    ldr r4, [r0, #4]\n"
        "    ldr r9, [r1]\n"
        "    ldr r5, [r1, #4]\n"
        "    rev16 r11, r8\n"
        "    rev16 r10, r9\n"
        "    rev16 r7, r4\n"
        "    rev16 r6, r5\n"
        "    sxtb16 r8, r8, ror #8\n"
        "    sxtb16 r9, r9, ror #8\n"
        "    sxtb16 r4, r4, ror #8\n"
        "    sxtb16 r5, r5, ror #8\n"
        "    eor r11, r11, lr\n"
        "    eor r10, r10, lr\n"
        "    eor r7, r7, lr\n"
        "    eor r6, r6, lr\n"
        "    str r9, [r3, #4]\n"
        "    str r10, [r3, #8]\n"
        "    str r11, [r3, #12]\n"
        "    str r4, [r3, #16]\n"
        "    str r5, [r3, #20]\n"
        "    str r6, [r3, #24]\n"
        "    str r7, [r3, #28]\n"
        "    str r8, [r3], #32\n"
        "    subs r2, r2, #1\n"
        "    add r0, r0, #8\n"
        "    add r1, r1, #8\n"
        "    bne 2b\n"
#else
        "2:\n"
        "    rev16 r11, r8\n"
        "    ldr r4, [r0], #4\n"
        "    rev16 r10, r9\n"
        "    ldr r5, [r1], #4\n"
        "    sxtb16 r8, r8, ror #8\n"
        "    eor r11, r11, lr\n"
        "    sxtb16 r9, r9, ror #8\n"
        "    eor r10, r10, lr\n"
        "    rev16 r7, r4\n"
        "    str r8, [r3], #4\n"
        "    rev16 r6, r5\n"
        "    str r9, [r3], #4\n"
        "    sxtb16 r4, r4, ror #8\n"
        "    subs r2, r2, #1\n"
        "    sxtb16 r5, r5, ror #8\n"
        "    str r10, [r3], #4\n"
        "    eor r7, r7, lr\n"
        "    str r11, [r3], #4\n"
        "    itt ne\n"
        "    ldrne r8, [r0], #4\n"
        "    ldrne r9, [r1], #4\n"
        "    eor r6, r6, lr\n"
        "    stm r3!, {r4-r7}\n"
        "    bne 2b\n"
#endif
        "3:\n"
        "    pop {r4-r11, pc}\n"
    );
}
#else
/* Widens groups of two pixels side by side, x0 x1 y1 y0; at least one group. */
static inline void tvm_tiny_dsp_widen_two(const int8_t *a, const int8_t *b, int32_t groups,
                                          int32_t *out)
{
    tvm_tiny_dsp_widen(a, 4 * groups, out, 3, 4);
    tvm_tiny_dsp_widen(b, 4 * groups, out + 1, 1, 4);
}
#endif

/*
 * The windows of `pixels` (1 or 2) neighbouring pixels, `step` columns apart, the first with its
 * left tap at `column`, to scratch as the products read them: tap by tap. rows: element offset of
 * the row of each vertical tap, begin to end of them inside. channels of `pitch` in a column; a
 * multiple of 4. fill: so many zero points.
 */
static inline void tvm_tiny_dsp_gather_window(const int8_t *x, const int32_t *rows,
                                              const void *fill, int32_t *scratch, int32_t begin,
                                              int32_t end, int32_t column, int32_t step,
                                              int32_t pixels, int32_t width, int32_t channels,
                                              int32_t pitch, int32_t height_taps,
                                              int32_t width_taps, int32_t dilation)
{
    const int8_t *const none = fill;
    const int32_t groups = channels >> 2;
    const int32_t right = column + (pixels - 1) * step + width_taps;
    int32_t ky, kx;
    if (pixels == 2 && dilation == 1 && pitch == channels && begin == 0 && end == height_taps &&
        column >= 0 && right <= width) {
        for (ky = 0; ky < height_taps; ++ky) {
            const int8_t *const from = x + rows[ky] + column * channels;
            tvm_tiny_dsp_widen_two(from, from + step * channels, width_taps * groups, scratch);
            scratch += 4 * width_taps * groups;
        }
        return;
    }
    for (ky = 0; ky < height_taps; ++ky) {
        const int32_t inside = ky >= begin && ky < end;
        for (kx = 0; kx < width_taps; ++kx) {
            const int32_t first = column + kx * dilation, second = first + step;
            const int8_t *const a = inside && first >= 0 && first < width
                                        ? x + rows[ky] + first * pitch : none;
            if (pixels == 2) {
                const int8_t *const b = inside && second >= 0 && second < width
                                            ? x + rows[ky] + second * pitch : none;
                tvm_tiny_dsp_widen_two(a, b, groups, scratch);
            } else {
                tvm_tiny_dsp_widen(a, channels, scratch, 1, 2);
            }
            scratch += 2 * pixels * groups;
        }
    }
}

/* One row of a window as bytes. */
static inline void tvm_tiny_dsp_copy_taps(const int8_t *row, int8_t *to, int32_t column,
                                          int32_t width, int32_t channels, int32_t pitch,
                                          int32_t width_taps, int32_t dilation, int32_t fill)
{
    int32_t kx, c;
    if (dilation == 1 && pitch == channels) {
        /* Elements of the row: some before it, then those inside, then some behind it. */
        const int32_t span = width_taps * channels, first = column * channels;
        const int32_t inside = (width - column) * channels;
        const int32_t left = first >= 0 ? 0 : -first < span ? -first : span;
        const int32_t right = inside < left ? left : inside < span ? inside : span;
        const int8_t *from = row + first + left;
        for (c = 0; c < left; ++c) {
            to[c] = (int8_t)fill;
        }
        for (; c < right; ++c) {
            to[c] = *from++;
        }
        for (; c < span; ++c) {
            to[c] = (int8_t)fill;
        }
        return;
    }
    for (kx = 0; kx < width_taps; ++kx) {
        const int32_t at = column + kx * dilation;
        if (at >= 0 && at < width) {
            for (c = 0; c < channels; ++c) {
                to[c] = row[at * pitch + c];
            }
        } else {
            for (c = 0; c < channels; ++c) {
                to[c] = (int8_t)fill;
            }
        }
        to += channels;
    }
}

/* Windows as bytes, a row of each after the other; offsets: where their rows are. */
static inline void tvm_tiny_dsp_copy_windows(const int8_t *x, const int32_t *rows, int8_t *to,
                                             int32_t *offsets, int32_t begin, int32_t end,
                                             int32_t column, int32_t step, int32_t pixels,
                                             int32_t width, int32_t channels, int32_t pitch,
                                             int32_t height_taps, int32_t width_taps,
                                             int32_t dilation, int32_t fill)
{
    const int32_t span = width_taps * channels;
    int32_t ky, pixel;
    for (ky = 0; ky < height_taps; ++ky) {
        const int32_t inside = ky >= begin && ky < end;
        const int8_t *const row = inside ? x + rows[ky] : x;
        offsets[ky] = ky * pixels * span;
        for (pixel = 0; pixel < pixels; ++pixel) {
            tvm_tiny_dsp_copy_taps(row, to + offsets[ky] + pixel * span, column + pixel * step,
                                   inside ? width : 0, channels, pitch, width_taps, dilation,
                                   fill);
        }
    }
}

/* Up to three elements as the low bytes of a word, the others 0; `span` elements end with them. */
static TVM_TINY_DSP_INLINE uint32_t tvm_tiny_dsp_load_rest(const int8_t *x, int32_t count,
                                                           int32_t span)
{
    uint32_t word = (uint32_t)(uint8_t)x[0];
    if (count == 3 && span > 3) {
        return tvm_tiny_dsp_load(x - 1) >> 8;
    }
    word |= count > 1 ? (uint32_t)(uint8_t)x[1] << 8 : 0;
    return word | (count > 2 ? (uint32_t)(uint8_t)x[2] << 16 : 0);
}

/* A group of each of `pixels` pixels, four activations in each byte of a and b. */
static TVM_TINY_DSP_INLINE void tvm_tiny_dsp_widen_words(uint32_t a, uint32_t b, int32_t *out,
                                                         int32_t pixels)
{
    if (pixels == 2) {
        tvm_tiny_dsp_widen_group(a, out, 3);
        tvm_tiny_dsp_widen_group(b, out + 1, 1);
    } else {
        tvm_tiny_dsp_widen_group(a, out, 1);
    }
}

/*
 * `pixels` (1 or 2) whole pixels, `step` elements apart: whole groups, then what is left, as the end
 * of a word where there is one.
 */
static TVM_TINY_DSP_INLINE void tvm_tiny_dsp_gather_pixels(const int8_t *x, int32_t *scratch,
                                                           int32_t step, int32_t pixels,
                                                           int32_t channels)
{
    const int32_t groups = channels >> 2, rest = channels & 3;
    const int8_t *const end = x + channels - 4;
    int32_t i;
    if (pixels == 2 && groups > (rest == 0 ? 3 : 8)) {
        tvm_tiny_dsp_widen_two(x, x + step, groups, scratch);
    } else if (groups > 8) {
        tvm_tiny_dsp_widen(x, 4 * groups, scratch, 1, 2);
    } else {
        TVM_TINY_DSP_UNROLL
        for (i = 0; i < groups; ++i) {
            tvm_tiny_dsp_widen_words(tvm_tiny_dsp_load(x + 4 * i),
                                     pixels == 2 ? tvm_tiny_dsp_load(x + step + 4 * i) : 0,
                                     scratch + 2 * pixels * i, pixels);
        }
    }
    scratch += 2 * pixels * groups;
    if (rest != 0 && groups > 0) {
        const int32_t bits = 32 - 8 * rest;
        tvm_tiny_dsp_widen_words(tvm_tiny_dsp_load(end) >> bits,
                                 pixels == 2 ? tvm_tiny_dsp_load(end + step) >> bits : 0, scratch,
                                 pixels);
    } else if (rest != 0) {
        tvm_tiny_dsp_widen_words(tvm_tiny_dsp_load_rest(x, rest, rest),
                                 pixels == 2 ? tvm_tiny_dsp_load_rest(x + step, rest, rest) : 0,
                                 scratch, pixels);
    }
}

/*
 * Windows of `taps` rows of `span` elements, the second `apart` behind the first. Whole words of
 * all rows, then what is left of them, put together. Constant arguments unroll it.
 */
static TVM_TINY_DSP_INLINE void tvm_tiny_dsp_widen_rows(const int8_t *x, const int32_t *rows,
                                                        int32_t taps, int32_t span, int32_t apart,
                                                        int32_t *out, int32_t pixels)
{
    const int32_t words = span >> 2, rest = span & 3, stride = 2 * pixels;
    int32_t *last = out + stride * taps * words;
    uint32_t a = 0, b = 0;
    int32_t bits = 0, ky, i;
    TVM_TINY_DSP_UNROLL
    for (ky = 0; ky < taps; ++ky) {
        const int8_t *const from = x + rows[ky];
        TVM_TINY_DSP_UNROLL
        for (i = 0; i < words; ++i) {
            const uint32_t first = tvm_tiny_dsp_load(from + 4 * i);
            const uint32_t second = pixels == 2 ? tvm_tiny_dsp_load(from + apart + 4 * i) : 0;
            tvm_tiny_dsp_widen_words(first, second, out, pixels);
            out += stride;
        }
        if (rest != 0) {
            const int8_t *const left = from + 4 * words;
            const uint32_t first = tvm_tiny_dsp_load_rest(left, rest, span);
            const uint32_t second =
                pixels == 2 ? tvm_tiny_dsp_load_rest(left + apart, rest, span) : 0;
            a |= first << bits;
            b |= second << bits;
            bits += 8 * rest;
            if (bits >= 32) {
                tvm_tiny_dsp_widen_words(a, b, last, pixels);
                last += stride;
                bits -= 32;
                a = bits == 0 ? 0 : first >> (8 * rest - bits);
                b = bits == 0 ? 0 : second >> (8 * rest - bits);
            }
        }
    }
    if (bits != 0) {
        tvm_tiny_dsp_widen_words(a, b, last, pixels);
    }
}

/*
 * As tvm_tiny_dsp_gather_window, for any number of channels, the groups of a window in another
 * order: see tvm_tiny_dsp_widen_rows. fill: the zero point. After the groups, scratch has room for
 * height_taps offsets and for the windows as bytes.
 */
static TVM_TINY_DSP_INLINE void tvm_tiny_dsp_gather_bytes(
    const int8_t *x, const int32_t *rows, int32_t *scratch, int32_t begin, int32_t end,
    int32_t column, int32_t step, int32_t pixels, int32_t width, int32_t channels, int32_t pitch,
    int32_t height_taps, int32_t width_taps, int32_t dilation, int32_t fill)
{
    const int32_t span = width_taps * channels;
    const int32_t right = column + (pixels - 1) * step + width_taps;
    const int8_t *from = x + column * channels;
    int32_t apart = step * channels;
    if (dilation != 1 || pitch != channels || begin > 0 || end < height_taps || column < 0 ||
        right > width) {
        int32_t *const offsets = scratch + 2 * pixels * ((height_taps * span + 3) >> 2);
        int8_t *const bytes = (int8_t *)(offsets + height_taps);
        tvm_tiny_dsp_copy_windows(x, rows, bytes, offsets, begin, end, column, step, pixels, width,
                                  channels, pitch, height_taps, width_taps, dilation, fill);
        from = bytes;
        rows = offsets;
        apart = span;
    }
    tvm_tiny_dsp_widen_rows(from, rows, height_taps, span, apart, scratch, pixels);
}

#ifdef __cplusplus
}
#endif

#endif
