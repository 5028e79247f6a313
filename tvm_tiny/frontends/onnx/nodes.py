# SPDX-License-Identifier: Apache-2.0
"""What is wrong with the nodes of an ONNX graph, by the records of their operators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from tvm_tiny.arithmetic.element_types import Q8, QUANTISED
from tvm_tiny.errors import Problem
from tvm_tiny.frontends.onnx import operators as operators
from tvm_tiny.frontends.onnx.graph import Array, OnnxGraph, OnnxNode
from tvm_tiny.frontends.onnx.record import Record, lookup
from tvm_tiny.frontends.onnx.type_numbers import TYPE_NUMBERS

REMOVED: Final = ("Constant", "Identity", "Dropout")
"""Operators that are folded away before the table is asked."""

_FIXED: Final = "DequantizeLinear"
_HINTS: Final[Mapping[str, str]] = {
    "BatchNormalization": "fold it into the convolution: quantise the float model with "
    "tvm-tiny quantize, which does",
    "Shape": "export with static shapes, or run onnxslim or quant_pre_process first",
    "Gather": "export with static shapes, or run onnxslim or quant_pre_process first",
    "DynamicQuantizeLinear": "use static quantisation (quantize_static)",
    "ConvInteger": "use static quantisation (quantize_static) with QuantFormat.QDQ",
    "MatMulInteger": "use static quantisation (quantize_static) with QuantFormat.QDQ",
}


def node_problems(graph: OnnxGraph, *, floats: bool = False) -> list[Problem]:
    """Everything about the nodes that their records do not allow."""
    known = known_constants(graph)
    out: list[Problem] = []
    for node in graph.nodes:
        spec = usable(node, floats=floats)
        if spec is not None and spec.evaluate is not None and set(node.outputs) <= known:
            continue
        if spec is None and set(node.outputs) <= known:
            continue
        if spec is None:
            do = _HINTS.get(node.op, "replace it, or cut the graph before it")
            out.append(node.problem("operator is not supported", "it has no integer form here", do))
            continue
        out.extend(_arity(node, spec))
        out.extend(_attributes(node, spec))
        out.extend(
            node.problem(
                f"operand {at} '{node.input(at)}' is computed at run time",
                "it has to be a constant",
            )
            for at in spec.constants
            if node.input(at) and node.input(at) not in known
        )
    return out


def _arity(node: OnnxNode, spec: Record) -> list[Problem]:
    out: list[Problem] = []
    low, high = spec.inputs
    left_out = "" in node.inputs[:low] and node.op != "Resize"
    if not low <= len(node.inputs) <= high or left_out:
        out.append(node.problem(f"{len(node.inputs)} operands", f"{low} to {high} are supported"))
    named = node.outputs if spec.gridded else node.outputs[:1]
    if not 1 <= len(node.outputs) <= spec.outputs or not any(named):
        out.append(node.problem(f"{len(node.outputs)} results", f"{spec.outputs} is supported"))
    return out


def _attributes(node: OnnxNode, spec: Record) -> list[Problem]:
    out: list[Problem] = []
    for name, value in node.attrs.items():
        check = spec.attrs.get(name)
        why = "the attribute is not supported" if check is None else check(value)
        if why:
            out.append(node.problem(f"{name}={_short(value)} is not supported", why))
    return out


def _short(value: Any) -> str:
    text = "an array" if isinstance(value, np.ndarray) else str(value)
    return text if len(text) <= 40 else text[:40] + "..."


def usable(node: OnnxNode, *, floats: bool = False) -> Record | None:
    """The record of a node's operator, None where a model of this kind may not have it."""
    record = lookup(node.op)
    if record is None or not (record.floats if floats else record.quantised):
        return None
    return record


def known_constants(graph: OnnxGraph) -> set[str]:
    """Constants, what DequantizeLinear makes of them, and what is computed of shapes."""
    known = set(graph.constants)
    for node in graph.nodes:
        record = lookup(node.op)
        computed = record is not None and (record.evaluate is not None or record.name == _FIXED)
        shape = record is not None and record.by_shape
        if shape or (computed and all(n in known for n in node.inputs if n)):
            known.update(node.outputs)
    return known


def quantiser_problems(graph: OnnxGraph) -> tuple[list[Problem], list[Problem]]:
    """(types other than int8, anything else wrong) of QuantizeLinear and DequantizeLinear."""
    types: list[Problem] = []
    others: list[Problem] = []
    for node in graph.nodes:
        if node.op not in ("QuantizeLinear", "DequantizeLinear"):
            continue
        kind = _stored_type(graph, node)
        allowed = QUANTISED if node.op == "QuantizeLinear" else (*QUANTISED, "int32")
        if kind not in allowed:
            types.append(
                node.problem(
                    f"quantises to {kind}",
                    "int8 and int16 activations and int8 weights are supported",
                    "quantise with activation_type=QuantType.QInt8, weight_type=QuantType.QInt8",
                )
            )
        others.extend(_parameter_problems(graph, node))
    return types, others


def _stored_type(graph: OnnxGraph, node: OnnxNode) -> str:
    zero_point = graph.constants.get(node.input(2))
    if zero_point is not None:
        return zero_point.dtype.name
    if node.op == "QuantizeLinear":
        return Q8.name if node.attrs.get("output_dtype") == TYPE_NUMBERS[Q8.name] else "uint8"
    stored = graph.constants.get(node.input(0))
    return stored.dtype.name if stored is not None else Q8.name


def _parameter_problems(graph: OnnxGraph, node: OnnxNode) -> list[Problem]:
    scale = graph.constants.get(node.input(1))
    zero_point = graph.constants.get(node.input(2))
    if scale is None:
        return []  # reported as an operand computed at run time
    out: list[Problem] = []
    if scale.dtype != np.float32 or not _usable(scale):
        out.append(node.problem(f"scale of type {scale.dtype}, or not positive and finite"))
    if zero_point is not None and zero_point.size not in (1, scale.size):
        out.append(node.problem(f"{zero_point.size} zero points for {scale.size} scales"))
    if scale.size > 1 and node.input(0) not in graph.constants:
        out.append(node.problem(f"{scale.size} scales", "activations have one scale a tensor"))
    return out


def _usable(scale: Array) -> bool:
    return bool(scale.size) and bool(np.all(np.isfinite(scale) & (scale > 0)))
