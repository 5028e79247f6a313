/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m4; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_SINGLE_BY5_H
#define TVM_TINY_DEPTHWISE_SINGLE_BY5_H

#include <stdint.h>

#include "tvm_tiny_depthwise_single_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Any window, 5 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_long5(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r5,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#5\nstr r2,[sp,#120]\n6: "
        "ldr r8,[sp,#0]\nldr r6,[sp,#40]\nldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\n"
        "ldr r12,[r5,r6]\nldr r10,[r8],#4\nmov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\n"
        "mov r4,r0\nldr r11,[r8],#4\n7: smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\n"
        "ldr lr,[r5,r6,lsl #2]\nsmlad r3,r10,r12,r3\nldr r12,[r5],#4\nsmlad r4,r10,lr,r4\n"
        "ldr lr,[r5,r6]\nsmlad r0,r10,r12,r0\nldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\n"
        "ldr lr,[r5,r7]\nldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,r12,r2\n"
        "ldr r12,[r5,r6,lsl #2]\nsmlad r3,r11,lr,r3\nldr lr,[r5],#4\nsmlad r4,r11,r12,r4\n"
        "ldr r12,[r5,r6]\nsmlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\n"
        "ldr r6,[sp,#12]\nldr r7,[sp]\nldr r8,[r7,#12]\nldr r9,[r7,#8]\nldr r7,[r7,#4]\n"
        "ldr r10,[sp,#116]\nldr r11,[sp,#120]\nldr r12,[sp,#76]\nadd lr,r6,r6,lsl #1\n"
        "subs r11,r11,#5\nstr r11,[sp,#120]\nand r11,r0,r8\nadd r11,r9,r11,asr #31\n"
        "smmlar r11,r0,r7,r11\nasr r11,r11,r8\nssat r11,#8,r11\nstrb r11,[r10]\nand r11,r1,r8\n"
        "add r11,r9,r11,asr #31\nsmmlar r11,r1,r7,r11\nasr r11,r11,r8\nssat r11,#8,r11\n"
        "strb r11,[r10,r6]\nand r11,r2,r8\nadd r11,r9,r11,asr #31\nsmmlar r11,r2,r7,r11\n"
        "asr r11,r11,r8\nssat r11,#8,r11\nstrb r11,[r10,r6,lsl #1]\nand r11,r3,r8\n"
        "add r11,r9,r11,asr #31\nsmmlar r11,r3,r7,r11\nasr r11,r11,r8\nssat r11,#8,r11\n"
        "strb r11,[r10,lr]\nand r11,r4,r8\nadd r9,r9,r11,asr #31\nsmmlar r9,r4,r7,r9\n"
        "asr r9,r9,r8\nssat r9,#8,r9\nstrb r9,[r10,r6,lsl #2]\nadd r10,r10,r12\nstr r10,[sp,#116]\n"
        "ldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#5\nbeq 8f\n"
        "sub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 5 outputs at a time, short records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short5(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r5,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#5\nstr r2,[sp,#120]\n6: "
        "ldr r8,[sp,#0]\nldr r6,[sp,#40]\nldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\n"
        "ldr r12,[r5,r6]\nldr r10,[r8],#4\nmov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\n"
        "mov r4,r0\nldr r11,[r8],#4\n7: smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\n"
        "ldr lr,[r5,r6,lsl #2]\nsmlad r3,r10,r12,r3\nldr r12,[r5],#4\nsmlad r4,r10,lr,r4\n"
        "ldr lr,[r5,r6]\nsmlad r0,r10,r12,r0\nldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\n"
        "ldr lr,[r5,r7]\nldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,r12,r2\n"
        "ldr r12,[r5,r6,lsl #2]\nsmlad r3,r11,lr,r3\nldr lr,[r5],#4\nsmlad r4,r11,r12,r4\n"
        "ldr r12,[r5,r6]\nsmlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\n"
        "ldr r6,[sp,#12]\nldr r7,[sp]\nldr r8,[sp,#116]\nldr r9,[r7,#8]\nldr r7,[r7,#4]\n"
        "ldr r10,[sp,#120]\nldr r11,[sp,#76]\nadd r12,r6,r6,lsl #1\nsmmla lr,r1,r7,r9\n"
        "ssat lr,#8,lr,asr #10\nstrb lr,[r8,r6]\nsmmla lr,r0,r7,r9\nssat lr,#8,lr,asr #10\n"
        "strb lr,[r8]\nsmmla lr,r2,r7,r9\nssat lr,#8,lr,asr #10\nstrb lr,[r8,r6,lsl #1]\n"
        "smmla lr,r4,r7,r9\nsmmla r9,r3,r7,r9\nssat r9,#8,r9,asr #10\nstrb r9,[r8,r12]\n"
        "ssat lr,#8,lr,asr #10\nstrb lr,[r8,r6,lsl #2]\nsubs r10,r10,#5\nstr r10,[sp,#120]\n"
        "add r8,r8,r11\nstr r8,[sp,#116]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#120]\n"
        "adds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_3_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#5\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r0,#16]\nldr r3,[r0]\nldr r4,[r0,#20]\n"
        "ldr r5,[r12,#8]\nsmlad r1,r2,r1,r3\nsmlad r6,r2,r5,r3\nldr r7,[r12,#4]\nldr r8,[r0,#24]\n"
        "ldr r9,[r0,#32]\nldr r10,[r0,#28]\nldr r11,[r12,#16]\nldr lr,[r12,#12]\n"
        "smlad r1,r4,r7,r1\nsmlad r1,r8,r5,r1\nsmlad r1,r10,lr,r1\nsmlad r6,r4,lr,r6\n"
        "smlad r6,r8,r11,r6\nsmlad r1,r9,r11,r1\nsmlad r11,r2,r11,r3\nldr r0,[r0,#36]\n"
        "ldr lr,[r12,#20]\nldr r5,[r12,#24]\nldr r7,[r12,#28]\nsmlad r1,r0,lr,r1\n"
        "smlad r11,r4,lr,r11\nsmlad r6,r10,lr,r6\nsmlad r11,r8,r5,r11\nsmlad r6,r9,r5,r6\n"
        "smlad r5,r2,r5,r3\nsmlad r11,r10,r7,r11\nsmlad r6,r0,r7,r6\nsmlad r5,r4,r7,r5\n"
        "ldr r7,[r12,#32]\nldr lr,[r12,#36]\nsmlad r5,r8,r7,r5\nsmlad r11,r9,r7,r11\n"
        "smlad r5,r10,lr,r5\nsmlad r11,r0,lr,r11\nsmlad r3,r2,r7,r3\nsmlad r3,r4,lr,r3\n"
        "ldr r4,[r12,#40]\nldr lr,[r12,#44]\nldr r2,[r12,#48]\nldr r7,[r12,#52]\n"
        "smlad r5,r9,r4,r5\nsmlad r3,r8,r4,r3\nsmlad r5,r0,lr,r5\nsmlad r3,r10,lr,r3\n"
        "smlad r3,r9,r2,r3\nsmlad r3,r0,r7,r3\nldr r0,[sp,#12]\nldr r7,[sp]\nldr r9,[sp,#116]\n"
        "ldr r2,[r7,#4]\nldr r7,[r7,#8]\nldr r10,[sp,#120]\nadd lr,r0,r0,lsl #1\n"
        "smmla r1,r1,r2,r7\nssat r1,#8,r1,asr #10\nstrb r1,[r9]\nsmmla r6,r6,r2,r7\n"
        "smmla r11,r11,r2,r7\nssat r11,#8,r11,asr #10\nssat r6,#8,r6,asr #10\nstrb r6,[r9,r0]\n"
        "strb r11,[r9,r0,lsl #1]\nsmmla r5,r5,r2,r7\nssat r5,#8,r5,asr #10\nstrb r5,[r9,lr]\n"
        "smmla r7,r3,r2,r7\nssat r7,#8,r7,asr #10\nstrb r7,[r9,r0,lsl #2]\nsubs r10,r10,#5\n"
        "str r10,[sp,#120]\nldr r10,[sp,#76]\nadd r9,r9,r10\nstr r9,[sp,#116]\nadd r12,r12,#40\n"
        "bge 6b\nldr r0,[sp,#120]\nadds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\n"
        "ldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\n"
        "mla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\n"
        "ldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\n"
        "str r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\n"
        "str r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_3_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#5\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r0]\nldr r2,[r0,#16]\nldr r3,[r12]\nldr r4,[r0,#20]\n"
        "ldr r5,[r12,#4]\nldr r6,[r0,#24]\nldr r7,[r12,#8]\nsmlad r3,r2,r3,r1\nsmlad r3,r4,r5,r3\n"
        "smlad r3,r6,r7,r3\nldr r7,[r0,#28]\nldr r5,[r12,#12]\nldr r8,[r0,#32]\nldr r9,[r12,#16]\n"
        "ldr r10,[r12,#20]\nldr r0,[r0,#36]\nldr r11,[r12,#24]\nldr lr,[r12,#28]\n"
        "smlad r3,r7,r5,r3\nsmlad r3,r8,r9,r3\nsmlad r9,r2,r9,r1\nsmlad r3,r0,r10,r3\n"
        "smlad r9,r4,r10,r9\nsmlad r9,r6,r11,r9\nsmlad r9,r7,lr,r9\nldr lr,[r12,#32]\n"
        "ldr r11,[r12,#36]\nldr r10,[r12,#40]\nldr r5,[r12,#44]\nsmlad r9,r8,lr,r9\n"
        "smlad lr,r2,lr,r1\nsmlad r9,r0,r11,r9\nsmlad lr,r4,r11,lr\nsmlad lr,r6,r10,lr\n"
        "smlad lr,r7,r5,lr\nldr r5,[r12,#48]\nldr r10,[r12,#52]\nldr r11,[r12,#56]\n"
        "smlad lr,r8,r5,lr\nsmlad r5,r2,r5,r1\nsmlad lr,r0,r10,lr\nsmlad r5,r4,r10,r5\n"
        "smlad r5,r6,r11,r5\nldr r11,[r12,#60]\nldr r10,[r12,#64]\nsmlad r5,r7,r11,r5\n"
        "smlad r5,r8,r10,r5\nsmlad r1,r2,r10,r1\nldr r2,[r12,#68]\nldr r10,[r12,#72]\n"
        "ldr r11,[r12,#76]\nsmlad r5,r0,r2,r5\nsmlad r1,r4,r2,r1\nsmlad r1,r6,r10,r1\n"
        "smlad r1,r7,r11,r1\nldr r7,[r12,#80]\nldr r11,[r12,#84]\nldr r6,[sp,#12]\nldr r10,[sp]\n"
        "ldr r4,[r10,#8]\nldr r10,[r10,#4]\nldr r2,[sp,#116]\nsmlad r1,r8,r7,r1\n"
        "smlad r1,r0,r11,r1\nadd r0,r6,r6,lsl #1\nsmmla r3,r3,r10,r4\nssat r3,#8,r3,asr #10\n"
        "strb r3,[r2]\nsmmla r9,r9,r10,r4\nssat r9,#8,r9,asr #10\nstrb r9,[r2,r6]\n"
        "smmla lr,lr,r10,r4\nssat lr,#8,lr,asr #10\nstrb lr,[r2,r6,lsl #1]\nsmmla r5,r5,r10,r4\n"
        "ssat r5,#8,r5,asr #10\nstrb r5,[r2,r0]\nsmmla r4,r1,r10,r4\nssat r4,#8,r4,asr #10\n"
        "strb r4,[r2,r6,lsl #2]\nldr r4,[sp,#120]\nldr r6,[sp,#76]\nsubs r4,r4,#5\n"
        "str r4,[sp,#120]\nadd r2,r2,r6\nstr r2,[sp,#116]\nadd r12,r12,#80\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_5_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#5\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r0,#16]\nldr r2,[r0]\nldr r3,[r12]\nldr r4,[r12,#12]\n"
        "ldr r5,[r0,#28]\nldr r6,[r12,#24]\nldr r7,[r0,#40]\nldr r8,[r0,#52]\nsmlad r3,r1,r3,r2\n"
        "smlad r3,r5,r4,r3\nsmlad r4,r1,r4,r2\nsmlad r3,r7,r6,r3\nsmlad r4,r5,r6,r4\n"
        "smlad r6,r1,r6,r2\nldr r9,[r12,#36]\nldr r10,[r12,#48]\nldr r11,[r0,#64]\n"
        "ldr lr,[r12,#60]\nsmlad r3,r8,r9,r3\nsmlad r4,r7,r9,r4\nsmlad r6,r5,r9,r6\n"
        "smlad r9,r1,r9,r2\nsmlad r3,r11,r10,r3\nsmlad r4,r8,r10,r4\nsmlad r6,r7,r10,r6\n"
        "smlad r9,r5,r10,r9\nsmlad r2,r1,r10,r2\nsmlad r4,r11,lr,r4\nsmlad r6,r8,lr,r6\n"
        "smlad r9,r7,lr,r9\nsmlad r2,r5,lr,r2\nldr r5,[r12,#72]\nldr lr,[r12,#84]\n"
        "ldr r1,[r12,#96]\nldr r10,[r0,#20]\nsmlad r6,r11,r5,r6\nsmlad r9,r8,r5,r9\n"
        "smlad r2,r7,r5,r2\nsmlad r9,r11,lr,r9\nsmlad r2,r8,lr,r2\nsmlad r2,r11,r1,r2\n"
        "ldr r11,[r12,#4]\nldr r1,[r12,#16]\nldr r8,[r0,#32]\nldr lr,[r12,#28]\nldr r7,[r0,#44]\n"
        "ldr r5,[r0,#56]\nsmlad r3,r10,r11,r3\nsmlad r3,r8,r1,r3\nsmlad r4,r10,r1,r4\n"
        "smlad r3,r7,lr,r3\nsmlad r4,r8,lr,r4\nsmlad r6,r10,lr,r6\nldr lr,[r12,#40]\n"
        "ldr r1,[r12,#52]\nldr r11,[r0,#68]\nsmlad r3,r5,lr,r3\nsmlad r4,r7,lr,r4\n"
        "smlad r6,r8,lr,r6\nsmlad r9,r10,lr,r9\nsmlad r3,r11,r1,r3\nsmlad r4,r5,r1,r4\n"
        "smlad r6,r7,r1,r6\nsmlad r9,r8,r1,r9\nsmlad r2,r10,r1,r2\nldr r10,[r12,#64]\n"
        "ldr r1,[r12,#76]\nldr lr,[r12,#88]\nsmlad r4,r11,r10,r4\nsmlad r6,r5,r10,r6\n"
        "smlad r9,r7,r10,r9\nsmlad r2,r8,r10,r2\nsmlad r6,r11,r1,r6\nsmlad r9,r5,r1,r9\n"
        "smlad r2,r7,r1,r2\nsmlad r9,r11,lr,r9\nsmlad r2,r5,lr,r2\nldr r5,[r12,#100]\n"
        "ldr lr,[r0,#24]\nldr r7,[r12,#8]\nldr r1,[r12,#20]\nldr r8,[r0,#36]\nldr r10,[r0,#48]\n"
        "smlad r2,r11,r5,r2\nsmlad r3,lr,r7,r3\nsmlad r3,r8,r1,r3\nsmlad r4,lr,r1,r4\n"
        "ldr r1,[r12,#32]\nldr r7,[r0,#60]\nldr r11,[r12,#44]\nldr r5,[r12,#56]\n"
        "smlad r3,r10,r1,r3\nsmlad r4,r8,r1,r4\nsmlad r6,lr,r1,r6\nsmlad r3,r7,r11,r3\n"
        "smlad r6,r8,r11,r6\nsmlad r4,r10,r11,r4\nsmlad r9,lr,r11,r9\nsmlad r4,r7,r5,r4\n"
        "smlad r6,r10,r5,r6\nsmlad r2,lr,r5,r2\nsmlad r9,r8,r5,r9\nldr r0,[r0,#72]\n"
        "ldr lr,[r12,#68]\nldr r11,[r12,#80]\nldr r1,[r12,#92]\nsmlad r3,r0,r5,r3\n"
        "smlad r4,r0,lr,r4\nsmlad r6,r7,lr,r6\nsmlad r9,r10,lr,r9\nsmlad r2,r8,lr,r2\n"
        "smlad r6,r0,r11,r6\nsmlad r9,r7,r11,r9\nsmlad r2,r10,r11,r2\nsmlad r9,r0,r1,r9\n"
        "smlad r2,r7,r1,r2\nldr r7,[r12,#104]\nldr r1,[sp,#12]\nldr r10,[sp]\nldr r11,[r10,#8]\n"
        "ldr r10,[r10,#4]\nldr r8,[sp,#116]\nldr lr,[sp,#120]\nldr r5,[sp,#76]\nsmlad r2,r0,r7,r2\n"
        "add r0,r1,r1,lsl #1\nsmmla r3,r3,r10,r11\nssat r3,#8,r3,asr #10\nstrb r3,[r8]\n"
        "smmla r4,r4,r10,r11\nssat r4,#8,r4,asr #10\nstrb r4,[r8,r1]\nsmmla r6,r6,r10,r11\n"
        "ssat r6,#8,r6,asr #10\nsmmla r9,r9,r10,r11\nstrb r6,[r8,r1,lsl #1]\n"
        "ssat r9,#8,r9,asr #10\nstrb r9,[r8,r0]\nsmmla r11,r2,r10,r11\nssat r11,#8,r11,asr #10\n"
        "strb r11,[r8,r1,lsl #2]\nsubs lr,lr,#5\nstr lr,[sp,#120]\nadd r8,r8,r5\nstr r8,[sp,#116]\n"
        "add r12,r12,#60\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\n"
        "mov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\n"
        "mla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\n"
        "ldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\n"
        "add r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\n"
        "str r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Two rows of 3 by 3 windows, stride 1, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_rows5_3(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#5\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12,#4]\nldr r2,[r0,#16]\nldr r3,[r0]\nldr r4,[r12,#8]\n"
        "ldr r5,[r0,#24]\nldr r6,[r12]\nldr r7,[r0,#20]\nldr r8,[r0,#28]\nldr r9,[r12,#12]\n"
        "ldr r10,[r0,#32]\nldr r11,[r12,#20]\nsmlad r6,r2,r6,r3\nsmlad r6,r7,r1,r6\n"
        "smlad r1,r2,r4,r3\nsmlad r6,r5,r4,r6\nsmlad r6,r8,r9,r6\nsmlad r1,r7,r9,r1\n"
        "ldr r9,[r12,#16]\nldr r0,[r0,#36]\nldr r4,[r12,#24]\nldr lr,[r12,#28]\n"
        "smlad r6,r10,r9,r6\nsmlad r1,r5,r9,r1\nsmlad r1,r8,r11,r1\nsmlad r9,r2,r9,r3\n"
        "smlad r6,r0,r11,r6\nsmlad r1,r10,r4,r1\nsmlad r9,r7,r11,r9\nsmlad r9,r5,r4,r9\n"
        "smlad r4,r2,r4,r3\nsmlad r1,r0,lr,r1\nsmlad r9,r8,lr,r9\nsmlad r4,r7,lr,r4\n"
        "ldr lr,[r12,#32]\nldr r11,[r12,#36]\nsmlad r4,r5,lr,r4\nsmlad r9,r10,lr,r9\n"
        "smlad r9,r0,r11,r9\nsmlad r4,r8,r11,r4\nsmlad r3,r2,lr,r3\nsmlad r3,r7,r11,r3\n"
        "ldr r7,[r12,#40]\nldr r11,[r12,#44]\nldr r2,[r12,#52]\nldr lr,[r12,#48]\n"
        "smlad r4,r10,r7,r4\nsmlad r4,r0,r11,r4\nsmlad r3,r5,r7,r3\nsmlad r3,r8,r11,r3\n"
        "smlad r3,r10,lr,r3\nsmlad r3,r0,r2,r3\nldr r0,[sp,#12]\nldr r2,[sp]\nldr r10,[r2,#8]\n"
        "ldr r2,[r2,#4]\nldr lr,[sp,#116]\nldr r8,[r12,#8]\nadd r11,r0,r0,lsl #1\n"
        "smmla r6,r6,r2,r10\nssat r6,#8,r6,asr #10\nstrb r6,[lr]\nsmmla r1,r1,r2,r10\n"
        "ssat r1,#8,r1,asr #10\nstrb r1,[lr,r0]\nsmmla r9,r9,r2,r10\nssat r9,#8,r9,asr #10\n"
        "strb r9,[lr,r0,lsl #1]\nsmmla r4,r4,r2,r10\nldr r9,[sp]\nldr r1,[r9]\nldr r6,[r9,#16]\n"
        "ldr r5,[r12]\nldr r7,[r9,#24]\nsmmla r10,r3,r2,r10\nssat r4,#8,r4,asr #10\n"
        "strb r4,[lr,r11]\nssat r10,#8,r10,asr #10\nstrb r10,[lr,r0,lsl #2]\nsmlatb r5,r5,r6,r1\n"
        "smlatb r10,r8,r6,r1\nsmlatb r5,r8,r7,r5\nldr r8,[r9,#32]\nldr r0,[r12,#16]\n"
        "ldr r4,[r12,#24]\nldr r11,[r12,#32]\nldr r3,[r12,#40]\nldr r2,[r12,#48]\n"
        "smlatb r10,r0,r7,r10\nsmlatb r5,r0,r8,r5\nsmlatb r0,r0,r6,r1\nsmlatb r0,r4,r7,r0\n"
        "smlatb r10,r4,r8,r10\nsmlatb r0,r11,r8,r0\nsmlatb r4,r4,r6,r1\nsmlatb r4,r11,r7,r4\n"
        "smlatb r1,r11,r6,r1\nsmlatb r4,r3,r8,r4\nsmlatb r1,r3,r7,r1\nsmlatb r1,r2,r8,r1\n"
        "ldr r2,[r9,#16]\nldr r8,[r9,#20]\nldr r3,[r9,#24]\nldr r7,[r9,#28]\nldr r11,[r9,#36]\n"
        "ldr r9,[r9,#32]\nasr r2,r2,#16\npkhbt r2,r2,r8,lsl #16\nasr r3,r3,#16\n"
        "pkhbt r3,r3,r7,lsl #16\nasr r9,r9,#16\npkhbt r9,r9,r11,lsl #16\nldr r11,[r12,#4]\n"
        "ldr r7,[r12,#20]\nldr r8,[r12,#12]\nldr r6,[r12,#28]\nsmlad r5,r11,r2,r5\n"
        "smlad r5,r8,r3,r5\nsmlad r10,r8,r2,r10\nsmlad r5,r7,r9,r5\nsmlad r10,r7,r3,r10\n"
        "smlad r0,r7,r2,r0\nsmlad r10,r6,r9,r10\nsmlad r4,r6,r2,r4\nsmlad r0,r6,r3,r0\n"
        "ldr r6,[r12,#44]\nldr r7,[r12,#36]\nldr r8,[r12,#52]\nldr r11,[sp]\nsmlad r4,r7,r3,r4\n"
        "smlad r1,r7,r2,r1\nsmlad r0,r7,r9,r0\nsmlad r4,r6,r9,r4\nsmlad r1,r6,r3,r1\n"
        "smlad r1,r8,r9,r1\nldr r8,[r11,#4]\nldr r9,[sp,#12]\nldr r11,[r11,#8]\nldr r6,[sp,#80]\n"
        "ldr r3,[sp,#120]\nldr r7,[sp,#76]\nadd r2,r9,r9,lsl #1\nadd r6,lr,r6\nsmmla r5,r5,r8,r11\n"
        "smmla r10,r10,r8,r11\nssat r10,#8,r10,asr #10\nstrb r10,[r6,r9]\nssat r5,#8,r5,asr #10\n"
        "strb r5,[r6]\nsmmla r4,r4,r8,r11\nssat r4,#8,r4,asr #10\nsmmla r0,r0,r8,r11\n"
        "ssat r0,#8,r0,asr #10\nstrb r0,[r6,r9,lsl #1]\nstrb r4,[r6,r2]\nsubs r3,r3,#5\n"
        "smmla r11,r1,r8,r11\nssat r11,#8,r11,asr #10\nstrb r11,[r6,r9,lsl #2]\nadd lr,lr,r7\n"
        "str r3,[sp,#120]\nstr lr,[sp,#116]\nadd r12,r12,#40\nbge 6b\nldr r0,[sp,#120]\n"
        "adds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

#ifdef __cplusplus
}
#endif

#endif
