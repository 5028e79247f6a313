# SPDX-License-Identifier: Apache-2.0
"""Multipliers, parameters and tables against TFLM, and the C micro-functions against Python."""

from __future__ import annotations

import ctypes
import functools
import math
import subprocess
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from op_harness import Array, compile_c, run_node, shared_object

from tvm_tiny.arithmetic import fixed_point, quant
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.testing.tflite_writer import TFLiteWriter
from tvm_tiny.validate.reference import TFLMReference

INT32 = st.integers(-(1 << 31), (1 << 31) - 1)
ALL_INT8 = np.arange(-128, 128).astype(np.int8)
quick = settings(derandomize=True, max_examples=300, deadline=None)

_WRAPPERS = """
#include "tvm_tiny_kernels.h"
int32_t requantize(int32_t x, int32_t m, int32_t s);
int32_t requantize(int32_t x, int32_t m, int32_t s) { return tvm_tiny_requantize(x, m, s); }
int32_t average(int32_t sum, int32_t count);
int32_t average(int32_t sum, int32_t count) { return tvm_tiny_average(sum, count); }
int32_t exponential(int32_t a);
int32_t exponential(int32_t a) { return tvm_tiny_exp(a); }
int32_t reciprocal(int32_t a);
int32_t reciprocal(int32_t a) { return tvm_tiny_one_over_one_plus(a); }
int32_t zeros(uint32_t a);
int32_t zeros(uint32_t a) { return tvm_tiny_leading_zeros(a); }
int32_t quantize(float x, int32_t bits, int32_t zero);
int32_t quantize(float x, int32_t bits, int32_t zero) { return tvm_tiny_quantize(x, bits, zero); }
"""


@functools.cache
def c_functions() -> Any:
    library: Any = shared_object(_WRAPPERS)
    library.quantize.argtypes = [ctypes.c_float, ctypes.c_int32, ctypes.c_int32]
    library.zeros.argtypes = [ctypes.c_uint32]
    return library


def exact_requantize(x: int, multiplier: int, shift: int) -> int:
    """Rational arithmetic, written from the definition: round half up, then half away from zero."""
    shifted = x << max(shift, 0)
    shifted = (shifted + (1 << 31)) % (1 << 32) - (1 << 31)
    high = (shifted * multiplier + (1 << 30)) // (1 << 31)
    right = 1 << max(-shift, 0)
    size = (2 * abs(high) + right) // (2 * right)
    return size if high >= 0 else -size


@quick
@given(INT32, st.integers(0, (1 << 31) - 1), st.integers(-31, 30))
@example(-(1 << 31), (1 << 31) - 1, 0)
@example((1 << 31) - 1, (1 << 31) - 1, -31)
@example(-(1 << 31), 1 << 30, -31)
@example(5, 1 << 30, 0)
@example(-5, 1 << 30, 0)
@example(-6, 1 << 30, -1)
def test_requantize_is_the_same_in_c_and_python(x: int, multiplier: int, shift: int) -> None:
    want = exact_requantize(x, multiplier, shift)
    assert int(quant.multiply_by_quantized_multiplier(x, multiplier, shift)) == want
    assert c_functions().requantize(x, multiplier, shift) == want


def test_requantize_broadcasts_arrays() -> None:
    x, m, s = np.array([[100], [-100]]), np.array([1 << 30, 3 << 29]), np.array([0, -2])
    got = quant.multiply_by_quantized_multiplier(x, m, s)
    assert got.tolist() == [[50, 19], [-50, -19]]


@quick
@given(st.integers(-(1 << 31), 0))
@example(0)
@example(-(1 << 31))
@example(-1)
def test_exp_is_the_same_in_c_and_python_and_close_to_exp(a: int) -> None:
    got = c_functions().exponential(a)
    assert got == int(fixed_point.exp_on_negative_values(a, 5))
    assert abs(got / 2**31 - math.exp(a / 2**26)) < 1e-6


@quick
@given(st.integers(0, (1 << 31) - 1))
@example(0)
@example((1 << 31) - 1)
def test_reciprocal_is_the_same_in_c_and_python_and_close(a: int) -> None:
    got = c_functions().reciprocal(a)
    assert got == int(fixed_point.one_over_one_plus_x(a))
    assert abs(got / 2**31 - 1 / (1 + a / 2**31)) < 1e-6


@quick
@given(st.integers(-(1 << 29), 1 << 29), st.integers(1, 1 << 20))
def test_average_rounds_half_away_from_zero(total: int, count: int) -> None:
    size = (abs(total) + count // 2) // count
    assert c_functions().average(total, count) == (size if total > 0 else -size)


@quick
@given(st.integers(0, (1 << 32) - 1))
@example(0)
def test_leading_zeros(x: int) -> None:
    assert c_functions().zeros(x) == 32 - x.bit_length()


@quick
@given(st.floats(width=32), st.floats(2**-20, 2**20, width=32), st.integers(-128, 127))
@example(0.5, 1.0, 0)
@example(-0.5, 1.0, 0)
@example(0.49999997, 1.0, 0)
def test_quantize_in_c(x: float, scale: float, zero: int) -> None:
    with np.errstate(over="ignore", invalid="ignore"):
        steps = float(np.float32(x) / np.float32(scale))
    if math.isnan(steps):
        want = zero
    else:
        steps = max(-1000.0, min(1000.0, steps))
        want = max(-128, min(127, zero + int(math.copysign(math.floor(abs(steps) + 0.5), steps))))
    bits = int(np.float32(scale).view(np.int32))
    assert c_functions().quantize(x, bits, zero) == want


@pytest.mark.parametrize(
    ("real", "want"),
    [
        (0.0, (0, 0)),
        (1.0, (1 << 30, 1)),
        (0.5, (1 << 30, 0)),
        (1 - 2**-40, (1 << 30, 1)),
        (2.0**-32, (1 << 30, -31)),
        (2.0**-33, (0, 0)),
        (2.0**29, (1 << 30, 30)),
        (-0.25, (-(1 << 30), -1)),
        (0.75 + 2.0**-32, (1610612737, 0)),
    ],
)
def test_quantize_multiplier(real: float, want: tuple[int, int]) -> None:
    assert quant.quantize_multiplier(real) == want


@pytest.mark.parametrize("real", [2.0**30, math.inf, math.nan])
def test_quantize_multiplier_refuses(real: float) -> None:
    with pytest.raises(UnsupportedError):
        quant.quantize_multiplier(real)


@pytest.mark.parametrize(
    ("activation", "scale", "zero_point", "want"),
    [
        ("none", 0.1, 0, [-128, 127]),
        ("relu", 0.1, -20, [-20, 127]),
        ("relu6", 0.1, -20, [-20, 40]),
        ("relu6", 0.001, -20, [-20, 127]),
        ("relu6", 4.0, 127, [127, 127]),
        ("relu_n1_to_1", 0.1, 5, [-5, 15]),
        ("relu_n1_to_1", 0.4, 0, [-3, 3]),
    ],
)
def test_activation_range(activation: Any, scale: float, zero_point: int, want: list[int]) -> None:
    assert quant.activation_range(activation, scale, zero_point) == want


@pytest.mark.parametrize(
    "make",
    [
        lambda: quant.add_params(1.0, 0, 1.0, 0, 2.0**-20, 0),
        lambda: quant.add_params(1.0, 0, 1.0, 0, math.nan, 0),
        lambda: quant.add_params(1.0, 0, 1e-30, 0, 1.0, 0) and quant.add_params(0.0, 0, 1, 0, 1, 0),
        lambda: quant.mul_params(1e10, 0, 1e10, 0, 1e-9, 0),
        lambda: quant.softmax_params(1.0, 1e-9),
        lambda: quant.activation_range("relu6", 1e-10, 0),
        lambda: quant.hard_swish_lut(1.0, 0, 0.001, 0),
        lambda: quant.hard_swish_lut(1e-9, 0, 1e-9, 0),
        lambda: quant.logistic_lut(1e-9, 0),
        lambda: quant.conv_multipliers(1.0, [1.0, 1.0], 1.0, 3),
        lambda: quant.conv_multipliers(1.0, [-1.0], 1.0),
    ],
)
def test_parameters_outside_the_reference_are_refused(make: Callable[[], Any]) -> None:
    with pytest.raises(UnsupportedError):
        make()


def tflm_table(kind: str, x: tuple[float, int], y: tuple[float, int], **options: Any) -> Array:
    w = TFLiteWriter("t")
    ref = w.input("x", (1, 256), scale=x[0], zero_point=x[1])
    w.output(w.op(kind, [ref], (1, 256), y[0], y[1], name="y", **options))
    return TFLMReference(w.finish()).run(ALL_INT8[np.newaxis])["y"][0]


def our_table(
    kind: str, x: tuple[float, int], y: tuple[float, int], alpha: float
) -> tuple[Array, tuple[float, int], dict[str, Any]]:
    """Our table, the output quantisation that goes with it and the TFLite operator's options."""
    if kind == "RELU6":
        return quant.relu6_lut(*x), x, {}
    if kind == "LOGISTIC":
        return quant.logistic_lut(*x), (1 / 256, -128), {}
    if kind == "TANH":
        return quant.tanh_lut(*x), (1 / 128, 0), {}
    if kind == "LEAKY_RELU":
        return quant.leaky_relu_lut(alpha, *x, *y), y, {"alpha": alpha}
    make = {
        "QUANTIZE": quant.requantize_lut,
        "RELU": quant.relu_lut,
        "HARD_SWISH": quant.hard_swish_lut,
    }
    return make[kind](*x, *y), y, {}


@pytest.mark.parametrize(
    "kind", ["QUANTIZE", "RELU", "RELU6", "LEAKY_RELU", "HARD_SWISH", "LOGISTIC", "TANH"]
)
def test_tables_are_those_of_tflm(kind: str) -> None:
    rng = np.random.default_rng(11)
    for _ in range(60):
        s = float(np.float32(10 ** rng.uniform(-4, 1.5)))
        t = float(np.float32(s * 10 ** rng.uniform(-1.5, 1.5)))
        z, zt = (int(v) for v in rng.choice([0, -128, 127, *rng.integers(-128, 128, 4)], 2))
        alpha = float(np.float32(rng.uniform(-2, 2)))
        table, y, options = our_table(kind, (s, z), (t, zt), alpha)
        want = tflm_table(kind, (s, z), y, **options)
        np.testing.assert_array_equal(table, want, err_msg=f"{s} {z} {y} {options}")


@pytest.mark.parametrize(
    ("kind", "x", "y", "alpha", "at", "value", "float32_value"),
    [
        ("RELU", (0.04622148349881172, -39), (0.10934887826442719, -16), 0.0, 113, 49, 48),
        ("RELU", (0.004746641498059034, -103), (0.011177181266248226, -114), 0.0, 126, -16, -17),
        (
            "LEAKY_RELU",
            (0.15331530570983887, 107),
            (0.8171617984771729, -8),
            1.852622628211975,
            -121,
            -87,
            -88,
        ),
        ("HARD_SWISH", (0.2206178456544876, -12), (0.13544179499149323, -93), 0.0, 54, 14, 15),
    ],
)
def test_multipliers_of_tables_are_float64(
    kind: str,
    x: tuple[float, int],
    y: tuple[float, int],
    alpha: float,
    at: int,
    value: int,
    float32_value: int,
) -> None:
    table, _, options = our_table(kind, x, y, alpha)
    assert value != float32_value
    assert table[at + 128] == tflm_table(kind, x, y, **options)[at + 128] == value


@pytest.mark.parametrize(
    ("a", "b", "y", "at", "value"),
    [
        (
            (0.014304057694971561, 51),
            (0.2006089687347412, 120),
            (0.23946768045425415, -110),
            (52, -56),
            37,
        ),
        (
            (0.735169529914856, 12),
            (0.0227146428078413, 13),
            (0.583120584487915, 94),
            (-98, 111),
            -49,
        ),
    ],
)
def test_multipliers_of_sub_are_float64(
    a: tuple[float, int],
    b: tuple[float, int],
    y: tuple[float, int],
    at: tuple[int, int],
    value: int,
) -> None:
    values = [np.array([v], np.int8) for v in at]
    w = TFLiteWriter("t")
    refs = [w.input(n, (1,), scale=s, zero_point=z) for n, (s, z) in (("a", a), ("b", b))]
    w.output(w.op("SUB", refs, (1,), *y, name="y"))
    want = TFLMReference(w.finish()).run(dict(zip("ab", values, strict=True)))["y"]
    assert (
        run_node("sub", values, quant.sub_params(*a, *b, *y)).tolist() == want.tolist() == [value]
    )


def test_multipliers_of_fully_connected_on_the_edges_of_rounding() -> None:
    """Biases that land on ties show a difference of 2^-25 in the multiplier."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        s, weight = (float(np.float32(10 ** rng.uniform(-4, -2))) for _ in range(2))
        y = float(np.float32(s * weight * 2 ** rng.uniform(20, 22)))
        multiplier, shift = quant.conv_multipliers(s, [weight], y, 64)
        bias = np.round((rng.integers(-120, 120, 64) + 0.5) * y / (s * weight)).astype(np.int32)
        ours = np.clip(quant.multiply_by_quantized_multiplier(bias, multiplier, shift), -128, 127)
        w = TFLiteWriter("t")
        x = w.input("x", (1, 1), scale=s)
        filters = w.constant("w", np.ones((64, 1), np.int8), scale=weight)
        biases = w.constant("b", bias, scale=s * weight)
        w.output(w.op("FULLY_CONNECTED", [x, filters, biases], (1, 64), y, name="y"))
        want = TFLMReference(w.finish()).run(np.zeros((1, 1), np.int8))["y"][0]
        np.testing.assert_array_equal(ours, want)


_EDGES = """
#include <stdio.h>
#include "tvm_tiny_kernels.h"
int main(void)
{
    static const int32_t edges[] = {INT32_MIN, INT32_MIN + 1, -(1 << 30), -65536, -1, 0, 1, 255,
                                    1 << 30, INT32_MAX - 1, INT32_MAX};
    static const float floats[] = {0.0f, -0.5f, 511.99f, -512.0f, 3.0e38f, -3.0e38f, 1.0e-40f};
    int32_t check = 0;
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; ++i) {
        const int32_t x = edges[i];
        for (int32_t shift = -31; shift <= 31; ++shift) {
            check ^= tvm_tiny_requantize(x, INT32_MAX, shift);
            check ^= tvm_tiny_requantize(x, 1 << 30, shift);
        }
        check ^= x <= 0 ? tvm_tiny_exp(x) : tvm_tiny_one_over_one_plus(x);
        if (x > 0) {
            check ^= tvm_tiny_softmax_scale(x) ^ tvm_tiny_softmax_exponent(x);
        }
    }
    for (int32_t diff = -255; diff <= 0; ++diff) {
        for (int32_t shift = 0; shift <= 31; ++shift) {
            const int32_t low = -(int32_t)(((int64_t)31 << 26) >> shift);
            check ^= tvm_tiny_softmax_term(diff, INT32_MAX, shift, low);
            check ^= tvm_tiny_softmax_result(diff, INT32_MAX, shift, low, INT32_MAX, 23);
        }
    }
    for (size_t i = 0; i < sizeof floats / sizeof floats[0]; ++i) {
        check ^= tvm_tiny_quantize(floats[i], 0x3f800000, 127);
        check ^= tvm_tiny_quantize(floats[i] / (floats[i] - floats[i]), 0x3f800000, -128);
    }
    printf("%ld\\n", (long)check);
    return 0;
}
"""


def test_micro_functions_have_no_undefined_behaviour() -> None:
    """At the edges of their ranges, under the compiler's trap on undefined behaviour."""
    stem = compile_c(_EDGES, "-O1", "-fsanitize=undefined", "-fsanitize-trap=undefined")
    assert subprocess.run([str(stem)], check=False, stdout=subprocess.DEVNULL).returncode == 0


def test_composed_tables() -> None:
    first, second = quant.relu_lut(0.1, 3, 0.2, -5), quant.requantize_lut(0.2, -5, 0.05, 9)
    both = quant.compose_lut(first, second)
    assert both.dtype == np.int8
    assert [int(v) for v in both] == [int(second[int(v) + 128]) for v in first]
