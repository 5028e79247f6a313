/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Depthwise convolutions of int16 activations and int8 weights, straight from the tensor: four
 * channels of a pixel at a time, a word of weights widened for them. See tvm_tiny_int16.h for the
 * table and the modes.
 */
#ifndef TVM_TINY_INT16_DEPTHWISE_H
#define TVM_TINY_INT16_DEPTHWISE_H

#include "tvm_tiny_int16.h"
#include "tvm_tiny_wide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* sum + one half word of a times one of b; x, y: b (low) or t (high). */
#if TVM_TINY_DSP_ASM
#define TVM_TINY_INT16_HALVES(sum, a, b, x, y)                                                     \
    __asm__("smla" #x #y " %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b))
#else
#define TVM_TINY_INT16_HALF_b(word) ((int16_t)(uint16_t)(word))
#define TVM_TINY_INT16_HALF_t(word) ((int16_t)(uint16_t)((word) >> 16))
#define TVM_TINY_INT16_HALVES(sum, a, b, x, y)                                                     \
    ((sum) += (uint32_t)(TVM_TINY_INT16_HALF_##x(a) * TVM_TINY_INT16_HALF_##y(b)))
#endif

/* A row's window: what is the same for all its pixels. */
struct tvm_tiny_int16_taps {
    const int32_t *rows; /* offsets of the window's rows */
    int32_t begin, end;  /* those that lie inside */
    int32_t first, last; /* columns of taps that lie inside */
    int32_t channels;    /* elements of a column */
    int32_t wide;        /* taps of a row */
    int32_t apart;       /* elements between taps */
};

/* Four channels; x: their first element in column 0 of the window, w: their first weight. */
static inline void tvm_tiny_int16_taps_four(const struct tvm_tiny_int16_taps *v, const int16_t *x,
                                            const int8_t *w, uint32_t sums[4])
{
    uint32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    int32_t row, i;
    for (row = v->begin; row < v->end; ++row) {
        const int16_t *from = x + (v->rows[row] + v->first * v->apart);
        const int8_t *weights = w + (row * v->wide + v->first) * v->channels;
        for (i = v->last - v->first; i > 0; --i) {
            const uint32_t word = tvm_tiny_dsp_load(weights);
            const uint32_t even = tvm_tiny_wide_even(word), odd = tvm_tiny_wide_odd(word);
            const uint32_t a = tvm_tiny_int16_load(from), b = tvm_tiny_int16_load(from + 2);
            TVM_TINY_INT16_HALVES(s0, a, even, b, b);
            TVM_TINY_INT16_HALVES(s1, a, odd, t, b);
            TVM_TINY_INT16_HALVES(s2, b, even, b, t);
            TVM_TINY_INT16_HALVES(s3, b, odd, t, t);
            from += v->apart;
            weights += v->channels;
        }
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

static inline uint32_t tvm_tiny_int16_taps_one(const struct tvm_tiny_int16_taps *v,
                                               const int16_t *x, const int8_t *w, uint32_t sum)
{
    int32_t row, i;
    for (row = v->begin; row < v->end; ++row) {
        const int16_t *const from = x + v->rows[row];
        const int8_t *const weights = w + row * v->wide * v->channels;
        for (i = v->first; i < v->last; ++i) {
            sum += (uint32_t)(from[i * v->apart] * weights[i * v->channels]);
        }
    }
    return sum;
}

/* A row; weights as they are, [high][wide][channels]. */
static TVM_TINY_DSP_INLINE void
tvm_tiny_int16_depthwise_row(const int16_t *x, const int8_t *w, const int32_t *table, int16_t *y,
                             struct tvm_tiny_int16_taps *v, int32_t width, int32_t step,
                             int32_t stride, int32_t pad, int32_t pixels, int32_t mode, int32_t low,
                             int32_t most)
{
    const int32_t channels = v->channels;
    int32_t pixel, channel, i;
    for (pixel = 0; pixel < pixels; ++pixel) {
        const int32_t column = pixel * stride - pad, left = width - column;
        const int32_t last = left <= 0 ? 0 : (left + step - 1) / step;
        const int16_t *const from = x + column * channels;
        const int32_t *entry = table;
        v->first = column < 0 ? (step - 1 - column) / step : 0;
        v->last = last < v->wide ? last : v->wide;
        for (channel = 0; channel + 3 < channels; channel += 4) {
            uint32_t sums[4];
            for (i = 0; i < 4; ++i) {
                sums[i] = (uint32_t)tvm_tiny_int16_start(entry + 3 * i, mode);
            }
            tvm_tiny_int16_taps_four(v, from + channel, w + channel, sums);
            for (i = 0; i < 4; ++i) {
                *y++ = tvm_tiny_int16_result((int32_t)sums[i], entry, mode, low, most);
                entry += 3;
            }
        }
        for (; channel < channels; ++channel) {
            const uint32_t sum = (uint32_t)tvm_tiny_int16_start(entry, mode);
            const uint32_t all = tvm_tiny_int16_taps_one(v, from + channel, w + channel, sum);
            *y++ = tvm_tiny_int16_result((int32_t)all, entry, mode, low, most);
            entry += 3;
        }
    }
}

/* A function a mode: the others take no flash. */
#define TVM_TINY_INT16_DEPTHWISE(mode)                                                             \
    static inline void tvm_tiny_int16_depthwise_##mode(                                            \
        const int16_t *x, const int32_t *rows, const int8_t *w, const int32_t *table, int16_t *y,  \
        int32_t begin, int32_t end, int32_t width, int32_t channels, int32_t wide, int32_t step,   \
        int32_t stride, int32_t pad, int32_t pixels, int32_t low, int32_t most)                    \
    {                                                                                              \
        struct tvm_tiny_int16_taps v = {rows, begin, end, 0, 0, channels, wide, step * channels};  \
        tvm_tiny_int16_depthwise_row(x, w, table, y, &v, width, step, stride, pad, pixels, mode,   \
                                     low, most);                                                   \
    }
TVM_TINY_INT16_DEPTHWISE(0)
TVM_TINY_INT16_DEPTHWISE(1)
TVM_TINY_INT16_DEPTHWISE(2)
TVM_TINY_INT16_DEPTHWISE(3)

#ifdef __cplusplus
}
#endif

#endif
