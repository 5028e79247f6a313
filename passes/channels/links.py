# SPDX-License-Identifier: Apache-2.0
"""Which channels must stay or go together.

Most operators keep channels apart: channel j of the result comes from channel j of the operand, so
both have it or neither has. Convolutions and fully connected layers mix channels: there every
channel of the operand and every channel of the result can go alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tvm_tiny.passes.channels.program import Call, last_extent

Indices = npt.NDArray[np.intp]

MIXING = frozenset({"conv2d", "fully_connected", "transpose_conv2d"})
"""Operators whose weights [O, .., I] take channels of operand 0 in and give others out."""


@dataclass(frozen=True, eq=False)
class Link:
    """Channel ``inner[k]`` of an operand and channel ``outer[k]`` of the result are one."""

    operand: int
    inner: Indices
    outer: Indices


def mixes(call: Call) -> bool:
    """Whether a call is a boundary at which channels can go: constant weights, no groups."""
    constant = all(a is not None for a in call.arrays[1:])
    return call.op in MIXING and constant and call.attrs.get("groups", 1) == 1


def links(call: Call) -> tuple[Link, ...] | None:
    """The links of a call that does not mix; None if its operands and result must stay whole."""
    rule = _RULES.get(call.op)
    return None if rule is None else rule(call)


def _whole(call: Call, operand: int = 0) -> tuple[Link, ...]:
    every = np.arange(last_extent(call.shape))
    return (Link(operand, every, every),)


def _same(call: Call) -> tuple[Link, ...] | None:
    """Operand 0 has the result's channels."""
    return _whole(call) if call.operand_shapes[0][-1:] == call.shape[-1:] else None


def _elementwise(call: Call) -> tuple[Link, ...] | None:
    """Operands that have the result's channels; one that repeats a single channel: none go."""
    out: tuple[Link, ...] = ()
    for number, (array, shape) in enumerate(zip(call.arrays, call.operand_shapes, strict=True)):
        if array is not None:
            continue
        if last_extent(shape) != last_extent(call.shape):
            return None
        out += _whole(call, number)
    return out


def _depthwise(call: Call) -> tuple[Link, ...] | None:
    if any(a is None for a in call.arrays[1:]):
        return None
    outer = np.arange(call.shape[3])
    return (Link(0, outer // (call.shape[3] // call.operand_shapes[0][3]), outer),)


def _reduction(call: Call) -> tuple[Link, ...] | None:
    rank = len(call.operand_shapes[0])
    mixed = any(a % rank == rank - 1 for a in call.attrs["axes"])
    return None if mixed else _same(call)


def _pad(call: Call) -> tuple[Link, ...] | None:
    return None if any(call.attrs["pads"][-1]) else _same(call)


def _transpose(call: Call) -> tuple[Link, ...] | None:
    return _same(call) if call.attrs["axes"][-1] == len(call.shape) - 1 else None


def _slice(call: Call) -> tuple[Link, ...] | None:
    whole = call.attrs["begin"][-1] == 0 and call.attrs["strides"][-1] == 1
    return _same(call) if whole else None


def _reshape(call: Call) -> tuple[Link, ...] | None:
    """Outer dimensions may go into the innermost; its channels then repeat."""
    inner, outer = last_extent(call.operand_shapes[0]), last_extent(call.shape)
    if outer % inner or not call.shape:
        return None
    every = np.arange(outer)
    return (Link(0, every % inner, every),)


def _concat(call: Call) -> tuple[Link, ...] | None:
    rank = len(call.shape)
    if any(a is not None for a in call.arrays):
        return None
    if call.attrs["axis"] % rank != rank - 1:
        return tuple(link for k in range(len(call.operands)) for link in _whole(call, k))
    out: list[Link] = []
    first = 0
    for number, shape in enumerate(call.operand_shapes):
        every = np.arange(shape[-1])
        out.append(Link(number, every, every + first))
        first += shape[-1]
    return tuple(out)


_RULES: dict[str, Callable[[Call], tuple[Link, ...] | None]] = {
    "depthwise_conv2d": _depthwise,
    "add": _elementwise,
    "sub": _elementwise,
    "mul": _elementwise,
    "maximum": _elementwise,
    "minimum": _elementwise,
    "prelu": _elementwise,
    "lut": _same,
    "avg_pool2d": _same,
    "max_pool2d": _same,
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
