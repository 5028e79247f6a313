# SPDX-License-Identifier: Apache-2.0
"""Labels: figures against their definitions written out, places side by side, what layers cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from cli_run import run
from float_models import FloatNet, classifier, images
from hypothesis import given, settings
from hypothesis import strategies as st

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import UsageError
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.validate.layer_costs import worst_layers
from tvm_tiny.validate.reference import OnnxReference
from tvm_tiny.validate.scores import auc, scores_of, task_of

pytest.importorskip("onnxruntime")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1)), min_size=2, max_size=30))
def test_auc_is_the_share_of_pairs_in_order(pairs: list[tuple[int, int]]) -> None:
    scores, labels = np.array([p[0] for p in pairs], float), np.array([p[1] for p in pairs])
    positive, negative = scores[labels == 1], scores[labels == 0]
    if not len(positive) or not len(negative):
        assert auc(scores, labels) is None
        return
    wins = sum((a > b) + 0.5 * (a == b) for a in positive for b in negative)
    assert auc(scores, labels) == pytest.approx(wins / len(positive) / len(negative))


def test_classes() -> None:
    outputs = np.array([[0.1, 0.7, 0.2], [0.5, 0.5, 0.0], [0.2, 0.3, 0.5], [0.9, 0.1, 0.0]])
    found = scores_of("host", "classes", outputs, np.array([1, 0, 0, 0]), outputs)
    assert found.top1 == 0.75  # a tie goes to the lower class
    assert found.top5 is None
    assert found.confusion == [[2, 0, 1], [0, 1, 0], [0, 0, 0]]
    (worst,) = found.worst
    assert (worst.sample, worst.label, worst.got) == (2, 0.0, 2.0)
    assert worst.loss == pytest.approx(0.3)


def test_top_five() -> None:
    outputs = np.tile(np.arange(8.0), (8, 1))
    found = scores_of("host", "classes", outputs, np.arange(8), outputs)
    assert found.top1 == 1 / 8
    assert found.top5 == 5 / 8


def test_values_and_anomalies() -> None:
    x = np.zeros((3, 2))
    found = scores_of("host", "values", np.array([[1.0], [2.0], [5.0]]), np.array([1, 1, 1]), x)
    assert found.mae == pytest.approx(5 / 3)
    assert [w.sample for w in found.worst] == [2, 1]
    made_again = np.array([[0.1, 0.0], [3.0, 3.0], [0.0, 0.2]])
    found = scores_of("host", "anomaly", made_again, np.array([0, 1, 0]), x)
    assert found.auc == 1.0


@pytest.mark.parametrize(
    ("shape", "labels", "task"),
    [
        ((6, 4), np.array([0, 3, 2, 1, 0, 1]), "classes"),
        ((6, 4), np.zeros((6, 4)), "values"),
        ((6, 1), np.array([0.5, 1, 2, 3, 4, 5]), "values"),
        ((6, 1), np.array([0, 1, 0, 1, 0, 1]), "anomaly"),
        ((6, 10), np.array([0, 1, 0, 1, 0, 1]), "anomaly"),
    ],
)
def test_what_labels_mean(shape: Any, labels: Any, task: str) -> None:
    assert task_of(np.zeros(shape), labels, np.zeros((6, 10))) == task


@pytest.mark.parametrize(
    ("shape", "labels"), [((6, 4), np.arange(5)), ((6, 4), np.arange(6)), ((6, 4), np.ones(6) / 2)]
)
def test_labels_that_fit_nothing(shape: Any, labels: Any) -> None:
    with pytest.raises(UsageError) as caught:
        task_of(np.zeros(shape), labels, np.zeros((6, 10)))
    assert caught.value.code == "TT6072"


@pytest.fixture(scope="module")
def data() -> tuple[Any, Any]:
    x = images(40, (1, 8, 8)) / np.float32(64)
    return x, np.random.default_rng(0).integers(0, 4, 40)


@pytest.fixture(scope="module")
def made(data: Any) -> Any:
    return tvm_tiny.quantize(classifier(), data[0], inputs="int8", outputs="int8")


@pytest.fixture(scope="module")
def artifact(made: Any) -> Artifact:
    return tvm_tiny.build(made, optimize="speed")


@pytest.mark.parametrize(
    "rows",
    [["a"], [None], [[1], [2, 3]], [1j], object()],
    ids=["text", "none", "ragged", "complex", "object"],
)
def test_what_is_no_array_of_numbers(artifact: Artifact, data: Any, rows: Any) -> None:
    for x, y, code in ((data[0], rows, "TT6072"), (rows, data[1], "TT6003")):
        with pytest.raises(UsageError, match=code):
            artifact.accuracy(x, y)
    with pytest.raises(UsageError, match="NaN"):
        artifact.accuracy(data[0] * np.nan, data[1])


def test_places_side_by_side(artifact: Artifact, made: Any, data: Any) -> None:
    x, y = data
    names = ("bird", "cat", "deer", "<dog>")
    found = artifact.accuracy(x, y, float_model=made.reference, names=names)
    assert [p.place for p in found.places] == ["float", "int8 reference", "host"]
    host, reference = found.of("host"), found.of("int8 reference")
    assert host.confusion == reference.confusion
    assert host.agrees is not None  # onnxruntime's layers may be one step off
    floats = OnnxReference(made.reference.SerializeToString())
    guesses = [int(next(iter(floats.run({"x": s[None]}).values())).argmax()) for s in x]
    assert found.of("float").top1 == pytest.approx(float(np.mean(np.array(guesses) == y)))
    assert "host top-1" in repr(found)
    validated = artifact.validate(x, labels=y, on="host")
    assert validated.accuracy is not None
    assert validated.accuracy.of("host").top1 == host.top1
    assert "Validation(" in repr(validated)


def test_the_simulator_agrees_with_the_reference_to_the_bit() -> None:
    artifact = tvm_tiny.build(tiny_convnet(), optimize="speed")
    x = images(3, (32, 32, 3))  # pixels for an input of int8
    found = artifact.accuracy(x, np.array([1, 0, 2]), on=("simulator",))
    assert found.of("simulator").agrees == 1.0


@pytest.mark.slow
def test_the_layer_that_was_spoiled_costs_most(data: Any) -> None:
    """One channel of a thousand times the range: eight bits for all channels are too few."""
    net = FloatNet(1)
    x = net.op("Relu", [net.conv("x", "c1", (6, 1, 3, 3), pads=[1] * 4)], "r1")
    x = net.op("Relu", [net.conv(x, "spoiled", (6, 6, 3, 3), pads=[1] * 4)], "r2")
    x = net.op("Relu", [net.conv(x, "c3", (6, 6, 3, 3), pads=[1] * 4)], "r3")
    model = net.model((1, 1, 8, 8), net.op("GlobalAveragePool", [x], "gap"))
    for tensor in model.graph.initializer:
        if tensor.name == "spoiled.weight":
            array = onnx.numpy_helper.to_array(tensor).copy()
            array[0] *= 300
            tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))
        if tensor.name == "c3.weight":  # only the other channels matter behind it
            array = onnx.numpy_helper.to_array(tensor).copy()
            array[:, 0] = 0
            tensor.CopyFrom(onnx.numpy_helper.from_array(array, tensor.name))
    made = tvm_tiny.quantize(model, data[0])
    artifact = tvm_tiny.build(made, optimize="speed")
    costs = artifact.layer_costs(data[0][:8], model)
    layers = [c.layer for c in costs if c.layer.startswith("/")]
    assert layers[:3] == ["/c1/Conv", "/spoiled/Conv", "/c3/Conv"]
    assert worst_layers(costs, 1)[0].layer in ("/spoiled/Conv", "/c3/Conv")
    assert sum(c.share for c in costs) == pytest.approx(1)
    quiet = tvm_tiny.build(tvm_tiny.quantize(classifier(), data[0]), optimize="speed")
    assert min(c.snr_db for c in costs) < min(
        c.snr_db for c in quiet.layer_costs(data[0][:8], classifier())
    )


def test_a_float_model_of_something_else(artifact: Artifact, data: Any) -> None:
    net = FloatNet()
    other = net.model((1, 1, 8, 8), net.conv("x", "other", (2, 1, 3, 3)))
    other.graph.input[0].name = "y"
    other.graph.node[0].input[0] = "y"
    with pytest.raises(UsageError, match="float model does not fit"):
        artifact.layer_costs(data[0][:2], other)


@pytest.mark.slow
def test_command_line(made: Any, data: Any, tmp_path: Path) -> None:
    model, floats = made.save(tmp_path / "int8.onnx"), tmp_path / "float.onnx"
    onnx.save(classifier(), str(floats))
    np.savez(tmp_path / "d.npz", x=data[0][:12], y=data[1][:12])
    (tmp_path / "names.txt").write_text("bird\ncat\n[deer]\ndog\n")
    done = run("run", model, "--data", tmp_path / "d.npz", "--labels", tmp_path / "names.txt",
               "--float", floats, "--on", "host", "--optimize", "speed")  # fmt: skip
    assert done.returncode == 0, done.stderr
    for word in ("top-1", "float", "int8 reference", "host", "SNR dB", "worst samples"):
        assert word in done.stdout
    wrong = run("run", model, "--data", "random:2", "--labels", tmp_path / "names.txt",
                "--on", "host", "--optimize", "speed")  # fmt: skip
    assert wrong.returncode == 2
    assert "TT6072" in wrong.stderr
