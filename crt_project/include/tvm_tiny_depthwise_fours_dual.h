/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m7; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_FOURS_DUAL_H
#define TVM_TINY_DEPTHWISE_FOURS_DUAL_H

#include <stdint.h>

#include "tvm_tiny_depthwise_gather.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TVM_TINY_DEPTHWISE_FOURS_BEGIN \
    "    push {r4-r12,lr}\n" \
    "    sub sp,sp,#24\n" \
    "    sub r3,r3,#4\n" \
    "    str r1,[sp,#0]\n" \
    "    str r3,[sp,#16]\n" \
    "    mov r3,#0\n" \
    "    ldr lr,[r2]\n" \
    "    ldmia r0!,{r4-r7}\n" \
    "    ldr r8,[lr,r3]\n" \
    "    ldr r9,[r0],#8\n" \
    "1:\n"

#define TVM_TINY_DEPTHWISE_FOURS_PRODUCTS(taps) \
    ".irp g,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24\n" \
    ".if \\g < " taps "\n" \
    ".if \\g == 0\n" \
    ".if \\g + 1 < " taps "\n" \
    "    ldr lr,[r2,#4]\n" \
    ".endif\n" \
    ".endif\n" \
    "    sxtb16 r11,r8\n" \
    ".if \\g > 0\n" \
    "    smlatt r7,r12,r10,r7\n" \
    ".endif\n" \
    "    sxtb16 r12,r8,ror #8\n" \
    ".if \\g + 1 < " taps "\n" \
    "    ldr r8,[lr,r3]\n" \
    ".endif\n" \
    "    smlabb r4,r11,r9,r4\n" \
    "    ldr r10,[r0,#-4]\n" \
    "    smlatt r6,r11,r9,r6\n" \
    ".if \\g + 2 < " taps "\n" \
    "    ldr lr,[r2,#(4*\\g+8)]\n" \
    ".endif\n" \
    "    smlabb r5,r12,r10,r5\n" \
    ".if \\g + 1 < " taps "\n" \
    "    ldr r9,[r0],#8\n" \
    ".endif\n" \
    ".endif\n" \
    ".endr\n"

#define TVM_TINY_DEPTHWISE_FOURS_LONG \
    "    smlatt r7,r12,r10,r7\n" \
    "    ldr r1,[r0,#32]\n" \
    "    ldr r8,[r0,#36]\n" \
    "    ldr r9,[r0,#16]\n" \
    "    and r10,r4,r1\n" \
    "    ldr r11,[r0]\n" \
    "    ldr r12,[r0,#4]\n" \
    "    add r9,r9,r10,asr #31\n" \
    "    ldr r10,[sp]\n" \
    "    smmlar r4,r4,r11,r9\n" \
    "    add r10,r10,r3\n" \
    "    ldr r9,[r0,#20]\n" \
    "    and r11,r5,r8\n" \
    "    asr r4,r4,r1\n" \
    "    ldr r1,[r0,#24]\n" \
    "    add r9,r9,r11,asr #31\n" \
    "    smmlar r5,r5,r12,r9\n" \
    "    ssat r9,#8,r4\n" \
    "    ldr r12,[r0,#40]\n" \
    "    strb r9,[r10]\n" \
    "    ldr r11,[r0,#8]\n" \
    "    asr r5,r5,r8\n" \
    "    and r8,r6,r12\n" \
    "    add r1,r1,r8,asr #31\n" \
    "    smmlar r6,r6,r11,r1\n" \
    "    ssat r1,#8,r5\n" \
    "    ldr r11,[r0,#44]\n" \
    "    strb r1,[r10,#1]\n" \
    "    asr r6,r6,r12\n" \
    "    ldr r12,[r0,#28]\n" \
    "    and r8,r7,r11\n" \
    "    ldr lr,[r2]\n" \
    "    add r12,r12,r8,asr #31\n" \
    "    ldr r8,[r0,#12]\n" \
    "    ldr r4,[r0,#48]\n" \
    "    add r9,r3,#4\n" \
    "    smmlar r7,r7,r8,r12\n" \
    "    ldr r12,[sp,#16]\n" \
    "    ssat r8,#8,r6\n" \
    "    ldr r5,[r0,#52]\n" \
    "    strb r8,[r10,#2]\n" \
    "    asr r7,r7,r11\n" \
    "    ldr r6,[r0,#56]\n" \
    "    subs r12,r12,r3\n" \
    "    ssat r8,#8,r7\n" \
    "    sub r12,r12,#4\n" \
    "    strb r8,[r10,#3]\n" \
    "    and r12,r12,r12,asr #31\n" \
    "    ldr r7,[r0,#60]\n" \
    "    add r3,r9,r12\n" \
    "    ldr r8,[lr,r3]\n" \
    "    ldr r9,[r0,#64]\n" \
    "    add r0,r0,#72\n" \
    "    bne 1b\n" \
    "    add sp,sp,#24\n" \
    "    pop {r4-r12,pc}\n"

#define TVM_TINY_DEPTHWISE_FOURS_SHORT \
    "    smlatt r7,r12,r10,r7\n" \
    "    ldr r1,[r0]\n" \
    "    ldr r8,[r0,#4]\n" \
    "    ldr r9,[r0,#16]\n" \
    "    ldr r10,[r0,#20]\n" \
    "    ldr r11,[sp]\n" \
    "    smmla r4,r4,r1,r9\n" \
    "    ldr r9,[r0,#24]\n" \
    "    add r11,r11,r3\n" \
    "    ldr r1,[r0,#8]\n" \
    "    ldr r12,[r0,#12]\n" \
    "    smmla r5,r5,r8,r10\n" \
    "    ldr r10,[r0,#28]\n" \
    "    ssat r8,#8,r4,asr #10\n" \
    "    smmla r6,r6,r1,r9\n" \
    "    strb r8,[r11]\n" \
    "    ldr r9,[sp,#16]\n" \
    "    ssat r1,#8,r5,asr #10\n" \
    "    ldr lr,[r2]\n" \
    "    strb r1,[r11,#1]\n" \
    "    ldr r4,[r0,#32]\n" \
    "    ssat r8,#8,r6,asr #10\n" \
    "    smmla r7,r7,r12,r10\n" \
    "    strb r8,[r11,#2]\n" \
    "    ldr r5,[r0,#36]\n" \
    "    ldr r6,[r0,#40]\n" \
    "    subs r9,r9,r3\n" \
    "    ssat r8,#8,r7,asr #10\n" \
    "    sub r9,r9,#4\n" \
    "    strb r8,[r11,#3]\n" \
    "    add r1,r3,#4\n" \
    "    ldr r7,[r0,#44]\n" \
    "    and r9,r9,r9,asr #31\n" \
    "    add r3,r1,r9\n" \
    "    ldr r8,[lr,r3]\n" \
    "    ldr r9,[r0,#48]\n" \
    "    add r0,r0,#56\n" \
    "    bne 1b\n" \
    "    add sp,sp,#24\n" \
    "    pop {r4-r12,pc}\n"

#define TVM_TINY_DEPTHWISE_FOURS_FUNCTION(name, number, end) \
    TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_##name( \
    const int32_t *records __attribute__((unused)), \
    int8_t *y __attribute__((unused)), \
    const int8_t *const *taps __attribute__((unused)), \
    int32_t channels __attribute__((unused))) \
    { \
        __asm__ volatile( \
            TVM_TINY_DEPTHWISE_FOURS_BEGIN TVM_TINY_DEPTHWISE_FOURS_PRODUCTS(number) end); \
    }

TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_1, "1", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_2, "2", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_3, "3", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_4, "4", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_5, "5", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_6, "6", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_7, "7", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_8, "8", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_9, "9", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_10, "10", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_11, "11", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_12, "12", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_13, "13", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_14, "14", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_15, "15", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_16, "16", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_17, "17", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_18, "18", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_19, "19", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_20, "20", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_21, "21", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_22, "22", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_23, "23", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_24, "24", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_25, "25", TVM_TINY_DEPTHWISE_FOURS_LONG)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_1, "1", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_2, "2", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_3, "3", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_4, "4", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_5, "5", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_6, "6", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_7, "7", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_8, "8", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_9, "9", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_10, "10", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_11, "11", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_12, "12", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_13, "13", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_14, "14", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_15, "15", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_16, "16", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_17, "17", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_18, "18", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_19, "19", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_20, "20", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_21, "21", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_22, "22", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_23, "23", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_24, "24", TVM_TINY_DEPTHWISE_FOURS_SHORT)
TVM_TINY_DEPTHWISE_FOURS_FUNCTION(fours_relu_25, "25", TVM_TINY_DEPTHWISE_FOURS_SHORT)

/* `count` and `relu` are constants: one call is left. */
#define TVM_TINY_DEPTHWISE_FOURS_CASE(n, ...) \
    case n: \
        (relu ? tvm_tiny_depthwise_fours_relu_##n : tvm_tiny_depthwise_fours_##n)(__VA_ARGS__); \
        break;
#define TVM_TINY_DEPTHWISE_FOURS_CALL(...) \
    switch (count) { \
    TVM_TINY_DEPTHWISE_FOURS_CASE(1, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(2, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(3, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(4, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(5, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(6, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(7, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(8, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(9, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(10, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(11, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(12, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(13, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(14, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(15, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(16, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(17, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(18, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(19, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(20, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(21, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(22, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(23, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(24, __VA_ARGS__) \
    TVM_TINY_DEPTHWISE_FOURS_CASE(25, __VA_ARGS__) \
    default: break; \
    }

#ifdef __cplusplus
}
#endif

#endif
