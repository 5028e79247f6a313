/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by benchmarks/micro/write_depthwise.py: do not edit. The order of instructions was
 * searched for on the timing table of the Cortex-M7; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_BY4_H
#define TVM_TINY_DEPTHWISE_BY4_H

#include <stdint.h>

#include "tvm_tiny_depthwise_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Any window, 4 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_long4(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r5,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#4\nstr r2,[sp,#116]\n6: ldr r8,[sp,#0]\nldr r6,[sp,#40]\n"
        "ldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\nldr r12,[r5,r6]\nldr r10,[r8],#4\n"
        "mov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\nldr r11,[r8],#4\n7: "
        "smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\nldr lr,[r5],#4\n"
        "smlad r3,r10,r12,r3\nldr r12,[r5,r6]\nsmlad r0,r10,lr,r0\nldr lr,[r5,r6,lsl #1]\n"
        "smlad r1,r11,r12,r1\nldr r12,[r5,r7]\nldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,lr,r2\n"
        "ldr lr,[r5],#4\nsmlad r3,r11,r12,r3\nldr r12,[r5,r6]\nsmlad r0,r11,lr,r0\n"
        "ldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r4,[sp]\nldr r6,[sp,#12]\n"
        "ldr r7,[sp,#112]\nldr r8,[r4,#8]\nadd r9,r6,r6,lsl #1\nldr r10,[r4,#4]\n"
        "add r11,r8,r0,asr #31\nldr r4,[r4,#12]\nadd r12,r8,r1,asr #31\nsmmlar r11,r0,r10,r11\n"
        "add lr,r8,r2,asr #31\nsmmlar r12,r1,r10,r12\nadd r8,r8,r3,asr #31\nasr r11,r11,r4\n"
        "smmlar lr,r2,r10,lr\nasr r12,r12,r4\nsmmlar r8,r3,r10,r8\nssat r11,#8,r11\nasr lr,lr,r4\n"
        "strb r11,[r7]\nasr r8,r8,r4\nssat r12,#8,r12\nstrb r12,[r7,r6]\nldr r12,[sp,#116]\n"
        "ssat lr,#8,lr\nsubs r12,r12,#4\nstrb lr,[r7,r6,lsl #1]\nldr lr,[sp,#76]\nssat r8,#8,r8\n"
        "str r12,[sp,#116]\nstrb r8,[r7,r9]\nadd r7,r7,lr\nstr r7,[sp,#112]\nldr r6,[sp,#72]\n"
        "add r5,r5,r6\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\n"
        "ldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r5,r1,r2,r5\n"
        "mla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\n"
        "ldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\n"
        "str r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\n"
        "str r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 4 outputs at a time, short records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short4(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r5,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#4\nstr r2,[sp,#116]\n6: ldr r8,[sp,#0]\nldr r6,[sp,#40]\n"
        "ldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\nldr r12,[r5,r6]\nldr r10,[r8],#4\n"
        "mov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\nldr r11,[r8],#4\n7: "
        "smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\nldr lr,[r5],#4\n"
        "smlad r3,r10,r12,r3\nldr r12,[r5,r6]\nsmlad r0,r10,lr,r0\nldr lr,[r5,r6,lsl #1]\n"
        "smlad r1,r11,r12,r1\nldr r12,[r5,r7]\nldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,lr,r2\n"
        "ldr lr,[r5],#4\nsmlad r3,r11,r12,r3\nldr r12,[r5,r6]\nsmlad r0,r11,lr,r0\n"
        "ldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r4,[sp,#12]\nldr r6,[sp]\n"
        "ldr r7,[sp,#112]\nldr r8,[sp,#116]\nldr r9,[r6,#4]\nldr r6,[r6,#8]\nadd r10,r4,r4,lsl #1\n"
        "subs r8,r8,#4\nsmmla r11,r0,r9,r6\nsmmla r12,r1,r9,r6\nsmmla lr,r2,r9,r6\n"
        "ssat r11,#8,r11,asr #10\nsmmla r6,r3,r9,r6\nssat r12,#8,r12,asr #10\nstrb r11,[r7]\n"
        "strb r12,[r7,r4]\nldr r12,[sp,#76]\nssat lr,#8,lr,asr #10\nstr r8,[sp,#116]\n"
        "strb lr,[r7,r4,lsl #1]\nadd r12,r7,r12\nssat r6,#8,r6,asr #10\nstr r12,[sp,#112]\n"
        "strb r6,[r7,r10]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#4\n"
        "beq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#116]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#4\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#4]\nldr r3,[r0]\nldr r4,[r0,#20]\nldr r5,[r0,#16]\nldr r6,[r0,#28]\n"
        "ldr r7,[r12,#8]\nldr r8,[r12,#12]\nsmlad r1,r5,r1,r3\nldr r9,[r0,#24]\nsmlad r1,r4,r2,r1\n"
        "ldr r2,[r0,#32]\nsmlad r1,r9,r7,r1\nldr r0,[r0,#36]\nsmlad r1,r6,r8,r1\n"
        "ldr r10,[r12,#16]\nldr r11,[r12,#20]\nsmlad r7,r5,r7,r3\nsmlad r7,r4,r8,r7\n"
        "ldr r8,[r12,#28]\nsmlad r7,r9,r10,r7\nldr lr,[r12,#24]\nsmlad r1,r2,r10,r1\n"
        "smlad r10,r5,r10,r3\nsmlad r1,r0,r11,r1\nsmlad r7,r6,r11,r7\nsmlad r10,r4,r11,r10\n"
        "ldr r11,[r12,#32]\nsmlad r10,r9,lr,r10\nsmlad r7,r2,lr,r7\nsmlad r7,r0,r8,r7\n"
        "smlad r3,r5,lr,r3\nldr r5,[r12,#40]\nsmlad r10,r6,r8,r10\nldr lr,[r12,#36]\n"
        "smlad r3,r4,r8,r3\nldr r4,[r12,#44]\nsmlad r3,r9,r11,r3\nldr r9,[sp,#12]\n"
        "smlad r10,r2,r11,r10\nldr r11,[sp]\nsmlad r3,r6,lr,r3\nldr r6,[sp,#112]\n"
        "smlad r10,r0,lr,r10\nldr lr,[r11,#4]\nsmlad r3,r2,r5,r3\nldr r11,[r11,#8]\n"
        "smlad r3,r0,r4,r3\nadd r0,r9,r9,lsl #1\nsmmla r1,r1,lr,r11\nldr r4,[sp,#116]\n"
        "smmla r7,r7,lr,r11\nldr r2,[sp,#76]\nsmmla r10,r10,lr,r11\nsubs r4,r4,#4\n"
        "ssat r1,#8,r1,asr #10\nsmmla r11,r3,lr,r11\nssat r7,#8,r7,asr #10\nstrb r1,[r6]\n"
        "strb r7,[r6,r9]\nadd r2,r6,r2\nssat r10,#8,r10,asr #10\nstr r4,[sp,#116]\n"
        "strb r10,[r6,r9,lsl #1]\nssat r11,#8,r11,asr #10\nstr r2,[sp,#112]\nstrb r11,[r6,r0]\n"
        "add r12,r12,#32\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\n"
        "mov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\n"
        "mla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\n"
        "ldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\n"
        "add r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\n"
        "str r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#4\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#4]\nldr r3,[r0]\nldr r4,[r0,#20]\nldr r5,[r0,#16]\nldr r6,[r0,#28]\n"
        "ldr r7,[r12,#8]\nldr r8,[r12,#12]\nldr r9,[r0,#24]\nsmlad r1,r5,r1,r3\nldr r10,[r12,#16]\n"
        "smlad r1,r4,r2,r1\nldr r2,[r0,#32]\nsmlad r1,r9,r7,r1\nldr r7,[r12,#20]\n"
        "smlad r1,r6,r8,r1\nldr r0,[r0,#36]\nsmlad r1,r2,r10,r1\nldr r8,[r12,#24]\n"
        "smlad r10,r5,r10,r3\nsmlad r10,r4,r7,r10\nldr r11,[r12,#28]\nsmlad r1,r0,r7,r1\n"
        "ldr r7,[r12,#32]\nldr lr,[r12,#36]\nsmlad r10,r9,r8,r10\nsmlad r10,r6,r11,r10\n"
        "ldr r11,[r12,#40]\nsmlad r10,r2,r7,r10\nldr r8,[r12,#44]\nsmlad r7,r5,r7,r3\n"
        "smlad r10,r0,lr,r10\nsmlad r7,r4,lr,r7\nldr lr,[r12,#52]\nsmlad r7,r9,r11,r7\n"
        "ldr r11,[r12,#48]\nsmlad r7,r6,r8,r7\nldr r8,[r12,#56]\nsmlad r7,r2,r11,r7\n"
        "smlad r3,r5,r11,r3\nldr r5,[r12,#64]\nsmlad r7,r0,lr,r7\nldr r11,[r12,#60]\n"
        "smlad r3,r4,lr,r3\nldr r4,[r12,#68]\nsmlad r3,r9,r8,r3\nldr r9,[sp]\nsmlad r3,r6,r11,r3\n"
        "ldr r6,[sp,#12]\nsmlad r3,r2,r5,r3\nldr r2,[r9,#4]\nsmlad r3,r0,r4,r3\nldr r9,[r9,#8]\n"
        "ldr r0,[sp,#112]\nadd r4,r6,r6,lsl #1\nsmmla r10,r10,r2,r9\nldr r5,[sp,#116]\n"
        "smmla r1,r1,r2,r9\nsubs r5,r5,#4\nsmmla r7,r7,r2,r9\nssat r10,#8,r10,asr #10\n"
        "smmla r9,r3,r2,r9\nssat r1,#8,r1,asr #10\nstrb r10,[r0,r6]\nstrb r1,[r0]\n"
        "ldr r1,[sp,#76]\nssat r7,#8,r7,asr #10\nstr r5,[sp,#116]\nssat r9,#8,r9,asr #10\n"
        "strb r7,[r0,r6,lsl #1]\nstrb r9,[r0,r4]\nadd r0,r0,r1\nstr r0,[sp,#112]\nadd r12,r12,#64\n"
        "bge 6b\nldr r0,[sp,#116]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\n"
        "ldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r12,r1,r2,r12\n"
        "mla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\n"
        "ldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\n"
        "str r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\n"
        "str r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_5_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#4\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\nldr r5,[r0]\nldr r6,[r0,#52]\n"
        "ldr r7,[r0,#40]\nsmlad r8,r3,r2,r5\nldr r9,[r12,#24]\nsmlad r1,r3,r1,r5\n"
        "ldr r10,[r12,#36]\nsmlad r1,r4,r2,r1\nsmlad r8,r4,r9,r8\nldr r2,[r12,#48]\n"
        "smlad r1,r7,r9,r1\nldr r11,[r0,#64]\nsmlad r8,r7,r10,r8\nldr lr,[r12,#60]\n"
        "smlad r9,r3,r9,r5\nsmlad r5,r3,r10,r5\nsmlad r1,r6,r10,r1\nldr r3,[r12,#72]\n"
        "smlad r1,r11,r2,r1\nsmlad r9,r4,r10,r9\nldr r10,[r12,#84]\nsmlad r9,r7,r2,r9\n"
        "smlad r8,r6,r2,r8\nsmlad r5,r4,r2,r5\nsmlad r8,r11,lr,r8\nldr r4,[r0,#20]\n"
        "smlad r5,r7,lr,r5\nldr r7,[r12,#4]\nsmlad r5,r6,r3,r5\nsmlad r9,r6,lr,r9\n"
        "ldr r6,[r12,#16]\nsmlad r9,r11,r3,r9\nldr r3,[r0,#32]\nsmlad r5,r11,r10,r5\n"
        "ldr r11,[r12,#28]\nsmlad r1,r4,r7,r1\nldr r7,[r0,#44]\nldr r10,[r0,#56]\n"
        "smlad r1,r3,r6,r1\nldr lr,[r12,#40]\nsmlad r1,r7,r11,r1\nsmlad r9,r4,r11,r9\n"
        "ldr r2,[r0,#68]\nsmlad r8,r4,r6,r8\nldr r6,[r12,#52]\nsmlad r8,r3,r11,r8\n"
        "ldr r11,[r12,#64]\nsmlad r9,r3,lr,r9\nsmlad r1,r10,lr,r1\nsmlad r8,r7,lr,r8\n"
        "smlad r1,r2,r6,r1\nsmlad r5,r4,lr,r5\nldr r4,[r12,#76]\nsmlad r5,r3,r6,r5\n"
        "ldr r3,[r12,#88]\nsmlad r9,r7,r6,r9\nsmlad r9,r10,r11,r9\nsmlad r8,r10,r6,r8\n"
        "smlad r8,r2,r11,r8\nldr r6,[r12,#8]\nsmlad r5,r7,r11,r5\nldr r7,[r0,#36]\n"
        "smlad r5,r10,r4,r5\nldr r10,[r0,#24]\nsmlad r5,r2,r3,r5\nldr r3,[r12,#20]\n"
        "smlad r9,r2,r4,r9\nldr r2,[r0,#48]\nsmlad r1,r10,r6,r1\nldr r6,[r12,#44]\n"
        "smlad r8,r10,r3,r8\nldr r4,[r12,#32]\nldr r11,[r0,#60]\nsmlad r1,r7,r3,r1\n"
        "smlad r8,r7,r4,r8\nldr r3,[r12,#56]\nsmlad r8,r2,r6,r8\nldr r0,[r0,#72]\n"
        "smlad r1,r2,r4,r1\nldr lr,[r12,#68]\nsmlad r1,r11,r6,r1\nsmlad r9,r10,r4,r9\n"
        "ldr r4,[r12,#80]\nsmlad r9,r7,r6,r9\nsmlad r8,r11,r3,r8\nsmlad r9,r2,r3,r9\n"
        "smlad r5,r10,r6,r5\nldr r10,[r12,#92]\nsmlad r1,r0,r3,r1\nsmlad r9,r11,lr,r9\n"
        "smlad r8,r0,lr,r8\nsmlad r5,r7,r3,r5\nldr r7,[sp,#12]\nsmlad r9,r0,r4,r9\nldr r3,[sp]\n"
        "smlad r5,r2,lr,r5\nldr r2,[sp,#112]\nsmlad r5,r11,r4,r5\nldr r11,[r3,#4]\n"
        "smlad r5,r0,r10,r5\nldr r3,[r3,#8]\nsmmla r1,r1,r11,r3\nadd r0,r7,r7,lsl #1\n"
        "smmla r8,r8,r11,r3\nldr r10,[sp,#116]\nsmmla r9,r9,r11,r3\nsubs r10,r10,#4\n"
        "ssat r1,#8,r1,asr #10\nsmmla r3,r5,r11,r3\nstrb r1,[r2]\nldr r1,[sp,#76]\n"
        "ssat r8,#8,r8,asr #10\nstr r10,[sp,#116]\nssat r9,#8,r9,asr #10\nstrb r8,[r2,r7]\n"
        "strb r9,[r2,r7,lsl #1]\nadd r1,r2,r1\nssat r3,#8,r3,asr #10\nstr r1,[sp,#112]\n"
        "strb r3,[r2,r0]\nadd r12,r12,#48\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#4\nbeq 8f\n"
        "sub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

#ifdef __cplusplus
}
#endif

#endif
