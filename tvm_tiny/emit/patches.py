# SPDX-License-Identifier: Apache-2.0
"""Patches as C: one function a patch, called like a row kernel with a band of its result.

Tiles of one shape share their calls; what differs from tile to tile (which shape, first columns)
and from band to band (first rows, sequence of layers) is read from two tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tvm_tiny.emit.arguments import Argument, CParameter, c_parameters
from tvm_tiny.emit.data import CArray, c_array
from tvm_tiny.emit.names import comment_text
from tvm_tiny.emit.offsets import FromCaller, InBand, InRing, Offset, constant
from tvm_tiny.emit.place import Place
from tvm_tiny.emit.streams import Rows, RowStep
from tvm_tiny.graph import Node, Tensor, scratch_name
from tvm_tiny.operators.base import OUTSIDE, RowCall
from tvm_tiny.operators.carried import plain
from tvm_tiny.passes.recompute.arrange import Arranged
from tvm_tiny.passes.recompute.geometry import Patched, Variant
from tvm_tiny.passes.recompute.opened import PatchScheduled
from tvm_tiny.schedules.apply import LayerKernel
from tvm_tiny.schedules.rule import Scheduled

_HEAD = 2
"""Entries of a band's line before the first rows: its part of the sequence of layers."""


@dataclass(frozen=True)
class PatchCall:
    """A layer of a variant: the call that makes one of its narrow rows.

    Attributes:
        case: number in the switch.
        step: the call.
        column: entry of the tile's line that has the first column.
        pixel_bytes: bytes of a column.
        part_bytes: bytes of the narrow row.
        traced: it is not the patch's own result.
        made: the narrow row, as the kernel gets it.
    """

    case: int
    step: RowStep
    column: int
    pixel_bytes: int
    part_bytes: int
    traced: bool
    made: Argument


@dataclass(frozen=True)
class PatchCode:
    """A patch.

    Attributes:
        symbol: its C function.
        title: what it is, for the comment.
        parameters: C declarations.
        workspace: there is a parameter of this name (its layers may not use it).
        layers: number of layers.
        tiles: number of tiles.
        tile_width: entries of a tile's line.
        band_width: entries of a band's line.
        tables: symbols of sequence, bands and tiles.
        types: their C element types.
        calls: of all variants.
    """

    symbol: str
    title: str
    parameters: tuple[CParameter, ...]
    workspace: bool
    layers: int
    tiles: int
    tile_width: int
    band_width: int
    tables: tuple[str, ...]
    types: tuple[str, ...]
    calls: tuple[PatchCall, ...]


def make_patch(
    node: Node,
    model: str,
    numbers: Mapping[str, int],
    symbols: Mapping[str, str],
    kernels: Mapping[str, LayerKernel],
    schedules: Mapping[str, Scheduled],
) -> tuple[PatchCode, list[CArray]]:
    """The C function of a patch and its tables.

    Args:
        node: of the rewritten graph.
        model: C prefix.
        numbers: layer -> number in execution order.
        symbols: constant -> C symbol.
        kernels: layer of a variant -> its kernel.
        schedules: the same for its schedule; of the patch what ``patch_schedule`` made.
    """
    geometry: Patched = node.attrs["geometry"]
    symbol = f"{model}_{node.name}"
    scheduled = schedules[node.name]
    assert isinstance(scheduled, PatchScheduled)  # made by patch_schedule
    arranged = scheduled.arranged
    tables: list[CArray] = []
    calls: list[PatchCall] = []
    columns = _columns(geometry)
    for number, variant in enumerate(geometry.variants):
        places = _places(geometry, variant, arranged, symbols)
        narrow = _NarrowRows(geometry, variant, places, (symbol, tables), columns)
        for at, layer in enumerate(variant.nodes):
            name = geometry.nodes[at].name
            step = narrow.step(
                layer, numbers[name], kernels[layer.name].kernel, schedules[layer.name]
            )
            row_bytes = layer.output.row_bytes
            made = next(a for a in reversed(step.arguments) if a.kind == "pointer")
            calls.append(
                PatchCall(
                    number * len(variant.nodes) + at,
                    step,
                    1 + at,
                    row_bytes // layer.output.shape[2],
                    row_bytes,
                    at + 1 < len(variant.nodes),
                    made,
                )
            )
    sequence, bands, tiles = _tables(geometry, columns)
    names = f"{symbol}_order", f"{symbol}_bands", f"{symbol}_tiles"
    what = "sequence of layers", "first and last entry, first rows", "shape, first columns"
    arrays = (sequence, bands, tiles)
    tables += [
        c_array(n.replace(f"{model}_", f"{model}_t_", 1), a, f"{w} of {node.layer}")
        for n, a, w in zip(names, arrays, what, strict=True)
    ]
    code = PatchCode(
        symbol=symbol,
        title=_title(node, geometry),
        parameters=c_parameters(plain(node), arranged.size_bytes),
        workspace=arranged.size_bytes > 0,
        layers=len(geometry.nodes),
        tiles=len(geometry.tiles),
        tile_width=tiles.shape[1],
        band_width=bands.shape[1],
        tables=tuple(t.symbol for t in tables[-3:]),
        types=tuple(t.ctype for t in tables[-3:]),
        calls=tuple(calls),
    )
    return code, tables


def _title(node: Node, geometry: Patched) -> str:
    names = ", ".join(n.layer or n.name for n in geometry.nodes)
    return comment_text(
        f"{names}: {geometry.rows} rows at a call, {len(geometry.tiles)} tiles across the width;"
        f" {geometry.macs} MACs with halos"
    )


def _columns(geometry: Patched) -> dict[tuple[int, int], int]:
    """(layer, operand) that reads from outside -> entry of the tile's line with what it skips."""
    keys = sorted(geometry.tiles[0].skips)
    return {key: 1 + len(geometry.nodes) + i for i, key in enumerate(keys)}


def _tables(
    geometry: Patched, columns: Mapping[tuple[int, int], int]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int16], npt.NDArray[np.int16]]:
    sequences: dict[tuple[int, ...], int] = {}
    order: list[int] = []
    lines: list[list[int]] = []
    for band in geometry.bands:
        if band.calls not in sequences:
            sequences[band.calls] = len(order)
            order += band.calls
        first = sequences[band.calls]
        lines.append([first, first + len(band.calls), *band.starts, *band.reads])
    tiles = [
        [t.variant * len(geometry.nodes), *t.columns, *(t.skips[k] for k in columns)]
        for t in geometry.tiles
    ]
    return np.array(order, np.uint8), _small(lines), _small(tiles)


def _small(lines: Sequence[Sequence[int]]) -> npt.NDArray[np.int16]:
    """In 16 bits where they fit."""
    wide = np.array(lines, np.int32)
    fits = wide.max() <= np.iinfo(np.int16).max
    return wide.astype(np.int16) if fits else wide  # pyright: ignore[reportReturnType]


def _places(
    geometry: Patched, variant: Variant, arranged: Arranged, symbols: Mapping[str, str]
) -> dict[str, Place]:
    places = {name: Place("constant", symbol=symbol) for name, symbol in symbols.items()}
    for k, tensor in enumerate(geometry.outside):
        places[tensor.name] = Place("outside", k)
    for at, node in enumerate(geometry.nodes):
        layer, name = variant.nodes[at], node.output.name
        if name in geometry.rings:
            places[name] = Place("workspace", arranged.offsets[name])
        if scratch_name(node.name) in arranged.offsets:
            offset = arranged.offsets[scratch_name(node.name)]
            places[scratch_name(layer.name)] = Place("workspace", offset)
    places[geometry.nodes[-1].output.name] = Place("result")
    return places


class _NarrowRows(Rows):
    """Columns of narrow rows: rings in the workspace, rows from outside by the caller's table."""

    def __init__(
        self,
        geometry: Patched,
        variant: Variant,
        places: Mapping[str, Place],
        tables: tuple[str, list[CArray]],
        columns: Mapping[tuple[int, int], int],
    ) -> None:
        super().__init__(geometry.rings, places, tables[0], tables[1])
        self._geometry, self._variant, self._columns_of = geometry, variant, columns
        self._layers = {n.name: i for i, n in enumerate(variant.nodes)}
        self._pitch = {n.output.name: n.output.row_size for n in variant.nodes}

    def row(self, call: RowCall, operand: int, tap: int) -> int | None:
        """A row that is there even for taps in the padding: it is looked up in a table."""
        taps = call.rows[operand]
        if taps[tap] != OUTSIDE:
            return taps[tap]
        inside = [i for i in taps if i != OUTSIDE]
        if not inside:
            return None
        before = taps.index(inside[0]) > tap
        return inside[0] if before else inside[-1]

    def offset(
        self, tensor: Tensor, rows: Sequence[int | None], node: Node, operand: int | None
    ) -> Offset:
        place = self._places[tensor.name]
        at = self._layers[node.name]
        if place.kind == "outside":
            assert operand is not None  # nothing outside is made
            reads = _HEAD + len(self._geometry.nodes) + place.offset
            column = self._columns_of[at, operand]
            return FromCaller(self.value(rows, node), place.offset, reads, column)
        if place.kind == "result":
            output = self._geometry.nodes[-1].output
            width = output.row_size
            return InBand(self._geometry.rows, width, 1 + at, width // output.shape[2])
        if place.kind != "workspace":  # a constant, of which there may be a row for every row
            return super().offset(tensor, rows, node, operand)
        held = self._rings[tensor.name]
        skip = self._variant.skips.get((at, operand), 0) if operand is not None else 0
        if held == 1:
            return constant(skip)
        return InRing(self.value(rows, node), held, self._pitch[tensor.name], skip)


def patch_kernel(node: Node, code: PatchCode, scheduled: Scheduled) -> LayerKernel:
    """What the plan calls to make a band."""
    return replace(
        LayerKernel(node.name, code.symbol, scheduled.rule, scheduled.why, ()),
        scratch_bytes=scheduled.scratch_bytes,
    )
