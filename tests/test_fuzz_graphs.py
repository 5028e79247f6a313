# SPDX-License-Identifier: Apache-2.0
"""Random graphs: skips, concatenations, several outputs; compiled C equals tflite-micro."""

from __future__ import annotations

import pytest
from fuzz import EVERYTHING, VISION, check, profile
from hypothesis import given
from strategies import Operator
from strategies_models import RandomModel, graphs

PALETTES = pytest.mark.parametrize(
    ("name", "operators"), [("EVERYTHING", EVERYTHING), ("VISION", VISION)]
)


def _run(
    name: str,
    operators: tuple[Operator, ...],
    examples: int,
    steps: tuple[int, int],
    on: str = "host",
) -> None:
    @profile(examples)
    @given(graphs(name, operators, steps))
    def run(model: RandomModel) -> None:
        check(model.data, on)

    run()


@PALETTES
def test_graph_equals_the_reference(name: str, operators: tuple[Operator, ...]) -> None:
    _run(name, operators, 12, (2, 10))


@pytest.mark.slow
@PALETTES
def test_graph_equals_the_reference_at_length(name: str, operators: tuple[Operator, ...]) -> None:
    _run(name, operators, 100, (3, 24))


@pytest.mark.simulator
def test_graph_on_the_simulated_core() -> None:
    _run("VISION", VISION, 4, (4, 10), on="simulator")
