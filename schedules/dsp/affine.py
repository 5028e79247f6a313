# SPDX-License-Identifier: Apache-2.0
"""Sums of two int8 with one rescaling instead of three, proven for every pair.

TFLite rounds a sum twice per operand and twice at its end. The result has 256 values only, so an
affine function of both operands, rounded once, nearly always meets the same ones: there are 65536
pairs, and constants are taken only if all of them agree. Where they do not (ties that fall
systematically, such as halving), there are no constants.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import multiply_by_quantized_multiplier as rescaled

Ints = npt.NDArray[np.int64]
SUM_SHIFT = 20
"""Fraction bits of a sum before it is rounded; ``tvm_tiny_sum_row`` has them in its code."""
_INT32_MAX = (1 << 31) - 1
_EVERY: Ints = Q8.values
_NUDGES = (0, 1, -1, 2, -2, 4, -4)


@dataclass(frozen=True)
class SumConstants:
    """``result + 128 = ((a << 8) * a_factor >> 16) + ((b << 8) * b_factor >> 16) + offset >> 20``.

    Saturated to 0..255; nothing overflows 32 bits.
    """

    a_factor: int
    b_factor: int
    offset: int


def sum_constants(sign: int, attrs: Mapping[str, Any]) -> SumConstants | None:
    """Constants of ``a + sign * b`` (attributes of ``add``); None if there are none."""
    names = ("zero_point", "multiplier", "shift")
    terms = [tuple(int(attrs[f"{operand}_{n}"]) for n in names) for operand in "ab"]
    last = tuple(int(attrs[n]) for n in ("output_zero_point", "multiplier", "shift"))
    return _sum_constants(sign, int(attrs["left_shift"]), *terms, last)


@lru_cache(maxsize=256)
def _sum_constants(
    sign: int,
    left_shift: int,
    a: tuple[int, ...],
    b: tuple[int, ...],
    last: tuple[int, ...],
) -> SumConstants | None:
    terms = [rescaled((_EVERY - z) << left_shift, m, s) for z, m, s in (a, b)]
    total = terms[0][:, None] + sign * terms[1][None, :]
    wanted = np.clip(rescaled(total, last[1], last[2]) + last[0], *Q8.limits) - Q8.low
    slopes = [_real(m, s) * _real(last[1], last[2]) * 2.0**left_shift for _, m, s in (a, b)]
    factors = [round(slope * 2.0 ** (SUM_SHIFT + 8)) for slope in slopes]
    if max(factors) > _INT32_MAX - max(_NUDGES):
        return None
    for nudge_a in _NUDGES:
        for nudge_b in _NUDGES:
            first, second = factors[0] + nudge_a, sign * (factors[1] + nudge_b)
            parts = [(_EVERY << 8) * factor >> 16 for factor in (first, second)]
            values = parts[0][:, None] + parts[1][None, :]
            offset = _offset(values, wanted)
            if offset is not None and _fits((parts[0] + offset, values + offset)):
                return SumConstants(first, second, offset)
    return None


def _real(multiplier: int, shift: int) -> float:
    return multiplier * 2.0 ** (shift - 31)


def _offset(values: Ints, wanted: Ints) -> int | None:
    """What to add so that ``value >> SUM_SHIFT`` is what is wanted, saturated to 0..255."""
    low, high = wanted > 0, wanted < 255
    least = int(((wanted[low] << SUM_SHIFT) - values[low]).max(initial=-_INT32_MAX))
    most = int((((wanted[high] + 1) << SUM_SHIFT) - 1 - values[high]).min(initial=_INT32_MAX))
    return (least + most) // 2 if least <= most else None


def _fits(sums: Iterable[Ints]) -> bool:
    return all(int(s.min()) >= -_INT32_MAX and int(s.max()) <= _INT32_MAX for s in sums)
