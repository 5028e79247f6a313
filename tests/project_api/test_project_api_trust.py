# SPDX-License-Identifier: Apache-2.0
"""Archives of others are refused unless the user says so; what runs here is limited."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from project_api_harness import repacked

import tvm_tiny
from tvm_tiny.artifact import Artifact
from tvm_tiny.crt_project.microtvm_server import files
from tvm_tiny.errors import DeviceError
from tvm_tiny.project_api import TemplateProject
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.toolchain.cache import cache_directory

EVIL = b"""
#include <sys/resource.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
void tvm_tiny_evil(void);
__attribute__((constructor)) void tvm_tiny_evil(void)
{
    char folder[4096];
    struct rlimit limit;
    FILE *file = fopen("written", "w");
    char **names;
    extern char **environ;
    int count = 0;
    for (names = environ; *names != 0; names++) {
        count++;
    }
    signal(SIGXFSZ, SIG_IGN); /* else the write would end it */
    getrlimit(RLIMIT_CPU, &limit);
    printf("environment %d; cpu %d; ", count, (int)limit.rlim_cur);
    getrlimit(RLIMIT_AS, &limit);
    printf("memory %d; ", limit.rlim_cur != RLIM_INFINITY);
    printf("file %d; ", file != 0 && fputs("x", file) >= 0 && fflush(file) == 0);
    printf("in %s\\n", getcwd(folder, sizeof(folder)));
    fflush(stdout);
}
"""


@pytest.fixture(scope="module")
def artifact() -> Artifact:
    return tvm_tiny.build(tiny_convnet(), name="tiny")


def test_the_server_and_the_package_look_in_the_same_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for settings in ({"TVM_TINY_CACHE": str(tmp_path)}, {"XDG_CACHE_HOME": str(tmp_path)}, {}):
        for name in ("TVM_TINY_CACHE", "XDG_CACHE_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        folder = cache_directory()
        assert folder is not None
        assert files.made_folder() == folder / files.MADE


def test_archives_of_others_are_refused(
    artifact: Artifact, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TVM_TINY_CACHE", str(tmp_path / "mine"))
    archive = artifact.export_mlf(tmp_path / "model.tar")
    with TemplateProject() as template:
        template.generate(archive, tmp_path / "one", {"board": "host"}).close()
    changed = tmp_path / "changed.tar"
    changed.write_bytes(repacked(archive.read_bytes(), {"./codegen/host/src/evil.c": EVIL}))
    with TemplateProject() as template:
        for board in ("host", "mps2-an500"):
            with pytest.raises(DeviceError, match="trust_archive"):
                template.generate(changed, tmp_path / "two", {"board": board})
    assert not (tmp_path / "two").exists()
    monkeypatch.setenv("TVM_TINY_CACHE", str(tmp_path / "theirs"))
    with TemplateProject() as template, pytest.raises(DeviceError, match="trust_archive"):
        template.generate(archive, tmp_path / "two", {"board": "host"})


def test_what_runs_here_is_limited(artifact: Artifact, tmp_path: Path) -> None:
    archive = artifact.export_mlf(tmp_path / "model.tar")
    changed = tmp_path / "changed.tar"
    changed.write_bytes(repacked(archive.read_bytes(), {"./codegen/host/src/evil.c": EVIL}))
    options = {
        "board": "host",
        "trust_archive": True,
        "warning_as_error": False,
        "compile_definitions": "_GNU_SOURCE",
    }
    with TemplateProject() as template:
        project = template.generate(changed, tmp_path / "p", options)
    before = set(os.listdir(tmp_path / "p"))
    with project:
        project.build()
        built = before | {"build"}
        with project.transport() as line:
            said = b""
            while b"\n" not in said:
                said += line.read(20.0)
    text = said.decode().splitlines()[0]
    assert text.startswith("environment 0; cpu 600; memory 1; file 0; in /"), text
    assert str(tmp_path) not in text
    assert set(os.listdir(tmp_path / "p")) == built
    assert not Path(text.rsplit(" ", 1)[1]).exists()


@pytest.mark.parametrize("kind", ["fifo", "device", "folder"])
def test_archives_that_are_no_files(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "model.tar"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    with TemplateProject() as template, pytest.raises(DeviceError, match="regular"):
        template.generate(path, tmp_path / "p", {"board": "host"})
    assert not (tmp_path / "p").exists()


def test_what_a_kill_left_is_removed(artifact: Artifact, tmp_path: Path) -> None:
    archive = artifact.export_mlf(tmp_path / "model.tar")
    (tmp_path / ".p.tvm_tiny-new" / "src").mkdir(parents=True)
    (tmp_path / ".p.tvm_tiny-new" / "src" / "half.c").write_text("half")
    with TemplateProject() as template:
        template.generate(archive, tmp_path / "p", {"board": "host"}).close()
    assert not (tmp_path / "p" / "src" / "half.c").exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["model.tar", "p"]
