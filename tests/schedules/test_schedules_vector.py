# SPDX-License-Identifier: Apache-2.0
"""The schedule of one vector through a fully connected layer computes what the plain one does."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules.dsp.vector import DspVector
from tvm_tiny.schedules.rule import Declined, Scheduled
from tvm_tiny.targets import load_core

Array = npt.NDArray[Any]
ON = ["", *compilers()]


def dense(
    rng: np.random.Generator, inputs: int, outputs: int, *, rows: int = 1, limits: bool = False
) -> tuple[Node, list[Array]]:
    """A node with random weights, and an input that meets the ends of int8."""
    x = rng.integers(-128, 128, (rows, inputs)).astype(np.int8)
    x[rng.random(x.shape) < 0.3] = -128
    operands = [
        constant(rng.integers(-127, 128, (outputs, inputs)), "int8"),
        constant(rng.integers(-9000, 9000, outputs), "int32"),
        constant(rng.integers(1 << 30, 1 << 31, outputs), "int32"),
        constant(rng.integers(-12, -4, outputs), "int32"),
    ]
    attrs = {
        "input_zero_point": int(rng.integers(-128, 128)),
        "weight_zero_point": 0,
        "output_zero_point": -128 if inputs % 8 else int(rng.integers(-128, 128)),
        "activation": [-20, 30] if limits else [-128, 127],
    }
    node = make_node("fully_connected", [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)]


def apply(node: Node) -> Scheduled | Declined:
    return DspVector().apply(lookup(node.op).kernel(node), node, load_core("cortex-m7"))


@pytest.mark.parametrize("compiler", ON)
def test_random_layers(compiler: str) -> None:
    rng = np.random.default_rng(3)
    shapes = [(4, 4), (8, 4), (4, 12), (64, 12), (128, 8), (132, 20), (640, 4), (12, 128)]
    cases = [
        (*dense(rng, inputs, outputs, limits=limits), DspVector())
        for inputs, outputs in shapes
        for limits in (False, True)
    ]
    assert_same(cases, compiler)


@pytest.mark.parametrize(
    ("inputs", "outputs", "rows", "reason"),
    [(6, 4, 1, "multiple of four"), (4, 6, 1, "multiple of four"), (4, 4, 3, "several positions")],
)
def test_what_does_not_fit_is_declined(inputs: int, outputs: int, rows: int, reason: str) -> None:
    node, _ = dense(np.random.default_rng(1), inputs, outputs, rows=rows)
    got = apply(node)
    assert isinstance(got, Declined)
    assert reason in got.reason


def test_no_workspace_is_needed() -> None:
    node, _ = dense(np.random.default_rng(1), 640, 128)
    got = apply(node)
    assert isinstance(got, Scheduled)
    assert got.scratch_bytes == 0
