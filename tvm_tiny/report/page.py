# SPDX-License-Identifier: Apache-2.0
"""``report.html``: one file without network, from ``report.json``'s data; and notebooks' views.

Names come from models that anybody may have made. The templates escape what they print; the data
for the page's script are JSON in which no ``<`` is left, and the script writes text only.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from html import escape
from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from tvm_tiny.passes.decision.memory_plan import PROOF_WORDS
from tvm_tiny.report.curve_svg import curve_svg
from tvm_tiny.report.gates import figures
from tvm_tiny.report.labels import short_labels
from tvm_tiny.report.model import Report
from tvm_tiny.report.results import Accuracy, LayerCost, PlanPoint, ValidationInfo
from tvm_tiny.report.text import verdict

_HEIGHT_PIXELS: Final = 720
_NOT_IN_C: Final = re.compile(r"\W", re.ASCII)
_SHOWN: Final = 50
"""Rows of a table in a notebook."""


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates", encoding="utf-8"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
    )


def page(report: Report) -> str:
    """The whole page of a report."""
    nodes = [name for s in report.plan.segments for name in s.layers]
    tensors = list(dict.fromkeys(p.tensor for p in report.plan.placements))
    labels = short_labels([x.name for x in report.layers])
    steps = _tensor_labels(report, labels, list(dict.fromkeys(nodes)))
    data = {
        "report": report,
        "tensors": _tensor_labels(report, labels, tensors),
        "labels": labels,
        "steps": [steps[name] for name in nodes],
    }
    chosen = next(
        (i for i, p in enumerate(report.plans) if p.arena_bytes == report.memory.arena_bytes), -1
    )
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            verdict=verdict(report),
            figures=figures(report),
            curve=Markup(curve_svg(report.plans, chosen=chosen)),
            data=Markup(script_data(data)),
        )
    )


def _tensor_labels(report: Report, labels: Sequence[str], tensors: Sequence[str]) -> dict[str, str]:
    """A label a tensor: its layer's in the table, or a short one of its own.

    Tensors are called as their layers, with an underscore for what no name of C may hold.
    """
    names = [_NOT_IN_C.sub("_", layer.name.split(";")[0]) for layer in report.layers]
    count = Counter(names)
    called = {n: label for n, label in zip(names, labels, strict=True) if count[n] == 1}
    short = zip(tensors, short_labels(tensors), strict=True)
    return {tensor: called.get(tensor, label) for tensor, label in short}


def script_data(value: Any) -> str:
    """JSON for a script element: no ``<``, ``>`` or ``&``, and no line separator of JavaScript."""
    text = msgspec.json.encode(value).decode()
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def framed(html: str, height: int = _HEIGHT_PIXELS) -> str:
    """A page inside another one: its styles and scripts stay its own."""
    return (
        f'<iframe sandbox="allow-scripts" width="100%" height="{height}" style="border:0" '
        f'srcdoc="{escape(html, quote=True)}"></iframe>'
    )


def report_html(report: Report) -> str:
    """What notebooks show of a build."""
    return framed(page(report))


def plans_html(points: Sequence[PlanPoint], title: str) -> str:
    """What notebooks show of plans: the curve and a table."""
    head = ("#", "arena B", "cycles*", "slower", "extra MACs", "minimal for")
    rows = [
        (
            str(i),
            f"{p.arena_bytes:,}",
            f"{p.cycles_estimated:,}",
            f"{p.slower:+.2%}",
            f"{p.extra_macs:,}",
            PROOF_WORDS.get(p.proof, "not proven"),
        )
        for i, p in enumerate(points)
    ]
    return _fragment(title, head, rows, "* estimated", curve_svg(points))


def comparison_html(names: Sequence[str], reports: Sequence[Report]) -> str:
    """What notebooks show of builds side by side."""
    found = [figures(r) for r in reports]
    rows = [
        (name, *(_number(f[name]) for f in found))
        for name in found[0]
        if any(f[name] is not None for f in found)
    ]
    return _fragment("builds", ("", *names), rows)


def validation_html(info: ValidationInfo, accuracy: Accuracy | None = None) -> str:
    """What notebooks show of a comparison with the reference."""
    word = "bit-exact with" if info.bit_exact else "within tolerance of" if info.passed else (
        "DIFFERS from")  # fmt: skip
    title = f"{word} {info.reference} on {info.samples} samples, on the {info.on}"
    differing = [t for t in info.tensors if t.different][:_SHOWN]
    rows = [
        (
            t.layer,
            t.tensor,
            f"{t.different:,}",
            f"{t.elements:,}",
            f"{t.largest:g}",
            f"{t.mean:.4f}",
        )
        for t in differing
    ]
    head = ("layer", "tensor", "different", "of", "largest", "mean")
    out = _fragment(title, head if rows else (), rows)
    return out + (accuracy_html(accuracy) if accuracy else "")


def accuracy_html(accuracy: Accuracy) -> str:
    """What notebooks show of labelled samples."""
    names = ("top1", "top5", "mae", "auc", "agrees")
    used = [n for n in names if any(getattr(p, n) is not None for p in accuracy.places)]
    rows = [(p.place, *(_number(getattr(p, n)) for n in used)) for p in accuracy.places]
    return _fragment(f"{accuracy.samples:,} labelled samples", ("", *used), rows)


def costs_html(costs: Sequence[LayerCost]) -> str:
    """What layers cost in accuracy, largest first."""
    rows = [
        (str(c.index), c.layer, c.op, f"{c.snr_db:.1f}", f"{c.share:.1%}", f"{c.saturated:.1%}")
        for c in sorted(costs, key=lambda c: (-c.added, c.index))[:_SHOWN]
    ]
    head = ("#", "layer", "operator", "SNR dB", "of all noise", "saturated")
    return _fragment("int8 against float", head, rows)


def table_html(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with a title."""
    return _fragment(title, head, rows)


def _fragment(
    title: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    note: str = "",
    picture: str = "",
) -> str:
    return (
        _environment()
        .get_template("fragment.html.j2")
        .render(title=title, head=head, rows=rows, note=note, picture=Markup(picture))
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4f}" if value % 1 else f"{value:,.0f}"
