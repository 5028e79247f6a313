# SPDX-License-Identifier: Apache-2.0
"""Real factors as integers, and the slopes of tables."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Tensor

Array = npt.NDArray[Any]
_MANTISSA_BITS = 15
_EXPONENTS = Q8.limits
_MULTIPLIER_BITS, _LEAST_SHIFT = 31, -100


def pack(value: float) -> int:
    """A factor as ``m * 2^k`` in one int32: m of 15 bits and sign above k of 8 bits with sign.

    >>> pack(1.0) == (1 << 14 << 8) | (-14 & 255)
    True
    """
    if value == 0:
        return 0
    fraction, exponent = math.frexp(value)
    mantissa = round(math.ldexp(fraction, _MANTISSA_BITS))
    exponent -= _MANTISSA_BITS
    if abs(mantissa) == 1 << _MANTISSA_BITS:
        mantissa, exponent = mantissa // 2, exponent + 1
    if exponent < _EXPONENTS[0]:
        return 0
    return mantissa * 256 + (min(exponent, _EXPONENTS[1]) & 255)


def _parts(factor: int) -> tuple[int, int]:
    """Mantissa and exponent of a packed factor."""
    low = factor & 255
    return factor >> 8, low - 256 if low > _EXPONENTS[1] else low


def unpack(factor: int) -> float:
    """What ``pack`` made of a factor."""
    mantissa, exponent = _parts(factor)
    return math.ldexp(mantissa, exponent)


def packed(values: Iterable[float]) -> Array:
    """Factors, int32."""
    return np.array([pack(float(v)) for v in values], np.int32)


def multipliers(values: Iterable[float]) -> tuple[Array, Array]:
    """Factors as ``m * 2^(s - 31)``, as forward layers have them: m int32 of 31 bits, s int8.

    They equal those of the layers that they are of, so that both are in flash once.
    """
    fractions, exponents = np.frexp(np.array(list(values), np.float64))
    made = np.round(np.ldexp(fractions, _MULTIPLIER_BITS)).astype(np.int64)
    full = np.abs(made) == 1 << _MULTIPLIER_BITS
    made, exponents = np.where(full, made // 2, made), exponents + full
    made = np.where(exponents < _LEAST_SHIFT, 0, made)
    shifts = np.where(made == 0, 0, exponents)
    return made.astype(np.int32), shifts.astype(np.int8)


def numerator(value: float) -> tuple[int, int]:
    """A number above 0 as mantissa of 31 bits and exponent: what rates are made from."""
    fraction, exponent = math.frexp(value)
    mantissa = min(round(math.ldexp(fraction, _MULTIPLIER_BITS)), (1 << _MULTIPLIER_BITS) - 1)
    return mantissa, exponent - _MULTIPLIER_BITS


def rate_of(rate: float) -> tuple[int, int]:
    """A learning rate as mantissa of 15 bits and exponent."""
    return _parts(pack(rate))


def multiplier_factor(multiplier: int, shift: int) -> float:
    """What ``MultiplyByQuantizedMultiplier`` multiplies with."""
    return math.ldexp(multiplier, shift - 31)


def contents(tensor: Tensor) -> Array:
    """The contents of a constant."""
    assert tensor.data is not None
    return np.asarray(tensor.data)


_Function = Callable[[Array], Array]


def _sigmoid(x: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-x))


_KNOWN: tuple[tuple[_Function, _Function], ...] = (
    (lambda x: x, np.ones_like),
    (lambda x: np.maximum(x, 0.0), lambda x: (x > 0).astype(np.float64)),
    (lambda x: np.clip(x, 0.0, 6.0), lambda x: ((x > 0) & (x < 6)).astype(np.float64)),
    (lambda x: np.clip(x, -1.0, 1.0), lambda x: ((x > -1) & (x < 1)).astype(np.float64)),
    (_sigmoid, lambda x: _sigmoid(x) * (1.0 - _sigmoid(x))),
    (np.tanh, lambda x: 1.0 - np.tanh(x) ** 2),
    (
        lambda x: x * np.clip(x + 3.0, 0.0, 6.0) / 6.0,
        lambda x: np.where(x <= -3, 0.0, np.where(x >= 3, 1.0, (2.0 * x + 3.0) / 6.0)),
    ),
    (np.abs, np.sign),
)
"""Functions that a table may be of, and their derivatives."""


def slopes(table: Array, x: Tensor, y: Tensor) -> Array:
    """The derivative of a table of int8 at its 256 entries, in integers of y by integers of x.

    A table knows its function only to half a step, which is far too coarse for a derivative. So it
    is compared with the usual functions first: the derivative is that of the one that it is within
    one step of everywhere, and 0 where y is at its limits. Otherwise (leaky ReLU, tables of the
    user's own) the slope of the line through nine neighbours (least squares).
    """
    values = table.astype(np.float64).reshape(-1)
    places = Q8.values.astype(np.float64)
    inside = (values > y.elements.low) & (values < y.elements.high)
    if x.scale and y.scale:
        real = (places - x.zero_point) * x.scale
        for function, derivative in _KNOWN:
            made = np.clip(np.round(function(real) / y.scale) + y.zero_point, *y.elements.limits)
            if np.max(np.abs(made - values)) <= 1:
                return derivative(real) * (x.scale / y.scale) * inside
    out = np.zeros(256)
    for i in range(256):
        near = slice(max(0, i - 4), min(256, i + 5))
        out[i] = np.polyfit(places[near], values[near], 1)[0]
    return out * inside
