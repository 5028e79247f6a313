# SPDX-License-Identifier: Apache-2.0
"""The curve of plans: arena against cycles. Stand-alone SVG in the colours of where it is shown."""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.report.results import PlanPoint
from tvm_tiny.report.svg_text import svg_text

_WIDTH, _HEIGHT, _LEFT, _TOP, _RIGHT, _BOTTOM = 640, 340, 84, 40, 24, 52
_LINE, _DOT = "#3f6f9f", "#c0392b"


def curve_svg(points: Sequence[PlanPoint], title: str = "", chosen: int = -1) -> str:
    """Cycles to the right, arena upwards; a dot a plan, which says what it is when pointed at.

    Args:
        points: from the fastest to the least arena.
        title: above the picture.
        chosen: number of the plan that was built, -1: none.
    """
    if not points:
        return ""
    wide, high = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
    low = min(p.cycles_estimated for p in points)
    span = max(1, max(p.cycles_estimated for p in points) - low)
    top = max(p.arena_bytes for p in points) * 1.08 or 1

    def x(point: PlanPoint) -> float:
        return _LEFT + 12 + (wide - 24) * (point.cycles_estimated - low) / span

    def y(size_bytes: float) -> float:
        return _TOP + high * (1 - size_bytes / top)

    grid = [
        f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(v):.1f}" y2="{y(v):.1f}" '
        'stroke="currentColor" stroke-opacity="0.18"/>'
        + svg_text(_LEFT - 8, y(v) + 4, f"{v:,.0f}", text_anchor="end", fill="currentColor")
        for v in (top * k / 4 for k in range(5))
    ]
    path = " ".join(
        f"{'M' if i == 0 else 'L'}{x(p):.1f} {y(points[max(0, i - 1)].arena_bytes):.1f} "
        f"L{x(p):.1f} {y(p.arena_bytes):.1f}"
        for i, p in enumerate(points)
    )
    dots = [
        f'<circle cx="{x(p):.1f}" cy="{y(p.arena_bytes):.1f}" r="{7 if i == chosen else 5}" '
        f'fill="{_DOT if i == chosen else _LINE}"><title>{_said(i, p)}</title></circle>'
        for i, p in enumerate(points)
    ]
    ends = [
        svg_text(x(p), _HEIGHT - 30, f"{p.cycles_estimated:,}", text_anchor=a, fill="currentColor")
        for p, a in ((points[0], "start"), (points[-1], "end"))[: len(points)]
    ]
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            'font-family="Helvetica, Arial, sans-serif" font-size="11" role="img" '
            'style="width:100%;max-width:640px;height:auto">',
            svg_text(_LEFT, 20, title, font_size=14, fill="currentColor"),
            *grid,
            f'<path d="{path}" fill="none" stroke="{_LINE}" stroke-width="2"/>',
            *dots,
            *ends,
            svg_text(_LEFT, _HEIGHT - 10, "cycles, estimated; upwards: arena in bytes",
                     fill="currentColor"),
            "</svg>",
        ]
    )  # fmt: skip


def _said(number: int, point: PlanPoint) -> str:
    return (
        f"plan {number}: arena {point.arena_bytes:,} B, {point.cycles_estimated:,} cycles"
        f" ({point.slower:+.1%}), {point.extra_macs:,} extra MACs"
    )
