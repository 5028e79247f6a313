# SPDX-License-Identifier: Apache-2.0
"""Every layer of a QDQ ONNX model against onnxruntime, fed with onnxruntime's own inputs.

An int8 tensor that onnxruntime has too is taken from there when a later layer reads it, so each
difference is one layer's own. Our tensors are NHWC; onnxruntime's are what the model says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from op_harness import kernel_c, run_rows, shared_object

from tvm_tiny.frontends.onnx.front_end import from_onnx_bytes
from tvm_tiny.graph import Graph, Node, Tensor
from tvm_tiny.passes.extract import extract
from tvm_tiny.pipeline import graph_passes
from tvm_tiny.validate.reference import OnnxReference

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class LayerDifference:
    """Differences of a layer's result in steps of its own scale."""

    layer: str
    op: str
    largest: float
    mean: float


def integer_graph(model: bytes, shapes: Any = None) -> Graph:
    """The integer graph of an ONNX file."""
    module = from_onnx_bytes(model, shapes)
    for step, _ in graph_passes():
        module = step(module)
    return extract(module)


def random_inputs(graph: Graph, seed: int = 0) -> dict[str, np.ndarray]:
    """Inputs by the model's names."""
    rng = np.random.default_rng(seed)
    return {
        t.source: rng.uniform(-2, 2, t.shape).astype(np.float32)
        if t.dtype == "float32"
        else rng.integers(-128, 128, t.shape).astype(np.int8)
        for t in graph.inputs
    }


def layer_differences(model: bytes, seed: int = 0) -> list[LayerDifference]:
    """Run every layer on the reference's inputs; the layers that have a counterpart there."""
    graph = integer_graph(model)
    inputs = random_inputs(graph, seed)
    reference = OnnxReference(model).run_layers(inputs)
    values: dict[str, np.ndarray] = {t.name: inputs[t.source] for t in graph.inputs}
    out: list[LayerDifference] = []
    library = shared_object(_library(graph))
    for place, node in enumerate(graph.nodes):
        arrays = [np.ascontiguousarray(_contents(t, values)) for t in node.operands]
        if node.op == "reshape":
            made = arrays[0].reshape(node.output.shape)
        else:
            made = run_rows(node, arrays, getattr(library, f"kernel_{place}"))
        values[node.output.name] = made
        wanted = _counterpart(node.output, reference)
        if wanted is not None:
            out.append(_difference(node, made, wanted))
            values[node.output.name] = wanted
    return out


def _library(graph: Graph) -> str:
    return "\n".join(
        kernel_c(node).replace("void kernel(", f"void kernel_{place}(")
        for place, node in enumerate(graph.nodes)
        if node.op != "reshape"
    )


def _contents(tensor: Tensor, values: Arrays) -> np.ndarray:
    return values[tensor.name] if tensor.data is None else tensor.data


def _counterpart(tensor: Tensor, reference: Arrays) -> np.ndarray | None:
    """The reference's tensor of the same name, in our layout: NHWC where the shape allows it."""
    wanted = reference.get(tensor.source)
    if wanted is None or wanted.dtype != tensor.dtype:
        return None
    for axis in (1, -1, 2, 3):
        if axis >= wanted.ndim:
            break
        last = np.moveaxis(wanted, axis, -1)
        if _squeezed(last) == _squeezed(tensor):
            return np.ascontiguousarray(last).reshape(tensor.shape)
    return np.ascontiguousarray(wanted).reshape(tensor.shape)


def _squeezed(tensor: Any) -> list[int]:
    """Extents other than 1: a 1-D signal is an image of one row here."""
    return [extent for extent in tensor.shape if extent != 1]


def _difference(node: Node, made: np.ndarray, wanted: np.ndarray) -> LayerDifference:
    apart = np.abs(made.astype(np.float64) - wanted.astype(np.float64))
    if made.dtype == np.float32:
        apart = np.rint(apart / float(node.attrs["scale"]))
    return LayerDifference(node.layer, node.op, float(apart.max()), float(apart.mean()))
