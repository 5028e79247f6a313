# SPDX-License-Identifier: Apache-2.0
"""Random operators: the compiled C equals tflite-micro byte for byte.

A build holds ``CASES`` unconnected cases of one operator family, so the families below are
19 x 3 x 6 = 342 cases in the fast suite.
"""

from __future__ import annotations

import numpy as np
import pytest
from fuzz import OPERATORS, OTHER_CORES, check, profile
from hypothesis import given
from strategies_models import single_operators

from tvm_tiny.testing.tflite_writer import TFLiteWriter

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

    @profile(2 * BUILDS)
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


@pytest.mark.simulator
@pytest.mark.parametrize(
    ("core", "family"),
    [
        pytest.param(core, family, marks=() if family in always else pytest.mark.slow)
        for core, always in OTHER_CORES.items()
        for family in OPERATORS
    ],
)
def test_operator_on_another_core(core: str, family: str) -> None:
    operator, ranks = OPERATORS[family]

    @profile(1)
    @given(single_operators(operator, ranks, CASES))
    def run(model: bytes) -> None:
        check(model, on="simulator", target=core)

    run()


def _dense(weight: int, zero_point: int) -> bytes:
    writer = TFLiteWriter("dense")
    x = writer.input("x", (1, 5), scale=0.1, zero_point=3)
    values = np.array([[1, 2, 3, 4, weight], [5, 6, -7, 8, 9]], np.int8)
    weights = writer.constant("weights", values, scale=0.3)
    y = writer.op("FULLY_CONNECTED", [x, weights, None], (1, 2), 0.9, zero_point, name="y")
    z = writer.op("SOFTMAX", [y], (1, 2), 1 / 256, -128, name="z", beta=0.01)
    writer.output(z)
    return writer.finish()


def test_the_check_passes_what_is_the_same() -> None:
    check(_dense(6, 4))


@pytest.mark.parametrize("wrong", [_dense(7, 4), _dense(6, 5)], ids=["weight", "zero point"])
def test_the_check_sees_one_step_in_one_layer(wrong: bytes) -> None:
    with pytest.raises(AssertionError, match=r"layer y|output z"):
        check(wrong, truth=_dense(6, 4))
