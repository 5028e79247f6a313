# SPDX-License-Identifier: Apache-2.0
"""What a row call does, in the terms that estimates price: counts from a node's shapes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from tvm_tiny.graph import Node
from tvm_tiny.operators.rows import OUTSIDE, Access, RowCall

_NARROW_PIXELS = 8


class RowOperator(Protocol):
    """What an operator says of its rows; see ``operators.base.Operator``."""

    def macs(self, node: Node) -> int:
        """Multiply-accumulates of the whole operator."""
        ...

    def access(self, node: Node) -> Sequence[Access]:
        """How the kernel reaches each operand."""
        ...

    def row_call(self, node: Node, row: int) -> RowCall:
        """The call for a row of the result."""
        ...

    def covered_columns(self, node: Node, operand: int) -> float:
        """The share of an operand's columns under some window."""
        ...


class Work(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a row call does, or cycles for one of each. Rows differ at borders: these are means.

    Attributes:
        macs: multiply-accumulates (pooling: elements under windows), rounded up to what a kernel
            takes at once.
        outputs: elements made, rounded up likewise.
        reads: elements read; of a window those gathered for every pixel.
        pixels: columns made.
        channels: of the result.
        wide: the channels once more, in rows of more than eight columns; of dsp-depthwise in rows
            whose windows leave the tensor, the mean.
        calls: one.
    """

    macs: float = 0.0
    outputs: float = 0.0
    reads: float = 0.0
    pixels: float = 0.0
    channels: float = 0.0
    wide: float = 0.0
    calls: float = 0.0

    def times(self, other: Work) -> float:
        """Sum of the products, field by field."""
        return sum(a * b for a, b in zip(msgspec.structs.astuple(self),
                                         msgspec.structs.astuple(other), strict=True))  # fmt: skip


def row_work(operator: RowOperator, node: Node) -> Work:
    """From what the operator says of its rows: any operator, any window."""
    pixels, channels = row_extents(node)
    reads, share = gathered(operator, node)
    macs = operator.macs(node) / max(1, node.output.rows) * share
    return counted(node, macs, reads, pixels, channels)


def counted(node: Node, macs: float, reads: float, pixels: int, channels: int) -> Work:
    """The counts of a row of so many pixels and channels."""
    wide = float(channels if pixels > _NARROW_PIXELS else 0)
    return Work(macs, node.output.row_size, reads, pixels, channels, wide, 1.0)


def row_extents(node: Node) -> tuple[int, int]:
    """Pixels and channels of a row of the result."""
    channels = node.output.shape[-1] if node.output.shape else 1
    return node.output.row_size // channels, channels


def gathered(operator: RowOperator, node: Node) -> tuple[float, float]:
    """Elements of activations that a row call reads, and the share of window rows inside."""
    rows = node.output.rows
    accesses = operator.access(node)
    windows = [i for i, a in enumerate(accesses) if a is Access.WINDOW]
    total = 0.0
    share = 1.0
    for access, tensor in zip(accesses, node.operands, strict=True):
        if tensor.data is None and access is not Access.WINDOW:
            whole = access is Access.WHOLE
            total += tensor.size / max(1, rows) if whole else tensor.row_size
    if windows and rows:
        taps = [operator.row_call(node, row).rows for row in range(rows)]
        for i in windows:
            inside = sum(t != OUTSIDE for call in taps for t in call[i])
            share = inside / max(1, sum(len(call[i]) for call in taps))
            covered = operator.covered_columns(node, i)
            total += inside / rows * node.operands[i].row_size * covered
    return total, share


def covered_by_windows(node: Node, operand: int, kernel_width: int) -> float:
    """The share of an operand's columns that some window of the result covers."""
    columns = (node.output.shape[2] - 1) * node.attrs["strides"][1] + kernel_width
    return min(1.0, columns / node.operands[operand].shape[2])
