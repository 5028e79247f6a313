# SPDX-License-Identifier: Apache-2.0
"""What changes from row to row, as functions of ``row``: data that ``calls.c.j2`` writes as C.

An argument that lies on few straight pieces over the rows is those pieces; any other is a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

MAX_PIECES = 4
"""An argument of more straight pieces over the rows than this is read from a table."""


@dataclass(frozen=True)
class Piece:
    """``start + step * row`` for rows from ``first`` to the next piece."""

    first: int
    start: int
    step: int

    @property
    def is_word(self) -> bool:
        """Written as one word of C: no operator, no sign."""
        return (self.step == 0 and self.start >= 0) or (self.step == 1 and self.start == 0)


@dataclass(frozen=True)
class RowValue:
    """An integer of every row.

    Attributes:
        pieces: in order; at most ``MAX_PIECES``.
        table: symbol of an array with an entry a row instead, "" for none.
    """

    pieces: tuple[Piece, ...]
    table: str = ""
    form: ClassVar[str] = "straight"

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 whatever the row."""
        return not self.table and [(p.start, p.step) for p in self.pieces] == [(0, 0)]

    @property
    def is_word(self) -> bool:
        """Whether it needs no brackets under ``%``."""
        return not self.table and (len(self.pieces) > 1 or all(p.is_word for p in self.pieces))


@dataclass(frozen=True)
class InRing:
    """``row_number % rows * pitch + skip`` elements: a row of a tensor that keeps ``rows``."""

    row_number: RowValue
    rows: int
    pitch: int
    skip: int = 0
    form: ClassVar[str] = "ring"
    is_zero: ClassVar[bool] = False


@dataclass(frozen=True)
class FromCaller:
    """A row from outside of a patch, by the caller's table.

    Attributes:
        row_number: of the tensor.
        operand: of the patch.
        reads: entry of the band's line with the first row that the caller's table has.
        column: entry of the tile's line with the elements that it skips.
    """

    row_number: RowValue
    operand: int
    reads: int
    column: int
    form: ClassVar[str] = "caller"
    is_zero: ClassVar[bool] = False


@dataclass(frozen=True)
class InBand:
    """A narrow row of a patch's result.

    Attributes:
        rows: of a band.
        width: elements of a whole row.
        column: entry of the tile's line with the first pixel.
        pixel: its elements.
    """

    rows: int
    width: int
    column: int
    pixel: int
    form: ClassVar[str] = "band"
    is_zero: ClassVar[bool] = False


@dataclass(frozen=True)
class InOtherTensor:
    """A row of another tensor, ``apart`` elements from the one that the pointer goes to."""

    offset: RowValue | InRing
    apart: int
    form: ClassVar[str] = "elsewhere"
    is_zero: ClassVar[bool] = False


Offset = RowValue | InRing | FromCaller | InBand | InOtherTensor
"""Elements from a tensor's place."""


def constant(value: int) -> RowValue:
    """The same whatever the row."""
    return RowValue((Piece(0, value, 0),))


def straight_pieces(values: Sequence[int | None]) -> tuple[Piece, ...]:
    """The longest straight pieces, greedily, that give ``values`` for rows 0, 1, ...; None: any."""
    pieces: list[Piece] = []
    first = 0
    while first < len(values):
        end, start, step = _longest(values, first)
        pieces.append(Piece(first, start, step))
        first = end
    return tuple(pieces)


def _longest(values: Sequence[int | None], first: int) -> tuple[int, int, int]:
    """End, value at row 0 and step of the longest straight piece from ``first``."""
    known: list[tuple[int, int]] = []
    step = 0
    for at in range(first, len(values)):
        value = values[at]
        if value is None:
            continue
        if len(known) == 1:
            rise, rest = divmod(value - known[0][1], at - known[0][0])
            if rest:
                return at, known[0][1], 0
            step = rise
        elif known and value != known[0][1] + step * (at - known[0][0]):
            return at, known[0][1] - step * known[0][0], step
        known.append((at, value))
    if not known:
        return len(values), 0, 0
    return len(values), known[0][1] - step * known[0][0], step
