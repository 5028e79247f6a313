# SPDX-License-Identifier: Apache-2.0
"""ONNX front end: what is refused and how, names, and every layer against onnxruntime."""

from __future__ import annotations

import importlib.util
import logging
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx_cases import Case, cases
from onnx_edits import constant_of, edited, float_model, load, node_of
from onnx_layers import integer_graph, layer_differences

import tvm_tiny
from tvm_tiny.frontends.onnx.front_end import from_onnx_bytes, from_onnx_model
from tvm_tiny.passes.relax_module import INPUTS, OUTPUTS, borders_of, layers_of
from tvm_tiny.testing.onnx_models import MODELS, tiny_qdq

needs_onnxruntime = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)
_log = logging.getLogger(__name__)


# Numbers


@needs_onnxruntime
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("name", MODELS)
def test_models_layer_by_layer(name: str, seed: int) -> None:
    _within_a_step(MODELS[name](seed), seed, at_least=5)


@needs_onnxruntime
@pytest.mark.parametrize("case", cases(), ids=str)
def test_operators_layer_by_layer(case: Case) -> None:
    _within_a_step(case.build(), 0, at_least=2)


def _within_a_step(model: bytes, seed: int, at_least: int) -> None:
    found = layer_differences(model, seed)
    assert len(found) >= at_least
    worst = max(found, key=lambda d: (d.largest, d.mean))
    _log.info("largest %s, mean %.5f", worst, float(np.mean([d.mean for d in found])))
    assert worst.largest <= 1.0, worst
    # A step is a rounding that fell the other way; it is rare where nothing is wrong. Averages of
    # a few integers are often ties, and TFLite rounds those away from zero.
    assert all(d.mean <= 0.35 for d in found), worst


# quantize_static


class _Samples:
    """Calibration data for ``quantize_static``."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        rng = np.random.default_rng(1)
        self._rest = [{"x": rng.normal(0, 1, shape).astype(np.float32)} for _ in range(6)]

    def get_next(self) -> Any:
        return self._rest.pop() if self._rest else None


def _quantised(folder: Path, **options: Any) -> bytes:
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    settings: dict[str, Any] = {
        "quant_format": QuantFormat.QDQ,
        "activation_type": QuantType.QInt8,
        "weight_type": QuantType.QInt8,
        **options,
    }
    source, target = folder / "float.onnx", folder / "quantised.onnx"
    onnx.save(float_model(), source)
    quantize_static(source, target, _Samples((1, 3, 20, 16)), **settings)
    return target.read_bytes()


@needs_onnxruntime
@pytest.mark.parametrize("per_channel", [False, True])
def test_quantize_static(tmp_path: Path, per_channel: bool) -> None:
    model = _quantised(tmp_path, per_channel=per_channel)
    graph = integer_graph(model)
    assert [n.op for n in graph.nodes].count("transpose") == 1
    names = {n.name for n in float_model().graph.node}
    gone = {"/r1/Relu", "/r2/Clip"}  # the quantiser turns both into scales
    assert names - gone <= {n.layer for n in graph.nodes}
    _within_a_step(model, 0, at_least=10)


def _validated(model: bytes, at_least: int) -> None:
    """Every layer on equal inputs within a step of onnxruntime's."""
    found = tvm_tiny.build(model, optimize="speed").validate(on="host", samples=3)
    assert found.passed
    assert len(found.layers) >= at_least


@needs_onnxruntime
@pytest.mark.parametrize("weights", ["QInt8", "QUInt8"])
def test_unsigned_models_are_computed_in_int8(tmp_path: Path, weights: str) -> None:
    from onnxruntime.quantization import QuantType

    kinds = {"activation_type": QuantType.QUInt8, "weight_type": getattr(QuantType, weights)}
    _validated(_quantised(tmp_path, **kinds), at_least=10)


@needs_onnxruntime
def test_operator_format(tmp_path: Path) -> None:
    """QLinearConv and its like are the operators between Q and DQ that they stand for."""
    from onnxruntime.quantization import QuantFormat

    model = _quantised(tmp_path, quant_format=QuantFormat.QOperator)
    assert b"QLinearConv" in model
    _validated(model, at_least=8)


# Names and borders


def test_layers_go_by_their_names() -> None:
    graph = integer_graph(tiny_qdq())
    conv = next(n for n in graph.nodes if n.op == "depthwise_conv2d")
    assert conv.layer == "depthwise/float"
    assert conv.index == 10
    assert conv.output.source == "depthwise/quantised"
    assert conv.output.scale == pytest.approx(0.05)
    assert conv.output.zero_point == -128


def test_borders_keep_the_models_names_and_layout() -> None:
    graph = integer_graph(MODELS["squeeze_excite"]())
    assert [(t.source, t.shape, t.dtype) for t in graph.inputs] == [
        ("features", (1, 6, 10, 8), "float32")
    ]
    assert [(t.source, t.shape) for t in graph.outputs] == [("project", (1, 8, 10, 8))]


def test_layer_table_of_the_module() -> None:
    function = from_onnx_bytes(tiny_qdq())["main"]
    layers = {layer.tensor: layer for layer in layers_of(function).values()}
    assert layers["add/quantised"].name == "add/float"
    assert layers["add/quantised"].operator_index == 19
    assert layers["logits/quantised"].zero_point == 2
    for key, name in ((INPUTS, "image"), (OUTPUTS, "logits")):
        borders = borders_of(function, key)
        assert borders is not None
        assert [b.name for b in borders] == [name]


def test_integer_borders_know_their_scale() -> None:
    def strip(proto: Any) -> None:
        """Cut the float borders off: int8 in, int8 out."""
        nodes = proto.graph.node
        nodes.remove(node_of(proto, "image/dequantised/quantised"))
        nodes.remove(node_of(proto, "logits"))
        proto.graph.input[0].name = "image/dequantised/quantised"
        proto.graph.input[0].type.tensor_type.elem_type = TensorProto.INT8
        proto.graph.output[0].name = "logits/quantised"
        proto.graph.output[0].type.tensor_type.elem_type = TensorProto.INT8

    function = from_onnx_bytes(edited(strip))["main"]
    inputs, outputs = borders_of(function, INPUTS), borders_of(function, OUTPUTS)
    assert inputs is not None
    assert outputs is not None
    assert (inputs[0].scale, inputs[0].zero_point) == (1 / 64, -1)
    assert outputs[0].scale == pytest.approx(0.05)
    graph = integer_graph(edited(strip))
    assert not {"quantize", "dequantize"} & {n.op for n in graph.nodes}


def test_proto_is_not_changed() -> None:
    proto = load()
    before = proto.SerializeToString()
    from_onnx_model(proto)
    assert proto.SerializeToString() == before


# What other exporters write


def test_float_bias_and_identities_and_quantised_float_weights() -> None:
    """Weights kept float behind QuantizeLinear, a float bias, Identity, Dropout, Constant."""

    def edit(proto: Any) -> None:
        graph = proto.graph
        weights = numpy_helper.to_array(constant_of(proto, "stem/weights/quantised"))
        scale = numpy_helper.to_array(constant_of(proto, "stem/weights/scale"))
        real = weights * scale[:, None, None, None]
        graph.initializer.remove(constant_of(proto, "stem/weights/quantised"))
        graph.initializer.append(numpy_helper.from_array(real.astype(np.float32), "stem.weight"))
        names = ["stem.weight", "stem/weights/scale", "stem/weights/zero"]
        made = ["stem/weights/quantised"]
        bias = np.linspace(-0.5, 0.5, 8, dtype=np.float32)
        fresh = [
            helper.make_node("QuantizeLinear", names, made, "q", axis=0),
            helper.make_node("Constant", [], ["b"], "b", value=numpy_helper.from_array(bias)),
            helper.make_node("Identity", ["b"], ["b/same"], "i"),
        ]
        conv = node_of(proto, "stem/float")
        conv.input[2] = "b/same"
        pooled = node_of(proto, "flatten/float")
        dropout = helper.make_node("Dropout", [pooled.input[0]], ["dropped"], "d")
        pooled.input[0] = "dropped"
        nodes = [*fresh, *graph.node]
        nodes.insert(nodes.index(pooled), dropout)
        del graph.node[:]
        graph.node.extend(nodes)

    model = edited(edit)
    graph = integer_graph(model)
    plain = integer_graph(tiny_qdq())
    stem, wanted = (next(n for n in g.nodes if n.op == "conv2d") for g in (graph, plain))
    assert np.array_equal(stem.operands[1].data, wanted.operands[1].data)
    assert stem.operands[2].data is not None
    assert len(np.unique(stem.operands[2].data)) == 8
    if importlib.util.find_spec("onnxruntime"):
        _within_a_step(model, 0, at_least=5)


def test_gemm_alpha_and_beta_go_into_scales() -> None:
    def edit(proto: Any) -> None:
        node = node_of(proto, "logits/float")
        node.attribute.extend(
            [helper.make_attribute(k, v) for k, v in (("alpha", 0.5), ("beta", 2.0))]
        )

    if importlib.util.find_spec("onnxruntime"):
        _within_a_step(edited(edit), 0, at_least=5)
    last = [n for n in integer_graph(edited(edit)).nodes if n.op == "fully_connected"]
    plain = [n for n in integer_graph(tiny_qdq()).nodes if n.op == "fully_connected"]
    for at, differs in ((1, False), (2, True)):
        same = np.array_equal(last[0].operands[at].data, plain[0].operands[at].data)
        assert same is not differs
