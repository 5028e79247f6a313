# SPDX-License-Identifier: Apache-2.0
"""Elementwise schedules compute what the plain kernels do."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from op_harness import make_node
from schedule_harness import assert_same, compilers

from tvm_tiny.arithmetic import pairs, quant
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules.dsp.affine import sum_constants
from tvm_tiny.schedules.dsp.elementwise import DspElementwise
from tvm_tiny.schedules.rule import Declined, Scheduled
from tvm_tiny.targets import load_core

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
    got = RULE.apply(lookup(node.op).kernel(node), node, load_core("cortex-m7"))
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


@pytest.mark.parametrize("compiler", ON)
def test_products_of_rows_with_a_number_each(compiler: str) -> None:
    rng = np.random.default_rng(8)
    cases: list[Any] = []
    for inner in (4, 63, 64, 65, 131):
        for scale in (0.5, 4.0, 200.0):
            a, b = integers(rng, (1, 3, inner)), integers(rng, (1, 3, 1))
            attrs = quant.mul_params(1.0, 5, 1.0, -9, 128 * scale, 3)
            operands = [a, b] if rng.random() < 0.5 else [b, a]
            node = make_node("mul", operands, attrs)
            assert ("a number each" in why(node)) == (scale < 200.0)
            cases.append((node, operands, RULE))
    assert_same(cases, compiler)


EVERY = np.arange(-128, 128).astype(np.int8)
PAIRS = [np.repeat(EVERY, 256), np.tile(EVERY, 256)]


def why(node: Node) -> str:
    got = RULE.apply(lookup(node.op).kernel(node), node, load_core("cortex-m7"))
    assert isinstance(got, Scheduled)
    return got.why


@pytest.mark.parametrize("compiler", ON)
def test_every_pair_of_two_numbers(compiler: str) -> None:
    """Sums with one rescaling, one where that fails (halves: ties), products of every sign."""
    nodes = [
        make_node("add", PAIRS, quant.add_params(0.0313, -11, 0.02717, 5, 0.04023, -3)),
        make_node("sub", PAIRS, quant.sub_params(0.02, 77, 0.02, -128, 0.03, 12)),
        make_node("add", PAIRS, quant.add_params(0.5, 0, 0.5, 0, 1.0, 0)),
        make_node("mul", PAIRS, quant.mul_params(0.1, -128, 1 / 256, -128, 0.09, -128)),
        make_node("mul", PAIRS, quant.mul_params(0.05, 127, 0.02, 3, 0.11, 40)),
        make_node("mul", PAIRS, quant.mul_params(0.05, 1, 0.02, -9, 1.7, 0)),
    ]
    assert ["one rescaling" in why(n) for n in nodes] == [True, True, False, False, False, False]
    assert ["rows of words" in why(n) for n in nodes[3:]] == [True, True, True]
    assert_same([(node, PAIRS, RULE) for node in nodes], compiler)


@pytest.mark.parametrize("compiler", ON)
def test_extremes(compiler: str) -> None:
    rng = np.random.default_rng(8)
    cases: list[Any] = []
    for op in ("maximum", "minimum"):
        cases.append((make_node(op, PAIRS, {}), PAIRS, RULE))
        for a, b in (SHAPES[1], SHAPES[2], SHAPES[5]):
            operands = [integers(rng, a), integers(rng, b)]
            cases.append((make_node(op, operands, {}), operands, RULE))
    assert_same(cases, compiler)


@pytest.mark.parametrize("compiler", ON)
def test_squared_differences(compiler: str) -> None:
    """Every pair of numbers; rows of an odd length, and a number a row, as LayerNorm has it."""
    rng = np.random.default_rng(12)
    cases: list[Any] = []
    for scales in ((0.05, 0.01, 0.1), (0.01, 0.05, 3.0), (0.02, 0.02, 0.02), (0.3, 1.7, 0.004)):
        zeros = [int(z) for z in rng.integers(-128, 128, 3)]
        ends = list(zip(scales, zeros, strict=True))
        attrs = pairs.squared_difference_params(ends[0], ends[1], ends[2], "int8")
        cases.append((make_node("squared_difference", PAIRS, attrs), PAIRS, RULE))
        for a, b in (*SHAPES[1:5], ((1, 5, 7), (1, 5, 1))):
            operands = [integers(rng, a), integers(rng, b)]
            cases.append((make_node("squared_difference", operands, attrs), operands, RULE))
    assert not any(declines(node) for node, _, _ in cases)
    assert_same(cases, compiler)


@pytest.mark.parametrize("compiler", ON)
def test_products_with_one_number(compiler: str) -> None:
    """A table, also where the rescaling or a clamp is none of the loops'; either operand."""
    rng = np.random.default_rng(13)
    cases: list[Any] = []
    every = EVERY.reshape(1, 2, 1, 128)
    for scales in ((0.05, 0.01, 0.1), (1.0, 1.0, 0.5), (0.3, 0.004, 0.08)):
        for value in (127, -128, 3):
            zeros = [int(z) for z in rng.integers(-128, 128, 3)]
            number = np.array(value, np.int8)
            constant = Tensor("number", (), "int8", data=number)
            attrs = quant.mul_params(scales[0], zeros[0], scales[1], zeros[1], scales[2], zeros[2])
            attrs["activation"] = [zeros[2], 127] if value == 3 else [-128, 127]
            first = [every, constant] if value != 127 else [constant, every]
            node = make_node("mul", first, attrs)
            assert "from a table" in why(node)
            cases.append((node, [number if x is constant else x for x in first], RULE))
    assert_same(cases, compiler)


def test_most_sums_have_constants() -> None:
    """And what they give is what TFLite gives, by our own arithmetic in Python."""
    rng = np.random.default_rng(11)
    found = 0
    for _ in range(40):
        out = float(np.exp(rng.uniform(-4, 0)))
        a, b = (out * float(np.exp(rng.uniform(-1.5, 0.7))) for _ in range(2))
        zeros = [int(z) for z in rng.integers(-128, 128, 3)]
        attrs = quant.add_params(a, zeros[0], b, zeros[1], out, zeros[2])
        constants = sum_constants(1, attrs)
        if constants is None:
            continue
        found += 1
        x, y = (EVERY.astype(np.int64) << 8)[:, None], (EVERY.astype(np.int64) << 8)[None, :]
        total = (x * constants.a_factor >> 16) + (y * constants.b_factor >> 16) + constants.offset
        got = np.clip(total >> 20, 0, 255) - 128
        real = ((x >> 8) - zeros[0]) * (a / out) + ((y >> 8) - zeros[1]) * (b / out)
        assert np.abs(got - np.clip(real + zeros[2], -128, 127)).max() < 0.501
    assert found >= 36


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
    assert "repeats" in declines(make_node("maximum", [x, x[:1]], {}))
    tiny = {"scale": 2e-38, "zero_point": 0}
    assert "reciprocal" in declines(make_node("quantize", [x.astype(np.float32)], tiny))
