# SPDX-License-Identifier: Apache-2.0
"""What a core waits for its memories, from the addresses that it uses.

Every line of code that runs, and every datum that is loaded, is looked up in the cache (or the
buffer of one line) in front of its memory. A line that is not there is read: its first beat, with
what was asked for, comes after the memory's wait states, the others one after another; the core
goes on with the first and waits for another only when it asks for it. A memory reads one line at a
time. A cache that prefetches lets its memory read the next line while the core works on this one.
Stores leave through a buffer and never wait; where the cache allocates for them, the line is read
meanwhile. The latest lines of a set are kept (LRU). What is left out: lines that are written back,
other masters on the bus, and reads that a core begins before it is sure to need them.

``memory_model.c`` does the same at native speed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

CODE, DATA = 0, 1
Kind = Literal[0, 1]


@dataclass(frozen=True)
class MemoryPort:
    """A memory: ``[origin, end)``, and the caches in front of it (-1: it answers at once).

    ``first_cycles``: of the core, from asking to the first beat; ``beat_cycles``: to every other.
    """

    name: str
    origin: int
    end: int
    code_cache: int = -1
    data_cache: int = -1
    first_cycles: float = 0.0
    beat_cycles: float = 0.0


@dataclass(frozen=True)
class CacheShape:
    """Lines of ``1 << line_shift`` bytes that come in beats of ``1 << beat_shift``."""

    line_shift: int
    ways: int
    sets: int
    beat_shift: int
    prefetch: bool = False
    write_allocate: bool = False


@dataclass(frozen=True)
class MemoryModel:
    """The memories and caches that a core sees."""

    ports: tuple[MemoryPort, ...]
    caches: tuple[CacheShape, ...]


@dataclass
class Waits:
    """What one layer waited for one memory: for code (``kind`` 0) or data (1), in core cycles."""

    layer: int
    port: int
    kind: int
    lookups: int = 0
    misses: int = 0
    cycles: float = 0.0


class _Cache:
    def __init__(self, shape: CacheShape) -> None:
        self.shape = shape
        self.sets: list[list[int]] = [[] for _ in range(shape.sets)]
        self.recent = self.filling = self.next = -1
        self.filling_from = 0
        self.first_at = self.filled_at = self.next_at = 0.0

    def has(self, line: int) -> bool:
        return line in self.sets[line & (self.shape.sets - 1)]

    def take(self, line: int) -> bool:
        """Is the line there? It becomes the latest of its set either way."""
        ways = self.sets[line & (self.shape.sets - 1)]
        there = line in ways
        if there:
            ways.remove(line)
        ways.insert(0, line)
        del ways[self.shape.ways :]
        return there

    @property
    def beats(self) -> int:
        return 1 << (self.shape.line_shift - self.shape.beat_shift)


class PythonMemory:
    """The model in Python: the same numbers as ``memory_model.c``."""

    def __init__(self, model: MemoryModel) -> None:
        self._ports = model.ports
        self._caches = [_Cache(shape) for shape in model.caches]
        self._busy_until = [0.0] * len(model.ports)
        self._now = 0.0
        self._open: dict[tuple[int, int], Waits] = {}
        self._sums: dict[tuple[int, int, int], Waits] = {}

    def fetch(self, address: int, end: int, cycles: float) -> None:
        """Code of ``[address, end)`` runs and takes ``cycles``."""
        port = self._find(address)
        if port is None or self._ports[port].code_cache < 0:
            self._now += cycles
            return
        cache = self._caches[self._ports[port].code_cache]
        per_byte = cycles / (end - address)
        while address < end:
            stop = min(end, ((address >> cache.shape.line_shift) + 1) << cache.shape.line_shift)
            self._look_up(cache, port, CODE, address, False)
            self._now += per_byte * (stop - address)
            address = stop

    def data(self, address: int, write: bool) -> None:
        """A load or a store."""
        port = self._find(address)
        if port is None or self._ports[port].data_cache < 0:
            return
        cache = self._caches[self._ports[port].data_cache]
        if not write or cache.shape.write_allocate:
            self._look_up(cache, port, DATA, address, write)

    def restart(self) -> None:
        """Forget what was counted, but not what the caches hold."""
        self._open.clear()

    def commit(self, layer: int) -> None:
        """Add what was counted since the last time to a layer."""
        for (port, kind), waits in self._open.items():
            total = self._sums.setdefault((layer, port, kind), Waits(layer, port, kind))
            total.lookups += waits.lookups
            total.misses += waits.misses
            total.cycles += waits.cycles
        self._open.clear()

    def sums(self) -> list[Waits]:
        """What every layer waited."""
        return list(self._sums.values())

    def _find(self, address: int) -> int | None:
        for index, port in enumerate(self._ports):
            if port.origin <= address < port.end:
                return index
        return None

    def _wait_until(self, waits: Waits, at: float) -> None:
        if at > self._now:
            waits.cycles += at - self._now
            self._now = at

    def _begin_fill(self, cache: _Cache, port: int) -> tuple[float, float]:
        """When the first beat of a line is there, and when all of it."""
        first = max(self._busy_until[port], self._now) + self._ports[port].first_cycles
        filled = first + (cache.beats - 1) * self._ports[port].beat_cycles
        self._busy_until[port] = filled
        return first, filled

    def _look_up(self, cache: _Cache, port: int, kind: int, address: int, write: bool) -> None:
        waits = self._open.setdefault((port, kind), Waits(0, port, kind))
        line = address >> cache.shape.line_shift
        waits.lookups += 1
        if line != cache.recent:
            there = cache.take(line)
            cache.recent = line
            if not there:
                waits.misses += 1
                self._fill(cache, port, waits, address, write)
            if cache.shape.prefetch and cache.next != line + 1 and not cache.has(line + 1):
                cache.next = line + 1
                _, cache.next_at = self._begin_fill(cache, port)
        if not write and line == cache.filling and self._now < cache.filled_at:
            beat = (address >> cache.shape.beat_shift) - cache.filling_from & (cache.beats - 1)
            self._wait_until(waits, cache.first_at + beat * self._ports[port].beat_cycles)

    def _fill(self, cache: _Cache, port: int, waits: Waits, address: int, write: bool) -> None:
        line = address >> cache.shape.line_shift
        if line == cache.next:  # on its way already
            cache.next = -1
            self._wait_until(waits, cache.next_at)
            return
        cache.filling, cache.filling_from = line, address >> cache.shape.beat_shift
        cache.first_at, cache.filled_at = self._begin_fill(cache, port)
        if not write:
            self._wait_until(waits, cache.first_at)


def total_cycles(waits: Sequence[Waits]) -> float:
    """All that was waited."""
    return sum(w.cycles for w in waits)
