# SPDX-License-Identifier: Apache-2.0
"""TensorFlow Lite Micro's float32 functions of one number, in NumPy.

Every operation rounds to float32 as the kernels' do; exponentials and logarithms are rounded once
from float64, which is what C libraries give for all but a few arguments in a million. Sources:
TFLite ``reference/`` (``elu.h``, ``logistic.h``, ``hard_swish.h``, ``round.h``, ...), TFLM
``elementwise.cc``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8

Floats = npt.NDArray[np.float32]
Function = Callable[[Floats], Floats]
_F = np.float32
_LOGISTIC_CUTOFF: Final = (_F(-9.0), _F(16.619047164916992188))


def _once(function: Callable[[Any], Any]) -> Function:
    """Computed in float64, rounded to float32."""
    return lambda x: function(x.astype(np.float64)).astype(np.float32)


_EXP = _once(np.exp)


def _logistic(x: Floats) -> Floats:
    low, high = _LOGISTIC_CUTOFF
    inside = _F(1.0) / (_F(1.0) + _EXP(-np.clip(x, low, high)))
    return np.where(x > high, _F(1.0), np.where(x < low, _EXP(np.minimum(x, low)), inside))


def _hard_swish(x: Floats) -> Floats:
    gate = np.minimum(np.maximum(x + _F(3.0), _F(0.0)), _F(6.0))
    return x * gate / _F(6.0)


def leaky(alpha: float) -> Function:
    """LEAKY_RELU."""
    return lambda x: np.where(x > 0, x, x * _F(alpha))


FUNCTIONS: Final[Mapping[str, Function]] = {
    "ABS": np.abs,
    "CEIL": np.ceil,
    "COS": _once(np.cos),
    "ELU": lambda x: np.where(x < 0, _once(np.expm1)(np.minimum(x, _F(0.0))), x),
    "EXP": _EXP,
    "FLOOR": np.floor,
    "HARD_SWISH": _hard_swish,
    "LOG": _once(np.log),
    "LOGISTIC": _logistic,
    "NEG": np.negative,
    "RELU": lambda x: np.maximum(x, _F(0.0)),
    "RELU6": lambda x: np.clip(x, _F(0.0), _F(6.0)),
    "ROUND": np.rint,
    "RSQRT": lambda x: _F(1.0) / np.sqrt(x),
    "SIN": _once(np.sin),
    "SQRT": np.sqrt,
    "SQUARE": lambda x: x * x,
    "TANH": _once(np.tanh),
}
"""By the names of TFLite's operators."""

BINARY: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "ADD": np.add,
    "DIV": np.divide,
    "MAXIMUM": np.maximum,
    "MINIMUM": np.minimum,
    "MUL": np.multiply,
    "SQUARED_DIFFERENCE": lambda a, b: (a - b) * (a - b),
    "SUB": np.subtract,
}
"""Functions of two numbers; one of them is a constant."""

ACTIVATIONS: Final[Mapping[int, tuple[float, float]]] = {
    0: (-np.inf, np.inf),
    1: (0.0, np.inf),
    2: (-1.0, 1.0),
    3: (0.0, 6.0),
}
"""Limits of fused activations by the schema's numbers."""


def dequantised_bytes(scale: float, zero_point: int) -> Floats:
    """float32[256]: the numbers that all int8 stand for (TFLite ``dequantize.h``)."""
    steps = Q8.values.astype(np.float64) - zero_point
    return (float(_F(scale)) * steps).astype(np.float32)


def quantised_bytes(values: Floats, scale: float, zero_point: int) -> npt.NDArray[np.int8]:
    """float32 to int8, ties away from zero (TFLite ``quantize.h``); a NaN is the zero point."""
    steps = (values / _F(scale)).astype(np.float64)
    steps = np.nan_to_num(np.clip(steps, -1e9, 1e9), nan=0.0)
    rounded = np.sign(steps) * np.floor(np.abs(steps) + 0.5)
    return Q8.clip(rounded + zero_point)
