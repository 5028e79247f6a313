# SPDX-License-Identifier: Apache-2.0
"""Depthwise convolutions on cores with DSP instructions: a channel at a time.

The rows under the window go, channel by channel, into a workspace of words that hold two taps of
a column; an output is then a product of neighbouring words. See ``tvm_tiny_depthwise.h``.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.fixed_point import multiply_by_quantized_multiplier, wrap_int32
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule

HEADER = "tvm_tiny_depthwise.h"
HEAD = 4
"""Words of a record in front of the weights: TVM_TINY_DEPTHWISE_HEAD."""

Ints = npt.NDArray[np.int64]
_SPARE_WORDS = 4  # of the workspace, read ahead
_SPARE_WEIGHTS = 2  # of the last record, read ahead
_RELU_SHIFT = 10  # TVM_TINY_DEPTHWISE_RELU_SHIFT
_INT32_MAX = (1 << 31) - 1


class DspDepthwise(ScheduleRule):
    """depthwise_conv2d of any window, stride and number of channels; no dilation."""

    name = "dsp-depthwise"

    def apply(self, func: Any, node: Node, core: str) -> Scheduled | Declined:
        """Accept what can be packed; ``func`` is replaced, not transformed."""
        del func, core
        reason = _reason(node)
        if reason:
            return Declined(self.name, reason)
        packed = pack(node)
        if isinstance(packed, str):
            return Declined(self.name, packed)
        records = packed.records
        window = _Window(node)
        name = f"{node.name}_records"
        return Scheduled(
            _function(node, window, records.size, packed.relu),
            self.name,
            f"a channel at a time, {window.words} words of two taps, "
            f"{window.columns} columns in the workspace",
            constants={"records": Tensor(name, records.shape, "int32", data=records)},
            scratch_bytes=4 * window.scratch_words,
            headers=(HEADER,),
        )


class _Window:
    """Geometry of a row: everything about columns.

    Attributes:
        step: words of a column.
        words: words of a window.
        columns: columns that some window covers, padding included.
        scratch_words: workspace.
        used: columns of the tensor among them.
    """

    def __init__(self, node: Node) -> None:
        self.high, self.wide = node.operands[1].shape[:2]
        self.stride, self.left = node.attrs["strides"][1], node.attrs["padding"][1]
        self.step = (self.high + 1) // 2
        self.words = self.step * self.wide
        self.columns = (node.output.shape[2] - 1) * self.stride + self.wide
        self.scratch_words = self.columns * self.step + _SPARE_WORDS
        self.used = min(node.operands[0].shape[2], self.columns - self.left)


def _reason(node: Node) -> str:
    if node.op != "depthwise_conv2d":
        return "not a depthwise convolution"
    if any(t.data is None for t in node.operands[1:]):
        return "weights computed at run time"
    if tuple(node.attrs["dilation"]) != (1, 1):
        return "dilation"
    window = _Window(node)
    if window.left >= window.wide or window.used < 1:
        return "windows that lie in the padding"
    return ""


@dataclass(frozen=True, eq=False)
class Packed:
    """Records of HEAD + words int32 each, and whether they are of the short kind."""

    records: npt.NDArray[np.int32]
    relu: bool


@dataclass(frozen=True)
class Channels:
    """What a channel computes: (weights * x + bias) * multiplier / 2^(31 + shift) + zero point.

    Attributes:
        weights: [C, taps]. The others: [C].
        bias: with the input's zero point.
        shift: to the right.
        reach: bound of all sums, also of parts.
        zero_point: of the output; the result itself where all else is 0.
    """

    weights: Ints
    bias: Ints
    multiplier: Ints
    shift: Ints
    reach: Ints
    zero_point: Ints


def pack(node: Node) -> Packed | str:
    """Records of all channels; a text says why it cannot be.

    Exact or not at all: the accumulators are bounded from the weights. A channel whose result does
    not depend on the input becomes a product with zero, so that odd scales do not matter.
    """
    weights, bias, multiplier, shift = (np.asarray(t.data).astype(np.int64)
                                        for t in node.operands[1:])  # fmt: skip
    weights = weights.reshape(-1, weights.shape[2]).T  # [C, taps]
    bias = bias - node.attrs["input_zero_point"] * weights.sum(axis=1)
    positive, negative = np.maximum(weights, 0).sum(axis=1), np.minimum(weights, 0).sum(axis=1)
    ends = -128 * positive + 127 * negative + bias, 127 * positive - 128 * negative + bias
    reach = 128 * (positive - negative) + np.abs(bias)
    zero_point = node.attrs["output_zero_point"]
    low, high = (
        np.clip(
            multiply_by_quantized_multiplier(wrap_int32(x), multiplier, shift) + zero_point,
            *node.attrs["activation"],
        )
        for x in ends
    )
    fixed = (low == high) & (reach << np.maximum(shift, 0) <= _INT32_MAX)
    channels = Channels(
        np.where(fixed[:, None], 0, weights), np.where(fixed, 0, bias),
        np.where(fixed, 0, multiplier), np.where(fixed, 4, -shift), np.where(fixed, 0, reach),
        np.where(fixed, low, zero_point),
    )  # fmt: skip
    if _is_relu(node):
        short = short_records(channels)
        if short is not None:
            return _joined(node, *short, relu=True)
    reason = _unfit(channels)
    return reason or _joined(node, *_long_records(channels), relu=False)


def _is_relu(node: Node) -> bool:
    """Are the results of all negative sums -128, however ties are rounded?"""
    whole = tuple(node.attrs["activation"]) == (-128, 127)
    return whole and node.attrs["output_zero_point"] == -128


def short_records(channels: Channels) -> tuple[Ints, Ints] | None:
    """Heads and scaled weights where one shift, _RELU_SHIFT, will do for all channels.

    The sum is scaled by 2^k, k = 2 to 8, so that the product's high word has the same shift for all
    channels; its first rounding joins the second. None if that is not exact.
    """
    scale = _RELU_SHIFT + 1 - channels.shift
    if np.any((scale < 2) | (scale > 8)) or np.any(channels.reach << scale.clip(0) > _INT32_MAX):
        return None
    rounding = (
        (1 << (scale - 2)) + (1 << (_RELU_SHIFT - 1)) + channels.zero_point * (1 << _RELU_SHIFT)
    )
    head = np.stack([channels.bias << scale, channels.multiplier, rounding, 0 * scale], axis=1)
    return head, channels.weights << scale[:, None]


def _long_records(channels: Channels) -> tuple[Ints, Ints]:
    rounding = (np.int64(1) << (channels.shift - 1)) + (channels.zero_point << channels.shift)
    head = np.stack([2 * channels.bias, channels.multiplier, rounding, channels.shift], axis=1)
    return head, 2 * channels.weights


def _joined(node: Node, head: Ints, weights: Ints, *, relu: bool) -> Packed:
    records = np.concatenate([head, _pairs(node, weights)], axis=1).astype(np.int32)
    return Packed(np.pad(records.reshape(-1), (0, _SPARE_WEIGHTS)), relu)


def _unfit(channels: Channels) -> str:
    """Why channels cannot be computed with 32 bits, "" if they can."""
    shift = channels.shift
    if np.any(2 * channels.reach > _INT32_MAX):
        return "a sum may need more than 31 bits"
    if np.any(shift < 1):
        return "a multiplier of at least one half"
    if np.any(shift > 31):
        return "a multiplier too small for the zero point to fold in"
    rounding = (np.int64(1) << (shift - 1)) + (channels.zero_point << shift)
    if np.any(np.abs(rounding) + channels.reach > _INT32_MAX):
        return "a multiplier too small for the zero point to fold in"
    return ""


def _pairs(node: Node, weights: Ints) -> Ints:
    """[C, taps] to an even number of words of two rows' weights: [C, words]."""
    high, wide = node.operands[1].shape[:2]
    rows = weights.reshape(-1, high, wide)
    even = np.pad(rows, ((0, 0), (0, high % 2), (0, 0)))
    words = (even[:, 0::2] & 0xFFFF) | (even[:, 1::2] << 16)  # [C, step, wide]
    flat = wrap_int32(words.transpose(0, 2, 1).reshape(len(weights), -1))
    return np.pad(flat, ((0, 0), (0, flat.shape[1] % 2)))


def _function(node: Node, window: _Window, entries: int, relu: bool) -> Any:
    size, count = node.operands[0].size, node.output.row_size
    channels, out_width = node.operands[0].shape[3], node.output.shape[2]
    low, high = node.attrs["activation"]
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((size,), "int8"))
        x_rows = TIR.arg("x_rows", TIR.buffer((window.high,), "int32"))
        records = TIR.arg("records", TIR.buffer((entries,), "int32"))
        scratch = TIR.arg("scratch", TIR.buffer((window.scratch_words,), "int32"))
        y = TIR.arg("y", TIR.buffer((count,), "int8"))
        k_begin = TIR.arg("k_begin", TIR.int32())
        k_end = TIR.arg("k_end", TIR.int32())
        with TIR.sblock("row"):
            TIR.reads(x[0:size], x_rows[0 : window.high], records[0:entries])
            TIR.writes(scratch[0 : window.scratch_words], y[0:count])
            pointers = [v.access_ptr("r") for v in (x, x_rows, records)]
            pointers += [scratch.access_ptr("rw"), y.access_ptr("w")]
            sizes = [channels, node.output.shape[3] // channels, window.high, window.wide]
            sizes += [window.stride, window.left, window.used, window.columns, out_width]
            kind = node.attrs["input_zero_point"], int(relu)
            arguments = [*pointers, k_begin, k_end, *sizes, *kind]
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_depthwise_row", *arguments))
            if (low, high) != (-128, 127):
                limits = y.access_ptr("rw"), count, low, high
                TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_depthwise_clamp", *limits))
    return builder.get()
