# SPDX-License-Identifier: Apache-2.0
"""Groups of channels: what can run so, what is kept and what is made again, the same integers."""

from __future__ import annotations

import pytest
from patch_builds import Choice, rebuilt, same_results

import tvm_tiny
from benchmarks.bounds import bound, tiled_bound
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import UsageError
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.decision.rewrite import Rewrite, twin
from tvm_tiny.passes.plan.decide import plan_stream
from tvm_tiny.passes.recompute.groups import group_sizes, wide_of
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.recompute.search import extra_macs
from tvm_tiny.passes.recompute.twice import find_late, made_twice
from tvm_tiny.testing.net import Net

WIDE = ("expand", "expand/swish", "window", "window/swish")


def gated(size: int = 12, channels: int = 6, wide: int = 48, seed: int = 3) -> bytes:
    """MobileNetV3's bottleneck: expansion, window, a gate from the window's means, projection."""
    net = Net("gated", seed)
    x = net.conv(net.input((1, size, size, 3)), channels, name="stem")
    y = net.unary("HARD_SWISH", net.conv(x, wide, kernel=1, name="expand"), name="expand/swish")
    y = net.unary("HARD_SWISH", net.depthwise(y, kernel=5, name="window"), name="window/swish")
    gate = net.global_mean(y, keep_dims=True, name="squeeze")
    gate = net.conv(gate, 8, kernel=1, activation="RELU", name="reduce")
    gate = net.unary("LOGISTIC", net.conv(gate, wide, kernel=1, name="widen"), name="gate")
    y = net.conv(net.scale_channels(y, gate, name="excite"), channels, kernel=1, name="project")
    return net.finish(net.add(x, y, name="add"))


@pytest.fixture(scope="module")
def layers() -> Artifact:
    return tvm_tiny.build(gated(), optimize="speed")


def _names(artifact: Artifact) -> tuple[str, ...]:
    """Node names of the layers of ``WIDE``."""
    by_layer = {n.layer: n.name for n in artifact.compiled.graph.nodes}
    return tuple(by_layer[name] for name in WIDE)


def test_groups_are_the_layers_of_some_channels(layers: Artifact) -> None:
    graph, names = layers.compiled.graph, _names(layers)
    rewrite = Rewrite("groups", names, groups=(16, 28, 4))
    new = apply_rewrites(graph, (rewrite,))
    convs = [n for n in new.nodes if n.name.startswith(names[0])]
    assert [n.output.shape[3] for n in convs if n.op == "conv2d"] == [16, 28, 4]
    kept = [c for n in convs if n.op == "conv2d" and n.output.channels
            for c in n.output.channels.kept]  # fmt: skip
    assert kept == list(range(48))
    (mean,) = (n for n in graph.nodes if n.op == "mean")
    assert sum(n.name.startswith(f"{mean.name}_part") for n in new.nodes) == 3
    joins = [n for n in new.nodes if n.op == "concat"]
    assert {n.output.name for n in joins} == {mean.output.name, f"{graph_last(layers)}"}
    macs = [sum(lookup(n.op).macs(n) for n in g.nodes) for g in (graph, new)]
    assert macs[0] == macs[1]
    assert apply_rewrites(new, (rewrite,)) is new


def graph_last(artifact: Artifact) -> str:
    """Tensor that the last of the grouped layers makes."""
    name = _names(artifact)[-1]
    return next(n.output.name for n in artifact.compiled.graph.nodes if n.name == name)


@pytest.mark.parametrize(
    ("groups", "nodes"), [((48,), WIDE), ((40, 4), WIDE), ((24, 24), WIDE[1:]), ((8, 40), WIDE[:1])]
)
def test_groups_that_do_not_fit(
    layers: Artifact, groups: tuple[int, ...], nodes: tuple[str, ...]
) -> None:
    by_layer = {n.layer: n.name for n in layers.compiled.graph.nodes}
    rewrite = Rewrite("groups", tuple(by_layer[n] for n in nodes), groups=groups)
    with pytest.raises(UsageError, match="does not fit"):
        apply_rewrites(layers.compiled.graph, (rewrite,))


def test_what_is_kept_takes_what_a_limit_leaves(layers: Artifact) -> None:
    late = next(v for v in find_late(layers.compiled.graph) if v.wide)
    assert late.wide is not None
    assert late.rewrites(late.most_bytes) == ()
    assert late.rewrites(late.least_bytes) == (late.again,)
    (alone,) = late.rewrites(late.most_bytes - 1)
    assert (alone.kind, sum(alone.groups), len(alone.groups)) == ("groups", 48, 4)
    kept = late.source_bytes + late.size_bytes + late.ring_bytes // 4
    middle = (late.least_bytes + kept) // 2
    groups, again = late.rewrites(middle)
    assert (groups.kind, again.kind) == ("groups", "again")
    share = groups.groups[-1] / 48
    added = [extra_macs(layers.compiled.graph, r) for r in ((late.again,), (groups, again))]
    assert added[1] == round(share * added[0]) > 0
    assert len(made_twice(layers.compiled.graph)) >= 3


def test_sizes_of_groups() -> None:
    assert group_sizes(48, 48, 12) == (12, 12, 12, 12)
    assert group_sizes(48, 32, 13) == (12, 12, 8, 16)
    assert group_sizes(6, 4, 1) == (4, 2)


@pytest.mark.parametrize("row_fed", [False, True])
@pytest.mark.parametrize("again", [False, True])
def test_groups_compute_the_same(layers: Artifact, row_fed: bool, again: bool) -> None:
    names = _names(layers)
    rewrites: tuple[Rewrite, ...] = (Rewrite("groups", names, groups=(20, 16, 12)),)
    if again:
        made = tuple(f"{n}_part2of3" for n in names)
        rewrites += (Rewrite("again", made, readers=(f"{names[-1]}_groups",)),)
    other = rebuilt(layers, Choice(rewrites, (4, 3), row_fed))
    assert same_results(layers, other) > 8
    assert MemoryPlan.from_dict(other.compiled.plan.to_dict()) == other.compiled.plan


@pytest.mark.parametrize("row_fed", [False, True])
@pytest.mark.parametrize(("rows", "tiles"), [(4, 3), (1, 2), (12, 5)])
def test_the_second_pass_runs_by_tiles(
    layers: Artifact, row_fed: bool, rows: int, tiles: int
) -> None:
    """First by groups of channels for the gate, then bands and tiles with gate and skip inside."""
    names = _names(layers)
    by_layer = {n.layer: n.name for n in layers.compiled.graph.nodes}
    behind = tuple(by_layer[n] for n in ("excite", "project", "add"))
    rewrites = (
        Rewrite("again", names, readers=behind[:1]),
        Rewrite("groups", names, groups=(24, 24)),
        Rewrite("patch", (*map(twin, names), *behind), rows, tiles),
    )
    other = rebuilt(layers, Choice(rewrites, (40,), row_fed))
    assert same_results(layers, other) > 8
    assert MemoryPlan.from_dict(other.compiled.plan.to_dict()) == other.compiled.plan


def test_tight_limits_take_groups_first_and_the_whole_again(layers: Artifact) -> None:
    late = next(v for v in find_late(layers.compiled.graph) if v.wide)
    assert late.tight(late.most_bytes) == ()
    again, groups = late.tight(late.least_bytes - 1)
    assert again == late.again
    assert (groups.kind, groups.groups) == ("groups", (12, 12, 12, 12))


@pytest.mark.slow
def test_tiles_in_the_second_pass_need_less_than_rows_of_all_columns() -> None:
    """Less than the bound for rows of all columns, no less than that for tiles."""
    model = gated(size=24, channels=4, wide=64)
    graph = tvm_tiny.build(model, optimize="speed", row_fed=True).compiled.graph
    least = min(min(kept, again) for _, kept, again in bound(graph))
    plan = plan_stream(graph, row_fed=True, recompute=1.0)
    assert tiled_bound(graph, 1.0) <= plan.arena_bytes < least
    assert any(r.kind == "patch" and r.nodes[-1].endswith("add") for r in plan.rewrites)


@pytest.mark.slow
def test_the_least_arena_keeps_some_channels_and_makes_others_again() -> None:
    """Between all kept and all made again there are plans with groups."""
    model = gated(size=16, channels=8, wide=64)
    kinds: set[str] = set()
    arenas: list[int] = []
    for share in (0.0, 0.15, 0.3, 0.9):
        built = tvm_tiny.build(model, optimize="ram", row_fed=True, recompute=share)
        arenas.append(built.compiled.plan.arena_bytes)
        kinds |= {r.kind for r in built.compiled.plan.rewrites}
    assert arenas == sorted(arenas, reverse=True)
    assert len(set(arenas)) >= 3
    assert "groups" in kinds


def test_why_layers_do_not_run_by_groups(layers: Artifact) -> None:
    graph = layers.compiled.graph
    nodes = {n.layer: n for n in graph.nodes}
    why = wide_of(graph, [nodes["stem"], nodes["expand"]])
    assert isinstance(why, str)
    assert "alone" in why
