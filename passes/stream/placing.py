# SPDX-License-Identifier: Apache-2.0
"""A place in the arena for every ring, tensor and workspace of a path of segments.

Lifetimes are counted in row calls over the whole run; who may overlap whom comes with the pieces.
The model is that of ``passes/memory/placement.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.memory.lasting import set_apart
from tvm_tiny.passes.memory.placement import PlacementProblem, height, search_placement
from tvm_tiny.passes.memory.solver import solve_placement
from tvm_tiny.passes.memory.storage import Reach
from tvm_tiny.passes.stream.cuts import Cuts, PossibleSegment
from tvm_tiny.passes.stream.units import busy_units, most_units, storage_units

_MANY_PAIRS = 5_000
"""With more pairs what is in use all the time is set apart first: with 9,000 the solver takes 44
seconds of CPU for a unit of its time."""


@dataclass(frozen=True)
class Item:
    """Something to place: a storage, a ring or a node's workspace.

    Attributes:
        name: of the storage; ``scratch_name`` of a workspace.
        units: its size.
        busy: first and last call of each stretch in which it is in use, ascending.
    """

    name: str
    units: int
    busy: tuple[tuple[int, int], ...]

    @property
    def first(self) -> int:
        """First call."""
        return self.busy[0][0]

    @property
    def last(self) -> int:
        """Last call."""
        return self.busy[-1][1]

    def meets(self, other: Item) -> bool:
        """Whether both are in use at some call."""
        if self.first > other.last or other.first > self.last:
            return False
        mine, others = iter(self.busy), iter(other.busy)
        a, b = next(mine, None), next(others, None)
        while a is not None and b is not None:
            if a[1] < b[0]:
                a = next(mine, None)
            elif b[1] < a[0]:
                b = next(others, None)
            else:
                return True
        return False


@dataclass(frozen=True)
class Placed:
    """A path with a place for everything.

    Attributes:
        path: segments in order.
        items: what is placed.
        starts: where, in units.
        reach: (dying input, result) -> how far they may overlap.
        bound: units that this path needs at least.
    """

    path: tuple[PossibleSegment, ...]
    items: tuple[Item, ...]
    starts: tuple[int, ...]
    reach: Mapping[tuple[str, str], Reach]
    bound: int

    @property
    def units(self) -> int:
        """Height of the arena in units."""
        return max((s + i.units for s, i in zip(self.starts, self.items, strict=True)), default=0)


def place(cuts: Cuts, path: Sequence[PossibleSegment], options: PlanOptions) -> Placed:
    """Give everything that a path needs a place in the arena."""
    items, reach = _items(cuts, path), {k: r for p in path for k, r in p.reach.items()}
    problem = placement_problem_of(items, reach)
    starts, bound = placed(problem, _bound(items, reach), options)
    return Placed(tuple(path), tuple(items), tuple(starts), reach, bound)


def placed(
    problem: PlacementProblem, bound: int, options: PlanOptions
) -> tuple[tuple[int, ...], int]:
    """Places, and the units that no placement can undercut (``bound`` or more)."""
    if len(problem.pairs) <= _MANY_PAIRS:
        return _solved(problem, bound, options)
    apart = set_apart(problem)
    starts, bound = _solved(apart.problem, bound - apart.units, options)
    return apart.starts(starts), bound + apart.units


def _solved(
    problem: PlacementProblem, bound: int, options: PlanOptions
) -> tuple[tuple[int, ...], int]:
    """By search, then by the solver where that misses the bound."""
    starts = search_placement(problem, bound, options.tries, options.seed)
    if height(problem, starts) <= bound:
        return starts, bound
    budget, seed, seconds = options.solver_budget, options.seed, options.seconds
    return solve_placement(problem, starts, bound, budget, seed, seconds)


def _items(cuts: Cuts, path: Sequence[PossibleSegment]) -> list[Item]:
    net, unit = cuts.net, cuts.unit
    inputs = [n for n in net.tensors if net.maker[n] < 0 and n != cuts.fed]
    busy: dict[str, tuple[tuple[int, int], ...]] = dict.fromkeys(inputs, ((-1, -1),))
    units: dict[str, int] = {n: storage_units(net, n, unit) for n in inputs}
    base = 0
    for piece in path:
        for name, stretches in piece.streamed.busy.items():
            here = tuple((base + begin, base + end) for begin, end in stretches)
            if name in busy:  # it came from an earlier segment and dies here
                here = ((busy[name][0][0], here[-1][1]),)
            busy[name] = here
            units.setdefault(name, busy_units(net, piece.streamed, name, unit))
        base += piece.calls
    for name, stretches in busy.items():
        if net.last_use.get(name, 0) >= len(net.works):
            busy[name] = ((stretches[0][0], base),)
    return [Item(n, units[n], b) for n, b in busy.items()]


def placement_problem_of(
    items: Sequence[Item], reach: Mapping[tuple[str, str], Reach]
) -> PlacementProblem:
    """Who must keep what distance; see ``passes/memory/placement.py``."""
    pairs: dict[tuple[int, int], tuple[int, int]] = {}
    lists: list[list[tuple[int, int, int]]] = [[] for _ in items]
    firsts, lasts = np.array([(i.first, i.last) for i in items], np.int64).reshape(-1, 2).T
    for j, b in enumerate(items):
        near = np.flatnonzero((firsts[:j] <= b.last) & (lasts[:j] >= b.first))
        for i in near.tolist():
            a = items[i]
            if not a.meets(b):
                continue
            apart = a.units, b.units
            if (a.name, b.name) in reach:
                how = reach[a.name, b.name]
                apart = how.above, how.below
            elif (b.name, a.name) in reach:
                how = reach[b.name, a.name]
                apart = how.below, how.above
            if sum(apart) > 0:
                pairs[i, j] = apart
                lists[i].append((j, *apart))
                lists[j].append((i, apart[1], apart[0]))
    return PlacementProblem(tuple(i.units for i in items), pairs, tuple(map(tuple, lists)), {}, {})


def _bound(items: Sequence[Item], reach: Mapping[tuple[str, str], Reach]) -> int:
    """The fullest call, whatever the placement."""
    units = {i.name: i.units for i in items}
    return most_units(units, reach, {i.name: i.busy for i in items})
