# SPDX-License-Identifier: Apache-2.0
"""Quantising float models: preparation, calibration."""

from tvm_tiny import moved as _moved

__getattr__ = _moved.names_of(__name__)
