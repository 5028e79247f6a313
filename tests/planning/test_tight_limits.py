# SPDX-License-Identifier: Apache-2.0
"""Limits on RAM where the stack decides: nothing is set aside, and no other verb shows better."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import DoesNotFitError
from tvm_tiny.report.text import text
from tvm_tiny.testing.models import autoencoder, tiny_convnet
from tvm_tiny.testing.net import Net

pytestmark = pytest.mark.simulator


@dataclass(frozen=True)
class _Run:
    ram_bytes: int
    cycles: int

    def beats(self, other: _Run) -> bool:
        return self.ram_bytes < other.ram_bytes and self.cycles < other.cycles


def _run(built: Artifact) -> _Run:
    report = built.report
    assert report.cycles.modelled is not None
    return _Run(report.memory.used_bytes, report.cycles.modelled)


def _shown(model: bytes) -> list[_Run]:
    """What every objective and every plan needs and takes, measured."""
    objectives: tuple[tuple[str, float | None], ...] = (
        ("balanced", None),
        ("speed", None),
        ("ram", None),
        ("ram", 1.0),
    )
    built = [tvm_tiny.build(model, optimize=o, recompute=r) for o, r in objectives]
    return [_run(a) for a in (*built, *(p.build() for p in tvm_tiny.plan(model)))]


def test_a_limit_gives_the_plan_that_fits_to_the_byte() -> None:
    """A margin for the stack missed it: 500,630 cycles where 413,428 fit."""
    least = _run(tvm_tiny.build(tiny_convnet(), optimize="ram"))
    got = _run(tvm_tiny.build(tiny_convnet(), ram=least.ram_bytes))
    assert got.ram_bytes <= least.ram_bytes
    assert got.cycles <= least.cycles


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tiny_convnet", "autoencoder", "pools"])
def test_nothing_shown_to_fit_a_limit_beats_what_it_gives(name: str) -> None:
    model = {"tiny_convnet": tiny_convnet, "autoencoder": autoencoder, "pools": _pools}[name]()
    shown = _shown(model)
    for limit in sorted({run.ram_bytes for run in shown}):
        for ram in (limit, limit + 100):
            got = _run(tvm_tiny.build(model, ram=ram))
            assert got.ram_bytes <= ram
            assert not [r for r in shown if r.ram_bytes <= ram and r.beats(got)], (ram, got)


def test_what_is_said_to_be_needed_is_enough() -> None:
    with pytest.raises(DoesNotFitError) as caught:
        tvm_tiny.build(tiny_convnet(), ram=1000)
    advice = caught.value.problems[0].do
    needed = int(advice.split("allow at least ")[1].split(" B")[0].replace(",", ""))
    assert _run(tvm_tiny.build(tiny_convnet(), ram=needed)).ram_bytes <= needed


def _pools() -> bytes:
    """Small tensors: patches save less of the arena than they take of the stack."""
    net = Net("pools", 1)
    x = net.depthwise(net.conv(net.input((1, 14, 6, 2)), 5))
    return net.finish(net.global_mean(net.max_pool(net.average_pool(x, 2), 2), keep_dims=False))


def test_a_limit_may_need_less_ram_than_the_least_arena() -> None:
    """The least arena of a small net is made by patches, whose stack can cost more than they save:
    a limit counts both."""
    least = tvm_tiny.build(_pools(), optimize="ram")
    others = [tvm_tiny.build(_pools(), optimize=optimize) for optimize in ("balanced", "speed")]
    for other in others:
        assert least.report.memory.arena_bytes <= other.report.memory.arena_bytes
    ram = min(_run(built).ram_bytes for built in (least, *others))
    assert _run(tvm_tiny.build(_pools(), ram=ram)).ram_bytes <= ram
    assert least.validate(np.zeros((1, 14, 6, 2), np.int8)).bit_exact


def test_a_proof_says_among_which_plans() -> None:
    """ "Proven optimal" stood over a plan of streams where copies of rows need less arena."""
    said = " ".join(text(tvm_tiny.build(tiny_convnet()).report, width=200).split())
    assert "proven minimal for layers and plain streams in this order" in said
    assert "optimal" not in said
