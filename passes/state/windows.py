# SPDX-License-Identifier: Apache-2.0
"""Windows over time: a state that is only ever moved up and filled at its end.

before:  w = concat(s, x); n = strided_slice(w, ..); y = depthwise_conv2d(w, ..); s holds n next
after:   q = assign(x, q) [moves up by x, x at the end]; w = reshape(q); y = depthwise_conv2d(w, ..)

What counts is the meaning, not the operators: every element of what moves only is followed back to
where it comes from. A state that after every step is the last of (itself, something new) is a
queue.
Everything that reads a stretch of old state and new values reads the queue where it lies: no
window is copied, of the state only the elements are kept that somebody reads, and the oldest are
overwritten by the step that needs them no more.

Cost: one move of the queue a step, in words. Saves: the windows, and the copies to and fro.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.graph import Graph, Node, State, Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.kinds import Moving
from tvm_tiny.passes.state.attach import Variable

Places = npt.NDArray[np.int64]
_MOST_ELEMENTS = 1 << 22
"""Larger tensors are not followed element by element."""


@dataclass(frozen=True)
class _Window:
    """A tensor that is a stretch of (old state, new values): ``size`` elements from ``begin``."""

    tensor: Tensor
    begin: int
    size: int


@dataclass(frozen=True)
class _Queue:
    """A state that is the last of (old state, ``new`` values) after every step.

    ``first``: of (old state, new values), where what somebody reads, or keeps, begins.
    """

    new: Tensor
    first: int
    windows: tuple[_Window, ...]


def fold_windows(
    graph: Graph, variables: Sequence[Variable], unique: Callable[[str], str]
) -> tuple[Graph, list[Variable]]:
    """Make queues of the states that are windows over time; the others stay as they are.

    Args:
        graph: nodes read the states' tensors; nobody writes them yet.
        variables: the states in functional form.
        unique: makes a name that nothing in the graph has.
    """
    out: list[Variable] = []
    for number, variable in enumerate(variables):
        others = [*out, *variables[number + 1 :]]
        found = _Analysis(graph, variable, others).queue()
        if found is None:
            out.append(variable)
            continue
        wanted = {v.following.name for v in others if v.following is not None}
        graph, queue = _rewritten(graph, variable, found, wanted, unique)
        out.append(Variable(queue, None))
    return graph, out


class _Analysis:
    """Where the elements of everything that moves a state come from."""

    def __init__(self, graph: Graph, variable: Variable, others: Sequence[Variable]) -> None:
        self.graph, self.variable = graph, variable
        self.state = variable.state.tensor
        self.after = {v.following.name for v in others if v.following is not None}
        self.places: dict[str, Places] = {self.state.name: np.arange(self.state.size)}
        """Tensor that holds old state -> per element where it comes from."""
        self.bases: dict[str, tuple[Tensor, int]] = {}
        """Other tensors that are moved along -> the place of their first element."""
        self.next_place = self.state.size
        self.makers: dict[str, Node] = {}
        if self.state.size <= _MOST_ELEMENTS:
            for node in graph.nodes:
                self._follow(node)

    def _follow(self, node: Node) -> None:
        mover = _mover(node)
        if mover is None or not any(t.name in self.places for t in node.operands):
            return
        if node.output.size > _MOST_ELEMENTS:
            return
        operands = [self._operand(t).reshape(t.shape) for t in node.operands]
        self.places[node.output.name] = mover.moved(operands, node.attrs).reshape(-1)
        self.makers[node.output.name] = node

    def _operand(self, tensor: Tensor) -> Places:
        if tensor.name in self.places:
            return self.places[tensor.name]
        if tensor.name not in self.bases:
            self.bases[tensor.name] = (tensor, self.next_place)
            self.next_place += tensor.size
        first = self.bases[tensor.name][1]
        return np.arange(first, first + tensor.size)

    def queue(self) -> _Queue | None:
        """What the state is as a queue, None if it is none."""
        following, size = self.variable.following, self.state.size
        if following is None or following.name not in self.makers:
            return None
        new = self._new(self.places[following.name])
        if new is None:
            return None
        windows = list(self._windows(new))
        if self._needs(new, {w.tensor.name for w in windows}):
            return None
        first = min([w.begin for w in windows] + [new.size, size])
        return _Queue(new, first, tuple(windows))

    def _new(self, places: Places) -> Tensor | None:
        """The tensor of new values: the last of (old state, tensor) are these elements."""
        size = self.state.size
        for tensor, first in self.bases.values():
            stream = np.concatenate([np.arange(size), first + np.arange(tensor.size)])
            if tensor.data is None and np.array_equal(places, stream[-size:]):
                return tensor
        return None

    def _windows(self, new: Tensor) -> Iterator[_Window]:
        """Stretches of old state and new values that somebody reads."""
        size, first = self.state.size, self.bases[new.name][1]
        readers = self._read_by_others()
        todo, seen = [t for t in readers if t.name in self.places], set[str]()
        while todo:
            tensor = todo.pop(0)
            if tensor.name in seen:
                continue
            seen.add(tensor.name)
            places = self.places[tensor.name]
            inside = (places < size) | ((places >= first) & (places < first + new.size))
            at = np.where(places < size, places, places - first + size)
            if inside.all() and np.array_equal(at, np.arange(at[0], at[0] + tensor.size)):
                yield _Window(tensor, int(at[0]), tensor.size)
            else:  # its mover stays, and reads
                todo += [t for t in self.makers[tensor.name].operands if t.name in self.places]

    def _read_by_others(self) -> list[Tensor]:
        """Tensors that are read by what does more than move them, or that are results."""
        moved = {id(n) for n in self.makers.values()}
        found = [t for n in self.graph.nodes if id(n) not in moved for t in n.operands]
        found += list(self.graph.outputs)
        after = [n.output for n in self.makers.values() if n.output.name in self.after]
        return list({t.name: t for t in (*found, *after)}.values())

    def _needs(self, new: Tensor, windows: set[str]) -> bool:
        """Whether the new values are made from a window that they are to be part of."""
        tainted = set(windows)
        for node in self.graph.nodes:
            if any(t.name in tainted for t in node.operands):
                tainted.add(node.output.name)
        return new.name in tainted


def _mover(node: Node) -> Moving | None:
    """The node's operator if all its result's elements are some operand's; None otherwise."""
    operator = lookup(node.op)
    return operator if isinstance(operator, Moving) and not operator.fills else None


def _rewritten(
    graph: Graph,
    variable: Variable,
    queue: _Queue,
    wanted: set[str],
    unique: Callable[[str], str],
) -> tuple[Graph, State]:
    """The graph that reads the queue, and the queue."""
    old = variable.state.tensor
    size = old.size + queue.new.size - queue.first
    held = replace(old, name=unique(f"{old.name}_queue"), shape=(size,), model_shape=())
    dead = np.full(queue.new.size - queue.first, variable.state.initial.reshape(-1)[0])
    initial = np.concatenate([dead, variable.state.initial.reshape(-1)]).astype(held.dtype)
    layer = old.source or old.name
    made = replace(held, name=unique(f"{old.name}_window"), source="", source_index=-1)
    nodes = [Node(unique(f"{old.name}_push"), "assign", (queue.new, held), made, {}, layer)]
    renamed: dict[str, Tensor] = {}
    for window in queue.windows:
        tensor = window.tensor
        if tensor.name == old.name:
            tensor = renamed[old.name] = replace(tensor, name=unique(f"{old.name}_before"))
        nodes += _view(made, tensor, window.begin - queue.first, unique)
    replaced = {w.tensor.name for w in queue.windows}
    kept = [
        replace(n, operands=tuple(renamed.get(t.name, t) for t in n.operands))
        for n in graph.nodes
        if n.output.name not in replaced
    ]
    outputs = tuple(renamed.get(t.name, t) for t in graph.outputs)
    live = _without_dead(_ordered([*nodes, *kept]), wanted | {t.name for t in outputs})
    return replace(graph, nodes=tuple(live), outputs=outputs), State(held, initial)


def _view(made: Tensor, tensor: Tensor, begin: int, unique: Callable[[str], str]) -> Iterator[Node]:
    """Nodes that make a tensor of a stretch of the queue."""
    layer = tensor.source or tensor.name
    source = made
    if tensor.size != made.size:
        name = unique(f"{tensor.name}_part")
        attrs: dict[str, Any] = {"begin": [begin], "strides": [1], "shape": [tensor.size]}
        source = replace(made, name=name, shape=(tensor.size,))
        yield Node(name, "strided_slice", (made,), source, attrs, layer)
    shape = {"shape": list(tensor.shape)}
    yield Node(unique(f"{tensor.name}_view"), "reshape", (source,), tensor, shape, layer)


def _ordered(nodes: Sequence[Node]) -> list[Node]:
    """In an order in which they can run, as near to the given one as can be."""
    makers = {n.output.name: n for n in nodes}
    out: dict[str, Node] = {}

    def add(node: Node) -> None:
        todo = [node]
        while todo:
            now = todo[-1]
            missing = [
                makers[t.name]
                for t in now.operands
                if t.name in makers and makers[t.name].name not in out
            ]
            if missing and now.name not in out:
                todo += missing
            else:
                out.setdefault(todo.pop().name, now)

    for node in nodes:
        add(node)
    return list(out.values())


def _without_dead(nodes: Sequence[Node], wanted: set[str]) -> list[Node]:
    """Without what only moved the state to its next value."""
    read = set(wanted)
    out: list[Node] = []
    for node in reversed(nodes):
        if _mover(node) is None or node.output.name in read:
            read |= {t.name for t in node.operands}
            out.append(node)
    return out[::-1]
