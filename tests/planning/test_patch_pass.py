# SPDX-License-Identifier: Apache-2.0
"""Patches as a pass: before and after, with other passes, what cannot be; plans followed."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
import tvm
from patch_builds import same_results

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import UsageError
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.plan.in_place import InplaceDepthwise
from tvm_tiny.passes.plan.memory_pass import PlanMemory
from tvm_tiny.passes.plan.on_module import PLAN_ATTRIBUTE, attached_plan
from tvm_tiny.passes.plan.pareto import extra_macs
from tvm_tiny.passes.plan.patch_inference import PatchInference
from tvm_tiny.passes.plan.plan_memory import plan_memory
from tvm_tiny.passes.plan.stream_rows import StreamRows
from tvm_tiny.testing.models import squeeze_excite, tiny_convnet

BLOCK = ("stem", "block_depthwise", "block_pointwise", "block_add")
PATCH = Rewrite("patch", BLOCK, 2, 2)
PATCHED = PatchInference(patches=((BLOCK, 2, 2),))


@cache
def _layers() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), optimize="speed")


def _run(*passes: Any) -> tuple[Any, MemoryPlan]:
    module = tvm.transform.Sequential(list(passes))(_layers().compiled.module)
    plan = attached_plan(module)
    assert plan is not None
    return module, plan


def test_before_and_after() -> None:
    before = _layers().compiled.module
    after, plan = _run(PATCHED)
    expected = before["main"].with_attr(PLAN_ATTRIBUTE, json.dumps(plan.to_dict(), sort_keys=True))
    tvm.ir.assert_structural_equal(after["main"], expected, map_free_vars=True)
    assert attached_plan(before) is None
    assert plan.rewrites == (PATCH,)
    # The image is 768 B, two rows of the result 512 B; the block's tensors were 4096 B each.
    assert plan.order[:2] == ("block_add_patch", "block_add_patch_rows")
    assert not {"stem", "block_depthwise", "block_pointwise"} & set(plan.offsets)
    assert plan.arena_bytes < plan_memory(extract(before)).arena_bytes
    assert plan.proof != "none"


def test_a_build_follows_the_plan_that_a_module_carries() -> None:
    module, plan = _run(PATCHED)
    built = tvm_tiny.build(module, optimize="speed")
    assert built.compiled.plan.rewrites == (PATCH,)
    assert built.compiled.plan.segments == plan.segments
    # The kernels' workspaces are now part of it.
    assert built.compiled.plan.arena_bytes >= plan.arena_bytes
    assert same_results(_layers(), built) > 0


def test_a_build_follows_plans_of_all_passes() -> None:
    names = [n.name for n in _layers().compiled.graph.nodes]
    segments = (tuple(names[:3]), tuple(names[3:6]), *((n,) for n in names[6:]))
    for chosen in (StreamRows(segments=segments), PlanMemory(), StreamRows(row_fed=True)):
        module, plan = _run(chosen)
        fed = bool(plan.fed_input)
        built = tvm_tiny.build(module, optimize="flash", row_fed=fed)
        # Whether a layer's rows ascend is part of its place: placed anew with its workspaces.
        follows = [(s.kind, s.nodes) for s in built.compiled.plan.segments]
        assert follows == [(s.kind, s.nodes) for s in plan.segments]
        assert built.spec.row_fed == fed


def test_streams_after_patches_keep_them() -> None:
    module, plan = _run(PATCHED, StreamRows(row_fed=True))
    assert plan.rewrites[0] == PATCH
    assert plan.segments[0].kind == "stream"
    assert plan.segments[0].nodes[0] == "block_add_patch"
    assert plan.fed_input == "image"
    same_results(_layers(), tvm_tiny.build(module, row_fed=True), samples=1)
    assert _run(PATCHED, StreamRows())[1].arena_bytes <= _run(PATCHED)[1].arena_bytes


def test_given_streams_after_patches_name_the_patch() -> None:
    names = ["block_add_patch", "block_add_patch_rows", "down_depthwise", "down_pointwise"]
    rest = [(n,) for n in ("pool", "logits", "logits_2", "probabilities")]
    _, plan = _run(PATCHED, StreamRows(segments=(tuple(names), *rest)))
    assert plan.rewrites == (PATCH,)
    assert plan.segments[0].nodes == tuple(names)


def test_patches_after_streams_keep_the_segments() -> None:
    names = [n.name for n in _layers().compiled.graph.nodes]
    segments = (("stem",), tuple(names[1:6]), *((n,) for n in names[6:]))
    module, plan = _run(StreamRows(segments=segments), PATCHED)
    assert plan.rewrites == (PATCH,)
    first = ("block_add_patch", "block_add_patch_rows", "down_depthwise", "down_pointwise")
    assert plan.segments[0].nodes == first
    assert plan.segments[0].kind == "stream"
    same_results(_layers(), tvm_tiny.build(module), samples=1)


def test_memory_plan_after_patches_keeps_them_and_inplace_depthwise() -> None:
    _, plan = _run(PATCHED, InplaceDepthwise(), PlanMemory())
    assert plan.rewrites == (PATCH,)
    assert {o.node for o in plan.overlaps} == {"down_depthwise"}
    marked_before = _run(InplaceDepthwise(), PATCHED)[1]
    assert {o.node for o in marked_before.overlaps} == {"down_depthwise"}
    assert _run(PATCHED, PlanMemory())[1].overlaps


def test_chosen_patches_are_those_of_the_planner() -> None:
    module = _layers().compiled.module
    least = attached_plan(PatchInference(recompute=0.5, row_fed=True)(module))
    without = attached_plan(PatchInference(recompute=0.0, row_fed=True)(module))
    assert least == plan_stream(extract(module), row_fed=True, recompute=0.5)
    assert without is not None
    assert least is not None
    assert "patch" in {r.kind for r in least.rewrites}
    assert least.arena_bytes <= without.arena_bytes
    limited = attached_plan(PatchInference(limit_bytes=without.arena_bytes, row_fed=True)(module))
    assert limited is not None
    assert limited.arena_bytes <= without.arena_bytes
    # a limit that can be kept without: nothing is computed twice, in whatever form
    assert extra_macs(extract(module), limited) == 0


@pytest.mark.parametrize(
    ("nodes", "rows", "tiles", "why"),
    [
        (("stem", "nowhere"), 1, 2, "there is no node 'nowhere'"),
        ((), 1, 1, "no node is named"),
        (("stem", "block_depthwise"), 1, 2, "'block_add' reads 'stem' too"),
        (("block_depthwise", "stem"), 1, 2, "not in the order of execution"),
        (("stem", "stem"), 1, 2, "each once"),
        (BLOCK, 3, 2, "3 rows of 16 do not divide evenly"),
        (BLOCK, 0, 2, "0 rows of 16 do not divide evenly"),
        (BLOCK, -2, 2, "-2 rows of 16 do not divide evenly"),
        (BLOCK, 1, 17, "16 columns cannot be 17 tiles"),
        (BLOCK, 1, 33, "33 tiles; 1 to 32 are possible"),
        (("pool", "logits"), 1, 1, "logits has no rows and columns"),
        (("stem", "down_pointwise"), 1, 2, "'block_depthwise' reads 'stem' too"),
    ],
)
def test_what_cannot_be_patched(nodes: tuple[str, ...], rows: int, tiles: int, why: str) -> None:
    with pytest.raises(UsageError, match="cannot run as patches") as caught:
        PatchInference(patches=((nodes, rows, tiles),))(_layers().compiled.module)
    (problem,) = caught.value.problems
    assert why in (problem.why or "")
    assert problem.where == ", ".join(nodes)


def test_all_that_cannot_be_patched_is_said_at_once() -> None:
    patches = ((("nowhere",), 1, 1), (BLOCK, 2, 2), (("stem", "block_depthwise"), 1, 2))
    with pytest.raises(UsageError) as caught:
        PatchInference(patches=patches)(_layers().compiled.module)
    assert [p.where for p in caught.value.problems] == ["nowhere", "stem, block_depthwise"]


def test_a_global_mean_inside_cannot_be_patched() -> None:
    module = tvm_tiny.build(squeeze_excite()).compiled.module
    graph = extract(module)
    mean = next(n for n in graph.nodes if n.op in ("mean", "avg_pool2d") and n.output.rows == 1)
    maker = next(n for n in graph.nodes if n.output.name == mean.operands[0].name)
    others = {u.name for u in graph.consumers()[maker.output.name]} - {mean.name}
    nodes = (maker.name, mean.name)
    with pytest.raises(UsageError) as caught:
        PatchInference(patches=((nodes, 1, 1),))(module)
    assert any(f"'{n}' reads '{maker.output.name}' too" in str(caught.value) for n in others)


def test_a_plan_for_another_model_is_refused() -> None:
    _, plan = _run(PATCHED)
    other = tvm_tiny.build(squeeze_excite()).compiled.module
    text = json.dumps(plan.to_dict())
    module = tvm.IRModule(dict(other.functions.items()), other.attrs)
    module["main"] = other["main"].with_attr(PLAN_ATTRIBUTE, text)
    with pytest.raises(UsageError, match="does not fit"):
        tvm_tiny.build(module)
    layers = json.dumps(replace(plan_memory(_layers().compiled.graph)).to_dict())
    module["main"] = other["main"].with_attr(PLAN_ATTRIBUTE, layers)
    with pytest.raises(UsageError, match="another model"):
        tvm_tiny.build(module)
    module["main"] = other["main"].with_attr(PLAN_ATTRIBUTE, "{")
    with pytest.raises(UsageError, match="cannot be read"):
        tvm_tiny.build(module)


def test_a_row_fed_plan_needs_a_row_fed_build() -> None:
    module, _ = _run(StreamRows(row_fed=True))
    with pytest.raises(UsageError, match="row_fed=True"):
        tvm_tiny.build(module)
    module, _ = _run(PATCHED)
    with pytest.raises(UsageError, match="row_fed=False"):
        tvm_tiny.build(module, row_fed=True)


def test_an_integer_module_without_a_plan_is_built_as_it_is() -> None:
    built = tvm_tiny.build(_layers().compiled.module, optimize="speed")
    assert built.compiled.plan == _layers().compiled.plan
    digest = built.loaded.sha256, _layers().loaded.sha256
    for path, text in _layers().spec.files.items():
        assert built.spec.files[path] == text.replace(digest[1], digest[0])
