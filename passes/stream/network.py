# SPDX-License-Identifier: Apache-2.0
"""A graph in one execution order, reduced to what decides about rows.

Tensors that share bytes (views) are one *storage*, named after the tensor that makes the bytes.
Which rows a call reads is asked of the operator once and kept as plain lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import Access, RowCall, lookup, storage_roots
from tvm_tiny.operators.carried import is_copy

MAX_ROWS = 4096
"""Operators of more rows (a hostile model) run layer by layer."""

NEVER = 1 << 60
"""Later than any row or byte: nobody reads."""


@dataclass(frozen=True)
class Read:
    """How a node reads one storage, over all uses of it by that node.

    Attributes:
        storage: name.
        maker: position of the node that fills it, -1 for a graph input or the caller's memory.
        until: per output row, how many rows of the storage must have been made.
        since: per output row, the first row that this call or a later one reads; ``NEVER`` behind
            the last. Rows are the maker's.
        since_bytes: the same in bytes.
        starts: per output row, first byte that this very call reads (``NEVER``: none).
        exact: the call may write its row exactly over the row that it reads.
    """

    storage: str
    maker: int
    until: tuple[int, ...]
    since: tuple[int, ...]
    since_bytes: tuple[int, ...]
    starts: tuple[int, ...]
    exact: bool

    @cached_property
    def arrays(self) -> Mapping[str, npt.NDArray[np.int64]]:
        """``since``, ``since_bytes`` and ``starts`` as arrays."""
        names = "since", "since_bytes", "starts"
        return {name: np.array(getattr(self, name), np.int64) for name in names}


_READS: WeakKeyDictionary[Node, dict[tuple[object, ...], Read]] = WeakKeyDictionary()
"""How nodes read storages: graphs that differ in some nodes share all others."""

_CALLS: WeakKeyDictionary[Node, tuple[RowCall, ...]] = WeakKeyDictionary()
"""What the calls of nodes read."""


@dataclass(frozen=True)
class NodeWork:
    """A node at its position in the order.

    Attributes:
        node: of the graph.
        output: storage that it fills, "" for views and for the caller's memory.
        rows: calls of its kernel, 0 for a view.
        reads: storages that it reads.
        streams: whether its rows can be interleaved with others'.
        scratch_bytes: workspace of its kernel.
        adds_up: its calls add up to one result, in workspace that must last.
        copies: it copies rows that its reader reads again (``passes/recompute/carry.py``): as
            soon as it can.
    """

    node: Node
    output: str
    rows: int
    reads: tuple[Read, ...]
    streams: bool
    scratch_bytes: int = 0
    adds_up: bool = False
    copies: bool = False


@dataclass(frozen=True)
class Network:
    """Nodes in order and their storages.

    Attributes:
        works: by position.
        tensors: storage name -> the tensor that owns the bytes.
        members: storage name -> all tensors in them.
        maker: storage name -> position, -1 for graph inputs and states.
        last_use: storage name -> last position that reads it (its maker's if none;
            ``len(works)`` for graph outputs and states).
        viewed: storages that are also read under another shape: never a ring.
        in_place: whether outputs may overlap dying operands, or the nodes whose output may.
    """

    works: tuple[NodeWork, ...]
    tensors: Mapping[str, Tensor]
    members: Mapping[str, tuple[str, ...]]
    maker: Mapping[str, int]
    last_use: Mapping[str, int]
    viewed: frozenset[str]
    in_place: bool | tuple[str, ...] = True

    @cached_property
    def lives(self) -> tuple[tuple[str, int, int], ...]:
        """(storage, position of its maker, last position that reads it)."""
        return tuple((n, m, self.last_use[n]) for n, m in self.maker.items() if n in self.tensors)

    @cached_property
    def lives_array(self) -> tuple[npt.NDArray[np.int64], ...]:
        """Of every storage the position behind its maker, its last reader's and its bytes."""
        found = [(made + 1, last, self.tensors[n].nbytes) for n, made, last in self.lives]
        return tuple(np.array(found, np.int64).reshape(-1, 3).T)

    @cached_property
    def sizes_bytes(self) -> Mapping[str, tuple[int, int]]:
        """Storage name -> bytes of all of it and of a row."""
        return {n: (t.nbytes, t.row_bytes) for n, t in self.tensors.items()}

    def may_overlap(self, storage: str) -> bool:
        """Whether a storage may lie over operands that its maker or its segment uses up."""
        if isinstance(self.in_place, bool):
            return self.in_place
        return self.works[self.maker[storage]].node.name in self.in_place


def build_network(
    graph: Graph,
    order: Sequence[str],
    scratch_bytes: Mapping[str, int] | None = None,
    fed: str = "",
    in_place: bool | tuple[str, ...] = True,
) -> Network:
    """Analyse a graph for one execution order.

    Args:
        graph: the integer graph.
        order: node names, views included.
        scratch_bytes: node name -> workspace in bytes.
        fed: graph input that comes by rows and is kept as a ring, whatever its type.
        in_place: whether outputs may overlap dying operands, or the nodes whose output may.
    """
    scratch = scratch_bytes or {}
    nodes = {n.name: n for n in graph.nodes}
    ordered = [nodes[name] for name in order]
    root = storage_roots(graph)
    caller = {root[t.name] for t in (*graph.inputs, *graph.outputs) if t.elements.is_float}
    caller.discard(fed)
    owners = {t.name: t for t in graph.tensors() if root[t.name] == t.name}
    kept = {n: t for n, t in owners.items() if n not in caller}
    maker = dict.fromkeys(owners, -1)
    for at, node in enumerate(ordered):
        if node.output.name in maker:
            maker[node.output.name] = at
    works = tuple(
        replace(_work(n, root, owners, kept, maker), scratch_bytes=scratch.get(n.name, 0))
        for n in ordered
    )
    works = tuple(replace(w, reads=tuple(_all_calls(r, works) for r in w.reads)) for w in works)
    last = {n: max(0, maker[n]) if maker[n] >= 0 else -1 for n in kept}
    viewed: set[str] = set()
    for at, (node, work) in enumerate(zip(ordered, works, strict=True)):
        if lookup(node.op).is_view and root[node.output.name] in kept:
            viewed.add(root[node.output.name])
        for read in work.reads:
            if read.storage in last:
                last[read.storage] = max(last[read.storage], at)
    for tensor in graph.results:
        if root[tensor.name] in last:
            last[root[tensor.name]] = len(ordered)
    members: dict[str, list[str]] = {n: [] for n in kept}
    for name, owner in root.items():
        if owner in members:
            members[owner].append(name)
    return Network(
        works,
        kept,
        {n: tuple(m) for n, m in members.items()},
        maker,
        last,
        frozenset(viewed),
        in_place,
    )


def _all_calls(read: Read, works: Sequence[NodeWork]) -> Read:
    """A result that calls add up to is there after the last of them."""
    if read.maker < 0 or not works[read.maker].adds_up:
        return read
    calls = works[read.maker].rows
    return replace(read, until=tuple(calls if u else 0 for u in read.until))


def _work(
    node: Node,
    root: Mapping[str, str],
    owners: Mapping[str, Tensor],
    kept: Mapping[str, Tensor],
    maker: Mapping[str, int],
) -> NodeWork:
    operator = lookup(node.op)
    if operator.is_view:
        return NodeWork(node, "", 0, (), False)
    rows = operator.calls(node)
    output = node.output.name if node.output.name in kept else ""
    if not 0 < rows <= MAX_ROWS or operator.updates:
        reads = tuple(_whole(node, n, owners[n], maker[n]) for n in _operands(node, root, owners))
        return NodeWork(node, output, rows, reads, False)
    reads = tuple(
        _read(node, root, owners[name], maker[name]) for name in _operands(node, root, owners)
    )
    adds_up = operator.state_bytes(node) > 0
    return NodeWork(node, output, rows, reads, True, adds_up=adds_up, copies=is_copy(node))


def _operands(node: Node, root: Mapping[str, str], owners: Mapping[str, Tensor]) -> list[str]:
    names = [root.get(t.name, t.name) for t in node.activations]
    return [n for n in dict.fromkeys(names) if n in owners]


def _whole(node: Node, name: str, owner: Tensor, maker: int) -> Read:
    del node
    return Read(name, maker, (owner.rows,), (0, NEVER), (0, NEVER), (0,), False)


def _read(node: Node, root: Mapping[str, str], owner: Tensor, maker: int) -> Read:
    """All uses of one storage by a node; worked out once for each node, whatever graph it is in."""
    uses = tuple(
        i
        for i, t in enumerate(node.operands)
        if t.data is None and root.get(t.name, t.name) == owner.name
    )
    known = _READS.setdefault(node, {})
    key = owner.name, owner.rows, owner.row_bytes, uses, maker
    if key not in known:
        known[key] = _merged(node, uses, owner, maker)
    return known[key]


def row_calls(node: Node) -> tuple[RowCall, ...]:
    """What every call of a node reads; asked of its operator once."""
    if node not in _CALLS:
        operator = lookup(node.op)
        _CALLS[node] = tuple(operator.row_call(node, row) for row in range(operator.calls(node)))
    return _CALLS[node]


def _merged(node: Node, uses: Sequence[int], owner: Tensor, maker: int) -> Read:
    access = lookup(node.op).access(node)
    until, first_row, first_byte = [], [], []
    for call in row_calls(node):
        spans = [(call.needed(i, node.operands[i].rows), node.operands[i]) for i in uses]
        spans = [(rows, tensor) for rows, tensor in spans if rows]
        begin = min((r.start * t.row_bytes for r, t in spans), default=NEVER)
        own = all(t.name == owner.name for _, t in spans)
        ends = [r.stop if own else owner.rows for r, _ in spans]
        until.append(max(ends, default=0))
        first_row.append(min((r.start if own else 0 for r, _ in spans), default=NEVER))
        first_byte.append(begin)
    exact = (
        lookup(node.op).elementwise
        and all(access[i] is Access.ROW for i in uses)
        and all(node.operands[i].row_bytes == node.output.row_bytes for i in uses)
    )
    return Read(
        owner.name,
        maker,
        tuple(until),
        _suffix(first_row),
        _suffix(first_byte),
        tuple(first_byte),
        exact,
    )


def _suffix(values: Sequence[int]) -> tuple[int, ...]:
    """Minimum of every tail; ``NEVER`` for the empty one."""
    out = [NEVER]
    for value in reversed(values):
        out.append(min(out[-1], value))
    return tuple(reversed(out))
