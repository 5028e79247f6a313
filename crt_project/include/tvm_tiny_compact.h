/* SPDX-License-Identifier: Apache-2.0 */
/* Before other headers: micro-kernels of less code, inner loops of four groups instead of 16. */
#ifndef TVM_TINY_COMPACT_H
#define TVM_TINY_COMPACT_H

#define TVM_TINY_DSP_ROUND "2"

#endif
