# SPDX-License-Identifier: Apache-2.0
"""What version 0.1 saved is still read, or refused with a sentence that says what to do.

``saved_by_0_1`` is that version's own output for the model below: report, model's part of the
archive, and a tuning database as a session's folder and as one file.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest
from cli_run import run

import tvm_tiny
from tvm_tiny import Artifact
from tvm_tiny.boards.open_project import open_project
from tvm_tiny.device import DeviceClient
from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.project_api import TemplateProject
from tvm_tiny.report.text import verdict
from tvm_tiny.schedules.rule import Scheduled
from tvm_tiny.targets import load_core
from tvm_tiny.testing.models import Net
from tvm_tiny.tuning.database import Provenance, load_database
from tvm_tiny.tuning.store import Store, session_info

SAVED = Path(__file__).parent / "saved_by_0_1"
RESULT = [17, 5, 15, 12]
"""What that version's build made of -4 to 3."""


def model() -> bytes:
    net = Net("saved", 3)
    x = net.dense(net.input((1, 8), name="x"), 6, activation="RELU", name="hidden")
    return net.finish(net.dense(x, 4, name="y"))


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(model(), name="saved")


def test_a_project_and_its_report(tmp_path: Path) -> None:
    shutil.copy(SAVED / "report.json", tmp_path)
    spec, report = open_project(tmp_path)
    assert (spec.model, spec.version, spec.layers) == ("saved", "0.1.0", 2)
    assert [(t.name, t.shape, t.dtype) for t in spec.inputs] == [("x", (1, 8), "int8")]
    assert report.memory.arena_bytes == spec.arena_bytes == 60
    assert verdict(report).startswith("fits")
    shown = run("report", str(tmp_path))
    assert shown.returncode == 0
    assert "hidden" in shown.stdout


def test_a_tuning_database_in_one_file(artifact: Artifact) -> None:
    database = load_database(SAVED / "tuned.json")
    nodes = artifact.compiled.graph.nodes
    tuned = [database.schedule(node, load_core("cortex-m7")) for node in nodes]
    assert len(database.entries) == len(tuned) == 2
    assert all(isinstance(t, Scheduled) for t in tuned)


def test_a_session_is_not_mixed_with_figures_of_other_kernels(tmp_path: Path) -> None:
    folder = tmp_path / "tuned"
    shutil.copytree(SAVED / "tuned", folder)
    saved = json.loads((folder / "provenance.json").read_text())
    store = Store(folder, Provenance(**saved))
    last = store.last_session()
    assert last is not None
    assert last.name == "m"
    with pytest.raises(UsageError, match="use another folder, or remove this one") as caught:
        store.begin(session_info(last.model, last.name, 4, 0, "random"), resume=True)
    assert caught.value.code == "TT6101"


def archive(artifact: Artifact, today: Path) -> bytes:
    """The old model in an archive; what it runs on is of today."""
    old = json.loads((SAVED / "archive.json").read_text())
    files = {
        name: base64.b64decode(what["base64"]) if isinstance(what, dict) else "".join(what).encode()
        for name, what in old.items()
    }
    with tarfile.open(artifact.export_mlf(today)) as tar:
        for member in tar:
            part = tar.extractfile(member) if member.name.startswith("./runtime/") else None
            if part is not None:
                files[member.name[2:]] = part.read()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in sorted(files.items()):
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def test_an_archive_becomes_a_project_that_gives_the_same_result(
    artifact: Artifact, tmp_path: Path
) -> None:
    x = np.arange(-4, 4, dtype=np.int8)
    assert artifact.run({"x": x.reshape(1, 8)}, "host").output.reshape(-1).tolist() == RESULT
    (tmp_path / "model.tar").write_bytes(archive(artifact, tmp_path / "today.tar"))
    options = {"board": "host"}
    with TemplateProject() as template:
        with pytest.raises(DeviceError, match="-o trust_archive=true"):
            template.generate(tmp_path / "model.tar", tmp_path / "made", options)
        options |= {"trust_archive": True}
        project = template.generate(tmp_path / "model.tar", tmp_path / "made", options)
    with project:
        project.build()
        project.flash()
        with project.transport() as line:
            client = DeviceClient(line)
            assert client.open().model == "saved"
            made = np.frombuffer(client.infer(x.tobytes()).outputs, np.int8)
            client.close()
    assert made.tolist() == RESULT


@pytest.mark.parametrize(("layout", "on"), [("arduino", "simulator"), ("single", "host")])
def test_a_folder_for_other_tools_says_that_it_is_one(
    artifact: Artifact, tmp_path: Path, layout: str, on: str
) -> None:
    """What the place needs is not among its files."""
    artifact.save(tmp_path, layout)
    x = np.zeros((1, 8), np.int8)
    with pytest.raises(UsageError, match="saved in a format for other tools") as caught:
        Artifact.load(tmp_path).run(x, on, trusted=True)
    assert caught.value.code == "TT6006"
    assert str(tmp_path) in str(caught.value)
