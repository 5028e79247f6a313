# SPDX-License-Identifier: Apache-2.0
"""Places in row-major arrays, and row kernels that say where each element comes from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from tvm_tiny._tvm import IRModule, Schedule, te
from tvm_tiny.graph import Node

Shape = tuple[int, ...]


def coordinates(index: int, dims: Sequence[int]) -> Shape:
    """Coordinates of element ``index`` of a row-major array with extents ``dims``."""
    out: list[int] = []
    for extent in reversed(dims):
        index, place = divmod(index, extent)
        out.append(place)
    return tuple(reversed(out))


def flat_index(place: Sequence[int], dims: Sequence[int]) -> int:
    """Inverse of ``coordinates``."""
    index = 0
    for at, extent in zip(place, dims, strict=True):
        index = index * extent + at
    return index


def element_strides(shape: Sequence[int]) -> Shape:
    """Elements between neighbours along each dimension of a dense array."""
    return tuple(math.prod(shape[d + 1 :]) for d in range(len(shape)))


def last_two(values: Sequence[Any], default: Any) -> tuple[Any, Any]:
    """The entries of the two row dimensions; a vector is one row of width 1."""
    padded = (default, default, *values)
    return padded[-2], padded[-1]


def row_output(node: Node, value: Any) -> Any:
    """The compute of the output row: ``value(w, c)`` for each of its elements."""
    return te.compute(last_two(node.output.shape, 1), value, "y")


def split_at_borders(func: Any) -> Any:
    """Have TVM's LoopPartition cut every loop where a ``likely`` condition changes.

    before:  for c in 0..5: y[c] = a[c] if c < 3 else b[c - 3]
    after:   for c in 0..3: y[c] = a[c];  for c in 0..2: y[c + 3] = b[c]
    """
    schedule = Schedule(IRModule({"main": func}))
    for block in schedule.get_child_blocks(schedule.get_sblock("root")):
        for loop in schedule.get_loops(block):
            schedule.annotate(loop, "pragma_loop_partition_hint", True)
    return schedule.mod["main"]
