# SPDX-License-Identifier: Apache-2.0
"""Random graphs: skips, concatenations, several outputs; compiled C equals tflite-micro."""

from __future__ import annotations

import pytest
from fuzz import OPERATORS, check, profile
from hypothesis import given
from strategies_models import graphs

EVERYTHING = tuple(operator for operator, _ in OPERATORS.values())
# What image models are made of, so that segments of windowed operators are long.
_NAMES = ("conv", "conv", "depthwise", "depthwise", "binary", "pool", "concat", "pad", "unary")
VISION = tuple(OPERATORS[name][0] for name in _NAMES)


@pytest.mark.parametrize("operators", [EVERYTHING, VISION], ids=["everything", "vision"])
def test_graph_equals_the_reference(operators: tuple) -> None:
    @profile(12)
    @given(graphs(operators, 8))
    def run(model: bytes) -> None:
        check(model)

    run()


@pytest.mark.slow
@pytest.mark.parametrize("operators", [EVERYTHING, VISION], ids=["everything", "vision"])
def test_graph_equals_the_reference_at_length(operators: tuple) -> None:
    @profile(100)
    @given(graphs(operators, 14))
    def run(model: bytes) -> None:
        check(model)

    run()


@pytest.mark.simulator
def test_graph_on_the_simulated_core() -> None:
    @profile(4)
    @given(graphs(VISION, 8))
    def run(model: bytes) -> None:
        check(model, on="simulator")

    run()
