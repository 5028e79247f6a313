# SPDX-License-Identifier: Apache-2.0
"""The console: the terminal's width, or a fixed one where output goes to a file or a pipe."""

from __future__ import annotations

import sys

from rich.console import Console

_PIPE_WIDTH = 180


def make_console() -> Console:
    """A console on standard output (rich obeys NO_COLOR and COLUMNS itself)."""
    return Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False)
