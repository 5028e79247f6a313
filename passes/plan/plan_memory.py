# SPDX-License-Identifier: Apache-2.0
"""Static arena planning for layer-by-layer execution.

``plan_memory`` analyses and decides; it changes nothing. ``PlanMemory`` (``memory_pass.py``) hangs
the decision on the module. Emission and the streaming planner apply it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tvm_tiny.errors import Problem, UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.budget import Watch, cut_of
from tvm_tiny.passes.decision.memory_plan import MemoryPlan, Overlap, Proof, Segment
from tvm_tiny.passes.decision.options import PlanOptions, fitting
from tvm_tiny.passes.memory.bound import order_bound
from tvm_tiny.passes.memory.order import OrderSearch, search_orders
from tvm_tiny.passes.memory.placement import (
    PlacementProblem,
    height,
    placement_problem,
    search_placement,
)
from tvm_tiny.passes.memory.safe_distance import safe_distance
from tvm_tiny.passes.memory.solver import solve_placement
from tvm_tiny.passes.memory.storage import Workload, build_workload, lifetimes
from tvm_tiny.passes.memory.unread import without_unread
from tvm_tiny.passes.plan.follow_rows import row_schedule
from tvm_tiny.passes.plan.in_place import in_place_nodes

__all__ = [
    "MemoryPlan",
    "Overlap",
    "PlanOptions",
    "Segment",
    "fitting",
    "options_for",
    "plan_memory",
    "row_schedule",
    "safe_distance",
]


def options_for(mod: Any, options: PlanOptions) -> PlanOptions:
    """The options; outputs overlap operands only where ``InPlace`` named them, if it ran."""
    allowed = in_place_nodes(mod)
    if allowed is None or options.in_place is not True:
        return options
    return replace(options, in_place=allowed)


def plan_memory(
    graph: Graph,
    scratch_bytes: Mapping[str, int] | None = None,
    options: PlanOptions | None = None,
) -> MemoryPlan:
    """Choose the execution order and the offset of every tensor in the arena.

    Args:
        graph: the integer graph, nodes in a valid order.
        scratch_bytes: node name -> workspace in bytes that its kernel needs.
        options: how hard to look.

    Returns:
        The plan with the smallest arena found, and what is proven about it.

    Raises:
        UsageError: scratch for a node that is not there or negative, or a bad alignment.
    """
    options = fitting(options, graph)
    scratch, watch = scratch_bytes or {}, Watch(options.seconds)
    _check(graph, scratch, options)
    work = build_workload(graph, scratch, options.alignment_bytes, options.in_place)
    search = _orders(work, options)
    order, problem, starts = _place(work, search, options)
    bound, left = order_bound(work, order), watch.left()
    budget, seed = options.solver_budget, options.seed
    starts, proven = solve_placement(problem, starts, bound, budget, seed, left)
    lower = proven if search.unique else search.bound_units
    sparse = without_unread(graph, work)
    if sparse is not work:
        lower, proven = _sparse_bounds(sparse, order, options)
    plan = _plan(graph, work, order, problem, starts, (lower, proven))
    return replace(plan, cut=cut_of((), watch))


def _check(graph: Graph, scratch: Mapping[str, int], options: PlanOptions) -> None:
    patches = [n for n in graph.nodes if n.op == "patch"]
    names = {n.name for p in patches for n in p.attrs["geometry"].nodes}
    names |= {node.name for node in graph.nodes}
    problems = [
        Problem(what=f"scratch of {size} bytes", where=name, why="no such node or negative size")
        for name, size in scratch.items()
        if name not in names or size < 0
    ]
    alignment = options.alignment_bytes
    if alignment < 4 or alignment & (alignment - 1):
        problems.append(
            Problem(what=f"alignment of {alignment} bytes", why="not a power of two of at least 4")
        )
    if problems:
        raise UsageError("the memory planner's arguments are wrong", tuple(problems))


def _orders(work: Workload, options: PlanOptions) -> OrderSearch:
    found = search_orders(work, options.max_states, options.beam_width)
    if options.reorder:
        return found
    own = tuple(range(len(work.steps)))
    return OrderSearch((own,), found.bound_units, found.unique)


def _sparse_bounds(work: Workload, order: tuple[int, ...], options: PlanOptions) -> tuple[int, int]:
    """Units for every order and for this one where rows are left out (``memory/unread.py``)."""
    lower = search_orders(work, options.max_states, options.beam_width).bound_units
    return lower, max(lower, order_bound(work, order))


def _place(
    work: Workload, search: OrderSearch, options: PlanOptions
) -> tuple[tuple[int, ...], PlacementProblem, tuple[int, ...]]:
    """The order that places best, with its problem and placement."""
    best: tuple[tuple[int, ...], PlacementProblem, tuple[int, ...]] | None = None
    top = 0
    for order in search.orders:
        bound = order_bound(work, order)
        if best is not None and bound >= top:
            break
        problem = placement_problem(work, order)
        starts = search_placement(problem, bound, options.tries, options.seed)
        if best is None or height(problem, starts) < top:
            best, top = (order, problem, starts), height(problem, starts)
    assert best is not None  # there is always the graph's own order
    return best


def _plan(
    graph: Graph,
    work: Workload,
    order: Sequence[int],
    problem: PlacementProblem,
    starts: Sequence[int],
    proven: tuple[int, int],
) -> MemoryPlan:
    """Back from units and indices to bytes and names."""
    unit = work.alignment
    lives = lifetimes(work, order)
    names = [graph.nodes[i].name for i in order]
    offsets: dict[str, int] = {}
    steps: dict[str, tuple[int, int]] = {}
    for storage, start, life in zip(work.storages, starts, lives, strict=False):
        for member in storage.members:
            offsets[member] = start * unit
            steps[member] = (life.first, life.last)
    overlaps = _overlaps(graph, work, order, problem, offsets)
    down = {o.node for o in overlaps if o.descending}
    live = _live_bytes(work, order, problem, starts)
    top = height(problem, starts)
    return MemoryPlan(
        order=tuple(names),
        segments=tuple(Segment("layer", (name,), name in down) for name in names),
        offsets=offsets,
        scratch_offsets={
            graph.nodes[node].name: starts[item] * unit for node, item in problem.scratch.items()
        },
        steps=steps,
        overlaps=overlaps,
        arena_bytes=top * unit,
        lower_bound_bytes=proven[0] * unit,
        order_bound_bytes=max(proven) * unit,
        live_bytes_per_step=live,
        peak_node=names[live.index(max(live))] if live else "",
        proof=_proof(top, proven),
        alignment_bytes=unit,
    )


def _proof(top: int, proven: tuple[int, int]) -> Proof:
    if top == proven[0]:
        return "any order"
    return "this order" if top == proven[1] else "none"


def _live_bytes(
    work: Workload, order: Sequence[int], problem: PlacementProblem, starts: Sequence[int]
) -> tuple[int, ...]:
    """Bytes of the union of everything live, per step."""
    lives = lifetimes(work, order)
    out: list[int] = []
    for at, node in enumerate(order):
        spans = [
            (start * work.alignment, start * work.alignment + storage.nbytes)
            for storage, start, life in zip(work.storages, starts, lives, strict=False)
            if life.first <= at <= life.last
        ]
        if node in problem.scratch:
            start = starts[problem.scratch[node]] * work.alignment
            spans.append((start, start + work.steps[node].scratch_units * work.alignment))
        total = end = 0
        for low, high in sorted(spans):
            total += max(0, high - max(low, end))
            end = max(end, high)
        out.append(total)
    return tuple(out)


def _overlaps(
    graph: Graph,
    work: Workload,
    order: Sequence[int],
    problem: PlacementProblem,
    offsets: Mapping[str, int],
) -> tuple[Overlap, ...]:
    out: list[Overlap] = []
    at = {node: step for step, node in enumerate(order)}
    for (x, _), index in sorted(problem.in_place.items(), key=lambda p: at[p[1]]):
        node = graph.nodes[index]
        operand = next(t for t in node.activations if t.name in work.storages[x].members)
        x_at, y_at = offsets[operand.name], offsets[node.output.name]
        ends = min(x_at + operand.nbytes, y_at + node.output.nbytes)
        if ends > max(x_at, y_at):
            reach = work.steps[index].reach[x]
            below, above = reach.below_bytes, reach.above_bytes
            ascending = below is not None and y_at - x_at <= below
            safe = below if ascending else above
            assert safe is not None  # the placement keeps to one of the two
            out.append(
                Overlap(
                    node=node.name,
                    operand=operand.name,
                    output=node.output.name,
                    distance_bytes=y_at - x_at,
                    safe_bytes=safe,
                    shared_bytes=ends - max(x_at, y_at),
                    descending=not ascending,
                )
            )
    return tuple(out)
