# SPDX-License-Identifier: Apache-2.0
"""In-place layers as a pass: which outputs may lie over an operand that dies, and how far."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tvm_tiny._tvm import IRModule
from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.memory.safe_distance import safe_distance
from tvm_tiny.passes.tiny_pass import TinyPass

IN_PLACE_ATTRIBUTE = "tvm_tiny.in_place"
"""Function attribute: JSON, node name -> operands it may overlap, with distances in bytes."""


@dataclass(frozen=True)
class InPlace(TinyPass):
    """Name the outputs that may overlap a dying operand; ``PlanMemory`` behind it keeps to them.

    before:  def main(x): y = tvm_tiny.add(x, ...); return y
    after:   R.func_attr({"tvm_tiny.in_place":
                 '{"y": [{"operand": "x", "ascending": 0, "descending": 96, "spare_bytes": 0}]}'})
             def main(x): ... the same ...

    The output may start ``ascending`` bytes after the operand or anywhere below when its rows run
    up, at ``descending`` or above when they run down (null: not at all). ``spare_bytes`` is what
    the pair needs beyond the larger of the two: one row for a pointwise convolution, two for a 3x3.

    Needs integer operators only. Costs nothing at run time: rows are written where others were
    read. Ref: Lin et al. 2020, "MCUNet", section 3.2 (channel by channel, for depthwise only).

    Attributes:
        operators: names in the operator table; empty: all.
    """

    operators: tuple[str, ...] = ()

    def transform_module(self, mod: Any) -> Any:
        """Attach the decision."""
        found = in_place_operands(extract(mod), self.operators)
        out = IRModule(dict(mod.functions.items()), mod.attrs)
        text = json.dumps(found, sort_keys=True)
        out["main"] = mod["main"].with_attr(IN_PLACE_ATTRIBUTE, text)
        return out


@dataclass(frozen=True)
class InplaceDepthwise(InPlace):
    """``InPlace`` for depthwise convolutions only.

    before:  def main(x): y = tvm_tiny.depthwise_conv2d(x, ...); return y
    after:   R.func_attr({"tvm_tiny.in_place":
                 '{"y": [{"operand": "x", "ascending": -48, "descending": 48, "spare_bytes": 48}]}'
             })
             def main(x): ... the same ...
    """

    operators: tuple[str, ...] = ("depthwise_conv2d",)


Found = dict[str, list[dict[str, Any]]]


def in_place_operands(graph: Graph, operators: tuple[str, ...] = ()) -> Found:
    """Node name -> operands that die there and that its output may overlap.

    Args:
        graph: the integer graph; "dies" is judged in its order.
        operators: names in the operator table; empty: all.
    """
    last: dict[str, str] = {t.name: "" for t in graph.outputs}
    for node in reversed(graph.nodes):
        for tensor in node.activations:
            last.setdefault(tensor.name, node.name)
    out: Found = {}
    for node in graph.nodes:
        if lookup(node.op).is_view or (operators and node.op not in operators):
            continue
        for index, tensor in enumerate(node.operands):
            if tensor.data is not None or last.get(tensor.name) != node.name:
                continue
            up = safe_distance(node, index)
            down = safe_distance(node, index, descending=True)
            if up is None and down is None:
                continue
            spare = _spare(tensor.nbytes, node.output.nbytes, up, down)
            entry = {"operand": tensor.name, "ascending": up, "descending": down}
            out.setdefault(node.name, []).append({**entry, "spare_bytes": spare})
    return out


def _spare(x_bytes: int, y_bytes: int, up: int | None, down: int | None) -> int:
    """Bytes beyond the larger tensor with the better direction, y at its farthest."""
    extents: list[int] = []
    for distance in (
        None if up is None else min(up, max(0, x_bytes - y_bytes)),
        None if down is None else max(down, min(0, x_bytes - y_bytes)),
    ):
        if distance is not None:
            extents.append(max(x_bytes, distance + y_bytes) - min(0, distance))
    return min(extents) - max(x_bytes, y_bytes)


def in_place_nodes(mod: Any) -> tuple[str, ...] | None:
    """Nodes that ``InPlace`` named on the module's ``main``; None if it did not run."""
    attrs = mod["main"].attrs
    if attrs is None or IN_PLACE_ATTRIBUTE not in attrs:
        return None
    return tuple(json.loads(str(attrs[IN_PLACE_ATTRIBUTE])))
