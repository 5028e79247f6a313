/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator for the cortex-m4: do not edit. tvm_tiny_winograd.h has the same
 * in C.
 */
#ifndef TVM_TINY_WINOGRAD_SINGLE_H
#define TVM_TINY_WINOGRAD_SINGLE_H

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_transform(
    const int8_t *x TVM_TINY_DSP_UNUSED,
    int32_t pitch TVM_TINY_DSP_UNUSED,
    int32_t *out TVM_TINY_DSP_UNUSED,
    int32_t groups TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "push {r4-r11,lr}\n1: ldr r4,[r0,r1,lsl #1]\nldr r5,[r0,r1,lsl #2]\nldr r6,[r0]\n"
        "ldr r7,[r0,r1]\nsxtb16 r4,r4\nsxtb16 r5,r5\nssub16 r5,r5,r4\nsadd16 r8,r4,r4\n"
        "sadd16 r8,r8,r4\nssub16 r8,r5,r8\nsxtb16 r6,r6\nssub16 r4,r4,r6\nsadd16 r4,r4,r4\n"
        "sadd16 r4,r4,r4\nssub16 r4,r5,r4\nstr r4,[r2,#8]\nsxtb16 r7,r7\nadd r4,r0,r1\n"
        "sadd16 r6,r7,r7\nsadd16 r6,r6,r7\nldr r9,[r4,r1,lsl #1]\nldr r4,[r4,r1,lsl #2]\n"
        "sxtb16 r9,r9\nssub16 r7,r9,r7\nssub16 r6,r7,r6\nsadd16 r10,r8,r6\nstr r10,[r2]\n"
        "ssub16 r8,r8,r6\nstr r8,[r2,#16]\nsadd16 r7,r7,r7\nssub16 r8,r5,r7\nsadd16 r5,r5,r7\n"
        "str r5,[r2,#24]\nsadd16 r7,r7,r7\nstr r8,[r2,#32]\nsxtb16 r4,r4\nssub16 r4,r4,r9\n"
        "ssub16 r4,r4,r7\nadd r7,r0,r1,lsl #2\nstr r4,[r2,#40]\nldr r4,[r7,r1,lsl #1]\n"
        "ldr r9,[r7,r1,lsl #2]\nldr r8,[r7]\nldr r5,[r7,r1]\nsxtb16 r4,r4\nsxtb16 r9,r9\n"
        "ssub16 r9,r9,r4\nsadd16 r6,r4,r4\nsadd16 r6,r6,r4\nssub16 r6,r9,r6\nsxtb16 r8,r8\n"
        "ssub16 r4,r4,r8\nsadd16 r4,r4,r4\nsadd16 r4,r4,r4\nssub16 r4,r9,r4\nstr r4,[r2,#12]\n"
        "sxtb16 r5,r5\nadd r7,r7,r1\nsadd16 r4,r5,r5\nsadd16 r4,r4,r5\nldr r8,[r7,r1,lsl #1]\n"
        "ldr r7,[r7,r1,lsl #2]\nsxtb16 r8,r8\nssub16 r5,r8,r5\nssub16 r4,r5,r4\nsadd16 r10,r6,r4\n"
        "str r10,[r2,#4]\nssub16 r6,r6,r4\nstr r6,[r2,#20]\nsadd16 r5,r5,r5\nsadd16 r6,r9,r5\n"
        "str r6,[r2,#28]\nssub16 r9,r9,r5\nstr r9,[r2,#36]\nsadd16 r5,r5,r5\nsxtb16 r7,r7\n"
        "ssub16 r7,r7,r8\nssub16 r7,r7,r5\nstr r7,[r2,#44]\nldr r4,[r0,r1,lsl #1]\n"
        "ldr r5,[r0,r1,lsl #2]\nldr r6,[r0]\nldr r7,[r0,r1]\nsxtb16 r4,r4,ror #8\n"
        "sxtb16 r5,r5,ror #8\nssub16 r5,r5,r4\nsadd16 r8,r4,r4\nsadd16 r8,r8,r4\nssub16 r8,r5,r8\n"
        "sxtb16 r6,r6,ror #8\nssub16 r4,r4,r6\nsadd16 r4,r4,r4\nsadd16 r4,r4,r4\nssub16 r4,r5,r4\n"
        "str r4,[r2,#56]\nsxtb16 r7,r7,ror #8\nadd r4,r0,r1\nsadd16 r6,r7,r7\nsadd16 r6,r6,r7\n"
        "ldr r9,[r4,r1,lsl #1]\nldr r4,[r4,r1,lsl #2]\nsxtb16 r9,r9,ror #8\nssub16 r7,r9,r7\n"
        "ssub16 r6,r7,r6\nsadd16 r10,r8,r6\nstr r10,[r2,#48]\nssub16 r8,r8,r6\nstr r8,[r2,#64]\n"
        "sadd16 r7,r7,r7\nssub16 r8,r5,r7\nsadd16 r5,r5,r7\nstr r5,[r2,#72]\nsadd16 r7,r7,r7\n"
        "str r8,[r2,#80]\nsxtb16 r4,r4,ror #8\nssub16 r4,r4,r9\nssub16 r4,r4,r7\n"
        "add r7,r0,r1,lsl #2\nstr r4,[r2,#88]\nldr r4,[r7,r1,lsl #1]\nldr r9,[r7,r1,lsl #2]\n"
        "ldr r8,[r7]\nldr r5,[r7,r1]\nsxtb16 r4,r4,ror #8\nsxtb16 r9,r9,ror #8\nssub16 r9,r9,r4\n"
        "sadd16 r6,r4,r4\nsadd16 r6,r6,r4\nssub16 r6,r9,r6\nsxtb16 r8,r8,ror #8\nssub16 r4,r4,r8\n"
        "sadd16 r4,r4,r4\nsadd16 r4,r4,r4\nssub16 r4,r9,r4\nstr r4,[r2,#60]\nsxtb16 r5,r5,ror #8\n"
        "add r7,r7,r1\nsadd16 r4,r5,r5\nsadd16 r4,r4,r5\nldr r8,[r7,r1,lsl #1]\n"
        "ldr r7,[r7,r1,lsl #2]\nsxtb16 r8,r8,ror #8\nssub16 r5,r8,r5\nssub16 r4,r5,r4\n"
        "sadd16 r10,r6,r4\nstr r10,[r2,#52]\nssub16 r6,r6,r4\nstr r6,[r2,#68]\nsadd16 r5,r5,r5\n"
        "sadd16 r6,r9,r5\nstr r6,[r2,#76]\nssub16 r9,r9,r5\nstr r9,[r2,#84]\nsadd16 r5,r5,r5\n"
        "sxtb16 r7,r7,ror #8\nssub16 r7,r7,r8\nssub16 r7,r7,r5\nstr r7,[r2,#92]\nadd r2,r2,#96\n"
        "add r0,r0,#4\nsubs r3,r3,#1\nbne 1b\npop {r4-r11,pc}\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_sums(
    const int32_t *x TVM_TINY_DSP_UNUSED,
    const int16_t *w TVM_TINY_DSP_UNUSED,
    const int32_t *table TVM_TINY_DSP_UNUSED,
    int8_t *y TVM_TINY_DSP_UNUSED,
    int32_t pairs TVM_TINY_DSP_UNUSED,
    int32_t apart TVM_TINY_DSP_UNUSED,
    int32_t rounds TVM_TINY_DSP_UNUSED,
    int32_t skipped TVM_TINY_DSP_UNUSED,
    int32_t step TVM_TINY_DSP_UNUSED,
    tvm_tiny_winograd_end *ends TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "push {r4-r12,lr}\nsub sp,sp,#136\nldr r5,[sp,#176]\nldr r6,[sp,#180]\nldr r7,[sp,#184]\n"
        "ldr r8,[sp,#188]\nadr.w r9,2f\nmov r10,#200\nmla r9,r8,r10,r9\nldr r11,[sp,#192]\n"
        "ldr r12,[sp,#196]\norr r9,r9,#1\nstr r0,[sp,#96]\nstr r2,[sp,#100]\nstr r3,[sp,#104]\n"
        "str r5,[sp,#120]\nstr r6,[sp,#116]\nstr r7,[sp,#108]\nstr r9,[sp,#112]\n"
        "str r11,[sp,#124]\nstr r12,[sp,#128]\n1: ldr r5,[sp,#100]\nldr r2,[r5]\nldr r3,[r5,#4]\n"
        "mov r12,sp\nldr r11,[sp,#124]\nadd r11,r5,r11\nstr r11,[sp,#100]\nldr r11,[sp,#104]\n"
        "mov r4,r2\nmov r5,r3\nadd r11,r11,#2\nstr r11,[sp,#104]\n3: ldr r0,[sp,#96]\nmov lr,sp\n"
        "sub lr,r12,lr\nadd r0,r0,lr,lsr #1\nldr lr,[sp,#108]\nldr r10,[sp,#112]\nbx r10\n2: "
        ".rept 8\nldr.w r6,[r1,#0]\nldr.w r7,[r1,#4]\nldr.w r8,[r0,#0]\nldr.w r9,[r0,#4]\n"
        "smlad r2,r6,r8,r2\nsmlad r4,r6,r9,r4\nsmlad r3,r7,r8,r3\nsmlad r5,r7,r9,r5\n"
        "ldr.w r6,[r1,#8]\nldr.w r7,[r1,#12]\nldr.w r8,[r0,#48]\nldr.w r9,[r0,#52]\n"
        "smlad r2,r6,r8,r2\nsmlad r4,r6,r9,r4\nsmlad r3,r7,r8,r3\nsmlad r5,r7,r9,r5\n"
        "ldr.w r6,[r1,#16]\nldr.w r7,[r1,#20]\nldr.w r8,[r0,#96]\nldr.w r9,[r0,#100]\n"
        "smlad r2,r6,r8,r2\nsmlad r4,r6,r9,r4\nsmlad r3,r7,r8,r3\nsmlad r5,r7,r9,r5\n"
        "ldr.w r6,[r1,#24]\nldr.w r7,[r1,#28]\nldr.w r8,[r0,#144]\nldr.w r9,[r0,#148]\n"
        "smlad r2,r6,r8,r2\nsmlad r4,r6,r9,r4\nsmlad r3,r7,r8,r3\nsmlad r5,r7,r9,r5\n"
        "ldr.w r6,[r1,#32]\nldr.w r7,[r1,#36]\nldr.w r8,[r0,#192]\nldr.w r9,[r0,#196]\n"
        "smlad r2,r6,r8,r2\nsmlad r4,r6,r9,r4\nsmlad r3,r7,r8,r3\nsmlad r5,r7,r9,r5\n"
        "ldr.w r6,[r1,#40]\nldr.w r7,[r1,#44]\nldr.w r8,[r0,#240]\nldr.w r9,[r0,#244]\n"
        "smlad r2,r6,r8,r2\nsmlad r4,r6,r9,r4\nsmlad r3,r7,r8,r3\nsmlad r5,r7,r9,r5\n"
        "add.w r0,r0,#288\nadd.w r1,r1,#48\n.endr\nsubs lr,lr,#1\nbne 2b\nstmia r12!,{r2-r5}\n"
        "mov lr,sp\nsub lr,r12,lr\ncmp lr,#96\nmov r2,#0\nmov r3,#0\nmov r4,#0\nmov r5,#0\nbne 3b\n"
        "ldr lr,[sp,#128]\nblx lr\nbne.w 1b\nadd sp,sp,#136\npop {r4-r12,pc}\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nmvn r0,#31\nmovw r2,#43691\nmovt r2,#43690\nldr r3,[sp,#104]\n"
        "ldr r4,[sp,#116]\nldr r5,[sp,#32]\nldr r6,[sp]\nldr r7,[sp,#64]\nldr r8,[sp,#80]\n"
        "ldr r9,[sp,#48]\nldr r10,[sp,#16]\nldr r11,[sp,#100]\nadd r12,r4,r4,lsl #1\nsub r3,r3,#2\n"
        "add lr,r6,r5\nsub r6,r6,r5\nsub r5,r9,r7\nadd r10,r10,lr\nadd r8,r6,r8\nadd r9,r9,r7\n"
        "add r10,r10,r9\nmul r10,r10,r2\nand r7,r0,r10,asr #31\nadd lr,lr,r9,lsl #2\nmul lr,lr,r2\n"
        "ldr r9,[r11,#-16]\nadd r6,r6,r5,lsl #1\nmul r6,r6,r2\nadd r8,r8,r5,lsl #3\n"
        "ldr r5,[r11,#-8]\nldr r11,[r11,#-24]\nsmmla r7,r10,r11,r7\nadd r7,r7,r9\nasr r7,r7,r5\n"
        "ssat r7,#8,r7\nstrb r7,[r3]\nand r7,r0,lr,asr #31\nsmmla r7,lr,r11,r7\nadd r7,r7,r9\n"
        "asr r7,r7,r5\nssat r7,#8,r7\nand lr,r0,r6,asr #31\nsmmla lr,r6,r11,lr\n"
        "strb r7,[r3,r4,lsl #1]\nadd lr,lr,r9\nasr lr,lr,r5\nssat lr,#8,lr\nmul r8,r8,r2\n"
        "strb lr,[r3,r4]\nand lr,r0,r8,asr #31\nsmmla lr,r8,r11,lr\nadd lr,lr,r9\nasr lr,lr,r5\n"
        "ssat lr,#8,lr\nstrb lr,[r3,r12]\nldr lr,[sp,#116]\nldr r3,[sp,#104]\nldr r12,[sp,#40]\n"
        "ldr r5,[sp,#56]\nldr r9,[sp,#8]\nldr r8,[sp,#24]\nldr r11,[sp,#72]\nldr r4,[sp,#88]\n"
        "ldr r7,[sp,#100]\nadd r6,lr,lr,lsl #1\nsub r3,r3,#2\nadd r3,r3,lr,lsl #2\nadd r10,r9,r12\n"
        "sub r9,r9,r12\nadd r12,r5,r11\nadd r4,r9,r4\nsub r5,r5,r11\nadd r8,r8,r10\nadd r8,r8,r12\n"
        "mul r8,r8,r2\nand r11,r0,r8,asr #31\nadd r10,r10,r12,lsl #2\nmul r10,r10,r2\n"
        "ldr r12,[r7,#-24]\nsmmla r11,r8,r12,r11\nand r8,r0,r10,asr #31\nsmmla r8,r10,r12,r8\n"
        "ldr r10,[r7,#-16]\nadd r11,r11,r10\nldr r7,[r7,#-8]\nasr r11,r11,r7\nssat r11,#8,r11\n"
        "strb r11,[r3]\nadd r8,r8,r10\nadd r9,r9,r5,lsl #1\nasr r8,r8,r7\nssat r8,#8,r8\n"
        "strb r8,[r3,lr,lsl #1]\nmul r9,r9,r2\nand r8,r0,r9,asr #31\nsmmla r8,r9,r12,r8\n"
        "add r8,r8,r10\nasr r8,r8,r7\nssat r8,#8,r8\nadd r4,r4,r5,lsl #3\nstrb r8,[r3,lr]\n"
        "mul r4,r4,r2\nand r8,r0,r4,asr #31\nsmmla r8,r4,r12,r8\nadd r8,r8,r10\nasr r8,r8,r7\n"
        "ssat r8,#8,r8\nstrb r8,[r3,r6]\nldr r8,[sp,#116]\nldr r3,[sp,#104]\nldr r6,[sp,#68]\n"
        "ldr r7,[sp,#52]\nldr r10,[sp,#36]\nldr r4,[sp,#4]\nldr r12,[sp,#20]\nldr lr,[sp,#84]\n"
        "ldr r5,[sp,#100]\nadd r9,r8,r8,lsl #1\nsub r3,r3,#1\nsub r11,r4,r10\nadd r4,r4,r10\n"
        "add r12,r12,r4\nsub r10,r7,r6\nadd r7,r7,r6\nadd r12,r12,r7\nmul r12,r12,r2\n"
        "add lr,r11,lr\nand r6,r0,r12,asr #31\nadd r4,r4,r7,lsl #2\nmul r4,r4,r2\n"
        "ldr r7,[r5,#-20]\nsmmla r6,r12,r7,r6\nand r12,r0,r4,asr #31\nsmmla r12,r4,r7,r12\n"
        "ldr r4,[r5,#-12]\nadd r6,r6,r4\nldr r5,[r5,#-4]\nasr r6,r6,r5\nssat r6,#8,r6\n"
        "strb r6,[r3]\nadd r12,r12,r4\nasr r12,r12,r5\nssat r12,#8,r12\nstrb r12,[r3,r8,lsl #1]\n"
        "add r11,r11,r10,lsl #1\nmul r11,r11,r2\nand r12,r0,r11,asr #31\nsmmla r12,r11,r7,r12\n"
        "add lr,lr,r10,lsl #3\nadd r12,r12,r4\nasr r12,r12,r5\nssat r12,#8,r12\nstrb r12,[r3,r8]\n"
        "mul lr,lr,r2\nand r12,r0,lr,asr #31\nsmmla r12,lr,r7,r12\nadd r12,r12,r4\nasr r12,r12,r5\n"
        "ssat r12,#8,r12\nstrb r12,[r3,r9]\nldr r12,[sp,#104]\nldr r3,[sp,#116]\nldr r9,[sp,#44]\n"
        "ldr r5,[sp,#76]\nldr r4,[sp,#28]\nldr lr,[sp,#12]\nldr r7,[sp,#92]\nldr r8,[sp,#60]\n"
        "ldr r10,[sp,#100]\nsub r12,r12,#1\nadd r12,r12,r3,lsl #2\nadd r11,r3,r3,lsl #1\n"
        "add r6,lr,r9\nadd r4,r4,r6\nsub lr,lr,r9\nsub r9,r8,r5\nadd r8,r8,r5\nadd r4,r4,r8\n"
        "mul r4,r4,r2\nand r5,r0,r4,asr #31\nadd r7,lr,r7\nadd r6,r6,r8,lsl #2\nmul r6,r6,r2\n"
        "ldr r8,[r10,#-12]\nadd lr,lr,r9,lsl #1\nmul lr,lr,r2\nadd r7,r7,r9,lsl #3\n"
        "ldr r9,[r10,#-20]\nsmmla r5,r4,r9,r5\nadd r5,r5,r8\nand r4,r0,r6,asr #31\n"
        "smmla r4,r6,r9,r4\nldr r10,[r10,#-4]\nldr r6,[sp,#120]\nasr r5,r5,r10\nssat r5,#8,r5\n"
        "strb r5,[r12]\nadd r4,r4,r8\nasr r4,r4,r10\nssat r4,#8,r4\nand r5,r0,lr,asr #31\n"
        "strb r4,[r12,r3,lsl #1]\nsmmla r5,lr,r9,r5\nadd r5,r5,r8\nasr r5,r5,r10\nssat r5,#8,r5\n"
        "strb r5,[r12,r3]\nmul r7,r7,r2\nand r0,r0,r7,asr #31\nsmmla r0,r7,r9,r0\nadd r0,r0,r8\n"
        "asr r0,r0,r10\nssat r0,#8,r0\nstrb r0,[r12,r11]\nsubs r6,r6,#1\nstr r6,[sp,#120]\n"
        "ldr lr,[sp,#132]\nbx lr\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends_15(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#116]\nldr r2,[sp,#104]\nldr r3,[sp]\nldr r4,[sp,#48]\n"
        "ldr r5,[sp,#32]\nldr r6,[sp,#64]\nldr r7,[sp,#80]\nldr r8,[sp,#16]\nadd r9,r0,r0,lsl #1\n"
        "sub r2,r2,#2\nadd r10,r3,r5\nsub r3,r3,r5\nsub r5,r4,r6\nadd r4,r4,r6\nadd r8,r8,r10\n"
        "add r8,r8,r4\nadd r7,r3,r7\nadd r10,r10,r4,lsl #2\nldr r4,[sp,#100]\nldr r4,[r4,#-8]\n"
        "ldr r6,[sp,#116]\nsmmul r8,r8,r4\nssat r8,#8,r8,asr #15\nstrb r8,[r2]\nsmmul r10,r10,r4\n"
        "add r3,r3,r5,lsl #1\nsmmul r3,r3,r4\nssat r10,#8,r10,asr #15\nstrb r10,[r2,r0,lsl #1]\n"
        "add r7,r7,r5,lsl #3\nssat r3,#8,r3,asr #15\nstrb r3,[r2,r0]\nsmmul r7,r7,r4\n"
        "ssat r7,#8,r7,asr #15\nstrb r7,[r2,r9]\nadd r7,r6,r6,lsl #1\nldr r2,[sp,#104]\n"
        "ldr r9,[sp,#40]\nldr r4,[sp,#56]\nldr r3,[sp,#8]\nldr r0,[sp,#24]\nldr r5,[sp,#72]\n"
        "ldr r10,[sp,#100]\nldr r8,[sp,#88]\nsub r2,r2,#2\nadd r2,r2,r6,lsl #2\nadd r11,r3,r9\n"
        "sub r3,r3,r9\nsub r9,r4,r5\nadd r4,r4,r5\nadd r8,r3,r8\nadd r0,r0,r11\nadd r0,r0,r4\n"
        "add r11,r11,r4,lsl #2\nldr r10,[r10,#-8]\nldr r4,[sp,#116]\nsmmul r0,r0,r10\n"
        "ssat r0,#8,r0,asr #15\nstrb r0,[r2]\nsmmul r11,r11,r10\nssat r11,#8,r11,asr #15\n"
        "strb r11,[r2,r6,lsl #1]\nadd r3,r3,r9,lsl #1\nsmmul r3,r3,r10\nssat r3,#8,r3,asr #15\n"
        "add r8,r8,r9,lsl #3\nstrb r3,[r2,r6]\nsmmul r8,r8,r10\nssat r8,#8,r8,asr #15\n"
        "strb r8,[r2,r7]\nadd r8,r4,r4,lsl #1\nldr r2,[sp,#104]\nldr r7,[sp,#4]\nldr r10,[sp,#36]\n"
        "ldr r3,[sp,#68]\nldr r6,[sp,#52]\nldr r9,[sp,#20]\nldr r11,[sp,#84]\nldr r0,[sp,#100]\n"
        "sub r2,r2,#1\nsub r5,r7,r10\nadd r7,r7,r10\nadd r10,r6,r3\nadd r9,r9,r7\nsub r6,r6,r3\n"
        "add r9,r9,r10\nadd r11,r5,r11\nadd r7,r7,r10,lsl #2\nldr r0,[r0,#-4]\nldr r10,[sp,#104]\n"
        "smmul r9,r9,r0\nssat r9,#8,r9,asr #15\nstrb r9,[r2]\nsmmul r7,r7,r0\n"
        "ssat r7,#8,r7,asr #15\nstrb r7,[r2,r4,lsl #1]\nadd r5,r5,r6,lsl #1\nsmmul r5,r5,r0\n"
        "ssat r5,#8,r5,asr #15\nstrb r5,[r2,r4]\nadd r11,r11,r6,lsl #3\nsmmul r11,r11,r0\n"
        "ssat r11,#8,r11,asr #15\nstrb r11,[r2,r8]\nsub r10,r10,#1\nldr r11,[sp,#116]\n"
        "ldr r2,[sp,#12]\nldr r8,[sp,#44]\nldr r0,[sp,#76]\nldr r6,[sp,#60]\nldr r5,[sp,#28]\n"
        "ldr r4,[sp,#100]\nldr r7,[sp,#92]\nadd r10,r10,r11,lsl #2\nadd r9,r11,r11,lsl #1\n"
        "add r3,r2,r8\nsub r2,r2,r8\nadd r8,r6,r0\nsub r6,r6,r0\nadd r5,r5,r3\nadd r7,r2,r7\n"
        "add r5,r5,r8\nadd r3,r3,r8,lsl #2\nldr r4,[r4,#-4]\nldr r8,[sp,#120]\nsmmul r5,r5,r4\n"
        "ssat r5,#8,r5,asr #15\nsmmul r3,r3,r4\nstrb r5,[r10]\nssat r3,#8,r3,asr #15\n"
        "add r2,r2,r6,lsl #1\nstrb r3,[r10,r11,lsl #1]\nsmmul r2,r2,r4\nssat r2,#8,r2,asr #15\n"
        "strb r2,[r10,r11]\nadd r7,r7,r6,lsl #3\nsmmul r7,r7,r4\nssat r7,#8,r7,asr #15\n"
        "strb r7,[r10,r9]\nsubs r8,r8,#1\nstr r8,[sp,#120]\nldr lr,[sp,#132]\nbx lr\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends_11(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#116]\nldr r2,[sp,#104]\nldr r3,[sp]\nldr r4,[sp,#48]\n"
        "ldr r5,[sp,#32]\nldr r6,[sp,#64]\nldr r7,[sp,#80]\nldr r8,[sp,#16]\nadd r9,r0,r0,lsl #1\n"
        "sub r2,r2,#2\nadd r10,r3,r5\nsub r3,r3,r5\nsub r5,r4,r6\nadd r4,r4,r6\nadd r8,r8,r10\n"
        "add r8,r8,r4\nadd r7,r3,r7\nadd r10,r10,r4,lsl #2\nldr r4,[sp,#100]\nldr r4,[r4,#-8]\n"
        "ldr r6,[sp,#116]\nsmmul r8,r8,r4\nssat r8,#8,r8,asr #11\nstrb r8,[r2]\nsmmul r10,r10,r4\n"
        "add r3,r3,r5,lsl #1\nsmmul r3,r3,r4\nssat r10,#8,r10,asr #11\nstrb r10,[r2,r0,lsl #1]\n"
        "add r7,r7,r5,lsl #3\nssat r3,#8,r3,asr #11\nstrb r3,[r2,r0]\nsmmul r7,r7,r4\n"
        "ssat r7,#8,r7,asr #11\nstrb r7,[r2,r9]\nadd r7,r6,r6,lsl #1\nldr r2,[sp,#104]\n"
        "ldr r9,[sp,#40]\nldr r4,[sp,#56]\nldr r3,[sp,#8]\nldr r0,[sp,#24]\nldr r5,[sp,#72]\n"
        "ldr r10,[sp,#100]\nldr r8,[sp,#88]\nsub r2,r2,#2\nadd r2,r2,r6,lsl #2\nadd r11,r3,r9\n"
        "sub r3,r3,r9\nsub r9,r4,r5\nadd r4,r4,r5\nadd r8,r3,r8\nadd r0,r0,r11\nadd r0,r0,r4\n"
        "add r11,r11,r4,lsl #2\nldr r10,[r10,#-8]\nldr r4,[sp,#116]\nsmmul r0,r0,r10\n"
        "ssat r0,#8,r0,asr #11\nstrb r0,[r2]\nsmmul r11,r11,r10\nssat r11,#8,r11,asr #11\n"
        "strb r11,[r2,r6,lsl #1]\nadd r3,r3,r9,lsl #1\nsmmul r3,r3,r10\nssat r3,#8,r3,asr #11\n"
        "add r8,r8,r9,lsl #3\nstrb r3,[r2,r6]\nsmmul r8,r8,r10\nssat r8,#8,r8,asr #11\n"
        "strb r8,[r2,r7]\nadd r8,r4,r4,lsl #1\nldr r2,[sp,#104]\nldr r7,[sp,#4]\nldr r10,[sp,#36]\n"
        "ldr r3,[sp,#68]\nldr r6,[sp,#52]\nldr r9,[sp,#20]\nldr r11,[sp,#84]\nldr r0,[sp,#100]\n"
        "sub r2,r2,#1\nsub r5,r7,r10\nadd r7,r7,r10\nadd r10,r6,r3\nadd r9,r9,r7\nsub r6,r6,r3\n"
        "add r9,r9,r10\nadd r11,r5,r11\nadd r7,r7,r10,lsl #2\nldr r0,[r0,#-4]\nldr r10,[sp,#104]\n"
        "smmul r9,r9,r0\nssat r9,#8,r9,asr #11\nstrb r9,[r2]\nsmmul r7,r7,r0\n"
        "ssat r7,#8,r7,asr #11\nstrb r7,[r2,r4,lsl #1]\nadd r5,r5,r6,lsl #1\nsmmul r5,r5,r0\n"
        "ssat r5,#8,r5,asr #11\nstrb r5,[r2,r4]\nadd r11,r11,r6,lsl #3\nsmmul r11,r11,r0\n"
        "ssat r11,#8,r11,asr #11\nstrb r11,[r2,r8]\nsub r10,r10,#1\nldr r11,[sp,#116]\n"
        "ldr r2,[sp,#12]\nldr r8,[sp,#44]\nldr r0,[sp,#76]\nldr r6,[sp,#60]\nldr r5,[sp,#28]\n"
        "ldr r4,[sp,#100]\nldr r7,[sp,#92]\nadd r10,r10,r11,lsl #2\nadd r9,r11,r11,lsl #1\n"
        "add r3,r2,r8\nsub r2,r2,r8\nadd r8,r6,r0\nsub r6,r6,r0\nadd r5,r5,r3\nadd r7,r2,r7\n"
        "add r5,r5,r8\nadd r3,r3,r8,lsl #2\nldr r4,[r4,#-4]\nldr r8,[sp,#120]\nsmmul r5,r5,r4\n"
        "ssat r5,#8,r5,asr #11\nsmmul r3,r3,r4\nstrb r5,[r10]\nssat r3,#8,r3,asr #11\n"
        "add r2,r2,r6,lsl #1\nstrb r3,[r10,r11,lsl #1]\nsmmul r2,r2,r4\nssat r2,#8,r2,asr #11\n"
        "strb r2,[r10,r11]\nadd r7,r7,r6,lsl #3\nsmmul r7,r7,r4\nssat r7,#8,r7,asr #11\n"
        "strb r7,[r10,r9]\nsubs r8,r8,#1\nstr r8,[sp,#120]\nldr lr,[sp,#132]\nbx lr\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends_7(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#116]\nldr r2,[sp,#104]\nldr r3,[sp]\nldr r4,[sp,#48]\n"
        "ldr r5,[sp,#32]\nldr r6,[sp,#64]\nldr r7,[sp,#80]\nldr r8,[sp,#16]\nadd r9,r0,r0,lsl #1\n"
        "sub r2,r2,#2\nadd r10,r3,r5\nsub r3,r3,r5\nsub r5,r4,r6\nadd r4,r4,r6\nadd r8,r8,r10\n"
        "add r8,r8,r4\nadd r7,r3,r7\nadd r10,r10,r4,lsl #2\nldr r4,[sp,#100]\nldr r4,[r4,#-8]\n"
        "ldr r6,[sp,#116]\nsmmul r8,r8,r4\nssat r8,#8,r8,asr #7\nstrb r8,[r2]\nsmmul r10,r10,r4\n"
        "add r3,r3,r5,lsl #1\nsmmul r3,r3,r4\nssat r10,#8,r10,asr #7\nstrb r10,[r2,r0,lsl #1]\n"
        "add r7,r7,r5,lsl #3\nssat r3,#8,r3,asr #7\nstrb r3,[r2,r0]\nsmmul r7,r7,r4\n"
        "ssat r7,#8,r7,asr #7\nstrb r7,[r2,r9]\nadd r7,r6,r6,lsl #1\nldr r2,[sp,#104]\n"
        "ldr r9,[sp,#40]\nldr r4,[sp,#56]\nldr r3,[sp,#8]\nldr r0,[sp,#24]\nldr r5,[sp,#72]\n"
        "ldr r10,[sp,#100]\nldr r8,[sp,#88]\nsub r2,r2,#2\nadd r2,r2,r6,lsl #2\nadd r11,r3,r9\n"
        "sub r3,r3,r9\nsub r9,r4,r5\nadd r4,r4,r5\nadd r8,r3,r8\nadd r0,r0,r11\nadd r0,r0,r4\n"
        "add r11,r11,r4,lsl #2\nldr r10,[r10,#-8]\nldr r4,[sp,#116]\nsmmul r0,r0,r10\n"
        "ssat r0,#8,r0,asr #7\nstrb r0,[r2]\nsmmul r11,r11,r10\nssat r11,#8,r11,asr #7\n"
        "strb r11,[r2,r6,lsl #1]\nadd r3,r3,r9,lsl #1\nsmmul r3,r3,r10\nssat r3,#8,r3,asr #7\n"
        "add r8,r8,r9,lsl #3\nstrb r3,[r2,r6]\nsmmul r8,r8,r10\nssat r8,#8,r8,asr #7\n"
        "strb r8,[r2,r7]\nadd r8,r4,r4,lsl #1\nldr r2,[sp,#104]\nldr r7,[sp,#4]\nldr r10,[sp,#36]\n"
        "ldr r3,[sp,#68]\nldr r6,[sp,#52]\nldr r9,[sp,#20]\nldr r11,[sp,#84]\nldr r0,[sp,#100]\n"
        "sub r2,r2,#1\nsub r5,r7,r10\nadd r7,r7,r10\nadd r10,r6,r3\nadd r9,r9,r7\nsub r6,r6,r3\n"
        "add r9,r9,r10\nadd r11,r5,r11\nadd r7,r7,r10,lsl #2\nldr r0,[r0,#-4]\nldr r10,[sp,#104]\n"
        "smmul r9,r9,r0\nssat r9,#8,r9,asr #7\nstrb r9,[r2]\nsmmul r7,r7,r0\nssat r7,#8,r7,asr #7\n"
        "strb r7,[r2,r4,lsl #1]\nadd r5,r5,r6,lsl #1\nsmmul r5,r5,r0\nssat r5,#8,r5,asr #7\n"
        "strb r5,[r2,r4]\nadd r11,r11,r6,lsl #3\nsmmul r11,r11,r0\nssat r11,#8,r11,asr #7\n"
        "strb r11,[r2,r8]\nsub r10,r10,#1\nldr r11,[sp,#116]\nldr r2,[sp,#12]\nldr r8,[sp,#44]\n"
        "ldr r0,[sp,#76]\nldr r6,[sp,#60]\nldr r5,[sp,#28]\nldr r4,[sp,#100]\nldr r7,[sp,#92]\n"
        "add r10,r10,r11,lsl #2\nadd r9,r11,r11,lsl #1\nadd r3,r2,r8\nsub r2,r2,r8\nadd r8,r6,r0\n"
        "sub r6,r6,r0\nadd r5,r5,r3\nadd r7,r2,r7\nadd r5,r5,r8\nadd r3,r3,r8,lsl #2\n"
        "ldr r4,[r4,#-4]\nldr r8,[sp,#120]\nsmmul r5,r5,r4\nssat r5,#8,r5,asr #7\nsmmul r3,r3,r4\n"
        "strb r5,[r10]\nssat r3,#8,r3,asr #7\nadd r2,r2,r6,lsl #1\nstrb r3,[r10,r11,lsl #1]\n"
        "smmul r2,r2,r4\nssat r2,#8,r2,asr #7\nstrb r2,[r10,r11]\nadd r7,r7,r6,lsl #3\n"
        "smmul r7,r7,r4\nssat r7,#8,r7,asr #7\nstrb r7,[r10,r9]\nsubs r8,r8,#1\nstr r8,[sp,#120]\n"
        "ldr lr,[sp,#132]\nbx lr\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends_3(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#116]\nldr r2,[sp,#104]\nldr r3,[sp]\nldr r4,[sp,#48]\n"
        "ldr r5,[sp,#32]\nldr r6,[sp,#64]\nldr r7,[sp,#80]\nldr r8,[sp,#16]\nadd r9,r0,r0,lsl #1\n"
        "sub r2,r2,#2\nadd r10,r3,r5\nsub r3,r3,r5\nsub r5,r4,r6\nadd r4,r4,r6\nadd r8,r8,r10\n"
        "add r8,r8,r4\nadd r7,r3,r7\nadd r10,r10,r4,lsl #2\nldr r4,[sp,#100]\nldr r4,[r4,#-8]\n"
        "ldr r6,[sp,#116]\nsmmul r8,r8,r4\nssat r8,#8,r8,asr #3\nstrb r8,[r2]\nsmmul r10,r10,r4\n"
        "add r3,r3,r5,lsl #1\nsmmul r3,r3,r4\nssat r10,#8,r10,asr #3\nstrb r10,[r2,r0,lsl #1]\n"
        "add r7,r7,r5,lsl #3\nssat r3,#8,r3,asr #3\nstrb r3,[r2,r0]\nsmmul r7,r7,r4\n"
        "ssat r7,#8,r7,asr #3\nstrb r7,[r2,r9]\nadd r7,r6,r6,lsl #1\nldr r2,[sp,#104]\n"
        "ldr r9,[sp,#40]\nldr r4,[sp,#56]\nldr r3,[sp,#8]\nldr r0,[sp,#24]\nldr r5,[sp,#72]\n"
        "ldr r10,[sp,#100]\nldr r8,[sp,#88]\nsub r2,r2,#2\nadd r2,r2,r6,lsl #2\nadd r11,r3,r9\n"
        "sub r3,r3,r9\nsub r9,r4,r5\nadd r4,r4,r5\nadd r8,r3,r8\nadd r0,r0,r11\nadd r0,r0,r4\n"
        "add r11,r11,r4,lsl #2\nldr r10,[r10,#-8]\nldr r4,[sp,#116]\nsmmul r0,r0,r10\n"
        "ssat r0,#8,r0,asr #3\nstrb r0,[r2]\nsmmul r11,r11,r10\nssat r11,#8,r11,asr #3\n"
        "strb r11,[r2,r6,lsl #1]\nadd r3,r3,r9,lsl #1\nsmmul r3,r3,r10\nssat r3,#8,r3,asr #3\n"
        "add r8,r8,r9,lsl #3\nstrb r3,[r2,r6]\nsmmul r8,r8,r10\nssat r8,#8,r8,asr #3\n"
        "strb r8,[r2,r7]\nadd r8,r4,r4,lsl #1\nldr r2,[sp,#104]\nldr r7,[sp,#4]\nldr r10,[sp,#36]\n"
        "ldr r3,[sp,#68]\nldr r6,[sp,#52]\nldr r9,[sp,#20]\nldr r11,[sp,#84]\nldr r0,[sp,#100]\n"
        "sub r2,r2,#1\nsub r5,r7,r10\nadd r7,r7,r10\nadd r10,r6,r3\nadd r9,r9,r7\nsub r6,r6,r3\n"
        "add r9,r9,r10\nadd r11,r5,r11\nadd r7,r7,r10,lsl #2\nldr r0,[r0,#-4]\nldr r10,[sp,#104]\n"
        "smmul r9,r9,r0\nssat r9,#8,r9,asr #3\nstrb r9,[r2]\nsmmul r7,r7,r0\nssat r7,#8,r7,asr #3\n"
        "strb r7,[r2,r4,lsl #1]\nadd r5,r5,r6,lsl #1\nsmmul r5,r5,r0\nssat r5,#8,r5,asr #3\n"
        "strb r5,[r2,r4]\nadd r11,r11,r6,lsl #3\nsmmul r11,r11,r0\nssat r11,#8,r11,asr #3\n"
        "strb r11,[r2,r8]\nsub r10,r10,#1\nldr r11,[sp,#116]\nldr r2,[sp,#12]\nldr r8,[sp,#44]\n"
        "ldr r0,[sp,#76]\nldr r6,[sp,#60]\nldr r5,[sp,#28]\nldr r4,[sp,#100]\nldr r7,[sp,#92]\n"
        "add r10,r10,r11,lsl #2\nadd r9,r11,r11,lsl #1\nadd r3,r2,r8\nsub r2,r2,r8\nadd r8,r6,r0\n"
        "sub r6,r6,r0\nadd r5,r5,r3\nadd r7,r2,r7\nadd r5,r5,r8\nadd r3,r3,r8,lsl #2\n"
        "ldr r4,[r4,#-4]\nldr r8,[sp,#120]\nsmmul r5,r5,r4\nssat r5,#8,r5,asr #3\nsmmul r3,r3,r4\n"
        "strb r5,[r10]\nssat r3,#8,r3,asr #3\nadd r2,r2,r6,lsl #1\nstrb r3,[r10,r11,lsl #1]\n"
        "smmul r2,r2,r4\nssat r2,#8,r2,asr #3\nstrb r2,[r10,r11]\nadd r7,r7,r6,lsl #3\n"
        "smmul r7,r7,r4\nssat r7,#8,r7,asr #3\nstrb r7,[r10,r9]\nsubs r8,r8,#1\nstr r8,[sp,#120]\n"
        "ldr lr,[sp,#132]\nbx lr\n");
}

#endif
