# SPDX-License-Identifier: Apache-2.0
"""The console: the terminal's width, or a fixed one where output goes to a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from tvm_tiny.errors import printable
from tvm_tiny.stages import stage

_PIPE_WIDTH = 180


class _Console(Console):
    """Ends what shows the current stage before it prints; what it prints commands no terminal."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterator[Segment]:
        """As rich's, names of others made ``printable``: rich leaves them their ESC."""
        for segment in super().render(renderable, options):
            plain = segment.control or segment.text.isprintable()
            yield segment if plain else Segment(printable(segment.text), segment.style)

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
