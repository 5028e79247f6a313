# SPDX-License-Identifier: Apache-2.0
"""ONNX protos for tests: models edited field by field, and a float model to quantise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tvm_tiny.testing.onnx_models import tiny_qdq


def load(build: Callable[[], bytes] = tiny_qdq) -> Any:
    return onnx.load_model_from_string(build())


def edited(edit: Callable[[Any], None], build: Callable[[], bytes] = tiny_qdq) -> bytes:
    proto = load(build)
    edit(proto)
    return proto.SerializeToString()


def node_of(proto: Any, output: str) -> Any:
    return next(n for n in proto.graph.node if output in n.output)


def constant_of(proto: Any, name: str) -> Any:
    return next(c for c in proto.graph.initializer if c.name == name)


def float_model() -> Any:
    """A small float CNN with named layers, as an exporter writes it: 1x3x20x16 to 10."""
    rng = np.random.default_rng(0)
    constants: list[Any] = []
    nodes: list[Any] = []

    def weights(name: str, *shape: int) -> list[str]:
        std = 1 / np.sqrt(np.prod(shape[1:]))
        arrays = (rng.normal(0, std, shape), rng.normal(0, 0.2, shape[0]))
        for part, array in zip(("weight", "bias"), arrays, strict=True):
            constants.append(numpy_helper.from_array(array.astype(np.float32), f"{name}.{part}"))
        return [f"{name}.weight", f"{name}.bias"]

    def node(op: str, inputs: list[str], name: str, **attrs: Any) -> str:
        nodes.append(helper.make_node(op, inputs, [f"{name}_out"], f"/{name}/{op}", **attrs))
        return f"{name}_out"

    x = node("Conv", ["x", *weights("c1", 8, 3, 3, 3)], "c1", pads=[1] * 4, strides=[2, 2])
    x = node("Relu", [x], "r1")
    y = node("Conv", [x, *weights("c2", 8, 1, 3, 3)], "c2", pads=[1] * 4, group=8)
    for name, limit in (("low", 0.0), ("high", 6.0)):
        constants.append(numpy_helper.from_array(np.array(limit, np.float32), name))
    y = node("Clip", [y, "low", "high"], "r2")
    y = node("Conv", [y, *weights("c3", 8, 8, 1, 1)], "c3")
    x = node("Add", [x, y], "residual")
    gate = node("GlobalAveragePool", [x], "squeeze")
    gate = node("Conv", [gate, *weights("c4", 8, 8, 1, 1)], "c4")
    gate = node("HardSigmoid", [gate], "gate")
    x = node("Mul", [x, gate], "scale")
    x = node("Concat", [x, node("HardSwish", [x], "swish")], "joined", axis=1)
    x = node("AveragePool", [x], "pool", kernel_shape=[2, 2], strides=[2, 2])
    x = node("Flatten", [x], "flat")
    x = node("Gemm", [x, *weights("fc", 10, 16 * 5 * 4)], "fc", transB=1)
    x = node("Softmax", [x], "scores", axis=1)
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 20, 16])]
    outputs = [helper.make_tensor_value_info(x, TensorProto.FLOAT, [1, 10])]
    graph = helper.make_graph(nodes, "net", inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
