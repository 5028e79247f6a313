# SPDX-License-Identifier: Apache-2.0
"""LSTM, GRU and RNN nodes in QDQ models equal onnxruntime's to a step of their result's grid."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

import tvm_tiny
from tvm_tiny.errors import UnsupportedError

_GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}


def _model(
    op: str,
    *,
    steps: int = 5,
    depth: int = 6,
    units: int = 7,
    kind: str = "int8",
    floats: bool = False,
    channels: bool = False,
    read: str = "Y",
    state: bool = False,
    **attrs: Any,
) -> bytes:
    """x -> Q, DQ -> node with weights behind DQ -> Q, DQ -> y."""
    rng = np.random.default_rng(len(op) + steps)
    both = 2 if attrs.get("direction") == "bidirectional" else 1
    rows, stored = _GATES[op] * units, np.dtype(kind)
    middle = 128 if kind == "uint8" else 0
    constants: list[Any] = []
    nodes: list[Any] = []

    def constant(name: str, value: np.ndarray) -> str:
        constants.append(numpy_helper.from_array(value, name))
        return name

    def quantised(x: str, scale: float, zero: int) -> str:
        params = (constant(f"{x}/s", np.float32(scale)), constant(f"{x}/z", stored.type(zero)))
        nodes.append(helper.make_node("QuantizeLinear", [x, *params], [f"{x}/q"]))
        nodes.append(helper.make_node("DequantizeLinear", [f"{x}/q", *params], [f"{x}/d"]))
        return f"{x}/d"

    def weights(name: str, columns: int) -> str:
        steps_ = rng.integers(-127, 128, (both, rows, columns)).astype(np.int8)
        scales = rng.uniform(0.003, 0.01, rows if channels else 1).astype(np.float32)
        if floats:
            return constant(name, steps_ * np.float32(0.005))
        zero = np.zeros(scales.shape, np.int8)
        values: tuple[np.ndarray, ...] = (steps_, scales, zero)
        if not channels:
            values = (steps_, scales[0], zero[0])
        names = [constant(f"{name}/{at}", np.asarray(v)) for at, v in enumerate(values)]
        nodes.append(helper.make_node("DequantizeLinear", names, [name], axis=1))
        return name

    x = quantised("x", 0.02, middle + 5)
    operands = [x, weights("w", depth), weights("r", units)]
    operands.append(constant("b", rng.normal(0, 0.3, (both, 2 * rows)).astype(np.float32)))
    inputs = [("x", (steps, 1, depth))]
    if state:
        operands += ["", quantised("h0", 1 / 128, middle)]
        inputs.append(("h0", (both, 1, units)))
    results = {"Y": ["Y", "", ""], "Y_h": ["", "Y_h"], "Y_c": ["", "", "Y_c"]}[read]
    results = results[: 3 if op == "LSTM" else 2]
    nodes.append(helper.make_node(op, operands, results, op, hidden_size=units, **attrs))
    y = quantised(read, 1 / 128 if read != "Y_c" else 1 / 50, middle)
    graph = helper.make_graph(
        nodes,
        "recurrent",
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in inputs],
        [helper.make_tensor_value_info(y, TensorProto.FLOAT, None)],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    return bytes(model.SerializeToString())


_CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "lstm": ("LSTM", {}),
    "gru": ("GRU", {}),
    "gru, reset behind": ("GRU", {"linear_before_reset": 1}),
    "rnn": ("RNN", {}),
    "lstm, both ways": ("LSTM", {"direction": "bidirectional", "steps": 3}),
    "gru backwards": ("GRU", {"direction": "reverse", "read": "Y_h"}),
    "lstm, last": ("LSTM", {"read": "Y_h", "channels": True}),
    "lstm, cell": ("LSTM", {"read": "Y_c", "steps": 9}),
    "gru of uint8 with a state": ("GRU", {"kind": "uint8", "state": True}),
    "gru that names its functions": (
        "GRU",
        {"linear_before_reset": 1, "activations": ["Sigmoid", "Tanh"], "steps": 2},
    ),
    "lstm of one step with a state": ("LSTM", {"steps": 1, "state": True}),
}


@pytest.mark.parametrize(("op", "options"), _CASES.values(), ids=_CASES)
def test_steps_of_a_node(op: str, options: dict[str, Any]) -> None:
    model = _model(op, **options)
    artifact = tvm_tiny.build(model, "cortex-m7", optimize="speed")
    found = artifact.validate(on="host", samples=6)
    assert found.passed, found.first_difference
    assert max(c.max_difference for c in found.layers) <= 1


def test_float_weights_are_refused_with_the_cure() -> None:
    with pytest.raises(UnsupportedError, match="its integers are not known") as caught:
        tvm_tiny.load(_model("LSTM", floats=True))
    assert "op_types_to_quantize" in str(caught.value)


@pytest.mark.parametrize(
    ("attrs", "says"),
    [
        ({"steps": 300}, "300 steps"),
        ({"activations": ["Relu", "Tanh"]}, "Sigmoid, Tanh are supported"),
        ({"clip": 3.0}, "clip"),
    ],
)
def test_what_has_no_integers_is_refused(attrs: dict[str, Any], says: str) -> None:
    with pytest.raises(UnsupportedError, match=says):
        tvm_tiny.load(_model("GRU", **attrs))
