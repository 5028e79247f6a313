# SPDX-License-Identifier: Apache-2.0
"""Which rows and columns a patch needs of every layer in it, and where they lie while it runs.

A patch makes a band of rows of its last layer's result, one tile of columns after another. Within a
tile the layers run row by row on demand, exactly as a stream does (``passes/stream/demand.py``), so
that inner tensors are rings of narrow rows. What neighbouring tiles and bands share is made again.

Ref: Lin et al. 2021, MCUNetV2 (patch-based inference); rows on demand inside a patch are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import Span, lookup
from tvm_tiny.passes.stream.demand import DemandedRows, simulate_rows
from tvm_tiny.passes.stream.network import MAX_ROWS, build_network, row_calls


@dataclass(frozen=True)
class PatchBand:
    """One call of a patch.

    Attributes:
        starts: per layer the first row that it makes.
        reads: per outside tensor the first row that is read.
        calls: which layer makes its next row, in order.
    """

    starts: tuple[int, ...]
    reads: tuple[int, ...]
    calls: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Variant:
    """Tiles of one shape.

    Attributes:
        nodes: the layers, narrowed.
        skips: (layer, operand) of inner tensors of which a layer does not read the first columns:
            elements that it leaves out at the left.
    """

    nodes: tuple[Node, ...]
    skips: Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class Tile:
    """A range of columns.

    Attributes:
        variant: index of its shape.
        columns: per layer the first column that it makes.
        skips: (layer, operand) of outside tensors: elements of their rows left of the first read.
    """

    variant: int
    columns: tuple[int, ...]
    skips: Mapping[tuple[int, int], int]


@dataclass(frozen=True, eq=False)
class Patched:
    """Everything about a patch but the places of its inner tensors (``arrange``).

    Attributes:
        nodes: the layers as the graph has them.
        outside: tensors that are read from outside, in order of first use.
        shape: of the result, the rows of a band joined.
        rows: of a band.
        bands: the calls.
        variants: shapes of tiles.
        tiles: across the width.
        taps: per outside tensor rows that a call may read.
        rings: inner tensor -> rows held.
        busy: inner tensor or layer (its workspace) -> stretches of calls of all kinds of bands, one
            kind after another.
        macs: of all calls.
    """

    nodes: tuple[Node, ...]
    outside: tuple[Tensor, ...]
    shape: tuple[int, ...]
    rows: int
    bands: tuple[PatchBand, ...]
    variants: tuple[Variant, ...]
    tiles: tuple[Tile, ...]
    taps: tuple[int, ...]
    rings: Mapping[str, int]
    busy: Mapping[str, tuple[Span, ...]]
    macs: int

    def ring_bytes(self, layer: int) -> int:
        """Bytes of the ring of what a layer makes, whatever the tile."""
        name = self.nodes[layer].output.name
        return self.rings[name] * max(v.nodes[layer].output.row_bytes for v in self.variants)


def make_geometry(nodes: Sequence[Node], rows: int, tiles: int) -> Patched | str:
    """Work a patch out, or say why there is none.

    Args:
        nodes: the layers in order; only the last one's result is read by others.
        rows: of a band; a divisor of the result's rows.
        tiles: across the width.
    """
    why = _refused(nodes, rows, tiles)
    if why:
        return why
    outside = _outside(nodes)
    shapes = _tiles(nodes, outside, tiles)
    if isinstance(shapes, str):
        return shapes
    variants, columns = shapes
    bands, patterns = _bands(nodes, outside, rows)
    bands = _regular(bands, len(outside))
    rings, busy = _merged(patterns)
    taps = tuple(max(b.reads[k][1] - b.reads[k][0] for b in bands) for k in range(len(outside)))
    n, height, width, channels = nodes[-1].output.shape
    per_row = [[lookup(x.op).macs(x) // max(1, x.output.rows) for x in v.nodes] for v in variants]
    plain = [PatchBand(b.starts, tuple(first for first, _ in b.reads), b.calls) for b in bands]
    return Patched(
        nodes=tuple(nodes),
        outside=outside,
        shape=(n, height // rows, rows * width, channels),
        rows=rows,
        bands=tuple(plain),
        variants=variants,
        tiles=columns,
        taps=taps,
        rings=rings,
        busy=busy,
        macs=sum(per_row[t.variant][c] for b in bands for c in b.calls for t in columns),
    )


def _refused(nodes: Sequence[Node], rows: int, tiles: int) -> str | None:
    last = nodes[-1].output
    for node in nodes:
        shape = node.output.shape
        if lookup(node.op).is_view or len(shape) != 4 or shape[0] != 1:
            return f"{node.layer or node.name} has no rows and columns"
        if lookup(node.op).state_bytes(node) or lookup(node.op).calls(node) > MAX_ROWS:
            return f"{node.layer or node.name} must run whole"
        if _reads_padding_only(node):
            return f"{node.layer or node.name} has rows that read nothing but padding"
    if rows < 1 or last.rows % rows:
        return f"{rows} rows of {last.rows} do not divide evenly"
    if not 1 <= tiles <= last.shape[2]:
        return f"{last.shape[2]} columns cannot be {tiles} tiles"
    return None


def _reads_padding_only(node: Node) -> bool:
    calls = row_calls(node)
    live = [k for k, t in enumerate(node.operands) if t.data is None]
    return not all(call.needed(k, node.operands[k].rows) for call in calls for k in live)


def _outside(nodes: Sequence[Node]) -> tuple[Tensor, ...]:
    made = {n.output.name for n in nodes}
    found = {t.name: t for n in nodes for t in n.activations if t.name not in made}
    return tuple(found.values())


def _tiles(
    nodes: Sequence[Node], outside: Sequence[Tensor], count: int
) -> tuple[tuple[Variant, ...], tuple[Tile, ...]] | str:
    """Tiles of equal width, the last one what is left; equal shapes are one variant."""
    width = nodes[-1].output.shape[2]
    step = -(-width // count)
    variants: dict[str, tuple[int, Variant]] = {}
    out: list[Tile] = []
    for begin in range(0, width, step):
        made = _tile(nodes, outside, (begin, min(width, begin + step)))
        if isinstance(made, str):
            return made
        tile, variant, key = made
        number, _ = variants.setdefault(key, (len(variants), variant))
        out.append(replace(tile, variant=number))
    return tuple(_named(v, i) for i, v in variants.values()), tuple(out)


def _named(variant: Variant, number: int) -> Variant:
    """Names of their own for the layers: their kernels and constants are called after them."""
    nodes = tuple(replace(n, name=f"{n.name}_v{number}") for n in variant.nodes)
    return replace(variant, nodes=nodes)


def _tile(
    nodes: Sequence[Node], outside: Sequence[Tensor], columns: Span
) -> tuple[Tile, Variant, str] | str:
    """Backwards from the result: columns of every inner tensor, layers narrowed to them."""
    spans: dict[str, Span] = {nodes[-1].output.name: columns}
    reads: dict[int, tuple[Span | None, ...]] = {}
    attrs: dict[int, Mapping[str, Any]] = {}
    for at in reversed(range(len(nodes))):
        node = nodes[at]
        span = spans.get(node.output.name)
        if span is None:
            return f"nobody reads {node.layer or node.name}"
        found = lookup(node.op).columns(node, *span)
        if found is None:
            return f"{node.layer or node.name} cannot make columns {span[0]} to {span[1]} alone"
        attrs[at], reads[at] = found.attrs, found.reads
        for tensor, read in zip(node.operands, found.reads, strict=True):
            if tensor.data is None:
                if read is None or len(tensor.shape) != 4:
                    what = tensor.source or tensor.name
                    return f"{node.layer or node.name} reads '{what}' as a whole"
                old = spans.get(tensor.name, read)
                spans[tensor.name] = min(old[0], read[0]), max(old[1], read[1])
    return _narrowed(nodes, {t.name for t in outside}, spans, reads, attrs)


def _narrowed(
    nodes: Sequence[Node],
    outside: set[str],
    spans: Mapping[str, Span],
    reads: Mapping[int, tuple[Span | None, ...]],
    attrs: Mapping[int, Mapping[str, Any]],
) -> tuple[Tile, Variant, str]:
    made: list[Node] = []
    inner: dict[tuple[int, int], int] = {}
    outer: dict[tuple[int, int], int] = {}
    for at, node in enumerate(nodes):
        operands: list[Tensor] = []
        for k, (tensor, read) in enumerate(zip(node.operands, reads[at], strict=True)):
            if read is None:
                operands.append(tensor)
                continue
            operands.append(_wide(tensor, read))
            base = 0 if tensor.name in outside else spans[tensor.name][0]
            (outer if tensor.name in outside else inner)[at, k] = (read[0] - base) * tensor.shape[3]
        output = _wide(node.output, spans[node.output.name])
        made.append(replace(node, operands=tuple(operands), output=output, attrs=attrs[at]))
    key = repr([(sorted(n.attrs.items()), [t.shape for t in n.operands], n.output.shape)
                for n in made] + sorted(inner.items()))  # fmt: skip
    tile = Tile(-1, tuple(spans[n.output.name][0] for n in nodes), outer)
    return tile, Variant(tuple(made), inner), key


def _wide(tensor: Tensor, span: Span) -> Tensor:
    n, height, _, channels = tensor.shape
    return replace(tensor, shape=(n, height, span[1] - span[0], channels))


@dataclass(frozen=True)
class _Demand:
    """A band as simulated: first row a layer, rows read from outside, calls."""

    starts: tuple[int, ...]
    reads: tuple[Span, ...]
    calls: tuple[int, ...]


def _bands(
    nodes: Sequence[Node], outside: Sequence[Tensor], rows: int
) -> tuple[list[_Demand], list[DemandedRows]]:
    """Every band, and what the different kinds of bands hold."""
    graph = Graph(tuple(outside), (nodes[-1].output,), tuple(nodes))
    net = build_network(graph, [n.name for n in nodes])
    bands: list[_Demand] = []
    patterns: dict[Any, DemandedRows] = {}
    for begin in range(0, nodes[-1].output.rows, rows):
        spans, reads = _row_spans(nodes, outside, (begin, begin + rows))
        found = simulate_rows(net, spans)
        bands.append(_Demand(tuple(s for s, _ in spans), tuple(reads), found.calls))
        patterns.setdefault((found.calls, tuple(found.busy.items())), found)
    return bands, list(patterns.values())


def _regular(bands: list[_Demand], outside: int) -> list[_Demand]:
    """Windows that begin where the first rows would be if there were rows above the first."""
    columns = [_regular_starts([b.reads[k] for b in bands]) for k in range(outside)]
    return [replace(b, reads=tuple(c[i] for c in columns)) for i, b in enumerate(bands)]


def _regular_starts(reads: list[Span]) -> list[Span]:
    if len(reads) < 2:
        return reads
    move = reads[-1][0] - reads[-2][0]
    first = reads[-1][0] - move * (len(reads) - 1)
    if any(begin != max(0, first + move * i) for i, (begin, _) in enumerate(reads)):
        return reads
    return [(first + move * i, end) for i, (_, end) in enumerate(reads)]


def _row_spans(
    nodes: Sequence[Node], outside: Sequence[Tensor], rows: Span
) -> tuple[list[Span], list[Span]]:
    """Rows of every layer and of every outside tensor for some rows of the result."""
    spans: dict[str, Span] = {nodes[-1].output.name: rows}
    for node in reversed(nodes):
        calls = row_calls(node)[slice(*spans[node.output.name])]
        for k, tensor in enumerate(node.operands):
            needed = [r for c in calls if (r := c.needed(k, tensor.rows))]
            if tensor.data is not None or not needed:
                continue
            old = spans.get(tensor.name, (needed[0].start, needed[0].stop))
            spans[tensor.name] = (
                min(old[0], *(r.start for r in needed)),
                max(old[1], *(r.stop for r in needed)),
            )
    made = [spans.get(n.output.name, (0, 0)) for n in nodes]
    return made, [spans.get(t.name, (0, 0)) for t in outside]


def _merged(patterns: Sequence[DemandedRows]) -> tuple[dict[str, int], dict[str, tuple[Span, ...]]]:
    """Rings large enough for all kinds of bands; their calls one after another."""
    rings: dict[str, int] = {}
    busy: dict[str, list[Span]] = {}
    base = 0
    for found in patterns:
        for name, held in found.rings.items():
            rings[name] = max(held, rings.get(name, 0))
        for name, stretches in found.busy.items():
            busy.setdefault(name, []).extend((base + a, base + b) for a, b in stretches)
        base += len(found.calls)
    return rings, {n: tuple(s) for n, s in busy.items()}
