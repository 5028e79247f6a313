# SPDX-License-Identifier: Apache-2.0
"""The arena over time in characters, for the terminal."""

from __future__ import annotations

from collections.abc import Mapping

from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.report.arena import ArenaMap, described, from_plan
from tvm_tiny.report.model import Placement
from tvm_tiny.report.svg import draw_svg

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OTHERS = {"tensor": "o", "ring": "=", "workspace": "~", "state": "%"}
_NAME_WIDTH = 26


def terminal(
    plan: MemoryPlan,
    graph: Graph,
    scratch_bytes: Mapping[str, int] | None = None,
    *,
    width: int = 78,
    height: int = 16,
    listed: int = 12,
) -> str:
    """A plan in characters; see ``draw``."""
    arena = from_plan(plan, graph, scratch_bytes)
    return draw(arena, width=width, height=height, listed=listed)


def svg(
    plan: MemoryPlan, graph: Graph, title: str = "", scratch_bytes: Mapping[str, int] | None = None
) -> str:
    """A plan as a stand-alone SVG."""
    return draw_svg(from_plan(plan, graph, scratch_bytes), title)


def draw(arena: ArenaMap, *, width: int = 78, height: int = 8, listed: int = 6) -> str:
    """Steps to the right, addresses upwards; below, the segments and what lies there at the peak.

    What is there at the peak has a letter. Of the rest, a tensor is ``o``, a ring ``=``, a
    workspace ``~``, nothing ``.``; two at once in the same bytes (in place, or taking turns) ``#``.

    Args:
        arena: what to draw.
        width: columns of the picture proper.
        height: lines of the picture proper; axis and segments take three more.
        listed: most lines for what lies there at the peak.
    """
    steps = max(1, len(arena.layers))
    columns = width if steps > width else steps * (width // steps)
    at = [column * steps // columns for column in range(columns)]
    peak = arena.at_peak
    letters = {_key(p): _LETTERS[i % len(_LETTERS)] for i, p in enumerate(peak)}
    lines = [arena.headline()]
    for line in reversed(range(height)):
        low = arena.arena_bytes * line // height
        high = max(low + 1, arena.arena_bytes * (line + 1) // height)
        cells = {s: _cell(arena, s, low, high, letters) for s in set(at)}
        lines.append(f"{low:>11,} |" + "".join(cells[s] for s in at))
    lines.append(" " * 12 + "+" + _borders(arena, at))
    mark = at.index(arena.peak_step) if arena.peak_step in at else 0
    lines.append(f"{'bytes':>11}  {_under(mark, columns, steps)}")
    return "\n".join([*lines, arena.peak_line(), *_legend(peak, letters, listed)])


def _key(thing: Placement) -> tuple[str, str]:
    return thing.kind, thing.tensor


def _cell(
    arena: ArenaMap, step: int, low: int, high: int, letters: Mapping[tuple[str, str], str]
) -> str:
    """The thing that fills most of the bytes from low to high."""
    here = [
        (min(p.offset + p.bytes, high) - max(p.offset, low), p)
        for p in arena.things
        if p.first_step <= step <= p.last_step
    ]
    here = sorted((h for h in here if h[0] > 0), key=lambda h: -h[0])
    if not here:
        return "."
    if len(here) > 1 and here[0][0] + here[1][0] > high - low and 2 * here[1][0] > high - low:
        return "#"
    most = here[0][1]
    return letters.get(_key(most), _OTHERS[most.kind])


def _borders(arena: ArenaMap, at: list[int]) -> str:
    """The time axis: ``|`` where a segment begins, ``=`` in those that run row by row."""
    line = ["-"] * len(at)
    for stretch in arena.stretches:
        own = [c for c, step in enumerate(at) if stretch.first <= step <= stretch.last]
        for column in own:
            line[column] = "=" if stretch.by_rows else "-"
        if own:
            line[own[0]] = "|"
    return "".join(line)


def _under(mark: int, columns: int, steps: int) -> str:
    """The line below the axis: the peak's place, and what the axis counts."""
    says = f"{steps} layers, = row by row"
    left = " " * mark + "^ peak"
    return f"{left}{says:>{max(len(says) + 2, columns - len(left))}}"


def _legend(
    peak: list[Placement], letters: Mapping[tuple[str, str], str], listed: int
) -> list[str]:
    """What lies there at the peak, a line each."""
    shown = peak if len(peak) <= listed else peak[: listed - 1]
    lines = [
        f"  {letters[_key(p)]} {p.bytes:>9,} B at {p.offset:>9,}  {_short(p.tensor)} {described(p)}"
        for p in shown
    ]
    rest = peak[len(shown) :]
    if rest:
        lines.append(f"    {sum(p.bytes for p in rest):>9,} B in {len(rest)} more")
    return lines


def _short(name: str) -> str:
    """A name in a column of its own, the end of it where it is long."""
    if len(name) > _NAME_WIDTH:
        name = f"...{name[3 - _NAME_WIDTH :]}"
    return f"{name:<{_NAME_WIDTH}}"
