# SPDX-License-Identifier: Apache-2.0
"""What a reset does to the states of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tvm_tiny.emit.data import CArray, c_array
from tvm_tiny.emit.names import comment_text
from tvm_tiny.graph import Graph
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.state.attach import MARK, MARK_NAME


@dataclass(frozen=True)
class StateCode:
    """A state.

    Attributes:
        title: what it is, for the comment.
        offset: where it lies in the arena.
        nbytes: its size.
        fill: the byte that is all its first contents, where there is no table of them.
        symbol: the table of its first contents, "" for none.
        mark: it is the mark of a reset.
    """

    title: str
    offset: int
    nbytes: int
    fill: int
    symbol: str
    mark: bool


def make_states(
    graph: Graph, plan: MemoryPlan, model: str
) -> tuple[tuple[StateCode, ...], tuple[CArray, ...]]:
    """The states in the arena, and tables of those that do not begin with equal bytes."""
    codes: list[StateCode] = []
    tables: list[CArray] = []
    for number, state in enumerate(graph.states):
        tensor, raw = state.tensor, np.frombuffer(state.initial.tobytes(), np.uint8)
        mark = number == len(graph.states) - 1 and tensor.name.startswith(MARK_NAME)
        title = comment_text(f"{tensor.source or tensor.name}: {tensor.dtype} {list(tensor.shape)}")
        symbol = ""
        if not mark and np.any(raw != raw[0]):
            symbol = f"{model}_w_{tensor.name}_initial"
            tables.append(c_array(symbol, state.initial, f"{title} after a reset"))
        offset = plan.offsets[tensor.name]
        codes.append(StateCode(title, offset, tensor.nbytes, int(raw[0]), symbol, mark))
    return tuple(codes), tuple(tables)


def mark_of(states: Sequence[StateCode]) -> dict[str, int] | None:
    """Where a reset leaves its mark, and which; None for a model without states."""
    found = [s.offset for s in states if s.mark]
    return {"offset": found[0], "value": MARK} if found else None
