# SPDX-License-Identifier: Apache-2.0
"""ONNX front end: what is refused and how, names, and every layer against onnxruntime."""

from __future__ import annotations

import gc
import importlib.util
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx_cases import Case, cases
from onnx_layers import integer_graph, layer_differences

from tvm_tiny.errors import ModelError, TvmTinyError, UnsupportedError
from tvm_tiny.frontends.inspect_onnx import inspect_onnx, parse_onnx
from tvm_tiny.frontends.onnx import from_onnx_bytes, from_onnx_model
from tvm_tiny.frontends.onnx_wire import check_wire
from tvm_tiny.frontends.relax_module import INPUTS, OUTPUTS, borders_of, layers_of
from tvm_tiny.testing.onnx_models import MODELS, QdqNet, tiny_qdq

needs_onnxruntime = pytest.mark.skipif(
    importlib.util.find_spec("onnxruntime") is None, reason="onnxruntime is not installed"
)
_log = logging.getLogger(__name__)


def _proto(build: Callable[[], bytes] = tiny_qdq) -> Any:
    return onnx.load_model_from_string(build())


def _edited(edit: Callable[[Any], None], build: Callable[[], bytes] = tiny_qdq) -> bytes:
    proto = _proto(build)
    edit(proto)
    return proto.SerializeToString()


def _node(proto: Any, output: str) -> Any:
    return next(n for n in proto.graph.node if output in n.output)


def _constant(proto: Any, name: str) -> Any:
    return next(c for c in proto.graph.initializer if c.name == name)


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


def _float_model() -> Any:
    """A small float CNN with named layers, as an exporter writes it: 1x3x20x16 to 10."""
    rng = np.random.default_rng(0)
    constants: list[Any] = []
    nodes: list[Any] = []

    def weights(name: str, *shape: int) -> list[str]:
        std = 1 / np.sqrt(np.prod(shape[1:]))
        arrays = (rng.normal(0, std, shape), rng.normal(0, 0.2, shape[0]))
        for part, array in zip(("weight", "bias"), arrays, strict=True):
            constants.append(numpy_helper.from_array(array.astype(np.float32), f"{name}.{part}"))
        return [f"{name}.weight", f"{name}.bias"]

    def node(op: str, inputs: list[str], name: str, **attrs: Any) -> str:
        nodes.append(helper.make_node(op, inputs, [f"{name}_out"], f"/{name}/{op}", **attrs))
        return f"{name}_out"

    x = node("Conv", ["x", *weights("c1", 8, 3, 3, 3)], "c1", pads=[1] * 4, strides=[2, 2])
    x = node("Relu", [x], "r1")
    y = node("Conv", [x, *weights("c2", 8, 1, 3, 3)], "c2", pads=[1] * 4, group=8)
    for name, limit in (("low", 0.0), ("high", 6.0)):
        constants.append(numpy_helper.from_array(np.array(limit, np.float32), name))
    y = node("Clip", [y, "low", "high"], "r2")
    y = node("Conv", [y, *weights("c3", 8, 8, 1, 1)], "c3")
    x = node("Add", [x, y], "residual")
    gate = node("GlobalAveragePool", [x], "squeeze")
    gate = node("Conv", [gate, *weights("c4", 8, 8, 1, 1)], "c4")
    gate = node("HardSigmoid", [gate], "gate")
    x = node("Mul", [x, gate], "scale")
    x = node("Concat", [x, node("HardSwish", [x], "swish")], "joined", axis=1)
    x = node("AveragePool", [x], "pool", kernel_shape=[2, 2], strides=[2, 2])
    x = node("Flatten", [x], "flat")
    x = node("Gemm", [x, *weights("fc", 10, 16 * 5 * 4)], "fc", transB=1)
    x = node("Softmax", [x], "scores", axis=1)
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 20, 16])]
    outputs = [helper.make_tensor_value_info(x, TensorProto.FLOAT, [1, 10])]
    graph = helper.make_graph(nodes, "net", inputs, outputs, constants)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _quantised(folder: Path, **options: Any) -> bytes:
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    settings: dict[str, Any] = {
        "quant_format": QuantFormat.QDQ,
        "activation_type": QuantType.QInt8,
        "weight_type": QuantType.QInt8,
        **options,
    }
    source, target = folder / "float.onnx", folder / "quantised.onnx"
    onnx.save(_float_model(), source)
    quantize_static(source, target, _Samples((1, 3, 20, 16)), **settings)
    return target.read_bytes()


@needs_onnxruntime
@pytest.mark.parametrize("per_channel", [False, True])
def test_quantize_static(tmp_path: Path, per_channel: bool) -> None:
    model = _quantised(tmp_path, per_channel=per_channel)
    graph = integer_graph(model)
    assert [n.op for n in graph.nodes].count("transpose") == 1
    names = {n.name for n in _float_model().graph.node}
    gone = {"/r1/Relu", "/r2/Clip"}  # the quantiser turns both into scales
    assert names - gone <= {n.layer for n in graph.nodes}
    _within_a_step(model, 0, at_least=10)


@needs_onnxruntime
def test_unsigned_activations_are_refused(tmp_path: Path) -> None:
    from onnxruntime.quantization import QuantType

    model = _quantised(tmp_path, activation_type=QuantType.QUInt8)
    with pytest.raises(UnsupportedError, match="QInt8") as caught:
        from_onnx_bytes(model)
    assert caught.value.code == "TT1103"


@needs_onnxruntime
def test_operator_format_is_refused(tmp_path: Path) -> None:
    from onnxruntime.quantization import QuantFormat

    model = _quantised(tmp_path, quant_format=QuantFormat.QOperator)
    with pytest.raises(UnsupportedError, match="QLinearConv"):
        from_onnx_bytes(model)


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
        nodes.remove(_node(proto, "image/dequantised/quantised"))
        nodes.remove(_node(proto, "logits"))
        proto.graph.input[0].name = "image/dequantised/quantised"
        proto.graph.input[0].type.tensor_type.elem_type = TensorProto.INT8
        proto.graph.output[0].name = "logits/quantised"
        proto.graph.output[0].type.tensor_type.elem_type = TensorProto.INT8

    function = from_onnx_bytes(_edited(strip))["main"]
    inputs, outputs = borders_of(function, INPUTS), borders_of(function, OUTPUTS)
    assert inputs is not None
    assert outputs is not None
    assert (inputs[0].scale, inputs[0].zero_point) == (1 / 64, -1)
    assert outputs[0].scale == pytest.approx(0.05)
    graph = integer_graph(_edited(strip))
    assert not {"quantize", "dequantize"} & {n.op for n in graph.nodes}


def test_proto_is_not_changed() -> None:
    proto = _proto()
    before = proto.SerializeToString()
    from_onnx_model(proto)
    assert proto.SerializeToString() == before


# What other exporters write


def test_float_bias_and_identities_and_quantised_float_weights() -> None:
    """Weights kept float behind QuantizeLinear, a float bias, Identity, Dropout, Constant."""

    def edit(proto: Any) -> None:
        graph = proto.graph
        weights = numpy_helper.to_array(_constant(proto, "stem/weights/quantised"))
        scale = numpy_helper.to_array(_constant(proto, "stem/weights/scale"))
        real = weights * scale[:, None, None, None]
        graph.initializer.remove(_constant(proto, "stem/weights/quantised"))
        graph.initializer.append(numpy_helper.from_array(real.astype(np.float32), "stem.weight"))
        names = ["stem.weight", "stem/weights/scale", "stem/weights/zero"]
        made = ["stem/weights/quantised"]
        bias = np.linspace(-0.5, 0.5, 8, dtype=np.float32)
        fresh = [
            helper.make_node("QuantizeLinear", names, made, "q", axis=0),
            helper.make_node("Constant", [], ["b"], "b", value=numpy_helper.from_array(bias)),
            helper.make_node("Identity", ["b"], ["b/same"], "i"),
        ]
        conv = _node(proto, "stem/float")
        conv.input[2] = "b/same"
        pooled = _node(proto, "flatten/float")
        dropout = helper.make_node("Dropout", [pooled.input[0]], ["dropped"], "d")
        pooled.input[0] = "dropped"
        nodes = [*fresh, *graph.node]
        nodes.insert(nodes.index(pooled), dropout)
        del graph.node[:]
        graph.node.extend(nodes)

    model = _edited(edit)
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
        node = _node(proto, "logits/float")
        node.attribute.extend(
            [helper.make_attribute(k, v) for k, v in (("alpha", 0.5), ("beta", 2.0))]
        )

    if importlib.util.find_spec("onnxruntime"):
        _within_a_step(_edited(edit), 0, at_least=5)
    last = [n for n in integer_graph(_edited(edit)).nodes if n.op == "fully_connected"]
    plain = [n for n in integer_graph(tiny_qdq()).nodes if n.op == "fully_connected"]
    for at, differs in ((1, False), (2, True)):
        same = np.array_equal(last[0].operands[at].data, plain[0].operands[at].data)
        assert same is not differs


# Refusals


def test_float_model_says_how_to_quantise() -> None:
    with pytest.raises(UnsupportedError, match="quantize_static") as caught:
        from_onnx_model(_float_model())
    assert caught.value.code == "TT1102"


def test_every_unsupported_node_is_named() -> None:
    def edit(proto: Any) -> None:
        _node(proto, "stem/relu").op_type = "Erf"
        _node(proto, "add/float").op_type = "Mod"
        pool = _node(proto, "max_pool/float")
        pool.attribute.append(helper.make_attribute("storage_order", 1))

    with pytest.raises(UnsupportedError) as caught:
        from_onnx_bytes(_edited(edit))
    text = str(caught.value)
    assert caught.value.code == "TT1203"
    assert "3 of 36 nodes" in text
    for where in (
        "layer 5 'stem/relu' Erf",
        "layer 19 'add/float' Mod",
        "layer 22 'max_pool/float' MaxPool",
    ):
        assert where in text
    assert "storage_order=1" in text


def test_float_in_between_is_named() -> None:
    def edit(proto: Any) -> None:
        """Let the addition read the convolution's float result."""
        _node(proto, "add/float").input[0] = "pointwise/float"

    with pytest.raises(UnsupportedError, match="not quantised") as caught:
        from_onnx_bytes(_edited(edit))
    assert [p.where for p in caught.value.problems] == ["layer 16 'pointwise/float' Conv"]


def test_dynamic_dimensions() -> None:
    def edit(proto: Any) -> None:
        dims = proto.graph.input[0].type.tensor_type.shape.dim
        dims[0].dim_param = "batch"
        dims[2].dim_param = "height"

    model = _edited(edit)
    with pytest.raises(UnsupportedError, match="height") as caught:
        from_onnx_bytes(model)
    assert caught.value.code == "TT1101"
    graph = integer_graph(model, {"image": (1, 3, 16, 16)})
    assert graph.inputs[0].shape == (1, 3, 16, 16)
    for shape in ((2, 3, 16, 16), (1, 4, 16, 16), (1, 3, 16), (1, 3, 0, 16)):
        with pytest.raises(UnsupportedError) as caught:
            from_onnx_bytes(model, {"image": shape})
        assert caught.value.code == "TT1101"
    with pytest.raises(UnsupportedError, match="no such input"):
        from_onnx_bytes(model, {"image": (1, 3, 16, 16), "picture": (1,)})


def test_open_batch_is_one() -> None:
    def edit(proto: Any) -> None:
        proto.graph.input[0].type.tensor_type.shape.dim[0].dim_param = "N"

    assert integer_graph(_edited(edit)).inputs[0].shape == (1, 3, 16, 16)


@pytest.mark.parametrize("attribute", [("group", 0), ("strides", [0, 1]), ("pads", [-1] * 4)])
def test_absurd_attributes(attribute: tuple[str, Any]) -> None:
    def edit(proto: Any) -> None:
        node = _node(proto, "depthwise/float")
        kept = [a for a in node.attribute if a.name != attribute[0]]
        del node.attribute[:]
        node.attribute.extend([*kept, helper.make_attribute(*attribute)])

    with pytest.raises(UnsupportedError, match=attribute[0]):
        from_onnx_bytes(_edited(edit))


def _reversed_nodes(proto: Any) -> None:
    nodes = list(proto.graph.node)[::-1]
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)


def _huge_constant(proto: Any) -> None:
    constant = _constant(proto, "logits/weights/quantised")
    del constant.dims[:]
    constant.dims.extend([1 << 40, 1 << 40])


def _external_constant(proto: Any) -> None:
    constant = _constant(proto, "logits/weights/quantised")
    constant.ClearField("raw_data")
    constant.data_location = TensorProto.EXTERNAL
    entry = constant.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def _short_constant(proto: Any) -> None:
    _constant(proto, "logits/weights/quantised").raw_data = b"123"


def _old_opset(proto: Any) -> None:
    proto.opset_import[0].version = 7


def _twice(proto: Any) -> None:
    proto.graph.node[3].output[0] = proto.graph.node[2].output[0]


@pytest.mark.parametrize(
    "edit",
    [_reversed_nodes, _huge_constant, _external_constant, _short_constant, _old_opset, _twice],
)
def test_contradictions_are_refused(edit: Callable[[Any], None]) -> None:
    with pytest.raises(ModelError) as caught:
        from_onnx_bytes(_edited(edit))
    assert caught.value.code == "TT1002"
    assert caught.value.problems


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x08",
        b"no model at all",
        b"\x3a\xff\xff\xff\xff\x0f",  # a graph of 4 GB
        b"\x3a\x80\xea\x30" + b"\x0a\x00" * 400_000,  # 400,000 empty nodes
        b"\x3a" * 4096,
        tiny_qdq()[:-7],
    ],
)
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(ModelError):
        from_onnx_bytes(data)


def test_wire_check_bounds_what_parsing_would_take() -> None:
    check_wire(tiny_qdq())
    many = b"\x0a\x00" * 600_000
    length = len(many)
    varint = bytes([length & 127 | 128, length >> 7 & 127 | 128, length >> 14])
    with pytest.raises(ModelError, match="fields"):
        check_wire(b"\x3a" + varint + many)


def test_scale_of_zero_is_refused() -> None:
    def edit(proto: Any) -> None:
        scale = numpy_helper.from_array(np.array(0.0, np.float32), "stem/scale")
        _constant(proto, "stem/scale").CopyFrom(scale)

    with pytest.raises(UnsupportedError, match="scale"):
        inspect_onnx(parse_onnx(_edited(edit)))


def test_damaged_bytes_never_escape() -> None:
    """Any error is ours, whatever byte is wrong."""
    model = bytearray(tiny_qdq())
    rng = np.random.default_rng(0)
    outcomes: set[str] = set()
    for place in rng.integers(0, len(model), 150):
        damaged = bytearray(model)
        damaged[place] ^= int(rng.integers(1, 256))
        try:
            from_onnx_bytes(bytes(damaged))
            outcomes.add("converted")
        except TvmTinyError as error:
            outcomes.add(error.code)
    assert {"converted", "TT1001", "TT1002"} <= outcomes


def test_refusals_print_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """TVM's importer prints what it cannot convert, and its block builder complains."""

    def edit(proto: Any) -> None:
        kernel = helper.make_attribute("kernel_shape", [40, 40])
        pool = _node(proto, "max_pool/float")
        del pool.attribute[:]
        pool.attribute.append(kernel)

    with pytest.raises(UnsupportedError, match="a window of 40"):
        from_onnx_bytes(_edited(edit))
    gc.collect()
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("scale", "mode", "why"),
    [(2.0, "ceil", "asymmetric with ceil"), (60000.0, "floor", "the limit is")],
)
def test_resize_that_cannot_be(scale: float, mode: str, why: str) -> None:
    """TFLite has no such mode; or the result is absurdly large."""
    net = QdqNet("resize", 0)
    x = net.conv(net.input("image", (1, 6, 10, 7), 1 / 64, 0), "conv", (6, 6, 1, 1))
    roi = net.constant("roi", np.zeros(0, np.float32))
    scales = net.constant("scales", np.array([1, 1, scale, scale], np.float32))
    modes = {"nearest_mode": mode, "coordinate_transformation_mode": "asymmetric"}
    x = net.op("Resize", [x, roi, scales], "resized", 0.05, -4, mode="nearest", **modes)
    net.output(x, None)
    with pytest.raises(UnsupportedError, match=why):
        from_onnx_bytes(net.finish())
