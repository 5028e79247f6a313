# SPDX-License-Identifier: Apache-2.0
"""Float operators between dequantize and quantize become integer operators."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tvm_tiny import _tvm, operators
from tvm_tiny.arithmetic.element_types import Q8, QUANTISED, element_type
from tvm_tiny.arithmetic.fixed_point import quantised
from tvm_tiny.errors import Problem, TvmTinyError, UnsupportedError
from tvm_tiny.passes.legalize import elementwise, linear, unary
from tvm_tiny.passes.legalize.constants import op_name
from tvm_tiny.passes.legalize.movement import MOVES
from tvm_tiny.passes.legalize.plain import is_moved, is_plain
from tvm_tiny.passes.legalize.rewriter import (
    Declined,
    Operand,
    Rewriter,
    Site,
    bindings,
    quantize_attrs,
    tensor_args,
)
from tvm_tiny.passes.relax_module import Layer
from tvm_tiny.passes.tiny_pass import TinyPass

relax: Any = _tvm.relax


@dataclass(frozen=True)
class LegalizeQDQ(TinyPass):
    """Make the integer graph (``docs/design.md``) of a QDQ module.

    before:  y = quantize(relu(conv2d(dequantize(x), dequantize(w)) + dequantize(b)))
    after:   y = tvm_tiny.conv2d(x, w, b, multiplier, shift, activation=[zero_point, high], ...)

    Integer operators that are there already stay as they are.

    Data movement stays where it is and acts on int8. A float parameter is quantised and a float
    result dequantised at the border. Multipliers, shifts and tables are those of TFLM's
    ``Prepare`` functions (``tvm_tiny.arithmetic.quant``).

    Needs: static shapes; NHWC; weights and quantisation parameters constant.

    Raises:
        UnsupportedError: with every operator that has no integer form.
    """

    def transform_module(self, mod: Any) -> Any:
        """Rewrite ``main``."""
        function = mod["main"]
        rewriter = Rewriter(function, MOVES)
        for binding in bindings(function):
            if _is_root(rewriter, binding.var):
                _attempt(rewriter, binding.var, lambda v: _rewrite(rewriter, v))
        results = _apart(rewriter, [_result(rewriter, e) for e in _results(rewriter)])
        if rewriter.problems:
            _raise(rewriter)
        return _tvm.IRModule({"main": rewriter.finish(results)})


def _raise(rewriter: Rewriter) -> None:
    codes = {code for code, _ in rewriter.problems}
    code = codes.pop() if len(codes) == 1 else "TT1203"
    problems = tuple(problem for _, problem in rewriter.problems)
    message = {
        "TT1102": "the model is not fully quantised to int8",
        "TT1101": "the model has dynamic shapes",
    }.get(code, f"{len(problems)} operator(s) cannot be compiled")
    raise UnsupportedError(message, problems, code=code)


def _attempt(rewriter: Rewriter, var: Any, make: Callable[[Any], Any]) -> None:
    """Rewrite one result; a failure is noted, and what uses the result goes on with a stand-in."""
    try:
        rewriter.values[var] = make(var)
    except Declined as declined:
        _note(rewriter, var, declined.what, declined.why, declined.do, declined.code)
    except TvmTinyError as error:
        _note(rewriter, var, error.message, code=error.code)
    except (ValueError, TypeError, RuntimeError) as error:
        _note(rewriter, var, "operands do not fit together", str(error).strip().splitlines()[-1])
    if var not in rewriter.values:
        rewriter.values[var] = relax.Var("unknown", var.ty)


def _note(
    rewriter: Rewriter, var: Any, what: str, why: str = "", do: str = "", code: str = "TT1203"
) -> None:
    layer = rewriter.layers[var]
    place = f"layer {layer.operator_index} " if layer.operator_index >= 0 else "layer "
    rewriter.problems.append((code, Problem(what, f"{place}'{layer.name}'", why, do)))


def _is_root(rewriter: Rewriter, var: Any) -> bool:
    """A quantised tensor that is a layer's result (not one that only a clip behind it reads)."""
    kind = _tvm.tensor_type(var)
    if _tvm.integer_op_name(rewriter.definitions[var]) is not None:
        return True
    if kind is None or kind[1] not in QUANTISED or rewriter.constant(var) is not None:
        return False
    if var in rewriter.named:
        return True
    users = rewriter.users.get(var, ())
    sole = users[0] if len(users) == 1 else None
    return not (sole is not None and op_name(sole) == "relax.clip" and _is_quantize(rewriter, var))


def _is_quantize(rewriter: Rewriter, expr: Any) -> bool:
    return op_name(rewriter.resolve(expr)) == "relax.quantize"


def _rewrite(rewriter: Rewriter, var: Any) -> Any:
    """The new expression of an int8 result."""
    call = rewriter.definitions[var]
    if isinstance(call, relax.Var):
        return rewriter.value(call)
    name = op_name(call)
    given = _tvm.integer_op_name(call)
    if given is not None:
        return _given(rewriter, given, call, var)
    if name == "relax.quantize":
        return _quantize(rewriter, call, _quantize_site(rewriter, var, call))
    if name == "relax.clip":
        return _clip(rewriter, var, call)
    source = rewriter.resolve(call.tuple_value) if isinstance(call, relax.TupleGetItem) else call
    rule = MOVES.get(op_name(source))
    if rule is None:
        what = name.removeprefix("relax.") or type(call).__name__
        raise Declined(f"'{what}' on int8 values is not supported")
    values = [rewriter.value(a) for a in tensor_args(source)]
    return rule(rewriter, call, values, rewriter.moved_site(var, values), round)


def _given(rewriter: Rewriter, name: str, call: Any, var: Any) -> Any:
    """An integer operator that the front end made: only its place in the model is added."""
    values = [rewriter.value(a) for a in call.args]
    attrs = _tvm.call_attrs(call)
    return rewriter.emit(name, values, attrs, rewriter.moved_site(var, values))


def _quantize_site(rewriter: Rewriter, var: Any, call: Any) -> Site:
    return rewriter.site(var, *rewriter.params_of(call))


def _clip(rewriter: Rewriter, var: Any, call: Any) -> Any:
    """A clip of int8 values: the fused activation of the quantize before it, or a table."""
    limits = unary.clip_limits(call)
    kind = _tvm.tensor_type(call)
    least, most = element_type(Q8.name if kind is None else kind[1]).limits
    low, high = (round(min(max(v, float(least)), float(most))) for v in limits)
    inner = call.args[0]
    if _is_quantize(rewriter, inner) and inner not in rewriter.values:
        quantize = rewriter.resolve(inner)
        site = replace(_quantize_site(rewriter, var, quantize), low=low, high=high)
        return _quantize(rewriter, quantize, site)
    value = rewriter.value(inner)
    return rewriter.clamped(value, replace(rewriter.moved_site(var, [value]), low=low, high=high))


def _quantize(rewriter: Rewriter, call: Any, site: Site) -> Any:
    """``quantize(expr)``: by the operator in front of it."""
    known = rewriter.constant(call.args[0])
    if isinstance(known, np.ndarray) and known.dtype == np.float32:
        out = rewriter.emit("quantize", [_tvm.constant(known)], quantize_attrs(site), site.inner)
        return out if site.unlimited else rewriter.clamped(out, site)
    if is_plain(rewriter, call.args[0]):
        out_site = site if site.unlimited else site.inner
        out = rewriter.emit(
            "quantize", [rewriter.value(call.args[0])], quantize_attrs(site), out_site
        )
        return out if site.unlimited else rewriter.clamped(out, site)
    return _quantised(rewriter, call.args[0], site)


def _quantised(rewriter: Rewriter, expr: Any, site: Site) -> Any:
    core, narrowed = _strip_activations(rewriter, expr, site)
    leaf = None if unary.is_pair(rewriter, core) else unary.find_leaf(rewriter, expr)
    if leaf is not None and _is_value(rewriter, leaf):
        return _from_value(rewriter, expr, leaf, site)
    split = linear.split_bias(rewriter, core)
    if split is not None:
        inner, bias = split
        return linear.RULES[op_name(inner)](rewriter, inner, bias, narrowed)
    name = op_name(rewriter.resolve(core))
    rule = elementwise.RULES.get(name)
    if rule is None and name in MOVES and len(tensor_args(rewriter.resolve(core))) == 1:
        return _moved_behind(rewriter, rewriter.resolve(core), narrowed)
    if rule is None:
        rewriter.operand(core, site)  # says what is wrong with it
        raise Declined(f"'{name}' has no integer form")
    if narrowed.unlimited or name in elementwise.WITH_ACTIVATION:
        return rule(rewriter, rewriter.resolve(core), narrowed)
    inner_site = replace(site.inner, scale=site.scale, zero_point=site.zero_point)
    return rewriter.clamped(rule(rewriter, rewriter.resolve(core), inner_site), narrowed)


def _moved_behind(rewriter: Rewriter, move: Any, site: Site) -> Any:
    """Data movement between an operator and its quantize: the integers move."""
    within = replace(site.inner, scale=site.scale, zero_point=site.zero_point)
    inner = _quantised(rewriter, move.args[0], replace(within, low=site.low, high=site.high))

    def integer(value: float) -> int:
        return round(value / site.scale) + site.zero_point

    return MOVES[op_name(move)](rewriter, move, [inner], site.typed(site.dtype), integer)


def _is_value(rewriter: Rewriter, leaf: Any) -> bool:
    """The leaf of an elementwise expression is int8 values, possibly moved, or a model input."""
    call = rewriter.resolve(leaf)
    if isinstance(call, relax.TupleGetItem):
        call = rewriter.resolve(call.tuple_value)
    name = op_name(call)
    if name == "relax.image.resize2d":
        return str(call.attrs.method) == "nearest_neighbor"
    if name in MOVES and len(tensor_args(call)) == 1 and rewriter.constant(leaf) is None:
        return _is_value(rewriter, tensor_args(call)[0])
    return isinstance(call, relax.Var) or name == "relax.dequantize" or name in MOVES


def _is_move(rewriter: Rewriter, value: Any) -> bool:
    source = value
    if isinstance(value, relax.TupleGetItem):
        source = rewriter.resolve(value.tuple_value)
    return op_name(source) in MOVES and op_name(source) != "relax.dequantize"


def _from_value(rewriter: Rewriter, expr: Any, leaf: Any, site: Site) -> Any:
    """``quantize`` of int8 values: a new scale, a table, or an input's quantisation."""
    value = rewriter.resolve(leaf)
    if isinstance(value, relax.Var) and rewriter.resolve(expr).same_as(value):
        attrs = quantize_attrs(site)
        if site.unlimited:
            return rewriter.emit("quantize", [rewriter.values[value]], attrs, site)
        out = rewriter.emit("quantize", [rewriter.values[value]], attrs, site.inner)
        return rewriter.clamped(out, site)
    if not rewriter.resolve(expr).same_as(value):
        return unary.lut(rewriter, expr, leaf, site)
    moved = value if _is_move(rewriter, value) and not rewriter.has_operand(leaf) else None
    if moved is not None:
        x = rewriter.moved_operand(value, site, named=True)
    else:
        x = rewriter.operand(leaf, site)
    same = (np.float32(x.scale), x.zero_point) == (np.float32(site.scale), site.zero_point)
    if same and site.unlimited and x.dtype == site.dtype and moved is not None:
        return x.expr
    if same and site.unlimited and x.dtype == site.dtype:
        return rewriter.emit("reshape", [x.expr], {"shape": list(x.shape)}, site)
    return rewriter.rescaled(x, site)


def _strip_activations(rewriter: Rewriter, expr: Any, site: Site) -> tuple[Any, Site]:
    """Relu and clip in front of quantize become int8 limits (TFLite's rounding of them)."""
    while True:
        call = rewriter.resolve(expr)
        name = op_name(call)
        if name == "relax.nn.relu":
            low, high = 0.0, float("inf")
        elif name == "relax.clip":
            low, high = unary.clip_limits(call)
        else:
            return expr, site
        least, most = element_type(site.dtype).limits
        bottom, top = (_limit(real, site) for real in (low, high))
        site = replace(
            site, low=min(max(site.low, bottom), most), high=max(min(site.high, top), least)
        )
        expr = call.args[0]


def _limit(real: float, site: Site) -> int:
    """A real limit as an integer, of the right side of the type where it is far out or infinite."""
    far = 4.0 * element_type(site.dtype).levels * site.scale
    return quantised(min(max(real, -far), far), np.float32(site.scale), site.zero_point)


def _results(rewriter: Rewriter) -> list[Any]:
    """The function's results, a tuple's fields one by one."""
    body = rewriter.function.body
    result = body.body if isinstance(body, relax.SeqExpr) else body
    whole = rewriter.resolve(result)
    return list(whole.fields) if isinstance(whole, relax.Tuple) else [result]


def _apart(rewriter: Rewriter, results: list[Any]) -> list[Any]:
    """Float results lie in the caller's memory, each in its own: what is there twice is copied."""
    made = {b.var: b.value for b in rewriter.bound}
    seen: list[Any] = []
    out: list[Any] = []
    for result in results:
        kind, root = _tvm.tensor_type(result), result
        while _tvm.integer_op_name(made.get(root)) == "reshape":
            root = made[root].args[0]
        if kind is None or kind[1] != "float32":
            out.append(result)
            continue
        moved = root is not result and not root.same_as(result)
        if any(root.same_as(s) for s in seen) or (moved and root not in made):
            result = rewriter.emit("cast", [result], {"dtype": "float32"}, Site(Layer(""), 0.0, 0))
            root = result
        seen.append(root)
        out.append(result)
    return out


def _result(rewriter: Rewriter, expr: Any) -> Any:
    known = rewriter.resolve(expr)
    if _tvm.constant_value(known) is not None:
        return known
    kind = _tvm.tensor_type(expr)
    var = expr
    while isinstance(rewriter.definitions.get(var), relax.Var):
        var = rewriter.definitions[var]
    if _tvm.integer_op_name(rewriter.definitions.get(var)) is not None:
        return rewriter.value(var)
    if kind is not None and kind[1] in QUANTISED:
        return rewriter.value(expr)
    if is_moved(rewriter, var) and var in rewriter.definitions:
        _attempt(rewriter, var, rewriter.value)
        return rewriter.values[var]
    if var not in rewriter.layers:
        if var not in rewriter.values:
            raise UnsupportedError("an output of the model is made by no operator")
        return rewriter.values[var]  # a float input that is also an output

    def dequantise(result: Any) -> Any:
        site = rewriter.site(result, 0.0, 0)
        x: Operand = rewriter.operand(result, site)
        attrs = {"scale": x.scale, "zero_point": x.zero_point}
        return rewriter.emit("dequantize", [x.expr], attrs, site)

    _attempt(rewriter, var, dequantise)
    return rewriter.values[var]


assert operators.table(), "the operator table registers the integer operators with Relax"
