# SPDX-License-Identifier: Apache-2.0
"""Clocks of a board, as data: what start-up code does to run at a speed."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from tvm_tiny.boards.memories import Cited, Hertz, Text
from tvm_tiny.device.uarts import Uart, UartStep
from tvm_tiny.errors import Problem, UsageError


class Speed(Cited, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A speed that start-up code can bring the core to.

    Attributes:
        hz: of the core.
        facts: source of the clock, multipliers.
        steps: registers to write and to wait for, in order: voltage and wait states first.
        uart: of the serial line, what differs from ``[uart]``: by address and mask.
        ticks_hz: of the line's counter of cycles, where it differs.
    """

    hz: Hertz
    facts: Text = ""
    steps: Annotated[tuple[UartStep, ...], msgspec.Meta(min_length=1, max_length=64)]
    uart: tuple[UartStep, ...] = ()
    ticks_hz: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)] = 0


class CoreClock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The core's clock: after reset (or as the boot ROM leaves it), and what it can be brought to.

    ``core_hz`` is the first, ``facts`` says where it comes from. ``speeds``: the fastest is the one
    that firmware starts. ``rated_hz``: what the chip is sold for, 0: the fastest of these.
    ``tree``: the simulated board's model of the clock registers (``clock_tree.py``), "": none.
    """

    core_hz: Hertz
    facts: Text = ""
    rated_hz: Annotated[int, msgspec.Meta(ge=0, le=2_000_000_000)] = 0
    tree: Literal["", "stm32f4", "stm32f7", "stm32l4", "stm32g4", "stm32h7"] = ""
    speeds: Annotated[tuple[Speed, ...], msgspec.Meta(max_length=8)] = ()

    @property
    def all_hz(self) -> tuple[int, ...]:
        """Every clock that start-up code can leave the core at, the slowest first."""
        return tuple(sorted({self.core_hz, *(s.hz for s in self.speeds)}))

    @property
    def run_hz(self) -> int:
        """The clock of generated firmware where nobody asks for another."""
        return self.speeds_by_hz[-1].hz if self.speeds else self.core_hz

    @property
    def speeds_by_hz(self) -> tuple[Speed, ...]:
        """The slowest first."""
        return tuple(sorted(self.speeds, key=lambda s: s.hz))

    def speed(self, hz: int) -> Speed | None:
        """How to get to a clock; None: it is the reset's."""
        return next((s for s in self.speeds if s.hz == hz), None)


def check_clock(board: str, clock: CoreClock, hz: int) -> None:
    """Raise ``UsageError`` TT6305 unless start-up code can bring the board to a clock."""
    if hz not in clock.all_hz:
        known = ", ".join(f"{one / 1e6:g}M" for one in clock.all_hz)
        problem = Problem(
            f"no start-up code for {hz / 1e6:g} MHz",
            where=board,
            do=f"--clock with one of {known}, or give the board's file a [[clock.speeds]] of it",
        )
        raise UsageError("unknown clock of the board", (problem,), "TT6305")


def uart_at(uart: Uart, speed: Speed | None) -> Uart:
    """The serial line's registers at a speed."""
    if speed is None:
        return uart
    changed = {(w.address, w.mask): w for w in speed.uart}
    setup = [changed.pop((w.address, w.mask), w) for w in uart.setup]
    ticks_hz = speed.ticks_hz or uart.ticks_hz
    return msgspec.structs.replace(uart, setup=(*changed.values(), *setup), ticks_hz=ticks_hz)
