# SPDX-License-Identifier: Apache-2.0
"""Float32 ONNX models with seeded random weights, NCHW, as training frameworks export them."""

from __future__ import annotations

import importlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from tvm_tiny.testing.models import MOBILENET_V2_BLOCKS, rounded_channels

_OPSET: Final = 17
_IR_VERSION: Final = 8
Shape = tuple[int, ...]


class FloatNet:
    """A float graph under construction; tensors are names, layers are called after them.

    Weights are normal with a variance that keeps the signal's (He et al. 2015).
    """

    def __init__(self, name: str, seed: int = 0) -> None:
        self._onnx: Any = importlib.import_module("onnx")
        self._name = name
        self._rng = np.random.default_rng(seed)
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self.shapes: dict[str, Shape] = {}

    def input(self, shape: Shape, name: str = "image") -> str:
        """Add a float32 input (its first dimension is left open)."""
        kind = self._onnx.TensorProto.FLOAT
        dims = ["batch", *shape[1:]]
        self._inputs.append(self._onnx.helper.make_tensor_value_info(name, kind, dims))
        self.shapes[name] = shape
        return name

    def conv(
        self,
        x: str,
        channels: int,
        kernel: int | tuple[int, int] = 3,
        *,
        name: str,
        stride: int | tuple[int, int] = 1,
        pads: tuple[int, int, int, int] | None = None,
        dilation: int = 1,
        groups: int = 1,
        activation: str = "",
        norm: bool = False,
    ) -> str:
        """Conv with a bias; ``pads`` [top, left, bottom, right], by default half the window.

        ``activation``: "", "Relu" or "Relu6". ``norm``: batch normalisation instead of the bias.
        """
        window = (kernel, kernel) if isinstance(kernel, int) else kernel
        strides = (stride, stride) if isinstance(stride, int) else stride
        half = [(k - 1) // 2 * dilation for k in window]
        pads = pads or (half[0], half[1], half[0], half[1])
        n, depth, *extents = self.shapes[x]
        inputs = [x, self._weights(name, (channels, depth // groups, *window))]
        if not norm:
            bias = self._rng.normal(0, 0.1, channels)
            inputs.append(self.constant(f"{name}.bias", bias))
        size = [
            (e + pads[a] + pads[a + 2] - (k - 1) * dilation - 1) // s + 1
            for a, (e, k, s) in enumerate(zip(extents, window, strides, strict=True))
        ]
        raw = f"{name}/conv" if norm or activation else name
        attrs: dict[str, Any] = {"strides": strides, "pads": pads, "dilations": [dilation] * 2}
        attrs |= {"kernel_shape": window, "group": groups}
        self.op("Conv", inputs, raw, (n, channels, *size), **attrs)
        if norm:
            raw = self._normalised(raw, f"{name}/norm" if activation else name)
        return self._activated(raw, activation, name) if activation else raw

    def op(self, kind: str, inputs: list[str], name: str, shape: Shape, **attrs: Any) -> str:
        """Any node with one result of a known shape."""
        self._nodes.append(self._onnx.helper.make_node(kind, inputs, [name], name, **attrs))
        self.shapes[name] = shape
        return name

    def add(self, a: str, b: str, name: str) -> str:
        """Add of two tensors of one shape."""
        return self.op("Add", [a, b], name, self.shapes[a])

    def head(self, x: str, classes: int, name: str = "logits") -> str:
        """Global average pool, flatten, fully connected."""
        n, channels = self.shapes[x][:2]
        x = self.op("GlobalAveragePool", [x], "pool", (n, channels, 1, 1))
        x = self.op("Flatten", [x], "flatten", (n, channels))
        weights = self._rng.normal(0, channels**-0.5, (classes, channels))
        names = [self.constant(f"{name}.weight", weights)]
        names.append(self.constant(f"{name}.bias", self._rng.normal(0, 0.1, classes)))
        return self.op("Gemm", [x, *names], name, (n, classes), transB=1)

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        """A float32 initialiser."""
        array = np.asarray(values, np.float32)
        self._constants.append(self._onnx.numpy_helper.from_array(array, name))
        return name

    def finish(self, *outputs: str) -> Any:
        """The ModelProto."""
        helper, kind = self._onnx.helper, self._onnx.TensorProto.FLOAT
        results = [
            helper.make_tensor_value_info(n, kind, ["batch", *self.shapes[n][1:]]) for n in outputs
        ]
        graph = helper.make_graph(self._nodes, self._name, self._inputs, results, self._constants)
        opsets = [helper.make_opsetid("", _OPSET)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)

    def _weights(self, name: str, shape: Shape) -> str:
        fan_in = int(np.prod(shape[1:]))
        values = self._rng.normal(0, (2 / fan_in) ** 0.5, shape)
        return self.constant(f"{name}.weight", values)

    def _normalised(self, x: str, name: str) -> str:
        count = self.shapes[x][1]
        draws = {
            "scale": self._rng.uniform(0.7, 1.3, count),
            "shift": self._rng.normal(0, 0.1, count),
            "mean": self._rng.normal(0, 0.1, count),
            "variance": self._rng.uniform(0.5, 1.5, count),
        }
        names = [self.constant(f"{name}.{key}", value) for key, value in draws.items()]
        return self.op("BatchNormalization", [x, *names], name, self.shapes[x], epsilon=1e-5)

    def _activated(self, x: str, activation: str, name: str) -> str:
        if activation == "Relu":
            return self.op("Relu", [x], name, self.shapes[x])
        limits = [self.constant(f"{name}.{k}", np.array(v)) for k, v in (("low", 0), ("high", 6))]
        return self.op("Clip", [x, *limits], name, self.shapes[x])


def mobilenet_v2_float(
    width: float = 1.0, size: int = 224, classes: int = 1000, seed: int = 0, *, norm: bool = False
) -> Any:
    """MobileNetV2 as a float ONNX model, NCHW, padding as in PyTorch (one at every side).

    Ref: Sandler et al. 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", table 2.
    """
    net = FloatNet(f"mobilenet_v2_{width}_{size}", seed)
    x = net.input((1, 3, size, size))
    x = net.conv(
        x, rounded_channels(32, width), name="stem", stride=2, activation="Relu6", norm=norm
    )
    index = 0
    for expansion, channels, repeats, first_stride in MOBILENET_V2_BLOCKS:
        for repeat in range(repeats):
            stride = first_stride if repeat == 0 else 1
            out = rounded_channels(channels, width)
            x = _inverted_residual(net, x, expansion, out, stride, f"block{index}", norm)
            index += 1
    last = rounded_channels(1280, max(width, 1.0))
    x = net.conv(x, last, 1, name="head", activation="Relu6", norm=norm)
    return net.finish(net.head(x, classes))


def _inverted_residual(
    net: FloatNet, x: str, expansion: int, channels: int, stride: int, name: str, norm: bool
) -> str:
    skip, depth = x, net.shapes[x][1]
    hidden = depth * expansion
    if expansion > 1:
        x = net.conv(x, hidden, 1, name=f"{name}/expand", activation="Relu6", norm=norm)
    x = net.conv(
        x,
        hidden,
        name=f"{name}/depthwise",
        stride=stride,
        groups=hidden,
        activation="Relu6",
        norm=norm,
    )
    x = net.conv(x, channels, 1, name=f"{name}/project", norm=norm)
    if stride == 1 and net.shapes[skip] == net.shapes[x]:
        x = net.add(x, skip, f"{name}/add")
    return x
