# SPDX-License-Identifier: Apache-2.0
"""A queue of int8 (``operators/state.py``) moved in words; see ``tvm_tiny_queue.h``."""

from __future__ import annotations

from typing import Any

from tvm_tiny._tvm import TIR, IRBuilder
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Node
from tvm_tiny.operators import lookup
from tvm_tiny.operators.forms import Queued
from tvm_tiny.schedules.rule import Declined, Scheduled, ScheduleRule
from tvm_tiny.targets import Core

HEADER = "tvm_tiny_queue.h"


class QueueWords(ScheduleRule):
    """Sizes in words: queue and new part, which the plan aligns to four bytes."""

    name = "queue-words"

    def apply(self, func: Any, node: Node, core: Core) -> Scheduled | Declined:
        """Accept whole words; ``func`` is replaced, not transformed."""
        del func, core
        if not isinstance(lookup(node.op).form, Queued):
            return Declined(self.name, "not a queue")
        x, state = node.operands
        if x.elements is not Q8 or x.size % 4 or state.size % 4 or x.data is not None:
            return Declined(self.name, f"{x.size} of {state.size} {x.dtype}: no whole words")
        why = f"{(state.size - x.size) // 4} words move up, {x.size // 4} come"
        return Scheduled(_kernel(x.size, state.size), self.name, why, headers=(HEADER,))


def _kernel(new: int, size: int) -> Any:
    with IRBuilder() as builder, TIR.prim_func(s_tir=True):
        TIR.func_name("main")
        x = TIR.arg("x", TIR.buffer((new,), Q8.name))
        TIR.arg("state", TIR.buffer((size,), Q8.name))
        y = TIR.arg("y", TIR.buffer((size,), Q8.name))
        with TIR.sblock("push"):
            TIR.reads(x[0:new], y[0:size])
            TIR.writes(y[0:size])
            pointers = y.access_ptr("rw"), x.access_ptr("r")
            words = (size - new) // 4, new // 4
            TIR.evaluate(TIR.call_extern("int32", "tvm_tiny_queue_push", *pointers, *words))
    return builder.get()
