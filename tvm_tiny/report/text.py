# SPDX-License-Identifier: Apache-2.0
"""The report for people: rendered from ``report.json``'s data, verdict first."""

from __future__ import annotations

from collections.abc import Callable

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.report.model import LayerInfo, Report

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


def render(report: Report, sort: str = "index", top: int | None = None) -> RenderableType:
    """The whole report as a rich renderable."""
    style = "bold green" if report.limits.fits else "bold red"
    return Group(
        Text(verdict(report), style=style),
        _summary(report),
        layer_table(report, sort, top),
        *(Text(f"note: {note}", style="dim") for note in report.notes),
    )


def text(report: Report, width: int = 120) -> str:
    """The report as plain text."""
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(render(report))
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
            f" peak at '{memory.peak_layer}'), stack {_known(memory.stack_bytes)} (measured),"
            f" static {_known(memory.static_bytes)}, caller's I/O {memory.io_bytes:,} B",
        ),
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


def layer_table(report: Report, sort: str = "index", top: int | None = None) -> Table:
    """One row a layer."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    right = ("#", "MACs", "cycles*", "%", "MAC/cycle", "live B", "weights B")
    for name in ("#", "layer", "operator", "shape", *right[1:], "schedule"):
        table.add_column(
            name, justify="right" if name in right else "left", no_wrap=name != "layer"
        )
    total = report.cycles.modelled or 0
    for layer in sorted(report.layers, key=SORT_KEYS[sort])[:top]:
        cycles = layer.cycles_modelled
        table.add_row(
            str(layer.index),
            _short(layer.name),
            layer.op,
            "x".join(map(str, layer.shape)),
            f"{layer.macs:,}",
            f"{cycles:,}" if cycles is not None else "-",
            f"{100 * cycles / total:.1f}" if cycles is not None and total else "-",
            f"{layer.macs / cycles:.2f}" if cycles and layer.macs else "-",
            f"{layer.live_bytes:,}",
            f"{layer.weight_bytes:,}",
            layer.schedule,
        )
    table.caption = "* modelled, not measured" if total else None
    return table


def _short(name: str, limit: int = 36) -> str:
    return name if len(name) <= limit else f"...{name[-(limit - 3) :]}"


def _known(value: int | None, unit: str = "B") -> str:
    return f"{value:,} {unit}".rstrip() if value is not None else "unknown"


def _of(limit: int | None) -> str:
    return f" of {limit:,}" if limit is not None else ""
