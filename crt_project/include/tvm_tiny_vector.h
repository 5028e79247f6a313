/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A matrix times one vector of int8: fully connected layers. Weights, table and arithmetic are
 * those of tvm_tiny_dsp.h, but the activations are widened as they are read, so that no workspace
 * is needed: a group of four serves four output channels at once.
 */
#ifndef TVM_TINY_VECTOR_H
#define TVM_TINY_VECTOR_H

#include "tvm_tiny_dsp_product.h"

#ifdef __cplusplus
extern "C" {
#endif

#if TVM_TINY_DSP_ASM
#ifndef TVM_TINY_SINGLE_ISSUE
/*
 * Every four channels. Registers: r0 x, r1 r3 weights of the first and second pair, r4 to r7 sums,
 * r8 to r11 weights, r12 the odd activations, r2 the group and then the even ones, lr rounds of
 * TVM_TINY_VECTOR_ROUND groups, the first entered in the middle. Stack as TVM_TINY_DSP_FOURS_ENTER has it,
 * with x and where a tile begins. The last group reads no activations behind x.
 */
#define TVM_TINY_VECTOR_ENTER \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #24\n" \
    "    ldr r4, [sp, #80]\n" \
    "    ldr r5, [sp, #68]\n" \
    "    adr.w r6, 2f\n" \
    "    adr.w r7, 3f\n" \
    "    sub r7, r7, r6\n" \
    "    mla r6, r7, r4, r6\n" \
    "    orr r6, r6, #1\n" \
    "    ldr r4, [sp, #76]\n" \
    "    sub r5, r5, #4\n" \
    "    add r5, r5, r3\n" \
    "    str r0, [sp]\n" \
    "    str r5, [sp, #4]\n" \
    "    str r4, [sp, #8]\n" \
    "    str r6, [sp, #12]\n" \
    "    str r3, [sp, #16]\n" \
    "    mov lr, r2\n" \
    "1:\n"

#define TVM_TINY_VECTOR_START(distance) \
    "    ldr r10, [sp, #64]\n" \
    "    ldr r2, [r0], #4\n" \
    "    ldr r8, [r1]\n" \
    "    ldr r4, [lr]\n" \
    "    ldr r5, [lr, #4]\n" \
    "    ldr r6, [lr, #" distance "]\n" \
    "    add r3, r1, r10, lsl #3\n" \
    "    ldr r7, [lr, #" distance " + 4]\n" \
    "    str lr, [sp, #20]\n" \
    "    ldr r11, [sp, #12]\n" \
    "    sxtb16 r12, r2, ror #8\n" \
    "    ldr r9, [r1, #4]\n" \
    "    add r1, r1, #8\n" \
    "    ldr lr, [sp, #8]\n" \
    "    bx r11\n"

#define TVM_TINY_VECTOR_GROUP \
    "    smlad r4, r8, r12, r4\n" \
    "    ldr r10, [r3], #4\n" \
    "    smlad r5, r9, r12, r5\n" \
    "    ldr r11, [r3], #4\n" \
    "    rev16 r2, r2\n" \
    "    sxtb16 r8, r8\n" \
    "    smlad r6, r10, r12, r6\n" \
    "    sxtb16 r9, r9\n" \
    "    eor r2, r2, #0x007f007f\n" \
    "    sxtb16 r10, r10\n" \
    "    smlad r7, r11, r12, r7\n" \
    "    sxtb16 r11, r11\n" \
    "    smlad r4, r8, r2, r4\n" \
    "    ldr r8, [r1], #4\n" \
    "    smlad r5, r9, r2, r5\n" \
    "    ldr r9, [r1], #4\n" \
    "    smlad r6, r10, r2, r6\n" \
    "    smlad r7, r11, r2, r7\n"

#define TVM_TINY_VECTOR_NEXT \
    "    ldr r2, [r0], #4\n" \
    "    sxtb16 r12, r2, ror #8\n"

#define TVM_TINY_VECTOR_SUMS(distance) \
    TVM_TINY_VECTOR_ENTER \
    TVM_TINY_VECTOR_START(distance) \
    "2:\n" \
    TVM_TINY_VECTOR_GROUP \
    TVM_TINY_VECTOR_NEXT \
    "3:\n" \
    ".rept " TVM_TINY_DSP_TEXT(TVM_TINY_VECTOR_ROUND) " - 2\n" \
    TVM_TINY_VECTOR_GROUP \
    TVM_TINY_VECTOR_NEXT \
    ".endr\n" \
    "    subs lr, lr, #1\n" \
    TVM_TINY_VECTOR_GROUP \
    "    it ne\n" \
    "    ldrne r2, [r0], #4\n" \
    "    sxtb16 r12, r2, ror #8\n" \
    "    bne 2b\n" \
    "    ldr lr, [sp, #20]\n"

#ifdef TVM_TINY_COMPACT
#define TVM_TINY_VECTOR_ROUND 2
#else
#define TVM_TINY_VECTOR_ROUND 4
#endif
#else
#define TVM_TINY_VECTOR_ROUND TVM_TINY_DSP_ROUND_ONE
#endif

TVM_TINY_DSP_FUNCTION(tvm_tiny_vector_fours, TVM_TINY_VECTOR_SUMS("32") TVM_TINY_DSP_FOURS_EXACT)
TVM_TINY_DSP_FUNCTION(tvm_tiny_vector_fours_3,
                      TVM_TINY_VECTOR_SUMS("16") TVM_TINY_DSP_FOURS_LINE("3"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_vector_fours_7,
                      TVM_TINY_VECTOR_SUMS("16") TVM_TINY_DSP_FOURS_LINE("7"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_vector_fours_11,
                      TVM_TINY_VECTOR_SUMS("16") TVM_TINY_DSP_FOURS_LINE("11"))
TVM_TINY_DSP_FUNCTION(tvm_tiny_vector_fours_15,
                      TVM_TINY_VECTOR_SUMS("16") TVM_TINY_DSP_FOURS_LINE("15"))
#endif

/* y of all channels; channels is a multiple of 4, x has 4 * groups elements, at least 4. */
static TVM_TINY_DSP_CHOOSER void tvm_tiny_vector_product(const int8_t *x, const int16_t *w,
                                                         const int32_t *table, int8_t *y,
                                                         int32_t groups, int32_t channels,
                                                         int32_t line)
{
#if TVM_TINY_DSP_ASM
    const int32_t rounds = (groups + TVM_TINY_VECTOR_ROUND - 1) / TVM_TINY_VECTOR_ROUND;
    const int32_t skipped = rounds * TVM_TINY_VECTOR_ROUND - groups;
    const int32_t *const from = (const int32_t *)(const void *)x;
    int32_t entry[TVM_TINY_DSP_UNPACKED] = {0}, i;
    for (i = 0; line < 0 && i < channels; i += 4) {
        tvm_tiny_dsp_unpack(table + 2 * i, entry, line);
        tvm_tiny_dsp_unpack(table + 2 * i + 4, entry + 8, line);
        tvm_tiny_vector_fours(from, w + 2 * groups * i, entry, y + i, groups, 4, 0, rounds,
                              skipped);
    }
    if (line >= 0) {
        TVM_TINY_DSP_CHOOSE(tvm_tiny_vector_fours, from, w, table, y, groups, channels, 0, rounds,
                            skipped)
    }
#else
    int32_t channel, i;
    for (channel = 0; channel < channels; ++channel) {
        const int16_t *const p = w + 4 * groups * (channel >> 1) + 2 * (channel & 1);
        const int32_t *const entry = table + TVM_TINY_DSP_TABLE_WORDS(line) * (channel >> 1);
        int32_t sum = entry[channel & 1];
        for (i = 0; i < groups; ++i) {
            int32_t group[2];
            tvm_tiny_dsp_widen_group(tvm_tiny_dsp_load(x + 4 * i), group, 1);
            sum = tvm_tiny_dsp_sum(
                sum, tvm_tiny_dsp_group(p[4 * i], p[4 * i + 1], group[0], group[1]));
        }
        y[channel] = tvm_tiny_dsp_result(sum, entry, channel & 1, line);
    }
#endif
}

/*
 * The same of channels with one multiplier. Table: all biases, then the multiplier as the second
 * word of tvm_tiny_dsp_unpack has it; line < 0.
 */
static inline void tvm_tiny_vector_shared(const int8_t *x, const int16_t *w, const int32_t *table,
                                          int8_t *y, int32_t groups, int32_t channels,
                                          int32_t line)
{
    const int32_t one[4] = {0, 0, table[channels], table[channels]};
    int32_t entry[TVM_TINY_DSP_UNPACKED] = {0}, i;
    tvm_tiny_dsp_unpack(one, entry, line);
    tvm_tiny_dsp_unpack(one, entry + 8, line);
    for (i = 0; i < channels; i += 4) {
        entry[0] = table[i];
        entry[1] = table[i + 1];
        entry[8] = table[i + 2];
        entry[9] = table[i + 3];
        tvm_tiny_vector_product(x, w + 2 * groups * i, entry, y + i, groups, 4, 0);
    }
}

#ifdef __cplusplus
}
#endif

#endif
