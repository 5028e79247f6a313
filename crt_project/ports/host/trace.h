/* SPDX-License-Identifier: Apache-2.0 */
/* For hosts: compile the model with -DTVM_TINY_TRACE=1 and link trace.c. */
#ifndef TVM_TINY_HOST_TRACE_H
#define TVM_TINY_HOST_TRACE_H

#include <stdint.h>

typedef void (*tvm_tiny_host_callback)(int32_t layer);
typedef void (*tvm_tiny_host_row_callback)(int32_t layer, int32_t row);
typedef void (*tvm_tiny_host_part_callback)(int32_t layer, int32_t row, int32_t at, int32_t count,
                                            const void *part);

/* Sets the function to be called after every layer; NULL for none. Not thread safe. */
void tvm_tiny_host_on_layer(tvm_tiny_host_callback function);

/* The same for every row of layers whose rows run interleaved with others'. */
void tvm_tiny_host_on_row(tvm_tiny_host_row_callback function);

/* The same for every part of a row of layers inside patches. */
void tvm_tiny_host_on_part(tvm_tiny_host_part_callback function);

#endif /* TVM_TINY_HOST_TRACE_H */
