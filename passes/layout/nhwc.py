# SPDX-License-Identifier: Apache-2.0
"""NCHW to NHWC on a QDQ Relax module.

Our own pass rather than ``relax.transform.ConvertLayout``: layers keep their names through it,
and flattened feature maps fold into weights. One walk over the program keeps for every tensor the
order its bytes lie in (``layout_values``): spatial operators ask for NHWC and answer NHWC,
everything that works element by element takes the order it finds, axes are renumbered, and a
transpose is emitted only where somebody needs another order than there is. So transposes sink and
cancel; in an ordinary CNN one is left, at the input.

A feature map that is flattened for a matrix multiplication is not put back into NCHW order:
the rows of the constant weights are permuted instead.

Parameters and results keep their order; variables keep their names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple, dataclass, replace
from typing import Any

from tvm_tiny._tvm import IRModule, relax, tensor_type
from tvm_tiny.passes.layout.rewriter import LayoutRewriter
from tvm_tiny.passes.layout.rules import RULES
from tvm_tiny.passes.layout.values import Dequantised, LayoutBuilder, Value, identity
from tvm_tiny.passes.relax_module import LAYERS, layers_of
from tvm_tiny.passes.tiny_pass import TinyPass


def _is_spatial(module: Any) -> bool:
    """Whether any operator of ``main`` works on channels-first data."""
    for block in module["main"].body.blocks:
        for binding in block.bindings:
            attrs = getattr(binding.value, "attrs", None)
            for key in ("data_layout", "layout"):
                if str(getattr(attrs, key, "")).startswith("NC"):
                    return True
    return False


class _Function:
    """Rewrites ``main`` binding by binding."""

    def __init__(self, function: Any) -> None:
        self._function = function
        self._block = relax.BlockBuilder()
        self._builder = LayoutBuilder(self._block)
        self._rewriter = LayoutRewriter(self._builder)
        self._values: dict[Any, Any] = {}

    def run(self) -> Any:
        """Return the module with the rewritten function."""
        function = self._function
        for param in function.params:
            self._values[param] = self._plain(param)
        with self._block.function("main", list(function.params)):
            with self._block.dataflow():
                for block in function.body.blocks:
                    for binding in block.bindings:
                        self._values[binding.var] = self._bind(binding)
                result = self._result(function.body.body)
                out = self._block.emit_output(result)
            self._block.emit_func_output(out)
        made = self._block.get()["main"]
        if function.attrs is None:
            return made
        return self._without_shuffled(made.with_attrs(function.attrs))

    def _without_shuffled(self, function: Any) -> Any:
        """Take the tensor's name off flattened results: their elements are in another order."""
        layers = layers_of(function)
        flat = [v.name for v in self._values.values() if isinstance(v, Value) and v.flat]
        if not any(name in layers for name in flat):
            return function
        named = {
            name: replace(layer, tensor="") if name in flat else layer
            for name, layer in layers.items()
        }
        return function.with_attr(LAYERS, {k: list(astuple(v)) for k, v in named.items()})

    def _plain(self, expr: Any) -> Any:
        kind = tensor_type(expr)
        if kind is None:
            return expr
        return Value(kind[0], identity(len(kind[0])), expr)

    def _value(self, expr: Any) -> Any:
        """Value of an operand: a tensor, a tuple of them, or the expression itself."""
        if isinstance(expr, relax.Var):
            return self._values[expr]
        if isinstance(expr, relax.Tuple):
            return [self._value(field) for field in expr.fields]
        return self._plain(expr)

    def _bind(self, binding: Any) -> Any:
        expr = binding.value
        name = str(binding.var.name)
        if isinstance(expr, relax.TupleGetItem):
            items = self._values[expr.tuple_value]
            return items[expr.index] if isinstance(items, list) else self._other(expr, name)
        if not isinstance(expr, relax.Call):
            return self._value(expr)
        op = str(getattr(expr.op, "name", ""))
        operands = [self._value(arg) for arg in expr.args]
        if op == "relax.dequantize":
            return self._dequantised(expr, operands, name)
        rule: Callable[..., Any] | None = RULES.get(op)
        if rule is not None and all(isinstance(v, Value | list) for v in operands[:1]):
            made = rule(self._rewriter, expr, operands, name)
            if made is not None:
                return made
        return self._other(expr, name)

    def _dequantised(self, expr: Any, operands: list[Any], name: str) -> Any:
        source, scale, zero_point = operands
        axis = int(expr.attrs.axis)
        axis += len(source.shape) if axis < 0 else 0
        plain_scale, plain_zero = (self._builder.physical(v) for v in (scale, zero_point))
        kind = tensor_type(expr)
        lazy = Dequantised(
            source, plain_scale, plain_zero, axis, "float32" if kind is None else kind[1]
        )
        return Value(source.shape, source.layout, None, lazy, source.flat, name)

    def _other(self, expr: Any, name: str) -> Any:
        """Any other expression: its operands in their logical order."""
        if isinstance(expr, relax.TupleGetItem):
            return self._plain(self._builder.emit(expr, name))
        args = [self._logical(self._value(arg)) for arg in expr.args]
        call = relax.Call(expr.op, args, expr.attrs, list(expr.ty_args), expr.span)
        made = self._builder.emit(call, name)
        return self._plain(made)

    def _logical(self, value: Any) -> Any:
        if isinstance(value, Value):
            return self._builder.physical(value)
        if isinstance(value, list):
            return relax.Tuple([self._logical(item) for item in value])
        return value

    def _result(self, expr: Any) -> Any:
        return self._logical(self._value(expr))


@dataclass(frozen=True)
class LayoutNHWC(TinyPass):
    """Rewrite ``main`` so that spatial operators work on NHWC.

    before:  y = conv2d(x, w, data_layout="NCHW", kernel_layout="OIHW")
    after:   y = conv2d(permute_dims(x, [0, 2, 3, 1]), w', data_layout="NHWC", ...)

    A module without channels-first operators is returned as it is.
    """

    name = "layout-nhwc"

    def transform_module(self, mod: Any) -> Any:
        """Return a new module."""
        if not _is_spatial(mod):
            return mod
        out = IRModule(dict(mod.functions.items()), attrs=mod.attrs)
        out["main"] = _Function(mod["main"]).run()
        return out
