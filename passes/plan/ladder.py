# SPDX-License-Identifier: Apache-2.0
"""The paths that plans are taken from: one descent from much memory to little, whoever asks.

From a limit on the weight of segments downward, the path of least work within every limit, and
beside it paths that spend a little more work on having few heavy segments. The descent goes on as
far as it is asked to, always by the same steps: what is found for some work is found for more work,
too, so that no verb knows a path that another one does not.
"""

from __future__ import annotations

from collections.abc import Sequence

from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.plan.frontier import Path, Searched

STEP = 0.01
"""How much lighter the next path has to be: those between differ little."""

_PRICED = (1.0, 8.0)
"""What the work of the cheapest path counts beside a segment at the limit, tried in turn."""

_LEAST_SHARE = 1 / 64
"""Of the model's work; a path that adds less is priced as if it added so much."""


class Ladder:
    """The descent over graphs that were searched.

    Attributes:
        done: there are no lighter paths, or the budget is used up. It is from the first where
            nothing lies in the arena: no path is lighter than that.
        reached: multiply-accumulates that the cheapest path of the last limit adds; paths that add
            no more are all known.
    """

    def __init__(
        self, graphs: Sequence[Searched], limit_bytes: int, total_macs: int, budget: Budget
    ) -> None:
        self.done = not graphs or limit_bytes <= 0
        self._graphs, self._limit = list(graphs), limit_bytes
        self._least_macs = max(1.0, total_macs * _LEAST_SHARE)
        self._budget = budget
        self._found: dict[Path, None] = {}
        self.reached = -1

    def upto(self, macs: int) -> list[Path]:
        """Paths that add no more than some multiply-accumulates, in the order of the descent."""
        while not self.done and self.reached <= macs:
            self.step()
        return [p for p in self._found if p.macs <= macs]

    def step(self) -> None:
        """Go on to the next limit."""
        best: tuple[Path, Searched] | None = None
        for graph in list(self._graphs):
            path = graph.path(self._limit)
            if path is None:
                self._graphs.remove(graph)
            elif best is None or _order(path) < _order(best[0]):
                best = path, graph
        if best is None or not self._budget.spend(sum(g.steps() for g in self._graphs)):
            self.done = True
            return
        path, graph = best
        self.reached = max(self.reached, path.macs)
        self._keep(path)
        for priced in _PRICED if path.macs else (0.0,):
            share = priced / max(self._least_macs, path.macs)
            roomy = graph.roomy(self._limit, share)
            if roomy is not None:
                self._keep(roomy)
        self._limit = int(path.weight_bytes * (1 - STEP))
        self.done = self._limit <= 0

    def _keep(self, path: Path) -> None:
        """One that a smaller request would have missed is not kept."""
        if path.macs >= self.reached:
            self._found.setdefault(path)


def _order(path: Path) -> tuple[float, ...]:
    return path.macs, path.work, path.weight_bytes
