# SPDX-License-Identifier: Apache-2.0
"""Operators that put values elsewhere.

Pad: a Relax operator instead of TIR; Squeeze, Unsqueeze, Reshape, Flatten: ``reshape`` to the
static shape; Slice, Split: one ``strided_slice`` a result; Resize: the mode of TFLite that
picks the same elements, refused if there is none; Concat: operands on other scales are brought to
the result's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tvm_tiny import _tvm
from tvm_tiny._tvm import constant, relax
from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.frontends.onnx.graph import TENSOR_LIMIT, OnnxNode
from tvm_tiny.frontends.onnx.operators.rearranging import padded
from tvm_tiny.frontends.onnx.operators.shapes import axis_of, shape_of
from tvm_tiny.frontends.onnx.record import (
    ANYWHERE,
    AXIS,
    MANY,
    PADS,
    POSITIVE,
    WIDTHS,
    Importing,
    Record,
    Unusable,
    ignored,
    number,
    only,
    register,
)
from tvm_tiny.frontends.onnx.windows import replace_attrs, resize_mode, resized

_op: Any = relax.op


def _pad(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    rank = len(shape_of(inputs[0]))
    pads = importer.integers(node, 1, "pads") or []
    axes = importer.integers(node, 3) if node.input(3) else list(range(rank))
    value = importer.constant_of(node.input(2))
    number = float(node.attrs.get("value", 0.0)) if value is None else float(value.reshape(-1)[0])
    if axes is None or len(pads) != 2 * len(axes):
        raise Unusable(f"pads {pads} for axes {axes}")
    if max(pads, default=0) > TENSOR_LIMIT:
        raise Unusable(f"pads {pads}")
    width = [0] * (2 * rank)
    for place, axis in enumerate(axes):
        width[2 * axis_of(axis, rank)] = pads[place]
        width[2 * axis_of(axis, rank) + 1] = pads[place + len(axes)]
    mode = str(node.attrs.get("mode", "constant"))
    if mode == "constant" and min(width, default=0) >= 0:
        return _op.nn.pad(inputs[0], width, pad_value=number)
    pairs = list(zip(width[::2], width[1::2], strict=True))
    if mode != "constant":
        return padded(importer, inputs[0], mode, pairs)
    cut = padded(importer, inputs[0], "edge", [(min(b, 0), min(e, 0)) for b, e in pairs])
    if max(width) <= 0:
        return cut
    return _op.nn.pad(cut, [max(w, 0) for w in width], pad_value=number)


def _concat(
    importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: dict[str, Any]
) -> Any:
    """Operands on other scales than the result are quantised to it first: one rounding."""
    targets = {importer.quantisation(n) for n in importer.quantisers_of(node.outputs[0])}
    if len(targets) != 1:
        return importer.inherited(node, inputs, attrs)
    scale, zero_point = targets.pop()
    operands = [_on_scale(importer, x, scale, zero_point) for x in inputs]
    return importer.inherited(node, operands, attrs)


def _on_scale(importer: Importing, x: Any, scale: float, zero_point: int) -> Any:
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
        moved = constant(Q8.clip(np.rint(real / np.float32(scale)) + zero_point))
    else:
        moved = importer.bb.emit(_op.quantize(x, *params, axis=0, out_dtype=Q8.name))
    return importer.bb.emit(_op.dequantize(moved, *params, axis=0, out_dtype="float32"))


def _reshape(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    old = shape_of(inputs[0])
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


def _squeezed(importer: Importing, node: OnnxNode, old: Sequence[int]) -> list[int]:
    axes = importer.integers(node, 1, "axes")
    if node.op == "Squeeze":
        if axes is None:
            return [v for v in old if v != 1]
        gone = {axis_of(a, len(old)) for a in axes}
        return [v for i, v in enumerate(old) if i not in gone]
    rank = len(old) + len(axes or [])
    fresh = {axis_of(a, rank) for a in axes or []}
    rest = iter(old)
    return [1 if i in fresh else next(rest, -2) for i in range(rank)]


def _split(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    shape = shape_of(inputs[0])
    axis = axis_of(int(node.attrs.get("axis", 0)), len(shape))
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


def _slice(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    shape = shape_of(inputs[0])
    starts = importer.integers(node, 1, "starts") or []
    ends = importer.integers(node, 2, "ends") or []
    axes = importer.integers(node, 3, "axes") or list(range(len(starts)))
    steps = importer.integers(node, 4) or [1] * len(starts)
    if not len(starts) == len(ends) == len(axes) == len(steps) or 0 in steps:
        raise Unusable(f"starts {starts}, ends {ends}, axes {axes}, steps {steps}")
    if min(steps, default=1) < 0:
        raise Unusable(f"steps {steps}", "only forward slices are supported")
    axes = [axis_of(a, len(shape)) for a in axes]
    bounds = [slice(*v).indices(shape[a]) for *v, a in zip(starts, ends, steps, axes, strict=True)]
    begin, end, step = ([b[i] for b in bounds] for i in range(3))
    return _op.strided_slice(inputs[0], axes, begin, end, step)


def _resize(importer: Importing, node: OnnxNode, inputs: Sequence[Any], attrs: Any) -> Any:
    del attrs
    shape = shape_of(inputs[0])
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


register(
    Record(
        "Pad",
        (1, 4),
        {"mode": only("constant", "reflect", "edge", "wrap"), "pads": WIDTHS, "value": number},
        (1, 2, 3),
        convert=_pad,
        moves=True,
    )
)
register(Record("Reshape", (2, 2), {"allowzero": only(0)}, (1,), convert=_reshape, moves=True))
register(Record("Flatten", attrs={"axis": AXIS}, convert=_reshape, moves=True))
for _name in ("Squeeze", "Unsqueeze"):
    register(Record(_name, (1, 2), {"axes": AXIS}, (1,), convert=_reshape, moves=True))
register(Record("Transpose", attrs={"perm": AXIS}, moves=True))
register(Record("Concat", (1, MANY), {"axis": AXIS}, convert=_concat))
register(
    Record(
        "Split",
        (1, 2),
        {"axis": AXIS, "split": PADS, "num_outputs": POSITIVE},
        (1,),
        MANY,
        convert=_split,
        moves=True,
    )
)
register(
    Record(
        "Slice",
        (1, 5),
        {"axes": AXIS, "starts": ANYWHERE, "ends": ANYWHERE},
        (1, 2, 3, 4),
        convert=_slice,
        moves=True,
    )
)
_MODES = ("half_pixel", "pytorch_half_pixel", "half_pixel_symmetric", "align_corners", "asymmetric")
register(
    Record(
        "Resize",
        (2, 4),
        {
            "mode": only("nearest", "linear"),
            "coordinate_transformation_mode": only(*_MODES),
            "nearest_mode": only("round_prefer_floor", "round_prefer_ceil", "floor", "ceil"),
            "antialias": only(0),
            "exclude_outside": only(0),
            "cubic_coeff_a": ignored,  # of mode cubic only
            "extrapolation_value": ignored,  # of tf_crop_and_resize only
        },
        (1, 2, 3),
        convert=_resize,
    )
)
