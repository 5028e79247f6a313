# SPDX-License-Identifier: Apache-2.0
"""The public API as the README uses it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import tvm
from hang import BUSY
from paths import WITHOUT_TORCH

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.result import bench_input, parse_size
from tvm_tiny.testing.models import autoencoder, mobilenet_v2, squeeze_excite, tiny_convnet
from tvm_tiny.validate.reference import TFLMReference


@pytest.fixture(scope="module")
def model() -> bytes:
    return tiny_convnet()


@pytest.fixture(scope="module")
def artifact(model: bytes) -> Artifact:
    return tvm_tiny.build(model, target="cortex-m7", name="tiny")


def test_a_batch_on_the_simulator_equals_the_reference(artifact: Artifact, model: bytes) -> None:
    shape = artifact.spec.inputs[0].shape
    x = np.random.default_rng(1).integers(-128, 128, (3, *shape), dtype=np.int8)
    got = artifact.run(x, on="simulator").output
    reference = TFLMReference(model)
    name = artifact.spec.inputs[0].source
    want = [next(iter(reference.run({name: s}).values())) for s in x]
    np.testing.assert_array_equal(got, np.stack(want))


def test_host_and_simulator_agree_on_every_layer(artifact: Artifact) -> None:
    x = bench_input(artifact.spec)
    host = artifact.run(x, on="host", layers=True)
    board = artifact.run(x, on="simulator", layers=True)
    assert host.layers.keys() == board.layers.keys()
    assert len(host.layers) >= len(artifact.compiled.emitted.steps)
    for name, array in host.layers.items():
        np.testing.assert_array_equal(array, board.layers[name], err_msg=name)


def test_inputs_by_either_name_and_single_samples(artifact: Artifact) -> None:
    io = artifact.spec.inputs[0]
    x = bench_input(artifact.spec)[io.name]
    plain = artifact.run(x, on="host").output
    assert plain.shape == artifact.spec.outputs[0].shape
    np.testing.assert_array_equal(artifact.run({io.source: x}, on="host").output, plain)
    np.testing.assert_array_equal(artifact.run({io.name: x[None]}, on="host").output[0], plain)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        (np.zeros((1, 8, 8, 3), np.int8), "shape"),
        (np.zeros((1, 32, 32, 3), np.float32), "quantise it"),
        ({"nonsense": np.zeros((1, 32, 32, 3), np.int8)}, "no input is called 'nonsense'"),
        (np.zeros((0, 1, 32, 32, 3), np.int8), "shape"),
    ],
)
def test_wrong_inputs_say_what_fits(artifact: Artifact, x: object, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        artifact.run(x, on="host")  # type: ignore[arg-type]
    assert message in str(caught.value)
    assert caught.value.exit_code == 2


def test_unknown_place_target_and_objective(artifact: Artifact, model: bytes) -> None:
    x = bench_input(artifact.spec)
    with pytest.raises(UsageError, match="simulator, host, qemu"):
        artifact.run(x, on="moon")
    with pytest.raises(UsageError, match="cortex-m7"):
        tvm_tiny.build(model, target="cortex-m77")
    with pytest.raises(UsageError, match="speed, ram, flash"):
        tvm_tiny.build(model, optimize="beauty")


def test_limits(model: bytes) -> None:
    assert tvm_tiny.build(model, ram="256K", flash="1M").report.limits.fits
    with pytest.raises(DoesNotFitError) as caught:
        tvm_tiny.build(model, ram=1000, flash=2000)
    assert caught.value.exit_code == 4
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(("text", "size"), [("64K", 65536), ("1.5M", 1572864), ("512", 512)])
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text, "ram") == size


@pytest.mark.parametrize("text", ["", "many", "-1K", "1e99"])
def test_wrong_sizes(text: str) -> None:
    with pytest.raises(UsageError):
        parse_size(text, "ram")


def test_the_model_given_is_not_changed(model: bytes) -> None:
    loaded = tvm_tiny.load(model)
    before = str(loaded.module.script())
    tvm_tiny.build(loaded)
    assert str(loaded.module.script()) == before


def test_same_input_same_bytes(model: bytes, tmp_path: Path) -> None:
    for name in ("a", "b"):
        tvm_tiny.build(model, name="tiny").save(tmp_path / name)
    files = sorted(
        p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file()
    )
    assert files
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    path = tmp_path / "model.tflite"
    path.write_bytes(squeeze_excite())
    code = (
        f"{WITHOUT_TORCH}import tvm_tiny; a = tvm_tiny.build(sys.argv[1]);"
        "from tvm_tiny.emit.sources import files_digest; print(files_digest(a.files))"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code, str(path)],
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_save_refuses_a_folder_that_is_not_ours(artifact: Artifact, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UsageError, match="TT6009"):
        artifact.save(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.txt"]


def test_save_over_an_older_project_drops_its_files_and_keeps_the_users(
    artifact: Artifact, tmp_path: Path
) -> None:
    folder = tmp_path / "project"
    tvm_tiny.build(autoencoder(), name="other").save(folder)
    (folder / "notes.txt").write_text("mine")
    artifact.save(folder)
    assert not (folder / "src" / "other.c").exists()
    assert (folder / "src" / "tiny.c").exists()
    assert (folder / "notes.txt").read_text() == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["project"]


def test_profile_adds_up(artifact: Artifact) -> None:
    profile = artifact.profile()
    layers = artifact.report.layers
    assert profile.instructions == artifact.report.cycles.instructions
    in_layers = sum(layer.cycles_modelled or 0 for layer in layers)
    assert 0.97 * profile.cycles < in_layers <= profile.cycles + len(layers)
    assert all((layer.cycles_modelled or 0) > 0 for layer in layers)


def test_stack_is_measured(artifact: Artifact) -> None:
    stack = artifact.report.memory.stack_bytes
    assert stack is not None
    assert 32 < stack < 4096


def test_import_is_quick() -> None:
    # Without PyTorch, which TVM's FFI imports wherever it is installed.
    code = "import sys, time; sys.modules['torch'] = None; "
    code += "import tvm_tiny; tvm_tiny.build; print(time.process_time())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert float(out.stdout) < 2.0 * BUSY


def test_a_core_is_a_tvm_target() -> None:
    target = tvm.target.Target("cortex-m7")
    assert str(target.kind) == "c" or target.kind.name == "c"


def test_repr_says_what_it_is(artifact: Artifact) -> None:
    assert "tiny" in repr(artifact)
    assert "cortex-m7" in repr(artifact)


@pytest.mark.parametrize("share", [-0.1, 5.0, float("nan")])
def test_recompute_is_a_share(share: float) -> None:
    with pytest.raises(UsageError) as caught:
        tvm_tiny.build(tiny_convnet(), recompute=share)
    assert caught.value.code == "TT6040"


@pytest.mark.slow
def test_a_ram_limit_recomputes_where_streams_do_not_suffice() -> None:
    model = mobilenet_v2(0.35, 48, classes=10)
    least = tvm_tiny.build(model, optimize="ram", row_fed=True)
    stack = least.report.memory.stack_bytes or 0
    ram = least.report.memory.arena_bytes + stack - 100
    fitted = tvm_tiny.build(model, ram=ram, row_fed=True)
    assert fitted.report.limits.fits
    assert fitted.report.macs_executed > least.report.macs_executed
    with pytest.raises(DoesNotFitError):
        tvm_tiny.build(model, ram=ram, row_fed=True, recompute=0.0)


def test_a_ram_limit_repeats_the_back_half_only() -> None:
    passes: list[str] = []
    fitted = tvm_tiny.build(
        tiny_convnet(), ram="6K", row_fed=True, after_pass=lambda name, _: passes.append(name)
    )
    layers = tvm_tiny.build(tiny_convnet(), optimize="speed", row_fed=True)
    assert fitted.report.limits.fits
    assert fitted.compiled.plan.arena_bytes < layers.compiled.plan.arena_bytes
    assert passes.count("front-end") == passes.count("LegalizeQDQ") == 1
    assert fitted.compiled.macs == layers.compiled.macs
