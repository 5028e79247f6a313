# SPDX-License-Identifier: Apache-2.0
"""NHWC layout and the turning of time series."""
