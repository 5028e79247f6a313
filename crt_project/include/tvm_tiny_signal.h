/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The audio front end: the signal operators of TensorFlow Lite Micro, integer by integer. Arrays are
 * those of one frame. Transforms are of powers of two, radix 4 and 2, as kissfft orders them.
 */
#ifndef TVM_TINY_SIGNAL_H
#define TVM_TINY_SIGNAL_H

#include "tvm_tiny_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One sample times one weight of a window. */
static inline int32_t tvm_tiny_signal_windowed(int32_t x, int32_t weight, int32_t shift)
{
    return tvm_tiny_clamp((x * weight) >> shift, -32768, 32767);
}

/* How far a frame can be shifted to the left; 0 for one of zeros, as its kernel has it. */
static inline int32_t tvm_tiny_signal_headroom(const int16_t *x, int32_t count)
{
    int32_t most = 0;
    int32_t i;
    for (i = 0; i < count; ++i) {
        /* -32768 has no counterpart in 16 bits and wraps, as its kernel's does. */
        most = x[i] > most ? x[i] : -x[i] > most ? (int16_t)-x[i] : most;
    }
    if (most <= 0) {
        return 0;
    }
    return 15 - (32 - tvm_tiny_leading_zeros((uint32_t)most));
}

/* 15 fractional bits, rounded, in 16 bits. */
static inline int16_t tvm_tiny_signal_rounded(int32_t x)
{
    return (int16_t)((x + (1 << 14)) >> 15);
}

/* x / 2 or x / 4 as kissfft divides: times 32767 / 2 or 32767 / 4. */
static inline int16_t tvm_tiny_signal_part(int16_t x, int32_t share)
{
    return tvm_tiny_signal_rounded(x * share);
}

/* y = a * b, complex. */
static inline void tvm_tiny_signal_product(int16_t *y, const int16_t *a, const int16_t *b)
{
    const int16_t real = tvm_tiny_signal_rounded(a[0] * b[0] - a[1] * b[1]);
    y[1] = tvm_tiny_signal_rounded(a[0] * b[1] + a[1] * b[0]);
    y[0] = real;
}

/* The butterflies of two halves of count numbers each. */
static inline void tvm_tiny_signal_twos(int16_t *y, const int16_t *turns, int32_t stride,
                                        int32_t count)
{
    int32_t k;
    for (k = 0; k < count; ++k) {
        int16_t *a = y + 2 * k;
        int16_t *b = a + 2 * count;
        int16_t t[2];
        a[0] = tvm_tiny_signal_part(a[0], 16383);
        a[1] = tvm_tiny_signal_part(a[1], 16383);
        b[0] = tvm_tiny_signal_part(b[0], 16383);
        b[1] = tvm_tiny_signal_part(b[1], 16383);
        tvm_tiny_signal_product(t, b, turns + 2 * k * stride);
        b[0] = (int16_t)(a[0] - t[0]);
        b[1] = (int16_t)(a[1] - t[1]);
        a[0] = (int16_t)(a[0] + t[0]);
        a[1] = (int16_t)(a[1] + t[1]);
    }
}

/* The butterflies of four quarters of count numbers each. */
static inline void tvm_tiny_signal_fours(int16_t *y, const int16_t *turns, int32_t stride,
                                         int32_t count, int32_t inverse)
{
    int32_t k;
    for (k = 0; k < count; ++k) {
        int16_t *q[4];
        int16_t s[6][2];
        int32_t i;
        int32_t j;
        for (j = 0; j < 4; ++j) {
            q[j] = y + 2 * (k + j * count);
            q[j][0] = tvm_tiny_signal_part(q[j][0], 8191);
            q[j][1] = tvm_tiny_signal_part(q[j][1], 8191);
        }
        for (j = 0; j < 3; ++j) {
            tvm_tiny_signal_product(s[j], q[j + 1], turns + 2 * (j + 1) * k * stride);
        }
        for (i = 0; i < 2; ++i) {
            s[5][i] = (int16_t)(q[0][i] - s[1][i]);
            q[0][i] = (int16_t)(q[0][i] + s[1][i]);
            s[3][i] = (int16_t)(s[0][i] + s[2][i]);
            s[4][i] = (int16_t)(s[0][i] - s[2][i]);
            q[2][i] = (int16_t)(q[0][i] - s[3][i]);
            q[0][i] = (int16_t)(q[0][i] + s[3][i]);
        }
        i = inverse != 0 ? 3 : 1;
        q[i][0] = (int16_t)(s[5][0] + s[4][1]);
        q[i][1] = (int16_t)(s[5][1] - s[4][0]);
        q[4 - i][0] = (int16_t)(s[5][0] - s[4][1]);
        q[4 - i][1] = (int16_t)(s[5][1] + s[4][0]);
    }
}

/* The place that number i of count comes from: its digits in radix 4 and 2 turned round. */
static inline int32_t tvm_tiny_signal_source(int32_t i, int32_t count)
{
    int32_t source = 0;
    int32_t weight = 1;
    while (count > 1) {
        const int32_t radix = count % 4 == 0 ? 4 : 2;
        count /= radix;
        source += i / count * weight;
        i %= count;
        weight *= radix;
    }
    return source;
}

/* The transform of count complex numbers (a power of two) that lie in the order of their sources. */
static inline void tvm_tiny_signal_transform(int16_t *y, const int16_t *turns, int32_t count,
                                             int32_t inverse)
{
    int32_t done = 1;
    int32_t first;
    /* An odd power of two has one factor of 2, the last in kissfft's list and the first to be done. */
    for (first = count; first > 2; first /= 4) {
    }
    if (first == 2) {
        for (first = 0; first < count; first += 2) {
            tvm_tiny_signal_twos(y + 2 * first, turns, count / 2, 1);
        }
        done = 2;
    }
    for (; done < count; done *= 4) {
        for (first = 0; first < count; first += 4 * done) {
            tvm_tiny_signal_fours(y + 2 * first, turns, count / (4 * done), done, inverse);
        }
    }
}

/*
 * What becomes of a number of a spectrum and of its mirror image: half their sum, and half their
 * difference turned (the image's conjugate counts).
 */
static inline void tvm_tiny_signal_split(const int16_t *front, const int16_t *back,
                                         const int16_t *turn, int16_t *sum, int16_t *turned)
{
    const int16_t a[2] = {tvm_tiny_signal_part(front[0], 16383),
                          tvm_tiny_signal_part(front[1], 16383)};
    const int16_t b[2] = {tvm_tiny_signal_part(back[0], 16383),
                          tvm_tiny_signal_part((int16_t)-back[1], 16383)};
    const int16_t difference[2] = {(int16_t)(a[0] - b[0]), (int16_t)(a[1] - b[1])};
    sum[0] = (int16_t)(a[0] + b[0]);
    sum[1] = (int16_t)(a[1] + b[1]);
    tvm_tiny_signal_product(turned, difference, turn);
}

/*
 * The spectrum of a real frame, padded with zeros to count numbers: count / 2 + 1 complex numbers.
 * turns: count / 2 of the transform, then count / 4 of the split.
 */
static inline int32_t tvm_tiny_signal_rfft(const int16_t *x, int32_t given, const int16_t *turns,
                                           int16_t *y, int32_t count)
{
    const int32_t half = count / 2;
    const int16_t *split = turns + 2 * half;
    int32_t i;
    for (i = 0; i < half; ++i) {
        const int32_t at = 2 * tvm_tiny_signal_source(i, half);
        y[2 * i] = at < given ? x[at] : 0;
        y[2 * i + 1] = at + 1 < given ? x[at + 1] : 0;
    }
    tvm_tiny_signal_transform(y, turns, half, 0);
    {
        const int16_t real = tvm_tiny_signal_part(y[0], 16383);
        const int16_t imaginary = tvm_tiny_signal_part(y[1], 16383);
        y[0] = (int16_t)(real + imaginary);
        y[2 * half] = (int16_t)(real - imaginary);
        y[1] = 0;
        y[2 * half + 1] = 0;
    }
    for (i = 1; i <= half / 2; ++i) {
        int16_t *front = y + 2 * i;
        int16_t *back = y + 2 * (half - i);
        int16_t sum[2];
        int16_t turned[2];
        tvm_tiny_signal_split(front, back, split + 2 * (i - 1), sum, turned);
        front[0] = (int16_t)((sum[0] + turned[0]) >> 1);
        front[1] = (int16_t)((sum[1] + turned[1]) >> 1);
        back[0] = (int16_t)((sum[0] - turned[0]) >> 1);
        back[1] = (int16_t)((turned[1] - sum[1]) >> 1);
    }
    return 0;
}

/*
 * The real frame of count numbers of a spectrum. Workspace: the result itself, count numbers.
 */
static inline int32_t tvm_tiny_signal_irfft(const int16_t *x, const int16_t *turns, int16_t *y,
                                            int32_t count)
{
    const int32_t half = count / 2;
    const int16_t *split = turns + 2 * half;
    int32_t i;
    for (i = 0; i < half; ++i) {
        const int32_t at = tvm_tiny_signal_source(i, half);
        const int32_t k = at <= half - at ? at : half - at;
        int16_t value[2];
        if (at == 0) {
            value[0] = tvm_tiny_signal_part((int16_t)(x[0] + x[2 * half]), 16383);
            value[1] = tvm_tiny_signal_part((int16_t)(x[0] - x[2 * half]), 16383);
        } else {
            const int16_t *turn = split + 2 * (k - 1);
            int16_t sum[2];
            int16_t turned[2];
            tvm_tiny_signal_split(x + 2 * k, x + 2 * (half - k), turn, sum, turned);
            if (at == half - k) {
                value[0] = (int16_t)(sum[0] - turned[0]);
                value[1] = (int16_t)-(int16_t)(sum[1] - turned[1]);
            } else {
                value[0] = (int16_t)(sum[0] + turned[0]);
                value[1] = (int16_t)(sum[1] + turned[1]);
            }
        }
        y[2 * i] = value[0];
        y[2 * i + 1] = value[1];
    }
    tvm_tiny_signal_transform(y, turns, half, 1);
    return 0;
}

/* Energies of the channels of a filter bank; each frequency counts in two neighbours. */
static inline int32_t tvm_tiny_signal_filter_bank(const uint32_t *x, const int16_t *weights,
                                                  const int16_t *rests, const int16_t *first,
                                                  const int16_t *weight_first,
                                                  const int16_t *widths, uint64_t *y,
                                                  int32_t channels)
{
    uint64_t total = 0;
    int32_t i;
    for (i = 0; i <= channels; ++i) {
        uint64_t next = 0;
        int32_t j;
        for (j = 0; j < widths[i]; ++j) {
            const uint64_t energy = x[first[i] + j];
            total += (uint64_t)weights[weight_first[i] + j] * energy;
            next += (uint64_t)rests[weight_first[i] + j] * energy;
        }
        if (i > 0) {
            y[i - 1] = total;
        }
        total = next;
    }
    return 0;
}

/* Binary digits of x, 0 for 0. */
static inline int32_t tvm_tiny_signal_digits(uint64_t x)
{
    const uint32_t above = (uint32_t)(x >> 32);
    return above != 0u ? 64 - tvm_tiny_leading_zeros(above)
                       : 32 - tvm_tiny_leading_zeros((uint32_t)x);
}

/* The root, rounded; its largest value by 32 bits of x is 65535. */
static inline uint32_t tvm_tiny_signal_root(uint64_t x)
{
    const uint64_t most = x >> 32 == 0u ? 0xffffu : 0xffffffffu;
    uint64_t root = 0;
    uint64_t bit;
    if (x == 0u) {
        return 0;
    }
    bit = (uint64_t)1 << ((tvm_tiny_signal_digits(x) - 1) & ~1);
    while (bit != 0u) {
        if (x >= root + bit) {
            x -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
        bit >>= 2;
    }
    return (uint32_t)(x > root && root != most ? root + 1u : root);
}

/* The new estimate of a channel's noise. */
static inline uint32_t tvm_tiny_signal_noise(uint32_t x, uint32_t noise, int32_t bits,
                                             int32_t smoothing, int32_t rest, int32_t shift,
                                             int32_t clamping)
{
    const uint32_t signal = x << bits;
    const uint64_t sum = (uint64_t)signal * (uint32_t)smoothing + (uint64_t)noise * (uint32_t)rest;
    const uint32_t estimate = (uint32_t)(sum >> shift);
    return clamping != 0 && estimate > signal ? signal : estimate;
}

/* A channel less its noise, at least a share of it. */
static inline uint32_t tvm_tiny_signal_less_noise(uint32_t x, uint32_t noise, int32_t bits,
                                                  int32_t remaining, int32_t shift)
{
    const uint32_t signal = x << bits;
    const uint32_t least = (uint32_t)(((uint64_t)x * (uint32_t)remaining) >> shift);
    const uint32_t less = (signal - (noise > signal ? signal : noise)) >> bits;
    return less > least ? less : least;
}

/* Gain by a channel's noise (a table of parabolas), then the compression of its ratio to it. */
static inline uint32_t tvm_tiny_signal_pcan(uint32_t x, uint32_t noise, const int16_t *table,
                                            int32_t shift)
{
    uint32_t gain;
    uint32_t ratio;
    if (noise <= 2u) {
        gain = (uint32_t)table[noise];
    } else {
        const int32_t digits = 32 - tvm_tiny_leading_zeros(noise);
        const int16_t *entry = table + 4 * digits - 6;
        const uint32_t place = digits < 11 ? noise << (11 - digits) : noise >> (digits - 11);
        const int32_t part = (int32_t)(place & 0x3ffu);
        int32_t value = ((int32_t)entry[2] * part) >> 5;
        value += (int32_t)((uint32_t)entry[1] << 5);
        value = (value * part + (1 << 14)) >> 15;
        gain = (uint32_t)(int16_t)(value + entry[0]);
    }
    ratio = (uint32_t)(((uint64_t)x * gain) >> shift);
    return ratio < 8192u ? (ratio * ratio) >> 20 : (ratio >> 6) - 64u;
}

/* 16 fractional bits of the binary logarithm less its linear part, at steps of 1 / 128. */
static inline int32_t tvm_tiny_signal_log_entry(int32_t i)
{
    static const int16_t entries[130] = {
        0,    224,  442,  654,  861,  1063, 1259, 1450, 1636, 1817, 1992, 2163, 2329, 2490, 2646,
        2797, 2944, 3087, 3224, 3358, 3487, 3611, 3732, 3848, 3960, 4068, 4172, 4272, 4368, 4460,
        4549, 4633, 4714, 4791, 4864, 4934, 5001, 5063, 5123, 5178, 5231, 5280, 5326, 5368, 5408,
        5444, 5477, 5507, 5533, 5557, 5578, 5595, 5610, 5622, 5631, 5637, 5640, 5641, 5638, 5633,
        5626, 5615, 5602, 5586, 5568, 5547, 5524, 5498, 5470, 5439, 5406, 5370, 5332, 5291, 5249,
        5203, 5156, 5106, 5054, 5000, 4944, 4885, 4825, 4762, 4697, 4630, 4561, 4490, 4416, 4341,
        4264, 4184, 4103, 4020, 3935, 3848, 3759, 3668, 3575, 3481, 3384, 3286, 3186, 3084, 2981,
        2875, 2768, 2659, 2549, 2437, 2323, 2207, 2090, 1971, 1851, 1729, 1605, 1480, 1353, 1224,
        1094, 963,  830,  695,  559,  421,  282,  142,  0,    0};
    return entries[i];
}

/* The natural logarithm of x * 2^bits in steps of 1 / scale; 0 below 2. */
static inline int32_t tvm_tiny_signal_log(uint32_t x, int32_t bits, int32_t scale)
{
    const uint32_t value = x << bits;
    int32_t power;
    int32_t part;
    int32_t entry;
    uint32_t log;
    if (value <= 1u) {
        return 0;
    }
    power = 31 - tvm_tiny_leading_zeros(value);
    log = value - ((uint32_t)1 << power);
    part = (int32_t)(power < 16 ? log << (16 - power) : log >> (power - 16));
    entry = tvm_tiny_signal_log_entry(part >> 9);
    part += entry + (((tvm_tiny_signal_log_entry((part >> 9) + 1) - entry) * (part & 511)) >> 16);
    log = ((uint32_t)power << 16) + (uint32_t)part;
    log = (uint32_t)(((uint64_t)45426 * log + 32768u) >> 16);
    log = ((uint32_t)scale * log + 32768u) >> 16;
    return log < 32767u ? (int32_t)log : 32767;
}

/* A frame added to what the frames before left; the first step of it goes out, the rest moves up. */
static inline int32_t tvm_tiny_signal_overlap(const int16_t *x, int16_t *state, int16_t *y,
                                              int32_t count, int32_t step)
{
    int32_t i;
    for (i = 0; i < count; ++i) {
        const int16_t sum = (int16_t)tvm_tiny_clamp(x[i] + state[i], -32768, 32767);
        if (i < step) {
            y[i] = sum;
            state[i] = 0;
        } else {
            state[i - step] = sum;
        }
    }
    for (i = count - step; i < count; ++i) {
        state[i] = 0;
    }
    return 0;
}

/* y = what came before, then x; the last ones of it are kept. kept may be larger than new. */
static inline int32_t tvm_tiny_signal_queue(const int16_t *x, int16_t *state, int16_t *y,
                                            int32_t fresh, int32_t kept, int32_t taken)
{
    int32_t i;
    for (i = 0; i < taken; ++i) {
        y[i] = i < kept ? state[i] : x[i - kept];
    }
    for (i = 0; i < kept; ++i) {
        state[i] = i + fresh < kept ? state[i + fresh] : x[i + fresh - kept];
    }
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
