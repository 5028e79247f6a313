# SPDX-License-Identifier: Apache-2.0
"""A process without HOME, of a user that the system does not know: as in some containers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from float_models import FloatNet
from paths import ROOT

from tvm_tiny.process.imports import homeless, some_home
from tvm_tiny.testing.models import tiny_convnet
from tvm_tiny.toolchain.compilers import environment

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX")
NOBODY = """
import pwd, sys
def unknown(number):
    raise KeyError(f"getpwuid(): uid not found: {number}")
pwd.getpwuid = unknown
from tvm_tiny.cli import main
sys.argv[0] = "tvm-tiny"
main()
"""
CACHES = ("HOME", "TVM_TINY_CACHE", "XDG_CACHE_HOME", "ZIG_GLOBAL_CACHE_DIR")


def nobody(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    around = {k: v for k, v in os.environ.items() if k not in CACHES}
    around["PYTHONPATH"] = str(ROOT)
    done = subprocess.run(
        [sys.executable, "-c", NOBODY, *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd, env=around,
    )  # fmt: skip
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 0, done.stderr
    return done


def no_home(path: str) -> str:
    return path


def test_compilers_get_a_cache_and_tvm_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not homeless()
    assert "ZIG_GLOBAL_CACHE_DIR" not in environment()
    monkeypatch.setattr(os.path, "expanduser", no_home)
    monkeypatch.delenv("HOME", raising=False)
    assert homeless()
    assert Path(environment()["ZIG_GLOBAL_CACHE_DIR"]).is_dir()
    with some_home():
        assert os.environ["HOME"] == os.devnull
    assert "HOME" not in os.environ


@pytest.mark.parametrize("home", ["", os.devnull, "file", "file/below"])
def test_a_home_that_holds_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    """``HOME=/dev/null``, as services have it: Zig found no cache, builds ended in TT4002."""
    (tmp_path / "file").touch()
    monkeypatch.chdir(tmp_path)
    for name in CACHES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", home)
    assert Path(environment()["ZIG_GLOBAL_CACHE_DIR"]).is_dir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert "ZIG_GLOBAL_CACHE_DIR" not in environment()
    assert not list(tmp_path.rglob("tvm_tiny*"))


@pytest.mark.slow
@pytest.mark.simulator
def test_a_build_without_a_place_for_caches(tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_bytes(tiny_convnet())
    around = {k: v for k, v in os.environ.items() if k not in CACHES}
    done = subprocess.run(
        [sys.executable, "-m", "tvm_tiny", "build", "model.tflite"],
        capture_output=True, text=True, check=False, cwd=tmp_path,
        env={**around, "HOME": os.devnull, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "cycles (modelled)" in done.stdout


def test_what_compiles_nothing(tmp_path: Path) -> None:
    assert "tvm-tiny" in nobody("--version", cwd=tmp_path).stdout
    nobody("doctor", cwd=tmp_path)


@pytest.mark.slow
def test_a_build_and_a_validation(tmp_path: Path) -> None:
    (tmp_path / "model.tflite").write_bytes(tiny_convnet())
    nobody("check", "model.tflite", cwd=tmp_path)
    nobody("build", "model.tflite", "-o", "out", cwd=tmp_path)
    assert (tmp_path / "out" / "report.json").exists()
    nobody("validate", "model.tflite", cwd=tmp_path)


@pytest.mark.slow
def test_quantising(tmp_path: Path) -> None:
    net = FloatNet()
    net.conv("x", "y", (4, 2, 1, 1))
    (tmp_path / "float.onnx").write_bytes(net.model((1, 2, 4, 4), "y").SerializeToString())
    np.savez(
        tmp_path / "data.npz",
        x=np.random.default_rng(0).normal(size=(4, 1, 2, 4, 4)).astype(np.float32),
    )
    nobody("quantize", "float.onnx", "--data", "data.npz", "-o", "int8.onnx", cwd=tmp_path)
    assert (tmp_path / "int8.onnx").exists()
