# SPDX-License-Identifier: Apache-2.0
"""The oracle: what it says of shapes is what a build measures; known layers take milliseconds."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import time

import pytest
from hang import BUSY
from paths import ROOT

import tvm_tiny
from benchmarks.oracle import candidate, model
from tvm_tiny.errors import UsageError
from tvm_tiny.explore.oracle import Oracle
from tvm_tiny.explore.shapes import Shapes
from tvm_tiny.testing.models import tiny_convnet


@pytest.fixture(scope="module")
def ask() -> Oracle:
    return Oracle("cortex-m7")


@pytest.mark.parametrize("seed", [1002, pytest.param(1007, marks=pytest.mark.slow)])
def test_it_says_what_a_build_measures(ask: Oracle, seed: int) -> None:
    shapes = candidate(seed)
    said = ask(shapes)
    built = tvm_tiny.build(model(shapes, seed), optimize="speed")
    report = built.report
    assert said.arena_bytes == report.memory.arena_bytes
    assert said.macs == report.macs
    assert said.weights_bytes == report.flash.weights_bytes
    assert 1 <= said.ram_bytes / report.memory.used_bytes <= 1.1
    assert said.cycles == pytest.approx(report.cycles.modelled, rel=0.1)
    assert said.flash_bytes == pytest.approx(report.flash.used_bytes, rel=0.4)


def test_known_layers_take_milliseconds(ask: Oracle) -> None:
    nets = [candidate(seed) for seed in range(2000, 2004)]
    assert ask.learn(nets) > 0
    assert ask.learn(nets) == 0
    begin = time.process_time()
    for net in nets:
        ask(net)
    assert (time.process_time() - begin) / len(nets) < 0.05 * BUSY


def test_models_too(ask: Oracle) -> None:
    built = tvm_tiny.build(tiny_convnet(), optimize="speed")
    said = tvm_tiny.oracle(tiny_convnet())
    assert said.arena_bytes == built.report.memory.arena_bytes
    assert said == ask(tiny_convnet())
    assert said.ram_bytes >= built.report.memory.used_bytes


@pytest.mark.parametrize("optimize", ["ram", pytest.param("balanced", marks=pytest.mark.slow)])
def test_of_other_objectives(ask: Oracle, optimize: str) -> None:
    """The plan that a build takes; its RAM bounded from above, by a tenth and the margin."""
    report = tvm_tiny.build(tiny_convnet(), optimize=optimize).report
    said = ask(tiny_convnet(), optimize=optimize)
    assert said.arena_bytes == report.memory.arena_bytes
    assert said.ram_bytes >= report.memory.used_bytes
    assert said.ram_bytes <= 1.1 * report.memory.used_bytes + 1024
    # A patch's narrow rows are priced by the whole layer's kernel, slower than the one they get.
    assert said.cycles >= 0.88 * report.cycles.modelled
    assert said.arena_bytes < ask(tiny_convnet()).arena_bytes
    with pytest.raises(UsageError, match="TT6011"):
        ask(tiny_convnet(), optimize="luck")


def test_no_compiler_runs(ask: Oracle, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess, "Popen", never)
    net = Shapes((10, 12, 5))
    net.softmax(net.dense(net.max_pool(net.conv(net.image, 7, 3), 2), 4))
    assert ask(net).cycles > 0


@pytest.mark.parametrize(
    "wrong",
    [
        lambda n: n.add(n.image, n.conv(n.image, 4, 3)),
        lambda n: n.conv(n.mean(n.image), 4, 3),
        lambda n: n.conv(n.image, 0, 3),
        lambda n: n.conv(n.image, 4, 3, stride=0),
        lambda n: n.conv(n.image, 4, 3, activation="gelu"),
        lambda n: n.max_pool(n.image, 99),
        lambda n: n.conv(n.image, 1 << 30, 3),
    ],
)
def test_layers_that_do_not_fit(wrong: object) -> None:
    with pytest.raises(UsageError) as caught:
        wrong(Shapes((8, 8, 3)))  # type: ignore[operator]
    assert caught.value.code == "TT6081"


@pytest.mark.skipif(importlib.util.find_spec("optuna") is None, reason="optuna is not installed")
def test_the_example_searches() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / "search" / "search.py", "--trials", "12"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    assert "best" in done.stdout
