# SPDX-License-Identifier: Apache-2.0
"""The placement as a constraint model, solved to proven optimality or with a bound."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tvm_tiny.passes.memory.placement import PlacementProblem, height, is_legal

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

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

    One worker, a fixed seed and a limit in deterministic time, so that results repeat.

    Args:
        problem: the items.
        hint: a legal placement.
        bound: units that no placement can undercut.
        budget: deterministic time, roughly seconds.
        seed: of the solver.
        seconds: an extra stop by the clock.

    Returns:
        (best placement known, units proven to be needed).
    """
    top = height(problem, hint)
    if top <= bound or budget <= 0 or seconds == 0 or len(problem.pairs) > MAX_PAIRS:
        return tuple(hint), bound
    # Importing OR-tools costs more than planning most models: only where it is needed.
    from ortools.sat.python import cp_model

    model, starts = _model(problem, hint, bound, top)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.max_deterministic_time = budget
    if seconds is not None:
        solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        _LOG.debug("placement solver: %s", solver.status_name(status))
        return tuple(hint), bound
    found = tuple(int(solver.value(s)) for s in starts)
    proven = max(bound, round(solver.best_objective_bound))
    if not is_legal(problem, found) or height(problem, found) > top:
        return tuple(hint), bound
    return found, min(proven, height(problem, found))


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
        model.add_hint(start, at)
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
