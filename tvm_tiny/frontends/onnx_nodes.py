# SPDX-License-Identifier: Apache-2.0
"""What is supported of each ONNX operator: operands, attributes, constants.

One table. Whatever a node says beyond it is refused by name, so that nothing is ignored silently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from tvm_tiny.errors import Problem
from tvm_tiny.frontends.onnx_graph import Array, OnnxGraph, OnnxNode

_EXTENT_LIMIT: Final = 1 << 16
"""Strides, kernels, pads and the like: far above any layer for a microcontroller."""

Check = Callable[[Any], str | None]


def _integers(low: int, high: int = _EXTENT_LIMIT) -> Check:
    def check(value: Any) -> str | None:
        values = value if isinstance(value, list) else [value]
        if len(values) <= 8 and all(isinstance(v, int) and low <= v <= high for v in values):
            return None
        return f"integers from {low} to {high} are supported"

    return check


def _only(*allowed: Any) -> Check:
    def check(value: Any) -> str | None:
        values = value if isinstance(value, list) else [value]
        if all(v in allowed for v in values):
            return None
        return f"only {', '.join(map(repr, allowed))} is supported"

    return check


def _number(value: Any) -> str | None:
    return None if isinstance(value, int | float) and np.isfinite(value) else "a finite number"


def _ignored(value: Any) -> str | None:
    del value


_AXIS = _integers(-8, 8)
_POSITIVE = _integers(1)
_PADS = _integers(0)
_ANYWHERE = _integers(-(1 << 63), 1 << 63)
_AUTO_PAD = _only("NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID")
_WINDOW: Final[Mapping[str, Check]] = {
    "auto_pad": _AUTO_PAD,
    "kernel_shape": _POSITIVE,
    "strides": _POSITIVE,
    "pads": _PADS,
}
_QUANTISER: Final[Mapping[str, Check]] = {
    "axis": _AXIS,
    "saturate": _ignored,  # of float8 only
    "block_size": _only(0),
    "output_dtype": _only(0, 1, 3),
    "precision": _only(0, 1),
}
_REDUCTION: Final[Mapping[str, Check]] = {
    "axes": _AXIS,
    "keepdims": _only(0, 1),
    "noop_with_empty_axes": _only(0),
}


@dataclass(frozen=True)
class Spec:
    """What is supported of an operator.

    Attributes:
        inputs: least and greatest number of operands.
        attrs: attribute -> check.
        constants: operands that have to be known at compile time.
        outputs: greatest number of results.
    """

    inputs: tuple[int, int] = (1, 1)
    attrs: Mapping[str, Check] = field(default_factory=dict[str, Check])
    constants: tuple[int, ...] = ()
    outputs: int = 1


_MANY: Final = 64
SPECS: Final[Mapping[str, Spec]] = {
    "QuantizeLinear": Spec((2, 3), _QUANTISER, (1, 2)),
    "DequantizeLinear": Spec((2, 3), _QUANTISER, (1, 2)),
    "Conv": Spec((2, 3), {**_WINDOW, "dilations": _POSITIVE, "group": _POSITIVE}, (1, 2)),
    "ConvTranspose": Spec(
        (2, 3),
        {**_WINDOW, "dilations": _only(1), "group": _only(1), "output_padding": _PADS},
        (1, 2),
    ),
    "Gemm": Spec(
        (2, 3),
        {"alpha": _number, "beta": _number, "transA": _only(0), "transB": _only(0, 1)},
        (1, 2),
    ),
    "MatMul": Spec((2, 2), {}, (1,)),
    "Add": Spec((2, 2)),
    "Sub": Spec((2, 2)),
    "Mul": Spec((2, 2)),
    "Max": Spec((1, 2)),
    "Min": Spec((1, 2)),
    "AveragePool": Spec(
        (1, 1),
        {
            **_WINDOW,
            "ceil_mode": _only(0, 1),
            "count_include_pad": _only(0, 1),
            "dilations": _only(1),
        },
    ),
    "MaxPool": Spec(
        (1, 1),
        {**_WINDOW, "ceil_mode": _only(0, 1), "storage_order": _only(0), "dilations": _only(1)},
    ),
    "GlobalAveragePool": Spec(),
    "ReduceMean": Spec((1, 2), _REDUCTION, (1,)),
    "ReduceSum": Spec((1, 2), _REDUCTION, (1,)),
    "Pad": Spec(
        (1, 4),
        {"mode": _only("constant"), "pads": _PADS, "value": _number},
        (1, 2, 3),
    ),
    "Reshape": Spec((2, 2), {"allowzero": _only(0)}, (1,)),
    "Flatten": Spec((1, 1), {"axis": _AXIS}),
    "Squeeze": Spec((1, 2), {"axes": _AXIS}, (1,)),
    "Unsqueeze": Spec((1, 2), {"axes": _AXIS}, (1,)),
    "Transpose": Spec((1, 1), {"perm": _AXIS}),
    "Concat": Spec((1, _MANY), {"axis": _AXIS}),
    "Split": Spec(
        (1, 2), {"axis": _AXIS, "split": _PADS, "num_outputs": _POSITIVE}, (1,), _MANY
    ),
    "Slice": Spec(
        (1, 5),
        {"axes": _AXIS, "starts": _ANYWHERE, "ends": _ANYWHERE},
        (1, 2, 3, 4),
    ),
    "Resize": Spec(
        (2, 4),
        {
            "mode": _only("nearest", "linear"),
            "coordinate_transformation_mode": _only(
                "half_pixel", "pytorch_half_pixel", "half_pixel_symmetric", "align_corners",
                "asymmetric",
            ),
            "nearest_mode": _only("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
            "antialias": _only(0),
            "exclude_outside": _only(0),
            "cubic_coeff_a": _ignored,  # of mode cubic only
            "extrapolation_value": _ignored,  # of tf_crop_and_resize only
        },
        (1, 2, 3),
    ),
    "Relu": Spec(),
    "Clip": Spec((1, 3), {"min": _number, "max": _number}, (1, 2)),
    "LeakyRelu": Spec((1, 1), {"alpha": _number}),
    "PRelu": Spec((2, 2), {}, (1,)),
    "HardSwish": Spec(),
    "HardSigmoid": Spec((1, 1), {"alpha": _number, "beta": _number}),
    "Sigmoid": Spec(),
    "Tanh": Spec(),
    "Softmax": Spec((1, 1), {"axis": _AXIS}),
}  # fmt: skip

FLOAT_SPECS: Final[Mapping[str, Spec]] = {
    **{name: spec for name, spec in SPECS.items() if name[-6:] != "Linear"},
    "BatchNormalization": Spec(
        (5, 5),
        {
            "epsilon": _number,
            "momentum": _ignored,  # of training only
            "training_mode": _only(0),
            "spatial": _only(1),
        },
        (1, 2, 3, 4),
    ),
}
"""The same for float models."""

REMOVED: Final = ("Constant", "Identity", "Dropout")
"""Operators that are folded away before the table is asked."""

_HINTS: Final[Mapping[str, str]] = {
    "BatchNormalization": "fold it into the convolution: quantise the float model with "
    "tvm-tiny quantize, which does",
    "Shape": "export with static shapes, or run onnxslim or quant_pre_process first",
    "Gather": "export with static shapes, or run onnxslim or quant_pre_process first",
    "DynamicQuantizeLinear": "use static quantisation (quantize_static)",
    "ConvInteger": "use static quantisation (quantize_static) with QuantFormat.QDQ",
    "MatMulInteger": "use static quantisation (quantize_static) with QuantFormat.QDQ",
}


def node_problems(graph: OnnxGraph, specs: Mapping[str, Spec] = SPECS) -> list[Problem]:
    """Everything about the nodes that a table does not allow."""
    known = known_constants(graph)
    out: list[Problem] = []
    for node in graph.nodes:
        spec = specs.get(node.op)
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


def _arity(node: OnnxNode, spec: Spec) -> list[Problem]:
    out: list[Problem] = []
    low, high = spec.inputs
    left_out = "" in node.inputs[:low] and node.op != "Resize"
    if not low <= len(node.inputs) <= high or left_out:
        out.append(node.problem(f"{len(node.inputs)} operands", f"{low} to {high} are supported"))
    if not 1 <= len(node.outputs) <= spec.outputs or not node.outputs[0]:
        out.append(node.problem(f"{len(node.outputs)} results", f"{spec.outputs} is supported"))
    return out


def _attributes(node: OnnxNode, spec: Spec) -> list[Problem]:
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


def known_constants(graph: OnnxGraph) -> set[str]:
    """Constants, and what DequantizeLinear makes of them."""
    known = set(graph.constants)
    for node in graph.nodes:
        if node.op == "DequantizeLinear" and all(n in known for n in node.inputs if n):
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
        allowed = ("int8",) if node.op == "QuantizeLinear" else ("int8", "int32")
        if kind not in allowed:
            types.append(
                node.problem(
                    f"quantises to {kind}",
                    "int8 activations and weights are supported",
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
        return "int8" if node.attrs.get("output_dtype") == 3 else "uint8"
    stored = graph.constants.get(node.input(0))
    return stored.dtype.name if stored is not None else "int8"


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
