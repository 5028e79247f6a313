# SPDX-License-Identifier: Apache-2.0
"""Places of a patch's inner tensors in its workspace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tvm_tiny.graph import scratch_name
from tvm_tiny.passes.decision.rewrite import first_of
from tvm_tiny.passes.memory.placement import search_placement
from tvm_tiny.passes.recompute.geometry import Patched
from tvm_tiny.passes.stream.placing import Item, placement_problem_of
from tvm_tiny.passes.stream.units import live_together

_UNIT = 4
_TRIES = 32


@dataclass(frozen=True)
class Arranged:
    """Workspace of a patch.

    Attributes:
        offsets: inner tensor, or ``scratch_name`` of a layer -> byte offset.
        size_bytes: of the whole.
    """

    offsets: Mapping[str, int]
    size_bytes: int


def arrange(geometry: Patched, scratch_bytes: Mapping[str, int]) -> Arranged:
    """Place rings and workspaces of a patch's layers (rows differ a call, places do not).

    Args:
        geometry: the patch.
        scratch_bytes: layer -> workspace of its kernel, whatever the tile; of a layer that is
            made a second time, under the name of the first.
    """
    unit = max(_UNIT, *(n.output.elements.bytes for n in geometry.nodes))
    items = _items(geometry, scratch_bytes, unit)
    units = {i.name: i.units for i in items}
    together = live_together({i.name: i.busy for i in items})
    bound = max((sum(units[n] for n in names) for names in together), default=0)
    starts = search_placement(placement_problem_of(items, {}), bound, _TRIES, 0)
    ends = [s + i.units for s, i in zip(starts, items, strict=True)]
    places = {i.name: s * unit for i, s in zip(items, starts, strict=True)}
    return Arranged(places, max(ends, default=0) * unit)


def _items(geometry: Patched, scratch_bytes: Mapping[str, int], unit: int) -> list[Item]:
    out: list[Item] = []
    for at, node in enumerate(geometry.nodes):
        name = node.output.name
        if name in geometry.rings:
            out.append(Item(name, -(-geometry.ring_bytes(at) // unit), geometry.busy[name]))
        key = scratch_name(node.name)
        size = scratch_bytes.get(first_of(node.name), 0)
        if size:
            out.append(Item(key, -(-size // unit), geometry.busy[key]))
    return out
