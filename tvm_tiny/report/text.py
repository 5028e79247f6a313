# SPDX-License-Identifier: Apache-2.0
"""The report for people: rendered from ``report.json``'s data, verdict first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.report.arena import from_report
from tvm_tiny.report.columns import Column, table_that_fits
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
    ram = memory.arena_bytes + (memory.stack_bytes or 0)
    flash_bytes = flash.weights_bytes + flash.tables_bytes + (flash.code_bytes or 0)
    parts = [
        f"RAM {ram:,}{_of(limits.ram_bytes)} B",
        f"flash {flash_bytes:,}{_of(limits.flash_bytes)} B",
    ]
    if report.cycles.modelled is not None:
        parts.append(f"{report.cycles.modelled:,} cycles (modelled)")
    return f"{word}  {report.target}: {', '.join(parts)}"


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


def _summary(report: Report) -> Table:
    memory, flash, cycles = report.memory, report.flash, report.cycles
    table = Table(box=None, show_header=False, pad_edge=False)
    proof = "proven optimal" if memory.optimal else f"within {memory.gap_bytes:,} B of optimal"
    rows = [
        ("model", f"{report.model.name} ({report.model.kind}, sha256 {report.model.sha256[:12]})"),
        ("MACs", f"{report.macs:,}; executed {report.macs_executed:,}"),
        (
            "RAM",
            f"arena {memory.arena_bytes:,} B ({proof}; lower bound {memory.lower_bound_bytes:,};"
            f" peak at '{_short(memory.peak_layer)}'), stack {_known(memory.stack_bytes)}"
            f" (measured), static {_known(memory.static_bytes)}, caller's I/O"
            f" {memory.io_bytes:,} B",
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
    ]
    for tensor in report.inputs + report.outputs:
        kind = "input" if tensor in report.inputs else "output"
        where = "in the arena" if tensor.in_arena else "caller's memory"
        shape = "x".join(map(str, tensor.shape))
        rows.append((kind, f"{tensor.name}: {tensor.dtype} {shape}, {where}"))
    for name, value in rows:
        table.add_row(Text(name, style="bold"), value)
    return table


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
    return text + (f"; input '{plan.fed_input}' fed by rows" if plan.fed_input else "")


@dataclass(frozen=True)
class _Column:
    """A column of the layer table; see ``columns.Column``."""

    title: str
    cell: Callable[[LayerInfo, int], str]
    right: bool = True
    drop: int = 0


_COLUMNS = (
    _Column("#", lambda layer, _: str(layer.index), drop=1),
    _Column("layer", lambda layer, _: _short(layer.name), right=False),
    _Column("operator", lambda layer, _: layer.op, right=False, drop=2),
    _Column("shape", lambda layer, _: "x".join(map(str, layer.shape)), right=False, drop=5),
    _Column("MACs", lambda layer, _: f"{layer.macs:,}"),
    _Column("instr.", lambda layer, _: _known(layer.instructions, "", "-"), drop=4),
    _Column("cycles*", lambda layer, _: _known(layer.cycles_modelled, "", "-")),
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
    columns = [
        Column(c.title, [c.cell(layer, total) for layer in layers], c.right, c.drop)
        for c in _COLUMNS
    ]
    return table_that_fits(columns, width, "* modelled, not measured" if total else None)


def _short(name: str, limit: int = 28) -> str:
    """A fused layer's first name, the end of it where it is long."""
    first = name.split(";")[0]
    return first if len(first) <= limit else f"...{first[-(limit - 3) :]}"


def _share(part: int | None, total: int) -> str:
    return f"{100 * part / total:.1f}" if part is not None and total else "-"


def _rate(macs: int, cycles: int | None) -> str:
    return f"{macs / cycles:.2f}" if macs and cycles else "-"


def _known(value: int | None, unit: str = "B", unknown: str = "unknown") -> str:
    return f"{value:,} {unit}".rstrip() if value is not None else unknown


def _of(limit: int | None) -> str:
    return f" of {limit:,}" if limit is not None else ""
