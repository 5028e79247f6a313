/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Micro-kernels for cores with the DSP instructions: matrix products of int8 activations and int8
 * weights, requantised. Every function is there twice: inline assembly in the order that suits the
 * Cortex-M7 (two instructions a cycle, one of them a multiplication), and plain C that computes
 * the same integers, for other cores, compilers without optimisation, and tests.
 *
 * Two weights of one output channel lie in one half word: p = 256 * w1 + w0 (w0 >= 0 or not: the
 * sum of the two, not the bytes side by side). Its low byte is w0 again, so that
 *
 *     256 * (w0 * a0 + w1 * a1) = p * a1 + w0 * (256 * a0 - a1),
 *
 * and with y = 256 * a0 + 127 - a1, which always fits into 16 bits, the sum over all pairs is
 * 256 times the convolution plus 127 times the sum of all w0, a constant that goes into the bias.
 * One SXTB16 thus serves four weights instead of two. The sum fits as long as the result needs no
 * more than 24 bits, which is checked when the weights are packed.
 *
 * Activations are widened once to groups of four: x = (a1, a3) and y = (256 * a0 + 127 - a1,
 * 256 * a2 + 127 - a3), two words. Weights: for every pair of output channels, for every group of
 * four inputs, a word (p of inputs 0 1, p of inputs 2 3) for the first channel and one for the
 * second; one word more at the end, which is read and not used. Table: for every pair of channels
 * bias, multiplier, rounding and shift of both, eight words.
 */
#ifndef TVM_TINY_DSP_H
#define TVM_TINY_DSP_H

#include <stdint.h>

#if defined(__GNUC__) && defined(__thumb2__) && \
    defined(__ARM_FEATURE_DSP) && !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_DSP_ASM 1
#define TVM_TINY_DSP_NAKED __attribute__((naked, noinline, unused))
#define TVM_TINY_DSP_UNUSED __attribute__((unused))
#else
#define TVM_TINY_DSP_ASM 0
#endif

#if TVM_TINY_DSP_ASM && defined(__OPTIMIZE__)
#define TVM_TINY_DSP_INLINE inline __attribute__((always_inline))
#define TVM_TINY_DSP_UNROLL _Pragma("GCC unroll 16")
#else
#define TVM_TINY_DSP_INLINE inline
#define TVM_TINY_DSP_UNROLL
#endif

#ifdef __cplusplus
extern "C" {
#endif

static inline void tvm_tiny_dsp_copy(int8_t *to, const int8_t *from, int32_t count)
{
#if TVM_TINY_DSP_ASM
    __builtin_memcpy(to, from, (uint32_t)count);
#else
    int32_t i;
    for (i = 0; i < count; ++i) {
        to[i] = from[i];
    }
#endif
}

/* Four bytes from any address, little endian. */
static inline uint32_t tvm_tiny_dsp_load(const int8_t *x)
{
#if TVM_TINY_DSP_ASM
    uint32_t word;
    __builtin_memcpy(&word, x, 4);
    return word;
#else
    return (uint32_t)(uint8_t)x[0] | (uint32_t)(uint8_t)x[1] << 8 |
           (uint32_t)(uint8_t)x[2] << 16 | (uint32_t)(uint8_t)x[3] << 24;
#endif
}

/* A group of four activations, one in each byte of word, to x = out[0] and y = out[apart]. */
static inline void tvm_tiny_dsp_widen_group(uint32_t word, int32_t *out, int32_t apart)
{
#if TVM_TINY_DSP_ASM
    uint32_t odd, even;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(odd) : "r"(word));
    __asm__("rev16 %0, %1" : "=r"(even) : "r"(word));
    out[0] = (int32_t)odd;
    out[apart] = (int32_t)(even ^ 0x007f007fu);
#else
    const uint32_t low = (uint32_t)(int8_t)(uint8_t)(word >> 8) & 0xffffu;
    const uint32_t high = (uint32_t)(int8_t)(uint8_t)(word >> 24);
    out[0] = (int32_t)(low | high << 16);
    out[apart] = (int32_t)(((word & 0x00ff00ffu) << 8 | (word >> 8 & 0x00ff00ffu)) ^ 0x007f007fu);
#endif
}

/* Widens count activations; group i goes to out[i * stride]; the last group is filled up with 0. */
static inline void tvm_tiny_dsp_widen(const int8_t *x, int32_t count, int32_t *out, int32_t apart,
                                      int32_t stride)
{
    int32_t i;
    for (i = count >> 2; i > 0; --i) {
        tvm_tiny_dsp_widen_group(tvm_tiny_dsp_load(x), out, apart);
        x += 4;
        out += stride;
    }
    if ((count & 3) != 0) {
        uint32_t word = 0;
        for (i = 0; i < (count & 3); ++i) {
            word |= (uint32_t)(uint8_t)x[i] << (8 * i);
        }
        tvm_tiny_dsp_widen_group(word, out, apart);
    }
}

#if TVM_TINY_DSP_ASM
/* Registers: r0 r1 activations, r2 groups, r3 out, lr mask. Two groups a round, an odd one first. */
static TVM_TINY_DSP_NAKED void tvm_tiny_dsp_widen_two(const int8_t *a TVM_TINY_DSP_UNUSED,
                                                      const int8_t *b TVM_TINY_DSP_UNUSED,
                                                      int32_t groups TVM_TINY_DSP_UNUSED,
                                                      int32_t *out TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "    push {r4-r12, lr}\n"
        "    mov lr, #0x007f007f\n"
        "    lsrs r2, r2, #1\n"
        "    bcc 2f\n"
        "    ldr r8, [r0], #4\n"
        "    ldr r9, [r1], #4\n"
        "    rev16 r11, r8\n"
        "    rev16 r10, r9\n"
        "    eor r11, r11, lr\n"
        "    sxtb16 r8, r8, ror #8\n"
        "    eor r10, r10, lr\n"
        "    sxtb16 r9, r9, ror #8\n"
        "    stm r3!, {r8-r11}\n"
        "    cbz r2, 3f\n"
        "2:\n"
        "    ldr r8, [r0], #4\n"
        "    ldr r9, [r1], #4\n"
        "    subs r2, r2, #1\n"
        "    ldr r4, [r0], #4\n"
        "    rev16 r11, r8\n"
        "    ldr r5, [r1], #4\n"
        "    rev16 r10, r9\n"
        "    eor r11, r11, lr\n"
        "    sxtb16 r8, r8, ror #8\n"
        "    eor r10, r10, lr\n"
        "    sxtb16 r9, r9, ror #8\n"
        "    stm r3!, {r8-r11}\n"
        "    rev16 r7, r4\n"
        "    rev16 r6, r5\n"
        "    eor r7, r7, lr\n"
        "    sxtb16 r4, r4, ror #8\n"
        "    eor r6, r6, lr\n"
        "    sxtb16 r5, r5, ror #8\n"
        "    stm r3!, {r4-r7}\n"
        "    bne 2b\n"
        "3:\n"
        "    pop {r4-r12, pc}\n"
    );
}
#else
/* Widens groups of two pixels side by side, x0 x1 y1 y0; at least one group. */
static inline void tvm_tiny_dsp_widen_two(const int8_t *a, const int8_t *b, int32_t groups,
                                          int32_t *out)
{
    tvm_tiny_dsp_widen(a, 4 * groups, out, 3, 4);
    tvm_tiny_dsp_widen(b, 4 * groups, out + 1, 1, 4);
}
#endif

/* One group: p and q = w0 of the weight pairs p0 and p1 times x and y. */
static inline int32_t tvm_tiny_dsp_group(int16_t p0, int16_t p1, int32_t x, int32_t y)
{
    uint32_t sum = (uint32_t)(p0 * (int32_t)(int16_t)(uint16_t)(uint32_t)x);
    sum += (uint32_t)(p1 * (int32_t)(int16_t)(uint16_t)((uint32_t)x >> 16));
    sum += (uint32_t)((int8_t)(uint8_t)p0 * (int32_t)(int16_t)(uint16_t)(uint32_t)y);
    sum += (uint32_t)((int8_t)(uint8_t)p1 * (int32_t)(int16_t)(uint16_t)((uint32_t)y >> 16));
    return (int32_t)sum;
}

/* a + b modulo 2^32. */
static inline int32_t tvm_tiny_dsp_sum(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

/*
 * sum / 256 times the multiplier, rounded as TFLite does it (to 2^-31 with ties up, then to an
 * integer with ties away from zero), plus the output's zero point, limited to int8.
 * rounding = 64 + 128 * (half + (zero point << exponent)), shift = exponent + 7.
 */
static inline int8_t tvm_tiny_dsp_requantize(int32_t sum, int32_t multiplier, int32_t rounding,
                                             int32_t shift)
{
    int32_t result = (int32_t)(((int64_t)sum * multiplier) >> 32);
    result = (result + (sum < 0 ? -128 : 0) + rounding) >> shift;
    return (int8_t)(result < -128 ? -128 : result > 127 ? 127 : result);
}

/* Channel `lane` of the pair at w and table for one pixel; its groups are stride words apart. */
static inline int8_t tvm_tiny_dsp_one(const int32_t *x, int32_t apart, int32_t stride,
                                      const int16_t *w, const int32_t *table, int32_t lane,
                                      int32_t groups)
{
    int32_t sum = table[lane];
    int32_t i;
    w += 2 * lane;
    for (i = 0; i < groups; ++i) {
        sum = tvm_tiny_dsp_sum(sum, tvm_tiny_dsp_group(w[4 * i], w[4 * i + 1], x[0], x[apart]));
        x += stride;
    }
    return tvm_tiny_dsp_requantize(sum, table[2 + lane], table[4 + lane], table[6 + lane]);
}

#if TVM_TINY_DSP_ASM
/*
 * Every pair of channels of two pixels, at least one pair. Registers: r0 x, r1 weights, r2 table,
 * r3 y, r4 r5 sums of the first pixel, r6 r7 of the second, r8 r9 weights, r10 to r12 activations,
 * lr rounds. Stack: x, end of y, rounds, entry, .., groups, channels.
 *
 * Eight groups a round, eight cycles each, a multiplication in every one of them; the first round
 * is entered in the middle, so that any number of groups will do.
 */
#define TVM_TINY_DSP_ENTER \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #16\n" \
    "    ldr r4, [sp, #56]\n" \
    "    ldr r5, [sp, #60]\n" \
    "    add r6, r4, #7\n" \
    "    lsr r6, r6, #3\n" \
    "    rsb r7, r4, r6, lsl #3\n" \
    "    adr r8, 2f\n" \
    "    add r8, r8, r7, lsl #6\n" \
    "    orr r8, r8, #1\n" \
    "    bic r5, r5, #1\n" \
    "    add r5, r5, r3\n" \
    "    str r0, [sp]\n" \
    "    str r5, [sp, #4]\n" \
    "    str r6, [sp, #8]\n" \
    "    str r8, [sp, #12]\n" \
    "    sub r2, r2, #4\n" \
    "    ldr r8, [r1], #4\n" \
    "    ldr r10, [r0], #4\n" \
    "    ldr r11, [r0], #4\n" \
    "    mov lr, r6\n"

#define TVM_TINY_DSP_TILE \
    "    ldr r12, [sp, #12]\n" \
    "    ldr r4, [r2, #4]!\n" \
    "    ldr r5, [r2, #4]\n" \
    "    mov r6, r4\n" \
    "    mov r7, r5\n" \
    "    bx r12\n"

/* Sixteen products with groups that are loaded; every group is 64 bytes of code. */
#define TVM_TINY_DSP_GROUP \
    "    smlad r4, r8, r10, r4\n" \
    "    ldr r9, [r1], #4\n" \
    "    smlad r6, r8, r11, r6\n" \
    "    ldr r12, [r0], #4\n" \
    "    sxtb16 r8, r8\n" \
    "    smlad r7, r9, r11, r7\n" \
    "    smlad r5, r9, r10, r5\n" \
    "    ldr r10, [r0], #4\n" \
    "    sxtb16 r9, r9\n" \
    "    smlad r6, r8, r12, r6\n"

/* The last three products, while the next group is loaded. */
#define TVM_TINY_DSP_NEXT \
    "    smlad r4, r8, r10, r4\n" \
    "    ldr r8, [r1], #4\n" \
    "    smlad r5, r9, r10, r5\n" \
    "    ldr r10, [r0], #4\n" \
    "    smlad r7, r9, r12, r7\n" \
    "    ldr r11, [r0], #4\n"

#define TVM_TINY_DSP_LOOP \
    "    subs lr, lr, #1\n" \
    "    smlad r4, r8, r10, r4\n" \
    "    ldr r8, [r1], #4\n" \
    "    smlad r5, r9, r10, r5\n" \
    "    ldr r10, [r0], #4\n" \
    "    smlad r7, r9, r12, r7\n" \
    "    ldr r11, [r0], #4\n" \
    "    bne 2b\n"

static TVM_TINY_DSP_NAKED void tvm_tiny_dsp_pairs(
    const int32_t *x TVM_TINY_DSP_UNUSED, const int16_t *w TVM_TINY_DSP_UNUSED,
    const int32_t *table TVM_TINY_DSP_UNUSED, int8_t *y TVM_TINY_DSP_UNUSED,
    int32_t groups TVM_TINY_DSP_UNUSED, int32_t channels TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        TVM_TINY_DSP_ENTER
        "1:\n"
        TVM_TINY_DSP_TILE
        "2:\n"
        ".rept 7\n"
        TVM_TINY_DSP_GROUP
        TVM_TINY_DSP_NEXT
        ".endr\n"
        TVM_TINY_DSP_GROUP
        TVM_TINY_DSP_LOOP
        "    ldr r8, [r2, #8]\n"
        "    ldr r9, [r2, #12]\n"
        "    mvn r12, #127\n"
        "    ldr r0, [sp]\n"
        "    and r10, r12, r6, asr #31\n"
        "    ldr lr, [sp, #60]\n"
        "    and r11, r12, r4, asr #31\n"
        "    smmla r6, r6, r8, r10\n"
        "    and r10, r12, r7, asr #31\n"
        "    smmla r4, r4, r8, r11\n"
        "    and r11, r12, r5, asr #31\n"
        "    smmla r7, r7, r9, r10\n"
        "    ldr r8, [r2, #16]\n"
        "    smmla r5, r5, r9, r11\n"
        "    ldr r9, [r2, #20]\n"
        "    ldr r10, [r2, #24]\n"
        "    ldr r11, [r2, #28]!\n"
        "    add r6, r6, r8\n"
        "    add r4, r4, r8\n"
        "    asr r6, r6, r10\n"
        "    add r7, r7, r9\n"
        "    asr r4, r4, r10\n"
        "    add r5, r5, r9\n"
        "    ssat r6, #8, r6\n"
        "    asr r7, r7, r11\n"
        "    ssat r4, #8, r4\n"
        "    asr r5, r5, r11\n"
        "    ssat r7, #8, r7\n"
        "    ldr r9, [sp, #4]\n"
        "    ssat r5, #8, r5\n"
        "    ldr r10, [r0], #4\n"
        "    strb r6, [r3, lr]\n"
        "    ldr r11, [r0], #4\n"
        "    strb r4, [r3], #1\n"
        "    ldr r8, [r1, #-4]\n"
        "    strb r7, [r3, lr]\n"
        "    ldr lr, [sp, #8]\n"
        "    strb r5, [r3], #1\n"
        "    cmp r3, r9\n"
        "    bne 1b\n"
        "    add sp, sp, #16\n"
        "    pop {r4-r12, pc}\n"
    );
}

/* The same where negative results are limited to the zero point, -128: ties need no care. */
static TVM_TINY_DSP_NAKED void tvm_tiny_dsp_pairs_relu(
    const int32_t *x TVM_TINY_DSP_UNUSED, const int16_t *w TVM_TINY_DSP_UNUSED,
    const int32_t *table TVM_TINY_DSP_UNUSED, int8_t *y TVM_TINY_DSP_UNUSED,
    int32_t groups TVM_TINY_DSP_UNUSED, int32_t channels TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        TVM_TINY_DSP_ENTER
        "1:\n"
        TVM_TINY_DSP_TILE
        "2:\n"
        ".rept 7\n"
        TVM_TINY_DSP_GROUP
        TVM_TINY_DSP_NEXT
        ".endr\n"
        TVM_TINY_DSP_GROUP
        TVM_TINY_DSP_LOOP
        "    ldr r8, [r2, #8]\n"
        "    ldr r9, [r2, #12]\n"
        "    ldr r10, [r2, #16]\n"
        "    ldr r11, [r2, #20]\n"
        "    ldr r12, [r2, #24]\n"
        "    ldr lr, [r2, #28]!\n"
        "    smmla r6, r6, r8, r10\n"
        "    ldr r0, [sp]\n"
        "    smmla r4, r4, r8, r10\n"
        "    ldr r8, [r1, #-4]\n"
        "    smmla r7, r7, r9, r11\n"
        "    ldr r10, [sp, #60]\n"
        "    smmla r5, r5, r9, r11\n"
        "    asr r6, r6, r12\n"
        "    ldr r9, [sp, #4]\n"
        "    asr r4, r4, r12\n"
        "    ssat r6, #8, r6\n"
        "    asr r7, r7, lr\n"
        "    ssat r4, #8, r4\n"
        "    asr r5, r5, lr\n"
        "    ssat r7, #8, r7\n"
        "    ldr r11, [r0, #4]\n"
        "    ssat r5, #8, r5\n"
        "    strb r6, [r3, r10]\n"
        "    ldr lr, [sp, #8]\n"
        "    strb r4, [r3], #1\n"
        "    strb r7, [r3, r10]\n"
        "    ldr r10, [r0], #8\n"
        "    strb r5, [r3], #1\n"
        "    cmp r3, r9\n"
        "    bne 1b\n"
        "    add sp, sp, #16\n"
        "    pop {r4-r12, pc}\n"
    );
}

/*
 * Every four channels of one pixel, at least four. Registers: r0 x, r1 r3 weights of the first and
 * second pair, r4 to r7 sums, r8 to r11 weights, r12 r2 activations, lr rounds. Stack: x, end of y,
 * rounds, entry, y, table, .., groups, channels. Eight groups a round of nine cycles, as above.
 */
#define TVM_TINY_DSP_ENTER_ONE \
    "    push {r4-r12, lr}\n" \
    "    sub sp, sp, #24\n" \
    "    ldr r4, [sp, #64]\n" \
    "    ldr r5, [sp, #68]\n" \
    "    add r6, r4, #7\n" \
    "    lsr r6, r6, #3\n" \
    "    rsb r7, r4, r6, lsl #3\n" \
    "    adr r8, 2f\n" \
    "    add r8, r8, r7, lsl #6\n" \
    "    add r8, r8, r7, lsl #3\n" \
    "    orr r8, r8, #1\n" \
    "    bic r5, r5, #3\n" \
    "    add r5, r5, r3\n" \
    "    str r0, [sp]\n" \
    "    str r5, [sp, #4]\n" \
    "    str r6, [sp, #8]\n" \
    "    str r8, [sp, #12]\n" \
    "    str r3, [sp, #16]\n" \
    "    str r2, [sp, #20]\n"

#define TVM_TINY_DSP_TILE_ONE \
    "    ldr lr, [sp, #20]\n" \
    "    ldr r10, [sp, #64]\n" \
    "    ldr r12, [r0], #8\n" \
    "    ldr r8, [r1]\n" \
    "    ldr r4, [lr]\n" \
    "    ldr r5, [lr, #4]\n" \
    "    ldr r6, [lr, #32]\n" \
    "    add r3, r1, r10, lsl #3\n" \
    "    ldr r7, [lr, #36]\n" \
    "    ldr r11, [sp, #12]\n" \
    "    ldr r9, [r1, #4]\n" \
    "    add r1, r1, #8\n" \
    "    ldr lr, [sp, #8]\n" \
    "    ldr r2, [r0, #-4]\n" \
    "    bx r11\n"

/* Sixteen products; every group is 72 bytes of code. */
#define TVM_TINY_DSP_GROUP_ONE \
    "    smlad r5, r9, r12, r5\n" \
    "    ldr r10, [r3], #4\n" \
    "    smlad r4, r8, r12, r4\n" \
    "    ldr r11, [r3], #4\n" \
    "    sxtb16 r9, r9\n" \
    "    smlad r6, r10, r12, r6\n" \
    "    sxtb16 r8, r8\n" \
    "    smlad r7, r11, r12, r7\n" \
    "    sxtb16 r10, r10\n" \
    "    smlad r5, r9, r2, r5\n" \
    "    sxtb16 r11, r11\n" \
    "    smlad r4, r8, r2, r4\n"

#define TVM_TINY_DSP_NEXT_ONE \
    "    smlad r6, r10, r2, r6\n" \
    "    ldr r12, [r0], #8\n" \
    "    smlad r7, r11, r2, r7\n" \
    "    ldr r9, [r1, #4]\n" \
    "    ldr r8, [r1], #8\n" \
    "    ldr r2, [r0, #-4]\n"

#define TVM_TINY_DSP_LOOP_ONE \
    "    subs lr, lr, #1\n" \
    "    smlad r6, r10, r2, r6\n" \
    "    ldr r12, [r0], #8\n" \
    "    smlad r7, r11, r2, r7\n" \
    "    ldr r8, [r1], #8\n" \
    "    ldr r2, [r0, #-4]\n" \
    "    ldr r9, [r1, #-4]\n" \
    "    bne 2b\n"

static TVM_TINY_DSP_NAKED void tvm_tiny_dsp_fours(
    const int32_t *x TVM_TINY_DSP_UNUSED, const int16_t *w TVM_TINY_DSP_UNUSED,
    const int32_t *table TVM_TINY_DSP_UNUSED, int8_t *y TVM_TINY_DSP_UNUSED,
    int32_t groups TVM_TINY_DSP_UNUSED, int32_t channels TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        TVM_TINY_DSP_ENTER_ONE
        "1:\n"
        TVM_TINY_DSP_TILE_ONE
        "2:\n"
        ".rept 7\n"
        TVM_TINY_DSP_GROUP_ONE
        TVM_TINY_DSP_NEXT_ONE
        ".endr\n"
        TVM_TINY_DSP_GROUP_ONE
        TVM_TINY_DSP_LOOP_ONE
        "    ldr lr, [sp, #20]\n"
        "    mvn r12, #127\n"
        "    ldr r8, [lr, #8]\n"
        "    ldr r9, [lr, #12]\n"
        "    and r2, r12, r4, asr #31\n"
        "    ldr r10, [lr, #40]\n"
        "    and r0, r12, r5, asr #31\n"
        "    ldr r11, [lr, #44]\n"
        "    smmla r4, r4, r8, r2\n"
        "    and r2, r12, r6, asr #31\n"
        "    smmla r5, r5, r9, r0\n"
        "    and r0, r12, r7, asr #31\n"
        "    smmla r6, r6, r10, r2\n"
        "    ldr r8, [lr, #16]\n"
        "    smmla r7, r7, r11, r0\n"
        "    ldr r9, [lr, #20]\n"
        "    ldr r10, [lr, #48]\n"
        "    ldr r11, [lr, #52]\n"
        "    ldr r12, [lr, #24]\n"
        "    ldr r2, [lr, #28]\n"
        "    add r4, r4, r8\n"
        "    ldr r8, [lr, #56]\n"
        "    add r5, r5, r9\n"
        "    ldr r9, [lr, #60]\n"
        "    add r6, r6, r10\n"
        "    add r7, r7, r11\n"
        "    asr r4, r4, r12\n"
        "    asr r5, r5, r2\n"
        "    asr r6, r6, r8\n"
        "    asr r7, r7, r9\n"
        "    ssat r4, #8, r4\n"
        "    ldr r0, [sp]\n"
        "    ssat r5, #8, r5\n"
        "    ldr r8, [sp, #16]\n"
        "    ssat r6, #8, r6\n"
        "    mov r1, r3\n"
        "    ssat r7, #8, r7\n"
        "    strb r4, [r8]\n"
        "    ldr r9, [sp, #4]\n"
        "    strb r5, [r8, #1]\n"
        "    add lr, lr, #64\n"
        "    strb r6, [r8, #2]\n"
        "    add r8, r8, #4\n"
        "    str lr, [sp, #20]\n"
        "    strb r7, [r8, #-1]\n"
        "    cmp r8, r9\n"
        "    str r8, [sp, #16]\n"
        "    bne 1b\n"
        "    add sp, sp, #24\n"
        "    pop {r4-r12, pc}\n"
    );
}

/* The same where negative results are limited to the zero point, -128. */
static TVM_TINY_DSP_NAKED void tvm_tiny_dsp_fours_relu(
    const int32_t *x TVM_TINY_DSP_UNUSED, const int16_t *w TVM_TINY_DSP_UNUSED,
    const int32_t *table TVM_TINY_DSP_UNUSED, int8_t *y TVM_TINY_DSP_UNUSED,
    int32_t groups TVM_TINY_DSP_UNUSED, int32_t channels TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        TVM_TINY_DSP_ENTER_ONE
        "1:\n"
        TVM_TINY_DSP_TILE_ONE
        "2:\n"
        ".rept 7\n"
        TVM_TINY_DSP_GROUP_ONE
        TVM_TINY_DSP_NEXT_ONE
        ".endr\n"
        TVM_TINY_DSP_GROUP_ONE
        TVM_TINY_DSP_LOOP_ONE
        "    ldr lr, [sp, #20]\n"
        "    ldr r8, [lr, #8]\n"
        "    ldr r9, [lr, #12]\n"
        "    ldr r10, [lr, #16]\n"
        "    ldr r11, [lr, #20]\n"
        "    ldr r12, [lr, #40]\n"
        "    ldr r2, [lr, #44]\n"
        "    smmla r4, r4, r8, r10\n"
        "    ldr r10, [lr, #48]\n"
        "    smmla r5, r5, r9, r11\n"
        "    ldr r11, [lr, #52]\n"
        "    ldr r8, [lr, #24]\n"
        "    ldr r9, [lr, #28]\n"
        "    smmla r6, r6, r12, r10\n"
        "    ldr r12, [lr, #56]\n"
        "    smmla r7, r7, r2, r11\n"
        "    ldr r2, [lr, #60]\n"
        "    asr r4, r4, r8\n"
        "    asr r5, r5, r9\n"
        "    asr r6, r6, r12\n"
        "    asr r7, r7, r2\n"
        "    ssat r4, #8, r4\n"
        "    ldr r0, [sp]\n"
        "    ssat r5, #8, r5\n"
        "    ldr r8, [sp, #16]\n"
        "    ssat r6, #8, r6\n"
        "    mov r1, r3\n"
        "    ssat r7, #8, r7\n"
        "    strb r4, [r8]\n"
        "    ldr r9, [sp, #4]\n"
        "    strb r5, [r8, #1]\n"
        "    add lr, lr, #64\n"
        "    strb r6, [r8, #2]\n"
        "    add r8, r8, #4\n"
        "    str lr, [sp, #20]\n"
        "    strb r7, [r8, #-1]\n"
        "    cmp r8, r9\n"
        "    str r8, [sp, #16]\n"
        "    bne 1b\n"
        "    add sp, sp, #24\n"
        "    pop {r4-r12, pc}\n"
    );
}
#endif

/*
 * All channels of two neighbouring pixels; groups of the two alternate: x0 x1 y1 y0.
 * y: channels of the first pixel, then of the second. relu: negative results become -128, the
 * zero point.
 */
static inline void tvm_tiny_dsp_two_pixels(const int32_t *x, const int16_t *w,
                                           const int32_t *table, int8_t *y, int32_t groups,
                                           int32_t channels, int32_t relu)
{
    int32_t i = 0;
#if TVM_TINY_DSP_ASM
    if (channels > 1) {
        if (relu != 0) {
            tvm_tiny_dsp_pairs_relu(x, w, table, y, groups, channels);
        } else {
            tvm_tiny_dsp_pairs(x, w, table, y, groups, channels);
        }
        i = channels & ~1;
    }
#else
    (void)relu;
#endif
    for (; i < channels; ++i) {
        const int16_t *const weights = w + 4 * groups * (i >> 1);
        const int32_t *const row = table + 8 * (i >> 1);
        y[i] = tvm_tiny_dsp_one(x, 3, 4, weights, row, i & 1, groups);
        y[channels + i] = tvm_tiny_dsp_one(x + 1, 1, 4, weights, row, i & 1, groups);
    }
}

/* All channels of one pixel, groups x y one after the other. */
static inline void tvm_tiny_dsp_one_pixel(const int32_t *x, const int16_t *w,
                                          const int32_t *table, int8_t *y, int32_t groups,
                                          int32_t channels, int32_t relu)
{
    int32_t i = 0;
#if TVM_TINY_DSP_ASM
    if (channels > 3) {
        if (relu != 0) {
            tvm_tiny_dsp_fours_relu(x, w, table, y, groups, channels);
        } else {
            tvm_tiny_dsp_fours(x, w, table, y, groups, channels);
        }
        i = channels & ~3;
    }
#else
    (void)relu;
#endif
    for (; i < channels; ++i) {
        y[i] = tvm_tiny_dsp_one(x, 1, 2, w + 4 * groups * (i >> 1), table + 8 * (i >> 1),
                                i & 1, groups);
    }
}

/* All channels of one or two pixels. */
static inline void tvm_tiny_dsp_product(const int32_t *x, const int16_t *w, const int32_t *table,
                                        int8_t *y, int32_t pixels, int32_t groups,
                                        int32_t channels, int32_t relu)
{
    if (pixels == 2) {
        tvm_tiny_dsp_two_pixels(x, w, table, y, groups, channels, relu);
    } else {
        tvm_tiny_dsp_one_pixel(x, w, table, y, groups, channels, relu);
    }
}

/* Limits a row to an activation's range. */
static inline void tvm_tiny_dsp_clamp(int8_t *y, int32_t count, int32_t low, int32_t high)
{
    int32_t i;
    for (i = 0; i < count; ++i) {
        y[i] = (int8_t)(y[i] < low ? low : y[i] > high ? high : y[i]);
    }
}

/* Where the taps of a convolution's row kernel are: see the generated calls. */
struct tvm_tiny_dsp_window {
    const int8_t *x;
    const int32_t *rows; /* element offset of the row of each vertical tap */
    int32_t begin, end;  /* vertical taps inside the tensor */
    int32_t width, channels;
    int32_t height_taps, width_taps, dilation; /* of the window; dilation is horizontal */
    int32_t fill;                              /* the input's zero point */
};

/* Widens one pixel's window whose left tap is at `column`; channels is a multiple of 4. */
static inline void tvm_tiny_dsp_window_groups(const struct tvm_tiny_dsp_window *v, int32_t column,
                                              int32_t *out, int32_t apart, int32_t stride)
{
    const int32_t span = (v->width_taps - 1) * v->dilation + 1;
    const int32_t step = (v->channels >> 2) * stride;
    int32_t ky, kx;
    for (ky = 0; ky < v->height_taps; ++ky) {
        const int32_t inside = ky >= v->begin && ky < v->end;
        if (inside && v->dilation == 1 && column >= 0 && column + span <= v->width) {
            tvm_tiny_dsp_widen(v->x + v->rows[ky] + column * v->channels,
                               v->width_taps * v->channels, out, apart, stride);
            out += v->width_taps * step;
            continue;
        }
        for (kx = 0; kx < v->width_taps; ++kx) {
            const int32_t at = column + kx * v->dilation;
            if (inside && at >= 0 && at < v->width) {
                tvm_tiny_dsp_widen(v->x + v->rows[ky] + at * v->channels, v->channels, out, apart,
                                   stride);
            } else {
                int32_t group;
                for (group = 0; group < v->channels >> 2; ++group) {
                    tvm_tiny_dsp_widen_group((uint32_t)(uint8_t)v->fill * 0x01010101u,
                                             out + group * stride, apart);
                }
            }
            out += step;
        }
    }
}

/* Two pixels' windows side by side; the second's left tap is at `column + step`. */
static inline void tvm_tiny_dsp_window_two(const struct tvm_tiny_dsp_window *v, int32_t column,
                                           int32_t step, int32_t *out)
{
    const int32_t span = (v->width_taps - 1) * v->dilation + 1;
    const int32_t groups = v->width_taps * (v->channels >> 2);
    int32_t ky;
    if (v->dilation != 1 || column < 0 || column + step + span > v->width || v->begin > 0 ||
        v->end < v->height_taps) {
        tvm_tiny_dsp_window_groups(v, column, out, 3, 4);
        tvm_tiny_dsp_window_groups(v, column + step, out + 1, 1, 4);
        return;
    }
    for (ky = 0; ky < v->height_taps; ++ky) {
        const int8_t *const x = v->x + v->rows[ky] + column * v->channels;
        tvm_tiny_dsp_widen_two(x, x + step * v->channels, groups, out + 4 * groups * ky);
    }
}

/* The same for any number of channels; bytes: room for the window as it is. */
static inline void tvm_tiny_dsp_window_bytes(const struct tvm_tiny_dsp_window *v, int32_t column,
                                             int32_t *out, int32_t apart, int32_t stride,
                                             int32_t *bytes)
{
    const int32_t span = (v->width_taps - 1) * v->dilation + 1;
    const int32_t count = v->height_taps * v->width_taps * v->channels;
    int8_t *to = (int8_t *)bytes;
    int32_t ky, kx, c;
    for (ky = 0; ky < v->height_taps; ++ky) {
        const int32_t inside = ky >= v->begin && ky < v->end;
        if (inside && v->dilation == 1 && column >= 0 && column + span <= v->width) {
            tvm_tiny_dsp_copy(to, v->x + v->rows[ky] + column * v->channels,
                              v->width_taps * v->channels);
            to += v->width_taps * v->channels;
            continue;
        }
        for (kx = 0; kx < v->width_taps; ++kx) {
            const int32_t at = column + kx * v->dilation;
            const int32_t real = inside && at >= 0 && at < v->width;
            for (c = 0; c < v->channels; ++c) {
                *to++ = real ? v->x[v->rows[ky] + at * v->channels + c] : (int8_t)v->fill;
            }
        }
    }
    tvm_tiny_dsp_widen((const int8_t *)bytes, count, out, apart, stride);
}

/*
 * The same for a window that lies wholly inside, `span` elements of `taps` rows: words as they come,
 * put together across the rows. span is at least 4. Constant arguments unroll it.
 */
static TVM_TINY_DSP_INLINE void tvm_tiny_dsp_window_words(const int8_t *x, const int32_t *rows,
                                                          int32_t taps, int32_t span, int32_t *out,
                                                          int32_t apart, int32_t stride)
{
    const int32_t rest = 8 * (span & 3);
    uint32_t carry = 0;
    int32_t bits = 0, ky, i;
    TVM_TINY_DSP_UNROLL
    for (ky = 0; ky < taps; ++ky) {
        const int8_t *const from = x + rows[ky];
        TVM_TINY_DSP_UNROLL
        for (i = 0; i < span >> 2; ++i) {
            const uint32_t word = tvm_tiny_dsp_load(from + 4 * i);
            tvm_tiny_dsp_widen_group(carry | word << bits, out, apart);
            out += stride;
            carry = bits == 0 ? 0 : word >> (32 - bits);
        }
        if (rest != 0) {
            const uint32_t word = tvm_tiny_dsp_load(from + span - 4) >> (32 - rest);
            carry |= word << bits;
            bits += rest;
            if (bits >= 32) {
                tvm_tiny_dsp_widen_group(carry, out, apart);
                out += stride;
                bits -= 32;
                carry = bits == 0 ? 0 : word >> (rest - bits);
            }
        }
    }
    if (bits != 0) {
        tvm_tiny_dsp_widen_group(carry, out, apart);
    }
}

static inline struct tvm_tiny_dsp_window tvm_tiny_dsp_window_of(
    const int8_t *x, const int32_t *rows, int32_t begin, int32_t end, int32_t width,
    int32_t channels, int32_t height_taps, int32_t width_taps, int32_t dilation, int32_t fill)
{
    struct tvm_tiny_dsp_window v;
    v.x = x;
    v.rows = rows;
    v.begin = begin;
    v.end = end;
    v.width = width;
    v.channels = channels;
    v.height_taps = height_taps;
    v.width_taps = width_taps;
    v.dilation = dilation;
    v.fill = fill;
    return v;
}

/*
 * The windows of `pixels` (1 or 2) neighbouring pixels, `step` columns apart, the first with its left
 * tap at `column`, to scratch as the products read them. channels is a multiple of 4.
 */
static inline void tvm_tiny_dsp_gather_window(const int8_t *x, const int32_t *rows,
                                              int32_t *scratch, int32_t begin, int32_t end,
                                              int32_t column, int32_t step, int32_t pixels,
                                              int32_t width, int32_t channels, int32_t height_taps,
                                              int32_t width_taps, int32_t dilation, int32_t fill)
{
    const struct tvm_tiny_dsp_window v = tvm_tiny_dsp_window_of(
        x, rows, begin, end, width, channels, height_taps, width_taps, dilation, fill);
    if (pixels == 2) {
        tvm_tiny_dsp_window_two(&v, column, step, scratch);
    } else {
        tvm_tiny_dsp_window_groups(&v, column, scratch, 1, 2);
    }
}

/* The same for any number of channels; after the windows, scratch has room for one as bytes. */
static TVM_TINY_DSP_INLINE void tvm_tiny_dsp_gather_bytes(
    const int8_t *x, const int32_t *rows, int32_t *scratch, int32_t begin, int32_t end,
    int32_t column, int32_t step, int32_t pixels, int32_t width, int32_t channels,
    int32_t height_taps, int32_t width_taps, int32_t dilation, int32_t fill)
{
    const int32_t span = width_taps * channels;
    const int32_t right = column + (pixels - 1) * step + width_taps;
    if (span >= 4 && dilation == 1 && begin == 0 && end == height_taps && column >= 0 &&
        right <= width && pixels == 2) {
        const int8_t *const from = x + column * channels;
        tvm_tiny_dsp_window_words(from, rows, height_taps, span, scratch, 3, 4);
        tvm_tiny_dsp_window_words(from + step * channels, rows, height_taps, span, scratch + 1, 1,
                                  4);
    } else {
        const struct tvm_tiny_dsp_window v = tvm_tiny_dsp_window_of(
            x, rows, begin, end, width, channels, height_taps, width_taps, dilation, fill);
        int32_t *const bytes = scratch + 4 * ((height_taps * span + 3) >> 2) + 3;
        tvm_tiny_dsp_window_bytes(&v, column, scratch, pixels == 2 ? 3 : 1, 2 * pixels, bytes);
        if (pixels == 2) {
            tvm_tiny_dsp_window_bytes(&v, column + step, scratch + 1, 1, 4, bytes);
        }
    }
}

/* `pixels` (1 or 2) whole pixels, `step` elements apart. */
static inline void tvm_tiny_dsp_gather_pixels(const int8_t *x, int32_t *scratch, int32_t step,
                                              int32_t pixels, int32_t channels)
{
    if (pixels == 1) {
        tvm_tiny_dsp_widen(x, channels, scratch, 1, 2);
    } else if ((channels & 3) == 0 && channels > 12) {
        tvm_tiny_dsp_widen_two(x, x + step, channels >> 2, scratch);
    } else {
        tvm_tiny_dsp_widen(x, channels, scratch, 3, 4);
        tvm_tiny_dsp_widen(x + step, channels, scratch + 1, 1, 4);
    }
}

#ifdef __cplusplus
}
#endif

#endif
