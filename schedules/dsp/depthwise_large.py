# SPDX-License-Identifier: Apache-2.0
"""Depthwise convolutions of 5 by 5 and 7 by 7 without a workspace.

For rows of 3 to 10 outputs: half of what other kernels bring into a workspace serves few outputs
there. With stride 1 a MAC instruction makes four products: see ``tvm_tiny_depthwise_large.h``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.fixed_point import wrap_int32
from tvm_tiny.graph import Node
from tvm_tiny.schedules.dsp.depthwise import (
    Channels,
    FromHeads,
    Ints,
    channels_of,
    reason_against,
    row_function,
    scales,
)
from tvm_tiny.schedules.dsp.depthwise_direct import borders
from tvm_tiny.schedules.rule import Scheduled, packed_tensors
from tvm_tiny.targets import Core

HEADERS = ("tvm_tiny_depthwise_large.h", "tvm_tiny_depthwise.h")
_SIZES = (5, 7)
_WHOLE, _HALF = range(3, 6), 5
_FIELD = 21  # TVM_TINY_DEPTHWISE_LARGE_FIELD


class DspDepthwiseLarge(FromHeads):
    """depthwise_conv2d of 5 by 5 and 7 by 7, one output a channel, rows of 3 to 10 outputs."""

    name = "dsp-depthwise-large"

    def _declines(self, node: Node, core: Core) -> str:
        del core
        return reason_against(node) or _reason(node)

    def _made(self, node: Node, head: Ints, weights: Ints, *, relu: bool) -> Scheduled:
        single = node.attrs["strides"][1] == 1
        records = (
            _fields(node, channels_of(node), head, relu=relu)
            if single
            else _joined(node, head, weights, 16)
        )
        return Scheduled(
            _function(node, records.size, relu=relu),
            self.name,
            "a channel at a time, straight from the tensor, "
            + ("two taps of three outputs a product" if single else "two taps a product"),
            constants=packed_tensors(node, records=("records", records)),
            headers=HEADERS,
        )


def _reason(node: Node) -> str:
    if node.operands[0].shape[3] != node.output.shape[3]:
        return "several outputs a channel"
    high, size = node.operands[1].shape[:2]
    if high != size or size not in _SIZES:
        return "no window of 5 by 5 or 7 by 7"
    left, right = borders(node)
    half, stride = size // 2, node.attrs["strides"][1]
    fewer = half + 1 - stride  # at one of the ends
    if stride not in (1, 2) or (left, right) not in ((half, half), (half, fewer), (fewer, half)):
        return f"{left} and {right} columns of padding with stride {stride}"
    outputs, width = node.output.shape[2], node.operands[0].shape[2]
    first = (_HALF - 1) * stride + size - left  # columns under the first half
    behind = (outputs - _HALF) * stride - left  # in front of the second
    if outputs not in _WHOLE and not (outputs <= 2 * _HALF and first <= width and behind >= 0):
        return f"rows of {outputs} outputs"
    if not Q8.holds(np.asarray(node.operands[1].data)):
        return "weights beyond int8"
    return ""


def _joined(node: Node, head: Ints, weights: Ints, bits: int) -> npt.NDArray[np.int32]:
    """Heads and [C, taps] weights, two to a word: the first in the low bits."""
    size = node.operands[1].shape[0]
    rows = np.pad(weights.reshape(-1, size, size), ((0, 0), (0, 0), (0, 1)))
    low, high = rows[:, :, 0::2], rows[:, :, 1::2]
    words = (low & 0xFFFF) | (high << bits) if bits == 16 else high + (low << bits)
    joined = np.concatenate([head, words.reshape(len(words), -1)], axis=1)
    return wrap_int32(joined).reshape(-1).astype(np.int32)


def _fields(node: Node, channels: Channels, head: Ints, *, relu: bool) -> npt.NDArray[np.int32]:
    """Records of stride 1: weights as they are, the scale in the head."""
    scale = np.int64(1) << scales(channels, relu=relu)
    bias = head[:, 0] - (scale << (_FIELD - 1))
    heads = np.stack([bias, head[:, 1], head[:, 2], scale, head[:, 3]], axis=1)
    return _joined(node, heads, channels.weights, _FIELD)


def _function(node: Node, entries: int, *, relu: bool) -> Any:
    size, stride = node.operands[1].shape[0], node.attrs["strides"][1]
    sizes = [node.output.shape[3], size, stride, *borders(node)]
    sizes += [node.operands[0].shape[2], node.output.shape[2]]
    sizes += [node.attrs["input_zero_point"], int(relu)]
    return row_function(node, "large_row", sizes, (entries, "int32"), size)
