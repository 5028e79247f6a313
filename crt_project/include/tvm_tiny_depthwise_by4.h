/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m7; tvm_tiny_depthwise.h has the same in C.
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
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r5,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r8,[sp,#0]\nldr r6,[sp,#40]\nldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\n"
        "ldr r12,[r5,r6]\nldr r10,[r8],#4\nmov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\n"
        "ldr r11,[r8],#4\n7: smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\n"
        "ldr lr,[r5],#4\nsmlad r3,r10,r12,r3\nldr r12,[r5,r6]\nsmlad r0,r10,lr,r0\n"
        "ldr lr,[r5,r6,lsl #1]\nsmlad r1,r11,r12,r1\nldr r12,[r5,r7]\nldr r10,[r8],#4\n"
        "subs r9,r9,#1\nsmlad r2,r11,lr,r2\nldr lr,[r5],#4\nsmlad r3,r11,r12,r3\nldr r12,[r5,r6]\n"
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r4,[sp]\n"
        "ldr r6,[sp,#12]\nldr r7,[sp,#116]\nldr r8,[r4,#8]\nldr r9,[r4,#12]\nand r10,r0,r9\n"
        "add r11,r6,r6,lsl #1\nldr r4,[r4,#4]\nand r12,r1,r9\nadd r10,r8,r10,asr #31\n"
        "and lr,r2,r9\nsmmlar r10,r0,r4,r10\nadd r12,r8,r12,asr #31\nsmmlar r12,r1,r4,r12\n"
        "add lr,r8,lr,asr #31\nasr r10,r10,r9\nsmmlar lr,r2,r4,lr\nasr r12,r12,r9\n"
        "ssat r10,#8,r10\nasr lr,lr,r9\nstrb r10,[r7]\nand r10,r3,r9\nssat r12,#8,r12\n"
        "strb r12,[r7,r6]\nadd r8,r8,r10,asr #31\nssat lr,#8,lr\nsmmlar r8,r3,r4,r8\n"
        "strb lr,[r7,r6,lsl #1]\nldr lr,[sp,#120]\nasr r8,r8,r9\nldr r9,[sp,#76]\nsubs lr,lr,#4\n"
        "str lr,[sp,#120]\nssat r8,#8,r8\nadd r9,r7,r9\nstrb r8,[r7,r11]\nstr r9,[sp,#116]\n"
        "ldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\n"
        "sub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 4 outputs at a time, short records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short4(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r5,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r8,[sp,#0]\nldr r6,[sp,#40]\nldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\n"
        "ldr r12,[r5,r6]\nldr r10,[r8],#4\nmov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\n"
        "ldr r11,[r8],#4\n7: smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\n"
        "ldr lr,[r5],#4\nsmlad r3,r10,r12,r3\nldr r12,[r5,r6]\nsmlad r0,r10,lr,r0\n"
        "ldr lr,[r5,r6,lsl #1]\nsmlad r1,r11,r12,r1\nldr r12,[r5,r7]\nldr r10,[r8],#4\n"
        "subs r9,r9,#1\nsmlad r2,r11,lr,r2\nldr lr,[r5],#4\nsmlad r3,r11,r12,r3\nldr r12,[r5,r6]\n"
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r4,[sp,#12]\n"
        "ldr r6,[sp]\nldr r7,[sp,#116]\nldr r8,[r6,#4]\nldr r6,[r6,#8]\nadd r9,r4,r4,lsl #1\n"
        "ldr r10,[sp,#120]\nsmmla r11,r0,r8,r6\nsubs r10,r10,#4\nsmmla r12,r1,r8,r6\n"
        "smmla lr,r2,r8,r6\nssat r11,#8,r11,asr #10\nsmmla r6,r3,r8,r6\nssat r12,#8,r12,asr #10\n"
        "strb r11,[r7]\nstrb r12,[r7,r4]\nldr r12,[sp,#76]\nssat lr,#8,lr,asr #10\n"
        "str r10,[sp,#120]\nstrb lr,[r7,r4,lsl #1]\nadd r12,r7,r12\nssat r6,#8,r6,asr #10\n"
        "str r12,[sp,#116]\nstrb r6,[r7,r9]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#4]\nldr r3,[r0]\nldr r4,[r0,#20]\n"
        "ldr r5,[r0,#16]\nldr r6,[r0,#28]\nldr r7,[r12,#8]\nldr r8,[r12,#12]\nldr r9,[r0,#24]\n"
        "smlad r1,r5,r1,r3\nsmlad r1,r4,r2,r1\nldr r2,[r12,#16]\nldr r10,[r0,#32]\n"
        "smlad r1,r9,r7,r1\nsmlad r7,r5,r7,r3\nldr r0,[r0,#36]\nsmlad r7,r4,r8,r7\n"
        "ldr r11,[r12,#20]\nsmlad r1,r6,r8,r1\nldr r8,[r12,#24]\nsmlad r1,r10,r2,r1\n"
        "ldr lr,[r12,#28]\nsmlad r7,r9,r2,r7\nsmlad r2,r5,r2,r3\nsmlad r7,r6,r11,r7\n"
        "smlad r1,r0,r11,r1\nsmlad r2,r4,r11,r2\nldr r11,[r12,#32]\nsmlad r7,r10,r8,r7\n"
        "smlad r2,r9,r8,r2\nsmlad r3,r5,r8,r3\nldr r5,[r12,#36]\nsmlad r7,r0,lr,r7\n"
        "ldr r8,[r12,#40]\nsmlad r2,r6,lr,r2\nsmlad r3,r4,lr,r3\nldr r4,[r12,#44]\n"
        "smlad r2,r10,r11,r2\nldr lr,[sp,#12]\nsmlad r3,r9,r11,r3\nldr r9,[sp]\nsmlad r2,r0,r5,r2\n"
        "add r11,lr,lr,lsl #1\nsmlad r3,r6,r5,r3\nldr r6,[r9,#8]\nsmlad r3,r10,r8,r3\n"
        "ldr r9,[r9,#4]\nsmlad r3,r0,r4,r3\nldr r0,[sp,#116]\nsmmla r7,r7,r9,r6\n"
        "smmla r1,r1,r9,r6\nldr r4,[sp,#120]\nsmmla r2,r2,r9,r6\nsubs r4,r4,#4\n"
        "ssat r7,#8,r7,asr #10\nsmmla r6,r3,r9,r6\nssat r1,#8,r1,asr #10\nstrb r7,[r0,lr]\n"
        "strb r1,[r0]\nldr r1,[sp,#76]\nssat r2,#8,r2,asr #10\nstr r4,[sp,#120]\n"
        "strb r2,[r0,lr,lsl #1]\nadd r1,r0,r1\nssat r6,#8,r6,asr #10\nstr r1,[sp,#116]\n"
        "strb r6,[r0,r11]\nadd r12,r12,#32\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\n"
        "sub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#4]\nldr r3,[r0]\nldr r4,[r0,#20]\n"
        "ldr r5,[r0,#16]\nldr r6,[r0,#28]\nldr r7,[r12,#8]\nldr r8,[r12,#12]\nldr r9,[r0,#24]\n"
        "smlad r1,r5,r1,r3\nldr r10,[r0,#32]\nsmlad r1,r4,r2,r1\nsmlad r1,r9,r7,r1\n"
        "ldr r7,[r12,#16]\nldr r0,[r0,#36]\nsmlad r1,r6,r8,r1\nldr r8,[r12,#20]\n"
        "smlad r1,r10,r7,r1\nsmlad r7,r5,r7,r3\nldr r2,[r12,#24]\nsmlad r1,r0,r8,r1\n"
        "ldr r11,[r12,#28]\nsmlad r7,r4,r8,r7\nldr r8,[r12,#32]\nsmlad r7,r9,r2,r7\n"
        "ldr r2,[r12,#36]\nsmlad r7,r6,r11,r7\nldr r11,[r12,#40]\nsmlad r7,r10,r8,r7\n"
        "ldr lr,[r12,#44]\nsmlad r8,r5,r8,r3\nsmlad r8,r4,r2,r8\nsmlad r7,r0,r2,r7\n"
        "ldr r2,[r12,#48]\nsmlad r8,r9,r11,r8\nldr r11,[r12,#52]\nsmlad r8,r6,lr,r8\n"
        "ldr lr,[r12,#56]\nsmlad r3,r5,r2,r3\nldr r5,[r12,#60]\nsmlad r8,r10,r2,r8\n"
        "ldr r2,[r12,#64]\nsmlad r3,r4,r11,r3\nldr r4,[r12,#68]\nsmlad r8,r0,r11,r8\n"
        "ldr r11,[sp,#12]\nsmlad r3,r9,lr,r3\nldr r9,[sp]\nsmlad r3,r6,r5,r3\nldr r6,[sp,#116]\n"
        "smlad r3,r10,r2,r3\nldr r10,[r9,#4]\nsmlad r3,r0,r4,r3\nldr r9,[r9,#8]\n"
        "add r0,r11,r11,lsl #1\nsmmla r1,r1,r10,r9\nsmmla r7,r7,r10,r9\nsmmla r8,r8,r10,r9\n"
        "ssat r1,#8,r1,asr #10\nldr r4,[sp,#120]\nstrb r1,[r6]\nsubs r4,r4,#4\n"
        "ssat r7,#8,r7,asr #10\nsmmla r9,r3,r10,r9\nstrb r7,[r6,r11]\nldr r7,[sp,#76]\n"
        "ssat r8,#8,r8,asr #10\nstr r4,[sp,#120]\nstrb r8,[r6,r11,lsl #1]\nadd r7,r6,r7\n"
        "ssat r9,#8,r9,asr #10\nstr r7,[sp,#116]\nstrb r9,[r6,r0]\nadd r12,r12,#64\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_5_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\n"
        "ldr r5,[r0]\nldr r6,[r0,#52]\nldr r7,[r0,#40]\nsmlad r8,r3,r2,r5\nldr r9,[r12,#24]\n"
        "smlad r1,r3,r1,r5\nldr r10,[r12,#36]\nsmlad r1,r4,r2,r1\nsmlad r8,r4,r9,r8\n"
        "ldr r2,[r12,#48]\nsmlad r1,r7,r9,r1\nldr r11,[r0,#64]\nsmlad r8,r7,r10,r8\n"
        "ldr lr,[r12,#60]\nsmlad r9,r3,r9,r5\nsmlad r5,r3,r10,r5\nsmlad r1,r6,r10,r1\n"
        "ldr r3,[r12,#72]\nsmlad r1,r11,r2,r1\nsmlad r9,r4,r10,r9\nldr r10,[r12,#84]\n"
        "smlad r9,r7,r2,r9\nsmlad r8,r6,r2,r8\nsmlad r5,r4,r2,r5\nsmlad r8,r11,lr,r8\n"
        "ldr r4,[r0,#20]\nsmlad r5,r7,lr,r5\nldr r7,[r12,#4]\nsmlad r5,r6,r3,r5\n"
        "smlad r9,r6,lr,r9\nldr r6,[r12,#16]\nsmlad r9,r11,r3,r9\nldr r3,[r0,#32]\n"
        "smlad r5,r11,r10,r5\nldr r11,[r12,#28]\nsmlad r1,r4,r7,r1\nldr r7,[r0,#44]\n"
        "ldr r10,[r0,#56]\nsmlad r1,r3,r6,r1\nldr lr,[r12,#40]\nsmlad r1,r7,r11,r1\n"
        "smlad r9,r4,r11,r9\nldr r2,[r0,#68]\nsmlad r8,r4,r6,r8\nldr r6,[r12,#52]\n"
        "smlad r8,r3,r11,r8\nldr r11,[r12,#64]\nsmlad r9,r3,lr,r9\nsmlad r1,r10,lr,r1\n"
        "smlad r8,r7,lr,r8\nsmlad r1,r2,r6,r1\nsmlad r5,r4,lr,r5\nldr r4,[r12,#76]\n"
        "smlad r5,r3,r6,r5\nldr r3,[r12,#88]\nsmlad r9,r7,r6,r9\nsmlad r9,r10,r11,r9\n"
        "smlad r8,r10,r6,r8\nsmlad r8,r2,r11,r8\nldr r6,[r12,#8]\nsmlad r5,r7,r11,r5\n"
        "ldr r7,[r0,#36]\nsmlad r5,r10,r4,r5\nldr r10,[r0,#24]\nsmlad r5,r2,r3,r5\n"
        "ldr r3,[r12,#20]\nsmlad r9,r2,r4,r9\nldr r2,[r0,#48]\nsmlad r1,r10,r6,r1\n"
        "ldr r6,[r12,#44]\nsmlad r8,r10,r3,r8\nldr r4,[r12,#32]\nldr r11,[r0,#60]\n"
        "smlad r1,r7,r3,r1\nsmlad r8,r7,r4,r8\nldr r3,[r12,#56]\nsmlad r8,r2,r6,r8\n"
        "ldr r0,[r0,#72]\nsmlad r1,r2,r4,r1\nldr lr,[r12,#68]\nsmlad r1,r11,r6,r1\n"
        "smlad r9,r10,r4,r9\nldr r4,[r12,#80]\nsmlad r9,r7,r6,r9\nsmlad r8,r11,r3,r8\n"
        "smlad r9,r2,r3,r9\nsmlad r5,r10,r6,r5\nldr r10,[r12,#92]\nsmlad r1,r0,r3,r1\n"
        "smlad r9,r11,lr,r9\nsmlad r8,r0,lr,r8\nsmlad r5,r7,r3,r5\nldr r7,[sp,#12]\n"
        "smlad r9,r0,r4,r9\nldr r3,[sp]\nsmlad r5,r2,lr,r5\nldr r2,[sp,#116]\nsmlad r5,r11,r4,r5\n"
        "ldr r11,[r3,#4]\nsmlad r5,r0,r10,r5\nldr r3,[r3,#8]\nsmmla r1,r1,r11,r3\n"
        "add r0,r7,r7,lsl #1\nsmmla r8,r8,r11,r3\nldr r10,[sp,#120]\nsmmla r9,r9,r11,r3\n"
        "subs r10,r10,#4\nssat r1,#8,r1,asr #10\nsmmla r3,r5,r11,r3\nstrb r1,[r2]\n"
        "ldr r1,[sp,#76]\nssat r8,#8,r8,asr #10\nstr r10,[sp,#120]\nssat r9,#8,r9,asr #10\n"
        "strb r8,[r2,r7]\nstrb r9,[r2,r7,lsl #1]\nadd r1,r2,r1\nssat r3,#8,r3,asr #10\n"
        "str r1,[sp,#116]\nstrb r3,[r2,r0]\nadd r12,r12,#48\nbge 6b\nldr r0,[sp,#120]\n"
        "adds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 2, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_5_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\n"
        "ldr r5,[r0]\nldr r6,[r0,#52]\nldr r7,[r12,#24]\nsmlad r1,r3,r1,r5\nldr r8,[r0,#40]\n"
        "smlad r1,r4,r2,r1\nldr r2,[r12,#36]\nldr r9,[r12,#48]\nsmlad r1,r8,r7,r1\n"
        "ldr r10,[r0,#64]\nsmlad r7,r3,r7,r5\nldr r11,[r12,#60]\nsmlad r1,r6,r2,r1\n"
        "ldr lr,[r12,#72]\nsmlad r7,r4,r2,r7\nldr r2,[r12,#84]\nsmlad r1,r10,r9,r1\n"
        "smlad r7,r8,r9,r7\nsmlad r9,r3,r9,r5\nsmlad r7,r6,r11,r7\nsmlad r9,r4,r11,r9\n"
        "ldr r11,[r12,#96]\nsmlad r7,r10,lr,r7\nsmlad r9,r8,lr,r9\nsmlad r5,r3,lr,r5\n"
        "ldr r3,[r12,#108]\nsmlad r9,r6,r2,r9\nldr lr,[r12,#120]\nsmlad r5,r4,r2,r5\n"
        "ldr r4,[r12,#4]\nsmlad r9,r10,r11,r9\nldr r2,[r0,#20]\nsmlad r5,r8,r11,r5\n"
        "ldr r8,[r0,#32]\nsmlad r5,r6,r3,r5\nldr r6,[r12,#16]\nsmlad r5,r10,lr,r5\n"
        "ldr r10,[r12,#28]\nldr lr,[r0,#44]\nsmlad r1,r2,r4,r1\nldr r4,[r12,#40]\n"
        "smlad r1,r8,r6,r1\nldr r6,[r0,#56]\nsmlad r1,lr,r10,r1\nldr r3,[r0,#68]\n"
        "smlad r7,r2,r10,r7\nldr r10,[r12,#52]\nsmlad r1,r6,r4,r1\nsmlad r7,r8,r4,r7\n"
        "ldr r4,[r12,#64]\nsmlad r1,r3,r10,r1\nldr r11,[r12,#76]\nsmlad r7,lr,r10,r7\n"
        "smlad r9,r2,r10,r9\nldr r10,[r12,#88]\nsmlad r7,r6,r4,r7\nsmlad r9,r8,r4,r9\n"
        "ldr r4,[r12,#100]\nsmlad r7,r3,r11,r7\nsmlad r9,lr,r11,r9\nsmlad r5,r2,r11,r5\n"
        "ldr r2,[r12,#112]\nsmlad r9,r6,r10,r9\nldr r11,[r12,#124]\nsmlad r5,r8,r10,r5\n"
        "ldr r8,[r12,#8]\nsmlad r9,r3,r4,r9\nldr r10,[r0,#24]\nsmlad r5,lr,r4,r5\nldr lr,[r0,#36]\n"
        "smlad r5,r6,r2,r5\nldr r6,[r12,#20]\nsmlad r5,r3,r11,r5\nldr r3,[r12,#32]\n"
        "ldr r11,[r0,#48]\nsmlad r1,r10,r8,r1\nldr r8,[r0,#60]\nsmlad r1,lr,r6,r1\n"
        "ldr r6,[r12,#44]\nsmlad r1,r11,r3,r1\nsmlad r7,r10,r3,r7\nldr r3,[r12,#56]\n"
        "ldr r0,[r0,#72]\nsmlad r1,r8,r6,r1\nsmlad r7,lr,r6,r7\nldr r6,[r12,#68]\n"
        "smlad r1,r0,r3,r1\nldr r2,[r12,#80]\nsmlad r7,r11,r3,r7\nldr r4,[r12,#92]\n"
        "smlad r9,r10,r3,r9\nldr r3,[r12,#104]\nsmlad r7,r8,r6,r7\nsmlad r9,lr,r6,r9\n"
        "ldr r6,[r12,#116]\nsmlad r7,r0,r2,r7\nsmlad r9,r11,r2,r9\nsmlad r5,r10,r2,r5\n"
        "ldr r10,[r12,#128]\nsmlad r9,r8,r4,r9\nldr r2,[sp,#12]\nsmlad r5,lr,r4,r5\nldr lr,[sp]\n"
        "smlad r9,r0,r3,r9\nldr r4,[sp,#116]\nsmlad r5,r11,r3,r5\nldr r11,[lr,#4]\n"
        "smlad r5,r8,r6,r5\nldr lr,[lr,#8]\nsmlad r5,r0,r10,r5\nadd r0,r2,r2,lsl #1\n"
        "smmla r1,r1,r11,lr\nldr r10,[sp,#120]\nsmmla r7,r7,r11,lr\nsubs r10,r10,#4\n"
        "smmla r9,r9,r11,lr\nssat r1,#8,r1,asr #10\nsmmla lr,r5,r11,lr\nstrb r1,[r4]\n"
        "ldr r1,[sp,#76]\nssat r7,#8,r7,asr #10\nstr r10,[sp,#120]\nstrb r7,[r4,r2]\nadd r1,r4,r1\n"
        "ssat r9,#8,r9,asr #10\nstr r1,[sp,#116]\nstrb r9,[r4,r2,lsl #1]\nssat lr,#8,lr,asr #10\n"
        "strb lr,[r4,r0]\nadd r12,r12,#96\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\n"
        "sub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 4 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_1_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[r12]\nldr r1,[r12,#4]\nldr r2,[sp]\nldr r3,[r12,#8]\nldr r4,[r12,#12]\n"
        "ldr r5,[r2,#16]\nldr r6,[r2,#20]\nldr r7,[r2]\nldr r8,[r2,#28]\nldr r9,[r2,#24]\n"
        "smlad r0,r5,r0,r7\nldr r10,[r12,#16]\nsmlad r0,r6,r1,r0\nsmlad r0,r9,r3,r0\n"
        "ldr r1,[r2,#32]\nldr r2,[r2,#36]\nsmlad r3,r5,r3,r7\nsmlad r3,r6,r4,r3\n"
        "ldr r11,[r12,#24]\nsmlad r0,r8,r4,r0\nldr r4,[r12,#20]\nsmlad lr,r5,r10,r7\n"
        "smlad r3,r9,r10,r3\nsmlad r0,r1,r10,r0\nldr r10,[r12,#28]\nsmlad r0,r2,r4,r0\n"
        "smlad r3,r8,r4,r3\nsmlad r3,r1,r11,r3\nsmlad r3,r2,r10,r3\nsmlad r7,r5,r11,r7\n"
        "ldr r5,[r12,#36]\nsmlad lr,r6,r4,lr\nldr r4,[r12,#32]\nsmlad lr,r9,r11,lr\n"
        "ldr r11,[r12,#44]\nsmlad lr,r8,r10,lr\nsmlad r7,r6,r10,r7\nldr r6,[r12,#40]\n"
        "smlad lr,r1,r4,lr\nldr r10,[sp]\nsmlad r7,r9,r4,r7\nldr r9,[sp,#12]\nsmlad r7,r8,r5,r7\n"
        "ldr r8,[r10,#12]\nsmlad lr,r2,r5,lr\nldr r5,[r10,#8]\nsmlad r7,r1,r6,r7\n"
        "ldr r10,[r10,#4]\nsmlad r7,r2,r11,r7\nldr r2,[sp,#116]\nadd r11,r9,r9,lsl #1\n"
        "and r1,r0,r8\nand r6,r3,r8\nand r4,lr,r8\nadd r1,r5,r1,asr #31\nsmmlar r1,r0,r10,r1\n"
        "add r6,r5,r6,asr #31\nsmmlar r6,r3,r10,r6\nasr r1,r1,r8\nand r3,r7,r8\n"
        "add r4,r5,r4,asr #31\nasr r6,r6,r8\nssat r1,#8,r1\nsmmlar r4,lr,r10,r4\nstrb r1,[r2]\n"
        "add r5,r5,r3,asr #31\nssat r6,#8,r6\nasr r4,r4,r8\nstrb r6,[r2,r9]\nldr r6,[sp,#120]\n"
        "ssat r4,#8,r4\nsmmlar r5,r7,r10,r5\nstrb r4,[r2,r9,lsl #1]\nldr r4,[sp,#76]\n"
        "asr r5,r5,r8\nsubs r6,r6,#4\nstr r6,[sp,#120]\nadd r4,r2,r4\nssat r5,#8,r5\n"
        "str r4,[sp,#116]\nstrb r5,[r2,r11]\nadd r12,r12,#32\nbge 6b\nldr r0,[sp,#120]\n"
        "adds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 4 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_5_1_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\n"
        "ldr r5,[r0]\nldr r6,[r0,#52]\nldr r7,[r0,#40]\nsmlad r1,r3,r1,r5\nldr r8,[r12,#24]\n"
        "ldr r9,[r12,#36]\nsmlad r1,r4,r2,r1\nldr r10,[r0,#64]\nsmlad r2,r3,r2,r5\n"
        "ldr r11,[r12,#48]\nsmlad r1,r7,r8,r1\nldr lr,[r12,#60]\nsmlad r2,r4,r8,r2\n"
        "smlad r8,r3,r8,r5\nsmlad r5,r3,r9,r5\nldr r3,[r12,#72]\nsmlad r1,r6,r9,r1\n"
        "smlad r2,r7,r9,r2\nsmlad r8,r4,r9,r8\nldr r9,[r12,#84]\nsmlad r1,r10,r11,r1\n"
        "smlad r8,r7,r11,r8\nsmlad r5,r4,r11,r5\nldr r4,[r12,#4]\nsmlad r2,r6,r11,r2\n"
        "ldr r11,[r0,#20]\nsmlad r2,r10,lr,r2\nsmlad r8,r6,lr,r8\nsmlad r8,r10,r3,r8\n"
        "smlad r5,r7,lr,r5\nldr r7,[r0,#32]\nsmlad r5,r6,r3,r5\nldr r6,[r12,#28]\n"
        "smlad r5,r10,r9,r5\nldr r10,[r12,#16]\nldr r9,[r0,#44]\nsmlad r1,r11,r4,r1\n"
        "ldr r4,[r12,#40]\nsmlad r2,r11,r10,r2\nldr r3,[r0,#56]\nsmlad r1,r7,r10,r1\n"
        "ldr r10,[r0,#68]\nsmlad r2,r7,r6,r2\nsmlad r1,r9,r6,r1\nldr lr,[r12,#52]\n"
        "smlad r1,r3,r4,r1\nsmlad r8,r11,r6,r8\nldr r6,[r12,#64]\nsmlad r2,r9,r4,r2\n"
        "smlad r5,r11,r4,r5\nldr r11,[r12,#76]\nsmlad r8,r7,r4,r8\nldr r4,[r12,#88]\n"
        "smlad r1,r10,lr,r1\nsmlad r2,r3,lr,r2\nsmlad r8,r9,lr,r8\nsmlad r5,r7,lr,r5\n"
        "ldr r7,[r0,#24]\nsmlad r5,r9,r6,r5\nldr r9,[r12,#8]\nsmlad r8,r3,r6,r8\nldr lr,[r12,#20]\n"
        "smlad r2,r10,r6,r2\nldr r6,[r0,#36]\nsmlad r5,r3,r11,r5\nldr r3,[r12,#32]\n"
        "smlad r5,r10,r4,r5\nldr r4,[r0,#48]\nsmlad r8,r10,r11,r8\nldr r10,[r12,#44]\n"
        "ldr r11,[r0,#60]\nsmlad r1,r7,r9,r1\nsmlad r2,r7,lr,r2\nldr r0,[r0,#72]\n"
        "smlad r1,r6,lr,r1\nldr lr,[r12,#56]\nsmlad r2,r6,r3,r2\nldr r9,[r12,#68]\n"
        "smlad r1,r4,r3,r1\nsmlad r1,r11,r10,r1\nsmlad r8,r7,r3,r8\nldr r3,[r12,#80]\n"
        "smlad r8,r6,r10,r8\nsmlad r5,r7,r10,r5\nldr r7,[r12,#92]\nsmlad r2,r4,r10,r2\n"
        "ldr r10,[sp,#12]\nsmlad r1,r0,lr,r1\nsmlad r2,r11,lr,r2\nsmlad r8,r4,lr,r8\n"
        "smlad r5,r6,lr,r5\nldr r6,[sp]\nsmlad r2,r0,r9,r2\nadd lr,r10,r10,lsl #1\n"
        "smlad r5,r4,r9,r5\nldr r4,[r6,#12]\nsmlad r8,r11,r9,r8\nldr r9,[r6,#8]\n"
        "smlad r8,r0,r3,r8\nldr r6,[r6,#4]\nsmlad r5,r11,r3,r5\nldr r11,[sp,#116]\n"
        "smlad r5,r0,r7,r5\nand r0,r1,r4\nand r7,r2,r4\nand r3,r8,r4\nadd r0,r9,r0,asr #31\n"
        "smmlar r0,r1,r6,r0\nadd r7,r9,r7,asr #31\nsmmlar r7,r2,r6,r7\nasr r0,r0,r4\nand r2,r5,r4\n"
        "asr r7,r7,r4\nssat r0,#8,r0\nldr r1,[sp,#120]\nstrb r0,[r11]\nadd r3,r9,r3,asr #31\n"
        "ssat r7,#8,r7\nsmmlar r3,r8,r6,r3\nstrb r7,[r11,r10]\nadd r9,r9,r2,asr #31\nasr r3,r3,r4\n"
        "smmlar r9,r5,r6,r9\nldr r5,[sp,#76]\nsubs r1,r1,#4\nssat r3,#8,r3\nasr r9,r9,r4\n"
        "strb r3,[r11,r10,lsl #1]\nadd r5,r11,r5\nssat r9,#8,r9\nstr r1,[sp,#120]\n"
        "strb r9,[r11,lr]\nstr r5,[sp,#116]\nadd r12,r12,#48\nbge 6b\nldr r0,[sp,#120]\n"
        "adds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 2, 4 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_5_2_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\n"
        "ldr r5,[r0]\nldr r6,[r0,#52]\nldr r7,[r0,#40]\nsmlad r1,r3,r1,r5\nldr r8,[r12,#24]\n"
        "ldr r9,[r12,#36]\nsmlad r1,r4,r2,r1\nldr r2,[r0,#64]\nsmlad r1,r7,r8,r1\n"
        "ldr r10,[r12,#48]\nsmlad r8,r3,r8,r5\nldr r11,[r12,#60]\nsmlad r8,r4,r9,r8\n"
        "ldr lr,[r12,#72]\nsmlad r1,r6,r9,r1\nldr r9,[r12,#84]\nsmlad r8,r7,r10,r8\n"
        "smlad r1,r2,r10,r1\nsmlad r8,r6,r11,r8\nsmlad r10,r3,r10,r5\nsmlad r10,r4,r11,r10\n"
        "ldr r11,[r12,#96]\nsmlad r8,r2,lr,r8\nsmlad r5,r3,lr,r5\nldr r3,[r12,#108]\n"
        "smlad r10,r7,lr,r10\nldr lr,[r12,#120]\nsmlad r5,r4,r9,r5\nsmlad r10,r6,r9,r10\n"
        "ldr r9,[r12,#4]\nsmlad r10,r2,r11,r10\nldr r4,[r0,#20]\nsmlad r5,r7,r11,r5\n"
        "ldr r7,[r12,#16]\nsmlad r5,r6,r3,r5\nldr r6,[r0,#44]\nsmlad r5,r2,lr,r5\nldr r2,[r0,#32]\n"
        "ldr lr,[r12,#28]\nsmlad r1,r4,r9,r1\nsmlad r1,r2,r7,r1\nldr r7,[r0,#56]\n"
        "smlad r1,r6,lr,r1\nldr r9,[r12,#40]\nsmlad r8,r4,lr,r8\nldr lr,[r12,#52]\n"
        "ldr r3,[r0,#68]\nsmlad r8,r2,r9,r8\nsmlad r1,r7,r9,r1\nldr r9,[r12,#64]\n"
        "smlad r8,r6,lr,r8\nldr r11,[r12,#76]\nsmlad r10,r4,lr,r10\nsmlad r1,r3,lr,r1\n"
        "ldr lr,[r12,#88]\nsmlad r8,r7,r9,r8\nsmlad r10,r2,r9,r10\nldr r9,[r12,#100]\n"
        "smlad r8,r3,r11,r8\nsmlad r10,r6,r11,r10\nsmlad r5,r4,r11,r5\nldr r4,[r12,#112]\n"
        "smlad r10,r7,lr,r10\nldr r11,[r12,#124]\nsmlad r5,r2,lr,r5\nldr r2,[r0,#24]\n"
        "smlad r10,r3,r9,r10\nldr lr,[r12,#8]\nsmlad r5,r6,r9,r5\nldr r6,[r0,#36]\n"
        "smlad r5,r7,r4,r5\nldr r7,[r12,#20]\nsmlad r5,r3,r11,r5\nldr r3,[r12,#32]\n"
        "smlad r1,r2,lr,r1\nldr lr,[r0,#48]\nldr r11,[r12,#44]\nsmlad r1,r6,r7,r1\n"
        "ldr r7,[r0,#60]\nsmlad r1,lr,r3,r1\nldr r4,[r12,#56]\nsmlad r8,r2,r3,r8\nldr r0,[r0,#72]\n"
        "smlad r1,r7,r11,r1\nldr r3,[r12,#68]\nsmlad r8,r6,r11,r8\nldr r11,[r12,#80]\n"
        "smlad r1,r0,r4,r1\nsmlad r8,lr,r4,r8\nldr r9,[r12,#92]\nsmlad r10,r2,r4,r10\n"
        "ldr r4,[r12,#104]\nsmlad r8,r7,r3,r8\nsmlad r10,r6,r3,r10\nldr r3,[r12,#116]\n"
        "smlad r8,r0,r11,r8\nsmlad r10,lr,r11,r10\nsmlad r5,r2,r11,r5\nldr r2,[r12,#128]\n"
        "smlad r10,r7,r9,r10\nsmlad r5,r6,r9,r5\nldr r6,[sp,#12]\nsmlad r5,lr,r4,r5\n"
        "smlad r10,r0,r4,r10\nldr r4,[sp]\nsmlad r5,r7,r3,r5\nadd r7,r6,r6,lsl #1\n"
        "smlad r5,r0,r2,r5\nldr r0,[r4,#8]\nldr r2,[r4,#4]\nldr r4,[r4,#12]\nand r3,r1,r4\n"
        "ldr lr,[sp,#116]\nand r9,r8,r4\nand r11,r10,r4\nadd r3,r0,r3,asr #31\nsmmlar r3,r1,r2,r3\n"
        "add r9,r0,r9,asr #31\nsmmlar r9,r8,r2,r9\nasr r3,r3,r4\nand r8,r5,r4\nasr r9,r9,r4\n"
        "ssat r3,#8,r3\nstrb r3,[lr]\nadd r11,r0,r11,asr #31\nssat r9,#8,r9\n"
        "smmlar r11,r10,r2,r11\nstrb r9,[lr,r6]\nadd r0,r0,r8,asr #31\nasr r11,r11,r4\n"
        "smmlar r0,r5,r2,r0\nldr r5,[sp,#120]\nldr r2,[sp,#76]\nssat r11,#8,r11\nasr r0,r0,r4\n"
        "strb r11,[lr,r6,lsl #1]\nsubs r5,r5,#4\nssat r0,#8,r0\nstr r5,[sp,#120]\nstrb r0,[lr,r7]\n"
        "add lr,lr,r2\nstr lr,[sp,#116]\nadd r12,r12,#96\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#4\n"
        "beq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Two rows of 3 by 3 windows, stride 1, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_rows4_3(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#4]\nldr r3,[r0,#16]\nldr r4,[r0,#20]\n"
        "ldr r5,[r0]\nldr r6,[r0,#28]\nldr r7,[r0,#24]\nsmlad r1,r3,r1,r5\nldr r8,[r12,#12]\n"
        "ldr r9,[r12,#8]\nldr r10,[r0,#32]\nsmlad r1,r4,r2,r1\nldr r2,[r12,#16]\n"
        "smlad r1,r7,r9,r1\nldr r0,[r0,#36]\nsmlad r9,r3,r9,r5\nsmlad r1,r6,r8,r1\n"
        "ldr r11,[r12,#20]\nsmlad r9,r4,r8,r9\nldr r8,[r12,#24]\nsmlad r1,r10,r2,r1\n"
        "ldr lr,[r12,#28]\nsmlad r9,r7,r2,r9\nsmlad r2,r3,r2,r5\nsmlad r1,r0,r11,r1\n"
        "smlad r9,r6,r11,r9\nsmlad r2,r4,r11,r2\nldr r11,[r12,#32]\nsmlad r9,r10,r8,r9\n"
        "smlad r2,r7,r8,r2\nsmlad r5,r3,r8,r5\nldr r3,[r12,#36]\nsmlad r2,r6,lr,r2\n"
        "ldr r8,[r12,#40]\nsmlad r9,r0,lr,r9\nsmlad r5,r4,lr,r5\nldr r4,[r12,#44]\n"
        "smlad r2,r10,r11,r2\nldr lr,[sp,#12]\nsmlad r2,r0,r3,r2\nsmlad r5,r7,r11,r5\nldr r7,[sp]\n"
        "smlad r5,r6,r3,r5\nldr r6,[sp,#116]\nsmlad r5,r10,r8,r5\nldr r10,[r7,#4]\n"
        "smlad r5,r0,r4,r5\nldr r7,[r7,#8]\nadd r0,lr,lr,lsl #1\nsmmla r1,r1,r10,r7\n"
        "smmla r9,r9,r10,r7\nldr r4,[sp]\nsmmla r2,r2,r10,r7\nldr r8,[r12]\nssat r1,#8,r1,asr #10\n"
        "smmla r7,r5,r10,r7\nstrb r1,[r6]\nldr r1,[r4]\nssat r9,#8,r9,asr #10\nldr r5,[r4,#16]\n"
        "strb r9,[r6,lr]\nldr r9,[r12,#8]\nssat r7,#8,r7,asr #10\nldr r10,[r4,#24]\n"
        "ssat r2,#8,r2,asr #10\nstrb r7,[r6,r0]\nstrb r2,[r6,lr,lsl #1]\nldr r2,[r12,#16]\n"
        "ldr lr,[r4,#32]\nsmlatb r8,r8,r5,r1\nldr r7,[r12,#24]\nsmlatb r0,r9,r5,r1\n"
        "smlatb r8,r9,r10,r8\nldr r9,[r12,#32]\nsmlatb r3,r2,r5,r1\nldr r11,[r12,#40]\n"
        "smlatb r8,r2,lr,r8\nsmlatb r0,r2,r10,r0\nldr r2,[r4,#16]\nsmlatb r0,r7,lr,r0\n"
        "asr r2,r2,#16\nsmlatb r3,r7,r10,r3\nsmlatb r3,r9,lr,r3\nsmlatb r1,r7,r5,r1\n"
        "ldr r7,[r4,#20]\nsmlatb r1,r9,r10,r1\nldr r9,[r4,#24]\nsmlatb r1,r11,lr,r1\n"
        "ldr r11,[r4,#28]\nldr lr,[r4,#36]\nldr r4,[r4,#32]\npkhbt r2,r2,r7,lsl #16\n"
        "ldr r7,[r12,#4]\nasr r9,r9,#16\nldr r10,[r12,#12]\npkhbt r9,r9,r11,lsl #16\n"
        "ldr r11,[r12,#20]\nasr r4,r4,#16\nsmlad r8,r7,r2,r8\npkhbt r4,r4,lr,lsl #16\n"
        "smlad r0,r10,r2,r0\nldr lr,[r12,#28]\nsmlad r8,r10,r9,r8\nsmlad r8,r11,r4,r8\n"
        "ldr r10,[r12,#36]\nsmlad r0,r11,r9,r0\nldr r7,[r12,#44]\nsmlad r3,r11,r2,r3\n"
        "ldr r11,[sp,#12]\nsmlad r0,lr,r4,r0\nldr r5,[sp,#80]\nsmlad r1,lr,r2,r1\nldr r2,[sp]\n"
        "smlad r3,lr,r9,r3\nadd lr,r11,r11,lsl #1\nsmlad r1,r10,r9,r1\nldr r9,[r2,#8]\n"
        "smlad r3,r10,r4,r3\nldr r2,[r2,#4]\nsmlad r1,r7,r4,r1\nadd r5,r6,r5\nsmmla r8,r8,r2,r9\n"
        "ldr r7,[sp,#120]\nsmmla r0,r0,r2,r9\nldr r4,[sp,#76]\nsmmla r1,r1,r2,r9\nsubs r7,r7,#4\n"
        "ssat r8,#8,r8,asr #10\nsmmla r9,r3,r2,r9\nssat r0,#8,r0,asr #10\nstrb r8,[r5]\n"
        "strb r0,[r5,r11]\nadd r6,r6,r4\nssat r9,#8,r9,asr #10\nstr r7,[sp,#120]\n"
        "strb r9,[r5,r11,lsl #1]\nssat r1,#8,r1,asr #10\nstr r6,[sp,#116]\nstrb r1,[r5,lr]\n"
        "add r12,r12,#32\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\n"
        "mov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\n"
        "mla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\n"
        "ldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\n"
        "add r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\n"
        "str r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

#ifdef __cplusplus
}
#endif

#endif
