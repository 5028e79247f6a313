/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SVDF's memories of int8, four steps to a word: a memory moves up by one step and is multiplied
 * with its weights in the same pass. Weights over time are pairs of half words in the order that
 * the widened steps have: 0 2, 1 3. All filters are rescaled alike.
 */
#ifndef TVM_TINY_SVDF_H
#define TVM_TINY_SVDF_H

#include "tvm_tiny_dot.h"

#ifdef __cplusplus
extern "C" {
#endif

static inline void tvm_tiny_svdf_store(int8_t *to, uint32_t word)
{
#if TVM_TINY_DSP_ASM
    __builtin_memcpy(to, &word, 4);
#else
    int32_t i;
    for (i = 0; i < 4; ++i) {
        to[i] = (int8_t)(uint8_t)(word >> (8 * i));
    }
#endif
}

/* Two half words. */
static inline uint32_t tvm_tiny_svdf_pair(const int16_t *w)
{
#if TVM_TINY_DSP_ASM
    uint32_t word;
    __builtin_memcpy(&word, w, 4);
    return word;
#else
    return (uint32_t)(uint16_t)w[0] | (uint32_t)(uint16_t)w[1] << 16;
#endif
}

/* tvm_tiny_high_mul; narrow: 2 * x fits. Clang makes three instructions of a plain SMLAL here. */
static TVM_TINY_DSP_INLINE int32_t tvm_tiny_svdf_high(int32_t x, int32_t multiplier, int32_t narrow)
{
#if TVM_TINY_DSP_ASM
    uint32_t low = (uint32_t)1 << 30, high = 0;
    if (narrow != 0) {
        __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(tvm_tiny_shift_left(x, 1)), "r"(multiplier));
        return (int32_t)high;
    }
    __asm__("smlal %0, %1, %2, %3" : "+r"(low), "+r"(high) : "r"(x), "r"(multiplier));
    return (int32_t)(high << 1 | low >> 31);
#else
    (void)narrow;
    return tvm_tiny_high_mul(x, multiplier);
#endif
}

/* tvm_tiny_requantize, its rounding shift in fewer instructions: the product is above INT32_MIN. */
static TVM_TINY_DSP_INLINE int8_t tvm_tiny_svdf_scale(uint32_t sum, int32_t multiplier,
                                                      int32_t shift, int32_t zero_point,
                                                      int32_t narrow)
{
    int32_t value;
    if (shift < 0) {
        const int32_t high = tvm_tiny_svdf_high((int32_t)sum, multiplier, narrow);
        value = (((high + (high >> 31)) >> (-shift - 1)) + 1) >> 1;
    } else {
        value = tvm_tiny_requantize((int32_t)sum, multiplier, shift);
    }
    value = (int32_t)((uint32_t)value + (uint32_t)zero_point);
#if TVM_TINY_DSP_ASM
    __asm__("ssat %0, #8, %0" : "+r"(value));
    return (int8_t)value;
#else
    return (int8_t)tvm_tiny_clamp(value, -128, 127);
#endif
}

/*
 * What enters the memories. Weights: of every four filters as tvm_tiny_dot_four reads them, the last
 * ones as they lie.
 */
static TVM_TINY_DSP_INLINE int32_t tvm_tiny_svdf_features(const int8_t *x, const int8_t *w,
                                                          const int32_t *bias, int8_t *fresh,
                                                          int32_t inputs, int32_t filters,
                                                          int32_t multiplier, int32_t shift,
                                                          int32_t narrow)
{
    const int32_t block = ((inputs + 3) & ~3) * 4;
    int32_t left = filters, i;
    for (; left >= 4; left -= 4) {
        int32_t sums[4];
        for (i = 0; i < 4; ++i) {
            sums[i] = bias[i];
        }
        (void)tvm_tiny_dot_four(x, w, inputs, sums);
        TVM_TINY_DSP_UNROLL
        for (i = 0; i < 4; ++i) {
            fresh[i] = tvm_tiny_svdf_scale((uint32_t)sums[i], multiplier, shift, 0, narrow);
        }
        w += block;
        bias += 4;
        fresh += 4;
    }
    for (; left > 0; --left) {
        const uint32_t sum = (uint32_t)tvm_tiny_dot_one(x, w, inputs, *bias++);
        *fresh++ = tvm_tiny_svdf_scale(sum, multiplier, shift, 0, narrow);
        w += inputs;
    }
    return 0;
}

/* The same of a multiple of four filters with weights in pairs, as tvm_tiny_dot_pairs reads them. */
static TVM_TINY_DSP_INLINE int32_t tvm_tiny_svdf_paired(const int8_t *x, const int8_t *w,
                                                        const int32_t *bias, int8_t *fresh,
                                                        int32_t inputs, int32_t filters,
                                                        int32_t multiplier, int32_t shift,
                                                        int32_t narrow)
{
    const int32_t block = ((inputs + 3) & ~3) * 4;
    int32_t f, i;
    for (f = 0; f < filters; f += 4) {
        int32_t sums[4];
        (void)tvm_tiny_dot_pairs(x, w, inputs, bias + f, sums);
        TVM_TINY_DSP_UNROLL
        for (i = 0; i < 4; ++i) {
            fresh[f + i] = tvm_tiny_svdf_scale((uint32_t)sums[i], multiplier, shift, 0, narrow);
        }
        w += block;
    }
    return 0;
}

/* sum + four steps times their weights: those of a word and, of the next one, the first. */
static TVM_TINY_DSP_INLINE uint32_t tvm_tiny_svdf_four(int8_t *memory, uint32_t word, uint32_t next,
                                                       const int16_t *time, uint32_t sum)
{
    const uint32_t moved = word >> 8 | next << 24;
    sum = tvm_tiny_wide_add(tvm_tiny_wide_even(moved), tvm_tiny_svdf_pair(time), sum);
    sum = tvm_tiny_wide_add(tvm_tiny_wide_odd(moved), tvm_tiny_svdf_pair(time + 2), sum);
    tvm_tiny_svdf_store(memory, moved);
    return sum;
}

/* The same of eight steps; word: the first at memory. */
static TVM_TINY_DSP_INLINE uint32_t tvm_tiny_svdf_eight(int8_t *memory, uint32_t word,
                                                        uint32_t next, const int16_t *time,
                                                        uint32_t sum)
{
#if TVM_TINY_DSP_ASM
    uint32_t second, wide, w, v;
    __asm__ volatile("ldr %[w], [%[time]]\n"
                     "    ldr %[second], [%[memory], #4]\n"
                     "    sxtb16 %[wide], %[word], ror #8\n"
                     "    ldr %[v], [%[time], #4]\n"
                     "    lsr %[word], %[word], #8\n"
                     "    smlad %[sum], %[wide], %[w], %[sum]\n"
                     "    orr %[word], %[word], %[second], lsl #24\n"
                     "    ldr %[w], [%[time], #8]\n"
                     "    sxtb16 %[wide], %[word], ror #8\n"
                     "    str %[word], [%[memory]]\n"
                     "    sxtb16 %[word], %[second], ror #8\n"
                     "    smlad %[sum], %[wide], %[v], %[sum]\n"
                     "    lsr %[second], %[second], #8\n"
                     "    ldr %[v], [%[time], #12]\n"
                     "    orr %[second], %[second], %[next], lsl #24\n"
                     "    smlad %[sum], %[word], %[w], %[sum]\n"
                     "    sxtb16 %[wide], %[second], ror #8\n"
                     "    str %[second], [%[memory], #4]\n"
                     "    smlad %[sum], %[wide], %[v], %[sum]\n"
                     : [sum] "+r"(sum), [word] "+r"(word), [second] "=&r"(second),
                       [wide] "=&r"(wide), [w] "=&r"(w), [v] "=&r"(v)
                     : [memory] "r"(memory), [time] "r"(time), [next] "r"(next)
                     : "memory");
    return sum;
#else
    const uint32_t second = tvm_tiny_dsp_load(memory + 4);
    sum = tvm_tiny_svdf_four(memory, word, second, time, sum);
    return tvm_tiny_svdf_four(memory + 4, second, next, time + 4, sum);
#endif
}

/* sum + the memory times its weights, once `fresh` has entered as its latest step. */
static TVM_TINY_DSP_INLINE uint32_t tvm_tiny_svdf_filter(int8_t *memory, uint32_t fresh,
                                                         const int16_t *time, int32_t words,
                                                         uint32_t sum)
{
    uint32_t word = tvm_tiny_dsp_load(memory);
    int32_t i;
    if ((words & 1) != 0) {
        const uint32_t next = words > 1 ? tvm_tiny_dsp_load(memory + 4) : fresh;
        sum = tvm_tiny_svdf_four(memory, word, next, time, sum);
        word = next;
        memory += 4;
        time += 4;
    }
    for (i = words >> 1; i > 1; --i) {
        const uint32_t next = tvm_tiny_dsp_load(memory + 8);
        sum = tvm_tiny_svdf_eight(memory, word, next, time, sum);
        word = next;
        memory += 8;
        time += 8;
    }
    return i > 0 ? tvm_tiny_svdf_eight(memory, word, fresh, time, sum) : sum;
}

/*
 * A step of all filters, `rank` to a unit: fresh[f] + zero_in enters the memory of filter f; y of
 * every unit. y may be fresh where rank is 1.
 */
static TVM_TINY_DSP_INLINE int32_t tvm_tiny_svdf_units(const int8_t *fresh, int8_t *memory,
                                                       const int16_t *time, const int32_t *bias,
                                                       int8_t *y, int32_t units, int32_t rank,
                                                       int32_t words, int32_t zero_in,
                                                       int32_t multiplier, int32_t shift,
                                                       int32_t zero_out, int32_t narrow)
{
    int32_t u = 0, k;
    for (; rank == 1 && u + 1 < units; u += 2) { /* two rescalings side by side */
        const uint32_t first = (uint32_t)(fresh[0] + zero_in);
        const uint32_t second = (uint32_t)(fresh[1] + zero_in);
        const int32_t steps = 4 * words;
        const uint32_t a = tvm_tiny_svdf_filter(memory, first, time, words, (uint32_t)bias[u]);
        const uint32_t b = tvm_tiny_svdf_filter(memory + steps, second, time + steps, words,
                                                (uint32_t)bias[u + 1]);
        const int8_t y0 = tvm_tiny_svdf_scale(a, multiplier, shift, zero_out, narrow);
        const int8_t y1 = tvm_tiny_svdf_scale(b, multiplier, shift, zero_out, narrow);
        y[u] = y0;
        y[u + 1] = y1;
        fresh += 2;
        memory += 2 * steps;
        time += 2 * steps;
    }
    for (; u < units; ++u) {
        uint32_t sum = (uint32_t)bias[u];
        for (k = 0; k < rank; ++k) {
            sum = tvm_tiny_svdf_filter(memory, (uint32_t)(*fresh++ + zero_in), time, words, sum);
            memory += 4 * words;
            time += 4 * words;
        }
        y[u] = tvm_tiny_svdf_scale(sum, multiplier, shift, zero_out, narrow);
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
