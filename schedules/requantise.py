# SPDX-License-Identifier: Apache-2.0
"""Requantisation as one multiplication: biases and multipliers that give TFLite's very steps.

TFLite rounds twice. Over the sums that a channel can have, its result is a staircase of at most 255
steps; whatever has the same steps is the same function. So instead of following TFLite's arithmetic
we look for a line that, rounded down, steps where TFLite does:

    result = (high word of (256 * sum + bias) * multiplier) >> shift

with one shift for all channels of a layer (an immediate of the ``SSAT`` that limits the result),
the output's zero point and both roundings inside the bias. It has to be found: where 255 steps are
dense, integers may leave no room. TFLite rounds ties away from zero, so below the zero point the
steps lie a unit further out; lines are for layers that never tell such results apart, and for
multipliers of one half and more, which round once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.fixed_point import multiply_by_quantized_multiplier, wrap_int32

Ints = npt.NDArray[np.int64]

SCALE = 256
"""The accumulator is this many times the sum."""

_WORD = 32
_REACH = 3
"""How far, in units of the sum, a step may lie from where real numbers put it."""

_TRIALS = 256
_NEVER = np.int64(1) << np.int64(52)


@dataclass(frozen=True, eq=False)
class Requantisation:
    """TFLite's: ``clip(requantise(sum, multiplier, shift) + zero_point, *activation)``.

    Attributes:
        multiplier: int64 [O], 0 to 2^31 - 1.
        shift: int64 [O], positive to the left.
        zero_point: of the result.
        activation: smallest and largest result.
    """

    multiplier: Ints
    shift: Ints
    zero_point: int
    activation: tuple[int, int]

    @property
    def limited(self) -> bool:
        """Whether results below the zero point are never told apart."""
        return self.activation[0] >= self.zero_point

    @property
    def rounds_once(self) -> bool:
        """Whether there is no second rounding, so that all steps are equally far apart."""
        return bool(np.all(self.shift >= 0))

    def results(self, sums: Ints) -> Ints:
        """TFLite's results of sums [O, ...]; the function rises, so bounds give bounds."""
        shape = (-1,) + (1,) * (sums.ndim - 1)
        multiplier, shift = self.multiplier.reshape(shape), self.shift.reshape(shape)
        scaled = multiply_by_quantized_multiplier(wrap_int32(sums), multiplier, shift)
        return np.clip(np.asarray(scaled, np.int64) + self.zero_point, *self.activation)

    def part(self, channels: npt.NDArray[np.bool_]) -> Requantisation:
        """The same for some of the channels."""
        multiplier, shift = self.multiplier[channels], self.shift[channels]
        return Requantisation(multiplier, shift, self.zero_point, self.activation)


@dataclass(frozen=True, eq=False)
class Line:
    """Bias and multiplier per channel, int64 [O] each, and the shift of all channels."""

    bias: Ints
    multiplier: Ints
    shift: int


@dataclass(frozen=True, eq=False)
class _Steps:
    """Per channel and step [O, K]: sum ``inside`` must give at least ``k``, ``outside`` less."""

    k: Ints
    inside: Ints
    outside: Ints


def find_line(
    what: Requantisation, low: Ints, high: Ints, shift: int, scale: int = SCALE
) -> Line | None:
    """Look for lines with TFLite's steps over the sums ``low`` to ``high``.

    Args:
        what: to be computed; ``limited`` or ``rounds_once``, no left shift that could overflow.
        low: int64 [O], the smallest sum of each channel.
        high: int64 [O], the largest.
        shift: of all channels, behind the high word, 0 to 20.
        scale: the accumulator is this many times the sum.

    Returns:
        None if a channel has no such line, or none was found.
    """
    exponent = what.shift - 31 + _WORD + shift
    exact = np.ldexp(what.multiplier.astype(float), exponent.astype(int)) / scale
    even = what.limited or what.rounds_once
    if not even or np.any(exact < 1) or np.any(exact >= (1 << 31) - _TRIALS):
        return None
    steps = _steps(what, low, high)
    first = np.rint(exact).astype(np.int64)
    line = Line(np.zeros_like(first), np.zeros_like(first), shift)
    for trial in range(_TRIALS):
        rest = np.flatnonzero(line.multiplier == 0)
        offset = (trial + 1) // 2 * (1 if trial % 2 else -1)
        multiplier = np.maximum(first[rest] + offset, 1)
        least, most = _room(steps, rest, multiplier, shift, scale)
        good = least <= most
        line.bias[rest[good]] = (least[good] + most[good]) >> 1
        line.multiplier[rest[good]] = multiplier[good]
        if good.all():
            return line
    return None


def _steps(what: Requantisation, low: Ints, high: Ints) -> _Steps:
    """Where the results for sums of low to high [O] step."""
    k = np.arange(what.activation[0] + 1, what.activation[1] + 1, dtype=np.int64)[None, :]
    scale = np.ldexp(what.multiplier.astype(float), (what.shift - 31).astype(int))
    ideal = (k - what.zero_point - 0.5) / scale[:, None]
    low, high = low[:, None], high[:, None]
    guess = np.floor(np.clip(ideal, low - _REACH, high + _REACH)).astype(np.int64)
    at = guess - _REACH
    for j in range(-_REACH, _REACH + 1):
        at = at + (what.results(guess + j) < k)
    inside = np.where(at > high, _NEVER, np.maximum(at, low))
    outside = np.where(at <= low, -_NEVER, np.minimum(at - 1, high))
    return _Steps(np.broadcast_to(k, at.shape), inside, outside)


def _room(steps: _Steps, at: Ints, multiplier: Ints, shift: int, scale: int) -> tuple[Ints, Ints]:
    """Smallest and largest bias with which channels ``at`` step as they should."""
    inside, outside = steps.inside[at], steps.outside[at]
    edge = -(-(steps.k[at] << (_WORD + shift)) // multiplier[:, None])
    low = np.where(inside == _NEVER, -_NEVER, edge - scale * inside)
    high = np.where(outside == -_NEVER, _NEVER, edge - 1 - scale * outside)
    return low.max(axis=1, initial=-_NEVER), high.min(axis=1, initial=_NEVER)
