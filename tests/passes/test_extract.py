# SPDX-License-Identifier: Apache-2.0
"""The integer Relax module as plain data: nodes, tensors, names, problems."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from relax_modules import IMAGE, ZERO_POINT, Body, const, module

from tvm_tiny import _tvm
from tvm_tiny._tvm import relax
from tvm_tiny.errors import UnsupportedError
from tvm_tiny.passes.extract import c_identifier, extract


def test_extract_reads_nodes_tensors_and_attributes() -> None:
    def build(f: Body, x: Any) -> Any:
        conv = f.conv(
            x, [1, 1, 1, 1], layer="net/conv", index=3, output_source="net/relu",
            output_source_index=9, output_scale=0.25, out_zero_point=-5,
        )  # fmt: skip
        return f.op("reshape", conv, shape=[72], layer="flat", index=4)

    attrs = {
        "tvm_tiny.inputs": [["1st:0", 0.5, ZERO_POINT, 2]],
        "tvm_tiny.outputs": [["StatefulCall:0", 0.125, 4, 17]],
    }
    graph = extract(module(build, attrs=attrs))
    (image,), (result,), (conv, flat) = graph.inputs, graph.outputs, graph.nodes
    assert (image.name, image.source, image.source_index) == ("n1st_0", "1st:0", 2)
    assert (image.shape, image.dtype, image.scale, image.zero_point) == (IMAGE, "int8", 0.5, -7)
    assert (conv.name, conv.op, conv.layer, conv.index) == ("net_conv", "conv2d", "net/conv", 3)
    out = conv.output
    assert (out.name, out.source, out.source_index) == ("net_conv", "net/relu", 9)
    assert (out.scale, out.zero_point, out.shape) == (0.25, -5, (1, 6, 3, 4))
    assert [t.name for t in conv.operands[1:]] == [
        f"net_conv_{name}" for name in ("weight", "bias", "multiplier", "shift")
    ]
    assert conv.operands[0] is image
    assert np.array_equal(conv.operands[2].data, np.arange(4))
    assert "layer" not in conv.attrs
    assert conv.attrs["padding"] == [1, 1, 1, 1]
    assert flat.operands == (out,)
    assert flat.output is result
    assert flat.name == "flat"
    assert (result.name, result.source, result.source_index) == (
        "StatefulCall_0", "StatefulCall:0", 17,
    )  # fmt: skip
    assert (result.scale, result.zero_point) == (0.125, 4)
    assert (flat.op, flat.attrs) == ("reshape", {"shape": [72]})


def test_extract_gives_unique_stable_names() -> None:
    def build(f: Body, x: Any) -> Any:
        a = f.op("reshape", x, shape=[108], layer="x")
        b = f.op("reshape", a, shape=[6, 18], layer="a b")
        c = f.op("reshape", b, shape=[18, 6], layer="a/b")
        return f.op("reshape", c, shape=[54, 2], layer="while")

    names = [[t.name for t in extract(module(build)).tensors()] for _ in range(2)]
    assert names[0] == names[1] == ["x", "x_2", "a_b", "a_b_2", "while_"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("3x3", "n3x3"),
        ("int", "int_"),
        ("", "unnamed"),
        ("\u5377\u79ef", "unnamed"),
        ("__a//b__", "a_b"),
        ("model/conv/bias;model/conv/Relu", "model_conv_bias"),
        ("x" * 100_000, "x" * 48),
    ],
)
def test_c_identifier(name: str, expected: str) -> None:
    assert c_identifier(name) == expected


def test_extract_several_outputs_one_inner_one_twice_one_input() -> None:
    def build(f: Body, x: Any) -> Any:
        a = f.op("transpose", x, axes=[0, 2, 1, 3], layer="a")
        b = f.op("transpose", a, axes=[0, 3, 2, 1], layer="b")
        return (b, a, x, a)

    outputs = [[n, 0.5, 0, i] for i, n in enumerate(("main", "inner", "x", "inner"))]
    graph = extract(module(build, attrs={"tvm_tiny.outputs": outputs}))
    assert [t.name for t in graph.outputs] == ["main_", "inner", "x", "inner"]
    a, b = graph.nodes
    assert graph.outputs == (b.output, a.output, graph.inputs[0], a.output)
    assert b.operands == (a.output,)


def test_extract_copies_an_output_that_is_another_tensor_by_name() -> None:
    def build(f: Body, x: Any) -> Any:
        a = f.op("maximum", x, x, layer="a")
        return (x, a, a)

    outputs = [[n, 0.5, 0, 7 + i] for i, n in enumerate(("same", "first", "second"))]
    graph = extract(module(build, attrs={"tvm_tiny.outputs": outputs}))
    assert [t.name for t in graph.outputs] == ["same", "first", "second"]
    assert [t.source_index for t in graph.outputs] == [7, 8, 9]
    _, same, second = graph.nodes
    assert (same.op, same.operands, same.output) == ("reshape", graph.inputs, graph.outputs[0])
    assert (second.operands, second.output) == ((graph.outputs[1],), graph.outputs[2])


def test_extract_shares_a_constant_that_two_nodes_read() -> None:
    def build(f: Body, x: Any) -> Any:
        shared = const(np.zeros(IMAGE))
        a = f.op("concat", x, shared, axis=1, layer="a")
        return (a, f.op("concat", shared, x, axis=2, layer="b"))

    first, second = extract(module(build)).nodes
    assert first.operands[1] is second.operands[0]
    assert first.operands[1].name == "a_x1"


def test_extract_collects_every_problem() -> None:
    def build(f: Body, x: Any) -> Any:
        a = f.op("pad", x, pads=[[0, 0]] * 4, value=300, layer="edge", index=1)
        b = f.builder.emit(relax.op.add(a, a), "sum")
        c = f.builder.emit(relax.op.nn.relu(b), "act")
        return f.op("reshape", c, shape=[108])

    with pytest.raises(UnsupportedError) as caught:
        extract(module(build))
    places = [p.where for p in caught.value.problems]
    assert places == ["layer 1 'edge' pad", "'sum'", "'act'"]
    assert "relax.add" in caught.value.problems[1].what


def test_extract_copies_a_constant_output() -> None:
    graph = extract(module(lambda f, x: (x, const([1, 2]))))
    copy = graph.nodes[-1]
    assert copy.op == "reshape"
    assert copy.output is graph.outputs[1]
    np.testing.assert_array_equal(copy.operands[0].data, [1, 2])


def test_extract_refuses_an_empty_tensor() -> None:
    with pytest.raises(UnsupportedError, match="empty tensor"):
        extract(module(lambda f, x: f.op("reshape", x, shape=[0, 3]), (3, 0)))


def test_extract_needs_a_main() -> None:
    with pytest.raises(UnsupportedError, match="main"):
        extract(_tvm.IRModule({}))
