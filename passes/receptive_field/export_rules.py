# SPDX-License-Identifier: Apache-2.0
"""What every float Relax operator becomes in ONNX: one table, ``RULES``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from tvm_tiny._tvm import relax
from tvm_tiny.passes.receptive_field.export import (
    Exporter,
    OnnxValue,
    Rule,
    Unexportable,
    same_bytes,
)
from tvm_tiny.passes.receptive_field.prepare import conv_layouts
from tvm_tiny.passes.receptive_field.program import (
    Array,
    BoundCall,
    constant_of,
    integers,
    paddings,
    shape_of,
)

_FIRST_AXIS: Final = (0, 2, 3, 1)
"""Axis of an NHWC tensor -> the same axis of NCHW."""


def _onnx_pads(pads: Sequence[int]) -> list[int]:
    """[top, left, bottom, right]: ONNX has all begins, then all ends, which is the same here."""
    return list(pads)


def _conv(exporter: Exporter, step: BoundCall) -> OnnxValue:
    """A convolution and the bias behind it."""
    call = step.call
    data, kernel = conv_layouts(call)
    weights = constant_of(call.args[1])
    if data not in ("NHWC", "NCHW") or str(call.attrs.out_layout or data) != data:
        raise Unexportable(f"its layout is {data}")
    if weights is None or sorted(kernel) != sorted("OIHW"):
        raise Unexportable("its weights are no constant of a known layout")
    last = data == "NHWC"
    x = exporter.operand(call.args[0])
    name = exporter.channels_first(x) if last else exporter.plain(x)
    ordered = np.transpose(weights, [kernel.index(c) for c in "OIHW"]).astype(np.float32)
    inputs = [name, exporter.constant("weight", ordered)]
    out, bias = _biased(exporter, step, data.index("C"))
    if bias is not None:
        inputs.append(exporter.constant("bias", bias))
    made = exporter.emit(
        out,
        "Conv",
        inputs,
        first=last,
        kernel_shape=list(ordered.shape[2:]),
        strides=integers(call.attrs.strides),
        dilations=integers(call.attrs.dilation),
        pads=_onnx_pads(paddings(call.attrs.padding)),
        group=int(call.attrs.groups),
    )
    if out is not step:
        exporter.fuse(out)
        exporter.alias(out, made)
    return made


def _biased(exporter: Exporter, step: BoundCall, axis: int) -> tuple[BoundCall, Array | None]:
    """The step that adds a constant a channel to another's result, and the constant."""
    user = exporter.program.sole_user(step.var)
    if user is None or user.op != "relax.add":
        return step, None
    a, b = user.call.args
    value = constant_of(b if a.same_as(step.var) else a)
    if value is None:
        return step, None
    shape = step.shape
    full = value.reshape((1,) * (len(shape) - value.ndim) + value.shape)
    if any(d != 1 for i, d in enumerate(full.shape) if i != axis % len(shape)):
        return step, None
    channels = np.broadcast_to(full.reshape(-1), (shape[axis],))
    return user, channels.astype(np.float32)


def _matmul(exporter: Exporter, step: BoundCall) -> OnnxValue:
    """``matmul(x, constant)``, as Gemm with its bias where x is a matrix."""
    weights = constant_of(step.call.args[1])
    if weights is None or weights.ndim != 2:
        raise Unexportable("its second operand is no constant matrix")
    x = exporter.plain(exporter.operand(step.call.args[0]))
    if len(shape_of(step.call.args[0])) != 2:
        name = exporter.constant("weight", weights.astype(np.float32))
        return exporter.emit(step, "MatMul", [x, name])
    inputs = [x, exporter.constant("weight", weights.T.astype(np.float32))]
    out, bias = _biased(exporter, step, -1)
    if bias is not None:
        inputs.append(exporter.constant("bias", bias))
    made = exporter.emit(out, "Gemm", inputs, transB=1)
    if out is not step:
        exporter.fuse(out)
        exporter.alias(out, made)
    return made


def _unary(kind: str) -> Rule:
    def rule(exporter: Exporter, step: BoundCall) -> OnnxValue:
        x = exporter.operand(step.call.args[0])
        return exporter.emit(step, kind, [x.name], first=x.first)

    return rule


def _clip(exporter: Exporter, step: BoundCall) -> OnnxValue:
    x = exporter.operand(step.call.args[0])
    limits = [float(getattr(a, "value", a)) for a in step.call.args[1:3]]
    if len(limits) != 2:
        limits = [float(step.call.attrs.min), float(step.call.attrs.max)]
    names = [
        exporter.constant(what, np.array(limit, np.float32))
        for what, limit in zip(("min", "max"), limits, strict=True)
    ]
    return exporter.emit(step, "Clip", [x.name, *names], first=x.first)


def _leaky(exporter: Exporter, step: BoundCall) -> OnnxValue:
    x = exporter.operand(step.call.args[0])
    alpha = float(step.call.attrs.alpha)
    return exporter.emit(step, "LeakyRelu", [x.name], first=x.first, alpha=alpha)


def _binary(kind: str) -> Rule:
    """Operators with broadcasting: both operands in the same order."""

    def rule(exporter: Exporter, step: BoundCall) -> OnnxValue:
        expressions = step.call.args
        known = [constant_of(e) is None for e in expressions]
        values = [exporter.operand(e) for e, live in zip(expressions, known, strict=True) if live]
        first = any(v.first for v in values) and all(
            len(v.shape) == 4 or v.shape == () for v in values
        )
        names: list[str] = []
        for expr, live in zip(expressions, known, strict=True):
            if not live:
                names.append(_constant(exporter, expr, first))
            else:
                value = exporter.operand(expr)
                names.append(exporter.channels_first(value) if first else exporter.plain(value))
        return exporter.emit(step, kind, names, first=first)

    return rule


def _constant(exporter: Exporter, expr: Any, first: bool) -> str:
    """A constant operand, turned where the other one is."""
    array = constant_of(expr)
    assert array is not None
    if first and array.ndim:
        if array.ndim > 4:
            raise Unexportable(f"a constant of {array.ndim} dimensions")
        array = array.reshape((1,) * (4 - array.ndim) + array.shape).transpose(0, 3, 1, 2)
    return exporter.constant("constant", array.astype(np.float32))


def _pool(kind: str) -> Rule:
    def rule(exporter: Exporter, step: BoundCall) -> OnnxValue:
        attrs = step.call.attrs
        layout = str(attrs.layout)
        if layout not in ("NHWC", "NCHW"):
            raise Unexportable(f"its layout is {layout}")
        x, last = exporter.operand(step.call.args[0]), layout == "NHWC"
        name = exporter.channels_first(x) if last else exporter.plain(x)
        window, pads = integers(attrs.pool_size), paddings(attrs.padding)
        extents = [x.shape[layout.index(c)] for c in "HW"]
        if kind == "AveragePool" and window == extents and not any(pads):
            return exporter.emit(step, "GlobalAveragePool", [name], first=last)
        if any(d != 1 for d in integers(attrs.dilation)):
            raise Unexportable("it is dilated")
        more: dict[str, Any] = {"ceil_mode": int(bool(attrs.ceil_mode))}
        if kind == "AveragePool":
            more["count_include_pad"] = int(bool(attrs.count_include_pad))
        return exporter.emit(
            step,
            kind,
            [name],
            first=last,
            kernel_shape=window,
            strides=integers(attrs.strides),
            pads=_onnx_pads(pads),
            **more,
        )

    return rule


def _reduce(kind: str) -> Rule:
    """Means and sums over constant axes; operator set 17 has the sum's axes as an operand."""

    def rule(exporter: Exporter, step: BoundCall) -> OnnxValue:
        x, attrs = exporter.operand(step.call.args[0]), step.call.attrs
        rank = len(x.shape)
        axes = [a % rank for a in (range(rank) if attrs.axis is None else integers(attrs.axis))]
        if 0 in axes:
            exporter.close_batch()
        keep = bool(attrs.keepdims)
        if kind == "ReduceMean" and rank == 4 and sorted(axes) in ([1, 2], [2, 3]):
            return _global_pool(exporter, step, x, last=1 in axes, keep=keep)
        spatial = x.first and (keep or sorted(axes) in ([1, 2], [1, 2, 3]))
        if x.first and spatial:
            name, axes = x.name, [_FIRST_AXIS[a] for a in axes]
        else:
            name = exporter.plain(x)
        axes = sorted(axes)
        first = spatial and keep
        if kind == "ReduceMean":
            return exporter.emit(step, kind, [name], first=first, axes=axes, keepdims=int(keep))
        operand = exporter.constant("axes", np.array(axes, np.int64))
        return exporter.emit(step, kind, [name, operand], first=first, keepdims=int(keep))

    return rule


def _global_pool(
    exporter: Exporter, step: BoundCall, x: OnnxValue, *, last: bool, keep: bool
) -> OnnxValue:
    """The mean over rows and columns; quantisers know it by this name."""
    if not last and x.first:
        raise Unexportable("it is a mean over columns and channels")
    name = exporter.channels_first(x) if last else exporter.plain(x)
    if keep:
        return exporter.emit(step, "GlobalAveragePool", [name], first=last)
    pooled = exporter.inner("GlobalAveragePool", [name], "pool")
    return exporter.emit(step, "Flatten", [pooled], axis=1)


def _softmax(exporter: Exporter, step: BoundCall) -> OnnxValue:
    x = exporter.operand(step.call.args[0])
    axis = int(step.call.attrs.axis) % len(x.shape)
    axis = _FIRST_AXIS[axis] if x.first else axis
    return exporter.emit(step, "Softmax", [x.name], first=x.first, axis=axis)


def _reshape(exporter: Exporter, step: BoundCall) -> OnnxValue:
    x = exporter.operand(step.call.args[0])
    name = x.name if x.first and same_bytes(x.shape) else exporter.plain(x)
    target = list(step.shape)
    if exporter.batch_is_open and x.shape[:1] == step.shape[:1] == (1,) and len(x.shape) > 1:
        target[0] = 0  # the batch as it is
    else:
        exporter.close_batch()
    shape = exporter.constant("shape", np.array(target, np.int64))
    return exporter.emit(step, "Reshape", [name, shape])


def _transpose(exporter: Exporter, step: BoundCall) -> OnnxValue:
    x = exporter.operand(step.call.args[0])
    axes = step.call.attrs.axes
    perm = integers(axes) if axes is not None else list(range(len(x.shape)))[::-1]
    if perm[0] != 0:
        exporter.close_batch()
    return exporter.emit(step, "Transpose", [exporter.plain(x)], perm=perm)


def _concat(exporter: Exporter, step: BoundCall) -> OnnxValue:
    values = [exporter.operand(a) for a in step.args]
    rank = len(step.shape)
    axis = int(step.call.attrs.axis) % rank
    first = rank == 4 and any(v.first for v in values)
    if axis == 0:
        exporter.close_batch()
    names = [exporter.channels_first(v) if first else exporter.plain(v) for v in values]
    axis = _FIRST_AXIS[axis] if first else axis
    return exporter.emit(step, "Concat", names, first=first, axis=axis)


def _pad(exporter: Exporter, step: BoundCall) -> OnnxValue:
    x, attrs = exporter.operand(step.call.args[0]), step.call.attrs
    if str(attrs.pad_mode) != "constant":
        raise Unexportable(f"its mode is {attrs.pad_mode}")
    width = integers(attrs.pad_width)
    pairs = [width[2 * i : 2 * i + 2] for i in range(len(x.shape))]
    if any(pairs[0]):
        exporter.close_batch()
    if x.first:
        pairs = [pairs[i] for i in (0, 3, 1, 2)]
    flat = [p[0] for p in pairs] + [p[1] for p in pairs]
    value = constant_of(step.call.args[1]) if len(step.call.args) > 1 else None
    amount = float(attrs.pad_value) if value is None else float(value.reshape(-1)[0])
    names = [
        exporter.constant("pads", np.array(flat, np.int64)),
        exporter.constant("value", np.array(amount, np.float32)),
    ]
    return exporter.emit(step, "Pad", [x.name, *names], first=x.first, mode="constant")


def _slice(exporter: Exporter, step: BoundCall) -> OnnxValue:
    x = exporter.operand(step.call.args[0])
    lists = [_shape_values(a) for a in step.call.args[1:5]]
    axes, begin, end = lists[:3]
    steps = lists[3] if len(lists) > 3 else [1] * len(axes)
    axes = [a % len(x.shape) for a in axes]
    if 0 in axes:
        exporter.close_batch()
    if x.first:
        axes = [_FIRST_AXIS[a] for a in axes]
    names = [
        exporter.constant(what, np.array(values, np.int64))
        for what, values in (("starts", begin), ("ends", end), ("axes", axes), ("steps", steps))
    ]
    return exporter.emit(step, "Slice", [x.name, *names], first=x.first)


def _shape_values(expr: Any) -> list[int]:
    """Integers of an operand of ``strided_slice``: a tuple of numbers."""
    if isinstance(expr, relax.Tuple):
        return [int(f.value.value if hasattr(f.value, "value") else f.value) for f in expr.fields]
    raise Unexportable("its bounds are computed at run time")


RULES: Mapping[str, Rule] = {
    "relax.nn.conv2d": _conv,
    "relax.matmul": _matmul,
    "relax.nn.relu": _unary("Relu"),
    "relax.sigmoid": _unary("Sigmoid"),
    "relax.tanh": _unary("Tanh"),
    "relax.clip": _clip,
    "relax.nn.leakyrelu": _leaky,
    "relax.add": _binary("Add"),
    "relax.subtract": _binary("Sub"),
    "relax.multiply": _binary("Mul"),
    "relax.divide": _binary("Div"),
    "relax.maximum": _binary("Max"),
    "relax.minimum": _binary("Min"),
    "relax.nn.avg_pool2d": _pool("AveragePool"),
    "relax.nn.max_pool2d": _pool("MaxPool"),
    "relax.mean": _reduce("ReduceMean"),
    "relax.sum": _reduce("ReduceSum"),
    "relax.nn.softmax": _softmax,
    "relax.reshape": _reshape,
    "relax.flatten": _reshape,
    "relax.squeeze": _reshape,
    "relax.expand_dims": _reshape,
    "relax.permute_dims": _transpose,
    "relax.concat": _concat,
    "relax.nn.pad": _pad,
    "relax.strided_slice": _slice,
}
"""Relax operator -> how it is written."""
