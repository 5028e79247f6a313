# SPDX-License-Identifier: Apache-2.0
"""A float Relax function as a list of steps, and rebuilding it step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm
from tvm_tiny._tvm import IRModule, relax
from tvm_tiny.errors import ModelError, Problem, UnsupportedError
from tvm_tiny.passes.relax_module import layers_of
from tvm_tiny.passes.tiny_pass import is_straight_line

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class BoundCall:
    """One call.

    Attributes:
        index: position among the calls.
        var: what it is bound to.
        call: the Relax call, its operands resolved through aliases.
        op: its name, ``relax.nn.conv2d``.
        layer: the layer of the user's model that it belongs to.
        last: whether it makes the layer's result.
    """

    index: int
    var: Any
    call: Any
    op: str
    layer: str
    last: bool = True

    @property
    def where(self) -> str:
        """The step as errors name it."""
        return f"layer '{self.layer}' {self.op.removeprefix('relax.')}"

    @property
    def args(self) -> list[Any]:
        """Operands; those in a tuple one by one."""
        out: list[Any] = []
        for arg in self.call.args:
            out += list(arg.fields) if isinstance(arg, relax.Tuple) else [arg]
        return out

    @property
    def shape(self) -> tuple[int, ...]:
        """Of the result."""
        return shape_of(self.var)


@dataclass(frozen=True, eq=False)
class MainFunction:
    """``main`` as plain data.

    Attributes:
        function: the Relax function.
        steps: its calls in order.
        results: what it returns, aliases resolved.
        users: variable -> the steps that read it, once each.
    """

    function: Any
    steps: tuple[BoundCall, ...]
    results: tuple[Any, ...]
    users: Mapping[Any, tuple[BoundCall, ...]]

    def sole_user(self, var: Any) -> BoundCall | None:
        """The only step that reads a variable that is no result."""
        users = self.users.get(var, ())
        if len(users) != 1 or any(var.same_as(r) for r in self.results):
            return None
        return users[0] if sum(a.same_as(var) for a in users[0].args) == 1 else None


def shape_of(expr: Any) -> tuple[int, ...]:
    """Static shape of an expression.

    Raises:
        ModelError: TT1101, it has none.
    """
    kind = _tvm.tensor_type(expr)
    if kind is None:
        problem = Problem(f"type {expr.ty}", str(getattr(expr, "name", "")))
        raise ModelError("the model has dynamic shapes", (problem,), "TT1101")
    return kind[0]


def read_program(module: Any) -> MainFunction:
    """Read ``main`` of a float module.

    Raises:
        UnsupportedError: no straight-line Relax function ``main``.
        ModelError: TT1101, a shape that is not static.
    """
    function: Any = {str(v.name_hint): f for v, f in module.functions.items()}.get("main")
    if not isinstance(function, relax.Function) or not is_straight_line(function):
        raise UnsupportedError("the module has no Relax function 'main' made of calls")
    alias: dict[Any, Any] = {}
    raw: list[tuple[Any, Any]] = []
    for block in function.body.blocks:
        for binding in block.bindings:
            if isinstance(binding.value, relax.Call):
                raw.append((binding.var, resolved(binding.value, alias)))
            else:
                alias[binding.var] = resolved(binding.value, alias)
    names, table = _layer_names(function, raw), layers_of(function)
    steps = tuple(
        BoundCall(
            i,
            var,
            call,
            str(getattr(call.op, "name", "?")),
            names[var],
            not table or str(var.name) in table,
        )
        for i, (var, call) in enumerate(raw)
    )
    body = resolved(function.body.body, alias)
    results = tuple(body.fields) if isinstance(body, relax.Tuple) else (body,)
    users: dict[Any, tuple[BoundCall, ...]] = {}
    for step in steps:
        for arg in step.args:
            if isinstance(arg, relax.Var) and step not in users.get(arg, ()):
                users[arg] = (*users.get(arg, ()), step)
    return MainFunction(function, steps, results, users)


def resolved(expr: Any, alias: Mapping[Any, Any]) -> Any:
    """An expression with aliases replaced by what they stand for."""
    if isinstance(expr, relax.Tuple):
        return relax.Tuple([resolved(f, alias) for f in expr.fields])
    if isinstance(expr, relax.TupleGetItem):
        whole = resolved(expr.tuple_value, alias)
        if isinstance(whole, relax.Tuple):
            return whole.fields[expr.index]
        return relax.TupleGetItem(whole, expr.index)
    if isinstance(expr, relax.Call):
        args = [resolved(a, alias) for a in expr.args]
        return relax.Call(expr.op, args, expr.attrs, list(expr.ty_args), expr.span)
    return alias.get(expr, expr) if isinstance(expr, relax.Var) else expr


def _layer_names(function: Any, raw: list[tuple[Any, Any]]) -> dict[Any, str]:
    """Layer of every result; steps inside a layer (a bias, an activation) carry its name too."""
    table = layers_of(function)
    out: dict[Any, str] = {}
    later = ""
    for var, _ in reversed(raw):
        known = table.get(str(var.name))
        if known is not None:
            later = known.name or str(var.name)
        out[var] = later if table and later else str(var.name)
    return out


def is_float(module: Any) -> bool:
    """Whether a module takes floats only and has no quantisation."""
    calls = [b.value for block in module["main"].body.blocks for b in block.bindings]
    names = {str(getattr(getattr(c, "op", None), "name", "")) for c in calls}
    inputs = {kind[1] for p in module["main"].params if (kind := _tvm.tensor_type(p))}
    return not names & {"relax.quantize", "relax.dequantize"} and inputs == {"float32"}


Visit = Callable[[Any, Any, Any], Any]
"""(block builder, variable, call with rewritten operands) -> the expression to bind instead."""


def rebuild(module: Any, visit: Visit) -> Any:
    """A module whose ``main`` has every call replaced by what ``visit`` answers.

    Variables keep their names, so that the table of layers stays right; an answer that is a
    variable or a constant needs no binding.
    """
    function = module["main"]
    block = relax.BlockBuilder()
    known: dict[Any, Any] = {p: p for p in function.params}
    with block.function("main", list(function.params)):
        with block.dataflow():
            for old in function.body.blocks:
                for binding in old.bindings:
                    value = resolved(binding.value, known)
                    if isinstance(value, relax.Call):
                        value = visit(block, binding.var, value)
                    if isinstance(value, relax.Call | relax.TupleGetItem):
                        value = block.emit(value, str(binding.var.name))
                    known[binding.var] = value
            result = resolved(function.body.body, known)
            out = block.emit_output(result)
        block.emit_func_output(out)
    made = block.get()["main"]
    if function.attrs is not None:
        made = made.with_attrs(function.attrs)
    return IRModule({"main": made}, attrs=module.attrs)


def integers(values: Any) -> list[int]:
    """A TVM attribute of integers as a list."""
    return [int(v) for v in values]


def paddings(values: Any) -> list[int]:
    """[top, left, bottom, right] of a 2-D operator's padding attribute."""
    pads = integers(values)
    return {1: pads * 4, 2: [pads[0], pads[1]] * 2, 4: pads}.get(len(pads), pads)[:4]


def constant_of(expr: Any) -> Array | None:
    """The array of a constant operand, or None."""
    return _tvm.constant_value(expr)


def float_constant(array: Array) -> Any:
    """A float32 Relax constant."""
    return _tvm.constant(np.ascontiguousarray(array, np.float32))
