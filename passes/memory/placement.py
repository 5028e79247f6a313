# SPDX-License-Identifier: Apache-2.0
"""Where storages lie in the arena: the model of the problem and a fast search.

Two items that are live at the same step must keep apart: ``below(i, j)`` units if i starts first,
``below(j, i)`` otherwise. For disjoint items these are their sizes; between an output and an
operand that dies at its node they are the safe distances of ascending rows (output first) and of
descending rows (operand first), which may even be negative. So the direction of a layer's rows
follows from where its output lies. A layer over several dying operands runs its rows ascending.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.passes.memory.storage import Workload, lifetimes

_MODES = 4


@dataclass(frozen=True)
class PlacementProblem:
    """Items to place, all numbers in units.

    Attributes:
        units: size of every item: storages in workload order, then the steps' scratch.
        pairs: (i, j), i < j, to (least distance from i to j if i is first, the same for j first).
        neighbours: per item (j, distance if it is first, distance if j is first).
        scratch: node index -> item.
        in_place: (operand that dies, output that comes to life) to the node where they do.
    """

    units: tuple[int, ...]
    pairs: Mapping[tuple[int, int], tuple[int, int]]
    neighbours: tuple[tuple[tuple[int, int, int], ...], ...]
    scratch: Mapping[int, int]
    in_place: Mapping[tuple[int, int], int]


def placement_problem(work: Workload, order: Sequence[int]) -> PlacementProblem:
    """The pairs that meet when the nodes run in ``order``."""
    lives = list(lifetimes(work, order))
    units = [s.units for s in work.storages]
    at = {node: step for step, node in enumerate(order)}
    scratch: dict[int, int] = {}
    spans = [(life.first, life.last) for life in lives]
    for node, step in enumerate(work.steps):
        if step.scratch_units:
            scratch[node] = len(units)
            units.append(step.scratch_units)
            spans.append((at[node], at[node]))
    in_place: dict[tuple[int, int], int] = {}
    for node, step in enumerate(work.steps):
        for x in step.reach:
            if step.output is not None and lives[x].last == at[node]:
                in_place[x, step.output] = node
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    for i, j in _meeting(spans):
        apart = _apart(work, units, in_place, i, j)
        if sum(apart) > 0:
            pairs[i, j] = apart
    lists: list[list[tuple[int, int, int]]] = [[] for _ in units]
    for (i, j), (ij, ji) in pairs.items():
        lists[i].append((j, ij, ji))
        lists[j].append((i, ji, ij))
    return PlacementProblem(tuple(units), pairs, tuple(map(tuple, lists)), scratch, in_place)


def _meeting(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    by_start = sorted(range(len(spans)), key=lambda i: spans[i])
    active: list[int] = []
    out: list[tuple[int, int]] = []
    for i in by_start:
        active = [j for j in active if spans[j][1] >= spans[i][0]]
        out.extend((min(i, j), max(i, j)) for j in active)
        active.append(i)
    return sorted(out)


def _apart(
    work: Workload,
    units: Sequence[int],
    in_place: Mapping[tuple[int, int], int],
    i: int,
    j: int,
) -> tuple[int, int]:
    """Least start distance (i first, j first)."""
    for x, y in ((i, j), (j, i)):
        if (x, y) in in_place:
            reach = work.steps[in_place[x, y]].reach[x]
            alone = sum(1 for _, output in in_place if output == y) == 1
            y_first, x_first = reach.below, reach.above if alone else units[x]
            return (x_first, y_first) if x == i else (y_first, x_first)
    return units[i], units[j]


def height(problem: PlacementProblem, starts: Sequence[int]) -> int:
    """Units of the arena that a placement takes."""
    return max((s + u for s, u in zip(starts, problem.units, strict=True)), default=0)


def is_legal(problem: PlacementProblem, starts: Sequence[int]) -> bool:
    """Whether every pair that meets keeps its distance."""
    return all(s >= 0 for s in starts) and all(
        starts[i] + ij <= starts[j] or starts[j] + ji <= starts[i]
        for (i, j), (ij, ji) in problem.pairs.items()
    )


def search_placement(
    problem: PlacementProblem, bound: int, tries: int, seed: int
) -> tuple[int, ...]:
    """A good placement; one of ``bound`` units where the search finds it.

    Packs below a ceiling, item by item, at the ends of the gaps that are left. An item that finds
    no gap goes earlier in the next try. The ceiling starts at the bound, then halves the distance
    between what failed and what was found. Repeatable: tries are counted, not timed.
    """
    if not problem.units:
        return ()
    best = _first_fit(problem)
    found = _pack(problem, bound, tries, seed)
    if found is not None:
        return found
    failed, top = bound, height(problem, best)
    while failed + 1 < top:
        ceiling = (failed + top) // 2
        found = _pack(problem, ceiling, max(1, tries // 4), seed)
        if found is None:
            failed = ceiling
        else:
            best, top = found, height(problem, found)
    return best


def _first_fit(problem: PlacementProblem) -> tuple[int, ...]:
    """Largest first, each at its lowest place: always succeeds."""
    order = sorted(range(len(problem.units)), key=lambda i: -problem.units[i])
    starts: list[int | None] = [None] * len(order)
    for i in order:
        starts[i] = _gaps(problem, starts, i, sum(problem.units))[0][0]
    return tuple(s for s in starts if s is not None)


def _pack(problem: PlacementProblem, ceiling: int, tries: int, seed: int) -> tuple[int, ...] | None:
    rng = random.Random(seed)
    weight = [float(u) for u in problem.units]
    for attempt in range(tries):
        order = sorted(range(len(weight)), key=lambda i: -weight[i])
        starts: list[int | None] = [None] * len(order)
        stuck = _fill(problem, order, starts, ceiling, attempt % _MODES)
        if stuck is None:
            placed = [s for s in starts if s is not None]
            low = min(placed)
            return tuple(s - low for s in placed)
        weight[stuck] = 1.5 * max(weight) if attempt % 3 == 0 else weight[stuck] * 2
        if attempt % 8 == 7:
            weight = [u * rng.uniform(0.5, 2.0) for u in problem.units]
    return None


def _fill(
    problem: PlacementProblem,
    order: Sequence[int],
    starts: list[int | None],
    ceiling: int,
    mode: int,
) -> int | None:
    """Place all items; the first that does not fit, or None."""
    for i in order:
        gaps = _gaps(problem, starts, i, ceiling)
        if not gaps:
            return i
        starts[i] = _choose(gaps, ceiling - problem.units[i], mode)
    return None


def _choose(gaps: Sequence[tuple[int, int]], highest: int, mode: int) -> int:
    if mode == 0:
        return gaps[-1][1]
    if mode == 1:
        return gaps[0][0]
    ends = [end for gap in gaps for end in gap]
    if mode == 2:  # nearest to either edge of the arena
        return min(ends, key=lambda p: min(p, highest - p))
    low, high = min(gaps, key=lambda g: g[1] - g[0])  # tightest gap
    return low if low < highest - high else high


def _gaps(
    problem: PlacementProblem, starts: Sequence[int | None], item: int, ceiling: int
) -> list[tuple[int, int]]:
    """Ranges of legal starts, inclusive, ascending."""
    blocked: list[tuple[int, int]] = []
    for j, item_first, j_first in problem.neighbours[item]:
        at = starts[j]
        if at is not None:
            blocked.append((at - item_first + 1, at + j_first - 1))
    blocked.sort()
    gaps: list[tuple[int, int]] = []
    low, highest = 0, ceiling - problem.units[item]
    for first, last in blocked:
        if first > highest:
            break
        if first > low:
            gaps.append((low, first - 1))
        low = max(low, last + 1)
    if low <= highest:
        gaps.append((low, highest))
    return gaps
