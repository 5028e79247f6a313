# SPDX-License-Identifier: Apache-2.0
"""Bounded search: work is counted, never timed, so that a plan is the same on every machine."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

PLAN_STEPS = 16_000_000
"""Steps of a search by default: about 20 seconds of CPU on a computer of 2023."""

Cut = Literal["", "steps", "seconds"]
"""What stopped a search: nothing, its counted steps, or the clock."""

CUT_WORDS: dict[str, str] = {
    "": "not cut short",
    "steps": "stopped by plan_steps: more steps may find less",
    "seconds": "stopped by plan_seconds: another run may give another plan",
}
"""The same for people."""


@dataclass(frozen=True)
class Watch:
    """The optional extra stop of a search: seconds by the clock, None for none."""

    seconds: float | None = None
    _start: float = field(default_factory=time.monotonic)

    def left(self) -> float | None:
        """Seconds left, None for no end."""
        if self.seconds is None:
            return None
        return max(0.0, self.seconds - (time.monotonic() - self._start))

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.seconds is not None and self.left() == 0


@dataclass
class Budget:
    """What a search may still do.

    Attributes:
        steps: steps left; about a row call simulated, or a label compared.
        watch: an extra stop by the clock: a plan that it cut is not promised to repeat.
        cut: what stopped it.
        spent: steps taken.
    """

    steps: int = PLAN_STEPS
    watch: Watch = field(default_factory=Watch)
    cut: Cut = ""
    spent: int = 0

    def spend(self, steps: int) -> bool:
        """Take steps; False if none are left."""
        self.steps -= steps
        self.spent += steps
        if self.steps < 0:
            self.cut = self.cut or "steps"
        elif self.watch.over:
            self.steps = 0
            self.cut = "seconds"
        return not self.cut


def cut_of(budgets: Iterable[Budget], watch: Watch) -> Cut:
    """What stopped a search that had several budgets and one clock."""
    if watch.over:
        return "seconds"
    for budget in budgets:
        if budget.cut:
            return budget.cut
    return ""
