/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rows of a product of two activations; columns are rows of the transposed second matrix.
 *
 * tvm_tiny_matmul_rows: two rows of the first matrix are widened to twice their values less the zero
 * point, in workspace; two columns at a time are multiplied with them. The second one's zero point
 * counts once a row, as a multiple of that row's sum. A single row stands for both of a pair.
 * Columns are read by words, a few behind the last one's end too: the last two are copied first.
 *
 * tvm_tiny_matmul_row: any multiplier, sums of any size, a row at a time.
 */
#ifndef TVM_TINY_MATMUL_H
#define TVM_TINY_MATMUL_H

#include "tvm_tiny_wide.h"

#ifdef __cplusplus
extern "C" {
#endif

/* base + bytes 0 and 2 of a word, as two half words. */
static inline uint32_t tvm_tiny_matmul_even(uint32_t base, uint32_t word)
{
#if TVM_TINY_DSP_ASM
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2" : "=r"(result) : "r"(base), "r"(word));
    return result;
#else
    const uint32_t wide = tvm_tiny_wide_even(word);
    return ((base + wide) & 0xffffu) | ((base & 0xffff0000u) + (wide & 0xffff0000u));
#endif
}

/* base + bytes 1 and 3. */
static inline uint32_t tvm_tiny_matmul_odd(uint32_t base, uint32_t word)
{
#if TVM_TINY_DSP_ASM
    uint32_t result;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(result) : "r"(base), "r"(word));
    return result;
#else
    return tvm_tiny_matmul_even(base, word >> 8);
#endif
}

/* sum + four products: a row's word, and the other row's word widened. */
static inline uint32_t tvm_tiny_matmul_add(const int8_t *row, uint32_t even, uint32_t odd,
                                           uint32_t sum)
{
    const uint32_t word = tvm_tiny_dsp_load(row);
    return tvm_tiny_wide_add(tvm_tiny_wide_odd(word), odd,
                             tvm_tiny_wide_add(tvm_tiny_wide_even(word), even, sum));
}

/* Adds the products of a, less its zero point, and four rows of b. */
static inline void tvm_tiny_matmul_four(const int8_t *a, const int8_t *b, int32_t depth,
                                        int32_t pitch, int32_t zero, uint32_t sums[4])
{
    const uint32_t base = ((uint32_t)-zero & 0xffffu) * 0x10001u;
    const int8_t *const end = a + (depth & ~3);
    const int8_t *const b1 = b + pitch, *const b2 = b1 + pitch, *const b3 = b2 + pitch;
    uint32_t s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
    int32_t i = 0;
    for (; a + i != end; i += 4) {
        const uint32_t word = tvm_tiny_dsp_load(a + i);
        const uint32_t even = tvm_tiny_matmul_even(base, word),
                       odd = tvm_tiny_matmul_odd(base, word);
        s0 = tvm_tiny_matmul_add(b + i, even, odd, s0);
        s1 = tvm_tiny_matmul_add(b1 + i, even, odd, s1);
        s2 = tvm_tiny_matmul_add(b2 + i, even, odd, s2);
        s3 = tvm_tiny_matmul_add(b3 + i, even, odd, s3);
    }
    for (; i < depth; ++i) {
        const int32_t value = a[i] - zero;
        s0 += (uint32_t)(value * b[i]);
        s1 += (uint32_t)(value * b1[i]);
        s2 += (uint32_t)(value * b2[i]);
        s3 += (uint32_t)(value * b3[i]);
    }
    sums[0] = s0;
    sums[1] = s1;
    sums[2] = s2;
    sums[3] = s3;
}

/*
 * y[c] = (a - a_zero) * (b[c] - b_zero), rescaled, c = 0 .. width - 1; b: width rows, pitch apart.
 */
static inline int32_t tvm_tiny_matmul_row(const int8_t *a, const int8_t *b, int8_t *y,
                                          int32_t depth, int32_t pitch, int32_t width,
                                          int32_t a_zero, int32_t b_zero, int32_t multiplier,
                                          int32_t shift, int32_t y_zero, int32_t low, int32_t high)
{
    const int8_t *row = b;
    int32_t c = 0, i, r;
    uint32_t first = 0;
    if (b_zero != 0) {
        for (i = 0; i < depth; ++i) {
            first -= (uint32_t)(b_zero * (a[i] - a_zero));
        }
    }
    for (; c + 4 <= width; c += 4) {
        uint32_t sums[4];
        sums[0] = sums[1] = sums[2] = sums[3] = first;
        tvm_tiny_matmul_four(a, row, depth, pitch, a_zero, sums);
        row += 4 * pitch;
        for (r = 0; r < 4; ++r) {
            const int32_t value = tvm_tiny_requantize((int32_t)sums[r], multiplier, shift);
            y[c + r] = (int8_t)tvm_tiny_clamp(value + y_zero, low, high);
        }
    }
    for (; c < width; ++c) {
        uint32_t sum = first;
        for (i = 0; i < depth; ++i) {
            sum += (uint32_t)((a[i] - a_zero) * row[i]);
        }
        row += pitch;
        i = tvm_tiny_requantize((int32_t)sum, multiplier, shift) + y_zero;
        y[c] = (int8_t)tvm_tiny_clamp(i, low, high);
    }
    return 0;
}

/* What tvm_tiny_matmul_pairs takes besides pointers; in words, as the assembly reads them. */
typedef struct {
    const int32_t *end; /* of the widened rows */
    int32_t odd;        /* an odd number of eights */
    int32_t pitch;      /* bytes from column to column */
    int32_t step;       /* from what was read of a column to the next but one */
    int32_t first[2];   /* of the sums of either row */
    int32_t multiplier;
    int32_t rounding;
    int32_t shift;
    int32_t apart; /* from a result of the first row to one of the second */
} tvm_tiny_matmul_t;

#if TVM_TINY_DSP_ASM
/*
 * Half a round: four inputs of two columns (w: as read, v: even ones widened) by two rows. Every MAC
 * goes with a load or an extension, nine cycles.
 */
#define TVM_TINY_MATMUL_HALF(w0, w1, v0, v1, odd0, odd1, next0, next1)                             \
    "sxtb16 " w0 ", " w0 ", ror #8\n\t"                                                            \
    "smlad r0, " v0 ", r8, r0\n\t"                                                                 \
    "sxtb16 " w1 ", " w1 ", ror #8\n\t"                                                            \
    "smlad r1, " v1 ", r8, r1\n\t"                                                                 \
    "smlad r2, " v0 ", r9, r2\n\t"                                                                 \
    "ldr r8, [r10, #" odd0 "]\n\t"                                                                 \
    "smlad r3, " v1 ", r9, r3\n\t"                                                                 \
    "ldr r9, [r10, #" odd1 "]\n\t"                                                                 \
    "smlad r0, " w0 ", r8, r0\n\t"                                                                 \
    "ldr " v0 ", [r11], #4\n\t"                                                                    \
    "smlad r1, " w1 ", r8, r1\n\t"                                                                 \
    "ldr " v1 ", [r12], #4\n\t"                                                                    \
    "smlad r2, " w0 ", r9, r2\n\t"                                                                 \
    "ldr r8, [r10, #" next0 "\n\t"                                                                 \
    "sxtb16 " w0 ", " v0 "\n\t"                                                                    \
    "smlad r3, " w1 ", r9, r3\n\t"                                                                 \
    "sxtb16 " w1 ", " v1 "\n\t"                                                                    \
    "ldr r9, [r10, #" next1 "]\n\t"

/* Eight inputs; r10 goes on by their 32 bytes. */
#define TVM_TINY_MATMUL_EIGHT                                                                      \
    TVM_TINY_MATMUL_HALF("r4", "r5", "r6", "r7", "8", "12", "16]", "20")                           \
    TVM_TINY_MATMUL_HALF("r6", "r7", "r4", "r5", "24", "28", "32]!", "4")

/*
 * count times two columns from b on by the widened rows x. Stack: x, y, count, nine registers, then
 * the fields of tvm_tiny_matmul_t from 48 on.
 */
static TVM_TINY_DSP_NAKED void tvm_tiny_matmul_asm(const int32_t *x TVM_TINY_DSP_UNUSED,
                                                   const int8_t *b TVM_TINY_DSP_UNUSED,
                                                   int8_t *y TVM_TINY_DSP_UNUSED,
                                                   int32_t count TVM_TINY_DSP_UNUSED,
                                                   tvm_tiny_matmul_t with TVM_TINY_DSP_UNUSED)
{
    __asm__ volatile(
        "push {r0, r2-r11, lr}\n\t"
        "ldr r12, [sp, #56]\n\t"
        "mov r11, r1\n\t"
        "ldr lr, [sp, #48]\n\t"
        "add r12, r12, r1\n\t"
        "3:\n\t"
        "ldr r4, [r11], #4\n\t"
        "ldr r10, [sp]\n\t"
        "ldr r5, [r12], #4\n\t"
        "ldr r7, [sp, #52]\n\t"
        "ldr r0, [sp, #64]\n\t"
        "ldr r8, [r10]\n\t"
        "sxtb16 r6, r4\n\t"
        "ldr r2, [sp, #68]\n\t"
        "cmp r7, #0\n\t"
        "ldr r9, [r10, #4]\n\t"
        "sxtb16 r7, r5\n\t"
        "mov r1, r0\n\t"
        "mov r3, r2\n\t"
        "bne 2f\n\t"
        "1:\n\t" TVM_TINY_MATMUL_EIGHT "2:\n\t" TVM_TINY_MATMUL_EIGHT "cmp r10, lr\n\t"
        "bne 1b\n\t"
        "ldr r4, [sp, #72]\n\t"
        "ldr r5, [sp, #76]\n\t"
        "ldr r7, [sp, #60]\n\t"
        "add r10, r5, r0, asr #31\n\t"
        "smmlar r0, r0, r4, r10\n\t"
        "add r10, r5, r1, asr #31\n\t"
        "smmlar r1, r1, r4, r10\n\t"
        "add r10, r5, r2, asr #31\n\t"
        "ldr r6, [sp, #80]\n\t"
        "smmlar r2, r2, r4, r10\n\t"
        "add r5, r5, r3, asr #31\n\t"
        "smmlar r3, r3, r4, r5\n\t"
        "asr r1, r1, r6\n\t"
        "asr r0, r0, r6\n\t"
        "asr r2, r2, r6\n\t"
        "ldr r9, [sp, #84]\n\t"
        "usat r0, #8, r0\n\t"
        "asr r3, r3, r6\n\t"
        "usat r2, #8, r2\n\t"
        "ldr r10, [sp, #8]\n\t"
        "usat r1, #8, r1\n\t"
        "usat r3, #8, r3\n\t"
        "subs r10, r10, #1\n\t"
        "ldr r8, [sp, #4]\n\t"
        "add r11, r11, r7\n\t"
        "orr r0, r0, r1, lsl #8\n\t"
        "str r10, [sp, #8]\n\t"
        "eor r0, r0, #0x80808080\n\t"
        "orr r2, r2, r3, lsl #8\n\t"
        "eor r2, r2, #0x80808080\n\t"
        "strh r2, [r8, r9]\n\t" /* in front of the other: a single row stands for both */
        "add r12, r12, r7\n\t"
        "strh r0, [r8], #2\n\t"
        "str r8, [sp, #4]\n\t"
        "bne 3b\n\t"
        "add sp, sp, #12\n\t"
        "pop {r4-r11, pc}\n\t");
}
#endif

/* sum * multiplier / 2^32, rounded, plus rounding, less one below 0; shifted, limited, less 128. */
static inline int8_t tvm_tiny_matmul_result(uint32_t sum, const tvm_tiny_matmul_t *with)
{
    const int32_t x = (int32_t)sum;
    const int64_t product = (int64_t)x * with->multiplier + ((int64_t)1 << 31);
    const int32_t result =
        ((int32_t)(product >> 32) + with->rounding + (x < 0 ? -1 : 0)) >> with->shift;
    return (int8_t)((result < 0 ? 0 : result > 255 ? 255 : result) - 128);
}

/* count times two columns, as the assembly does it. */
static inline void tvm_tiny_matmul_pairs(const int32_t *x, const int8_t *b, int8_t *y,
                                         int32_t count, const tvm_tiny_matmul_t *with)
{
#if TVM_TINY_DSP_ASM
    tvm_tiny_matmul_asm(x, b, y, count, *with);
#else
    int32_t column, row;
    for (column = 0; column < 2 * count; ++column) {
        for (row = 1; row >= 0; --row) {
            const int8_t *w = b;
            const int32_t *v = x + row;
            uint32_t sum = (uint32_t)with->first[row];
            for (; v < with->end; v += 4) {
                const uint32_t word = tvm_tiny_dsp_load(w);
                sum = tvm_tiny_wide_add(tvm_tiny_wide_even(word), (uint32_t)v[0], sum);
                sum = tvm_tiny_wide_add(tvm_tiny_wide_odd(word), (uint32_t)v[2], sum);
                w += 4;
            }
            y[column + row * with->apart] = tvm_tiny_matmul_result(sum, with);
        }
        b += with->pitch;
    }
#endif
}

/* Eight inputs a round. */
#define TVM_TINY_MATMUL_EIGHTS(depth) (((depth) + 7) / 8)

/* The sum of a row's values less zero. */
static inline int32_t tvm_tiny_matmul_total(const int8_t *a, int32_t depth, int32_t zero)
{
    int32_t i, sum = 0;
    for (i = 0; i < depth; ++i) {
        sum += a[i] - zero;
    }
    return sum;
}

/* Twice the half words of a word, each no more than 2^14 from 0. */
static inline int32_t tvm_tiny_matmul_twice(uint32_t word)
{
#if TVM_TINY_DSP_ASM
    __asm__("sadd16 %0, %0, %0" : "+r"(word));
    return (int32_t)word;
#else
    return (int32_t)(word << 1 & 0xfffeffffu);
#endif
}

/* A group of four, in bytes of a word, to x[0] (even ones) and x[2] (odd ones). */
static inline void tvm_tiny_matmul_group(uint32_t base, uint32_t word, int32_t *x)
{
    x[0] = tvm_tiny_matmul_twice(tvm_tiny_matmul_even(base, word));
    x[2] = tvm_tiny_matmul_twice(tvm_tiny_matmul_odd(base, word));
}

/* The last group of a row, of 1 to 3; the others are 0. */
static inline void tvm_tiny_matmul_rest(const int8_t *a, int32_t count, int32_t zero, int32_t *x)
{
    int32_t values[3] = {0, 0, 0}, i;
    for (i = 0; i < count; ++i) {
        values[i] = 2 * (a[i] - zero);
    }
    x[0] = (int32_t)(((uint32_t)values[0] & 0xffffu) | (uint32_t)values[2] << 16);
    x[2] = (int32_t)((uint32_t)values[1] & 0xffffu);
}

/*
 * Two rows widened: for every four inputs the even ones of both, then the odd ones of both, twice
 * their value less zero; filled up with 0 to whole eights.
 */
static inline void tvm_tiny_matmul_widen(const int8_t *a, const int8_t *b, int32_t depth,
                                         int32_t zero, int32_t *x)
{
    const uint32_t base = ((uint32_t)-zero & 0xffffu) * 0x10001u;
    const int32_t filled = 8 * TVM_TINY_MATMUL_EIGHTS(depth);
    int32_t i;
    for (i = 0; i + 4 <= depth; i += 4) {
        tvm_tiny_matmul_group(base, tvm_tiny_dsp_load(a + i), x + i);
        tvm_tiny_matmul_group(base, tvm_tiny_dsp_load(b + i), x + i + 1);
    }
    for (; i < filled; i += 4) {
        const int32_t rest = depth > i ? depth - i : 0;
        tvm_tiny_matmul_rest(a + i, rest, zero, x + i);
        tvm_tiny_matmul_rest(b + i, rest, zero, x + i + 1);
    }
}

/*
 * y[r][c] = (a[r] - a_zero) * (b[c] - b_zero), rescaled, r = 0 .. rows - 1, c = 0 .. width - 1; a:
 * rows of depth bytes; b: width rows of pitch bytes. shift is to the right, at least 1; rounding is
 * 2^(shift - 1) + ((zero point + 128) << shift). scratch: see schedules/dsp/matmul.py.
 */
static inline int32_t tvm_tiny_matmul_rows(const int8_t *a, const int8_t *b, int32_t *scratch,
                                           int8_t *y, int32_t rows, int32_t depth, int32_t pitch,
                                           int32_t width, int32_t a_zero, int32_t b_zero,
                                           int32_t multiplier, int32_t rounding, int32_t shift,
                                           int32_t low, int32_t high)
{
    const int32_t eights = TVM_TINY_MATMUL_EIGHTS(depth), ends = (width - 1) / 2;
    int8_t *const copy = (int8_t *)(scratch + 8 * eights + 2), *const made = copy + 16 * eights + 8;
    const int32_t room = 8 * eights + 4, left = width - 2 * ends;
    tvm_tiny_matmul_t with;
    int32_t r, i, k;
    with.end = scratch + 8 * eights;
    with.odd = eights & 1;
    with.multiplier = multiplier;
    with.rounding = rounding;
    with.shift = shift;
    for (k = 0; k < 2; ++k) {
        /* what is read behind depth meets zeros */
        tvm_tiny_dsp_copy(copy + k * room, b + (2 * ends + (k < left ? k : 0)) * pitch, depth);
    }
    for (r = 0; r < rows; r += 2) {
        const int32_t second = r + 1 < rows ? 1 : 0;
        const int8_t *const row = a + r * depth, *const other = row + second * depth;
        tvm_tiny_matmul_widen(row, other, depth, a_zero, scratch);
        with.first[0] = with.first[1] = 0;
        if (b_zero != 0) {
            with.first[0] = -2 * b_zero * tvm_tiny_matmul_total(row, depth, a_zero);
            with.first[1] = -2 * b_zero * tvm_tiny_matmul_total(other, depth, a_zero);
        }
        if (ends > 0) {
            with.pitch = pitch;
            with.step = 2 * pitch - room;
            with.apart = second * width;
            tvm_tiny_matmul_pairs(scratch, b, y + r * width, ends, &with);
        }
        with.pitch = room;
        with.step = room;
        with.apart = 2;
        tvm_tiny_matmul_pairs(scratch, copy, made, 1, &with);
        for (k = 0; k <= second; ++k) {
            for (i = 0; i < left; ++i) {
                y[(r + k) * width + 2 * ends + i] = made[2 * k + i];
            }
        }
    }
    if (low > -128 || high < 127) {
        tvm_tiny_dsp_clamp(y, rows * width, low, high);
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
