# SPDX-License-Identifier: Apache-2.0
"""Every gradient operator's kernel against whole numbers, bit for bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from op_harness import make_node, run_batch
from training_cases import Case, elementwise, windows
from training_reference import (
    OPERATORS,
    Reference,
    factor_from,
    factor_of,
    mixed,
    rate_from,
    rounded,
)

from tvm_tiny.graph import Node
from tvm_tiny.operators.base import table
from tvm_tiny.operators.gradients import Gradient, TrainingOperator
from tvm_tiny.passes.backward.factors import multipliers, numerator, pack, unpack

Array = np.ndarray[Any, Any]


def check(cases: Sequence[Case]) -> None:
    batch: list[tuple[Node, list[Array]]] = []
    for op, operands, attrs in cases:
        arrays = [np.array(t if isinstance(t, np.ndarray) else t.data) for t in operands]
        batch.append((make_node(op, operands, attrs), arrays))
    references = [Reference(node, arrays) for node, arrays in batch]
    wanted = [OPERATORS[r.node.op](r) for r in references]
    for (node, arrays), reference, result, want in zip(
        batch, references, run_batch(batch), wanted, strict=True
    ):
        text = f"{node.op} {node.attrs}"
        np.testing.assert_array_equal(result, want, err_msg=text)
        if isinstance(table()[node.op], Gradient):
            np.testing.assert_array_equal(arrays[2], reference.peaks, err_msg=text)
        for at in table()[node.op].written if "bits" in node.attrs else ():
            np.testing.assert_array_equal(arrays[at], reference.arrays[at], err_msg=text)


def test_elementwise_gradients_are_whole_numbers() -> None:
    check(elementwise())


def test_gradients_through_windows_are_whole_numbers() -> None:
    check(windows())


def test_every_gradient_operator_is_among_them() -> None:
    entries = {name for name, entry in table().items() if isinstance(entry, TrainingOperator)}
    known = {op for op, _, _ in (*elementwise(), *windows())}
    assert entries - known == {"train_begin"}


@given(st.integers(-(1 << 40), 1 << 40), st.integers(1, 40))
def test_rounding_is_without_bias(x: int, shift: int) -> None:
    """Over equally spaced random bits the mean is the quotient."""
    count = 64
    values = [rounded(x, shift, (i << 26) + (1 << 25)) for i in range(count)]
    quotient = max(-(2**31 - 1), min(2**31 - 1, x / 2**shift))
    assert abs(sum(values) / count - quotient) <= 1 / count


def test_random_bits_are_spread() -> None:
    bits = np.array([[mixed(i) >> b & 1 for b in range(32)] for i in range(4096)])
    assert np.abs(bits.mean(axis=0) - 0.5).max() < 0.04


@settings(max_examples=200)
@given(st.floats(-1e30, 1e30, allow_subnormal=False))
def test_factors_are_close(value: float) -> None:
    if abs(value) > 2.0**-100:
        assert unpack(pack(value)) == pytest.approx(value, rel=2.0**-14)


@settings(max_examples=200)
@given(st.floats(1e-9, 1e6), st.floats(1e-12, 1e12))
def test_factors_and_rates_of_multipliers_are_close(value: float, over: float) -> None:
    """What kernels make of a forward layer's multiplier and shift, as the reference has it."""
    (multiplier,), (shift,) = (tuple(map(int, part)) for part in multipliers([value]))
    mantissa, exponent = factor_of(factor_from(multiplier, shift))
    assert np.ldexp(mantissa, exponent) == pytest.approx(value, rel=2.0**-14)
    mantissa, exponent = factor_of(rate_from(multiplier, shift, *numerator(over)))
    if exponent < 127:
        assert np.ldexp(float(mantissa), exponent) == pytest.approx(over / value**2, rel=2.0**-12)
