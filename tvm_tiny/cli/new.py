# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny new``: a firmware project to begin with."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tvm_tiny.cli.labels import read_names
from tvm_tiny.cli.options import CompileOptions, Model, compiled, fixed_shapes, takes_build_options
from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import UsageError

if TYPE_CHECKING:
    from tvm_tiny.application.sensors import SensorName
    from tvm_tiny.artifact import Artifact

console = make_console()

KitName = Annotated[
    Literal["cmake", "zephyr", "platformio", "arduino"],
    typer.Option("--kit", help="Build system of the project."),
]
Sensor = Annotated[
    Literal["auto", "camera", "audio", "imu", "plain"],
    typer.Option(help="What the input comes from; auto: what its shape says."),
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(new)


@takes_build_options
def new(
    model: Model,
    *,
    options: CompileOptions,
    board: Annotated[str, typer.Option(help="Board; see 'tvm-tiny boards'.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="New or empty folder.")],
    kit: KitName = "cmake",
    sensor: Sensor = "auto",
    labels: Annotated[Path | None, typer.Option(help="Names of the classes, one a line.")] = None,
    front_end: Annotated[
        Path | None,
        typer.Option(help="A model that makes a step of the input from a block of PCM."),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Prefix of the generated C.")] = None,
) -> None:
    """Begin a firmware project: the model, a loop round it, a sensor to fill in.

    It runs as it is, on this computer, on the simulated board and on the board, with a made-up
    sensor. Nothing that is there is ever overwritten.
    """
    from tvm_tiny.application.new import check_new, new_application
    from tvm_tiny.application.sensors import reading

    check_new(output)
    names = read_names(labels) if labels else ()
    wanted = None if sensor == "auto" else sensor
    given = replace(options, board=board)
    front = _front_end(front_end, board, given) if front_end else None
    artifact = _built(model, given, wanted, front, name)
    files = new_application(artifact, output, kit=kit, sensor=wanted, labels=names, front_end=front)
    how = reading(artifact.spec, wanted, front.spec if front else None)
    console.print(f"{how.sensor}: fill in {output / 'src' / 'sensor.c'}", soft_wrap=True)
    console.print(f"wrote {len(files)} files to {output}; its README.md says how to build it")


def _built(
    model: Path,
    options: CompileOptions,
    sensor: SensorName | None,
    front_end: Artifact | None,
    name: str | None,
) -> Artifact:
    """The model for the board: pictures by rows where it can be fed so."""
    known = sensor or ("audio" if front_end else None)
    if options.dma_input or (known or _sensor_of(model, options)) != "camera":
        return compiled(model, options, name=name)
    try:
        return compiled(model, replace(options, row_fed=True), name=name)
    except UsageError as error:
        if error.code != "TT6017":
            raise
        return compiled(model, options, name=name)


def _sensor_of(model: Path, options: CompileOptions) -> SensorName:
    """What the shape of the model's input says."""
    from tvm_tiny.application import choose_sensor
    from tvm_tiny.boards import load_board
    from tvm_tiny.checking import checked_graph
    from tvm_tiny.emit.interface import io_specs

    core, shapes = load_board(options.board or "").core, fixed_shapes(options.shape)
    return choose_sensor(io_specs(checked_graph(model, core, shapes=shapes))[0])


def _front_end(model: Path, board: str, options: CompileOptions) -> Artifact:
    from tvm_tiny.boards import load_board

    plain = CompileOptions(target=load_board(board).core, compiler=options.compiler)
    return compiled(model, plain)
