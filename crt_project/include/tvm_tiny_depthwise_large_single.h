/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m4; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_LARGE_SINGLE_H
#define TVM_TINY_DEPTHWISE_LARGE_SINGLE_H

#include <stdint.h>

#include "tvm_tiny_depthwise_single_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a job. */
enum tvm_tiny_depthwise_large_job {
    TVM_TINY_DEPTHWISE_LARGE_RECORD,
    TVM_TINY_DEPTHWISE_LARGE_Y,
    TVM_TINY_DEPTHWISE_LARGE_Y_FINAL,
    TVM_TINY_DEPTHWISE_LARGE_CHANNELS,
    TVM_TINY_DEPTHWISE_LARGE_LEFT,
    TVM_TINY_DEPTHWISE_LARGE_FILL,
    TVM_TINY_DEPTHWISE_LARGE_CELL,
    TVM_TINY_DEPTHWISE_LARGE_HIGH,
    TVM_TINY_DEPTHWISE_LARGE_RECORD_BYTES,
    TVM_TINY_DEPTHWISE_LARGE_ROW0,
    TVM_TINY_DEPTHWISE_LARGE_ROW1,
    TVM_TINY_DEPTHWISE_LARGE_ROW2,
    TVM_TINY_DEPTHWISE_LARGE_ROW3,
    TVM_TINY_DEPTHWISE_LARGE_ROW4,
    TVM_TINY_DEPTHWISE_LARGE_ROW5,
    TVM_TINY_DEPTHWISE_LARGE_ROW6,
    TVM_TINY_DEPTHWISE_LARGE_APART0,
    TVM_TINY_DEPTHWISE_LARGE_APART1,
    TVM_TINY_DEPTHWISE_LARGE_APART2,
    TVM_TINY_DEPTHWISE_LARGE_APART3,
    TVM_TINY_DEPTHWISE_LARGE_APART4,
    TVM_TINY_DEPTHWISE_LARGE_APART5,
    TVM_TINY_DEPTHWISE_LARGE_APART6,
    TVM_TINY_DEPTHWISE_LARGE_INC0,
    TVM_TINY_DEPTHWISE_LARGE_INC1,
    TVM_TINY_DEPTHWISE_LARGE_INC2,
    TVM_TINY_DEPTHWISE_LARGE_INC3,
    TVM_TINY_DEPTHWISE_LARGE_INC4,
    TVM_TINY_DEPTHWISE_LARGE_INC5,
    TVM_TINY_DEPTHWISE_LARGE_INC6,
    TVM_TINY_DEPTHWISE_LARGE_FINAL0,
    TVM_TINY_DEPTHWISE_LARGE_FINAL1,
    TVM_TINY_DEPTHWISE_LARGE_FINAL2,
    TVM_TINY_DEPTHWISE_LARGE_FINAL3,
    TVM_TINY_DEPTHWISE_LARGE_FINAL4,
    TVM_TINY_DEPTHWISE_LARGE_FINAL5,
    TVM_TINY_DEPTHWISE_LARGE_FINAL6,
    TVM_TINY_DEPTHWISE_LARGE_JOB_WORDS
};

#define TVM_TINY_DEPTHWISE_LARGE_ENTER \
    __asm__ volatile( \
        "push {r4-r11,lr}\nsub sp,sp,#152\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n" \
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n" \
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n" \
        "ldmia r0,{r1-r2}\nstmia lr,{r1-r2}\n1: ");

#define TVM_TINY_DEPTHWISE_LARGE_LEAVE \
    __asm__ volatile( \
        "bne 1b\nadd sp,sp,#152\npop {r4-r11,pc}\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE3_SHORT \
    __asm__ volatile( \
        "lsl r4,r1,#22\norr r4,r4,r0,lsr #10\nlsr r4,r4,#11\nlsr r1,r1,#10\nubfx r0,r2,#0,#21\n" \
        "ldr r5,[sp]\nldr r6,[r5,#12]\nldr r7,[r5]\nldr r8,[r5,#4]\nldr r9,[r5,#8]\n" \
        "ldr r10,[sp,#4]\nsub r11,r7,r6,lsl #20\nmla r4,r4,r6,r7\nadd r1,r1,r0\nmla r11,r1,r6,r11\n" \
        "lsl r3,r3,#22\norr r3,r3,r2,lsr #10\nlsr r3,r3,#11\nmla r7,r3,r6,r7\nsmmla r4,r4,r8,r9\n" \
        "ssat r4,#8,r4,asr #10\nstrb r4,[r10]\nsmmla r11,r11,r8,r9\nssat r11,#8,r11,asr #10\n" \
        "smmla r9,r7,r8,r9\nssat r9,#8,r9,asr #10\nadd r7,r10,#1\nstr r7,[sp,#4]\nldr r7,[sp,#12]\n" \
        "ldr r8,[sp,#32]\nldr r4,[sp,#16]\nstrb r11,[r10,r7]\nstrb r9,[r10,r7,lsl #1]\n" \
        "add r5,r5,r8\nstr r5,[sp]\nsubs r4,r4,#1\nstr r4,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE3_LONG \
    __asm__ volatile( \
        "lsl r4,r1,#22\norr r4,r4,r0,lsr #10\nlsr r4,r4,#11\nlsr r1,r1,#10\nubfx r0,r2,#0,#21\n" \
        "ldr r5,[sp]\nldr r6,[r5,#12]\nldr r7,[r5]\nldr r8,[r5,#16]\nldr r9,[r5,#8]\n" \
        "ldr r10,[r5,#4]\nldr r11,[sp,#4]\nsub r12,r7,r6,lsl #20\nmla r4,r4,r6,r7\nadd r1,r1,r0\n" \
        "lsl r3,r3,#22\nmla r12,r1,r6,r12\norr r3,r3,r2,lsr #10\nlsr r3,r3,#11\nmla r7,r3,r6,r7\n" \
        "and r3,r4,r8\nadd r3,r9,r3,asr #31\nsmmlar r3,r4,r10,r3\nasr r3,r3,r8\nssat r3,#8,r3\n" \
        "strb r3,[r11]\nand r3,r12,r8\nadd r3,r9,r3,asr #31\nsmmlar r3,r12,r10,r3\nasr r3,r3,r8\n" \
        "ssat r3,#8,r3\nand r12,r7,r8\nadd r9,r9,r12,asr #31\nsmmlar r9,r7,r10,r9\nasr r9,r9,r8\n" \
        "ssat r9,#8,r9\nldr r8,[sp,#12]\nldr r7,[sp,#32]\nldr r10,[sp,#16]\nstrb r3,[r11,r8]\n" \
        "strb r9,[r11,r8,lsl #1]\nadd r11,r11,#1\nstr r11,[sp,#4]\nadd r5,r5,r7\nstr r5,[sp]\n" \
        "subs r10,r10,#1\nstr r10,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE4_SHORT \
    __asm__ volatile( \
        "lsl r6,r1,#22\norr r6,r6,r0,lsr #10\nlsr r6,r6,#11\nldr r0,[sp]\nldr r7,[r0]\n" \
        "ldr r8,[r0,#12]\nldr r9,[r0,#4]\nldr r10,[r0,#8]\nldr r11,[sp,#4]\nldr r12,[sp,#12]\n" \
        "ldr lr,[sp,#32]\nmla r6,r6,r8,r7\nlsr r1,r1,#10\nubfx r4,r4,#0,#21\nsmmla r6,r6,r9,r10\n" \
        "ssat r6,#8,r6,asr #10\nstrb r6,[r11]\nsub r6,r7,r8,lsl #20\nadd r0,r0,lr\n" \
        "ubfx lr,r2,#0,#21\nadd r1,r1,lr\nmla r1,r1,r8,r6\nlsl lr,r3,#22\norr lr,lr,r2,lsr #10\n" \
        "lsr lr,lr,#11\nmla r7,lr,r8,r7\nlsr r3,r3,#10\nadd r3,r3,r4\nmla r6,r3,r8,r6\n" \
        "smmla r1,r1,r9,r10\nssat r1,#8,r1,asr #10\nstrb r1,[r11,r12]\nsmmla r7,r7,r9,r10\n" \
        "ssat r7,#8,r7,asr #10\nstrb r7,[r11,r12,lsl #1]\nadd r7,r11,r12\nsmmla r10,r6,r9,r10\n" \
        "ssat r10,#8,r10,asr #10\nstrb r10,[r7,r12,lsl #1]\nadd r11,r11,#1\nstr r11,[sp,#4]\n" \
        "str r0,[sp]\nldr r0,[sp,#16]\nsubs r0,r0,#1\nstr r0,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE4_LONG \
    __asm__ volatile( \
        "lsl r6,r1,#22\norr r6,r6,r0,lsr #10\nlsr r6,r6,#11\nlsr r1,r1,#10\nubfx r0,r2,#0,#21\n" \
        "add r1,r1,r0\nlsl r0,r3,#22\nldr r7,[sp]\nldr r8,[r7,#12]\nldr r9,[r7]\nldr r10,[r7,#16]\n" \
        "ldr r11,[r7,#4]\nldr r12,[r7,#8]\nldr lr,[sp,#4]\nmla r6,r6,r8,r9\norr r0,r0,r2,lsr #10\n" \
        "sub r2,r9,r8,lsl #20\nmla r1,r1,r8,r2\nlsr r0,r0,#11\nmla r9,r0,r8,r9\nlsr r3,r3,#10\n" \
        "ubfx r4,r4,#0,#21\nadd r3,r3,r4\nmla r2,r3,r8,r2\nand r3,r6,r10\nadd r3,r12,r3,asr #31\n" \
        "smmlar r3,r6,r11,r3\nasr r3,r3,r10\nssat r3,#8,r3\nstrb r3,[lr]\nand r3,r1,r10\n" \
        "add r3,r12,r3,asr #31\nsmmlar r3,r1,r11,r3\nasr r3,r3,r10\nssat r3,#8,r3\nand r1,r9,r10\n" \
        "add r1,r12,r1,asr #31\nsmmlar r1,r9,r11,r1\nasr r1,r1,r10\nssat r1,#8,r1\nand r9,r2,r10\n" \
        "add r12,r12,r9,asr #31\nsmmlar r12,r2,r11,r12\nldr r2,[sp,#12]\nldr r11,[sp,#32]\n" \
        "ldr r9,[sp,#16]\nstrb r3,[lr,r2]\nstrb r1,[lr,r2,lsl #1]\nasr r12,r12,r10\n" \
        "ssat r12,#8,r12\nadd r10,lr,r2\nadd lr,lr,#1\nstrb r12,[r10,r2,lsl #1]\nstr lr,[sp,#4]\n" \
        "add r7,r7,r11\nstr r7,[sp]\nsubs r9,r9,#1\nstr r9,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE5_SHORT \
    __asm__ volatile( \
        "lsl r6,r1,#22\norr r6,r6,r0,lsr #10\nlsr r1,r1,#10\nlsr r6,r6,#11\nubfx r0,r2,#0,#21\n" \
        "lsl r7,r3,#22\norr r7,r7,r2,lsr #10\nadd r1,r1,r0\nlsr r7,r7,#11\nldr r0,[sp]\n" \
        "ldr r2,[r0,#12]\nldr r8,[r0]\nldr r9,[r0,#4]\nldr r10,[sp,#4]\nldr r11,[r0,#8]\n" \
        "sub r12,r8,r2,lsl #20\nmla r6,r6,r2,r8\nmla r1,r1,r2,r12\nlsr r3,r3,#10\n" \
        "ubfx lr,r4,#0,#21\nmla r7,r7,r2,r8\nadd r3,r3,lr\nmla r12,r3,r2,r12\nlsl r5,r5,#22\n" \
        "orr r5,r5,r4,lsr #10\nlsr r5,r5,#11\nmla r8,r5,r2,r8\nsmmla r6,r6,r9,r11\n" \
        "ssat r6,#8,r6,asr #10\nsmmla r1,r1,r9,r11\nssat r1,#8,r1,asr #10\nstrb r6,[r10]\n" \
        "smmla r12,r12,r9,r11\nsmmla r7,r7,r9,r11\nssat r7,#8,r7,asr #10\nssat r12,#8,r12,asr #10\n" \
        "smmla r11,r8,r9,r11\nssat r11,#8,r11,asr #10\nadd r8,r10,#1\nldr r9,[sp,#12]\n" \
        "ldr r6,[sp,#32]\nldr r5,[sp,#16]\nstrb r1,[r10,r9]\nadd r1,r10,r9\n" \
        "strb r7,[r10,r9,lsl #1]\nstrb r12,[r1,r9,lsl #1]\nadd r0,r0,r6\nstr r8,[sp,#4]\n" \
        "strb r11,[r10,r9,lsl #2]\nstr r0,[sp]\nsubs r5,r5,#1\nstr r5,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE5_LONG \
    __asm__ volatile( \
        "lsl r6,r1,#22\norr r6,r6,r0,lsr #10\nlsr r1,r1,#10\nlsr r6,r6,#11\nubfx r0,r2,#0,#21\n" \
        "add r1,r1,r0\nlsl r0,r3,#22\norr r0,r0,r2,lsr #10\nldr r2,[sp]\nldr r7,[r2,#12]\n" \
        "ldr r8,[r2]\nldr r9,[r2,#8]\nldr r10,[r2,#16]\nldr r11,[r2,#4]\nldr r12,[sp,#4]\n" \
        "sub lr,r8,r7,lsl #20\nmla r6,r6,r7,r8\nmla r1,r1,r7,lr\nlsr r0,r0,#11\nmla r0,r0,r7,r8\n" \
        "lsr r3,r3,#10\nlsl r5,r5,#22\norr r5,r5,r4,lsr #10\nubfx r4,r4,#0,#21\nadd r3,r3,r4\n" \
        "mla lr,r3,r7,lr\nlsr r5,r5,#11\nmla r8,r5,r7,r8\nand r5,r6,r10\nadd r5,r9,r5,asr #31\n" \
        "smmlar r5,r6,r11,r5\nasr r5,r5,r10\nssat r5,#8,r5\nand r6,r1,r10\nadd r6,r9,r6,asr #31\n" \
        "strb r5,[r12]\nsmmlar r6,r1,r11,r6\nasr r6,r6,r10\nand r1,r0,r10\nssat r6,#8,r6\n" \
        "add r1,r9,r1,asr #31\nsmmlar r1,r0,r11,r1\nasr r1,r1,r10\nand r0,lr,r10\n" \
        "add r0,r9,r0,asr #31\nssat r1,#8,r1\nsmmlar r0,lr,r11,r0\nasr r0,r0,r10\nldr lr,[sp,#12]\n" \
        "ldr r5,[sp,#32]\nldr r7,[sp,#16]\nstrb r6,[r12,lr]\nstrb r1,[r12,lr,lsl #1]\n" \
        "add r1,r12,lr\nand r6,r8,r10\nssat r0,#8,r0\nstrb r0,[r1,lr,lsl #1]\n" \
        "add r9,r9,r6,asr #31\nsmmlar r9,r8,r11,r9\nasr r9,r9,r10\nssat r9,#8,r9\n" \
        "strb r9,[r12,lr,lsl #2]\nadd r12,r12,#1\nstr r12,[sp,#4]\nadd r2,r2,r5\nstr r2,[sp]\n" \
        "subs r7,r7,#1\nstr r7,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_LEFT5_SHORT \
    __asm__ volatile( \
        "lsl r6,r1,#22\norr r6,r6,r0,lsr #10\nlsr r6,r6,#11\nlsr r1,r1,#10\nubfx r0,r2,#0,#21\n" \
        "add r1,r1,r0\nlsl r0,r3,#22\norr r0,r0,r2,lsr #10\nlsr r0,r0,#11\nldr r2,[sp]\n" \
        "ldr r7,[r2,#12]\nldr r8,[r2]\nldr r9,[r2,#8]\nldr r2,[r2,#4]\nldr r10,[sp,#4]\n" \
        "ldr r11,[sp,#12]\nsub r12,r8,r7,lsl #20\nmla r6,r6,r7,r8\nmla r1,r1,r7,r12\n" \
        "lsr r3,r3,#10\nmla r0,r0,r7,r8\nubfx lr,r4,#0,#21\nadd r3,r3,lr\nmla r12,r3,r7,r12\n" \
        "lsl r5,r5,#22\norr r5,r5,r4,lsr #10\nlsr r5,r5,#11\nmla r8,r5,r7,r8\nsmmla r6,r6,r2,r9\n" \
        "ssat r6,#8,r6,asr #10\nsmmla r1,r1,r2,r9\nstrb r6,[r10]\nssat r1,#8,r1,asr #10\n" \
        "strb r1,[r10,r11]\nsmmla r0,r0,r2,r9\nssat r0,#8,r0,asr #10\nstrb r0,[r10,r11,lsl #1]\n" \
        "add r0,r10,r11\nsmmla r12,r12,r2,r9\nssat r12,#8,r12,asr #10\nstrb r12,[r0,r11,lsl #1]\n" \
        "smmla r9,r8,r2,r9\nssat r9,#8,r9,asr #10\nstrb r9,[r10,r11,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_LEFT5_LONG \
    __asm__ volatile( \
        "lsl r6,r1,#22\norr r6,r6,r0,lsr #10\nlsr r6,r6,#11\nlsr r1,r1,#10\nubfx r0,r2,#0,#21\n" \
        "add r1,r1,r0\nldr r0,[sp]\nldr r7,[r0]\nldr r8,[r0,#12]\nldr r9,[r0,#8]\n" \
        "sub r10,r7,r8,lsl #20\nmla r6,r6,r8,r7\nlsl r11,r3,#22\nmla r1,r1,r8,r10\n" \
        "orr r11,r11,r2,lsr #10\nlsr r11,r11,#11\nlsr r3,r3,#10\nmla r11,r11,r8,r7\n" \
        "ubfx r2,r4,#0,#21\nadd r3,r3,r2\nlsl r5,r5,#22\nmla r10,r3,r8,r10\norr r5,r5,r4,lsr #10\n" \
        "lsr r5,r5,#11\nmla r7,r5,r8,r7\nldr r5,[r0,#16]\nldr r0,[r0,#4]\nldr r8,[sp,#4]\n" \
        "ldr r4,[sp,#12]\nand r3,r6,r5\nadd r3,r9,r3,asr #31\nsmmlar r3,r6,r0,r3\nasr r3,r3,r5\n" \
        "ssat r3,#8,r3\nstrb r3,[r8]\nand r3,r1,r5\nadd r3,r9,r3,asr #31\nsmmlar r3,r1,r0,r3\n" \
        "asr r3,r3,r5\nssat r3,#8,r3\nstrb r3,[r8,r4]\nand r3,r11,r5\nadd r3,r9,r3,asr #31\n" \
        "smmlar r3,r11,r0,r3\nasr r3,r3,r5\nssat r3,#8,r3\nstrb r3,[r8,r4,lsl #1]\nand r3,r10,r5\n" \
        "add r3,r9,r3,asr #31\nsmmlar r3,r10,r0,r3\nasr r3,r3,r5\nadd r10,r8,r4\nssat r3,#8,r3\n" \
        "strb r3,[r10,r4,lsl #1]\nand r3,r7,r5\nadd r9,r9,r3,asr #31\nsmmlar r9,r7,r0,r9\n" \
        "asr r9,r9,r5\nssat r9,#8,r9\nstrb r9,[r8,r4,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_RIGHT5_SHORT \
    __asm__ volatile( \
        "lsl r6,r1,#22\norr r6,r6,r0,lsr #10\nlsr r6,r6,#11\nubfx r0,r2,#0,#21\nlsr r1,r1,#10\n" \
        "add r1,r1,r0\nldr r0,[sp]\nldr r7,[r0]\nldr r8,[r0,#12]\nldr r9,[sp,#8]\nldr r10,[sp,#4]\n" \
        "ldr r11,[r0,#8]\nldr r12,[r0,#4]\nsub lr,r7,r8,lsl #20\nmla r6,r6,r8,r7\nmla r1,r1,r8,lr\n" \
        "lsl r5,r5,#22\norr r5,r5,r4,lsr #10\nubfx r4,r4,#0,#21\nlsr r5,r5,#11\nmla r5,r5,r8,r7\n" \
        "add r9,r10,r9\nsmmla r6,r6,r12,r11\nssat r6,#8,r6,asr #10\nsmmla r1,r1,r12,r11\n" \
        "strb r6,[r9]\nlsl r6,r3,#22\norr r6,r6,r2,lsr #10\nlsr r6,r6,#11\nmla r7,r6,r8,r7\n" \
        "lsr r3,r3,#10\nadd r3,r3,r4\nmla lr,r3,r8,lr\nssat r1,#8,r1,asr #10\nsmmla r7,r7,r12,r11\n" \
        "ssat r7,#8,r7,asr #10\nsmmla lr,lr,r12,r11\nssat lr,#8,lr,asr #10\nsmmla r11,r5,r12,r11\n" \
        "ldr r5,[sp,#12]\nldr r12,[sp,#32]\nldr r3,[sp,#16]\nstrb r1,[r9,r5]\n" \
        "strb r7,[r9,r5,lsl #1]\nadd r7,r9,r5\nstrb lr,[r7,r5,lsl #1]\nssat r11,#8,r11,asr #10\n" \
        "strb r11,[r9,r5,lsl #2]\nadd r10,r10,#1\nstr r10,[sp,#4]\nadd r0,r0,r12\nstr r0,[sp]\n" \
        "subs r3,r3,#1\nstr r3,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_RIGHT5_LONG \
    __asm__ volatile( \
        "lsl r6,r1,#22\norr r6,r6,r0,lsr #10\nlsr r6,r6,#11\nubfx r0,r2,#0,#21\nlsr r1,r1,#10\n" \
        "add r1,r1,r0\nlsl r0,r3,#22\norr r0,r0,r2,lsr #10\nldr r2,[sp]\nldr r7,[r2]\n" \
        "ldr r8,[r2,#12]\nldr r9,[sp,#8]\nldr r10,[sp,#4]\nldr r11,[r2,#16]\nldr r12,[r2,#4]\n" \
        "sub lr,r7,r8,lsl #20\nmla r6,r6,r8,r7\nmla r1,r1,r8,lr\nlsr r0,r0,#11\nlsr r3,r3,#10\n" \
        "mla r0,r0,r8,r7\nlsl r5,r5,#22\norr r5,r5,r4,lsr #10\nubfx r4,r4,#0,#21\nadd r3,r3,r4\n" \
        "mla lr,r3,r8,lr\nlsr r5,r5,#11\nmla r7,r5,r8,r7\nand r5,r6,r11\nadd r9,r10,r9\n" \
        "and r8,r1,r11\nldr r3,[r2,#8]\nadd r5,r3,r5,asr #31\nsmmlar r5,r6,r12,r5\nasr r5,r5,r11\n" \
        "ssat r5,#8,r5\nstrb r5,[r9]\nadd r8,r3,r8,asr #31\nsmmlar r8,r1,r12,r8\nasr r8,r8,r11\n" \
        "ssat r8,#8,r8\nand r1,r0,r11\nadd r1,r3,r1,asr #31\nsmmlar r1,r0,r12,r1\nasr r1,r1,r11\n" \
        "ssat r1,#8,r1\nand r0,lr,r11\nadd r0,r3,r0,asr #31\nsmmlar r0,lr,r12,r0\nasr r0,r0,r11\n" \
        "ldr lr,[sp,#12]\nldr r5,[sp,#32]\nldr r6,[sp,#16]\nstrb r8,[r9,lr]\n" \
        "strb r1,[r9,lr,lsl #1]\nssat r0,#8,r0\nadd r1,r9,lr\nand r8,r7,r11\nadd r3,r3,r8,asr #31\n" \
        "strb r0,[r1,lr,lsl #1]\nsmmlar r3,r7,r12,r3\nasr r3,r3,r11\nadd r10,r10,#1\n" \
        "ssat r3,#8,r3\nstrb r3,[r9,lr,lsl #2]\nstr r10,[sp,#4]\nsubs r6,r6,#1\nadd r2,r2,r5\n" \
        "str r2,[sp]\nstr r6,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_SHORT \
    __asm__ volatile( \
        "ldr r3,[sp]\nldr r4,[r3,#4]\nldr r5,[r3,#8]\nldr r6,[sp,#4]\nldr r7,[sp,#12]\n" \
        "ldr r8,[sp,#32]\nldr r9,[sp,#16]\nsmmla r0,r0,r4,r5\nssat r0,#8,r0,asr #10\nstrb r0,[r6]\n" \
        "smmla r1,r1,r4,r5\nssat r1,#8,r1,asr #10\nstrb r1,[r6,r7]\nsmmla r5,r2,r4,r5\n" \
        "ssat r5,#8,r5,asr #10\nstrb r5,[r6,r7,lsl #1]\nadd r6,r6,#1\nstr r6,[sp,#4]\n" \
        "add r3,r3,r8\nstr r3,[sp]\nsubs r9,r9,#1\nstr r9,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_LONG \
    __asm__ volatile( \
        "ldr r3,[sp]\nldr r4,[r3,#12]\nldr r5,[r3,#8]\nldr r6,[r3,#4]\nldr r7,[sp,#4]\n" \
        "ldr r8,[sp,#12]\nldr r9,[sp,#32]\nldr r10,[sp,#16]\nand r11,r0,r4\n" \
        "add r11,r5,r11,asr #31\nsmmlar r11,r0,r6,r11\nasr r11,r11,r4\nssat r11,#8,r11\n" \
        "strb r11,[r7]\nand r11,r1,r4\nadd r11,r5,r11,asr #31\nsmmlar r11,r1,r6,r11\n" \
        "asr r11,r11,r4\nssat r11,#8,r11\nstrb r11,[r7,r8]\nand r11,r2,r4\nadd r5,r5,r11,asr #31\n" \
        "smmlar r5,r2,r6,r5\nasr r5,r5,r4\nssat r5,#8,r5\nstrb r5,[r7,r8,lsl #1]\nadd r7,r7,#1\n" \
        "str r7,[sp,#4]\nadd r3,r3,r9\nstr r3,[sp]\nsubs r10,r10,#1\nstr r10,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_SHORT \
    __asm__ volatile( \
        "ldr r4,[sp]\nldr r5,[r4,#8]\nldr r6,[r4,#4]\nldr r7,[sp,#4]\nsmmla r0,r0,r6,r5\n" \
        "ssat r0,#8,r0,asr #10\nstrb r0,[r7]\nsmmla r1,r1,r6,r5\nssat r1,#8,r1,asr #10\n" \
        "smmla r2,r2,r6,r5\nssat r2,#8,r2,asr #10\nldr r0,[sp,#12]\nldr r8,[sp,#32]\n" \
        "ldr r9,[sp,#16]\nstrb r1,[r7,r0]\nstrb r2,[r7,r0,lsl #1]\nsmmla r5,r3,r6,r5\n" \
        "add r3,r7,r0\nssat r5,#8,r5,asr #10\nstrb r5,[r3,r0,lsl #1]\nadd r7,r7,#1\n" \
        "str r7,[sp,#4]\nadd r4,r4,r8\nstr r4,[sp]\nsubs r9,r9,#1\nstr r9,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_LONG \
    __asm__ volatile( \
        "ldr r4,[sp]\nldr r5,[r4,#12]\nldr r6,[sp,#4]\nldr r7,[r4,#8]\nldr r8,[r4,#4]\n" \
        "ldr r9,[sp,#12]\nldr r10,[sp,#16]\nldr r11,[sp,#32]\nand r12,r0,r5\n" \
        "add r12,r7,r12,asr #31\nsmmlar r12,r0,r8,r12\nasr r12,r12,r5\nssat r12,#8,r12\n" \
        "strb r12,[r6]\nand r12,r1,r5\nadd r12,r7,r12,asr #31\nsmmlar r12,r1,r8,r12\nand r1,r2,r5\n" \
        "asr r12,r12,r5\nssat r12,#8,r12\nstrb r12,[r6,r9]\nadd r1,r7,r1,asr #31\n" \
        "smmlar r1,r2,r8,r1\nasr r1,r1,r5\nand r2,r3,r5\nadd r7,r7,r2,asr #31\nsmmlar r7,r3,r8,r7\n" \
        "ssat r1,#8,r1\nstrb r1,[r6,r9,lsl #1]\nadd r1,r6,r9\nasr r7,r7,r5\nssat r7,#8,r7\n" \
        "strb r7,[r1,r9,lsl #1]\nadd r6,r6,#1\nstr r6,[sp,#4]\nadd r4,r4,r11\nstr r4,[sp]\n" \
        "subs r10,r10,#1\nstr r10,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_SHORT \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[r5,#4]\nldr r7,[r5,#8]\nldr r8,[sp,#4]\nsmmla r0,r0,r6,r7\n" \
        "smmla r1,r1,r6,r7\nssat r1,#8,r1,asr #10\nssat r0,#8,r0,asr #10\nstrb r0,[r8]\n" \
        "smmla r3,r3,r6,r7\nsmmla r2,r2,r6,r7\nssat r2,#8,r2,asr #10\nssat r3,#8,r3,asr #10\n" \
        "smmla r7,r4,r6,r7\nssat r7,#8,r7,asr #10\nadd r4,r8,#1\nstr r4,[sp,#4]\nldr r4,[sp,#12]\n" \
        "ldr r6,[sp,#32]\nldr r0,[sp,#16]\nstrb r1,[r8,r4]\nadd r1,r8,r4\nstrb r2,[r8,r4,lsl #1]\n" \
        "strb r3,[r1,r4,lsl #1]\nadd r5,r5,r6\nstrb r7,[r8,r4,lsl #2]\nstr r5,[sp]\nsubs r0,r0,#1\n" \
        "str r0,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_LONG \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[r5,#12]\nldr r7,[r5,#4]\nldr r8,[r5,#8]\nldr r9,[sp,#4]\n" \
        "ldr r10,[sp,#12]\nldr r11,[sp,#32]\nldr r12,[sp,#16]\nand lr,r0,r6\nadd lr,r8,lr,asr #31\n" \
        "smmlar lr,r0,r7,lr\nasr lr,lr,r6\nssat lr,#8,lr\nstrb lr,[r9]\nand lr,r1,r6\n" \
        "add lr,r8,lr,asr #31\nsmmlar lr,r1,r7,lr\nasr lr,lr,r6\nssat lr,#8,lr\nstrb lr,[r9,r10]\n" \
        "and lr,r2,r6\nadd lr,r8,lr,asr #31\nsmmlar lr,r2,r7,lr\nasr lr,lr,r6\nssat lr,#8,lr\n" \
        "strb lr,[r9,r10,lsl #1]\nand lr,r3,r6\nadd lr,r8,lr,asr #31\nsmmlar lr,r3,r7,lr\n" \
        "asr lr,lr,r6\nssat lr,#8,lr\nadd r3,r9,r10\nstrb lr,[r3,r10,lsl #1]\nand lr,r4,r6\n" \
        "add r8,r8,lr,asr #31\nsmmlar r8,r4,r7,r8\nasr r8,r8,r6\nssat r8,#8,r8\n" \
        "strb r8,[r9,r10,lsl #2]\nadd r9,r9,#1\nstr r9,[sp,#4]\nadd r5,r5,r11\nstr r5,[sp]\n" \
        "subs r12,r12,#1\nstr r12,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_SHORT \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[sp,#4]\nldr r7,[r5,#4]\nldr r5,[r5,#8]\nldr r8,[sp,#12]\n" \
        "smmla r0,r0,r7,r5\nssat r0,#8,r0,asr #10\nstrb r0,[r6]\nsmmla r1,r1,r7,r5\n" \
        "ssat r1,#8,r1,asr #10\nstrb r1,[r6,r8]\nsmmla r2,r2,r7,r5\nssat r2,#8,r2,asr #10\n" \
        "strb r2,[r6,r8,lsl #1]\nsmmla r3,r3,r7,r5\nadd r2,r6,r8\nssat r3,#8,r3,asr #10\n" \
        "strb r3,[r2,r8,lsl #1]\nsmmla r5,r4,r7,r5\nssat r5,#8,r5,asr #10\nstrb r5,[r6,r8,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_LONG \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[r5,#8]\nldr r7,[r5,#12]\nldr r5,[r5,#4]\nldr r8,[sp,#4]\n" \
        "ldr r9,[sp,#12]\nand r10,r0,r7\nadd r10,r6,r10,asr #31\nsmmlar r10,r0,r5,r10\n" \
        "asr r10,r10,r7\nssat r10,#8,r10\nstrb r10,[r8]\nand r10,r1,r7\nadd r10,r6,r10,asr #31\n" \
        "smmlar r10,r1,r5,r10\nasr r10,r10,r7\nand r1,r2,r7\nadd r1,r6,r1,asr #31\n" \
        "ssat r10,#8,r10\nstrb r10,[r8,r9]\nsmmlar r1,r2,r5,r1\nasr r1,r1,r7\nssat r1,#8,r1\n" \
        "strb r1,[r8,r9,lsl #1]\nand r1,r3,r7\nadd r1,r6,r1,asr #31\nadd r2,r8,r9\n" \
        "smmlar r1,r3,r5,r1\nasr r1,r1,r7\nssat r1,#8,r1\nstrb r1,[r2,r9,lsl #1]\nand r1,r4,r7\n" \
        "add r6,r6,r1,asr #31\nsmmlar r6,r4,r5,r6\nasr r6,r6,r7\nssat r6,#8,r6\n" \
        "strb r6,[r8,r9,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_SHORT \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[sp,#4]\nldr r7,[sp,#8]\nldr r8,[sp,#12]\nadd r7,r6,r7\n" \
        "ldr r9,[r5,#4]\nldr r10,[r5,#8]\nldr r11,[sp,#32]\nldr r12,[sp,#16]\nsmmla r1,r1,r9,r10\n" \
        "smmla r0,r0,r9,r10\nsmmla r2,r2,r9,r10\nssat r0,#8,r0,asr #10\nstrb r0,[r7]\n" \
        "ssat r1,#8,r1,asr #10\nstrb r1,[r7,r8]\nsmmla r4,r4,r9,r10\nadd r1,r7,r8\n" \
        "smmla r10,r3,r9,r10\nssat r10,#8,r10,asr #10\nssat r2,#8,r2,asr #10\n" \
        "strb r2,[r7,r8,lsl #1]\nstrb r10,[r1,r8,lsl #1]\nssat r4,#8,r4,asr #10\nadd r5,r5,r11\n" \
        "add r6,r6,#1\nstrb r4,[r7,r8,lsl #2]\nstr r5,[sp]\nstr r6,[sp,#4]\nsubs r12,r12,#1\n" \
        "str r12,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_LONG \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[sp,#4]\nldr r7,[sp,#8]\nldr r8,[r5,#12]\nldr r9,[r5,#8]\n" \
        "ldr r10,[r5,#4]\nldr r11,[sp,#12]\nand r12,r0,r8\nadd r7,r6,r7\nadd r12,r9,r12,asr #31\n" \
        "smmlar r12,r0,r10,r12\nasr r12,r12,r8\nand r0,r1,r8\nssat r12,#8,r12\n" \
        "add r0,r9,r0,asr #31\nstrb r12,[r7]\nsmmlar r0,r1,r10,r0\nasr r0,r0,r8\nssat r0,#8,r0\n" \
        "and r1,r2,r8\nstrb r0,[r7,r11]\nadd r1,r9,r1,asr #31\nsmmlar r1,r2,r10,r1\nasr r1,r1,r8\n" \
        "ssat r1,#8,r1\nstrb r1,[r7,r11,lsl #1]\nand r1,r3,r8\nadd r1,r9,r1,asr #31\n" \
        "smmlar r1,r3,r10,r1\nasr r1,r1,r8\nadd r3,r7,r11\nssat r1,#8,r1\nstrb r1,[r3,r11,lsl #1]\n" \
        "and r1,r4,r8\nadd r9,r9,r1,asr #31\nsmmlar r9,r4,r10,r9\nasr r9,r9,r8\nssat r9,#8,r9\n" \
        "strb r9,[r7,r11,lsl #2]\nadd r6,r6,#1\nstr r6,[sp,#4]\nldr r6,[sp,#32]\nldr r9,[sp,#16]\n" \
        "add r5,r5,r6\nstr r5,[sp]\nsubs r9,r9,#1\nstr r9,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_FUNCTION(name, body) \
    TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_large_##name(TVM_TINY_DEPTHWISE_JOB) \
    { \
        TVM_TINY_DEPTHWISE_LARGE_ENTER \
        body \
        TVM_TINY_DEPTHWISE_LARGE_LEAVE \
    }

#ifdef __cplusplus
}
#endif

#endif
