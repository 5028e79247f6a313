# SPDX-License-Identifier: Apache-2.0
"""TFLite files: what is read, and what is refused with which code, before anything native runs."""

from __future__ import annotations

import importlib
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from writer_cases import CASES, Case

from tvm_tiny._tvm import IRModule, relax
from tvm_tiny.arithmetic.float_functions import FUNCTIONS
from tvm_tiny.errors import ModelError, TvmTinyError, UnsupportedError, UsageError
from tvm_tiny.frontends.loader import load
from tvm_tiny.frontends.tflite.check import inspect_tflite
from tvm_tiny.frontends.tflite.file import read_tflite
from tvm_tiny.frontends.tflite.front_end import from_tflite_bytes
from tvm_tiny.frontends.tflite.operators.slices import strided_slice_plan
from tvm_tiny.frontends.tflite.record import plain, table
from tvm_tiny.passes.relax_module import INPUTS, OUTPUTS, borders_of, layers_of
from tvm_tiny.testing.net import Net
from tvm_tiny.testing.op_options import OPTION_TABLES
from tvm_tiny.testing.tflite_writer import TensorRef, TFLiteWriter

Build = Callable[[TFLiteWriter], TensorRef]


def _net() -> bytes:
    net = Net("net", 0)
    x = net.conv(net.input((1, 8, 8, 3)), 4, activation="RELU", name="block1/conv")
    return net.finish(net.dense(net.average_pool(x, 4, name="pool"), 5, name="dense"))


def _written(build: Build) -> bytes:
    writer = TFLiteWriter("model")
    writer.output(build(writer))
    return writer.finish()


def _refusal(data: bytes) -> TvmTinyError:
    with pytest.raises((ModelError, UnsupportedError)) as caught:
        inspect_tflite(data)
    return caught.value


def _x(w: TFLiteWriter, *shape: int) -> TensorRef:
    return w.input("x", shape or (1, 4, 4, 2), scale=0.1, zero_point=3)


# what is read


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.label)
def test_written_options_are_read(case: Case) -> None:
    writer = TFLiteWriter(case.label)
    writer.output(*case.build(writer))
    file = inspect_tflite(writer.finish())
    assert file.operators[-1].kind == case.kind
    declared = {field.keyword for field in OPTION_TABLES[case.kind].fields}
    renamed = {"num_splits": "num", "values_count": "num"}
    known = {renamed.get(k, k) for k in declared} - {"new_shape", "squeeze_dims"}
    assert known <= set(file.operators[-1].options)


def test_every_operator_of_the_writer_is_known() -> None:
    """By its record, its plain one (float32), or as a float function whose results are a table."""
    assert {kind for kind in OPTION_TABLES if plain(kind) is None} <= {*table(), *FUNCTIONS}


def test_option_fields_are_those_of_the_schema() -> None:
    """Written through the generated accessors, read by field number."""
    w = TFLiteWriter("options")
    weights = w.constant("w", np.ones((1, 2, 3, 4), np.int8), scale=0.1)
    options: dict[str, Any] = {
        "padding": "VALID", "stride_h": 2, "stride_w": 3, "dilation_h": 4, "dilation_w": 5,
        "depth_multiplier": 2, "activation": "RELU6",
    }  # fmt: skip
    x = w.input("x", (1, 9, 30, 2), scale=0.1)
    y = w.op("DEPTHWISE_CONV_2D", [x, weights], (1, 3, 7, 4), 0.1, name="y", **options)
    w.output(y)
    (op,) = inspect_tflite(w.finish()).operators
    assert op.options == {**options, "padding": 1, "activation": 3}


def test_layers_and_borders_are_recorded() -> None:
    main = from_tflite_bytes(_net())["main"]
    layers = layers_of(main)
    assert [layer.name for layer in layers.values()] == ["block1/conv", "pool", "dense"]
    assert [layer.operator_index for layer in layers.values()] == [0, 1, 2]
    variables = {str(b.var.name) for block in main.body.blocks for b in block.bindings}
    assert set(layers) <= variables
    (image,) = borders_of(main, INPUTS) or ()
    assert (image.name, image.scale, image.zero_point) == ("image", 1 / 64, -1)
    (dense,) = borders_of(main, OUTPUTS) or ()
    assert dense.tensor_index == layers["t" + str(dense.tensor_index)].tensor_index
    assert dense.name == "dense"


def test_quantised_operators_stand_between_dequantize_and_quantize() -> None:
    text = from_tflite_bytes(_net())["main"].script(show_meta=False)
    assert text.count("R.nn.conv2d(") == 1
    assert text.count("R.quantize(") == 3
    assert "R.nn.avg_pool2d(lv" in text


def test_loaded_model_is_named_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "VWW-96 (int8).tflite"
    path.write_bytes(_net())
    model = load(path)
    assert (model.name, model.kind, model.data) == ("vww_96_int8", "tflite", _net())
    assert model.sha256 == load(_net()).sha256
    assert isinstance(model.module["main"], relax.Function)


@pytest.mark.parametrize(
    ("begin", "end", "strides", "masks", "wanted"),
    [
        ([1], [5], [2], (0, 0, 0), [1, 3]),
        ([-2], [9], [1], (0, 0, 0), [4, 5]),
        ([0], [0], [-1], (1, 1, 0), [5, 4, 3, 2, 1, 0]),
        ([4], [0], [-2], (0, 0, 0), [4, 2]),
        ([4], [-9], [-2], (0, 0, 0), [4, 2, 0]),
        ([2], [0], [1], (0, 1, 0), [2, 3, 4, 5]),
        ([3], [0], [1], (0, 0, 1), [3]),
        ([3], [2], [1], (0, 0, 0), []),
    ],
)
def test_strided_slice_plan(
    begin: list[int],
    end: list[int],
    strides: list[int],
    masks: tuple[int, int, int],
    wanted: list[int],
) -> None:
    plan = strided_slice_plan([6], begin, end, strides, masks)
    found = [plan.begin[0] + i * plan.strides[0] for i in range(plan.shape[0])]
    assert found == wanted
    axes = relax.op.strided_slice(
        relax.Var("x", relax.TensorType((6,), "int8")), [0], plan.begin, plan.end, plan.strides
    )
    if wanted:
        assert [int(d) for d in relax.BlockBuilder().normalize(axes).ty.shape] == [len(wanted)]


# what is refused


def _tanh(w: TFLiteWriter, x: TensorRef, scale: float = 1 / 128, zero_point: int = 0) -> TensorRef:
    return w.op("TANH", [x], x.shape, scale, zero_point, name="y")


def _dynamic_range(w: TFLiteWriter) -> TensorRef:
    x = w.input("x", (1, 2), dtype="float32")
    weights = w.constant("w", np.ones((3, 2), np.int8), scale=0.1)
    shape = (1, 3)
    return w.op("FULLY_CONNECTED", [x, weights], shape, None, name="dense", dtype="float32")


def _uint8(w: TFLiteWriter) -> TensorRef:
    x = w.input("x", (1, 8), dtype="uint8")
    return w.op("RELU", [x], (1, 8), None, name="relu", dtype="uint8")


def _unscaled(dtype: str, *, scaled: bool = False) -> Build:
    """Integers that stand for no numbers: an operand's, or a result's."""

    def build(w: TFLiteWriter) -> TensorRef:
        scale = 0.1 if scaled else None
        x = w.input("x", (1, 4, 4, 2), scale=scale, dtype=dtype)
        return w.op("RELU", [x], (1, 4, 4, 2), None, dtype=dtype, name="relu")

    return build


def _int16(w: TFLiteWriter) -> TensorRef:
    x = w.input("x", (1, 8), scale=0.1, dtype="int16")
    return w.op("HARD_SWISH", [x], (1, 8), 0.1, 0, name="swish", dtype="int16")


def _dynamic(w: TFLiteWriter) -> TensorRef:
    return w.op("RELU", [_x(w, -1, 8)], (-1, 8), 0.1, 3, name="relu")


def _wrong_shape(w: TFLiteWriter) -> TensorRef:
    return w.op("RELU", [_x(w, 1, 8)], (1, 9), 0.1, 3, name="relu")


def _huge(w: TFLiteWriter) -> TensorRef:
    return w.op("RELU", [_x(w, 1 << 15, 1 << 15)], (1 << 15, 1 << 15), 0.1, 3, name="relu")


def _stride(value: int) -> Build:
    def build(w: TFLiteWriter) -> TensorRef:
        x, options = _x(w), {"filter_h": 2, "filter_w": 2, "stride_h": value, "stride_w": 1}
        return w.op("MAX_POOL_2D", [x], (1, 4, 4, 2), 0.1, 3, name="pool", **options)

    return build


def _scale(scale: float, zero_point: int = 0) -> Build:
    def build(w: TFLiteWriter) -> TensorRef:
        return w.op("RELU", [_x(w)], (1, 4, 4, 2), scale, zero_point, name="relu")

    return build


def _mask(name: str) -> Build:
    def build(w: TFLiteWriter) -> TensorRef:
        at = [w.constant(n, np.array([v], np.int32)) for n, v in (("b", 0), ("e", 1), ("s", 1))]
        x = _x(w, 1, 8)
        return w.op("STRIDED_SLICE", [x, *at], (1, 8), 0.1, 3, name="slice", **{name: 1})

    return build


def _computed_axes(w: TFLiteWriter) -> TensorRef:
    axes = w.input("axes", (1,), dtype="int32")
    return w.op("MEAN", [_x(w), axes], (1, 4, 2), 0.1, 3, name="mean")


def _softmax_scale(w: TFLiteWriter) -> TensorRef:
    return w.op("SOFTMAX", [_x(w, 1, 8)], (1, 8), 0.1, 3, name="softmax", beta=1.0)


def _per_channel_activation(w: TFLiteWriter) -> TensorRef:
    b = w.constant("b", np.ones((1, 4, 4, 2), np.int8), scale=[0.1, 0.2], axis=3)
    return w.op("ADD", [_x(w), b], (1, 4, 4, 2), 0.1, 3, name="add")


def _scales_of_no_channel(w: TFLiteWriter) -> TensorRef:
    weights = w.constant("w", np.ones((3, 1, 1, 2), np.int8), scale=[0.1, 0.2])
    return w.op("CONV_2D", [_x(w), weights], (1, 4, 4, 3), 0.1, name="conv")


def _concat_activation(w: TFLiteWriter) -> TensorRef:
    x, options = _x(w), {"axis": 3, "activation": "RELU"}
    return w.op("CONCATENATION", [x, x], (1, 4, 4, 4), 0.1, 3, name="join", **options)


REFUSED: dict[str, tuple[Build, str, str]] = {
    "dynamic range": (_dynamic_range, "TT1102", ""),
    "uint8 without a scale": (_uint8, "TT1103", "layer 0 'relu' RELU"),
    "int8 without a scale": (_unscaled("int8"), "TT1105", "layer 0 'relu' RELU"),
    "int16 without a scale": (_unscaled("int16"), "TT1105", "layer 0 'relu' RELU"),
    "result without a scale": (_unscaled("int8", scaled=True), "TT1105", "layer 0 'relu' RELU"),
    "int16": (_int16, "TT1103", "layer 0 'swish' HARD_SWISH"),
    "dynamic shape": (_dynamic, "TT1101", "tensor 0 'x'"),
    "wrong result shape": (_wrong_shape, "TT1002", "layer 0 'relu' RELU"),
    "huge tensor": (_huge, "TT1002", "tensor 0 'x'"),
    "stride 0": (_stride(0), "TT1002", "layer 0 'pool' MAX_POOL_2D"),
    "stride -1": (_stride(-1), "TT1002", "layer 0 'pool' MAX_POOL_2D"),
    "stride 2^31-1": (_stride(2**31 - 1), "TT1002", "layer 0 'pool' MAX_POOL_2D"),
    "scale 0": (_scale(0.0), "TT1002", "tensor 1 'relu'"),
    "scale nan": (_scale(float("nan")), "TT1002", "tensor 1 'relu'"),
    "scale infinite": (_scale(float("inf")), "TT1002", "tensor 1 'relu'"),
    "scale negative": (_scale(-0.1), "TT1002", "tensor 1 'relu'"),
    "zero point": (_scale(0.1, 128), "TT1002", "tensor 1 'relu'"),
    "ellipsis": (_mask("ellipsis_mask"), "TT1203", "layer 0 'slice' STRIDED_SLICE"),
    "new axis": (_mask("new_axis_mask"), "TT1203", "layer 0 'slice' STRIDED_SLICE"),
    "computed axes": (_computed_axes, "TT1203", "layer 0 'mean' MEAN"),
    "softmax scale": (_softmax_scale, "TT1002", "layer 0 'softmax' SOFTMAX"),
    "tanh scale": (lambda w: _tanh(w, _x(w), 1 / 64), "TT1002", "layer 0 'y' TANH"),
    "per-channel operand": (_per_channel_activation, "TT1203", "layer 0 'add' ADD"),
    "scales of no channel": (_scales_of_no_channel, "TT1002", "tensor 0 'w'"),
    "concat activation": (_concat_activation, "TT1203", "layer 0 'join' CONCATENATION"),
}


@pytest.mark.parametrize("label", REFUSED)
def test_refused_with_code_and_layer(label: str) -> None:
    build, code, where = REFUSED[label]
    error = _refusal(_written(build))
    assert error.code == code
    assert where in [problem.where for problem in error.problems]


def test_a_hybrid_model_says_how_to_quantise_once() -> None:
    error = _refusal(_written(_dynamic_range))
    assert isinstance(error, UnsupportedError)
    assert "TFLiteConverter" in error.problems[0].do
    assert str(error).count("TFLiteConverter") == 1


def test_all_problems_are_reported_at_once() -> None:
    def build(w: TFLiteWriter) -> TensorRef:
        x = w.op("RELU", [_x(w, 1, 8)], (1, 9), 0.1, 3, name="first")
        return w.op("TANH", [x], (1, 7), 1 / 128, 0, name="second")

    places = [problem.where for problem in _refusal(_written(build)).problems]
    assert places == ["layer 0 'first' RELU", "layer 1 'second' TANH"]


def test_unknown_operator() -> None:
    """FULLY_CONNECTED becomes an operator that is not supported: both code fields change."""
    schema = importlib.import_module("tflite")
    model = bytearray(_net())
    root = schema.Model.GetRootAsModel(bytes(model), 0)
    kinds = [root.OperatorCodes(i) for i in range(root.OperatorCodesLength())]
    (code,) = [k for k in kinds if k.BuiltinCode() == schema.BuiltinOperator.FULLY_CONNECTED]
    for slot, form in ((4, "<b"), (10, "<i")):
        offset = code._tab.Offset(slot)
        struct.pack_into(form, model, code._tab.Pos + offset, schema.BuiltinOperator.LSTM)
    error = _refusal(bytes(model))
    assert error.code == "TT1203"
    assert [(p.what, p.where) for p in error.problems] == [("LSTM", "layer 2 'dense' LSTM")]


def test_operand_that_is_made_later() -> None:
    schema = importlib.import_module("tflite")
    model = bytearray(_net())
    graph = schema.Model.GetRootAsModel(bytes(model), 0).Subgraphs(0)
    first, last = graph.Operators(0), graph.Operators(2)
    place = first._tab.Vector(first._tab.Offset(6))
    struct.pack_into("<i", model, place, last.Outputs(0))
    error = _refusal(bytes(model))
    assert error.code == "TT1002"
    assert "before it is used" in error.problems[0].what


def test_constant_of_the_wrong_size() -> None:
    schema = importlib.import_module("tflite")
    model = bytearray(_net())
    root = schema.Model.GetRootAsModel(bytes(model), 0)
    weights = next(
        t
        for t in (root.Subgraphs(0).Tensors(i) for i in range(root.Subgraphs(0).TensorsLength()))
        if t.Type() == schema.TensorType.INT32
    )
    buffer = root.Buffers(weights.Buffer())
    at = buffer._tab.Vector(buffer._tab.Offset(4)) - 4
    struct.pack_into("<I", model, at, buffer.DataLength() - 4)
    error = _refusal(bytes(model))
    assert error.code == "TT1002"
    assert "it must be" in error.problems[0].why


@pytest.mark.parametrize(
    "data",
    [b"", b"TFL3", b"\x18\0\0\0TFL3", bytes(64), b"\xff" * 64, b"\xff\xff\xff\x7fTFL3" + bytes(64)],
    ids=["empty", "identifier", "header", "zeros", "ones", "root"],
)
def test_no_tflite_file(data: bytes) -> None:
    with pytest.raises(ModelError) as caught:
        read_tflite(data)
    assert caught.value.code == "TT1001"


def test_truncated_files() -> None:
    model = _net()
    for end in range(0, len(model) - 40, len(model) // 37):
        assert _refusal(model[:end]).code in ("TT1001", "TT1002"), end


def test_damaged_words_are_refused_or_harmless() -> None:
    """Every 32 bit word of the structures in turn becomes a wild number."""
    model = _net()
    wild = [0, 1, 0x7FFFFFFF, 0xFFFFFFFF]
    refused = 0
    for at in range(0, len(model) - 4, max(4, len(model) // 240 // 4 * 4)):
        for number in wild:
            damaged = bytearray(model)
            struct.pack_into("<I", damaged, at, number)
            try:
                inspect_tflite(bytes(damaged))
            except TvmTinyError:
                refused += 1
    assert refused > 100


def test_a_shared_huge_constant_is_bounded() -> None:
    """Thousands of operators that read one big constant would need as many copies."""
    w = TFLiteWriter("shared")
    x = w.input("x", (1, 1 << 16), scale=0.1)
    big = w.constant("big", np.zeros((1, 1 << 16), np.int8), scale=0.1)
    for i in range(4200):
        x = w.op("MAXIMUM", [x, big], (1, 1 << 16), 0.1, 0, name=f"y{i}")
    w.output(x)
    error = _refusal(w.finish())
    assert error.code == "TT1002"
    assert "constants of" in error.problems[0].what


# the loader


class _Relay:
    __module__ = "tvm.relay.function"


@pytest.mark.parametrize(
    "model",
    [_Relay(), b'#[version = "0.0.5"]\ndef @main(%x: Tensor[(1, 8), int8]) {\n}'],
    ids=["object", "text"],
)
def test_relay_is_explained(model: Any) -> None:
    with pytest.raises(ModelError) as caught:
        load(model)
    assert caught.value.code == "TT1004"
    assert "2024" in caught.value.problems[0].why


def test_what_is_no_model() -> None:
    with pytest.raises(UsageError):
        load(3)
    with pytest.raises(ModelError, match="TT1001"):
        load("/does/not/exist.tflite")
    with pytest.raises(ModelError, match="TT1001"):
        load("zero\0byte.tflite")


@pytest.mark.parametrize("suffix", [".tflite", ".onnx", ".txt", ""])
def test_files_of_noise(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"noise{suffix}"
    path.write_bytes(np.random.default_rng(3).bytes(3000))
    with pytest.raises(ModelError) as caught:
        load(path)
    assert caught.value.code == "TT1001"


def test_relax_module_without_main() -> None:
    with pytest.raises(ModelError, match="main"):
        load(IRModule({}))


@pytest.mark.parametrize(
    ("dtype", "shape", "code"),
    [("int16", (1, 8), "TT1103"), ("int8", None, "TT1101")],
)
def test_relax_module_with_unfit_inputs(dtype: str, shape: Any, code: str) -> None:
    kind = relax.TensorType(shape, dtype) if shape else relax.TensorType(dtype=dtype, ndim=2)
    x = relax.Var("x", kind)
    block = relax.BlockBuilder()
    with block.function("main", [x]):
        with block.dataflow():
            result = block.emit_output(relax.op.nn.relu(x))
        block.emit_func_output(result)
    with pytest.raises(ModelError) as caught:
        load(block.get())
    assert caught.value.code == code
    assert "'x'" in caught.value.problems[0].where
