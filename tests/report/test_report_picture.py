# SPDX-License-Identifier: Apache-2.0
"""The plan as people see it: what lies at the peak, the pictures, multiply-accumulates executed."""

from __future__ import annotations

import ctypes
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.operators import lookup
from tvm_tiny.report.arena import ArenaMap, Stretch, from_plan, from_report, union_bytes
from tvm_tiny.report.model import Placement, from_json, to_json
from tvm_tiny.report.picture import draw
from tvm_tiny.report.svg import draw_svg
from tvm_tiny.report.text import text
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import time_series, tiny_convnet
from tvm_tiny.toolchain.build import build_host_library

BUILDS = {
    "layers": (tiny_convnet(), "speed", False),
    "streamed": (tiny_convnet(), "ram", False),
    "fed": (tiny_convnet(), "ram", True),
    "signal": (time_series(), "ram", True),
}


@pytest.fixture(scope="module", params=list(BUILDS))
def artifact(request: pytest.FixtureRequest) -> Artifact:
    model, optimize, row_fed = BUILDS[request.param]
    return tvm_tiny.build(model, optimize=optimize, row_fed=row_fed)


@pytest.fixture(scope="module")
def streamed() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), optimize="ram")


def _map(artifact: Artifact) -> ArenaMap:
    return from_plan(artifact.compiled.plan, artifact.compiled.planned, artifact.scratch_bytes)


def test_what_lies_at_the_peak_adds_up_to_what_the_planner_counted(artifact: Artifact) -> None:
    """Up to the gaps that alignment leaves inside the planner's units."""
    plan, arena = artifact.compiled.plan, _map(artifact)
    counted = max(plan.live_bytes_per_step) + plan.state_bytes
    slack = plan.alignment_bytes * len(arena.at_peak)
    assert counted - slack <= arena.peak_bytes <= counted
    ends = [p.offset + p.bytes for p in arena.things]
    assert max(ends) <= plan.arena_bytes
    sizes = [p.bytes for p in arena.at_peak]
    assert sizes == sorted(sizes, reverse=True)


def test_the_report_alone_draws_the_same_picture(artifact: Artifact) -> None:
    report = from_json(to_json(artifact.report))
    arena = _map(artifact)
    assert from_report(report) == arena
    assert report.plan.at_peak == arena.at_peak
    assert report.plan.peak_bytes == union_bytes(report.plan.at_peak)
    shown = text(report)
    for thing in arena.at_peak[:5]:
        assert f"{thing.bytes:,} B" in shown
    assert f"lower bound {report.memory.lower_bound_bytes:,} B" in shown


def test_the_terminal_picture_is_short_and_names_the_peak(artifact: Artifact) -> None:
    arena = _map(artifact)
    lines = draw(arena, width=64).splitlines()
    assert len(lines) <= 20
    assert max(map(len, lines[1:11])) <= 12 + 1 + 64
    assert lines[0] == arena.headline()
    assert arena.peak_line() in lines
    assert arena.at_peak[0].tensor[-20:] in lines[-len(arena.at_peak[:6])]


def _two_layers() -> ArenaMap:
    things = (
        Placement("x", 0, 60, -1, 0),
        Placement("ring", 80, 20, 1, 2, 2, "ring", 9),
        Placement("y", 40, 40, 1, 2),
        Placement("work", 0, 10, 2, 2, 0, "workspace"),
    )
    stretches = (Stretch(0, 0, False), Stretch(1, 2, True))
    return ArenaMap(100, 90, "none", ("a", "b", "c"), stretches, things, 2)


def test_every_cell_of_a_small_picture() -> None:
    assert draw(_two_layers(), width=6, height=5).splitlines() == [
        "arena 100 B, not proven minimal; lower bound 90 B",
        "         80 |..bbbb",
        "         60 |..aaaa",
        "         40 |ooaaaa",
        "         20 |oo....",
        "          0 |oo..cc",
        "            +|-|===",
        "      bytes      ^ peak  3 layers, = row by row",
        "peak 70 B in segment 1: layers 1 'b' to 2 'c', row by row",
        "  a        40 B at        40  y                          tensor",
        "  b        20 B at        80  ring                       ring of 2 of 9 rows",
        "  c        10 B at         0  work                       workspace",
    ]


def test_long_lists_are_cut_and_empty_graphs_drawn() -> None:
    lines = draw(_two_layers(), width=6, height=2, listed=2).splitlines()
    assert lines[-1] == "           30 B in 2 more"
    empty = ArenaMap(0, 0, "any order", (), (), (), 0)
    assert "nowhere" in draw(empty)
    ElementTree.fromstring(draw_svg(empty))


def test_in_place_is_marked() -> None:
    things = (Placement("x", 0, 8, 0, 0), Placement("y", 0, 8, 0, 0))
    arena = ArenaMap(8, 8, "any order", ("a",), (Stretch(0, 0, False),), things, 0)
    assert draw(arena, width=1, height=1).splitlines()[1].endswith("|#")
    assert arena.peak_bytes == 8


def test_the_svg_is_well_formed_and_complete(artifact: Artifact) -> None:
    arena, plan = _map(artifact), artifact.compiled.plan
    svg = draw_svg(arena, "a & b")
    assert svg == draw_svg(arena, "a & b")
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    titles = [t.text or "" for t in root.iter(f"{space}title")]
    texts = ["".join(t.itertext()) for t in root.iter(f"{space}text")]
    for thing in arena.things:
        assert not thing.bytes or any(t.startswith(f"{thing.tensor}: ") for t in titles)
    assert sum(": ring of" in t for t in titles) == sum(p.kind == "ring" for p in arena.things)
    streams = sum(s.kind == "stream" for s in plan.segments)
    assert sum("layers row by row" in t for t in titles if t.startswith("segment")) == streams
    assert f"peak: {arena.peak_bytes:,} B" in titles
    assert f"At the peak, {arena.peak_bytes:,} B" in texts
    assert "address in the arena, bytes" in texts
    assert any(t.startswith(f"lower bound {plan.lower_bound_bytes:,} B") for t in texts)
    assert all(any(name[-20:] in t for t in texts) for name in plan.order)


def test_saved_projects_have_the_picture(streamed: Artifact, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    streamed.save(folder)
    saved = from_report(from_json((folder / "report.json").read_bytes()))
    assert (folder / "plan.svg").read_text() == draw_svg(saved, streamed.spec.model)


# Multiply-accumulates


def test_macs_executed_are_those_of_the_rows_that_ran(artifact: Artifact) -> None:
    """Counted by the trace of the compiled code, row by row."""
    library = build_host_library(artifact.project_dir(), artifact.spec, trace=True)
    loaded = ctypes.CDLL(str(library))
    rows: Counter[int] = Counter()
    layers: Counter[int] = Counter()
    on_layer = ctypes.CFUNCTYPE(None, ctypes.c_int32)(lambda i: layers.update([i]))
    on_row = ctypes.CFUNCTYPE(None, ctypes.c_int32, ctypes.c_int32)(lambda i, _: rows.update([i]))
    parts: Counter[int] = Counter()
    on_part = ctypes.CFUNCTYPE(None, *[ctypes.c_int32] * 4, ctypes.c_void_p)(
        lambda i, _row, _at, count, _part: parts.update({i: count})
    )
    loaded.tvm_tiny_host_on_layer(on_layer)
    loaded.tvm_tiny_host_on_row(on_row)
    loaded.tvm_tiny_host_on_part(on_part)
    (sample,) = random_samples(artifact.spec.inputs, 1, 1)
    arrays = [*sample.values(), *(np.zeros(o.shape, o.dtype) for o in artifact.spec.outputs)]
    ins, outs = ((ctypes.c_void_p * 1)(a.ctypes.data) for a in arrays)
    memory = np.zeros(artifact.spec.arena_bytes // 8 + 1, np.int64)
    run = getattr(loaded, f"{artifact.spec.model}_run")
    assert run(ctypes.c_void_p(memory.ctypes.data), ins, outs) == 0
    compiled = artifact.compiled
    nodes = {n.name: n for n in (*compiled.graph.nodes, *compiled.planned.nodes)}
    executed = 0
    for index, name in enumerate(compiled.emitted.step_nodes):
        macs, count = lookup(nodes[name].op).macs(nodes[name]), nodes[name].output.rows
        assert sum(seen[index] > 0 for seen in (layers, rows, parts)) == 1
        executed += macs * layers[index] + macs * rows[index] // count
        executed += macs * parts[index] // nodes[name].output.nbytes
    assert artifact.report.macs_executed == executed > 0
    assert artifact.report.macs_executed == sum(x.macs for x in artifact.report.layers)
