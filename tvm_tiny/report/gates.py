# SPDX-License-Identifier: Apache-2.0
"""Conditions under which a pull request is red: ``ram>64K``, ``cycles>+2%``, ``top1<-0.5%``.

``NAME OP VALUE``: the value is a number or a size (``64K``), or, with a sign, a change against an
earlier report: ``+0`` (any growth), ``+1K``, ``+2%`` (of the earlier figure), ``-1%``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from tvm_tiny.errors import GateError, Problem, UsageError
from tvm_tiny.report.model import Report
from tvm_tiny.report.saved import match

Figure = float | None
_OPERATORS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}
_FORM: Final = re.compile(
    r"\s*([a-z][a-z0-9_]*)\s*(>=|<=|>|<)\s*([+-]?)\s*([0-9][0-9_]*(?:\.[0-9]+)?)\s*([kKmM]?)(%?)\s*"
)
_FACTORS: Final = {"": 1, "k": 1024, "m": 1024 * 1024}


@dataclass(frozen=True)
class Gate:
    """A condition.

    Attributes:
        text: as it was written.
        figure: a name of ``figures``.
        test: what compares.
        value: the limit, or the change.
        relative: 0 not, 1 a change in the figure's unit, 2 as a share of the earlier figure.
    """

    text: str
    figure: str
    test: Callable[[float, float], bool]
    value: float
    relative: int

    def limit(self, earlier: Figure) -> Figure:
        """What the figure is compared with."""
        if not self.relative:
            return self.value
        if earlier is None:
            return None
        return earlier + self.value * (earlier if self.relative > 1 else 1)


def figures(report: Report) -> dict[str, Figure]:
    """What conditions can be about; None where it is not known."""
    memory, flash, cycles = report.memory, report.flash, report.cycles
    found: dict[str, Figure] = {
        "ram": memory.used_bytes,
        "arena": memory.arena_bytes,
        "stack": memory.stack_bytes,
        "io": memory.io_bytes,
        "flash": flash.used_bytes,
        "weights": flash.weights_bytes,
        "tables": flash.tables_bytes,
        "code": flash.code_bytes,
        "cycles": cycles.modelled,
        "instructions": cycles.instructions,
        "ms": cycles.ms if cycles.hz else None,
        "macs": report.macs_executed,
        "layers": len(report.layers),
        "different": None,
        "top1": None,
        "top5": None,
        "mae": None,
        "auc": None,
    }
    if report.validation is not None:
        found["different"] = sum(t.different for t in report.validation.tensors)
    if report.accuracy is not None and report.accuracy.places:
        last = report.accuracy.places[-1]
        found |= {"top1": last.top1, "top5": last.top5, "mae": last.mae, "auc": last.auc}
    return found


def parse_gates(texts: Sequence[str], *, against: bool) -> list[Gate]:
    """Conditions from the command line.

    Args:
        texts: see the module; several may stand in one text, with commas.
        against: there is an earlier report.

    Raises:
        UsageError: TT6080, with every one that is none.
    """
    gates: list[Gate] = []
    problems: list[Problem] = []
    for text in (part for t in texts for part in t.split(",") if part.strip()):
        found = _FORM.fullmatch(text)
        if found is None:
            do = "write ram>64K, flash>=512K, cycles>+2%, top1<0.85"
            problems.append(Problem(f"'{text.strip():.60}' is no condition", do=do))
            continue
        name, test, sign, digits, factor, percent = found.groups()
        if name not in _NAMES:
            problems.append(Problem(f"no figure '{name}'", do=f"one of {', '.join(_NAMES)}"))
            continue
        if sign and not against:
            do = "give it (--against main/report.json, in Python against=)"
            problems.append(Problem(f"'{text.strip()}' needs an earlier report", do=do))
            continue
        share = bool(percent)
        value = float(digits.replace("_", "")) * _FACTORS[factor.lower()] / (100 if share else 1)
        relative = (2 if share else 1) if sign else 0
        gates.append(
            Gate(text.strip(), name, _OPERATORS[test], -value if sign == "-" else value, relative)
        )
    if problems:
        raise UsageError("wrong condition", tuple(problems), "TT6080")
    return gates


def check_gates(gates: Sequence[Gate], now: Report, before: Report | None = None) -> None:
    """Raise if a condition is met, or cannot be judged.

    Raises:
        GateError: TT7001, with every one, its figures, and the layers that grew.
    """
    current, earlier = figures(now), figures(before) if before else {}
    problems: list[Problem] = []
    for gate in gates:
        value, old = current[gate.figure], earlier.get(gate.figure)
        limit = gate.limit(old)
        if value is None or limit is None:
            what = f"{gate.text}: {'it' if value is None else 'the earlier figure'} is not known"
            problems.append(Problem(what, why="a tool is missing, or nothing measured it"))
        elif gate.test(value, limit):
            was = f", {_shown(old)} before" if old is not None else ""
            why = "; ".join(grown(now, before, gate.figure)) if before else ""
            problems.append(Problem(f"{gate.text}: {gate.figure} is {_shown(value)}{was}", why=why))
    if problems:
        raise GateError(f"{len(problems)} of {len(gates)} conditions are met", tuple(problems))


def grown(now: Report, before: Report, figure: str, most: int = 3) -> Iterator[str]:
    """Layers that changed a figure most, in words."""
    field = {"cycles": "cycles_modelled", "weights": "weight_bytes", "ram": "live_bytes",
             "arena": "live_bytes", "instructions": "instructions"}.get(figure)  # fmt: skip
    if field is None:
        return
    changes: list[tuple[float, str]] = []
    for pair in match(now, before):
        a, b = (getattr(x, field) or 0 if x else 0 for x in (pair.one, pair.other))
        if a > b:
            changes.append((a - b, f"'{pair.layer.name.split(';')[0]}' +{_shown(a - b)}"))
    for _, text in sorted(changes, key=lambda c: -c[0])[:most]:
        yield text


def _shown(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:.4g}"


_NAMES: Final = (
    "ram", "arena", "stack", "io", "flash", "weights", "tables", "code", "cycles", "instructions",
    "ms", "macs", "layers", "different", "top1", "top5", "mae", "auc",
)  # fmt: skip
