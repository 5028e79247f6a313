# SPDX-License-Identifier: Apache-2.0
"""Programs that put a firmware on a board and run it: what each can do, and its commands."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tvm_tiny.boards.data import Board, RunnerName
from tvm_tiny.boards.table import chip_of
from tvm_tiny.crt_project.microtvm_server import flashing
from tvm_tiny.errors import Problem, UsageError


@dataclass(frozen=True)
class Can:
    """What a runner can do.

    Attributes:
        flash: put a firmware on a board for good.
        stream: pass on what the firmware prints by semihosting.
        exit_code: tell how the firmware ended.
        probe: it needs a debug probe (or the board itself) attached.
    """

    flash: bool
    stream: bool
    exit_code: bool
    probe: bool


@dataclass(frozen=True)
class Job:
    """What is to be done.

    Attributes:
        board: where.
        elf: the firmware.
        image: the same as the flash holds it, from the flash's first address.
        script: where a runner may write its script.
        probe: serial number of the probe; "": the only one.
        semihosting: the firmware prints and ends through the debugger; else it is left running.
        prints: it prints on its serial line without being asked, which the simulator can show.
    """

    board: Board
    elf: Path
    image: Path
    script: Path
    probe: str = ""
    semihosting: bool = True
    prints: bool = False


@dataclass(frozen=True)
class Command:
    """A command line.

    Attributes:
        arguments: program and arguments; empty for what runs inside this process.
        what: in words, for commands that are none.
        script: text of the job's script, where the program reads one.
    """

    arguments: tuple[str, ...]
    what: str = ""
    script: str = ""

    def __str__(self) -> str:
        """As a shell would take it."""
        return shlex.join(self.arguments) if self.arguments else f"# {self.what}"


@dataclass(frozen=True)
class Flasher:
    """A way to run a firmware.

    Attributes:
        name: as ``--runner`` takes it.
        can: what it can do.
        program: must be on the PATH; "": Python only.
        install: how to get it.
        make: commands for a job; ValueError: something they cannot take.
    """

    name: RunnerName
    can: Can
    program: str
    install: str
    make: Callable[[Job], tuple[Command, ...]]

    def commands(self, job: Job) -> tuple[Command, ...]:
        """The commands for a job.

        Raises:
            UsageError: TT6304, a path or a probe that the program cannot take.
        """
        try:
            return self.make(job)
        except ValueError as err:
            problem = Problem(f"{job.elf}, --probe '{job.probe}'", do=str(err))
            raise UsageError(f"{self.name} cannot take this", (problem,), "TT6304") from err


def _openocd(job: Job) -> tuple[Command, ...]:
    chip, elf = chip_of(job.board), job.elf.as_posix()
    return (Command(tuple(flashing.openocd(chip, elf, job.probe, job.semihosting))),)


def _st_flash(job: Job) -> tuple[Command, ...]:
    return (Command(tuple(flashing.st_flash(chip_of(job.board), str(job.image), job.probe))),)


def _jlink(job: Job) -> tuple[Command, ...]:
    chip = chip_of(job.board)
    script = flashing.jlink_script(chip, job.image.as_posix())
    return (Command(tuple(flashing.jlink(chip, str(job.script), job.probe)), script=script),)


def _picotool(job: Job) -> tuple[Command, ...]:
    return (Command(tuple(flashing.picotool(str(job.elf), job.probe))),)


def _qemu(job: Job) -> tuple[Command, ...]:
    machine = job.board.probe.qemu_machine
    quiet = ("-display", "none", "-monitor", "none", "-serial", "none")
    semihosting = ("-semihosting-config", "enable=on,target=native")
    arguments = ("qemu-system-arm", "-M", machine, *quiet, *semihosting)
    return (Command((*arguments, "-kernel", str(job.elf))),)


def _pyocd(job: Job) -> tuple[Command, ...]:
    probe = f" on probe {job.probe}" if job.probe else ""
    target = job.board.probe.pyocd_target
    end = "run" if job.semihosting else "reset"
    what = f"pyOCD, in this process: flash {job.elf} to {target}{probe}, {end}"
    return (Command((), what=what),)


def _simulator(job: Job) -> tuple[Command, ...]:
    return (Command((), what=f"simulator, in this process: run {job.elf} on {job.board.name}"),)


_EXTRA = "pip install 'tvm-tiny[boards]'"
MODULES = {"pyocd": "pyocd", "simulator": "unicorn"}
"""The package that a runner without a program needs."""

FLASHERS: Mapping[str, Flasher] = {
    runner.name: runner
    for runner in (
        Flasher("pyocd", Can(True, True, True, True), "", _EXTRA, _pyocd),
        Flasher(
            "openocd",
            Can(True, True, True, True),
            "openocd",
            "install OpenOCD 0.11 or newer (Debian: apt install openocd)",
            _openocd,
        ),
        Flasher(
            "st-flash",
            Can(True, False, False, True),
            "st-flash",
            "install stlink (Debian: apt install stlink-tools)",
            _st_flash,
        ),
        Flasher(
            "jlink",
            Can(True, False, False, True),
            "JLinkExe",
            "install SEGGER's J-Link software",
            _jlink,
        ),
        Flasher(
            "picotool",
            Can(True, False, False, True),
            "picotool",
            "install picotool; hold BOOTSEL while plugging the board in",
            _picotool,
        ),
        Flasher(
            "qemu",
            Can(False, True, True, False),
            "qemu-system-arm",
            "install QEMU (Debian: apt install qemu-system-arm; macOS: brew install qemu)",
            _qemu,
        ),
        Flasher(
            "simulator",
            Can(False, True, True, False),
            "",
            "pip install 'tvm-tiny[simulator]'",
            _simulator,
        ),
    )
}


def choose(board: Board, name: str = "") -> Flasher:
    """The runner of that name; "": the best one of the board that is installed, else the best.

    Raises:
        UsageError: TT6304, unknown, or not for this board.
    """
    if name and name not in board.probe.runners:
        known = "" if name in FLASHERS else "no such runner; "
        problem = Problem(
            f"--runner {name}: {known}not one of {board.name}'s",
            do=f"one of {', '.join(board.probe.runners)}",
        )
        raise UsageError("cannot run there", (problem,), "TT6304")
    if name:
        return FLASHERS[name]
    real = [r for r in board.probe.runners if r != "simulator"] or ["simulator"]
    return FLASHERS[next((r for r in real if installed(FLASHERS[r])), real[0])]


def installed(runner: Flasher) -> bool:
    """Whether the runner's program or package is there."""
    if runner.program:
        return shutil.which(runner.program) is not None
    return importlib.util.find_spec(MODULES[runner.name]) is not None
