# SPDX-License-Identifier: Apache-2.0
"""What a Relax module carries through the compiler besides its code.

A QDQ module is a Relax ``IRModule`` with one function ``main``: int8 or float32 inputs, every
operator a float operator between ``dequantize`` and ``quantize`` (operators that only move data
may act on int8 directly), 4-D tensors NHWC. Function attributes, all optional:

* ``tvm_tiny.layers``: variable name -> [layer, operator index, tensor name, tensor index, scale,
  zero point]: which operator of the user's model made the variable. Front ends bind every
  operator's result to a variable of its own name, so the table survives any pass that keeps
  variables; a variable without an entry goes by its own name.
* ``tvm_tiny.inputs``, ``tvm_tiny.outputs``: per parameter and result [name, scale, zero point,
  tensor index]; scale 0.0 means float. ``TurnRows`` adds the shape in the model to an input that
  it turned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.errors import ModelError, Problem

LAYERS = "tvm_tiny.layers"
INPUTS = "tvm_tiny.inputs"
OUTPUTS = "tvm_tiny.outputs"


@dataclass(frozen=True)
class Layer:
    """The operator and the tensor of the user's model that a variable stands for.

    Attributes:
        name: the layer as errors and reports call it (the name of its first output tensor).
        operator_index: position in the model, -1 unknown.
        tensor: name of the tensor, "" when the model has no such tensor.
        tensor_index: index in a TFLite model, -1 where there is none.
        scale: of the tensor as the model declares it, 0.0 when it is not quantised or unknown.
        zero_point: likewise.
    """

    name: str
    operator_index: int = -1
    tensor: str = ""
    tensor_index: int = -1
    scale: float = 0.0
    zero_point: int = 0


@dataclass(frozen=True)
class Border:
    """An input or output of the model; scale 0.0: float."""

    name: str
    scale: float = 0.0
    zero_point: int = 0
    tensor_index: int = -1


def annotate(
    module: Any,
    layers: Mapping[str, Layer],
    inputs: Sequence[Border],
    outputs: Sequence[Border],
) -> Any:
    """Return the module with the attributes of this file on ``main``."""
    attributes = {
        LAYERS: {name: list(astuple(layer)) for name, layer in layers.items()},
        INPUTS: [list(astuple(border)) for border in inputs],
        OUTPUTS: [list(astuple(border)) for border in outputs],
    }
    out = _tvm.IRModule(dict(module.functions.items()), attrs=module.attrs)
    out["main"] = module["main"].with_attrs(attributes)
    return out


def layers_of(function: Any) -> dict[str, Layer]:
    """The table ``tvm_tiny.layers`` of a function, empty when there is none."""
    table = _attribute(function, LAYERS)
    if table is None:
        return {}
    return {str(k): Layer(*_tvm.to_python(v)) for k, v in table.items()}


def borders_of(function: Any, key: str) -> tuple[Border, ...] | None:
    """``INPUTS`` or ``OUTPUTS`` of a function, None when they are not recorded."""
    table = _attribute(function, key)
    if table is None:
        return None
    return tuple(Border(*_tvm.to_python(v)) for v in table)


def _attribute(function: Any, key: str) -> Any:
    attributes = function.attrs
    return attributes[key] if attributes is not None and key in attributes else None


def from_relax(module: Any, *, floats: bool = False) -> Any:
    """Check a Relax module given by the user: ``main`` with static int8 or float32 tensors.

    Args:
        module: what the user gave.
        floats: only float32 is wanted.

    Raises:
        ModelError: TT1001 without a Relax function ``main``; TT1101 for a dynamic shape; TT1103
            for an input of another type, TT1104 for a quantised one.
    """
    names = {str(var.name_hint) for var in module.functions}
    function: Any = module["main"] if "main" in names else None
    if not isinstance(function, _tvm.relax.Function):
        raise ModelError(
            "the module has no Relax function 'main'",
            (Problem(what=f"functions: {', '.join(sorted(names)) or 'none'}"),),
        )
    for param in function.params:
        kind = _tvm.tensor_type(param)
        where = f"input '{param.name}'"
        if kind is None:
            raise ModelError(
                "dynamic shape",
                (Problem(f"type {param.ty}", where, do="give every input a static shape"),),
                code="TT1101",
            )
        if floats and kind[1] != "float32":
            raise ModelError(
                "the model is not a float model",
                (Problem(f"type {kind[1]}", where, do="give the float32 model"),),
                code="TT1104",
            )
        if kind[1] not in ("int8", "float32"):
            raise ModelError(
                f"input of type {kind[1]}",
                (Problem(f"type {kind[1]}", where, "inputs are int8 or float32"),),
                code="TT1103",
            )
    if borders_of(function, INPUTS) is None and borders_of(function, OUTPUTS) is None:
        return annotate(module, layers_of(function), *_borders(function))
    return module


def _borders(function: Any) -> tuple[list[Border], list[Border]]:
    """Names of inputs and outputs, with the quantisation that the function gives them."""
    values: dict[Any, Any] = {}
    scales: dict[Any, tuple[float, int]] = {}
    for block in function.body.blocks:
        for binding in block.bindings:
            call = values[binding.var] = binding.value
            name = str(getattr(getattr(call, "op", None), "name", ""))
            if name not in ("relax.quantize", "relax.dequantize"):
                continue
            scale, zero_point = (_tvm.constant_value(a) for a in call.args[1:3])
            if scale is not None and zero_point is not None and scale.size == 1:
                found = (float(scale.reshape(())), int(zero_point.reshape(-1)[0]))
                scales[binding.var if name == "relax.quantize" else call.args[0]] = found

    def border(expr: Any, name: str) -> Border:
        kind = _tvm.tensor_type(expr)
        while expr in values and isinstance(values[expr], _tvm.relax.Var):
            expr = values[expr]
        known = scales.get(expr, (0.0, 0)) if kind and kind[1] == "int8" else (0.0, 0)
        return Border(name, *known)

    result = function.body.body
    while isinstance(result, _tvm.relax.Var) and result in values:
        if not isinstance(values[result], _tvm.relax.Var | _tvm.relax.Tuple):
            break
        result = values[result]
    results = list(result.fields) if isinstance(result, _tvm.relax.Tuple) else [result]
    return (
        [border(p, str(p.name)) for p in function.params],
        [border(r, f"output{i}") for i, r in enumerate(results)],
    )
