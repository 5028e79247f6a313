/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m7; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_DIRECT_DUAL_H
#define TVM_TINY_DEPTHWISE_DIRECT_DUAL_H

#include <stdint.h>

#include "tvm_tiny_depthwise_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a job. */
enum tvm_tiny_depthwise_direct_job {
    TVM_TINY_DEPTHWISE_DIRECT_RECORD,
    TVM_TINY_DEPTHWISE_DIRECT_Y,
    TVM_TINY_DEPTHWISE_DIRECT_ROW0,
    TVM_TINY_DEPTHWISE_DIRECT_ROW1,
    TVM_TINY_DEPTHWISE_DIRECT_ROW2,
    TVM_TINY_DEPTHWISE_DIRECT_APART0,
    TVM_TINY_DEPTHWISE_DIRECT_APART1,
    TVM_TINY_DEPTHWISE_DIRECT_APART2,
    TVM_TINY_DEPTHWISE_DIRECT_INC0,
    TVM_TINY_DEPTHWISE_DIRECT_INC1,
    TVM_TINY_DEPTHWISE_DIRECT_INC2,
    TVM_TINY_DEPTHWISE_DIRECT_FINAL0,
    TVM_TINY_DEPTHWISE_DIRECT_FINAL1,
    TVM_TINY_DEPTHWISE_DIRECT_FINAL2,
    TVM_TINY_DEPTHWISE_DIRECT_Y_FINAL,
    TVM_TINY_DEPTHWISE_DIRECT_CHANNELS,
    TVM_TINY_DEPTHWISE_DIRECT_LEFT,
    TVM_TINY_DEPTHWISE_DIRECT_FILL,
    TVM_TINY_DEPTHWISE_DIRECT_BLOCKS,
    TVM_TINY_DEPTHWISE_DIRECT_JOB_WORDS
};

#define TVM_TINY_DEPTHWISE_DIRECT_ENTER \
    "push {r4-r11,lr}\nsub sp,sp,#96\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n" \
    "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0,{r1-r5}\nstmia lr,{r1-r5}\n1: "

#define TVM_TINY_DEPTHWISE_DIRECT_BEGIN \
    "ldr r4,[sp,#72]\nldr r0,[sp,#8]\nstr r0,[sp,#76]\nldr r1,[sp,#12]\nstr r1,[sp,#80]\n" \
    "ldr r2,[sp,#16]\nstr r2,[sp,#84]\nldr r3,[sp,#4]\ncmp r4,#0\nstr r3,[sp,#88]\n" \
    "str r4,[sp,#92]\nbeq 7f\n6: "

#define TVM_TINY_DEPTHWISE_DIRECT_MORE \
    "ldr r0,[sp,#72]\ncmp r0,#0\nstr r0,[sp,#92]\nbeq 7f\n6: "

#define TVM_TINY_DEPTHWISE_DIRECT_LEAVE \
    "bne 1b\nadd sp,sp,#96\npop {r4-r11,pc}\n"

#define TVM_TINY_DEPTHWISE_DIRECT_WHOLE3_LONG \
    "ldr r0,[sp,#32]\nldr r1,[sp,#20]\nldr r2,[sp,#8]\nldr r3,[sp,#68]\nldr r4,[sp]\n" \
    "add r0,r2,r0\nldrsb r5,[r2,r1]\nstr r0,[sp,#8]\nldr r0,[r4,#16]\nldr r6,[r4,#20]\n" \
    "ldr r7,[r4]\nadd r8,r2,r1,lsl #1\nldrsb r2,[r2,r1,lsl #1]\nldrsb r8,[r8,r1]\n" \
    "pkhbt r5,r3,r5,lsl #16\nldr r1,[sp,#12]\nldr r9,[sp,#36]\nsmlad r10,r5,r0,r7\n" \
    "smlatb r5,r5,r0,r7\nldr r11,[sp,#24]\npkhbt r2,r2,r8,lsl #16\nldr r8,[r4,#24]\n" \
    "smlabt r10,r2,r6,r10\nldrsb r12,[r1,r11]\nsmlad r5,r2,r6,r5\nldrsb lr,[r1,r11,lsl #1]\n" \
    "smlad r7,r2,r0,r7\nadd r9,r1,r9\nsmlabt r7,r3,r6,r7\nldr r6,[r4,#28]\nstr r9,[sp,#12]\n" \
    "add r1,r1,r11,lsl #1\nldr r9,[sp,#16]\nldr r2,[sp,#28]\nldrsb r1,[r1,r11]\n" \
    "pkhbt r12,r3,r12,lsl #16\nldr r11,[sp,#40]\nsmlad r10,r12,r8,r10\nldrsb r0,[r9,r2]\n" \
    "smlatb r5,r12,r8,r5\nldr r12,[r4,#32]\npkhbt lr,lr,r1,lsl #16\nadd r11,r9,r11\n" \
    "smlabt r10,lr,r6,r10\nldrsb r1,[r9,r2,lsl #1]\nsmlad r5,lr,r6,r5\nldr r4,[r4,#36]\n" \
    "smlad r7,lr,r8,r7\nadd r9,r9,r2,lsl #1\nsmlabt r7,r3,r6,r7\nldr r6,[sp]\n" \
    "ldrsb r9,[r9,r2]\nstr r11,[sp,#16]\npkhbt r0,r3,r0,lsl #16\nldr r11,[r6,#12]\n" \
    "smlad r10,r0,r12,r10\nldr r2,[r6,#8]\nsmlatb r5,r0,r12,r5\nldr r0,[r6,#4]\n" \
    "pkhbt r1,r1,r9,lsl #16\nldr r9,[sp,#4]\nsmlabt r10,r1,r4,r10\nldr lr,[sp,#60]\n" \
    "smlad r5,r1,r4,r5\nadd r8,r9,#1\nsmlad r7,r1,r12,r7\nand r1,r10,r11\nsmlabt r7,r3,r4,r7\n" \
    "and r3,r5,r11\nadd r1,r2,r1,asr #31\nsmmlar r1,r10,r0,r1\nadd r3,r2,r3,asr #31\n" \
    "smmlar r3,r5,r0,r3\nasr r1,r1,r11\nldr r5,[sp,#64]\nasr r3,r3,r11\nand r10,r7,r11\n" \
    "ssat r1,#8,r1\nstr r8,[sp,#4]\nstrb r1,[r9]\nadd r2,r2,r10,asr #31\nssat r3,#8,r3\n" \
    "smmlar r2,r7,r0,r2\nstrb r3,[r9,lr]\nadd r6,r6,#40\nasr r2,r2,r11\nstr r6,[sp]\n" \
    "subs r5,r5,#1\nstr r5,[sp,#64]\nssat r2,#8,r2\nstrb r2,[r9,lr,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_WHOLE4_LONG \
    "ldr r0,[sp,#32]\nldr r1,[sp,#20]\nldr r2,[sp,#8]\nldr r3,[sp,#68]\nldr r4,[sp]\n" \
    "add r0,r2,r0\nstr r0,[sp,#8]\nldrsb r0,[r2,r1,lsl #1]\nldrsb r5,[r2,r1]\n" \
    "add r6,r2,r1,lsl #1\nldr r7,[r4]\nldr r8,[r4,#20]\nldr r9,[r4,#16]\nldrsb r6,[r6,r1]\n" \
    "pkhbt r5,r3,r5,lsl #16\nldrsb r2,[r2,r1,lsl #2]\nsmlatb r1,r5,r9,r7\nldr r10,[sp,#12]\n" \
    "smlad r5,r5,r9,r7\nldr r11,[sp,#36]\npkhbt r0,r0,r6,lsl #16\nadd r11,r10,r11\n" \
    "smlad r6,r0,r9,r7\nldr r12,[sp,#24]\npkhbt r2,r2,r3,lsl #16\nsmlad r1,r0,r8,r1\n" \
    "smlatb r7,r0,r9,r7\nadd r9,r10,r12,lsl #1\nsmlabt r5,r0,r8,r5\nldrsb r0,[r10,r12]\n" \
    "smlad r7,r2,r8,r7\nldr lr,[r4,#24]\nsmlabt r6,r2,r8,r6\nldr r2,[r4,#28]\n" \
    "str r11,[sp,#12]\nldrsb r9,[r9,r12]\nldrsb r11,[r10,r12,lsl #1]\npkhbt r0,r3,r0,lsl #16\n" \
    "ldrsb r10,[r10,r12,lsl #2]\nsmlatb r1,r0,lr,r1\nldr r12,[sp,#40]\nsmlad r5,r0,lr,r5\n" \
    "ldr r0,[sp,#16]\npkhbt r11,r11,r9,lsl #16\nldr r9,[sp,#28]\nsmlad r1,r11,r2,r1\n" \
    "add r12,r0,r12\nsmlad r6,r11,lr,r6\nadd r8,r0,r9,lsl #1\nsmlabt r5,r11,r2,r5\n" \
    "pkhbt r10,r10,r3,lsl #16\nsmlatb r7,r11,lr,r7\nsmlabt r6,r10,r2,r6\nldr r11,[r4,#32]\n" \
    "smlad r7,r10,r2,r7\nldrsb r10,[r0,r9]\nstr r12,[sp,#16]\nldrsb r8,[r8,r9]\n" \
    "ldrsb r12,[r0,r9,lsl #1]\nldr r4,[r4,#36]\npkhbt r10,r3,r10,lsl #16\n" \
    "ldrsb r0,[r0,r9,lsl #2]\nsmlatb r1,r10,r11,r1\nldr r9,[sp]\nsmlad r5,r10,r11,r5\n" \
    "add r10,r9,#40\npkhbt r12,r12,r8,lsl #16\nldr r8,[r9,#8]\nsmlabt r5,r12,r4,r5\n" \
    "ldr r2,[r9,#12]\nsmlatb r7,r12,r11,r7\nldr r9,[r9,#4]\nsmlad r1,r12,r4,r1\n" \
    "ldr lr,[sp,#4]\nsmlad r6,r12,r11,r6\nand r12,r5,r2\npkhbt r0,r0,r3,lsl #16\nand r3,r1,r2\n" \
    "smlabt r6,r0,r4,r6\nadd r12,r8,r12,asr #31\nsmlad r7,r0,r4,r7\nldr r0,[sp,#60]\n" \
    "smmlar r12,r5,r9,r12\nadd r3,r8,r3,asr #31\nsmmlar r3,r1,r9,r3\nand r1,r6,r2\n" \
    "asr r12,r12,r2\nand r5,r7,r2\nasr r3,r3,r2\nadd r4,lr,r0\nssat r12,#8,r12\nstr r10,[sp]\n" \
    "strb r12,[lr]\nadd r1,r8,r1,asr #31\nssat r3,#8,r3\nsmmlar r1,r6,r9,r1\nstrb r3,[lr,r0]\n" \
    "add r8,r8,r5,asr #31\nasr r1,r1,r2\nsmmlar r8,r7,r9,r8\nldr r7,[sp,#64]\nadd r9,lr,#1\n" \
    "ssat r1,#8,r1\nasr r8,r8,r2\nstrb r1,[lr,r0,lsl #1]\nsubs r7,r7,#1\nssat r8,#8,r8\n" \
    "str r9,[sp,#4]\nstrb r8,[r4,r0,lsl #1]\nstr r7,[sp,#64]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_WHOLE5_LONG \
    "ldr r0,[sp,#8]\nldr r1,[sp,#20]\nldr r2,[sp,#32]\nldr r3,[sp,#68]\nadd r2,r0,r2\n" \
    "ldrsb r4,[r0,r1]\nldrsb r5,[r0,r1,lsl #1]\nstr r2,[sp,#8]\nldr r2,[sp]\n" \
    "add r6,r0,r1,lsl #1\nldrsb r7,[r0,r1,lsl #2]\nadd r0,r0,r1,lsl #2\nldr r8,[r2,#16]\n" \
    "ldr r9,[r2,#20]\nldr r10,[r2]\nldrsb r6,[r6,r1]\nldrsb r0,[r0,r1]\n" \
    "pkhbt r4,r3,r4,lsl #16\nldr r1,[sp,#36]\nsmlad r11,r4,r8,r10\nldr r12,[sp,#12]\n" \
    "smlatb r4,r4,r8,r10\nldr lr,[sp,#24]\npkhbt r5,r5,r6,lsl #16\nadd r1,r12,r1\n" \
    "smlabt r11,r5,r9,r11\nadd r6,r12,lr,lsl #1\nsmlad r4,r5,r9,r4\npkhbt r7,r7,r0,lsl #16\n" \
    "smlad r0,r5,r8,r10\nsmlatb r5,r5,r8,r10\nldrsb r6,[r6,lr]\nsmlad r5,r7,r9,r5\n" \
    "smlabt r0,r7,r9,r0\nsmlad r10,r7,r8,r10\nldr r7,[r2,#24]\nsmlabt r10,r3,r9,r10\n" \
    "ldrsb r9,[r12,lr]\nstr r1,[sp,#12]\nldrsb r1,[r12,lr,lsl #1]\nldrsb r8,[r12,lr,lsl #2]\n" \
    "add r12,r12,lr,lsl #2\npkhbt r9,r3,r9,lsl #16\nldrsb r12,[r12,lr]\nsmlad r11,r9,r7,r11\n" \
    "ldr lr,[r2,#28]\nsmlatb r4,r9,r7,r4\npkhbt r1,r1,r6,lsl #16\nldr r6,[sp,#40]\n" \
    "smlabt r11,r1,lr,r11\nldr r9,[sp,#16]\nsmlatb r5,r1,r7,r5\nadd r6,r9,r6\n" \
    "smlad r4,r1,lr,r4\nsmlad r0,r1,r7,r0\nldr r1,[sp,#28]\npkhbt r8,r8,r12,lsl #16\n" \
    "ldr r12,[r2,#32]\nsmlabt r0,r8,lr,r0\nldr r2,[r2,#36]\nsmlad r5,r8,lr,r5\n" \
    "smlad r10,r8,r7,r10\nldrsb r8,[r9,r1]\nsmlabt r10,r3,lr,r10\nldrsb lr,[r9,r1,lsl #1]\n" \
    "str r6,[sp,#16]\nadd r6,r9,r1,lsl #1\npkhbt r8,r3,r8,lsl #16\nldrsb r7,[r9,r1,lsl #2]\n" \
    "ldrsb r6,[r6,r1]\nadd r9,r9,r1,lsl #2\nsmlatb r4,r8,r12,r4\nldrsb r9,[r9,r1]\n" \
    "smlad r11,r8,r12,r11\npkhbt lr,lr,r6,lsl #16\nldr r6,[sp]\nsmlad r0,lr,r12,r0\n" \
    "ldr r8,[sp,#4]\npkhbt r7,r7,r9,lsl #16\nsmlabt r11,lr,r2,r11\nsmlabt r0,r7,r2,r0\n" \
    "ldr r9,[r6,#12]\nsmlad r4,lr,r2,r4\nldr r1,[r6,#4]\nsmlatb r5,lr,r12,r5\nldr lr,[r6,#8]\n" \
    "smlad r5,r7,r2,r5\nadd r6,r6,#40\nsmlad r10,r7,r12,r10\nldr r7,[sp,#60]\n" \
    "smlabt r10,r3,r2,r10\nand r3,r11,r9\nand r2,r4,r9\nand r12,r0,r9\nadd r3,lr,r3,asr #31\n" \
    "smmlar r3,r11,r1,r3\nadd r2,lr,r2,asr #31\nsmmlar r2,r4,r1,r2\nasr r3,r3,r9\n" \
    "and r4,r5,r9\nasr r2,r2,r9\nadd r11,r8,r7\nssat r3,#8,r3\nstr r6,[sp]\nstrb r3,[r8]\n" \
    "add r12,lr,r12,asr #31\nssat r2,#8,r2\nsmmlar r12,r0,r1,r12\nstrb r2,[r8,r7]\n" \
    "add r4,lr,r4,asr #31\nasr r12,r12,r9\nsmmlar r4,r5,r1,r4\nldr r5,[sp,#64]\nand r2,r10,r9\n" \
    "ssat r12,#8,r12\nasr r4,r4,r9\nstrb r12,[r8,r7,lsl #1]\nadd lr,lr,r2,asr #31\n" \
    "ssat r4,#8,r4\nsmmlar lr,r10,r1,lr\nstrb r4,[r11,r7,lsl #1]\nadd r4,r8,#1\nasr lr,lr,r9\n" \
    "str r4,[sp,#4]\nsubs r5,r5,#1\nstr r5,[sp,#64]\nssat lr,#8,lr\nstrb lr,[r8,r7,lsl #2]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_WHOLE6_LONG \
    "ldr r0,[sp,#8]\nldr r1,[sp,#20]\nldr r2,[sp,#32]\nldr r3,[sp,#68]\nadd r2,r0,r2\n" \
    "str r2,[sp,#8]\nadd r2,r0,r1,lsl #1\nldrsb r4,[r0,r1]\nldr r5,[sp]\nadd r6,r0,r1,lsl #2\n" \
    "ldrsb r7,[r2,r1]\nldr r8,[r5]\nldr r9,[r5,#20]\nldr r10,[r5,#16]\n" \
    "ldrsb r11,[r0,r1,lsl #1]\npkhbt r4,r3,r4,lsl #16\nldrsb r6,[r6,r1]\nsmlad r12,r4,r10,r8\n" \
    "ldrsb r0,[r0,r1,lsl #2]\nsmlatb r4,r4,r10,r8\nldrsb r2,[r2,r1,lsl #2]\n" \
    "pkhbt r11,r11,r7,lsl #16\nsmlabt r12,r11,r9,r12\nsmlad r4,r11,r9,r4\nldr r7,[sp,#36]\n" \
    "smlad r1,r11,r10,r8\nldr lr,[sp,#12]\nsmlatb r11,r11,r10,r8\nadd r7,lr,r7\n" \
    "pkhbt r0,r0,r6,lsl #16\nstr r7,[sp,#12]\nsmlabt r1,r0,r9,r1\nsmlad r11,r0,r9,r11\n" \
    "smlad r7,r0,r10,r8\nldr r6,[sp,#24]\nsmlatb r8,r0,r10,r8\npkhbt r2,r2,r3,lsl #16\n" \
    "smlabt r7,r2,r9,r7\nadd r0,lr,r6,lsl #1\nsmlad r8,r2,r9,r8\nldrsb r2,[lr,r6]\n" \
    "ldr r9,[r5,#24]\nadd r10,lr,r6,lsl #2\npkhbt r2,r3,r2,lsl #16\nldrsb r10,[r10,r6]\n" \
    "smlad r12,r2,r9,r12\nsmlatb r4,r2,r9,r4\nldrsb r2,[lr,r6,lsl #1]\n" \
    "ldrsb lr,[lr,r6,lsl #2]\npkhbt lr,lr,r10,lsl #16\nldrsb r10,[r0,r6]\n" \
    "ldrsb r0,[r0,r6,lsl #2]\nsmlad r7,lr,r9,r7\nldr r6,[r5,#28]\nsmlatb r8,lr,r9,r8\n" \
    "pkhbt r2,r2,r10,lsl #16\nsmlabt r12,r2,r6,r12\nsmlad r4,r2,r6,r4\nldr r10,[sp,#16]\n" \
    "smlad r1,r2,r9,r1\nsmlatb r11,r2,r9,r11\nldr r2,[sp,#40]\nsmlabt r1,lr,r6,r1\n" \
    "add r2,r10,r2\nsmlad r11,lr,r6,r11\nldr lr,[sp,#28]\npkhbt r0,r0,r3,lsl #16\n" \
    "str r2,[sp,#16]\nsmlabt r7,r0,r6,r7\nadd r2,r10,lr,lsl #1\nsmlad r8,r0,r6,r8\n" \
    "ldrsb r0,[r10,lr]\nldr r6,[r5,#32]\nadd r9,r10,lr,lsl #2\nldr r5,[r5,#36]\n" \
    "pkhbt r0,r3,r0,lsl #16\nldrsb r9,[r9,lr]\nsmlad r12,r0,r6,r12\nsmlatb r4,r0,r6,r4\n" \
    "ldrsb r0,[r10,lr,lsl #1]\nldrsb r10,[r10,lr,lsl #2]\npkhbt r10,r10,r9,lsl #16\n" \
    "ldrsb r9,[r2,lr]\nldrsb r2,[r2,lr,lsl #2]\nsmlad r7,r10,r6,r7\nsmlatb r8,r10,r6,r8\n" \
    "pkhbt r0,r0,r9,lsl #16\nsmlabt r12,r0,r5,r12\nsmlad r4,r0,r5,r4\nsmlad r1,r0,r6,r1\n" \
    "smlatb r11,r0,r6,r11\nldr r0,[sp]\nsmlabt r1,r10,r5,r1\nadd r6,r0,#40\n" \
    "smlad r11,r10,r5,r11\nldr r10,[r0,#12]\npkhbt r2,r2,r3,lsl #16\nldr r3,[r0,#8]\n" \
    "smlabt r7,r2,r5,r7\nldr r0,[r0,#4]\nsmlad r8,r2,r5,r8\nldr r2,[sp,#4]\nand r5,r12,r10\n" \
    "ldr r9,[sp,#60]\nand lr,r4,r10\nstr r6,[sp]\nadd r5,r3,r5,asr #31\nsmmlar r5,r12,r0,r5\n" \
    "add lr,r3,lr,asr #31\nsmmlar lr,r4,r0,lr\nasr r5,r5,r10\nand r4,r1,r10\nasr lr,lr,r10\n" \
    "and r12,r11,r10\nssat r5,#8,r5\nadd r6,r2,r9\nstrb r5,[r2]\nadd r4,r3,r4,asr #31\n" \
    "ssat lr,#8,lr\nsmmlar r4,r1,r0,r4\nstrb lr,[r2,r9]\nadd r12,r3,r12,asr #31\n" \
    "asr r4,r4,r10\nsmmlar r12,r11,r0,r12\nand r11,r7,r10\nand lr,r8,r10\nssat r4,#8,r4\n" \
    "asr r12,r12,r10\nstrb r4,[r2,r9,lsl #1]\nadd r11,r3,r11,asr #31\nssat r12,#8,r12\n" \
    "smmlar r11,r7,r0,r11\nstrb r12,[r6,r9,lsl #1]\nadd r3,r3,lr,asr #31\nasr r11,r11,r10\n" \
    "smmlar r3,r8,r0,r3\nldr r8,[sp,#64]\nadd r0,r2,#1\nssat r11,#8,r11\nasr r3,r3,r10\n" \
    "strb r11,[r2,r9,lsl #2]\nsubs r8,r8,#1\nssat r3,#8,r3\nstr r0,[sp,#4]\n" \
    "strb r3,[r6,r9,lsl #2]\nstr r8,[sp,#64]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_STEP_LONG \
    "ldr r0,[sp,#20]\nldr r1,[sp]\nldr r2,[sp,#76]\nadd r3,r2,r0,lsl #3\nstr r3,[sp,#76]\n" \
    "ldrsb r3,[r2]\nadd r4,r2,r0,lsl #1\nldrsb r5,[r2,r0]\nadd r6,r2,r0,lsl #2\n" \
    "ldrsb r7,[r2,r0,lsl #1]\nadd r8,r4,r0,lsl #2\nldr r9,[r1,#16]\nldr r10,[r1,#20]\n" \
    "ldr r11,[r1]\nldrsb r12,[r4,r0]\nldrsb r6,[r6,r0]\nldrsb lr,[r2,r0,lsl #2]\n" \
    "ldrsb r4,[r4,r0,lsl #2]\nldrsb r8,[r8,r0]\nldrsb r2,[r2,r0,lsl #3]\n" \
    "pkhbt r3,r3,r5,lsl #16\nldr r5,[sp,#80]\nsmlad r3,r3,r9,r11\nldr r0,[sp,#24]\n" \
    "pkhbt r7,r7,r12,lsl #16\nsmlabt r3,r7,r10,r3\nadd r12,r5,r0,lsl #3\nsmlad r7,r7,r9,r11\n" \
    "pkhbt lr,lr,r6,lsl #16\nstr r12,[sp,#80]\nsmlabt r7,lr,r10,r7\nldrsb r12,[r5]\n" \
    "pkhbt r4,r4,r8,lsl #16\nsmlad lr,lr,r9,r11\nsmlabt lr,r4,r10,lr\nldrsb r8,[r5,r0]\n" \
    "smlad r11,r4,r9,r11\nldrsb r4,[r5,r0,lsl #1]\nsmlabt r11,r2,r10,r11\nldr r2,[r1,#24]\n" \
    "ldr r10,[r1,#28]\nadd r9,r5,r0,lsl #1\nadd r6,r5,r0,lsl #2\npkhbt r12,r12,r8,lsl #16\n" \
    "ldrsb r8,[r9,r0]\nldrsb r6,[r6,r0]\nsmlad r3,r12,r2,r3\nldrsb r12,[r5,r0,lsl #2]\n" \
    "ldrsb r5,[r5,r0,lsl #3]\npkhbt r4,r4,r8,lsl #16\nldrsb r8,[r9,r0,lsl #2]\n" \
    "add r9,r9,r0,lsl #2\nsmlabt r3,r4,r10,r3\npkhbt r12,r12,r6,lsl #16\nldr r6,[sp,#28]\n" \
    "ldrsb r9,[r9,r0]\nsmlad r7,r4,r2,r7\nldr r4,[sp,#84]\nsmlabt r7,r12,r10,r7\n" \
    "smlad lr,r12,r2,lr\nadd r12,r4,r6,lsl #3\npkhbt r8,r8,r9,lsl #16\nstr r12,[sp,#84]\n" \
    "smlabt lr,r8,r10,lr\nldrsb r12,[r4,r6]\nsmlad r11,r8,r2,r11\nldr r8,[r1,#32]\n" \
    "smlabt r11,r5,r10,r11\nldrsb r5,[r4]\nldr r1,[r1,#36]\nadd r10,r4,r6,lsl #1\n" \
    "ldrsb r2,[r4,r6,lsl #1]\nadd r9,r4,r6,lsl #2\nldrsb r0,[r10,r6]\nldrsb r9,[r9,r6]\n" \
    "pkhbt r5,r5,r12,lsl #16\nldrsb r12,[r4,r6,lsl #2]\nldrsb r4,[r4,r6,lsl #3]\n" \
    "smlad r3,r5,r8,r3\nldrsb r5,[r10,r6,lsl #2]\nadd r10,r10,r6,lsl #2\n" \
    "pkhbt r2,r2,r0,lsl #16\nldr r0,[sp]\nldrsb r10,[r10,r6]\nsmlabt r3,r2,r1,r3\n" \
    "smlad r7,r2,r8,r7\nldr r2,[r0,#12]\npkhbt r12,r12,r9,lsl #16\nldr r9,[r0,#8]\n" \
    "smlabt r7,r12,r1,r7\nldr r0,[r0,#4]\nsmlad lr,r12,r8,lr\nldr r12,[sp,#88]\n" \
    "pkhbt r5,r5,r10,lsl #16\nldr r10,[sp,#60]\nsmlabt lr,r5,r1,lr\nand r6,r3,r2\n" \
    "smlad r11,r5,r8,r11\nand r5,r7,r2\nsmlabt r11,r4,r1,r11\nadd r6,r9,r6,asr #31\n" \
    "smmlar r6,r3,r0,r6\nadd r5,r9,r5,asr #31\nsmmlar r5,r7,r0,r5\nand r7,lr,r2\nasr r6,r6,r2\n" \
    "ldr r3,[sp,#92]\nasr r5,r5,r2\nand r4,r11,r2\nssat r6,#8,r6\nadd r1,r12,r10\n" \
    "strb r6,[r12]\nadd r7,r9,r7,asr #31\nssat r5,#8,r5\nsmmlar r7,lr,r0,r7\n" \
    "strb r5,[r12,r10]\nadd r9,r9,r4,asr #31\nasr r7,r7,r2\nsmmlar r9,r11,r0,r9\n" \
    "add r11,r12,r10,lsl #2\nstr r11,[sp,#88]\nssat r7,#8,r7\nasr r9,r9,r2\n" \
    "strb r7,[r12,r10,lsl #1]\nsubs r3,r3,#1\nssat r9,#8,r9\nstr r3,[sp,#92]\n" \
    "strb r9,[r1,r10,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_LEFT_LONG \
    "ldr r0,[sp,#8]\nldr r1,[sp,#20]\nldr r2,[sp,#68]\nldr r3,[sp]\nldrsb r4,[r0,r1]\n" \
    "add r5,r0,r1,lsl #3\nstr r5,[sp,#76]\nldrsb r5,[r0,r1,lsl #1]\nldr r6,[r3,#20]\n" \
    "ldr r7,[r3,#16]\nldr r8,[r3]\nadd r9,r0,r1,lsl #1\nldrsb r10,[r0,r1,lsl #2]\n" \
    "add r11,r0,r1,lsl #2\nldrsb r12,[r9,r1]\nadd lr,r9,r1,lsl #2\nldrsb r11,[r11,r1]\n" \
    "ldrsb lr,[lr,r1]\nldrsb r9,[r9,r1,lsl #2]\nldrsb r0,[r0,r1,lsl #3]\n" \
    "pkhbt r4,r2,r4,lsl #16\nldr r1,[sp,#12]\nsmlad r4,r4,r7,r8\npkhbt r10,r10,r11,lsl #16\n" \
    "ldr r11,[sp,#24]\npkhbt r5,r5,r12,lsl #16\nsmlad r12,r10,r7,r8\nsmlabt r4,r5,r6,r4\n" \
    "smlad r5,r5,r7,r8\nsmlabt r5,r10,r6,r5\nadd r10,r1,r11,lsl #3\npkhbt r9,r9,lr,lsl #16\n" \
    "str r10,[sp,#80]\nsmlad r8,r9,r7,r8\nldrsb r7,[r1,r11]\nsmlabt r12,r9,r6,r12\n" \
    "add r9,r1,r11,lsl #1\nsmlabt r8,r0,r6,r8\nldr r0,[r3,#24]\nldr r6,[r3,#28]\n" \
    "add r10,r1,r11,lsl #2\nldrsb lr,[r9,r11]\nldrsb r10,[r10,r11]\npkhbt r7,r2,r7,lsl #16\n" \
    "smlad r4,r7,r0,r4\nldrsb r7,[r1,r11,lsl #1]\npkhbt r7,r7,lr,lsl #16\n" \
    "ldrsb lr,[r1,r11,lsl #2]\nldrsb r1,[r1,r11,lsl #3]\nsmlad r5,r7,r0,r5\n" \
    "pkhbt lr,lr,r10,lsl #16\nldrsb r10,[r9,r11,lsl #2]\nadd r9,r9,r11,lsl #2\n" \
    "smlabt r4,r7,r6,r4\nldr r7,[sp,#16]\nsmlad r12,lr,r0,r12\nldrsb r9,[r9,r11]\n" \
    "smlabt r5,lr,r6,r5\nldr lr,[sp,#28]\nldr r11,[r3,#32]\nldr r3,[r3,#36]\n" \
    "pkhbt r10,r10,r9,lsl #16\nldrsb r9,[r7,lr]\nsmlabt r12,r10,r6,r12\nsmlad r8,r10,r0,r8\n" \
    "add r10,r7,lr,lsl #3\nsmlabt r8,r1,r6,r8\nadd r1,r7,lr,lsl #1\nstr r10,[sp,#84]\n" \
    "ldrsb r10,[r7,lr,lsl #2]\nldrsb r6,[r1,lr]\nadd r0,r7,lr,lsl #2\npkhbt r2,r2,r9,lsl #16\n" \
    "ldrsb r9,[r7,lr,lsl #1]\nldrsb r0,[r0,lr]\nsmlad r4,r2,r11,r4\nldrsb r2,[r1,lr,lsl #2]\n" \
    "add r1,r1,lr,lsl #2\nldrsb r7,[r7,lr,lsl #3]\nldrsb r1,[r1,lr]\npkhbt r9,r9,r6,lsl #16\n" \
    "ldr r6,[sp]\nsmlabt r4,r9,r3,r4\nldr lr,[sp,#4]\npkhbt r10,r10,r0,lsl #16\n" \
    "ldr r0,[r6,#12]\nsmlad r5,r9,r11,r5\nldr r9,[r6,#8]\nsmlabt r5,r10,r3,r5\nldr r6,[r6,#4]\n" \
    "smlad r12,r10,r11,r12\nand r10,r4,r0\npkhbt r2,r2,r1,lsl #16\nldr r1,[sp,#60]\n" \
    "smlabt r12,r2,r3,r12\nadd r10,r9,r10,asr #31\nsmlad r8,r2,r11,r8\nand r2,r5,r0\n" \
    "smlabt r8,r7,r3,r8\nand r7,r12,r0\nsmmlar r10,r4,r6,r10\nadd r2,r9,r2,asr #31\n" \
    "smmlar r2,r5,r6,r2\nadd r7,r9,r7,asr #31\nasr r10,r10,r0\nsmmlar r7,r12,r6,r7\n" \
    "asr r2,r2,r0\nand r12,r8,r0\nssat r10,#8,r10\nasr r7,r7,r0\nstrb r10,[lr]\n" \
    "add r9,r9,r12,asr #31\nssat r2,#8,r2\nsmmlar r9,r8,r6,r9\nstrb r2,[lr,r1]\nadd r2,lr,r1\n" \
    "ssat r7,#8,r7\nasr r9,r9,r0\nstrb r7,[lr,r1,lsl #1]\nadd lr,lr,r1,lsl #2\nssat r9,#8,r9\n" \
    "str lr,[sp,#88]\nstrb r9,[r2,r1,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_LAST_LONG \
    "ldr r0,[sp,#8]\nldr r1,[sp,#44]\nldr r2,[sp,#32]\nadd r1,r0,r1\nldr r3,[sp,#20]\n" \
    "add r0,r0,r2\nstr r0,[sp,#8]\nldrsb r0,[r1]\nadd r2,r1,r3,lsl #1\nldrsb r4,[r1,r3]\n" \
    "add r5,r1,r3,lsl #2\nldr r6,[sp]\nldrsb r7,[r2,r3]\nadd r8,r2,r3,lsl #2\nldr r9,[r6]\n" \
    "ldr r10,[r6,#20]\nldr r11,[r6,#16]\nldrsb r12,[r1,r3,lsl #1]\npkhbt r0,r0,r4,lsl #16\n" \
    "ldrsb r5,[r5,r3]\nldrsb r4,[r1,r3,lsl #2]\nsmlad r0,r0,r11,r9\npkhbt r12,r12,r7,lsl #16\n" \
    "ldrsb r2,[r2,r3,lsl #2]\nldrsb r8,[r8,r3]\nsmlabt r0,r12,r10,r0\nsmlad r12,r12,r11,r9\n" \
    "ldrsb r1,[r1,r3,lsl #3]\npkhbt r4,r4,r5,lsl #16\nldr r5,[sp,#12]\nsmlabt r12,r4,r10,r12\n" \
    "ldr r3,[sp,#48]\nsmlad r4,r4,r11,r9\nldr r7,[sp,#36]\npkhbt r2,r2,r8,lsl #16\n" \
    "add r3,r5,r3\nsmlabt r4,r2,r10,r4\nadd r5,r5,r7\nsmlad r9,r2,r11,r9\nldr r2,[sp,#24]\n" \
    "smlabt r9,r1,r10,r9\nstr r5,[sp,#12]\nadd r5,r3,r2,lsl #1\nadd r1,r3,r2,lsl #2\n" \
    "ldrsb r10,[r3]\nldrsb r11,[r3,r2]\nadd r7,r5,r2,lsl #2\nldr r8,[r6,#24]\nldr lr,[r6,#28]\n" \
    "ldrsb r1,[r1,r2]\npkhbt r10,r10,r11,lsl #16\nldrsb r11,[r5,r2]\nsmlad r0,r10,r8,r0\n" \
    "ldrsb r10,[r3,r2,lsl #1]\nldrsb r7,[r7,r2]\npkhbt r10,r10,r11,lsl #16\n" \
    "ldrsb r11,[r3,r2,lsl #2]\nldrsb r5,[r5,r2,lsl #2]\nsmlabt r0,r10,lr,r0\n" \
    "smlad r12,r10,r8,r12\nldrsb r3,[r3,r2,lsl #3]\npkhbt r11,r11,r1,lsl #16\nldr r1,[sp,#52]\n" \
    "smlabt r12,r11,lr,r12\nldr r2,[sp,#16]\nsmlad r4,r11,r8,r4\nldr r11,[sp,#40]\n" \
    "pkhbt r5,r5,r7,lsl #16\nadd r1,r2,r1\nsmlabt r4,r5,lr,r4\nadd r2,r2,r11\n" \
    "smlad r9,r5,r8,r9\nldr r5,[sp,#28]\nsmlabt r9,r3,lr,r9\nstr r2,[sp,#16]\n" \
    "add r2,r1,r5,lsl #1\nldrsb r3,[r1,r5]\nadd lr,r1,r5,lsl #2\nldr r8,[r6,#32]\n" \
    "ldr r6,[r6,#36]\nldrsb r11,[r1]\nadd r7,r2,r5,lsl #2\nldrsb r10,[r2,r5]\n" \
    "ldrsb lr,[lr,r5]\npkhbt r11,r11,r3,lsl #16\nldrsb r3,[r1,r5,lsl #1]\nsmlad r0,r11,r8,r0\n" \
    "ldrsb r11,[r1,r5,lsl #2]\npkhbt r3,r3,r10,lsl #16\nldrsb r2,[r2,r5,lsl #2]\n" \
    "ldrsb r7,[r7,r5]\nsmlabt r0,r3,r6,r0\nsmlad r12,r3,r8,r12\nldrsb r1,[r1,r5,lsl #3]\n" \
    "pkhbt r11,r11,lr,lsl #16\nldr lr,[sp,#56]\nsmlabt r12,r11,r6,r12\nldr r5,[sp,#4]\n" \
    "smlad r4,r11,r8,r4\nadd lr,r5,lr\npkhbt r2,r2,r7,lsl #16\nldr r7,[sp]\nsmlad r9,r2,r8,r9\n" \
    "add r5,r5,#1\nsmlabt r4,r2,r6,r4\nldr r2,[r7,#12]\nsmlabt r9,r1,r6,r9\nldr r1,[r7,#4]\n" \
    "ldr r6,[r7,#8]\nstr r5,[sp,#4]\nand r5,r0,r2\nldr r8,[sp,#60]\nand r11,r12,r2\n" \
    "and r3,r4,r2\nadd r5,r6,r5,asr #31\nsmmlar r5,r0,r1,r5\nadd r11,r6,r11,asr #31\n" \
    "smmlar r11,r12,r1,r11\nasr r5,r5,r2\nand r12,r9,r2\nasr r11,r11,r2\nadd r0,lr,r8\n" \
    "ssat r5,#8,r5\nadd r7,r7,#40\nstrb r5,[lr]\nadd r3,r6,r3,asr #31\nssat r11,#8,r11\n" \
    "smmlar r3,r4,r1,r3\nstrb r11,[lr,r8]\nadd r6,r6,r12,asr #31\nasr r3,r3,r2\n" \
    "smmlar r6,r9,r1,r6\nldr r9,[sp,#64]\nstr r7,[sp]\nssat r3,#8,r3\nasr r6,r6,r2\n" \
    "strb r3,[lr,r8,lsl #1]\nsubs r9,r9,#1\nssat r6,#8,r6\nstr r9,[sp,#64]\n" \
    "strb r6,[r0,r8,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_RIGHT_LONG \
    "ldr r0,[sp,#44]\nldr r1,[sp,#8]\nldr r2,[sp,#32]\nadd r0,r1,r0\nldr r3,[sp,#20]\n" \
    "add r1,r1,r2\nstr r1,[sp,#8]\nldrsb r1,[r0]\nldrsb r2,[r0,r3]\nadd r4,r0,r3,lsl #1\n" \
    "add r5,r0,r3,lsl #2\nldrsb r6,[r0,r3,lsl #1]\nldr r7,[sp]\nadd r8,r4,r3,lsl #2\n" \
    "ldrsb r9,[r4,r3]\nldr r10,[r7]\nldr r11,[r7,#20]\nldr r12,[r7,#16]\n" \
    "ldrsb r0,[r0,r3,lsl #2]\nldrsb r5,[r5,r3]\npkhbt r1,r1,r2,lsl #16\n" \
    "ldrsb r4,[r4,r3,lsl #2]\nldrsb r8,[r8,r3]\nsmlad r1,r1,r12,r10\nldr r3,[sp,#68]\n" \
    "ldr r2,[sp,#48]\npkhbt r6,r6,r9,lsl #16\nldr r9,[sp,#12]\nsmlabt r1,r6,r11,r1\n" \
    "ldr lr,[sp,#36]\nsmlad r6,r6,r12,r10\nadd r2,r9,r2\npkhbt r0,r0,r5,lsl #16\nadd r9,r9,lr\n" \
    "smlabt r6,r0,r11,r6\nldr lr,[sp,#24]\npkhbt r4,r4,r8,lsl #16\nsmlad r0,r0,r12,r10\n" \
    "smlabt r0,r4,r11,r0\nadd r8,r2,lr,lsl #1\nsmlad r10,r4,r12,r10\nadd r4,r2,lr,lsl #2\n" \
    "smlabt r10,r3,r11,r10\nldrsb r11,[r2,lr]\nstr r9,[sp,#12]\nldrsb r9,[r2]\n" \
    "ldr r12,[r7,#24]\nldr r5,[r7,#28]\nldrsb r4,[r4,lr]\npkhbt r9,r9,r11,lsl #16\n" \
    "ldrsb r11,[r2,lr,lsl #1]\nldrsb r2,[r2,lr,lsl #2]\nsmlad r1,r9,r12,r1\nldrsb r9,[r8,lr]\n" \
    "pkhbt r2,r2,r4,lsl #16\nldrsb r4,[r8,lr,lsl #2]\nadd r8,r8,lr,lsl #2\nsmlad r0,r2,r12,r0\n" \
    "pkhbt r11,r11,r9,lsl #16\nldr r9,[sp,#16]\nldrsb r8,[r8,lr]\nsmlad r6,r11,r12,r6\n" \
    "smlabt r1,r11,r5,r1\nldr r11,[sp,#52]\nsmlabt r6,r2,r5,r6\nldr r2,[sp,#40]\n" \
    "pkhbt r4,r4,r8,lsl #16\nadd r11,r9,r11\nsmlabt r0,r4,r5,r0\nadd r9,r9,r2\n" \
    "smlad r10,r4,r12,r10\nldr r4,[sp,#28]\nsmlabt r10,r3,r5,r10\nldrsb r5,[r11]\n" \
    "str r9,[sp,#16]\nldrsb r9,[r11,r4]\nadd r12,r11,r4,lsl #2\nldr r2,[r7,#32]\n" \
    "add r8,r11,r4,lsl #1\nldrsb lr,[r11,r4,lsl #1]\nldr r7,[r7,#36]\npkhbt r5,r5,r9,lsl #16\n" \
    "ldrsb r9,[r8,r4]\nldrsb r12,[r12,r4]\nsmlad r1,r5,r2,r1\nldrsb r11,[r11,r4,lsl #2]\n" \
    "add r5,r8,r4,lsl #2\npkhbt lr,lr,r9,lsl #16\nldrsb r8,[r8,r4,lsl #2]\nldrsb r5,[r5,r4]\n" \
    "smlad r6,lr,r2,r6\nsmlabt r1,lr,r7,r1\nldr lr,[sp,#4]\npkhbt r11,r11,r12,lsl #16\n" \
    "ldr r12,[sp,#56]\nsmlad r0,r11,r2,r0\nldr r4,[sp]\nsmlabt r6,r11,r7,r6\nadd r12,lr,r12\n" \
    "pkhbt r8,r8,r5,lsl #16\nldr r5,[r4,#12]\nsmlad r10,r8,r2,r10\nldr r2,[r4,#8]\n" \
    "smlabt r10,r3,r7,r10\nldr r3,[r4,#4]\nsmlabt r0,r8,r7,r0\nadd lr,lr,#1\nstr lr,[sp,#4]\n" \
    "and lr,r1,r5\nldr r8,[sp,#60]\nand r7,r6,r5\nadd lr,r2,lr,asr #31\nsmmlar lr,r1,r3,lr\n" \
    "add r7,r2,r7,asr #31\nsmmlar r7,r6,r3,r7\nasr lr,lr,r5\nand r6,r0,r5\nasr r7,r7,r5\n" \
    "and r1,r10,r5\nssat lr,#8,lr\nadd r11,r12,r8\nstrb lr,[r12]\nadd r6,r2,r6,asr #31\n" \
    "ssat r7,#8,r7\nsmmlar r6,r0,r3,r6\nstrb r7,[r12,r8]\nadd r2,r2,r1,asr #31\nasr r6,r6,r5\n" \
    "smmlar r2,r10,r3,r2\nldr r10,[sp,#64]\nadd r4,r4,#40\nssat r6,#8,r6\nasr r2,r2,r5\n" \
    "strb r6,[r12,r8,lsl #1]\nsubs r10,r10,#1\nssat r2,#8,r2\nstr r4,[sp]\n" \
    "strb r2,[r11,r8,lsl #1]\nstr r10,[sp,#64]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_WHOLE3_SHORT \
    "ldr r0,[sp,#8]\nldr r1,[sp,#20]\nldr r2,[sp,#32]\nldr r3,[sp,#68]\nldrsb r4,[r0,r1]\n" \
    "add r2,r0,r2\nstr r2,[sp,#8]\nldr r2,[sp]\nldrsb r5,[r0,r1,lsl #1]\nadd r0,r0,r1,lsl #1\n" \
    "ldr r6,[r2]\nldr r7,[r2,#20]\nldr r8,[r2,#16]\nldrsb r0,[r0,r1]\npkhbt r4,r3,r4,lsl #16\n" \
    "ldr r1,[sp,#36]\nsmlad r9,r4,r8,r6\nldr r10,[sp,#12]\nsmlatb r4,r4,r8,r6\n" \
    "ldr r11,[sp,#24]\npkhbt r5,r5,r0,lsl #16\nldr r0,[r2,#24]\nsmlabt r9,r5,r7,r9\n" \
    "ldrsb r12,[r10,r11]\nsmlad r4,r5,r7,r4\nadd r1,r10,r1\nsmlad r6,r5,r8,r6\n" \
    "ldr r5,[r2,#28]\nsmlabt r6,r3,r7,r6\nldrsb r7,[r10,r11,lsl #1]\nstr r1,[sp,#12]\n" \
    "add r10,r10,r11,lsl #1\npkhbt r12,r3,r12,lsl #16\nldr r1,[sp,#40]\nldrsb r10,[r10,r11]\n" \
    "smlad r9,r12,r0,r9\nsmlatb r4,r12,r0,r4\nldr r12,[sp,#16]\nldr r11,[sp,#28]\n" \
    "add r1,r12,r1\npkhbt r7,r7,r10,lsl #16\nldr r10,[r2,#32]\nsmlabt r9,r7,r5,r9\n" \
    "ldrsb r8,[r12,r11]\nsmlad r4,r7,r5,r4\nldrsb lr,[r12,r11,lsl #1]\nsmlad r6,r7,r0,r6\n" \
    "ldr r2,[r2,#36]\nsmlabt r6,r3,r5,r6\nadd r12,r12,r11,lsl #1\nstr r1,[sp,#16]\n" \
    "ldr r1,[sp]\nldrsb r12,[r12,r11]\nadd r11,r1,#40\npkhbt r8,r3,r8,lsl #16\nldr r5,[r1,#8]\n" \
    "smlad r9,r8,r10,r9\nldr r1,[r1,#4]\npkhbt lr,lr,r12,lsl #16\nsmlatb r4,r8,r10,r4\n" \
    "smlad r4,lr,r2,r4\nldr r8,[sp,#4]\nsmlabt r9,lr,r2,r9\nldr r12,[sp,#60]\n" \
    "smlad r6,lr,r10,r6\nadd lr,r8,#1\nsmlabt r6,r3,r2,r6\nldr r3,[sp,#64]\nsmmla r9,r9,r1,r5\n" \
    "subs r3,r3,#1\nsmmla r4,r4,r1,r5\nsmmla r5,r6,r1,r5\nssat r9,#8,r9,asr #10\n" \
    "str lr,[sp,#4]\nstrb r9,[r8]\nssat r4,#8,r4,asr #10\nstr r11,[sp]\nstrb r4,[r8,r12]\n" \
    "ssat r5,#8,r5,asr #10\nstr r3,[sp,#64]\nstrb r5,[r8,r12,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_WHOLE4_SHORT \
    "ldr r0,[sp,#32]\nldr r1,[sp,#20]\nldr r2,[sp,#8]\nldr r3,[sp,#68]\nldr r4,[sp]\n" \
    "add r0,r2,r0\nldrsb r5,[r2,r1]\nstr r0,[sp,#8]\nldr r0,[r4,#16]\nldr r6,[r4,#20]\n" \
    "ldr r7,[r4]\nadd r8,r2,r1,lsl #1\nldrsb r9,[r2,r1,lsl #1]\nldrsb r8,[r8,r1]\n" \
    "ldrsb r2,[r2,r1,lsl #2]\npkhbt r5,r3,r5,lsl #16\nldr r1,[sp,#12]\nsmlatb r10,r5,r0,r7\n" \
    "ldr r11,[sp,#36]\npkhbt r9,r9,r8,lsl #16\nsmlad r5,r5,r0,r7\nsmlabt r5,r9,r6,r5\n" \
    "ldr r8,[sp,#24]\nsmlad r10,r9,r6,r10\nadd r11,r1,r11\npkhbt r2,r2,r3,lsl #16\n" \
    "smlatb r12,r9,r0,r7\nsmlad r7,r9,r0,r7\nldrsb r9,[r1,r8]\nsmlabt r7,r2,r6,r7\n" \
    "ldr r0,[r4,#24]\nsmlad r12,r2,r6,r12\nldrsb r2,[r1,r8,lsl #1]\nstr r11,[sp,#12]\n" \
    "ldr r11,[r4,#28]\nldrsb r6,[r1,r8,lsl #2]\nadd r1,r1,r8,lsl #1\npkhbt r9,r3,r9,lsl #16\n" \
    "ldr lr,[sp,#40]\nldrsb r1,[r1,r8]\nsmlatb r10,r9,r0,r10\nsmlad r5,r9,r0,r5\n" \
    "ldr r9,[sp,#16]\npkhbt r6,r6,r3,lsl #16\nldr r8,[sp,#28]\npkhbt r2,r2,r1,lsl #16\n" \
    "ldr r1,[r4,#32]\nsmlabt r5,r2,r11,r5\nadd lr,r9,lr\nsmlad r10,r2,r11,r10\n" \
    "ldr r4,[r4,#36]\nsmlad r7,r2,r0,r7\nsmlatb r12,r2,r0,r12\nldrsb r2,[r9,r8]\n" \
    "smlabt r7,r6,r11,r7\nldrsb r0,[r9,r8,lsl #1]\nsmlad r12,r6,r11,r12\nadd r6,r9,r8,lsl #1\n" \
    "str lr,[sp,#16]\nldrsb r9,[r9,r8,lsl #2]\nldrsb r6,[r6,r8]\npkhbt r2,r3,r2,lsl #16\n" \
    "ldr r8,[sp]\nsmlad r5,r2,r1,r5\nldr lr,[sp,#4]\npkhbt r0,r0,r6,lsl #16\n" \
    "smlatb r10,r2,r1,r10\nsmlabt r5,r0,r4,r5\nldr r2,[r8,#8]\nsmlad r7,r0,r1,r7\n" \
    "ldr r6,[r8,#4]\nsmlatb r12,r0,r1,r12\nldr r1,[sp,#60]\nsmlad r10,r0,r4,r10\nadd r0,lr,r1\n" \
    "pkhbt r9,r9,r3,lsl #16\nsmmla r5,r5,r6,r2\nsmlad r12,r9,r4,r12\nadd r3,lr,#1\n" \
    "smlabt r7,r9,r4,r7\nldr r9,[sp,#64]\nssat r5,#8,r5,asr #10\nsmmla r10,r10,r6,r2\n" \
    "strb r5,[lr]\nadd r8,r8,#40\nsmmla r7,r7,r6,r2\nsubs r9,r9,#1\nssat r10,#8,r10,asr #10\n" \
    "smmla r2,r12,r6,r2\nstrb r10,[lr,r1]\nssat r7,#8,r7,asr #10\nstr r3,[sp,#4]\n" \
    "strb r7,[lr,r1,lsl #1]\nssat r2,#8,r2,asr #10\nstr r8,[sp]\nstrb r2,[r0,r1,lsl #1]\n" \
    "str r9,[sp,#64]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_WHOLE5_SHORT \
    "ldr r0,[sp,#32]\nldr r1,[sp,#20]\nldr r2,[sp,#8]\nldr r3,[sp,#68]\nadd r0,r2,r0\n" \
    "str r0,[sp,#8]\nldrsb r0,[r2,r1]\nadd r4,r2,r1,lsl #1\nldr r5,[sp]\nadd r6,r2,r1,lsl #2\n" \
    "ldrsb r7,[r2,r1,lsl #1]\nldr r8,[r5]\nldr r9,[r5,#20]\nldr r10,[r5,#16]\n" \
    "ldrsb r4,[r4,r1]\npkhbt r0,r3,r0,lsl #16\nldrsb r6,[r6,r1]\nsmlad r11,r0,r10,r8\n" \
    "ldrsb r2,[r2,r1,lsl #2]\nsmlatb r0,r0,r10,r8\nldr r1,[sp,#36]\npkhbt r7,r7,r4,lsl #16\n" \
    "ldr r4,[sp,#12]\nsmlad r0,r7,r9,r0\nadd r1,r4,r1\nsmlabt r11,r7,r9,r11\n" \
    "smlad r12,r7,r10,r8\nldr lr,[sp,#24]\nsmlatb r7,r7,r10,r8\npkhbt r2,r2,r6,lsl #16\n" \
    "str r1,[sp,#12]\nsmlabt r12,r2,r9,r12\nadd r1,r4,lr,lsl #1\nsmlad r7,r2,r9,r7\n" \
    "add r6,r4,lr,lsl #2\nsmlad r8,r2,r10,r8\nldrsb r2,[r4,lr]\nsmlabt r8,r3,r9,r8\n" \
    "ldr r9,[r5,#24]\nldrsb r1,[r1,lr]\nldrsb r10,[r4,lr,lsl #1]\npkhbt r2,r3,r2,lsl #16\n" \
    "ldrsb r6,[r6,lr]\nldrsb r4,[r4,lr,lsl #2]\nsmlad r11,r2,r9,r11\nldr lr,[r5,#28]\n" \
    "smlatb r0,r2,r9,r0\npkhbt r10,r10,r1,lsl #16\nldr r1,[sp,#40]\nsmlabt r11,r10,lr,r11\n" \
    "ldr r2,[sp,#16]\nsmlad r0,r10,lr,r0\nadd r1,r2,r1\nsmlad r12,r10,r9,r12\n" \
    "smlatb r7,r10,r9,r7\nldr r10,[sp,#28]\npkhbt r4,r4,r6,lsl #16\nstr r1,[sp,#16]\n" \
    "smlabt r12,r4,lr,r12\nadd r1,r2,r10,lsl #1\nsmlad r7,r4,lr,r7\nadd r6,r2,r10,lsl #2\n" \
    "smlad r8,r4,r9,r8\nldrsb r4,[r2,r10]\nsmlabt r8,r3,lr,r8\nldr lr,[r5,#32]\n" \
    "ldrsb r9,[r2,r10,lsl #1]\nldr r5,[r5,#36]\nldrsb r1,[r1,r10]\npkhbt r4,r3,r4,lsl #16\n" \
    "ldrsb r2,[r2,r10,lsl #2]\nsmlad r11,r4,lr,r11\nldrsb r6,[r6,r10]\nsmlatb r0,r4,lr,r0\n" \
    "ldr r4,[sp]\npkhbt r9,r9,r1,lsl #16\nadd r1,r4,#40\nsmlabt r11,r9,r5,r11\n" \
    "ldr r10,[r4,#4]\nsmlad r12,r9,lr,r12\nldr r4,[r4,#8]\nsmlad r0,r9,r5,r0\n" \
    "pkhbt r2,r2,r6,lsl #16\nsmlatb r7,r9,lr,r7\nsmlabt r12,r2,r5,r12\nldr r9,[sp,#4]\n" \
    "smlad r7,r2,r5,r7\nldr r6,[sp,#60]\nsmlad r8,r2,lr,r8\nadd r2,r9,r6\nsmlabt r8,r3,r5,r8\n" \
    "add r3,r9,#1\nsmmla r11,r11,r10,r4\nsmmla r0,r0,r10,r4\nsmmla r12,r12,r10,r4\n" \
    "ssat r11,#8,r11,asr #10\nsmmla r7,r7,r10,r4\nstrb r11,[r9]\nssat r0,#8,r0,asr #10\n" \
    "smmla r4,r8,r10,r4\nstrb r0,[r9,r6]\nldr r0,[sp,#64]\nssat r12,#8,r12,asr #10\n" \
    "str r3,[sp,#4]\nstrb r12,[r9,r6,lsl #1]\nsubs r0,r0,#1\nssat r7,#8,r7,asr #10\n" \
    "str r1,[sp]\nstrb r7,[r2,r6,lsl #1]\nssat r4,#8,r4,asr #10\nstr r0,[sp,#64]\n" \
    "strb r4,[r9,r6,lsl #2]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_WHOLE6_SHORT \
    "ldr r0,[sp,#32]\nldr r1,[sp,#20]\nldr r2,[sp,#8]\nldr r3,[sp,#68]\nadd r0,r2,r0\n" \
    "str r0,[sp,#8]\nldr r0,[sp]\nadd r4,r2,r1,lsl #1\nldrsb r5,[r2,r1]\nadd r6,r2,r1,lsl #2\n" \
    "ldr r7,[r0]\nldr r8,[r0,#20]\nldrsb r9,[r2,r1,lsl #1]\nldr r10,[r0,#16]\n" \
    "ldrsb r11,[r4,r1]\npkhbt r5,r3,r5,lsl #16\nldrsb r2,[r2,r1,lsl #2]\nldrsb r6,[r6,r1]\n" \
    "smlad r12,r5,r10,r7\npkhbt r9,r9,r11,lsl #16\nldrsb r4,[r4,r1,lsl #2]\n" \
    "smlabt r12,r9,r8,r12\nsmlatb r5,r5,r10,r7\nldr r1,[sp,#36]\nsmlatb r11,r9,r10,r7\n" \
    "ldr lr,[sp,#12]\npkhbt r2,r2,r6,lsl #16\nsmlad r5,r9,r8,r5\nsmlad r9,r9,r10,r7\n" \
    "add r1,lr,r1\nsmlad r11,r2,r8,r11\nldr r6,[sp,#24]\nsmlabt r9,r2,r8,r9\n" \
    "pkhbt r4,r4,r3,lsl #16\nstr r1,[sp,#12]\nsmlad r1,r2,r10,r7\nsmlatb r7,r2,r10,r7\n" \
    "add r2,lr,r6,lsl #1\nsmlabt r1,r4,r8,r1\nldrsb r10,[lr,r6]\nsmlad r7,r4,r8,r7\n" \
    "ldrsb r4,[lr,r6,lsl #1]\nldrsb r8,[r2,r6]\npkhbt r10,r3,r10,lsl #16\n" \
    "ldrsb r2,[r2,r6,lsl #2]\npkhbt r4,r4,r8,lsl #16\nldr r8,[r0,#24]\npkhbt r2,r2,r3,lsl #16\n" \
    "smlad r12,r10,r8,r12\nsmlatb r5,r10,r8,r5\nadd r10,lr,r6,lsl #2\nldrsb lr,[lr,r6,lsl #2]\n" \
    "smlatb r11,r4,r8,r11\nldrsb r10,[r10,r6]\nsmlad r9,r4,r8,r9\nldr r6,[r0,#28]\n" \
    "smlad r5,r4,r6,r5\nsmlabt r12,r4,r6,r12\nldr r4,[sp,#16]\npkhbt lr,lr,r10,lsl #16\n" \
    "ldr r10,[sp,#40]\nsmlad r11,lr,r6,r11\nadd r10,r4,r10\nsmlabt r9,lr,r6,r9\n" \
    "smlad r1,lr,r8,r1\nsmlatb r7,lr,r8,r7\nldr lr,[sp,#28]\nsmlad r7,r2,r6,r7\n" \
    "smlabt r1,r2,r6,r1\nadd r2,r4,lr,lsl #1\nstr r10,[sp,#16]\nldrsb r10,[r4,lr]\n" \
    "ldr r6,[r0,#32]\nldr r0,[r0,#36]\nldrsb r8,[r4,lr,lsl #1]\npkhbt r10,r3,r10,lsl #16\n" \
    "smlad r12,r10,r6,r12\nsmlatb r5,r10,r6,r5\nldrsb r10,[r2,lr]\nldrsb r2,[r2,lr,lsl #2]\n" \
    "pkhbt r8,r8,r10,lsl #16\nldrsb r10,[r4,lr,lsl #2]\nadd r4,r4,lr,lsl #2\n" \
    "smlabt r12,r8,r0,r12\nsmlad r5,r8,r0,r5\nldrsb r4,[r4,lr]\nsmlatb r11,r8,r6,r11\n" \
    "smlad r9,r8,r6,r9\nldr r8,[sp]\npkhbt r2,r2,r3,lsl #16\nldr r3,[sp,#4]\n" \
    "pkhbt r10,r10,r4,lsl #16\nldr r4,[r8,#4]\nsmlad r11,r10,r0,r11\nldr lr,[r8,#8]\n" \
    "smlabt r9,r10,r0,r9\nadd r8,r8,#40\nsmlad r1,r10,r6,r1\nsmlabt r1,r2,r0,r1\n" \
    "smlatb r7,r10,r6,r7\nldr r10,[sp,#60]\nsmlad r7,r2,r0,r7\nadd r2,r3,r10\n" \
    "smmla r12,r12,r4,lr\nadd r0,r3,#1\nsmmla r5,r5,r4,lr\nsmmla r9,r9,r4,lr\n" \
    "ssat r12,#8,r12,asr #10\nsmmla r11,r11,r4,lr\nstrb r12,[r3]\nssat r5,#8,r5,asr #10\n" \
    "smmla r1,r1,r4,lr\nstrb r5,[r3,r10]\nssat r9,#8,r9,asr #10\nsmmla lr,r7,r4,lr\n" \
    "strb r9,[r3,r10,lsl #1]\nldr r9,[sp,#64]\nssat r11,#8,r11,asr #10\nstr r8,[sp]\n" \
    "strb r11,[r2,r10,lsl #1]\nsubs r9,r9,#1\nssat r1,#8,r1,asr #10\nstr r0,[sp,#4]\n" \
    "strb r1,[r3,r10,lsl #2]\nssat lr,#8,lr,asr #10\nstr r9,[sp,#64]\nstrb lr,[r2,r10,lsl #2]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_STEP_SHORT \
    "ldr r0,[sp,#76]\nldr r1,[sp]\nldr r2,[sp,#20]\nldrsb r3,[r0]\nldrsb r4,[r0,r2]\n" \
    "add r5,r0,r2,lsl #3\nstr r5,[sp,#76]\nadd r5,r0,r2,lsl #1\nldr r6,[r1,#16]\n" \
    "ldr r7,[r1,#20]\nldr r8,[r1]\nadd r9,r5,r2,lsl #2\nldrsb r10,[r0,r2,lsl #1]\n" \
    "add r11,r0,r2,lsl #2\nldrsb r12,[r5,r2]\nldrsb r11,[r11,r2]\nldrsb lr,[r0,r2,lsl #2]\n" \
    "ldrsb r9,[r9,r2]\npkhbt r3,r3,r4,lsl #16\nldrsb r0,[r0,r2,lsl #3]\nsmlad r3,r3,r6,r8\n" \
    "ldrsb r5,[r5,r2,lsl #2]\npkhbt r10,r10,r12,lsl #16\nldr r12,[sp,#24]\n" \
    "smlabt r3,r10,r7,r3\nldr r2,[sp,#80]\nsmlad r10,r10,r6,r8\nadd r4,r2,r12,lsl #3\n" \
    "pkhbt lr,lr,r11,lsl #16\nstr r4,[sp,#80]\nsmlabt r10,lr,r7,r10\nldrsb r4,[r2]\n" \
    "smlad lr,lr,r6,r8\nadd r11,r2,r12,lsl #1\npkhbt r5,r5,r9,lsl #16\nldr r9,[r1,#24]\n" \
    "smlad r8,r5,r6,r8\nldrsb r6,[r2,r12]\nsmlabt lr,r5,r7,lr\nldrsb r5,[r2,r12,lsl #1]\n" \
    "smlabt r8,r0,r7,r8\nadd r0,r2,r12,lsl #2\nldrsb r7,[r2,r12,lsl #2]\nldrsb r0,[r0,r12]\n" \
    "pkhbt r4,r4,r6,lsl #16\nldrsb r6,[r11,r12]\nsmlad r3,r4,r9,r3\nldrsb r4,[r11,r12,lsl #2]\n" \
    "add r11,r11,r12,lsl #2\nldrsb r2,[r2,r12,lsl #3]\npkhbt r5,r5,r6,lsl #16\n" \
    "ldr r6,[r1,#28]\nldrsb r11,[r11,r12]\nsmlad r10,r5,r9,r10\nsmlabt r3,r5,r6,r3\n" \
    "ldr r5,[sp,#28]\npkhbt r7,r7,r0,lsl #16\nldr r0,[sp,#84]\nsmlabt r10,r7,r6,r10\n" \
    "add r12,r0,r5,lsl #3\nsmlad lr,r7,r9,lr\nldrsb r7,[r0]\npkhbt r4,r4,r11,lsl #16\n" \
    "str r12,[sp,#84]\nsmlabt lr,r4,r6,lr\nldr r12,[r1,#32]\nsmlad r8,r4,r9,r8\n" \
    "ldrsb r4,[r0,r5]\nsmlabt r8,r2,r6,r8\nldrsb r2,[r0,r5,lsl #1]\nadd r6,r0,r5,lsl #1\n" \
    "ldrsb r9,[r0,r5,lsl #2]\nldr r1,[r1,#36]\nadd r11,r6,r5,lsl #2\npkhbt r7,r7,r4,lsl #16\n" \
    "ldrsb r4,[r6,r5]\nldrsb r6,[r6,r5,lsl #2]\nsmlad r3,r7,r12,r3\nadd r7,r0,r5,lsl #2\n" \
    "ldrsb r11,[r11,r5]\nldrsb r0,[r0,r5,lsl #3]\nldrsb r7,[r7,r5]\npkhbt r2,r2,r4,lsl #16\n" \
    "ldr r4,[sp,#88]\nsmlad r10,r2,r12,r10\nldr r5,[sp]\nsmlabt r3,r2,r1,r3\nldr r2,[sp,#60]\n" \
    "pkhbt r9,r9,r7,lsl #16\nldr r7,[r5,#8]\nldr r5,[r5,#4]\nsmlabt r10,r9,r1,r10\n" \
    "smlad lr,r9,r12,lr\nadd r9,r4,r2\npkhbt r6,r6,r11,lsl #16\nsmmla r3,r3,r5,r7\n" \
    "smlad r8,r6,r12,r8\nldr r12,[sp,#92]\nsmlabt r8,r0,r1,r8\nadd r0,r4,r2,lsl #2\n" \
    "smlabt lr,r6,r1,lr\nsubs r12,r12,#1\nssat r3,#8,r3,asr #10\nsmmla r10,r10,r5,r7\n" \
    "smmla r8,r8,r5,r7\nsmmla r7,lr,r5,r7\nssat r10,#8,r10,asr #10\nstrb r3,[r4]\n" \
    "strb r10,[r4,r2]\nssat r7,#8,r7,asr #10\nstr r12,[sp,#92]\nstrb r7,[r4,r2,lsl #1]\n" \
    "ssat r8,#8,r8,asr #10\nstr r0,[sp,#88]\nstrb r8,[r9,r2,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_LEFT_SHORT \
    "ldr r0,[sp,#20]\nldr r1,[sp,#8]\nldr r2,[sp,#68]\nldr r3,[sp]\nadd r4,r1,r0,lsl #3\n" \
    "str r4,[sp,#76]\nadd r4,r1,r0,lsl #1\nldr r5,[r3,#16]\nldrsb r6,[r1,r0]\n" \
    "add r7,r1,r0,lsl #2\nldrsb r8,[r4,r0]\nadd r9,r4,r0,lsl #2\nldrsb r10,[r1,r0,lsl #1]\n" \
    "ldr r11,[r3]\nldr r12,[r3,#20]\nldrsb lr,[r1,r0,lsl #2]\nldrsb r7,[r7,r0]\n" \
    "pkhbt r6,r2,r6,lsl #16\nldrsb r4,[r4,r0,lsl #2]\nsmlad r6,r6,r5,r11\nldrsb r9,[r9,r0]\n" \
    "pkhbt r10,r10,r8,lsl #16\nldrsb r1,[r1,r0,lsl #3]\nsmlad r0,r10,r5,r11\nldr r8,[sp,#24]\n" \
    "smlabt r6,r10,r12,r6\nldr r10,[sp,#12]\npkhbt lr,lr,r7,lsl #16\nsmlabt r0,lr,r12,r0\n" \
    "add r7,r10,r8,lsl #3\npkhbt r4,r4,r9,lsl #16\nsmlad lr,lr,r5,r11\nsmlabt lr,r4,r12,lr\n" \
    "add r9,r10,r8,lsl #1\nsmlad r11,r4,r5,r11\nadd r4,r10,r8,lsl #2\nsmlabt r11,r1,r12,r11\n" \
    "ldrsb r1,[r10,r8]\nstr r7,[sp,#80]\nldrsb r7,[r9,r8]\nldrsb r12,[r10,r8,lsl #1]\n" \
    "add r5,r9,r8,lsl #2\nldrsb r4,[r4,r8]\npkhbt r1,r2,r1,lsl #16\nldrsb r5,[r5,r8]\n" \
    "ldrsb r9,[r9,r8,lsl #2]\npkhbt r12,r12,r7,lsl #16\nldr r7,[r3,#24]\n" \
    "pkhbt r9,r9,r5,lsl #16\nldr r5,[r3,#28]\nsmlad r6,r1,r7,r6\nldrsb r1,[r10,r8,lsl #2]\n" \
    "smlabt r6,r12,r5,r6\nldrsb r10,[r10,r8,lsl #3]\nsmlad r0,r12,r7,r0\nldr r12,[sp,#28]\n" \
    "pkhbt r1,r1,r4,lsl #16\nldr r4,[sp,#16]\nsmlabt r0,r1,r5,r0\nadd r8,r4,r12,lsl #3\n" \
    "smlad lr,r1,r7,lr\nadd r1,r4,r12,lsl #1\nsmlad r11,r9,r7,r11\nadd r7,r4,r12,lsl #2\n" \
    "smlabt lr,r9,r5,lr\nadd r9,r1,r12,lsl #2\nsmlabt r11,r10,r5,r11\nldrsb r10,[r4,r12]\n" \
    "str r8,[sp,#84]\nldrsb r8,[r1,r12]\nldrsb r5,[r4,r12,lsl #1]\nldrsb r7,[r7,r12]\n" \
    "pkhbt r2,r2,r10,lsl #16\nldr r10,[r3,#32]\nldr r3,[r3,#36]\nldrsb r1,[r1,r12,lsl #2]\n" \
    "smlad r6,r2,r10,r6\nldrsb r2,[r4,r12,lsl #2]\nldrsb r9,[r9,r12]\npkhbt r5,r5,r8,lsl #16\n" \
    "ldrsb r4,[r4,r12,lsl #3]\nsmlabt r6,r5,r3,r6\nldr r12,[sp]\nsmlad r0,r5,r10,r0\n" \
    "ldr r5,[sp,#4]\npkhbt r2,r2,r7,lsl #16\nldr r7,[r12,#4]\nsmlabt r0,r2,r3,r0\n" \
    "ldr r12,[r12,#8]\nsmlad lr,r2,r10,lr\nldr r2,[sp,#60]\npkhbt r1,r1,r9,lsl #16\n" \
    "smmla r6,r6,r7,r12\nsmlad r11,r1,r10,r11\nadd r10,r5,r2\nsmlabt lr,r1,r3,lr\n" \
    "add r1,r5,r2,lsl #2\nsmlabt r11,r4,r3,r11\nssat r6,#8,r6,asr #10\nsmmla r0,r0,r7,r12\n" \
    "strb r6,[r5]\nsmmla lr,lr,r7,r12\nssat r0,#8,r0,asr #10\nsmmla r12,r11,r7,r12\n" \
    "strb r0,[r5,r2]\nssat lr,#8,lr,asr #10\nstr r1,[sp,#88]\nstrb lr,[r5,r2,lsl #1]\n" \
    "ssat r12,#8,r12,asr #10\nstrb r12,[r10,r2,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_LAST_SHORT \
    "ldr r0,[sp,#8]\nldr r1,[sp,#44]\nldr r2,[sp,#32]\nadd r1,r0,r1\nadd r0,r0,r2\n" \
    "str r0,[sp,#8]\nldr r0,[sp,#20]\nldr r2,[sp]\nldrsb r3,[r1]\nadd r4,r1,r0,lsl #1\n" \
    "ldrsb r5,[r1,r0]\nadd r6,r1,r0,lsl #2\nldr r7,[r2,#16]\nldr r8,[r2]\nldr r9,[r2,#20]\n" \
    "ldrsb r10,[r4,r0]\nadd r11,r4,r0,lsl #2\nldrsb r12,[r1,r0,lsl #1]\nldrsb r6,[r6,r0]\n" \
    "pkhbt r3,r3,r5,lsl #16\nldrsb r5,[r1,r0,lsl #2]\nsmlad r3,r3,r7,r8\nldrsb r11,[r11,r0]\n" \
    "pkhbt r12,r12,r10,lsl #16\nldrsb r4,[r4,r0,lsl #2]\nsmlabt r3,r12,r9,r3\n" \
    "ldrsb r1,[r1,r0,lsl #3]\nsmlad r12,r12,r7,r8\nldr r0,[sp,#48]\npkhbt r5,r5,r6,lsl #16\n" \
    "ldr r6,[sp,#12]\nsmlabt r12,r5,r9,r12\nldr r10,[sp,#36]\nsmlad r5,r5,r7,r8\nadd r0,r6,r0\n" \
    "pkhbt r4,r4,r11,lsl #16\nadd r6,r6,r10\nsmlabt r5,r4,r9,r5\nsmlad r8,r4,r7,r8\n" \
    "smlabt r8,r1,r9,r8\nldr r1,[sp,#24]\nstr r6,[sp,#12]\nldrsb r6,[r0]\nadd r9,r0,r1,lsl #1\n" \
    "ldrsb r4,[r0,r1]\nadd r7,r0,r1,lsl #2\nldr r10,[r2,#24]\nldrsb r11,[r9,r1]\n" \
    "add lr,r9,r1,lsl #2\nldrsb r7,[r7,r1]\npkhbt r6,r6,r4,lsl #16\nldrsb r4,[r0,r1,lsl #1]\n" \
    "smlad r3,r6,r10,r3\nldr r6,[r2,#28]\npkhbt r4,r4,r11,lsl #16\nldrsb r11,[r0,r1,lsl #2]\n" \
    "ldrsb r9,[r9,r1,lsl #2]\nsmlabt r3,r4,r6,r3\nldrsb lr,[lr,r1]\nsmlad r12,r4,r10,r12\n" \
    "pkhbt r11,r11,r7,lsl #16\nldrsb r0,[r0,r1,lsl #3]\nsmlabt r12,r11,r6,r12\n" \
    "ldr r1,[sp,#16]\nsmlad r5,r11,r10,r5\nldr r11,[sp,#52]\npkhbt r9,r9,lr,lsl #16\n" \
    "ldr lr,[sp,#40]\nsmlabt r5,r9,r6,r5\nadd r11,r1,r11\nsmlad r8,r9,r10,r8\nadd r1,r1,lr\n" \
    "smlabt r8,r0,r6,r8\nldr r0,[sp,#28]\nstr r1,[sp,#16]\nldrsb r1,[r11]\n" \
    "add r6,r11,r0,lsl #1\nldrsb lr,[r11,r0]\nadd r9,r11,r0,lsl #2\nldr r10,[r2,#32]\n" \
    "ldrsb r7,[r11,r0,lsl #1]\nadd r4,r6,r0,lsl #2\nldr r2,[r2,#36]\npkhbt r1,r1,lr,lsl #16\n" \
    "ldrsb lr,[r6,r0]\nldrsb r9,[r9,r0]\nsmlad r3,r1,r10,r3\nldrsb r1,[r11,r0,lsl #2]\n" \
    "pkhbt r7,r7,lr,lsl #16\nldrsb r6,[r6,r0,lsl #2]\nldrsb r4,[r4,r0]\nsmlabt r3,r7,r2,r3\n" \
    "smlad r12,r7,r10,r12\nldrsb r11,[r11,r0,lsl #3]\npkhbt r1,r1,r9,lsl #16\nldr r9,[sp,#56]\n" \
    "smlabt r12,r1,r2,r12\nldr r0,[sp,#4]\nsmlad r5,r1,r10,r5\nadd r9,r0,r9\n" \
    "pkhbt r6,r6,r4,lsl #16\nldr r4,[sp]\nsmlabt r5,r6,r2,r5\nadd r0,r0,#1\n" \
    "smlad r8,r6,r10,r8\nldr r6,[r4,#8]\nsmlabt r8,r11,r2,r8\nldr r11,[r4,#4]\nstr r0,[sp,#4]\n" \
    "ldr r0,[sp,#60]\nsmmla r3,r3,r11,r6\nadd r2,r9,r0\nsmmla r12,r12,r11,r6\nadd r4,r4,#40\n" \
    "smmla r5,r5,r11,r6\nssat r3,#8,r3,asr #10\nsmmla r6,r8,r11,r6\nstrb r3,[r9]\n" \
    "ldr r3,[sp,#64]\nssat r12,#8,r12,asr #10\nstr r4,[sp]\nstrb r12,[r9,r0]\nsubs r3,r3,#1\n" \
    "ssat r5,#8,r5,asr #10\nstr r3,[sp,#64]\nstrb r5,[r9,r0,lsl #1]\nssat r6,#8,r6,asr #10\n" \
    "strb r6,[r2,r0,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_RIGHT_SHORT \
    "ldr r0,[sp,#44]\nldr r1,[sp,#8]\nldr r2,[sp,#32]\nadd r0,r1,r0\nldr r3,[sp,#20]\n" \
    "add r1,r1,r2\nstr r1,[sp,#8]\nldr r1,[sp]\nldrsb r2,[r0,r3]\nadd r4,r0,r3,lsl #1\n" \
    "ldrsb r5,[r0,r3,lsl #1]\nadd r6,r4,r3,lsl #2\nldr r7,[r1,#16]\nldr r8,[r1,#20]\n" \
    "ldr r9,[r1]\nadd r10,r0,r3,lsl #2\nldrsb r11,[r0]\nldrsb r10,[r10,r3]\nldrsb r12,[r4,r3]\n" \
    "ldrsb r4,[r4,r3,lsl #2]\nldrsb r0,[r0,r3,lsl #2]\npkhbt r5,r5,r12,lsl #16\n" \
    "ldr r12,[sp,#68]\npkhbt r11,r11,r2,lsl #16\nldrsb r6,[r6,r3]\nsmlad r11,r11,r7,r9\n" \
    "ldr r3,[sp,#12]\nsmlabt r11,r5,r8,r11\nldr r2,[sp,#48]\nsmlad r5,r5,r7,r9\n" \
    "ldr lr,[sp,#36]\npkhbt r4,r4,r6,lsl #16\nadd r2,r3,r2\npkhbt r0,r0,r10,lsl #16\n" \
    "smlad r10,r4,r7,r9\nsmlabt r5,r0,r8,r5\nadd r3,r3,lr\nsmlabt r10,r12,r8,r10\n" \
    "smlad r9,r0,r7,r9\nldr r0,[sp,#24]\nsmlabt r9,r4,r8,r9\nldrsb r4,[r2]\nstr r3,[sp,#12]\n" \
    "ldrsb r3,[r2,r0]\nadd r8,r2,r0,lsl #2\nldrsb r7,[r2,r0,lsl #1]\nadd lr,r2,r0,lsl #1\n" \
    "ldr r6,[r1,#24]\nldrsb r8,[r8,r0]\nldrsb r2,[r2,r0,lsl #2]\npkhbt r4,r4,r3,lsl #16\n" \
    "ldrsb r3,[lr,r0]\npkhbt r2,r2,r8,lsl #16\nldr r8,[r1,#28]\nsmlad r11,r4,r6,r11\n" \
    "add r4,lr,r0,lsl #2\npkhbt r7,r7,r3,lsl #16\nldrsb lr,[lr,r0,lsl #2]\nldrsb r4,[r4,r0]\n" \
    "smlabt r11,r7,r8,r11\nsmlad r5,r7,r6,r5\nldr r7,[sp,#16]\nsmlad r9,r2,r6,r9\n" \
    "ldr r0,[sp,#52]\nsmlabt r5,r2,r8,r5\nldr r2,[sp,#40]\npkhbt lr,lr,r4,lsl #16\n" \
    "add r0,r7,r0\nsmlad r10,lr,r6,r10\nldr r6,[sp,#28]\nsmlabt r9,lr,r8,r9\nadd r7,r7,r2\n" \
    "smlabt r10,r12,r8,r10\nldrsb r8,[r0]\nstr r7,[sp,#16]\nldrsb r7,[r0,r6]\nldr r2,[r1,#32]\n" \
    "ldr r1,[r1,#36]\nldrsb lr,[r0,r6,lsl #1]\nadd r4,r0,r6,lsl #1\nadd r3,r0,r6,lsl #2\n" \
    "ldrsb r0,[r0,r6,lsl #2]\npkhbt r8,r8,r7,lsl #16\nldrsb r7,[r4,r6]\nldrsb r3,[r3,r6]\n" \
    "smlad r11,r8,r2,r11\nldrsb r8,[r4,r6,lsl #2]\nadd r4,r4,r6,lsl #2\n" \
    "pkhbt lr,lr,r7,lsl #16\nldr r7,[sp,#56]\nldrsb r4,[r4,r6]\nsmlad r5,lr,r2,r5\n" \
    "smlabt r11,lr,r1,r11\nldr lr,[sp,#4]\npkhbt r0,r0,r3,lsl #16\nadd r3,lr,#1\n" \
    "smlad r9,r0,r2,r9\nldr r6,[sp]\npkhbt r8,r8,r4,lsl #16\nsmlabt r5,r0,r1,r5\n" \
    "smlabt r9,r8,r1,r9\nldr r0,[r6,#8]\nsmlad r10,r8,r2,r10\nldr r8,[sp,#60]\n" \
    "smlabt r10,r12,r1,r10\nldr r12,[r6,#4]\nstr r3,[sp,#4]\nadd lr,lr,r7\n" \
    "smmla r11,r11,r12,r0\nadd r7,lr,r8\nsmmla r5,r5,r12,r0\nldr r3,[sp,#64]\n" \
    "smmla r9,r9,r12,r0\nadd r6,r6,#40\nssat r11,#8,r11,asr #10\nsmmla r0,r10,r12,r0\n" \
    "ssat r5,#8,r5,asr #10\nstrb r11,[lr]\nstrb r5,[lr,r8]\nsubs r3,r3,#1\n" \
    "ssat r9,#8,r9,asr #10\nstr r6,[sp]\nstrb r9,[lr,r8,lsl #1]\nssat r0,#8,r0,asr #10\n" \
    "str r3,[sp,#64]\nstrb r0,[r7,r8,lsl #1]\n"

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_whole3_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_WHOLE3_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_whole4_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_WHOLE4_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_whole5_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_WHOLE5_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_whole6_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_WHOLE6_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_steps_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_BEGIN);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_STEP_LONG);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LAST_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_steps_right_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_BEGIN);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_STEP_LONG);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_RIGHT_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_steps_left_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEFT_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MORE);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_STEP_LONG);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LAST_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_steps_left_right_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEFT_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MORE);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_STEP_LONG);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_RIGHT_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_whole3_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_WHOLE3_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_whole4_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_WHOLE4_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_whole5_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_WHOLE5_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_whole6_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_WHOLE6_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_steps_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_BEGIN);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_STEP_SHORT);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LAST_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_steps_right_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_BEGIN);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_STEP_SHORT);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_RIGHT_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_steps_left_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEFT_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MORE);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_STEP_SHORT);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LAST_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_steps_left_right_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEFT_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MORE);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_STEP_SHORT);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_RIGHT_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

#ifdef __cplusplus
}
#endif

#endif
