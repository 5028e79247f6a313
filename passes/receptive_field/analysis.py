# SPDX-License-Identifier: Apache-2.0
"""What every layer sees of the model's input: receptive field, jump, halo.

Along one axis, element i of a tensor depends on the input's positions i * jump + start to
i * jump + start + size - 1, whatever of that lies in the padding. A window of k taps, stride s,
dilation d and p positions of padding in front makes of (jump, start, size)

    jump' = jump * s,   start' = start - p * jump,   size' = size + (k - 1) * d * jump

and where paths meet (additions, concatenations) the hull over all paths counts. A global pool, or
a matrix product over a whole feature map, sees the whole input: the axis is marked, and keeps the
size that the features before it had, as that is what windows can change.

Ref: Araujo et al. 2019, "Computing Receptive Fields of Convolutional Neural Networks" (Distill).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, prod

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.operators.base import lookup

Pair = tuple[int, int]
_ZERO, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True)
class AxisField:
    """What a tensor's elements see along one axis of the model's input.

    Attributes:
        dim: the tensor's dimension that runs along this axis; -1 where it has none (any more).
        jump: positions of the input between neighbouring elements.
        start: first position that element 0 sees (negative: in the padding).
        size: positions that an element sees.
        whole: some element sees the whole extent of the input, whatever its size.
        exact: False where ``size`` is a bound (resized or mirrored images).
    """

    dim: int
    jump: Fraction = _ONE
    start: Fraction = _ZERO
    size: Fraction = _ONE
    whole: bool = False
    exact: bool = True


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
    if node.op in ("conv2d", "transpose_conv2d"):
        _, height, width, _ = node.operands[1].shape
        return height, width
    if node.op == "depthwise_conv2d":
        height, width, _ = node.operands[1].shape
        return height, width
    if node.op in ("avg_pool2d", "max_pool2d"):
        height, width = node.attrs["kernel"]
        return int(height), int(width)
    return 1, 1


def _layer(node: Node, fields: Fields) -> LayerField:
    jumps, sizes = [_up(f.jump) for f in fields], [_up(f.size) for f in fields]
    halos = [max(0, _up(f.size - f.jump)) for f in fields]
    window = "strides" in node.attrs and "padding" in node.attrs
    weights = node.operands[1].size if node.op in WEIGHTED else 0
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
        weights=weights,
    )


WEIGHTED = ("conv2d", "depthwise_conv2d", "transpose_conv2d", "fully_connected")


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
    n, channels, height, width = tensor.shape
    consumers = graph.consumers()
    readers = consumers.get(tensor.name, [])
    while len(readers) == 1 and readers[0].op == "quantize":
        readers = consumers.get(readers[0].output.name, [])
    turned = [
        list(r.attrs["axes"]) == [0, 2, 3, 1]
        if r.op == "transpose"
        else r.op == "reshape" and r.output.shape == (n, height, width, channels) != tensor.shape
        for r in readers
    ]
    return bool(turned) and all(turned)


def _of_node(node: Node, fields: Sequence[Fields]) -> Fields:
    axes = [_of_axis(node, [f[axis] for f in fields]) for axis in (0, 1)]
    return axes[0], axes[1]


def _of_axis(node: Node, fields: Sequence[AxisField]) -> AxisField:
    """One axis of the field of a node's result from those of its activations."""
    if not fields:
        return AxisField(-1)
    x, first = node.activations[0], fields[0]
    if node.op in ("conv2d", "depthwise_conv2d", "avg_pool2d", "max_pool2d"):
        return _window(node, x, first)
    if node.op == "transpose_conv2d":
        return _transposed(node, first)
    if node.op in ("mean", "sum"):
        return _reduced(node, x, first)
    if node.op == "transpose":
        axes = list(node.attrs["axes"])
        return first if first.dim < 0 else replace(first, dim=axes.index(first.dim))
    if node.op in ("reshape", "fully_connected"):
        return _reshaped(node, x, first)
    if node.op == "pad":
        before = node.attrs["pads"][first.dim][0] if first.dim >= 0 else 0
        return replace(first, start=first.start - before * first.jump)
    if node.op == "strided_slice":
        return _sliced(node, first)
    if node.op in ("resize_nearest", "resize_bilinear"):
        return _resized(node, x, first)
    return _met(node, fields)


def _window(node: Node, x: Tensor, field: AxisField) -> AxisField:
    """A sliding window; one that covers its whole input at once is a global pool."""
    if field.dim not in (1, 2):
        return field
    axis = field.dim - 1
    taps, stride = kernel_of(node)[axis], int(node.attrs["strides"][axis])
    dilation = int(node.attrs.get("dilation", (1, 1))[axis])
    before = int(node.attrs["padding"][axis])
    extent = x.shape[field.dim]
    if node.op.endswith("pool2d") and taps == extent and node.output.shape[field.dim] == 1:
        return replace(field, dim=-1, whole=field.whole or extent > 1)
    return replace(
        field,
        jump=field.jump * stride,
        start=field.start - before * field.jump,
        size=field.size + (taps - 1) * dilation * field.jump,
    )


def _transposed(node: Node, field: AxisField) -> AxisField:
    """Result o reads the inputs i with o = i * stride - before + tap."""
    if field.dim not in (1, 2):
        return field
    axis = field.dim - 1
    stride, taps = int(node.attrs["strides"][axis]), kernel_of(node)[axis]
    before = int(node.attrs["padding"][axis])
    return replace(
        field,
        jump=field.jump / stride,
        start=field.start + field.jump * Fraction(before - taps + 1, stride),
        size=field.size + field.jump * Fraction(taps - 1, stride),
        exact=field.exact and stride == 1,
    )


def _reduced(node: Node, x: Tensor, field: AxisField) -> AxisField:
    rank = len(x.shape)
    axes = {int(a) % rank for a in node.attrs["axes"]}
    if field.dim in axes:
        return replace(field, dim=-1, whole=field.whole or x.shape[field.dim] > 1)
    if field.dim < 0 or node.attrs["keep_dims"]:
        return field
    return replace(field, dim=field.dim - sum(a < field.dim for a in axes))


def _reshaped(node: Node, x: Tensor, field: AxisField) -> AxisField:
    """A dimension survives if the sizes before it and its own are the same."""
    if field.dim < 0:
        return field
    old, new = x.shape, node.output.shape
    before, extent = prod(old[: field.dim]), old[field.dim]
    for dim, size in enumerate(new[:-1]):
        if extent > 1 and size == extent and prod(new[:dim]) == before:
            return replace(field, dim=dim)
    return replace(field, dim=-1, whole=field.whole or extent > 1)


def _sliced(node: Node, field: AxisField) -> AxisField:
    if field.dim < 0:
        return field
    begin, step = (int(node.attrs[k][field.dim]) for k in ("begin", "strides"))
    moved = replace(field, start=field.start + begin * field.jump)
    if step > 0:
        return replace(moved, jump=field.jump * step)
    extent = node.output.shape[field.dim]  # mirrored: from the other end, the hull is a bound
    start = moved.start + (extent - 1) * step * field.jump
    return replace(moved, jump=field.jump * -step, start=start, exact=False)


def _resized(node: Node, x: Tensor, field: AxisField) -> AxisField:
    """Element o reads next to o * extent / size: at most how far, for every o."""
    if field.dim not in (1, 2):
        return field
    extent, size = x.shape[field.dim], node.output.shape[field.dim]
    ratio = Fraction(extent, size)
    spans = [_source(node, o, extent, size) for o in range(size)]
    low = min(first - o * ratio for o, (first, _) in enumerate(spans))
    high = max(last - o * ratio for o, (_, last) in enumerate(spans))
    return replace(
        field,
        jump=field.jump * ratio,
        start=field.start + field.jump * low,
        size=field.size + field.jump * (high - low),
        exact=field.exact and extent == size,
    )


def _source(node: Node, place: int, extent: int, size: int) -> Pair:
    """First and last input position of a resized element (a bound of one for rounding)."""
    if node.attrs["align_corners"] and size > 1:
        at = Fraction(place * (extent - 1), size - 1)
    elif node.attrs["half_pixel_centers"]:
        at = Fraction(2 * place + 1, 2) * Fraction(extent, size) - Fraction(1, 2)
    else:
        at = Fraction(place * extent, size)
    low, high = at.__floor__(), at.__ceil__()
    return min(max(low, 0), extent - 1), min(max(high, 0), extent - 1)


def _met(node: Node, fields: Sequence[AxisField]) -> AxisField:
    """Paths that meet element by element: the hull of all that run along the same dimension.

    What has no extent along the axis (a gate) belongs to every element: it adds its mark only.
    """
    whole = any(f.whole for f in fields)
    running = [f for f in fields if f.dim >= 0] or list(fields)
    at = max(running, key=lambda f: f.jump)
    if node.op == "concat" and at.dim == int(node.attrs["axis"]) % len(node.output.shape):
        return replace(_joined(node, running), whole=whole)
    start = min(f.start for f in running)
    end = max(f.start + f.size for f in running)
    exact = all(f.exact and f.jump == at.jump for f in running)
    return AxisField(at.dim, at.jump, start, end - start, whole, exact)


def _joined(node: Node, fields: Sequence[AxisField]) -> AxisField:
    """Concatenation along the axis itself: where parts begin differs; the hull is a bound."""
    first, begin = fields[0], 0
    starts: list[Fraction] = []
    ends: list[Fraction] = []
    for field, tensor in zip(fields, node.activations, strict=False):
        starts.append(field.start - begin * field.jump)
        ends.append(starts[-1] + field.size)
        begin += tensor.shape[field.dim]
    low = min(starts)
    return replace(first, start=low, size=max(ends) - low, exact=len(fields) == 1)
