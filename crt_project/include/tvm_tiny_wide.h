/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matrix products that the paired weights of tvm_tiny_dsp.h do not fit: sums of more than 24 bits,
 * weights of -128, multipliers of any size. Pixels are gathered by tvm_tiny_dsp_gather.h; weights
 * are bytes, every channel filled up with zeros to groups of four, 32 bits of sum as in TFLite's
 * kernels. Table: bias, multiplier and shift of every channel.
 */
#ifndef TVM_TINY_WIDE_H
#define TVM_TINY_WIDE_H

#include "tvm_tiny_dsp.h"
#include "tvm_tiny_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* sum + a.low * b.low + a.high * b.high, modulo 2^32. */
static inline uint32_t tvm_tiny_wide_add(uint32_t a, uint32_t b, uint32_t sum)
{
#if TVM_TINY_DSP_ASM
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
#else
    sum += (uint32_t)((int16_t)(uint16_t)a * (int16_t)(uint16_t)b);
    return sum + (uint32_t)((int16_t)(uint16_t)(a >> 16) * (int16_t)(uint16_t)(b >> 16));
#endif
}

/* Bytes 0 and 2 of a word as two half words. */
static inline uint32_t tvm_tiny_wide_even(uint32_t word)
{
#if TVM_TINY_DSP_ASM
    __asm__("sxtb16 %0, %1" : "=r"(word) : "r"(word));
    return word;
#else
    return ((uint32_t)(int8_t)(uint8_t)word & 0xffffu) |
           (uint32_t)(int8_t)(uint8_t)(word >> 16) << 16;
#endif
}

/* Bytes 1 and 3. */
static inline uint32_t tvm_tiny_wide_odd(uint32_t word)
{
#if TVM_TINY_DSP_ASM
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(word) : "r"(word));
    return word;
#else
    return tvm_tiny_wide_even(word >> 8);
#endif
}

/* Of a gathered group y: the even activations, a0 and a2, again. */
static inline int32_t tvm_tiny_wide_activations(int32_t y)
{
    return (int32_t)tvm_tiny_wide_odd((uint32_t)y ^ 0x007f007fu);
}

/* Requantises as TFLite does; table: bias, multiplier, shift. */
static inline int8_t tvm_tiny_wide_result(uint32_t sum, const int32_t *table, int32_t zero_point)
{
    const int32_t scaled =
        tvm_tiny_requantize((int32_t)(sum + (uint32_t)table[0]), table[1], table[2]);
    return (int8_t)tvm_tiny_clamp((int32_t)((uint32_t)scaled + (uint32_t)zero_point), -128, 127);
}

/* Sums of the channels at w and v, of the first pixel and, if there are two, of the second. */
static inline void tvm_tiny_wide_sums(const int32_t *x, const int8_t *w, const int8_t *v,
                                      int32_t pixels, int32_t groups, uint32_t sums[4])
{
    const int32_t *const end = x + 2 * pixels * groups;
    uint32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (; x != end; x += 2 * pixels) {
        const uint32_t a = tvm_tiny_dsp_load(w), b = tvm_tiny_dsp_load(v);
        const uint32_t odd = (uint32_t)x[0], even = (uint32_t)x[2 * pixels - 1];
        s0 = tvm_tiny_wide_add(tvm_tiny_wide_odd(a), odd, s0);
        s1 = tvm_tiny_wide_add(tvm_tiny_wide_odd(b), odd, s1);
        s0 = tvm_tiny_wide_add(tvm_tiny_wide_even(a), even, s0);
        s1 = tvm_tiny_wide_add(tvm_tiny_wide_even(b), even, s1);
        if (pixels == 2) {
            s2 = tvm_tiny_wide_add(tvm_tiny_wide_odd(a), (uint32_t)x[1], s2);
            s3 = tvm_tiny_wide_add(tvm_tiny_wide_odd(b), (uint32_t)x[1], s3);
            s2 = tvm_tiny_wide_add(tvm_tiny_wide_even(a), (uint32_t)x[2], s2);
            s3 = tvm_tiny_wide_add(tvm_tiny_wide_even(b), (uint32_t)x[2], s3);
        }
        w += 4;
        v += 4;
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/*
 * All channels of one or two gathered pixels; y: channels of the first pixel, those of the second
 * `apart` behind. Overwrites what was gathered.
 */
static inline void tvm_tiny_wide_product(int32_t *x, const int8_t *w, const int32_t *table,
                                         int8_t *y, int32_t pixels, int32_t groups,
                                         int32_t channels, int32_t apart, int32_t zero_point)
{
    int32_t channel, i, k;
    for (i = 0; i < groups; ++i) {
        for (k = pixels; k < 2 * pixels; ++k) {
            x[2 * pixels * i + k] = tvm_tiny_wide_activations(x[2 * pixels * i + k]);
        }
    }
    for (channel = 0; channel < channels; channel += 2) {
        const int32_t many = channel + 1 < channels ? 2 : 1;
        uint32_t sums[4];
        tvm_tiny_wide_sums(x, w, w + 4 * groups * (many - 1), pixels, groups, sums);
        for (k = 0; k < many; ++k) {
            y[channel + k] = tvm_tiny_wide_result(sums[k], table, zero_point);
            if (pixels == 2) {
                y[apart + channel + k] = tvm_tiny_wide_result(sums[2 + k], table, zero_point);
            }
            table += 3;
        }
        w += 4 * groups * many;
    }
}

#ifdef __cplusplus
}
#endif

#endif
