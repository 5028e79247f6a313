# SPDX-License-Identifier: Apache-2.0
"""``tvm-tiny profile --compare``: two builds side by side, layer by layer."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.report.model import LayerInfo, Report
from tvm_tiny.report.saved import Pair, match
from tvm_tiny.report.text import SORT_KEYS

_COLUMNS = (
    "layer", "operator", "MACs", "cycles*", "other's", "change", "%",
    "instr.", "other's", "MAC/cycle", "other's", "schedule",
)  # fmt: skip


def compare(
    one: Report, other: Report, sort: str = "index", top: int | None = None
) -> RenderableType:
    """Cycles and instructions of both, and the difference from ``other`` to ``one``."""
    pairs = sorted(match(one, other), key=lambda p: SORT_KEYS[sort](p.layer))[:top]
    rows = [tuple(_cells(pair)) for pair in pairs]
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for index, name in enumerate(_COLUMNS):
        left = name in ("layer", "operator", "schedule")
        # where there is little room, names are cut and never numbers
        width = None if left else max(len(row[index]) for row in (*rows, _COLUMNS))
        justify = "left" if left else "right"
        table.add_column(name, justify=justify, no_wrap=True, min_width=width)
    for row in rows:
        table.add_row(*row)
    table.caption = "* modelled, not measured"
    return Group(*(Text(line) for line in _head(one, other)), table)


def _head(one: Report, other: Report) -> Iterator[str]:
    for name, report in (("this", one), ("other", other)):
        cycles = report.cycles
        yield (
            f"{name:>5}: {report.model.name} on {report.target}, {_number(cycles.modelled)} cycles,"
            f" {_number(cycles.instructions)} instructions, arena"
            f" {report.memory.arena_bytes:,} B ({cycles.compiler}, tvm_tiny {report.tool_version})"
        )
    a, b = one.cycles.modelled, other.cycles.modelled
    if a is not None and b:
        yield f"       {a - b:+,} cycles, {100 * (a - b) / b:+.1f} %"


def _cells(pair: Pair) -> Iterator[str]:
    one, other, layer = pair.one, pair.other, pair.layer
    a, b = (x.cycles_modelled if x else None for x in (one, other))
    name = layer.name.split(";")[0]
    yield name if len(name) <= 28 else f"...{name[-25:]}"
    yield layer.op
    yield f"{layer.macs:,}"
    yield from (_number(a), _number(b))
    yield f"{a - b:+,}" if a is not None and b is not None else "-"
    yield f"{100 * (a - b) / b:+.1f}" if a is not None and b else "-"
    yield from (_number(x.instructions if x else None) for x in (one, other))
    yield from (_rate(x) for x in (one, other))
    ours, theirs = (x.schedule if x else "-" for x in (one, other))
    yield ours if ours == theirs else f"{ours} / {theirs}"


def _number(value: int | None) -> str:
    return "-" if value is None else f"{value:,}"


def _rate(layer: LayerInfo | None) -> str:
    if layer is None or not layer.macs or not layer.cycles_modelled:
        return "-"
    return f"{layer.macs / layer.cycles_modelled:.2f}"
