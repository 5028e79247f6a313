# SPDX-License-Identifier: Apache-2.0
"""The state of one legalisation: what is known of the old function, what the new one has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.arithmetic import quant
from tvm_tiny.arithmetic.element_types import Q8, QUANTISED
from tvm_tiny.errors import Problem
from tvm_tiny.passes.legalize import plain
from tvm_tiny.passes.legalize.constants import (
    Array,
    QuantisedConstant,
    evaluate,
    op_name,
    quantisation,
)
from tvm_tiny.passes.legalize.sites import NotLegalised as Declined
from tvm_tiny.passes.legalize.sites import QuantisedValue as Operand
from tvm_tiny.passes.legalize.sites import Site as Site
from tvm_tiny.passes.legalize.sites import tensor_args as tensor_args
from tvm_tiny.passes.relax_module import (
    INPUTS,
    Layer,
    borders_of,
    is_legacy,
    layers_of,
    rounds_once,
)

MoveRule = Callable[["Rewriter", Any, Sequence[Any], Site, Callable[[float], int]], Any]
"""(rewriter, old call, new operands, site, real value to integer) -> new expression."""


class Rewriter:
    """Old function in, new function being built.

    ``moves`` are the rules of operators that move data, by Relax operator; they serve int8 and
    dequantised values alike.
    """

    def __init__(self, function: Any, moves: Mapping[str, MoveRule]) -> None:
        self.function = function
        self.moves = moves
        self.problems: list[tuple[str, Problem]] = []
        self.values: dict[Any, Any] = {p: p for p in function.params}
        self._builder: Any = _tvm.relax.BlockBuilder()
        self._bindings: list[Any] = []
        self._names = {str(p.name) for p in function.params}
        borders = borders_of(function, INPUTS) or ()
        self._scales: dict[Any, tuple[float, int]] = {
            p: (b.scale, b.zero_point) for p, b in zip(function.params, borders, strict=False)
        }
        self._operands: dict[Any, Operand] = {}
        self._inputs: dict[tuple[Any, float, int, str], Any] = {}
        self.definitions = {b.var: b.value for b in bindings(function)}
        self.users = _users(function)
        self.layers = _owners(function)
        named = layers_of(function)
        self.rounds_once = rounds_once(function)
        self.legacy = is_legacy(function)
        self.named = {var for var in self.definitions if str(var.name) in named}

    @property
    def bound(self) -> list[Any]:
        """The bindings of the new function so far."""
        return self._bindings

    def resolve(self, expr: Any) -> Any:
        """Follow variables to what is bound to them; parameters stay variables."""
        while expr in self.definitions if isinstance(expr, _tvm.relax.Var) else False:
            expr = self.definitions[expr]
        return expr

    def constant(self, expr: Any) -> QuantisedConstant | Array | None:
        """The value of a constant expression, or None."""
        return evaluate(expr, self.resolve)

    def params_of(self, call: Any) -> tuple[float, int]:
        """Scale and zero point of a quantize or dequantize of an activation."""
        params = quantisation(call, self.resolve)
        if params is None:
            raise Declined("scale or zero point is computed at run time", "they must be constants")
        if params[0].size != 1 or params[1].size != 1:
            raise Declined(
                f"activation quantised per channel ({params[0].size} scales)",
                "TFLM's kernels take one scale a tensor",
            )
        return float(params[0].reshape(())), int(params[1].reshape(()))

    def operand(self, expr: Any, site: Site) -> Operand:
        """The int8 value behind a float expression: dequantised, moved, constant or an input.

        A float model input is quantised to the site's scale (data movement in front of the
        first quantize).
        """
        key = expr if isinstance(expr, _tvm.relax.Var) else None
        if key is not None and key in self._operands:
            return self._operands[key]
        out = self._find_operand(expr, site)
        if key is not None and key not in self.function.params:
            self._operands[key] = out
        return out

    def has_operand(self, expr: Any) -> bool:
        """Whether an expression's integers are there already."""
        return isinstance(expr, _tvm.relax.Var) and expr in self._operands

    def _find_operand(self, expr: Any, site: Site) -> Operand:
        known = self.constant(expr)
        if known is not None:
            return _constant_operand(known)
        call = self.resolve(expr)
        if isinstance(call, _tvm.relax.Var):
            return self._float_input(call, site)
        name = op_name(call)
        if name == "relax.dequantize":
            scale, zero_point = self.params_of(call)
            return Operand(self.value(call.args[0]), scale, zero_point)
        if isinstance(call, _tvm.relax.TupleGetItem) or name in self.moves:
            return self.moved_operand(call, site)
        raise Declined(
            f"'{name.removeprefix('relax.') or type(call).__name__}' works on float values",
            "every operator needs dequantize before and quantize behind it",
            "quantise the whole model to int8",
            code="TT1102",
        )

    def moved_operand(self, call: Any, site: Site, *, named: bool = False) -> Operand:
        """Data movement of integers; it is the site's own result if its scale is that."""
        source = self.resolve(call.tuple_value) if op_name(call) == "" else call
        if op_name(source) not in self.moves:
            raise Declined(f"'{op_name(source)}' works on float values", code="TT1102")
        parts = [self.operand(a, site) for a in tensor_args(source)]
        first = parts[0]
        exprs = [self.requantised(p, first.scale, first.zero_point, site) for p in parts]
        place = replace(site.inner, scale=first.scale, zero_point=first.zero_point)
        own = (np.float32(first.scale), first.zero_point, first.dtype)
        if site.unlimited and own == (np.float32(site.scale), site.zero_point, site.dtype):
            place = site if named else place
        place = place.typed(first.dtype)

        def integer(value: float) -> int:
            return round(value / first.scale) + first.zero_point

        out = self.moves[op_name(source)](self, call, exprs, place, integer)
        return Operand(out, first.scale, first.zero_point)

    def requantised(self, operand: Operand, scale: float, zero_point: int, site: Site) -> Any:
        """The operand's values on another scale (no operator if it is the same)."""
        if (np.float32(operand.scale), operand.zero_point) == (np.float32(scale), zero_point):
            return operand.expr
        place = replace(site.inner, scale=scale, zero_point=zero_point).typed(operand.dtype)
        return self.rescaled(operand, place)

    def rescaled(self, x: Operand, site: Site) -> Any:
        """The operand on the site's scale, in its type and limits: int8 by a table."""
        source = x.scale, x.zero_point, site.scale, site.zero_point
        if x.dtype == site.dtype == Q8.name:
            made = _rounded_once(*source) if self.rounds_once else quant.requantize_lut(*source)
            table = np.clip(made, site.low, site.high).astype(Q8.numpy)
            return self.emit("lut", [x.expr, _tvm.constant(table)], {}, site)
        attrs = quant.rescale_params(*source)
        attrs |= {"activation": site.activation, "dtype": site.dtype}
        return self.emit("rescale", [x.expr], attrs, site)

    def clamped(self, value: Any, site: Site) -> Any:
        """The integers of an expression within the site's limits."""
        if site.dtype != Q8.name:
            return self.emit("clip", [value], {"activation": site.activation}, site)
        low, high = Q8.limits
        table = np.clip(np.arange(low, high + 1), site.low, site.high).astype(Q8.numpy)
        return self.emit("lut", [value, _tvm.constant(table)], {}, site)

    def _float_input(self, var: Any, site: Site) -> Operand:
        key = (var, site.scale, site.zero_point, site.dtype)
        if key not in self._inputs:
            attrs = quantize_attrs(site)
            self._inputs[key] = self.emit("quantize", [self.values[var]], attrs, site.inner)
        return Operand(self._inputs[key], site.scale, site.zero_point)

    def value(self, expr: Any) -> Any:
        """The new expression of an old one that is there as it is stored.

        Numbers that stand for themselves (float32, int32, ..) are moved, and integers dequantised,
        when somebody asks for them.
        """
        if _tvm.constant_value(expr) is not None:
            return expr
        if isinstance(expr, _tvm.relax.Var) and expr in self.values:
            return self.values[expr]
        call = self.definitions.get(expr) if isinstance(expr, _tvm.relax.Var) else expr
        if isinstance(call, _tvm.relax.Var):
            return self.value(call)
        kind = _tvm.tensor_type(expr)
        if call is None or kind is None or kind[1] in QUANTISED:
            moved = self.constant(expr)
            if isinstance(moved, np.ndarray):
                return _tvm.constant(moved)
            raise Declined("an int8 value is used before it is made")
        made = plain.value(self, expr, call, kind[1])
        if isinstance(expr, _tvm.relax.Var):
            self.values[expr] = made
        return made

    def site(self, var: Any, scale: float, zero_point: int) -> Site:
        """The place of the operator whose result is ``var``."""
        site = Site(self.layers[var], scale, zero_point)
        kind = _tvm.tensor_type(var)
        return site.typed(kind[1]) if kind is not None and kind[1] in QUANTISED else site

    def emit(self, name: str, args: Sequence[Any], attrs: Mapping[str, Any], site: Site) -> Any:
        """Append ``tvm_tiny.<name>`` to the new function."""
        layer = site.layer
        declared = layer.scale > 0.0
        call = _tvm.integer_call(
            name,
            args,
            {
                **attrs,
                "layer": layer.name,
                "index": layer.operator_index,
                "output_source": layer.tensor,
                "output_source_index": layer.tensor_index,
                "output_scale": layer.scale if declared else site.scale,
                "out_zero_point": layer.zero_point if declared else site.zero_point,
            },
        )
        call = self._builder.normalize(call)
        made = _tvm.tensor_type(call)
        if made is not None and made[1] in QUANTISED and made[1] != site.dtype:
            raise Declined(
                f"'{name}' with a result of type {site.dtype}",
                f"of these operands it makes {made[1]}",
                "put a QUANTIZE (dequantize, quantize) between them",
            )
        hint = f"t{layer.tensor_index}" if layer.tensor_index >= 0 else name
        var = _tvm.relax.DataflowVar(self._unique(hint), call.ty)
        self._bindings.append(_tvm.relax.VarBinding(var, call))
        scale = layer.scale if declared else site.scale
        self._scales[var] = (scale, layer.zero_point if declared else site.zero_point)
        return var

    def moved_site(self, var: Any, values: Sequence[Any]) -> Site:
        """The place of a data movement: its result is quantised as its first operand is."""
        return self.site(var, *self._scales.get(values[0], (0.0, 0)))

    def finish(self, results: Sequence[Any]) -> Any:
        """The new function; results become variables ``output<i>``."""
        outputs: list[Any] = []
        for index, result in enumerate(results):
            outputs.append(_tvm.relax.Var(self._unique(f"output{index}"), result.ty))
            self._bindings.append(_tvm.relax.VarBinding(outputs[-1], result))
        body = outputs[0] if len(outputs) == 1 else _tvm.relax.Tuple(outputs)
        block = _tvm.relax.DataflowBlock(self._bindings)
        seq = self._builder.normalize(_tvm.relax.SeqExpr([block], body))
        old = self.function
        return _tvm.relax.Function(old.params, seq, seq.ty, old.is_pure, old.attrs)

    def _unique(self, hint: str) -> str:
        name, count = hint, 0
        while name in self._names:
            count += 1
            name = f"{hint}_{count}"
        self._names.add(name)
        return name


def quantize_attrs(site: Site) -> dict[str, Any]:
    """Attributes of ``quantize`` to a site's scale and type."""
    attrs: dict[str, Any] = {"scale": site.scale, "zero_point": site.zero_point}
    return attrs if site.dtype == Q8.name else {**attrs, "dtype": site.dtype}


def _rounded_once(scale: float, zero_point: int, to_scale: float, to_zero_point: int) -> Array:
    """int8[256] on another scale in float32, to nearest, ties to even (ONNX)."""
    low, high = Q8.limits
    real = (np.arange(low, high + 1) - zero_point).astype(np.float32) * np.float32(scale)
    steps = np.rint((real / np.float32(to_scale)).astype(np.float64)) + to_zero_point
    return np.clip(steps, low, high).astype(Q8.numpy)


def bindings(function: Any) -> Iterator[Any]:
    """Every binding of a function, in order."""
    if not isinstance(function.body, _tvm.relax.SeqExpr):
        return
    for block in function.body.blocks:
        yield from block.bindings


def _users(function: Any) -> dict[Any, list[Any]]:
    """Who reads a variable; being a result counts as None."""
    out: dict[Any, list[Any]] = {}
    for binding in bindings(function):
        value = binding.value
        for arg in _read(value):
            out.setdefault(arg, []).append(value)
    body = function.body.body if isinstance(function.body, _tvm.relax.SeqExpr) else function.body
    for arg in _read(body):
        out.setdefault(arg, []).append(None)
    return out


def _read(expr: Any) -> list[Any]:
    if isinstance(expr, _tvm.relax.Var):
        return [expr]
    if isinstance(expr, _tvm.relax.Tuple):
        return [v for field in expr.fields for v in _read(field)]
    if isinstance(expr, _tvm.relax.TupleGetItem):
        return _read(expr.tuple_value)
    if isinstance(expr, _tvm.relax.Call):
        return [v for arg in expr.args for v in _read(arg)]
    return []


def _owners(function: Any) -> dict[Any, Layer]:
    """The layer of every variable: its own, or that of the next result behind it."""
    table = layers_of(function)
    out: dict[Any, Layer] = {}
    current: Layer | None = None
    for binding in reversed(list(bindings(function))):
        own = table.get(str(binding.var.name))
        if own is not None:
            current = own
            out[binding.var] = own
        elif current is not None:
            out[binding.var] = Layer(current.name, current.operator_index)
        else:
            out[binding.var] = Layer(str(binding.var.name), tensor=str(binding.var.name))
    return out


def _constant_operand(known: QuantisedConstant | Array) -> Operand:
    if not isinstance(known, QuantisedConstant):
        raise Declined("a constant operand is float", "it has no scale", code="TT1102")
    if not known.per_tensor or str(known.data.dtype) not in QUANTISED:
        raise Declined(f"a constant operand is {known.data.dtype} or quantised per channel")
    scale, zero_point = known.scale.reshape(()), known.zero_point.reshape(())
    return Operand(_tvm.constant(known.data), float(scale), int(zero_point))
