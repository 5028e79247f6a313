# SPDX-License-Identifier: Apache-2.0
"""Variants of operators that put elements elsewhere, see ``variant_cases``."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
from variant_draft import (
    RANKED,
    SCALES,
    TYPES,
    Build,
    Draft,
    Named,
    Outputs,
    Shape,
)


def moving() -> Named:
    """What puts elements elsewhere, of every type."""
    for dtype in (*TYPES, "int64"):
        yield from ((f"{name} {dtype}", build) for name, build in _moving(dtype))


def _moving(dtype: str) -> Named:
    y = SCALES[dtype]
    image: Shape = (2, 4, 6, 4)

    def one(name: str, kind: str, shape: Shape, out: Shape, *constants: Any, **options: Any) -> Any:
        def build(d: Draft) -> Outputs:
            x = d.x(shape, dtype)
            return d.done(kind, [x, *(d.ints(c) for c in constants)], out, y, dtype, **options)

        return f"{kind} {name}", build

    for shape in RANKED[1:]:
        pads = [[i % 2, (i + 1) % 3] for i in range(len(shape))]
        padded = tuple(n + sum(p) for n, p in zip(shape, pads, strict=True))
        yield one(f"{shape}", "PAD", shape, padded, pads)
        yield _padv2(dtype, shape, pads, padded)
        for mode in (0, 1):
            small = [[min(p[0], n - 1), min(p[1], n - 1)] for p, n in zip(pads, shape, strict=True)]
            out = tuple(n + sum(p) for n, p in zip(shape, small, strict=True))
            yield one(f"{shape} {mode}", "MIRROR_PAD", shape, out, small, mode=mode)
        axes = list(range(len(shape)))[::-1]
        yield one(f"{shape}", "TRANSPOSE", shape, shape[::-1], axes)
        yield one(f"{shape}", "RESHAPE", shape, (int(np.prod(shape)),), [-1])
        yield one(f"{shape} 1", "EXPAND_DIMS", shape, (*shape, 1), [len(shape)])
        yield one(f"{shape} 0", "EXPAND_DIMS", shape, (1, *shape), [0])
        yield one(f"{shape}", "SQUEEZE", (1, *shape), shape, squeeze_dims=(0,))
        for axis in (0, -1):
            yield one(f"{shape} {axis}", "REVERSE_V2", shape, shape, [axis])
            places = [0, shape[axis] - 1, 0]
            at = axis % len(shape)
            out = (*shape[:at], 3, *shape[at + 1 :])
            yield one(f"{shape} {axis}", "GATHER", shape, out, places, axis=axis)
            yield _joined("CONCATENATION", dtype, shape, axis)
            yield _joined("PACK", dtype, shape, axis)
            yield _parted("UNPACK", dtype, shape, axis)
            yield _parted("SPLIT", dtype, (*shape[:-1], 6) if axis else (6, *shape[1:]), axis)
            yield _parted("SPLIT_V", dtype, (*shape[:-1], 6) if axis else (6, *shape[1:]), axis)
        begin = [n // 2 for n in shape]
        left = tuple(n - b for n, b in zip(shape, begin, strict=True))
        yield one(f"{shape}", "SLICE", shape, left,
                  begin, [-1] * len(shape))  # fmt: skip
        yield one(f"{shape}", "BROADCAST_TO", (*shape[:-1], 1), (*shape[:-1], 3), [*shape[:-1], 3])
        yield _updated(dtype, shape)
    yield one("stretched", "BROADCAST_TO", (3, 1), (2, 3, 4), [2, 3, 4])
    for negative in (1, -1, 2, -2):
        extents = tuple(-(-n // abs(negative)) for n in image)
        yield one(f"step {negative}", "STRIDED_SLICE", image, extents, [0] * 4, [0] * 4,
                  [negative] * 4, begin_mask=15, end_mask=15)  # fmt: skip
    yield one("shrink", "STRIDED_SLICE", image, (4, 4), [1, 0, -2, 0], [2, 4, 5, 4], [1] * 4,
              shrink_axis_mask=5, begin_mask=8, end_mask=8)  # fmt: skip
    yield one("ellipsis", "STRIDED_SLICE", image, (2, 4, 6, 2), [0, 1], [0, 3], [1, 1],
              ellipsis_mask=1)  # fmt: skip
    yield one("new axis", "STRIDED_SLICE", (3, 4), (1, 3, 4), [0, 0, 0], [1, 3, 4], [1, 1, 1],
              new_axis_mask=1)  # fmt: skip
    yield one(
        "beyond", "STRIDED_SLICE", image, (2, 3, 6, 3), [-9, 1, 0, 1], [9, 99, 6, 99], [1] * 4
    )
    yield one("rank 5", "STRIDED_SLICE", (2, 3, 2, 3, 4), (2, 2, 2, 3, 2), [0, 1, 0, 0, 1],
              [2, 3, 2, 3, 4], [1, 1, 1, 1, 2])  # fmt: skip
    yield one("2", "DEPTH_TO_SPACE", image, (2, 8, 12, 1), block_size=2)
    yield one("2", "SPACE_TO_DEPTH", image, (2, 2, 3, 16), block_size=2)
    yield one("plain", "SPACE_TO_BATCH_ND", image, (8, 2, 3, 4), [2, 2], [[0, 0], [0, 0]])
    yield one("rank 3", "SPACE_TO_BATCH_ND", (2, 6, 4), (6, 2, 4), [3], [[0, 0]])
    yield one("plain", "BATCH_TO_SPACE_ND", (8, 2, 3, 4), (2, 4, 6, 4), [2, 2], [[0, 0], [0, 0]])
    yield one("cropped", "BATCH_TO_SPACE_ND", (8, 2, 3, 4), (2, 3, 4, 4), [2, 2], [[1, 0], [0, 2]])
    yield one("rank 3", "BATCH_TO_SPACE_ND", (6, 2, 4), (2, 5, 4), [3], [[0, 1]])
    yield one("depth", "GATHER_ND", (3, 4, 5), (2, 5), [[0, 1], [2, 3]])
    for size, corners, half in product(((8, 12), (3, 5), (7, 6)), (False, True), (False, True)):
        options = {"align_corners": corners, "half_pixel_centers": half}
        for kind in ("RESIZE_BILINEAR", "RESIZE_NEAREST_NEIGHBOR"):
            yield one(f"{size} {corners} {half}", kind, image, (2, *size, 4), size, **options)
    yield from _chosen(dtype)


def _padv2(dtype: str, shape: Shape, pads: Any, padded: Shape) -> tuple[str, Build]:
    def build(d: Draft) -> Outputs:
        x = d.x(shape, dtype)
        scale, zero_point = SCALES[dtype]
        value = d.writer.constant(
            d.name("v"), np.array([1], dtype), scale=scale, zero_point=zero_point
        )
        return d.done("PADV2", [x, d.ints(pads), value], padded, SCALES[dtype], dtype)

    return f"PADV2 {shape}", build


def _joined(kind: str, dtype: str, shape: Shape, axis: int) -> tuple[str, Build]:
    def build(d: Draft) -> Outputs:
        parts = [d.x(shape, dtype) for _ in range(3)]
        at = axis % (len(shape) + (kind == "PACK"))
        joined = (*shape[:at], 3 * shape[at % len(shape)], *shape[at + 1 :])
        out = (*shape[:at], 3, *shape[at:]) if kind == "PACK" else joined
        options = {"values_count": 3} if kind == "PACK" else {}
        return d.done(kind, parts, out, SCALES[dtype], dtype, axis=axis, **options)

    return f"{kind} {shape} {axis}", build


def _parted(kind: str, dtype: str, shape: Shape, axis: int) -> tuple[str, Build]:
    def build(d: Draft) -> Outputs:
        at = axis % len(shape)
        rest, inner = shape[:at], shape[at + 1 :]
        x, (scale, zero_point) = d.x(shape, dtype), SCALES[dtype]
        sizes = {"UNPACK": [1] * shape[at], "SPLIT": [2] * 3, "SPLIT_V": [1, 3, 2]}[kind]
        shapes = [(*rest, *(() if kind == "UNPACK" else (n,)), *inner) for n in sizes]
        options: dict[str, Any] = {"num_splits": 3}
        inputs = [d.ints([axis]), x]
        if kind == "UNPACK":
            inputs, options = [x], {"num": shape[at], "axis": axis}
        elif kind == "SPLIT_V":
            inputs = [x, d.ints(sizes), d.ints([axis])]
        names = [d.name("y") for _ in sizes]
        return d.writer.op_multi(kind, inputs, shapes, scale, zero_point, names=names,
                                 dtype=dtype, **options)  # fmt: skip

    return f"{kind} {shape} {axis}", build


def _updated(dtype: str, shape: Shape) -> tuple[str, Build]:
    def build(d: Draft) -> Outputs:
        x = d.x(shape, dtype)
        part = d.x(tuple(max(1, n // 2) for n in shape), dtype)
        places = d.ints([n // 3 for n in shape])
        return d.done("DYNAMIC_UPDATE_SLICE", [x, part, places], shape, SCALES[dtype], dtype)

    return f"DYNAMIC_UPDATE_SLICE {shape}", build


def _chosen(dtype: str) -> Named:
    for shapes in (((2, 3), (2, 3), (2, 3)), ((2, 1), (3,), (2, 3)), ((2, 3, 4, 5), (5,), ()),
                   ((2, 1, 2, 3, 4), (2, 3, 2, 3, 4), (1,))):  # fmt: skip

        def build(d: Draft, shapes: Any = shapes) -> Outputs:
            condition, a, b = d.x(shapes[0], "bool"), d.x(shapes[1], dtype), d.x(shapes[2], dtype)
            out = np.broadcast_shapes(*shapes)
            return d.done("SELECT_V2", [condition, a, b], out, SCALES[dtype], dtype)

        yield f"SELECT_V2 {shapes}", build
