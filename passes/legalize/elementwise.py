# SPDX-License-Identifier: Apache-2.0
"""Operators of two tensors, pooling, reductions, softmax: one Relax operator, one integer one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.arithmetic import int16, pairs, quant
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.layer_norm import layer_norm_params
from tvm_tiny.passes.legalize.constants import Array, QuantisedConstant, op_name
from tvm_tiny.passes.legalize.linear import SYMMETRIC
from tvm_tiny.passes.legalize.movement import pool_attributes, resize_attributes
from tvm_tiny.passes.legalize.rewriter import Declined, Operand, Rewriter, Site

Rule = Callable[[Rewriter, Any, Site], Any]


def _binary(name: str, params: Callable[..., quant.Attrs]) -> Rule:
    """``add``, ``sub``, ``mul``: operands on their own scales."""

    def rule(rewriter: Rewriter, call: Any, site: Site) -> Any:
        a, b = (rewriter.operand(arg, site) for arg in call.args)
        scales = a.scale, a.zero_point, b.scale, b.zero_point, site.scale, site.zero_point
        if name == "mul" and site.dtype == "int16" and any(scales[1::2]):
            raise Declined("a product of int16 values with a zero point", do=SYMMETRIC)
        attrs = params(*scales, dtype=site.dtype)
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


def _div(rewriter: Rewriter, call: Any, site: Site) -> Any:
    """A quotient of two activations, as TFLM's DIV."""
    a, b = (rewriter.operand(arg, site) for arg in call.args)
    if {a.dtype, b.dtype, site.dtype} != {Q8.name}:
        raise Declined(f"a quotient of {a.dtype} and {b.dtype}", "int8 is supported")
    first, second, result = ((o.scale, o.zero_point) for o in (a, b, site))
    attrs = {**pairs.div_params(first, second, result), "activation": site.activation}
    return rewriter.emit("div", [a.expr, b.expr], attrs, site)


def _avg_pool2d(rewriter: Rewriter, call: Any, site: Site) -> Any:
    x = rewriter.operand(call.args[0], site)
    attrs = pool_attributes(call)
    if (np.float32(x.scale), x.zero_point) == (np.float32(site.scale), site.zero_point):
        return rewriter.emit("avg_pool2d", [x.expr], {**attrs, "activation": site.activation}, site)
    if rewriter.rounds_once and x.dtype == Q8.name and not any(attrs["padding"]):
        return _average_of_ones(rewriter, x, attrs, site)
    # TFLM averages integers as they are; another scale is one more step.
    whole = site.inner.activation
    pooled = rewriter.emit("avg_pool2d", [x.expr], {**attrs, "activation": whole}, site.inner)
    return rewriter.rescaled(Operand(pooled, x.scale, x.zero_point), site)


def _average_of_ones(rewriter: Rewriter, x: Operand, pool: dict[str, Any], site: Site) -> Any:
    """An average on another scale, rounded once: a depthwise convolution with ones."""
    height, width = pool["kernel"]
    channels = x.shape[3]
    scales = np.array([1 / (height * width)], np.float32)
    multiplier, shift = quant.conv_multipliers(x.scale, scales, site.scale, channels)
    constants = (
        np.ones((height, width, channels), Q8.numpy), np.zeros(channels, np.int32),
        multiplier, shift,
    )  # fmt: skip
    attrs = {
        "strides": pool["strides"],
        "dilation": [1, 1],
        "padding": [0] * 4,
        "input_zero_point": x.zero_point,
        "output_zero_point": site.zero_point,
        "activation": site.activation,
    }
    return rewriter.emit("depthwise_conv2d", [x.expr, *map(_tvm.constant, constants)], attrs, site)


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
    if x.dtype == "int16":
        name, made = "softmax16", (int16.RESULT_SCALE, 0)
        attrs = int16.softmax16_params(beta, x.scale)
        operands = [x.expr, *map(_tvm.constant, (int16.exponentials(), int16.inverses()))]
    else:
        name, made, attrs = "softmax", quant.UNIT, quant.softmax_params(beta, x.scale)
        operands = [x.expr]
    if (site.scale, site.zero_point) == made:
        return rewriter.emit(name, operands, attrs, site)
    inner_site = Site(site.inner.layer, *made).typed(x.dtype)
    out = rewriter.emit(name, operands, attrs, inner_site)
    return rewriter.rescaled(Operand(out, *made), site)


def _norm(centred: int) -> Rule:
    """Layer or RMS normalisation over the last dimensions, by known factors and offsets."""

    def rule(rewriter: Rewriter, call: Any, site: Site) -> Any:
        x, rank = rewriter.operand(call.args[0], site), len(_shape(call))
        axes = sorted(int(a) % rank for a in call.attrs.axes)
        if axes != list(range(rank - len(axes), rank)):
            raise Declined(f"a normalisation over dimensions {axes}", "they must be the last ones")
        if {x.dtype, site.dtype} != {Q8.name}:
            raise Declined(f"a normalisation of {x.dtype} to {site.dtype}", "int8 is supported")
        depth = math.prod(x.shape[a] for a in axes)
        gamma = _real(rewriter, call.args[1], depth)
        beta = _real(rewriter, call.args[2], depth) if centred else np.zeros(depth)
        epsilon = float(call.attrs.epsilon)
        factors, offsets, attrs = layer_norm_params(x.scale, epsilon, gamma, beta, site.scale)
        attrs |= {"zero_point": x.zero_point, "centred": centred}
        attrs["output_zero_point"] = site.zero_point
        flat = [*x.shape[: rank - len(axes)], depth]
        operands = [x.expr, _tvm.constant(factors), _tvm.constant(offsets)]
        if len(axes) == 1:
            return rewriter.emit("layer_norm", operands, attrs, site)
        beside = Site(site.inner.layer, x.scale, x.zero_point)
        operands[0] = rewriter.emit("reshape", [x.expr], {"shape": flat}, beside)
        made = rewriter.emit("layer_norm", operands, attrs, site.inner)
        return rewriter.emit("reshape", [made], {"shape": list(x.shape)}, site)

    return rule


def _shape(call: Any) -> tuple[int, ...]:
    kind = _tvm.tensor_type(call)
    if kind is None:
        raise Declined("result without a static shape", code="TT1101")
    return kind[0]


def _real(rewriter: Rewriter, expr: Any, depth: int) -> Array:
    """A known vector as real numbers."""
    known = rewriter.constant(expr)
    if known is None:
        raise Declined("factors are computed at run time", "they must be constants")
    values = known.real() if isinstance(known, QuantisedConstant) else np.asarray(known, np.float64)
    if values.size != depth:
        raise Declined(f"{values.size} factors for {depth} values")
    return values.reshape(-1)


def _resize(rewriter: Rewriter, call: Any, site: Site) -> Any:
    if str(call.attrs.method) != "linear":
        raise Declined(f"resize by '{call.attrs.method}'", "nearest and linear are supported")
    x = rewriter.operand(call.args[0], site)
    attrs = resize_attributes(call)
    if (np.float32(x.scale), x.zero_point) == (np.float32(site.scale), site.zero_point):
        return rewriter.emit("resize_bilinear", [x.expr], attrs, site)
    out = rewriter.emit("resize_bilinear", [x.expr], attrs, site.inner)
    return rewriter.rescaled(Operand(out, x.scale, x.zero_point), site)


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


WITH_ACTIVATION = frozenset(
    {"relax.add", "relax.subtract", "relax.multiply", "relax.divide", "relax.nn.avg_pool2d"}
)
"""Operators whose integer form has ``activation`` limits."""

RULES: dict[str, Rule] = {
    "relax.add": _add,
    "relax.subtract": _binary("sub", quant.sub_params),
    "relax.multiply": _binary("mul", quant.mul_params),
    "relax.divide": _div,
    "relax.maximum": _extremum("maximum"),
    "relax.minimum": _extremum("minimum"),
    "relax.nn.avg_pool2d": _avg_pool2d,
    "relax.mean": _reduce("mean"),
    "relax.sum": _reduce("sum"),
    "relax.nn.softmax": _softmax,
    "relax.nn.layer_norm": _norm(1),
    "relax.nn.rms_norm": _norm(0),
    "relax.image.resize2d": _resize,
    "relax.nn.prelu": _prelu,
}
