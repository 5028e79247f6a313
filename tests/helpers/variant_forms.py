# SPDX-License-Identifier: Apache-2.0
"""Forms that converters write now and then, see ``variant_cases``: operators over constants, places
known at run time, several axes."""

from __future__ import annotations

from itertools import product
from typing import Any

from variant_draft import ONE, SCALES, Build, Draft, Named, Outputs, Shape

from tvm_tiny.testing.tflite_writer import TensorRef

_IMAGE: Shape = (1, 4, 4, 4)


def _constant(d: Draft, shape: Shape, dtype: str) -> TensorRef:
    scale, zero_point = SCALES[dtype]
    return d.values(shape, dtype, scale, **({} if scale is None else {"zero_point": zero_point}))


def _joined(d: Draft, made: TensorRef, quantised: Any) -> Outputs:
    """The larger of what was made of constants and an input."""
    x = d.x(made.shape, made.dtype, quantised)
    return d.done("MAXIMUM", [made, x], made.shape, quantised, made.dtype)


def _of_constant(kind: str, dtype: str, to: str = "", y: Any = None, **options: Any) -> Build:
    def build(d: Draft) -> Outputs:
        result, target = y or SCALES[to or dtype], to or dtype
        x = _constant(d, _IMAGE, dtype)
        shape = (1, 2, 2, 16) if kind == "SPACE_TO_DEPTH" else _IMAGE
        (made,) = d.done(kind, [x], shape, result, target, **options)
        return _joined(d, made, result)

    return build


def _product(dtype: str, left: bool, adj_y: bool) -> Build:
    """BATCH_MATMUL of an input and a constant."""

    def build(d: Draft) -> Outputs:
        a: Shape = (2, 4, 5)
        b: Shape = (2, 6, 5) if adj_y else (2, 5, 6)
        operands = [d.x(a, dtype), _constant(d, b, dtype)]
        if left:
            operands = [_constant(d, a, dtype), d.x(b, dtype)]
        y = {"int8": (0.05, 4), "int16": (0.0013, 0)}.get(dtype, (None, 0))
        return d.done("BATCH_MATMUL", operands, (2, 4, 6), y, dtype, adj_y=adj_y)

    return build


def _dense(dtype: str, positions: int) -> Build:
    """FULLY_CONNECTED of a constant: what is added to all positions."""

    def build(d: Draft) -> Outputs:
        x = _constant(d, (positions, 12), dtype)
        w = d.values((8, 12), "int8", 0.01)
        y = {"int8": (0.13, 5), "int16": (0.004, 0)}[dtype]
        (made,) = d.done("FULLY_CONNECTED", [x, w, None], (positions, 8), y, dtype)
        return _joined(d, made, y)

    return build


def constants() -> Named:
    """Operators whose operands are known, or one of whose two is."""
    fixed: dict[str, dict[str, Any]] = {
        "TANH": {"int8": (1 / 128, 0), "int16": (ONE, 0)},
        "LOGISTIC": {"int8": (1 / 256, -128), "int16": (ONE, 0)},
        "SOFTMAX": {"int8": (1 / 256, -128), "int16": (ONE, 0)},
        "LOG_SOFTMAX": {"int8": (1 / 16, 127)},
        "L2_NORMALIZATION": {"int8": (1 / 128, 0)},
    }
    kinds = ("RELU", "LEAKY_RELU", "ABS", "SPACE_TO_DEPTH", "HARD_SWISH", "ELU", *fixed)
    for kind, dtype in product(kinds, ("int8", "int16", "float32")):
        options = {"LEAKY_RELU": {"alpha": 0.1}, "SPACE_TO_DEPTH": {"block_size": 2}}.get(kind, {})
        y = fixed.get(kind, {}).get(dtype)
        yield f"{kind} of a constant {dtype}", _of_constant(kind, dtype, y=y, **options)
    for source, target in (("int8", "int16"), ("int16", "int8"), ("float32", "int8")):
        yield f"QUANTIZE of a constant {source}", _of_constant("QUANTIZE", source, target)
    yield "CAST of a constant", _of_constant("CAST", "int8", "float32", (None, 0))
    for dtype, left, adj_y in product(("int8", "int16", "float32"), (False, True), (False, True)):
        side = "left" if left else "right"
        yield f"BATCH_MATMUL {dtype} constant {side} {adj_y}", _product(dtype, left, adj_y)
    for dtype, positions in product(("int8", "int16"), (1, 5)):
        yield f"FULLY_CONNECTED of a constant {dtype} {positions}", _dense(dtype, positions)


def forms() -> Named:
    """Axes, places, options."""
    for dtype, (shape, axis), places in product(
        ("int8", "float32"), (((6, 4), -1), ((2, 6, 3), 1), ((3, 2, 5), 2)), ((), (3,), (2, 2))
    ):

        def gather(d: Draft, dtype: str = dtype, shape: Shape = shape, axis: int = axis,
                   places: Shape = places) -> Outputs:  # fmt: skip
            """Places are kept inside: TFLM stops at others."""
            last = d.ints(shape[axis] - 1)
            (least,) = d.done(
                "MAXIMUM", [d.x(places, "int32"), d.ints(0)], places, (None, 0), "int32"
            )
            (inside,) = d.done("MINIMUM", [least, last], places, (None, 0), "int32")
            at = axis % len(shape)
            out = (*shape[:at], *places, *shape[at + 1 :])
            operands = [d.x(shape, dtype), inside]
            return d.done("GATHER", operands, out, SCALES[dtype], dtype, axis=axis)

        yield f"GATHER {dtype} {shape} {axis} at run time {places}", gather
    for dtype, axes in product(("int8", "float32", "int32"), ([0, 1], [1, 2], [-2, -1])):

        def turned(d: Draft, dtype: str = dtype, axes: list[int] = axes) -> Outputs:
            x = d.x((2, 3, 4), dtype)
            return d.done("REVERSE_V2", [x, d.ints(axes)], x.shape, SCALES[dtype], dtype)

        yield f"REVERSE_V2 {dtype} {axes}", turned
