# SPDX-License-Identifier: Apache-2.0
"""Operators that copy or compare int8 values and know no scales."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from tvm_tiny import _tvm
from tvm_tiny.arithmetic.element_types import element_type
from tvm_tiny.passes.legalize.constants import result_shape
from tvm_tiny.passes.legalize.rewriter import Declined, MoveRule, Rewriter, Site

ToInt = Callable[[float], int]


def _static(expr: Any) -> list[int]:
    shape = result_shape(expr)
    if shape is None:
        raise Declined("dynamic shape", "every shape must be known", code="TT1101")
    return list(shape)


def _reshape(rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt) -> Any:
    return rewriter.emit("reshape", values[:1], {"shape": _static(call)}, site)


def _transpose(rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt) -> Any:
    rank = len(_static(call))
    axes = call.attrs.axes
    order = list(reversed(range(rank))) if axes is None else [int(a) % rank for a in axes]
    return rewriter.emit("transpose", values, {"axes": order}, site)


def _concat(rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt) -> Any:
    axis = int(call.attrs.axis) % len(_static(call))
    return rewriter.emit("concat", values, {"axis": axis}, site)


def _split(rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt) -> Any:
    """One element of a split: ``call`` is the TupleGetItem."""
    if not isinstance(call, _tvm.relax.TupleGetItem):
        raise Declined("a split is used as a whole", "only its parts are tensors")
    split, index = rewriter.resolve(call.tuple_value), int(call.index)
    source = _static(split.args[0])
    axis = int(split.attrs.axis) % len(source)
    parts = [_static_field(split, i)[axis] for i in range(index + 1)]
    begin = [0] * len(source)
    begin[axis] = [0, *accumulate(parts)][index]
    shape = _static_field(split, index)
    return _slice(rewriter, values[0], begin, [1] * len(source), shape, site)


def _static_field(split: Any, index: int) -> list[int]:
    field = split.ty.fields[index]
    return [int(d) for d in field.shape.values]


def _slice(
    rewriter: Rewriter,
    value: Any,
    begin: Sequence[int],
    strides: Sequence[int],
    shape: Sequence[int],
    site: Site,
) -> Any:
    attrs = {"begin": list(begin), "strides": list(strides), "shape": list(shape)}
    return rewriter.emit("strided_slice", [value], attrs, site)


def _strided_slice(
    rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt
) -> Any:
    source, shape = _static(call.args[0]), _static(call)
    # Strides are an optional operand: SLICE has none.
    axes, first = (_tuple_ints(rewriter, arg) for arg in call.args[1:3])
    steps = _tuple_ints(rewriter, call.args[4]) if len(call.args) > 4 else [1] * len(axes)
    begin, strides = [0] * len(source), [1] * len(source)
    for axis, start, step in zip(axes, first, steps, strict=True):
        axis %= len(source)
        extent = source[axis]
        start = start + extent if start < 0 else start
        begin[axis] = min(max(start, 0), extent - 1)
        strides[axis] = step
    return _slice(rewriter, values[0], begin, strides, shape, site)


def _tuple_ints(rewriter: Rewriter, expr: Any) -> list[int]:
    fields = getattr(rewriter.resolve(expr), "fields", None)
    if fields is None:
        raise Declined("a slice whose bounds are computed at run time", code="TT1101")
    return [int(getattr(f, "value", f)) for f in fields]


def _pad(rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, to_int: ToInt) -> Any:
    if str(call.attrs.pad_mode) != "constant":
        raise Declined(f"padding mode {call.attrs.pad_mode}", "only constant padding is supported")
    flat = [int(v) for v in call.attrs.pad_width]
    pads = [flat[i : i + 2] for i in range(0, len(flat), 2)]
    real, kind = float(call.attrs.pad_value), element_type(site.dtype)
    value = real if kind.is_float else min(max(int(to_int(real)), kind.low), kind.high)
    return rewriter.emit("pad", values[:1], {"pads": pads, "value": value}, site)


def _max_pool2d(rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt) -> Any:
    attrs = {**pool_attributes(call), "activation": site.activation}
    return rewriter.emit("max_pool2d", values, attrs, site)


def _reduced(name: str) -> MoveRule:
    """The largest or smallest value over axes."""

    def rule(rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt) -> Any:
        rank, given = len(_static(call.args[0])), call.attrs.axis
        axes = list(range(rank)) if given is None else sorted({int(a) % rank for a in given})
        attrs = {"axes": axes, "keep_dims": int(bool(call.attrs.keepdims))}
        return rewriter.emit(name, values, attrs, site)

    return rule


def pool_attributes(call: Any) -> dict[str, Any]:
    """Window of a pooling operator; refuses what TFLM cannot do."""
    attrs = call.attrs
    if str(attrs.layout) != "NHWC":
        raise Declined(f"pooling in layout {attrs.layout}", "it must be NHWC")
    if [int(d) for d in attrs.dilation] != [1, 1]:
        raise Declined("pooling with dilation")
    kernel, strides = [int(v) for v in attrs.pool_size], [int(v) for v in attrs.strides]
    pads = [int(v) for v in attrs.padding]
    pads = pads * 2 if len(pads) == 2 else pads
    if bool(attrs.ceil_mode):
        pads = _ceiled(_static(call.args[0]), _static(call), kernel, strides, pads)
    if bool(attrs.count_include_pad) and any(pads):
        raise Declined("average over padding", "TFLM averages the elements inside only")
    return {"kernel": kernel, "strides": strides, "dilation": [1, 1], "padding": pads}


def _ceiled(
    x: Sequence[int], y: Sequence[int], kernel: Sequence[int], strides: Sequence[int], p: list[int]
) -> list[int]:
    """Padding that makes a window rounded up an ordinary one."""
    ends = [max(0, (y[1 + d] - 1) * strides[d] + kernel[d] - x[1 + d] - p[d]) for d in range(2)]
    return [p[0], p[1], max(p[2], ends[0]), max(p[3], ends[1])]


def _resize_nearest(
    rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt
) -> Any:
    if str(call.attrs.method) != "nearest_neighbor":
        raise Declined("interpolation of int8 values without dequantize")
    return rewriter.emit("resize_nearest", values[:1], resize_attributes(call), site)


def resize_attributes(call: Any) -> dict[str, Any]:
    """Attributes of the resize operators from a Relax ``resize2d``."""
    attrs = call.attrs
    if str(attrs.layout) != "NHWC":
        raise Declined(f"resize in layout {attrs.layout}", "it must be NHWC")
    mode = str(attrs.coordinate_transformation_mode)
    if mode not in ("align_corners", "half_pixel", "asymmetric"):
        raise Declined(f"resize with coordinates '{mode}'", "TFLite has no such mode")
    out = {
        "output_size": _static(call)[1:3],
        "align_corners": int(mode == "align_corners"),
        "half_pixel_centers": int(mode == "half_pixel"),
    }
    return out


def _extremum(name: str) -> MoveRule:
    def rule(rewriter: Rewriter, call: Any, values: Sequence[Any], site: Site, _: ToInt) -> Any:
        del call
        return rewriter.emit(name, values, {}, site)

    return rule


MOVES: dict[str, MoveRule] = {
    "relax.reshape": _reshape,
    "relax.squeeze": _reshape,
    "relax.expand_dims": _reshape,
    "relax.flatten": _reshape,
    "relax.permute_dims": _transpose,
    "relax.concat": _concat,
    "relax.split": _split,
    "relax.strided_slice": _strided_slice,
    "relax.nn.pad": _pad,
    "relax.nn.max_pool2d": _max_pool2d,
    "relax.image.resize2d": _resize_nearest,
    "relax.max": _reduced("reduce_max"),
    "relax.min": _reduced("reduce_min"),
    "relax.maximum": _extremum("maximum"),
    "relax.minimum": _extremum("minimum"),
}
