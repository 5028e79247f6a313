# SPDX-License-Identifier: Apache-2.0
"""Row streaming: what segments need whose operators run interleaved, row by row."""
