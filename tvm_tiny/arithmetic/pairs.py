# SPDX-License-Identifier: Apache-2.0
"""TFLM's parameters of operators of several tensors, and of what goes along the last dimension.

Squared differences, quotients, comparisons, sums of many, products of two activations and
logarithms; see ``quant`` for how multipliers are made.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.arithmetic.fixed_point import checked_scale, quantize_multiplier, unlimited_multiplier
from tvm_tiny.arithmetic.quant import Activation, activation_range, add_params, softmax_params
from tvm_tiny.errors import UnsupportedError

Attrs = dict[str, Any]
Quantisation = tuple[float, int]
"""Scale and zero point."""

_SQUARE_LEFT_SHIFT: Final = {"int8": 7, "int16": 0}
_COMPARE_LEFT_SHIFT: Final = 8


def _below_one(real: float, what: str) -> tuple[int, int]:
    multiplier, shift = unlimited_multiplier(real)
    if not 0.0 < real < 1.0 or shift > 0:
        raise UnsupportedError(f"{what} is rescaled by {real:.6g}; it must be between 0 and 1")
    return multiplier, shift


def _operands(a: Quantisation, b: Quantisation, reals: tuple[float, float]) -> Attrs:
    out: Attrs = {}
    for name, (_, zero_point), real in zip("ab", (a, b), reals, strict=True):
        multiplier, shift = _below_one(real, f"operand {name}")
        out |= {
            f"{name}_zero_point": zero_point,
            f"{name}_multiplier": multiplier,
            f"{name}_shift": shift,
        }
    return out


def squared_difference_params(
    a: Quantisation, b: Quantisation, result: Quantisation, dtype: str
) -> Attrs:
    """Attributes of ``squared_difference`` (TFLM ``SquaredDifferencePrepare``)."""
    first, second, y = (float(checked_scale(s)) for s, _ in (a, b, result))
    twice = 2.0 * max(first, second)
    left = _SQUARE_LEFT_SHIFT[dtype]
    # TFLM multiplies the shift and the scale in float32.
    steps = float(np.float32(1 << (2 * left)) * np.float32(y))
    multiplier, shift = quantize_multiplier(twice * twice / steps)
    return {
        **_operands(a, b, (first / twice, second / twice)),
        "left_shift": left,
        "multiplier": multiplier,
        "shift": shift,
        "output_zero_point": result[1],
        "activation": list(element_type(dtype).limits),
    }


def div_params(
    a: Quantisation, b: Quantisation, result: Quantisation, activation: Activation = "none"
) -> Attrs:
    """Attributes of ``div`` (TFLM ``CalculateOpDataDiv``)."""
    first, second, y = (float(checked_scale(s)) for s, _ in (a, b, result))
    multiplier, shift = quantize_multiplier(first / (second * y))
    return {
        "a_zero_point": a[1],
        "b_zero_point": b[1],
        "multiplier": multiplier,
        "shift": shift,
        "output_zero_point": result[1],
        "activation": activation_range(activation, *result),
    }


def compare_params(a: Quantisation, b: Quantisation) -> Attrs:
    """Attributes of ``compare`` of int8 but for the relation (TFLM ``ComparisonsPrepare``)."""
    reals = float(checked_scale(a[0])), float(checked_scale(b[0]))
    return {**_operands(a, b, reals), "left_shift": _COMPARE_LEFT_SHIFT}


def add_n_params(x: Quantisation, result: Quantisation) -> Attrs:
    """Attributes of ``add_n`` (TFLM ``add_n.cc``): those of a sum of equals."""
    both = add_params(*x, *x, *result)
    kept = ("left_shift", "multiplier", "shift", "output_zero_point", "activation")
    return {"input_zero_point": x[1], **{name: both[name] for name in kept}}


def matmul_params(a: Quantisation, b: Quantisation, result: Quantisation, dtype: str) -> Attrs:
    """Attributes of ``matmul`` but for ``transposed`` (TFLM ``BatchMatMulPrepare``)."""
    first, second, y = (float(checked_scale(s)) for s, _ in (a, b, result))
    multiplier, shift = quantize_multiplier(first * second / y)
    return {
        "a_zero_point": a[1],
        "b_zero_point": b[1],
        "multiplier": multiplier,
        "shift": shift,
        "output_zero_point": result[1],
        "activation": list(element_type(dtype).limits),
    }


def log_softmax_params(input_scale: float) -> Attrs:
    """Attributes of ``log_softmax`` (TFLite ``PreprocessLogSoftmaxScalingExp``)."""
    attrs = softmax_params(1.0, input_scale)
    left = attrs["shift"]
    if not 1 < left <= 30:
        raise UnsupportedError(f"LOG_SOFTMAX of a tensor with a scale of {input_scale}")
    divisor, shift = _below_one((1 << (31 - left)) / attrs["multiplier"], "the row's logarithm")
    return {**attrs, "divisor": divisor, "divisor_shift": shift}
