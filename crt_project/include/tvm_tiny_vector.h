/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A matrix times one vector of int8: fully connected layers. Weights, table and arithmetic are
 * those of tvm_tiny_dsp.h, but the activations are widened as they are read, so that no workspace
 * is needed: a group of four serves four output channels at once.
 */
#ifndef TVM_TINY_VECTOR_H
#define TVM_TINY_VECTOR_H

#include "tvm_tiny_dsp.h"

#ifdef __cplusplus
extern "C" {
#endif

#if TVM_TINY_DSP_ASM
/*
 * Adds the products of two pairs of channels to four sums; at least one group. Registers: r0 x,
 * r1 r2 weights of the pairs, r4 to r7 sums, r8 to r11 weights, r12 the odd activations, r3 the
 * group and then the even ones, lr groups left. The last round reads no activations behind x.
 */
static TVM_TINY_DSP_NAKED void tvm_tiny_vector_sums(const int8_t *x TVM_TINY_DSP_UNUSED,
                                                    const int16_t *w TVM_TINY_DSP_UNUSED,
                                                    int32_t groups TVM_TINY_DSP_UNUSED,
                                                    int32_t *sums TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "    push {r3-r12, lr}\n"
        "    ldr r4, [r3]\n"
        "    ldr r5, [r3, #4]\n"
        "    ldr r6, [r3, #8]\n"
        "    ldr r7, [r3, #12]\n"
        "    mov lr, r2\n"
        "    add r2, r1, r2, lsl #3\n"
        "    ldr r3, [r0], #4\n"
        "    ldr r8, [r1], #4\n"
        "    ldr r9, [r1], #4\n"
        "    sxtb16 r12, r3, ror #8\n"
        "1:\n"
        "    smlad r4, r8, r12, r4\n"
        "    ldr r10, [r2], #4\n"
        "    smlad r5, r9, r12, r5\n"
        "    ldr r11, [r2], #4\n"
        "    rev16 r3, r3\n"
        "    subs lr, lr, #1\n"
        "    sxtb16 r8, r8\n"
        "    smlad r6, r10, r12, r6\n"
        "    sxtb16 r9, r9\n"
        "    eor r3, r3, #0x007f007f\n"
        "    sxtb16 r10, r10\n"
        "    smlad r7, r11, r12, r7\n"
        "    sxtb16 r11, r11\n"
        "    smlad r4, r8, r3, r4\n"
        "    smlad r5, r9, r3, r5\n"
        "    ldr r8, [r1], #4\n"
        "    smlad r6, r10, r3, r6\n"
        "    ldr r9, [r1], #4\n"
        "    smlad r7, r11, r3, r7\n"
        "    it ne\n"
        "    ldrne r3, [r0], #4\n"
        "    sxtb16 r12, r3, ror #8\n"
        "    bne 1b\n"
        "    pop {r3}\n"
        "    str r4, [r3]\n"
        "    str r5, [r3, #4]\n"
        "    str r6, [r3, #8]\n"
        "    str r7, [r3, #12]\n"
        "    pop {r4-r12, pc}\n");
}
#else
static inline void tvm_tiny_vector_sums(const int8_t *x, const int16_t *w, int32_t groups,
                                        int32_t *sums)
{
    int32_t channel;
    for (channel = 0; channel < 4; ++channel) {
        const int16_t *p = w + 4 * groups * (channel >> 1) + 2 * (channel & 1);
        int32_t i;
        for (i = 0; i < groups; ++i) {
            int32_t group[2];
            tvm_tiny_dsp_widen_group(tvm_tiny_dsp_load(x + 4 * i), group, 1);
            sums[channel] = tvm_tiny_dsp_sum(
                sums[channel], tvm_tiny_dsp_group(p[4 * i], p[4 * i + 1], group[0], group[1]));
        }
    }
}
#endif

/* y of all channels, limited to low..high; channels is a multiple of 4, x has 4 * groups elements. */
static inline void tvm_tiny_vector_product(const int8_t *x, const int16_t *w, const int32_t *table,
                                           int8_t *y, int32_t groups, int32_t channels,
                                           int32_t low, int32_t high)
{
    int32_t at;
    for (at = 0; at < channels; at += 4) {
        int32_t sums[4];
        int32_t i;
        for (i = 0; i < 4; ++i) {
            sums[i] = table[8 * (i >> 1) + (i & 1)];
        }
        tvm_tiny_vector_sums(x, w, groups, sums);
        for (i = 0; i < 4; ++i) {
            const int32_t *entry = table + 8 * (i >> 1) + (i & 1);
            const int32_t value =
                tvm_tiny_dsp_requantize(sums[i], entry[2], entry[4], entry[6]);
            y[at + i] = (int8_t)(value < low ? low : value > high ? high : value);
        }
        w += 8 * groups;
        table += 16;
    }
}

#ifdef __cplusplus
}
#endif

#endif
