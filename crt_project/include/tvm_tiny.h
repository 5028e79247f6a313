/* SPDX-License-Identifier: Apache-2.0 */
/* What every model compiled by tvm_tiny shares: version of the interface and error codes. */
#ifndef TVM_TINY_H
#define TVM_TINY_H

#include <stddef.h>
#include <stdint.h>

/* Changes whenever generated code and this header no longer fit together. */
#define TVM_TINY_ABI 1

#define TVM_TINY_OK 0
#define TVM_TINY_MORE 1         /* row-fed: more rows must come */
#define TVM_TINY_ERR_NULL (-1)  /* the arena, a struct or a tensor is a null pointer */
#define TVM_TINY_ERR_ALIGN (-2) /* the arena or a float tensor is not aligned as it must be */
#define TVM_TINY_ERR_STATE (-3) /* row-fed: not started, or already finished */
#define TVM_TINY_ERR_ROWS (-4)  /* row-fed: more rows than are left */

#if defined(__GNUC__) || defined(__clang__)
#define TVM_TINY_NODISCARD __attribute__((warn_unused_result))
#else
#define TVM_TINY_NODISCARD
#endif

/* For arrays of bytes and half words that are read word by word. */
#if defined(__GNUC__) || defined(__clang__)
#define TVM_TINY_ALIGN4 __attribute__((aligned(4)))
#else
#define TVM_TINY_ALIGN4
#endif

#if defined(TVM_TINY_TRACE) && TVM_TINY_TRACE
#ifdef __cplusplus
extern "C" {
#endif
/* Called after every layer when compiled with -DTVM_TINY_TRACE=1. You define it. */
void tvm_tiny_layer_done(int32_t index);
/* Called instead after every row of a layer whose rows run interleaved with others'. */
void tvm_tiny_row_done(int32_t index, int32_t row);
/* Called instead after every part of a row of a layer inside a patch: count bytes from byte at on.
 * Parts overlap, and come again, where patches do. */
void tvm_tiny_part_done(int32_t index, int32_t row, int32_t at, int32_t count, const void *part);
#ifdef __cplusplus
}
#endif
#endif

#endif /* TVM_TINY_H */
