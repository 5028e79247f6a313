# SPDX-License-Identifier: Apache-2.0
"""A net of many small branches: the search for its plan ends, by counted work, and says so."""

from __future__ import annotations

import time

import pytest
from hang import BUSY
from landmark_net import OPERATORS, landmark_net

import tvm_tiny
from tvm_tiny.checking import checked_graph
from tvm_tiny.passes.decision.options import PlanOptions
from tvm_tiny.passes.plan.decide import plan_stream

CPU_S = 20.0 * BUSY


@pytest.mark.slow
def test_a_default_build_of_many_branches_ends_soon() -> None:
    model = landmark_net()
    assert len(checked_graph(model).nodes) == OPERATORS
    begin = time.process_time()
    built = tvm_tiny.build(model)
    assert time.process_time() - begin < CPU_S
    assert built.report.memory.arena_bytes < 20_000
    assert any("counted steps" in note for note in built.report.notes) == bool(
        built.compiled.plan.cut
    )


def test_a_search_that_ends_at_its_bound_says_so() -> None:
    graph = checked_graph(landmark_net(side=32))
    few = plan_stream(graph, options=PlanOptions(steps=20_000))
    assert few.cut == "steps"
    assert plan_stream(graph, options=PlanOptions(steps=20_000)) == few, "the same again"
