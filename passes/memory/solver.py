# SPDX-License-Identifier: Apache-2.0
"""The placement as a constraint model, solved to proven optimality or with a bound."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tvm_tiny.passes.decision.budget import Watch
from tvm_tiny.passes.memory.placement import PlacementProblem, height, is_legal

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

_FIRST_SHARE = 1 / 16
_NEXT_SHARE = 4
"""Of the budget: for the first rounds, and how much more after one that ended without an answer."""
_LEAST_SPENT = 1e-3
"""Of a round: rounds that cost nothing would have no end."""
_LOG = logging.getLogger(__name__)

MAX_PAIRS = 20_000
"""Larger models would take minutes to build and not be solved; the search's result stands."""


def solve_placement(
    problem: PlacementProblem,
    hint: Sequence[int],
    bound: int,
    budget: float,
    seed: int,
    seconds: float | None = None,
) -> tuple[tuple[int, ...], int]:
    """Improve ``hint`` with CP-SAT.

    One worker, a fixed seed and a limit in deterministic time, so that results repeat. It is asked
    in rounds, each for less than the best that is known: where no less is possible, the solver
    sees it at once when the model is made for less, and hardly ever while it still minimises.

    Args:
        problem: the items.
        hint: a legal placement.
        bound: units that no placement can undercut.
        budget: deterministic time of all rounds, roughly seconds.
        seed: of the solver.
        seconds: an extra stop by the clock.

    Returns:
        (best placement known, units proven to be needed).
    """
    best, top = tuple(hint), height(problem, hint)
    bound = max(bound, *problem.units, 0)
    if top <= bound or budget <= 0 or seconds == 0 or len(problem.pairs) > MAX_PAIRS:
        return best, bound
    watch, left, share = Watch(seconds), budget, budget * _FIRST_SHARE
    while top > bound and left > 0 and not watch.over:
        round_ = _Round(min(share, left), seed, watch.left())
        found, proven, spent = _solved(problem, best, (bound, top - 1), round_)
        bound, left = max(bound, proven), left - spent
        if found is None:
            share *= _NEXT_SHARE
        else:
            best, top = found, height(problem, found)
    return best, min(bound, top)


@dataclass(frozen=True)
class _Round:
    """Limits of one question: deterministic time, seed, seconds by the clock."""

    budget: float
    seed: int
    seconds: float | None


def _solved(
    problem: PlacementProblem, hint: Sequence[int], ends: tuple[int, int], limits: _Round
) -> tuple[tuple[int, ...] | None, int, float]:
    """A placement between two heights if one was found, what is proven, deterministic time."""
    # Importing OR-tools costs more than planning most models: only where it is needed.
    from ortools.sat.python import cp_model

    bound, top = ends
    model, starts = _model(problem, hint, bound, top)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = limits.seed
    # Either item below the other: relaxed to linear constraints, that says nothing.
    solver.parameters.linearization_level = 0
    solver.parameters.max_deterministic_time = limits.budget
    if limits.seconds is not None:
        solver.parameters.max_time_in_seconds = limits.seconds
    status = solver.solve(model)
    spent = max(solver.response_proto.deterministic_time, _LEAST_SPENT)
    if status == cp_model.INFEASIBLE:
        return None, top + 1, spent
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        _LOG.debug("placement solver: %s", solver.status_name(status))
        return None, bound, spent
    found = tuple(int(solver.value(s)) for s in starts)
    if not is_legal(problem, found) or height(problem, found) > top:
        return None, bound, limits.budget
    return found, max(bound, round(solver.best_objective_bound)), spent


def _model(
    problem: PlacementProblem, hint: Sequence[int], bound: int, top: int
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """The constraint model and its start variables; the arena lies between bound and top."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    arena = model.new_int_var(bound, top, "arena")
    starts = [model.new_int_var(0, top - u, f"s{i}") for i, u in enumerate(problem.units)]
    for start, units, at in zip(starts, problem.units, hint, strict=True):
        model.add(start + units <= arena)
        model.add_hint(start, min(at, top - units))
    for (i, j), (ij, ji) in problem.pairs.items():
        first = model.new_bool_var(f"b{i}_{j}")
        for apart, chosen in (
            (starts[i] + ij <= starts[j], first),
            (starts[j] + ji <= starts[i], ~first),
        ):
            constraint: Any = model.add(apart)  # its method's types are incomplete
            constraint.only_enforce_if(chosen)
        model.add_hint(first, hint[i] + ij <= hint[j])
    model.add_hint(arena, top)
    model.minimize(arena)
    return model, starts
