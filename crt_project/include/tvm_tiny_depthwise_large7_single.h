/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m4; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_LARGE7_SINGLE_H
#define TVM_TINY_DEPTHWISE_LARGE7_SINGLE_H

#include <stdint.h>

#include "tvm_tiny_depthwise_large_single.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE3_3_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r1,[sp,#28]\nmov r0,#1048576\nmov r2,#1048576\nmov r3,r1\n" \
        "ldr r11,[sp,#24]\nldr r4,[sp,#92]\nldr r5,[sp,#36]\nldr r6,[r10,#20]\nldr r7,[sp,#20]\n" \
        "ldrsb r8,[r5]\nldr r9,[r10,#24]\nadd r4,r5,r4\nstr r4,[sp,#36]\nsmlal r0,r1,r6,r11\n" \
        "add r7,r7,r8,lsl #21\nsmlal r0,r1,r9,r7\nsmlal r2,r3,r6,r7\nldr r6,[sp,#64]\n" \
        "ldrsb r7,[r5,r6,lsl #1]\nldrsb r5,[r5,r6]\nldr r6,[r10,#28]\nldr r8,[r10,#32]\n" \
        "ldr r4,[sp,#20]\nadd r5,r5,r7,lsl #21\nsmlal r0,r1,r6,r5\nsmlal r2,r3,r9,r5\n" \
        "smlal r0,r1,r8,r11\nsmlal r2,r3,r6,r11\nsmlal r2,r3,r8,r4\nldr r8,[sp,#96]\n" \
        "ldr r4,[sp,#40]\nldr r6,[r10,#36]\nldrsb r9,[r4]\nldr r5,[sp,#20]\nldr r7,[r10,#40]\n" \
        "add r8,r4,r8\nstr r8,[sp,#40]\nsmlal r0,r1,r6,r11\nadd r5,r5,r9,lsl #21\n" \
        "smlal r0,r1,r7,r5\nsmlal r2,r3,r6,r5\nldr r6,[sp,#68]\nldrsb r5,[r4,r6]\n" \
        "ldrsb r4,[r4,r6,lsl #1]\nldr r6,[r10,#44]\nldr r9,[r10,#48]\nldr r8,[sp,#20]\n" \
        "add r5,r5,r4,lsl #21\nsmlal r0,r1,r6,r5\nsmlal r2,r3,r7,r5\nsmlal r0,r1,r9,r11\n" \
        "smlal r2,r3,r6,r11\nsmlal r2,r3,r9,r8\nldr r9,[sp,#100]\nldr r8,[sp,#44]\n" \
        "ldr r6,[r10,#52]\nldr r7,[sp,#20]\nldrsb r5,[r8]\nldr r4,[r10,#56]\nadd r9,r8,r9\n" \
        "str r9,[sp,#44]\nsmlal r0,r1,r6,r11\nadd r7,r7,r5,lsl #21\nsmlal r0,r1,r4,r7\n" \
        "smlal r2,r3,r6,r7\nldr r6,[sp,#72]\nldrsb r7,[r8,r6,lsl #1]\nldrsb r8,[r8,r6]\n" \
        "ldr r6,[r10,#60]\nldr r5,[r10,#64]\nldr r9,[sp,#20]\nadd r8,r8,r7,lsl #21\n" \
        "smlal r0,r1,r6,r8\nsmlal r2,r3,r4,r8\nsmlal r0,r1,r5,r11\nsmlal r2,r3,r6,r11\n" \
        "smlal r2,r3,r5,r9\nldr r5,[sp,#104]\nldr r9,[sp,#48]\nldr r6,[r10,#68]\nldr r4,[sp,#20]\n" \
        "ldrsb r8,[r9]\nldr r7,[r10,#72]\nadd r5,r9,r5\nstr r5,[sp,#48]\nsmlal r0,r1,r6,r11\n" \
        "add r4,r4,r8,lsl #21\nsmlal r0,r1,r7,r4\nsmlal r2,r3,r6,r4\nldr r6,[sp,#76]\n" \
        "ldrsb r4,[r9,r6,lsl #1]\nldrsb r9,[r9,r6]\nldr r6,[r10,#76]\nldr r8,[r10,#80]\n" \
        "ldr r5,[sp,#20]\nadd r9,r9,r4,lsl #21\nsmlal r0,r1,r6,r9\nsmlal r2,r3,r7,r9\n" \
        "smlal r0,r1,r8,r11\nsmlal r2,r3,r6,r11\nsmlal r2,r3,r8,r5\nldr r8,[sp,#108]\n" \
        "ldr r5,[sp,#52]\nldr r6,[r10,#84]\nldrsb r7,[r5]\nldr r9,[sp,#20]\nldr r4,[r10,#88]\n" \
        "add r8,r5,r8\nstr r8,[sp,#52]\nsmlal r0,r1,r6,r11\nadd r9,r9,r7,lsl #21\n" \
        "smlal r0,r1,r4,r9\nsmlal r2,r3,r6,r9\nldr r6,[sp,#80]\nldrsb r9,[r5,r6,lsl #1]\n" \
        "ldrsb r5,[r5,r6]\nldr r6,[r10,#92]\nldr r7,[r10,#96]\nldr r8,[sp,#20]\n" \
        "add r5,r5,r9,lsl #21\nsmlal r0,r1,r6,r5\nsmlal r2,r3,r4,r5\nsmlal r0,r1,r7,r11\n" \
        "smlal r2,r3,r6,r11\nsmlal r2,r3,r7,r8\nldr r7,[sp,#112]\nldr r8,[sp,#56]\n" \
        "ldr r6,[r10,#100]\nldrsb r4,[r8]\nldr r5,[sp,#20]\nldr r9,[r10,#104]\nadd r7,r8,r7\n" \
        "str r7,[sp,#56]\nsmlal r0,r1,r6,r11\nadd r5,r5,r4,lsl #21\nsmlal r0,r1,r9,r5\n" \
        "smlal r2,r3,r6,r5\nldr r6,[sp,#84]\nldrsb r5,[r8,r6]\nldrsb r8,[r8,r6,lsl #1]\n" \
        "ldr r6,[r10,#108]\nldr r4,[r10,#112]\nldr r7,[sp,#20]\nadd r5,r5,r8,lsl #21\n" \
        "smlal r0,r1,r6,r5\nsmlal r2,r3,r9,r5\nsmlal r0,r1,r4,r11\nsmlal r2,r3,r6,r11\n" \
        "smlal r2,r3,r4,r7\nldr r4,[sp,#116]\nldr r7,[sp,#60]\nldr r6,[r10,#116]\nldrsb r9,[r7]\n" \
        "ldr r5,[sp,#20]\nldr r8,[r10,#120]\nadd r4,r7,r4\nstr r4,[sp,#60]\nsmlal r0,r1,r6,r11\n" \
        "add r5,r5,r9,lsl #21\nsmlal r0,r1,r8,r5\nsmlal r2,r3,r6,r5\nldr r6,[sp,#88]\n" \
        "ldrsb r5,[r7,r6,lsl #1]\nldrsb r7,[r7,r6]\nldr r6,[r10,#124]\nldr r9,[r10,#128]\n" \
        "ldr r4,[sp,#20]\nadd r7,r7,r5,lsl #21\nsmlal r0,r1,r6,r7\nsmlal r2,r3,r8,r7\n" \
        "smlal r0,r1,r9,r11\nsmlal r2,r3,r6,r11\nsmlal r2,r3,r9,r4\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE4_3_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r1,[sp,#28]\nmov r0,#1048576\nmov r2,#1048576\nmov r4,#1048576\n" \
        "mov r3,r1\nmov r5,r1\nldr r6,[sp,#92]\nldr r7,[sp,#36]\nldr r8,[sp,#24]\n" \
        "ldr r9,[r10,#20]\nldrsb r11,[r7]\nldr r12,[r10,#24]\nadd r6,r7,r6\nstr r6,[sp,#36]\n" \
        "smlal r0,r1,r9,r8\nldr r8,[sp,#20]\nldr r6,[sp,#64]\nldrsb lr,[r7,r6,lsl #1]\n" \
        "add r8,r8,r11,lsl #21\nsmlal r0,r1,r12,r8\nsmlal r2,r3,r9,r8\nldrsb r8,[r7,r6]\n" \
        "ldr r11,[r10,#28]\nadd r8,r8,lr,lsl #21\nsmlal r0,r1,r11,r8\nsmlal r2,r3,r12,r8\n" \
        "smlal r4,r5,r9,r8\nadd r7,r7,r6\nldr r9,[sp,#20]\nldrsb r7,[r7,r6,lsl #1]\n" \
        "ldr r6,[r10,#32]\nldr r8,[sp,#24]\nldr lr,[sp,#96]\nadd r7,r7,r9,lsl #21\n" \
        "smlal r0,r1,r6,r7\nldr r9,[sp,#40]\nsmlal r4,r5,r12,r7\nsmlal r2,r3,r11,r7\n" \
        "ldr r7,[r10,#36]\nldr r12,[sp,#24]\nsmlal r4,r5,r11,r8\nsmlal r2,r3,r6,r8\nadd lr,r9,lr\n" \
        "str lr,[sp,#40]\nsmlal r0,r1,r7,r12\nldr r12,[sp,#20]\nldrsb lr,[r9]\nldr r6,[r10,#40]\n" \
        "ldr r8,[sp,#68]\nldrsb r11,[r9,r8,lsl #1]\nadd r12,r12,lr,lsl #21\nsmlal r0,r1,r6,r12\n" \
        "smlal r2,r3,r7,r12\nldrsb r12,[r9,r8]\nldr lr,[r10,#44]\nadd r12,r12,r11,lsl #21\n" \
        "smlal r0,r1,lr,r12\nsmlal r2,r3,r6,r12\nsmlal r4,r5,r7,r12\nadd r9,r9,r8\n" \
        "ldrsb r9,[r9,r8,lsl #1]\nldr r8,[sp,#20]\nldr r7,[r10,#48]\nldr r12,[sp,#24]\n" \
        "ldr r11,[sp,#44]\nadd r9,r9,r8,lsl #21\nsmlal r0,r1,r7,r9\nldr r8,[sp,#100]\n" \
        "smlal r4,r5,r6,r9\nsmlal r2,r3,lr,r9\nsmlal r2,r3,r7,r12\nsmlal r4,r5,lr,r12\n" \
        "add r8,r11,r8\nstr r8,[sp,#44]\nldr r8,[r10,#52]\nldr lr,[sp,#24]\nldrsb r12,[r11]\n" \
        "ldr r7,[sp,#20]\nldr r9,[r10,#56]\nldr r6,[sp,#72]\nsmlal r0,r1,r8,lr\n" \
        "add r7,r7,r12,lsl #21\nsmlal r0,r1,r9,r7\nsmlal r2,r3,r8,r7\nldrsb r7,[r11,r6]\n" \
        "ldrsb r12,[r11,r6,lsl #1]\nldr lr,[r10,#60]\nadd r7,r7,r12,lsl #21\nldr r12,[sp,#20]\n" \
        "smlal r4,r5,r8,r7\nsmlal r0,r1,lr,r7\nldr r8,[r10,#64]\nadd r11,r11,r6\n" \
        "smlal r2,r3,r9,r7\nldrsb r11,[r11,r6,lsl #1]\nldr r6,[sp,#24]\nldr r7,[sp,#104]\n" \
        "add r11,r11,r12,lsl #21\nldr r12,[sp,#48]\nsmlal r2,r3,lr,r11\nsmlal r0,r1,r8,r11\n" \
        "smlal r2,r3,r8,r6\nsmlal r4,r5,r9,r11\nsmlal r4,r5,lr,r6\nadd r7,r12,r7\nstr r7,[sp,#48]\n" \
        "ldr r7,[r10,#68]\nldr lr,[sp,#24]\nldrsb r6,[r12]\nldr r9,[sp,#20]\nldr r11,[r10,#72]\n" \
        "ldr r8,[sp,#76]\nsmlal r0,r1,r7,lr\nadd r9,r9,r6,lsl #21\nsmlal r0,r1,r11,r9\n" \
        "smlal r2,r3,r7,r9\nldrsb r9,[r12,r8,lsl #1]\nldrsb r6,[r12,r8]\nldr lr,[r10,#76]\n" \
        "add r6,r6,r9,lsl #21\nsmlal r0,r1,lr,r6\nldr r9,[sp,#20]\nsmlal r4,r5,r7,r6\n" \
        "smlal r2,r3,r11,r6\nadd r12,r12,r8\nldrsb r12,[r12,r8,lsl #1]\nldr r8,[r10,#80]\n" \
        "ldr r6,[sp,#24]\nldr r7,[sp,#108]\nadd r12,r12,r9,lsl #21\nsmlal r0,r1,r8,r12\n" \
        "ldr r9,[sp,#52]\nsmlal r4,r5,r11,r12\nsmlal r2,r3,lr,r12\nldr r12,[sp,#24]\n" \
        "ldr r11,[r10,#84]\nsmlal r4,r5,lr,r6\nsmlal r2,r3,r8,r6\nadd r7,r9,r7\nstr r7,[sp,#52]\n" \
        "smlal r0,r1,r11,r12\nldr r12,[sp,#20]\nldrsb r7,[r9]\nldr r8,[r10,#88]\nldr r6,[sp,#80]\n" \
        "ldrsb lr,[r9,r6]\nadd r12,r12,r7,lsl #21\nsmlal r0,r1,r8,r12\nsmlal r2,r3,r11,r12\n" \
        "ldrsb r12,[r9,r6,lsl #1]\nldr r7,[r10,#92]\nadd lr,lr,r12,lsl #21\nsmlal r0,r1,r7,lr\n" \
        "smlal r2,r3,r8,lr\nsmlal r4,r5,r11,lr\nadd r9,r9,r6\nldr r11,[sp,#20]\nldr lr,[r10,#96]\n" \
        "ldrsb r9,[r9,r6,lsl #1]\nldr r6,[sp,#24]\nldr r12,[sp,#56]\nadd r9,r9,r11,lsl #21\n" \
        "smlal r0,r1,lr,r9\nsmlal r2,r3,r7,r9\nsmlal r4,r5,r8,r9\nsmlal r2,r3,lr,r6\n" \
        "smlal r4,r5,r7,r6\nldr r7,[sp,#112]\nldr r6,[sp,#24]\nldr lr,[r10,#100]\nldr r8,[sp,#20]\n" \
        "ldrsb r9,[r12]\nldr r11,[r10,#104]\nadd r7,r12,r7\nstr r7,[sp,#56]\nsmlal r0,r1,lr,r6\n" \
        "add r8,r8,r9,lsl #21\nsmlal r0,r1,r11,r8\nsmlal r2,r3,lr,r8\nldr r8,[r10,#108]\n" \
        "ldr r9,[sp,#84]\nldrsb r6,[r12,r9]\nldrsb r7,[r12,r9,lsl #1]\nadd r6,r6,r7,lsl #21\n" \
        "ldr r7,[sp,#20]\nsmlal r2,r3,r11,r6\nsmlal r0,r1,r8,r6\nsmlal r4,r5,lr,r6\n" \
        "add r12,r12,r9\nldrsb r12,[r12,r9,lsl #1]\nldr r9,[r10,#112]\nldr lr,[sp,#24]\n" \
        "ldr r6,[sp,#60]\nadd r12,r12,r7,lsl #21\nsmlal r0,r1,r9,r12\nldr r7,[sp,#116]\n" \
        "smlal r4,r5,r11,r12\nsmlal r2,r3,r8,r12\nsmlal r2,r3,r9,lr\nsmlal r4,r5,r8,lr\n"); \
    __asm__ volatile( \
        "add r7,r6,r7\nstr r7,[sp,#60]\nldr r7,[r10,#116]\nldr r8,[sp,#24]\nldr lr,[sp,#20]\n" \
        "ldrsb r9,[r6]\nldr r12,[r10,#120]\nldr r11,[r10,#124]\nsmlal r0,r1,r7,r8\n" \
        "add lr,lr,r9,lsl #21\nsmlal r0,r1,r12,lr\nsmlal r2,r3,r7,lr\nldr lr,[sp,#88]\n" \
        "ldrsb r9,[r6,lr]\nldrsb r8,[r6,lr,lsl #1]\nadd r9,r9,r8,lsl #21\nldr r8,[r10,#128]\n" \
        "smlal r2,r3,r12,r9\nsmlal r4,r5,r7,r9\nsmlal r0,r1,r11,r9\nadd r6,r6,lr\n" \
        "ldrsb r6,[r6,lr,lsl #1]\nldr lr,[sp,#20]\nldr r9,[sp,#24]\nadd r6,r6,lr,lsl #21\n" \
        "smlal r0,r1,r8,r6\nsmlal r4,r5,r12,r6\nsmlal r2,r3,r11,r6\nsmlal r2,r3,r8,r9\n" \
        "smlal r4,r5,r11,r9\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE5_3_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r1,[sp,#28]\nmov r0,#1048576\nmov r2,#1048576\nmov r4,#1048576\n" \
        "mov r3,r1\nmov r5,r1\nldr r6,[sp,#92]\nldr r7,[sp,#36]\nldr r8,[r10,#20]\n" \
        "ldr r9,[sp,#24]\nadd r6,r7,r6\nstr r6,[sp,#36]\nsmlal r0,r1,r8,r9\nldrsb r9,[r7]\n" \
        "ldr r6,[sp,#20]\nldr r11,[r10,#24]\nldr r12,[sp,#64]\nadd r6,r6,r9,lsl #21\n" \
        "smlal r0,r1,r11,r6\nsmlal r2,r3,r8,r6\nadd r6,r7,r12\nldrsb r9,[r7,r12]\n" \
        "ldrsb lr,[r7,r12,lsl #1]\nadd r9,r9,lr,lsl #21\nsmlal r2,r3,r11,r9\nsmlal r4,r5,r8,r9\n" \
        "ldr r8,[r10,#28]\nsmlal r0,r1,r8,r9\nldrsb r6,[r6,r12,lsl #1]\nldrsb r7,[r7,r12,lsl #2]\n" \
        "ldr r12,[r10,#32]\nldr r9,[sp,#24]\nadd r6,r6,r7,lsl #21\nsmlal r0,r1,r12,r6\n" \
        "smlal r2,r3,r8,r6\nsmlal r4,r5,r11,r6\nsmlal r2,r3,r12,r9\nsmlal r4,r5,r8,r9\n" \
        "ldr r8,[sp,#20]\nldr r9,[sp,#40]\nldr r11,[sp,#96]\nldr r6,[sp,#24]\nsmlal r4,r5,r12,r8\n" \
        "add r11,r9,r11\nstr r11,[sp,#40]\nldr r11,[r10,#36]\nldrsb r12,[r9]\nldr r8,[sp,#20]\n" \
        "ldr r7,[r10,#40]\nsmlal r0,r1,r11,r6\nadd r8,r8,r12,lsl #21\nsmlal r0,r1,r7,r8\n" \
        "smlal r2,r3,r11,r8\nldr r8,[sp,#68]\nldrsb r12,[r9,r8]\nldrsb r6,[r9,r8,lsl #1]\n" \
        "add r12,r12,r6,lsl #21\nsmlal r2,r3,r7,r12\nsmlal r4,r5,r11,r12\nadd r11,r9,r8\n" \
        "ldr r6,[r10,#44]\nsmlal r0,r1,r6,r12\nldrsb r9,[r9,r8,lsl #2]\nldrsb r11,[r11,r8,lsl #1]\n" \
        "ldr r8,[r10,#48]\nldr r12,[sp,#24]\nadd r11,r11,r9,lsl #21\nsmlal r0,r1,r8,r11\n" \
        "smlal r2,r3,r6,r11\nsmlal r4,r5,r7,r11\nsmlal r2,r3,r8,r12\nsmlal r4,r5,r6,r12\n" \
        "ldr r6,[sp,#20]\nldr r12,[sp,#100]\nldr r7,[sp,#44]\nldr r11,[sp,#24]\nsmlal r4,r5,r8,r6\n" \
        "add r12,r7,r12\nstr r12,[sp,#44]\nldr r12,[r10,#52]\nldr r8,[sp,#20]\nldrsb r6,[r7]\n" \
        "ldr r9,[r10,#56]\nsmlal r0,r1,r12,r11\nadd r8,r8,r6,lsl #21\nsmlal r0,r1,r9,r8\n" \
        "smlal r2,r3,r12,r8\nldr r8,[sp,#72]\nldrsb r6,[r7,r8]\nldrsb r11,[r7,r8,lsl #1]\n" \
        "add r6,r6,r11,lsl #21\nsmlal r2,r3,r9,r6\nsmlal r4,r5,r12,r6\nadd r12,r7,r8\n" \
        "ldr r11,[r10,#60]\nsmlal r0,r1,r11,r6\nldrsb r12,[r12,r8,lsl #1]\n" \
        "ldrsb r7,[r7,r8,lsl #2]\nldr r8,[r10,#64]\nldr r6,[sp,#24]\nadd r12,r12,r7,lsl #21\n" \
        "smlal r0,r1,r8,r12\nsmlal r2,r3,r11,r12\nsmlal r4,r5,r9,r12\nsmlal r2,r3,r8,r6\n" \
        "smlal r4,r5,r11,r6\nldr r11,[sp,#20]\nldr r6,[sp,#48]\nldr r9,[sp,#104]\n" \
        "ldr r12,[r10,#68]\nsmlal r4,r5,r8,r11\nadd r9,r6,r9\nstr r9,[sp,#48]\nldr r9,[sp,#24]\n" \
        "ldr r8,[sp,#20]\nldrsb r11,[r6]\nldr r7,[r10,#72]\nsmlal r0,r1,r12,r9\n" \
        "add r8,r8,r11,lsl #21\nsmlal r0,r1,r7,r8\nsmlal r2,r3,r12,r8\nldr r8,[sp,#76]\n" \
        "ldrsb r11,[r6,r8]\nldrsb r9,[r6,r8,lsl #1]\nadd r11,r11,r9,lsl #21\nsmlal r2,r3,r7,r11\n" \
        "smlal r4,r5,r12,r11\nadd r12,r6,r8\nldr r9,[r10,#76]\nsmlal r0,r1,r9,r11\n" \
        "ldrsb r6,[r6,r8,lsl #2]\nldrsb r12,[r12,r8,lsl #1]\nldr r8,[r10,#80]\nldr r11,[sp,#24]\n" \
        "add r12,r12,r6,lsl #21\nsmlal r0,r1,r8,r12\nsmlal r2,r3,r9,r12\nsmlal r4,r5,r7,r12\n" \
        "smlal r2,r3,r8,r11\nsmlal r4,r5,r9,r11\nldr r9,[sp,#20]\nldr r11,[sp,#52]\n" \
        "ldr r7,[sp,#108]\nldr r12,[sp,#24]\nsmlal r4,r5,r8,r9\nadd r7,r11,r7\nstr r7,[sp,#52]\n" \
        "ldr r7,[r10,#84]\nldrsb r8,[r11]\nldr r9,[sp,#20]\nldr r6,[r10,#88]\nsmlal r0,r1,r7,r12\n" \
        "add r9,r9,r8,lsl #21\nsmlal r0,r1,r6,r9\nsmlal r2,r3,r7,r9\nldr r9,[sp,#80]\n" \
        "ldrsb r8,[r11,r9]\nldrsb r12,[r11,r9,lsl #1]\nadd r8,r8,r12,lsl #21\nsmlal r2,r3,r6,r8\n" \
        "smlal r4,r5,r7,r8\nadd r7,r11,r9\nldr r12,[r10,#92]\nsmlal r0,r1,r12,r8\n" \
        "ldrsb r11,[r11,r9,lsl #2]\nldrsb r7,[r7,r9,lsl #1]\nldr r9,[r10,#96]\nldr r8,[sp,#24]\n" \
        "add r7,r7,r11,lsl #21\nsmlal r0,r1,r9,r7\nsmlal r2,r3,r12,r7\nsmlal r4,r5,r6,r7\n" \
        "smlal r2,r3,r9,r8\nsmlal r4,r5,r12,r8\nldr r12,[sp,#20]\nldr r8,[sp,#112]\n" \
        "ldr r6,[sp,#56]\nldr r7,[sp,#24]\nsmlal r4,r5,r9,r12\nadd r8,r6,r8\nstr r8,[sp,#56]\n" \
        "ldr r8,[r10,#100]\nldrsb r9,[r6]\nldr r12,[sp,#20]\nldr r11,[r10,#104]\n" \
        "smlal r0,r1,r8,r7\nadd r12,r12,r9,lsl #21\nsmlal r0,r1,r11,r12\nsmlal r2,r3,r8,r12\n" \
        "ldr r12,[sp,#84]\nldrsb r9,[r6,r12]\nldrsb r7,[r6,r12,lsl #1]\nadd r9,r9,r7,lsl #21\n" \
        "smlal r2,r3,r11,r9\nsmlal r4,r5,r8,r9\nadd r8,r6,r12\nldr r7,[r10,#108]\n"); \
    __asm__ volatile( \
        "smlal r0,r1,r7,r9\nldrsb r6,[r6,r12,lsl #2]\nldrsb r8,[r8,r12,lsl #1]\n" \
        "ldr r12,[r10,#112]\nldr r9,[sp,#24]\nadd r8,r8,r6,lsl #21\nsmlal r0,r1,r12,r8\n" \
        "smlal r2,r3,r7,r8\nsmlal r4,r5,r11,r8\nsmlal r2,r3,r12,r9\nsmlal r4,r5,r7,r9\n" \
        "ldr r7,[sp,#20]\nldr r9,[sp,#60]\nldr r11,[sp,#116]\nldr r8,[r10,#116]\n" \
        "smlal r4,r5,r12,r7\nadd r11,r9,r11\nstr r11,[sp,#60]\nldr r11,[sp,#24]\nldrsb r12,[r9]\n" \
        "ldr r7,[sp,#20]\nldr r6,[r10,#120]\nsmlal r0,r1,r8,r11\nadd r7,r7,r12,lsl #21\n" \
        "smlal r0,r1,r6,r7\nsmlal r2,r3,r8,r7\nldr r7,[sp,#88]\nldrsb r12,[r9,r7]\n" \
        "ldrsb r11,[r9,r7,lsl #1]\nadd r12,r12,r11,lsl #21\nsmlal r2,r3,r6,r12\n" \
        "smlal r4,r5,r8,r12\nadd r8,r9,r7\nldr r11,[r10,#124]\nsmlal r0,r1,r11,r12\n" \
        "ldrsb r9,[r9,r7,lsl #2]\nldrsb r8,[r8,r7,lsl #1]\nldr r7,[r10,#128]\nldr r12,[sp,#24]\n" \
        "add r8,r8,r9,lsl #21\nsmlal r0,r1,r7,r8\nsmlal r2,r3,r11,r8\nsmlal r4,r5,r6,r8\n" \
        "smlal r2,r3,r7,r12\nsmlal r4,r5,r11,r12\nldr r11,[sp,#20]\nsmlal r4,r5,r7,r11\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_LEFT5_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r1,[sp,#28]\nmov r0,#1048576\nmov r2,#1048576\nmov r4,#1048576\n" \
        "mov r3,r1\nmov r5,r1\nldr r6,[r10,#20]\nldr r7,[sp,#24]\nldr r8,[sp,#20]\n" \
        "ldr r9,[sp,#36]\nsmlal r0,r1,r6,r7\nldrsb r7,[r9]\nldr r11,[r10,#24]\nldr r12,[sp,#64]\n" \
        "add r8,r8,r7,lsl #21\nsmlal r0,r1,r11,r8\nsmlal r2,r3,r6,r8\nadd r8,r9,r12\n" \
        "ldrsb r7,[r9,r12]\nldrsb lr,[r9,r12,lsl #1]\nadd r7,r7,lr,lsl #21\nsmlal r2,r3,r11,r7\n" \
        "smlal r4,r5,r6,r7\nldr r6,[r10,#28]\nsmlal r0,r1,r6,r7\nadd r7,r8,r12,lsl #2\n" \
        "ldrsb lr,[r8,r12,lsl #1]\nldrsb r9,[r9,r12,lsl #2]\nadd lr,lr,r9,lsl #21\n" \
        "smlal r2,r3,r6,lr\nsmlal r4,r5,r11,lr\nldr r11,[r10,#32]\nsmlal r0,r1,r11,lr\n" \
        "ldrsb r8,[r8,r12,lsl #2]\nldrsb lr,[r7,r12]\nadd r8,r8,lr,lsl #21\nsmlal r2,r3,r11,r8\n" \
        "smlal r4,r5,r6,r8\nldrsb r7,[r7,r12,lsl #1]\nldr r12,[r10,#36]\nldr r6,[sp,#24]\n" \
        "ldr r8,[sp,#40]\nsmlal r4,r5,r11,r7\nsmlal r0,r1,r12,r6\nldrsb r6,[r8]\nldr r11,[sp,#20]\n" \
        "ldr r7,[r10,#40]\nldr lr,[sp,#68]\nadd r11,r11,r6,lsl #21\nsmlal r0,r1,r7,r11\n" \
        "smlal r2,r3,r12,r11\nadd r11,r8,lr\nldrsb r6,[r8,lr]\nldrsb r9,[r8,lr,lsl #1]\n" \
        "add r6,r6,r9,lsl #21\nsmlal r2,r3,r7,r6\nsmlal r4,r5,r12,r6\nldr r12,[r10,#44]\n" \
        "smlal r0,r1,r12,r6\nadd r6,r11,lr,lsl #2\nldrsb r8,[r8,lr,lsl #2]\n" \
        "ldrsb r9,[r11,lr,lsl #1]\nadd r9,r9,r8,lsl #21\nsmlal r2,r3,r12,r9\nsmlal r4,r5,r7,r9\n" \
        "ldr r7,[r10,#48]\nsmlal r0,r1,r7,r9\nldrsb r11,[r11,lr,lsl #2]\nldrsb r9,[r6,lr]\n" \
        "add r11,r11,r9,lsl #21\nsmlal r2,r3,r7,r11\nsmlal r4,r5,r12,r11\nldrsb r6,[r6,lr,lsl #1]\n" \
        "ldr lr,[r10,#52]\nldr r12,[sp,#24]\nldr r11,[sp,#44]\nsmlal r4,r5,r7,r6\n" \
        "smlal r0,r1,lr,r12\nldrsb r12,[r11]\nldr r7,[sp,#20]\nldr r6,[r10,#56]\nldr r9,[sp,#72]\n" \
        "add r7,r7,r12,lsl #21\nsmlal r0,r1,r6,r7\nsmlal r2,r3,lr,r7\nadd r7,r11,r9\n" \
        "ldrsb r12,[r11,r9]\nldrsb r8,[r11,r9,lsl #1]\nadd r12,r12,r8,lsl #21\nsmlal r2,r3,r6,r12\n" \
        "smlal r4,r5,lr,r12\nldr lr,[r10,#60]\nsmlal r0,r1,lr,r12\nadd r12,r7,r9,lsl #2\n" \
        "ldrsb r8,[r7,r9,lsl #1]\nldrsb r11,[r11,r9,lsl #2]\nadd r8,r8,r11,lsl #21\n" \
        "smlal r2,r3,lr,r8\nsmlal r4,r5,r6,r8\nldr r6,[r10,#64]\nsmlal r0,r1,r6,r8\n" \
        "ldrsb r8,[r12,r9]\nldrsb r7,[r7,r9,lsl #2]\nadd r7,r7,r8,lsl #21\nsmlal r2,r3,r6,r7\n" \
        "smlal r4,r5,lr,r7\nldrsb r12,[r12,r9,lsl #1]\nldr r9,[sp,#24]\nldr lr,[r10,#68]\n" \
        "ldr r7,[sp,#48]\nsmlal r4,r5,r6,r12\nsmlal r0,r1,lr,r9\nldrsb r9,[r7]\nldr r6,[sp,#20]\n" \
        "ldr r12,[r10,#72]\nldr r8,[sp,#76]\nadd r6,r6,r9,lsl #21\nsmlal r0,r1,r12,r6\n" \
        "smlal r2,r3,lr,r6\nadd r6,r7,r8\nldrsb r9,[r7,r8]\nldrsb r11,[r7,r8,lsl #1]\n" \
        "add r9,r9,r11,lsl #21\nsmlal r2,r3,r12,r9\nsmlal r4,r5,lr,r9\nldr lr,[r10,#76]\n" \
        "smlal r0,r1,lr,r9\nadd r9,r6,r8,lsl #2\nldrsb r7,[r7,r8,lsl #2]\n" \
        "ldrsb r11,[r6,r8,lsl #1]\nadd r11,r11,r7,lsl #21\nsmlal r2,r3,lr,r11\n" \
        "smlal r4,r5,r12,r11\nldr r12,[r10,#80]\nsmlal r0,r1,r12,r11\nldrsb r11,[r9,r8]\n" \
        "ldrsb r6,[r6,r8,lsl #2]\nadd r6,r6,r11,lsl #21\nsmlal r2,r3,r12,r6\nsmlal r4,r5,lr,r6\n" \
        "ldrsb r9,[r9,r8,lsl #1]\nldr r8,[sp,#24]\nldr lr,[r10,#84]\nldr r6,[sp,#20]\n" \
        "smlal r4,r5,r12,r9\nsmlal r0,r1,lr,r8\nldr r8,[sp,#52]\nldrsb r12,[r8]\nldr r9,[r10,#88]\n" \
        "ldr r11,[sp,#80]\nadd r6,r6,r12,lsl #21\nsmlal r0,r1,r9,r6\nsmlal r2,r3,lr,r6\n" \
        "add r6,r8,r11\nldrsb r12,[r8,r11,lsl #1]\nldrsb r7,[r8,r11]\nadd r7,r7,r12,lsl #21\n" \
        "smlal r2,r3,r9,r7\nsmlal r4,r5,lr,r7\nldr lr,[r10,#92]\nsmlal r0,r1,lr,r7\n" \
        "add r7,r6,r11,lsl #2\nldrsb r8,[r8,r11,lsl #2]\nldrsb r12,[r6,r11,lsl #1]\n" \
        "add r12,r12,r8,lsl #21\nsmlal r2,r3,lr,r12\nsmlal r4,r5,r9,r12\nldr r9,[r10,#96]\n" \
        "smlal r0,r1,r9,r12\nldrsb r12,[r7,r11]\nldrsb r6,[r6,r11,lsl #2]\nadd r6,r6,r12,lsl #21\n" \
        "smlal r2,r3,r9,r6\nsmlal r4,r5,lr,r6\nldrsb r7,[r7,r11,lsl #1]\nldr r11,[sp,#24]\n" \
        "ldr lr,[r10,#100]\nldr r6,[sp,#20]\nsmlal r4,r5,r9,r7\nsmlal r0,r1,lr,r11\n" \
        "ldr r11,[sp,#56]\nldrsb r9,[r11]\nldr r7,[r10,#104]\nldr r12,[sp,#84]\n" \
        "add r6,r6,r9,lsl #21\nsmlal r0,r1,r7,r6\nsmlal r2,r3,lr,r6\nadd r6,r11,r12\n" \
        "ldrsb r9,[r11,r12,lsl #1]\n"); \
    __asm__ volatile( \
        "ldrsb r8,[r11,r12]\nadd r8,r8,r9,lsl #21\nsmlal r2,r3,r7,r8\nsmlal r4,r5,lr,r8\n" \
        "ldr lr,[r10,#108]\nsmlal r0,r1,lr,r8\nadd r8,r6,r12,lsl #2\nldrsb r11,[r11,r12,lsl #2]\n" \
        "ldrsb r9,[r6,r12,lsl #1]\nadd r9,r9,r11,lsl #21\nsmlal r2,r3,lr,r9\nsmlal r4,r5,r7,r9\n" \
        "ldr r7,[r10,#112]\nsmlal r0,r1,r7,r9\nldrsb r9,[r8,r12]\nldrsb r6,[r6,r12,lsl #2]\n" \
        "add r6,r6,r9,lsl #21\nsmlal r2,r3,r7,r6\nsmlal r4,r5,lr,r6\nldrsb r8,[r8,r12,lsl #1]\n" \
        "ldr r12,[sp,#24]\nldr lr,[r10,#116]\nldr r6,[sp,#60]\nsmlal r4,r5,r7,r8\n" \
        "smlal r0,r1,lr,r12\nldr r12,[sp,#20]\nldrsb r7,[r6]\nldr r8,[r10,#120]\nldr r9,[sp,#88]\n" \
        "add r12,r12,r7,lsl #21\nsmlal r0,r1,r8,r12\nsmlal r2,r3,lr,r12\nadd r12,r6,r9\n" \
        "ldrsb r7,[r6,r9,lsl #1]\nldrsb r11,[r6,r9]\nadd r11,r11,r7,lsl #21\nsmlal r2,r3,r8,r11\n" \
        "smlal r4,r5,lr,r11\nldr lr,[r10,#124]\nsmlal r0,r1,lr,r11\nadd r11,r12,r9,lsl #2\n" \
        "ldrsb r7,[r12,r9,lsl #1]\nldrsb r6,[r6,r9,lsl #2]\nadd r7,r7,r6,lsl #21\n" \
        "smlal r2,r3,lr,r7\nsmlal r4,r5,r8,r7\nldr r8,[r10,#128]\nsmlal r0,r1,r8,r7\n" \
        "ldrsb r12,[r12,r9,lsl #2]\nldrsb r7,[r11,r9]\nadd r12,r12,r7,lsl #21\nsmlal r2,r3,r8,r12\n" \
        "smlal r4,r5,lr,r12\nldrsb r11,[r11,r9,lsl #1]\nsmlal r4,r5,r8,r11\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_RIGHT5_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r1,[sp,#28]\nmov r0,#1048576\nmov r2,#1048576\nmov r4,#1048576\n" \
        "mov r3,r1\nmov r5,r1\nldr r6,[sp,#36]\nldr r7,[sp,#120]\nldr r8,[sp,#92]\n" \
        "ldr r9,[sp,#64]\nldr r11,[r10,#20]\nldr r12,[r10,#24]\nadd r8,r6,r8\nadd r6,r6,r7\n" \
        "str r8,[sp,#36]\nadd r8,r6,r9\nldrsb r7,[r6,r9]\nldrsb lr,[r6]\nadd lr,lr,r7,lsl #21\n" \
        "smlal r0,r1,r11,lr\nldrsb lr,[r8,r9,lsl #1]\nldrsb r7,[r6,r9,lsl #1]\n" \
        "add r7,r7,lr,lsl #21\nsmlal r2,r3,r11,r7\nsmlal r0,r1,r12,r7\nadd r7,r8,r9,lsl #2\n" \
        "ldrsb r8,[r8,r9,lsl #2]\nldr lr,[r10,#28]\nldrsb r6,[r6,r9,lsl #2]\nadd r6,r6,r8,lsl #21\n" \
        "smlal r0,r1,lr,r6\nsmlal r4,r5,r11,r6\nsmlal r2,r3,r12,r6\nldr r6,[r10,#32]\n" \
        "ldrsb r11,[r7,r9,lsl #1]\nldrsb r7,[r7,r9]\nldr r9,[sp,#24]\nldr r8,[sp,#20]\n" \
        "add r7,r7,r11,lsl #21\nsmlal r2,r3,lr,r7\nsmlal r0,r1,r6,r7\nsmlal r4,r5,r12,r7\n" \
        "smlal r4,r5,lr,r9\nsmlal r2,r3,r6,r9\nsmlal r4,r5,r6,r8\nldr r6,[sp,#40]\n" \
        "ldr r8,[sp,#96]\nldr r9,[sp,#124]\nldr lr,[sp,#68]\nldr r12,[r10,#36]\nldr r7,[r10,#40]\n" \
        "add r8,r6,r8\nadd r6,r6,r9\nstr r8,[sp,#40]\nadd r8,r6,lr\nldrsb r9,[r6,lr]\n" \
        "ldrsb r11,[r6]\nadd r11,r11,r9,lsl #21\nsmlal r0,r1,r12,r11\nldrsb r11,[r6,lr,lsl #1]\n" \
        "ldrsb r9,[r8,lr,lsl #1]\nadd r11,r11,r9,lsl #21\nsmlal r2,r3,r12,r11\nsmlal r0,r1,r7,r11\n" \
        "add r11,r8,lr,lsl #2\nldrsb r6,[r6,lr,lsl #2]\nldrsb r8,[r8,lr,lsl #2]\nldr r9,[r10,#44]\n" \
        "add r6,r6,r8,lsl #21\nsmlal r2,r3,r7,r6\nsmlal r0,r1,r9,r6\nsmlal r4,r5,r12,r6\n" \
        "ldr r12,[r10,#48]\nldrsb r6,[r11,lr,lsl #1]\nldrsb r11,[r11,lr]\nldr lr,[sp,#24]\n" \
        "ldr r8,[sp,#20]\nadd r11,r11,r6,lsl #21\nsmlal r0,r1,r12,r11\nsmlal r2,r3,r9,r11\n" \
        "smlal r2,r3,r12,lr\nsmlal r4,r5,r7,r11\nsmlal r4,r5,r9,lr\nsmlal r4,r5,r12,r8\n" \
        "ldr r12,[sp,#44]\nldr r8,[sp,#128]\nldr r9,[sp,#100]\nldr lr,[sp,#72]\nldr r7,[r10,#52]\n" \
        "ldr r11,[r10,#56]\nadd r9,r12,r9\nadd r12,r12,r8\nstr r9,[sp,#44]\nadd r9,r12,lr\n" \
        "ldrsb r8,[r12,lr]\nldrsb r6,[r12]\nadd r6,r6,r8,lsl #21\nsmlal r0,r1,r7,r6\n" \
        "ldrsb r6,[r9,lr,lsl #1]\nldrsb r8,[r12,lr,lsl #1]\nadd r8,r8,r6,lsl #21\n" \
        "smlal r0,r1,r11,r8\nsmlal r2,r3,r7,r8\nadd r8,r9,lr,lsl #2\nldr r6,[r10,#60]\n" \
        "ldrsb r9,[r9,lr,lsl #2]\nldrsb r12,[r12,lr,lsl #2]\nadd r12,r12,r9,lsl #21\n" \
        "smlal r0,r1,r6,r12\nsmlal r4,r5,r7,r12\nsmlal r2,r3,r11,r12\nldrsb r12,[r8,lr,lsl #1]\n" \
        "ldr r7,[r10,#64]\nldrsb r8,[r8,lr]\nldr lr,[sp,#24]\nldr r9,[sp,#20]\n" \
        "add r8,r8,r12,lsl #21\nsmlal r2,r3,r6,r8\nsmlal r4,r5,r11,r8\nsmlal r0,r1,r7,r8\n" \
        "smlal r4,r5,r6,lr\nsmlal r2,r3,r7,lr\nsmlal r4,r5,r7,r9\nldr r7,[sp,#132]\n" \
        "ldr r9,[sp,#48]\nldr lr,[sp,#104]\nldr r6,[r10,#68]\nldr r8,[sp,#76]\nldr r11,[r10,#72]\n" \
        "add r7,r9,r7\nadd r9,r9,lr\nstr r9,[sp,#48]\nadd r9,r7,r8\nldrsb lr,[r7]\n" \
        "ldrsb r12,[r7,r8]\nadd lr,lr,r12,lsl #21\nsmlal r0,r1,r6,lr\nldrsb lr,[r9,r8,lsl #1]\n" \
        "ldrsb r12,[r7,r8,lsl #1]\nadd r12,r12,lr,lsl #21\nsmlal r0,r1,r11,r12\n" \
        "smlal r2,r3,r6,r12\nadd r12,r9,r8,lsl #2\nldrsb r9,[r9,r8,lsl #2]\n" \
        "ldrsb r7,[r7,r8,lsl #2]\nldr lr,[r10,#76]\nadd r7,r7,r9,lsl #21\nsmlal r2,r3,r11,r7\n" \
        "smlal r0,r1,lr,r7\nsmlal r4,r5,r6,r7\nldrsb r6,[r12,r8,lsl #1]\nldrsb r12,[r12,r8]\n" \
        "ldr r8,[r10,#80]\nldr r7,[sp,#24]\nldr r9,[sp,#20]\nadd r12,r12,r6,lsl #21\n" \
        "smlal r2,r3,lr,r12\nsmlal r0,r1,r8,r12\nsmlal r4,r5,r11,r12\nsmlal r4,r5,lr,r7\n" \
        "smlal r2,r3,r8,r7\nsmlal r4,r5,r8,r9\nldr r8,[sp,#52]\nldr r9,[sp,#136]\n" \
        "ldr r7,[sp,#108]\nldr lr,[sp,#80]\nldr r11,[r10,#84]\nldr r12,[r10,#88]\nadd r9,r8,r9\n" \
        "add r8,r8,r7\nstr r8,[sp,#52]\nadd r8,r9,lr\nldrsb r7,[r9]\nldrsb r6,[r9,lr]\n" \
        "add r7,r7,r6,lsl #21\nsmlal r0,r1,r11,r7\nldrsb r7,[r8,lr,lsl #1]\n" \
        "ldrsb r6,[r9,lr,lsl #1]\nadd r6,r6,r7,lsl #21\nsmlal r0,r1,r12,r6\nsmlal r2,r3,r11,r6\n" \
        "add r6,r8,lr,lsl #2\nldrsb r9,[r9,lr,lsl #2]\nldrsb r8,[r8,lr,lsl #2]\nldr r7,[r10,#92]\n" \
        "add r9,r9,r8,lsl #21\nsmlal r0,r1,r7,r9\nsmlal r2,r3,r12,r9\nsmlal r4,r5,r11,r9\n" \
        "ldrsb r11,[r6,lr,lsl #1]\nldrsb r6,[r6,lr]\nldr lr,[r10,#96]\nldr r9,[sp,#24]\n" \
        "ldr r8,[sp,#20]\nadd r6,r6,r11,lsl #21\n"); \
    __asm__ volatile( \
        "smlal r0,r1,lr,r6\nsmlal r2,r3,r7,r6\nsmlal r4,r5,r12,r6\nsmlal r2,r3,lr,r9\n" \
        "smlal r4,r5,r7,r9\nsmlal r4,r5,lr,r8\nldr lr,[sp,#140]\nldr r8,[sp,#56]\n" \
        "ldr r7,[sp,#112]\nldr r9,[sp,#84]\nldr r12,[r10,#100]\nldr r6,[r10,#104]\nadd lr,r8,lr\n" \
        "add r8,r8,r7\nstr r8,[sp,#56]\nadd r8,lr,r9\nldrsb r7,[lr,r9]\nldrsb r11,[lr]\n" \
        "add r11,r11,r7,lsl #21\nsmlal r0,r1,r12,r11\nldrsb r11,[r8,r9,lsl #1]\n" \
        "ldrsb r7,[lr,r9,lsl #1]\nadd r7,r7,r11,lsl #21\nsmlal r0,r1,r6,r7\nsmlal r2,r3,r12,r7\n" \
        "add r7,r8,r9,lsl #2\nldrsb r8,[r8,r9,lsl #2]\nldrsb lr,[lr,r9,lsl #2]\n" \
        "ldr r11,[r10,#108]\nadd lr,lr,r8,lsl #21\nsmlal r2,r3,r6,lr\nsmlal r0,r1,r11,lr\n" \
        "smlal r4,r5,r12,lr\nldrsb r12,[r7,r9,lsl #1]\nldr lr,[r10,#112]\nldrsb r7,[r7,r9]\n" \
        "ldr r9,[sp,#24]\nldr r8,[sp,#20]\nadd r7,r7,r12,lsl #21\nsmlal r0,r1,lr,r7\n" \
        "smlal r2,r3,r11,r7\nsmlal r4,r5,r6,r7\nsmlal r2,r3,lr,r9\nsmlal r4,r5,r11,r9\n" \
        "smlal r4,r5,lr,r8\nldr lr,[sp,#144]\nldr r8,[sp,#60]\nldr r11,[sp,#116]\nldr r9,[sp,#88]\n" \
        "ldr r6,[r10,#116]\nldr r7,[r10,#120]\nadd lr,r8,lr\nadd r8,r8,r11\nstr r8,[sp,#60]\n" \
        "add r8,lr,r9\nldrsb r11,[lr]\nldrsb r12,[lr,r9]\nadd r11,r11,r12,lsl #21\n" \
        "smlal r0,r1,r6,r11\nldrsb r11,[lr,r9,lsl #1]\nldrsb r12,[r8,r9,lsl #1]\n" \
        "add r11,r11,r12,lsl #21\nsmlal r0,r1,r7,r11\nsmlal r2,r3,r6,r11\nadd r11,r8,r9,lsl #2\n" \
        "ldr r12,[r10,#124]\nldrsb r8,[r8,r9,lsl #2]\nldrsb lr,[lr,r9,lsl #2]\n" \
        "add lr,lr,r8,lsl #21\nsmlal r0,r1,r12,lr\nsmlal r4,r5,r6,lr\nsmlal r2,r3,r7,lr\n" \
        "ldr lr,[r10,#128]\nldrsb r6,[r11,r9,lsl #1]\nldrsb r11,[r11,r9]\nldr r9,[sp,#24]\n" \
        "ldr r8,[sp,#20]\nadd r11,r11,r6,lsl #21\nsmlal r0,r1,lr,r11\nsmlal r2,r3,r12,r11\n" \
        "smlal r2,r3,lr,r9\nsmlal r4,r5,r7,r11\nsmlal r4,r5,r12,r9\nsmlal r4,r5,lr,r8\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_3_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nldr r11,[sp,#24]\nldr r3,[sp,#36]\n" \
        "ldr r4,[r10,#16]\nldr r5,[sp,#92]\nldr r6,[sp,#20]\nldr r7,[r10,#20]\nldrsb r8,[r3]\n" \
        "ldr r9,[sp,#64]\nadd r5,r3,r5\nstr r5,[sp,#36]\nsmlad r0,r4,r11,r0\n" \
        "pkhbt r6,r6,r8,lsl #16\nsmlad r0,r7,r6,r0\nsmlad r1,r4,r6,r1\nadd r6,r3,r9\n" \
        "ldrsb r8,[r3,r9]\nldr r5,[r10,#24]\nldrsb r12,[r3,r9,lsl #1]\npkhbt r8,r8,r12,lsl #16\n" \
        "smlad r2,r4,r8,r2\nsmlad r0,r5,r8,r0\nsmlad r1,r7,r8,r1\nldr r8,[r10,#28]\n" \
        "ldrsb r6,[r6,r9,lsl #1]\nldrsb r3,[r3,r9,lsl #2]\nldr r9,[sp,#20]\nldr r4,[sp,#96]\n" \
        "pkhbt r6,r6,r3,lsl #16\nsmlad r0,r8,r6,r0\nsmlad r1,r5,r6,r1\nsmlad r1,r8,r11,r1\n" \
        "smlad r2,r7,r6,r2\nsmlad r2,r5,r11,r2\nsmlad r2,r8,r9,r2\nldr r8,[r10,#32]\n" \
        "ldr r9,[sp,#40]\nldr r5,[sp,#20]\nldr r7,[r10,#36]\nldrsb r6,[r9]\nldr r3,[r10,#40]\n" \
        "add r4,r9,r4\nstr r4,[sp,#40]\nsmlad r0,r8,r11,r0\npkhbt r5,r5,r6,lsl #16\n" \
        "smlad r0,r7,r5,r0\nsmlad r1,r8,r5,r1\nldr r5,[sp,#68]\nldrsb r6,[r9,r5,lsl #1]\n" \
        "ldrsb r4,[r9,r5]\npkhbt r4,r4,r6,lsl #16\nsmlad r0,r3,r4,r0\nsmlad r1,r7,r4,r1\n" \
        "add r6,r9,r5\nsmlad r2,r8,r4,r2\nldrsb r9,[r9,r5,lsl #2]\nldrsb r6,[r6,r5,lsl #1]\n" \
        "ldr r5,[r10,#44]\nldr r8,[sp,#20]\nldr r4,[sp,#44]\npkhbt r6,r6,r9,lsl #16\n" \
        "smlad r0,r5,r6,r0\nsmlad r1,r3,r6,r1\nsmlad r1,r5,r11,r1\nsmlad r2,r7,r6,r2\n" \
        "smlad r2,r3,r11,r2\nsmlad r2,r5,r8,r2\nldr r5,[sp,#100]\nldr r8,[r10,#48]\nldrsb r3,[r4]\n" \
        "ldr r7,[sp,#20]\nldr r6,[sp,#72]\nldr r9,[r10,#52]\nadd r5,r4,r5\nsmlad r0,r8,r11,r0\n" \
        "str r5,[sp,#44]\npkhbt r7,r7,r3,lsl #16\nsmlad r1,r8,r7,r1\nsmlad r0,r9,r7,r0\n" \
        "add r7,r4,r6\nldrsb r3,[r4,r6]\nldrsb r5,[r4,r6,lsl #1]\npkhbt r3,r3,r5,lsl #16\n" \
        "smlad r2,r8,r3,r2\nsmlad r1,r9,r3,r1\nldr r8,[r10,#56]\nldrsb r4,[r4,r6,lsl #2]\n" \
        "ldrsb r7,[r7,r6,lsl #1]\nldr r6,[r10,#60]\nldr r5,[sp,#20]\nsmlad r0,r8,r3,r0\n" \
        "pkhbt r7,r7,r4,lsl #16\nsmlad r0,r6,r7,r0\nsmlad r2,r9,r7,r2\nsmlad r1,r8,r7,r1\n" \
        "smlad r1,r6,r11,r1\nsmlad r2,r8,r11,r2\nsmlad r2,r6,r5,r2\nldr r6,[sp,#104]\n" \
        "ldr r5,[sp,#48]\nldr r8,[r10,#64]\nldr r7,[r10,#68]\nldr r9,[sp,#20]\nldrsb r4,[r5]\n" \
        "ldr r3,[sp,#76]\nsmlad r0,r8,r11,r0\nadd r6,r5,r6\nstr r6,[sp,#48]\n" \
        "pkhbt r9,r9,r4,lsl #16\nsmlad r1,r8,r9,r1\nsmlad r0,r7,r9,r0\nadd r9,r5,r3\n" \
        "ldrsb r4,[r5,r3]\nldr r6,[r10,#72]\nldrsb r12,[r5,r3,lsl #1]\npkhbt r4,r4,r12,lsl #16\n" \
        "smlad r1,r7,r4,r1\nsmlad r2,r8,r4,r2\nsmlad r0,r6,r4,r0\nldr r4,[r10,#76]\n" \
        "ldrsb r9,[r9,r3,lsl #1]\nldrsb r5,[r5,r3,lsl #2]\nldr r3,[sp,#20]\nldr r8,[sp,#108]\n" \
        "pkhbt r9,r9,r5,lsl #16\nsmlad r0,r4,r9,r0\nsmlad r2,r7,r9,r2\nsmlad r1,r6,r9,r1\n" \
        "smlad r2,r6,r11,r2\nsmlad r2,r4,r3,r2\nsmlad r1,r4,r11,r1\nldr r4,[sp,#52]\n" \
        "ldr r3,[r10,#80]\nldr r6,[r10,#84]\nldr r9,[sp,#20]\nldrsb r7,[r4]\nldr r5,[sp,#80]\n" \
        "add r8,r4,r8\nstr r8,[sp,#52]\nsmlad r0,r3,r11,r0\npkhbt r9,r9,r7,lsl #16\n" \
        "smlad r0,r6,r9,r0\nsmlad r1,r3,r9,r1\nadd r9,r4,r5\nldrsb r7,[r4,r5,lsl #1]\n" \
        "ldrsb r8,[r4,r5]\npkhbt r8,r8,r7,lsl #16\nsmlad r1,r6,r8,r1\nsmlad r2,r3,r8,r2\n" \
        "ldr r3,[r10,#88]\nldrsb r4,[r4,r5,lsl #2]\nldrsb r9,[r9,r5,lsl #1]\nldr r5,[r10,#92]\n" \
        "ldr r7,[sp,#20]\nsmlad r0,r3,r8,r0\npkhbt r9,r9,r4,lsl #16\nsmlad r0,r5,r9,r0\n" \
        "smlad r2,r6,r9,r2\nsmlad r2,r3,r11,r2\nsmlad r1,r3,r9,r1\nsmlad r1,r5,r11,r1\n" \
        "smlad r2,r5,r7,r2\nldr r5,[sp,#112]\nldr r7,[r10,#96]\nldr r3,[sp,#56]\n" \
        "ldr r9,[r10,#100]\nldr r6,[sp,#20]\nldrsb r4,[r3]\nldr r8,[sp,#84]\nadd r5,r3,r5\n" \
        "smlad r0,r7,r11,r0\nstr r5,[sp,#56]\npkhbt r6,r6,r4,lsl #16\nsmlad r0,r9,r6,r0\n" \
        "smlad r1,r7,r6,r1\nadd r6,r3,r8\nldrsb r4,[r3,r8,lsl #1]\nldr r5,[r10,#104]\n" \
        "ldrsb r12,[r3,r8]\npkhbt r12,r12,r4,lsl #16\nsmlad r0,r5,r12,r0\nsmlad r1,r9,r12,r1\n" \
        "smlad r2,r7,r12,r2\nldrsb r6,[r6,r8,lsl #1]\nldr r7,[r10,#108]\nldrsb r3,[r3,r8,lsl #2]\n" \
        "ldr r8,[sp,#20]\nldr r12,[sp,#116]\npkhbt r6,r6,r3,lsl #16\nsmlad r0,r7,r6,r0\n" \
        "smlad r1,r5,r6,r1\nsmlad r1,r7,r11,r1\nsmlad r2,r9,r6,r2\nsmlad r2,r5,r11,r2\n" \
        "smlad r2,r7,r8,r2\nldr r7,[sp,#60]\n"); \
    __asm__ volatile( \
        "ldr r8,[r10,#112]\nldrsb r5,[r7]\nldr r9,[sp,#20]\nldr r6,[r10,#116]\nldr r3,[r10,#120]\n" \
        "add r12,r7,r12\nsmlad r0,r8,r11,r0\nstr r12,[sp,#60]\npkhbt r9,r9,r5,lsl #16\n" \
        "smlad r1,r8,r9,r1\nsmlad r0,r6,r9,r0\nldr r9,[sp,#88]\nldrsb r5,[r7,r9,lsl #1]\n" \
        "ldrsb r12,[r7,r9]\npkhbt r12,r12,r5,lsl #16\nsmlad r2,r8,r12,r2\nsmlad r0,r3,r12,r0\n" \
        "smlad r1,r6,r12,r1\nadd r12,r7,r9\nldr r8,[r10,#124]\nldrsb r12,[r12,r9,lsl #1]\n" \
        "ldrsb r7,[r7,r9,lsl #2]\nldr r9,[sp,#20]\npkhbt r12,r12,r7,lsl #16\nsmlad r0,r8,r12,r0\n" \
        "smlad r1,r3,r12,r1\nsmlad r2,r6,r12,r2\nsmlad r1,r8,r11,r1\nsmlad r2,r3,r11,r2\n" \
        "smlad r2,r8,r9,r2\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_3_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nldr r11,[sp,#24]\n" \
        "ldr r4,[sp,#92]\nldr r5,[sp,#36]\nldr r6,[r10,#16]\nldr r7,[r10,#20]\nldr r8,[sp,#20]\n" \
        "ldrsb r9,[r5]\nldr r12,[sp,#64]\nldrsb lr,[r5,r12,lsl #1]\nadd r4,r5,r4\n" \
        "smlad r0,r6,r11,r0\nstr r4,[sp,#36]\npkhbt r8,r8,r9,lsl #16\nsmlad r0,r7,r8,r0\n" \
        "smlad r1,r6,r8,r1\nadd r8,r5,r12\nldrsb r9,[r5,r12]\nldr r4,[r10,#24]\n" \
        "pkhbt r9,r9,lr,lsl #16\nsmlad r0,r4,r9,r0\nsmlad r1,r7,r9,r1\nsmlad r2,r6,r9,r2\n" \
        "ldrsb r9,[r8,r12,lsl #1]\nldr lr,[r10,#28]\nldrsb r5,[r5,r12,lsl #2]\n" \
        "pkhbt r9,r9,r5,lsl #16\nsmlad r0,lr,r9,r0\nsmlad r1,r4,r9,r1\nsmlad r2,r7,r9,r2\n" \
        "smlad r3,r6,r9,r3\nadd r6,r8,r12,lsl #2\nldrsb r6,[r6,r12]\nldrsb r8,[r8,r12,lsl #2]\n" \
        "ldr r12,[sp,#20]\nldr r9,[sp,#40]\nldr r5,[sp,#96]\npkhbt r8,r8,r6,lsl #16\n" \
        "smlad r1,lr,r8,r1\nsmlad r2,r4,r8,r2\nsmlad r3,r7,r8,r3\nsmlad r2,lr,r11,r2\n" \
        "smlad r3,r4,r11,r3\nsmlad r3,lr,r12,r3\nadd r5,r9,r5\nstr r5,[sp,#40]\nldr r5,[r10,#32]\n" \
        "ldr lr,[sp,#20]\nldr r12,[r10,#36]\nldrsb r4,[r9]\nldr r7,[sp,#68]\n" \
        "ldrsb r8,[r9,r7,lsl #1]\nldrsb r6,[r9,r7]\nsmlad r0,r5,r11,r0\npkhbt lr,lr,r4,lsl #16\n" \
        "smlad r1,r5,lr,r1\nsmlad r0,r12,lr,r0\npkhbt r6,r6,r8,lsl #16\nsmlad r1,r12,r6,r1\n" \
        "smlad r2,r5,r6,r2\nadd r8,r9,r7\nldr lr,[r10,#40]\nldrsb r4,[r8,r7,lsl #1]\n" \
        "smlad r0,lr,r6,r0\nldr r6,[r10,#44]\nldrsb r9,[r9,r7,lsl #2]\npkhbt r4,r4,r9,lsl #16\n" \
        "smlad r0,r6,r4,r0\nsmlad r1,lr,r4,r1\nsmlad r2,r12,r4,r2\nsmlad r3,r5,r4,r3\n" \
        "add r5,r8,r7,lsl #2\nldrsb r5,[r5,r7]\nldrsb r8,[r8,r7,lsl #2]\nldr r7,[sp,#20]\n" \
        "ldr r4,[sp,#100]\nldr r9,[sp,#44]\npkhbt r8,r8,r5,lsl #16\nsmlad r1,r6,r8,r1\n" \
        "smlad r2,lr,r8,r2\nsmlad r3,r12,r8,r3\nsmlad r3,lr,r11,r3\nsmlad r2,r6,r11,r2\n" \
        "smlad r3,r6,r7,r3\nadd r4,r9,r4\nstr r4,[sp,#44]\nldr r4,[r10,#48]\nldr r6,[sp,#20]\n" \
        "ldrsb r7,[r9]\nldr lr,[r10,#52]\nldr r12,[sp,#72]\nldrsb r8,[r9,r12,lsl #1]\n" \
        "ldrsb r5,[r9,r12]\nsmlad r0,r4,r11,r0\npkhbt r6,r6,r7,lsl #16\nsmlad r1,r4,r6,r1\n" \
        "smlad r0,lr,r6,r0\npkhbt r5,r5,r8,lsl #16\nsmlad r1,lr,r5,r1\nsmlad r2,r4,r5,r2\n" \
        "add r8,r9,r12\nldr r6,[r10,#56]\nldrsb r7,[r8,r12,lsl #1]\nsmlad r0,r6,r5,r0\n" \
        "ldrsb r9,[r9,r12,lsl #2]\nldr r5,[r10,#60]\npkhbt r7,r7,r9,lsl #16\nsmlad r0,r5,r7,r0\n" \
        "smlad r1,r6,r7,r1\nsmlad r2,lr,r7,r2\nsmlad r3,r4,r7,r3\nadd r4,r8,r12,lsl #2\n" \
        "ldrsb r8,[r8,r12,lsl #2]\nldrsb r4,[r4,r12]\nldr r12,[sp,#20]\nldr r7,[sp,#48]\n" \
        "ldr r9,[sp,#104]\npkhbt r8,r8,r4,lsl #16\nsmlad r1,r5,r8,r1\nsmlad r2,r6,r8,r2\n" \
        "smlad r3,lr,r8,r3\nsmlad r3,r6,r11,r3\nsmlad r2,r5,r11,r2\nsmlad r3,r5,r12,r3\n" \
        "add r9,r7,r9\nstr r9,[sp,#48]\nldr r9,[r10,#64]\nldrsb r5,[r7]\nldr r12,[sp,#20]\n" \
        "ldr r6,[r10,#68]\nldr lr,[sp,#76]\nldrsb r8,[r7,lr]\nldrsb r4,[r7,lr,lsl #1]\n" \
        "smlad r0,r9,r11,r0\npkhbt r12,r12,r5,lsl #16\nsmlad r0,r6,r12,r0\nsmlad r1,r9,r12,r1\n" \
        "pkhbt r8,r8,r4,lsl #16\nsmlad r1,r6,r8,r1\nsmlad r2,r9,r8,r2\nadd r4,r7,lr\n" \
        "ldr r12,[r10,#72]\nldrsb r5,[r4,lr,lsl #1]\nsmlad r0,r12,r8,r0\nldrsb r7,[r7,lr,lsl #2]\n" \
        "ldr r8,[r10,#76]\npkhbt r5,r5,r7,lsl #16\nsmlad r0,r8,r5,r0\nsmlad r1,r12,r5,r1\n" \
        "smlad r2,r6,r5,r2\nsmlad r3,r9,r5,r3\nadd r9,r4,lr,lsl #2\nldrsb r4,[r4,lr,lsl #2]\n" \
        "ldrsb r9,[r9,lr]\nldr lr,[sp,#20]\nldr r5,[sp,#52]\nldr r7,[sp,#108]\n" \
        "pkhbt r4,r4,r9,lsl #16\nsmlad r1,r8,r4,r1\nsmlad r2,r12,r4,r2\nsmlad r2,r8,r11,r2\n" \
        "smlad r3,r6,r4,r3\nsmlad r3,r12,r11,r3\nsmlad r3,r8,lr,r3\nadd r7,r5,r7\nstr r7,[sp,#52]\n" \
        "ldr r7,[r10,#80]\nldrsb r8,[r5]\nldr lr,[sp,#20]\nldr r12,[r10,#84]\nldr r6,[sp,#80]\n" \
        "ldrsb r4,[r5,r6,lsl #1]\nldrsb r9,[r5,r6]\nsmlad r0,r7,r11,r0\npkhbt lr,lr,r8,lsl #16\n" \
        "smlad r1,r7,lr,r1\nsmlad r0,r12,lr,r0\npkhbt r9,r9,r4,lsl #16\nsmlad r2,r7,r9,r2\n" \
        "smlad r1,r12,r9,r1\nadd r4,r5,r6\nldr lr,[r10,#88]\nldrsb r8,[r4,r6,lsl #1]\n" \
        "smlad r0,lr,r9,r0\nldr r9,[r10,#92]\nldrsb r5,[r5,r6,lsl #2]\npkhbt r8,r8,r5,lsl #16\n" \
        "smlad r1,lr,r8,r1\nsmlad r0,r9,r8,r0\nsmlad r2,r12,r8,r2\nsmlad r3,r7,r8,r3\n" \
        "add r7,r4,r6,lsl #2\n"); \
    __asm__ volatile( \
        "ldrsb r7,[r7,r6]\nldrsb r4,[r4,r6,lsl #2]\nldr r6,[sp,#20]\nldr r8,[sp,#112]\n" \
        "ldr r5,[sp,#56]\npkhbt r4,r4,r7,lsl #16\nsmlad r1,r9,r4,r1\nsmlad r2,lr,r4,r2\n" \
        "smlad r2,r9,r11,r2\nsmlad r3,r12,r4,r3\nsmlad r3,lr,r11,r3\nsmlad r3,r9,r6,r3\n" \
        "add r8,r5,r8\nstr r8,[sp,#56]\nldr r8,[r10,#96]\nldrsb r9,[r5]\nldr r6,[r10,#100]\n" \
        "ldr lr,[sp,#20]\nldr r12,[sp,#84]\nldrsb r4,[r5,r12]\nldrsb r7,[r5,r12,lsl #1]\n" \
        "smlad r0,r8,r11,r0\npkhbt lr,lr,r9,lsl #16\nsmlad r0,r6,lr,r0\nsmlad r1,r8,lr,r1\n" \
        "pkhbt r4,r4,r7,lsl #16\nsmlad r1,r6,r4,r1\nsmlad r2,r8,r4,r2\nadd r7,r5,r12\n" \
        "ldr lr,[r10,#104]\nldrsb r9,[r7,r12,lsl #1]\nsmlad r0,lr,r4,r0\nldrsb r5,[r5,r12,lsl #2]\n" \
        "ldr r4,[r10,#108]\npkhbt r9,r9,r5,lsl #16\nsmlad r0,r4,r9,r0\nsmlad r1,lr,r9,r1\n" \
        "smlad r2,r6,r9,r2\nsmlad r3,r8,r9,r3\nadd r8,r7,r12,lsl #2\nldrsb r7,[r7,r12,lsl #2]\n" \
        "ldrsb r8,[r8,r12]\nldr r12,[sp,#20]\nldr r9,[sp,#116]\nldr r5,[sp,#60]\n" \
        "pkhbt r7,r7,r8,lsl #16\nsmlad r1,r4,r7,r1\nsmlad r2,lr,r7,r2\nsmlad r2,r4,r11,r2\n" \
        "smlad r3,r6,r7,r3\nsmlad r3,lr,r11,r3\nsmlad r3,r4,r12,r3\nadd r9,r5,r9\nstr r9,[sp,#60]\n" \
        "ldr r9,[r10,#112]\nldrsb r4,[r5]\nldr r12,[sp,#20]\nldr lr,[r10,#116]\nldr r6,[sp,#88]\n" \
        "ldrsb r7,[r5,r6,lsl #1]\nldrsb r8,[r5,r6]\nsmlad r0,r9,r11,r0\npkhbt r12,r12,r4,lsl #16\n" \
        "smlad r0,lr,r12,r0\nsmlad r1,r9,r12,r1\npkhbt r8,r8,r7,lsl #16\nsmlad r1,lr,r8,r1\n" \
        "smlad r2,r9,r8,r2\nadd r7,r5,r6\nldr r12,[r10,#120]\nldrsb r4,[r7,r6,lsl #1]\n" \
        "smlad r0,r12,r8,r0\nldr r8,[r10,#124]\nldrsb r5,[r5,r6,lsl #2]\npkhbt r4,r4,r5,lsl #16\n" \
        "smlad r0,r8,r4,r0\nsmlad r1,r12,r4,r1\nsmlad r2,lr,r4,r2\nsmlad r3,r9,r4,r3\n" \
        "add r9,r7,r6,lsl #2\nldrsb r7,[r7,r6,lsl #2]\nldrsb r9,[r9,r6]\nldr r6,[sp,#20]\n" \
        "pkhbt r7,r7,r9,lsl #16\nsmlad r1,r8,r7,r1\nsmlad r2,r12,r7,r2\nsmlad r3,lr,r7,r3\n" \
        "smlad r2,r8,r11,r2\nsmlad r3,r12,r11,r3\nsmlad r3,r8,r6,r3\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_3_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nmov r4,r0\n" \
        "ldr r5,[sp,#92]\nldr r6,[sp,#36]\nldr r7,[sp,#24]\nadd r5,r6,r5\nstr r5,[sp,#36]\n" \
        "ldr r5,[r10,#16]\nldr r8,[sp,#20]\nldrsb r9,[r6]\nsmlad r0,r5,r7,r0\n" \
        "pkhbt r8,r8,r9,lsl #16\nsmlad r1,r5,r8,r1\nldr r9,[r10,#20]\nldr r7,[sp,#64]\n" \
        "ldrsb r11,[r6,r7]\nsmlad r0,r9,r8,r0\nadd r6,r6,r7,lsl #1\nldrsb r8,[r6]\n" \
        "pkhbt r11,r11,r8,lsl #16\nsmlad r1,r9,r11,r1\nsmlad r2,r5,r11,r2\nldr r8,[r10,#24]\n" \
        "smlad r0,r8,r11,r0\nadd r11,r6,r7,lsl #1\nldrsb r12,[r11]\nldrsb r6,[r6,r7]\n" \
        "pkhbt r6,r6,r12,lsl #16\nsmlad r1,r8,r6,r1\nsmlad r2,r9,r6,r2\nldr r12,[r10,#28]\n" \
        "smlad r0,r12,r6,r0\nsmlad r3,r5,r6,r3\nadd r6,r11,r7,lsl #1\nldrsb lr,[r6]\n" \
        "ldrsb r11,[r11,r7]\npkhbt r11,r11,lr,lsl #16\nsmlad r1,r12,r11,r1\nsmlad r2,r8,r11,r2\n" \
        "smlad r3,r9,r11,r3\nsmlad r4,r5,r11,r4\nadd r5,r6,r7,lsl #1\nldrsb r6,[r6,r7]\n" \
        "ldrsb r5,[r5]\nldr r7,[sp,#24]\npkhbt r6,r6,r5,lsl #16\nsmlad r2,r12,r6,r2\n" \
        "smlad r3,r8,r6,r3\nsmlad r4,r9,r6,r4\nsmlad r3,r12,r7,r3\nsmlad r4,r8,r7,r4\n" \
        "ldr r8,[sp,#20]\nldr r7,[sp,#40]\nldr r9,[sp,#96]\nsmlad r4,r12,r8,r4\nadd r9,r7,r9\n" \
        "str r9,[sp,#40]\nldr r9,[sp,#24]\nldr r12,[r10,#32]\nldrsb r8,[r7]\nsmlad r0,r12,r9,r0\n" \
        "ldr r9,[sp,#20]\nldr r6,[r10,#36]\nldr r5,[sp,#68]\npkhbt r9,r9,r8,lsl #16\n" \
        "smlad r0,r6,r9,r0\nsmlad r1,r12,r9,r1\nadd r9,r7,r5,lsl #1\nldrsb r8,[r9]\n" \
        "ldrsb r7,[r7,r5]\npkhbt r7,r7,r8,lsl #16\nsmlad r1,r6,r7,r1\nsmlad r2,r12,r7,r2\n" \
        "ldr r8,[r10,#40]\nsmlad r0,r8,r7,r0\nadd r7,r9,r5,lsl #1\nldrsb r11,[r7]\n" \
        "ldrsb r9,[r9,r5]\npkhbt r9,r9,r11,lsl #16\nsmlad r1,r8,r9,r1\nsmlad r2,r6,r9,r2\n" \
        "ldr r11,[r10,#44]\nsmlad r0,r11,r9,r0\nsmlad r3,r12,r9,r3\nadd r9,r7,r5,lsl #1\n" \
        "ldrsb r7,[r7,r5]\nldrsb lr,[r9]\npkhbt r7,r7,lr,lsl #16\nsmlad r2,r8,r7,r2\n" \
        "smlad r1,r11,r7,r1\nsmlad r3,r6,r7,r3\nsmlad r4,r12,r7,r4\nadd r12,r9,r5,lsl #1\n" \
        "ldrsb r9,[r9,r5]\nldrsb r12,[r12]\nldr r5,[sp,#24]\npkhbt r9,r9,r12,lsl #16\n" \
        "smlad r2,r11,r9,r2\nsmlad r3,r8,r9,r3\nsmlad r4,r6,r9,r4\nsmlad r3,r11,r5,r3\n" \
        "smlad r4,r8,r5,r4\nldr r8,[sp,#20]\nldr r5,[sp,#44]\nldr r6,[sp,#100]\n" \
        "smlad r4,r11,r8,r4\nadd r6,r5,r6\nstr r6,[sp,#44]\nldr r6,[r10,#48]\nldr r11,[sp,#24]\n" \
        "ldrsb r8,[r5]\nsmlad r0,r6,r11,r0\nldr r11,[sp,#20]\nldr r9,[r10,#52]\nldr r12,[sp,#72]\n" \
        "pkhbt r11,r11,r8,lsl #16\nsmlad r0,r9,r11,r0\nsmlad r1,r6,r11,r1\nadd r11,r5,r12,lsl #1\n" \
        "ldrsb r5,[r5,r12]\nldrsb r8,[r11]\npkhbt r5,r5,r8,lsl #16\nsmlad r1,r9,r5,r1\n" \
        "smlad r2,r6,r5,r2\nldr r8,[r10,#56]\nsmlad r0,r8,r5,r0\nadd r5,r11,r12,lsl #1\n" \
        "ldr r7,[r10,#60]\nldrsb lr,[r5]\nldrsb r11,[r11,r12]\npkhbt r11,r11,lr,lsl #16\n" \
        "smlad r0,r7,r11,r0\nsmlad r2,r9,r11,r2\nsmlad r1,r8,r11,r1\nsmlad r3,r6,r11,r3\n" \
        "add r11,r5,r12,lsl #1\nldrsb lr,[r11]\nldrsb r5,[r5,r12]\npkhbt r5,r5,lr,lsl #16\n" \
        "smlad r1,r7,r5,r1\nsmlad r2,r8,r5,r2\nsmlad r3,r9,r5,r3\nsmlad r4,r6,r5,r4\n" \
        "add r6,r11,r12,lsl #1\nldrsb r6,[r6]\nldrsb r11,[r11,r12]\nldr r12,[sp,#24]\n" \
        "pkhbt r11,r11,r6,lsl #16\nsmlad r2,r7,r11,r2\nsmlad r3,r8,r11,r3\nsmlad r4,r9,r11,r4\n" \
        "smlad r4,r8,r12,r4\nsmlad r3,r7,r12,r3\nldr r12,[sp,#20]\nldr r8,[sp,#48]\n" \
        "ldr r9,[sp,#104]\nsmlad r4,r7,r12,r4\nadd r9,r8,r9\nstr r9,[sp,#48]\nldr r9,[sp,#24]\n" \
        "ldr r7,[r10,#64]\nldr r12,[sp,#20]\nsmlad r0,r7,r9,r0\nldrsb r9,[r8]\nldr r11,[r10,#68]\n" \
        "ldr r6,[sp,#76]\npkhbt r12,r12,r9,lsl #16\nsmlad r0,r11,r12,r0\nsmlad r1,r7,r12,r1\n" \
        "add r12,r8,r6,lsl #1\nldrsb r9,[r12]\nldrsb r8,[r8,r6]\npkhbt r8,r8,r9,lsl #16\n" \
        "smlad r2,r7,r8,r2\nsmlad r1,r11,r8,r1\nldr r9,[r10,#72]\nsmlad r0,r9,r8,r0\n" \
        "add r8,r12,r6,lsl #1\nldrsb r5,[r8]\nldrsb r12,[r12,r6]\npkhbt r12,r12,r5,lsl #16\n" \
        "smlad r1,r9,r12,r1\nldr r5,[r10,#76]\nsmlad r0,r5,r12,r0\nsmlad r3,r7,r12,r3\n" \
        "smlad r2,r11,r12,r2\nadd r12,r8,r6,lsl #1\nldrsb r8,[r8,r6]\nldrsb lr,[r12]\n" \
        "pkhbt r8,r8,lr,lsl #16\nsmlad r1,r5,r8,r1\nsmlad r2,r9,r8,r2\nsmlad r3,r11,r8,r3\n" \
        "smlad r4,r7,r8,r4\nadd r7,r12,r6,lsl #1\nldrsb r12,[r12,r6]\n"); \
    __asm__ volatile( \
        "ldrsb r7,[r7]\nldr r6,[sp,#24]\npkhbt r12,r12,r7,lsl #16\nsmlad r2,r5,r12,r2\n" \
        "smlad r3,r9,r12,r3\nsmlad r4,r11,r12,r4\nsmlad r3,r5,r6,r3\nsmlad r4,r9,r6,r4\n" \
        "ldr r9,[sp,#20]\nldr r6,[sp,#108]\nldr r11,[sp,#52]\nsmlad r4,r5,r9,r4\nadd r6,r11,r6\n" \
        "str r6,[sp,#52]\nldr r6,[r10,#80]\nldr r5,[sp,#24]\nldrsb r9,[r11]\nsmlad r0,r6,r5,r0\n" \
        "ldr r5,[r10,#84]\nldr r12,[sp,#20]\nldr r7,[sp,#80]\npkhbt r12,r12,r9,lsl #16\n" \
        "smlad r0,r5,r12,r0\nsmlad r1,r6,r12,r1\nadd r12,r11,r7,lsl #1\nldrsb r11,[r11,r7]\n" \
        "ldr r9,[r10,#88]\nldrsb r8,[r12]\npkhbt r11,r11,r8,lsl #16\nsmlad r0,r9,r11,r0\n" \
        "smlad r2,r6,r11,r2\nsmlad r1,r5,r11,r1\nadd r11,r12,r7,lsl #1\nldrsb r8,[r11]\n" \
        "ldr lr,[r10,#92]\nldrsb r12,[r12,r7]\npkhbt r12,r12,r8,lsl #16\nsmlad r0,lr,r12,r0\n" \
        "smlad r1,r9,r12,r1\nsmlad r2,r5,r12,r2\nsmlad r3,r6,r12,r3\nadd r12,r11,r7,lsl #1\n" \
        "ldrsb r11,[r11,r7]\nldrsb r8,[r12]\npkhbt r11,r11,r8,lsl #16\nsmlad r1,lr,r11,r1\n" \
        "smlad r2,r9,r11,r2\nsmlad r3,r5,r11,r3\nsmlad r4,r6,r11,r4\nadd r6,r12,r7,lsl #1\n" \
        "ldrsb r12,[r12,r7]\nldrsb r6,[r6]\nldr r7,[sp,#24]\npkhbt r12,r12,r6,lsl #16\n" \
        "smlad r2,lr,r12,r2\nsmlad r3,r9,r12,r3\nsmlad r4,r5,r12,r4\nsmlad r3,lr,r7,r3\n" \
        "smlad r4,r9,r7,r4\nldr r9,[sp,#20]\nldr r7,[sp,#56]\nldr r5,[sp,#112]\nsmlad r4,lr,r9,r4\n" \
        "add r5,r7,r5\nstr r5,[sp,#56]\nldr r5,[sp,#24]\nldr lr,[r10,#96]\nldr r9,[sp,#20]\n" \
        "smlad r0,lr,r5,r0\nldrsb r5,[r7]\nldr r12,[r10,#100]\nldr r6,[sp,#84]\n" \
        "pkhbt r9,r9,r5,lsl #16\nsmlad r0,r12,r9,r0\nsmlad r1,lr,r9,r1\nadd r9,r7,r6,lsl #1\n" \
        "ldrsb r5,[r9]\nldr r11,[r10,#104]\nldrsb r7,[r7,r6]\npkhbt r7,r7,r5,lsl #16\n" \
        "smlad r0,r11,r7,r0\nsmlad r1,r12,r7,r1\nsmlad r2,lr,r7,r2\nadd r7,r9,r6,lsl #1\n" \
        "ldrsb r9,[r9,r6]\nldrsb r5,[r7]\npkhbt r9,r9,r5,lsl #16\nsmlad r1,r11,r9,r1\n" \
        "ldr r5,[r10,#108]\nsmlad r0,r5,r9,r0\nsmlad r3,lr,r9,r3\nsmlad r2,r12,r9,r2\n" \
        "add r9,r7,r6,lsl #1\nldrsb r7,[r7,r6]\nldrsb r8,[r9]\npkhbt r7,r7,r8,lsl #16\n" \
        "smlad r2,r11,r7,r2\nsmlad r1,r5,r7,r1\nsmlad r3,r12,r7,r3\nsmlad r4,lr,r7,r4\n" \
        "add lr,r9,r6,lsl #1\nldrsb lr,[lr]\nldrsb r9,[r9,r6]\nldr r6,[sp,#24]\n" \
        "pkhbt r9,r9,lr,lsl #16\nsmlad r2,r5,r9,r2\nsmlad r3,r11,r9,r3\nsmlad r4,r12,r9,r4\n" \
        "smlad r3,r5,r6,r3\nsmlad r4,r11,r6,r4\nldr r11,[sp,#20]\nldr r6,[sp,#116]\n" \
        "ldr r12,[sp,#60]\nsmlad r4,r5,r11,r4\nadd r6,r12,r6\nstr r6,[sp,#60]\nldr r6,[sp,#24]\n" \
        "ldr r5,[r10,#112]\nldr r11,[sp,#20]\nsmlad r0,r5,r6,r0\nldrsb r6,[r12]\n" \
        "ldr r9,[r10,#116]\nldr lr,[sp,#88]\npkhbt r11,r11,r6,lsl #16\nsmlad r0,r9,r11,r0\n" \
        "smlad r1,r5,r11,r1\nadd r11,r12,lr,lsl #1\nldrsb r12,[r12,lr]\nldrsb r6,[r11]\n" \
        "pkhbt r12,r12,r6,lsl #16\nsmlad r1,r9,r12,r1\nsmlad r2,r5,r12,r2\nldr r6,[r10,#120]\n" \
        "smlad r0,r6,r12,r0\nadd r12,r11,lr,lsl #1\nldrsb r7,[r12]\nldrsb r11,[r11,lr]\n" \
        "pkhbt r11,r11,r7,lsl #16\nsmlad r1,r6,r11,r1\nsmlad r2,r9,r11,r2\nldr r7,[r10,#124]\n" \
        "smlad r0,r7,r11,r0\nsmlad r3,r5,r11,r3\nadd r11,r12,lr,lsl #1\nldrsb r8,[r11]\n" \
        "ldrsb r12,[r12,lr]\npkhbt r12,r12,r8,lsl #16\nsmlad r2,r6,r12,r2\nsmlad r1,r7,r12,r1\n" \
        "smlad r3,r9,r12,r3\nsmlad r4,r5,r12,r4\nadd r5,r11,lr,lsl #1\nldrsb r11,[r11,lr]\n" \
        "ldrsb r5,[r5]\nldr lr,[sp,#24]\npkhbt r11,r11,r5,lsl #16\nsmlad r2,r7,r11,r2\n" \
        "smlad r3,r6,r11,r3\nsmlad r4,r9,r11,r4\nsmlad r3,r7,lr,r3\nsmlad r4,r6,lr,r4\n" \
        "ldr r6,[sp,#20]\nsmlad r4,r7,r6,r4\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_LEFT5_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nmov r4,r0\n" \
        "ldr r5,[sp,#24]\nldr r6,[r10,#16]\nldr r7,[sp,#36]\nldr r8,[r10,#20]\nldrsb r9,[r7]\n" \
        "ldr r11,[sp,#20]\nldr r12,[sp,#64]\nsmlad r0,r6,r5,r0\npkhbt r11,r11,r9,lsl #16\n" \
        "smlad r1,r6,r11,r1\nsmlad r0,r8,r11,r0\nadd r11,r7,r12,lsl #1\nldrsb r9,[r11]\n" \
        "ldrsb r7,[r7,r12]\nldr r5,[r10,#24]\nldr lr,[r10,#28]\npkhbt r7,r7,r9,lsl #16\n" \
        "smlad r1,r8,r7,r1\nsmlad r0,r5,r7,r0\nsmlad r2,r6,r7,r2\nadd r7,r11,r12,lsl #1\n" \
        "ldrsb r9,[r7]\nldrsb r11,[r11,r12]\npkhbt r11,r11,r9,lsl #16\nsmlad r1,r5,r11,r1\n" \
        "smlad r2,r8,r11,r2\nsmlad r0,lr,r11,r0\nsmlad r3,r6,r11,r3\nadd r11,r7,r12,lsl #1\n" \
        "ldrsb r9,[r11]\nldrsb r7,[r7,r12]\npkhbt r7,r7,r9,lsl #16\nsmlad r1,lr,r7,r1\n" \
        "smlad r3,r8,r7,r3\nsmlad r2,r5,r7,r2\nsmlad r4,r6,r7,r4\nadd r6,r11,r12,lsl #1\n" \
        "add r7,r6,r12,lsl #1\nldrsb r9,[r6]\nldrsb r11,[r11,r12]\npkhbt r11,r11,r9,lsl #16\n" \
        "smlad r2,lr,r11,r2\nsmlad r3,r5,r11,r3\nsmlad r4,r8,r11,r4\nldrsb r8,[r7]\n" \
        "ldrsb r6,[r6,r12]\nldrsb r7,[r7,r12]\nldr r12,[r10,#32]\nldr r11,[sp,#24]\n" \
        "ldr r9,[r10,#36]\npkhbt r6,r6,r8,lsl #16\nsmlad r3,lr,r6,r3\nsmlad r4,r5,r6,r4\n" \
        "smlad r4,lr,r7,r4\nsmlad r0,r12,r11,r0\nldr r11,[sp,#40]\nldrsb lr,[r11]\n" \
        "ldr r7,[sp,#20]\nldr r5,[sp,#68]\nldr r6,[r10,#40]\nldrsb r8,[r11,r5]\n" \
        "pkhbt r7,r7,lr,lsl #16\nsmlad r0,r9,r7,r0\nsmlad r1,r12,r7,r1\nadd r11,r11,r5,lsl #1\n" \
        "ldrsb r7,[r11]\nldr lr,[r10,#44]\npkhbt r8,r8,r7,lsl #16\nsmlad r1,r9,r8,r1\n" \
        "smlad r2,r12,r8,r2\nsmlad r0,r6,r8,r0\nadd r8,r11,r5,lsl #1\nldrsb r7,[r8]\n" \
        "ldrsb r11,[r11,r5]\npkhbt r11,r11,r7,lsl #16\nsmlad r0,lr,r11,r0\nsmlad r1,r6,r11,r1\n" \
        "add r7,r8,r5,lsl #1\nsmlad r2,r9,r11,r2\nsmlad r3,r12,r11,r3\nldrsb r11,[r7]\n" \
        "ldrsb r8,[r8,r5]\npkhbt r8,r8,r11,lsl #16\nsmlad r1,lr,r8,r1\nsmlad r2,r6,r8,r2\n" \
        "smlad r3,r9,r8,r3\nsmlad r4,r12,r8,r4\nadd r12,r7,r5,lsl #1\nadd r8,r12,r5,lsl #1\n" \
        "ldrsb r7,[r7,r5]\nldrsb r11,[r12]\npkhbt r7,r7,r11,lsl #16\nsmlad r2,lr,r7,r2\n" \
        "smlad r4,r9,r7,r4\nsmlad r3,r6,r7,r3\nldrsb r12,[r12,r5]\nldrsb r7,[r8]\n" \
        "ldrsb r8,[r8,r5]\nldr r5,[sp,#24]\nldr r9,[r10,#48]\nldr r11,[sp,#44]\n" \
        "pkhbt r12,r12,r7,lsl #16\nsmlad r4,r6,r12,r4\nsmlad r3,lr,r12,r3\nsmlad r4,lr,r8,r4\n" \
        "smlad r0,r9,r5,r0\nldr r5,[r10,#52]\nldrsb lr,[r11]\nldr r8,[sp,#20]\nldr r12,[sp,#72]\n" \
        "ldrsb r6,[r11,r12]\nldr r7,[r10,#56]\npkhbt r8,r8,lr,lsl #16\nsmlad r0,r5,r8,r0\n" \
        "smlad r1,r9,r8,r1\nadd r11,r11,r12,lsl #1\nldrsb r8,[r11]\nldrsb lr,[r11,r12]\n" \
        "pkhbt r6,r6,r8,lsl #16\nsmlad r2,r9,r6,r2\nsmlad r0,r7,r6,r0\nsmlad r1,r5,r6,r1\n" \
        "add r11,r11,r12,lsl #1\nldrsb r6,[r11]\nldr r8,[r10,#60]\npkhbt lr,lr,r6,lsl #16\n" \
        "smlad r0,r8,lr,r0\nsmlad r1,r7,lr,r1\nsmlad r2,r5,lr,r2\nsmlad r3,r9,lr,r3\n" \
        "add lr,r11,r12,lsl #1\nldrsb r11,[r11,r12]\nldrsb r6,[lr]\npkhbt r11,r11,r6,lsl #16\n" \
        "smlad r1,r8,r11,r1\nsmlad r2,r7,r11,r2\nsmlad r4,r9,r11,r4\nsmlad r3,r5,r11,r3\n" \
        "add r11,lr,r12,lsl #1\nadd r9,r11,r12,lsl #1\nldrsb lr,[lr,r12]\nldrsb r6,[r11]\n" \
        "pkhbt lr,lr,r6,lsl #16\nsmlad r3,r7,lr,r3\nsmlad r2,r8,lr,r2\nsmlad r4,r5,lr,r4\n" \
        "ldrsb r5,[r9]\nldrsb r11,[r11,r12]\nldrsb r9,[r9,r12]\nldr r12,[r10,#64]\n" \
        "ldr lr,[sp,#24]\nldr r6,[sp,#20]\npkhbt r11,r11,r5,lsl #16\nsmlad r3,r8,r11,r3\n" \
        "smlad r4,r7,r11,r4\nsmlad r4,r8,r9,r4\nsmlad r0,r12,lr,r0\nldr lr,[sp,#48]\n" \
        "ldr r8,[r10,#68]\nldrsb r9,[lr]\nldr r7,[sp,#76]\nldrsb r11,[lr,r7]\nldr r5,[r10,#72]\n" \
        "pkhbt r6,r6,r9,lsl #16\nsmlad r0,r8,r6,r0\nsmlad r1,r12,r6,r1\nadd lr,lr,r7,lsl #1\n" \
        "ldrsb r6,[lr]\nldrsb r9,[lr,r7]\npkhbt r11,r11,r6,lsl #16\nsmlad r1,r8,r11,r1\n" \
        "smlad r0,r5,r11,r0\nsmlad r2,r12,r11,r2\nadd lr,lr,r7,lsl #1\nldrsb r11,[lr]\n" \
        "ldr r6,[r10,#76]\npkhbt r9,r9,r11,lsl #16\nsmlad r0,r6,r9,r0\nsmlad r2,r8,r9,r2\n" \
        "smlad r1,r5,r9,r1\nsmlad r3,r12,r9,r3\nadd r9,lr,r7,lsl #1\nldrsb r11,[r9]\n" \
        "ldrsb lr,[lr,r7]\npkhbt lr,lr,r11,lsl #16\nsmlad r2,r5,lr,r2\nsmlad r1,r6,lr,r1\n" \
        "smlad r4,r12,lr,r4\nsmlad r3,r8,lr,r3\nadd lr,r9,r7,lsl #1\n"); \
    __asm__ volatile( \
        "add r12,lr,r7,lsl #1\nldrsb r11,[lr]\nldrsb r9,[r9,r7]\npkhbt r9,r9,r11,lsl #16\n" \
        "smlad r3,r5,r9,r3\nsmlad r2,r6,r9,r2\nsmlad r4,r8,r9,r4\nldrsb lr,[lr,r7]\n" \
        "ldrsb r8,[r12]\nldrsb r12,[r12,r7]\nldr r7,[sp,#24]\nldr r9,[r10,#80]\nldr r11,[sp,#52]\n" \
        "pkhbt lr,lr,r8,lsl #16\nsmlad r4,r5,lr,r4\nsmlad r3,r6,lr,r3\nsmlad r4,r6,r12,r4\n" \
        "smlad r0,r9,r7,r0\nldr r7,[r10,#84]\nldrsb r6,[r11]\nldr r12,[sp,#20]\nldr lr,[sp,#80]\n" \
        "ldrsb r5,[r11,lr]\nldr r8,[r10,#88]\npkhbt r12,r12,r6,lsl #16\nsmlad r0,r7,r12,r0\n" \
        "add r11,r11,lr,lsl #1\nsmlad r1,r9,r12,r1\nldrsb r12,[r11]\nldr r6,[r10,#92]\n" \
        "pkhbt r5,r5,r12,lsl #16\nsmlad r0,r8,r5,r0\nsmlad r1,r7,r5,r1\nsmlad r2,r9,r5,r2\n" \
        "add r5,r11,lr,lsl #1\nldrsb r12,[r5]\nldrsb r11,[r11,lr]\npkhbt r11,r11,r12,lsl #16\n" \
        "smlad r0,r6,r11,r0\nsmlad r3,r9,r11,r3\nsmlad r1,r8,r11,r1\nsmlad r2,r7,r11,r2\n" \
        "add r11,r5,lr,lsl #1\nldrsb r5,[r5,lr]\nldrsb r12,[r11]\npkhbt r5,r5,r12,lsl #16\n" \
        "smlad r1,r6,r5,r1\nsmlad r2,r8,r5,r2\nsmlad r3,r7,r5,r3\nsmlad r4,r9,r5,r4\n" \
        "add r9,r11,lr,lsl #1\nadd r5,r9,lr,lsl #1\nldrsb r12,[r9]\nldrsb r11,[r11,lr]\n" \
        "pkhbt r11,r11,r12,lsl #16\nsmlad r2,r6,r11,r2\nsmlad r4,r7,r11,r4\nsmlad r3,r8,r11,r3\n" \
        "ldrsb r11,[r5]\nldrsb r9,[r9,lr]\nldrsb r5,[r5,lr]\nldr lr,[r10,#96]\nldr r7,[sp,#24]\n" \
        "ldr r12,[sp,#56]\npkhbt r9,r9,r11,lsl #16\nsmlad r3,r6,r9,r3\nsmlad r4,r8,r9,r4\n" \
        "smlad r4,r6,r5,r4\nsmlad r0,lr,r7,r0\nldrsb r7,[r12]\nldr r6,[r10,#100]\nldr r5,[sp,#20]\n" \
        "ldr r8,[sp,#84]\nldrsb r9,[r12,r8]\nldr r11,[r10,#104]\npkhbt r5,r5,r7,lsl #16\n" \
        "smlad r1,lr,r5,r1\nsmlad r0,r6,r5,r0\nadd r12,r12,r8,lsl #1\nldrsb r5,[r12]\n" \
        "ldr r7,[r10,#108]\npkhbt r9,r9,r5,lsl #16\nsmlad r1,r6,r9,r1\nsmlad r0,r11,r9,r0\n" \
        "smlad r2,lr,r9,r2\nadd r9,r12,r8,lsl #1\nldrsb r5,[r9]\nldrsb r12,[r12,r8]\n" \
        "pkhbt r12,r12,r5,lsl #16\nsmlad r2,r6,r12,r2\nsmlad r1,r11,r12,r1\nsmlad r0,r7,r12,r0\n" \
        "smlad r3,lr,r12,r3\nadd r12,r9,r8,lsl #1\nldrsb r9,[r9,r8]\nldrsb r5,[r12]\n" \
        "pkhbt r9,r9,r5,lsl #16\nsmlad r2,r11,r9,r2\nsmlad r1,r7,r9,r1\nsmlad r3,r6,r9,r3\n" \
        "smlad r4,lr,r9,r4\nadd lr,r12,r8,lsl #1\nadd r9,lr,r8,lsl #1\nldrsb r5,[lr]\n" \
        "ldrsb r12,[r12,r8]\npkhbt r12,r12,r5,lsl #16\nsmlad r2,r7,r12,r2\nsmlad r3,r11,r12,r3\n" \
        "smlad r4,r6,r12,r4\nldrsb lr,[lr,r8]\nldrsb r6,[r9]\nldrsb r9,[r9,r8]\nldr r8,[r10,#112]\n" \
        "ldr r12,[sp,#24]\nldr r5,[sp,#20]\npkhbt lr,lr,r6,lsl #16\nsmlad r3,r7,lr,r3\n" \
        "smlad r4,r11,lr,r4\nsmlad r4,r7,r9,r4\nsmlad r0,r8,r12,r0\nldr r12,[r10,#116]\n" \
        "ldr r7,[sp,#60]\nldrsb r9,[r7]\nldr r11,[sp,#88]\nldrsb lr,[r7,r11]\nldr r6,[r10,#120]\n" \
        "pkhbt r5,r5,r9,lsl #16\nsmlad r0,r12,r5,r0\nsmlad r1,r8,r5,r1\nadd r7,r7,r11,lsl #1\n" \
        "ldrsb r5,[r7]\nldr r9,[r10,#124]\npkhbt lr,lr,r5,lsl #16\nsmlad r2,r8,lr,r2\n" \
        "smlad r1,r12,lr,r1\nsmlad r0,r6,lr,r0\nadd lr,r7,r11,lsl #1\nldrsb r5,[lr]\n" \
        "ldrsb r7,[r7,r11]\npkhbt r7,r7,r5,lsl #16\nsmlad r0,r9,r7,r0\nsmlad r2,r12,r7,r2\n" \
        "add r5,lr,r11,lsl #1\nsmlad r1,r6,r7,r1\nsmlad r3,r8,r7,r3\nldrsb r7,[r5]\n" \
        "ldrsb lr,[lr,r11]\npkhbt lr,lr,r7,lsl #16\nsmlad r1,r9,lr,r1\nsmlad r4,r8,lr,r4\n" \
        "smlad r2,r6,lr,r2\nsmlad r3,r12,lr,r3\nadd lr,r5,r11,lsl #1\nadd r8,lr,r11,lsl #1\n" \
        "ldrsb r5,[r5,r11]\nldrsb r7,[lr]\npkhbt r5,r5,r7,lsl #16\nsmlad r2,r9,r5,r2\n" \
        "smlad r3,r6,r5,r3\nsmlad r4,r12,r5,r4\nldrsb lr,[lr,r11]\nldrsb r12,[r8]\n" \
        "ldrsb r8,[r8,r11]\npkhbt lr,lr,r12,lsl #16\nsmlad r3,r9,lr,r3\nsmlad r4,r6,lr,r4\n" \
        "smlad r4,r9,r8,r4\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_RIGHT5_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nmov r4,r0\n" \
        "ldr r5,[sp,#120]\nldr r6,[sp,#36]\nldr r7,[sp,#92]\nldr r8,[sp,#64]\nldr r9,[r10,#16]\n" \
        "add r5,r6,r5\nadd r6,r6,r7\nstr r6,[sp,#36]\nldrsb r6,[r5]\nldrsb r7,[r5,r8]\n" \
        "pkhbt r6,r6,r7,lsl #16\nsmlad r0,r9,r6,r0\nadd r6,r5,r8\nldrsb r7,[r6,r8,lsl #1]\n" \
        "ldrsb r11,[r5,r8,lsl #1]\npkhbt r11,r11,r7,lsl #16\nldr r7,[r10,#20]\nsmlad r0,r7,r11,r0\n" \
        "smlad r1,r9,r11,r1\nldrsb r11,[r5,r8,lsl #2]\nldrsb r12,[r6,r8,lsl #2]\n" \
        "pkhbt r11,r11,r12,lsl #16\nldr r12,[r10,#24]\nsmlad r0,r12,r11,r0\nsmlad r1,r7,r11,r1\n" \
        "smlad r2,r9,r11,r2\nadd r6,r6,r8,lsl #2\nldrsb r11,[r6,r8,lsl #1]\nldrsb lr,[r6,r8]\n" \
        "pkhbt lr,lr,r11,lsl #16\nldr r11,[r10,#28]\nsmlad r0,r11,lr,r0\nsmlad r1,r12,lr,r1\n" \
        "smlad r2,r7,lr,r2\nsmlad r3,r9,lr,r3\nldrsb r6,[r6,r8,lsl #2]\nldrsb lr,[r5,r8,lsl #3]\n" \
        "pkhbt lr,lr,r6,lsl #16\nsmlad r1,r11,lr,r1\nsmlad r2,r12,lr,r2\nsmlad r3,r7,lr,r3\n" \
        "smlad r4,r9,lr,r4\nadd r5,r5,r8,lsl #3\nadd r9,r5,r8,lsl #1\nldrsb r5,[r5,r8,lsl #1]\n" \
        "ldrsb r9,[r9,r8]\npkhbt r5,r5,r9,lsl #16\nsmlad r2,r11,r5,r2\nsmlad r3,r12,r5,r3\n" \
        "smlad r4,r7,r5,r4\nldr r7,[sp,#24]\nldr r5,[sp,#20]\nldr r9,[sp,#40]\nsmlad r3,r11,r7,r3\n" \
        "smlad r4,r12,r7,r4\nsmlad r4,r11,r5,r4\nldr r11,[sp,#124]\nldr r5,[sp,#96]\n" \
        "ldr r12,[sp,#68]\nldr r7,[r10,#32]\nadd r11,r9,r11\nadd r9,r9,r5\nstr r9,[sp,#40]\n" \
        "ldrsb r9,[r11]\nldrsb r5,[r11,r12]\npkhbt r9,r9,r5,lsl #16\nsmlad r0,r7,r9,r0\n" \
        "add r9,r11,r12\nldrsb r5,[r9,r12,lsl #1]\nldrsb r8,[r11,r12,lsl #1]\n" \
        "pkhbt r8,r8,r5,lsl #16\nldr r5,[r10,#36]\nsmlad r0,r5,r8,r0\nsmlad r1,r7,r8,r1\n" \
        "ldrsb r8,[r9,r12,lsl #2]\nldrsb lr,[r11,r12,lsl #2]\npkhbt lr,lr,r8,lsl #16\n" \
        "ldr r8,[r10,#40]\nsmlad r0,r8,lr,r0\nsmlad r1,r5,lr,r1\nsmlad r2,r7,lr,r2\n" \
        "add r9,r9,r12,lsl #2\nldrsb lr,[r9,r12]\nldrsb r6,[r9,r12,lsl #1]\n" \
        "pkhbt lr,lr,r6,lsl #16\nldr r6,[r10,#44]\nsmlad r0,r6,lr,r0\nsmlad r1,r8,lr,r1\n" \
        "smlad r2,r5,lr,r2\nsmlad r3,r7,lr,r3\nldrsb lr,[r11,r12,lsl #3]\n" \
        "ldrsb r9,[r9,r12,lsl #2]\npkhbt lr,lr,r9,lsl #16\nsmlad r1,r6,lr,r1\nsmlad r2,r8,lr,r2\n" \
        "smlad r3,r5,lr,r3\nsmlad r4,r7,lr,r4\nadd r11,r11,r12,lsl #3\nadd r7,r11,r12,lsl #1\n" \
        "ldrsb r11,[r11,r12,lsl #1]\nldrsb r7,[r7,r12]\npkhbt r11,r11,r7,lsl #16\n" \
        "smlad r2,r6,r11,r2\nsmlad r3,r8,r11,r3\nsmlad r4,r5,r11,r4\nldr r5,[sp,#24]\n" \
        "ldr r11,[sp,#20]\nldr r7,[sp,#128]\nsmlad r3,r6,r5,r3\nsmlad r4,r8,r5,r4\n" \
        "smlad r4,r6,r11,r4\nldr r6,[sp,#44]\nldr r11,[sp,#100]\nldr r8,[sp,#72]\n" \
        "ldr r5,[r10,#48]\nadd r7,r6,r7\nadd r6,r6,r11\nstr r6,[sp,#44]\nldrsb r6,[r7,r8]\n" \
        "ldrsb r11,[r7]\npkhbt r11,r11,r6,lsl #16\nsmlad r0,r5,r11,r0\nadd r11,r7,r8\n" \
        "ldrsb r6,[r7,r8,lsl #1]\nldrsb r12,[r11,r8,lsl #1]\npkhbt r6,r6,r12,lsl #16\n" \
        "ldr r12,[r10,#52]\nsmlad r0,r12,r6,r0\nsmlad r1,r5,r6,r1\nldrsb r6,[r7,r8,lsl #2]\n" \
        "ldrsb lr,[r11,r8,lsl #2]\npkhbt r6,r6,lr,lsl #16\nldr lr,[r10,#56]\nsmlad r0,lr,r6,r0\n" \
        "smlad r1,r12,r6,r1\nsmlad r2,r5,r6,r2\nadd r11,r11,r8,lsl #2\nldrsb r6,[r11,r8,lsl #1]\n" \
        "ldrsb r9,[r11,r8]\npkhbt r9,r9,r6,lsl #16\nldr r6,[r10,#60]\nsmlad r0,r6,r9,r0\n" \
        "smlad r1,lr,r9,r1\nsmlad r2,r12,r9,r2\nsmlad r3,r5,r9,r3\nldrsb r11,[r11,r8,lsl #2]\n" \
        "ldrsb r9,[r7,r8,lsl #3]\npkhbt r9,r9,r11,lsl #16\nsmlad r1,r6,r9,r1\nsmlad r2,lr,r9,r2\n" \
        "smlad r3,r12,r9,r3\nsmlad r4,r5,r9,r4\nadd r7,r7,r8,lsl #3\nadd r5,r7,r8,lsl #1\n" \
        "ldrsb r7,[r7,r8,lsl #1]\nldrsb r5,[r5,r8]\npkhbt r7,r7,r5,lsl #16\nsmlad r2,r6,r7,r2\n" \
        "smlad r3,lr,r7,r3\nsmlad r4,r12,r7,r4\nldr r12,[sp,#24]\nldr r7,[sp,#20]\n" \
        "ldr r5,[sp,#132]\nsmlad r3,r6,r12,r3\nsmlad r4,lr,r12,r4\nsmlad r4,r6,r7,r4\n" \
        "ldr r6,[sp,#48]\nldr r7,[sp,#104]\nldr lr,[sp,#76]\nldr r12,[r10,#64]\nadd r5,r6,r5\n" \
        "add r6,r6,r7\nstr r6,[sp,#48]\nldrsb r6,[r5]\nldrsb r7,[r5,lr]\npkhbt r6,r6,r7,lsl #16\n" \
        "smlad r0,r12,r6,r0\nadd r6,r5,lr\nldrsb r7,[r5,lr,lsl #1]\nldrsb r8,[r6,lr,lsl #1]\n" \
        "pkhbt r7,r7,r8,lsl #16\nldr r8,[r10,#68]\nsmlad r0,r8,r7,r0\nsmlad r1,r12,r7,r1\n"); \
    __asm__ volatile( \
        "ldrsb r7,[r5,lr,lsl #2]\nldrsb r9,[r6,lr,lsl #2]\npkhbt r7,r7,r9,lsl #16\n" \
        "ldr r9,[r10,#72]\nsmlad r0,r9,r7,r0\nsmlad r1,r8,r7,r1\nsmlad r2,r12,r7,r2\n" \
        "add r6,r6,lr,lsl #2\nldrsb r7,[r6,lr,lsl #1]\nldrsb r11,[r6,lr]\n" \
        "pkhbt r11,r11,r7,lsl #16\nldr r7,[r10,#76]\nsmlad r0,r7,r11,r0\nsmlad r1,r9,r11,r1\n" \
        "smlad r2,r8,r11,r2\nsmlad r3,r12,r11,r3\nldrsb r11,[r5,lr,lsl #3]\n" \
        "ldrsb r6,[r6,lr,lsl #2]\npkhbt r11,r11,r6,lsl #16\nsmlad r1,r7,r11,r1\n" \
        "smlad r2,r9,r11,r2\nsmlad r3,r8,r11,r3\nsmlad r4,r12,r11,r4\nadd r5,r5,lr,lsl #3\n" \
        "add r12,r5,lr,lsl #1\nldrsb r5,[r5,lr,lsl #1]\nldrsb r12,[r12,lr]\n" \
        "pkhbt r5,r5,r12,lsl #16\nsmlad r2,r7,r5,r2\nsmlad r3,r9,r5,r3\nsmlad r4,r8,r5,r4\n" \
        "ldr r8,[sp,#24]\nldr r5,[sp,#20]\nldr r12,[sp,#52]\nsmlad r3,r7,r8,r3\nsmlad r4,r9,r8,r4\n" \
        "smlad r4,r7,r5,r4\nldr r7,[sp,#136]\nldr r5,[sp,#108]\nldr r9,[sp,#80]\nldr r8,[r10,#80]\n" \
        "add r7,r12,r7\nadd r12,r12,r5\nstr r12,[sp,#52]\nldrsb r12,[r7]\nldrsb r5,[r7,r9]\n" \
        "pkhbt r12,r12,r5,lsl #16\nsmlad r0,r8,r12,r0\nadd r12,r7,r9\nldrsb r5,[r12,r9,lsl #1]\n" \
        "ldrsb lr,[r7,r9,lsl #1]\npkhbt lr,lr,r5,lsl #16\nldr r5,[r10,#84]\nsmlad r0,r5,lr,r0\n" \
        "smlad r1,r8,lr,r1\nldrsb lr,[r12,r9,lsl #2]\nldrsb r11,[r7,r9,lsl #2]\n" \
        "pkhbt r11,r11,lr,lsl #16\nldr lr,[r10,#88]\nsmlad r0,lr,r11,r0\nsmlad r1,r5,r11,r1\n" \
        "smlad r2,r8,r11,r2\nadd r12,r12,r9,lsl #2\nldrsb r11,[r12,r9]\nldrsb r6,[r12,r9,lsl #1]\n" \
        "pkhbt r11,r11,r6,lsl #16\nldr r6,[r10,#92]\nsmlad r0,r6,r11,r0\nsmlad r1,lr,r11,r1\n" \
        "smlad r2,r5,r11,r2\nsmlad r3,r8,r11,r3\nldrsb r12,[r12,r9,lsl #2]\n" \
        "ldrsb r11,[r7,r9,lsl #3]\npkhbt r11,r11,r12,lsl #16\nsmlad r1,r6,r11,r1\n" \
        "smlad r2,lr,r11,r2\nsmlad r3,r5,r11,r3\nsmlad r4,r8,r11,r4\nadd r7,r7,r9,lsl #3\n" \
        "add r8,r7,r9,lsl #1\nldrsb r8,[r8,r9]\nldrsb r7,[r7,r9,lsl #1]\npkhbt r7,r7,r8,lsl #16\n" \
        "smlad r2,r6,r7,r2\nsmlad r3,lr,r7,r3\nsmlad r4,r5,r7,r4\nldr r5,[sp,#24]\n" \
        "ldr r7,[sp,#20]\nldr r8,[sp,#140]\nsmlad r3,r6,r5,r3\nsmlad r4,lr,r5,r4\n" \
        "smlad r4,r6,r7,r4\nldr r6,[sp,#56]\nldr r7,[sp,#112]\nldr lr,[sp,#84]\nldr r5,[r10,#96]\n" \
        "add r8,r6,r8\nadd r6,r6,r7\nstr r6,[sp,#56]\nldrsb r6,[r8,lr]\nldrsb r7,[r8]\n" \
        "pkhbt r7,r7,r6,lsl #16\nsmlad r0,r5,r7,r0\nadd r7,r8,lr\nldrsb r6,[r7,lr,lsl #1]\n" \
        "ldrsb r9,[r8,lr,lsl #1]\npkhbt r9,r9,r6,lsl #16\nldr r6,[r10,#100]\nsmlad r0,r6,r9,r0\n" \
        "smlad r1,r5,r9,r1\nldrsb r9,[r7,lr,lsl #2]\nldrsb r11,[r8,lr,lsl #2]\n" \
        "pkhbt r11,r11,r9,lsl #16\nldr r9,[r10,#104]\nsmlad r0,r9,r11,r0\nsmlad r1,r6,r11,r1\n" \
        "smlad r2,r5,r11,r2\nadd r7,r7,lr,lsl #2\nldrsb r11,[r7,lr,lsl #1]\nldrsb r12,[r7,lr]\n" \
        "pkhbt r12,r12,r11,lsl #16\nldr r11,[r10,#108]\nsmlad r0,r11,r12,r0\nsmlad r1,r9,r12,r1\n" \
        "smlad r2,r6,r12,r2\nsmlad r3,r5,r12,r3\nldrsb r7,[r7,lr,lsl #2]\n" \
        "ldrsb r12,[r8,lr,lsl #3]\npkhbt r12,r12,r7,lsl #16\nsmlad r1,r11,r12,r1\n" \
        "smlad r2,r9,r12,r2\nsmlad r3,r6,r12,r3\nsmlad r4,r5,r12,r4\nadd r8,r8,lr,lsl #3\n" \
        "add r5,r8,lr,lsl #1\nldrsb r5,[r5,lr]\nldrsb r8,[r8,lr,lsl #1]\npkhbt r8,r8,r5,lsl #16\n" \
        "smlad r2,r11,r8,r2\nsmlad r3,r9,r8,r3\nsmlad r4,r6,r8,r4\nldr r6,[sp,#24]\n" \
        "ldr r8,[sp,#20]\nldr r5,[sp,#144]\nsmlad r3,r11,r6,r3\nsmlad r4,r9,r6,r4\n" \
        "smlad r4,r11,r8,r4\nldr r11,[sp,#60]\nldr r8,[sp,#116]\nldr r9,[sp,#88]\n" \
        "ldr r6,[r10,#112]\nadd r5,r11,r5\nadd r11,r11,r8\nstr r11,[sp,#60]\nldrsb r11,[r5,r9]\n" \
        "ldrsb r8,[r5]\npkhbt r8,r8,r11,lsl #16\nsmlad r0,r6,r8,r0\nadd r8,r5,r9\n" \
        "ldrsb r11,[r8,r9,lsl #1]\nldrsb lr,[r5,r9,lsl #1]\npkhbt lr,lr,r11,lsl #16\n" \
        "ldr r11,[r10,#116]\nsmlad r0,r11,lr,r0\nsmlad r1,r6,lr,r1\nldrsb lr,[r8,r9,lsl #2]\n" \
        "ldrsb r12,[r5,r9,lsl #2]\npkhbt r12,r12,lr,lsl #16\nldr lr,[r10,#120]\n" \
        "smlad r0,lr,r12,r0\nsmlad r1,r11,r12,r1\nsmlad r2,r6,r12,r2\nadd r8,r8,r9,lsl #2\n" \
        "ldrsb r12,[r8,r9]\nldrsb r7,[r8,r9,lsl #1]\npkhbt r12,r12,r7,lsl #16\nldr r7,[r10,#124]\n" \
        "smlad r0,r7,r12,r0\nsmlad r1,lr,r12,r1\nsmlad r2,r11,r12,r2\nsmlad r3,r6,r12,r3\n" \
        "ldrsb r8,[r8,r9,lsl #2]\nldrsb r12,[r5,r9,lsl #3]\npkhbt r12,r12,r8,lsl #16\n"); \
    __asm__ volatile( \
        "smlad r1,r7,r12,r1\nsmlad r2,lr,r12,r2\nsmlad r3,r11,r12,r3\nsmlad r4,r6,r12,r4\n" \
        "add r5,r5,r9,lsl #3\nadd r6,r5,r9,lsl #1\nldrsb r6,[r6,r9]\nldrsb r5,[r5,r9,lsl #1]\n" \
        "pkhbt r5,r5,r6,lsl #16\nsmlad r2,r7,r5,r2\nsmlad r3,lr,r5,r3\nsmlad r4,r11,r5,r4\n" \
        "ldr r11,[sp,#24]\nldr r5,[sp,#20]\nsmlad r3,r7,r11,r3\nsmlad r4,lr,r11,r4\n" \
        "smlad r4,r7,r5,r4\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_2_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nldr r11,[sp,#24]\nldr r3,[sp,#36]\n" \
        "ldr r4,[r10,#16]\nldr r5,[sp,#92]\nldr r6,[sp,#64]\nldrsb r7,[r3]\nldr r8,[r10,#20]\n" \
        "ldrsb r9,[r3,r6]\nadd r5,r3,r5\nstr r5,[sp,#36]\nsmlad r0,r4,r11,r0\n" \
        "pkhbt r7,r7,r9,lsl #16\nsmlad r0,r8,r7,r0\nsmlad r1,r4,r7,r1\nadd r7,r3,r6\n" \
        "ldrsb r9,[r7,r6,lsl #1]\nldrsb r5,[r3,r6,lsl #1]\npkhbt r5,r5,r9,lsl #16\n" \
        "smlad r1,r8,r5,r1\nsmlad r2,r4,r5,r2\nldr r4,[r10,#24]\nldrsb r3,[r3,r6,lsl #2]\n" \
        "ldr r9,[r10,#28]\nsmlad r0,r4,r5,r0\nldrsb r7,[r7,r6,lsl #2]\nldr r6,[sp,#20]\n" \
        "ldr r5,[sp,#96]\npkhbt r3,r3,r7,lsl #16\nsmlad r0,r9,r3,r0\nsmlad r1,r4,r3,r1\n" \
        "smlad r1,r9,r11,r1\nsmlad r2,r8,r3,r2\nsmlad r2,r4,r11,r2\nsmlad r2,r9,r6,r2\n" \
        "ldr r9,[r10,#32]\nldr r6,[sp,#40]\nldrsb r4,[r6]\nldr r8,[r10,#36]\nldr r3,[sp,#68]\n" \
        "ldrsb r7,[r6,r3]\nadd r5,r6,r5\nstr r5,[sp,#40]\nsmlad r0,r9,r11,r0\nadd r5,r6,r3\n" \
        "pkhbt r4,r4,r7,lsl #16\nsmlad r0,r8,r4,r0\nsmlad r1,r9,r4,r1\nldrsb r4,[r5,r3,lsl #1]\n" \
        "ldr r7,[r10,#40]\nldrsb r12,[r6,r3,lsl #1]\npkhbt r12,r12,r4,lsl #16\nsmlad r0,r7,r12,r0\n" \
        "smlad r1,r8,r12,r1\nsmlad r2,r9,r12,r2\nldrsb r5,[r5,r3,lsl #2]\nldr r9,[r10,#44]\n" \
        "ldrsb r6,[r6,r3,lsl #2]\nldr r3,[sp,#20]\nldr r12,[sp,#44]\npkhbt r6,r6,r5,lsl #16\n" \
        "smlad r0,r9,r6,r0\nsmlad r1,r7,r6,r1\nsmlad r1,r9,r11,r1\nsmlad r2,r8,r6,r2\n" \
        "smlad r2,r7,r11,r2\nsmlad r2,r9,r3,r2\nldr r9,[sp,#100]\nldr r3,[r10,#48]\n" \
        "ldr r7,[sp,#72]\nldrsb r8,[r12,r7]\nldrsb r6,[r12]\nldr r5,[r10,#52]\nadd r9,r12,r9\n" \
        "smlad r0,r3,r11,r0\nstr r9,[sp,#44]\npkhbt r6,r6,r8,lsl #16\nsmlad r1,r3,r6,r1\n" \
        "smlad r0,r5,r6,r0\nadd r6,r12,r7\nldrsb r8,[r12,r7,lsl #1]\nldrsb r9,[r6,r7,lsl #1]\n" \
        "pkhbt r8,r8,r9,lsl #16\nsmlad r1,r5,r8,r1\nsmlad r2,r3,r8,r2\nldr r3,[r10,#56]\n" \
        "ldrsb r6,[r6,r7,lsl #2]\nldrsb r12,[r12,r7,lsl #2]\nldr r7,[r10,#60]\nldr r9,[sp,#20]\n" \
        "smlad r0,r3,r8,r0\npkhbt r12,r12,r6,lsl #16\nsmlad r0,r7,r12,r0\nsmlad r2,r5,r12,r2\n" \
        "smlad r1,r3,r12,r1\nsmlad r1,r7,r11,r1\nsmlad r2,r3,r11,r2\nsmlad r2,r7,r9,r2\n" \
        "ldr r7,[sp,#104]\nldr r9,[sp,#48]\nldr r3,[r10,#64]\nldr r12,[sp,#76]\nldr r5,[r10,#68]\n" \
        "ldrsb r6,[r9]\nldrsb r8,[r9,r12]\nsmlad r0,r3,r11,r0\nadd r7,r9,r7\nstr r7,[sp,#48]\n" \
        "pkhbt r6,r6,r8,lsl #16\nsmlad r1,r3,r6,r1\nsmlad r0,r5,r6,r0\nadd r6,r9,r12\n" \
        "ldrsb r8,[r9,r12,lsl #1]\nldrsb r7,[r6,r12,lsl #1]\npkhbt r8,r8,r7,lsl #16\n" \
        "smlad r2,r3,r8,r2\nsmlad r1,r5,r8,r1\nldr r3,[r10,#72]\nldr r7,[r10,#76]\n" \
        "smlad r0,r3,r8,r0\nldrsb r9,[r9,r12,lsl #2]\nldrsb r6,[r6,r12,lsl #2]\nldr r12,[sp,#20]\n" \
        "ldr r8,[sp,#108]\npkhbt r9,r9,r6,lsl #16\nsmlad r0,r7,r9,r0\nsmlad r2,r5,r9,r2\n" \
        "smlad r1,r3,r9,r1\nsmlad r2,r3,r11,r2\nsmlad r2,r7,r12,r2\nsmlad r1,r7,r11,r1\n" \
        "ldr r7,[sp,#52]\nldr r12,[r10,#80]\nldr r3,[r10,#84]\nldr r9,[sp,#80]\nldrsb r5,[r7]\n" \
        "ldrsb r6,[r7,r9]\nadd r8,r7,r8\nstr r8,[sp,#52]\nsmlad r0,r12,r11,r0\n" \
        "pkhbt r5,r5,r6,lsl #16\nsmlad r0,r3,r5,r0\nadd r6,r7,r9\nsmlad r1,r12,r5,r1\n" \
        "ldrsb r5,[r6,r9,lsl #1]\nldrsb r8,[r7,r9,lsl #1]\npkhbt r8,r8,r5,lsl #16\n" \
        "smlad r1,r3,r8,r1\nsmlad r2,r12,r8,r2\nldr r12,[r10,#88]\nldr r5,[r10,#92]\n" \
        "smlad r0,r12,r8,r0\nldrsb r6,[r6,r9,lsl #2]\nldrsb r7,[r7,r9,lsl #2]\nldr r9,[sp,#20]\n" \
        "ldr r8,[sp,#112]\npkhbt r7,r7,r6,lsl #16\nsmlad r0,r5,r7,r0\nsmlad r2,r3,r7,r2\n" \
        "smlad r2,r12,r11,r2\nsmlad r1,r12,r7,r1\nsmlad r1,r5,r11,r1\nsmlad r2,r5,r9,r2\n" \
        "ldr r5,[r10,#96]\nldr r9,[sp,#56]\nldr r12,[r10,#100]\nldr r7,[sp,#84]\nldrsb r3,[r9]\n" \
        "ldrsb r6,[r9,r7]\nadd r8,r9,r8\nsmlad r0,r5,r11,r0\nstr r8,[sp,#56]\n" \
        "pkhbt r3,r3,r6,lsl #16\nsmlad r0,r12,r3,r0\nsmlad r1,r5,r3,r1\nadd r3,r9,r7\n" \
        "ldr r6,[r10,#104]\nldrsb r8,[r3,r7,lsl #1]\nldrsb r4,[r9,r7,lsl #1]\n" \
        "pkhbt r4,r4,r8,lsl #16\nsmlad r0,r6,r4,r0\nsmlad r1,r12,r4,r1\nsmlad r2,r5,r4,r2\n" \
        "ldrsb r9,[r9,r7,lsl #2]\nldrsb r3,[r3,r7,lsl #2]\nldr r7,[r10,#108]\nldr r5,[sp,#20]\n" \
        "ldr r4,[sp,#116]\npkhbt r9,r9,r3,lsl #16\nsmlad r0,r7,r9,r0\nsmlad r1,r6,r9,r1\n" \
        "smlad r1,r7,r11,r1\n"); \
    __asm__ volatile( \
        "smlad r2,r12,r9,r2\nsmlad r2,r6,r11,r2\nsmlad r2,r7,r5,r2\nldr r7,[sp,#60]\n" \
        "ldr r5,[r10,#112]\nldrsb r6,[r7]\nldr r12,[r10,#116]\nldr r9,[sp,#88]\nldrsb r3,[r7,r9]\n" \
        "add r4,r7,r4\nsmlad r0,r5,r11,r0\nstr r4,[sp,#60]\npkhbt r6,r6,r3,lsl #16\n" \
        "smlad r1,r5,r6,r1\nsmlad r0,r12,r6,r0\nadd r6,r7,r9\nldrsb r3,[r6,r9,lsl #1]\n" \
        "ldr r4,[r10,#120]\nldrsb r8,[r7,r9,lsl #1]\npkhbt r8,r8,r3,lsl #16\nsmlad r1,r12,r8,r1\n" \
        "smlad r0,r4,r8,r0\nsmlad r2,r5,r8,r2\nldr r5,[r10,#124]\nldrsb r7,[r7,r9,lsl #2]\n" \
        "ldrsb r6,[r6,r9,lsl #2]\nldr r9,[sp,#20]\npkhbt r7,r7,r6,lsl #16\nsmlad r0,r5,r7,r0\n" \
        "smlad r1,r4,r7,r1\nsmlad r2,r12,r7,r2\nsmlad r1,r5,r11,r1\nsmlad r2,r4,r11,r2\n" \
        "smlad r2,r5,r9,r2\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_2_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nldr r11,[sp,#24]\n" \
        "ldr r4,[sp,#92]\nldr r5,[sp,#36]\nldr r6,[r10,#16]\nldr r7,[sp,#64]\nldr r8,[r10,#20]\n" \
        "ldrsb r9,[r5]\nldrsb r12,[r5,r7]\nldrsb lr,[r5,r7,lsl #1]\nadd r4,r5,r4\n" \
        "smlad r0,r6,r11,r0\nstr r4,[sp,#36]\npkhbt r9,r9,r12,lsl #16\nsmlad r0,r8,r9,r0\n" \
        "smlad r1,r6,r9,r1\nadd r9,r5,r7\nldrsb r12,[r9,r7,lsl #1]\nldr r4,[r10,#24]\n" \
        "pkhbt lr,lr,r12,lsl #16\nsmlad r0,r4,lr,r0\nsmlad r2,r6,lr,r2\nsmlad r1,r8,lr,r1\n" \
        "add lr,r9,r7,lsl #2\nldrsb r5,[r5,r7,lsl #2]\nldrsb r9,[r9,r7,lsl #2]\nldr r12,[r10,#28]\n" \
        "pkhbt r5,r5,r9,lsl #16\nsmlad r0,r12,r5,r0\nsmlad r1,r4,r5,r1\nsmlad r2,r8,r5,r2\n" \
        "smlad r3,r6,r5,r3\nldrsb r6,[lr,r7]\nldrsb lr,[lr,r7,lsl #1]\nldr r7,[sp,#20]\n" \
        "ldr r5,[sp,#40]\nldr r9,[sp,#96]\npkhbt r6,r6,lr,lsl #16\nsmlad r1,r12,r6,r1\n" \
        "smlad r2,r4,r6,r2\nsmlad r3,r8,r6,r3\nsmlad r2,r12,r11,r2\nsmlad r3,r4,r11,r3\n" \
        "smlad r3,r12,r7,r3\nadd r9,r5,r9\nstr r9,[sp,#40]\nldr r9,[r10,#32]\nldr r12,[sp,#68]\n" \
        "ldrsb r7,[r5]\nldr r4,[r10,#36]\nldrsb r8,[r5,r12]\nldrsb r6,[r5,r12,lsl #1]\n" \
        "ldr lr,[r10,#40]\nsmlad r0,r9,r11,r0\npkhbt r7,r7,r8,lsl #16\nsmlad r1,r9,r7,r1\n" \
        "smlad r0,r4,r7,r0\nadd r7,r5,r12\nldrsb r8,[r7,r12,lsl #1]\npkhbt r6,r6,r8,lsl #16\n" \
        "smlad r0,lr,r6,r0\nsmlad r2,r9,r6,r2\nsmlad r1,r4,r6,r1\nadd r6,r7,r12,lsl #2\n" \
        "ldrsb r5,[r5,r12,lsl #2]\nldrsb r7,[r7,r12,lsl #2]\nldr r8,[r10,#44]\n" \
        "pkhbt r5,r5,r7,lsl #16\nsmlad r0,r8,r5,r0\nsmlad r1,lr,r5,r1\nsmlad r2,r4,r5,r2\n" \
        "smlad r3,r9,r5,r3\nldrsb r9,[r6,r12,lsl #1]\nldrsb r6,[r6,r12]\nldr r12,[sp,#20]\n" \
        "ldr r5,[sp,#100]\nldr r7,[sp,#44]\npkhbt r6,r6,r9,lsl #16\nsmlad r1,r8,r6,r1\n" \
        "smlad r2,lr,r6,r2\nsmlad r3,r4,r6,r3\nsmlad r3,lr,r11,r3\nsmlad r2,r8,r11,r2\n" \
        "smlad r3,r8,r12,r3\nadd r5,r7,r5\nstr r5,[sp,#44]\nldr r5,[r10,#48]\nldrsb r8,[r7]\n" \
        "ldr r12,[sp,#72]\nldrsb lr,[r7,r12]\nldr r4,[r10,#52]\nldrsb r6,[r7,r12,lsl #1]\n" \
        "ldr r9,[r10,#56]\nsmlad r0,r5,r11,r0\npkhbt r8,r8,lr,lsl #16\nsmlad r1,r5,r8,r1\n" \
        "smlad r0,r4,r8,r0\nadd r8,r7,r12\nldrsb lr,[r8,r12,lsl #1]\npkhbt r6,r6,lr,lsl #16\n" \
        "smlad r0,r9,r6,r0\nsmlad r1,r4,r6,r1\nsmlad r2,r5,r6,r2\nadd r6,r8,r12,lsl #2\n" \
        "ldrsb r7,[r7,r12,lsl #2]\nldrsb r8,[r8,r12,lsl #2]\nldr lr,[r10,#60]\n" \
        "pkhbt r7,r7,r8,lsl #16\nsmlad r0,lr,r7,r0\nsmlad r1,r9,r7,r1\nsmlad r2,r4,r7,r2\n" \
        "smlad r3,r5,r7,r3\nldrsb r5,[r6,r12,lsl #1]\nldrsb r6,[r6,r12]\nldr r12,[sp,#20]\n" \
        "ldr r7,[sp,#48]\nldr r8,[sp,#104]\npkhbt r6,r6,r5,lsl #16\nsmlad r1,lr,r6,r1\n" \
        "smlad r2,r9,r6,r2\nsmlad r3,r4,r6,r3\nsmlad r3,r9,r11,r3\nsmlad r2,lr,r11,r2\n" \
        "smlad r3,lr,r12,r3\nadd r8,r7,r8\nstr r8,[sp,#48]\nldr r8,[r10,#64]\nldr lr,[sp,#76]\n" \
        "ldrsb r12,[r7,lr]\nldrsb r9,[r7]\nldr r4,[r10,#68]\nldrsb r6,[r7,lr,lsl #1]\n" \
        "ldr r5,[r10,#72]\nsmlad r0,r8,r11,r0\npkhbt r9,r9,r12,lsl #16\nsmlad r0,r4,r9,r0\n" \
        "smlad r1,r8,r9,r1\nadd r9,r7,lr\nldrsb r12,[r9,lr,lsl #1]\npkhbt r6,r6,r12,lsl #16\n" \
        "smlad r0,r5,r6,r0\nsmlad r1,r4,r6,r1\nsmlad r2,r8,r6,r2\nadd r6,r9,lr,lsl #2\n" \
        "ldrsb r7,[r7,lr,lsl #2]\nldrsb r9,[r9,lr,lsl #2]\nldr r12,[r10,#76]\n" \
        "pkhbt r7,r7,r9,lsl #16\nsmlad r0,r12,r7,r0\nsmlad r1,r5,r7,r1\nsmlad r2,r4,r7,r2\n" \
        "smlad r3,r8,r7,r3\nldrsb r8,[r6,lr,lsl #1]\nldrsb r6,[r6,lr]\nldr lr,[sp,#20]\n" \
        "ldr r7,[sp,#52]\nldr r9,[sp,#108]\npkhbt r6,r6,r8,lsl #16\nsmlad r1,r12,r6,r1\n" \
        "smlad r2,r5,r6,r2\nsmlad r2,r12,r11,r2\nsmlad r3,r4,r6,r3\nsmlad r3,r5,r11,r3\n" \
        "smlad r3,r12,lr,r3\nadd r9,r7,r9\nstr r9,[sp,#52]\nldr r9,[r10,#80]\nldrsb r12,[r7]\n" \
        "ldr lr,[sp,#80]\nldrsb r5,[r7,lr]\nldr r4,[r10,#84]\nldrsb r6,[r7,lr,lsl #1]\n" \
        "ldr r8,[r10,#88]\nsmlad r0,r9,r11,r0\npkhbt r12,r12,r5,lsl #16\nsmlad r1,r9,r12,r1\n" \
        "smlad r0,r4,r12,r0\nadd r12,r7,lr\nldrsb r5,[r12,lr,lsl #1]\npkhbt r6,r6,r5,lsl #16\n" \
        "smlad r1,r4,r6,r1\nsmlad r0,r8,r6,r0\nsmlad r2,r9,r6,r2\nadd r6,r12,lr,lsl #2\n" \
        "ldrsb r7,[r7,lr,lsl #2]\nldrsb r12,[r12,lr,lsl #2]\nldr r5,[r10,#92]\n" \
        "pkhbt r7,r7,r12,lsl #16\nsmlad r1,r8,r7,r1\n"); \
    __asm__ volatile( \
        "smlad r0,r5,r7,r0\nsmlad r2,r4,r7,r2\nsmlad r3,r9,r7,r3\nldrsb r9,[r6,lr,lsl #1]\n" \
        "ldrsb r6,[r6,lr]\nldr lr,[sp,#20]\nldr r7,[sp,#112]\nldr r12,[sp,#56]\n" \
        "pkhbt r6,r6,r9,lsl #16\nsmlad r1,r5,r6,r1\nsmlad r2,r8,r6,r2\nsmlad r2,r5,r11,r2\n" \
        "smlad r3,r4,r6,r3\nsmlad r3,r8,r11,r3\nsmlad r3,r5,lr,r3\nadd r7,r12,r7\nstr r7,[sp,#56]\n" \
        "ldr r7,[r10,#96]\nldr r5,[sp,#84]\nldrsb lr,[r12,r5]\nldr r8,[r10,#100]\nldrsb r4,[r12]\n" \
        "ldrsb r6,[r12,r5,lsl #1]\nldr r9,[r10,#104]\nsmlad r0,r7,r11,r0\npkhbt r4,r4,lr,lsl #16\n" \
        "smlad r0,r8,r4,r0\nsmlad r1,r7,r4,r1\nadd r4,r12,r5\nldrsb lr,[r4,r5,lsl #1]\n" \
        "pkhbt r6,r6,lr,lsl #16\nsmlad r0,r9,r6,r0\nsmlad r1,r8,r6,r1\nsmlad r2,r7,r6,r2\n" \
        "add r6,r4,r5,lsl #2\nldrsb r12,[r12,r5,lsl #2]\nldr lr,[r10,#108]\n" \
        "ldrsb r4,[r4,r5,lsl #2]\npkhbt r12,r12,r4,lsl #16\nsmlad r0,lr,r12,r0\n" \
        "smlad r1,r9,r12,r1\nsmlad r2,r8,r12,r2\nsmlad r3,r7,r12,r3\nldrsb r7,[r6,r5]\n" \
        "ldrsb r6,[r6,r5,lsl #1]\nldr r5,[sp,#20]\nldr r12,[sp,#116]\nldr r4,[sp,#60]\n" \
        "pkhbt r7,r7,r6,lsl #16\nsmlad r1,lr,r7,r1\nsmlad r2,r9,r7,r2\nsmlad r2,lr,r11,r2\n" \
        "smlad r3,r8,r7,r3\nsmlad r3,r9,r11,r3\nsmlad r3,lr,r5,r3\nadd r12,r4,r12\n" \
        "str r12,[sp,#60]\nldr r12,[r10,#112]\nldr lr,[sp,#88]\nldrsb r5,[r4,lr]\nldrsb r9,[r4]\n" \
        "ldr r8,[r10,#116]\nldrsb r7,[r4,lr,lsl #1]\nldr r6,[r10,#120]\nsmlad r0,r12,r11,r0\n" \
        "pkhbt r9,r9,r5,lsl #16\nsmlad r0,r8,r9,r0\nsmlad r1,r12,r9,r1\nadd r9,r4,lr\n" \
        "ldrsb r5,[r9,lr,lsl #1]\npkhbt r7,r7,r5,lsl #16\nsmlad r0,r6,r7,r0\nsmlad r1,r8,r7,r1\n" \
        "smlad r2,r12,r7,r2\nadd r7,r9,lr,lsl #2\nldrsb r4,[r4,lr,lsl #2]\n" \
        "ldrsb r9,[r9,lr,lsl #2]\nldr r5,[r10,#124]\npkhbt r4,r4,r9,lsl #16\nsmlad r0,r5,r4,r0\n" \
        "smlad r1,r6,r4,r1\nsmlad r2,r8,r4,r2\nsmlad r3,r12,r4,r3\nldrsb r12,[r7,lr]\n" \
        "ldrsb r7,[r7,lr,lsl #1]\nldr lr,[sp,#20]\npkhbt r12,r12,r7,lsl #16\nsmlad r1,r5,r12,r1\n" \
        "smlad r2,r6,r12,r2\nsmlad r3,r8,r12,r3\nsmlad r2,r5,r11,r2\nsmlad r3,r6,r11,r3\n" \
        "smlad r3,r5,lr,r3\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_2_3 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nmov r4,r0\n" \
        "ldr r5,[sp,#36]\nldr r6,[sp,#92]\nldr r7,[r10,#16]\nldr r8,[sp,#24]\nldr r9,[r10,#20]\n" \
        "ldr r11,[sp,#64]\nldrsb r12,[r5,r11]\nadd r6,r5,r6\nstr r6,[sp,#36]\nsmlad r0,r7,r8,r0\n" \
        "add r8,r5,r11,lsl #1\nldrsb r5,[r5]\nldrsb r6,[r8,r11]\nldr lr,[r10,#24]\n" \
        "pkhbt r5,r5,r12,lsl #16\nsmlad r1,r7,r5,r1\nsmlad r0,r9,r5,r0\nadd r5,r8,r11,lsl #1\n" \
        "ldrsb r8,[r8]\nldr r12,[r10,#28]\npkhbt r8,r8,r6,lsl #16\nsmlad r0,lr,r8,r0\n" \
        "smlad r2,r7,r8,r2\nsmlad r1,r9,r8,r1\nadd r8,r5,r11,lsl #1\nldrsb r6,[r5,r11]\n" \
        "ldrsb r5,[r5]\npkhbt r5,r5,r6,lsl #16\nsmlad r0,r12,r5,r0\nsmlad r3,r7,r5,r3\n" \
        "smlad r1,lr,r5,r1\nsmlad r2,r9,r5,r2\nadd r5,r8,r11,lsl #1\nldrsb r6,[r8]\n" \
        "ldrsb r8,[r8,r11]\npkhbt r6,r6,r8,lsl #16\nsmlad r1,r12,r6,r1\nsmlad r2,lr,r6,r2\n" \
        "smlad r4,r7,r6,r4\nsmlad r3,r9,r6,r3\nldrsb r11,[r5,r11]\nldrsb r5,[r5]\nldr r6,[sp,#24]\n" \
        "ldr r7,[sp,#20]\nldr r8,[sp,#96]\npkhbt r5,r5,r11,lsl #16\nsmlad r2,r12,r5,r2\n" \
        "smlad r3,lr,r5,r3\nsmlad r4,r9,r5,r4\nsmlad r3,r12,r6,r3\nsmlad r4,lr,r6,r4\n" \
        "smlad r4,r12,r7,r4\nldr r12,[sp,#40]\nldr r7,[r10,#32]\nldr lr,[sp,#24]\nldrsb r6,[r12]\n" \
        "ldr r9,[sp,#68]\nldrsb r5,[r12,r9]\nldr r11,[r10,#36]\nadd r8,r12,r8\nstr r8,[sp,#40]\n" \
        "smlad r0,r7,lr,r0\npkhbt r6,r6,r5,lsl #16\nsmlad r1,r7,r6,r1\nsmlad r0,r11,r6,r0\n" \
        "add r12,r12,r9,lsl #1\nadd r6,r12,r9,lsl #1\nldrsb r5,[r12,r9]\nldr lr,[r10,#40]\n" \
        "ldrsb r12,[r12]\nldrsb r8,[r6,r9]\npkhbt r12,r12,r5,lsl #16\nsmlad r0,lr,r12,r0\n" \
        "smlad r2,r7,r12,r2\nsmlad r1,r11,r12,r1\nadd r12,r6,r9,lsl #1\nldrsb r6,[r6]\n" \
        "ldr r5,[r10,#44]\npkhbt r6,r6,r8,lsl #16\nsmlad r2,r11,r6,r2\nsmlad r0,r5,r6,r0\n" \
        "smlad r1,lr,r6,r1\nsmlad r3,r7,r6,r3\nadd r6,r12,r9,lsl #1\nldrsb r8,[r12,r9]\n" \
        "ldrsb r12,[r12]\npkhbt r12,r12,r8,lsl #16\nsmlad r2,lr,r12,r2\nsmlad r1,r5,r12,r1\n" \
        "smlad r4,r7,r12,r4\nsmlad r3,r11,r12,r3\nldrsb r12,[r6]\nldrsb r6,[r6,r9]\n" \
        "ldr r9,[sp,#24]\nldr r7,[sp,#20]\nldr r8,[sp,#44]\npkhbt r12,r12,r6,lsl #16\n" \
        "smlad r2,r5,r12,r2\nsmlad r3,lr,r12,r3\nsmlad r4,r11,r12,r4\nsmlad r4,lr,r9,r4\n" \
        "smlad r3,r5,r9,r3\nsmlad r4,r5,r7,r4\nldr r5,[sp,#100]\nldr r7,[r10,#48]\n" \
        "ldr r9,[sp,#24]\nldrsb lr,[r8]\nldr r11,[sp,#72]\nldr r12,[r10,#52]\nldrsb r6,[r8,r11]\n" \
        "add r5,r8,r5\nstr r5,[sp,#44]\nsmlad r0,r7,r9,r0\npkhbt lr,lr,r6,lsl #16\n" \
        "smlad r0,r12,lr,r0\nadd r8,r8,r11,lsl #1\nsmlad r1,r7,lr,r1\nadd lr,r8,r11,lsl #1\n" \
        "ldr r6,[r10,#56]\nldrsb r9,[r8,r11]\nldrsb r8,[r8]\nldrsb r5,[lr,r11]\n" \
        "pkhbt r8,r8,r9,lsl #16\nsmlad r1,r12,r8,r1\nsmlad r0,r6,r8,r0\nsmlad r2,r7,r8,r2\n" \
        "add r8,lr,r11,lsl #1\nldrsb lr,[lr]\nldr r9,[r10,#60]\npkhbt lr,lr,r5,lsl #16\n" \
        "smlad r0,r9,lr,r0\nsmlad r1,r6,lr,r1\nsmlad r2,r12,lr,r2\nsmlad r3,r7,lr,r3\n" \
        "add lr,r8,r11,lsl #1\nldrsb r5,[r8]\nldrsb r8,[r8,r11]\npkhbt r5,r5,r8,lsl #16\n" \
        "smlad r1,r9,r5,r1\nsmlad r2,r6,r5,r2\nsmlad r3,r12,r5,r3\nsmlad r4,r7,r5,r4\n" \
        "ldrsb r11,[lr,r11]\nldrsb lr,[lr]\nldr r7,[sp,#24]\nldr r5,[sp,#20]\nldr r8,[sp,#104]\n" \
        "pkhbt lr,lr,r11,lsl #16\nsmlad r3,r6,lr,r3\nsmlad r2,r9,lr,r2\nsmlad r4,r12,lr,r4\n" \
        "smlad r3,r9,r7,r3\nsmlad r4,r6,r7,r4\nsmlad r4,r9,r5,r4\nldr r9,[sp,#48]\n" \
        "ldr r5,[r10,#64]\nldr r6,[sp,#24]\nldrsb r7,[r9]\nldr r12,[sp,#76]\nldrsb lr,[r9,r12]\n" \
        "ldr r11,[r10,#68]\nadd r8,r9,r8\nstr r8,[sp,#48]\nsmlad r0,r5,r6,r0\n" \
        "pkhbt r7,r7,lr,lsl #16\nsmlad r0,r11,r7,r0\nsmlad r1,r5,r7,r1\nadd r9,r9,r12,lsl #1\n" \
        "add r7,r9,r12,lsl #1\nldrsb lr,[r9,r12]\nldr r6,[r10,#72]\nldrsb r9,[r9]\n" \
        "ldr r8,[r10,#76]\npkhbt r9,r9,lr,lsl #16\nsmlad r1,r11,r9,r1\nsmlad r0,r6,r9,r0\n" \
        "smlad r2,r5,r9,r2\nadd r9,r7,r12,lsl #1\nldrsb lr,[r7,r12]\nldrsb r7,[r7]\n" \
        "pkhbt r7,r7,lr,lsl #16\nsmlad r0,r8,r7,r0\nsmlad r3,r5,r7,r3\nsmlad r1,r6,r7,r1\n" \
        "smlad r2,r11,r7,r2\nadd r7,r9,r12,lsl #1\nldrsb lr,[r9,r12]\nldrsb r9,[r9]\n" \
        "pkhbt r9,r9,lr,lsl #16\nsmlad r1,r8,r9,r1\nsmlad r2,r6,r9,r2\nsmlad r4,r5,r9,r4\n" \
        "smlad r3,r11,r9,r3\nldrsb r12,[r7,r12]\nldrsb r7,[r7]\n"); \
    __asm__ volatile( \
        "ldr r9,[sp,#24]\nldr r5,[sp,#20]\nldr lr,[sp,#52]\npkhbt r7,r7,r12,lsl #16\n" \
        "smlad r2,r8,r7,r2\nsmlad r4,r11,r7,r4\nsmlad r3,r6,r7,r3\nsmlad r4,r6,r9,r4\n" \
        "smlad r3,r8,r9,r3\nsmlad r4,r8,r5,r4\nldr r8,[sp,#108]\nldr r5,[r10,#80]\n" \
        "ldr r9,[sp,#24]\nldrsb r6,[lr]\nldr r7,[r10,#84]\nldr r11,[sp,#80]\nldrsb r12,[lr,r11]\n" \
        "add r8,lr,r8\nstr r8,[sp,#52]\nsmlad r0,r5,r9,r0\npkhbt r6,r6,r12,lsl #16\n" \
        "smlad r0,r7,r6,r0\nsmlad r1,r5,r6,r1\nadd lr,lr,r11,lsl #1\nadd r6,lr,r11,lsl #1\n" \
        "ldrsb r12,[lr]\nldr r9,[r10,#88]\nldrsb lr,[lr,r11]\nldrsb r8,[r6]\n" \
        "pkhbt r12,r12,lr,lsl #16\nsmlad r0,r9,r12,r0\nsmlad r1,r7,r12,r1\nsmlad r2,r5,r12,r2\n" \
        "add r12,r6,r11,lsl #1\nldr lr,[r10,#92]\nldrsb r6,[r6,r11]\npkhbt r8,r8,r6,lsl #16\n" \
        "smlad r0,lr,r8,r0\nsmlad r1,r9,r8,r1\nsmlad r2,r7,r8,r2\nsmlad r3,r5,r8,r3\n" \
        "add r8,r12,r11,lsl #1\nldrsb r6,[r12]\nldrsb r12,[r12,r11]\npkhbt r6,r6,r12,lsl #16\n" \
        "smlad r1,lr,r6,r1\nsmlad r2,r9,r6,r2\nsmlad r3,r7,r6,r3\nsmlad r4,r5,r6,r4\n" \
        "ldrsb r5,[r8]\nldrsb r8,[r8,r11]\nldr r11,[sp,#24]\nldr r6,[sp,#20]\nldr r12,[sp,#56]\n" \
        "pkhbt r5,r5,r8,lsl #16\nsmlad r2,lr,r5,r2\nsmlad r4,r7,r5,r4\nsmlad r3,r9,r5,r3\n" \
        "smlad r3,lr,r11,r3\nsmlad r4,r9,r11,r4\nsmlad r4,lr,r6,r4\nldr lr,[sp,#112]\n" \
        "ldr r6,[r10,#96]\nldr r9,[sp,#24]\nldr r11,[sp,#84]\nldrsb r5,[r12,r11]\n" \
        "ldr r7,[r10,#100]\nldrsb r8,[r12]\nadd lr,r12,lr\nstr lr,[sp,#56]\nsmlad r0,r6,r9,r0\n" \
        "pkhbt r8,r8,r5,lsl #16\nsmlad r0,r7,r8,r0\nsmlad r1,r6,r8,r1\nadd r12,r12,r11,lsl #1\n" \
        "add r8,r12,r11,lsl #1\nldrsb r5,[r12,r11]\nldr r9,[r10,#104]\nldrsb r12,[r12]\n" \
        "ldrsb lr,[r8,r11]\npkhbt r12,r12,r5,lsl #16\nsmlad r0,r9,r12,r0\nsmlad r1,r7,r12,r1\n" \
        "smlad r2,r6,r12,r2\nadd r12,r8,r11,lsl #1\nldr r5,[r10,#108]\nldrsb r8,[r8]\n" \
        "pkhbt r8,r8,lr,lsl #16\nsmlad r0,r5,r8,r0\nsmlad r1,r9,r8,r1\nsmlad r2,r7,r8,r2\n" \
        "smlad r3,r6,r8,r3\nadd r8,r12,r11,lsl #1\nldrsb lr,[r12,r11]\nldrsb r12,[r12]\n" \
        "pkhbt r12,r12,lr,lsl #16\nsmlad r1,r5,r12,r1\nsmlad r3,r7,r12,r3\nsmlad r4,r6,r12,r4\n" \
        "smlad r2,r9,r12,r2\nldrsb r11,[r8,r11]\nldrsb r8,[r8]\nldr r12,[sp,#24]\nldr r6,[sp,#20]\n" \
        "ldr lr,[sp,#116]\npkhbt r8,r8,r11,lsl #16\nsmlad r2,r5,r8,r2\nsmlad r3,r9,r8,r3\n" \
        "smlad r3,r5,r12,r3\nsmlad r4,r7,r8,r4\nsmlad r4,r9,r12,r4\nsmlad r4,r5,r6,r4\n" \
        "ldr r5,[sp,#60]\nldr r6,[r10,#112]\nldr r9,[sp,#24]\nldr r12,[r10,#116]\nldrsb r7,[r5]\n" \
        "ldr r8,[sp,#88]\nldrsb r11,[r5,r8]\nadd lr,r5,lr\nstr lr,[sp,#60]\nsmlad r0,r6,r9,r0\n" \
        "pkhbt r7,r7,r11,lsl #16\nsmlad r1,r6,r7,r1\nsmlad r0,r12,r7,r0\nadd r5,r5,r8,lsl #1\n" \
        "add r7,r5,r8,lsl #1\nldr r11,[r10,#120]\nldrsb r9,[r5,r8]\nldrsb r5,[r5]\n" \
        "ldr lr,[r10,#124]\npkhbt r5,r5,r9,lsl #16\nsmlad r0,r11,r5,r0\nsmlad r1,r12,r5,r1\n" \
        "smlad r2,r6,r5,r2\nadd r5,r7,r8,lsl #1\nldrsb r9,[r7]\nldrsb r7,[r7,r8]\n" \
        "pkhbt r9,r9,r7,lsl #16\nsmlad r2,r12,r9,r2\nsmlad r0,lr,r9,r0\nsmlad r1,r11,r9,r1\n" \
        "smlad r3,r6,r9,r3\nadd r9,r5,r8,lsl #1\nldrsb r7,[r5]\nldrsb r5,[r5,r8]\n" \
        "pkhbt r7,r7,r5,lsl #16\nsmlad r1,lr,r7,r1\nsmlad r2,r11,r7,r2\nsmlad r4,r6,r7,r4\n" \
        "smlad r3,r12,r7,r3\nldrsb r8,[r9,r8]\nldrsb r9,[r9]\nldr r7,[sp,#24]\nldr r6,[sp,#20]\n" \
        "pkhbt r9,r9,r8,lsl #16\nsmlad r2,lr,r9,r2\nsmlad r3,r11,r9,r3\nsmlad r3,lr,r7,r3\n" \
        "smlad r4,r12,r9,r4\nsmlad r4,r11,r7,r4\nsmlad r4,lr,r6,r4\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_LEFT5_2 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nmov r4,r0\n" \
        "ldr r5,[sp,#24]\nldr r6,[r10,#16]\nldr r7,[sp,#36]\nldrsb r8,[r7]\nsmlad r0,r6,r5,r0\n" \
        "ldr r5,[r10,#20]\nldr r9,[sp,#64]\nldrsb r11,[r7,r9]\npkhbt r8,r8,r11,lsl #16\n" \
        "smlad r0,r5,r8,r0\nsmlad r1,r6,r8,r1\nadd r7,r7,r9,lsl #1\nadd r8,r7,r9,lsl #1\n" \
        "ldrsb r11,[r7,r9]\nldrsb r7,[r7]\npkhbt r7,r7,r11,lsl #16\nsmlad r1,r5,r7,r1\n" \
        "smlad r2,r6,r7,r2\nldr r11,[r10,#24]\nsmlad r0,r11,r7,r0\nadd r7,r8,r9,lsl #1\n" \
        "ldrsb r12,[r8,r9]\nldrsb r8,[r8]\npkhbt r8,r8,r12,lsl #16\nsmlad r1,r11,r8,r1\n" \
        "smlad r2,r5,r8,r2\nsmlad r3,r6,r8,r3\nldr r12,[r10,#28]\nsmlad r0,r12,r8,r0\n" \
        "add r8,r7,r9,lsl #1\nldrsb lr,[r7,r9]\nldrsb r7,[r7]\npkhbt r7,r7,lr,lsl #16\n" \
        "smlad r1,r12,r7,r1\nsmlad r2,r11,r7,r2\nsmlad r4,r6,r7,r4\nsmlad r3,r5,r7,r3\n" \
        "add r7,r8,r9,lsl #1\nldrsb r6,[r8,r9]\nldrsb r8,[r8]\npkhbt r8,r8,r6,lsl #16\n" \
        "smlad r3,r11,r8,r3\nsmlad r4,r5,r8,r4\nsmlad r2,r12,r8,r2\nadd r8,r7,r9,lsl #1\n" \
        "ldrsb r9,[r7,r9]\nldrsb r7,[r7]\nldrsb r8,[r8]\npkhbt r7,r7,r9,lsl #16\n" \
        "smlad r3,r12,r7,r3\nsmlad r4,r11,r7,r4\nsmlad r4,r12,r8,r4\nldr r12,[sp,#24]\n" \
        "ldr r8,[r10,#32]\nldr r11,[sp,#40]\nldrsb r7,[r11]\nsmlad r0,r8,r12,r0\nldr r12,[sp,#68]\n" \
        "ldrsb r9,[r11,r12]\nldr r5,[r10,#36]\npkhbt r7,r7,r9,lsl #16\nsmlad r1,r8,r7,r1\n" \
        "smlad r0,r5,r7,r0\nadd r11,r11,r12,lsl #1\nadd r7,r11,r12,lsl #1\nldrsb r9,[r11,r12]\n" \
        "ldr r6,[r10,#40]\nldrsb r11,[r11]\npkhbt r11,r11,r9,lsl #16\nsmlad r2,r8,r11,r2\n" \
        "smlad r0,r6,r11,r0\nsmlad r1,r5,r11,r1\nadd r11,r7,r12,lsl #1\nldr r9,[r10,#44]\n" \
        "ldrsb lr,[r7]\nldrsb r7,[r7,r12]\npkhbt lr,lr,r7,lsl #16\nsmlad r0,r9,lr,r0\n" \
        "smlad r1,r6,lr,r1\nsmlad r3,r8,lr,r3\nsmlad r2,r5,lr,r2\nadd lr,r11,r12,lsl #1\n" \
        "ldrsb r7,[r11]\nldrsb r11,[r11,r12]\npkhbt r7,r7,r11,lsl #16\nsmlad r2,r6,r7,r2\n" \
        "smlad r4,r8,r7,r4\nsmlad r1,r9,r7,r1\nsmlad r3,r5,r7,r3\nadd r7,lr,r12,lsl #1\n" \
        "ldrsb r8,[lr]\nldrsb lr,[lr,r12]\npkhbt r8,r8,lr,lsl #16\nsmlad r2,r9,r8,r2\n" \
        "smlad r3,r6,r8,r3\nsmlad r4,r5,r8,r4\nadd r5,r7,r12,lsl #1\nldrsb r12,[r7,r12]\n" \
        "ldrsb r7,[r7]\nldrsb r5,[r5]\npkhbt r7,r7,r12,lsl #16\nsmlad r3,r9,r7,r3\n" \
        "smlad r4,r6,r7,r4\nsmlad r4,r9,r5,r4\nldr r9,[r10,#48]\nldr r5,[sp,#24]\nldr r6,[sp,#72]\n" \
        "ldr r7,[r10,#52]\nsmlad r0,r9,r5,r0\nldr r5,[sp,#44]\nldrsb r12,[r5]\nldrsb r8,[r5,r6]\n" \
        "pkhbt r12,r12,r8,lsl #16\nsmlad r0,r7,r12,r0\nsmlad r1,r9,r12,r1\nadd r5,r5,r6,lsl #1\n" \
        "add r12,r5,r6,lsl #1\nldrsb r8,[r5,r6]\nldrsb r5,[r5]\npkhbt r5,r5,r8,lsl #16\n" \
        "smlad r1,r7,r5,r1\nsmlad r2,r9,r5,r2\nldr r8,[r10,#56]\nsmlad r0,r8,r5,r0\n" \
        "add r5,r12,r6,lsl #1\nldrsb lr,[r12]\nldrsb r12,[r12,r6]\npkhbt lr,lr,r12,lsl #16\n" \
        "smlad r1,r8,lr,r1\nsmlad r3,r9,lr,r3\nsmlad r2,r7,lr,r2\nldr r12,[r10,#60]\n" \
        "smlad r0,r12,lr,r0\nadd lr,r5,r6,lsl #1\nldrsb r11,[r5]\nldrsb r5,[r5,r6]\n" \
        "pkhbt r11,r11,r5,lsl #16\nsmlad r2,r8,r11,r2\nsmlad r1,r12,r11,r1\nsmlad r3,r7,r11,r3\n" \
        "smlad r4,r9,r11,r4\nadd r9,lr,r6,lsl #1\nldrsb r11,[lr]\nldrsb lr,[lr,r6]\n" \
        "pkhbt r11,r11,lr,lsl #16\nsmlad r2,r12,r11,r2\nsmlad r4,r7,r11,r4\nsmlad r3,r8,r11,r3\n" \
        "add r11,r9,r6,lsl #1\nldrsb r6,[r9,r6]\nldrsb r9,[r9]\nldrsb r11,[r11]\n" \
        "pkhbt r9,r9,r6,lsl #16\nsmlad r3,r12,r9,r3\nsmlad r4,r8,r9,r4\nsmlad r4,r12,r11,r4\n" \
        "ldr r12,[r10,#64]\nldr r11,[sp,#48]\nldr r8,[sp,#24]\nldrsb r9,[r11]\nsmlad r0,r12,r8,r0\n" \
        "ldr r8,[sp,#76]\nldr r6,[r10,#68]\nldrsb r7,[r11,r8]\npkhbt r9,r9,r7,lsl #16\n" \
        "smlad r0,r6,r9,r0\nsmlad r1,r12,r9,r1\nadd r11,r11,r8,lsl #1\nadd r9,r11,r8,lsl #1\n" \
        "ldrsb r7,[r11]\nldrsb r11,[r11,r8]\npkhbt r7,r7,r11,lsl #16\nsmlad r1,r6,r7,r1\n" \
        "smlad r2,r12,r7,r2\nldr r11,[r10,#72]\nsmlad r0,r11,r7,r0\nadd r7,r9,r8,lsl #1\n" \
        "ldr lr,[r10,#76]\nldrsb r5,[r9]\nldrsb r9,[r9,r8]\npkhbt r5,r5,r9,lsl #16\n" \
        "smlad r0,lr,r5,r0\nsmlad r3,r12,r5,r3\nsmlad r2,r6,r5,r2\nsmlad r1,r11,r5,r1\n" \
        "add r5,r7,r8,lsl #1\nldrsb r9,[r7]\nldrsb r7,[r7,r8]\npkhbt r9,r9,r7,lsl #16\n" \
        "smlad r1,lr,r9,r1\nsmlad r3,r6,r9,r3\n"); \
    __asm__ volatile( \
        "smlad r4,r12,r9,r4\nsmlad r2,r11,r9,r2\nadd r9,r5,r8,lsl #1\nldrsb r12,[r5,r8]\n" \
        "ldrsb r5,[r5]\npkhbt r5,r5,r12,lsl #16\nsmlad r3,r11,r5,r3\nsmlad r4,r6,r5,r4\n" \
        "smlad r2,lr,r5,r2\nadd r5,r9,r8,lsl #1\nldrsb r8,[r9,r8]\nldrsb r9,[r9]\nldrsb r5,[r5]\n" \
        "pkhbt r9,r9,r8,lsl #16\nsmlad r4,r11,r9,r4\nsmlad r3,lr,r9,r3\nsmlad r4,lr,r5,r4\n" \
        "ldr lr,[sp,#24]\nldr r5,[r10,#80]\nldr r9,[sp,#52]\nldrsb r11,[r9]\nsmlad r0,r5,lr,r0\n" \
        "ldr lr,[sp,#80]\nldr r8,[r10,#84]\nldrsb r6,[r9,lr]\npkhbt r11,r11,r6,lsl #16\n" \
        "smlad r1,r5,r11,r1\nsmlad r0,r8,r11,r0\nadd r9,r9,lr,lsl #1\nadd r11,r9,lr,lsl #1\n" \
        "ldrsb r6,[r9]\nldr r12,[r10,#88]\nldrsb r9,[r9,lr]\npkhbt r6,r6,r9,lsl #16\n" \
        "smlad r0,r12,r6,r0\nsmlad r1,r8,r6,r1\nsmlad r2,r5,r6,r2\nadd r6,r11,lr,lsl #1\n" \
        "ldr r9,[r10,#92]\nldrsb r7,[r11,lr]\nldrsb r11,[r11]\npkhbt r11,r11,r7,lsl #16\n" \
        "smlad r0,r9,r11,r0\nsmlad r2,r8,r11,r2\nsmlad r1,r12,r11,r1\nsmlad r3,r5,r11,r3\n" \
        "add r11,r6,lr,lsl #1\nldrsb r7,[r6,lr]\nldrsb r6,[r6]\npkhbt r6,r6,r7,lsl #16\n" \
        "smlad r1,r9,r6,r1\nsmlad r4,r5,r6,r4\nsmlad r3,r8,r6,r3\nsmlad r2,r12,r6,r2\n" \
        "add r6,r11,lr,lsl #1\nldrsb r5,[r11]\nldrsb r11,[r11,lr]\npkhbt r5,r5,r11,lsl #16\n" \
        "smlad r3,r12,r5,r3\nsmlad r4,r8,r5,r4\nsmlad r2,r9,r5,r2\nadd r5,r6,lr,lsl #1\n" \
        "ldrsb lr,[r6,lr]\nldrsb r6,[r6]\nldrsb r5,[r5]\npkhbt r6,r6,lr,lsl #16\n" \
        "smlad r3,r9,r6,r3\nsmlad r4,r12,r6,r4\nsmlad r4,r9,r5,r4\nldr r9,[sp,#24]\n" \
        "ldr r5,[sp,#84]\nldr r12,[r10,#96]\nldr r6,[r10,#100]\nsmlad r0,r12,r9,r0\n" \
        "ldr r9,[sp,#56]\nldrsb lr,[r9]\nldrsb r8,[r9,r5]\npkhbt lr,lr,r8,lsl #16\n" \
        "smlad r0,r6,lr,r0\nadd r9,r9,r5,lsl #1\nsmlad r1,r12,lr,r1\nadd lr,r9,r5,lsl #1\n" \
        "ldrsb r8,[r9,r5]\nldrsb r9,[r9]\npkhbt r9,r9,r8,lsl #16\nsmlad r1,r6,r9,r1\n" \
        "smlad r2,r12,r9,r2\nldr r8,[r10,#104]\nsmlad r0,r8,r9,r0\nadd r9,lr,r5,lsl #1\n" \
        "ldrsb r11,[lr]\nldr r7,[r10,#108]\nldrsb lr,[lr,r5]\npkhbt r11,r11,lr,lsl #16\n" \
        "smlad r0,r7,r11,r0\nsmlad r3,r12,r11,r3\nsmlad r1,r8,r11,r1\nsmlad r2,r6,r11,r2\n" \
        "add r11,r9,r5,lsl #1\nldrsb lr,[r9,r5]\nldrsb r9,[r9]\npkhbt r9,r9,lr,lsl #16\n" \
        "smlad r3,r6,r9,r3\nsmlad r4,r12,r9,r4\nsmlad r1,r7,r9,r1\nsmlad r2,r8,r9,r2\n" \
        "add r9,r11,r5,lsl #1\nldrsb r12,[r11]\nldrsb r11,[r11,r5]\npkhbt r12,r12,r11,lsl #16\n" \
        "smlad r2,r7,r12,r2\nsmlad r3,r8,r12,r3\nsmlad r4,r6,r12,r4\nadd r6,r9,r5,lsl #1\n" \
        "ldrsb r5,[r9,r5]\nldrsb r9,[r9]\nldrsb r6,[r6]\npkhbt r9,r9,r5,lsl #16\n" \
        "smlad r3,r7,r9,r3\nsmlad r4,r8,r9,r4\nsmlad r4,r7,r6,r4\nldr r7,[r10,#112]\n" \
        "ldr r6,[sp,#88]\nldr r8,[sp,#60]\nldr r9,[sp,#24]\nsmlad r0,r7,r9,r0\n" \
        "add r9,r8,r6,lsl #1\nldrsb r5,[r8]\nldrsb r8,[r8,r6]\nldr r12,[r10,#116]\n" \
        "pkhbt r5,r5,r8,lsl #16\nsmlad r1,r7,r5,r1\nsmlad r0,r12,r5,r0\nadd r5,r9,r6,lsl #1\n" \
        "ldr r8,[r10,#120]\nldrsb r11,[r9]\nldrsb r9,[r9,r6]\npkhbt r11,r11,r9,lsl #16\n" \
        "smlad r0,r8,r11,r0\nsmlad r1,r12,r11,r1\nsmlad r2,r7,r11,r2\nadd r11,r5,r6,lsl #1\n" \
        "ldrsb r9,[r5,r6]\nldr lr,[r10,#124]\nldrsb r5,[r5]\npkhbt r5,r5,r9,lsl #16\n" \
        "smlad r0,lr,r5,r0\nsmlad r2,r12,r5,r2\nsmlad r1,r8,r5,r1\nsmlad r3,r7,r5,r3\n" \
        "add r5,r11,r6,lsl #1\nldrsb r9,[r11]\nldrsb r11,[r11,r6]\npkhbt r9,r9,r11,lsl #16\n" \
        "smlad r1,lr,r9,r1\nsmlad r4,r7,r9,r4\nsmlad r2,r8,r9,r2\nsmlad r3,r12,r9,r3\n" \
        "add r9,r5,r6,lsl #1\nldrsb r7,[r5]\nldrsb r5,[r5,r6]\npkhbt r7,r7,r5,lsl #16\n" \
        "smlad r2,lr,r7,r2\nsmlad r4,r12,r7,r4\nsmlad r3,r8,r7,r3\nadd r7,r9,r6,lsl #1\n" \
        "ldrsb r6,[r9,r6]\nldrsb r9,[r9]\nldrsb r7,[r7]\npkhbt r9,r9,r6,lsl #16\n" \
        "smlad r3,lr,r9,r3\nsmlad r4,r8,r9,r4\nsmlad r4,lr,r7,r4\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_3_2 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nldr r11,[sp,#24]\nldr r3,[sp,#36]\n" \
        "ldr r4,[sp,#92]\nldr r5,[r10,#16]\nldr r6,[sp,#20]\nldrsb r7,[r3]\nldr r8,[r10,#20]\n" \
        "smlad r0,r5,r11,r0\nadd r4,r3,r4\nstr r4,[sp,#36]\npkhbt r6,r6,r7,lsl #16\n" \
        "smlad r1,r5,r6,r1\nsmlad r0,r8,r6,r0\nldr r6,[r10,#24]\nldr r7,[sp,#64]\n" \
        "ldrsb r4,[r3,r7,lsl #1]\nldrsb r9,[r3,r7]\nldrsb r12,[r3,r7,lsl #2]\nldr lr,[r10,#28]\n" \
        "pkhbt r9,r9,r4,lsl #16\nsmlad r0,r6,r9,r0\nsmlad r1,r8,r9,r1\nsmlad r2,r5,r9,r2\n" \
        "add r3,r3,r7\nldrsb r5,[r3,r7,lsl #1]\nldrsb r3,[r3,r7,lsl #2]\nldr r7,[sp,#20]\n" \
        "ldr r9,[sp,#20]\nldr r4,[sp,#40]\npkhbt r5,r5,r12,lsl #16\nsmlad r0,lr,r5,r0\n" \
        "smlad r2,r8,r5,r2\nsmlad r1,r6,r5,r1\npkhbt r3,r3,r7,lsl #16\nsmlad r2,r6,r3,r2\n" \
        "smlad r2,lr,r9,r2\nsmlad r1,lr,r3,r1\nldr lr,[r10,#32]\nldr r3,[sp,#96]\nldrsb r9,[r4]\n" \
        "ldr r6,[sp,#20]\nldr r7,[r10,#36]\nldr r5,[sp,#68]\nadd r3,r4,r3\nstr r3,[sp,#40]\n" \
        "smlad r0,lr,r11,r0\npkhbt r6,r6,r9,lsl #16\nsmlad r0,r7,r6,r0\nsmlad r1,lr,r6,r1\n" \
        "add r6,r4,r5\nldrsb r9,[r4,r5,lsl #1]\nldrsb r3,[r4,r5]\nldr r8,[r10,#40]\n" \
        "ldr r12,[r10,#44]\npkhbt r3,r3,r9,lsl #16\nsmlad r2,lr,r3,r2\nsmlad r0,r8,r3,r0\n" \
        "smlad r1,r7,r3,r1\nldrsb r4,[r4,r5,lsl #2]\nldrsb r3,[r6,r5,lsl #1]\nldr lr,[sp,#20]\n" \
        "ldrsb r6,[r6,r5,lsl #2]\nldr r5,[sp,#20]\nldr r9,[sp,#44]\npkhbt r3,r3,r4,lsl #16\n" \
        "smlad r1,r8,r3,r1\nsmlad r0,r12,r3,r0\npkhbt r6,r6,lr,lsl #16\nsmlad r2,r7,r3,r2\n" \
        "smlad r2,r8,r6,r2\nsmlad r2,r12,r5,r2\nsmlad r1,r12,r6,r1\nldr r12,[sp,#100]\n" \
        "ldr r6,[r10,#48]\nldr r5,[r10,#52]\nldrsb r8,[r9]\nldr r7,[sp,#20]\nldr r3,[sp,#72]\n" \
        "add r12,r9,r12\nsmlad r0,r6,r11,r0\nstr r12,[sp,#44]\npkhbt r7,r7,r8,lsl #16\n" \
        "smlad r0,r5,r7,r0\nsmlad r1,r6,r7,r1\nadd r7,r9,r3\nldrsb r8,[r9,r3,lsl #1]\n" \
        "ldrsb r12,[r9,r3]\nldr lr,[r10,#56]\nldr r4,[r10,#60]\npkhbt r12,r12,r8,lsl #16\n" \
        "smlad r1,r5,r12,r1\nsmlad r0,lr,r12,r0\nsmlad r2,r6,r12,r2\nldrsb r9,[r9,r3,lsl #2]\n" \
        "ldrsb r6,[r7,r3,lsl #1]\nldr r12,[sp,#20]\nldrsb r7,[r7,r3,lsl #2]\nldr r3,[sp,#20]\n" \
        "ldr r8,[sp,#104]\npkhbt r6,r6,r9,lsl #16\nsmlad r1,lr,r6,r1\nsmlad r0,r4,r6,r0\n" \
        "smlad r2,r5,r6,r2\npkhbt r7,r7,r12,lsl #16\nsmlad r1,r4,r7,r1\nsmlad r2,lr,r7,r2\n" \
        "smlad r2,r4,r3,r2\nldr r4,[sp,#48]\nldr r3,[r10,#64]\nldr lr,[sp,#20]\nldr r7,[r10,#68]\n" \
        "ldrsb r12,[r4]\nldr r5,[sp,#76]\nadd r8,r4,r8\nstr r8,[sp,#48]\nsmlad r0,r3,r11,r0\n" \
        "pkhbt lr,lr,r12,lsl #16\nsmlad r1,r3,lr,r1\nsmlad r0,r7,lr,r0\nadd lr,r4,r5\n" \
        "ldrsb r12,[r4,r5,lsl #1]\nldrsb r8,[r4,r5]\nldr r6,[r10,#72]\nldr r9,[r10,#76]\n" \
        "pkhbt r8,r8,r12,lsl #16\nsmlad r1,r7,r8,r1\nsmlad r2,r3,r8,r2\nsmlad r0,r6,r8,r0\n" \
        "ldrsb r8,[lr,r5,lsl #1]\nldrsb r4,[r4,r5,lsl #2]\nldrsb lr,[lr,r5,lsl #2]\n" \
        "ldr r5,[sp,#20]\nldr r3,[sp,#20]\nldr r12,[sp,#52]\npkhbt r8,r8,r4,lsl #16\n" \
        "smlad r0,r9,r8,r0\nsmlad r1,r6,r8,r1\nsmlad r2,r7,r8,r2\npkhbt lr,lr,r5,lsl #16\n" \
        "smlad r1,r9,lr,r1\nsmlad r2,r6,lr,r2\nsmlad r2,r9,r3,r2\nldr r9,[sp,#108]\n" \
        "ldr r3,[r10,#80]\nldrsb r6,[r12]\nldr lr,[sp,#20]\nldr r5,[r10,#84]\nldr r7,[sp,#80]\n" \
        "add r9,r12,r9\nstr r9,[sp,#52]\nsmlad r0,r3,r11,r0\npkhbt lr,lr,r6,lsl #16\n" \
        "smlad r0,r5,lr,r0\nsmlad r1,r3,lr,r1\nadd lr,r12,r7\nldr r6,[r10,#88]\nldrsb r9,[r12,r7]\n" \
        "ldrsb r8,[r12,r7,lsl #1]\nldrsb r12,[r12,r7,lsl #2]\nldrsb r4,[lr,r7,lsl #1]\n" \
        "pkhbt r9,r9,r8,lsl #16\nsmlad r0,r6,r9,r0\nsmlad r1,r5,r9,r1\nsmlad r2,r3,r9,r2\n" \
        "pkhbt r4,r4,r12,lsl #16\nsmlad r1,r6,r4,r1\nsmlad r2,r5,r4,r2\nldr r5,[r10,#92]\n" \
        "ldrsb lr,[lr,r7,lsl #2]\nldr r7,[sp,#20]\nldr r12,[sp,#20]\nldr r3,[sp,#56]\n" \
        "ldr r9,[sp,#112]\nsmlad r0,r5,r4,r0\npkhbt lr,lr,r7,lsl #16\nsmlad r2,r6,lr,r2\n" \
        "smlad r1,r5,lr,r1\nsmlad r2,r5,r12,r2\nadd r9,r3,r9\nstr r9,[sp,#56]\nldr r9,[r10,#96]\n" \
        "ldr r5,[sp,#20]\nldr r12,[r10,#100]\nldrsb lr,[r3]\nldr r6,[sp,#84]\n" \
        "ldrsb r7,[r3,r6,lsl #1]\nsmlad r0,r9,r11,r0\npkhbt r5,r5,lr,lsl #16\nsmlad r0,r12,r5,r0\n" \
        "smlad r1,r9,r5,r1\nadd r5,r3,r6\nldrsb lr,[r3,r6]\nldr r4,[r10,#104]\n"); \
    __asm__ volatile( \
        "ldrsb r8,[r5,r6,lsl #1]\npkhbt lr,lr,r7,lsl #16\nsmlad r0,r4,lr,r0\nsmlad r2,r9,lr,r2\n" \
        "smlad r1,r12,lr,r1\nldrsb r3,[r3,r6,lsl #2]\nldr lr,[r10,#108]\nldrsb r5,[r5,r6,lsl #2]\n" \
        "ldr r6,[sp,#20]\nldr r9,[sp,#20]\nldr r7,[sp,#60]\npkhbt r8,r8,r3,lsl #16\n" \
        "smlad r0,lr,r8,r0\nsmlad r2,r12,r8,r2\nsmlad r1,r4,r8,r1\npkhbt r5,r5,r6,lsl #16\n" \
        "smlad r1,lr,r5,r1\nsmlad r2,r4,r5,r2\nsmlad r2,lr,r9,r2\nldr lr,[sp,#116]\n" \
        "ldr r9,[r10,#112]\nldr r4,[r10,#116]\nldr r5,[sp,#20]\nldrsb r6,[r7]\nldr r8,[r10,#120]\n" \
        "add lr,r7,lr\nstr lr,[sp,#60]\nsmlad r0,r9,r11,r0\npkhbt r5,r5,r6,lsl #16\n" \
        "smlad r0,r4,r5,r0\nsmlad r1,r9,r5,r1\nldr r5,[sp,#88]\nldrsb r6,[r7,r5,lsl #1]\n" \
        "ldrsb lr,[r7,r5]\nldrsb r12,[r7,r5,lsl #2]\nldr r3,[r10,#124]\npkhbt lr,lr,r6,lsl #16\n" \
        "smlad r1,r4,lr,r1\nsmlad r2,r9,lr,r2\nsmlad r0,r8,lr,r0\nadd r7,r7,r5\n" \
        "ldrsb lr,[r7,r5,lsl #1]\nldr r9,[sp,#20]\nldrsb r7,[r7,r5,lsl #2]\nldr r5,[sp,#20]\n" \
        "pkhbt lr,lr,r12,lsl #16\nsmlad r2,r4,lr,r2\nsmlad r1,r8,lr,r1\nsmlad r0,r3,lr,r0\n" \
        "pkhbt r7,r7,r9,lsl #16\nsmlad r1,r3,r7,r1\nsmlad r2,r8,r7,r2\nsmlad r2,r3,r5,r2\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_3_2 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nldr r4,[sp,#92]\n" \
        "ldr r5,[sp,#36]\nldr r6,[r10,#16]\nldr r7,[sp,#24]\nldrsb r8,[r5]\nldr r9,[sp,#20]\n" \
        "ldr r11,[r10,#20]\nldr r12,[sp,#64]\nadd r4,r5,r4\nstr r4,[sp,#36]\nsmlad r0,r6,r7,r0\n" \
        "pkhbt r9,r9,r8,lsl #16\nsmlad r1,r6,r9,r1\nsmlad r0,r11,r9,r0\nldr r9,[r10,#24]\n" \
        "ldrsb r8,[r5,r12]\nldrsb r7,[r5,r12,lsl #1]\nldr r4,[r10,#28]\nldrsb lr,[r5,r12,lsl #2]\n" \
        "pkhbt r8,r8,r7,lsl #16\nsmlad r1,r11,r8,r1\nsmlad r0,r9,r8,r0\nsmlad r2,r6,r8,r2\n" \
        "add r5,r5,r12\nldrsb r8,[r5,r12,lsl #1]\nldrsb r7,[r5,r12,lsl #2]\n" \
        "pkhbt r8,r8,lr,lsl #16\nsmlad r0,r4,r8,r0\nsmlad r1,r9,r8,r1\nsmlad r2,r11,r8,r2\n" \
        "smlad r3,r6,r8,r3\nadd r5,r5,r12,lsl #2\nldrsb r6,[r5,r12]\nldr r8,[sp,#20]\n" \
        "ldrsb r5,[r5,r12,lsl #1]\nldr r12,[sp,#20]\nldr lr,[sp,#96]\npkhbt r7,r7,r6,lsl #16\n" \
        "smlad r1,r4,r7,r1\nsmlad r2,r9,r7,r2\nsmlad r3,r11,r7,r3\npkhbt r5,r5,r8,lsl #16\n" \
        "smlad r3,r9,r5,r3\nsmlad r2,r4,r5,r2\nsmlad r3,r4,r12,r3\nldr r4,[sp,#24]\n" \
        "ldr r12,[sp,#40]\nldr r5,[r10,#32]\nldr r9,[sp,#20]\nldrsb r8,[r12]\nldr r11,[r10,#36]\n" \
        "ldr r7,[sp,#68]\nldrsb r6,[r12,r7]\nadd lr,r12,lr\nstr lr,[sp,#40]\nsmlad r0,r5,r4,r0\n" \
        "pkhbt r9,r9,r8,lsl #16\nsmlad r0,r11,r9,r0\nsmlad r1,r5,r9,r1\nldrsb r9,[r12,r7,lsl #1]\n" \
        "ldr r8,[r10,#40]\nldr r4,[r10,#44]\nldrsb lr,[r12,r7,lsl #2]\npkhbt r6,r6,r9,lsl #16\n" \
        "smlad r0,r8,r6,r0\nsmlad r1,r11,r6,r1\nsmlad r2,r5,r6,r2\nadd r12,r12,r7\n" \
        "ldrsb r6,[r12,r7,lsl #1]\nldrsb r9,[r12,r7,lsl #2]\npkhbt r6,r6,lr,lsl #16\n" \
        "ldr lr,[sp,#20]\nsmlad r2,r11,r6,r2\nsmlad r0,r4,r6,r0\nsmlad r1,r8,r6,r1\n" \
        "smlad r3,r5,r6,r3\nadd r12,r12,r7,lsl #2\nldrsb r5,[r12,r7]\nldrsb r12,[r12,r7,lsl #1]\n" \
        "ldr r7,[sp,#20]\nldr r6,[sp,#100]\npkhbt r9,r9,r5,lsl #16\nldr r5,[sp,#44]\n" \
        "smlad r3,r11,r9,r3\nsmlad r2,r8,r9,r2\nsmlad r1,r4,r9,r1\npkhbt r12,r12,lr,lsl #16\n" \
        "smlad r2,r4,r12,r2\nsmlad r3,r8,r12,r3\nsmlad r3,r4,r7,r3\nadd r6,r5,r6\nstr r6,[sp,#44]\n" \
        "ldr r6,[r10,#48]\nldr r4,[sp,#24]\nldr r7,[sp,#20]\nldrsb r8,[r5]\nldr r12,[r10,#52]\n" \
        "ldr lr,[r10,#56]\nldr r9,[sp,#72]\nldrsb r11,[r5,r9,lsl #1]\nsmlad r0,r6,r4,r0\n" \
        "pkhbt r7,r7,r8,lsl #16\nsmlad r1,r6,r7,r1\nsmlad r0,r12,r7,r0\nldrsb r7,[r5,r9]\n" \
        "ldr r8,[r10,#60]\nldrsb r4,[r5,r9,lsl #2]\npkhbt r7,r7,r11,lsl #16\nsmlad r1,r12,r7,r1\n" \
        "ldr r11,[sp,#20]\nsmlad r2,r6,r7,r2\nsmlad r0,lr,r7,r0\nadd r5,r5,r9\n" \
        "ldrsb r7,[r5,r9,lsl #1]\npkhbt r7,r7,r4,lsl #16\nsmlad r0,r8,r7,r0\nsmlad r2,r12,r7,r2\n" \
        "smlad r1,lr,r7,r1\nldrsb r4,[r5,r9,lsl #2]\nadd r5,r5,r9,lsl #2\nsmlad r3,r6,r7,r3\n" \
        "ldrsb r6,[r5,r9]\nldrsb r5,[r5,r9,lsl #1]\nldr r9,[sp,#20]\nldr r7,[sp,#48]\n" \
        "pkhbt r4,r4,r6,lsl #16\nsmlad r1,r8,r4,r1\nsmlad r2,lr,r4,r2\nsmlad r3,r12,r4,r3\n" \
        "pkhbt r5,r5,r11,lsl #16\nsmlad r2,r8,r5,r2\nsmlad r3,lr,r5,r3\nsmlad r3,r8,r9,r3\n" \
        "ldr r8,[sp,#104]\nldr r9,[sp,#24]\nldr lr,[r10,#64]\nldrsb r5,[r7]\nldr r11,[sp,#20]\n" \
        "ldr r12,[r10,#68]\nldr r4,[r10,#72]\nldr r6,[sp,#76]\nadd r8,r7,r8\nstr r8,[sp,#48]\n" \
        "smlad r0,lr,r9,r0\npkhbt r11,r11,r5,lsl #16\nsmlad r0,r12,r11,r0\nsmlad r1,lr,r11,r1\n" \
        "ldrsb r11,[r7,r6]\nldrsb r5,[r7,r6,lsl #1]\nldr r9,[r10,#76]\nldrsb r8,[r7,r6,lsl #2]\n" \
        "pkhbt r11,r11,r5,lsl #16\nsmlad r0,r4,r11,r0\nsmlad r1,r12,r11,r1\nsmlad r2,lr,r11,r2\n" \
        "add r7,r7,r6\nldrsb r11,[r7,r6,lsl #1]\nldrsb r5,[r7,r6,lsl #2]\n" \
        "pkhbt r11,r11,r8,lsl #16\nsmlad r0,r9,r11,r0\nsmlad r1,r4,r11,r1\nsmlad r3,lr,r11,r3\n" \
        "smlad r2,r12,r11,r2\nadd r7,r7,r6,lsl #2\nldrsb r11,[r7,r6]\nldrsb r7,[r7,r6,lsl #1]\n" \
        "ldr r6,[sp,#20]\nldr lr,[sp,#20]\nldr r8,[sp,#108]\npkhbt r5,r5,r11,lsl #16\n" \
        "smlad r2,r4,r5,r2\nsmlad r1,r9,r5,r1\nsmlad r3,r12,r5,r3\npkhbt r7,r7,r6,lsl #16\n" \
        "smlad r2,r9,r7,r2\nsmlad r3,r4,r7,r3\nsmlad r3,r9,lr,r3\nldr r9,[sp,#52]\n" \
        "ldr lr,[sp,#24]\nldr r4,[r10,#80]\nldr r7,[r10,#84]\nldrsb r6,[r9]\nldr r12,[sp,#20]\n" \
        "ldr r5,[sp,#80]\nldrsb r11,[r9,r5,lsl #1]\nadd r8,r9,r8\nstr r8,[sp,#52]\n" \
        "smlad r0,r4,lr,r0\npkhbt r12,r12,r6,lsl #16\n"); \
    __asm__ volatile( \
        "smlad r0,r7,r12,r0\nsmlad r1,r4,r12,r1\nldrsb r12,[r9,r5]\nldr r6,[r10,#88]\n" \
        "ldrsb lr,[r9,r5,lsl #2]\nldr r8,[r10,#92]\npkhbt r12,r12,r11,lsl #16\nsmlad r0,r6,r12,r0\n" \
        "smlad r2,r4,r12,r2\nsmlad r1,r7,r12,r1\nadd r9,r9,r5\nldrsb r12,[r9,r5,lsl #1]\n" \
        "ldrsb r11,[r9,r5,lsl #2]\npkhbt r12,r12,lr,lsl #16\nsmlad r0,r8,r12,r0\n" \
        "smlad r1,r6,r12,r1\nsmlad r2,r7,r12,r2\nldr lr,[sp,#20]\nadd r9,r9,r5,lsl #2\n" \
        "smlad r3,r4,r12,r3\nldrsb r4,[r9,r5]\nldrsb r9,[r9,r5,lsl #1]\nldr r5,[sp,#20]\n" \
        "ldr r12,[sp,#112]\npkhbt r11,r11,r4,lsl #16\nsmlad r2,r6,r11,r2\nsmlad r1,r8,r11,r1\n" \
        "smlad r3,r7,r11,r3\npkhbt r9,r9,lr,lsl #16\nsmlad r3,r6,r9,r3\nsmlad r2,r8,r9,r2\n" \
        "smlad r3,r8,r5,r3\nldr r8,[sp,#56]\nldr r5,[sp,#24]\nldr r9,[r10,#96]\nldrsb r6,[r8]\n" \
        "ldr lr,[sp,#20]\nldr r7,[r10,#100]\nldr r11,[r10,#104]\nldr r4,[sp,#84]\nadd r12,r8,r12\n" \
        "str r12,[sp,#56]\nsmlad r0,r9,r5,r0\npkhbt lr,lr,r6,lsl #16\nsmlad r0,r7,lr,r0\n" \
        "smlad r1,r9,lr,r1\nldrsb lr,[r8,r4,lsl #1]\nldrsb r6,[r8,r4]\nldrsb r5,[r8,r4,lsl #2]\n" \
        "ldr r12,[r10,#108]\npkhbt r6,r6,lr,lsl #16\nldr lr,[sp,#20]\nsmlad r2,r9,r6,r2\n" \
        "smlad r0,r11,r6,r0\nsmlad r1,r7,r6,r1\nadd r8,r8,r4\nldrsb r6,[r8,r4,lsl #1]\n" \
        "pkhbt r6,r6,r5,lsl #16\nsmlad r0,r12,r6,r0\nsmlad r1,r11,r6,r1\nsmlad r2,r7,r6,r2\n" \
        "smlad r3,r9,r6,r3\nadd r9,r8,r4,lsl #2\nldrsb r6,[r9,r4]\nldrsb r8,[r8,r4,lsl #2]\n" \
        "ldrsb r9,[r9,r4,lsl #1]\nldr r4,[sp,#20]\nldr r5,[sp,#60]\npkhbt r8,r8,r6,lsl #16\n" \
        "smlad r1,r12,r8,r1\nsmlad r2,r11,r8,r2\nsmlad r3,r7,r8,r3\npkhbt r9,r9,lr,lsl #16\n" \
        "smlad r3,r11,r9,r3\nsmlad r2,r12,r9,r2\nsmlad r3,r12,r4,r3\nldr r12,[sp,#116]\n" \
        "ldr r4,[sp,#24]\nldr r9,[r10,#112]\nldr r11,[sp,#20]\nldr lr,[r10,#116]\nldrsb r7,[r5]\n" \
        "ldr r8,[sp,#88]\nldrsb r6,[r5,r8,lsl #1]\nadd r12,r5,r12\nstr r12,[sp,#60]\n" \
        "smlad r0,r9,r4,r0\npkhbt r11,r11,r7,lsl #16\nsmlad r0,lr,r11,r0\nsmlad r1,r9,r11,r1\n" \
        "ldrsb r11,[r5,r8]\nldr r7,[r10,#120]\nldrsb r4,[r5,r8,lsl #2]\nldr r12,[r10,#124]\n" \
        "pkhbt r11,r11,r6,lsl #16\nsmlad r1,lr,r11,r1\nsmlad r0,r7,r11,r0\nsmlad r2,r9,r11,r2\n" \
        "add r5,r5,r8\nldrsb r11,[r5,r8,lsl #1]\nldrsb r6,[r5,r8,lsl #2]\n" \
        "pkhbt r11,r11,r4,lsl #16\nsmlad r1,r7,r11,r1\nsmlad r0,r12,r11,r0\nsmlad r2,lr,r11,r2\n" \
        "smlad r3,r9,r11,r3\nadd r5,r5,r8,lsl #2\nldrsb r9,[r5,r8]\nldr r11,[sp,#20]\n" \
        "ldrsb r5,[r5,r8,lsl #1]\nldr r8,[sp,#20]\npkhbt r6,r6,r9,lsl #16\nsmlad r1,r12,r6,r1\n" \
        "smlad r2,r7,r6,r2\nsmlad r3,lr,r6,r3\npkhbt r5,r5,r11,lsl #16\nsmlad r2,r12,r5,r2\n" \
        "smlad r3,r7,r5,r3\nsmlad r3,r12,r8,r3\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_3_2 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nmov r4,r0\n" \
        "ldr r5,[sp,#92]\nldr r6,[sp,#36]\nldr r7,[sp,#24]\nldr r8,[r10,#16]\nldr r9,[r10,#20]\n" \
        "add r5,r6,r5\nstr r5,[sp,#36]\nsmlad r0,r8,r7,r0\nldr r7,[sp,#20]\nldrsb r5,[r6]\n" \
        "ldr r11,[sp,#64]\nldrsb r12,[r6,r11]\nldr lr,[r10,#24]\npkhbt r7,r7,r5,lsl #16\n" \
        "smlad r0,r9,r7,r0\nadd r6,r6,r11,lsl #1\nsmlad r1,r8,r7,r1\nldrsb r7,[r6]\n" \
        "ldr r5,[r10,#28]\npkhbt r12,r12,r7,lsl #16\nsmlad r0,lr,r12,r0\nsmlad r2,r8,r12,r2\n" \
        "smlad r1,r9,r12,r1\nadd r12,r6,r11,lsl #1\nldrsb r7,[r12]\nldrsb r6,[r6,r11]\n" \
        "pkhbt r6,r6,r7,lsl #16\nsmlad r1,lr,r6,r1\nsmlad r3,r8,r6,r3\nsmlad r0,r5,r6,r0\n" \
        "add r7,r12,r11,lsl #1\nsmlad r2,r9,r6,r2\nldrsb r12,[r12,r11]\nldrsb r6,[r7]\n" \
        "pkhbt r12,r12,r6,lsl #16\nsmlad r1,r5,r12,r1\nsmlad r2,lr,r12,r2\nsmlad r3,r9,r12,r3\n" \
        "smlad r4,r8,r12,r4\nadd r8,r7,r11,lsl #1\nldrsb r7,[r7,r11]\nldrsb r12,[r8]\n" \
        "ldr r6,[sp,#20]\npkhbt r7,r7,r12,lsl #16\nsmlad r3,lr,r7,r3\nsmlad r2,r5,r7,r2\n" \
        "smlad r4,r9,r7,r4\nldrsb r8,[r8,r11]\nldr r11,[sp,#20]\nldr r9,[sp,#40]\nldr r7,[sp,#96]\n" \
        "ldr r12,[sp,#24]\npkhbt r8,r8,r6,lsl #16\nsmlad r4,lr,r8,r4\nsmlad r4,r5,r11,r4\n" \
        "smlad r3,r5,r8,r3\nadd r7,r9,r7\nstr r7,[sp,#40]\nldr r7,[r10,#32]\nldr r5,[r10,#36]\n" \
        "ldrsb r8,[r9]\nldr r11,[sp,#20]\nldr lr,[sp,#68]\nsmlad r0,r7,r12,r0\n" \
        "pkhbt r11,r11,r8,lsl #16\nsmlad r0,r5,r11,r0\nsmlad r1,r7,r11,r1\nadd r11,r9,lr,lsl #1\n" \
        "ldrsb r9,[r9,lr]\nldrsb r8,[r11]\nldr r12,[r10,#40]\nldrsb r6,[r11,lr]\n" \
        "pkhbt r9,r9,r8,lsl #16\nsmlad r2,r7,r9,r2\nsmlad r0,r12,r9,r0\nsmlad r1,r5,r9,r1\n" \
        "add r11,r11,lr,lsl #1\nldrsb r9,[r11]\nldr r8,[r10,#44]\npkhbt r6,r6,r9,lsl #16\n" \
        "smlad r0,r8,r6,r0\nsmlad r1,r12,r6,r1\nsmlad r3,r7,r6,r3\nadd r9,r11,lr,lsl #1\n" \
        "smlad r2,r5,r6,r2\nldrsb r6,[r9]\nldrsb r11,[r11,lr]\npkhbt r11,r11,r6,lsl #16\n" \
        "smlad r3,r5,r11,r3\nsmlad r1,r8,r11,r1\nsmlad r2,r12,r11,r2\nsmlad r4,r7,r11,r4\n" \
        "add r7,r9,lr,lsl #1\nldrsb r9,[r9,lr]\nldrsb r11,[r7]\nldrsb r7,[r7,lr]\nldr lr,[sp,#20]\n" \
        "ldr r6,[sp,#44]\npkhbt r9,r9,r11,lsl #16\nsmlad r2,r8,r9,r2\nsmlad r4,r5,r9,r4\n" \
        "smlad r3,r12,r9,r3\npkhbt r7,r7,lr,lsl #16\nsmlad r3,r8,r7,r3\nsmlad r4,r12,r7,r4\n" \
        "ldr r12,[sp,#20]\nldr r7,[sp,#100]\nldr lr,[r10,#48]\nldr r9,[sp,#24]\nldrsb r5,[r6]\n" \
        "smlad r4,r8,r12,r4\nadd r7,r6,r7\nstr r7,[sp,#44]\nsmlad r0,lr,r9,r0\nldr r9,[sp,#20]\n" \
        "ldr r7,[r10,#52]\nldr r8,[sp,#72]\nldrsb r12,[r6,r8]\nldr r11,[r10,#56]\n" \
        "pkhbt r9,r9,r5,lsl #16\nsmlad r0,r7,r9,r0\nadd r6,r6,r8,lsl #1\nsmlad r1,lr,r9,r1\n" \
        "ldrsb r9,[r6]\nldrsb r5,[r6,r8]\npkhbt r12,r12,r9,lsl #16\nsmlad r2,lr,r12,r2\n" \
        "smlad r0,r11,r12,r0\nsmlad r1,r7,r12,r1\nadd r6,r6,r8,lsl #1\nldr r12,[r10,#60]\n" \
        "ldrsb r9,[r6]\npkhbt r5,r5,r9,lsl #16\nsmlad r0,r12,r5,r0\nsmlad r1,r11,r5,r1\n" \
        "smlad r2,r7,r5,r2\nadd r9,r6,r8,lsl #1\nsmlad r3,lr,r5,r3\nldrsb r6,[r6,r8]\n" \
        "ldrsb r5,[r9]\npkhbt r6,r6,r5,lsl #16\nsmlad r2,r11,r6,r2\nsmlad r1,r12,r6,r1\n" \
        "smlad r3,r7,r6,r3\nsmlad r4,lr,r6,r4\nadd lr,r9,r8,lsl #1\nldrsb r6,[lr]\n" \
        "ldrsb r9,[r9,r8]\nldrsb lr,[lr,r8]\nldr r8,[sp,#20]\nldr r5,[sp,#20]\n" \
        "pkhbt r9,r9,r6,lsl #16\nsmlad r3,r11,r9,r3\nsmlad r4,r7,r9,r4\nsmlad r2,r12,r9,r2\n" \
        "pkhbt lr,lr,r8,lsl #16\nsmlad r4,r11,lr,r4\nsmlad r3,r12,lr,r3\nsmlad r4,r12,r5,r4\n" \
        "ldr r12,[sp,#104]\nldr r5,[sp,#48]\nldr lr,[r10,#64]\nldr r11,[sp,#24]\nldr r8,[r10,#68]\n" \
        "add r12,r5,r12\nstr r12,[sp,#48]\nsmlad r0,lr,r11,r0\nldr r11,[sp,#20]\nldrsb r12,[r5]\n" \
        "ldr r9,[sp,#76]\nldrsb r7,[r5,r9]\nldr r6,[r10,#72]\npkhbt r11,r11,r12,lsl #16\n" \
        "smlad r0,r8,r11,r0\nadd r5,r5,r9,lsl #1\nsmlad r1,lr,r11,r1\nldrsb r11,[r5]\n" \
        "ldrsb r12,[r5,r9]\npkhbt r7,r7,r11,lsl #16\nsmlad r1,r8,r7,r1\nsmlad r2,lr,r7,r2\n" \
        "smlad r0,r6,r7,r0\nadd r5,r5,r9,lsl #1\nldr r7,[r10,#76]\nldrsb r11,[r5]\n" \
        "pkhbt r12,r12,r11,lsl #16\nsmlad r0,r7,r12,r0\nsmlad r2,r8,r12,r2\nadd r11,r5,r9,lsl #1\n" \
        "smlad r3,lr,r12,r3\nsmlad r1,r6,r12,r1\nldrsb r5,[r5,r9]\nldrsb r12,[r11]\n" \
        "pkhbt r5,r5,r12,lsl #16\n"); \
    __asm__ volatile( \
        "smlad r2,r6,r5,r2\nsmlad r1,r7,r5,r1\nsmlad r4,lr,r5,r4\nsmlad r3,r8,r5,r3\n" \
        "add r5,r11,r9,lsl #1\nldrsb lr,[r5]\nldrsb r11,[r11,r9]\nldrsb r5,[r5,r9]\n" \
        "ldr r9,[sp,#20]\nldr r12,[sp,#20]\npkhbt r11,r11,lr,lsl #16\nsmlad r2,r7,r11,r2\n" \
        "smlad r3,r6,r11,r3\nsmlad r4,r8,r11,r4\npkhbt r5,r5,r9,lsl #16\nsmlad r3,r7,r5,r3\n" \
        "smlad r4,r6,r5,r4\nsmlad r4,r7,r12,r4\nldr r7,[sp,#108]\nldr r12,[sp,#52]\n" \
        "ldr r6,[sp,#24]\nldr r5,[r10,#80]\nldr r9,[sp,#20]\nadd r7,r12,r7\nstr r7,[sp,#52]\n" \
        "smlad r0,r5,r6,r0\nldr r6,[r10,#84]\nldrsb r7,[r12]\nldr r8,[sp,#80]\nldr r11,[r10,#88]\n" \
        "ldrsb lr,[r12,r8]\npkhbt r9,r9,r7,lsl #16\nsmlad r0,r6,r9,r0\nsmlad r1,r5,r9,r1\n" \
        "add r12,r12,r8,lsl #1\nldrsb r9,[r12]\nldr r7,[r10,#92]\npkhbt lr,lr,r9,lsl #16\n" \
        "smlad r2,r5,lr,r2\nsmlad r1,r6,lr,r1\nsmlad r0,r11,lr,r0\nadd lr,r12,r8,lsl #1\n" \
        "ldrsb r12,[r12,r8]\nldrsb r9,[lr]\npkhbt r12,r12,r9,lsl #16\nsmlad r1,r11,r12,r1\n" \
        "smlad r3,r5,r12,r3\nsmlad r0,r7,r12,r0\nadd r9,lr,r8,lsl #1\nsmlad r2,r6,r12,r2\n" \
        "ldrsb r12,[r9]\nldrsb lr,[lr,r8]\npkhbt lr,lr,r12,lsl #16\nsmlad r1,r7,lr,r1\n" \
        "smlad r3,r6,lr,r3\nsmlad r2,r11,lr,r2\nsmlad r4,r5,lr,r4\nadd r5,r9,r8,lsl #1\n" \
        "ldrsb r9,[r9,r8]\nldrsb lr,[r5]\nldr r12,[sp,#20]\npkhbt r9,r9,lr,lsl #16\n" \
        "smlad r3,r11,r9,r3\nsmlad r2,r7,r9,r2\nsmlad r4,r6,r9,r4\nldrsb r5,[r5,r8]\n" \
        "ldr r8,[sp,#112]\nldr r6,[sp,#20]\nldr r9,[sp,#56]\nldr lr,[r10,#96]\n" \
        "pkhbt r5,r5,r12,lsl #16\nsmlad r4,r11,r5,r4\nsmlad r3,r7,r5,r3\nsmlad r4,r7,r6,r4\n" \
        "add r8,r9,r8\nstr r8,[sp,#56]\nldrsb r8,[r9]\nldr r7,[r10,#100]\nldr r6,[sp,#24]\n" \
        "ldr r5,[sp,#20]\nldr r11,[sp,#84]\nsmlad r0,lr,r6,r0\npkhbt r5,r5,r8,lsl #16\n" \
        "smlad r0,r7,r5,r0\nsmlad r1,lr,r5,r1\nadd r5,r9,r11,lsl #1\nldrsb r9,[r9,r11]\n" \
        "ldrsb r8,[r5]\nldr r6,[r10,#104]\nldrsb r12,[r5,r11]\npkhbt r9,r9,r8,lsl #16\n" \
        "smlad r0,r6,r9,r0\nsmlad r1,r7,r9,r1\nsmlad r2,lr,r9,r2\nadd r5,r5,r11,lsl #1\n" \
        "ldrsb r9,[r5]\nldr r8,[r10,#108]\npkhbt r12,r12,r9,lsl #16\nsmlad r0,r8,r12,r0\n" \
        "smlad r1,r6,r12,r1\nsmlad r3,lr,r12,r3\nsmlad r2,r7,r12,r2\nadd r12,r5,r11,lsl #1\n" \
        "ldrsb r5,[r5,r11]\nldrsb r9,[r12]\npkhbt r5,r5,r9,lsl #16\nsmlad r1,r8,r5,r1\n" \
        "smlad r3,r7,r5,r3\nsmlad r2,r6,r5,r2\nadd r9,r12,r11,lsl #1\nsmlad r4,lr,r5,r4\n" \
        "ldrsb r12,[r12,r11]\nldrsb lr,[r9]\nldr r5,[sp,#20]\npkhbt r12,r12,lr,lsl #16\n" \
        "smlad r3,r6,r12,r3\nsmlad r2,r8,r12,r2\nsmlad r4,r7,r12,r4\nldrsb r9,[r9,r11]\n" \
        "ldr r11,[sp,#20]\nldr r7,[sp,#60]\nldr r12,[sp,#116]\nldrsb lr,[r7]\n" \
        "pkhbt r9,r9,r5,lsl #16\nsmlad r4,r6,r9,r4\nsmlad r3,r8,r9,r3\nsmlad r4,r8,r11,r4\n" \
        "add r12,r7,r12\nstr r12,[sp,#60]\nldr r12,[sp,#24]\nldr r8,[r10,#116]\n" \
        "ldr r11,[r10,#112]\nldr r9,[sp,#20]\nldr r6,[sp,#88]\nsmlad r0,r11,r12,r0\n" \
        "pkhbt r9,r9,lr,lsl #16\nsmlad r0,r8,r9,r0\nsmlad r1,r11,r9,r1\nadd r9,r7,r6,lsl #1\n" \
        "ldrsb lr,[r9]\nldrsb r7,[r7,r6]\nldr r12,[r10,#120]\nldrsb r5,[r9,r6]\n" \
        "pkhbt r7,r7,lr,lsl #16\nsmlad r1,r8,r7,r1\nsmlad r2,r11,r7,r2\nsmlad r0,r12,r7,r0\n" \
        "add r9,r9,r6,lsl #1\nldrsb r7,[r9]\nldr lr,[r10,#124]\npkhbt r5,r5,r7,lsl #16\n" \
        "smlad r1,r12,r5,r1\nsmlad r2,r8,r5,r2\nsmlad r3,r11,r5,r3\nsmlad r0,lr,r5,r0\n" \
        "add r5,r9,r6,lsl #1\nldrsb r9,[r9,r6]\nldrsb r7,[r5]\npkhbt r9,r9,r7,lsl #16\n" \
        "smlad r2,r12,r9,r2\nsmlad r3,r8,r9,r3\nsmlad r1,lr,r9,r1\nadd r7,r5,r6,lsl #1\n" \
        "smlad r4,r11,r9,r4\nldrsb r5,[r5,r6]\nldrsb r11,[r7]\nldrsb r7,[r7,r6]\nldr r6,[sp,#20]\n" \
        "ldr r9,[sp,#20]\npkhbt r5,r5,r11,lsl #16\nsmlad r4,r8,r5,r4\nsmlad r2,lr,r5,r2\n" \
        "smlad r3,r12,r5,r3\npkhbt r7,r7,r6,lsl #16\nsmlad r3,lr,r7,r3\nsmlad r4,r12,r7,r4\n" \
        "smlad r4,lr,r9,r4\n");

#define TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_RIGHT5_2 \
    __asm__ volatile( \
        "ldr r10,[sp,#0]\nldr r0,[r10]\nmov r1,r0\nmov r2,r0\nmov r3,r0\nmov r4,r0\n" \
        "ldr r5,[sp,#120]\nldr r6,[sp,#36]\nldr r7,[sp,#92]\nadd r5,r6,r5\nadd r6,r6,r7\n" \
        "str r6,[sp,#36]\nldrsb r6,[r5]\nldr r7,[sp,#64]\nldrsb r8,[r5,r7]\n" \
        "pkhbt r6,r6,r8,lsl #16\nadd r8,r5,r7\nldr r9,[r10,#16]\nsmlad r0,r9,r6,r0\n" \
        "ldrsb r6,[r8,r7,lsl #1]\nldrsb r11,[r5,r7,lsl #1]\npkhbt r11,r11,r6,lsl #16\n" \
        "smlad r1,r9,r11,r1\nldr r6,[r10,#20]\nsmlad r0,r6,r11,r0\nldrsb r11,[r5,r7,lsl #2]\n" \
        "ldrsb r12,[r8,r7,lsl #2]\npkhbt r11,r11,r12,lsl #16\nsmlad r1,r6,r11,r1\n" \
        "smlad r2,r9,r11,r2\nldr r12,[r10,#24]\nsmlad r0,r12,r11,r0\nadd r8,r8,r7,lsl #2\n" \
        "ldrsb r11,[r8,r7,lsl #1]\nldrsb lr,[r8,r7]\npkhbt lr,lr,r11,lsl #16\nsmlad r1,r12,lr,r1\n" \
        "smlad r2,r6,lr,r2\nsmlad r3,r9,lr,r3\nldr r11,[r10,#28]\nsmlad r0,r11,lr,r0\n" \
        "ldrsb r8,[r8,r7,lsl #2]\nldrsb lr,[r5,r7,lsl #3]\npkhbt lr,lr,r8,lsl #16\n" \
        "smlad r1,r11,lr,r1\nsmlad r2,r12,lr,r2\nsmlad r3,r6,lr,r3\nsmlad r4,r9,lr,r4\n" \
        "add r5,r5,r7,lsl #3\nadd r9,r5,r7,lsl #1\nldrsb r5,[r5,r7,lsl #1]\nldrsb lr,[r9,r7]\n" \
        "pkhbt r5,r5,lr,lsl #16\nsmlad r2,r11,r5,r2\nsmlad r3,r12,r5,r3\nsmlad r4,r6,r5,r4\n" \
        "ldrsb r9,[r9,r7,lsl #1]\nldr r7,[sp,#20]\npkhbt r9,r9,r7,lsl #16\nsmlad r3,r11,r9,r3\n" \
        "smlad r4,r12,r9,r4\nldr r12,[sp,#20]\nldr r9,[sp,#124]\nsmlad r4,r11,r12,r4\n" \
        "ldr r11,[sp,#40]\nldr r12,[sp,#96]\nadd r9,r11,r9\nadd r11,r11,r12\nstr r11,[sp,#40]\n" \
        "ldr r11,[sp,#68]\nldrsb r12,[r9]\nldrsb r7,[r9,r11]\npkhbt r12,r12,r7,lsl #16\n" \
        "add r7,r9,r11\nldr r6,[r10,#32]\nsmlad r0,r6,r12,r0\nldrsb r12,[r9,r11,lsl #1]\n" \
        "ldrsb r5,[r7,r11,lsl #1]\npkhbt r12,r12,r5,lsl #16\nsmlad r1,r6,r12,r1\nldr r5,[r10,#36]\n" \
        "smlad r0,r5,r12,r0\nldrsb r12,[r9,r11,lsl #2]\nldrsb lr,[r7,r11,lsl #2]\n" \
        "pkhbt r12,r12,lr,lsl #16\nsmlad r1,r5,r12,r1\nsmlad r2,r6,r12,r2\nldr lr,[r10,#40]\n" \
        "smlad r0,lr,r12,r0\nadd r7,r7,r11,lsl #2\nldrsb r12,[r7,r11,lsl #1]\nldrsb r8,[r7,r11]\n" \
        "pkhbt r8,r8,r12,lsl #16\nsmlad r1,lr,r8,r1\nsmlad r2,r5,r8,r2\nsmlad r3,r6,r8,r3\n" \
        "ldr r12,[r10,#44]\nsmlad r0,r12,r8,r0\nldrsb r8,[r9,r11,lsl #3]\n" \
        "ldrsb r7,[r7,r11,lsl #2]\npkhbt r8,r8,r7,lsl #16\nsmlad r1,r12,r8,r1\nsmlad r2,lr,r8,r2\n" \
        "smlad r3,r5,r8,r3\nsmlad r4,r6,r8,r4\nadd r9,r9,r11,lsl #3\nadd r6,r9,r11,lsl #1\n" \
        "ldrsb r8,[r6,r11]\nldrsb r9,[r9,r11,lsl #1]\npkhbt r9,r9,r8,lsl #16\nsmlad r2,r12,r9,r2\n" \
        "smlad r3,lr,r9,r3\nsmlad r4,r5,r9,r4\nldrsb r6,[r6,r11,lsl #1]\nldr r11,[sp,#20]\n" \
        "pkhbt r6,r6,r11,lsl #16\nsmlad r3,r12,r6,r3\nsmlad r4,lr,r6,r4\nldr lr,[sp,#20]\n" \
        "ldr r6,[sp,#44]\nsmlad r4,r12,lr,r4\nldr r12,[sp,#128]\nldr lr,[sp,#100]\nadd r12,r6,r12\n" \
        "add r6,r6,lr\nstr r6,[sp,#44]\nldrsb r6,[r12]\nldr lr,[sp,#72]\nldrsb r11,[r12,lr]\n" \
        "pkhbt r6,r6,r11,lsl #16\nadd r11,r12,lr\nldr r5,[r10,#48]\nsmlad r0,r5,r6,r0\n" \
        "ldrsb r6,[r12,lr,lsl #1]\nldrsb r9,[r11,lr,lsl #1]\npkhbt r6,r6,r9,lsl #16\n" \
        "smlad r1,r5,r6,r1\nldr r9,[r10,#52]\nsmlad r0,r9,r6,r0\nldrsb r6,[r12,lr,lsl #2]\n" \
        "ldrsb r8,[r11,lr,lsl #2]\npkhbt r6,r6,r8,lsl #16\nsmlad r1,r9,r6,r1\nsmlad r2,r5,r6,r2\n" \
        "ldr r8,[r10,#56]\nsmlad r0,r8,r6,r0\nadd r11,r11,lr,lsl #2\nldrsb r6,[r11,lr,lsl #1]\n" \
        "ldrsb r7,[r11,lr]\npkhbt r7,r7,r6,lsl #16\nsmlad r1,r8,r7,r1\nsmlad r2,r9,r7,r2\n" \
        "smlad r3,r5,r7,r3\nldr r6,[r10,#60]\nsmlad r0,r6,r7,r0\nldrsb r11,[r11,lr,lsl #2]\n" \
        "ldrsb r7,[r12,lr,lsl #3]\npkhbt r7,r7,r11,lsl #16\nsmlad r1,r6,r7,r1\nsmlad r2,r8,r7,r2\n" \
        "smlad r3,r9,r7,r3\nsmlad r4,r5,r7,r4\nadd r12,r12,lr,lsl #3\nadd r5,r12,lr,lsl #1\n" \
        "ldrsb r12,[r12,lr,lsl #1]\nldrsb r7,[r5,lr]\npkhbt r12,r12,r7,lsl #16\n" \
        "smlad r2,r6,r12,r2\nsmlad r3,r8,r12,r3\nsmlad r4,r9,r12,r4\nldr r9,[sp,#20]\n" \
        "ldrsb r5,[r5,lr,lsl #1]\npkhbt r5,r5,r9,lsl #16\nsmlad r3,r6,r5,r3\nsmlad r4,r8,r5,r4\n" \
        "ldr r8,[sp,#20]\nldr r5,[sp,#48]\nsmlad r4,r6,r8,r4\nldr r6,[sp,#132]\nldr r8,[sp,#104]\n" \
        "add r6,r5,r6\nadd r5,r5,r8\nstr r5,[sp,#48]\nldr r5,[sp,#76]\nldrsb r8,[r6,r5]\n" \
        "ldrsb r9,[r6]\npkhbt r9,r9,r8,lsl #16\nadd r8,r6,r5\nldr lr,[r10,#64]\n"); \
    __asm__ volatile( \
        "smlad r0,lr,r9,r0\nldrsb r9,[r6,r5,lsl #1]\nldrsb r12,[r8,r5,lsl #1]\n" \
        "pkhbt r9,r9,r12,lsl #16\nsmlad r1,lr,r9,r1\nldr r12,[r10,#68]\nsmlad r0,r12,r9,r0\n" \
        "ldrsb r9,[r6,r5,lsl #2]\nldrsb r7,[r8,r5,lsl #2]\npkhbt r9,r9,r7,lsl #16\n" \
        "smlad r1,r12,r9,r1\nsmlad r2,lr,r9,r2\nldr r7,[r10,#72]\nsmlad r0,r7,r9,r0\n" \
        "add r8,r8,r5,lsl #2\nldrsb r9,[r8,r5]\nldrsb r11,[r8,r5,lsl #1]\npkhbt r9,r9,r11,lsl #16\n" \
        "smlad r1,r7,r9,r1\nsmlad r2,r12,r9,r2\nsmlad r3,lr,r9,r3\nldr r11,[r10,#76]\n" \
        "smlad r0,r11,r9,r0\nldrsb r8,[r8,r5,lsl #2]\nldrsb r9,[r6,r5,lsl #3]\n" \
        "pkhbt r9,r9,r8,lsl #16\nsmlad r1,r11,r9,r1\nsmlad r2,r7,r9,r2\nsmlad r3,r12,r9,r3\n" \
        "smlad r4,lr,r9,r4\nadd r6,r6,r5,lsl #3\nadd lr,r6,r5,lsl #1\nldrsb r6,[r6,r5,lsl #1]\n" \
        "ldrsb r9,[lr,r5]\npkhbt r6,r6,r9,lsl #16\nsmlad r2,r11,r6,r2\nsmlad r3,r7,r6,r3\n" \
        "smlad r4,r12,r6,r4\nldr r12,[sp,#20]\nldrsb lr,[lr,r5,lsl #1]\npkhbt lr,lr,r12,lsl #16\n" \
        "smlad r3,r11,lr,r3\nsmlad r4,r7,lr,r4\nldr r7,[sp,#20]\nldr lr,[sp,#52]\n" \
        "smlad r4,r11,r7,r4\nldr r11,[sp,#136]\nldr r7,[sp,#108]\nadd r11,lr,r11\nadd lr,lr,r7\n" \
        "str lr,[sp,#52]\nldrsb lr,[r11]\nldr r7,[sp,#80]\nldrsb r12,[r11,r7]\n" \
        "pkhbt lr,lr,r12,lsl #16\nadd r12,r11,r7\nldr r5,[r10,#80]\nsmlad r0,r5,lr,r0\n" \
        "ldrsb lr,[r11,r7,lsl #1]\nldrsb r6,[r12,r7,lsl #1]\npkhbt lr,lr,r6,lsl #16\n" \
        "smlad r1,r5,lr,r1\nldr r6,[r10,#84]\nsmlad r0,r6,lr,r0\nldrsb lr,[r11,r7,lsl #2]\n" \
        "ldrsb r9,[r12,r7,lsl #2]\npkhbt lr,lr,r9,lsl #16\nsmlad r1,r6,lr,r1\nsmlad r2,r5,lr,r2\n" \
        "ldr r9,[r10,#88]\nsmlad r0,r9,lr,r0\nadd r12,r12,r7,lsl #2\nldrsb lr,[r12,r7]\n" \
        "ldrsb r8,[r12,r7,lsl #1]\npkhbt lr,lr,r8,lsl #16\nsmlad r1,r9,lr,r1\nsmlad r2,r6,lr,r2\n" \
        "smlad r3,r5,lr,r3\nldr r8,[r10,#92]\nsmlad r0,r8,lr,r0\nldrsb r12,[r12,r7,lsl #2]\n" \
        "ldrsb lr,[r11,r7,lsl #3]\npkhbt lr,lr,r12,lsl #16\nsmlad r1,r8,lr,r1\nsmlad r2,r9,lr,r2\n" \
        "smlad r3,r6,lr,r3\nsmlad r4,r5,lr,r4\nadd r11,r11,r7,lsl #3\nadd r5,r11,r7,lsl #1\n" \
        "ldrsb r11,[r11,r7,lsl #1]\nldrsb lr,[r5,r7]\npkhbt r11,r11,lr,lsl #16\n" \
        "smlad r2,r8,r11,r2\nsmlad r3,r9,r11,r3\nsmlad r4,r6,r11,r4\nldr r6,[sp,#20]\n" \
        "ldrsb r5,[r5,r7,lsl #1]\npkhbt r5,r5,r6,lsl #16\nsmlad r3,r8,r5,r3\nsmlad r4,r9,r5,r4\n" \
        "ldr r9,[sp,#20]\nldr r5,[sp,#56]\nsmlad r4,r8,r9,r4\nldr r8,[sp,#140]\nldr r9,[sp,#112]\n" \
        "add r8,r5,r8\nadd r5,r5,r9\nstr r5,[sp,#56]\nldr r5,[sp,#84]\nldrsb r9,[r8,r5]\n" \
        "ldrsb r6,[r8]\npkhbt r6,r6,r9,lsl #16\nadd r9,r8,r5\nldr r7,[r10,#96]\nsmlad r0,r7,r6,r0\n" \
        "ldrsb r6,[r9,r5,lsl #1]\nldrsb r11,[r8,r5,lsl #1]\npkhbt r11,r11,r6,lsl #16\n" \
        "smlad r1,r7,r11,r1\nldr r6,[r10,#100]\nsmlad r0,r6,r11,r0\nldrsb r11,[r9,r5,lsl #2]\n" \
        "ldrsb lr,[r8,r5,lsl #2]\npkhbt lr,lr,r11,lsl #16\nsmlad r1,r6,lr,r1\nsmlad r2,r7,lr,r2\n" \
        "ldr r11,[r10,#104]\nsmlad r0,r11,lr,r0\nadd r9,r9,r5,lsl #2\nldrsb lr,[r9,r5,lsl #1]\n" \
        "ldrsb r12,[r9,r5]\npkhbt r12,r12,lr,lsl #16\nsmlad r1,r11,r12,r1\nsmlad r2,r6,r12,r2\n" \
        "smlad r3,r7,r12,r3\nldr lr,[r10,#108]\nsmlad r0,lr,r12,r0\nldrsb r12,[r8,r5,lsl #3]\n" \
        "ldrsb r9,[r9,r5,lsl #2]\npkhbt r12,r12,r9,lsl #16\nsmlad r1,lr,r12,r1\n" \
        "smlad r2,r11,r12,r2\nsmlad r3,r6,r12,r3\nsmlad r4,r7,r12,r4\nadd r8,r8,r5,lsl #3\n" \
        "add r7,r8,r5,lsl #1\nldrsb r8,[r8,r5,lsl #1]\nldrsb r12,[r7,r5]\npkhbt r8,r8,r12,lsl #16\n" \
        "smlad r2,lr,r8,r2\nsmlad r3,r11,r8,r3\nsmlad r4,r6,r8,r4\nldr r6,[sp,#20]\n" \
        "ldrsb r7,[r7,r5,lsl #1]\npkhbt r7,r7,r6,lsl #16\nsmlad r3,lr,r7,r3\nsmlad r4,r11,r7,r4\n" \
        "ldr r11,[sp,#20]\nldr r7,[sp,#144]\nsmlad r4,lr,r11,r4\nldr lr,[sp,#60]\n" \
        "ldr r11,[sp,#116]\nadd r7,lr,r7\nadd lr,lr,r11\nstr lr,[sp,#60]\nldrsb lr,[r7]\n" \
        "ldr r11,[sp,#88]\nldrsb r6,[r7,r11]\npkhbt lr,lr,r6,lsl #16\nadd r6,r7,r11\n" \
        "ldr r5,[r10,#112]\nsmlad r0,r5,lr,r0\nldrsb lr,[r6,r11,lsl #1]\nldrsb r8,[r7,r11,lsl #1]\n" \
        "pkhbt r8,r8,lr,lsl #16\nsmlad r1,r5,r8,r1\nldr lr,[r10,#116]\nsmlad r0,lr,r8,r0\n" \
        "ldrsb r8,[r7,r11,lsl #2]\nldrsb r12,[r6,r11,lsl #2]\npkhbt r8,r8,r12,lsl #16\n" \
        "smlad r1,lr,r8,r1\nsmlad r2,r5,r8,r2\nldr r12,[r10,#120]\n"); \
    __asm__ volatile( \
        "smlad r0,r12,r8,r0\nadd r6,r6,r11,lsl #2\nldrsb r8,[r6,r11,lsl #1]\nldrsb r9,[r6,r11]\n" \
        "pkhbt r9,r9,r8,lsl #16\nsmlad r1,r12,r9,r1\nsmlad r2,lr,r9,r2\nsmlad r3,r5,r9,r3\n" \
        "ldr r8,[r10,#124]\nsmlad r0,r8,r9,r0\nldrsb r6,[r6,r11,lsl #2]\nldrsb r9,[r7,r11,lsl #3]\n" \
        "pkhbt r9,r9,r6,lsl #16\nsmlad r1,r8,r9,r1\nsmlad r2,r12,r9,r2\nsmlad r3,lr,r9,r3\n" \
        "smlad r4,r5,r9,r4\nadd r7,r7,r11,lsl #3\nadd r5,r7,r11,lsl #1\nldrsb r7,[r7,r11,lsl #1]\n" \
        "ldrsb r9,[r5,r11]\npkhbt r7,r7,r9,lsl #16\nsmlad r2,r8,r7,r2\nsmlad r3,r12,r7,r3\n" \
        "smlad r4,lr,r7,r4\nldr lr,[sp,#20]\nldrsb r5,[r5,r11,lsl #1]\npkhbt r5,r5,lr,lsl #16\n" \
        "smlad r3,r8,r5,r3\nsmlad r4,r12,r5,r4\nldr r12,[sp,#20]\nsmlad r4,r8,r12,r4\n");

TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_1_3_3_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE3_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE3_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_1_3_3_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE3_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE3_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_1_4_3_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE4_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE4_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_1_4_3_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE4_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE4_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_1_5_3_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE5_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE5_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_1_5_3_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_WHOLE5_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_WHOLE5_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_1_0_3_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_LEFT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_LEFT5_SHORT TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_RIGHT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_RIGHT5_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_1_0_3_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_LEFT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_LEFT5_LONG TVM_TINY_DEPTHWISE_LARGE_SUMS_7_1_RIGHT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_1_RIGHT5_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_3_3_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_3_3_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_4_3_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_4_3_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_5_3_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_5_3_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_3_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_0_3_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_LEFT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_SHORT TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_RIGHT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_0_3_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_LEFT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_LONG TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_RIGHT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_3_2_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_2_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_3_2_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_2_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_4_2_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_2_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_4_2_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_2_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_5_2_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_2_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_5_2_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_2_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_0_2_3_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_LEFT5_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_SHORT TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_RIGHT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_0_2_3_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_LEFT5_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_LONG TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_RIGHT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_3_3_2_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_3_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_3_3_2_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE3_3_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE3_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_4_3_2_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_3_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_4_3_2_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE4_3_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE4_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_5_3_2_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_3_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_5_3_2_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_WHOLE5_3_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_WHOLE5_LONG)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_0_3_2_short, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_LEFT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_SHORT TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_RIGHT5_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_SHORT)
TVM_TINY_DEPTHWISE_LARGE_FUNCTION(7_2_0_3_2_long, TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_LEFT5_3 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_LEFT5_LONG TVM_TINY_DEPTHWISE_LARGE_SUMS_7_2_RIGHT5_2 TVM_TINY_DEPTHWISE_LARGE_ENDS_2_RIGHT5_LONG)

#define TVM_TINY_DEPTHWISE_LARGE7_CASES \
    case 71333: (relu ? tvm_tiny_depthwise_large_7_1_3_3_3_short : tvm_tiny_depthwise_large_7_1_3_3_3_long)(job); break; \
    case 71433: (relu ? tvm_tiny_depthwise_large_7_1_4_3_3_short : tvm_tiny_depthwise_large_7_1_4_3_3_long)(job); break; \
    case 71533: (relu ? tvm_tiny_depthwise_large_7_1_5_3_3_short : tvm_tiny_depthwise_large_7_1_5_3_3_long)(job); break; \
    case 71033: (relu ? tvm_tiny_depthwise_large_7_1_0_3_3_short : tvm_tiny_depthwise_large_7_1_0_3_3_long)(job); break; \
    case 72333: (relu ? tvm_tiny_depthwise_large_7_2_3_3_3_short : tvm_tiny_depthwise_large_7_2_3_3_3_long)(job); break; \
    case 72433: (relu ? tvm_tiny_depthwise_large_7_2_4_3_3_short : tvm_tiny_depthwise_large_7_2_4_3_3_long)(job); break; \
    case 72533: (relu ? tvm_tiny_depthwise_large_7_2_5_3_3_short : tvm_tiny_depthwise_large_7_2_5_3_3_long)(job); break; \
    case 72033: (relu ? tvm_tiny_depthwise_large_7_2_0_3_3_short : tvm_tiny_depthwise_large_7_2_0_3_3_long)(job); break; \
    case 72323: (relu ? tvm_tiny_depthwise_large_7_2_3_2_3_short : tvm_tiny_depthwise_large_7_2_3_2_3_long)(job); break; \
    case 72423: (relu ? tvm_tiny_depthwise_large_7_2_4_2_3_short : tvm_tiny_depthwise_large_7_2_4_2_3_long)(job); break; \
    case 72523: (relu ? tvm_tiny_depthwise_large_7_2_5_2_3_short : tvm_tiny_depthwise_large_7_2_5_2_3_long)(job); break; \
    case 72023: (relu ? tvm_tiny_depthwise_large_7_2_0_2_3_short : tvm_tiny_depthwise_large_7_2_0_2_3_long)(job); break; \
    case 72332: (relu ? tvm_tiny_depthwise_large_7_2_3_3_2_short : tvm_tiny_depthwise_large_7_2_3_3_2_long)(job); break; \
    case 72432: (relu ? tvm_tiny_depthwise_large_7_2_4_3_2_short : tvm_tiny_depthwise_large_7_2_4_3_2_long)(job); break; \
    case 72532: (relu ? tvm_tiny_depthwise_large_7_2_5_3_2_short : tvm_tiny_depthwise_large_7_2_5_3_2_long)(job); break; \
    case 72032: (relu ? tvm_tiny_depthwise_large_7_2_0_3_2_short : tvm_tiny_depthwise_large_7_2_0_3_2_long)(job); break;

#ifdef __cplusplus
}
#endif

#endif
