# SPDX-License-Identifier: Apache-2.0
"""Bounds of every channel's int8 values, for every possible input of the model.

Interval arithmetic over whole channels. Every operator here is monotone in each operand (the
requantisation too: multipliers are not negative), so the operator's own arithmetic at the ends of
the intervals gives the ends of the result. A channel whose ends meet is a constant.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.fixed_point import INT32_MAX, INT32_MIN, multiply_by_quantized_multiplier
from tvm_tiny.passes.channels.program import Call, Program, last_extent, windows

Ints = npt.NDArray[np.int64]
INT8_LOW, INT8_HIGH = -128, 127


@dataclass(frozen=True, eq=False)
class Range:
    """Least and greatest value of each channel, int64[channels]; inclusive."""

    low: Ints
    high: Ints

    @classmethod
    def full(cls, channels: int) -> Range:
        """Any int8 value."""
        return cls(np.full(channels, INT8_LOW), np.full(channels, INT8_HIGH))

    @classmethod
    def of(cls, array: npt.NDArray[Any]) -> Range:
        """Of a constant tensor."""
        wide = array.astype(np.int64).reshape(-1, last_extent(array.shape))
        return cls(wide.min(axis=0), wide.max(axis=0))

    @property
    def constant(self) -> npt.NDArray[np.bool_]:
        """Which channels have one value only, bool[channels]."""
        return self.low == self.high

    def take(self, channels: npt.NDArray[np.intp]) -> Range:
        """Of the given channels, in that order."""
        return Range(self.low[channels], self.high[channels])

    def joined(self, other: Range) -> Range:
        """Either of two."""
        return Range(np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    def clipped(self, low: int, high: int) -> Range:
        """After a clamp."""
        return Range(np.clip(self.low, low, high), np.clip(self.high, low, high))


def channel_ranges(program: Program) -> dict[Any, Range]:
    """The range of every int8 variable, of parameters too (any value)."""
    known = {v: Range.full(c) for v, c in program.channels.items()}
    for call in program.calls:
        rule = _RULES.get(call.op)
        if call.result not in known or rule is None:
            continue
        operands = [
            Range.of(array) if array is not None else known.get(name)
            for name, array in zip(call.operands, call.arrays, strict=True)
        ]
        inner = [r for r in operands if r is not None]
        if len(inner) == len(operands):
            known[call.result] = rule(call, inner)
    return known


def requantised(low: Ints, high: Ints, scale: tuple[Any, Any], attrs: Mapping[str, Any]) -> Range:
    """Accumulator bounds to result bounds; what may overflow an int32 may be anything."""
    multiplier, shift = (np.asarray(s, np.int64) for s in scale)
    left = np.maximum(shift, 0)
    safe = (low << left >= INT32_MIN) & (high << left <= INT32_MAX)
    safe &= (low >= INT32_MIN) & (high <= INT32_MAX)
    ends = [
        multiply_by_quantized_multiplier(np.clip(x, INT32_MIN, INT32_MAX), multiplier, shift)
        for x in (low, high)
    ]
    activation = attrs.get("activation", (INT8_LOW, INT8_HIGH))
    zero_point = attrs["output_zero_point"]
    bounded = Range(ends[0] + zero_point, ends[1] + zero_point).clipped(*activation)
    return Range(
        np.where(safe, bounded.low, activation[0]), np.where(safe, bounded.high, activation[1])
    )


def _products(weight: Ints, x: Range, zero_point: int) -> tuple[Ints, Ints]:
    """Bounds of ``w * (x - zero_point)``, elementwise."""
    a, b = weight * (x.low - zero_point), weight * (x.high - zero_point)
    return np.minimum(a, b), np.maximum(a, b)


def _accumulated(call: Call, terms: tuple[Ints, Ints]) -> Range:
    """Bias plus bounds of each tap's term, int64[outputs, taps], over all window patterns."""
    inside = windows(call, terms[0].shape[1]).astype(np.int64)
    bias = call.constant(2).astype(np.int64)
    if call.op == "transpose_conv2d":
        low, high = np.minimum(terms[0], 0).sum(axis=1), np.maximum(terms[1], 0).sum(axis=1)
    else:
        low, high = (terms[0] @ inside.T).min(axis=1), (terms[1] @ inside.T).max(axis=1)
    scale = call.constant(3), call.constant(4)
    return requantised(bias + low, bias + high, scale, call.attrs)


def _dense(call: Call, operands: Sequence[Range]) -> Range:
    """conv2d, transpose_conv2d, fully_connected: weight [O, .., I]."""
    if call.attrs.get("groups", 1) != 1 or any(a is None for a in call.arrays[1:]):
        return Range.full(last_extent(call.shape))
    weight = call.constant(1).astype(np.int64) - call.attrs.get("weight_zero_point", 0)
    outputs, inputs = weight.shape[0], weight.shape[-1]
    flat = weight.reshape(outputs, -1, inputs)
    x, zero_point = operands[0], call.attrs["input_zero_point"]
    positive, negative = np.maximum(flat, 0), np.minimum(flat, 0)
    low, high = x.low - zero_point, x.high - zero_point
    return _accumulated(call, (positive @ low + negative @ high, positive @ high + negative @ low))


def _depthwise(call: Call, operands: Sequence[Range]) -> Range:
    if any(a is None for a in call.arrays[1:]):
        return Range.full(last_extent(call.shape))
    weight = call.constant(1).astype(np.int64)
    outputs = weight.shape[2]
    source = np.arange(outputs) // (outputs // call.operand_shapes[0][3])
    low, high = _products(
        weight.reshape(-1, outputs), operands[0].take(source), call.attrs["input_zero_point"]
    )
    return _accumulated(call, (low.T, high.T))


def _term(call: Call, operand: str, value: Ints) -> Ints:
    attrs = call.attrs
    shifted = (value - attrs[f"{operand}_zero_point"]) << attrs["left_shift"]
    return multiply_by_quantized_multiplier(
        shifted, attrs[f"{operand}_multiplier"], attrs[f"{operand}_shift"]
    )


def _sum(call: Call, operands: Sequence[Range]) -> Range:
    """add, sub."""
    if max(call.attrs["a_shift"], call.attrs["b_shift"]) > 0:
        return Range.full(last_extent(call.shape))  # a left shift may wrap: not monotone
    a, b = operands
    first = [_term(call, "a", x) for x in (a.low, a.high)]
    second = [_term(call, "b", x) for x in (b.low, b.high)]
    if call.op == "sub":
        second = [-second[1], -second[0]]
    scale = call.attrs["multiplier"], call.attrs["shift"]
    return requantised(first[0] + second[0], first[1] + second[1], scale, call.attrs)


def _mul(call: Call, operands: Sequence[Range]) -> Range:
    a, b = operands
    za, zb = call.attrs["a_zero_point"], call.attrs["b_zero_point"]
    corners = np.stack([(x - za) * (y - zb) for x in (a.low, a.high) for y in (b.low, b.high)])
    scale = call.attrs["multiplier"], call.attrs["shift"]
    return requantised(corners.min(axis=0), corners.max(axis=0), scale, call.attrs)


def _maximum(call: Call, operands: Sequence[Range]) -> Range:
    del call
    a, b = operands
    return Range(np.maximum(a.low, b.low), np.maximum(a.high, b.high))


def _minimum(call: Call, operands: Sequence[Range]) -> Range:
    del call
    a, b = operands
    return Range(np.minimum(a.low, b.low), np.minimum(a.high, b.high))


def _lut(call: Call, operands: Sequence[Range]) -> Range:
    table = call.constant(1).astype(np.int64)
    spans = [
        table[a + 128 : b + 129] for a, b in zip(operands[0].low, operands[0].high, strict=True)
    ]
    return Range(np.array([s.min() for s in spans]), np.array([s.max() for s in spans]))


def _pool(call: Call, operands: Sequence[Range]) -> Range:
    return operands[0].clipped(*call.attrs["activation"])


def _same(call: Call, operands: Sequence[Range]) -> Range:
    """Operators whose every result lies between values of its channel."""
    del call
    return operands[0]


def _reduction(call: Call, operands: Sequence[Range]) -> Range:
    """mean, sum over axes that leave the channels alone."""
    x, channels = operands[0], last_extent(call.shape)
    count = math.prod(call.operand_shapes[0]) // max(1, math.prod(call.shape))
    rank = len(call.operand_shapes[0])
    if any(a % rank == rank - 1 for a in call.attrs["axes"]):
        x = Range(np.full(channels, x.low.min()), np.full(channels, x.high.max()))
    zero_point = call.attrs["input_zero_point"]
    scale = call.attrs["multiplier"], call.attrs["shift"]
    return requantised((x.low - zero_point) * count, (x.high - zero_point) * count, scale,
                       {"output_zero_point": call.attrs["output_zero_point"]})  # fmt: skip


def _pad(call: Call, operands: Sequence[Range]) -> Range:
    before, after = call.attrs["pads"][-1]
    value = np.full(last_extent(call.shape), call.attrs["value"])
    edge = Range(value, value)
    wide = Range(
        np.pad(operands[0].low, (before, after), constant_values=call.attrs["value"]),
        np.pad(operands[0].high, (before, after), constant_values=call.attrs["value"]),
    )
    return wide.joined(edge) if np.any(call.attrs["pads"][:-1]) else wide


def _concat(call: Call, operands: Sequence[Range]) -> Range:
    rank = len(call.shape)
    if call.attrs["axis"] % rank == rank - 1:
        return Range(
            np.concatenate([r.low for r in operands]), np.concatenate([r.high for r in operands])
        )
    first, *rest = operands
    for other in rest:
        first = first.joined(other)
    return first


def _reshape(call: Call, operands: Sequence[Range]) -> Range:
    x, channels = operands[0], last_extent(call.shape)
    if channels % len(x.low) == 0:
        return x.take(np.arange(channels) % len(x.low))
    return Range(np.full(channels, x.low.min()), np.full(channels, x.high.max()))


def _transpose(call: Call, operands: Sequence[Range]) -> Range:
    return operands[0] if call.attrs["axes"][-1] == len(call.shape) - 1 else _spread(call, operands)


def _slice(call: Call, operands: Sequence[Range]) -> Range:
    begin, stride = call.attrs["begin"][-1], call.attrs["strides"][-1]
    return operands[0].take(begin + np.arange(last_extent(call.shape)) * stride)


def _spread(call: Call, operands: Sequence[Range]) -> Range:
    x, channels = operands[0], last_extent(call.shape)
    return Range(np.full(channels, x.low.min()), np.full(channels, x.high.max()))


_RULES: dict[str, Callable[[Call, Sequence[Range]], Range]] = {
    "conv2d": _dense,
    "transpose_conv2d": _dense,
    "fully_connected": _dense,
    "depthwise_conv2d": _depthwise,
    "add": _sum,
    "sub": _sum,
    "mul": _mul,
    "maximum": _maximum,
    "minimum": _minimum,
    "lut": _lut,
    "avg_pool2d": _pool,
    "max_pool2d": _pool,
    "resize_nearest": _same,
    "resize_bilinear": _same,
    "mean": _reduction,
    "sum": _reduction,
    "pad": _pad,
    "concat": _concat,
    "reshape": _reshape,
    "transpose": _transpose,
    "strided_slice": _slice,
}
