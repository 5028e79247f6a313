# SPDX-License-Identifier: Apache-2.0
"""The command line: what it prints, where errors go, exit codes."""

from __future__ import annotations

import io
import json
import re
import time
from pathlib import Path

import numpy as np
import pytest
from cli_run import run

from tvm_tiny.cli import stages
from tvm_tiny.report.model import Report, from_json
from tvm_tiny.testing.models import tiny_convnet


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "tiny_convnet.tflite"
    path.write_bytes(tiny_convnet())
    return path


@pytest.fixture(scope="module")
def project(model: Path) -> Path:
    folder = model.parent / "project"
    done = run("build", model, "-o", folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("fits  cortex-m7: RAM ")
    return folder


def test_build_writes_the_report_that_it_shows(project: Path) -> None:
    report = from_json((project / "report.json").read_bytes())
    shown = run("report", project)
    assert shown.returncode == 0
    assert f"arena {report.memory.arena_bytes:,} B" in shown.stdout
    assert all(layer.name.split(";")[0][-20:] in shown.stdout for layer in report.layers)


def test_report_has_what_the_contract_names(project: Path) -> None:
    data = json.loads((project / "report.json").read_text())
    assert data["schema_version"] == 2
    assert len(data["model"]["sha256"]) == 64
    for key in ("arena_bytes", "io_bytes", "stack_bytes", "static_bytes", "ram_bytes"):
        assert isinstance(data["memory"][key], int), key
    for key in ("weights_bytes", "code_bytes", "tables_bytes"):
        assert data["flash"][key] > 0, key
    assert data["cycles"]["modelled"] > data["cycles"]["instructions"] / 2
    assert data["cycles"]["measured"] is None
    assert data["macs"] == data["macs_executed"] == sum(x["macs"] for x in data["layers"])
    assert data["plan"]["segments"]


def test_the_schema_describes_the_report() -> None:
    schema = json.loads(run("schema").stdout)
    assert set(Report.__struct_fields__) <= set(schema["$defs"]["Report"]["properties"])


def test_check_and_json(model: Path, tmp_path: Path) -> None:
    done = run("check", model)
    assert done.returncode == 0
    assert done.stdout.startswith("ok  tiny_convnet.tflite")
    done = run("build", model, "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout) == json.loads(
        (tmp_path / "tiny_convnet_project" / "report.json").read_text()
    )


def test_validate_is_bit_exact(model: Path) -> None:
    done = run("validate", model, "--data", "random:2")
    assert done.returncode == 0, done.stderr
    assert "bit-exact with TensorFlow Lite Micro on 2/2 samples" in done.stdout


def test_run_saves_outputs(model: Path, tmp_path: Path) -> None:
    np.savez(tmp_path / "x.npz", x=np.zeros((2, 1, 32, 32, 3), np.int8))
    done = run("run", model, "--data", tmp_path / "x.npz", "-o", tmp_path / "y.npz", "--on", "host")
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "y.npz") as out:
        (array,) = [out[k] for k in out.files]
    np.testing.assert_array_equal(array[0], array[1])


def test_profile_sorts(model: Path) -> None:
    done = run("profile", model, "--sort", "cycles", "--top", "1")
    rows = [line for line in done.stdout.splitlines() if "conv2d" in line]
    assert done.returncode == 0
    assert len(rows) == 1
    for title in ("MACs", "instr.", "cycles*", "%", "MAC/cycle"):
        assert title in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("check", "MODEL", "-t", "cortex-m9"), 2, "error[TT6002]"),
        (("check", "missing.tflite"), 3, "error[TT1001]"),
        (("build", "MODEL", "--ram", "1K"), 4, "error[TT2101]"),
        (("build", "MODEL", "--ram", "lots"), 2, "error[TT6005]"),
        (("validate", "MODEL", "--data", "random:x"), 2, "error[TT6015]"),
        (("run", "MODEL", "--data", "missing.npz"), 2, "error[TT6004]"),
        (("run", "MODEL", "--on", "moon"), 2, "error[TT6006]"),
        (("profile", "MODEL", "--sort", "beauty"), 2, "error[TT6012]"),
        (("report", "missing"), 2, "error[TT6013]"),
        (("explain", "TT0000"), 2, "error[TT6016]"),
        (("build",), 2, "Missing argument"),
    ],
)
def test_errors(
    model: Path, tmp_path: Path, arguments: tuple[str, ...], code: int, message: str
) -> None:
    done = run(*(str(model) if a == "MODEL" else a for a in arguments), cwd=tmp_path)
    assert done.returncode == code, done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_damaged_file(model: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tflite"
    bad.write_bytes(model.read_bytes()[:1000])
    done = run("build", bad, "-o", tmp_path / "out")
    assert done.returncode == 3
    assert "error[TT100" in done.stderr
    assert not (tmp_path / "out").exists()


def test_dump_ir_numbers_the_passes(model: Path, tmp_path: Path) -> None:
    done = run("build", model, "-o", tmp_path / "out", "--dump-ir", tmp_path / "ir", "-q")
    assert done.returncode == 0, done.stderr
    names = sorted(p.name for p in (tmp_path / "ir").iterdir())
    assert names[0] == "00-front-end.py"
    assert any("LegalizeQDQ" in n for n in names)


@pytest.mark.parametrize("command", ["targets", "ops", "doctor", "--version"])
def test_information(command: str) -> None:
    done = run(command)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_explain() -> None:
    done = run("explain", "tt1102")
    assert done.returncode == 0
    assert "Quantise" in done.stdout


def _stages(listener_s: float, *, live: bool) -> str:
    """What is shown of three stages of that many seconds each."""
    stream = io.StringIO()
    vars(stream)["isatty"] = lambda: live
    display = stages.Display(stream, after_s=0.05)
    display.begin()
    display.tell("one", 0, 0)
    time.sleep(listener_s)
    display.tell("two", 0, 4)
    display.tell("two", 1, 4)
    time.sleep(listener_s)
    display.tell("", 0, 0)
    display.end()
    return stream.getvalue()


def test_stages_are_a_line_each_in_a_log_and_one_line_on_a_terminal() -> None:
    lines = _stages(0.6, live=False).splitlines()
    assert [re.sub(r"\d+", "N", line) for line in lines] == ["one (N s)", "two (N s)"]
    shown = _stages(0.6, live=True)
    assert "\n" not in shown
    assert re.search(r"two \(\d+ s, 1 of 4, \d+ s left\)", shown)
    assert shown.endswith(stages.CLEAR)
    assert _stages(0.0, live=False) == ""
