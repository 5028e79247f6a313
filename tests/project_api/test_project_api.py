# SPDX-License-Identifier: Apache-2.0
"""Generated projects: archive to answers of the running firmware, by our own client."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hang import HANG_S
from paths import shared
from project_api_harness import SERVER, repacked, serving, with_entry

import tvm_tiny
from tvm_tiny import Artifact
from tvm_tiny.device import DeviceClient
from tvm_tiny.errors import DeviceError, UsageError
from tvm_tiny.formats.mlf import mlf_bytes
from tvm_tiny.project_api import GeneratedProject, TemplateProject, template_dir
from tvm_tiny.project_api.client import IoTimeoutError, ProjectClient, TransportClosedError
from tvm_tiny.run.samples import random_samples
from tvm_tiny.testing.models import tiny_convnet

NEEDS_QEMU = pytest.mark.skipif(shutil.which("qemu-system-arm") is None, reason="no QEMU")


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), name="tiny")


@pytest.fixture(scope="module")
def archive(artifact: Artifact, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return artifact.export_mlf(tmp_path_factory.mktemp("mlf") / "model.tar")


@pytest.fixture(scope="module")
def host_project(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project for this computer, built."""
    folder = tmp_path_factory.mktemp("projects") / "host"
    with TemplateProject() as template:
        project = template.generate(archive, folder, {"board": "host"})
    with project:
        project.build()
        project.flash()
    return folder


def infer_and_compare(artifact: Artifact, project: GeneratedProject, samples: int) -> None:
    """Every output of the device is what the same C computes in our own runner."""
    with project.transport() as line:
        client = DeviceClient(line)
        assert client.open().model == artifact.spec.model
        for sample in random_samples(artifact.spec.inputs, samples, 5):
            (x,) = sample.values()
            made = np.frombuffer(client.infer(x.tobytes()).outputs, np.int8)
            expected = artifact.run(sample, "host").output
            assert made.tolist() == expected.reshape(-1).tolist()
        client.close()


def test_infer_on_the_host(artifact: Artifact, host_project: Path) -> None:
    with GeneratedProject(host_project) as project:
        assert project.info.model_library_format_path == str(host_project / "model.tar")
        assert project.options["board"] == "host"  # remembered from generation
        infer_and_compare(artifact, project, 3)
        infer_and_compare(artifact, project, 1)  # opens again


@NEEDS_QEMU
@pytest.mark.qemu
def test_infer_on_qemu(artifact: Artifact, archive: Path, tmp_path: Path) -> None:
    with TemplateProject() as template:
        project = template.generate(archive, tmp_path / "project", {"board": "mps2-an500"})
    with project:
        project.build()
        project.flash()
        for transport in ("socket", "stdio", "pty"):
            project.options["transport"] = transport
            infer_and_compare(artifact, project, 1)


@NEEDS_QEMU
@pytest.mark.qemu
@pytest.mark.slow
def test_infer_vww_on_qemu(tmp_path: Path) -> None:
    vww = tvm_tiny.build(shared("models/vww_96_int8.tflite"))
    with TemplateProject() as template:
        archive = vww.export_mlf(tmp_path / "model.tar")
        project = template.generate(archive, tmp_path / "project", {"board": "mps2-an500"})
    with project:
        project.build()
        infer_and_compare(vww, project, 2)


def test_time_outs_and_a_device_that_goes(host_project: Path) -> None:
    with GeneratedProject(host_project) as project:
        line = project.transport()
        client: ProjectClient = line._client
        while line.read(0.5):
            pass  # what the device says when it starts
        for timeout_s in (0, 0.2):
            begin = time.monotonic()
            with pytest.raises(IoTimeoutError):
                client.read_transport(10, timeout_s)
            assert timeout_s <= time.monotonic() - begin < HANG_S
        assert line.read(0.05) == b""
        with pytest.raises(DeviceError, match="open already"):
            project.transport()
        line.write(b"name%")
        said = b""
        while b"\n" not in said:
            said += client.read_transport(7, 5)  # never more than asked for
        line.close()
        line.close()
        with pytest.raises(TransportClosedError):
            client.read_transport(10, 1)
        with pytest.raises(TransportClosedError):
            line.write(b"x")


def test_a_client_that_leaves_ends_a_server_that_waits(host_project: Path) -> None:
    with serving(host_project) as server:
        assert "result" in server.ask("open_transport", {"options": {}})
        wait = {"jsonrpc": "2.0", "method": "read_transport", "id": 2}
        wait["params"] = {"n": 1000, "timeout_sec": None}
        server.send(json.dumps(wait).encode() + b"\n")
        time.sleep(0.3)
        begin = time.monotonic()
    assert time.monotonic() - begin < HANG_S


def test_the_project_needs_only_python_and_a_compiler(archive: Path, tmp_path: Path) -> None:
    python = [sys.executable, "-I", "-S"]
    folder = tmp_path / "made" / "project"

    def call(root: Path, *arguments: str, **more: object) -> str:
        command = [*python, str(root / SERVER), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **more)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stderr
        return done.stdout

    call(template_dir(), "generate", str(archive), str(folder), "-o", "board=host")
    moved = tmp_path / "elsewhere"
    folder.rename(moved)
    assert json.loads(call(moved, "info"))["is_template"] is False
    call(moved, "build")
    call(moved, "flash")
    assert "m-name-dut-[tvm_tiny]" in call(moved, "connect", input="name%")


def test_generated_again_is_the_same(archive: Path, tmp_path: Path) -> None:
    with TemplateProject() as template:
        for name in ("a", "b"):
            template.generate(archive, tmp_path / name, {"board": "host"}).close()
    a, b = ({p.relative_to(tmp_path / n): p.read_bytes() for p in (tmp_path / n).rglob("*")
             if p.is_file()} for n in ("a", "b"))  # fmt: skip
    assert a == b
    assert Path("Makefile") in a  # the same folder that Artifact.save writes, and its server
    assert Path("include/tiny.h") in a
    assert Path("microtvm_server/rpc.py") in a


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "board is required"),
        ({"board": "arduino"}, "none of mps2-an500, host"),
        ({"board": "host", "compiler": "tcc"}, "compiler"),
        ({"board": "host", "verbose": "maybe"}, "verbose: not true or false"),
        ({"board": "host", "timeout_sec": 0}, "timeout_sec"),
        ({"board": "host", "timeout_sec": "ten"}, "timeout_sec"),
        ({"board": "host", "compile_definitions": "a\nb"}, "compile_definitions"),
        ({"board": ["host"], "qemu": 3}, "qemu"),
    ],
)
def test_wrong_options(
    options: dict[str, object], message: str, archive: Path, tmp_path: Path
) -> None:
    with TemplateProject() as template, pytest.raises(DeviceError, match=message):
        template.generate(archive, tmp_path / "project", options)
    assert not list(tmp_path.iterdir())


def test_options_as_command_line_clients_send_them(archive: Path, tmp_path: Path) -> None:
    options = {"board": "host", "verbose": "true", "timeout_sec": "60", "warning_as_error": "0"}
    options["compile_definitions"] = "-DONE=1 TWO"
    with TemplateProject() as template:
        template.generate(archive, tmp_path / "project", options).close()
    kept = json.loads((tmp_path / "project" / "project.json").read_text())["options"]
    assert (kept["verbose"], kept["timeout_sec"], kept["warning_as_error"]) == (True, 60, False)


def test_what_cannot_be_done(archive: Path, host_project: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="generated project"):
        TemplateProject(host_project)
    with pytest.raises(UsageError, match="template"):
        GeneratedProject(template_dir())
    with pytest.raises(UsageError, match="not a Project API project"):
        TemplateProject(tmp_path)
    with TemplateProject() as template:
        with pytest.raises(UsageError, match="wrong project options"):
            template.generate(archive, tmp_path / "p", {"bord": "host"})
        with pytest.raises(DeviceError, match="exists"):
            template.generate(archive, host_project, {"board": "host"})
        with pytest.raises(DeviceError, match="cannot read"):
            template.generate(tmp_path / "no.tar", tmp_path / "p", {"board": "host"})
        project = template.generate(archive, tmp_path / "p", {"board": "host"})
    with project, pytest.raises(DeviceError, match="build first"):
        project.flash()


def test_the_compilers_message_arrives(archive: Path, tmp_path: Path) -> None:
    with TemplateProject() as template:
        project = template.generate(archive, tmp_path / "p", {"board": "host"})
    (tmp_path / "p" / "src" / "tiny.c").write_text("int broken(\n")
    with project, pytest.raises(DeviceError, match=r"tiny\.c.*error"):
        project.build()


def _member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, link
    return entry


def _metadata(change: Callable[[dict[str, object]], object]) -> Callable[[bytes], bytes]:
    def apply(data: bytes) -> bytes:
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            handle = tar.extractfile("./metadata.json")
            assert handle
            content = json.load(handle)
        change(content["modules"]["default"])
        return repacked(data, {"./metadata.json": json.dumps(content).encode()})

    return apply


def _ours(**changes: object) -> Callable[[bytes], bytes]:
    return _metadata(lambda module: module["tvm_tiny"].update(changes))  # type: ignore[attr-defined]


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda a: b"",
    "noise": lambda a: bytes(range(256)) * 40,
    "cut": lambda a: a[: len(a) // 2],
    "cut in a member": lambda a: a[:70_100],
    "upwards": lambda a: with_entry(a, _member("./runtime/../../escaped")),
    "absolute": lambda a: with_entry(a, _member("/tmp/escaped")),
    "dots": lambda a: with_entry(a, _member("./runtime/a/./b")),
    "hidden": lambda a: with_entry(a, _member("./runtime/.git/config")),
    "long": lambda a: with_entry(a, _member("./runtime/" + "a" * 5000)),
    "symlink": lambda a: with_entry(a, _member("./runtime/x", tarfile.SYMTYPE, "/etc/passwd")),
    "hard link": lambda a: with_entry(a, _member("./runtime/x", tarfile.LNKTYPE, "/etc/passwd")),
    "fifo": lambda a: with_entry(a, _member("./runtime/x", tarfile.FIFOTYPE)),
    "device": lambda a: with_entry(a, _member("./runtime/x", tarfile.CHRTYPE)),
    "twice": lambda a: with_entry(a, _member("./metadata.json")),
    "two places": lambda a: with_entry(a, _member("./runtime/src/tiny.c")),
    "no metadata": lambda a: repacked(a, {"./metadata.json": None}),
    "metadata is no JSON": lambda a: repacked(a, {"./metadata.json": b"\xff{"}),
    "deep metadata": lambda a: repacked(a, {"./metadata.json": b"[" * 200_000}),
    "large metadata": lambda a: repacked(a, {"./metadata.json": b" " * (5 << 20)}),
    "old metadata": lambda a: repacked(a, {"./metadata.json": b'{"version": 5, "modules": {}}'}),
    "no modules": lambda a: repacked(a, {"./metadata.json": b'{"version": 7, "modules": []}'}),
    "microTVM's own": _metadata(lambda module: module.pop("tvm_tiny")),
    "no header": lambda a: repacked(a, {"./codegen/host/include/tiny.h": None}),
    "a flag that loads code": _ours(gcc_flags=["-fplugin=/tmp/evil.so"]),
    "a flag with a path": _ours(gcc_flags=["-mcpu=cortex-m7", "-I/etc"]),
    "flags are text": _ours(zig_flags="-mcpu=x"),
    "no flags": _ours(gcc_flags=[]),
    "model is a path": _ours(model="../x"),
    "core is a number": _ours(core=7),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives(kind: str, archive: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    bad.write_bytes(HOSTILE[kind](archive.read_bytes()))
    with TemplateProject() as template, pytest.raises(DeviceError) as caught:
        template.generate(bad, tmp_path / "made" / "project", {"board": "host"})
    assert caught.value.code == "TT5101"
    assert "internal" not in str(caught.value)
    assert not (tmp_path / "made" / "project").exists()
    assert not (tmp_path / "escaped").exists()
    assert not list((tmp_path / "made").glob("*")) if (tmp_path / "made").exists() else True


def test_many_members_are_refused(archive: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    bad.write_bytes(repacked(archive.read_bytes(), {f"./x/{i}": b"" for i in range(5000)}))
    with TemplateProject() as template, pytest.raises(DeviceError, match="members"):
        template.generate(bad, tmp_path / "project", {"board": "host"})


def test_an_archive_cannot_bring_its_own_server(archive: Path, tmp_path: Path) -> None:
    evil = {f"./runtime/{name}": b"raise SystemExit(9)\n"
            for name in (SERVER, "microtvm_server/rpc.py", "launch_microtvm_api_server.sh",
                         "sitecustomize.py", "project.json", "microtvm_server/os.py")}  # fmt: skip
    bad = tmp_path / "bad.tar"
    bad.write_bytes(repacked(archive.read_bytes(), evil))
    with TemplateProject() as template:
        template.generate(bad, tmp_path / "p", {"board": "host", "trust_archive": True}).close()
    made = tmp_path / "p"
    assert (made / SERVER).read_bytes() == (template_dir() / SERVER).read_bytes()
    assert json.loads((made / "project.json").read_text())["model"] == "tiny"
    for name in ("launch_microtvm_api_server.sh", "sitecustomize.py", "microtvm_server/os.py"):
        assert not (made / name).exists()


def test_settings_that_somebody_damaged(archive: Path, tmp_path: Path) -> None:
    with TemplateProject() as template:
        template.generate(archive, tmp_path / "p", {"board": "host"}).close()
    for text in ("", "{", "[]", "{}", '{"gcc_flags": 1, "zig_flags": [], "options": {}}'):
        (tmp_path / "p" / "project.json").write_text(text)
        with pytest.raises(DeviceError, match=r"project\.json is damaged"):
            GeneratedProject(tmp_path / "p")


def test_the_archive_is_the_same_each_time(artifact: Artifact, archive: Path) -> None:
    again = tvm_tiny.build(tiny_convnet(), name="tiny")
    assert (
        mlf_bytes(again, again.files) == mlf_bytes(artifact, artifact.files) == archive.read_bytes()
    )
