# SPDX-License-Identifier: Apache-2.0
"""What is tuned: row kernels, each known by the structural hash of its TensorIR."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tvm_tiny._tvm import IRModule, plain_buffers, structural_hash
from tvm_tiny.graph import Graph, Node
from tvm_tiny.operators.base import lookup


@dataclass(frozen=True, eq=False)
class Task:
    """A row kernel to be tuned.

    Attributes:
        key: structural hash of ``module``, hexadecimal.
        module: the row kernel before scheduling.
        node: the first node that has it; trials run all its rows.
        layers: names of the layers that have it.
        weight: rows of all those layers, as a multiple of the node's.
        digest: of the node, its constants included.
    """

    key: str
    module: Any
    node: Node
    layers: tuple[str, ...]
    weight: float
    digest: str

    @property
    def name(self) -> str:
        """For people: the layer, and how many more there are."""
        more = len(self.layers) - 1
        first = self.layers[0].split(";")[0]
        return f"{first} (and {more} more)" if more else first


def workload(node: Node) -> Any:
    """The row kernel of a node as MetaSchedule takes it: buffers only, scalars fixed."""
    func = plain_buffers(lookup(node.op).kernel(node)).with_attr("tvm_tiny.op", node.op)
    return IRModule({"main": func})


def workload_key(module: Any) -> str:
    """Structural hash: the same for equal kernels, on every machine, for one version of TVM."""
    return f"{structural_hash(module) & (1 << 64) - 1:016x}"


def make_tasks(graph: Graph) -> tuple[Task, ...]:
    """One task for each different row kernel of a graph, in the order of the graph."""
    tasks: dict[str, Task] = {}
    for node in graph.nodes:
        if lookup(node.op).is_view:
            continue
        module = workload(node)
        key = workload_key(module)
        layer = node.layer or node.name
        known = tasks.get(key)
        if known is None:
            tasks[key] = Task(key, module, node, (layer,), 1.0, node_digest(node))
        else:
            share = max(1, node.output.rows) / max(1, known.node.output.rows)
            layers = (*known.layers, layer)
            tasks[key] = replace(known, layers=layers, weight=known.weight + share)
    return tuple(tasks.values())


def node_digest(node: Node) -> str:
    """SHA-256 of what a node computes: attributes, shapes, constants; not its names."""
    state = hashlib.sha256()
    for part in _parts(node):
        state.update(len(part).to_bytes(8, "little") + part)
    return state.hexdigest()


def _parts(node: Node) -> Iterable[bytes]:
    attrs: Mapping[str, Any] = node.attrs
    yield json.dumps([node.op, attrs], sort_keys=True, default=_plain).encode()
    for tensor in (*node.operands, node.output):
        yield json.dumps([tensor.shape, tensor.dtype]).encode()
        yield b"" if tensor.data is None else np.ascontiguousarray(tensor.data).tobytes()


def _plain(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else str(value)


def one_node_graph(node: Node) -> Graph:
    """A model of one layer: what a trial compiles and runs."""
    inputs = {t.name: t for t in node.activations}
    return Graph(tuple(inputs.values()), (node.output,), (node,))
