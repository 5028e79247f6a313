# SPDX-License-Identifier: Apache-2.0
"""Resizing: byte for byte as tflite-micro, and the integer lines that give the columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tflm_cases import Case, Rng, Sketch, check, shape_of

from tvm_tiny.operators import resize


def resize_case(kind: str, centers: bool, corners: bool) -> Callable[[Rng], Case]:
    def make(rng: Rng) -> Case:
        s = Sketch(rng)
        x = s.input([int(rng.integers(1, 3)), *shape_of(rng, 2, 12), int(rng.integers(1, 4))])
        size = shape_of(rng, 2, 24)
        options: dict[str, Any] = {"align_corners": corners, "half_pixel_centers": centers}
        attrs = {"output_size": size, **{k: int(v) for k, v in options.items()}}
        shape = [x.shape[0], *size, x.shape[3]]
        return s.case(kind, [x, s.ints("size", size)], shape, attrs, **options)

    return make


@pytest.mark.parametrize(("centers", "corners"), [(0, 0), (1, 0), (0, 1), (1, 1)])
def test_resize_nearest_is_tflms(centers: bool, corners: bool) -> None:
    make = resize_case("RESIZE_NEAREST_NEIGHBOR", bool(centers), bool(corners))
    check("resize_nearest", make, 40)


@pytest.mark.parametrize(("centers", "corners"), [(0, 0), (1, 0), (0, 1)])
def test_resize_bilinear_is_tflms(centers: bool, corners: bool) -> None:
    make = resize_case("RESIZE_BILINEAR", bool(centers), bool(corners))
    check("resize_bilinear", make, 40)


def test_resize_nearest_over_wide_rows_is_tflms() -> None:
    """Rows so wide that float32 rounding decides single columns."""

    def make(rng: Rng) -> Case:
        s = Sketch(rng)
        x = s.input([1, 1, int(rng.integers(1, 4000)), 1])
        size = [1, int(rng.integers(1, 4000))]
        centers, corners = bool(rng.integers(2)), bool(rng.integers(2))
        options: dict[str, Any] = {"align_corners": corners, "half_pixel_centers": centers}
        attrs = {"output_size": size, **{k: int(v) for k, v in options.items()}}
        inputs = [x, s.ints("size", size)]
        return s.case("RESIZE_NEAREST_NEIGHBOR", inputs, [1, *size, 1], attrs, **options)

    check("resize_nearest", make, 40)


def line_at(line: resize.IndexLine, i: int) -> int:
    return (i * line.slope + line.offset) // line.divisor + dict(line.deltas).get(i, 0)


@pytest.mark.parametrize("widest", [64, 400, 3000])
def test_a_line_is_exact_and_needs_few_corrections(widest: int) -> None:
    rng = np.random.default_rng(5)
    corrected = 0
    for _ in range(100):
        extent, size = (int(n) for n in rng.integers(1, widest, 2))
        corners, centers = int(rng.integers(2)), bool(rng.integers(2))
        corners = corners if size > 1 else 0
        indices = resize.nearest_indices(extent, size, align_corners=bool(corners), centers=centers)
        line = resize.line_through(indices, (extent - corners, size - corners))
        assert [line_at(line, i) for i in range(size)] == list(indices)
        corrected += len(line.deltas)
    assert corrected <= 100


def test_a_line_through_any_staircase_is_exact() -> None:
    indices = [0, 0, 5, 5, 5, 6, 40]
    line = resize.line_through(indices, (40, 7))
    assert [line_at(line, i) for i in range(len(indices))] == indices


def test_doubling_the_width_costs_one_shift() -> None:
    assert resize.line_through([0, 0, 1, 1, 2, 2], (3, 6)) == resize.IndexLine(1, 0, 2)
