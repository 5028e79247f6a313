# SPDX-License-Identifier: Apache-2.0
"""``plan``: the memory plans of a model worth choosing from, each ready to be built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import msgspec

from tvm_tiny._tvm import register_target_tag
from tvm_tiny.api import load
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import DoesNotFitError, Problem
from tvm_tiny.explore.frames import Picture, frame
from tvm_tiny.names import model_prefix
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions, search_options
from tvm_tiny.passes.plan.estimate import estimate_layers_cycles
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.plan.objective import plan_points
from tvm_tiny.passes.plan.workspaces import workspaces_of
from tvm_tiny.passes.recompute.search import rewritten_scratch
from tvm_tiny.pipeline import Front, back_half, front_half
from tvm_tiny.process.collector import seldom
from tvm_tiny.report.curve import point_info
from tvm_tiny.report.curve_svg import curve_svg
from tvm_tiny.report.page import plans_html
from tvm_tiny.report.picture import svg, terminal
from tvm_tiny.report.results import PlanPoint
from tvm_tiny.result import BuildOptions
from tvm_tiny.targets import load_core
from tvm_tiny.toolchain.compilers import CompilerKind


@dataclass(frozen=True, eq=False)
class Point:
    """A plan and what it costs.

    Attributes:
        info: its figures; cycles are estimated.
        plan: the plan itself.
        front: the model up to the plan, with the kernels that the plan is for.
        prefix: C prefix that ``build`` uses.
        search: how hard places are looked for.
    """

    info: PlanPoint
    plan: MemoryPlan
    front: Front
    prefix: str
    search: PlanOptions | None = None

    @property
    def arena_bytes(self) -> int:
        """Its arena."""
        return self.info.arena_bytes

    @property
    def cycles_estimated(self) -> int:
        """Estimated cycles of a run."""
        return self.info.cycles_estimated

    def build(self, *, compiler: CompilerKind = "auto", opt: str = "-O2") -> Artifact:
        """Compile the model with this plan, and no other.

        Args:
            compiler: C compiler for measuring.
            opt: its optimisation flag.
        """
        options = BuildOptions(
            target=self.front.core.name, row_fed=self.front.row_fed, compiler=compiler, opt=opt
        )
        front = replace(self.front, given=self.plan)
        built = back_half(front, prefix=self.prefix, search=self.search)
        return Artifact(self.front.model, options, built)

    def svg(self, title: str = "") -> str:
        """The arena over time as a stand-alone SVG."""
        planned, scratch = self._drawn()
        return svg(self.plan, planned, title or self.prefix, scratch)

    def picture(self) -> str:
        """The arena over time in characters."""
        planned, scratch = self._drawn()
        return terminal(self.plan, planned, scratch)

    def _drawn(self) -> tuple[Any, Mapping[str, int]]:
        planned = planned_graph(self.plan, self.front.graph)
        workspaces = workspaces_of(self.front.graph, self.front.schedules, self.front.core)
        return planned, rewritten_scratch(planned, workspaces.of(planned))

    def __repr__(self) -> str:
        """One line with what matters."""
        i = self.info
        return (
            f"Point(arena {i.arena_bytes:,} B, {i.cycles_estimated:,} cycles estimated"
            f" ({i.slower:+.1%}), {i.extra_macs:,} extra MACs)"
        )

    def _repr_svg_(self) -> str:
        return self.svg()


@dataclass(frozen=True, eq=False)
class Plans(Sequence[Point]):
    """Plans from the fastest to the least arena, none worse than another in both.

    Attributes:
        points: the plans.
        layers_cycles: estimated, of layer by layer, with the kernels that are faster so.
        target: core.
        name: of the model.
    """

    points: tuple[Point, ...]
    layers_cycles: int
    target: str
    name: str

    def __len__(self) -> int:
        """Number of plans."""
        return len(self.points)

    @overload
    def __getitem__(self, index: int) -> Point: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Point]: ...
    def __getitem__(self, index: int | slice) -> Point | Sequence[Point]:
        """A plan by number."""
        return self.points[index]

    def __iter__(self) -> Iterator[Point]:
        """The plans."""
        return iter(self.points)

    def within(self, arena_bytes: int) -> Point:
        """The fastest plan of at most this arena.

        Raises:
            DoesNotFitError: TT2101, there is none.
        """
        found = next((p for p in self.points if p.arena_bytes <= arena_bytes), None)
        if found is None:
            least = self.points[-1].arena_bytes
            problem = Problem(f"the smallest arena is {least:,} B, allowed are {arena_bytes:,} B")
            raise DoesNotFitError("no plan keeps to the limit", (problem,))
        return found

    def to_frame(self) -> Any:
        """A pandas DataFrame, a row a plan; ToolchainError TT4003 without pandas."""
        return frame(self.to_rows())

    def to_rows(self) -> list[dict[str, Any]]:
        """A dict a plan: bytes, cycles, MACs."""
        return [msgspec.structs.asdict(p.info) for p in self.points]

    def plot(self) -> Picture:
        """Arena against cycles: shows itself in notebooks, ``.save("curve.svg")``."""
        title = f"{self.name} on {self.target}"
        return Picture(curve_svg([p.info for p in self.points], title))

    def __repr__(self) -> str:
        """One line with both ends."""
        first, last = self.points[0], self.points[-1]
        return (
            f"Plans({self.name} on {self.target}: {len(self)} plans, arena"
            f" {first.arena_bytes:,} to {last.arena_bytes:,} B, cycles"
            f" {first.cycles_estimated:,} to {last.cycles_estimated:,})"
        )

    def _repr_html_(self) -> str:
        return plans_html([p.info for p in self.points], f"{self.name} on {self.target}")


@seldom()
def plan(
    model: Any,
    target: str = "cortex-m7",
    *,
    row_fed: bool = False,
    recompute: float = 1.0,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    batch: int | None = None,
    name: str | None = None,
    plan_steps: int | None = None,
    plan_seconds: float | None = None,
) -> Plans:
    """The memory plans of a model worth choosing from. No C compiler runs.

    Args:
        model: what ``build`` takes.
        target: core.
        row_fed: the caller hands in the input row by row.
        recompute: multiply-accumulates that a plan may add, as a share of the model's.
        shapes: static shapes for dynamic inputs.
        batch: first extent of TFLite inputs that leave it open.
        name: C prefix for ``Point.build``.
        plan_steps: as for ``build``.
        plan_seconds: as for ``build``.

    Raises:
        ModelError, UnsupportedError, UsageError: as ``build``.
    """
    search = search_options(plan_steps, plan_seconds)
    core = load_core(target)
    register_target_tag(core.name)
    loaded = load(model, shapes=shapes, batch=batch)
    front = front_half(loaded, core=core, row_fed=row_fed)
    prefix = model_prefix(name or loaded.name)
    return plans_of(front, prefix, recompute=recompute, search=search)


def plans_of(
    front: Front, prefix: str, *, recompute: float = 1.0, search: PlanOptions | None = None
) -> Plans:
    """See ``plan``; of a model that is scheduled."""
    fast = front.scheduled_for("speed")
    graph, core = front.graph, front.core
    kernels = {"balanced": front.schedules, "speed": fast.schedules}
    points = plan_points(graph, kernels, core, search, row_fed=front.row_fed, recompute=recompute)
    layers_cycles = min(estimate_layers_cycles(graph, k, core) for k in kernels.values())
    made = tuple(
        Point(
            point_info(p, layers_cycles),
            p.plan,
            fast if p.kernels == "speed" else front,
            prefix,
            search,
        )
        for p in points
    )
    return Plans(made, round(layers_cycles), core.name, front.model.name)
