# SPDX-License-Identifier: Apache-2.0
"""How each Relax operator takes and gives layouts (see ``layout_nhwc``).

A rule gets the call, the values of its operands and the name of its variable; it answers the value
of the result, or None when the operator has to see its operands in logical order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tvm_tiny._tvm import constant, constant_value, relax, to_python
from tvm_tiny.passes.layout.rewriter import LayoutRewriter
from tvm_tiny.passes.layout.values import UNIT, Dequantised, Layout, Value, identity

Rule = Callable[[LayoutRewriter, Any, list[Any], str], Any]
RULES: dict[str, Rule] = {}


def _rule(*names: str) -> Callable[[Rule], Rule]:
    def add(function: Rule) -> Rule:
        for name in names:
            RULES[f"relax.{name}"] = function
        return function

    return add


def _ints(value: Any) -> list[int]:
    return [int(v) for v in to_python(value)]


def _out_shape(call: Any) -> tuple[int, ...]:
    return tuple(int(d) for d in call.ty.shape)


def _letters(layout: Any, want: str) -> Layout:
    """Layout that puts dimensions called as in ``layout`` into the order ``want``."""
    have = str(layout)
    return tuple(have.index(c) if c in have else UNIT for c in want)


def _two(values: Sequence[int], first: int) -> list[int]:
    """Attributes of a 1-D operator as those of a 2-D one of height 1."""
    return [first, *values] if len(values) == 1 else list(values)


def _four(padding: Sequence[int]) -> list[int]:
    return [0, padding[0], 0, padding[1]] if len(padding) == 2 else list(padding)


@_rule("nn.conv2d", "nn.conv1d")
def _conv(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value:
    attrs, (x, weight) = call.attrs, operands
    layout = _letters(attrs.data_layout, "NHWC")
    groups, channels = int(attrs.groups), x.shape[str(attrs.data_layout).index("C")]
    one_each = (
        groups == channels > 1 and weight.shape[str(attrs.kernel_layout).index("O")] == groups
    )
    kernel_layout = "HWOI" if one_each else "HWIO"
    made = relax.op.nn.conv2d(
        rewriter.builder.physical(x, layout),
        rewriter.builder.physical(weight, _letters(attrs.kernel_layout, kernel_layout)),
        strides=_two(_ints(attrs.strides), 1),
        padding=_four(_ints(attrs.padding)),
        dilation=_two(_ints(attrs.dilation), 1),
        groups=groups,
        data_layout="NHWC",
        kernel_layout=kernel_layout,
    )
    return rewriter.made(made, _out_shape(call), _letters(attrs.out_layout, "NHWC"), name)


@_rule("nn.conv2d_transpose", "nn.conv1d_transpose")
def _conv_transpose(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value:
    attrs, (x, weight) = call.attrs, operands
    made = relax.op.nn.conv2d_transpose(
        rewriter.builder.physical(x, _letters(attrs.data_layout, "NHWC")),
        rewriter.builder.physical(weight, _letters(attrs.kernel_layout, "IOHW")),
        strides=_two(_ints(attrs.strides), 1),
        padding=_four(_ints(attrs.padding)),
        output_padding=_two(_ints(attrs.output_padding), 0),
        dilation=_two(_ints(attrs.dilation), 1),
        groups=int(attrs.groups),
        data_layout="NHWC",
        kernel_layout="IOHW",
    )
    return rewriter.made(made, _out_shape(call), _letters(attrs.out_layout, "NHWC"), name)


@_rule("nn.max_pool2d", "nn.avg_pool2d", "nn.max_pool1d", "nn.avg_pool1d")
def _pool(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value:
    attrs = call.attrs
    layout = _letters(attrs.layout, "NHWC")
    average = "avg" in str(call.op.name)
    pool = relax.op.nn.avg_pool2d if average else relax.op.nn.max_pool2d
    made = pool(
        rewriter.builder.physical(operands[0], layout),
        _two(_ints(attrs.pool_size), 1),
        _two(_ints(attrs.strides), 1),
        _four(_ints(attrs.padding)),
        _two(_ints(attrs.dilation), 1),
        bool(attrs.ceil_mode),
        bool(attrs.count_include_pad),
        "NHWC",
    )
    return rewriter.made(made, _out_shape(call), _letters(attrs.out_layout, "NHWC"), name)


@_rule("image.resize2d")
def _resize(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value:
    attrs = call.attrs
    layout = _letters(attrs.layout, "NHWC")
    made = relax.op.image.resize2d(
        rewriter.builder.physical(operands[0], layout),
        call.args[1],
        roi=[float(v) for v in to_python(attrs.roi)],
        layout="NHWC",
        method=str(attrs.method),
        coordinate_transformation_mode=str(attrs.coordinate_transformation_mode),
        rounding_method=str(attrs.rounding_method),
    )
    return rewriter.made(made, _out_shape(call), layout, name)


@_rule("quantize")
def _quantize(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value:
    x, scale, zero_point = operands
    axis = int(call.attrs.axis) % max(len(x.shape), 1)
    axis = x.layout.index(axis) if axis in x.layout else 0
    made = relax.op.quantize(
        rewriter.builder.as_it_lies(x),
        rewriter.builder.physical(scale),
        rewriter.builder.physical(zero_point),
        axis=axis,
        out_dtype=str(call.ty.dtype.dtype),
    )
    return _like(rewriter, x, made, name)


def _like(rewriter: LayoutRewriter, x: Value, made: Any, name: str) -> Value:
    expr = rewriter.builder.emit(made, name)
    return Value(x.shape, x.layout, expr, flat=x.flat, name=name)


@_rule(
    "nn.relu", "nn.relu6", "nn.leakyrelu", "sigmoid", "tanh", "clip", "astype", "abs", "negative",
    "exp", "sqrt", "rsqrt", "nn.silu", "nn.gelu", "erf", "round", "floor", "ceil", "square",
    "sign", "nn.softplus", "sin", "cos", "log",
)  # fmt: skip
def _unary(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value:
    x = operands[0]
    args = [rewriter.builder.as_it_lies(x), *call.args[1:]]
    return _like(rewriter, x, relax.Call(call.op, args, call.attrs, list(call.ty_args)), name)


@_rule("add", "subtract", "multiply", "divide", "maximum", "minimum", "power")
def _binary(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    flat = [v for v in operands if v.flat is not None]
    if flat:
        return _binary_flat(rewriter, call, operands, name)
    shape = _out_shape(call)
    leaders = [v for v in operands if len(v.shape) == len(shape) and not v.is_constant]
    if not leaders:
        return None
    # The largest operand decides; among equals, one whose bytes are not in logical order.
    leader = max(leaders, key=lambda v: (math.prod(v.shape), v.moved))
    layout = leader.layout
    args = [rewriter.operand(v, shape, layout) for v in operands]
    made = relax.Call(call.op, args, call.attrs, list(call.ty_args))
    return rewriter.made(made, shape, layout, name)


def _binary_flat(
    rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str
) -> Value | None:
    """Both flattened alike, or one flattened and the other a scalar constant."""
    leader = next(v for v in operands if v.flat is not None)
    for value in operands:
        scalar = value.is_constant and math.prod(value.shape) == 1
        alike = value.flat is not None and np.array_equal(value.flat.order, leader.flat.order)
        if not scalar and not alike:
            return None
    args = [rewriter.builder.as_it_lies(v) for v in operands]
    made = relax.Call(call.op, args, call.attrs, list(call.ty_args))
    return _like(rewriter, leader, made, name)


@_rule("nn.prelu")
def _prelu(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    x, alpha = operands
    axis = int(call.attrs.axis) % len(x.shape)
    if x.flat is not None:
        return None
    made = relax.op.nn.prelu(
        rewriter.builder.as_it_lies(x), rewriter.builder.physical(alpha), x.layout.index(axis)
    )
    return _like(rewriter, x, made, name)


@_rule("permute_dims")
def _permute(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    del name
    x = operands[0]
    rank = len(x.shape)
    axes = call.attrs.axes
    order = [a % rank for a in _ints(axes)] if axes is not None else list(range(rank))[::-1]
    return None if x.flat is not None else rewriter.transposed(x, order)


@_rule("reshape", "squeeze", "expand_dims", "flatten")
def _reshape(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value:
    return rewriter.reshaped(operands[0], _out_shape(call), name)


@_rule("concat")
def _concat(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    values: Any = operands[0]
    if not isinstance(values, list) or any(v.flat is not None for v in values):
        return None
    shape = _out_shape(call)
    moving = [v for v in values if not v.is_constant]
    if not moving:
        return None
    layout = max(moving, key=lambda v: (v.moved, math.prod(v.shape))).layout
    parts = [rewriter.builder.physical(v, layout) for v in values]
    axis = layout.index(int(call.attrs.axis) % len(shape))
    return rewriter.made(relax.op.concat(parts, axis), shape, layout, name)


@_rule("split")
def _split(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Any:
    x = operands[0]
    if x.flat is not None:
        return None
    axis = int(call.attrs.axis) % len(x.shape)
    sections = to_python(call.attrs.indices_or_sections)
    expr = rewriter.builder.as_it_lies(x)
    made = rewriter.builder.emit(relax.op.split(expr, sections, x.layout.index(axis)), name)
    fields = [tuple(int(d) for d in field.shape) for field in call.ty.fields]
    return [
        Value(shape, x.layout, rewriter.builder.emit(relax.TupleGetItem(made, i)))
        for i, shape in enumerate(fields)
    ]


@_rule("strided_slice")
def _slice(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    x = operands[0]
    if x.flat is not None:
        return None
    axes, *bounds = ([int(v) for v in arg.fields] for arg in call.args[1:])
    there = [x.layout.index(a % len(x.shape)) for a in axes]
    inbound = bool(call.attrs.assume_inbound)
    made = relax.op.strided_slice(
        rewriter.builder.as_it_lies(x), there, *bounds, assume_inbound=inbound
    )
    return rewriter.made(made, _out_shape(call), x.layout, name)


@_rule("mean", "sum", "max", "min")
def _reduce(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    x, rank = operands[0], len(operands[0].shape)
    if x.flat is not None:
        return None
    given = call.attrs.axis
    axes = [a % rank for a in _ints(given)] if given is not None else list(range(rank))
    keep = bool(call.attrs.keepdims)
    reduce = getattr(relax.op, str(call.op.name).removeprefix("relax."))
    layout = tuple(a for a in x.layout if a != UNIT)
    made = reduce(rewriter.builder.physical(x, layout), sorted(layout.index(a) for a in axes), keep)
    if not keep:
        left = [a for a in range(rank) if a not in axes]
        layout = tuple(left.index(a) for a in layout if a in left)
    return rewriter.made(made, _out_shape(call), layout, name)


@_rule("nn.softmax", "nn.log_softmax")
def _softmax(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    x, rank = operands[0], len(operands[0].shape)
    if x.flat is not None:
        return None
    axis = int(call.attrs.axis) % rank
    # The kernel works along the innermost dimension.
    layout = x.layout if x.layout[-1] == axis else (*(a for a in range(rank) if a != axis), axis)
    softmax = getattr(relax.op.nn, str(call.op.name).removeprefix("relax.nn."))
    made = softmax(rewriter.builder.physical(x, layout), len(layout) - 1)
    return rewriter.made(made, x.shape, layout, name)


@_rule("nn.pad")
def _pad(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    x, attrs = operands[0], call.attrs
    if x.flat is not None:
        return None
    width = _ints(attrs.pad_width)
    pairs = [[0, 0] if a == UNIT else width[2 * a : 2 * a + 2] for a in x.layout]
    made = relax.op.nn.pad(
        rewriter.builder.as_it_lies(x),
        [v for pair in pairs for v in pair],
        pad_value=float(attrs.pad_value),
        pad_mode=str(attrs.pad_mode),
    )
    return rewriter.made(made, _out_shape(call), x.layout, name)


@_rule("matmul")
def _matmul(rewriter: LayoutRewriter, call: Any, operands: list[Any], name: str) -> Value | None:
    x, weight = operands
    if x.flat is None or not weight.is_constant or len(weight.shape) != 2:
        return None
    rows = _take_rows(rewriter, weight, x.flat.order)
    if rows is None:
        return None
    args = [rewriter.builder.as_it_lies(x), rewriter.builder.physical(rows)]
    made = relax.Call(call.op, args, call.attrs, list(call.ty_args))
    return rewriter.made(made, _out_shape(call), identity(2), name)


def _take_rows(rewriter: LayoutRewriter, value: Value, order: Any) -> Value | None:
    """Permute the rows of a constant matrix (``None``: its scales differ along the rows)."""
    if value.lazy is None:
        array = constant_value(rewriter.builder.physical(value))
        return None if array is None else Value(value.shape, identity(2), constant(array[order]))
    lazy = value.lazy
    scale = constant_value(lazy.scale)
    if lazy.axis == 0 and (scale is None or scale.size > 1):
        return None
    source = _take_rows(rewriter, lazy.source, order)
    if source is None:
        return None
    moved = Dequantised(source, lazy.scale, lazy.zero_point, lazy.axis, lazy.dtype)
    return Value(value.shape, identity(2), None, moved, None, value.name)
