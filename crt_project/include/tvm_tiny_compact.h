/* SPDX-License-Identifier: Apache-2.0 */
/* Before other headers: micro-kernels of less code, inner loops of fewer groups. */
#ifndef TVM_TINY_COMPACT_H
#define TVM_TINY_COMPACT_H

#define TVM_TINY_COMPACT 1
#define TVM_TINY_DSP_ROUND 4
#define TVM_TINY_DSP_ROUND_ONE 2

#endif
