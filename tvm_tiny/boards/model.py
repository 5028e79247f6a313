# SPDX-License-Identifier: Apache-2.0
"""The simulator's model of a board's memories at a clock, from the board's file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from tvm_tiny.boards.data import Board
from tvm_tiny.boards.memories import MemoryTiming
from tvm_tiny.boards.regions import Region
from tvm_tiny.simulator.memory import CacheShape, MemoryModel, MemoryPort

_CORE_LINE_BYTES, _AXI_BYTES = 32, 8
_CODE_WAYS, _DATA_WAYS = 2, 4
"""Of the Cortex-M7's caches. Source: Microchip, SAM E70/S70/V70/V71, table of the configuration of
the Cortex-M7 (2 and 4 ways, 8 words a line), read in the vendor's online documentation."""


@dataclass
class _Caches:
    """The caches of a board, numbered as they are asked for."""

    board: Board
    shapes: list[CacheShape] = field(default_factory=list[CacheShape])
    known: dict[str, int] = field(default_factory=dict[str, int])

    def number(self, name: str, shape: CacheShape) -> int:
        if name not in self.known:
            self.known[name] = len(self.shapes)
            self.shapes.append(shape)
        return self.known[name]

    def beat_bytes(self, region: Region) -> int:
        """Bytes of a beat as the cache in front of a region counts them."""
        timing = region.timing or MemoryTiming()
        core = self.board.cache.instruction_bytes or self.board.cache.data_bytes
        return _AXI_BYTES if region.cached and core else timing.beat_bytes

    def before(self, region: Region, holds: Literal["code", "data"]) -> tuple[int, int]:
        """(number, bytes of a line) of the cache in front of a region."""
        timing = region.timing or MemoryTiming()
        beat_bytes = timing.beat_bytes
        core_bytes = (
            self.board.cache.instruction_bytes if holds == "code" else self.board.cache.data_bytes
        )
        if region.cached and core_bytes:
            ways = _CODE_WAYS if holds == "code" else _DATA_WAYS
            shape = _shape(core_bytes, ways, _CORE_LINE_BYTES, _AXI_BYTES, False, holds == "data")
            return self.number(f"core {holds}", shape), _CORE_LINE_BYTES
        for cache in self.board.caches:
            if region.name in cache.regions and holds in cache.holds:
                size, line = cache.size_bytes, cache.line_bytes
                how = (cache.prefetch, cache.write_allocate)
                shape = _shape(size, cache.ways, line, beat_bytes, *how)
                return self.number(cache.name, shape), line
        if region.answers_at_once(self.board.run_hz):
            return -1, timing.width_bytes
        # What the memory read last is at hand.
        line = max(4, timing.width_bytes)
        shape = _shape(line, 1, line, min(beat_bytes, line), False, False)
        return self.number(f"{region.name} {holds}", shape), line


def _shape(
    size_bytes: int, ways: int, line_bytes: int, beat_bytes: int, prefetch: bool, allocate: bool
) -> CacheShape:
    beat = min(beat_bytes, line_bytes)
    sets = max(1, size_bytes // (line_bytes * ways))
    return CacheShape(_log2(line_bytes), ways, sets, _log2(beat), prefetch, allocate)


def _log2(value: int) -> int:
    return value.bit_length() - 1


def memory_model(board: Board) -> MemoryModel:
    """Ports and caches of a board at the clock it runs at (``board.run_hz``)."""
    caches = _Caches(board)
    ports: list[MemoryPort] = []
    for region in board.regions:
        if region.kind == "inputs" or region.timing is None:
            continue
        code, line = caches.before(region, "code")
        data, data_line = caches.before(region, "data")
        first, beat = region.timing.cycles_at(board.run_hz, max(line, data_line))
        beat *= caches.beat_bytes(region) / min(region.timing.beat_bytes, max(line, data_line))
        ports.append(MemoryPort(region.name, region.origin, region.end, code, data, first, beat))
    return MemoryModel(tuple(ports), tuple(caches.shapes))
