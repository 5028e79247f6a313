# SPDX-License-Identifier: Apache-2.0
"""Less memory for more work: patches with recomputed halos, tensors made twice."""
