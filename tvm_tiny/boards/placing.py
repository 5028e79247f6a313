# SPDX-License-Identifier: Apache-2.0
"""Where a model goes on a board: arena, stack, data and hot code by region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.boards.data import Board
from tvm_tiny.boards.regions import Region

_SLACK_BYTES = 2048
"""For variables of the firmware besides the arena and its inputs and outputs: frames, a command."""

_ROUNDING_BYTES = 256
"""Between parts of a region, for their alignment."""

_CODE_MARGIN = 1.5
"""Another compiler's code may be larger than the one that was measured."""


@dataclass(frozen=True)
class HotFunction:
    """A function of the model's kernels: name, bytes of code, cycles of a run spent in it."""

    symbol: str
    size_bytes: int
    cycles: int


@dataclass(frozen=True)
class HotConstant:
    """An array of weights or a table that the core waits for: its symbol, bytes with alignment."""

    symbol: str
    size_bytes: int


@dataclass(frozen=True)
class Needs:
    """What a firmware needs of a board.

    Attributes:
        model: C prefix of the model.
        arena_bytes: all activations.
        io_bytes: inputs and outputs of the firmware, outside the arena.
        stack_bytes: what to keep for the stack.
        functions: of the kernels, with what they cost; empty if no compiler could tell.
        constants: to copy into RAM that is left, the most worth a byte first.
    """

    model: str
    arena_bytes: int
    io_bytes: int
    stack_bytes: int
    functions: tuple[HotFunction, ...] = ()
    constants: tuple[HotConstant, ...] = ()


@dataclass(frozen=True)
class RegionPlacement:
    """Regions by name, and the code that start-up copies into fast memory.

    Attributes:
        arena: region of the arena.
        stack: region of the stack, at its beginning: below the first one there is no memory, so
            that an overflow faults.
        data: region of all other variables.
        hot: input sections of hot code for the linker script; empty: all code stays in flash.
        stack_bytes: kept for the stack.
        constants: region of constants that start-up copies; None: none.
        copied: these, by symbol.
    """

    arena: Region
    stack: Region
    data: Region
    hot: tuple[str, ...]
    stack_bytes: int
    constants: Region | None = None
    copied: tuple[str, ...] = ()


def place(board: Board, needs: Needs) -> RegionPlacement:
    """First fit: the arena, then the stack, then the data, each in the fastest region with room.

    What fits nowhere goes where there is most room, so that linking can say how much is missing.
    """
    left = {r.name: r.length_bytes for r in board.rams}

    def take(size_bytes: int) -> Region:
        found = next((r for r in board.rams if left[r.name] >= size_bytes), None)
        found = found or max(board.rams, key=lambda r: left[r.name])
        left[found.name] -= size_bytes
        return found

    arena = take(needs.arena_bytes)
    stack = take(needs.stack_bytes)
    data = take(needs.io_bytes + _SLACK_BYTES)
    hot = hot_sections(needs, board.code_ram)
    home, copied = _constants(board, needs, left)
    return RegionPlacement(arena, stack, data, hot, needs.stack_bytes, home, copied)


def _constants(
    board: Board, needs: Needs, left: Mapping[str, int]
) -> tuple[Region | None, tuple[str, ...]]:
    """Where constants go and which: the fastest RAM with room for all, or the one with most."""
    fast = [r for r in board.rams if r.answers_at_once(board.run_hz)]
    if not fast or not needs.constants:
        return None, ()
    wanted_bytes = sum(c.size_bytes for c in needs.constants) + _ROUNDING_BYTES
    home = next((r for r in fast if left[r.name] >= wanted_bytes), None)
    home = home or max(fast, key=lambda r: left[r.name])
    room_bytes, copied = left[home.name] - _ROUNDING_BYTES, list[str]()
    for constant in needs.constants:
        if constant.size_bytes <= room_bytes:
            copied.append(constant.symbol)
            room_bytes -= constant.size_bytes
    return (home, tuple(copied)) if copied else (None, ())


def has_room(board: Board, needs: Needs) -> bool:
    """Whether every part has a region with room, code in RAM left out."""
    placement = place(board, needs)
    taken: dict[str, int] = {}
    for region, size_bytes in (
        (placement.arena, needs.arena_bytes),
        (placement.stack, needs.stack_bytes),
        (placement.data, needs.io_bytes + _SLACK_BYTES),
    ):
        taken[region.name] = taken.get(region.name, 0) + size_bytes
    return all(size <= board.region(name).length_bytes for name, size in taken.items())


def hot_sections(needs: Needs, region: Region | None) -> tuple[str, ...]:
    """Input sections of the code to run from ``region``: all kernels, or the hottest that fit.

    Section names come from ``-ffunction-sections``; compilers append to names of functions that
    they specialise.
    """
    if region is None or not needs.functions:
        return ()
    room_bytes = int(region.length_bytes / _CODE_MARGIN)
    if sum(f.size_bytes for f in needs.functions) <= room_bytes:
        return (f"*{needs.model}_kernels.*(.text .text.*)",)
    chosen: list[HotFunction] = []
    for function in _by_density(needs.functions):
        if function.cycles and function.size_bytes <= room_bytes:
            chosen.append(function)
            room_bytes -= function.size_bytes
    return tuple(f"*(.text.{f.symbol} .text.{f.symbol}.*)" for f in chosen)


def _by_density(functions: Sequence[HotFunction]) -> list[HotFunction]:
    """Most cycles for a byte first; the name decides between equals."""
    return sorted(functions, key=lambda f: (-f.cycles / max(f.size_bytes, 1), f.symbol))
