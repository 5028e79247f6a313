# SPDX-License-Identifier: Apache-2.0
"""Random operators of the rest of the registry, and detours over int16, float32 and bool."""

from __future__ import annotations

from typing import Any

import numpy as np
from strategies import Operator, Outputs, Sketch

from tvm_tiny.testing.tflite_writer import TensorRef


def _back(s: Sketch, x: TensorRef) -> Outputs:
    """Quantised to int8 from another type; nothing else of the graph reads such types."""
    s.tensors[:] = [t for t in s.tensors if t.dtype == "int8"]
    return s.op("QUANTIZE", [x], x.shape, (s.scale(), s.zero_point()))


def running(s: Sketch, x: TensorRef) -> Outputs:
    options = {"exclusive": s.flag(), "reverse": s.flag()}
    axis = s.int32(s.int(-len(x.shape), len(x.shape) - 1))
    like = (x.scale[0] * s.pick(1.0, 3.7), s.zero_point())
    return s.op("CUMSUM", [x, axis], x.shape, like, **options)


def reversed_(s: Sketch, x: TensorRef) -> Outputs:
    if not x.shape:
        return None
    return s.op("REVERSE_V2", [x, s.int32([s.int(0, len(x.shape) - 1)])], x.shape, x)


def mirrored(s: Sketch, x: TensorRef) -> Outputs:
    if not 2 <= len(x.shape) <= 4:
        return None
    mode = s.int(0, 1)
    most = [n - (1 if mode == 0 else 0) for n in x.shape]
    pads = [(s.int(0, min(2, n)), s.int(0, min(2, n))) for n in most]
    pads[0] = (0, 0)
    shape = [n + sum(p) for n, p in zip(x.shape, pads, strict=True)]
    return s.op("MIRROR_PAD", [x, s.int32(pads)], shape, x, mode=mode)


def blocks(s: Sketch, x: TensorRef) -> Outputs:
    if len(x.shape) != 4:
        return None
    n, h, w, c = x.shape
    if c % 4 == 0 and s.flag():
        return s.op("DEPTH_TO_SPACE", [x], (n, 2 * h, 2 * w, c // 4), x, block_size=2)
    if h % 2 or w % 2 or c > 8:
        return None
    return s.op("SPACE_TO_DEPTH", [x], (n, h // 2, w // 2, 4 * c), x, block_size=2)


def updated(s: Sketch, x: TensorRef) -> Outputs:
    """A part of another tensor, or of this one, in its place."""
    if not x.shape or len(x.shape) > 4:
        return None
    sizes = [s.int(1, n) for n in x.shape]
    whole = s.int32([0] * len(sizes))
    (part,) = s.op("SLICE", [x, whole, s.int32(sizes)], sizes, x)
    start = s.int32([s.int(0, n) for n in x.shape])
    return s.op("DYNAMIC_UPDATE_SLICE", [x, part, start], x.shape, x)


def squared(s: Sketch, x: TensorRef) -> Outputs:
    others = [t for t in s.tensors if t.shape == x.shape and t.dtype == "int8"]
    like = (x.scale[0] ** 2 * s.pick(9.0, 60.0), s.zero_point())
    return s.op("SQUARED_DIFFERENCE", [x, s.pick(*others)], x.shape, like)


def along(s: Sketch, x: TensorRef) -> Outputs:
    if s.flag():
        return s.op("L2_NORMALIZATION", [x], x.shape, (1 / 128, 0))
    return s.op("LOG_SOFTMAX", [x], x.shape, (1 / 16, 127))


def chosen(s: Sketch, x: TensorRef) -> Outputs:
    """The larger or the smaller of two, by a comparison of another two."""
    others = [t for t in s.tensors if t.shape == x.shape and t.dtype == "int8"]
    if x.scale[0] >= 1:
        return None
    y = s.pick(*(t for t in others if t.scale[0] < 1))
    name = s.name("truth")
    truth = s.writer.op("LESS", [x, y], x.shape, None, name=name, dtype="bool")
    s.read.update((x.index, y.index))
    return s.op("SELECT_V2", [truth, x, x if s.flag() else y], x.shape, x)


def detour16(s: Sketch, x: TensorRef) -> Outputs:
    """QUANTIZE to int16, an operator or two there, and back."""
    step = x.scale[0] / 200
    (y,) = s.op("QUANTIZE", [x], x.shape, (step, 0), dtype="int16")
    for _ in range(s.int(1, 2)):
        kind = s.pick("ADD", "MUL", "LEAKY_RELU", "RELU", "MAXIMUM", "TANH", "LOGISTIC")
        if kind in ("ADD", "MUL", "MAXIMUM"):
            scale = {"ADD": 2 * y.scale[0], "MUL": y.scale[0] ** 2 * 9000, "MAXIMUM": y.scale[0]}
            (y,) = s.op(kind, [y, y], y.shape, (scale[kind], 0), dtype="int16")
        elif kind in ("TANH", "LOGISTIC"):
            (y,) = s.op(kind, [y], y.shape, (1 / 32768, 0), dtype="int16")
        else:
            options = {"alpha": 0.3} if kind == "LEAKY_RELU" else {}
            (y,) = s.op(kind, [y], y.shape, y, dtype="int16", **options)
    return _back(s, y)


def detour_float(s: Sketch, x: TensorRef) -> Outputs:
    """DEQUANTIZE, float32 arithmetic without elementary functions, QUANTIZE."""

    def real(kind: str, operands: list[TensorRef], **options: Any) -> TensorRef:
        name = s.name("real")
        made = s.writer.op(kind, operands, x.shape, None, name=name, dtype="float32", **options)
        s.made.add(made.index)
        return made

    y = real("DEQUANTIZE", [x])
    s.read.add(x.index)
    for _ in range(s.int(1, 3)):
        kind = s.pick("ADD", "SUB", "MUL", "MAXIMUM", "RELU", "SQUARE", "ABS", "FLOOR", "NEG")
        two = kind in ("ADD", "SUB", "MUL", "MAXIMUM")
        values = s.rng.normal(0, 1, x.shape[-1:]).astype(np.float32)
        other = [s.writer.constant(s.name("float"), values)] if two else []
        s.read.add(y.index)
        y = real(kind, [y, *other])
    s.read.add(y.index)
    return _back(s, y)


KINDS: tuple[Operator, ...] = (
    running,
    reversed_,
    mirrored,
    blocks,
    updated,
    squared,
    along,
    chosen,
    detour16,
    detour_float,
)
