# SPDX-License-Identifier: Apache-2.0
"""The console: the terminal's width, or a fixed one where output goes to a file or a pipe."""

from __future__ import annotations

import sys
from typing import Any

import typer
from rich.console import Console

from tvm_tiny.stages import stage

_PIPE_WIDTH = 180


class _Console(Console):
    """Ends what shows the current stage before it prints."""

    def print(self, *objects: Any, **options: Any) -> None:
        """As rich's."""
        stage("")
        super().print(*objects, **options)


def echo(text: str) -> None:
    """Write plain text: JSON, Markdown."""
    stage("")
    typer.echo(text, nl=False)


def make_console() -> Console:
    """A console on standard output (rich obeys NO_COLOR and COLUMNS itself)."""
    return _Console(
        width=None if sys.stdout.isatty() else _PIPE_WIDTH, highlight=False, emoji=False
    )
