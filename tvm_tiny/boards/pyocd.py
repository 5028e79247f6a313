# SPDX-License-Identifier: Apache-2.0
"""pyOCD in this process: flash, run, and serve the firmware's semihosting calls."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any, Protocol

from tvm_tiny.boards.runners import Job
from tvm_tiny.errors import DeviceError, Problem

_BKPT_AB = 0xBEAB
_WRITE0, _EXIT_EXTENDED = 0x04, 0x20
_APPLICATION_EXIT = 0x20026  # ADP_Stopped_ApplicationExit
_TEXT_LIMIT_BYTES = 1 << 16
_PIECE_BYTES = 32
_POLL_S = 0.002


class HaltedCore(Protocol):
    """What serving a call needs of pyOCD's target."""

    def read_core_register(self, register: str) -> int:
        """A register's value."""
        ...

    def write_core_register(self, register: str, value: int) -> None:
        """Set a register."""
        ...

    def read16(self, address: int) -> int:
        """A half word."""
        ...

    def read32(self, address: int) -> int:
        """A word."""
        ...

    def read_memory_block8(self, address: int, count: int) -> list[int]:
        """Bytes."""
        ...


class Calls:
    """Serves semihosting calls (Arm, "Semihosting for AArch32 and AArch64", section 5.2).

    Attributes:
        exit_code: None while the program runs.
    """

    def __init__(self, echo: Callable[[str], None]) -> None:
        """Lines that the program prints go to ``echo``."""
        self._echo = echo
        self._line = ""
        self.exit_code: int | None = None

    def serve(self, core: HaltedCore) -> None:
        """Serve the call at which the core has halted; it may be resumed then.

        Raises:
            DeviceError: TT5001, the core has halted for another reason.
        """
        pc = core.read_core_register("pc")
        if core.read16(pc) != _BKPT_AB:
            problem = Problem(f"halted at 0x{pc:08x}", why="no semihosting call: a fault?")
            raise DeviceError("the firmware stopped", (problem,))
        argument = core.read_core_register("r1")
        operation = core.read_core_register("r0")
        result = 0
        if operation == _WRITE0:
            self._print(_string(core, argument))
        elif operation == _EXIT_EXTENDED:
            reason, code = core.read32(argument), core.read32(argument + 4)
            self.exit_code = code if reason == _APPLICATION_EXIT else 1
            if self._line:
                self._print("\n")
        else:
            result = 0xFFFFFFFF
        core.write_core_register("r0", result)
        core.write_core_register("pc", pc + 2)

    def _print(self, text: str) -> None:
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._echo(line)


def _string(core: HaltedCore, address: int) -> str:
    text = bytearray()
    while len(text) < _TEXT_LIMIT_BYTES:
        piece = bytes(core.read_memory_block8(address + len(text), _PIECE_BYTES))
        end = piece.find(0)
        if end >= 0:
            text += piece[:end]
            break
        text += piece
    return text.decode("utf-8", "replace")


def run_with_pyocd(job: Job, echo: Callable[[str], None], timeout_s: float) -> int | None:
    """Flash a firmware, run it to its end, and return its exit code.

    Without semihosting it is started and left running: None.

    Raises:
        DeviceError: TT5006, no probe; TT5001, anything else that goes wrong on the way.
    """
    helpers: Any = importlib.import_module("pyocd.core.helpers")
    errors: Any = importlib.import_module("pyocd.core.exceptions")
    target = job.board.probe.pyocd_target
    try:
        session = helpers.ConnectHelper.session_with_chosen_probe(
            blocking=False,
            return_first=True,
            unique_id=job.probe or None,
            options={"target_override": target, "connect_mode": "under-reset"},
        )
        if session is None:
            problem = Problem(
                f"no debug probe {job.probe}".rstrip(), do="attach the board; pyocd list shows it"
            )
            raise DeviceError("pyocd found no board", (problem,), code="TT5006")
        with session:
            return _flash_and_run(session, job, echo, timeout_s)
    except errors.Error as err:
        do = f"pyocd pack install {target}" if job.board.probe.pyocd_pack else ""
        problem = Problem(str(err), where=f"{job.board.name} ({target})", do=do)
        raise DeviceError("pyocd failed", (problem,)) from err


def _flash_and_run(
    session: Any, job: Job, echo: Callable[[str], None], timeout_s: float
) -> int | None:
    programmer: Any = importlib.import_module("pyocd.flash.file_programmer")
    states: Any = importlib.import_module("pyocd.core.target").Target.State
    programmer.FileProgrammer(session).program(str(job.elf), file_format="elf")
    core = session.board.target
    if not job.semihosting:
        core.reset()
        return None
    core.reset_and_halt()
    core.resume()
    calls = Calls(echo)
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        if core.get_state() != states.HALTED:
            time.sleep(_POLL_S)
            continue
        calls.serve(core)
        if calls.exit_code is not None:
            return calls.exit_code
        core.resume()
    core.halt()
    problem = Problem(f"no end after {timeout_s:g} s", where=job.board.name)
    raise DeviceError("the firmware was stopped", (problem,))
