/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m4; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_SINGLE_BY4_H
#define TVM_TINY_DEPTHWISE_SINGLE_BY4_H

#include <stdint.h>

#include "tvm_tiny_depthwise_single_gather.h"

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
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r4,[sp,#12]\n"
        "ldr r6,[sp]\nldr r7,[r6,#12]\nldr r8,[r6,#8]\nldr r6,[r6,#4]\nldr r9,[sp,#116]\n"
        "ldr r10,[sp,#120]\nldr r11,[sp,#76]\nadd r12,r4,r4,lsl #1\nand lr,r0,r7\n"
        "add lr,r8,lr,asr #31\nsmmlar lr,r0,r6,lr\nasr lr,lr,r7\nssat lr,#8,lr\nstrb lr,[r9]\n"
        "and lr,r1,r7\nadd lr,r8,lr,asr #31\nsmmlar lr,r1,r6,lr\nasr lr,lr,r7\nssat lr,#8,lr\n"
        "strb lr,[r9,r4]\nand lr,r2,r7\nadd lr,r8,lr,asr #31\nsmmlar lr,r2,r6,lr\nasr lr,lr,r7\n"
        "ssat lr,#8,lr\nstrb lr,[r9,r4,lsl #1]\nand lr,r3,r7\nadd r8,r8,lr,asr #31\n"
        "smmlar r8,r3,r6,r8\nasr r8,r8,r7\nssat r8,#8,r8\nstrb r8,[r9,r12]\nsubs r10,r10,#4\n"
        "str r10,[sp,#120]\nadd r9,r9,r11\nstr r9,[sp,#116]\nldr r6,[sp,#72]\nadd r5,r5,r6\n"
        "bge 6b\nldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\n"
        "ldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r5,r1,r2,r5\n"
        "mla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\n"
        "ldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\n"
        "str r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\n"
        "str r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
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
        "ldr r6,[sp]\nldr r7,[sp,#116]\nldr r8,[r6,#8]\nldr r6,[r6,#4]\nldr r9,[sp,#120]\n"
        "ldr r10,[sp,#76]\nadd r11,r4,r4,lsl #1\nsmmla r12,r0,r6,r8\nssat r12,#8,r12,asr #10\n"
        "smmla lr,r1,r6,r8\nstrb r12,[r7]\nsmmla r12,r2,r6,r8\nssat r12,#8,r12,asr #10\n"
        "ssat lr,#8,lr,asr #10\nstrb lr,[r7,r4]\nstrb r12,[r7,r4,lsl #1]\nsmmla r8,r3,r6,r8\n"
        "ssat r8,#8,r8,asr #10\nstrb r8,[r7,r11]\nsubs r9,r9,#4\nstr r9,[sp,#120]\nadd r7,r7,r10\n"
        "str r7,[sp,#116]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#4\n"
        "beq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r0,#16]\nldr r2,[r12]\nldr r3,[r0]\nldr r4,[r12,#4]\n"
        "ldr r5,[r0,#20]\nldr r6,[r12,#8]\nldr r7,[r0,#24]\nldr r8,[r0,#28]\nsmlad r2,r1,r2,r3\n"
        "smlad r2,r5,r4,r2\nsmlad r2,r7,r6,r2\nsmlad r6,r1,r6,r3\nldr r4,[r12,#12]\n"
        "ldr r9,[r0,#32]\nldr r10,[r12,#16]\nldr r0,[r0,#36]\nldr r11,[r12,#20]\nldr lr,[r12,#24]\n"
        "smlad r2,r8,r4,r2\nsmlad r6,r5,r4,r6\nsmlad r2,r9,r10,r2\nsmlad r6,r7,r10,r6\n"
        "smlad r10,r1,r10,r3\nsmlad r2,r0,r11,r2\nsmlad r6,r8,r11,r6\nsmlad r10,r5,r11,r10\n"
        "smlad r6,r9,lr,r6\nsmlad r10,r7,lr,r10\nsmlad r3,r1,lr,r3\nldr r1,[r12,#28]\n"
        "ldr lr,[r12,#32]\nldr r11,[r12,#36]\nldr r4,[r12,#40]\nsmlad r6,r0,r1,r6\n"
        "smlad r10,r8,r1,r10\nsmlad r3,r5,r1,r3\nsmlad r3,r7,lr,r3\nsmlad r10,r9,lr,r10\n"
        "smlad r10,r0,r11,r10\nsmlad r3,r8,r11,r3\nsmlad r3,r9,r4,r3\nldr r9,[r12,#44]\n"
        "ldr r4,[sp,#12]\nldr r8,[sp]\nldr r11,[r8,#4]\nldr r8,[r8,#8]\nldr lr,[sp,#116]\n"
        "ldr r7,[sp,#120]\nldr r5,[sp,#76]\nsmlad r3,r0,r9,r3\nadd r0,r4,r4,lsl #1\n"
        "smmla r2,r2,r11,r8\nssat r2,#8,r2,asr #10\nstrb r2,[lr]\nsmmla r6,r6,r11,r8\n"
        "ssat r6,#8,r6,asr #10\nstrb r6,[lr,r4]\nsmmla r10,r10,r11,r8\nssat r10,#8,r10,asr #10\n"
        "strb r10,[lr,r4,lsl #1]\nsmmla r8,r3,r11,r8\nssat r8,#8,r8,asr #10\nstrb r8,[lr,r0]\n"
        "subs r7,r7,#4\nstr r7,[sp,#120]\nadd lr,lr,r5\nstr lr,[sp,#116]\nadd r12,r12,#32\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r0]\nldr r2,[r0,#16]\nldr r3,[r12,#4]\nldr r4,[r12]\n"
        "ldr r5,[r12,#8]\nldr r6,[r0,#20]\nldr r7,[r0,#24]\nldr r8,[r0,#28]\nsmlad r4,r2,r4,r1\n"
        "smlad r4,r6,r3,r4\nsmlad r4,r7,r5,r4\nldr r5,[r12,#12]\nldr r3,[r0,#32]\n"
        "ldr r9,[r12,#16]\nldr r10,[r12,#20]\nldr r0,[r0,#36]\nldr r11,[r12,#28]\n"
        "ldr lr,[r12,#24]\nsmlad r4,r8,r5,r4\nsmlad r4,r3,r9,r4\nsmlad r9,r2,r9,r1\n"
        "smlad r9,r6,r10,r9\nsmlad r4,r0,r10,r4\nsmlad r9,r7,lr,r9\nsmlad r9,r8,r11,r9\n"
        "ldr r11,[r12,#32]\nldr lr,[r12,#36]\nldr r10,[r12,#40]\nldr r5,[r12,#44]\n"
        "smlad r9,r3,r11,r9\nsmlad r11,r2,r11,r1\nsmlad r11,r6,lr,r11\nsmlad r9,r0,lr,r9\n"
        "smlad r11,r7,r10,r11\nsmlad r11,r8,r5,r11\nldr r5,[r12,#48]\nldr r10,[r12,#52]\n"
        "ldr lr,[r12,#56]\nsmlad r11,r3,r5,r11\nsmlad r1,r2,r5,r1\nsmlad r11,r0,r10,r11\n"
        "smlad r1,r6,r10,r1\nsmlad r1,r7,lr,r1\nldr r7,[r12,#60]\nldr lr,[r12,#64]\n"
        "ldr r6,[r12,#68]\nldr r10,[sp,#116]\nldr r2,[sp,#12]\nldr r5,[sp]\nsmlad r1,r8,r7,r1\n"
        "smlad r1,r3,lr,r1\nsmlad r1,r0,r6,r1\nadd r0,r2,r2,lsl #1\nldr r6,[r5,#8]\n"
        "ldr r5,[r5,#4]\nldr r3,[sp,#120]\nldr lr,[sp,#76]\nsmmla r4,r4,r5,r6\nsmmla r9,r9,r5,r6\n"
        "ssat r9,#8,r9,asr #10\nstrb r9,[r10,r2]\nssat r4,#8,r4,asr #10\nstrb r4,[r10]\n"
        "smmla r11,r11,r5,r6\nssat r11,#8,r11,asr #10\nstrb r11,[r10,r2,lsl #1]\n"
        "smmla r6,r1,r5,r6\nssat r6,#8,r6,asr #10\nstrb r6,[r10,r0]\nadd r10,r10,lr\n"
        "subs r3,r3,#4\nstr r3,[sp,#120]\nstr r10,[sp,#116]\nadd r12,r12,#64\nbge 6b\n"
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
        "ldr r0,[sp]\nldr r1,[r0,#16]\nldr r2,[r0]\nldr r3,[r12]\nldr r4,[r12,#12]\n"
        "ldr r5,[r0,#28]\nldr r6,[r12,#24]\nldr r7,[r0,#40]\nldr r8,[r0,#52]\nsmlad r3,r1,r3,r2\n"
        "smlad r3,r5,r4,r3\nsmlad r4,r1,r4,r2\nsmlad r3,r7,r6,r3\nsmlad r4,r5,r6,r4\n"
        "smlad r6,r1,r6,r2\nldr r9,[r12,#36]\nldr r10,[r0,#64]\nldr r11,[r12,#48]\n"
        "ldr lr,[r12,#60]\nsmlad r3,r8,r9,r3\nsmlad r4,r7,r9,r4\nsmlad r6,r5,r9,r6\n"
        "smlad r2,r1,r9,r2\nsmlad r3,r10,r11,r3\nsmlad r4,r8,r11,r4\nsmlad r6,r7,r11,r6\n"
        "smlad r2,r5,r11,r2\nsmlad r4,r10,lr,r4\nsmlad r6,r8,lr,r6\nsmlad r2,r7,lr,r2\n"
        "ldr r7,[r12,#72]\nldr lr,[r12,#84]\nldr r5,[r12,#4]\nldr r11,[r0,#20]\nldr r1,[r12,#16]\n"
        "ldr r9,[r0,#32]\nsmlad r6,r10,r7,r6\nsmlad r2,r8,r7,r2\nsmlad r2,r10,lr,r2\n"
        "smlad r3,r11,r5,r3\nsmlad r3,r9,r1,r3\nsmlad r4,r11,r1,r4\nldr r1,[r0,#44]\n"
        "ldr r5,[r12,#28]\nldr r10,[r12,#40]\nldr lr,[r0,#56]\nldr r8,[r0,#68]\nldr r7,[r12,#52]\n"
        "smlad r3,r1,r5,r3\nsmlad r4,r9,r5,r4\nsmlad r6,r11,r5,r6\nsmlad r3,lr,r10,r3\n"
        "smlad r4,r1,r10,r4\nsmlad r6,r9,r10,r6\nsmlad r2,r11,r10,r2\nsmlad r3,r8,r7,r3\n"
        "smlad r4,lr,r7,r4\nsmlad r6,r1,r7,r6\nsmlad r2,r9,r7,r2\nldr r9,[r12,#64]\n"
        "ldr r7,[r12,#76]\nldr r11,[r12,#88]\nldr r10,[r0,#24]\nldr r5,[r12,#8]\n"
        "smlad r4,r8,r9,r4\nsmlad r6,lr,r9,r6\nsmlad r2,r1,r9,r2\nsmlad r6,r8,r7,r6\n"
        "smlad r2,lr,r7,r2\nsmlad r2,r8,r11,r2\nsmlad r3,r10,r5,r3\nldr r5,[r12,#20]\n"
        "ldr r8,[r0,#36]\nldr r11,[r12,#32]\nldr lr,[r0,#48]\nldr r7,[r12,#44]\nldr r1,[r0,#60]\n"
        "ldr r0,[r0,#72]\nldr r9,[r12,#56]\nsmlad r3,r8,r5,r3\nsmlad r4,r10,r5,r4\n"
        "smlad r3,lr,r11,r3\nsmlad r4,r8,r11,r4\nsmlad r6,r10,r11,r6\nsmlad r3,r1,r7,r3\n"
        "smlad r4,lr,r7,r4\nsmlad r6,r8,r7,r6\nsmlad r2,r10,r7,r2\nsmlad r3,r0,r9,r3\n"
        "smlad r4,r1,r9,r4\nsmlad r6,lr,r9,r6\nsmlad r2,r8,r9,r2\nldr r8,[r12,#68]\n"
        "ldr r9,[r12,#80]\nldr r10,[r12,#92]\nldr r7,[sp,#12]\nldr r11,[sp]\nldr r5,[r11,#8]\n"
        "smlad r4,r0,r8,r4\nsmlad r6,r1,r8,r6\nsmlad r2,lr,r8,r2\nsmlad r6,r0,r9,r6\n"
        "smlad r2,r1,r9,r2\nsmlad r2,r0,r10,r2\nadd r0,r7,r7,lsl #1\nldr r11,[r11,#4]\n"
        "ldr r10,[sp,#116]\nldr r1,[sp,#120]\nldr r9,[sp,#76]\nsmmla r3,r3,r11,r5\n"
        "ssat r3,#8,r3,asr #10\nstrb r3,[r10]\nsmmla r4,r4,r11,r5\nssat r4,#8,r4,asr #10\n"
        "strb r4,[r10,r7]\nsmmla r6,r6,r11,r5\nssat r6,#8,r6,asr #10\nstrb r6,[r10,r7,lsl #1]\n"
        "smmla r5,r2,r11,r5\nssat r5,#8,r5,asr #10\nstrb r5,[r10,r0]\nsubs r1,r1,#4\n"
        "str r1,[sp,#120]\nadd r10,r10,r9\nstr r10,[sp,#116]\nadd r12,r12,#48\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Two rows of 3 by 3 windows, stride 1, 4 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_rows4_3(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#4\nstr r2,[sp,#120]\n6: "
        "ldr r0,[r12]\nldr r1,[sp]\nldr r2,[r1,#16]\nldr r3,[r1]\nldr r4,[r1,#20]\n"
        "ldr r5,[r12,#4]\nldr r6,[r12,#8]\nldr r7,[r1,#24]\nldr r8,[r1,#28]\nsmlad r0,r2,r0,r3\n"
        "smlad r0,r4,r5,r0\nsmlad r0,r7,r6,r0\nsmlad r6,r2,r6,r3\nldr r5,[r12,#12]\n"
        "ldr r9,[r12,#16]\nldr r10,[r1,#32]\nldr r11,[r12,#20]\nldr r1,[r1,#36]\nldr lr,[r12,#24]\n"
        "smlad r6,r4,r5,r6\nsmlad r0,r8,r5,r0\nsmlad r0,r10,r9,r0\nsmlad r5,r2,r9,r3\n"
        "smlad r6,r7,r9,r6\nsmlad r0,r1,r11,r0\nsmlad r6,r8,r11,r6\nsmlad r5,r4,r11,r5\n"
        "smlad r5,r7,lr,r5\nsmlad r6,r10,lr,r6\nsmlad r3,r2,lr,r3\nldr r2,[r12,#28]\n"
        "ldr lr,[r12,#32]\nldr r11,[r12,#36]\nldr r9,[r12,#40]\nsmlad r6,r1,r2,r6\n"
        "smlad r3,r4,r2,r3\nsmlad r5,r8,r2,r5\nsmlad r5,r10,lr,r5\nsmlad r5,r1,r11,r5\n"
        "smlad r3,r7,lr,r3\nsmlad r3,r8,r11,r3\nsmlad r3,r10,r9,r3\nldr r10,[r12,#44]\n"
        "ldr r9,[sp,#12]\nldr r8,[sp]\nldr r11,[r8,#4]\nldr r8,[r8,#8]\nldr r7,[sp,#116]\n"
        "ldr lr,[sp]\nldr r2,[r12]\nldr r4,[lr,#16]\nsmlad r3,r1,r10,r3\nsmmla r0,r0,r11,r8\n"
        "add r1,r9,r9,lsl #1\nssat r0,#8,r0,asr #10\nstrb r0,[r7]\nsmmla r6,r6,r11,r8\n"
        "ssat r6,#8,r6,asr #10\nstrb r6,[r7,r9]\nsmmla r5,r5,r11,r8\nssat r5,#8,r5,asr #10\n"
        "smmla r8,r3,r11,r8\nstrb r5,[r7,r9,lsl #1]\nssat r8,#8,r8,asr #10\nstrb r8,[r7,r1]\n"
        "ldr r8,[r12,#8]\nldr r1,[lr]\nldr r5,[lr,#24]\nldr r9,[r12,#16]\nldr r3,[lr,#32]\n"
        "ldr r11,[r12,#24]\nldr r6,[r12,#32]\nldr r0,[r12,#40]\nldr r10,[lr,#20]\n"
        "smlatb r2,r2,r4,r1\nsmlatb r2,r8,r5,r2\nsmlatb r2,r9,r3,r2\nsmlatb r8,r8,r4,r1\n"
        "smlatb r8,r9,r5,r8\nsmlatb r9,r9,r4,r1\nsmlatb r8,r11,r3,r8\nsmlatb r9,r11,r5,r9\n"
        "smlatb r1,r11,r4,r1\nsmlatb r1,r6,r5,r1\nsmlatb r9,r6,r3,r9\nsmlatb r1,r0,r3,r1\n"
        "ldr r0,[lr,#16]\nldr r3,[lr,#24]\nldr r6,[lr,#28]\nldr r5,[lr,#32]\nldr lr,[lr,#36]\n"
        "ldr r11,[r12,#4]\nldr r4,[r12,#12]\nasr r0,r0,#16\npkhbt r0,r0,r10,lsl #16\n"
        "asr r3,r3,#16\npkhbt r3,r3,r6,lsl #16\nasr r5,r5,#16\npkhbt r5,r5,lr,lsl #16\n"
        "smlad r2,r11,r0,r2\nsmlad r2,r4,r3,r2\nsmlad r8,r4,r0,r8\nldr r4,[r12,#20]\n"
        "ldr r11,[r12,#28]\nldr lr,[r12,#36]\nldr r6,[r12,#44]\nldr r10,[sp,#12]\n"
        "smlad r8,r4,r3,r8\nsmlad r2,r4,r5,r2\nsmlad r9,r4,r0,r9\nsmlad r9,r11,r3,r9\n"
        "smlad r8,r11,r5,r8\nsmlad r1,r11,r0,r1\nsmlad r9,lr,r5,r9\nsmlad r1,lr,r3,r1\n"
        "smlad r1,r6,r5,r1\nadd r6,r10,r10,lsl #1\nldr r5,[sp,#80]\nldr lr,[sp]\nldr r3,[lr,#4]\n"
        "ldr lr,[lr,#8]\nldr r11,[sp,#120]\nldr r0,[sp,#76]\nadd r5,r7,r5\nsmmla r2,r2,r3,lr\n"
        "ssat r2,#8,r2,asr #10\nstrb r2,[r5]\nsmmla r8,r8,r3,lr\nssat r8,#8,r8,asr #10\n"
        "strb r8,[r5,r10]\nsmmla r9,r9,r3,lr\nssat r9,#8,r9,asr #10\nsmmla lr,r1,r3,lr\n"
        "strb r9,[r5,r10,lsl #1]\nssat lr,#8,lr,asr #10\nsubs r11,r11,#4\nstrb lr,[r5,r6]\n"
        "str r11,[sp,#120]\nadd r7,r7,r0\nstr r7,[sp,#116]\nadd r12,r12,#32\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#4\nbeq 8f\nsub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

#ifdef __cplusplus
}
#endif

#endif
