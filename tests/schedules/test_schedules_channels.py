# SPDX-License-Identifier: Apache-2.0
"""Pooling, means and tables by words compute what the plain kernels do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from op_harness import constant, kernel_c, make_node, run_rows, shared_object
from schedule_harness import (
    Case,
    Host,
    Simulated,
    assert_same,
    compilers,
    scheduled,
    scheduled_c,
)

from tvm_tiny.arithmetic import quant
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules.dsp.channels import DspChannels
from tvm_tiny.schedules.rule import Declined
from tvm_tiny.targets import load_core

Array = npt.NDArray[Any]
RULE = DspChannels()
ON = ["", *compilers()]
"""The host, and the simulator with every cross compiler."""

# (input shape, kernel, strides, padding)
WINDOWS = [
    ((1, 6, 6, 8), (2, 2), (2, 2), (0, 0, 0, 0)),
    ((1, 5, 7, 12), (3, 3), (1, 1), (1, 1, 1, 1)),
    ((1, 5, 5, 17), (3, 2), (2, 1), (1, 0, 1, 1)),
    ((2, 4, 3, 4), (4, 3), (1, 1), (0, 0, 0, 0)),
    ((1, 25, 5, 24), (25, 5), (25, 5), (0, 0, 0, 0)),
    ((1, 16, 16, 5), (16, 16), (1, 1), (0, 0, 0, 0)),
    ((1, 4, 4, 9), (1, 1), (1, 1), (0, 0, 0, 0)),
]


def integers(rng: np.random.Generator, shape: tuple[int, ...], kind: int = 0) -> Array:
    if kind == 0:
        return rng.integers(-128, 128, shape).astype(np.int8)
    return np.full(shape, (-128, 127)[kind - 1], np.int8)


def reason(node: Node) -> str:
    got = RULE.apply(lookup(node.op).kernel(node), node, load_core("cortex-m7"))
    return got.reason if isinstance(got, Declined) else ""


@pytest.mark.parametrize("compiler", ON)
def test_pooling(compiler: str) -> None:
    rng = np.random.default_rng(3)
    cases: list[Case] = []
    for op in ("avg_pool2d", "max_pool2d"):
        for number, (shape, kernel, strides, padding) in enumerate(WINDOWS):
            attrs = {"kernel": list(kernel), "strides": list(strides), "dilation": [1, 1]}
            attrs |= {"padding": list(padding)}
            attrs |= {"activation": [-128, 127] if number % 2 else [-100, 90]}
            for kind in range(3 if number in (1, 5) else 1):
                x = integers(rng, shape, kind)
                cases.append((make_node(op, [x], attrs), [x], RULE))
    assert_same(cases, compiler)


def test_averages_are_a_line() -> None:
    """The arithmetic of ``tvm_tiny_pool.h`` for every number of int8 and every sum of them."""
    for count in range(1, 257):
        sums = np.arange(-128 * count, 127 * count + 1, dtype=np.int64)
        away = np.sign(sums) * ((np.abs(sums) + count // 2) // count)
        multiplier = (1 << 28) // count + 1
        assert multiplier < 1 << 31
        line = (((multiplier * sums) >> 16) + (1 << 11) + (128 << 12)) >> 12
        assert np.array_equal(line - 128, away), count


def _mean(shape: tuple[int, ...], axes: list[int], keep: bool, op: str = "mean") -> Node:
    x = np.zeros(shape, np.int8)
    count = int(np.prod([shape[a] for a in axes]))
    params = quant.mean_params(0.03, -7, 0.021, 12, count)
    if op == "sum":
        params = quant.sum_params(0.03, -7, 0.9, 12)
    return make_node(op, [x], {**params, "axes": axes, "keep_dims": keep})


MEANS = [
    ((1, 7, 6, 16), [1, 2], False),
    ((1, 7, 6, 16), [1, 2], True),
    ((1, 5, 9, 12), [2], True),
    ((1, 5, 9, 13), [1], True),
    ((2, 3, 4, 21), [1], False),
    ((2, 20, 17, 8), [1, 2], True),
    ((3, 5, 6, 4), [0, 2], False),
    ((300, 7), [0], False),
    ((1, 2, 700, 8), [2], True),
]


@pytest.mark.parametrize("compiler", ON)
def test_means_and_sums(compiler: str) -> None:
    rng = np.random.default_rng(4)
    cases: list[Case] = []
    for number, (shape, axes, keep) in enumerate(MEANS):
        for op in ("mean", "sum"):
            node = _mean(shape, axes, keep, op)
            assert reason(node) == ""
            kinds = (0, 1, 2) if number in (5, 8) else (0,)
            cases += [(node, [integers(rng, shape, kind)], RULE) for kind in kinds]
    assert_same(cases, compiler)


def _totals(node: Node, x: Array, compiler: str) -> Array:
    """The result of ``mean_rows``, its rows called one after another in one workspace."""
    what = scheduled(node, RULE)
    text = scheduled_c(node, what, "fast")
    memory = Simulated(text, compiler) if compiler else Host(text)
    pixels = memory.place(x.tobytes())
    total = memory.place(b"\x33" * lookup("mean_rows").state_bytes(node))
    y = memory.place(bytes(node.output.nbytes))
    for row in range(lookup("mean_rows").calls(node)):
        scalars = lookup("mean_rows").row_call(node, row).scalars
        memory.call("fast", [pixels + row * node.operands[0].row_bytes, total, y, *scalars])
    return np.frombuffer(memory.read(y, node.output.nbytes), np.int8)


@pytest.mark.parametrize("compiler", ON)
@pytest.mark.parametrize("shape", [(1, 7, 6, 16), (1, 3, 2, 23), (1, 2, 700, 8)])
def test_means_that_add_up_by_rows(shape: tuple[int, ...], compiler: str) -> None:
    rng = np.random.default_rng(6)
    whole = _mean(shape, [1, 2], True)
    node = replace(whole, op="mean_rows")
    for kind in (0, 1):
        x = integers(rng, shape, kind)
        want = run_rows(whole, [x], shared_object(kernel_c(whole)).kernel)
        assert np.array_equal(_totals(node, x, compiler), want.reshape(-1))


@pytest.mark.parametrize("compiler", ON)
def test_tables(compiler: str) -> None:
    rng = np.random.default_rng(5)
    every = np.arange(-128, 128).astype(np.int8)
    cases: list[Case] = []
    for shape in ((1, 2, 8, 16), (2, 129), (1, 1, 5, 3)):
        x = np.resize(every, shape)
        table = rng.integers(-128, 128, 256).astype(np.int8)
        node = make_node("lut", [x, constant(table, name="table")], {})
        cases.append((node, [x, table], RULE))
    assert_same(cases, compiler)


def test_what_does_not_fit_is_declined() -> None:
    pool = {"kernel": [17, 16], "strides": [1, 1], "dilation": [1, 1], "padding": [0, 0, 0, 0]}
    pool |= {"activation": [-128, 127]}
    wide, thin = np.zeros((1, 17, 16, 8), np.int8), np.zeros((1, 17, 16, 3), np.int8)
    assert reason(make_node("avg_pool2d", [wide], pool)) == "272 elements in a window"
    assert reason(make_node("max_pool2d", [thin], pool)) == "3 channels"
    assert "side by side" in reason(_mean((1, 160, 3, 5), [3], False))
    assert "apart" in reason(_mean((2, 3, 2, 3, 2, 8), [0, 2, 4], False))
    x = np.zeros((1, 3), np.int8)
    assert "a row" in reason(make_node("lut", [x, constant(np.zeros(256), name="table")], {}))
    assert "neither" in reason(make_node("add", [x, x], quant.add_params(1, 0, 1, 0, 2, 0)))
