# SPDX-License-Identifier: Apache-2.0
"""Random operators on a tensor of a TFLite model: what they need drawn, and what they write.

Every function takes a ``Sketch`` (the model being written, the source of choices) and a tensor, and
returns the operator's outputs, or None when the operator does not apply to the tensor. Parameters
are those that the reference accepts; quantisation is drawn so that results are rarely saturated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from tvm_tiny.testing.net import window_extent
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

_T = TypeVar("_T")
ACTIVATIONS = ("NONE", "NONE", "RELU", "RELU6", "RELU_N1_TO_1")
Outputs = tuple[TensorRef, ...] | None
Operator = Callable[["Sketch", TensorRef], Outputs]


class Sketch:
    """A model being written, its choices and weights made by one seed.

    Hypothesis draws the seed, not every choice: its generator repeats and varies earlier draws,
    which gives families of near-equal graphs, and a build is too slow for shrinking by choices.
    """

    def __init__(self, seed: int, name: str) -> None:
        self.writer = TFLiteWriter(name)
        self.rng = np.random.default_rng(seed)
        self.tensors: list[TensorRef] = []
        self.read: set[int] = set()
        self.made: set[int] = set()
        self._names = 0

    def int(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def pick(self, *choices: _T) -> _T:
        return choices[int(self.rng.integers(0, len(choices)))]

    def flag(self) -> bool:
        return bool(self.rng.integers(0, 2))

    def name(self, stem: str) -> str:
        self._names += 1
        return f"{stem}_{self._names}"

    def zero_point(self) -> int:
        return self.pick(0, -128, 127, -1, self.int(-128, 127))

    def scale(self) -> float:
        """Any scale a quantiser would find, no power of two more likely than others."""
        return self.pick(0.25, 0.0235294, 0.1, 0.37) * self.int(20, 99) / 64

    def input(self, shape: Sequence[int]) -> TensorRef:
        tensor = self.writer.input(
            self.name("in"), shape, scale=self.scale(), zero_point=self.zero_point()
        )
        self.tensors.append(tensor)
        return tensor

    def int32(self, values: Any) -> TensorRef:
        return self.writer.constant(self.name("int32"), np.array(values, np.int32))

    def int8(
        self,
        shape: Sequence[int],
        scale: Any,
        zero_point: int = 0,
        axis: int = 0,
        dead_axis: int | None = None,
    ) -> TensorRef:
        """Random int8 constant, of small or large values, its extremes included.

        Along ``dead_axis``, some slices may be zero: the compiler leaves such channels out.
        """
        spread = self.pick(3.0, 30.0, 90.0)
        normal = self.rng.normal(0.0, spread, shape)
        values = np.clip(np.rint(normal), -128, 127).astype(np.int8)
        if dead_axis is not None and self.pick(False, False, True):
            values *= self.rng.integers(0, 2, shape[dead_axis], np.int8).reshape(
                [-1 if axis == dead_axis else 1 for axis in range(len(shape))]
            )
        name = self.name("int8")
        return self.writer.constant(name, values, scale=scale, zero_point=zero_point, axis=axis)

    def op(
        self,
        kind: str,
        inputs: Sequence[TensorRef | None],
        shape: Sequence[int],
        like: TensorRef | tuple[float, int],
        **options: Any,
    ) -> tuple[TensorRef, ...]:
        """An operator with one output, quantised ``like`` a tensor or by (scale, zero point)."""
        scale, zero_point = (
            (like.scale[0], like.zero_point[0]) if isinstance(like, TensorRef) else like
        )
        return self.several(kind, inputs, [shape], scale, zero_point, **options)

    def several(
        self,
        kind: str,
        inputs: Sequence[TensorRef | None],
        shapes: Sequence[Sequence[int]],
        scale: float,
        zero_point: int,
        **options: Any,
    ) -> tuple[TensorRef, ...]:
        """An operator with any number of outputs."""
        names = [self.name(kind.lower()) for _ in shapes]
        made = self.writer.op_multi(kind, inputs, shapes, scale, zero_point, names=names, **options)
        self.read.update(tensor.index for tensor in inputs if tensor)
        self.made.update(tensor.index for tensor in made)
        self.tensors.extend(made)
        return made

    def window(self, x: TensorRef, largest: int, dilations: tuple[int, ...]) -> dict[str, Any]:
        """Padding, kernel, strides, dilations that leave at least one output element."""
        padding = self.pick("SAME", "VALID")
        found: dict[str, Any] = {"padding": padding}
        for axis, letter in ((1, "h"), (2, "w")):
            dilation = self.pick(*dilations)
            most = largest if padding == "SAME" else (x.shape[axis] - 1) // dilation + 1
            kernel = self.int(1, max(1, min(largest, most)))
            stride = self.int(1, 3)
            found[f"kernel_{letter}"] = kernel
            found[f"stride_{letter}"] = stride
            found[f"dilation_{letter}"] = dilation
            found[f"out_{letter}"] = window_extent(x.shape[axis], kernel, stride, dilation, padding)
        return found

    def weights(
        self,
        x: TensorRef,
        shape: tuple[int, ...],
        channel_axis: int,
        bias: bool = True,
        zero: bool = False,
    ) -> tuple[TensorRef, TensorRef | None, float]:
        """Weights, bias, and an output scale that spreads the results over the int8 range."""
        channels = shape[channel_axis]
        terms = int(np.prod(shape)) // channels
        per_channel = self.flag()
        # The input's scale cancels, so that scales do not drift along a chain of layers.
        mean = self.scale() / (x.scale[0] * 250 * terms**0.5)
        scales = mean * self.rng.uniform(0.3, 1.7, channels if per_channel else 1)
        scales = scales.astype(np.float32)
        # Fully connected weights may have a zero point, if it is one for all.
        zero_point = self.pick(0, 0, 5, -20) if zero and not per_channel else 0
        axis = channel_axis if per_channel else 0
        weights = self.int8(shape, scales, zero_point, axis, dead_axis=channel_axis)
        assert weights.data is not None
        rms = max(float(np.frombuffer(weights.data, np.int8).astype(float).std()), 1.0)
        accumulator = rms * 80 * terms**0.5
        values = self.rng.normal(0, accumulator / 3, channels).astype(np.int32)
        bias_scales = scales * np.float32(x.scale[0])
        bias_tensor = (
            self.writer.constant(self.name("bias"), values, scale=bias_scales) if bias else None
        )
        scale = x.scale[0] * float(scales.mean()) * accumulator / self.pick(15.0, 50.0, 90.0)
        return weights, bias_tensor, scale


def conv(s: Sketch, x: TensorRef) -> Outputs:
    if len(x.shape) != 4:
        return None
    win = s.window(x, 4, (1, 1, 2))
    depth = x.shape[3]
    groups = s.pick(1, *(g for g in range(1, depth + 1) if depth % g == 0))
    # Few and odd, or as many as kernels like to take at once.
    channels = groups * s.pick(s.int(1, max(1, 9 // groups)), 4, 8, 12 if groups == 1 else 2)
    shape = (channels, win["kernel_h"], win["kernel_w"], depth // groups)
    weights, bias, scale = s.weights(x, shape, 0, bias=s.pick(True, True, False))
    return _convolved(s, "CONV_2D", x, weights, bias, scale, win, channels)


def depthwise(s: Sketch, x: TensorRef) -> Outputs:
    if len(x.shape) != 4:
        return None
    win = s.window(x, 4, (1, 1, 2))
    multiplier = s.pick(1, 1, 2, 3)
    channels = x.shape[3] * multiplier
    shape = (1, win["kernel_h"], win["kernel_w"], channels)
    weights, bias, scale = s.weights(x, shape, 3)
    return _convolved(
        s, "DEPTHWISE_CONV_2D", x, weights, bias, scale, win, channels, depth_multiplier=multiplier
    )


def _convolved(
    s: Sketch,
    kind: str,
    x: TensorRef,
    weights: TensorRef,
    bias: TensorRef | None,
    scale: float,
    win: dict[str, Any],
    channels: int,
    **more: Any,
) -> Outputs:
    inputs = [x, weights] if bias is None else [x, weights, bias]
    shape = (x.shape[0], win["out_h"], win["out_w"], channels)
    names = ("padding", "stride_h", "stride_w", "dilation_h", "dilation_w")
    options = {name: win[name] for name in names} | more
    activation = s.pick(*ACTIVATIONS)
    like = (scale, s.zero_point())
    return s.op(kind, inputs, shape, like, activation=activation, **options)


def dense(s: Sketch, x: TensorRef) -> Outputs:
    keep = s.flag() and len(x.shape) > 1
    depth = x.shape[-1] if keep else int(np.prod(x.shape))
    if depth > 600:
        return None
    units = s.pick(s.int(1, 11), 8, 16, 32)
    weights, bias, scale = s.weights(x, (units, depth), 0, s.pick(True, True, False), zero=True)
    shape = (*x.shape[:-1], units) if keep else (1, units)
    activation = s.pick(*ACTIVATIONS)
    inputs = [x, weights, bias]
    like = (scale, s.zero_point())
    return s.op("FULLY_CONNECTED", inputs, shape, like, activation=activation, keep_num_dims=keep)


def transpose_conv(s: Sketch, x: TensorRef) -> Outputs:
    if len(x.shape) != 4 or x.shape[1] * x.shape[2] > 200:
        return None
    padding = s.pick("SAME", "VALID")
    channels = s.int(1, 5)
    kernels = (s.int(1, 4), s.int(1, 4))
    strides = (s.int(1, 3), s.int(1, 3))
    out = [
        extent * stride if padding == "SAME" else (extent - 1) * stride + max(kernel, stride)
        for extent, kernel, stride in zip(x.shape[1:3], kernels, strides, strict=True)
    ]
    weights, bias, scale = s.weights(x, (channels, *kernels, x.shape[3]), 0, bias=s.flag())
    shape = (x.shape[0], *out, channels)
    inputs = [s.int32(shape), weights, x] + ([] if bias is None else [bias])
    return s.op(
        "TRANSPOSE_CONV",
        inputs,
        shape,
        (scale, s.zero_point()),
        padding=padding,
        stride_h=strides[0],
        stride_w=strides[1],
    )


def binary(s: Sketch, x: TensorRef) -> Outputs:
    """ADD, SUB, MUL, MAXIMUM, MINIMUM with a tensor of the model, a new input or a constant."""
    if len(x.shape) > 4:
        return None
    kind = s.pick("ADD", "ADD", "SUB", "MUL", "MAXIMUM", "MINIMUM")
    other = _operand(s, x)
    pair = [x, other] if s.flag() else [other, x]
    shape = np.broadcast_shapes(x.shape, other.shape)
    if kind in ("MAXIMUM", "MINIMUM"):
        return s.op(kind, pair, shape, x)
    a, b = (tensor.scale[0] for tensor in pair)
    scale = a * b * 60 if kind == "MUL" else a + b
    scale = min(max(scale * s.pick(0.5, 0.9, 1.7), 1e-3), 30.0)
    like = (scale, s.zero_point())
    return s.op(kind, pair, shape, like, activation=s.pick(*ACTIVATIONS))


def _operand(s: Sketch, x: TensorRef) -> TensorRef:
    source = s.pick("model", "model", "constant", "input")
    if source == "model":
        fitting = [
            t for t in s.tensors if len(t.shape) == len(x.shape) and _broadcasts(t.shape, x.shape)
        ]
        return s.pick(*fitting)
    shape = tuple(s.pick(extent, extent, 1) for extent in x.shape)
    if s.pick(False, False, True):
        shape = shape[s.int(0, len(shape) - 1) :]  # fewer dimensions: aligned at the last
    if source == "input":
        return s.input(shape)
    return s.int8(shape, s.scale(), s.zero_point())


def _broadcasts(a: tuple[int, ...], b: tuple[int, ...]) -> bool:
    return all(m == n or 1 in (m, n) for m, n in zip(a, b, strict=True))


def pool(s: Sketch, x: TensorRef) -> Outputs:
    if len(x.shape) != 4:
        return None
    win = s.window(x, 5, (1,))
    return s.op(
        s.pick("AVERAGE_POOL_2D", "MAX_POOL_2D"),
        [x],
        (x.shape[0], win["out_h"], win["out_w"], x.shape[3]),
        x,
        padding=win["padding"],
        stride_h=win["stride_h"],
        stride_w=win["stride_w"],
        filter_h=win["kernel_h"],
        filter_w=win["kernel_w"],
        activation=s.pick(*ACTIVATIONS),
    )


def reduce(s: Sketch, x: TensorRef) -> Outputs:
    rank = len(x.shape)
    if rank > 4:
        return None
    kind = s.pick("MEAN", "MEAN", "SUM")
    axes = s.pick(*_axis_sets(rank))
    count = int(np.prod([x.shape[axis] for axis in axes]))
    keep = s.flag()
    shape = np.zeros(x.shape, np.int8).sum(axes, keepdims=keep).shape
    signed = [axis - rank if s.flag() else axis for axis in axes]
    gain = count**0.5 if kind == "SUM" else count**-0.5
    like = x if s.flag() else (x.scale[0] * gain * 1.3, s.zero_point())
    return s.op(kind, [x, s.int32(signed)], shape, like, keep_dims=keep)


def _axis_sets(rank: int) -> list[tuple[int, ...]]:
    sets: list[tuple[int, ...]] = [(axis,) for axis in range(rank)]
    if rank == 4:
        sets += [(1, 2), (1, 2), (2, 3), (1, 2, 3)]
    if rank == 3:
        sets += [(1, 2), (0, 1)]
    return sets


def unary(s: Sketch, x: TensorRef) -> tuple[TensorRef, ...]:
    """Elementwise functions of one tensor, the ones the compiler makes tables of."""
    kind = s.pick("RELU", "RELU6", "LEAKY_RELU", "HARD_SWISH", "LOGISTIC", "TANH", "QUANTIZE")
    if kind == "LOGISTIC":
        return s.op(kind, [x], x.shape, (1 / 256, -128))
    if kind == "TANH":
        return s.op(kind, [x], x.shape, (1 / 128, 0))
    if kind == "RELU6":  # the reference does not rescale
        return s.op(kind, [x], x.shape, x)
    options = {"alpha": s.pick(0.1, 0.3, 1.5)} if kind == "LEAKY_RELU" else {}
    like = (x.scale[0] * s.pick(0.6, 1.0, 1.9), s.zero_point())
    return s.op(kind, [x], x.shape, like, **options)


def prelu(s: Sketch, x: TensorRef) -> Outputs:
    if len(x.shape) != 4:
        return None
    shape = s.pick((1, 1, x.shape[3]), x.shape[1:], (1, 1, 1))
    alpha = s.int8(shape, 0.013, s.pick(0, 0, 7))
    like = (x.scale[0] * s.pick(0.6, 1.1), s.zero_point())
    return s.op("PRELU", [x, alpha], x.shape, like)


def softmax(s: Sketch, x: TensorRef) -> Outputs:
    return s.op("SOFTMAX", [x], x.shape, (1 / 256, -128), beta=s.pick(1.0, 1.0, 0.4, 2.5))


def borders(s: Sketch, x: TensorRef) -> Outputs:
    """QUANTIZE of a float input, an operator, DEQUANTIZE to a float output."""
    image = s.writer.input(s.name("float"), x.shape, dtype="float32")
    (q,) = s.op("QUANTIZE", [image], x.shape, (s.scale(), s.zero_point()))
    made = binary(s, q) if len(x.shape) < 5 and s.flag() else unary(s, q)
    (y,) = made or (q,)
    name = s.name("real")
    real = s.writer.op("DEQUANTIZE", [y], y.shape, None, name=name, dtype="float32")
    return (real, *s.op("RELU", [x], x.shape, x))
