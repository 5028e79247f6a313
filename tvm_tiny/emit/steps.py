# SPDX-License-Identifier: Apache-2.0
"""The plan as steps: which kernel is called with which pointers, row by row.

Prepared as plain data for the template ``model.c.j2``, which only loops over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from tvm_tiny.emit.calls import Row, Run, compress, row_arguments
from tvm_tiny.emit.data import C_TYPES, CArray, c_array
from tvm_tiny.emit.kernels import LayerKernel
from tvm_tiny.emit.names import comment_text
from tvm_tiny.graph import Node, Tensor
from tvm_tiny.operators.base import Access, lookup
from tvm_tiny.schedules.rule import Scheduled

MAX_RUNS = 6
"""More affine runs than this in a layer are written as a table of arguments."""


@dataclass(frozen=True)
class Place:
    """Where a tensor is.

    ``arena`` at an offset, caller's ``in``/``out`` member, ``constant``, or ``fed``: the row that
    the caller hands in.
    """

    kind: str
    offset: int = 0
    symbol: str = ""


@dataclass(frozen=True)
class Argument:
    """One argument of a kernel call.

    Attributes:
        kind: ``pointer``, ``rows`` (an array of row offsets) or ``scalar``.
        place: tensor a pointer goes to.
        ctype: element type, with ``const`` where it is read only.
        columns: indices into the run's argument tuple (none: start of the tensor).
        name: C name of a ``rows`` array.
    """

    kind: str
    columns: tuple[int, ...] = ()
    place: Place | None = None
    ctype: str = ""
    name: str = ""


@dataclass(frozen=True)
class Step:
    """All calls of one layer.

    Attributes:
        node: whose calls.
        index: number of the layer in execution order (what the trace reports).
        kernel: C function.
        title: source layer, operator, shapes and MACs, for the comment.
        arguments: the kernel's arguments in order.
        runs: affine runs of calls; empty if ``table`` is used.
        table: symbol of the table of arguments, "" if none.
        calls: number of rows.
        columns: width of the argument tuple.
    """

    node: str
    index: int
    kernel: str
    title: str
    arguments: tuple[Argument, ...]
    runs: tuple[Run, ...]
    table: str
    calls: int
    columns: int


def make_steps(
    schedule: Iterable[tuple[Node, int]],
    places: Mapping[str, Place],
    kernels: Mapping[str, LayerKernel],
    schedules: Mapping[str, Scheduled],
    model: str,
    numbers: Mapping[str, int],
) -> tuple[tuple[Step, ...], tuple[CArray, ...]]:
    """Steps of a schedule of row calls, layer by layer, and the tables of arguments they use.

    Args:
        schedule: (node, row) in order.
        places: where the tensors are.
        kernels: by node name.
        schedules: by node name.
        model: C prefix.
        numbers: node name -> index of the layer.
    """
    steps: list[Step] = []
    tables: list[CArray] = []
    for node, run_of_rows in groupby(schedule, key=lambda call: call[0]):
        rows = [row_arguments(node, row) for _, row in run_of_rows]
        runs = compress(rows)
        table = ""
        if len(runs) > MAX_RUNS:
            table, runs = f"{model}_t_{node.name}_calls", []
            tables.append(_table(table, rows, node))
        steps.append(
            Step(
                node=node.name,
                index=numbers[node.name],
                kernel=kernels[node.name].kernel,
                title=step_title(node),
                arguments=_arguments(node, places, schedules[node.name]),
                runs=tuple(runs),
                table=table,
                calls=len(rows),
                columns=len(rows[0]),
            )
        )
    return tuple(steps), tuple(tables)


def _table(symbol: str, rows: Sequence[Row], node: Node) -> CArray:
    values = np.array([[v or 0 for v in row] for row in rows], dtype=np.int32)
    return c_array(symbol, values, f"arguments of every row of {node.layer}")


def step_title(node: Node) -> str:
    """What a layer is, for the comment above its call."""
    shapes = ", ".join("x".join(map(str, t.shape)) for t in node.activations)
    out = "x".join(map(str, node.output.shape))
    macs = lookup(node.op).macs(node)
    text = f"{node.layer or node.name}: {node.op} {shapes} -> {out}"
    text = text + (f", {macs} MACs" if macs else "")
    return comment_text(text)


def _arguments(
    node: Node, places: Mapping[str, Place], scheduled: Scheduled
) -> tuple[Argument, ...]:
    """The kernel's arguments in the order that ``schedules/rule.py`` fixes."""
    operator = lookup(node.op)
    out: list[Argument] = []
    column = 0
    calls = operator.row_call(node, 0)
    for number, (tensor, access) in enumerate(
        zip(node.operands, operator.access(node), strict=True)
    ):
        ctype = f"const {C_TYPES[tensor.dtype]}"
        taps = len(calls.rows[number])
        columns = tuple(range(column, column + taps))
        column += taps
        if scheduled.constants is not None and tensor.data is not None:
            continue
        if access is Access.WINDOW:
            out.append(Argument("pointer", (), places[tensor.name], ctype))
            out.append(Argument("rows", columns, name=f"rows_{number}"))
        else:
            out.append(Argument("pointer", columns, places[tensor.name], ctype))
    for tensor in (scheduled.constants or {}).values():
        out.append(Argument("pointer", (), places[tensor.name], f"const {C_TYPES[tensor.dtype]}"))
    if scheduled.scratch_bytes:
        out.append(Argument("pointer", (), places[scratch_name(node)], "void"))
    out.append(_output(node.output, column, places))
    scalars = range(column + 1, column + 1 + len(calls.scalars))
    return (*out, *(Argument("scalar", (k,)) for k in scalars))


def scratch_name(node: Node) -> str:
    """Key of a node's workspace among the places; no tensor is called so."""
    return f"{node.name}/scratch"


def _output(tensor: Tensor, column: int, places: Mapping[str, Place]) -> Argument:
    return Argument("pointer", (column,), places[tensor.name], C_TYPES[tensor.dtype])
