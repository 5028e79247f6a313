# SPDX-License-Identifier: Apache-2.0
"""What a program on unicorn prints through semihosting, and its exit code."""

from __future__ import annotations

import unicorn.arm_const as arm
from unicorn.unicorn import Uc

from tvm_tiny.simulator.semihosting import Semihosting

_TEXT_LIMIT_BYTES = 64 << 20
_REGISTERS = {"r0": arm.UC_ARM_REG_R0, "r1": arm.UC_ARM_REG_R1, "pc": arm.UC_ARM_REG_PC}


class _Core:
    def __init__(self, engine: Uc) -> None:
        self._engine = engine

    def register(self, name: str) -> int:
        value = int(self._engine.reg_read(_REGISTERS[name])) & 0xFFFFFFFF
        return value & ~1 if name == "pc" else value

    def set_register(self, name: str, value: int) -> None:
        self._engine.reg_write(_REGISTERS[name], value | 1 if name == "pc" else value)

    def memory(self, address: int, count: int) -> bytes:
        return bytes(self._engine.mem_read(address, count))


class Console:
    """Collects what the program prints and its exit code."""

    def __init__(self, engine: Uc) -> None:
        """Serve the calls of one engine."""
        self._engine = engine
        self._core = _Core(engine)
        self._text = bytearray()
        self._calls = Semihosting(self._write, _TEXT_LIMIT_BYTES)

    @property
    def text(self) -> str:
        """What was printed since ``clear``."""
        return self._text.decode("utf-8", "replace")

    @property
    def exit_code(self) -> int | None:
        """Of the program since ``clear``; None: it has not ended."""
        return self._calls.exit_code

    def clear(self) -> None:
        """Forget text and exit code."""
        self._text.clear()
        self._calls.exit_code = None

    def end(self, exit_code: int) -> None:
        """The program has ended in another way."""
        self._calls.exit_code = exit_code
        self._engine.emu_stop()

    def handle(self) -> bool:
        """Serve the call at the pc; False if the instruction there is none."""
        served = self._calls.handle(self._core)
        if self.exit_code is not None:
            self._engine.emu_stop()
        return served

    def _write(self, data: bytes) -> None:
        self._text += data[: max(0, _TEXT_LIMIT_BYTES - len(self._text))]
