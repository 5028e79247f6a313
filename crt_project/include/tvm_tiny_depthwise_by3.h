/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by benchmarks/micro/write_depthwise.py: do not edit. The order of instructions was
 * searched for on the timing table of the Cortex-M7; tvm_tiny_depthwise.h has the same in C.
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
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r5,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#3\nstr r2,[sp,#116]\n6: ldr r8,[sp,#0]\nldr r6,[sp,#40]\n"
        "ldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\nldr r12,[r5,r6]\nldr r10,[r8],#4\n"
        "mov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nldr r11,[r8],#4\n7: smlad r1,r10,r12,r1\n"
        "ldr r12,[r5],#4\nsmlad r2,r10,lr,r2\nldr lr,[r5,r6]\nsmlad r0,r10,r12,r0\n"
        "ldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\nldr lr,[r5],#4\nldr r10,[r8],#4\n"
        "subs r9,r9,#1\nsmlad r2,r11,r12,r2\nldr r12,[r5,r6]\nsmlad r0,r11,lr,r0\n"
        "ldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r3,[sp]\nldr r4,[sp,#12]\n"
        "ldr r6,[sp,#112]\nldr r7,[sp,#116]\nldr r8,[r3,#8]\nldr r9,[r3,#4]\nldr r3,[r3,#12]\n"
        "add r10,r8,r0,asr #31\nsmmlar r10,r0,r9,r10\nadd r11,r8,r1,asr #31\nsmmlar r11,r1,r9,r11\n"
        "add r8,r8,r2,asr #31\nasr r10,r10,r3\nsmmlar r8,r2,r9,r8\nasr r11,r11,r3\n"
        "ldr r9,[sp,#76]\nssat r10,#8,r10\nasr r8,r8,r3\nstrb r10,[r6]\nsubs r7,r7,#3\n"
        "ssat r11,#8,r11\nstr r7,[sp,#116]\nstrb r11,[r6,r4]\nadd r9,r6,r9\nssat r8,#8,r8\n"
        "str r9,[sp,#112]\nstrb r8,[r6,r4,lsl #1]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\n"
        "ldr r0,[sp,#116]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 3 outputs at a time, short records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short3(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r5,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#3\nstr r2,[sp,#116]\n6: ldr r8,[sp,#0]\nldr r6,[sp,#40]\n"
        "ldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\nldr r12,[r5,r6]\nldr r10,[r8],#4\n"
        "mov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nldr r11,[r8],#4\n7: smlad r1,r10,r12,r1\n"
        "ldr r12,[r5],#4\nsmlad r2,r10,lr,r2\nldr lr,[r5,r6]\nsmlad r0,r10,r12,r0\n"
        "ldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\nldr lr,[r5],#4\nldr r10,[r8],#4\n"
        "subs r9,r9,#1\nsmlad r2,r11,r12,r2\nldr r12,[r5,r6]\nsmlad r0,r11,lr,r0\n"
        "ldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r3,[sp]\nldr r4,[sp,#12]\n"
        "ldr r6,[sp,#112]\nldr r7,[sp,#116]\nldr r8,[r3,#4]\nldr r3,[r3,#8]\nldr r9,[sp,#76]\n"
        "subs r7,r7,#3\nsmmla r10,r0,r8,r3\nadd r9,r6,r9\nsmmla r11,r1,r8,r3\nsmmla r3,r2,r8,r3\n"
        "ssat r10,#8,r10,asr #10\nstr r7,[sp,#116]\nssat r11,#8,r11,asr #10\nstrb r10,[r6]\n"
        "strb r11,[r6,r4]\nssat r3,#8,r3,asr #10\nstr r9,[sp,#112]\nstrb r3,[r6,r4,lsl #1]\n"
        "ldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#3\nbeq 8f\n"
        "sub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#116]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_3_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#3\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#4]\nldr r3,[r0,#16]\nldr r4,[r0,#20]\nldr r5,[r0]\nldr r6,[r0,#28]\n"
        "ldr r7,[r12,#8]\nsmlad r1,r3,r1,r5\nldr r8,[r0,#24]\nsmlad r1,r4,r2,r1\nldr r2,[r12,#12]\n"
        "smlad r9,r3,r7,r5\nsmlad r1,r8,r7,r1\nldr r7,[r12,#16]\nldr r10,[r0,#32]\n"
        "smlad r1,r6,r2,r1\nsmlad r9,r4,r2,r9\nldr r0,[r0,#36]\nldr r2,[r12,#20]\n"
        "smlad r1,r10,r7,r1\nsmlad r9,r8,r7,r9\nldr r11,[r12,#24]\nsmlad r5,r3,r7,r5\n"
        "ldr r3,[r12,#28]\nsmlad r1,r0,r2,r1\nldr r7,[r12,#32]\nsmlad r9,r6,r2,r9\n"
        "ldr lr,[r12,#36]\nsmlad r5,r4,r2,r5\nsmlad r9,r10,r11,r9\nsmlad r5,r8,r11,r5\n"
        "ldr r8,[sp]\nsmlad r9,r0,r3,r9\nldr r11,[sp,#112]\nsmlad r5,r6,r3,r5\nldr r6,[r8,#8]\n"
        "smlad r5,r10,r7,r5\nldr r8,[r8,#4]\nsmlad r5,r0,lr,r5\nldr r0,[sp,#12]\n"
        "smmla r1,r1,r8,r6\nldr lr,[sp,#116]\nsmmla r9,r9,r8,r6\nldr r10,[sp,#76]\n"
        "smmla r6,r5,r8,r6\nsubs lr,lr,#3\nssat r1,#8,r1,asr #10\nstr lr,[sp,#116]\nstrb r1,[r11]\n"
        "add r10,r11,r10\nssat r9,#8,r9,asr #10\nstr r10,[sp,#112]\nstrb r9,[r11,r0]\n"
        "ssat r6,#8,r6,asr #10\nstrb r6,[r11,r0,lsl #1]\nadd r12,r12,#24\nbge 6b\n"
        "ldr r0,[sp,#116]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_3_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#3\nstr r2,[sp,#116]\n6: ldr r0,[r12]\nldr r1,[r12,#4]\n"
        "ldr r2,[sp]\nldr r3,[r12,#8]\nldr r4,[r12,#12]\nldr r5,[r2,#16]\nldr r6,[r2,#20]\n"
        "ldr r7,[r2]\nldr r8,[r2,#28]\nldr r9,[r2,#24]\nsmlad r0,r5,r0,r7\nldr r10,[r12,#16]\n"
        "smlad r0,r6,r1,r0\nldr r1,[r2,#32]\nsmlad r0,r9,r3,r0\nldr r2,[r2,#36]\n"
        "smlad r0,r8,r4,r0\nldr r4,[r12,#20]\nsmlad r0,r1,r10,r0\nldr r3,[r12,#24]\n"
        "smlad r10,r5,r10,r7\nldr r11,[r12,#28]\nsmlad r0,r2,r4,r0\nsmlad r10,r6,r4,r10\n"
        "ldr r4,[r12,#32]\nsmlad r10,r9,r3,r10\nldr r3,[r12,#36]\nsmlad r10,r8,r11,r10\n"
        "ldr r11,[r12,#40]\nsmlad r10,r1,r4,r10\nldr lr,[r12,#44]\nsmlad r7,r5,r4,r7\n"
        "ldr r5,[r12,#48]\nsmlad r10,r2,r3,r10\nldr r4,[r12,#52]\nsmlad r7,r6,r3,r7\nldr r6,[sp]\n"
        "smlad r7,r9,r11,r7\nldr r9,[sp,#112]\nsmlad r7,r8,lr,r7\nldr r8,[r6,#4]\n"
        "smlad r7,r1,r5,r7\nldr r6,[r6,#8]\nsmlad r7,r2,r4,r7\nldr r2,[sp,#12]\nsmmla r0,r0,r8,r6\n"
        "ldr r4,[sp,#116]\nsmmla r10,r10,r8,r6\nldr r1,[sp,#76]\nsmmla r6,r7,r8,r6\nsubs r4,r4,#3\n"
        "ssat r0,#8,r0,asr #10\nstr r4,[sp,#116]\nstrb r0,[r9]\nadd r1,r9,r1\n"
        "ssat r10,#8,r10,asr #10\nstr r1,[sp,#112]\nstrb r10,[r9,r2]\nssat r6,#8,r6,asr #10\n"
        "strb r6,[r9,r2,lsl #1]\nadd r12,r12,#48\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#3\nbeq 8f\n"
        "sub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_5_1(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#3\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\nldr r5,[r0]\nldr r6,[r0,#52]\n"
        "ldr r7,[r12,#24]\nsmlad r1,r3,r1,r5\nldr r8,[r0,#40]\nsmlad r9,r3,r2,r5\n"
        "ldr r10,[r12,#36]\nsmlad r1,r4,r2,r1\nldr r2,[r0,#64]\nsmlad r9,r4,r7,r9\n"
        "ldr r11,[r12,#48]\nsmlad r1,r8,r7,r1\nldr lr,[r12,#60]\nsmlad r1,r6,r10,r1\n"
        "smlad r5,r3,r7,r5\nldr r3,[r12,#72]\nsmlad r9,r8,r10,r9\nldr r7,[r12,#16]\n"
        "smlad r5,r4,r10,r5\nldr r4,[r0,#20]\nsmlad r9,r6,r11,r9\nldr r10,[r0,#32]\n"
        "smlad r1,r2,r11,r1\nsmlad r5,r8,r11,r5\nldr r8,[r12,#4]\nsmlad r9,r2,lr,r9\n"
        "ldr r11,[r12,#28]\nsmlad r5,r6,lr,r5\nldr r6,[r0,#44]\nsmlad r5,r2,r3,r5\n"
        "ldr r2,[r0,#56]\nsmlad r1,r4,r8,r1\nldr r8,[r12,#40]\nldr r3,[r12,#52]\n"
        "smlad r9,r4,r7,r9\nsmlad r1,r10,r7,r1\nldr r7,[r0,#68]\nsmlad r1,r6,r11,r1\n"
        "ldr lr,[r12,#64]\nsmlad r9,r10,r11,r9\nsmlad r5,r4,r11,r5\nldr r4,[r12,#76]\n"
        "smlad r5,r10,r8,r5\nldr r10,[r0,#24]\nsmlad r1,r2,r8,r1\nldr r11,[r12,#8]\n"
        "smlad r9,r6,r8,r9\nldr r8,[r0,#36]\nsmlad r1,r7,r3,r1\nsmlad r5,r6,r3,r5\n"
        "ldr r6,[r12,#20]\nsmlad r9,r2,r3,r9\nldr r3,[r12,#32]\nsmlad r9,r7,lr,r9\n"
        "smlad r5,r2,lr,r5\nldr r2,[r0,#48]\nsmlad r5,r7,r4,r5\nldr r7,[r12,#44]\nldr r4,[r0,#60]\n"
        "smlad r1,r10,r11,r1\nsmlad r1,r8,r6,r1\nldr r0,[r0,#72]\nsmlad r9,r10,r6,r9\n"
        "ldr r6,[r12,#56]\nsmlad r1,r2,r3,r1\nldr r11,[r12,#68]\nsmlad r9,r8,r3,r9\n"
        "ldr lr,[r12,#80]\nsmlad r5,r10,r3,r5\nldr r10,[sp,#112]\nsmlad r1,r4,r7,r1\nldr r3,[sp]\n"
        "smlad r5,r8,r7,r5\nldr r8,[sp,#12]\nsmlad r1,r0,r6,r1\nsmlad r9,r2,r7,r9\nldr r7,[r3,#4]\n"
        "smlad r9,r4,r6,r9\nldr r3,[r3,#8]\nsmlad r9,r0,r11,r9\nsmlad r5,r2,r6,r5\n"
        "ldr r2,[sp,#116]\nsmlad r5,r4,r11,r5\nldr r4,[sp,#76]\nsmlad r5,r0,lr,r5\nsubs r2,r2,#3\n"
        "smmla r1,r1,r7,r3\nadd r4,r10,r4\nsmmla r9,r9,r7,r3\nsmmla r3,r5,r7,r3\n"
        "ssat r1,#8,r1,asr #10\nstr r2,[sp,#116]\nstrb r1,[r10]\nssat r9,#8,r9,asr #10\n"
        "str r4,[sp,#112]\nstrb r9,[r10,r8]\nssat r3,#8,r3,asr #10\nstrb r3,[r10,r8,lsl #1]\n"
        "add r12,r12,#36\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\n"
        "mov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\n"
        "mla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\n"
        "ldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\n"
        "add r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\n"
        "str r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

#ifdef __cplusplus
}
#endif

#endif
