# SPDX-License-Identifier: Apache-2.0
"""Layer normalisation: the kernel has the integers of its reference, within a step of the reals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from op_harness import constant, run_node

from tvm_tiny.arithmetic.layer_norm import layer_norm, layer_norm_params
from tvm_tiny.errors import UnsupportedError


def _real(
    x: np.ndarray, scale: float, zero: int, epsilon: float, gamma: np.ndarray, beta: np.ndarray,
    centred: int,
) -> np.ndarray:  # fmt: skip
    values = (x.astype(np.float64) - zero) * scale
    values = values - values.mean(-1, keepdims=True) * centred
    return values / np.sqrt((values**2).mean(-1, keepdims=True) + epsilon) * gamma + beta


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_step_from_the_real_numbers(data: st.DataObject) -> None:
    rng = np.random.default_rng(data.draw(st.integers(0, 1 << 30)))
    depth = data.draw(st.sampled_from([1, 2, 3, 16, 64, 300, 16_384]))
    scale = float(np.float32(10 ** rng.uniform(-4, 1)))
    result = float(np.float32(10 ** rng.uniform(-3, 0)))
    epsilon = float(data.draw(st.sampled_from([0.0, 1e-12, 1e-5, 1e-3, 1.0])))
    zero, out_zero, centred = int(rng.integers(-128, 128)), int(rng.integers(-9, 9)), 1
    centred = data.draw(st.sampled_from([0, 1]))
    gamma, beta = rng.normal(1, 0.5, depth), rng.normal(0, 1, depth)
    x = rng.integers(-128, 128, (3, depth)).astype(np.int8)
    x[1] = int(rng.integers(-128, 128))
    try:
        factors, offsets, attrs = layer_norm_params(scale, epsilon, gamma, beta, result)
    except UnsupportedError:
        assert epsilon / scale**2 > 1e6
        return
    attrs |= {"zero_point": zero, "centred": centred, "output_zero_point": out_zero}
    made = layer_norm(x, factors, offsets, attrs).astype(np.float64)
    with np.errstate(all="ignore"):
        real = np.nan_to_num(_real(x, scale, zero, epsilon, gamma, beta, centred), nan=np.inf)
    wanted = np.clip(real / result + out_zero, -128, 127)
    known = np.isfinite(real)
    assert np.abs(made - wanted)[known].max(initial=0.0) <= 0.5 + 2e-3


@pytest.mark.parametrize("centred", [0, 1])
@pytest.mark.parametrize("depth", [1, 5, 64])
def test_the_kernel_has_these_integers(depth: int, centred: int) -> None:
    rng = np.random.default_rng(depth)
    gamma, beta = rng.normal(1, 0.5, depth), rng.normal(0, 1, depth)
    x = rng.integers(-128, 128, (1, 7, 1, depth)).astype(np.int8)
    x[0, 3] = 9
    factors, offsets, attrs = layer_norm_params(0.02, 1e-5, gamma, beta, 0.03)
    attrs |= {"zero_point": -3, "centred": centred, "output_zero_point": 4}
    operands = [x, constant(factors, "int32"), constant(offsets, "int32")]
    wanted = layer_norm(x, factors, offsets, attrs)
    np.testing.assert_array_equal(run_node("layer_norm", operands, attrs), wanted)


def test_factors_beyond_all_measure_are_refused() -> None:
    with pytest.raises(UnsupportedError):
        layer_norm_params(0.1, 0.0, np.array([1e9]), np.zeros(1), 0.01)
