/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Layers whose weights or biases are learned, on cores with the DSP instructions: nothing is packed
 * ahead, as it may change. Weights are int8 as they lie; a part of a layer's input channels may lie
 * apart from the others. Activations are widened to int16, less their zero point, which is exact
 * and lets taps outside of the tensor be zeros.
 */
#ifndef TVM_TINY_LEARNED_DSP_H
#define TVM_TINY_LEARNED_DSP_H

#include "tvm_tiny_wide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* a - b of both halves. */
static inline uint32_t tvm_tiny_learned_less(uint32_t a, uint32_t b)
{
#if TVM_TINY_DSP_ASM
    __asm__("ssub16 %0, %1, %2" : "=r"(a) : "r"(a), "r"(b));
    return a;
#else
    return ((a - b) & 0xffffu) | ((a & 0xffff0000u) - (b & 0xffff0000u));
#endif
}

/* Up to four bytes, the others 0. */
static inline uint32_t tvm_tiny_learned_bytes(const int8_t *x, int32_t count)
{
    uint32_t word = 0;
    int32_t i;
    if (count >= 4) {
        return tvm_tiny_dsp_load(x);
    }
    for (i = 0; i < count; ++i) {
        word |= (uint32_t)(uint8_t)x[i] << (8 * i);
    }
    return word;
}

/* Widens count activations to groups of four, `apart` words from one to the next; returns the end. */
static inline uint32_t *tvm_tiny_learned_widen(const int8_t *x, int32_t count, uint32_t zeros,
                                               uint32_t *out, int32_t apart)
{
    for (; count > 0; count -= 4) {
        const uint32_t word = tvm_tiny_learned_bytes(x, count);
        out[0] = tvm_tiny_learned_less(tvm_tiny_wide_even(word), zeros);
        out[1] = tvm_tiny_learned_less(tvm_tiny_wide_odd(word), zeros);
        out += apart;
        x += 4;
    }
    return out;
}

/* Sums of two channels and two pixels over count inputs, a multiple of 4 but for the end. */
static inline void tvm_tiny_learned_sums(const uint32_t *x, const int8_t *w, const int8_t *v,
                                         int32_t count, uint32_t *sums)
{
    uint32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    int32_t i = count >> 2;
#if TVM_TINY_DSP_ASM
    if (i > 0) {
        uint32_t a, b, c, p, q;
        __asm__ volatile("1:\n"
                         "    ldr %[a], [%[w]], #4\n"
                         "    ldr %[p], [%[x]], #16\n"
                         "    ldr %[q], [%[x], #-8]\n"
                         "    ldr %[b], [%[v]], #4\n"
                         "    sxtb16 %[c], %[a]\n"
                         "    sxtb16 %[a], %[a], ror #8\n"
                         "    smlad %[s0], %[c], %[p], %[s0]\n"
                         "    smlad %[s2], %[c], %[q], %[s2]\n"
                         "    sxtb16 %[c], %[b]\n"
                         "    sxtb16 %[b], %[b], ror #8\n"
                         "    smlad %[s1], %[c], %[p], %[s1]\n"
                         "    ldr %[p], [%[x], #-12]\n"
                         "    smlad %[s3], %[c], %[q], %[s3]\n"
                         "    ldr %[q], [%[x], #-4]\n"
                         "    subs %[i], %[i], #1\n"
                         "    smlad %[s0], %[a], %[p], %[s0]\n"
                         "    smlad %[s1], %[b], %[p], %[s1]\n"
                         "    smlad %[s2], %[a], %[q], %[s2]\n"
                         "    smlad %[s3], %[b], %[q], %[s3]\n"
                         "    bne 1b\n"
                         : [x] "+r"(x), [w] "+r"(w), [v] "+r"(v), [i] "+r"(i), [s0] "+r"(s0),
                           [s1] "+r"(s1), [s2] "+r"(s2), [s3] "+r"(s3), [a] "=&r"(a), [b] "=&r"(b),
                           [c] "=&r"(c), [p] "=&r"(p), [q] "=&r"(q)
                         :
                         : "cc", "memory");
    }
#else
    for (; i > 0; --i) {
        const uint32_t a = tvm_tiny_dsp_load(w), b = tvm_tiny_dsp_load(v);
        const uint32_t ae = tvm_tiny_wide_even(a), ao = tvm_tiny_wide_odd(a);
        const uint32_t be = tvm_tiny_wide_even(b), bo = tvm_tiny_wide_odd(b);
        s0 = tvm_tiny_wide_add(ae, x[0], s0);
        s1 = tvm_tiny_wide_add(be, x[0], s1);
        s2 = tvm_tiny_wide_add(ae, x[2], s2);
        s3 = tvm_tiny_wide_add(be, x[2], s3);
        s0 = tvm_tiny_wide_add(ao, x[1], s0);
        s1 = tvm_tiny_wide_add(bo, x[1], s1);
        s2 = tvm_tiny_wide_add(ao, x[3], s2);
        s3 = tvm_tiny_wide_add(bo, x[3], s3);
        x += 4;
        w += 4;
        v += 4;
    }
#endif
    if ((count & 3) != 0) {
        const uint32_t a = tvm_tiny_learned_bytes(w, count & 3);
        const uint32_t b = tvm_tiny_learned_bytes(v, count & 3);
        s0 = tvm_tiny_wide_add(tvm_tiny_wide_even(a), x[0], s0);
        s1 = tvm_tiny_wide_add(tvm_tiny_wide_even(b), x[0], s1);
        s2 = tvm_tiny_wide_add(tvm_tiny_wide_even(a), x[2], s2);
        s3 = tvm_tiny_wide_add(tvm_tiny_wide_even(b), x[2], s3);
        s0 = tvm_tiny_wide_add(tvm_tiny_wide_odd(a), x[1], s0);
        s1 = tvm_tiny_wide_add(tvm_tiny_wide_odd(b), x[1], s1);
        s2 = tvm_tiny_wide_add(tvm_tiny_wide_odd(a), x[3], s2);
        s3 = tvm_tiny_wide_add(tvm_tiny_wide_odd(b), x[3], s3);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/* (a * b + 2^31) / 2^32, rounded down. */
static inline int32_t tvm_tiny_learned_high(int32_t a, int32_t b)
{
#if TVM_TINY_DSP_ASM
    __asm__("smmulr %0, %1, %2" : "=r"(a) : "r"(a), "r"(b));
    return a;
#else
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
#endif
}

/*
 * tvm_tiny_requantize of sum and bias, clamped. In the usual case (half of int32's range, a shift to
 * the right) the rounding doubling multiplication is one of twice the sum that rounds.
 */
static inline int8_t tvm_tiny_learned_result(uint32_t sum, int32_t bias, int32_t multiplier,
                                             int32_t shift, int32_t zero_point, int32_t low,
                                             int32_t high)
{
    const uint32_t total = sum + (uint32_t)bias;
    int32_t scaled;
    if (shift < 0 && total + 0x40000000u < 0x80000000u) {
        scaled = tvm_tiny_learned_high((int32_t)(total << 1), multiplier);
        scaled = (scaled + (scaled >> 31) + ((int32_t)1 << (-shift - 1))) >> -shift;
    } else {
        scaled = tvm_tiny_requantize((int32_t)total, multiplier, shift);
    }
    return (int8_t)tvm_tiny_clamp((int32_t)((uint32_t)scaled + (uint32_t)zero_point), low, high);
}

/*
 * A row of a convolution of one group, or of vectors (one tap); two pixels by two outputs at a
 * time. Weights [outputs][taps][inputs]; if `learned` is not NULL, it has those of `count` inputs
 * from `begin` on (one tap, multiples of 4). inputs: a multiple of 4 where there are several taps.
 * scratch: 4 words for every four inputs of every tap.
 */
static inline int32_t
tvm_tiny_learned_row(const int8_t *x, const int32_t *x_rows, const int8_t *weights,
                     const int8_t *learned, int32_t begin, int32_t count, const int32_t *bias,
                     const int32_t *multiplier, const int8_t *shift, int32_t *scratch, int8_t *y,
                     int32_t k_begin, int32_t k_end, int32_t outputs, int32_t inputs, int32_t high,
                     int32_t wide, int32_t stride, int32_t left, int32_t width, int32_t out_width,
                     int32_t input_zero_point, int32_t zero_point, int32_t low, int32_t most)
{
    const uint32_t zeros = ((uint32_t)input_zero_point & 0xffffu) | (uint32_t)input_zero_point
                                                                        << 16;
    const int32_t each = high * wide * inputs;
    uint32_t *const groups = (uint32_t *)(void *)scratch;
    int32_t ox, o, k;
    for (ox = 0; ox < out_width; ox += 2) {
        const int32_t pixels = ox + 1 < out_width ? 2 : 1;
        int32_t pixel, ky, kx;
        for (pixel = 0; pixel < 2; ++pixel) {
            uint32_t *to = groups + 2 * pixel;
            for (ky = 0; ky < high; ++ky) {
                for (kx = 0; kx < wide; ++kx) {
                    const int32_t column = (ox + pixel) * stride + kx - left;
                    if (pixel < pixels && ky >= k_begin && ky < k_end && column >= 0 &&
                        column < width) {
                        const int8_t *const from =
                            x + (x_rows != NULL ? x_rows[ky] : 0) + column * inputs;
                        to = tvm_tiny_learned_widen(from, inputs, zeros, to, 4);
                    } else {
                        for (k = 0; k < inputs; k += 4) {
                            to[0] = 0;
                            to[1] = 0;
                            to += 4;
                        }
                    }
                }
            }
        }
        for (o = 0; o < outputs; o += 2) {
            const int32_t many = o + 1 < outputs ? 2 : 1;
            const int8_t *const w = weights + o * each;
            const int8_t *const v = w + (many - 1) * each;
            uint32_t sums[4] = {0, 0, 0, 0};
            if (learned != NULL) {
                const int8_t *const own = learned + o * count;
                tvm_tiny_learned_sums(groups, w, v, begin, sums);
                tvm_tiny_learned_sums(groups + begin, own, own + (many - 1) * count, count, sums);
                tvm_tiny_learned_sums(groups + begin + count, w + begin + count, v + begin + count,
                                      each - begin - count, sums);
            } else {
                tvm_tiny_learned_sums(groups, w, v, each, sums);
            }
            for (k = 0; k < many; ++k) {
                const int32_t c = o + k;
                int8_t *const to = y + ox * outputs + c;
                to[0] = tvm_tiny_learned_result(sums[k], bias[c], multiplier[c], shift[c],
                                                zero_point, low, most);
                if (pixels == 2) {
                    to[outputs] = tvm_tiny_learned_result(sums[2 + k], bias[c], multiplier[c],
                                                          shift[c], zero_point, low, most);
                }
            }
        }
    }
    return 0;
}

/* A row of a depthwise convolution, one output a channel; channels: a multiple of 4. */
static inline int32_t tvm_tiny_learned_depthwise_row(
    const int8_t *x, const int32_t *x_rows, const int8_t *weights, const int32_t *bias,
    const int32_t *multiplier, const int8_t *shift, int8_t *y, int32_t k_begin, int32_t k_end,
    int32_t channels, int32_t wide, int32_t stride, int32_t left, int32_t width, int32_t out_width,
    int32_t input_zero_point, int32_t zero_point, int32_t low, int32_t most)
{
    const uint32_t zeros = ((uint32_t)input_zero_point & 0xffffu) | (uint32_t)input_zero_point
                                                                        << 16;
    int32_t ox, c;
    for (ox = 0; ox < out_width; ++ox) {
        const int32_t column = ox * stride - left;
        const int32_t first = column < 0 ? -column : 0;
        const int32_t taps = (column + wide > width ? width - column : wide) - first;
        for (c = 0; c < channels; c += 4) {
            int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0, ky;
            for (ky = k_begin; ky < k_end; ++ky) {
                const int8_t *from = x + x_rows[ky] + (column + first) * channels + c;
                const int8_t *w = weights + (ky * wide + first) * channels + c;
                int32_t n;
                for (n = taps; n > 0; --n) {
                    const uint32_t a = tvm_tiny_dsp_load(from), b = tvm_tiny_dsp_load(w);
                    const uint32_t ae = tvm_tiny_learned_less(tvm_tiny_wide_even(a), zeros);
                    const uint32_t ao = tvm_tiny_learned_less(tvm_tiny_wide_odd(a), zeros);
                    const uint32_t be = tvm_tiny_wide_even(b), bo = tvm_tiny_wide_odd(b);
                    s0 += (int16_t)(uint16_t)ae * (int16_t)(uint16_t)be;
                    s1 += (int16_t)(uint16_t)ao * (int16_t)(uint16_t)bo;
                    s2 += ((int32_t)ae >> 16) * ((int32_t)be >> 16);
                    s3 += ((int32_t)ao >> 16) * ((int32_t)bo >> 16);
                    from += channels;
                    w += channels;
                }
            }
            {
                int8_t *const to = y + ox * channels + c;
                const int32_t *const b = bias + c, *const m = multiplier + c;
                const int8_t *const s = shift + c;
                to[0] =
                    tvm_tiny_learned_result((uint32_t)s0, b[0], m[0], s[0], zero_point, low, most);
                to[1] =
                    tvm_tiny_learned_result((uint32_t)s1, b[1], m[1], s[1], zero_point, low, most);
                to[2] =
                    tvm_tiny_learned_result((uint32_t)s2, b[2], m[2], s[2], zero_point, low, most);
                to[3] =
                    tvm_tiny_learned_result((uint32_t)s3, b[3], m[3], s[3], zero_point, low, most);
            }
        }
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
