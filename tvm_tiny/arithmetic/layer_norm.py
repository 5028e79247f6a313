# SPDX-License-Identifier: Apache-2.0
"""Layer normalisation in integers: parameters, and the numbers that the kernel makes.

Of a row x of C values (zero point subtracted) with the sum S and the sum of squares Q:
``(x - mean) / sqrt(variance + epsilon) = (C x - S) / sqrt(C Q - S^2 + epsilon C^2)``. The root is
taken of 62 or 63 bits, its inverse has 30, the quotient 20 fractional bits, and the result is
rounded once, halves up.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import UnsupportedError

Ints = npt.NDArray[np.int64]
DEEPEST: Final = 1 << 14
"""Elements along the dimension: C x has 23 bits then."""
_SPREAD_BITS: Final = 8
_QUOTIENT_BITS: Final = 20
_OFFSET_BITS: Final = 12
_FACTOR_BITS: Final = 30
_OFFSET_ROOM: Final = 40
"""Bits of an offset and of the fraction of factors together."""
_EPSILON_LIMIT: Final = 1 << 61


def layer_norm_params(
    scale: float,
    epsilon: float,
    gamma: npt.NDArray[Any],
    beta: npt.NDArray[Any],
    result_scale: float,
) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32], dict[str, int]]:
    """Factors, offsets and attributes of ``layer_norm`` that depend on scales.

    Args:
        scale: of x.
        epsilon: added to the variance, real.
        gamma: factors float[C], real.
        beta: offsets float[C], real.
        result_scale: of the result.

    Raises:
        UnsupportedError: an offset or a factor is far beyond the result's range.
    """
    depth = gamma.size
    factors = gamma.astype(np.float64).reshape(-1) / result_scale
    offsets = beta.astype(np.float64).reshape(-1) / result_scale
    most = float(np.abs(factors).max(initial=0.0))
    far = float(np.abs(offsets).max(initial=0.0))
    if not (math.isfinite(most) and most < 2**20 and far < 2**18):
        raise UnsupportedError("a layer normalisation far beyond its result's scale")
    fraction = _FACTOR_BITS - max(0, math.frexp(most)[1])
    fraction = min(fraction, _OFFSET_ROOM - math.frexp(far)[1])
    steps = epsilon * depth * depth * (1 << _SPREAD_BITS) / (float(scale) * float(scale))
    if not 0.0 <= steps < _EPSILON_LIMIT:
        raise UnsupportedError(f"an epsilon of {epsilon} beside values of a scale of {scale}")
    added = round(steps)
    attrs = {
        "epsilon_high": added >> 31,
        "epsilon_low": added & ((1 << 31) - 1),
        "fraction": fraction,
    }
    return (
        np.rint(factors * 2.0**fraction).clip(-(2**31), 2**31 - 1).astype(np.int32),
        np.rint(offsets * 2.0**_OFFSET_BITS).astype(np.int32),
        attrs,
    )


def layer_norm(
    x: npt.NDArray[Any],
    factors: npt.NDArray[Any],
    offsets: npt.NDArray[Any],
    attrs: dict[str, int],
) -> npt.NDArray[np.int8]:
    """What the kernel makes of int8[..., C] (attributes: ``operators.layer_norm``)."""
    values = x.astype(np.int64) - attrs["zero_point"]
    depth = x.shape[-1]
    total = values.sum(-1, keepdims=True) * attrs["centred"]
    epsilon = (attrs["epsilon_high"] << 31) + attrs["epsilon_low"]
    squares = (values * values).sum(-1, keepdims=True)
    spread = ((depth * squares - total * total) << _SPREAD_BITS) + epsilon
    flat = [_inverse(int(v)) for v in spread.reshape(-1)]
    inverse, right = (
        np.array([pair[k] for pair in flat], np.int64).reshape(spread.shape) for k in (0, 1)
    )
    apart = values * depth - total
    quotient = (apart * inverse) >> right
    shift = _QUOTIENT_BITS + attrs["fraction"]
    moved = offsets.astype(np.int64) << (shift - _OFFSET_BITS)
    whole = quotient * factors + moved + (np.int64(1) << (shift - 1))
    return np.clip((whole >> shift) + attrs["output_zero_point"], Q8.low, Q8.high).astype(Q8.numpy)


def _inverse(spread: int) -> tuple[int, int]:
    """Inverse root and right shift of a row."""
    if spread <= 0:
        return 0, 0
    pairs = (63 - spread.bit_length()) // 2
    root = math.isqrt(spread << (2 * pairs))
    return (1 << 61) // root, 61 - _SPREAD_BITS // 2 - _QUOTIENT_BITS - pairs
