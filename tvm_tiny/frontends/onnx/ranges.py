# SPDX-License-Identifier: Apache-2.0
"""What float results can be: all the values of a function of one int8 tensor, or their limits.

A float output of the model that nothing quantises gets a scale from them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.frontends.onnx.graph import DEQUANTISE, Array, OnnxGraph, OnnxNode
from tvm_tiny.frontends.onnx.operators.functions import values
from tvm_tiny.frontends.onnx.record import lookup

_DEEPEST: Final = 32


@dataclass(frozen=True, eq=False)
class _Values:
    """What a tensor's elements are, for each value of ``leaf``; one number where it is ""."""

    leaf: str
    numbers: Array


def limits(node: OnnxNode, graph: OnnxGraph) -> tuple[float, float] | None:
    """Least and greatest value of a result; None: not known.

    Args:
        node: of one result.
        graph: it belongs to.
    """
    makers = graph.producers
    found = _of(node.outputs[0], graph, makers, 0)
    if found is not None:
        ends = found.numbers
    elif _has_corners(node):
        sides = [_of(name, graph, makers, 0) for name in node.inputs]
        ends = _corners(node, sides)
    else:
        return None
    if ends is None or not np.all(np.isfinite(ends)):
        return None
    return float(ends.min()), float(ends.max())


def _has_corners(node: OnnxNode) -> bool:
    record = lookup(node.op)
    return record is not None and record.corners and len(node.inputs) == 2


def _corners(node: OnnxNode, sides: list[_Values | None]) -> Array | None:
    first, second = sides
    if first is None or second is None:
        return None
    a, b = (np.array([s.numbers.min(), s.numbers.max()]) for s in (first, second))
    return _applied(node, [a[:, None], b[None, :]])


def _of(name: str, graph: OnnxGraph, makers: Mapping[str, OnnxNode], depth: int) -> _Values | None:
    known = graph.constants.get(name)
    if known is not None:
        same = known.dtype == np.float32 and known.size and np.all(known == known.reshape(-1)[0])
        return _Values("", known.reshape(-1)[:1]) if same else None
    node = makers.get(name)
    if node is None or depth > _DEEPEST:
        return None
    if node.op == DEQUANTISE:
        return _dequantised(node, graph)
    record = lookup(node.op)
    if record is not None and record.moves and len(node.outputs) == 1:
        return _of(node.input(0), graph, makers, depth + 1)
    operands = {n: _of(n, graph, makers, depth + 1) for n in node.inputs if n}
    leaves = {o.leaf for o in operands.values() if o is not None and o.leaf}
    if not operands or any(o is None for o in operands.values()) or len(leaves) > 1:
        return None
    numbers = {n: o.numbers for n, o in operands.items() if o is not None}
    made = _applied(node, [numbers.get(n) for n in node.inputs])
    return None if made is None else _Values(next(iter(leaves), ""), made)


def _dequantised(node: OnnxNode, graph: OnnxGraph) -> _Values | None:
    scale, zero_point = graph.constants.get(node.input(1)), graph.constants.get(node.input(2))
    if scale is None or scale.size != 1 or math.isnan(float(scale.reshape(-1)[0])):
        return None
    zero = 0 if zero_point is None else int(zero_point.reshape(-1)[0])
    steps = (Q8.values - zero).astype(np.float32)
    return _Values(node.input(0), steps * scale.reshape(-1)[0])


def _applied(node: OnnxNode, operands: list[Array | None]) -> Array | None:
    """What a function makes of its operands' values; None operands were left out."""
    (first, *others), record = operands, lookup(node.op)
    if first is None:
        return None
    made = values(node, first) if not others else None
    if made is None and record is not None and record.pointwise and record.evaluate is not None:
        with np.errstate(all="ignore"):
            found = record.evaluate(node, operands)
        made = None if found is None else np.asarray(found[0], np.float32)
    return made
