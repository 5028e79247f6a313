# SPDX-License-Identifier: Apache-2.0
"""Programs that put a firmware on a board and run it: what each can do, and its commands."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tvm_tiny.boards.data import Board, RunnerName
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
    """

    board: Board
    elf: Path
    image: Path
    script: Path
    probe: str = ""


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
class Runner:
    """A way to run a firmware.

    Attributes:
        name: as ``--runner`` takes it.
        can: what it can do.
        program: must be on the PATH; "": Python only.
        install: how to get it.
        commands: for a job.
    """

    name: RunnerName
    can: Can
    program: str
    install: str
    commands: Callable[[Job], tuple[Command, ...]]


def _tcl(path: Path) -> str:
    """A path as OpenOCD's Tcl takes it whatever is in it."""
    text = path.as_posix()
    if "{" in text or "}" in text or "\\" in text:
        problem = Problem(text, do="use a folder without braces and backslashes")
        raise UsageError("OpenOCD cannot take this path", (problem,), "TT6304")
    return "{" + text + "}"


def _openocd(job: Job) -> tuple[Command, ...]:
    probe = job.board.probe
    arguments = ["openocd"]
    for file in probe.openocd_files[:1]:
        arguments += ["-f", file]
    if job.probe:
        arguments += ["-c", f"adapter serial {_word(job.probe)}"]
    if probe.openocd_transport:
        arguments += ["-c", f"transport select {probe.openocd_transport}"]
    for file in probe.openocd_files[1:]:
        arguments += ["-f", file]
    if probe.openocd_speed_khz:
        arguments += ["-c", f"adapter speed {probe.openocd_speed_khz}"]
    elf = _tcl(job.elf)
    steps = (
        "gdb_port disabled; tcl_port disabled; telnet_port disabled",
        "init; reset halt",
        f"flash write_image erase {elf}",
        f"verify_image {elf}",
        "reset halt; arm semihosting enable; resume",
    )
    for step in steps:
        arguments += ["-c", step]
    return (Command(tuple(arguments)),)


def _st_flash(job: Job) -> tuple[Command, ...]:
    serial = ("--serial", _word(job.probe)) if job.probe else ()
    address = f"0x{job.board.flash.origin:08x}"
    return (Command(("st-flash", *serial, "--reset", "write", str(job.image), address)),)


def _jlink(job: Job) -> tuple[Command, ...]:
    script = (
        f'r\nh\nloadfile "{job.image.as_posix()}", 0x{job.board.flash.origin:08x}\nr\ng\nexit\n'
    )
    serial = ("-SelectEmuBySN", _word(job.probe)) if job.probe else ()
    return (
        Command(
            (
                "JLinkExe", *serial, "-Device", job.board.probe.jlink_device, "-If", "SWD",
                "-Speed", "4000", "-AutoConnect", "1", "-NoGui", "1", "-ExitOnError", "1",
                "-CommandFile", str(job.script),
            ),
            script=script,
        ),
    )  # fmt: skip


def _picotool(job: Job) -> tuple[Command, ...]:
    serial = ("--ser", _word(job.probe)) if job.probe else ()
    return (Command(("picotool", "load", "-v", "-x", str(job.elf), "-t", "elf", *serial)),)


def _qemu(job: Job) -> tuple[Command, ...]:
    machine = job.board.probe.qemu_machine
    quiet = ("-display", "none", "-monitor", "none", "-serial", "none")
    semihosting = ("-semihosting-config", "enable=on,target=native")
    arguments = ("qemu-system-arm", "-M", machine, *quiet, *semihosting)
    return (Command((*arguments, "-kernel", str(job.elf))),)


def _pyocd(job: Job) -> tuple[Command, ...]:
    probe = f" on probe {job.probe}" if job.probe else ""
    target = job.board.probe.pyocd_target
    return (Command((), what=f"pyOCD, in this process: flash {job.elf} to {target}{probe}, run"),)


def _simulator(job: Job) -> tuple[Command, ...]:
    return (Command((), what=f"simulator, in this process: run {job.elf} on {job.board.name}"),)


def _word(text: str) -> str:
    """A probe's serial number.

    Raises:
        UsageError: TT6304, it cannot be one.
    """
    if not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        problem = Problem(f"--probe {text}", do="letters and digits, as the probe's tool lists it")
        raise UsageError("not a probe's serial number", (problem,), "TT6304")
    return text


_EXTRA = "pip install 'tvm-tiny[boards]'"
RUNNERS: Mapping[str, Runner] = {
    runner.name: runner
    for runner in (
        Runner("pyocd", Can(True, True, True, True), "", _EXTRA, _pyocd),
        Runner(
            "openocd",
            Can(True, True, True, True),
            "openocd",
            "install OpenOCD 0.11 or newer (Debian: apt install openocd)",
            _openocd,
        ),
        Runner(
            "st-flash",
            Can(True, False, False, True),
            "st-flash",
            "install stlink (Debian: apt install stlink-tools)",
            _st_flash,
        ),
        Runner(
            "jlink",
            Can(True, False, False, True),
            "JLinkExe",
            "install SEGGER's J-Link software",
            _jlink,
        ),
        Runner(
            "picotool",
            Can(True, False, False, True),
            "picotool",
            "install picotool; hold BOOTSEL while plugging the board in",
            _picotool,
        ),
        Runner(
            "qemu",
            Can(False, True, True, False),
            "qemu-system-arm",
            "install QEMU (Debian: apt install qemu-system-arm; macOS: brew install qemu)",
            _qemu,
        ),
        Runner(
            "simulator",
            Can(False, True, True, False),
            "",
            "pip install 'tvm-tiny[simulator]'",
            _simulator,
        ),
    )
}


def choose(board: Board, name: str = "") -> Runner:
    """The runner of that name; "": the best one of the board that is installed, else the best.

    Raises:
        UsageError: TT6304, unknown, or not for this board.
    """
    from tvm_tiny.boards.running import installed

    if name and name not in board.probe.runners:
        known = "" if name in RUNNERS else "no such runner; "
        problem = Problem(
            f"--runner {name}: {known}not one of {board.name}'s",
            do=f"one of {', '.join(board.probe.runners)}",
        )
        raise UsageError("cannot run there", (problem,), "TT6304")
    if name:
        return RUNNERS[name]
    real = [r for r in board.probe.runners if r != "simulator"] or ["simulator"]
    return RUNNERS[next((r for r in real if installed(RUNNERS[r])), real[0])]
