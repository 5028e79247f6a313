# SPDX-License-Identifier: Apache-2.0
"""Items that are in use all the time, set apart before a place is looked for.

before:  states and everything else, each pair of them kept apart
after:   states at the bottom, one on the other; the rest among themselves

A lasting item meets every other one, so each of them lies wholly below or wholly above it. Taking
it out and moving down what lies above keeps the distances and loses its size in height; so the
rest needs the same height, wherever the lasting ones are. What learns has dozens of them, and
nearly all pairs are theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tvm_tiny.passes.memory.placement import PlacementProblem


@dataclass(frozen=True)
class SetApart:
    """A problem in two parts.

    Attributes:
        lasting: items that meet every other at full size, in order.
        others: the rest, in order.
        problem: of the rest alone.
        sizes: units of the lasting items.
    """

    lasting: tuple[int, ...]
    others: tuple[int, ...]
    problem: PlacementProblem
    sizes: tuple[int, ...]

    @property
    def units(self) -> int:
        """Of all lasting items."""
        return sum(self.sizes)

    def starts(self, of_others: Sequence[int]) -> tuple[int, ...]:
        """Places of all items, by places of the rest."""
        out = dict(zip(self.others, (self.units + s for s in of_others), strict=True))
        at = 0
        for i, size in zip(self.lasting, self.sizes, strict=True):
            out[i] = at
            at += size
        return tuple(out[i] for i in sorted(out))


def set_apart(problem: PlacementProblem) -> SetApart:
    """What lasts, and the problem without it (of streams: without ``scratch``, ``in_place``)."""
    units = problem.units
    lasting = tuple(
        i
        for i, near in enumerate(problem.neighbours)
        if len(near) == len(units) - 1 and all((a, b) == (units[i], units[j]) for j, a, b in near)
    )
    others = tuple(i for i in range(len(units)) if i not in lasting)
    now = {i: n for n, i in enumerate(others)}
    pairs = {(now[i], now[j]): d for (i, j), d in problem.pairs.items() if i in now and j in now}
    near = tuple(
        tuple((now[j], a, b) for j, a, b in problem.neighbours[i] if j in now) for i in others
    )
    sizes = tuple(units[i] for i in lasting)
    rest = PlacementProblem(tuple(units[i] for i in others), pairs, near, {}, {})
    return SetApart(lasting, others, rest, sizes)
