# SPDX-License-Identifier: Apache-2.0
"""The integer graph of a build as an ONNX file, for viewers such as Netron: nothing runs it.

A node is a layer with its schedule, its cost and where its output lies in the arena; operators are
of the domain ``tvm_tiny``. Weights are in it, so that a viewer can show them.

Source of the format: ONNX, ``onnx.proto`` (IR version 8).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper

from tvm_tiny.graph import Node, Tensor
from tvm_tiny.report.model import LayerInfo, Placement, Report
from tvm_tiny.result import Built

DOMAIN = "tvm_tiny"
_IR_VERSION, _OPSET = 8, 17


def onnx_graph(built: Built, report: Report) -> onnx.ModelProto:
    """The layers of a build in execution order, with what the report says of each.

    Attributes of a node: the operator's own integers; ``layer`` (its number in the report),
    ``schedule``, ``why``, ``kernel``, ``macs``, ``cycles`` (modelled, if it was run), and of its
    output ``arena_offset_bytes``, ``arena_bytes``, ``ring_rows`` where it lies in the arena. What
    lasts from run to run is an input, said so in its ``doc_string``. Patches are one node.
    """
    graph = built.compiled.planned
    nodes = {node.name: node for node in graph.nodes}
    ordered = [nodes[name] for name in built.compiled.plan.order]
    emitted = built.compiled.emitted
    layers = dict(zip(emitted.step_nodes, report.layers, strict=True))
    places = {p.tensor: p for p in report.plan.placements if p.kind != "workspace"}
    lasting = [_value(s.tensor, "lasts from run to run") for s in graph.states]
    made = helper.make_graph(
        [_node(node, layers.get(node.name), places.get(node.output.name)) for node in ordered],
        built.spec.model,
        [_value(t) for t in graph.inputs] + lasting,
        [_value(t) for t in graph.outputs],
        initializer=list(_constants(ordered)),
        value_info=[_value(node.output) for node in ordered],
    )
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(DOMAIN, 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=_IR_VERSION)
    model.producer_name, model.producer_version = "tvm_tiny", report.tool_version
    helper.set_model_props(model, _properties(report))
    return model


def _properties(report: Report) -> dict[str, str]:
    memory = report.memory
    return {
        "target": report.target,
        "arena_bytes": str(memory.arena_bytes),
        "ram_bytes": str(memory.ram_bytes),
        "cycles": str(report.cycles.modelled or ""),
        "model_sha256": report.model.sha256,
    }


def _constants(nodes: list[Node]) -> Iterator[onnx.TensorProto]:
    """Every constant operand once."""
    seen: set[str] = set()
    for tensor in (t for node in nodes for t in node.operands if t.data is not None):
        if tensor.name not in seen:
            seen.add(tensor.name)
            data = np.ascontiguousarray(tensor.data).reshape(tensor.shape)
            yield numpy_helper.from_array(data, tensor.name)


def _value(tensor: Tensor, more: str = "") -> onnx.ValueInfoProto:
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(tensor.dtype))
    quantised = f"{tensor.scale:g} * (q - {tensor.zero_point})" if tensor.scale else ""
    said = "; ".join(part for part in (tensor.source, quantised, more) if part)
    return helper.make_tensor_value_info(tensor.name, kind, tensor.shape, said)


def _node(node: Node, layer: LayerInfo | None, place: Placement | None) -> onnx.NodeProto:
    said: dict[str, Any] = {k: v for k, v in node.attrs.items() if _is_plain(v)}
    if layer is not None:
        said |= {"layer": layer.index, "schedule": layer.schedule, "why": layer.why}
        said |= {"kernel": layer.kernel, "macs": layer.macs, "weight_bytes": layer.weight_bytes}
        said |= {} if layer.cycles_modelled is None else {"cycles": layer.cycles_modelled}
    if place is not None:
        said |= {"arena_offset_bytes": place.offset, "arena_bytes": place.bytes}
        said |= {"ring_rows": place.ring_rows} if place.ring_rows else {}
    made = helper.make_node(
        node.op,
        [operand.name for operand in node.operands],
        [node.output.name],
        name=node.layer or node.name,
        domain=DOMAIN,
    )
    made.attribute.extend(helper.make_attribute(k, _listed(v)) for k, v in sorted(said.items()))
    return made


def _is_plain(value: Any) -> bool:
    """A number or a text, or a list of one kind of them that is not empty."""
    if isinstance(value, (list, tuple)):
        kinds = {type(v) for v in value}  # pyright: ignore[reportUnknownVariableType]
        return len(kinds) == 1 and kinds <= {int, float, str}
    return isinstance(value, (int, float, str))


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def written(model: onnx.ModelProto) -> bytes:
    """The file, the same bytes for the same model."""
    return model.SerializeToString(deterministic=True)
