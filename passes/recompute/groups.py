# SPDX-License-Identifier: Apache-2.0
"""The rewrite ``groups``: an expansion and its depthwise window run by groups of channels.

before:  h = conv2d(x); d = depthwise_conv2d(h); m = mean(d); y = mul(d, f(m))
after:   h_0 = conv2d(x) of some channels; d_0 = depthwise_conv2d(h_0); m_0 = mean(d_0); h_1 = ...
         m = concat(m_0, m_1, ...); d = concat(d_0, d_1, ...); y = mul(d, f(m))

Behind a convolution, windows and tables of one channel need nothing of another. So groups run one
after another, and only one has a ring of wide rows; and of a tensor that is read early and late
(squeeze and excite) some groups can be kept and others made again (``again``): memory against work
in steps of a few channels. Cost: no multiply-accumulates, a copy of d by rows. Ref: fused depthwise
tiling, Stahl et al. 2023 (FDT); keeping some channels and making others again is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.passes.recompute.channels import part_name, part_of, rows_of

_MEANS = ("mean", "mean_rows")
_ALONE = ("depthwise_conv2d", "lut", "clip")
_STEP = 4
"""Groups are multiples of this many channels: kernels take words."""


@dataclass(frozen=True)
class Wide:
    """A convolution and what works on every channel of its result alone.

    Attributes:
        layers: the convolution first; of each but the last only the next one reads the result.
        means: readers of the last result that average every channel, each followed by what
            averages on; such a chain is made by groups, too.
    """

    layers: tuple[Node, ...]
    means: tuple[tuple[Node, ...], ...]

    @property
    def last(self) -> Node:
        """The last layer: what is put together is its result."""
        return self.layers[-1]

    @property
    def channels(self) -> int:
        """Of every layer's result."""
        return self.last.output.shape[3]


def wide_of(graph: Graph, layers: Sequence[Node]) -> Wide | str:
    """How layers can run by groups of channels, or why they cannot."""
    (first, *rest), x = layers, layers[0].operands[0]
    results = {t.name for t in graph.results}
    if first.op != "conv2d" or first.attrs.get("groups", 1) != 1 or x.data is not None:
        return "the first is no convolution"
    if not rest or any(n.op not in _ALONE for n in rest):
        return "not every other one works on every channel alone"
    channels = first.output.shape[-1]
    users = graph.consumers()
    shapes = [n.output.shape for n in layers]
    if any(len(s) != 4 or s[0] != 1 or s[3] != channels for s in shapes):
        return "they have not one result a channel"
    for node, after in pairwise(layers):
        if [n.name for n in users.get(node.output.name, ())] != [after.name]:
            return "somebody else reads what is between them"
    if any(n.output.name in results for n in layers):
        return "a result of the model is among them"
    if any(t.data is None for n in layers for t in n.operands[1:]):
        return "their weights are not constant"
    output = layers[-1].output
    means = (_chain(graph, n, results) for n in users.get(output.name, ()) if _averages(n, output))
    return Wide(tuple(layers), tuple(means))


def _averages(node: Node, tensor: Tensor) -> bool:
    """Whether a node averages every channel of a tensor alone."""
    if node.op not in _MEANS or [t.name for t in node.activations] != [tensor.name]:
        return False
    last = len(tensor.shape) - 1
    keeps = node.output.shape[-1] == tensor.shape[-1]
    axes = [a % len(tensor.shape) for a in node.attrs["axes"]]
    return keeps and last not in axes and all(t.data is not None for t in node.operands[1:])


def _chain(graph: Graph, node: Node, results: set[str]) -> tuple[Node, ...]:
    users = graph.consumers()
    chain = [node]
    while True:
        output = chain[-1].output
        readers = users.get(output.name, [])
        if output.name in results or len(readers) != 1 or not _averages(readers[0], output):
            return tuple(chain)
        chain.append(readers[0])


def grouped(graph: Graph, wide: Wide, groups: Sequence[int]) -> Graph:
    """The graph with two layers by groups of so many channels."""
    parts = [list[Tensor]() for _ in range(1 + len(wide.means))]
    new: list[Node] = []
    begin = 0
    for number, count in enumerate(groups):
        span, ending = range(begin, begin + count), part_name("", number, len(groups))
        begin += count
        made = list(_group(wide.layers, None, span, ending))
        new += made
        parts[0].append(made[-1].output)
        for chain, part in zip(wide.means, parts[1:], strict=True):
            averaged = list(_group(chain, parts[0][-1], span, ending))
            new += averaged
            part.append(averaged[-1].output)
    new += [_joined(c[-1], p) for c, p in zip(wide.means, parts[1:], strict=True)]
    return replace(graph, nodes=tuple(_placed(graph, wide, new, parts[0])))


def _group(
    layers: Sequence[Node], operand: Tensor | None, span: range, ending: str
) -> Iterator[Node]:
    """Some channels of layers behind one another; of the first one's operand, None for all."""
    for node in layers:
        x, *constants = node.operands
        if node.op == "conv2d":
            constants = [rows_of(t, span, ending) for t in constants]
        elif node.op == "depthwise_conv2d":
            constants = [_last(t, span, ending) for t in constants]
        made = part_of(node.output, span, ending)
        yield _named(node, ending, (operand or x, *constants), made)
        operand = made


def _placed(
    graph: Graph, wide: Wide, new: Sequence[Node], parts: Sequence[Tensor]
) -> Iterator[Node]:
    """New nodes where the window was; its result is put together for the first other reader."""
    gone = {n.name for layers in (wide.layers, *wide.means) for n in layers}
    joined = False
    for node in graph.nodes:
        if node.name == wide.last.name:
            yield from new
        if node.name in gone:
            continue
        if not joined and any(t.name == wide.last.output.name for t in node.operands):
            joined = True
            yield _joined(wide.last, parts)
        yield node


def join_name(name: str) -> str:
    """Name of what puts a layer's groups together."""
    return f"{name}_groups"


def _joined(node: Node, parts: Sequence[Tensor]) -> Node:
    axis = len(node.output.shape) - 1
    name = join_name(node.name)
    return Node(name, "concat", tuple(parts), node.output, {"axis": axis}, node.layer)


def _named(node: Node, ending: str, operands: tuple[Tensor, ...], output: Tensor) -> Node:
    attrs = {**node.attrs, **({"shape": list(output.shape)} if "shape" in node.attrs else {})}
    return replace(node, name=node.name + ending, operands=operands, output=output, attrs=attrs)


def _last(tensor: Tensor, span: range, ending: str) -> Tensor:
    """Some channels of a constant whose last dimension they are."""
    assert tensor.data is not None  # constants only
    data = tensor.data[..., span.start : span.stop]
    return replace(tensor, name=tensor.name + ending, shape=data.shape, data=data)


def group_sizes(channels: int, kept: int, largest: int) -> tuple[int, ...]:
    """Groups for the channels that are kept, no larger than so many, and one for the rest.

    Args:
        channels: of the wide tensors.
        kept: channels whose window's result is kept; the others are made again.
        largest: channels of a group that is kept.
    """
    largest = max(_STEP, largest // _STEP * _STEP)
    out: list[int] = []
    while sum(out) < kept:
        out.append(min(largest, kept - sum(out)))
    return (*out, *((channels - kept,) if kept < channels else ()))
