# SPDX-License-Identifier: Apache-2.0
"""Conditions that fail a run, and the Markdown summary, of several commands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tvm_tiny.report.gates import Gate
    from tvm_tiny.report.model import Report

FailIf = Annotated[
    list[str] | None,
    typer.Option(
        "--fail-if", help="Exit with 8 if so: 'ram>64K', 'cycles>+2%', 'top1<0.85'; repeatable."
    ),
]
Against = Annotated[
    Path | None,
    typer.Option(help="Earlier report.json or project: what changes ('ram>+0') are against."),
]
Summary = Annotated[Path | None, typer.Option(help="Write a summary in Markdown.")]


@dataclass(frozen=True)
class Conditions:
    """What was asked for on the command line, read before the work begins."""

    gates: list[Gate]
    before: Report | None
    summary: Path | None

    @property
    def asked(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.gates or self.before or self.summary)

    def judge(self, report: Report) -> None:
        """Write the summary, then raise GateError TT7001 if a condition is met."""
        from tvm_tiny.files.writing import write_file
        from tvm_tiny.report.gates import check_gates
        from tvm_tiny.report.markdown import markdown

        if self.summary is not None:
            write_file(self.summary, markdown(report, self.before, self.gates).encode())
        check_gates(self.gates, report, self.before)


def conditions(fail_if: list[str] | None, against: Path | None, summary: Path | None) -> Conditions:
    """Read conditions and the earlier report.

    Raises:
        UsageError: TT6080 no conditions, TT6013 no report, TT6010 a summary that cannot be written.
    """
    from tvm_tiny.files.writing import check_file
    from tvm_tiny.report.gates import parse_gates
    from tvm_tiny.report.saved import read_report

    if summary is not None:
        check_file(summary)
    gates = parse_gates(fail_if or (), against=against is not None)
    return Conditions(gates, read_report(against) if against is not None else None, summary)
