# SPDX-License-Identifier: Apache-2.0
"""Which plan: the least arena, the least work for a limit, the least arena that is affordable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.budget import Watch
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions, fitting
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.space import Space

NO_LIMIT = 1 << 62
"""More bytes than any arena: the fastest plan."""


def plan_stream(
    graph: Graph,
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
    *,
    limit_bytes: int | None = None,
    row_fed: bool = False,
    recompute: float = 0.0,
) -> MemoryPlan:
    """Choose segments, rings, places and, where that is allowed, what is computed twice.

    Args:
        graph: the integer graph.
        scratch_bytes: node name -> workspace in bytes.
        options: how hard to look; the order is that of the layer-by-layer plan.
        limit_bytes: None: the least arena. Otherwise the plan of least work whose arena keeps to
            it, or the least arena if none does (compare ``arena_bytes``).
        row_fed: the caller hands in the rows of the only input one by one.
        recompute: multiply-accumulates that may be added, as a share of the model's.

    Raises:
        UsageError: a bad option, or row-fed with several inputs.
    """
    options = fitting(options, graph)
    watch = Watch(options.seconds)
    layers = plan_memory(graph, scratch_bytes, options)
    if limit_bytes is not None and layers.arena_bytes <= limit_bytes and not row_fed:
        return layers
    space = Space(graph, layers, scratch_bytes or {}, options, row_fed, watch)
    plan = _chosen(space, limit_bytes, recompute)
    return replace(plan, cut=space.cut)


def _chosen(space: Space, limit_bytes: int | None, recompute: float) -> MemoryPlan:
    if limit_bytes is not None:
        plan = space.within(limit_bytes, 0)
        if plan is None and recompute:
            plan = space.within(limit_bytes, space.macs_of(recompute))
        if plan is not None:
            return plan
    best, layers = space.least(space.macs_of(recompute)), space.layers
    return layers if best.arena_bytes >= layers.arena_bytes and not space.row_fed else best


def plan_affordable(
    graph: Graph,
    affordable: Callable[[MemoryPlan], bool],
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
    *,
    row_fed: bool = False,
) -> MemoryPlan:
    """The least arena of the plans that make nothing twice and are affordable.

    Args:
        graph: the integer graph.
        affordable: whether a plan may be taken; fewer streamed row calls are no less affordable.
        scratch_bytes: node name -> workspace in bytes.
        options: how hard to look.
        row_fed: the caller hands in the rows of the only input one by one.

    Returns:
        Layer by layer if nothing else is affordable (row-fed: the fewest streamed row calls).

    Raises:
        UsageError: see ``plan_stream``.
    """
    options = fitting(options, graph)
    watch = Watch(options.seconds)
    layers = plan_memory(graph, scratch_bytes, options)
    space = Space(graph, layers, scratch_bytes or {}, options, row_fed, watch)
    least = space.plain()  # copying rows is for those who ask for the least arena
    found = least if affordable(least) else space.streams.cheaper(affordable)
    if found is None or (found.arena_bytes >= layers.arena_bytes and not row_fed):
        found = layers
    return replace(found, cut=space.cut)
