# SPDX-License-Identifier: Apache-2.0
"""What other packages and arguments add: the example package installed, and each seam by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from paths import ROOT

import tvm_tiny
from tvm_tiny import plugins
from tvm_tiny.errors import UsageError
from tvm_tiny.formats import Contents, Files, Format
from tvm_tiny.pipeline import PassAt, graph_passes
from tvm_tiny.result import Built
from tvm_tiny.run.samples import Sample
from tvm_tiny.targets import load_core, read_core
from tvm_tiny.testing.models import autoencoder, tiny_convnet

EXAMPLE = ROOT / "examples" / "extension"
USE = """
import sys, numpy as np, tvm_tiny
from tvm_tiny.testing.tflite_writer import TFLiteWriter
writer = TFLiteWriter("signs")
x = writer.input("x", (1, 4, 4, 4), scale=0.5, zero_point=3)
writer.output(writer.op("NEG", [x], (1, 4, 4, 4), 0.5, -7, name="y"))
art = tvm_tiny.build(writer.finish(), target="cortex-m1", name="signs")
values = np.arange(-128, 128, dtype=np.int8).reshape(4, 1, 4, 4, 4)
wanted = np.clip(3 - 7 - values.astype(int), -128, 127)
for place in ("host", "simulator"):
    assert (art.run(values, on=place).output == wanted).all(), place
(layer,) = art.report.layers
assert (layer.op, layer.schedule) == ("negate", "negate-by-four"), layer
assert art.report.target == "cortex-m1" and "DDI 0413" in art.report.notes[-1], art.report.notes
print(sorted(path.name for path in art.save(sys.argv[1], "meson")))
"""


def test_the_example_package_adds_an_operator_a_rule_a_core_and_a_format(tmp_path: Path) -> None:
    pytest.importorskip("setuptools")
    site = tmp_path / "site"
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    source = shutil.copytree(EXAMPLE, tmp_path / "source")  # building writes beside the sources
    subprocess.run([*install, "--target", site, source], check=True, capture_output=True)
    done = subprocess.run(
        [sys.executable, "-c", USE, tmp_path / "out"],
        env={**os.environ, "PYTHONPATH": f"{site}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "meson.build" in done.stdout
    assert "signs.c" in done.stdout


def test_a_core_from_a_file_is_a_target(tmp_path: Path) -> None:
    text = (ROOT / "tvm_tiny" / "targets" / "cortex-m4.toml").read_text()
    path = tmp_path / "my-core.toml"
    path.write_text(text)
    artifact = tvm_tiny.build(autoencoder(), target=str(path), optimize="speed")
    plain = tvm_tiny.build(autoencoder(), target="cortex-m4", optimize="speed", database="none")
    assert artifact.options.target == "my-core"
    ours = artifact.spec.files["src/model_kernels.c"].replace("my-core", "cortex-m4")
    assert ours == plain.spec.files["src/model_kernels.c"]
    assert load_core("my-core") == read_core(path)
    path.write_text(text.replace("dsp = true", "dsp = false"))
    with pytest.raises(UsageError, match="TT6020"):
        load_core(str(path))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("dsp = true", 'dsp = "yes"'), "dsp"),
        (("[timing]", "[timings]"), "timings"),
        (("issue_width = 1", ""), "issue_width"),
        (('"-mthumb", ', '"-mthumb -O3", '), "without blanks"),
        (("dsp = true", "dsp = "), "invalid"),
    ],
)
def test_a_wrong_core_file_says_what(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    text = (ROOT / "tvm_tiny" / "targets" / "cortex-m4.toml").read_text()
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace(*change))
    with pytest.raises(UsageError, match="TT6020") as caught:
        read_core(path)
    assert said.lower() in str(caught.value).lower()


def test_a_missing_core_file_and_a_huge_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="TT6020"):
        tvm_tiny.build(autoencoder(), target=str(tmp_path / "none.toml"))
    huge = tmp_path / "huge.toml"
    huge.write_text("# " + "x" * 70_000)
    with pytest.raises(UsageError, match="the limit is"):
        read_core(huge)


def test_rules_of_the_users_own_go_first() -> None:
    from tvm_tiny.schedules import Plain

    artifact = tvm_tiny.build(tiny_convnet(), rules=[Plain(unroll=2)])
    rules = {k.rule for k in artifact.compiled.emitted.layer_kernels.values()}
    assert rules == {"plain"}


def test_passes_of_the_users_own_run_where_they_are_placed() -> None:
    seen: list[str] = []

    def first(module: object) -> object:
        seen.append("first")
        return module

    def last(module: object) -> object:
        seen.append("last")
        return module

    order: list[str] = []
    tvm_tiny.build(
        autoencoder(),
        passes=[last, PassAt(first, before="FoldConstants")],
        after_pass=lambda name, _: order.append(name),
    )
    assert seen == ["first", "last"]
    assert order.index("first") < order.index("FoldConstants") < order.index("last")


@pytest.mark.parametrize("wrong", [PassAt(len, before="Nonsense"), PassAt(3)])  # type: ignore[arg-type]
def test_a_pass_that_cannot_run_is_refused(wrong: PassAt) -> None:
    with pytest.raises(UsageError, match="TT6021"):
        graph_passes([wrong])


def test_a_format_of_the_users_own(tmp_path: Path) -> None:
    def sizes(contents: Contents) -> Files:
        return {"sizes.txt": f"{contents.spec.arena_bytes}\n"}

    artifact = tvm_tiny.build(autoencoder())
    artifact.save(tmp_path / "out", Format("sizes", "arena only", sizes))
    written = (tmp_path / "out" / "sizes.txt").read_text()
    assert written == f"{artifact.spec.arena_bytes}\n"
    outside = Format("outside", "wrong", lambda contents: {"../x": ""})
    with pytest.raises(UsageError, match="TT6021"):
        artifact.save(tmp_path / "two", outside)
    assert not (tmp_path / "two").exists()


def test_a_place_to_run_of_the_users_own() -> None:
    artifact = tvm_tiny.build(autoencoder())

    def place(built: Built) -> object:
        names = {io.name: io.shape for io in built.spec.outputs}

        def run(sample: Sample) -> dict[str, np.ndarray]:
            return {name: np.full(shape, 5, np.int8) for name, shape in names.items()}

        return run

    shape = artifact.spec.inputs[0].shape
    assert (artifact.run(np.zeros((2, *shape), np.int8), on=place).output == 5).all()  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="TT6007"):
        artifact.run(np.zeros(shape, np.int8), on=place, profile=True)  # type: ignore[arg-type]


def test_a_broken_extension_is_left_out_with_a_warning(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        name = "broken"

        def load(self) -> object:
            raise ImportError("no such thing")

    monkeypatch.setattr("importlib.metadata.entry_points", lambda group: [Broken()])
    plugins.installed.cache_clear()
    try:
        assert plugins.installed("formats") == ()
    finally:
        plugins.installed.cache_clear()
    assert "broken" in caplog.text
