# SPDX-License-Identifier: Apache-2.0
"""Sums in register tiles: a block of pixels and channels at a time, for any core, in plain C.

``plain`` loads both factors of every product. Here a tile of sums stays in registers, and what is
loaded for one of them serves a whole row or column of it. Only tuning chooses this rule: which
tile fits the registers depends on the core and the compiler.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tvm_tiny._tvm import IRModule, Schedule
from tvm_tiny.arithmetic.element_types import ELEMENT_TYPES
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Products
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

_SIZES = (1, 2, 4, 8)
_MOST_SUMS = 16


class Tiled(ScheduleRule):
    """conv2d, depthwise_conv2d and fully_connected with a tile of sums.

    before:  for x, c: acc[x, c] = sum_k ..        after:  for xo, co:
             for x, c: y[x, c] = f(acc[x, c])                for xi, ci: acc[xi, ci] = 0
                                                             for k: for xi, ci: acc[xi, ci] += ..
                                                             for xi, ci: y[..] = f(acc[xi, ci])
    """

    name = "tiled"
    element_types = frozenset(ELEMENT_TYPES)

    def __init__(self, pixels: int = 1, channels: int = 2, unroll: int = 1) -> None:
        """Choose the tile, and how many inputs a round of the innermost loop takes."""
        self.pixels, self.channels, self.unroll = pixels, channels, unroll

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept sums whose tile divides the row."""
        del core
        if not isinstance(lookup(node.op).form, Products):
            return Declined(self.name, "not a sum of products")
        pixels, channels, inputs = _sizes(node)
        if pixels % self.pixels or channels % self.channels or inputs % self.unroll:
            return Declined(self.name, "a tile that does not divide the row")
        schedule = Schedule(IRModule({"main": func}))
        _tile(schedule, self.pixels, self.channels, self.unroll)
        why = f"tiles of {self.pixels} pixels by {self.channels} channels, {self.unroll} inputs"
        return Scheduled(schedule.mod["main"], self.name, f"{why} a round")

    def knobs(self, node: Node) -> Mapping[str, tuple[int, ...]]:
        """Tiles that divide the row and are small enough for the registers."""
        if not isinstance(lookup(node.op).form, Products):
            return {}
        pixels, channels, inputs = _sizes(node)
        return {
            "pixels": _divisors(pixels, 4),
            "channels": _divisors(channels, _MOST_SUMS // 2),
            "unroll": _divisors(inputs, 4),
        }


def _sizes(node: Node) -> tuple[int, int, int]:
    """Pixels and channels of a row, innermost extent of the sum."""
    channels = node.output.shape[-1]
    form = lookup(node.op).form
    axis = 1 if isinstance(form, Products) and form.depthwise else -1
    return node.output.row_size // channels, channels, node.operands[1].shape[axis]


def _divisors(extent: int, most: int) -> tuple[int, ...]:
    return tuple(size for size in _SIZES if size <= most and extent % size == 0)


def _tile(schedule: Any, pixels: int, channels: int, unroll: int) -> None:
    acc, y = schedule.get_sblock("acc"), schedule.get_sblock("y")
    x_loop, c_loop = schedule.get_loops(y)
    x_outer, x_inner = schedule.split(x_loop, [None, pixels])
    c_outer, c_inner = schedule.split(c_loop, [None, channels])
    schedule.reorder(x_outer, c_outer, x_inner, c_inner)
    schedule.compute_at(acc, c_outer, preserve_unit_loops=True)
    x_tile, c_tile, *sums = schedule.get_loops(acc)[2:]
    schedule.reorder(*sums, x_tile, c_tile)
    schedule.decompose_reduction(acc, sums[0])
    if unroll > 1:
        _, inner = schedule.split(sums[-1], [None, unroll])
        schedule.unroll(inner)
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        for loop in schedule.get_loops(block)[-2:]:
            schedule.unroll(loop)
