/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written by schedules/dsp/generator for the cortex-m7: do not edit. tvm_tiny_winograd.h has the same
 * in C.
 */
#ifndef TVM_TINY_WINOGRAD_DUAL_H
#define TVM_TINY_WINOGRAD_DUAL_H

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_transform(
    const int8_t *x TVM_TINY_DSP_UNUSED,
    int32_t pitch TVM_TINY_DSP_UNUSED,
    int32_t *out TVM_TINY_DSP_UNUSED,
    int32_t groups TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "push {r4-r11,lr}\n1: ldr r4,[r0,r1,lsl #1]\nadd r5,r0,r1\nsxtb16 r4,r4\n"
        "ldr r6,[r0,r1,lsl #2]\nsxtb16 r6,r6\nldr r7,[r0]\nsadd16 r8,r4,r4\nadd r9,r0,r1,lsl #2\n"
        "ssub16 r6,r6,r4\nadd r10,r9,r1\nsadd16 r8,r8,r4\nssub16 r8,r6,r8\nldr r11,[r0,r1]\n"
        "sxtb16 r7,r7\nssub16 r4,r4,r7\nsadd16 r4,r4,r4\nldr r7,[r5,r1,lsl #1]\nsadd16 r4,r4,r4\n"
        "ssub16 r4,r6,r4\nstr r4,[r2,#8]\nsxtb16 r11,r11\nsxtb16 r7,r7\nssub16 r4,r7,r11\n"
        "sadd16 r12,r11,r11\nsadd16 r12,r12,r11\nssub16 r12,r4,r12\nsadd16 r11,r8,r12\n"
        "str r11,[r2]\nssub16 r8,r8,r12\nstr r8,[r2,#16]\nsadd16 r4,r4,r4\nldr r5,[r5,r1,lsl #2]\n"
        "sadd16 r8,r6,r4\nstr r8,[r2,#24]\nssub16 r6,r6,r4\nstr r6,[r2,#32]\nsadd16 r4,r4,r4\n"
        "ldr r6,[r9,r1,lsl #1]\nsxtb16 r5,r5\nldr r8,[r9,r1,lsl #2]\nssub16 r5,r5,r7\n"
        "ssub16 r5,r5,r4\nstr r5,[r2,#40]\nsxtb16 r6,r6\nldr r5,[r9]\nsxtb16 r8,r8\n"
        "ssub16 r8,r8,r6\nsadd16 r4,r6,r6\nsadd16 r4,r4,r6\nssub16 r4,r8,r4\nldr r9,[r9,r1]\n"
        "sxtb16 r5,r5\nssub16 r6,r6,r5\nsadd16 r6,r6,r6\nldr r5,[r10,r1,lsl #1]\nsadd16 r6,r6,r6\n"
        "ssub16 r6,r8,r6\nstr r6,[r2,#12]\nsxtb16 r9,r9\nsxtb16 r5,r5\nssub16 r6,r5,r9\n"
        "sadd16 r7,r9,r9\nsadd16 r7,r7,r9\nssub16 r7,r6,r7\nsadd16 r9,r4,r7\nstr r9,[r2,#4]\n"
        "ssub16 r4,r4,r7\nstr r4,[r2,#20]\nsadd16 r6,r6,r6\nldr r10,[r10,r1,lsl #2]\n"
        "sadd16 r4,r8,r6\nstr r4,[r2,#28]\nssub16 r8,r8,r6\nstr r8,[r2,#36]\nsadd16 r6,r6,r6\n"
        "sxtb16 r10,r10\nssub16 r10,r10,r5\nssub16 r10,r10,r6\nstr r10,[r2,#44]\n"
        "ldr r4,[r0,r1,lsl #1]\nadd r5,r0,r1\nsxtb16 r4,r4,ror #8\nldr r6,[r0,r1,lsl #2]\n"
        "sxtb16 r6,r6,ror #8\nldr r7,[r0]\nsadd16 r8,r4,r4\nadd r9,r0,r1,lsl #2\nssub16 r6,r6,r4\n"
        "add r10,r9,r1\nsadd16 r8,r8,r4\nssub16 r8,r6,r8\nldr r11,[r0,r1]\nsxtb16 r7,r7,ror #8\n"
        "ssub16 r4,r4,r7\nsadd16 r4,r4,r4\nldr r7,[r5,r1,lsl #1]\nsadd16 r4,r4,r4\n"
        "ssub16 r4,r6,r4\nstr r4,[r2,#56]\nsxtb16 r11,r11,ror #8\nsxtb16 r7,r7,ror #8\n"
        "ssub16 r4,r7,r11\nsadd16 r12,r11,r11\nsadd16 r12,r12,r11\nssub16 r12,r4,r12\n"
        "sadd16 r11,r8,r12\nstr r11,[r2,#48]\nssub16 r8,r8,r12\nstr r8,[r2,#64]\nsadd16 r4,r4,r4\n"
        "ldr r5,[r5,r1,lsl #2]\nsadd16 r8,r6,r4\nstr r8,[r2,#72]\nssub16 r6,r6,r4\n"
        "str r6,[r2,#80]\nsadd16 r4,r4,r4\nldr r6,[r9,r1,lsl #1]\nsxtb16 r5,r5,ror #8\n"
        "ldr r8,[r9,r1,lsl #2]\nssub16 r5,r5,r7\nssub16 r5,r5,r4\nstr r5,[r2,#88]\n"
        "sxtb16 r6,r6,ror #8\nldr r5,[r9]\nsxtb16 r8,r8,ror #8\nssub16 r8,r8,r6\nsadd16 r4,r6,r6\n"
        "sadd16 r4,r4,r6\nssub16 r4,r8,r4\nldr r9,[r9,r1]\nsxtb16 r5,r5,ror #8\nssub16 r6,r6,r5\n"
        "sadd16 r6,r6,r6\nldr r5,[r10,r1,lsl #1]\nsadd16 r6,r6,r6\nssub16 r6,r8,r6\n"
        "str r6,[r2,#60]\nsxtb16 r9,r9,ror #8\nsxtb16 r5,r5,ror #8\nssub16 r6,r5,r9\n"
        "sadd16 r7,r9,r9\nsadd16 r7,r7,r9\nssub16 r7,r6,r7\nsadd16 r9,r4,r7\nstr r9,[r2,#52]\n"
        "ssub16 r4,r4,r7\nstr r4,[r2,#68]\nsadd16 r6,r6,r6\nldr r10,[r10,r1,lsl #2]\n"
        "sadd16 r4,r8,r6\nstr r4,[r2,#76]\nssub16 r8,r8,r6\nstr r8,[r2,#84]\nsadd16 r6,r6,r6\n"
        "sxtb16 r10,r10,ror #8\nssub16 r10,r10,r5\nssub16 r10,r10,r6\nstr r10,[r2,#92]\n"
        "add r2,r2,#96\nadd r0,r0,#4\nsubs r3,r3,#1\nbne 1b\npop {r4-r11,pc}\n");
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
        "ldr r8,[sp,#188]\nadr.w r9,2f\nmov r10,#192\nmla r9,r8,r10,r9\nldr r11,[sp,#192]\n"
        "ldr r12,[sp,#196]\norr r9,r9,#1\nstr r0,[sp,#96]\nstr r2,[sp,#100]\nstr r3,[sp,#104]\n"
        "str r5,[sp,#120]\nstr r6,[sp,#116]\nstr r7,[sp,#108]\nstr r9,[sp,#112]\n"
        "str r11,[sp,#124]\nstr r12,[sp,#128]\n1: ldr r5,[sp,#100]\nldr r6,[r1],#4\n"
        "ldr r7,[r1],#4\nldr r2,[r5]\nldr r3,[r5,#4]\nmov r12,sp\nldr r11,[sp,#124]\n"
        "add r11,r5,r11\nstr r11,[sp,#100]\nldr r11,[sp,#104]\nmov r4,r2\nmov r5,r3\n"
        "add r11,r11,#2\nstr r11,[sp,#104]\n3: ldr r0,[sp,#96]\nmov lr,sp\nsub lr,r12,lr\n"
        "add r0,r0,lr,lsr #1\nldr lr,[sp,#108]\nldr r8,[r0]\nldr r9,[r0,#4]\nldr r10,[sp,#112]\n"
        "bx r10\n2: .rept 8\nsmlad r2,r6,r8,r2\nldr r10,[r1],#4\nsmlad r4,r6,r9,r4\n"
        "ldr r11,[r0,#48]!\nsmlad r5,r7,r9,r5\nldr r6,[r1],#4\nsmlad r3,r7,r8,r3\nldr r9,[r0,#4]\n"
        "smlad r2,r10,r11,r2\nldr r7,[r1],#4\nsmlad r4,r10,r9,r4\nldr r8,[r0,#48]!\n"
        "smlad r5,r6,r9,r5\nldr r10,[r1],#4\nsmlad r3,r6,r11,r3\nldr r9,[r0,#4]\n"
        "smlad r2,r7,r8,r2\nldr r6,[r1],#4\nsmlad r4,r7,r9,r4\nldr r11,[r0,#48]!\n"
        "smlad r5,r10,r9,r5\nldr r7,[r1],#4\nsmlad r3,r10,r8,r3\nldr r9,[r0,#4]\n"
        "smlad r2,r6,r11,r2\nldr r10,[r1],#4\nsmlad r4,r6,r9,r4\nldr r8,[r0,#48]!\n"
        "smlad r5,r7,r9,r5\nldr r6,[r1],#4\nsmlad r3,r7,r11,r3\nldr r9,[r0,#4]\n"
        "smlad r2,r10,r8,r2\nldr r7,[r1],#4\nsmlad r4,r10,r9,r4\nldr r11,[r0,#48]!\n"
        "smlad r5,r6,r9,r5\nldr r10,[r1],#4\nsmlad r3,r6,r8,r3\nldr r9,[r0,#4]\n"
        "smlad r2,r7,r11,r2\nldr r6,[r1],#4\nsmlad r4,r7,r9,r4\nldr r8,[r0,#48]!\n"
        "smlad r5,r10,r9,r5\nldr r7,[r1],#4\nsmlad r3,r10,r11,r3\nldr r9,[r0,#4]\n.endr\n"
        "subs lr,lr,#1\nbne 2b\nstmia r12!,{r2-r5}\nmov lr,sp\nsub lr,r12,lr\ncmp lr,#96\n"
        "mov r2,#0\nmov r3,#0\nmov r4,#0\nmov r5,#0\nbne 3b\nsub r1,r1,#8\nldr lr,[sp,#128]\n"
        "blx lr\nbne.w 1b\nadd sp,sp,#136\npop {r4-r12,pc}\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#104]\nmvn r2,#31\nmovw r3,#43691\nldr r4,[sp,#116]\n"
        "movt r3,#43690\nldr r5,[sp,#32]\nldr r6,[sp]\nsub r0,r0,#2\nldr r7,[sp,#48]\n"
        "add r8,r4,r4,lsl #1\nldr r9,[sp,#64]\nadd r10,r6,r5\nldr r11,[sp,#16]\nsub r6,r6,r5\n"
        "ldr r5,[sp,#80]\nldr r12,[sp,#100]\nadd lr,r7,r9\nadd r5,r6,r5\nadd r11,r11,r10\n"
        "sub r7,r7,r9\nldr r9,[r12,#-24]\nadd r11,r11,lr\nmul r11,r11,r3\nadd r10,r10,lr,lsl #2\n"
        "ldr lr,[r12,#-8]\nmul r10,r10,r3\nldr r12,[r12,#-16]\nadd r6,r6,r7,lsl #1\nmul r6,r6,r3\n"
        "add r5,r5,r7,lsl #3\nand r7,r2,r11,asr #31\nsmmla r7,r11,r9,r7\nand r11,r2,r10,asr #31\n"
        "smmla r11,r10,r9,r11\nadd r7,r7,r12\nand r10,r2,r6,asr #31\nasr r7,r7,lr\n"
        "add r11,r11,r12\nasr r11,r11,lr\nsmmla r10,r6,r9,r10\nssat r7,#8,r7\nmul r5,r5,r3\n"
        "strb r7,[r0]\nadd r10,r10,r12\nssat r11,#8,r11\nasr r10,r10,lr\nstrb r11,[r0,r4,lsl #1]\n"
        "and r11,r2,r5,asr #31\nssat r10,#8,r10\nldr r7,[sp,#116]\nstrb r10,[r0,r4]\n"
        "ldr r10,[sp,#104]\nsmmla r11,r5,r9,r11\nadd r5,r7,r7,lsl #1\nldr r9,[sp,#40]\n"
        "sub r10,r10,#2\nadd r11,r11,r12\nldr r12,[sp,#8]\nasr r11,r11,lr\nldr lr,[sp,#56]\n"
        "add r10,r10,r7,lsl #2\nldr r4,[sp,#72]\nssat r11,#8,r11\nadd r6,r12,r9\nstrb r11,[r0,r8]\n"
        "ldr r11,[sp,#88]\nldr r0,[sp,#24]\nsub r12,r12,r9\nldr r9,[sp,#100]\nadd r8,lr,r4\n"
        "sub lr,lr,r4\nadd r0,r0,r6\nldr r4,[r9,#-24]\nadd r0,r0,r8\nadd r11,r12,r11\n"
        "mul r0,r0,r3\nadd r6,r6,r8,lsl #2\nldr r8,[r9,#-8]\nldr r9,[r9,#-16]\nmul r6,r6,r3\n"
        "add r12,r12,lr,lsl #1\nmul r12,r12,r3\nadd r11,r11,lr,lsl #3\nand lr,r2,r0,asr #31\n"
        "smmla lr,r0,r4,lr\nand r0,r2,r6,asr #31\nsmmla r0,r6,r4,r0\nadd lr,lr,r9\n"
        "and r6,r2,r12,asr #31\nasr lr,lr,r8\nadd r0,r0,r9\nasr r0,r0,r8\nsmmla r6,r12,r4,r6\n"
        "ssat lr,#8,lr\nmul r11,r11,r3\nstrb lr,[r10]\nadd r6,r6,r9\nssat r0,#8,r0\nasr r6,r6,r8\n"
        "strb r0,[r10,r7,lsl #1]\nand r0,r2,r11,asr #31\nssat r6,#8,r6\nsmmla r0,r11,r4,r0\n"
        "strb r6,[r10,r7]\nldr r6,[sp,#116]\nadd r0,r0,r9\nldr r9,[sp,#104]\nasr r0,r0,r8\n"
        "ldr r8,[sp,#36]\nldr r7,[sp,#52]\nadd r11,r6,r6,lsl #1\nssat r0,#8,r0\nldr r4,[sp,#4]\n"
        "strb r0,[r10,r5]\nsub r9,r9,#1\nldr r0,[sp,#68]\nadd r10,r4,r8\nldr r5,[sp,#20]\n"
        "sub r4,r4,r8\nldr r8,[sp,#84]\nadd lr,r7,r0\nldr r12,[sp,#100]\nsub r7,r7,r0\n"
        "add r8,r4,r8\nadd r5,r5,r10\nldr r0,[r12,#-12]\nadd r5,r5,lr\nmul r5,r5,r3\n"
        "add r10,r10,lr,lsl #2\nldr lr,[r12,#-20]\nmul r10,r10,r3\nldr r12,[r12,#-4]\n"
        "add r4,r4,r7,lsl #1\nmul r4,r4,r3\nadd r8,r8,r7,lsl #3\nand r7,r2,r5,asr #31\n"
        "smmla r7,r5,lr,r7\nand r5,r2,r10,asr #31\nsmmla r5,r10,lr,r5\nadd r7,r7,r0\n"
        "and r10,r2,r4,asr #31\nasr r7,r7,r12\nadd r5,r5,r0\nasr r5,r5,r12\nsmmla r10,r4,lr,r10\n"
        "ssat r7,#8,r7\nmul r8,r8,r3\nstrb r7,[r9]\nadd r10,r10,r0\nssat r5,#8,r5\n"
        "asr r10,r10,r12\nstrb r5,[r9,r6,lsl #1]\nand r5,r2,r8,asr #31\nssat r10,#8,r10\n"
        "ldr r7,[sp,#116]\nstrb r10,[r9,r6]\nldr r10,[sp,#104]\nsmmla r5,r8,lr,r5\n"
        "add r8,r7,r7,lsl #1\nsub r10,r10,#1\nldr lr,[sp,#44]\nadd r5,r5,r0\nldr r0,[sp,#12]\n"
        "asr r5,r5,r12\nldr r12,[sp,#76]\nadd r10,r10,r7,lsl #2\nldr r6,[sp,#60]\nssat r5,#8,r5\n"
        "add r4,r0,lr\nstrb r5,[r9,r11]\nldr r5,[sp,#28]\nldr r9,[sp,#92]\nsub r0,r0,lr\n"
        "ldr lr,[sp,#100]\nadd r11,r6,r12\nadd r5,r5,r4\nsub r6,r6,r12\nldr r12,[lr,#-20]\n"
        "add r5,r5,r11\nadd r9,r0,r9\nmul r5,r5,r3\nadd r4,r4,r11,lsl #2\nldr r11,[lr,#-12]\n"
        "ldr lr,[lr,#-4]\nmul r4,r4,r3\nadd r0,r0,r6,lsl #1\nmul r0,r0,r3\nadd r9,r9,r6,lsl #3\n"
        "and r6,r2,r5,asr #31\nsmmla r6,r5,r12,r6\nand r5,r2,r4,asr #31\nsmmla r5,r4,r12,r5\n"
        "add r6,r6,r11\nand r4,r2,r0,asr #31\nasr r6,r6,lr\nadd r5,r5,r11\nasr r5,r5,lr\n"
        "smmla r4,r0,r12,r4\nssat r6,#8,r6\nmul r9,r9,r3\nstrb r6,[r10]\nadd r4,r4,r11\n"
        "ssat r5,#8,r5\nasr r4,r4,lr\nstrb r5,[r10,r7,lsl #1]\nldr r5,[sp,#120]\nssat r4,#8,r4\n"
        "subs r5,r5,#1\nstrb r4,[r10,r7]\nand r2,r2,r9,asr #31\nsmmla r2,r9,r12,r2\n"
        "str r5,[sp,#120]\nadd r2,r2,r11\nasr r2,r2,lr\nssat r2,#8,r2\nstrb r2,[r10,r8]\n"
        "ldr lr,[sp,#132]\nbx lr\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends_15(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#104]\nldr r2,[sp,#116]\nldr r3,[sp]\nsub r0,r0,#2\n"
        "ldr r4,[sp,#32]\nadd r5,r2,r2,lsl #1\nldr r6,[sp,#64]\nldr r7,[sp,#100]\nldr r8,[sp,#48]\n"
        "sub r9,r3,r4\nldr r7,[r7,#-8]\nsub r10,r8,r6\nldr r11,[sp,#16]\nadd r3,r3,r4\n"
        "ldr r4,[sp,#80]\nadd r11,r11,r3\nadd r8,r8,r6\nadd r4,r9,r4\nadd r11,r11,r8\n"
        "ldr r6,[sp,#104]\nsmmul r11,r11,r7\nadd r3,r3,r8,lsl #2\nsmmul r3,r3,r7\n"
        "ldr r8,[sp,#116]\nadd r9,r9,r10,lsl #1\nsub r6,r6,#2\nssat r11,#8,r11,asr #15\n"
        "smmul r9,r9,r7\nstrb r11,[r0]\nadd r4,r4,r10,lsl #3\nssat r3,#8,r3,asr #15\n"
        "smmul r4,r4,r7\nstrb r3,[r0,r2,lsl #1]\nldr r3,[sp,#40]\nssat r9,#8,r9,asr #15\n"
        "ldr r7,[sp,#56]\nstrb r9,[r0,r2]\nldr r9,[sp,#72]\nssat r4,#8,r4,asr #15\nldr r2,[sp,#8]\n"
        "strb r4,[r0,r5]\nldr r4,[sp,#88]\nldr r0,[sp,#24]\nadd r5,r8,r8,lsl #1\n"
        "ldr r10,[sp,#100]\nadd r6,r6,r8,lsl #2\nadd r11,r2,r3\nsub r2,r2,r3\nldr r10,[r10,#-8]\n"
        "sub r3,r7,r9\nadd r0,r0,r11\nadd r7,r7,r9\nadd r0,r0,r7\nadd r4,r2,r4\nsmmul r0,r0,r10\n"
        "add r11,r11,r7,lsl #2\nsmmul r11,r11,r10\nldr r7,[sp,#116]\nadd r2,r2,r3,lsl #1\n"
        "ldr r9,[sp,#104]\nssat r0,#8,r0,asr #15\nsmmul r2,r2,r10\nstrb r0,[r6]\n"
        "add r4,r4,r3,lsl #3\nssat r11,#8,r11,asr #15\nsmmul r4,r4,r10\nstrb r11,[r6,r8,lsl #1]\n"
        "ldr r11,[sp,#4]\nssat r2,#8,r2,asr #15\nldr r10,[sp,#36]\nstrb r2,[r6,r8]\n"
        "add r2,r7,r7,lsl #1\nssat r4,#8,r4,asr #15\nldr r8,[sp,#68]\nstrb r4,[r6,r5]\n"
        "ldr r4,[sp,#52]\nldr r6,[sp,#100]\nsub r9,r9,#1\nldr r5,[sp,#20]\nadd r3,r11,r10\n"
        "ldr r0,[sp,#84]\nadd r5,r5,r3\nldr r6,[r6,#-4]\nsub r11,r11,r10\nadd r0,r11,r0\n"
        "add r10,r4,r8\nsub r4,r4,r8\nadd r5,r5,r10\nadd r3,r3,r10,lsl #2\nsmmul r5,r5,r6\n"
        "smmul r3,r3,r6\nadd r11,r11,r4,lsl #1\nsmmul r11,r11,r6\nldr r10,[sp,#104]\n"
        "ssat r5,#8,r5,asr #15\nldr r8,[sp,#116]\nssat r3,#8,r3,asr #15\nstrb r5,[r9]\n"
        "strb r3,[r9,r7,lsl #1]\nadd r0,r0,r4,lsl #3\nssat r11,#8,r11,asr #15\nsmmul r0,r0,r6\n"
        "strb r11,[r9,r7]\nldr r11,[sp,#12]\nldr r7,[sp,#44]\nadd r6,r8,r8,lsl #1\n"
        "ssat r0,#8,r0,asr #15\nldr r4,[sp,#76]\nstrb r0,[r9,r2]\nldr r0,[sp,#28]\nsub r10,r10,#1\n"
        "ldr r9,[sp,#60]\nadd r10,r10,r8,lsl #2\nldr r2,[sp,#92]\nldr r3,[sp,#100]\nadd r5,r11,r7\n"
        "sub r11,r11,r7\nadd r0,r0,r5\nldr r3,[r3,#-4]\nadd r2,r11,r2\nsub r7,r9,r4\nadd r9,r9,r4\n"
        "add r0,r0,r9\nldr r4,[sp,#120]\nsmmul r0,r0,r3\nadd r5,r5,r9,lsl #2\nsmmul r5,r5,r3\n"
        "add r11,r11,r7,lsl #1\nsmmul r11,r11,r3\nadd r2,r2,r7,lsl #3\nssat r0,#8,r0,asr #15\n"
        "smmul r2,r2,r3\nssat r5,#8,r5,asr #15\nstrb r0,[r10]\nssat r11,#8,r11,asr #15\n"
        "strb r5,[r10,r8,lsl #1]\nstrb r11,[r10,r8]\nsubs r4,r4,#1\nssat r2,#8,r2,asr #15\n"
        "str r4,[sp,#120]\nstrb r2,[r10,r6]\nldr lr,[sp,#132]\nbx lr\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends_11(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#104]\nldr r2,[sp,#116]\nldr r3,[sp]\nsub r0,r0,#2\n"
        "ldr r4,[sp,#32]\nadd r5,r2,r2,lsl #1\nldr r6,[sp,#64]\nldr r7,[sp,#100]\nldr r8,[sp,#48]\n"
        "sub r9,r3,r4\nldr r7,[r7,#-8]\nsub r10,r8,r6\nldr r11,[sp,#16]\nadd r3,r3,r4\n"
        "ldr r4,[sp,#80]\nadd r11,r11,r3\nadd r8,r8,r6\nadd r4,r9,r4\nadd r11,r11,r8\n"
        "ldr r6,[sp,#104]\nsmmul r11,r11,r7\nadd r3,r3,r8,lsl #2\nsmmul r3,r3,r7\n"
        "ldr r8,[sp,#116]\nadd r9,r9,r10,lsl #1\nsub r6,r6,#2\nssat r11,#8,r11,asr #11\n"
        "smmul r9,r9,r7\nstrb r11,[r0]\nadd r4,r4,r10,lsl #3\nssat r3,#8,r3,asr #11\n"
        "smmul r4,r4,r7\nstrb r3,[r0,r2,lsl #1]\nldr r3,[sp,#40]\nssat r9,#8,r9,asr #11\n"
        "ldr r7,[sp,#56]\nstrb r9,[r0,r2]\nldr r9,[sp,#72]\nssat r4,#8,r4,asr #11\nldr r2,[sp,#8]\n"
        "strb r4,[r0,r5]\nldr r4,[sp,#88]\nldr r0,[sp,#24]\nadd r5,r8,r8,lsl #1\n"
        "ldr r10,[sp,#100]\nadd r6,r6,r8,lsl #2\nadd r11,r2,r3\nsub r2,r2,r3\nldr r10,[r10,#-8]\n"
        "sub r3,r7,r9\nadd r0,r0,r11\nadd r7,r7,r9\nadd r0,r0,r7\nadd r4,r2,r4\nsmmul r0,r0,r10\n"
        "add r11,r11,r7,lsl #2\nsmmul r11,r11,r10\nldr r7,[sp,#116]\nadd r2,r2,r3,lsl #1\n"
        "ldr r9,[sp,#104]\nssat r0,#8,r0,asr #11\nsmmul r2,r2,r10\nstrb r0,[r6]\n"
        "add r4,r4,r3,lsl #3\nssat r11,#8,r11,asr #11\nsmmul r4,r4,r10\nstrb r11,[r6,r8,lsl #1]\n"
        "ldr r11,[sp,#4]\nssat r2,#8,r2,asr #11\nldr r10,[sp,#36]\nstrb r2,[r6,r8]\n"
        "add r2,r7,r7,lsl #1\nssat r4,#8,r4,asr #11\nldr r8,[sp,#68]\nstrb r4,[r6,r5]\n"
        "ldr r4,[sp,#52]\nldr r6,[sp,#100]\nsub r9,r9,#1\nldr r5,[sp,#20]\nadd r3,r11,r10\n"
        "ldr r0,[sp,#84]\nadd r5,r5,r3\nldr r6,[r6,#-4]\nsub r11,r11,r10\nadd r0,r11,r0\n"
        "add r10,r4,r8\nsub r4,r4,r8\nadd r5,r5,r10\nadd r3,r3,r10,lsl #2\nsmmul r5,r5,r6\n"
        "smmul r3,r3,r6\nadd r11,r11,r4,lsl #1\nsmmul r11,r11,r6\nldr r10,[sp,#104]\n"
        "ssat r5,#8,r5,asr #11\nldr r8,[sp,#116]\nssat r3,#8,r3,asr #11\nstrb r5,[r9]\n"
        "strb r3,[r9,r7,lsl #1]\nadd r0,r0,r4,lsl #3\nssat r11,#8,r11,asr #11\nsmmul r0,r0,r6\n"
        "strb r11,[r9,r7]\nldr r11,[sp,#12]\nldr r7,[sp,#44]\nadd r6,r8,r8,lsl #1\n"
        "ssat r0,#8,r0,asr #11\nldr r4,[sp,#76]\nstrb r0,[r9,r2]\nldr r0,[sp,#28]\nsub r10,r10,#1\n"
        "ldr r9,[sp,#60]\nadd r10,r10,r8,lsl #2\nldr r2,[sp,#92]\nldr r3,[sp,#100]\nadd r5,r11,r7\n"
        "sub r11,r11,r7\nadd r0,r0,r5\nldr r3,[r3,#-4]\nadd r2,r11,r2\nsub r7,r9,r4\nadd r9,r9,r4\n"
        "add r0,r0,r9\nldr r4,[sp,#120]\nsmmul r0,r0,r3\nadd r5,r5,r9,lsl #2\nsmmul r5,r5,r3\n"
        "add r11,r11,r7,lsl #1\nsmmul r11,r11,r3\nadd r2,r2,r7,lsl #3\nssat r0,#8,r0,asr #11\n"
        "smmul r2,r2,r3\nssat r5,#8,r5,asr #11\nstrb r0,[r10]\nssat r11,#8,r11,asr #11\n"
        "strb r5,[r10,r8,lsl #1]\nstrb r11,[r10,r8]\nsubs r4,r4,#1\nssat r2,#8,r2,asr #11\n"
        "str r4,[sp,#120]\nstrb r2,[r10,r6]\nldr lr,[sp,#132]\nbx lr\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends_7(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#104]\nldr r2,[sp,#116]\nldr r3,[sp]\nsub r0,r0,#2\n"
        "ldr r4,[sp,#32]\nadd r5,r2,r2,lsl #1\nldr r6,[sp,#64]\nldr r7,[sp,#100]\nldr r8,[sp,#48]\n"
        "sub r9,r3,r4\nldr r7,[r7,#-8]\nsub r10,r8,r6\nldr r11,[sp,#16]\nadd r3,r3,r4\n"
        "ldr r4,[sp,#80]\nadd r11,r11,r3\nadd r8,r8,r6\nadd r4,r9,r4\nadd r11,r11,r8\n"
        "ldr r6,[sp,#104]\nsmmul r11,r11,r7\nadd r3,r3,r8,lsl #2\nsmmul r3,r3,r7\n"
        "ldr r8,[sp,#116]\nadd r9,r9,r10,lsl #1\nsub r6,r6,#2\nssat r11,#8,r11,asr #7\n"
        "smmul r9,r9,r7\nstrb r11,[r0]\nadd r4,r4,r10,lsl #3\nssat r3,#8,r3,asr #7\n"
        "smmul r4,r4,r7\nstrb r3,[r0,r2,lsl #1]\nldr r3,[sp,#40]\nssat r9,#8,r9,asr #7\n"
        "ldr r7,[sp,#56]\nstrb r9,[r0,r2]\nldr r9,[sp,#72]\nssat r4,#8,r4,asr #7\nldr r2,[sp,#8]\n"
        "strb r4,[r0,r5]\nldr r4,[sp,#88]\nldr r0,[sp,#24]\nadd r5,r8,r8,lsl #1\n"
        "ldr r10,[sp,#100]\nadd r6,r6,r8,lsl #2\nadd r11,r2,r3\nsub r2,r2,r3\nldr r10,[r10,#-8]\n"
        "sub r3,r7,r9\nadd r0,r0,r11\nadd r7,r7,r9\nadd r0,r0,r7\nadd r4,r2,r4\nsmmul r0,r0,r10\n"
        "add r11,r11,r7,lsl #2\nsmmul r11,r11,r10\nldr r7,[sp,#116]\nadd r2,r2,r3,lsl #1\n"
        "ldr r9,[sp,#104]\nssat r0,#8,r0,asr #7\nsmmul r2,r2,r10\nstrb r0,[r6]\n"
        "add r4,r4,r3,lsl #3\nssat r11,#8,r11,asr #7\nsmmul r4,r4,r10\nstrb r11,[r6,r8,lsl #1]\n"
        "ldr r11,[sp,#4]\nssat r2,#8,r2,asr #7\nldr r10,[sp,#36]\nstrb r2,[r6,r8]\n"
        "add r2,r7,r7,lsl #1\nssat r4,#8,r4,asr #7\nldr r8,[sp,#68]\nstrb r4,[r6,r5]\n"
        "ldr r4,[sp,#52]\nldr r6,[sp,#100]\nsub r9,r9,#1\nldr r5,[sp,#20]\nadd r3,r11,r10\n"
        "ldr r0,[sp,#84]\nadd r5,r5,r3\nldr r6,[r6,#-4]\nsub r11,r11,r10\nadd r0,r11,r0\n"
        "add r10,r4,r8\nsub r4,r4,r8\nadd r5,r5,r10\nadd r3,r3,r10,lsl #2\nsmmul r5,r5,r6\n"
        "smmul r3,r3,r6\nadd r11,r11,r4,lsl #1\nsmmul r11,r11,r6\nldr r10,[sp,#104]\n"
        "ssat r5,#8,r5,asr #7\nldr r8,[sp,#116]\nssat r3,#8,r3,asr #7\nstrb r5,[r9]\n"
        "strb r3,[r9,r7,lsl #1]\nadd r0,r0,r4,lsl #3\nssat r11,#8,r11,asr #7\nsmmul r0,r0,r6\n"
        "strb r11,[r9,r7]\nldr r11,[sp,#12]\nldr r7,[sp,#44]\nadd r6,r8,r8,lsl #1\n"
        "ssat r0,#8,r0,asr #7\nldr r4,[sp,#76]\nstrb r0,[r9,r2]\nldr r0,[sp,#28]\nsub r10,r10,#1\n"
        "ldr r9,[sp,#60]\nadd r10,r10,r8,lsl #2\nldr r2,[sp,#92]\nldr r3,[sp,#100]\nadd r5,r11,r7\n"
        "sub r11,r11,r7\nadd r0,r0,r5\nldr r3,[r3,#-4]\nadd r2,r11,r2\nsub r7,r9,r4\nadd r9,r9,r4\n"
        "add r0,r0,r9\nldr r4,[sp,#120]\nsmmul r0,r0,r3\nadd r5,r5,r9,lsl #2\nsmmul r5,r5,r3\n"
        "add r11,r11,r7,lsl #1\nsmmul r11,r11,r3\nadd r2,r2,r7,lsl #3\nssat r0,#8,r0,asr #7\n"
        "smmul r2,r2,r3\nssat r5,#8,r5,asr #7\nstrb r0,[r10]\nssat r11,#8,r11,asr #7\n"
        "strb r5,[r10,r8,lsl #1]\nstrb r11,[r10,r8]\nsubs r4,r4,#1\nssat r2,#8,r2,asr #7\n"
        "str r4,[sp,#120]\nstrb r2,[r10,r6]\nldr lr,[sp,#132]\nbx lr\n");
}

static TVM_TINY_DSP_NAKED void tvm_tiny_winograd_ends_3(void)
{
    __asm__ volatile(
        "str lr,[sp,#132]\nldr r0,[sp,#104]\nldr r2,[sp,#116]\nldr r3,[sp]\nsub r0,r0,#2\n"
        "ldr r4,[sp,#32]\nadd r5,r2,r2,lsl #1\nldr r6,[sp,#64]\nldr r7,[sp,#100]\nldr r8,[sp,#48]\n"
        "sub r9,r3,r4\nldr r7,[r7,#-8]\nsub r10,r8,r6\nldr r11,[sp,#16]\nadd r3,r3,r4\n"
        "ldr r4,[sp,#80]\nadd r11,r11,r3\nadd r8,r8,r6\nadd r4,r9,r4\nadd r11,r11,r8\n"
        "ldr r6,[sp,#104]\nsmmul r11,r11,r7\nadd r3,r3,r8,lsl #2\nsmmul r3,r3,r7\n"
        "ldr r8,[sp,#116]\nadd r9,r9,r10,lsl #1\nsub r6,r6,#2\nssat r11,#8,r11,asr #3\n"
        "smmul r9,r9,r7\nstrb r11,[r0]\nadd r4,r4,r10,lsl #3\nssat r3,#8,r3,asr #3\n"
        "smmul r4,r4,r7\nstrb r3,[r0,r2,lsl #1]\nldr r3,[sp,#40]\nssat r9,#8,r9,asr #3\n"
        "ldr r7,[sp,#56]\nstrb r9,[r0,r2]\nldr r9,[sp,#72]\nssat r4,#8,r4,asr #3\nldr r2,[sp,#8]\n"
        "strb r4,[r0,r5]\nldr r4,[sp,#88]\nldr r0,[sp,#24]\nadd r5,r8,r8,lsl #1\n"
        "ldr r10,[sp,#100]\nadd r6,r6,r8,lsl #2\nadd r11,r2,r3\nsub r2,r2,r3\nldr r10,[r10,#-8]\n"
        "sub r3,r7,r9\nadd r0,r0,r11\nadd r7,r7,r9\nadd r0,r0,r7\nadd r4,r2,r4\nsmmul r0,r0,r10\n"
        "add r11,r11,r7,lsl #2\nsmmul r11,r11,r10\nldr r7,[sp,#116]\nadd r2,r2,r3,lsl #1\n"
        "ldr r9,[sp,#104]\nssat r0,#8,r0,asr #3\nsmmul r2,r2,r10\nstrb r0,[r6]\n"
        "add r4,r4,r3,lsl #3\nssat r11,#8,r11,asr #3\nsmmul r4,r4,r10\nstrb r11,[r6,r8,lsl #1]\n"
        "ldr r11,[sp,#4]\nssat r2,#8,r2,asr #3\nldr r10,[sp,#36]\nstrb r2,[r6,r8]\n"
        "add r2,r7,r7,lsl #1\nssat r4,#8,r4,asr #3\nldr r8,[sp,#68]\nstrb r4,[r6,r5]\n"
        "ldr r4,[sp,#52]\nldr r6,[sp,#100]\nsub r9,r9,#1\nldr r5,[sp,#20]\nadd r3,r11,r10\n"
        "ldr r0,[sp,#84]\nadd r5,r5,r3\nldr r6,[r6,#-4]\nsub r11,r11,r10\nadd r0,r11,r0\n"
        "add r10,r4,r8\nsub r4,r4,r8\nadd r5,r5,r10\nadd r3,r3,r10,lsl #2\nsmmul r5,r5,r6\n"
        "smmul r3,r3,r6\nadd r11,r11,r4,lsl #1\nsmmul r11,r11,r6\nldr r10,[sp,#104]\n"
        "ssat r5,#8,r5,asr #3\nldr r8,[sp,#116]\nssat r3,#8,r3,asr #3\nstrb r5,[r9]\n"
        "strb r3,[r9,r7,lsl #1]\nadd r0,r0,r4,lsl #3\nssat r11,#8,r11,asr #3\nsmmul r0,r0,r6\n"
        "strb r11,[r9,r7]\nldr r11,[sp,#12]\nldr r7,[sp,#44]\nadd r6,r8,r8,lsl #1\n"
        "ssat r0,#8,r0,asr #3\nldr r4,[sp,#76]\nstrb r0,[r9,r2]\nldr r0,[sp,#28]\nsub r10,r10,#1\n"
        "ldr r9,[sp,#60]\nadd r10,r10,r8,lsl #2\nldr r2,[sp,#92]\nldr r3,[sp,#100]\nadd r5,r11,r7\n"
        "sub r11,r11,r7\nadd r0,r0,r5\nldr r3,[r3,#-4]\nadd r2,r11,r2\nsub r7,r9,r4\nadd r9,r9,r4\n"
        "add r0,r0,r9\nldr r4,[sp,#120]\nsmmul r0,r0,r3\nadd r5,r5,r9,lsl #2\nsmmul r5,r5,r3\n"
        "add r11,r11,r7,lsl #1\nsmmul r11,r11,r3\nadd r2,r2,r7,lsl #3\nssat r0,#8,r0,asr #3\n"
        "smmul r2,r2,r3\nssat r5,#8,r5,asr #3\nstrb r0,[r10]\nssat r11,#8,r11,asr #3\n"
        "strb r5,[r10,r8,lsl #1]\nstrb r11,[r10,r8]\nsubs r4,r4,#1\nssat r2,#8,r2,asr #3\n"
        "str r4,[sp,#120]\nstrb r2,[r10,r6]\nldr lr,[sp,#132]\nbx lr\n");
}

#endif
