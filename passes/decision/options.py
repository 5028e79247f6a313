# SPDX-License-Identifier: Apache-2.0
"""How hard planners look."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.budget import PLAN_STEPS

_MOST = 1 << 62
_MOST_SOLVER = 10.0
"""More steps than this many times the default ones no longer give the solver more time."""


@dataclass(frozen=True)
class PlanOptions:
    """How hard to look.

    Attributes:
        alignment_bytes: of every tensor in the arena; a power of two, at least 4.
        in_place: let outputs overlap dying operands: all, none, or those of these nodes.
        reorder: look for a better execution order than the graph's own.
        max_states: executed sets to examine for the order before giving up on its proof.
        beam_width: of the order search that remains then.
        tries: packings to try.
        solver_time: budget of the constraint solver in its deterministic time, roughly seconds.
        seed: of packing and solver.
        steps: what the search may do, counted (``budget.py``): the same plan on every machine. The
            solver's time goes with it.
        seconds: an extra stop by the clock; a plan that it cut says so and need not come again.
    """

    alignment_bytes: int = 4
    in_place: bool | tuple[str, ...] = True
    reorder: bool = True
    max_states: int = 5_000
    beam_width: int = 16
    tries: int = 64
    solver_time: float = 2.0
    seed: int = 0
    steps: int = PLAN_STEPS
    seconds: float | None = None

    @property
    def solver_budget(self) -> float:
        """Deterministic time of one run of the solver: ``solver_time`` for the default steps."""
        return self.solver_time * min(_MOST_SOLVER, self.steps / PLAN_STEPS)


def search_options(steps: int | None, seconds: float | None) -> PlanOptions:
    """How hard to look, from what a user allows.

    Args:
        steps: see ``PlanOptions``; None: the default.
        seconds: see ``PlanOptions``.

    Raises:
        UsageError: TT6042, no positive number.
    """
    problems = [
        Problem(f"{name}={value!r}", why="it must be a positive number", do=f"leave out {name}")
        for name, value in (("plan_steps", steps), ("plan_seconds", seconds))
        if value is not None and not 0 < value < _MOST
    ]
    if problems:
        raise UsageError("a wrong bound for planning", tuple(problems), "TT6042")
    return PlanOptions(steps=PLAN_STEPS if steps is None else int(steps), seconds=seconds)


def fitting(options: PlanOptions | None, graph: Graph) -> PlanOptions:
    """The options (or the default ones), aligned as the widest elements in the arena need it."""
    options = options or PlanOptions()
    widest = max((t.elements.bytes for t in graph.tensors()), default=1)
    if widest <= options.alignment_bytes:
        return options
    return replace(options, alignment_bytes=widest)
