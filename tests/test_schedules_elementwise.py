# SPDX-License-Identifier: Apache-2.0
"""Elementwise schedules compute what the plain kernels do."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from op_harness import make_node
from schedule_harness import assert_same, compilers

from tvm_tiny import quant
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules.dsp_elementwise import DspElementwise
from tvm_tiny.schedules.rule import Declined

Array = npt.NDArray[Any]
RULE = DspElementwise()
SHAPES = [
    ((1, 2, 4, 8), (1, 2, 4, 8)),
    ((1, 3, 5, 3), (1, 3, 5, 3)),
    ((1, 2, 3, 9), (1, 1, 1, 9)),
    ((1, 2, 4, 6), (1, 1, 1, 1)),
    ((2, 3, 1), (2, 3, 6)),
    ((7,), (7,)),
]


def integers(rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
    x = rng.integers(-128, 128, shape).astype(np.int8)
    x.reshape(-1)[:2] = [-128, 127][: x.size]
    return x


def declines(node: Node) -> str:
    got = RULE.apply(lookup(node.op).kernel(node), node, "cortex-m7")
    return got.reason if isinstance(got, Declined) else ""


ON = ["", *compilers()]
"""The host, and the simulator with every cross compiler."""


@pytest.mark.parametrize("compiler", ON)
@pytest.mark.parametrize("op", ["add", "sub", "mul"])
def test_random_scales_and_broadcasts(op: str, compiler: str) -> None:
    rng = np.random.default_rng(7)
    params = {"add": quant.add_params, "sub": quant.sub_params, "mul": quant.mul_params}[op]
    cases: list[Any] = []
    while len(cases) < 30:
        a, b = (integers(rng, s) for s in SHAPES[len(cases) % len(SHAPES)])
        scales = [float(s) for s in np.exp(rng.uniform(-6, 0, 3))]
        if len(cases) % 4 == 0:
            scales[1] = scales[0]
        zeros = [int(z) for z in rng.integers(-128, 128, 3)]
        attrs = params(scales[0], zeros[0], scales[1], zeros[1], scales[2], zeros[2])
        operands = [a, b] if rng.random() < 0.5 else [b, a]
        node = make_node(op, operands, attrs)
        if not declines(node):
            cases.append((node, operands, RULE))
    assert_same(cases, compiler)


def test_every_sum_of_two_numbers() -> None:
    every = np.arange(-128, 128).astype(np.int8)
    a, b = np.repeat(every, 256), np.tile(every, 256)
    attrs = quant.add_params(0.031, -11, 0.017, 5, 0.04, -3)
    assert_same([(make_node("add", [a, b], attrs), [a, b], RULE)])


def floats(rng: np.random.Generator, scale: float) -> Array:
    """Ties, their neighbours, both zeros, infinities, and what int32 cannot hold."""
    ties = ((np.arange(-300, 300) + 0.5) * np.float32(scale)).astype(np.float32)
    near = [np.nextafter(ties, np.float32(s)) for s in (np.inf, -np.inf)]
    odd = [0.0, -0.0, np.inf, -np.inf, np.nan, 3e38, -3e38, 1e-40, 5e9 * scale, -5e9 * scale]
    many = (rng.standard_normal(3000) * scale * 100).astype(np.float32)
    return np.concatenate([ties, *near, np.array(odd, np.float32), many])


@pytest.mark.parametrize("compiler", ON)
@pytest.mark.parametrize("scale", [0.003921568859368563, 0.25, 1.7, 3.1e-5])
def test_quantisation(scale: float, compiler: str) -> None:
    x = floats(np.random.default_rng(3), scale)
    node = make_node("quantize", [x], {"scale": float(np.float32(scale)), "zero_point": -7})
    assert_same([(node, [x], RULE)], compiler)


def test_what_does_not_fit_is_declined() -> None:
    x = np.zeros((4,), np.int8)
    clamped = quant.add_params(0.1, 0, 0.1, 0, 0.1, 0) | {"activation": [0, 127]}
    assert declines(make_node("add", [x, x], clamped)) == "a clamp"
    steep = quant.mul_params(1.0, 0, 1.0, 0, 0.5, 0)
    assert "one half" in declines(make_node("mul", [x, x], steep))
    tiny = {"scale": 2e-38, "zero_point": 0}
    assert "reciprocal" in declines(make_node("quantize", [x.astype(np.float32)], tiny))
