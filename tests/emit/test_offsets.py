# SPDX-License-Identifier: Apache-2.0
"""Arguments that change from row to row: found as pieces, written as C."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tvm_tiny.emit.sources
from tvm_tiny.emit.offsets import (
    FromCaller,
    InBand,
    InOtherTensor,
    InRing,
    Offset,
    Piece,
    RowValue,
    constant,
    straight_pieces,
)
from tvm_tiny.files.templates import templates

ROW = RowValue((Piece(0, 0, 1),))
EDGE = RowValue((Piece(0, 0, 0), Piece(2, -4, 2)))


@given(st.lists(st.none() | st.integers(-9, 9), min_size=1, max_size=24))
def test_pieces_give_the_values(values: list[int | None]) -> None:
    pieces = straight_pieces(values)
    assert pieces[0].first == 0
    for row, value in enumerate(values):
        piece = next(p for p in reversed(pieces) if p.first <= row)
        assert value is None or piece.start + piece.step * row == value


def test_a_line_is_one_piece_whatever_nobody_reads() -> None:
    assert straight_pieces([None, 5, None, 9, 11]) == (Piece(0, 3, 2),)


@pytest.mark.parametrize(
    ("offset", "text"),
    [
        (constant(0), "0"),
        (constant(-3), "-3"),
        (ROW, "row"),
        (RowValue((Piece(0, -16, 48),)), "row * 48 - 16"),
        (EDGE, "(row < 2 ? 0 : row * 2 - 4)"),
        (RowValue((), "m_t_rows"), "m_t_rows[row]"),
        (InRing(ROW, 3, 96), "row % 3 * 96"),
        (InRing(EDGE, 3, 96), "(row < 2 ? 0 : row * 2 - 4) % 3 * 96"),
        (InRing(RowValue((Piece(0, 1, 2),)), 3, 96, 8), "(row * 2 + 1) % 3 * 96 + 8"),
        (InRing(RowValue((), "m_t_rows"), 3, 96), "(m_t_rows[row]) % 3 * 96"),
        (FromCaller(ROW, 1, 5, 4), "x1_rows[row - here[5]] + at[4]"),
        (InBand(2, 640, 3, 16), "(row - band * 2) * 640 + at[3] * 16"),
        (InOtherTensor(InRing(ROW, 2, 96), -400), "row % 2 * 96 - 400"),
        (InOtherTensor(constant(0), 12), "0 + 12"),
    ],
)
def test_every_form_as_c(offset: Offset, text: str) -> None:
    folder = Path(tvm_tiny.emit.sources.__file__).parent / "templates"
    macros = templates(folder).get_template("calls.c.j2").module
    assert str(macros.offset(offset)) == text  # type: ignore[attr-defined]
    assert offset.is_zero == (text == "0")
