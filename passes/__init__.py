# SPDX-License-Identifier: Apache-2.0
"""Relax passes from QDQ to the planned integer graph."""
