# SPDX-License-Identifier: Apache-2.0
"""What was measured on a board beside what the model says: the ``[calibration]`` of its file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import msgspec

from tvm_tiny.boards.memories import Hertz, Text

Cycles = Annotated[int, msgspec.Meta(ge=1, le=1 << 62)]
_TABLE = re.compile(
    r"\n*^\[calibration\]$.*?(?=^\[(?!\[?calibration)|\Z)", re.MULTILINE | re.DOTALL
)


class MeasuredModel(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A model that was run: cycles as modelled, waits and all, and as the board counted them."""

    model: Text
    modelled_cycles: Cycles
    measured_cycles: Cycles

    @property
    def factor(self) -> float:
        """Measured over modelled."""
        return self.measured_cycles / self.modelled_cycles


class Calibration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a board takes beside the model of it.

    Attributes:
        factor: of all cycles: the median of the points'.
        hz: of the core when it was measured.
        compiler: of the code.
        points: what was run.
        rehearsed: on a simulated board: the way was gone, nothing was measured.
    """

    factor: Annotated[float, msgspec.Meta(gt=0.05, lt=20)]
    hz: Hertz
    compiler: Text = ""
    points: Annotated[tuple[MeasuredModel, ...], msgspec.Meta(max_length=64)] = ()
    rehearsed: bool = False


def calibration_of(
    points: Sequence[MeasuredModel], hz: int, compiler: str, *, rehearsed: bool = False
) -> Calibration:
    """What points say together."""
    import statistics  # 20 ms of every look at the boards

    factor = round(statistics.median(p.factor for p in points), 4)
    return Calibration(factor, hz, compiler, tuple(points), rehearsed)


def with_calibration(text: str, found: Calibration) -> str:
    """The text of a board's file with this ``[calibration]`` in place of an earlier one."""
    lines = [
        "[calibration]",
        f"factor = {found.factor}",
        f"hz = {found.hz}",
        f'compiler = "{_plain(found.compiler)}"',
    ]
    if found.rehearsed:
        lines.append("rehearsed = true # on a simulated board: nothing was measured")
    for point in found.points:
        lines += ["", "[[calibration.points]]", f'model = "{_plain(point.model)}"']
        lines += [f"modelled_cycles = {point.modelled_cycles}"]
        lines += [f"measured_cycles = {point.measured_cycles}"]
    kept = _TABLE.sub("\n\n", text).rstrip("\n")
    return f"{kept}\n\n" + "\n".join(lines) + "\n"


def _plain(text: str) -> str:
    return "".join(c if " " <= c <= "~" and c not in '"\\' else "_" for c in text)[:100]
