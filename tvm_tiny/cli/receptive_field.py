# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny receptive-field``: what layers see, and what halos cost."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer

from tvm_tiny.cli.options import Shape, fixed_shapes
from tvm_tiny.cli.terminal import echo, make_console

console = make_console()

Stage = Annotated[
    str | None,
    typer.Option(help="Early stage: the name of its last layer, or how many windows it has."),
]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("receptive-field")(receptive_field)


def receptive_field(
    model: Annotated[
        Path, typer.Argument(help="int8 or float .tflite or .onnx file", show_default=False)
    ],
    stage: Stage = None,
    shape: Shape = None,
    plan: Annotated[
        str | None, typer.Option(help="Plan as well: balanced, speed or ram; with what it costs.")
    ] = None,
    recompute: Annotated[
        float | None, typer.Option(help="MACs that --plan may add, as a share (0.25: a quarter).")
    ] = None,
    svg: Annotated[Path | None, typer.Option(help="Draw the fields into this file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the analysis as JSON.")] = False,
) -> None:
    """Receptive field, jump and halo of every layer; what patches recompute and rings hold."""
    from tvm_tiny.api import build
    from tvm_tiny.files.writing import write_file
    from tvm_tiny.report.fields import render
    from tvm_tiny.report.fields_svg import draw_svg
    from tvm_tiny.report.receptive_field import receptive_field as analyse

    fixed = fixed_shapes(shape)
    given = build(model, optimize=plan, recompute=recompute, shapes=fixed) if plan else model
    found = analyse(given, stage=stage_of(stage), shapes=fixed)
    if svg:
        write_file(svg, draw_svg(found).encode())
    if json:
        echo(jsonlib.dumps(found.to_dict(), indent=2) + "\n")
        return
    console.print(render(found, width=console.width))
    if svg:
        console.print(f"wrote {svg}")


def stage_of(text: str | None) -> int | str | None:
    """The option as a number of windows or a layer's name."""
    return int(text) if text is not None and text.isdigit() else text
