# SPDX-License-Identifier: Apache-2.0
"""Looking round before deciding: plans, comparisons of builds, estimates without a compiler."""
