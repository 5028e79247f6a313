/* SPDX-License-Identifier: Apache-2.0 */
/* The simulator watches this function: its entry marks the end of a layer. */
#include <stdint.h>

#include "tvm_tiny.h"

__attribute__((noinline, used)) void tvm_tiny_layer_done(int32_t index)
{
    __asm__ volatile("" : : "r"(index) : "memory");
}
