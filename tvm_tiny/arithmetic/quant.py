# SPDX-License-Identifier: Apache-2.0
"""TFLM's integer parameters: from scales and zero points to the attributes of integer operators.

Each function does what the ``Prepare`` function of TFLM's kernel does, in the same order and
precision, so that multipliers, shifts and tables are the same to the last bit. Scales are float32
in TFLite files; they are rounded to float32 here. All that becomes a multiplier is computed in
float64: TFLM's source has float32 quotients in some kernels (SUB, RELU, LEAKY_RELU, HARD_SWISH,
FULLY_CONNECTED), but the published interpreter, which is our reference, evaluates these too in
float64; ``tests/operators/test_quant.py`` holds parameters that tell the two apart. Clamp limits
and QUANTIZE are in float32.

The ``*_params`` functions return a dict: attributes of the operator table (``docs/design.md``).
The ``*_lut`` functions (``tvm_tiny.arithmetic.luts``) return the int8[256] table of a ``lut``
operator, indexed by ``x + 128``.

Raises everywhere: ``UnsupportedError`` for parameters that TFLM refuses (or on which it would
overflow); the message names the number and the limit. The caller knows the layer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8, element_type
from tvm_tiny.arithmetic.fixed_point import (
    checked_scale,
    input_radius,
    multiply_by_quantized_multiplier,
    quantised,
    quantize_multiplier,
    unlimited_multiplier,
)
from tvm_tiny.arithmetic.luts import (
    abs_lut,
    compose_lut,
    elu_lut,
    hard_swish_lut,
    leaky_relu_lut,
    logistic_lut,
    relu6_lut,
    relu_lut,
    requantize_lut,
    rsqrt_lut,
    tanh_lut,
)
from tvm_tiny.errors import UnsupportedError

Attrs = dict[str, Any]
Int32s = npt.NDArray[np.int32]
Scales = npt.NDArray[Any] | Sequence[float] | float
Activation = Literal["none", "relu", "relu6", "relu_n1_to_1"]

_ADD_LEFT_SHIFT: Final = {"int8": 20, "int16": 15}
_SOFTMAX_INTEGER_BITS: Final = 5
_LIMITS: Final[dict[str, tuple[float | None, float | None]]] = {
    "none": (None, None),
    "relu": (0.0, None),
    "relu6": (0.0, 6.0),
    "relu_n1_to_1": (-1.0, 1.0),
}

__all__ = [
    "abs_lut",
    "activation_range",
    "add_params",
    "compose_lut",
    "conv_multipliers",
    "elu_lut",
    "hard_swish_lut",
    "leaky_relu_lut",
    "leaky_relu_params",
    "logistic_lut",
    "mean_params",
    "mul_params",
    "multiply_by_quantized_multiplier",
    "prelu_params",
    "quantize_multiplier",
    "relu6_lut",
    "relu_lut",
    "requantize_lut",
    "rescale_params",
    "rsqrt_lut",
    "softmax_params",
    "sub_params",
    "sum_params",
    "tanh_lut",
]


def activation_range(
    activation: Activation, scale: float, zero_point: int, dtype: str = Q8.name
) -> list[int]:
    """Clamp limits [low, high] of a fused activation on the output's integer scale.

    TFLite ``CalculateActivationRangeQuantized``.
    """
    step = checked_scale(scale)
    real_low, real_high = _LIMITS[activation]
    least, most = element_type(dtype).limits
    low = least if real_low is None else quantised(real_low, step, zero_point)
    high = most if real_high is None else quantised(real_high, step, zero_point)
    return [max(least, low), min(most, high)]


def _multipliers(reals: list[float], channels: int | None) -> tuple[Int32s, Int32s]:
    if len(reals) == 1 and channels is not None:
        reals = reals * channels
    if channels is not None and len(reals) != channels:
        raise UnsupportedError(f"{len(reals)} weight scales for {channels} output channels")
    pairs = [quantize_multiplier(real) for real in reals]
    multipliers, shifts = zip(*pairs, strict=True)
    return np.array(multipliers, np.int32), np.array(shifts, np.int32)


def _scales(values: Scales) -> list[np.float32]:
    return [checked_scale(float(v)) for v in np.atleast_1d(np.asarray(values))]


def conv_multipliers(
    input_scale: float,
    weight_scales: Scales,
    output_scale: float,
    channels: int | None = None,
    *,
    legacy: bool = False,
) -> tuple[Int32s, Int32s]:
    """Multiplier and shift, int32[O] each, of every convolution and FULLY_CONNECTED.

    TFLite ``PopulateConvolutionQuantizationParams``, ``GetQuantizedConvolutionMultipler``. With
    ``channels``, a single weight scale (per-tensor quantisation) holds for that many channels.
    ``legacy``: LiteRT's kernels of uint8 multiply input and weight scale in float32.
    """
    if legacy:
        products = [checked_scale(input_scale) * w for w in _scales(weight_scales)]
        return _multipliers([float(p) / float(checked_scale(output_scale)) for p in products],
                            channels)  # fmt: skip
    x, y = float(checked_scale(input_scale)), float(checked_scale(output_scale))
    return _multipliers([x * float(w) / y for w in _scales(weight_scales)], channels)


def _smaller_than_one(real: float, what: str) -> tuple[int, int]:
    multiplier, shift = unlimited_multiplier(real)
    if not 0.0 < real < 1.0 or shift > 0:
        raise UnsupportedError(f"{what} rescales by {real:.6g}; it must be between 0 and 1")
    return multiplier, shift


def add_params(
    a_scale: float,
    a_zero_point: int,
    b_scale: float,
    b_zero_point: int,
    output_scale: float,
    output_zero_point: int,
    activation: Activation = "none",
    dtype: str = Q8.name,
) -> Attrs:
    """Attributes of ``add`` (TFLM ``CalculateOpDataAdd``)."""
    a, b, y = (
        float(checked_scale(a_scale)),
        float(checked_scale(b_scale)),
        float(checked_scale(output_scale)),
    )
    twice_max = 2.0 * max(a, b)
    left_shift = _ADD_LEFT_SHIFT[dtype]
    if dtype == "int16" and any((a_zero_point, b_zero_point, output_zero_point)):
        left_shift -= 1  # a difference of 17 bits, which TFLite does not have
    reals = (a / twice_max, b / twice_max, twice_max / ((1 << left_shift) * y))
    limits = activation_range(activation, output_scale, output_zero_point, dtype)
    zero_points = a_zero_point, b_zero_point, output_zero_point
    return _sum_attrs(reals, zero_points, limits, left_shift)


sub_params = add_params
"""Attributes of ``sub``: those of ``add`` (TFLM ``CalculateOpDataSub``)."""


def _sum_attrs(
    reals: tuple[float, float, float],
    zero_points: tuple[int, int, int],
    limits: list[int],
    left_shift: int,
) -> Attrs:
    a_multiplier, a_shift = _smaller_than_one(reals[0], "operand a")
    b_multiplier, b_shift = _smaller_than_one(reals[1], "operand b")
    multiplier, shift = _smaller_than_one(reals[2], "the result")
    return {
        "a_zero_point": zero_points[0],
        "b_zero_point": zero_points[1],
        "left_shift": left_shift,
        "a_multiplier": a_multiplier,
        "a_shift": a_shift,
        "b_multiplier": b_multiplier,
        "b_shift": b_shift,
        "multiplier": multiplier,
        "shift": shift,
        "output_zero_point": zero_points[2],
        "activation": limits,
    }


def mul_params(
    a_scale: float,
    a_zero_point: int,
    b_scale: float,
    b_zero_point: int,
    output_scale: float,
    output_zero_point: int,
    activation: Activation = "none",
    dtype: str = Q8.name,
) -> Attrs:
    """Attributes of ``mul`` (TFLM ``CalculateOpDataMul``)."""
    a, b = (float(checked_scale(s)) if s else 0.0 for s in (a_scale, b_scale))
    real = a * b / float(checked_scale(output_scale))
    multiplier, shift = quantize_multiplier(real)
    return {
        "a_zero_point": a_zero_point,
        "b_zero_point": b_zero_point,
        "multiplier": multiplier,
        "shift": shift,
        "output_zero_point": output_zero_point,
        "activation": activation_range(activation, output_scale, output_zero_point, dtype),
    }


def rescale_params(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Attrs:
    """Attributes of ``rescale`` but for activation and dtype (TFLite ``Requantize``)."""
    ratio = float(checked_scale(input_scale)) / float(checked_scale(output_scale))
    multiplier, shift = quantize_multiplier(ratio)
    return {
        "input_zero_point": input_zero_point,
        "multiplier": multiplier,
        "shift": shift,
        "output_zero_point": output_zero_point,
    }


def leaky_relu_params(
    alpha: float,
    input_scale: float,
    input_zero_point: int,
    output_scale: float,
    output_zero_point: int,
) -> Attrs:
    """Attributes of ``leaky_relu`` (TFLM ``CalculateOpDataLeakyRelu``; alpha may be negative)."""
    x, y = float(checked_scale(input_scale)), float(checked_scale(output_scale))
    same, same_shift = quantize_multiplier(x / y)
    slope, slope_shift = quantize_multiplier(x * float(np.float32(alpha)) / y)
    return {
        "input_zero_point": input_zero_point,
        "output_zero_point": output_zero_point,
        "positive_multiplier": same,
        "positive_shift": same_shift,
        "negative_multiplier": abs(slope),
        "negative_shift": slope_shift,
        "negative_sign": -1 if slope < 0 else 1,
    }


def prelu_params(
    input_scale: float,
    input_zero_point: int,
    alpha_scale: float,
    alpha_zero_point: int,
    output_scale: float,
    output_zero_point: int,
) -> Attrs:
    """Attributes of ``prelu`` (TFLM ``CalculatePreluParams``)."""
    x, alpha, y = (float(checked_scale(s)) for s in (input_scale, alpha_scale, output_scale))
    positive, negative = quantize_multiplier(x / y), quantize_multiplier(x * alpha / y)
    return {
        "input_zero_point": input_zero_point,
        "alpha_zero_point": alpha_zero_point,
        "output_zero_point": output_zero_point,
        "positive_multiplier": positive[0],
        "positive_shift": positive[1],
        "negative_multiplier": negative[0],
        "negative_shift": negative[1],
    }


def sum_params(
    input_scale: float, input_zero_point: int, output_scale: float, output_zero_point: int
) -> Attrs:
    """Attributes of ``sum`` but for axes and keep_dims (TFLM ``PrepareMeanOrSumHelper``)."""
    real = float(checked_scale(input_scale)) / float(checked_scale(output_scale))
    multiplier, shift = quantize_multiplier(real)
    return {
        "input_zero_point": input_zero_point,
        "output_zero_point": output_zero_point,
        "multiplier": multiplier,
        "shift": shift,
    }


def mean_params(
    input_scale: float,
    input_zero_point: int,
    output_scale: float,
    output_zero_point: int,
    count: int,
) -> Attrs:
    """Attributes of ``mean`` but for axes and keep_dims.

    TFLite ``QuantizedMeanOrSum``: the division by ``count``, the number of elements that go into
    one result, is part of the multiplier.
    """
    attrs = sum_params(input_scale, input_zero_point, output_scale, output_zero_point)
    # At most 32 so that the 64 bit product cannot overflow; the shift must stay above -32.
    spare = min(count.bit_length() - 1, 32, 31 + attrs["shift"])
    attrs["multiplier"] = (attrs["multiplier"] << spare) // count
    attrs["shift"] -= spare
    return attrs


UNIT: Final = (1 / 256, Q8.low)
"""Scale and zero point that TFLite fixes for int8 results of LOGISTIC and SOFTMAX: 0 to 1."""
SIGNED_UNIT: Final = (1 / 128, 0)
"""The same for TANH: -1 to 1."""


def softmax_params(beta: float, input_scale: float) -> Attrs:
    """Attributes of ``softmax`` (TFLite ``PreprocessSoftmaxScaling``, ``CalculateInputRadius``).

    The result's scale and zero point are ``UNIT``; TFLM accepts no other.
    """
    unit = 1 << (31 - _SOFTMAX_INTEGER_BITS)
    real = min(float(np.float32(beta)) * float(checked_scale(input_scale)) * unit, 2.0**31 - 1.0)
    if not real > 1.0:
        raise UnsupportedError(f"SOFTMAX with beta * scale = {real / unit:.6g}; it must be > 2^-26")
    multiplier, shift = unlimited_multiplier(real)
    radius = input_radius(_SOFTMAX_INTEGER_BITS, shift)
    return {"multiplier": multiplier, "shift": shift, "diff_min": -radius}
