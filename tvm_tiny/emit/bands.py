# SPDX-License-Identifier: Apache-2.0
"""Which layers are run two rows a call: all whose kernel can, where the plan leaves room for it.

The plan is made for calls of one row, and stays as it is. A call that makes two writes the second
while it still needs what is under the first. Some kernels of two rows go channel by channel, and
read all of a channel before they write any of it; so what they write may lie over rows under their
windows if it lies over the same channel. Elsewhere the layer runs row by row. Others go pixel by
pixel, in the order of the plan's rows: they meet what calls of one row would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tvm_tiny.emit.place import Place
from tvm_tiny.graph import Node, Tensor, scratch_name
from tvm_tiny.operators.base import OUTSIDE, lookup
from tvm_tiny.operators.two_rows import two_rows
from tvm_tiny.schedules.rule import Scheduled

Bytes = tuple[int, int]
"""First byte of the arena and the one behind the last."""


@dataclass(frozen=True)
class Band:
    """A layer that is run two rows a call.

    Attributes:
        node: whose row is two rows of the layer.
        scheduled: its kernel.
        rows: calls, in order.
        single: the last row of the layer where their number is odd.
        descending: the single row comes first, rows fall.
    """

    node: Node
    scheduled: Scheduled
    rows: tuple[int, ...]
    single: tuple[int, ...]
    descending: bool


def find_bands(
    layers: Mapping[str, tuple[Node, Sequence[int]]],
    places: Mapping[str, Place],
    schedules: Mapping[str, Scheduled],
) -> dict[str, Band]:
    """Bands by layer.

    Args:
        layers: of layers run by themselves the node and its rows in order.
        places: where tensors are.
        schedules: by node name.
    """
    found: dict[str, Band] = {}
    for name, (node, rows) in layers.items():
        what = schedules[name]
        if what.two_rows is None or len(rows) < 2:
            continue
        descending = rows[0] > rows[-1]
        pairs = node.output.rows // 2
        band = two_rows(node)
        ordered = what.two_rows_falling is not None
        if ordered or all(_has_room(band, row, places) for row in range(pairs)):
            order = tuple(reversed(range(pairs))) if descending else tuple(range(pairs))
            func = what.two_rows_falling if ordered and descending else what.two_rows
            scheduled = replace(what, func=func, two_rows=None, two_rows_falling=None)
            single = tuple(range(2 * pairs, node.output.rows))
            found[name] = Band(band, scheduled, order, single, descending)
    return found


def with_band_places(places: Mapping[str, Place], bands: Mapping[str, Band]) -> dict[str, Place]:
    """A band uses the workspace of its layer."""
    out = dict(places)
    for name, band in bands.items():
        if scratch_name(name) in places:
            out[scratch_name(band.node.name)] = places[scratch_name(name)]
    return out


def _has_room(band: Node, row: int, places: Mapping[str, Place]) -> bool:
    made = _rows(band.output, range(row, row + 1), places)
    taps = [i for i in lookup(band.op).row_call(band, row).rows[0] if i != OUTSIDE]
    read = _rows(band.operands[0], range(min(taps), max(taps) + 1), places) if taps else None
    if made is None or read is None or made[1] <= read[0] or read[1] <= made[0]:
        return True
    channels = band.output.shape[-1]
    return band.operands[0].shape[-1] == channels and (made[0] - read[0]) % channels == 0


def _rows(tensor: Tensor, rows: range, places: Mapping[str, Place]) -> Bytes | None:
    """Where rows lie in the arena; None: elsewhere."""
    place = places[tensor.name]
    if place.kind != "arena":
        return None
    start = place.offset + rows.start * tensor.row_bytes
    return start, start + len(rows) * tensor.row_bytes
