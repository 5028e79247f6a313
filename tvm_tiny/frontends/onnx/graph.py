# SPDX-License-Identifier: Apache-2.0
"""An ONNX graph as plain data, checked: what the importer is fed with.

Nothing of the untrusted protobuf goes further than this: TVM's importer gets a ModelProto that is
built anew from these values (``onnx.build_proto``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.errors import Problem
from tvm_tiny.frontends.onnx.type_numbers import TYPE_NUMBERS

Array = npt.NDArray[Any]
TENSOR_LIMIT: Final = 1 << 26
"""Elements of a tensor; far above any microcontroller's memory."""
QUANTISE = "QuantizeLinear"
DEQUANTISE = "DequantizeLinear"


@dataclass(frozen=True, eq=False)
class OnnxNode:
    """One node.

    Attributes:
        index: position in the user's graph.
        name: its name there, or that of its first output.
        attrs: int, float, str, array, or a list of int or float.
        inputs: tensor names, "" for an operand left out.
    """

    index: int
    name: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attrs: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def where(self) -> str:
        """The node as errors name it."""
        return f"layer {self.index} '{self.name}' {self.op}"

    def input(self, position: int) -> str:
        """Name of an operand, "" when it is left out."""
        return self.inputs[position] if position < len(self.inputs) else ""

    def problem(self, what: str, why: str = "", do: str = "") -> Problem:
        """A problem of this node."""
        return Problem(what, self.where, why, do)


@dataclass(frozen=True, eq=False)
class OnnxGraph:
    """A graph without constants computed at run time: Constant, Identity and Dropout are gone.

    Attributes:
        opset: version of the default operator set.
        inputs: name -> (shape, dtype), the model's inputs only.
        outputs: names.
        constants: name -> contents.
        renamed: names of tensors that became aliases of others -> the other.
    """

    opset: int
    nodes: tuple[OnnxNode, ...]
    inputs: Mapping[str, tuple[tuple[int, ...], str]]
    outputs: tuple[str, ...]
    constants: Mapping[str, Array]
    renamed: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def quantised(self) -> bool:
        """It has quantised tensors."""
        return any(node.op == DEQUANTISE for node in self.nodes)

    @property
    def producers(self) -> dict[str, OnnxNode]:
        """Tensor name -> the node that makes it."""
        return {name: node for node in self.nodes for name in node.outputs if name}


def fold(graph: OnnxGraph) -> OnnxGraph:
    """Remove Constant, Identity, Dropout, and QuantizeLinear of constants (weights kept float)."""
    constants = dict(graph.constants)
    renamed: dict[str, str] = {}
    nodes: list[OnnxNode] = []
    again: dict[str, Array] = {}
    """Constants behind DequantizeLinear, which a second QuantizeLinear may read."""
    for raw in graph.nodes:
        names = tuple(renamed.get(n, n) for n in raw.inputs)
        node = OnnxNode(raw.index, raw.name, raw.op, names, raw.outputs, raw.attrs)
        if node.op == "Constant":
            value = _constant(node)
            if value is not None:
                constants[node.outputs[0]] = value
                continue
        elif node.op in ("Identity", "Dropout") and not _used(graph, node.outputs[1:]):
            renamed[node.outputs[0]] = node.input(0)
            continue
        elif node.op == QUANTISE and all(n in constants or n in again for n in node.inputs if n):
            value = quantised(node, {**constants, **again})
            if value is not None:
                constants[node.outputs[0]] = value
                continue
        elif node.op == DEQUANTISE and all(n in constants for n in node.inputs if n):
            operands = [constants[n] for n in node.inputs if n]
            if len(operands) > 1 and all(o.size == 1 for o in operands[1:]):
                again[node.outputs[0]] = dequantised(operands)
        nodes.append(node)
    outputs = tuple(renamed.get(n, n) for n in graph.outputs)
    return OnnxGraph(graph.opset, tuple(nodes), graph.inputs, outputs, constants, renamed)


def _used(graph: OnnxGraph, names: tuple[str, ...]) -> bool:
    wanted = {n for n in names if n}
    return bool(wanted) and (
        any(wanted & set(node.inputs) for node in graph.nodes) or bool(wanted & set(graph.outputs))
    )


def _constant(node: OnnxNode) -> Array | None:
    for key, dtype in (
        ("value", None),
        ("value_float", np.float32),
        ("value_int", np.int64),
        ("value_floats", np.float32),
        ("value_ints", np.int64),
    ):
        if key in node.attrs:
            value: Any = node.attrs[key]
            return value if isinstance(value, np.ndarray) else np.array(value, dtype)
    return None


def quantised(node: OnnxNode, constants: Mapping[str, Array]) -> Array | None:
    """QuantizeLinear of constants: round half to even, add the zero point, saturate.

    None where the operands do not fit each other.
    """
    operands = [constants[n] for n in node.inputs if n]
    if len(operands) < 2:
        return None
    x, scale = operands[:2]
    signed = len(operands) == 2 and node.attrs.get("output_dtype") == TYPE_NUMBERS[Q8.name]
    default = np.zeros(scale.shape, Q8.numpy if signed else np.uint8)
    zero_point = operands[2] if len(operands) > 2 else default
    if x.dtype != np.float32 or zero_point.dtype.kind not in "iu":
        return None
    limits = np.iinfo(zero_point.dtype)
    shape = [1] * x.ndim
    axis = node.attrs.get("axis", 1)
    if scale.size > 1:
        if not isinstance(axis, int) or not -x.ndim <= axis < x.ndim:
            return None
        shape[axis] = scale.size
    try:
        steps = np.rint(x / scale.reshape(shape))
        shifted = steps + zero_point.reshape(shape).astype(np.float32)
    except ValueError:
        return None
    if shifted.shape != x.shape or not np.all(np.isfinite(shifted)):
        return None
    return np.clip(shifted, limits.min, limits.max).astype(zero_point.dtype)


def dequantised(operands: Sequence[Array]) -> Array:
    """DequantizeLinear of constants with one scale: stored, scale and, if any, zero point."""
    stored, scale = operands[:2]
    zero = operands[2].reshape(-1)[0] if len(operands) > 2 else 0
    steps = stored.astype(np.int64) - np.int64(zero)
    return steps.astype(np.float32) * scale.reshape(-1)[0]
