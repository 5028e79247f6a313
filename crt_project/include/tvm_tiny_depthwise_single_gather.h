/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator: do not edit. The order of instructions was
 * searched for on the timing table of the cortex-m4; tvm_tiny_depthwise.h has the same in C.
 */
#ifndef TVM_TINY_DEPTHWISE_SINGLE_GATHER_H
#define TVM_TINY_DEPTHWISE_SINGLE_GATHER_H

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
    TVM_TINY_DEPTHWISE_Y_ROW,
    TVM_TINY_DEPTHWISE_ROW0,
    TVM_TINY_DEPTHWISE_ROW1,
    TVM_TINY_DEPTHWISE_ROW2,
    TVM_TINY_DEPTHWISE_ROW3,
    TVM_TINY_DEPTHWISE_ROW4,
    TVM_TINY_DEPTHWISE_ROW5,
    TVM_TINY_DEPTHWISE_ROW6,
    TVM_TINY_DEPTHWISE_JOB_WORDS
};

/* Only assembly; a job is in r0. */
#define TVM_TINY_DEPTHWISE_JOB const int32_t *job __attribute__((unused))
#define TVM_TINY_DEPTHWISE_NAKED static __attribute__((naked, noinline, unused, aligned(4)))

/* Rows of the entries, 3 columns at a time; at least 3 are used. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r12,[sp,#20]\nldr r6,[sp,#24]\ncmp r6,#0\nbeq 5f\n4: "
        "str r6,[sp,#120]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\nldr r3,[sp,#12]\n"
        "ldr r5,[sp,#36]\nldr r6,[sp,#32]\nadd r0,r0,r4\nadd r1,r1,r4\nadd r7,r3,r3,lsl #1\n"
        "add r4,r5,r5,lsl #1\nsub r6,r6,#3\n3: subs r6,r6,#3\nldrsb r8,[r0]\nldrsb r9,[r1]\n"
        "ldrsb r10,[r1,r3]\nldrsb r11,[r0,r3]\nldrsb lr,[r1,r3,lsl #1]\npkhbt r8,r8,r9,lsl #16\n"
        "str r8,[r2]\npkhbt r11,r11,r10,lsl #16\nstr r11,[r2,r5]\nldrsb r11,[r0,r3,lsl #1]\n"
        "pkhbt r11,r11,lr,lsl #16\nstr r11,[r2,r5,lsl #1]\nadd r0,r0,r7\nadd r1,r1,r7\n"
        "add r2,r2,r4\nbge 3b\nadds r6,r6,#3\nbeq 8f\nsub r8,r6,#3\nmov r6,#0\nmla r0,r8,r3,r0\n"
        "mla r1,r8,r3,r1\nmla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#120]\nsubs r6,r6,#1\nbne 4b\n5: "
        "ldr r6,[sp,#28]\ncmp r6,#0\nbeq 5f\n4: str r6,[sp,#120]\nldmia r12!,{r0,r1,r2}\n"
        "ldr r4,[sp,#8]\nldr r3,[sp,#12]\nldr r5,[sp,#36]\nldr r6,[sp,#32]\nldr r9,[sp,#56]\n"
        "add r0,r0,r4\nadd r7,r3,r3,lsl #1\nadd r4,r5,r5,lsl #1\nsub r6,r6,#3\n3: subs r6,r6,#3\n"
        "ldrsb r8,[r0]\nldrsb r10,[r0,r3]\nldrsb r11,[r0,r3,lsl #1]\npkhbt r8,r8,r9,lsl #16\n"
        "ror r8,r8,r1\nstr r8,[r2]\npkhbt r10,r10,r9,lsl #16\nror r10,r10,r1\nstr r10,[r2,r5]\n"
        "pkhbt r11,r11,r9,lsl #16\nror r11,r11,r1\nstr r11,[r2,r5,lsl #1]\nadd r0,r0,r7\n"
        "add r2,r2,r4\nbge 3b\nadds r6,r6,#3\nbeq 8f\nsub r8,r6,#3\nmov r6,#0\nmla r0,r8,r3,r0\n"
        "mla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#120]\nsubs r6,r6,#1\nbne 4b\n5: ldr lr,[sp,#124]\n"
        "bx lr\n");
}

/* 3 rows, 3 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3_3(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r7,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#68]\nldr r6,[sp,#32]\nadd r0,r0,r7\nadd r1,r1,r7\n"
        "add r2,r2,r7\nadd r4,r3,r3,lsl #1\nsub r6,r6,#3\n3: subs r6,r6,#3\nldrsb r7,[r1]\n"
        "ldrsb r8,[r0]\nldrsb r9,[r2]\nldrsb r10,[r0,r3]\nldrsb r11,[r1,r3]\nldrsb r12,[r2,r3]\n"
        "ldrsb lr,[r0,r3,lsl #1]\npkhbt r8,r8,r7,lsl #16\nstr r8,[r5]\nstr r9,[r5,#4]\n"
        "pkhbt r10,r10,r11,lsl #16\nstr r10,[r5,#8]\nstr r12,[r5,#12]\nldrsb r12,[r1,r3,lsl #1]\n"
        "ldrsb r10,[r2,r3,lsl #1]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r5,#16]\nstr r10,[r5,#20]\n"
        "add r0,r0,r4\nadd r1,r1,r4\nadd r2,r2,r4\nadd r5,r5,#24\nbge 3b\nadds r6,r6,#3\nbeq 8f\n"
        "sub r7,r6,#3\nmov r6,#8\nmla r5,r7,r6,r5\nmov r6,#0\nmla r0,r7,r3,r0\nmla r1,r7,r3,r1\n"
        "mla r2,r7,r3,r2\nb 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* 4 rows, 3 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3_4(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r8,[sp,#8]\nldr r4,[sp,#12]\nldr r6,[sp,#68]\nldr r7,[sp,#32]\nadd r0,r0,r8\n"
        "add r1,r1,r8\nadd r2,r2,r8\nadd r3,r3,r8\nadd r5,r4,r4,lsl #1\nsub r7,r7,#3\n3: "
        "subs r7,r7,#3\nldrsb r8,[r0]\nldrsb r9,[r1]\nldrsb r10,[r3]\nldrsb r11,[r2]\n"
        "ldrsb r12,[r1,r4]\nldrsb lr,[r0,r4]\npkhbt r8,r8,r9,lsl #16\nstr r8,[r6]\n"
        "pkhbt r11,r11,r10,lsl #16\nstr r11,[r6,#4]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r6,#8]\n"
        "ldrsb lr,[r2,r4]\nldrsb r12,[r3,r4]\nldrsb r11,[r1,r4,lsl #1]\nldrsb r10,[r0,r4,lsl #1]\n"
        "ldrsb r8,[r2,r4,lsl #1]\nldrsb r9,[r3,r4,lsl #1]\npkhbt lr,lr,r12,lsl #16\n"
        "str lr,[r6,#12]\npkhbt r10,r10,r11,lsl #16\nstr r10,[r6,#16]\npkhbt r8,r8,r9,lsl #16\n"
        "str r8,[r6,#20]\nadd r0,r0,r5\nadd r1,r1,r5\nadd r2,r2,r5\nadd r3,r3,r5\nadd r6,r6,#24\n"
        "bge 3b\nadds r7,r7,#3\nbeq 8f\nsub r8,r7,#3\nmov r7,#8\nmla r6,r8,r7,r6\nmov r7,#0\n"
        "mla r0,r8,r4,r0\nmla r1,r8,r4,r1\nmla r2,r8,r4,r2\nmla r3,r8,r4,r3\nb 3b\n8: "
        "ldr lr,[sp,#124]\nbx lr\n");
}

/* 5 rows, 3 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3_5(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r4,[sp,#100]\nldr r9,[sp,#8]\nldr r5,[sp,#12]\nldr r7,[sp,#68]\nldr r8,[sp,#32]\n"
        "add r0,r0,r9\nadd r1,r1,r9\nadd r2,r2,r9\nadd r3,r3,r9\nadd r4,r4,r9\n"
        "add r6,r5,r5,lsl #1\nsub r8,r8,#3\n3: subs r8,r8,#3\nldrsb r9,[r1]\nldrsb r10,[r0]\n"
        "ldrsb r11,[r2]\nldrsb r12,[r3]\nldrsb lr,[r4]\npkhbt r10,r10,r9,lsl #16\nstr r10,[r7]\n"
        "pkhbt r11,r11,r12,lsl #16\nstr r11,[r7,#4]\nstr lr,[r7,#8]\nldrsb lr,[r1,r5]\n"
        "ldrsb r11,[r0,r5]\nldrsb r12,[r2,r5]\nldrsb r10,[r3,r5]\nldrsb r9,[r4,r5]\n"
        "pkhbt r11,r11,lr,lsl #16\nstr r11,[r7,#12]\npkhbt r12,r12,r10,lsl #16\nstr r12,[r7,#16]\n"
        "str r9,[r7,#20]\nldrsb r9,[r0,r5,lsl #1]\nldrsb r12,[r1,r5,lsl #1]\n"
        "ldrsb r10,[r3,r5,lsl #1]\nldrsb r11,[r2,r5,lsl #1]\nldrsb lr,[r4,r5,lsl #1]\n"
        "pkhbt r9,r9,r12,lsl #16\nstr r9,[r7,#24]\npkhbt r11,r11,r10,lsl #16\nstr r11,[r7,#28]\n"
        "str lr,[r7,#32]\nadd r0,r0,r6\nadd r1,r1,r6\nadd r2,r2,r6\nadd r3,r3,r6\nadd r4,r4,r6\n"
        "add r7,r7,#36\nbge 3b\nadds r8,r8,#3\nbeq 8f\nsub r9,r8,#3\nmov r8,#12\nmla r7,r9,r8,r7\n"
        "mov r8,#0\nmla r0,r9,r5,r0\nmla r1,r9,r5,r1\nmla r2,r9,r5,r2\nmla r3,r9,r5,r3\n"
        "mla r4,r9,r5,r4\nb 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* 7 rows, 3 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather3_7(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r4,[sp,#100]\nldr r5,[sp,#104]\nldr r6,[sp,#108]\nldr r11,[sp,#8]\nldr r7,[sp,#12]\n"
        "ldr r9,[sp,#68]\nldr r10,[sp,#32]\nadd r0,r0,r11\nadd r1,r1,r11\nadd r2,r2,r11\n"
        "add r3,r3,r11\nadd r4,r4,r11\nadd r5,r5,r11\nadd r6,r6,r11\nadd r8,r7,r7,lsl #1\n"
        "sub r10,r10,#3\n3: subs r10,r10,#3\nldrsb r11,[r0]\nldrsb r12,[r1]\nldrsb lr,[r3]\n"
        "pkhbt r11,r11,r12,lsl #16\nstr r11,[r9]\nldrsb r11,[r2]\nldrsb r12,[r5]\n"
        "pkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#4]\nldrsb r11,[r4]\nldrsb lr,[r6]\n"
        "pkhbt r11,r11,r12,lsl #16\nstr r11,[r9,#8]\nstr lr,[r9,#12]\nldrsb lr,[r1,r7]\n"
        "ldrsb r11,[r0,r7]\nldrsb r12,[r3,r7]\npkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#16]\n"
        "ldrsb r11,[r2,r7]\nldrsb lr,[r5,r7]\npkhbt r11,r11,r12,lsl #16\nstr r11,[r9,#20]\n"
        "ldrsb r11,[r4,r7]\nldrsb r12,[r6,r7]\npkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#24]\n"
        "str r12,[r9,#28]\nldrsb r12,[r1,r7,lsl #1]\nldrsb r11,[r0,r7,lsl #1]\n"
        "ldrsb lr,[r2,r7,lsl #1]\npkhbt r11,r11,r12,lsl #16\nstr r11,[r9,#32]\n"
        "ldrsb r11,[r3,r7,lsl #1]\nldrsb r12,[r4,r7,lsl #1]\npkhbt lr,lr,r11,lsl #16\n"
        "str lr,[r9,#36]\nldrsb lr,[r5,r7,lsl #1]\nldrsb r11,[r6,r7,lsl #1]\n"
        "pkhbt r12,r12,lr,lsl #16\nstr r12,[r9,#40]\nstr r11,[r9,#44]\nadd r0,r0,r8\nadd r1,r1,r8\n"
        "add r2,r2,r8\nadd r3,r3,r8\nadd r4,r4,r8\nadd r5,r5,r8\nadd r6,r6,r8\nadd r9,r9,#48\n"
        "bge 3b\nadds r10,r10,#3\nbeq 8f\nsub r11,r10,#3\nmov r10,#16\nmla r9,r11,r10,r9\n"
        "mov r10,#0\nmla r0,r11,r7,r0\nmla r1,r11,r7,r1\nmla r2,r11,r7,r2\nmla r3,r11,r7,r3\n"
        "mla r4,r11,r7,r4\nmla r5,r11,r7,r5\nmla r6,r11,r7,r6\nb 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* Rows of the entries, 4 columns at a time; at least 4 are used. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r12,[sp,#20]\nldr r6,[sp,#24]\ncmp r6,#0\nbeq 5f\n4: "
        "str r6,[sp,#120]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\nldr r3,[sp,#12]\n"
        "ldr r5,[sp,#36]\nldr r6,[sp,#32]\nadd r0,r0,r4\nadd r1,r1,r4\nadd r7,r3,r3,lsl #1\n"
        "add r4,r5,r5,lsl #1\nsub r6,r6,#4\n3: subs r6,r6,#4\nldrsb r8,[r1]\nldrsb r9,[r0]\n"
        "ldrsb r10,[r0,r3]\nldrsb r11,[r1,r3]\nldrsb lr,[r1,r3,lsl #1]\npkhbt r9,r9,r8,lsl #16\n"
        "str r9,[r2]\npkhbt r10,r10,r11,lsl #16\nstr r10,[r2,r5]\nldrsb r10,[r0,r3,lsl #1]\n"
        "ldrsb r11,[r0,r7]\nldrsb r9,[r1,r7]\npkhbt r10,r10,lr,lsl #16\nstr r10,[r2,r5,lsl #1]\n"
        "pkhbt r11,r11,r9,lsl #16\nstr r11,[r2,r4]\nadd r0,r0,r3,lsl #2\nadd r1,r1,r3,lsl #2\n"
        "add r2,r2,r5,lsl #2\nbge 3b\nadds r6,r6,#4\nbeq 8f\nsub r8,r6,#4\nmov r6,#0\n"
        "mla r0,r8,r3,r0\nmla r1,r8,r3,r1\nmla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#120]\n"
        "subs r6,r6,#1\nbne 4b\n5: ldr r6,[sp,#28]\ncmp r6,#0\nbeq 5f\n4: str r6,[sp,#120]\n"
        "ldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\nldr r3,[sp,#12]\nldr r5,[sp,#36]\nldr r6,[sp,#32]\n"
        "ldr r9,[sp,#56]\nadd r0,r0,r4\nadd r7,r3,r3,lsl #1\nadd r4,r5,r5,lsl #1\nsub r6,r6,#4\n3: "
        "subs r6,r6,#4\nldrsb r8,[r0]\nldrsb r10,[r0,r3]\nldrsb r11,[r0,r3,lsl #1]\n"
        "ldrsb lr,[r0,r7]\npkhbt r8,r8,r9,lsl #16\nror r8,r8,r1\nstr r8,[r2]\n"
        "pkhbt r10,r10,r9,lsl #16\nror r10,r10,r1\nstr r10,[r2,r5]\npkhbt r11,r11,r9,lsl #16\n"
        "ror r11,r11,r1\nstr r11,[r2,r5,lsl #1]\npkhbt lr,lr,r9,lsl #16\nror lr,lr,r1\n"
        "str lr,[r2,r4]\nadd r0,r0,r3,lsl #2\nadd r2,r2,r5,lsl #2\nbge 3b\nadds r6,r6,#4\nbeq 8f\n"
        "sub r8,r6,#4\nmov r6,#0\nmla r0,r8,r3,r0\nmla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#120]\n"
        "subs r6,r6,#1\nbne 4b\n5: ldr lr,[sp,#124]\nbx lr\n");
}

/* 3 rows, 4 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4_3(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r7,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#68]\nldr r6,[sp,#32]\nadd r0,r0,r7\nadd r1,r1,r7\n"
        "add r2,r2,r7\nadd r4,r3,r3,lsl #1\nsub r6,r6,#4\n3: subs r6,r6,#4\nldrsb r7,[r0]\n"
        "ldrsb r8,[r1]\nldrsb r9,[r2]\nldrsb r10,[r0,r3]\nldrsb r11,[r1,r3]\nldrsb r12,[r2,r3]\n"
        "ldrsb lr,[r0,r3,lsl #1]\npkhbt r7,r7,r8,lsl #16\nstr r7,[r5]\nstr r9,[r5,#4]\n"
        "pkhbt r10,r10,r11,lsl #16\nstr r10,[r5,#8]\nstr r12,[r5,#12]\nldrsb r12,[r1,r3,lsl #1]\n"
        "ldrsb r10,[r2,r3,lsl #1]\nldrsb r11,[r1,r4]\nldrsb r9,[r0,r4]\nldrsb r7,[r2,r4]\n"
        "pkhbt lr,lr,r12,lsl #16\nstr lr,[r5,#16]\nstr r10,[r5,#20]\npkhbt r9,r9,r11,lsl #16\n"
        "str r9,[r5,#24]\nstr r7,[r5,#28]\nadd r0,r0,r3,lsl #2\nadd r1,r1,r3,lsl #2\n"
        "add r2,r2,r3,lsl #2\nadd r5,r5,#32\nbge 3b\nadds r6,r6,#4\nbeq 8f\nsub r7,r6,#4\n"
        "mov r6,#8\nmla r5,r7,r6,r5\nmov r6,#0\nmla r0,r7,r3,r0\nmla r1,r7,r3,r1\nmla r2,r7,r3,r2\n"
        "b 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* 4 rows, 4 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4_4(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r8,[sp,#8]\nldr r4,[sp,#12]\nldr r6,[sp,#68]\nldr r7,[sp,#32]\nadd r0,r0,r8\n"
        "add r1,r1,r8\nadd r2,r2,r8\nadd r3,r3,r8\nadd r5,r4,r4,lsl #1\nsub r7,r7,#4\n3: "
        "subs r7,r7,#4\nldrsb r8,[r1]\nldrsb r9,[r0]\nldrsb r10,[r2]\nldrsb r11,[r3]\n"
        "ldrsb r12,[r1,r4]\nldrsb lr,[r0,r4]\npkhbt r9,r9,r8,lsl #16\nstr r9,[r6]\n"
        "pkhbt r10,r10,r11,lsl #16\nstr r10,[r6,#4]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r6,#8]\n"
        "ldrsb lr,[r2,r4]\nldrsb r12,[r3,r4]\nldrsb r10,[r1,r4,lsl #1]\nldrsb r11,[r0,r4,lsl #1]\n"
        "ldrsb r9,[r3,r4,lsl #1]\nldrsb r8,[r2,r4,lsl #1]\npkhbt lr,lr,r12,lsl #16\n"
        "str lr,[r6,#12]\npkhbt r11,r11,r10,lsl #16\nstr r11,[r6,#16]\npkhbt r8,r8,r9,lsl #16\n"
        "str r8,[r6,#20]\nldrsb r8,[r0,r5]\nldrsb r9,[r1,r5]\nldrsb r11,[r3,r5]\n"
        "ldrsb r10,[r2,r5]\npkhbt r8,r8,r9,lsl #16\nstr r8,[r6,#24]\npkhbt r10,r10,r11,lsl #16\n"
        "str r10,[r6,#28]\nadd r0,r0,r4,lsl #2\nadd r1,r1,r4,lsl #2\nadd r2,r2,r4,lsl #2\n"
        "add r3,r3,r4,lsl #2\nadd r6,r6,#32\nbge 3b\nadds r7,r7,#4\nbeq 8f\nsub r8,r7,#4\n"
        "mov r7,#8\nmla r6,r8,r7,r6\nmov r7,#0\nmla r0,r8,r4,r0\nmla r1,r8,r4,r1\nmla r2,r8,r4,r2\n"
        "mla r3,r8,r4,r3\nb 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* 5 rows, 4 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4_5(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r4,[sp,#100]\nldr r9,[sp,#8]\nldr r5,[sp,#12]\nldr r7,[sp,#68]\nldr r8,[sp,#32]\n"
        "add r0,r0,r9\nadd r1,r1,r9\nadd r2,r2,r9\nadd r3,r3,r9\nadd r4,r4,r9\n"
        "add r6,r5,r5,lsl #1\nsub r8,r8,#4\n3: subs r8,r8,#4\nldrsb r9,[r0]\nldrsb r10,[r1]\n"
        "ldrsb r11,[r3]\nldrsb r12,[r2]\nldrsb lr,[r4]\npkhbt r9,r9,r10,lsl #16\nstr r9,[r7]\n"
        "pkhbt r12,r12,r11,lsl #16\nstr r12,[r7,#4]\nstr lr,[r7,#8]\nldrsb lr,[r1,r5]\n"
        "ldrsb r12,[r0,r5]\nldrsb r11,[r2,r5]\nldrsb r9,[r3,r5]\nldrsb r10,[r4,r5]\n"
        "pkhbt r12,r12,lr,lsl #16\nstr r12,[r7,#12]\npkhbt r11,r11,r9,lsl #16\nstr r11,[r7,#16]\n"
        "str r10,[r7,#20]\nldrsb r10,[r0,r5,lsl #1]\nldrsb r11,[r1,r5,lsl #1]\n"
        "ldrsb r9,[r3,r5,lsl #1]\nldrsb r12,[r2,r5,lsl #1]\nldrsb lr,[r4,r5,lsl #1]\n"
        "pkhbt r10,r10,r11,lsl #16\nstr r10,[r7,#24]\npkhbt r12,r12,r9,lsl #16\nstr r12,[r7,#28]\n"
        "str lr,[r7,#32]\nldrsb lr,[r0,r6]\nldrsb r12,[r1,r6]\nldrsb r9,[r2,r6]\n"
        "ldrsb r10,[r3,r6]\nldrsb r11,[r4,r6]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r7,#36]\n"
        "pkhbt r9,r9,r10,lsl #16\nstr r9,[r7,#40]\nstr r11,[r7,#44]\nadd r0,r0,r5,lsl #2\n"
        "add r1,r1,r5,lsl #2\nadd r2,r2,r5,lsl #2\nadd r3,r3,r5,lsl #2\nadd r4,r4,r5,lsl #2\n"
        "add r7,r7,#48\nbge 3b\nadds r8,r8,#4\nbeq 8f\nsub r9,r8,#4\nmov r8,#12\nmla r7,r9,r8,r7\n"
        "mov r8,#0\nmla r0,r9,r5,r0\nmla r1,r9,r5,r1\nmla r2,r9,r5,r2\nmla r3,r9,r5,r3\n"
        "mla r4,r9,r5,r4\nb 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* 7 rows, 4 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather4_7(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r4,[sp,#100]\nldr r5,[sp,#104]\nldr r6,[sp,#108]\nldr r11,[sp,#8]\nldr r7,[sp,#12]\n"
        "ldr r9,[sp,#68]\nldr r10,[sp,#32]\nadd r0,r0,r11\nadd r1,r1,r11\nadd r2,r2,r11\n"
        "add r3,r3,r11\nadd r4,r4,r11\nadd r5,r5,r11\nadd r6,r6,r11\nadd r8,r7,r7,lsl #1\n"
        "sub r10,r10,#4\n3: subs r10,r10,#4\nldrsb r11,[r0]\nldrsb r12,[r1]\nldrsb lr,[r2]\n"
        "pkhbt r11,r11,r12,lsl #16\nstr r11,[r9]\nldrsb r11,[r3]\nldrsb r12,[r5]\n"
        "pkhbt lr,lr,r11,lsl #16\nstr lr,[r9,#4]\nldrsb lr,[r4]\nldrsb r11,[r6]\n"
        "pkhbt lr,lr,r12,lsl #16\nstr lr,[r9,#8]\nstr r11,[r9,#12]\nldrsb r11,[r1,r7]\n"
        "ldrsb lr,[r0,r7]\nldrsb r12,[r3,r7]\npkhbt lr,lr,r11,lsl #16\nstr lr,[r9,#16]\n"
        "ldrsb lr,[r2,r7]\nldrsb r11,[r4,r7]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r9,#20]\n"
        "ldrsb lr,[r5,r7]\nldrsb r12,[r6,r7]\npkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#24]\n"
        "str r12,[r9,#28]\nldrsb r12,[r1,r7,lsl #1]\nldrsb r11,[r0,r7,lsl #1]\n"
        "ldrsb lr,[r3,r7,lsl #1]\npkhbt r11,r11,r12,lsl #16\nstr r11,[r9,#32]\n"
        "ldrsb r11,[r2,r7,lsl #1]\nldrsb r12,[r5,r7,lsl #1]\npkhbt r11,r11,lr,lsl #16\n"
        "str r11,[r9,#36]\nldrsb r11,[r4,r7,lsl #1]\nldrsb lr,[r6,r7,lsl #1]\n"
        "pkhbt r11,r11,r12,lsl #16\nstr r11,[r9,#40]\nstr lr,[r9,#44]\nldrsb lr,[r1,r8]\n"
        "ldrsb r11,[r0,r8]\nldrsb r12,[r2,r8]\npkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#48]\n"
        "ldrsb r11,[r3,r8]\nldrsb lr,[r4,r8]\npkhbt r12,r12,r11,lsl #16\nstr r12,[r9,#52]\n"
        "ldrsb r12,[r5,r8]\nldrsb r11,[r6,r8]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r9,#56]\n"
        "str r11,[r9,#60]\nadd r0,r0,r7,lsl #2\nadd r1,r1,r7,lsl #2\nadd r2,r2,r7,lsl #2\n"
        "add r3,r3,r7,lsl #2\nadd r4,r4,r7,lsl #2\nadd r5,r5,r7,lsl #2\nadd r6,r6,r7,lsl #2\n"
        "add r9,r9,#64\nbge 3b\nadds r10,r10,#4\nbeq 8f\nsub r11,r10,#4\nmov r10,#16\n"
        "mla r9,r11,r10,r9\nmov r10,#0\nmla r0,r11,r7,r0\nmla r1,r11,r7,r1\nmla r2,r11,r7,r2\n"
        "mla r3,r11,r7,r3\nmla r4,r11,r7,r4\nmla r5,r11,r7,r5\nmla r6,r11,r7,r6\nb 3b\n8: "
        "ldr lr,[sp,#124]\nbx lr\n");
}

/* Rows of the entries, 5 columns at a time; at least 5 are used. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r12,[sp,#20]\nldr r6,[sp,#24]\ncmp r6,#0\nbeq 5f\n4: "
        "str r6,[sp,#120]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\nldr r3,[sp,#12]\n"
        "ldr r5,[sp,#36]\nldr r6,[sp,#32]\nadd r0,r0,r4\nadd r1,r1,r4\nadd r7,r3,r3,lsl #1\n"
        "add r4,r5,r5,lsl #1\nsub r6,r6,#5\n3: subs r6,r6,#5\nldrsb r8,[r0]\nldrsb r9,[r1]\n"
        "ldrsb r10,[r1,r3]\nldrsb r11,[r0,r3]\nldrsb lr,[r1,r3,lsl #1]\npkhbt r8,r8,r9,lsl #16\n"
        "str r8,[r2]\npkhbt r11,r11,r10,lsl #16\nstr r11,[r2,r5]\nldrsb r11,[r0,r3,lsl #1]\n"
        "ldrsb r10,[r1,r7]\nldrsb r8,[r0,r7]\nldrsb r9,[r0,r3,lsl #2]\npkhbt r11,r11,lr,lsl #16\n"
        "str r11,[r2,r5,lsl #1]\npkhbt r8,r8,r10,lsl #16\nstr r8,[r2,r4]\nldrsb r8,[r1,r3,lsl #2]\n"
        "pkhbt r9,r9,r8,lsl #16\nstr r9,[r2,r5,lsl #2]\nadd r0,r0,r3,lsl #2\nadd r0,r0,r3\n"
        "add r1,r1,r3,lsl #2\nadd r1,r1,r3\nadd r2,r2,r5,lsl #2\nadd r2,r2,r5\nbge 3b\n"
        "adds r6,r6,#5\nbeq 8f\nsub r8,r6,#5\nmov r6,#0\nmla r0,r8,r3,r0\nmla r1,r8,r3,r1\n"
        "mla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#120]\nsubs r6,r6,#1\nbne 4b\n5: ldr r6,[sp,#28]\n"
        "cmp r6,#0\nbeq 5f\n4: str r6,[sp,#120]\nldmia r12!,{r0,r1,r2}\nldr r4,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#36]\nldr r6,[sp,#32]\nldr r9,[sp,#56]\nadd r0,r0,r4\n"
        "add r7,r3,r3,lsl #1\nadd r4,r5,r5,lsl #1\nsub r6,r6,#5\n3: subs r6,r6,#5\nldrsb r8,[r0]\n"
        "ldrsb r10,[r0,r3]\nldrsb r11,[r0,r3,lsl #1]\nldrsb lr,[r0,r7]\npkhbt r8,r8,r9,lsl #16\n"
        "ror r8,r8,r1\nstr r8,[r2]\npkhbt r10,r10,r9,lsl #16\nror r10,r10,r1\nstr r10,[r2,r5]\n"
        "pkhbt r11,r11,r9,lsl #16\nror r11,r11,r1\nstr r11,[r2,r5,lsl #1]\npkhbt lr,lr,r9,lsl #16\n"
        "ror lr,lr,r1\nstr lr,[r2,r4]\nldrsb lr,[r0,r3,lsl #2]\npkhbt lr,lr,r9,lsl #16\n"
        "ror lr,lr,r1\nstr lr,[r2,r5,lsl #2]\nadd r0,r0,r3,lsl #2\nadd r0,r0,r3\n"
        "add r2,r2,r5,lsl #2\nadd r2,r2,r5\nbge 3b\nadds r6,r6,#5\nbeq 8f\nsub r8,r6,#5\n"
        "mov r6,#0\nmla r0,r8,r3,r0\nmla r2,r8,r5,r2\nb 3b\n8: ldr r6,[sp,#120]\nsubs r6,r6,#1\n"
        "bne 4b\n5: ldr lr,[sp,#124]\nbx lr\n");
}

/* 3 rows, 5 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5_3(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r7,[sp,#8]\n"
        "ldr r3,[sp,#12]\nldr r5,[sp,#68]\nldr r6,[sp,#32]\nadd r0,r0,r7\nadd r1,r1,r7\n"
        "add r2,r2,r7\nadd r4,r3,r3,lsl #1\nsub r6,r6,#5\n3: subs r6,r6,#5\nldrsb r7,[r1]\n"
        "ldrsb r8,[r0]\nldrsb r9,[r2]\nldrsb r10,[r0,r3]\nldrsb r11,[r1,r3]\nldrsb r12,[r2,r3]\n"
        "pkhbt r8,r8,r7,lsl #16\nstr r8,[r5]\nstr r9,[r5,#4]\npkhbt r10,r10,r11,lsl #16\n"
        "str r10,[r5,#8]\nstr r12,[r5,#12]\nldrsb r12,[r0,r3,lsl #1]\nldrsb r10,[r1,r3,lsl #1]\n"
        "ldrsb r11,[r2,r3,lsl #1]\nldrsb r9,[r0,r4]\nldrsb r8,[r1,r4]\nldrsb r7,[r2,r4]\n"
        "pkhbt r12,r12,r10,lsl #16\nstr r12,[r5,#16]\nstr r11,[r5,#20]\npkhbt r9,r9,r8,lsl #16\n"
        "str r9,[r5,#24]\nstr r7,[r5,#28]\nldrsb r7,[r1,r3,lsl #2]\nldrsb r9,[r0,r3,lsl #2]\n"
        "ldrsb r8,[r2,r3,lsl #2]\npkhbt r9,r9,r7,lsl #16\nstr r9,[r5,#32]\nstr r8,[r5,#36]\n"
        "add r0,r0,r3,lsl #2\nadd r0,r0,r3\nadd r1,r1,r3,lsl #2\nadd r1,r1,r3\n"
        "add r2,r2,r3,lsl #2\nadd r2,r2,r3\nadd r5,r5,#40\nbge 3b\nadds r6,r6,#5\nbeq 8f\n"
        "sub r7,r6,#5\nmov r6,#8\nmla r5,r7,r6,r5\nmov r6,#0\nmla r0,r7,r3,r0\nmla r1,r7,r3,r1\n"
        "mla r2,r7,r3,r2\nb 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* 4 rows, 5 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5_4(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r8,[sp,#8]\nldr r4,[sp,#12]\nldr r6,[sp,#68]\nldr r7,[sp,#32]\nadd r0,r0,r8\n"
        "add r1,r1,r8\nadd r2,r2,r8\nadd r3,r3,r8\nadd r5,r4,r4,lsl #1\nsub r7,r7,#5\n3: "
        "subs r7,r7,#5\nldrsb r8,[r0]\nldrsb r9,[r1]\nldrsb r10,[r3]\nldrsb r11,[r2]\n"
        "ldrsb r12,[r0,r4]\nldrsb lr,[r1,r4]\npkhbt r8,r8,r9,lsl #16\nstr r8,[r6]\n"
        "pkhbt r11,r11,r10,lsl #16\nstr r11,[r6,#4]\npkhbt r12,r12,lr,lsl #16\nstr r12,[r6,#8]\n"
        "ldrsb r12,[r2,r4]\nldrsb lr,[r3,r4]\nldrsb r11,[r1,r4,lsl #1]\nldrsb r10,[r0,r4,lsl #1]\n"
        "ldrsb r8,[r2,r4,lsl #1]\nldrsb r9,[r3,r4,lsl #1]\npkhbt r12,r12,lr,lsl #16\n"
        "str r12,[r6,#12]\npkhbt r10,r10,r11,lsl #16\nstr r10,[r6,#16]\npkhbt r8,r8,r9,lsl #16\n"
        "str r8,[r6,#20]\nldrsb r8,[r1,r5]\nldrsb r9,[r0,r5]\nldrsb r10,[r2,r5]\n"
        "ldrsb r11,[r3,r5]\nldrsb r12,[r0,r4,lsl #2]\nldrsb lr,[r1,r4,lsl #2]\n"
        "pkhbt r9,r9,r8,lsl #16\nstr r9,[r6,#24]\npkhbt r10,r10,r11,lsl #16\nstr r10,[r6,#28]\n"
        "pkhbt r12,r12,lr,lsl #16\nstr r12,[r6,#32]\nldrsb r12,[r3,r4,lsl #2]\n"
        "ldrsb lr,[r2,r4,lsl #2]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r6,#36]\nadd r0,r0,r4,lsl #2\n"
        "add r0,r0,r4\nadd r1,r1,r4,lsl #2\nadd r1,r1,r4\nadd r2,r2,r4,lsl #2\nadd r2,r2,r4\n"
        "add r3,r3,r4,lsl #2\nadd r3,r3,r4\nadd r6,r6,#40\nbge 3b\nadds r7,r7,#5\nbeq 8f\n"
        "sub r8,r7,#5\nmov r7,#8\nmla r6,r8,r7,r6\nmov r7,#0\nmla r0,r8,r4,r0\nmla r1,r8,r4,r1\n"
        "mla r2,r8,r4,r2\nmla r3,r8,r4,r3\nb 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* 5 rows, 5 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5_5(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r4,[sp,#100]\nldr r9,[sp,#8]\nldr r5,[sp,#12]\nldr r7,[sp,#68]\nldr r8,[sp,#32]\n"
        "add r0,r0,r9\nadd r1,r1,r9\nadd r2,r2,r9\nadd r3,r3,r9\nadd r4,r4,r9\n"
        "add r6,r5,r5,lsl #1\nsub r8,r8,#5\n3: subs r8,r8,#5\nldrsb r9,[r0]\nldrsb r10,[r1]\n"
        "ldrsb r11,[r2]\nldrsb r12,[r3]\nldrsb lr,[r4]\npkhbt r9,r9,r10,lsl #16\nstr r9,[r7]\n"
        "pkhbt r11,r11,r12,lsl #16\nstr r11,[r7,#4]\nstr lr,[r7,#8]\nldrsb lr,[r1,r5]\n"
        "ldrsb r11,[r0,r5]\nldrsb r12,[r2,r5]\nldrsb r9,[r3,r5]\nldrsb r10,[r4,r5]\n"
        "pkhbt r11,r11,lr,lsl #16\nstr r11,[r7,#12]\npkhbt r12,r12,r9,lsl #16\nstr r12,[r7,#16]\n"
        "str r10,[r7,#20]\nldrsb r10,[r0,r5,lsl #1]\nldrsb r12,[r1,r5,lsl #1]\n"
        "ldrsb r9,[r2,r5,lsl #1]\nldrsb r11,[r3,r5,lsl #1]\nldrsb lr,[r4,r5,lsl #1]\n"
        "pkhbt r10,r10,r12,lsl #16\nstr r10,[r7,#24]\npkhbt r9,r9,r11,lsl #16\nstr r9,[r7,#28]\n"
        "str lr,[r7,#32]\nldrsb lr,[r1,r6]\nldrsb r9,[r0,r6]\nldrsb r11,[r2,r6]\n"
        "ldrsb r10,[r3,r6]\nldrsb r12,[r4,r6]\npkhbt r9,r9,lr,lsl #16\nstr r9,[r7,#36]\n"
        "pkhbt r11,r11,r10,lsl #16\nstr r11,[r7,#40]\nstr r12,[r7,#44]\nldrsb r12,[r0,r5,lsl #2]\n"
        "ldrsb r11,[r1,r5,lsl #2]\nldrsb r10,[r3,r5,lsl #2]\nldrsb r9,[r2,r5,lsl #2]\n"
        "ldrsb lr,[r4,r5,lsl #2]\npkhbt r12,r12,r11,lsl #16\nstr r12,[r7,#48]\n"
        "pkhbt r9,r9,r10,lsl #16\nstr r9,[r7,#52]\nstr lr,[r7,#56]\nadd r0,r0,r5,lsl #2\n"
        "add r0,r0,r5\nadd r1,r1,r5,lsl #2\nadd r1,r1,r5\nadd r2,r2,r5,lsl #2\nadd r2,r2,r5\n"
        "add r3,r3,r5,lsl #2\nadd r3,r3,r5\nadd r4,r4,r5,lsl #2\nadd r4,r4,r5\nadd r7,r7,#60\n"
        "bge 3b\nadds r8,r8,#5\nbeq 8f\nsub r9,r8,#5\nmov r8,#12\nmla r7,r9,r8,r7\nmov r8,#0\n"
        "mla r0,r9,r5,r0\nmla r1,r9,r5,r1\nmla r2,r9,r5,r2\nmla r3,r9,r5,r3\nmla r4,r9,r5,r4\n"
        "b 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

/* 7 rows, 5 columns at a time. */
TVM_TINY_DEPTHWISE_NAKED void tvm_tiny_depthwise_gather5_7(void)
{
    __asm__ volatile(
        "str lr,[sp,#124]\nldr r0,[sp,#84]\nldr r1,[sp,#88]\nldr r2,[sp,#92]\nldr r3,[sp,#96]\n"
        "ldr r4,[sp,#100]\nldr r5,[sp,#104]\nldr r6,[sp,#108]\nldr r11,[sp,#8]\nldr r7,[sp,#12]\n"
        "ldr r9,[sp,#68]\nldr r10,[sp,#32]\nadd r0,r0,r11\nadd r1,r1,r11\nadd r2,r2,r11\n"
        "add r3,r3,r11\nadd r4,r4,r11\nadd r5,r5,r11\nadd r6,r6,r11\nadd r8,r7,r7,lsl #1\n"
        "sub r10,r10,#5\n3: subs r10,r10,#5\nldrsb r11,[r0]\nldrsb r12,[r1]\nldrsb lr,[r3]\n"
        "pkhbt r11,r11,r12,lsl #16\nstr r11,[r9]\nldrsb r11,[r2]\nldrsb r12,[r4]\n"
        "pkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#4]\nldrsb r11,[r5]\nldrsb lr,[r6]\n"
        "pkhbt r12,r12,r11,lsl #16\nstr r12,[r9,#8]\nstr lr,[r9,#12]\nldrsb lr,[r0,r7]\n"
        "ldrsb r12,[r1,r7]\nldrsb r11,[r3,r7]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r9,#16]\n"
        "ldrsb lr,[r2,r7]\nldrsb r12,[r5,r7]\npkhbt lr,lr,r11,lsl #16\nstr lr,[r9,#20]\n"
        "ldrsb lr,[r4,r7]\nldrsb r11,[r6,r7]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r9,#24]\n"
        "str r11,[r9,#28]\nldrsb r11,[r0,r7,lsl #1]\nldrsb lr,[r1,r7,lsl #1]\n"
        "ldrsb r12,[r3,r7,lsl #1]\npkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#32]\n"
        "ldrsb r11,[r2,r7,lsl #1]\nldrsb lr,[r5,r7,lsl #1]\npkhbt r11,r11,r12,lsl #16\n"
        "str r11,[r9,#36]\nldrsb r11,[r4,r7,lsl #1]\nldrsb r12,[r6,r7,lsl #1]\n"
        "pkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#40]\nstr r12,[r9,#44]\nldrsb r12,[r0,r8]\n"
        "ldrsb r11,[r1,r8]\nldrsb lr,[r2,r8]\npkhbt r12,r12,r11,lsl #16\nstr r12,[r9,#48]\n"
        "ldrsb r12,[r3,r8]\nldrsb r11,[r4,r8]\npkhbt lr,lr,r12,lsl #16\nstr lr,[r9,#52]\n"
        "ldrsb lr,[r5,r8]\nldrsb r12,[r6,r8]\npkhbt r11,r11,lr,lsl #16\nstr r11,[r9,#56]\n"
        "str r12,[r9,#60]\nldrsb r12,[r1,r7,lsl #2]\nldrsb r11,[r0,r7,lsl #2]\n"
        "ldrsb lr,[r3,r7,lsl #2]\npkhbt r11,r11,r12,lsl #16\nstr r11,[r9,#64]\n"
        "ldrsb r11,[r2,r7,lsl #2]\nldrsb r12,[r4,r7,lsl #2]\npkhbt r11,r11,lr,lsl #16\n"
        "str r11,[r9,#68]\nldrsb r11,[r5,r7,lsl #2]\nldrsb lr,[r6,r7,lsl #2]\n"
        "pkhbt r12,r12,r11,lsl #16\nstr r12,[r9,#72]\nstr lr,[r9,#76]\nadd r0,r0,r7,lsl #2\n"
        "add r0,r0,r7\nadd r1,r1,r7,lsl #2\nadd r1,r1,r7\nadd r2,r2,r7,lsl #2\nadd r2,r2,r7\n"
        "add r3,r3,r7,lsl #2\nadd r3,r3,r7\nadd r4,r4,r7,lsl #2\nadd r4,r4,r7\n"
        "add r5,r5,r7,lsl #2\nadd r5,r5,r7\nadd r6,r6,r7,lsl #2\nadd r6,r6,r7\nadd r9,r9,#80\n"
        "bge 3b\nadds r10,r10,#5\nbeq 8f\nsub r11,r10,#5\nmov r10,#16\nmla r9,r11,r10,r9\n"
        "mov r10,#0\nmla r0,r11,r7,r0\nmla r1,r11,r7,r1\nmla r2,r11,r7,r2\nmla r3,r11,r7,r3\n"
        "mla r4,r11,r7,r4\nmla r5,r11,r7,r5\nmla r6,r11,r7,r6\nb 3b\n8: ldr lr,[sp,#124]\nbx lr\n");
}

#ifdef __cplusplus
}
#endif

#endif
