/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator watches this function: its entry marks the end of a layer. */
#include <stdint.h>

#include "tvm_tiny.h"

__attribute__((noinline, used)) void tvm_tiny_layer_done(int32_t index)
{
    __asm__ volatile("" : : "r"(index) : "memory");
}

/* The end of a row counts as a layer's: what ran before belongs to it. */
__attribute__((noinline, used)) void tvm_tiny_row_done(int32_t index, int32_t row)
{
    __asm__ volatile("" : : "r"(row) : "memory");
    tvm_tiny_layer_done(index);
}

__attribute__((noinline, used)) void tvm_tiny_part_done(int32_t index, int32_t row, int32_t at,
                                                        int32_t count, const void *part)
{
    __asm__ volatile("" : : "r"(row), "r"(at), "r"(count), "r"(part) : "memory");
    tvm_tiny_layer_done(index);
}
