# SPDX-License-Identifier: Apache-2.0
"""QDQ ONNX -> Relax with ``quantize``/``dequantize`` round every operator, NHWC.

``inspect_onnx`` checks the untrusted file and answers plain data; from those a clean ModelProto is
built; TVM's importer reads it (``onnx_import``); ``passes.layout_nhwc`` turns NCHW into NHWC. The
module has the attributes of ``relax_module``. Inputs and outputs keep the model's own layout and
type.

An int8 tensor goes by the layer that computes it and by the name of QuantizeLinear's result, which
is where onnxruntime shows the same integers.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.frontends.onnx.check import inspect_onnx, parse_onnx, require_onnx
from tvm_tiny.frontends.onnx.graph import OnnxGraph
from tvm_tiny.frontends.onnx.importer import ConversionFailed, Importer
from tvm_tiny.frontends.onnx.prepare import SHIFT
from tvm_tiny.frontends.onnx.type_numbers import TYPE_NUMBERS
from tvm_tiny.passes.layout.nhwc import LayoutNHWC
from tvm_tiny.passes.relax_module import Border, annotate

Shapes = Mapping[str, tuple[int, ...]]


def from_onnx_bytes(data: bytes, shapes: Shapes | None = None) -> Any:
    """Convert a QDQ ONNX file to a QDQ Relax module.

    Args:
        data: the file.
        shapes: input name -> static shape, for inputs with dynamic dimensions. A dynamic first
            dimension is taken as 1.

    Raises:
        ModelError: TT1001, TT1002: not an ONNX model, or one that contradicts itself.
        UnsupportedError: TT1101 dynamic shapes, TT1102 not quantised, TT1103 not int8, TT1203.
        ToolchainError: the package ``onnx`` is not installed.
    """
    return from_onnx_model(parse_onnx(data), shapes)


def from_onnx_model(proto: Any, shapes: Shapes | None = None) -> Any:
    """Convert an ONNX ModelProto; see ``from_onnx_bytes``. The proto is not changed."""
    return LayoutNHWC()(_import(inspect_onnx(proto, shapes)))


def from_float_onnx_bytes(data: bytes, shapes: Shapes | None = None) -> Any:
    """Convert a float ONNX file; see ``from_float_onnx_model``."""
    return from_float_onnx_model(parse_onnx(data), shapes)


def from_float_onnx_model(proto: Any, shapes: Shapes | None = None) -> Any:
    """Convert a float ONNX ModelProto to a float Relax module, NCHW as it is.

    Raises:
        ModelError: TT1001, TT1002: not an ONNX model, or one that contradicts itself.
        UnsupportedError: TT1101 dynamic shapes, TT1104 quantised, TT1203.
    """
    return _import(inspect_onnx(proto, shapes, floats=True))


def _import(graph: OnnxGraph) -> Any:
    made = {*graph.producers, *graph.inputs}
    for name in graph.outputs:
        if name not in made:
            problem = Problem("it is a constant", f"output '{name}'", do="drop it from the model")
            raise UnsupportedError("no operator makes an output", (problem,))
    importer = Importer(graph)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            module = importer.module()
    except ConversionFailed as failed:
        importer.abandon()
        raise UnsupportedError("1 node cannot be compiled", (failed.problem,)) from failed
    inputs = [_border(graph, name) for name in graph.inputs]
    outputs = [_border(graph, name) for name in graph.outputs]
    return annotate(module, importer.layers, inputs, outputs, rounds_once=True)


def build_proto(graph: OnnxGraph, *, named: bool = False) -> Any:
    """A ModelProto of checked data.

    Args:
        graph: what ``inspect_onnx`` or ``read_float_onnx`` answered.
        named: nodes keep their names; else each is named by its place in ``graph.nodes``.
    """
    onnx = require_onnx()
    helper, numpy_helper = onnx.helper, onnx.numpy_helper
    nodes = [
        helper.make_node(
            node.op, node.inputs, node.outputs, node.name if named else str(place), **node.attrs
        )
        for place, node in enumerate(graph.nodes)
    ]
    inputs = [
        helper.make_tensor_value_info(name, TYPE_NUMBERS[dtype], shape)
        for name, (shape, dtype) in graph.inputs.items()
    ]
    outputs = [onnx.ValueInfoProto(name=name) for name in graph.outputs]
    constants = [
        numpy_helper.from_array(np.ascontiguousarray(v), name)
        for name, v in graph.constants.items()
    ]
    made = helper.make_graph(nodes, "main", inputs, outputs, constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", graph.opset)])


def _border(graph: OnnxGraph, name: str) -> Border:
    """An input or output of the model, with its quantisation if it is integers."""
    original = next((old for old, new in graph.renamed.items() if new == name), name)
    label = original if name not in graph.inputs else name
    shifts = [n for n in graph.nodes if n.op == SHIFT and name in (n.input(0), n.outputs[0])]
    more = 128 if shifts else 0
    inner = name
    if shifts:
        inner = shifts[0].outputs[0] if shifts[0].input(0) == name else shifts[0].input(0)
    dtype = graph.inputs[name][1] if name in graph.inputs else ""
    for node in graph.nodes:
        reads = node.op == "DequantizeLinear" and node.input(0) == inner and dtype != "float32"
        makes = node.op == "QuantizeLinear" and node.outputs[0] == inner
        if makes or (reads and dtype):
            scale = float(graph.constants[node.input(1)].reshape(-1)[0])
            zero_point = graph.constants.get(node.input(2))
            zero = 0 if zero_point is None else int(zero_point.reshape(-1)[0])
            return Border(label, scale, zero + more)
    return Border(label)
