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
_OUTPUT_CYCLES, _RECORD_CYCLES = 67, 55  # of a call, of four channels of it
_MOST_JOINED = 72  # channels of columns that are joined; their records are there so many times
_MOST_TAPS = 64  # TVM_TINY_DEPTHWISE_FOURS_TAPS
_SPARE_WORDS = 6  # behind the last record, read ahead by straight kernels


class DspDepthwiseFours(FromHeads):
    """depthwise_conv2d of at least four channels, one output a channel, up to 64 taps."""

    name = "dsp-depthwise-fours"

    def __init__(self, straight: int = 1, joined: int = 0) -> None:
        """Choose between a loop over taps and a kernel for their number.

        Args:
            straight: 0 takes the loop, for less code.
            joined: 1 makes neighbouring columns of few channels at a time where windows are one
                column wide: fewer calls for more workspace and constants.
        """
        self.straight, self.joined = straight, joined

    def _declines(self, node: Node, core: Core) -> str:
        del core
        return _reason(node)

    def _made(self, node: Node, head: Ints, weights: Ints, *, relu: bool) -> Scheduled:
        columns = _joined(node) if self.joined else 1
        head, weights = np.tile(head, (columns, 1)), np.tile(weights, (columns, 1))
        records = _records(head, weights, relu=relu)
        records = np.pad(records, (0, _SPARE_WORDS if self.straight else 0))
        channels = columns * node.output.shape[3]
        more = f", {columns} columns as one" if columns > 1 else ""
        return Scheduled(
            _function(node, records.size, columns, relu=relu, straight=self.straight),
            self.name,
            f"an output of four channels at a time, taps wherever they lie{more}",
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


def _joined(node: Node) -> int:
    """How many columns are made as one of so many times the channels; 1: none are."""
    width, channels = node.output.shape[2:]
    one = node.operands[1].shape[1] == 1 and node.operands[0].shape[2] == width
    if not one or node.attrs["strides"][1] != 1 or node.attrs["padding"][1] != 0:
        return 1

    def cycles(columns: int) -> int:
        records = -(-columns * channels // _LANES)
        return width // columns * (_OUTPUT_CYCLES + records * _RECORD_CYCLES)

    most = max(1, _MOST_JOINED // channels)
    return min((n for n in range(1, most + 1) if width % n == 0), key=cycles)


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


def _function(node: Node, entries: int, columns: int, *, relu: bool, straight: int) -> Any:
    channels, out_width = columns * node.output.shape[3], node.output.shape[2] // columns
    high, wide = node.operands[1].shape[:2]
    sizes = [channels, high, wide, node.attrs["strides"][1], node.attrs["dilation"][1]]
    sizes += [node.attrs["padding"][1], node.operands[0].shape[2] // columns, out_width]
    sizes += [node.attrs["input_zero_point"], int(relu), straight]
    return row_function(node, "fours_row", sizes, (entries, "int32"), high, -(-channels // _LANES))
