# SPDX-License-Identifier: Apache-2.0
"""Receptive fields against what pixels really depend on; tables, pictures, the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

import tvm_tiny
from tvm_tiny.cli.app import app
from tvm_tiny.errors import TvmTinyError, UsageError
from tvm_tiny.frontends.loader import load
from tvm_tiny.graph import Graph
from tvm_tiny.operators.base import lookup
from tvm_tiny.passes.plan.patch_inference import PatchInference
from tvm_tiny.passes.receptive_field.analysis import analyse
from tvm_tiny.passes.receptive_field.prepare import PrepareFloat
from tvm_tiny.passes.receptive_field.quantised_shape import quantised_graph
from tvm_tiny.passes.receptive_field.stage import candidate_stages, find_stages
from tvm_tiny.pipeline import integer_graph
from tvm_tiny.report.fields import render
from tvm_tiny.report.fields_svg import draw_svg
from tvm_tiny.report.receptive_field import receptive_field
from tvm_tiny.testing.float_models import FloatNet, mobilenet_v2_float
from tvm_tiny.testing.models import autoencoder, squeeze_excite, time_series, tiny_convnet
from tvm_tiny.testing.onnx_models import MODELS

SIZE = 61


def graph_of(model: Any) -> Graph:
    return quantised_graph(PrepareFloat()(load(model, floats=True).module))


def rows_seen(graph: Graph, row: int) -> set[int]:
    """Rows of the input that a row of the first result depends on: by the operators' own calls."""
    wanted: dict[str, set[int]] = {graph.outputs[0].name: {row}}
    for node in reversed(graph.nodes):
        calls = [lookup(node.op).row_call(node, r) for r in wanted.get(node.output.name, ())]
        for place, tensor in enumerate(node.operands):
            if tensor.data is None:
                rows = {r for c in calls for r in c.needed(place, tensor.rows)}
                wanted.setdefault(tensor.name, set()).update(rows)
    return wanted[graph.inputs[0].name]


@st.composite
def chains(draw: st.DrawFn) -> Any:
    """Float convolutions and pools with skips and concatenations over an NHWC-like image."""
    net = FloatNet("chain", 0)
    x = net.input((1, 1, SIZE, 9))
    for place in range(draw(st.integers(1, 4))):
        kernel, stride = draw(st.integers(1, 5)), draw(st.integers(1, 2))
        dilation = draw(st.integers(1, 2))
        pads = (draw(st.integers(0, 2)), kernel, draw(st.integers(0, 2)), kernel)
        name = f"layer{place}"
        assume(net.shapes[x][2] + pads[0] + pads[2] > (kernel - 1) * dilation + 2)
        made = net.conv(
            x, 2, (kernel, 1), name=name, stride=(stride, 1), pads=(pads[0], 0, pads[2], 0),
            dilation=dilation, activation=draw(st.sampled_from(["", "Relu"])),
        )  # fmt: skip
        if net.shapes[made] == net.shapes[x]:
            made = net.add(made, x, f"skip{place}")
        elif net.shapes[made][2:] == net.shapes[x][2:] and draw(st.booleans()):
            shape = (1, net.shapes[made][1] + net.shapes[x][1], *net.shapes[x][2:])
            made = net.op("Concat", [made, x], f"joined{place}", shape, axis=1)
        x = made
    return net.finish(x)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(chains(), st.floats(0, 1))
def test_fields_are_what_rows_depend_on(model: Any, where: float) -> None:
    graph = graph_of(model)
    rows = graph.outputs[0].shape[2]
    row = round(where * (rows - 1))
    # rows of the NCHW result are rows of the NHWC tensor before it is turned back
    last = [n for n in graph.nodes if n.op not in ("dequantize", "transpose", "reshape")][-1]
    first = next(n for n in graph.nodes if n.op not in ("quantize", "transpose", "reshape"))
    entrance = first.activations[0]
    inner = Graph((entrance,), (last.output,), tuple(
        n for n in graph.nodes if n.op not in ("quantize", "dequantize", "transpose", "reshape")
    ))  # fmt: skip
    seen = rows_seen(inner, row)
    field = analyse(inner).fields[last.output.name][0]
    begin = row * field.jump + field.start
    expected = range(max(0, int(begin)), min(SIZE, int(begin + field.size)))
    if begin < 0 or begin + field.size > SIZE:
        assert seen <= set(expected)  # what lies in the padding of inner layers is not seen
    else:
        assert (min(seen), max(seen)) == (expected[0], expected[-1])
    whole = analyse(graph)
    assert whole.total[0] == field.size


def test_known_fields() -> None:
    found = receptive_field(mobilenet_v2_float(0.35, 96, 10))
    assert found.total == (491, 491)
    assert found.image == (96, 96)
    stem = next(v for v in found.layers if v.op == "conv2d")
    depthwise = next(v for v in found.layers if v.op == "depthwise_conv2d")
    assert (stem.kernel, stem.field, stem.jump, stem.halo) == ((3, 3), (3, 3), (2, 2), (1, 1))
    assert (depthwise.field, depthwise.halo) == ((7, 7), (5, 5))
    assert found.floats
    stage = found.stage
    assert stage is not None
    assert 2 * stage.rest_bytes <= stage.peak_bytes
    assert stage.figures.patches[0].recomputed_macs > 0


def test_what_integer_models_see() -> None:
    found = tvm_tiny.receptive_field(tiny_convnet())
    assert not found.floats
    assert [v.field for v in found.layers if v.op == "depthwise_conv2d"] == [(7, 7), (11, 11)]
    pool = next(v for v in found.layers if v.op == "avg_pool2d")
    assert pool.whole == (True, True)
    assert pool.field == (11, 11)  # of the features that it averages
    assert receptive_field(load(tiny_convnet())).layers == found.layers
    integer = tvm_tiny.build(tiny_convnet(), optimize="speed").compiled.module
    assert receptive_field(integer).total == found.total


def test_plans_say_what_they_cost() -> None:
    nodes = ("stem", "block_depthwise", "block_pointwise", "block_add")
    module = tvm_tiny.build(tiny_convnet(), optimize="speed").compiled.module
    patched = receptive_field(PatchInference(patches=((nodes, 2, 2),))(module)).plan
    assert patched is not None
    assert [p[:2] for p in patched.patches] == [("block/add", 4)]
    assert patched.recomputed_macs == patched.patches[0][2] > 0
    streamed = receptive_field(tvm_tiny.build(tiny_convnet(), optimize="ram"))
    assert streamed.plan is not None
    assert streamed.plan.recomputed_macs == 0
    assert 0 < sum(s[2] for s in streamed.plan.streams) <= streamed.plan.ring_bytes
    assert "stream 'stem' to 'down/pointwise'" in shown(streamed, 100)
    assert receptive_field(tiny_convnet()).plan is None


def test_a_gate_sees_everything_and_leaves_the_windows() -> None:
    found = receptive_field(squeeze_excite())
    product = next(v for v in found.layers if v.op == "mul")
    assert product.whole == (True, True)
    assert product.field == (3, 3)


def test_signals_have_one_axis() -> None:
    found = receptive_field(time_series())
    assert found.image == (64, 1)
    assert found.total == (5 + 2 + 1 + 2 * 2, 1)


def test_models_without_an_image_have_no_stage() -> None:
    found = receptive_field(autoencoder())
    assert (found.stages, found.chosen, found.stage) == ((), -1, None)
    assert "no early stage" in shown(found, 80)


@pytest.mark.parametrize("name", MODELS)
def test_quantised_onnx(name: str) -> None:
    found = receptive_field(MODELS[name]())
    assert len(found.layers) == len(integer_graph(load(MODELS[name]()).module).nodes)
    assert all(v.field[0] >= v.jump[0] or v.op == "max_pool2d" for v in found.layers)


def test_a_stage_can_be_named_or_counted() -> None:
    graph = graph_of(mobilenet_v2_float(0.35, 96, 10))
    names = [s.layer for s in candidate_stages(graph)]
    assert [s.layer for s in find_stages(graph, names[3])] == [names[3]]
    (third,) = find_stages(graph, 3)
    assert sum(n.op == "depthwise_conv2d" for n in graph.nodes[third.first : third.end]) == 2
    with pytest.raises(UsageError) as raised:
        find_stages(graph, 999)
    assert raised.value.code == "TT6050"


def shown(found: Any, width: int) -> str:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as capture:
        console.print(render(found, width=width))
    return capture.get()


@pytest.mark.parametrize("width", [72, 100, 200])
def test_tables_never_cut_figures(width: int) -> None:
    found = receptive_field(tiny_convnet())
    text = shown(found, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text
    for layer in found.layers:
        assert f"{layer.field[0]}x{layer.field[1]}" in text
    macs = {f"{v.macs:,}" for v in found.layers if v.macs}
    assert all(m in text for m in macs) or width == 72
    assert "early stage ends" in text
    assert f"{found.stages[0].figures.stream.ring_bytes:,}" in text


def test_the_picture_is_an_svg() -> None:
    found = receptive_field(tiny_convnet())
    root = ElementTree.fromstring(draw_svg(found))
    titles = [t.text for t in root.iter("{http://www.w3.org/2000/svg}title")]
    assert "block/depthwise: sees 7 x 7" in titles
    assert any("early stage" in str(t) for t in titles)


def test_the_command(tmp_path: Path) -> None:
    model, svg = tmp_path / "net.tflite", tmp_path / "net.svg"
    model.write_bytes(tiny_convnet())
    runner = CliRunner()
    text = runner.invoke(app, ["receptive-field", str(model), "--svg", str(svg)])
    assert text.exit_code == 0, text.output
    assert "receptive field 11x11 of an input of 32x32" in text.output
    assert svg.read_text().startswith("<svg")
    data = runner.invoke(app, ["receptive-field", str(model), "--json", "--stage", "1"])
    read = json.loads(data.output)
    assert read["total"] == [11, 11]
    assert [s["layer"] for s in read["stages"]] == ["stem"]
    planned = runner.invoke(app, ["receptive-field", str(model), "--plan", "ram"])
    assert "plan: arena" in planned.output
    wrong = runner.invoke(app, ["receptive-field", str(model), "--stage", "nowhere"])
    assert isinstance(wrong.exception, TvmTinyError)


def test_jumps_of_resized_images_are_bounds() -> None:
    net = FloatNet("resized")
    x = net.input((1, 3, 16, 16))
    x = net.conv(x, 4, name="a", stride=2)
    scales = net.constant("scales", np.array([1, 1, 2, 2]))
    x = net.op("Resize", [x, "", scales], "up", (1, 4, 16, 16), mode="nearest",
               coordinate_transformation_mode="asymmetric", nearest_mode="floor")  # fmt: skip
    found = receptive_field(net.finish(net.conv(x, 4, name="b")))
    up = next(v for v in found.layers if v.op == "resize_nearest")
    assert not up.exact
    assert up.jump == (1, 1)
    assert up.field[0] >= 3
