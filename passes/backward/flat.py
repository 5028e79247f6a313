# SPDX-License-Identifier: Apache-2.0
"""Gradients towards x of 1 x 1 convolutions, scales and sums of gradients as one row of all pixels.

before:  k[1, 8, 8, 96] = conv2d_grad_x(g[1, 8, 8, 24], .., w[24, 1, 1, 96])
after:   f[1, 1, 64, 24] = reshape(g); h[1, 1, 64, 96] = conv2d_grad_x(f, .., w)
         k[1, 8, 8, 96] = reshape(h)

A call widens all weights for the pixels of its row, which costs as much as several pixels: of an
image of 4 x 4 it is done once instead of four times; a scale looks at its factors once. Elements
keep their numbers, so the random bits are the same, and so is the result. Cost: the row is the
tensor, so it cannot be streamed: for plans layer by layer.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from tvm_tiny.graph import Node, Tensor

_POINTS = frozenset({"conv2d_grad_x", "conv2d_grad_clamped"})
_ROWS: Mapping[str, tuple[int, ...]] = {
    "conv2d_grad_x": (0,),
    "conv2d_grad_clamped": (0, 6),
    "grad_scale": (0, 5),
    "grad_add": (0, 3),
}
"""Operands of which a call reads rows."""
_BITS = 8


def flatten_gradients(nodes: Sequence[Node], unique: Callable[[str], str]) -> list[Node]:
    """The backward nodes, 1 x 1 gradients as single rows between views.

    Args:
        nodes: in order.
        unique: makes a name that nothing in the graph has.
    """
    out: list[Node] = []
    for node in nodes:
        if not _is_flat(node):
            out.append(node)
            continue
        operands = list(node.operands)
        for at in (at for at in _ROWS[node.op] if at < len(operands)):
            view = _view(node, operands[at], unique)
            out.append(view)
            operands[at] = view.output
        made = replace(node.output, name=unique(f"{node.output.name}_row"),
                       shape=_row(node.output))  # fmt: skip
        attrs = {**node.attrs, "shape": made.shape} if node.op in _POINTS else node.attrs
        back = {"shape": list(node.output.shape)}
        name = unique(f"{node.name}_image")
        out.append(replace(node, operands=tuple(operands), output=made, attrs=attrs))
        out.append(Node(name, "reshape", (made,), node.output, back, node.layer, node.index))
    return out


def _is_flat(node: Node) -> bool:
    """Several rows, of a window of one element if any, and bits (if any) that end with no row."""
    if node.op not in _ROWS or len(node.output.shape) != 4 or node.output.rows < 2:
        return False
    attrs = node.attrs
    names = ("kernel", "strides", "groups", "padding") if node.op in _POINTS else ()
    if any(np.any(np.asarray(attrs[n]) != (n != "padding")) for n in names):
        return False
    kept = [node.operands[at] for at in _ROWS[node.op] if at < len(node.operands)]
    bits = any(t.dtype == "uint8" for t in kept)
    return not bits or node.output.row_size % _BITS == 0


def _row(tensor: Tensor) -> tuple[int, ...]:
    channels = tensor.shape[-1]
    return (1, 1, math.prod(tensor.shape) // channels, channels)


def _view(node: Node, tensor: Tensor, unique: Callable[[str], str]) -> Node:
    shape = (1, 1, 1, tensor.size) if tensor.dtype == "uint8" else _row(tensor)
    name = unique(f"{tensor.name}_row")
    output = Tensor(name, shape, tensor.dtype)
    attrs = {"shape": list(shape)}
    return Node(f"{name}_view", "reshape", (tensor,), output, attrs, node.layer, node.index)
