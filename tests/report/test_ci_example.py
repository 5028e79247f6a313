# SPDX-License-Identifier: Apache-2.0
"""The steps of ``examples/ci``'s workflow, run as they stand there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

from tvm_tiny.testing.models import mobilenet_v2, tiny_convnet

WORKFLOW = (ROOT / "examples" / "ci" / "model-fits.yml").read_text()
OURS = ("does it compile", "limits", "against the default branch", "the same integers", "summary")


def steps() -> dict[str, str]:
    """Name to command."""
    found = re.findall(r"- name: (.+)\n(?:(?!      - ).*\n)*?        run: (.+)\n", WORKFLOW)
    return dict(found)


def step(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    tool = folder / "bin" / "tvm-tiny"
    tool.parent.mkdir(exist_ok=True)
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m tvm_tiny "$@"\n')
    tool.chmod(0o755)
    env = {
        **os.environ,
        "PATH": f"{tool.parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "MODEL": "model.tflite",
        "TARGET": "cortex-m7",
        "GITHUB_STEP_SUMMARY": str(folder / "step_summary.md"),
    }
    return subprocess.run(
        ["bash", "-e", "-c", steps()[name]], cwd=folder, env=env, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def test_every_step_is_found() -> None:
    assert set(OURS) <= set(steps())
    assert "tvm-tiny[all]" in steps()["install"]


@pytest.mark.slow
def test_a_pull_request_that_grows_is_red(tmp_path: Path) -> None:
    model = tmp_path / "model.tflite"
    model.write_bytes(tiny_convnet())
    for name in OURS:
        done = step(name, tmp_path)
        assert done.returncode == 0, (name, done.stderr)
    assert not (tmp_path / "step_summary.md").exists()
    (tmp_path / "out").rename(tmp_path / "main")
    same = step("against the default branch", tmp_path)
    assert same.returncode == 0, same.stderr
    assert step("summary", tmp_path).returncode == 0
    assert "| arena, B |" in (tmp_path / "step_summary.md").read_text()
    model.write_bytes(mobilenet_v2(0.35, 48, classes=10))
    grown = step("against the default branch", tmp_path)
    assert grown.returncode == 8, grown.stderr
    assert "ram>+0" in grown.stderr
