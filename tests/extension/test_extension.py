# SPDX-License-Identifier: Apache-2.0
"""What other packages and arguments add: the example package installed, and each seam by itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from paths import ROOT, WITHOUT_TORCH

import tvm_tiny
from tvm_tiny import plugins, targets
from tvm_tiny.boards.data import boards
from tvm_tiny.errors import UsageError
from tvm_tiny.formats import Contents, Files, Format, known_formats
from tvm_tiny.graph import Node
from tvm_tiny.pipeline import PassAt, graph_passes
from tvm_tiny.result import Built
from tvm_tiny.run.samples import Sample
from tvm_tiny.schedules import default_rules
from tvm_tiny.schedules.rule import Scheduled, ScheduleRule
from tvm_tiny.targets import Core, load_core, read_core
from tvm_tiny.testing.models import autoencoder, tiny_convnet

EXAMPLE = ROOT / "examples" / "extension"
WRITE = """
import sys, numpy as np, onnx, tvm_tiny
from onnx import TensorProto, helper
from tvm_tiny.testing.tflite_writer import TFLiteWriter

def negated(*zeros):  # NEG behind NEG, all on one scale
    writer, shape = TFLiteWriter("signs"), (1, 4, 4, 4)
    x = writer.input("x", shape, scale=0.5, zero_point=zeros[0])
    for k, zero in enumerate(zeros[1:]):
        x = writer.op("NEG", [x], shape, 0.5, zero, name=f"y{k}")
    writer.output(x)
    return writer.finish()

values = np.arange(-128, 128, dtype=np.int8).reshape(4, 1, 4, 4, 4)
"""
USES = {
    "operator, TFLite record, rule, core, runner": """
art = tvm_tiny.build(negated(3, -7), target="cortex-m1", name="signs")
wanted = np.clip(3 - 7 - values.astype(int), -128, 127)
for place in ("host", "simulator", "steady"):
    assert (art.run(values, on=place).output == wanted).all(), place
(layer,) = art.report.layers
assert (layer.op, layer.schedule) == ("negate", "negate-by-four"), layer
assert art.report.target == "cortex-m1" and "DDI 0413" in art.report.notes[-1], art.report.notes
""",
    "format": """
art = tvm_tiny.build(negated(3, -7), name="signs")
assert "meson.build" in {path.name for path in art.save(sys.argv[1], "meson")}
""",
    "board, of the package's own core": """
art = tvm_tiny.build(negated(3, -7), board="fpga-m1", name="signs")
assert (art.report.target, art.linked.board.name) == ("cortex-m1", "fpga-m1")
assert art.report.cycles.hz == 50_000_000
""",
    "pass": """
art = tvm_tiny.build(negated(0, -1, 0, -1), name="signs")
assert [layer.op for layer in art.report.layers] == ["negate"]  # of three
assert (art.run(values, on="host").output == -1 - values).all()
assert len(tvm_tiny.build(negated(0, -1, 0, 0), name="s").report.layers) == 1
assert len(tvm_tiny.build(negated(0, 0, 0), name="s").report.layers) == 2  # -128 is clamped
""",
    "ONNX record, of a domain of its own": """
floats = lambda name: helper.make_tensor_value_info(name, TensorProto.FLOAT, (1, 64))
constants = [helper.make_tensor("scale", TensorProto.FLOAT, (), [0.5]),
             helper.make_tensor("zero", TensorProto.INT8, (), [3])]
nodes = [helper.make_node("QuantizeLinear", ["x", "scale", "zero"], ["q"]),
         helper.make_node("DequantizeLinear", ["q", "scale", "zero"], ["d"]),
         helper.make_node("Mirror", ["d"], ["m"], domain="tvm_tiny.example"),
         helper.make_node("QuantizeLinear", ["m", "scale", "zero"], ["p"]),
         helper.make_node("DequantizeLinear", ["p", "scale", "zero"], ["y"])]
graph = helper.make_graph(nodes, "g", [floats("x")], [floats("y")], constants)
sets = [helper.make_opsetid("", 13), helper.make_opsetid("tvm_tiny.example", 1)]
art = tvm_tiny.build(helper.make_model(graph, opset_imports=sets, ir_version=8), name="mirror")
q = values.reshape(4, 1, 64)
given = q if art.spec.inputs[0].dtype == "int8" else (q.astype(np.float32) - 3) * 0.5
wanted = np.clip(6 - q.astype(int), -128, 127)
wanted = wanted if art.spec.outputs[0].dtype == "int8" else (wanted - 3) * 0.5
assert (art.run(given, on="host").output == wanted).all()
graph.node[2].domain = "somebody.else"
try:
    tvm_tiny.build(helper.make_model(graph, opset_imports=sets, ir_version=8))
except tvm_tiny.errors.UnsupportedError as error:
    assert "somebody.else" in str(error)
else:
    raise AssertionError("an operator of another domain was taken for ours")
""",
    "lists on the command line": """
from typer.testing import CliRunner
from tvm_tiny.cli import main
from tvm_tiny.cli.app import app
for verb, name in (("targets", "cortex-m1"), ("boards", "fpga-m1"), ("ops", "negate")):
    assert name in CliRunner().invoke(app, [verb]).output, verb
""",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example package, installed into a folder of its own."""
    pytest.importorskip("setuptools")
    made = tmp_path_factory.mktemp("extension")
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation"]
    source = shutil.copytree(EXAMPLE, made / "source")  # building writes beside the sources
    subprocess.run([*install, "--target", made / "site", source], check=True, capture_output=True)
    return made / "site"


@pytest.mark.parametrize("what", USES)
def test_the_example_package_adds(what: str, site: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_TORCH + WRITE + USES[what], tmp_path / "out"],
        env={**os.environ, "PYTHONPATH": f"{site}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


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


def test_an_integer_module_gets_the_passes_that_were_added_and_no_other() -> None:
    seen: list[str] = []
    module = tvm_tiny.build(autoencoder()).compiled.module

    def step(module: object) -> object:
        return module

    tvm_tiny.build(
        module,
        passes=[PassAt(step, before="FoldConstants")],
        after_pass=lambda name, _: seen.append(name),
    )
    assert seen == ["front-end", "step"]


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


class _Entry:
    """An entry point that names ``value``; an exception is raised by loading it."""

    name = "broken"

    def __init__(self, value: object) -> None:
        self._value = value

    def load(self) -> object:
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


BROKEN = [
    ("formats", ImportError("no such thing")),
    ("formats", "meson"),
    ("rules", [len]),
    ("passes", 3),
    ("passes", PassAt(len, before="Nonsense")),  # type: ignore[arg-type]
    ("cores", "no-such-file.toml"),
    ("boards", "no-such-file.toml"),
]


class _Installed:
    """Entry points of all packages: one broken one."""

    def __init__(self, kind: str, value: object) -> None:
        self.group, self.value = f"tvm_tiny.{kind}", value

    def select(self, group: str) -> list[Any]:
        return [_Entry(self.value)] if group == self.group else []


@pytest.mark.parametrize(("kind", "value"), BROKEN)
def test_a_broken_extension_is_left_out_with_a_warning(
    kind: str,
    value: object,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(plugins, "_entry_points", lambda: _Installed(kind, value))
    caches: tuple[Any, ...] = (plugins.installed, plugins._leave_out, targets._shipped)
    for cache in caches:
        cache.cache_clear()
    try:
        assert "cortex-m7" in {core.name for core in targets.cores()}
        assert "rp2040" in {board.name for board in boards()}
        assert "single" in known_formats()
        assert len(default_rules(load_core("cortex-m7"))) > 10
        assert not [name for _, name in graph_passes() if name == "added"]
    finally:
        monkeypatch.undo()
        for cache in caches:
            cache.cache_clear()
    (said,) = [r.getMessage() for r in caplog.records if "left out" in r.getMessage()]
    assert "broken" in said


class _Answers(ScheduleRule):
    """A rule that answers what it was told to."""

    name = "answers"

    def __init__(self, answer: Callable[[Any], object]) -> None:
        self._answer = answer

    def apply(self, func: Any, node: Node, core: Core) -> Any:
        del node, core
        return self._answer(func)


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (len, "no schedule rule"),
        (_Answers(lambda func: None), "neither Scheduled nor Declined"),
        (_Answers(lambda func: Scheduled(func, "answers", "", scratch_bytes=8)), "pointer pointer"),
        (_Answers(lambda func: Scheduled(func, "answers", "", constants={})), "called with"),
    ],
)
def test_a_rule_that_cannot_be_used_is_refused(rule: Any, said: str) -> None:
    with pytest.raises(UsageError, match="TT6021") as caught:
        tvm_tiny.build(autoencoder(), rules=[rule])
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "place",
    [
        3,
        lambda built: None,
        lambda built: lambda sample: {},
        lambda built: lambda sample: {io.name: np.zeros((2, 2)) for io in built.spec.outputs},
    ],
)
def test_a_place_that_runs_nothing_is_refused(place: Any) -> None:
    artifact = tvm_tiny.build(autoencoder())
    with pytest.raises(UsageError, match="TT6021"):
        artifact.run(np.zeros(artifact.spec.inputs[0].shape, np.int8), on=place)


def test_a_format_makes_text(tmp_path: Path) -> None:
    wrong = Format("wrong", "bytes", lambda contents: {"x": b"bytes"})  # type: ignore[dict-item]
    with pytest.raises(UsageError, match="TT6021"):
        tvm_tiny.build(autoencoder()).save(tmp_path / "out", wrong)
    assert not (tmp_path / "out").exists()
