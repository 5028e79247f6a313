# SPDX-License-Identifier: Apache-2.0
"""``report.json``: what a board adds."""

from __future__ import annotations

import msgspec


class MemoryUse(msgspec.Struct, frozen=True):
    """A region of the board: bytes of it that the firmware takes, of how many."""

    region: str
    kind: str
    bytes: int
    of_bytes: int


class WaitInfo(msgspec.Struct, frozen=True):
    """What the core waits for a region: ``of`` is code or data.

    ``lookups``: lines of code and loads that asked the cache in front of it (or its buffer);
    ``misses``: those that had to be read from the memory.
    """

    region: str
    of: str
    lookups: int
    misses: int
    stall_cycles: int


class BoardInfo(msgspec.Struct, frozen=True):
    """The board of a build.

    ``hz``: of the core, as its firmware starts it. ``memories``: all that is linked, region by
    region: arena, stack, inputs and outputs, state, variables and what start-up needs.
    ``stall_cycles``: waited for all memories, None where nothing was run. ``unverified``: figures
    of the board's file that nobody has read in a document. ``measured_factor``: what the board was
    seen to take for a modelled cycle (``tvm-tiny calibrate``), in milliseconds already; None: no
    board was measured. ``constants``: symbols of weights and tables that start-up copies into RAM,
    the most worth a byte first.
    """

    name: str
    title: str
    hz: int
    memories: list[MemoryUse] = []
    waits: list[WaitInfo] = []
    stall_cycles: int | None = None
    unverified: list[str] = []
    measured_factor: float | None = None
    constants: list[str] = []
