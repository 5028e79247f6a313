# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny plan``: which plans there are, what they cost, and how the arena is used."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from tvm_tiny.cli.gates import Against, FailIf, Summary, conditions
from tvm_tiny.cli.options import OnBoard, PlanSeconds, PlanSteps
from tvm_tiny.cli.terminal import echo, make_console
from tvm_tiny.errors import DoesNotFitError, Problem
from tvm_tiny.stages import stage

if TYPE_CHECKING:
    from tvm_tiny.artifact import Artifact
    from tvm_tiny.passes.decision.memory_plan import MemoryPlan
    from tvm_tiny.passes.plan.pareto import ParetoPoint
    from tvm_tiny.report.model import Report

console = make_console()

_COLUMNS = ("arena B", "extra MACs", "cycles", "ms", "slower", "segments streamed", "row calls")


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command()(plan)


def plan(
    model: Annotated[Path, typer.Argument(help="int8 .tflite or QDQ .onnx file")],
    target: Annotated[str, typer.Option("--target", "-t", help="Core.")] = "cortex-m7",
    ram: Annotated[str | None, typer.Option(help="Limit on all RAM of a run, e.g. 64K.")] = None,
    arena: Annotated[str | None, typer.Option(help="Arena limit, e.g. 64K.")] = None,
    row_fed: Annotated[
        bool, typer.Option("--row-fed", help="The caller hands in the input row by row.")
    ] = False,
    recompute: Annotated[
        float, typer.Option(help="MACs that a plan may add, as a share of the model's.")
    ] = 1.0,
    board: OnBoard = None,
    clock: Annotated[str | None, typer.Option(help="Of the core, e.g. 480M.")] = None,
    max_ms: Annotated[
        float | None, typer.Option("--max-ms", help="Limit on the time of a run.")
    ] = None,
    plan_steps: PlanSteps = None,
    plan_seconds: PlanSeconds = None,
    svg: Annotated[Path | None, typer.Option(help="Write the picture of the arena.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the plans as JSON.")] = False,
    fail_if: FailIf = None,
    against: Against = None,
    summary: Summary = None,
) -> None:
    """List the memory plans worth choosing from and draw the smallest (or the fastest that fits).

    Cycles are estimated (passes/plan/estimate.py), "slower" is against layer by layer. With
    --board or --clock milliseconds too: those of layer by layer are modelled, on the board with
    its memories, the others follow the estimates. With --max-ms the least RAM that keeps it.
    """
    from tvm_tiny.api import build
    from tvm_tiny.files.writing import write_file
    from tvm_tiny.passes.decision.options import search_options
    from tvm_tiny.passes.plan.estimate import estimate_layers_cycles
    from tvm_tiny.passes.plan.follow_rows import planned_graph
    from tvm_tiny.passes.plan.objective import plan_points
    from tvm_tiny.passes.plan.why import fullest, in_words
    from tvm_tiny.passes.plan.workspaces import workspaces_of
    from tvm_tiny.passes.recompute.search import rewritten_scratch
    from tvm_tiny.report.picture import svg as picture
    from tvm_tiny.report.picture import terminal
    from tvm_tiny.schedules.apply import schedule_kernels
    from tvm_tiny.targets import load_core

    search = search_options(plan_steps, plan_seconds)
    _check(ram, arena, recompute, max_ms, board, clock)
    judged = conditions(fail_if, against, summary)
    artifact = build(model, target, optimize="speed", row_fed=row_fed, board=board, clock=clock)
    limit = _arena_limit(artifact, ram, arena)
    graph, fast = artifact.compiled.graph, artifact.compiled.schedules
    core = load_core(artifact.options.target)
    kernels = {"balanced": schedule_kernels(graph, core, "balanced"), "speed": fast}
    stage("listing plans")
    points = plan_points(graph, kernels, core, search, row_fed=row_fed, recompute=recompute)
    scale = _ms_per_cycle(artifact, estimate_layers_cycles(graph, fast, core))
    layers_cycles = min(estimate_layers_cycles(graph, k, core) for k in kernels.values())
    fitting = [p for p in points if limit is None or p.arena_bytes <= limit]
    if limit is not None and not fitting:
        raise _does_not_fit(points[-1], limit, layers_cycles, row_fed)
    if max_ms is not None:
        fitting = _in_time(fitting, scale, max_ms)
    chosen = fitting[0] if limit is not None and max_ms is None else fitting[-1]
    planned = planned_graph(chosen.plan, graph)
    scratch = workspaces_of(graph, kernels[chosen.kernels], core).of(planned)
    why = fullest(chosen.plan, graph, scratch)
    scratch = rewritten_scratch(planned, scratch)
    if svg:
        write_file(svg, picture(chosen.plan, planned, model.stem, scratch).encode())
    if json:
        data = {**_as_json(points, chosen, layers_cycles, scale), "fullest": why and asdict(why)}
        data = {"target": core.name, "arena_limit_bytes": limit, **data}
        echo(jsonlib.dumps(data, indent=2) + "\n")
    else:
        console.print(_table(points, chosen, layers_cycles, scale))
        console.print(terminal(chosen.plan, planned, scratch), markup=False, highlight=False)
        lines = [*(in_words(why) if why else ()), *_said(chosen.plan)]
        lines += [_beside(artifact, limit - chosen.arena_bytes)] if ram and limit else []
        console.print("\n".join(lines), markup=False, highlight=False)
    if judged.asked:
        judged.judge(_planned_report(artifact, chosen))


def _beside(artifact: Artifact, spare_bytes: int) -> str:
    """What a limit on all RAM leaves room for beside the arena, and whether the stack decides."""
    from tvm_tiny.limits import STACK_MARGIN_BYTES

    memory = artifact.core_report.memory
    known = memory.stack_bytes is not None
    stack = (
        f"{memory.stack_bytes or 0:,} B of stack (a run layer by layer on the simulator)"
        if known
        else "a stack that is not known without a compiler"
    )
    more = f"streams and patches take up to about {STACK_MARGIN_BYTES:,} B of stack more"
    enough = spare_bytes >= STACK_MARGIN_BYTES
    verdict = "for which there is room" if enough else f"of which {spare_bytes:,} B are left"
    return (
        f"beside the arena, of all RAM: {stack}, {memory.io_bytes:,} B of the caller's inputs and"
        f" outputs; {more}, {verdict}: build --ram measures the plan's own and keeps to it"
    )


def _said(plan: MemoryPlan) -> list[str]:
    """What stopped the search, and how far the arena may be from the least."""
    from tvm_tiny.passes.decision.budget import CUT_WORDS

    gap = f"{plan.gap_bytes:,} B above what is proven to be needed" if plan.gap_bytes else ""
    return [*([f"search {CUT_WORDS[plan.cut]}"] if plan.cut else []), *([gap] if gap else [])]


def _planned_report(artifact: Artifact, chosen: ParetoPoint) -> Report:
    """The report with the plan's memory and work; its cycles are not modelled: unknown."""
    import msgspec

    old = artifact.report
    memory = msgspec.structs.replace(old.memory, arena_bytes=chosen.arena_bytes)
    memory = msgspec.structs.replace(memory, ram_bytes=memory.used_bytes)
    cycles = msgspec.structs.replace(old.cycles, modelled=None, instructions=None, ms=None)
    macs = old.macs_executed + chosen.extra_macs
    return msgspec.structs.replace(old, memory=memory, cycles=cycles, macs_executed=macs)


def _check(
    ram: str | None,
    arena: str | None,
    recompute: float,
    max_ms: float | None,
    board: str | None,
    clock: str | None,
) -> None:
    """Raise ``UsageError`` before the work for a limit that means nothing."""
    from tvm_tiny.limits import check_recompute, check_time, parse_clock
    from tvm_tiny.result import BuildOptions, parse_size

    parse_size(ram, "ram")
    parse_size(arena, "arena")
    check_recompute(recompute)
    check_time(BuildOptions(max_ms=max_ms, board=board or "", clock_hz=parse_clock(clock)))


def _ms_per_cycle(artifact: Artifact, layers_cycles: float) -> float | None:
    """Milliseconds for an estimated cycle, from the run layer by layer; None without a clock."""
    ms = artifact.report.cycles.ms
    return None if ms is None or not layers_cycles else ms / layers_cycles


def _in_time(
    points: Sequence[ParetoPoint], scale: float | None, max_ms: float
) -> Sequence[ParetoPoint]:
    """The plans that keep a limit of time, by estimate.

    Raises:
        DoesNotFitError: TT2101, none does.
    """
    found = [p for p in points if (_ms(p, scale) or 0.0) <= max_ms]
    if not found:
        problem = Problem(
            f"the fastest plan takes {_ms(points[0], scale):.4g} ms, the limit is {max_ms:g} ms",
            do="allow more, a faster board or clock, or use a smaller model",
        )
        raise DoesNotFitError("no plan keeps to the limit of time", (problem,))
    return found


def _ms(point: ParetoPoint, scale: float | None) -> float | None:
    return None if scale is None else round(point.cycles * scale, 4)


def _arena_limit(artifact: Artifact, ram: str | None, arena: str | None) -> int | None:
    """The smaller of what the two limits leave to the arena."""
    from tvm_tiny.limits import arena_limit
    from tvm_tiny.result import parse_size

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
    points: Sequence[ParetoPoint],
    chosen: ParetoPoint,
    layers_cycles: float,
    scale: float | None,
) -> dict[str, Any]:
    plans = [
        {
            "arena_bytes": p.arena_bytes,
            "extra_macs": p.extra_macs,
            "cycles_estimated": round(p.cycles),
            "ms_estimated": _ms(p, scale),
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


def _table(
    points: Sequence[ParetoPoint],
    chosen: ParetoPoint,
    layers_cycles: float,
    scale: float | None,
) -> Table:
    from tvm_tiny.passes.decision.memory_plan import PROOF_WORDS

    table = Table(box=box.SIMPLE_HEAD)
    for name in (n for n in _COLUMNS if n != "ms" or scale is not None):
        table.add_column(name, justify="right")
    for name in ("minimal for", ""):
        table.add_column(name)
    for point in points:
        streams = sum(s.kind != "layer" for s in point.plan.segments)
        table.add_row(
            f"{point.arena_bytes:,}",
            f"{point.extra_macs:,}",
            f"{point.cycles:,.0f}",
            *([] if scale is None else [f"{_ms(point, scale):.4g}"]),
            f"{_slower(point, layers_cycles):+.2%}",
            f"{streams:,}",
            f"{point.streamed_calls:,}",
            PROOF_WORDS.get(point.plan.proof, "not proven"),
            "<- drawn" if point is chosen else "",
        )
    return table
