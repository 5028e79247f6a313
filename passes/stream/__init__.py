# SPDX-License-Identifier: Apache-2.0
"""Row streaming: segments whose operators run interleaved, row by row, on demand."""
