# SPDX-License-Identifier: Apache-2.0
"""Which rows and columns of its operands a row kernel needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from tvm_tiny.graph import Node

OUTSIDE = -1
"""Row index of a window tap that lies outside the tensor (padding)."""


class Access(Enum):
    """How a row kernel reaches an operand."""

    WHOLE = "whole"
    ROW = "row"
    WINDOW = "window"


@dataclass(frozen=True)
class RowCall:
    """The call of a row kernel for one output row.

    Attributes:
        rows: per operand the row indices: ``()`` for WHOLE, ``(i,)`` for ROW, one index a tap for
            WINDOW (``OUTSIDE`` where the tap lies in the padding).
        scalars: the row-dependent arguments.
    """

    rows: tuple[tuple[int, ...], ...]
    scalars: tuple[int, ...] = ()

    def needed(self, operand: int, total_rows: int) -> range:
        """Span of rows of an operand that this call may read (WHOLE: all)."""
        taps = [i for i in self.rows[operand] if i != OUTSIDE]
        if not self.rows[operand]:
            return range(total_rows)
        return range(min(taps), max(taps) + 1) if taps else range(0)


Span = tuple[int, int]
"""First column and the one behind the last."""


@dataclass(frozen=True)
class Columns:
    """An operator that makes some columns of its result only.

    Attributes:
        attrs: its attributes.
        reads: per operand the columns that it needs; None: the operand as it is.
    """

    attrs: Mapping[str, Any]
    reads: tuple[Span | None, ...]


def window_taps(
    row: int, kernel: int, stride: int, dilation: int, pad: int, height: int
) -> tuple[int, ...]:
    """Input rows under a window of ``kernel`` taps for output row ``row`` (OUTSIDE in padding)."""
    first = row * stride - pad
    rows = (first + k * dilation for k in range(kernel))
    return tuple(i if 0 <= i < height else OUTSIDE for i in rows)


def window_columns(node: Node, begin: int, end: int, kernel: int, dilation: int) -> Columns | None:
    """Columns of an operator that slides a window over its first operand (see ``columns``)."""
    top, left, bottom, _ = node.attrs["padding"]
    stride, width = node.attrs["strides"][1], node.operands[0].shape[2]
    first = begin * stride - left
    last = (end - 1) * stride - left + (kernel - 1) * dilation + 1
    inside = max(0, first), min(width, last)
    if inside[0] >= inside[1]:
        return None
    padding = [top, inside[0] - first, bottom, last - inside[1]]
    rest = (None,) * (len(node.operands) - 1)
    return Columns({**node.attrs, "padding": padding}, (inside, *rest))


def same_columns(node: Node, begin: int, end: int) -> Columns | None:
    """Columns of an operator whose column i reads column i, or what has one column only."""
    width = node.output.shape[-2]
    reads: list[Span | None] = []
    for tensor in node.operands:
        wide = len(tensor.shape) >= 2 and tensor.shape[-2] == width > 1
        if wide and tensor.data is not None:
            return None
        single = tensor.data is None and len(tensor.shape) == 4 and tensor.shape[2] == 1 < width
        reads.append((begin, end) if wide else (0, 1) if single else None)
    return Columns(node.attrs, tuple(reads))


def valid_range(taps: Sequence[int]) -> tuple[int, int]:
    """Half-open range of taps that lie inside (``(0, 0)`` if none does)."""
    inside = [k for k, i in enumerate(taps) if i != OUTSIDE]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)
