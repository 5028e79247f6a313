/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m7; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_DIRECT_ROWS_DUAL_H
#define TVM_TINY_DEPTHWISE_DIRECT_ROWS_DUAL_H

#include <stdint.h>

#include "tvm_tiny_depthwise_direct_dual.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TVM_TINY_DEPTHWISE_DIRECT_FIRST4_LONG \
    "ldr r0,[sp,#20]\nldr r1,[sp,#8]\nldr r2,[sp,#68]\nldr r3,[sp]\nadd r4,r1,r0,lsl #2\n" \
    "str r4,[sp,#76]\nldrsb r4,[r1,r0]\nadd r5,r1,r0,lsl #2\nldr r6,[r3]\nadd r7,r1,r0,lsl #1\n" \
    "ldr r8,[r3,#16]\nldr r9,[r3,#20]\nldrsb r10,[r1,r0,lsl #1]\nldrsb r7,[r7,r0]\n" \
    "pkhbt r4,r2,r4,lsl #16\nldrsb r5,[r5,r0]\nsmlad r11,r4,r8,r6\nldrsb r1,[r1,r0,lsl #2]\n" \
    "pkhbt r10,r10,r7,lsl #16\nsmlatb r4,r4,r8,r6\nsmlabt r11,r10,r9,r11\nldr r7,[sp,#12]\n" \
    "smlad r4,r10,r9,r4\nldr r0,[sp,#24]\nsmlatb r12,r10,r8,r6\nsmlad r6,r10,r8,r6\n" \
    "add r10,r7,r0,lsl #2\npkhbt r1,r1,r5,lsl #16\nstr r10,[sp,#80]\nsmlabt r6,r1,r9,r6\n" \
    "ldrsb r10,[r7,r0]\nsmlad r12,r1,r9,r12\nldr r1,[r3,#24]\nldr r9,[r3,#28]\n" \
    "add r5,r7,r0,lsl #1\nldrsb r8,[r7,r0,lsl #1]\nadd lr,r7,r0,lsl #2\nldrsb r5,[r5,r0]\n" \
    "pkhbt r10,r2,r10,lsl #16\nldrsb lr,[lr,r0]\nsmlad r11,r10,r1,r11\n" \
    "ldrsb r7,[r7,r0,lsl #2]\nsmlatb r4,r10,r1,r4\nldr r10,[sp,#16]\npkhbt r8,r8,r5,lsl #16\n" \
    "ldr r5,[sp,#28]\nsmlad r4,r8,r9,r4\nsmlabt r11,r8,r9,r11\nadd r0,r10,r5,lsl #2\n" \
    "pkhbt r7,r7,lr,lsl #16\nsmlad r6,r8,r1,r6\nsmlabt r6,r7,r9,r6\nadd lr,r10,r5,lsl #1\n" \
    "smlatb r12,r8,r1,r12\nldrsb r8,[r10,r5]\nsmlad r12,r7,r9,r12\nldr r7,[r3,#32]\n" \
    "str r0,[sp,#84]\nldrsb r0,[r10,r5,lsl #1]\nldrsb lr,[lr,r5]\nadd r9,r10,r5,lsl #2\n" \
    "ldr r3,[r3,#36]\npkhbt r2,r2,r8,lsl #16\nldrsb r9,[r9,r5]\nsmlad r11,r2,r7,r11\n" \
    "ldrsb r10,[r10,r5,lsl #2]\npkhbt r0,r0,lr,lsl #16\nsmlatb r4,r2,r7,r4\n" \
    "smlabt r11,r0,r3,r11\nldr r2,[sp]\nsmlad r4,r0,r3,r4\nsmlad r6,r0,r7,r6\nldr lr,[r2,#8]\n" \
    "pkhbt r10,r10,r9,lsl #16\nsmlatb r12,r0,r7,r12\nsmlabt r6,r10,r3,r6\nldr r0,[r2,#12]\n" \
    "smlad r12,r10,r3,r12\nldr r2,[r2,#4]\nldr r10,[sp,#4]\nand r3,r11,r0\nldr r7,[sp,#60]\n" \
    "and r9,r4,r0\nadd r3,lr,r3,asr #31\nsmmlar r3,r11,r2,r3\nadd r9,lr,r9,asr #31\n" \
    "smmlar r9,r4,r2,r9\nasr r3,r3,r0\nand r4,r6,r0\nasr r9,r9,r0\nand r11,r12,r0\n" \
    "ssat r3,#8,r3\nadd r5,r10,r7\nstrb r3,[r10]\nadd r4,lr,r4,asr #31\nssat r9,#8,r9\n" \
    "smmlar r4,r6,r2,r4\nstrb r9,[r10,r7]\nadd lr,lr,r11,asr #31\nasr r4,r4,r0\n" \
    "smmlar lr,r12,r2,lr\nadd r12,r10,r7,lsl #2\nstr r12,[sp,#88]\nssat r4,#8,r4\n" \
    "asr lr,lr,r0\nstrb r4,[r10,r7,lsl #1]\nssat lr,#8,lr\nstrb lr,[r5,r7,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_MIDDLE4_LONG \
    "ldr r0,[sp,#76]\nldr r1,[sp]\nldr r2,[sp,#20]\nldr r3,[sp,#80]\nldr r4,[r1,#16]\n" \
    "ldr r5,[r1,#20]\nldrsb r6,[r0]\nadd r7,r0,r2,lsl #2\nldrsb r8,[r0,r2,lsl #1]\n" \
    "str r7,[sp,#76]\nldr r7,[r1]\nadd r9,r0,r2,lsl #1\nldrsb r10,[r0,r2]\n" \
    "add r11,r0,r2,lsl #2\nldrsb r9,[r9,r2]\nldrsb r0,[r0,r2,lsl #2]\nldrsb r11,[r11,r2]\n" \
    "pkhbt r6,r6,r10,lsl #16\nldr r10,[sp,#24]\nsmlatb r2,r6,r4,r7\nldrsb r12,[r3]\n" \
    "smlad r6,r6,r4,r7\nadd lr,r3,r10,lsl #2\npkhbt r8,r8,r9,lsl #16\nstr lr,[sp,#80]\n" \
    "smlad r2,r8,r5,r2\nldr lr,[r1,#24]\nsmlabt r6,r8,r5,r6\nldrsb r9,[r3,r10]\n" \
    "pkhbt r0,r0,r11,lsl #16\nsmlad r11,r8,r4,r7\nsmlatb r7,r8,r4,r7\nldr r8,[r1,#28]\n" \
    "smlad r7,r0,r5,r7\nldrsb r4,[r3,r10,lsl #1]\nsmlabt r11,r0,r5,r11\n" \
    "ldrsb r0,[r3,r10,lsl #2]\nadd r5,r3,r10,lsl #1\nadd r3,r3,r10,lsl #2\nldrsb r5,[r5,r10]\n" \
    "ldrsb r3,[r3,r10]\nldr r10,[sp,#28]\npkhbt r12,r12,r9,lsl #16\nldr r9,[sp,#84]\n" \
    "smlad r6,r12,lr,r6\npkhbt r4,r4,r5,lsl #16\nsmlatb r2,r12,lr,r2\nsmlabt r6,r4,r8,r6\n" \
    "ldr r12,[r1,#32]\npkhbt r0,r0,r3,lsl #16\nsmlad r2,r4,r8,r2\nsmlad r11,r4,lr,r11\n" \
    "ldrsb r3,[r9,r10]\nsmlatb r7,r4,lr,r7\nldrsb r4,[r9,r10,lsl #1]\nsmlabt r11,r0,r8,r11\n" \
    "ldrsb lr,[r9]\nsmlad r7,r0,r8,r7\nldr r1,[r1,#36]\nadd r0,r9,r10,lsl #2\nstr r0,[sp,#84]\n" \
    "ldrsb r0,[r9,r10,lsl #2]\nadd r8,r9,r10,lsl #1\npkhbt lr,lr,r3,lsl #16\nldr r3,[sp]\n" \
    "ldrsb r8,[r8,r10]\nadd r9,r9,r10,lsl #2\nldr r5,[r3,#12]\nsmlad r6,lr,r12,r6\n" \
    "ldrsb r9,[r9,r10]\nsmlatb r2,lr,r12,r2\nldr lr,[r3,#4]\nldr r3,[r3,#8]\n" \
    "pkhbt r4,r4,r8,lsl #16\nldr r8,[sp,#88]\nsmlabt r6,r4,r1,r6\nldr r10,[sp,#60]\n" \
    "smlad r11,r4,r12,r11\nsmlad r2,r4,r1,r2\nsmlatb r7,r4,r12,r7\nand r4,r6,r5\n" \
    "pkhbt r0,r0,r9,lsl #16\nand r9,r2,r5\nsmlabt r11,r0,r1,r11\nadd r4,r3,r4,asr #31\n" \
    "smlad r7,r0,r1,r7\nadd r9,r3,r9,asr #31\nsmmlar r4,r6,lr,r4\nand r6,r11,r5\n" \
    "smmlar r9,r2,lr,r9\nldr r2,[sp,#92]\nasr r4,r4,r5\nand r0,r7,r5\nasr r9,r9,r5\n" \
    "add r1,r8,r10\nssat r4,#8,r4\nsubs r2,r2,#1\nstrb r4,[r8]\nadd r0,r3,r0,asr #31\n" \
    "ssat r9,#8,r9\nsmmlar r0,r7,lr,r0\nstrb r9,[r8,r10]\nadd r3,r3,r6,asr #31\n" \
    "smmlar r3,r11,lr,r3\nasr r0,r0,r5\nadd r11,r8,r10,lsl #2\nstr r11,[sp,#88]\nasr r3,r3,r5\n" \
    "str r2,[sp,#92]\nssat r0,#8,r0\nssat r3,#8,r3\nstrb r0,[r1,r10,lsl #1]\n" \
    "strb r3,[r8,r10,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_END4_LONG \
    "ldr r0,[sp,#8]\nldr r1,[sp,#44]\nldr r2,[sp,#32]\nldr r3,[sp,#20]\nadd r1,r0,r1\n" \
    "ldr r4,[sp]\nadd r0,r0,r2\nstr r0,[sp,#8]\nldrsb r0,[r1,r3]\nadd r2,r1,r3,lsl #1\n" \
    "ldrsb r5,[r1]\nldr r6,[r4]\nldr r7,[r4,#20]\nldrsb r8,[r1,r3,lsl #1]\nldr r9,[r4,#16]\n" \
    "ldrsb r2,[r2,r3]\nldrsb r1,[r1,r3,lsl #2]\nldr r3,[sp,#68]\nldr r10,[sp,#48]\n" \
    "pkhbt r5,r5,r0,lsl #16\nldr r0,[sp,#12]\nsmlad r11,r5,r9,r6\nldr r12,[sp,#36]\n" \
    "pkhbt r8,r8,r2,lsl #16\nsmlatb r5,r5,r9,r6\nsmlabt r11,r8,r7,r11\nldr r2,[sp,#24]\n" \
    "smlad lr,r8,r9,r6\nadd r10,r0,r10\nsmlad r5,r8,r7,r5\nadd r0,r0,r12\nsmlatb r6,r8,r9,r6\n" \
    "ldr r8,[r4,#24]\npkhbt r1,r1,r3,lsl #16\nldrsb r9,[r10,r2]\nsmlad r6,r1,r7,r6\n" \
    "ldrsb r12,[r10,r2,lsl #1]\nsmlabt lr,r1,r7,lr\nldrsb r1,[r10]\nstr r0,[sp,#12]\n" \
    "ldr r0,[r4,#28]\nldrsb r7,[r10,r2,lsl #2]\nadd r10,r10,r2,lsl #1\npkhbt r1,r1,r9,lsl #16\n" \
    "ldr r9,[sp,#52]\nldrsb r10,[r10,r2]\nsmlad r11,r1,r8,r11\nldr r2,[sp,#16]\n" \
    "smlatb r5,r1,r8,r5\nldr r1,[sp,#40]\nadd r9,r2,r9\npkhbt r12,r12,r10,lsl #16\n" \
    "ldr r10,[sp,#28]\nsmlabt r11,r12,r0,r11\nadd r2,r2,r1\nsmlad r5,r12,r0,r5\n" \
    "ldrsb r1,[r9,r10]\nsmlad lr,r12,r8,lr\nsmlatb r6,r12,r8,r6\nldrsb r12,[r9]\n" \
    "pkhbt r7,r7,r3,lsl #16\nldrsb r8,[r9,r10,lsl #1]\nsmlad r6,r7,r0,r6\nsmlabt lr,r7,r0,lr\n" \
    "ldr r7,[r4,#32]\nstr r2,[sp,#16]\nldr r4,[r4,#36]\nldrsb r2,[r9,r10,lsl #2]\n" \
    "add r9,r9,r10,lsl #1\npkhbt r12,r12,r1,lsl #16\nldr r1,[sp,#56]\nldrsb r9,[r9,r10]\n" \
    "smlad r11,r12,r7,r11\nsmlatb r5,r12,r7,r5\nldr r12,[sp,#4]\nldr r10,[sp]\nadd r0,r12,#1\n" \
    "pkhbt r8,r8,r9,lsl #16\nadd r12,r12,r1\nsmlad r5,r8,r4,r5\nldr r1,[r10,#12]\n" \
    "smlabt r11,r8,r4,r11\nldr r9,[r10,#8]\nsmlad lr,r8,r7,lr\nsmlatb r6,r8,r7,r6\n" \
    "ldr r8,[r10,#4]\npkhbt r2,r2,r3,lsl #16\nldr r3,[sp,#60]\nsmlad r6,r2,r4,r6\n" \
    "and r7,r11,r1\nsmlabt lr,r2,r4,lr\nand r2,r5,r1\nstr r0,[sp,#4]\nadd r7,r9,r7,asr #31\n" \
    "smmlar r7,r11,r8,r7\nadd r2,r9,r2,asr #31\nsmmlar r2,r5,r8,r2\nand r5,lr,r1\n" \
    "asr r7,r7,r1\nldr r11,[sp,#64]\nasr r2,r2,r1\nand r0,r6,r1\nssat r7,#8,r7\nadd r4,r12,r3\n" \
    "strb r7,[r12]\nadd r5,r9,r5,asr #31\nssat r2,#8,r2\nsmmlar r5,lr,r8,r5\nstrb r2,[r12,r3]\n" \
    "add r9,r9,r0,asr #31\nasr r5,r5,r1\nsmmlar r9,r6,r8,r9\nadd r10,r10,#40\nstr r10,[sp]\n" \
    "ssat r5,#8,r5\nasr r9,r9,r1\nstrb r5,[r12,r3,lsl #1]\nsubs r11,r11,#1\nssat r9,#8,r9\n" \
    "str r11,[sp,#64]\nstrb r9,[r4,r3,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_FIRST5_LONG \
    "ldr r0,[sp,#8]\nldr r1,[sp,#20]\nadd r2,r0,r1\nldr r3,[sp,#68]\nadd r2,r2,r1,lsl #2\n" \
    "str r2,[sp,#76]\nldrsb r2,[r0,r1]\nadd r4,r0,r1,lsl #1\nldr r5,[sp]\nadd r6,r0,r1,lsl #2\n" \
    "ldrsb r7,[r4,r1]\nldr r8,[r5]\nldr r9,[r5,#20]\nldr r10,[r5,#16]\n" \
    "ldrsb r11,[r0,r1,lsl #1]\npkhbt r2,r3,r2,lsl #16\nldrsb r0,[r0,r1,lsl #2]\n" \
    "smlad r12,r2,r10,r8\nldrsb r6,[r6,r1]\nsmlatb r2,r2,r10,r8\nldrsb r4,[r4,r1,lsl #2]\n" \
    "pkhbt r11,r11,r7,lsl #16\nldr r7,[sp,#24]\nsmlabt r12,r11,r9,r12\nldr r1,[sp,#12]\n" \
    "smlad r2,r11,r9,r2\nadd lr,r1,r7\npkhbt r0,r0,r6,lsl #16\nsmlad r6,r11,r10,r8\n" \
    "smlatb r11,r11,r10,r8\nadd lr,lr,r7,lsl #2\nsmlabt r6,r0,r9,r6\nsmlad r11,r0,r9,r11\n" \
    "smlad r8,r0,r10,r8\nadd r0,r1,r7,lsl #1\nsmlabt r8,r4,r9,r8\nldrsb r4,[r1,r7]\n" \
    "str lr,[sp,#80]\nldr lr,[r5,#24]\nadd r9,r1,r7,lsl #2\nldrsb r10,[r0,r7]\n" \
    "pkhbt r4,r3,r4,lsl #16\nldrsb r0,[r0,r7,lsl #2]\nsmlad r12,r4,lr,r12\nldrsb r9,[r9,r7]\n" \
    "smlatb r2,r4,lr,r2\nldrsb r4,[r1,r7,lsl #1]\nldrsb r1,[r1,r7,lsl #2]\nldr r7,[r5,#28]\n" \
    "pkhbt r4,r4,r10,lsl #16\nldr r10,[sp,#28]\nsmlabt r12,r4,r7,r12\nsmlad r2,r4,r7,r2\n" \
    "smlad r6,r4,lr,r6\nsmlatb r11,r4,lr,r11\nldr r4,[sp,#16]\npkhbt r1,r1,r9,lsl #16\n" \
    "add r9,r4,r10\nsmlabt r6,r1,r7,r6\nadd r9,r9,r10,lsl #2\nsmlad r11,r1,r7,r11\n" \
    "smlad r8,r1,lr,r8\nadd r1,r4,r10,lsl #1\nsmlabt r8,r0,r7,r8\nldrsb r0,[r4,r10]\n" \
    "str r9,[sp,#84]\nldr r9,[r5,#32]\nadd r7,r4,r10,lsl #2\nldrsb lr,[r4,r10,lsl #1]\n" \
    "ldr r5,[r5,#36]\npkhbt r3,r3,r0,lsl #16\nldrsb r0,[r1,r10]\nsmlad r12,r3,r9,r12\n" \
    "ldrsb r4,[r4,r10,lsl #2]\nsmlatb r2,r3,r9,r2\nldrsb r7,[r7,r10]\npkhbt lr,lr,r0,lsl #16\n" \
    "ldrsb r1,[r1,r10,lsl #2]\nsmlabt r12,lr,r5,r12\nsmlad r2,lr,r5,r2\nsmlad r6,lr,r9,r6\n" \
    "ldr r10,[sp]\nsmlatb r11,lr,r9,r11\npkhbt r4,r4,r7,lsl #16\nldr r7,[r10,#12]\n" \
    "smlabt r6,r4,r5,r6\nldr lr,[r10,#8]\nsmlad r11,r4,r5,r11\nldr r10,[r10,#4]\n" \
    "smlad r8,r4,r9,r8\nldr r4,[sp,#4]\nsmlabt r8,r1,r5,r8\nand r1,r12,r7\nldr r5,[sp,#60]\n" \
    "and r9,r2,r7\nadd r1,lr,r1,asr #31\nsmmlar r1,r12,r10,r1\nadd r9,lr,r9,asr #31\n" \
    "smmlar r9,r2,r10,r9\nasr r1,r1,r7\nand r2,r6,r7\nasr r9,r9,r7\nand r12,r11,r7\n" \
    "ssat r1,#8,r1\nadd r0,r4,r5\nstrb r1,[r4]\nadd r2,lr,r2,asr #31\nssat r9,#8,r9\n" \
    "smmlar r2,r6,r10,r2\nstrb r9,[r4,r5]\nadd r12,lr,r12,asr #31\nasr r2,r2,r7\n" \
    "smmlar r12,r11,r10,r12\nand r11,r8,r7\nadd r9,r4,r5\nssat r2,#8,r2\nasr r12,r12,r7\n" \
    "strb r2,[r4,r5,lsl #1]\nadd lr,lr,r11,asr #31\nssat r12,#8,r12\nsmmlar lr,r8,r10,lr\n" \
    "strb r12,[r0,r5,lsl #1]\nadd r9,r9,r5,lsl #2\nasr lr,lr,r7\nstr r9,[sp,#88]\n" \
    "ssat lr,#8,lr\nstrb lr,[r4,r5,lsl #2]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_MIDDLE5_LONG \
    "ldr r0,[sp,#76]\nldr r1,[sp]\nldr r2,[sp,#20]\nadd r3,r0,r2\nldrsb r4,[r0]\n" \
    "add r3,r3,r2,lsl #2\nldrsb r5,[r0,r2]\nstr r3,[sp,#76]\nldr r3,[r1,#20]\nldr r6,[r1,#16]\n" \
    "add r7,r0,r2,lsl #1\nldr r8,[r1]\nadd r9,r0,r2,lsl #2\nldrsb r10,[r7,r2]\n" \
    "ldrsb r11,[r0,r2,lsl #1]\nldrsb r9,[r9,r2]\npkhbt r4,r4,r5,lsl #16\n" \
    "ldrsb r0,[r0,r2,lsl #2]\nsmlad r5,r4,r6,r8\nldr r12,[sp,#80]\nsmlatb r4,r4,r6,r8\n" \
    "ldr lr,[sp,#24]\npkhbt r11,r11,r10,lsl #16\nldrsb r7,[r7,r2,lsl #2]\nsmlabt r5,r11,r3,r5\n" \
    "add r2,r12,lr\npkhbt r0,r0,r9,lsl #16\nsmlad r4,r11,r3,r4\nsmlad r9,r11,r6,r8\n" \
    "ldrsb r10,[r12,lr]\nsmlabt r9,r0,r3,r9\nadd r2,r2,lr,lsl #2\nsmlatb r11,r11,r6,r8\n" \
    "smlad r11,r0,r3,r11\nsmlad r8,r0,r6,r8\nldrsb r0,[r12]\nsmlabt r8,r7,r3,r8\n" \
    "ldr r7,[r1,#28]\nstr r2,[sp,#80]\nldr r2,[r1,#24]\nldrsb r3,[r12,lr,lsl #1]\n" \
    "add r6,r12,lr,lsl #2\npkhbt r0,r0,r10,lsl #16\nldrsb r10,[r12,lr,lsl #2]\n" \
    "add r12,r12,lr,lsl #1\nldrsb r6,[r6,lr]\nsmlad r5,r0,r2,r5\nsmlatb r4,r0,r2,r4\n" \
    "ldrsb r0,[r12,lr]\nldrsb r12,[r12,lr,lsl #2]\nldr lr,[sp,#28]\npkhbt r3,r3,r0,lsl #16\n" \
    "ldr r0,[sp,#84]\nsmlabt r5,r3,r7,r5\nsmlatb r11,r3,r2,r11\nsmlad r4,r3,r7,r4\n" \
    "smlad r9,r3,r2,r9\nadd r3,r0,lr\npkhbt r10,r10,r6,lsl #16\nldrsb r6,[r0]\n" \
    "smlad r8,r10,r2,r8\nadd r3,r3,lr,lsl #2\nsmlabt r9,r10,r7,r9\nldr r2,[r1,#36]\n" \
    "smlabt r8,r12,r7,r8\nldrsb r12,[r0,lr]\nsmlad r11,r10,r7,r11\nldr r1,[r1,#32]\n" \
    "str r3,[sp,#84]\nldrsb r3,[r0,lr,lsl #1]\nadd r10,r0,lr,lsl #1\nldrsb r7,[r0,lr,lsl #2]\n" \
    "add r0,r0,lr,lsl #2\npkhbt r6,r6,r12,lsl #16\nldrsb r12,[r10,lr]\nldrsb r0,[r0,lr]\n" \
    "smlatb r4,r6,r1,r4\nldrsb r10,[r10,lr,lsl #2]\nsmlad r5,r6,r1,r5\n" \
    "pkhbt r3,r3,r12,lsl #16\nldr r12,[sp]\nsmlabt r5,r3,r2,r5\nldr r6,[sp,#88]\n" \
    "smlad r9,r3,r1,r9\nldr lr,[r12,#12]\npkhbt r7,r7,r0,lsl #16\nsmlad r4,r3,r2,r4\n" \
    "smlabt r9,r7,r2,r9\nldr r0,[r12,#4]\nsmlatb r11,r3,r1,r11\nldr r12,[r12,#8]\n" \
    "smlad r11,r7,r2,r11\nand r3,r5,lr\nsmlad r8,r7,r1,r8\nldr r7,[sp,#60]\n" \
    "smlabt r8,r10,r2,r8\nand r10,r4,lr\nadd r3,r12,r3,asr #31\nsmmlar r3,r5,r0,r3\n" \
    "add r10,r12,r10,asr #31\nsmmlar r10,r4,r0,r10\nasr r3,r3,lr\nand r4,r9,lr\n" \
    "asr r10,r10,lr\nand r5,r11,lr\nssat r3,#8,r3\nand r2,r8,lr\nstrb r3,[r6]\n" \
    "add r4,r12,r4,asr #31\nssat r10,#8,r10\nsmmlar r4,r9,r0,r4\nstrb r10,[r6,r7]\n" \
    "add r5,r12,r5,asr #31\nasr r4,r4,lr\nsmmlar r5,r11,r0,r5\nadd r11,r6,r7\n" \
    "ldr r10,[sp,#92]\nssat r4,#8,r4\nasr r5,r5,lr\nstrb r4,[r6,r7,lsl #1]\n" \
    "add r12,r12,r2,asr #31\nssat r5,#8,r5\nsmmlar r12,r8,r0,r12\nstrb r5,[r11,r7,lsl #1]\n" \
    "subs r10,r10,#1\nasr r12,r12,lr\nadd lr,r6,r7\nadd lr,lr,r7,lsl #2\nstr lr,[sp,#88]\n" \
    "ssat r12,#8,r12\nstr r10,[sp,#92]\nstrb r12,[r6,r7,lsl #2]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_END5_LONG \
    "ldr r0,[sp,#44]\nldr r1,[sp,#32]\nldr r2,[sp,#8]\nldr r3,[sp,#20]\nadd r1,r2,r1\n" \
    "add r2,r2,r0\nstr r1,[sp,#8]\nldr r1,[sp]\nldrsb r0,[r2,r3]\nadd r4,r2,r3,lsl #2\n" \
    "ldr r5,[r1]\nldr r6,[r1,#20]\nldrsb r7,[r2]\nadd r8,r2,r3,lsl #1\n" \
    "ldrsb r9,[r2,r3,lsl #1]\nldrsb r8,[r8,r3]\nldr r10,[r1,#16]\npkhbt r7,r7,r0,lsl #16\n" \
    "ldrsb r4,[r4,r3]\nsmlad r0,r7,r10,r5\nldr r11,[sp,#12]\nsmlatb r7,r7,r10,r5\n" \
    "ldrsb r2,[r2,r3,lsl #2]\nldr r3,[sp,#68]\nldr r12,[sp,#48]\npkhbt r9,r9,r8,lsl #16\n" \
    "ldr r8,[sp,#36]\nsmlad r7,r9,r6,r7\nadd r8,r11,r8\nsmlabt r0,r9,r6,r0\nldr lr,[sp,#24]\n" \
    "pkhbt r2,r2,r4,lsl #16\nsmlad r4,r9,r10,r5\nsmlabt r4,r2,r6,r4\nadd r11,r11,r12\n" \
    "smlatb r9,r9,r10,r5\nadd r12,r11,lr,lsl #1\nsmlad r9,r2,r6,r9\nsmlad r5,r2,r10,r5\n" \
    "ldrsb r2,[r11,lr]\nsmlabt r5,r3,r6,r5\nldrsb r6,[r11]\nstr r8,[sp,#12]\n" \
    "ldrsb r12,[r12,lr]\nldrsb r8,[r11,lr,lsl #1]\nadd r10,r11,lr,lsl #2\n" \
    "pkhbt r6,r6,r2,lsl #16\nldr r2,[r1,#24]\npkhbt r8,r8,r12,lsl #16\nldr r12,[r1,#28]\n" \
    "smlatb r7,r6,r2,r7\nldrsb r11,[r11,lr,lsl #2]\nldrsb r10,[r10,lr]\nsmlad r0,r6,r2,r0\n" \
    "smlatb r9,r8,r2,r9\nldr r6,[sp,#52]\nsmlabt r0,r8,r12,r0\nldr lr,[sp,#16]\n" \
    "smlad r7,r8,r12,r7\nadd r6,lr,r6\nsmlad r4,r8,r2,r4\nldr r8,[sp,#40]\n" \
    "pkhbt r11,r11,r10,lsl #16\nadd lr,lr,r8\nsmlad r9,r11,r12,r9\nldr r8,[sp,#28]\n" \
    "smlabt r4,r11,r12,r4\nldrsb r10,[r6]\nsmlad r5,r11,r2,r5\nldrsb r11,[r6,r8]\n" \
    "smlabt r5,r3,r12,r5\nldr r12,[r1,#36]\nstr lr,[sp,#16]\nldr r1,[r1,#32]\n" \
    "ldrsb lr,[r6,r8,lsl #1]\nadd r2,r6,r8,lsl #2\npkhbt r10,r10,r11,lsl #16\n" \
    "ldrsb r11,[r6,r8,lsl #2]\nldrsb r2,[r2,r8]\nadd r6,r6,r8,lsl #1\nsmlad r0,r10,r1,r0\n" \
    "ldrsb r6,[r6,r8]\nsmlatb r7,r10,r1,r7\nldr r10,[sp,#4]\nldr r8,[sp,#56]\n" \
    "pkhbt r11,r11,r2,lsl #16\nadd r8,r10,r8\npkhbt lr,lr,r6,lsl #16\nsmlad r5,r11,r1,r5\n" \
    "smlabt r0,lr,r12,r0\nldr r6,[sp]\nsmlad r4,lr,r1,r4\nadd r10,r10,#1\nsmlatb r9,lr,r1,r9\n" \
    "ldr r1,[r6,#8]\nsmlad r7,lr,r12,r7\nldr lr,[r6,#12]\nsmlabt r5,r3,r12,r5\nldr r3,[r6,#4]\n" \
    "smlad r9,r11,r12,r9\nand r2,r0,lr\nsmlabt r4,r11,r12,r4\nand r11,r7,lr\nstr r10,[sp,#4]\n" \
    "add r2,r1,r2,asr #31\nsmmlar r2,r0,r3,r2\nldr r0,[sp,#60]\nadd r11,r1,r11,asr #31\n" \
    "smmlar r11,r7,r3,r11\nasr r2,r2,lr\nand r7,r4,lr\nasr r11,r11,lr\nand r10,r9,lr\n" \
    "ssat r2,#8,r2\nand r12,r5,lr\nstrb r2,[r8]\nadd r7,r1,r7,asr #31\nssat r11,#8,r11\n" \
    "smmlar r7,r4,r3,r7\nstrb r11,[r8,r0]\nadd r10,r1,r10,asr #31\nasr r7,r7,lr\n" \
    "smmlar r10,r9,r3,r10\nldr r9,[sp,#64]\nadd r1,r1,r12,asr #31\nssat r7,#8,r7\n" \
    "asr r10,r10,lr\nstrb r7,[r8,r0,lsl #1]\nadd r7,r8,r0\nssat r10,#8,r10\n" \
    "smmlar r1,r5,r3,r1\nstrb r10,[r7,r0,lsl #1]\nadd r6,r6,#40\nasr r1,r1,lr\nsubs r9,r9,#1\n" \
    "str r9,[sp,#64]\nssat r1,#8,r1\nstr r6,[sp]\nstrb r1,[r8,r0,lsl #2]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_FIRST4_SHORT \
    "ldr r0,[sp,#8]\nldr r1,[sp,#20]\nldr r2,[sp,#68]\nldr r3,[sp]\nadd r4,r0,r1,lsl #2\n" \
    "str r4,[sp,#76]\nldr r4,[r3]\nadd r5,r0,r1,lsl #1\nldrsb r6,[r0,r1]\nadd r7,r0,r1,lsl #2\n" \
    "ldrsb r5,[r5,r1]\nldr r8,[r3,#16]\nldr r9,[r3,#20]\nldrsb r10,[r0,r1,lsl #1]\n" \
    "pkhbt r6,r2,r6,lsl #16\nldrsb r0,[r0,r1,lsl #2]\nsmlad r11,r6,r8,r4\nldrsb r7,[r7,r1]\n" \
    "smlatb r6,r6,r8,r4\nldr r1,[sp,#24]\npkhbt r10,r10,r5,lsl #16\nldr r5,[sp,#12]\n" \
    "smlabt r11,r10,r9,r11\nadd r12,r5,r1,lsl #2\nsmlad r6,r10,r9,r6\nadd lr,r5,r1,lsl #1\n" \
    "pkhbt r0,r0,r7,lsl #16\nsmlatb r7,r10,r8,r4\nsmlad r4,r10,r8,r4\nadd r10,r5,r1,lsl #2\n" \
    "smlabt r4,r0,r9,r4\nldrsb r8,[r5,r1]\nsmlad r7,r0,r9,r7\nldr r0,[r3,#24]\n" \
    "str r12,[sp,#80]\nldrsb lr,[lr,r1]\nldrsb r12,[r5,r1,lsl #1]\nldr r9,[r3,#28]\n" \
    "pkhbt r8,r2,r8,lsl #16\nldrsb r5,[r5,r1,lsl #2]\nsmlatb r6,r8,r0,r6\nldrsb r10,[r10,r1]\n" \
    "smlad r11,r8,r0,r11\nldr r8,[sp,#16]\npkhbt r12,r12,lr,lsl #16\nldr lr,[sp,#28]\n" \
    "smlabt r11,r12,r9,r11\nsmlad r6,r12,r9,r6\nadd r1,r8,lr,lsl #2\nsmlad r4,r12,r0,r4\n" \
    "smlatb r7,r12,r0,r7\nadd r12,r8,lr,lsl #1\npkhbt r5,r5,r10,lsl #16\nstr r1,[sp,#84]\n" \
    "smlabt r4,r5,r9,r4\nldrsb r1,[r8,lr]\nsmlad r7,r5,r9,r7\nldrsb r5,[r8,lr,lsl #1]\n" \
    "ldr r9,[r3,#32]\nldr r3,[r3,#36]\nldrsb r12,[r12,lr]\nadd r10,r8,lr,lsl #2\n" \
    "pkhbt r2,r2,r1,lsl #16\nldrsb r8,[r8,lr,lsl #2]\nldrsb r10,[r10,lr]\nsmlad r11,r2,r9,r11\n" \
    "smlatb r6,r2,r9,r6\nldr r2,[sp]\npkhbt r5,r5,r12,lsl #16\nldr r12,[sp,#4]\n" \
    "smlad r6,r5,r3,r6\nldr lr,[r2,#8]\nsmlabt r11,r5,r3,r11\nldr r2,[r2,#4]\n" \
    "smlad r4,r5,r9,r4\nldr r1,[sp,#60]\nsmlatb r7,r5,r9,r7\nadd r5,r12,r1\n" \
    "pkhbt r8,r8,r10,lsl #16\nsmmla r11,r11,r2,lr\nsmlad r7,r8,r3,r7\nadd r10,r12,r1,lsl #2\n" \
    "smlabt r4,r8,r3,r4\nsmmla r6,r6,r2,lr\nssat r11,#8,r11,asr #10\nsmmla r4,r4,r2,lr\n" \
    "strb r11,[r12]\nssat r6,#8,r6,asr #10\nsmmla lr,r7,r2,lr\nssat r4,#8,r4,asr #10\n" \
    "strb r6,[r12,r1]\nstrb r4,[r12,r1,lsl #1]\nssat lr,#8,lr,asr #10\nstr r10,[sp,#88]\n" \
    "strb lr,[r5,r1,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_MIDDLE4_SHORT \
    "ldr r0,[sp,#20]\nldr r1,[sp]\nldr r2,[sp,#76]\nadd r3,r2,r0,lsl #2\nstr r3,[sp,#76]\n" \
    "ldr r3,[r1,#16]\nadd r4,r2,r0,lsl #1\nldrsb r5,[r2]\nadd r6,r2,r0,lsl #2\n" \
    "ldrsb r7,[r2,r0]\nldrsb r4,[r4,r0]\nldrsb r8,[r2,r0,lsl #1]\nldr r9,[r1]\n" \
    "ldr r10,[r1,#20]\nldrsb r6,[r6,r0]\npkhbt r5,r5,r7,lsl #16\nldrsb r2,[r2,r0,lsl #2]\n" \
    "smlatb r0,r5,r3,r9\nldr r7,[sp,#24]\npkhbt r8,r8,r4,lsl #16\nsmlad r5,r5,r3,r9\n" \
    "smlad r0,r8,r10,r0\nldr r4,[sp,#80]\nsmlad r11,r8,r3,r9\nadd r12,r4,r7,lsl #2\n" \
    "smlabt r5,r8,r10,r5\nadd lr,r4,r7,lsl #2\nsmlatb r9,r8,r3,r9\nadd r8,r4,r7,lsl #1\n" \
    "pkhbt r2,r2,r6,lsl #16\nstr r12,[sp,#80]\nsmlad r9,r2,r10,r9\nldrsb r12,[r4]\n" \
    "smlabt r11,r2,r10,r11\nldr r2,[r1,#24]\nldrsb r10,[r4,r7]\nldrsb r6,[r4,r7,lsl #1]\n" \
    "ldrsb r8,[r8,r7]\nldr r3,[r1,#28]\npkhbt r12,r12,r10,lsl #16\nldrsb r4,[r4,r7,lsl #2]\n" \
    "smlad r5,r12,r2,r5\nldrsb lr,[lr,r7]\npkhbt r6,r6,r8,lsl #16\nsmlatb r0,r12,r2,r0\n" \
    "smlabt r5,r6,r3,r5\nldr r12,[sp,#28]\nsmlad r0,r6,r3,r0\nldr r8,[sp,#84]\n" \
    "smlad r11,r6,r2,r11\nadd r7,r8,r12,lsl #2\nsmlatb r9,r6,r2,r9\nadd r6,r8,r12,lsl #1\n" \
    "pkhbt r4,r4,lr,lsl #16\nstr r7,[sp,#84]\nsmlabt r11,r4,r3,r11\nldrsb r7,[r8,r12]\n" \
    "smlad r9,r4,r3,r9\nldr r4,[r1,#32]\nldr r1,[r1,#36]\nadd r3,r8,r12,lsl #2\nldrsb lr,[r8]\n" \
    "ldrsb r2,[r8,r12,lsl #1]\nldrsb r6,[r6,r12]\npkhbt lr,lr,r7,lsl #16\n" \
    "ldrsb r8,[r8,r12,lsl #2]\nsmlatb r0,lr,r4,r0\nldrsb r3,[r3,r12]\nsmlad r5,lr,r4,r5\n" \
    "ldr lr,[sp]\npkhbt r2,r2,r6,lsl #16\nldr r6,[sp,#88]\nsmlabt r5,r2,r1,r5\n" \
    "ldr r12,[lr,#4]\nsmlad r0,r2,r1,r0\nldr lr,[lr,#8]\nsmlatb r9,r2,r4,r9\nldr r7,[sp,#60]\n" \
    "smlad r11,r2,r4,r11\nadd r2,r6,r7\npkhbt r8,r8,r3,lsl #16\nsmmla r5,r5,r12,lr\n" \
    "smlad r9,r8,r1,r9\nadd r3,r6,r7,lsl #2\nsmlabt r11,r8,r1,r11\nldr r8,[sp,#92]\n" \
    "ssat r5,#8,r5,asr #10\nsmmla r0,r0,r12,lr\nstrb r5,[r6]\nsubs r8,r8,#1\n" \
    "smmla r11,r11,r12,lr\nssat r0,#8,r0,asr #10\nsmmla lr,r9,r12,lr\nstrb r0,[r6,r7]\n" \
    "ssat r11,#8,r11,asr #10\nstr r3,[sp,#88]\nstrb r11,[r6,r7,lsl #1]\nssat lr,#8,lr,asr #10\n" \
    "str r8,[sp,#92]\nstrb lr,[r2,r7,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_END4_SHORT \
    "ldr r0,[sp,#44]\nldr r1,[sp,#8]\nldr r2,[sp,#32]\nldr r3,[sp,#20]\nadd r0,r1,r0\n" \
    "ldr r4,[sp]\nadd r1,r1,r2\nstr r1,[sp,#8]\nldr r1,[r4,#16]\nadd r2,r0,r3,lsl #1\n" \
    "ldrsb r5,[r0,r3,lsl #1]\nldrsb r2,[r2,r3]\nldrsb r6,[r0,r3]\nldrsb r7,[r0]\nldr r8,[r4]\n" \
    "ldr r9,[r4,#20]\npkhbt r7,r7,r6,lsl #16\nldr r6,[sp,#68]\nsmlad r10,r7,r1,r8\n" \
    "ldrsb r0,[r0,r3,lsl #2]\nsmlatb r7,r7,r1,r8\nldr r3,[sp,#48]\npkhbt r5,r5,r2,lsl #16\n" \
    "ldr r2,[sp,#12]\nsmlad r7,r5,r9,r7\nadd r3,r2,r3\nsmlatb r11,r5,r1,r8\nldr r12,[sp,#36]\n" \
    "smlabt r10,r5,r9,r10\nldr lr,[sp,#24]\npkhbt r0,r0,r6,lsl #16\nsmlad r8,r5,r1,r8\n" \
    "smlad r11,r0,r9,r11\nldrsb r5,[r3]\nsmlabt r8,r0,r9,r8\nldrsb r0,[r3,lr]\nadd r2,r2,r12\n" \
    "str r2,[sp,#12]\nldrsb r2,[r3,lr,lsl #1]\nadd r12,r3,lr,lsl #1\nldr r9,[r4,#24]\n" \
    "ldr r1,[r4,#28]\npkhbt r5,r5,r0,lsl #16\nldrsb r12,[r12,lr]\nsmlad r10,r5,r9,r10\n" \
    "ldrsb r3,[r3,lr,lsl #2]\nsmlatb r7,r5,r9,r7\nldr r5,[sp,#16]\nldr lr,[sp,#52]\n" \
    "ldr r0,[sp,#40]\npkhbt r2,r2,r12,lsl #16\nadd lr,r5,lr\nsmlad r7,r2,r1,r7\nadd r5,r5,r0\n" \
    "smlabt r10,r2,r1,r10\nldr r0,[sp,#28]\npkhbt r3,r3,r6,lsl #16\nsmlad r8,r2,r9,r8\n" \
    "smlatb r11,r2,r9,r11\nldrsb r2,[lr]\nsmlad r11,r3,r1,r11\nadd r9,lr,r0,lsl #1\n" \
    "smlabt r8,r3,r1,r8\nldrsb r3,[lr,r0,lsl #1]\nstr r5,[sp,#16]\nldrsb r9,[r9,r0]\n" \
    "ldr r5,[r4,#32]\nldr r4,[r4,#36]\nldrsb r1,[lr,r0]\nldrsb lr,[lr,r0,lsl #2]\n" \
    "pkhbt r3,r3,r9,lsl #16\nldr r9,[sp,#4]\npkhbt r2,r2,r1,lsl #16\nsmlatb r11,r3,r5,r11\n" \
    "smlatb r7,r2,r5,r7\nldr r1,[sp,#56]\nsmlad r10,r2,r5,r10\nldr r2,[sp]\n" \
    "smlabt r10,r3,r4,r10\nadd r1,r9,r1\nsmlad r8,r3,r5,r8\nldr r5,[r2,#4]\n" \
    "pkhbt lr,lr,r6,lsl #16\nsmlad r7,r3,r4,r7\nsmlad r11,lr,r4,r11\nadd r9,r9,#1\n" \
    "smlabt r8,lr,r4,r8\nldr lr,[r2,#8]\nldr r4,[sp,#60]\nstr r9,[sp,#4]\nsmmla r10,r10,r5,lr\n" \
    "ldr r9,[sp,#64]\nsmmla r7,r7,r5,lr\nadd r2,r2,#40\nsmmla r11,r11,r5,lr\nadd r3,r1,r4\n" \
    "ssat r10,#8,r10,asr #10\nsmmla lr,r8,r5,lr\nstrb r10,[r1]\nsubs r9,r9,#1\n" \
    "ssat r7,#8,r7,asr #10\nstr r2,[sp]\nstrb r7,[r1,r4]\nssat r11,#8,r11,asr #10\n" \
    "str r9,[sp,#64]\nssat lr,#8,lr,asr #10\nstrb r11,[r3,r4,lsl #1]\nstrb lr,[r1,r4,lsl #1]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_FIRST5_SHORT \
    "ldr r0,[sp,#8]\nldr r1,[sp,#20]\nadd r2,r0,r1\nldr r3,[sp,#68]\nadd r2,r2,r1,lsl #2\n" \
    "str r2,[sp,#76]\nldrsb r2,[r0,r1]\nadd r4,r0,r1,lsl #1\nldr r5,[sp]\nadd r6,r0,r1,lsl #2\n" \
    "ldrsb r7,[r0,r1,lsl #1]\nldr r8,[r5,#16]\nldr r9,[r5,#20]\nldr r10,[r5]\n" \
    "ldrsb r11,[r4,r1]\npkhbt r2,r3,r2,lsl #16\nldrsb r0,[r0,r1,lsl #2]\nsmlad r12,r2,r8,r10\n" \
    "ldrsb r6,[r6,r1]\npkhbt r7,r7,r11,lsl #16\nsmlatb r2,r2,r8,r10\nldrsb r4,[r4,r1,lsl #2]\n" \
    "smlabt r12,r7,r9,r12\nsmlatb r1,r7,r8,r10\nldr r11,[sp,#24]\nsmlad lr,r7,r8,r10\n" \
    "smlad r2,r7,r9,r2\nldr r7,[sp,#12]\npkhbt r0,r0,r6,lsl #16\nadd r6,r7,r11\n" \
    "smlabt lr,r0,r9,lr\nadd r6,r6,r11,lsl #2\nsmlad r10,r0,r8,r10\nadd r8,r7,r11,lsl #1\n" \
    "smlad r1,r0,r9,r1\nadd r0,r7,r11,lsl #2\nsmlabt r10,r4,r9,r10\nldr r4,[r5,#24]\n" \
    "str r6,[sp,#80]\nldrsb r6,[r7,r11]\nldrsb r9,[r7,r11,lsl #1]\nldrsb r0,[r0,r11]\n" \
    "pkhbt r6,r3,r6,lsl #16\nldrsb r7,[r7,r11,lsl #2]\nsmlad r12,r6,r4,r12\n" \
    "smlatb r2,r6,r4,r2\nldrsb r6,[r8,r11]\npkhbt r7,r7,r0,lsl #16\nldr r0,[r5,#28]\n" \
    "ldrsb r8,[r8,r11,lsl #2]\nsmlad r10,r7,r4,r10\npkhbt r9,r9,r6,lsl #16\nldr r6,[sp,#28]\n" \
    "smlad lr,r9,r4,lr\nldr r11,[sp,#16]\nsmlabt r12,r9,r0,r12\nsmlatb r1,r9,r4,r1\n" \
    "add r4,r11,r6\nsmlad r2,r9,r0,r2\nadd r4,r4,r6,lsl #2\nsmlabt lr,r7,r0,lr\n" \
    "add r9,r11,r6,lsl #1\nsmlad r1,r7,r0,r1\nadd r7,r11,r6,lsl #2\nsmlabt r10,r8,r0,r10\n" \
    "ldr r8,[r5,#32]\nstr r4,[sp,#84]\nldrsb r4,[r9,r6]\nldr r5,[r5,#36]\n" \
    "ldrsb r0,[r11,r6,lsl #1]\nldrsb r7,[r7,r6]\npkhbt r0,r0,r4,lsl #16\nldrsb r4,[r11,r6]\n" \
    "ldrsb r11,[r11,r6,lsl #2]\nsmlatb r1,r0,r8,r1\nsmlad lr,r0,r8,lr\n" \
    "ldrsb r9,[r9,r6,lsl #2]\npkhbt r3,r3,r4,lsl #16\nsmlad r12,r3,r8,r12\n" \
    "smlabt r12,r0,r5,r12\nsmlatb r2,r3,r8,r2\nsmlad r2,r0,r5,r2\nldr r0,[sp]\n" \
    "pkhbt r11,r11,r7,lsl #16\nldr r7,[sp,#4]\nsmlabt lr,r11,r5,lr\nldr r3,[r0,#4]\n" \
    "smlad r10,r11,r8,r10\nldr r0,[r0,#8]\nsmlabt r10,r9,r5,r10\nsmlad r1,r11,r5,r1\n" \
    "ldr r11,[sp,#60]\nsmmla r12,r12,r3,r0\nadd r5,r7,r11\nsmmla r2,r2,r3,r0\nadd r9,r7,r11\n" \
    "smmla lr,lr,r3,r0\nadd r9,r9,r11,lsl #2\nssat r12,#8,r12,asr #10\nsmmla r1,r1,r3,r0\n" \
    "ssat r2,#8,r2,asr #10\nstrb r12,[r7]\nstrb r2,[r7,r11]\nssat lr,#8,lr,asr #10\n" \
    "smmla r0,r10,r3,r0\nstrb lr,[r7,r11,lsl #1]\nssat r1,#8,r1,asr #10\nstr r9,[sp,#88]\n" \
    "ssat r0,#8,r0,asr #10\nstrb r1,[r5,r11,lsl #1]\nstrb r0,[r7,r11,lsl #2]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_MIDDLE5_SHORT \
    "ldr r0,[sp,#20]\nldr r1,[sp]\nldr r2,[sp,#76]\nadd r3,r2,r0\nldr r4,[r1,#16]\n" \
    "add r3,r3,r0,lsl #2\nstr r3,[sp,#76]\nldrsb r3,[r2,r0]\nadd r5,r2,r0,lsl #1\n" \
    "ldrsb r6,[r2]\nadd r7,r2,r0,lsl #2\nldr r8,[r1]\nldr r9,[r1,#20]\nldrsb r10,[r5,r0]\n" \
    "ldrsb r11,[r2,r0,lsl #1]\nldrsb r2,[r2,r0,lsl #2]\nldrsb r7,[r7,r0]\n" \
    "pkhbt r6,r6,r3,lsl #16\nldrsb r5,[r5,r0,lsl #2]\nsmlad r0,r6,r4,r8\nldr r3,[sp,#80]\n" \
    "pkhbt r11,r11,r10,lsl #16\nsmlatb r6,r6,r4,r8\nsmlad r6,r11,r9,r6\nldr r10,[sp,#24]\n" \
    "smlabt r0,r11,r9,r0\nadd r12,r3,r10\nsmlatb lr,r11,r4,r8\nadd r12,r12,r10,lsl #2\n" \
    "pkhbt r2,r2,r7,lsl #16\nsmlad r11,r11,r4,r8\nsmlabt r11,r2,r9,r11\nldrsb r7,[r3]\n" \
    "smlad r8,r2,r4,r8\nldr r4,[r1,#24]\nsmlad lr,r2,r9,lr\nldrsb r2,[r3,r10]\n" \
    "smlabt r8,r5,r9,r8\nldr r5,[r1,#28]\nstr r12,[sp,#80]\nadd r12,r3,r10,lsl #1\n" \
    "ldrsb r9,[r3,r10,lsl #1]\npkhbt r7,r7,r2,lsl #16\nldrsb r2,[r12,r10]\nsmlad r0,r7,r4,r0\n" \
    "ldrsb r12,[r12,r10,lsl #2]\nsmlatb r6,r7,r4,r6\nldrsb r7,[r3,r10,lsl #2]\n" \
    "add r3,r3,r10,lsl #2\npkhbt r9,r9,r2,lsl #16\nldr r2,[sp,#28]\nldrsb r3,[r3,r10]\n" \
    "smlabt r0,r9,r5,r0\nsmlad r11,r9,r4,r11\nldr r10,[sp,#84]\nsmlad r6,r9,r5,r6\n" \
    "smlatb lr,r9,r4,lr\nadd r9,r10,r2\npkhbt r7,r7,r3,lsl #16\nldrsb r3,[r10]\n" \
    "smlad lr,r7,r5,lr\nadd r9,r9,r2,lsl #2\nsmlabt r11,r7,r5,r11\nsmlad r8,r7,r4,r8\n" \
    "ldr r7,[r1,#32]\nsmlabt r8,r12,r5,r8\nldrsb r12,[r10,r2]\nstr r9,[sp,#84]\n" \
    "ldr r1,[r1,#36]\nadd r9,r10,r2,lsl #1\nldrsb r5,[r10,r2,lsl #1]\nadd r4,r10,r2,lsl #2\n" \
    "ldrsb r10,[r10,r2,lsl #2]\npkhbt r3,r3,r12,lsl #16\nldrsb r12,[r9,r2]\nldrsb r4,[r4,r2]\n" \
    "smlad r0,r3,r7,r0\nldrsb r9,[r9,r2,lsl #2]\nsmlatb r6,r3,r7,r6\npkhbt r5,r5,r12,lsl #16\n" \
    "ldr r12,[sp]\nsmlabt r0,r5,r1,r0\nldr r3,[sp,#88]\nsmlad r6,r5,r1,r6\nldr r2,[r12,#8]\n" \
    "smlatb lr,r5,r7,lr\nldr r12,[r12,#4]\nsmlad r11,r5,r7,r11\nldr r5,[sp,#60]\n" \
    "pkhbt r10,r10,r4,lsl #16\nsmmla r0,r0,r12,r2\nsmlad r8,r10,r7,r8\nadd r7,r3,r5\n" \
    "smlabt r11,r10,r1,r11\nadd r4,r3,r5\nsmlad lr,r10,r1,lr\nadd r4,r4,r5,lsl #2\n" \
    "smlabt r8,r9,r1,r8\nldr r9,[sp,#92]\nsmmla r6,r6,r12,r2\nsubs r9,r9,#1\n" \
    "ssat r0,#8,r0,asr #10\nsmmla r11,r11,r12,r2\nstrb r0,[r3]\nssat r6,#8,r6,asr #10\n" \
    "smmla lr,lr,r12,r2\nssat r11,#8,r11,asr #10\nstrb r6,[r3,r5]\nstrb r11,[r3,r5,lsl #1]\n" \
    "ssat lr,#8,lr,asr #10\nsmmla r2,r8,r12,r2\nstrb lr,[r7,r5,lsl #1]\nstr r4,[sp,#88]\n" \
    "ssat r2,#8,r2,asr #10\nstr r9,[sp,#92]\nstrb r2,[r3,r5,lsl #2]\n"

#define TVM_TINY_DEPTHWISE_DIRECT_END5_SHORT \
    "ldr r0,[sp,#44]\nldr r1,[sp,#8]\nldr r2,[sp,#32]\nldr r3,[sp,#20]\nadd r0,r1,r0\n" \
    "add r1,r1,r2\nstr r1,[sp,#8]\nldr r1,[sp]\nldrsb r2,[r0,r3]\nadd r4,r0,r3,lsl #1\n" \
    "ldr r5,[r1]\nldr r6,[r1,#20]\nldrsb r7,[r0]\nadd r8,r0,r3,lsl #2\nldr r9,[r1,#16]\n" \
    "ldrsb r4,[r4,r3]\nldrsb r10,[r0,r3,lsl #1]\nldrsb r0,[r0,r3,lsl #2]\nldrsb r8,[r8,r3]\n" \
    "pkhbt r7,r7,r2,lsl #16\nldr r2,[sp,#68]\nsmlad r3,r7,r9,r5\nldr r11,[sp,#48]\n" \
    "smlatb r7,r7,r9,r5\nldr r12,[sp,#12]\npkhbt r10,r10,r4,lsl #16\nldr r4,[sp,#36]\n" \
    "smlabt r3,r10,r6,r3\nadd r11,r12,r11\nsmlad r7,r10,r6,r7\nldr lr,[sp,#24]\n" \
    "pkhbt r0,r0,r8,lsl #16\nsmlad r8,r10,r9,r5\nsmlatb r10,r10,r9,r5\nadd r12,r12,r4\n" \
    "smlabt r8,r0,r6,r8\nldrsb r4,[r11]\nsmlad r10,r0,r6,r10\nsmlad r5,r0,r9,r5\n" \
    "ldrsb r0,[r11,lr]\nsmlabt r5,r2,r6,r5\nldr r6,[r1,#24]\nstr r12,[sp,#12]\n" \
    "ldrsb r12,[r11,lr,lsl #1]\nadd r9,r11,lr,lsl #1\npkhbt r4,r4,r0,lsl #16\nldr r0,[r1,#28]\n" \
    "ldrsb r9,[r9,lr]\nsmlatb r7,r4,r6,r7\nsmlad r3,r4,r6,r3\nldrsb r4,[r11,lr,lsl #2]\n" \
    "add r11,r11,lr,lsl #2\npkhbt r12,r12,r9,lsl #16\nldr r9,[sp,#16]\nldrsb r11,[r11,lr]\n" \
    "smlabt r3,r12,r0,r3\nldr lr,[sp,#52]\nsmlad r7,r12,r0,r7\nsmlad r8,r12,r6,r8\n" \
    "add lr,r9,lr\nsmlatb r10,r12,r6,r10\nldr r12,[sp,#40]\npkhbt r4,r4,r11,lsl #16\n" \
    "ldr r11,[sp,#28]\nsmlabt r8,r4,r0,r8\nadd r9,r9,r12\nsmlad r10,r4,r0,r10\nldrsb r12,[lr]\n" \
    "smlad r5,r4,r6,r5\nldrsb r4,[lr,r11]\nsmlabt r5,r2,r0,r5\nldr r0,[r1,#32]\n" \
    "str r9,[sp,#16]\nldrsb r9,[lr,r11,lsl #1]\nldr r1,[r1,#36]\nadd r6,lr,r11,lsl #1\n" \
    "pkhbt r12,r12,r4,lsl #16\nldrsb r4,[lr,r11,lsl #2]\nldrsb r6,[r6,r11]\n" \
    "add lr,lr,r11,lsl #2\nsmlatb r7,r12,r0,r7\nldrsb lr,[lr,r11]\nsmlad r3,r12,r0,r3\n" \
    "pkhbt r9,r9,r6,lsl #16\nldr r6,[sp,#4]\nsmlabt r3,r9,r1,r3\nldr r12,[sp,#56]\n" \
    "smlad r8,r9,r0,r8\nldr r11,[sp]\nsmlad r7,r9,r1,r7\nadd r12,r6,r12\nsmlatb r10,r9,r0,r10\n" \
    "ldr r9,[r11,#4]\npkhbt r4,r4,lr,lsl #16\nldr lr,[r11,#8]\nsmlabt r8,r4,r1,r8\n" \
    "add r6,r6,#1\nsmlad r10,r4,r1,r10\nadd r11,r11,#40\nsmlad r5,r4,r0,r5\nldr r4,[sp,#60]\n" \
    "smlabt r5,r2,r1,r5\nadd r2,r12,r4\nstr r6,[sp,#4]\nldr r6,[sp,#64]\nsmmla r3,r3,r9,lr\n" \
    "subs r6,r6,#1\nsmmla r7,r7,r9,lr\nsmmla r8,r8,r9,lr\nssat r3,#8,r3,asr #10\n" \
    "smmla r10,r10,r9,lr\nstrb r3,[r12]\nssat r7,#8,r7,asr #10\nsmmla lr,r5,r9,lr\n" \
    "strb r7,[r12,r4]\nssat r8,#8,r8,asr #10\nstr r11,[sp]\nstrb r8,[r12,r4,lsl #1]\n" \
    "ssat r10,#8,r10,asr #10\nstr r6,[sp,#64]\nstrb r10,[r2,r4,lsl #1]\nssat lr,#8,lr,asr #10\n" \
    "strb lr,[r12,r4,lsl #2]\n"

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_rows4_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_FIRST4_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MORE);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MIDDLE4_LONG);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_END4_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_rows5_long(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_FIRST5_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MORE);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MIDDLE5_LONG);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_END5_LONG);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_rows4_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_FIRST4_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MORE);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MIDDLE4_SHORT);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_END4_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_direct_rows5_short(TVM_TINY_DEPTHWISE_JOB)
{
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_ENTER);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_FIRST5_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MORE);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_MIDDLE5_SHORT);
    __asm__ volatile("bne 6b\n7:\n");
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_END5_SHORT);
    __asm__ volatile(TVM_TINY_DEPTHWISE_DIRECT_LEAVE);
}

#ifdef __cplusplus
}
#endif

#endif
