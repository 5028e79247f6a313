# SPDX-License-Identifier: Apache-2.0
"""Which channels of operands and result must stay or go together, and what mixes them.

Most operators keep channels apart: channel j of the result comes from channel j of the operand, so
both have it or neither has. Convolutions and fully connected layers mix channels: there every
channel of the operand and every channel of the result can go alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.graph import Node

Array = npt.NDArray[Any]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.intp]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Link:
    """Channel ``inner[k]`` of an operand and channel ``outer[k]`` of the result are one."""

    operand: int
    inner: Indices
    outer: Indices


Links = tuple[Link, ...] | None
"""None: operands and result must stay whole."""


@dataclass(frozen=True, eq=False)
class ChannelMix:
    """Sums over the channels of operand 0, each with weights of its own.

    Attributes:
        weight: int64[O, taps, I], without its zero point.
        inside: bool[P, taps]: which taps of the window lie inside the tensor, one line for each
            different pattern over all positions of the result.
    """

    weight: Ints
    inside: Bools


def last_extent(shape: Sequence[int]) -> int:
    """Channels of a tensor: its innermost extent (1 for a scalar)."""
    return shape[-1] if shape else 1


def whole(node: Node, operand: int = 0) -> tuple[Link, ...]:
    """Every channel of an operand is that of the result."""
    every = np.arange(last_extent(node.output.shape))
    return (Link(operand, every, every),)


def same(node: Node) -> Links:
    """Operand 0 has the result's channels."""
    return whole(node) if node.operands[0].shape[-1:] == node.output.shape[-1:] else None


def broadcast(node: Node) -> Links:
    """Operands that have the result's channels; one that repeats a single channel: none go."""
    out: tuple[Link, ...] = ()
    for number, tensor in enumerate(node.operands):
        if tensor.data is not None:
            continue
        if last_extent(tensor.shape) != last_extent(node.output.shape):
            return None
        out += whole(node, number)
    return out


def without_channels(array: Array, rows: Indices | None) -> Array:
    """A constant that is aligned with the result, or repeats, with some of its channels only."""
    repeats = rows is None or array.ndim == 0 or array.shape[-1] == 1
    return array if repeats else array[..., rows]


def tap_patterns(node: Node, kernel: tuple[int, int]) -> Bools:
    """Which taps of a window lie inside the tensor, for every kind of position.

    Returns:
        bool[P, taps]: one row for each different pattern over all output positions; taps in the
        order of the weights (row by row).
    """
    rows, columns = (
        _inside(
            node.operands[0].shape[1 + axis],
            node.output.shape[1 + axis],
            kernel[axis],
            (node.attrs["strides"][axis], node.attrs["dilation"][axis]),
            node.attrs["padding"][axis],
        )
        for axis in (0, 1)
    )
    pairs = rows[:, None, :, None] & columns[None, :, None, :]
    return np.unique(pairs.reshape(-1, kernel[0] * kernel[1]), axis=0)


def _inside(extent: int, out: int, kernel: int, steps: tuple[int, int], pad: int) -> Bools:
    """bool[patterns, kernel] along one dimension."""
    stride, dilation = steps
    at = np.arange(out)[:, None] * stride + np.arange(kernel)[None, :] * dilation - pad
    return np.unique((at >= 0) & (at < extent), axis=0)
