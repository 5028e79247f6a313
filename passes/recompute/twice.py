# SPDX-License-Identifier: Apache-2.0
"""Tensors that pass twice: kept, made again, or some of their channels kept and others made again.

A tensor that one layer reads early and another late, when the early one's result is complete (a
pool over the whole image that scales it: squeeze-and-excite), must be kept whole in between. Made
again from a smaller tensor before it, it passes twice and is a ring both times. Of an expansion and
a depthwise window any share of the channels can be made again (``groups.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup, storage_roots
from tvm_tiny.passes.decision.rewrite import Rewrite, is_part
from tvm_tiny.passes.recompute.channels import part_name
from tvm_tiny.passes.recompute.groups import Wide, group_sizes, join_name, wide_of

_LONGEST = 8
_MOST_TWICE = 3
"""The largest sizes tried one by one, and of the rest as many again, every second one."""

_LEVELS = (0.6, 0.35, 0.15, 0.0, -0.03)
"""Between what tensors made again need and what they need kept: limits to keep channels for. (Below
the first: for what they need that is not counted here.)"""

_TIGHT = (0.85, 0.7)
"""Of what tensors made again need by rows of all columns: limits that take tiles of columns."""

_PASSES = 4
"""Groups of channels that a tensor's first pass is made in where a limit takes tiles."""

_STEP = 8
"""Channels are kept by so many: a kernel's groups."""

_LEAST = 0.1
"""A share of the channels that is not worth groups."""


@dataclass(frozen=True)
class Late:
    """A tensor that passes twice.

    Attributes:
        chain: layers that make it from a smaller one.
        reader: the late reader.
        source_bytes: of the smaller one, which must be there for the second time.
        ring_bytes: of the rows that the window slides over.
        rows_bytes: of rows passing by while it is made again.
        size_bytes: of the tensor.
        wide: how it is made by groups of channels; None: it is made as a whole.
        small: the smaller one is at most half of it.
    """

    chain: tuple[str, ...]
    reader: str
    source_bytes: int
    ring_bytes: int
    rows_bytes: int
    size_bytes: int
    wide: Wide | None
    small: bool

    @property
    def again(self) -> Rewrite:
        """Made a second time, all of it."""
        return Rewrite("again", self.chain, readers=(self.reader,))

    @property
    def least_bytes(self) -> int:
        """What it needs made a second time."""
        return self.source_bytes + self.ring_bytes + self.rows_bytes

    @property
    def most_bytes(self) -> int:
        """What it needs kept."""
        return self.source_bytes + self.ring_bytes + self.size_bytes

    def rewrites(self, limit_bytes: int) -> tuple[Rewrite, ...]:
        """What keeps as many channels as a limit allows."""
        if self.most_bytes <= limit_bytes:
            return ()
        if self.wide is None:
            return (self.again,)
        channels = self.wide.channels
        room = limit_bytes - self.least_bytes
        share = room / max(1, self.size_bytes - self.ring_bytes)
        if limit_bytes >= self.source_bytes + self.size_bytes + self.ring_bytes // 4:
            share = 1.0
        kept = min(channels, int(max(0.0, share) * channels) // _STEP * _STEP)
        if kept < _LEAST * channels:
            return (self.again,)
        return self._in_groups(self.wide, group_sizes(channels, kept, channels // 4), kept)

    def tight(self, limit_bytes: int) -> tuple[Rewrite, ...]:
        """The same where rows of all columns may be too much: the first pass by groups then.

        The second pass is left whole: its layers can run as a patch (``plan/inner.py``).
        """
        wide = self.wide
        if wide is None or self.least_bytes <= limit_bytes or self.most_bytes <= limit_bytes:
            return self.rewrites(limit_bytes)
        names = tuple(n.name for n in wide.layers)
        sizes = group_sizes(wide.channels, wide.channels, -(-wide.channels // _PASSES))
        if len(sizes) < 2:
            return (self.again,)
        groups = Rewrite("groups", names, groups=sizes)
        if self.source_bytes + self.size_bytes + self.ring_bytes // _PASSES <= limit_bytes:
            return (groups,)
        return (self.again, groups)

    def _in_groups(self, wide: Wide, sizes: Sequence[int], kept: int) -> tuple[Rewrite, ...]:
        names, last = tuple(n.name for n in wide.layers), len(sizes) - 1
        out = [Rewrite("groups", names, groups=tuple(sizes))]
        if kept < wide.channels:
            made = tuple(part_name(n, last, len(sizes)) for n in names)
            out.append(Rewrite("again", made, readers=(join_name(wide.last.name),)))
        return tuple(out)


def made_twice(graph: Graph, base: tuple[Rewrite, ...] = ()) -> list[tuple[Rewrite, ...]]:
    """Bases of plans that make tensors a second time: the largest ones, then more and more.

    Args:
        graph: the integer graph.
        base: rewrites that plans share otherwise; means that run by rows do so by groups, too.
    """
    late = [v for v in find_late(graph) if v.small]
    if any(v.wide for v in late):
        low = max(v.least_bytes for v in late)
        high = max(v.most_bytes for v in late)
        limits = [int(low + share * (high - low)) for share in _LEVELS]
        levels = [tuple(r for v in late for r in v.rewrites(limit)) for limit in limits]
        levels.append(tuple(v.again for v in late if v.most_bytes > low))
    else:
        sizes = sorted({v.size_bytes for v in late}, reverse=True)
        least = [*sizes[:_MOST_TWICE], *sizes[_MOST_TWICE + 1 :: 2][:_MOST_TWICE]]
        levels = [tuple(v.again for v in late if v.size_bytes >= size) for size in least]
    return [_with_means(base, level, late) for level in dict.fromkeys(levels) if level]


def made_in_tiles(graph: Graph, base: tuple[Rewrite, ...] = ()) -> list[tuple[Rewrite, ...]]:
    """Bases of plans that make tensors again for which rows of all columns are too much.

    Args:
        graph: the integer graph.
        base: see ``made_twice``.
    """
    late = find_late(graph)
    low = max((v.least_bytes for v in late if v.small and v.wide), default=0)
    limits = [int(part * low) for part in _TIGHT] if low else []
    levels = [tuple(r for v in late for r in v.tight(limit)) for limit in limits]
    return [_with_means(base, level, late) for level in dict.fromkeys(levels) if level]


def _with_means(
    base: tuple[Rewrite, ...], level: tuple[Rewrite, ...], late: Sequence[Late]
) -> tuple[Rewrite, ...]:
    """Means over rows that are made by groups: every group's by rows."""
    by_rows = {r.nodes[0]: r for r in base if r.kind == "by_rows"}
    parts: list[Rewrite] = []
    groups = {r.nodes: len(r.groups) for r in level if r.kind == "groups"}
    for wide in (v.wide for v in late if v.wide):
        count = groups.get(tuple(n.name for n in wide.layers), 0)
        for name in (n.name for chain in wide.means for n in chain if count):
            if by_rows.pop(name, None):
                parts += [Rewrite("by_rows", (part_name(name, i, count),)) for i in range(count)]
    kept = tuple(r for r in base if r.kind != "by_rows" or r.nodes[0] in by_rows)
    whole = tuple(r for r in level if r.kind == "again" and not is_part(r.nodes[0]))
    grouped = tuple(r for r in level if r.kind == "groups")
    return (*kept, *whole, *grouped, *parts, *(r for r in level if r not in (*whole, *grouped)))


def find_late(graph: Graph) -> list[Late]:
    """Tensors that pass twice, in the graph's order."""
    found: list[Late] = []
    consumers = graph.consumers()
    nodes = {n.name: n for n in graph.nodes}
    for node in graph.nodes:
        readers = consumers.get(node.output.name, [])
        if len(readers) < 2 or is_part(node.name) or not _depends(graph, readers[-1], readers[0]):
            continue
        chain = _chain(graph, node)
        if chain:
            found.append(_late(graph, [nodes[n] for n in chain], readers[-1]))
    return found


def _late(graph: Graph, chain: Sequence[Node], reader: Node) -> Late:
    wide = wide_of(graph, chain)
    source, output = next(iter(chain[0].activations)), chain[-1].output
    rings = [_ring_bytes(node) for node in chain[1:]]
    return Late(
        chain=tuple(n.name for n in chain),
        reader=reader.name,
        source_bytes=source.nbytes,
        ring_bytes=sum(rings),
        rows_bytes=2 * output.row_bytes,
        size_bytes=output.nbytes,
        wide=None if isinstance(wide, str) else wide,
        small=2 * source.nbytes <= output.nbytes,
    )


def _ring_bytes(node: Node) -> int:
    """Rows of its input that a layer reads at a call."""
    x = node.operands[0]
    calls = (lookup(node.op).row_call(node, r) for r in range(node.output.rows))
    spans = [s.stop - s.start for c in calls if (s := c.needed(0, x.rows))]
    return max(spans, default=1) * x.row_bytes


def _depends(graph: Graph, late: Node, early: Node) -> bool:
    made = {early.output.name}
    for node in graph.nodes:
        if any(t.name in made for t in node.activations):
            made.add(node.output.name)
    return late.output.name in made


def _lasts(graph: Graph, node: Node) -> bool:
    """Whether a node reads or writes a state: a second run would find another one."""
    roots, states = storage_roots(graph), {s.tensor.name for s in graph.states}
    touched = (*node.activations, node.output)
    return bool(states & {roots.get(t.name, "") for t in touched})


def _chain(graph: Graph, node: Node) -> tuple[str, ...]:
    """Layers that make a tensor from a smaller one, none if there are none.

    From one of at most half its size if there is one, else from one that is no larger.
    """
    found: tuple[str, ...] = ()
    makers = {n.output.name: n for n in graph.nodes}
    chain: list[str] = []
    at: Node | None = node
    while at is not None and len(chain) < _LONGEST:
        chain.insert(0, at.name)
        sources = {t.name: t for t in at.activations}
        if len(sources) != 1 or lookup(at.op).state_bytes(at) or _lasts(graph, at):
            return found
        (source,) = sources.values()
        if 2 * source.nbytes <= node.output.nbytes:
            return tuple(chain)
        if not found and len(chain) > 1 and source.nbytes <= node.output.nbytes:
            found = tuple(chain)
        at = makers.get(source.name)
    return found
