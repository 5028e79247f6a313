/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Products of int16 activations and int8 weights ("16x8"): convolutions, transposed convolutions
 * and fully connected layers. Activations have no zero point, so taps outside the tensor are zeros.
 *
 * Weights are bytes in groups of four inputs, in the order 0 2 1 3, so that SXTB16 makes pairs of
 * neighbours of them; the groups of two output channels (of four for a vector) alternate. Table:
 * bias, multiplier and shift of every channel. Sums have 32 bits; the compiler sees to it that they
 * suffice, or that TFLite's wrap round as well.
 *
 * mode: how sums are rescaled. 0: the high word of sum * multiplier, rounded (a shift of 16 to 32
 * that is part of the multiplier). 1: tvm_tiny_requantize of sums below 2^30 with a shift to the
 * right (at least 1), which is what the table has. 2: tvm_tiny_requantize. 3:
 * tvm_tiny_requantize_once of a sum and a bias of 48 bits, whose upper ones lie above the
 * multiplier's.
 */
#ifndef TVM_TINY_INT16_H
#define TVM_TINY_INT16_H

#include "tvm_tiny_dsp.h"
#include "tvm_tiny_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Two half words from any address that is a multiple of 2. */
static inline uint32_t tvm_tiny_int16_load(const int16_t *x)
{
#if TVM_TINY_DSP_ASM
    uint32_t word;
    __builtin_memcpy(&word, x, 4);
    return word;
#else
    return (uint32_t)(uint16_t)x[0] | (uint32_t)(uint16_t)x[1] << 16;
#endif
}

/* Two half words to such an address. */
static inline void tvm_tiny_int16_store(int16_t *to, uint32_t word)
{
#if TVM_TINY_DSP_ASM
    __builtin_memcpy(to, &word, 4);
#else
    to[0] = (int16_t)(uint16_t)word;
    to[1] = (int16_t)(uint16_t)(word >> 16);
#endif
}

#if TVM_TINY_DSP_ASM
/*
 * A group of two pixels by two channels. a b: raw weights of this group, first half widened to c d;
 * afterwards c d raw and a b widened. r0 x (at: bytes from it), r1 weights, r4 to r7 sums, r12 lr
 * activations: first pair of both pixels, then second pair.
 */
#define TVM_TINY_INT16_GROUP(a, b, c, d, second, third, next) \
    "    sxtb16 " a ", " a ", ror #8\n" \
    "    smlad r4, " c ", r12, r4\n" \
    "    sxtb16 " b ", " b ", ror #8\n" \
    "    smlad r5, " d ", r12, r5\n" \
    "    smlad r6, " c ", lr, r6\n" \
    "    ldr r12, [r0, #" second "]\n" \
    "    smlad r7, " d ", lr, r7\n" \
    "    ldr lr, [r0, #" third "]\n" \
    "    smlad r4, " a ", r12, r4\n" \
    "    ldr " c ", [r1], #8\n" \
    "    smlad r5, " b ", r12, r5\n" \
    "    ldr " d ", [r1, #-4]\n" \
    "    smlad r6, " a ", lr, r6\n" next \
    "    sxtb16 " a ", " c "\n" \
    "    smlad r7, " b ", lr, r7\n" \
    "    sxtb16 " b ", " d "\n"

/* Sums of two channels of two pixels over an even number of groups; r3: counts pairs of them. */
#define TVM_TINY_INT16_SUMS \
    "    ldr r8, [r1], #8\n" \
    "    ldr r12, [r0]\n" \
    "    ldr r9, [r1, #-4]\n" \
    "    ldr lr, [r0, #4]\n" \
    "    sxtb16 r10, r8\n" \
    "    sxtb16 r11, r9\n" \
    "1:\n" \
    TVM_TINY_INT16_GROUP("r8", "r9", "r10", "r11", "8", "12", "    ldr r12, [r0, #16]\n") \
    "    ldr lr, [r0, #20]\n" \
    "    subs r3, r3, #1\n" \
    TVM_TINY_INT16_GROUP("r10", "r11", "r8", "r9", "24", "28", "    ldr r12, [r0, #32]!\n") \
    "    ldr lr, [r0, #4]\n" \
    "    bne 1b\n"

/* Reads two words behind both. */
static TVM_TINY_DSP_NAKED void tvm_tiny_int16_pairs(const int16_t *x TVM_TINY_DSP_UNUSED,
                                                    const int8_t *w TVM_TINY_DSP_UNUSED,
                                                    int32_t groups TVM_TINY_DSP_UNUSED,
                                                    int32_t *sums TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "    push {r3-r11, lr}\n"
        "    ldm r3, {r4-r7}\n"
        "    lsr r3, r2, #1\n"
        TVM_TINY_INT16_SUMS
        "    pop {r3}\n"
        "    stm r3, {r4-r7}\n"
        "    pop {r4-r11, pc}\n");
}

/*
 * Channels two by two, results limited by `limit`. Registers: r2 the table's place, r3 rounds. On
 * the stack: x, weights, table, y; then the registers of the caller and, from 56 on, apart_bytes,
 * rounds of two groups, pairs of channels.
 */
#define TVM_TINY_INT16_PAIRS(rescale, limit) \
    "    push {r4-r11, lr}\n" \
    "    sub sp, sp, #20\n" \
    "    str r0, [sp]\n" \
    "    str r2, [sp, #8]\n" \
    "    str r3, [sp, #12]\n" \
    "9:\n" \
    "    ldr r4, [r2]\n" \
    "    ldr r5, [r2, #12]\n" \
    "    ldr r0, [sp]\n" \
    "    ldr r3, [sp, #60]\n" \
    "    mov r6, r4\n" \
    "    mov r7, r5\n" \
    TVM_TINY_INT16_SUMS \
    "    ldr r2, [sp, #8]\n" \
    "    sub r1, r1, #8\n" \
    "    ldr r8, [r2, #4]\n" \
    "    ldr r9, [r2, #16]\n" \
    "    ldr r3, [sp, #12]\n" \
    rescale \
    limit \
    "    ldr r0, [sp, #56]\n" \
    "    add r2, r2, #24\n" \
    "    ldr r8, [sp, #64]\n" \
    "    pkhbt r4, r4, r5, lsl #16\n" \
    "    pkhbt r6, r6, r7, lsl #16\n" \
    "    str r6, [r3, r0]\n" \
    "    str r4, [r3], #4\n" \
    "    subs r8, r8, #1\n" \
    "    str r2, [sp, #8]\n" \
    "    str r3, [sp, #12]\n" \
    "    str r8, [sp, #64]\n" \
    "    bne 9b\n" \
    "    add sp, sp, #20\n" \
    "    pop {r4-r11, pc}\n"

/* mode 0 */
#define TVM_TINY_INT16_HIGH_WORD \
    "    smmulr r4, r4, r8\n" \
    "    smmulr r6, r6, r8\n" \
    "    smmulr r5, r5, r9\n" \
    "    smmulr r7, r7, r9\n"

/* mode 1 */
#define TVM_TINY_INT16_TWICE \
    "    ldr r10, [r2, #8]\n" \
    "    lsl r4, r4, #1\n" \
    "    ldr r11, [r2, #20]\n" \
    "    lsl r5, r5, #1\n" \
    "    smmulr r4, r4, r8\n" \
    "    lsl r6, r6, #1\n" \
    "    smmulr r5, r5, r9\n" \
    "    lsl r7, r7, #1\n" \
    "    smmulr r6, r6, r8\n" \
    "    mov r12, #1\n" \
    "    smmulr r7, r7, r9\n" \
    "    sub lr, r10, #1\n" \
    "    lsl r8, r12, lr\n" \
    "    sub lr, r11, #1\n" \
    "    lsl r9, r12, lr\n" \
    "    add r12, r8, r4, asr #31\n" \
    "    add lr, r9, r5, asr #31\n" \
    "    add r4, r4, r12\n" \
    "    add r5, r5, lr\n" \
    "    add r12, r8, r6, asr #31\n" \
    "    add lr, r9, r7, asr #31\n" \
    "    asr r4, r4, r10\n" \
    "    asr r5, r5, r11\n" \
    "    add r6, r6, r12\n" \
    "    add r7, r7, lr\n" \
    "    asr r6, r6, r10\n" \
    "    asr r7, r7, r11\n"

#define TVM_TINY_INT16_FULL \
    "    ssat r4, #16, r4\n" \
    "    ssat r5, #16, r5\n" \
    "    ssat r6, #16, r6\n" \
    "    ssat r7, #16, r7\n"

#define TVM_TINY_INT16_POSITIVE \
    "    usat r4, #15, r4\n" \
    "    usat r5, #15, r5\n" \
    "    usat r6, #15, r6\n" \
    "    usat r7, #15, r7\n"

#define TVM_TINY_INT16_ROWS(name, rescale, limit) \
    static TVM_TINY_DSP_NAKED void name( \
        const int16_t *x TVM_TINY_DSP_UNUSED, const int8_t *w TVM_TINY_DSP_UNUSED, \
        const int32_t *table TVM_TINY_DSP_UNUSED, int16_t *y TVM_TINY_DSP_UNUSED, \
        int32_t apart_bytes TVM_TINY_DSP_UNUSED, int32_t rounds TVM_TINY_DSP_UNUSED, \
        int32_t pairs TVM_TINY_DSP_UNUSED) \
    { \
        __asm__ volatile(TVM_TINY_INT16_PAIRS(rescale, limit)); \
    }

TVM_TINY_INT16_ROWS(tvm_tiny_int16_rows_0, TVM_TINY_INT16_HIGH_WORD, TVM_TINY_INT16_FULL)
TVM_TINY_INT16_ROWS(tvm_tiny_int16_rows_0p, TVM_TINY_INT16_HIGH_WORD, TVM_TINY_INT16_POSITIVE)
TVM_TINY_INT16_ROWS(tvm_tiny_int16_rows_1, TVM_TINY_INT16_TWICE, TVM_TINY_INT16_FULL)
TVM_TINY_INT16_ROWS(tvm_tiny_int16_rows_1p, TVM_TINY_INT16_TWICE, TVM_TINY_INT16_POSITIVE)

/* A group of one vector by four channels, but for the last product. */
#define TVM_TINY_INT16_FOUR \
    "    sxtb16 r3, r8\n" \
    "    ldr r11, [r1], #4\n" \
    "    sxtb16 r8, r8, ror #8\n" \
    "    smlad r4, r3, r12, r4\n" \
    "    sxtb16 r3, r9\n" \
    "    smlad r4, r8, lr, r4\n" \
    "    ldr r8, [r1], #4\n" \
    "    smlad r5, r3, r12, r5\n" \
    "    sxtb16 r9, r9, ror #8\n" \
    "    smlad r5, r9, lr, r5\n" \
    "    sxtb16 r3, r10\n" \
    "    ldr r9, [r1], #4\n" \
    "    sxtb16 r10, r10, ror #8\n" \
    "    smlad r6, r3, r12, r6\n" \
    "    sxtb16 r3, r11\n" \
    "    smlad r6, r10, lr, r6\n" \
    "    ldr r10, [r1], #4\n" \
    "    smlad r7, r3, r12, r7\n" \
    "    sxtb16 r11, r11, ror #8\n"

/*
 * One vector by four channels. Registers: r0 x, r1 weights, r2 groups, r3 sums and then widened
 * weights, r4 to r7 sums, r8 to r11 weights, r12 lr activations. Reads four words behind the
 * weights, nothing behind the activations.
 */
static TVM_TINY_DSP_NAKED void tvm_tiny_int16_fours(const int16_t *x TVM_TINY_DSP_UNUSED,
                                                    const int8_t *w TVM_TINY_DSP_UNUSED,
                                                    int32_t groups TVM_TINY_DSP_UNUSED,
                                                    int32_t *sums TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "    push {r3-r11, lr}\n"
        "    ldm r3, {r4-r7}\n"
        "    ldr r8, [r1], #4\n"
        "    ldr r12, [r0], #4\n"
        "    ldr r9, [r1], #4\n"
        "    ldr lr, [r0], #4\n"
        "    ldr r10, [r1], #4\n"
        "    subs r2, r2, #1\n"
        "    beq 2f\n"
        "1:\n" TVM_TINY_INT16_FOUR
        "    subs r2, r2, #1\n"
        "    ldr r12, [r0], #4\n"
        "    smlad r7, r11, lr, r7\n"
        "    ldr lr, [r0], #4\n"
        "    bne 1b\n"
        "2:\n" TVM_TINY_INT16_FOUR
        "    smlad r7, r11, lr, r7\n"
        "    pop {r3}\n"
        "    stm r3, {r4-r7}\n"
        "    pop {r4-r11, pc}\n");
}

/*
 * Four channels at a time, results limited by `limit`. On the stack: x, table, y; then the registers
 * of the caller and, from 56 on, groups and fours of channels.
 */
#define TVM_TINY_INT16_VECTOR(rescale, limit) \
    "    push {r4-r11, lr}\n" \
    "    sub sp, sp, #20\n" \
    "    str r0, [sp]\n" \
    "    str r3, [sp, #12]\n" \
    "9:\n" \
    "    str r2, [sp, #8]\n" \
    "    ldr r4, [r2]\n" \
    "    ldr r8, [r1], #4\n" \
    "    ldr r5, [r2, #12]\n" \
    "    ldr r12, [r0], #4\n" \
    "    ldr r6, [r2, #24]\n" \
    "    ldr r9, [r1], #4\n" \
    "    ldr r7, [r2, #36]\n" \
    "    ldr r2, [sp, #56]\n" \
    "    ldr lr, [r0], #4\n" \
    "    ldr r10, [r1], #4\n" \
    "    subs r2, r2, #1\n" \
    "    beq 2f\n" \
    "1:\n" TVM_TINY_INT16_FOUR \
    "    subs r2, r2, #1\n" \
    "    ldr r12, [r0], #4\n" \
    "    smlad r7, r11, lr, r7\n" \
    "    ldr lr, [r0], #4\n" \
    "    bne 1b\n" \
    "2:\n" TVM_TINY_INT16_FOUR \
    "    ldr r2, [sp, #8]\n" \
    "    smlad r7, r11, lr, r7\n" \
    "    ldr r8, [r2, #4]\n" \
    "    ldr r9, [r2, #16]\n" \
    "    ldr r10, [r2, #28]\n" \
    "    ldr r11, [r2, #40]\n" \
    rescale \
    limit \
    "    ldr r3, [sp, #12]\n" \
    "    ldr r8, [sp, #60]\n" \
    "    pkhbt r4, r4, r5, lsl #16\n" \
    "    sub r1, r1, #12\n" \
    "    pkhbt r6, r6, r7, lsl #16\n" \
    "    ldr r0, [sp]\n" \
    "    str r4, [r3], #4\n" \
    "    add r2, r2, #48\n" \
    "    str r6, [r3], #4\n" \
    "    subs r8, r8, #1\n" \
    "    str r3, [sp, #12]\n" \
    "    str r8, [sp, #60]\n" \
    "    bne 9b\n" \
    "    add sp, sp, #20\n" \
    "    pop {r4-r11, pc}\n"

#define TVM_TINY_INT16_HIGH_WORDS \
    "    smmulr r4, r4, r8\n" \
    "    smmulr r5, r5, r9\n" \
    "    smmulr r6, r6, r10\n" \
    "    smmulr r7, r7, r11\n"

/* One of four results of mode 1: sum, multiplier, place of its shift. */
#define TVM_TINY_INT16_TWICE_ONE(sum, multiplier, place) \
    "    ldr r12, [r2, #" place "]\n" \
    "    lsl " sum ", " sum ", #1\n" \
    "    smmulr " sum ", " sum ", " multiplier "\n" \
    "    sub r3, r12, #1\n" \
    "    mov lr, #1\n" \
    "    lsl lr, lr, r3\n" \
    "    add lr, lr, " sum ", asr #31\n" \
    "    add " sum ", " sum ", lr\n" \
    "    asr " sum ", " sum ", r12\n"

#define TVM_TINY_INT16_TWICE_FOUR \
    TVM_TINY_INT16_TWICE_ONE("r4", "r8", "8") \
    TVM_TINY_INT16_TWICE_ONE("r5", "r9", "20") \
    TVM_TINY_INT16_TWICE_ONE("r6", "r10", "32") \
    TVM_TINY_INT16_TWICE_ONE("r7", "r11", "44")

#define TVM_TINY_INT16_VECTORS(name, rescale, limit) \
    static TVM_TINY_DSP_NAKED void name( \
        const int16_t *x TVM_TINY_DSP_UNUSED, const int8_t *w TVM_TINY_DSP_UNUSED, \
        const int32_t *table TVM_TINY_DSP_UNUSED, int16_t *y TVM_TINY_DSP_UNUSED, \
        int32_t groups TVM_TINY_DSP_UNUSED, int32_t fours TVM_TINY_DSP_UNUSED) \
    { \
        __asm__ volatile(TVM_TINY_INT16_VECTOR(rescale, limit)); \
    }

TVM_TINY_INT16_VECTORS(tvm_tiny_int16_vector_0, TVM_TINY_INT16_HIGH_WORDS, TVM_TINY_INT16_FULL)
TVM_TINY_INT16_VECTORS(tvm_tiny_int16_vector_0p, TVM_TINY_INT16_HIGH_WORDS,
                       TVM_TINY_INT16_POSITIVE)
TVM_TINY_INT16_VECTORS(tvm_tiny_int16_vector_1, TVM_TINY_INT16_TWICE_FOUR, TVM_TINY_INT16_FULL)
TVM_TINY_INT16_VECTORS(tvm_tiny_int16_vector_1p, TVM_TINY_INT16_TWICE_FOUR,
                       TVM_TINY_INT16_POSITIVE)
#else
/* sum + four products; pair: distance between the two pairs of activations. */
static inline int32_t tvm_tiny_int16_group(const int16_t *x, int32_t pair, const int8_t *w,
                                           int32_t sum)
{
    uint32_t total = (uint32_t)sum;
    total += (uint32_t)(x[0] * w[0]) + (uint32_t)(x[1] * w[2]);
    total += (uint32_t)(x[pair] * w[1]) + (uint32_t)(x[pair + 1] * w[3]);
    return (int32_t)total;
}

static inline void tvm_tiny_int16_pairs(const int16_t *x, const int8_t *w, int32_t groups,
                                        int32_t *sums)
{
    int32_t i, k;
    for (i = 0; i < groups; ++i) {
        for (k = 0; k < 4; ++k) {
            sums[k] = tvm_tiny_int16_group(x + 8 * i + 2 * (k >> 1), 4, w + 8 * i + 4 * (k & 1),
                                           sums[k]);
        }
    }
}

static inline void tvm_tiny_int16_fours(const int16_t *x, const int8_t *w, int32_t groups,
                                        int32_t *sums)
{
    int32_t i, k;
    for (i = 0; i < groups; ++i) {
        for (k = 0; k < 4; ++k) {
            sums[k] = tvm_tiny_int16_group(x + 4 * i, 2, w + 16 * i + 4 * k, sums[k]);
        }
    }
}
#endif

/* The high word of a * b, rounded. */
static inline int32_t tvm_tiny_int16_high(int32_t a, int32_t b)
{
#if TVM_TINY_DSP_ASM
    int32_t high;
    __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(a), "r"(b));
    return high;
#else
    return (int32_t)(((int64_t)a * b + ((int64_t)1 << 31)) >> 32);
#endif
}

/* What a channel's sum begins with. */
static inline int32_t tvm_tiny_int16_start(const int32_t *entry, int32_t mode)
{
    return mode == 3 ? 0 : entry[0];
}

/* A sum to a result; entry: bias, multiplier, shift. */
static inline int16_t tvm_tiny_int16_result(int32_t sum, const int32_t *entry, int32_t mode,
                                            int32_t low, int32_t high)
{
    int32_t value;
    if (mode == 0) {
        value = tvm_tiny_int16_high(sum, entry[1]);
    } else if (mode == 1) {
        const int32_t scaled = tvm_tiny_int16_high(sum * 2, entry[1]);
        value = (scaled + ((int32_t)1 << (entry[2] - 1)) + (scaled >> 31)) >> entry[2];
    } else if (mode == 2) {
        value = tvm_tiny_requantize(sum, entry[1], entry[2]);
    } else {
        const int64_t bias = (int64_t)(entry[1] >> 16) * ((int64_t)1 << 32) + (uint32_t)entry[0];
        value = tvm_tiny_requantize_once(sum + bias, entry[1] & 0xffff, entry[2]);
    }
    return (int16_t)tvm_tiny_clamp(value, low, high);
}

/* All outputs of one vector of 4 * groups elements; weights and table hold whole fours. */
static TVM_TINY_DSP_INLINE void tvm_tiny_int16_one(const int16_t *x, const int8_t *w,
                                                   const int32_t *table, int16_t *y,
                                                   int32_t groups, int32_t outputs, int32_t mode,
                                                   int32_t low, int32_t high)
{
    int32_t channel, k;
    for (channel = 0; channel < outputs; channel += 4) {
        int32_t sums[4];
        sums[0] = tvm_tiny_int16_start(table, mode);
        sums[1] = tvm_tiny_int16_start(table + 3, mode);
        sums[2] = tvm_tiny_int16_start(table + 6, mode);
        sums[3] = tvm_tiny_int16_start(table + 9, mode);
        tvm_tiny_int16_fours(x, w, groups, sums);
        if (outputs - channel >= 4) {
            y[0] = tvm_tiny_int16_result(sums[0], table, mode, low, high);
            y[1] = tvm_tiny_int16_result(sums[1], table + 3, mode, low, high);
            y[2] = tvm_tiny_int16_result(sums[2], table + 6, mode, low, high);
            y[3] = tvm_tiny_int16_result(sums[3], table + 9, mode, low, high);
        } else {
            for (k = 0; k < outputs - channel; ++k) {
                y[k] = tvm_tiny_int16_result(sums[k], table + 3 * k, mode, low, high);
            }
        }
        w += 16 * groups;
        table += 12;
        y += 4;
    }
}

/* All outputs of two gathered pixels; those of the second `apart` behind, not stored if 0. */
static TVM_TINY_DSP_INLINE void tvm_tiny_int16_both(const int16_t *x, const int8_t *w,
                                                    const int32_t *table, int16_t *y, int32_t apart,
                                                    int32_t groups, int32_t outputs, int32_t mode,
                                                    int32_t low, int32_t high)
{
    int32_t channel;
    for (channel = 0; channel < outputs; channel += 2) {
        int32_t sums[4];
        sums[0] = sums[2] = tvm_tiny_int16_start(table, mode);
        sums[1] = sums[3] = tvm_tiny_int16_start(table + 3, mode);
        tvm_tiny_int16_pairs(x, w, groups, sums);
        y[0] = tvm_tiny_int16_result(sums[0], table, mode, low, high);
        if (apart != 0) {
            y[apart] = tvm_tiny_int16_result(sums[2], table, mode, low, high);
        }
        if (outputs - channel > 1) {
            y[1] = tvm_tiny_int16_result(sums[1], table + 3, mode, low, high);
            if (apart != 0) {
                y[apart + 1] = tvm_tiny_int16_result(sums[3], table + 3, mode, low, high);
            }
        }
        w += 8 * groups;
        table += 6;
        y += 2;
    }
}

/* The same with the mode as an argument: one copy of the code for each. */
#define TVM_TINY_INT16_MODE(number) \
    static TVM_TINY_INT16_ONCE void tvm_tiny_int16_one_##number( \
        const int16_t *x, const int8_t *w, const int32_t *table, int16_t *y, int32_t groups, \
        int32_t outputs, int32_t low, int32_t high) \
    { \
        tvm_tiny_int16_one(x, w, table, y, groups, outputs, number, low, high); \
    } \
    static TVM_TINY_INT16_ONCE void tvm_tiny_int16_both_##number( \
        const int16_t *x, const int8_t *w, const int32_t *table, int16_t *y, int32_t apart, \
        int32_t groups, int32_t outputs, int32_t low, int32_t high) \
    { \
        tvm_tiny_int16_both(x, w, table, y, apart, groups, outputs, number, low, high); \
    }

#if TVM_TINY_DSP_ASM
#define TVM_TINY_INT16_ONCE __attribute__((noinline, unused))
#else
#define TVM_TINY_INT16_ONCE inline
#endif
TVM_TINY_INT16_MODE(0)
TVM_TINY_INT16_MODE(1)
TVM_TINY_INT16_MODE(2)
TVM_TINY_INT16_MODE(3)

static inline void tvm_tiny_int16_vector(const int16_t *x, const int8_t *w, const int32_t *table,
                                         int16_t *y, int32_t groups, int32_t outputs, int32_t mode,
                                         int32_t low, int32_t high)
{
#if TVM_TINY_DSP_ASM
    const int32_t positive = low == 0 && high == 32767, fours = outputs / 4;
    if (mode < 2 && fours > 0 && (positive || (low == -32768 && high == 32767))) {
        if (mode == 0 && positive) {
            tvm_tiny_int16_vector_0p(x, w, table, y, groups, fours);
        } else if (mode == 0) {
            tvm_tiny_int16_vector_0(x, w, table, y, groups, fours);
        } else if (positive) {
            tvm_tiny_int16_vector_1p(x, w, table, y, groups, fours);
        } else {
            tvm_tiny_int16_vector_1(x, w, table, y, groups, fours);
        }
        w += 16 * groups * fours;
        table += 12 * fours;
        y += 4 * fours;
        outputs -= 4 * fours;
    }
#endif
    if (mode == 0) {
        tvm_tiny_int16_one_0(x, w, table, y, groups, outputs, low, high);
    } else if (mode == 1) {
        tvm_tiny_int16_one_1(x, w, table, y, groups, outputs, low, high);
    } else if (mode == 2) {
        tvm_tiny_int16_one_2(x, w, table, y, groups, outputs, low, high);
    } else {
        tvm_tiny_int16_one_3(x, w, table, y, groups, outputs, low, high);
    }
}

static inline void tvm_tiny_int16_two(const int16_t *x, const int8_t *w, const int32_t *table,
                                      int16_t *y, int32_t apart, int32_t groups, int32_t outputs,
                                      int32_t mode, int32_t low, int32_t high)
{
#if TVM_TINY_DSP_ASM
    const int32_t positive = low == 0 && high == 32767;
    if (mode < 2 && apart != 0 && outputs % 2 == 0 && (positive || (low == -32768 && high == 32767))) {
        const int32_t bytes = 2 * apart, rounds = groups / 2, pairs = outputs / 2;
        if (mode == 0 && positive) {
            tvm_tiny_int16_rows_0p(x, w, table, y, bytes, rounds, pairs);
        } else if (mode == 0) {
            tvm_tiny_int16_rows_0(x, w, table, y, bytes, rounds, pairs);
        } else if (positive) {
            tvm_tiny_int16_rows_1p(x, w, table, y, bytes, rounds, pairs);
        } else {
            tvm_tiny_int16_rows_1(x, w, table, y, bytes, rounds, pairs);
        }
        return;
    }
#endif
    if (mode == 0) {
        tvm_tiny_int16_both_0(x, w, table, y, apart, groups, outputs, low, high);
    } else if (mode == 1) {
        tvm_tiny_int16_both_1(x, w, table, y, apart, groups, outputs, low, high);
    } else if (mode == 2) {
        tvm_tiny_int16_both_2(x, w, table, y, apart, groups, outputs, low, high);
    } else {
        tvm_tiny_int16_both_3(x, w, table, y, apart, groups, outputs, low, high);
    }
}

/* A row's window: what is the same for all its pixels. */
struct tvm_tiny_int16_window {
    const int16_t *x;
    const int32_t *rows; /* offsets of the window's rows */
    int32_t begin, end;  /* those that lie inside */
    int32_t width;       /* columns of x */
    int32_t channels;    /* elements of a column */
    int32_t high, wide;  /* taps */
    int32_t step;        /* columns between taps */
    int32_t groups;      /* of four elements in a window, an even number of them */
};

/* count elements to element `at` of one of `many` pixels that lie pair by pair. */
static inline void tvm_tiny_int16_put(int16_t *to, int32_t many, int32_t at, const int16_t *from,
                                      int32_t count)
{
    int16_t *pair = to + many * (at & ~1);
    if ((at & 1) != 0 && count > 0) {
        pair[1] = *from++;
        pair += 2 * many;
        --count;
    }
    for (; count > 7; count -= 8) {
        const uint32_t first = tvm_tiny_int16_load(from), second = tvm_tiny_int16_load(from + 2);
        const uint32_t third = tvm_tiny_int16_load(from + 4), last = tvm_tiny_int16_load(from + 6);
        tvm_tiny_int16_store(pair, first);
        tvm_tiny_int16_store(pair + 2 * many, second);
        tvm_tiny_int16_store(pair + 4 * many, third);
        tvm_tiny_int16_store(pair + 6 * many, last);
        pair += 8 * many;
        from += 8;
    }
    for (; count > 1; count -= 2) {
        tvm_tiny_int16_store(pair, tvm_tiny_int16_load(from));
        pair += 2 * many;
        from += 2;
    }
    if (count > 0) {
        pair[0] = *from;
    }
}

/* count zeros there. */
static inline void tvm_tiny_int16_clear(int16_t *to, int32_t many, int32_t at, int32_t count)
{
    int16_t *pair = to + many * (at & ~1);
    if ((at & 1) != 0 && count > 0) {
        pair[1] = 0;
        pair += 2 * many;
        --count;
    }
    for (; count > 1; count -= 2) {
        tvm_tiny_int16_store(pair, 0u);
        pair += 2 * many;
    }
    if (count > 0) {
        pair[0] = 0;
    }
}

/* The window whose first tap is in `column`; to: one of `many` pixels. */
static inline void tvm_tiny_int16_gather(const struct tvm_tiny_int16_window *v, int32_t column,
                                         int16_t *to, int32_t many)
{
    const int32_t inputs = v->channels;
    int32_t at = 0, row, tap;
    for (row = 0; row < v->high; ++row) {
        if (row < v->begin || row >= v->end) {
            tvm_tiny_int16_clear(to, many, at, v->wide * inputs);
            at += v->wide * inputs;
        } else if (v->step == 1 && column >= 0 && column + v->wide <= v->width) {
            tvm_tiny_int16_put(to, many, at, v->x + v->rows[row] + column * inputs, v->wide * inputs);
            at += v->wide * inputs;
        } else {
            for (tap = 0; tap < v->wide; ++tap) {
                const int32_t place = column + tap * v->step;
                if (place >= 0 && place < v->width) {
                    tvm_tiny_int16_put(to, many, at, v->x + v->rows[row] + place * inputs, inputs);
                } else {
                    tvm_tiny_int16_clear(to, many, at, inputs);
                }
                at += inputs;
            }
        }
    }
    tvm_tiny_int16_clear(to, many, at, 4 * v->groups - at);
}

/* A row of a convolution; scratch: two pixels and two words. */
static inline void tvm_tiny_int16_conv(const int16_t *x, const int32_t *rows, const int8_t *w,
                                       const int32_t *table, void *scratch, int16_t *y,
                                       int32_t begin, int32_t end, int32_t width, int32_t channels,
                                       int32_t high, int32_t wide, int32_t step, int32_t stride,
                                       int32_t pad, int32_t pixels, int32_t groups,
                                       int32_t outputs, int32_t mode, int32_t low, int32_t most)
{
    const struct tvm_tiny_int16_window v = {x,    rows, begin, end,  width,
                                            channels, high, wide,  step, groups};
    int16_t *const two = (int16_t *)scratch;
    int32_t pixel;
    for (pixel = 0; pixel < pixels; pixel += 2) {
        const int32_t apart = pixel + 1 < pixels ? outputs : 0;
        tvm_tiny_int16_gather(&v, pixel * stride - pad, two, 2);
        if (apart != 0) {
            tvm_tiny_int16_gather(&v, (pixel + 1) * stride - pad, two + 2, 2);
        }
        tvm_tiny_int16_two(two, w, table, y + pixel * outputs, apart, groups, outputs, mode, low,
                           most);
    }
}

/* A row of one pixel; scratch: that pixel, weights as of a vector. */
static inline void tvm_tiny_int16_column(const int16_t *x, const int32_t *rows, const int8_t *w,
                                         const int32_t *table, void *scratch, int16_t *y,
                                         int32_t begin, int32_t end, int32_t width,
                                         int32_t channels, int32_t high, int32_t wide, int32_t step,
                                         int32_t pad, int32_t groups, int32_t outputs, int32_t mode,
                                         int32_t low, int32_t most)
{
    const struct tvm_tiny_int16_window v = {x,    rows, begin, end,  width,
                                            channels, high, wide,  step, groups};
    tvm_tiny_int16_gather(&v, -pad, (int16_t *)scratch, 1);
    tvm_tiny_int16_vector((const int16_t *)scratch, w, table, y, groups, outputs, mode, low, most);
}

/* Positions of a fully connected layer. */
static inline void tvm_tiny_int16_positions(const int16_t *x, const int8_t *w, const int32_t *table,
                                            void *scratch, int16_t *y, int32_t inputs,
                                            int32_t pixels, int32_t groups, int32_t outputs,
                                            int32_t mode, int32_t low, int32_t high)
{
    const int32_t rows[1] = {0};
    tvm_tiny_int16_conv(x, rows, w, table, scratch, y, 0, 1, pixels, inputs, 1, 1, 1, 1, 0, pixels,
                        groups, outputs, mode, low, high);
}

/* A row of a transposed convolution; weights by phase of row and column, `apart` bytes each. */
static inline void tvm_tiny_int16_transposed(const int16_t *x, const int32_t *rows, const int8_t *w,
                                             const int32_t *table, void *scratch, int16_t *y,
                                             int32_t begin, int32_t end, int32_t phase,
                                             int32_t width, int32_t channels, int32_t high,
                                             int32_t wide, int32_t stride, int32_t left,
                                             int32_t apart, int32_t pixels, int32_t groups,
                                             int32_t outputs, int32_t mode, int32_t low,
                                             int32_t most)
{
    const struct tvm_tiny_int16_window v = {x,    rows, begin, end, width,
                                            channels, high, wide,  -1,  groups};
    int16_t *const two = (int16_t *)scratch;
    int32_t first, pixel;
    for (first = 0; first < stride && first < pixels; ++first) {
        const int32_t column = (first + left) % stride;
        const int8_t *const weights = w + (phase * stride + column) * apart;
        for (pixel = first; pixel < pixels; pixel += 2 * stride) {
            const int32_t next = pixel + stride < pixels ? stride * outputs : 0;
            const int32_t base = (pixel + left) / stride;
            tvm_tiny_int16_gather(&v, base, two, 2);
            if (next != 0) {
                tvm_tiny_int16_gather(&v, base + 1, two + 2, 2);
            }
            tvm_tiny_int16_two(two, weights, table, y + pixel * outputs, next, groups, outputs,
                               mode, low, most);
        }
    }
}

#ifdef __cplusplus
}
#endif

#endif
