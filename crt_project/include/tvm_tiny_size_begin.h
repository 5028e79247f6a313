/* SPDX-License-Identifier: Apache-2.0 */
/* Before all other headers: C for size, up to tvm_tiny_size_end.h, whatever the compiler was told. */
#ifndef TVM_TINY_SIZE_BEGIN_H
#define TVM_TINY_SIZE_BEGIN_H

/* Functions between TVM_TINY_SPEED_BEGIN and _END are compiled as the compiler was told. */
#if defined(__clang__)
#define TVM_TINY_SPEED_END                                                                         \
    _Pragma("clang attribute push(__attribute__((minsize)), apply_to = function)")
#define TVM_TINY_SPEED_BEGIN _Pragma("clang attribute pop")
TVM_TINY_SPEED_END
#elif defined(__GNUC__)
#define TVM_TINY_SPEED_END _Pragma("GCC push_options") _Pragma("GCC optimize(\"Os\")")
#define TVM_TINY_SPEED_BEGIN _Pragma("GCC pop_options")
TVM_TINY_SPEED_END
#endif

#endif
