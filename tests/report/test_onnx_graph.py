# SPDX-License-Identifier: Apache-2.0
"""The integer graph as an ONNX file for viewers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import numpy_helper
from onnx.helper import get_attribute_value

import tvm_tiny
from tvm_tiny.cli import main
from tvm_tiny.report.onnx_graph import DOMAIN, onnx_graph, written
from tvm_tiny.testing.models import tiny_convnet


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    return {a.name: get_attribute_value(a) for a in node.attribute}


@pytest.mark.parametrize(
    "options", [{}, {"optimize": "ram", "row_fed": True, "recompute": 0.3}], ids=["image", "rows"]
)
def test_the_graph_holds_what_the_report_says(options: dict[str, Any]) -> None:
    artifact = tvm_tiny.build(tiny_convnet(), **options)
    report, planned = artifact.report, artifact.compiled.planned
    model = onnx_graph(artifact, report)
    onnx.checker.check_model(model)
    assert {node.domain for node in model.graph.node} == {DOMAIN}
    assert [n.output[0] for n in model.graph.node] == [
        {n.name: n for n in planned.nodes}[name].output.name
        for name in artifact.compiled.plan.order
    ]
    said = {n.output[0]: attributes(n) for n in model.graph.node}
    for place in report.plan.placements:
        if place.tensor in said and place.kind in ("tensor", "ring", "view"):
            assert said[place.tensor]["arena_offset_bytes"] == place.offset
            assert said[place.tensor].get("ring_rows", 0) == place.ring_rows
    numbers = {a["layer"]: a for a in said.values() if "layer" in a}
    assert numbers
    for number, found in numbers.items():
        layer = report.layers[number]
        assert (found["schedule"].decode(), found["macs"]) == (layer.schedule, layer.macs)
        assert found["cycles"] == layer.cycles_modelled
    weights = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    for tensor in planned.constants():
        np.testing.assert_array_equal(weights[tensor.name], tensor.data)
    assert written(model) == written(onnx_graph(artifact, report))


def test_from_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "model.tflite"
    source.write_bytes(tiny_convnet())
    target = tmp_path / "graph.onnx"
    arguments = ["build", str(source), "-o", str(tmp_path / "out"), "--graph", str(target), "-q"]
    monkeypatch.setattr("sys.argv", ["tvm-tiny", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert onnx.load(str(target)).producer_name == "tvm_tiny"
