# SPDX-License-Identifier: Apache-2.0
"""What a patch would cost, from spans of rows and columns alone.

Rows and columns of a patch are independent: a layer makes (rows over all bands) x (columns over all
tiles) pixels. So that patches of all heights and tile counts are weighed without building any
(``passes/recompute/geometry.py`` does).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.graph import Tensor
from tvm_tiny.operators.base import Span, lookup
from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.stream.network import NEVER, NodeWork

TILES = (1, 2, 3, 4, 6, 8, 12, 18, 24)
"""Tiles across an image whose parts are two columns wide or more."""

NARROW = 24
"""Up to this width tiles of two columns and of one are looked at, too."""

MAX_BAND = 6


@dataclass(frozen=True)
class PatchModel:
    """A patch that would be possible.

    Attributes:
        nodes: its layers.
        rows: of a band.
        tiles: across the width.
        window_rows: rows of the source that a band reads.
        moves_rows: rows by which that window moves on from band to band, 0 if irregular.
        workspace_bytes: rings and workspaces inside.
        result_bytes: of a band.
        extra_macs: multiply-accumulates beyond those of the layers.
        calls: of narrow rows.
        whole: all rows at a call.
    """

    nodes: tuple[str, ...]
    rows: int
    tiles: int
    window_rows: int
    moves_rows: int
    workspace_bytes: int
    result_bytes: int
    extra_macs: int
    calls: int
    whole: bool


@dataclass(frozen=True)
class _Extent:
    """Along one axis, per layer: what is made in all, and at most at a time."""

    total: Sequence[int]
    most: Sequence[int]
    window: int = 0
    moves: int = 0


def tile_counts(width: int) -> tuple[int, ...]:
    """Tiles worth looking at across a width."""
    found = {t for t in TILES if t == 1 or 2 * t <= width}
    if width <= NARROW:
        found |= {-(-width // 2), width}
    return tuple(sorted(found))


class Spans:
    """Patches of the layers of a network, worked out once for all that end with the same layer."""

    def __init__(self, works: Sequence[NodeWork]) -> None:
        self.works = works
        self._columns: dict[tuple[int, int], _Columns] = {}
        self._rows: dict[tuple[int, int], _Rows] = {}
        self._windows: dict[tuple[int, int], int] = {}

    def models(
        self, first: int, end: int, source: Tensor, budget: Budget, *, beside: bool = False
    ) -> Iterator[PatchModel]:
        """Patches of neighbouring layers, the last one's result read by others; none if impossible.

        Args:
            first: position of the first layer.
            end: position behind the last.
            source: the tensor that they read from outside.
            budget: what the search may do.
            beside: they may read others, too.
        """
        works = self.works[first:end]
        if not _patchable(works, source) or not (beside or _reads_only(works, source)):
            return
        height, width = works[-1].node.output.shape[1:3]
        columns = {
            t: c
            for t in tile_counts(width)
            if budget.spend(2) and (c := self._across(first, end, t, budget)) is not None
        }
        windows = [self._window(at, end) for at in range(first, end)]
        for rows in (*range(1, min(MAX_BAND, height - 1) + 1), height):
            if height % rows or not budget.spend(2):
                continue
            down = self._down(first, end, (rows, source), budget)
            if down is None:
                return
            yield from _of_rows(works, rows, (down, columns), windows)

    def _across(self, first: int, end: int, tiles: int, budget: Budget) -> _Extent | None:
        back = self._columns.get((end, tiles))
        if back is None:
            back = self._columns[end, tiles] = _Columns(self.works, end, tiles)
        return _Extent(*back.until(first)) if back.extend(first, budget) else None

    def _down(
        self, first: int, end: int, what: tuple[int, Tensor], budget: Budget
    ) -> _Extent | None:
        rows, source = what
        back = self._rows.get((end, rows))
        if back is None:
            back = self._rows[end, rows] = _Rows(self.works, end, rows)
        return back.extent(first, source) if back.extend(first, budget) else None

    def _window(self, at: int, end: int) -> int:
        """Rows of what a layer makes that a row of another layer reads."""
        if (at, end) not in self._windows:
            name = self.works[at].output
            spans = [
                until - since
                for work in self.works[at + 1 : end]
                for read in work.reads
                if read.storage == name
                for until, since in zip(read.until, read.since, strict=False)
                if since < NEVER
            ]
            self._windows[at, end] = max(spans, default=1)
        return self._windows[at, end]


class _Backward:
    """Spans of every layer's result along one axis, from a patch's result back, layer by layer."""

    def __init__(
        self, works: Sequence[NodeWork], end: int, parts: Sequence[Span], result: str
    ) -> None:
        self.works, self.end, self.at, self.failed = works, end, end, False
        self.spans: list[dict[str, Span]] = [{result: part} for part in parts]
        self.total: list[int] = []
        self.most: list[int] = []

    def extend(self, first: int, budget: Budget) -> bool:
        """Go back to a layer; False if that is impossible."""
        while self.at > first and not self.failed:
            budget.spend(len(self.spans))
            self.failed = not self._layer(self.at - 1)
            self.at -= not self.failed
        return self.at <= first

    def until(self, first: int) -> tuple[Sequence[int], Sequence[int]]:
        """What is made in all and at most at a time, by the layers from one to the last."""
        count = self.end - first
        return self.total[count - 1 :: -1], self.most[count - 1 :: -1]

    def _layer(self, at: int) -> bool:
        total = most = 0
        name = self.name(at)
        for spans in self.spans:
            span = spans.get(name)
            if span is None or not self.read(at, span, spans):
                return False
            total += span[1] - span[0]
            most = max(most, span[1] - span[0])
        self.total.append(total)
        self.most.append(most)
        return True

    def name(self, at: int) -> str:
        """Under which name a layer's result is looked for."""
        raise NotImplementedError

    def read(self, at: int, span: Span, spans: dict[str, Span]) -> bool:
        """Add what a layer reads for a span of its result; False if that is impossible."""
        raise NotImplementedError


class _Rows(_Backward):
    def __init__(self, works: Sequence[NodeWork], end: int, rows: int) -> None:
        bands = [(b, b + rows) for b in range(0, works[end - 1].rows, rows)]
        super().__init__(works, end, bands, works[end - 1].output)

    def name(self, at: int) -> str:
        return self.works[at].output

    def read(self, at: int, span: Span, spans: dict[str, Span]) -> bool:
        for read in self.works[at].reads:
            low, high = read.since[span[0]], max(read.until[span[0] : span[1]])
            known = spans.get(read.storage, (low, high))
            spans[read.storage] = min(low, known[0]), max(high, known[1])
        return True

    def extent(self, first: int, source: Tensor) -> _Extent | None:
        """With the window of the source that a band reads."""
        reads: list[Span] = []
        for spans in self.spans:
            found = spans.get(source.name)
            if found is None:
                return None
            reads.append(found)
        move = reads[-1][0] - reads[-2][0] if len(reads) > 1 else 0
        begin = reads[-1][0] - move * (len(reads) - 1)
        regular = all(b == max(0, begin + move * i) for i, (b, _) in enumerate(reads))
        if regular:
            window = max(e - (begin + move * i) for i, (_, e) in enumerate(reads))
        else:
            window = max(e - b for b, e in reads)
        return _Extent(*self.until(first), window, move if regular else 0)


class _Columns(_Backward):
    def __init__(self, works: Sequence[NodeWork], end: int, tiles: int) -> None:
        output = works[end - 1].node.output
        width = output.shape[2]
        step = -(-width // tiles)
        parts = [(b, min(width, b + step)) for b in range(0, width, step)]
        super().__init__(works, end, parts, output.name)

    def name(self, at: int) -> str:
        return self.works[at].node.output.name

    def read(self, at: int, span: Span, spans: dict[str, Span]) -> bool:
        node = self.works[at].node
        found = lookup(node.op).columns(node, *span)
        if found is None:
            return False
        for tensor, read in zip(node.operands, found.reads, strict=True):
            if tensor.data is None:
                if read is None or len(tensor.shape) != 4:
                    return False
                known = spans.get(tensor.name, read)
                spans[tensor.name] = min(known[0], read[0]), max(known[1], read[1])
        return True


def _patchable(works: Sequence[NodeWork], source: Tensor) -> bool:
    if len(works) < 2:
        return False  # nothing inside
    if len(source.shape) != 4 or source.shape[0] != 1 or source.rows < 2:
        return False
    for work in works:
        shape = work.node.output.shape
        if not work.rows or not work.streams or work.adds_up or len(shape) != 4 or shape[0] != 1:
            return False
        if "old" in work.node.attrs or work.node.op == "patch" or not work.output:
            return False
        if any(s >= NEVER for r in work.reads for s in r.starts):
            return False  # a row that reads nothing but padding
    return works[-1].node.output.rows > 1


def _reads_only(works: Sequence[NodeWork], source: Tensor) -> bool:
    made = {w.output for w in works}
    return {r.storage for w in works for r in w.reads} - made == {source.name}


def _of_rows(
    works: Sequence[NodeWork],
    rows: int,
    extents: tuple[_Extent, Mapping[int, _Extent]],
    windows: Sequence[int],
) -> Iterator[PatchModel]:
    """Patches of bands of some rows, one for every number of tiles."""
    down, columns = extents
    pixels = [w.node.output.rows * w.node.output.shape[2] for w in works]
    macs = [lookup(w.node.op).macs(w.node) / p for w, p in zip(works, pixels, strict=True)]
    for tiles, across in columns.items():
        extra = sum(
            round(m * (d * a - p))
            for m, d, a, p in zip(macs, down.total, across.total, pixels, strict=True)
        )
        yield _model(works, (rows, tiles, extra), (down, across), windows)


def _model(
    works: Sequence[NodeWork],
    size: tuple[int, int, int],
    extents: tuple[_Extent, _Extent],
    windows: Sequence[int],
) -> PatchModel:
    down, across = extents
    held = passing = 0
    last = len(works) - 1
    for at, work in enumerate(works):
        output = work.node.output
        local = work.scratch_bytes
        if at < last:
            ring = min(down.most[at], windows[at])
            size_bytes = ring * across.most[at] * output.row_bytes // output.shape[2]
            if ring > 1:
                held += size_bytes
            else:
                local += size_bytes
        passing = max(passing, local)
    return PatchModel(
        nodes=tuple(w.node.name for w in works),
        rows=size[0],
        tiles=size[1],
        window_rows=down.window,
        moves_rows=down.moves,
        workspace_bytes=held + passing,
        result_bytes=size[0] * works[-1].node.output.row_bytes,
        extra_macs=size[2],
        calls=sum(down.total) * size[1],
        whole=size[0] == works[-1].node.output.rows,
    )
