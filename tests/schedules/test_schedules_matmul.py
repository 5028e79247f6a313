# SPDX-License-Identifier: Apache-2.0
"""dsp-matmul equals the plain kernel, whatever the extents and zero points."""

from __future__ import annotations

import numpy as np
import pytest
from op_harness import make_node
from schedule_harness import assert_same, compilers

from tvm_tiny.schedules import DspMatMul
from tvm_tiny.schedules.rule import Declined
from tvm_tiny.targets import load_core

SHAPES = [(3, 1, 1, 1), (4, 2, 16, 9), (5, 1, 7, 4), (2, 2, 98, 16), (2, 1, 18, 30), (2, 1, 9, 3)]


def attrs(a_zero: int, b_zero: int, transposed: int = 1) -> dict[str, object]:
    return {
        "transposed": transposed,
        "a_zero_point": a_zero,
        "b_zero_point": b_zero,
        "multiplier": 1518500250,
        "shift": -7,
        "output_zero_point": 5,
        "activation": [-128, 127],
    }


@pytest.mark.parametrize("compiler", ["", *compilers()])
@pytest.mark.parametrize("zeros", [(0, 0), (-128, 0), (127, -7), (-3, 127)])
def test_equals_plain(zeros: tuple[int, int], compiler: str) -> None:
    rng = np.random.default_rng(7)
    cases = []
    for at, (rows, matrices, depth, width) in enumerate(SHAPES):
        vectors = 1 + at % 3
        a = rng.integers(-128, 128, (1, rows * matrices, vectors, depth)).astype(np.int8)
        b = rng.integers(-128, 128, (matrices, width, depth)).astype(np.int8)
        a[0, 0] = -128
        if at % 2:
            b = np.pad(b, [(0, 0), (0, 0), (0, -depth % 4)], constant_values=77)
        b[0, 0] = -128
        b[-1, -1] = 127
        node = make_node("matmul", [a, b], attrs(*zeros))
        cases.append((node, [a, b], DspMatMul()))
    assert_same(cases, compiler)


def test_another_layout_is_declined() -> None:
    a, b = np.zeros((1, 4, 1, 6), np.int8), np.zeros((1, 6, 3), np.int8)
    node = make_node("matmul", [a, b], attrs(0, 0, 0))
    assert isinstance(DspMatMul().apply(None, node, load_core("cortex-m7")), Declined)
