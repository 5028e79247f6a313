# SPDX-License-Identifier: Apache-2.0
"""Two rows of a pointwise convolution in a call: the same integers, in either order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from op_harness import constant, make_node, run_batch
from schedule_harness import Host, Simulated, compilers, run_scheduled, scheduled, scheduled_c

from tvm_tiny.graph import Node
from tvm_tiny.operators.two_rows import two_rows
from tvm_tiny.schedules.dsp.matrix import DspMatrix
from tvm_tiny.schedules.rule import Scheduled


def _conv(
    rng: np.random.Generator, width: int, inputs: int, outputs: int, **changes: Any
) -> tuple[Node, list[Any]]:
    attrs: dict[str, Any] = {
        "strides": [1, 1], "dilation": [1, 1], "padding": [0, 0, 0, 0], "groups": 1,
        "input_zero_point": -3, "output_zero_point": -128, "activation": [-128, 127], **changes,
    }  # fmt: skip
    stride = attrs["strides"][1]
    x = rng.integers(-128, 128, (1, 5, width * stride, inputs)).astype(np.int8)
    operands = [
        constant(rng.integers(-127, 128, (outputs, 1, 1, inputs)), "int8"),
        constant(rng.integers(-9000, 9000, outputs), "int32"),
        constant(rng.integers(1 << 30, 1 << 31, outputs), "int32"),
        constant(rng.integers(-9, -4, outputs), "int32"),
    ]
    node = make_node("conv2d", [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)]


@pytest.mark.parametrize("compiler", ["", *compilers()])
@pytest.mark.parametrize("falling", [False, True])
def test_two_rows_of_odd_pixels(falling: bool, compiler: str) -> None:
    """Falling outputs lie a row behind the inputs, as a plan may ask."""
    rng = np.random.default_rng(21)
    cases: list[tuple[Node, list[Any], Scheduled]] = []
    for width, inputs, outputs in ((1, 16, 16), (3, 8, 8), (5, 64, 64), (5, 7, 9), (3, 20, 6)):
        for changes in ({}, {"output_zero_point": 4, "activation": [-90, 70]}, {"strides": [1, 2]}):
            node, arrays = _conv(rng, width, inputs, outputs, **changes)
            made = scheduled(node, DspMatrix())
            func = made.two_rows_falling if falling else made.two_rows
            assert func is not None
            cases.append((node, arrays, replace(made, func=func)))
    pairs = [two_rows(node) for node, _, _ in cases]
    text = "\n".join(
        scheduled_c(pair, what, f"fast_{i}")
        for i, (pair, (_, _, what)) in enumerate(zip(pairs, cases, strict=True))
    )
    memory = Simulated(text, compiler) if compiler else Host(text)
    wanted = run_batch([(node, arrays) for node, arrays, _ in cases])
    for i, (pair, (node, arrays, what)) in enumerate(zip(pairs, cases, strict=True)):
        row_bytes = node.operands[0].row_bytes
        same = falling and node.output.row_bytes == row_bytes
        for over in (None, row_bytes) if same else (None,):
            got = run_scheduled(pair, arrays, what, memory, f"fast_{i}", over).reshape(-1)
            assert np.array_equal(got, wanted[i].reshape(-1)[: got.size]), (i, over)


def test_only_rows_that_leave_a_pixel() -> None:
    rng = np.random.default_rng(22)
    assert scheduled(_conv(rng, 4, 8, 8)[0], DspMatrix()).two_rows is None
    assert scheduled(_conv(rng, 5, 8, 8)[0], DspMatrix(compact=True)).two_rows is None
