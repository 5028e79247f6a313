# SPDX-License-Identifier: Apache-2.0
"""Comparison with the reference, layer by layer."""
