/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vector of int16 times int8 weights that lie in pairs: a half word p = 256 * b + a holds the
 * weights a and b of two output channels for one input, and its low byte is a again. SMLALD with the
 * half words as they are gives 256 * B + A in 64 bits, SMLAD with the low bytes A: one SXTB16
 * serves four weights instead of two. b is -127 or more where a is below 0.
 *
 * Weights: of every four channels, for every group of four inputs, four words: channels 0 and 1 of
 * inputs 0 1 and of inputs 2 3, then channels 2 and 3. The last channels, if they are no four, lie as
 * tvm_tiny_int16.h has them. Table and rescaling (mode 0 or 1) are those of that file; results are
 * limited at their type's ends or at 0.
 */
#ifndef TVM_TINY_INT16_PAIRED_H
#define TVM_TINY_INT16_PAIRED_H

#include "tvm_tiny_int16.h"

#ifdef __cplusplus
extern "C" {
#endif

#if TVM_TINY_DSP_ASM
/* A group by four channels; the words after the next two are not yet read. */
#define TVM_TINY_INT16_PAIRED_GROUP \
    "    sxtb16 r3, r10\n" \
    "    smlald r5, r8, r10, r12\n" \
    "    ldr r10, [r1], #4\n" \
    "    smlad r4, r3, r12, r4\n" \
    "    sxtb16 r3, r11\n" \
    "    smlald r5, r8, r11, lr\n" \
    "    ldr r11, [r1], #4\n" \
    "    smlad r4, r3, lr, r4\n" \
    "    sxtb16 r3, r10\n" \
    "    smlald r7, r9, r10, r12\n" \
    "    ldr r10, [r1], #4\n" \
    "    smlad r6, r3, r12, r6\n" \
    "    sxtb16 r3, r11\n" \
    "    smlald r7, r9, r11, lr\n" \
    "    ldr r11, [r1], #4\n" \
    "    smlad r6, r3, lr, r6\n"

/*
 * Four channels at a time, results limited by `limit`. Registers: r0 x, r1 weights, r2 groups, then
 * the table, r3 widened weights, r4 and r6 sums, r5 r8 and r7 r9 sums of pairs, r10 r11 weights,
 * r12 lr activations. Stack: see TVM_TINY_INT16_VECTOR. Reads two words behind the weights.
 */
#define TVM_TINY_INT16_PAIRED(rescale, limit) \
    "    push {r4-r11, lr}\n" \
    "    sub sp, sp, #20\n" \
    "    str r0, [sp]\n" \
    "    str r3, [sp, #12]\n" \
    "9:\n" \
    "    str r2, [sp, #8]\n" \
    "    ldr r10, [r1], #4\n" \
    "    mov r4, #0\n" \
    "    ldr r12, [r0], #4\n" \
    "    mov r5, #0\n" \
    "    ldr r2, [sp, #56]\n" \
    "    mov r6, #0\n" \
    "    ldr r11, [r1], #4\n" \
    "    mov r7, #0\n" \
    "    ldr lr, [r0], #4\n" \
    "    mov r8, #0\n" \
    "    subs r2, r2, #1\n" \
    "    mov r9, #0\n" \
    "    beq 2f\n" \
    "1:\n" TVM_TINY_INT16_PAIRED_GROUP \
    "    ldr r12, [r0], #4\n" \
    "    subs r2, r2, #1\n" \
    "    ldr lr, [r0], #4\n" \
    "    bne 1b\n" \
    "2:\n" TVM_TINY_INT16_PAIRED_GROUP \
    "    ldr r2, [sp, #8]\n" \
    "    subs r5, r5, r4\n" \
    "    sbc r8, r8, r4, asr #31\n" \
    "    ldr r10, [r2]\n" \
    "    subs r7, r7, r6\n" \
    "    ldr r11, [r2, #12]\n" \
    "    sbc r9, r9, r6, asr #31\n" \
    "    lsr r5, r5, #8\n" \
    "    ldr r12, [r2, #24]\n" \
    "    orr r5, r5, r8, lsl #24\n" \
    "    lsr r7, r7, #8\n" \
    "    ldr lr, [r2, #36]\n" \
    "    orr r7, r7, r9, lsl #24\n" \
    "    add r4, r4, r10\n" \
    "    ldr r8, [r2, #4]\n" \
    "    add r5, r5, r11\n" \
    "    ldr r9, [r2, #16]\n" \
    "    add r6, r6, r12\n" \
    "    ldr r10, [r2, #28]\n" \
    "    add r7, r7, lr\n" \
    "    ldr r11, [r2, #40]\n" \
    rescale \
    limit \
    "    ldr r3, [sp, #12]\n" \
    "    ldr r8, [sp, #60]\n" \
    "    pkhbt r4, r4, r5, lsl #16\n" \
    "    sub r1, r1, #8\n" \
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

#define TVM_TINY_INT16_PAIRED_FUNCTION(name, rescale, limit) \
    static TVM_TINY_DSP_NAKED void name( \
        const int16_t *x TVM_TINY_DSP_UNUSED, const int8_t *w TVM_TINY_DSP_UNUSED, \
        const int32_t *table TVM_TINY_DSP_UNUSED, int16_t *y TVM_TINY_DSP_UNUSED, \
        int32_t groups TVM_TINY_DSP_UNUSED, int32_t fours TVM_TINY_DSP_UNUSED) \
    { \
        __asm__ volatile(TVM_TINY_INT16_PAIRED(rescale, limit)); \
    }

TVM_TINY_INT16_PAIRED_FUNCTION(tvm_tiny_int16_paired_0, TVM_TINY_INT16_HIGH_WORDS,
                               TVM_TINY_INT16_FULL)
TVM_TINY_INT16_PAIRED_FUNCTION(tvm_tiny_int16_paired_0p, TVM_TINY_INT16_HIGH_WORDS,
                               TVM_TINY_INT16_POSITIVE)
TVM_TINY_INT16_PAIRED_FUNCTION(tvm_tiny_int16_paired_1, TVM_TINY_INT16_TWICE_FOUR,
                               TVM_TINY_INT16_FULL)
TVM_TINY_INT16_PAIRED_FUNCTION(tvm_tiny_int16_paired_1p, TVM_TINY_INT16_TWICE_FOUR,
                               TVM_TINY_INT16_POSITIVE)
#else
static inline void tvm_tiny_int16_paired_sums(const int16_t *x, const int8_t *w, int32_t groups,
                                              int32_t *sums)
{
    int32_t i, k, h;
    for (i = 0; i < groups; ++i) {
        for (k = 0; k < 2; ++k) {
            for (h = 0; h < 4; ++h) {
                const int8_t *const half = w + 16 * i + 8 * k + 2 * h;
                const int32_t value = x[4 * i + h], carry = half[0] < 0 ? 1 : 0;
                sums[2 * k] += value * half[0];
                sums[2 * k + 1] += value * (half[1] + carry);
            }
        }
    }
}
#endif

/* All outputs of one vector of 4 * groups elements. */
static inline void tvm_tiny_int16_paired_vector(const int16_t *x, const int8_t *w,
                                                const int32_t *table, int16_t *y, int32_t groups,
                                                int32_t outputs, int32_t mode, int32_t low,
                                                int32_t high)
{
    const int32_t fours = outputs / 4;
#if TVM_TINY_DSP_ASM
    if (mode == 0 && low == 0) {
        tvm_tiny_int16_paired_0p(x, w, table, y, groups, fours);
    } else if (mode == 0) {
        tvm_tiny_int16_paired_0(x, w, table, y, groups, fours);
    } else if (low == 0) {
        tvm_tiny_int16_paired_1p(x, w, table, y, groups, fours);
    } else {
        tvm_tiny_int16_paired_1(x, w, table, y, groups, fours);
    }
#else
    int32_t four, k;
    for (four = 0; four < fours; ++four) {
        int32_t sums[4] = {0, 0, 0, 0};
        tvm_tiny_int16_paired_sums(x, w + 16 * groups * four, groups, sums);
        for (k = 0; k < 4; ++k) {
            const int32_t *const entry = table + 12 * four + 3 * k;
            y[4 * four + k] = tvm_tiny_int16_result(sums[k] + entry[0], entry, mode, low, high);
        }
    }
#endif
    if (outputs > 4 * fours) {
        tvm_tiny_int16_vector(x, w + 16 * groups * fours, table + 12 * fours, y + 4 * fours,
                              groups, outputs - 4 * fours, mode, low, high);
    }
}

/* A row of one pixel; scratch: that pixel. */
static inline void tvm_tiny_int16_paired_column(
    const int16_t *x, const int32_t *rows, const int8_t *w, const int32_t *table, void *scratch,
    int16_t *y, int32_t begin, int32_t end, int32_t width, int32_t channels, int32_t high,
    int32_t wide, int32_t step, int32_t pad, int32_t groups, int32_t outputs, int32_t mode,
    int32_t low, int32_t most)
{
    const struct tvm_tiny_int16_window v = {x,    rows, begin, end,  width,
                                            channels, high, wide,  step, groups};
    tvm_tiny_int16_gather(&v, -pad, (int16_t *)scratch, 1);
    tvm_tiny_int16_paired_vector((const int16_t *)scratch, w, table, y, groups, outputs, mode, low,
                                 most);
}

#ifdef __cplusplus
}
#endif

#endif
