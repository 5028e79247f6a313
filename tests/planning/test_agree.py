# SPDX-License-Identifier: Apache-2.0
"""Plan, build and reports agree to the byte: arena, and buffers that the caller holds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fuzz import VISION, profile
from hypothesis import given
from hypothesis import strategies as st
from strategies_models import graphs

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import UsageError
from tvm_tiny.explore.plan import Plans
from tvm_tiny.passes.plan.objective import OBJECTIVES
from tvm_tiny.passes.plan.workspaces import workspaces_of
from tvm_tiny.targets import load_core
from tvm_tiny.testing.net import Net

CORES = ("cortex-m0plus", "cortex-m4", "cortex-m7", "cortex-m33")
Choice = tuple[str, bool, float]
CHOICES: st.SearchStrategy[Choice] = st.tuples(
    st.sampled_from(CORES), st.booleans(), st.sampled_from([0.0, 0.3, 1.0])
)
QUICK = profile(6)
LONG = profile(10)


@st.composite
def bottlenecks(draw: st.DrawFn) -> bytes:
    """Stem, inverted bottlenecks (skips, gates), a head: nets whose plans have every rewrite."""
    net = Net("bottlenecks", draw(st.integers(0, 1 << 16)))
    side = draw(st.integers(8, 20))
    x = net.input((1, side, side, 3))
    x = net.conv(x, draw(st.sampled_from([4, 8, 10])), stride=draw(st.integers(1, 2)))
    for number in range(draw(st.integers(1, 3))):
        wide, kernel = draw(st.sampled_from([16, 30, 48])), draw(st.sampled_from([3, 5]))
        made = draw(st.sampled_from([x.shape[3], 6, 12]))
        y = net.conv(x, wide, kernel=1, activation="RELU6", name=f"expand{number}")
        y = net.depthwise(y, kernel=kernel, stride=draw(st.integers(1, 2)), activation="RELU6")
        if draw(st.booleans()):
            gate = net.conv(net.global_mean(y, keep_dims=True), wide, kernel=1)
            y = net.scale_channels(y, net.unary("LOGISTIC", gate))
        y = net.conv(y, made, kernel=1, name=f"project{number}")
        x = net.add(x, y) if x.shape == y.shape else y
    head = net.conv(x, 160, kernel=1, activation="RELU6", name="head")
    return net.finish(net.dense(net.global_mean(head, keep_dims=False), 4))


def _plans(model: bytes, choice: Choice) -> Plans | None:
    """What ``plan`` lists; None where the model has no rows to be fed by."""
    core, row_fed, share = choice
    try:
        return tvm_tiny.plan(model, core, row_fed=row_fed, recompute=share)
    except UsageError:
        if not row_fed:
            raise
        return None


def _sources_agree(built: Artifact, arena_bytes: int) -> None:
    """Plan, specification and header say the same arena."""
    assert built.compiled.plan.arena_bytes == arena_bytes
    assert built.spec.arena_bytes == arena_bytes
    header = built.spec.files[f"include/{built.spec.model}.h"]
    assert f"#define {built.spec.prefix}_ARENA_BYTES {arena_bytes}u" in header


def _points_are_built(model: bytes, choice: Choice) -> None:
    """Every plan that is listed is built as listed, and the least is what ``build`` finds."""
    plans = _plans(model, choice)
    if plans is None:
        return
    for point in plans:
        _sources_agree(point.build(), point.arena_bytes)
    core, row_fed, share = choice
    least = tvm_tiny.build(
        model, core, optimize="ram", row_fed=row_fed, recompute=share, database="none"
    )
    _sources_agree(least, plans[-1].arena_bytes)


def five_columns() -> bytes:
    """A block whose 5x5 window takes other kernels, with more workspace, for single columns."""
    net = Net("five_columns", 0)
    x = net.conv(net.input((1, 20, 20, 3)), 4, stride=2)
    y = net.conv(x, 48, kernel=1, activation="RELU6", name="expand")
    y = net.depthwise(y, kernel=5, stride=2, activation="RELU6")
    head = net.conv(net.conv(y, 12, kernel=1), 160, kernel=1, activation="RELU6")
    return net.finish(net.dense(net.global_mean(head, keep_dims=False), 4))


def test_narrow_kernels_are_planned_with_their_workspaces() -> None:
    """The plan of one column a tile said 1,748 B, its build 1,796 B."""
    _points_are_built(five_columns(), ("cortex-m4", True, 1.0))


def test_workspaces_are_those_of_layers_whatever_another_plan_added() -> None:
    """Another plan's narrow layers have names that this one's may have, too."""
    built = tvm_tiny.build(five_columns(), "cortex-m4", optimize="ram", database="none").compiled
    core = load_core("cortex-m4")
    added = replace(next(iter(built.schedules.values())), scratch_bytes=1 << 20)
    known = workspaces_of(built.graph, {**built.schedules, "expand_v0": added}, core)
    alone = workspaces_of(built.graph, built.schedules, core)
    assert dict(known) == dict(alone)
    assert known.of(built.graph) == alone.of(built.graph)


@pytest.mark.parametrize("optimize", OBJECTIVES)
def test_report_and_build_say_the_same_for_every_objective(optimize: str) -> None:
    built = tvm_tiny.build(
        five_columns(), "cortex-m4", optimize=optimize, row_fed=True, database="none"
    )
    _sources_agree(built, built.report.memory.arena_bytes)
    assert built.report.memory.io_bytes == 20 * 3  # the row that the caller hands in


@QUICK
@given(graphs(VISION, (3, 7)), CHOICES)
def test_plans_are_built_as_they_are_listed(model: bytes, choice: Choice) -> None:
    _points_are_built(model, choice)


@pytest.mark.slow
@LONG
@given(bottlenecks(), CHOICES)
def test_plans_of_bottlenecks_are_built_as_they_are_listed(model: bytes, choice: Choice) -> None:
    _points_are_built(model, choice)


@pytest.mark.slow
@LONG
@given(graphs(VISION, (3, 14)), CHOICES)
def test_plans_are_built_as_they_are_listed_at_length(model: bytes, choice: Choice) -> None:
    _points_are_built(model, choice)
