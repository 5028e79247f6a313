# SPDX-License-Identifier: Apache-2.0
"""Depthwise convolutions of 3 by 3 without a workspace, on cores that issue two instructions.

Bringing columns into a workspace costs most for narrow rows and for stride 2, where half of what
is brought there serves one output only; a channel's row begins sooner without. See
``tvm_tiny_depthwise_direct.h``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.fixed_point import wrap_int32
from tvm_tiny.graph import Node
from tvm_tiny.schedules.dsp.depthwise import (
    FromHeads,
    Ints,
    is_relu,
    reason_against,
    row_function,
)
from tvm_tiny.schedules.rule import Scheduled, packed_tensors
from tvm_tiny.targets import Core

HEADERS = ("tvm_tiny_depthwise_direct.h", "tvm_tiny_depthwise.h")
_TAPS = 3
_NARROWEST = 3
_WHOLE = 6  # outputs at a time, at most
_STEP = 4  # TVM_TINY_DEPTHWISE_DIRECT_STEP


class DspDepthwiseDirect(FromHeads):
    """depthwise_conv2d of 3 by 3, one output a channel, stride 1 or 2."""

    name = "dsp-depthwise-direct"

    def __init__(self, long_rows: int = 1) -> None:
        """Choose who makes rows of more outputs than are made at a time, with stride 1.

        Args:
            long_rows: 0 leaves those that ``dsp-depthwise`` can make two at a time to it: that is
                faster where layers run by themselves, and slower where they are streamed.
        """
        self.long_rows = long_rows

    def knobs(self, node: Node) -> Mapping[str, tuple[int, ...]]:
        """Long rows one at a time without a workspace, or two at a time by ``dsp-depthwise``."""
        if reason_against(node) or _reason(node) or not _is_long(node):
            return {}
        return {"long_rows": (self.long_rows, 1 - self.long_rows)}

    def _declines(self, node: Node, core: Core) -> str:
        if core.issue_width < 2:
            return "one instruction a cycle: a workspace is as fast"
        return reason_against(node) or _reason(node) or self._paired(node)

    def _paired(self, node: Node) -> str:
        return "two rows a call are faster" if _is_long(node) and not self.long_rows else ""

    def _made(self, node: Node, head: Ints, weights: Ints, *, relu: bool) -> Scheduled:
        records = _records(head, weights)
        return Scheduled(
            _function(node, records.size, relu=relu),
            self.name,
            "a channel at a time, straight from the tensor",
            constants=packed_tensors(node, records=("records", records)),
            headers=HEADERS,
        )


def _is_long(node: Node) -> bool:
    """Rows that two a call of ``dsp-depthwise`` are an alternative for."""
    long = node.output.shape[2] > _WHOLE and tuple(node.attrs["strides"]) == (1, 1)
    return long and is_relu(node)


def _reason(node: Node) -> str:
    if node.operands[0].shape[3] != node.output.shape[3]:
        return "several outputs a channel"
    if tuple(node.operands[1].shape[:2]) != (_TAPS, _TAPS):
        return "no window of 3 by 3"
    left, right = borders(node)
    outputs = node.output.shape[2]
    if right > 1:
        return "more than one column of padding"
    stride = node.attrs["strides"][1]
    if stride == 1 and (left, right) == (1, 1) and outputs >= _NARROWEST:
        return ""
    if stride == 2 and outputs >= _STEP + left:
        return ""
    return f"rows of {outputs} outputs with stride {stride}"


def borders(node: Node) -> tuple[int, int]:
    """Columns of the first window before the tensor, of the last one behind it."""
    left = node.attrs["padding"][1]
    last = (node.output.shape[2] - 1) * node.attrs["strides"][1] - left
    last += node.operands[1].shape[1]
    return left, max(0, last - node.operands[0].shape[2])


def _records(head: Ints, weights: Ints) -> npt.NDArray[np.int32]:
    """[C, taps] scaled weights to heads and words (w0, w1), (w1, w2) of every row."""
    rows = weights.reshape(len(weights), _TAPS, _TAPS)
    words = (rows[:, :, :2] & 0xFFFF) | (rows[:, :, 1:] << 16)
    joined = np.concatenate([head, words.reshape(len(weights), 2 * _TAPS)], axis=1)
    return wrap_int32(joined).reshape(-1).astype(np.int32)


def _function(node: Node, entries: int, *, relu: bool) -> Any:
    sizes = [node.output.shape[3], node.attrs["strides"][1], *borders(node)]
    sizes += [node.operands[0].shape[2], node.output.shape[2]]
    sizes += [node.attrs["input_zero_point"], int(relu)]
    return row_function(node, "direct_row", sizes, (entries, "int32"), _TAPS)
