# SPDX-License-Identifier: Apache-2.0
"""Row-fed and streamed builds on the command line: run, validate, profile, build, plan."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

import tvm_tiny
from tvm_tiny.cli.app import app
from tvm_tiny.errors import UsageError
from tvm_tiny.report.model import from_json
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import autoencoder, time_series, tiny_convnet

FED = ("--row-fed", "--optimize", "ram")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny_convnet.tflite"
    path.write_bytes(tiny_convnet())
    return path


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)], env={"NO_COLOR": "1"})


def _good(*arguments: str | Path) -> str:
    done = _run(*arguments)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


@pytest.mark.simulator
def test_validate_judges_row_fed_builds_layer_by_layer(model: Path) -> None:
    text = _good("validate", model, *FED, "--data", "random:2")
    assert "bit-exact with TensorFlow Lite Micro on 2/2 samples (9 layers" in " ".join(text.split())


def test_run_gives_the_same_outputs_however_the_input_comes(model: Path, tmp_path: Path) -> None:
    common = ("run", model, "--on", "host", "--data", "random:3", "-o")
    _good(*common, tmp_path / "whole.npz", "--optimize", "speed")
    _good(*common, tmp_path / "fed.npz", *FED)
    with np.load(tmp_path / "whole.npz") as whole, np.load(tmp_path / "fed.npz") as fed:
        assert whole.files == fed.files
        for name in whole.files:
            np.testing.assert_array_equal(whole[name], fed[name])


@pytest.mark.simulator
def test_profile_has_every_layer_of_a_row_fed_build(model: Path) -> None:
    text = _good("profile", model, *FED)
    artifact = tvm_tiny.build(tiny_convnet(), optimize="ram", row_fed=True)
    cycles = [layer.cycles_modelled for layer in artifact.report.layers]
    assert len(cycles) == 12  # nine layers, and what the plan adds
    for count in cycles:
        assert count is not None
        assert f"{count:,}" in text
    total = artifact.report.cycles.modelled
    assert total is not None
    assert 0.9 * total < sum(c or 0 for c in cycles) <= total


def test_build_draws_the_plan_unless_told_not_to(model: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    lines = _good("build", model, "-o", folder, *FED).splitlines()
    report = from_json((folder / "report.json").read_bytes())
    first = next(i for i, line in enumerate(lines) if line.startswith("arena "))
    last = next(i for i, line in enumerate(lines) if line.startswith("peak "))
    assert last - first < 13
    assert f"lower bound {report.memory.lower_bound_bytes:,} B" in lines[first]
    top = report.plan.at_peak[0]
    assert top.tensor in lines[last + 1]
    assert f"{top.bytes:,} B" in lines[last + 1]
    quiet = _good("build", model, "-o", folder, *FED, "--quiet").splitlines()
    assert len(quiet) == 1
    assert json.loads(_good("build", model, "-o", folder, *FED, "--json")) == json.loads(
        (folder / "report.json").read_text()
    )


def test_plan_draws_the_plan(model: Path, tmp_path: Path) -> None:
    text = _good("plan", model, "--row-fed", "--svg", tmp_path / "plan.svg")
    assert "^ peak" in text
    assert "lower bound" in text
    assert (tmp_path / "plan.svg").read_text().startswith("<svg")


@pytest.mark.parametrize("command", ["run", "validate", "profile", "build", "plan"])
def test_what_cannot_be_fed_is_an_error_of_use(command: str, tmp_path: Path) -> None:
    path = tmp_path / "vector.tflite"
    path.write_bytes(autoencoder())
    done = _run(command, path, "--row-fed")
    assert isinstance(done.exception, UsageError)
    assert done.exception.code == "TT6017"
    assert [p.name for p in tmp_path.iterdir()] == ["vector.tflite"]


@pytest.mark.simulator
def test_artifacts_run_validate_and_profile_row_fed_signals() -> None:
    artifact = tvm_tiny.build(time_series(), row_fed=True)
    assert artifact.validate(samples=1).bit_exact
    samples = np.stack([s["signal"] for s in random_samples(artifact.spec.inputs, 2, 5)])
    got = artifact.run(samples, layers=True)
    want = artifact.run(samples, "host", layers=True)
    np.testing.assert_array_equal(got.outputs["probabilities"], want.outputs["probabilities"])
    assert got.layers.keys() == want.layers.keys()
    assert got.layers["stem"].shape == (1, 1, 64, 8)  # as in the model, not as it runs
    profile = artifact.profile()
    layers = len(artifact.compiled.emitted.step_nodes)
    assert sorted(p.index for p in profile.layers if p.index >= 0) == list(range(layers))
