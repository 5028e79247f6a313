# SPDX-License-Identifier: Apache-2.0
"""The device firmware's port to each board (``uarts.toml``), rendered to C."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Literal

import msgspec

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.templates import templates

_TEMPLATES = Path(__file__).parent / "templates"


class Write(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
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
    """A board's serial line and clock.

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
    setup: tuple[Write, ...]
    kind: Literal["polled", "uarte"] = "polled"
    receive: Ready | None = None
    send: Ready | None = None
    base: int = 0
    ticks_register: int = 0


@cache
def uarts() -> dict[str, Uart]:
    """Boards' lines by the boards' names."""
    data = resources.files("tvm_tiny.device").joinpath("uarts.toml").read_bytes()
    return msgspec.toml.decode(data, type=dict[str, Uart])


def uart_source(board: str) -> str:
    """C source of the port to a board: the four functions, and what start-up code prints by.

    Raises:
        UsageError: TT6019, no such board.
    """
    uart = uarts().get(board)
    if uart is None:
        problem = Problem(f"no serial line for '{board}'", do=f"boards: {', '.join(uarts())}")
        raise UsageError("unknown board", (problem,), "TT6019")
    return templates(_TEMPLATES).get_template("uart.c.j2").render(name=board, uart=uart)
