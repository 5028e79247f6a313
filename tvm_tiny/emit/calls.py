# SPDX-License-Identifier: Apache-2.0
"""Row calls to loops: the arguments of every row, compressed to runs affine in the row.

before:  k(x + 0, y + 0); k(x + 48, y + 16); k(x + 96, y + 32); ...
after:   for (i = 0; i < n; ++i) k(x + 48 * i, y + 16 * i);

A plan may order rows as it likes; what is regular becomes a loop, what is not a table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tvm_tiny.operators.call import Row


@dataclass(frozen=True)
class Run:
    """``count`` calls whose argument ``k`` is ``start[k] + i * step[k]``."""

    count: int
    start: tuple[int, ...]
    step: tuple[int, ...]


def compress(rows: Sequence[Row]) -> list[Run]:
    """Split a sequence of argument tuples greedily into affine runs (unread arguments fit any)."""
    runs: list[Run] = []
    first = 0
    while first < len(rows):
        last, step = _extend(rows, first)
        if last == first + 2 and last < len(rows) and _extend(rows, first + 1)[0] > last + 1:
            # Any two calls lie on a line: leave an edge row alone rather than cut the loop short.
            last, step = first + 1, (0,) * len(step)
        start = tuple(_known(rows, first, last, k, step[k]) for k in range(len(rows[first])))
        runs.append(Run(last - first, start, step))
        first = last
    return runs


def _extend(rows: Sequence[Row], first: int) -> tuple[int, tuple[int, ...]]:
    """End (exclusive) and steps of the longest affine run that begins at ``first``."""
    width = len(rows[first])
    anchor: list[tuple[int, int] | None] = [None if v is None else (first, v) for v in rows[first]]
    step: list[int | None] = [None] * width
    end = first + 1
    while end < len(rows):
        new_anchor, new_step = list(anchor), list(step)
        if not all(_fits(rows[end][k], end, k, new_anchor, new_step) for k in range(width)):
            break
        anchor, step = new_anchor, new_step
        end += 1
    return end, tuple(s or 0 for s in step)


def _fits(
    value: int | None,
    at: int,
    k: int,
    anchor: list[tuple[int, int] | None],
    step: list[int | None],
) -> bool:
    """Does argument ``k`` continue its line? Records what becomes known on the way."""
    if value is None:
        return True
    known = anchor[k]
    if known is None:
        anchor[k] = (at, value)
        return True
    distance, slope = at - known[0], step[k]
    if slope is None:
        step[k], rest = divmod(value - known[1], distance)
        return rest == 0
    return value == known[1] + slope * distance


def _known(rows: Sequence[Row], first: int, last: int, k: int, step: int) -> int:
    """The argument's value at the start of the run (0 if no call of the run reads it)."""
    for at in range(first, last):
        value = rows[at][k]
        if value is not None:
            return value - step * (at - first)
    return 0
