# SPDX-License-Identifier: Apache-2.0
"""Patches as C: patched == streamed == layer by layer, byte for byte, dead bytes poisoned."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from fuzz import profile
from hypothesis import given
from hypothesis import strategies as st
from patch_builds import Choice, random_artifacts, rebuilt, same_results
from poison import Poisoned
from test_generated_c import WARNINGS, compilers

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import mobilenet_v2, squeeze_excite, tiny_convnet

BLOCK = ("stem", "block_depthwise", "block_pointwise", "block_add")


def _poisoned(layers: Artifact, other: Artifact) -> Poisoned:
    """Run with poison in dead bytes, on the host and on the machine that knows whose a byte is."""
    poisoned = Poisoned(other)
    poisoned.machine.run()
    for sample in random_samples(layers.spec.inputs, 1, 3):
        want = layers.run(sample, "host").outputs
        for value, expected in zip(poisoned.run(sample), want.values(), strict=True):
            np.testing.assert_array_equal(value, expected)
    return poisoned


def _random_graphs(examples: int, steps: tuple[int, int]) -> Counter[str]:
    """What the random plans had in them."""
    seen: Counter[str] = Counter()

    @profile(examples)
    @given(st.integers(0, 2**32 - 1))
    def run(seed: int) -> None:
        layers, other, choice = random_artifacts(seed, steps)
        seen["layers"] += same_results(layers, other)
        poisoned = _poisoned(layers, other)
        seen["poisoned"] += poisoned.poisoned > 0
        seen["poisoned inside"] += poisoned.inside > 0
        seen["fed"] += choice.row_fed
        seen["streams"] += any(s.kind == "stream" for s in other.compiled.plan.segments)
        for rewrite in choice.rewrites:
            seen[rewrite.kind] += 1
            seen["tiles"] += rewrite.tiles > 1
            seen["bands"] += rewrite.rows > 1
            seen["chains"] += rewrite.kind == "patch" and len(rewrite.nodes) > 1

    run()
    return seen


def test_random_graphs() -> None:
    seen = _random_graphs(5, (5, 9))
    for what in ("patch", "tiles", "chains", "streams", "fed", "again", "poisoned inside"):
        assert seen[what] > 0, seen
    assert seen["layers"] > 20


@pytest.mark.slow
def test_many_random_graphs() -> None:
    seen = _random_graphs(20, (4, 14))
    least = {"patch": 20, "tiles": 12, "chains": 8, "bands": 5, "again": 6, "carry": 2}
    least |= {"fed": 8, "streams": 15, "poisoned": 18, "poisoned inside": 6, "layers": 300}
    assert all(seen[what] >= count for what, count in least.items()), seen


def test_constants_with_a_row_for_every_row() -> None:
    layers, other, choice = random_artifacts(242, (4, 14))
    graph = layers.compiled.graph
    inside = {name for r in choice.rewrites if r.kind == "patch" for name in r.nodes}
    constants = [t for n in graph.nodes if n.name in inside and n.op == "maximum"
                 for t in n.operands if t.data is not None]  # fmt: skip
    assert [t.rows for t in constants] == [6]
    assert same_results(layers, other) > 0


@pytest.mark.parametrize("row_fed", [False, True])
def test_a_patched_block_in_a_stream(row_fed: bool) -> None:
    layers = tvm_tiny.build(tiny_convnet(), optimize="speed")
    # Two layers fed by rows, and a patch of the next two: the skip is read outside.
    rewrites = (Rewrite("patch", ("block_depthwise", "block_pointwise"), 1, 5),)
    other = rebuilt(layers, Choice(rewrites, (5, 1), row_fed))
    assert other.spec.row_fed == row_fed
    assert same_results(layers, other) > 0
    poisoned = _poisoned(layers, other)
    assert poisoned.poisoned > 10_000
    assert poisoned.inside > 4_000  # narrow kernels have small workspaces: little is dead


def test_a_pool_passed_twice() -> None:
    """What a squeeze-and-excite block scales is made a second time for the scaling."""
    layers = tvm_tiny.build(squeeze_excite(), optimize="speed")
    graph = layers.compiled.graph
    users = graph.consumers()
    maker = next(n for n in graph.nodes if len(users.get(n.output.name, ())) == 2)
    readers = [n.name for n in graph.nodes if maker.output in n.operands]
    rewrites = (Rewrite("again", (maker.name,), readers=(readers[-1],)),)
    means = [n.name for n in graph.nodes if n.op == "mean" and n.operands[0] is maker.output]
    rewrites += tuple(Rewrite("by_rows", (name,)) for name in means)
    other = rebuilt(layers, Choice(rewrites, (20,)))
    assert f"{maker.output.name}_again" in other.compiled.plan.rings
    assert same_results(layers, other) > 0
    assert _poisoned(layers, other).poisoned > 1_000


@pytest.mark.slow
@pytest.mark.parametrize("row_fed", [False, True])
def test_mobilenet_with_recomputation(row_fed: bool) -> None:
    model = mobilenet_v2(0.35, 64, classes=10)
    layers = tvm_tiny.build(model, optimize="speed")
    least = tvm_tiny.build(model, optimize="ram", row_fed=row_fed, recompute=0.25)
    assert any(r.kind == "patch" for r in least.compiled.plan.rewrites)
    assert same_results(layers, least) > 0
    assert _poisoned(layers, least).inside > 100_000


@pytest.fixture(scope="module")
def patched() -> Artifact:
    layers = tvm_tiny.build(tiny_convnet(), name="patched", optimize="speed")
    rewrites = (Rewrite("patch", BLOCK, 2, 3), Rewrite("patch", ("down_depthwise",), 1, 2))
    return rebuilt(layers, Choice(rewrites, (1, 3)))


@pytest.mark.parametrize("command", compilers(), ids=lambda c: c[-1])
def test_no_compiler_warns(patched: Artifact, command: list[str], tmp_path: Path) -> None:
    folder = patched.project_dir()
    for source in sorted((folder / "src").glob("*.c")):
        flags = [*WARNINGS, "-O2", "-Iinclude", "-Isrc", "-c", str(source)]
        done = subprocess.run(
            [*command, *flags, "-o", str(tmp_path / "out.o")],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr


def test_the_same_bytes_again(patched: Artifact) -> None:
    layers = tvm_tiny.build(tiny_convnet(), name="patched", optimize="speed")
    choice = Choice(patched.compiled.plan.rewrites, (1, 3))
    assert rebuilt(layers, choice).spec.files == patched.spec.files


def test_patches_run_on_the_simulator(patched: Artifact) -> None:
    layers = tvm_tiny.build(tiny_convnet(), optimize="speed")
    (sample,) = random_samples(layers.spec.inputs, 1, 3)
    want = layers.run(sample, "host", layers=True)
    got = patched.run(sample, layers=True)
    np.testing.assert_array_equal(got.output, want.output)
    assert {"stem", "block_depthwise", "block_add"} <= got.layers.keys()
    for name, values in got.layers.items():
        np.testing.assert_array_equal(values, want.layers[name])
