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

/* Of functions that are rarely called: they are not to be copied to every place. */
#if defined(__GNUC__)
#define TVM_TINY_LEARNED_RARE __attribute__((noinline, unused))
#else
#define TVM_TINY_LEARNED_RARE
#endif

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

/*
 * Widens count activations to groups of four, of a tile of so many pixels: even and odd ones side by
 * side (two) or four apart (four); returns the end.
 */
static inline uint32_t *tvm_tiny_learned_widen(const int8_t *x, int32_t count, uint32_t zeros,
                                               uint32_t *out, int32_t tile)
{
    const int32_t apart = tile == 4 ? 4 : 1;
    for (; count > 0; count -= 4) {
        const uint32_t word = tvm_tiny_learned_bytes(x, count);
        out[0] = tvm_tiny_learned_less(tvm_tiny_wide_even(word), zeros);
        out[apart] = tvm_tiny_learned_less(tvm_tiny_wide_odd(word), zeros);
        out += 2 * tile;
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

/*
 * Sums of a channel and four pixels over count inputs, a multiple of 4 but for the end; x: the even
 * inputs of the four pixels, then the odd ones.
 */
static inline void tvm_tiny_learned_four(const uint32_t *x, const int8_t *w, int32_t count,
                                         uint32_t *sums)
{
    uint32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    int32_t i = count >> 2;
#if TVM_TINY_DSP_ASM
    if (i > 0) {
        uint32_t a, c, p, q, r, t;
        __asm__ volatile("    ldr %[a], [%[w]], #4\n"
                         "    ldr %[p], [%[x]]\n"
                         "    ldr %[q], [%[x], #4]\n"
                         "    subs %[i], %[i], #1\n"
                         "    ldr %[r], [%[x], #8]\n"
                         "    beq 2f\n"
                         "1:\n"
                         "    sxtb16 %[c], %[a]\n"
                         "    ldr %[t], [%[x], #12]\n"
                         "    sxtb16 %[a], %[a], ror #8\n"
                         "    smlad %[s0], %[c], %[p], %[s0]\n"
                         "    ldr %[p], [%[x], #16]\n"
                         "    smlad %[s1], %[c], %[q], %[s1]\n"
                         "    ldr %[q], [%[x], #20]\n"
                         "    smlad %[s2], %[c], %[r], %[s2]\n"
                         "    ldr %[r], [%[x], #24]\n"
                         "    smlad %[s3], %[c], %[t], %[s3]\n"
                         "    ldr %[t], [%[x], #28]\n"
                         "    smlad %[s0], %[a], %[p], %[s0]\n"
                         "    ldr %[p], [%[x], #32]!\n"
                         "    smlad %[s1], %[a], %[q], %[s1]\n"
                         "    ldr %[q], [%[x], #4]\n"
                         "    smlad %[s2], %[a], %[r], %[s2]\n"
                         "    subs %[i], %[i], #1\n"
                         "    smlad %[s3], %[a], %[t], %[s3]\n"
                         "    ldr %[a], [%[w]], #4\n"
                         "    ldr %[r], [%[x], #8]\n"
                         "    bne 1b\n"
                         "2:\n"
                         "    sxtb16 %[c], %[a]\n"
                         "    ldr %[t], [%[x], #12]\n"
                         "    sxtb16 %[a], %[a], ror #8\n"
                         "    smlad %[s0], %[c], %[p], %[s0]\n"
                         "    ldr %[p], [%[x], #16]\n"
                         "    smlad %[s1], %[c], %[q], %[s1]\n"
                         "    ldr %[q], [%[x], #20]\n"
                         "    smlad %[s2], %[c], %[r], %[s2]\n"
                         "    ldr %[r], [%[x], #24]\n"
                         "    smlad %[s3], %[c], %[t], %[s3]\n"
                         "    ldr %[t], [%[x], #28]\n"
                         "    smlad %[s0], %[a], %[p], %[s0]\n"
                         "    smlad %[s1], %[a], %[q], %[s1]\n"
                         "    adds %[x], %[x], #32\n"
                         "    smlad %[s2], %[a], %[r], %[s2]\n"
                         "    smlad %[s3], %[a], %[t], %[s3]\n"
                         : [x] "+r"(x), [w] "+r"(w), [i] "+r"(i), [s0] "+r"(s0), [s1] "+r"(s1),
                           [s2] "+r"(s2), [s3] "+r"(s3), [a] "=&r"(a), [c] "=&r"(c), [p] "=&r"(p),
                           [q] "=&r"(q), [r] "=&r"(r), [t] "=&r"(t)
                         :
                         : "cc", "memory");
    }
#else
    for (; i > 0; --i) {
        const uint32_t a = tvm_tiny_dsp_load(w);
        const uint32_t even = tvm_tiny_wide_even(a), odd = tvm_tiny_wide_odd(a);
        s0 = tvm_tiny_wide_add(odd, x[4], tvm_tiny_wide_add(even, x[0], s0));
        s1 = tvm_tiny_wide_add(odd, x[5], tvm_tiny_wide_add(even, x[1], s1));
        s2 = tvm_tiny_wide_add(odd, x[6], tvm_tiny_wide_add(even, x[2], s2));
        s3 = tvm_tiny_wide_add(odd, x[7], tvm_tiny_wide_add(even, x[3], s3));
        x += 8;
        w += 4;
    }
#endif
    if ((count & 3) != 0) {
        const uint32_t a = tvm_tiny_learned_bytes(w, count & 3);
        const uint32_t even = tvm_tiny_wide_even(a), odd = tvm_tiny_wide_odd(a);
        s0 = tvm_tiny_wide_add(odd, x[4], tvm_tiny_wide_add(even, x[0], s0));
        s1 = tvm_tiny_wide_add(odd, x[5], tvm_tiny_wide_add(even, x[1], s1));
        s2 = tvm_tiny_wide_add(odd, x[6], tvm_tiny_wide_add(even, x[2], s2));
        s3 = tvm_tiny_wide_add(odd, x[7], tvm_tiny_wide_add(even, x[3], s3));
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

/* The multiplication, rounding and shift of a sum for which tvm_tiny_learned_usual is true. */
static TVM_TINY_DSP_INLINE int32_t tvm_tiny_learned_scaled(uint32_t sum, int32_t multiplier,
                                                           int32_t shift)
{
    const int32_t scaled = tvm_tiny_learned_high((int32_t)(sum << 1), multiplier);
    return (scaled + (scaled >> 31) + ((int32_t)1 << (-shift - 1))) >> -shift;
}

/* Whether four sums lie in half of int32's range: the rounding doubling multiplication is one of
 * twice the sum that rounds. */
static TVM_TINY_DSP_INLINE int32_t tvm_tiny_learned_usual(const uint32_t *sums)
{
    const uint32_t half = 0x40000000u;
    return ((sums[0] + half) | (sums[1] + half) | (sums[2] + half) | (sums[3] + half)) >> 31 == 0;
}

/* scaled and the zero point, limited. */
static TVM_TINY_DSP_INLINE int8_t tvm_tiny_learned_limited(int32_t scaled, int32_t zero_point,
                                                           int32_t low, int32_t most)
{
    int32_t value = (int32_t)((uint32_t)scaled + (uint32_t)zero_point);
#if TVM_TINY_DSP_ASM
    __asm__("ssat %0, #8, %1" : "=r"(value) : "r"(value));
    if (low == -128 && most == 127) {
        return (int8_t)value;
    }
#endif
    return (int8_t)tvm_tiny_clamp(value, low, most);
}

/* tvm_tiny_requantize of any four sums. */
static TVM_TINY_LEARNED_RARE void tvm_tiny_learned_unusual(const uint32_t *sums,
                                                           const int32_t *multiplier,
                                                           const int8_t *shift, int32_t step,
                                                           int32_t *v)
{
    int32_t i;
    for (i = 0; i < 4; ++i) {
        v[i] = tvm_tiny_requantize((int32_t)sums[i], multiplier[i * step], shift[i * step]);
    }
}

/*
 * Results of four sums, biases included: tvm_tiny_requantize, clamped. Multipliers and shifts are
 * `step` apart, results `pitch`.
 */
static TVM_TINY_DSP_INLINE void tvm_tiny_learned_results(const uint32_t *sums,
                                                         const int32_t *multiplier,
                                                         const int8_t *shift, int32_t step,
                                                         int32_t zero_point, int32_t low,
                                                         int32_t most, int8_t *y, int32_t pitch)
{
    int32_t v[4];
    if (tvm_tiny_learned_usual(sums) && shift[0] < 0 && shift[step] < 0 && shift[2 * step] < 0 &&
        shift[3 * step] < 0) {
        v[0] = tvm_tiny_learned_scaled(sums[0], multiplier[0], shift[0]);
        v[1] = tvm_tiny_learned_scaled(sums[1], multiplier[step], shift[step]);
        v[2] = tvm_tiny_learned_scaled(sums[2], multiplier[2 * step], shift[2 * step]);
        v[3] = tvm_tiny_learned_scaled(sums[3], multiplier[3 * step], shift[3 * step]);
    } else {
        tvm_tiny_learned_unusual(sums, multiplier, shift, step, v);
    }
    y[0] = tvm_tiny_learned_limited(v[0], zero_point, low, most);
    y[pitch] = tvm_tiny_learned_limited(v[1], zero_point, low, most);
    y[2 * pitch] = tvm_tiny_learned_limited(v[2], zero_point, low, most);
    y[3 * pitch] = tvm_tiny_learned_limited(v[3], zero_point, low, most);
}

/* tvm_tiny_requantize of a sum, its bias included, clamped. */
static TVM_TINY_LEARNED_RARE int8_t tvm_tiny_learned_result(uint32_t sum, int32_t multiplier,
                                                            int32_t shift, int32_t zero_point,
                                                            int32_t low, int32_t most)
{
    return tvm_tiny_learned_limited(tvm_tiny_requantize((int32_t)sum, multiplier, shift),
                                    zero_point, low, most);
}

/* Pixels that are made at a time of rows of so many. */
static inline int32_t tvm_tiny_learned_tile(int32_t width)
{
    return width > 2 ? 4 : 2;
}

/*
 * A row of a convolution of one group, or of vectors (one tap): four pixels by an output at a time,
 * or (rows of one or two) two by two. Weights [outputs][taps][inputs]; if `learned` is not NULL, it
 * has those of `count` inputs from `begin` on (one tap, multiples of 4). inputs: a multiple of 4
 * where there are several taps. scratch: two words a pixel of the tile for every four inputs of every
 * tap.
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
    const int32_t each = high * wide * inputs, tile = tvm_tiny_learned_tile(out_width);
    const int32_t own_end = begin + count;
    uint32_t *const groups = (uint32_t *)(void *)scratch;
    int32_t ox, o, k;
    for (ox = 0; ox < out_width; ox += tile) {
        const int32_t pixels = ox + tile <= out_width ? tile : out_width - ox;
        int32_t pixel, ky, kx;
        for (pixel = 0; pixel < tile; ++pixel) {
            uint32_t *to = groups + (tile == 4 ? pixel : 2 * pixel);
            for (ky = 0; ky < high; ++ky) {
                for (kx = 0; kx < wide; ++kx) {
                    const int32_t column = (ox + pixel) * stride + kx - left;
                    if (pixel < pixels && ky >= k_begin && ky < k_end && column >= 0 &&
                        column < width) {
                        const int8_t *const from =
                            x + (x_rows != NULL ? x_rows[ky] : 0) + column * inputs;
                        to = tvm_tiny_learned_widen(from, inputs, zeros, to, tile);
                    } else {
                        for (k = 0; k < inputs; k += 4) {
                            to[0] = 0;
                            to[tile == 4 ? 4 : 1] = 0;
                            to += 2 * tile;
                        }
                    }
                }
            }
        }
        for (o = 0; tile == 4 && o < outputs; ++o) {
            const int8_t *const w = weights + o * each;
            const uint32_t b = (uint32_t)bias[o];
            uint32_t sums[4] = {b, b, b, b};
            int8_t *const to = y + ox * outputs + o;
            if (learned != NULL) {
                tvm_tiny_learned_four(groups, w, begin, sums);
                tvm_tiny_learned_four(groups + 2 * begin, learned + o * count, count, sums);
                tvm_tiny_learned_four(groups + 2 * own_end, w + own_end, each - own_end, sums);
            } else {
                tvm_tiny_learned_four(groups, w, each, sums);
            }
            if (pixels == 4) {
                tvm_tiny_learned_results(sums, multiplier + o, shift + o, 0, zero_point, low, most,
                                         to, outputs);
            } else {
                for (k = 0; k < pixels; ++k) {
                    to[k * outputs] = tvm_tiny_learned_result(sums[k], multiplier[o], shift[o],
                                                              zero_point, low, most);
                }
            }
        }
        for (o = 0; tile == 2 && o < outputs; o += 2) {
            const int32_t many = o + 1 < outputs ? 2 : 1;
            const int8_t *const w = weights + o * each;
            const int8_t *const v = w + (many - 1) * each;
            uint32_t sums[4] = {0, 0, 0, 0};
            if (learned != NULL) {
                const int8_t *const own = learned + o * count;
                tvm_tiny_learned_sums(groups, w, v, begin, sums);
                tvm_tiny_learned_sums(groups + begin, own, own + (many - 1) * count, count, sums);
                tvm_tiny_learned_sums(groups + own_end, w + own_end, v + own_end, each - own_end,
                                      sums);
            } else {
                tvm_tiny_learned_sums(groups, w, v, each, sums);
            }
            for (k = 0; k < many * pixels; ++k) {
                const int32_t c = o + k % many, at = k / many;
                y[(ox + at) * outputs + c] =
                    tvm_tiny_learned_result(sums[2 * at + k % many] + (uint32_t)bias[c],
                                            multiplier[c], shift[c], zero_point, low, most);
            }
        }
    }
    return 0;
}

/*
 * Sums of four channels over count taps, of each of which `taps` has the bytes to its place in x and
 * in the weights; zeros: the input's zero point, negative, twice.
 */
static inline void tvm_tiny_learned_taps(const int8_t *x, const int8_t *w, const int32_t *taps,
                                         int32_t count, uint32_t zeros, uint32_t *sums)
{
    uint32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    const int32_t *const end = taps + 2 * count;
#if TVM_TINY_DSP_ASM
    if (count > 0) {
        uint32_t a, b, ae, be;
        __asm__ volatile("1:\n"
                         "    ldrd %[a], %[b], [%[taps]], #8\n"
                         "    cmp %[taps], %[end]\n"
                         "    ldr %[a], [%[x], %[a]]\n"
                         "    ldr %[b], [%[w], %[b]]\n"
                         "    sxtab16 %[ae], %[zeros], %[a]\n"
                         "    sxtb16 %[be], %[b]\n"
                         "    sxtab16 %[a], %[zeros], %[a], ror #8\n"
                         "    smlabb %[s0], %[ae], %[be], %[s0]\n"
                         "    sxtb16 %[b], %[b], ror #8\n"
                         "    smlatt %[s2], %[ae], %[be], %[s2]\n"
                         "    smlabb %[s1], %[a], %[b], %[s1]\n"
                         "    smlatt %[s3], %[a], %[b], %[s3]\n"
                         "    bne 1b\n"
                         : [taps] "+r"(taps), [s0] "+r"(s0), [s1] "+r"(s1), [s2] "+r"(s2),
                           [s3] "+r"(s3), [a] "=&r"(a), [b] "=&r"(b), [ae] "=&r"(ae), [be] "=&r"(be)
                         : [x] "r"(x), [w] "r"(w), [end] "r"(end), [zeros] "r"(zeros)
                         : "cc", "memory");
    }
#else
    const int32_t zero = (int16_t)(uint16_t)zeros;
    for (; taps != end; taps += 2) {
        const int8_t *const from = x + taps[0], *const by = w + taps[1];
        s0 += (uint32_t)((from[0] + zero) * by[0]);
        s1 += (uint32_t)((from[1] + zero) * by[1]);
        s2 += (uint32_t)((from[2] + zero) * by[2]);
        s3 += (uint32_t)((from[3] + zero) * by[3]);
    }
#endif
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/*
 * A row of a depthwise convolution, one output a channel; channels: a multiple of 4. scratch: two
 * words a tap.
 */
static inline int32_t tvm_tiny_learned_depthwise_row(
    const int8_t *x, const int32_t *x_rows, const int8_t *weights, const int32_t *bias,
    const int32_t *multiplier, const int8_t *shift, int32_t *scratch, int8_t *y, int32_t k_begin,
    int32_t k_end, int32_t channels, int32_t wide, int32_t stride, int32_t left, int32_t width,
    int32_t out_width, int32_t input_zero_point, int32_t zero_point, int32_t low, int32_t most)
{
    const uint32_t less = (uint32_t)-input_zero_point;
    const uint32_t zeros = (less & 0xffffu) | less << 16;
    int32_t ox, c;
    for (ox = 0; ox < out_width; ++ox) {
        const int32_t column = ox * stride - left;
        const int32_t first = column < 0 ? -column : 0;
        const int32_t end = column + wide > width ? width - column : wide;
        int32_t count = 0, ky, kx;
        for (ky = k_begin; ky < k_end; ++ky) {
            for (kx = first; kx < end; ++kx) {
                scratch[2 * count] = x_rows[ky] + (column + kx) * channels;
                scratch[2 * count + 1] = (ky * wide + kx) * channels;
                ++count;
            }
        }
        for (c = 0; c < channels; c += 4) {
            uint32_t sums[4];
            int32_t i;
            for (i = 0; i < 4; ++i) {
                sums[i] = (uint32_t)bias[c + i];
            }
            tvm_tiny_learned_taps(x + c, weights + c, scratch, count, zeros, sums);
            tvm_tiny_learned_results(sums, multiplier + c, shift + c, 1, zero_point, low, most,
                                     y + ox * channels + c, 1);
        }
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
