# SPDX-License-Identifier: Apache-2.0
"""Random graphs: skips, concatenations, several outputs; compiled C equals tflite-micro.

Under every kind of memory plan: layer by layer, streamed by rows, and fed by rows.
"""

from __future__ import annotations

from typing import Any

import pytest
from fuzz import EVERYTHING, OTHER_CORES, VISION, check, profile
from hypothesis import assume, given
from strategies import Operator
from strategies_kinds import KINDS
from strategies_models import graphs

from tvm_tiny.errors import UsageError

PALETTES = {"everything": EVERYTHING, "vision": VISION}
PLANS: dict[str, dict[str, Any]] = {
    "layers": {"optimize": "speed"},
    "streamed": {"optimize": "ram"},
    "row fed": {"row_fed": True},
}
CANNOT_BE_FED = "TT6017"  # several inputs, or an input of one row: says so, and that is all right

palettes = pytest.mark.parametrize("operators", PALETTES.values(), ids=PALETTES)
plans = pytest.mark.parametrize("plan", PLANS)


def _run(
    operators: tuple[Operator, ...],
    plan: str,
    examples: int,
    steps: tuple[int, int],
    on: str = "host",
    core: str = "cortex-m7",
) -> None:
    @profile(examples)
    @given(graphs(operators, steps))
    def run(model: bytes) -> None:
        try:
            check(model, on, target=core, **PLANS[plan])
        except UsageError as error:
            assume(error.code != CANNOT_BE_FED)
            raise

    run()


@plans
@palettes
def test_graph_equals_the_reference(operators: tuple[Operator, ...], plan: str) -> None:
    _run(operators, plan, 5, (2, 10))


@pytest.mark.slow
@plans
@palettes
def test_graph_equals_the_reference_at_length(operators: tuple[Operator, ...], plan: str) -> None:
    _run(operators, plan, 8, (3, 24))


@plans
def test_graph_of_other_kinds_and_types(plan: str) -> None:
    _run((*KINDS, *VISION), plan, 1, (6, 10))


@pytest.mark.slow
@plans
def test_graph_of_other_kinds_and_types_at_length(plan: str) -> None:
    _run((*KINDS, *KINDS, *EVERYTHING), plan, 8, (3, 24))


@pytest.mark.simulator
@plans
def test_graph_on_the_simulated_core(plan: str) -> None:
    _run(VISION, plan, 3, (4, 10), on="simulator")


@pytest.mark.simulator
@pytest.mark.parametrize("core", OTHER_CORES)
def test_graph_on_another_core(core: str) -> None:
    _run(VISION, "streamed", 2, (4, 10), on="simulator", core=core)


@pytest.mark.slow
@pytest.mark.simulator
@plans
@palettes
@pytest.mark.parametrize("core", OTHER_CORES)
def test_graph_on_another_core_at_length(
    core: str, operators: tuple[Operator, ...], plan: str
) -> None:
    _run(operators, plan, 3, (3, 16), on="simulator", core=core)
