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
* ``tvm_tiny.signature``: [names of the inputs, names of the outputs] that the model's users know,
  where those are others than its tensors'; "" for none, a list without entries for none at all.
* ``tvm_tiny.states``: the model's state in functional form. The last parameters of ``main`` are
  what the states hold before a run, the last results what they hold after it: per state [name,
  scale, zero point, tensor index, first contents as hexadecimal bytes (a single byte: all of it),
  whether there is such a result (1) or an operator writes the state itself (0)].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.arithmetic.element_types import QUANTISED
from tvm_tiny.errors import ModelError, Problem

LAYERS = "tvm_tiny.layers"
INPUTS = "tvm_tiny.inputs"
SIGNATURE = "tvm_tiny.signature"
ROUNDS_ONCE = "tvm_tiny.rounds_once"
LEGACY = "tvm_tiny.legacy"
OUTPUTS = "tvm_tiny.outputs"
STATES = "tvm_tiny.states"


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


@dataclass(frozen=True)
class StateBorder:
    """A state; see ``STATES``."""

    name: str
    scale: float = 0.0
    zero_point: int = 0
    tensor_index: int = -1
    initial: str = "00"
    assigned: int = 1


def annotate(
    module: Any,
    layers: Mapping[str, Layer],
    inputs: Sequence[Border],
    outputs: Sequence[Border],
    states: Sequence[StateBorder] = (),
    *,
    rounds_once: bool = False,
    legacy: bool = False,
) -> Any:
    """Return the module with the attributes of this file on ``main``."""
    attributes: dict[str, Any] = {
        LAYERS: {name: list(astuple(layer)) for name, layer in layers.items()},
        INPUTS: [list(astuple(border)) for border in inputs],
        OUTPUTS: [list(astuple(border)) for border in outputs],
    }
    if states:
        attributes[STATES] = [list(astuple(state)) for state in states]
    if rounds_once:
        attributes[ROUNDS_ONCE] = 1
    if legacy:
        attributes[LEGACY] = 1
    out = _tvm.IRModule(dict(module.functions.items()), attrs=module.attrs)
    out["main"] = module["main"].with_attrs(attributes)
    return out


def with_signature_names(module: Any, inputs: Sequence[str], outputs: Sequence[str]) -> Any:
    """The module with ``SIGNATURE`` on ``main``, as it is if there are no names."""
    if not any(inputs) and not any(outputs):
        return module
    out = _tvm.IRModule(dict(module.functions.items()), attrs=module.attrs)
    out["main"] = module["main"].with_attr(SIGNATURE, [list(inputs), list(outputs)])
    return out


def signature_of(function: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the inputs and outputs in the model's signature, empty where there are none."""
    table = _attribute(function, SIGNATURE)
    inputs, outputs = _tvm.to_python(table) if table is not None else ((), ())
    return tuple(str(n) for n in inputs), tuple(str(n) for n in outputs)


def rounds_once(function: Any) -> bool:
    """Whether a change of scale is the float expression that it stands for, rounded once."""
    return _attribute(function, ROUNDS_ONCE) is not None


def is_legacy(function: Any) -> bool:
    """Whether its convolutions are those of uint8: TFLite multiplies their scales in float32."""
    return _attribute(function, LEGACY) is not None


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


def states_of(function: Any) -> tuple[StateBorder, ...]:
    """The states of a function; they are its last parameters and results."""
    table = _attribute(function, STATES)
    return tuple(StateBorder(*_tvm.to_python(v)) for v in table or ())


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
    kept = _states_checked(function)
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
        if kind[1] not in ("int8", "float32") and param not in kept:
            raise ModelError(
                f"input of type {kind[1]}",
                (Problem(f"type {kind[1]}", where, "inputs are int8 or float32"),),
                code="TT1103",
            )
    if borders_of(function, INPUTS) is None and borders_of(function, OUTPUTS) is None:
        inputs, outputs = _borders(function)
        states = states_of(function)
        inputs = inputs[: len(inputs) - len(states)]
        outputs = outputs[: len(outputs) - sum(s.assigned for s in states)]
        return annotate(module, layers_of(function), inputs, outputs, states)
    return module


def _states_checked(function: Any) -> list[Any]:
    """The parameters that are states; ModelError if the table does not fit the function."""
    try:
        states = states_of(function)
    except TypeError as error:
        problem = Problem(f"{STATES} is not a table of states", "main", str(error))
        raise ModelError("the module's states cannot be read", (problem,)) from error
    results = function.body.body if isinstance(function.body, _tvm.relax.SeqExpr) else None
    tuple_type = getattr(getattr(results, "ty", None), "fields", None)
    count = len(tuple_type) if tuple_type is not None else 1
    params = list(function.params)
    if len(states) > len(params) or sum(s.assigned for s in states) > count:
        what = f"{len(states)} states for {len(params)} parameters and {count} results"
        raise ModelError("the module's states do not fit its function", (Problem(what, "main"),))
    return params[len(params) - len(states) :]


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
        known = scales.get(expr, (0.0, 0)) if kind and kind[1] in QUANTISED else (0.0, 0)
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
