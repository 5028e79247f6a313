# SPDX-License-Identifier: Apache-2.0
"""The command line where things around it are missing: streams, readers, folders, room, names."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from paths import ROOT

from tvm_tiny.errors import ExitCode, UsageError
from tvm_tiny.files.writing import check_writable, reported, write_folder
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.testing.net import Net

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
CLOSED_PIPE = 128 + 13
"""What a shell makes of a program that SIGPIPE ends."""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("modèle") / "тест.tflite"
    path.write_bytes(tiny_convnet())
    return path


def call(
    *arguments: str | Path,
    redirect: str = "",
    limit: str = "",
    cwd: Path | None = None,
    env: Mapping[str, str | None] | None = None,
) -> subprocess.CompletedProcess[str]:
    """``tvm-tiny`` by a shell: with redirections, limits, and an environment."""
    around = {**os.environ, "NO_COLOR": "1", "PYTHONPATH": str(ROOT), **(env or {})}
    line = f'{limit} exec "$@" {redirect}'
    command = ["sh", "-c", line, "sh", sys.executable, "-m", "tvm_tiny", *map(str, arguments)]
    done = subprocess.run(
        command, capture_output=True, check=False, cwd=cwd, stdin=subprocess.DEVNULL,
        env={name: value for name, value in around.items() if value is not None},
    )  # fmt: skip
    out, err = (text.decode(errors="replace") for text in (done.stdout, done.stderr))
    assert "Traceback" not in out + err
    assert "internal error" not in out + err
    return subprocess.CompletedProcess(command, done.returncode, out, err)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["boards"], ["build", "--help"]])
def test_nobody_reads_the_output(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    with contextlib.closing(os.fdopen(write, "wb")) as out:
        done = subprocess.run(
            [sys.executable, "-m", "tvm_tiny", *arguments],
            stdout=out, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (CLOSED_PIPE, "")


@pytest.mark.parametrize("redirect", [">&-", "<&- >&- 2>&-", "2>&-"])
def test_streams_that_are_closed(redirect: str) -> None:
    done = call("explain", "TT1203", redirect=redirect)
    assert (done.returncode, done.stderr) == (0, "")
    done = call("explain", "TT0000", redirect=redirect)
    assert done.returncode == ExitCode.USAGE


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize("arguments", [["--version"], ["boards"]])
def test_no_room_for_the_output(arguments: list[str]) -> None:
    done = call(*arguments, redirect=">/dev/full")
    assert done.returncode == ExitCode.USAGE
    assert done.stderr.startswith("error[TT6010]")


@pytest.mark.parametrize("width", ["1", "0", "-3", "x"])
def test_any_width(width: str) -> None:
    assert call("targets", env={"COLUMNS": width}).returncode == 0


def test_places_that_take_no_project(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in ("/", tmp_path / "file" / "out", tmp_path / ("a" * 300)):
        with pytest.raises(UsageError) as caught, reported(Path(place), "cannot write"):
            check_writable(Path(place))
        assert caught.value.code == "TT6010"
        assert "PosixPath" not in str(caught.value)
    with pytest.raises(IsADirectoryError, match="root"):
        write_folder(Path("/"), {"a": b""}, ())
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["/", "file/out", "/proc/out", "a" * 300])
def test_a_build_to_such_a_place_leaves_nothing(model: Path, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").touch()
    done = call("build", model, "-o", place, cwd=tmp_path)
    assert done.returncode == ExitCode.USAGE
    assert "error[TT6010]" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


@pytest.mark.slow
def test_layers_with_names_of_any_script(tmp_path: Path) -> None:
    net = Net('сеть \u202e\n"x"', 1)
    x = net.conv(net.input((1, 8, 8, 2)), 4, name="слой/\u7ebf%s\\")
    (tmp_path / "m.tflite").write_bytes(net.finish(net.dense(x, 3, name="*/ \u00e9 ??/" * 40)))
    done = call("build", "m.tflite", "-o", "out", "--name", "n" * 200, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.json").exists()


SCENES = {
    "no home": ("", {"HOME": None, "TVM_TINY_CACHE": None}, 0),
    "home that takes nothing": ("", {"HOME": "/proc", "TVM_TINY_CACHE": None}, 0),
    "no folder for temporary files": ("", {"TMPDIR": "/nonexistent"}, 0),
    "twenty open files": ("ulimit -n 20;", {}, 0),
    "locale C": ("", {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, 0),
}


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
def test_check_where_something_is_missing(model: Path, scene: str) -> None:
    limit, env, code = SCENES[scene]
    done = call("check", model, limit=limit, env=env)
    assert done.returncode == code, done.stderr


@pytest.mark.slow
def test_a_build_with_small_files_leaves_nothing(model: Path, tmp_path: Path) -> None:
    done = call("build", model, "-o", tmp_path / "out", limit="ulimit -f 8;")
    assert done.returncode == ExitCode.USAGE
    assert "error[TT6010]" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_build_in_locale_c(model: Path, tmp_path: Path) -> None:
    done = call(
        "build", model, "-o", tmp_path / "out",
        env={"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.json").exists()
