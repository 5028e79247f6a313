# SPDX-License-Identifier: Apache-2.0
"""The compiler in one list: read it and you know the order of everything."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tvm_tiny.emit.sources import emit
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.graph import Graph
from tvm_tiny.graph_passes import (
    GraphPass,
    PassAt,
    graph_passes,
    integer_graph,
    is_integer,
    passes_for,
)
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.macs import total_macs
from tvm_tiny.passes.channels.dead_channels import FoldDeadChannels
from tvm_tiny.passes.decision.budget import Watch
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.layout.turn_rows import TurnRows
from tvm_tiny.passes.plan.follow import follow_plan
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.plan.objective import Objective, choose_plan
from tvm_tiny.passes.plan.on_module import attached_plan
from tvm_tiny.passes.plan.plan_memory import options_for
from tvm_tiny.passes.plan.workspaces import Scheduler, Workspaces
from tvm_tiny.passes.recompute.opened import opened, patch_schedule
from tvm_tiny.passes.work import module_macs
from tvm_tiny.result import Compiled
from tvm_tiny.schedules import ScheduleRule, check_rule, default_rules
from tvm_tiny.schedules.apply import Tuned, schedule_kernels
from tvm_tiny.schedules.rule import Scheduled
from tvm_tiny.stages import stage
from tvm_tiny.targets import Core

log = logging.getLogger(__name__)

Callback = Callable[[str, Any], None]
"""Called with a pass's name and the module after it: dump, verify or time without touching it."""


@dataclass(frozen=True, eq=False)
class Front:
    """What the front half makes of a file: a scheduled graph, before any plan.

    Attributes:
        model: what was loaded.
        module: the integer Relax module.
        graph: the same as plain data.
        schedules: node name to its scheduled row kernel.
        scheduler: schedules nodes that a plan adds.
        schedulers: the same for another objective.
        core: the target core.
        row_fed: the caller hands in the input row by row.
        given: the plan that the module carries: it is followed, whatever the objective.
        macs: multiply-accumulates of the model as given, before channels were removed.
    """

    model: LoadedModel
    module: Any
    graph: Graph
    schedules: Mapping[str, Scheduled]
    scheduler: Scheduler
    schedulers: Callable[[str], Scheduler]
    core: Core
    row_fed: bool
    given: MemoryPlan | None
    macs: int

    def scheduled_for(self, optimize: str) -> Front:
        """The same graph with the kernels that another objective prefers."""
        scheduler = self.schedulers(optimize)
        return replace(self, schedules=scheduler(self.graph), scheduler=scheduler)


def front_half(
    model: LoadedModel,
    *,
    core: Core,
    optimize: str = "balanced",
    row_fed: bool = False,
    tuned: Tuned | None = None,
    rules: Sequence[ScheduleRule] = (),
    passes: Sequence[GraphPass | PassAt] = (),
    after_pass: Callback | None = None,
) -> Front:
    """From a loaded model to a scheduled graph.

    A module of integer operators only is taken as it is: none of our graph passes runs; ``passes``
    and those of installed packages do.

    Args:
        model: what a front end made of the user's file.
        core: the target core.
        optimize: one of ``passes.plan.objective.OBJECTIVES``: what schedules prefer.
        row_fed: the caller hands in the input row by row.
        tuned: kernels that tuning found; not asked if there are rules of the user's own.
        rules: schedule rules tried before the core's own.
        passes: see ``graph_passes``.
        after_pass: observer of every intermediate module.

    Raises:
        UnsupportedError: with every operator that cannot be compiled.
        UsageError: the module carries a plan (``PlanMemory``, ``StreamRows``, ``PatchInference``)
            that does not fit the build; TT6021, a pass or rule cannot be used.
    """
    module, notify = model.module, after_pass or _nobody
    given = _given_plan(module, row_fed)
    notify("front-end", module)
    steps = passes_for(module, passes)
    macs: int | None = None
    for number, (step, effect) in enumerate(steps):
        stage("integer operators", number, len(steps))
        name = getattr(step, "__name__", type(step).__name__)
        if isinstance(step, FoldDeadChannels):
            macs = module_macs(module)
        module = step(module)
        log.debug("%s: %s", name, effect)
        notify(name, module)
    if row_fed:
        module = TurnRows()(module)
        notify("TurnRows", module)
    graph = extract(module)
    schedulers = partial(_scheduler, core, tuple(map(check_rule, rules)), tuned)
    scheduler = schedulers(optimize)
    macs = total_macs(graph) if macs is None else macs
    made = scheduler(graph)
    return Front(model, module, graph, made, scheduler, schedulers, core, row_fed, given, macs)


def _scheduler(
    core: Core, added: tuple[ScheduleRule, ...], tuned: Tuned | None, optimize: str
) -> Scheduler:
    """The kernels that an objective prefers; with rules of the user's own none that was tuned."""
    known = (*added, *default_rules(core, optimize)) if added else None
    found = None if added else tuned
    return partial(schedule_kernels, core=core, optimize=optimize, rules=known, tuned=found)


def back_half(
    front: Front,
    *,
    prefix: str,
    optimize: str = "balanced",
    kernels: str | None = None,
    arena_bytes: int | None = None,
    recompute: float | None = None,
    search: PlanOptions | None = None,
) -> Compiled:
    """From a scheduled graph to C sources: choose a plan, emit it. May be repeated.

    Args:
        front: what the front half made.
        prefix: C prefix of every symbol.
        optimize: one of ``passes.plan.objective.OBJECTIVES``: which plan.
        kernels: likewise, which kernels; None: those of the front half.
        arena_bytes: the arena to keep to, with the fastest plan that does (or the least arena).
        recompute: see ``Objective``.
        search: how hard to look for a plan; its seconds hold for the whole of it.

    Raises:
        UsageError: the plan that the module carries does not fit it.
    """
    front = front if kernels is None else front.scheduled_for(kernels)
    graph, schedules, core = front.graph, front.schedules, front.core
    stage("planning memory")
    given = search or PlanOptions()
    watch = Watch(given.seconds)

    def decide(scratch: Mapping[str, int]) -> MemoryPlan:
        options = replace(given, seconds=watch.left())
        if front.given is not None:
            options = options_for(front.model.module, options)
            return follow_plan(graph, front.given, (), scratch, options)
        objective = Objective(optimize, arena_bytes, front.row_fed, recompute, options)
        return choose_plan(graph, schedules, core, objective, scratch)

    plan, settled = settle(graph, schedules, decide, front.scheduler)
    planned = planned_graph(plan, graph)
    stage("writing C")
    emitted = emit(planned, plan, settled, model=prefix, core=core, model_sha256=front.model.sha256)
    return Compiled(front.module, graph, planned, settled, plan, emitted, front.macs)


def _nobody(name: str, module: Any) -> None:
    del name, module


def _given_plan(module: Any, row_fed: bool) -> MemoryPlan | None:
    """The plan that a pass wrote on the module: it is followed, whatever the objective."""
    plan = attached_plan(module)
    if plan is not None and bool(plan.fed_input) != row_fed:
        what = "the module's plan is " + ("row-fed" if plan.fed_input else "not row-fed")
        problem = Problem(what, do=f"build with row_fed={bool(plan.fed_input)}")
        raise UsageError("the plan does not fit the build", (problem,))
    return plan


def settle(
    graph: Graph,
    schedules: Mapping[str, Scheduled],
    decide: Callable[[Mapping[str, int]], MemoryPlan],
    scheduler: Scheduler,
) -> tuple[MemoryPlan, dict[str, Scheduled]]:
    """Plan, and schedule what the plan adds.

    Args:
        graph: the integer graph.
        schedules: node name to its kernel.
        decide: workspaces by node name to a plan; those of what it adds are asked for likewise.
        scheduler: schedules the nodes of a graph.

    Returns:
        The plan, and schedules of everything that it runs.
    """
    workspaces = Workspaces(schedules, scheduler)
    plan = decide(workspaces)
    planned = planned_graph(plan, graph)
    added = tuple(
        n
        for n in opened(planned)
        if not lookup(n.op).is_view and (n.name not in schedules or n.op == "mean_rows")
    )
    known = {**schedules, **scheduler(replace(graph, nodes=added))}
    scratch = workspaces.of(planned)
    for node in planned.nodes:
        if node.op == "patch":
            known[node.name] = patch_schedule(node, scratch)
    return plan, known


__all__ = [
    "Front",
    "PassAt",
    "back_half",
    "front_half",
    "graph_passes",
    "integer_graph",
    "is_integer",
    "passes_for",
    "settle",
]
