# SPDX-License-Identifier: Apache-2.0
"""One or more models an operator, each with what it means in real numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

Real = npt.NDArray[np.float64]
Build = Callable[[TFLiteWriter], Sequence[TensorRef]]
SCALE, ZERO = 0.1, 3  # of every input
SHAPE = (1, 6, 5, 4)


@dataclass(frozen=True)
class Case:
    """A model, its meaning over the inputs' real values in order, and the steps it may be off."""

    label: str
    build: Build
    meaning: Callable[..., Real | Sequence[Real]]
    steps: float = 1.0

    @property
    def kind(self) -> str:
        return self.label.split()[0]


def _rng() -> np.random.Generator:
    return np.random.default_rng(7)


def _x(w: TFLiteWriter, shape: tuple[int, ...] = SHAPE, name: str = "x") -> TensorRef:
    return w.input(name, shape, scale=SCALE, zero_point=ZERO)


def _ints(w: TFLiteWriter, name: str, *values: Any) -> TensorRef:
    return w.constant(name, np.array(values, np.int32))


def _values(shape: tuple[int, ...]) -> npt.NDArray[np.int8]:
    return _rng().integers(-90, 90, shape).astype(np.int8)


def _windows(x: Real, k: int, stride: int, dilation: int, same: bool, fill: float) -> Real:
    """(1, H, W, k, k, C) windows of an NHWC tensor, TFLite's SAME padding."""
    span = (k - 1) * dilation + 1
    pads = [(0, 0), (0, 0), (0, 0), (0, 0)]
    for axis in (1, 2):
        out = -(-x.shape[axis] // stride) if same else -(-(x.shape[axis] - span + 1) // stride)
        total = max(0, (out - 1) * stride + span - x.shape[axis]) if same else 0
        pads[axis] = (total // 2, total - total // 2)
    x = np.pad(x, pads, constant_values=fill)
    view = np.lib.stride_tricks.sliding_window_view(x, (span, span), axis=(1, 2))
    return np.moveaxis(view[:, ::stride, ::stride, :, ::dilation, ::dilation], 3, 5)


def _conv(stride: int = 1, dilation: int = 1, padding: str = "SAME", groups: int = 1) -> Case:
    scales = np.array([0.01, 0.02, 0.015, 0.005])
    values = _values((4, 3, 3, 4 // groups))
    bias = np.array([100, -2000, 30, 4], np.int32)

    def build(w: TFLiteWriter) -> list[TensorRef]:
        weights = w.constant("w", values, scale=scales)
        inputs = [_x(w), weights, w.constant("b", bias, scale=scales * SCALE)]
        h, v = (-(-s // stride) if padding == "SAME" else s - 2 * dilation for s in SHAPE[1:3])
        return [
            w.op(
                "CONV_2D",
                inputs,
                (1, h, v, 4),
                0.4,
                -5,
                name="y",
                stride_h=stride,
                stride_w=stride,
                dilation_h=dilation,
                dilation_w=dilation,
                padding=padding,
                activation="RELU_N1_TO_1" if groups > 1 else "NONE",
            )
        ]

    def meaning(x: Real) -> Real:
        windows = _windows(x, 3, stride, dilation, padding == "SAME", 0.0)
        kernel = values * scales.reshape(4, 1, 1, 1)
        depth = 4 // groups
        y = np.concatenate(
            [
                np.einsum(
                    "nhwijc,oijc->nhwo",
                    windows[..., g * depth : (g + 1) * depth],
                    kernel[g * 4 // groups : (g + 1) * 4 // groups],
                )
                for g in range(groups)
            ],
            axis=3,
        )
        y += bias * scales * SCALE
        return np.clip(y, -1, 1) if groups > 1 else y

    return Case(f"CONV_2D s{stride} d{dilation} {padding} g{groups}", build, meaning)


def _depthwise(multiplier: int, per_channel: bool) -> Case:
    channels = 4 * multiplier
    scales = np.linspace(0.01, 0.03, channels) if per_channel else np.full(channels, 0.02)
    values = _values((1, 3, 3, channels))

    def build(w: TFLiteWriter) -> list[TensorRef]:
        scale = scales if per_channel else scales[:1]
        inputs = [_x(w), w.constant("w", values, scale=scale, axis=3)]
        return [
            w.op(
                "DEPTHWISE_CONV_2D",
                inputs,
                (1, 3, 3, channels),
                0.2,
                -5,
                name="y",
                stride_h=2,
                stride_w=2,
                depth_multiplier=multiplier,
                activation="RELU",
            )
        ]

    def meaning(x: Real) -> Real:
        windows = np.repeat(_windows(x, 3, 2, 1, True, 0.0), multiplier, axis=5)
        return np.maximum(np.einsum("nhwijc,ijc->nhwc", windows, values[0] * scales), 0)

    return Case(f"DEPTHWISE_CONV_2D x{multiplier} {per_channel=}", build, meaning)


def _dense(per_channel: bool, keep: bool) -> Case:
    scales = np.linspace(0.01, 0.03, 9) if per_channel else np.full(9, 0.02)
    bias = 300 * np.arange(9, dtype=np.int32) - 1000
    shape = (1, 6, 5, 4) if keep else (1, 12)
    values = _values((9, shape[-1]))

    def build(w: TFLiteWriter) -> list[TensorRef]:
        weights = w.constant("w", values, scale=scales if per_channel else scales[:1])
        inputs = [_x(w, shape), weights, w.constant("b", bias, scale=scales * SCALE)]
        out = (*shape[:-1], 9)
        return [w.op("FULLY_CONNECTED", inputs, out, 0.3, 1, name="y", keep_num_dims=keep)]

    def meaning(x: Real) -> Real:
        return (x @ values.T + bias * SCALE) * scales

    return Case(f"FULLY_CONNECTED {per_channel=} {keep=}", build, meaning)


def _transpose_conv() -> Case:
    values = _values((2, 3, 3, 4))
    scales = np.array([0.02, 0.01])

    def build(w: TFLiteWriter) -> list[TensorRef]:
        inputs = [
            _ints(w, "shape", 1, 13, 11, 2),
            w.constant("w", values, scale=scales),
            _x(w),
            w.constant("b", np.array([50, -60], np.int32), scale=scales * SCALE),
        ]
        return [
            w.op(
                "TRANSPOSE_CONV",
                inputs,
                (1, 13, 11, 2),
                0.3,
                1,
                name="y",
                padding="VALID",
                stride_h=2,
                stride_w=2,
            )
        ]

    def meaning(x: Real) -> Real:
        y = np.tile(np.array([50, -60]) * scales * SCALE, (1, 13, 11, 1))
        kernel = values * scales.reshape(2, 1, 1, 1)
        for i in range(6):
            for j in range(5):
                y[0, 2 * i : 2 * i + 3, 2 * j : 2 * j + 3] += np.einsum(
                    "c,oijc->ijo", x[0, i, j], kernel
                )
        return y

    return Case("TRANSPOSE_CONV", build, meaning)


def _binary(kind: str, meaning: Callable[[Real, Real], Real]) -> list[Case]:
    def build(other: tuple[int, ...]) -> Build:
        scale = 0.1 if kind in ("MAXIMUM", "MINIMUM") else 0.5
        zero = ZERO if kind in ("MAXIMUM", "MINIMUM") else -2
        return lambda w: [w.op(kind, [_x(w), _x(w, other, "z")], SHAPE, scale, zero, name="y")]

    return [Case(f"{kind} {other}", build(other), meaning) for other in (SHAPE, (1, 1, 1, 4), (4,))]


def _pool(kind: str, meaning: Callable[[Real], Real]) -> Case:
    return Case(
        kind,
        lambda w: [
            w.op(
                kind,
                [_x(w)],
                (1, 2, 2, 4),
                SCALE,
                ZERO,
                name="y",
                padding="VALID",
                stride_h=2,
                stride_w=2,
                filter_h=3,
                filter_w=3,
            )
        ],
        lambda x: meaning(_windows(x, 3, 2, 1, False, 0.0)),
    )


def _reduce(kind: str, meaning: Callable[..., Real], *axes: int, keep: bool) -> Case:
    out = np.zeros(SHAPE).sum(axes, keepdims=keep).shape
    return Case(
        f"{kind} {axes} {keep=}",
        lambda w: [
            w.op(kind, [_x(w), _ints(w, "a", *axes)], out, 0.3, 5, name="y", keep_dims=keep)
        ],
        lambda x: meaning(x, axis=axes, keepdims=keep),
    )


def _unary(
    kind: str, meaning: Callable[[Real], Real], scale: float, zero: int, **options: Any
) -> Case:
    return Case(
        kind, lambda w: [w.op(kind, [_x(w)], SHAPE, scale, zero, name="y", **options)], meaning
    )


def _moved(
    kind: str,
    shape: tuple[int, ...],
    operands: dict[str, Any],
    meaning: Callable[[Real], Real],
    **options: Any,
) -> Case:
    """An operator that moves values: one input, int32 operands, the input's quantisation."""
    return Case(
        kind,
        lambda w: [
            w.op(
                kind,
                [_x(w), *(w.constant(n, np.array(v, np.int32)) for n, v in operands.items())],
                shape,
                SCALE,
                ZERO,
                name="y",
                **options,
            )
        ],
        meaning,
        steps=0,
    )


def _several(
    kind: str,
    shapes: Sequence[tuple[int, ...]],
    inputs: Callable[[TFLiteWriter], list[TensorRef]],
    meaning: Callable[[Real], Sequence[Real]],
    **options: Any,
) -> Case:
    names = [f"y{i}" for i in range(len(shapes))]
    return Case(
        kind,
        lambda w: w.op_multi(kind, inputs(w), shapes, SCALE, ZERO, names=names, **options),
        meaning,
        steps=0,
    )


def _nearest(x: Real) -> Real:
    rows, columns = np.arange(12) // 2, np.arange(15) // 3
    return x[:, rows][:, :, columns]


def _bilinear(x: Real) -> Real:
    def lerp(x: Real, axis: int, count: int) -> Real:
        at = np.arange(count) * (x.shape[axis] - 1) / (count - 1)
        low = np.minimum(at.astype(int), x.shape[axis] - 2)
        part = (at - low).reshape([-1 if i == axis else 1 for i in range(4)])
        return np.take(x, low, axis) * (1 - part) + np.take(x, low + 1, axis) * part

    return lerp(lerp(x, 1, 11), 2, 9)


def _softmax(x: Real) -> Real:
    e = np.exp(0.5 * (x - x.max(-1, keepdims=True)))
    return e / e.sum(-1, keepdims=True)


_ALPHA = np.array([10, -20, 3, 0], np.int8)
_PADS = [[0, 0], [1, 2], [0, 3], [2, 0]]


def _padv2(w: TFLiteWriter) -> list[TensorRef]:
    value = w.constant("v", np.array(13, np.int8), scale=SCALE, zero_point=ZERO)
    inputs = [_x(w), w.constant("p", np.array(_PADS, np.int32)), value]
    return [w.op("PADV2", inputs, (1, 9, 8, 6), SCALE, ZERO, name="y")]


CASES: list[Case] = [
    _conv(),
    _conv(stride=2),
    _conv(dilation=2, padding="VALID"),
    _conv(groups=2),
    _depthwise(1, True),
    _depthwise(2, False),
    _dense(False, False),
    _dense(True, False),
    _dense(False, True),
    _transpose_conv(),
    *_binary("ADD", np.add),
    *_binary("SUB", np.subtract),
    *_binary("MUL", np.multiply),
    *_binary("MAXIMUM", np.maximum),
    *_binary("MINIMUM", np.minimum),
    _pool("AVERAGE_POOL_2D", lambda x: x.mean((3, 4))),
    _pool("MAX_POOL_2D", lambda x: x.max((3, 4))),
    _reduce("MEAN", np.mean, 1, 2, keep=True),
    _reduce("MEAN", np.mean, 3, keep=False),
    _reduce("SUM", np.sum, 1, keep=False),
    _reduce("SUM", np.sum, 2, 3, keep=True),
    _moved("PAD", (1, 9, 8, 6), {"p": _PADS}, lambda x: np.pad(x, _PADS)),
    Case("PADV2", _padv2, lambda x: np.pad(x, _PADS, constant_values=1.0), 0),
    _moved("RESHAPE", (1, 120), {"s": [1, -1]}, lambda x: x.reshape(1, 120), new_shape=(1, -1)),
    _moved("TRANSPOSE", (1, 4, 6, 5), {"p": [0, 3, 1, 2]}, lambda x: x.transpose(0, 3, 1, 2)),
    _moved("SLICE", (1, 2, 5, 3), {"b": [0, 1, 0, 1], "s": [1, 2, -1, 3]},
           lambda x: x[:, 1:3, :, 1:4]),
    _moved("STRIDED_SLICE", (1, 3, 2), {"b": [0, 5, 1, 1], "e": [0, 0, 4, 4], "s": [1, -2, 2, 9]},
           lambda x: x[:, :-6:-2, 1:4:2, 1], begin_mask=1, end_mask=3, shrink_axis_mask=8),
    _moved("SQUEEZE", (6, 5, 4), {}, lambda x: x[0], squeeze_dims=(0,)),
    _moved("EXPAND_DIMS", (1, 1, 6, 5, 4), {"a": 1}, lambda x: x[:, None]),
    _moved("RESIZE_NEAREST_NEIGHBOR", (1, 12, 15, 4), {"s": [12, 15]}, _nearest),
    Case("RESIZE_BILINEAR",
         lambda w: [w.op("RESIZE_BILINEAR", [_x(w), _ints(w, "s", 11, 9)], (1, 11, 9, 4),
                         SCALE, ZERO, name="y", align_corners=True)], _bilinear),
    Case("CONCATENATION",
         lambda w: [w.op("CONCATENATION", [_x(w), _x(w, (1, 6, 5, 3), "z")], (1, 6, 5, 7),
                         SCALE, ZERO, name="y", axis=-1)],
         lambda x, z: np.concatenate([x, z], 3), 0),
    Case("PACK",
         lambda w: [w.op("PACK", [_x(w), _x(w, name="z")], (1, 6, 2, 5, 4), SCALE, ZERO,
                         name="y", values_count=2, axis=2)],
         lambda x, z: np.stack([x, z], 2), 0),
    _several("SPLIT", [(1, 6, 5, 2)] * 2, lambda w: [_ints(w, "a", 3), _x(w)],
             lambda x: np.split(x, 2, 3), num_splits=2),
    _several("SPLIT_V", [(1, 2, 5, 4), (1, 4, 5, 4)],
             lambda w: [_x(w), _ints(w, "s", 2, 4), w.constant("a", np.array(1, np.int32))],
             lambda x: np.split(x, [2], 1), num_splits=2),
    _several("UNPACK", [(1, 6, 4)] * 5, lambda w: [_x(w)],
             lambda x: [x[:, :, i] for i in range(5)], num=5, axis=2),
    _unary("RELU", lambda x: np.maximum(x, 0), 0.06, -128),
    # The reference clamps without rescaling: input and output share their quantisation.
    _unary("RELU6", lambda x: np.clip(x, 0, 6), SCALE, ZERO),
    _unary("LEAKY_RELU", lambda x: np.where(x < 0, 0.3 * x, x), 0.1, -40, alpha=0.3),
    Case("PRELU",
         lambda w: [w.op("PRELU", [_x(w), w.constant("a", _ALPHA.reshape(1, 1, 4), scale=0.05)],
                         SHAPE, 0.2, 5, name="y")],
         lambda x: np.where(x < 0, x * _ALPHA * 0.05, x)),
    _unary("HARD_SWISH", lambda x: x * np.clip(x + 3, 0, 6) / 6, 0.06, -115),
    _unary("LOGISTIC", lambda x: 1 / (1 + np.exp(-x)), 1 / 256, -128),
    _unary("TANH", np.tanh, 1 / 128, 0),
    _unary("SOFTMAX", _softmax, 1 / 256, -128, beta=0.5),
    Case("QUANTIZE int8", lambda w: [w.op("QUANTIZE", [_x(w)], SHAPE, 0.2, -7, name="y")],
         lambda x: x),
]  # fmt: skip
