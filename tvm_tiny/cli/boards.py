# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny boards``, and ``tvm-tiny run --board``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.cli.terminal import echo, make_console
from tvm_tiny.errors import DeviceError, Problem, UsageError, printable
from tvm_tiny.stages import stage

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.boards.data import Board
    from tvm_tiny.boards.firmware import Linked
    from tvm_tiny.boards.regions import Region
    from tvm_tiny.toolchain.compilers import CompilerKind

console = make_console()
FirmwareKind = Literal["bench", "device"]
FirmwareOption = Annotated[
    FirmwareKind, typer.Option(help="bench runs on fixed inputs and ends, device serves a line.")
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(boards)
    app.command("new-board")(new_board)


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
        rams = [r for r in board.regions if r.kind not in ("flash", "inputs")]
        table.add_row(
            board.name,
            board.core,
            f"{board.run_hz / 1e6:g}",
            _size(board.flash.length_bytes),
            ", ".join(f"{r.name} {_size(r.length_bytes)}" for r in rams),
            ", ".join(board.probe.runners),
        )
    console.print(table)


def new_board(
    pack: Annotated[Path, typer.Argument(help="CMSIS device pack, a .pack file.")],
    device: Annotated[str, typer.Argument(help="Its device, e.g. STM32F303RETx.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The .toml file to write.")],
) -> None:
    """Write a board's file to start from, from a CMSIS device pack."""
    from tvm_tiny.boards.data import load_board
    from tvm_tiny.boards.packs import board_file
    from tvm_tiny.files.writing import check_file, write_file

    check_file(output)
    text = board_file(pack, device)
    write_file(output, text.encode())
    board = load_board(str(output))
    console.print(f"wrote {output}: {board.core}, {len(board.regions)} memories; now fill it in")


def _size(size_bytes: int) -> str:
    large = size_bytes >= 1 << 20 and size_bytes % (1 << 20) == 0
    return f"{size_bytes >> 20} MiB" if large else f"{size_bytes >> 10} KiB"


def _print_board(board: Board) -> None:
    console.print(f"{board.name}: {board.title}, {board.core}")
    _print_clocks(board)
    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("region", "kind", "from", "size", "waits", ""):
        table.add_column(heading, justify="right" if heading == "size" else "left")
    for region in board.regions:
        facts = f"{region.facts}; cached" if region.cached else region.facts
        size, waits = _size(region.length_bytes), _waits(board, region)
        table.add_row(region.name, region.kind, f"0x{region.origin:08x}", size, waits, Text(facts))
    console.print(table)
    for cache in board.caches:
        holds = " and ".join(cache.holds)
        how = ", reads ahead" if cache.prefetch else ""
        console.print(
            f"{cache.name}: {cache.size_bytes:,} B for {holds} of {', '.join(cache.regions)},"
            f" {cache.ways} ways, lines of {cache.line_bytes} B{how}"
        )
    _print_runners(board)
    if board.serial.usb:
        ids = ", ".join(board.serial.usb)
        console.print(f"serial: {board.serial.uart}; {board.serial.baud} baud; USB {ids}")
    console.print(f"sources: {'; '.join(board.sources)}", soft_wrap=True)
    _print_citations(board)


def _print_clocks(board: Board) -> None:
    clock = board.clock
    rated = f" (rated {clock.rated_hz / 1e6:g} MHz)" if clock.rated_hz > board.run_hz else ""
    console.print(f"firmware runs at {board.run_hz / 1e6:g} MHz{rated}")
    console.print(f"  {clock.core_hz / 1e6:g} MHz: {clock.facts}")
    for speed in clock.speeds:
        console.print(f"  {speed.hz / 1e6:g} MHz: {speed.facts}")


def _waits(board: Board, region: Region) -> str:
    """What a read of a region costs the core at the clock that firmware runs at."""
    if region.timing is None:
        return "not known"
    first, _ = region.timing.cycles_at(board.run_hz, 1)
    return f"{first:.0f} cycles" if first else "none"


def _print_citations(board: Board) -> None:
    """Where figures of speed come from, and which nobody has read."""
    from tvm_tiny.boards.unverified import unverified

    timings = [r.timing for r in board.regions if r.timing]
    windows = [r.code for r in board.regions if r.code]
    cited = [*timings, *windows, *board.caches, *board.clock.speeds]
    read = dict.fromkeys(source for c in cited for source in c.sources)
    if read:
        console.print(f"speed, read: {'; '.join(read)}", soft_wrap=True)
    if unverified(board):
        console.print(f"speed, unverified: {'; '.join(unverified(board))}", soft_wrap=True)


def _print_runners(board: Board) -> None:
    from tvm_tiny.boards.flashers import FLASHERS

    table = Table(box=box.SIMPLE_HEAD)
    for heading in ("runner", "flashes", "streams", "exit code", "needs"):
        table.add_column(heading)
    for name in board.probe.runners:
        runner = FLASHERS[name]
        can = ("yes" if x else "no" for x in (runner.can.flash, runner.can.stream))
        code = "yes" if runner.can.exit_code else "no"
        table.add_row(name, *can, code, Text(runner.program or runner.install))
    console.print(table)


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
    trusted: bool = False


def run_on_board(what: Path | Artifact, how: HowToRun) -> None:
    """Link a firmware of a project or an artifact, flash it, and print what it prints.

    A file is a firmware that was linked elsewhere (``tvm-tiny new``), flashed as it is; on the
    simulator what it sends on the serial line is printed until it ends.

    Raises:
        DoesNotFitError: TT2102, a region of the board is too small.
        ToolchainError: TT4003, the runner's program is missing.
        DeviceError: TT5001, TT5006 the runner failed; TT5007 the firmware's exit code is not 0.
    """
    from tvm_tiny.boards.data import load_board
    from tvm_tiny.boards.flashers import choose
    from tvm_tiny.boards.running import carry_out, make_job

    board = load_board(how.board)
    runner = choose(board, how.runner)
    own = isinstance(what, Path) and os.path.isfile(what)
    if isinstance(what, Path) and not own and runner.name == "qemu" and not how.trusted:
        _check_origin(what)
    semihosting = how.firmware == "bench" and not own
    elf = what if own and isinstance(what, Path) else _linked(what, board, how).check()
    job = make_job(board, elf, how.probe, semihosting=semihosting, prints=own)
    if how.dry_run:
        for command in runner.commands(job):
            echo(f"{command}\n")
            for line in command.script.splitlines():
                typer.echo(f"#   {line}")
        if not isinstance(what, Path):
            typer.echo(f"# That folder goes away: build MODEL --board {how.board} -o DIR keeps it.")
        return
    stage("")
    code = carry_out(runner, job, lambda line: typer.echo(printable(line)), how.timeout_s)
    if code:
        problem = Problem(f"exit code {code}", where=f"{board.name} ({runner.name})")
        raise DeviceError("the firmware failed", (problem,), code="TT5007")
    if own and code is None:
        console.print(f"flashed {board.name}; it prints on its serial line")
    elif not semihosting and not own:
        console.print(f"flashed {board.name}; talk to it: run MODEL --on board:{board.name}@PORT")
    elif code is None:
        console.print(f"flashed {board.name}; {runner.name} does not tell how the firmware ends")


def _check_origin(folder: Path) -> None:
    """Refuse a project of others on QEMU, which does for its firmware what it is asked.

    Semihosting there is this computer's: files of the user, commands of a shell.

    Raises:
        UsageError: TT6022.
    """
    from tvm_tiny.formats.saving import is_as_written, written_files

    files = written_files(folder)
    more = {f"src/{path.name}" for path in (folder / "src").glob("*.c")} - set(files)
    if is_as_written(files) and not more:
        return
    problem = Problem(
        "on QEMU its firmware can do on this computer what you can",
        where=str(folder),
        why="tvm_tiny did not write these files on this computer, or they were changed",
        do="--runner simulator; or, if you trust who wrote them, --trust",
    )
    raise UsageError("the project's C is not trusted", (problem,), "TT6022")


def _linked(what: Path | Artifact, board: Board, how: HowToRun) -> Linked:
    """The firmware asked for, linked."""
    from tvm_tiny.boards.firmware import BENCH, DEVICE, link
    from tvm_tiny.boards.open_project import open_project
    from tvm_tiny.toolchain.build import find_compiler

    firmware = BENCH if how.firmware == "bench" else DEVICE
    if isinstance(what, Path):
        spec, report = open_project(what)
        folder, opt = what, "-O2"
    elif what.linked is not None and firmware is BENCH:
        return what.linked
    else:
        folder, spec, report, opt = what.project_dir(), what.spec, what.report, what.options.opt
    return link(folder, spec, board, report, find_compiler(how.compiler), opt, firmware)
