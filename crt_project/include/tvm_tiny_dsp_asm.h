/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inner loops of tvm_tiny_dsp_product.h and tvm_tiny_vector.h as assembly, in the order that
 * suits the Cortex-M7: two instructions a cycle, one of them a multiplication. For cores that
 * issue one (TVM_TINY_SINGLE_ISSUE), tvm_tiny_dsp_single.h has them.
 */
#ifndef TVM_TINY_DSP_ASM_H
#define TVM_TINY_DSP_ASM_H

#include "tvm_tiny_dsp.h"

#if TVM_TINY_DSP_ASM
#define TVM_TINY_DSP_TEXT_OF(x) #x
#define TVM_TINY_DSP_TEXT(x) TVM_TINY_DSP_TEXT_OF(x)

/* A function of assembly; parameters as its C twin has them. */
#define TVM_TINY_DSP_FUNCTION(name, code) \
    static TVM_TINY_DSP_NAKED void name( \
        const int32_t *x TVM_TINY_DSP_UNUSED, const int16_t *w TVM_TINY_DSP_UNUSED, \
        const int32_t *table TVM_TINY_DSP_UNUSED, int8_t *y TVM_TINY_DSP_UNUSED, \
        int32_t groups TVM_TINY_DSP_UNUSED, int32_t channels TVM_TINY_DSP_UNUSED, \
        int32_t apart TVM_TINY_DSP_UNUSED, int32_t rounds TVM_TINY_DSP_UNUSED, \
        int32_t skipped TVM_TINY_DSP_UNUSED) \
    { \
        __asm__ volatile(code); \
    }

#ifdef TVM_TINY_SINGLE_ISSUE
#include "tvm_tiny_dsp_single.h"
#else
/*
 * Groups in a round, the body of the inner loop: two pixels, one pixel. Leaving a second round costs
 * a mispredicted branch. A header before this one may say less.
 */
#ifndef TVM_TINY_DSP_ROUND
#define TVM_TINY_DSP_ROUND 40
#define TVM_TINY_DSP_ROUND_ONE 16
#endif
/*
 * Every pair of channels of two pixels, at least one pair. Registers: r0 x, r1 weights, r2 table,
 * r3 y, r4 r5 sums of the first pixel, r6 r7 of the second, r8 r9 weights, r10 to r12 activations,
 * lr rounds. Stack: x, end of y - 2, rounds, entry, .., groups, channels, distance of the pixels,
 * rounds, groups that the first round leaves out.
 *
 * A group takes eight cycles, a multiplication in every one of them; the first round is entered in
 * the middle, so that any number of groups will do.
 */
#define TVM_TINY_DSP_PAIRS_ENTER \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #16\n" \
    "    ldr r5, [sp, #60]\n" \
    "    ldr r6, [sp, #68]\n" \
    "    ldr r7, [sp, #72]\n" \
    "    adr r12, 2f\n" \
    "    add r12, r12, r7, lsl #6\n" \
    "    orr r12, r12, #1\n" \
    "    bic r5, r5, #1\n" \
    "    sub r5, r5, #2\n" \
    "    add r5, r5, r3\n" \
    "    str r0, [sp]\n" \
    "    str r5, [sp, #4]\n" \
    "    str r6, [sp, #8]\n" \
    "    str r12, [sp, #12]\n" \
    "    ldr r8, [r1], #4\n" \
    "    ldr r10, [r0], #4\n" \
    "    ldr r11, [r0], #4\n" \
    "    mov lr, r6\n" \
    "    ldr r4, [r2]\n" \
    "    ldr r5, [r2, #4]\n" \
    "1:\n" \
    "    mov r6, r4\n" \
    "    mov r7, r5\n" \
    "    bx r12\n"

/* Sixteen products with groups that are loaded; every group is 64 bytes of code. */
#define TVM_TINY_DSP_PAIRS_GROUP \
    "    smlad r4, r8, r10, r4\n" \
    "    ldr r9, [r1], #4\n" \
    "    smlad r6, r8, r11, r6\n" \
    "    ldr r12, [r0], #4\n" \
    "    sxtb16 r8, r8\n" \
    "    smlad r7, r9, r11, r7\n" \
    "    smlad r5, r9, r10, r5\n" \
    "    ldr r10, [r0], #4\n" \
    "    sxtb16 r9, r9\n" \
    "    smlad r6, r8, r12, r6\n"

/* The last three products, while the next group is loaded. */
#define TVM_TINY_DSP_PAIRS_NEXT \
    "    smlad r4, r8, r10, r4\n" \
    "    ldr r8, [r1], #4\n" \
    "    smlad r5, r9, r10, r5\n" \
    "    ldr r10, [r0], #4\n" \
    "    smlad r7, r9, r12, r7\n" \
    "    ldr r11, [r0], #4\n"

#define TVM_TINY_DSP_PAIRS_SUMS \
    TVM_TINY_DSP_PAIRS_ENTER \
    "2:\n" \
    ".rept " TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND) " - 1\n" \
    TVM_TINY_DSP_PAIRS_GROUP \
    TVM_TINY_DSP_PAIRS_NEXT \
    ".endr\n" \
    TVM_TINY_DSP_PAIRS_GROUP \
    "    subs lr, lr, #1\n" \
    TVM_TINY_DSP_PAIRS_NEXT \
    "    bne 2b\n"

#define TVM_TINY_DSP_PAIRS_LEAVE \
    "    bne 1b\n" \
    "    add sp, sp, #16\n" \
    "    pop {r4-r12, pc}\n"

#define TVM_TINY_DSP_PAIRS_LINE(shift) \
    TVM_TINY_DSP_PAIRS_SUMS \
    "    ldr r11, [r2, #8]\n" \
    "    ldr r12, [r2, #12]\n" \
    "    ldr r0, [sp]\n" \
    "    ldr r9, [sp, #4]\n" \
    "    smmul r6, r6, r11\n" \
    "    ldr r10, [sp, #64]\n" \
    "    smmul r4, r4, r11\n" \
    "    ldr r11, [r0, #4]\n" \
    "    smmul r5, r5, r12\n" \
    "    ldr lr, [sp, #8]\n" \
    "    ssat r6, #8, r6, asr #" shift "\n" \
    "    smmul r7, r7, r12\n" \
    "    ssat r4, #8, r4, asr #" shift "\n" \
    "    cmp r3, r9\n" \
    "    ssat r5, #8, r5, asr #" shift "\n" \
    "    strb r6, [r3, r10]\n" \
    "    ssat r7, #8, r7, asr #" shift "\n" \
    "    strb r4, [r3], #1\n" \
    "    ldr r12, [sp, #12]\n" \
    "    strb r7, [r3, r10]\n" \
    "    ldr r10, [r0], #8\n" \
    "    strb r5, [r3], #1\n" \
    "    ldr r4, [r2, #16]!\n" \
    "    ldr r5, [r2, #4]\n" \
    TVM_TINY_DSP_PAIRS_LEAVE

#define TVM_TINY_DSP_PAIRS_EXACT \
    TVM_TINY_DSP_PAIRS_SUMS \
    "    ldr r8, [r2, #8]\n" \
    "    ldr r9, [r2, #12]\n" \
    "    mvn r12, #127\n" \
    "    ldr r0, [sp]\n" \
    "    and r10, r12, r6, asr #31\n" \
    "    ldr lr, [sp, #64]\n" \
    "    and r11, r12, r4, asr #31\n" \
    "    smmla r6, r6, r8, r10\n" \
    "    and r10, r12, r7, asr #31\n" \
    "    smmla r4, r4, r8, r11\n" \
    "    and r11, r12, r5, asr #31\n" \
    "    smmla r7, r7, r9, r10\n" \
    "    ldr r8, [r2, #16]\n" \
    "    smmla r5, r5, r9, r11\n" \
    "    ldr r9, [r2, #20]\n" \
    "    ldr r10, [r2, #24]\n" \
    "    ldr r11, [r2, #28]\n" \
    "    add r6, r6, r8\n" \
    "    add r4, r4, r8\n" \
    "    asr r6, r6, r10\n" \
    "    add r7, r7, r9\n" \
    "    asr r4, r4, r10\n" \
    "    add r5, r5, r9\n" \
    "    ssat r6, #8, r6\n" \
    "    asr r7, r7, r11\n" \
    "    ssat r4, #8, r4\n" \
    "    asr r5, r5, r11\n" \
    "    ssat r7, #8, r7\n" \
    "    ldr r9, [sp, #4]\n" \
    "    ssat r5, #8, r5\n" \
    "    ldr r10, [r0], #4\n" \
    "    cmp r3, r9\n" \
    "    strb r6, [r3, lr]\n" \
    "    ldr r11, [r0], #4\n" \
    "    strb r4, [r3], #1\n" \
    "    ldr r8, [r1, #-4]\n" \
    "    strb r7, [r3, lr]\n" \
    "    ldr r12, [sp, #12]\n" \
    "    strb r5, [r3], #1\n" \
    "    ldr lr, [sp, #8]\n" \
    "    ldr r4, [r2, #32]!\n" \
    "    ldr r5, [r2, #4]\n" \
    TVM_TINY_DSP_PAIRS_LEAVE

/*
 * Every four channels of one pixel, at least four. Registers: r0 x, r1 r3 weights of the first and
 * second pair, r4 to r7 sums, r8 to r11 weights, r12 r2 activations, lr rounds. Stack: x, end of
 * y - 4, rounds, entry, y, table, .., groups, channels. Nine cycles a group, rounds as above.
 */
#define TVM_TINY_DSP_FOURS_ENTER \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #24\n" \
    "    ldr r5, [sp, #68]\n" \
    "    ldr r6, [sp, #76]\n" \
    "    ldr r7, [sp, #80]\n" \
    "    adr r8, 2f\n" \
    "    add r8, r8, r7, lsl #6\n" \
    "    add r8, r8, r7, lsl #3\n" \
    "    orr r8, r8, #1\n" \
    "    bic r5, r5, #3\n" \
    "    sub r5, r5, #4\n" \
    "    add r5, r5, r3\n" \
    "    str r0, [sp]\n" \
    "    str r5, [sp, #4]\n" \
    "    str r6, [sp, #8]\n" \
    "    str r8, [sp, #12]\n" \
    "    str r3, [sp, #16]\n" \
    "    mov lr, r2\n" \
    "1:\n"

/* lr: table; sums of the second pair begin at its distance. */
#define TVM_TINY_DSP_FOURS_START(distance) \
    "    ldr r10, [sp, #64]\n" \
    "    ldr r12, [r0], #8\n" \
    "    ldr r8, [r1]\n" \
    "    ldr r4, [lr]\n" \
    "    ldr r5, [lr, #4]\n" \
    "    ldr r6, [lr, #" distance "]\n" \
    "    add r3, r1, r10, lsl #3\n" \
    "    ldr r7, [lr, #" distance " + 4]\n" \
    "    str lr, [sp, #20]\n" \
    "    ldr r11, [sp, #12]\n" \
    "    ldr r9, [r1, #4]\n" \
    "    add r1, r1, #8\n" \
    "    ldr lr, [sp, #8]\n" \
    "    ldr r2, [r0, #-4]\n" \
    "    bx r11\n"

/* Sixteen products; every group is 72 bytes of code. */
#define TVM_TINY_DSP_FOURS_GROUP \
    "    smlad r5, r9, r12, r5\n" \
    "    ldr r10, [r3], #4\n" \
    "    smlad r4, r8, r12, r4\n" \
    "    ldr r11, [r3], #4\n" \
    "    sxtb16 r9, r9\n" \
    "    smlad r6, r10, r12, r6\n" \
    "    sxtb16 r8, r8\n" \
    "    smlad r7, r11, r12, r7\n" \
    "    sxtb16 r10, r10\n" \
    "    smlad r5, r9, r2, r5\n" \
    "    sxtb16 r11, r11\n" \
    "    smlad r4, r8, r2, r4\n"

#define TVM_TINY_DSP_FOURS_NEXT \
    "    smlad r6, r10, r2, r6\n" \
    "    ldr r12, [r0], #8\n" \
    "    smlad r7, r11, r2, r7\n" \
    "    ldr r9, [r1, #4]\n" \
    "    ldr r8, [r1], #8\n" \
    "    ldr r2, [r0, #-4]\n"

#define TVM_TINY_DSP_FOURS_SUMS(distance) \
    TVM_TINY_DSP_FOURS_ENTER \
    TVM_TINY_DSP_FOURS_START(distance) \
    "2:\n" \
    ".rept " TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) " - 1\n" \
    TVM_TINY_DSP_FOURS_GROUP \
    TVM_TINY_DSP_FOURS_NEXT \
    ".endr\n" \
    TVM_TINY_DSP_FOURS_GROUP \
    "    subs lr, lr, #1\n" \
    TVM_TINY_DSP_FOURS_NEXT \
    "    bne 2b\n" \
    "    ldr lr, [sp, #20]\n"

/* r4 to r7 are limited by ssat and stored while lr goes on to the next table. */
#define TVM_TINY_DSP_FOURS_LEAVE(shifted, distance) \
    "    ssat r4, #8, r4" shifted "\n" \
    "    ldr r12, [sp, #16]\n" \
    "    ssat r5, #8, r5" shifted "\n" \
    "    ldr r2, [sp, #4]\n" \
    "    ssat r6, #8, r6" shifted "\n" \
    "    ldr r0, [sp]\n" \
    "    cmp r12, r2\n" \
    "    strb r4, [r12], #4\n" \
    "    ssat r7, #8, r7" shifted "\n" \
    "    strb r5, [r12, #-3]\n" \
    "    mov r1, r3\n" \
    "    strb r6, [r12, #-2]\n" \
    "    add lr, lr, #(2 * " distance ")\n" \
    "    strb r7, [r12, #-1]\n" \
    "    str r12, [sp, #16]\n" \
    "    bne 1b\n" \
    "    add sp, sp, #24\n" \
    "    pop {r4-r12, pc}\n"

#define TVM_TINY_DSP_FOURS_LINE(shift) \
    "    ldr r8, [lr, #8]\n" \
    "    ldr r9, [lr, #12]\n" \
    "    ldr r10, [lr, #24]\n" \
    "    ldr r11, [lr, #28]\n" \
    "    smmul r4, r4, r8\n" \
    "    smmul r5, r5, r9\n" \
    "    smmul r6, r6, r10\n" \
    "    smmul r7, r7, r11\n" \
    TVM_TINY_DSP_FOURS_LEAVE(", asr #" shift, "16")

#define TVM_TINY_DSP_FOURS_EXACT \
    "    mvn r12, #127\n" \
    "    ldr r8, [lr, #8]\n" \
    "    ldr r9, [lr, #12]\n" \
    "    and r2, r12, r4, asr #31\n" \
    "    ldr r10, [lr, #40]\n" \
    "    and r0, r12, r5, asr #31\n" \
    "    ldr r11, [lr, #44]\n" \
    "    smmla r4, r4, r8, r2\n" \
    "    and r2, r12, r6, asr #31\n" \
    "    smmla r5, r5, r9, r0\n" \
    "    and r0, r12, r7, asr #31\n" \
    "    smmla r6, r6, r10, r2\n" \
    "    ldr r8, [lr, #16]\n" \
    "    smmla r7, r7, r11, r0\n" \
    "    ldr r9, [lr, #20]\n" \
    "    ldr r10, [lr, #48]\n" \
    "    ldr r11, [lr, #52]\n" \
    "    ldr r12, [lr, #24]\n" \
    "    ldr r2, [lr, #28]\n" \
    "    add r4, r4, r8\n" \
    "    ldr r8, [lr, #56]\n" \
    "    add r5, r5, r9\n" \
    "    ldr r9, [lr, #60]\n" \
    "    add r6, r6, r10\n" \
    "    add r7, r7, r11\n" \
    "    asr r4, r4, r12\n" \
    "    asr r5, r5, r2\n" \
    "    asr r6, r6, r8\n" \
    "    asr r7, r7, r9\n" \
    TVM_TINY_DSP_FOURS_LEAVE("", "32")
#endif
#endif

#endif
