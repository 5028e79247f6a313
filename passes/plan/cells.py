# SPDX-License-Identifier: Apache-2.0
"""What a stream can be made of: cells between single tensors, each run in one of several ways.

A *joint* is a position in the order at which one storage alone is live. Between two joints layers
run as they are, with carried windows, or as a patch of some rows and tiles. What an option costs a
stream does not depend on the others: while layers above it work it holds ``waiting_bytes``, while
it works itself ``peak_bytes``. (So the weight of a stream is the sum of what waits and the largest
of what is there on top: ``labels.py``.)
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from tvm_tiny.errors import UsageError
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.passes.decision.budget import Budget
from tvm_tiny.passes.decision.rewrite import Rewrite
from tvm_tiny.passes.plan.inner import inner_patches, tail_patches
from tvm_tiny.passes.plan.spans import PatchModel, Spans
from tvm_tiny.passes.recompute.carry import CARRY, carry_of
from tvm_tiny.passes.recompute.rewrite import apply_rewrites
from tvm_tiny.passes.recompute.search import rewritten_scratch
from tvm_tiny.passes.stream.calls import INPUT
from tvm_tiny.passes.stream.cuts import make_piece
from tvm_tiny.passes.stream.demand import Streamed, simulate
from tvm_tiny.passes.stream.network import Network, build_network
from tvm_tiny.passes.stream.units import busy_units

LONGEST_PATCH = 9
"""Joints that a patch spans."""

_SIMPLE, _MANY = 4, 40
"""Cells of more nodes than the first and no more than the second get patches inside."""

_TAILS = 2
"""Joints that a patch behind a gate may end at: what scales the wide tensor, what reads that."""

_COPY_WORK = 0.25
"""What copying a byte counts beside a multiply-accumulate."""


@dataclass(frozen=True)
class StreamWay:
    """A way to run the nodes from one joint to another inside a stream.

    Attributes:
        first: position of the first node.
        end: position behind the last.
        rewrites: what is done to the graph.
        names: nodes that run then, in order.
        waiting_bytes: held while layers above work, rows of the input included.
        peak_bytes: held at most while it works, a row of its result included.
        whole_waiting_bytes: as ``waiting_bytes`` where the input is there whole.
        whole_peak_bytes: as ``peak_bytes`` where the input is there whole.
        work: multiply-accumulates that it adds, and a little for bytes that it copies.
        macs: multiply-accumulates that it adds.
        calls: row calls of its nodes.
        needs_rows: it only runs where its input comes by rows (its window is carried).
        ends: its result must be kept whole: the stream ends with it.
    """

    first: int
    end: int
    rewrites: tuple[Rewrite, ...]
    names: tuple[str, ...]
    waiting_bytes: int
    peak_bytes: int
    whole_waiting_bytes: int
    whole_peak_bytes: int
    work: float
    macs: int = 0
    calls: int = 0
    needs_rows: bool = False
    ends: bool = False


@dataclass(frozen=True)
class Cells:
    """Joints and options.

    Attributes:
        net: the network in its order.
        joints: positions, ascending; the first is 0, the last the number of nodes.
        sizes: bytes of the storage at each joint (0 for the caller's memory and a fed input).
        options: by first position.
    """

    net: Network
    joints: tuple[int, ...]
    sizes: dict[int, int]
    options: dict[int, tuple[StreamWay, ...]]


def live_at(net: Network, position: int) -> list[str]:
    """Storages that are made before a position and needed at it or behind."""
    return [
        n
        for n, made in net.maker.items()
        if n in net.tensors and made < position <= net.last_use[n]
    ]


def find_cells(net: Network, graph: Graph, fed: str, most_macs: int, budget: Budget) -> Cells:
    """Joints of a network and the options between them.

    Args:
        net: the network in its order.
        graph: what it was made of.
        fed: graph input that comes by rows, "" for none.
        most_macs: multiply-accumulates that an option may add.
        budget: what the search may do.
    """
    joints = _joints(net)
    sizes = {p: sum(net.tensors[n].nbytes for n in live_at(net, p) if n != fed) for p in joints}
    options: dict[int, tuple[StreamWay, ...]] = {}
    spans = Spans(net.works)
    for at, first in enumerate(joints[:-1]):
        source = _source(net, first, graph)
        found: list[StreamWay] = []
        if source is not None:
            found += _cell(net, first, joints[at + 1], source, (most_macs, spans), budget)
            for end in joints[at + 1 : at + 1 + LONGEST_PATCH]:
                if not budget.spend(1):
                    break
                patches = _patches(spans, (first, end), source, bool(fed), budget)
                found += (p for p in patches if p.macs <= most_macs)
            for end in joints[at + 1 : at + 1 + _TAILS]:
                found += _tails(net, (first, end), source, (most_macs, spans), budget)
        options[first] = tuple(_undominated(found))
    return Cells(net, joints, sizes, options)


def _joints(net: Network) -> tuple[int, ...]:
    count = len(net.works)
    alive = [0] * (count + 2)
    for name in net.tensors:
        first, last = net.maker[name] + 1, min(net.last_use[name], count)
        if first <= last:
            alive[first] += 1
            alive[last + 1] -= 1
    out, now = [0], 0
    for position in range(count):
        now += alive[position]
        if position and now == 1:
            out.append(position)
    return (*out, count) if count else (0,)


def _source(net: Network, first: int, graph: Graph) -> Tensor | None:
    """The tensor at a joint, if its readers read it as it was made."""
    if not first:
        return graph.inputs[0] if len(graph.inputs) == 1 else None
    (name,) = live_at(net, first)
    return None if name in net.viewed else net.tensors[name]


def _undominated(options: Sequence[StreamWay]) -> Iterator[StreamWay]:
    """By end, and whether the stream ends there."""
    groups: dict[tuple[int, bool], list[StreamWay]] = {}
    for option in options:
        groups.setdefault((option.end, option.ends), []).append(option)
    for group in groups.values():
        yield from _best(group)


def _best(options: Sequence[StreamWay]) -> list[StreamWay]:
    """Those that no other is as good as in everything."""

    def key(o: StreamWay) -> tuple[float, ...]:
        sizes = o.waiting_bytes, o.peak_bytes, o.whole_waiting_bytes, o.whole_peak_bytes
        return (o.work, *sizes, o.needs_rows)

    out: list[tuple[float, ...]] = []
    kept: list[StreamWay] = []
    for mine, _, option in sorted((key(o), i, o) for i, o in enumerate(options)):
        _, waits, peak, whole_waits, whole_peak, rows = mine
        for _, a, b, c, d, e in out:
            if a <= waits and b <= peak and c <= whole_waits and d <= whole_peak and e <= rows:
                break
        else:
            out.append(mine)
            kept.append(option)
    return kept


def _cell(
    net: Network, first: int, end: int, source: Tensor, how: tuple[int, Spans], budget: Budget
) -> Iterator[StreamWay]:
    """The nodes as they are, with carried windows, and with patches inside."""
    nodes = [w.node for w in net.works[first:end]]
    if not all(w.streams or not w.rows for w in net.works[first:end]):
        return
    scratch = {w.node.name: w.scratch_bytes for w in net.works[first:end] if w.scratch_bytes}
    inner, outer = _carries(nodes, source)
    choices: list[tuple[tuple[str, ...], bool]] = [((), False)]
    if inner:
        choices.append((inner, False))
    if outer:
        choices.append(((*inner, *outer), True))
    for names, needs_rows in choices:
        rewrites = tuple(Rewrite("carry", (n,)) for n in names)
        option = _measured(nodes, source, rewrites, scratch, (first, end), budget)
        if option is not None:
            yield replace(option, needs_rows=needs_rows)
    if end - first <= _SIMPLE or end - first > _MANY:
        return
    most_macs, spans = how
    for rewrites, macs in inner_patches(net, first, end, spans, budget):
        if macs <= most_macs:
            option = _measured(nodes, source, rewrites, scratch, (first, end), budget)
            if option is not None:
                yield replace(option, work=option.work + macs, macs=macs)


def _tails(
    net: Network, span: tuple[int, int], source: Tensor, how: tuple[int, Spans], budget: Budget
) -> Iterator[StreamWay]:
    """Nodes of which the last run as a patch: behind a gate, from what is made again on."""
    most_macs, spans = how
    works = net.works[slice(*span)]
    nodes = [w.node for w in works]
    scratch = {w.node.name: w.scratch_bytes for w in works if w.scratch_bytes}
    for model in tail_patches(net, span, source, spans, budget):
        if model.extra_macs <= most_macs:
            rewrite = Rewrite("patch", model.nodes, model.rows, model.tiles)
            option = _measured(nodes, source, (rewrite,), scratch, span, budget)
            if option is not None:
                macs, ends = model.extra_macs, model.rows > 1
                peak = _whole_peak(nodes, source, option, scratch)
                option = replace(option, work=option.work + macs, macs=macs, ends=ends)
                yield replace(option, whole_peak_bytes=peak)


def _whole_peak(
    nodes: Sequence[Node], source: Tensor, option: StreamWay, scratch: dict[str, int]
) -> int:
    """What a segment of one option holds beside its input or result, how far these overlap told."""
    graph = Graph((source,), (nodes[-1].output,), tuple(nodes))
    graph = apply_rewrites(graph, option.rewrites)
    net = build_network(graph, option.names, rewritten_scratch(graph, scratch))
    piece = make_piece(net, 0, len(option.names), 1, stream=True)
    return piece.weight_units - max(source.nbytes, nodes[-1].output.nbytes)


def _carries(nodes: Sequence[Node], source: Tensor) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Nodes whose windows over tensors made here, and over the source, can be carried."""
    made = {n.output.name for n in nodes}
    able = [n for n in nodes if not isinstance(carry_of(n), str)]
    readers: dict[str, int] = {}
    for node in nodes:
        for tensor in node.activations:
            readers[tensor.name] = readers.get(tensor.name, 0) + 1
    alone = [n for n in able if readers[n.operands[0].name] == 1]
    inner = tuple(n.name for n in alone if n.operands[0].name in made)
    return inner, tuple(n.name for n in alone if n.operands[0].name == source.name)


def _measured(
    nodes: Sequence[Node],
    source: Tensor,
    rewrites: tuple[Rewrite, ...],
    scratch: dict[str, int],
    span: tuple[int, int],
    budget: Budget,
) -> StreamWay | None:
    """Simulate the nodes alone, their input fed by rows."""
    try:
        graph = apply_rewrites(Graph((source,), (nodes[-1].output,), tuple(nodes)), rewrites)
    except UsageError:  # these layers cannot run so
        return None
    names = [n.name for n in graph.nodes]
    net = build_network(graph, names, rewritten_scratch(graph, scratch), source.name)
    if source.name not in net.tensors or net.last_use[source.name] < 0:
        return None
    streamed = simulate(net, 0, len(names), source.name)
    if not budget.spend(2 * len(streamed.calls)):
        return None
    result = [n for n in streamed.busy if net.last_use.get(n, -1) >= len(names)]
    units = {n: busy_units(net, streamed, n, 1) for n in streamed.busy if n not in result}
    if span[0] and _carried(graph, source):
        units[source.name] = source.row_bytes  # only a fed input is copied to the arena first
    total, waits = _levels(streamed, units)
    rows = streamed.rings[source.name] * source.row_bytes
    at_work = {n: u for n, u in units.items() if n != source.name}
    whole, whole_waits = _levels(streamed, at_work)
    out_row = sum(net.tensors[n].row_bytes for n in result)
    fed_rows = source.row_bytes if source.name not in streamed.busy else 0
    copied = sum(n.output.nbytes for n in graph.nodes if n.name.endswith(CARRY))
    held = rows if streamed.rings[source.name] > 1 and not _carried(graph, source) else 0
    return StreamWay(
        *span,
        rewrites=rewrites,
        names=tuple(names),
        waiting_bytes=max(waits, whole_waits + held),
        peak_bytes=total + out_row + fed_rows,
        whole_waiting_bytes=whole_waits,
        whole_peak_bytes=whole + out_row,
        work=_COPY_WORK * copied,
        calls=len(streamed.calls),
    )


def _carried(graph: Graph, source: Tensor) -> bool:
    return any(n.name.endswith(CARRY) and n.operands[0].name == source.name for n in graph.nodes)


def _levels(streamed: Streamed, units: dict[str, int]) -> tuple[int, int]:
    """Bytes at the fullest call, and at the fullest at which a row of input is waited for."""
    count = len(streamed.calls)
    begun, ended = [0] * (count + 1), [0] * (count + 1)
    for name, size in units.items():
        for begin, end in streamed.busy[name]:
            begun[max(0, begin)] += size
            ended[end + 1] += size
    now, most, waiting = 0, 0, 0
    for at, call in enumerate(streamed.calls):
        before = now
        now += begun[at] - ended[at]
        most = max(most, now)
        if call == INPUT and at:
            waiting = max(waiting, before - ended[at])
    return most, waiting


def _patches(
    spans: Spans, span: tuple[int, int], source: Tensor, fed: bool, budget: Budget
) -> Iterator[StreamWay]:
    """All the nodes as one patch, with and without carried rows."""
    for model in spans.models(*span, source, budget):
        if not (fed and model.whole and not span[0]):  # it reads its input more than once
            yield from _patch_options(span, source, model)


def _patch_options(span: tuple[int, int], source: Tensor, model: PatchModel) -> Iterator[StreamWay]:
    rewrite = Rewrite("patch", model.nodes, model.rows, model.tiles)
    names = (rewrite.name, *((f"{rewrite.name}_rows",) if model.rows > 1 else ()))
    held = model.window_rows * source.row_bytes
    # The result of several rows is kept whole (and counted by who puts options together).
    counted = model.rows == 1 or model.whole
    inside = model.workspace_bytes + (model.result_bytes if counted else 0)
    waiting = held if model.window_rows > 1 else 0
    yield StreamWay(
        *span,
        (rewrite,),
        names,
        waiting,
        held + inside,
        0,
        inside,
        float(model.extra_macs),
        model.extra_macs,
        model.calls,
        ends=model.rows > 1,
    )
    kept = model.window_rows - 1
    if 0 < model.moves_rows <= kept:
        carry = Rewrite("carry", (rewrite.name,))
        copied = source.nbytes
        yield StreamWay(
            *span,
            (rewrite, carry),
            (f"{rewrite.name}{CARRY}", *names),
            kept * source.row_bytes,
            held + inside,
            0,
            inside,
            model.extra_macs + _COPY_WORK * copied,
            model.extra_macs,
            model.calls + source.rows,
            needs_rows=True,
            ends=model.rows > 1,
        )
