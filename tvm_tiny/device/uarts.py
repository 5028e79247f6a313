# SPDX-License-Identifier: Apache-2.0
"""The device firmware's port to a board (``[uart]`` of the board's file), rendered to C."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

_TEMPLATES = Path(__file__).parent / "templates"


class UartStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Bits of a register to set, or to wait for."""

    address: int
    mask: int
    value: int
    why: str
    wait: bool = False


class Ready(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A byte can be moved when ``(status & mask) == value``; ``clear``: an overrun to take back."""

    status: int
    mask: int
    value: int
    data: int
    clear: int = 0


class Uart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A board's serial line and clock, for polling: registers to write and to wait for.

    The bits of a write's mask become those of its value, in order; ``wait``: until they are so. A
    byte is at ``data`` when it is ready; ``clear``: written to status with what it holds, when the
    bits are set there (overrun).

    Attributes:
        sources: documents that the registers are from.
        ticks: ``dwt``, the core's counter of cycles, or another ``register``.
        ticks_hz: how fast it counts.
        setup: before anything else.
        kind: ``polled``, or ``uarte``: Nordic's, which accesses memory itself.
        receive: for ``polled``.
        send: for ``polled``.
        base: for ``uarte``.
        ticks_register: for ``register``.
    """

    sources: tuple[str, ...]
    ticks: Literal["dwt", "register"]
    ticks_hz: int
    setup: tuple[UartStep, ...]
    kind: Literal["polled", "uarte"] = "polled"
    receive: Ready | None = None
    send: Ready | None = None
    base: int = 0
    ticks_register: int = 0


def uart_source(board: str, uart: Uart) -> str:
    """C source of the port to a board: the four functions, and what start-up code prints by."""
    from tvm_tiny.files.templates import templates

    return templates(_TEMPLATES).get_template("uart.c.j2").render(name=board, uart=uart)
