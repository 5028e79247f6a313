# SPDX-License-Identifier: Apache-2.0
"""Float ONNX models for tests of quantising and training."""

from __future__ import annotations

from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper


class FloatNet:
    """A float graph under construction with seeded weights; tensors go by name."""

    def __init__(self, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, name: str, values: Any) -> str:
        array = np.asarray(values)
        array = array.astype(np.float32) if array.dtype.kind == "f" else array.astype(np.int64)
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def op(self, kind: str, inputs: list[str], name: str, **attrs: Any) -> str:
        self._nodes.append(helper.make_node(kind, inputs, [name], f"/{name}/{kind}", **attrs))
        return name

    def conv(
        self, x: str, name: str, shape: tuple[int, ...], bias: bool = True, **attrs: Any
    ) -> str:
        deviation = 1.4 / np.sqrt(np.prod(shape[1:]))
        operands = [x, self.constant(f"{name}.weight", self.rng.normal(0, deviation, shape))]
        if bias:
            operands.append(self.constant(f"{name}.bias", self.rng.normal(0, 0.1, shape[0])))
        return self.op("Conv", operands, name, **attrs)

    def normalised(self, x: str, name: str, channels: int) -> str:
        draw = self.rng.uniform
        arrays = {
            "gamma": draw(0.5, 1.5, channels),
            "beta": draw(-0.2, 0.2, channels),
            "mean": draw(-0.2, 0.2, channels),
            "var": draw(0.5, 1.5, channels),
        }
        names = [self.constant(f"{name}.{part}", a) for part, a in arrays.items()]
        return self.op("BatchNormalization", [x, *names], name, epsilon=1e-3)

    def linear(self, x: str, name: str, units: int, depth: int) -> str:
        weights = self.rng.normal(0, 1 / np.sqrt(depth), (units, depth))
        operands = [
            self.constant(f"{name}.weight", weights),
            self.constant(f"{name}.bias", np.zeros(units)),
        ]
        return self.op("Gemm", [x, *operands], name, transB=1)

    def model(self, shape: tuple[int | str, ...], *outputs: str, opset: int = 17) -> Any:
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
        results = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in outputs]
        graph = helper.make_graph(self._nodes, "net", inputs, results, self._constants)
        opsets = [helper.make_opsetid("", opset)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8)


def zoo() -> Any:
    """Most operators, one after another: float NHWC images of 16 x 16 x 3 to five values."""
    net = FloatNet(3)
    x = net.op("Transpose", ["x"], "nchw", perm=[0, 3, 1, 2])
    x = net.op("Mul", [x, net.constant("scale", 1 / 64)], "scaled")
    x = net.op("Sub", [x, net.constant("middle", 1.0)], "centred")
    x = net.conv(x, "stem", (8, 3, 3, 3), bias=False, pads=[0, 0, 1, 1], strides=[2, 2])
    x = net.op("LeakyRelu", [net.normalised(x, "stem_bn", 8)], "leaky", alpha=0.1)
    y = net.conv(x, "depthwise", (8, 1, 3, 3), pads=[1] * 4, group=8)
    limits = [net.constant("low", 0.0), net.constant("high", 6.0)]
    y = net.op("Clip", [net.normalised(y, "depthwise_bn", 8), *limits], "clipped")
    y = net.normalised(net.op("Add", [x, y], "sum"), "late_bn", 8)
    y = net.op("Relu", [y], "relu")
    y = net.op("Mul", [y, net.op("Sigmoid", [y], "sigmoid")], "swish")
    y = net.op("Min", [net.op("Max", [y, x], "larger"), y], "smaller")
    y = net.op("Sub", [y, x], "difference")
    pads = net.constant("pads", np.array([0, 0, 1, 1, 0, 0, 1, 1]))
    y = net.op("Pad", [y, pads], "padded")
    y = net.op("MaxPool", [y], "max_pool", kernel_shape=[2, 2], strides=[2, 2])
    y = net.op("Concat", [y, net.op("HardSwish", [y], "hard_swish")], "joined", axis=1)
    y = net.op(
        "AveragePool", [y], "average_pool", kernel_shape=[3, 3], pads=[1, 0, 1, 1], strides=[1, 1]
    )
    y = net.op("ReduceMean", [y], "mean", axes=[2, 3], keepdims=0)
    weights = net.constant("matmul.weight", net.rng.normal(0, 0.3, (16, 12)))
    y = net.op("MatMul", [y, weights], "matmul")
    y = net.op("Add", [y, net.constant("matmul.bias", net.rng.normal(0, 0.3, 12))], "biased")
    y = net.op("Reshape", [y, net.constant("shape", np.array([1, 12, 1]))], "column")
    y = net.op("Squeeze", [y, net.constant("axes", np.array([2]))], "row")
    y = net.op("HardSigmoid", [net.linear(y, "head", 5, 12)], "scores")
    return net.model(("N", 16, 16, 3), y)


def classifier(size: int = 8, classes: int = 4, seed: int = 0) -> Any:
    """Two convolutions, a mean and scores: 1 x 1 x size x size to so many classes."""
    net = FloatNet(seed)
    x = net.op("Relu", [net.conv("x", "c1", (6, 1, 3, 3), pads=[1] * 4)], "r1")
    x = net.op("Relu", [net.conv(x, "c2", (8, 6, 3, 3), pads=[1] * 4, strides=[2, 2])], "r2")
    x = net.op("Flatten", [net.op("GlobalAveragePool", [x], "gap")], "features")
    x = net.op("Softmax", [net.linear(x, "fc", classes, 8)], "scores", axis=1)
    return net.model((1, 1, size, size), x)


def images(count: int, shape: tuple[int, ...] = (16, 16, 3), seed: int = 0) -> Any:
    """uint8 images."""
    return np.random.default_rng(seed).integers(0, 256, (count, *shape), dtype=np.uint8)
