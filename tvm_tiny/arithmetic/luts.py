# SPDX-License-Identifier: Apache-2.0
"""Tables of unary int8 operators, computed with TFLM's own integer arithmetic.

Every ``*_lut`` function returns the int8[256] table of a ``lut`` operator, indexed by ``x + 128``,
and raises ``UnsupportedError`` for parameters that TFLM refuses.
"""

from __future__ import annotations

import math
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic import fixed_point
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import (
    checked_scale,
    input_radius,
    multiply_by_quantized_multiplier,
    quantised,
    quantize_multiplier,
    round_half_away,
    rounding_divide_by_pot,
    unlimited_multiplier,
)
from tvm_tiny.errors import UnsupportedError

Table = npt.NDArray[np.int8]

_SIGMOID_INTEGER_BITS: Final = 4


def _inputs(zero_point: int) -> npt.NDArray[np.int64]:
    return Q8.values - zero_point


def _table(values: npt.NDArray[np.int64], low: int = Q8.low, high: int = Q8.high) -> Table:
    return np.minimum(np.maximum(values, low), high).astype(Q8.numpy)


def _ratio(input_scale: float, output_scale: float) -> float:
    return float(checked_scale(input_scale)) / float(checked_scale(output_scale))


def requantize_lut(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Table:
    """Table of an int8 to int8 QUANTIZE (TFLite ``Requantize``)."""
    multiplier, shift = quantize_multiplier(_ratio(input_scale, output_scale))
    scaled = multiply_by_quantized_multiplier(_inputs(input_zero_point), multiplier, shift)
    return _table(scaled + output_zero_point)


def abs_lut(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Table:
    """Table of ABS (TFLM ``AbsEvalQuantized``: rescaled only if the scales differ)."""
    sizes = np.abs(_inputs(input_zero_point))
    if np.float32(input_scale) != np.float32(output_scale):
        ratio = np.float32(checked_scale(input_scale)) / np.float32(checked_scale(output_scale))
        multiplier, shift = quantize_multiplier(float(ratio))
        sizes = multiply_by_quantized_multiplier(sizes, multiplier, shift)
    return _table(sizes + output_zero_point)


def relu_lut(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Table:
    """Table of RELU (TFLM ``CalculateReluOpData``)."""
    table = requantize_lut(input_scale, input_zero_point, output_scale, output_zero_point)
    return np.maximum(table, np.int8(output_zero_point))


def relu6_lut(input_scale: float, input_zero_point: int) -> Table:
    """Table of RELU6: TFLM clamps and never rescales, whatever the output's quantisation says."""
    six = max(Q8.low, min(Q8.high, quantised(6.0, checked_scale(input_scale), input_zero_point)))
    return _table(_inputs(0), low=input_zero_point, high=six)


def leaky_relu_lut(
    alpha: float,
    input_scale: float,
    input_zero_point: int,
    output_scale: float,
    output_zero_point: int,
) -> Table:
    """Table of LEAKY_RELU (TFLM ``CalculateOpDataLeakyRelu``; alpha may be negative)."""
    x, y = float(checked_scale(input_scale)), float(checked_scale(output_scale))
    same, same_shift = quantize_multiplier(x / y)
    slope, slope_shift = quantize_multiplier(x * float(np.float32(alpha)) / y)
    values = _inputs(input_zero_point)
    positive = multiply_by_quantized_multiplier(values, same, same_shift)
    negative = multiply_by_quantized_multiplier(values, abs(slope), slope_shift)
    negative = -negative if slope < 0 else negative
    return _table(np.where(values >= 0, positive, negative) + output_zero_point)


def _q4_inputs(input_scale: float, input_zero_point: int) -> tuple[npt.NDArray[np.int64], int]:
    """Inputs in Q4.27 (wrong beyond the radius, where the result saturates) and the radius."""
    real = float(checked_scale(input_scale)) * (1 << (31 - _SIGMOID_INTEGER_BITS))
    fraction, shift = math.frexp(real)
    multiplier = round_half_away(fraction * (1 << 31))
    if not 0 <= shift < 63 or multiplier > fixed_point.INT32_MAX:
        raise UnsupportedError(f"LOGISTIC or TANH of a tensor with a scale of {input_scale}")
    radius = input_radius(_SIGMOID_INTEGER_BITS, shift)
    inside = np.clip(_inputs(input_zero_point), -max(radius - 1, 0), max(radius - 1, 0))
    amount = shift if radius else 0
    return multiply_by_quantized_multiplier(inside, multiplier, amount), radius


def _saturate(values: npt.NDArray[np.int64], zero_point: int, radius: int) -> Table:
    distance = _inputs(zero_point)
    high = np.where(distance >= radius, Q8.high, values)
    return _table(np.where(distance <= -radius, Q8.low, high))


def logistic_lut(input_scale: float, input_zero_point: int) -> Table:
    """Table of LOGISTIC to scale and zero point ``quant.UNIT`` (``integer_ops/logistic.h``)."""
    q4, radius = _q4_inputs(input_scale, input_zero_point)
    values = rounding_divide_by_pot(fixed_point.logistic(q4, _SIGMOID_INTEGER_BITS), 31 - 8)
    return _saturate(values + Q8.low, input_zero_point, radius)


def tanh_lut(input_scale: float, input_zero_point: int) -> Table:
    """Table of TANH to scale 1/128, zero point 0 (``integer_ops/tanh.h``)."""
    q4, radius = _q4_inputs(input_scale, input_zero_point)
    values = rounding_divide_by_pot(fixed_point.tanh(q4, _SIGMOID_INTEGER_BITS), 31 - 7)
    return _saturate(values, input_zero_point, radius)


def _int16_multiplier(real: float, what: str) -> tuple[int, int]:
    multiplier, exponent = unlimited_multiplier(real)
    if not -15 <= exponent <= 31:
        raise UnsupportedError(f"HARD_SWISH rescales {what} by {real:.6g}, outside 2^-16 to 2^31")
    if multiplier >= fixed_point.INT32_MAX - (1 << 15):
        return (1 << 15) - 1, exponent
    return (multiplier + (1 << 15)) >> 16, exponent


def hard_swish_lut(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Table:
    """Table of HARD_SWISH (TFLM ``HardSwishPrepare``, ``reference/hard_swish.h``: int16)."""
    ratio = _ratio(input_scale, output_scale)
    gain, exponent = _int16_multiplier(ratio / 128.0, "to the result")
    if exponent > 0:
        raise UnsupportedError("HARD_SWISH with an output scale below 1/128 of the input scale")
    gate_real = float(checked_scale(input_scale)) / 128.0 / (3.0 / 32768.0)
    gate_gain, gate_exponent = _int16_multiplier(gate_real, "the gate")

    values = _inputs(input_zero_point) << 7
    preshift = _high_mul_int16(values, gain)
    gate = values
    if gate_exponent > 0:
        gate = _clip_int16(gate << (gate_exponent - 1))
    gate = _high_mul_int16(gate, gate_gain)
    gate = _clip_int16(gate << 1) if gate_exponent > 0 else gate
    gate = rounding_divide_by_pot(gate, max(-gate_exponent, 0))
    gate = (gate + (1 << 15)) >> 1
    product = gate * preshift
    towards_zero = np.sign(product) * (np.abs(product) >> 15)
    return _table(rounding_divide_by_pot(towards_zero, -exponent) + output_zero_point)


def _high_mul_int16(a: npt.NDArray[np.int64], b: int) -> npt.NDArray[np.int64]:
    """Gemmlowp's int16 ``SaturatingRoundingDoublingHighMul`` for a non-negative ``b``."""
    return (a * b + (1 << 14)) >> 15


def _clip_int16(a: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.clip(a, -(1 << 15), (1 << 15) - 1)


RSQRT_SPARE: Final = 20
"""Bits that keep the root of 1 an integer."""


def rsqrt_scale(input_scale: float, output_scale: float) -> tuple[int, int]:
    """Of a root with ``RSQRT_SPARE`` more bits (TFLM ``SetRsqrtOutputMultiplier``)."""
    root = np.sqrt(np.float32(checked_scale(input_scale)))
    scale = float(np.float32(root * np.float32(checked_scale(output_scale))))
    multiplier, shift = unlimited_multiplier(1.0 / scale)
    if not -31 <= shift - RSQRT_SPARE <= 30:
        raise UnsupportedError(f"RSQRT rescales by {1.0 / scale:.6g}")
    return multiplier, shift - RSQRT_SPARE


def rsqrt_lut(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Table:
    """Table of RSQRT (TFLM ``RsqrtEvalQuantized``).

    0 is the largest number; so are numbers below it, with which TFLM stops.
    """
    spare = RSQRT_SPARE
    multiplier, shift = rsqrt_scale(input_scale, output_scale)
    out = np.full(Q8.levels, Q8.high, np.int64)
    for place, value in enumerate(_inputs(input_zero_point)):
        if value > 0:
            factor, right = fixed_point.inverse_root(int(value))
            data = multiply_by_quantized_multiplier(1, factor, spare - right)
            scaled = multiply_by_quantized_multiplier(data, multiplier, shift)
            out[place] = int(scaled) + output_zero_point
    return _table(out)


def elu_lut(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Table:
    """Table of ELU (TFLM ``elu.cc``: float32, ties away from zero)."""
    scale, inverse = checked_scale(input_scale), np.float32(1.0) / checked_scale(output_scale)
    x = scale * _inputs(input_zero_point).astype(np.float32)
    power = np.exp(np.minimum(x, np.float32(0)).astype(np.float64)).astype(np.float32)
    steps = np.where(x < 0, power - np.float32(1.0), x) * inverse
    rounded = np.sign(steps) * np.floor(np.abs(steps.astype(np.float64)) + 0.5)
    return Q8.clip(rounded + output_zero_point)


def compose_lut(first: npt.NDArray[Any], second: npt.NDArray[Any]) -> Table:
    """The table of one ``lut`` after another."""
    return cast(Table, np.asarray(second)[np.asarray(first).astype(np.int64) + 128])
