# SPDX-License-Identifier: Apache-2.0
"""Softmax from a table computes what the plain kernel does."""

from __future__ import annotations

import numpy as np
import pytest
from op_harness import make_node
from schedule_harness import Case, assert_same, compilers

from tvm_tiny.arithmetic import quant
from tvm_tiny.operators.base import lookup
from tvm_tiny.schedules.any_core.softmax_table import SoftmaxTable
from tvm_tiny.schedules.rule import Declined
from tvm_tiny.targets import load_core

RULE = SoftmaxTable()


@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_rows(compiler: str) -> None:
    """From flat (every difference counts) to steep (few do); all equal, and one far above all."""
    rng = np.random.default_rng(6)
    cases: list[Case] = []
    for beta, scale in ((1.0, 0.003), (1.0, 0.1), (0.5, 0.7), (1.0, 3.0), (7.0, 9.0)):
        for shape in ((1, 40), (1, 1000), (2, 5, 7), (1, 2, 33)):
            x = rng.integers(-128, 128, shape).astype(np.int8)
            x.reshape(-1)[:2] = -128, 127
            node = make_node("softmax", [x], quant.softmax_params(beta, scale))
            cases.append((node, [x], RULE))
    for x in (np.full((1, 600), -5, np.int8), np.full((1, 50), -128, np.int8)):
        x[0, 7] += x[0, 7] == -128 and 100
        node = make_node("softmax", [x], quant.softmax_params(1.0, 0.05))
        cases.append((node, [x], RULE))
    assert_same(cases, compiler)


def test_short_rows_are_declined() -> None:
    x = np.zeros((1, 10), np.int8)
    node = make_node("softmax", [x], quant.softmax_params(1.0, 0.1))
    got = RULE.apply(lookup("softmax").kernel(node), node, load_core("cortex-m0plus"))
    assert isinstance(got, Declined)
    assert got.reason == "10 elements in a row"
