# SPDX-License-Identifier: Apache-2.0
"""The rewrite ``channels``: a convolution into a global mean runs by blocks of its channels.

before:  h = conv2d(x); y = mean(h)
after:   h_0 = conv2d(x) of some channels; y_0 = mean(h_0); h_1 = ...; y = concat(y_0, y_1, ...)

The mean needs nothing of one channel for another, so the wide tensor need not stand anywhere. Cost:
none (each weight is used as often as before), but for a copy of y. Ref: fused depthwise tiling,
Stahl et al. 2023 (FDT), of which this is the case without partial sums.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tvm_tiny.graph import ChannelMap, Graph, Node, Tensor

_MEANS = ("mean", "avg_pool2d", "max_pool2d")
_STEP = 4
"""Blocks are multiples of this many channels: kernels take words."""
MAX_BLOCKS = 32
_LARGE_BYTES = 2_048
"""A wide tensor of fewer bytes is left alone."""


def split_of(graph: Graph, conv: Node, mean: Node) -> int | str:
    """In how many blocks of channels two layers can run, or why in none."""
    wide, x = conv.output, conv.operands[0]
    if conv.op != "conv2d" or mean.op not in _MEANS or conv.attrs.get("groups", 1) != 1:
        return "they are no convolution and no mean of its result"
    if len(wide.shape) != 4 or wide.shape[0] != 1 or mean.operands[0] is not wide:
        return "the convolution's result is no image, or not what is averaged"
    if mean.output.size != wide.shape[3] or wide.name in {t.name for t in graph.outputs}:
        return "the result is not one value a channel"
    if len(graph.consumers().get(wide.name, [])) != 1 or x.data is not None:
        return "somebody else reads the wide tensor"
    if any(t.data is None for t in conv.operands[1:]):
        return "its weights are not constant"
    channels = wide.shape[3]
    fitting = [
        b
        for b in range(2, MAX_BLOCKS + 1)
        if channels % (b * _STEP) == 0 and wide.nbytes // b >= channels // 2
    ]
    return max(fitting, default="its channels do not divide into blocks")


def wide_heads(graph: Graph) -> list[tuple[str, str]]:
    """Convolutions and means that are worth it, by name."""
    users = graph.consumers()
    out: list[tuple[str, str]] = []
    for conv in graph.nodes:
        readers = users.get(conv.output.name, [])
        if conv.op != "conv2d" or len(readers) != 1 or conv.output.nbytes <= _LARGE_BYTES:
            continue
        if not isinstance(split_of(graph, conv, readers[0]), str):
            out.append((conv.name, readers[0].name))
    return out


def split_nodes(conv: Node, mean: Node, blocks: int) -> Iterator[Node]:
    """The layers of every block, and their results put together."""
    count = conv.output.shape[3] // blocks
    parts: list[Tensor] = []
    for block in range(blocks):
        span = range(block * count, (block + 1) * count)
        ending = part_name("", block, blocks)
        wide = part_of(conv.output, span, ending)
        constants = tuple(rows_of(t, span, ending) for t in conv.operands[1:])
        yield replace(
            conv, name=conv.name + ending, operands=(conv.operands[0], *constants), output=wide
        )
        narrow = part_of(mean.output, span, ending)
        rest = tuple(rows_of(t, span, ending) for t in mean.operands[1:])
        attrs = {**mean.attrs, **({"shape": list(narrow.shape)} if "shape" in mean.attrs else {})}
        yield replace(
            mean, name=mean.name + ending, operands=(wide, *rest), output=narrow, attrs=attrs
        )
        parts.append(narrow)
    axis = len(mean.output.shape) - 1
    yield Node(
        f"{mean.name}_channels", "concat", tuple(parts), mean.output, {"axis": axis}, mean.layer
    )


def part_name(name: str, block: int, blocks: int) -> str:
    """Name of a block of a layer."""
    return f"{name}_part{block}of{blocks}"


def part_of(tensor: Tensor, span: range, ending: str) -> Tensor:
    """Some channels of a tensor; the rest is nobody's as far as this one goes."""
    known = tensor.channels
    all_kept = known.kept if known else tuple(range(tensor.shape[-1]))
    count = known.count if known else tensor.shape[-1]
    lost = ChannelMap(count, tuple(all_kept[i] for i in span), ())
    shape = (*tensor.shape[:-1], len(span))
    return replace(tensor, name=tensor.name + ending, shape=shape, channels=lost, model_shape=())


def rows_of(tensor: Tensor, span: range, ending: str) -> Tensor:
    """Some channels of a constant whose first dimension they are."""
    assert tensor.data is not None  # constants only
    data = tensor.data[span.start : span.stop]
    return replace(tensor, name=tensor.name + ending, shape=data.shape, data=data)
