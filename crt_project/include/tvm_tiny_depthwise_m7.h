/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by benchmarks/micro/depthwise.py: do not edit. The order of instructions was searched for
 * on the timing table of the Cortex-M7; tvm_tiny_depthwise.h has the same in C and the layouts.
 */
#ifndef TVM_TINY_DEPTHWISE_M7_H
#define TVM_TINY_DEPTHWISE_M7_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a job. */
enum tvm_tiny_depthwise_job {
    TVM_TINY_DEPTHWISE_RECORD,
    TVM_TINY_DEPTHWISE_Y,
    TVM_TINY_DEPTHWISE_CHANNEL,
    TVM_TINY_DEPTHWISE_CHANNELS,
    TVM_TINY_DEPTHWISE_SCRATCH,
    TVM_TINY_DEPTHWISE_ENTRIES,
    TVM_TINY_DEPTHWISE_PAIRS,
    TVM_TINY_DEPTHWISE_HALVES,
    TVM_TINY_DEPTHWISE_USED,
    TVM_TINY_DEPTHWISE_STEP,
    TVM_TINY_DEPTHWISE_DISTANCE,
    TVM_TINY_DEPTHWISE_LOOPS,
    TVM_TINY_DEPTHWISE_OUTPUTS,
    TVM_TINY_DEPTHWISE_RECORD_BYTES,
    TVM_TINY_DEPTHWISE_FILL,
    TVM_TINY_DEPTHWISE_LEFT,
    TVM_TINY_DEPTHWISE_GATHER,
    TVM_TINY_DEPTHWISE_INSIDE,
    TVM_TINY_DEPTHWISE_X_ADVANCE,
    TVM_TINY_DEPTHWISE_Y_ADVANCE,
    TVM_TINY_DEPTHWISE_ROW0,
    TVM_TINY_DEPTHWISE_ROW1,
    TVM_TINY_DEPTHWISE_ROW2,
    TVM_TINY_DEPTHWISE_ROW3,
    TVM_TINY_DEPTHWISE_ROW4,
    TVM_TINY_DEPTHWISE_ROW5,
    TVM_TINY_DEPTHWISE_ROW6,
    TVM_TINY_DEPTHWISE_JOB_WORDS
};

/* Only assembly, its arguments in registers. */
#define TVM_TINY_DEPTHWISE_NAKED static inline __attribute__((naked, noinline))

/* Rows of the entries, 3 columns at a time; at least 3 are used. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r12,[sp,#20]\nldr r6,[sp,#24]\ncmp r6,#0\nbeq 5f\n4: "
        "str r6,[sp,#116]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\nldr r3,[sp,#12]\n"
        "ldr r5,[sp,#36]\nldr r6,[sp,#32]\nadd r0,r0,r4\nadd r1,r1,r4\nadd r7,r3,r3,lsl #1\n"
        "add r4,r5,r5,lsl #1\nsub r6,r6,#3\n3: ldrsb r8,[r1]\nsubs r6,r6,#3\nldrsb r9,[r0]\n"
        "ldrsb r10,[r1,r3]\nldrsb r11,[r0,r3]\npkhbt r9,r9,r8,lsl #16\nldrsb r8,[r1,r3,lsl #1]\n"
        "str r9,[r2]\nldrsb r9,[r0,r3,lsl #1]\npkhbt r11,r11,r10,lsl #16\nstr r11,[r2,r5]\n"
        "pkhbt r9,r9,r8,lsl #16\nstr r9,[r2,r5,lsl #1]\nadd r0,r0,r7\nadd r1,r1,r7\nadd r2,r2,r4\n"
        "bge 3b\nadds r6,r6,#3\nbeq 8f\nsub r8,r6,#3\nmov r6,#0\nmla r0,r8,r3,r0\nmla r1,r8,r3,r1\n"
        "mla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#116]\nsubs r6,r6,#1\nbne 4b\n5: ldr r6,[sp,#28]\n"
        "cmp r6,#0\nbeq 5f\n4: str r6,[sp,#116]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#36]\nldr r6,[sp,#32]\nldr r9,[sp,#56]\nadd r0,r0,r4\n"
        "add r7,r3,r3,lsl #1\nadd r4,r5,r5,lsl #1\nsub r6,r6,#3\n3: ldrsb r8,[r0]\nsubs r6,r6,#3\n"
        "ldrsb r10,[r0,r3]\npkhbt r8,r8,r9,lsl #16\nror r8,r8,r1\nstr r8,[r2]\n"
        "pkhbt r10,r10,r9,lsl #16\nldrsb r8,[r0,r3,lsl #1]\nror r10,r10,r1\nstr r10,[r2,r5]\n"
        "pkhbt r8,r8,r9,lsl #16\nror r8,r8,r1\nstr r8,[r2,r5,lsl #1]\nadd r0,r0,r7\nadd r2,r2,r4\n"
        "bge 3b\nadds r6,r6,#3\nbeq 8f\nsub r8,r6,#3\nmov r6,#0\nmla r0,r8,r3,r0\nmla r2,r8,r5,r2\n"
        "b 3b\n8: ldr r6,[sp,#116]\nsubs r6,r6,#1\nbne 4b\n5: ldr lr,[sp,#120]\nbx lr\n");
}

/* 3 rows, 3 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3_3(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r7,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#68]\nldr r6,[sp,#32]\nadd r0,r0,r7\nadd r1,r1,r7\n"
        "add r2,r2,r7\nadd r4,r3,r3,lsl #1\nsub r6,r6,#3\n3: ldrsb r7,[r1]\nsubs r6,r6,#3\n"
        "ldrsb r8,[r0]\nldrsb r9,[r2]\nstr r9,[r5,#4]\nldrsb r9,[r0,r3]\nldrsb r10,[r1,r3]\n"
        "ldrsb r11,[r2,r3]\nstr r11,[r5,#12]\npkhbt r8,r8,r7,lsl #16\nldrsb r7,[r0,r3,lsl #1]\n"
        "str r8,[r5]\nldrsb r8,[r1,r3,lsl #1]\nldrsb r11,[r2,r3,lsl #1]\nstr r11,[r5,#20]\n"
        "pkhbt r9,r9,r10,lsl #16\nstr r9,[r5,#8]\npkhbt r7,r7,r8,lsl #16\nstr r7,[r5,#16]\n"
        "add r0,r0,r4\nadd r1,r1,r4\nadd r2,r2,r4\nadd r5,r5,#24\nbge 3b\nadds r6,r6,#3\nbeq 8f\n"
        "sub r7,r6,#3\nmov r6,#8\nmla r5,r7,r6,r5\nmov r6,#0\nmla r0,r7,r3,r0\nmla r1,r7,r3,r1\n"
        "mla r2,r7,r3,r2\nb 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* 5 rows, 3 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3_5(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r3,[sp,#92]\n"
        "ldr r4,[sp,#96]\nldr r9,[sp,#8]\nldr r5,[sp,#12]\nldr r7,[sp,#68]\nldr r8,[sp,#32]\n"
        "add r0,r0,r9\nadd r1,r1,r9\nadd r2,r2,r9\nadd r3,r3,r9\nadd r4,r4,r9\n"
        "add r6,r5,r5,lsl #1\nsub r8,r8,#3\n3: ldrsb r9,[r0]\nsubs r8,r8,#3\nldrsb r10,[r1]\n"
        "ldrsb r11,[r3]\nldrsb r12,[r2]\nldrsb lr,[r4]\nstr lr,[r7,#8]\nldrsb lr,[r0,r5]\n"
        "pkhbt r9,r9,r10,lsl #16\nldrsb r10,[r1,r5]\nstr r9,[r7]\nldrsb r9,[r2,r5]\n"
        "pkhbt r12,r12,r11,lsl #16\nldrsb r11,[r3,r5]\nstr r12,[r7,#4]\nldrsb r12,[r4,r5]\n"
        "pkhbt lr,lr,r10,lsl #16\nldrsb r10,[r0,r5,lsl #1]\nstr lr,[r7,#12]\n"
        "ldrsb lr,[r1,r5,lsl #1]\npkhbt r9,r9,r11,lsl #16\nldrsb r11,[r3,r5,lsl #1]\n"
        "str r9,[r7,#16]\nldrsb r9,[r2,r5,lsl #1]\nstr r12,[r7,#20]\nldrsb r12,[r4,r5,lsl #1]\n"
        "pkhbt r10,r10,lr,lsl #16\nstr r10,[r7,#24]\npkhbt r9,r9,r11,lsl #16\nstr r9,[r7,#28]\n"
        "str r12,[r7,#32]\nadd r0,r0,r6\nadd r1,r1,r6\nadd r2,r2,r6\nadd r3,r3,r6\nadd r4,r4,r6\n"
        "add r7,r7,#36\nbge 3b\nadds r8,r8,#3\nbeq 8f\nsub r9,r8,#3\nmov r8,#12\nmla r7,r9,r8,r7\n"
        "mov r8,#0\nmla r0,r9,r5,r0\nmla r1,r9,r5,r1\nmla r2,r9,r5,r2\nmla r3,r9,r5,r3\n"
        "mla r4,r9,r5,r4\nb 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* 7 rows, 3 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3_7(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r3,[sp,#92]\n"
        "ldr r4,[sp,#96]\nldr r5,[sp,#100]\nldr r6,[sp,#104]\nldr r11,[sp,#8]\nldr r7,[sp,#12]\n"
        "ldr r9,[sp,#68]\nldr r10,[sp,#32]\nadd r0,r0,r11\nadd r1,r1,r11\nadd r2,r2,r11\n"
        "add r3,r3,r11\nadd r4,r4,r11\nadd r5,r5,r11\nadd r6,r6,r11\nadd r8,r7,r7,lsl #1\n"
        "sub r10,r10,#3\n3: ldrsb r11,[r1]\nsubs r10,r10,#3\nldrsb r12,[r0]\nldrsb lr,[r3]\n"
        "pkhbt r12,r12,r11,lsl #16\nldrsb r11,[r2]\nstr r12,[r9]\nldrsb r12,[r5]\n"
        "pkhbt r11,r11,lr,lsl #16\nldrsb lr,[r4]\nstr r11,[r9,#4]\nldrsb r11,[r6]\n"
        "pkhbt lr,lr,r12,lsl #16\nldrsb r12,[r1,r7]\nstr lr,[r9,#8]\nldrsb lr,[r0,r7]\n"
        "str r11,[r9,#12]\nldrsb r11,[r3,r7]\npkhbt lr,lr,r12,lsl #16\nldrsb r12,[r2,r7]\n"
        "str lr,[r9,#16]\nldrsb lr,[r5,r7]\npkhbt r12,r12,r11,lsl #16\nldrsb r11,[r4,r7]\n"
        "str r12,[r9,#20]\nldrsb r12,[r6,r7]\npkhbt r11,r11,lr,lsl #16\nldrsb lr,[r1,r7,lsl #1]\n"
        "str r11,[r9,#24]\nldrsb r11,[r0,r7,lsl #1]\nstr r12,[r9,#28]\nldrsb r12,[r3,r7,lsl #1]\n"
        "pkhbt r11,r11,lr,lsl #16\nldrsb lr,[r2,r7,lsl #1]\nstr r11,[r9,#32]\n"
        "ldrsb r11,[r5,r7,lsl #1]\npkhbt lr,lr,r12,lsl #16\nldrsb r12,[r4,r7,lsl #1]\n"
        "str lr,[r9,#36]\nldrsb lr,[r6,r7,lsl #1]\npkhbt r12,r12,r11,lsl #16\nstr r12,[r9,#40]\n"
        "str lr,[r9,#44]\nadd r0,r0,r8\nadd r1,r1,r8\nadd r2,r2,r8\nadd r3,r3,r8\nadd r4,r4,r8\n"
        "add r5,r5,r8\nadd r6,r6,r8\nadd r9,r9,#48\nbge 3b\nadds r10,r10,#3\nbeq 8f\n"
        "sub r11,r10,#3\nmov r10,#16\nmla r9,r11,r10,r9\nmov r10,#0\nmla r0,r11,r7,r0\n"
        "mla r1,r11,r7,r1\nmla r2,r11,r7,r2\nmla r3,r11,r7,r3\nmla r4,r11,r7,r4\nmla r5,r11,r7,r5\n"
        "mla r6,r11,r7,r6\nb 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* Rows of the entries, 4 columns at a time; at least 4 are used. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r12,[sp,#20]\nldr r6,[sp,#24]\ncmp r6,#0\nbeq 5f\n4: "
        "str r6,[sp,#116]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\nldr r3,[sp,#12]\n"
        "ldr r5,[sp,#36]\nldr r6,[sp,#32]\nadd r0,r0,r4\nadd r1,r1,r4\nadd r7,r3,r3,lsl #1\n"
        "add r4,r5,r5,lsl #1\nsub r6,r6,#4\n3: ldrsb r8,[r1]\nsubs r6,r6,#4\nldrsb r9,[r0]\n"
        "ldrsb r10,[r0,r3]\nldrsb r11,[r1,r3]\npkhbt r9,r9,r8,lsl #16\nldrsb r8,[r0,r3,lsl #1]\n"
        "ldrsb lr,[r1,r3,lsl #1]\nstr r9,[r2]\npkhbt r10,r10,r11,lsl #16\nldrsb r11,[r1,r7]\n"
        "ldrsb r9,[r0,r7]\nstr r10,[r2,r5]\npkhbt r8,r8,lr,lsl #16\nstr r8,[r2,r5,lsl #1]\n"
        "pkhbt r9,r9,r11,lsl #16\nstr r9,[r2,r4]\nadd r0,r0,r3,lsl #2\nadd r1,r1,r3,lsl #2\n"
        "add r2,r2,r5,lsl #2\nbge 3b\nadds r6,r6,#4\nbeq 8f\nsub r8,r6,#4\nmov r6,#0\n"
        "mla r0,r8,r3,r0\nmla r1,r8,r3,r1\nmla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#116]\n"
        "subs r6,r6,#1\nbne 4b\n5: ldr r6,[sp,#28]\ncmp r6,#0\nbeq 5f\n4: str r6,[sp,#116]\n"
        "ldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\nldr r3,[sp,#12]\nldr r5,[sp,#36]\nldr r6,[sp,#32]\n"
        "ldr r9,[sp,#56]\nadd r0,r0,r4\nadd r7,r3,r3,lsl #1\nadd r4,r5,r5,lsl #1\nsub r6,r6,#4\n3: "
        "ldrsb r8,[r0]\nsubs r6,r6,#4\nldrsb r10,[r0,r3]\npkhbt r8,r8,r9,lsl #16\nror r8,r8,r1\n"
        "str r8,[r2]\npkhbt r10,r10,r9,lsl #16\nldrsb r8,[r0,r3,lsl #1]\nror r10,r10,r1\n"
        "str r10,[r2,r5]\npkhbt r8,r8,r9,lsl #16\nldrsb r10,[r0,r7]\nror r8,r8,r1\n"
        "str r8,[r2,r5,lsl #1]\npkhbt r10,r10,r9,lsl #16\nror r10,r10,r1\nstr r10,[r2,r4]\n"
        "add r0,r0,r3,lsl #2\nadd r2,r2,r5,lsl #2\nbge 3b\nadds r6,r6,#4\nbeq 8f\nsub r8,r6,#4\n"
        "mov r6,#0\nmla r0,r8,r3,r0\nmla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#116]\nsubs r6,r6,#1\n"
        "bne 4b\n5: ldr lr,[sp,#120]\nbx lr\n");
}

/* 3 rows, 4 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4_3(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r7,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#68]\nldr r6,[sp,#32]\nadd r0,r0,r7\nadd r1,r1,r7\n"
        "add r2,r2,r7\nadd r4,r3,r3,lsl #1\nsub r6,r6,#4\n3: ldrsb r7,[r0]\nsubs r6,r6,#4\n"
        "ldrsb r8,[r1]\nldrsb r9,[r2]\nstr r9,[r5,#4]\nldrsb r9,[r0,r3]\npkhbt r7,r7,r8,lsl #16\n"
        "ldrsb r8,[r1,r3]\nstr r7,[r5]\nldrsb r7,[r2,r3]\nldrsb r10,[r0,r3,lsl #1]\n"
        "str r7,[r5,#12]\npkhbt r9,r9,r8,lsl #16\nldrsb r8,[r1,r3,lsl #1]\nstr r9,[r5,#8]\n"
        "ldrsb r9,[r2,r3,lsl #1]\nldrsb r7,[r1,r4]\nstr r9,[r5,#20]\npkhbt r10,r10,r8,lsl #16\n"
        "str r10,[r5,#16]\nldrsb r10,[r0,r4]\nldrsb r8,[r2,r4]\nstr r8,[r5,#28]\n"
        "pkhbt r10,r10,r7,lsl #16\nstr r10,[r5,#24]\nadd r0,r0,r3,lsl #2\nadd r1,r1,r3,lsl #2\n"
        "add r2,r2,r3,lsl #2\nadd r5,r5,#32\nbge 3b\nadds r6,r6,#4\nbeq 8f\nsub r7,r6,#4\n"
        "mov r6,#8\nmla r5,r7,r6,r5\nmov r6,#0\nmla r0,r7,r3,r0\nmla r1,r7,r3,r1\nmla r2,r7,r3,r2\n"
        "b 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* 5 rows, 4 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4_5(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r3,[sp,#92]\n"
        "ldr r4,[sp,#96]\nldr r9,[sp,#8]\nldr r5,[sp,#12]\nldr r7,[sp,#68]\nldr r8,[sp,#32]\n"
        "add r0,r0,r9\nadd r1,r1,r9\nadd r2,r2,r9\nadd r3,r3,r9\nadd r4,r4,r9\n"
        "add r6,r5,r5,lsl #1\nsub r8,r8,#4\n3: ldrsb r9,[r1]\nsubs r8,r8,#4\nldrsb r10,[r0]\n"
        "ldrsb r11,[r2]\nldrsb r12,[r3]\nldrsb lr,[r4]\nstr lr,[r7,#8]\nldrsb lr,[r0,r5]\n"
        "pkhbt r10,r10,r9,lsl #16\nldrsb r9,[r1,r5]\nstr r10,[r7]\nldrsb r10,[r3,r5]\n"
        "pkhbt r11,r11,r12,lsl #16\nldrsb r12,[r2,r5]\nstr r11,[r7,#4]\nldrsb r11,[r4,r5]\n"
        "pkhbt lr,lr,r9,lsl #16\nldrsb r9,[r0,r5,lsl #1]\nstr lr,[r7,#12]\n"
        "ldrsb lr,[r1,r5,lsl #1]\npkhbt r12,r12,r10,lsl #16\nldrsb r10,[r2,r5,lsl #1]\n"
        "str r12,[r7,#16]\nldrsb r12,[r3,r5,lsl #1]\nstr r11,[r7,#20]\nldrsb r11,[r4,r5,lsl #1]\n"
        "pkhbt r9,r9,lr,lsl #16\nldrsb lr,[r0,r6]\nstr r9,[r7,#24]\nldrsb r9,[r1,r6]\n"
        "pkhbt r10,r10,r12,lsl #16\nldrsb r12,[r2,r6]\nstr r10,[r7,#28]\nldrsb r10,[r3,r6]\n"
        "str r11,[r7,#32]\nldrsb r11,[r4,r6]\npkhbt lr,lr,r9,lsl #16\nstr lr,[r7,#36]\n"
        "pkhbt r12,r12,r10,lsl #16\nstr r12,[r7,#40]\nstr r11,[r7,#44]\nadd r0,r0,r5,lsl #2\n"
        "add r1,r1,r5,lsl #2\nadd r2,r2,r5,lsl #2\nadd r3,r3,r5,lsl #2\nadd r4,r4,r5,lsl #2\n"
        "add r7,r7,#48\nbge 3b\nadds r8,r8,#4\nbeq 8f\nsub r9,r8,#4\nmov r8,#12\nmla r7,r9,r8,r7\n"
        "mov r8,#0\nmla r0,r9,r5,r0\nmla r1,r9,r5,r1\nmla r2,r9,r5,r2\nmla r3,r9,r5,r3\n"
        "mla r4,r9,r5,r4\nb 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* 7 rows, 4 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4_7(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r3,[sp,#92]\n"
        "ldr r4,[sp,#96]\nldr r5,[sp,#100]\nldr r6,[sp,#104]\nldr r11,[sp,#8]\nldr r7,[sp,#12]\n"
        "ldr r9,[sp,#68]\nldr r10,[sp,#32]\nadd r0,r0,r11\nadd r1,r1,r11\nadd r2,r2,r11\n"
        "add r3,r3,r11\nadd r4,r4,r11\nadd r5,r5,r11\nadd r6,r6,r11\nadd r8,r7,r7,lsl #1\n"
        "sub r10,r10,#4\n3: ldrsb r11,[r1]\nsubs r10,r10,#4\nldrsb r12,[r0]\nldrsb lr,[r3]\n"
        "pkhbt r12,r12,r11,lsl #16\nldrsb r11,[r2]\nstr r12,[r9]\nldrsb r12,[r4]\n"
        "pkhbt r11,r11,lr,lsl #16\nldrsb lr,[r5]\nstr r11,[r9,#4]\nldrsb r11,[r6]\n"
        "str r11,[r9,#12]\nldrsb r11,[r1,r7]\npkhbt r12,r12,lr,lsl #16\nldrsb lr,[r0,r7]\n"
        "str r12,[r9,#8]\nldrsb r12,[r3,r7]\npkhbt lr,lr,r11,lsl #16\nldrsb r11,[r2,r7]\n"
        "str lr,[r9,#16]\nldrsb lr,[r4,r7]\npkhbt r11,r11,r12,lsl #16\nldrsb r12,[r5,r7]\n"
        "str r11,[r9,#20]\nldrsb r11,[r6,r7]\nstr r11,[r9,#28]\nldrsb r11,[r0,r7,lsl #1]\n"
        "pkhbt lr,lr,r12,lsl #16\nldrsb r12,[r1,r7,lsl #1]\nstr lr,[r9,#24]\n"
        "ldrsb lr,[r3,r7,lsl #1]\npkhbt r11,r11,r12,lsl #16\nldrsb r12,[r2,r7,lsl #1]\n"
        "str r11,[r9,#32]\nldrsb r11,[r4,r7,lsl #1]\npkhbt r12,r12,lr,lsl #16\n"
        "ldrsb lr,[r5,r7,lsl #1]\nstr r12,[r9,#36]\nldrsb r12,[r6,r7,lsl #1]\nstr r12,[r9,#44]\n"
        "ldrsb r12,[r1,r8]\npkhbt r11,r11,lr,lsl #16\nldrsb lr,[r0,r8]\nstr r11,[r9,#40]\n"
        "ldrsb r11,[r3,r8]\npkhbt lr,lr,r12,lsl #16\nldrsb r12,[r2,r8]\nstr lr,[r9,#48]\n"
        "ldrsb lr,[r5,r8]\npkhbt r12,r12,r11,lsl #16\nldrsb r11,[r4,r8]\nstr r12,[r9,#52]\n"
        "ldrsb r12,[r6,r8]\npkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#56]\nstr r12,[r9,#60]\n"
        "add r0,r0,r7,lsl #2\nadd r1,r1,r7,lsl #2\nadd r2,r2,r7,lsl #2\nadd r3,r3,r7,lsl #2\n"
        "add r4,r4,r7,lsl #2\nadd r5,r5,r7,lsl #2\nadd r6,r6,r7,lsl #2\nadd r9,r9,#64\nbge 3b\n"
        "adds r10,r10,#4\nbeq 8f\nsub r11,r10,#4\nmov r10,#16\nmla r9,r11,r10,r9\nmov r10,#0\n"
        "mla r0,r11,r7,r0\nmla r1,r11,r7,r1\nmla r2,r11,r7,r2\nmla r3,r11,r7,r3\nmla r4,r11,r7,r4\n"
        "mla r5,r11,r7,r5\nmla r6,r11,r7,r6\nb 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* Rows of the entries, 5 columns at a time; at least 5 are used. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r12,[sp,#20]\nldr r6,[sp,#24]\ncmp r6,#0\nbeq 5f\n4: "
        "str r6,[sp,#116]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\nldr r3,[sp,#12]\n"
        "ldr r5,[sp,#36]\nldr r6,[sp,#32]\nadd r0,r0,r4\nadd r1,r1,r4\nadd r7,r3,r3,lsl #1\n"
        "add r4,r5,r5,lsl #1\nsub r6,r6,#5\n3: ldrsb r8,[r1]\nsubs r6,r6,#5\nldrsb r9,[r0]\n"
        "ldrsb r10,[r0,r3]\nldrsb r11,[r1,r3]\nldrsb lr,[r0,r3,lsl #1]\npkhbt r9,r9,r8,lsl #16\n"
        "ldrsb r8,[r1,r3,lsl #1]\nstr r9,[r2]\nldrsb r9,[r1,r7]\npkhbt r10,r10,r11,lsl #16\n"
        "ldrsb r11,[r0,r7]\nstr r10,[r2,r5]\nldrsb r10,[r1,r3,lsl #2]\npkhbt lr,lr,r8,lsl #16\n"
        "ldrsb r8,[r0,r3,lsl #2]\nstr lr,[r2,r5,lsl #1]\npkhbt r11,r11,r9,lsl #16\n"
        "str r11,[r2,r4]\npkhbt r8,r8,r10,lsl #16\nstr r8,[r2,r5,lsl #2]\nadd r0,r0,r3,lsl #2\n"
        "add r0,r0,r3\nadd r1,r1,r3,lsl #2\nadd r1,r1,r3\nadd r2,r2,r5,lsl #2\nadd r2,r2,r5\n"
        "bge 3b\nadds r6,r6,#5\nbeq 8f\nsub r8,r6,#5\nmov r6,#0\nmla r0,r8,r3,r0\nmla r1,r8,r3,r1\n"
        "mla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#116]\nsubs r6,r6,#1\nbne 4b\n5: ldr r6,[sp,#28]\n"
        "cmp r6,#0\nbeq 5f\n4: str r6,[sp,#116]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#36]\nldr r6,[sp,#32]\nldr r9,[sp,#56]\nadd r0,r0,r4\n"
        "add r7,r3,r3,lsl #1\nadd r4,r5,r5,lsl #1\nsub r6,r6,#5\n3: ldrsb r8,[r0]\nsubs r6,r6,#5\n"
        "ldrsb r10,[r0,r3]\npkhbt r8,r8,r9,lsl #16\nldrsb r11,[r0,r3,lsl #1]\nror r8,r8,r1\n"
        "str r8,[r2]\npkhbt r10,r10,r9,lsl #16\nldrsb r8,[r0,r7]\nror r10,r10,r1\nstr r10,[r2,r5]\n"
        "pkhbt r11,r11,r9,lsl #16\nldrsb r10,[r0,r3,lsl #2]\npkhbt r8,r8,r9,lsl #16\n"
        "ror r11,r11,r1\nstr r11,[r2,r5,lsl #1]\nror r8,r8,r1\npkhbt r10,r10,r9,lsl #16\n"
        "str r8,[r2,r4]\nror r10,r10,r1\nstr r10,[r2,r5,lsl #2]\nadd r0,r0,r3,lsl #2\n"
        "add r0,r0,r3\nadd r2,r2,r5,lsl #2\nadd r2,r2,r5\nbge 3b\nadds r6,r6,#5\nbeq 8f\n"
        "sub r8,r6,#5\nmov r6,#0\nmla r0,r8,r3,r0\nmla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#116]\n"
        "subs r6,r6,#1\nbne 4b\n5: ldr lr,[sp,#120]\nbx lr\n");
}

/* 3 rows, 5 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5_3(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r7,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#68]\nldr r6,[sp,#32]\nadd r0,r0,r7\nadd r1,r1,r7\n"
        "add r2,r2,r7\nadd r4,r3,r3,lsl #1\nsub r6,r6,#5\n3: ldrsb r7,[r0]\nsubs r6,r6,#5\n"
        "ldrsb r8,[r1]\nldrsb r9,[r2]\nstr r9,[r5,#4]\nldrsb r9,[r1,r3]\nldrsb r10,[r0,r3]\n"
        "ldrsb r11,[r2,r3]\nstr r11,[r5,#12]\npkhbt r7,r7,r8,lsl #16\nldrsb r8,[r1,r3,lsl #1]\n"
        "ldrsb r11,[r0,r3,lsl #1]\nstr r7,[r5]\nldrsb r7,[r2,r3,lsl #1]\nstr r7,[r5,#20]\n"
        "pkhbt r10,r10,r9,lsl #16\nldrsb r9,[r1,r4]\nstr r10,[r5,#8]\nldrsb r10,[r0,r4]\n"
        "ldrsb r7,[r2,r4]\nstr r7,[r5,#28]\npkhbt r11,r11,r8,lsl #16\nldrsb r8,[r1,r3,lsl #2]\n"
        "ldrsb r7,[r0,r3,lsl #2]\nstr r11,[r5,#16]\nldrsb r11,[r2,r3,lsl #2]\nstr r11,[r5,#36]\n"
        "pkhbt r10,r10,r9,lsl #16\nstr r10,[r5,#24]\npkhbt r7,r7,r8,lsl #16\nstr r7,[r5,#32]\n"
        "add r0,r0,r3,lsl #2\nadd r0,r0,r3\nadd r1,r1,r3,lsl #2\nadd r1,r1,r3\n"
        "add r2,r2,r3,lsl #2\nadd r2,r2,r3\nadd r5,r5,#40\nbge 3b\nadds r6,r6,#5\nbeq 8f\n"
        "sub r7,r6,#5\nmov r6,#8\nmla r5,r7,r6,r5\nmov r6,#0\nmla r0,r7,r3,r0\nmla r1,r7,r3,r1\n"
        "mla r2,r7,r3,r2\nb 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* 5 rows, 5 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5_5(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r3,[sp,#92]\n"
        "ldr r4,[sp,#96]\nldr r9,[sp,#8]\nldr r5,[sp,#12]\nldr r7,[sp,#68]\nldr r8,[sp,#32]\n"
        "add r0,r0,r9\nadd r1,r1,r9\nadd r2,r2,r9\nadd r3,r3,r9\nadd r4,r4,r9\n"
        "add r6,r5,r5,lsl #1\nsub r8,r8,#5\n3: ldrsb r9,[r1]\nsubs r8,r8,#5\nldrsb r10,[r0]\n"
        "ldrsb r11,[r3]\nldrsb r12,[r2]\nldrsb lr,[r4]\nstr lr,[r7,#8]\nldrsb lr,[r0,r5]\n"
        "pkhbt r10,r10,r9,lsl #16\nldrsb r9,[r1,r5]\nstr r10,[r7]\nldrsb r10,[r3,r5]\n"
        "pkhbt r12,r12,r11,lsl #16\nldrsb r11,[r2,r5]\nstr r12,[r7,#4]\nldrsb r12,[r4,r5]\n"
        "pkhbt lr,lr,r9,lsl #16\nldrsb r9,[r1,r5,lsl #1]\nstr lr,[r7,#12]\n"
        "ldrsb lr,[r0,r5,lsl #1]\npkhbt r11,r11,r10,lsl #16\nldrsb r10,[r2,r5,lsl #1]\n"
        "str r11,[r7,#16]\nldrsb r11,[r3,r5,lsl #1]\nstr r12,[r7,#20]\nldrsb r12,[r4,r5,lsl #1]\n"
        "pkhbt lr,lr,r9,lsl #16\nldrsb r9,[r0,r6]\nstr lr,[r7,#24]\nldrsb lr,[r1,r6]\n"
        "pkhbt r10,r10,r11,lsl #16\nldrsb r11,[r2,r6]\nstr r10,[r7,#28]\nldrsb r10,[r3,r6]\n"
        "str r12,[r7,#32]\nldrsb r12,[r4,r6]\npkhbt r9,r9,lr,lsl #16\nldrsb lr,[r1,r5,lsl #2]\n"
        "str r9,[r7,#36]\nldrsb r9,[r0,r5,lsl #2]\npkhbt r11,r11,r10,lsl #16\n"
        "ldrsb r10,[r3,r5,lsl #2]\nstr r11,[r7,#40]\nldrsb r11,[r2,r5,lsl #2]\nstr r12,[r7,#44]\n"
        "ldrsb r12,[r4,r5,lsl #2]\npkhbt r9,r9,lr,lsl #16\nstr r9,[r7,#48]\n"
        "pkhbt r11,r11,r10,lsl #16\nstr r11,[r7,#52]\nstr r12,[r7,#56]\nadd r0,r0,r5,lsl #2\n"
        "add r0,r0,r5\nadd r1,r1,r5,lsl #2\nadd r1,r1,r5\nadd r2,r2,r5,lsl #2\nadd r2,r2,r5\n"
        "add r3,r3,r5,lsl #2\nadd r3,r3,r5\nadd r4,r4,r5,lsl #2\nadd r4,r4,r5\nadd r7,r7,#60\n"
        "bge 3b\nadds r8,r8,#5\nbeq 8f\nsub r9,r8,#5\nmov r8,#12\nmla r7,r9,r8,r7\nmov r8,#0\n"
        "mla r0,r9,r5,r0\nmla r1,r9,r5,r1\nmla r2,r9,r5,r2\nmla r3,r9,r5,r3\nmla r4,r9,r5,r4\n"
        "b 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* 7 rows, 5 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5_7(void)
{
    __asm__ volatile(
        "str lr,[sp,#120]\nldr r0,[sp,#80]\nldr r1,[sp,#84]\nldr r2,[sp,#88]\nldr r3,[sp,#92]\n"
        "ldr r4,[sp,#96]\nldr r5,[sp,#100]\nldr r6,[sp,#104]\nldr r11,[sp,#8]\nldr r7,[sp,#12]\n"
        "ldr r9,[sp,#68]\nldr r10,[sp,#32]\nadd r0,r0,r11\nadd r1,r1,r11\nadd r2,r2,r11\n"
        "add r3,r3,r11\nadd r4,r4,r11\nadd r5,r5,r11\nadd r6,r6,r11\nadd r8,r7,r7,lsl #1\n"
        "sub r10,r10,#5\n3: ldrsb r11,[r1]\nsubs r10,r10,#5\nldrsb r12,[r0]\nldrsb lr,[r3]\n"
        "pkhbt r12,r12,r11,lsl #16\nldrsb r11,[r2]\nstr r12,[r9]\nldrsb r12,[r5]\n"
        "pkhbt r11,r11,lr,lsl #16\nldrsb lr,[r4]\nstr r11,[r9,#4]\nldrsb r11,[r6]\n"
        "pkhbt lr,lr,r12,lsl #16\nldrsb r12,[r1,r7]\nstr lr,[r9,#8]\nldrsb lr,[r0,r7]\n"
        "str r11,[r9,#12]\nldrsb r11,[r3,r7]\npkhbt lr,lr,r12,lsl #16\nldrsb r12,[r2,r7]\n"
        "str lr,[r9,#16]\nldrsb lr,[r4,r7]\npkhbt r12,r12,r11,lsl #16\nldrsb r11,[r5,r7]\n"
        "str r12,[r9,#20]\nldrsb r12,[r6,r7]\nstr r12,[r9,#28]\nldrsb r12,[r1,r7,lsl #1]\n"
        "pkhbt lr,lr,r11,lsl #16\nldrsb r11,[r0,r7,lsl #1]\nstr lr,[r9,#24]\n"
        "ldrsb lr,[r3,r7,lsl #1]\npkhbt r11,r11,r12,lsl #16\nldrsb r12,[r2,r7,lsl #1]\n"
        "str r11,[r9,#32]\nldrsb r11,[r4,r7,lsl #1]\npkhbt r12,r12,lr,lsl #16\n"
        "ldrsb lr,[r5,r7,lsl #1]\nstr r12,[r9,#36]\nldrsb r12,[r6,r7,lsl #1]\nstr r12,[r9,#44]\n"
        "ldrsb r12,[r0,r8]\npkhbt r11,r11,lr,lsl #16\nldrsb lr,[r1,r8]\nstr r11,[r9,#40]\n"
        "ldrsb r11,[r3,r8]\npkhbt r12,r12,lr,lsl #16\nldrsb lr,[r2,r8]\nstr r12,[r9,#48]\n"
        "ldrsb r12,[r4,r8]\npkhbt lr,lr,r11,lsl #16\nldrsb r11,[r5,r8]\nstr lr,[r9,#52]\n"
        "ldrsb lr,[r6,r8]\nstr lr,[r9,#60]\nldrsb lr,[r1,r7,lsl #2]\npkhbt r12,r12,r11,lsl #16\n"
        "ldrsb r11,[r0,r7,lsl #2]\nstr r12,[r9,#56]\nldrsb r12,[r2,r7,lsl #2]\n"
        "pkhbt r11,r11,lr,lsl #16\nldrsb lr,[r3,r7,lsl #2]\nstr r11,[r9,#64]\n"
        "ldrsb r11,[r5,r7,lsl #2]\npkhbt r12,r12,lr,lsl #16\nldrsb lr,[r4,r7,lsl #2]\n"
        "str r12,[r9,#68]\nldrsb r12,[r6,r7,lsl #2]\npkhbt lr,lr,r11,lsl #16\nstr lr,[r9,#72]\n"
        "str r12,[r9,#76]\nadd r0,r0,r7,lsl #2\nadd r0,r0,r7\nadd r1,r1,r7,lsl #2\nadd r1,r1,r7\n"
        "add r2,r2,r7,lsl #2\nadd r2,r2,r7\nadd r3,r3,r7,lsl #2\nadd r3,r3,r7\n"
        "add r4,r4,r7,lsl #2\nadd r4,r4,r7\nadd r5,r5,r7,lsl #2\nadd r5,r5,r7\n"
        "add r6,r6,r7,lsl #2\nadd r6,r6,r7\nadd r9,r9,#80\nbge 3b\nadds r10,r10,#5\nbeq 8f\n"
        "sub r11,r10,#5\nmov r10,#16\nmla r9,r11,r10,r9\nmov r10,#0\nmla r0,r11,r7,r0\n"
        "mla r1,r11,r7,r1\nmla r2,r11,r7,r2\nmla r3,r11,r7,r3\nmla r4,r11,r7,r4\nmla r5,r11,r7,r5\n"
        "mla r6,r11,r7,r6\nb 3b\n8: ldr lr,[sp,#120]\nbx lr\n");
}

/* Any window, 3 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_long3(const int32_t *job)
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
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short3(const int32_t *job)
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
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_3_1(const int32_t *job)
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
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_3_2(const int32_t *job)
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
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window3_5_1(const int32_t *job)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#3\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\nldr r5,[r0]\nldr r6,[r0,#52]\n"
        "smlad r1,r3,r1,r5\nldr r7,[r12,#24]\nldr r8,[r0,#40]\nsmlad r1,r4,r2,r1\n"
        "ldr r9,[r12,#36]\nsmlad r10,r3,r7,r5\nldr r11,[r0,#64]\nsmlad r1,r8,r7,r1\n"
        "smlad r5,r3,r2,r5\nldr r3,[r12,#48]\nsmlad r5,r4,r7,r5\nldr r7,[r12,#60]\n"
        "smlad r5,r8,r9,r5\nldr r2,[r12,#72]\nsmlad r1,r6,r9,r1\nsmlad r1,r11,r3,r1\n"
        "smlad r10,r4,r9,r10\nldr r4,[r12,#4]\nsmlad r5,r6,r3,r5\nldr r9,[r12,#16]\n"
        "smlad r10,r8,r3,r10\nldr r8,[r0,#20]\nsmlad r5,r11,r7,r5\nldr r3,[r0,#44]\n"
        "smlad r10,r6,r7,r10\nldr r6,[r0,#32]\nsmlad r10,r11,r2,r10\nldr r11,[r12,#40]\n"
        "ldr r2,[r0,#56]\nsmlad r5,r8,r9,r5\nldr r7,[r12,#28]\nsmlad r1,r8,r4,r1\n"
        "smlad r1,r6,r9,r1\nldr r9,[r0,#68]\nsmlad r10,r8,r7,r10\nldr r8,[r12,#52]\n"
        "smlad r5,r6,r7,r5\nldr r4,[r12,#64]\nsmlad r1,r3,r7,r1\nldr r7,[r12,#76]\n"
        "smlad r5,r3,r11,r5\nsmlad r1,r2,r11,r1\nsmlad r1,r9,r8,r1\nsmlad r10,r6,r11,r10\n"
        "ldr r6,[r0,#24]\nsmlad r10,r3,r8,r10\nldr r3,[r12,#8]\nsmlad r5,r2,r8,r5\n"
        "ldr r8,[r12,#20]\nsmlad r10,r2,r4,r10\nldr r2,[r0,#36]\nsmlad r5,r9,r4,r5\n"
        "ldr r4,[r12,#32]\nsmlad r10,r9,r7,r10\nldr r9,[r0,#48]\nsmlad r1,r6,r3,r1\n"
        "ldr r3,[r0,#60]\nsmlad r1,r2,r8,r1\nldr r7,[r12,#44]\nsmlad r1,r9,r4,r1\nldr r0,[r0,#72]\n"
        "smlad r5,r6,r8,r5\nldr r8,[r12,#56]\nsmlad r5,r2,r4,r5\nldr r11,[r12,#80]\n"
        "smlad r10,r6,r4,r10\nldr r6,[r12,#68]\nsmlad r5,r9,r7,r5\nsmlad r1,r3,r7,r1\n"
        "smlad r1,r0,r8,r1\nsmlad r5,r3,r8,r5\nsmlad r10,r2,r7,r10\nldr r2,[sp]\n"
        "smlad r5,r0,r6,r5\nldr r7,[sp,#112]\nsmlad r10,r9,r8,r10\nldr r9,[r2,#4]\n"
        "smlad r10,r3,r6,r10\nldr r2,[r2,#8]\nsmlad r10,r0,r11,r10\nldr r0,[sp,#12]\n"
        "smmla r5,r5,r9,r2\nldr r11,[sp,#76]\nsmmla r1,r1,r9,r2\nldr r3,[sp,#116]\n"
        "smmla r2,r10,r9,r2\nsubs r3,r3,#3\nssat r5,#8,r5,asr #10\nstr r3,[sp,#116]\n"
        "ssat r1,#8,r1,asr #10\nstrb r5,[r7,r0]\nstrb r1,[r7]\nadd r11,r7,r11\n"
        "ssat r2,#8,r2,asr #10\nstr r11,[sp,#112]\nstrb r2,[r7,r0,lsl #1]\nadd r12,r12,#36\n"
        "bge 6b\nldr r0,[sp,#116]\nadds r0,r0,#3\nbeq 8f\nsub r1,r0,#3\nmov r0,#0\n"
        "ldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r12,r1,r2,r12\n"
        "mla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\n"
        "ldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\n"
        "str r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\n"
        "str r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 4 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_long4(const int32_t *job)
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
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short4(const int32_t *job)
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
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_1(const int32_t *job)
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
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_3_2(const int32_t *job)
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
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window4_5_1(const int32_t *job)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#4\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12,#12]\n"
        "ldr r2,[r12]\nldr r3,[r0,#16]\nldr r4,[r0,#28]\nldr r5,[r0]\nldr r6,[r0,#52]\n"
        "ldr r7,[r12,#24]\nsmlad r2,r3,r2,r5\nldr r8,[r0,#40]\nsmlad r2,r4,r1,r2\n"
        "ldr r9,[r12,#36]\nsmlad r1,r3,r1,r5\nsmlad r2,r8,r7,r2\nldr r10,[r12,#48]\n"
        "smlad r1,r4,r7,r1\nldr r11,[r0,#64]\nsmlad r7,r3,r7,r5\nldr lr,[r12,#60]\n"
        "smlad r2,r6,r9,r2\nsmlad r1,r8,r9,r1\nsmlad r7,r4,r9,r7\nsmlad r2,r11,r10,r2\n"
        "smlad r5,r3,r9,r5\nldr r3,[r12,#72]\nsmlad r7,r8,r10,r7\nldr r9,[r12,#84]\n"
        "smlad r1,r6,r10,r1\nsmlad r5,r4,r10,r5\nsmlad r7,r6,lr,r7\nsmlad r1,r11,lr,r1\n"
        "ldr r4,[r12,#4]\nsmlad r5,r8,lr,r5\nldr r8,[r0,#20]\nsmlad r7,r11,r3,r7\n"
        "ldr lr,[r12,#16]\nsmlad r5,r6,r3,r5\nldr r6,[r0,#32]\nsmlad r5,r11,r9,r5\n"
        "ldr r11,[r0,#44]\nldr r9,[r12,#28]\nsmlad r1,r8,lr,r1\nsmlad r2,r8,r4,r2\n"
        "ldr r4,[r0,#56]\nsmlad r2,r6,lr,r2\nldr lr,[r12,#40]\nsmlad r2,r11,r9,r2\n"
        "ldr r3,[r0,#68]\nsmlad r1,r6,r9,r1\nldr r10,[r12,#52]\nsmlad r7,r8,r9,r7\n"
        "ldr r9,[r12,#64]\nsmlad r1,r11,lr,r1\nsmlad r7,r6,lr,r7\nsmlad r5,r8,lr,r5\n"
        "smlad r2,r4,lr,r2\nldr lr,[r12,#76]\nsmlad r2,r3,r10,r2\nldr r8,[r12,#88]\n"
        "smlad r1,r4,r10,r1\nsmlad r7,r11,r10,r7\nsmlad r5,r6,r10,r5\nsmlad r1,r3,r9,r1\n"
        "smlad r5,r11,r9,r5\nsmlad r7,r4,r9,r7\nldr r9,[r0,#24]\nsmlad r7,r3,lr,r7\n"
        "ldr r11,[r12,#8]\nsmlad r5,r4,lr,r5\nldr r4,[r12,#20]\nsmlad r5,r3,r8,r5\n"
        "ldr r3,[r0,#36]\nldr r8,[r0,#48]\nsmlad r2,r9,r11,r2\nldr r11,[r12,#32]\n"
        "smlad r1,r9,r4,r1\nsmlad r2,r3,r4,r2\nldr r4,[r12,#44]\nldr lr,[r0,#60]\n"
        "smlad r1,r3,r11,r1\nsmlad r2,r8,r11,r2\nldr r6,[r12,#56]\nsmlad r7,r9,r11,r7\n"
        "ldr r0,[r0,#72]\nsmlad r1,r8,r4,r1\nldr r11,[r12,#68]\nsmlad r2,lr,r4,r2\n"
        "ldr r10,[r12,#80]\nsmlad r2,r0,r6,r2\nsmlad r7,r3,r4,r7\nsmlad r5,r9,r4,r5\n"
        "ldr r9,[r12,#92]\nsmlad r1,lr,r6,r1\nsmlad r7,r8,r6,r7\nsmlad r1,r0,r11,r1\n"
        "smlad r5,r3,r6,r5\nldr r3,[sp,#12]\nsmlad r7,lr,r11,r7\nldr r6,[sp]\nsmlad r5,r8,r11,r5\n"
        "ldr r8,[sp,#112]\nsmlad r7,r0,r10,r7\nldr r11,[r6,#8]\nsmlad r5,lr,r10,r5\n"
        "ldr r6,[r6,#4]\nsmlad r5,r0,r9,r5\nadd r0,r3,r3,lsl #1\nsmmla r2,r2,r6,r11\n"
        "ldr r9,[sp,#116]\nsmmla r1,r1,r6,r11\nsubs r9,r9,#4\nsmmla r7,r7,r6,r11\n"
        "ssat r2,#8,r2,asr #10\nsmmla r11,r5,r6,r11\nstrb r2,[r8]\nldr r2,[sp,#76]\n"
        "ssat r7,#8,r7,asr #10\nstr r9,[sp,#116]\nssat r1,#8,r1,asr #10\nstrb r7,[r8,r3,lsl #1]\n"
        "strb r1,[r8,r3]\nadd r2,r8,r2\nssat r11,#8,r11,asr #10\nstr r2,[sp,#112]\n"
        "strb r11,[r8,r0]\nadd r12,r12,#48\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#4\nbeq 8f\n"
        "sub r1,r0,#4\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 5 outputs at a time, long records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_long5(const int32_t *job)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r5,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r8,[sp,#0]\nldr r6,[sp,#40]\n"
        "ldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\nldr r12,[r5,r6]\nldr r10,[r8],#4\n"
        "mov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\nmov r4,r0\nldr r11,[r8],#4\n7: "
        "smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\nldr lr,[r5,r6,lsl #2]\n"
        "smlad r3,r10,r12,r3\nldr r12,[r5],#4\nsmlad r4,r10,lr,r4\nldr lr,[r5,r6]\n"
        "smlad r0,r10,r12,r0\nldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\nldr lr,[r5,r7]\n"
        "ldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,r12,r2\nldr r12,[r5,r6,lsl #2]\n"
        "smlad r3,r11,lr,r3\nldr lr,[r5],#4\nsmlad r4,r11,r12,r4\nldr r12,[r5,r6]\n"
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r6,[sp,#12]\n"
        "ldr r7,[sp]\nldr r8,[r7,#8]\nldr r9,[r7,#4]\nadd r10,r8,r0,asr #31\nldr r7,[r7,#12]\n"
        "add r11,r6,r6,lsl #1\nsmmlar r10,r0,r9,r10\nldr r12,[sp,#112]\nadd lr,r8,r1,asr #31\n"
        "asr r10,r10,r7\nsmmlar lr,r1,r9,lr\nssat r10,#8,r10\nasr lr,lr,r7\nstrb r10,[r12]\n"
        "add r10,r8,r2,asr #31\nssat lr,#8,lr\nsmmlar r10,r2,r9,r10\nstrb lr,[r12,r6]\n"
        "add lr,r8,r3,asr #31\nasr r10,r10,r7\nsmmlar lr,r3,r9,lr\nadd r8,r8,r4,asr #31\n"
        "smmlar r8,r4,r9,r8\nssat r10,#8,r10\nasr lr,lr,r7\nstrb r10,[r12,r6,lsl #1]\n"
        "asr r8,r8,r7\nssat lr,#8,lr\nstrb lr,[r12,r11]\nldr lr,[sp,#116]\nssat r8,#8,r8\n"
        "subs lr,lr,#5\nstrb r8,[r12,r6,lsl #2]\nldr r8,[sp,#76]\nstr lr,[sp,#116]\n"
        "add r12,r12,r8\nstr r12,[sp,#112]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\n"
        "ldr r0,[sp,#116]\nadds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\n"
        "ldr r3,[sp,#112]\nldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\n"
        "str r3,[sp,#112]\nb 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\n"
        "ldr r2,[sp,#4]\nsubs r4,r4,#1\nldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\n"
        "add r2,r2,#1\nstr r0,[sp,#0]\nadd r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\n"
        "add sp,sp,#128\npop {r4-r11,pc}\n");
}

/* Any window, 5 outputs at a time, short records. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_short5(const int32_t *job)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r5,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r8,[sp,#0]\nldr r6,[sp,#40]\n"
        "ldr r0,[r8],#16\nadd r7,r6,r6,lsl #1\nldr r9,[sp,#44]\nldr r12,[r5,r6]\nldr r10,[r8],#4\n"
        "mov r1,r0\nldr lr,[r5,r6,lsl #1]\nmov r2,r0\nmov r3,r0\nmov r4,r0\nldr r11,[r8],#4\n7: "
        "smlad r1,r10,r12,r1\nldr r12,[r5,r7]\nsmlad r2,r10,lr,r2\nldr lr,[r5,r6,lsl #2]\n"
        "smlad r3,r10,r12,r3\nldr r12,[r5],#4\nsmlad r4,r10,lr,r4\nldr lr,[r5,r6]\n"
        "smlad r0,r10,r12,r0\nldr r12,[r5,r6,lsl #1]\nsmlad r1,r11,lr,r1\nldr lr,[r5,r7]\n"
        "ldr r10,[r8],#4\nsubs r9,r9,#1\nsmlad r2,r11,r12,r2\nldr r12,[r5,r6,lsl #2]\n"
        "smlad r3,r11,lr,r3\nldr lr,[r5],#4\nsmlad r4,r11,r12,r4\nldr r12,[r5,r6]\n"
        "smlad r0,r11,lr,r0\nldr lr,[r5,r6,lsl #1]\nldr r11,[r8],#4\nbne 7b\nldr r6,[sp,#12]\n"
        "ldr r7,[sp]\nldr r8,[sp,#112]\nldr r9,[sp,#116]\nldr r10,[r7,#4]\nldr r7,[r7,#8]\n"
        "add r11,r6,r6,lsl #1\nldr r12,[sp,#76]\nsmmla lr,r0,r10,r7\nsubs r9,r9,#5\n"
        "str r9,[sp,#116]\nadd r12,r8,r12\nsmmla r9,r1,r10,r7\nssat lr,#8,lr,asr #10\n"
        "str r12,[sp,#112]\nstrb lr,[r8]\nssat r9,#8,r9,asr #10\nsmmla lr,r2,r10,r7\n"
        "strb r9,[r8,r6]\nsmmla r9,r3,r10,r7\nssat lr,#8,lr,asr #10\nsmmla r7,r4,r10,r7\n"
        "strb lr,[r8,r6,lsl #1]\nssat r9,#8,r9,asr #10\nssat r7,#8,r7,asr #10\nstrb r9,[r8,r11]\n"
        "strb r7,[r8,r6,lsl #2]\nldr r6,[sp,#72]\nadd r5,r5,r6\nbge 6b\nldr r0,[sp,#116]\n"
        "adds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r5,r1,r2,r5\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 1, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_3_1(const int32_t *job)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#4]\nldr r3,[r0,#16]\nldr r4,[r0,#20]\nldr r5,[r0]\nldr r6,[r0,#28]\n"
        "ldr r7,[r12,#8]\nldr r8,[r12,#12]\nldr r9,[r0,#24]\nsmlad r1,r3,r1,r5\nsmlad r1,r4,r2,r1\n"
        "ldr r2,[r12,#16]\nldr r10,[r0,#32]\nsmlad r1,r9,r7,r1\nldr r11,[r12,#20]\n"
        "smlad r7,r3,r7,r5\nldr r0,[r0,#36]\nsmlad r1,r6,r8,r1\nsmlad r7,r4,r8,r7\n"
        "ldr r8,[r12,#24]\nsmlad r7,r9,r2,r7\nldr lr,[r12,#28]\nsmlad r1,r10,r2,r1\n"
        "smlad r2,r3,r2,r5\nsmlad r7,r6,r11,r7\nsmlad r1,r0,r11,r1\nsmlad r2,r4,r11,r2\n"
        "ldr r11,[r12,#32]\nsmlad r7,r10,r8,r7\nsmlad r2,r9,r8,r2\nsmlad r8,r3,r8,r5\n"
        "smlad r2,r6,lr,r2\nsmlad r7,r0,lr,r7\nsmlad r8,r4,lr,r8\nldr lr,[r12,#36]\n"
        "smlad r8,r9,r11,r8\nsmlad r2,r10,r11,r2\nsmlad r5,r3,r11,r5\nldr r3,[r12,#40]\n"
        "ldr r11,[r12,#44]\nsmlad r8,r6,lr,r8\nsmlad r5,r4,lr,r5\nldr r4,[r12,#48]\n"
        "smlad r2,r0,lr,r2\nldr lr,[r12,#52]\nsmlad r5,r9,r3,r5\nldr r9,[sp]\nsmlad r8,r10,r3,r8\n"
        "ldr r3,[sp,#12]\nsmlad r8,r0,r11,r8\nsmlad r5,r6,r11,r5\nldr r6,[r9,#4]\n"
        "smlad r5,r10,r4,r5\nldr r9,[r9,#8]\nldr r10,[sp,#112]\nsmlad r5,r0,lr,r5\n"
        "add r0,r3,r3,lsl #1\nsmmla r1,r1,r6,r9\nsmmla r7,r7,r6,r9\nldr lr,[sp,#116]\n"
        "smmla r2,r2,r6,r9\nldr r4,[sp,#76]\nssat r1,#8,r1,asr #10\nsmmla r8,r8,r6,r9\n"
        "ssat r7,#8,r7,asr #10\nstrb r1,[r10]\nstrb r7,[r10,r3]\nsubs lr,lr,#5\n"
        "ssat r2,#8,r2,asr #10\nsmmla r9,r5,r6,r9\nstrb r2,[r10,r3,lsl #1]\nadd r4,r10,r4\n"
        "ssat r8,#8,r8,asr #10\nstr lr,[sp,#116]\nstrb r8,[r10,r0]\nssat r9,#8,r9,asr #10\n"
        "str r4,[sp,#112]\nstrb r9,[r10,r3,lsl #2]\nadd r12,r12,#40\nbge 6b\nldr r0,[sp,#116]\n"
        "adds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\n"
        "ldr r4,[sp,#12]\nstr r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\n"
        "b 6b\n8: ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 3 by 3 windows, stride 2, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_3_2(const int32_t *job)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#4]\nldr r3,[r0]\nldr r4,[r0,#20]\nldr r5,[r0,#16]\nldr r6,[r0,#28]\n"
        "ldr r7,[r0,#24]\nldr r8,[r0,#36]\nldr r9,[r12,#8]\nldr r10,[r12,#12]\nldr r11,[r12,#16]\n"
        "smlad r1,r5,r1,r3\nldr r0,[r0,#32]\nsmlad r1,r4,r2,r1\nldr r2,[r12,#20]\n"
        "smlad r1,r7,r9,r1\nsmlad r1,r6,r10,r1\nldr r10,[r12,#24]\nldr r9,[r12,#28]\n"
        "smlad r1,r0,r11,r1\nldr lr,[r12,#32]\nsmlad r11,r5,r11,r3\nsmlad r1,r8,r2,r1\n"
        "smlad r11,r4,r2,r11\nldr r2,[r12,#36]\nsmlad r11,r7,r10,r11\nldr r10,[r12,#40]\n"
        "smlad r11,r6,r9,r11\nldr r9,[r12,#44]\nsmlad r11,r0,lr,r11\nsmlad lr,r5,lr,r3\n"
        "smlad r11,r8,r2,r11\nsmlad lr,r4,r2,lr\nldr r2,[r12,#48]\nsmlad lr,r7,r10,lr\n"
        "ldr r10,[r12,#52]\nsmlad lr,r6,r9,lr\nldr r9,[r12,#56]\nsmlad lr,r0,r2,lr\n"
        "smlad r2,r5,r2,r3\nsmlad lr,r8,r10,lr\nsmlad r2,r4,r10,r2\nldr r10,[r12,#60]\n"
        "smlad r2,r7,r9,r2\nldr r9,[r12,#64]\nsmlad r2,r6,r10,r2\nldr r10,[r12,#68]\n"
        "smlad r2,r0,r9,r2\nsmlad r3,r5,r9,r3\nldr r5,[r12,#72]\nldr r9,[r12,#76]\n"
        "smlad r3,r4,r10,r3\nldr r4,[r12,#80]\nsmlad r2,r8,r10,r2\nldr r10,[r12,#84]\n"
        "smlad r3,r7,r5,r3\nsmlad r3,r6,r9,r3\nldr r6,[sp]\nldr r9,[sp,#12]\nsmlad r3,r0,r4,r3\n"
        "ldr r0,[r6,#4]\nldr r6,[r6,#8]\nsmlad r3,r8,r10,r3\nldr r8,[sp,#112]\n"
        "add r10,r9,r9,lsl #1\nsmmla r1,r1,r0,r6\nsmmla r11,r11,r0,r6\nldr r4,[sp,#116]\n"
        "smmla lr,lr,r0,r6\nsubs r4,r4,#5\nssat r1,#8,r1,asr #10\nsmmla r2,r2,r0,r6\nstrb r1,[r8]\n"
        "ldr r1,[sp,#76]\nssat r11,#8,r11,asr #10\nsmmla r6,r3,r0,r6\nssat lr,#8,lr,asr #10\n"
        "strb r11,[r8,r9]\nstrb lr,[r8,r9,lsl #1]\nadd r1,r8,r1\nssat r2,#8,r2,asr #10\n"
        "str r4,[sp,#116]\nstrb r2,[r8,r10]\nssat r6,#8,r6,asr #10\nstr r1,[sp,#112]\n"
        "strb r6,[r8,r9,lsl #2]\nadd r12,r12,#80\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#5\nbeq 8f\n"
        "sub r1,r0,#5\nmov r0,#0\nldr r2,[sp,#40]\nldr r3,[sp,#112]\nldr r4,[sp,#12]\n"
        "str r0,[sp,#116]\nmla r12,r1,r2,r12\nmla r3,r1,r4,r3\nstr r3,[sp,#112]\nb 6b\n8: "
        "ldr r0,[sp,#0]\nldr r1,[sp,#52]\nldr r4,[sp,#60]\nldr r2,[sp,#4]\nsubs r4,r4,#1\n"
        "ldr r3,[sp,#8]\nadd r0,r0,r1\nstr r4,[sp,#60]\nadd r2,r2,#1\nstr r0,[sp,#0]\n"
        "add r3,r3,#1\nstr r2,[sp,#4]\nstr r3,[sp,#8]\nbne 1b\nadd sp,sp,#128\npop {r4-r11,pc}\n");
}

/* 5 by 5 windows, stride 1, 5 outputs at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_window5_5_1(const int32_t *job)
{
    __asm__ volatile(
        "push {r4-r11,lr}\nsub sp,sp,#128\nmov lr,sp\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n"
        "ldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\nldmia r0!,{r1-r9}\nstmia lr!,{r1-r9}\n1: "
        "ldr r0,[sp,#64]\nblx r0\nldr r1,[sp,#4]\nldr r2,[sp,#48]\nldr r12,[sp,#16]\n"
        "str r1,[sp,#112]\nsub r2,r2,#5\nstr r2,[sp,#116]\n6: ldr r0,[sp]\nldr r1,[r12]\n"
        "ldr r2,[r12,#12]\nldr r3,[r0]\nldr r4,[r0,#28]\nldr r5,[r0,#16]\nldr r6,[r0,#52]\n"
        "ldr r7,[r0,#40]\nldr r8,[r12,#24]\nsmlad r1,r5,r1,r3\nldr r9,[r12,#36]\n"
        "smlad r1,r4,r2,r1\nsmlad r2,r5,r2,r3\nldr r10,[r0,#64]\nsmlad r1,r7,r8,r1\n"
        "ldr r11,[r12,#48]\nsmlad r2,r4,r8,r2\nldr lr,[r12,#60]\nsmlad r8,r5,r8,r3\n"
        "smlad r1,r6,r9,r1\nsmlad r8,r4,r9,r8\nsmlad r2,r7,r9,r2\nsmlad r9,r5,r9,r3\n"
        "smlad r8,r7,r11,r8\nsmlad r1,r10,r11,r1\nsmlad r2,r6,r11,r2\nsmlad r9,r4,r11,r9\n"
        "smlad r3,r5,r11,r3\nldr r5,[r12,#72]\nldr r11,[r12,#84]\nsmlad r2,r10,lr,r2\n"
        "smlad r9,r7,lr,r9\nsmlad r8,r6,lr,r8\nsmlad r3,r4,lr,r3\nldr r4,[r12,#96]\n"
        "smlad r8,r10,r5,r8\nldr lr,[r12,#4]\nsmlad r9,r6,r5,r9\nsmlad r3,r7,r5,r3\n"
        "ldr r7,[r0,#20]\nsmlad r3,r6,r11,r3\nldr r6,[r0,#32]\nsmlad r9,r10,r11,r9\n"
        "ldr r11,[r12,#16]\nsmlad r3,r10,r4,r3\nldr r10,[r12,#28]\nldr r4,[r0,#44]\n"
        "smlad r1,r7,lr,r1\nldr lr,[r12,#40]\nsmlad r1,r6,r11,r1\nldr r5,[r0,#56]\n"
        "smlad r2,r7,r11,r2\nsmlad r1,r4,r10,r1\nldr r11,[r12,#52]\nsmlad r8,r7,r10,r8\n"
        "smlad r2,r6,r10,r2\nldr r10,[r0,#68]\nsmlad r1,r5,lr,r1\nsmlad r2,r4,lr,r2\n"
        "smlad r9,r7,lr,r9\nsmlad r8,r6,lr,r8\nldr lr,[r12,#64]\nsmlad r1,r10,r11,r1\n"
        "smlad r2,r5,r11,r2\nsmlad r8,r4,r11,r8\nsmlad r9,r6,r11,r9\nsmlad r3,r7,r11,r3\n"
        "ldr r7,[r12,#76]\nsmlad r2,r10,lr,r2\nldr r11,[r12,#88]\nsmlad r8,r5,lr,r8\n"
        "smlad r9,r4,lr,r9\nsmlad r3,r6,lr,r3\nldr r6,[r12,#100]\nsmlad r8,r10,r7,r8\n"
        "ldr lr,[r0,#24]\nsmlad r3,r4,r7,r3\nldr r4,[r12,#8]\nsmlad r9,r5,r7,r9\nldr r7,[r0,#36]\n"
        "smlad r9,r10,r11,r9\nsmlad r3,r5,r11,r3\nldr r5,[r12,#20]\nsmlad r3,r10,r6,r3\n"
        "ldr r10,[r12,#32]\nldr r6,[r0,#48]\nsmlad r1,lr,r4,r1\nldr r4,[r12,#44]\n"
        "smlad r1,r7,r5,r1\nldr r11,[r0,#60]\nsmlad r2,lr,r5,r2\nsmlad r2,r7,r10,r2\n"
        "ldr r5,[r12,#56]\nsmlad r1,r6,r10,r1\nldr r0,[r0,#72]\nsmlad r1,r11,r4,r1\n"
        "smlad r8,lr,r10,r8\nldr r10,[r12,#68]\nsmlad r2,r6,r4,r2\nsmlad r8,r7,r4,r8\n"
        "smlad r9,lr,r4,r9\nldr r4,[r12,#80]\nsmlad r2,r11,r5,r2\nsmlad r1,r0,r5,r1\n"
        "smlad r9,r7,r5,r9\nsmlad r8,r6,r5,r8\nsmlad r3,lr,r5,r3\nldr lr,[r12,#92]\n"
        "smlad r2,r0,r10,r2\nldr r5,[r12,#104]\nsmlad r8,r11,r10,r8\nsmlad r3,r7,r10,r3\n"
        "ldr r7,[sp,#12]\nsmlad r9,r6,r10,r9\nldr r10,[sp]\nsmlad r8,r0,r4,r8\nsmlad r3,r6,r4,r3\n"
        "ldr r6,[r10,#8]\nsmlad r9,r11,r4,r9\nldr r10,[r10,#4]\nsmlad r9,r0,lr,r9\n"
        "ldr r4,[sp,#112]\nsmlad r3,r11,lr,r3\nadd r11,r7,r7,lsl #1\nsmlad r3,r0,r5,r3\n"
        "ldr r0,[sp,#116]\nsmmla r1,r1,r10,r6\nldr r5,[sp,#76]\nsmmla r2,r2,r10,r6\nsubs r0,r0,#5\n"
        "smmla r8,r8,r10,r6\nadd r5,r4,r5\nssat r1,#8,r1,asr #10\nsmmla r9,r9,r10,r6\n"
        "strb r1,[r4]\nssat r2,#8,r2,asr #10\nsmmla r6,r3,r10,r6\nssat r8,#8,r8,asr #10\n"
        "strb r2,[r4,r7]\nstrb r8,[r4,r7,lsl #1]\nssat r9,#8,r9,asr #10\nstr r0,[sp,#116]\n"
        "strb r9,[r4,r11]\nssat r6,#8,r6,asr #10\nstr r5,[sp,#112]\nstrb r6,[r4,r7,lsl #2]\n"
        "add r12,r12,#60\nbge 6b\nldr r0,[sp,#116]\nadds r0,r0,#5\nbeq 8f\nsub r1,r0,#5\n"
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
