# SPDX-License-Identifier: Apache-2.0
"""Streamed segments: ring sizes by hand, nothing alive overwritten, the same bytes from the C."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from fuzz import VISION, profile
from hypothesis import given, settings
from hypothesis import strategies as st
from planner_graphs import Build, Clobbered, graphs, synthetic_operators
from strategies_models import graphs as models
from stream_machine import StreamMachine

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.emit.project import emit
from tvm_tiny.errors import UsageError
from tvm_tiny.graph import Graph
from tvm_tiny.passes.memory.plan import MemoryPlan, segment_calls
from tvm_tiny.passes.plan_memory import (
    PlanOptions,
    plan_memory,
    row_schedule,
)
from tvm_tiny.passes.stream.decide import plan_segments, plan_stream
from tvm_tiny.samples import random_samples
from tvm_tiny.testing.models import mobilenet_v2, squeeze_excite, tiny_convnet

MODELS = Path(__file__).parents[2] / "shared" / "models"
QUICK = PlanOptions(solver_time=0.1)


@pytest.fixture(autouse=True)
def _operators() -> Iterator[None]:
    with synthetic_operators():
        yield


def _names(graph: Graph) -> list[str]:
    return [n.name for n in graph.nodes]


def _cut(names: Sequence[str], sizes: Sequence[int]) -> list[list[str]]:
    """Segments of these sizes, repeated as long as there are nodes."""
    out: list[list[str]] = []
    at = turn = 0
    while at < len(names):
        size = sizes[turn % len(sizes)]
        out.append(list(names[at : at + size]))
        at, turn = at + size, turn + 1
    return out


# Rings by hand


def test_a_chain_keeps_the_window_of_each_consumer() -> None:
    """3x3 over 3x3 over pointwise: three rows, three rows; the pointwise reads one row."""
    b = Build()
    x = b.add("plan_rows", [b.input(1, 12, 1, 8)], (1, 12, 1, 8))
    x = b.add("plan_window", [x], (1, 12, 1, 8), k=3, s=1, p=1)
    x = b.add("plan_window", [x], (1, 12, 1, 8), k=3, s=1, p=1)
    graph = b.graph(b.add("plan_rows", [x], (1, 12, 1, 8)))
    plan = plan_segments(graph, [_names(graph)])
    assert plan.rings == {"t0": 3, "t1": 3, "t2": 1}
    calls = [n.name for n in segment_calls(plan, graph, plan.segments[0]) if n is not None]
    assert calls[:6] == ["n0", "n0", "n1", "n0", "n1", "n2"]
    assert calls[6] == "n3"


def test_a_skip_keeps_what_the_long_way_reads_ahead() -> None:
    """Row r of the sum needs row r of the skip while the two windows read on to row r + 2."""
    b = Build()
    skip = b.add("plan_rows", [b.input(1, 12, 1, 8)], (1, 12, 1, 8))
    x = b.add("plan_window", [skip], (1, 12, 1, 8), k=3, s=1, p=1)
    x = b.add("plan_window", [x], (1, 12, 1, 8), k=3, s=1, p=1)
    graph = b.graph(b.add("plan_elementwise", [x, skip], (1, 12, 1, 8)))
    plan = plan_segments(graph, [_names(graph)])
    # Rows r (the sum's) to r + 2 (below the second window's lowest row), r the window has passed.
    assert plan.rings == {"t0": 3, "t1": 3, "t2": 1}


def test_stride_two_needs_no_more_rows() -> None:
    b = Build()
    x = b.add("plan_rows", [b.input(1, 12, 1, 8)], (1, 12, 1, 8))
    graph = b.graph(b.add("plan_window", [x], (1, 6, 1, 8), k=2, s=2, p=0))
    assert plan_segments(graph, [_names(graph)]).rings == {"t0": 2}


def test_what_needs_everything_keeps_everything() -> None:
    b = Build()
    x = b.add("plan_rows", [b.input(1, 6, 1, 8)], (1, 6, 1, 8))
    graph = b.graph(b.add("plan_whole", [x], (1, 8)))
    plan = plan_segments(graph, [_names(graph)])
    assert plan.rings == {}
    assert plan.arena_bytes == 48 + 8  # row r over row r - 1 of the input, which is used up


def test_the_result_grows_over_the_input_that_is_used_up() -> None:
    """Pointwise, pointwise: row r is written when row r of the input has been read."""
    b = Build()
    x = b.add("plan_rows", [b.input(1, 10, 1, 16)], (1, 10, 1, 64))
    graph = b.graph(b.add("plan_rows", [x], (1, 10, 1, 16)))
    plan = plan_segments(graph, [_names(graph)])
    assert plan.rings == {"t0": 1}
    assert plan.arena_bytes == 160 + 64  # the ring beside both, no row to spare
    (overlap,) = plan.overlaps
    assert (overlap.operand, overlap.output, overlap.distance_bytes) == ("in0", "t1", 0)
    assert plan_memory(graph).arena_bytes == 10 * 64 + 10 * 16 - 9 * 16


def test_overlap_can_be_forbidden() -> None:
    b = Build()
    x = b.add("plan_rows", [b.input(1, 10, 1, 16)], (1, 10, 1, 64))
    graph = b.graph(b.add("plan_rows", [x], (1, 10, 1, 16)))
    for allowed, arena in ((False, 2 * 160 + 64), (("n0",), 2 * 160 + 64), (("n1",), 160 + 64)):
        plan = plan_segments(graph, [_names(graph)], None, PlanOptions(in_place=allowed))
        assert plan.arena_bytes == arena


def test_row_fed_input_is_a_ring() -> None:
    b = Build()
    x = b.add("plan_window", [b.input(1, 12, 1, 8)], (1, 12, 1, 4), k=3, s=1, p=1)
    graph = b.graph(x)
    plan = plan_stream(graph, row_fed=True)
    assert (plan.fed_input, plan.rings) == ("in0", {"in0": 3})
    assert plan.arena_bytes - plan.state_bytes == 3 * 8 + 12 * 4
    calls = segment_calls(plan, graph, plan.segments[0])
    assert [n is None for n in calls[:6]] == [True, True, False, True, False, True]


# What the plan promises


@settings(max_examples=200, deadline=None, derandomize=True)
@given(graphs(), st.lists(st.integers(1, 5), min_size=1, max_size=4))
def test_no_live_byte_is_overwritten(case: tuple[Graph, dict[str, int]], sizes: list[int]) -> None:
    graph, scratch = case
    plan = plan_segments(graph, _cut(_names(graph), sizes), scratch, QUICK)
    StreamMachine(graph, plan, scratch).run()
    calls = sorted((n.name, r) for n, r in row_schedule(plan, graph))
    layered = sorted((n.name, r) for n, r in row_schedule(plan_memory(graph), graph))
    assert calls == layered  # no row twice, none left out
    assert plan.order_bound_bytes <= plan.arena_bytes


@settings(max_examples=100, deadline=None, derandomize=True)
@given(graphs())
def test_the_chosen_plan_is_never_worse_and_keeps_its_promise(
    case: tuple[Graph, dict[str, int]],
) -> None:
    graph, scratch = case
    plan = plan_stream(graph, scratch, QUICK)
    StreamMachine(graph, plan, scratch).run()
    assert plan.arena_bytes <= plan_memory(graph, scratch, QUICK).arena_bytes
    assert MemoryPlan.from_dict(plan.to_dict()) == plan


@settings(max_examples=100, deadline=None, derandomize=True)
@given(graphs())
def test_row_fed_plans_keep_their_promise(case: tuple[Graph, dict[str, int]]) -> None:
    graph, scratch = case
    try:
        plan = plan_stream(graph, scratch, QUICK, row_fed=True)
    except UsageError:
        tensor = graph.inputs[0]
        reads = [n for n in graph.nodes if tensor in n.activations]
        simple = len(graph.inputs) == 1 and tensor.rows > 1 and tensor not in graph.outputs
        assert not (simple and reads) or any(n.op == "plan_view" for n in reads)
    else:
        StreamMachine(graph, plan, scratch).run()


def test_the_machine_notices_a_ring_too_small() -> None:
    b = Build()
    x = b.add("plan_rows", [b.input(1, 12, 1, 8)], (1, 12, 1, 8))
    graph = b.graph(b.add("plan_window", [x], (1, 12, 1, 8), k=3, s=1, p=1))
    plan = plan_segments(graph, [_names(graph)])
    StreamMachine(graph, plan, {}).run()
    with pytest.raises(Clobbered):
        StreamMachine(graph, replace(plan, rings={"t0": 2}), {}).run()


def test_wrong_segments_are_named() -> None:
    b = Build()
    x = b.add("plan_rows", [b.input(1, 4, 1, 8)], (1, 4, 1, 8))
    graph = b.graph(b.add("plan_rows", [x], (1, 4, 1, 8)))
    with pytest.raises(UsageError, match="not made before"):
        plan_segments(graph, [["n1"], ["n0"]])
    with pytest.raises(UsageError, match="once"):
        plan_segments(graph, [["n0"]])


def test_a_limit_takes_the_fastest_plan_that_fits() -> None:
    graph = tvm_tiny.build(mobilenet_v2(0.35, 48, classes=10)).compiled.graph
    layers, least = plan_memory(graph), plan_stream(graph)
    assert least.arena_bytes < layers.arena_bytes
    middle = (least.arena_bytes + layers.arena_bytes) // 2
    plan = plan_stream(graph, limit_bytes=middle)
    assert plan.arena_bytes <= middle
    assert _streamed_calls(plan, graph) < _streamed_calls(least, graph)
    assert plan_stream(graph, limit_bytes=layers.arena_bytes) == layers


def _streamed_calls(plan: MemoryPlan, graph: Graph) -> int:
    return sum(len(segment_calls(plan, graph, s)) for s in plan.segments if s.kind == "stream")


# The C


def _with_plan(artifact: Artifact, plan: MemoryPlan) -> Artifact:
    compiled = artifact.compiled
    emitted = emit(
        compiled.graph,
        plan,
        compiled.schedules,
        model=artifact.spec.model,
        core=artifact.options.target,
        model_sha256=artifact.loaded.sha256,
    )
    return Artifact(
        artifact.loaded, artifact.options, replace(compiled, plan=plan, emitted=emitted)
    )


def _scratch(artifact: Artifact) -> dict[str, int]:
    return {n: s.scratch_bytes for n, s in artifact.compiled.schedules.items()}


def _same_bytes(one: Artifact, other: Artifact) -> None:
    """Outputs and every layer, for two inputs, on the host."""
    for sample in random_samples(one.spec.inputs, 2, 3):
        a, b = (x.run(sample, "host", layers=True) for x in (one, other))
        assert a.outputs.keys() == b.outputs.keys()
        for name in a.outputs:
            np.testing.assert_array_equal(a.outputs[name], b.outputs[name])
        assert a.layers.keys() == b.layers.keys()
        for name in a.layers:
            np.testing.assert_array_equal(a.layers[name], b.layers[name])


@profile(8)
@given(models(VISION, (3, 12)), st.lists(st.integers(1, 6), min_size=1, max_size=3))
def test_streamed_c_equals_layer_by_layer(model: bytes, sizes: list[int]) -> None:
    layers = tvm_tiny.build(model)
    graph = layers.compiled.graph
    segments = _cut(layers.compiled.plan.order, sizes)
    plan = plan_segments(graph, segments, _scratch(layers), QUICK)
    _same_bytes(layers, _with_plan(layers, plan))


@pytest.mark.parametrize("row_fed", [False, True])
@pytest.mark.parametrize(
    "model", [tiny_convnet(), squeeze_excite(), mobilenet_v2(0.35, 48, classes=10)]
)
def test_least_arena_gives_the_same_bytes(model: bytes, row_fed: bool) -> None:
    layers = tvm_tiny.build(model)
    least = tvm_tiny.build(model, optimize="ram", row_fed=row_fed)
    _same_bytes(layers, least)


class _Poisoned:
    """Runs a model on the host and overwrites, after every report of the trace, dead bytes."""

    def __init__(self, artifact: Artifact) -> None:
        from tvm_tiny.toolchain import build_host_library

        spec = artifact.spec
        path = build_host_library(artifact.project_dir(), spec, trace=True)
        self.spec, self.library = spec, ctypes.CDLL(str(path))
        self.arena = np.zeros(spec.arena_bytes + 16, np.uint8)
        self.start = -self.arena.ctypes.data % 8
        self.live = StreamMachine(
            artifact.compiled.graph, artifact.compiled.plan, _scratch(artifact)
        )
        self.dead = self.live.dead_after_calls()
        self.names = artifact.compiled.emitted.step_nodes
        self.rng = np.random.default_rng(5)
        self.poisoned = 0

    def _poison(self, call: tuple[str, int]) -> None:
        dead = self.dead[call]
        arena = self.arena[self.start :][: self.spec.arena_bytes]
        arena[dead] = self.rng.integers(0, 256, int(dead.sum()), np.uint8)
        self.poisoned += int(dead.sum())

    def run(self, sample: Any) -> list[npt.NDArray[Any]]:
        def layer_done(layer: int) -> None:
            self._poison((self.names[layer], self.live.last_row(self.names[layer])))

        def row_done(layer: int, row: int) -> None:
            self._poison((self.names[layer], row))

        layer = ctypes.CFUNCTYPE(None, ctypes.c_int32)(layer_done)
        row = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_int32)(row_done)
        self.library.tvm_tiny_host_on_layer(layer)
        self.library.tvm_tiny_host_on_row(row)
        ins = [np.ascontiguousarray(sample[io.name]) for io in self.spec.inputs]
        outs = [np.zeros(io.shape, io.dtype) for io in self.spec.outputs]
        pointers = [(ctypes.c_void_p * len(a))(*(x.ctypes.data for x in a)) for a in (ins, outs)]
        run = getattr(self.library, f"{self.spec.model}_run")
        address = ctypes.c_void_p(self.arena.ctypes.data + self.start)
        assert run(address, *pointers) == 0
        return outs


@pytest.mark.parametrize("row_fed", [False, True])
def test_poison_in_dead_bytes_changes_nothing(row_fed: bool) -> None:
    model = mobilenet_v2(0.35, 48, classes=10)
    layers = tvm_tiny.build(model)
    least = tvm_tiny.build(model, optimize="ram", row_fed=row_fed)
    assert any(s.kind == "stream" for s in least.compiled.plan.segments)
    poisoned = _Poisoned(least)
    for sample in random_samples(layers.spec.inputs, 2, 3):
        want = layers.run(sample, "host").outputs
        got = poisoned.run(sample)
        for value, expected in zip(got, want.values(), strict=True):
            np.testing.assert_array_equal(value, expected)
    assert poisoned.poisoned > 100_000


# Rows fed from C


class _Pushed:
    """The row-fed interface of a host library."""

    def __init__(self, artifact: Artifact) -> None:
        from tvm_tiny.toolchain import build_host_library

        spec = artifact.spec
        path = build_host_library(artifact.project_dir(), spec, trace=False)
        library = ctypes.CDLL(str(path))
        self.spec, self.model = spec, spec.model
        self.start = getattr(library, f"{spec.model}_push_start")
        self.rows = getattr(library, f"{spec.model}_push_rows")
        self.memory = np.full(spec.arena_bytes + 16, 0xA5, np.uint8)
        self.arena = ctypes.c_void_p(self.memory.ctypes.data + -self.memory.ctypes.data % 8)
        self.out = np.zeros(spec.outputs[0].shape, spec.outputs[0].dtype)
        self.outs = (ctypes.c_void_p * 1)(self.out.ctypes.data)

    def begin(self) -> int:
        return int(self.start(self.arena))

    def push(self, rows: npt.NDArray[Any], count: int | None = None) -> int:
        data = np.ascontiguousarray(rows)
        size = ctypes.c_uint32(len(data) if count is None else count)
        return int(self.rows(self.arena, ctypes.c_void_p(data.ctypes.data), size, self.outs))


def test_rows_are_pushed_in_any_portions_and_two_runs_at_once() -> None:
    artifact = tvm_tiny.build(tiny_convnet(), row_fed=True)
    one, two = _Pushed(artifact), _Pushed(artifact)
    images = [
        s[artifact.spec.inputs[0].name][0] for s in random_samples(artifact.spec.inputs, 2, 1)
    ]
    assert one.begin() == two.begin() == 0
    for row in range(31):
        assert one.push(images[0][row : row + 1]) == 1
        if row % 2:
            assert two.push(images[1][row - 1 : row + 1]) == 1
    assert one.push(images[0][31:]) == 0
    assert two.push(images[1][30:]) == 0
    for pushed, image in ((one, images[0]), (two, images[1])):
        want = tvm_tiny.build(tiny_convnet()).run(image[np.newaxis], "host").output
        np.testing.assert_array_equal(pushed.out, want)


def test_misuse_of_pushed_rows_is_an_error() -> None:
    artifact = tvm_tiny.build(tiny_convnet(), row_fed=True)
    pushed = _Pushed(artifact)
    image = np.zeros((32, 32, 3), np.int8)
    assert pushed.push(image) == -3  # not started
    assert pushed.begin() == 0
    assert pushed.push(image, 33) == -4
    assert pushed.push(image[:5]) == 1
    assert pushed.push(image, 28) == -4
    assert pushed.push(image[5:]) == 0
    assert pushed.push(image[:1]) == -3  # finished
    null = ctypes.c_void_p(None)
    assert pushed.start(null) == -1
    assert pushed.rows(pushed.arena, null, ctypes.c_uint32(1), pushed.outs) == -1
    odd = ctypes.c_void_p((pushed.arena.value or 0) + 4)
    assert pushed.start(odd) == -2


@pytest.mark.simulator
def test_rows_are_pushed_on_the_simulated_core() -> None:
    artifact = tvm_tiny.build(tiny_convnet(), row_fed=True)
    (sample,) = random_samples(artifact.spec.inputs, 1, 4)
    image = sample[artifact.spec.inputs[0].name][0]
    feed = artifact.feed()
    assert feed.push(image[0]) is None
    assert feed.push(image[1:20]) is None
    with pytest.raises(UsageError, match="1 to 12 rows"):
        feed.push(image)
    outputs = feed.push(image[20:])
    assert outputs is not None
    want = tvm_tiny.build(tiny_convnet()).run(sample, "host").outputs
    for name, value in outputs.items():
        np.testing.assert_array_equal(value, want[name])
    with pytest.raises(UsageError, match="whole"):
        tvm_tiny.build(tiny_convnet()).feed()


# Figures

FIGURES = [
    ("vww_96_int8", 29_500, 15_500),
    ("ic_resnet8_int8", 17_500, 17_500),
    ("kws_ds_cnn_int8", 9_000, 9_000),
    ("mcunet_vww", 25_000, 22_500),
    ("mcunetv2_large", 290_000, 290_000),
    ("mobilenet_v2 0.35 144", 72_000, 37_000),
    ("mobilenet_v2 1.0 224", 215_000, 135_000),
]


@pytest.mark.parametrize(("name", "whole", "fed"), FIGURES)
def test_arena_of_known_models(name: str, whole: int, fed: int) -> None:
    """Arena at no recompute, everything in it; workspaces of the kernels included."""
    if name.startswith("mobilenet"):
        _, width, size = name.split()
        model: Any = mobilenet_v2(float(width), int(size))
    else:
        model = MODELS / f"{name}.tflite"
        if not model.exists():
            pytest.skip(f"{model.name} is not here")
    layers = tvm_tiny.build(model)
    for row_fed, limit in ((False, whole), (True, fed)):
        artifact = tvm_tiny.build(model, optimize="ram", row_fed=row_fed)
        assert artifact.compiled.plan.arena_bytes <= limit
        graph = layers.compiled.graph
        made = sum(1 for _ in row_schedule(artifact.compiled.plan, artifact.compiled.graph))
        assert made == sum(1 for _ in row_schedule(layers.compiled.plan, graph))
