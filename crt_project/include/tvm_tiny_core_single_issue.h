/* SPDX-License-Identifier: Apache-2.0 */
/* Before other headers: micro-kernels in the order for cores that issue one instruction a cycle. */
#ifndef TVM_TINY_CORE_SINGLE_ISSUE_H
#define TVM_TINY_CORE_SINGLE_ISSUE_H

#define TVM_TINY_SINGLE_ISSUE 1

#endif
