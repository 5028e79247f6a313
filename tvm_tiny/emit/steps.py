# SPDX-License-Identifier: Apache-2.0
"""The plan as steps: which kernel is called with which pointers, row by row.

Prepared as plain data for the template ``model.c.j2``, which only loops over it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import ClassVar

import numpy as np

from tvm_tiny.emit.arguments import Argument, kernel_arguments
from tvm_tiny.emit.bands import Band
from tvm_tiny.emit.calls import Run, compress
from tvm_tiny.emit.data import CArray, c_array
from tvm_tiny.emit.names import comment_text
from tvm_tiny.emit.place import Place
from tvm_tiny.graph import Node
from tvm_tiny.operators.base import lookup
from tvm_tiny.operators.call import Row, row_arguments
from tvm_tiny.schedules.apply import LayerKernel
from tvm_tiny.schedules.rule import Scheduled

MAX_RUNS = 6
"""More affine runs than this in a layer are written as a table of arguments."""


@dataclass(frozen=True)
class LayerCalls:
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
        rest: calls of another kernel behind them that complete the layer.
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
    rest: LayerCalls | None = None
    form: ClassVar[str] = "runs"


def make_steps(
    schedule: Iterable[tuple[Node, int]],
    places: Mapping[str, Place],
    kernels: Mapping[str, LayerKernel],
    schedules: Mapping[str, Scheduled],
    model: str,
    numbers: Mapping[str, int],
    bands: Mapping[str, Band],
) -> tuple[tuple[LayerCalls, ...], tuple[CArray, ...]]:
    """Steps of a schedule of row calls, layer by layer, and the tables of arguments they use.

    Args:
        schedule: (node, row) in order.
        places: where the tensors are.
        kernels: by node name.
        schedules: by node name.
        model: C prefix.
        numbers: node name -> index of the layer.
        bands: layers that are run two rows a call; theirs are among kernels and schedules.
    """
    steps: list[LayerCalls] = []
    tables: list[CArray] = []

    def calls_of(node: Node, rows: Sequence[int], layer: Node) -> LayerCalls:
        arguments = [row_arguments(node, row) for row in rows]
        runs = compress(arguments)
        table = ""
        if len(runs) > MAX_RUNS:
            table, runs = f"{model}_t_{node.name}_calls", []
            tables.append(_table(table, arguments, node))
        return LayerCalls(
            node=layer.name,
            index=numbers[layer.name],
            kernel=kernels[node.name].kernel,
            title=step_title(layer),
            arguments=kernel_arguments(node, places, schedules[node.name], "void"),
            runs=tuple(runs),
            table=table,
            calls=len(arguments),
            columns=len(arguments[0]),
        )

    for node, run_of_rows in groupby(schedule, key=lambda call: call[0]):
        band = bands.get(node.name)
        if band is None:
            steps.append(calls_of(node, [row for _, row in run_of_rows], node))
            continue
        parts = [calls_of(band.node, band.rows, node)]
        if band.single:
            parts.insert(0 if band.descending else 1, calls_of(node, band.single, node))
        steps.append(replace(parts[0], rest=parts[1] if len(parts) > 1 else None))
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
