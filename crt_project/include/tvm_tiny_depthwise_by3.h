/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m7; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_BY3_H
#define TVM_TINY_DEPTHWISE_BY3_H

#include <stdint.h>

#include "tvm_tiny_depthwise_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Any window, 3 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_long3(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r5,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r8,[sp,#0]\nldr r6,[sp,#40]\nldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\n"
        "ldr r12,[r5,r6]\nldr r10,[r8],#4\nmov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\n"
        "ldr r11,[r8],#4\n7: smlad r1,r10,r12,r1\nldr r12,[r5],#4\nsmlad r2,r10,lr,r2\n"
        "ldr lr,[r5,r6]\nsmlad r0,r10,r12,r0\nldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\n"
        "ldr lr,[r5],#4\nldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,r12,r2\nldr r12,[r5,r6]\n"
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r3,[sp]\n"
        "ldr r4,[sp,#116]\nldr r6,[sp,#12]\nldr r7,[r3,#12]\nldr r8,[r3,#8]\nldr r3,[r3,#4]\n"
        "and r9,r0,r7\nand r10,r1,r7\nand r11,r2,r7\nadd r9,r8,r9,asr #31\nsmmlar r9,r0,r3,r9\n"
        "add r10,r8,r10,asr #31\nsmmlar r10,r1,r3,r10\nasr r9,r9,r7\nldr r12,[sp,#120]\n"
        "add r8,r8,r11,asr #31\nasr r10,r10,r7\nssat r9,#8,r9\nsmmlar r8,r2,r3,r8\nstrb r9,[r4]\n"
        "ldr r9,[sp,#76]\nssat r10,#8,r10\nasr r8,r8,r7\nstrb r10,[r4,r6]\nsubs r12,r12,#3\n"
        "ssat r8,#8,r8\nstr r12,[sp,#120]\nstrb r8,[r4,r6,lsl #1]\nadd r4,r4,r9\nstr r4,[sp,#116]\n"
        "ldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\n"
        "sub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 3 outputs at a time, short records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short3(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r5,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r8,[sp,#0]\nldr r6,[sp,#40]\nldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\n"
        "ldr r12,[r5,r6]\nldr r10,[r8],#4\nmov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\n"
        "ldr r11,[r8],#4\n7: smlad r1,r10,r12,r1\nldr r12,[r5],#4\nsmlad r2,r10,lr,r2\n"
        "ldr lr,[r5,r6]\nsmlad r0,r10,r12,r0\nldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\n"
        "ldr lr,[r5],#4\nldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,r12,r2\nldr r12,[r5,r6]\n"
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r3,[sp]\n"
        "ldr r4,[sp,#116]\nldr r6,[sp,#12]\nldr r7,[sp,#120]\nldr r8,[r3,#4]\nldr r3,[r3,#8]\n"
        "ldr r9,[sp,#76]\nsubs r7,r7,#3\nsmmla r10,r0,r8,r3\nadd r9,r4,r9\nsmmla r11,r1,r8,r3\n"
        "smmla r3,r2,r8,r3\nssat r10,#8,r10,asr #10\nstr r7,[sp,#120]\nssat r11,#8,r11,asr #10\n"
        "strb r10,[r4]\nstrb r11,[r4,r6]\nssat r3,#8,r3,asr #10\nstr r9,[sp,#116]\n"
        "strb r3,[r4,r6,lsl #1]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#120]\n"
        "adds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_3_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#4]\nldr r3,[r0,#16]\nldr r4,[r0,#20]\n"
        "ldr r5,[r0]\nldr r6,[r0,#28]\nldr r7,[r12,#8]\nsmlad r1,r3,r1,r5\nldr r8,[r0,#24]\n"
        "smlad r1,r4,r2,r1\nldr r2,[r12,#12]\nsmlad r9,r3,r7,r5\nsmlad r1,r8,r7,r1\n"
        "ldr r7,[r12,#16]\nldr r10,[r0,#32]\nsmlad r1,r6,r2,r1\nsmlad r9,r4,r2,r9\n"
        "ldr r0,[r0,#36]\nldr r2,[r12,#20]\nsmlad r1,r10,r7,r1\nsmlad r9,r8,r7,r9\n"
        "ldr r11,[r12,#24]\nsmlad r5,r3,r7,r5\nldr r3,[r12,#28]\nsmlad r1,r0,r2,r1\n"
        "ldr r7,[r12,#32]\nsmlad r9,r6,r2,r9\nldr lr,[r12,#36]\nsmlad r5,r4,r2,r5\n"
        "smlad r9,r10,r11,r9\nsmlad r5,r8,r11,r5\nldr r8,[sp]\nsmlad r9,r0,r3,r9\n"
        "ldr r11,[sp,#116]\nsmlad r5,r6,r3,r5\nldr r6,[r8,#8]\nsmlad r5,r10,r7,r5\nldr r8,[r8,#4]\n"
        "smlad r5,r0,lr,r5\nldr r0,[sp,#12]\nsmmla r1,r1,r8,r6\nldr lr,[sp,#120]\n"
        "smmla r9,r9,r8,r6\nldr r10,[sp,#76]\nsmmla r6,r5,r8,r6\nsubs lr,lr,#3\n"
        "ssat r1,#8,r1,asr #10\nstr lr,[sp,#120]\nstrb r1,[r11]\nadd r10,r11,r10\n"
        "ssat r9,#8,r9,asr #10\nstr r10,[sp,#116]\nstrb r9,[r11,r0]\nssat r6,#8,r6,asr #10\n"
        "strb r6,[r11,r0,lsl #1]\nadd r12,r12,#24\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#3\n"
        "beq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_3_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[r12]\nldr r1,[r12,#4]\nldr r2,[sp]\nldr r3,[r12,#8]\nldr r4,[r12,#12]\n"
        "ldr r5,[r2,#16]\nldr r6,[r2,#20]\nldr r7,[r2]\nldr r8,[r2,#28]\nldr r9,[r2,#24]\n"
        "smlad r0,r5,r0,r7\nldr r10,[r12,#16]\nsmlad r0,r6,r1,r0\nldr r1,[r2,#32]\n"
        "smlad r0,r9,r3,r0\nldr r2,[r2,#36]\nsmlad r0,r8,r4,r0\nldr r4,[r12,#20]\n"
        "smlad r0,r1,r10,r0\nldr r3,[r12,#24]\nsmlad r10,r5,r10,r7\nldr r11,[r12,#28]\n"
        "smlad r0,r2,r4,r0\nsmlad r10,r6,r4,r10\nldr r4,[r12,#32]\nsmlad r10,r9,r3,r10\n"
        "ldr r3,[r12,#36]\nsmlad r10,r8,r11,r10\nldr r11,[r12,#40]\nsmlad r10,r1,r4,r10\n"
        "ldr lr,[r12,#44]\nsmlad r7,r5,r4,r7\nldr r5,[r12,#48]\nsmlad r10,r2,r3,r10\n"
        "ldr r4,[r12,#52]\nsmlad r7,r6,r3,r7\nldr r6,[sp]\nsmlad r7,r9,r11,r7\nldr r9,[sp,#116]\n"
        "smlad r7,r8,lr,r7\nldr r8,[r6,#4]\nsmlad r7,r1,r5,r7\nldr r6,[r6,#8]\nsmlad r7,r2,r4,r7\n"
        "ldr r2,[sp,#12]\nsmmla r0,r0,r8,r6\nldr r4,[sp,#120]\nsmmla r10,r10,r8,r6\n"
        "ldr r1,[sp,#76]\nsmmla r6,r7,r8,r6\nsubs r4,r4,#3\nssat r0,#8,r0,asr #10\n"
        "str r4,[sp,#120]\nstrb r0,[r9]\nadd r1,r9,r1\nssat r10,#8,r10,asr #10\nstr r1,[sp,#116]\n"
        "strb r10,[r9,r2]\nssat r6,#8,r6,asr #10\nstrb r6,[r9,r2,lsl #1]\nadd r12,r12,#48\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_5_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\n"
        "ldr r5,[r0]\nldr r6,[r0,#52]\nldr r7,[r12,#24]\nsmlad r1,r3,r1,r5\nldr r8,[r0,#40]\n"
        "smlad r9,r3,r2,r5\nldr r10,[r12,#36]\nsmlad r1,r4,r2,r1\nldr r2,[r0,#64]\n"
        "smlad r9,r4,r7,r9\nldr r11,[r12,#48]\nsmlad r1,r8,r7,r1\nldr lr,[r12,#60]\n"
        "smlad r1,r6,r10,r1\nsmlad r5,r3,r7,r5\nldr r3,[r12,#72]\nsmlad r9,r8,r10,r9\n"
        "ldr r7,[r12,#16]\nsmlad r5,r4,r10,r5\nldr r4,[r0,#20]\nsmlad r9,r6,r11,r9\n"
        "ldr r10,[r0,#32]\nsmlad r1,r2,r11,r1\nsmlad r5,r8,r11,r5\nldr r8,[r12,#4]\n"
        "smlad r9,r2,lr,r9\nldr r11,[r12,#28]\nsmlad r5,r6,lr,r5\nldr r6,[r0,#44]\n"
        "smlad r5,r2,r3,r5\nldr r2,[r0,#56]\nsmlad r1,r4,r8,r1\nldr r8,[r12,#40]\n"
        "ldr r3,[r12,#52]\nsmlad r9,r4,r7,r9\nsmlad r1,r10,r7,r1\nldr r7,[r0,#68]\n"
        "smlad r1,r6,r11,r1\nldr lr,[r12,#64]\nsmlad r9,r10,r11,r9\nsmlad r5,r4,r11,r5\n"
        "ldr r4,[r12,#76]\nsmlad r5,r10,r8,r5\nldr r10,[r0,#24]\nsmlad r1,r2,r8,r1\n"
        "ldr r11,[r12,#8]\nsmlad r9,r6,r8,r9\nldr r8,[r0,#36]\nsmlad r1,r7,r3,r1\n"
        "smlad r5,r6,r3,r5\nldr r6,[r12,#20]\nsmlad r9,r2,r3,r9\nldr r3,[r12,#32]\n"
        "smlad r9,r7,lr,r9\nsmlad r5,r2,lr,r5\nldr r2,[r0,#48]\nsmlad r5,r7,r4,r5\n"
        "ldr r7,[r12,#44]\nldr r4,[r0,#60]\nsmlad r1,r10,r11,r1\nsmlad r1,r8,r6,r1\n"
        "ldr r0,[r0,#72]\nsmlad r9,r10,r6,r9\nldr r6,[r12,#56]\nsmlad r1,r2,r3,r1\n"
        "ldr r11,[r12,#68]\nsmlad r9,r8,r3,r9\nldr lr,[r12,#80]\nsmlad r5,r10,r3,r5\nldr r10,[sp]\n"
        "smlad r1,r4,r7,r1\nldr r3,[sp,#116]\nsmlad r5,r8,r7,r5\nldr r8,[r10,#4]\n"
        "smlad r1,r0,r6,r1\nldr r10,[r10,#8]\nsmlad r9,r2,r7,r9\nldr r7,[sp,#12]\n"
        "smlad r9,r4,r6,r9\nsmlad r9,r0,r11,r9\nsmlad r5,r2,r6,r5\nldr r2,[sp,#120]\n"
        "smlad r5,r4,r11,r5\nldr r4,[sp,#76]\nsmlad r5,r0,lr,r5\nsubs r2,r2,#3\n"
        "smmla r1,r1,r8,r10\nadd r4,r3,r4\nsmmla r9,r9,r8,r10\nsmmla r10,r5,r8,r10\n"
        "ssat r1,#8,r1,asr #10\nstr r2,[sp,#120]\nstrb r1,[r3]\nssat r9,#8,r9,asr #10\n"
        "str r4,[sp,#116]\nstrb r9,[r3,r7]\nssat r10,#8,r10,asr #10\nstrb r10,[r3,r7,lsl #1]\n"
        "add r12,r12,#36\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\n"
        "mov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\n"
        "mla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\n"
        "ldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\n"
        "add r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\n"
        "str r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 2, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_5_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\n"
        "ldr r5,[r0]\nldr r6,[r0,#52]\nldr r7,[r12,#24]\nldr r8,[r12,#36]\nldr r9,[r0,#40]\n"
        "smlad r1,r3,r1,r5\nsmlad r1,r4,r2,r1\nldr r2,[r0,#64]\nsmlad r1,r9,r7,r1\n"
        "ldr r10,[r12,#48]\nsmlad r7,r3,r7,r5\nldr r11,[r12,#60]\nsmlad r1,r6,r8,r1\n"
        "ldr lr,[r12,#72]\nsmlad r7,r4,r8,r7\nldr r8,[r12,#84]\nsmlad r1,r2,r10,r1\n"
        "smlad r7,r9,r10,r7\nsmlad r5,r3,r10,r5\nldr r3,[r12,#96]\nsmlad r5,r4,r11,r5\n"
        "ldr r4,[r12,#4]\nsmlad r7,r6,r11,r7\nldr r11,[r0,#20]\nsmlad r7,r2,lr,r7\n"
        "ldr r10,[r12,#16]\nsmlad r5,r9,lr,r5\nldr r9,[r0,#32]\nsmlad r5,r6,r8,r5\n"
        "ldr r6,[r12,#28]\nsmlad r5,r2,r3,r5\nldr r2,[r0,#44]\nldr r3,[r12,#40]\n"
        "smlad r1,r11,r4,r1\nldr r4,[r0,#56]\nsmlad r1,r9,r10,r1\nldr r10,[r0,#68]\n"
        "smlad r1,r2,r6,r1\nldr r8,[r12,#52]\nsmlad r7,r11,r6,r7\nldr r6,[r12,#64]\n"
        "smlad r1,r4,r3,r1\nsmlad r7,r9,r3,r7\nldr r3,[r12,#76]\nsmlad r1,r10,r8,r1\n"
        "ldr lr,[r12,#88]\nsmlad r7,r2,r8,r7\nsmlad r5,r11,r8,r5\nldr r11,[r12,#100]\n"
        "smlad r7,r4,r6,r7\nldr r8,[r0,#24]\nsmlad r5,r9,r6,r5\nldr r9,[r12,#8]\n"
        "smlad r7,r10,r3,r7\nldr r6,[r0,#36]\nsmlad r5,r2,r3,r5\nldr r2,[r12,#20]\n"
        "smlad r5,r4,lr,r5\nldr r4,[r12,#32]\nsmlad r5,r10,r11,r5\nldr r10,[r0,#48]\n"
        "ldr r11,[r0,#60]\nsmlad r1,r8,r9,r1\nldr r9,[r12,#44]\nsmlad r1,r6,r2,r1\n"
        "ldr r0,[r0,#72]\nsmlad r1,r10,r4,r1\nldr r2,[r12,#56]\nsmlad r7,r8,r4,r7\n"
        "smlad r1,r11,r9,r1\nldr r4,[r12,#68]\nsmlad r7,r6,r9,r7\nldr r9,[r12,#80]\n"
        "smlad r1,r0,r2,r1\nldr lr,[r12,#92]\nsmlad r7,r10,r2,r7\nldr r3,[r12,#104]\n"
        "smlad r5,r8,r2,r5\nldr r8,[sp]\nsmlad r7,r11,r4,r7\nldr r2,[sp,#116]\nsmlad r5,r6,r4,r5\n"
        "ldr r6,[r8,#4]\nsmlad r7,r0,r9,r7\nldr r8,[r8,#8]\nsmlad r5,r10,r9,r5\nldr r10,[sp,#12]\n"
        "smlad r5,r11,lr,r5\nsmlad r5,r0,r3,r5\nldr r0,[sp,#120]\nsmmla r1,r1,r6,r8\n"
        "ldr r3,[sp,#76]\nsmmla r7,r7,r6,r8\nsubs r0,r0,#3\nsmmla r8,r5,r6,r8\nadd r3,r2,r3\n"
        "ssat r1,#8,r1,asr #10\nstr r0,[sp,#120]\nstrb r1,[r2]\nssat r7,#8,r7,asr #10\n"
        "str r3,[sp,#116]\nstrb r7,[r2,r10]\nssat r8,#8,r8,asr #10\nstrb r8,[r2,r10,lsl #1]\n"
        "add r12,r12,#72\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\n"
        "mov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\n"
        "mla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\n"
        "ldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\n"
        "add r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\n"
        "str r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 3 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_3_1_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[r12]\nldr r1,[r12,#4]\nldr r2,[sp]\nldr r3,[r12,#8]\nldr r4,[r12,#12]\n"
        "ldr r5,[r2,#16]\nldr r6,[r2,#20]\nldr r7,[r2]\nldr r8,[r2,#28]\nldr r9,[r2,#24]\n"
        "smlad r0,r5,r0,r7\nldr r10,[r12,#16]\nsmlad r0,r6,r1,r0\nldr r1,[r2,#32]\n"
        "smlad r11,r5,r3,r7\nsmlad r0,r9,r3,r0\nldr r2,[r2,#36]\nldr r3,[r12,#20]\n"
        "smlad r0,r8,r4,r0\nsmlad r11,r6,r4,r11\nldr r4,[r12,#24]\nsmlad r0,r1,r10,r0\n"
        "ldr lr,[r12,#28]\nsmlad r11,r9,r10,r11\nsmlad r7,r5,r10,r7\nldr r5,[r12,#32]\n"
        "smlad r0,r2,r3,r0\nldr r10,[r12,#36]\nsmlad r7,r6,r3,r7\nldr r6,[sp]\n"
        "smlad r11,r8,r3,r11\nldr r3,[sp,#116]\nsmlad r7,r9,r4,r7\nldr r9,[r6,#8]\n"
        "smlad r11,r1,r4,r11\nldr r4,[r6,#12]\nsmlad r11,r2,lr,r11\nldr r6,[r6,#4]\n"
        "smlad r7,r8,lr,r7\nldr r8,[sp,#12]\nsmlad r7,r1,r5,r7\nand r1,r0,r4\nsmlad r7,r2,r10,r7\n"
        "and r2,r11,r4\nadd r1,r9,r1,asr #31\nsmmlar r1,r0,r6,r1\nldr r0,[sp,#120]\n"
        "add r2,r9,r2,asr #31\nasr r1,r1,r4\nsmmlar r2,r11,r6,r2\nldr r11,[sp,#76]\nand r10,r7,r4\n"
        "ssat r1,#8,r1\nasr r2,r2,r4\nstrb r1,[r3]\nadd r9,r9,r10,asr #31\nssat r2,#8,r2\n"
        "smmlar r9,r7,r6,r9\nstrb r2,[r3,r8]\nsubs r0,r0,#3\nasr r9,r9,r4\nstr r0,[sp,#120]\n"
        "add r11,r3,r11\nstr r11,[sp,#116]\nssat r9,#8,r9\nstrb r9,[r3,r8,lsl #1]\n"
        "add r12,r12,#24\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\n"
        "mov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\n"
        "mla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\n"
        "ldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\n"
        "add r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\n"
        "str r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 3 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_5_1_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[r12,#24]\nldr r1,[r12,#12]\nldr r2,[sp]\nldr r3,[r12]\nldr r4,[r12,#36]\n"
        "ldr r5,[r2,#16]\nldr r6,[r2,#28]\nldr r7,[r2]\nldr r8,[r2,#52]\nsmlad r3,r5,r3,r7\n"
        "ldr r9,[r2,#40]\nsmlad r3,r6,r1,r3\nldr r10,[r12,#48]\nsmlad r1,r5,r1,r7\n"
        "ldr r11,[r2,#64]\nsmlad r3,r9,r0,r3\nldr lr,[r12,#60]\nsmlad r3,r8,r4,r3\n"
        "smlad r1,r6,r0,r1\nsmlad r1,r9,r4,r1\nsmlad r7,r5,r0,r7\nldr r5,[r12,#72]\n"
        "smlad r1,r8,r10,r1\nldr r0,[r12,#4]\nsmlad r3,r11,r10,r3\nsmlad r7,r6,r4,r7\n"
        "ldr r6,[r2,#20]\nsmlad r1,r11,lr,r1\nldr r4,[r12,#16]\nsmlad r7,r9,r10,r7\n"
        "ldr r9,[r2,#32]\nsmlad r7,r8,lr,r7\nldr r8,[r12,#40]\nsmlad r7,r11,r5,r7\n"
        "ldr r11,[r12,#28]\nsmlad r3,r6,r0,r3\nldr r0,[r2,#44]\nsmlad r3,r9,r4,r3\n"
        "ldr r5,[r2,#56]\nsmlad r1,r6,r4,r1\nldr r4,[r12,#64]\nsmlad r1,r9,r11,r1\n"
        "ldr lr,[r2,#68]\nldr r10,[r12,#52]\nsmlad r7,r6,r11,r7\nldr r6,[r12,#76]\n"
        "smlad r7,r9,r8,r7\nsmlad r3,r0,r11,r3\nldr r11,[r2,#24]\nsmlad r3,r5,r8,r3\n"
        "ldr r9,[r2,#36]\nsmlad r1,r0,r8,r1\nldr r8,[r12,#8]\nsmlad r1,r5,r10,r1\n"
        "smlad r7,r0,r10,r7\nldr r0,[r12,#20]\nsmlad r3,lr,r10,r3\nldr r10,[r12,#32]\n"
        "smlad r7,r5,r4,r7\nldr r5,[r2,#60]\nsmlad r1,lr,r4,r1\nldr r4,[r2,#48]\n"
        "smlad r7,lr,r6,r7\nldr lr,[r12,#44]\nsmlad r3,r11,r8,r3\nldr r8,[r12,#56]\n"
        "smlad r3,r9,r0,r3\nldr r6,[r12,#80]\nsmlad r1,r11,r0,r1\nldr r2,[r2,#72]\n"
        "smlad r3,r4,r10,r3\nldr r0,[r12,#68]\nsmlad r7,r11,r10,r7\nldr r11,[sp]\n"
        "smlad r1,r9,r10,r1\nsmlad r7,r9,lr,r7\nldr r9,[r11,#4]\nsmlad r3,r5,lr,r3\n"
        "ldr r10,[r11,#12]\nsmlad r3,r2,r8,r3\nldr r11,[r11,#8]\nsmlad r1,r4,lr,r1\n"
        "ldr lr,[sp,#116]\nsmlad r7,r4,r8,r7\nand r4,r3,r10\nsmlad r1,r5,r8,r1\nldr r8,[sp,#12]\n"
        "smlad r1,r2,r0,r1\nadd r4,r11,r4,asr #31\nsmlad r7,r5,r0,r7\nsmlad r7,r2,r6,r7\n"
        "and r2,r1,r10\nsmmlar r4,r3,r9,r4\nldr r3,[sp,#76]\nadd r2,r11,r2,asr #31\nand r6,r7,r10\n"
        "asr r4,r4,r10\nsmmlar r2,r1,r9,r2\nadd r11,r11,r6,asr #31\nldr r6,[sp,#120]\n"
        "asr r2,r2,r10\nsmmlar r11,r7,r9,r11\nssat r4,#8,r4\nsubs r6,r6,#3\nstrb r4,[lr]\n"
        "asr r11,r11,r10\nssat r2,#8,r2\nstr r6,[sp,#120]\nstrb r2,[lr,r8]\nadd r3,lr,r3\n"
        "ssat r11,#8,r11\nstr r3,[sp,#116]\nstrb r11,[lr,r8,lsl #1]\nadd r12,r12,#36\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 2, 3 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_5_2_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#12]\nldr r3,[r0,#28]\nldr r4,[r0]\n"
        "ldr r5,[r0,#16]\nldr r6,[r0,#52]\nldr r7,[r0,#40]\nldr r8,[r12,#24]\nsmlad r1,r5,r1,r4\n"
        "ldr r9,[r12,#36]\nsmlad r1,r3,r2,r1\nsmlad r1,r7,r8,r1\nldr r2,[r12,#48]\n"
        "ldr r10,[r0,#64]\nsmlad r8,r5,r8,r4\nsmlad r1,r6,r9,r1\nldr r11,[r12,#60]\n"
        "smlad r8,r3,r9,r8\nldr r9,[r12,#72]\nsmlad r1,r10,r2,r1\nldr lr,[r12,#84]\n"
        "smlad r8,r7,r2,r8\nsmlad r4,r5,r2,r4\nldr r5,[r12,#96]\nsmlad r8,r6,r11,r8\n"
        "ldr r2,[r0,#20]\nsmlad r4,r3,r11,r4\nldr r3,[r12,#4]\nsmlad r8,r10,r9,r8\n"
        "ldr r11,[r0,#32]\nsmlad r4,r7,r9,r4\nldr r7,[r12,#16]\nsmlad r4,r6,lr,r4\n"
        "ldr r6,[r12,#28]\nsmlad r4,r10,r5,r4\nldr r10,[r0,#44]\nldr r5,[r0,#56]\n"
        "smlad r1,r2,r3,r1\nldr r3,[r12,#40]\nsmlad r1,r11,r7,r1\nldr r7,[r12,#52]\n"
        "smlad r1,r10,r6,r1\nldr lr,[r0,#68]\nsmlad r8,r2,r6,r8\nldr r6,[r12,#64]\n"
        "smlad r1,r5,r3,r1\nsmlad r8,r11,r3,r8\nldr r3,[r12,#76]\nsmlad r1,lr,r7,r1\n"
        "ldr r9,[r12,#88]\nsmlad r8,r10,r7,r8\nsmlad r4,r2,r7,r4\nldr r2,[r12,#100]\n"
        "smlad r8,r5,r6,r8\nldr r7,[r0,#24]\nsmlad r4,r11,r6,r4\nldr r11,[r12,#8]\n"
        "smlad r8,lr,r3,r8\nldr r6,[r0,#36]\nsmlad r4,r10,r3,r4\nldr r10,[r12,#20]\n"
        "smlad r4,r5,r9,r4\nldr r5,[r12,#32]\nsmlad r4,lr,r2,r4\nldr lr,[r0,#48]\nldr r2,[r0,#60]\n"
        "smlad r1,r7,r11,r1\nldr r11,[r12,#44]\nsmlad r1,r6,r10,r1\nldr r10,[r12,#56]\n"
        "smlad r1,lr,r5,r1\nldr r0,[r0,#72]\nsmlad r8,r7,r5,r8\nsmlad r8,r6,r11,r8\n"
        "ldr r5,[r12,#68]\nsmlad r1,r2,r11,r1\nldr r11,[r12,#80]\nsmlad r1,r0,r10,r1\n"
        "ldr r9,[r12,#92]\nsmlad r8,lr,r10,r8\nldr r3,[r12,#104]\nsmlad r4,r7,r10,r4\nldr r7,[sp]\n"
        "smlad r8,r2,r5,r8\nsmlad r4,r6,r5,r4\nldr r6,[r7,#12]\nsmlad r8,r0,r11,r8\n"
        "ldr r5,[r7,#8]\nsmlad r4,lr,r11,r4\nldr r7,[r7,#4]\nsmlad r4,r2,r9,r4\nldr r2,[sp,#116]\n"
        "smlad r4,r0,r3,r4\nand r0,r1,r6\nldr r3,[sp,#12]\nand r9,r8,r6\nadd r0,r5,r0,asr #31\n"
        "smmlar r0,r1,r7,r0\nadd r9,r5,r9,asr #31\nsmmlar r9,r8,r7,r9\nasr r0,r0,r6\nand r8,r4,r6\n"
        "asr r9,r9,r6\nldr r1,[sp,#120]\nssat r0,#8,r0\nsubs r1,r1,#3\nstrb r0,[r2]\n"
        "add r5,r5,r8,asr #31\nssat r9,#8,r9\nsmmlar r5,r4,r7,r5\nstrb r9,[r2,r3]\n"
        "ldr r9,[sp,#76]\nasr r5,r5,r6\nstr r1,[sp,#120]\nadd r9,r2,r9\nstr r9,[sp,#116]\n"
        "ssat r5,#8,r5\nstrb r5,[r2,r3,lsl #1]\nadd r12,r12,#72\nbge 6b\nldr r0,[sp,#120]\n"
        "adds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Two rows of 3 by 3 windows, stride 1, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_rows3_3(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r12,#4]\nldr r3,[r0]\nldr r4,[r0,#20]\n"
        "ldr r5,[r0,#16]\nldr r6,[r0,#28]\nldr r7,[r12,#8]\nldr r8,[r12,#12]\nldr r9,[r0,#24]\n"
        "smlad r1,r5,r1,r3\nsmlad r1,r4,r2,r1\nldr r2,[r12,#16]\nldr r10,[r0,#32]\n"
        "smlad r1,r9,r7,r1\nsmlad r7,r5,r7,r3\nldr r0,[r0,#36]\nsmlad r7,r4,r8,r7\n"
        "ldr r11,[r12,#20]\nsmlad r1,r6,r8,r1\nldr r8,[r12,#24]\nsmlad r3,r5,r2,r3\n"
        "ldr r5,[r12,#28]\nsmlad r7,r9,r2,r7\nldr lr,[r12,#32]\nsmlad r1,r10,r2,r1\n"
        "ldr r2,[r12,#36]\nsmlad r1,r0,r11,r1\nsmlad r7,r6,r11,r7\nsmlad r3,r4,r11,r3\n"
        "ldr r4,[sp]\nsmlad r7,r10,r8,r7\nldr r11,[sp,#116]\nsmlad r3,r9,r8,r3\nldr r9,[r4,#8]\n"
        "smlad r7,r0,r5,r7\nldr r4,[r4,#4]\nsmlad r3,r6,r5,r3\nldr r6,[sp,#12]\n"
        "smlad r3,r10,lr,r3\nsmlad r3,r0,r2,r3\nldr r0,[sp]\nsmmla r1,r1,r4,r9\nldr r2,[r12]\n"
        "smmla r7,r7,r4,r9\nldr r10,[r0]\nsmmla r9,r3,r4,r9\nldr r3,[r0,#24]\n"
        "ssat r1,#8,r1,asr #10\nldr r4,[r0,#16]\nstrb r1,[r11]\nldr r1,[r12,#8]\n"
        "ssat r7,#8,r7,asr #10\nldr lr,[r0,#32]\nstrb r7,[r11,r6]\nldr r7,[r12,#16]\n"
        "ssat r9,#8,r9,asr #10\nsmlatb r2,r2,r4,r10\nstrb r9,[r11,r6,lsl #1]\nldr r9,[r12,#24]\n"
        "smlatb r2,r1,r3,r2\nldr r6,[r12,#32]\nsmlatb r1,r1,r4,r10\nldr r5,[r0,#16]\n"
        "smlatb r2,r7,lr,r2\nldr r8,[r0,#20]\nsmlatb r1,r7,r3,r1\nasr r5,r5,#16\n"
        "smlatb r10,r7,r4,r10\nldr r7,[r0,#24]\nsmlatb r1,r9,lr,r1\nldr r4,[r0,#28]\n"
        "smlatb r10,r9,r3,r10\nldr r9,[r0,#32]\nsmlatb r10,r6,lr,r10\nldr r0,[r0,#36]\n"
        "pkhbt r5,r5,r8,lsl #16\nasr r7,r7,#16\nldr r8,[r12,#4]\nasr r9,r9,#16\n"
        "pkhbt r7,r7,r4,lsl #16\nldr r4,[r12,#12]\nldr r6,[r12,#20]\nsmlad r2,r8,r5,r2\n"
        "pkhbt r9,r9,r0,lsl #16\nsmlad r2,r4,r7,r2\nsmlad r1,r4,r5,r1\nldr r4,[r12,#28]\n"
        "ldr r0,[r12,#36]\nsmlad r2,r6,r9,r2\nsmlad r1,r6,r7,r1\nldr r8,[sp,#80]\n"
        "smlad r1,r4,r9,r1\nldr lr,[sp]\nsmlad r10,r6,r5,r10\nldr r6,[sp,#12]\n"
        "smlad r10,r4,r7,r10\nldr r4,[lr,#4]\nldr lr,[lr,#8]\nsmlad r10,r0,r9,r10\n"
        "smmla r2,r2,r4,lr\nadd r8,r11,r8\nldr r0,[sp,#120]\nsmmla r1,r1,r4,lr\nldr r9,[sp,#76]\n"
        "smmla lr,r10,r4,lr\nssat r2,#8,r2,asr #10\nsubs r0,r0,#3\nstrb r2,[r8]\nadd r11,r11,r9\n"
        "ssat r1,#8,r1,asr #10\nstr r0,[sp,#120]\nssat lr,#8,lr,asr #10\nstrb r1,[r8,r6]\n"
        "strb lr,[r8,r6,lsl #1]\nstr r11,[sp,#116]\nadd r12,r12,#24\nbge 6b\nldr r0,[sp,#120]\n"
        "adds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

#ifdef __cplusplus
}
#endif

#endif
