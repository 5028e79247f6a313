/* SPDX-License-Identifier: Apache-2.0 */
/* A queue of bytes: what it holds moves up by what comes, word by word. */
#ifndef TVM_TINY_QUEUE_H
#define TVM_TINY_QUEUE_H

#include "tvm_tiny.h"

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__) || defined(__clang__)
#define TVM_TINY_WORDS(p) __builtin_assume_aligned(p, 4)
#define TVM_TINY_COPY_WORD(to, from) __builtin_memcpy(to, from, 4)
#else
#include <string.h>
#define TVM_TINY_WORDS(p) (p)
#define TVM_TINY_COPY_WORD(to, from) memcpy(to, from, 4)
#endif

/* Copies words upwards in memory order: to may lie below from in the same array. */
static inline void tvm_tiny_move_words(int8_t *to, const int8_t *from, uint32_t words)
{
    int8_t *t = (int8_t *)TVM_TINY_WORDS(to);
    const int8_t *f = (const int8_t *)TVM_TINY_WORDS(from);
    for (; words >= 8u; words -= 8u) {
        uint32_t word[8];
        int i;
        for (i = 0; i < 8; ++i) {
            TVM_TINY_COPY_WORD(&word[i], f + 4 * i);
        }
        for (i = 0; i < 8; ++i) {
            TVM_TINY_COPY_WORD(t + 4 * i, &word[i]);
        }
        t += 32;
        f += 32;
    }
    for (; words != 0u; --words) {
        uint32_t word;
        TVM_TINY_COPY_WORD(&word, f);
        TVM_TINY_COPY_WORD(t, &word);
        t += 4;
        f += 4;
    }
}

/* The last kept words of a queue move to its start, and fresh words of x come behind them. */
static inline int32_t tvm_tiny_queue_push(int8_t *queue, const int8_t *x, int32_t kept,
                                          int32_t fresh)
{
    tvm_tiny_move_words(queue, queue + 4 * fresh, (uint32_t)kept);
    tvm_tiny_move_words(queue + 4 * kept, x, (uint32_t)fresh);
    return 0;
}

#ifdef __cplusplus
}
#endif

#endif
