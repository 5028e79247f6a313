# SPDX-License-Identifier: Apache-2.0
"""A gradient towards x and the scale behind it in one.

before:  h = conv2d_grad_x(g, .., w); k = grad_scale(h, .., factors, shifts, m)
after:   k = conv2d_grad_clamped(g, .., w, factors, shifts, m)

Nobody else reads h. It was rounded twice and written once more. Cost: nothing; the result is the
nearer one. It stands where ``conv2d_grad_x`` stood: in front of the update of w.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tvm_tiny.graph import Node

_FUSED = {
    "conv2d_grad_x": "conv2d_grad_clamped",
    "depthwise_grad_x": "depthwise_grad_clamped",
}
_SCALE = ("low", "high", "slot", "limit")
_KEPT = 6
"""Operands of a scale that is told what was clamped."""


def fuse_scales(nodes: Sequence[Node]) -> list[Node]:
    """The backward nodes, those that belong together fused."""
    uses = Counter(t.name for n in nodes for t in n.operands)
    makers = {n.output.name: n for n in nodes if n.op in _FUSED}
    fused: dict[str, Node] = {}
    for scale in nodes:
        maker = makers.get(scale.operands[0].name) if scale.op == "grad_scale" else None
        if maker is None or uses[maker.output.name] > 1 or len(scale.operands) < _KEPT:
            continue
        operands = (*maker.operands[:4], *scale.operands[3:6], *maker.operands[4:])
        attrs = {**maker.attrs, **{k: scale.attrs[k] for k in _SCALE}}
        fused[maker.name] = replace(
            maker, op=_FUSED[maker.op], operands=operands, output=scale.output, attrs=attrs
        )
        fused[scale.name] = scale
    kept = [n for n in nodes if n.name not in fused or n.op in _FUSED]
    return [fused.get(n.name, n) for n in kept]
