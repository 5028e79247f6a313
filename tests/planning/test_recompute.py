# SPDX-License-Identifier: Apache-2.0
"""Patches as plans: which rows and columns, where they lie, what does not fit, what it costs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from op_harness import make_node, run_node
from planner_graphs import Build, constant
from poison import dead_in_tile

from tvm_tiny.arithmetic.quant import mean_params
from tvm_tiny.errors import UsageError
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.reduce import adds_up_by_rows
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.plan.follow import plan_rewritten
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.plan.segments import plan_segments
from tvm_tiny.passes.recompute.arrange import Arranged, arrange
from tvm_tiny.passes.recompute.geometry import PatchBand, Patched, Tile, make_geometry
from tvm_tiny.passes.recompute.rewrite import apply_rewrites

Cells = dict[str, tuple[set[int], set[int]]]
"""Tensor -> rows and columns."""


def _window(build: Build, x: Any, draw: st.DrawFn) -> Any:
    """A depthwise convolution or a pool with any window that fits, no row of padding alone."""
    pool, attrs = draw(st.booleans()), {"strides": [], "padding": [0, 0, 0, 0]}
    kernels, shape = [], [1]
    dilations = [1, 1] if pool else [draw(st.integers(1, 2)) for _ in "hw"]
    for axis, dilation in enumerate(dilations):
        extent = x.shape[1 + axis]
        kernel = draw(st.integers(1, min(5, (extent - 1) // dilation + 1)))
        stride = draw(st.integers(1, 3))
        before, after = (draw(st.integers(0, (kernel - 1) * dilation // 2)) for _ in "be")
        attrs["strides"].append(stride)
        attrs["padding"][axis], attrs["padding"][axis + 2] = before, after
        kernels.append(kernel)
        shape.append((extent + before + after - (kernel - 1) * dilation - 1) // stride + 1)
    shape.append(x.shape[3])
    attrs["dilation"] = dilations
    if pool:
        return build.add("avg_pool2d", [x], shape, kernel=kernels, **attrs)
    weight = constant(*kernels, x.shape[3])
    return build.add("depthwise_conv2d", [x, weight, *[constant(x.shape[3])] * 3], shape, **attrs)


@st.composite
def _chains(draw: st.DrawFn) -> tuple[Graph, int, int]:
    """Windows, elements and skips, all read inside but the last; rows of a band, and tiles."""
    build = Build()
    x = build.input(1, draw(st.integers(5, 14)), draw(st.integers(5, 14)), 2)
    for _ in range(draw(st.integers(1, 4))):
        if draw(st.integers(0, 3)):
            x = _window(build, x, draw)
        else:
            y = build.add("lut", [x, constant(256)], x.shape)
            x = build.add("add", [x, y], x.shape)
    height, width = x.shape[1:3]
    rows = draw(st.sampled_from([d for d in range(1, height + 1) if height % d == 0]))
    return build.graph(x), rows, draw(st.integers(1, min(6, width)))


def _read(node: Node, axis: int, made: set[int]) -> set[int]:
    """Rows (axis 0) or columns (1) of the first operand under some of the result."""
    if node.op in ("lut", "add"):
        return made
    a, extent = node.attrs, node.operands[0].shape[1 + axis]
    kernel = a["kernel"][axis] if "kernel" in a else node.operands[1].shape[axis]
    first = {i * a["strides"][axis] - a["padding"][axis] for i in made}
    taps = {f + k * a["dilation"][axis] for f in first for k in range(kernel)}
    if axis:  # of columns, those between a tap in the padding and the next are made too
        taps = set(range(min(taps), max(taps) + 1))
    return {t for t in taps if 0 <= t < extent}


def _brute(graph: Graph, rows: set[int], columns: set[int]) -> Cells:
    """What a rectangle of the result needs of every tensor, tap by tap; gaps are made as well."""
    cells: Cells = {graph.outputs[0].name: (rows, columns)}
    for node in reversed(graph.nodes):
        made = cells[node.output.name]
        for tensor in node.activations:
            both = tuple(_read(node, axis, m) for axis, m in enumerate(made))
            old = cells.get(tensor.name, (set(), set()))
            whole = [s | o for s, o in zip(both, old, strict=True)]
            spans = [set(range(min(s), max(s) + 1)) for s in whole]
            cells[tensor.name] = spans[0], spans[1]
    return cells


def _parts(geometry: Patched) -> Iterator[tuple[PatchBand, Tile]]:
    return ((b, t) for b in geometry.bands for t in geometry.tiles)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(_chains())
def test_halos_are_those_of_a_count_tap_by_tap(case: tuple[Graph, int, int]) -> None:
    graph, rows, tiles = case
    geometry = make_geometry(graph.nodes, rows, tiles)
    if isinstance(geometry, str):
        assert any(why in geometry for why in ("nothing but padding", "alone", "as a whole"))
        return
    height, width = graph.outputs[0].shape[1:3]
    step = -(-width // tiles)
    macs = 0
    parts = _parts(geometry)
    for top in range(0, height, rows):
        for left in range(0, width, step):
            band, tile = next(parts)
            right = min(width, left + step)
            cells = _brute(graph, set(range(top, top + rows)), set(range(left, right)))
            # Windows move on evenly: the first ones may begin above the first row.
            assert tuple(max(0, r) for r in band.reads) == (min(cells["in0"][0]),)
            for at, node in enumerate(graph.nodes):
                made = cells[node.output.name]
                assert band.starts[at] == min(made[0])
                assert band.calls.count(at) == len(made[0])
                assert tile.columns[at] == min(made[1])
                narrow = geometry.variants[tile.variant].nodes[at]
                assert narrow.output.shape[2] == len(made[1])
                shape = node.output.shape
                share = len(made[0]) * len(made[1]) / (shape[1] * shape[2])
                macs += round(lookup(node.op).macs(node) * share)
    assert next(parts, None) is None
    assert geometry.macs == macs


@settings(max_examples=40, deadline=None, derandomize=True)
@given(_chains(), st.integers(0, 40))
def test_nothing_alive_in_a_workspace_is_overwritten(
    case: tuple[Graph, int, int], size: int
) -> None:
    graph, rows, tiles = case
    geometry = make_geometry(graph.nodes, rows, tiles)
    if isinstance(geometry, str):
        return
    scratch = {n.name: size + i for i, n in enumerate(graph.nodes) if size}
    arranged = arrange(geometry, scratch)
    for band, tile in _parts(geometry):
        _run_tile(geometry, band, tile, arranged, scratch)
        masks = dead_in_tile(geometry, geometry.variants[tile.variant], band, arranged)
        last = len(geometry.nodes) - 1
        assert len(masks) == sum(c != last for c in band.calls)
        assert all(isinstance(m, np.ndarray) for m in masks)


def _run_tile(
    geometry: Patched, band: PatchBand, tile: Tile, arranged: Arranged, scratch: dict[str, int]
) -> None:
    """Every byte of the workspace knows whose it is."""
    owner: list[Any] = [None] * arranged.size_bytes
    nodes = geometry.variants[tile.variant].nodes
    makers = {n.output.name: i for i, n in enumerate(geometry.nodes)}
    made = list(band.starts)

    def slot(layer: int, row: int) -> range:
        tensor = nodes[layer].output
        held = geometry.rings[tensor.name]
        first = arranged.offsets[tensor.name] + row % held * tensor.row_bytes
        return range(first, first + tensor.row_bytes)

    for layer in band.calls:
        row, node, whole = made[layer], nodes[layer], geometry.nodes[layer]
        made[layer] += 1
        at = arranged.offsets.get(f"scratch of {whole.name}", 0)
        work = range(at, at + scratch.get(whole.name, 0))
        assert work.stop <= arranged.size_bytes
        for i in work:
            owner[i] = "work"
        call = lookup(node.op).row_call(node, row)
        if layer + 1 < len(nodes):
            for k, i in enumerate(slot(layer, row)):
                owner[i] = (layer, row, k)
        for k, tensor in enumerate(node.operands):
            if tensor.data is None and tensor.name in makers:
                maker = makers[tensor.name]
                for r in call.needed(k, tensor.rows):
                    assert [owner[i] for i in slot(maker, r)] == [
                        (maker, r, j) for j in range(nodes[maker].output.row_bytes)
                    ]
        assert all(owner[i] == "work" for i in work)


def _diamond() -> Graph:
    """A stem read by two, joined; a mean of it that scales it."""
    build = Build()
    x = build.input(1, 6, 8, 4)
    stem = build.add("lut", [x, constant(256)], x.shape)
    left = build.add("lut", [stem, constant(256)], x.shape)
    right = build.add("add", [stem, left], x.shape)
    attrs = {"axes": [1, 2], "keep_dims": True}
    mean = build.add("mean", [right], (1, 1, 1, 4), **attrs)
    return build.graph(build.add("mul", [right, mean], x.shape))


def _again(*nodes: str, to: tuple[str, ...]) -> Rewrite:
    return Rewrite("again", nodes, readers=to)


@pytest.mark.parametrize(
    ("rewrites", "why"),
    [
        ((_again("n0", to=()),), "needs readers"),
        ((_again("n1", to=("n1",)),), "needs readers, all of them behind"),
        ((_again("n2", to=("n1",)),), "needs readers, all of them behind"),
        ((_again("n0", to=("n3",)),), "no reader reads 't0'"),
        ((_again("n2", to=("n3", "n4")),), "nobody else reads 't2'"),
        ((_again("n0", to=("n2", "n4")),), "'n4' reads nothing that is made again"),
        ((_again("n2", to=("n9",)),), "there is no node 'n9'"),
        ((Rewrite("patch", ("n2",)), _again("n2_patch", to=("n4",))), "a patch cannot run twice"),
        ((Rewrite("by_rows", ("n0",)),), "no mean over rows and columns"),
        ((Rewrite("by_rows", ("n3", "n4")),), "no mean over rows and columns"),
        ((Rewrite("by_rows", ()),), "no node is named"),
        ((Rewrite("patch", ("n2", "n3")),), "'n4' reads 't2' too"),
        ((Rewrite("patch", ("n3",)),), "n3 cannot make columns 0 to 1 alone"),
        ((Rewrite("patch", ("n2", "n4")),), "'n3' reads 't2' too"),
        ((Rewrite("patch", ("n1", "n2")), Rewrite("patch", ("n1",))), "there is no node 'n1'"),
        ((Rewrite("by_rows", ("n3",)), Rewrite("patch", ("n3",))), "n3 must run whole"),
    ],
)
def test_rewrites_that_do_not_fit(rewrites: tuple[Rewrite, ...], why: str) -> None:
    with pytest.raises(UsageError) as caught:
        apply_rewrites(_diamond(), rewrites)
    assert why in str(caught.value)


def test_names_that_are_taken() -> None:
    build = Build()
    x = build.input(1, 4, 4, 2)
    y = build.add("lut", [x, constant(256)], x.shape)
    graph = build.graph(build.add("lut", [y, constant(256)], x.shape))
    named = [Node("n1_patch", "lut", graph.nodes[0].operands, y), graph.nodes[1]]
    with pytest.raises(UsageError, match="'n1_patch' is taken"):
        apply_rewrites(
            Graph(graph.inputs, graph.outputs, tuple(named)), [Rewrite("patch", ("n1",))]
        )


REWRITES = (
    _again("n1", "n2", to=("n4",)),
    Rewrite("by_rows", ("n3",)),
    Rewrite("patch", ("n1_again", "n2_again"), 2, 3),
)


def test_applied_twice_is_applied_once() -> None:
    once = apply_rewrites(_diamond(), REWRITES)
    ops = [n.op for n in once.nodes]
    assert ops == ["lut", "lut", "add", "mean_rows", "patch", "reshape", "mul"]
    assert apply_rewrites(once, REWRITES) is once
    # The scaling reads what was made again, in bands; the patch begins with the stem.
    patch, view, scaled = once.nodes[-3:]
    assert [t.name for t in patch.operands] == ["t0"]
    assert patch.output.shape == (1, 3, 16, 4)
    assert view.output.name == "t2_again"
    assert scaled.operands[0].name == "t2_again"


@pytest.mark.parametrize("streamed", [False, True])
def test_plans_survive_json(streamed: bool) -> None:
    graph = _diamond()
    if streamed:
        names = [n.name for n in apply_rewrites(graph, REWRITES).nodes]
        plan = plan_segments(graph, [names[:4], names[4:]], rewrites=REWRITES)
    else:
        plan = plan_rewritten(graph, REWRITES)
    again = MemoryPlan.from_dict(json.loads(json.dumps(plan.to_dict())))
    assert again == plan
    assert again.rewrites == REWRITES
    nodes = planned_graph(again, graph).nodes
    assert sorted(again.order) == sorted(n.name for n in nodes)


def test_smaller_tiles_cost_more_and_need_less() -> None:
    build = Build()
    x = build.input(1, 16, 24, 4)
    for _ in range(3):
        weight = constant(3, 3, 4)
        attrs = {"strides": [1, 1], "dilation": [1, 1], "padding": [1, 1, 1, 1]}
        x = build.add("depthwise_conv2d", [x, weight, *[constant(4)] * 3], x.shape, **attrs)
    found = [make_geometry(build.nodes, 1, tiles) for tiles in (1, 2, 3, 6, 12)]
    patches = [p for p in found if isinstance(p, Patched)]
    assert len(patches) == len(found)
    for few, many in pairwise(patches):
        assert few.macs < many.macs
        assert arrange(few, {}).size_bytes > arrange(many, {}).size_bytes
    # One band of all rows, one tile: nothing is computed twice.
    whole = make_geometry(build.nodes, 16, 1)
    assert isinstance(whole, Patched)
    assert whole.macs == sum(lookup(n.op).macs(n) for n in build.nodes)


@pytest.mark.parametrize("shape", [(1, 5, 3, 4), (1, 2, 1, 1), (1, 40, 30, 3), (1, 7, 7, 33)])
@pytest.mark.parametrize("keep_dims", [False, True])
def test_means_row_by_row_are_means(shape: tuple[int, ...], keep_dims: bool) -> None:
    rng = np.random.default_rng(sum(shape))
    x = rng.integers(-128, 128, shape, np.int8)
    numbers = mean_params(0.02, -7, 0.011, 9, shape[1] * shape[2])
    attrs = {"axes": [1, 2], "keep_dims": keep_dims, **numbers}
    assert adds_up_by_rows(make_node("mean", [x], attrs))
    by_rows = run_node("mean_rows", [x], attrs)
    np.testing.assert_array_equal(by_rows, run_node("mean", [x], attrs))
    for extreme in (-128, 127):
        full = np.full(shape, extreme, np.int8)
        same = run_node("mean", [full], attrs)
        np.testing.assert_array_equal(run_node("mean_rows", [full], attrs), same)


@pytest.mark.parametrize(
    ("shape", "axes", "fits"),
    [
        ((1, 4, 5, 3), [1, 2], True),
        ((1, 4, 5, 3), [-2, -3], True),
        ((1, 1, 5, 3), [1, 2], False),
        ((2, 4, 5, 3), [1, 2], False),
        ((1, 4, 5, 3), [1], False),
        ((1, 4, 5, 3), [1, 2, 3], False),
        ((4, 5, 3), [0, 1], False),
    ],
)
def test_which_means_add_up_by_rows(shape: tuple[int, ...], axes: list[int], fits: bool) -> None:
    numbers = mean_params(0.02, -7, 0.011, 9, 20)
    node = make_node(
        "mean", [np.zeros(shape, np.int8)], {"axes": axes, "keep_dims": True, **numbers}
    )
    assert adds_up_by_rows(node) == fits
