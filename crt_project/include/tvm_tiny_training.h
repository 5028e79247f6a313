/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Arithmetic of training on the device: integers only.
 *
 * A gradient tensor is int8 or int16 with one exponent e for all its elements: the gradient is
 * G * 2^e. Exponents of a step come from the largest values of the step before, so that nobody has
 * to wait for a maximum. Roundings are stochastic: what is cut off is compared with random bits
 * that are a function of seed, step, tensor and element, so that the order of rows does not matter.
 * Everything saturates, nothing wraps.
 *
 * State of a training run, int32: seed, step, learning rate as the user set it (mantissa of 15
 * bits, exponent), the mantissa in use (0 while exponents settle), what velocities are multiplied
 * with in this step (of 2^15), whether parameters move by them, then the exponents.
 */
#ifndef TVM_TINY_TRAINING_H
#define TVM_TINY_TRAINING_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TVM_TINY_ERR_LABEL (-5)   /* no such class */
#define TVM_TINY_ERR_SIZE (-6)    /* the buffer is too small */
#define TVM_TINY_ERR_LEARNED (-7) /* import: damaged, or of another model */
#define TVM_TINY_ERR_RATE (-8)    /* not a learning rate */

#define TVM_TINY_TRAIN_SEED 0
#define TVM_TINY_TRAIN_STEP 1
#define TVM_TINY_TRAIN_RATE 2
#define TVM_TINY_TRAIN_RATE_EXPONENT 3
#define TVM_TINY_TRAIN_RATE_NOW 4
#define TVM_TINY_TRAIN_DECAY_NOW 5
#define TVM_TINY_TRAIN_APPLY_NOW 6
#define TVM_TINY_TRAIN_HEAD 7     /* exponents begin here */
#define TVM_TINY_TRAIN_SETTLING 2 /* steps after a reset in which nothing is learned */

/* A permutation of 32 bits in which every bit of x counts (MurmurHash3's finaliser). */
static inline uint32_t tvm_tiny_train_mix(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x85EBCA6Bu;
    x ^= x >> 13;
    x *= 0xC2B2AE35u;
    x ^= x >> 16;
    return x;
}

/* The key of a tensor's random bits in this step. */
static inline int32_t tvm_tiny_train_key(const int32_t *state, int32_t tensor)
{
    const uint32_t seed = (uint32_t)state[TVM_TINY_TRAIN_SEED];
    const uint32_t step = (uint32_t)state[TVM_TINY_TRAIN_STEP];
    const uint32_t mixed = tvm_tiny_train_mix(seed + step * 0x9E3779B9u);
    return (int32_t)tvm_tiny_train_mix(mixed ^ ((uint32_t)tensor * 0x85EBCA77u + 1u));
}

/* 32 random bits for an element; two neighbours have the same, turned by half. */
static inline uint32_t tvm_tiny_train_random(int32_t key, int32_t index)
{
    const uint32_t bits = tvm_tiny_train_mix((uint32_t)key + ((uint32_t)index >> 1) * 0x9E3779B1u);
    return (index & 1) != 0 ? bits << 16 | bits >> 16 : bits;
}

/*
 * x / 2^shift, rounded stochastically, saturated to +-(2^31 - 1); |x| < 2^62. With r uniform in
 * 0 .. 2^shift - 1 (of 32 random bits) floor((x + r) / 2^shift). From a shift of 62 on it is 0.
 */
static inline int32_t tvm_tiny_train_round(int64_t x, int32_t shift, uint32_t random)
{
    int64_t value;
    if (shift >= 62) {
        return 0;
    }
    if (shift > 32) {
        /* Of words: the upper one is all that is left. */
        const uint32_t more = (uint32_t)shift - 32u;
        const uint64_t noise = (uint64_t)(random >> 1 >> (31u - more)) << 32 | random << more;
        return (int32_t)((x + (int64_t)noise) >> 32) >> more;
    }
    if (shift > 0) {
        value = (x + (int64_t)(random >> (32 - shift))) >> shift;
    } else {
        const int32_t left = shift < -31 ? 31 : -shift;
        const int64_t most = INT64_MAX >> left;
        value = x > most ? INT64_MAX : x < -most ? -INT64_MAX : x * ((int64_t)1 << left);
    }
    value = value > INT32_MAX ? INT32_MAX : value;
    return (int32_t)(value < -INT32_MAX ? -INT32_MAX : value);
}

/*
 * An element of a gradient: x / 2^shift, limited to +-limit. The bits of its size (one less if it is
 * negative, but not 0) before the limit are added to those of *peak. |x| < 2^62.
 */
static inline int32_t tvm_tiny_train_gradient(int64_t x, int32_t shift, int32_t key, int32_t index,
                                              int32_t limit, int32_t *peak)
{
    const int32_t value = tvm_tiny_train_round(x, shift, tvm_tiny_train_random(key, index));
    *peak |= value < 0 ? ~value | 1 : value;
    return value > limit ? limit : value < -limit ? -limit : value;
}

/* x * 2^shift, shift up to 15; below 0 as floor(x / 2^-shift). |x| < 2^15. */
static inline int32_t tvm_tiny_train_aligned(int32_t x, int32_t shift)
{
    return shift >= 0 ? x * ((int32_t)1 << shift) : x >> (shift < -31 ? 31 : -shift);
}

/* A factor m * 2^k as one number: m of 16 bits with sign above k of 8 bits with sign. */
static inline int32_t tvm_tiny_train_mantissa(int32_t factor)
{
    return factor >> 8;
}

static inline int32_t tvm_tiny_train_exponent(int32_t factor)
{
    const int32_t low = factor & 255;
    return low < 128 ? low : low - 256;
}

/*
 * The factor multiplier * 2^(shift - 31) as one number; multiplier: 0, or of 31 bits and sign.
 */
static inline int32_t tvm_tiny_train_factor(int32_t multiplier, int32_t shift)
{
    const int32_t mantissa = ((multiplier >> 15) + 1) >> 1;
    return (mantissa > 32767 ? 32767 : mantissa) * 256 + ((shift - 15) & 255);
}

/*
 * numerator * 2^exponent / f^2 as one number, f the factor that multiplier and shift are; numerator:
 * of 31 bits. 0 for a factor of 0. The result is within 2^-12 of its size.
 */
static inline int32_t tvm_tiny_train_rate(int32_t multiplier, int32_t shift, int32_t numerator,
                                          int32_t exponent)
{
    const uint32_t square = (uint32_t)(((int64_t)multiplier * multiplier) >> 46); /* 15, 16 bits */
    const uint32_t rate = square != 0u ? (uint32_t)numerator / square : 0u; /* 15 to 17 bits */
    const int32_t more = rate > 65535u ? 2 : rate > 32767u ? 1 : 0;
    const int32_t power = exponent + 16 - 2 * shift + more;
    if (power < -128) {
        return 0;
    }
    return (int32_t)(rate >> more) * 256 + ((power > 127 ? 127 : power) & 255);
}

/* An element of a gradient: x * factor * 2^-shift; |x| < 2^46. */
static inline int32_t tvm_tiny_train_scaled(int64_t x, int32_t factor, int32_t shift, int32_t key,
                                            int32_t index, int32_t limit, int32_t *peak)
{
    return tvm_tiny_train_gradient(x * tvm_tiny_train_mantissa(factor),
                                   shift - tvm_tiny_train_exponent(factor), key, index, limit,
                                   peak);
}

/*
 * A parameter after a step: value - rate * sum * factor, in units of 2^-fraction of the parameter,
 * limited to low..high (of those units). shift: exponents of gradient and fraction, less; see
 * tvm_tiny_train_rate_shift. sum: of 32 bits; factor: as above.
 */
static inline int32_t tvm_tiny_train_moved(int32_t value, int32_t sum, int32_t factor, int32_t rate,
                                           int32_t shift, int32_t key, int32_t index, int32_t low,
                                           int32_t high)
{
    const int64_t product = (int64_t)sum * (tvm_tiny_train_mantissa(factor) * rate);
    const uint32_t random = tvm_tiny_train_random(key, index);
    const int64_t moved =
        (int64_t)value -
        tvm_tiny_train_round(product, shift - tvm_tiny_train_exponent(factor), random);
    return (int32_t)(moved > high ? high : moved < low ? low : moved);
}

/*
 * A velocity after a sample: velocity * decay / 2^15 - rate * sum * factor, in units of
 * 2^-VELOCITY_BITS of the parameter, limited to +-limit.
 */
#define TVM_TINY_TRAIN_VELOCITY_BITS 8
static inline int32_t tvm_tiny_train_velocity(int32_t velocity, int32_t decay, int32_t sum,
                                              int32_t factor, int32_t rate, int32_t shift,
                                              int32_t key, int32_t index, int32_t limit)
{
    const int64_t product = (int64_t)sum * (tvm_tiny_train_mantissa(factor) * rate);
    const uint32_t random = tvm_tiny_train_random(key, index);
    const int64_t moved =
        (int64_t)tvm_tiny_train_round((int64_t)velocity * decay, 15, tvm_tiny_train_mix(random)) -
        tvm_tiny_train_round(product, shift - tvm_tiny_train_exponent(factor), random);
    return (int32_t)(moved > limit ? limit : moved < -limit ? -limit : moved);
}

/* A parameter (in units of 2^-bits of it) after moving by its velocity, limited to low..high. */
static inline int32_t tvm_tiny_train_driven(int32_t value, int32_t velocity, int32_t bits,
                                            int32_t key, int32_t index, int32_t low, int32_t high)
{
    const uint32_t random = tvm_tiny_train_mix(~tvm_tiny_train_random(key, index));
    const int64_t moved =
        (int64_t)value +
        tvm_tiny_train_round(velocity, TVM_TINY_TRAIN_VELOCITY_BITS - bits, random);
    return (int32_t)(moved > high ? high : moved < low ? low : moved);
}

/*
 * A row of `pixels` gradients of int16 or int8 (the other NULL) towards a bias: sums by channel; the
 * last row moves it. multipliers, shifts, numerator, exponent: see tvm_tiny_train_rate. velocity:
 * NULL, or what lies between. source, slot: of the gradient's exponent and of random bits.
 */
static inline int32_t tvm_tiny_train_bias_row(const int16_t *wide, const int8_t *narrow,
                                              const int32_t *state, const int32_t *multipliers,
                                              const int8_t *shifts, int32_t *velocity,
                                              int32_t *totals, int32_t *bias, int32_t pixels,
                                              int32_t channels, int32_t row, int32_t last,
                                              int32_t source, int32_t slot, int32_t low,
                                              int32_t high, int32_t numerator, int32_t exponent)
{
    const int32_t unit = velocity != NULL ? TVM_TINY_TRAIN_VELOCITY_BITS : 0;
    const int32_t key = tvm_tiny_train_key(state, slot), rate = state[TVM_TINY_TRAIN_RATE_NOW];
    const int32_t shift =
        -unit - state[TVM_TINY_TRAIN_HEAD + source] - state[TVM_TINY_TRAIN_RATE_EXPONENT];
    int32_t c = 0, p;
    for (; wide != NULL && c + 4 <= channels; c += 4) {
        const int16_t *g = wide + c;
        int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        for (p = pixels; p > 0; --p) {
            s0 += g[0];
            s1 += g[1];
            s2 += g[2];
            s3 += g[3];
            g += channels;
        }
        totals[c] = s0 + (row == 0 ? 0 : totals[c]);
        totals[c + 1] = s1 + (row == 0 ? 0 : totals[c + 1]);
        totals[c + 2] = s2 + (row == 0 ? 0 : totals[c + 2]);
        totals[c + 3] = s3 + (row == 0 ? 0 : totals[c + 3]);
    }
    for (; c < channels; ++c) {
        int32_t sum = row == 0 ? 0 : totals[c];
        for (p = 0; p < pixels; ++p) {
            sum += wide != NULL ? wide[p * channels + c] : narrow[p * channels + c];
        }
        totals[c] = sum;
    }
    for (c = 0; last != 0 && c < channels; ++c) {
        const int32_t factor = tvm_tiny_train_rate(multipliers[c], shifts[c], numerator, exponent);
        if (velocity == NULL) {
            bias[c] =
                tvm_tiny_train_moved(bias[c], totals[c], factor, rate, shift, key, c, low, high);
        } else {
            velocity[c] =
                tvm_tiny_train_velocity(velocity[c], state[TVM_TINY_TRAIN_DECAY_NOW], totals[c],
                                        factor, rate, shift, key, c, INT32_MAX);
            if (state[TVM_TINY_TRAIN_APPLY_NOW] != 0) {
                bias[c] = tvm_tiny_train_driven(bias[c], velocity[c], 0, key, c, low, high);
            }
        }
    }
    return 0;
}

/* The first of the windows, stride apart, that end behind element least - 1. */
static inline int32_t tvm_tiny_train_first(int32_t least, int32_t stride)
{
    return least <= 0 ? 0 : stride == 1 ? least : (least + stride - 1) / stride;
}

/* The number of those among count windows that begin at most at element most >= 0. */
static inline int32_t tvm_tiny_train_end(int32_t most, int32_t stride, int32_t count)
{
    const int32_t end = (stride == 1 ? most : most / stride) + 1;
    return end < count ? end : count;
}

/* Bits of a number >= 0. */
static inline int32_t tvm_tiny_train_bits(int32_t x)
{
    int32_t bits = 0;
    while (x > 0) {
        x >>= 1;
        ++bits;
    }
    return bits;
}

/*
 * The next exponent of a gradient whose largest value was peak, of a tensor that holds numbers of
 * so many bits: room for twice that (wide: four times) at once, more precision bit by bit, unless
 * far too coarse.
 */
static inline int32_t tvm_tiny_train_next(int32_t exponent, int32_t peak, int32_t bits)
{
    const int32_t wanted = bits > 10 ? bits - 2 : bits - 1;
    const int32_t excess = tvm_tiny_train_bits(peak) - wanted;
    int32_t next = exponent;
    if (peak == 0) {
        return exponent;
    }
    if (excess > 0) {
        next += excess;
    } else if (excess < -3) {
        next += excess + 2;
    } else if (excess < 0) {
        --next;
    }
    return next > 63 ? 63 : next < -127 ? -127 : next;
}

/*
 * Begins a step: its number, its exponents, its learning rate. Of every so many steps the first
 * multiplies velocities with decay / 2^15, the last moves parameters by them.
 */
static inline int32_t tvm_tiny_train_begin(int32_t *state, int32_t *peaks, const int8_t *bits,
                                           int32_t count, int32_t every, int32_t decay)
{
    uint32_t place;
    int32_t i;
    for (i = 0; i < count; ++i) {
        state[TVM_TINY_TRAIN_HEAD + i] =
            tvm_tiny_train_next(state[TVM_TINY_TRAIN_HEAD + i], peaks[i], bits[i]);
        peaks[i] = 0;
    }
    state[TVM_TINY_TRAIN_STEP] = (int32_t)((uint32_t)state[TVM_TINY_TRAIN_STEP] + 1u);
    state[TVM_TINY_TRAIN_RATE_NOW] = (uint32_t)state[TVM_TINY_TRAIN_STEP] > TVM_TINY_TRAIN_SETTLING
                                         ? state[TVM_TINY_TRAIN_RATE]
                                         : 0;
    place = ((uint32_t)state[TVM_TINY_TRAIN_STEP] - TVM_TINY_TRAIN_SETTLING - 1u) % (uint32_t)every;
    state[TVM_TINY_TRAIN_DECAY_NOW] = place == 0 ? decay : 32768;
    state[TVM_TINY_TRAIN_APPLY_NOW] =
        place + 1u == (uint32_t)every && state[TVM_TINY_TRAIN_RATE_NOW] != 0;
    return 0;
}

/*
 * The gradient of softmax and cross entropy towards a row of int8 logits, times 2^15 / their scale:
 * probabilities less the label. exponentials: e^(-scale * i) * 2^16, i = 0 .. 255. Up to 32768
 * classes.
 */
static inline int32_t tvm_tiny_train_largest(const int8_t *logits, int32_t count)
{
    int32_t largest = logits[0];
    int32_t i;
    for (i = 1; i < count; ++i) {
        largest = logits[i] > largest ? logits[i] : largest;
    }
    return largest;
}

static inline int32_t tvm_tiny_train_total(const int8_t *logits, int32_t count, int32_t largest,
                                           const int32_t *exponentials)
{
    uint32_t total = 0;
    int32_t i;
    for (i = 0; i < count; ++i) {
        total += (uint32_t)exponentials[largest - logits[i]];
    }
    return (int32_t)total;
}

static inline int32_t tvm_tiny_train_probability(int32_t exponential, int32_t total)
{
    return (int32_t)((((uint32_t)exponential << 15) + ((uint32_t)total >> 1)) / (uint32_t)total);
}

/* CRC-32 (ISO 3309), bit by bit; begin with 0. */
static inline uint32_t tvm_tiny_train_crc(uint32_t crc, const uint8_t *bytes, uint32_t count)
{
    uint32_t i;
    crc = ~crc;
    for (i = 0; i < count; ++i) {
        int bit;
        crc ^= bytes[i];
        for (bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
        }
    }
    return ~crc;
}

#ifdef __cplusplus
}
#endif

#endif
