/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Products of tvm_tiny_dsp_asm.h for a number of groups that is known when C is compiled, 1 to 16:
 * no loop over groups, no entry into its middle, activations at constant distances. Two pixels by
 * two channels; 8 cycles a group and 11 for four results, 17 with loop and entry.
 */
#ifndef TVM_TINY_DSP_STRAIGHT_H
#define TVM_TINY_DSP_STRAIGHT_H

#include "tvm_tiny_dsp_asm.h"

#if TVM_TINY_DSP_ASM && !defined(TVM_TINY_SINGLE_ISSUE) && !defined(TVM_TINY_COMPACT)
#define TVM_TINY_DSP_STRAIGHT 16

/*
 * Registers: r0 x, r1 weights, r2 table, r3 y, r4 r5 sums of the first pixel, r6 r7 of the second,
 * r8 r9 weights, r10 to r12 activations, lr distance of the pixels. Stack: .., end of y - 2.
 */
#define TVM_TINY_DSP_STRAIGHT_SUMS(groups, behind) \
    "    push {r4-r12, lr}\n" \
    "    ldr r5, [sp, #44]\n" \
    "    ldr lr, [sp, #48]\n" \
    "    bic r5, r5, #1\n" \
    "    sub r5, r5, #2\n" \
    "    add r5, r5, r3\n" \
    "    ldr r8, [r1], #4\n" \
    "    ldr r10, [r0]\n" \
    "    str r5, [sp, #44]\n" \
    "    ldr r11, [r0, #4]\n" \
    "    ldr r4, [r2]\n" \
    "    ldr r5, [r2, #4]\n" \
    "    mov r6, r4\n" \
    "    mov r7, r5\n" \
    "1:\n" \
    ".irp g,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n" \
    ".if \\g < " groups "\n" \
    "    smlad r4, r8, r10, r4\n" \
    "    ldr r9, [r1], #4\n" \
    "    smlad r6, r8, r11, r6\n" \
    "    ldr r12, [r0, #(16*\\g+8)]\n" \
    "    sxtb16 r8, r8\n" \
    "    smlad r7, r9, r11, r7\n" \
    "    smlad r5, r9, r10, r5\n" \
    "    ldr r10, [r0, #(16*\\g+12)]\n" \
    "    sxtb16 r9, r9\n" \
    "    smlad r6, r8, r12, r6\n" \
    "    smlad r4, r8, r10, r4\n" \
    "    ldr r8, [r1], #4\n" \
    "    smlad r5, r9, r10, r5\n" \
    ".if \\g + 1 < " groups "\n" \
    "    ldr r10, [r0, #(16*\\g+16)]\n" \
    "    smlad r7, r9, r12, r7\n" \
    "    ldr r11, [r0, #(16*\\g+20)]\n" \
    ".else\n" \
    behind \
    ".endif\n" \
    ".endif\n" \
    ".endr\n"

#define TVM_TINY_DSP_STRAIGHT_LINE(groups, shift) \
    TVM_TINY_DSP_STRAIGHT_SUMS(groups, \
    "    ldr r10, [r0]\n" \
    "    smlad r7, r9, r12, r7\n" \
    "    ldr r11, [r2, #8]\n") \
    "    ldr r12, [r2, #12]\n" \
    "    ldr r9, [sp, #44]\n" \
    "    smmul r6, r6, r11\n" \
    "    smmul r4, r4, r11\n" \
    "    ldr r11, [r0, #4]\n" \
    "    smmul r5, r5, r12\n" \
    "    cmp r3, r9\n" \
    "    ssat r6, #8, r6, asr #" shift "\n" \
    "    smmul r7, r7, r12\n" \
    "    ssat r4, #8, r4, asr #" shift "\n" \
    "    strb r6, [r3, lr]\n" \
    "    ssat r5, #8, r5, asr #" shift "\n" \
    "    strb r4, [r3], #1\n" \
    "    ssat r7, #8, r7, asr #" shift "\n" \
    "    ldr r4, [r2, #16]!\n" \
    "    strb r7, [r3, lr]\n" \
    "    mov r6, r4\n" \
    "    strb r5, [r3], #1\n" \
    "    ldr r5, [r2, #4]\n" \
    "    mov r7, r5\n" \
    "    bne 1b\n" \
    "    pop {r4-r12, pc}\n"

#define TVM_TINY_DSP_STRAIGHT_EXACT(groups) \
    TVM_TINY_DSP_STRAIGHT_SUMS(groups, \
    "    ldr r8, [r2, #8]\n" \
    "    smlad r7, r9, r12, r7\n" \
    "    mvn r12, #127\n") \
    "    ldr r9, [r2, #12]\n" \
    "    and r10, r12, r6, asr #31\n" \
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
    "    ldr r9, [sp, #44]\n" \
    "    ssat r5, #8, r5\n" \
    "    strb r6, [r3, lr]\n" \
    "    cmp r3, r9\n" \
    "    strb r4, [r3], #1\n" \
    "    ldr r4, [r2, #32]!\n" \
    "    ldr r8, [r1, #-4]\n" \
    "    ldr r10, [r0]\n" \
    "    strb r7, [r3, lr]\n" \
    "    ldr r11, [r0, #4]\n" \
    "    strb r5, [r3], #1\n" \
    "    ldr r5, [r2, #4]\n" \
    "    mov r6, r4\n" \
    "    mov r7, r5\n" \
    "    bne 1b\n" \
    "    pop {r4-r12, pc}\n"

/* Exact and by every line. */
#define TVM_TINY_DSP_STRAIGHT_GROUPS(g) \
    TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_straight_##g, TVM_TINY_DSP_STRAIGHT_EXACT(#g)) \
    TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_straight_##g##_3, TVM_TINY_DSP_STRAIGHT_LINE(#g, "3")) \
    TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_straight_##g##_7, TVM_TINY_DSP_STRAIGHT_LINE(#g, "7")) \
    TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_straight_##g##_11, TVM_TINY_DSP_STRAIGHT_LINE(#g, "11")) \
    TVM_TINY_DSP_FUNCTION(tvm_tiny_dsp_straight_##g##_15, TVM_TINY_DSP_STRAIGHT_LINE(#g, "15"))

TVM_TINY_DSP_STRAIGHT_GROUPS(1)
TVM_TINY_DSP_STRAIGHT_GROUPS(2)
TVM_TINY_DSP_STRAIGHT_GROUPS(3)
TVM_TINY_DSP_STRAIGHT_GROUPS(4)
TVM_TINY_DSP_STRAIGHT_GROUPS(5)
TVM_TINY_DSP_STRAIGHT_GROUPS(6)
TVM_TINY_DSP_STRAIGHT_GROUPS(7)
TVM_TINY_DSP_STRAIGHT_GROUPS(8)
TVM_TINY_DSP_STRAIGHT_GROUPS(9)
TVM_TINY_DSP_STRAIGHT_GROUPS(10)
TVM_TINY_DSP_STRAIGHT_GROUPS(11)
TVM_TINY_DSP_STRAIGHT_GROUPS(12)
TVM_TINY_DSP_STRAIGHT_GROUPS(13)
TVM_TINY_DSP_STRAIGHT_GROUPS(14)
TVM_TINY_DSP_STRAIGHT_GROUPS(15)
TVM_TINY_DSP_STRAIGHT_GROUPS(16)

/* `groups` and `line` are constants: one call is left. */
#define TVM_TINY_DSP_STRAIGHT_CASE(g, ...) \
    case g: TVM_TINY_DSP_CHOOSE(tvm_tiny_dsp_straight_##g, __VA_ARGS__) break;
#define TVM_TINY_DSP_STRAIGHT_CALL(...) \
    switch (groups) { \
    TVM_TINY_DSP_STRAIGHT_CASE(1, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(2, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(3, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(4, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(5, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(6, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(7, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(8, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(9, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(10, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(11, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(12, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(13, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(14, __VA_ARGS__) \
    TVM_TINY_DSP_STRAIGHT_CASE(15, __VA_ARGS__) \
    default: TVM_TINY_DSP_CHOOSE(tvm_tiny_dsp_straight_16, __VA_ARGS__) break; \
    }
#else
#define TVM_TINY_DSP_STRAIGHT 0
#endif

#endif
