# SPDX-License-Identifier: Apache-2.0
"""The compiler in one list: read it and you know the order of everything."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from tvm_tiny._tvm import integer_op_name, relax
from tvm_tiny.emit.kernels import Tuned, schedule_kernels
from tvm_tiny.emit.patches import opened, patch_schedule, patch_scratch
from tvm_tiny.emit.project import Emitted, emit
from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.frontends.loader import LoadedModel
from tvm_tiny.graph import Graph
from tvm_tiny.objective import Objective, choose_plan
from tvm_tiny.operators import lookup
from tvm_tiny.passes.dead_channels import FoldDeadChannels
from tvm_tiny.passes.elide_noops import ElideNoops
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.fold_constants import FoldConstants
from tvm_tiny.passes.fold_zero_points import FoldZeroPoints
from tvm_tiny.passes.fuse_pad import FusePad
from tvm_tiny.passes.layout_nhwc import LayoutNHWC
from tvm_tiny.passes.legalize_qdq import LegalizeQDQ
from tvm_tiny.passes.memory.plan import MemoryPlan, planned_graph
from tvm_tiny.passes.plan_memory import PlanOptions, attached_plan, options_for
from tvm_tiny.passes.recompute.follow import follow_plan
from tvm_tiny.passes.recompute.rewrite import AGAIN
from tvm_tiny.passes.turn_rows import TurnRows
from tvm_tiny.schedules.rule import Scheduled

log = logging.getLogger(__name__)

Callback = Callable[[str, Any], None]
"""Called with a pass's name and the module after it: dump, verify or time without touching it."""


def graph_passes() -> list[tuple[Any, str]]:
    """The passes over Relax, in order, each with its effect in a line."""
    return [
        (LayoutNHWC(), "spatial operators of NCHW models become NHWC, transposes cancel"),
        (LegalizeQDQ(), "float operators between dequantize and quantize become integer ones"),
        (FoldConstants(), "operators on constants only are computed now"),
        (ElideNoops(), "copies, identities and unused operators go"),
        (FusePad(), "explicit padding becomes the padding of the convolution behind it"),
        (ElideNoops(), "what the passes before left unused goes"),
        (FoldDeadChannels(), "constant and unread channels go, their effect into biases"),
        (FoldZeroPoints(), "input zero points become part of biases where there is no padding"),
    ]


@dataclass(frozen=True, eq=False)
class Compiled:
    """Everything decided about a model, before any C compiler runs.

    Attributes:
        module: the integer Relax module.
        graph: the same as plain data.
        planned: the same with what the plan does to it (patches, layers that run twice).
        schedules: node name to its scheduled row kernel.
        plan: execution order and arena.
        emitted: C sources and the choices behind them.
        macs: multiply-accumulates of the model as given, before channels were removed.
    """

    module: Any
    graph: Graph
    planned: Graph
    schedules: Mapping[str, Scheduled]
    plan: MemoryPlan
    emitted: Emitted
    macs: int


def compile_model(
    model: LoadedModel,
    *,
    core: str,
    prefix: str,
    optimize: str = "balanced",
    arena_bytes: int | None = None,
    row_fed: bool = False,
    recompute: float | None = None,
    tuned: Tuned | None = None,
    after_pass: Callback | None = None,
) -> Compiled:
    """Run the whole pipeline from a loaded model to C sources.

    A module of integer operators only is taken as it is: no graph pass runs. A plan that it carries
    (``PlanMemory``, ``StreamRows``, ``PatchInference``) is followed, whatever the objective.

    Args:
        model: what a front end made of the user's file.
        core: name of the target core.
        prefix: C prefix of every symbol.
        optimize: one of ``tvm_tiny.objective.OBJECTIVES``: which plan, what the schedules prefer.
        arena_bytes: the arena to keep to, with the fastest plan that does (or the least arena).
        row_fed: the caller hands in the input row by row.
        recompute: see ``Objective``.
        tuned: kernels that tuning found.
        after_pass: observer of every intermediate module.

    Raises:
        UnsupportedError: with every operator that cannot be compiled.
        UsageError: the module carries a plan (``PlanMemory``, ``StreamRows``, ``PatchInference``)
            that does not fit it.
    """
    module = model.module
    given = _given_plan(module, row_fed)
    if after_pass:
        after_pass("front-end", module)
    macs: int | None = None
    for step, effect in [] if is_integer(module) else graph_passes():
        if isinstance(step, FoldDeadChannels):
            macs = total_macs(extract(module))
        module = step(module)
        log.debug("%s: %s", type(step).__name__, effect)
        if after_pass:
            after_pass(type(step).__name__, module)
    if row_fed:
        module = TurnRows()(module)
        if after_pass:
            after_pass("TurnRows", module)
    graph = extract(module)
    schedules = schedule_kernels(graph, core, optimize, tuned=tuned)
    objective = Objective(optimize, arena_bytes, row_fed, recompute)
    scheduler = partial(schedule_kernels, core=core, optimize=optimize, tuned=tuned)

    def decide(scratch: Mapping[str, int]) -> MemoryPlan:
        if given is not None:
            return follow_plan(graph, given, (), scratch, options_for(model.module, PlanOptions()))
        return choose_plan(graph, schedules, core, objective, scratch)

    plan, settled = settle(graph, schedules, decide, scheduler)
    planned = planned_graph(plan, graph)
    emitted = emit(planned, plan, settled, model=prefix, core=core, model_sha256=model.sha256)
    macs = total_macs(graph) if macs is None else macs
    return Compiled(module, graph, planned, settled, plan, emitted, macs)


def is_integer(module: Any) -> bool:
    """Whether a module has been through the graph passes already: the user's own choice of them."""
    main = module["main"]
    values = [b.value for block in main.body.blocks for b in block.bindings if hasattr(b, "value")]
    names = [integer_op_name(v) for v in values if isinstance(v, relax.Call)]
    return bool(names) and all(names)


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
    scheduler: Callable[[Graph], Mapping[str, Scheduled]],
) -> tuple[MemoryPlan, dict[str, Scheduled]]:
    """Plan, and schedule what the plan adds; again if that needs more workspace than assumed.

    Args:
        graph: the integer graph.
        schedules: node name to its kernel.
        decide: workspaces by node name to a plan.
        scheduler: schedules the nodes of a graph.

    Returns:
        The plan, and schedules of everything that it runs.
    """
    scratch = {name: s.scratch_bytes for name, s in schedules.items() if s.scratch_bytes}
    while True:
        plan = decide(scratch)
        planned = planned_graph(plan, graph)
        added = tuple(n for n in opened(planned) if n.name not in schedules or n.op == "mean_rows")
        known = {**schedules, **scheduler(replace(graph, nodes=added))}
        more: dict[str, int] = {}
        for node in planned.nodes:
            if node.op == "patch":
                needs = patch_scratch(node.attrs["geometry"], known)
                for name, size in needs.items():
                    first = name.removesuffix(AGAIN)
                    if size > max(scratch.get(first, 0), more.get(first, 0)):
                        more[first] = size
                known[node.name] = patch_schedule(node, scratch)
        if not more:
            return plan, known
        scratch |= more


def integer_graph(module: Any) -> Graph:
    """The graph that is scheduled, from what a front end made: all passes, nothing observed."""
    for step, _ in [] if is_integer(module) else graph_passes():
        module = step(module)
    return extract(module)


def total_macs(graph: Graph) -> int:
    """Multiply-accumulates of all operators of a graph."""
    return sum(lookup(n.op).macs(n) for n in graph.nodes)


__all__ = ["Compiled", "compile_model", "graph_passes", "integer_graph", "is_integer", "total_macs"]
