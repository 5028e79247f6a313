# SPDX-License-Identifier: Apache-2.0
"""Patches inside a cell: a few layers round its largest tensors, and the same layers made again.

A cell of many layers (squeeze and excite, branches) has no joints inside; of its layers those that
make and use up a large tensor can still run as a patch, each time they run. Those behind a gate run
as a patch of bands and tiles, whose result grows over the cell's input.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tvm_tiny.graph import Tensor
from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.decision.rewrite import Rewrite, first_of, is_part, twin
from tvm_tiny.passes.plan.spans import PatchModel, Spans
from tvm_tiny.passes.stream.network import Network, NodeWork

_LONGEST = 4
_LARGEST = 2
_TILES = (2, 4, 8)
_MOST = 6
"""Combinations to try in a cell."""

_LONGEST_TAIL, _MOST_TAILS = 8, 12
"""Layers of a patch that ends a cell, and how many such patches to try."""


def inner_patches(
    net: Network, first: int, end: int, spans: Spans, budget: Budget
) -> Iterator[tuple[tuple[Rewrite, ...], int]]:
    """Patches of a cell with what they add in multiply-accumulates, the most promising first."""
    works = net.works[first:end]
    sized = sorted(
        {first_of(w.node.name): w.node.output.nbytes for w in works if w.output}.items(),
        key=lambda p: -p[1],
    )
    large = {name for name, _ in sized[:_LARGEST]}
    found: list[tuple[int, tuple[Rewrite, ...], int]] = []
    for begin, stop in _runs(net, first, end):
        run = net.works[begin:stop]
        inside = {first_of(w.node.name) for w in run[:-1]} & large
        twin = _twin(works, run)
        if not inside or (twin and run[0].node.name > twin[0].node.name):
            continue
        source = _source(net, run)
        for model in spans.models(begin, stop, source, budget) if source else ():
            if model.rows == 1 and model.tiles in _TILES:
                runs = [run, *([twin] if twin else [])]
                names = [tuple(w.node.name for w in r) for r in runs]
                rewrites = tuple(Rewrite("patch", n, 1, model.tiles) for n in names)
                found.append((-len(inside), rewrites, len(runs) * model.extra_macs))
    for _, rewrites, macs in sorted(found, key=lambda f: (f[0], f[2]))[:_MOST]:
        yield rewrites, macs


def tail_patches(
    net: Network, span: tuple[int, int], source: Tensor, spans: Spans, budget: Budget
) -> list[PatchModel]:
    """Patches that end a cell, from little memory to little work, none worse than another in both.

    They begin where what was made by groups of channels is made again as a whole, from the cell's
    input. What they need besides it: workspace, and rows by which the result lies below it.
    """
    first, end = span
    found: list[tuple[int, int, PatchModel]] = []
    for begin in range(max(first + 1, end - _LONGEST_TAIL), end - 1):
        run = net.works[begin:end]
        kept = any(not w.output or net.last_use[w.output] >= end for w in run[:-1])
        reads = source.name in {r.storage for r in run[0].reads}
        if kept or not reads or not _second_pass(net.works[first:begin], run[0].node.name):
            continue
        for model in spans.models(begin, end, source, budget, beside=True):
            need = model.workspace_bytes + model.window_rows * source.row_bytes
            found.append((need, model.extra_macs, model))
    best: list[PatchModel] = []
    least: int | None = None
    for _, macs, model in sorted(found, key=lambda f: f[:2]):
        if least is None or macs < least:
            least = macs
            best.append(model)
    return best[:: -(-len(best) // _MOST_TAILS)] if best else []


def _second_pass(before: Sequence[NodeWork], name: str) -> bool:
    first = first_of(name)
    grouped = any(is_part(w.node.name) and first_of(w.node.name) == first for w in before)
    return grouped and name == twin(first)


def _runs(net: Network, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Neighbouring layers whose results, but for the last one's, nobody else reads."""
    for begin in range(first, end):
        for stop in range(begin + 2, min(end, begin + _LONGEST) + 1):
            if all(w.output and net.last_use[w.output] < stop for w in net.works[begin : stop - 1]):
                yield begin, stop


def _twin(works: Sequence[NodeWork], run: Sequence[NodeWork]) -> Sequence[NodeWork] | None:
    """The same layers made at another time."""
    wanted = [first_of(w.node.name) for w in run]
    for at in range(len(works) - len(run) + 1):
        other = works[at : at + len(run)]
        if other[0] is not run[0] and [first_of(w.node.name) for w in other] == wanted:
            return other
    return None


def _source(net: Network, run: Sequence[NodeWork]) -> Tensor | None:
    """The one tensor that layers read from outside."""
    made = {w.output for w in run}
    read = {r.storage for w in run for r in w.reads} - made
    return net.tensors.get(read.pop()) if len(read) == 1 else None
