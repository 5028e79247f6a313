# SPDX-License-Identifier: Apache-2.0
"""What a reset does to the states of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.emit.data import CArray, c_array
from tvm_tiny.emit.names import comment_text
from tvm_tiny.graph import Graph, State
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
        narrow: the table has int16 for its int32.
        rows: how often so many bytes of the table are copied, ``step`` bytes apart.
        first: the first byte of the table that is copied.
        step: bytes of the table from one copy to the next.
    """

    title: str
    offset: int
    nbytes: int
    fill: int
    symbol: str
    mark: bool
    narrow: bool = False
    rows: int = 1
    first: int = 0
    step: int = 0


def make_states(
    graph: Graph, plan: MemoryPlan, model: str, symbols: Mapping[str, str], *, learns: bool
) -> tuple[tuple[StateCode, ...], tuple[CArray, ...]]:
    """The states in the arena, and tables of those that do not begin with equal bytes.

    Args:
        graph: with the states.
        plan: where they lie.
        model: C prefix of every symbol.
        symbols: constant tensors to the arrays that have their elements.
        learns: the model learns: tables are as short as they can be.
    """
    codes: list[StateCode] = []
    tables: list[CArray] = []
    for number, state in enumerate(graph.states):
        tensor, raw = state.tensor, np.frombuffer(state.initial.tobytes(), np.uint8)
        mark = number == len(graph.states) - 1 and tensor.name.startswith(MARK_NAME)
        title = comment_text(f"{tensor.source or tensor.name}: {tensor.dtype} {list(tensor.shape)}")
        offset = plan.offsets[tensor.name]
        code = StateCode(title, offset, tensor.nbytes, int(raw[0]), "", mark)
        if mark or not np.any(raw != raw[0]):
            codes.append(code)
        elif state.part_of is not None and state.part_of[0].name in symbols:
            codes.append(_copied(code, state, symbols[state.part_of[0].name]))
        else:
            narrow = learns and tensor.dtype == "int32" and _is_narrow(state.initial)
            initial = state.initial.astype(np.int16) if narrow else state.initial
            symbol = f"{model}_w_{tensor.name}_initial"
            tables.append(c_array(symbol, initial, f"{title} after a reset"))
            codes.append(replace(code, symbol=symbol, narrow=narrow))
    return tuple(codes), tuple(tables)


def _copied(code: StateCode, state: State, symbol: str) -> StateCode:
    """Begin with a part of a constant that is there anyway."""
    assert state.part_of is not None
    whole, first = state.part_of
    size, wide = state.initial.itemsize, state.initial.shape[-1]
    rows, step = state.initial.size // wide, whole.shape[-1] * size
    return replace(code, symbol=symbol, rows=rows, first=first * size, step=step)


def _is_narrow(values: npt.NDArray[Any]) -> bool:
    limits = np.iinfo(np.int16)
    return bool(values.min() >= limits.min and values.max() <= limits.max)


def mark_of(states: Sequence[StateCode]) -> dict[str, int] | None:
    """Where a reset leaves its mark, and which; None for a model without states."""
    found = [s.offset for s in states if s.mark]
    return {"offset": found[0], "value": MARK} if found else None
