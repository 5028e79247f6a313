# SPDX-License-Identifier: Apache-2.0
"""Tables in little room: whole columns are left out, no figure is cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table
from rich.text import Text

_GAP = 3


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        title: its heading.
        cells: one a row.
        right: aligned to the right.
        drop: where there is no room, high ones are left out first; 0: it always stays.
    """

    title: str
    cells: Sequence[str]
    right: bool = True
    drop: int = 0


def table_that_fits(columns: Sequence[Column], width: int, caption: str | None = None) -> Table:
    """The columns that fit ``width`` characters as a table."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    shown = _that_fit(list(columns), width)
    for column in shown:
        table.add_column(column.title, justify="right" if column.right else "left", no_wrap=True)
    for row in zip(*(c.cells for c in shown), strict=True):
        table.add_row(*map(Text, row))
    table.caption = caption
    return table


def _that_fit(columns: list[Column], width: int) -> list[Column]:
    def needed() -> int:
        return sum(max(map(len, (c.title, *c.cells))) + _GAP for c in columns)

    for drop in range(max((c.drop for c in columns), default=0), 0, -1):
        if needed() <= width:
            break
        columns = [c for c in columns if c.drop != drop]
    return columns
