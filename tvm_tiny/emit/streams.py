# SPDX-License-Identifier: Apache-2.0
"""Streamed segments as C: one place per layer that makes one row, and a schedule that names them.

A row's arguments are expressions in ``row``; a ring of R rows has row i in slot ``i % R``. The
schedule is the sequence of layers as bytes, folded where it repeats: every layer makes its next
row, so that rows need not be named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tvm_tiny.emit.data import C_TYPES, CArray, c_array
from tvm_tiny.emit.kernels import LayerKernel
from tvm_tiny.emit.steps import Place, scratch_name, step_title
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import OUTSIDE, Access, RowCall, lookup
from tvm_tiny.passes.memory.plan import segment_calls
from tvm_tiny.passes.plan_memory import MemoryPlan
from tvm_tiny.schedules.rule import Scheduled

FEED = 255
"""Byte of the schedule: the next row of the fed input comes."""

MAX_PIECES = 4
"""An argument of more straight pieces over the rows than this is read from a table."""

_MAX_PERIOD = 256


@dataclass(frozen=True)
class RowArgument:
    """An argument of the row's call: ``text`` in C, or an array ``name`` of ``taps``."""

    text: str
    name: str = ""
    taps: tuple[str, ...] = ()


@dataclass(frozen=True)
class RowStep:
    """The call that makes one row of a streamed layer.

    Attributes:
        index: number of the layer in execution order.
        kernel: C function.
        title: source layer, operator, shapes and MACs.
        arguments: in the kernel's order.
    """

    index: int
    kernel: str
    title: str
    arguments: tuple[RowArgument, ...]


@dataclass(frozen=True)
class Block:
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
        writer = RowWriter(plan.rings, places, model, tables)
        out[segment.nodes[0]] = Stream(
            number=len(out),
            first=first,
            last=number[own[-1].name],
            steps=tuple(
                writer.step(n, number[n.name], kernels[n.name].kernel, schedules[n.name])
                for n in own
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


def fold(codes: bytes) -> tuple[bytes, list[Block]]:
    """Find repetitions: the entries to keep, and the blocks that spell ``codes`` from them."""
    kept = bytearray()
    blocks: list[Block] = []
    at = 0
    while at < len(codes):
        length, times = _best_period(codes, at)
        if times == 1 and blocks and blocks[-1].times == 1:
            last = blocks.pop()
            blocks.append(Block(last.first, last.length + length, 1))
        else:
            blocks.append(Block(len(kept), length, times))
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


class RowWriter:
    """Writes the arguments of rows as C expressions."""

    def __init__(
        self,
        rings: Mapping[str, int],
        places: Mapping[str, Place],
        model: str,
        tables: list[CArray],
    ) -> None:
        self._rings, self._places, self._model, self._tables = rings, places, model, tables

    def step(self, node: Node, index: int, kernel: str, scheduled: Scheduled) -> RowStep:
        """The call of one layer's row, arguments in the order of ``schedules/rule.py``."""
        operator = lookup(node.op)
        calls = [operator.row_call(node, row) for row in range(operator.calls(node))]
        out: list[RowArgument] = []
        for number, (tensor, access) in enumerate(
            zip(node.operands, operator.access(node), strict=True)
        ):
            if scheduled.constants is not None and tensor.data is not None:
                continue
            taps = [
                [self.rows(c, number, k, tensor) for c in calls]
                for k in range(len(calls[0].rows[number]))
            ]
            offsets = tuple(self.offset(tensor, rows, node, number) for rows in taps)
            if access is Access.WINDOW:
                out.append(RowArgument(self.pointer(tensor, "0", "const ")))
                out.append(RowArgument("", f"rows_{number}", offsets))
            else:
                offset = offsets[0] if offsets else "0"
                out.append(RowArgument(self.pointer(tensor, offset, "const ")))
        for tensor in (scheduled.constants or {}).values():
            out.append(RowArgument(self._places[tensor.name].symbol))
        if scheduled.scratch_bytes:
            out.append(RowArgument(self.scratch(node)))
        out.append(RowArgument(self.made(node)))
        for k in range(len(calls[0].scalars)):
            out.append(RowArgument(self.values([c.scalars[k] for c in calls], node)))
        return RowStep(index, kernel, step_title(node), tuple(out))

    def made(self, node: Node) -> str:
        """Address of the row that a layer makes."""
        operator = lookup(node.op)
        rows = range(operator.calls(node))
        made = [0] * len(rows) if operator.state_bytes(node) else list(rows)
        return self.pointer(node.output, self.offset(node.output, made, node, None), "")

    def rows(self, call: RowCall, operand: int, tap: int, tensor: Tensor) -> int | None:
        """Row under a tap; None: any, the kernel does not read it."""
        del tensor
        row = call.rows[operand][tap]
        return None if row == OUTSIDE else row

    def scratch(self, node: Node) -> str:
        """Address of a layer's workspace."""
        return f"(void *)(arena + {self._places[scratch_name(node)].offset})"

    def pointer(self, tensor: Tensor, offset: str, const: str) -> str:
        """Address of a tensor's row."""
        place = self._places[tensor.name]
        if place.kind == "arena":
            base = f"({const}{C_TYPES[tensor.dtype]} *)(void *)(arena + {place.offset})"
        elif place.kind == "constant":
            base = place.symbol
        elif place.kind == "fed":
            base = "fed"
        else:
            base = f"{place.kind}->{place.symbol}"
        return base if offset == "0" else f"{base} + {offset}"

    def offset(
        self, tensor: Tensor, rows: Sequence[int | None], node: Node, operand: int | None
    ) -> str:
        """Element offset of a row: ``(row * 2 + 1) % 3 * 384``; ``operand`` None: of the result."""
        del operand
        held = self._rings.get(tensor.name, 0)
        if held == 1:
            return "0"
        if not held:
            return self.values([None if r is None else r * tensor.row_size for r in rows], node)
        text = self.values(rows, node)
        text = text if text.isalnum() or text.startswith("(") else f"({text})"
        return f"{text} % {held} * {tensor.row_size}"

    def values(self, values: Sequence[int | None], node: Node) -> str:
        """An expression in ``row`` with these values for rows 0, 1, ... (None: any)."""
        pieces = straight_pieces(values)
        if len(pieces) > MAX_PIECES:
            return self._table(values, node)
        text = _line(*pieces[-1][1:])
        for (_, *line), following in reversed(list(pairwise(pieces))):
            text = f"row < {following[0]} ? {_line(*line)} : {text}"
        return f"({text})" if len(pieces) > 1 else text

    def _table(self, values: Sequence[int | None], node: Node) -> str:
        symbol = f"{self._model}_t_{node.name}_rows{len(self._tables)}"
        array = np.array([v or 0 for v in values], np.int32)
        self._tables.append(c_array(symbol, array, f"an argument of every row of {node.layer}"))
        return f"{symbol}[row]"


def _line(start: int, step: int) -> str:
    if step == 0:
        return str(start)
    text = "row" if step == 1 else f"row * {step}"
    if start == 0:
        return text
    return f"{text} + {start}" if start > 0 else f"{text} - {-start}"


def straight_pieces(values: Sequence[int | None]) -> list[tuple[int, int, int]]:
    """(first row, value at row 0 of the line, step) of straight pieces that give ``values``."""
    pieces: list[tuple[int, int, int]] = []
    first = 0
    while first < len(values):
        end, line = _longest(values, first)
        pieces.append((first, *line))
        first = end
    return pieces


def _longest(values: Sequence[int | None], first: int) -> tuple[int, tuple[int, int]]:
    """End and line of the longest straight piece from ``first``."""
    known: list[tuple[int, int]] = []
    step = 0
    for at in range(first, len(values)):
        value = values[at]
        if value is None:
            continue
        if len(known) == 1:
            rise, rest = divmod(value - known[0][1], at - known[0][0])
            if rest:
                return at, (known[0][1], 0)
            step = rise
        elif known and value != known[0][1] + step * (at - known[0][0]):
            return at, (known[0][1] - step * known[0][0], step)
        known.append((at, value))
    if not known:
        return len(values), (0, 0)
    return len(values), (known[0][1] - step * known[0][0], step)
