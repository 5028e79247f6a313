# SPDX-License-Identifier: Apache-2.0
"""A float model made ready for onnxruntime's quantiser: folded, without batch normalisation."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any, Final

import numpy as np

from tvm_tiny.errors import ModelError, Problem
from tvm_tiny.frontends.onnx.floats import FloatModel

_OPSET: Final = 13
"""The first with scales per channel."""


def prepare(model: FloatModel, scratch: Path) -> tuple[Path, list[str]]:
    """Fold batch normalisations and constants and infer shapes.

    Args:
        model: what to quantise.
        scratch: a folder to write to.

    Returns:
        The prepared ONNX file, and the kinds of operators in it.

    Raises:
        ModelError: TT1002, onnxruntime refuses the model.
    """
    onnx = importlib.import_module("onnx")
    source, target = scratch / "float.onnx", scratch / "prepared.onnx"
    proto = model.clean_proto()
    try:
        if model.graph.opset < _OPSET:
            proto = onnx.version_converter.convert_version(proto, _OPSET)
        onnx.save(proto, str(source))
        module = importlib.import_module("onnxruntime.quantization.shape_inference")
        module.quant_pre_process(str(source), str(target), skip_symbolic_shape=True)
    except Exception as error:  # onnxruntime's exceptions share no public base
        raise failed("onnxruntime cannot prepare the model", error) from error
    proto = onnx.load(str(target))
    if any(node.op_type == "BatchNormalization" for node in proto.graph.node):
        _replace_batch_normalisations(proto, model)
        onnx.save(onnx.shape_inference.infer_shapes(proto), str(target))
    return target, sorted({node.op_type for node in proto.graph.node})


def failed(what: str, error: Exception) -> ModelError:
    """What onnxruntime raised, as ours: the first line of it."""
    lines = str(error).strip().splitlines() or [""]
    problem = Problem(type(error).__name__, why=lines[0][:300])
    return ModelError(what, (problem,), code="TT1002")


def _replace_batch_normalisations(proto: Any, model: FloatModel) -> None:
    """Those behind no convolution become one of their own: depthwise, 1 x 1.

    Of a vector of features: a product and a sum, as nothing else takes constants there.
    """
    onnx = importlib.import_module("onnx")
    to_array, from_array = onnx.numpy_helper.to_array, onnx.numpy_helper.from_array
    constants = {tensor.name: to_array(tensor) for tensor in proto.graph.initializer}
    nodes: list[Any] = []
    for node in proto.graph.node:
        if node.op_type != "BatchNormalization":
            nodes.append(node)
            continue
        gamma, beta, mean, variance = (constants[n].astype(np.float64) for n in node.input[1:5])
        epsilon = next((a.f for a in node.attribute if a.name == "epsilon"), 1e-5)
        factor = gamma / np.sqrt(variance + epsilon)
        offset = beta - mean * factor
        x, made = node.input[0], node.output[0]
        names = [f"{made}/factor", f"{made}/offset"]
        rank = len(model.shapes[made]) if made in model.shapes else 4
        make = onnx.helper.make_node
        if rank > 2:
            factor = factor.reshape(-1, *[1] * (rank - 1))
            nodes.append(make("Conv", [x, *names], [made], node.name, group=len(offset)))
        else:
            nodes.append(make("Mul", [x, names[0]], [f"{made}/scaled"], f"{node.name}/scale"))
            nodes.append(make("Add", [f"{made}/scaled", names[1]], [made], node.name))
        for name, array in zip(names, (factor, offset), strict=True):
            proto.graph.initializer.append(from_array(array.astype(np.float32), name))
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)
    used = {name for node in nodes for name in node.input}
    kept = [tensor for tensor in proto.graph.initializer if tensor.name in used]
    del proto.graph.initializer[:]
    proto.graph.initializer.extend(kept)
