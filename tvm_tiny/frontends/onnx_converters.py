# SPDX-License-Identifier: Apache-2.0
"""Operators that TVM's ONNX importer refuses, distorts or writes as TIR for QDQ models.

What is done instead:

* Conv, pools: ``auto_pad`` and ``ceil_mode`` become explicit padding (TVM pads in TIR, and rounds
  SAME_LOWER down); an average that counts its padding becomes ``pad`` and a plain average;
* Pad, Clip: Relax operators instead of TIR functions;
* Max, Min: ``maximum``/``minimum`` instead of a reduction over a stack;
* Squeeze, Unsqueeze, Reshape, Flatten: ``reshape`` to the static shape;
* Slice, Split: one ``strided_slice`` a result;
* Resize: the mode of TFLite that picks the same elements, refused if there is none;
* Concat: operands on other scales are brought to the result's;
* Gemm: ``alpha`` and ``beta`` go into the scales of constants;
* PRelu: float slopes become int8.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import constant, relax
from tvm_tiny.frontends.inspect_onnx import TENSOR_LIMIT
from tvm_tiny.frontends.onnx_graph import OnnxNode
from tvm_tiny.frontends.onnx_windows import Unusable, resize_mode, resized, window

if TYPE_CHECKING:
    from tvm_tiny.frontends.onnx_import import Importer

_op: Any = relax.op
Convert = Callable[["Importer", OnnxNode, Sequence[Any], dict[str, Any]], Any]


def _shape(expr: Any) -> tuple[int, ...]:
    kind = _tvm.tensor_type(expr)
    if kind is None:
        raise Unusable("an operand has no static shape")
    return kind[0]


def _quantiser(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    x = inputs[0]
    rank = len(_shape(x))
    scale = importer.graph.constants[node.input(1)]
    given = importer.constant_of(node.input(2))
    zero = np.zeros((), np.int32) if given is None else given.astype(np.int32)
    axis = int(node.attrs.get("axis", 1)) if scale.size > 1 else 0
    if scale.size > 1 and not -rank <= axis < rank:
        raise Unusable(f"axis {axis} of a tensor of {rank} dimensions")
    if scale.size == 1:
        scale, zero = scale.reshape(()), zero.reshape(())
    elif zero.size == 1 or not zero.any():
        zero = zero.reshape(-1)[:1].reshape(())
    operands = (x, constant(scale), constant(zero))
    if node.op == "QuantizeLinear":
        return _op.quantize(*operands, axis=axis % max(rank, 1), out_dtype="int8")
    return _op.dequantize(*operands, axis=axis % max(rank, 1), out_dtype="float32")


def _conv(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]) -> Any:
    x, weights = _shape(inputs[0]), _shape(inputs[1])
    if len(x) not in (3, 4) or len(weights) != len(x):
        raise Unusable(f"data {x}, weights {weights}", "1-D and 2-D convolutions are supported")
    made = window(node, x[2:], weights[2:])
    plain = {
        "kernel_shape": made.kernel,
        "strides": made.strides,
        "dilations": made.dilations,
        "pads": made.pads,
        "group": int(node.attrs.get("group", 1)),
        "tvm_custom": attrs["tvm_custom"],
    }
    return importer.inherited(node, inputs, plain)


def _conv_transpose(
    importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]
) -> Any:
    x, weights = _shape(inputs[0]), _shape(inputs[1])
    if len(x) != 4 or len(weights) != len(x):
        raise Unusable(f"data {x}, weights {weights}", "2-D transposed convolutions are supported")
    for name, count in (("strides", 2), ("pads", 4), ("output_padding", 2)):
        if len(node.attrs.get(name, [0] * count)) != count:
            raise Unusable(f"{name}={node.attrs[name]}")
    return importer.inherited(node, inputs, attrs)


def _pool(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del importer, attrs
    x, shape = inputs[0], _shape(inputs[0])
    if len(shape) not in (3, 4) or "kernel_shape" not in node.attrs:
        raise Unusable(f"pooling of {shape}", "1-D and 2-D pools with kernel_shape are supported")
    rank = len(shape) - 2
    made = window(node, shape[2:], node.attrs["kernel_shape"])
    pads = made.pads
    average = node.op == "AveragePool"
    if average and node.attrs.get("count_include_pad", 0) and any(pads):
        declared = window(replace_attrs(node, ceil_mode=0), shape[2:], made.kernel).pads
        ends = [p - d for p, d in zip(pads[rank:], declared[rank:], strict=True)]
        width = [0] * 4
        for begin, end in zip(declared[:rank], declared[rank:], strict=True):
            width += [begin, end]
        x, pads = _op.nn.pad(x, width), (*[0] * rank, *ends)
    pool = getattr(_op.nn, f"{'avg' if average else 'max'}_pool{rank}d")
    return pool(x, list(made.kernel), list(made.strides), list(pads), list(made.dilations))


def replace_attrs(node: OnnxNode, **attrs: Any) -> OnnxNode:
    """The node with other attributes."""
    return replace(node, attrs={**node.attrs, **attrs})


def _pad(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    rank = len(_shape(inputs[0]))
    pads = importer.integers(node, 1, "pads") or []
    axes = importer.integers(node, 3) if node.input(3) else list(range(rank))
    value = importer.constant_of(node.input(2))
    number = float(node.attrs.get("value", 0.0)) if value is None else float(value.reshape(-1)[0])
    if axes is None or len(pads) != 2 * len(axes) or min(pads, default=0) < 0:
        raise Unusable(f"pads {pads} for axes {axes}", "negative padding is not supported")
    if max(pads, default=0) > TENSOR_LIMIT:
        raise Unusable(f"pads {pads}")
    width = [0] * (2 * rank)
    for place, axis in enumerate(axes):
        width[2 * _axis(axis, rank)] = pads[place]
        width[2 * _axis(axis, rank) + 1] = pads[place + len(axes)]
    return _op.nn.pad(inputs[0], width, pad_value=number)


def _axis(axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        raise Unusable(f"axis {axis} of a tensor of {rank} dimensions")
    return axis % rank


def _concat(
    importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]
) -> Any:
    """Operands on other scales than the result are quantised to it first: one rounding."""
    targets = {importer.quantisation(n) for n in importer.quantisers_of(node.outputs[0])}
    if len(targets) != 1:
        return importer.inherited(node, inputs, attrs)
    scale, zero_point = targets.pop()
    operands = [_on_scale(importer, x, scale, zero_point) for x in inputs]
    return importer.inherited(node, operands, attrs)


def _on_scale(importer: Importer, x: Any, scale: float, zero_point: int) -> Any:
    call = importer.bb.lookup_binding(x) if isinstance(x, relax.Var) else None
    if call is None or str(getattr(call.op, "name", "")) != "relax.dequantize":
        return x
    known = [_tvm.constant_value(call.args[i]) for i in (1, 2)]
    if any(v is None or v.size != 1 for v in known):
        return x
    own_scale, own_zero = (v.reshape(-1)[0] for v in known if v is not None)
    if (np.float32(own_scale), int(own_zero)) == (np.float32(scale), zero_point):
        return x
    params = constant(np.array(scale, np.float32)), constant(np.array(zero_point, np.int32))
    stored = _tvm.constant_value(call.args[0])
    if stored is not None:
        real = (stored.astype(np.float32) - np.float32(own_zero)) * np.float32(own_scale)
        steps = np.clip(np.rint(real / np.float32(scale)) + zero_point, -128, 127)
        moved = constant(steps.astype(np.int8))
    else:
        moved = importer.bb.emit(_op.quantize(x, *params, axis=0, out_dtype="int8"))
    return importer.bb.emit(_op.dequantize(moved, *params, axis=0, out_dtype="float32"))


def _clip(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    limits: list[float] = []
    for operand, name, default in ((1, "min", -3.0e38), (2, "max", 3.0e38)):
        value = importer.constant_of(node.input(operand))
        number = node.attrs.get(name, default) if value is None else value.reshape(-1)[0]
        limits.append(default if np.isnan(number) else float(np.clip(number, -3.0e38, 3.0e38)))
    return _op.clip(inputs[0], *limits)


def _extremum(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del importer, attrs
    if len(inputs) == 1:
        return inputs[0]
    return (_op.maximum if node.op == "Max" else _op.minimum)(*inputs)


def _reshape(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    old = _shape(inputs[0])
    if node.op == "Flatten":
        axis = int(node.attrs.get("axis", 1))
        axis = axis + len(old) if axis < 0 else axis
        new = [math.prod(old[:axis]), -1]
    elif node.op == "Reshape":
        given = importer.integers(node, 1) or []
        new = [old[i] if v == 0 and i < len(old) else v for i, v in enumerate(given)]
    else:
        new = _squeezed(importer, node, old)
    known = math.prod(v for v in new if v != -1)
    total = math.prod(old)
    if new.count(-1) == 1 and known > 0:
        new[new.index(-1)] = total // known
    if not new or min(new) < 1 or math.prod(new) != total:
        raise Unusable(f"reshapes {old} to {new}")
    return _op.reshape(inputs[0], new)


def _squeezed(importer: Importer, node: OnnxNode, old: Sequence[int]) -> list[int]:
    axes = importer.integers(node, 1, "axes")
    if node.op == "Squeeze":
        if axes is None:
            return [v for v in old if v != 1]
        gone = {_axis(a, len(old)) for a in axes}
        return [v for i, v in enumerate(old) if i not in gone]
    rank = len(old) + len(axes or [])
    fresh = {_axis(a, rank) for a in axes or []}
    rest = iter(old)
    return [1 if i in fresh else next(rest, -2) for i in range(rank)]


def _split(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    shape = _shape(inputs[0])
    axis = _axis(int(node.attrs.get("axis", 0)), len(shape))
    count = len(node.outputs)
    sizes = importer.integers(node, 1, "split")
    if sizes is None:
        part = -(-shape[axis] // count)
        sizes = [part] * (count - 1) + [shape[axis] - part * (count - 1)]
    if len(sizes) != count or sum(sizes) != shape[axis] or min(sizes) < 1:
        raise Unusable(f"splits {shape[axis]} into {sizes} for {count} results")
    out: list[Any] = []
    begin = 0
    for size in sizes:
        part = _op.strided_slice(inputs[0], [axis], [begin], [begin + size], [1])
        out.append(importer.bb.normalize(part))
        begin += size
    return relax.Tuple(out) if count > 1 else out[0]


def _slice(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    shape = _shape(inputs[0])
    starts = importer.integers(node, 1, "starts") or []
    ends = importer.integers(node, 2, "ends") or []
    axes = importer.integers(node, 3, "axes") or list(range(len(starts)))
    steps = importer.integers(node, 4) or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise Unusable(f"starts {starts}, ends {ends}, axes {axes}, steps {steps}")
    if min(steps, default=1) < 0:
        raise Unusable(f"steps {steps}", "only forward slices are supported")
    axes = [_axis(a, len(shape)) for a in axes]
    bounds = [slice(*v).indices(shape[a]) for *v, a in zip(starts, ends, steps, axes, strict=True)]
    begin, end, step = ([b[i] for b in bounds] for i in range(3))
    return _op.strided_slice(inputs[0], axes, begin, end, step)


def _resize(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    shape = _shape(inputs[0])
    if len(shape) != 4:
        raise Unusable(f"resize of {shape}", "2-D images (NCHW) are supported")
    old_form = len(node.inputs) == 2  # Resize-10: x, scales
    scales = importer.constant_of(node.input(1 if old_form else 2))
    out, factors = resized(shape, scales, importer.constant_of(node.input(3)))
    if old_form:
        fixed = {"coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
        node = replace_attrs(node, **fixed)
    nearest = node.attrs.get("mode", "nearest") == "nearest"
    return _op.image.resize2d(
        inputs[0],
        relax.ShapeExpr(out[2:]),
        layout="NCHW",
        method="nearest_neighbor" if nearest else "linear",
        coordinate_transformation_mode=resize_mode(node, shape, out, factors),
        rounding_method="floor" if nearest else "round",
    )


def _gemm(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    alpha, beta = (float(node.attrs.get(name, 1.0)) for name in ("alpha", "beta"))
    a, b = inputs[0], _scaled(importer, inputs[1], alpha)
    if node.attrs.get("transB", 0):
        b = _op.permute_dims(b, [1, 0])
    out = importer.bb.normalize(_op.matmul(a, b))
    if len(inputs) > 2 and inputs[2] is not None and beta != 0.0:
        out = _op.add(out, _scaled(importer, inputs[2], beta))
    return out


def _scaled(importer: Importer, expr: Any, factor: float) -> Any:
    """A constant, or a dequantised one, times a number."""
    if factor == 1.0:
        return expr
    array = _tvm.constant_value(expr)
    if array is not None:
        return constant((array * np.float32(factor)).astype(np.float32))
    call = importer.bb.lookup_binding(expr)
    scale = _tvm.constant_value(call.args[1])
    if scale is None or not factor > 0:
        raise Unusable(f"alpha or beta {factor}", "constants are scaled by positive numbers only")
    scaled = constant((scale * np.float32(factor)).astype(np.float32))
    return _op.dequantize(call.args[0], scaled, call.args[2], int(call.attrs.axis), "float32")


def _batch_norm(
    importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]
) -> Any:
    """Batch normalisation of float models: TVM's second and third result are for training."""
    if len({_shape(a) for a in inputs[1:]}) != 1 or len(_shape(inputs[0])) < 2:
        raise Unusable(f"parameters of shapes {[_shape(a) for a in inputs[1:]]}")
    made = importer.inherited(node, inputs, attrs)
    return made.fields[0] if isinstance(made, relax.Tuple) else made


def _prelu(importer: Importer, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs, node
    shape, slope = _shape(inputs[0]), _shape(inputs[1])
    channels = shape[min(1, len(shape) - 1)]
    full = (1,) * (len(shape) - len(slope)) + tuple(slope)
    size = math.prod(slope)
    if size not in (1, channels) or (size > 1 and (len(shape) < 2 or full[1] != channels)):
        raise Unusable(f"slope {slope} for data {shape}", "one slope, or one a channel")
    alpha = inputs[1]
    array = _tvm.constant_value(alpha)
    if array is not None:
        step = np.float32(max(float(np.abs(array).max()), 1e-6) / 127)
        integers = np.rint(array.reshape(-1) / step).astype(np.int8)
        zero = constant(np.zeros((), np.int32))
        alpha = _op.dequantize(constant(integers), constant(np.array(step)), zero, 0, "float32")
    alpha = _op.broadcast_to(_op.reshape(alpha, [size]), [channels])
    return _op.nn.prelu(inputs[0], importer.bb.normalize(alpha), min(1, len(shape) - 1))


CONVERTERS: Mapping[str, Convert] = {
    "QuantizeLinear": _quantiser,
    "DequantizeLinear": _quantiser,
    "Conv": _conv,
    "ConvTranspose": _conv_transpose,
    "AveragePool": _pool,
    "MaxPool": _pool,
    "Pad": _pad,
    "Clip": _clip,
    "Concat": _concat,
    "Max": _extremum,
    "Min": _extremum,
    "Reshape": _reshape,
    "Flatten": _reshape,
    "Squeeze": _reshape,
    "Unsqueeze": _reshape,
    "Split": _split,
    "Slice": _slice,
    "Resize": _resize,
    "Gemm": _gemm,
    "PRelu": _prelu,
    "BatchNormalization": _batch_norm,
}
