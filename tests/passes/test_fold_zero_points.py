# SPDX-License-Identifier: Apache-2.0
"""Input zero points in biases: what is folded, to which bias, and what stays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from op_harness import constant, kernel_c, make_node, run_rows, shared_object
from relax_modules import ZERO_POINT, Body, assert_kept, assert_rewrites, const

from tvm_tiny.passes.simplify.fold_zero_points import FoldZeroPoints

FOLD = FoldZeroPoints()
NONE = [0, 0, 0, 0]


def _dense(f: Body, x: Any, bias: list[int], zero_point: int, weight_zero_point: int = 2) -> Any:
    vectors = [const(values, np.int32) for values in (bias, [1 << 30, 1 << 30], [-3, -4])]
    return f.op(
        "fully_connected",
        x,
        const([[1, 2, 3], [-4, 5, -128]]),
        *vectors,
        layer="dense",
        input_zero_point=zero_point,
        weight_zero_point=weight_zero_point,
        output_zero_point=0,
        activation=[-128, 127],
    )


def test_fully_connected() -> None:
    # Sums of the weights less their zero point: 0 and -133.
    assert_rewrites(
        FOLD,
        lambda f, x: _dense(f, x, [7, 9], 10),
        lambda f, x: _dense(f, x, [7, 9 + 1330], 0),
        (4, 3),
    )


@pytest.mark.parametrize("depthwise", [False, True])
def test_convolutions_without_padding(depthwise: bool) -> None:
    """Weights of one: 27 or, depthwise, 9 of them to an output."""
    count = 9 if depthwise else 27
    channels = 3 if depthwise else 4

    def after(f: Body, x: Any) -> Any:
        op = "depthwise_conv2d" if depthwise else "conv2d"
        weight = np.ones((3, 3, 3) if depthwise else (4, 3, 3, 3))
        vectors = [const(np.arange(channels) + k, np.int32) for k in range(3)]
        vectors[0] = const(np.arange(channels) - ZERO_POINT * count, np.int32)
        attrs = {
            "layer": "conv",
            "strides": [1, 2],
            "dilation": [1, 1],
            "padding": NONE,
            "input_zero_point": 0,
            "output_zero_point": 0,
            "activation": [-128, 127],
            **({} if depthwise else {"groups": 1}),
        }
        return f.op(op, x, const(weight), *vectors, name="conv", **attrs)

    assert_rewrites(FOLD, lambda f, x: f.conv(x, NONE, depthwise=depthwise), after)


def test_padding_stays() -> None:
    assert_kept(FOLD, lambda f, x: f.conv(x, [0, 1, 0, 0]))


def test_a_zero_point_of_zero_stays() -> None:
    assert_kept(FOLD, lambda f, x: f.conv(x, NONE, input_zero_point=0))


def test_a_bias_that_would_overflow_stays() -> None:
    assert_kept(FOLD, lambda f, x: _dense(f, x, [0, (1 << 31) - 5], 10), (4, 3))


def test_the_folded_layer_computes_the_same() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(-128, 128, (2, 5, 6, 3)).astype(np.int8)
    weight = rng.integers(-128, 128, (4, 3, 3, 3)).astype(np.int8)
    attrs: dict[str, Any] = {
        "strides": [1, 1],
        "dilation": [1, 1],
        "padding": NONE,
        "groups": 1,
        "output_zero_point": 3,
        "activation": [-128, 127],
    }
    sums = weight.astype(np.int64).sum(axis=(1, 2, 3))
    results: list[Any] = []
    for zero_point, bias in ((-50, np.zeros(4, np.int64)), (0, 50 * sums)):
        rest = [bias.astype(np.int32), np.full(4, 1 << 30, np.int32), np.full(4, -8, np.int32)]
        operands = [constant(a, str(a.dtype)) for a in (weight, *rest)]
        node = make_node("conv2d", [x, *operands], {**attrs, "input_zero_point": zero_point})
        function = shared_object(kernel_c(node)).kernel
        results.append(run_rows(node, [x, weight, *rest], function))
    assert np.array_equal(*results)
