# SPDX-License-Identifier: Apache-2.0
"""Writes the assembly of the micro-kernels: instruction order and registers are searched for."""
