/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Micro-kernels for cores with the DSP instructions: matrix products of int8 activations and int8
 * weights, requantised. Every function is there twice: inline assembly in the order that suits the
 * Cortex-M7 (two instructions a cycle, one of them a multiplication), and plain C that computes
 * the same integers, for other cores, compilers without optimisation, and tests.
 *
 * Two weights of one output channel lie in one half word: p = 256 * w1 + w0 (w0 >= 0 or not: the
 * sum of the two, not the bytes side by side). Its low byte is w0 again, so that
 *
 *     256 * (w0 * a0 + w1 * a1) = p * a1 + w0 * (256 * a0 - a1),
 *
 * and with y = 256 * a0 + 127 - a1, which always fits into 16 bits, the sum over all pairs is
 * 256 times the convolution plus 127 times the sum of all w0, a constant that goes into the bias.
 * One SXTB16 thus serves four weights instead of two. The sum fits as long as the result needs no
 * more than 24 bits, which is checked when the weights are packed.
 *
 * Activations are widened once to groups of four: x = (a1, a3) and y = (256 * a0 + 127 - a1,
 * 256 * a2 + 127 - a3), two words. Weights: for every pair of output channels, for every group of
 * four inputs, a word (p of inputs 0 1, p of inputs 2 3) for the first channel and one for the
 * second; one word more at the end, which is read and not used.
 *
 * Table: for every pair of channels, of both: bias, multiplier, rounding and shift (TFLite's two
 * roundings, line 0), or bias and multiplier of a line whose rounded values are TFLite's results
 * (line > 0, its shift), or (line < 0) bias and multiplier of the two roundings, see
 * tvm_tiny_dsp_unpack; two words more at the end, which may be read.
 *
 * tvm_tiny_dsp_gather.h makes the activations, tvm_tiny_dsp_product.h multiplies.
 */
#ifndef TVM_TINY_DSP_H
#define TVM_TINY_DSP_H

#include <stdint.h>

#if defined(__GNUC__) && defined(__thumb2__) && \
    defined(__ARM_FEATURE_DSP) && !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_DSP_ASM 1
/* aligned: adr counts from the pc's word, and -O1 and -Os let functions begin at any half word. */
#define TVM_TINY_DSP_NAKED __attribute__((naked, noinline, unused, aligned(4)))
#define TVM_TINY_DSP_UNUSED __attribute__((unused))
#else
#define TVM_TINY_DSP_ASM 0
#endif

#if TVM_TINY_DSP_ASM && defined(__OPTIMIZE__) && !defined(TVM_TINY_COMPACT)
#define TVM_TINY_DSP_INLINE inline __attribute__((always_inline))
#define TVM_TINY_DSP_UNROLL _Pragma("GCC unroll 16")
#else
#define TVM_TINY_DSP_INLINE inline
#define TVM_TINY_DSP_UNROLL
#endif
/* Arguments that are constants choose one of many functions: the others are not linked. */
#if TVM_TINY_DSP_ASM && defined(__OPTIMIZE__)
#define TVM_TINY_DSP_CHOOSER inline __attribute__((always_inline))
#else
#define TVM_TINY_DSP_CHOOSER inline
#endif

#ifdef __cplusplus
extern "C" {
#endif

static inline void tvm_tiny_dsp_copy(int8_t *to, const int8_t *from, int32_t count)
{
#if TVM_TINY_DSP_ASM
    __builtin_memcpy(to, from, (uint32_t)count);
#else
    int32_t i;
    for (i = 0; i < count; ++i) {
        to[i] = from[i];
    }
#endif
}

/* Four bytes from any address, little endian. */
static inline uint32_t tvm_tiny_dsp_load(const int8_t *x)
{
#if TVM_TINY_DSP_ASM
    uint32_t word;
    __builtin_memcpy(&word, x, 4);
    return word;
#else
    return (uint32_t)(uint8_t)x[0] | (uint32_t)(uint8_t)x[1] << 8 |
           (uint32_t)(uint8_t)x[2] << 16 | (uint32_t)(uint8_t)x[3] << 24;
#endif
}

/* A group of four activations, one in each byte of word, to x = out[0] and y = out[apart]. */
static inline void tvm_tiny_dsp_widen_group(uint32_t word, int32_t *out, int32_t apart)
{
#if TVM_TINY_DSP_ASM
    uint32_t odd, even;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(word));
    __asm__("rev16 %0, %1" : "=r"(even) : "r"(word));
    out[0] = (int32_t)odd;
    out[apart] = (int32_t)(even ^ 0x007f007fu);
#else
    const uint32_t low = (uint32_t)(int8_t)(uint8_t)(word >> 8) & 0xffffu;
    const uint32_t high = (uint32_t)(int8_t)(uint8_t)(word >> 24);
    out[0] = (int32_t)(low | high << 16);
    out[apart] = (int32_t)(((word & 0x00ff00ffu) << 8 | (word >> 8 & 0x00ff00ffu)) ^ 0x007f007fu);
#endif
}

/* Widens count activations; group i goes to out[i * stride]; the last group is filled up with 0. */
static inline void tvm_tiny_dsp_widen(const int8_t *x, int32_t count, int32_t *out, int32_t apart,
                                      int32_t stride)
{
    int32_t i;
    for (i = count >> 2; i > 0; --i) {
        tvm_tiny_dsp_widen_group(tvm_tiny_dsp_load(x), out, apart);
        x += 4;
        out += stride;
    }
    if ((count & 3) != 0) {
        uint32_t word = 0;
        for (i = 0; i < (count & 3); ++i) {
            word |= (uint32_t)(uint8_t)x[i] << (8 * i);
        }
        tvm_tiny_dsp_widen_group(word, out, apart);
    }
}

/* One group: p and q = w0 of the weight pairs p0 and p1 times x and y. */
static inline int32_t tvm_tiny_dsp_group(int16_t p0, int16_t p1, int32_t x, int32_t y)
{
    uint32_t sum = (uint32_t)(p0 * (int32_t)(int16_t)(uint16_t)(uint32_t)x);
    sum += (uint32_t)(p1 * (int32_t)(int16_t)(uint16_t)((uint32_t)x >> 16));
    sum += (uint32_t)((int8_t)(uint8_t)p0 * (int32_t)(int16_t)(uint16_t)(uint32_t)y);
    sum += (uint32_t)((int8_t)(uint8_t)p1 * (int32_t)(int16_t)(uint16_t)((uint32_t)y >> 16));
    return (int32_t)sum;
}

/* a + b modulo 2^32. */
static inline int32_t tvm_tiny_dsp_sum(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/*
 * sum / 256 times the multiplier, rounded as TFLite does it (to 2^-31 with ties up, then to an
 * integer with ties away from zero), plus the output's zero point, limited to int8.
 * rounding = 64 + 128 * (half + (zero point << exponent)), shift = exponent + 7.
 */
static inline int8_t tvm_tiny_dsp_requantize(int32_t sum, int32_t multiplier, int32_t rounding,
                                             int32_t shift)
{
    int32_t result = (int32_t)(((int64_t)sum * multiplier) >> 32);
    result = (result + (sum < 0 ? -128 : 0) + rounding) >> shift;
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/* The same by a line: sum is 256 times the sum plus what rounding and zero point come to. */
static inline int8_t tvm_tiny_dsp_line(int32_t sum, int32_t multiplier, int32_t shift)
{
    const int32_t result = (int32_t)(((int64_t)sum * multiplier) >> 32) >> shift;
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/*
 * A pair of channels' table of two words each as one of four: line = -1 - (256 * exponent + zero
 * point + 128), the highest two bits of a multiplier are added to the exponent (in their place is 01).
 */
static inline void tvm_tiny_dsp_unpack(const int32_t *table, int32_t *entry, int32_t line)
{
    const int32_t zero_point = ((-1 - line) & 255) - 128;
    int32_t lane;
    for (lane = 0; lane < 2; ++lane) {
        const uint32_t word = (uint32_t)table[2 + lane];
        const int32_t exponent = ((-1 - line) >> 8) + (int32_t)(word >> 30);
        entry[lane] = table[lane];
        entry[2 + lane] = (int32_t)((word & 0x3fffffffu) | 0x40000000u);
        entry[4 + lane] = 64 + (1 << (exponent + 6)) + zero_point * (1 << (exponent + 7));
        entry[6 + lane] = exponent + 7;
    }
}

/* Words of such a table, of two pairs and what is read behind them. */
#define TVM_TINY_DSP_UNPACKED 18

/* One result by it, from the second word of a channel. */
static inline int8_t tvm_tiny_dsp_unpacked(int32_t sum, int32_t multiplier, int32_t line)
{
    const int32_t table[4] = {0, 0, multiplier, 0};
    int32_t entry[8];
    tvm_tiny_dsp_unpack(table, entry, line);
    return tvm_tiny_dsp_requantize(sum, entry[2], entry[4], entry[6]);
}

/* Words of a pair of channels in a table. */
#define TVM_TINY_DSP_TABLE_WORDS(line) ((line) != 0 ? 4 : 8)

/* By any of them, with the table of a pair of channels; lane is the channel's. */
static inline int8_t tvm_tiny_dsp_result(int32_t sum, const int32_t *table, int32_t lane,
                                         int32_t line)
{
    if (line < 0) {
        return tvm_tiny_dsp_unpacked(sum, table[2 + lane], line);
    }
    return line > 0 ? tvm_tiny_dsp_line(sum, table[2 + lane], line)
                    : tvm_tiny_dsp_requantize(sum, table[2 + lane], table[4 + lane],
                                              table[6 + lane]);
}

/* Limits a row to an activation's range: four bytes with SSUB8 and SEL. */
static inline void tvm_tiny_dsp_clamp(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    int32_t i = 0;
#if TVM_TINY_DSP_ASM
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
        y[i] = (int8_t)(y[i] < low ? low : y[i] > high ? high : y[i]);
    }
}

#ifdef __cplusplus
}
#endif

#endif
