# SPDX-License-Identifier: Apache-2.0
"""Synthetic graphs for the memory planner, and a machine that runs a plan byte by byte."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
from hypothesis import strategies as st

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import Access, Operator, RowCall, lookup, table, window_taps
from tvm_tiny.passes.decision.memory_plan import MemoryPlan


class _Synthetic(Operator):
    def infer(self, operands: Any, attrs: Any) -> Any:
        raise AssertionError("only planned, never compiled")

    def kernel(self, node: Node) -> Any:
        raise AssertionError("only planned, never compiled")


class Rows(_Synthetic):
    """Output row r from row r of every operand (a 1x1 convolution); one-row operands repeat."""

    name = "plan_rows"

    def row_call(self, node: Node, row: int) -> RowCall:
        return RowCall(tuple(() if t.data is not None else (row % t.rows,) for t in node.operands))


class Elementwise(Rows):
    name = "plan_elementwise"
    elementwise = True


class Window(_Synthetic):
    """attrs k, s, p: a window over the rows of the operand."""

    name = "plan_window"

    def access(self, node: Node) -> tuple[Access, ...]:
        return (Access.WINDOW,)

    def row_call(self, node: Node, row: int) -> RowCall:
        a, x = node.attrs, node.operands[0]
        return RowCall((window_taps(row, a["k"], a["s"], a.get("d", 1), a["p"], x.rows),))


class Pick(_Synthetic):
    """attrs rows: the operand row of every output row (crop, flip, any shuffle)."""

    name = "plan_pick"

    def row_call(self, node: Node, row: int) -> RowCall:
        return RowCall(((node.attrs["rows"][row],),))


class Whole(_Synthetic):
    name = "plan_whole"

    def access(self, node: Node) -> tuple[Access, ...]:
        return tuple(Access.WHOLE for _ in node.operands)


class View(_Synthetic):
    name = "plan_view"
    is_view = True


@contextmanager
def synthetic_operators() -> Iterator[None]:
    """The operators above in the operator table, for as long as the context lasts."""
    entries = cast("dict[str, Operator]", table())
    made = {c.name: c() for c in (Rows, Elementwise, Window, Pick, Whole, View)}
    entries.update(made)
    try:
        yield
    finally:
        for name in made:
            del entries[name]


class Build:
    """A graph under construction; every method returns the new tensor."""

    def __init__(self) -> None:
        self.inputs: list[Tensor] = []
        self.nodes: list[Node] = []

    def input(self, *shape: int, dtype: str = "int8") -> Tensor:
        self.inputs.append(Tensor(f"in{len(self.inputs)}", shape, dtype))
        return self.inputs[-1]

    def add(
        self,
        op: str,
        operands: Sequence[Tensor],
        shape: Sequence[int],
        dtype: str = "int8",
        **attrs: Any,
    ) -> Tensor:
        number = len(self.nodes)
        made = Tensor(f"t{number}", tuple(shape), dtype)
        self.nodes.append(Node(f"n{number}", op, tuple(operands), made, attrs))
        return made

    def graph(self, *outputs: Tensor) -> Graph:
        return Graph(tuple(self.inputs), tuple(outputs), tuple(self.nodes))


def constant(*shape: int) -> Tensor:
    return Tensor("c" + "_".join(map(str, shape)), shape, "int8", data=np.zeros(shape, np.int8))


class Clobbered(Exception):
    """A byte was overwritten before its last reader."""


class Machine:
    """An arena in which every byte knows whose it is."""

    def __init__(self, graph: Graph, plan: MemoryPlan, scratch: Mapping[str, int]) -> None:
        self.graph, self.plan, self.scratch = graph, plan, scratch
        self.arena: list[object] = ["poison"] * plan.arena_bytes
        self.root = {t.name: t.name for t in graph.inputs}
        for node in graph.nodes:
            view = lookup(node.op).is_view
            name = node.output.name
            self.root[name] = self.root[node.operands[0].name] if view else name

    def run(self, calls: Iterable[tuple[Node, int]]) -> None:
        for tensor in self.graph.inputs:
            self._write(tensor, range(tensor.nbytes))
        for node, row in calls:
            self._call(node, row)
        for tensor in self.graph.outputs:
            self._check(tensor, range(tensor.nbytes))

    def _call(self, node: Node, row: int) -> None:
        at = self.plan.scratch_offsets.get(node.name, 0)
        for i in range(at, at + self.scratch.get(node.name, 0)):
            self.arena[i] = "scratch"
        operator, y = lookup(node.op), node.output
        call = operator.row_call(node, row)
        made = range(row * y.row_bytes, (row + 1) * y.row_bytes)
        reads: list[tuple[Tensor, range, bool]] = []
        for i, x in enumerate(node.operands):
            if x.data is None:
                rows = call.needed(i, x.rows)
                span = range(rows.start * x.row_bytes, rows.stop * x.row_bytes)
                same = operator.elementwise and len(rows) == 1 and x.row_bytes == y.row_bytes
                reads.append((x, span, same))
        for x, span, _ in reads:
            self._check(x, span)
        for done in range(len(made)):
            for x, span, same in reads:
                if same:
                    self._check(x, span[done:])
            self._write(y, made[done : done + 1])
        for x, span, same in reads:
            if not same:
                self._check(x, span)
        for i in range(at, at + self.scratch.get(node.name, 0)):
            if self.arena[i] != "scratch":
                raise Clobbered(f"{node.name} row {row} writes into its scratch")
        self._check(y, made)

    def _write(self, tensor: Tensor, span: range) -> None:
        if tensor.name in self.plan.offsets:
            at, root = self.plan.offsets[tensor.name], self.root[tensor.name]
            for i in span:
                if at + i < 0:
                    raise Clobbered("below the arena")
                self.arena[at + i] = (root, i)

    def _check(self, tensor: Tensor, span: range) -> None:
        if tensor.name in self.plan.offsets:
            at, root = self.plan.offsets[tensor.name], self.root[tensor.name]
            for i in span:
                if self.arena[at + i] != (root, i):
                    raise Clobbered(f"byte {i} of {tensor.name} holds {self.arena[at + i]}")


@st.composite
def graphs(
    draw: st.DrawFn, nodes: int = 8, kinds: str = "rwepafv", row_bytes: int = 0
) -> tuple[Graph, dict[str, int]]:
    """A random DAG with scratch. ``row_bytes``: every row has a multiple of it (0: any size)."""
    build = Build()

    def int_(low: int, high: int) -> int:
        return draw(st.integers(low, high))

    def width() -> int:
        return row_bytes * int_(1, 2) if row_bytes else int_(1, 11)

    known = [
        build.input(1, int_(1, 3 if row_bytes else 6), 1, width())
        for _ in range(1 if row_bytes else int_(1, 2))
    ]
    for _ in range(int_(1, nodes)):
        known.append(_random_node(build, draw, draw(st.sampled_from(kinds)), known, width))
    read = {t.name for node in build.nodes for t in node.operands}
    outputs = [t for t in known if t.name not in read]
    if draw(st.booleans()):
        outputs.append(draw(st.sampled_from(known)))
    outputs = list({t.name: t for t in outputs[int_(0, 1) if len(outputs) > 1 else 0 :]}.values())
    scratch = {n.name: int_(1, 9) for n in build.nodes if not row_bytes and int_(0, 3) == 0}
    return build.graph(*outputs), scratch


def _random_node(
    build: Build, draw: st.DrawFn, kind: str, known: Sequence[Tensor], width: Any
) -> Tensor:
    x = draw(st.sampled_from(known))
    rows = x.rows
    if kind == "w":
        k, s = draw(st.integers(1, 3)), draw(st.integers(1, 2))
        p, d = draw(st.integers(0, k - 1)), draw(st.integers(1, 2))
        made = max(1, (rows + 2 * p - (k - 1) * d - 1) // s + 1)
        return build.add("plan_window", [x], (1, made, 1, width()), k=k, s=s, p=p, d=d)
    if kind == "e":
        same = [t for t in known if t.row_bytes == x.row_bytes and t.rows in (1, rows)]
        other = draw(st.sampled_from(same))
        return build.add("plan_elementwise", [x, other], x.shape)
    if kind == "p":
        picked = draw(st.lists(st.integers(0, rows - 1), min_size=1, max_size=6))
        order = draw(st.sampled_from([picked, sorted(picked), sorted(picked)[::-1]]))
        return build.add("plan_pick", [x], (1, len(order), 1, x.row_size), rows=order)
    if kind == "a":
        other = draw(st.sampled_from([t for t in known if rows % t.rows == 0]))
        return build.add("plan_rows", [x, other, constant(3)], (1, rows, 1, width()))
    if kind == "f":
        return build.add("plan_whole", [x], (1, width()))
    if kind == "v":
        shape = draw(st.sampled_from([(1, x.size), (x.size, 1, 1), (1, 1, x.size, 1)]))
        return build.add("plan_view", [x], shape)
    return build.add("plan_rows", [x], (*x.shape[:-1], width()))
