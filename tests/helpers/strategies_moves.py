# SPDX-License-Identifier: Apache-2.0
"""Random operators that move values: pads, slices, transposes, concatenations, resizes."""

from __future__ import annotations

import numpy as np
from strategies import Outputs, Sketch

from tvm_tiny.testing.tflite_writer import TensorRef


def pad(s: Sketch, x: TensorRef) -> Outputs:
    if not 1 <= len(x.shape) <= 4:
        return None
    pads = [(s.pick(0, 0, 1, 3), s.pick(0, 0, 1, 2)) for _ in x.shape]
    if len(x.shape) == 4:
        pads[0] = (0, 0)
    shape = [extent + sum(pair) for extent, pair in zip(x.shape, pads, strict=True)]
    inputs = [x, s.int32(pads)]
    if s.flag():
        return s.op("PAD", inputs, shape, x)
    value = np.array(s.int(-128, 127), np.int8)
    name = s.name("value")
    inputs.append(s.writer.constant(name, value, scale=x.scale[0], zero_point=x.zero_point[0]))
    return s.op("PADV2", inputs, shape, x)


def reshape(s: Sketch, x: TensorRef) -> Outputs:
    kind = s.pick("RESHAPE", "SQUEEZE", "EXPAND_DIMS")
    rank = len(x.shape)
    if kind == "SQUEEZE":
        ones = [axis for axis, extent in enumerate(x.shape) if extent == 1]
        if not ones or rank == 1:
            return None
        axis = s.pick(*ones)
        return s.op(kind, [x], x.shape[:axis] + x.shape[axis + 1 :], x, squeeze_dims=(axis,))
    if kind == "EXPAND_DIMS":
        if rank > 3:
            return None
        axis = s.int(0, rank)
        return s.op(
            kind, [x, s.int32(s.pick(axis, [axis]))], (*x.shape[:axis], 1, *x.shape[axis:]), x
        )
    count = int(np.prod(x.shape))
    rows = s.pick(*(n for n in range(1, 9) if count % n == 0))
    shape = s.pick((1, count), (rows, count // rows), (1, rows, 1, count // rows))
    return s.op(kind, [x, s.int32(shape)], shape, x, new_shape=shape)


def transpose(s: Sketch, x: TensorRef) -> Outputs:
    rank = len(x.shape)
    if rank < 2 or rank > 4:
        return None
    order = list(range(rank))
    for last in range(rank - 1, 0, -1):
        other = s.int(0, last)
        order[last], order[other] = order[other], order[last]
    return s.op("TRANSPOSE", [x, s.int32(order)], [x.shape[axis] for axis in order], x)


def concat(s: Sketch, x: TensorRef) -> Outputs:
    """CONCATENATION; operands of another quantisation pass a QUANTIZE, as converters do."""
    rank = len(x.shape)
    if rank > 4:
        return None
    axis = s.int(0, rank - 1) if rank < 4 else s.int(1, 3)
    fitting = [
        t
        for t in s.tensors
        if len(t.shape) == rank and all(i == axis or t.shape[i] == x.shape[i] for i in range(rank))
    ]
    others = [s.pick(*fitting) for _ in range(s.int(1, 2))]
    if s.flag():
        shape = (*x.shape[:axis], s.int(1, 3), *x.shape[axis + 1 :])
        others.append(s.int8(shape, x.scale[0], x.zero_point[0]))
    operands = [_quantised_like(s, x, t) for t in (x, *others)]
    if s.flag():
        operands.reverse()
    shape = list(x.shape)
    shape[axis] = sum(t.shape[axis] for t in operands)
    signed = axis - rank if s.flag() else axis
    return s.op("CONCATENATION", operands, shape, x, axis=signed)


def _quantised_like(s: Sketch, x: TensorRef, t: TensorRef) -> TensorRef:
    if (t.scale, t.zero_point) == (x.scale, x.zero_point):
        return t
    made = s.op("QUANTIZE", [t], t.shape, x)
    return made[0]


def pack(s: Sketch, x: TensorRef) -> Outputs:
    rank = len(x.shape)
    if rank > 3:
        return None
    fitting = [t for t in s.tensors if t.shape == x.shape]
    operands = [_quantised_like(s, x, t) for t in (x, s.pick(*fitting))]
    axis = s.int(0, rank)
    shape = (*x.shape[:axis], 2, *x.shape[axis:])
    return s.op("PACK", operands, shape, x, values_count=2, axis=axis)


def split(s: Sketch, x: TensorRef) -> Outputs:
    rank = len(x.shape)
    axis = s.int(0, rank - 1)
    extent = x.shape[axis]
    like = (x.scale[0], x.zero_point[0])
    kind = s.pick("SPLIT", "SPLIT_V", "UNPACK")
    if kind == "UNPACK":
        if rank == 1 or extent > 4:
            return None
        shapes = [(*x.shape[:axis], *x.shape[axis + 1 :])] * extent
        return s.several(kind, [x], shapes, *like, num=extent, axis=axis)
    if kind == "SPLIT":
        parts = s.pick(*(n for n in (1, 2, 3, 4) if extent % n == 0))
        sizes = [extent // parts] * parts
        inputs = [s.int32(s.pick(axis, [axis])), x]
    else:
        if extent < 2:
            return None
        first = s.int(1, extent - 1)
        sizes = [first, extent - first]
        inputs = [x, s.int32(sizes), s.int32(s.pick(axis, [axis]))]
    shapes = [(*x.shape[:axis], size, *x.shape[axis + 1 :]) for size in sizes]
    return s.several(kind, inputs, shapes, *like, num_splits=len(sizes))


def slices(s: Sketch, x: TensorRef) -> Outputs:
    """SLICE and STRIDED_SLICE, with masks, negative strides and shrunk dimensions."""
    rank = len(x.shape)
    if rank > 4:
        return None
    begin = [s.int(0, extent - 1) for extent in x.shape]
    if s.flag():
        size = [s.int(1, extent - at) for extent, at in zip(x.shape, begin, strict=True)]
        asked = [
            -1 if n == extent - at and s.flag() else n
            for n, extent, at in zip(size, x.shape, begin, strict=True)
        ]
        return s.op("SLICE", [x, s.int32(begin), s.int32(asked)], size, x)
    strides = [s.pick(1, 1, 2, -1, -2, 3) for _ in x.shape]
    ends = [
        s.int(at + 1, extent) if stride > 0 else s.int(-extent - 1, at - extent - 1)
        for at, extent, stride in zip(begin, x.shape, strides, strict=True)
    ]
    begin_mask, end_mask, shrink_mask = (s.int(0, 2**rank - 1) for _ in range(3))
    shrink_mask &= s.pick(0, 1, 2, 4, 8)  # at most one dimension goes
    shape: list[int] = []
    for axis in range(rank):
        if shrink_mask >> axis & 1:
            strides[axis] = 1
            ends[axis] = begin[axis] + 1
            begin_mask &= ~(1 << axis)
            end_mask &= ~(1 << axis)
            continue
        first = None if begin_mask >> axis & 1 else begin[axis]
        last = None if end_mask >> axis & 1 else ends[axis]
        shape.append(len(range(x.shape[axis])[first : last : strides[axis]]))
    if not shape or 0 in shape:
        return None
    return s.op(
        "STRIDED_SLICE",
        [x, s.int32(begin), s.int32(ends), s.int32(strides)],
        shape,
        x,
        begin_mask=begin_mask,
        end_mask=end_mask,
        shrink_axis_mask=shrink_mask,
    )


def resize(s: Sketch, x: TensorRef) -> Outputs:
    if len(x.shape) != 4:
        return None
    size = (s.int(1, 11), s.int(1, 11))
    corners, centers = s.pick((False, False), (True, False), (False, True))
    kind = s.pick("RESIZE_NEAREST_NEIGHBOR", "RESIZE_BILINEAR")
    return s.op(
        kind,
        [x, s.int32(size)],
        (x.shape[0], *size, x.shape[3]),
        x,
        align_corners=corners,
        half_pixel_centers=centers,
    )
