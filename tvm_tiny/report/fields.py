# SPDX-License-Identifier: Apache-2.0
"""Receptive fields for people: tables, and the fields drawn above each other."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from tvm_tiny.passes.receptive_field.analysis import LayerField, Pair
from tvm_tiny.passes.receptive_field.plans import PlanOverhead
from tvm_tiny.passes.receptive_field.summary import EarlyStage, Summary
from tvm_tiny.report.columns import Column, table_that_fits
from tvm_tiny.report.receptive_field import ReceptiveField, StageFigures

_NAME = 28


def render(found: ReceptiveField, *, width: int = 120) -> RenderableType:
    """The whole analysis in at most ``width`` characters."""
    parts: list[RenderableType] = [Text(headline(found), style="bold")]
    parts.append(layer_table(found, width=width))
    parts.append(Text(draw(found, width=min(width, 100))))
    if found.stages:
        parts.append(stage_table(found, width=width))
    else:
        parts.append(
            Text("no early stage: no layer leaves a single feature map with windows behind")
        )
    if found.plan is not None:
        parts.append(Text("\n".join(plan_lines(found.plan))))
    return Group(*parts)


def plan_lines(plan: PlanOverhead) -> list[str]:
    """What a plan computes twice and keeps in rings."""
    lines = [
        f"plan: arena {plan.arena_bytes:,} B, {plan.recomputed_macs:,} MACs recomputed, rings of"
        f" {plan.ring_bytes:,} B in all (they take turns in the same bytes)"
    ]
    for layer, count, macs in plan.patches:
        lines.append(f"  patch of {count} layers up to '{short(layer)}': {macs:,} MACs recomputed")
    for first, last, held in plan.streams:
        lines.append(f"  stream '{short(first)}' to '{short(last)}': rings of {held:,} B")
    return lines


def headline(found: ReceptiveField) -> str:
    """The model's field and input in a line."""
    kind = ", a float model (bytes are those of its int8 form)" if found.floats else ""
    return (
        f"{found.name}: receptive field {_size(found.total)} of an input of"
        f" {_size(found.image)}{kind}"
    )


def layer_table(found: ReceptiveField, *, width: int = 120) -> Table:
    """One row a layer; columns that do not fit are left out."""
    layers = found.layers
    columns = [
        Column("#", [str(i) for i in range(len(layers))], drop=3),
        Column("layer", [short(v.name) for v in layers], right=False),
        Column("operator", [v.op for v in layers], right=False, drop=4),
        Column("shape", ["x".join(map(str, v.shape)) for v in layers], right=False, drop=5),
        Column("window", [_window(v) for v in layers], right=False),
        Column("field", [_field(v) for v in layers]),
        Column("jump", [_size(v.jump) for v in layers]),
        Column("halo", [_size(v.halo) for v in layers]),
        Column("MACs", [f"{v.macs:,}" for v in layers], drop=1),
        Column("weights", [f"{v.weights:,}" if v.weights else "-" for v in layers], drop=2),
    ]
    notes = ["field, jump and halo in positions of the input, rows x columns"]
    if any(any(v.whole) for v in layers):
        notes.append("+ sees the whole input")
    if not all(v.exact for v in layers):
        notes.append("<= a bound")
    return table_that_fits(columns, width, "; ".join(notes))


def stage_table(found: ReceptiveField, *, width: int = 120) -> Table:
    """One row an early stage: what patches of it recompute, what its rings hold."""
    stages = found.stages
    patches = [p.wanted for p in stages[0].figures.patches]
    mark = ["<- by memory" if i == found.chosen else "" for i in range(len(stages))]
    columns = [
        Column("early stage up to", [short(s.layer) for s in stages], right=False),
        Column("result", ["x".join(map(str, s.shape)) for s in stages], right=False, drop=3),
        Column("halo", [_size(s.figures.stage_halo) for s in stages]),
        *(
            Column(f"recomputed {n}x{n}", [_recomputed(s.figures, i) for s in stages], drop=0)
            for i, n in enumerate(patches)
        ),
        Column("rings B", [f"{s.figures.stream.ring_bytes:,}" for s in stages]),
        Column("whole B", [f"{s.figures.stream.whole_bytes:,}" for s in stages], drop=2),
        Column("rest B", [f"{s.rest_bytes:,}" for s in stages], drop=1),
        Column("", mark, right=False, drop=1),
    ]
    return table_that_fits(columns, width, _refusals(stages))


def summary_table(summary: Summary, *, width: int = 120) -> RenderableType:
    """What a redistribution changed, and what it bought."""
    changes = summary.changes
    windows = [
        Column("layer", [short(c.layer) for c in changes], right=False),
        Column("operator", [c.op for c in changes], right=False, drop=2),
        Column("stage", ["later" if c.grows else "early" for c in changes], right=False, drop=1),
        Column("window", [f"{_size(c.before)} -> {_size(c.after)}" for c in changes], right=False),
        Column("padding", [_padding(c.padding_after) for c in changes], right=False, drop=3),
    ]
    rows = list(_bought(summary))
    figures = [
        Column("", [r[0] for r in rows], right=False),
        *(Column(t, [r[i] for r in rows]) for i, t in ((1, "before"), (2, "after"))),
        Column("", [r[3] for r in rows]),
    ]
    title = f"early stage: {summary.stage_layers} operators up to '{short(summary.stage)}'"
    return Group(Text(title), table_that_fits(windows, width), table_that_fits(figures, width))


def _bought(summary: Summary) -> list[tuple[str, str, str, str]]:
    """(what, before, after, change) of every figure."""
    before, after = summary.before, summary.after
    rows = [
        ("receptive field", _size(before.field), _size(after.field), ""),
        ("halo of the early stage", _size(before.stage_halo), _size(after.stage_halo), ""),
    ]
    for old, new in zip(before.patches, after.patches, strict=True):
        what = f"recomputed MACs, {old.wanted}x{old.wanted} patches"
        if old.refused or new.refused:
            rows.append((what, "-", "-", ""))
        else:
            rows.append(_row(what, old.recomputed_macs, new.recomputed_macs))
    rows.append(_row("ring bytes", before.stream.ring_bytes, after.stream.ring_bytes))
    rows.append(_row("MACs, layer by layer", before.macs, after.macs))
    rows.append(_row("weights", before.weights, after.weights))
    return rows


def _row(what: str, before: int, after: int) -> tuple[str, str, str, str]:
    share = f"{after / before - 1:+.1%}" if before else ""
    return what, f"{before:,}", f"{after:,}", share


def draw(found: ReceptiveField, *, width: int = 100) -> str:
    """Every window's field above the next, centred: ``#`` its jump, ``=`` its halo.

    ``|`` where the image ends; a line where the early stage that memory speaks for does.
    """
    layers = [v for v in found.layers if max(v.kernel) > 1 and not any(v.whole)]
    if not layers:
        return ""
    axis = 0 if found.image[0] >= found.image[1] else 1
    room = max(20, width - _NAME - 24) // 2 * 2
    widest = max(found.image[axis], *(v.field[axis] for v in layers))
    stage = found.stage
    end = stage.nodes[-1] if stage else ""
    lines = [f"{'':<{_NAME}} {'window':>7} {'field':>6}  {'rows' if axis == 0 else 'columns'}"]
    passed = False
    order = {v.node: i for i, v in enumerate(found.layers)}
    for layer in layers:
        if stage and not passed and order[layer.node] > order[end]:
            lines.append(f"{'-- early stage ends ':-<{_NAME + 17 + room}}")
            passed = True
        bar = _bar(layer, found.image[axis], widest, axis, room)
        window = _size(layer.kernel)
        lines.append(f"{short(layer.name):<{_NAME}} {window:>7} {layer.field[axis]:>6}  {bar}")
    return "\n".join(lines)


def _bar(layer: LayerField, image: int, widest: int, axis: int, room: int) -> str:
    def cells(extent: int) -> int:  # even, as ``room`` is: everything has the same middle
        return max(2, 2 * round(extent * room / widest / 2))

    field, jump = cells(layer.field[axis]), min(cells(layer.jump[axis]), cells(layer.field[axis]))
    line = [" "] * room
    _fill(line, cells(image), "|", ends=True)
    _fill(line, field, "=")
    _fill(line, jump, "#")
    return "".join(line).rstrip()


def _fill(line: list[str], extent: int, mark: str, *, ends: bool = False) -> None:
    """Write a mark over the middle of a line (or at the ends of that stretch)."""
    start = (len(line) - extent) // 2
    for at in range(max(0, start), min(len(line), start + extent)):
        if not ends or at in (start, start + extent - 1):
            line[at] = mark


def short(name: str) -> str:
    """A layer's first name, the end of it where it is long."""
    first = name.split(";")[0]
    return first if len(first) <= _NAME else f"...{first[3 - _NAME :]}"


def _size(pair: Pair) -> str:
    return f"{pair[0]}x{pair[1]}"


def _window(layer: LayerField) -> str:
    if layer.kernel == (1, 1) and layer.strides == (1, 1):
        return "-"
    text = _size(layer.kernel)
    text += f" /{_same(layer.strides)}" if layer.strides != (1, 1) else ""
    return text + (f" d{_same(layer.dilation)}" if layer.dilation != (1, 1) else "")


def _same(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else _size(pair)


def _field(layer: LayerField) -> str:
    bound = "" if layer.exact else "<= "
    return f"{bound}{_size(layer.field)}{'+' if any(layer.whole) else ''}"


def _recomputed(figures: EarlyStage, place: int) -> str:
    patch = figures.patches[place]
    if patch.refused:
        return "-"
    split = "" if patch.bands == patch.tiles == patch.wanted else f" ({patch.bands}x{patch.tiles})"
    return f"{patch.recomputed_macs:,} {patch.share:+.1%}{split}"


def _refusals(stages: Sequence[StageFigures]) -> str | None:
    reasons = {p.refused for s in stages for p in s.figures.patches if p.refused}
    return f"- no patches: {'; '.join(sorted(reasons))}" if reasons else None


def _padding(pads: Sequence[int]) -> str:
    return " ".join(map(str, pads))
