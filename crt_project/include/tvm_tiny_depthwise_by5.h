/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by benchmarks/micro/write_depthwise.py: do not edit. The order of instructions was
 * searched for on the timing table of the Cortex-M7; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_BY5_H
#define TVM_TINY_DEPTHWISE_BY5_H

#include <stdint.h>

#include "tvm_tiny_depthwise_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Any window, 5 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_long5(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r5,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r8,[sp,#0]\nldr r6,[sp,#40]\n"
        "ldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\nldr r12,[r5,r6]\nldr r10,[r8],#4\n"
        "mov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\nmov r4,r0\nldr r11,[r8],#4\n7: "
        "smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\nldr lr,[r5,r6,lsl #2]\n"
        "smlad r3,r10,r12,r3\nldr r12,[r5],#4\nsmlad r4,r10,lr,r4\nldr lr,[r5,r6]\n"
        "smlad r0,r10,r12,r0\nldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\nldr lr,[r5,r7]\n"
        "ldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,r12,r2\nldr r12,[r5,r6,lsl #2]\n"
        "smlad r3,r11,lr,r3\nldr lr,[r5],#4\nsmlad r4,r11,r12,r4\nldr r12,[r5,r6]\n"
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r6,[sp,#12]\n"
        "ldr r7,[sp]\nldr r8,[r7,#8]\nldr r9,[r7,#4]\nadd r10,r8,r0,asr #31\nldr r7,[r7,#12]\n"
        "add r11,r6,r6,lsl #1\nsmmlar r10,r0,r9,r10\nldr r12,[sp,#112]\nadd lr,r8,r1,asr #31\n"
        "asr r10,r10,r7\nsmmlar lr,r1,r9,lr\nssat r10,#8,r10\nasr lr,lr,r7\nstrb r10,[r12]\n"
        "add r10,r8,r2,asr #31\nssat lr,#8,lr\nsmmlar r10,r2,r9,r10\nstrb lr,[r12,r6]\n"
        "add lr,r8,r3,asr #31\nasr r10,r10,r7\nsmmlar lr,r3,r9,lr\nadd r8,r8,r4,asr #31\n"
        "smmlar r8,r4,r9,r8\nssat r10,#8,r10\nasr lr,lr,r7\nstrb r10,[r12,r6,lsl #1]\n"
        "asr r8,r8,r7\nssat lr,#8,lr\nstrb lr,[r12,r11]\nldr lr,[sp,#116]\nssat r8,#8,r8\n"
        "subs lr,lr,#5\nstrb r8,[r12,r6,lsl #2]\nldr r8,[sp,#76]\nstr lr,[sp,#116]\n"
        "add r12,r12,r8\nstr r12,[sp,#112]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\n"
        "ldr r0,[sp,#116]\nadds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 5 outputs at a time, short records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short5(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r5,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r8,[sp,#0]\nldr r6,[sp,#40]\n"
        "ldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\nldr r12,[r5,r6]\nldr r10,[r8],#4\n"
        "mov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\nmov r4,r0\nldr r11,[r8],#4\n7: "
        "smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\nldr lr,[r5,r6,lsl #2]\n"
        "smlad r3,r10,r12,r3\nldr r12,[r5],#4\nsmlad r4,r10,lr,r4\nldr lr,[r5,r6]\n"
        "smlad r0,r10,r12,r0\nldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\nldr lr,[r5,r7]\n"
        "ldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,r12,r2\nldr r12,[r5,r6,lsl #2]\n"
        "smlad r3,r11,lr,r3\nldr lr,[r5],#4\nsmlad r4,r11,r12,r4\nldr r12,[r5,r6]\n"
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r6,[sp,#12]\n"
        "ldr r7,[sp]\nldr r8,[sp,#112]\nldr r9,[sp,#116]\nldr r10,[r7,#4]\nldr r7,[r7,#8]\n"
        "add r11,r6,r6,lsl #1\nldr r12,[sp,#76]\nsmmla lr,r0,r10,r7\nsubs r9,r9,#5\n"
        "str r9,[sp,#116]\nadd r12,r8,r12\nsmmla r9,r1,r10,r7\nssat lr,#8,lr,asr #10\n"
        "str r12,[sp,#112]\nstrb lr,[r8]\nssat r9,#8,r9,asr #10\nsmmla lr,r2,r10,r7\n"
        "strb r9,[r8,r6]\nsmmla r9,r3,r10,r7\nssat lr,#8,lr,asr #10\nsmmla r7,r4,r10,r7\n"
        "strb lr,[r8,r6,lsl #1]\nssat r9,#8,r9,asr #10\nssat r7,#8,r7,asr #10\nstrb r9,[r8,r11]\n"
        "strb r7,[r8,r6,lsl #2]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#116]\n"
        "adds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_3_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#4]\nldr r3,[r0,#16]\nldr r4,[r0,#20]\nldr r5,[r0]\nldr r6,[r0,#28]\n"
        "ldr r7,[r12,#8]\nldr r8,[r12,#12]\nldr r9,[r0,#24]\nsmlad r1,r3,r1,r5\nsmlad r1,r4,r2,r1\n"
        "ldr r2,[r12,#16]\nldr r10,[r0,#32]\nsmlad r1,r9,r7,r1\nldr r11,[r12,#20]\n"
        "smlad r7,r3,r7,r5\nldr r0,[r0,#36]\nsmlad r1,r6,r8,r1\nsmlad r7,r4,r8,r7\n"
        "ldr r8,[r12,#24]\nsmlad r7,r9,r2,r7\nldr lr,[r12,#28]\nsmlad r1,r10,r2,r1\n"
        "smlad r2,r3,r2,r5\nsmlad r7,r6,r11,r7\nsmlad r1,r0,r11,r1\nsmlad r2,r4,r11,r2\n"
        "ldr r11,[r12,#32]\nsmlad r7,r10,r8,r7\nsmlad r2,r9,r8,r2\nsmlad r8,r3,r8,r5\n"
        "smlad r2,r6,lr,r2\nsmlad r7,r0,lr,r7\nsmlad r8,r4,lr,r8\nldr lr,[r12,#36]\n"
        "smlad r8,r9,r11,r8\nsmlad r2,r10,r11,r2\nsmlad r5,r3,r11,r5\nldr r3,[r12,#40]\n"
        "ldr r11,[r12,#44]\nsmlad r8,r6,lr,r8\nsmlad r5,r4,lr,r5\nldr r4,[r12,#48]\n"
        "smlad r2,r0,lr,r2\nldr lr,[r12,#52]\nsmlad r5,r9,r3,r5\nldr r9,[sp]\nsmlad r8,r10,r3,r8\n"
        "ldr r3,[sp,#12]\nsmlad r8,r0,r11,r8\nsmlad r5,r6,r11,r5\nldr r6,[r9,#4]\n"
        "smlad r5,r10,r4,r5\nldr r9,[r9,#8]\nldr r10,[sp,#112]\nsmlad r5,r0,lr,r5\n"
        "add r0,r3,r3,lsl #1\nsmmla r1,r1,r6,r9\nsmmla r7,r7,r6,r9\nldr lr,[sp,#116]\n"
        "smmla r2,r2,r6,r9\nldr r4,[sp,#76]\nssat r1,#8,r1,asr #10\nsmmla r8,r8,r6,r9\n"
        "ssat r7,#8,r7,asr #10\nstrb r1,[r10]\nstrb r7,[r10,r3]\nsubs lr,lr,#5\n"
        "ssat r2,#8,r2,asr #10\nsmmla r9,r5,r6,r9\nstrb r2,[r10,r3,lsl #1]\nadd r4,r10,r4\n"
        "ssat r8,#8,r8,asr #10\nstr lr,[sp,#116]\nstrb r8,[r10,r0]\nssat r9,#8,r9,asr #10\n"
        "str r4,[sp,#112]\nstrb r9,[r10,r3,lsl #2]\nadd r12,r12,#40\nbge 6b\nldr r0,[sp,#116]\n"
        "adds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_3_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#4]\nldr r3,[r0]\nldr r4,[r0,#20]\nldr r5,[r0,#16]\nldr r6,[r0,#28]\n"
        "ldr r7,[r0,#24]\nldr r8,[r0,#36]\nldr r9,[r12,#8]\nldr r10,[r12,#12]\nldr r11,[r12,#16]\n"
        "smlad r1,r5,r1,r3\nldr r0,[r0,#32]\nsmlad r1,r4,r2,r1\nldr r2,[r12,#20]\n"
        "smlad r1,r7,r9,r1\nsmlad r1,r6,r10,r1\nldr r10,[r12,#24]\nldr r9,[r12,#28]\n"
        "smlad r1,r0,r11,r1\nldr lr,[r12,#32]\nsmlad r11,r5,r11,r3\nsmlad r1,r8,r2,r1\n"
        "smlad r11,r4,r2,r11\nldr r2,[r12,#36]\nsmlad r11,r7,r10,r11\nldr r10,[r12,#40]\n"
        "smlad r11,r6,r9,r11\nldr r9,[r12,#44]\nsmlad r11,r0,lr,r11\nsmlad lr,r5,lr,r3\n"
        "smlad r11,r8,r2,r11\nsmlad lr,r4,r2,lr\nldr r2,[r12,#48]\nsmlad lr,r7,r10,lr\n"
        "ldr r10,[r12,#52]\nsmlad lr,r6,r9,lr\nldr r9,[r12,#56]\nsmlad lr,r0,r2,lr\n"
        "smlad r2,r5,r2,r3\nsmlad lr,r8,r10,lr\nsmlad r2,r4,r10,r2\nldr r10,[r12,#60]\n"
        "smlad r2,r7,r9,r2\nldr r9,[r12,#64]\nsmlad r2,r6,r10,r2\nldr r10,[r12,#68]\n"
        "smlad r2,r0,r9,r2\nsmlad r3,r5,r9,r3\nldr r5,[r12,#72]\nldr r9,[r12,#76]\n"
        "smlad r3,r4,r10,r3\nldr r4,[r12,#80]\nsmlad r2,r8,r10,r2\nldr r10,[r12,#84]\n"
        "smlad r3,r7,r5,r3\nsmlad r3,r6,r9,r3\nldr r6,[sp]\nldr r9,[sp,#12]\nsmlad r3,r0,r4,r3\n"
        "ldr r0,[r6,#4]\nldr r6,[r6,#8]\nsmlad r3,r8,r10,r3\nldr r8,[sp,#112]\n"
        "add r10,r9,r9,lsl #1\nsmmla r1,r1,r0,r6\nsmmla r11,r11,r0,r6\nldr r4,[sp,#116]\n"
        "smmla lr,lr,r0,r6\nsubs r4,r4,#5\nssat r1,#8,r1,asr #10\nsmmla r2,r2,r0,r6\nstrb r1,[r8]\n"
        "ldr r1,[sp,#76]\nssat r11,#8,r11,asr #10\nsmmla r6,r3,r0,r6\nssat lr,#8,lr,asr #10\n"
        "strb r11,[r8,r9]\nstrb lr,[r8,r9,lsl #1]\nadd r1,r8,r1\nssat r2,#8,r2,asr #10\n"
        "str r4,[sp,#116]\nstrb r2,[r8,r10]\nssat r6,#8,r6,asr #10\nstr r1,[sp,#112]\n"
        "strb r6,[r8,r9,lsl #2]\nadd r12,r12,#80\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#5\nbeq 8f\n"
        "sub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_5_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12,#12]\n"
        "ldr r2,[r12]\nldr r3,[r0]\nldr r4,[r0,#28]\nldr r5,[r0,#16]\nldr r6,[r0,#52]\n"
        "ldr r7,[r0,#40]\nldr r8,[r12,#24]\nsmlad r2,r5,r2,r3\nsmlad r2,r4,r1,r2\n"
        "ldr r9,[r12,#36]\nsmlad r1,r5,r1,r3\nldr r10,[r0,#64]\nsmlad r2,r7,r8,r2\n"
        "ldr r11,[r12,#48]\nsmlad r1,r4,r8,r1\nldr lr,[r12,#60]\nsmlad r8,r5,r8,r3\n"
        "smlad r2,r6,r9,r2\nsmlad r8,r4,r9,r8\nsmlad r1,r7,r9,r1\nsmlad r9,r5,r9,r3\n"
        "smlad r8,r7,r11,r8\nsmlad r2,r10,r11,r2\nsmlad r9,r4,r11,r9\nsmlad r1,r6,r11,r1\n"
        "smlad r3,r5,r11,r3\nldr r5,[r12,#72]\nldr r11,[r12,#84]\nsmlad r1,r10,lr,r1\n"
        "smlad r9,r7,lr,r9\nsmlad r3,r4,lr,r3\nldr r4,[r12,#96]\nsmlad r8,r6,lr,r8\n"
        "ldr lr,[r12,#4]\nsmlad r8,r10,r5,r8\nsmlad r9,r6,r5,r9\nsmlad r3,r7,r5,r3\n"
        "ldr r7,[r0,#20]\nsmlad r3,r6,r11,r3\nldr r6,[r0,#32]\nsmlad r9,r10,r11,r9\n"
        "ldr r11,[r12,#16]\nsmlad r3,r10,r4,r3\nldr r10,[r12,#28]\nldr r4,[r0,#44]\n"
        "smlad r2,r7,lr,r2\nldr lr,[r12,#40]\nsmlad r2,r6,r11,r2\nldr r5,[r0,#56]\n"
        "smlad r1,r7,r11,r1\nsmlad r2,r4,r10,r2\nldr r11,[r12,#52]\nsmlad r8,r7,r10,r8\n"
        "smlad r1,r6,r10,r1\nldr r10,[r0,#68]\nsmlad r1,r4,lr,r1\nsmlad r2,r5,lr,r2\n"
        "smlad r9,r7,lr,r9\nsmlad r8,r6,lr,r8\nldr lr,[r12,#64]\nsmlad r2,r10,r11,r2\n"
        "smlad r1,r5,r11,r1\nsmlad r8,r4,r11,r8\nsmlad r9,r6,r11,r9\nsmlad r3,r7,r11,r3\n"
        "ldr r7,[r12,#76]\nsmlad r1,r10,lr,r1\nldr r11,[r12,#88]\nsmlad r8,r5,lr,r8\n"
        "smlad r3,r6,lr,r3\nldr r6,[r12,#100]\nsmlad r9,r4,lr,r9\nldr lr,[r0,#24]\n"
        "smlad r8,r10,r7,r8\nsmlad r3,r4,r7,r3\nldr r4,[r12,#8]\nsmlad r9,r5,r7,r9\n"
        "ldr r7,[r0,#36]\nsmlad r9,r10,r11,r9\nsmlad r3,r5,r11,r3\nldr r5,[r12,#20]\n"
        "smlad r3,r10,r6,r3\nldr r10,[r12,#32]\nldr r6,[r0,#48]\nsmlad r2,lr,r4,r2\n"
        "ldr r4,[r12,#44]\nsmlad r2,r7,r5,r2\nldr r11,[r0,#60]\nsmlad r1,lr,r5,r1\n"
        "smlad r1,r7,r10,r1\nldr r5,[r12,#56]\nsmlad r2,r6,r10,r2\nldr r0,[r0,#72]\n"
        "smlad r2,r11,r4,r2\nsmlad r8,lr,r10,r8\nldr r10,[r12,#68]\nsmlad r1,r6,r4,r1\n"
        "smlad r8,r7,r4,r8\nsmlad r9,lr,r4,r9\nldr r4,[r12,#80]\nsmlad r1,r11,r5,r1\n"
        "smlad r2,r0,r5,r2\nsmlad r9,r7,r5,r9\nsmlad r8,r6,r5,r8\nsmlad r3,lr,r5,r3\n"
        "ldr lr,[r12,#92]\nsmlad r1,r0,r10,r1\nldr r5,[r12,#104]\nsmlad r8,r11,r10,r8\n"
        "smlad r3,r7,r10,r3\nldr r7,[sp,#12]\nsmlad r9,r6,r10,r9\nldr r10,[sp]\nsmlad r8,r0,r4,r8\n"
        "smlad r3,r6,r4,r3\nldr r6,[r10,#8]\nsmlad r9,r11,r4,r9\nldr r10,[r10,#4]\n"
        "smlad r9,r0,lr,r9\nldr r4,[sp,#112]\nsmlad r3,r11,lr,r3\nadd r11,r7,r7,lsl #1\n"
        "smlad r3,r0,r5,r3\nldr r0,[sp,#116]\nsmmla r2,r2,r10,r6\nldr r5,[sp,#76]\n"
        "smmla r1,r1,r10,r6\nsubs r0,r0,#5\nsmmla r8,r8,r10,r6\nadd r5,r4,r5\n"
        "ssat r2,#8,r2,asr #10\nsmmla r3,r3,r10,r6\nstrb r2,[r4]\nssat r1,#8,r1,asr #10\n"
        "smmla r6,r9,r10,r6\nssat r8,#8,r8,asr #10\nstrb r1,[r4,r7]\nstrb r8,[r4,r7,lsl #1]\n"
        "ssat r6,#8,r6,asr #10\nstr r0,[sp,#116]\nstrb r6,[r4,r11]\nssat r3,#8,r3,asr #10\n"
        "str r5,[sp,#112]\nstrb r3,[r4,r7,lsl #2]\nadd r12,r12,#60\nbge 6b\nldr r0,[sp,#116]\n"
        "adds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

#ifdef __cplusplus
}
#endif

#endif
