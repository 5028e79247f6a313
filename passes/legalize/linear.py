# SPDX-License-Identifier: Apache-2.0
"""Convolutions and matrix products with their bias: int32 accumulators, then requantisation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny.arithmetic import int16, pairs, quant
from tvm_tiny.arithmetic.element_types import Q8, QUANTISED, element_type
from tvm_tiny.passes.legalize.constants import Array, QuantisedConstant, op_name, result_shape
from tvm_tiny.passes.legalize.rewriter import Declined, Operand, Rewriter, Site

SYMMETRIC = "quantise activations symmetrically (ActivationSymmetric)"
_BIAS_SCALE_TOLERANCE = 1e-4  # relative; the converters round the product to float32


@dataclass(frozen=True, eq=False)
class _Linear:
    """Operands of a linear operator, the weights in the integer operator's layout.

    ``weights``: a constant, or an expression that is computed at run time.
    """

    x: Operand
    weights: Any
    scales: Array
    weight_zero_point: int
    channels: int


def split_bias(rewriter: Rewriter, expr: Any) -> tuple[Any, Any] | None:
    """``(linear call, bias expression or None)`` of ``[add](linear, bias)``, else None."""
    call = rewriter.resolve(expr)
    if op_name(call) in RULES:
        return call, None
    if op_name(call) != "relax.add":
        return None
    for linear, bias in (call.args, reversed(call.args)):
        inner = rewriter.resolve(linear)
        if op_name(inner) in RULES and rewriter.constant(bias) is not None:
            return inner, bias
    return None


def conv2d(rewriter: Rewriter, call: Any, bias: Any, site: Site) -> Any:
    """``conv2d``: groups of one channel are ``depthwise_conv2d``, everything else ``conv2d``."""
    attrs = call.attrs
    if str(attrs.data_layout) != "NHWC" or str(attrs.out_layout or "NHWC") != "NHWC":
        raise Declined(f"convolution in layout {attrs.data_layout}", "it must be NHWC")
    x = rewriter.operand(call.args[0], site)
    groups = int(attrs.groups)
    constant, scales = _weights(rewriter, call, _order(str(attrs.kernel_layout), "OHWI"), 0)
    weights = _symmetric(constant)
    channels = int(weights.shape[0])
    depthwise = groups > 1 and groups == x.shape[3] and weights.shape[3] == 1
    if depthwise:
        weights = np.transpose(weights[..., 0], (1, 2, 0))
    linear = _Linear(x, weights, scales, 0, channels)
    spatial: dict[str, Any] = {
        "strides": _ints(attrs.strides),
        "dilation": _ints(attrs.dilation),
        "padding": _pads(attrs.padding),
    }
    if not depthwise:
        spatial["groups"] = groups
    name = "depthwise_conv2d" if depthwise else "conv2d"
    return _emit(rewriter, name, linear, bias, spatial, site)


def conv2d_transpose(rewriter: Rewriter, call: Any, bias: Any, site: Site) -> Any:
    """``conv2d_transpose`` with weights IOHW: TVM means input and output channels."""
    attrs = call.attrs
    if str(attrs.data_layout) != "NHWC" or int(attrs.groups) != 1:
        raise Declined(f"transposed convolution, layout {attrs.data_layout}, groups {attrs.groups}")
    if _ints(attrs.dilation) != [1, 1]:
        raise Declined(f"transposed convolution with dilation {_ints(attrs.dilation)}")
    x = rewriter.operand(call.args[0], site)
    constant, scales = _weights(rewriter, call, _order(str(attrs.kernel_layout), "OHWI"), 0)
    linear = _Linear(x, _symmetric(constant), scales, 0, int(constant.data.shape[0]))
    top, left, bottom, right = _pads(attrs.padding)
    more_h, more_w = _ints(attrs.output_padding)
    shape = _tvm.tensor_type(call)
    if shape is None:
        raise Declined("result without a static shape", code="TT1101")
    spatial = {
        "strides": _ints(attrs.strides),
        "padding": [top, left, bottom - more_h, right - more_w],
        "output_size": list(shape[0][1:3]),
    }
    return _emit(rewriter, "transpose_conv2d", linear, bias, spatial, site)


def matmul(rewriter: Rewriter, call: Any, bias: Any, site: Site) -> Any:
    """``matmul(x, constant)``: ``fully_connected``; weights may have a zero point."""
    if rewriter.constant(call.args[1]) is None:
        return _of_activations(rewriter, call, bias, site)
    x = rewriter.operand(call.args[0], site)
    constant, scales = _weights(rewriter, call, (1, 0), 0)
    if constant.zero_point.size != 1:
        raise Declined("weights with a zero point a channel", "only one a tensor is supported")
    zero_point = int(constant.zero_point.reshape(()))
    channels = int(constant.data.shape[0])
    linear = _Linear(x, constant.data, scales, zero_point, channels)
    extra = {"weight_zero_point": zero_point}
    return _emit(rewriter, "fully_connected", linear, bias, extra, site)


def _of_activations(rewriter: Rewriter, call: Any, bias: Any, site: Site) -> Any:
    """``matmul(a, b)`` of two activations; int8 with a bias, or beside int16, is a layer's weights.

    Without a bias the integers of FULLY_CONNECTED and BATCH_MATMUL are the same.
    """
    a, b = (rewriter.operand(arg, site) for arg in call.args)
    if bias is None and a.dtype == b.dtype:
        return product(rewriter, call, a, b, site)
    if b.dtype != Q8.name or len(b.shape) != 2:
        what = f"weights {b.dtype}{list(b.shape)} computed at run time, beside {a.dtype}"
        raise Declined(what, "they are an int8 matrix, or there is no bias")
    attrs = {"axes": [1, 0]}
    weights = rewriter.emit("transpose", [b.expr], attrs, _beside(b, site.inner))
    scales = np.array([b.scale], np.float32)
    linear = _Linear(a, weights, scales, b.zero_point, b.shape[1])
    extra = {"weight_zero_point": b.zero_point}
    return _emit(rewriter, "fully_connected", linear, bias, extra, site)


def product(rewriter: Rewriter, call: Any, a: Operand, b: Operand, site: Site) -> Any:
    """``matmul(a, b)`` of two activations: rows of a one by one, b transposed (BATCH_MATMUL)."""
    shape = result_shape(call)
    if shape is None or len(a.shape) < 2 or len(b.shape) < 2:
        raise Declined(f"a product of {a.shape} and {b.shape}", "matrices are supported")
    if a.dtype == "int16" and any((a.zero_point, b.zero_point, site.zero_point)):
        raise Declined("a product of int16 values with a zero point", do=SYMMETRIC)
    if a.dtype != b.dtype or a.dtype != site.dtype:
        raise Declined(f"a product of {a.dtype} and {b.dtype} to {site.dtype}")
    batches, depth = math.prod(shape[:-2]), a.shape[-1]
    if math.prod(a.shape[:-2]) != batches or math.prod(b.shape[:-2]) not in (1, batches):
        raise Declined(f"batches of {a.shape} and {b.shape}", "operands are not repeated")
    within = site.inner
    rows = [1, batches * shape[-2], 1, depth]
    left = rewriter.emit("reshape", [a.expr], {"shape": rows}, _beside(a, within))
    rank = len(b.shape)
    order = [*range(rank - 2), rank - 1, rank - 2]
    right = rewriter.emit("transpose", [b.expr], {"axes": order}, _beside(b, within))
    matrices = [math.prod(b.shape[:-2]), b.shape[-1], depth]
    right = rewriter.emit("reshape", [right], {"shape": matrices}, _beside(b, within))
    first, second, result = ((o.scale, o.zero_point) for o in (a, b, site))
    attrs = pairs.matmul_params(first, second, result, a.dtype)
    attrs |= {"transposed": 1, "activation": site.activation}
    made = rewriter.emit("matmul", [left, right], attrs, site)
    beside = replace(within, scale=site.scale, zero_point=site.zero_point)
    return rewriter.emit("reshape", [made], {"shape": list(shape)}, beside)


def _beside(x: Operand, site: Site) -> Site:
    return replace(site, scale=x.scale, zero_point=x.zero_point).typed(x.dtype)


RULES = {
    "relax.nn.conv2d": conv2d,
    "relax.nn.conv2d_transpose": conv2d_transpose,
    "relax.matmul": matmul,
}


def _emit(
    rewriter: Rewriter, name: str, linear: _Linear, bias: Any, extra: dict[str, Any], site: Site
) -> Any:
    x = linear.x
    scales = x.scale, linear.scales, site.scale, linear.channels
    multiplier, shift = quant.conv_multipliers(*scales, legacy=rewriter.legacy)
    bias_values = _bias(rewriter, bias, linear)
    if rewriter.rounds_once and x.dtype == "int16" and _far(linear, bias_values) >= 1 << 31:
        bias_values = bias_values.astype(np.int64)
    if bias_values.dtype == np.int64:
        multiplier, shift = int16.reduced_multipliers(multiplier, shift)
        bias_values = _narrowed(bias_values)
    attrs = {
        **extra,
        "input_zero_point": x.zero_point,
        "output_zero_point": site.zero_point,
        "activation": site.activation,
    }
    known = isinstance(linear.weights, np.ndarray)
    weights = _tvm.constant(linear.weights) if known else linear.weights
    constants = map(_tvm.constant, (bias_values, multiplier, shift))
    return rewriter.emit(name, [x.expr, weights, *constants], attrs, site)


def _far(linear: _Linear, bias: Array) -> int:
    """No sum of products is larger; weights HWC of a depthwise convolution, else channels first."""
    if not isinstance(linear.weights, np.ndarray):
        return 1 << 31  # of what is computed at run time nothing is known
    weights = np.abs(linear.weights.astype(np.int64) - linear.weight_zero_point)
    first = weights.shape[0] == linear.channels
    rows = weights.reshape(linear.channels, -1) if first else weights.reshape(-1, linear.channels).T
    low, high = element_type("int16").limits
    most = max(linear.x.zero_point - low, high - linear.x.zero_point)
    return int(rows.sum(axis=1).max()) * most + int(np.abs(bias.astype(np.int64)).max(initial=0))


def _weights(
    rewriter: Rewriter, call: Any, order: Sequence[int], axis: int
) -> tuple[QuantisedConstant, Array]:
    """Constant int8 weights, their dimensions in ``order``; scales along ``axis`` of the result."""
    constant = rewriter.constant(call.args[1])
    if constant is None:
        raise Declined("weights are computed at run time", "TFLM needs constant weights here")
    if not isinstance(constant, QuantisedConstant) or constant.data.dtype.name not in QUANTISED:
        dtype = constant.data.dtype if isinstance(constant, QuantisedConstant) else constant.dtype
        raise Declined(
            f"weights are {dtype}",
            "int8 weights between dequantize and the operator are needed",
            "quantise the whole model to int8 (weights and activations)",
            code="TT1102" if dtype == np.float32 else "TT1103",
        )
    if constant.data.ndim != len(order):
        raise Declined(f"weights of {constant.data.ndim} dimensions, not {len(order)}")
    moved = constant.moved(lambda values: np.transpose(values, order))
    scales = moved.channel_scales(axis)
    if scales is None:
        raise Declined("weight scales vary inside an output channel")
    return moved, scales


def _symmetric(weights: QuantisedConstant) -> Array:
    """Weights without their zero points, in 16 bits where eight do not hold them."""
    if not np.any(weights.zero_point != 0):
        return weights.data
    wide = weights.data.astype(np.int64) - weights.zero_point
    narrow = Q8.contains(int(wide.min())) and Q8.contains(int(wide.max()))
    return wide.astype(Q8.numpy if narrow else np.int16)


def _order(layout: str, wanted: str) -> tuple[int, ...]:
    if sorted(layout) != sorted(wanted):
        raise Declined(f"weights in layout {layout}", f"it must have the dimensions {wanted}")
    return tuple(layout.index(letter) for letter in wanted)


def _bias(rewriter: Rewriter, expr: Any, linear: _Linear) -> Array:
    """Bias [O] on the accumulator's scale, of the accumulator's type in TFLM: int32 or int64.

    int16 activations have int64 sums unless the bias is int32.
    """
    wide = linear.x.dtype == "int16"
    if expr is None:
        return np.zeros(linear.channels, np.int64 if wide else np.int32)
    constant = rewriter.constant(expr)
    if constant is None:
        raise Declined("the bias is computed at run time")
    accumulator = np.float64(np.float32(linear.x.scale)) * linear.scales.astype(np.float64)
    size = constant.data.size if isinstance(constant, QuantisedConstant) else np.size(constant)
    if size not in (1, linear.channels):
        raise Declined(f"bias of {size} values for {linear.channels} channels")
    if isinstance(constant, QuantisedConstant):
        integers = constant.data.astype(np.int64) - constant.zero_point
        ratio = constant.scale.astype(np.float64).reshape(-1) / accumulator.reshape(-1)
        if np.all(np.abs(ratio - 1.0) <= _BIAS_SCALE_TOLERANCE):
            if wide and constant.data.dtype == np.int64:
                return np.ascontiguousarray(np.broadcast_to(integers.reshape(-1), linear.channels))
            return _int32(integers.reshape(-1), linear.channels)
        real = constant.real().reshape(-1)
    else:
        real = np.asarray(constant, np.float64).reshape(-1)
    return _int32(np.rint(real / accumulator), linear.channels)


def _narrowed(bias: Array) -> Array:
    """A bias of 64 bits in 32 where its values fit; refuses what TFLM's rescaling cannot take."""
    if np.abs(bias).max(initial=0) >= 1 << 47:
        raise Declined("a bias of more than 47 bits", "its product with the multiplier has 64")
    kind = element_type("int32")
    fits = kind.contains(int(bias.min())) and kind.contains(int(bias.max()))
    return bias.astype(np.int32) if fits else bias


def _int32(values: Array, channels: int) -> Array:
    limit = math.pow(2, 31)
    if not np.all(np.isfinite(values)) or np.any(np.abs(values) >= limit):
        raise Declined("the bias does not fit int32 on the scale input * weight")
    return np.ascontiguousarray(np.broadcast_to(values, (channels,))).astype(np.int32)


def _ints(values: Any) -> list[int]:
    return [int(v) for v in values]


def _pads(values: Any) -> list[int]:
    pads = _ints(values)
    return pads * 2 if len(pads) == 2 else pads
