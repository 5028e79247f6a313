# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny calibrate``, and measured cycles of layers beside the modelled ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.stages import stage
from tvm_tiny.toolchain.compilers import CompilerKind

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.boards.calibration import Calibration, MeasuredModel
    from tvm_tiny.boards.data import Board
    from tvm_tiny.boards.measured import Where
    from tvm_tiny.device.board import DeviceProfile
    from tvm_tiny.report.model import Report

console = make_console()

Line = Annotated[
    str,
    typer.Option(
        help="Serial port (/dev/ttyACM0, COM3), tcp:HOST:PORT, or 'simulated' to rehearse."
    ),
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(calibrate)


def calibrate(
    models: Annotated[
        list[Path] | None, typer.Argument(help="Models to run; none: three small built-in ones.")
    ] = None,
    *,
    board: Annotated[str, typer.Option(help="Board; see 'tvm-tiny boards'. A .toml is one, too.")],
    line: Line,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Copy of the board's file.")
    ] = None,
    runner: Annotated[str, typer.Option(help="How to flash; see 'tvm-tiny boards NAME'.")] = "",
    probe: Annotated[str, typer.Option(help="Serial number of the debug probe.")] = "",
    compiler: Annotated[CompilerKind, typer.Option(help="C compiler.")] = "auto",
) -> None:
    """Run models on a board, count cycles, write what it takes beside the model of it.

    The copy of the board's file is a board: 'build --board COPY.toml' has milliseconds as measured.
    """
    from tvm_tiny.api import build
    from tvm_tiny.boards.calibration import MeasuredModel, calibration_of, with_calibration
    from tvm_tiny.boards.data import board_text, load_board
    from tvm_tiny.boards.measured import SIMULATED, Where, measure
    from tvm_tiny.files.writing import check_file, write_file
    from tvm_tiny.toolchain.build import find_compiler

    found = load_board(board)
    target = output or Path(f"{found.name}-measured.toml")
    if target.suffix != ".toml":
        problem = Problem(f"-o {target}", do="a name that ends in .toml")
        raise UsageError("a board's file is TOML", (problem,), "TT6001")
    check_file(target)
    text = board_text(board)
    where = Where(line, runner, probe)
    points: list[MeasuredModel] = []
    for name, model in _models(models or []):
        stage(f"building {name}")
        artifact = build(model, board=board, compiler=compiler, optimize="speed")
        stage(f"running {name}")
        counted = measure(artifact, found, artifact.report, where)
        stage("")
        console.print(layer_table(artifact.report, counted, name))
        points.append(MeasuredModel(name, artifact.report.cycles.total or 1, counted.cycles or 1))
    tool = find_compiler(compiler)
    result = calibration_of(points, found.run_hz, f"{tool.name} -O2", rehearsed=line == SIMULATED)
    write_file(target, with_calibration(text, result).encode())
    _say(result, found, target)


def _models(given: Sequence[Path]) -> list[tuple[str, Any]]:
    from tvm_tiny.testing.models import autoencoder, time_series, tiny_convnet

    built_in = {"tiny_convnet": tiny_convnet, "time_series": time_series, "ad": autoencoder}
    return [(p.stem, p) for p in given] or [(name, made()) for name, made in built_in.items()]


def _say(result: Calibration, board: Board, target: Path) -> None:
    low, high = (f(p.factor for p in result.points) for f in (min, max))
    word = "rehearsed, not measured" if result.rehearsed else "measured"
    console.print(
        f"{board.name}: {result.factor:.3f} cycles for a modelled one ({word}; {low:.3f} to"
        f" {high:.3f} over {len(result.points)} models)",
        soft_wrap=True,
    )
    console.print(f"wrote {target}; use it: tvm-tiny build MODEL --board {target}", soft_wrap=True)


def layer_table(report: Report, counted: DeviceProfile, title: str = "") -> RenderableType:
    """Layer by layer: cycles as modelled, waits and all, as counted, and how they differ."""
    from tvm_tiny.report.labels import row_labels

    table = Table(box=box.SIMPLE_HEAD, title=title or None)
    for name in ("#", "layer", "operator", "modelled", counted.clock.value, "factor"):
        table.add_column(name, justify="left" if name in ("layer", "operator") else "right")
    names = row_labels([layer.name for layer in report.layers], 28)
    for layer, name in zip(report.layers, names, strict=True):
        modelled = (layer.cycles_modelled or 0) + (layer.stall_cycles or 0)
        seen = counted.layers[layer.index] if layer.index < len(counted.layers) else None
        table.add_row(str(layer.index), Text(name), layer.op, *_figures(modelled, seen, counted))
    table.add_section()
    table.add_row("", "all", "", *_figures(report.cycles.total or 0, counted.total, counted))
    return table


def _figures(modelled: int, seen: int | None, counted: DeviceProfile) -> tuple[str, str, str]:
    if seen is None:
        return f"{modelled:,}", "-", "-"
    same = modelled and counted.cycles is not None
    return f"{modelled:,}", f"{seen:,}", f"{seen / modelled:.2f}" if same else "-"


def counted_line(artifact: Artifact, counted: object) -> str:
    """What a board counted in its last run, cycles beside those of the model; "": nothing.

    The model's are those of the board that was named (``--board``), or of the core alone.
    """
    from tvm_tiny.device.board import DeviceProfile

    if not isinstance(counted, DeviceProfile) or counted.total is None:
        return ""
    line = f"{counted.total:,} {counted.clock.value} a run, counted on the board"
    modelled = artifact.report.cycles.total if counted.cycles is not None else None
    return f"{line}; modelled {modelled:,}: {counted.total / modelled:.2f}" if modelled else line


def measured(artifact: Artifact, board: Board, where: Where) -> RenderableType:
    """A build's table of layers, measured on a board."""
    from tvm_tiny.boards.measured import measure

    return layer_table(artifact.report, measure(artifact, board, artifact.report, where))
