# SPDX-License-Identifier: Apache-2.0
"""The documentation site: it is built without a warning, and a link that leads nowhere is one."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from paths import ROOT

import tvm_tiny

pytest.importorskip("mkdocs", reason="pip install 'tvm-tiny[docs]'")
pytest.importorskip("mkdocstrings")


def _site() -> Any:
    spec = importlib.util.spec_from_file_location("tvm_tiny_site", ROOT / "docs" / "site.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_list_below_a_paragraph_is_one() -> None:
    """Code, tables and lines that go on in a list stay as they are."""
    text = (
        "What it does:\n* one\n  goes on\n* two\n\n```sh\nls\n* no list\n```\n1. first\n2. second\n"
    )
    assert _site().as_github_reads(text) == text.replace("does:\n", "does:\n\n")
    assert _site().as_github_reads("at least\n128. The float\n") == "at least\n128. The float\n"


@pytest.mark.slow
def test_the_site_is_built_with_a_page_of_the_api(tmp_path: Path) -> None:
    command = [sys.executable, ROOT / "docs" / "site.py", "-o", tmp_path / "site"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = {p.stem for p in (ROOT / "docs").glob("*.md")}
    assert {p.name for p in (tmp_path / "site" / "docs").iterdir() if p.is_dir()} >= pages
    api = (tmp_path / "site" / "api" / "index.html").read_text(encoding="utf-8")
    for name in set(tvm_tiny.__all__) - {"VERSION", "__version__"}:
        assert f".{name}" in api, name
    boards = (tmp_path / "site" / "docs" / "boards" / "index.html").read_text(encoding="utf-8")
    assert "<li>A line that is not in the cache" in boards
    front = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "fonts.googleapis" not in front


@pytest.mark.slow
def test_a_link_to_nowhere_fails(tmp_path: Path) -> None:
    _site().stage(tmp_path)
    page = tmp_path / "tree" / "docs" / "new.md"
    page.write_text(f"{page.read_text()}\n[gone](nowhere.md)\n")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    command += ["-f", str(tmp_path / "mkdocs.yml"), "-d", str(tmp_path / "site")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "nowhere.md" in done.stderr
