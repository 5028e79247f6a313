# SPDX-License-Identifier: Apache-2.0
"""Depthwise convolutions on cores with DSP instructions: a channel at a time.

The rows under the window go, channel by channel, into a workspace of words that hold two taps of
a column; an output is then a product of neighbouring words. See ``tvm_tiny_depthwise.h``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import multiply_by_quantized_multiplier, wrap_int32
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.rule import Scheduled, Written, packed_tensors
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_depthwise.h"
HEAD = 4
"""Words of a record in front of the weights: TVM_TINY_DEPTHWISE_HEAD."""

Ints = npt.NDArray[np.int64]
_PAIRED, _NARROWEST = 3, 3  # window with kernels for two rows; of any row in assembly
_SPARE_WORDS = 4  # of the workspace, read ahead
_SPARE_WEIGHTS = 2  # of the last record, read ahead
_RELU_SHIFT = 10  # TVM_TINY_DEPTHWISE_RELU_SHIFT
_INT16_MAX, _INT32_MAX = (1 << 15) - 1, (1 << 31) - 1


class FromHeads(Written):
    """A rule whose kernel reads heads of channels and scaled weights."""

    @abstractmethod
    def _made(self, node: Node, head: Ints, weights: Ints, *, relu: bool) -> Scheduled:
        """The kernel, from what ``heads_and_weights`` found."""

    def _written(self, node: Node) -> Scheduled | str:
        found = heads_and_weights(node)
        if isinstance(found, str):
            return found
        head, weights, relu = found
        return self._made(node, head, weights, relu=relu)


class DspDepthwise(Written):
    """depthwise_conv2d of any window, stride and number of channels; no dilation."""

    name = "dsp-depthwise"

    def __init__(self, two_rows: int = 1) -> None:
        """Choose whether there is a kernel for two rows a call.

        Args:
            two_rows: 0 leaves it out, for less code.
        """
        self.two_rows = two_rows

    def _declines(self, node: Node, core: Core) -> str:
        del core
        return reason_against(node)

    def _written(self, node: Node) -> Scheduled | str:
        packed = pack(node)
        if isinstance(packed, str):
            return packed
        records = packed.records
        window = Window(node)
        pairs = self.two_rows and packed.relu and _has_two_rows(node, window)
        return Scheduled(
            _function(node, window, records.size, packed.relu),
            self.name,
            f"a channel at a time, {window.words} words of two taps, "
            f"{window.columns} columns in the workspace",
            constants=packed_tensors(node, records=("records", records)),
            scratch_bytes=4 * window.scratch_words,
            headers=(HEADER,),
            two_rows=_function(node, window, records.size, relu=True, rows=2) if pairs else None,
        )


class Window:
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


def reason_against(node: Node) -> str:
    """Why a row cannot be made a channel at a time, "" if it can."""
    form = lookup(node.op).form
    if not isinstance(form, Products) or not form.depthwise:
        return "not a depthwise convolution"
    if any(t.data is None for t in node.operands[1:]):
        return "weights computed at run time"
    if tuple(node.attrs["dilation"]) != (1, 1):
        return "dilation"
    window = Window(node)
    if window.left >= window.wide or window.used < 1:
        return "windows that lie in the padding"
    return ""


def _has_two_rows(node: Node, window: Window) -> bool:
    """Is there a kernel in assembly that makes two rows at a time?"""
    same = node.operands[0].shape[3] == node.output.shape[3]
    square = (window.high, window.wide) == (_PAIRED, _PAIRED)
    wide = min(window.used, node.output.shape[2]) >= _NARROWEST
    one = tuple(node.attrs["strides"]) == (1, 1) and node.output.shape[0] == 1
    return same and square and wide and one


@dataclass(frozen=True, eq=False)
class PackedRecords:
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


def pack(node: Node) -> PackedRecords | str:
    """Records of all channels; a text says why it cannot be."""
    found = heads_and_weights(node)
    if isinstance(found, str):
        return found
    head, weights, relu = found
    return _joined(node, head, weights, relu=relu)


def heads_and_weights(node: Node) -> tuple[Ints, Ints, bool] | str:
    """Heads [C, HEAD], scaled weights [C, taps], whether they are short; or why there are none.

    Exact or not at all: the accumulators are bounded from the weights.
    """
    channels = channels_of(node)
    if is_relu(node):
        short = short_records(channels)
        if short is not None:
            return *short, True
    return _unfit(channels) or (*_long_records(channels), False)


def channels_of(node: Node) -> Channels:
    """What every channel computes.

    One whose result does not depend on the input becomes a product with zero, so that odd scales
    do not matter.
    """
    weights, bias, multiplier, shift = (np.asarray(t.data).astype(np.int64)
                                        for t in node.operands[1:])  # fmt: skip
    weights = weights.reshape(-1, weights.shape[2]).T  # [C, taps]
    bias = bias - node.attrs["input_zero_point"] * weights.sum(axis=1)
    positive, negative = np.maximum(weights, 0).sum(axis=1), np.minimum(weights, 0).sum(axis=1)
    least, most = Q8.limits
    ends = least * positive + most * negative + bias, most * positive + least * negative + bias
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
    return Channels(
        np.where(fixed[:, None], 0, weights), np.where(fixed, 0, bias),
        np.where(fixed, 0, multiplier), np.where(fixed, 4, -shift), np.where(fixed, 0, reach),
        np.where(fixed, low, zero_point),
    )  # fmt: skip


def is_relu(node: Node) -> bool:
    """Are the results of all negative sums the least value, however ties are rounded?"""
    whole = tuple(node.attrs["activation"]) == Q8.limits
    return whole and node.attrs["output_zero_point"] == Q8.low


def short_records(channels: Channels) -> tuple[Ints, Ints] | None:
    """Heads and scaled weights where one shift, _RELU_SHIFT, will do for all channels.

    The sum is scaled by 2^k, k from 2 to what int16 weights allow, so that the product's high word
    has the same shift for all channels; its first rounding joins the second, and is the only one
    where the multiplier is one half or more. None if that is not exact.
    """
    scale = scales(channels, relu=True)
    if np.any(scale < 2) or not _fits(channels, scale):
        return None
    first = np.where(channels.shift > 0, 1 << (scale - 2), 0)
    rounding = first + (1 << (_RELU_SHIFT - 1)) + channels.zero_point * (1 << _RELU_SHIFT)
    head = np.stack([channels.bias << scale, channels.multiplier, rounding, 0 * scale], axis=1)
    return head, channels.weights << scale[:, None]


def scales(channels: Channels, *, relu: bool) -> Ints:
    """Binary logarithms of what weights and biases are multiplied by; relu: in short records."""
    return _RELU_SHIFT + 1 - channels.shift if relu else (-channels.shift).clip(0) + 1


def _fits(channels: Channels, scale: Ints) -> bool:
    """Do int16 weights and 32 bits of sum hold a scale of 2^scale?"""
    largest = np.abs(channels.weights).max(axis=1)
    scale = scale.clip(0, 31)
    too_large = (largest << scale > _INT16_MAX) | (channels.reach << scale > _INT32_MAX)
    return not np.any(too_large)


def _long_records(channels: Channels) -> tuple[Ints, Ints]:
    """Multipliers of one half and more are a left shift of the sum and no second rounding."""
    right, scale = channels.shift.clip(0), scales(channels, relu=False)
    half = np.where(right > 0, np.int64(1) << (right - 1).clip(0), 0)
    rounding = half + (channels.zero_point << right)
    bits = wrap_int32(right + np.where(right > 0, 1 << 31, 0))
    head = np.stack([channels.bias << scale, channels.multiplier, rounding, bits], axis=1)
    return head, channels.weights << scale[:, None]


def _joined(node: Node, head: Ints, weights: Ints, *, relu: bool) -> PackedRecords:
    records = np.concatenate([head, _pairs(node, weights)], axis=1).astype(np.int32)
    return PackedRecords(np.pad(records.reshape(-1), (0, _SPARE_WEIGHTS)), relu)


def _unfit(channels: Channels) -> str:
    """Why channels cannot be computed with 32 bits, "" if they can."""
    shift = channels.shift
    if np.any(2 * channels.reach > _INT32_MAX):
        return "a sum may need more than 31 bits"
    if not _fits(channels, scales(channels, relu=False)):
        return "a multiplier too large for int16 weights"
    if np.any(shift > 31):
        return "a multiplier too small for the zero point to fold in"
    rounding = (np.int64(1) << shift.clip(0)) // 2 + (channels.zero_point << shift.clip(0))
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


def _function(node: Node, window: Window, entries: int, relu: bool, rows: int = 1) -> Any:
    """The row kernel, or that of two rows."""
    channels, out_width = node.operands[0].shape[3], node.output.shape[2]
    zero_point, words = node.attrs["input_zero_point"], window.scratch_words
    if rows == 2:
        sizes = [channels, window.left, window.used, window.columns, out_width, zero_point]
        return row_function(
            node, "two_rows", sizes, (entries, "int32"), window.high + 1, words, rows
        )
    sizes = [channels, node.output.shape[3] // channels, window.high, window.wide, window.stride]
    sizes += [window.left, window.used, window.columns, out_width, zero_point, int(relu)]
    return row_function(node, "row", sizes, (entries, "int32"), window.high, words)


def row_function(
    node: Node,
    name: str,
    sizes: Sequence[int],
    records: tuple[int, str],
    taps: int,
    scratch_words: int = 0,
    rows: int = 1,
) -> Any:
    """A row, or neighbouring ones, as a call of ``tvm_tiny_depthwise_<name>``.

    Args:
        node: the layer.
        name: of the C function: x, x_rows, records, workspace (if any), y, k_begin, k_end, sizes.
        sizes: its last arguments.
        records: entries and dtype.
        taps: rows under the windows.
        scratch_words: int32 of workspace.
        rows: of outputs.
    """
    size, count = node.operands[0].size, rows * node.output.row_size
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        read = [
            TIR.arg("x", TIR.buffer((size,), Q8.name)),
            TIR.arg("x_rows", TIR.buffer((taps,), "int32")),
            TIR.arg("records", TIR.buffer((records[0],), records[1])),
        ]
        work = [TIR.arg("scratch", TIR.buffer((n,), "int32")) for n in [scratch_words] if n]
        y = TIR.arg("y", TIR.buffer((count,), Q8.name))
        k_begin = TIR.arg("k_begin", TIR.int32())
        k_end = TIR.arg("k_end", TIR.int32())
        with TIR.sblock("row"):
            TIR.reads(*(v[0:n] for v, n in zip(read, (size, taps, records[0]), strict=True)))
            TIR.writes(*(v[0:scratch_words] for v in work), y[0:count])
            pointers = [v.access_ptr("r") for v in read]
            pointers += [*(v.access_ptr("rw") for v in work), y.access_ptr("w")]
            function = f"tvm_tiny_depthwise_{name}"
            TIR.evaluate(TIR.call_extern("int32", function, *pointers, k_begin, k_end, *sizes))
            if tuple(node.attrs["activation"]) != Q8.limits:
                limits = y.access_ptr("rw"), count, *node.attrs["activation"]
                TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_depthwise_clamp", *limits))
    return builder.get()
