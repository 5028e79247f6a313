# SPDX-License-Identifier: Apache-2.0
"""What goes wrong around the command line: files, folders, limits of the system, slow starts."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from cli_run import run
from faulty_disk import FaultyDisk, Killed, disk
from hang import BUSY
from paths import ROOT, WITHOUT_TORCH
from typer.testing import CliRunner

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.cli.app import make_app
from tvm_tiny.errors import DoesNotFitError, UsageError
from tvm_tiny.files.arrays import read_arrays
from tvm_tiny.formats.saving import check_folder
from tvm_tiny.report.model import from_json
from tvm_tiny.report.text import text, verdict
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.testing.onnx_models import tiny_qdq

CPU_S, MODULES = 0.4 * BUSY, 520
"""What a short command may take."""
HEAVY = (
    "tvm", "numpy", "onnx", "networkx", "ortools", "unicorn", "jinja2", "torch", "pydantic", "attr"
)  # fmt: skip


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), name="tiny")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny_convnet.tflite"
    path.write_bytes(tiny_convnet())
    return path


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["explain", "TT1203"], ["boards"], ["doctor"], ["targets"],
     ["boards", "nucleo-f767zi"], ["build", "--help"]],
)  # fmt: skip
def test_what_compiles_nothing_imports_nothing_heavy(arguments: list[str]) -> None:
    """At most 0.4 s of CPU on a quiet computer: nothing heavy, few modules, the best of three."""
    code = (
        "import sys, time\n"
        f"sys.argv = ['tvm-tiny', *{arguments!r}]\n"
        "from tvm_tiny.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('HEAVY', [m for m in {HEAVY!r} if m in sys.modules], len(sys.modules),"
        " time.process_time())\n"
    )
    seconds: list[float] = []
    while len(seconds) < 3 and min(seconds, default=CPU_S) >= CPU_S:
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        last = done.stdout.splitlines()[-1]
        assert last.startswith("HEAVY [] "), last
        assert int(last.split()[-2]) < MODULES
        seconds.append(float(last.split()[-1]))
    assert min(seconds) < CPU_S


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("tvm-tiny bu", "build"),
        ("tvm-tiny new", "new new-board"),
        ("tvm-tiny boards --he", "--help"),
        ("tvm-tiny build --opti", "--optimize"),
        ("tvm-tiny --de", "--debug"),
        ("tvm-tiny ", None),
    ],
)
def test_completion_is_as_quick(line: str, found: str | None) -> None:
    """Every verb, and the options of one, without what compiles or checks."""
    from tvm_tiny.cli.app import app

    words = len(line.split()) - (not line.endswith(" "))
    env = {"_TVM_TINY_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": str(words)}
    code = (
        "import sys; sys.argv = ['tvm-tiny']\n"
        "from tvm_tiny.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"assert not [m for m in {HEAVY!r} if m in sys.modules]\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, **env}, cwd=ROOT,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    every = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    wanted = {name.replace("_", "-") for name in every} if found is None else set(found.split())
    assert set(done.stdout.split()) == wanted


def test_help_without_options_says_what_help_with_them_says() -> None:
    shown = [CliRunner().invoke(make_app(names_only=n), ["--help"]).output for n in (True, False)]
    assert shown[0] == shown[1]
    assert "receptive-field" in shown[0]


@pytest.mark.parametrize("closed", ["", ">&-", ">/dev/full"])
def test_the_version_needs_no_typer_and_says_what_is_wrong(closed: str) -> None:
    line = f"{sys.executable} -X importtime -m tvm_tiny --version {closed}"
    done = subprocess.run(line, check=False, shell=True, capture_output=True, text=True, cwd=ROOT)
    full = closed == ">/dev/full"
    assert done.returncode == (2 if full else 0)
    assert ("typer" in done.stderr) == ("TT6010" in done.stderr) == full
    assert done.stdout == ("" if closed else f"tvm-tiny {tvm_tiny.__version__}\n")


def test_check_imports_what_decides_and_no_torch(model: Path) -> None:
    """Neither planner nor compiler, nor PyTorch, which TVM imports wherever it is installed."""
    code = (
        f"import sys, tvm_tiny.cli\nsys.argv = ['tvm-tiny', 'check', {str(model)!r}]\n"
        "try:\n    tvm_tiny.cli.main()\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = ('torch', 'onnx', 'networkx', 'ortools', 'unicorn', 'jinja2', 'tvm_tiny.emit')\n"
        "assert 'tvm' in sys.modules and not [m for m in heavy if m in sys.modules]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


def test_in_the_users_own_process_tvm_knows_torch() -> None:
    pytest.importorskip("torch")
    code = (
        "import tvm_tiny._tvm, torch, tvm_ffi\n"
        "assert tvm_ffi.convert(torch.int8) == tvm_ffi.dtype('int8')\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)


@pytest.mark.parametrize("verb", ["check", "plan"])
@pytest.mark.parametrize(
    ("option", "code"),
    [
        ("--clock=nan", "TT6041"),
        ("--recompute=nan", "TT6040"),
        ("--recompute=-1", "TT6040"),
        ("--plan-steps=-1", "TT6042"),
        ("--plan-seconds=inf", "TT6042"),
        ("--max-ms=-1", "TT6041"),
        ("--ram=", "TT6005"),
    ],
)
def test_options_that_mean_nothing_are_refused_first(verb: str, option: str, code: str) -> None:
    """``check`` took what ``build`` refuses, ``plan`` looked at limits after its work."""
    done = CliRunner().invoke(make_app(("commands", "planning")), [verb, "none.tflite", option])
    assert isinstance(done.exception, UsageError)
    assert done.exception.code == code


@pytest.mark.parametrize("seconds", ["nan", "inf", "-1", "0"])
@pytest.mark.parametrize("verb", ["run", "tune"])
def test_limits_that_no_clock_counts(verb: str, seconds: str) -> None:
    """``run --board --timeout nan`` ended in TT9000."""
    app = make_app(("commands", "tuning"))
    done = CliRunner().invoke(app, [verb, "none.tflite", f"--timeout={seconds}"])
    assert isinstance(done.exception, UsageError)
    assert done.exception.code == "TT6041"


def test_no_thread_to_show_stages_is_no_error() -> None:
    """As where a user may start no more of them; it ended in TT9000."""
    code = (
        "import sys, threading\n"
        'def refuse(self):\n    raise RuntimeError("can\'t start new thread")\n'
        "threading.Thread.start = refuse\n"
        "from tvm_tiny.cli import main\n"
        "sys.argv = ['tvm-tiny', 'explain', 'TT6041']\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "TT6041" in done.stdout


def test_no_thread_to_compile_with_is_a_limit_of_the_system(model: Path) -> None:
    code = (
        "import sys, threading\n"
        'def refuse(self):\n    raise RuntimeError("can\'t start new thread")\n'
        "threading.Thread.start = refuse\n"
        "from tvm_tiny.cli import main\n"
        f"sys.argv = ['tvm-tiny', 'build', {str(model)!r}, '-o', {str(model.parent / 'no')!r}]\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, "TT6010" in done.stderr) == (2, True), done.stderr
    assert not (model.parent / "no").exists()


@pytest.mark.parametrize("size", [0, -1, 0.5, float("nan"), True, "", "0", [], "K"])
def test_sizes_that_are_none(size: Any) -> None:
    for limit in ("ram", "flash"):
        with pytest.raises(UsageError) as caught:
            tvm_tiny.build(b"", **{limit: size})
        assert caught.value.code == "TT6005"


def test_check_gives_an_open_extent_its_size(tmp_path: Path) -> None:
    assert tvm_tiny.check(tiny_convnet(), batch=1) is None
    (tmp_path / "model.tflite").write_bytes(tiny_convnet())
    wrong = tvm_tiny.check(tiny_convnet(), batch=2)
    done = CliRunner().invoke(
        make_app(("commands", "planning")), ["check", f"{tmp_path}/model.tflite", "--batch=2"]
    )
    assert str(done.exception or None) == str(wrong)


def test_targets_are_tags_whatever_is_imported_first() -> None:
    for imports in ("tvm_tiny, tvm", "tvm, tvm_tiny", "tvm_tiny._tvm, tvm"):
        code = f"{WITHOUT_TORCH}import {imports}\nprint(tvm.target.Target('cortex-m4').kind)"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        assert done.stdout.strip() == "c"


def test_reports_that_are_none(tmp_path: Path) -> None:
    deep = tmp_path / "report.json"
    deep.write_text('{"schema_version": ' + "[" * 100_000)
    os.mkfifo(tmp_path / "fifo.json")
    for path in (deep, tmp_path, tmp_path / "fifo.json", Path("/dev/zero"), tmp_path / ("x" * 300)):
        done = run("report", path)
        assert done.returncode == 2, done.stderr
        assert "error[TT6013]" in done.stderr, done.stderr


def test_models_and_data_that_are_no_files(model: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert "error[TT1001]" in run("check", tmp_path / "fifo").stderr
    assert "error[TT1001]" in run("check", "/dev/zero").stderr
    done = run("run", model, "--data", tmp_path / "fifo")
    assert "error[TT6004]" in done.stderr
    assert done.returncode == 2


@pytest.mark.parametrize("place", ["x" * 300, "model/inside"])
def test_places_are_refused_before_the_work(tmp_path: Path, place: str) -> None:
    (tmp_path / "model").write_bytes(b"no model")
    done = run("build", "model", "-o", place, cwd=tmp_path)
    assert "error[TT6010]" in done.stderr, done.stderr
    assert done.returncode == 2
    assert "error[TT6201]" in run("build", "model", "--format", "x", cwd=tmp_path).stderr
    assert "error[TT6010]" in run("run", "model", "-o", place, cwd=tmp_path).stderr


def test_a_limit_on_the_size_of_files(model: Path, tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000))

    done = subprocess.run(
        [sys.executable, "-m", "tvm_tiny", "build", str(model), "-o", str(tmp_path / "out")],
        capture_output=True, text=True, check=False, cwd=ROOT, preexec_fn=limit,
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert "error[TT6010]" in done.stderr, done.stderr
    assert "File too large" in done.stderr
    assert not list(tmp_path.iterdir())


def test_every_kill_of_a_save_over_another_model(artifact: Artifact, tmp_path: Path) -> None:
    other = tvm_tiny.build(tiny_convnet(seed=1), name="other")
    folder = tmp_path / "out"
    other.save(folder)
    (folder / "notes.txt").write_text("mine")
    for at in (0, 7, 61, 120, 150, 180, 190, 200):
        with disk(FaultyDisk(at)), contextlib.suppress(Killed):
            artifact.save(folder)
        names = {p.name for p in (folder / "src").iterdir()}
        assert names.isdisjoint({"tiny.c"}) or names.isdisjoint({"other.c"})
        model = from_json((folder / "report.json").read_bytes()).model.name
        assert f"{model}.c" in names
        assert (folder / "notes.txt").read_text() == "mine"
        other.save(folder)
        assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_hostile_manifest_and_links(artifact: Artifact, tmp_path: Path) -> None:
    folder, victim = tmp_path / "out", tmp_path / "victim"
    victim.mkdir()
    (victim / "a").write_text("theirs")
    artifact.save(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] += ["../victim/a", str(victim / "a"), "link/a"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "link").symlink_to(victim)
    artifact.save(folder)
    assert (victim / "a").read_text() == "theirs"
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").symlink_to("/dev/zero")
    with pytest.raises(UsageError) as caught:
        check_folder(folder)
    assert caught.value.code == "TT6009"


def test_outputs_keep_their_names(tmp_path: Path) -> None:
    from tvm_tiny.testing.net import Net

    net = Net("named", 0)
    x = net.input((1, 8, 8, 3))
    (tmp_path / "m.tflite").write_bytes(
        net.finish(net.max_pool(x, 2, name="file"), net.average_pool(x, 2, name="allow_pickle"))
    )
    done = run("run", "m.tflite", "-o", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out.npz").exists()
    assert len(read_arrays(tmp_path / "out.npz")) == 2
    assert {"file", "allow_pickle"} <= set(read_arrays(tmp_path / "out.npz"))


def test_all_ram_of_a_run() -> None:
    """A float model's inputs and outputs lie beside the arena and count; the parts add up."""
    built = tvm_tiny.build(tiny_qdq())
    memory = built.report.memory
    io_bytes = sum(t.bytes for t in (*built.report.inputs, *built.report.outputs) if not t.in_arena)
    assert memory.io_bytes == io_bytes > 0
    assert memory.ram_bytes == memory.arena_bytes + (memory.stack_bytes or 0) + io_bytes
    assert f"RAM {memory.ram_bytes:,} B" in verdict(built.report)
    shown = " ".join(text(built.report, 200).split())
    for part in (memory.ram_bytes, memory.arena_bytes, memory.stack_bytes, memory.io_bytes):
        assert f"{part:,} B" in shown
    assert tvm_tiny.build(tiny_qdq(), ram=memory.ram_bytes + 300).report.limits.fits
    with pytest.raises(DoesNotFitError) as caught:
        tvm_tiny.build(tiny_qdq(), ram=memory.io_bytes + 100)
    assert f"{memory.io_bytes:,}" in str(caught.value)


def test_reports_of_version_1_are_read(artifact: Artifact) -> None:
    from tvm_tiny.report.model import to_json

    data = json.loads(to_json(artifact.report))
    data["schema_version"] = 1
    del data["memory"]["ram_bytes"], data["plan"]["overlaps"]
    old = from_json(json.dumps(data))
    assert old.memory.used_bytes == artifact.report.memory.used_bytes
    assert verdict(old) == verdict(artifact.report)


def test_in_place_pairs_are_words_and_figures(artifact: Artifact) -> None:
    plan = artifact.report.plan
    assert len(plan.in_place) == len(plan.overlaps) > 0
    for words, pair in zip(plan.in_place, plan.overlaps, strict=True):
        assert "Overlap(" not in words
        assert pair.output in words
        assert f"{pair.shared_bytes} B shared" in words


def test_validate_takes_what_run_takes(artifact: Artifact) -> None:
    (spec,) = artifact.spec.inputs
    rng = np.random.default_rng(0)
    batch = rng.integers(-128, 128, (2, *spec.shape[1:]), dtype=np.int8)
    one = batch[:1]
    for data, count in (
        (batch, 2), (one, 1), ([one, one], 2), ([one, batch], 3), ({spec.source: batch}, 2),
        ([{spec.name: one}], 1),
    ):  # fmt: skip
        found = artifact.validate(data, on="host")
        assert (found.samples, found.bit_exact) == (count, True)
    for wrong in ([], [[1, 2], [3]], 5, "x", [object()], [one.astype(np.int16)], [{"y": one}]):
        with pytest.raises(UsageError) as caught:
            artifact.validate(wrong, on="host")  # type: ignore[arg-type]
        assert caught.value.code == "TT6003"
    with pytest.raises(UsageError):
        artifact.run([[1, 2], [3]], "host")  # type: ignore[arg-type]


def test_check_only_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    from tvm_tiny import api

    def never(*args: object, **options: object) -> None:
        raise AssertionError("check compiles")

    monkeypatch.setattr(api, "front_half", never)
    monkeypatch.setattr(api, "back_half", never)
    assert tvm_tiny.check(tiny_convnet()) is None
    assert tvm_tiny.check(tiny_convnet()[:500]) is not None


def test_the_demo_points_to_nothing_that_is_gone() -> None:
    done = run("demo", "--samples", "1")
    assert done.returncode == 0, done.stderr
    assert "make -C" not in done.stdout
    assert "tvm-tiny demo -o FOLDER" in done.stdout


def test_a_seed_below_zero(artifact: Artifact) -> None:
    with pytest.raises(UsageError, match="seed -1"):
        artifact.validate(samples=1, seed=-1, on="host")
