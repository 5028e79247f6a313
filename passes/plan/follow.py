# SPDX-License-Identifier: Apache-2.0
"""A plan taken over: its order and segments, with rewrites or workspaces that it did not know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.segments import plan_segments
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.recompute.search import rewritten_order, rewritten_scratch


def follow_plan(
    graph: Graph,
    plan: MemoryPlan,
    rewrites: Sequence[Rewrite] = (),
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
) -> MemoryPlan:
    """Run the graph as a plan says, with more rewrites; only places are searched.

    A patch runs where its last layer ran; segments of which nothing is left go.

    Args:
        graph: the integer graph.
        plan: made for it.
        rewrites: to be done after the plan's own.
        scratch_bytes: node name -> workspace in bytes.
        options: how hard to look; the alignment is the plan's.

    Raises:
        UsageError: plan or rewrites do not fit the graph.
    """
    options = replace(options or PlanOptions(), alignment_bytes=plan.alignment_bytes)
    every = (*plan.rewrites, *rewrites)
    _check(plan, planned_graph(plan, graph))
    new = apply_rewrites(graph, every)
    followed = plan_segments(
        graph,
        _segments(plan, new),
        scratch_bytes,
        options,
        row_fed=bool(plan.fed_input),
        rewrites=every,
    )
    return replace(followed, cut=plan.cut)


def plan_rewritten(
    graph: Graph,
    rewrites: Sequence[Rewrite],
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
) -> MemoryPlan:
    """The layer-by-layer plan of a rewritten graph; see ``plan_memory``."""
    new = apply_rewrites(graph, rewrites)
    plan = plan_memory(new, scratch_of_layers(new, scratch_bytes or {}), options)
    return replace(plan, rewrites=tuple(rewrites))


def scratch_of_layers(graph: Graph, scratch_bytes: Mapping[str, int]) -> dict[str, int]:
    """Workspace of every node of a rewritten graph, and of the layers of its patches."""
    nodes = [n for p in graph.nodes if p.op == "patch" for n in p.attrs["geometry"].nodes]
    inside = {n.name: scratch_bytes[n.name] for n in nodes if n.name in scratch_bytes}
    return {**inside, **rewritten_scratch(graph, scratch_bytes)}


def _check(plan: MemoryPlan, graph: Graph) -> None:
    """Raise unless a plan is for the nodes of its graph."""
    names = [name for segment in plan.segments for name in segment.nodes]
    problems: list[Problem] = []
    if tuple(names) != plan.order or sorted(names) != sorted(n.name for n in graph.nodes):
        why = "its nodes are not those of the model"
        problems.append(Problem("the plan is for another model", why=why, do="plan again"))
    if plan.fed_input and plan.fed_input not in {t.name for t in graph.inputs}:
        problems.append(Problem(f"there is no input '{plan.fed_input}'", do="plan again"))
    if problems:
        raise UsageError("the plan does not fit the model", tuple(problems))


def _segments(plan: MemoryPlan, graph: Graph) -> list[list[str]]:
    """The plan's segments with the names of a graph that is rewritten further."""
    at = {name: i for i, s in enumerate(plan.segments) for name in s.nodes}
    nodes = {n.name: n for n in graph.nodes}
    placed: list[tuple[int, str]] = []
    for name in rewritten_order(plan.order, graph):
        if name in at:
            segment = at[name]
        elif nodes[name].op == "patch":
            segment = at[nodes[name].attrs["geometry"].nodes[-1].name]
        else:  # a patch's view follows it
            segment = placed[-1][0]
        placed.append((segment, name))
    return [[name for _, name in group] for _, group in groupby(placed, key=lambda p: p[0])]
