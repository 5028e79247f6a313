# SPDX-License-Identifier: Apache-2.0
"""The whole way: redistribute, fine-tune, quantise, build, report."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from cli_run import run
from float_models import FloatNet

import tvm_tiny
from tvm_tiny.errors import UsageError

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None or importlib.util.find_spec("onnxruntime") is None,
    reason="torch or onnxruntime is not installed",
)


def network() -> Any:
    """Large feature maps first, small ones later: 1 x 3 x 24 x 24 to four classes."""
    net = FloatNet(2)
    x = net.op("Relu", [net.conv("x", "c1", (8, 3, 3, 3), pads=[1] * 4, strides=[2, 2])], "r1")
    x = net.op("Relu", [net.conv(x, "c2", (8, 8, 3, 3), pads=[1] * 4)], "r2")
    x = net.op("Relu", [net.conv(x, "c3", (8, 8, 3, 3), pads=[1] * 4)], "r3")
    x = net.op("Relu", [net.conv(x, "c4", (8, 8, 3, 3), pads=[1] * 4, strides=[2, 2])], "r4")
    x = net.op("Relu", [net.conv(x, "c5", (8, 8, 3, 3), pads=[1] * 4)], "r5")
    x = net.op("Flatten", [net.op("GlobalAveragePool", [x], "gap")], "features")
    x = net.op("Softmax", [net.linear(x, "fc", 4, 8)], "scores", axis=1)
    return net.model((1, 3, 24, 24), x)


def data(count: int = 96) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 2 * count)
    x = (
        rng.normal(0, 0.5, (2 * count, 3, 24, 24))
        + np.cos(np.arange(24) * (1 + y[:, None]))[:, None, None, :]
    )
    return {
        "x_train": x[:count].astype(np.float32), "y_train": y[:count],
        "x_test": x[count:].astype(np.float32), "y_test": y[count:],
    }  # fmt: skip


def recipe(folder: Path | None = None, **options: Any) -> Any:
    from tvm_tiny.training import recipe as module
    from tvm_tiny.training.distil import FineTuning

    settings = FineTuning(epochs=2, lr=0.02, batch=32, shift=(1, 1))
    plan = module.RecipePlan(
        budget=1.0, settings=settings, calibration_samples=20, simulator_samples=2, test_samples=40
    )

    def build(model: Any) -> Any:
        return tvm_tiny.build(model, optimize="ram")

    return module.run(network(), data(), build, plan, folder=folder, **options)


def test_report_says_what_the_files_are(tmp_path: Path) -> None:
    outcome = recipe(tmp_path)
    outcome.save(tmp_path)
    report = json.loads((tmp_path / "redistribution.json").read_text())
    found = report["accuracies"]
    assert found["metric"] == "accuracy"
    assert found["samples"] == 40
    assert (found["simulator_same"], found["simulator_samples"]) == (2, 2)
    assert all(0 <= found[k] <= 1 for k in ("original", "redistributed", "tuned", "tuned_int8"))
    assert len(report["losses"]) == 2
    assert {tuple(c["before"]) for c in report["changes"]} >= {(3, 3)}
    built = tvm_tiny.build(tmp_path / "int8.onnx", optimize="ram")
    assert built.report.memory.arena_bytes == report["after"]["arena_bytes"]
    assert built.report.macs == report["after"]["macs"]
    x, y = data()["x_test"][:40], data()["y_test"][:40]
    scores = built.run(x, "host").output.reshape(40, -1)
    assert (scores.argmax(1) == y).mean() == pytest.approx(found["tuned_int8"])
    floats = tvm_tiny.quantize(tmp_path / "float.onnx", x, samples=10)
    assert floats.comparison.snr_db > 10
    assert (tmp_path / "project" / "Makefile").exists()


def test_nothing_to_measure() -> None:
    from tvm_tiny.training.recipe import RecipePlan

    with pytest.raises(UsageError) as caught:
        RecipePlan(test_samples=0, simulator_samples=-1).check()
    assert caught.value.code == "TT6402"
    assert len(caught.value.problems) == 2


@pytest.mark.slow
def test_unfinished_runs_are_not_overwritten(tmp_path: Path) -> None:
    from tvm_tiny.training.recipe import CHECKPOINT

    class Interrupted(Exception):
        pass

    def kill(what: str, done: int, total: int) -> None:
        del what, total
        if done == 5:  # in the second epoch of three steps
            raise Interrupted

    with pytest.raises(Interrupted):
        recipe(tmp_path, progress=kill)
    assert (tmp_path / CHECKPOINT).exists()
    with pytest.raises(UsageError) as caught:
        recipe(tmp_path)
    assert caught.value.code == "TT6403"
    resumed, whole = recipe(tmp_path, resume=True), recipe()
    assert resumed.report == whole.report
    assert resumed.quantised.to_bytes() == whole.quantised.to_bytes()


@pytest.mark.slow
def test_command_line(tmp_path: Path) -> None:
    model, samples, out = tmp_path / "net.onnx", tmp_path / "data.npz", tmp_path / "out"
    onnx.save(network(), str(model))
    np.savez(samples, **data())
    done = run(
        "redistribute", model, "--budget", "1", "--finetune", samples, "-o", out,
        "--epochs", "1", "--batch", "32", "--simulator-samples", "1", "--test-samples", "8",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    for text in ("window of", "accuracy on 8 test samples, float", "1 of 1", "wrote float.onnx"):
        assert text in done.stdout
    names = {p.name for p in out.iterdir()}
    assert names == {"float.onnx", "int8.onnx", "redistribution.json", "project"}


def test_without_training(tmp_path: Path) -> None:
    model, made = tmp_path / "net.onnx", tmp_path / "moved.onnx"
    onnx.save(network(), str(model))
    done = run("redistribute", model, "--budget", "1", "-o", made)
    assert done.returncode == 0, done.stderr
    assert "--finetune" in done.stdout
    onnx.checker.check_model(onnx.load(made), full_check=True)


def test_long_streams_are_found_whatever_their_rings() -> None:
    """Rings of the redistributed model take turns: their sum says little about the segment."""
    from paths import shared

    from tvm_tiny.passes.receptive_field import redistribute

    moved = redistribute(shared("models/kws_ds_cnn_float32.tflite"))
    x = np.random.default_rng(0).normal(0, 40, (8, 49, 10, 1))
    arenas = [
        tvm_tiny.build(tvm_tiny.quantize(model, x).model, optimize="ram").compiled.plan.arena_bytes
        for model in (moved.original, moved.model)
    ]
    assert arenas[1] <= arenas[0] < 6_000
