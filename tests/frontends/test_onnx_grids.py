# SPDX-License-Identifier: Apache-2.0
"""Models whose floats are integers of a known scale: weights, inputs that move, Relu, int16."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

import tvm_tiny
from tvm_tiny.errors import UnsupportedError

_SHAPE = (1, 9, 7, 4)


def _quantiser(op: str, x: str, y: str, params: tuple[str, str]) -> Any:
    return helper.make_node(op, [x, *params], [y], y)


def _model(weights: np.ndarray, kind: str = "int8", zero_point: int = -9) -> bytes:
    """Integers in NHWC -> NCHW -> Pad, Conv (float weights) -> Relu -> average -> integers."""
    stored = np.dtype(kind)
    scales = {
        "x": (0.02, np.array(3 if kind == "int8" else zero_point, stored)),
        "c": (0.05, np.array(zero_point, stored)),
        "y": (0.03, np.array(zero_point, stored)),
    }
    constants = [numpy_helper.from_array(weights, "w"),
                 numpy_helper.from_array(np.linspace(-1, 1, 5, dtype=np.float32), "b"),
                 numpy_helper.from_array(np.array([0, 0, 1, 1] * 2, np.int64), "pads")]  # fmt: skip
    for name, (scale, zero) in scales.items():
        constants.append(numpy_helper.from_array(np.array(scale, np.float32), f"{name}/s"))
        constants.append(numpy_helper.from_array(zero, f"{name}/z"))
    nodes = [
        helper.make_node("Transpose", ["x"], ["t"], "t", perm=[0, 3, 1, 2]),
        _quantiser("DequantizeLinear", "t", "tr", ("x/s", "x/z")),
        helper.make_node("Pad", ["tr", "pads"], ["p"], "p"),
        helper.make_node("Conv", ["p", "w", "b"], ["c"], "c"),
        _quantiser("QuantizeLinear", "c", "cq", ("c/s", "c/z")),
        _quantiser("DequantizeLinear", "cq", "cr", ("c/s", "c/z")),
        helper.make_node("Relu", ["cr"], ["r"], "r"),
        helper.make_node("GlobalAveragePool", ["r"], ["a"], "a"),
        _quantiser("QuantizeLinear", "a", "y", ("y/s", "y/z")),
    ]
    element = TensorProto.INT8 if kind == "int8" else TensorProto.INT16
    x = helper.make_tensor_value_info("x", element, _SHAPE)
    y = helper.make_tensor_value_info("y", element, (1, 5, 1, 1))
    graph = helper.make_graph(nodes, "grid", [x], [y], constants)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return bytes(model.SerializeToString())


def _on_grid() -> np.ndarray:
    rng = np.random.default_rng(3)
    steps = rng.integers(-127, 128, (5, 4, 3, 3))
    steps[:, 0, 0, 0] = [127, -127, 127, 90, -128]
    scales = np.array([0.01, 0.003, 0.02, 0.011, 0.007], np.float32).reshape(5, 1, 1, 1)
    return (steps * scales).astype(np.float32)


def test_weights_on_a_grid_are_integers() -> None:
    artifact = tvm_tiny.build(_model(_on_grid()), "cortex-m7", optimize="speed")
    found = artifact.validate(on="host", samples=3)
    assert found.passed, found.first_difference
    assert {"c", "a"} <= {c.layer for c in found.layers}


def test_weights_on_no_grid_are_refused() -> None:
    weights = np.random.default_rng(1).normal(0, 1, (5, 4, 3, 3)).astype(np.float32)
    with pytest.raises(UnsupportedError, match="weights are float32"):
        tvm_tiny.load(_model(weights)) and tvm_tiny.build(_model(weights), "cortex-m7")


@pytest.mark.parametrize("zero_point", [0, -20_000])
def test_int16_with_zero_points(zero_point: int) -> None:
    model = _model(_on_grid(), "int16", zero_point)
    onnx.checker.check_model(onnx.load_model_from_string(model))
    found = tvm_tiny.build(model, "cortex-m7", optimize="speed").validate(on="host", samples=3)
    assert all(c.max_difference <= 1 for c in found.layers if c.layer != "output"), found.layers


@pytest.mark.parametrize("kind", ["int8", "uint8"])
def test_integers_that_are_repeated(kind: str) -> None:
    """Resize of integers, as the QOperator format has it."""
    zero = np.array(5 if kind == "int8" else 133, kind)
    constants = [numpy_helper.from_array(np.array(0.02, np.float32), "s"),
                 numpy_helper.from_array(zero, "z"),
                 numpy_helper.from_array(np.array([1, 1, 2, 3], np.float32), "by")]  # fmt: skip
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "s", "z"], ["q"]),
        helper.make_node("Resize", ["q", "", "by"], ["r"], mode="nearest",
                         coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
        helper.make_node("DequantizeLinear", ["r", "s", "z"], ["y"]),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "repeated",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, (1, 3, 4, 2))],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, (1, 3, 8, 6))],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    built = tvm_tiny.build(bytes(model.SerializeToString()), "cortex-m7")
    found = built.validate(on="host", samples=2)
    assert found.passed, found.first_difference
