# SPDX-License-Identifier: Apache-2.0
"""pyOCD in this process: flash, run, and serve the firmware's semihosting calls."""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable
from typing import Any, Protocol

from tvm_tiny.boards.flashers import Job
from tvm_tiny.errors import DeviceError, Problem
from tvm_tiny.simulator.semihosting import Semihosting

_TEXT_LIMIT_BYTES = 1 << 16
_POLL_S = 0.002


class ProbedCore(Protocol):
    """What serving a call needs of pyOCD's target."""

    def read_core_register(self, register: str) -> int:
        """A register's value."""
        ...

    def write_core_register(self, register: str, value: int) -> None:
        """Set a register."""
        ...

    def read_memory_block8(self, address: int, count: int) -> list[int]:
        """Bytes."""
        ...


class _Core:
    def __init__(self, target: ProbedCore) -> None:
        self._target = target

    def register(self, name: str) -> int:
        return self._target.read_core_register(name)

    def set_register(self, name: str, value: int) -> None:
        self._target.write_core_register(name, value)

    def memory(self, address: int, count: int) -> bytes:
        return bytes(self._target.read_memory_block8(address, count))


class Calls:
    """Serves a firmware's semihosting calls and gives what it prints line by line."""

    def __init__(self, echo: Callable[[str], None]) -> None:
        """Lines that the program prints go to ``echo``."""
        self._echo = echo
        self._line = ""
        self._calls = Semihosting(self._print, _TEXT_LIMIT_BYTES)

    @property
    def exit_code(self) -> int | None:
        """None while the program runs."""
        return self._calls.exit_code

    def serve(self, target: ProbedCore) -> None:
        """Serve the call at which the core has halted; it may be resumed then.

        Raises:
            DeviceError: TT5001, the core has halted for another reason.
        """
        core = _Core(target)
        if not self._calls.handle(core):
            where = f"halted at 0x{core.register('pc'):08x}"
            problem = Problem(where, why="no semihosting call: a fault?")
            raise DeviceError("the firmware stopped", (problem,))
        if self.exit_code is not None and self._line:
            self._print(b"\n")

    def _print(self, data: bytes) -> None:
        *lines, self._line = (self._line + data.decode("utf-8", "replace")).split("\n")
        for line in lines:
            self._echo(line)


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
