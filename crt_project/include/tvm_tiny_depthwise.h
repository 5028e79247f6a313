/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Depthwise convolution, a channel at a time, for cores with the DSP instructions.
 *
 * The rows under the window are brought into a workspace, two rows to a word of two int16 (the last
 * one alone where their number is odd), all words of a column side by side:
 *
 *     x[0][0] x[1][0] | x[2][0] .. | x[0][1] x[1][1] | x[2][1] .. | x[0][2] x[1][2] | ..
 *
 * so that every output is a sum of products of as many neighbouring words with the weights, which
 * are arranged in the same way: one SMLAD for two taps, nothing to sort out, and the zero point in
 * the workspace wherever the window leaves the tensor, so that no loop asks where it is. Loading
 * bytes costs no more slots than loading words (four channels side by side must be taken apart
 * again), no row needs to be aligned, and any number of channels will do.
 *
 * Record of a channel: twice the bias (zero point folded in), multiplier, rounding, shift, then the
 * weights times two, two to a word. The accumulator is thus twice the convolution, and SMMLAR
 * rounds it exactly as TFLite's doubling high multiplication does.
 */
#ifndef TVM_TINY_DEPTHWISE_H
#define TVM_TINY_DEPTHWISE_H

#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__) && defined(__OPTIMIZE__) && defined(__thumb2__) && \
    defined(__ARM_FEATURE_DSP) && !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_DEPTHWISE_ASM 1
#else
#define TVM_TINY_DEPTHWISE_ASM 0
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Words of a record in front of the weights. */
#define TVM_TINY_DEPTHWISE_HEAD 4

/* Two int16 in a word, low one first. */
static inline int32_t tvm_tiny_depthwise_pack(int32_t low, int32_t high)
{
    return (int32_t)(((uint32_t)low & 0xffffu) | (uint32_t)high << 16);
}

/* sum + products of the int16 in a and b (SMLAD). */
static inline int32_t tvm_tiny_depthwise_mac(int32_t a, int32_t b, int32_t sum)
{
#if TVM_TINY_DEPTHWISE_ASM
    __asm__("smlad %0, %1, %2, %0" : "+r"(sum) : "r"(a), "r"(b));
    return sum;
#else
    return sum + (int16_t)(uint16_t)a * (int16_t)(uint16_t)b +
           (int16_t)(uint16_t)((uint32_t)a >> 16) * (int16_t)(uint16_t)((uint32_t)b >> 16);
#endif
}

/*
 * sum / 2 times the multiplier / 2^31, ties up; then / 2^shift, ties away from zero; plus the zero
 * point, limited to int8. rounding = 2^(shift - 1) + (zero point << shift), shift 1 to 31.
 */
static inline int8_t tvm_tiny_depthwise_result(int32_t sum, const int32_t *record)
{
    const int32_t sign = sum < 0 ? -1 : 0;
    const int64_t product = (int64_t)sum * record[1] + ((int64_t)1 << 31);
    const int32_t result = ((int32_t)(product >> 32) + (record[2] + sign)) >> record[3];
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/* Column by column, a pair of rows to every step-th word; a row that is absent is `fill`. */
static inline void tvm_tiny_depthwise_pair(const int8_t *low, const int8_t *high, int32_t *out,
                                           int32_t count, int32_t channels, int32_t step,
                                           int32_t fill)
{
    int32_t i;
    if (low != NULL && high != NULL) {
        for (; count >= 4; count -= 4) {
            const int32_t a = low[0], b = low[channels], c = low[2 * channels];
            const int32_t d = low[3 * channels];
            const int32_t e = high[0], f = high[channels], g = high[2 * channels];
            const int32_t h = high[3 * channels];
            low += 4 * channels;
            high += 4 * channels;
            out[0] = tvm_tiny_depthwise_pack(a, e);
            out[step] = tvm_tiny_depthwise_pack(b, f);
            out[2 * step] = tvm_tiny_depthwise_pack(c, g);
            out[3 * step] = tvm_tiny_depthwise_pack(d, h);
            out += 4 * step;
        }
        for (i = 0; i < count; ++i) {
            out[i * step] = tvm_tiny_depthwise_pack(low[i * channels], high[i * channels]);
        }
    } else if (low != NULL) {
        for (i = 0; i < count; ++i) {
            out[i * step] = tvm_tiny_depthwise_pack(low[i * channels], fill);
        }
    } else if (high != NULL) {
        for (i = 0; i < count; ++i) {
            out[i * step] = tvm_tiny_depthwise_pack(fill, high[i * channels]);
        }
    }
}

/* The same for a row without partner; the other half of its words meets weights of 0. */
static inline void tvm_tiny_depthwise_single(const int8_t *row, int32_t *out, int32_t count,
                                             int32_t channels, int32_t step)
{
    int32_t i;
    for (; count >= 4; count -= 4) {
        const int32_t a = row[0], b = row[channels], c = row[2 * channels], d = row[3 * channels];
        row += 4 * channels;
        out[0] = a;
        out[step] = b;
        out[2 * step] = c;
        out[3 * step] = d;
        out += 4 * step;
    }
    for (i = 0; i < count; ++i) {
        out[i * step] = row[i * channels];
    }
}

#if TVM_TINY_DEPTHWISE_ASM
/* tvm_tiny_depthwise_result in four instructions. */
static inline int32_t tvm_tiny_depthwise_rounded(int32_t sum, int32_t multiplier, int32_t rounding,
                                                 int32_t shift)
{
    int32_t sign;
    __asm__("add %0, %1, %2, asr #31" : "=r"(sign) : "r"(rounding), "r"(sum));
    __asm__("smmlar %0, %1, %2, %3" : "=r"(sum) : "r"(sum), "r"(multiplier), "r"(sign));
    sum >>= shift;
    __asm__("ssat %0, #8, %1" : "=r"(sum) : "r"(sum));
    return sum;
}
#endif

/* Four outputs of a channel: windows of `words` words (an even number), `step` words apart. */
static inline void tvm_tiny_depthwise_four(const int32_t *x, const int32_t *record, int8_t *y,
                                           int32_t words, int32_t step, int32_t channels)
{
#if TVM_TINY_DEPTHWISE_ASM
    register int32_t a __asm__("r0") = record[0];
    register int32_t b __asm__("r1") = a;
    register int32_t c __asm__("r2") = a;
    register int32_t d __asm__("r3") = a;
    register const int32_t *r4 __asm__("r4") = x;
    register const int32_t *r5 __asm__("r5") = x + 2 * step;
    register const int32_t *r6 __asm__("r6") = record + TVM_TINY_DEPTHWISE_HEAD;
    register int32_t r8 __asm__("r8") = 4 * step;
    register int32_t r9 __asm__("r9") = words >> 1;
    __asm__ volatile(
        "push {r7, lr}\n\t"
        "ldr r11, [r4]\n\t"
        "ldr r12, [r4, r8]\n\t"
        "ldr r10, [r6]\n\t"
        "add r4, r4, #4\n\t"
        "add r6, r6, #4\n\t"
        "1:\n\t"
        "smlad r0, r10, r11, r0\n\t"
        "ldr r7, [r5, r8]\n\t"
        "smlad r1, r10, r12, r1\n\t"
        "ldr r11, [r5], #4\n\t"
        "ldr lr, [r6], #4\n\t"
        "ldr r12, [r4, r8]\n\t"
        "smlad r3, r10, r7, r3\n\t"
        "ldr r7, [r4], #4\n\t"
        "smlad r2, r10, r11, r2\n\t"
        "subs r9, r9, #1\n\t"
        "smlad r1, lr, r12, r1\n\t"
        "ldr r11, [r5, r8]\n\t"
        "smlad r0, lr, r7, r0\n\t"
        "ldr r7, [r5], #4\n\t"
        "ldr r10, [r6], #4\n\t"
        "ldr r12, [r4, r8]\n\t"
        "smlad r3, lr, r11, r3\n\t"
        "ldr r11, [r4], #4\n\t"
        "smlad r2, lr, r7, r2\n\t"
        "bne 1b\n\t"
        "pop {r7, lr}\n\t"
        : "+r"(a), "+r"(b), "+r"(c), "+r"(d), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r8), "+r"(r9)
        :
        : "r10", "r11", "r12", "cc", "memory");
    a = tvm_tiny_depthwise_rounded(a, record[1], record[2], record[3]);
    b = tvm_tiny_depthwise_rounded(b, record[1], record[2], record[3]);
    c = tvm_tiny_depthwise_rounded(c, record[1], record[2], record[3]);
    d = tvm_tiny_depthwise_rounded(d, record[1], record[2], record[3]);
    y[0] = (int8_t)a;
    y[channels] = (int8_t)b;
    y[2 * channels] = (int8_t)c;
    y[3 * channels] = (int8_t)d;
#else
    int32_t a = record[0], b = a, c = a, d = a, i;
    for (i = 0; i < words; ++i) {
        const int32_t w = record[TVM_TINY_DEPTHWISE_HEAD + i];
        a = tvm_tiny_depthwise_mac(x[i], w, a);
        b = tvm_tiny_depthwise_mac(x[i + step], w, b);
        c = tvm_tiny_depthwise_mac(x[i + 2 * step], w, c);
        d = tvm_tiny_depthwise_mac(x[i + 3 * step], w, d);
    }
    y[0] = tvm_tiny_depthwise_result(a, record);
    y[channels] = tvm_tiny_depthwise_result(b, record);
    y[2 * channels] = tvm_tiny_depthwise_result(c, record);
    y[3 * channels] = tvm_tiny_depthwise_result(d, record);
#endif
}

#if TVM_TINY_DEPTHWISE_ASM
/*
 * `rounds` times three outputs of windows of 3 columns of 2 words, 2 words apart; each round begins
 * `advance` outputs after the one before. On the stack: multiplier, rounding, shift, y, channels,
 * end of x, bias, advance of x, r7, advance of y.
 */
static inline void tvm_tiny_depthwise_near3(const int32_t *x, const int32_t *record, int8_t *y,
                                               int32_t rounds, int32_t advance, int32_t channels)
{
    register const int32_t *r0 __asm__("r0") = x;
    register const int32_t *r1 __asm__("r1") = record;
    register int8_t *r2 __asm__("r2") = y;
    register int32_t r3 __asm__("r3") = channels;
    register const int32_t *r4 __asm__("r4") = x + 2 * advance * rounds;
    register int32_t r5 __asm__("r5") = 8 * advance;
    register int32_t r6 __asm__("r6") = (advance - 2) * channels;
    __asm__ volatile(
        "sub sp, sp, #40\n\t"
        "str r7, [sp, #32]\n\t"
        "str r5, [sp, #28]\n\t"
        "str r6, [sp, #36]\n\t"
        "ldr r5, [r1, #4]\n\t"
        "ldr r6, [r1, #8]\n\t"
        "ldr r7, [r1, #12]\n\t"
        "ldr r8, [r1]\n\t"
        "str r5, [sp, #0]\n\t"
        "str r6, [sp, #4]\n\t"
        "str r7, [sp, #8]\n\t"
        "str r2, [sp, #12]\n\t"
        "str r3, [sp, #16]\n\t"
        "str r4, [sp, #20]\n\t"
        "str r8, [sp, #24]\n\t"
        "mov r4, r0\n\t"
        "mov r2, r8\n\t"
        "ldr r5, [r1, #16]\n\t"
        "ldr r6, [r1, #20]\n\t"
        "ldr r7, [r1, #24]\n\t"
        "ldr r8, [r1, #28]\n\t"
        "ldr r9, [r1, #32]\n\t"
        "ldr r10, [r1, #36]\n\t"
        "ldr r11, [r4]\n\t"
        "ldr r12, [r4, #4]\n\t"
        "1:\n\t"
        "ldr lr, [r4, #8]\n\t"
        "smlad r0, r11, r5, r2\n\t"
        "smlad r0, r12, r6, r0\n\t"
        "ldr r3, [r4, #12]\n\t"
        "smlad r0, lr, r7, r0\n\t"
        "smlad r0, r3, r8, r0\n\t"
        "ldr r12, [r4, #20]\n\t"
        "smlad r1, lr, r5, r2\n\t"
        "ldr r11, [r4, #16]\n\t"
        "smlad r1, r3, r6, r1\n\t"
        "smlad r2, r11, r5, r2\n\t"
        "smlad r0, r11, r9, r0\n\t"
        "smlad r2, r12, r6, r2\n\t"
        "ldr r3, [r4, #28]\n\t"
        "ldr lr, [r4, #24]\n\t"
        "smlad r0, r12, r10, r0\n\t"
        "smlad r1, r11, r7, r1\n\t"
        "ldr r11, [r4, #32]\n\t"
        "smlad r1, r12, r8, r1\n\t"
        "smlad r2, lr, r7, r2\n\t"
        "smlad r2, r3, r8, r2\n\t"
        "ldr r12, [r4, #36]\n\t"
        "smlad r1, lr, r9, r1\n\t"
        "smlad r1, r3, r10, r1\n\t"
        "smlad r2, r11, r9, r2\n\t"
        "ldr r11, [sp, #0]\n\t"
        "smlad r2, r12, r10, r2\n\t"
        "ldr r12, [sp, #4]\n\t"
        "add r3, r12, r1, asr #31\n\t"
        "smmlar r1, r1, r11, r3\n\t"
        "add lr, r12, r0, asr #31\n\t"
        "smmlar r0, r0, r11, lr\n\t"
        "add lr, r12, r2, asr #31\n\t"
        "smmlar r2, r2, r11, lr\n\t"
        "ldr lr, [sp, #8]\n\t"
        "asr r0, r0, lr\n\t"
        "ldr r12, [sp, #16]\n\t"
        "asr r2, r2, lr\n\t"
        "asr r1, r1, lr\n\t"
        "ssat r1, #8, r1\n\t"
        "ldr r11, [sp, #12]\n\t"
        "ssat r0, #8, r0\n\t"
        "ldr lr, [sp, #28]\n\t"
        "ssat r2, #8, r2\n\t"
        "add r4, r4, lr\n\t"
        "strb r0, [r11]\n\t"
        "ldr lr, [sp, #36]\n\t"
        "strb r1, [r11, r12]\n\t"
        "add r11, r11, r12, lsl #1\n\t"
        "ldr r12, [r4, #4]\n\t"
        "strb r2, [r11]\n\t"
        "add r11, r11, lr\n\t"
        "str r11, [sp, #12]\n\t"
        "ldr r11, [r4]\n\t"
        "ldr lr, [sp, #20]\n\t"
        "ldr r2, [sp, #24]\n\t"
        "cmp r4, lr\n\t"
        "bne 1b\n\t"
        "ldr r7, [sp, #32]\n\t"
        "add sp, sp, #40\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6)
        :
        : "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

/*
 * `rounds` times four outputs of windows of 3 columns of 2 words, 2 words apart; each round begins
 * `advance` outputs after the one before. On the stack: multiplier, rounding, shift, y, channels,
 * end of x, bias, advance of x, r7, advance of y.
 */
static inline void tvm_tiny_depthwise_near4(const int32_t *x, const int32_t *record, int8_t *y,
                                               int32_t rounds, int32_t advance, int32_t channels)
{
    register const int32_t *r0 __asm__("r0") = x;
    register const int32_t *r1 __asm__("r1") = record;
    register int8_t *r2 __asm__("r2") = y;
    register int32_t r3 __asm__("r3") = channels;
    register const int32_t *r4 __asm__("r4") = x + 2 * advance * rounds;
    register int32_t r5 __asm__("r5") = 8 * advance;
    register int32_t r6 __asm__("r6") = (advance - 2) * channels;
    __asm__ volatile(
        "sub sp, sp, #40\n\t"
        "str r7, [sp, #32]\n\t"
        "str r5, [sp, #28]\n\t"
        "str r6, [sp, #36]\n\t"
        "ldr r5, [r1, #4]\n\t"
        "ldr r6, [r1, #8]\n\t"
        "ldr r7, [r1, #12]\n\t"
        "ldr r8, [r1]\n\t"
        "str r5, [sp, #0]\n\t"
        "str r6, [sp, #4]\n\t"
        "str r7, [sp, #8]\n\t"
        "str r2, [sp, #12]\n\t"
        "str r3, [sp, #16]\n\t"
        "str r4, [sp, #20]\n\t"
        "str r8, [sp, #24]\n\t"
        "mov r4, r0\n\t"
        "mov r3, r8\n\t"
        "ldr r5, [r1, #16]\n\t"
        "ldr r6, [r1, #20]\n\t"
        "ldr r7, [r1, #24]\n\t"
        "ldr r8, [r1, #28]\n\t"
        "ldr r9, [r1, #32]\n\t"
        "ldr r10, [r1, #36]\n\t"
        "ldr r11, [r4]\n\t"
        "ldr r12, [r4, #4]\n\t"
        "1:\n\t"
        "ldr lr, [r4, #8]\n\t"
        "smlad r0, r11, r5, r3\n\t"
        "ldr r11, [r4, #12]\n\t"
        "smlad r0, r12, r6, r0\n\t"
        "smlad r0, lr, r7, r0\n\t"
        "smlad r1, lr, r5, r3\n\t"
        "ldr r12, [r4, #16]\n\t"
        "ldr lr, [r4, #20]\n\t"
        "smlad r1, r11, r6, r1\n\t"
        "smlad r1, r12, r7, r1\n\t"
        "smlad r2, r12, r5, r3\n\t"
        "smlad r0, r11, r8, r0\n\t"
        "smlad r1, lr, r8, r1\n\t"
        "ldr r11, [r4, #24]\n\t"
        "smlad r0, r12, r9, r0\n\t"
        "smlad r0, lr, r10, r0\n\t"
        "ldr r12, [r4, #28]\n\t"
        "smlad r1, r11, r9, r1\n\t"
        "smlad r2, lr, r6, r2\n\t"
        "smlad r2, r11, r7, r2\n\t"
        "smlad r3, r11, r5, r3\n\t"
        "smlad r1, r12, r10, r1\n\t"
        "ldr lr, [r4, #32]\n\t"
        "smlad r2, r12, r8, r2\n\t"
        "ldr r11, [r4, #36]\n\t"
        "smlad r2, lr, r9, r2\n\t"
        "smlad r3, r12, r6, r3\n\t"
        "smlad r3, lr, r7, r3\n\t"
        "ldr lr, [r4, #44]\n\t"
        "smlad r2, r11, r10, r2\n\t"
        "ldr r12, [r4, #40]\n\t"
        "smlad r3, r11, r8, r3\n\t"
        "ldr r11, [sp, #0]\n\t"
        "smlad r3, r12, r9, r3\n\t"
        "ldr r12, [sp, #4]\n\t"
        "smlad r3, lr, r10, r3\n\t"
        "add lr, r12, r0, asr #31\n\t"
        "smmlar r0, r0, r11, lr\n\t"
        "add lr, r12, r1, asr #31\n\t"
        "smmlar r1, r1, r11, lr\n\t"
        "add lr, r12, r2, asr #31\n\t"
        "smmlar r2, r2, r11, lr\n\t"
        "add lr, r12, r3, asr #31\n\t"
        "smmlar r3, r3, r11, lr\n\t"
        "ldr lr, [sp, #8]\n\t"
        "ldr r11, [sp, #12]\n\t"
        "asr r1, r1, lr\n\t"
        "asr r3, r3, lr\n\t"
        "asr r0, r0, lr\n\t"
        "ssat r0, #8, r0\n\t"
        "ldr r12, [sp, #16]\n\t"
        "ssat r1, #8, r1\n\t"
        "asr r2, r2, lr\n\t"
        "strb r0, [r11]\n\t"
        "ldr lr, [sp, #28]\n\t"
        "strb r1, [r11, r12]\n\t"
        "add r11, r11, r12, lsl #1\n\t"
        "ssat r2, #8, r2\n\t"
        "add r4, r4, lr\n\t"
        "ssat r3, #8, r3\n\t"
        "strb r2, [r11]\n\t"
        "strb r3, [r11, r12]\n\t"
        "ldr lr, [sp, #36]\n\t"
        "add r11, r11, lr\n\t"
        "str r11, [sp, #12]\n\t"
        "ldr lr, [sp, #20]\n\t"
        "ldr r3, [sp, #24]\n\t"
        "ldr r12, [r4, #4]\n\t"
        "ldr r11, [r4]\n\t"
        "cmp r4, lr\n\t"
        "bne 1b\n\t"
        "ldr r7, [sp, #32]\n\t"
        "add sp, sp, #40\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6)
        :
        : "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

/*
 * Groups of four outputs, windows of 3 columns of 2 words, 4 words apart. On the stack:
 * multiplier, rounding, shift, y, channels, end of x, bias, r7.
 */
static inline void tvm_tiny_depthwise_far(const int32_t *x, const int32_t *record, int8_t *y,
                                             int32_t groups, int32_t channels)
{
    register const int32_t *r0 __asm__("r0") = x;
    register const int32_t *r1 __asm__("r1") = record;
    register int8_t *r2 __asm__("r2") = y;
    register int32_t r3 __asm__("r3") = channels;
    register const int32_t *r4 __asm__("r4") = x + 16 * groups;
    __asm__ volatile(
        "sub sp, sp, #40\n\t"
        "str r7, [sp, #32]\n\t"
        "ldr r5, [r1, #4]\n\t"
        "ldr r6, [r1, #8]\n\t"
        "ldr r7, [r1, #12]\n\t"
        "ldr r8, [r1]\n\t"
        "str r5, [sp, #0]\n\t"
        "str r6, [sp, #4]\n\t"
        "str r7, [sp, #8]\n\t"
        "str r2, [sp, #12]\n\t"
        "str r3, [sp, #16]\n\t"
        "str r4, [sp, #20]\n\t"
        "str r8, [sp, #24]\n\t"
        "mov r4, r0\n\t"
        "mov r3, r8\n\t"
        "ldr r5, [r1, #16]\n\t"
        "ldr r6, [r1, #20]\n\t"
        "ldr r7, [r1, #24]\n\t"
        "ldr r8, [r1, #28]\n\t"
        "ldr r9, [r1, #32]\n\t"
        "ldr r10, [r1, #36]\n\t"
        "ldr r11, [r4]\n\t"
        "ldr r12, [r4, #4]\n\t"
        "1:\n\t"
        "ldr lr, [r4, #8]\n\t"
        "smlad r0, r11, r5, r3\n\t"
        "ldr r11, [r4, #12]\n\t"
        "smlad r0, r12, r6, r0\n\t"
        "smlad r0, lr, r7, r0\n\t"
        "ldr r12, [r4, #16]\n\t"
        "smlad r0, r11, r8, r0\n\t"
        "ldr lr, [r4, #20]\n\t"
        "smlad r1, r12, r5, r3\n\t"
        "smlad r0, r12, r9, r0\n\t"
        "ldr r11, [r4, #24]\n\t"
        "ldr r12, [r4, #28]\n\t"
        "smlad r0, lr, r10, r0\n\t"
        "smlad r1, lr, r6, r1\n\t"
        "smlad r1, r11, r7, r1\n\t"
        "ldr lr, [r4, #32]\n\t"
        "ldr r11, [r4, #36]\n\t"
        "smlad r1, r12, r8, r1\n\t"
        "smlad r2, lr, r5, r3\n\t"
        "smlad r1, lr, r9, r1\n\t"
        "smlad r1, r11, r10, r1\n\t"
        "ldr r12, [r4, #40]\n\t"
        "smlad r2, r11, r6, r2\n\t"
        "ldr lr, [r4, #44]\n\t"
        "ldr r11, [r4, #48]\n\t"
        "smlad r2, r12, r7, r2\n\t"
        "smlad r2, lr, r8, r2\n\t"
        "ldr r12, [r4, #52]\n\t"
        "ldr lr, [r4, #56]\n\t"
        "smlad r3, r11, r5, r3\n\t"
        "smlad r2, r11, r9, r2\n\t"
        "smlad r2, r12, r10, r2\n\t"
        "ldr r11, [r4, #60]\n\t"
        "smlad r3, r12, r6, r3\n\t"
        "ldr r12, [r4, #64]\n\t"
        "smlad r3, lr, r7, r3\n\t"
        "ldr lr, [r4, #68]\n\t"
        "smlad r3, r11, r8, r3\n\t"
        "ldr r11, [sp, #0]\n\t"
        "smlad r3, r12, r9, r3\n\t"
        "ldr r12, [sp, #4]\n\t"
        "smlad r3, lr, r10, r3\n\t"
        "add lr, r12, r0, asr #31\n\t"
        "smmlar r0, r0, r11, lr\n\t"
        "add lr, r12, r1, asr #31\n\t"
        "smmlar r1, r1, r11, lr\n\t"
        "add lr, r12, r2, asr #31\n\t"
        "smmlar r2, r2, r11, lr\n\t"
        "add lr, r12, r3, asr #31\n\t"
        "smmlar r3, r3, r11, lr\n\t"
        "ldr lr, [sp, #8]\n\t"
        "add r4, r4, #64\n\t"
        "asr r0, r0, lr\n\t"
        "ldr r11, [sp, #12]\n\t"
        "asr r2, r2, lr\n\t"
        "asr r1, r1, lr\n\t"
        "asr r3, r3, lr\n\t"
        "ssat r0, #8, r0\n\t"
        "ldr r12, [sp, #16]\n\t"
        "ssat r1, #8, r1\n\t"
        "strb r0, [r11]\n\t"
        "strb r1, [r11, r12]\n\t"
        "add r11, r11, r12, lsl #1\n\t"
        "ssat r2, #8, r2\n\t"
        "ssat r3, #8, r3\n\t"
        "strb r2, [r11]\n\t"
        "strb r3, [r11, r12]\n\t"
        "add r11, r11, r12, lsl #1\n\t"
        "str r11, [sp, #12]\n\t"
        "ldr r3, [sp, #24]\n\t"
        "ldr lr, [sp, #20]\n\t"
        "ldr r12, [r4, #4]\n\t"
        "ldr r11, [r4]\n\t"
        "cmp r4, lr\n\t"
        "bne 1b\n\t"
        "ldr r7, [sp, #32]\n\t"
        "add sp, sp, #40\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4)
        :
        : "r5", "r6", "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

/* Three rows, all inside: pair and single in one go, four columns a round. */
static inline void tvm_tiny_depthwise_three_rows(const int8_t *p, const int8_t *q, const int8_t *r,
                                                 int32_t *out, int32_t rounds, int32_t channels)
{
    register const int8_t *r0 __asm__("r0") = p;
    register const int8_t *r1 __asm__("r1") = q;
    register const int8_t *r2 __asm__("r2") = r;
    register const int32_t *r3 __asm__("r3") = out + 8 * rounds;
    register int32_t r4 __asm__("r4") = channels;
    register int32_t *r6 __asm__("r6") = out;
    __asm__ volatile(
        "push {r7, lr}\n\t"
        "mov r7, r3\n\t"
        "lsl r5, r4, #1\n\t"
        "mov r3, #0\n\t"
        "1:\n\t"
        "ldrsb r11, [r0, r4]\n\t"
        "ldrsb r9, [r1, r3]\n\t"
        "ldrsb r8, [r0, r3]\n\t"
        "ldrsb r10, [r2, r3]\n\t"
        "add r3, r3, r5\n\t"
        "pkhbt r8, r8, r9, lsl #16\n\t"
        "ldrsb r12, [r1, r4]\n\t"
        "ldrsb lr, [r2, r4]\n\t"
        "str r8, [r6, #0]\n\t"
        "str r10, [r6, #4]\n\t"
        "ldrsb r9, [r1, r3]\n\t"
        "pkhbt r11, r11, r12, lsl #16\n\t"
        "ldrsb r8, [r0, r3]\n\t"
        "add r4, r4, r5\n\t"
        "ldrsb r10, [r2, r3]\n\t"
        "str r11, [r6, #8]\n\t"
        "add r3, r3, r5\n\t"
        "pkhbt r8, r8, r9, lsl #16\n\t"
        "ldrsb r12, [r1, r4]\n\t"
        "ldrsb r11, [r0, r4]\n\t"
        "str lr, [r6, #12]\n\t"
        "ldrsb lr, [r2, r4]\n\t"
        "str r8, [r6, #16]\n\t"
        "str r10, [r6, #20]\n\t"
        "add r4, r4, r5\n\t"
        "pkhbt r11, r11, r12, lsl #16\n\t"
        "str r11, [r6, #24]\n\t"
        "str lr, [r6, #28]\n\t"
        "add r6, r6, #32\n\t"
        "cmp r6, r7\n\t"
        "bne 1b\n\t"
        "pop {r7, lr}\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r6)
        :
        : "r5", "r8", "r9", "r10", "r11", "r12", "cc", "memory");
}

/* The same, three columns a round; each begins `advance` columns after the one before. */
static inline void tvm_tiny_depthwise_three_columns(const int8_t *p, const int8_t *q,
                                                    const int8_t *r, int32_t *out, int32_t rounds,
                                                    int32_t advance, int32_t channels)
{
    register const int8_t *r0 __asm__("r0") = p;
    register const int8_t *r1 __asm__("r1") = q;
    register const int8_t *r2 __asm__("r2") = r;
    register const int32_t *r3 __asm__("r3") = out + 2 * advance * rounds;
    register int32_t r4 __asm__("r4") = channels;
    register int32_t r5 __asm__("r5") = (advance - 2) * channels;
    register int32_t *r6 __asm__("r6") = out;
    register int32_t r8 __asm__("r8") = 8 * advance;
    __asm__ volatile(
        "push {r7, lr}\n\t"
        "push {r8, lr}\n\t"
        "mov r7, r3\n\t"
        "mov r3, #0\n\t"
        "1:\n\t"
        "ldrsb r8, [r0, r3]\n\t"
        "ldrsb r9, [r1, r3]\n\t"
        "ldrsb r10, [r2, r3]\n\t"
        "add r3, r3, r4\n\t"
        "ldrsb r12, [r1, r3]\n\t"
        "pkhbt r8, r8, r9, lsl #16\n\t"
        "ldrsb r11, [r0, r3]\n\t"
        "ldrsb lr, [r2, r3]\n\t"
        "add r3, r3, r4\n\t"
        "pkhbt r11, r11, r12, lsl #16\n\t"
        "str r8, [r6, #0]\n\t"
        "str r10, [r6, #4]\n\t"
        "ldrsb r9, [r1, r3]\n\t"
        "str r11, [r6, #8]\n\t"
        "ldrsb r8, [r0, r3]\n\t"
        "str lr, [r6, #12]\n\t"
        "ldrsb r10, [r2, r3]\n\t"
        "pkhbt r8, r8, r9, lsl #16\n\t"
        "str r8, [r6, #16]\n\t"
        "ldr r8, [sp, #0]\n\t"
        "str r10, [r6, #20]\n\t"
        "add r6, r6, r8\n\t"
        "add r3, r3, r5\n\t"
        "cmp r6, r7\n\t"
        "bne 1b\n\t"
        "add sp, sp, #8\n\t"
        "pop {r7, lr}\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r8)
        :
        : "r9", "r10", "r11", "r12", "cc", "memory");
}

/* tvm_tiny_depthwise_near3, two rounds. */
static inline void tvm_tiny_depthwise_near33(const int32_t *x, const int32_t *record, int8_t *y,
                                                int32_t advance, int32_t channels)
{
    register const int32_t *r0 __asm__("r0") = x;
    register const int32_t *r1 __asm__("r1") = record;
    register int8_t *r2 __asm__("r2") = y;
    register int32_t r3 __asm__("r3") = channels;
    register const int32_t *r4 __asm__("r4") = x;
    register int32_t r5 __asm__("r5") = 8 * advance;
    register int32_t r6 __asm__("r6") = (advance - 2) * channels;
    __asm__ volatile(
        "sub sp, sp, #40\n\t"
        "str r7, [sp, #32]\n\t"
        "str r5, [sp, #28]\n\t"
        "str r6, [sp, #36]\n\t"
        "ldr r5, [r1, #4]\n\t"
        "ldr r6, [r1, #8]\n\t"
        "ldr r7, [r1, #12]\n\t"
        "ldr r8, [r1]\n\t"
        "str r5, [sp, #0]\n\t"
        "str r6, [sp, #4]\n\t"
        "str r7, [sp, #8]\n\t"
        "str r2, [sp, #12]\n\t"
        "str r3, [sp, #16]\n\t"
        "str r4, [sp, #20]\n\t"
        "str r8, [sp, #24]\n\t"
        "mov r4, r0\n\t"
        "mov r2, r8\n\t"
        "ldr r5, [r1, #16]\n\t"
        "ldr r6, [r1, #20]\n\t"
        "ldr r7, [r1, #24]\n\t"
        "ldr r8, [r1, #28]\n\t"
        "ldr r9, [r1, #32]\n\t"
        "ldr r10, [r1, #36]\n\t"
        "ldr r11, [r4]\n\t"
        "ldr r12, [r4, #4]\n\t"
        "ldr lr, [r4, #8]\n\t"
        "smlad r0, r11, r5, r2\n\t"
        "smlad r0, r12, r6, r0\n\t"
        "ldr r3, [r4, #12]\n\t"
        "smlad r0, lr, r7, r0\n\t"
        "smlad r0, r3, r8, r0\n\t"
        "ldr r12, [r4, #20]\n\t"
        "smlad r1, lr, r5, r2\n\t"
        "ldr r11, [r4, #16]\n\t"
        "smlad r1, r3, r6, r1\n\t"
        "smlad r2, r11, r5, r2\n\t"
        "smlad r0, r11, r9, r0\n\t"
        "smlad r2, r12, r6, r2\n\t"
        "ldr r3, [r4, #28]\n\t"
        "ldr lr, [r4, #24]\n\t"
        "smlad r0, r12, r10, r0\n\t"
        "smlad r1, r11, r7, r1\n\t"
        "ldr r11, [r4, #32]\n\t"
        "smlad r1, r12, r8, r1\n\t"
        "smlad r2, lr, r7, r2\n\t"
        "smlad r2, r3, r8, r2\n\t"
        "ldr r12, [r4, #36]\n\t"
        "smlad r1, lr, r9, r1\n\t"
        "smlad r1, r3, r10, r1\n\t"
        "smlad r2, r11, r9, r2\n\t"
        "ldr r11, [sp, #0]\n\t"
        "smlad r2, r12, r10, r2\n\t"
        "ldr r12, [sp, #4]\n\t"
        "add r3, r12, r1, asr #31\n\t"
        "smmlar r1, r1, r11, r3\n\t"
        "add lr, r12, r0, asr #31\n\t"
        "smmlar r0, r0, r11, lr\n\t"
        "add lr, r12, r2, asr #31\n\t"
        "smmlar r2, r2, r11, lr\n\t"
        "ldr lr, [sp, #8]\n\t"
        "asr r0, r0, lr\n\t"
        "ldr r12, [sp, #16]\n\t"
        "asr r2, r2, lr\n\t"
        "asr r1, r1, lr\n\t"
        "ssat r1, #8, r1\n\t"
        "ldr r11, [sp, #12]\n\t"
        "ssat r0, #8, r0\n\t"
        "ldr lr, [sp, #28]\n\t"
        "ssat r2, #8, r2\n\t"
        "add r4, r4, lr\n\t"
        "strb r0, [r11]\n\t"
        "ldr lr, [sp, #36]\n\t"
        "strb r1, [r11, r12]\n\t"
        "add r11, r11, r12, lsl #1\n\t"
        "ldr r12, [r4, #4]\n\t"
        "strb r2, [r11]\n\t"
        "add r11, r11, lr\n\t"
        "str r11, [sp, #12]\n\t"
        "ldr r11, [r4]\n\t"
        "ldr r2, [sp, #24]\n\t"
        "ldr lr, [r4, #8]\n\t"
        "smlad r0, r11, r5, r2\n\t"
        "smlad r0, r12, r6, r0\n\t"
        "ldr r3, [r4, #12]\n\t"
        "smlad r0, lr, r7, r0\n\t"
        "smlad r0, r3, r8, r0\n\t"
        "ldr r12, [r4, #20]\n\t"
        "smlad r1, lr, r5, r2\n\t"
        "ldr r11, [r4, #16]\n\t"
        "smlad r1, r3, r6, r1\n\t"
        "smlad r2, r11, r5, r2\n\t"
        "smlad r0, r11, r9, r0\n\t"
        "smlad r2, r12, r6, r2\n\t"
        "ldr r3, [r4, #28]\n\t"
        "ldr lr, [r4, #24]\n\t"
        "smlad r0, r12, r10, r0\n\t"
        "smlad r1, r11, r7, r1\n\t"
        "ldr r11, [r4, #32]\n\t"
        "smlad r1, r12, r8, r1\n\t"
        "smlad r2, lr, r7, r2\n\t"
        "smlad r2, r3, r8, r2\n\t"
        "ldr r12, [r4, #36]\n\t"
        "smlad r1, lr, r9, r1\n\t"
        "smlad r1, r3, r10, r1\n\t"
        "smlad r2, r11, r9, r2\n\t"
        "ldr r11, [sp, #0]\n\t"
        "smlad r2, r12, r10, r2\n\t"
        "ldr r12, [sp, #4]\n\t"
        "add r3, r12, r1, asr #31\n\t"
        "smmlar r1, r1, r11, r3\n\t"
        "add lr, r12, r0, asr #31\n\t"
        "smmlar r0, r0, r11, lr\n\t"
        "add lr, r12, r2, asr #31\n\t"
        "smmlar r2, r2, r11, lr\n\t"
        "ldr lr, [sp, #8]\n\t"
        "asr r0, r0, lr\n\t"
        "ldr r12, [sp, #16]\n\t"
        "asr r2, r2, lr\n\t"
        "asr r1, r1, lr\n\t"
        "ssat r1, #8, r1\n\t"
        "ldr r11, [sp, #12]\n\t"
        "ssat r0, #8, r0\n\t"
        "ldr lr, [sp, #28]\n\t"
        "ssat r2, #8, r2\n\t"
        "add r4, r4, lr\n\t"
        "strb r0, [r11]\n\t"
        "ldr lr, [sp, #36]\n\t"
        "strb r1, [r11, r12]\n\t"
        "add r11, r11, r12, lsl #1\n\t"
        "ldr r12, [r4, #4]\n\t"
        "strb r2, [r11]\n\t"
        "add r11, r11, lr\n\t"
        "str r11, [sp, #12]\n\t"
        "ldr r11, [r4]\n\t"
        "ldr r2, [sp, #24]\n\t"
        "ldr r7, [sp, #32]\n\t"
        "add sp, sp, #40\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6)
        :
        : "r8", "r9", "r10", "r11", "r12", "lr", "cc", "memory");
}

/* tvm_tiny_depthwise_three_columns, two rounds. */
static inline void tvm_tiny_depthwise_six_columns(const int8_t *p, const int8_t *q,
                                                    const int8_t *r, int32_t *out, int32_t advance,
                                                  int32_t channels)
{
    register const int8_t *r0 __asm__("r0") = p;
    register const int8_t *r1 __asm__("r1") = q;
    register const int8_t *r2 __asm__("r2") = r;
    register const int32_t *r3 __asm__("r3") = out;
    register int32_t r4 __asm__("r4") = channels;
    register int32_t r5 __asm__("r5") = (advance - 2) * channels;
    register int32_t *r6 __asm__("r6") = out;
    register int32_t r8 __asm__("r8") = 8 * advance;
    __asm__ volatile(
        "push {r7, lr}\n\t"
        "push {r8, lr}\n\t"
        "mov r7, r3\n\t"
        "mov r3, #0\n\t"
        "ldrsb r8, [r0, r3]\n\t"
        "ldrsb r9, [r1, r3]\n\t"
        "ldrsb r10, [r2, r3]\n\t"
        "add r3, r3, r4\n\t"
        "ldrsb r12, [r1, r3]\n\t"
        "pkhbt r8, r8, r9, lsl #16\n\t"
        "ldrsb r11, [r0, r3]\n\t"
        "ldrsb lr, [r2, r3]\n\t"
        "add r3, r3, r4\n\t"
        "pkhbt r11, r11, r12, lsl #16\n\t"
        "str r8, [r6, #0]\n\t"
        "str r10, [r6, #4]\n\t"
        "ldrsb r9, [r1, r3]\n\t"
        "str r11, [r6, #8]\n\t"
        "ldrsb r8, [r0, r3]\n\t"
        "str lr, [r6, #12]\n\t"
        "ldrsb r10, [r2, r3]\n\t"
        "pkhbt r8, r8, r9, lsl #16\n\t"
        "str r8, [r6, #16]\n\t"
        "ldr r8, [sp, #0]\n\t"
        "str r10, [r6, #20]\n\t"
        "add r6, r6, r8\n\t"
        "add r3, r3, r5\n\t"
        "ldrsb r8, [r0, r3]\n\t"
        "ldrsb r9, [r1, r3]\n\t"
        "ldrsb r10, [r2, r3]\n\t"
        "add r3, r3, r4\n\t"
        "ldrsb r12, [r1, r3]\n\t"
        "pkhbt r8, r8, r9, lsl #16\n\t"
        "ldrsb r11, [r0, r3]\n\t"
        "ldrsb lr, [r2, r3]\n\t"
        "add r3, r3, r4\n\t"
        "pkhbt r11, r11, r12, lsl #16\n\t"
        "str r8, [r6, #0]\n\t"
        "str r10, [r6, #4]\n\t"
        "ldrsb r9, [r1, r3]\n\t"
        "str r11, [r6, #8]\n\t"
        "ldrsb r8, [r0, r3]\n\t"
        "str lr, [r6, #12]\n\t"
        "ldrsb r10, [r2, r3]\n\t"
        "pkhbt r8, r8, r9, lsl #16\n\t"
        "str r8, [r6, #16]\n\t"
        "ldr r8, [sp, #0]\n\t"
        "str r10, [r6, #20]\n\t"
        "add r6, r6, r8\n\t"
        "add r3, r3, r5\n\t"
        "add sp, sp, #8\n\t"
        "pop {r7, lr}\n\t"
        : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3), "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r8)
        :
        : "r9", "r10", "r11", "r12", "cc", "memory");
}

/* How a row is cut into rounds: of three or four, each `advance` after the one before. */
struct tvm_tiny_depthwise_plan {
    int32_t size, rounds, advance;
    int32_t last; /* where one more round of four begins, 0 if there is none */
};

/* Rounds for `count` things, at least 3; they may overlap, none goes beyond the end. */
static inline struct tvm_tiny_depthwise_plan tvm_tiny_depthwise_rounds(int32_t count)
{
    struct tvm_tiny_depthwise_plan plan = {4, count >> 2, 4, 0};
    const int32_t fourths = (count + 3) >> 2;
    if (count == 3 || count == 5 || count == 6) {
        plan.size = 3;
        plan.rounds = count > 3 ? 2 : 1;
        plan.advance = count > 3 ? count - 3 : 3;
    } else if ((count & 3) != 0 && (count - 4) % (fourths - 1) == 0) {
        plan.rounds = fourths;
        plan.advance = (count - 4) / (fourths - 1);
    } else if ((count & 3) != 0) {
        plan.last = count - 4;
    }
    return plan;
}

/*
 * The rows of a record for a window of which not all rows are inside: no weights for the others,
 * and what they would have added with the zero point in the bias.
 */
static inline void tvm_tiny_depthwise_cut(const int32_t *record, int32_t *out, int32_t begin,
                                          int32_t end, int32_t fill)
{
    const uint32_t pair = (begin <= 0 ? 0xffffu : 0u) | (begin <= 1 && end >= 2 ? 0xffff0000u : 0u);
    const uint32_t single = end >= 3 ? 0xffffu : 0u;
    const int32_t both = tvm_tiny_depthwise_pack(fill, fill);
    int32_t bias = record[0], i;
    for (i = 4; i < 10; i += 2) {
        const uint32_t a = (uint32_t)record[i], b = (uint32_t)record[i + 1];
        bias = tvm_tiny_depthwise_mac((int32_t)(a & ~pair), both, bias);
        bias = tvm_tiny_depthwise_mac((int32_t)(b & ~single), both, bias);
        out[i] = (int32_t)(a & pair);
        out[i + 1] = (int32_t)(b & single);
    }
    out[0] = bias;
    out[1] = record[1];
    out[2] = record[2];
    out[3] = record[3];
}

/* All channels of a row of 3 by 3 windows; the borders of the workspace are filled already. */
static inline void tvm_tiny_depthwise_3x3(const int8_t *x, const int32_t *rows,
                                          const int32_t *records, int32_t *scratch, int8_t *y,
                                          int32_t begin, int32_t end, int32_t channels,
                                          int32_t stride, int32_t left, int32_t used,
                                          int32_t out_width, int32_t fill)
{
    const int8_t *p = x + rows[begin <= 0 ? 0 : begin];
    const int8_t *q = x + rows[begin <= 1 && end >= 2 ? 1 : begin];
    const int8_t *r = x + rows[end >= 3 ? 2 : begin];
    const struct tvm_tiny_depthwise_plan in = tvm_tiny_depthwise_rounds(used);
    const struct tvm_tiny_depthwise_plan out = tvm_tiny_depthwise_rounds(out_width);
    const int32_t whole = end - begin == 3;
    int32_t *const inside = scratch + 2 * left;
    int32_t cut[10], c;
    for (c = 0; c < channels; ++c) {
        const int32_t *record = records;
        records += 10;
        if (!whole) {
            tvm_tiny_depthwise_cut(record, cut, begin, end, fill);
            record = cut;
        }
        if (in.size == 3 && in.rounds == 2) {
            tvm_tiny_depthwise_six_columns(p, q, r, inside, in.advance, channels);
        } else if (in.size == 3) {
            tvm_tiny_depthwise_three_columns(p, q, r, inside, in.rounds, in.advance, channels);
        } else {
            tvm_tiny_depthwise_three_rows(p, q, r, inside, used >> 2, channels);
            if ((used & 3) != 0) {
                const int32_t at = (used - 4) * channels;
                tvm_tiny_depthwise_three_rows(p + at, q + at, r + at, inside + 2 * (used - 4), 1,
                                              channels);
            }
        }
        if (stride == 2) {
            tvm_tiny_depthwise_far(scratch, record, y, out_width >> 2, channels);
            if ((out_width & 3) != 0) {
                const int32_t at = out_width - 4;
                tvm_tiny_depthwise_far(scratch + 4 * at, record, y + at * channels, 1, channels);
            }
        } else if (out.size == 3 && out.rounds == 2) {
            tvm_tiny_depthwise_near33(scratch, record, y, out.advance, channels);
        } else if (out.size == 3) {
            tvm_tiny_depthwise_near3(scratch, record, y, out.rounds, out.advance, channels);
        } else {
            tvm_tiny_depthwise_near4(scratch, record, y, out.rounds, out.advance, channels);
            if (out.last != 0) {
                tvm_tiny_depthwise_near4(scratch + 2 * out.last, record, y + out.last * channels,
                                         1, 4, channels);
            }
        }
        ++p;
        ++q;
        ++r;
        ++y;
    }
}
#endif

/* Groups of four outputs of a channel. */
static inline void tvm_tiny_depthwise_groups(const int32_t *x, const int32_t *record, int8_t *y,
                                             int32_t groups, int32_t words, int32_t step,
                                             int32_t channels)
{
    for (; groups > 0; --groups) {
        tvm_tiny_depthwise_four(x, record, y, words, step, channels);
        x += 4 * step;
        y += 4 * channels;
    }
}

/* `count` outputs of a channel. Windows are read as if there were a multiple of four. */
static inline void tvm_tiny_depthwise_outputs(const int32_t *x, const int32_t *record, int8_t *y,
                                              int32_t count, int32_t words, int32_t step,
                                              int32_t channels)
{
    const int32_t groups = count >> 2;
    if (groups > 0) {
        tvm_tiny_depthwise_groups(x, record, y, groups, words, step, channels);
    }
    if ((count & 3) != 0) {
        int8_t last[4];
        int32_t i;
        tvm_tiny_depthwise_groups(x + 4 * step * groups, record, last, 1, words, step, 1);
        y += 4 * channels * groups;
        for (i = 0; i < (count & 3); ++i) {
            y[i * channels] = last[i];
        }
    }
}

/* Brings the rows under the window into the workspace, for one channel. */
static inline void tvm_tiny_depthwise_rows(const int8_t *x, const int32_t *rows, int32_t *out,
                                           int32_t begin, int32_t end, int32_t channels,
                                           int32_t taps_high, int32_t used, int32_t fill)
{
    const int32_t step = (taps_high + 1) >> 1;
    int32_t i;
    for (i = 0; i < taps_high; i += 2) {
        const int8_t *const low = i >= begin && i < end ? x + rows[i] : NULL;
        if (i + 1 < taps_high) {
            const int8_t *const high = i + 1 >= begin && i + 1 < end ? x + rows[i + 1] : NULL;
            tvm_tiny_depthwise_pair(low, high, out + (i >> 1), used, channels, step, fill);
        } else if (low != NULL) {
            tvm_tiny_depthwise_single(low, out + (i >> 1), used, channels, step);
        }
    }
}

/*
 * One output row. rows: element offset of the row under each vertical tap, begin to end - 1 inside
 * the tensor. left: columns of padding in front. scratch: the words of `columns` columns and four
 * more. used: columns of the tensor among them.
 */
static inline void tvm_tiny_depthwise_row(const int8_t *x, const int32_t *rows,
                                          const int32_t *records, int32_t *scratch, int8_t *y,
                                          int32_t begin, int32_t end, int32_t channels,
                                          int32_t multiplier, int32_t taps_high, int32_t taps_wide,
                                          int32_t stride, int32_t left, int32_t used,
                                          int32_t columns, int32_t out_width, int32_t fill)
{
    const int32_t step = (taps_high + 1) >> 1; /* words of a column */
    const int32_t words = (step * taps_wide + 1) & ~1;
    const int32_t padding = tvm_tiny_depthwise_pack(fill, fill);
    int32_t *const inside = scratch + left * step;
    int32_t c, i, m;
    for (i = 0; i < left * step; ++i) {
        scratch[i] = padding;
    }
    if (end - begin < taps_high) {
        for (; i < (left + used) * step; ++i) {
            scratch[i] = padding;
        }
    }
    for (i = (left + used) * step; i < columns * step + 4; ++i) {
        scratch[i] = padding;
    }
#if TVM_TINY_DEPTHWISE_ASM
    if (taps_high == 3 && taps_wide == 3 && stride <= 2 && multiplier == 1 && used >= 3 &&
        out_width > (stride == 1 ? 2 : 3) && begin < end) {
        tvm_tiny_depthwise_3x3(x, rows, records, scratch, y, begin, end, channels, stride, left,
                               used, out_width, fill);
        return;
    }
#endif
    for (c = 0; c < channels; ++c) {
        tvm_tiny_depthwise_rows(x + c, rows, inside, begin, end, channels, taps_high, used, fill);
        for (m = 0; m < multiplier; ++m) {
            tvm_tiny_depthwise_outputs(scratch, records, y, out_width, words, stride * step,
                                       channels * multiplier);
            records += TVM_TINY_DEPTHWISE_HEAD + words;
            ++y;
        }
    }
}

/* Limits a row to low..high. */
static inline void tvm_tiny_depthwise_clamp(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    int32_t i;
    for (i = 0; i < count; ++i) {
        const int32_t value = y[i] < low ? low : y[i];
        y[i] = (int8_t)(value > high ? high : value);
    }
}

#ifdef __cplusplus
}
#endif

#endif
