/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m4; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_SINGLE_BY3_H
#define TVM_TINY_DEPTHWISE_SINGLE_BY3_H

#include <stdint.h>

#include "tvm_tiny_depthwise_single_gather.h"

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
        "ldr r4,[r3,#12]\nldr r6,[r3,#8]\nldr r3,[r3,#4]\nldr r7,[sp,#116]\nand r8,r0,r4\n"
        "add r8,r6,r8,asr #31\nsmmlar r8,r0,r3,r8\nasr r8,r8,r4\nssat r8,#8,r8\nstrb r8,[r7]\n"
        "and r8,r1,r4\nadd r8,r6,r8,asr #31\nsmmlar r8,r1,r3,r8\nasr r8,r8,r4\nssat r8,#8,r8\n"
        "and r9,r2,r4\nadd r6,r6,r9,asr #31\nsmmlar r6,r2,r3,r6\nasr r6,r6,r4\nssat r6,#8,r6\n"
        "ldr r4,[sp,#12]\nldr r3,[sp,#120]\nldr r9,[sp,#76]\nstrb r8,[r7,r4]\n"
        "strb r6,[r7,r4,lsl #1]\nsubs r3,r3,#3\nstr r3,[sp,#120]\nadd r7,r7,r9\nstr r7,[sp,#116]\n"
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
        "ldr r4,[sp,#116]\nldr r6,[r3,#4]\nldr r3,[r3,#8]\nldr r7,[sp,#12]\nldr r8,[sp,#120]\n"
        "ldr r9,[sp,#76]\nsmmla r10,r0,r6,r3\nssat r10,#8,r10,asr #10\nstrb r10,[r4]\n"
        "smmla r10,r1,r6,r3\nssat r10,#8,r10,asr #10\nstrb r10,[r4,r7]\nsmmla r3,r2,r6,r3\n"
        "ssat r3,#8,r3,asr #10\nstrb r3,[r4,r7,lsl #1]\nsubs r8,r8,#3\nstr r8,[sp,#120]\n"
        "add r4,r4,r9\nstr r4,[sp,#116]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#120]\n"
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
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r0,#16]\nldr r3,[r0]\nldr r4,[r0,#24]\n"
        "ldr r5,[r0,#20]\nldr r6,[r12,#4]\nsmlad r1,r2,r1,r3\nsmlad r1,r5,r6,r1\nldr r6,[r0,#28]\n"
        "ldr r7,[r12,#8]\nldr r8,[r12,#12]\nldr r9,[r0,#32]\nldr r10,[r12,#16]\nldr r0,[r0,#36]\n"
        "ldr r11,[r12,#20]\nsmlad lr,r2,r7,r3\nsmlad r1,r4,r7,r1\nsmlad lr,r5,r8,lr\n"
        "smlad r1,r6,r8,r1\nsmlad r1,r9,r10,r1\nsmlad lr,r4,r10,lr\nsmlad lr,r6,r11,lr\n"
        "smlad r3,r2,r10,r3\nsmlad r1,r0,r11,r1\nsmlad r3,r5,r11,r3\nldr r5,[r12,#24]\n"
        "ldr r11,[r12,#28]\nldr r2,[r12,#32]\nldr r10,[r12,#36]\nldr r8,[sp,#116]\nldr r7,[sp]\n"
        "smlad lr,r9,r5,lr\nsmlad r3,r4,r5,r3\nsmlad lr,r0,r11,lr\nsmlad r3,r6,r11,r3\n"
        "smlad r3,r9,r2,r3\nsmlad r3,r0,r10,r3\nldr r0,[r7,#8]\nldr r7,[r7,#4]\nldr r10,[sp,#12]\n"
        "ldr r9,[sp,#120]\nldr r2,[sp,#76]\nsmmla r1,r1,r7,r0\nssat r1,#8,r1,asr #10\n"
        "strb r1,[r8]\nsmmla lr,lr,r7,r0\nssat lr,#8,lr,asr #10\nstrb lr,[r8,r10]\n"
        "smmla r0,r3,r7,r0\nssat r0,#8,r0,asr #10\nstrb r0,[r8,r10,lsl #1]\nsubs r9,r9,#3\n"
        "str r9,[sp,#120]\nadd r8,r8,r2\nstr r8,[sp,#116]\nadd r12,r12,#24\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#116]\nldr r4,[sp,#12]\nstr r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#116]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 3 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_3_2(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\nldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n"
        "ldmia r0!,{r1-r7}\nstmia lr!,{r1-r7}\n1: ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\n"
        "ldr r2,[sp,#48]\nldr r12,[sp,#16]\nstr r1,[sp,#116]\nsub r2,r2,#3\nstr r2,[sp,#120]\n6: "
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r0]\nldr r3,[r0,#16]\nldr r4,[r12,#4]\n"
        "ldr r5,[r0,#20]\nldr r6,[r12,#8]\nldr r7,[r0,#24]\nldr r8,[r12,#12]\nsmlad r1,r3,r1,r2\n"
        "smlad r1,r5,r4,r1\nsmlad r1,r7,r6,r1\nldr r6,[r0,#28]\nldr r4,[r0,#32]\nldr r9,[r12,#16]\n"
        "ldr r0,[r0,#36]\nldr r10,[r12,#20]\nldr r11,[r12,#24]\nsmlad r1,r6,r8,r1\n"
        "smlad r1,r4,r9,r1\nsmlad r9,r3,r9,r2\nsmlad r9,r5,r10,r9\nsmlad r1,r0,r10,r1\n"
        "smlad r9,r7,r11,r9\nldr r11,[r12,#28]\nldr r10,[r12,#32]\nldr r8,[r12,#36]\n"
        "smlad r9,r6,r11,r9\nsmlad r2,r3,r10,r2\nsmlad r9,r4,r10,r9\nsmlad r2,r5,r8,r2\n"
        "smlad r9,r0,r8,r9\nldr r8,[r12,#40]\nldr r5,[r12,#44]\nldr r10,[r12,#48]\n"
        "ldr r3,[r12,#52]\nldr r11,[sp]\nsmlad r2,r7,r8,r2\nsmlad r2,r6,r5,r2\nsmlad r2,r4,r10,r2\n"
        "smlad r2,r0,r3,r2\nldr r0,[r11,#4]\nldr r11,[r11,#8]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "ldr r10,[sp,#120]\nldr r6,[sp,#76]\nsmmla r1,r1,r0,r11\nssat r1,#8,r1,asr #10\n"
        "strb r1,[r3]\nsmmla r9,r9,r0,r11\nssat r9,#8,r9,asr #10\nstrb r9,[r3,r4]\n"
        "smmla r11,r2,r0,r11\nssat r11,#8,r11,asr #10\nstrb r11,[r3,r4,lsl #1]\nsubs r10,r10,#3\n"
        "str r10,[sp,#120]\nadd r3,r3,r6\nstr r3,[sp,#116]\nadd r12,r12,#48\nbge 6b\n"
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
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r0]\nldr r3,[r0,#28]\nldr r4,[r0,#16]\n"
        "ldr r5,[r0,#40]\nldr r6,[r12,#12]\nldr r7,[r12,#24]\nsmlad r1,r4,r1,r2\n"
        "smlad r8,r4,r6,r2\nsmlad r1,r3,r6,r1\nsmlad r1,r5,r7,r1\nsmlad r8,r3,r7,r8\n"
        "smlad r2,r4,r7,r2\nldr r4,[r0,#52]\nldr r7,[r12,#48]\nldr r6,[r12,#36]\nldr r9,[r0,#64]\n"
        "ldr r10,[r12,#72]\nldr r11,[r12,#60]\nsmlad r8,r5,r6,r8\nsmlad r8,r4,r7,r8\n"
        "smlad r1,r4,r6,r1\nsmlad r2,r3,r6,r2\nsmlad r2,r5,r7,r2\nsmlad r8,r9,r11,r8\n"
        "smlad r2,r4,r11,r2\nsmlad r1,r9,r7,r1\nsmlad r2,r9,r10,r2\nldr r9,[r0,#32]\n"
        "ldr r10,[r0,#20]\nldr r7,[r12,#16]\nldr r4,[r12,#4]\nldr r11,[r12,#28]\nldr r5,[r0,#44]\n"
        "ldr r3,[r12,#40]\nldr r6,[r0,#56]\nsmlad r1,r10,r4,r1\nsmlad r1,r9,r7,r1\n"
        "smlad r8,r10,r7,r8\nsmlad r2,r10,r11,r2\nsmlad r8,r9,r11,r8\nsmlad r1,r5,r11,r1\n"
        "smlad r1,r6,r3,r1\nsmlad r2,r9,r3,r2\nsmlad r8,r5,r3,r8\nldr r3,[r12,#52]\n"
        "ldr r9,[r0,#68]\nldr r11,[r12,#64]\nldr r10,[r12,#76]\nldr r7,[r12,#8]\nldr r4,[r0,#36]\n"
        "smlad r1,r9,r3,r1\nsmlad r2,r5,r3,r2\nsmlad r8,r6,r3,r8\nsmlad r8,r9,r11,r8\n"
        "smlad r2,r6,r11,r2\nsmlad r2,r9,r10,r2\nldr r9,[r12,#32]\nldr r10,[r0,#24]\n"
        "ldr r6,[r12,#20]\nldr r11,[r0,#60]\nldr r3,[r0,#48]\nldr r5,[r12,#44]\n"
        "smlad r8,r10,r6,r8\nsmlad r1,r10,r7,r1\nsmlad r1,r4,r6,r1\nsmlad r8,r4,r9,r8\n"
        "smlad r1,r3,r9,r1\nsmlad r8,r3,r5,r8\nsmlad r2,r10,r9,r2\nsmlad r2,r4,r5,r2\n"
        "smlad r1,r11,r5,r1\nldr r0,[r0,#72]\nldr r5,[r12,#56]\nldr r4,[r12,#68]\n"
        "ldr r10,[r12,#80]\nldr r9,[sp]\nldr r6,[r9,#8]\nldr r9,[r9,#4]\nldr r7,[sp,#116]\n"
        "smlad r1,r0,r5,r1\nsmlad r2,r3,r5,r2\nsmlad r8,r11,r5,r8\nsmlad r8,r0,r4,r8\n"
        "smlad r2,r11,r4,r2\nsmlad r2,r0,r10,r2\nsmmla r1,r1,r9,r6\nsmmla r8,r8,r9,r6\n"
        "smmla r6,r2,r9,r6\nssat r8,#8,r8,asr #10\nssat r1,#8,r1,asr #10\nstrb r1,[r7]\n"
        "ssat r6,#8,r6,asr #10\nldr r1,[sp,#12]\nldr r2,[sp,#120]\nldr r9,[sp,#76]\n"
        "strb r8,[r7,r1]\nstrb r6,[r7,r1,lsl #1]\nsubs r2,r2,#3\nstr r2,[sp,#120]\nadd r7,r7,r9\n"
        "str r7,[sp,#116]\nadd r12,r12,#36\nbge 6b\nldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\n"
        "sub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#116]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#120]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#116]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
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
        "ldr r0,[sp]\nldr r1,[r12]\nldr r2,[r0,#16]\nldr r3,[r0]\nldr r4,[r0,#20]\n"
        "ldr r5,[r12,#4]\nldr r6,[r12,#8]\nldr r7,[r0,#24]\nldr r8,[r0,#28]\nsmlad r1,r2,r1,r3\n"
        "smlad r1,r4,r5,r1\nsmlad r5,r2,r6,r3\nsmlad r1,r7,r6,r1\nldr r6,[r12,#12]\n"
        "ldr r9,[r12,#16]\nldr r10,[r0,#32]\nldr r0,[r0,#36]\nldr r11,[r12,#20]\n"
        "smlad r1,r8,r6,r1\nsmlad r5,r4,r6,r5\nsmlad r1,r10,r9,r1\nsmlad r3,r2,r9,r3\n"
        "smlad r5,r7,r9,r5\nsmlad r1,r0,r11,r1\nsmlad r3,r4,r11,r3\nsmlad r5,r8,r11,r5\n"
        "ldr r11,[r12,#24]\nldr r4,[r12,#28]\nldr r9,[r12,#32]\nldr r2,[r12,#36]\nldr r6,[sp]\n"
        "smlad r5,r10,r11,r5\nsmlad r3,r7,r11,r3\nsmlad r3,r8,r4,r3\nsmlad r5,r0,r4,r5\n"
        "smlad r3,r10,r9,r3\nsmlad r3,r0,r2,r3\nldr r0,[r6,#4]\nldr r6,[r6,#8]\nldr r2,[sp,#116]\n"
        "ldr r10,[sp,#12]\nldr r9,[sp]\nldr r4,[r9,#16]\nldr r8,[r9]\nldr r7,[r12]\n"
        "ldr r11,[r9,#24]\nsmmla r1,r1,r0,r6\nssat r1,#8,r1,asr #10\nstrb r1,[r2]\n"
        "smmla r5,r5,r0,r6\nssat r5,#8,r5,asr #10\nsmmla r6,r3,r0,r6\nstrb r5,[r2,r10]\n"
        "ssat r6,#8,r6,asr #10\nstrb r6,[r2,r10,lsl #1]\nsmlatb r7,r7,r4,r8\nldr r6,[r12,#8]\n"
        "ldr r10,[r12,#16]\nldr r5,[r9,#32]\nldr r3,[r12,#24]\nldr r0,[r12,#32]\nldr r1,[r9,#16]\n"
        "smlatb lr,r6,r4,r8\nsmlatb r7,r6,r11,r7\nsmlatb r7,r10,r5,r7\nsmlatb r8,r10,r4,r8\n"
        "smlatb lr,r10,r11,lr\nsmlatb lr,r3,r5,lr\nsmlatb r8,r3,r11,r8\nsmlatb r8,r0,r5,r8\n"
        "asr r1,r1,#16\nldr r0,[r9,#20]\nldr r5,[r9,#24]\nldr r3,[r9,#28]\nldr r11,[r9,#32]\n"
        "ldr r9,[r9,#36]\nldr r10,[r12,#4]\nldr r4,[r12,#12]\npkhbt r1,r1,r0,lsl #16\n"
        "asr r5,r5,#16\npkhbt r5,r5,r3,lsl #16\nasr r11,r11,#16\npkhbt r11,r11,r9,lsl #16\n"
        "smlad r7,r10,r1,r7\nsmlad r7,r4,r5,r7\nsmlad lr,r4,r1,lr\nldr r4,[r12,#20]\n"
        "ldr r10,[r12,#28]\nldr r9,[r12,#36]\nldr r3,[sp,#80]\nldr r0,[sp]\nsmlad r7,r4,r11,r7\n"
        "smlad lr,r4,r5,lr\nsmlad r8,r4,r1,r8\nsmlad r8,r10,r5,r8\nsmlad lr,r10,r11,lr\n"
        "smlad r8,r9,r11,r8\nadd r3,r2,r3\nldr r9,[r0,#4]\nldr r0,[r0,#8]\nldr r11,[sp,#12]\n"
        "ldr r10,[sp,#120]\nldr r5,[sp,#76]\nsmmla r7,r7,r9,r0\nssat r7,#8,r7,asr #10\n"
        "smmla lr,lr,r9,r0\nstrb r7,[r3]\nssat lr,#8,lr,asr #10\nsmmla r0,r8,r9,r0\n"
        "strb lr,[r3,r11]\nssat r0,#8,r0,asr #10\nstrb r0,[r3,r11,lsl #1]\nsubs r10,r10,#3\n"
        "str r10,[sp,#120]\nadd r2,r2,r5\nstr r2,[sp,#116]\nadd r12,r12,#24\nbge 6b\n"
        "ldr r0,[sp,#120]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\nldr r2,[sp,#40]\n"
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
