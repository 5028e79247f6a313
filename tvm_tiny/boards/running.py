# SPDX-License-Identifier: Apache-2.0
"""Carry out a runner's commands: flash, pass on what comes, end with the firmware's code."""

from __future__ import annotations

import contextlib
import logging
import shutil
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tvm_tiny.boards.data import Board
from tvm_tiny.boards.flashers import MODULES, Command, Flasher, Job, installed
from tvm_tiny.crt_project.microtvm_server import flashing
from tvm_tiny.errors import DeviceError, Problem, ToolchainError, UsageError
from tvm_tiny.toolchain.limits import HANG_FACTOR, limit_cpu, stopped_at_limit

Echo = Callable[[str], None]
"""Called with every line that comes from the firmware or the program that runs it."""

_log = logging.getLogger(__name__)
_SHOWN_LINES = 4
_LIMIT_CHARACTERS = 1 << 24


def make_job(
    board: Board, elf: Path, probe: str = "", *, semihosting: bool = True, prints: bool = False
) -> Job:
    """A job for a linked firmware; its flash image is written beside it.

    Args:
        board: where it goes.
        elf: the firmware.
        probe: serial number of the probe; "": the only one.
        semihosting: see ``Job``.
        prints: see ``Job``.

    Raises:
        DeviceError: TT5001, the ELF file is none or does not lie in the board's flash.
    """
    image, script = elf.with_suffix(".bin"), elf.with_suffix(".jlink")
    job = Job(board, elf, image, script, probe, semihosting, prints)
    job.image.write_bytes(flash_image(elf, board))
    return job


def flash_image(elf: Path, board: Board) -> bytes:
    """What the flash holds from its first address on; gaps are as after erasing.

    Raises:
        DeviceError: TT5001, the ELF file is none or does not lie in the board's flash.
    """
    flash = board.flash
    try:
        return flashing.flash_image(elf.read_bytes(), flash.origin, flash.length_bytes)
    except (ValueError, OSError) as err:
        problem = Problem(str(err), where=str(elf))
        raise DeviceError(f"not a firmware for {board.name}", (problem,)) from err


def carry_out(runner: Flasher, job: Job, echo: Echo, timeout_s: float = 120.0) -> int | None:
    """Flash and run.

    Args:
        runner: with what.
        job: what and where.
        echo: see ``Echo``.
        timeout_s: of the whole, in seconds; simulator and QEMU: CPU seconds of this computer.

    Returns:
        The firmware's exit code, or None where the runner cannot tell or the firmware runs on.

    Raises:
        ToolchainError: TT4003, program or package missing; says how to get it.
        DeviceError: TT5006 no probe or board found; TT5001 flashing failed, or no end in time.
    """
    if not installed(runner):
        name = runner.program or MODULES[runner.name]
        problem = Problem(f"{name} is not there", do=runner.install)
        raise ToolchainError(f"cannot use runner {runner.name}", (problem,), "TT4003")
    shown = job.semihosting or (job.prints and runner.name == "simulator")
    if not shown and not runner.can.flash:
        problem = Problem(
            f"{runner.name} flashes nothing", do="board:mps2-an500 and board:simulator start it"
        )
        raise UsageError("this firmware serves a serial line", (problem,), "TT6304")
    if runner.name == "simulator":
        return _simulate(job, echo, timeout_s)
    if runner.name == "pyocd":
        from tvm_tiny.boards.pyocd import run_with_pyocd

        return run_with_pyocd(job, echo, timeout_s)
    code: int | None = None
    for command in runner.commands(job):
        code = _external(runner, job, command, echo, timeout_s)
    if code and not job.semihosting:
        raise DeviceError(f"{runner.name} failed", (Problem(f"exit code {code}"),))
    return code if runner.can.exit_code and job.semihosting else None


def _simulate(job: Job, echo: Echo, timeout_s: float) -> int:
    from tvm_tiny.boards.simulated import SimulatedBoard

    code, text = SimulatedBoard(job.board, job.elf).run(timeout_s)
    for line in text.splitlines():
        echo(line)
    return code


def _external(runner: Flasher, job: Job, command: Command, echo: Echo, timeout_s: float) -> int:
    """Run a program; its output goes line by line to ``echo``."""
    if command.script:
        job.script.write_text(command.script, encoding="utf-8")
    _log.debug("%s", command)
    path = shutil.which(command.arguments[0]) or command.arguments[0]
    lines: list[str] = []
    with subprocess.Popen(
        [path, *command.arguments[1:]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        # An emulator is a program of this computer, its limit CPU seconds; a board's time is time.
        here = runner.name == "qemu"
        if here:
            with contextlib.suppress(ProcessLookupError):
                limit_cpu(process.pid, timeout_s)
        watch = threading.Timer(timeout_s * (HANG_FACTOR if here else 1), process.kill)
        watch.start()
        try:
            _pass_on(process, echo, lines)
            code = process.wait()
        finally:
            late = not watch.is_alive()
            watch.cancel()
            process.kill()
    if late or stopped_at_limit(code):
        problem = Problem(f"no end after {timeout_s:g} s", where=str(command), why=_last(lines))
        raise DeviceError(f"{runner.name} was stopped", (problem,))
    _check(runner, code, lines)
    return code


def _pass_on(process: subprocess.Popen[str], echo: Echo, lines: list[str]) -> None:
    characters = 0
    stream: Any = process.stdout
    # A line without an end would fill the memory.
    while line := stream.readline(1 << 16):
        characters += len(line)
        if characters > _LIMIT_CHARACTERS:
            raise DeviceError("the firmware prints without end", code="TT5001")
        lines.append(line.rstrip("\r\n"))
        echo(lines[-1])


def _check(runner: Flasher, code: int, lines: list[str]) -> None:
    """Raise DeviceError where the program, not the firmware, failed."""
    if code == 0:
        return
    if runner.can.probe and any(flashing.NO_PROBE.search(line) for line in lines):
        problem = Problem(
            _last(lines),
            do="attach the board, check the cable, or name the probe (--probe, in Python probe=)",
        )
        raise DeviceError(f"{runner.name} found no board", (problem,), code="TT5006")
    if not runner.can.exit_code or code < 0:
        problem = Problem(f"exit code {code}", why=_last(lines))
        raise DeviceError(f"{runner.name} failed", (problem,))


def _last(lines: list[str]) -> str:
    return " / ".join(line.strip() for line in lines[-_SHOWN_LINES:] if line.strip()) or "nothing"
