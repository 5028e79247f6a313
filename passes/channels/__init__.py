# SPDX-License-Identifier: Apache-2.0
"""Which channels a model needs: program, value ranges, ties between channels, decision."""
