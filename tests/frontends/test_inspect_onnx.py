# SPDX-License-Identifier: Apache-2.0
"""What the ONNX front end refuses, and how it says so."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper
from onnx_edits import constant_of, edited, float_model, node_of
from onnx_layers import integer_graph

from tvm_tiny.errors import ModelError, TvmTinyError, UnsupportedError
from tvm_tiny.frontends.onnx.check import inspect_onnx, parse_onnx
from tvm_tiny.frontends.onnx.front_end import from_onnx_bytes, from_onnx_model
from tvm_tiny.frontends.onnx.wire import check_wire
from tvm_tiny.testing.onnx_models import QdqNet, tiny_qdq


def test_float_model_says_how_to_quantise() -> None:
    with pytest.raises(UnsupportedError, match="tvm-tiny quantize") as caught:
        from_onnx_model(float_model())
    assert caught.value.code == "TT1102"


def test_every_unsupported_node_is_named() -> None:
    def edit(proto: Any) -> None:
        node_of(proto, "stem/relu").op_type = "Det"
        node_of(proto, "add/float").op_type = "Mod"
        pool = node_of(proto, "max_pool/float")
        pool.attribute.append(helper.make_attribute("storage_order", 1))

    with pytest.raises(UnsupportedError) as caught:
        from_onnx_bytes(edited(edit))
    text = str(caught.value)
    assert caught.value.code == "TT1203"
    assert "3 of 36 nodes" in text
    for where in (
        "layer 5 'stem/relu' Det",
        "layer 19 'add/float' Mod",
        "layer 22 'max_pool/float' MaxPool",
    ):
        assert where in text
    assert "storage_order=1" in text


def test_float_in_between_is_named() -> None:
    def edit(proto: Any) -> None:
        """Let the addition read the convolution's float result."""
        node_of(proto, "add/float").input[0] = "pointwise/float"

    with pytest.raises(UnsupportedError, match="not quantised") as caught:
        from_onnx_bytes(edited(edit))
    assert [p.where for p in caught.value.problems] == ["layer 16 'pointwise/float' Conv"]


def test_dynamic_dimensions() -> None:
    def edit(proto: Any) -> None:
        dims = proto.graph.input[0].type.tensor_type.shape.dim
        dims[0].dim_param = "batch"
        dims[2].dim_param = "height"

    model = edited(edit)
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

    assert integer_graph(edited(edit)).inputs[0].shape == (1, 3, 16, 16)


@pytest.mark.parametrize("attribute", [("group", 0), ("strides", [0, 1]), ("pads", [-1] * 4)])
def test_absurd_attributes(attribute: tuple[str, Any]) -> None:
    def edit(proto: Any) -> None:
        node = node_of(proto, "depthwise/float")
        kept = [a for a in node.attribute if a.name != attribute[0]]
        del node.attribute[:]
        node.attribute.extend([*kept, helper.make_attribute(*attribute)])

    with pytest.raises(UnsupportedError, match=attribute[0]):
        from_onnx_bytes(edited(edit))


def _reversed_nodes(proto: Any) -> None:
    nodes = list(proto.graph.node)[::-1]
    del proto.graph.node[:]
    proto.graph.node.extend(nodes)


def _huge_constant(proto: Any) -> None:
    constant = constant_of(proto, "logits/weights/quantised")
    del constant.dims[:]
    constant.dims.extend([1 << 40, 1 << 40])


def _external_constant(proto: Any) -> None:
    constant = constant_of(proto, "logits/weights/quantised")
    constant.ClearField("raw_data")
    constant.data_location = TensorProto.EXTERNAL
    entry = constant.external_data.add()
    entry.key, entry.value = "location", "/etc/passwd"


def _short_constant(proto: Any) -> None:
    constant_of(proto, "logits/weights/quantised").raw_data = b"123"


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
        from_onnx_bytes(edited(edit))
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
        constant_of(proto, "stem/scale").CopyFrom(scale)

    with pytest.raises(UnsupportedError, match="scale"):
        inspect_onnx(parse_onnx(edited(edit)))


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
        pool = node_of(proto, "max_pool/float")
        del pool.attribute[:]
        pool.attribute.append(kernel)

    with pytest.raises(UnsupportedError, match="a window of 40"):
        from_onnx_bytes(edited(edit))
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


@pytest.mark.parametrize("dtype", [np.float16, np.float64, np.uint64])
def test_a_constant_of_another_type_is_no_broken_model(dtype: Any) -> None:
    """Said once, of the constant, not again of the layers that read it."""

    def edit(proto: Any) -> None:
        weights = proto.graph.initializer[0]
        array = numpy_helper.to_array(weights).astype(dtype)
        weights.CopyFrom(numpy_helper.from_array(array, weights.name))

    with pytest.raises(UnsupportedError, match=np.dtype(dtype).name) as caught:
        from_onnx_bytes(edited(edit))
    assert caught.value.code == "TT1103"
    assert len(caught.value.problems) == 1


def test_data_elsewhere_is_said_once() -> None:
    def edit(proto: Any) -> None:
        weights = proto.graph.initializer[0]
        weights.ClearField("raw_data")
        weights.data_location = TensorProto.EXTERNAL

    with pytest.raises(ModelError, match="external_data=False") as caught:
        from_onnx_bytes(edited(edit))
    assert len(caught.value.problems) == 1
