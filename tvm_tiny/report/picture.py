# SPDX-License-Identifier: Apache-2.0
"""The arena over time as a picture: for the terminal and as SVG."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tvm_tiny.graph import Graph
from tvm_tiny.passes.memory.plan import MemoryPlan

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_COLOURS = {"tensor": "#7aa6c2", "ring": "#e0a458", "workspace": "#b5b5b5", "state": "#8c7aa9"}
_WIDTH, _HEIGHT, _MARGIN = 960, 480, 60


@dataclass(frozen=True)
class Box:
    """Bytes [offset, end) of the arena in steps [first, last]."""

    name: str
    kind: str
    offset: int
    end: int
    first: int
    last: int


def boxes(plan: MemoryPlan, graph: Graph) -> list[Box]:
    """Everything in the arena: whole tensors, rings, workspaces, the state of a row-fed run."""
    tensors = {t.name: t for t in graph.tensors()}
    out: list[Box] = []
    for name, offset in plan.offsets.items():
        tensor, rows = tensors[name], plan.rings.get(name, 0)
        size = rows * tensor.row_bytes if rows else tensor.nbytes
        first, last = plan.steps[name]
        kind = "ring" if rows else "tensor"
        out.append(Box(name, kind, offset, offset + size, first, last))
    at = {name: i for i, name in enumerate(plan.order)}
    for node, offset in plan.scratch_offsets.items():
        out.append(Box(node, "workspace", offset, offset, at[node], at[node]))
    if plan.state_bytes:
        start = plan.arena_bytes - plan.state_bytes
        out.append(Box("state", "state", start, plan.arena_bytes, -1, len(plan.order)))
    return out


def terminal(plan: MemoryPlan, graph: Graph, width: int = 72, height: int = 20) -> str:
    """The picture in characters: steps to the right, addresses upwards, rings in capitals' place.

    Every tensor is a letter (repeating), a ring ``=``, a workspace ``~``, nothing ``.``.
    """
    steps = max(1, len(plan.order))
    columns, lines = min(width, steps), []
    drawn = boxes(plan, graph)
    letters = {b.name: _LETTERS[i % len(_LETTERS)] for i, b in enumerate(drawn)}
    for line in reversed(range(height)):
        low = plan.arena_bytes * line // height
        high = max(low + 1, plan.arena_bytes * (line + 1) // height)
        text = ""
        for column in range(columns):
            step = column * steps // columns
            here = [
                b for b in drawn if b.first <= step <= b.last and b.offset < high and b.end > low
            ]
            text += _cell(here, letters)
        lines.append(f"{low:>9,} |{text}")
    lines.append(" " * 10 + "+" + "-" * columns + f"> {steps} layers")
    return "\n".join(lines)


def _cell(here: list[Box], letters: dict[str, str]) -> str:
    if not here:
        return "."
    if len(here) > 1 and all(b.kind == "tensor" for b in here):
        return "#"  # an output over a dying operand
    kinds = {"ring": "=", "workspace": "~", "state": "%"}
    return kinds.get(here[0].kind, letters[here[0].name])


def svg(plan: MemoryPlan, graph: Graph, title: str = "") -> str:
    """The picture as a stand-alone SVG; every box says what it is when pointed at."""
    steps = len(plan.order) + 2
    x_unit, y_unit = _WIDTH / steps, _HEIGHT / max(1, plan.arena_bytes)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH + 2 * _MARGIN} '
        f'{_HEIGHT + 2 * _MARGIN}" font-family="sans-serif" font-size="12">',
        f'<text x="{_MARGIN}" y="24">{escape(title)} arena {plan.arena_bytes:,} bytes, minimal '
        f"for: {plan.proof}; lower bound {plan.lower_bound_bytes:,}</text>",
        f'<rect x="{_MARGIN}" y="{_MARGIN}" width="{_WIDTH}" height="{_HEIGHT}" fill="#f7f7f7" '
        'stroke="#444"/>',
    ]
    for box in sorted(boxes(plan, graph), key=lambda b: (b.first, b.offset)):
        x = _MARGIN + (box.first + 1) * x_unit
        y = _MARGIN + _HEIGHT - box.end * y_unit
        w, h = (box.last - box.first + 1) * x_unit, max(1.0, (box.end - box.offset) * y_unit)
        lines.append(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" '
            f'fill="{_COLOURS[box.kind]}" fill-opacity="0.7" stroke="#333" stroke-width="0.5">'
            f"<title>{escape(box.name)}: {box.kind}, bytes {box.offset:,} to {box.end:,}, steps "
            f"{box.first} to {box.last}</title></rect>"
        )
    lines += _streams(plan, x_unit)
    lines.append(
        f'<text x="{_MARGIN}" y="{_HEIGHT + 2 * _MARGIN - 12}">layers in order; bars: segments run '
        f"row by row; fullest at {escape(plan.peak_node)}</text></svg>"
    )
    return "\n".join(lines) + "\n"


def _streams(plan: MemoryPlan, x_unit: float) -> list[str]:
    """A bar under every streamed segment."""
    out: list[str] = []
    at = 0
    for segment in plan.segments:
        if segment.kind == "stream":
            x = _MARGIN + (at + 1) * x_unit
            out.append(
                f'<rect x="{x:.1f}" y="{_MARGIN + _HEIGHT + 6}" '
                f'width="{len(segment.nodes) * x_unit:.1f}" height="8" fill="#c1553b">'
                f"<title>stream of {len(segment.nodes)} layers</title></rect>"
            )
        at += len(segment.nodes)
    return out
