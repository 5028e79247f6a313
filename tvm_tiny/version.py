# SPDX-License-Identifier: Apache-2.0
"""The version, once."""

VERSION = "0.1.0"
