# SPDX-License-Identifier: Apache-2.0
"""The integer graph that a float model will be once it is quantised, by its shapes.

The planner (patches, streams, rings) reads integer graphs. To plan a float model before anybody
has trained or quantised it, every tensor is given the same scale and every weight the same value;
the project's own passes then make the graph. What it computes means nothing; its operators,
shapes, windows, rows and bytes are those of the quantised model.
"""

from __future__ import annotations

from dataclasses import astuple
from typing import Any, Final

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import IRModule, relax
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.quant import SIGNED_UNIT, UNIT
from tvm_tiny.errors import Problem, UnsupportedError
from tvm_tiny.graph import Graph
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.layout.nhwc import LayoutNHWC
from tvm_tiny.passes.legalize.legalize_qdq import LegalizeQDQ
from tvm_tiny.passes.receptive_field.program import (
    BoundCall,
    MainFunction,
    constant_of,
    read_program,
    shape_of,
)
from tvm_tiny.passes.relax_module import INPUTS, LAYERS, OUTPUTS, Border, Layer
from tvm_tiny.passes.simplify.elide_noops import ElideNoops
from tvm_tiny.passes.simplify.fold_constants import FoldConstants
from tvm_tiny.passes.simplify.fuse_pad import FusePad

_op: Any = relax.op
_SCALE: Final = 1 / 16
_FIXED: Final = {
    "relax.nn.softmax": UNIT,
    "relax.sigmoid": UNIT,
    "relax.tanh": SIGNED_UNIT,
}
_LINEAR: Final = ("relax.nn.conv2d", "relax.matmul")
_ACTIVATIONS: Final = ("relax.nn.relu", "relax.clip")
_MOVES: Final = (
    "relax.nn.max_pool2d", "relax.reshape", "relax.permute_dims", "relax.concat",
    "relax.nn.pad", "relax.strided_slice", "relax.squeeze", "relax.expand_dims", "relax.split",
    "relax.maximum", "relax.minimum", "relax.flatten",
)  # fmt: skip
_VALUES: Final = (
    *_LINEAR, *_ACTIVATIONS, *_FIXED, "relax.add", "relax.subtract", "relax.multiply",
    "relax.nn.avg_pool2d", "relax.mean", "relax.sum", "relax.nn.leakyrelu", "relax.image.resize2d",
)  # fmt: skip


def quantised_graph(module: Any) -> Graph:
    """The integer graph of a prepared float module (``PrepareFloat``), for planning only.

    ``Node.index`` is the position of the layer's first call in ``read_program(module)``,
    ``Node.layer`` its name in the user's model.

    Raises:
        UnsupportedError: TT1203, operators that have no integer form, each with its layer.
        ModelError: TT1101, dynamic shapes.
    """
    integer = quantised_module(module)
    for step in (LayoutNHWC(), LegalizeQDQ(), FoldConstants(), ElideNoops(), FusePad()):
        integer = step(integer)
    return extract(ElideNoops()(integer))


def quantised_module(module: Any) -> Any:
    """The float module with quantize and dequantize round every operator, scales made up."""
    return _Quantisation(read_program(module)).run()


class _Quantisation:
    """Walks a program; every value is known as an int8 variable with its scale."""

    def __init__(self, program: MainFunction) -> None:
        self._program = program
        self._block: Any = relax.BlockBuilder()
        self._values: dict[Any, tuple[Any, float, int]] = {}
        self._floats: dict[Any, Any] = {}
        self._layers: dict[str, Layer] = {}
        self._first: dict[Any, BoundCall] = {}
        self._problems: list[Problem] = []

    def run(self) -> Any:
        """The QDQ module."""
        program = self._program
        params = [relax.Var(str(p.name), p.ty) for p in program.function.params]
        with self._block.function("main", params):
            with self._block.dataflow():
                for old, new in zip(program.function.params, params, strict=True):
                    made = self._quantised(new, _SCALE, 0, f"{new.name}_q", None)
                    self._values[old] = (made, _SCALE, 0)
                for step in program.steps:
                    self._step(step)
                results = [] if self._problems else [self._float(r) for r in program.results]
                body = relax.Tuple(results) if len(results) != 1 else results[0]
                out = self._block.emit_output(body)
            self._block.emit_func_output(out)
        if self._problems:
            raise UnsupportedError(
                f"{len(self._problems)} operator(s) cannot be planned", tuple(self._problems)
            )
        function = self._block.get()["main"].with_attrs(self._attributes())
        return IRModule({"main": function})

    def _attributes(self) -> dict[str, Any]:
        attrs: Any = self._program.function.attrs
        known = {} if attrs is None else {k: attrs[k] for k in (INPUTS, OUTPUTS) if k in attrs}
        names = [str(p.name) for p in self._program.function.params]
        known.setdefault(INPUTS, [list(astuple(Border(n))) for n in names])
        count = len(self._program.results)
        known.setdefault(OUTPUTS, [list(astuple(Border(f"output{i}"))) for i in range(count)])
        return {**known, LAYERS: {n: list(astuple(v)) for n, v in self._layers.items()}}

    def _step(self, step: BoundCall) -> None:
        if step.op in _MOVES:
            self._move(step)
        elif step.op in _VALUES:
            self._value(step)
        else:
            why = "it has no integer form here"
            self._problems.append(Problem("operator is not supported", step.where, why))
            self._values[step.var] = (step.var, _SCALE, 0)

    def _move(self, step: BoundCall) -> None:
        """An operator that moves bytes acts on int8 as it is."""
        known = [self._values[a] for a in step.args if a in self._values]
        _, scale, zero = known[0] if known else (None, _SCALE, 0)
        args = [self._int8(a) for a in step.call.args]
        call = relax.Call(step.call.op, args, step.call.attrs, list(step.call.ty_args))
        made = self._emit(call, step, step)
        self._values[step.var] = (made, scale, zero)

    def _int8(self, arg: Any) -> Any:
        if isinstance(arg, relax.Tuple):
            return relax.Tuple([self._int8(f) for f in arg.fields])
        if arg in self._values:
            return self._values[arg][0]
        value = constant_of(arg)
        if value is None or value.dtype.kind != "f" or value.ndim == 0:
            return arg
        return _tvm.constant(np.ones(value.shape, Q8.numpy))

    def _value(self, step: BoundCall) -> None:
        """A computing operator: float between dequantize and quantize."""
        args = [self._operand(step, place, a) for place, a in enumerate(step.call.args)]
        call = relax.Call(step.call.op, args, step.call.attrs, list(step.call.ty_args))
        made = self._block.emit(call)
        first = self._first.get(step.args[0], step) if self._continues(step) else step
        self._first[step.var] = first
        self._floats[step.var] = made
        if self._goes_on(step):
            return
        scale, zero = _FIXED.get(step.op, (_SCALE, 0))
        new = self._quantised(made, scale, zero, str(step.var.name), (step, first))
        self._values[step.var] = (new, scale, zero)
        del self._floats[step.var]

    def _continues(self, step: BoundCall) -> bool:
        """Whether a step is the bias or the activation of the one before it."""
        return bool(step.args) and step.args[0] in self._floats

    def _goes_on(self, step: BoundCall) -> bool:
        """Whether the next step is computed together with this one: a bias, an activation."""
        user = self._program.sole_user(step.var)
        if user is None or not user.args[0].same_as(step.var):
            return False
        if user.op in _ACTIVATIONS:
            return step.op not in _FIXED
        biased = user.op == "relax.add" and constant_of(user.args[1]) is not None
        return biased and step.op in _LINEAR and _is_bias(user.args[1])

    def _operand(self, step: BoundCall, place: int, arg: Any) -> Any:
        """Float operand of an operator: dequantised, or a constant made to look so."""
        if arg in self._floats:
            return self._floats[arg]
        if arg in self._values:
            return self._float(arg)
        value = constant_of(arg)
        if value is None or value.dtype.kind != "f":
            return arg
        if place == 1 and self._continues(step):
            channels = np.zeros(value.size, np.int32)
            made = self._dequantised(_tvm.constant(channels), _SCALE * _SCALE, 0, 0)
            return _op.reshape(made, value.shape) if value.ndim != 1 else made
        axis = -1 if value.ndim == 0 else 0
        return self._dequantised(_tvm.constant(np.ones(value.shape, Q8.numpy)), _SCALE, 0, axis)

    def _float(self, var: Any) -> Any:
        if var not in self._values:
            return var
        made, scale, zero = self._values[var]
        return self._block.emit(self._dequantised(made, scale, zero, 0))

    def _dequantised(self, value: Any, scale: float, zero: int, axis: int) -> Any:
        params = (relax.const(scale, "float32"), relax.const(zero, "int32"))
        return _op.dequantize(value, *params, axis=axis)

    def _quantised(
        self,
        value: Any,
        scale: float,
        zero: int,
        name: str,
        source: tuple[BoundCall, BoundCall] | None,
    ) -> Any:
        params = (relax.const(scale, "float32"), relax.const(zero, "int32"))
        call = _op.quantize(value, *params, axis=0, out_dtype=Q8.name)
        if source is None:
            return self._block.emit(call, name)
        return self._emit(call, *source)

    def _emit(self, call: Any, step: BoundCall, first: BoundCall) -> Any:
        name = f"s{first.index}_{step.index}"
        made = self._block.emit(call, name)
        self._layers[str(made.name)] = Layer(first.layer, first.index, step.layer)
        return made


def _is_bias(expr: Any) -> bool:
    """Whether a constant may be added to the channels of a convolution: one dimension of many."""
    return sum(d != 1 for d in shape_of(expr)) <= 1
