# SPDX-License-Identifier: Apache-2.0
"""Every verb and every objective on random graphs: none stumbles over what another part added.

Plans add nodes and names that estimates, reports and pictures look up. A few graphs by default;
``slow`` tries many, and ``TVM_TINY_FUZZ`` multiplies them.
"""

from __future__ import annotations

import pytest
from fuzz import VISION, profile
from hypothesis import given
from hypothesis import strategies as st
from strategies_models import graphs

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.passes.plan.follow_rows import planned_graph
from tvm_tiny.passes.plan.objective import OBJECTIVES, plan_cost, scratch_of
from tvm_tiny.passes.plan.pareto import pareto_points
from tvm_tiny.passes.recompute.search import rewritten_scratch
from tvm_tiny.report.model import from_json, to_json
from tvm_tiny.report.picture import svg, terminal
from tvm_tiny.report.text import SORT_KEYS, layer_table, verdict
from tvm_tiny.targets import load_core

CORES = ("cortex-m0plus", "cortex-m4", "cortex-m7", "cortex-m33")
Choice = tuple[str, str, bool, float | None]
CHOICES: st.SearchStrategy[Choice] = st.tuples(
    st.sampled_from(OBJECTIVES),
    st.sampled_from(CORES),
    st.booleans(),
    st.sampled_from([None, 0.0, 0.5]),
)


def _built(model: bytes, choice: Choice) -> Artifact | None:
    """The build; None where the model has no rows to be fed by."""
    objective, core, row_fed, share = choice
    try:
        return tvm_tiny.build(
            model, core, optimize=objective, row_fed=row_fed, recompute=share, database="none"
        )
    except UsageError:
        if not row_fed:
            raise
        return None


def every_verb(model: bytes, choice: Choice) -> None:
    """check, build, plan, profile, report: all that they ask of a build, without a compiler."""
    assert tvm_tiny.check(model) is None
    built = _built(model, choice)
    if built is None:
        return
    core = load_core(built.options.target)
    graph, schedules = built.compiled.graph, built.compiled.schedules
    scratch, cost = scratch_of(schedules), plan_cost(graph, schedules, core)
    assert cost(built.compiled.plan) > 0
    for point in pareto_points(graph, scratch, row_fed=choice[2], recompute=0.5, cost=cost):
        planned = planned_graph(point.plan, graph)
        work = rewritten_scratch(planned, scratch)
        assert terminal(point.plan, planned, work)
        assert svg(point.plan, planned, "m", work).endswith("</svg>\n")
    assert built.files


def every_report(model: bytes, choice: Choice) -> None:
    """The same with what is compiled and measured, and a limit that is just missed."""
    built = _built(model, choice)
    if built is None:
        return
    report = built.report
    assert from_json(to_json(report).encode()) == report
    assert verdict(report)
    for key in SORT_KEYS:
        layer_table(report, key, None, width=120)

    objective, core, row_fed, share = choice
    limit = report.memory.used_bytes - 16
    try:
        less = tvm_tiny.build(
            model, core, optimize=objective, row_fed=row_fed, recompute=share, ram=limit,
            database="none",
        )  # fmt: skip
    except DoesNotFitError:
        return  # an answer, too
    assert less.report.memory.used_bytes <= limit


_QUICK = profile(4)
_LONG = profile(15)


@_QUICK
@given(graphs(VISION, (3, 6)), CHOICES)
def test_every_verb(model: bytes, choice: Choice) -> None:
    every_verb(model, choice)


@pytest.mark.slow
@_LONG
@given(graphs(VISION, (3, 12)), CHOICES)
def test_every_verb_at_length(model: bytes, choice: Choice) -> None:
    every_verb(model, choice)
    every_report(model, choice)
