# SPDX-License-Identifier: Apache-2.0
"""What every layer sees of the model's input: receptive field, jump, halo.

Every operator says what it makes of the fields of its operands (``Operator.field``, arithmetic in
``operators/fields.py``). A global pool, or a matrix product over a whole feature map, sees the
whole input: the axis is marked, and keeps the size that the features before it had, as that is
what windows can change.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators import lookup
from tvm_tiny.operators.fields import AxisField, Pair
from tvm_tiny.operators.kinds import Pointwise

Fields = tuple[AxisField, AxisField]
"""Along the input's rows, along its columns."""


@dataclass(frozen=True)
class LayerField:
    """The receptive field of one layer's result; pairs are (rows, columns) of the model's input.

    Attributes:
        index: of the operator in the user's model, -1 unknown.
        name: the layer as the model calls it.
        node: its node in the integer graph.
        op: the operator.
        shape: of the result.
        kernel: taps of its window, (1, 1) where it has none.
        strides: of its window.
        dilation: of its window.
        padding: [top, left, bottom, right] of its window.
        field: positions that an element sees, padding included; before a global pool.
        jump: positions between neighbouring elements (rounded up after enlarging).
        halo: positions that neighbouring elements share.
        whole: the element sees the whole input.
        exact: False: ``field`` is a bound.
        macs: multiply-accumulates.
        weights: parameters of the window.
    """

    index: int
    name: str
    node: str
    op: str
    shape: tuple[int, ...]
    kernel: Pair
    strides: Pair
    dilation: Pair
    padding: tuple[int, ...]
    field: Pair
    jump: Pair
    halo: Pair
    whole: tuple[bool, bool]
    exact: bool
    macs: int
    weights: int


@dataclass(frozen=True)
class FieldAnalysis:
    """Receptive fields of a graph.

    Attributes:
        layers: in the graph's order.
        fields: tensor name -> its fields.
        total: the largest field of any layer: of what the results are made of.
    """

    layers: tuple[LayerField, ...]
    fields: dict[str, Fields]
    total: Pair


def analyse(graph: Graph) -> FieldAnalysis:
    """Compute the receptive field of every layer of an integer graph."""
    fields: dict[str, Fields] = {t.name: _of_input(graph, t) for t in graph.inputs}
    layers: list[LayerField] = []
    for node in graph.nodes:
        found = _of_node(node, [fields[t.name] for t in node.activations])
        fields[node.output.name] = found
        layers.append(_layer(node, found))
    results = [fields[t.name] for t in graph.outputs]
    total = tuple(max((_up(f[a].size) for f in results), default=1) for a in (0, 1))
    return FieldAnalysis(tuple(layers), fields, (total[0], total[1]))


def kernel_of(node: Node) -> Pair:
    """Taps of a node's window (rows, columns); (1, 1) where it has none."""
    return lookup(node.op).kernel_size(node)


def _layer(node: Node, fields: Fields) -> LayerField:
    jumps, sizes = [_up(f.jump) for f in fields], [_up(f.size) for f in fields]
    halos = [max(0, _up(f.size - f.jump)) for f in fields]
    window = "strides" in node.attrs and "padding" in node.attrs
    return LayerField(
        index=node.index,
        name=node.layer or node.name,
        node=node.name,
        op=node.op,
        shape=node.output.shown_shape,
        kernel=kernel_of(node),
        strides=_pair(node.attrs["strides"]) if window else (1, 1),
        dilation=_pair(node.attrs.get("dilation", (1, 1))),
        padding=tuple(node.attrs["padding"]) if window else (0, 0, 0, 0),
        field=(sizes[0], sizes[1]),
        jump=(jumps[0], jumps[1]),
        halo=(halos[0], halos[1]),
        whole=(fields[0].whole, fields[1].whole),
        exact=all(f.exact for f in fields),
        macs=lookup(node.op).macs(node),
        weights=lookup(node.op).weight_count(node),
    )


def _pair(values: Sequence[int]) -> Pair:
    return int(values[0]), int(values[1])


def _up(value: Fraction) -> int:
    return ceil(value)


def _of_input(graph: Graph, tensor: Tensor) -> Fields:
    """Rows and columns of an image; of a signal, time and nothing."""
    rank = len(tensor.shape)
    dims = (1, 2) if rank == 4 else (1, -1) if rank == 3 else (-1, -1)
    if rank == 4 and _is_channels_first(graph, tensor):
        dims = (2, 3)
    return AxisField(dims[0]), AxisField(dims[1])


def _is_channels_first(graph: Graph, tensor: Tensor) -> bool:
    """Whether an input is NCHW: it is turned before anybody reads it."""
    consumers = graph.consumers()
    readers = consumers.get(tensor.name, [])
    while len(readers) == 1 and isinstance(lookup(readers[0].op), Pointwise):
        readers = consumers.get(readers[0].output.name, [])
    return bool(readers) and all(lookup(r.op).reads_nchw(r) for r in readers)


def _of_node(node: Node, fields: Sequence[Fields]) -> Fields:
    axes = [_of_axis(node, [f[axis] for f in fields]) for axis in (0, 1)]
    return axes[0], axes[1]


def _of_axis(node: Node, fields: Sequence[AxisField]) -> AxisField:
    """One axis of the field of a node's result from those of its activations."""
    if not fields:
        return AxisField(-1)
    return lookup(node.op).field(node, fields)
