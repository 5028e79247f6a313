/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The products of tvm_tiny_dsp_asm.h and
 * tvm_tiny_vector.h in the order that suits cores of one instruction a cycle (Cortex-M4, M33).
 */
#ifndef TVM_TINY_DSP_SINGLE_H
#define TVM_TINY_DSP_SINGLE_H

/* Groups in a round: two pixels, one pixel. A header before this one may say less. */
#ifndef TVM_TINY_DSP_ROUND
#define TVM_TINY_DSP_ROUND 40
#define TVM_TINY_DSP_ROUND_ONE 16
#endif

#define TVM_TINY_DSP_PAIRS_LINE(shift) \
    TVM_TINY_DSP_PAIRS_SUMS TVM_TINY_DSP_PAIRS_LINE_ENDS(shift)
#define TVM_TINY_DSP_PAIRS_EXACT TVM_TINY_DSP_PAIRS_SUMS TVM_TINY_DSP_PAIRS_EXACT_ENDS

#define TVM_TINY_DSP_PAIRS_SUMS \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #24\n" \
    "    ldr r5, [sp, #68]\n" \
    "    ldr r6, [sp, #76]\n" \
    "    ldr r7, [sp, #80]\n" \
    "    adr.w r12, 2f\n" \
    "    bic r5, r5, #1\n" \
    "    sub r5, r5, #2\n" \
    "    add r5, r5, r3\n" \
    "    sub r0, r0, r7, lsl #4\n" \
    "    sub r1, r1, r7, lsl #3\n" \
    "    add r12, r12, r7, lsl #6\n" \
    "    orr r12, r12, #1\n" \
    "    lsl r7, r7, #3\n" \
    "    str r0, [sp]\n" \
    "    str r5, [sp, #4]\n" \
    "    str r6, [sp, #8]\n" \
    "    str r12, [sp, #12]\n" \
    "    str r2, [sp, #16]\n" \
    "    str r7, [sp, #20]\n" \
    "    mov lr, r6\n" \
    "    ldr r4, [r2]\n" \
    "    ldr r5, [r2, #4]\n" \
    "1:\n" \
    "    mov r6, r4\n" \
    "    mov r7, r5\n" \
    "    bx r12\n" \
    "2:\n" \
    ".irp g,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39\n" \
    ".if \\g < " TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND) "\n" \
    "    ldr.w r8, [r1, #(8*\\g)]\n" \
    "    ldr.w r9, [r1, #(8*\\g+4)]\n" \
    "    ldr.w r10, [r0, #(16*\\g+0)]\n" \
    "    ldr.w r11, [r0, #(16*\\g+4)]\n" \
    "    ldr.w r12, [r0, #(16*\\g+8)]\n" \
    "    ldr.w r2, [r0, #(16*\\g+12)]\n" \
    "    smlad r4, r8, r10, r4\n" \
    "    smlad r6, r8, r11, r6\n" \
    "    smlad r5, r9, r10, r5\n" \
    "    smlad r7, r9, r11, r7\n" \
    "    sxtb16 r8, r8\n" \
    "    sxtb16 r9, r9\n" \
    "    smlad r6, r8, r12, r6\n" \
    "    smlad r7, r9, r12, r7\n" \
    "    smlad r4, r8, r2, r4\n" \
    "    smlad r5, r9, r2, r5\n" \
    ".endif\n" \
    ".endr\n" \
    "    subs lr, lr, #1\n" \
    "    add r0, r0, #(16*" TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND) ")\n" \
    "    add r1, r1, #(8*" TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND) ")\n" \
    "    bne 2b\n"

#define TVM_TINY_DSP_PAIRS_LINE_ENDS(shift) \
    "    ldr r2, [sp, #16]\n" \
    "    ldr r0, [sp]\n" \
    "    ldr r9, [sp, #4]\n" \
    "    ldr r10, [sp, #72]\n" \
    "    ldr lr, [sp, #8]\n" \
    "    ldr r8, [sp, #20]\n" \
    "    ldr r11, [r2, #8]\n" \
    "    ldr r12, [r2, #12]\n" \
    "    smmul r4, r4, r11\n" \
    "    smmul r6, r6, r11\n" \
    "    smmul r5, r5, r12\n" \
    "    smmul r7, r7, r12\n" \
    "    add r10, r3, r10\n" \
    "    add r2, r2, #16\n" \
    "    ssat r4, #8, r4, asr #" shift "\n" \
    "    ssat r6, #8, r6, asr #" shift "\n" \
    "    ssat r5, #8, r5, asr #" shift "\n" \
    "    ssat r7, #8, r7, asr #" shift "\n" \
    "    sub r1, r1, r8\n" \
    "    cmp r3, r9\n" \
    "    strb r6, [r10]\n" \
    "    strb r7, [r10, #1]\n" \
    "    strb r5, [r3, #1]\n" \
    "    strb r4, [r3], #2\n" \
    "    str r2, [sp, #16]\n" \
    "    ldr r4, [r2]\n" \
    "    ldr r5, [r2, #4]\n" \
    "    ldr r12, [sp, #12]\n" \
    "    bne 1b\n" \
    "    add sp, sp, #24\n" \
    "    pop {r4-r12, pc}\n"

#define TVM_TINY_DSP_PAIRS_EXACT_ENDS \
    "    ldr r2, [sp, #16]\n" \
    "    ldr r10, [sp, #72]\n" \
    "    ldr lr, [sp, #8]\n" \
    "    ldr r0, [sp]\n" \
    "    ldr r8, [r2, #8]\n" \
    "    ldr r9, [r2, #12]\n" \
    "    mvn r12, #127\n" \
    "    add r10, r3, r10\n" \
    "    and r11, r12, r4, asr #31\n" \
    "    smmla r4, r4, r8, r11\n" \
    "    and r11, r12, r6, asr #31\n" \
    "    smmla r6, r6, r8, r11\n" \
    "    and r11, r12, r5, asr #31\n" \
    "    smmla r5, r5, r9, r11\n" \
    "    and r11, r12, r7, asr #31\n" \
    "    smmla r7, r7, r9, r11\n" \
    "    ldr r8, [r2, #16]\n" \
    "    ldr r9, [r2, #20]\n" \
    "    ldr r11, [r2, #24]\n" \
    "    ldr r12, [r2, #28]\n" \
    "    add r4, r4, r8\n" \
    "    add r6, r6, r8\n" \
    "    add r5, r5, r9\n" \
    "    add r7, r7, r9\n" \
    "    ldr r9, [sp, #4]\n" \
    "    ldr r8, [sp, #20]\n" \
    "    asr r4, r4, r11\n" \
    "    asr r6, r6, r11\n" \
    "    asr r5, r5, r12\n" \
    "    asr r7, r7, r12\n" \
    "    ssat r4, #8, r4\n" \
    "    ssat r6, #8, r6\n" \
    "    ssat r5, #8, r5\n" \
    "    ssat r7, #8, r7\n" \
    "    add r2, r2, #32\n" \
    "    sub r1, r1, r8\n" \
    "    cmp r3, r9\n" \
    "    strb r6, [r10]\n" \
    "    strb r7, [r10, #1]\n" \
    "    strb r5, [r3, #1]\n" \
    "    strb r4, [r3], #2\n" \
    "    str r2, [sp, #16]\n" \
    "    ldr r4, [r2]\n" \
    "    ldr r5, [r2, #4]\n" \
    "    ldr r12, [sp, #12]\n" \
    "    bne 1b\n" \
    "    add sp, sp, #24\n" \
    "    pop {r4-r12, pc}\n"

#define TVM_TINY_DSP_FOURS_SUMS(distance) \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #32\n" \
    "    ldr r5, [sp, #76]\n" \
    "    ldr r6, [sp, #84]\n" \
    "    ldr r7, [sp, #88]\n" \
    "    adr.w r8, 2f\n" \
    "    mov r9, #72\n" \
    "    bic r5, r5, #3\n" \
    "    sub r5, r5, #4\n" \
    "    add r5, r5, r3\n" \
    "    mla r8, r7, r9, r8\n" \
    "    sub r0, r0, r7, lsl #3\n" \
    "    lsl r7, r7, #3\n" \
    "    orr r8, r8, #1\n" \
    "    str r0, [sp]\n" \
    "    str r5, [sp, #4]\n" \
    "    str r6, [sp, #8]\n" \
    "    str r8, [sp, #12]\n" \
    "    str r3, [sp, #16]\n" \
    "    str r7, [sp, #24]\n" \
    "    mov lr, r2\n" \
    "1:\n" \
    "    str lr, [sp, #20]\n" \
    "    ldr r8, [sp, #24]\n" \
    "    ldr r10, [sp, #72]\n" \
    "    ldr r11, [sp, #12]\n" \
    "    ldr r4, [lr]\n" \
    "    ldr r5, [lr, #4]\n" \
    "    ldr r6, [lr, #" distance "]\n" \
    "    ldr r7, [lr, #(" distance "+4)]\n" \
    "    ldr lr, [sp, #8]\n" \
    "    sub r1, r1, r8\n" \
    "    add r3, r1, r10, lsl #3\n" \
    "    bx r11\n" \
    "2:\n" \
    ".irp g,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39\n" \
    ".if \\g < " TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) "\n" \
    "    ldr.w r8, [r1, #(8*\\g+0)]\n" \
    "    ldr.w r9, [r1, #(8*\\g+4)]\n" \
    "    ldr.w r10, [r3, #(8*\\g+0)]\n" \
    "    ldr.w r11, [r3, #(8*\\g+4)]\n" \
    "    ldr.w r12, [r0, #(8*\\g)]\n" \
    "    ldr.w r2, [r0, #(8*\\g+4)]\n" \
    "    smlad r4, r8, r12, r4\n" \
    "    smlad r5, r9, r12, r5\n" \
    "    smlad r6, r10, r12, r6\n" \
    "    smlad r7, r11, r12, r7\n" \
    "    sxtb16 r8, r8\n" \
    "    sxtb16 r9, r9\n" \
    "    sxtb16 r10, r10\n" \
    "    sxtb16 r11, r11\n" \
    "    smlad r4, r8, r2, r4\n" \
    "    smlad r5, r9, r2, r5\n" \
    "    smlad r6, r10, r2, r6\n" \
    "    smlad r7, r11, r2, r7\n" \
    ".endif\n" \
    ".endr\n" \
    "    subs lr, lr, #1\n" \
    "    add r0, r0, #(8*" TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) ")\n" \
    "    add r1, r1, #(8*" TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) ")\n" \
    "    add r3, r3, #(8*" TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) ")\n" \
    "    bne 2b\n" \
    "    ldr lr, [sp, #20]\n"

#define TVM_TINY_VECTOR_SUMS(distance) \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #32\n" \
    "    ldr r5, [sp, #76]\n" \
    "    ldr r6, [sp, #84]\n" \
    "    ldr r7, [sp, #88]\n" \
    "    adr.w r8, 2f\n" \
    "    mov r9, #80\n" \
    "    bic r5, r5, #3\n" \
    "    sub r5, r5, #4\n" \
    "    add r5, r5, r3\n" \
    "    mla r8, r7, r9, r8\n" \
    "    sub r0, r0, r7, lsl #2\n" \
    "    lsl r7, r7, #3\n" \
    "    orr r8, r8, #1\n" \
    "    str r0, [sp]\n" \
    "    str r5, [sp, #4]\n" \
    "    str r6, [sp, #8]\n" \
    "    str r8, [sp, #12]\n" \
    "    str r3, [sp, #16]\n" \
    "    str r7, [sp, #24]\n" \
    "    mov lr, r2\n" \
    "1:\n" \
    "    str lr, [sp, #20]\n" \
    "    ldr r8, [sp, #24]\n" \
    "    ldr r10, [sp, #72]\n" \
    "    ldr r11, [sp, #12]\n" \
    "    ldr r4, [lr]\n" \
    "    ldr r5, [lr, #4]\n" \
    "    ldr r6, [lr, #" distance "]\n" \
    "    ldr r7, [lr, #(" distance "+4)]\n" \
    "    ldr lr, [sp, #8]\n" \
    "    sub r1, r1, r8\n" \
    "    add r3, r1, r10, lsl #3\n" \
    "    bx r11\n" \
    "2:\n" \
    ".irp g,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39\n" \
    ".if \\g < " TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) "\n" \
    "    ldr.w r8, [r1, #(8*\\g+0)]\n" \
    "    ldr.w r9, [r1, #(8*\\g+4)]\n" \
    "    ldr.w r10, [r3, #(8*\\g+0)]\n" \
    "    ldr.w r11, [r3, #(8*\\g+4)]\n" \
    "    ldr.w r2, [r0, #(4*\\g)]\n" \
    "    sxtb16 r12, r2, ror #8\n" \
    "    rev16.w r2, r2\n" \
    "    eor.w r2, r2, #0x007f007f\n" \
    "    smlad r4, r8, r12, r4\n" \
    "    smlad r5, r9, r12, r5\n" \
    "    smlad r6, r10, r12, r6\n" \
    "    smlad r7, r11, r12, r7\n" \
    "    sxtb16 r8, r8\n" \
    "    sxtb16 r9, r9\n" \
    "    sxtb16 r10, r10\n" \
    "    sxtb16 r11, r11\n" \
    "    smlad r4, r8, r2, r4\n" \
    "    smlad r5, r9, r2, r5\n" \
    "    smlad r6, r10, r2, r6\n" \
    "    smlad r7, r11, r2, r7\n" \
    ".endif\n" \
    ".endr\n" \
    "    subs lr, lr, #1\n" \
    "    add r0, r0, #(4*" TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) ")\n" \
    "    add r1, r1, #(8*" TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) ")\n" \
    "    add r3, r3, #(8*" TVM_TINY_DSP_TEXT(TVM_TINY_DSP_ROUND_ONE) ")\n" \
    "    bne 2b\n" \
    "    ldr lr, [sp, #20]\n"

#define TVM_TINY_DSP_FOURS_LINE(shift) \
    "    ldr r8, [lr, #8]\n" \
    "    ldr r9, [lr, #12]\n" \
    "    ldr r10, [lr, #24]\n" \
    "    ldr r11, [lr, #28]\n" \
    "    smmul r4, r4, r8\n" \
    "    smmul r5, r5, r9\n" \
    "    smmul r6, r6, r10\n" \
    "    smmul r7, r7, r11\n" \
    "    ssat r4, #8, r4, asr #" shift "\n" \
    "    ssat r5, #8, r5, asr #" shift "\n" \
    "    ssat r6, #8, r6, asr #" shift "\n" \
    "    ssat r7, #8, r7, asr #" shift "\n" \
    "    ldr r12, [sp, #16]\n" \
    "    ldr r2, [sp, #4]\n" \
    "    ldr r0, [sp]\n" \
    "    mov r1, r3\n" \
    "    add lr, lr, #32\n" \
    "    cmp r12, r2\n" \
    "    strb r5, [r12, #1]\n" \
    "    strb r6, [r12, #2]\n" \
    "    strb r7, [r12, #3]\n" \
    "    strb r4, [r12], #4\n" \
    "    str r12, [sp, #16]\n" \
    "    bne 1b\n" \
    "    add sp, sp, #32\n" \
    "    pop {r4-r12, pc}\n"

#define TVM_TINY_DSP_FOURS_EXACT \
    "    ldr r8, [lr, #8]\n" \
    "    ldr r9, [lr, #12]\n" \
    "    ldr r10, [lr, #40]\n" \
    "    ldr r11, [lr, #44]\n" \
    "    mvn r12, #127\n" \
    "    and r2, r12, r4, asr #31\n" \
    "    smmla r4, r4, r8, r2\n" \
    "    and r2, r12, r5, asr #31\n" \
    "    smmla r5, r5, r9, r2\n" \
    "    and r2, r12, r6, asr #31\n" \
    "    smmla r6, r6, r10, r2\n" \
    "    and r2, r12, r7, asr #31\n" \
    "    smmla r7, r7, r11, r2\n" \
    "    ldr r8, [lr, #16]\n" \
    "    ldr r9, [lr, #20]\n" \
    "    ldr r10, [lr, #48]\n" \
    "    ldr r11, [lr, #52]\n" \
    "    ldr r12, [lr, #24]\n" \
    "    ldr r2, [lr, #28]\n" \
    "    ldr r0, [lr, #56]\n" \
    "    ldr r1, [lr, #60]\n" \
    "    add r4, r4, r8\n" \
    "    add r5, r5, r9\n" \
    "    add r6, r6, r10\n" \
    "    add r7, r7, r11\n" \
    "    asr r4, r4, r12\n" \
    "    asr r5, r5, r2\n" \
    "    asr r6, r6, r0\n" \
    "    asr r7, r7, r1\n" \
    "    ssat r4, #8, r4\n" \
    "    ssat r5, #8, r5\n" \
    "    ssat r6, #8, r6\n" \
    "    ssat r7, #8, r7\n" \
    "    ldr r12, [sp, #16]\n" \
    "    ldr r2, [sp, #4]\n" \
    "    ldr r0, [sp]\n" \
    "    mov r1, r3\n" \
    "    add lr, lr, #64\n" \
    "    cmp r12, r2\n" \
    "    strb r5, [r12, #1]\n" \
    "    strb r6, [r12, #2]\n" \
    "    strb r7, [r12, #3]\n" \
    "    strb r4, [r12], #4\n" \
    "    str r12, [sp, #16]\n" \
    "    bne 1b\n" \
    "    add sp, sp, #32\n" \
    "    pop {r4-r12, pc}\n"

#endif
