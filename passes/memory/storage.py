# SPDX-License-Identifier: Apache-2.0
"""The planning problem as numbers: storages, steps, and who must not meet whom.

Sizes and offsets are counted in *units* of the arena's alignment. Tensors that share bytes (a
tensor, the views of it, views of views) are one *storage*. Storages that hold a float32 graph
input or output are the caller's memory, views of constants are constant: they do not appear.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import lookup, shared_operand, storage_roots
from tvm_tiny.passes.memory.safe_distance import safe_distance


@dataclass(frozen=True)
class Storage:
    """Bytes in the arena.

    Attributes:
        members: names of the tensors that share them, the maker's first.
        nbytes: size in bytes.
        units: size in units of alignment, rounded up, at least 1.
        producer: index of the node that fills it, -1 for a graph input or a state.
        users: bit mask of the nodes (views excepted) that read it.
        is_output: a member is a graph output, or it is a state: it outlives the run.
        spare: units that bounds do not count once it has been made (``unread.py``).
    """

    members: tuple[str, ...]
    nbytes: int
    units: int
    producer: int
    users: int
    is_output: bool
    spare: int = 0

    @property
    def kept_units(self) -> int:
        """Units that are needed while it waits for its readers."""
        return self.units - self.spare


@dataclass(frozen=True)
class Reach:
    """Safe distances of an output towards an operand that dies at its node.

    Attributes:
        below_bytes: rows ascending, the output at this distance or less; None: not at all.
        above_bytes: rows descending, the output at this distance or more; None: not at all.
        below: units by which the output must start before the operand (negative: after it).
        above: units by which the output must start after the operand (negative: before it).
    """

    below_bytes: int | None
    above_bytes: int | None
    below: int
    above: int


@dataclass(frozen=True)
class Step:
    """A node as the planner sees it.

    Attributes:
        needs: bit mask of the nodes whose results it reads.
        operands: storages it reads, each once.
        output: the storage it fills; None for views, updates of states, the caller's memory.
        scratch_units: workspace that is live during this step only.
        reach: operand storage -> how far the output may reach into it, where it may.
        is_view: no work, no bytes.
        gaps: operands of which it leaves out rows: bounds let the output lie between the others.
    """

    needs: int
    operands: tuple[int, ...]
    output: int | None
    scratch_units: int
    reach: Mapping[int, Reach]
    is_view: bool
    gaps: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Workload:
    """What is to be planned; independent of the execution order."""

    storages: tuple[Storage, ...]
    steps: tuple[Step, ...]
    alignment: int

    @property
    def everything(self) -> int:
        """Bit mask of all nodes."""
        return (1 << len(self.steps)) - 1


@dataclass(frozen=True)
class Lifetime:
    """First and last step, inclusive: -1 is before the first, ``len(steps)`` after the last."""

    first: int
    last: int

    def meets(self, other: Lifetime) -> bool:
        """Whether both are live at some step."""
        return self.first <= other.last and other.first <= self.last


def build_workload(
    graph: Graph,
    scratch_bytes: Mapping[str, int],
    alignment: int,
    in_place: bool | Collection[str],
) -> Workload:
    """Group the tensors of ``graph`` into storages and describe every node in units.

    Args:
        graph: the integer graph.
        scratch_bytes: node name -> workspace in bytes.
        alignment: bytes in a unit.
        in_place: whether outputs may overlap dying operands, or the nodes whose output may.
    """
    root = storage_roots(graph)
    before = _overwritten(graph, root)
    index_of = _arena_roots(graph, root)
    storages = _storages(graph, root, index_of, alignment)
    place = {name: index_of.get(r) for name, r in root.items()}
    made_by = {node.output.name: i for i, node in enumerate(graph.nodes)}
    steps: list[Step] = []
    for at, node in enumerate(graph.nodes):
        view = lookup(node.op).is_view
        names = [t.name for t in node.activations]
        operands = tuple(dict.fromkeys(s for n in names if (s := place[n]) is not None))
        output = None if shared_operand(node) is not None else place[node.output.name]
        reach: dict[int, Reach] = {}
        may = in_place if isinstance(in_place, bool) else node.name in in_place
        if may and output is not None:
            for x in operands:
                found = _reach(node, place, x, storages[x], storages[output], alignment)
                if found.below_bytes is not None or found.above_bytes is not None:
                    reach[x] = found
        steps.append(
            Step(
                needs=_mask(made_by[n] for n in names if n in made_by) | before[at],
                operands=operands,
                output=output,
                scratch_units=-(-scratch_bytes.get(node.name, 0) // alignment),
                reach=reach,
                is_view=view,
            )
        )
    return Workload(storages, tuple(steps), alignment)


def _mask(bits: Iterable[int]) -> int:
    out = 0
    for bit in bits:
        out |= 1 << bit
    return out


def _overwritten(graph: Graph, root: Mapping[str, str]) -> list[int]:
    """Per node the bit mask of nodes that must have read a state before it is overwritten."""
    states = {s.tensor.name for s in graph.states}
    readers = dict.fromkeys(states, 0)
    out: list[int] = []
    for i, node in enumerate(graph.nodes):
        owner = root[node.output.name] if lookup(node.op).updates else ""
        out.append(readers.get(owner, 0))
        for name in {root[t.name] for t in node.activations} & states:
            readers[name] |= 1 << i
    return out


def _arena_roots(graph: Graph, root: Mapping[str, str]) -> dict[str, int]:
    """Root name -> index of its storage, for those that live in the arena."""
    caller = {root[t.name] for t in (*graph.inputs, *graph.outputs) if t.elements.is_float}
    made = {t.name for t in graph.tensors()}
    names = [r for r in dict.fromkeys(root.values()) if r in made and r not in caller]
    return {name: i for i, name in enumerate(names)}


def _storages(
    graph: Graph, root: Mapping[str, str], index_of: Mapping[str, int], alignment: int
) -> tuple[Storage, ...]:
    tensors: dict[str, Tensor] = {t.name: t for t in graph.tensors()}
    members: dict[str, list[str]] = {name: [] for name in index_of}
    for name, r in root.items():
        if r in members:
            members[r].append(name)
    users = dict.fromkeys(index_of, 0)
    producer = dict.fromkeys(index_of, -1)
    for i, node in enumerate(graph.nodes):
        if node.output.name in producer:
            producer[node.output.name] = i
        if lookup(node.op).is_view:
            continue
        for tensor in node.activations:
            if root[tensor.name] in users:
                users[root[tensor.name]] |= 1 << i
    outputs = {root[t.name] for t in graph.results}
    return tuple(
        Storage(
            members=tuple(members[name]),
            nbytes=tensors[name].nbytes,
            units=max(1, -(-tensors[name].nbytes // alignment)),
            producer=producer[name],
            users=users[name],
            is_output=name in outputs,
        )
        for name in index_of
    )


def _reach(
    node: Node,
    place: Mapping[str, int | None],
    x: int,
    operand: Storage,
    output: Storage,
    unit: int,
) -> Reach:
    """Over all uses of storage ``x`` by the node, through whatever views."""
    uses = [i for i, t in enumerate(node.operands) if t.data is None and place[t.name] == x]
    below = [safe_distance(node, i) for i in uses]
    above = [safe_distance(node, i, descending=True) for i in uses]
    least = None if None in below else min(d for d in below if d is not None)
    most = None if None in above else max(d for d in above if d is not None)
    return Reach(
        below_bytes=least,
        above_bytes=most,
        below=output.units if least is None else min(output.units, -(least // unit)),
        above=operand.units if most is None else min(operand.units, -(-most // unit)),
    )


def lifetimes(work: Workload, order: Sequence[int]) -> tuple[Lifetime, ...]:
    """Lifetime of every storage when the nodes run in ``order``."""
    at = {node: step for step, node in enumerate(order)}
    out: list[Lifetime] = []
    for storage in work.storages:
        first = at[storage.producer] if storage.producer >= 0 else -1
        used = [at[i] for i in range(len(order)) if storage.users >> i & 1]
        last = len(order) if storage.is_output else max(used, default=first)
        out.append(Lifetime(first, max(first, last)))
    return tuple(out)
