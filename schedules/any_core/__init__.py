# SPDX-License-Identifier: Apache-2.0
"""Schedules in plain C, for every core."""
