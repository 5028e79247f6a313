# SPDX-License-Identifier: Apache-2.0
"""Rewrites that leave fewer operators: constants, pads, zero points, no-ops."""
