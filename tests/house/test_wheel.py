# SPDX-License-Identifier: Apache-2.0
"""A wheel has every file of the tree that the package needs, and works where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from paths import ROOT

FOLDERS = {"tvm_tiny": "tvm_tiny", "passes": "tvm_tiny/passes"}
FOLDERS |= {name: f"tvm_tiny/{name}" for name in ("schedules", "crt_project")}
LEFT_OUT = {".pyc"}
LINKS = {ROOT / "tvm_tiny" / path.name for path in map(Path, FOLDERS)}
"""Small text files where a checkout cannot make links."""
CODE = """
import tvm_tiny, pathlib
from tvm_tiny.tuning import shipped_database
from tvm_tiny.testing.models import tiny_convnet
home = pathlib.Path(tvm_tiny.__file__)
assert home.is_relative_to(pathlib.Path({site!r})), home
assert (home.parent / "passes").is_dir()
assert shipped_database("cortex-m7") is not None
print(tvm_tiny.build(tiny_convnet(), optimize="speed").compiled.plan.arena_bytes)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy: building writes beside the sources."""
    pytest.importorskip("setuptools", "77")
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    for name in FOLDERS:
        shutil.copytree(
            ROOT / name, tree / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree)
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-w", folder, tree], check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


def test_the_wheel_holds_the_trees_files_and_no_others(wheel: Path) -> None:
    tree = {
        f"{inside}/{path.relative_to(ROOT / folder).as_posix()}": path.read_bytes()
        for folder, inside in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and path.suffix not in LEFT_OUT and path not in LINKS
    }
    with zipfile.ZipFile(wheel) as archive:
        packed = {
            name: archive.read(name)
            for name in archive.namelist()
            if name.startswith("tvm_tiny/") and not name.endswith("/")
        }
    assert sorted(tree.keys() - packed.keys()) == []
    assert sorted(packed.keys() - tree.keys()) == []
    assert packed == tree


def test_the_installed_wheel_builds_as_the_tree_does(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", site, wheel]
    subprocess.run(command, check=True, capture_output=True)
    rest = sysconfig.get_path("purelib")
    code = f"import sys; sys.path[:0] = [{str(site)!r}]; sys.path.append({rest!r})\n"
    done = subprocess.run(
        [sys.executable, "-I", "-c", code + CODE.format(site=str(site))],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1].isdigit()
