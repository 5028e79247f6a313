# SPDX-License-Identifier: Apache-2.0
"""Float ONNX models, for what comes before compiling: quantising and training.

The file is as untrusted as a quantised one and goes the same way: wire format bounded, contents
copied to plain data, nodes checked against a table, a clean ModelProto built anew. Shapes are
inferred by ``onnx`` on that clean proto, and every tensor is bounded before anything runs it.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from tvm_tiny.errors import ModelError, Problem, UnsupportedError, UsageError
from tvm_tiny.frontends.loader import load, of_framework, read_model
from tvm_tiny.frontends.onnx.check import TENSOR_LIMIT, inspect_onnx, parse_onnx, require_onnx
from tvm_tiny.frontends.onnx.front_end import build_proto
from tvm_tiny.frontends.onnx.graph import OnnxGraph

_IR_VERSION: Final = 10
"""Written by ONNX 1.16 and read by every onnxruntime since; the newest is refused by some."""


@dataclass(frozen=True, eq=False)
class FloatModel:
    """A float model, checked.

    Attributes:
        name: from the file's name, or the graph's.
        source: the user's ModelProto, as it was given.
        graph: its contents as plain data.
        shapes: tensor name -> static shape, of inputs, constants and every node's results.
    """

    name: str
    source: Any
    graph: OnnxGraph
    shapes: Mapping[str, tuple[int, ...]]

    def clean_proto(self) -> Any:
        """A new ModelProto with nothing in it but what was checked."""
        proto = build_proto(self.graph, named=True)
        proto.ir_version = _IR_VERSION
        return proto

    @property
    def inputs(self) -> dict[str, tuple[int, ...]]:
        """Input name -> shape, float32."""
        return {name: shape for name, (shape, _) in self.graph.inputs.items()}


def read_float_model(model: Any, shapes: Mapping[str, tuple[int, ...]] | None = None) -> FloatModel:
    """Read a float model.

    Args:
        model: path or bytes of an ONNX or TFLite file, a ModelProto, a framework's model
            (``frameworks``), or a ``FloatModel`` (returned as it is).
        shapes: input name -> static shape, where the model leaves dimensions open.

    Raises:
        ModelError: TT1001, TT1002: not an ONNX model, or one that contradicts itself.
        UnsupportedError: TT1101 no static shapes, TT1104 not a float model,
            TT1203 operators that have no quantised form here.
        UsageError: not something that can be a model.
    """
    if isinstance(model, FloatModel):
        return model
    name = "model"
    model, shapes = of_framework(model, shapes)
    if isinstance(model, str | Path):
        path = Path(model)
        name, proto = path.stem, _parsed(read_model(path), path.suffix.lower())
    elif isinstance(model, bytes | bytearray | memoryview):
        proto = _parsed(bytes(model), "")
    elif type(model).__name__ == "ModelProto" and hasattr(model, "SerializeToString"):
        name, proto = str(model.graph.name) or name, model
    else:
        problem = Problem("give a path, bytes or an onnx.ModelProto")
        raise UsageError(f"a {type(model).__name__} is not a float model", (problem,))
    graph = _checked(proto, shapes)
    return FloatModel(name, proto, graph, _shapes(graph))


def _parsed(data: bytes, suffix: str) -> Any:
    """A ModelProto from an ONNX file, or from a TFLite file by way of Relax."""
    if data[4:8] != b"TFL3" and suffix != ".tflite":
        return parse_onnx(data)
    exporter = importlib.import_module("tvm_tiny.passes.receptive_field.export")
    loaded = load(data, floats=True)
    return exporter.to_onnx(loaded.module, loaded.name)


def _checked(proto: Any, shapes: Mapping[str, tuple[int, ...]] | None) -> OnnxGraph:
    graph = inspect_onnx(proto, shapes, floats=True)
    made = {*graph.producers, *graph.inputs}
    problems = _not_finite(graph)
    problems += [
        Problem("it is a constant", f"output '{n}'") for n in graph.outputs if n not in made
    ]
    if problems:
        raise UnsupportedError("the model cannot be computed", tuple(problems))
    return graph


def _not_finite(graph: OnnxGraph) -> list[Problem]:
    """Weights that are no numbers. Infinite limits of Clip mean that there is none."""
    limits = {n for node in graph.nodes if node.op in ("Clip", "Pad") for n in node.inputs[1:]}
    return [
        Problem("has values that are not finite", f"constant '{name}'", do="train it again")
        for name, array in graph.constants.items()
        if array.dtype.kind == "f" and name not in limits and not np.all(np.isfinite(array))
    ]


def _shapes(graph: OnnxGraph) -> dict[str, tuple[int, ...]]:
    """Static shapes of all tensors; TT1002 or TT1101 where there are none."""
    require_onnx()
    inference = importlib.import_module("onnx.shape_inference")
    try:
        inferred = inference.infer_shapes(
            build_proto(graph), check_type=True, strict_mode=True, data_prop=True
        )
    except Exception as error:  # InferenceError, and protobuf's
        lines = str(error).strip().splitlines() or [""]
        problem = Problem("operators do not fit each other", why=lines[-1][:300])
        raise ModelError("the ONNX model is broken", (problem,), code="TT1002") from error
    shapes = {name: shape for name, (shape, _) in graph.inputs.items()}
    shapes |= {name: tuple(array.shape) for name, array in graph.constants.items()}
    for value in [*inferred.graph.value_info, *inferred.graph.output]:
        dims = value.type.tensor_type.shape.dim
        if value.type.tensor_type.HasField("shape") and all(d.HasField("dim_value") for d in dims):
            shapes[value.name] = tuple(int(d.dim_value) for d in dims)
    problems: list[Problem] = []
    for node in graph.nodes:
        for name in filter(None, node.outputs):
            shape = shapes.get(name)
            if shape is None:
                problems.append(node.problem(f"the shape of '{name}' is not known"))
            elif any(d < 1 for d in shape) or math.prod(shape) > TENSOR_LIMIT:
                what = f"'{name}' has shape {shape} (limit {TENSOR_LIMIT} elements)"
                problems.append(node.problem(what))
    if problems:
        raise UnsupportedError("the model has no static shapes", tuple(problems), code="TT1101")
    return shapes
