# SPDX-License-Identifier: Apache-2.0
"""Receptive fields as a stand-alone SVG: no script, no font, no network."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from tvm_tiny.passes.receptive_field.analysis import LayerField
from tvm_tiny.report.receptive_field import ReceptiveField
from tvm_tiny.report.svg_text import svg_text

_ROW, _BAR = 22, 14
_LEFT, _PLOT, _RIGHT, _TOP = 230, 620, 190, 84
_WIDTH = _LEFT + _PLOT + _RIGHT
_INK, _SOFT, _HALO, _JUMP, _IMAGE, _STAGE = (
    "#222", "#777", "#f2c078", "#b07a2a", "#3f6f9f", "#fdf3e3",
)  # fmt: skip


def draw_svg(found: ReceptiveField) -> str:
    """Layers with a window from top to bottom; each bar is what one element sees along the rows."""
    layers = [v for v in found.layers if max(v.kernel) > 1 and not any(v.whole)]
    height = _TOP + _ROW * len(layers) + 70
    widest = max([found.image[0], 1, *(v.field[0] for v in layers)])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="Helvetica, Arial, sans-serif" font-size="11">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        *_heading(found),
        *_stage(found, layers),
        *_image(found, widest, len(layers)),
    ]
    for place, layer in enumerate(layers):
        parts += _layer(layer, place, widest)
    parts += [*_legend(height), "</svg>"]
    return "\n".join(parts) + "\n"


def _rect(x: float, y: float, width: float, height: float, fill: str, title: str = "") -> str:
    inner = f"<title>{escape(title)}</title>" if title else ""
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{fill}">{inner}</rect>'
    )


def _heading(found: ReceptiveField) -> Iterator[str]:
    yield svg_text(_LEFT, 28, f"{found.name}: receptive fields", font_size=17, fill=_INK)
    field, image = (f"{a} x {b}" for a, b in (found.total, found.image))
    yield svg_text(_LEFT, 46, f"{field} positions of an input of {image}", font_size=12, fill=_SOFT)


def _stage(found: ReceptiveField, layers: list[LayerField]) -> Iterator[str]:
    """The early stage is shaded."""
    stage = found.stage
    inside = [v for v in layers if stage and v.node in stage.nodes]
    if stage and inside:
        height = _ROW * len(inside)
        label = f"early stage, halo {stage.figures.stage_halo[0]} x {stage.figures.stage_halo[1]}"
        yield _rect(0, _TOP, _WIDTH, height, _STAGE, label)
        x, y = (
            _LEFT + _PLOT + 128,
            _TOP + height - 6,
        )  # between the field's and the window's figures
        yield svg_text(x, y, "early stage ends", fill=_JUMP, text_anchor="end")


def _image(found: ReceptiveField, widest: int, rows: int) -> Iterator[str]:
    """Where the image begins and ends."""
    half = found.image[0] / widest * _PLOT / 2
    middle, bottom = _LEFT + _PLOT / 2, _TOP + _ROW * rows
    for x in (middle - half, middle + half):
        yield (
            f'<line x1="{x:.1f}" y1="{_TOP - 8}" x2="{x:.1f}" y2="{bottom}" stroke="{_IMAGE}" '
            'stroke-dasharray="4 3"/>'
        )


def _layer(layer: LayerField, place: int, widest: int) -> Iterator[str]:
    top, middle = _TOP + place * _ROW + (_ROW - _BAR) / 2, _LEFT + _PLOT / 2
    name = layer.name.split(";")[0]
    shown = name if len(name) <= 34 else f"…{name[-33:]}"
    yield svg_text(_LEFT - 8, top + _BAR - 3, shown, fill=_INK, text_anchor="end")
    for extent, colour, what in (
        (layer.field[0], _HALO, f"sees {layer.field[0]} x {layer.field[1]}"),
        (layer.jump[0], _JUMP, f"jump {layer.jump[0]} x {layer.jump[1]}"),
    ):
        wide = max(1.0, extent / widest * _PLOT)
        yield _rect(middle - wide / 2, top, wide, _BAR, colour, f"{name}: {what}")
    kernel = f"{layer.kernel[0]} x {layer.kernel[1]}"
    yield svg_text(_LEFT + _PLOT + 8, top + _BAR - 3, f"{layer.field[0]}", fill=_INK)
    yield svg_text(_LEFT + _PLOT + 140, top + _BAR - 3, kernel, fill=_SOFT)


def _legend(height: int) -> Iterator[str]:
    y, x = height - 40, float(_LEFT)
    for colour, text in ((_JUMP, "jump"), (_HALO, "halo, shared with the neighbours")):
        yield _rect(x, y, 12, 12, colour)
        yield svg_text(x + 18, y + 10, text, fill=_INK)
        x += 40 + 6.1 * len(text)
    yield svg_text(x + 10, y + 10, "dashed: the image", fill=_IMAGE)
    yield svg_text(
        _LEFT, height - 12, "field in rows of the input; right: rows, window", fill=_SOFT
    )
