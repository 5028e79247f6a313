# SPDX-License-Identifier: Apache-2.0
"""Random operators: the compiled C equals tflite-micro byte for byte.

A build holds ``CASES`` unconnected cases of one operator family, so the families below are
18 x 3 x 6 = 324 cases in the fast suite.
"""

from __future__ import annotations

import pytest
from fuzz import OPERATORS, check, profile
from hypothesis import given
from strategies import single_operators

CASES = 6
BUILDS = 3


@pytest.mark.parametrize("family", OPERATORS)
def test_operator_equals_the_reference(family: str) -> None:
    operator, ranks = OPERATORS[family]

    @profile(BUILDS)
    @given(single_operators(operator, ranks, CASES))
    def run(model: bytes) -> None:
        check(model)

    run()


@pytest.mark.slow
@pytest.mark.parametrize("family", OPERATORS)
def test_operator_equals_the_reference_at_length(family: str) -> None:
    operator, ranks = OPERATORS[family]

    @profile(10 * BUILDS)
    @given(single_operators(operator, ranks, CASES))
    def run(model: bytes) -> None:
        check(model)

    run()


@pytest.mark.simulator
@pytest.mark.parametrize("family", OPERATORS)
def test_operator_on_the_simulated_core(family: str) -> None:
    operator, ranks = OPERATORS[family]

    @profile(1)
    @given(single_operators(operator, ranks, CASES))
    def run(model: bytes) -> None:
        check(model, on="simulator")

    run()
