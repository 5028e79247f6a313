# SPDX-License-Identifier: Apache-2.0
"""Tables of two words a channel for layers that need TFLite's two roundings: the same integers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers, scheduled

from tvm_tiny.graph import Node
from tvm_tiny.schedules.dsp.matrix import DspMatrix
from tvm_tiny.schedules.dsp.vector import DspVector
from tvm_tiny.schedules.rule import ScheduleRule


def _layer(
    rng: np.random.Generator, image: tuple[int, ...], weight: tuple[int, ...], spread: int = 3
) -> tuple[Node, list[Any]]:
    """A linear layer; every third channel or so does not depend on its input."""
    count, windowed = weight[0], len(weight) == 4
    attrs: dict[str, Any] = {
        "input_zero_point": int(rng.integers(-128, 128)),
        "output_zero_point": int(rng.integers(-128, 128)),
        "activation": [-128, 127],
    }
    if windowed:
        pad = [weight[1] // 2, weight[2] // 2] * 2
        attrs |= {"strides": [1, 1], "dilation": [1, 1], "padding": pad, "groups": 1}
    else:
        attrs["weight_zero_point"] = 0
    x = rng.integers(-128, 128, image).astype(np.int8)
    weights = rng.integers(-127, 128, weight)
    weights[rng.random(count) < 0.3] = 0
    exponent = int(np.ceil(np.log2(np.sqrt(np.prod(weight[1:])) * 74 * 74 / 60)))
    multipliers = rng.integers(1 << 30, 1 << 31, count)
    multipliers[rng.random(count) < 0.3] = 1 << 30
    operands = [
        constant(weights, "int8"),
        constant(rng.integers(-20000, 20000, count), "int32"),
        constant(multipliers, "int32"),
        constant(rng.integers(-exponent - spread, -exponent + 1, count), "int32"),
    ]
    node = make_node("conv2d" if windowed else "fully_connected", [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)]


SHAPES: list[tuple[ScheduleRule, tuple[int, ...], tuple[int, ...]]] = [
    *[
        (DspMatrix(compact=True), (1, 2, width, inputs), (outputs, 1, 1, inputs))
        for width, inputs, outputs in ((4, 8, 4), (3, 20, 7), (5, 64, 9), (1, 13, 6), (2, 180, 3))
    ],
    (DspMatrix(compact=True), (1, 4, 5, 4), (6, 3, 3, 4)),
    (DspMatrix(compact=True), (1, 4, 6, 3), (5, 3, 3, 3)),
    (DspMatrix(compact=True), (1, 130), (10, 130)),
    *[(DspVector(compact=1), (1, c), (o, c)) for c, o in ((4, 4), (64, 12), (132, 40))],
]


@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_two_words_a_channel(compiler: str) -> None:
    rng = np.random.default_rng(31)
    cases: list[Any] = []
    for rule, image, weight in SHAPES:
        for _ in range(2):
            node, arrays = _layer(rng, image, weight)
            constants = scheduled(node, rule).constants
            assert constants is not None
            pairs = -(-weight[0] // 2)
            assert constants["table"].size == 4 * pairs + 2
            cases.append((node, arrays, rule))
    assert_same(cases, compiler)


def test_exponents_far_apart_take_four_words() -> None:
    node, _ = _layer(np.random.default_rng(32), (1, 2, 4, 8), (40, 1, 1, 8), spread=6)
    constants = scheduled(node, DspMatrix(compact=True)).constants
    assert constants is not None
    assert constants["table"].size == 8 * 20 + 2


def _alike(rng: np.random.Generator, inputs: int, outputs: int) -> tuple[Any, list[Any]]:
    """A layer whose channels have one multiplier, as fully connected layers mostly do."""
    node, arrays = _layer(rng, (1, inputs), (outputs, inputs), spread=0)
    multiplier = np.full(outputs, int(rng.integers(1 << 30, 1 << 31)))
    bias = np.asarray(node.operands[2].data).copy()
    bias[1::5] = [1 << 28, -(1 << 28)][outputs % 8 == 0]  # these do not depend on the input
    operands = [constant(bias, "int32"), constant(multiplier, "int32"), node.operands[4]]
    node = make_node("fully_connected", [arrays[0], node.operands[1], *operands], node.attrs)
    return node, [arrays[0], *(np.asarray(t.data) for t in node.operands[1:])]


@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_one_multiplier_for_all_channels(compiler: str, core: str) -> None:
    """One word a channel, constant channels among them."""
    rng = np.random.default_rng(33)
    cases: list[Any] = []
    for inputs, outputs in ((4, 4), (64, 12), (132, 40), (20, 8)):
        for _ in range(2):
            node, arrays = _alike(rng, inputs, outputs)
            constants = scheduled(node, DspVector(compact=1)).constants
            assert constants is not None
            assert constants["table"].size == outputs + 2
            cases.append((node, arrays, DspVector(compact=1)))
    assert_same(cases, compiler, core)


def test_multipliers_that_differ_take_two_words() -> None:
    node, _ = _layer(np.random.default_rng(34), (1, 64), (12, 64))
    constants = scheduled(node, DspVector(compact=1)).constants
    assert constants is not None
    assert constants["table"].size == 2 * 12 + 2


def test_a_layer_whose_channels_are_all_constant() -> None:
    """No channel is left to have a multiplier."""
    node, arrays = _layer(np.random.default_rng(35), (1, 16), (8, 16))
    zeros = constant(np.zeros((8, 16), np.int64), "int8")
    node = make_node("fully_connected", [arrays[0], zeros, *node.operands[2:]], node.attrs)
    arrays[1] = np.asarray(zeros.data)
    assert_same([(node, arrays, DspVector(compact=1))], "")
