# SPDX-License-Identifier: Apache-2.0
"""The arena over time as a stand-alone SVG: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from tvm_tiny.report.arena import ArenaMap, described
from tvm_tiny.report.model import Placement
from tvm_tiny.report.svg_text import svg_text

_COLOURS = {
    "tensor": ("#8fb8de", "#3f6f9f"),
    "ring": ("#f2c078", "#b07a2a"),
    "workspace": ("#c9c9c9", "#8a8a8a"),
    "state": ("#b9a7d6", "#76619b"),
}
_KINDS = {
    "tensor": "tensor, whole",
    "ring": "ring: the rows still read",
    "workspace": "workspace of a kernel",
    "state": "where a row-fed run stands",
}
_INK, _SOFT, _PEAK, _BOUND = "#222", "#777", "#c0392b", "#2e7d32"
_HALO = 'stroke="#fff" stroke-width="2.5" stroke-opacity="0.6" paint-order="stroke"'
_WIDTH, _LEFT, _TOP, _PLOT_WIDTH, _PLOT_HEIGHT = 1240, 84, 96, 800, 440
_PANEL = _LEFT + _PLOT_WIDTH + 28
_PANEL_WIDTH = _WIDTH - _PANEL - 12
_LISTED = 14
_MOST_NAMES = 64
"""Layers of which each has its name below the axis; of more, only numbers."""
_CHARACTER = 6.1
"""Width of a character at 11 pixels, about."""


@dataclass(frozen=True)
class _Scale:
    """Steps and bytes to pixels; before the first step and after the last there is a column."""

    arena: ArenaMap

    @property
    def column(self) -> float:
        return _PLOT_WIDTH / (len(self.arena.layers) + 2)

    def x(self, step: int) -> float:
        """Left edge of a step."""
        return _LEFT + (step + 1) * self.column

    def y(self, at_bytes: float) -> float:
        return _TOP + _PLOT_HEIGHT * (1 - at_bytes / max(1, self.arena.arena_bytes))


def draw_svg(arena: ArenaMap, title: str = "") -> str:
    """The picture; every block says what it is when pointed at."""
    scale = _Scale(arena)
    named = len(arena.layers) <= _MOST_NAMES
    longest = max((len(_short(n, 26)) for n in arena.layers), default=0) if named else 0
    height = _TOP + _PLOT_HEIGHT + 92 + round(longest * _CHARACTER * 0.82)
    height = max(height, _TOP + 40 + 16 * (_LISTED + len(_COLOURS) + 4))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="11">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        *_heading(arena, title),
        *_segments(arena, scale),
        *_byte_axis(arena, scale),
        *_blocks(arena, scale),
        *_lower_bound(arena, scale),
        *_peak(arena, scale),
        *_layer_axis(arena, scale, named),
        svg_text(_LEFT, height - 12, "layers in order of execution", fill=_INK),
        *_panel(arena),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, dash: str = "") -> str:
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dashes}/>'
    )


def _short(name: str, most: int) -> str:
    return name if len(name) <= most else f"…{name[1 - most :]}" if most > 1 else ""


def _heading(arena: ArenaMap, title: str) -> Iterator[str]:
    name = f"{title}: " if title else ""
    yield svg_text(_LEFT, 28, f"{name}the arena over time", font_size=17, fill=_INK)
    yield svg_text(_LEFT, 46, arena.headline(), font_size=12, fill=_SOFT)
    yield svg_text(_LEFT, 62, arena.peak_line(), font_size=12, fill=_PEAK)


def _segments(arena: ArenaMap, scale: _Scale) -> Iterator[str]:
    """Background: segments that run row by row are shaded and named, borders are lines."""
    yield (
        f'<rect x="{_LEFT}" y="{_TOP}" width="{_PLOT_WIDTH}" height="{_PLOT_HEIGHT}" '
        'fill="#fafafa" stroke="#999"/>'
    )
    for number, stretch in enumerate(arena.stretches):
        x, count = scale.x(stretch.first), stretch.last - stretch.first + 1
        width = count * scale.column
        if stretch.by_rows:
            yield (
                f'<rect x="{x:.1f}" y="{_TOP}" width="{width:.1f}" height="{_PLOT_HEIGHT}" '
                f'fill="#fdf3e3"><title>segment {number}: {count} layers row by row</title></rect>'
            )
            label = f"segment {number}: {count} layers row by row"
            for text in (label, f"segment {number}", str(number)):
                if len(text) * _CHARACTER < width:
                    middle = x + width / 2
                    yield svg_text(middle, _TOP - 6, text, fill="#b07a2a", text_anchor="middle")
                    break
        if stretch.by_rows or count > 1 or scale.column > 8:
            yield _line(x, _TOP, x, _TOP + _PLOT_HEIGHT, "#ddd")
        if stretch.by_rows:
            yield _line(x, _TOP - 16, x, _TOP + _PLOT_HEIGHT, "#b07a2a", "3 3")
            end = x + width
            yield _line(end, _TOP - 16, end, _TOP + _PLOT_HEIGHT, "#b07a2a", "3 3")


def _byte_axis(arena: ArenaMap, scale: _Scale) -> Iterator[str]:
    """Round numbers of bytes."""
    step = _round_step(arena.arena_bytes)
    at = 0
    while at <= arena.arena_bytes:
        y = scale.y(at)
        yield _line(_LEFT - 4, y, _LEFT, y, "#999")
        yield _line(_LEFT, y, _LEFT + _PLOT_WIDTH, y, "#e8e8e8")
        yield svg_text(_LEFT - 8, y + 4, f"{at:,}", text_anchor="end", fill=_SOFT)
        at += step
    middle = _TOP + _PLOT_HEIGHT / 2
    yield (
        f'<text transform="translate(18 {middle:.0f}) rotate(-90)" text-anchor="middle" '
        f'fill="{_INK}">address in the arena, bytes</text>'
    )


def _round_step(total: int) -> int:
    """A step of 1, 2 or 5 times a power of ten that gives five to ten ticks."""
    step = 1
    while total > 10 * step:
        for factor in (2, 5, 10):
            if total <= 10 * step * factor:
                return step * factor
        step *= 10
    return step


def _blocks(arena: ArenaMap, scale: _Scale) -> Iterator[str]:
    order = sorted(arena.things, key=lambda p: -p.bytes * (p.last_step - p.first_step + 1))
    names: list[str] = []
    labels = _Labels(scale.column)
    for thing in order:
        if not thing.bytes:
            continue
        x, y = scale.x(thing.first_step), scale.y(thing.offset + thing.bytes)
        width = (thing.last_step - thing.first_step + 1) * scale.column
        height = max(0.8, scale.y(thing.offset) - y)
        fill, edge = _COLOURS[thing.kind]
        title = (
            f"{thing.tensor}: {described(thing)}, {thing.bytes:,} B at {thing.offset:,}, steps "
            f"{thing.first_step} to {thing.last_step}"
        )
        yield (
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
            f'fill="{fill}" fill-opacity="0.78" stroke="{edge}" stroke-width="0.7">'
            f"<title>{escape(title)}</title></rect>"
        )
        names += labels.on(thing, x, y, width, height)
    yield from names


class _Labels:
    """Names on blocks: upright or along the block, where no other name is."""

    def __init__(self, column: float) -> None:
        self._column = column
        self._taken: list[tuple[float, float, float, float]] = []

    def on(self, thing: Placement, x: float, y: float, width: float, height: float) -> list[str]:
        """Name and bytes of a block, as far as there is room."""
        long = f"{thing.tensor}  {thing.bytes:,} B"
        along = width < height and len(long) * _CHARACTER > width - 6
        room = int(((height if along else width) - 6) / _CHARACTER)
        text = long if len(long) <= room else _short(thing.tensor, room)
        half = len(text) * _CHARACTER / 2
        first = width if width < 2 * self._column or self._column < 13 else self._column
        middle, centre = x + (first if along else width) / 2, y + height / 2
        across, up = (6.0, half) if along else (half, 6.0)
        box = (middle - across, centre - up, middle + across, centre + up)
        if min(width, height) < 12 or room < min(6, len(long)) or self._covered(box):
            return []
        self._taken.append(box)
        turn = f" rotate({-90 if along else 0})"
        return [
            f'<text transform="translate({middle:.1f} {centre:.1f}){turn}" dy="4" '
            f'text-anchor="middle" fill="{_INK}" {_HALO}>{escape(text)}</text>'
        ]

    def _covered(self, box: tuple[float, float, float, float]) -> bool:
        x0, y0, x1, y1 = box
        return any(x0 < b[2] and b[0] < x1 and y0 < b[3] and b[1] < y1 for b in self._taken)


def _peak(arena: ArenaMap, scale: _Scale) -> Iterator[str]:
    if not arena.stretches:
        return
    stretch = arena.stretches[arena.peak_stretch]
    x = scale.x(stretch.first)
    width = (stretch.last - stretch.first + 1) * scale.column
    yield (
        f'<rect x="{x:.1f}" y="{_TOP}" width="{width:.1f}" height="{_PLOT_HEIGHT}" fill="none" '
        f'stroke="{_PEAK}" stroke-width="2"><title>peak: {arena.peak_bytes:,} B</title></rect>'
    )
    middle, below = x + width / 2, _TOP + _PLOT_HEIGHT
    yield (
        f'<path d="M {middle:.1f} {below + 3} l -6 9 l 12 0 z" fill="{_PEAK}">'
        f"<title>{escape(arena.peak_line())}</title></path>"
    )
    label = f"peak {arena.peak_bytes:,} B"
    half = len(label) * _CHARACTER / 2
    at = min(max(middle, _LEFT + half), _LEFT + _PLOT_WIDTH - half)
    yield svg_text(at, below + 25, label, text_anchor="middle", fill=_PEAK, font_weight="bold")


def _lower_bound(arena: ArenaMap, scale: _Scale) -> Iterator[str]:
    """A line; its label lies below it, or above the plot where it is the arena itself."""
    y, end = scale.y(arena.lower_bound_bytes), _LEFT + _PLOT_WIDTH
    if y < _TOP - 1:
        return
    yield _line(_LEFT, y, end, y, _BOUND, "6 4")
    label = f"lower bound {arena.lower_bound_bytes:,} B"
    if y < _TOP + 1:
        yield svg_text(end, _TOP - 22, f"{label} = arena", text_anchor="end", fill=_BOUND)
    else:
        yield (
            f'<text x="{end - 4}" y="{y + 13:.1f}" text-anchor="end" fill="{_BOUND}" {_HALO}>'
            f"{label}</text>"
        )


def _layer_axis(arena: ArenaMap, scale: _Scale, named: bool) -> Iterator[str]:
    below = _TOP + _PLOT_HEIGHT + 40
    every = 1 if named else -(-len(arena.layers) // _MOST_NAMES)
    for step in range(0, len(arena.layers), every):
        x = scale.x(step) + scale.column / 2
        text = f"{step} {_short(arena.layers[step], 26)}" if named else str(step)
        yield (
            f'<text transform="translate({x + 4:.1f} {below}) rotate(-55)" text-anchor="end" '
            f'font-size="{10 if scale.column > 11 else 8}" fill="{_SOFT}">{escape(text)}</text>'
        )
    for step, text in ((-1, "before"), (len(arena.layers), "after")):
        x = scale.x(step) + scale.column / 2
        yield (
            f'<text transform="translate({x + 4:.1f} {below}) rotate(-55)" text-anchor="end" '
            f'font-size="10" fill="{_SOFT}" font-style="italic">{text}</text>'
        )


def _panel(arena: ArenaMap) -> Iterator[str]:
    """Beside the plot: what the colours mean, what lies there at the peak."""
    y = _TOP + 4
    kinds = [k for k in _COLOURS if any(p.kind == k and p.bytes for p in arena.things)]
    for kind in kinds:
        fill, edge = _COLOURS[kind]
        yield (
            f'<rect x="{_PANEL}" y="{y - 9}" width="12" height="11" fill="{fill}" stroke="{edge}"/>'
        )
        yield svg_text(_PANEL + 18, y, _KINDS[kind], fill=_INK)
        y += 16
    y += 16
    yield svg_text(
        _PANEL, y, f"At the peak, {arena.peak_bytes:,} B", fill=_PEAK, font_weight="bold"
    )
    peak = arena.at_peak
    shown = peak if len(peak) <= _LISTED else peak[: _LISTED - 1]
    for thing in shown:
        y += 16
        right = f"{thing.bytes:,} B"
        room = int((_PANEL_WIDTH - len(right) * _CHARACTER - 26) / _CHARACTER)
        fill, edge = _COLOURS[thing.kind]
        rows = f" ({thing.ring_rows} of {thing.rows} rows)" if thing.kind == "ring" else ""
        name = _short(thing.tensor, max(4, room - len(rows)))
        yield (
            f'<rect x="{_PANEL}" y="{y - 8}" width="8" height="8" fill="{fill}" stroke="{edge}"/>'
        )
        yield svg_text(_PANEL + 14, y, name + rows, fill=_INK)
        yield svg_text(_WIDTH - 12, y, right, text_anchor="end", fill=_INK)
    rest = peak[len(shown) :]
    if rest:
        y += 16
        yield svg_text(_PANEL + 14, y, f"and {len(rest)} more", fill=_SOFT)
        right = f"{sum(p.bytes for p in rest):,} B"
        yield svg_text(_WIDTH - 12, y, right, text_anchor="end", fill=_SOFT)
    if sum(p.bytes for p in peak) > arena.peak_bytes:
        yield svg_text(_PANEL, y + 20, "Some share bytes: in place, or taking turns.", fill=_SOFT)
