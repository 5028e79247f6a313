# SPDX-License-Identifier: Apache-2.0
"""Products on cores without DSP instructions: the C twin, and the assembly of both cores."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from op_harness import constant, make_node
from schedule_harness import assert_same, compilers

from tvm_tiny.schedules.any_core.small_depthwise import SmallDepthwise
from tvm_tiny.schedules.any_core.small_matrix import SmallMatrix


def _case(rng: np.random.Generator, image: Any, weight: Any, **changes: Any) -> Any:
    dense = len(weight) == 2
    relu = bool(rng.integers(0, 2))
    attrs: dict[str, Any] = {
        "input_zero_point": int(rng.integers(-128, 128)),
        "output_zero_point": -128 if relu else int(rng.integers(-128, 128)),
        "activation": [-128, 127] if relu else [-100, 90],
        **({"weight_zero_point": 0} if dense else {"strides": [1, 1], "dilation": [1, 1]}),
        **({} if dense else {"padding": [0, 0, 0, 0], "groups": 1}),
        **changes,
    }
    x = rng.integers(-128, 128, image).astype(np.int8)
    count, inputs = weight[0], int(np.prod(weight[1:]))
    exponent = int(np.ceil(np.log2(np.sqrt(inputs) * 74 * 74 / 60)))
    multipliers = rng.integers(1 << 30, 1 << 31, count)
    multipliers[rng.random(count) < 0.3] = 1 << 30
    operands = [
        constant(rng.integers(-128, 128, weight), "int8"),
        constant(rng.integers(-20000, 20000, count), "int32"),
        constant(multipliers, "int32"),
        constant(np.minimum(rng.integers(-exponent - 1, 2 - exponent, count), -1), "int32"),
    ]
    node = make_node("fully_connected" if dense else "conv2d", [x, *operands], attrs)
    return node, [x, *(np.asarray(t.data) for t in operands)], SmallMatrix()


def _cases(seed: int) -> list[Any]:
    rng = np.random.default_rng(seed)
    same = {"padding": [1, 1, 1, 1]}
    return [
        *[_case(rng, (1, 2, 3, c), (o, 1, 1, c)) for c, o in ((1, 1), (4, 4), (7, 5), (16, 9))],
        _case(rng, (1, 4, 6, 5), (4, 1, 1, 5), strides=[2, 2]),
        _case(rng, (1, 5, 6, 3), (6, 3, 3, 3), **same),
        _case(rng, (2, 6, 5, 2), (3, 3, 3, 2), strides=[2, 2], **same),
        _case(rng, (1, 12, 6, 1), (6, 10, 4, 1), padding=[4, 1, 5, 2], strides=[2, 2]),
        _case(rng, (1, 6, 7, 4), (2, 3, 2, 4), dilation=[2, 3], padding=[2, 3, 2, 0]),
        _case(rng, (1, 4, 1, 3), (5, 2, 1, 3), strides=[1, 2], padding=[1, 1, 0, 0]),  # beside it
        *[_case(rng, (1, c), (o, c)) for c, o in ((4, 4), (33, 10), (64, 3))],
        _case(rng, (3, 20), (6, 20)),
    ]


@pytest.mark.parametrize("core", ["cortex-m0plus", "cortex-m3"])
@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_small_products_are_exact(compiler: str, core: str) -> None:
    if core != "cortex-m3" and not compiler:
        pytest.skip("the host runs the same C for every core")
    assert_same([case for seed in range(2) for case in _cases(seed)], compiler, core)


def _depthwise(
    rng: np.random.Generator, image: Any, window: Any, times: int = 1, **more: Any
) -> Any:
    """A depthwise layer from the matrix case's operands."""
    channels = image[3] * times
    node, arrays, _ = _case(rng, image, (channels, *window, image[3]), **more)
    weight = arrays[1][..., 0].transpose(1, 2, 0)
    operands = [arrays[0], *(constant(a, str(a.dtype)) for a in (weight, *arrays[2:]))]
    attrs = {k: v for k, v in node.attrs.items() if k != "groups"}
    arrays = [arrays[0], np.ascontiguousarray(weight), *arrays[2:]]
    return make_node("depthwise_conv2d", operands, attrs), arrays, SmallDepthwise()


@pytest.mark.parametrize("core", ["cortex-m0plus", "cortex-m3"])
@pytest.mark.parametrize("compiler", ["", *compilers()])
def test_small_depthwise_is_exact(compiler: str, core: str) -> None:
    if core != "cortex-m3" and not compiler:
        pytest.skip("the host runs the same C for every core")
    rng = np.random.default_rng(5)
    same = {"padding": [1, 1, 1, 1]}
    cases = [
        _depthwise(rng, (1, 5, 6, 3), (3, 3), **same),
        _depthwise(rng, (2, 4, 3, 5), (3, 3), strides=[2, 2], **same),
        _depthwise(rng, (1, 6, 1, 4), (5, 1), padding=[2, 0, 2, 0]),
        _depthwise(rng, (1, 6, 7, 2), (3, 2), times=2, dilation=[2, 3], padding=[2, 3, 2, 0]),
        _depthwise(rng, (1, 4, 1, 3), (2, 1), strides=[1, 2], padding=[1, 1, 0, 0]),  # beside it
    ]
    assert_same(cases, compiler, core)
