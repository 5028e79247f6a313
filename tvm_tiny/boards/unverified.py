# SPDX-License-Identifier: Apache-2.0
"""What nobody has read of a board's facts; asked for by commands that simulate nothing."""

from __future__ import annotations

from tvm_tiny.boards.data import Board


def unverified(board: Board) -> tuple[str, ...]:
    """What nobody has read in a document, of all that the model of a board takes."""
    cited = [(r.name, r.timing) for r in board.regions if r.timing is not None]
    found = [
        f"{r.name}: no timing in the board's file, taken for no wait states"
        for r in board.regions
        if r.timing is None and r.kind != "inputs"
    ]
    found += [f"{name}: {text}" for name, timing in cited for text in timing.unverified]
    windows = [r.code for r in board.regions if r.code is not None]
    found += [f"{w.name}: {text}" for w in windows for text in w.unverified]
    found += [f"{c.name}: {text}" for c in board.caches for text in c.unverified]
    speed = board.clock.speed(board.run_hz)
    return (*found, *(f"clock: {text}" for text in (speed.unverified if speed else ())))
