# SPDX-License-Identifier: Apache-2.0
"""Plans of layers and plain streams: nothing is copied, nothing made again.

Paths that weigh less than the least arena are all placed when that is looked for, so that no other
question finds less: for a limit, or for a price, paths are placed as they were then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property

from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.stream.cuts import Cuts, PossibleSegment, build_cuts
from tvm_tiny.passes.stream.freeze import frozen_plan
from tvm_tiny.passes.stream.network import Network
from tvm_tiny.passes.stream.placing import Placed, place

_SHORT = 10
"""Segments of up to this many nodes are looked at first: their best plan bounds the others."""

_ATTEMPTS = 6
"""Paths that are placed with the solver, from the lightest on, until one meets its bound."""


class PlainSegments:
    """Segments of a network as they come.

    Attributes:
        cuts: those that may be in a plan of the least arena.
        roomy: those and short ones that weigh more.
        least_units: weight of the lightest path.
    """

    def __init__(
        self,
        net: Network,
        layers: MemoryPlan,
        fed: str,
        budget: Budget,
        options: Callable[[], PlanOptions],
        rewrites: tuple[Rewrite, ...],
    ) -> None:
        unit = layers.alignment_bytes
        short = build_cuts(net, unit, fed=fed, ceiling_units=None, max_nodes=_SHORT, budget=budget)
        ceiling = short.least_units()
        full = build_cuts(net, unit, fed=fed, ceiling_units=ceiling, budget=budget)
        known = {**short.pieces, **full.pieces}
        self.roomy = Cuts(net, known, unit, fed)
        self.least_units = self.roomy.least_units()
        light = {k: p for k, p in short.pieces.items() if p.weight_units <= ceiling}
        self.cuts = Cuts(net, {**light, **full.pieces}, unit, fed)
        self._options, self._rewrites = options, rewrites
        self._quick: dict[tuple[int, ...], Placed] = {}
        self._careful: dict[tuple[int, ...], Placed] = {}

    @cached_property
    def least(self) -> MemoryPlan:
        """The least arena."""
        return self.frozen(self._least)

    @cached_property
    def _least(self) -> Placed:
        best = self._lightest()
        for limit in self._weights():
            if limit >= best.units:
                break
            path = self.roomy.path(limit)
            assert path is not None  # no weight is below the least of a path
            placed = self._quickly(path)
            if placed.units < best.units:
                best = placed
        return best

    def _weights(self) -> list[int]:
        return [w for w in self.roomy.thresholds() if w >= self.least_units]

    def _lightest(self) -> Placed:
        """Place the lightest paths until one meets the bound of all."""
        best: Placed | None = None
        seen: list[list[PossibleSegment]] = []
        weights = self.cuts.thresholds()
        for limit in [self.least_units, *(w for w in weights if w > self.least_units)]:
            for roomy in (False, True):
                if best is not None and (best.units <= limit or len(seen) >= _ATTEMPTS):
                    return best
                path = self.cuts.path(limit, roomy=roomy)
                assert path is not None  # least is the weight of a path
                if path in seen:
                    continue
                seen.append(path)
                placed = self._carefully(path)
                if best is None or placed.units < best.units:
                    best = placed
        assert best is not None
        return best

    def within(self, limit_bytes: int) -> MemoryPlan | None:
        """The fastest path whose placement keeps to a limit; None if none is found."""
        weights = [w for w in self._weights() if w * self.cuts.unit <= limit_bytes]
        for weight in list(reversed(weights))[:: max(1, len(weights) // _ATTEMPTS)]:
            plan = self.at(weight)
            if plan.arena_bytes <= limit_bytes:
                return plan
        return self.least if self.least.arena_bytes <= limit_bytes else None

    def cheaper(self, affordable: Callable[[MemoryPlan], bool]) -> MemoryPlan | None:
        """The least arena of the paths that are affordable, by bisection over their weights.

        Row-fed models have no other plan than a streamed one: the fastest, affordable or not.
        """
        weights = self._weights()
        found: MemoryPlan | None = None
        low, high = 0, len(weights) - 1
        while low <= high:
            middle = (low + high) // 2
            plan = self.at(weights[middle])
            fastest = bool(self.cuts.fed) and middle == len(weights) - 1
            if affordable(plan) or fastest:
                found = plan if found is None or plan.arena_bytes <= found.arena_bytes else found
                high = middle - 1
            else:
                low = middle + 1
        return found

    def at(self, weight_units: int) -> MemoryPlan:
        """The plan of the fastest path within a weight."""
        path = self.roomy.path(weight_units)
        assert path is not None  # no weight is below the least of a path
        heaviest = max((p.weight_units for p in path), default=0)
        placed = self._quickly(path)
        if placed.units > placed.bound and heaviest >= self._least.units:
            placed = self._carefully(path)
        return self.frozen(placed)

    def _quickly(self, path: list[PossibleSegment]) -> Placed:
        """Without the solver, unless it was placed with it before."""
        key = _key(path)
        if key in self._careful:
            return self._careful[key]
        if key not in self._quick:
            self._quick[key] = place(self.cuts, path, replace(self._options(), solver_time=0.0))
        return self._quick[key]

    def _carefully(self, path: list[PossibleSegment]) -> Placed:
        key = _key(path)
        if key not in self._careful:
            self._careful[key] = place(self.cuts, path, self._options())
        return self._careful[key]

    def frozen(self, placed: Placed) -> MemoryPlan:
        """As plain data."""
        return replace(frozen_plan(self.cuts, placed, self.least_units), rewrites=self._rewrites)


def _key(path: list[PossibleSegment]) -> tuple[int, ...]:
    return tuple(p.end for p in path)
