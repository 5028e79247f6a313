/* SPDX-License-Identifier: Apache-2.0 */
/* Layer normalisation of int8 in integers; tvm_tiny/arithmetic/layer_norm.py has the numbers. */
#ifndef TVM_TINY_LAYER_NORM_H
#define TVM_TINY_LAYER_NORM_H

#include "tvm_tiny_kernels.h"

#ifdef __cplusplus
extern "C" {
#endif

/* depth * (sum of squares) - (sum)^2, times 256, and epsilon. */
static inline int64_t tvm_tiny_norm_spread(int32_t squares, int32_t total, int32_t depth,
                                           int32_t epsilon_high, int32_t epsilon_low)
{
    const int64_t spread = (int64_t)depth * squares - (int64_t)total * total;
    return spread * 256 + (int64_t)epsilon_high * ((int64_t)1 << 31) + epsilon_low;
}

/* By how many pairs of bits it is moved to have 62 or 63 bits; it is above 0. */
static inline int32_t tvm_tiny_norm_pairs(int64_t spread)
{
    int32_t pairs = 0;
    while (spread < ((int64_t)1 << 61)) {
        spread *= 4;
        ++pairs;
    }
    return pairs;
}

/* 2^61 / sqrt(spread * 4^pairs), 0 where all values are equal and epsilon is 0. */
static inline int32_t tvm_tiny_norm_inverse(int32_t squares, int32_t total, int32_t depth,
                                            int32_t epsilon_high, int32_t epsilon_low)
{
    const int64_t spread = tvm_tiny_norm_spread(squares, total, depth, epsilon_high, epsilon_low);
    uint64_t rest;
    uint64_t root = 0;
    uint64_t bit;
    if (spread <= 0) {
        return 0;
    }
    rest = (uint64_t)spread << (2 * tvm_tiny_norm_pairs(spread));
    for (bit = (uint64_t)1 << 62; bit != 0; bit >>= 2) {
        if (rest >= root + bit) {
            rest -= root + bit;
            root = (root >> 1) + bit;
        } else {
            root >>= 1;
        }
    }
    return (int32_t)(((uint64_t)1 << 61) / root);
}

/* The right shift that belongs to it. */
static inline int32_t tvm_tiny_norm_shift(int32_t squares, int32_t total, int32_t depth,
                                          int32_t epsilon_high, int32_t epsilon_low)
{
    const int64_t spread = tvm_tiny_norm_spread(squares, total, depth, epsilon_high, epsilon_low);
    return spread <= 0 ? 0 : 37 - tvm_tiny_norm_pairs(spread);
}

/* One element: apart / sqrt(spread) * factor + offset, rounded once, halves up. */
static inline int32_t tvm_tiny_norm_result(int32_t apart, int32_t inverse, int32_t right,
                                           int32_t factor, int32_t offset, int32_t fraction,
                                           int32_t zero_point)
{
    const int64_t product = (int64_t)apart * inverse;
    const int32_t quotient = (int32_t)(product >> right);
    const int32_t shift = 20 + fraction;
    const int64_t whole = (int64_t)quotient * factor +
                          (int64_t)offset * ((int64_t)1 << (shift - 12)) +
                          ((int64_t)1 << (shift - 1));
    const int64_t step = whole >> shift;
    if (step > 127 - zero_point) {
        return 127;
    }
    return step < -128 - zero_point ? -128 : (int32_t)step + zero_point;
}

#ifdef __cplusplus
}
#endif

#endif /* TVM_TINY_LAYER_NORM_H */
