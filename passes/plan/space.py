# SPDX-License-Identifier: Apache-2.0
"""Everything that the plans of a graph are chosen from, searched as far as it is asked for.

Plans come from two lists, each made in one order whoever asks (``ladder.py``): paths that make
nothing again, and paths that do. The least arena for some work, the least work for a limit and the
frontier are read from the same lists, with the same places, so that they agree to the byte: more
work never gives more arena, and no verb shows an arena that ``optimize="ram"`` would not find.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.budget import Budget, Cut, Watch, cut_of
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.plan.frontier import Path, Searched, search_graph
from tvm_tiny.passes.plan.ladder import Ladder
from tvm_tiny.passes.plan.plain import PlainSegments
from tvm_tiny.passes.plan.segments import check_fed, is_order, plan_segments
from tvm_tiny.passes.recompute.channels import wide_heads
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.recompute.search import SearchTask, by_rows, extra_macs
from tvm_tiny.passes.recompute.twice import made_in_tiles, made_twice
from tvm_tiny.passes.stream.cuts import Cuts, build_cuts
from tvm_tiny.passes.stream.sweep import Known

_SHORT = 10
"""Plain segments of up to this many nodes are looked at in graphs with more rewrites."""

_SHARING = 7
"""Graphs of tensors made again in tiles get as many steps each as if there were so many."""

_NEAR = 1.04
"""A plan is placed with more effort if it misses a limit by less than this factor."""


class Space:
    """Everything that the plans of a graph are chosen from; searched as far as it is asked for.

    The searches without and with recomputation are kept: asking twice costs once.
    """

    def __init__(
        self,
        graph: Graph,
        layers: MemoryPlan,
        scratch_bytes: Mapping[str, int],
        options: PlanOptions,
        row_fed: bool,
        watch: Watch | None = None,
    ) -> None:
        self.watch = watch or Watch(options.seconds)
        self._budgets: list[Budget] = []
        self._weighed: Known = {}
        self.graph, self.layers, self.options, self.row_fed = graph, layers, options, row_fed
        fed = graph.inputs[0].name if row_fed else ""
        unit = options.alignment_bytes
        self._task = SearchTask(graph, scratch_bytes, unit, fed, options.in_place)
        self.base = by_rows(graph)
        net = self._task.network(self.base, layers.order)
        if row_fed:
            check_fed(graph, net)
        budget = self._budget(options.steps * 2 // 5)
        self.streams = PlainSegments(net, layers, fed, budget, self.left, self.base)
        self._ladders: dict[bool, list[Ladder]] = {}
        self._drafts: dict[Path, MemoryPlan] = {}
        self._order: dict[Path, bool] = {}
        self._plans: dict[Path, MemoryPlan] = {}
        self._least: dict[int, MemoryPlan] = {}

    @property
    def cut(self) -> Cut:
        """What stopped the searches that were made so far."""
        return cut_of(self._budgets, self.watch)

    @property
    def spent(self) -> int:
        """Steps that they took."""
        return sum(b.spent for b in self._budgets)

    def _budget(self, steps: int) -> Budget:
        self._budgets.append(Budget(steps, self.watch))
        return self._budgets[-1]

    def left(self) -> PlanOptions:
        """The options, with the seconds that are left."""
        return replace(self.options, seconds=self.watch.left())

    def macs_of(self, recompute: float) -> int:
        """A share of the model's multiply-accumulates."""
        return int(recompute * sum(lookup(n.op).macs(n) for n in self.graph.nodes))

    def plain(self) -> MemoryPlan:
        """The least arena of layers and plain streams: nothing copied, nothing made again."""
        return self.streams.least

    def _descents(self, again: bool) -> list[Ladder]:
        """The paths that make nothing again, or those that may, up to the whole model's work.

        What is made again in tiles is a descent of its own: it takes no path from the others.
        """
        if again not in self._ladders:
            above = self.least(0) if again else self.plain()
            limit = above.arena_bytes - above.state_bytes
            most = self.macs_of(1.0) if again else 0
            sets = [self._searched(self._bases, most, 1)]
            if again and self._tiled:
                sets.append(self._searched(self._tiled, most, _SHARING))
            self._ladders[again] = [
                Ladder(found, limit, self.macs_of(1.0), self._budget(self.options.steps // 10))
                for found in sets
            ]
        return self._ladders[again]

    def _searched(
        self, bases: Sequence[tuple[int, tuple[Rewrite, ...]]], most: int, sharing: int
    ) -> list[Searched]:
        """The graphs and their edges for plans that add no more than this.

        They share the steps; so do as many as ``sharing`` if there are fewer.
        """
        bases = [(added, base) for added, base in bases if added <= most]
        share = self.options.steps * 2 // 5 // max(sharing, len(bases))
        return [
            search_graph(
                self._task,
                base,
                self.layers.order,
                self.streams.cuts if base is self.base else self._short_cuts(base, share // 4),
                self.streams.least_units * self.options.alignment_bytes,
                most - added,
                self._budget(share),
            )
            for added, base in bases
        ]

    @cached_property
    def _bases(self) -> list[tuple[int, tuple[Rewrite, ...]]]:
        """Graphs to search, with the multiply-accumulates that each adds."""
        bases = [*self._free, *made_twice(self.graph, self._free[-1])]
        return [(extra_macs(self.graph, base), base) for base in bases]

    @cached_property
    def _tiled(self) -> list[tuple[int, tuple[Rewrite, ...]]]:
        """The same of tensors that are made again in tiles."""
        bases = made_in_tiles(self.graph, self._free[-1])
        return [(extra_macs(self.graph, base), base) for base in bases]

    @cached_property
    def _free(self) -> list[tuple[Rewrite, ...]]:
        """Graphs that make nothing again."""
        bases = [self.base]
        heads = wide_heads(self.graph)
        if heads:
            split = {name for pair in heads for name in pair}
            rest = tuple(r for r in self.base if not set(r.nodes) & split)
            bases.append((*rest, *(Rewrite("channels", pair) for pair in heads)))
        return bases

    def _short_cuts(self, base: tuple[Rewrite, ...], steps: int) -> Cuts:
        """Short plain segments of a rewritten graph."""
        net, unit = self._task.network(base, self.layers.order), self.options.alignment_bytes
        fed, budget = self._task.fed, self._budget(steps)
        return build_cuts(
            net,
            unit,
            fed=fed,
            ceiling_units=self.streams.least_units,
            max_nodes=_SHORT,
            budget=budget,
            known=self._weighed,
        )

    def _found(self, macs: int) -> list[Path]:
        """Paths that add no more than some multiply-accumulates, always in the same order."""
        found = [p for ladder in self._descents(again=False) for p in ladder.upto(0)]
        for ladder in self._descents(again=True) if macs else ():
            found += [p for p in ladder.upto(macs) if p.macs]
        return list(dict.fromkeys(found))

    def least(self, macs: int) -> MemoryPlan:
        """The least arena of the plans that add no more than some multiply-accumulates."""
        if macs not in self._least:
            self._least[macs] = self._search_least(macs)
        return self._least[macs]

    def _search_least(self, macs: int) -> MemoryPlan:
        best, added = self.plain(), 0
        for path in sorted(self._found(macs), key=lambda p: (p.weight_bytes, p.macs)):
            if path.weight_bytes >= best.arena_bytes or self.watch.over:
                break
            if self._counts(path):
                plan = self.place(path)
                if (plan.arena_bytes, path.macs) < (best.arena_bytes, added):
                    best, added = plan, path.macs
        return best

    def _counts(self, path: Path) -> bool:
        """Whether no path of less work is as small when first placed.

        Only such paths are placed with more effort, for whatever question: so the answers agree.
        """
        if not self._runs(path):
            return False
        mine = self._draft(path).arena_bytes
        for other in sorted(self._found(path.macs), key=lambda p: p.macs):
            if other == path:
                return True
            smaller = other.weight_bytes < mine and self._runs(other)
            if smaller and self._draft(other).arena_bytes <= mine:
                return False
        return False  # a larger request found it: to this one it is unknown

    def _runs(self, path: Path) -> bool:
        """Whether segments of several graphs are, together, an order of the graph that results.

        A segment of few nodes is looked at in a graph with other rewrites than its neighbours, and
        what is made again for one of them may stand behind another.
        """
        if path not in self._order:
            graph = apply_rewrites(self.graph, path.rewrites)
            self._order[path] = is_order(graph, [n for s in path.segments for n in s])
        return self._order[path]

    def within(self, limit_bytes: int, macs: int) -> MemoryPlan | None:
        """The plan of least work whose arena keeps to a limit; None if none is found."""
        if not macs:
            plan = self.streams.within(limit_bytes)
            if plan is not None:
                return plan
        for path in self._cheapest(limit_bytes, macs):
            if self._runs(path) and self._draft(path).arena_bytes <= limit_bytes * _NEAR:
                plan = self.place(path) if self._counts(path) else None
                if plan is not None and plan.arena_bytes <= limit_bytes:
                    return plan
            if self.watch.over:
                break
        return None

    def _cheapest(self, limit_bytes: int, macs: int) -> Iterator[Path]:
        """Paths lighter than a limit by their work; the search goes on while they are asked for."""
        ladders, seen = self._descents(again=macs > 0), set[Path]()
        sure = -1
        while sure < macs:
            going = [ladder.reached for ladder in ladders if not ladder.done]
            sure = min(macs, max(sure, min(going))) if going else macs
            paths = [p for ladder in ladders for p in ladder.upto(sure)]
            light = [p for p in paths if p.weight_bytes <= limit_bytes]
            for path in sorted(light, key=lambda p: (p.macs, p.work)):
                if path not in seen and (path.macs or not macs):
                    seen.add(path)
                    yield path

    def plans(self, macs: int, points: int) -> list[MemoryPlan]:
        """Plans from much memory to little, none that adds more than some multiply-accumulates.

        The least arenas without recomputation and for shares of the work that is allowed, and for
        limits up to layer by layer the plans of least work that make nothing again.
        """
        free = self.least(0)
        found = [free, *self._layers_to(free.arena_bytes, points)]
        if macs:
            paths = [p for p in self._found(macs) if p.macs]
            works = sorted({p.macs for p in _lighter(paths)})
            count = 2 * points
            chosen = works[:: max(1, len(works) // count)] if works else []
            found += [self.least(m) for m in (*chosen, macs)]
        return found

    def _layers_to(self, least_bytes: int, points: int) -> Iterator[MemoryPlan]:
        high = self.layers.arena_bytes
        step = (high / max(1, least_bytes)) ** (1 / (points + 1))
        for i in range(1, points + 1):
            limit = int(least_bytes * max(1.0, step) ** i)
            plan = self.within(limit, 0) if least_bytes < limit < high else None
            if plan is not None:
                yield plan

    def place(self, path: Path) -> MemoryPlan:
        """Give everything on a path its place."""
        if path not in self._plans:
            draft = self._draft(path)
            met = draft.arena_bytes == draft.order_bound_bytes
            self._plans[path] = draft if met else self._placed(path, self.left())
        return self._plans[path]

    def _draft(self, path: Path) -> MemoryPlan:
        """The same without the solver."""
        if path not in self._drafts:
            self._drafts[path] = self._placed(path, replace(self.left(), solver_time=0.0))
        return self._drafts[path]

    def _placed(self, path: Path, options: PlanOptions) -> MemoryPlan:
        scratch, rewrites = self._task.scratch_bytes, path.rewrites
        return plan_segments(
            self.graph, path.segments, scratch, options, row_fed=self.row_fed, rewrites=rewrites
        )


def _lighter(paths: Sequence[Path]) -> list[Path]:
    """By ascending work, each lighter than those before."""
    out: list[Path] = []
    for path in sorted(paths, key=lambda p: (p.macs, p.weight_bytes)):
        if not out or path.weight_bytes < out[-1].weight_bytes:
            out.append(path)
    return out
