# SPDX-License-Identifier: Apache-2.0
"""Functions of one int8 value: 256 results in a table.

The operators that TFLM has are recognised by their form and computed with TFLM's integer
arithmetic, where the result's quantisation is the one TFLM's kernel makes. Any other float
expression of one dequantised tensor and scalar constants (ONNX models have many: HardSigmoid,
Elu, Abs, Mul by a scalar, ...) is computed in float32, as onnxruntime does, for each of the 256
inputs and rounded as ``quantize`` does (to nearest, ties to even).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny import _tvm
from tvm_tiny.arithmetic import int16, quant
from tvm_tiny.arithmetic.element_types import Q8, element_type
from tvm_tiny.arithmetic.fixed_point import quantised
from tvm_tiny.arithmetic.recurrent import sigmoid_table
from tvm_tiny.passes.legalize.constants import QuantisedConstant, op_name
from tvm_tiny.passes.legalize.linear import SYMMETRIC
from tvm_tiny.passes.legalize.rewriter import Declined, Operand, Rewriter, Site

Floats = npt.NDArray[np.float32]
Table = npt.NDArray[np.int8]
_Leaf = Any


def _sigmoid(x: Floats) -> Floats:
    return np.float32(1.0) / (np.float32(1.0) + np.exp(-x))


def _erf(x: Floats) -> Floats:
    return np.array([math.erf(v) for v in x], np.float32)


FUNCTIONS: dict[str, Callable[..., Floats]] = {
    "relax.nn.relu": lambda x: np.maximum(x, 0.0),
    "relax.nn.relu6": lambda x: np.clip(x, 0.0, 6.0),
    "relax.sigmoid": _sigmoid,
    "relax.tanh": np.tanh,
    "relax.nn.silu": lambda x: x * _sigmoid(x),
    "relax.nn.softplus": lambda x: np.logaddexp(x, 0.0),
    "relax.exp": np.exp,
    "relax.abs": np.abs,
    "relax.negative": np.negative,
    "relax.sqrt": np.sqrt,
    "relax.rsqrt": lambda x: 1.0 / np.sqrt(x),
    "relax.log": np.log,
    "relax.sin": np.sin,
    "relax.cos": np.cos,
    "relax.square": np.square,
    "relax.floor": np.floor,
    "relax.ceil": np.ceil,
    "relax.round": np.rint,
    "relax.sign": np.sign,
    "relax.erf": _erf,
    "relax.add": np.add,
    "relax.subtract": np.subtract,
    "relax.multiply": np.multiply,
    "relax.divide": np.divide,
    "relax.maximum": np.maximum,
    "relax.minimum": np.minimum,
    "relax.power": np.power,
}


def find_leaf(rewriter: Rewriter, expr: Any) -> _Leaf | None:
    """The one tensor (or quantised constant) that an elementwise expression depends on, or None."""
    leaves: list[Any] = []
    stack = [expr]
    steps = 0
    while stack:
        current = stack.pop()
        steps += 1
        if steps > 1000 or len(leaves) > 1:
            return None
        known = rewriter.constant(current)
        if known is not None and _scalar(rewriter, current) is None:
            if not isinstance(known, QuantisedConstant):
                return None
            if not any(_equal(known, rewriter.constant(leaf)) for leaf in leaves):
                leaves.append(current)
            continue
        if known is not None:
            continue
        children = _children(rewriter.resolve(current))
        if children is None:
            key = current if isinstance(current, _tvm.relax.Var) else None
            if key is None or all(not _same(rewriter, key, known) for known in leaves):
                leaves.append(current)
        else:
            stack.extend(children)
    return leaves[0] if len(leaves) == 1 else None


def is_pair(rewriter: Rewriter, expr: Any) -> bool:
    """``x + x``, ``x - x``, ``x * x``: TFLM's binary kernels round them otherwise than a table."""
    call = rewriter.resolve(expr)
    if op_name(call) not in ("relax.add", "relax.subtract", "relax.multiply"):
        return False
    return all(
        _scalar(rewriter, arg) is None and _children(rewriter.resolve(arg)) is None
        for arg in call.args
    )


def _equal(a: QuantisedConstant, b: Any) -> bool:
    """Two constants have the same integers and scales."""
    return isinstance(b, QuantisedConstant) and all(
        np.array_equal(x, y)
        for x, y in ((a.data, b.data), (a.scale, b.scale), (a.zero_point, b.zero_point))
    )


def _same(rewriter: Rewriter, a: Any, b: Any) -> bool:
    """Two leaves are one tensor: the same variable, or dequantised alike from the same one."""
    if not isinstance(b, _tvm.relax.Var):
        return False
    if a.same_as(b):
        return True
    x, y = rewriter.resolve(a), rewriter.resolve(b)
    if op_name(x) != "relax.dequantize" or op_name(y) != "relax.dequantize":
        return False
    return bool(x.args[0].same_as(y.args[0])) and rewriter.params_of(x) == rewriter.params_of(y)


def _children(call: Any) -> list[Any] | None:
    """Operands of an elementwise call, None for anything else."""
    name = op_name(call)
    if name in FUNCTIONS:
        return list(call.args)
    if name in ("relax.clip", "relax.nn.leakyrelu"):
        return [call.args[0]]
    return None


def _scalar(rewriter: Rewriter, expr: Any) -> float | None:
    """The number that a float constant holds throughout."""
    value = rewriter.constant(expr)
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or value.size == 0:
        return None
    first = value.reshape(-1)[0]
    return float(first) if bool(np.all(value == first)) else None


def lut(rewriter: Rewriter, expr: Any, leaf: _Leaf, site: Site) -> Any:
    """Emit the ``lut`` of ``quantize(expr)``."""
    operand = rewriter.operand(leaf, site)
    if operand.dtype != Q8.name or site.dtype != Q8.name:
        return _computed(rewriter, expr, operand, site)
    table = _known(rewriter, expr, operand, site)
    if table is None:
        table = _rounded(rewriter, expr, operand, site)
    table = np.clip(table, site.low, site.high).astype(Q8.numpy)
    return rewriter.emit("lut", [operand.expr, _tvm.constant(table)], {}, site)


def _computed(rewriter: Rewriter, expr: Any, x: Operand, site: Site) -> Any:
    """A function of more values than a table has room for, by TFLM's kernel of it."""
    call = rewriter.resolve(expr)
    name = op_name(call)
    source, target = (x.scale, x.zero_point), (site.scale, site.zero_point)
    simple = _children(rewriter.resolve(call.args[0])) is None
    if name == "relax.nn.relu" and simple:
        return rewriter.rescaled(x, replace(site, low=max(site.low, site.zero_point)))
    if name == "relax.clip" and simple:
        low, high = (limit(real, site) for real in clip_limits(call))
        return rewriter.rescaled(
            x, replace(site, low=max(site.low, low), high=min(site.high, high))
        )
    if name == "relax.abs" and simple:
        attrs = quant.rescale_params(*source, *target) | {"activation": site.activation}
        return rewriter.emit("abs", [x.expr], attrs, site)
    if name == "relax.nn.leakyrelu" and simple and site.unlimited:
        attrs = quant.leaky_relu_params(float(call.attrs.alpha), *source, *target)
        return rewriter.emit("leaky_relu", [x.expr], attrs, site)
    operator = {"relax.sigmoid": "logistic16", "relax.tanh": "tanh16"}.get(name)
    made = (int16.RESULT_SCALE, 0)
    if operator is None or not simple or x.zero_point != 0:
        what = name.removeprefix("relax.").removeprefix("nn.")
        why = "TFLM has ABS, RELU, LEAKY_RELU, LOGISTIC, TANH of int16, to 2^-15 the last two"
        do = SYMMETRIC if x.zero_point else ""
        raise Declined(f"'{what}' of {x.dtype} values to {site.dtype}", why, do)
    attrs = int16.sigmoid_params(operator, x.scale)
    operands = [x.expr, _tvm.constant(sigmoid_table())]
    if target != made:
        inner = replace(site.inner, scale=made[0], zero_point=made[1])
        out = rewriter.emit(operator, operands, attrs, inner)
        return rewriter.rescaled(Operand(out, *made), site)
    out = rewriter.emit(operator, operands, attrs, site.typed(site.dtype))
    return out if site.unlimited else rewriter.clamped(out, site)


def _known(rewriter: Rewriter, expr: Any, x: Operand, site: Site) -> Table | None:
    """TFLM's own table of an operator that TFLM has."""
    call = rewriter.resolve(expr)
    name = op_name(call)
    source = (x.scale, x.zero_point)
    target = (site.scale, site.zero_point)
    if _children(call) is None:
        return quant.requantize_lut(*source, *target)
    if _is_hard_swish(rewriter, call):
        return quant.hard_swish_lut(*source, *target)
    if _children(rewriter.resolve(call.args[0])) is not None:
        return None
    if name == "relax.abs":
        return quant.abs_lut(*source, *target)
    if name == "relax.nn.relu":
        return quant.relu_lut(*source, *target)
    if name == "relax.nn.leakyrelu":
        return quant.leaky_relu_lut(float(call.attrs.alpha), *source, *target)
    if name == "relax.sigmoid" and target == quant.UNIT:
        return quant.logistic_lut(*source)
    if name == "relax.tanh" and target == quant.SIGNED_UNIT:
        return quant.tanh_lut(*source)
    return None


def _is_hard_swish(rewriter: Rewriter, call: Any) -> bool:
    """``x * clip(x + 3, 0, 6) / 6`` in any of the forms of TVM's front ends."""
    names: set[str] = set()
    stack = [call]
    while stack:
        current = rewriter.resolve(stack.pop())
        children = _children(current)
        if children is not None:
            names.add(op_name(current))
            stack.extend(children)
    if not {"relax.multiply", "relax.clip", "relax.add"} <= names:
        return False
    if not names <= {"relax.multiply", "relax.clip", "relax.add", "relax.divide"}:
        return False
    places = np.linspace(-8.0, 8.0, 1601, dtype=np.float32)
    wanted = places * np.clip(places + 3.0, 0.0, 6.0) / 6.0
    found = _evaluate(rewriter, call, places)
    return bool(np.allclose(found, wanted, rtol=0.0, atol=1e-5))


def _rounded(rewriter: Rewriter, expr: Any, x: Operand, site: Site) -> Table:
    """Float32 evaluation at the 256 inputs, rounded half to even."""
    inputs = Q8.values.astype(np.float32) - np.float32(x.zero_point)
    with np.errstate(all="ignore"):
        values = _evaluate(rewriter, expr, inputs * np.float32(x.scale))
        values = np.nan_to_num(values, nan=0.0, posinf=np.inf, neginf=-np.inf)
        steps = values / np.float32(site.scale)
    rounded = np.rint(steps.astype(np.float64)) + site.zero_point
    return Q8.clip(rounded)


def _evaluate(rewriter: Rewriter, expr: Any, places: Floats) -> Floats:
    scalar = _scalar(rewriter, expr) if rewriter.constant(expr) is not None else None
    if scalar is not None:
        return np.full_like(places, scalar)
    call = rewriter.resolve(expr)
    children = _children(call)
    if children is None:
        return places
    values = [_evaluate(rewriter, child, places) for child in children]
    name = op_name(call)
    if name == "relax.clip":
        low, high = clip_limits(call)
        return np.clip(values[0], np.float32(low), np.float32(high))
    if name == "relax.nn.leakyrelu":
        return np.where(values[0] < 0, values[0] * np.float32(call.attrs.alpha), values[0])
    return FUNCTIONS[name](*values)


def limit(real: float, site: Site) -> int:
    """A real limit as an integer, of the right side of the type where it is far out or infinite."""
    far = 4.0 * element_type(site.dtype).levels * site.scale
    low, high = element_type(site.dtype).limits
    step = quantised(min(max(real, -far), far), np.float32(site.scale), site.zero_point)
    return min(max(step, low), high)


def clip_limits(call: Any) -> tuple[float, float]:
    """Limits of a Relax clip."""
    return _number(call.args[1]), _number(call.args[2])


def _number(expr: Any) -> float:
    value = getattr(expr, "value", expr)
    if hasattr(value, "numpy"):
        value = value.numpy()
    try:
        return float(getattr(value, "value", value))
    except TypeError as error:
        raise Declined("clip limits are computed at run time") from error
