# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny plan``: which plans there are, what they cost, and how the arena is used."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.table import Table

from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import DoesNotFitError, Problem

console = make_console()


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(plan)


def plan(
    model: Annotated[Path, typer.Argument(help="int8 .tflite or QDQ .onnx file")],
    target: Annotated[str, typer.Option("--target", "-t", help="Core.")] = "cortex-m7",
    arena: Annotated[str | None, typer.Option(help="Arena limit, e.g. 64K.")] = None,
    row_fed: Annotated[
        bool, typer.Option("--row-fed", help="The caller hands in the input row by row.")
    ] = False,
    svg: Annotated[Path | None, typer.Option(help="Write the picture of the arena.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the plans as JSON.")] = False,
) -> None:
    """List the memory plans worth choosing from and draw the smallest (or what fits --arena)."""
    from tvm_tiny.api import build
    from tvm_tiny.artifact import parse_size
    from tvm_tiny.passes.stream.pareto import pareto_points
    from tvm_tiny.report.picture import svg as picture
    from tvm_tiny.report.picture import terminal

    compiled = build(model, target).compiled
    scratch = {n: s.scratch_bytes for n, s in compiled.schedules.items() if s.scratch_bytes}
    points = pareto_points(compiled.graph, scratch, row_fed=row_fed)
    limit = parse_size(arena, "arena")
    fitting = [p for p in points if limit is None or p.arena_bytes <= limit]
    if not fitting:
        best = points[-1]
        problem = Problem(
            f"the smallest arena is {best.arena_bytes:,} B, the limit is {limit:,} B",
            where=f"fullest at '{best.plan.peak_node}'",
            why=f"{best.streamed_calls:,} streamed row calls, {best.extra_macs:,} extra MACs",
            do="allow more, hand the input in by rows (--row-fed), or use a smaller model",
        )
        raise DoesNotFitError("no plan keeps to the limit", (problem,))
    chosen = fitting[-1] if limit is None else fitting[0]
    if svg:
        svg.write_text(picture(chosen.plan, compiled.graph, model.stem), encoding="utf-8")
    if json:
        typer.echo(jsonlib.dumps([p.plan.to_dict() for p in points], indent=2))
        return
    table = Table(box=box.SIMPLE_HEAD)
    for name in ("arena B", "segments streamed", "row calls", "extra MACs", "minimal for", ""):
        table.add_column(name, justify="left" if not name or name == "minimal for" else "right")
    for point in points:
        streams = sum(s.kind == "stream" for s in point.plan.segments)
        mark = "<- drawn" if point is chosen else ""
        numbers = (point.arena_bytes, streams, point.streamed_calls, point.extra_macs)
        table.add_row(*(f"{n:,}" for n in numbers), point.plan.proof, mark)
    console.print(table)
    console.print(terminal(chosen.plan, compiled.graph), markup=False, highlight=False)
