# SPDX-License-Identifier: Apache-2.0
"""The report for people: rendered from ``report.json``'s data, verdict first."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.passes.decision.budget import CUT_WORDS
from tvm_tiny.passes.decision.memory_plan import PROOF_WORDS
from tvm_tiny.report.arena import from_report
from tvm_tiny.report.columns import Column, table_that_fits
from tvm_tiny.report.labels import row_labels
from tvm_tiny.report.model import LayerInfo, Report
from tvm_tiny.report.picture import draw

_PICTURE_WIDTH = 64

SORT_KEYS: dict[str, Callable[[LayerInfo], float]] = {
    "index": lambda layer: layer.index,
    "macs": lambda layer: -layer.macs,
    "cycles": lambda layer: -(layer.cycles_modelled or 0),
    "live": lambda layer: -layer.live_bytes,
    "weights": lambda layer: -layer.weight_bytes,
}


def verdict(report: Report) -> str:
    """The first line: does it fit, in what, how fast."""
    limits, memory, flash = report.limits, report.memory, report.flash
    word = "fits" if limits.fits else "DOES NOT FIT"
    ram = memory.used_bytes
    board = _regions(report)
    flash_bytes = flash.weights_bytes + flash.tables_bytes + (flash.code_bytes or 0)
    parts = [
        f"RAM {ram:,}{_of(limits.ram_bytes)} B{board}",
        f"flash {flash_bytes:,}{_of(limits.flash_bytes)} B",
    ]
    parts.extend(_speed(report))
    where = report.board.name if report.board else report.target
    return f"{word}  {where}: {', '.join(parts)}"


def _regions(report: Report) -> str:
    """All of a board's RAM that the firmware takes, region by region."""
    if report.board is None:
        return ""
    others = ("flash", "inputs")
    rams = [m for m in report.board.memories if m.kind not in others and m.bytes]
    used = "; ".join(f"{m.region} {m.bytes:,} of {m.of_bytes:,} B" for m in rams)
    return f" (firmware: {used})" if used else ""


def _speed(report: Report) -> list[str]:
    """Cycles, what the core waits, and the time if a clock is known."""
    cycles = report.cycles
    if cycles.modelled is None or cycles.total is None:
        return []
    if cycles.stalls is None:
        words = f"{cycles.modelled:,} cycles (modelled)"
    else:
        share = cycles.stalls / cycles.total if cycles.total else 0.0
        words = f"{cycles.total:,} cycles (modelled, {share:.1%} waiting for memories)"
    if cycles.ms is None or cycles.hz is None:
        return [words]
    limit = f" of {report.limits.ms:g} ms" if report.limits.ms is not None else ""
    factor = report.board.measured_factor if report.board else None
    measured = f" ({factor:.3g} measured cycles for a modelled one)" if factor else ""
    return [words, f"{milliseconds(cycles.ms)}{limit} at {cycles.hz / 1e6:g} MHz{measured}"]


def milliseconds(ms: float) -> str:
    """Three digits that count, and the unit."""
    if ms >= 100:
        return f"{ms:,.0f} ms"
    return f"{ms:.1f} ms" if ms >= 10 else f"{ms:.3g} ms"


def render(report: Report, *, width: int = 200) -> RenderableType:
    """The whole report as a rich renderable, its tables in at most ``width`` characters."""
    style = "bold green" if report.limits.fits else "bold red"
    return Group(
        Text(verdict(report), style=style),
        _summary(report),
        Text(f"\n{draw(from_report(report), width=_PICTURE_WIDTH)}"),
        layer_table(report, width=width),
        *(Text(f"note: {note}", style="dim") for note in report.notes),
    )


def text(report: Report, width: int = 120) -> str:
    """The report as plain text."""
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(render(report, width=width))
    return capture.get()


def _training_rows(report: Report) -> list[tuple[str, str]]:
    """A step of a model that learns."""
    step = report.training
    if step is None:
        return []

    def listed(numbers: Mapping[str, int] | None) -> str:
        return ", ".join(f"{k} {n:,}" for k, n in (numbers or {}).items()) or "unknown"

    return [
        ("a step's arena", f"{listed(step.arena)} B; stack {_known(step.stack_bytes)}"),
        ("a step's MACs", listed(step.macs)),
        ("a step's cycles", listed(step.cycles)),
    ]


def _summary(report: Report) -> Table:
    memory, flash, cycles = report.memory, report.flash, report.cycles
    table = Table(box=None, show_header=False, pad_edge=False)
    words = PROOF_WORDS.get(report.plan.proof)
    proof = f"proven minimal for {words}" if words else f"at most {memory.gap_bytes:,} B too much"
    peak = _labels(report).get(memory.peak_layer, memory.peak_layer)
    rows = [
        ("model", f"{report.model.name} ({report.model.kind}, sha256 {report.model.sha256[:12]})"),
        ("MACs", f"{report.macs:,}; executed {report.macs_executed:,}"),
        (
            "RAM",
            f"{memory.used_bytes:,} B for a run: arena {memory.arena_bytes:,} B ({proof};"
            f" lower bound {memory.lower_bound_bytes:,};"
            f" peak at '{peak}'), stack {_known(memory.stack_bytes)}"
            f" (measured), caller's I/O {memory.io_bytes:,} B; static"
            f" {_known(memory.static_bytes)}"
            + (f"; {memory.state_bytes:,} B of the arena are state" if memory.state_bytes else ""),
        ),
        ("plan", _plan(report)),
        (
            "flash",
            f"weights {flash.weights_bytes:,} B, tables {flash.tables_bytes:,} B, code"
            f" {_known(flash.code_bytes)}",
        ),
        (
            "speed",
            f"{_known(cycles.modelled, 'cycles')} modelled, {_known(cycles.instructions, '')}"
            f" instructions ({cycles.core}, {cycles.compiler})",
        ),
        *_board_rows(report),
        *_training_rows(report),
    ]
    for tensor in report.inputs + report.outputs:
        kind = "input" if tensor in report.inputs else "output"
        where = "in the arena" if tensor.in_arena else "caller's memory"
        shape = "x".join(map(str, tensor.shape))
        rows.append((kind, f"{tensor.name}: {tensor.dtype} {shape}, {where}"))
    for name, value in rows:
        table.add_row(Text(name, style="bold"), value)
    return table


def _board_rows(report: Report) -> list[tuple[str, str]]:
    """What a board's firmware takes, and what the core waits for."""
    board, cycles = report.board, report.cycles
    if board is None:
        return []
    memories = ", ".join(f"{m.region} {m.bytes:,} of {m.of_bytes:,}" for m in board.memories)
    rows = [("board", f"{board.title}, {board.hz / 1e6:g} MHz; bytes of {memories}")]
    total = cycles.total or 0
    waits = [w for w in board.waits if w.stall_cycles]
    if board.stall_cycles is not None:
        parts = [
            f"{w.region} {w.of} {w.stall_cycles:,} ({w.stall_cycles / total:.1%}; {w.misses:,} of"
            f" {w.lookups:,} missed)"
            for w in waits
        ]
        rows.append(("waits", "; ".join(parts) or "none"))
    if board.unverified:
        rows.append(("unverified", "; ".join(board.unverified)))
    return rows


def _plan(report: Report) -> str:
    """What runs row by row, what is kept of it, and the in-place pairs."""
    plan = report.plan
    streams = [s for s in plan.segments if s.kind == "stream"]
    rings = sum(p.ring_rows > 0 for p in plan.placements)
    text = f"layer by layer, {len(plan.in_place)} outputs in place"
    if streams:
        layers = sum(len(s.layers) for s in streams)
        text = (
            f"{layers} layers row by row in {len(streams)} segments, {rings} rings;"
            f" {len(plan.in_place)} outputs in place"
        )
    fed = f"; input '{plan.fed_input}' fed by rows" if plan.fed_input else ""
    cut = f"; search {CUT_WORDS.get(plan.cut, plan.cut)}" if plan.cut else ""
    return text + fed + cut


_LONGEST_NAME = 28


@dataclass(frozen=True)
class _Column:
    """A column of the layer table; see ``columns.Column``."""

    title: str
    cell: Callable[[LayerInfo, int], str]
    right: bool = True
    drop: int = 0


_COLUMNS = (
    _Column("#", lambda layer, _: str(layer.index), drop=1),
    _Column("layer", lambda layer, _: layer.name, right=False),
    _Column("operator", lambda layer, _: layer.op, right=False, drop=2),
    _Column("shape", lambda layer, _: "x".join(map(str, layer.shape)), right=False, drop=5),
    _Column("MACs", lambda layer, _: f"{layer.macs:,}"),
    _Column("instr.", lambda layer, _: _known(layer.instructions, "", "-"), drop=4),
    _Column("cycles*", lambda layer, _: _known(layer.cycles_modelled, "", "-")),
    _Column("waits", lambda layer, _: _known(layer.stall_cycles, "", "-"), drop=9),
    _Column("%", lambda layer, total: _share(layer.cycles_modelled, total)),
    _Column("MAC/cycle", lambda layer, _: _rate(layer.macs, layer.cycles_modelled)),
    _Column("live B", lambda layer, _: f"{layer.live_bytes:,}", drop=7),
    _Column("weights B", lambda layer, _: f"{layer.weight_bytes:,}", drop=8),
    _Column("schedule", lambda layer, _: layer.schedule, right=False, drop=3),
    _Column("chosen by", lambda layer, _: layer.origin, right=False, drop=6),
)


def layer_table(
    report: Report, sort: str = "index", top: int | None = None, *, width: int = 200
) -> Table:
    """One row a layer in ``width`` characters: whole columns are left out, no figure is cut."""
    total = report.cycles.modelled or 0
    layers = sorted(report.layers, key=SORT_KEYS[sort])[:top]
    names = row_labels([layer.name for layer in report.layers], _LONGEST_NAME)
    labels = {x.index: name for x, name in zip(report.layers, names, strict=True)}
    timed = any(layer.stall_cycles is not None for layer in layers)
    columns = [
        Column(
            c.title,
            [labels[x.index] if c.title == "layer" else c.cell(x, total) for x in layers],
            c.right,
            c.drop,
        )
        for c in _COLUMNS
        if timed or c.title != "waits"
    ]
    if report.cycles.hz:
        times = [_layer_ms(layer, report.cycles.hz) for layer in layers]
        place = 1 + next(i for i, c in enumerate(columns) if c.title == "%")
        columns.insert(place, Column("ms", times, drop=6))
    return table_that_fits(columns, width, "* modelled, not measured" if total else None)


def _labels(report: Report) -> dict[str, str]:
    """What the table calls a layer, by its name."""
    names = [layer.name for layer in report.layers]
    return dict(zip(names, row_labels(names, _LONGEST_NAME), strict=True))


def _layer_ms(layer: LayerInfo, hz: int) -> str:
    """Milliseconds of a layer, waits and all."""
    if layer.cycles_modelled is None:
        return "-"
    return f"{1e3 * (layer.cycles_modelled + (layer.stall_cycles or 0)) / hz:.3g}"


def _share(part: int | None, total: int) -> str:
    return f"{100 * part / total:.1f}" if part is not None and total else "-"


def _rate(macs: int, cycles: int | None) -> str:
    return f"{macs / cycles:.2f}" if macs and cycles else "-"


def _known(value: int | None, unit: str = "B", unknown: str = "unknown") -> str:
    return f"{value:,} {unit}".rstrip() if value is not None else unknown


def _of(limit: int | None) -> str:
    return f" of {limit:,}" if limit is not None else ""
