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

    def __init__(self, name: str, seed: int) -> None:
        self._helper: Any = importlib.import_module("onnx.helper")
        self._numpy_helper: Any = importlib.import_module("onnx.numpy_helper")
        self._float: int = importlib.import_module("onnx").TensorProto.FLOAT
        self._name = name
        self._rng = np.random.default_rng(seed)
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._inputs: list[Any] = []
        self._outputs: list[Any] = []
        self._scales: dict[str, float] = {}

    def input(self, name: str, shape: tuple[int, ...], scale: float, zero_point: int) -> str:
        """Add a float32 model input and quantise it."""
        self._inputs.append(self._helper.make_tensor_value_info(name, self._float, shape))
        return self._quantised(name, scale, zero_point)

    def conv(self, x: str, name: str, shape: tuple[int, int, int, int], **attrs: Any) -> str:
        """Conv with weights OIHW of the given shape; attributes as in ONNX."""
        relu = bool(attrs.pop("relu", False))
        weights, bias = self._weights(name, shape, self._scales[x])
        made = self._node("Conv", [x, weights, bias], f"{name}/float", **attrs)
        if relu:
            made = self._node("Relu", [made], f"{name}/relu")
        return self._quantised(made, _OUTPUT_SCALE, -128 if relu else -4, name)

    def gemm(self, x: str, name: str, shape: tuple[int, int]) -> str:
        """Gemm with transposed weights (units, depth)."""
        weights, bias = self._weights(name, shape, self._scales[x])
        made = self._node("Gemm", [x, weights, bias], f"{name}/float", transB=1)
        return self._quantised(made, _OUTPUT_SCALE, 2, name)

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

    def output(self, x: str, shape: tuple[int, ...]) -> None:
        """Make a tensor a float32 output of the model."""
        self._outputs.append(self._helper.make_tensor_value_info(x, self._float, shape))

    def finish(self) -> bytes:
        """Return the serialised ModelProto."""
        graph = self._helper.make_graph(
            self._nodes, self._name, self._inputs, self._outputs, self._constants
        )
        opsets = [self._helper.make_opsetid("", _OPSET)]
        model = self._helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
        return bytes(model.SerializeToString(deterministic=True))

    def _node(self, kind: str, inputs: list[str], output: str, **attrs: Any) -> str:
        self._nodes.append(self._helper.make_node(kind, inputs, [output], output, **attrs))
        return output

    def _constant(self, name: str, values: npt.NDArray[Any]) -> str:
        self._constants.append(self._numpy_helper.from_array(values, name))
        return name

    def _quantised(self, x: str, scale: float, zero_point: int, name: str = "") -> str:
        """Q and DQ after ``x``; the dequantised tensor is called ``name``."""
        name = name or f"{x}/dequantised"
        scale_name = self._constant(f"{name}/scale", np.array(scale, np.float32))
        zero_name = self._constant(f"{name}/zero", np.array(zero_point, np.int8))
        quantised = self._node("QuantizeLinear", [x, scale_name, zero_name], f"{name}/quantised")
        self._scales[name] = float(np.float32(scale))
        return self._node("DequantizeLinear", [quantised, scale_name, zero_name], name)

    def _weights(self, name: str, shape: tuple[int, ...], input_scale: float) -> tuple[str, str]:
        terms = int(np.prod(shape[1:]))
        normal = self._rng.normal(0.0, _WEIGHT_STD, shape)
        values = np.clip(np.rint(normal), -127, 127).astype(np.int8)
        # Inputs of about 50 steps, an output of about 40 steps of _OUTPUT_SCALE.
        mean = 40 * _OUTPUT_SCALE / (50 * input_scale * _WEIGHT_STD * terms**0.5)
        scales = (mean * self._rng.uniform(0.6, 1.4, shape[0])).astype(np.float32)
        bias_scales = (scales * np.float32(input_scale)).astype(np.float32)
        bias = np.rint(self._rng.normal(0, 0.5, shape[0]) / bias_scales).astype(np.int32)
        return (
            self._dequantised(f"{name}/weights", values, scales),
            self._dequantised(f"{name}/bias", bias, bias_scales),
        )

    def _dequantised(
        self, name: str, values: npt.NDArray[Any], scales: npt.NDArray[np.float32]
    ) -> str:
        quantised = self._constant(f"{name}/quantised", values)
        scale_name = self._constant(f"{name}/scale", scales)
        zero_name = self._constant(f"{name}/zero", np.zeros(scales.shape, values.dtype))
        return self._node("DequantizeLinear", [quantised, scale_name, zero_name], name, axis=0)


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
