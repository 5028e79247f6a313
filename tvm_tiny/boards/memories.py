# SPDX-License-Identifier: Apache-2.0
"""How fast a board's memories are, as data: wait states, widths, caches, serial flash."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

LIMIT_BYTES = 1 << 32
Word = Annotated[int, msgspec.Meta(ge=0, lt=LIMIT_BYTES)]
Text = Annotated[str, msgspec.Meta(max_length=200)]
Hertz = Annotated[int, msgspec.Meta(gt=0, le=2_000_000_000)]
Width = Literal[1, 2, 4, 8, 16, 32, 64]

ANY_HZ = 2_000_000_000


class Cited(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where figures are from.

    Attributes:
        sources: what was read.
        unverified: what was not, in words: figures from memory or left out.
    """

    sources: tuple[Text, ...] = ()
    unverified: tuple[Text, ...] = ()


class SerialFlash(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A serial flash: its clock, what a read costs before the data, data lines."""

    hz: Hertz
    lines: Literal[1, 2, 4, 8]
    overhead_cycles: Annotated[int, msgspec.Meta(ge=0, le=256)]
    core_divider: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    """Its clock is the core's over this, up to ``hz``; 0: ``hz``, whatever the core's."""


class MemoryTiming(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How fast a region answers.

    Attributes:
        bus: its name and width, for readers.
        width_bytes: of one read of the memory itself.
        beat_bytes: of one transfer to the core or the cache in front.
        bus_hz: highest clock of its bus; of a faster core it gets the next whole fraction.
        wait_states: pairs (clock of the bus up to which, wait states), rising.
        latency_cycles: of the bus, on the way to the memory and back, besides wait states.
        serial: instead of wait states.
    """

    bus: Text = ""
    width_bytes: Width = 4
    beat_bytes: Width = 4
    bus_hz: Hertz = ANY_HZ
    wait_states: Annotated[
        tuple[tuple[Hertz, Annotated[int, msgspec.Meta(ge=0, le=63)]], ...],
        msgspec.Meta(min_length=1, max_length=16),
    ] = ((ANY_HZ, 0),)
    latency_cycles: Annotated[int, msgspec.Meta(ge=0, le=64)] = 0
    serial: SerialFlash | None = None

    def divider(self, core_hz: int) -> int:
        """Cycles of the core for one of the bus."""
        return -(-core_hz // self.bus_hz)

    def wait_states_at(self, core_hz: int) -> int | None:
        """At a clock of the core; None: the memory is not made for that."""
        hz = core_hz / self.divider(core_hz)
        return next((states for limit, states in self.wait_states if hz <= limit), None)

    def cycles_at(self, core_hz: int, line_bytes: int) -> tuple[float, float]:
        """Cycles that a core waits for the first beat of a line, and for each that follows.

        An access that takes one cycle of the bus is in the core's own table already, so a core on
        the bus's clock waits for the wait states alone.
        """
        if self.serial is not None:
            serial = self.serial
            hz = core_hz / serial.core_divider if serial.core_divider else serial.hz
            each = core_hz / min(hz, serial.hz)
            beat = each * 8 * self.beat_bytes / serial.lines
            return each * serial.overhead_cycles + beat, beat
        divider, states = self.divider(core_hz), self.wait_states_at(core_hz)
        states = self.wait_states[-1][1] if states is None else states
        first = divider * (self.latency_cycles + states + 1) - 1
        reads = line_bytes > self.width_bytes  # of the memory, for what is left of the line
        beat = max(1.0, (states + 1) * self.beat_bytes / self.width_bytes) if reads else 1.0
        return float(first), divider * beat


class CodeWindow(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a RAM that the core's code bus sees too: start-up may copy hot code there.

    Attributes:
        name: of that part, in the linker script.
        origin: its address on the code bus.
        at: the same part's address in its region.
        length_bytes: of the part.
        behind: name of what is left of the region behind the part; "": nothing is.
    """

    name: Text
    origin: Word
    at: Word
    length_bytes: Annotated[int, msgspec.Meta(ge=256, le=1 << 30)]
    behind: Text = ""


class BufferCache(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A cache between a bus of the core and memories, outside the core.

    Attributes:
        name: what its maker calls it.
        regions: that it serves.
        holds: what goes through it.
        size_bytes: its data.
        ways: of a set; as many as there are lines: any line anywhere.
        line_bytes: of a line.
        prefetch: it reads the line behind the one in use ahead of time.
        write_allocate: stores bring their line in.
    """

    name: Text
    regions: Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=8)]
    holds: Annotated[tuple[Literal["code", "data"], ...], msgspec.Meta(min_length=1, max_length=2)]
    size_bytes: Annotated[int, msgspec.Meta(ge=8, le=1 << 20)]
    ways: Annotated[int, msgspec.Meta(ge=1, le=256)]
    line_bytes: Literal[4, 8, 16, 32, 64]
    prefetch: bool = False
    write_allocate: bool = False

    @property
    def sets(self) -> int:
        """Lines that compete for the same ways."""
        return max(1, self.size_bytes // (self.line_bytes * self.ways))


def timing_faults(name: str, timing: MemoryTiming) -> list[str]:
    """What is wrong with a region's timing."""
    faults: list[str] = []
    limits = [limit for limit, _ in timing.wait_states]
    if limits != sorted(set(limits)):
        faults.append(f"region {name}: wait_states by rising clocks")
    if timing.beat_bytes > 32:
        faults.append(f"region {name}: beats of {timing.beat_bytes} bytes")
    if not timing.sources and not timing.unverified:
        faults.append(f"region {name}: timing without sources, and not said to be unverified")
    return faults


def window_faults(region: str, origin: int, end: int, window: CodeWindow) -> list[str]:
    """What is wrong with a part of a region that the code bus sees."""
    faults: list[str] = []
    last = window.at + window.length_bytes
    if window.at < origin or last > end:
        faults.append(f"code window {window.name}: not within region {region}")
    if bool(window.behind) != (last < end):
        faults.append(f"code window {window.name}: 'behind' names what follows it in {region}")
    if window.origin % 256 or window.at % 256 or window.length_bytes % 8:
        faults.append(f"code window {window.name}: origin % 256, at % 256 or length % 8")
    if not window.sources and not window.unverified:
        faults.append(f"code window {window.name}: without sources, and not said to be unverified")
    return faults


def cache_faults(cache: BufferCache, regions: set[str]) -> list[str]:
    """What is wrong with a cache."""
    faults = [f"cache '{cache.name}': no region {r}" for r in cache.regions if r not in regions]
    sets = cache.size_bytes / (cache.line_bytes * cache.ways)
    if sets < 1 or sets != int(sets) or int(sets) & (int(sets) - 1):
        faults.append(f"cache '{cache.name}': {sets:g} sets of {cache.ways} ways, no power of two")
    if not cache.sources and not cache.unverified:
        faults.append(f"cache '{cache.name}': without sources, and not said to be unverified")
    return faults
