# SPDX-License-Identifier: Apache-2.0
"""A build in two halves: file to scheduled graph once, plan to C as often as a limit asks."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import pytest

import tvm_tiny
from tvm_tiny import api, graph_passes, pipeline
from tvm_tiny.operators import macs
from tvm_tiny.passes import extract as extract_module
from tvm_tiny.passes.tiny_pass import TinyPass
from tvm_tiny.testing.models import tiny_convnet


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each stage is entered, by whatever name a module knows it."""
    counted: Counter[str] = Counter()

    def count(name: str, function: Any) -> Any:
        def counting(*args: Any, **kwargs: Any) -> Any:
            counted[name] += 1
            return function(*args, **kwargs)

        return counting

    stages = {
        "load": api.load,
        "front_half": pipeline.front_half,
        "extract": extract_module.extract,
        "graph_passes": graph_passes.graph_passes,
        "total_macs": macs.total_macs,
        "choose_plan": pipeline.choose_plan,
        "emit": pipeline.emit,
    }
    for name, function in stages.items():
        counting = count(name, function)
        for module in [m for k, m in sys.modules.items() if k.startswith("tvm_tiny")]:
            for known in [k for k, v in vars(module).items() if v is function]:
                monkeypatch.setattr(module, known, counting)
    monkeypatch.setattr(TinyPass, "__call__", count("passes", TinyPass.__call__))
    return counted


FRONT = {"load": 1, "front_half": 1, "extract": 1, "graph_passes": 1}


def test_a_limit_repeats_the_back_half_only(calls: Counter[str]) -> None:
    """And no graph is made, or walked, to count MACs."""
    passes = len(pipeline.graph_passes())
    calls.clear()
    free = tvm_tiny.build(tiny_convnet(), optimize="speed")
    assert calls == {**FRONT, "passes": passes, "choose_plan": 1, "emit": 1}
    calls.clear()
    limit = free.report.memory.used_bytes - 1
    bounded = tvm_tiny.build(tiny_convnet(), optimize="speed", ram=limit)
    assert bounded.report.memory.used_bytes <= limit
    assert calls["emit"] >= 2
    assert calls["choose_plan"] >= 2
    assert {k: calls[k] for k in FRONT} == FRONT
    assert calls["passes"] == passes
