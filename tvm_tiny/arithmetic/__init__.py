# SPDX-License-Identifier: Apache-2.0
"""The integers of quantised arithmetic: parameters, fixed point, tables."""
