# SPDX-License-Identifier: Apache-2.0
"""Layers over the writer: shapes, seeded weights and scales that keep int8 busy.

Weights are normal, seeded, and scaled so that every layer's real values have a standard deviation
of about 2: no tensor saturates and none is flat, however deep the net. This holds because
the weights have mean zero, so the variance of a sum is the sum of the inputs' second moments
(He et al. 2015, "Delving Deep into Rectifiers", section 2.2).
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.arithmetic.element_types import Q8
from tvm_tiny.arithmetic.quant import UNIT
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

_WEIGHT_STD: Final = 32.0  # normal weights are clipped at 4 sigma
_REAL_STD: Final = 2.0  # of every layer's output
_SPAN_STDS: Final = 3.5  # standard deviations that the int8 range covers


def window_extent(size: int, window: int, stride: int, dilation: int, padding: str) -> int:
    """Output extent of a sliding window (TFLite ``ComputeOutSize``)."""
    if padding == "SAME":
        return -(-size // stride)
    return -(-(size - (window - 1) * dilation) // stride)


Window = int | tuple[int, int]
"""Extent of a window, or its height and width."""


class Net:
    """A model under construction, layer by layer; NHWC, batch 1, int8."""

    def __init__(self, name: str, seed: int) -> None:
        self.writer = TFLiteWriter(name)
        self._rng = np.random.default_rng(seed)
        self._count = 0

    def input(self, shape: tuple[int, ...], name: str = "image") -> TensorRef:
        """Add an input; real values are about -2 to 2."""
        return self.writer.input(name, shape, scale=1 / 64, zero_point=-1)

    def conv(
        self,
        x: TensorRef,
        channels: int,
        *,
        kernel: Window = 3,
        stride: Window = 1,
        dilation: int = 1,
        padding: str = "SAME",
        activation: str = "NONE",
        finer: float = 1.0,
        name: str = "",
    ) -> TensorRef:
        """CONV_2D with per-channel weights and a bias; ``finer``: divides the output's scale."""
        window, strides = _pair(kernel), _pair(stride)
        weights_shape = (channels, *window, x.shape[3])
        name, weights, bias = self._weights("conv", name, x, weights_shape, 0)
        height, width = _extents(x.shape, window, strides, padding, dilation)
        return self.writer.op(
            "CONV_2D",
            [x, weights, bias],
            (1, height, width, channels),
            *_range(activation, finer),
            name=name,
            padding=padding,
            stride_h=strides[0],
            stride_w=strides[1],
            dilation_h=dilation,
            dilation_w=dilation,
            activation=activation,
        )

    def depthwise(
        self,
        x: TensorRef,
        *,
        kernel: Window = 3,
        stride: Window = 1,
        dilation: int = 1,
        padding: str = "SAME",
        activation: str = "NONE",
        finer: float = 1.0,
        name: str = "",
    ) -> TensorRef:
        """DEPTHWISE_CONV_2D, multiplier 1, as ``conv``."""
        channels = x.shape[3]
        window, strides = _pair(kernel), _pair(stride)
        name, weights, bias = self._weights("depthwise", name, x, (1, *window, channels), axis=3)
        height, width = _extents(x.shape, window, strides, padding, dilation)
        return self.writer.op(
            "DEPTHWISE_CONV_2D",
            [x, weights, bias],
            (1, height, width, channels),
            *_range(activation, finer),
            name=name,
            padding=padding,
            stride_h=strides[0],
            stride_w=strides[1],
            dilation_h=dilation,
            dilation_w=dilation,
            activation=activation,
        )

    def dense(
        self, x: TensorRef, units: int, *, activation: str = "NONE", name: str = ""
    ) -> TensorRef:
        """FULLY_CONNECTED with per-tensor weights and a bias; the input is flattened."""
        depth = int(np.prod(x.shape))
        name, weights, bias = self._weights("dense", name, x, (units, depth), None)
        return self.writer.op(
            "FULLY_CONNECTED",
            [x, weights, bias],
            (1, units),
            *_range(activation),
            name=name,
            activation=activation,
        )

    def add(
        self, a: TensorRef, b: TensorRef, *, activation: str = "NONE", name: str = ""
    ) -> TensorRef:
        """ADD of two tensors of one shape."""
        scale, zero_point = _range(activation)
        scale *= 2**0.5  # variances add
        name = self._name("add", name)
        return self.writer.op(
            "ADD", [a, b], a.shape, scale, zero_point, name=name, activation=activation
        )

    def scale_channels(self, x: TensorRef, gate: TensorRef, *, name: str = "") -> TensorRef:
        """MUL of a tensor with a gate of shape (1, 1, 1, channels) and range 0 to 1."""
        zero_point = x.zero_point[0]
        name = self._name("mul", name)
        return self.writer.op("MUL", [x, gate], x.shape, x.scale[0], zero_point, name=name)

    def unary(self, kind: str, x: TensorRef, *, name: str = "") -> TensorRef:
        """LOGISTIC, SOFTMAX, HARD_SWISH, RELU, ..."""
        scale, zero_point = _range("RELU")
        if kind in ("LOGISTIC", "SOFTMAX"):
            scale, zero_point = UNIT
        elif kind == "HARD_SWISH":
            zero_point = -113  # its smallest value is -3/8
        return self.writer.op(
            kind, [x], x.shape, scale, zero_point, name=self._name(kind.lower(), name)
        )

    def global_mean(self, x: TensorRef, *, keep_dims: bool, name: str = "") -> TensorRef:
        """MEAN over height and width (of rank 3: over time)."""
        name = self._name("mean", name)
        between = range(1, len(x.shape) - 1)
        axes = self.writer.constant(f"{name}/axes", np.array(between, np.int32))
        ones = tuple(1 for _ in between) if keep_dims else ()
        shape = (1, *ones, x.shape[-1])
        return self.writer.op(
            "MEAN", [x, axes], shape, x.scale[0], x.zero_point[0], name=name, keep_dims=keep_dims
        )

    def average_pool(self, x: TensorRef, window: Window, *, name: str = "") -> TensorRef:
        """AVERAGE_POOL_2D with stride = window, VALID."""
        return self._pool("AVERAGE_POOL_2D", x, window, name)

    def max_pool(self, x: TensorRef, window: Window, *, name: str = "") -> TensorRef:
        """MAX_POOL_2D with stride = window, VALID."""
        return self._pool("MAX_POOL_2D", x, window, name)

    def _pool(self, kind: str, x: TensorRef, window: Window, name: str) -> TensorRef:
        _, height, width, channels = x.shape
        rows, columns = _pair(window)
        return self.writer.op(
            kind,
            [x],
            (1, height // rows, width // columns, channels),
            x.scale[0],
            x.zero_point[0],
            name=self._name("pool", name),
            padding="VALID",
            stride_h=rows,
            stride_w=columns,
            filter_h=rows,
            filter_w=columns,
        )

    def reshape(self, x: TensorRef, shape: tuple[int, ...], *, name: str = "") -> TensorRef:
        """RESHAPE."""
        name = self._name("reshape", name)
        to = self.writer.constant(f"{name}/shape", np.array(shape, np.int32))
        return self.writer.op(
            "RESHAPE", [x, to], shape, x.scale[0], x.zero_point[0], name=name, new_shape=shape
        )

    def finish(self, *outputs: TensorRef) -> bytes:
        """Make the tensors outputs and return the flatbuffer."""
        self.writer.output(*outputs)
        return self.writer.finish()

    def _name(self, kind: str, name: str) -> str:
        self._count += 1
        return name or f"{kind}_{self._count}"

    def _weights(
        self, kind: str, name: str, x: TensorRef, shape: tuple[int, ...], axis: int | None
    ) -> tuple[str, TensorRef, TensorRef]:
        """Name, int8 weights and int32 bias of a layer; ``axis`` None is per-tensor.

        The scale makes the sum over one output's inputs have a standard deviation of ``_REAL_STD``.
        """
        name = self._name(kind, name)
        channels = shape[0] if axis is None else shape[axis]
        terms = int(np.prod(shape)) // channels
        normal = self._rng.normal(0.0, _WEIGHT_STD, shape)
        values = Q8.clip(np.maximum(np.rint(normal), -Q8.high))
        mean = _REAL_STD / (_input_rms(x) * _WEIGHT_STD * terms**0.5)
        spread = self._rng.uniform(0.6, 1.4, 1 if axis is None else channels)
        scales = (mean * spread).astype(np.float32)
        weights = self.writer.constant(f"{name}/weights", values, scale=scales, axis=axis or 0)
        bias_scales = scales.astype(np.float64) * x.scale[0]
        real_bias = self._rng.normal(0.0, _REAL_STD / 4, channels)
        bias_values: npt.NDArray[Any] = np.rint(real_bias / bias_scales).astype(np.int32)
        bias = self.writer.constant(f"{name}/bias", bias_values, scale=bias_scales)
        return name, weights, bias


def _pair(extent: Window) -> tuple[int, int]:
    return (extent, extent) if isinstance(extent, int) else extent


def _extents(
    shape: tuple[int, ...],
    window: tuple[int, int],
    strides: tuple[int, int],
    padding: str,
    dilation: int = 1,
) -> list[int]:
    """Height and width of a convolution's output."""
    sizes = zip(shape[1:3], window, strides, strict=True)
    return [window_extent(size, k, stride, dilation, padding) for size, k, stride in sizes]


def _range(activation: str, finer: float = 1.0) -> tuple[float, int]:
    """Scale and zero point of a layer's output."""
    if activation == "RELU6":
        return 6.0 / 255.0 / finer, Q8.low
    if activation == "RELU":
        return _SPAN_STDS * _REAL_STD / 255.0 / finer, Q8.low
    return _SPAN_STDS * _REAL_STD / 127.0 / finer, 3


def _input_rms(x: TensorRef) -> float:
    """Root mean square of a tensor's real values, as the layer that makes it was scaled."""
    span = x.scale[0] * 255.0
    one_sided = x.zero_point[0] < -100
    # One-sided: half a normal distribution, over the whole range instead of each half.
    return span / _SPAN_STDS / (2**0.5 if one_sided else 2.0)
