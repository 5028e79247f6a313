# SPDX-License-Identifier: Apache-2.0
"""The arena plan: nothing alive is overwritten, bounds hold, small optima are optima."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hang import BUSY
from hypothesis import given, settings
from paths import ROOT, TESTS, WITHOUT_TORCH, shared
from planner_graphs import Build, Clobbered, Machine, graphs, synthetic_operators

from tvm_tiny.errors import UsageError
from tvm_tiny.frontends.loader import load
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.memory_plan import MemoryPlan, Segment
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.memory.placement import is_legal, placement_problem, search_placement
from tvm_tiny.passes.memory.solver import solve_placement
from tvm_tiny.passes.memory.storage import build_workload
from tvm_tiny.passes.plan.follow_rows import row_schedule
from tvm_tiny.passes.plan.memory_pass import PlanMemory
from tvm_tiny.passes.plan.on_module import attached_plan
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.pipeline import graph_passes

QUICK = PlanOptions(solver_time=0.1)


@pytest.fixture(scope="module", autouse=True)
def _operators() -> Iterator[None]:
    with synthetic_operators():
        yield


def _pointwise_chain(layers: int) -> Graph:
    b = Build()
    x = b.input(1, 8, 1, 16)
    for _ in range(layers):
        x = b.add("plan_rows", [x], x.shape)
    return b.graph(x)


def _branches(width: int, depth: int) -> Graph:
    """Parallel chains of different sizes, summed in the end."""
    b = Build()
    x = b.input(1, 8, 1, 16)
    ends = []
    for branch in range(width):
        y = x
        for layer in range(depth):
            y = b.add("plan_rows", [y], (1, 8, 1, 4 * (1 + (branch * 7 + layer * 3) % 9)))
        ends.append(b.add("plan_rows", [y], x.shape))
    total = ends[0]
    for end in ends[1:]:
        total = b.add("plan_elementwise", [total, end], x.shape)
    return b.graph(total)


# What the plan promises


@settings(max_examples=300, deadline=None)
@given(graphs())
def test_no_live_byte_is_overwritten(case: tuple[Graph, dict[str, int]]) -> None:
    graph, scratch = case
    plan = plan_memory(graph, scratch, QUICK)
    Machine(graph, plan, scratch).run(row_schedule(plan, graph))
    assert plan.lower_bound_bytes <= plan.order_bound_bytes <= plan.arena_bytes
    assert max(plan.live_bytes_per_step) <= plan.arena_bytes
    assert all(at % 4 == 0 for at in [*plan.offsets.values(), *plan.scratch_offsets.values()])
    assert plan.optimal == (plan.gap_bytes == 0)


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_overlap_only_saves(case: tuple[Graph, dict[str, int]]) -> None:
    graph, scratch = case
    plan = plan_memory(graph, scratch, replace(QUICK, in_place=False))
    Machine(graph, plan, scratch).run(row_schedule(plan, graph))
    assert not plan.overlaps
    assert plan_memory(graph, scratch, QUICK).lower_bound_bytes <= plan.arena_bytes


@settings(max_examples=60, deadline=None)
@given(graphs())
def test_schedule_makes_every_row_once_after_its_operands(
    case: tuple[Graph, dict[str, int]],
) -> None:
    graph, scratch = case
    plan = plan_memory(graph, scratch, QUICK)
    calls = [(node.name, row) for node, row in row_schedule(plan, graph)]
    made = [n for n in graph.nodes if not lookup(n.op).is_view]
    assert sorted(calls) == sorted((n.name, r) for n in made for r in range(n.output.rows))
    assert sorted(plan.order) == sorted(n.name for n in graph.nodes)
    maker = {n.output.name: n.name for n in graph.nodes}
    for node in graph.nodes:
        for tensor in node.activations:
            if tensor.name in maker:
                assert plan.order.index(maker[tensor.name]) < plan.order.index(node.name)


def test_the_machine_notices_a_distance_too_far() -> None:
    """The judge of these tests is not blind: one unit beyond the safe distance is caught."""
    graph = _pointwise_chain(1)
    plan = plan_memory(graph)
    assert plan.offsets == {"in0": 16, "t0": 0}
    for bad in ({"in0": 12, "t0": 0}, {"in0": 0, "t0": 0}, {"in0": 0, "t0": 16}):
        wrong = replace(plan, offsets=bad)
        with pytest.raises(Clobbered):
            Machine(graph, wrong, {}).run(row_schedule(wrong, graph))


# Optimality


def _orders(graph: Graph) -> Iterator[tuple[Node, ...]]:
    inputs = {t.name for t in graph.inputs}
    for order in itertools.permutations(graph.nodes):
        known = set(inputs)
        for node in order:
            if not all(t.name in known for t in node.activations):
                break
            known.add(node.output.name)
        else:
            yield order


def _works(graph: Graph, plan: MemoryPlan) -> bool:
    try:
        Machine(graph, plan, {}).run(row_schedule(plan, graph))
    except (Clobbered, IndexError):
        return False
    return True


def _anything_fits(
    graph: Graph, plan: MemoryPlan, arena: int, orders: Sequence[tuple[Node, ...]]
) -> bool:
    """Whether any offsets and row directions survive in an arena of so many bytes.

    Layers over two operands run ascending, as the planner has it.
    """
    unit = plan.alignment_bytes
    names = list(plan.offsets)
    shapes = {t.name: t.nbytes for t in graph.tensors()}
    ranges = [range(0, arena - shapes[n] + 1, unit) for n in names]
    for offsets in itertools.product(*ranges):
        if min(offsets):
            continue  # the same further down
        for order in orders:
            ways = [(False,) if len(n.activations) > 1 else (False, True) for n in order]
            for down in itertools.product(*ways):
                segments = tuple(
                    Segment("layer", (n.name,), d) for n, d in zip(order, down, strict=True)
                )
                trial = replace(
                    plan,
                    arena_bytes=arena,
                    offsets=dict(zip(names, offsets, strict=True)),
                    segments=segments,
                )
                if _works(graph, trial):
                    return True
    return False


def _reads_everything(node: Node) -> bool:
    """Whether the calls of a node read every row of every operand."""
    calls = [lookup(node.op).row_call(node, row) for row in range(node.output.rows)]
    return all(
        set().union(*(c.needed(i, t.rows) for c in calls)) == set(range(t.rows))
        for i, t in enumerate(node.operands)
    )


@settings(max_examples=12, deadline=None)
@given(graphs(nodes=3, kinds="rrwea", row_bytes=4))
def test_no_smaller_arena_works_by_brute_force(case: tuple[Graph, dict[str, int]]) -> None:
    graph, _ = case
    plan = plan_memory(graph)
    assert plan.optimal or not all(map(_reads_everything, graph.nodes))
    unit, orders = plan.alignment_bytes, list(_orders(graph))
    assert not _anything_fits(graph, plan, plan.lower_bound_bytes - unit, orders)
    if plan.order_bound_bytes > plan.lower_bound_bytes:
        own = [o for o in orders if tuple(n.name for n in o) == plan.order]
        assert not _anything_fits(graph, plan, plan.order_bound_bytes - unit, own)


def _every_other_row(rows: int, row_bytes: int, made_bytes: int) -> Graph:
    """A 1x1 window with stride 2 that leaves every other row of its operand out."""
    b = Build()
    x = b.input(1, rows, 1, row_bytes)
    return b.graph(b.add("plan_window", [x], (1, (rows + 1) // 2, 1, made_bytes), k=1, s=2, p=0))


def test_an_arena_beside_rows_that_nobody_reads_is_not_called_minimal() -> None:
    """Two rows of four bytes fit into the row of eight that the window leaves out."""
    graph = _every_other_row(3, 8, 4)
    plan = plan_memory(graph)
    orders = list(_orders(graph))
    assert (plan.arena_bytes, plan.lower_bound_bytes, plan.proof) == (28, 24, "none")
    assert _anything_fits(graph, plan, 24, orders)
    assert not _anything_fits(graph, plan, 20, orders)


def test_rows_that_nobody_reads_elsewhere_leave_the_proof() -> None:
    """What the fullest step needs is read to the last row: the arena is still proven."""
    b = Build()
    wide = b.add("plan_rows", [b.input(1, 4, 1, 8)], (1, 4, 1, 32))
    x = b.add("plan_rows", [wide], (1, 4, 1, 8))
    plan = plan_memory(b.graph(b.add("plan_window", [x], (1, 2, 1, 8), k=1, s=2, p=0)))
    assert (plan.arena_bytes, plan.proof) == (4 * 32 + 8, "any order")


def test_order_is_chosen_for_the_peak() -> None:
    """Finish the branch that shrinks before the other is started, though the model does not."""
    b = Build()
    x = b.input(1, 1, 1, 40)
    big1 = b.add("plan_whole", [x], (1, 1, 1, 400))
    big2 = b.add("plan_whole", [x], (1, 1, 1, 400))
    small1 = b.add("plan_whole", [big1], (1, 1, 1, 40))
    small2 = b.add("plan_whole", [big2], (1, 1, 1, 40))
    graph = b.graph(b.add("plan_elementwise", [small1, small2], (1, 1, 1, 40)))
    plan = plan_memory(graph)
    assert (plan.arena_bytes, plan.proof) == (480, "any order")
    assert plan_memory(graph, options=PlanOptions(reorder=False)).arena_bytes == 840
    Machine(graph, plan, {}).run(row_schedule(plan, graph))


def test_a_chain_goes_to_and_fro() -> None:
    """However long, a chain of equal layers costs one row more than a tensor."""
    plan = plan_memory(_pointwise_chain(12))
    assert (plan.arena_bytes, plan.proof) == (9 * 16, "any order")
    assert {s.descending for s in plan.segments} == {True, False}


def test_solver_improves_a_poor_hint_and_proves_it() -> None:
    work = build_workload(_branches(3, 3), {}, 4, True)
    order = range(len(work.steps))
    problem = placement_problem(work, order)
    poor = tuple(itertools.accumulate(problem.units, initial=0))[:-1]
    assert is_legal(problem, poor)
    found, proven = solve_placement(problem, poor, 1, 5.0, 0)
    assert is_legal(problem, found)
    top = max(s + u for s, u in zip(found, problem.units, strict=True))
    assert proven == top
    searched = search_placement(problem, proven, 64, 0)
    assert max(s + u for s, u in zip(searched, problem.units, strict=True)) >= proven


@pytest.mark.parametrize(
    ("model", "arena_bytes"),
    [
        # 48x48 rows of 8 bytes expanded to 16: the result and the last row of the operand
        ("vww_96_int8", 48 * 48 * 16 + 48 * 8),
        # 25 rows of 5 * 64 and the two that a 3x3 window holds back
        ("kws_ds_cnn_int8", (25 + 2) * 320),
        # the first block's sum: skip connection, and a 3x3 convolution over its own operand
        ("ic_resnet8_int8", 32 * 512 + (32 + 2) * 512),
        ("ad_autoencoder_int8", 640 + 128),
        # 40 rows of 40 * 48 over 20 rows of half the width: the float image is the caller's
        ("mcunet_vww", 40 * 1920 + 960),
    ],
)
def test_models_are_planned_to_proven_optimality(model: str, arena_bytes: int) -> None:
    path = shared(f"models/{model}.tflite")
    module = load(path).module
    for step, _ in graph_passes():
        module = step(module)
    start = time.process_time()
    planned = PlanMemory()(module)
    assert time.process_time() - start < 2 * BUSY
    plan = attached_plan(planned)
    assert attached_plan(module) is None
    assert plan is not None
    assert (plan.arena_bytes, plan.proof) == (arena_bytes, "any order")
    graph = extract(planned)
    Machine(graph, plan, {}).run(row_schedule(plan, graph))


# What lives where


def test_float_interfaces_are_not_in_the_arena() -> None:
    b = Build()
    x = b.input(1, 4, 4, 1, dtype="float32")
    q = b.add("plan_rows", [x], (1, 4, 4, 1))
    y = b.add("plan_rows", [q], (1, 4, 4, 1), dtype="float32")
    out = b.add("plan_view", [y], (1, 16), dtype="float32")
    plan = plan_memory(b.graph(out))
    assert (dict(plan.offsets), plan.arena_bytes) == ({"t0": 0}, 16)


def test_views_share_bytes_and_lifetime_to_the_end() -> None:
    b = Build()
    x = b.input(1, 4, 1, 4)
    y = b.add("plan_rows", [x], (1, 4, 1, 4))
    first = b.add("plan_view", [y], (1, 16))
    second = b.add("plan_view", [first], (2, 8))
    z = b.add("plan_rows", [y], (1, 4, 1, 4))
    graph = b.graph(second, z)
    plan = plan_memory(graph)
    assert len({plan.offsets[n] for n in ("t0", "t1", "t2")}) == 1
    assert plan.steps["t0"] == plan.steps["t2"] == (0, 4)
    assert plan.arena_bytes == 32
    Machine(graph, plan, {}).run(row_schedule(plan, graph))


def test_input_that_is_an_output_stays_whole() -> None:
    b = Build()
    x = b.input(1, 4, 1, 4)
    y = b.add("plan_elementwise", [x, x], x.shape)
    plan = plan_memory(b.graph(x, y, b.add("plan_view", [x], (16,))))
    assert plan.steps["in0"] == (-1, 2)
    assert (plan.arena_bytes, plan.overlaps) == (32, ())
    assert plan.offsets["t1"] == plan.offsets["in0"]


def test_graph_without_nodes() -> None:
    b = Build()
    x = b.input(1, 4, 1, 5)
    plan = plan_memory(b.graph(x))
    assert (plan.arena_bytes, plan.order, plan.proof) == (20, (), "any order")


def test_scratch_counts_at_its_own_step_only() -> None:
    graph = _pointwise_chain(2)
    plan = plan_memory(graph, {"n1": 50})
    assert plan.arena_bytes == 144 + 52
    assert plan.peak_node == "n1"
    assert plan.live_bytes_per_step[0] == 144


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(UsageError, match="nobody") as caught:
        plan_memory(_pointwise_chain(1), {"nobody": 4}, PlanOptions(alignment_bytes=6))
    assert len(caught.value.problems) == 2


# Repeatable, printable, fast


def test_plan_survives_json_and_prints_its_proof() -> None:
    plan = plan_memory(_pointwise_chain(3), {"n1": 8})
    assert MemoryPlan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    text = str(plan)
    assert "arena 152 bytes, minimal for layer by layer, in any order" in text
    assert "t0 over in0 at" in text
    assert "scratch of n1" in text


def test_an_unproven_plan_prints_its_gap() -> None:
    graph = _branches(3, 3)
    lazy = PlanOptions(tries=1, solver_time=0, max_states=1, reorder=False)
    plan = plan_memory(graph, options=lazy)
    assert plan.arena_bytes > plan.order_bound_bytes
    assert f"gap {plan.gap_bytes} bytes" in str(plan)


def test_same_plan_in_every_process() -> None:
    code = (
        f"{WITHOUT_TORCH}sys.path[:0] = sys.argv[1:]\n"
        "import test_plan_memory as t\n"
        "with t.synthetic_operators(): print(t.plan_memory(t._branches(4, 4)).to_dict())"
    )
    tests = [str(TESTS / "planning"), str(TESTS / "helpers"), str(ROOT)]
    texts = {
        subprocess.run(
            [sys.executable, "-c", code, *tests],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert texts == {f"{plan_memory(_branches(4, 4)).to_dict()}\n"}


@pytest.mark.parametrize(("width", "depth"), [(1, 150), (5, 20), (16, 7), (40, 3)])
def test_large_graphs_take_seconds(width: int, depth: int) -> None:
    """Branch by branch: the input, the running sum and two layers of at most 288 bytes."""
    graph = _branches(width, depth)
    start = time.process_time()
    plan = plan_memory(graph)
    assert time.process_time() - start < 10 * BUSY
    assert plan.arena_bytes <= 128 + 128 + 2 * 288
    Machine(graph, plan, {}).run(row_schedule(plan, graph))
