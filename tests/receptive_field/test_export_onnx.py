# SPDX-License-Identifier: Apache-2.0
"""Float Relax written as ONNX: the operators of the table, in both layouts, run and compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from paths import shared

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.errors import TvmTinyError
from tvm_tiny.frontends.loader import load
from tvm_tiny.passes.layout.nhwc import LayoutNHWC
from tvm_tiny.passes.receptive_field.export import to_onnx
from tvm_tiny.passes.receptive_field.export_rules import RULES
from tvm_tiny.passes.receptive_field.prepare import PrepareFloat
from tvm_tiny.testing.float_models import FloatNet


def run(model: Any, x: np.ndarray) -> list[np.ndarray]:
    session = onnxruntime.InferenceSession(model.SerializeToString())
    return [np.asarray(v) for v in session.run(None, {session.get_inputs()[0].name: x})]


def gated() -> Any:
    """A gate, pools, paddings, joins; a feature map and a class as results."""
    net = FloatNet("gated", 1)
    x = net.input((1, 3, 12, 10))
    a = net.conv(x, 6, name="a", stride=2, pads=(0, 1, 1, 0), activation="Relu", norm=True)
    b = net.conv(a, 6, name="b", groups=3, dilation=2)
    mean = net.op("ReduceMean", [b], "mean", (1, 6, 1, 1), axes=[2, 3], keepdims=1)
    gate = net.op("Sigmoid", [net.conv(mean, 6, 1, name="squeeze")], "gate", (1, 6, 1, 1))
    c = net.op("Mul", [b, gate], "excite", net.shapes[b])
    n, _, h, w = net.shapes[c]
    d = net.op("Concat", [c, a], "joined", (n, 12, h, w), axis=1)
    pads = net.constant("pads", np.zeros(8))
    d = net.op("Pad", [d, pads], "wide", (n, 12, h + 2, w + 1))
    e = net.op("MaxPool", [d], "max", (n, 12, (h + 2) // 2, (w + 1) // 2), kernel_shape=[2, 2],
               strides=[2, 2])  # fmt: skip
    f = net.op("AveragePool", [e], "average", net.shapes[e], kernel_shape=[3, 3],
               pads=[1, 1, 1, 1])  # fmt: skip
    g = net.op("LeakyRelu", [f], "leaky", net.shapes[e], alpha=0.1)
    scale = net.constant("scale", np.linspace(0.5, 2, 12).reshape(1, 12, 1, 1))
    h_ = net.op("Mul", [g, scale], "scaled", net.shapes[g])
    i = net.op("Tanh", [h_], "tanh", net.shapes[g])
    map_ = net.op("Sub", [i, e], "map", net.shapes[g])
    scores = net.op("Softmax", [net.head(map_, 5)], "scores", (1, 5), axis=1)
    model = net.finish(map_, scores)
    for tensor in model.graph.initializer:
        if tensor.name == "pads":
            values = np.array([0, 0, 1, 0, 0, 0, 1, 1], np.int64)
            tensor.CopyFrom(onnx.numpy_helper.from_array(values, "pads"))
    return model


@pytest.mark.parametrize("turned", [False, True], ids=["NCHW", "NHWC"])
def test_what_is_written_computes_what_was_read(turned: bool) -> None:
    model = gated()
    module = load(model, floats=True).module
    made = to_onnx(LayoutNHWC()(PrepareFloat()(module)) if turned else module)
    onnx.checker.check_model(made, full_check=True)
    x = np.random.default_rng(0).normal(size=(3, 3, 12, 10)).astype(np.float32)
    for ours, theirs in zip(run(made, x), run(model, x), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)
    dims = made.graph.input[0].type.tensor_type.shape.dim
    assert dims[0].dim_param == "batch"
    assert [o.name for o in made.graph.output] == ["map", "scores"]
    assert not any(n.op_type == "Identity" for n in made.graph.node)


def _module(shape: tuple[int, ...], make: Callable[[Any], Any]) -> Any:
    block = relax.BlockBuilder()
    x = relax.Var("x", relax.TensorType(shape, "float32"))
    with block.function("main", [x]):
        with block.dataflow():
            out = block.emit_output(make(x))
        block.emit_func_output(out)
    return block.get()


_op: Any = relax.op
_C = _tvm.constant(np.linspace(-1, 1, 4).astype(np.float32))
CASES: dict[str, tuple[Callable[[Any], Any], Callable[[np.ndarray], np.ndarray]]] = {
    "sum": (lambda x: _op.sum(x, [1], False), lambda x: x.sum(axis=1)),
    "mean": (lambda x: _op.mean(x, [1, 2], False), lambda x: x.mean(axis=(1, 2))),
    "transpose": (lambda x: _op.permute_dims(x, [0, 2, 1, 3]), lambda x: x.transpose(0, 2, 1, 3)),
    "maximum": (lambda x: _op.maximum(x, _C), lambda x: np.maximum(x, _value())),
    "minimum": (lambda x: _op.minimum(x, _C), lambda x: np.minimum(x, _value())),
    "slice": (
        lambda x: _op.strided_slice(x, [1, 3], [1, 0], [4, 3], [2, 1]),
        lambda x: x[:, 1:4:2, :, :3],
    ),
    "reshape": (lambda x: _op.reshape(x, [1, 20, 12]), lambda x: x.reshape(-1, 20, 12)),
    "flat": (lambda x: _op.reshape(x, [240]), lambda x: x.reshape(240)),
}


def _value() -> np.ndarray:
    return _C.value.numpy()


@pytest.mark.parametrize("name", CASES)
def test_single_operators(name: str) -> None:
    make, expected = CASES[name]
    model = to_onnx(_module((1, 5, 12, 4), make))
    x = np.random.default_rng(1).normal(size=(1, 5, 12, 4)).astype(np.float32)
    np.testing.assert_allclose(run(model, x)[0], expected(x), rtol=1e-5, atol=1e-6)
    opened = bool(model.graph.input[0].type.tensor_type.shape.dim[0].dim_param)
    assert opened == (name != "flat")


def test_every_refusal_names_its_layer() -> None:
    module = _module((1, 4, 4, 2), _op.erf)
    with pytest.raises(TvmTinyError) as raised:
        to_onnx(module)
    assert raised.value.code == "TT1203"
    assert "'erf' cannot be written as ONNX" in str(raised.value)
    assert "relax.erf" not in RULES


@pytest.mark.parametrize("name", ["ic_resnet8_float32", "vww_96_float32"])
def test_tflite_floats_are_what_tflite_micro_computes(name: str) -> None:
    path = shared(f"models/{name}.tflite")
    micro = pytest.importorskip("tflite_micro")
    interpreter = micro.runtime.Interpreter.from_bytes(path.read_bytes(), arena_size=1 << 21)
    model = to_onnx(load(path, floats=True).module)
    shape = [d.dim_value or 1 for d in model.graph.input[0].type.tensor_type.shape.dim]
    x = np.random.default_rng(2).uniform(-1, 1, shape).astype(np.float32)
    interpreter.set_input(x, 0)
    interpreter.invoke()
    np.testing.assert_allclose(run(model, x)[0], interpreter.get_output(0), rtol=1e-3, atol=1e-5)
