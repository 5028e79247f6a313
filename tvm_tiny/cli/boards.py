# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny boards``, and ``tvm-tiny run --board``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import DeviceError, Problem

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.boards.data import Board
    from tvm_tiny.boards.firmware import Linked
    from tvm_tiny.toolchain import CompilerKind

console = make_console()
FirmwareKind = Literal["bench", "device"]
FirmwareOption = Annotated[
    FirmwareKind, typer.Option(help="bench runs on fixed inputs and ends, device serves a line.")
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(boards)


def boards(
    name: Annotated[str | None, typer.Argument(help="One board, in detail.")] = None,
) -> None:
    """List the boards that firmware can be built for, flashed to and run on."""
    from tvm_tiny.boards.data import boards as known
    from tvm_tiny.boards.data import load_board

    if name is not None:
        _print_board(load_board(name))
        return
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("board", "core", "MHz", "flash", "RAM", "runners"):
        table.add_column(heading, justify="right" if heading == "MHz" else "left")
    for board in known():
        rams = [r for r in board.regions if r.kind in ("itcm", "dtcm", "sram")]
        table.add_row(
            board.name,
            board.core,
            f"{board.clock.core_hz / 1e6:g}",
            _size(board.flash.length_bytes),
            ", ".join(f"{r.name} {_size(r.length_bytes)}" for r in rams),
            ", ".join(board.probe.runners),
        )
    console.print(table)


def _size(size_bytes: int) -> str:
    large = size_bytes >= 1 << 20 and size_bytes % (1 << 20) == 0
    return f"{size_bytes >> 20} MiB" if large else f"{size_bytes >> 10} KiB"


def _print_board(board: Board) -> None:
    from tvm_tiny.boards.runners import RUNNERS

    console.print(f"{board.name}: {board.title}, {board.core}")
    console.print(f"clock {board.clock.core_hz:,} Hz: {board.clock.facts}")
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("region", "kind", "from", "size", ""):
        table.add_column(heading, justify="right" if heading == "size" else "left")
    for region in board.regions:
        facts = f"{region.facts}; cached" if region.cached else region.facts
        size = _size(region.length_bytes)
        table.add_row(region.name, region.kind, f"0x{region.origin:08x}", size, Text(facts))
    console.print(table)
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("runner", "flashes", "streams", "exit code", "needs"):
        table.add_column(heading)
    for name in board.probe.runners:
        runner = RUNNERS[name]
        can = ("yes" if x else "no" for x in (runner.can.flash, runner.can.stream))
        code = "yes" if runner.can.exit_code else "no"
        table.add_row(name, *can, code, Text(runner.program or runner.install))
    console.print(table)
    if board.serial.usb:
        ids = ", ".join(board.serial.usb)
        console.print(f"serial: {board.serial.uart}; {board.serial.baud} baud; USB {ids}")
    console.print(f"sources: {'; '.join(board.sources)}", soft_wrap=True)


def fit_table(linked: Linked) -> RenderableType:
    """Every region of a board, what is used of it and what is left."""
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("region", "used", "of", "left"):
        table.add_column(heading, justify="left" if heading == "region" else "right")
    table.title = f"{linked.board.name}: arena in {linked.placement.arena.name}"
    for use in linked.uses:
        has_bytes = use.region.length_bytes
        left = f"{has_bytes - use.needed_bytes:,}"
        table.add_row(use.region.name, f"{use.needed_bytes:,}", f"{has_bytes:,}", left)
    return table


@dataclass(frozen=True)
class HowToRun:
    """Options of ``tvm-tiny run --board``; see its help."""

    board: str
    compiler: CompilerKind
    firmware: FirmwareKind
    runner: str
    probe: str
    timeout_s: float
    dry_run: bool


def run_on_board(what: Path | Artifact, how: HowToRun) -> None:
    """Link a firmware of a project or an artifact, flash it, and print what it prints.

    Raises:
        DoesNotFitError: TT2102, a region of the board is too small.
        ToolchainError: TT4003, the runner's program is missing.
        DeviceError: TT5001, TT5006 the runner failed; TT5007 the firmware's exit code is not 0.
    """
    from tvm_tiny.boards.data import load_board
    from tvm_tiny.boards.runners import choose
    from tvm_tiny.boards.running import carry_out, make_job

    board = load_board(how.board)
    runner = choose(board, how.runner)
    linked = _linked(what, board, how)
    semihosting = how.firmware == "bench"
    job = make_job(board, linked.check(), how.probe, semihosting=semihosting)
    if how.dry_run:
        for command in runner.commands(job):
            typer.echo(str(command))
            for line in command.script.splitlines():
                typer.echo(f"#   {line}")
        if not isinstance(what, Path):
            typer.echo(f"# That folder goes away: build MODEL --board {how.board} -o DIR keeps it.")
        return
    code = carry_out(runner, job, typer.echo, how.timeout_s)
    if code:
        problem = Problem(f"exit code {code}", where=f"{board.name} ({runner.name})")
        raise DeviceError("the firmware failed", (problem,), code="TT5007")
    if not semihosting:
        console.print(f"flashed {board.name}; talk to it: run MODEL --on board:{board.name}@PORT")
    elif code is None:
        console.print(f"flashed {board.name}; {runner.name} does not tell how the firmware ends")


def _linked(what: Path | Artifact, board: Board, how: HowToRun) -> Linked:
    """The firmware asked for, linked."""
    from tvm_tiny.boards.firmware import BENCH, DEVICE, link
    from tvm_tiny.boards.project import open_project
    from tvm_tiny.toolchain import find_compiler

    firmware = BENCH if how.firmware == "bench" else DEVICE
    if isinstance(what, Path):
        spec, report = open_project(what)
        folder, opt = what, "-O2"
    elif what.linked is not None and firmware is BENCH:
        return what.linked
    else:
        folder, spec, report, opt = what.project_dir(), what.spec, what.report, what.options.opt
    return link(folder, spec, board, report, find_compiler(how.compiler), opt, firmware)
