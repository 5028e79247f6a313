# SPDX-License-Identifier: Apache-2.0
"""Well-formed TFLite files that say absurd things: wrong indices, shapes, parameters, sizes."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from damage import Damaged

from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

HUGE = 2**31 - 1
SHAPE = (1, 6, 6, 4)


class Absurd(TFLiteWriter):
    """A writer that lets a test lie."""

    def x(self, shape: tuple[int, ...] = SHAPE, **quantisation: Any) -> TensorRef:
        return self.input("x", shape, **({"scale": 0.1, "zero_point": 3} | quantisation))

    def weights(self, shape: tuple[int, ...] = (4, 3, 3, 4), scale: Any = 0.02) -> TensorRef:
        values = np.arange(np.prod(shape)) % 100 - 50
        return self.constant("weights", values.astype(np.int8).reshape(shape), scale=scale)

    def bias(self, count: int = 4) -> TensorRef:
        return self.constant("bias", np.arange(count, dtype=np.int32), scale=0.002)

    def ints(self, *values: Any, name: str = "ints") -> TensorRef:
        return self.constant(name, np.array(values, np.int32))

    def end(self, kind: str, inputs: list[Any], shape: Any = SHAPE, **options: Any) -> TensorRef:
        scale, zero_point = options.pop("scale", 0.1), options.pop("zero_point", 3)
        y = self.op(kind, inputs, shape, scale, zero_point, name="y", **options)
        self.output(y)
        return y

    def lie(self, tensor: TensorRef, **changes: Any) -> None:
        """Change what is written of a tensor, after the fact."""
        self._tensors[tensor.index] = dataclasses.replace(tensor, **changes)


def _conv(label: str, **options: Any) -> tuple[str, Callable[[Absurd], Any]]:
    return f"conv {label}", lambda w: w.end("CONV_2D", [w.x(), w.weights(), w.bias()], **options)


def _scale(label: str, scale: float) -> tuple[str, Callable[[Absurd], Any]]:
    return f"scale {label}", lambda w: w.end("CONV_2D", [w.x(scale=scale), w.weights(), w.bias()])


def _with_ints(
    kind: str, label: str, values: Any, shape: Any = SHAPE, **options: Any
) -> tuple[str, Callable[[Absurd], Any]]:
    return f"{kind} {label}", lambda w: w.end(kind, [w.x(), w.ints(*values)], shape, **options)


def _liar(label: str, **changes: Any) -> tuple[str, Callable[[Absurd], Any]]:
    """A convolution whose weights are not what they claim."""

    def build(w: Absurd) -> None:
        weights = w.weights()
        w.end("CONV_2D", [w.x(), weights, w.bias()])
        w.lie(weights, **changes)

    return f"weights {label}", build


def _no_such_tensor(index: int) -> TensorRef:
    return TensorRef(index, "ghost", SHAPE, "int8", (0.1,), (3,), 0, None)


def _cycle(w: Absurd) -> None:
    w.output(w.op("ADD", [w.x(), _no_such_tensor(1)], SHAPE, 0.1, 3, name="own input"))


def _backwards(w: Absurd) -> None:
    x = w.x()
    y = w.op("RELU", [_no_such_tensor(2)], SHAPE, 0.1, 3, name="reads the next")
    w.op("RELU", [x], SHAPE, 0.1, 3, name="comes too late")
    w.output(y)


def _twice(w: Absurd) -> None:
    y = w.end("RELU", [w.x()])
    w._ops.append(w._ops[0])
    w.output(y)


def _writes_to(index: int) -> Callable[[Absurd], None]:
    def build(w: Absurd) -> None:
        w.output(w.x(), w.constant("c", np.zeros(SHAPE, np.int8), scale=0.1))
        y = w.op("RELU", [_no_such_tensor(0)], SHAPE, 0.1, 3, name="y")
        w.output(y)
        w._ops[0] = dataclasses.replace(w._ops[0], outputs=(index,))

    return build


def _arity(kind: str, count: int) -> tuple[str, Callable[[Absurd], Any]]:
    def build(w: Absurd) -> None:
        x = w.x()
        w.end(kind, [x] * count)

    return f"{kind} with {count} inputs", build


def _chain(length: int) -> Callable[[Absurd], None]:
    def build(w: Absurd) -> None:
        x = w.x((1, 4))
        for i in range(length):
            x = w.op("RELU", [x], (1, 4), 0.1 + i / 1e5, 3, name=f"relu{i}")
        w.output(x)

    return build


def _borders(*outputs: int, inputs: tuple[int, ...] = (0,)) -> Callable[[Absurd], None]:
    def build(w: Absurd) -> None:
        w.end("RELU", [w.x()])
        w._inputs[:] = inputs
        w._outputs[:] = outputs

    return build


MODELS: tuple[tuple[str, Callable[[Absurd], Any]], ...] = (
    ("no operators", lambda w: w.output(w.x())),
    ("nothing", lambda w: None),
    ("no outputs", _borders()),
    ("no inputs", _borders(1, inputs=())),
    ("output twice", _borders(1, 1)),
    ("input twice", _borders(1, inputs=(0, 0))),
    ("output index too large", _borders(77)),
    ("output index negative", _borders(-1)),
    ("input index too large", _borders(1, inputs=(77,))),
    ("constant output", _writes_to(2)),
    ("writes its input", _writes_to(0)),
    ("writes a constant", _writes_to(1)),
    ("writes nowhere", _writes_to(-1)),
    ("writes out of range", _writes_to(55)),
    ("cycle", _cycle),
    ("backwards", _backwards),
    ("one tensor made twice", _twice),
    ("reads out of range", lambda w: w.end("ADD", [w.x(), _no_such_tensor(99)])),
    ("reads a negative tensor", lambda w: w.end("ADD", [w.x(), _no_such_tensor(-7)])),
    *(
        _arity(kind, count)
        for kind in ("CONV_2D", "ADD", "SOFTMAX", "RESHAPE", "TRANSPOSE_CONV", "CONCATENATION")
        for count in (0, 1, 9)
    ),
    *(
        (f"input {shape}", lambda w, shape=shape: w.end("RELU", [w.x(shape)], shape))
        for shape in (
            (1, 0, 4, 4), (1, -1, 4, 4), (1, HUGE, HUGE, HUGE), (1, 46341, 46341, 1),
            (1, 1 << 20, 1 << 20, 1), (), (1,) * 40, (0,), (3, 4, 4, 4),
        )
    ),
    ("channels differ", lambda w: w.end("CONV_2D", [w.x((1, 6, 6, 5)), w.weights(), w.bias()])),
    ("rank differs", lambda w: w.end("CONV_2D", [w.x((6, 4)), w.weights(), w.bias()])),
    ("weights rank 2", lambda w: w.end("CONV_2D", [w.x(), w.weights((4, 36)), w.bias()])),
    ("bias too short", lambda w: w.end("CONV_2D", [w.x(), w.weights(), w.bias(3)])),
    ("bias is int8", lambda w: w.end(
        "CONV_2D", [w.x(), w.weights(), w.constant("b8", np.zeros(4, np.int8), scale=0.1)])),
    ("bias is the input", lambda w: (lambda x: w.end("CONV_2D", [x, w.weights(), x]))(w.x())),
    ("weights are the input", lambda w: (lambda x: w.end("CONV_2D", [x, x, w.bias()]))(w.x())),
    _conv("result has another shape", shape=(1, 7, 6, 4)),
    _conv("result is huge", shape=(1, HUGE, HUGE, 4)),
    _conv("stride 0", stride_h=0),
    _conv("stride -1", stride_w=-1),
    _conv("stride huge", stride_h=HUGE),
    _conv("dilation 0", dilation_h=0),
    _conv("dilation huge", dilation_w=HUGE),
    _conv("dilation negative", dilation_w=-2),
    _conv("window larger than a VALID input", dilation_h=9, padding="VALID"),
    _conv("result zero point 4000", zero_point=4000),
    _conv("result without quantisation", scale=None),
    _conv("result scale 0", scale=0.0),
    _scale("0", 0.0),
    _scale("negative", -0.1),
    _scale("NaN", float("nan")),
    _scale("infinite", float("inf")),
    _scale("denormal", 1e-42),
    _scale("1e38", 1e38),
    _liar("with five scales", scale=(0.1,) * 5, zero_point=(0,) * 5),
    _liar("quantised along dimension 9", scale=(0.1,) * 4, zero_point=(0,) * 4, axis=9),
    _liar("with a zero point", zero_point=(5,)),
    _liar("with half their data", data=bytes(72)),
    _liar("with one byte too many", data=bytes(145)),
    _liar("of huge shape", shape=(4, 30000, 30000, 4)),
    _liar("of negative shape", shape=(4, -3, -3, 4)),
    _liar("of type float32", dtype="float32"),
    _liar("without scale", scale=(), zero_point=()),
    ("depth multiplier 0", lambda w: w.end(
        "DEPTHWISE_CONV_2D", [w.x(), w.weights((1, 3, 3, 4)), w.bias()], depth_multiplier=0)),
    ("depth multiplier 3", lambda w: w.end(
        "DEPTHWISE_CONV_2D", [w.x(), w.weights((1, 3, 3, 4)), w.bias()], depth_multiplier=3)),
    ("pool window 0", lambda w: w.end("MAX_POOL_2D", [w.x()], filter_h=0)),
    ("pool window huge", lambda w: w.end("AVERAGE_POOL_2D", [w.x()], filter_h=HUGE)),
    ("pool scale differs", lambda w: w.end("AVERAGE_POOL_2D", [w.x()], scale=0.3)),
    ("dense depth differs", lambda w: w.end(
        "FULLY_CONNECTED", [w.x(), w.weights((4, 7)), w.bias()], (1, 4))),
    ("softmax beta NaN", lambda w: w.end(
        "SOFTMAX", [w.x()], scale=1 / 256, zero_point=-128, beta=float("nan"))),
    ("softmax beta -1", lambda w: w.end(
        "SOFTMAX", [w.x()], scale=1 / 256, zero_point=-128, beta=-1.0)),
    ("softmax scale differs", lambda w: w.end("SOFTMAX", [w.x()])),
    ("leaky alpha NaN", lambda w: w.end("LEAKY_RELU", [w.x()], alpha=float("nan"))),
    ("leaky alpha 1e30", lambda w: w.end("LEAKY_RELU", [w.x()], alpha=1e30)),
    ("concat axis 9", lambda w: w.end("CONCATENATION", [w.x()], axis=9)),
    ("unpack of 1000", lambda w: w.end("UNPACK", [w.x()], num=1000, axis=1)),
    ("pack axis -9", lambda w: w.end("PACK", [w.x()], values_count=1, axis=-9)),
    ("split of 0", lambda w: w.end("SPLIT", [w.ints(3, name="a"), w.x()], num_splits=0)),
    ("split axis 12", lambda w: w.end("SPLIT", [w.ints(12, name="a"), w.x()], num_splits=1)),
    _with_ints("RESHAPE", "to another size", [1, 7], (1, 7)),
    _with_ints("RESHAPE", "to huge", [HUGE, HUGE], (HUGE, HUGE)),
    _with_ints("RESHAPE", "two unknown", [-1, -1], (12, 12)),
    _with_ints("TRANSPOSE", "repeats an axis", [0, 1, 1, 3]),
    _with_ints("TRANSPOSE", "out of range", [0, 1, 2, 9]),
    _with_ints("TRANSPOSE", "too short", [0, 1]),
    _with_ints("PAD", "negative", [[0, 0], [-2, 0], [0, 0], [0, 0]], (1, 4, 6, 4)),
    _with_ints("PAD", "huge", [[0, 0], [HUGE, HUGE], [0, 0], [0, 0]], (1, HUGE, 6, 4)),
    _with_ints("PAD", "too short", [[0, 0], [1, 1]], (1, 8, 6, 4)),
    _with_ints("MEAN", "axis 12", [12], (1, 6, 6)),
    _with_ints("MEAN", "axis twice", [1, 1], (1, 6, 4)),
    _with_ints("RESIZE_BILINEAR", "to 0", [0, 5], (1, 0, 5, 4)),
    _with_ints("RESIZE_NEAREST_NEIGHBOR", "to huge", [1 << 30, 9], (1, 1 << 30, 9, 4)),
    _with_ints("SQUEEZE", "what is not 1", [], (1, 6, 4), squeeze_dims=(2,)),
    _with_ints("EXPAND_DIMS", "axis 30", [30], (1, 6, 6, 4, 1)),
    ("slice outside", lambda w: w.end(
        "SLICE", [w.x(), w.ints(0, 5, 0, 0, name="b"), w.ints(1, 4, 6, 4)], (1, 4, 6, 4))),
    ("strided slice by 0", lambda w: w.end(
        "STRIDED_SLICE",
        [w.x(), w.ints(0, 0, 0, 0, name="b"), w.ints(1, 6, 6, 4, name="e"), w.ints(1, 0, 1, 1)])),
    ("float", lambda w: w.end(
        "RELU", [w.input("x", SHAPE, dtype="float32")], scale=None, dtype="float32")),
    ("int16", lambda w: w.end("RELU", [w.x(dtype="int16")], dtype="int16")),
    ("uint8", lambda w: w.end("RELU", [w.x(dtype="uint8")], dtype="uint8")),
    ("int8 to int16", lambda w: w.end("QUANTIZE", [w.x()], dtype="int16")),
    ("512 in a row", _chain(512)),
)  # fmt: skip


def absurd_models() -> Iterator[Damaged]:
    for label, build in MODELS:
        writer = Absurd(label)
        build(writer)
        yield Damaged(label, ".tflite", writer.finish())
