# SPDX-License-Identifier: Apache-2.0
"""``compare``: builds side by side, from their reports; nothing is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.explore.frames import frame
from tvm_tiny.report.gates import figures
from tvm_tiny.report.markdown import markdown
from tvm_tiny.report.model import Report
from tvm_tiny.report.page import comparison_html
from tvm_tiny.report.saved import Pair, match, read_report


@dataclass(frozen=True, eq=False)
class BuildComparison:
    """Builds side by side; the first is what the others are compared with.

    Attributes:
        names: of the builds: their folders, or model and target.
        reports: theirs.
    """

    names: tuple[str, ...]
    reports: tuple[Report, ...]

    def to_rows(self) -> list[dict[str, Any]]:
        """A dict a build: every figure that is known (``report.gates.figures``)."""
        return [
            {"build": n, "target": r.target, **figures(r)}
            for n, r in zip(self.names, self.reports, strict=True)
        ]

    def to_frame(self) -> Any:
        """A pandas DataFrame, a row a build."""
        return frame(self.to_rows())

    def layers(self, other: int = 1) -> list[Pair]:
        """Layers of the first build beside those of another, by name and operator."""
        return match(self.reports[0], self.reports[other])

    def layer_frame(self) -> Any:
        """A pandas DataFrame, a row a layer: modelled cycles in every build."""
        first = self.reports[0]
        rows: list[dict[str, Any]] = [
            {"layer": x.name, "op": x.op, "macs": x.macs, self.names[0]: x.cycles_modelled}
            for x in first.layers
        ]
        for name, report in zip(self.names[1:], self.reports[1:], strict=True):
            for row, pair in zip(rows, match(first, report), strict=False):
                row[name] = pair.other.cycles_modelled if pair.other else None
        return frame(rows)

    def markdown(self, other: int = 1) -> str:
        """The first build against another one as Markdown."""
        return markdown(self.reports[0], self.reports[other])

    def __repr__(self) -> str:
        """A line a build."""
        lines = [f"  {n}: {r!r}" for n, r in zip(self.names, self.reports, strict=True)]
        return "Comparison(\n" + "\n".join(lines) + "\n)"

    def _repr_html_(self) -> str:
        return comparison_html(self.names, self.reports)


def compare(*builds: Any) -> BuildComparison:
    """Put builds side by side.

    Args:
        builds: two or more: artifacts, reports, project folders or ``report.json`` files.

    Raises:
        UsageError: TT6013 no report there, TT6001 fewer than two.
    """
    if len(builds) < 2:
        problem = Problem(f"{len(builds)} builds", do="compare(a, b): artifacts, reports, folders")
        raise UsageError("nothing to compare", (problem,))
    reports = tuple(_report(b) for b in builds)
    names = [str(b) if isinstance(b, str | Path) else f"{r.model.name} ({r.target})"
             for b, r in zip(builds, reports, strict=True)]  # fmt: skip
    for at, name in enumerate(names):
        if name in names[:at]:
            names[at] = f"{name} #{at + 1}"
    return BuildComparison(tuple(names), reports)


def _report(build: Any) -> Report:
    if isinstance(build, str | Path):
        return read_report(Path(build))
    found = build if isinstance(build, Report) else getattr(build, "report", None)
    if not isinstance(found, Report):
        do = "give an artifact, a report, a project folder or a report.json"
        problem = Problem(f"a {type(build).__name__} is no build", do=do)
        raise UsageError("nothing to compare", (problem,))
    return found
