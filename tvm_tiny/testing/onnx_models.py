# SPDX-License-Identifier: Apache-2.0
"""Small QDQ int8 ONNX models with seeded random weights (NCHW, as exporters write them).

Every activation passes a QuantizeLinear and a DequantizeLinear; weights are int8, symmetric, per
output channel; biases are int32 with the scale input x weight, as onnxruntime's static quantiser
(``onnxruntime.quantization``, ``QuantFormat.QDQ``) writes them. Inputs and outputs are float32.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

import numpy as np
import numpy.typing as npt

_OPSET: Final = 13  # the first with per-channel QuantizeLinear
_IR_VERSION: Final = 8
_WEIGHT_STD: Final = 32.0
_OUTPUT_SCALE: Final = 0.05


class QdqNet:
    """A QDQ graph under construction; tensors are named by strings, layers after their output."""

    def __init__(self, name: str, seed: int, opset: int = _OPSET) -> None:
        self._helper: Any = importlib.import_module("onnx.helper")
        self._numpy_helper: Any = importlib.import_module("onnx.numpy_helper")
        self._float: int = importlib.import_module("onnx").TensorProto.FLOAT
        self._name = name
        self._opset = opset
        self._rng = np.random.default_rng(seed)
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._scales: dict[str, float] = {}
        self._zero_points: dict[str, int] = {}

    def input(self, name: str, shape: tuple[int, ...], scale: float, zero_point: int) -> str:
        """Add a float32 model input and quantise it."""
        self._inputs.append(self._helper.make_tensor_value_info(name, self._float, shape))
        return self._quantised(name, scale, zero_point)

    def conv(self, x: str, name: str, shape: tuple[int, ...], **attrs: Any) -> str:
        """Conv with weights OIHW (OIW) of the given shape; attributes as in ONNX.

        ``transposed=True``: ConvTranspose, weights IOHW. ``per_tensor=True``: one weight scale.
        """
        relu = bool(attrs.pop("relu", False))
        transposed = bool(attrs.pop("transposed", False))
        per_tensor = bool(attrs.pop("per_tensor", False))
        axis = 1 if transposed else 0
        weights, bias = self._weights(name, shape, self._scales[x], axis, per_tensor)
        kind = "ConvTranspose" if transposed else "Conv"
        made = self._node(kind, [x, weights, bias], f"{name}/float", **attrs)
        if relu:
            made = self._node("Relu", [made], f"{name}/relu")
        return self._quantised(made, _OUTPUT_SCALE, -128 if relu else -4, name)

    def gemm(self, x: str, name: str, shape: tuple[int, int], per_tensor: bool = False) -> str:
        """Gemm with transposed weights (units, depth)."""
        weights, bias = self._weights(name, shape, self._scales[x], 0, per_tensor)
        made = self._node("Gemm", [x, weights, bias], f"{name}/float", transB=1)
        return self._quantised(made, _OUTPUT_SCALE, 2, name)

    def matmul(self, x: str, name: str, shape: tuple[int, int]) -> str:
        """MatMul by weights (depth, units), one scale, no bias."""
        weights, _ = self._weights(name, shape, self._scales[x], 1, True)
        made = self._node("MatMul", [x, weights], f"{name}/float")
        return self._quantised(made, _OUTPUT_SCALE, -7, name)

    def split(self, x: str, names: list[str], axis: int) -> list[str]:
        """Split into equal parts, each quantised as ``x``."""
        outputs = [f"{name}/float" for name in names]
        self._nodes.append(self._helper.make_node("Split", [x], outputs, outputs[0], axis=axis))
        scale, zero_point = self._scales[x], self._zero_points[x]
        return [
            self._quantised(made, scale, zero_point, name)
            for made, name in zip(outputs, names, strict=True)
        ]

    def quantised_constant(self, name: str, values: npt.NDArray[np.int8], scale: float) -> str:
        """An int8 constant behind DequantizeLinear, zero point 0."""
        self._scales[name], self._zero_points[name] = scale, 0
        return self._dequantised(name, values, np.array([scale], np.float32))

    def constant(self, name: str, values: npt.NDArray[Any]) -> str:
        """A constant operand (axes, shapes, limits, ...)."""
        self._constants.append(self._numpy_helper.from_array(values, name))
        return name

    def op(
        self,
        kind: str,
        xs: list[str],
        name: str,
        scale: float = _OUTPUT_SCALE,
        zero_point: int = 0,
        **attrs: Any,
    ) -> str:
        """Any operator without weights, its output quantised."""
        made = self._node(kind, xs, f"{name}/float", **attrs)
        return self._quantised(made, scale, zero_point, name)

    def plain(self, kind: str, xs: list[str], name: str, **attrs: Any) -> str:
        """Any operator; its output stays float."""
        return self._node(kind, xs, name, **attrs)

    def output(self, x: str, shape: tuple[int, ...] | None) -> None:
        """Make a tensor a float32 output of the model (shape None: to be inferred)."""
        self._outputs.append(self._helper.make_tensor_value_info(x, self._float, shape))

    def finish(self) -> bytes:
        """Return the serialised ModelProto."""
        graph = self._helper.make_graph(
            self._nodes, self._name, self._inputs, self._outputs, self._constants
        )
        opsets = [self._helper.make_opsetid("", self._opset)]
        model = self._helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        return bytes(model.SerializeToString(deterministic=True))

    def _node(self, kind: str, inputs: list[str], output: str, **attrs: Any) -> str:
        self._nodes.append(self._helper.make_node(kind, inputs, [output], output, **attrs))
        return output

    def _quantised(self, x: str, scale: float, zero_point: int, name: str = "") -> str:
        """Q and DQ after ``x``; the dequantised tensor is called ``name``."""
        name = name or f"{x}/dequantised"
        scale_name = self.constant(f"{name}/scale", np.array(scale, np.float32))
        zero_name = self.constant(f"{name}/zero", np.array(zero_point, np.int8))
        quantised = self._node("QuantizeLinear", [x, scale_name, zero_name], f"{name}/quantised")
        self._scales[name] = float(np.float32(scale))
        self._zero_points[name] = zero_point
        return self._node("DequantizeLinear", [quantised, scale_name, zero_name], name)

    def _weights(
        self,
        name: str,
        shape: tuple[int, ...],
        input_scale: float,
        axis: int,
        per_tensor: bool,
    ) -> tuple[str, str]:
        """Weights with output channels along ``axis``, and a bias."""
        channels = shape[axis]
        terms = int(np.prod(shape)) // channels
        normal = self._rng.normal(0.0, _WEIGHT_STD, shape)
        values = np.clip(np.rint(normal), -127, 127).astype(np.int8)
        # Inputs of about 50 steps, an output of about 40 steps of _OUTPUT_SCALE.
        mean = 40 * _OUTPUT_SCALE / (50 * input_scale * _WEIGHT_STD * terms**0.5)
        count = 1 if per_tensor else channels
        scales = (mean * self._rng.uniform(0.6, 1.4, count)).astype(np.float32)
        bias_scales = (scales * np.float32(input_scale)).astype(np.float32)
        bias = np.rint(self._rng.normal(0, 0.5, channels) / bias_scales).astype(np.int32)
        return (
            self._dequantised(f"{name}/weights", values, scales, axis),
            self._dequantised(f"{name}/bias", bias, bias_scales),
        )

    def _dequantised(
        self, name: str, values: npt.NDArray[Any], scales: npt.NDArray[np.float32], axis: int = 0
    ) -> str:
        quantised = self.constant(f"{name}/quantised", values)
        scales = scales.reshape(()) if scales.size == 1 else scales
        scale_name = self.constant(f"{name}/scale", scales)
        zero_name = self.constant(f"{name}/zero", np.zeros(scales.shape, values.dtype))
        return self._node("DequantizeLinear", [quantised, scale_name, zero_name], name, axis=axis)


def tiny_qdq(seed: int = 0) -> bytes:
    """A small classifier: 1x3x16x16 floats to 10 logits.

    Convolution, depthwise, pointwise, a residual add, max and global average pool, Gemm.
    """
    net = QdqNet("tiny_qdq", seed)
    x = net.input("image", (1, 3, 16, 16), 1 / 64, -1)
    x = net.conv(x, "stem", (8, 3, 3, 3), strides=[2, 2], pads=[1, 1, 1, 1], relu=True)
    skip = x
    x = net.conv(x, "depthwise", (8, 1, 3, 3), group=8, pads=[1, 1, 1, 1], relu=True)
    x = net.conv(x, "pointwise", (8, 8, 1, 1))
    x = net.op("Add", [x, skip], "add", 0.07, -30)
    x = net.op("MaxPool", [x], "max_pool", 0.07, -30, kernel_shape=[2, 2], strides=[2, 2])
    x = net.op("GlobalAveragePool", [x], "average_pool", 0.03, -60)
    x = net.op("Flatten", [x], "flatten", 0.03, -60, axis=1)
    x = net.gemm(x, "logits", (10, 8))
    net.output(x, (1, 10))
    return net.finish()


def depthwise_separable_qdq(seed: int = 0) -> bytes:
    """Depthwise-separable blocks with auto_pad, weights per tensor in part: 1x3x20x16 to 7."""
    net = QdqNet("depthwise_separable_qdq", seed)
    x = net.input("image", (1, 3, 20, 16), 1 / 64, 3)
    x = net.conv(x, "stem", (8, 3, 3, 3), strides=[2, 2], auto_pad="SAME_UPPER", relu=True)
    x = net.conv(x, "block1/depthwise", (8, 1, 3, 3), group=8, auto_pad="SAME_UPPER", relu=True)
    x = net.conv(x, "block1/pointwise", (12, 8, 1, 1), relu=True, per_tensor=True)
    down = {"group": 12, "strides": [2, 2], "auto_pad": "SAME_LOWER", "relu": True}
    x = net.conv(x, "block2/depthwise", (12, 1, 3, 3), **down)
    x = net.conv(x, "block2/pointwise", (16, 12, 1, 1))
    x = net.op("GlobalAveragePool", [x], "average_pool", 0.03, -10)
    x = net.op("Flatten", [x], "flatten", 0.03, -10)
    x = net.gemm(x, "logits", (7, 16), per_tensor=True)
    x = net.op("Softmax", [x], "scores", 1 / 256, -128, axis=1)
    net.output(x, (1, 7))
    return net.finish()


def squeeze_excite_qdq(seed: int = 0) -> bytes:
    """A squeeze-and-excite block: 1x6x10x8 to 1x8x10x8, so the result is a feature map."""
    net = QdqNet("squeeze_excite_qdq", seed)
    x = net.input("features", (1, 6, 10, 8), 1 / 64, -3)
    x = net.conv(x, "expand", (8, 6, 1, 1), relu=True)
    gate = net.op("GlobalAveragePool", [x], "squeeze", 0.02, -128)
    gate = net.conv(gate, "reduce", (4, 8, 1, 1), relu=True)
    gate = net.conv(gate, "excite", (8, 4, 1, 1))
    gate = net.op("Sigmoid", [gate], "gate", 1 / 256, -128)
    x = net.op("Mul", [x, gate], "scale", 0.03, -128)
    x = net.conv(x, "project", (8, 8, 3, 3), pads=[1, 1, 1, 1])
    net.output(x, (1, 8, 10, 8))
    return net.finish()


def conv1d_qdq(seed: int = 0) -> bytes:
    """1-D convolutions over a signal: 1x6x40 to 5."""
    net = QdqNet("conv1d_qdq", seed)
    x = net.input("signal", (1, 6, 40), 1 / 64, 0)
    x = net.conv(x, "stem", (8, 6, 5), pads=[2, 2], strides=[2], relu=True)
    x = net.conv(x, "depthwise", (8, 1, 3), group=8, pads=[2, 2], dilations=[2], relu=True)
    x = net.op("MaxPool", [x], "max_pool", zero_point=-128, kernel_shape=[2], strides=[2])
    x = net.conv(x, "pointwise", (12, 8, 1))
    x = net.op("GlobalAveragePool", [x], "average_pool", 0.03, 5)
    x = net.op("Flatten", [x], "flatten", 0.03, 5)
    net.output(net.gemm(x, "logits", (5, 12)), (1, 5))
    return net.finish()


def mlp_qdq(seed: int = 0) -> bytes:
    """Fully connected layers only: 20 to 6."""
    net = QdqNet("mlp_qdq", seed)
    x = net.input("features", (1, 20), 1 / 64, -5)
    x = net.gemm(x, "hidden1", (16, 20))
    x = net.op("LeakyRelu", [x], "leaky", 0.04, -90, alpha=0.1)
    x = net.matmul(x, "hidden2", (16, 12))
    x = net.op("Tanh", [x], "tanh", 1 / 128, 0)
    net.output(net.gemm(x, "logits", (6, 12)), (1, 6))
    return net.finish()


def flattened_qdq(seed: int = 0) -> bytes:
    """A 5x4 feature map flattened for a Gemm: its rows have to follow the layout."""
    net = QdqNet("flattened_qdq", seed)
    x = net.input("image", (1, 1, 10, 8), 1 / 64, 0)
    x = net.conv(x, "stem", (6, 1, 3, 3), pads=[1, 1, 1, 1], relu=True)
    pool: dict[str, Any] = {"kernel_shape": [2, 2], "strides": [2, 2]}
    x = net.op("AveragePool", [x], "average_pool", zero_point=-128, **pool)
    x = net.op("Flatten", [x], "flatten", zero_point=-128)
    net.output(net.gemm(x, "logits", (9, 120)), (1, 9))
    return net.finish()


MODELS: Final = {
    "tiny": tiny_qdq,
    "depthwise_separable": depthwise_separable_qdq,
    "squeeze_excite": squeeze_excite_qdq,
    "conv1d": conv1d_qdq,
    "mlp": mlp_qdq,
    "flattened": flattened_qdq,
}
"""Every model here, by a short name; each takes a seed and answers the file's bytes."""
