# SPDX-License-Identifier: Apache-2.0
"""Taps that never meet the tensor: which go, and that nothing else changes."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from op_harness import constant, kernel_c, make_node, run_rows, shared_object
from relax_modules import ZERO_POINT, Body, assert_kept, assert_rewrites, const

from tvm_tiny.passes.simplify.trim_windows import TrimWindows, trimmed


def _inside(size: int, outputs: int, stride: int, dilation: int, padding: int, tap: int) -> bool:
    return any(0 <= o * stride - padding + tap * dilation < size for o in range(outputs))


def test_every_small_window() -> None:
    """What goes is outside for all outputs; the rest stays where it was, and as many outputs."""
    cut = 0
    grid = product(range(1, 8), range(1, 7), (1, 2, 3), (1, 2, 3), range(6), range(6))
    for taps, size, stride, dilation, before, behind in grid:
        reach = (taps - 1) * dilation + 1
        outputs = (size + before + behind - reach) // stride + 1
        if size + before + behind < reach:
            continue
        kept, left, right = trimmed(taps, size, outputs, stride, dilation, before)
        assert len(kept) > 0
        gone = set(range(taps)) - set(kept)
        assert not any(_inside(size, outputs, stride, dilation, before, k) for k in gone)
        if gone:
            cut += 1
            assert left == before - kept.start * dilation >= 0 <= right
            shorter = (len(kept) - 1) * dilation + 1
            assert (size + left + right - shorter) // stride + 1 == outputs
    assert cut > 1000


def _conv(f: Body, x: Any, weight: Any, padding: list[int], depthwise: bool) -> Any:
    op = "depthwise_conv2d" if depthwise else "conv2d"
    vectors = [const(np.arange(3) + k, np.int32) for k in range(3)]
    return f.op(
        op, x, const(weight), *vectors, layer="conv", strides=[1, 1], dilation=[1, 1],
        padding=padding, input_zero_point=ZERO_POINT, output_zero_point=0,
        activation=[-128, 127], **({} if depthwise else {"groups": 1}),
    )  # fmt: skip


@pytest.mark.parametrize("depthwise", [False, True])
def test_a_column_of_a_time_series(depthwise: bool) -> None:
    """One column: of 3 by 3 the middle taps are left."""
    shape = (3, 3, 3) if depthwise else (3, 3, 3, 3)
    weight = np.arange(np.prod(shape)).reshape(shape).astype(np.int8)
    cut = weight[:, 1:2] if depthwise else weight[:, :, 1:2]
    assert_rewrites(
        TrimWindows(),
        lambda f, x: _conv(f, x, weight, [1, 1, 1, 1], depthwise),
        lambda f, x: _conv(f, x, cut, [1, 0, 1, 0], depthwise),
        (1, 9, 1, 3),
    )


def test_windows_whose_taps_all_count_stay() -> None:
    weight = np.ones((3, 3, 3), np.int8)
    assert_kept(TrimWindows(), lambda f, x: _conv(f, x, weight, [1, 1, 1, 1], True), (1, 9, 2, 3))


def test_the_same_integers() -> None:
    """A 7 by 7 window on three by two pixels."""
    rng = np.random.default_rng(1)
    x = rng.integers(-128, 128, (1, 3, 2, 5)).astype(np.int8)
    weight = rng.integers(-127, 128, (7, 7, 5)).astype(np.int8)
    vectors = [
        constant(rng.integers(-9000, 9000, 5), "int32"),
        constant(rng.integers(1 << 30, 1 << 31, 5), "int32"),
        constant(rng.integers(-9, -4, 5), "int32"),
    ]
    attrs = {"strides": [1, 1], "dilation": [1, 1], "input_zero_point": -5}
    attrs |= {"output_zero_point": 3, "activation": [-128, 127]}
    results: list[Any] = []
    for rows, columns, padding in (
        (slice(0, 7), slice(0, 7), [3, 3, 3, 3]),
        (slice(1, 6), slice(2, 5), [2, 1, 2, 1]),
    ):
        cut = constant(np.ascontiguousarray(weight[rows, columns]), "int8")
        node = make_node("depthwise_conv2d", [x, cut, *vectors], {**attrs, "padding": padding})
        arrays = [x, *(np.asarray(t.data) for t in node.operands[1:])]
        results.append(run_rows(node, arrays, shared_object(kernel_c(node)).kernel))
    assert np.array_equal(*results)
    assert trimmed(7, 3, 3, 1, 1, 3) == (range(1, 6), 2, 2)
    assert trimmed(7, 2, 2, 1, 1, 3) == (range(2, 5), 1, 1)
