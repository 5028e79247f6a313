# SPDX-License-Identifier: Apache-2.0
"""Attention: what stands between two products keeps their rows, one a query."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny._tvm import IRModule, relax
from tvm_tiny.operators import lookup
from tvm_tiny.operators.turning import Operands, Turned
from tvm_tiny.passes.layout.two_forms import TwoForms
from tvm_tiny.passes.tiny_pass import MODEL_SHAPE, TinyPass, is_straight_line

Shape = tuple[int, ...]


@dataclass(frozen=True)
class KeepSteps(TinyPass):
    """Operators behind a product by rows work on its rows, not on the whole matrix of the model.

    before:  s = matmul(q: (1, 392, 1, 16), k)
             t = reshape(s, shape=[1, 4, 98, 98])
             p = softmax(t)
             r = reshape(p, shape=[1, 392, 1, 98])
             y = matmul(r, v)
    after:   s = matmul(q, k)
             p = softmax(s): (1, 392, 1, 98)
             y = matmul(p, v)

    The bytes are the same; a row is one query's scores, so a stream never has the whole matrix of
    scores. Which: ``Operator.by_steps`` begins, ``Operator.turned`` goes on.

    Needs: straight-line bindings. Cost: none.
    """

    def transform_module(self, mod: Any) -> Any:
        """Rewrite ``main``; a module without such a product stays as it is."""
        main: Any = mod["main"]
        if not is_straight_line(main) or not any(_begins(v) for v in _values(main)):
            return mod
        out = IRModule(dict(mod.functions.items()), mod.attrs)
        out["main"] = _Function(main).run()
        return out


def _values(function: Any) -> list[Any]:
    return [binding.value for block in function.body.blocks for binding in block.bindings]


def _begins(value: Any) -> bool:
    name = _tvm.integer_op_name(value)
    return name is not None and lookup(name).by_steps


def _shape(expr: Any) -> Shape:
    kind = _tvm.tensor_type(expr)
    return kind[0] if kind is not None else ()


def _is_steps(shape: Shape) -> bool:
    """(1, N, 1, C)."""
    return len(shape) == 4 and shape[0] == shape[2] == 1 < shape[1]


class _Function(TwoForms):
    """Rebuilds a function; values of steps have their rows' form, a view where it is asked for."""

    def __init__(self, function: Any) -> None:
        super().__init__()
        self._function = function
        self._steps: dict[Any, Any] = {}
        """Variable of the old function -> the same bytes as (1, N, 1, C)."""

    def run(self) -> Any:
        """The function with the same parameters."""
        old = self._function
        with self._builder.function("main", list(old.params)):
            with self._builder.dataflow():
                for block in old.body.blocks:
                    for binding in block.bindings:
                        self._bind(binding.var, binding.value)
                out = self._builder.emit_output(self._known(old.body.body))
            self._builder.emit_func_output(out)
        made = self._builder.get()["main"]
        return made if old.attrs is None else made.with_attrs(old.attrs)

    def _other(self, variable: Any) -> tuple[Any, Shape] | None:
        found = self._steps.get(variable)
        return None if found is None else (found, _shape(variable))

    def _bind(self, variable: Any, value: Any) -> None:
        op = _tvm.integer_op_name(value)
        if isinstance(value, relax.Var) and value in self._steps:
            self._steps[variable] = self._steps[value]
            return
        held = op is not None and any(a in self._steps for a in value.args)
        if held and self._moved(variable, value, op or ""):
            return
        made = self._builder.emit(self._kept(value), str(variable.name))
        self._plain[variable] = made
        if _begins(value) and _is_steps(_shape(variable)):
            self._steps[variable] = made

    def _kept(self, value: Any) -> Any:
        if not isinstance(value, relax.Call):
            return self._known(value)
        return self._reading_plain(value)

    def _moved(self, variable: Any, value: Any, op: str) -> bool:
        """Take an operator to the rows of its operands; False: it cannot go."""
        operator, shape = lookup(op), _shape(variable)
        if operator.is_view:
            source = self._steps.get(value.args[0])
            kept = source is not None and shape[-1:] == _shape(source)[-1:]
            if kept:
                self._steps[variable] = source
            return kept
        turned = {a: self._held(s) for a, s in self._steps.items()}
        rows = math.prod(shape[:-1])
        plain = {a: self._known(a) for a in value.args if a not in self._steps}
        operands = Operands(value.args, turned, plain, self._view)
        answer = operator.turned(operands, _tvm.call_attrs(value), (1, rows, *shape[-1:]))
        if answer is None or operator.by_steps:
            return False
        args, attrs = answer
        call = self._builder.normalize(_tvm.integer_call(op, args, attrs))
        if _shape(call) != (1, rows, 1, *shape[-1:]):
            return False
        if _shape(call) != shape:
            call = _tvm.integer_call(op, list(call.args), {**attrs, MODEL_SHAPE: list(shape)})
        self._steps[variable] = self._builder.emit(call, str(variable.name))
        return True

    @staticmethod
    def _held(expr: Any) -> Turned:
        _, rows, _, channels = _shape(expr)
        return Turned(expr, (1, rows, channels))
