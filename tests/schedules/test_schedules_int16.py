# SPDX-License-Identifier: Apache-2.0
"""Kernels of int16 compute what plain ones do: vectors with weights in pairs, depthwise layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers, scheduled

from tvm_tiny.graph import Node
from tvm_tiny.schedules.dsp.int16 import PAIRED_HEADER, DspInt16

Array = npt.NDArray[Any]


def dense(
    rng: np.random.Generator, inputs: int, outputs: int, kind: str, low: int, least: int = -127
) -> tuple[Node, list[Array]]:
    """A node whose inputs and weights meet their ends; kind: the type of its multipliers."""
    x = rng.integers(-32768, 32768, (1, inputs)).astype(np.int16)
    x[rng.random(x.shape) < 0.3] = -32768
    weights = rng.integers(least, 128, (outputs, inputs))
    weights[rng.random(weights.shape) < 0.2] = least
    once = kind == "int16"
    multiplier = rng.integers(1 << 14, 1 << 15, outputs) << (0 if once else 16)
    shift = rng.integers(20, 26, outputs) if once else rng.integers(-9, -4, outputs)
    operands = [
        constant(weights, "int8"),
        constant(rng.integers(-90000, 90000, outputs), "int64" if once else "int32"),
        constant(multiplier, kind),
        constant(shift, "int32"),
    ]
    attrs = {"input_zero_point": 0, "weight_zero_point": 0, "output_zero_point": 0,
             "activation": [low, 32767]}  # fmt: skip
    node = make_node("fully_connected", [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)]


@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_random_layers(compiler: str) -> None:
    rng = np.random.default_rng(4)
    cases = [
        (*dense(rng, inputs, outputs, kind, low), DspInt16())
        for inputs, outputs in ((4, 4), (8, 12), (72, 8), (12, 11))
        for kind in ("int16", "int32")
        for low in (-32768, 0)
    ]
    assert all(PAIRED_HEADER in scheduled(node, rule).headers for node, _, rule in cases)
    assert_same(cases, compiler)


def test_weights_that_do_not_fit_pairs() -> None:
    case = dense(np.random.default_rng(4), 16, 8, "int32", -32768, least=-128)
    assert PAIRED_HEADER not in scheduled(case[0], DspInt16()).headers
    assert_same([(*case, DspInt16())])


def depthwise(
    rng: np.random.Generator, shape: tuple[int, ...], window: tuple[int, ...], kind: str, low: int
) -> tuple[Node, list[Array]]:
    """x[H, W, C] through taps (high, wide), stride, dilation, padding; values at their ends."""
    rows, columns, channels = shape
    high, wide, stride, dilation, pad = window
    x = rng.integers(-32768, 32768, (1, rows, columns, channels)).astype(np.int16)
    x[rng.random(x.shape) < 0.3] = -32768
    weights = rng.integers(-128, 128, (high, wide, channels))
    weights[rng.random(weights.shape) < 0.2] = -128
    once = kind == "int16"
    multiplier = rng.integers(1 << 14, 1 << 15, channels) << (0 if once else 16)
    shift = rng.integers(20, 26, channels) if once else rng.integers(-9, -4, channels)
    bias = rng.integers(-90000, 90000, channels)
    if once:
        bias[::3] <<= 24  # of more than 32 bits
    operands = [
        constant(weights, "int8"),
        constant(bias, "int64" if once else "int32"),
        constant(multiplier, kind),
        constant(shift, "int32"),
    ]
    attrs = {"strides": [stride] * 2, "dilation": [dilation] * 2, "padding": [pad] * 4,
             "input_zero_point": 0, "output_zero_point": 0, "activation": [low, 32767]}  # fmt: skip
    node = make_node("depthwise_conv2d", [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)]


@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_random_depthwise_layers(compiler: str) -> None:
    rng = np.random.default_rng(4)
    shapes = [
        ((5, 4, 8), (3, 3, 1, 1, 1)),
        ((6, 7, 6), (3, 3, 2, 1, 0)),
        ((7, 6, 3), (2, 3, 1, 2, 2)),
    ]
    cases = [
        (*depthwise(rng, shape, window, kind, low), DspInt16())
        for shape, window in shapes
        for kind in ("int16", "int32")
        for low in (-32768, 0)
    ]
    for node, _, rule in cases:
        assert scheduled(node, rule).rule == "dsp-int16"
    assert_same(cases, compiler)
