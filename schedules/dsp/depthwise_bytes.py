# SPDX-License-Identifier: Apache-2.0
"""Depthwise convolutions with weights of one byte in flash, for ``optimize="flash"``.

Records of ``dsp-depthwise`` hold words of two scaled taps; here a channel's is put together on the
stack before each of its rows: less than half the constants (18 bytes a channel of 3 x 3 instead of
40, 58 instead of 128 of 7 x 7) for about 120 cycles a channel and row. See
``tvm_tiny_depthwise_bytes.h``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.schedules.dsp.depthwise import (
    Channels,
    FromHeads,
    Ints,
    Window,
    channels_of,
    reason_against,
    row_function,
)
from tvm_tiny.schedules.dsp.matrix import COMPACT_HEADER
from tvm_tiny.schedules.rule import Scheduled, packed_tensors
from tvm_tiny.targets import Core

HEADERS = (COMPACT_HEADER, "tvm_tiny_depthwise_bytes.h", "tvm_tiny_depthwise.h")
_MOST_WORDS = 28  # TVM_TINY_DEPTHWISE_BYTES_WORDS
_NARROWEST = 3
"""Columns of rows that the kernels in assembly make."""


class DspDepthwiseBytes(FromHeads):
    """depthwise_conv2d, one output a channel, windows of up to 28 words; no dilation."""

    name = "dsp-depthwise-bytes"

    def _declines(self, node: Node, core: Core) -> str:
        del core
        return reason_against(node) or _reason(node)

    def _made(self, node: Node, head: Ints, weights: Ints, *, relu: bool) -> Scheduled:
        del head, weights
        records = _records(channels_of(node))
        window = Window(node)
        return Scheduled(
            _function(node, window, records, relu=relu),
            self.name,
            "a channel at a time, weights of one byte widened on the stack",
            constants=packed_tensors(node, records=("records", records.reshape(-1))),
            scratch_bytes=4 * window.scratch_words,
            headers=HEADERS,
        )


def _reason(node: Node) -> str:
    if node.operands[0].shape[3] != node.output.shape[3]:
        return "several outputs a channel"
    window = Window(node)
    if window.words > _MOST_WORDS:
        return f"windows of more than {_MOST_WORDS} words"
    if min(window.used, node.output.shape[2]) < _NARROWEST:
        return f"rows of less than {_NARROWEST} columns"
    weights = np.asarray(node.operands[1].data)
    if not Q8.holds(weights):
        return "weights beyond int8"
    return ""


def _records(channels: Channels) -> npt.NDArray[np.int8]:
    """[C, bytes]: bias, multiplier, shift, weights; a constant is the bias of multiplier 0."""
    constant = channels.multiplier == 0
    bias = np.where(constant, channels.zero_point, channels.bias)
    words = np.stack([bias, channels.multiplier], axis=1).astype("<i4").view(Q8.numpy)
    shift = channels.shift.astype(np.int8)[:, None]
    return np.concatenate([words, shift, channels.weights.astype(Q8.numpy)], axis=1)


def _function(node: Node, window: Window, records: npt.NDArray[np.int8], *, relu: bool) -> Any:
    sizes = [node.output.shape[3], records.shape[1], window.high, window.wide, window.stride]
    sizes += [window.left, window.used, window.columns, node.output.shape[2]]
    sizes += [node.attrs["input_zero_point"], node.attrs["output_zero_point"], int(relu)]
    entries = records.size, Q8.name
    return row_function(node, "bytes_row", sizes, entries, window.high, window.scratch_words)
