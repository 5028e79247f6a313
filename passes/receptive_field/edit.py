# SPDX-License-Identifier: Apache-2.0
"""Changed windows, and what an integer graph is with them: for decisions, before any rewriting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.graph import Graph, Node
from tvm_tiny.passes.receptive_field.analysis import Pair, kernel_of

CHANGEABLE = ("conv2d", "depthwise_conv2d")


@dataclass(frozen=True)
class WindowChange:
    """One convolution with another window, its centre where it was.

    Attributes:
        layer: name in the user's model.
        index: position of its call (``Step.index``; ``Node.index`` of ``quantised_graph``).
        op: ``conv2d`` or ``depthwise_conv2d``.
        before: taps (rows, columns).
        after: likewise; as many taps are added or cut at each end of an axis.
        dilation: of the window; it stays, as do the strides.
        padding_before: [top, left, bottom, right].
        padding_after: likewise: follows the taps.
    """

    layer: str
    index: int
    op: str
    before: Pair
    after: Pair
    dilation: Pair
    padding_before: tuple[int, ...]
    padding_after: tuple[int, ...]

    @property
    def grows(self) -> bool:
        """Taps are added."""
        return self.after > self.before

    @property
    def kind(self) -> str:
        """``grow`` or ``shrink``."""
        return "grow" if self.grows else "shrink"


def change_of(node: Node, kernel: Pair) -> WindowChange | str:
    """The change of a node's window to ``kernel``, or why there is none."""
    before = kernel_of(node)
    if node.op not in CHANGEABLE or max(before) == 1:
        return "it has no window"
    steps = [(k - b) for k, b in zip(kernel, before, strict=True)]
    if any(s % 2 for s in steps) or min(kernel) < 1:
        return f"{before} and {kernel} have no common centre"
    dilation = (int(node.attrs["dilation"][0]), int(node.attrs["dilation"][1]))
    more = [s // 2 * d for s, d in zip(steps, dilation, strict=True)]
    old = tuple(int(p) for p in node.attrs["padding"])
    new = (old[0] + more[0], old[1] + more[1], old[2] + more[0], old[3] + more[1])
    if min(new) < 0:
        return f"the taps that would be cut read inside the image everywhere (padding {list(old)})"
    name = node.layer or node.name
    return WindowChange(name, node.index, node.op, before, kernel, dilation, old, new)


def edited(graph: Graph, changes: Sequence[WindowChange]) -> Graph:
    """The graph with changed windows; contents of the new weights mean nothing."""
    by_index: Mapping[int, WindowChange] = {c.index: c for c in changes}
    nodes = tuple(_edited(n, by_index[n.index]) if _is_it(n, by_index) else n for n in graph.nodes)
    return replace(graph, nodes=nodes)


def _is_it(node: Node, changes: Mapping[int, WindowChange]) -> bool:
    return node.op in CHANGEABLE and node.index in changes


def _edited(node: Node, change: WindowChange) -> Node:
    x, weights, *rest = node.operands
    height, width = change.after
    shape = (height, width, weights.shape[2])
    if node.op == "conv2d":
        shape = (weights.shape[0], height, width, weights.shape[3])
    data = np.broadcast_to(np.ones((), Q8.numpy), shape)
    attrs = {**node.attrs, "padding": list(change.padding_after)}
    new = replace(weights, shape=shape, data=data)
    return replace(node, operands=(x, new, *rest), attrs=attrs)
