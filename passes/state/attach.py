# SPDX-License-Identifier: Apache-2.0
"""States from their functional form: ``(x, state) -> (y, next state)`` to nodes that write them.

before:  def main(x, s): w = concat(s, x); n = strided_slice(w, ..); return y, n
after:   nodes: w, n, .., and last: s = assign(n, s)

A run reads the states as they were, whatever the order, so an output, or a state's next value, that
is another state itself is copied before anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.graph import Graph, Node, State, Tensor
from tvm_tiny.operators.base import storage_roots

MARK = 0x54545253
"""What a reset leaves in the arena, so that a run without one is noticed."""
MARK_NAME = "state_mark"


@dataclass(frozen=True, eq=False)
class Variable:
    """A state in functional form.

    Attributes:
        state: the memory, and what is in it after a reset.
        following: what it holds after a run; None: a node writes it (an operator's own state).
    """

    state: State
    following: Tensor | None


def attach_states(
    graph: Graph, variables: Sequence[Variable], unique: Callable[[str], str]
) -> Graph:
    """The graph with its states, and the nodes that write them.

    Args:
        graph: without states; its nodes read the states' tensors.
        variables: the states.
        unique: makes a name that nothing in the graph has.
    """
    if not variables:
        return graph
    mark = Tensor(unique(MARK_NAME), (1,), "int32")
    states = (*(v.state for v in variables), State(mark, np.array([MARK], np.int32)))
    graph = replace(graph, states=states)
    root = storage_roots(graph)
    own = {v.state.tensor.name for v in variables}
    copies: dict[str, Node] = {}

    def kept(tensor: Tensor, of: str = "") -> Tensor:
        """The tensor, or a copy of it if it is a state's bytes (not those of state ``of``)."""
        owner = root.get(tensor.name, "")
        if owner not in own or owner == of:
            return tensor
        if tensor.name not in copies:
            copies[tensor.name] = _copy(tensor, unique)
        return copies[tensor.name].output

    outputs = tuple(kept(t) for t in graph.outputs)
    writes: list[Node] = []
    for variable in variables:
        target = variable.state.tensor
        new = None if variable.following is None else kept(variable.following, target.name)
        if new is not None and root.get(new.name, "") != target.name:
            writes.append(_assign(new, target, unique))
    return replace(graph, outputs=outputs, nodes=(*graph.nodes, *copies.values(), *writes))


def _copy(tensor: Tensor, unique: Callable[[str], str]) -> Node:
    """A node that copies a tensor as it is."""
    name = unique(f"{tensor.name}_copy")
    rank = len(tensor.shape)
    attrs = {"begin": [0] * rank, "strides": [1] * rank, "shape": list(tensor.shape)}
    output = replace(tensor, name=name)
    return Node(name, "strided_slice", (tensor,), output, attrs, tensor.source or tensor.name)


def _assign(new: Tensor, target: Tensor, unique: Callable[[str], str]) -> Node:
    name = unique(f"{target.name}_assign")
    output = replace(target, name=name, source="", source_index=-1)
    return Node(name, "assign", (new, target), output, {}, target.source or target.name)


def initial_contents(shape: Sequence[int], dtype: str, data: bytes) -> npt.NDArray[Any]:
    """A state's first contents from the bytes that a front end wrote; one byte: all of it.

    Raises:
        ValueError: there are more or less bytes than the state has.
    """
    kind = np.dtype(dtype).newbyteorder("<")
    count = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    whole = data * count if len(data) == 1 else data
    if len(whole) != count:
        raise ValueError(f"{len(whole)} bytes of contents for {count}")
    return np.frombuffer(whole, kind).astype(dtype).reshape(tuple(shape))
