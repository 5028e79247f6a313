# SPDX-License-Identifier: Apache-2.0
"""Operators on constants, computed at compile time."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from relax_modules import Body, assert_kept, assert_rewrites, const, module

from tvm_tiny import _tvm
from tvm_tiny.passes.simplify.fold_constants import FoldConstants

CUBE = np.arange(24, dtype=np.int8).reshape(2, 3, 4) - 9
TABLE = (np.arange(256) * 7 % 251 - 120).astype(np.int8)
FLOATS = np.array([-3.0, -0.25, 0.25, 0.75, 1.24, 500.0], np.float32)


@pytest.mark.parametrize(
    ("op", "operands", "attrs", "expected"),
    [
        ("reshape", [CUBE], {"shape": [4, 6]}, CUBE.reshape(4, 6)),
        ("transpose", [CUBE], {"axes": [2, 0, 1]}, CUBE.transpose(2, 0, 1)),
        (
            "pad",
            [CUBE],
            {"pads": [[0, 1], [2, 0], [0, 0]], "value": 5},
            np.pad(CUBE, [(0, 1), (2, 0), (0, 0)], constant_values=5),
        ),
        ("concat", [CUBE, CUBE + 1], {"axis": -1}, np.concatenate([CUBE, CUBE + 1], -1)),
        (
            "strided_slice",
            [CUBE],
            {"begin": [1, 2, 3], "strides": [1, -1, -2], "shape": [1, 3, 2]},
            CUBE[1:2, ::-1, 3::-2],
        ),
        ("lut", [CUBE, TABLE], {}, TABLE[CUBE.astype(int) + 128]),
        # halves away from zero, then saturation
        (
            "quantize",
            [FLOATS],
            {"scale": 0.5, "zero_point": 3},
            np.array([-3, 2, 4, 5, 5, 127], np.int8),
        ),
        (
            "dequantize",
            [CUBE],
            {"scale": 0.1, "zero_point": 3},
            (np.float64(np.float32(0.1)) * (CUBE.astype(int) - 3)).astype(np.float32),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_constants_fold(
    op: str, operands: list[Any], attrs: dict[str, Any], expected: np.ndarray[Any, Any]
) -> None:
    def before(f: Body, x: Any) -> Any:
        folded = f.op(op, *(_tvm.constant(o) for o in operands), **attrs)
        return f.op("concat", f.op("reshape", folded, shape=[expected.size]), axis=0)

    def after(f: Body, x: Any) -> Any:
        return f.op("concat", _tvm.constant(expected.reshape(-1)), axis=0)

    assert_rewrites(FoldConstants(), before, after)


def test_constant_that_would_be_an_output_stays() -> None:
    assert_kept(FoldConstants(), lambda f, x: f.op("transpose", const(CUBE), axes=[1, 0, 2]))


def test_constant_above_the_limit_stays() -> None:
    def build(f: Body, x: Any) -> Any:
        big = f.op("pad", const(CUBE), pads=[[0, 0], [0, 100], [0, 0]], value=0)
        return f.op("concat", big, axis=0)

    assert_kept(FoldConstants(max_bytes=2 * 103 * 4 - 1), build)
    folded = FoldConstants(max_bytes=2 * 103 * 4)(module(build))
    assert "tvm_tiny.pad" not in folded.script()


def test_operator_of_constant_and_activation_stays() -> None:
    shape = CUBE.shape
    assert_kept(FoldConstants(), lambda f, x: f.op("concat", x, const(CUBE), axis=1), shape)


def test_product_with_zero_is_known() -> None:
    """Elements of the constant are its zero point: those of the other do not count."""
    attrs = {"a_zero_point": 3, "b_zero_point": -7, "multiplier": 1 << 30, "shift": -4,
             "output_zero_point": 9, "activation": [-128, 127]}  # fmt: skip

    def before(f: Body, x: Any) -> Any:
        product = f.op("mul", x, const(np.full(CUBE.shape, -7)), **attrs)
        return f.op("concat", product, axis=0)

    def after(f: Body, x: Any) -> Any:
        return f.op("concat", const(np.full(CUBE.shape, 9)), axis=0)

    assert_rewrites(FoldConstants(), before, after, CUBE.shape)


def test_product_with_another_number_stays() -> None:
    attrs = {"a_zero_point": 3, "b_zero_point": -7, "multiplier": 1 << 30, "shift": -4,
             "output_zero_point": 9, "activation": [-128, 127]}  # fmt: skip
    numbers = np.full(CUBE.shape, -7)
    numbers[0, 0, 0] = 90

    def build(f: Body, x: Any) -> Any:
        return f.op("concat", f.op("mul", x, const(numbers), **attrs), axis=0)

    assert_kept(FoldConstants(), build, CUBE.shape)


def test_quantised_infinity_stays() -> None:
    def build(f: Body, x: Any) -> Any:
        odd = const([np.inf, 1.0], np.float32)
        return f.op("concat", f.op("quantize", odd, scale=0.5, zero_point=0), axis=0)

    assert_kept(FoldConstants(), build)
