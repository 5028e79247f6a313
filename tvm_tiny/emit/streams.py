# SPDX-License-Identifier: Apache-2.0
"""Streamed segments as C: one place per layer that makes one row, and a schedule that names them.

A row's arguments are functions of ``row``; a ring of R rows has row i in slot ``i % R``. The
schedule is the sequence of layers as bytes, folded where it repeats: every layer makes its next
row, so that rows need not be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from tvm_tiny.emit.arguments import Argument, kernel_arguments
from tvm_tiny.emit.data import CArray, c_array
from tvm_tiny.emit.offsets import (
    MAX_PIECES,
    InOtherTensor,
    InRing,
    Offset,
    RowValue,
    constant,
    straight_pieces,
)
from tvm_tiny.emit.place import Place
from tvm_tiny.emit.steps import LayerCalls, step_title
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import OUTSIDE, RowCall, lookup
from tvm_tiny.operators.call import Parameter, Role, kernel_parameters
from tvm_tiny.operators.carried import copies_of, plain
from tvm_tiny.passes.decision.memory_plan import MemoryPlan
from tvm_tiny.passes.plan.follow_rows import segment_calls
from tvm_tiny.schedules.apply import LayerKernel
from tvm_tiny.schedules.rule import Scheduled

FEED = 255
"""Byte of the schedule: the next row of the fed input comes."""

_MAX_PERIOD = 256


@dataclass(frozen=True)
class RowStep:
    """The call that makes one row of a streamed layer.

    Attributes:
        index: number of the layer in execution order.
        kernel: C function.
        title: source layer, operator, shapes and MACs.
        arguments: in the kernel's order.
        offsets: column of the row's arguments -> what it is.
    """

    index: int
    kernel: str
    title: str
    arguments: tuple[Argument, ...]
    offsets: Mapping[int, Offset]
    form: ClassVar[str] = "row"


@dataclass(frozen=True)
class Repetition:
    """``times`` repetitions of ``length`` entries of the schedule from ``first`` on."""

    first: int
    length: int
    times: int


@dataclass(frozen=True)
class Stream:
    """A streamed segment.

    Attributes:
        number: of the segment among the streamed ones.
        first: index of its first layer.
        last: index of its last layer.
        steps: its layers.
        codes: symbol of the schedule's entries (layer minus ``first``; ``FEED``).
        blocks: symbol of the schedule's repetitions, three numbers each.
        block_count: their number.
        rings: a line of text per ring, for the comment.
    """

    number: int
    first: int
    last: int
    steps: tuple[RowStep, ...]
    codes: str
    blocks: str
    block_count: int
    rings: tuple[str, ...]


@dataclass(frozen=True)
class Section:
    """A part of a run: a layer by itself, or a stream of some."""

    step: LayerCalls | None = None
    stream: Stream | None = None


def make_streams(
    graph: Graph,
    plan: MemoryPlan,
    places: Mapping[str, Place],
    kernels: Mapping[str, LayerKernel],
    schedules: Mapping[str, Scheduled],
    model: str,
    number: Mapping[str, int],
) -> tuple[dict[str, Stream], list[CArray]]:
    """Streamed segments by their first node, and the tables they use."""
    nodes = {n.name: n for n in graph.nodes}
    out: dict[str, Stream] = {}
    tables: list[CArray] = []
    for segment in plan.segments:
        if segment.kind != "stream":
            continue
        own = [nodes[n] for n in segment.nodes if n in kernels]
        first, stem = number[own[0].name], f"{model}_t_stream{len(out)}"
        calls = segment_calls(plan, graph, segment)
        codes = bytes(FEED if n is None else number[n.name] - first for n in calls)
        kept, blocks = fold(codes)
        rows = Rows(plan.rings, places, model, tables)
        out[segment.nodes[0]] = Stream(
            number=len(out),
            first=first,
            last=number[own[-1].name],
            steps=tuple(
                rows.step(n, number[n.name], kernels[n.name].kernel, schedules[n.name]) for n in own
            ),
            codes=stem,
            blocks=f"{stem}_blocks",
            block_count=len(blocks),
            rings=tuple(_ring_lines(own, plan, [] if out else list(graph.inputs))),
        )
        tables.append(
            c_array(stem, np.frombuffer(kept, np.uint8), f"schedule of stream {len(out) - 1}")
        )
        triples = np.array([(b.first, b.length, b.times) for b in blocks], np.uint16)
        tables.append(c_array(f"{stem}_blocks", triples, "first entry, entries, repetitions"))
    return out, tables


def _ring_lines(nodes: Sequence[Node], plan: MemoryPlan, inputs: Sequence[Tensor]) -> Iterator[str]:
    for tensor in [*inputs, *(n.output for n in nodes)]:
        if tensor.name in plan.rings:
            yield f"{tensor.name}: {plan.rings[tensor.name]} of {tensor.rows} rows"


def fold(codes: bytes) -> tuple[bytes, list[Repetition]]:
    """Find repetitions: the entries to keep, and the blocks that spell ``codes`` from them."""
    kept = bytearray()
    blocks: list[Repetition] = []
    at = 0
    while at < len(codes):
        length, times = _best_period(codes, at)
        if times == 1 and blocks and blocks[-1].times == 1:
            last = blocks.pop()
            blocks.append(Repetition(last.first, last.length + length, 1))
        else:
            blocks.append(Repetition(len(kept), length, times))
        kept += codes[at : at + length]
        at += length * times
    return bytes(kept), blocks


def _best_period(codes: bytes, at: int) -> tuple[int, int]:
    """(entries, repetitions) at ``at`` that save most; one entry, once, where nothing does."""
    best = (1, 1)
    saved = 6  # what a block costs
    for length in range(1, min(_MAX_PERIOD, (len(codes) - at) // 2) + 1):
        pattern = codes[at : at + length]
        times = 1
        while codes[at + times * length : at + (times + 1) * length] == pattern:
            times += 1
        if (times - 1) * length > saved:
            best, saved = (length, times), (times - 1) * length
    return best


class Rows:
    """The columns of rows' arguments, for tensors that are whole or rings of whole rows."""

    def __init__(
        self,
        rings: Mapping[str, int],
        places: Mapping[str, Place],
        model: str,
        tables: list[CArray],
    ) -> None:
        self._rings, self._places, self._model, self._tables = rings, places, model, tables

    def step(self, node: Node, index: int, kernel: str, scheduled: Scheduled) -> RowStep:
        """The call of one layer's row."""
        operator = lookup(node.op)
        calls = [operator.row_call(node, row) for row in range(operator.calls(node))]
        one = plain(node)
        offsets: dict[int, Offset] = {}
        for p in kernel_parameters(one, scheduled.constants, scheduled.scratch_bytes):
            offsets |= zip(p.columns, self._columns(node, p, calls), strict=True)
        arguments = kernel_arguments(one, self._places, scheduled, "")
        return RowStep(index, kernel, step_title(node), arguments, offsets)

    def _columns(self, node: Node, p: Parameter, calls: Sequence[RowCall]) -> list[Offset]:
        """What a parameter takes of the row's arguments."""
        if p.role is Role.RESULT:
            return [self.made(node)]
        if p.role is Role.SCALAR:
            return [self.value([c.scalars[p.number] for c in calls], node)]
        if p.tensor is None or not p.columns:
            return []
        taps = [[self.row(c, p.number, k) for c in calls] for k in range(len(p.columns))]
        offsets = [self.offset(p.tensor, rows, node, p.number) for rows in taps]
        copies = copies_of(node)
        if copies is not None and p.role is Role.ROWS and p.number == 0:
            offsets[: node.attrs["old"]] = self._copied(p.tensor, copies, calls, node)
        return offsets

    def _copied(
        self, tensor: Tensor, copies: Tensor, calls: Sequence[RowCall], node: Node
    ) -> list[Offset]:
        """Rows that are read from copies, counted from the tensor's own place."""
        last = len(node.operands) - 1
        apart = self._places[copies.name].offset - self._places[tensor.name].offset
        apart //= tensor.row_bytes // tensor.row_size
        out: list[Offset] = []
        for k in range(node.attrs["old"]):
            rows = [self.row(c, last, k) for c in calls]
            offset = self.offset(copies, rows, node, last)
            assert isinstance(offset, RowValue | InRing)  # copies are never from outside
            out.append(InOtherTensor(offset, apart))
        return out

    def made(self, node: Node) -> Offset:
        """The row that a layer makes."""
        operator = lookup(node.op)
        rows = range(operator.calls(node))
        made = [0] * len(rows) if operator.state_bytes(node) else list(rows)
        return self.offset(node.output, made, node, None)

    def row(self, call: RowCall, operand: int, tap: int) -> int | None:
        """Row under a tap; None: any, the kernel does not read it."""
        row = call.rows[operand][tap]
        return None if row == OUTSIDE else row

    def offset(
        self, tensor: Tensor, rows: Sequence[int | None], node: Node, operand: int | None
    ) -> Offset:
        """Where a row of a tensor is; ``operand`` None: of the result."""
        del operand
        held = self._rings.get(tensor.name, 0)
        if held == 1:
            return constant(0)
        if not held:
            return self.value([None if r is None else r * tensor.row_size for r in rows], node)
        return InRing(self.value(rows, node), held, tensor.row_size)

    def value(self, values: Sequence[int | None], node: Node) -> RowValue:
        """These values for rows 0, 1, ... (None: any)."""
        pieces = straight_pieces(values)
        if len(pieces) <= MAX_PIECES:
            return RowValue(pieces)
        symbol = f"{self._model}_t_{node.name}_rows{len(self._tables)}"
        array = np.array([v or 0 for v in values], np.int32)
        self._tables.append(c_array(symbol, array, f"an argument of every row of {node.layer}"))
        return RowValue((), symbol)
