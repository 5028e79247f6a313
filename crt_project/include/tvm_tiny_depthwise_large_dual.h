/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m7; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_LARGE_DUAL_H
#define TVM_TINY_DEPTHWISE_LARGE_DUAL_H

#include <stdint.h>

#include "tvm_tiny_depthwise_gather.h"

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
        "ldr r4,[sp]\nlsl r5,r1,#22\norr r5,r5,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r4]\n" \
        "ldr r6,[r4,#12]\nlsr r5,r5,#11\nldr r7,[r4,#8]\nsub r8,r0,r6,lsl #20\nmla r5,r5,r6,r0\n" \
        "ubfx r9,r2,#0,#21\nldr r10,[r4,#4]\nadd r1,r1,r9\nldr r9,[sp,#4]\nmla r8,r1,r6,r8\n" \
        "lsl r3,r3,#22\norr r3,r3,r2,lsr #10\nldr r2,[sp,#12]\nlsr r3,r3,#11\nsmmla r5,r5,r10,r7\n" \
        "mla r0,r3,r6,r0\nldr r3,[sp,#32]\nsmmla r8,r8,r10,r7\nldr r6,[sp,#16]\n" \
        "ssat r5,#8,r5,asr #10\nsmmla r7,r0,r10,r7\nstrb r5,[r9]\nadd r5,r9,#1\n" \
        "ssat r8,#8,r8,asr #10\nstr r5,[sp,#4]\nstrb r8,[r9,r2]\nadd r4,r4,r3\n" \
        "ssat r7,#8,r7,asr #10\nstr r4,[sp]\nstrb r7,[r9,r2,lsl #1]\nsubs r6,r6,#1\n" \
        "str r6,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE3_LONG \
    __asm__ volatile( \
        "ldr r4,[sp]\nlsl r5,r1,#22\norr r5,r5,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r4,#12]\n" \
        "ldr r6,[r4]\nlsr r5,r5,#11\nldr r7,[r4,#16]\nsub r8,r6,r0,lsl #20\nmla r5,r5,r0,r6\n" \
        "ldr r9,[r4,#8]\nldr r10,[r4,#4]\nubfx r11,r2,#0,#21\nldr r12,[sp,#4]\nadd r1,r1,r11\n" \
        "lsl r3,r3,#22\nmla r8,r1,r0,r8\norr r3,r3,r2,lsr #10\nlsr r3,r3,#11\nldr r2,[sp,#12]\n" \
        "mla r6,r3,r0,r6\nand r3,r5,r7\nand r0,r8,r7\nldr r1,[sp,#32]\nadd r3,r9,r3,asr #31\n" \
        "smmlar r3,r5,r10,r3\nadd r0,r9,r0,asr #31\nsmmlar r0,r8,r10,r0\nasr r3,r3,r7\n" \
        "and r8,r6,r7\nasr r0,r0,r7\nldr r5,[sp,#16]\nssat r3,#8,r3\nadd r11,r12,#1\n" \
        "strb r3,[r12]\nadd r9,r9,r8,asr #31\nssat r0,#8,r0\nsmmlar r9,r6,r10,r9\n" \
        "strb r0,[r12,r2]\nadd r4,r4,r1\nasr r9,r9,r7\nstr r11,[sp,#4]\nstr r4,[sp]\n" \
        "subs r5,r5,#1\nssat r9,#8,r9\nstr r5,[sp,#16]\nstrb r9,[r12,r2,lsl #1]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE4_SHORT \
    __asm__ volatile( \
        "ldr r6,[sp]\nlsl r7,r1,#22\norr r7,r7,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r6]\n" \
        "ldr r8,[r6,#12]\nlsr r7,r7,#11\nldr r9,[r6,#8]\nsub r10,r0,r8,lsl #20\nmla r7,r7,r8,r0\n" \
        "ldr r11,[r6,#4]\nlsl r12,r3,#22\nubfx lr,r2,#0,#21\nlsr r3,r3,#10\nadd r1,r1,lr\n" \
        "ldr lr,[sp,#4]\nmla r1,r1,r8,r10\norr r12,r12,r2,lsr #10\nldr r2,[sp,#12]\n" \
        "lsr r12,r12,#11\nmla r0,r12,r8,r0\nldr r12,[sp,#32]\nubfx r4,r4,#0,#21\n" \
        "smmla r7,r7,r11,r9\nadd r3,r3,r4\nsmmla r1,r1,r11,r9\nmla r10,r3,r8,r10\nldr r3,[sp,#16]\n" \
        "ssat r7,#8,r7,asr #10\nsmmla r0,r0,r11,r9\nstrb r7,[lr]\nadd r7,lr,r2\n" \
        "ssat r1,#8,r1,asr #10\nsmmla r9,r10,r11,r9\nstrb r1,[lr,r2]\nadd r1,lr,#1\n" \
        "ssat r0,#8,r0,asr #10\nstr r1,[sp,#4]\nstrb r0,[lr,r2,lsl #1]\nadd r6,r6,r12\n" \
        "ssat r9,#8,r9,asr #10\nstr r6,[sp]\nstrb r9,[r7,r2,lsl #1]\nsubs r3,r3,#1\n" \
        "str r3,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE4_LONG \
    __asm__ volatile( \
        "ldr r6,[sp]\nlsl r7,r1,#22\norr r7,r7,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r6]\n" \
        "ldr r8,[r6,#12]\nlsr r7,r7,#11\nlsl r9,r3,#22\nsub r10,r0,r8,lsl #20\nmla r7,r7,r8,r0\n" \
        "ubfx r11,r2,#0,#21\nlsr r3,r3,#10\nadd r1,r1,r11\norr r9,r9,r2,lsr #10\nmla r1,r1,r8,r10\n" \
        "lsr r9,r9,#11\nmla r0,r9,r8,r0\nldr r9,[r6,#16]\nubfx r4,r4,#0,#21\nldr r2,[r6,#8]\n" \
        "add r3,r3,r4\nldr r4,[r6,#4]\nmla r10,r3,r8,r10\nand r3,r7,r9\nldr r8,[sp,#4]\n" \
        "and r11,r1,r9\nadd r3,r2,r3,asr #31\nsmmlar r3,r7,r4,r3\nadd r11,r2,r11,asr #31\n" \
        "ldr r7,[sp,#12]\nasr r3,r3,r9\nsmmlar r11,r1,r4,r11\nand r1,r0,r9\nand r12,r10,r9\n" \
        "ssat r3,#8,r3\nasr r11,r11,r9\nstrb r3,[r8]\nadd r1,r2,r1,asr #31\nssat r11,#8,r11\n" \
        "smmlar r1,r0,r4,r1\nstrb r11,[r8,r7]\nadd r2,r2,r12,asr #31\nasr r1,r1,r9\n" \
        "smmlar r2,r10,r4,r2\nadd r10,r8,r7\nadd r4,r8,#1\nssat r1,#8,r1\nasr r2,r2,r9\n" \
        "strb r1,[r8,r7,lsl #1]\nldr r1,[sp,#32]\nssat r2,#8,r2\nstr r4,[sp,#4]\n" \
        "strb r2,[r10,r7,lsl #1]\nldr r2,[sp,#16]\nadd r6,r6,r1\nstr r6,[sp]\nsubs r2,r2,#1\n" \
        "str r2,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE5_SHORT \
    __asm__ volatile( \
        "ldr r6,[sp]\nlsl r7,r1,#22\norr r7,r7,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r6]\n" \
        "ldr r8,[r6,#12]\nlsr r7,r7,#11\nlsl r9,r3,#22\nsub r10,r0,r8,lsl #20\nmla r7,r7,r8,r0\n" \
        "ubfx r11,r2,#0,#21\nldr r12,[r6,#8]\nadd r1,r1,r11\norr r9,r9,r2,lsr #10\n" \
        "mla r1,r1,r8,r10\nlsr r9,r9,#11\nldr r2,[r6,#4]\nmla r9,r9,r8,r0\nlsr r3,r3,#10\n" \
        "ldr r11,[sp,#4]\nubfx lr,r4,#0,#21\nlsl r5,r5,#22\nadd r3,r3,lr\nldr lr,[sp,#12]\n" \
        "mla r10,r3,r8,r10\norr r5,r5,r4,lsr #10\nlsr r5,r5,#11\nsmmla r7,r7,r2,r12\n" \
        "mla r0,r5,r8,r0\nldr r5,[sp,#32]\nsmmla r1,r1,r2,r12\nldr r8,[sp,#16]\n" \
        "ssat r7,#8,r7,asr #10\nsmmla r9,r9,r2,r12\nstrb r7,[r11]\nadd r7,r11,lr\n" \
        "ssat r1,#8,r1,asr #10\nsmmla r10,r10,r2,r12\nstrb r1,[r11,lr]\nadd r1,r11,#1\n" \
        "ssat r9,#8,r9,asr #10\nsmmla r12,r0,r2,r12\nstrb r9,[r11,lr,lsl #1]\nadd r6,r6,r5\n" \
        "ssat r10,#8,r10,asr #10\nstr r1,[sp,#4]\nstrb r10,[r7,lr,lsl #1]\nsubs r8,r8,#1\n" \
        "ssat r12,#8,r12,asr #10\nstr r6,[sp]\nstrb r12,[r11,lr,lsl #2]\nstr r8,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE5_LONG \
    __asm__ volatile( \
        "ldr r6,[sp]\nlsl r7,r1,#22\norr r7,r7,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r6,#12]\n" \
        "ldr r8,[r6]\nlsr r7,r7,#11\nlsl r9,r3,#22\nsub r10,r8,r0,lsl #20\nmla r7,r7,r0,r8\n" \
        "ubfx r11,r2,#0,#21\nlsr r3,r3,#10\nadd r1,r1,r11\norr r9,r9,r2,lsr #10\nmla r1,r1,r0,r10\n" \
        "lsr r9,r9,#11\nmla r9,r9,r0,r8\nlsl r5,r5,#22\nubfx r2,r4,#0,#21\nldr r11,[r6,#16]\n" \
        "add r3,r3,r2\nldr r2,[r6,#8]\nmla r10,r3,r0,r10\norr r5,r5,r4,lsr #10\nldr r4,[r6,#4]\n" \
        "lsr r5,r5,#11\nmla r8,r5,r0,r8\nldr r5,[sp,#4]\nand r0,r7,r11\nldr r3,[sp,#12]\n" \
        "and r12,r1,r11\nand lr,r9,r11\nadd r0,r2,r0,asr #31\nsmmlar r0,r7,r4,r0\n" \
        "add r12,r2,r12,asr #31\nsmmlar r12,r1,r4,r12\nasr r0,r0,r11\nand r1,r10,r11\n" \
        "asr r12,r12,r11\nadd r7,r5,r3\nssat r0,#8,r0\nstrb r0,[r5]\nadd lr,r2,lr,asr #31\n" \
        "ssat r12,#8,r12\nsmmlar lr,r9,r4,lr\nstrb r12,[r5,r3]\nadd r1,r2,r1,asr #31\n" \
        "asr lr,lr,r11\nsmmlar r1,r10,r4,r1\nand r10,r8,r11\nadd r12,r5,#1\nssat lr,#8,lr\n" \
        "asr r1,r1,r11\nstrb lr,[r5,r3,lsl #1]\nadd r2,r2,r10,asr #31\nssat r1,#8,r1\n" \
        "smmlar r2,r8,r4,r2\nstrb r1,[r7,r3,lsl #1]\nldr r1,[sp,#32]\nasr r2,r2,r11\n" \
        "ldr r11,[sp,#16]\nstr r12,[sp,#4]\nadd r6,r6,r1\nssat r2,#8,r2\nstr r6,[sp]\n" \
        "strb r2,[r5,r3,lsl #2]\nsubs r11,r11,#1\nstr r11,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_LEFT5_SHORT \
    __asm__ volatile( \
        "ldr r6,[sp]\nlsr r7,r1,#10\nlsl r1,r1,#22\nlsl r8,r3,#22\nldr r9,[r6,#12]\nldr r10,[r6]\n" \
        "orr r1,r1,r0,lsr #10\nlsr r3,r3,#10\nsub r0,r10,r9,lsl #20\nlsr r1,r1,#11\n" \
        "mla r1,r1,r9,r10\nldr r11,[r6,#8]\nubfx r12,r2,#0,#21\nldr r6,[r6,#4]\nadd r7,r7,r12\n" \
        "orr r8,r8,r2,lsr #10\nmla r7,r7,r9,r0\nlsr r8,r8,#11\nmla r8,r8,r9,r10\nldr r2,[sp,#4]\n" \
        "ubfx r12,r4,#0,#21\nldr lr,[sp,#12]\nadd r3,r3,r12\nsmmla r1,r1,r6,r11\nlsl r5,r5,#22\n" \
        "mla r0,r3,r9,r0\norr r5,r5,r4,lsr #10\nsmmla r7,r7,r6,r11\nlsr r5,r5,#11\n" \
        "smmla r8,r8,r6,r11\nmla r10,r5,r9,r10\nadd r5,r2,lr\nssat r1,#8,r1,asr #10\n" \
        "smmla r0,r0,r6,r11\nstrb r1,[r2]\nssat r7,#8,r7,asr #10\nsmmla r11,r10,r6,r11\n" \
        "ssat r8,#8,r8,asr #10\nstrb r7,[r2,lr]\nssat r0,#8,r0,asr #10\nstrb r8,[r2,lr,lsl #1]\n" \
        "strb r0,[r5,lr,lsl #1]\nssat r11,#8,r11,asr #10\nstrb r11,[r2,lr,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_LEFT5_LONG \
    __asm__ volatile( \
        "ldr r6,[sp]\nlsl r7,r1,#22\norr r7,r7,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r6,#12]\n" \
        "ldr r8,[r6]\nlsr r7,r7,#11\nlsl r9,r3,#22\nsub r10,r8,r0,lsl #20\nmla r7,r7,r0,r8\n" \
        "ubfx r11,r2,#0,#21\nldr r12,[r6,#16]\nadd r1,r1,r11\norr r9,r9,r2,lsr #10\n" \
        "mla r1,r1,r0,r10\nlsr r9,r9,#11\nldr r2,[r6,#8]\nlsr r3,r3,#10\nubfx r11,r4,#0,#21\n" \
        "mla r9,r9,r0,r8\nldr r6,[r6,#4]\nadd r3,r3,r11\nldr r11,[sp,#4]\nmla r10,r3,r0,r10\n" \
        "lsl r5,r5,#22\nldr r3,[sp,#12]\norr r5,r5,r4,lsr #10\nand r4,r7,r12\nlsr r5,r5,#11\n" \
        "and lr,r1,r12\nmla r8,r5,r0,r8\nadd r4,r2,r4,asr #31\nsmmlar r4,r7,r6,r4\n" \
        "add lr,r2,lr,asr #31\nsmmlar lr,r1,r6,lr\nand r1,r9,r12\nasr r4,r4,r12\nand r7,r10,r12\n" \
        "asr lr,lr,r12\nadd r5,r11,r3\nssat r4,#8,r4\nand r0,r8,r12\nstrb r4,[r11]\n" \
        "add r1,r2,r1,asr #31\nssat lr,#8,lr\nsmmlar r1,r9,r6,r1\nstrb lr,[r11,r3]\n" \
        "add r7,r2,r7,asr #31\nasr r1,r1,r12\nsmmlar r7,r10,r6,r7\nadd r2,r2,r0,asr #31\n" \
        "smmlar r2,r8,r6,r2\nssat r1,#8,r1\nasr r7,r7,r12\nstrb r1,[r11,r3,lsl #1]\nasr r2,r2,r12\n" \
        "ssat r7,#8,r7\nstrb r7,[r5,r3,lsl #1]\nssat r2,#8,r2\nstrb r2,[r11,r3,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_RIGHT5_SHORT \
    __asm__ volatile( \
        "ldr r6,[sp]\nlsl r7,r1,#22\norr r7,r7,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r6,#12]\n" \
        "ldr r8,[r6]\nlsr r7,r7,#11\nlsl r9,r3,#22\nsub r10,r8,r0,lsl #20\nmla r7,r7,r0,r8\n" \
        "ubfx r11,r2,#0,#21\nlsr r3,r3,#10\nadd r1,r1,r11\norr r9,r9,r2,lsr #10\nmla r1,r1,r0,r10\n" \
        "lsr r9,r9,#11\nmla r9,r9,r0,r8\nldr r2,[sp,#8]\nubfx r11,r4,#0,#21\nldr r12,[sp,#4]\n" \
        "add r3,r3,r11\nldr r11,[r6,#4]\nmla r10,r3,r0,r10\nldr r3,[r6,#8]\nlsl r5,r5,#22\n" \
        "ldr lr,[sp,#12]\norr r5,r5,r4,lsr #10\nadd r2,r12,r2\nlsr r5,r5,#11\nsmmla r7,r7,r11,r3\n" \
        "mla r8,r5,r0,r8\nldr r5,[sp,#32]\nsmmla r1,r1,r11,r3\nadd r0,r2,lr\n" \
        "ssat r7,#8,r7,asr #10\nsmmla r9,r9,r11,r3\nstrb r7,[r2]\nldr r7,[sp,#16]\n" \
        "ssat r1,#8,r1,asr #10\nsmmla r10,r10,r11,r3\nstrb r1,[r2,lr]\nadd r12,r12,#1\n" \
        "ssat r9,#8,r9,asr #10\nsmmla r3,r8,r11,r3\nstrb r9,[r2,lr,lsl #1]\nadd r6,r6,r5\n" \
        "ssat r10,#8,r10,asr #10\nstr r12,[sp,#4]\nstrb r10,[r0,lr,lsl #1]\nsubs r7,r7,#1\n" \
        "ssat r3,#8,r3,asr #10\nstr r6,[sp]\nstrb r3,[r2,lr,lsl #2]\nstr r7,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_1_RIGHT5_LONG \
    __asm__ volatile( \
        "ldr r6,[sp]\nlsl r7,r1,#22\norr r7,r7,r0,lsr #10\nlsr r1,r1,#10\nldr r0,[r6]\n" \
        "ldr r8,[r6,#12]\nlsr r7,r7,#11\nlsl r9,r3,#22\nsub r10,r0,r8,lsl #20\nmla r7,r7,r8,r0\n" \
        "ubfx r11,r2,#0,#21\nlsr r3,r3,#10\nadd r1,r1,r11\norr r9,r9,r2,lsr #10\nmla r1,r1,r8,r10\n" \
        "lsr r9,r9,#11\nmla r9,r9,r8,r0\nlsl r5,r5,#22\nubfx r2,r4,#0,#21\nldr r11,[sp,#8]\n" \
        "add r3,r3,r2\norr r5,r5,r4,lsr #10\nmla r10,r3,r8,r10\nldr r3,[sp,#4]\nlsr r5,r5,#11\n" \
        "ldr r4,[r6,#16]\nmla r0,r5,r8,r0\nldr r5,[r6,#8]\nldr r8,[r6,#4]\nadd r11,r3,r11\n" \
        "and r2,r7,r4\nldr r12,[sp,#12]\nand lr,r1,r4\nadd r3,r3,#1\nadd r2,r5,r2,asr #31\n" \
        "smmlar r2,r7,r8,r2\nadd lr,r5,lr,asr #31\nsmmlar lr,r1,r8,lr\nasr r2,r2,r4\nand r1,r9,r4\n" \
        "asr lr,lr,r4\nand r7,r10,r4\nssat r2,#8,r2\nstr r3,[sp,#4]\nstrb r2,[r11]\n" \
        "add r1,r5,r1,asr #31\nssat lr,#8,lr\nsmmlar r1,r9,r8,r1\nstrb lr,[r11,r12]\n" \
        "add r7,r5,r7,asr #31\nasr r1,r1,r4\nsmmlar r7,r10,r8,r7\nadd r10,r11,r12\nand lr,r0,r4\n" \
        "ssat r1,#8,r1\nasr r7,r7,r4\nstrb r1,[r11,r12,lsl #1]\nadd r5,r5,lr,asr #31\n" \
        "ssat r7,#8,r7\nsmmlar r5,r0,r8,r5\nstrb r7,[r10,r12,lsl #1]\nldr r7,[sp,#32]\n" \
        "asr r5,r5,r4\nldr r4,[sp,#16]\nadd r6,r6,r7\nstr r6,[sp]\nssat r5,#8,r5\nsubs r4,r4,#1\n" \
        "strb r5,[r11,r12,lsl #2]\nstr r4,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_SHORT \
    __asm__ volatile( \
        "ldr r3,[sp]\nldr r4,[sp,#4]\nldr r5,[sp,#12]\nldr r6,[sp,#32]\nldr r7,[r3,#4]\n" \
        "ldr r8,[r3,#8]\nadd r9,r4,#1\nstr r9,[sp,#4]\nsmmla r0,r0,r7,r8\nldr r9,[sp,#16]\n" \
        "smmla r1,r1,r7,r8\nadd r3,r3,r6\nsmmla r8,r2,r7,r8\nsubs r9,r9,#1\nssat r0,#8,r0,asr #10\n" \
        "str r3,[sp]\nstrb r0,[r4]\nssat r1,#8,r1,asr #10\nstr r9,[sp,#16]\nssat r8,#8,r8,asr #10\n" \
        "strb r1,[r4,r5]\nstrb r8,[r4,r5,lsl #1]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_LONG \
    __asm__ volatile( \
        "ldr r3,[sp]\nldr r4,[sp,#4]\nldr r5,[sp,#12]\nadd r6,r4,#1\nldr r7,[r3,#12]\n" \
        "ldr r8,[r3,#8]\nldr r9,[r3,#4]\nand r10,r0,r7\nand r11,r1,r7\nand r12,r2,r7\n" \
        "add r10,r8,r10,asr #31\nsmmlar r10,r0,r9,r10\nadd r11,r8,r11,asr #31\n" \
        "smmlar r11,r1,r9,r11\nasr r10,r10,r7\nstr r6,[sp,#4]\nasr r11,r11,r7\nssat r10,#8,r10\n" \
        "ldr r6,[sp,#32]\nstrb r10,[r4]\nadd r8,r8,r12,asr #31\nssat r11,#8,r11\n" \
        "smmlar r8,r2,r9,r8\nstrb r11,[r4,r5]\nldr r11,[sp,#16]\nasr r8,r8,r7\nadd r3,r3,r6\n" \
        "str r3,[sp]\nsubs r11,r11,#1\nssat r8,#8,r8\nstr r11,[sp,#16]\nstrb r8,[r4,r5,lsl #1]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_SHORT \
    __asm__ volatile( \
        "ldr r4,[sp]\nldr r5,[sp,#4]\nldr r6,[sp,#12]\nadd r7,r5,#1\nldr r8,[r4,#4]\n" \
        "ldr r9,[r4,#8]\nadd r10,r5,r6\nstr r7,[sp,#4]\nsmmla r0,r0,r8,r9\nldr r7,[sp,#32]\n" \
        "smmla r1,r1,r8,r9\nadd r4,r4,r7\nsmmla r2,r2,r8,r9\nssat r0,#8,r0,asr #10\n" \
        "smmla r9,r3,r8,r9\nstrb r0,[r5]\nldr r0,[sp,#16]\nssat r1,#8,r1,asr #10\nstr r4,[sp]\n" \
        "ssat r2,#8,r2,asr #10\nstrb r1,[r5,r6]\nssat r9,#8,r9,asr #10\nstrb r2,[r5,r6,lsl #1]\n" \
        "strb r9,[r10,r6,lsl #1]\nsubs r0,r0,#1\nstr r0,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_LONG \
    __asm__ volatile( \
        "ldr r4,[sp]\nldr r5,[sp,#4]\nldr r6,[sp,#12]\nadd r7,r5,#1\nldr r8,[r4,#12]\n" \
        "ldr r9,[r4,#8]\nldr r10,[r4,#4]\nand r11,r0,r8\nand r12,r1,r8\nand lr,r2,r8\n" \
        "add r11,r9,r11,asr #31\nsmmlar r11,r0,r10,r11\nadd r12,r9,r12,asr #31\n" \
        "smmlar r12,r1,r10,r12\nasr r11,r11,r8\nldr r1,[sp,#32]\nasr r12,r12,r8\nand r0,r3,r8\n" \
        "ssat r11,#8,r11\nstr r7,[sp,#4]\nstrb r11,[r5]\nadd lr,r9,lr,asr #31\nssat r12,#8,r12\n" \
        "smmlar lr,r2,r10,lr\nstrb r12,[r5,r6]\nadd r9,r9,r0,asr #31\nasr lr,lr,r8\n" \
        "ldr r0,[sp,#16]\nsmmlar r9,r3,r10,r9\nadd r3,r5,r6\nssat lr,#8,lr\nadd r4,r4,r1\n" \
        "strb lr,[r5,r6,lsl #1]\nasr r9,r9,r8\nstr r4,[sp]\nsubs r0,r0,#1\nssat r9,#8,r9\n" \
        "str r0,[sp,#16]\nstrb r9,[r3,r6,lsl #1]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_SHORT \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[sp,#4]\nldr r7,[sp,#12]\nldr r8,[sp,#32]\nldr r9,[r5,#4]\n" \
        "ldr r10,[r5,#8]\nldr r11,[sp,#16]\nadd r12,r6,r7\nsmmla r0,r0,r9,r10\nadd lr,r6,#1\n" \
        "smmla r1,r1,r9,r10\nadd r5,r5,r8\nsmmla r2,r2,r9,r10\nsubs r11,r11,#1\n" \
        "ssat r0,#8,r0,asr #10\nsmmla r3,r3,r9,r10\nstrb r0,[r6]\nssat r1,#8,r1,asr #10\n" \
        "smmla r10,r4,r9,r10\nstrb r1,[r6,r7]\nssat r2,#8,r2,asr #10\nstr lr,[sp,#4]\n" \
        "strb r2,[r6,r7,lsl #1]\nssat r3,#8,r3,asr #10\nstr r5,[sp]\nstrb r3,[r12,r7,lsl #1]\n" \
        "ssat r10,#8,r10,asr #10\nstr r11,[sp,#16]\nstrb r10,[r6,r7,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_LONG \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[sp,#4]\nldr r7,[sp,#12]\nadd r8,r6,#1\nldr r9,[r5,#12]\n" \
        "ldr r10,[r5,#8]\nldr r11,[r5,#4]\nand r12,r0,r9\nand lr,r1,r9\nstr r8,[sp,#4]\n" \
        "add r12,r10,r12,asr #31\nsmmlar r12,r0,r11,r12\nadd lr,r10,lr,asr #31\n" \
        "smmlar lr,r1,r11,lr\nasr r12,r12,r9\nand r1,r2,r9\nasr lr,lr,r9\nand r0,r3,r9\n" \
        "ssat r12,#8,r12\nadd r8,r6,r7\nstrb r12,[r6]\nadd r1,r10,r1,asr #31\nssat lr,#8,lr\n" \
        "smmlar r1,r2,r11,r1\nstrb lr,[r6,r7]\nadd r0,r10,r0,asr #31\nasr r1,r1,r9\n" \
        "smmlar r0,r3,r11,r0\nand r3,r4,r9\nssat r1,#8,r1\nasr r0,r0,r9\nstrb r1,[r6,r7,lsl #1]\n" \
        "add r10,r10,r3,asr #31\nssat r0,#8,r0\nsmmlar r10,r4,r11,r10\nstrb r0,[r8,r7,lsl #1]\n" \
        "ldr r0,[sp,#32]\nasr r10,r10,r9\nldr r9,[sp,#16]\nadd r5,r5,r0\nstr r5,[sp]\n" \
        "ssat r10,#8,r10\nsubs r9,r9,#1\nstrb r10,[r6,r7,lsl #2]\nstr r9,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_SHORT \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[sp,#4]\nldr r7,[sp,#12]\nldr r8,[r5,#4]\nldr r5,[r5,#8]\n" \
        "add r9,r6,r7\nsmmla r0,r0,r8,r5\nsmmla r1,r1,r8,r5\nsmmla r2,r2,r8,r5\n" \
        "ssat r0,#8,r0,asr #10\nsmmla r3,r3,r8,r5\nssat r1,#8,r1,asr #10\nstrb r0,[r6]\n" \
        "strb r1,[r6,r7]\nssat r2,#8,r2,asr #10\nsmmla r5,r4,r8,r5\nstrb r2,[r6,r7,lsl #1]\n" \
        "ssat r3,#8,r3,asr #10\nssat r5,#8,r5,asr #10\nstrb r3,[r9,r7,lsl #1]\n" \
        "strb r5,[r6,r7,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_LONG \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[sp,#4]\nldr r7,[sp,#12]\nldr r8,[r5,#12]\nldr r9,[r5,#8]\n" \
        "ldr r5,[r5,#4]\nand r10,r0,r8\nand r11,r1,r8\nand r12,r2,r8\nadd r10,r9,r10,asr #31\n" \
        "smmlar r10,r0,r5,r10\nadd r11,r9,r11,asr #31\nsmmlar r11,r1,r5,r11\nasr r10,r10,r8\n" \
        "add r1,r6,r7\nasr r11,r11,r8\nand r0,r3,r8\nssat r10,#8,r10\nand lr,r4,r8\nstrb r10,[r6]\n" \
        "add r12,r9,r12,asr #31\nssat r11,#8,r11\nsmmlar r12,r2,r5,r12\nstrb r11,[r6,r7]\n" \
        "add r0,r9,r0,asr #31\nsmmlar r0,r3,r5,r0\nasr r12,r12,r8\nadd r9,r9,lr,asr #31\n" \
        "smmlar r9,r4,r5,r9\nssat r12,#8,r12\nasr r0,r0,r8\nstrb r12,[r6,r7,lsl #1]\nasr r9,r9,r8\n" \
        "ssat r0,#8,r0\nssat r9,#8,r9\nstrb r0,[r1,r7,lsl #1]\nstrb r9,[r6,r7,lsl #2]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_SHORT \
    __asm__ volatile( \
        "ldr r5,[sp]\nldr r6,[sp,#4]\nldr r7,[sp,#8]\nldr r8,[sp,#12]\nldr r9,[r5,#4]\n" \
        "ldr r10,[r5,#8]\nadd r7,r6,r7\nldr r11,[sp,#32]\nsmmla r0,r0,r9,r10\nadd r12,r7,r8\n" \
        "smmla r1,r1,r9,r10\nadd r6,r6,#1\nsmmla r2,r2,r9,r10\nadd r5,r5,r11\n" \
        "ssat r0,#8,r0,asr #10\nsmmla r3,r3,r9,r10\nstrb r0,[r7]\nldr r0,[sp,#16]\n" \
        "ssat r1,#8,r1,asr #10\nsmmla r10,r4,r9,r10\nssat r2,#8,r2,asr #10\nstrb r1,[r7,r8]\n" \
        "strb r2,[r7,r8,lsl #1]\nsubs r0,r0,#1\nssat r3,#8,r3,asr #10\nstr r6,[sp,#4]\n" \
        "strb r3,[r12,r8,lsl #1]\nssat r10,#8,r10,asr #10\nstr r5,[sp]\nstrb r10,[r7,r8,lsl #2]\n" \
        "str r0,[sp,#16]\n");

#define TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_LONG \
    __asm__ volatile( \
        "ldr r5,[sp,#4]\nldr r6,[sp,#8]\nldr r7,[sp]\nadd r6,r5,r6\nldr r8,[sp,#12]\nadd r5,r5,#1\n" \
        "ldr r9,[r7,#8]\nldr r10,[r7,#12]\nldr r11,[r7,#4]\nand r12,r0,r10\nand lr,r1,r10\n" \
        "str r5,[sp,#4]\nadd r12,r9,r12,asr #31\nsmmlar r12,r0,r11,r12\nadd lr,r9,lr,asr #31\n" \
        "smmlar lr,r1,r11,lr\nasr r12,r12,r10\nand r1,r2,r10\nasr lr,lr,r10\nand r0,r3,r10\n" \
        "ssat r12,#8,r12\nadd r5,r6,r8\nstrb r12,[r6]\nadd r1,r9,r1,asr #31\nssat lr,#8,lr\n" \
        "smmlar r1,r2,r11,r1\nstrb lr,[r6,r8]\nadd r0,r9,r0,asr #31\nasr r1,r1,r10\n" \
        "smmlar r0,r3,r11,r0\nand r3,r4,r10\nldr lr,[sp,#32]\nssat r1,#8,r1\nasr r0,r0,r10\n" \
        "strb r1,[r6,r8,lsl #1]\nadd r9,r9,r3,asr #31\nssat r0,#8,r0\nsmmlar r9,r4,r11,r9\n" \
        "strb r0,[r5,r8,lsl #1]\nldr r0,[sp,#16]\nasr r9,r9,r10\nadd r7,r7,lr\nstr r7,[sp]\n" \
        "subs r0,r0,#1\nssat r9,#8,r9\nstr r0,[sp,#16]\nstrb r9,[r6,r8,lsl #2]\n");

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
