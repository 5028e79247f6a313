# SPDX-License-Identifier: Apache-2.0
"""Time series: turn the network so that time runs along rows, and rows can be fed and streamed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import IRModule, relax
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.operators import lookup
from tvm_tiny.operators.turning import Operands, Turned, time_axis, turned_shape
from tvm_tiny.passes.layout.two_forms import TwoForms
from tvm_tiny.passes.relax_module import INPUTS
from tvm_tiny.passes.tiny_pass import (
    MODEL_SHAPE,
    TinyPass,
    function_outputs,
    is_straight_line,
)


@dataclass(frozen=True)
class TurnRows(TinyPass):
    """Give a model of one sequence the shape (1, T, 1, C), in which a row is one step of time.

    before:  def main(x: (1, 1, 128, 3)):
                 y = conv2d(x, w: (8, 1, 5, 3), strides=[1, 2], padding=[0, 2, 0, 2])
                 return y: (1, 1, 64, 8)
    after:   R.func_attr({"tvm_tiny.inputs": [["x", 0.0, 0, -1, [1, 1, 128, 3]]]})
             def main(x: (1, 128, 1, 3)):
                 t = conv2d(x, w: (8, 5, 1, 3), strides=[2, 1], padding=[2, 0, 2, 0])
                 y = reshape(t, shape=[1, 1, 64, 8])
                 return y

    Where one of the two spatial extents is 1 the bytes are the same either way: the caller sees no
    difference. Weights, windows, strides and axes are turned with their operators; an
    operator that cannot be turned reads its operand through a view (``reshape``) in the shape it
    had.

    Needs: a function of straight-line bindings with one parameter, whose extents but the last are
    1 with one exception (or a vector that is reshaped to that), read by an operator that can be
    turned; others stay as they are. Cost: rows are narrow (one pixel), so kernels that work on
    several pixels of a row at once lose that; for row-fed builds only.
    """

    def transform_module(self, mod: Any) -> Any:
        """Turn ``main``."""
        named = {str(v.name_hint): f for v, f in mod.functions.items()}
        main: Any = named.get("main")
        if not isinstance(main, relax.Function) or not is_straight_line(main):
            return mod
        if len(main.params) != 1:
            return mod
        shape = _sequence(main)
        if shape is None:
            return mod
        out = IRModule(dict(mod.functions.items()), mod.attrs)
        out["main"] = _Function(main, shape).run()
        return out


def _sequence(function: Any) -> tuple[int, ...] | None:
    """The parameter's shape as a sequence, None if it is none.

    A vector, (1, T) or (1, 1, T), is one if it is read through reshapes to one only.
    """
    parameter = function.params[0]
    kind = _tvm.tensor_type(parameter)
    if kind is None or time_axis(kind[0]) is not None:
        return kind and kind[0]
    shapes: set[tuple[int, ...]] = set()
    for block in function.body.blocks:
        for binding in block.bindings:
            if parameter not in getattr(binding.value, "args", [binding.value]):
                continue
            seen = _tvm.tensor_type(binding.var)
            if _tvm.integer_op_name(binding.value) != "reshape" or seen is None:
                return None
            shapes.add(seen[0])
    alike = {turned_shape(s) for s in shapes if time_axis(s) is not None}
    is_output = parameter in function_outputs(function)
    return min(shapes) if len(alike) == 1 and not is_output else None


class _Function(TwoForms):
    """Rebuilds a function; every variable has its plain form, its turned form, or both."""

    def __init__(self, function: Any, shape: tuple[int, ...]) -> None:
        super().__init__()
        self._function = function
        old = function.params[0]
        self._model_shape, dtype = _tvm.tensor_type(old) or (shape, Q8.name)
        self._param = relax.Var(old.name, relax.TensorType(turned_shape(shape), dtype))
        self._ops: set[str] = set()
        self._turned: dict[Any, Turned] = {old: Turned(self._param, shape)}
        self._readers: dict[Any, list[Any]] = {}
        bindings = [b for block in function.body.blocks for b in block.bindings]
        for binding in bindings:
            for arg in getattr(binding.value, "args", ()):
                self._readers.setdefault(arg, []).append(binding)
        self._outputs = function_outputs(function)

    def run(self) -> Any:
        """The turned function; the one given if nothing of it is turned but the input."""
        old = self._function
        with self._builder.function("main", [self._param]):
            with self._builder.dataflow():
                for block in old.body.blocks:
                    for binding in block.bindings:
                        self._bind(binding.var, binding.value)
                out = self._builder.emit_output(self._known(old.body.body))
            self._builder.emit_func_output(out)
        if self._ops == {"quantize"}:
            return old  # of a float input: nobody works on steps of time
        made = self._builder.get()["main"]
        if old.attrs is not None:
            made = made.with_attrs(old.attrs)
        return self._named(made)

    def _named(self, function: Any) -> Any:
        """With the parameter's shape in the model behind its name and quantisation."""
        if _tvm.tensor_type(self._param) == _tvm.tensor_type(self._function.params[0]):
            return function
        attrs = function.attrs
        entry: list[Any] = [str(self._param.name), 0.0, 0, -1]
        if attrs is not None and INPUTS in attrs:
            entry = _tvm.to_python(attrs[INPUTS])[0]
        return function.with_attr(INPUTS, [[*entry[:4], list(self._model_shape)]])

    def _other(self, variable: Any) -> tuple[Any, Sequence[int]] | None:
        found = self._turned.get(variable)
        return None if found is None else (found.expr, found.shape)

    def _bind(self, variable: Any, value: Any) -> None:
        name, op = str(variable.name), _tvm.integer_op_name(value)
        if isinstance(value, relax.Var) and value in self._turned:
            self._turned[variable] = self._turned[value]
            return
        if op is None or not any(a in self._turned for a in value.args):
            self._plain[variable] = self._kept(value, name)
            return
        kind = _tvm.tensor_type(variable)
        shape = kind[0] if kind is not None else ()
        if lookup(op).is_view:
            self._reshape(variable, value, shape)
            return
        turned = None
        if kind is not None:
            operands = Operands(value.args, self._turned, self._plain, self._view)
            turned = lookup(op).turned(operands, _tvm.call_attrs(value), shape)
        if turned is None:
            self._plain[variable] = self._kept(value, name)
            return
        args, attrs = turned
        self._ops.add(op)
        self._result(variable, _tvm.integer_call(op, args, attrs), shape)

    def _kept(self, value: Any, name: str) -> Any:
        if not isinstance(value, relax.Call):
            return self._known(value)
        return self._builder.emit(self._reading_plain(value), name)

    def _reshape(self, variable: Any, value: Any, shape: tuple[int, ...]) -> None:
        """A reshape that keeps steps and channels is nothing; others read what there is."""
        source = self._turned[value.args[0]]
        if time_axis(shape) is not None and turned_shape(shape) == turned_shape(source.shape):
            self._turned[variable] = Turned(source.expr, shape)
        else:
            attrs = _tvm.call_attrs(value)
            call = _tvm.integer_call("reshape", [source.expr], attrs)
            self._plain[variable] = self._builder.emit(call, str(variable.name))

    def _shown(self, variable: Any, shape: tuple[int, ...]) -> list[int]:
        """The model's shape; an output's, where turning makes nothing of the reshape to it."""
        readers = self._readers.get(variable, [])
        if variable in self._outputs or len(readers) != 1 or readers[0].var not in self._outputs:
            return list(shape)
        kind = _tvm.tensor_type(readers[0].var)
        if _tvm.integer_op_name(readers[0].value) != "reshape" or kind is None:
            return list(shape)
        alike = time_axis(kind[0]) is not None and turned_shape(kind[0]) == turned_shape(shape)
        return list(kind[0] if alike else shape)

    def _result(self, variable: Any, call: Any, shape: tuple[int, ...]) -> None:
        """Bind a turned call whose result had ``shape`` in the model."""
        call = self._builder.normalize(call)
        kind = _tvm.tensor_type(call)
        assert kind is not None
        assert math.prod(kind[0]) == math.prod(shape)
        if kind[0] != shape:
            attrs = {**_tvm.call_attrs(call), MODEL_SHAPE: self._shown(variable, shape)}
            call = _tvm.integer_call(_tvm.integer_op_name(call) or "", list(call.args), attrs)
        made = self._builder.emit(call, str(variable.name))
        if time_axis(shape) is not None and turned_shape(shape) == kind[0]:
            self._turned[variable] = Turned(made, shape)
        else:
            self._plain[variable] = self._view(made, shape, str(variable.name))
