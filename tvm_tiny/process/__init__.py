# SPDX-License-Identifier: Apache-2.0
"""The process that the compiler runs in: what it imports, when Python collects cycles."""
