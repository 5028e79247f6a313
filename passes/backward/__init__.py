# SPDX-License-Identifier: Apache-2.0
"""The backward pass over the integer graph: gradients, updates, and what they keep."""
