# SPDX-License-Identifier: Apache-2.0
"""From a planned graph to C text."""
