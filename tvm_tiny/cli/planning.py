# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny plan``: which plans there are, what they cost, and how the arena is used."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from tvm_tiny.cli.terminal import make_console
from tvm_tiny.errors import DoesNotFitError, Problem

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.passes.stream.pareto import ParetoPoint

console = make_console()

_COLUMNS = ("arena B", "extra MACs", "cycles", "slower", "segments streamed", "row calls")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(plan)


def plan(
    model: Annotated[Path, typer.Argument(help="int8 .tflite or QDQ .onnx file")],
    target: Annotated[str, typer.Option("--target", "-t", help="Core.")] = "cortex-m7",
    ram: Annotated[str | None, typer.Option(help="RAM limit (arena + stack), e.g. 64K.")] = None,
    arena: Annotated[str | None, typer.Option(help="Arena limit, e.g. 64K.")] = None,
    row_fed: Annotated[
        bool, typer.Option("--row-fed", help="The caller hands in the input row by row.")
    ] = False,
    recompute: Annotated[
        float, typer.Option(help="MACs that a plan may add, as a share of the model's.")
    ] = 1.0,
    svg: Annotated[Path | None, typer.Option(help="Write the picture of the arena.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the plans as JSON.")] = False,
) -> None:
    """List the memory plans worth choosing from and draw the smallest (or the fastest that fits).

    Cycles are estimated (tvm_tiny/estimate.py), "slower" is against layer by layer.
    """
    from tvm_tiny.api import build
    from tvm_tiny.estimate import estimate_layers_cycles
    from tvm_tiny.objective import plan_cost, scratch_of
    from tvm_tiny.passes.memory.plan import planned_graph
    from tvm_tiny.passes.recompute.search import rewritten_scratch
    from tvm_tiny.passes.stream.pareto import pareto_points
    from tvm_tiny.report.picture import svg as picture
    from tvm_tiny.report.picture import terminal

    artifact = build(model, target, optimize="speed", row_fed=row_fed)
    limit = _arena_limit(artifact, ram, arena)
    graph, schedules = artifact.compiled.graph, artifact.compiled.schedules
    cost = plan_cost(graph, schedules, target)
    scratch = scratch_of(schedules)
    points = pareto_points(graph, scratch, row_fed=row_fed, recompute=recompute, cost=cost)
    layers_cycles = estimate_layers_cycles(graph, schedules, target)
    fitting = [p for p in points if limit is None or p.arena_bytes <= limit]
    if limit is not None and not fitting:
        raise _does_not_fit(points[-1], limit, layers_cycles, row_fed)
    chosen = fitting[-1] if limit is None else fitting[0]
    planned = planned_graph(chosen.plan, graph)
    scratch = rewritten_scratch(planned, scratch)
    if svg:
        svg.write_text(picture(chosen.plan, planned, model.stem, scratch), encoding="utf-8")
    if json:
        data = _as_json(points, chosen, layers_cycles)
        typer.echo(jsonlib.dumps({"target": target, "arena_limit_bytes": limit, **data}, indent=2))
        return
    console.print(_table(points, chosen, layers_cycles))
    console.print(terminal(chosen.plan, planned, scratch), markup=False, highlight=False)


def _arena_limit(artifact: Artifact, ram: str | None, arena: str | None) -> int | None:
    """The smaller of what the two limits leave to the arena."""
    from tvm_tiny.api import arena_limit
    from tvm_tiny.artifact import parse_size

    ram_bytes, arena_bytes = parse_size(ram, "ram"), parse_size(arena, "arena")
    limits = [] if arena_bytes is None else [arena_bytes]
    if ram_bytes is not None:
        limits.append(arena_limit(artifact, ram_bytes))
    return min(limits, default=None)


def _does_not_fit(
    least: ParetoPoint, limit: int, layers_cycles: float, row_fed: bool
) -> DoesNotFitError:
    feed = "" if row_fed else "hand the input in by rows (--row-fed), "
    problem = Problem(
        f"the smallest arena is {least.arena_bytes:,} B, the limit leaves {limit:,} B to it",
        where=f"fullest at '{least.plan.peak_node}'",
        why=f"even for {least.extra_macs:,} extra MACs and {least.cycles:,.0f} cycles"
        f" ({_slower(least, layers_cycles):+.2%} against layer by layer)",
        do=f"allow {least.arena_bytes - limit:,} B more, {feed}or use a smaller model",
    )
    return DoesNotFitError("no plan keeps to the limit", (problem,))


def _slower(point: ParetoPoint, layers_cycles: float) -> float:
    share = point.cycles / layers_cycles - 1 if layers_cycles else 0.0
    return round(share, 6) + 0.0  # never -0.0


def _as_json(
    points: Sequence[ParetoPoint], chosen: ParetoPoint, layers_cycles: float
) -> dict[str, Any]:
    plans = [
        {
            "arena_bytes": p.arena_bytes,
            "extra_macs": p.extra_macs,
            "cycles_estimated": round(p.cycles),
            "slower": _slower(p, layers_cycles),
            "streamed_calls": p.streamed_calls,
            "plan": p.plan.to_dict(),
        }
        for p in points
    ]
    return {
        "layers_cycles_estimated": round(layers_cycles),
        "chosen": next(i for i, p in enumerate(points) if p is chosen),
        "plans": plans,
    }


def _table(points: Sequence[ParetoPoint], chosen: ParetoPoint, layers_cycles: float) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    for name in ("minimal for", ""):
        table.add_column(name)
    for point in points:
        streams = sum(s.kind != "layer" for s in point.plan.segments)
        table.add_row(
            f"{point.arena_bytes:,}",
            f"{point.extra_macs:,}",
            f"{point.cycles:,.0f}",
            f"{_slower(point, layers_cycles):+.2%}",
            f"{streams:,}",
            f"{point.streamed_calls:,}",
            point.plan.proof,
            "<- drawn" if point is chosen else "",
        )
    return table
