/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Elementwise operators, four elements at a time, their constants known to the compiler: sums and
 * products of two int8 tensors, float32 to int8.
 *
 * Functions that end in _row take a row of elements that lie side by side; their loops are in the
 * order in which a Cortex-M7 issues most of them in pairs, found by search over its timing (cycles
 * are given). Every one has a twin in C that computes the same bits. The others serve operands that
 * repeat, and constants that the _row functions cannot hold: four instructions requantise (SMMLAR,
 * the rounding and the zero point in its accumulator), four elements in flight hide latencies.
 */
#ifndef TVM_TINY_ELEMENTWISE_H
#define TVM_TINY_ELEMENTWISE_H

#include <stdint.h>

#include "tvm_tiny_kernels.h"

/* Loops in assembly take 13 registers: compilers that do not optimise have fewer. */
#if defined(__GNUC__) && defined(__thumb2__) && defined(__ARM_FEATURE_DSP) && \
    defined(__OPTIMIZE__) && !defined(TVM_TINY_PLAIN_C)
#define TVM_TINY_ELEMENTWISE_ASM 1
#else
#define TVM_TINY_ELEMENTWISE_ASM 0
#endif

/* Four results in flight: GCC leaves the loop over them as it is, and them in memory. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__OPTIMIZE__)
#define TVM_TINY_ELEMENTWISE_FOURS _Pragma("GCC unroll 4")
#else
#define TVM_TINY_ELEMENTWISE_FOURS
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * x / 2 times multiplier / 2^31, ties up; plus rounding, less one below 0; to be shifted. With
 * rounding = 2^(shift - 1) + (zero point << shift) the shift rounds ties away from zero.
 */
static inline int32_t tvm_tiny_scaled(int32_t x, int32_t multiplier, int32_t rounding)
{
    const int32_t sign = rounding + (x >> 31);
#if TVM_TINY_ELEMENTWISE_ASM
    int32_t result;
    __asm__("smmlar %0, %1, %2, %3" : "=r"(result) : "r"(x), "r"(multiplier), "r"(sign));
    return result;
#else
    return (int32_t)(((int64_t)x * multiplier + ((int64_t)1 << 31)) >> 32) + sign;
#endif
}

/* x limited to int8. */
static inline int8_t tvm_tiny_int8(int32_t x)
{
#if TVM_TINY_ELEMENTWISE_ASM
    int32_t result;
    __asm__("ssat %0, #8, %1" : "=r"(result) : "r"(x));
    return (int8_t)result;
#else
    return (int8_t)(x < -128 ? -128 : x > 127 ? 127 : x);
#endif
}

/*
 * a * 2^left - offset, rescaled by multiplier / 2^(shift + 32); shift 0: by a power of two that is
 * in `left` already.
 */
static inline int32_t tvm_tiny_term(int32_t a, int32_t left, int32_t offset, int32_t multiplier,
                                    int32_t rounding, int32_t shift)
{
    const int32_t x = (int32_t)((uint32_t)a << left) - offset;
    return shift == 0 ? x : tvm_tiny_scaled(x, multiplier, rounding) >> shift;
}

/* One sum of two terms, rescaled. sign is 1, or -1 for a difference. */
static inline int8_t tvm_tiny_sum(int32_t a, int32_t b, int32_t sign, int32_t a_left,
                                  int32_t a_offset, int32_t a_multiplier, int32_t a_rounding,
                                  int32_t a_shift, int32_t b_left, int32_t b_offset,
                                  int32_t b_multiplier, int32_t b_rounding, int32_t b_shift,
                                  int32_t multiplier, int32_t rounding, int32_t shift)
{
    const int32_t x = tvm_tiny_term(a, a_left, a_offset, a_multiplier, a_rounding, a_shift);
    const int32_t y = tvm_tiny_term(b, b_left, b_offset, b_multiplier, b_rounding, b_shift);
    const int32_t total = (x + sign * y) * 2;
    return tvm_tiny_int8(tvm_tiny_scaled(total, multiplier, rounding) >> shift);
}

/* Four sums; a step of 0 repeats an operand. */
static inline void tvm_tiny_sum4(const int8_t *a, const int8_t *b, int8_t *y, int32_t a_step,
                                 int32_t b_step, int32_t sign, int32_t a_left, int32_t a_offset,
                                 int32_t a_multiplier, int32_t a_rounding, int32_t a_shift,
                                 int32_t b_left, int32_t b_offset, int32_t b_multiplier,
                                 int32_t b_rounding, int32_t b_shift, int32_t multiplier,
                                 int32_t rounding, int32_t shift)
{
    int8_t r[4];
    int32_t i;
    for (i = 0; i < 4; ++i) {
        r[i] = tvm_tiny_sum(a[i * a_step], b[i * b_step], sign, a_left, a_offset, a_multiplier,
                            a_rounding, a_shift, b_left, b_offset, b_multiplier, b_rounding, b_shift, multiplier,
                            rounding, shift);
    }
    y[0] = r[0];
    y[1] = r[1];
    y[2] = r[2];
    y[3] = r[3];
}

/* One product, rescaled. */
static inline int8_t tvm_tiny_product(int32_t a, int32_t b, int32_t a_zero_point,
                                      int32_t b_zero_point, int32_t multiplier, int32_t rounding,
                                      int32_t shift)
{
    const int32_t twice = (a - a_zero_point) * (2 * b - 2 * b_zero_point);
    return tvm_tiny_int8(tvm_tiny_scaled(twice, multiplier, rounding) >> shift);
}

/* Four products. */
static inline void tvm_tiny_product4(const int8_t *a, const int8_t *b, int8_t *y, int32_t a_step,
                                     int32_t b_step, int32_t a_zero_point, int32_t b_zero_point,
                                     int32_t multiplier, int32_t rounding, int32_t shift)
{
    int8_t r[4];
    int32_t i;
    for (i = 0; i < 4; ++i) {
        r[i] = tvm_tiny_product(a[i * a_step], b[i * b_step], a_zero_point, b_zero_point,
                                multiplier, rounding, shift);
    }
    y[0] = r[0];
    y[1] = r[1];
    y[2] = r[2];
    y[3] = r[3];
}

/*
 * The square of a difference of two terms, each less than 2^15 apart, rescaled. A square is never
 * negative: no tie goes down.
 */
static inline int8_t tvm_tiny_square(int32_t a, int32_t b, int32_t multiplier, int32_t rounding,
                                     int32_t shift)
{
    const int32_t twice = (a - b) * (2 * a - 2 * b);
#if TVM_TINY_ELEMENTWISE_ASM
    int32_t result;
    __asm__("smmlar %0, %1, %2, %3"
            : "=r"(result)
            : "r"(twice), "r"(multiplier), "r"(rounding));
    return tvm_tiny_int8(result >> shift);
#else
    return tvm_tiny_int8(tvm_tiny_scaled(twice, multiplier, rounding) >> shift);
#endif
}

/*
 * count squares; a step of 0 repeats an operand, whose term is then made once. Operands' constants
 * are tvm_tiny_term's.
 */
static inline void tvm_tiny_square_row(const int8_t *a, const int8_t *b, int8_t *y, int32_t count,
                                       int32_t a_step, int32_t b_step, int32_t a_left,
                                       int32_t a_offset, int32_t a_multiplier, int32_t a_rounding,
                                       int32_t a_shift, int32_t b_left, int32_t b_offset,
                                       int32_t b_multiplier, int32_t b_rounding, int32_t b_shift,
                                       int32_t multiplier, int32_t rounding, int32_t shift)
{
    int32_t p = tvm_tiny_term(*a, a_left, a_offset, a_multiplier, a_rounding, a_shift);
    int32_t q = tvm_tiny_term(*b, b_left, b_offset, b_multiplier, b_rounding, b_shift);
    int32_t i, k, results[4] = {0, 0, 0, 0};
    for (i = 0; i + 4 <= count; i += 4) {
        TVM_TINY_ELEMENTWISE_FOURS
        for (k = 0; k < 4; ++k) {
            if (a_step != 0) {
                p = tvm_tiny_term(a[i + k], a_left, a_offset, a_multiplier, a_rounding, a_shift);
            }
            if (b_step != 0) {
                q = tvm_tiny_term(b[i + k], b_left, b_offset, b_multiplier, b_rounding, b_shift);
            }
            results[k] = tvm_tiny_square(p, q, multiplier, rounding, shift);
        }
        TVM_TINY_ELEMENTWISE_FOURS
        for (k = 0; k < 4; ++k) {
            y[i + k] = (int8_t)results[k];
        }
    }
    for (; i < count; ++i) {
        if (a_step != 0) {
            p = tvm_tiny_term(a[i], a_left, a_offset, a_multiplier, a_rounding, a_shift);
        }
        if (b_step != 0) {
            q = tvm_tiny_term(b[i], b_left, b_offset, b_multiplier, b_rounding, b_shift);
        }
        y[i] = tvm_tiny_square(p, q, multiplier, rounding, shift);
    }
}

/* a * 256 * factor / 2^16, rounded down. */
static inline int32_t tvm_tiny_part(int32_t a, int32_t factor)
{
    return (int32_t)(((int64_t)a * 256 * factor) >> 16);
}

/* x / 2^20 limited to 0..255, less 128. */
static inline int8_t tvm_tiny_biased(int32_t x)
{
    const int32_t high = x >> 20;
    return (int8_t)((high < 0 ? 0 : high > 255 ? 255 : high) - 128);
}

/*
 * y = a * a_factor + b * b_factor + offset, all times 2^20 and with 128 added, see
 * tvm_tiny.schedules.affine. 18 cycles for four elements.
 */
static inline void tvm_tiny_sum_row(const int8_t *a, const int8_t *b, int8_t *y, int32_t count,
                                    int32_t a_factor, int32_t b_factor, int32_t offset)
{
    int32_t i = 0;
#if TVM_TINY_ELEMENTWISE_ASM
    const int8_t *const end = y + (count & ~3);
    if (count >= 4) {
        uint32_t p, q, r, s, t;
        __asm__ volatile(
            "1:\n\t"
            "ldr %[p], [%[a]], #4\n\t"
            "and %[r], %[p], %[mask]\n\t" /* elements 1 and 3 times 256 */
            "ldr %[q], [%[b]], #4\n\t"
            "and %[s], %[q], %[mask]\n\t"
            "smlawb %[t], %[af], %[r], %[c]\n\t"
            "smlawt %[r], %[af], %[r], %[c]\n\t"
            "smlawb %[t], %[bf], %[s], %[t]\n\t"
            "and %[p], %[mask], %[p], lsl #8\n\t" /* elements 0 and 2 */
            "and %[q], %[mask], %[q], lsl #8\n\t"
            "smlawt %[r], %[bf], %[s], %[r]\n\t"
            "smlawt %[s], %[af], %[p], %[c]\n\t"
            "smlawt %[s], %[bf], %[q], %[s]\n\t"
            "usat %[r], #8, %[r], asr #20\n\t"
            "smlawb %[p], %[af], %[p], %[c]\n\t"
            "usat %[t], #8, %[t], asr #20\n\t"
            "smlawb %[p], %[bf], %[q], %[p]\n\t"
            "usat %[s], #8, %[s], asr #20\n\t"
            "orr %[t], %[t], %[r], lsl #16\n\t"
            "usat %[p], #8, %[p], asr #20\n\t"
            "orr %[t], %[t], %[s], lsl #8\n\t"
            "eor %[t], %[t], #0x80808080\n\t"
            "eor %[p], %[p], %[t], ror #24\n\t"
            "str %[p], [%[y]], #4\n\t"
            "cmp %[y], %[end]\n\t"
            "bne 1b\n\t"
            : [a] "+r"(a), [b] "+r"(b), [y] "+r"(y), [p] "=&r"(p), [q] "=&r"(q), [r] "=&r"(r),
              [s] "=&r"(s), [t] "=&r"(t)
            : [af] "r"(a_factor), [bf] "r"(b_factor), [c] "r"(offset), [mask] "r"(0xff00ff00u),
              [end] "r"(end)
            : "cc", "memory");
    }
    count &= 3;
#endif
    for (; i < count; ++i) {
        y[i] = tvm_tiny_biased(offset + tvm_tiny_part(a[i], a_factor) +
                               tvm_tiny_part(b[i], b_factor));
    }
}

/*
 * tvm_tiny_product_row_<shift>: y = a * b rescaled as tvm_tiny_product does it. The negated
 * zero points stand in both halves of a word, as SXTAB16 adds them; rounding has 128 more of the
 * result than there. 24 cycles for four elements. tvm_tiny_product_same_<shift>: one b for the row.
 */
#define TVM_TINY_SAME_WORDS 16
#if TVM_TINY_ELEMENTWISE_ASM
#define TVM_TINY_PRODUCT_LOOP(SHIFT)                                                               \
    if (count >= 4) {                                                                              \
        const int8_t *const end = y + (count & ~3);                                                \
        uint32_t p, q, r, s, t;                                                                    \
        __asm__ volatile(                                                                          \
            "1:\n\t"                                                                               \
            "ldr %[q], [%[b]], #4\n\t"                                                             \
            "ldr %[p], [%[a]], #4\n\t"                                                             \
            "sxtab16 %[s], %[bz], %[q], ror #8\n\t"                                                \
            "sxtab16 %[r], %[az], %[p], ror #8\n\t"                                                \
            "sadd16 %[s], %[s], %[s]\n\t"                                                          \
            "sxtab16 %[q], %[bz], %[q]\n\t"                                                        \
            "smulbb %[t], %[r], %[s]\n\t"                                                          \
            "sadd16 %[q], %[q], %[q]\n\t"                                                          \
            "smultt %[r], %[r], %[s]\n\t"                                                          \
            "sxtab16 %[p], %[az], %[p]\n\t"                                                        \
            "add %[s], %[c], %[t], asr #31\n\t"                                                    \
            "smmlar %[t], %[t], %[m], %[s]\n\t"                                                    \
            "add %[s], %[c], %[r], asr #31\n\t"                                                    \
            "smmlar %[r], %[r], %[m], %[s]\n\t"                                                    \
            "smultt %[s], %[p], %[q]\n\t"                                                          \
            "usat %[r], #8, %[r], asr #" #SHIFT "\n\t"                                             \
            "smulbb %[p], %[p], %[q]\n\t"                                                          \
            "add %[q], %[c], %[s], asr #31\n\t"                                                    \
            "smmlar %[s], %[s], %[m], %[q]\n\t"                                                    \
            "usat %[t], #8, %[t], asr #" #SHIFT "\n\t"                                             \
            "add %[q], %[c], %[p], asr #31\n\t"                                                    \
            "usat %[s], #8, %[s], asr #" #SHIFT "\n\t"                                             \
            "orr %[t], %[t], %[r], lsl #16\n\t"                                                    \
            "smmlar %[p], %[p], %[m], %[q]\n\t"                                                    \
            "orr %[t], %[t], %[s], lsl #8\n\t"                                                     \
            "usat %[p], #8, %[p], asr #" #SHIFT "\n\t"                                             \
            "eor %[t], %[t], #0x80808080\n\t"                                                      \
            "eor %[p], %[p], %[t], ror #24\n\t"                                                    \
            "str %[p], [%[y]], #4\n\t"                                                             \
            "cmp %[y], %[end]\n\t"                                                                 \
            "bne 1b\n\t"                                                                           \
            : [a] "+r"(a), [b] "+r"(b), [y] "+r"(y), [p] "=&r"(p), [q] "=&r"(q), [r] "=&r"(r),     \
              [s] "=&r"(s), [t] "=&r"(t)                                                           \
            : [az] "r"(a_zeros), [bz] "r"(b_zeros), [m] "r"(multiplier), [c] "r"(rounding),        \
              [end] "r"(end)                                                                       \
            : "cc", "memory");                                                                     \
    }                                                                                              \
    count &= 3;
#else
#define TVM_TINY_PRODUCT_LOOP(SHIFT)
#endif

/* a * b rescaled, 128 added, as the loop above computes it. */
static inline int8_t tvm_tiny_product_biased(int32_t product, int32_t multiplier, int32_t rounding,
                                             int32_t shift)
{
    const int32_t x = tvm_tiny_scaled(2 * product, multiplier, rounding) >> shift;
    return (int8_t)((x < 0 ? 0 : x > 255 ? 255 : x) - 128);
}

#define TVM_TINY_PRODUCT_ROW(SHIFT) \
    static inline void tvm_tiny_product_row_##SHIFT( \
        const int8_t *a, const int8_t *b, int8_t *y, int32_t count, int32_t a_zeros, \
        int32_t b_zeros, int32_t multiplier, int32_t rounding) \
    { \
        int32_t i; \
        TVM_TINY_PRODUCT_LOOP(SHIFT) \
        for (i = 0; i < count; ++i) { \
            y[i] = tvm_tiny_product_biased((a[i] + (int16_t)a_zeros) * (b[i] + (int16_t)b_zeros), \
                                           multiplier, rounding, SHIFT); \
        } \
    } \
    static inline void tvm_tiny_product_same_##SHIFT( \
        const int8_t *a, const int8_t *b, int8_t *y, int32_t count, int32_t a_zeros, \
        int32_t b_zeros, int32_t multiplier, int32_t rounding) \
    { \
        uint32_t same[TVM_TINY_SAME_WORDS]; \
        int32_t i; \
        for (i = 0; i < TVM_TINY_SAME_WORDS && 4 * i < count; ++i) { \
            same[i] = (uint32_t)(uint8_t)*b * 0x01010101u; \
        } \
        for (i = 0; i < count; i += 4 * TVM_TINY_SAME_WORDS) { \
            const int32_t left = count - i; \
            tvm_tiny_product_row_##SHIFT( \
                a + i, (const int8_t *)(const void *)same, y + i, \
                left < 4 * TVM_TINY_SAME_WORDS ? left : 4 * TVM_TINY_SAME_WORDS, a_zeros, \
                b_zeros, multiplier, rounding); \
        } \
    }
TVM_TINY_PRODUCT_ROW(1)
TVM_TINY_PRODUCT_ROW(2)
TVM_TINY_PRODUCT_ROW(3)
TVM_TINY_PRODUCT_ROW(4)
TVM_TINY_PRODUCT_ROW(5)
TVM_TINY_PRODUCT_ROW(6)
TVM_TINY_PRODUCT_ROW(7)
TVM_TINY_PRODUCT_ROW(8)
TVM_TINY_PRODUCT_ROW(9)
TVM_TINY_PRODUCT_ROW(10)
TVM_TINY_PRODUCT_ROW(11)
TVM_TINY_PRODUCT_ROW(12)

/*
 * y = x / scale + zero point, as tvm_tiny_quantize; inverse_bits: 1024 / scale. A quotient from a
 * multiplication is wrong by less than 1/16 of 1/1024; where that may change the rounding, and only
 * there, it is divided. 27 cycles for four elements.
 */
static inline void tvm_tiny_quantize_row(const float *x, int8_t *y, int32_t count,
                                         int32_t scale_bits, int32_t inverse_bits,
                                         int32_t zero_point)
{
    const int8_t *const stop = y + count;
#if TVM_TINY_ELEMENTWISE_ASM && defined(__ARM_FP)
    const int8_t *const end = y + (count & ~3);
    const float inverse = tvm_tiny_float(inverse_bits);
    /* a half, what the result gains by USAT and EOR, and 4 so that one test finds what is near */
    const int32_t zero = (zero_point + 128) * 1024 + 512 + 4;
    while (y < end) {
        uint32_t p, q, r, s;
        float a, b, c, d;
        int32_t k;
        /* VCVT saturates, and makes 0 of a NaN; ends early at four elements with one near a tie */
        __asm__ volatile(
            "1:\n\t"
            "vldr %[b], [%[x], #4]\n\t"
            "vldr %[a], [%[x]]\n\t"
            "vmul.f32 %[a], %[a], %[inverse]\n\t"
            "vldr %[c], [%[x], #8]\n\t"
            "vmul.f32 %[b], %[b], %[inverse]\n\t"
            "vldr %[d], [%[x], #12]\n\t"
            "vmul.f32 %[d], %[d], %[inverse]\n\t"
            "vcvt.s32.f32 %[a], %[a]\n\t"
            "vmul.f32 %[c], %[c], %[inverse]\n\t"
            "vcvt.s32.f32 %[b], %[b]\n\t"
            "vmov %[p], %[a]\n\t"
            "qadd %[p], %[p], %[zero]\n\t"
            "vcvt.s32.f32 %[c], %[c]\n\t"
            "vcvt.s32.f32 %[d], %[d]\n\t"
            "vmov %[q], %[b]\n\t"
            "tst %[p], #0x3f8\n\t"
            "beq 2f\n\t"
            "qadd %[q], %[q], %[zero]\n\t"
            "vmov %[r], %[c]\n\t"
            "qadd %[r], %[r], %[zero]\n\t"
            "vmov %[s], %[d]\n\t"
            "qadd %[s], %[s], %[zero]\n\t"
            "tst %[q], #0x3f8\n\t"
            "beq 2f\n\t"
            "tst %[r], #0x3f8\n\t"
            "beq 2f\n\t"
            "tst %[s], #0x3f8\n\t"
            "beq 2f\n\t"
            "usat %[q], #8, %[q], asr #10\n\t"
            "usat %[s], #8, %[s], asr #10\n\t"
            "usat %[r], #8, %[r], asr #10\n\t"
            "usat %[p], #8, %[p], asr #10\n\t"
            "orr %[q], %[q], %[s], lsl #16\n\t"
            "orr %[q], %[q], %[r], lsl #8\n\t"
            "add %[x], %[x], #16\n\t"
            "eor %[q], %[q], #0x80808080\n\t"
            "eor %[p], %[p], %[q], ror #24\n\t"
            "str %[p], [%[y]], #4\n\t"
            "cmp %[y], %[end]\n\t"
            "bne 1b\n\t"
            "2:\n\t"
            : [x] "+r"(x), [y] "+r"(y), [p] "=&r"(p), [q] "=&r"(q), [r] "=&r"(r), [s] "=&r"(s),
              [a] "=&t"(a), [b] "=&t"(b), [c] "=&t"(c), [d] "=&t"(d)
            : [inverse] "t"(inverse), [zero] "r"(zero), [end] "r"(end)
            : "cc", "memory");
        for (k = 0; k < 4 && y < end; ++k) {
            *y++ = (int8_t)tvm_tiny_quantize(*x++, scale_bits, zero_point);
        }
    }
#else
    (void)inverse_bits;
#endif
    while (y < stop) {
        *y++ = (int8_t)tvm_tiny_quantize(*x++, scale_bits, zero_point);
    }
}

#ifdef __cplusplus
}
#endif

#endif
