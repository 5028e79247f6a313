# SPDX-License-Identifier: Apache-2.0
"""What the pages say is what the code does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

from tvm_tiny.cli.app import app
from tvm_tiny.frontends.tflite import registry
from tvm_tiny.operators.manual import manual

README = (ROOT / "README.md").read_text()


def test_the_operators_page_is_the_table() -> None:
    page = (ROOT / "docs" / "operators.md").read_text()
    made = f"{manual()}\n{registry.page()}"
    assert page == made, "run: tvm-tiny ops --markdown > docs/operators.md"


def test_the_readmes_python_runs(tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "report.json").exists()


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"^tvm-tiny (\w+)", README, re.MULTILINE)))
)
def test_every_command_that_the_readme_names_exists(command: str) -> None:
    names = {c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands}
    assert command in names


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_ci_runs_the_readmes_test_command() -> None:
    assert ".venv/bin/pytest -n 2" in README
    assert "pytest -n 2" in (ROOT / ".ci" / "run").read_text()
