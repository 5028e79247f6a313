# SPDX-License-Identifier: Apache-2.0
"""Semihosting calls (BKPT 0xAB) of the simulated core: print and exit.

Source: Arm, "Semihosting for AArch32 and AArch64", release 2.0, sections 5.2.
"""

from __future__ import annotations

import unicorn.arm_const as arm
from unicorn.unicorn import Uc

_BKPT_AB = b"\xab\xbe"
_WRITEC, _WRITE0, _EXIT, _EXIT_EXTENDED = 0x03, 0x04, 0x18, 0x20
_APPLICATION_EXIT = 0x20026  # ADP_Stopped_ApplicationExit
_TEXT_LIMIT_BYTES = 64 << 20


class Semihosting:
    """Collects what the program prints and its exit code."""

    def __init__(self, engine: Uc) -> None:
        """Serve the calls of one engine."""
        self._engine = engine
        self._text = bytearray()
        self.exit_code: int | None = None

    @property
    def text(self) -> str:
        """What was printed since ``clear``."""
        return self._text.decode("utf-8", "replace")

    def clear(self) -> None:
        """Forget text and exit code."""
        self._text.clear()
        self.exit_code = None

    def handle(self) -> bool:
        """Serve the call at the pc; False if the instruction there is none."""
        pc = int(self._engine.reg_read(arm.UC_ARM_REG_PC)) & ~1
        if bytes(self._engine.mem_read(pc, 2)) != _BKPT_AB:
            return False
        operation = int(self._engine.reg_read(arm.UC_ARM_REG_R0)) & 0xFFFFFFFF
        argument = int(self._engine.reg_read(arm.UC_ARM_REG_R1)) & 0xFFFFFFFF
        result = self._serve(operation, argument)
        self._engine.reg_write(arm.UC_ARM_REG_R0, result & 0xFFFFFFFF)
        self._engine.reg_write(arm.UC_ARM_REG_PC, (pc + 2) | 1)
        return True

    def _serve(self, operation: int, argument: int) -> int:
        if operation == _WRITE0:
            self._write(self._string(argument))
        elif operation == _WRITEC:
            self._write(bytes(self._engine.mem_read(argument, 1)))
        elif operation == _EXIT:
            self._stop(0 if argument == _APPLICATION_EXIT else 1)
        elif operation == _EXIT_EXTENDED:
            reason, code = (self._word(argument + offset) for offset in (0, 4))
            self._stop(code if reason == _APPLICATION_EXIT else 1)
        else:
            return -1
        return 0

    def _word(self, address: int) -> int:
        return int.from_bytes(self._engine.mem_read(address, 4), "little", signed=True)

    def _string(self, address: int) -> bytes:
        """Read up to the zero byte, in pieces that end where memory may end."""
        text = bytearray()
        while len(text) < _TEXT_LIMIT_BYTES:
            piece = bytes(self._engine.mem_read(address, 256 - address % 256))
            end = piece.find(0)
            if end >= 0:
                return bytes(text + piece[:end])
            text += piece
            address += len(piece)
        return bytes(text)

    def _write(self, data: bytes) -> None:
        self._text += data[: max(0, _TEXT_LIMIT_BYTES - len(self._text))]

    def _stop(self, code: int) -> None:
        self.exit_code = code
        self._engine.emu_stop()
