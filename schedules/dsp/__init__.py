# SPDX-License-Identifier: Apache-2.0
"""Schedules for cores with the DSP extension."""
