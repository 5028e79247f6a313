# SPDX-License-Identifier: Apache-2.0
"""Lines that step where TFLite's requantisation does: compared over every sum."""

from __future__ import annotations

import numpy as np
import pytest

from tvm_tiny.schedules.packing import LINE_SHIFTS
from tvm_tiny.schedules.requantise import SCALE, Line, Requantisation, find_line


def _relu(rng: np.random.Generator, channels: int, zero_point: int = -128) -> Requantisation:
    return Requantisation(
        multiplier=rng.integers(1 << 30, 1 << 31, channels),
        shift=rng.integers(-10, -5, channels),
        zero_point=zero_point,
        activation=(zero_point, int(rng.integers(60, 128))),
    )


def _assert_same(what: Requantisation, line: Line, low: int, high: int) -> None:
    sums = np.arange(low, high + 1, dtype=np.int64)[None, :].repeat(len(line.bias), axis=0)
    product = (SCALE * sums + line.bias[:, None]) * line.multiplier[:, None]
    got = np.clip((product >> 32) >> line.shift, -128, 127)
    np.testing.assert_array_equal(np.clip(got, *what.activation), what.results(sums))


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("zero_point", [-128, -3])
def test_a_line_gives_what_tflite_gives_for_every_sum(seed: int, zero_point: int) -> None:
    rng = np.random.default_rng(seed)
    what = _relu(rng, 12, zero_point)
    low, high = np.full(12, -40000), np.full(12, int(rng.integers(3000, 70000)))
    found = [line for s in LINE_SHIFTS if (line := find_line(what, low, high, s)) is not None]
    assert found
    for line in found:
        _assert_same(what, line, int(low[0]), int(high[0]))


def test_left_shifts_have_lines_too() -> None:
    what = Requantisation(np.array([1 << 30, 3 << 29]), np.array([1, 3]), -128, (-128, 127))
    low, high = np.full(2, -500), np.full(2, 500)
    line = find_line(what, low, high, 3)
    assert line is not None
    _assert_same(what, line, -500, 500)


def test_negative_results_have_no_line() -> None:
    what = Requantisation(np.array([1 << 30]), np.array([-7]), 0, (-128, 127))
    assert find_line(what, np.array([-9000]), np.array([9000]), 11) is None


def test_a_multiplier_that_needs_more_than_32_bits_has_no_line() -> None:
    what = Requantisation(np.array([1 << 30]), np.array([0]), -128, (-128, 127))
    assert find_line(what, np.array([-99]), np.array([99]), 15) is None


def test_a_shift_without_precision_has_no_line() -> None:
    """A multiplier of few bits cannot follow 255 dense steps."""
    rng = np.random.default_rng(1)
    what = Requantisation(rng.integers(1 << 30, 1 << 31, 64), np.full(64, -14), -128, (-128, 127))
    assert find_line(what, np.full(64, -100), np.full(64, 1 << 23), 3) is None
