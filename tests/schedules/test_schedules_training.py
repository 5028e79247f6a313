# SPDX-License-Identifier: Apache-2.0
"""Kernels of training on DSP cores compute what the plain ones do, peaks and fractions included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers
from training_cases import elementwise, windows

from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.gradients import LEARNED
from tvm_tiny.schedules.dsp.training import DspTraining
from tvm_tiny.schedules.rule import Declined
from tvm_tiny.targets import load_core

RULE = DspTraining()
ON = ["", *compilers()]
"""The host, and the simulator with every cross compiler."""
Made = list[tuple[Any, list[Any], DspTraining]]


def gradients() -> Made:
    """Those of the operators' cases that the rule takes."""
    out: Made = []
    for op, operands, attrs in (*elementwise(), *windows()):
        node = make_node(op, operands, attrs)
        arrays = [np.array(t if isinstance(t, np.ndarray) else t.data) for t in operands]
        got = RULE.apply(lookup(op).kernel(node), node, load_core("cortex-m7"))
        if not isinstance(got, Declined):
            out.append((node, arrays, RULE))
    return out


def layers() -> Made:
    """Layers whose weights and bias are no constants."""
    rng = np.random.default_rng(8)
    out: Made = []

    def ints(*shape: int, low: int = -128, high: int = 128, dtype: str = "int8") -> Any:
        return rng.integers(low, high, shape).astype(dtype)

    def add(op: str, x: Any, weights: Any, outputs: int, **attrs: Any) -> None:
        bias = ints(outputs, low=-3000, high=3000, dtype="int32")
        scales = [ints(outputs, low=1 << 30, high=(1 << 31) - 1, dtype="int32"),
                  ints(outputs, low=-9, high=-4, dtype="int32")]  # fmt: skip
        common = {
            LEARNED: 1,
            "input_zero_point": -7,
            "output_zero_point": 3,
            "activation": (-120, 127),
        }
        operands = [x, weights, bias, *(constant(a, "int32") for a in scales)]
        node = make_node(op, operands, {**common, **attrs})
        out.append((node, [x, weights, bias, *scales], RULE))

    for kernel, stride, pad, size, inputs, outputs in (
        (1, 1, 0, 5, 9, 3), (1, 2, 0, 5, 8, 4), (3, 1, 1, 6, 4, 5), (3, 2, 1, 7, 8, 6),
        (5, 1, 0, 5, 4, 2), (1, 1, 0, 2, 12, 3), (1, 1, 0, 8, 20, 6),
    ):  # fmt: skip
        where = {"strides": (stride,) * 2, "padding": (pad,) * 4, "dilation": (1, 1)}
        x = ints(1, size, size, inputs)
        weights = ints(outputs, kernel, kernel, inputs)
        add("conv2d", x, weights, outputs, groups=1, **where)
        x, weights = ints(1, size, size, 8), ints(kernel, kernel, 8)
        add("depthwise_conv2d", x, weights, 8, **where)
    add("fully_connected", ints(1, 10), ints(7, 10), 7, weight_zero_point=0)
    add("fully_connected", ints(1, 3, 8), ints(4, 8), 4, weight_zero_point=0)
    return out


def test_what_is_fast() -> None:
    """None of the operators is declined in every case."""
    known = {node.op for node, _, _ in gradients()}
    assert known == {
        "grad_scale", "conv2d_grad_x", "depthwise_grad_x", "conv2d_update", "conv2d_momentum",
        "conv2d_grad_clamped", "depthwise_grad_clamped", "clamp_bits", "grad_add", "grad_spread",
    }  # fmt: skip


@pytest.mark.parametrize("compiler", ON)
def test_gradients(compiler: str) -> None:
    assert_same(gradients(), compiler)


@pytest.mark.parametrize("compiler", ON)
def test_learned_layers(compiler: str) -> None:
    assert_same(layers(), compiler)
