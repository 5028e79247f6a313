# SPDX-License-Identifier: Apache-2.0
"""Variants of operators, a model each: element types, ranks, broadcasts, options, axes, batches.

The table asks one question of every variant: what tflite-micro runs must run here, to the bit. A
variant that tflite-micro refuses may be refused; no variant is listed as an exception.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
from variant_draft import (
    ONE,
    RANKED,
    SCALES,
    TYPES,
    Build,
    Draft,
    Named,
    Outputs,
    Shape,
    kept,
)
from variant_forms import constants, forms
from variant_moves import moving

from tvm_tiny.testing.tflite_writer import TensorRef

PAIRS: tuple[tuple[Shape, Shape], ...] = (
    ((2, 3), (2, 3)), ((), ()), ((7,), ()), ((5,), (1,)), ((2, 3, 4, 5), (5,)),
    ((2, 3, 4, 5), (4, 1)), ((1, 3, 1, 5), (2, 1, 4, 1)), ((2, 1, 3, 2, 4), (3, 1, 4)),
    ((2, 3, 2, 2, 4), (2, 3, 2, 2, 4)),
)  # fmt: skip


def _pair(kind: str, a: Shape, b: Shape, dtype: str, out: str = "", **options: Any) -> Build:
    def build(d: Draft) -> Outputs:
        same = kind in ("MAXIMUM", "MINIMUM")
        left = d.x(a, dtype)
        other = None if same else {"int8": (0.0217, 19), "int16": (0.0007, 0)}.get(dtype)
        right = d.x(b, dtype, other)
        y = {"int8": (0.05, 4), "int16": (0.0013, 0)}.get(dtype, (None, 0))
        y = SCALES[dtype] if same else (None, 0) if out else y
        return d.done(kind, [left, right], np.broadcast_shapes(a, b), y, out or dtype, **options)

    return build


def binary() -> Named:
    """Two operands that broadcast."""
    kinds = ("ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "FLOOR_DIV",
             "FLOOR_MOD")  # fmt: skip
    for kind, dtype, (a, b) in product(kinds, TYPES[:4], PAIRS):
        yield f"{kind} {dtype} {a} {b}", _pair(kind, a, b, dtype)
        yield f"{kind} {dtype} {b} {a} turned", _pair(kind, b, a, dtype)
    for kind, dtype, active in product(
        ("ADD", "SUB", "MUL", "DIV"), TYPES[:4], ("RELU", "RELU6", "RELU_N1_TO_1")
    ):
        yield f"{kind} {dtype} {active}", _pair(kind, (3, 40), (3, 40), dtype, activation=active)
    for kind, dtype, (a, b) in product(
        ("EQUAL", "NOT_EQUAL", "LESS", "LESS_EQUAL", "GREATER", "GREATER_EQUAL"),
        (*TYPES, "int64"), PAIRS[:6],
    ):  # fmt: skip
        if (kind, dtype) == ("GREATER", "int16"):
            continue  # TFLM rescales by parameters that it never sets: what lies in the arena
        yield f"{kind} {dtype} {a} {b}", _pair(kind, a, b, dtype, "bool")
    for kind, (a, b) in product(("LOGICAL_AND", "LOGICAL_OR"), PAIRS):
        yield f"{kind} {a} {b}", _pair(kind, a, b, "bool")


def unary() -> Named:
    """Functions of one tensor."""
    fixed = {"LOGISTIC": {"int8": (1 / 256, -128), "int16": (ONE, 0)},
             "TANH": {"int8": (1 / 128, 0), "int16": (ONE, 0)},
             "SOFTMAX": {"int8": (1 / 256, -128), "int16": (ONE, 0)},
             "LOG_SOFTMAX": {"int8": (1 / 16, 127)}, "L2_NORMALIZATION": {"int8": (1 / 128, 0)},
             "RELU6": {"int8": SCALES["int8"], "int16": SCALES["int16"]}}  # fmt: skip
    kinds = ("ABS", "NEG", "RELU", "RELU6", "LEAKY_RELU", "ELU", "HARD_SWISH", "LOGISTIC", "TANH",
             "SOFTMAX", "LOG_SOFTMAX", "L2_NORMALIZATION", "EXP", "LOG", "SIN", "COS", "SQRT",
             "RSQRT", "SQUARE", "FLOOR", "CEIL", "ROUND", "ZEROS_LIKE", "LOGICAL_NOT")  # fmt: skip
    for kind, dtype, shape in product(kinds, TYPES, RANKED):
        if kind in ("LOG_SOFTMAX", "L2_NORMALIZATION") and not shape:
            continue  # TFLM reads the depth in front of the shape and writes nothing

        def build(d: Draft, kind: str = kind, dtype: str = dtype, shape: Shape = shape) -> Outputs:
            y = {"int8": (0.05, 4), "int16": (0.0013, 0)}.get(dtype, (None, 0))
            if kind == "ZEROS_LIKE":
                y = SCALES[dtype]
            y = fixed.get(kind, {}).get(dtype, y)
            options = {"alpha": 0.3} if kind == "LEAKY_RELU" else {}
            x = d.x(shape, dtype)
            if kind == "RSQRT" and dtype in ("int8", "int16"):  # TFLM stops at numbers below 0
                (x,) = d.done("RELU", [x], shape, SCALES[dtype], dtype)
            return d.done(kind, [x], shape, y, dtype, **options)

        yield f"{kind} {dtype} {shape}", build


def conversions() -> Named:
    """QUANTIZE, DEQUANTIZE, CAST."""
    kinds = (*TYPES, "int64", "uint8")
    for source, target in product(kinds, kinds):
        for kind in ("QUANTIZE", "DEQUANTIZE", "CAST"):

            def build(
                d: Draft, kind: str = kind, source: str = source, target: str = target
            ) -> Outputs:
                known = {**SCALES, "int32": (0.001, 0)} if kind != "CAST" else SCALES
                y = known[target] if kind == "QUANTIZE" else (None, 0)
                if target == source == "int8":
                    y = (0.11, 3)
                x = d.x((2, 3, 5), source, known[source])
                return d.done(kind, [x], (2, 3, 5), y, target)

            yield f"{kind} {source} to {target}", build


AXES = ((0,), (1,), (-1,), (2,), (1, 2), (0, 3), (-1, -2), (0, 1, 2, 3), (2, 1), (1, 1))


def reductions() -> Named:
    """Over any axes."""
    for kind, dtype, axes, keep in product(
        ("MEAN", "SUM", "REDUCE_MAX", "REDUCE_MIN"), TYPES[:4], AXES, (False, True)
    ):

        def build(
            d: Draft, kind: str = kind, dtype: str = dtype, axes: Any = axes, keep: bool = keep
        ) -> Outputs:
            x = d.x((2, 3, 4, 5), dtype)
            y = {"int8": (0.05, 4), "int16": (0.0013, 0)}.get(dtype, (None, 0))
            y = SCALES[dtype] if kind.startswith("REDUCE") else y
            shape = kept(x.shape, axes, keep)
            return d.done(kind, [x, d.ints(axes)], shape, y, dtype, keep_dims=keep)

        yield f"{kind} {dtype} {axes} {keep}", build
    for kind, dtype, shape in product(("MEAN", "SUM", "REDUCE_MAX"), TYPES[:2], RANKED[1:]):

        def scalar(d: Draft, kind: str = kind, dtype: str = dtype, shape: Shape = shape) -> Outputs:
            x = d.x(shape, dtype)
            y = SCALES[dtype]
            return d.done(kind, [x, d.ints(-1)], shape[:-1], y, dtype)

        yield f"{kind} {dtype} scalar axis of {shape}", scalar
    for kind, dtype, axis in product(("ARG_MAX", "ARG_MIN"), TYPES[:4], (0, 1, -1, -4)):

        def placed(d: Draft, kind: str = kind, dtype: str = dtype, axis: int = axis) -> Outputs:
            x = d.x((2, 3, 4, 5), dtype)
            return d.done(kind, [x, d.ints(axis)], kept(x.shape, [axis], False), (None, 0), "int32")

        yield f"{kind} {dtype} {axis}", placed
    for axis, exclusive, reverse, dtype in product(
        (0, 1, -1), (False, True), (False, True), TYPES[:4]
    ):

        def summed(d: Draft, axis: int = axis, exclusive: bool = exclusive, reverse: bool = reverse,
                   dtype: str = dtype) -> Outputs:  # fmt: skip
            x = d.x((2, 3, 4, 5), dtype)
            y = {"int8": (0.11, 4)}.get(dtype, SCALES[dtype])
            options = {"exclusive": exclusive, "reverse": reverse}
            return d.done("CUMSUM", [x, d.ints(axis)], x.shape, y, dtype, **options)

        yield f"CUMSUM {dtype} {axis} {exclusive} {reverse}", summed


def _weights(d: Draft, shape: Shape, axis: int, channels: int, kind: str) -> TensorRef:
    if kind == "floats":
        return d.values(shape, "float32")
    values = d.rng.integers(-127, 128, shape).astype(np.int8)
    scales = d.rng.uniform(0.002, 0.01, channels if kind == "channels" else 1)
    return d.writer.constant(d.name("w"), values, scale=scales, axis=axis if len(scales) > 1 else 0)


def _bias(d: Draft, w: TensorRef, x: TensorRef, channels: int, dtype: str) -> list[TensorRef]:
    if not dtype:
        return []
    if dtype == "float32":
        return [d.values((channels,), dtype)]
    values = d.rng.integers(-9000, 9000, channels).astype(dtype)
    scales = [x.scale[0] * s for s in w.scale]
    return [d.writer.constant(d.name("b"), values, scale=scales)]


def windowed() -> Named:
    """Convolutions and pools; odd windows, strides, dilations, groups, batches."""
    geometries = (
        ((3, 3), (1, 1), (1, 1), "SAME"), ((3, 3), (3, 3), (1, 1), "VALID"),
        ((2, 5), (2, 1), (1, 1), "SAME"), ((3, 1), (1, 2), (2, 1), "VALID"),
        ((3, 3), (1, 1), (2, 3), "SAME"), ((1, 1), (2, 2), (1, 1), "VALID"),
        ((4, 4), (3, 2), (1, 1), "SAME"), ((7, 7), (1, 1), (1, 1), "SAME"),
    )  # fmt: skip
    biases = {"int8": ("int32", ""), "int16": ("int64", "int32", ""), "float32": ("float32", "")}
    for dtype, geometry, per, batch in product(
        ("int8", "int16", "float32"), geometries, ("channels", "tensor", "floats"), (1, 2)
    ):
        if (dtype == "float32") != (per == "floats"):
            continue
        for bias in biases[dtype]:
            for groups, out in ((1, 5), (2, 6), (6, 6)):
                yield (f"CONV_2D {dtype} {geometry} {per} batch {batch} groups {groups} {bias}",
                       _conv(dtype, geometry, per, batch, bias, groups, out))  # fmt: skip
            if (dtype, bias) == ("int16", "int32"):
                continue  # TFLM's other convolutions read it as int64, beyond its end
            for depth in (1, 2):
                yield (f"DEPTHWISE_CONV_2D {dtype} {geometry} {per} batch {batch} x{depth} {bias}",
                       _depthwise(dtype, geometry, per, batch, bias, depth))  # fmt: skip
            if geometry[2] == (1, 1):
                yield (f"TRANSPOSE_CONV {dtype} {geometry} {per} batch {batch} {bias}",
                       _transposed(dtype, geometry, per, batch, bias))  # fmt: skip
    for kind, dtype, geometry, batch, active in product(
        ("AVERAGE_POOL_2D", "MAX_POOL_2D", "L2_POOL_2D"), ("int8", "int16", "float32"),
        geometries, (1, 2), ("NONE", "RELU", "RELU6"),
    ):  # fmt: skip
        if geometry[2] == (1, 1):
            yield (f"{kind} {dtype} {geometry} {batch} {active}",
                   _pool(kind, dtype, geometry, batch, active))  # fmt: skip


RESULTS: dict[str, Any] = {"int8": (0.13, 5), "int16": (0.004, 0), "float32": (None, 0)}


def _extent(n: int, k: int, s: int, dilation: int, padding: str) -> int:
    return -(-n // s) if padding == "SAME" else (n - (k - 1) * dilation - 1) // s + 1


def _slide(geometry: Any, height: int = 9, width: int = 10) -> tuple[Shape, dict[str, Any]]:
    kernel, strides, dilation, padding = geometry
    sizes = tuple(
        _extent(n, k, s, dl, padding)
        for n, k, s, dl in zip((height, width), kernel, strides, dilation, strict=True)
    )
    return sizes, {"padding": padding, "stride_h": strides[0], "stride_w": strides[1]}


def _conv(
    dtype: str, geometry: Any, per: str, batch: int, bias: str, groups: int, out: int
) -> Build:
    def build(d: Draft) -> Outputs:
        x = d.x((batch, 9, 10, 6), dtype)
        w = _weights(d, (out, *geometry[0], 6 // groups), 0, out, per)
        size, options = _slide(geometry)
        options |= {"dilation_h": geometry[2][0], "dilation_w": geometry[2][1]}
        y = RESULTS[dtype]
        inputs = [x, w, *_bias(d, w, x, out, bias)]
        active = ("NONE", "RELU", "RELU6", "RELU_N1_TO_1")[geometry[0][0] % 4]
        return d.done(
            "CONV_2D", inputs, (batch, *size, out), y, dtype, activation=active, **options
        )

    return build


def _depthwise(dtype: str, geometry: Any, per: str, batch: int, bias: str, depth: int) -> Build:
    def build(d: Draft) -> Outputs:
        x = d.x((batch, 9, 10, 5), dtype)
        w = _weights(d, (1, *geometry[0], 5 * depth), 3, 5 * depth, per)
        size, options = _slide(geometry)
        options |= {"dilation_h": geometry[2][0], "dilation_w": geometry[2][1]}
        y = RESULTS[dtype]
        inputs = [x, w, *_bias(d, w, x, 5 * depth, bias)]
        options["depth_multiplier"] = depth
        return d.done("DEPTHWISE_CONV_2D", inputs, (batch, *size, 5 * depth), y, dtype, **options)

    return build


def _transposed(dtype: str, geometry: Any, per: str, batch: int, bias: str) -> Build:
    def build(d: Draft) -> Outputs:
        kernel, strides, _, padding = geometry
        x = d.x((batch, 4, 5, 3), dtype)
        size = tuple(n * s if padding == "SAME" else (n - 1) * s + k
                     for n, s, k in zip((4, 5), strides, kernel, strict=True))  # fmt: skip
        w = _weights(d, (4, *kernel, 3), 0, 4, per)
        options = {"padding": padding, "stride_h": strides[0], "stride_w": strides[1]}
        y = RESULTS[dtype]
        inputs = [d.ints((batch, *size, 4)), w, x, *_bias(d, w, x, 4, bias)]
        return d.done("TRANSPOSE_CONV", inputs, (batch, *size, 4), y, dtype, **options)

    return build


def _pool(kind: str, dtype: str, geometry: Any, batch: int, active: str) -> Build:
    def build(d: Draft) -> Outputs:
        x = d.x((batch, 9, 10, 5), dtype)
        size, options = _slide(geometry)
        options |= {"filter_h": geometry[0][0], "filter_w": geometry[0][1], "activation": active}
        return d.done(kind, [x], (batch, *size, 5), SCALES[dtype], dtype, **options)

    return build


def dense() -> Named:
    """FULLY_CONNECTED, BATCH_MATMUL, SOFTMAX of types, PRELU, SELECT."""
    shapes = ((1, 12), (3, 12), (2, 3, 12), (2, 2, 3, 4), (12,))
    for dtype, shape, keep, per, zero in product(
        ("int8", "int16"), shapes, (False, True), ("channels", "tensor"), (0, 7)
    ):
        if per == "channels" and zero:
            continue  # TFLite's rules want 0 there
        for bias in ("int32", "", "int64"):
            if bias == "int64" and dtype == "int8":
                continue
            yield (f"FULLY_CONNECTED {dtype} {shape} keep {keep} {per} zero {zero} {bias}",
                   _dense(dtype, shape, keep, per, zero, bias))  # fmt: skip
    for dtype in ("int8", "int16"):
        for active in ("RELU", "RELU6", "RELU_N1_TO_1"):
            yield (
                f"FULLY_CONNECTED {dtype} {active}",
                _dense(dtype, (3, 12), False, "tensor", 0, "", active),
            )
        for bias, layer in product(("", {"int8": "int32"}.get(dtype, "int64")), (False, True)):
            whose = "a layer" if layer else "an input"
            yield (
                f"FULLY_CONNECTED {dtype} weights of {whose} {bias}",
                _computed(dtype, bias, layer),
            )
    for dtype, adj_x, adj_y, (a, b) in product(
        TYPES[:4], (False, True), (False, True),
        (((), ()), ((3,), (3,)), ((2, 3), (1, 3)), ((2, 3), (3,)), ((1, 2, 2), (1, 2, 2))),
    ):  # fmt: skip

        def matmul(d: Draft, dtype: str = dtype, adj_x: bool = adj_x, adj_y: bool = adj_y,
                   a: Any = a, b: Any = b) -> Outputs:  # fmt: skip
            x = d.x((*a, *((5, 4) if adj_x else (4, 5))), dtype)
            z = d.x((*b, *((6, 5) if adj_y else (5, 6))), dtype)
            y = {"int8": (0.11, 4), "int16": (0.004, 0)}.get(dtype, (None, 0))
            shape = (*np.broadcast_shapes(a, b), 4, 6)
            return d.done("BATCH_MATMUL", [x, z], shape, y, dtype, adj_x=adj_x, adj_y=adj_y)

        yield f"BATCH_MATMUL {dtype} {adj_x} {adj_y} {a} {b}", matmul
    for dtype, alpha in product(TYPES[:4], ((1, 1, 4), (3, 1, 4), (1,), (3, 5, 4), (1, 1, 1))):

        def prelu(d: Draft, dtype: str = dtype, alpha: Shape = alpha) -> Outputs:
            x = d.x((2, 3, 5, 4), dtype)
            c = d.values(alpha, dtype, {"int8": 0.01, "int16": 0.0001}.get(dtype))
            y = {"int8": (0.11, 4), "int16": (0.004, 0)}.get(dtype, (None, 0))
            return d.done("PRELU", [x, c], x.shape, y, dtype)

        yield f"PRELU {dtype} {alpha}", prelu


def _computed(dtype: str, bias: str, layer: bool) -> Build:
    """Weights that are not known when compiling."""

    def build(d: Draft) -> Outputs:
        x, w = d.x((3, 12), dtype), d.x((5, 12), "int8", (0.01, 0))
        if layer:
            (w,) = d.done("RELU", [w], w.shape, (0.01, 0), "int8")
        inputs = [x, w, *(_bias(d, w, x, 5, bias) or [None])]
        active = "RELU" if bias else "NONE"
        return d.done("FULLY_CONNECTED", inputs, (3, 5), RESULTS[dtype], dtype, activation=active)

    return build


def _dense(dtype: str, shape: Shape, keep: bool, per: str, zero: int, bias: str,
           active: str = "NONE") -> Build:  # fmt: skip
    def build(d: Draft) -> Outputs:
        x = d.x(shape, dtype)
        depth = shape[-1] if keep else 12
        values = d.rng.integers(-127, 128, (5, depth)).astype(np.int8)
        scales = d.rng.uniform(0.002, 0.01, 5 if per == "channels" else 1)
        w = d.writer.constant(d.name("w"), values, scale=scales, zero_point=zero)
        if per == "floats":
            w = d.values((5, depth), "float32")
        batches = int(np.prod(shape)) // depth
        out = (*shape[:-1], 5) if keep else (batches, 5)
        y = RESULTS[dtype]
        inputs = [x, w, *(_bias(d, w, x, 5, bias) or [None])]
        return d.done(
            "FULLY_CONNECTED", inputs, out, y, dtype, keep_num_dims=keep, activation=active
        )

    return build


FAMILIES: dict[str, Callable[[], Named]] = {
    "binary": binary,
    "unary": unary,
    "conversions": conversions,
    "reductions": reductions,
    "windowed": windowed,
    "dense": dense,
    "moving": moving,
    "constants": constants,
    "forms": forms,
}
