# SPDX-License-Identifier: Apache-2.0
"""A machine that runs a plan with streams byte by byte, every byte knowing whose it is.

It takes from the plan only offsets, rings and the sequence of calls; what a call reads it asks of
the operator. A byte's owner is a tensor, the byte's index in it, and nothing else: a ring slot that
holds another row is another owner.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
from planner_graphs import Clobbered

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.plan.follow_rows import planned_graph, segment_calls
from tvm_tiny.passes.recompute.search import rewritten_scratch

Call = tuple[Node | None, int]
"""A node and a row; None: the next row of the fed input is handed in."""


class StreamMachine:
    """An arena and a plan."""

    def __init__(self, graph: Graph, plan: MemoryPlan, scratch: Mapping[str, int]) -> None:
        graph = planned_graph(plan, graph)
        self.graph, self.plan = graph, plan
        self.scratch = rewritten_scratch(graph, scratch)
        self.root = {t.name: t.name for t in graph.inputs}
        for node in graph.nodes:
            view, name = lookup(node.op).is_view, node.output.name
            first = node.operands[0].name
            self.root[name] = self.root.get(first, first) if view else name
        self.nodes = {n.name: n for n in graph.nodes}
        self.owners = {t.name: t for t in graph.tensors()}

    def calls(self) -> Iterator[Call]:
        made: dict[str, int] = {}
        for segment in self.plan.segments:
            if segment.kind == "stream":
                for node in segment_calls(self.plan, self.graph, segment):
                    key = node.name if node else ""
                    made[key] = made.get(key, -1) + 1
                    yield node, made[key]
            else:
                node = self.nodes[segment.nodes[0]]
                rows = range(0 if lookup(node.op).is_view else lookup(node.op).calls(node))
                yield from ((node, r) for r in (reversed(rows) if segment.descending else rows))

    def last_row(self, name: str) -> int:
        """Row (or call, where calls add up) that a layer makes last."""
        down = {n for s in self.plan.segments if s.descending for n in s.nodes}
        node = self.nodes[name]
        return 0 if name in down else lookup(node.op).calls(node) - 1

    def _places(self, tensor: Tensor, span: range) -> list[tuple[int, int]]:
        """(address, byte of the owner) of bytes of a tensor, as far as it is in the arena."""
        root = self.root.get(tensor.name, tensor.name)
        if tensor.name not in self.plan.offsets or root not in self.owners:
            return []
        owner, at = self.owners[root], self.plan.offsets[tensor.name]
        ring = self.plan.rings.get(root, 0)
        if not ring:
            return [(at + i, i) for i in span]
        width = owner.row_bytes
        return [(at + i // width % ring * width + i % width, i) for i in span]

    def _reads(self, node: Node, row: int) -> list[tuple[Tensor, range, bool]]:
        operator, y = lookup(node.op), node.output
        call = operator.row_call(node, row)
        out: list[tuple[Tensor, range, bool]] = []
        for i, x in enumerate(node.operands):
            if x.data is None:
                rows = call.needed(i, x.rows)
                span = range(rows.start * x.row_bytes, rows.stop * x.row_bytes)
                same = operator.elementwise and len(rows) == 1 and x.row_bytes == y.row_bytes
                out.append((x, span, same))
        return out

    def run(self) -> None:
        """Raise ``Clobbered`` if a byte is read that does not hold what it should."""
        self.arena: list[object] = ["poison"] * (self.plan.arena_bytes - self.plan.state_bytes)
        for tensor in self.graph.inputs:
            if tensor.name != self.plan.fed_input:
                self._write(tensor, range(tensor.nbytes))
        for node, row in self.calls():
            if node is None:
                fed = self.owners[self.plan.fed_input]
                if self.plan.rings[fed.name] > 1:
                    self._write(fed, range(row * fed.row_bytes, (row + 1) * fed.row_bytes))
            else:
                self._call(node, row)
        for tensor in self.graph.outputs:
            self._check(tensor, range(tensor.nbytes))

    def _call(self, node: Node, row: int) -> None:
        scratch = self._scratch(node)
        if row and lookup(node.op).state_bytes(node):
            self._check_scratch(node, "was lost between two calls")
        for i in scratch:
            self.arena[i] = node.name
        y, made = node.output, self._made(node, row)
        reads = [r for r in self._reads(node, row) if not self._direct(r[0])]
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
        self._check_scratch(node, f"row {row} writes into it")
        self._check(y, made)

    def _scratch(self, node: Node) -> range:
        at = self.plan.scratch_offsets.get(node.name, 0)
        return range(at, at + self.scratch.get(node.name, 0))

    def _check_scratch(self, node: Node, why: str) -> None:
        if any(self.arena[i] != node.name for i in self._scratch(node)):
            raise Clobbered(f"the scratch of {node.name}: {why}")

    def _made(self, node: Node, row: int) -> range:
        """Bytes of the result that a call makes; calls that add up make it with the last."""
        width = node.output.row_bytes
        if not lookup(node.op).state_bytes(node):
            return range(row * width, (row + 1) * width)
        return range(width if row == self.last_row(node.name) else 0)

    def _direct(self, tensor: Tensor) -> bool:
        """The fed row is used where the caller has it."""
        return tensor.name == self.plan.fed_input and self.plan.rings[tensor.name] == 1

    def _write(self, tensor: Tensor, span: range) -> None:
        for address, i in self._places(tensor, span):
            self.arena[address] = (self.root[tensor.name], i)

    def _check(self, tensor: Tensor, span: range) -> None:
        for address, i in self._places(tensor, span):
            if self.arena[address] != (self.root[tensor.name], i):
                raise Clobbered(f"byte {i} of {tensor.name} holds {self.arena[address]}")

    def dead_after_calls(self) -> dict[tuple[str, int], npt.NDArray[np.bool_]]:
        """Per call the bytes of the arena that are written before they are read again."""
        size = self.plan.arena_bytes
        live = np.zeros(size, bool)
        for tensor in self.graph.outputs:
            live[[a for a, _ in self._places(tensor, range(tensor.nbytes))]] = True
        live[size - self.plan.state_bytes :] = True
        out: dict[tuple[str, int], npt.NDArray[np.bool_]] = {}
        for node, row in reversed(list(self.calls())):
            if node is None:
                fed = self.owners[self.plan.fed_input]
                if self.plan.rings[fed.name] > 1:
                    span = range(row * fed.row_bytes, (row + 1) * fed.row_bytes)
                    live[[a for a, _ in self._places(fed, span)]] = False
                continue
            out[node.name, row] = ~live
            live[[a for a, _ in self._places(node.output, self._made(node, row))]] = False
            if lookup(node.op).state_bytes(node):
                live[self._scratch(node)] = row > 0
            for x, span, _ in self._reads(node, row):
                if not self._direct(x):
                    live[[a for a, _ in self._places(x, span)]] = True
        return out
