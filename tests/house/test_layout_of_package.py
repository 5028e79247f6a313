# SPDX-License-Identifier: Apache-2.0
"""House rules that can be checked: one module touches TVM, file sizes, licences, packages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from paths import ROOT

PACKAGES = ("tvm_tiny", "passes", "schedules", "crt_project")
SOURCES = sorted(p for d in PACKAGES for p in (ROOT / d).rglob("*.py"))
ALL = sorted(
    p
    for d in (*PACKAGES, "tests", "benchmarks")
    for p in (ROOT / d).rglob("*")
    if p.suffix in (".py", ".c", ".h")
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_facade_imports_tvm(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        if path.name != "_tvm.py":
            assert not any(n == "tvm" or n.startswith("tvm.") for n in names), names


@pytest.mark.parametrize("path", ALL, ids=lambda p: str(p.relative_to(ROOT)))
def test_licence_and_size(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert any("SPDX-License-Identifier: Apache-2.0" in line for line in lines[:3])
    if path.suffix == ".py":
        assert len(lines) <= (400 if path in SOURCES else 450)


def test_every_package_is_declared() -> None:
    declared = (ROOT / "pyproject.toml").read_text()
    for folder in {p.parent for p in SOURCES}:
        if (folder / "__init__.py").exists():
            parts = folder.relative_to(ROOT).parts
            name = ".".join(parts if parts[0] == "tvm_tiny" else ("tvm_tiny", *parts))
            assert f'"{name}"' in declared, name


NAMED_ONCE = ["Step", "Program", "Segment", "Place", "Settings", "Runner", "Rewrite"]
NAMED_ONCE += ["BuildOptions", "RunResult", "PassAt", "Plan", "Placed", "Section"]


@pytest.mark.parametrize("name", NAMED_ONCE)
def test_a_name_has_one_meaning(name: str) -> None:
    homes = [
        path
        for path in SOURCES
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name == name
    ]
    assert len(homes) <= 1, homes


ONE_SYSTEM = {"fcntl", "msvcrt", "resource", "termios", "tty", "pwd", "grp", "winreg"}


def test_one_module_imports_what_not_every_system_has() -> None:
    """Beside the Project API's server, which runs by itself, on Linux and macOS."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if "microtvm_server" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import) and {a.name for a in node.names} & ONE_SYSTEM
    }
    assert found == {"tvm_tiny/files/platform.py"}
