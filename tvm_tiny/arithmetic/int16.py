# SPDX-License-Identifier: Apache-2.0
"""TFLM's parameters and tables of int16 kernels ("16x8": int16 activations, int8 weights).

Activations are symmetric (zero point 0). Sources: TFLite ``kernels/internal/common.h``
(``MultiplyByQuantizedMultiplier`` of 64 bits, ``LUTPopulate``), TFLM ``logistic_common.cc``,
``tanh.cc``, ``softmax_common.cc``.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.arithmetic.fixed_point import checked_scale, quantize_multiplier
from tvm_tiny.errors import UnsupportedError

Attrs = dict[str, Any]
Floats = npt.NDArray[np.float32]

RESULT_SCALE: Final = 1.0 / 32768.0
"""Of LOGISTIC, TANH and SOFTMAX; their zero point is 0."""

_SUM_BITS: Final = 15  # of a reduced multiplier
_STEPS: Final = 512  # of an interpolated table
_SHIFTS: Final = (-31, 7)  # that TFLite allows for sums of 64 bits
_MOST_SIGMOID_MULTIPLIER: Final = 32767.0 / 2.0


def reduced_multipliers(
    multiplier: npt.NDArray[np.int32], shift: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.int32]]:
    """Multipliers of 16 bits and right shifts for ``tvm_tiny_requantize_once``.

    Args:
        multiplier: of ``quantize_multiplier``, int32[O].
        shift: the same, positive to the left.

    Raises:
        UnsupportedError: a shift that TFLite's 64 bit rescaling does not take.
    """
    low, high = _SHIFTS
    bad = [int(s) for s in shift if not low <= s <= high]
    if bad:
        raise UnsupportedError(f"a sum of 64 bits is rescaled by 2^{bad[0]} (limit 2^{high})")
    rounded = (multiplier.astype(np.int64) + (1 << 15)) >> 16
    limit = element_type("int16").high
    reduced = np.where(multiplier < limit << 16, rounded, limit)
    return reduced.astype(np.int16), (_SUM_BITS - shift).astype(np.int32)


def _log2_of_power(scale: float) -> int | None:
    fraction, exponent = math.frexp(scale)
    return exponent - 1 if fraction == 0.5 else None


def sigmoid_params(name: str, input_scale: float) -> Attrs:
    """Attributes of ``logistic16`` and ``tanh16`` (TFLM ``CalculateArithmeticOpData``).

    Args:
        name: of the operator.
        input_scale: of x.
    """
    scale = float(checked_scale(input_scale))
    power = _log2_of_power(scale)
    left = None if power is None else 12 + power
    allowed = (0,) if name == "logistic16" else (0, 1)
    if left is not None and left in allowed:
        return {"multiplier": 3 << left, "shift": 0}
    real, shift = scale * 4096.0 * 3.0, 0
    while real <= _MOST_SIGMOID_MULTIPLIER and shift <= 30:
        real, shift = real * 2.0, shift + 1
    if real > element_type("int16").high:
        raise UnsupportedError(f"LOGISTIC or TANH of int16 with a scale of {input_scale}")
    return {"multiplier": int(real), "shift": shift}


def softmax16_params(beta: float, input_scale: float) -> Attrs:
    """Attributes of ``softmax16``: differences to the maximum from -10 to 0 in 65535 steps."""
    real = float(checked_scale(input_scale)) * float(np.float32(beta)) / (10.0 / 65535.0)
    multiplier, shift = quantize_multiplier(real)
    return {"multiplier": multiplier, "shift": shift}


def _interpolated(
    input_scale: float, zero_point: int, function: Callable[[Floats], Floats]
) -> npt.NDArray[np.int16]:
    """TFLite's ``LUTPopulate`` of int16 to scale 2^-15: 513 entries, float32 throughout."""
    f32, kind = np.float32, element_type("int16")
    scale, output_scale = f32(input_scale), f32(2.0) / f32(kind.levels - 1)
    low, high = (scale * f32(end - zero_point) for end in kind.limits)
    ends = [output_scale * f32(end) for end in kind.limits]
    inverse = f32(kind.levels) / (ends[1] - ends[0])
    step = (high - low) / f32(_STEPS)
    places = low + np.arange(_STEPS, dtype=f32) * step
    after = low + np.arange(1, _STEPS + 1, dtype=f32) * step
    value, middle, following = (
        function(x.astype(f32)) for x in (places, places + step / f32(2), after)
    )
    sample = _rounded(value * inverse)
    between = _rounded((following * inverse + sample) / f32(2))
    bias = _rounded((between - _rounded(middle * inverse)) / f32(2))
    last = _rounded(function(np.array([high], f32)) * inverse)
    return kind.clip(np.concatenate([sample - bias, last]))


def _rounded(x: Floats) -> Floats:
    """``TfLiteRound``: ties away from zero."""
    return (np.sign(x) * np.floor(np.abs(x) + np.float32(0.5))).astype(np.float32)


@cache
def exponentials() -> npt.NDArray[np.int16]:
    """exp(x) for x from -10 to 0, int16[513], in steps of 2^-15."""
    unit = np.float32(10.0) / np.float32(65535.0)
    return _interpolated(float(unit), element_type("int16").high, np.exp)


@cache
def inverses() -> npt.NDArray[np.int16]:
    """1 / (1 + x) for x from 0 to 1, int16[513], in steps of 2^-15."""
    unit = np.float32(1.0) / np.float32(65535.0)
    one = np.float32(1.0)
    return _interpolated(float(unit), element_type("int16").low, lambda x: one / (one + x))
