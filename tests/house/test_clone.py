# SPDX-License-Identifier: Apache-2.0
"""A clone imports, from its own folder, and whatever links the checkout could not make."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from paths import ROOT

CODE = "import tvm_tiny; tvm_tiny.build; print(tvm_tiny.__file__)"


def run(folder: Path, *arguments: str, home: Path | None = None) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={"PATH": "", "HOME": str(home or folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_clone_imports_by_itself() -> None:
    assert run(ROOT, "-c", CODE).strip() == str(ROOT / "tvm_tiny" / "__init__.py")


def test_the_links_lead_to_the_folders() -> None:
    for name in ("passes", "schedules", "crt_project"):
        link = ROOT / "tvm_tiny" / name
        assert not link.is_symlink() or link.resolve() == ROOT / name


@pytest.mark.parametrize("links", ["kept", "as text", "gone"])
def test_links_are_a_comfort_only(tmp_path: Path, links: str) -> None:
    """Where a checkout cannot make links they are small text files, or nothing."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ("tvm_tiny", "passes", "schedules", "crt_project"):
        shutil.copytree(ROOT / name, tmp_path / name, symlinks=True, ignore=ignored)
    for name in ("passes", "schedules", "crt_project"):
        link = tmp_path / "tvm_tiny" / name
        if links != "kept" and (link.is_symlink() or link.exists()):
            link.unlink()
            if links == "as text":
                link.write_text(f"../{name}")
    assert str(tmp_path) in run(tmp_path, "-c", CODE)


@pytest.mark.slow
def test_the_demo_runs_in_a_clone(tmp_path: Path) -> None:
    pytest.importorskip("unicorn")
    assert "bit-exact" in run(ROOT, "-m", "tvm_tiny", "demo", "--samples", "1", home=tmp_path)
