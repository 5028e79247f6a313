/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m4; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_SINGLE_NARROW_H
#define TVM_TINY_DEPTHWISE_SINGLE_NARROW_H

#include <stdint.h>

#include "tvm_tiny_depthwise_single_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One output, four channels at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_fours(
    const int32_t *records __attribute__((unused)),
    int8_t *y __attribute__((unused)),
    const int8_t *const *taps __attribute__((unused)),
    int32_t channels __attribute__((unused)),
    int32_t rounds __attribute__((unused)),
    int32_t skipped __attribute__((unused)))
{
    __asm__ volatile(
        "push {r4-r12,lr}\nsub sp,sp,#24\nldr r5,[sp,#64]\nldr r6,[sp,#68]\nadr.w r7,2f\n"
        "mov r8,#40\nmla r7,r6,r8,r7\norr r7,r7,#1\nsub r3,r3,#4\nstr r1,[sp,#0]\nstr r2,[sp,#4]\n"
        "str r5,[sp,#8]\nstr r7,[sp,#12]\nstr r3,[sp,#16]\nmov r3,#0\n1: ldr r2,[sp,#4]\n"
        "ldr r1,[sp,#8]\nldr r8,[r2],#4\nldr r11,[sp,#12]\nldr lr,[r2],#4\nldmia r0!,{r4-r7}\n"
        "ldr r8,[r8,r3]\nmov r12,#0\nmov r10,#0\nldr r9,[r0],#8\nbx r11\n2: .rept 8\n"
        "sxtb16 r11,r8\nsmlatt r7,r12,r10,r7\nsxtb16 r12,r8,ror #8\nsmlabb r4,r11,r9,r4\n"
        "smlatt r6,r11,r9,r6\nldr r10,[r0,#-4]\nldr r8,[lr,r3]\nldr lr,[r2],#4\n"
        "smlabb r5,r12,r10,r5\nldr r9,[r0],#8\n.endr\nsubs r1,r1,#1\nbne 2b\nsmlatt r7,r12,r10,r7\n"
        "ldr r1,[r0,#8]\nldr r8,[r0,#24]\nldr r9,[r0,#-8]\nldr r10,[sp]\nldr r11,[r0,#28]\n"
        "and r12,r4,r8\nadd r1,r1,r12,asr #31\nsmmlar r1,r4,r9,r1\nasr r1,r1,r8\nadd r10,r10,r3\n"
        "ssat r1,#8,r1\nstrb r1,[r10]\nand r1,r5,r11\nldr r8,[r0,#12]\nldr r9,[r0,#-4]\n"
        "ldr r12,[r0,#32]\nldr lr,[r0,#16]\nadd r8,r8,r1,asr #31\nsmmlar r8,r5,r9,r8\n"
        "asr r8,r8,r11\nssat r8,#8,r8\nstrb r8,[r10,#1]\nand r8,r6,r12\nadd lr,lr,r8,asr #31\n"
        "ldr r8,[r0]\nldr r11,[r0,#36]\nldr r9,[r0,#4]\nldr r1,[r0,#20]\nsmmlar lr,r6,r8,lr\n"
        "asr lr,lr,r12\nssat lr,#8,lr\nstrb lr,[r10,#2]\nand lr,r7,r11\nadd r1,r1,lr,asr #31\n"
        "smmlar r1,r7,r9,r1\nasr r1,r1,r11\nssat r1,#8,r1\nstrb r1,[r10,#3]\nldr r1,[sp,#16]\n"
        "add r0,r0,#40\ncmp r3,r1\nbeq 3f\nadd r3,r3,#4\ncmp r3,r1\nit gt\nmovgt r3,r1\nb 1b\n3: "
        "add sp,sp,#24\npop {r4-r12,pc}\n");
}

/* One output, four channels at a time, short records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_fours_relu(
    const int32_t *records __attribute__((unused)),
    int8_t *y __attribute__((unused)),
    const int8_t *const *taps __attribute__((unused)),
    int32_t channels __attribute__((unused)),
    int32_t rounds __attribute__((unused)),
    int32_t skipped __attribute__((unused)))
{
    __asm__ volatile(
        "push {r4-r12,lr}\nsub sp,sp,#24\nldr r5,[sp,#64]\nldr r6,[sp,#68]\nadr.w r7,2f\n"
        "mov r8,#40\nmla r7,r6,r8,r7\norr r7,r7,#1\nsub r3,r3,#4\nstr r1,[sp,#0]\nstr r2,[sp,#4]\n"
        "str r5,[sp,#8]\nstr r7,[sp,#12]\nstr r3,[sp,#16]\nmov r3,#0\n1: ldr r2,[sp,#4]\n"
        "ldr r1,[sp,#8]\nldr r8,[r2],#4\nldr r11,[sp,#12]\nldr lr,[r2],#4\nldmia r0!,{r4-r7}\n"
        "ldr r8,[r8,r3]\nmov r12,#0\nmov r10,#0\nldr r9,[r0],#8\nbx r11\n2: .rept 8\n"
        "sxtb16 r11,r8\nsmlatt r7,r12,r10,r7\nsxtb16 r12,r8,ror #8\nsmlabb r4,r11,r9,r4\n"
        "smlatt r6,r11,r9,r6\nldr r10,[r0,#-4]\nldr r8,[lr,r3]\nldr lr,[r2],#4\n"
        "smlabb r5,r12,r10,r5\nldr r9,[r0],#8\n.endr\nsubs r1,r1,#1\nbne 2b\nsmlatt r7,r12,r10,r7\n"
        "ldr r1,[r0,#-8]\nldr r8,[r0,#8]\nldr r9,[sp]\nldr r10,[r0,#-4]\nldr r11,[r0,#12]\n"
        "ldr r12,[r0,#16]\nldr lr,[r0]\nsmmla r8,r4,r1,r8\nadd r9,r9,r3\nssat r8,#8,r8,asr #10\n"
        "strb r8,[r9]\nsmmla r11,r5,r10,r11\nssat r11,#8,r11,asr #10\nstrb r11,[r9,#1]\n"
        "smmla r12,r6,lr,r12\nssat r12,#8,r12,asr #10\nstrb r12,[r9,#2]\nldr r12,[r0,#20]\n"
        "ldr lr,[r0,#4]\nsmmla r12,r7,lr,r12\nssat r12,#8,r12,asr #10\nstrb r12,[r9,#3]\n"
        "ldr r1,[sp,#16]\nadd r0,r0,#24\ncmp r3,r1\nbeq 3f\nadd r3,r3,#4\ncmp r3,r1\nit gt\n"
        "movgt r3,r1\nb 1b\n3: add sp,sp,#24\npop {r4-r12,pc}\n");
}

#ifdef __cplusplus
}
#endif

#endif
