# SPDX-License-Identifier: Apache-2.0
"""A board's memories, as its file describes them, and what can be wrong with that."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Literal

import msgspec

from tvm_tiny.boards.memories import (
    LIMIT_BYTES,
    CodeWindow,
    MemoryTiming,
    Text,
    Word,
    timing_faults,
    window_faults,
)

_REGION_NAME = re.compile(r"[A-Z][A-Z0-9]{0,15}")


class Write(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A register that start-up code sets: the bits of ``mask`` become those of ``value``."""

    address: Word
    value: Word
    why: Text
    mask: Word = 0xFFFFFFFF


class Region(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A memory.

    Attributes:
        name: in the linker script.
        kind: ``flash``: code, constants and weights. ``itcm``: code that start-up copies there;
            ``code``: the same in ordinary RAM on the code bus (``divided``).
            ``dtcm``, ``sram``: data, the first in the file the fastest. ``inputs``: never linked
            to, an emulator puts inputs there.
        origin: first address.
        length_bytes: its size.
        cached: the core's caches (or the flash's) serve it.
        facts: what a reader should know.
        enable: registers to set before it can be used.
        timing: how fast it answers; None: not known, taken for zero wait states.
        code: the part that the code bus sees too; None: no part.
    """

    name: str
    kind: Literal["flash", "itcm", "code", "dtcm", "sram", "inputs"]
    origin: Word
    length_bytes: Annotated[int, msgspec.Meta(ge=256, le=1 << 30)]
    facts: Text = ""
    cached: bool = False
    enable: tuple[Write, ...] = ()
    timing: MemoryTiming | None = None
    code: CodeWindow | None = None

    @property
    def end(self) -> int:
        """First address behind it."""
        return self.origin + self.length_bytes

    def answers_at_once(self, core_hz: int) -> bool:
        """Whether a core at that clock never waits for it, as far as is known."""
        return self.timing is None or self.timing.cycles_at(core_hz, 1)[0] <= 0


def divided(regions: Sequence[Region]) -> tuple[Region, ...] | None:
    """The regions with the part that the code bus sees as one of its own, for code alone.

    Before: SRAM of 640 KiB with a code window in it. After: SRAM (what lies below the window),
    the window by its address on the code bus, what lies behind it under a name of its own. An
    arena can no longer span the window: who places things tries both.

    Returns:
        None if no region has such a part.
    """
    found: list[Region] = []
    for region in regions:
        window = region.code
        if window is None:
            found.append(region)
            continue
        whole = msgspec.structs.replace(region, code=None)
        last = window.at + window.length_bytes
        lower = (region.name, region.origin, window.at)
        for name, begin, end in (lower, (window.behind, last, region.end)):
            if end > begin:
                part = msgspec.structs.replace(
                    whole, name=name, origin=begin, length_bytes=end - begin
                )
                found.append(part)
        found.append(_seen_by_the_code_bus(whole, window))
    return tuple(found) if any(r.code is not None for r in regions) else None


def joined(regions: Sequence[Region]) -> tuple[Region, ...] | None:
    """The regions with RAMs that lie end to end as one, for an arena that none of them holds.

    Before: DTCM of 64 KiB at 0x20000000, SRAM of 256 KiB at 0x20010000. After: DTCM_SRAM of
    320 KiB. What answers how fast stays with the address: the parts' own timing holds.

    Returns:
        None if no two RAMs lie so.
    """
    found: dict[str, Region] = {r.name: r for r in regions}
    for one, other in itertools.pairwise(sorted(regions, key=lambda r: r.origin)):
        first = next((r for r in found.values() if r.end == other.origin), None)
        if first is None or {one.kind, other.kind} - {"dtcm", "sram"}:
            continue
        whole = msgspec.structs.replace(
            first,
            name=f"{first.name}_{other.name}",
            length_bytes=first.length_bytes + other.length_bytes,
            facts=f"{first.facts or first.name}; behind it {other.facts or other.name}",
            cached=first.cached or other.cached,
            enable=(*first.enable, *other.enable),
            timing=None,
            code=None,
        )
        place = {first.name, other.name}
        found = {r.name: r for r in _with(whole, place, found.values())}
    return tuple(found.values()) if len(found) < len(regions) else None


def _with(whole: Region, parts: set[str], regions: Iterable[Region]) -> Iterator[Region]:
    """The regions, ``whole`` where the first of its parts stood: the fastest comes first."""
    taken = False
    for region in regions:
        if region.name not in parts:
            yield region
        elif not taken:
            yield whole
            taken = True


def parts_of(whole: Region, regions: Iterable[Region]) -> tuple[Region, ...]:
    """The regions that lie within ``whole``, by address."""
    inside = (r for r in regions if whole.origin <= r.origin and r.end <= whole.end)
    return tuple(sorted(inside, key=lambda r: r.origin))


def _seen_by_the_code_bus(region: Region, window: CodeWindow) -> Region:
    timing = region.timing or MemoryTiming()
    return msgspec.structs.replace(
        region,
        name=window.name,
        kind="code",
        origin=window.origin,
        length_bytes=window.length_bytes,
        facts=f"a part of {region.name}, as the code bus sees it",
        timing=msgspec.structs.replace(
            timing, bus="code", sources=window.sources, unverified=window.unverified
        ),
    )


def region_faults(given: Sequence[Region]) -> Iterator[str]:
    """What is wrong with a board's regions, also with a part of one for code."""
    yield from _map_faults(given)
    for region in given:
        yield from timing_faults(region.name, region.timing) if region.timing else ()
        if region.code is not None:
            yield from window_faults(region.name, region.origin, region.end, region.code)
    parts = divided(given)
    if parts is not None:
        yield from (f"with code in RAM: {fault}" for fault in _map_faults(parts))
    if sum(region.code is not None for region in given) > 1:
        yield "code windows: one at most"


def _map_faults(given: Sequence[Region]) -> Iterator[str]:
    regions = sorted(given, key=lambda r: r.origin)
    names = [r.name for r in regions]
    for name in sorted(set(names)):
        if not _REGION_NAME.fullmatch(name) or names.count(name) > 1:
            yield f"region '{name}': capital letters and digits, and only once"
    for region in regions:
        if region.origin % 256 or region.length_bytes % 8 or region.end > LIMIT_BYTES:
            yield f"region {region.name}: origin % 256, length % 8, or beyond 4 GiB"
    for one, other in itertools.pairwise(regions):
        if one.end > other.origin:
            yield f"regions {one.name} and {other.name} overlap"
    for kinds, least, most in (
        (("flash",), 1, 1),
        (("dtcm", "sram"), 1, 14),
        (("itcm", "code"), 0, 1),
        (("inputs",), 0, 1),
    ):
        if not least <= sum(r.kind in kinds for r in given) <= most:
            yield f"regions of kind {' or '.join(kinds)}: {least} to {most} of them"
