/* SPDX-License-Identifier: Apache-2.0 */
/* Ends what tvm_tiny_size_begin.h began. */
#ifndef TVM_TINY_SIZE_END_H
#define TVM_TINY_SIZE_END_H

#if defined(__clang__)
#pragma clang attribute pop
#elif defined(__GNUC__)
#pragma GCC pop_options
#endif

#endif
