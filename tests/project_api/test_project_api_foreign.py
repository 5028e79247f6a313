# SPDX-License-Identifier: Apache-2.0
"""The Project API client of TVM 0.16, unchanged, with our template: docs/project-api.md.

It is taken from the wheel ``hhb-tvm`` 3.2.3 (a build of TVM 0.16.dev0), whose binaries were made
without microTVM, so that ``import tvm.micro`` fails there. The client is plain Python: its files
run from the wheel, beside stand-ins for what they import of the rest. ``TVM_TINY_MICROTVM_WHEEL``
names the wheel; without it pip is asked for it.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import sys
import types
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hang import HANG_S
from paths import shared

import tvm_tiny
from tvm_tiny import Artifact
from tvm_tiny.device import DeviceClient
from tvm_tiny.project_api import template_dir
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import tiny_convnet

pytestmark = pytest.mark.slow
FILES = ("project_api/__init__.py", "project_api/client.py", "project_api/server.py", "project.py",
         "transport.py")  # fmt: skip


def _wheel(folder: Path) -> Path:
    named = os.environ.get("TVM_TINY_MICROTVM_WHEEL")
    if named:
        return Path(named)
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--python-version=38"]
    command += ["--only-binary=:all:", "-d", str(folder), "hhb-tvm==3.2.3"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=HANG_S, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("hhb-tvm 3.2.3: pip takes too long")
    found = list(folder.glob("*.whl"))
    if done.returncode or not found:
        pytest.skip("hhb-tvm 3.2.3 cannot be had")
    return found[0]


@pytest.fixture(scope="module")
def project_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Their ``tvm.micro.project``, under another name than our TVM's."""
    folder = tmp_path_factory.mktemp("microtvm")
    package = folder / "oldtvm" / "micro"
    (package / "project_api").mkdir(parents=True)
    with zipfile.ZipFile(_wheel(folder)) as wheel:
        for name in FILES:
            (package / name).write_bytes(wheel.read(f"tvm/micro/{name}"))
    (folder / "oldtvm" / "__init__.py").write_text("__version__ = '0.16.dev0'\n")
    (package / "__init__.py").write_text("")
    stand_ins: dict[str, dict[str, Any]] = {
        "oldtvm.contrib": {},
        "oldtvm.contrib.utils": {},
        "oldtvm.micro.build": {"get_standalone_crt_dir": lambda: "/nowhere/standalone_crt"},
        "oldtvm.micro.model_library_format": {
            "ExportableModule": object,
            "export_model_library_format": None,
        },
    }
    before = set(sys.modules)
    sys.path.insert(0, str(folder))
    for name, members in stand_ins.items():
        module = types.ModuleType(name)
        vars(module).update(members)
        sys.modules[name] = module
    vars(sys.modules["oldtvm.contrib"])["utils"] = sys.modules["oldtvm.contrib.utils"]
    yield importlib.import_module("oldtvm.micro.project")
    sys.path.remove(str(folder))
    for name in set(sys.modules) - before:
        if name.startswith("oldtvm"):
            del sys.modules[name]


class Line:
    """Their transport as our device client takes it."""

    def __init__(self, transport: Any, timeout: type[Exception]) -> None:
        self._transport, self._timeout = transport, timeout

    def write(self, data: bytes) -> None:
        self._transport.write(data, 30)

    def read(self, timeout_s: float) -> bytes:
        try:
            return self._transport.read(65536, timeout_s)
        except self._timeout:
            return b""

    def close(self) -> None:
        pass


@pytest.fixture(scope="module")
def errors(project_module: Any) -> Any:
    return importlib.import_module("oldtvm.micro.project_api.server")


@pytest.mark.parametrize("board", ["host", "mps2-an500"])
@pytest.mark.parametrize("model", ["tiny", "vww_96_int8"])
def test_the_whole_way(
    model: str, board: str, project_module: Any, errors: Any, tmp_path: Path
) -> None:
    if board == "mps2-an500" and shutil.which("qemu-system-arm") is None:
        pytest.skip("no QEMU")
    source = tiny_convnet() if model == "tiny" else shared("models/vww_96_int8.tflite")
    artifact = tvm_tiny.build(source, name=model)
    archive = artifact.export_mlf(tmp_path / "model.tar")
    project = project_module.generate_project_from_mlf(
        template_dir(), tmp_path / "project", archive, {"board": board}
    )
    assert project.info()["model_library_format_path"] == str(tmp_path / "project" / "model.tar")
    project.build()
    project.flash()
    with project.transport() as transport:
        assert transport.timeouts().session_start_timeout_sec > 0
        _infer(artifact, Line(transport, errors.IoTimeoutError))
        while True:
            try:
                transport.read(100, 0.5)
            except errors.IoTimeoutError:
                break
    assert project._api_client.is_shutdown


def _infer(artifact: Artifact, line: Line) -> None:
    client = DeviceClient(line)
    client.open()
    for sample in random_samples(artifact.spec.inputs, 2, 11):
        (x,) = sample.values()
        made = np.frombuffer(client.infer(x.tobytes()).outputs, np.int8)
        assert made.tolist() == artifact.run(sample, "host").output.reshape(-1).tolist()


def test_their_exceptions_are_raised(project_module: Any, errors: Any, tmp_path: Path) -> None:
    archive = tvm_tiny.build(tiny_convnet()).export_mlf(tmp_path / "model.tar")
    template = project_module.TemplateProject.from_directory(template_dir())
    with pytest.raises(ValueError, match="non valid ProjectOptions"):
        template.generate_project_from_mlf(archive, str(tmp_path / "p"), {"bord": "host"})
    with pytest.raises(errors.ServerError, match="board is required"):
        template.generate_project_from_mlf(archive, str(tmp_path / "p"), {})
    with pytest.raises(project_module.TemplateProjectError):
        project_module.GeneratedProject.from_directory(template_dir(), {})
    project = template.generate_project_from_mlf(archive, str(tmp_path / "p"), {"board": "host"})
    with pytest.raises(project_module.NotATemplateProjectError):
        project_module.TemplateProject.from_directory(tmp_path / "p")
    with pytest.raises(errors.ServerError, match="build first"):
        project.flash()
    with pytest.raises(errors.TransportClosedError):
        project.transport().read(1, 0)
    with pytest.raises(errors.JSONRPCError) as caught:
        project._api_client._request_reply("nothing", {})
    assert caught.value.code == errors.ErrorCode.METHOD_NOT_FOUND
