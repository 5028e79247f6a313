# SPDX-License-Identifier: Apache-2.0
"""A report as Markdown, for the summary of a CI run or a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Sequence

from tvm_tiny.report.gates import Gate, figures
from tvm_tiny.report.model import Report
from tvm_tiny.report.saved import match
from tvm_tiny.report.text import verdict

_ROWS = (
    ("ram", "RAM, B"),
    ("arena", "arena, B"),
    ("stack", "stack, B"),
    ("flash", "flash, B"),
    ("cycles", "cycles, modelled"),
    ("ms", "ms a run"),
    ("macs", "MACs executed"),
    ("different", "values that differ from the reference"),
    ("top1", "top-1"),
    ("top5", "top-5"),
    ("mae", "MAE"),
    ("auc", "AUC"),
)
_SHARES = ("top1", "top5")
_MOST_LAYERS = 10


def markdown(report: Report, before: Report | None = None, gates: Sequence[Gate] = ()) -> str:
    """Figures in a table, against an earlier report if there is one; layers that changed."""
    now, old = figures(report), figures(before) if before else {}
    lines = [f"### {cell(report.model.name)}", "", cell(verdict(report)), ""]
    head = ["", "now"] + (["before", "change"] if before else [])
    lines += [_row(head), _row(["---", *["---:"] * (len(head) - 1)])]
    for name, title in _ROWS:
        if now[name] is None and old.get(name) is None:
            continue
        row = [title, _shown(name, now[name])]
        if before:
            row += [_shown(name, old.get(name)), _change(name, now[name], old.get(name))]
        lines.append(_row(row))
    if gates:
        lines += ["", *(_verdict_on(gate, now[gate.figure], old.get(gate.figure))
                        for gate in gates)]  # fmt: skip
    if before:
        lines += _layers(report, before)
    return "\n".join(lines) + "\n"


def cell(text: str) -> str:
    """Text of a model's in a cell: nothing in it is Markdown or HTML."""
    flat = re.sub(r"\s+", " ", text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_{}\[\]>()#+!|~@$-])", r"\\\1", flat)


def _verdict_on(gate: Gate, value: float | None, old: float | None) -> str:
    limit = gate.limit(old)
    if value is None or limit is None:
        return f"* ❔ `{gate.text}`: not known"
    met = gate.test(value, limit)
    return f"* {'❌' if met else '✅'} `{gate.text}`"


def _layers(report: Report, before: Report) -> list[str]:
    changed = [
        (abs((a or 0) - (b or 0)), pair, a, b)
        for pair in match(report, before)
        for a, b in [tuple(x.cycles_modelled if x else None for x in (pair.one, pair.other))]
        if a != b
    ]
    if not changed:
        return []
    most = sorted(changed, key=lambda c: -c[0])[:_MOST_LAYERS]
    title = f"Layers whose cycles changed ({len(changed)})"
    lines = ["", f"<details><summary>{title}</summary>", ""]
    lines += [_row(["layer", "operator", "now", "before", "change"])]
    lines += [_row(["---", "---", "---:", "---:", "---:"])]
    for _, pair, a, b in most:
        name = cell(pair.layer.name.split(";")[0])
        row = [name, cell(pair.layer.op), _shown("", a), _shown("", b), _change("", a, b)]
        lines.append(_row(row))
    return [*lines, "", "</details>"]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _shown(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.2%}" if name in _SHARES else f"{value:,.4g}" if value % 1 else f"{value:,.0f}"


def _change(name: str, now: float | None, old: float | None) -> str:
    if now is None or old is None:
        return "-"
    if now == old:
        return "0"
    share = f" ({(now - old) / old:+.1%})" if old and name not in _SHARES else ""
    if name in _SHARES:
        return f"{100 * (now - old):+.2f} points"
    return f"{now - old:+,.4g}{share}" if (now - old) % 1 else f"{now - old:+,.0f}{share}"
