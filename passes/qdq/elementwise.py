# SPDX-License-Identifier: Apache-2.0
"""Operators of two tensors, pooling, reductions, softmax: one Relax operator, one integer one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tvm_tiny import _tvm, quant
from tvm_tiny.passes.qdq.constants import op_name, result_shape
from tvm_tiny.passes.qdq.movement import pool_attributes, resize_attributes
from tvm_tiny.passes.qdq.rewriter import Declined, Operand, Rewriter, Site

Rule = Callable[[Rewriter, Any, Site], Any]
_SOFTMAX_RESULT = (1 / 256, -128)


def _binary(name: str, params: Callable[..., quant.Attrs]) -> Rule:
    """``add``, ``sub``, ``mul``: operands on their own scales."""

    def rule(rewriter: Rewriter, call: Any, site: Site) -> Any:
        a, b = (rewriter.operand(arg, site) for arg in call.args)
        attrs = params(a.scale, a.zero_point, b.scale, b.zero_point, site.scale, site.zero_point)
        attrs["activation"] = site.activation
        return rewriter.emit(name, [a.expr, b.expr], attrs, site)

    return rule


def _add(rewriter: Rewriter, call: Any, site: Site) -> Any:
    if _is_prelu(rewriter, call):
        return _prelu_sum(rewriter, call, site)
    return _ADD(rewriter, call, site)


_ADD = _binary("add", quant.add_params)


def _extremum(name: str) -> Rule:
    """``maximum``, ``minimum``: TFLM compares integers, so all three scales become one."""

    def rule(rewriter: Rewriter, call: Any, site: Site) -> Any:
        operands = [rewriter.operand(arg, site) for arg in call.args]
        exprs = [rewriter.requantised(o, site.scale, site.zero_point, site) for o in operands]
        return rewriter.emit(name, exprs, {}, site)

    return rule


def _avg_pool2d(rewriter: Rewriter, call: Any, site: Site) -> Any:
    x = rewriter.operand(call.args[0], site)
    attrs = pool_attributes(call)
    if (np.float32(x.scale), x.zero_point) == (np.float32(site.scale), site.zero_point):
        return rewriter.emit("avg_pool2d", [x.expr], {**attrs, "activation": site.activation}, site)
    # TFLM averages int8 values as they are; another scale is one more step.
    pooled = rewriter.emit("avg_pool2d", [x.expr], {**attrs, "activation": [-128, 127]}, site.inner)
    return _rescaled(rewriter, Operand(pooled, x.scale, x.zero_point), site)


def _rescaled(rewriter: Rewriter, x: Operand, site: Site) -> Any:
    table = quant.requantize_lut(x.scale, x.zero_point, site.scale, site.zero_point)
    table = np.clip(table, site.low, site.high).astype(np.int8)
    return rewriter.emit("lut", [x.expr, _tvm.constant(table)], {}, site)


def _reduce(name: str) -> Rule:
    """``mean``, ``sum`` over ``axes``."""

    def rule(rewriter: Rewriter, call: Any, site: Site) -> Any:
        x = rewriter.operand(call.args[0], site)
        rank = len(x.shape)
        given = call.attrs.axis
        axes = range(rank) if given is None else sorted({int(a) % rank for a in given})
        source = (x.scale, x.zero_point, site.scale, site.zero_point)
        if name == "mean":
            attrs = quant.mean_params(*source, math.prod(x.shape[a] for a in axes))
        else:
            attrs = quant.sum_params(*source)
        attrs |= {"axes": list(axes), "keep_dims": int(bool(call.attrs.keepdims))}
        return rewriter.emit(name, [x.expr], attrs, site)

    return rule


def _softmax(rewriter: Rewriter, call: Any, site: Site) -> Any:
    beta, expr = 1.0, call.args[0]
    inner = rewriter.resolve(expr)
    if op_name(inner) == "relax.multiply":
        for value, factor in (inner.args, reversed(inner.args)):
            known = rewriter.constant(factor)
            if isinstance(known, np.ndarray) and known.size == 1:
                beta, expr = float(known.reshape(())), value
                break
    x = rewriter.operand(expr, site)
    if int(call.attrs.axis) % len(x.shape) != len(x.shape) - 1:
        raise Declined(f"softmax over dimension {call.attrs.axis}", "it must be the last one")
    attrs = quant.softmax_params(beta, x.scale)
    if (site.scale, site.zero_point) == _SOFTMAX_RESULT:
        return rewriter.emit("softmax", [x.expr], attrs, site)
    inner_site = Site(site.inner.layer, *_SOFTMAX_RESULT)
    out = rewriter.emit("softmax", [x.expr], attrs, inner_site)
    return _rescaled(rewriter, Operand(out, *_SOFTMAX_RESULT), site)


def _resize(rewriter: Rewriter, call: Any, site: Site) -> Any:
    if str(call.attrs.method) != "linear":
        raise Declined(f"resize by '{call.attrs.method}'", "nearest and linear are supported")
    x = rewriter.operand(call.args[0], site)
    attrs = resize_attributes(call)
    if (np.float32(x.scale), x.zero_point) == (np.float32(site.scale), site.zero_point):
        return rewriter.emit("resize_bilinear", [x.expr], attrs, site)
    out = rewriter.emit("resize_bilinear", [x.expr], attrs, site.inner)
    return _rescaled(rewriter, Operand(out, x.scale, x.zero_point), site)


def _prelu(rewriter: Rewriter, call: Any, site: Site) -> Any:
    """``nn.prelu``: alpha is a vector along ``axis``."""
    x = rewriter.operand(call.args[0], site)
    alpha = rewriter.operand(call.args[1], site)
    axis = int(call.attrs.axis) % len(x.shape)
    shape = [1] * len(x.shape)
    shape[axis] = math.prod(alpha.shape)
    value = _tvm.constant_value(alpha.expr)
    if value is None:
        raise Declined("PRELU with an alpha computed at run time")
    return _emit_prelu(rewriter, x, alpha, value.reshape(shape), site)


def _is_prelu(rewriter: Rewriter, call: Any) -> bool:
    """``max(x, 0) + alpha * min(x, 0)``, as our TFLite front end writes PRELU."""
    head, tail = (rewriter.resolve(a) for a in call.args)
    return (
        op_name(head) == "relax.maximum"
        and op_name(tail) == "relax.multiply"
        and op_name(rewriter.resolve(tail.args[1])) == "relax.minimum"
    )


def _prelu_sum(rewriter: Rewriter, call: Any, site: Site) -> Any:
    head, tail = (rewriter.resolve(a) for a in call.args)
    x = rewriter.operand(head.args[0], site)
    alpha = rewriter.operand(tail.args[0], site)
    return _emit_prelu(rewriter, x, alpha, _tvm.constant_value(alpha.expr), site)


def _emit_prelu(rewriter: Rewriter, x: Operand, alpha: Operand, data: Any, site: Site) -> Any:
    attrs = quant.prelu_params(
        x.scale, x.zero_point, alpha.scale, alpha.zero_point, site.scale, site.zero_point
    )
    slope = alpha.expr if data is None else _tvm.constant(data)
    return rewriter.emit("prelu", [x.expr, slope], attrs, site)


def static_shape(expr: Any) -> tuple[int, ...]:
    """Shape of an expression.

    Raises:
        Declined: TT1101 when it is not static.
    """
    shape = result_shape(expr)
    if shape is None:
        raise Declined("dynamic shape", code="TT1101")
    return tuple(shape)


WITH_ACTIVATION = frozenset(
    {"relax.add", "relax.subtract", "relax.multiply", "relax.nn.avg_pool2d"}
)
"""Operators whose integer form has ``activation`` limits."""

RULES: dict[str, Rule] = {
    "relax.add": _add,
    "relax.subtract": _binary("sub", quant.sub_params),
    "relax.multiply": _binary("mul", quant.mul_params),
    "relax.maximum": _extremum("maximum"),
    "relax.minimum": _extremum("minimum"),
    "relax.nn.avg_pool2d": _avg_pool2d,
    "relax.mean": _reduce("mean"),
    "relax.sum": _reduce("sum"),
    "relax.nn.softmax": _softmax,
    "relax.image.resize2d": _resize,
    "relax.nn.prelu": _prelu,
}
