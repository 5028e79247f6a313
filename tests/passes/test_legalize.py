# SPDX-License-Identifier: Apache-2.0
"""QDQ modules become integer operators that compute what tflite-micro computes, to the bit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from integer_run import integer_graph, run_graph
from paths import shared
from writer_cases import CASES, Case

from tvm_tiny._tvm import IRModule, relax
from tvm_tiny.arithmetic import quant
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.frontends.loader import load
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.graph import Node
from tvm_tiny.passes.extract import extract
from tvm_tiny.passes.legalize.legalize_qdq import LegalizeQDQ
from tvm_tiny.passes.relax_module import INPUTS, OUTPUTS, Border, Layer, annotate, borders_of
from tvm_tiny.testing.net import Net
from tvm_tiny.testing.onnx_models import MODELS
from tvm_tiny.testing.tflite_writer import TFLiteWriter
from tvm_tiny.validate.reference import OnnxReference, TFLMReference

INT8_MODELS = (
    "ad_autoencoder_int8", "ic_resnet8_int8", "kws_ds_cnn_int8", "vww_96_int8", "mcunet_vww",
    "mcunetv2_large",
)  # fmt: skip

# The integer operators that each TFLite operator becomes.
INTEGER = {
    "CONV_2D": "conv2d", "DEPTHWISE_CONV_2D": "depthwise_conv2d", "ADD": "add", "SUB": "sub",
    "FULLY_CONNECTED": "fully_connected", "TRANSPOSE_CONV": "transpose_conv2d", "MUL": "mul",
    "MAXIMUM": "maximum", "MINIMUM": "minimum", "AVERAGE_POOL_2D": "avg_pool2d", "SUM": "sum",
    "MAX_POOL_2D": "max_pool2d", "MEAN": "mean", "PAD": "pad", "PADV2": "pad", "PRELU": "prelu",
    "RESHAPE": "reshape", "SQUEEZE": "reshape", "EXPAND_DIMS": "reshape", "PACK": "concat",
    "TRANSPOSE": "transpose", "CONCATENATION": "concat", "SPLIT": "strided_slice",
    "SPLIT_V": "strided_slice", "UNPACK": "strided_slice", "SLICE": "strided_slice",
    "STRIDED_SLICE": "strided_slice", "RESIZE_NEAREST_NEIGHBOR": "resize_nearest",
    "RESIZE_BILINEAR": "resize_bilinear", "RELU": "lut", "RELU6": "lut", "LEAKY_RELU": "lut",
    "HARD_SWISH": "lut", "LOGISTIC": "lut", "TANH": "lut", "QUANTIZE": "lut",
    "SOFTMAX": "softmax",
}  # fmt: skip


def _model(case: Case) -> bytes:
    writer = TFLiteWriter(case.label)
    writer.output(*case.build(writer))
    return writer.finish()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_operator_is_bit_exact_with_tflm(case: Case) -> None:
    model = _model(case)
    reference = TFLMReference(model)
    rng = np.random.default_rng(5)
    infos = [reference.tensors[index] for index in reference.input_indices]
    inputs = {i.name: rng.integers(-128, 128, i.shape).astype(np.int8) for i in infos}
    wanted = reference.run(inputs)
    graph = integer_graph(model)
    found = run_graph(graph, inputs)
    for name, values in wanted.items():
        np.testing.assert_array_equal(found[name], values, err_msg=name)
    assert INTEGER[case.kind] in {node.op for node in graph.nodes}


@pytest.mark.parametrize("name", INT8_MODELS)
def test_real_models_legalise(name: str) -> None:
    path = shared(f"models/{name}.tflite")
    file = inspect_tflite(path.read_bytes())
    graph = integer_graph(path)
    made = {node.output.source_index: node for node in graph.nodes}
    for op in file.operators:
        for index in op.outputs:
            node, tensor = made[index], file.tensors[index]
            assert node.output.shape == tensor.shape
            assert node.index == op.index
            assert node.output.source == tensor.name
            if tensor.dtype == "int8":
                assert np.float32(node.output.scale) == tensor.scales[0]
                assert node.output.zero_point == tensor.zero_points[0]
    assert [t.shape for t in graph.outputs] == [file.tensors[i].shape for i in file.outputs]


@pytest.mark.parametrize("name", ["ad_autoencoder_int8", "kws_ds_cnn_int8", "ic_resnet8_int8"])
def test_real_models_are_bit_exact_layer_by_layer(name: str) -> None:
    path = shared(f"models/{name}.tflite")
    reference = TFLMReference(path)
    graph = integer_graph(path)
    x = np.random.default_rng(1).integers(-128, 128, graph.inputs[0].shape).astype(np.int8)
    wanted = reference.run_layers(x)
    found = run_graph(graph, {graph.inputs[0].source: x})
    assert len(graph.nodes) > 5
    for node in graph.nodes:
        values = wanted[node.output.source_index]
        np.testing.assert_array_equal(found[node.output.source], values, err_msg=node.layer)


def _one(model: bytes, op: str) -> Node:
    (node,) = [n for n in integer_graph(model).nodes if n.op == op]
    return node


def _conv(activation: str) -> tuple[bytes, npt.NDArray[Any]]:
    writer = TFLiteWriter("conv")
    x = writer.input("x", (1, 9, 8, 2), scale=0.5, zero_point=-3)
    scales = np.array([0.25, 0.125, 0.0625])
    weights = np.arange(3 * 3 * 2 * 2).reshape(3, 3, 2, 2).astype(np.int8)
    w = writer.constant("w", weights, scale=scales)
    b = writer.constant("b", np.array([7, -8, 9], np.int32), scale=scales * 0.5)
    shape, options = (1, 5, 4, 3), {"stride_h": 2, "stride_w": 2, "activation": activation}
    y = writer.op("CONV_2D", [x, w, b], shape, 0.1, -20, name="block/conv", **options)
    writer.output(y)
    return writer.finish(), weights


def test_conv_attributes() -> None:
    model, weights = _conv("RELU6")
    node = _one(model, "conv2d")
    assert node.attrs["strides"] == [2, 2]
    assert node.attrs["dilation"] == [1, 1]
    assert node.attrs["padding"] == [1, 0, 1, 0]
    assert node.attrs["groups"] == 1
    assert (node.attrs["input_zero_point"], node.attrs["output_zero_point"]) == (-3, -20)
    assert node.attrs["activation"] == [-20, 40]
    assert (node.layer, node.index) == ("block/conv", 0)
    x, w, b, multiplier, shift = node.operands
    wanted = quant.conv_multipliers(0.5, [0.25, 0.125, 0.0625], 0.1)
    assert np.array_equal(w.data, weights)
    assert b.data is not None
    assert b.data.tolist() == [7, -8, 9]
    assert np.array_equal(multiplier.data, wanted[0])
    assert np.array_equal(shift.data, wanted[1])
    assert x.data is None


def test_activations_are_int8_limits() -> None:
    limits = {"NONE": [-128, 127], "RELU": [-20, 127], "RELU_N1_TO_1": [-30, -10]}
    for activation, wanted in limits.items():
        assert _one(_conv(activation)[0], "conv2d").attrs["activation"] == wanted


def test_bias_without_quantisation_is_kept() -> None:
    writer = TFLiteWriter("dense")
    x = writer.input("x", (2, 2, 3), scale=0.5, zero_point=4)
    w = writer.constant("w", np.eye(5, 6, dtype=np.int8), scale=0.02)
    b = writer.constant("b", np.array([100, 0, -100, 7, 2], np.int32))
    writer.output(writer.op("FULLY_CONNECTED", [x, w, b], (2, 5), 0.1, 0, name="y"))
    graph = integer_graph(writer.finish())
    assert [n.op for n in graph.nodes] == ["reshape", "fully_connected"]
    assert graph.nodes[0].output.shape == (2, 6)
    assert graph.nodes[1].operands[2].data is not None
    assert graph.nodes[1].operands[2].data.tolist() == [100, 0, -100, 7, 2]


def test_float_borders_become_quantize_and_dequantize() -> None:
    writer = TFLiteWriter("borders")
    x = writer.input("x", (1, 8), dtype="float32")
    q = writer.op("QUANTIZE", [x], (1, 8), 0.25, -6, name="q")
    r = writer.op("RELU", [q], (1, 8), 0.25, -6, name="r")
    writer.output(writer.op("DEQUANTIZE", [r], (1, 8), None, name="y", dtype="float32"))
    graph = integer_graph(writer.finish())
    assert [(n.op, n.layer) for n in graph.nodes] == [
        ("quantize", "q"),
        ("lut", "r"),
        ("dequantize", "y"),
    ]
    assert graph.nodes[0].attrs["zero_point"] == -6
    assert graph.outputs[0].dtype == "float32"


def test_activation_behind_an_input_is_kept() -> None:
    """RELU6 clips int8 values; here those that QUANTIZE makes of a float input."""
    writer = TFLiteWriter("clip")
    x = writer.input("x", (1, 8), dtype="float32")
    q = writer.op("QUANTIZE", [x], (1, 8), 0.25, -6, name="q")
    writer.output(writer.op("RELU6", [q], (1, 8), 0.25, -6, name="y"))
    values = np.linspace(-9, 9, 8, dtype=np.float32).reshape(1, 8)
    graph = integer_graph(writer.finish())
    assert [(n.op, n.layer) for n in graph.nodes] == [("quantize", "q"), ("lut", "y")]
    wanted = TFLMReference(writer.finish()).run({"x": values})
    assert np.array_equal(run_graph(graph, {"x": values})["y"], wanted["y"])


def test_clip_of_a_float_input_before_quantize_is_kept() -> None:
    x = relax.Var("x", relax.TensorType((1, 8), "float32"))
    block = relax.BlockBuilder()
    with block.function("main", [x]):
        with block.dataflow():
            y = relax.op.quantize(x, _const(0.25, "float32"), _const(-6, "int8"))
            result = block.emit_output(block.emit(relax.op.clip(block.emit(y), -6, 18)))
        block.emit_func_output(result)
    values = np.linspace(-9, 9, 8, dtype=np.float32).reshape(1, 8)
    graph = integer_graph(block.get())
    found = run_graph(graph, {"x": values})[graph.outputs[0].source]
    assert np.array_equal(found, np.clip(np.rint(values / 0.25) - 6, -6, 18))


def test_repeated_and_missing_names_stay_apart() -> None:
    """TVM's front end knows tensors by name; models need not have any."""
    net = Net("names", 0)
    x = net.input((1, 6, 6, 2))
    y = net.conv(net.conv(x, 4, name="aaaa"), 4, name="bbbb")
    model = net.finish(y)
    graph = integer_graph(model.replace(b"bbbb", b"aaaa").replace(b"image", b"aaaa\0"))
    values = np.random.default_rng(2).integers(-128, 128, (1, 6, 6, 2)).astype(np.int8)
    same = run_graph(integer_graph(model), {"image": values})["bbbb"]
    found = run_graph(graph, {graph.inputs[0].source: values})
    assert np.array_equal(found[graph.outputs[0].source], same)


@pytest.mark.parametrize("name", MODELS)
def test_onnx_models_are_within_rounding_of_onnxruntime(name: str) -> None:
    model = MODELS[name]()
    graph = integer_graph(model)
    rng = np.random.default_rng(0)
    inputs = {t.source: rng.normal(0, 1, t.shape).astype(np.float32) for t in graph.inputs}
    assert {t.dtype for t in graph.inputs} == {"float32"}
    found = run_graph(graph, inputs)
    for key, values in OnnxReference(model).run(inputs).items():
        step = graph.nodes[-1].operands[0].scale
        assert np.abs(values - found[key]).max() <= 4.01 * step
        assert len(np.unique(values)) > 2


def _const(value: float | int, dtype: str) -> Any:
    return relax.const(value, dtype)


def _module(make: Any, shape: tuple[int, ...] = (1, 16, 16, 1), dtype: str = "int8") -> Any:
    """``quantize(make(dequantize(x)))`` at scale 1/16 and zero point 3, to 1/20 and -7."""
    x = relax.Var("x", relax.TensorType(shape, dtype))
    block = relax.BlockBuilder()
    with block.function("main", [x]):
        with block.dataflow():
            real = block.emit(relax.op.dequantize(x, _const(1 / 16, "float32"), _const(3, "int8")))
            y = block.emit(make(real))
            out = relax.op.quantize(y, _const(1 / 20, "float32"), _const(-7, "int8"))
            result = block.emit_output(block.emit(out, "result"))
        block.emit_func_output(result)
    return block.get()


def test_any_function_of_one_value_is_a_table() -> None:
    """Hard sigmoid, which TFLite has no operator for: rounded as ``quantize`` rounds."""

    def hard_sigmoid(x: Any) -> Any:
        scaled = relax.op.multiply(x, _const(0.2, "float32"))
        return relax.op.clip(relax.op.add(scaled, _const(0.5, "float32")), 0, 1)

    x = np.arange(-128, 128, dtype=np.int8).reshape(1, 16, 16, 1)
    graph = integer_graph(_module(hard_sigmoid))
    assert [n.op for n in graph.nodes] == ["lut"]
    f32 = np.float32
    real = np.clip(f32(0.2) * ((x.astype(f32) - f32(3)) * f32(1 / 16)) + f32(0.5), f32(0), f32(1))
    found = run_graph(graph, {"x": x})[graph.outputs[0].source]
    assert np.array_equal(found, np.rint(real / f32(1 / 20)) - 7)
    assert len(np.unique(found)) > 10


def test_movement_on_dequantised_values_moves_int8() -> None:
    def moved(x: Any) -> Any:
        pooled = relax.op.nn.max_pool2d(x, (2, 2), (2, 2), layout="NHWC")
        return relax.op.reshape(relax.op.permute_dims(pooled, [0, 3, 1, 2]), (1, 64))

    graph = integer_graph(_module(moved))
    assert [n.op for n in graph.nodes] == ["max_pool2d", "transpose", "reshape", "lut"]
    assert graph.outputs[0].shape == (1, 64)


def test_relax_module_borders_carry_their_quantisation() -> None:
    main = load(_module(relax.op.nn.relu)).module["main"]
    assert borders_of(main, INPUTS) is not None
    ((name, scale, zero_point),) = [
        (b.name, b.scale, b.zero_point) for b in borders_of(main, INPUTS) or ()
    ]
    assert (name, scale, zero_point) == ("x", 1 / 16, 3)
    (out,) = borders_of(main, OUTPUTS) or ()
    assert math.isclose(out.scale, 1 / 20, rel_tol=1e-6)
    assert out.zero_point == -7


def test_layers_name_what_the_table_names() -> None:
    module = _module(relax.op.nn.relu)
    layer = Layer("block1/relu", 4, "block1/relu:0", 17, 0.05, -7)
    output = Border("block1/relu:0", 0.05, -7, 17)
    graph = integer_graph(annotate(module, {"result": layer}, [Border("x")], [output]))
    (node,) = graph.nodes
    assert (node.layer, node.index) == ("block1/relu", 4)
    assert (node.output.source, node.output.source_index) == ("block1/relu:0", 17)


def _refusal(module: Any) -> UnsupportedError:
    with pytest.raises(UnsupportedError) as caught:
        LegalizeQDQ()(module)
    return caught.value


def test_what_stays_float_is_refused_by_layer() -> None:
    def erf_of_softmax(x: Any) -> Any:
        return relax.op.cumsum(relax.op.nn.softmax(x), axis=1)

    error = _refusal(_module(erf_of_softmax))
    assert error.code == "TT1102"
    assert "'result'" in error.problems[0].where
    assert "cumsum" in error.problems[0].what


def test_all_refused_operators_are_named() -> None:
    x = relax.Var("x", relax.TensorType((1, 4, 4, 2), "int8"))
    block = relax.BlockBuilder()
    with block.function("main", [x]):
        with block.dataflow():
            a = block.emit(relax.op.cumsum(x, axis=1, dtype="int8"), "first")
            b = block.emit(relax.op.cumsum(a, axis=2, dtype="int8"), "second")
            result = block.emit_output(b)
        block.emit_func_output(result)
    error = _refusal(block.get())
    assert [p.where for p in error.problems] == ["layer 'first'", "layer 'second'"]


@pytest.mark.parametrize(("value", "dtype"), [(1, "int8"), (-127, "int16")])
def test_weights_lose_their_zero_points(value: int, dtype: str) -> None:
    def conv(x: Any) -> Any:
        raw = relax.const(np.full((3, 3, 1, 2), value, np.int8), "int8")
        w = relax.op.dequantize(raw, _const(0.1, "float32"), _const(5, "int8"))
        return relax.op.nn.conv2d(x, w, data_layout="NHWC", kernel_layout="HWIO")

    weights = extract(LegalizeQDQ()(_module(conv))).nodes[0].operands[1]
    assert weights.dtype == dtype
    assert weights.data is not None
    assert np.all(weights.data == value - 5)


def test_pass_keeps_the_module_it_is_given() -> None:
    module = load(_module(relax.op.nn.relu)).module
    before = module.script()
    out = LegalizeQDQ()(module)
    assert module.script() == before
    assert isinstance(out, IRModule)
    assert out["main"].params[0].name == "x"
