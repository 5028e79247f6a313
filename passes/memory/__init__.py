# SPDX-License-Identifier: Apache-2.0
"""Static arena planning: safe distances, bounds, execution order, placement."""
