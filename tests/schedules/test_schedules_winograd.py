# SPDX-License-Identifier: Apache-2.0
"""Winograd's F(4,3) computes what the plain kernel does: C twin, instructions, refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules import default_rules
from tvm_tiny.schedules.dsp.winograd import DspWinograd
from tvm_tiny.schedules.rule import Declined
from tvm_tiny.targets import load_core

Array = npt.NDArray[Any]
RULE = DspWinograd()


def conv(
    rng: np.random.Generator,
    image: tuple[int, int, int, int],
    outputs: int,
    taps: int = 3,
    *,
    extremes: bool = False,
    **changes: Any,
) -> tuple[Node, list[Array], DspWinograd]:
    """A convolution ``taps`` by 3 with random contents; ``extremes``: only the ends of int8."""
    inputs = taps * 3 * image[3]
    relu = bool(rng.integers(0, 2))
    attrs: dict[str, Any] = {
        "strides": [1, 1],
        "dilation": [1, 1],
        "padding": [taps // 2, 1, taps // 2, 1],
        "groups": 1,
        "input_zero_point": int(rng.integers(-128, 128)),
        "output_zero_point": -128 if relu else int(rng.integers(-128, 128)),
        "activation": [-128, 127] if relu else [int(rng.integers(-128, 0)), 120],
        **changes,
    }
    x = rng.integers(-128, 128, image).astype(np.int8)
    weight = rng.integers(-128, 128, (outputs, taps, 3, image[3]))
    if extremes:
        x = rng.choice([-128, 127], image).astype(np.int8)
        weight = rng.choice([-128, 127], weight.shape)
    exponent = int(np.ceil(np.log2(np.sqrt(inputs) * 74 * 74 / 60)))
    multipliers = rng.integers(1 << 30, 1 << 31, outputs)
    multipliers[rng.random(outputs) < 0.3] = 1 << 30
    operands = [
        constant(weight, "int8"),
        constant(rng.integers(-20000, 20000, outputs), "int32"),
        constant(multipliers, "int32"),
        constant(np.minimum(rng.integers(-exponent - 1, 2 - exponent, outputs), -1), "int32"),
    ]
    node = make_node("conv2d", [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)], RULE


def _cases(seed: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    return [
        conv(rng, (1, 3, 8, 4), 2),
        conv(rng, (1, 4, 9, 8), 4),
        conv(rng, (2, 2, 17, 4), 6),
        conv(rng, (1, 3, 24, 12), 2),
        conv(rng, (1, 2, 10, 36), 4, extremes=True),
        conv(rng, (1, 4, 13, 4), 2, strides=[2, 1]),
        conv(rng, (1, 7, 11, 4), 2, dilation=[2, 1], padding=[2, 1, 2, 1]),
        conv(rng, (1, 3, 12, 8), 2, padding=[0, 0, 0, 0]),
        conv(rng, (1, 3, 8, 4), 2, padding=[1, 2, 1, 3]),
        conv(rng, (1, 2, 9, 12), 4, taps=1, padding=[0, 1, 0, 1]),
        conv(rng, (1, 6, 8, 12), 2, taps=5),
    ]


@pytest.mark.parametrize("compiler", ["", *compilers()])
@pytest.mark.parametrize("core", ["cortex-m7", "cortex-m4"])
def test_every_window_is_exact(compiler: str, core: str) -> None:
    if core != "cortex-m7" and not compiler:
        pytest.skip("the host runs the same C for every core")
    seeds = (0, 1, 2) if not compiler else (3,)
    assert_same([case for seed in seeds for case in _cases(seed)], compiler, core)


@pytest.mark.parametrize(
    ("image", "outputs", "changes", "reason"),
    [
        ((1, 3, 7, 4), 2, {}, "pixels"),
        ((1, 3, 9, 6), 2, {}, "multiple"),
        ((1, 3, 9, 4), 3, {}, "odd"),
        ((1, 3, 18, 4), 2, {"strides": [1, 2]}, "stride"),
        ((1, 3, 12, 4), 2, {"dilation": [1, 2]}, "stride"),
    ],
)
def test_what_does_not_fit_is_declined(
    image: tuple[int, int, int, int], outputs: int, changes: dict[str, Any], reason: str
) -> None:
    node, _, rule = conv(np.random.default_rng(0), image, outputs, **changes)
    got = rule.apply(lookup(node.op).kernel(node), node, load_core("cortex-m7"))
    assert isinstance(got, Declined)
    assert reason in got.reason


def test_only_speed_pays_four_times_the_weights() -> None:
    chosen = {
        optimize: any(
            isinstance(r, DspWinograd) for r in default_rules(load_core("cortex-m7"), optimize)
        )
        for optimize in ("speed", "balanced", "ram", "flash")
    }
    assert chosen == {"speed": True, "balanced": False, "ram": False, "flash": False}


@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_multipliers_of_one_half_and_more_are_exact(compiler: str) -> None:
    rng = np.random.default_rng(9)
    cases: list[Any] = []
    for share in (0.4, 0.7, 1.0):
        node, arrays, rule = conv(rng, (1, 3, 12, 8), 6)
        steep = rng.random(6) < share
        x, weight, bias, multiplier, shift = (np.array(a) for a in arrays)
        # Small sums: others have results at the ends only.
        near = node.attrs["input_zero_point"] + rng.integers(-4, 5, x.shape)
        x = np.clip(near, -128, 127).astype(np.int8)
        weight[steep] = rng.integers(-2, 3, (int(steep.sum()), *weight.shape[1:]))
        bias[steep] = rng.integers(-30, 30, steep.sum())
        shift[steep] = rng.integers(0, 3, steep.sum())
        changed = [x, weight, bias, multiplier, shift]
        operands = [constant(a, str(a.dtype)) for a in changed[1:]]
        cases.append((make_node("conv2d", [x, *operands], node.attrs), changed, rule))
    assert_same(cases, compiler)
