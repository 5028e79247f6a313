# SPDX-License-Identifier: Apache-2.0
"""Elements that the reference leaves as they were: whatever lay there is no result.

An operator says which of its own those are (``Operator.left_alone``); here they are followed
through what moves elements or works on each alone. Any other operator is taken to read only what
was written (a filter bank reads the bins between the two ends of its energies).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]


def unset_elements(graph: Graph, results: Mapping[str, Array]) -> dict[str, Mask]:
    """By tensor name, which elements nobody wrote; tensors that are written wholly are left out.

    Args:
        graph: of the model.
        results: tensors of this run by name; how much is written may depend on them.
    """
    masks: dict[str, Mask] = {}
    for node in graph.nodes:
        mask = _followed(node, masks)
        own = lookup(node.op).left_alone(node, results.get(node.output.name))
        if own is not None:
            mask = own if mask is None else own | mask
        if mask is not None and mask.any():
            masks[node.output.name] = mask
    return masks


def _followed(node: Node, masks: Mapping[str, Mask]) -> Mask | None:
    found = [masks.get(t.name) for t in node.operands]
    if all(mask is None for mask in found):
        return None
    operator, shape = lookup(node.op), node.output.shape
    if operator.is_view:
        return None if found[0] is None else found[0].reshape(shape)
    if operator.elementwise:
        same = [m.reshape(shape) for m in found if m is not None and m.size == node.output.size]
        return np.logical_or.reduce(same) if same else None
    ends = [_moved(node, found, value) for value in (0, 1)]
    if ends[0] is None or ends[1] is None:
        return None
    return np.asarray(ends[0] != ends[1]).reshape(shape)


def _moved(node: Node, masks: list[Mask | None], value: int) -> Array | None:
    """What it makes of constants that are ``value`` where nobody wrote, else 0."""
    operands = [
        t if t.data is not None else replace(t, data=_marked(t.shape, t.dtype, mask, value))
        for t, mask in zip(node.operands, masks, strict=True)
    ]
    return lookup(node.op).folded(replace(node, operands=tuple(operands)))


def _marked(shape: tuple[int, ...], dtype: str, mask: Mask | None, value: int) -> Array:
    data = np.zeros(shape, dtype)
    if mask is not None:
        data[mask] = value
    return data
