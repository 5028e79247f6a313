# SPDX-License-Identifier: Apache-2.0
"""Items that are in use all the time are set apart: the arena is as high, the problem smaller."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tvm_tiny.passes.memory.lasting import set_apart
from tvm_tiny.passes.memory.placement import PlacementProblem, height, is_legal, search_placement
from tvm_tiny.passes.memory.solver import solve_placement
from tvm_tiny.passes.stream import placing
from tvm_tiny.passes.stream.placing import Item, placement_problem_of


def _problem(seed: int, lasting: int) -> PlacementProblem:
    """Items of random lives, some of them there all the time, in random order."""
    rng = random.Random(seed)
    spans = [sorted((rng.randrange(12), rng.randrange(12))) for _ in range(4)]
    spans += [[0, 11]] * lasting
    rng.shuffle(spans)
    items = [Item(f"t{i}", rng.randrange(1, 9), ((a, b),)) for i, (a, b) in enumerate(spans)]
    return placement_problem_of(items, {})


def _least(problem: PlacementProblem) -> int:
    """The least height: of all orders, each item at its lowest place."""
    best = sum(problem.units)
    for order in itertools.permutations(range(len(problem.units))):
        taken: dict[int, int] = {}
        for i in order:
            near = [(taken[j], problem.units[j]) for j, _, _ in problem.neighbours[i] if j in taken]
            at = 0
            for start, size in sorted(near):
                if start - at >= problem.units[i]:
                    break
                at = max(at, start + size)
            taken[i] = at
        best = min(best, max(taken[i] + u for i, u in enumerate(problem.units)))
    return best


@settings(max_examples=15)
@given(st.integers(0, 10_000), st.integers(0, 2))
def test_the_arena_is_as_high_as_with_all_of_them(seed: int, lasting: int) -> None:
    problem = _problem(seed, lasting)
    apart = set_apart(problem)
    assert len(apart.lasting) >= lasting
    rest, largest = apart.problem, max(apart.problem.units, default=0)
    first = search_placement(rest, largest, 4, 0)
    starts, bound = solve_placement(rest, first, largest, 10.0, 0)
    placed = apart.starts(starts)
    assert is_legal(problem, placed)
    assert height(problem, placed) == bound + apart.units == _least(problem)


def test_what_overlaps_in_place_does_not_last() -> None:
    """An item that another may grow over is kept with the rest."""
    pairs = {(0, 1): (1, 4), (0, 2): (3, 2), (1, 2): (4, 2)}
    near = (((1, 1, 4), (2, 3, 2)), ((0, 4, 1), (2, 4, 2)), ((0, 2, 3), (1, 2, 4)))
    apart = set_apart(PlacementProblem((3, 4, 2), pairs, near, {}, {}))
    assert apart.lasting == (2,)
    assert apart.problem.pairs == {(0, 1): (1, 4)}


def test_the_solver_does_not_see_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there are many pairs."""
    seen: list[int] = []
    solve = placing.solve_placement

    def counted(problem: PlacementProblem, *rest: object) -> tuple[tuple[int, ...], int]:
        seen.append(len(problem.pairs))
        return solve(problem, *rest)  # pyright: ignore[reportArgumentType]

    monkeypatch.setattr(placing, "solve_placement", counted)
    items = [Item(f"s{i}", 2, ((0, 200),)) for i in range(90)]
    items += [Item(f"t{i}", 1 + i * 7 % 13, ((i, i + i % 5),)) for i in range(60)]
    problem = placement_problem_of(items, {})
    starts, bound = placing.placed(problem, 1, placing.PlanOptions(tries=2))
    assert is_legal(problem, starts)
    assert height(problem, starts) == bound
    assert seen
    assert max(seen) < 500 < len(problem.pairs)
