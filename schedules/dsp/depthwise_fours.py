# SPDX-License-Identifier: Apache-2.0
"""Depthwise convolutions on cores with DSP instructions: an output of four channels at a time.

For what ``dsp-depthwise`` cannot do well or at all: rows of one to three columns (time series lie
in columns), windows one column wide, whose outputs share no inputs, dilation, windows wider than
their padding. See ``tvm_tiny_depthwise_fours.h``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.fixed_point import wrap_int32
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.dsp.depthwise import FromHeads, Ints, reason_against, row_function
from tvm_tiny.schedules.rule import Scheduled, packed_tensors
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_depthwise_fours.h"
NARROW = 3
"""Columns of a row that is made here although ``dsp-depthwise`` could."""

_LANES = 4
_MOST_TAPS = 64  # TVM_TINY_DEPTHWISE_FOURS_TAPS


class DspDepthwiseFours(FromHeads):
    """depthwise_conv2d of at least four channels, one output a channel, up to 64 taps."""

    name = "dsp-depthwise-fours"

    def __init__(self, straight: int = 1) -> None:
        """Choose between a loop over taps and a kernel for their number.

        Args:
            straight: 0 takes the loop, for less code.
        """
        self.straight = straight

    def _declines(self, node: Node, core: Core) -> str:
        del core
        return _reason(node)

    def _made(self, node: Node, head: Ints, weights: Ints, *, relu: bool) -> Scheduled:
        records = _records(head, weights, relu=relu)
        channels = node.output.shape[3]
        return Scheduled(
            _function(node, records.size, relu=relu, straight=self.straight),
            self.name,
            "an output of four channels at a time, taps wherever they lie",
            constants=packed_tensors(node, records=("records", records)),
            scratch_bytes=_LANES * -(-channels // _LANES),
            headers=(HEADER,),
        )


def _reason(node: Node) -> str:
    form = lookup(node.op).form
    if not isinstance(form, Products) or not form.depthwise:
        return "not a depthwise convolution"
    if any(t.data is None for t in node.operands[1:]):
        return "weights computed at run time"
    channels, outputs = node.operands[0].shape[3], node.output.shape[3]
    high, wide = node.operands[1].shape[:2]
    if channels != outputs or channels < _LANES:
        return "less than four channels, or several outputs a channel"
    if high * wide > _MOST_TAPS:
        return f"more than {_MOST_TAPS} taps"
    if node.output.shape[2] > NARROW and wide > 1 and not reason_against(node):
        return f"rows of more than {NARROW} columns"
    return ""


def _records(head: Ints, weights: Ints, *, relu: bool) -> npt.NDArray[np.int32]:
    """Records of four channels each, the last of the last four."""
    channels, taps = weights.shape
    firsts = [min(at, channels - _LANES) for at in range(0, channels, _LANES)]
    at = np.array(firsts)[:, None] + np.arange(_LANES)
    heads = head[at].transpose(0, 2, 1)  # [records, words of a head, lanes]
    ends = heads[:, 1 : 3 if relu else 4].reshape(len(firsts), -1)
    lanes = weights[at].transpose(0, 2, 1)  # [records, taps, lanes]
    words = (lanes[:, :, :2] & 0xFFFF) | (lanes[:, :, 2:] << 16)
    joined = [heads[:, 0], words.reshape(len(firsts), 2 * taps), ends]
    return wrap_int32(np.concatenate(joined, axis=1).reshape(-1)).astype(np.int32)


def _function(node: Node, entries: int, *, relu: bool, straight: int) -> Any:
    channels, out_width = node.output.shape[3], node.output.shape[2]
    high, wide = node.operands[1].shape[:2]
    sizes = [channels, high, wide, node.attrs["strides"][1], node.attrs["dilation"][1]]
    sizes += [node.attrs["padding"][1], node.operands[0].shape[2], out_width]
    sizes += [node.attrs["input_zero_point"], int(relu), straight]
    return row_function(node, "fours_row", sizes, (entries, "int32"), high, -(-channels // _LANES))
