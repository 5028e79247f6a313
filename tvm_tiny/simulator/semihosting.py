# SPDX-License-Identifier: Apache-2.0
"""Semihosting calls (BKPT 0xAB): a program prints and ends through whoever runs it.

Source: Arm, "Semihosting for AArch32 and AArch64", release 2.0, section 5.2. Served alike on the
simulator and through a debug probe.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

_BKPT_AB = b"\xab\xbe"
_WRITEC, _WRITE0, _EXIT, _EXIT_EXTENDED = 0x03, 0x04, 0x18, 0x20
_APPLICATION_EXIT = 0x20026  # ADP_Stopped_ApplicationExit
_UNKNOWN = 0xFFFFFFFF
_PIECE_BYTES = 256


class HaltedCore(Protocol):
    """A core that has stopped at an instruction."""

    def register(self, name: str) -> int:
        """``r0``, ``r1`` or ``pc`` (without the Thumb bit), unsigned."""
        ...

    def set_register(self, name: str, value: int) -> None:
        """Set one of them."""
        ...

    def memory(self, address: int, count: int) -> bytes:
        """Read memory."""
        ...


class Semihosting:
    """Serves calls.

    Attributes:
        exit_code: None while the program runs.
    """

    def __init__(self, write: Callable[[bytes], None], text_limit_bytes: int) -> None:
        """What the program prints goes to ``write``; a string is read up to the limit."""
        self._write = write
        self._limit = text_limit_bytes
        self.exit_code: int | None = None

    def handle(self, core: HaltedCore) -> bool:
        """Serve the call at the pc and step over it; False if the instruction there is none."""
        pc = core.register("pc")
        if core.memory(pc, 2) != _BKPT_AB:
            return False
        result = self._serve(core, core.register("r0"), core.register("r1"))
        core.set_register("r0", result)
        core.set_register("pc", pc + 2)
        return True

    def _serve(self, core: HaltedCore, operation: int, argument: int) -> int:
        if operation == _WRITE0:
            self._write(self._string(core, argument))
        elif operation == _WRITEC:
            self._write(core.memory(argument, 1))
        elif operation == _EXIT:
            self.exit_code = 0 if argument == _APPLICATION_EXIT else 1
        elif operation == _EXIT_EXTENDED:
            block = core.memory(argument, 8)
            reason = int.from_bytes(block[:4], "little")
            code = int.from_bytes(block[4:], "little", signed=True)
            self.exit_code = code if reason == _APPLICATION_EXIT else 1
        else:
            return _UNKNOWN
        return 0

    def _string(self, core: HaltedCore, address: int) -> bytes:
        """Read up to the zero byte, in pieces that end where memory may end."""
        text = bytearray()
        while len(text) < self._limit:
            piece = core.memory(address, _PIECE_BYTES - address % _PIECE_BYTES)
            end = piece.find(0)
            if end >= 0:
                return bytes(text + piece[:end])
            text += piece
            address += len(piece)
        return bytes(text)
